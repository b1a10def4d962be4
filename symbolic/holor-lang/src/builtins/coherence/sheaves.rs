//! Sheaves and connections on graphs: agreement of data over edges, cohomology, frustration, holonomy of cycles.

use holor_algebra::{Expr, Matrix};
use holor_coherence::graphs::{
    self, Connection, ConnectionEdge, HeatState, Scalar, Sheaf, SheafEdge,
};
use holor_coherence::quantum::DMatrix;
use holor_macros::builtin;

use super::data::{Samples, integer, real_if_possible};
use super::graphs::{GraphArgument, MOST_VERTICES, block, vertex};
use super::light::matrix_array;
use super::pictures;
use super::quantum::exact::{conjugate, product};
use super::refusal::OrRefuse as _;
use crate::array::{ArrayAxis, Complex64, NumericArray, complex_number};
use crate::builtin::{Expected, FromValue, Given, IntoValue as _};
use crate::builtins::plots::draw_curves;
use crate::evaluate::Call;
use crate::plot::Plot;
use crate::{Builtin, Diagnostic, Record, Result, Span, Value, codes};

/// The records of this file.
pub(crate) static BUILTINS: &[&Builtin] = &[
    &SHEAF_COHERENCE,
    &SHEAF_LAPLACIAN,
    &SHEAF_HEAT,
    &CONNECTION_LAPLACIAN,
    &FRUSTRATION,
    &CYCLE_HOLONOMY,
];

/// A vertex has at most so many numbers.
const MOST_NUMBERS: usize = 256;

/// Exact Laplacians have at most so many rows.
const MOST_EXACT: usize = 32;

type Block = (usize, usize, Vec<Complex64>);

/// An edge with what stands after its vertices.
#[derive(Clone, Debug)]
struct MappedEdge {
    tail: usize,
    head: usize,
    maps: Vec<Block>,
    /// The same maps exactly, where all are exact.
    exact: Option<Vec<Matrix>>,
    /// The weight of an edge of a graph, which has no maps of its own.
    weight: Option<Expr>,
}

/// Edges `[u, v]` with maps, or a graph.
#[derive(Clone, Debug)]
pub(super) struct MappedEdges {
    edges: Vec<MappedEdge>,
    vertices: usize,
    span: Span,
}

impl FromValue for MappedEdges {
    const KIND: &'static str =
        "a graph, or a list of edges [u, v] with maps, such as [u, v, M]";

    fn from_value(given: &Given, call: &Call<'_>) -> std::result::Result<Self, Expected> {
        let span = given.span;
        if matches!(given.value, Value::Record(_)) {
            let graph = GraphArgument::from_value(given, call)?;
            let numeric = graph.numeric()?;
            let edges = numeric
                .edges()
                .iter()
                .zip(&graph.edges)
                .map(|(&(tail, head, weight), (.., exact))| {
                    let root = (1, 1, vec![Complex64::from(weight.sqrt())]);
                    MappedEdge {
                        tail,
                        head,
                        maps: vec![root.clone(), root],
                        exact: scalar(&exact.sqrt()).map(|root| vec![root.clone(), root]),
                        weight: Some(exact.clone()),
                    }
                })
                .collect();
            return Ok(Self { edges, vertices: graph.vertices, span });
        }
        if !matches!(given.value, Value::List(_) | Value::Matrix(_)) {
            return Err(Expected::Kind);
        }
        let items = call.items(&given.value, span)?.ok_or(Expected::Kind)?;
        let mut edges = Vec::with_capacity(items.len());
        let mut vertices = 0;
        for item in items {
            let parts = call.items(&item, span)?.ok_or(Expected::Kind)?;
            let [Value::Expr(tail), Value::Expr(head), rest @ ..] = parts.as_slice()
            else {
                return Err(Expected::Kind);
            };
            let (tail, head) = (vertex(call, tail, span)?, vertex(call, head, span)?);
            let maps = rest
                .iter()
                .map(|value| block(call, value, span))
                .collect::<Result<Vec<Block>>>()?;
            vertices = vertices.max(tail + 1).max(head + 1);
            let exact = rest.iter().map(exact_block).collect();
            edges.push(MappedEdge { tail, head, maps, exact, weight: None });
        }
        if vertices > MOST_VERTICES {
            let message = format!("graphs have at most {MOST_VERTICES} vertices");
            let error = Diagnostic::error(&codes::E0403_TOO_LARGE, message);
            return Err(error.at(span).into());
        }
        Ok(Self { edges, vertices, span })
    }
}

