//! Elementary functions as arithmetic, the same on every backend; and which products are joined with a sum.

mod coefficients;
mod functions;
#[cfg(test)]
mod tests;

use std::sync::OnceLock;

use crate::backend::Precision;
use crate::graph::{Binary, Graph, NodeId, Op, Unary};
use crate::plan::{Action, Plan};
use functions::Builder;

/// Rewrites what the roots need so that only operations up to [`Unary::Mantissa`], arithmetic, comparisons, [`Op::MultiplyAdd`]
/// and [`Op::Select`] are left. Gives a new graph and the roots in it.
///
/// The functions are within 2 units in the last place of the precision, with these limits:
///
/// - circular functions: |x| ≤ 2⁴⁶ (2¹⁸ in single precision), NaN beyond;
/// - the exponential gives 0 where the result would be below 3.2·10⁻³⁰⁸ (1.7·10⁻³⁸);
/// - `Angle` and `Power` treat −0 as 0.
///
/// Method: arguments are reduced by multiples of π, π/2 or ln 2 in parts (Cody and Waite, *Software Manual for the
/// Elementary Functions*, 1980), exactly thanks to multiply-add; then minimax polynomials. Where both sine and cosine of a value are needed
/// they share the reduction.
pub fn expand(
    graph: &Graph,
    roots: &[NodeId],
    precision: Precision,
) -> (Graph, Vec<NodeId>) {
    let needed = graph.needed(roots);
    let ops = || graph.ops().iter().zip(&needed).filter_map(|(op, n)| n.then_some(op));
    // Arguments whose sine (bit 1) and cosine (bit 2) are needed.
    let mut circular = vec![0_u8; graph.ops().len()];
    for op in ops() {
        match op {
            Op::Unary(Unary::Sine, a) => circular[a.0 as usize] |= 1,
            Op::Unary(Unary::Cosine, a) => circular[a.0 as usize] |= 2,
            _ => {}
        }
    }
    let mut target = Graph::new();
    let mut places = vec![NodeId(0); graph.ops().len()];
    for (place, op) in graph.ops().iter().enumerate() {
        if !needed[place] {
            continue;
        }
        let both = match op {
            Op::Unary(Unary::Sine | Unary::Cosine, a) => circular[a.0 as usize] == 3,
            _ => false,
        };
        let moved = op.with_operands(|node| places[node.0 as usize]);
        places[place] = match moved {
            Op::Unary(_, a) | Op::Binary(_, a, _)
                if target.constant_value(a).is_some()
                    && moved
                        .operands()
                        .iter()
                        .all(|n| target.constant_value(*n).is_some()) =>
            {
                target.rebuild(moved)
            }
            Op::Unary(function, a) => {
                Builder::new(&mut target, precision).unary(function, a, both)
            }
            Op::Binary(function @ (Binary::Power | Binary::Angle), a, b) => {
                let mut builder = Builder::new(&mut target, precision);
                if function == Binary::Power {
                    builder.power(a, b)
                } else {
                    builder.angle(a, b)
                }
            }
            other => target.rebuild(other),
        };
    }
    (target, roots.iter().map(|root| places[root.0 as usize]).collect())
}

/// Joins each product that is used once with the sum or difference that uses it, so that all backends round alike:
/// a b + c, a b − c and c − a b become [`Op::MultiplyAdd`]. Of two products the later one is joined.
pub fn fuse(graph: &Graph, roots: &[NodeId]) -> (Graph, Vec<NodeId>) {
    Fusion::new(graph, roots, 0).all(roots)
}

/// As [`fuse`]; and sums of nothing but products, a b + c d, take what is added to them first: (x + a b) + c d. Not for expansions of functions, where
/// what is added last must be.
fn fuse_sums(graph: &Graph, roots: &[NodeId]) -> (Graph, Vec<NodeId>) {
    Fusion::new(graph, roots, DEEPEST).all(roots)
}

/// Sums of products are looked into so deep.
const DEEPEST: usize = 64;

struct Fusion<'a> {
    graph: &'a Graph,
    needed: Vec<bool>,
    uses: Vec<u32>,
    target: Graph,
    places: Vec<NodeId>,
    deepest: usize,
    /// Of a node that is used once and, with all that can be joined, still has one product by itself: how deep that is. Else 0.
    open: Vec<usize>,
}

