//! Coherence on graphs: Laplacians and their spectra, smoothness, phases along edges.

use holor_algebra::{Expr, Matrix};
use holor_coherence::graphs::{self, Graph, LaplacianKind};
use holor_macros::builtin;

use super::data::{Samples, integer};
use super::pictures;
use super::refusal::OrRefuse as _;
use crate::array::{ArrayAxis, Complex64, NumericArray, complex_number};
use crate::builtin::{Expected, FromValue, Given};
use crate::evaluate::Call;
use crate::{Builtin, Diagnostic, Record, Result, Span, Value, codes};

/// The records of this file.
pub(crate) static BUILTINS: &[&Builtin] = &[
    &GRAPH_LAPLACIAN,
    &GRAPH_SPECTRUM,
    &ALGEBRAIC_CONNECTIVITY,
    &FIEDLER_VECTOR,
    &SYNCHRONIZABILITY,
    &GRAPH_SMOOTHNESS,
    &GRAPH_FOURIER,
    &EDGE_PHASE_COHERENCE,
];

/// A number of vertices beyond which dense matrices are not made.
pub(super) const MOST_VERTICES: usize = 20_000;

/// A graph: made by `graph`, a list of edges `[u, v]` or `[u, v, weight]`, or a symmetric matrix of weights.
#[derive(Clone, Debug)]
pub(super) struct GraphArgument {
    /// Its vertices are 1 to this.
    pub(super) vertices: usize,
    /// Edges from u to v, counted from 0, with their weights.
    pub(super) edges: Vec<(usize, usize, Expr)>,
    weights: Vec<f64>,
    /// Where it stands.
    pub(super) span: Span,
}

impl FromValue for GraphArgument {
    const KIND: &'static str = "a graph: a list of edges [u, v] or [u, v, weight], a symmetric matrix of weights, or graph(…)";

    fn from_value(given: &Given, call: &Call<'_>) -> std::result::Result<Self, Expected> {
        let span = given.span;
        if let Value::Record(record) = &given.value {
            if record.kind() != crate::builtins::dynamics::graphs::KIND {
                return Err(Expected::Kind);
            }
            let edges = record.get("edges").cloned().unwrap_or(Value::Nothing);
            let rows = rows_of(call, &edges, span)?.unwrap_or_default();
            let vertices = pictures::number(record, "vertices").unwrap_or(0.0);
            return Ok(Self::from_edges(call, &rows, Some(vertices as usize), span)?);
        }
        if !matches!(given.value, Value::Matrix(_) | Value::List(_) | Value::Array(_)) {
            return Err(Expected::Kind);
        }
        let rows = rows_of(call, &given.value, span)?.ok_or(Expected::Kind)?;
        if is_adjacency(call, &rows) {
            return Ok(Self::from_weights(call, &rows, span)?);
        }
        Ok(Self::from_edges(call, &rows, None, span)?)
    }
}

/// The rows of a matrix, or the items of a list of lists.
fn rows_of(call: &Call<'_>, value: &Value, span: Span) -> Result<Option<Vec<Vec<Expr>>>> {
    let Some(items) = call.items(value, span)? else { return Ok(None) };
    let mut rows = Vec::with_capacity(items.len());
    for item in items {
        let Some(entries) = call.items(&item, span)? else { return Ok(None) };
        let row: Option<Vec<Expr>> =
            entries.iter().map(|entry| entry.as_expr().cloned()).collect();
        let Some(row) = row else { return Ok(None) };
        rows.push(row);
    }
    Ok(Some(rows))
}

/// Whether rows are a square matrix with a zero diagonal, which no list of edges is.
fn is_adjacency(call: &Call<'_>, rows: &[Vec<Expr>]) -> bool {
    let engine = call.engine();
    !rows.is_empty()
        && rows.iter().enumerate().all(|(place, row)| {
            row.len() == rows.len()
                && row
                    .get(place)
                    .and_then(|entry| complex_number(&engine, entry))
                    .is_some_and(|value| value.norm() == 0.0)
        })
}

