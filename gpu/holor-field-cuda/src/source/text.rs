//! Numbers, names and operations as CUDA C.

use holor_field::graph::{Binary, Graph, NodeId, Op, Unary};
use holor_field::plan::{Plan, Scalar};
use holor_field::{FieldError, FieldResult, Precision};

/// A number exactly: decimal where it is a small whole number, else hexadecimal, else by its bits.
pub(crate) fn number(value: f64, precision: Precision) -> String {
    let single = precision == Precision::Single;
    let value = if single { f64::from(value as f32) } else { value };
    let suffix = if single { "f" } else { "" };
    if !value.is_finite() {
        return if single {
            format!("__int_as_float(0x{:08x})", (value as f32).to_bits())
        } else {
            format!("__longlong_as_double(0x{:016x}LL)", value.to_bits())
        };
    }
    let sign = if value.is_sign_negative() { "-" } else { "" };
    let size = value.abs();
    let text = if size.fract() == 0.0 && size < 1e6 {
        format!("{sign}{size:.1}{suffix}")
    } else {
        let bits = size.to_bits();
        let digits = format!("{:013x}", bits & ((1 << 52) - 1));
        let digits = digits.trim_end_matches('0');
        let (whole, exponent) = match bits >> 52 {
            0 => (0, -1022),
            biased => (1, biased as i64 - 1023),
        };
        let point = if digits.is_empty() { "" } else { "." };
        format!("{sign}0x{whole}{point}{digits}p{exponent:+}{suffix}")
    };
    if sign.is_empty() { text } else { format!("({text})") }
}

/// A name in a comment: one line, without a backslash, which would join it with the next.
pub(crate) fn comment(name: &str) -> String {
    let plain = |c: char| if c.is_control() || c == '\\' { ' ' } else { c };
    name.chars().map(plain).collect()
}

/// A distance in a name: `m2`, `0`, `1`.
fn distance(offset: i16) -> String {
    if offset < 0 { format!("m{}", offset.unsigned_abs()) } else { offset.to_string() }
}

/// A distance behind a place: ` - 2`, nothing, ` + 1`.
pub(crate) fn shift(offset: i64) -> String {
    match offset {
        0 => String::new(),
        1.. => format!(" + {offset}"),
        _ => format!(" - {}", offset.unsigned_abs()),
    }
}

/// The name of a value of an array: `a0_m1_0`, leading dimensions without distance left out.
pub(crate) fn load_name(slot: u32, offset: [i16; 3]) -> String {
    let first = offset.iter().position(|o| *o != 0).unwrap_or(2);
    let distances: Vec<String> = offset[first..].iter().map(|o| distance(*o)).collect();
    format!("a{slot}_{}", distances.join("_"))
}

/// The statements of a graph, one for each operation but constants.
pub(crate) struct Statements<'a> {
    graph: &'a Graph,
    scalars: &'a [Scalar],
    /// The dimension of each table.
    dimensions: Vec<usize>,
    precision: Precision,
    /// Whether a node is needed.
    needed: Vec<bool>,
    /// Whether a comparison only serves selections.
    condition: Vec<bool>,
    /// How a node is written where it is used.
    names: Vec<String>,
}

impl<'a> Statements<'a> {
    /// Of what the roots need.
    pub(crate) fn new(
        plan: &'a Plan,
        graph: &'a Graph,
        roots: &[NodeId],
        precision: Precision,
    ) -> Self {
        let needed = graph.needed(roots);
        let mut condition: Vec<bool> = graph
            .ops()
            .iter()
            .map(|op| match op {
                Op::Binary(function, ..) => {
                    matches!(function, Binary::Less | Binary::LessEqual | Binary::Equal)
                }
                _ => false,
            })
            .collect();
        for root in roots {
            condition[root.0 as usize] = false;
        }
        for (place, op) in graph.ops().iter().enumerate() {
            let used = op.operands();
            let plain = match op {
                _ if !needed[place] => &[][..],
                Op::Select(..) => &used[1..],
                _ => &used[..],
            };
            for operand in plain {
                condition[operand.0 as usize] = false;
            }
        }
        let names = graph
            .ops()
            .iter()
            .enumerate()
            .map(|(place, op)| match *op {
                Op::Constant(bits) => number(bits.value(), precision),
                Op::Scalar(scalar) => format!("s{scalar}"),
                Op::Load { array, offset } => load_name(array, offset),
                Op::Table { table, offset } => format!("t{table}_{}", distance(offset)),
                _ if condition[place] => format!("b{place}"),
                _ => format!("v{place}"),
            })
            .collect();
        Self {
            graph,
            scalars: &plan.scalars,
            dimensions: plan.tables.iter().map(|table| table.dimension).collect(),
            precision,
            needed,
            condition,
            names,
        }
    }