impl<'a> Fusion<'a> {
    fn new(graph: &'a Graph, roots: &[NodeId], deepest: usize) -> Self {
        let needed = graph.needed(roots);
        let count = graph.ops().len();
        let mut uses = vec![0_u32; count];
        for (place, op) in graph.ops().iter().enumerate() {
            if needed[place] {
                for operand in op.operands() {
                    uses[operand.0 as usize] += 1;
                }
            }
        }
        for root in roots {
            uses[root.0 as usize] += 1;
        }
        let (target, places) = (Graph::new(), vec![NodeId(0); count]);
        let open = vec![0; count];
        Self { graph, needed, uses, target, places, deepest, open }
    }

    fn all(mut self, roots: &[NodeId]) -> (Graph, Vec<NodeId>) {
        for place in 0..self.graph.ops().len() {
            if self.needed[place] {
                self.visit(place);
            }
        }
        let roots = roots.iter().map(|root| self.at(*root)).collect();
        (self.target, roots)
    }

    fn at(&self, node: NodeId) -> NodeId {
        self.places[node.0 as usize]
    }

    fn open(&self, node: NodeId) -> bool {
        self.open[node.0 as usize] > 0
    }

    fn product(&self, node: NodeId) -> Option<(NodeId, NodeId)> {
        match self.graph.op(node) {
            Op::Binary(Binary::Multiply, a, b) if self.uses[node.0 as usize] == 1 => {
                Some((a, b))
            }
            _ => None,
        }
    }

    fn visit(&mut self, place: usize) {
        let op = self.graph.ops()[place];
        let depth = |node: NodeId| self.open[node.0 as usize];
        let both =
            |c, d| if depth(c).min(depth(d)) > 0 { depth(c).max(depth(d)) } else { 0 };
        let within = match op {
            Op::Binary(Binary::Multiply, ..) => Some(0),
            Op::Binary(Binary::Add, c, d) => {
                Some(match (self.product(c), self.product(d)) {
                    (None, None) => both(c, d),
                    (_, Some(_)) => depth(c),
                    (Some(_), None) => depth(d),
                })
                .filter(|depth| *depth > 0)
            }
            Op::Binary(Binary::Subtract, c, d) => {
                let joins = self.product(d).is_some() || self.product(c).is_none();
                Some(depth(c)).filter(|depth| joins && *depth > 0)
            }
            Op::MultiplyAdd(_, _, c) => Some(depth(c)).filter(|depth| *depth > 0),
            _ => None,
        };
        let within =
            within.filter(|depth| *depth < self.deepest && self.uses[place] == 1);
        self.open[place] = within.map_or(0, |depth| depth + 1);
        self.places[place] = match op {
            Op::Binary(Binary::Add, c, d) => self.add(c, d, None),
            Op::Binary(Binary::Subtract, c, d) => self.subtract(c, d, None),
            _ => self.rebuild(op),
        };
    }

    fn rebuild(&mut self, op: Op) -> NodeId {
        let moved = op.with_operands(|node| self.at(node));
        self.target.rebuild(moved)
    }

    /// The value of an open node and what is added to it first; of another node as it is.
    fn from(&mut self, first: Option<NodeId>, node: NodeId) -> NodeId {
        let Some(first) = first else { return self.at(node) };
        match self.graph.op(node) {
            Op::Binary(Binary::Multiply, a, b) => {
                let (a, b) = (self.at(a), self.at(b));
                self.target.multiply_add(a, b, first)
            }
            Op::Binary(Binary::Add, c, d) => self.add(c, d, Some(first)),
            Op::Binary(Binary::Subtract, c, d) => self.subtract(c, d, Some(first)),
            Op::MultiplyAdd(a, b, c) => {
                let (a, b, c) = (self.at(a), self.at(b), self.from(Some(first), c));
                self.target.multiply_add(a, b, c)
            }
            _ => {
                let value = self.at(node);
                self.target.binary(Binary::Add, first, value)
            }
        }
    }