/// A vertex as written, counted from 1, as a place counted from 0.
pub(super) fn vertex(call: &Call<'_>, value: &Expr, span: Span) -> Result<usize> {
    let number = complex_number(&call.engine(), value)
        .filter(|z| z.im == 0.0 && z.re >= 1.0 && z.re.fract() == 0.0 && z.re < 1e8);
    match number {
        Some(number) => Ok(number.re as usize - 1),
        None => {
            let message = format!("vertices are counted 1, 2, 3, …, found `{value}`");
            Diagnostic::error(&codes::E0204_OUT_OF_RANGE, message).at(span).into()
        }
    }
}

fn real(call: &Call<'_>, value: &Expr) -> Option<f64> {
    complex_number(&call.engine(), value).filter(|z| z.im == 0.0).map(|z| z.re)
}

impl GraphArgument {
    fn from_edges(
        call: &Call<'_>,
        rows: &[Vec<Expr>],
        vertices: Option<usize>,
        span: Span,
    ) -> Result<Self> {
        let mut edges = Vec::with_capacity(rows.len());
        for row in rows {
            let (u, v, weight) = match row.as_slice() {
                [u, v] => (u, v, Expr::integer(1)),
                [u, v, weight] => (u, v, weight.clone()),
                _ => {
                    let message = format!(
                        "an edge is [u, v] or [u, v, weight], found {} numbers",
                        row.len()
                    );
                    return Diagnostic::error(&codes::E0203_WRONG_SHAPE, message)
                        .at(span)
                        .into();
                }
            };
            edges.push((vertex(call, u, span)?, vertex(call, v, span)?, weight));
        }
        let highest = edges.iter().map(|(u, v, _)| u.max(v) + 1).max().unwrap_or(0);
        Self::checked(call, vertices.unwrap_or(highest), edges, span)
    }

    fn from_weights(call: &Call<'_>, rows: &[Vec<Expr>], span: Span) -> Result<Self> {
        let mut edges = Vec::new();
        for (u, row) in rows.iter().enumerate() {
            for (v, weight) in row.iter().enumerate() {
                let other = rows.get(v).and_then(|row| row.get(u));
                let (a, b) =
                    (real(call, weight), other.and_then(|other| real(call, other)));
                if a.is_none() || a != b {
                    let message = format!(
                        "the weights from {} to {} and back are not the same real number",
                        u + 1,
                        v + 1
                    );
                    return Diagnostic::error(&codes::E0307_INVALID, message)
                        .at(span)
                        .into();
                }
                if u < v && a != Some(0.0) {
                    edges.push((u, v, weight.clone()));
                }
            }
        }
        Self::checked(call, rows.len(), edges, span)
    }

    /// A graph whose edges are in order: no loops, none twice, weights positive.
    fn checked(
        call: &Call<'_>,
        vertices: usize,
        edges: Vec<(usize, usize, Expr)>,
        span: Span,
    ) -> Result<Self> {
        let mut seen = std::collections::BTreeSet::new();
        let mut weights = Vec::with_capacity(edges.len());
        for (u, v, weight) in &edges {
            let number = real(call, weight);
            let problem = if *u >= vertices || *v >= vertices {
                format!("names a vertex that is not there; they are 1 to {vertices}")
            } else if u == v {
                "is a loop; leave it out".to_owned()
            } else if number.is_none_or(|it| it.is_nan() || it <= 0.0) {
                format!("has the weight {weight}; it must be positive")
            } else if !seen.insert((u.min(v), u.max(v))) {
                "comes twice; add the weights and give it once".to_owned()
            } else {
                weights.push(number.unwrap_or(1.0));
                continue;
            };
            let message = format!("the edge [{}, {}] {problem}", u + 1, v + 1);
            return Diagnostic::error(&codes::E0307_INVALID, message).at(span).into();
        }
        if vertices > MOST_VERTICES {
            let message = format!("graphs have at most {MOST_VERTICES} vertices");
            return Diagnostic::error(&codes::E0403_TOO_LARGE, message).at(span).into();
        }
        Ok(Self { vertices, edges, weights, span })
    }

    /// The graph in numbers.
    pub(super) fn numeric(&self) -> Result<Graph> {
        let edges: Vec<(usize, usize, f64)> = self
            .edges
            .iter()
            .zip(&self.weights)
            .map(|((u, v, _), &weight)| (*u, *v, weight))
            .collect();
        Graph::new(self.vertices, &edges).or_refuse(self.span)
    }
}

