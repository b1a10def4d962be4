//! Parts of evolution equations that are no functions of the point: noise, integrals, convolutions.

use holor_algebra::{Expr, Symbol};
use holor_geometry::Metric;
use holor_macros::builtin;

use crate::array::{ArrayValues, AxisKind, Reduction};
use crate::ast::BinaryOperator;
use crate::builtin::{ArrayArgument, Either, PointBinding};
use crate::evaluate::Call;
use crate::field::names;
use crate::{Builtin, Result, Value, codes};

/// The records of this file.
pub(crate) static BUILTINS: &[&Builtin] =
    &[&NOISE, &INTEGRAL, &CONVOLVE, &INVERSE_LAPLACIAN, &SHIFT];

/// Noise: in an equation white in time and space, in the start of a field one normal number for each cell.
///
/// In an equation `a noise()` is `a ξ` with `⟨ξ(x, t) ξ(x', t')⟩ = δ(x - x') δ(t - t')`: a step adds `a` times a standard normal
/// number times `sqrt(Δt/ΔV)`. At the start it is `a` times a standard normal number. On complex fields the real and the
/// imaginary part have half the variance each. Every call is a noise of its own. The numbers depend on the seed, the cell and
/// the step alone.
///
/// ```holor
/// B = box(x = 0..1; points = 4); u = field(B, noise(0.1, seed = 1)); kind(u)    # => "field"
/// ```
#[builtin(topic = "fields", latex = none, since = "0.1", see("field", "evolve"))]
fn noise(
    call: &Call<'_>,
    /// The amplitude; 1 if left out.
    amplitude: Option<Expr>,
    /// Fixes the numbers of a start; in equations the seed of the run counts.
    #[named]
    seed: Option<u64>,
) -> Result<Expr> {
    let mut arguments = vec![Expr::integer(call.next_label())];
    arguments.extend(seed.map(Expr::integer));
    let noise = Expr::apply(Symbol::new(names::NOISE), arguments);
    Ok(match amplitude {
        Some(amplitude) => Expr::mul(vec![amplitude, noise]),
        None => noise,
    })
}

/// The integral of a formula of fields over their box.
///
/// It is `∫ f dx dy …` in the box's coordinates, with a metric `∫ f √|det g| dx dy …`. Of an array over evenly spaced places, as in `run.u` or where a run is watched, the sum over all cells times the size of one; over
/// time and places, a number for each time.
///
/// ```holor
/// B = box(x = 0..2; points = 8); u = field(B, 3); integral(u^2)    # => integral(u(t, x)^2)
/// B = box(x = 0..2; points = 8); u = field(B, 3); integral(u.start)    # => 6.0
/// M = chart(r, φ) where r > 0; g = metric(dr^2 + r^2 dφ^2); B = box(r = 1..3, φ = 0..2pi; points = 8, boundary = [neumann, periodic]); u = field(B, 1); N(integral(u.start, g)/pi, 10)    # => 8.0
/// ```
#[builtin(
    topic = "fields",
    latex = r"\int {0}",
    since = "0.1",
    see("evolve", "mean", "convolve")
)]
fn integral(
    call: &Call<'_>,
    /// The formula, or an array.
    f: Either<Expr, ArrayArgument>,
    /// The metric whose volume is meant; that of the coordinates if left out.
    metric: Option<Metric>,
) -> Result<Value> {
    let f = match f {
        Either::First(formula) => Value::Expr(formula),
        Either::Second(argument) => Value::Array(argument.array),
    };
    let f = match metric {
        Some(metric) => {
            let root = metric.sqrt_abs_determinant().map_err(|error| {
                call.error(&codes::E0202_WRONG_ARGUMENTS, error.to_string())
            })?;
            let volume = Value::Expr(metric.chart().field().write(&root));
            call.operate(BinaryOperator::Multiply, f, volume)?
        }
        None => f,
    };
    let array = match f {
        Value::Array(array) => array,
        Value::Expr(formula) => {
            let integral = Symbol::new(names::INTEGRAL);
            return Ok(Value::Expr(Expr::apply(integral, vec![formula])));
        }
        other => return Ok(other),
    };
    let places = array.default_reduction();
    let mut volume = 1.0;
    for axis in places.iter().filter_map(|place| array.axes().get(*place)) {
        let spacing = axis.spacing().filter(|_| axis.kind() != AxisKind::Index);
        volume *= spacing.ok_or_else(|| {
            let message = "the integral of an array needs evenly spaced places";
            call.error(&codes::E0202_WRONG_ARGUMENTS, message)
        })?;
    }
    let sum = array.reduce(Reduction::Sum, &places)?;
    let whole = match sum.values() {
        ArrayValues::Real(values) => {
            sum.with_values(values.iter().map(|value| value * volume).collect::<Vec<_>>())
        }
        ArrayValues::Complex(values) => {
            sum.with_values(values.iter().map(|value| value * volume).collect::<Vec<_>>())
        }
    };
    Ok(whole.unwrap_or(sum).into_value())
}

/// The convolution `∫ K(x - x') f(x') dx'` over a periodic box.
///
/// The kernel is a formula in the coordinates, taken at displacements up to half a box.
///
/// ```holor
/// B = box(x = 0..2; points = 8); u = field(B, 3); convolve(exp(-x^2), u)    # => convolve(exp(-x^2), u(t, x))
/// ```
#[builtin(
    topic = "fields",
    latex = r"{0} * {1}",
    since = "0.1",
    see("evolve", "integral")
)]
fn convolve(
    /// The kernel.
    kernel: Expr,
    /// What is convolved.
    f: Expr,
) -> Expr {
    Expr::apply(Symbol::new(names::CONVOLVE), vec![kernel, f])
}

/// The solution of Poisson's equation `∇² u = f` with mean 0 on a periodic box in Cartesian coordinates.
///
/// The mean of `f` is left out. A field that obeys `laplacian(ψ) == f` at every time is found in the same way, and beside sides as well:
/// `ψ = field(B, 0, boundary = dirichlet(0))`.
///
/// ```holor
/// B = box(x = 0..2pi, y = 0..2pi; points = 8); w = field(B, sin(x)); inverse_laplacian(w)    # => inverse_laplacian(w(t, x, y))
/// ```
#[builtin(
    topic = "fields",
    latex = r"\nabla^{-2} {0}",
    since = "0.1",
    see("laplacian", "evolve")
)]
fn inverse_laplacian(
    /// The right side.
    f: Expr,
) -> Expr {
    Expr::apply(Symbol::new(names::INVERSE_LAPLACIAN), vec![f])
}

/// A formula of fields some points further along a coordinate: for models on a lattice.
///
/// ```holor
/// B = box(x = 0..8; points = 8); θ = field(B, x); sin(shift(θ, x = 1) - θ)    # => sin(shift(θ(t, x), x, 1) - θ(t, x))
/// ```
#[builtin(topic = "fields", latex = none, since = "0.1", see("evolve"))]
fn shift(
    /// The formula.
    f: Expr,
    /// The coordinate and how many points: `x = 1`, `x = -1`.
    by: PointBinding,
) -> Expr {
    let coordinate = Expr::symbol(by.symbol.name());
    Expr::apply(Symbol::new(names::SHIFT), vec![f, coordinate, by.point])
}
