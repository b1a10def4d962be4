//! Complex arithmetic as graphs of real operations, and terms compiled to it.

use crate::equation::{Complex64, Function, Term};
use crate::graph::{Binary, Graph, NodeId, Unary};
use crate::{FieldError, FieldResult};

/// A complex value: real if there is no imaginary part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Value {
    pub(crate) re: NodeId,
    pub(crate) im: Option<NodeId>,
}

impl Value {
    pub(crate) fn real(re: NodeId) -> Self {
        Self { re, im: None }
    }

    pub(crate) fn number(graph: &mut Graph, value: Complex64) -> Self {
        let re = graph.constant(value.re);
        let im = graph.constant(value.im);
        Self::new(graph, re, im)
    }

    /// Real where the imaginary part is the constant 0.
    pub(super) fn new(graph: &Graph, re: NodeId, im: NodeId) -> Self {
        let zero = graph.constant_value(im) == Some(0.0);
        Self { re, im: (!zero).then_some(im) }
    }

    pub(super) fn imaginary(self, graph: &mut Graph) -> NodeId {
        self.im.unwrap_or_else(|| graph.constant(0.0))
    }
}

pub(super) fn add(graph: &mut Graph, a: Value, b: Value) -> Value {
    let re = graph.add(a.re, b.re);
    match (a.im, b.im) {
        (None, None) => Value::real(re),
        (Some(im), None) | (None, Some(im)) => Value { re, im: Some(im) },
        (Some(x), Some(y)) => {
            let im = graph.add(x, y);
            Value::new(graph, re, im)
        }
    }
}

pub(super) fn multiply(graph: &mut Graph, a: Value, b: Value) -> Value {
    match (a.im, b.im) {
        (None, None) => Value::real(graph.multiply(a.re, b.re)),
        (Some(im), None) => {
            let re = graph.multiply(a.re, b.re);
            let im = graph.multiply(im, b.re);
            Value::new(graph, re, im)
        }
        (None, Some(_)) => multiply(graph, b, a),
        (Some(x), Some(y)) => {
            let rr = graph.multiply(a.re, b.re);
            let ii = graph.multiply(x, y);
            let ri = graph.multiply(a.re, y);
            let ir = graph.multiply(x, b.re);
            let re = graph.subtract(rr, ii);
            let im = graph.add(ri, ir);
            Value::new(graph, re, im)
        }
    }
}

pub(super) fn conjugate(graph: &mut Graph, a: Value) -> Value {
    match a.im {
        None => a,
        Some(im) => Value { re: a.re, im: Some(graph.negate(im)) },
    }
}

pub(super) fn scale(graph: &mut Graph, factor: f64, a: Value) -> Value {
    let factor = Value::number(graph, Complex64::new(factor, 0.0));
    multiply(graph, factor, a)
}

/// |z|².
pub(crate) fn square_modulus(graph: &mut Graph, a: Value) -> NodeId {
    let re = graph.multiply(a.re, a.re);
    match a.im {
        None => re,
        Some(im) => {
            let im = graph.multiply(im, im);
            graph.add(re, im)
        }
    }
}

pub(super) fn divide(graph: &mut Graph, a: Value, b: Value) -> Value {
    match b.im {
        None => {
            let re = graph.divide(a.re, b.re);
            match a.im {
                None => Value::real(re),
                Some(im) => {
                    let im = graph.divide(im, b.re);
                    Value::new(graph, re, im)
                }
            }
        }
        Some(im) => {
            let (re, im) = graph.over_square(b.re, im);
            let im = graph.negate(im);
            let inverse = Value::new(graph, re, im);
            multiply(graph, a, inverse)
        }
    }
}

/// e^z.
pub(super) fn exponential(graph: &mut Graph, a: Value) -> Value {
    let size = graph.unary(Unary::Exponential, a.re);
    match a.im {
        None => Value::real(size),
        Some(im) => {
            let cosine = graph.unary(Unary::Cosine, im);
            let sine = graph.unary(Unary::Sine, im);
            let re = graph.multiply(size, cosine);
            let im = graph.multiply(size, sine);
            Value::new(graph, re, im)
        }
    }
}

