//! Algebra: rewriting expressions and taking them apart.

use holor_algebra::{Expr, Function, Node, Symbol};
use holor_macros::builtin;

use super::geometry::components::{each_component, moves_coordinates};
use super::sides::{map_sides, map_value};
use crate::builtin::{Binding, Either, Many, Spanned};
use crate::codes;
use crate::evaluate::Call;
use crate::{Builtin, Diagnostic, Result, Value};

/// The built-ins of this file.
pub(crate) static BUILTINS: &[&Builtin] = &[
    &SIMPLIFY,
    &EXPAND,
    &FACTOR,
    &COLLECT,
    &CANCEL,
    &TOGETHER,
    &APART,
    &SUBS,
    &EXPAND_TRIG,
    &REDUCE_TRIG,
    &EXPAND_LOG,
    &COMBINE_LOG,
    &EXPAND_COMPLEX,
    &TO_EXPONENTIALS,
    &TO_TRIG,
    &RATIONALIZE,
    &NUMERATOR,
    &DENOMINATOR,
    &COEFFICIENTS,
    &COEFFICIENT,
    &DEGREE,
    &GCD,
    &LCM,
    &QUOTIENT,
    &REMAINDER,
    &RESULTANT,
    &DISCRIMINANT,
    &LHS,
    &RHS,
    &EQUAL,
    &TRUNCATE,
];

/// The simplest equal form that is found.
///
/// Only rewritings that hold for every value of the symbols under the assumptions are used: `sqrt(x^2)`
/// becomes `x` only where `x` is known not to be negative.
///
/// ```holor
/// simplify(sin(x)^2 + cos(x)^2)     # => 1
/// simplify((x^2 - 1)/(x - 1))       # => x + 1
/// simplify(sqrt(x^2))               # => sqrt(x^2)
/// ```
#[builtin(topic = "algebra", latex = none, since = "0.1", returns = "expression", see("expand", "factor", "cancel"), elementwise)]
fn simplify(
    call: &Call<'_>,
    /// What to simplify; in an equation, both sides; in a tensor, each component.
    expr: Spanned<Value>,
) -> Result<Value> {
    let engine = call.engine();
    let mut simplified = |side: &Expr| Ok(engine.simplify(side)?);
    match &expr.value {
        Value::Expr(side) => map_sides(side, simplified).map(Value::Expr),
        tensor => match each_component(call, tensor, true, &mut simplified)? {
            Some(tensor) => Ok(tensor),
            None => Diagnostic::error(
                &codes::E0201_WRONG_TYPE,
                format!("`simplify` expected an expression, found {}", tensor.describe()),
            )
            .at(expr.span)
            .into(),
        },
    }
}

/// Products and integer powers of sums multiplied out.
///
/// ```holor
/// expand((x + 1)^3)      # => x^3 + 3*x^2 + 3*x + 1
/// ```
#[builtin(topic = "algebra", latex = none, since = "0.1", see("factor", "expand_trig", "expand_log"), elementwise)]
fn expand(
    call: &Call<'_>,
    /// What to expand; in an equation, both sides.
    expr: Expr,
) -> Result<Expr> {
    map_sides(&expr, |side| Ok(call.engine().expand(side)?))
}

/// A product of irreducible factors over the rational numbers.
///
/// A number is one value and never a product: `prime_factors` gives its primes with their exponents.
///
/// ```holor
/// factor(x^4 - 1)        # => (x^2 + 1)*(x - 1)*(x + 1)
/// prime_factors(360)     # => [[2, 3], [3, 2], [5, 1]]
/// ```
#[builtin(topic = "algebra", latex = none, since = "0.1", see("expand", "apart", "prime_factors"), elementwise)]
fn factor(
    call: &Call<'_>,
    /// What to factor; in an equation, both sides.
    expr: Expr,
) -> Result<Expr> {
    if let Some(number) = expr.as_number()
        && number.numer().bits() > 1
    {
        let message = format!("{expr} is a number, which is not kept as a product");
        let warning = Diagnostic::warning(&codes::E0202_WRONG_ARGUMENTS, message);
        let parts = [number.numer(), number.denom()];
        let hints = parts.into_iter().filter(|part| part.bits() > 1);
        call.warn(hints.fold(warning, |warning, part| {
            warning.hint(format!("prime_factors({})", part.magnitude()))
        }));
    }
    map_sides(&expr, |side| Ok(call.engine().factor(side)?))
}

