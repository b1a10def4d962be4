//! Metrics: how one is made, its inverse and determinant, raising and lowering.

use holor_algebra::Matrix;
use holor_geometry::{Chart, Holor, Law, Metric, Slot, Symmetry, Variance, oriented};
use holor_macros::builtin;

use super::{at, of_metric, scalar};
use crate::builtin::Spanned;
use crate::evaluate::{At, Call, Change, as_holor};
use crate::geometry::{HolorValue, is_symmetric};
use crate::{Builtin, Diagnostic, Result, Value, codes};

/// The records of this file.
pub(crate) static BUILTINS: &[&Builtin] =
    &[&METRIC, &INVERSE_METRIC, &DETERMINANT, &METRIC_SIGNATURE, &VOLUME_FORM];

/// A metric from a line element, from a matrix of components, or from a symmetric tensor.
///
/// In a line element `dr^2` is `dr ⊗ dr` and `2 dt dr` is `dt ⊗ dr + dr ⊗ dt`, as relativists write. A matrix belongs to the
/// chart given, else to the one made last. What is assumed when the metric is made decides signs in what is computed from
/// it. From here on the metric is the chart's: it raises and lowers
/// indices, and `∇` is its Levi-Civita connection.
///
/// ```holor
/// M = chart(r, θ); metric(dr^2 + r^2 dθ^2)               # => metric(dr^2 + r^2*dθ^2)
/// M = chart(x, y); metric([[1, x], [x, 2]], M)           # => metric(dx^2 + 2*x*dx*dy + 2*dy^2)
/// M = chart(x, y); g = metric(dx^2 + dy^2); g[_x, _x]    # => 1
/// M = chart(x, y); metric(dx^2)                          # error: [E0308]
/// ```
#[builtin(
    topic = "geometry",
    latex = r"\mathrm{d}s^2 = {0}",
    since = "0.1",
    see("chart", "connection", "ricci", "raise")
)]
fn metric(
    call: &Call<'_>,
    /// A line element, a symmetric matrix, or a symmetric tensor with two indices of one kind.
    components: Spanned<Value>,
    /// The chart that a matrix belongs to.
    chart: Option<Chart>,
) -> Result<Metric> {
    let span = components.span;
    let holor = match &components.value {
        Value::Matrix(matrix) => {
            let chart = match chart {
                Some(chart) => chart,
                None => call.chart_for(None, span)?,
            };
            from_matrix(call, matrix, &chart, span)?
        }
        value => match as_holor(value) {
            Some(value) => value.holor,
            None => {
                return Diagnostic::error(
                    &codes::E0201_WRONG_TYPE,
                    format!(
                        "a metric is made from a line element or a matrix, found {}",
                        components.value.describe()
                    ),
                )
                .at(span)
                .hint("metric(-dt^2 + dx^2)")
                .into();
            }
        },
    };
    let holor = call.with_assumptions(&holor)?.with_symmetry_detected().at(span)?;
    if holor.rank() != 2
        || holor.law() != Law::TENSOR
        || !(is_symmetric(&holor) || holor.is_zero())
    {
        return Diagnostic::error(
            &codes::E0205_INDICES,
            format!(
                "a metric is a symmetric tensor with two indices, found {}",
                HolorValue::new(holor).describe()
            ),
        )
        .at(span)
        .hint("symmetrize(T[_a, _b], a, b)")
        .into();
    }
    let lower = match holor.slots().first().map(|slot| slot.variance) {
        Some(Variance::Up) => inverted(call, &holor)?,
        _ => holor,
    };
    let metric = Metric::new(&lower)
        .at(span)
        .map_err(|error| with_missing_coordinates(error, &lower))?;
    call.change(Change::Metric(metric.clone()));
    Ok(metric)
}

/// Names the coordinates that have no term in a line element, which is the usual reason why it is degenerate.
fn with_missing_coordinates(
    mut error: Box<Diagnostic>,
    lower: &Holor,
) -> Box<Diagnostic> {
    let chart = lower.chart();
    for (place, coordinate) in chart.coordinates().iter().enumerate() {
        let stands =
            |indices: &[u8]| indices.iter().any(|index| usize::from(*index) == place);
        if !lower.components().any(|(indices, _)| stands(indices)) {
            error.hints.push(format!("a term with d{coordinate}"));
        }
    }
    error
}

