//! A scheme as people read it: difference formulas, ghosts, scalars, and what a cell costs.

use std::fmt::{self, Write as _};

use super::show::{binary_name, unary_name};
use crate::graph::{Binary, NodeId, Op, Unary};
use crate::layout::{DIMENSIONS, Region};
use crate::plan::ReductionKind;
use crate::scheme::{Fill, Scheme};

/// What one evaluation of all rates costs in each cell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cost {
    /// Nodes of the graph with arithmetic.
    pub operations: usize,
    /// Values of arrays read, neighbours counted apart.
    pub loads: usize,
    /// Additions, multiplications, divisions, roots and comparisons; `a*b + c` counts as two. Elementary functions are counted apart.
    pub flops: usize,
    /// Elementary functions (sine, exponential, …).
    pub functions: usize,
    /// Bytes moved to and from memory in double precision where neighbours come from caches: each array read once, each rate written once.
    pub bytes: usize,
}

/// How tightly a piece of text holds together.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Tightness {
    Sum,
    Product,
    Atom,
}

type Text = (String, Tightness);

impl Scheme {
    /// What one evaluation of all rates costs in each cell.
    pub fn cost(&self) -> Cost {
        let needed = self.graph.needed(&self.rates);
        let mut cost = Cost::default();
        let mut arrays = std::collections::BTreeSet::new();
        for (op, needed) in self.graph.ops().iter().zip(needed) {
            if !needed {
                continue;
            }
            match op {
                Op::Constant(_) | Op::Scalar(_) | Op::Table { .. } => continue,
                Op::Load { array, .. } => {
                    arrays.insert(*array);
                    cost.loads += 1;
                    continue;
                }
                Op::MultiplyAdd(..) => cost.flops += 2,
                Op::Unary(function, _) => match function {
                    Unary::Negate
                    | Unary::Absolute
                    | Unary::SquareRoot
                    | Unary::Floor
                    | Unary::Round
                    | Unary::Sign => cost.flops += 1,
                    _ => cost.functions += 1,
                },
                Op::Binary(Binary::Power | Binary::Angle, ..) => cost.functions += 1,
                Op::Binary(..) | Op::Select(..) => cost.flops += 1,
            }
            cost.operations += 1;
        }
        cost.bytes = 8 * (arrays.len() + self.rates.len());
        cost
    }

    /// The scheme as people read it: each rate as a formula of values at neighbours (`u[i+1,j]`), what is shared, ghosts, gathered scalars
    /// and the cost of a cell.
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        // Writing into a string cannot fail.
        let _ = self.write_text(&mut text);
        text
    }

    fn write_text(&self, out: &mut String) -> fmt::Result {
        let mut printer = Printer::new(self);
        for (place, rate) in self.rates.iter().enumerate() {
            let Some(plane) = self.planes.get(place) else { continue };
            let indices = printer.indices([None; DIMENSIONS], [0; 3]);
            let left = match plane.order {
                0 => format!("{}{indices}", plane.name),
                1 => format!("∂t {}{indices}", plane.name),
                _ => format!("∂t² {}{indices}", plane.name),
            };
            let mut right = printer.top(*rate, [None; DIMENSIONS]);
            for diffusion in self.diffusions.get(place).into_iter().flatten() {
                let amplitude = printer.text(diffusion.amplitude, [None; DIMENSIONS]);
                let noise =
                    self.noises.get(diffusion.noise).map_or("?", |n| n.name.as_str());
                let amplitude = enclosed(amplitude, Tightness::Product);
                let _ = write!(right, " + {amplitude} {noise}/√Δt");
            }
            writeln!(out, "{left} = {right}")?;
        }
        printer.write_shared(out)?;
        self.write_gathers(&mut printer, out)?;
        self.write_fills(&mut printer, out)?;
        let cost = self.cost();
        write!(
            out,
            "{} operations, {} loads, {} FLOP",
            cost.operations, cost.loads, cost.flops
        )?;
        if cost.functions > 0 {
            write!(out, ", {} elementary functions", cost.functions)?;
        }
        write!(out, ", {} bytes per cell", cost.bytes)
    }

    fn write_gathers(&self, printer: &mut Printer<'_>, out: &mut String) -> fmt::Result {
        for gather in &self.gathers {
            let name =
                self.scalars.get(gather.scalar as usize).map_or("?", String::as_str);
            let how = match gather.kind {
                ReductionKind::Sum => "sum",
                ReductionKind::Maximum => "maximum",
                ReductionKind::Minimum => "minimum",
            };
            let value = printer.top(gather.value, [None; DIMENSIONS]);
            writeln!(out, "{name} = {} {how}({value})", number(gather.scale))?;
        }
        for convolution in &self.convolutions {
            let name = printer.array_name(convolution.into.0);
            let value = printer.top(convolution.body.0, [None; DIMENSIONS]);
            writeln!(out, "{name} = kernel * ({value})")?;
        }
        printer.write_shared(out)
    }

    fn write_fills(&self, printer: &mut Printer<'_>, out: &mut String) -> fmt::Result {
        for fill in &self.fills {
            match fill {
                Fill::Wrap { array, dimension, sign } => {
                    let name = printer.array_name(*array);
                    let index = letter(*dimension, self.rank);
                    let how = if *sign < 0.0 {
                        "minus the other side"
                    } else {
                        "the other side"
                    };
                    writeln!(out, "{name} beyond the ends of {index}: {how}")?;
                }
                Fill::Formula { region, values } => {
                    let at = fixed(*region, self.layout.points);
                    let range = self.range(*region);
                    for (array, value) in values {
                        let left = format!(
                            "{}{}",
                            printer.array_name(*array),
                            printer.indices(at, [0; 3])
                        );
                        let right = printer.whole(*value, at);
                        writeln!(out, "{left} = {right}{range}")?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Where a fill acts on a part of a dimension only.
    fn range(&self, region: Region) -> String {
        let mut text = String::new();
        for dimension in DIMENSIONS - self.rank.min(DIMENSIONS)..DIMENSIONS {
            let (start, end) = (region.start[dimension], region.end[dimension]);
            let count = self.layout.points[dimension] as isize;
            if end - start > 1 && start >= 0 && end <= count && (start, end) != (0, count)
            {
                let _ = write!(
                    text,
                    " for {} = {start}..{}",
                    letter(dimension, self.rank),
                    end - 1
                );
            }
        }
        text
    }
}

impl fmt::Display for Scheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_text())
    }
}

/// The index of a dimension.
fn letter(dimension: usize, rank: usize) -> &'static str {
    let axis = (dimension + rank).saturating_sub(DIMENSIONS);
    ["i", "j", "k"].get(axis).copied().unwrap_or("?")
}

