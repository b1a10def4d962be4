//! Calculus: derivatives, integrals, limits, series, sums and products.

mod flux;
mod vectors;

use holor_algebra::{Direction, Expr, Function, Matrix, Node, Symbol};
use holor_macros::builtin;

use super::algebra::truncated;
use super::geometry::components::{each_component, moves_coordinates};
use super::sides::{map_sides, map_value, shaped};
use super::statistics::reduced;
use crate::array::Reduction;
use crate::builtin::{
    AxisChoice, Binding, Many, PointBinding, RangeBinding, Spanned, word,
};
use crate::codes;
use crate::evaluate::Call;
use crate::geometry::Geometry;
use crate::{Builtin, Diagnostic, Range, Result, Value};

pub(crate) use flux::volume;
pub(crate) use vectors::BUILTINS as VECTORS;
use vectors::{is_cartesian, partial};

/// The built-ins of this file.
pub(crate) static BUILTINS: &[&Builtin] = &[
    &DIFF,
    &INTEGRATE,
    &NINTEGRATE,
    &LIMIT,
    &SERIES,
    &SUM,
    &PRODUCT,
    &JACOBIAN,
    &HESSIAN,
];

/// A derivative.
///
/// Of a tensor, each component is differentiated; by a coordinate, what results has no law (`∇` and `∂` give tensors).
/// With several variables, each may be followed by how often: `diff(f, x, 2, y)` is
/// $\partial^3 f/\partial x^2\partial y$. Of fields, what is differentiated along their coordinates stays together: the flux of
/// a conservation law.
///
/// ```holor
/// diff(sin(x)^2, x)          # => 2*cos(x)*sin(x)
/// diff(x^5, x, 2)            # => 20*x^3
/// diff(x^2*y^3, x, y)        # => 6*x*y^2
/// M = chart(x, y); diff(a^2 x dy, a)      # => 2*a*x*dy
/// u = field(box(x = 0..1; points = 4)); diff(3 u^2, x)     # => 3*diff(u(t, x)^2, x)
/// ```
#[builtin(
    topic = "calculus",
    latex = r"\frac{d}{d{1}}{0}",
    since = "0.1",
    see("integrate", "gradient"),
    returns = "expression",
    aliases("∂"),
    elementwise,
    functions
)]
fn diff(
    call: &Call<'_>,
    /// What to differentiate; in an equation, both sides; in a tensor, each component.
    f: Spanned<Value>,
    /// Variables, each optionally followed by how often.
    #[variadic]
    x: Vec<Spanned<Expr>>,
) -> Result<Value> {
    let Spanned { value: f, span: f_span } = f;
    let mut orders: Vec<(Expr, u32)> = Vec::new();
    for Spanned { value, span } in x {
        if matches!(value.node(), Node::Symbol(_) | Node::Apply(..)) {
            orders.push((value, 1));
            continue;
        }
        if let (Some(times), Some((_, order))) = (value.as_integer(), orders.last_mut()) {
            *order = u32::try_from(times).map_err(|_| order_error(span))?;
            continue;
        }
        if let (true, Some(error)) = (orders.is_empty(), call.has_value(span)) {
            return Err(error);
        }
        return Diagnostic::error(
            &codes::E0201_WRONG_TYPE,
            format!("`diff` needs a symbol to differentiate by, found {value}"),
        )
        .at(span)
        .hint(if value.as_integer().is_some() { "diff(f, x, 2)" } else { "diff(f, x)" })
        .into();
    }
    if orders.is_empty() {
        let free: Vec<Symbol> =
            f.as_expr().map(Expr::free_symbols).into_iter().flatten().collect();
        let [only] = free.as_slice() else {
            return Diagnostic::error(
                &codes::E0202_WRONG_ARGUMENTS,
                "`diff` needs the variable to differentiate by",
            )
            .at(call.span())
            .hint("diff(f, x)")
            .into();
        };
        orders.push((Expr::symbol(only.name()), 1));
    }
    warn_of_constant(call, &f, &orders);
    let mut differentiated = |side: &Expr| {
        orders.iter().try_fold(side.clone(), |result, (variable, order)| {
            flux::differentiate(call, &result, variable, *order)
        })
    };
    if let Value::Expr(f) = &f {
        return map_sides(f, differentiated).map(Value::Expr);
    }
    let variables = orders.iter().filter_map(|(variable, _)| variable.as_symbol());
    // In Cartesian coordinates the derivative of a vector is one.
    let cartesian = match &f {
        Value::Geometry(Geometry::Holor(tensor)) => {
            is_cartesian(call, tensor).unwrap_or(false)
        }
        _ => false,
    };
    let keeps = cartesian || !moves_coordinates(&f, variables);
    match each_component(call, &f, keeps, &mut differentiated)? {
        Some(tensor) => Ok(tensor),
        None => Diagnostic::error(
            &codes::E0201_WRONG_TYPE,
            format!("`diff` expected an expression for `f`, found {}", f.describe()),
        )
        .at(f_span)
        .hint(call.signature())
        .into(),
    }
}

