//! From formulas to the graphs of the field engine: several formulas share what they have in common.

use holor_algebra::{
    BigRational, Constant, Engine, Expr, Function, Node, Relation, Symbol,
};
use holor_field::{Binary, Graph, NodeId, Unary};
use num_traits::ToPrimitive as _;

/// Whole powers up to this are products.
const LARGEST_POWER: i32 = 64;

/// Formulas of some variables as one graph of real arithmetic.
pub(crate) struct Formulas<'a> {
    /// The graph; `Load { array: k, .. }` is the k-th variable.
    pub(crate) graph: Graph,
    variables: Vec<Symbol>,
    /// What other symbols stand for.
    named: Vec<(Symbol, NodeId)>,
    engine: &'a Engine,
    /// Whether divisors are inverted, each once, and products taken with that: faster, and one rounding more.
    inverting: bool,
}

impl<'a> Formulas<'a> {
    /// Without formulas.
    pub(crate) fn new(variables: &[Symbol], engine: &'a Engine) -> Self {
        let variables = variables.to_vec();
        let named = Vec::new();
        Self { graph: Graph::new(), variables, named, engine, inverting: false }
    }

    /// The same, for rates: divisors that several formulas share are inverted once.
    pub(crate) fn inverting(variables: &[Symbol], engine: &'a Engine) -> Self {
        Self { inverting: true, ..Self::new(variables, engine) }
    }

    /// The node of a variable.
    pub(crate) fn variable(&mut self, place: usize) -> NodeId {
        self.graph.load(u32::try_from(place).unwrap_or(u32::MAX), [0; 3])
    }

    /// Lets a symbol that is no variable stand for a node.
    pub(crate) fn name(&mut self, symbol: Symbol, node: NodeId) {
        self.named.push((symbol, node));
    }

    /// The value of a formula; NaN or infinite where it has no real value. Conditions give 1 or 0. `None` where it holds something
    /// that machines have no arithmetic for: a function such as Bessel's, the imaginary unit, a symbol without a value.
    pub(crate) fn value(&mut self, expr: &Expr) -> Option<NodeId> {
        Some(match expr.node() {
            Node::Number(number) => self.graph.constant(number.to_f64()?),
            Node::Decimal(decimal) => self.graph.constant(decimal.to_f64()),
            Node::Symbol(symbol) => {
                match self.variables.iter().position(|own| own == symbol) {
                    Some(place) => self.variable(place),
                    None => self.named.iter().find(|(own, _)| own == symbol)?.1,
                }
            }
            Node::Constant(Constant::I) => return None,
            Node::Constant(_) => {
                let value = self.engine.compile(expr, &[]).ok()?.evaluate(&[]);
                value.is_finite().then(|| self.graph.constant(value))?
            }
            Node::Add(terms) => {
                let mut sum = self.graph.constant(0.0);
                for term in terms.iter() {
                    let term = self.value(term)?;
                    sum = self.graph.add(sum, term);
                }
                sum
            }
            Node::Mul(factors) => self.product(factors)?,
            Node::Power(base, exponent) => self.power(base, exponent)?,
            Node::Call(function, arguments) => self.call(*function, arguments)?,
            Node::Relation(relation, left, right) => {
                let (left, right) = (self.value(left)?, self.value(right)?);
                let graph = &mut self.graph;
                let (function, a, b) = match relation {
                    Relation::Less => (Binary::Less, left, right),
                    Relation::LessEqual => (Binary::LessEqual, left, right),
                    Relation::Greater => (Binary::Less, right, left),
                    Relation::GreaterEqual => (Binary::LessEqual, right, left),
                    Relation::Equal | Relation::NotEqual => (Binary::Equal, left, right),
                };
                let holds = graph.binary(function, a, b);
                let holds = match relation {
                    Relation::NotEqual => self.not(holds),
                    _ => holds,
                };
                let holds = self.where_number(left, holds);
                self.where_number(right, holds)
            }
            Node::And(items) => {
                let mut all = self.graph.constant(1.0);
                for item in items.iter() {
                    let item = self.value(item)?;
                    all = self.graph.multiply(all, item);
                }
                all
            }
            Node::Or(items) => {
                let mut none = self.graph.constant(1.0);
                for item in items.iter() {
                    let item = self.value(item)?;
                    let item = self.not(item);
                    none = self.graph.multiply(none, item);
                }
                self.not(none)
            }
            Node::Not(inner) => {
                let inner = self.value(inner)?;
                self.not(inner)
            }
            Node::Truth(value) => self.graph.constant(f64::from(u8::from(*value))),
            Node::Piecewise(branches) => {
                let mut result = self.graph.constant(f64::NAN);
                for (value, condition) in branches.iter().rev() {
                    let (value, condition) = (self.value(value)?, self.value(condition)?);
                    let chosen = self.graph.select(condition, value, result);
                    result = self.where_number(condition, chosen);
                }
                result
            }
            Node::Apply(..) => return None,
        })
    }