/// A matrix of one number, where that is exact.
fn scalar(value: &Expr) -> Option<Matrix> {
    if value.has_decimals() { None } else { Matrix::new(1, 1, vec![value.clone()]) }
}

/// A map exactly.
fn exact_block(value: &Value) -> Option<Matrix> {
    match value {
        Value::Expr(number) => scalar(number),
        Value::Matrix(matrix) if !matrix.entries().iter().any(Expr::has_decimals) => {
            Some(matrix.clone())
        }
        _ => None,
    }
}

impl MappedEdges {
    /// Σ w (G x_v - F x_u)†(G x_v - F x_u) exactly, for maps (F, G) and weights w of the edges; `None` where a map is not exact.
    fn exact_laplacian(
        &self,
        call: &Call<'_>,
        size: usize,
        maps: impl Fn(&MappedEdge, usize) -> Option<(Matrix, Matrix, Expr)>,
    ) -> Option<Matrix> {
        let (engine, vertices) = (call.engine(), self.vertices.max(1));
        // Longer ones are worked with in numbers.
        if !(1..=MOST_EXACT).contains(&size) || !size.is_multiple_of(vertices) {
            return None;
        }
        let stalk = size / vertices;
        let mut sums: Vec<Vec<Expr>> = vec![Vec::new(); size * size];
        for edge in &self.edges {
            let (first, second, weight) = maps(edge, stalk)?;
            let ends = [(edge.tail, first, false), (edge.head, second, true)];
            for (row, a, plus) in &ends {
                let adjoint: Option<Vec<Expr>> = a
                    .transpose()
                    .entries()
                    .iter()
                    .map(|entry| engine.evaluate(&conjugate(entry)).ok())
                    .collect();
                let adjoint = Matrix::new(a.columns(), a.rows(), adjoint?)?;
                for (column, b, also) in &ends {
                    if a.columns() != stalk || b.columns() != stalk {
                        return None;
                    }
                    let sign = Expr::integer(if plus == also { 1 } else { -1 });
                    let block = product(&engine, &adjoint, b)?;
                    for j in 0..stalk {
                        for k in 0..stalk {
                            let entry = block.get(j, k)?.clone();
                            let term = Expr::mul([sign.clone(), weight.clone(), entry]);
                            sums.get_mut((row * stalk + j) * size + column * stalk + k)?
                                .push(term);
                        }
                    }
                }
            }
        }
        let entries: Option<Vec<Expr>> = sums
            .into_iter()
            .map(|terms| engine.simplify(&Expr::add(terms)).ok())
            .collect();
        Matrix::new(size, size, entries?)
    }

    fn wrong(&self, message: String) -> Box<Diagnostic> {
        Box::new(Diagnostic::error(&codes::E0203_WRONG_SHAPE, message).at(self.span))
    }

    /// Both restriction maps of each edge: `[u, v]` the identity, `[u, v, O]` O and the identity, `[u, v, F, G]` both.
    fn restrictions(&self, stalk: usize) -> Result<Vec<(Block, Block)>> {
        let identity = |n: usize| -> Block {
            let entries = (0..n * n)
                .map(|it| Complex64::from(f64::from(u8::from(it % (n + 1) == 0))))
                .collect();
            (n, n, entries)
        };
        self.edges
            .iter()
            .map(|edge| match edge.maps.as_slice() {
                [] => Ok((identity(stalk), identity(stalk))),
                [map] => Ok((map.clone(), identity(map.0))),
                [first, second] => Ok((first.clone(), second.clone())),
                more => Err(self.wrong(format!(
                    "the edge [{}, {}] has {} maps; it has at most two",
                    edge.tail + 1,
                    edge.head + 1,
                    more.len()
                ))),
            })
            .collect()
    }