/// Warns of `diff(v, x)` where fields depend on x and v is a symbol: it is 0, and most likely v was meant to be a field.
fn warn_of_constant(call: &Call<'_>, f: &Value, orders: &[(Expr, u32)]) {
    let Some(symbol) = f.as_expr().and_then(Expr::as_symbol) else { return };
    let by = |own: &Symbol| orders.iter().any(|(by, _)| by.as_symbol() == Some(own));
    let beside_fields = call.fields().values().any(|(field, _)| {
        let coordinates = &field.grid.coordinates;
        !coordinates.contains(symbol)
            && field.time != *symbol
            && coordinates.iter().chain([&field.time]).any(by)
    });
    if beside_fields {
        let message = format!("the derivative of `{symbol}` is 0: it is no field");
        call.warn(
            Diagnostic::warning(&codes::E0310_EVOLUTION, message)
                .hint(format!("{symbol} = field(B, …)")),
        );
    }
}

fn order_error(span: crate::Span) -> Box<Diagnostic> {
    Box::new(
        Diagnostic::error(
            &codes::E0403_TOO_LARGE,
            "the order of this derivative is too large",
        )
        .at(span),
    )
}

/// An integral: indefinite over `x`, definite over `x = a..b`.
///
/// An indefinite integral is one antiderivative; its constant is left out. A definite integral that diverges
/// is an error that says where, never a number. What has no closed form stays as it is and can be
/// evaluated by `N`. An array is integrated along its axes: over a whole side of a box as the sum over its cells, over a part along
/// the straight lines between its values.
///
/// ```holor
/// integrate(x^2, x)                      # => x^3/3
/// integrate(exp(-x^2), x = -oo..oo)      # => sqrt(π)
/// integrate(1/x^2, x = -1..1)            # error: [E0302]
/// integrate(array([0, 1, 2], x = [0, 1, 2]), x = 0..3/2)    # => 1.125
/// ```
#[builtin(
    topic = "calculus",
    latex = r"\int {0}\,d{1}",
    since = "0.1",
    see("nintegrate", "diff", "sum"),
    elementwise
)]
fn integrate(
    call: &Call<'_>,
    /// What to integrate.
    f: Expr,
    /// The variable, alone or with its range; further ones make a multiple integral, innermost first.
    #[variadic]
    x: Vec<Binding>,
) -> Result<Expr> {
    let Some((first, rest)) = x.split_first() else {
        let free: Vec<Symbol> = f.free_symbols().into_iter().collect();
        if let [only] = free.as_slice() {
            return Ok(call.engine().integrate(&f, only)?);
        }
        return Diagnostic::error(
            &codes::E0202_WRONG_ARGUMENTS,
            "`integrate` needs the variable to integrate over",
        )
        .at(call.span())
        .hint("integrate(f, x)")
        .hint("integrate(f, x = 0..1)")
        .into();
    };
    let mut result = integrate_once(call, &f, first)?;
    for binding in rest {
        result = integrate_once(call, &result, binding)?;
    }
    Ok(result)
}

fn integrate_once(call: &Call<'_>, f: &Expr, binding: &Binding) -> Result<Expr> {
    match &binding.value {
        None => Ok(call.engine().integrate(f, &binding.symbol)?),
        Some(Value::Range(Range { start, end, step: None })) => {
            let engine = call.engine();
            let integral = engine.integrate_over(f, &binding.symbol, start, end);
            let of_field = integral.is_err() && call.holds_fields(f);
            Ok(integral.map_err(|error| {
                let error: Box<Diagnostic> = error.into();
                if !of_field {
                    return error;
                }
                let typed = crate::field::as_typed(f);
                let message = "the integral of a field over its box is `integral`, which follows the field";
                Box::new(Diagnostic {
                    message: message.into(),
                    hints: vec![format!("integral({typed})"), format!("mean({typed})")],
                    ..*error
                })
            })?)
        }
        Some(_) => range_error(binding),
    }
}

fn range_error<T>(binding: &Binding) -> Result<T> {
    let x = &binding.symbol;
    Diagnostic::error(&codes::E0202_WRONG_ARGUMENTS, format!("`{x}` needs a range here"))
        .at(binding.span)
        .hint(format!("{x} = 0..1"))
        .into()
}

