//! Graphs: the usual ones, and any from its edges.
//!
//! A graph is a record of the kind `graph` with the parts `vertices` (how many there are, counted from 1) and `edges` (a list
//! of `[i, j, weight]`, each edge once). [`GraphArgument`] reads one, or a matrix of weights.

use holor_algebra::Expr;
use holor_dynamics::oscillators::Graph;
use holor_macros::builtin;

use crate::array::{NumericArray, plain_number};
use crate::builtin::{ArrayArgument, Expected, FromValue, Given, Spanned};
use crate::evaluate::Call;
use crate::plot::{Axis, Layer, Plot, Scale};
use crate::record::Record;
use crate::{Builtin, Diagnostic, Result, Span, Value, codes};

/// The records of this file.
pub(crate) static BUILTINS: &[&Builtin] = &[
    &GRAPH,
    &COMPLETE_GRAPH,
    &RING_GRAPH,
    &PATH_GRAPH,
    &STAR_GRAPH,
    &GRID_GRAPH,
    &ERDOS_RENYI,
    &WATTS_STROGATZ,
    &BARABASI_ALBERT,
    &DEGREES,
    &CONNECTED,
    &ADJACENCY,
];

/// The kind of records that are graphs.
pub(crate) const KIND: &str = "graph";
/// As a list of edges with their numbers, more would take gigabytes.
const MOST_EDGES: usize = 4_000_000;
/// A matrix of weights has at most so many rows.
const MOST_ROWS: usize = 5000;
/// Pictures show at most so many edges.
const MOST_DRAWN: usize = 20_000;

/// A graph as an argument: a record of the kind `graph`, a list of edges, or a square matrix of weights, row i naming what
/// acts on i.
#[derive(Clone, Debug)]
pub(crate) struct GraphArgument {
    /// How many vertices there are.
    pub(crate) vertices: usize,
    /// Edges `(to, from, weight)`, counted from 0: of an undirected graph each edge once.
    pub(crate) edges: Vec<(usize, usize, f64)>,
    /// Whether `edges` are directed: the graph was given as a matrix that is not symmetric.
    pub(crate) directed: bool,
    /// Where it stands.
    pub(crate) span: Span,
}

impl GraphArgument {
    /// As the graph on which oscillators are coupled.
    pub(crate) fn coupling(&self) -> Result<Graph> {
        let mut edges = Vec::with_capacity(2 * self.edges.len());
        for &(to, from, weight) in &self.edges {
            edges.push((to, from, weight));
            if !self.directed && to != from {
                edges.push((from, to, weight));
            }
        }
        Graph::from_edges(self.vertices, &edges).map_err(|error| {
            Box::new(
                Diagnostic::error(
                    &codes::E0202_WRONG_ARGUMENTS,
                    error.message().to_string(),
                )
                .at(self.span),
            )
        })
    }

    fn from_matrix(matrix: &NumericArray, span: Span) -> Result<Self> {
        let refuse = |message: String| {
            Box::new(Diagnostic::error(&codes::E0203_WRONG_SHAPE, message).at(span))
        };
        let (Some(weights), &[rows, columns]) =
            (matrix.as_real(), matrix.shape().as_slice())
        else {
            return Err(refuse(
                "the weights of a graph are a matrix of real numbers".into(),
            ));
        };
        if rows != columns {
            return Err(refuse(format!(
                "the weights of a graph are a square matrix, not {rows}×{columns}"
            )));
        }
        let weight = |row: usize, column: usize| {
            weights.get(row * columns + column).copied().unwrap_or(0.0)
        };
        let directed = (0..rows).any(|i| (0..i).any(|j| weight(i, j) != weight(j, i)));
        let mut edges = Vec::new();
        for i in 0..rows {
            for j in 0..columns {
                if weight(i, j) != 0.0 && (directed || j >= i) {
                    edges.push((i, j, weight(i, j)));
                }
            }
        }
        Ok(Self { vertices: rows, edges, directed, span })
    }