    /// A number that is greater than 0 just where an inequality holds, and continuous: `r < 2` is `2 - r`; of several joined by `and` the
    /// smallest, by `or` the largest. `None` where the condition is an equation, or as [`Formulas::value`].
    pub(crate) fn level(&mut self, condition: &Expr) -> Option<NodeId> {
        match condition.node() {
            Node::Relation(Relation::Less | Relation::LessEqual, left, right) => {
                let (left, right) = (self.value(left)?, self.value(right)?);
                Some(self.graph.subtract(right, left))
            }
            Node::Relation(Relation::Greater | Relation::GreaterEqual, left, right) => {
                let (left, right) = (self.value(left)?, self.value(right)?);
                Some(self.graph.subtract(left, right))
            }
            Node::And(items) => self.extreme(Binary::Minimum, items),
            Node::Or(items) => self.extreme(Binary::Maximum, items),
            Node::Not(inner) => {
                let inner = self.level(inner)?;
                Some(self.graph.negate(inner))
            }
            _ => None,
        }
    }

    fn extreme(&mut self, which: Binary, items: &[Expr]) -> Option<NodeId> {
        let mut result = None;
        for item in items {
            let item = self.level(item)?;
            result = Some(match result {
                Some(own) => self.graph.binary(which, own, item),
                None => item,
            });
        }
        result
    }

    fn not(&mut self, condition: NodeId) -> NodeId {
        let one = self.graph.constant(1.0);
        self.graph.subtract(one, condition)
    }

    /// A value where another is a number, else NaN: what is decided by something that is not real is not real.
    fn where_number(&mut self, decisive: NodeId, value: NodeId) -> NodeId {
        if self.graph.constant_value(decisive).is_some_and(|own| !own.is_nan()) {
            return value;
        }
        let number = self.graph.binary(Binary::Equal, decisive, decisive);
        self.graph.select(number, value, decisive)
    }

    /// A product over the product of what stands below the line: one division.
    fn product(&mut self, factors: &[Expr]) -> Option<NodeId> {
        let one = self.graph.constant(1.0);
        let (mut above, mut below) = (one, one);
        for factor in factors {
            if let Node::Power(base, exponent) = factor.node()
                && let Some(number) = exponent.as_number()
                && *number < BigRational::from_integer(0.into())
            {
                let opposite = Expr::rational(-number.clone());
                let value = self.power(base, &opposite)?;
                if self.inverting {
                    let inverse = self.graph.divide(one, value);
                    above = self.graph.multiply(above, inverse);
                } else {
                    below = self.graph.multiply(below, value);
                }
            } else {
                let value = self.value(factor)?;
                above = self.graph.multiply(above, value);
            }
        }
        Some(self.graph.divide(above, below))
    }

    fn power(&mut self, base: &Expr, exponent: &Expr) -> Option<NodeId> {
        if matches!(base.node(), Node::Constant(Constant::E)) {
            let exponent = self.value(exponent)?;
            return Some(self.graph.unary(Unary::Exponential, exponent));
        }
        let base = self.value(base)?;
        if let Some(number) = exponent.as_number()
            && let (Some(above), Some(below)) =
                (number.numer().to_i32(), number.denom().to_i32())
            && above.abs() <= LARGEST_POWER
            && below <= 2
        {
            let base = match below {
                2 => self.graph.unary(Unary::SquareRoot, base),
                _ => base,
            };
            return Some(self.graph.power(base, above));
        }
        let exponent = self.value(exponent)?;
        Some(self.graph.binary(Binary::Power, base, exponent))
    }