/// The Laplacian D - A of a graph, exact where its weights are.
///
/// With `normalized = true` D^{-1/2} (D - A) D^{-1/2} (Chung 1997), as `networkx.normalized_laplacian_matrix`.
///
/// ```holor
/// graph_laplacian(path_graph(3))               # => [[1, -1, 0], [-1, 2, -1], [0, -1, 1]]
/// graph_laplacian(path_graph(2), normalized = true)    # => [[1, -1], [-1, 1]]
/// graph_laplacian([[1, 2, 1/3]])               # => [[1/3, -1/3], [-1/3, 1/3]]
/// ```
#[builtin(
    topic = "coherence",
    latex = none,
    since = "0.1",
    returns = "matrix",
    see("graph_spectrum", "connection_laplacian", "sheaf_laplacian")
)]
fn graph_laplacian(
    call: &Call<'_>,
    /// The graph.
    graph: GraphArgument,
    /// Whether each entry is divided by the roots of both degrees.
    #[named]
    #[default(false)]
    normalized: bool,
) -> Result<Matrix> {
    let n = graph.vertices;
    if n > 1000 {
        let message = format!(
            "a Laplacian is written out for at most 1000 vertices, found {n}; `graph_spectrum` takes more"
        );
        return Err(call.error(&codes::E0403_TOO_LARGE, message));
    }
    let engine = call.engine();
    let mut terms: Vec<Vec<Expr>> = vec![Vec::new(); n];
    for (u, v, weight) in &graph.edges {
        for end in [u, v] {
            if let Some(degree) = terms.get_mut(*end) {
                degree.push(weight.clone());
            }
        }
    }
    let degrees = terms
        .into_iter()
        .map(|it| engine.evaluate(&Expr::add(it)))
        .collect::<std::result::Result<Vec<Expr>, _>>()?;
    let root = |vertex: usize| -> Expr {
        match degrees.get(vertex) {
            Some(degree) => Expr::power(degree.clone(), Expr::fraction(-1, 2)),
            None => Expr::integer(1),
        }
    };
    let mut entries = vec![Expr::zero(); n * n];
    for (vertex, degree) in degrees.iter().enumerate() {
        if let Some(slot) = entries.get_mut(vertex * n + vertex) {
            let isolated = *degree == Expr::zero();
            *slot = match (normalized, isolated) {
                (true, false) => Expr::integer(1),
                _ => degree.clone(),
            };
        }
    }
    for (u, v, weight) in &graph.edges {
        let mut value = weight.negate();
        if normalized {
            value = engine.evaluate(&Expr::mul([value, root(*u), root(*v)]))?;
        }
        for (row, column) in [(*u, *v), (*v, *u)] {
            if let Some(slot) = entries.get_mut(row * n + column) {
                *slot = value.clone();
            }
        }
    }
    Matrix::new(n, n, entries)
        .ok_or_else(|| call.error(&codes::E0203_WRONG_SHAPE, "a graph has vertices"))
}

fn spectrum_of(graph: &GraphArgument, normalized: bool) -> Result<graphs::GraphSpectrum> {
    let kind =
        if normalized { LaplacianKind::Normalized } else { LaplacianKind::Combinatorial };
    graphs::graph_spectrum(&graph.numeric()?, kind).or_refuse(graph.span)
}