    fn from_record(record: &Record, span: Span) -> Result<Self> {
        let broken = || {
            Box::new(
                Diagnostic::error(
                    &codes::E0201_WRONG_TYPE,
                    "a graph has the parts `vertices`, a number, and `edges`, a list of [i, j, weight]",
                )
                .at(span),
            )
        };
        let whole = |value: f64| {
            (value >= 0.0 && value.fract() == 0.0 && value < 1e15)
                .then_some(value as usize)
        };
        let number =
            |value: &Expr| plain_number(value).filter(|it| it.im == 0.0).map(|it| it.re);
        let vertices = record
            .get("vertices")
            .and_then(Value::as_expr)
            .and_then(number)
            .and_then(whole)
            .ok_or_else(broken)?;
        let rows: Vec<Vec<f64>> = match record.get("edges") {
            Some(Value::List(items)) => items
                .iter()
                .map(|item| match item {
                    Value::List(parts) => parts
                        .iter()
                        .map(|part| part.as_expr().and_then(number))
                        .collect::<Option<Vec<f64>>>(),
                    _ => None,
                })
                .collect::<Option<_>>()
                .ok_or_else(broken)?,
            Some(Value::Matrix(matrix)) => (0..matrix.rows())
                .map(|row| matrix.row(row).iter().map(number).collect::<Option<_>>())
                .collect::<Option<_>>()
                .ok_or_else(broken)?,
            _ => return Err(broken()),
        };
        let mut edges = Vec::with_capacity(rows.len());
        for row in rows {
            let &[i, j, weight] = row.as_slice() else { return Err(broken()) };
            let place = |vertex: f64| {
                whole(vertex)
                    .filter(|&vertex| vertex >= 1 && vertex <= vertices)
                    .map(|vertex| vertex - 1)
                    .ok_or_else(broken)
            };
            edges.push((place(i)?, place(j)?, weight));
        }
        Ok(Self { vertices, edges, directed: false, span })
    }
}

impl FromValue for GraphArgument {
    const KIND: &'static str =
        "a graph, a list of its edges [i, j] or [i, j, weight], or its matrix of weights";

    fn from_value(given: &Given, call: &Call<'_>) -> std::result::Result<Self, Expected> {
        match &given.value {
            Value::Record(record) if record.kind() == KIND => {
                Ok(Self::from_record(record, given.span)?)
            }
            Value::Matrix(_) | Value::Array(_) | Value::List(_) => {
                let rows = Rows::from_value(given, call)?;
                let couplings =
                    matches!(given.value, Value::Array(_)) && rows.are_square();
                if !couplings && rows.are_edges() {
                    rows.require_clear(call)?;
                    let (vertices, edges) = rows.edges(call, None)?;
                    return Ok(Self {
                        vertices,
                        edges,
                        directed: false,
                        span: given.span,
                    });
                }
                let ArrayArgument { array, span } =
                    ArrayArgument::from_value(given, call)?;
                Ok(Self::from_matrix(&array, span)?)
            }
            _ => Err(Expected::Kind),
        }
    }
}

/// Two vertices, counted from 0, and a weight.
type Edge = (usize, usize, f64);

/// Rows of numbers, which need not be of the same length.
#[derive(Clone, Debug)]
pub(crate) struct Rows {
    rows: Vec<Vec<f64>>,
    /// The last number of each row as it was written.
    weights: Vec<Option<Expr>>,
    span: Span,
}

impl FromValue for Rows {
    const KIND: &'static str = "a list of edges [i, j] or [i, j, weight]";

    fn from_value(given: &Given, call: &Call<'_>) -> std::result::Result<Self, Expected> {
        let items = call.items(&given.value, given.span)?.ok_or(Expected::Kind)?;
        let mut rows: Vec<Vec<f64>> = Vec::with_capacity(items.len());
        let mut weights = Vec::with_capacity(items.len());
        for item in items {
            let parts = call.items(&item, given.span)?.ok_or(Expected::Kind)?;
            weights.push(parts.get(2).and_then(Value::as_expr).cloned());
            let row = Vec::from_value(&given.part(item), call);
            rows.push(row.map_err(|_| Expected::Kind)?);
        }
        Ok(Self { rows, weights, span: given.span })
    }
}

/// Whether a number counts a vertex.
fn is_vertex(value: f64) -> bool {
    value >= 1.0 && value.fract() == 0.0 && value <= MOST_EDGES as f64
}

impl Rows {
    /// Whether they are edges and not a matrix of weights: each row begins with two different vertices. A matrix of weights
    /// has zeros on its diagonal.
    fn are_edges(&self) -> bool {
        let joins = |row: &Vec<f64>| match row.as_slice() {
            [i, j] | [i, j, _] => is_vertex(*i) && is_vertex(*j) && i != j,
            _ => false,
        };
        self.rows.iter().all(joins)
    }