    /// The sheaf, its numbers read by `of`.
    fn sheaf<T: Scalar>(&self, stalk: usize, of: fn(Complex64) -> T) -> Result<Sheaf<T>> {
        let numbers = stalk.saturating_mul(self.vertices);
        if numbers > MOST_VERTICES || stalk > MOST_NUMBERS {
            let message = format!(
                "{stalk} numbers at each of {} vertices are more than a sheaf holds here",
                self.vertices
            );
            return Diagnostic::error(&codes::E0403_TOO_LARGE, message)
                .at(self.span)
                .into();
        }
        let maps = self.restrictions(stalk)?;
        let mut stalks: Vec<Option<usize>> = vec![None; self.vertices];
        for (edge, (first, second)) in self.edges.iter().zip(&maps) {
            if first.0 != second.0 {
                return Err(self.wrong(format!(
                    "the maps of the edge [{}, {}] have {} and {} rows; they must be equally many",
                    edge.tail + 1,
                    edge.head + 1,
                    first.0,
                    second.0
                )));
            }
            for (vertex, columns) in [(edge.tail, first.1), (edge.head, second.1)] {
                let Some(slot) = stalks.get_mut(vertex) else { continue };
                match slot {
                    Some(known) if *known != columns => {
                        let message = format!(
                            "the vertex {} has {known} numbers by one map and {columns} by another",
                            vertex + 1
                        );
                        return Err(self.wrong(message));
                    }
                    _ => *slot = Some(columns),
                }
            }
        }
        let stalks: Vec<usize> = stalks.iter().map(|it| it.unwrap_or(stalk)).collect();
        let matrix = |(rows, columns, entries): Block| {
            let entries: Vec<T> = entries.into_iter().map(of).collect();
            DMatrix::from_row_slice(rows, columns, &entries)
        };
        let edges = self
            .edges
            .iter()
            .zip(maps)
            .map(|(edge, (first, second))| SheafEdge {
                tail: edge.tail,
                head: edge.head,
                tail_map: matrix(first),
                head_map: matrix(second),
            })
            .collect();
        Sheaf::new(&stalks, edges).or_refuse(self.span)
    }

    fn is_real(&self) -> bool {
        self.edges
            .iter()
            .flat_map(|edge| &edge.maps)
            .flat_map(|(_, _, entries)| entries)
            .all(|z| z.im == 0.0)
    }

    /// The connection: `[u, v]` the identity, `[u, v, φ]` e^{iφ}, `[u, v, M]` a matrix; a number after it is a weight.
    fn connection(&self) -> Result<Connection<Complex64>> {
        let mut dimension = 1;
        for edge in self.edges.iter().filter(|edge| edge.weight.is_none()) {
            if let Some((rows, _, _)) = edge.maps.first() {
                dimension = *rows;
            }
        }
        let mut edges = Vec::with_capacity(self.edges.len());
        for edge in &self.edges {
            let name = format!("[{}, {}]", edge.tail + 1, edge.head + 1);
            let first = edge.maps.first().filter(|_| edge.weight.is_none());
            let map = match first {
                None => DMatrix::identity(dimension, dimension),
                Some((1, 1, entries)) => {
                    let angle = entries.first().copied().unwrap_or_default();
                    if angle.im != 0.0 {
                        return Err(self.wrong(format!(
                            "the edge {name} carries {angle}; give the angle φ of e^(i φ), or a matrix"
                        )));
                    }
                    DMatrix::from_element(1, 1, Complex64::from_polar(1.0, angle.re))
                }
                Some((rows, columns, entries)) => {
                    DMatrix::from_row_slice(*rows, *columns, entries)
                }
            };
            let weight = match edge.maps.get(1) {
                None => 1.0,
                // Of a graph the root of the weight is the map.
                Some((1, 1, entries)) if edge.weight.is_some() => {
                    entries.first().map_or(1.0, |z| z.re * z.re)
                }
                Some((1, 1, entries)) if entries.iter().all(|z| z.im == 0.0) => {
                    entries.first().map_or(1.0, |z| z.re)
                }
                Some(_) => {
                    return Err(self.wrong(format!(
                        "the edge {name} has more than a map and a weight"
                    )));
                }
            };
            let problem = if edge.tail == edge.head {
                "is a loop; leave it out"
            } else if weight.is_nan() || weight <= 0.0 {
                "has a weight that is not positive"
            } else if edges.iter().any(|other: &ConnectionEdge<Complex64>| {
                (other.tail, other.head) == (edge.tail, edge.head)
                    || (other.tail, other.head) == (edge.head, edge.tail)
            }) {
                "comes twice"
            } else {
                edges.push(ConnectionEdge {
                    tail: edge.tail,
                    head: edge.head,
                    weight,
                    map,
                });
                continue;
            };
            let message = format!("the edge {name} {problem}");
            return Diagnostic::error(&codes::E0307_INVALID, message)
                .at(self.span)
                .into();
        }
        Connection::new(self.vertices, dimension, edges).or_refuse(self.span)
    }
}

