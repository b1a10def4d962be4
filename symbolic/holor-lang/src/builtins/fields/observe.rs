//! Values of formulas of fields: at their start, or at every frame of a run.

use std::sync::Arc;

use holor_algebra::Node;
use holor_macros::builtin;

use super::evolve::failed;
use super::volume::Volume;
use crate::array::{ArrayAxis, ArrayValues, Complex64};
use crate::evaluate::Call;
use crate::field::{RunValue, Simulation};
use crate::geometry::Geometry;
use crate::{Builtin, Diagnostic, NumericArray, Result, Value, codes};

/// The records of this file.
pub(crate) static BUILTINS: &[&Builtin] = &[&OBSERVE];

/// The values of a formula of fields: at their start, or at every frame of a run.
///
/// Derivatives, shifts and conditions at sides are those that carry the fields through time. An array over the box, and over time
/// where a run is given; of an integral or mean a number, or an array over time. Of a vector it is the list of its components.
///
/// ```holor
/// B = box(x = 0..8; points = 8); u = field(B, x^2); observe(shift(u, x = 1) - u)[3]    # => 5.0
/// B = box(x = 0..2; points = 8); u = field(B, 3); observe(integral(u^2)/2)    # => 9.0
/// B = box(x = 0..2pi; points = 32); u = field(B, sin(x)); run = evolve(diff(u, t) == diff(u, x, 2), t = 0..1, save = 1); observe(integral(u^2), run)[2]/observe(integral(u^2), run)[1] - exp(-2) < 1e-9    # => true
/// B = box(x = 0..8; points = 8, mask = x > 4); u = field(B, 2); observe(integral(u))    # => 6.0
/// B = box(x = 0..8, y = 0..1; points = [8, 2]); V = field(B, vector, [x, 2]); observe(2 V)[1][3, 1]    # => 4.0
/// ```
#[builtin(topic = "fields", latex = none, since = "0.1", returns = "array", see("integral", "evolve", "shift"))]
fn observe(
    call: &Call<'_>,
    /// The formula; a vector, or a list of formulas.
    f: Value,
    /// The run; the fields' start if left out.
    run: Option<Arc<RunValue>>,
    /// The order of differences in space; that of the run if left out, 8 where that is in Fourier space, and 2 without a run.
    #[named]
    order: Option<usize>,
) -> Result<Value> {
    observed(call, &f, run.as_deref(), order)
}

/// A field or a formula of fields as the array of its values at their start, of vectors the list of their components, also in lists; other values
/// as they are.
pub(crate) fn at_start(call: &Call<'_>, value: Value) -> Result<Value> {
    match &value {
        Value::Expr(formula)
            if call.holds_fields(formula)
                && !matches!(formula.node(), Node::Relation(..)) =>
        {
            observed(call, &value, None, None)
        }
        Value::Simulation(Simulation::Field(_)) => observed(call, &value, None, None),
        Value::Geometry(Geometry::Holor(vector))
            if vector.holor.rank() == 1
                && vector.formulas().iter().any(|part| call.holds_fields(part)) =>
        {
            observed(call, &value, None, None)
        }
        Value::List(items) => {
            let items = items.iter().map(|item| at_start(call, item.clone()));
            items.collect::<Result<Vec<Value>>>().map(Value::list)
        }
        _ => Ok(value),
    }
}

fn observed(
    call: &Call<'_>,
    f: &Value,
    run: Option<&RunValue>,
    order: Option<usize>,
) -> Result<Value> {
    let f = match f {
        Value::Expr(formula) => formula.clone(),
        Value::Simulation(Simulation::Field(field)) => {
            let formula = call.formula_of_field(field, call.span())?;
            return observed(call, &formula, run, order);
        }
        Value::Geometry(Geometry::Holor(vector)) if vector.holor.rank() == 1 => {
            let parts = vector.formulas().into_iter().map(Value::Expr);
            return observed(call, &Value::list(parts.collect()), run, order);
        }
        Value::List(items) => {
            let parts = items.iter().map(|item| observed(call, item, run, order));
            return parts.collect::<Result<Vec<Value>>>().map(Value::list);
        }
        other => {
            let message = format!(
                "`observe` expected a formula or a vector for `f`, found {}",
                other.describe()
            );
            return Diagnostic::error(&codes::E0201_WRONG_TYPE, message)
                .at(call.span())
                .hint("observe(T[_x, _y], run)")
                .into();
        }
    };
    if let Some(run) = run
        && !call.holds_fields(&f)
    {
        // Most likely one number of the start, which `max(u)` of a field is.
        let field = run.fields.first().and_then(|(own, _)| own.name.as_deref());
        let field = field.unwrap_or("u");
        let message = format!("`{f}` holds no field of the run");
        return Diagnostic::error(&codes::E0202_WRONG_ARGUMENTS, message)
            .at(call.span())
            .hint(format!("observe({field}^2, run), or of max and min: map(k => max(run.{field}[k]), 1..len(run.t))"))
            .into();
    }
    let backend = call
        .world()
        .backend("auto")
        .map_err(|reason| call.error(&codes::E0501_NO_DEVICE, reason))?;
    let order = order.or_else(|| run.map(|run| run.rest.observed_order()));
    let observed = crate::field::observe(
        &f,
        run,
        &call.fields(),
        &call.engine(),
        &backend,
        (order, call.span()),
        &|error| failed(call, error),
    )?;
    if let Some(run) = &run
        && let Some(volume) = Volume::of(call, &run.grid.coordinates, &run.equations)
    {
        volume.check_formula(call, &f);
    }
    let whole = crate::field::is_whole(&f, &observed.grid.coordinates);
    let cells = observed.grid.cells();
    let mut values = observed.values;
    let mut axes: Vec<ArrayAxis> = Vec::new();
    if let Some(run) = run {
        axes.push(ArrayAxis::time(run.times.clone()));
    }
    if whole {
        // The same at every cell of the domain; outside of a mask fields keep their start.
        let mask = observed.grid.grid.mask.as_ref();
        let inside = mask.and_then(|mask| mask.iter().position(|inside| *inside));
        let cell = inside.unwrap_or(0);
        values =
            values.chunks(cells).filter_map(|frame| frame.get(cell).copied()).collect();
    } else {
        axes.extend(observed.grid.axes_at(observed.shift));
    }
    if let ([value], true) = (values.as_slice(), axes.is_empty()) {
        return Ok(crate::array::number(*value));
    }
    let values: ArrayValues = if values.iter().all(|value| value.im == 0.0) {
        values.iter().map(|value: &Complex64| value.re).collect::<Vec<f64>>().into()
    } else {
        values.into()
    };
    let array = NumericArray::new(values, axes);
    match array {
        Some(array) => Ok(array.check_finite("the formula")?.into()),
        None => {
            Err(call.error(&codes::E0203_WRONG_SHAPE, "the frames have no common shape"))
        }
    }
}