/// The coefficients of equal powers gathered.
///
/// ```holor
/// collect(a*x + b*x + c, x)      # => c + x*(a + b)
/// ```
#[builtin(topic = "algebra", latex = none, since = "0.1", see("coefficients", "expand"), elementwise)]
fn collect(
    call: &Call<'_>,
    /// What to rearrange.
    expr: Expr,
    /// The symbols or expressions whose powers are gathered.
    by: Many<Expr>,
) -> Result<Expr> {
    map_sides(&expr, |side| Ok(call.engine().collect(side, &by.items)?))
}

/// One fraction with common factors of numerator and denominator taken out.
///
/// ```holor
/// cancel((x^2 - 1)/(x^2 - x))    # => (x + 1)/x
/// ```
#[builtin(topic = "algebra", latex = none, since = "0.1", see("together", "apart"), elementwise)]
fn cancel(
    call: &Call<'_>,
    /// What to cancel in.
    expr: Expr,
) -> Result<Expr> {
    map_sides(&expr, |side| Ok(call.engine().cancel(side)?))
}

/// A sum of fractions as one fraction.
///
/// ```holor
/// together(1/x + 1/y)            # => (x + y)/(x*y)
/// ```
#[builtin(topic = "algebra", latex = none, since = "0.1", see("apart", "cancel"), elementwise)]
fn together(
    call: &Call<'_>,
    /// What to put together.
    expr: Expr,
) -> Result<Expr> {
    map_sides(&expr, |side| Ok(call.engine().together(side)?))
}

/// Partial fractions.
///
/// ```holor
/// apart(1/(x^2 - 1))             # => -1/(2*(x + 1)) + 1/(2*(x - 1))
/// ```
#[builtin(topic = "algebra", latex = none, since = "0.1", see("together", "integrate"), elementwise)]
fn apart(
    call: &Call<'_>,
    /// A rational expression.
    expr: Expr,
    /// The variable; may be left out where there is only one.
    x: Option<Symbol>,
) -> Result<Expr> {
    map_sides(&expr, |side| Ok(call.engine().apart(side, x.as_ref())?))
}

/// Values put for symbols, all at once.
///
/// In a tensor, metric or connection every component is replaced; what a value is put for a coordinate in has no law any more.
/// Replacements are given as `x = value`, or as equations in a list such as one solution of `solve`.
///
/// ```holor
/// subs(x^2 + y, x = 3)                   # => y + 9
/// subs(x + 2y, x = y, y = x)             # => 2*x + y
/// subs(x + y, [x == 1, y == 2])          # => 3
/// subs(sin(t)^2, sin(t) == u)            # => u^2
/// function f; subs(-diff(f(r), r, 2), f(r) == 1 - 2m/r)      # => 4*m/r^3
/// M = chart(x, y); subs(a x dx, a = 2)   # => 2*x*dx
/// ```
#[builtin(topic = "algebra", latex = none, since = "0.1", see("solve", "N"))]
fn subs(
    call: &Call<'_>,
    /// Where to replace.
    expr: Value,
    /// `x = value`, an equation `pattern == value`, or a list of equations.
    #[variadic]
    replacements: Vec<Either<Binding, Spanned<Many<Expr>>>>,
) -> Result<Value> {
    let mut pairs = Vec::new();
    for replacement in replacements {
        match replacement {
            Either::First(Binding {
                symbol, value: Some(Value::Expr(value)), ..
            }) => {
                pairs.push((Expr::symbol(symbol.name()), value));
            }
            Either::First(Binding { span, .. }) => return Err(replacement_error(span)),
            Either::Second(equations) => {
                for equation in equations.value.items {
                    match equation.node() {
                        Node::Relation(holor_algebra::Relation::Equal, left, right) => {
                            pairs.push((left.clone(), right.clone()));
                        }
                        _ => return Err(replacement_error(equations.span)),
                    }
                }
            }
        }
    }
    // A function put for an unknown one leaves a tensor a tensor; a value for a coordinate does not.
    let moved: Vec<Symbol> = pairs
        .iter()
        .filter(|(from, _)| !matches!(from.node(), Node::Apply(..)))
        .flat_map(|(from, _)| from.free_symbols())
        .collect();
    let keeps = !moves_coordinates(&expr, &moved);
    let component =
        each_component(call, &expr, keeps, &mut |item| replaced(call, item, &pairs))?;
    if let Some(tensor) = component {
        return Ok(tensor);
    }
    map_value(&expr, &mut |item| replaced(call, item, &pairs))
}