/// Numbers of the sheaf as they were, read back as complex ones.
fn read_back<T: Copy>(values: &[T], to: fn(T) -> Complex64) -> NumericArray {
    NumericArray::vector(real_if_possible(values.iter().map(|&it| to(it)).collect()))
}

/// The global sections over the numbers at the vertices.
fn drawn_sections(record: &Record) -> Result<Plot> {
    let sections = pictures::part(record, "sections")?;
    let curves: Vec<NumericArray> =
        (0..sections.axes().first().map_or(0, ArrayAxis::len))
            .filter_map(|place| {
                let row = sections.item(place)?;
                let values: Vec<f64> = row.to_complex().iter().map(|z| z.re).collect();
                let axis = ArrayAxis::quantity(
                    "vertex",
                    (1..=values.len()).map(|vertex| vertex as f64).collect::<Vec<f64>>(),
                );
                let real = if row.is_complex() { "re section" } else { "section" };
                let array = NumericArray::along(values, axis)?;
                Some(array.named(&format!("{real} {}", place + 1)))
            })
            .collect();
    if curves.is_empty() {
        let message = "the sheaf has no global section to draw";
        return Diagnostic::error(&codes::E0301_UNDEFINED, message).into();
    }
    let sizes = curves.iter().flat_map(|curve| curve.as_real().unwrap_or_default());
    let top = sizes.fold(0.0, |top: f64, value| top.max(value.abs()));
    let mut plot = draw_curves(None, &curves.iter().collect::<Vec<_>>())?;
    // From 0, so that a constant section looks constant.
    plot.y.range = Some((-1.1 * top, 1.1 * top));
    Ok(plot)
}

fn analysed<T: Scalar>(
    call: &Call<'_>,
    edges: &MappedEdges,
    assignment: Option<&Samples>,
    stalk: usize,
    of: fn(Complex64) -> T,
    to: fn(T) -> Complex64,
) -> Result<Record> {
    let sheaf = edges.sheaf(stalk, of)?;
    let found = sheaf.cohomology(None).or_refuse(edges.span)?;
    let columns = found.sections.ncols();
    let sections: Vec<Complex64> = found.sections.iter().map(|&it| to(it)).collect();
    let axes = [ArrayAxis::index(columns), ArrayAxis::index(sheaf.vertex_dimension())];
    let sections = NumericArray::new(real_if_possible(sections), axes);
    let mut record = Record::new("sheaf coherence")
        .described(&format!(
            "{} global section{}, obstructions of dimension {}",
            found.h0,
            if found.h0 == 1 { "" } else { "s" },
            found.h1
        ))
        .with("H0", integer(found.h0))
        .with("H1", integer(found.h1));
    if let Some(gap) = found.gap {
        record = record.with("gap", gap);
    }
    record = record
        .with("sections", sections.map_or(Value::Nothing, NumericArray::into_value))
        .drawn(drawn_sections);
    let Some(assignment) = assignment else { return Ok(record) };
    let values: Vec<T> = assignment.array.to_complex().iter().map(|&z| of(z)).collect();
    let consistency = sheaf.consistency(&values).or_refuse(assignment.span)?;
    let nearest = sheaf.nearest_section(&values).or_refuse(assignment.span)?;
    let worst = edges.edges.get(consistency.worst_edge);
    let worst = worst.map_or_else(Vec::new, |edge| vec![edge.tail + 1, edge.head + 1]);
    call.poll()?;
    Ok(record
        .with("radius", consistency.radius)
        .with("half_radius", consistency.half_radius)
        .with("worst_edge", worst.into_value())
        .with("energy", consistency.energy)
        .with("distances", NumericArray::vector(consistency.distances).named("distance"))
        .with("section", read_back(&nearest.section, to))
        .with("distance", nearest.distance)
        .drawn(|record| {
            pictures::counted(record, "distances", (r"\text{distance}", "distance"))
        }))
}