/// A definite integral as a decimal number, by quadrature.
///
/// ```holor
/// nintegrate(sin(x)/x, x = 0..pi, 10)    # => 1.851937052
/// ```
#[builtin(topic = "calculus", latex = none, since = "0.1", see("integrate", "N"))]
fn nintegrate(
    call: &Call<'_>,
    /// What to integrate.
    f: Expr,
    /// The variable and its range.
    x: RangeBinding,
    /// How many digits are wanted.
    #[default(16)]
    digits: u32,
) -> Result<Expr> {
    let Range { start, end, .. } = &x.range;
    Ok(call.engine().nintegrate(&f, &x.symbol, start, end, digits)?)
}

word! {
    /// The side a limit is taken from.
    pub(crate) Side {
        /// From below.
        Left = "left",
        /// From above.
        Right = "right",
    }
}

/// A limit; two-sided unless a side is named.
///
/// Two sides that differ, or an oscillation, are an error that says what each side does. The point is taken to be real. Where
/// an argument runs into the branch cut of a function, the side it comes from counts; where what is assumed does not tell
/// the side, there is no answer.
///
/// ```holor
/// limit(sin(x)/x, x = 0)             # => 1
/// symbols a > 0; limit(sqrt(-a - i*x), x = 0, right)     # => -i*sqrt(a)
/// limit(1/x, x = 0, right)           # => ∞
/// limit(1/x, x = 0)                  # error: [E0303]
/// limit((1 + 1/n)^n, n = oo)         # => e
/// ```
#[builtin(
    topic = "calculus",
    latex = r"\lim_{{1}} {0}",
    since = "0.1",
    see("series"),
    elementwise
)]
fn limit(
    call: &Call<'_>,
    /// What to take the limit of.
    f: Expr,
    /// The variable and the point it goes to.
    x: PointBinding,
    /// The side: `left` (from below) or `right` (from above).
    side: Option<Side>,
) -> Result<Expr> {
    let direction = match side {
        None => Direction::Both,
        Some(Side::Left) => Direction::Left,
        Some(Side::Right) => Direction::Right,
    };
    Ok(call.engine().limit(&f, &x.symbol, &x.point, direction)?)
}

/// A power series about a point, up to an order.
///
/// Of a tensor, each component is expanded in a parameter and cut off there. The terms below `order` are exact; `O(x^order)` stands for the rest and `truncate` removes it.
///
/// ```holor
/// series(exp(x), x = 0, 3)           # => 1 + x + x^2/2 + O(x^3)
/// M = chart(t, x); series(sin(a t) dx, a = 0, 3)      # => a*t*dx
/// ```
#[builtin(topic = "calculus", latex = none, since = "0.1", returns = "expression", see("truncate", "limit", "diff"), elementwise)]
fn series(
    call: &Call<'_>,
    /// What to expand.
    f: Spanned<Value>,
    /// The variable and the point.
    x: PointBinding,
    /// The order of the first term left out.
    #[default(6)]
    order: u32,
) -> Result<Value> {
    let engine = call.engine();
    let expanded = |f: &Expr| engine.series(f, &x.symbol, &x.point, order);
    if let Value::Expr(f) = &f.value {
        return Ok(Value::Expr(expanded(f)?));
    }
    let keeps = !moves_coordinates(&f.value, [&x.symbol]);
    match each_component(call, &f.value, keeps, &mut |f| Ok(truncated(&expanded(f)?)))? {
        Some(tensor) => Ok(tensor),
        None => Diagnostic::error(
            &codes::E0201_WRONG_TYPE,
            format!(
                "`series` expected an expression for `f`, found {}",
                f.value.describe()
            ),
        )
        .at(f.span)
        .hint(call.signature())
        .into(),
    }
}

/// A sum over the integers of a range, or of the items of a list.
///
/// Between numbers an empty range, such as `5..1`, gives 0. A closed form with symbols in its bounds goes on to such ranges as
/// it is.
///
/// ```holor
/// sum(k, k = 1..n)                   # => n^2/2 + n/2
/// sum(k, k = 5..1)                   # => 0
/// sum(1/k^2, k = 1..oo)              # => π^2/6
/// sum(1/k, k = 1..oo)                # error: [E0302]
/// sum([1, 2, 3])                     # => 6
/// sum(array([[1, 2], [3, 4]]), axis = 1)   # => array([4.0, 6.0])
/// ```
#[builtin(
    topic = "calculus",
    latex = r"\sum_{{1}} {0}",
    since = "0.1",
    see("product", "integrate")
)]
fn sum(
    call: &Call<'_>,
    /// The term, or a list or array.
    f: Value,
    /// The index and its range; further ones make a multiple sum, innermost first.
    #[variadic]
    k: Vec<Binding>,
    /// The axis of an array that goes, by name or number; all, or of a time series all but time, if left out.
    #[named]
    axis: Option<AxisChoice>,
) -> Result<Value> {
    if let (Value::Array(array), []) = (&f, k.as_slice()) {
        return reduced(array, Reduction::Sum, axis.as_ref());
    }
    accumulate(call, f, k, Function::Sum)
}

