//! Graphs as people read them: formulas of values at neighbours.

use std::fmt::{self, Write as _};

use crate::graph::{Binary, Graph, NodeId, Op, Unary};
use crate::layout::{DIMENSIONS, Region};

/// How tightly a piece of text holds together.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Tightness {
    /// A comparison.
    Relation,
    /// A sum.
    Sum,
    /// A product.
    Product,
    /// A name or a call.
    Atom,
}

/// Text of a formula.
pub(crate) type Text = (String, Tightness);

/// ` for j = 1..5`, where a region is a part of a dimension.
pub(crate) fn range(region: Region, points: [usize; DIMENSIONS], rank: usize) -> String {
    let mut text = String::new();
    let first = DIMENSIONS - rank.min(DIMENSIONS);
    for (dimension, count) in points.iter().enumerate().skip(first) {
        let (start, end) = (region.start[dimension], region.end[dimension]);
        let count = *count as isize;
        if end - start > 1 && start >= 0 && end <= count && (start, end) != (0, count) {
            let index = letter(dimension, rank);
            let _ = write!(text, " for {index} = {start}..{}", end - 1);
        }
    }
    text
}

/// The index of a dimension.
pub(crate) fn letter(dimension: usize, rank: usize) -> &'static str {
    let axis = (dimension + rank).saturating_sub(DIMENSIONS);
    ["i", "j", "k"].get(axis).copied().unwrap_or("?")
}

/// The dimensions in which a region is one cell beyond the ends, with that cell.
pub(crate) fn fixed(
    region: Region,
    points: [usize; DIMENSIONS],
) -> [Option<isize>; DIMENSIONS] {
    std::array::from_fn(|d| {
        let cell = region.start[d];
        let outside = cell < 0 || cell >= points[d] as isize;
        (outside && region.end[d] - cell == 1).then_some(cell)
    })
}

/// A number with at most seven digits.
pub(crate) fn number(value: f64) -> String {
    let short = format!("{value}");
    if short.trim_start_matches('-').len() <= 9 {
        return short;
    }
    let size = value.abs();
    if (1e-3..1e7).contains(&size) {
        let digits = (6 - size.log10().floor() as i32).max(0) as usize;
        let text = format!("{value:.digits$}");
        return if text.contains('.') {
            text.trim_end_matches('0').trim_end_matches('.').to_owned()
        } else {
            text
        };
    }
    format!("{value:.6e}")
}

/// The name of an array or a table, a formula in brackets: `(x + 2)[i]`.
pub(crate) fn simple(name: &str) -> String {
    if name.chars().all(char::is_alphanumeric) {
        name.to_owned()
    } else {
        format!("({name})")
    }
}

pub(crate) fn enclosed(text: Text, least: Tightness) -> String {
    if text.1 < least { format!("({})", text.0) } else { text.0 }
}

/// What arrays, scalars and tables are called.
pub(crate) trait Names {
    /// An array, counted as loads count it.
    fn array(&self, array: u32) -> String;
    /// A scalar.
    fn scalar(&self, scalar: u32) -> Text;
    /// A table, and its dimension.
    fn table(&self, table: u32) -> Option<(String, usize)>;
    /// Whether an array stands half a cell beyond the points along an axis.
    fn is_beyond(&self, _array: u32, _axis: usize) -> bool {
        false
    }
}

/// Writes nodes of a graph as formulas of values at neighbours (`u[i+1,j]`); those used more than once get names.
pub(crate) struct Printer<'a, N> {
    pub(crate) names: N,
    graph: &'a Graph,
    /// The number of axes.
    rank: usize,
    uses: Vec<u32>,
    shared: Vec<Option<String>>,
    /// Named nodes whose formulas are not written yet.
    pending: Vec<usize>,
    count: usize,
}

impl<'a, N: Names> Printer<'a, N> {
    /// Of what these nodes need.
    pub(crate) fn new(graph: &'a Graph, roots: &[NodeId], rank: usize, names: N) -> Self {
        let needed = graph.needed(roots);
        let mut uses = vec![0; graph.ops().len()];
        for (op, needed) in graph.ops().iter().zip(needed) {
            if needed {
                for operand in op.operands() {
                    uses[operand.0 as usize] += 1;
                }
            }
        }
        let shared = vec![None; uses.len()];
        Self { names, graph, rank, uses, shared, pending: Vec::new(), count: 0 }
    }