/// The coherence of data on a graph: do local values agree over the edges, and what is in the way?
///
/// The data live on a sheaf: each edge compares F_u x_u with F_v x_v. Edges are `[u, v]` (values agree), `[u, v, O]` (x_v = O
/// x_u) or `[u, v, F_u, F_v]`, maps are numbers or matrices; of a graph made by `graph` both maps are √w. H0 is the dimension
/// of the global sections, H1 that of the obstructions, `gap` the smallest eigenvalue of the Laplacian above 0. With values
/// x, `radius` is the largest ‖F_v x_v - F_u x_u‖, half of which is the consistency radius where edges have values of their
/// own; `energy` their squared sum, `section` the nearest global section, `distance` that to it. Hansen and Ghrist, J. Appl.
/// Comput. Topol. 3 (2019) 315; Robinson, Compositionality 2 (2020) 2.
///
/// ```holor
/// r = sheaf_coherence(ring_graph(4)); [r.H0, r.H1]    # => [1, 1]
/// r = sheaf_coherence([[1, 2, 1], [2, 3, 1], [3, 1, -1]]); [r.H0, r.H1]    # => [0, 0]
/// s = sheaf_coherence([[1, 2], [2, 3]], [1, 1, 4]);
/// [s.radius, s.half_radius, s.energy]          # => [3.0, 1.5, 9.0]
/// max(abs(s.section - [2.0, 2.0, 2.0])) < 1e-12    # => true
/// sheaf_coherence([[1, 2]], [1, 2, 3])         # error: [E0203]
/// ```
#[builtin(
    topic = "coherence",
    latex = none,
    since = "0.1",
    see("sheaf_laplacian", "sheaf_heat", "connection_laplacian", "graph")
)]
fn sheaf_coherence(
    call: &Call<'_>,
    /// The graph, or the edges with their maps.
    graph: MappedEdges,
    /// The numbers at the vertices, one vertex after the other.
    values: Option<Samples>,
    /// How many numbers a vertex has where no map says so.
    #[named]
    #[default(1)]
    stalk: usize,
) -> Result<Record> {
    let real = graph.is_real()
        && values.as_ref().is_none_or(|values| !values.array.is_complex());
    if real {
        analysed::<f64>(call, &graph, values.as_ref(), stalk, |z| z.re, Complex64::from)
    } else {
        analysed::<Complex64>(call, &graph, values.as_ref(), stalk, |z| z, |z| z)
    }
}

/// The Laplacian δ†δ of a sheaf on a graph, with edges as for `sheaf_coherence`.
///
/// ```holor
/// sheaf_laplacian([[1, 2, 2, 3]])              # => [[4, -6], [-6, 9]]
/// sheaf_laplacian([[1, 2, 0.5]])               # => array([[0.25, -0.5], [-0.5, 1.0]])
/// ```
#[builtin(topic = "coherence", latex = none, since = "0.1", returns = "matrix or array", see("sheaf_coherence", "graph_laplacian"))]
fn sheaf_laplacian(
    call: &Call<'_>,
    /// The graph, or the edges with their maps.
    graph: MappedEdges,
    /// How many numbers a vertex has where no map says so.
    #[named]
    #[default(1)]
    stalk: usize,
) -> Result<Value> {
    let numbers = graph.sheaf::<Complex64>(stalk, |z| z)?.laplacian();
    let exact = graph.exact_laplacian(call, numbers.nrows(), |edge, stalk| {
        let one = || Matrix::identity(stalk);
        let weight = Expr::integer(1);
        match edge.exact.as_deref()? {
            [] => Some((one(), one(), weight)),
            [map] => Some((map.clone(), Matrix::identity(map.rows()), weight)),
            [first, second] => Some((first.clone(), second.clone(), weight)),
            _ => None,
        }
    });
    Ok(agreeing(call, exact, &numbers))
}