/// The spectrum of the Laplacian of a graph: eigenvalues from 0 up, eigenvectors, components, gap.
///
/// `eigenvectors[k]` belongs to the k-th eigenvalue. `gap` is the smallest eigenvalue above 0, `connectivity` the second.
///
/// ```holor
/// s = graph_spectrum(ring_graph(4)); max(abs(s.eigenvalues - [0.0, 2.0, 2.0, 4.0])) < 1e-12    # => true
/// graph_spectrum(graph([[1, 2], [3, 4]])).components    # => 2
/// ```
#[builtin(
    topic = "coherence",
    latex = none,
    since = "0.1",
    see("graph_laplacian", "algebraic_connectivity", "synchronizability", "graph_fourier")
)]
fn graph_spectrum(
    /// The graph.
    graph: GraphArgument,
    /// Whether the normalised Laplacian is meant.
    #[named]
    #[default(false)]
    normalized: bool,
) -> Result<Record> {
    let found = spectrum_of(&graph, normalized)?;
    let n = found.eigenvalues.len();
    let vectors: Vec<f64> = found.eigenvectors.iter().copied().collect();
    let axes = [ArrayAxis::index(n), ArrayAxis::index(n)];
    // Columns one after the other: each becomes a row.
    let vectors = NumericArray::new(vectors, axes);
    let connectivity = found.eigenvalues.get(1).copied();
    let gap = found.gap();
    let mut record = Record::new("graph spectrum")
        .described("of the Laplacian")
        .with("eigenvalues", NumericArray::vector(found.eigenvalues).named("λ"))
        .with("eigenvectors", vectors.map_or(Value::Nothing, NumericArray::into_value))
        .with("components", integer(found.components));
    if let Some(connectivity) = connectivity {
        record = record.with("connectivity", connectivity);
    }
    if let Some(gap) = gap {
        record = record.with("gap", gap);
    }
    Ok(record.drawn(|record| pictures::counted(record, "eigenvalues", (r"\lambda", "λ"))))
}

/// The algebraic connectivity of a graph: the second eigenvalue of its Laplacian, 0 where it falls apart.
///
/// Fiedler, Czech. Math. J. 23 (1973) 298. As `networkx.algebraic_connectivity`.
///
/// ```holor
/// abs(algebraic_connectivity(path_graph(3)) - 1.0) < 1e-12    # => true
/// algebraic_connectivity([[1, 2], [3, 4]])     # => 0.0
/// ```
#[builtin(topic = "coherence", latex = none, since = "0.1", see("graph_spectrum", "fiedler_vector"))]
fn algebraic_connectivity(
    /// The graph.
    graph: GraphArgument,
) -> Result<f64> {
    let fiedler = spectrum_of(&graph, false)?.fiedler().or_refuse(graph.span)?;
    Ok(fiedler.connectivity)
}

/// The Fiedler vector of a graph: the eigenvector of the second eigenvalue of its Laplacian, of norm 1.
///
/// Its signs split the graph in two. Where the eigenvalue is multiple the vector is one of many, which is a warning.
///
/// ```holor
/// max(abs(fiedler_vector(path_graph(3)) - [0.707107, 0.0, -0.707107])) < 1e-6    # => true
/// ```
#[builtin(topic = "coherence", latex = none, since = "0.1", see("algebraic_connectivity", "graph_spectrum"))]
fn fiedler_vector(
    call: &Call<'_>,
    /// The graph.
    graph: GraphArgument,
) -> Result<NumericArray> {
    let spectrum = spectrum_of(&graph, false)?;
    if spectrum.components > 1 {
        let message = format!(
            "the Fiedler vector is undefined: the graph has {} components; take each alone",
            spectrum.components
        );
        return Diagnostic::error(&codes::E0301_UNDEFINED, message).at(graph.span).into();
    }
    let fiedler = spectrum.fiedler().or_refuse(graph.span)?;
    if fiedler.multiplicity > 1 {
        let message = format!(
            "the second eigenvalue occurs {} times: the vector is one of many",
            fiedler.multiplicity
        );
        call.warn(Diagnostic::warning(&codes::E0305_UNDECIDED, message));
    }
    // Rounding around 0 says nothing.
    let vector = fiedler
        .vector
        .into_iter()
        .map(|x| if x.abs() < 1e-14 { 0.0 } else { x })
        .collect::<Vec<f64>>();
    Ok(NumericArray::vector(vector))
}

/// The synchronisability λ_N/λ₂ of a graph: the smaller, the wider the range of couplings that synchronise.
///
/// Barahona and Pecora, Phys. Rev. Lett. 89 (2002) 054101.
///
/// ```holor
/// abs(synchronizability(ring_graph(4)) - 2.0) < 1e-12    # => true
/// synchronizability([[1, 2], [3, 4]])          # error: [E0301]
/// ```
#[builtin(
    topic = "coherence",
    latex = none,
    since = "0.1",
    aliases("synchronisability"),
    see("algebraic_connectivity", "graph_spectrum")
)]
fn synchronizability(
    /// The graph.
    graph: GraphArgument,
) -> Result<f64> {
    spectrum_of(&graph, false)?.synchronizability().or_refuse(graph.span)
}