/// The dimensions in which a region is one cell beyond the ends, with that cell.
fn fixed(region: Region, points: [usize; DIMENSIONS]) -> [Option<isize>; DIMENSIONS] {
    std::array::from_fn(|d| {
        let cell = region.start[d];
        let outside = cell < 0 || cell >= points[d] as isize;
        (outside && region.end[d] - cell == 1).then_some(cell)
    })
}

/// A number with at most seven digits.
fn number(value: f64) -> String {
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

fn enclosed(text: Text, least: Tightness) -> String {
    if text.1 < least { format!("({})", text.0) } else { text.0 }
}

/// Writes nodes; those used more than once get names.
struct Printer<'a> {
    scheme: &'a Scheme,
    uses: Vec<u32>,
    names: Vec<Option<String>>,
    /// Named nodes whose formulas are not written yet.
    pending: Vec<usize>,
    count: usize,
}

impl<'a> Printer<'a> {
    fn new(scheme: &'a Scheme) -> Self {
        let mut roots = scheme.rates.clone();
        roots.extend(
            scheme.diffusions.iter().flatten().map(|diffusion| diffusion.amplitude),
        );
        let needed = scheme.graph.needed(&roots);
        let mut uses = vec![0; scheme.graph.ops().len()];
        for (op, needed) in scheme.graph.ops().iter().zip(needed) {
            if needed {
                for operand in op.operands() {
                    uses[operand.0 as usize] += 1;
                }
            }
        }
        let names = vec![None; uses.len()];
        Self { scheme, uses, names, pending: Vec::new(), count: 0 }
    }

    fn array_name(&self, array: u32) -> String {
        let scheme = self.scheme;
        let place = array as usize;
        if let Some(plane) = scheme.planes.get(place) {
            return plane.name.clone();
        }
        if let Some(plane) =
            scheme.planes.iter().find(|plane| plane.velocity == Some(array))
        {
            return format!("∂t {}", plane.name);
        }
        let velocities =
            scheme.planes.iter().filter(|plane| plane.velocity.is_some()).count();
        let place = place - scheme.planes.len() - velocities;
        if let Some(coefficient) = scheme.coefficients.get(place) {
            let simple = coefficient.name.chars().all(char::is_alphanumeric);
            return if simple {
                coefficient.name.clone()
            } else {
                format!("({})", coefficient.name)
            };
        }
        let noise = scheme.noises.get(place - scheme.coefficients.len());
        noise.map_or_else(|| "?".into(), |noise| noise.name.clone())
    }

    /// `[i,j+1]`, or the cell where a dimension is fixed.
    fn indices(
        &self,
        at: [Option<isize>; DIMENSIONS],
        offset: [i16; DIMENSIONS],
    ) -> String {
        let rank = self.scheme.rank;
        let parts: Vec<String> = (DIMENSIONS - rank.min(DIMENSIONS)..DIMENSIONS)
            .map(|d| match (at[d], offset[d]) {
                (Some(cell), offset) => format!("{}", cell + isize::from(offset)),
                (None, 0) => letter(d, rank).to_owned(),
                (None, offset) => format!("{}{offset:+}", letter(d, rank)),
            })
            .collect();
        format!("[{}]", parts.join(","))
    }

