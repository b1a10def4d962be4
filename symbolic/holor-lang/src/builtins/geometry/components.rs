//! Operations on each component of a tensor: `subs`, `simplify`, `diff`, `N`, `map`; and what is known of the components.

use holor_algebra::{Expr, Symbol};
use holor_geometry::{Connection, GeometryResult, Holor, Law, Metric};

use super::at;
use crate::builtin::FieldValue;
use crate::evaluate::{Call, as_holor};
use crate::geometry::{Geometry, HolorValue, component_text};
use crate::{Diagnostic, Result, Value};

/// Each component changed. What lives on the chart keeps its kind where `keeps` is true; otherwise the result is a
/// holor without a law. `None` for values without components.
pub(in crate::builtins) fn each_component(
    call: &Call<'_>,
    value: &Value,
    keeps: bool,
    change: &mut dyn FnMut(&Expr) -> Result<Expr>,
) -> Result<Option<Value>> {
    if let Value::Geometry(Geometry::Indexed(indexed)) = value {
        let holor = changed(call, &indexed.value.holor, keeps, change)?;
        let value =
            HolorValue { metric: indexed.value.metric.clone(), ..HolorValue::new(holor) };
        let indexed = crate::geometry::Indexed { value, ..indexed.clone() };
        return Ok(Some(indexed.into()));
    }
    let Some(field) = as_holor(value) else { return Ok(None) };
    if keeps && field.is_written() {
        let chart = field.holor.chart().clone();
        let formulas =
            field.formulas().iter().map(change).collect::<Result<Vec<Expr>>>()?;
        let elements = formulas
            .iter()
            .map(|part| call.component(part, &chart, call.span()))
            .collect::<Result<Vec<_>>>()?;
        let (law, slots) = (field.holor.law(), field.holor.slots());
        let holor = at(call, Holor::from_components(&chart, law, slots, elements))?;
        let value = HolorValue { holor, name: None, ..field };
        return Ok(Some(value.written_as(formulas).into()));
    }
    let holor = changed(call, &field.holor, keeps, change)?;
    Ok(Some(match value {
        Value::Geometry(Geometry::Metric(_)) if keeps => {
            Value::Geometry(Geometry::Metric(at(call, Metric::new(&holor))?))
        }
        Value::Geometry(Geometry::Connection(_)) if keeps => {
            let connection = at(call, Connection::from_coefficients(&holor))?;
            Value::Geometry(Geometry::Connection(connection))
        }
        _ => HolorValue { holor, name: None, ..field }.into(),
    }))
}

fn changed(
    call: &Call<'_>,
    holor: &Holor,
    keeps: bool,
    change: &mut dyn FnMut(&Expr) -> Result<Expr>,
) -> Result<Holor> {
    let chart = holor.chart();
    let law = if keeps { holor.law() } else { Law::None };
    let mut failure: Option<Box<Diagnostic>> = None;
    let built: GeometryResult<Holor> =
        Holor::build(chart, law, holor.slots(), holor.symmetry().clone(), |indices| {
            let Some((value, negative)) = holor.stored(indices) else {
                return Ok(chart.field().zero());
            };
            let read = change(&chart.field().write(value))
                .and_then(|value| call.component(&value, chart, call.span()));
            match read {
                Ok(value) if negative => Ok(chart.field().negate(&value)),
                Ok(value) => Ok(value),
                Err(error) => {
                    let reason = error.message.clone();
                    failure.get_or_insert(error);
                    Err(holor_geometry::GeometryError::Invalid {
                        operation: "map",
                        reason,
                    })
                }
            }
        });
    match failure {
        Some(error) => Err(error),
        None => at(call, built),
    }
}

/// Whether one of the symbols is a coordinate of the chart a value lives on.
pub(in crate::builtins) fn moves_coordinates<'s>(
    value: &Value,
    symbols: impl IntoIterator<Item = &'s Symbol>,
) -> bool {
    let chart = match value {
        Value::Geometry(Geometry::Indexed(indexed)) => {
            Some(indexed.value.holor.chart().clone())
        }
        other => as_holor(other).map(|value| value.holor.chart().clone()),
    };
    chart.is_some_and(|chart| {
        symbols.into_iter().any(|symbol| chart.place(symbol).is_some())
    })
}

/// All components as nested lists, one level for each index.
pub(in crate::builtins) fn nested(
    holor: &Holor,
    change: &mut dyn FnMut(&Expr) -> Result<Expr>,
) -> Result<Value> {
    fn level(
        holor: &Holor,
        indices: &mut Vec<u8>,
        change: &mut dyn FnMut(&Expr) -> Result<Expr>,
    ) -> Result<Value> {
        if indices.len() == holor.rank() {
            let value = holor.chart().field().write(&holor.component(indices));
            return change(&value).map(Value::Expr);
        }
        let mut items = Vec::new();
        for index in 0..holor.chart().dimension() {
            indices.push(u8::try_from(index).unwrap_or(u8::MAX));
            items.push(level(holor, indices, change)?);
            indices.pop();
        }
        Ok(Value::list(items))
    }
    level(holor, &mut Vec::new(), change)
}

/// What is known of a tensor's components, and whether the test that finds them 0 is a decision.
pub(crate) fn explain_tensor(tensor: &FieldValue) -> String {
    let holor = &tensor.0.holor;
    let field = holor.chart().field();
    let count = holor.components().len();
    let all = holor.symmetry().representatives(holor.chart().dimension()).len();
    let verb = if count == 1 { "is" } else { "are" };
    let mut text = format!(
        "{}: {count} of {all} independent components {verb} not 0",
        tensor.0.describe()
    );
    let mut doubtful = Vec::new();
    for (indices, value) in holor.components() {
        let kernels = field.opaque_kernels(value);
        if !kernels.is_empty() {
            let kernels: Vec<String> = kernels.iter().map(ToString::to_string).collect();
            doubtful.push(format!(
                "{} contains {}",
                component_text(holor, indices),
                kernels.join(", ")
            ));
        }
    }
    if doubtful.is_empty() {
        text.push_str("; every comparison of its components is exact");
    } else {
        text.push_str("; about these nothing is known, so that equal components may look different: ");
        text.push_str(&doubtful.join("; "));
    }
    text
}