    fn are_square(&self) -> bool {
        self.rows.iter().all(|row| row.len() == self.rows.len())
    }

    /// E0202 for edges that may as well be the couplings of three vertices.
    fn require_clear(&self, call: &Call<'_>) -> Result<()> {
        let counts = |row: &Vec<f64>| row.iter().all(|&value| is_vertex(value));
        if self.rows.len() != 3 || !self.are_square() || !self.rows.iter().all(counts) {
            return Ok(());
        }
        let message = "three edges [i, j, weight] or a 3×3 matrix of couplings: the numbers can be either";
        let text = call.text(self.span);
        Diagnostic::error(&codes::E0202_WRONG_ARGUMENTS, message)
            .at(self.span)
            .hint(format!("graph({text}), of edges"))
            .hint(format!("array({text}), of couplings"))
            .into()
    }

    /// The number of vertices, and the edges in order, counted from 0.
    fn edges(
        &self,
        call: &Call<'_>,
        vertices: Option<usize>,
    ) -> Result<(usize, Vec<Edge>)> {
        let span = self.span;
        let refuse = |message: String| {
            Box::new(Diagnostic::error(&codes::E0202_WRONG_ARGUMENTS, message).at(span))
        };
        let mut list: Vec<(usize, usize, f64)> = Vec::with_capacity(self.rows.len());
        let mut highest = 0;
        for row in &self.rows {
            let (i, j, weight) = match *row.as_slice() {
                [i, j] => (i, j, 1.0),
                [i, j, weight] => (i, j, weight),
                _ => {
                    return Err(refuse(
                        "edges are lists [i, j] or [i, j, weight]".into(),
                    ));
                }
            };
            let place = |vertex: f64| {
                if is_vertex(vertex) {
                    return Ok(vertex as usize - 1);
                }
                Err(refuse(format!("{vertex} is no vertex; they are counted from 1")))
            };
            let (i, j) = (place(i)?, place(j)?);
            if i == j {
                return Err(refuse(format!(
                    "an edge joins vertex {} with itself",
                    i + 1
                )));
            }
            highest = highest.max(i + 1).max(j + 1);
            list.push((i.min(j), i.max(j), weight));
        }
        let count = vertices.unwrap_or(highest);
        if count < highest {
            let message =
                format!("an edge names vertex {highest}, but there are {count}");
            return Err(refuse(message));
        }
        check_vertices(call, count)?;
        let mut sorted = list.clone();
        sorted.sort_by_key(|&(i, j, _)| (i, j));
        if let Some((i, j, _)) = sorted
            .windows(2)
            .find(|two| matches!(two, [a, b] if (a.0, a.1) == (b.0, b.1)))
            .and_then(|two| two.first())
        {
            let message = format!("the edge [{}, {}] is given twice", i + 1, j + 1);
            let error = Diagnostic::error(&codes::E0202_WRONG_ARGUMENTS, message);
            return Err(Box::new(error.at(span).hint("graph(adjacency = …)")));
        }
        Ok((count, list))
    }
}

/// The record of an undirected graph with these edges, counted from 0.
fn record(vertices: usize, edges: &[(usize, usize, f64)]) -> Record {
    weighted(vertices, edges, &[])
}

/// The same with the weights as they were written, where they were.
fn weighted(
    vertices: usize,
    edges: &[(usize, usize, f64)],
    weights: &[Option<Expr>],
) -> Record {
    let one = Value::Expr(Expr::one());
    let list: Vec<Value> = edges
        .iter()
        .enumerate()
        .map(|(place, &(i, j, weight))| {
            let weight = match weights.get(place) {
                Some(Some(written)) => Value::Expr(written.clone()),
                _ if weight == 1.0 => one.clone(),
                _ => weight.into(),
            };
            let ends = [i, j].map(|vertex| Value::Expr(Expr::integer(vertex + 1)));
            let [i, j] = ends;
            Value::List([i, j, weight].into())
        })
        .collect();
    let plural = |count: usize, one: &str, many: &str| {
        if count == 1 { format!("1 {one}") } else { format!("{count} {many}") }
    };
    Record::new(KIND)
        .described(&format!(
            "{}, {}",
            plural(vertices, "vertex", "vertices"),
            plural(edges.len(), "edge", "edges")
        ))
        .with("vertices", Expr::integer(vertices))
        .with("edges", Value::List(list.into()))
        .drawn(drawn)
}