    /// `[i,j+1]`, or the cell where a dimension is fixed; `[i+1/2,j]` where the array stands between the points.
    pub(crate) fn indices(
        &self,
        array: u32,
        at: [Option<isize>; DIMENSIONS],
        offset: [i16; DIMENSIONS],
    ) -> String {
        let rank = self.rank;
        let beyond = |d: usize| {
            let axis = (d + rank).checked_sub(DIMENSIONS);
            axis.is_some_and(|axis| self.names.is_beyond(array, axis))
        };
        let parts: Vec<String> = (DIMENSIONS - rank.min(DIMENSIONS)..DIMENSIONS)
            .map(|d| match (at[d], offset[d]) {
                (Some(cell), offset) if beyond(d) => {
                    format!("{}/2", 2 * (cell + isize::from(offset)) + 1)
                }
                (None, offset) if beyond(d) => {
                    format!("{}{:+}/2", letter(d, rank), 2 * offset + 1)
                }
                (Some(cell), offset) => format!("{}", cell + isize::from(offset)),
                (None, 0) => letter(d, rank).to_owned(),
                (None, offset) => format!("{}{offset:+}", letter(d, rank)),
            })
            .collect();
        format!("[{}]", parts.join(","))
    }

    /// A node at the top of a line.
    pub(crate) fn top(
        &mut self,
        node: NodeId,
        at: [Option<isize>; DIMENSIONS],
    ) -> String {
        self.operation(node, at, false).0
    }

    /// A node with all that it needs, nothing named.
    pub(crate) fn whole(
        &mut self,
        node: NodeId,
        at: [Option<isize>; DIMENSIONS],
    ) -> String {
        self.operation(node, at, true).0
    }

    pub(crate) fn text(&mut self, node: NodeId, at: [Option<isize>; DIMENSIONS]) -> Text {
        self.inner(node, at, false)
    }

    fn inner(
        &mut self,
        node: NodeId,
        at: [Option<isize>; DIMENSIONS],
        whole: bool,
    ) -> Text {
        let place = node.0 as usize;
        let op = self.graph.op(node);
        let shared = self.uses.get(place).is_some_and(|uses| *uses > 1);
        if whole || !shared || op.operands().is_empty() {
            return self.operation(node, at, whole);
        }
        if let Some(Some(name)) = self.shared.get(place) {
            return (name.clone(), Tightness::Atom);
        }
        self.count += 1;
        let name = format!("s{}", self.count);
        if let Some(slot) = self.shared.get_mut(place) {
            *slot = Some(name.clone());
        }
        self.pending.push(place);
        (name, Tightness::Atom)
    }

    /// Formulas of what was given a name.
    pub(crate) fn write_shared(
        &mut self,
        at: [Option<isize>; DIMENSIONS],
        indent: &str,
        out: &mut String,
    ) -> fmt::Result {
        while !self.pending.is_empty() {
            for place in std::mem::take(&mut self.pending) {
                let name = self.shared.get(place).cloned().flatten().unwrap_or_default();
                let text = self.top(NodeId(place as u32), at);
                writeln!(out, "{indent}{name} = {text}")?;
            }
        }
        Ok(())
    }

    /// Of two factors the number first.
    fn in_order(&self, a: NodeId, b: NodeId) -> (NodeId, NodeId) {
        let rank = |node| match self.graph.op(node) {
            Op::Constant(_) => 0,
            Op::Scalar(_) => 1,
            _ => 2,
        };
        if rank(b) < rank(a) { (b, a) } else { (a, b) }
    }

    /// A part of a complex number; 1 where it is none.
    fn part(
        &mut self,
        part: Option<NodeId>,
        at: [Option<isize>; DIMENSIONS],
        whole: bool,
    ) -> Text {
        match part {
            Some(node) => self.inner(node, at, whole),
            None => ("1".into(), Tightness::Atom),
        }
    }