/// The lower components of a metric given by its upper ones.
fn inverted(call: &Call<'_>, upper: &Holor) -> Result<Holor> {
    let chart = upper.chart();
    let symmetry = Symmetry::symmetric(2, &[0, 1]);
    let as_lower =
        Holor::build(chart, Law::TENSOR, &[Slot::DOWN; 2], symmetry.clone(), |indices| {
            Ok(upper.component(indices))
        });
    let inverse = at(call, Metric::new(&at(call, as_lower)?))?;
    at(
        call,
        Holor::build(chart, Law::TENSOR, &[Slot::DOWN; 2], symmetry, |indices| {
            Ok(inverse.inverse().component(indices))
        }),
    )
}

fn from_matrix(
    call: &Call<'_>,
    matrix: &Matrix,
    chart: &Chart,
    span: crate::Span,
) -> Result<Holor> {
    let size = chart.dimension();
    if (matrix.rows(), matrix.columns()) != (size, size) {
        return Diagnostic::error(
            &codes::E0203_WRONG_SHAPE,
            format!(
                "{chart} has {size} coordinates, the matrix is {}×{}",
                matrix.rows(),
                matrix.columns()
            ),
        )
        .at(span)
        .hint("metric(matrix, chart)")
        .into();
    }
    let entries: Result<Vec<_>> =
        matrix.entries().iter().map(|entry| call.component(entry, chart, span)).collect();
    let holor = Holor::from_components(chart, Law::TENSOR, &[Slot::DOWN; 2], entries?);
    let holor = holor.at(span)?;
    if !is_symmetric(&holor) && !holor.is_zero() {
        return Diagnostic::error(
            &codes::E0203_WRONG_SHAPE,
            "the matrix of a metric is symmetric, and this one is not",
        )
        .at(span)
        .into();
    }
    Ok(holor)
}

/// The inverse of a metric, with two upper indices.
///
/// ```holor
/// M = chart(r, θ); g = metric(dr^2 + r^2 dθ^2); inverse_metric(g)   # => ∂_r^2 + ∂_θ^2/r^2
/// ```
#[builtin(topic = "geometry", latex = r"{0}^{-1}", since = "0.1", see("metric", "raise"))]
fn inverse_metric(
    call: &Call<'_>,
    /// The metric.
    metric: Metric,
) -> Result<HolorValue> {
    of_metric(call, &metric, "g", Ok(metric.inverse().clone()))
}

/// The determinant of the matrix of a metric: a scalar density of weight 2, here as the function it is in this chart.
///
/// ```holor
/// M = chart(r, θ); g = metric(dr^2 + r^2 dθ^2); determinant(g)      # => r^2
/// ```
#[builtin(
    topic = "geometry",
    latex = r"\det {0}",
    since = "0.1",
    see("metric", "volume_form")
)]
fn determinant(
    call: &Call<'_>,
    /// The metric.
    metric: Metric,
) -> Result<Value> {
    scalar(call, metric.chart(), Ok(metric.determinant().clone()))
}

/// How many directions have positive and how many negative squares, where the assumptions decide it.
///
/// ```holor
/// M = chart(t, x); g = metric(-dt^2 + dx^2); metric_signature(g)    # => [1, 1]
/// ```
#[builtin(topic = "geometry", latex = none, since = "0.1", see("metric", "determinant"))]
fn metric_signature(
    call: &Call<'_>,
    /// The metric.
    metric: Metric,
) -> Result<Vec<usize>> {
    match metric.signature() {
        Some((positive, negative)) => Ok(vec![positive, negative]),
        None => {
            let message = "the signs of the metric are not decided by what is assumed";
            Err(call.error(&codes::E0305_UNDECIDED, message))
        }
    }
}

/// The volume form `ε` of a metric, `sqrt(|det g|)` times the wedge of all `dx` in the order of the chart.
///
/// The order of the coordinates is the orientation; `pseudo(volume_form(g))` changes sign with it.
///
/// ```holor
/// M = chart(r, θ) where r > 0; g = metric(dr^2 + r^2 dθ^2); volume_form(g)   # => r*dr ∧ dθ
/// ```
#[builtin(
    topic = "geometry",
    latex = r"\varepsilon_{{0}}",
    since = "0.1",
    see("metric", "hodge")
)]
fn volume_form(
    call: &Call<'_>,
    /// The metric.
    metric: Metric,
) -> Result<HolorValue> {
    of_metric(call, &metric, "ε", metric.volume_form().and_then(|form| oriented(&form)))
}