    /// The nodes that need a statement, operands first.
    pub(crate) fn nodes(&self) -> impl Iterator<Item = NodeId> + use<'_> {
        let ops = self.graph.ops().iter().enumerate();
        ops.filter(|(place, op)| self.needed[*place] && !matches!(op, Op::Constant(_)))
            .map(|(place, _)| NodeId(place as u32))
    }

    /// How a node is written where it is used.
    pub(crate) fn name(&self, node: NodeId) -> &str {
        &self.names[node.0 as usize]
    }

    /// The statement of a node. Loads are written by `load`.
    pub(crate) fn statement(
        &self,
        node: NodeId,
        load: impl Fn(u32, [i16; 3]) -> String,
    ) -> FieldResult<String> {
        let op = self.graph.op(node);
        let value = match op {
            Op::Constant(_) => return Ok(String::new()),
            Op::Scalar(scalar) if self.precision == Precision::Double => {
                format!("scalars[{scalar}]")
            }
            Op::Scalar(scalar) => format!("(float)scalars[{scalar}]"),
            Op::Table { table, offset } => {
                let index = ["i", "j", "k"][self.dimensions[table as usize]];
                format!("t{table}[{index}{}]", shift(i64::from(offset)))
            }
            Op::Load { array, offset } => load(array, offset),
            Op::Unary(function, a) => self.unary(function, self.name(a))?,
            Op::Binary(function, a, b) => {
                let truth = !self.condition[node.0 as usize];
                self.binary(function, self.name(a), self.name(b), truth)?
            }
            Op::MultiplyAdd(a, b, c) => {
                let fma = if self.single() { "fmaf" } else { "fma" };
                format!("{fma}({}, {}, {})", self.name(a), self.name(b), self.name(c))
            }
            Op::Select(condition, then, otherwise) => {
                let test = if self.condition[condition.0 as usize] {
                    self.name(condition).to_owned()
                } else {
                    format!("{} != {}", self.name(condition), self.literal(0.0))
                };
                format!("{test} ? {} : {}", self.name(then), self.name(otherwise))
            }
        };
        let kind = if self.condition[node.0 as usize] { "bool" } else { self.real() };
        let note = self.note(op);
        Ok(format!("const {kind} {} = {value};{note}", self.name(node)))
    }

    /// What the reader wants to know: names of scalars, hexadecimal constants.
    fn note(&self, op: Op) -> String {
        let notes: Vec<String> = match op {
            Op::Scalar(scalar) => {
                let scalar = self.scalars.get(scalar as usize);
                scalar.map(|scalar| comment(&scalar.name)).into_iter().collect()
            }
            _ => {
                let operands = op.operands().into_iter();
                let hexadecimal = |node: &NodeId| self.name(*node).contains("0x");
                let constant = |node| self.graph.constant_value(node);
                operands
                    .filter(hexadecimal)
                    .filter_map(constant)
                    .map(|c| format!("{c:?}"))
                    .collect()
            }
        };
        if notes.is_empty() { String::new() } else { format!(" // {}", notes.join(", ")) }
    }

    fn single(&self) -> bool {
        self.precision == Precision::Single
    }

    fn real(&self) -> &'static str {
        if self.single() { "float" } else { "double" }
    }

    /// A number of the precision.
    pub(crate) fn literal(&self, value: f64) -> String {
        number(value, self.precision)
    }

    fn unary(&self, function: Unary, a: &str) -> FieldResult<String> {
        let single = self.single();
        let f = if single { "f" } else { "" };
        Ok(match function {
            Unary::Negate => format!("-{a}"),
            Unary::Absolute => format!("fabs{f}({a})"),
            Unary::SquareRoot => format!("sqrt{f}({a})"),
            Unary::Floor => format!("floor{f}({a})"),
            Unary::Round => format!("rint{f}({a})"),
            Unary::PowerOfTwo => format!("power_of_two({a})"),
            Unary::Exponent => format!("exponent({a})"),
            Unary::Mantissa => format!("mantissa({a})"),
            other => {
                return Err(FieldError::Device(format!(
                    "{other:?} was not expanded into arithmetic"
                )));
            }
        })
    }

    fn binary(
        &self,
        function: Binary,
        a: &str,
        b: &str,
        truth: bool,
    ) -> FieldResult<String> {
        let compare = |sign: &str| {
            if truth {
                let [one, zero] = [1.0, 0.0].map(|x| self.literal(x));
                format!("{a} {sign} {b} ? {one} : {zero}")
            } else {
                format!("{a} {sign} {b}")
            }
        };
        Ok(match function {
            Binary::Add => format!("{a} + {b}"),
            Binary::Subtract => format!("{a} - {b}"),
            Binary::Multiply => format!("{a} * {b}"),
            Binary::Divide => format!("{a} / {b}"),
            Binary::Minimum => format!("{a} < {b} ? {a} : {b}"),
            Binary::Maximum => format!("{a} > {b} ? {a} : {b}"),
            Binary::Less => compare("<"),
            Binary::LessEqual => compare("<="),
            Binary::Equal => compare("=="),
            Binary::Power | Binary::Angle => {
                return Err(FieldError::Device(format!(
                    "{function:?} was not expanded into arithmetic"
                )));
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{comment, load_name, number};
    use holor_field::Precision::{Double, Single};

    #[test]
    fn numbers_are_written_exactly() {
        assert_eq!(number(4.0, Double), "4.0");
        assert_eq!(number(-0.0, Double), "(-0.0)");
        assert_eq!(number(0.1, Double), "0x1.999999999999ap-4");
        assert_eq!(number(0.1, Single), "0x1.99999ap-4f");
        assert_eq!(number(-1e300, Double), "(-0x1.7e43c8800759cp+996)");
        assert_eq!(number(5e-324, Double), "0x0.0000000000001p-1022");
        assert_eq!(number(1e-45, Single), "0x1p-149f");
        assert_eq!(number(1e300, Single), "__int_as_float(0x7f800000)");
        let infinity = number(f64::NEG_INFINITY, Double);
        assert_eq!(infinity, "__longlong_as_double(0xfff0000000000000LL)");
    }

    #[test]
    fn names_cannot_leave_their_comment() {
        assert_eq!(comment("u′\\\nv"), "u′  v");
        assert_eq!(load_name(2, [0, -1, 3]), "a2_m1_3");
        assert_eq!(load_name(2, [0, 0, 0]), "a2_0");
        assert_eq!(load_name(2, [-2, 0, 0]), "a2_m2_0_0");
    }
}