/// The expression after a substitution. Derivatives of what was put for a function are carried out.
fn replaced(call: &Call<'_>, expr: &Expr, pairs: &[(Expr, Expr)]) -> Result<Expr> {
    let mut result = expr.substitute(pairs);
    if pairs.iter().any(|(from, _)| matches!(from.node(), Node::Apply(..))) {
        let mut failure = None;
        result = differentiated(call, &result, &mut failure);
        if let Some(error) = failure {
            return Err(error);
        }
    }
    Ok(call.engine().evaluate(&result)?)
}

/// Carries out the derivatives in an expression, innermost first.
fn differentiated(
    call: &Call<'_>,
    expr: &Expr,
    failure: &mut Option<Box<Diagnostic>>,
) -> Expr {
    let is_derivative =
        |part: &Expr| matches!(part.node(), Node::Call(Function::Derivative, _));
    if failure.is_some() || !expr.any(&mut |part| is_derivative(part)) {
        return expr.clone();
    }
    let expr = expr.map_children(&mut |child| differentiated(call, child, failure));
    let Node::Call(Function::Derivative, items) = expr.node() else { return expr };
    let Some((body, by)) = items.split_first() else { return expr };
    // The derivative of an unknown function is its own value.
    if matches!(body.node(), Node::Apply(..)) {
        return expr;
    }
    let mut value = body.clone();
    for pair in by.chunks(2) {
        let [variable, order] = pair else { return expr };
        let Some(order) = order.as_integer().and_then(|it| u32::try_from(it).ok()) else {
            return expr;
        };
        match call.engine().differentiate(&value, variable, order) {
            Ok(next) => value = next,
            Err(error) => {
                failure.get_or_insert(error.into());
                return expr;
            }
        }
    }
    value
}

fn replacement_error(span: crate::Span) -> Box<Diagnostic> {
    Box::new(
        Diagnostic::error(
            &codes::E0202_WRONG_ARGUMENTS,
            "a replacement is `x = value` or an equation",
        )
        .at(span)
        .hint("subs(f, x = 2)"),
    )
}

/// Functions of sums and multiples of angles as functions of the angles.
///
/// ```holor
/// expand_trig(sin(x + y))        # => cos(x)*sin(y) + cos(y)*sin(x)
/// ```
#[builtin(topic = "algebra", latex = none, since = "0.1", see("reduce_trig", "to_exponentials"), elementwise)]
fn expand_trig(
    call: &Call<'_>,
    /// What to expand.
    expr: Expr,
) -> Result<Expr> {
    map_sides(&expr, |side| Ok(call.engine().expand_trig(side)?))
}

/// Products and powers of sines and cosines as sums of multiple angles.
///
/// ```holor
/// reduce_trig(sin(x)^2)          # => 1/2 - cos(2*x)/2
/// ```
#[builtin(topic = "algebra", latex = none, since = "0.1", aliases("trig_reduce"), see("expand_trig"), elementwise)]
fn reduce_trig(
    call: &Call<'_>,
    /// What to reduce.
    expr: Expr,
) -> Result<Expr> {
    map_sides(&expr, |side| Ok(call.engine().trig_reduce(side)?))
}

/// Logarithms of products and powers taken apart, where the assumptions allow it.
///
/// ```holor
/// symbols a, b > 0
/// expand_log(log(a*b))           # => log(a) + log(b)
/// expand_log(log(x*y))           # => log(x*y)
/// ```
#[builtin(topic = "algebra", latex = none, since = "0.1", see("combine_log"), elementwise)]
fn expand_log(
    call: &Call<'_>,
    /// What to expand.
    expr: Expr,
) -> Result<Expr> {
    map_sides(&expr, |side| Ok(call.engine().expand_log(side)?))
}