    fn call(&mut self, function: Function, arguments: &[Expr]) -> Option<NodeId> {
        let unary = match function {
            Function::Sin => Some(Unary::Sine),
            Function::Cos => Some(Unary::Cosine),
            Function::Tan => Some(Unary::Tangent),
            Function::Asin => Some(Unary::InverseSine),
            Function::Acos => Some(Unary::InverseCosine),
            Function::Atan => Some(Unary::InverseTangent),
            Function::Sinh => Some(Unary::HyperbolicSine),
            Function::Cosh => Some(Unary::HyperbolicCosine),
            Function::Tanh => Some(Unary::HyperbolicTangent),
            Function::Log => Some(Unary::Logarithm),
            Function::Abs => Some(Unary::Absolute),
            Function::Sign => Some(Unary::Sign),
            Function::Floor => Some(Unary::Floor),
            Function::Erf => Some(Unary::ErrorFunction),
            _ => None,
        };
        if let (Some(unary), [argument]) = (unary, arguments) {
            let argument = self.value(argument)?;
            let value = self.graph.unary(unary, argument);
            return Some(match unary {
                Unary::Sign => self.where_number(argument, value),
                _ => value,
            });
        }
        let values: Vec<NodeId> =
            arguments.iter().map(|own| self.value(own)).collect::<Option<_>>()?;
        let graph = &mut self.graph;
        let one = graph.constant(1.0);
        Some(match (function, values.as_slice()) {
            (Function::Atan2, [y, x]) => graph.binary(Binary::Angle, *y, *x),
            (Function::Cot, [x]) => {
                let (sine, cosine) =
                    (graph.unary(Unary::Sine, *x), graph.unary(Unary::Cosine, *x));
                graph.divide(cosine, sine)
            }
            (Function::Sec, [x]) => {
                let cosine = graph.unary(Unary::Cosine, *x);
                graph.divide(one, cosine)
            }
            (Function::Csc, [x]) => {
                let sine = graph.unary(Unary::Sine, *x);
                graph.divide(one, sine)
            }
            (Function::Asinh, [x]) => {
                // sign(x) log(1 + |x| + x²/(1 + sqrt(1 + x²)))
                let size = graph.unary(Unary::Absolute, *x);
                let square = graph.multiply(*x, *x);
                let root = graph.add(square, one);
                let root = graph.unary(Unary::SquareRoot, root);
                let below = graph.add(one, root);
                let more = graph.divide(square, below);
                let more = graph.add(size, more);
                let log = log_of_one_and(graph, more);
                let value = for_large(graph, size, log);
                let sign = graph.unary(Unary::Sign, *x);
                // The logarithm of what is no number is none.
                graph.multiply(sign, value)
            }
            (Function::Acosh, [x]) => {
                // log(1 + t + sqrt(t (t + 2))), t = x - 1
                let t = graph.subtract(*x, one);
                let two = graph.constant(2.0);
                let more = graph.add(t, two);
                let more = graph.multiply(t, more);
                let more = graph.unary(Unary::SquareRoot, more);
                let more = graph.add(t, more);
                let log = log_of_one_and(graph, more);
                for_large(graph, *x, log)
            }
            (Function::Atanh, [x]) => {
                // log(1 + 2x/(1 - x))/2
                let less = graph.subtract(one, *x);
                let twice = graph.add(*x, *x);
                let more = graph.divide(twice, less);
                let log = log_of_one_and(graph, more);
                let half = graph.constant(0.5);
                graph.multiply(half, log)
            }
            (Function::Ceiling, [x]) => {
                let minus = graph.negate(*x);
                let floor = graph.unary(Unary::Floor, minus);
                graph.negate(floor)
            }
            // 1/2 at 0.
            (Function::Heaviside, [x]) => {
                let sign = graph.unary(Unary::Sign, *x);
                let (half, sum) = (graph.constant(0.5), graph.add(sign, one));
                let value = graph.multiply(half, sum);
                self.where_number(*x, value)
            }
            (Function::Re | Function::Conjugate, [x]) => *x,
            (Function::Min, [first, rest @ ..]) => {
                rest.iter().fold(*first, |a, b| smaller(graph, a, *b))
            }
            (Function::Max, [first, rest @ ..]) => {
                let minus = graph.negate(*first);
                let least = rest.iter().fold(minus, |a, b| {
                    let minus = graph.negate(*b);
                    smaller(graph, a, minus)
                });
                graph.negate(least)
            }
            _ => return None,
        })
    }
}

/// The smaller of two, NaN where one is.
fn smaller(graph: &mut Graph, a: NodeId, b: NodeId) -> NodeId {
    let (first, second) =
        (graph.binary(Binary::Less, a, b), graph.binary(Binary::LessEqual, b, a));
    let neither = graph.add(a, b);
    let otherwise = graph.select(second, b, neither);
    graph.select(first, a, otherwise)
}
/// log(1 + u) without loss for small u (W. Kahan; D. Goldberg, ACM Computing Surveys 23 (1991) 5, theorem 4).
fn log_of_one_and(graph: &mut Graph, u: NodeId) -> NodeId {
    let one = graph.constant(1.0);
    let whole = graph.add(one, u);
    let rest = graph.subtract(whole, one);
    let log = graph.unary(Unary::Logarithm, whole);
    let ratio = graph.divide(u, rest);
    let value = graph.multiply(log, ratio);
    let zero = graph.constant(0.0);
    let none = graph.binary(Binary::Equal, rest, zero);
    graph.select(none, u, value)
}

/// log(2x) where x is so large that its square may be none, the value elsewhere.
fn for_large(graph: &mut Graph, x: NodeId, value: NodeId) -> NodeId {
    let large = graph.constant(1e8);
    let is_large = graph.binary(Binary::Less, large, x);
    let log = graph.unary(Unary::Logarithm, x);
    let two = graph.constant(std::f64::consts::LN_2);
    let log = graph.add(log, two);
    graph.select(is_large, log, value)
}