/// A graph with its vertices on a circle.
fn drawn(record: &Record) -> Result<Plot> {
    let graph = GraphArgument::from_record(record, Span::default())?;
    if graph.edges.len() > MOST_DRAWN {
        let message = format!("a picture of {} edges shows nothing", graph.edges.len());
        return Diagnostic::error(&codes::E0403_TOO_LARGE, message)
            .hint("plot(degrees(g))")
            .into();
    }
    let place = |vertex: usize| {
        let angle = std::f64::consts::TAU * vertex as f64 / graph.vertices.max(1) as f64;
        (angle.cos(), angle.sin())
    };
    let axis = || Axis {
        label: String::new(),
        label_text: String::new(),
        range: Some((-1.1, 1.1)),
        scale: Scale::Linear,
    };
    Ok(Plot {
        title: String::new(),
        x: axis(),
        y: axis(),
        layers: vec![
            Layer::Curve {
                label: String::new(),
                label_text: String::new(),
                pieces: graph
                    .edges
                    .iter()
                    .map(|&(i, j, _)| vec![place(i), place(j)])
                    .collect(),
                poles: Vec::new(),
            },
            Layer::Points {
                label: String::new(),
                label_text: String::new(),
                points: (0..graph.vertices).map(place).collect(),
            },
        ],
        equal_aspect: true,
        size: (480, 480),
    })
}

/// The record of a graph of the oscillators' crate, which has each edge in both directions.
fn made(call: &Call<'_>, graph: holor_dynamics::Result<Graph>) -> Result<Record> {
    let graph =
        graph.map_err(|error| call.error(&codes::E0204_OUT_OF_RANGE, error.message()))?;
    check_edges(call, graph.edges() / 2)?;
    let mut edges = Vec::with_capacity(graph.edges() / 2);
    for node in 0..graph.nodes() {
        let (sources, weights) = graph.row(node);
        for (&source, &weight) in sources.iter().zip(weights) {
            if source as usize > node {
                edges.push((node, source as usize, weight));
            }
        }
    }
    Ok(record(graph.nodes(), &edges))
}

fn check_edges(call: &Call<'_>, edges: usize) -> Result<()> {
    if edges > MOST_EDGES {
        let message = format!("{edges} edges are more than a graph holds here");
        return Err(call.error(&codes::E0403_TOO_LARGE, message));
    }
    Ok(())
}

fn check_vertices(call: &Call<'_>, vertices: usize) -> Result<()> {
    if vertices == 0 || vertices > MOST_EDGES {
        let message = format!("a graph with {vertices} vertices is not possible here");
        return Err(call.error(&codes::E0204_OUT_OF_RANGE, message));
    }
    Ok(())
}

/// An undirected graph from its edges `[i, j]` or `[i, j, weight]`, vertices counted from 1; or from its matrix of weights.
///
/// Its parts are `vertices`, how many there are, and `edges`, a list of `[i, j, weight]`. A matrix of weights that is not
/// symmetric, of a directed graph, is given to `kuramoto` as it is. Where three edges with weights could be such a matrix as
/// well, `graph(…)` says that they are edges and `array(…)` that they are weights.
///
/// ```holor
/// graph([[1, 2], [2, 3]]).edges                        # => [[1, 2, 1], [2, 3, 1]]
/// graph([[1, 2, 1/2]], vertices = 4).vertices          # => 4
/// graph(adjacency = [[0, 1, 1], [1, 0, 0], [1, 0, 0]]).edges    # => [[1, 2, 1], [1, 3, 1]]
/// graph([[1, 1]])                                      # error: [E0202]
/// ```
#[builtin(topic = "dynamics", latex = none, since = "0.1", returns = "graph", see("complete_graph", "ring_graph", "watts_strogatz", "adjacency", "kuramoto"))]
fn graph(
    call: &Call<'_>,
    /// The edges.
    edges: Option<Rows>,
    /// How many vertices there are; the highest in an edge if left out.
    #[named]
    vertices: Option<usize>,
    /// A symmetric matrix of weights instead of edges.
    #[named]
    adjacency: Option<ArrayArgument>,
) -> Result<Record> {
    let refuse = |message: String, span: Span| {
        Box::new(Diagnostic::error(&codes::E0202_WRONG_ARGUMENTS, message).at(span))
    };
    let edges = match (edges, adjacency) {
        (None, Some(matrix)) => {
            let graph = GraphArgument::from_matrix(&matrix.array, matrix.span)?;
            if graph.directed {
                return Err(refuse(
                    "the matrix of weights is not symmetric".into(),
                    matrix.span,
                ));
            }
            if let Some((i, ..)) = graph.edges.iter().find(|(i, j, _)| i == j) {
                let message = format!("an edge joins vertex {} with itself", i + 1);
                return Err(refuse(message, matrix.span));
            }
            return Ok(record(graph.vertices, &graph.edges));
        }
        (Some(edges), None) => edges,
        _ => {
            let message = "a graph is made from edges or from a matrix of weights";
            return Err(refuse(message.into(), call.span()));
        }
    };
    let (count, list) = edges.edges(call, vertices)?;
    Ok(weighted(count, &list, &edges.weights))
}