/// The heat flow x(t) = e^{-tL} x(0) of a sheaf, which carries values to the nearest global section.
///
/// `values` has them over time, `energy` is x†Lx at each time. Hansen and Ghrist (2019).
///
/// ```holor
/// h = sheaf_heat([[1, 2]], [0, 2], [0, 100]);
/// max(abs(h.values[2] - [1.0, 1.0])) < 1e-12    # => true
/// abs(h.energy[1] - 4) < 1e-12                 # => true
/// ```
#[builtin(topic = "coherence", latex = none, since = "0.1", see("sheaf_coherence"))]
fn sheaf_heat(
    /// The graph, or the edges with their maps.
    graph: MappedEdges,
    /// The numbers at the vertices, one vertex after the other.
    values: Samples,
    /// The times t.
    times: Samples,
    /// How many numbers a vertex has where no map says so.
    #[named]
    #[default(1)]
    stalk: usize,
) -> Result<Record> {
    let moments = times.real(&times.array)?.to_vec();
    let sheaf = graph.sheaf::<Complex64>(stalk, |z| z)?;
    let start = values.array.to_complex();
    let found: Vec<HeatState<Complex64>> =
        sheaf.heat_flow(&start, &moments).or_refuse(values.span.to(times.span))?;
    let axis = ArrayAxis::time(moments);
    let energy: Vec<f64> = found.iter().map(|state| state.energy).collect();
    let all: Vec<Complex64> = found.into_iter().flat_map(|state| state.values).collect();
    let axes = [axis.clone(), ArrayAxis::index(sheaf.vertex_dimension())];
    let all = NumericArray::new(real_if_possible(all), axes);
    let energy = NumericArray::along(energy, axis).map(|it| it.named("energy"));
    let part = |array: Option<NumericArray>| {
        array.map_or(Value::Nothing, NumericArray::into_value)
    };
    Ok(Record::new("heat flow")
        .described("of values on a sheaf")
        .with("values", part(all))
        .with("energy", part(energy))
        .drawn(|record| pictures::curve(record, "energy")))
}

/// The connection Laplacian of a graph whose edges turn what they carry: x†Lx = Σ w ‖x_v - O x_u‖².
///
/// Edges are `[u, v, φ]` with O = e^{iφ}, or `[u, v, M]` with an orthogonal or unitary matrix, and then a weight. Singer and
/// Wu, Comm. Pure Appl. Math. 65 (2012) 1067; with `normalized = true` D^{-1/2} L D^{-1/2}.
///
/// ```holor
/// connection_laplacian([[1, 2, pi/2]])         # => [[1, i], [-i, 1]]
/// connection_laplacian([[1, 2, [[1, 1], [0, 1]]]])    # error: [E0307]
/// ```
#[builtin(topic = "coherence", latex = none, since = "0.1", returns = "matrix or array", see("frustration", "graph_laplacian", "cycle_holonomy"))]
fn connection_laplacian(
    call: &Call<'_>,
    /// The edges with their angles or maps.
    edges: MappedEdges,
    /// Whether each entry is divided by the roots of both degrees.
    #[named]
    #[default(false)]
    normalized: bool,
) -> Result<Value> {
    let connection = edges.connection()?;
    if normalized {
        return Ok(matrix_array(&connection.normalized_laplacian()));
    }
    let numbers = connection.laplacian();
    let exact = edges.exact_laplacian(call, numbers.nrows(), |edge, stalk| {
        let one = || Matrix::identity(stalk);
        if let Some(weight) = &edge.weight {
            let exact = !weight.has_decimals();
            return exact.then(|| (one(), one(), weight.clone()));
        }
        let (map, weight) = match edge.exact.as_deref()? {
            [] => (one(), Expr::integer(1)),
            [map] => (map.clone(), Expr::integer(1)),
            [map, weight] => (map.clone(), weight.get(0, 0)?.clone()),
            _ => return None,
        };
        let turned = match edge.maps.first() {
            Some((1, 1, _)) => {
                let angle = Expr::mul([Expr::i(), map.get(0, 0)?.clone()]);
                scalar(&angle.exp())?
            }
            _ => map,
        };
        Some((turned, one(), weight))
    });
    Ok(agreeing(call, exact, &numbers))
}

/// The exact matrix where it agrees with the numbers and stays short; else the numbers.
fn agreeing(
    call: &Call<'_>,
    exact: Option<Matrix>,
    numbers: &DMatrix<Complex64>,
) -> Value {
    let engine = call.engine();
    let near = |matrix: &Matrix| {
        (0..matrix.rows()).all(|j| {
            (0..matrix.columns()).all(|k| {
                matrix.get(j, k).is_some_and(|entry| {
                    entry.count_nodes() <= 30
                        && complex_number(&engine, entry)
                            .is_some_and(|z| (z - numbers[(j, k)]).norm() < 1e-9)
                })
            })
        })
    };
    match exact.filter(near) {
        Some(matrix) => Value::Matrix(matrix),
        None => matrix_array(numbers),
    }
}