fn logarithm(graph: &mut Graph, a: Value) -> Value {
    match a.im {
        None => Value::real(graph.unary(Unary::Logarithm, a.re)),
        Some(im) => {
            let size = graph.modulus(a.re, im);
            let re = graph.unary(Unary::Logarithm, size);
            let im = graph.binary(Binary::Angle, im, a.re);
            Value::new(graph, re, im)
        }
    }
}

/// √z, principal branch, with t = √((|z| + |x|)/2): t + i y/(2t) for x ≥ 0, and |y|/(2t) ± i t otherwise.
fn square_root(graph: &mut Graph, a: Value) -> Value {
    let Some(y) = a.im else {
        return Value::real(graph.unary(Unary::SquareRoot, a.re));
    };
    let size = graph.modulus(a.re, y);
    let (zero, half, one) =
        (graph.constant(0.0), graph.constant(0.5), graph.constant(1.0));
    let x = graph.unary(Unary::Absolute, a.re);
    let sum = graph.add(size, x);
    let mean = graph.multiply(half, sum);
    let t = graph.unary(Unary::SquareRoot, mean);
    let vanishes = graph.binary(Binary::Equal, t, zero);
    let below = graph.select(vanishes, one, t);
    let ratio = graph.divide(y, below);
    let other = graph.multiply(half, ratio);
    let left = graph.binary(Binary::Less, a.re, zero);
    let under = graph.binary(Binary::Less, y, zero);
    let minus = graph.negate(t);
    let signed = graph.select(under, minus, t);
    let size_of_other = graph.unary(Unary::Absolute, other);
    let re = graph.select(left, size_of_other, t);
    let im = graph.select(left, signed, other);
    Value::new(graph, re, im)
}

/// A whole power.
fn whole_power(graph: &mut Graph, base: Value, exponent: i32) -> Value {
    if base.im.is_none() {
        return Value::real(graph.power(base.re, exponent));
    }
    let one = graph.constant(1.0);
    let mut result = Value::real(one);
    let mut square = base;
    let mut left = exponent.unsigned_abs();
    while left > 0 {
        if left & 1 == 1 {
            result = multiply(graph, result, square);
        }
        left >>= 1;
        if left > 0 {
            square = multiply(graph, square, square);
        }
    }
    if exponent < 0 { divide(graph, Value::real(one), result) } else { result }
}

/// What gives terms that are no arithmetic their values.
pub(crate) trait Leaves {
    /// Where nodes go.
    fn graph(&mut self) -> &mut Graph;
    /// The value of a term that is not arithmetic, or one known as a whole.
    fn leaf(&mut self, term: &Term) -> FieldResult<Option<Value>>;
}

/// Compiles a term.
pub(crate) fn value(leaves: &mut dyn Leaves, term: &Term) -> FieldResult<Value> {
    if let Some(known) = leaves.leaf(term)? {
        return Ok(known);
    }
    match term {
        Term::Number(number) => Ok(Value::number(leaves.graph(), *number)),
        Term::Sum(parts) => {
            let mut sum = Value::number(leaves.graph(), Complex64::ZERO);
            for part in parts.iter() {
                let part = value(leaves, part)?;
                sum = add(leaves.graph(), sum, part);
            }
            Ok(sum)
        }
        Term::Product(parts) => {
            let mut product = Value::number(leaves.graph(), Complex64::ONE);
            for part in parts.iter() {
                let part = value(leaves, part)?;
                product = multiply(leaves.graph(), product, part);
            }
            Ok(product)
        }
        Term::Power(base, exponent) => power(leaves, base, exponent),
        Term::Function(function, arguments) => {
            let mut values = Vec::with_capacity(arguments.len());
            for argument in arguments.iter() {
                values.push(value(leaves, argument)?);
            }
            apply(leaves.graph(), *function, &values)
        }
        Term::Piecewise(cases, otherwise) => {
            let mut result = value(leaves, otherwise)?;
            for (condition, then) in cases.iter().rev() {
                let condition = value(leaves, condition)?;
                let then = value(leaves, then)?;
                let graph = leaves.graph();
                let re = graph.select(condition.re, then.re, result.re);
                result = if then.im.is_none() && result.im.is_none() {
                    Value::real(re)
                } else {
                    let (a, b) = (then.imaginary(graph), result.imaginary(graph));
                    let im = graph.select(condition.re, a, b);
                    Value::new(graph, re, im)
                };
            }
            Ok(result)
        }
        other => Err(FieldError::invalid(
            format!("{} cannot stand here", super::term::describe(other)),
            "",
        )),
    }
}