/// Sums of logarithms as one logarithm, where the assumptions allow it.
///
/// ```holor
/// symbols a, b > 0
/// combine_log(log(a) + log(b))   # => log(a*b)
/// ```
#[builtin(topic = "algebra", latex = none, since = "0.1", see("expand_log"), elementwise)]
fn combine_log(
    call: &Call<'_>,
    /// What to combine.
    expr: Expr,
) -> Result<Expr> {
    map_sides(&expr, |side| Ok(call.engine().combine_log(side)?))
}

/// The form `a + b*i` with real `a` and `b`, where the assumptions decide.
///
/// ```holor
/// symbols u, v real
/// expand_complex((u + i*v)^2)    # => u^2 + 2*i*u*v - v^2
/// ```
#[builtin(topic = "algebra", latex = none, since = "0.1", see("re", "im"), elementwise)]
fn expand_complex(
    call: &Call<'_>,
    /// What to expand.
    expr: Expr,
) -> Result<Expr> {
    map_sides(&expr, |side| Ok(call.engine().expand_complex(side)?))
}

/// Trigonometric and hyperbolic functions as exponentials.
///
/// ```holor
/// to_exponentials(cosh(x))       # => exp(x)/2 + exp(-x)/2
/// ```
#[builtin(topic = "algebra", latex = none, since = "0.1", see("to_trig"), elementwise)]
fn to_exponentials(
    call: &Call<'_>,
    /// What to rewrite.
    expr: Expr,
) -> Result<Expr> {
    map_sides(&expr, |side| Ok(call.engine().rewrite_to_exponentials(side)?))
}

/// Exponentials of imaginary arguments as sines and cosines.
///
/// ```holor
/// to_trig(exp(i*x))              # => cos(x) + i*sin(x)
/// ```
#[builtin(topic = "algebra", latex = none, since = "0.1", see("to_exponentials"), elementwise)]
fn to_trig(
    call: &Call<'_>,
    /// What to rewrite.
    expr: Expr,
) -> Result<Expr> {
    map_sides(&expr, |side| Ok(call.engine().rewrite_to_trig(side)?))
}

/// No roots in denominators.
///
/// ```holor
/// rationalize(1/(1 + sqrt(2)))   # => -1 + sqrt(2)
/// ```
#[builtin(topic = "algebra", latex = none, since = "0.1", see("simplify"), elementwise)]
fn rationalize(
    call: &Call<'_>,
    /// What to rewrite.
    expr: Expr,
) -> Result<Expr> {
    map_sides(&expr, |side| Ok(call.engine().rationalize(side)?))
}

/// The numerator of an expression written as one fraction.
///
/// ```holor
/// numerator(x/(x + 1))           # => x
/// ```
#[builtin(topic = "algebra", latex = none, since = "0.1", see("denominator", "together"))]
fn numerator(
    call: &Call<'_>,
    /// The expression.
    expr: Expr,
) -> Result<Expr> {
    Ok(fraction(&call.engine().together(&expr)?).0)
}

/// The denominator of an expression written as one fraction.
///
/// ```holor
/// denominator(1/x + 1/y)         # => x*y
/// ```
#[builtin(topic = "algebra", latex = none, since = "0.1", see("numerator", "together"))]
fn denominator(
    call: &Call<'_>,
    /// The expression.
    expr: Expr,
) -> Result<Expr> {
    Ok(fraction(&call.engine().together(&expr)?).1)
}

/// Numerator and denominator of a product.
fn fraction(expr: &Expr) -> (Expr, Expr) {
    let factors = match expr.node() {
        Node::Mul(factors) => factors.to_vec(),
        _ => vec![expr.clone()],
    };
    let (mut above, mut below) = (Vec::new(), Vec::new());
    for factor in factors {
        match factor.node() {
            Node::Number(value) => {
                above.push(Expr::integer(value.numer().clone()));
                below.push(Expr::integer(value.denom().clone()));
            }
            Node::Power(_, exponent) if exponent.has_leading_minus() => {
                below.push(factor.reciprocal());
            }
            _ => above.push(factor),
        }
    }
    (Expr::mul(above), Expr::mul(below))
}