/// The holonomy as an angle above -π and up to π, or a matrix.
fn holonomy_value(holonomy: &DMatrix<Complex64>) -> Value {
    match holonomy.as_slice() {
        // -π by rounding is π.
        [one] if one.arg() < 1e-12 - std::f64::consts::PI => std::f64::consts::PI.into(),
        [one] => one.arg().into(),
        _ => matrix_array(holonomy),
    }
}

/// The frustration of a connection: the smallest eigenvalue of its Laplacian, 0 where a parallel assignment exists.
///
/// On a cycle of n vertices with holonomy φ it is 2 - 2 cos(φ/n). `mode` is the least frustrated assignment of norm 1, `cycles`
/// a basis of the cycles and `holonomies` their angles or matrices. Edges as for `connection_laplacian`.
///
/// ```holor
/// f = frustration([[1, 2, 0], [2, 3, 0], [3, 1, pi]]);
/// abs(f.frustration - 1.0) < 1e-12    # => true
/// f.cycles                                     # => [[2, 3, 1]]
/// ```
#[builtin(topic = "coherence", latex = none, since = "0.1", see("connection_laplacian", "cycle_holonomy"))]
fn frustration(
    /// The edges with their angles or maps.
    edges: MappedEdges,
) -> Result<Record> {
    let connection = edges.connection()?;
    let found: graphs::Frustration<Complex64> =
        connection.frustration().or_refuse(edges.span)?;
    let loops = connection.cycle_holonomies().or_refuse(edges.span)?;
    let cycles: Vec<Vec<usize>> = loops
        .iter()
        .map(|it| it.cycle.iter().map(|vertex| vertex + 1).collect())
        .collect();
    let holonomies: Vec<Value> =
        loops.iter().map(|it| holonomy_value(&it.holonomy)).collect();
    Ok(Record::new("frustration")
        .described("of a connection on a graph")
        .with("frustration", found.frustration)
        .with("eigenvalues", NumericArray::vector(found.eigenvalues).named("λ"))
        .with("mode", read_back(&found.mode, |z| z))
        .with("cycles", cycles.into_value())
        .with("holonomies", Value::List(holonomies.into()))
        .drawn(|record| pictures::counted(record, "eigenvalues", (r"\lambda", "λ"))))
}

/// The holonomy of a closed walk on a connection: the angle, or the matrix, that one turn multiplies with.
///
/// The first edge acts first; an edge walked backwards by its inverse. Edges as for `connection_laplacian`.
///
/// ```holor
/// abs(cycle_holonomy([[1, 2, 0.5], [2, 3, 0.25], [1, 3, 0.5]], [1, 2, 3]) - 0.25) < 1e-12    # => true
/// cycle_holonomy([[1, 2, 0]], [1, 3])          # error: [E0204]
/// ```
#[builtin(
    topic = "coherence",
    latex = none,
    since = "0.1",
    returns = "decimal or array",
    see("frustration", "wilson_loop")
)]
fn cycle_holonomy(
    call: &Call<'_>,
    /// The edges with their angles or maps.
    edges: MappedEdges,
    /// The vertices in order; the walk returns to the first, which may stand at the end again.
    walk: Vec<usize>,
) -> Result<Value> {
    let connection = edges.connection()?;
    let mut walk = walk;
    if walk.len() > 2 && walk.first() == walk.last() {
        walk.pop();
    }
    let places = walk
        .iter()
        .map(|&here| {
            here.checked_sub(1).filter(|&it| it < edges.vertices).ok_or_else(|| {
                let message = format!(
                    "there is no vertex {here}; they are 1 to {}",
                    edges.vertices
                );
                call.error(&codes::E0204_OUT_OF_RANGE, message)
            })
        })
        .collect::<Result<Vec<usize>>>()?;
    let next = places.iter().cycle().skip(1);
    for (&from, &to) in places.iter().zip(next) {
        let joined = edges.edges.iter().any(|edge| {
            [(edge.tail, edge.head), (edge.head, edge.tail)].contains(&(from, to))
        });
        if places.len() > 1 && !joined {
            let message = format!(
                "the walk goes from {} to {}, which share no edge",
                from + 1,
                to + 1
            );
            return Err(call.error(&codes::E0307_INVALID, message));
        }
    }
    let holonomy = connection.holonomy(&places).or_refuse(call.span())?;
    Ok(holonomy_value(&holonomy))
}