    /// c + d, where `first` is added to the open one of them.
    fn add(&mut self, c: NodeId, d: NodeId, first: Option<NodeId>) -> NodeId {
        match (self.product(c), self.product(d)) {
            (_, Some((a, b))) => {
                let (a, b, c) = (self.at(a), self.at(b), self.from(first, c));
                self.target.multiply_add(a, b, c)
            }
            (Some((a, b)), None) => {
                let (a, b, d) = (self.at(a), self.at(b), self.from(first, d));
                self.target.multiply_add(a, b, d)
            }
            (None, None) if self.open(d) => {
                let first = self.from(first, c);
                self.from(Some(first), d)
            }
            (None, None) if self.open(c) => {
                let first = self.at(d);
                self.from(Some(first), c)
            }
            (None, None) => {
                let (c, d) = (self.from(first, c), self.at(d));
                self.target.binary(Binary::Add, c, d)
            }
        }
    }

    /// c − d, where `first` is added to c.
    fn subtract(&mut self, c: NodeId, d: NodeId, first: Option<NodeId>) -> NodeId {
        match (self.product(c), self.product(d)) {
            (_, Some((a, b))) => {
                // The constant takes the sign, where there is one.
                let swap = self.graph.constant_value(b).is_some();
                let (a, b) = if swap { (b, a) } else { (a, b) };
                let (a, b, c) = (self.at(a), self.at(b), self.from(first, c));
                let minus = self.target.negate(a);
                self.target.multiply_add(minus, b, c)
            }
            (Some((a, b)), None) if first.is_none() => {
                let (a, b, d) = (self.at(a), self.at(b), self.at(d));
                let minus = self.target.negate(d);
                self.target.multiply_add(a, b, minus)
            }
            _ => {
                let (c, d) = (self.from(first, c), self.at(d));
                self.target.binary(Binary::Subtract, c, d)
            }
        }
    }
}

/// Sums of products joined with what is added to them, [`expand`], then [`fuse`], and only what is needed.
pub fn lower_graph(
    graph: &Graph,
    roots: &[NodeId],
    precision: Precision,
) -> (Graph, Vec<NodeId>) {
    let (summed, roots) = fuse_sums(graph, roots);
    let (expanded, roots) = expand(&summed, &roots, precision);
    let (fused, roots) = fuse(&expanded, &roots);
    let mut target = Graph::new();
    let roots = fused.copy_into(&mut target, &roots, |graph, op| graph.push(op));
    (target, roots)
}

/// The plan with all its graphs expanded and fused: what compiling backends carry out. Scalars are in double precision.
#[must_use]
pub fn lower(plan: &Plan, precision: Precision) -> Plan {
    let mut plan = plan.clone();
    for program in &mut plan.programs {
        let (graph, roots) = lower_graph(&program.graph, &program.roots(), precision);
        let (stored, reduced) = roots.split_at(program.stores.len());
        for (store, value) in program.stores.iter_mut().zip(stored) {
            store.value = *value;
        }
        for (reduction, value) in program.reductions.iter_mut().zip(reduced) {
            reduction.value = *value;
        }
        program.graph = graph;
    }
    for procedure in &mut plan.procedures {
        for action in &mut procedure.actions {
            if let Action::Scalars { graph, stores } = action {
                let roots: Vec<NodeId> = stores.iter().map(|store| store.1).collect();
                let (lowered, roots) = lower_graph(graph, &roots, Precision::Double);
                for (store, root) in stores.iter_mut().zip(roots) {
                    store.1 = root;
                }
                *graph = lowered;
            }
        }
    }
    plan
}

/// The error function 2/√π ∫₀ˣ exp(−t²) dt, within 2 units in the last place.
pub fn error_function(x: f64) -> f64 {
    static PROGRAM: OnceLock<(Graph, NodeId)> = OnceLock::new();
    let (graph, root) = PROGRAM.get_or_init(|| {
        let mut graph = Graph::new();
        let x = graph.load(0, [0; 3]);
        let root = Builder::new(&mut graph, Precision::Double).error_function(x);
        (graph, root)
    });
    let mut values: Vec<f64> = Vec::with_capacity(graph.ops().len());
    for op in graph.ops() {
        let at = |node: NodeId| values[node.0 as usize];
        let value = match *op {
            Op::Load { .. } => x,
            ref other => crate::interpreter::evaluate(other, at).unwrap_or(f64::NAN),
        };
        values.push(value);
    }
    values[root.0 as usize]
}