    /// A node at the top of a line.
    fn top(&mut self, node: NodeId, at: [Option<isize>; DIMENSIONS]) -> String {
        self.operation(node, at, false).0
    }

    /// A node with all that it needs, nothing named.
    fn whole(&mut self, node: NodeId, at: [Option<isize>; DIMENSIONS]) -> String {
        self.operation(node, at, true).0
    }

    fn text(&mut self, node: NodeId, at: [Option<isize>; DIMENSIONS]) -> Text {
        self.inner(node, at, false)
    }

    fn inner(
        &mut self,
        node: NodeId,
        at: [Option<isize>; DIMENSIONS],
        whole: bool,
    ) -> Text {
        let place = node.0 as usize;
        let op = self.scheme.graph.op(node);
        let shared = self.uses.get(place).is_some_and(|uses| *uses > 1);
        if whole || !shared || op.operands().is_empty() {
            return self.operation(node, at, whole);
        }
        if let Some(Some(name)) = self.names.get(place) {
            return (name.clone(), Tightness::Atom);
        }
        self.count += 1;
        let name = format!("s{}", self.count);
        if let Some(slot) = self.names.get_mut(place) {
            *slot = Some(name.clone());
        }
        self.pending.push(place);
        (name, Tightness::Atom)
    }

    fn write_shared(&mut self, out: &mut String) -> fmt::Result {
        while !self.pending.is_empty() {
            for place in std::mem::take(&mut self.pending) {
                let name = self.names.get(place).cloned().flatten().unwrap_or_default();
                let text = self.top(NodeId(place as u32), [None; DIMENSIONS]);
                writeln!(out, "  {name} = {text}")?;
            }
        }
        Ok(())
    }

    fn operation(
        &mut self,
        node: NodeId,
        at: [Option<isize>; DIMENSIONS],
        whole: bool,
    ) -> Text {
        use Tightness::{Atom, Product, Sum};
        match self.scheme.graph.op(node) {
            Op::Constant(bits) => {
                let value = bits.value();
                (number(value), if value < 0.0 { Sum } else { Atom })
            }
            Op::Scalar(scalar) => {
                let name = self.scheme.scalars.get(scalar as usize);
                (
                    name.map_or("?".into(), |name| {
                        if name == "time" { "t".into() } else { format!("({name})") }
                    }),
                    Atom,
                )
            }
            Op::Load { array, offset } => {
                (format!("{}{}", self.array_name(array), self.indices(at, offset)), Atom)
            }
            Op::Table { table, offset } => {
                let Some(table) = self.scheme.tables.get(table as usize) else {
                    return ("?".into(), Atom);
                };
                let index = match (at[table.dimension], offset) {
                    (Some(cell), offset) => format!("{}", cell + isize::from(offset)),
                    (None, 0) => letter(table.dimension, self.scheme.rank).to_owned(),
                    (None, offset) => {
                        format!("{}{offset:+}", letter(table.dimension, self.scheme.rank))
                    }
                };
                let simple = table.name.chars().all(char::is_alphanumeric);
                let name =
                    if simple { table.name.clone() } else { format!("({})", table.name) };
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
                let a = self.inner(a, at, whole);
                let b = self.inner(b, at, whole);
                match function {
                    Binary::Add => (joined(&a.0, &enclosed(b, Sum)), Sum),
                    Binary::Subtract => {
                        (format!("{} - {}", a.0, enclosed(b, Product)), Sum)
                    }
                    Binary::Multiply => (
                        format!("{} {}", enclosed(a, Product), enclosed(b, Product)),
                        Product,
                    ),
                    Binary::Divide => (
                        format!("{}/{}", enclosed(a, Product), enclosed(b, Atom)),
                        Product,
                    ),
                    other => (format!("{}({}, {})", binary_name(other), a.0, b.0), Atom),
                }
            }
            Op::MultiplyAdd(a, b, c) => {
                let c = self.inner(c, at, whole);
                // The number first.
                let (a, b) = if self.scheme.graph.constant_value(b).is_some() {
                    (b, a)
                } else {
                    (a, b)
                };
                let negative =
                    self.scheme.graph.constant_value(a).is_some_and(|v| v < 0.0);
                let b = enclosed(self.inner(b, at, whole), Product);
                if negative {
                    let a =
                        number(self.scheme.graph.constant_value(a).unwrap_or(0.0).abs());
                    return (format!("{} - {a} {b}", c.0), Sum);
                }
                let a = enclosed(self.inner(a, at, whole), Product);
                (format!("{} + {a} {b}", c.0), Sum)
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