/// The coefficients of a polynomial, from the constant term up.
///
/// ```holor
/// coefficients(x^2 - 5x + 6, x)      # => [6, -5, 1]
/// ```
#[builtin(topic = "algebra", latex = none, since = "0.1", see("coefficient", "degree", "collect"))]
fn coefficients(
    call: &Call<'_>,
    /// A polynomial.
    polynomial: Expr,
    /// Its variable.
    x: Symbol,
) -> Result<Vec<Expr>> {
    Ok(call.engine().coefficients(&polynomial, &x)?)
}

/// The coefficient of one power in a polynomial.
///
/// ```holor
/// coefficient((x + 2)^3, x, 2)       # => 6
/// ```
#[builtin(topic = "algebra", latex = none, since = "0.1", see("coefficients"))]
fn coefficient(
    call: &Call<'_>,
    /// A polynomial.
    polynomial: Expr,
    /// Its variable.
    x: Symbol,
    /// The power.
    #[default(1)]
    power: usize,
) -> Result<Expr> {
    let coefficients = call.engine().coefficients(&polynomial, &x)?;
    Ok(coefficients.get(power).cloned().unwrap_or_else(Expr::zero))
}

/// The degree of a polynomial in a variable.
///
/// ```holor
/// degree(x^3*y + x, x)               # => 3
/// ```
#[builtin(topic = "algebra", latex = r"\deg {0}", since = "0.1", see("coefficients"))]
fn degree(
    call: &Call<'_>,
    /// A polynomial.
    polynomial: Expr,
    /// Its variable.
    x: Symbol,
) -> Result<Expr> {
    Ok(call.engine().degree(&polynomial, &x)?)
}

/// The greatest common divisor of integers or polynomials.
///
/// ```holor
/// gcd(12, 18)                        # => 6
/// gcd(x^2 - 1, x^2 - 2x + 1)         # => x - 1
/// ```
#[builtin(
    topic = "algebra",
    latex = r"\gcd\left({0}, {1}\right)",
    since = "0.1",
    see("lcm", "cancel")
)]
fn gcd(
    call: &Call<'_>,
    /// Two or more integers or polynomials.
    #[variadic]
    values: Vec<Expr>,
) -> Result<Expr> {
    fold(call, "gcd", values, |a, b| Ok(call.engine().gcd(a, b)?))
}

/// The least common multiple of integers or polynomials.
///
/// ```holor
/// lcm(4, 6)                          # => 12
/// ```
#[builtin(
    topic = "algebra",
    latex = r"\operatorname{lcm}\left({0}, {1}\right)",
    since = "0.1",
    see("gcd")
)]
fn lcm(
    call: &Call<'_>,
    /// Two or more integers or polynomials.
    #[variadic]
    values: Vec<Expr>,
) -> Result<Expr> {
    fold(call, "lcm", values, |a, b| Ok(call.engine().lcm(a, b)?))
}

fn fold(
    call: &Call<'_>,
    name: &str,
    values: Vec<Expr>,
    step: impl Fn(&Expr, &Expr) -> Result<Expr>,
) -> Result<Expr> {
    let mut values = values.into_iter();
    let Some(first) = values.next() else {
        let error = format!("`{name}` needs at least one value");
        return Diagnostic::error(&codes::E0202_WRONG_ARGUMENTS, error)
            .at(call.span())
            .into();
    };
    values.try_fold(first, |result, value| step(&result, &value))
}

/// The quotient of a division of polynomials.
///
/// ```holor
/// quotient(x^3 + 1, x - 1, x)        # => x^2 + x + 1
/// ```
#[builtin(topic = "algebra", latex = none, since = "0.1", see("remainder"))]
fn quotient(
    call: &Call<'_>,
    /// The polynomial divided.
    dividend: Expr,
    /// The polynomial it is divided by.
    divisor: Expr,
    /// The variable.
    x: Symbol,
) -> Result<Expr> {
    Ok(call.engine().quotient(&dividend, &divisor, &x)?)
}