/// The graph in which each of n vertices is joined with each other.
///
/// ```holor
/// len(complete_graph(5).edges)    # => 10
/// ```
#[builtin(topic = "dynamics", latex = none, since = "0.1", returns = "graph", see("graph", "ring_graph"))]
fn complete_graph(
    call: &Call<'_>,
    /// How many vertices.
    n: usize,
) -> Result<Record> {
    check_vertices(call, n)?;
    check_edges(call, n * (n - 1) / 2)?;
    made(call, Graph::complete(n))
}

/// The ring in which each vertex is joined with its k nearest on either side.
///
/// ```holor
/// ring_graph(5).edges                 # => [[1, 2, 1], [1, 5, 1], [2, 3, 1], [3, 4, 1], [4, 5, 1]]
/// degrees(ring_graph(10, 2))          # => [4, 4, 4, 4, 4, 4, 4, 4, 4, 4]
/// ring_graph(4, 2)                    # error: [E0204]
/// ```
#[builtin(topic = "dynamics", latex = none, since = "0.1", returns = "graph", see("graph", "watts_strogatz"))]
fn ring_graph(
    call: &Call<'_>,
    /// How many vertices.
    n: usize,
    /// How many neighbours on either side.
    #[default(1)]
    k: usize,
) -> Result<Record> {
    check_vertices(call, n)?;
    check_edges(call, n.saturating_mul(k))?;
    made(call, Graph::ring(n, k))
}

/// The path through n vertices, one after the other.
///
/// ```holor
/// path_graph(3).edges    # => [[1, 2, 1], [2, 3, 1]]
/// ```
#[builtin(topic = "dynamics", latex = none, since = "0.1", returns = "graph", see("graph", "grid_graph"))]
fn path_graph(
    call: &Call<'_>,
    /// How many vertices.
    n: usize,
) -> Result<Record> {
    check_vertices(call, n)?;
    made(call, Graph::path(n))
}

/// The star: the first of n vertices is joined with all others.
///
/// ```holor
/// degrees(star_graph(4))    # => [3, 1, 1, 1]
/// ```
#[builtin(topic = "dynamics", latex = none, since = "0.1", returns = "graph", see("graph"))]
fn star_graph(
    call: &Call<'_>,
    /// How many vertices.
    n: usize,
) -> Result<Record> {
    check_vertices(call, n)?;
    made(call, Graph::star(n))
}

/// The grid of any dimension in which nearest neighbours are joined; the last axis runs fastest.
///
/// ```holor
/// len(grid_graph([3, 4]).edges)                       # => 17
/// degrees(grid_graph([3, 3], periodic = true))        # => [4, 4, 4, 4, 4, 4, 4, 4, 4]
/// ```
#[builtin(topic = "dynamics", latex = none, since = "0.1", returns = "graph", see("graph", "path_graph"))]
fn grid_graph(
    call: &Call<'_>,
    /// How many vertices along each axis.
    shape: Vec<usize>,
    /// Whether it closes in each direction; false if left out.
    #[named]
    periodic: Option<bool>,
) -> Result<Record> {
    let vertices = shape.iter().try_fold(1_usize, |all, it| all.checked_mul(*it));
    check_vertices(call, vertices.unwrap_or(usize::MAX))?;
    made(call, Graph::grid(&shape, periodic == Some(true)))
}

