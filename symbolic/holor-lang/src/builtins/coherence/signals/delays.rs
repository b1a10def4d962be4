//! Delays: of filters, and between signals.

use std::sync::Arc;

use holor_coherence::signals::{self, SectionFilter};
use holor_macros::builtin;

use super::coherence::{angles, of_pair};
use super::filters::Edges;
use super::pictures;
use super::{Cut, Rate, Sampling, coordinates, frequency_axis, over};
use crate::builtin::{Either, Signal, Spanned};
use crate::evaluate::Call;
use crate::{Builtin, Diagnostic, Record, Result, Span, codes};

/// The records of this file.
pub(crate) static BUILTINS: &[&Builtin] = &[&GROUP_DELAY];

/// The group delay -dφ/dω: of a filter over frequency, or by which y comes after x.
///
/// Of a filter made by `butterworth` in samples, as `scipy.signal.group_delay`; the record has `f` and `delay`. Of two
/// signals it is the slope of the phase of their coherency over the frequencies of `band` with significant coherence,
/// each weighted by the inverse variance of its phase; in units of time, positive where y comes after x. The record has
/// `delay`, its `deviation`, the `offset` of the phase at frequency 0, and `f` and `phase` on the line.
///
/// ```holor
/// B = butterworth(3, 10, rate = 100); G = group_delay(B);
/// abs(interpolate(G.delay, f = 5) - 3.65875) < 0.001    # => true
/// n = array(0..2047); noise(k) = mod(31 k^2 + 17 k + mod(k^3, 101), 997)/997 - 0.5;
/// D = group_delay(noise(n), noise(n - 3), rate = 10);
/// abs(D.delay - 0.3) < 0.005                   # => true
/// group_delay(noise(n), sin(n))                # error: [E0301]
/// ```
#[builtin(
    topic = "coherence",
    latex = none,
    since = "0.1",
    see("coherence", "cross_correlation", "butterworth")
)]
fn group_delay(
    call: &Call<'_>,
    /// A filter, or the first signal.
    x: Either<Spanned<Arc<Record>>, Signal>,
    /// The second signal.
    y: Option<Signal>,
    /// The frequencies, `8..12`; all if left out.
    #[named]
    band: Option<Edges>,
    #[options] sampled: Rate,
    #[options] cut: Cut,
) -> Result<Record> {
    let (x, y) = match (x, y) {
        (Either::First(filter), None) => {
            return of_filter(call, &filter.value, filter.span);
        }
        (Either::Second(x), Some(y)) => (x, y),
        (Either::First(_), Some(y)) => {
            let message = "the delay of a filter needs no second signal";
            return Diagnostic::error(&codes::E0202_WRONG_ARGUMENTS, message)
                .at(y.span)
                .into();
        }
        (Either::Second(x), None) => {
            let message = "a delay is that of a filter, or between two signals";
            return Diagnostic::error(&codes::E0202_WRONG_ARGUMENTS, message)
                .at(x.span)
                .hint("group_delay(x, y)")
                .hint("group_delay(butterworth(4, 10, rate = 250))")
                .into();
        }
    };
    let sampling = Sampling::of(call, &[&x, &y], sampled)?;
    let (_, places, _, found) =
        of_pair(call, (&x.into(), &y.into()), sampling, cut, None)?;
    let places = match &band {
        Some(band) => places.with("band", band.span),
        None => places,
    };
    let (low, high) = band.map_or((0.0, f64::INFINITY), |band| (band.low, band.high));
    let delay =
        places.check(call, signals::group_delay(&found, sampling.rate, (low, high)))?;
    let axis = frequency_axis(&delay.frequencies);
    Ok(Record::new("group delay")
        .described(&super::coherence::in_words(&found.segmentation, sampling))
        .with("delay", delay.delay)
        .with("deviation", delay.deviation)
        .with("offset", delay.offset)
        .with("f", coordinates(&axis))
        .with("phase", angles(&axis, delay.phases, "phase"))
        .with("rate", sampling.rate)
        .drawn(pictures::delay_line))
}

/// The delay of a filter that `butterworth` made.
fn of_filter(call: &Call<'_>, filter: &Record, span: Span) -> Result<Record> {
    let sections = filter.array("sections").and_then(|array| array.as_real());
    let frequencies = filter.array("f");
    let rate = super::super::pictures::number(filter, "rate");
    let (Some(sections), Some(frequencies), Some(rate)) = (sections, frequencies, rate)
    else {
        let message =
            format!("`{}` takes filters, found {}", call.name(), filter.describe());
        return Diagnostic::error(&codes::E0201_WRONG_TYPE, message)
            .at(span)
            .hint("butterworth(4, 10, rate = 250)")
            .into();
    };
    let sections: Vec<[f64; 6]> =
        sections.chunks(6).filter_map(|row| row.try_into().ok()).collect();
    let made = SectionFilter { sections };
    let axis = frequency_axis(frequencies.as_real().unwrap_or_default());
    let delays: Vec<f64> = axis
        .coordinates()
        .iter()
        .map(|&frequency| made.group_delay(frequency, rate))
        .collect();
    Ok(Record::new("group delay")
        .described("of a filter, in samples")
        .with("f", coordinates(&axis))
        .with("delay", over(&axis, delays, "group delay"))
        .with("rate", rate)
        .drawn(|record| super::super::pictures::curve(record, "delay")))
}