fn power(leaves: &mut dyn Leaves, base: &Term, exponent: &Term) -> FieldResult<Value> {
    if let Term::Number(number) = exponent
        && number.im == 0.0
    {
        let p = number.re;
        let whole = p.fract() == 0.0 && p.abs() <= 64.0;
        if let (Term::Function(Function::Absolute, arguments), true) =
            (base, whole && p.rem_euclid(2.0) == 0.0)
            && let [argument] = arguments.as_ref()
        {
            let inner = value(leaves, argument)?;
            let graph = leaves.graph();
            let square = square_modulus(graph, inner);
            return Ok(Value::real(graph.power(square, (p / 2.0) as i32)));
        }
        if whole {
            let base = value(leaves, base)?;
            return Ok(whole_power(leaves.graph(), base, p as i32));
        }
        if p.abs() == 0.5 {
            let base = value(leaves, base)?;
            let graph = leaves.graph();
            let root = square_root(graph, base);
            if p > 0.0 {
                return Ok(root);
            }
            let one = graph.constant(1.0);
            return Ok(divide(graph, Value::real(one), root));
        }
    }
    let a = value(leaves, base)?;
    let b = value(leaves, exponent)?;
    let graph = leaves.graph();
    if a.im.is_none() && b.im.is_none() {
        return Ok(Value::real(graph.binary(Binary::Power, a.re, b.re)));
    }
    let log = logarithm(graph, a);
    let product = multiply(graph, b, log);
    Ok(exponential(graph, product))
}

fn apply(graph: &mut Graph, function: Function, values: &[Value]) -> FieldResult<Value> {
    use Function as F;
    match (function, values) {
        (F::RealPart, [a]) => return Ok(Value::real(a.re)),
        (F::ImaginaryPart, [a]) => return Ok(Value::real(a.imaginary(graph))),
        (F::Conjugate, [a]) => return Ok(conjugate(graph, *a)),
        (F::Exponential, [a]) => return Ok(exponential(graph, *a)),
        (F::Logarithm, [a]) => return Ok(logarithm(graph, *a)),
        (F::SquareRoot, [a]) => return Ok(square_root(graph, *a)),
        (F::Absolute, [a]) => {
            return Ok(Value::real(match a.im {
                None => graph.unary(Unary::Absolute, a.re),
                Some(im) => graph.modulus(a.re, im),
            }));
        }
        (F::Argument, [a]) => {
            let im = a.imaginary(graph);
            return Ok(Value::real(graph.binary(Binary::Angle, im, a.re)));
        }
        (
            F::Sine
            | F::Cosine
            | F::Tangent
            | F::HyperbolicSine
            | F::HyperbolicCosine
            | F::HyperbolicTangent,
            [Value { re, im: Some(im) }],
        ) => return Ok(circular(graph, function, *re, *im)),
        _ => {}
    }
    if values.iter().any(|value| value.im.is_some()) {
        return Err(FieldError::invalid(
            format!("{function:?} needs real arguments").to_lowercase(),
            "take re(…) or abs(…) of the complex argument",
        ));
    }
    let operand = |place: usize| values.get(place).map(|value| value.re);
    let (Some(a), b) = (operand(0), operand(1)) else {
        return Err(FieldError::invalid("a function has no argument", ""));
    };
    let one_of =
        |graph: &mut Graph, function: Unary| Value::real(graph.unary(function, a));
    let result = match function {
        F::Sine => one_of(graph, Unary::Sine),
        F::Cosine => one_of(graph, Unary::Cosine),
        F::Tangent => one_of(graph, Unary::Tangent),
        F::HyperbolicSine => one_of(graph, Unary::HyperbolicSine),
        F::HyperbolicCosine => one_of(graph, Unary::HyperbolicCosine),
        F::HyperbolicTangent => one_of(graph, Unary::HyperbolicTangent),
        F::InverseSine => one_of(graph, Unary::InverseSine),
        F::InverseCosine => one_of(graph, Unary::InverseCosine),
        F::InverseTangent => one_of(graph, Unary::InverseTangent),
        F::Sign => one_of(graph, Unary::Sign),
        F::Floor => one_of(graph, Unary::Floor),
        F::ErrorFunction => one_of(graph, Unary::ErrorFunction),
        F::Heaviside => {
            let sign = graph.unary(Unary::Sign, a);
            let half = graph.constant(0.5);
            let scaled = graph.multiply(half, sign);
            Value::real(graph.add(half, scaled))
        }
        F::Not => {
            let (zero, one) = (graph.constant(0.0), graph.constant(1.0));
            Value::real(graph.select(a, zero, one))
        }
        _ => {
            let Some(b) = b else {
                return Err(FieldError::invalid(
                    "a function of two arguments has one",
                    "",
                ));
            };
            let (zero, one) = (graph.constant(0.0), graph.constant(1.0));
            Value::real(match function {
                F::Angle => graph.binary(Binary::Angle, a, b),
                F::Minimum => graph.binary(Binary::Minimum, a, b),
                F::Maximum => graph.binary(Binary::Maximum, a, b),
                F::Less => graph.binary(Binary::Less, a, b),
                F::LessEqual => graph.binary(Binary::LessEqual, a, b),
                F::Equal => graph.binary(Binary::Equal, a, b),
                F::And => {
                    let second = graph.select(b, one, zero);
                    graph.select(a, second, zero)
                }
                _ => {
                    let second = graph.select(b, one, zero);
                    graph.select(a, one, second)
                }
            })
        }
    };
    Ok(result)
}