/// A product over the integers of a range, or of the items of a list.
///
/// Between numbers an empty range, such as `4..1`, gives 1.
///
/// ```holor
/// product(k, k = 1..5)               # => 120
/// product(k, k = 4..1)               # => 1
/// product([2, 3, 4])                 # => 24
/// ```
#[builtin(
    topic = "calculus",
    latex = r"\prod_{{1}} {0}",
    since = "0.1",
    see("sum", "factorial")
)]
fn product(
    call: &Call<'_>,
    /// The factor, or a list.
    f: Value,
    /// The index and its range; further ones make a multiple product, innermost first.
    #[variadic]
    k: Vec<Binding>,
) -> Result<Value> {
    accumulate(call, f, k, Function::Product)
}

fn accumulate(
    call: &Call<'_>,
    f: Value,
    over: Vec<Binding>,
    operation: Function,
) -> Result<Value> {
    let engine = call.engine();
    if over.is_empty() {
        let Some(items) = call.items(&f, call.span())? else {
            return Diagnostic::error(
                &codes::E0202_WRONG_ARGUMENTS,
                format!("`{}` needs an index with its range, or a list", call.name()),
            )
            .at(call.span())
            .hint(format!("{}(1/k^2, k = 1..10)", call.name()))
            .into();
        };
        let terms: Option<Vec<Expr>> =
            items.iter().map(|item| item.as_expr().cloned()).collect();
        let Some(terms) = terms else {
            return Err(call.error(
                &codes::E0201_WRONG_TYPE,
                format!("`{}` needs a list of expressions", call.name()),
            ));
        };
        return Ok(Value::Expr(if operation == Function::Sum {
            Expr::add(terms)
        } else {
            Expr::mul(terms)
        }));
    }
    map_value(&f, &mut |item| {
        over.iter().try_fold(item.clone(), |term, binding| {
            let (start, end) = match &binding.value {
                Some(Value::Range(Range { start, end, step })) => match step {
                    None => (start, end),
                    Some(step) if step.is_one() => (start, end),
                    Some(_) => {
                        return Diagnostic::error(
                            &codes::E0202_WRONG_ARGUMENTS,
                            format!("`{}` counts in steps of 1", call.name()),
                        )
                        .at(binding.span)
                        .into();
                    }
                },
                _ => return range_error(binding),
            };
            Ok(if operation == Function::Sum {
                engine.sum(&term, &binding.symbol, start, end)?
            } else {
                engine.product(&term, &binding.symbol, start, end)?
            })
        })
    })
}

/// The matrix of first derivatives: row k belongs to function k, column j to variable j.
///
/// ```holor
/// jacobian([r*cos(θ), r*sin(θ)], [r, θ])     # => [[cos(θ), -r*sin(θ)], [sin(θ), r*cos(θ)]]
/// ```
#[builtin(topic = "calculus", latex = none, since = "0.1", see("gradient", "hessian"))]
fn jacobian(
    call: &Call<'_>,
    /// The functions.
    functions: Many<Expr>,
    /// The variables.
    variables: Many<Symbol>,
) -> Result<Matrix> {
    let entries: Result<Vec<Expr>> = functions
        .items
        .iter()
        .flat_map(|f| variables.items.iter().map(move |x| partial(call, f, x)))
        .collect();
    shaped(call, functions.items.len(), variables.items.len(), entries?)
}

/// The matrix of second derivatives.
///
/// ```holor
/// hessian(x^2*y, [x, y])             # => [[2*y, 2*x], [2*x, 0]]
/// ```
#[builtin(topic = "calculus", latex = none, since = "0.1", see("gradient", "jacobian"))]
fn hessian(
    call: &Call<'_>,
    /// A scalar.
    f: Expr,
    /// The variables.
    variables: Vec<Symbol>,
) -> Result<Matrix> {
    let gradient: Result<Vec<Expr>> =
        variables.iter().map(|x| partial(call, &f, x)).collect();
    let gradient = gradient?;
    let entries: Result<Vec<Expr>> = gradient
        .iter()
        .flat_map(|f| variables.iter().map(move |x| partial(call, f, x)))
        .collect();
    shaped(call, variables.len(), variables.len(), entries?)
}