/// A random graph in which each pair of vertices is joined with probability p (Erdős and Rényi).
///
/// ```holor
/// erdos_renyi(50, 1/10, seed = 1).vertices        # => 50
/// len(erdos_renyi(5, 1, seed = 1).edges)          # => 10
/// ```
#[builtin(topic = "dynamics", latex = none, since = "0.1", returns = "graph", see("graph", "watts_strogatz", "barabasi_albert"))]
fn erdos_renyi(
    call: &Call<'_>,
    /// How many vertices.
    n: usize,
    /// The probability of each edge.
    p: f64,
    /// Fixes the graph; that of the session if left out.
    #[named]
    seed: Option<u64>,
) -> Result<Record> {
    check_vertices(call, n)?;
    let expected = p * n as f64 * (n as f64 - 1.0) / 2.0;
    if expected > MOST_EDGES as f64 {
        check_edges(call, expected as usize)?;
    }
    made(call, Graph::erdos_renyi(n, p, seed.unwrap_or_else(|| call.seed())))
}

/// A small world (Watts and Strogatz): a ring in which each vertex has k neighbours, and each edge moves one end with
/// probability p.
///
/// ```holor
/// len(watts_strogatz(100, 6, 1/10, seed = 1).edges)    # => 300
/// ```
#[builtin(topic = "dynamics", latex = none, since = "0.1", returns = "graph", see("graph", "ring_graph", "erdos_renyi"))]
fn watts_strogatz(
    call: &Call<'_>,
    /// How many vertices.
    n: usize,
    /// How many neighbours each has, an even number.
    k: usize,
    /// The probability that an edge moves.
    p: f64,
    /// Fixes the graph; that of the session if left out.
    #[named]
    seed: Option<u64>,
) -> Result<Record> {
    check_vertices(call, n)?;
    check_edges(call, n.saturating_mul(k) / 2)?;
    made(call, Graph::watts_strogatz(n, k, p, seed.unwrap_or_else(|| call.seed())))
}

/// A graph that grows (Barabási and Albert): from a star with m + 1 vertices on, each new vertex joins m old ones with
/// probabilities in proportion to their degrees.
///
/// ```holor
/// len(barabasi_albert(100, 2, seed = 1).edges)    # => 196
/// ```
#[builtin(topic = "dynamics", latex = none, since = "0.1", returns = "graph", see("graph", "erdos_renyi"))]
fn barabasi_albert(
    call: &Call<'_>,
    /// How many vertices.
    n: usize,
    /// How many edges each new vertex brings.
    m: usize,
    /// Fixes the graph; that of the session if left out.
    #[named]
    seed: Option<u64>,
) -> Result<Record> {
    check_vertices(call, n)?;
    check_edges(call, n.saturating_mul(m))?;
    made(call, Graph::barabasi_albert(n, m, seed.unwrap_or_else(|| call.seed())))
}

/// How many neighbours each vertex of a graph has.
///
/// ```holor
/// degrees(path_graph(3))    # => [1, 2, 1]
/// ```
#[builtin(topic = "dynamics", latex = none, since = "0.1", see("graph", "connected"))]
fn degrees(
    /// The graph.
    graph: GraphArgument,
) -> Result<Vec<usize>> {
    Ok(graph.coupling()?.degrees())
}

/// Whether there is a path between any two vertices of a graph.
///
/// ```holor
/// connected(graph([[1, 2], [3, 4]]))    # => false
/// ```
#[builtin(topic = "dynamics", latex = none, since = "0.1", see("graph", "degrees"))]
fn connected(
    /// The graph.
    graph: GraphArgument,
) -> Result<bool> {
    Ok(graph.coupling()?.is_connected())
}

/// The matrix of weights of a graph as an array: 0 where two vertices are not joined.
///
/// ```holor
/// adjacency(path_graph(3))[2]    # => array([1.0, 0.0, 1.0])
/// ```
#[builtin(topic = "dynamics", latex = none, since = "0.1", see("graph", "degrees"))]
fn adjacency(
    call: &Call<'_>,
    /// The graph.
    graph: Spanned<GraphArgument>,
) -> Result<Value> {
    let graph = graph.value;
    let n = graph.vertices;
    if n > MOST_ROWS {
        let message = format!("a matrix with {n} rows is too large");
        return Err(call.error(&codes::E0403_TOO_LARGE, message));
    }
    let mut rows = vec![0.0; n * n];
    for &(i, j, weight) in &graph.edges {
        for (row, column) in [(i, j), (j, i)] {
            if ((row, column) == (i, j) || !graph.directed)
                && let Some(entry) = rows.get_mut(row * n + column)
            {
                *entry = weight;
            }
        }
    }
    let axes = [crate::array::ArrayAxis::index(n), crate::array::ArrayAxis::index(n)];
    Ok(NumericArray::new(rows, axes).map_or(Value::Nothing, Value::from))
}