/// Circular and hyperbolic functions of a + i b.
fn circular(graph: &mut Graph, function: Function, a: NodeId, b: NodeId) -> Value {
    use Function as F;
    match function {
        F::Sine | F::Cosine => {
            let (sine, cosine) =
                (graph.unary(Unary::Sine, a), graph.unary(Unary::Cosine, a));
            let sinh = graph.unary(Unary::HyperbolicSine, b);
            let cosh = graph.unary(Unary::HyperbolicCosine, b);
            if function == F::Sine {
                let re = graph.multiply(sine, cosh);
                let im = graph.multiply(cosine, sinh);
                Value::new(graph, re, im)
            } else {
                let re = graph.multiply(cosine, cosh);
                let im = graph.multiply(sine, sinh);
                let im = graph.negate(im);
                Value::new(graph, re, im)
            }
        }
        F::HyperbolicSine | F::HyperbolicCosine => {
            let sinh = graph.unary(Unary::HyperbolicSine, a);
            let cosh = graph.unary(Unary::HyperbolicCosine, a);
            let (sine, cosine) =
                (graph.unary(Unary::Sine, b), graph.unary(Unary::Cosine, b));
            let (first, second) =
                if function == F::HyperbolicSine { (sinh, cosh) } else { (cosh, sinh) };
            let re = graph.multiply(first, cosine);
            let im = graph.multiply(second, sine);
            Value::new(graph, re, im)
        }
        F::Tangent => {
            let (re, im) = hyperbolic_tangent(graph, b, a);
            Value::new(graph, im, re)
        }
        _ => {
            let (re, im) = hyperbolic_tangent(graph, a, b);
            Value::new(graph, re, im)
        }
    }
}

/// The parts of tanh(a + i b), with t = tanh a and s = 1/cosh² a: (t + i s sin b cos b)/(t² + s cos² b). Where cosh a is too large, t is ±1.
fn hyperbolic_tangent(graph: &mut Graph, a: NodeId, b: NodeId) -> (NodeId, NodeId) {
    let t = graph.unary(Unary::HyperbolicTangent, a);
    let cosh = graph.unary(Unary::HyperbolicCosine, a);
    let s = graph.power(cosh, -2);
    let (sine, cosine) = (graph.unary(Unary::Sine, b), graph.unary(Unary::Cosine, b));
    let square = graph.multiply(t, t);
    let rest = graph.multiply(s, cosine);
    let im = graph.multiply(rest, sine);
    let rest = graph.multiply(rest, cosine);
    let below = graph.add(square, rest);
    (graph.divide(t, below), graph.divide(im, below))
}