/// The remainder of a division of polynomials.
///
/// ```holor
/// remainder(x^3 + 1, x - 1, x)       # => 2
/// ```
#[builtin(topic = "algebra", latex = none, since = "0.1", see("quotient", "mod"))]
fn remainder(
    call: &Call<'_>,
    /// The polynomial divided.
    dividend: Expr,
    /// The polynomial it is divided by.
    divisor: Expr,
    /// The variable.
    x: Symbol,
) -> Result<Expr> {
    Ok(call.engine().remainder(&dividend, &divisor, &x)?)
}

/// The resultant of two polynomials: 0 exactly when they have a root in common.
///
/// ```holor
/// resultant(x^2 - 1, x - 1, x)       # => 0
/// ```
#[builtin(topic = "algebra", latex = none, since = "0.1", see("discriminant"))]
fn resultant(
    call: &Call<'_>,
    /// The first polynomial.
    first: Expr,
    /// The second polynomial.
    second: Expr,
    /// The variable.
    x: Symbol,
) -> Result<Expr> {
    Ok(call.engine().resultant(&first, &second, &x)?)
}

/// The discriminant of a polynomial: 0 exactly when it has a multiple root.
///
/// ```holor
/// discriminant(a*x^2 + b*x + c, x)   # => -4*a*c + b^2
/// ```
#[builtin(topic = "algebra", latex = none, since = "0.1", see("resultant", "solve"))]
fn discriminant(
    call: &Call<'_>,
    /// A polynomial.
    polynomial: Expr,
    /// Its variable.
    x: Symbol,
) -> Result<Expr> {
    Ok(call.engine().discriminant(&polynomial, &x)?)
}

/// The left side of an equation or inequality.
///
/// ```holor
/// lhs(x^2 == 4)                      # => x^2
/// ```
#[builtin(topic = "algebra", latex = none, since = "0.1", see("rhs"), elementwise)]
fn lhs(
    call: &Call<'_>,
    /// An equation or inequality.
    equation: Spanned<Expr>,
) -> Result<Expr> {
    side(call, equation, true)
}

/// The right side of an equation or inequality.
///
/// ```holor
/// rhs(x^2 == 4)                      # => 4
/// ```
#[builtin(topic = "algebra", latex = none, since = "0.1", see("lhs"), elementwise)]
fn rhs(
    call: &Call<'_>,
    /// An equation or inequality.
    equation: Spanned<Expr>,
) -> Result<Expr> {
    side(call, equation, false)
}

fn side(call: &Call<'_>, equation: Spanned<Expr>, left: bool) -> Result<Expr> {
    match equation.value.node() {
        Node::Relation(_, lhs, rhs) => Ok(if left { lhs.clone() } else { rhs.clone() }),
        _ => Diagnostic::error(
            &codes::E0201_WRONG_TYPE,
            format!(
                "`{}` needs an equation, found the expression {}",
                call.name(),
                equation.value
            ),
        )
        .at(equation.span)
        .into(),
    }
}

/// Whether two expressions are equal for every value of their symbols: `true`, `false`, or the equation
/// itself where that cannot be decided.
///
/// ```holor
/// equal((x + 1)^2, x^2 + 2x + 1)     # => true
/// equal(sqrt(x^2), x)                # => false
/// ```
#[builtin(topic = "algebra", latex = none, since = "0.1", see("simplify", "solve"))]
fn equal(
    call: &Call<'_>,
    /// One expression.
    left: Expr,
    /// The other.
    right: Expr,
) -> Expr {
    match call.engine().equal(&left, &right) {
        Some(known) => Expr::truth(known),
        None => Expr::equation(left, right),
    }
}

/// A series without its order term.
///
/// ```holor
/// truncate(series(exp(x), x = 0, 3))     # => x^2/2 + x + 1
/// ```
#[builtin(topic = "algebra", latex = none, since = "0.1", see("series"))]
fn truncate(
    /// A series, as `series` gives it.
    series: Expr,
) -> Expr {
    truncated(&series)
}

/// A series without its order term.
pub(super) fn truncated(series: &Expr) -> Expr {
    match series.node() {
        Node::Add(terms) => {
            Expr::add(terms.iter().filter(|term| !is_order(term)).cloned())
        }
        _ if is_order(series) => Expr::zero(),
        _ => series.clone(),
    }
}

fn is_order(term: &Expr) -> bool {
    matches!(term.node(), Node::Call(Function::Order, _))
}
