//! Geometry: charts, metrics, connections, curvature, forms, frames, gauge fields, transformations.

pub(super) mod bundles;
pub(super) mod charts;
pub(super) mod components;
pub(super) mod connections;
pub(super) mod curvature;
pub(super) mod forms;
pub(super) mod frames;
pub(super) mod gauge;
pub(super) mod indices;
pub(super) mod metrics;
pub(super) mod motion;
mod one_by_one;
pub(super) mod orbits;
pub(super) mod signature;
pub(super) mod tensors;
pub(super) mod transform;

use holor_algebra::exact::Element;
use holor_geometry::{Chart, GeometryResult, Holor, Metric};

use crate::evaluate::{At, Call};
use crate::geometry::HolorValue;
use crate::{Result, Value};

/// A geometric result, or its error at the call.
fn at<T>(call: &Call<'_>, result: GeometryResult<T>) -> Result<T> {
    result.at(call.span())
}

/// A scalar as a formula.
fn scalar(
    call: &Call<'_>,
    chart: &Chart,
    value: GeometryResult<Element>,
) -> Result<Value> {
    let value = at(call, value)?;
    Ok(Value::Expr(chart.field().write(&value)))
}

/// A tensor of a metric, with the letter it is shown by.
fn of_metric(
    call: &Call<'_>,
    metric: &Metric,
    name: &str,
    holor: GeometryResult<Holor>,
) -> Result<HolorValue> {
    Ok(HolorValue::named(at(call, holor)?, name).with_metric(metric))
}
