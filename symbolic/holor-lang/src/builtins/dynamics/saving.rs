//! Which rows of a run are kept, as options say it.

use holor_algebra::Expr;

use super::problem::near;
use crate::array::{real_number, rounded, short};
use crate::ast::AstKind;
use crate::builtin::{ArrayArgument, Deferred, FromValue as _, Given, Spanned, mismatch};
use crate::dynamics::Saved;
use crate::evaluate::Call;
use crate::{Diagnostic, Result, Span, Value, codes};

/// Runs keep at most so many rows.
pub(super) const MOST_ROWS: f64 = 2e7;

/// Reads `save = 0.1`, `save = [0, 1, 5]` or `save = steps`; times lie within the range of the run.
pub(super) fn saved(
    call: &Call<'_>,
    given: Option<&Spanned<Deferred>>,
    range: (f64, f64),
) -> Result<Saved> {
    let Some(given) = given else { return Ok(Saved::Default) };
    if let AstKind::Name(name) = &given.value.0.body.kind
        && &*name.text == "steps"
    {
        return Ok(Saved::Steps);
    }
    let value = call.evaluate_in(&given.value, Vec::new())?;
    if let Value::Expr(interval) = &value {
        let interval = number(call, interval, given.span)?;
        if interval > 0.0 {
            return Ok(Saved::Every(interval));
        }
        let message = format!("the time between rows is {interval}; it must be positive");
        return Diagnostic::error(&codes::E0204_OUT_OF_RANGE, message)
            .at(given.span)
            .into();
    }
    let part = Given { name: None, value, span: given.span, written: None, local: false };
    let read = ArrayArgument::from_value(&part, call);
    let kind = "a number, a list of times or `steps`";
    let read = mismatch(read, &part, "save", kind, call)?;
    match read.array.as_real() {
        Some(times) if read.array.rank() == 1 => {
            within(times, range, given.span).map(Saved::At)
        }
        _ => mismatch(Err(crate::builtin::Expected::Kind), &part, "save", kind, call),
    }
}

/// The times, where all lie within the range; those that rounding moved out of it stand at its end.
fn within(times: &[f64], range: (f64, f64), span: Span) -> Result<Vec<f64>> {
    let (low, high) = (range.0.min(range.1), range.0.max(range.1));
    times
        .iter()
        .map(|time| {
            let inside = time.clamp(low, high);
            if near(inside, *time, range) {
                return Ok(inside);
            }
            let (time, low, high) = (short(*time), rounded(low), rounded(high));
            let message =
                format!("the time to save at {time} lies outside of {low}..{high}");
            Diagnostic::error(&codes::E0204_OUT_OF_RANGE, message).at(span).into()
        })
        .collect()
}

/// A formula's value as a real number.
pub(super) fn number(call: &Call<'_>, expr: &Expr, span: Span) -> Result<f64> {
    match real_number(&call.engine(), expr).filter(|value| value.is_finite()) {
        Some(value) => Ok(value),
        None => Diagnostic::error(
            &codes::E0401_NOT_A_NUMBER,
            format!("`{expr}` is not a number"),
        )
        .at(span)
        .into(),
    }
}

/// Refuses runs with more rows than memory holds.
pub(super) fn check_rows(call: &Call<'_>, rows: f64, width: usize) -> Result<()> {
    if rows * width.max(1) as f64 > MOST_ROWS * 10.0 || rows > MOST_ROWS {
        let message = format!("{rows:.0} rows of {width} numbers are more than is kept");
        return Diagnostic::error(&codes::E0403_TOO_LARGE, message)
            .at(call.span())
            .hint("save = …")
            .into();
    }
    Ok(())
}