/// The smoothness of a signal on a graph: its energy xᵀLx = Σ w (x_u - x_v)², its ratio to xᵀx, and each edge's part.
///
/// Shuman et al., IEEE Signal Process. Mag. 30 (2013) 83.
///
/// ```holor
/// s = graph_smoothness(path_graph(3), [1, 2, 4]);
/// s.energy                                     # => 5.0
/// s.edges                                      # => array([1.0, 4.0])
/// ```
#[builtin(topic = "coherence", latex = none, since = "0.1", see("graph_spectrum", "graph_fourier"))]
fn graph_smoothness(
    /// The graph.
    graph: GraphArgument,
    /// A real number for each vertex.
    signal: Samples,
) -> Result<Record> {
    let values = signal.real(&signal.array)?;
    let found = graphs::smoothness(&graph.numeric()?, values).or_refuse(signal.span)?;
    Ok(Record::new("smoothness")
        .described("of a signal on a graph")
        .with("energy", found.energy)
        .with("rayleigh", found.rayleigh)
        .with("edges", NumericArray::vector(found.edges)))
}

/// The shares of a signal's energy in the eigenvectors of a graph's Laplacian: its spectrum on the graph.
///
/// The axis λ has the eigenvalues; within equal ones only the sum of the shares has a meaning. Shuman et al. (2013).
///
/// ```holor
/// abs(graph_fourier(path_graph(2), [3, 1])[1] - 0.8) < 1e-12    # => true
/// ```
#[builtin(topic = "coherence", latex = none, since = "0.1", see("graph_spectrum", "graph_smoothness"))]
fn graph_fourier(
    /// The graph.
    graph: GraphArgument,
    /// A real number for each vertex.
    signal: Samples,
) -> Result<NumericArray> {
    let spectrum = spectrum_of(&graph, false)?;
    let values = signal.real(&signal.array)?;
    let shares = spectrum.alignment(values).or_refuse(signal.span)?;
    let axis = ArrayAxis::quantity("λ", spectrum.eigenvalues);
    Ok(NumericArray::along(shares.clone(), axis)
        .unwrap_or_else(|| NumericArray::vector(shares))
        .named("share"))
}

/// The phase coherence along the edges of a graph, Σ w cos(θ_u - θ_v)/Σ w: from -1 to 1; one for each time.
///
/// ```holor
/// edge_phase_coherence(path_graph(3), [0, 0, pi])    # => 0.0
/// ```
#[builtin(
    topic = "coherence",
    latex = none,
    since = "0.1",
    returns = "decimal or array",
    see("order_parameter", "local_order_parameter")
)]
fn edge_phase_coherence(
    call: &Call<'_>,
    /// The graph.
    graph: GraphArgument,
    /// A phase for each vertex, or an array of them over time.
    phases: Samples,
) -> Result<Value> {
    let numeric = graph.numeric()?;
    phases.number_at_times(call, "edge coherence", |frame| {
        let found = graphs::edge_phase_coherence(&numeric, phases.real(frame)?)
            .or_refuse(phases.span)?;
        Ok(found.coherence)
    })
}

/// The entries of a matrix as complex numbers, or a number as a matrix of one.
pub(super) fn block(
    call: &Call<'_>,
    value: &Value,
    span: Span,
) -> Result<(usize, usize, Vec<Complex64>)> {
    let wrong = || {
        let message =
            format!("a map is a number or a matrix, found {}", value.describe());
        Box::new(Diagnostic::error(&codes::E0201_WRONG_TYPE, message).at(span))
    };
    let engine = call.engine();
    match value {
        Value::Expr(number) => {
            Ok((1, 1, vec![complex_number(&engine, number).ok_or_else(wrong)?]))
        }
        Value::Matrix(matrix) => {
            let entries: Option<Vec<Complex64>> = matrix
                .entries()
                .iter()
                .map(|entry| complex_number(&engine, entry))
                .collect();
            Ok((matrix.rows(), matrix.columns(), entries.ok_or_else(wrong)?))
        }
        Value::Array(array) => match array.axes() {
            [rows, columns] => {
                Ok((rows.len(), columns.len(), array.to_complex().into_owned()))
            }
            _ => Err(wrong()),
        },
        _ => Err(wrong()),
    }
}