    fn operation(
        &mut self,
        node: NodeId,
        at: [Option<isize>; DIMENSIONS],
        whole: bool,
    ) -> Text {
        use Tightness::{Atom, Product, Relation, Sum};
        if let Some(parts) = self.graph.as_modulus(node) {
            let [x, y] = parts.map(|part| self.part(part, at, whole).0);
            return (format!("hypot({x}, {y})"), Atom);
        }
        if let Some((above, parts)) = self.graph.as_over_square(node) {
            let above = enclosed(self.part(above, at, whole), Product);
            let [x, y] = parts.map(|part| self.part(part, at, whole).0);
            return (format!("{above}/hypot({x}, {y})^2"), Product);
        }
        match self.graph.op(node) {
            Op::Constant(bits) => {
                let value = bits.value();
                (number(value), if value < 0.0 { Sum } else { Atom })
            }
            Op::Scalar(scalar) => self.names.scalar(scalar),
            Op::Load { array, offset } => {
                let name = self.names.array(array);
                (format!("{name}{}", self.indices(array, at, offset)), Atom)
            }
            Op::Table { table, offset } => {
                let Some((name, dimension)) = self.names.table(table) else {
                    return ("?".into(), Atom);
                };
                let index = match (at[dimension], offset) {
                    (Some(cell), offset) => format!("{}", cell + isize::from(offset)),
                    (None, 0) => letter(dimension, self.rank).to_owned(),
                    (None, offset) => {
                        format!("{}{offset:+}", letter(dimension, self.rank))
                    }
                };
                (format!("{name}[{index}]"), Atom)
            }
            Op::Unary(Unary::Negate, a) => {
                let a = self.inner(a, at, whole);
                (format!("-{}", enclosed(a, Product)), Sum)
            }
            Op::Unary(function, a) => {
                let a = self.inner(a, at, whole);
                (format!("{}({})", unary_name(function), a.0), Atom)
            }
            Op::Binary(function, a, b) => {
                let (a, b) = match function {
                    Binary::Multiply => self.in_order(a, b),
                    _ => (a, b),
                };
                let a = self.inner(a, at, whole);
                let b = self.inner(b, at, whole);
                match function {
                    Binary::Add => (joined(&enclosed(a, Sum), &enclosed(b, Sum)), Sum),
                    Binary::Subtract => {
                        (format!("{} - {}", enclosed(a, Sum), enclosed(b, Product)), Sum)
                    }
                    Binary::Less => (format!("{} < {}", a.0, b.0), Relation),
                    Binary::LessEqual => (format!("{} <= {}", a.0, b.0), Relation),
                    Binary::Equal => (format!("{} == {}", a.0, b.0), Relation),
                    Binary::Multiply => {
                        let text =
                            format!("{} {}", enclosed(a, Product), enclosed(b, Product));
                        let tightness = if text.starts_with('-') { Sum } else { Product };
                        (text, tightness)
                    }
                    Binary::Divide => (
                        format!("{}/{}", enclosed(a, Product), enclosed(b, Atom)),
                        Product,
                    ),
                    other => (format!("{}({}, {})", binary_name(other), a.0, b.0), Atom),
                }
            }
            Op::MultiplyAdd(a, b, c) => {
                let c = self.inner(c, at, whole);
                let (a, b) = self.in_order(a, b);
                let b = enclosed(self.inner(b, at, whole), Product);
                let a = match self.graph.constant_value(a) {
                    Some(value) => number(value),
                    None => enclosed(self.inner(a, at, whole), Product),
                };
                (joined(&enclosed(c, Sum), &format!("{a} {b}")), Sum)
            }
            Op::Select(condition, then, otherwise) => {
                let condition = self.inner(condition, at, whole);
                let then = self.inner(then, at, whole);
                let otherwise = self.inner(otherwise, at, whole);
                (format!("piecewise({}, {}, {})", condition.0, then.0, otherwise.0), Atom)
            }
        }
    }
}

/// a + b, with the sign of b.
fn joined(a: &str, b: &str) -> String {
    match b.strip_prefix('-') {
        Some(rest) => format!("{a} - {rest}"),
        None => format!("{a} + {b}"),
    }
}

/// The name of a function of one value in the language.
pub(crate) fn unary_name(function: Unary) -> &'static str {
    match function {
        Unary::Negate => "-",
        Unary::Absolute => "abs",
        Unary::SquareRoot => "sqrt",
        Unary::Floor => "floor",
        Unary::Round => "round",
        Unary::PowerOfTwo => "exp2",
        Unary::Exponent => "exponent",
        Unary::Mantissa => "mantissa",
        Unary::Sine => "sin",
        Unary::Cosine => "cos",
        Unary::Tangent => "tan",
        Unary::Exponential => "exp",
        Unary::Logarithm => "log",
        Unary::HyperbolicSine => "sinh",
        Unary::HyperbolicCosine => "cosh",
        Unary::HyperbolicTangent => "tanh",
        Unary::InverseSine => "asin",
        Unary::InverseCosine => "acos",
        Unary::InverseTangent => "atan",
        Unary::Sign => "sign",
        Unary::ErrorFunction => "erf",
    }
}

/// The name of a function of two values in the language.
pub(crate) fn binary_name(function: Binary) -> &'static str {
    match function {
        Binary::Add => "add",
        Binary::Subtract => "subtract",
        Binary::Multiply => "multiply",
        Binary::Divide => "divide",
        Binary::Minimum => "min",
        Binary::Maximum => "max",
        Binary::Less => "less",
        Binary::LessEqual => "less_equal",
        Binary::Equal => "equal",
        Binary::Power => "power",
        Binary::Angle => "atan2",
    }
}
