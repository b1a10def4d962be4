//! What the distribution of a phase difference tells: its entropy, and what one phase says of the other.

use holor_coherence::signals;
use holor_macros::builtin;

use super::over;
use super::phase::{Oscillation, count, pair, ratio_of};
use super::pictures;
use crate::array::ArrayAxis;
use crate::builtin::Spanned;
use crate::evaluate::Call;
use crate::{Builtin, Record, Result, codes};

/// The records of this file.
pub(crate) static BUILTINS: &[&Builtin] = &[&SYNCHRONISATION_INDEX, &PHASE_INFORMATION];

/// The synchronisation index (ln N - S)/ln N from the entropy S of the phase difference in N bins.
///
/// 0 for differences spread evenly, 1 for a constant one. Tass et al., Phys. Rev. Lett. 81 (1998) 3291. The record has
/// `value` and `distribution`, the share of samples in each bin from -π to π.
///
/// ```holor
/// S = synchronisation_index([0, 1, 2], [0, 1, 2], phases = true, bins = 4);
/// S.value                                      # => 1.0
/// S.distribution == [0, 0, 1, 0]               # => true
/// ```
#[builtin(
    topic = "coherence",
    latex = none,
    since = "0.1",
    aliases("synchronization_index"),
    see("plv", "phase_information")
)]
fn synchronisation_index(
    call: &Call<'_>,
    /// The first signal.
    x: Oscillation,
    /// The second signal.
    y: Oscillation,
    /// The number of bins; exp(0.626 + 0.4 ln(M - 1)) for M samples if left out (Otnes and Enochson 1972).
    #[named]
    bins: Option<Spanned<usize>>,
    /// `[n, m]`; `[1, 1]` if left out.
    #[named]
    ratio: Option<Spanned<Vec<u32>>>,
    /// Whether the values are phases in radians; where left out, an array of angles says so itself.
    #[named]
    phases: Option<bool>,
) -> Result<Record> {
    let (n, m) = ratio_of(ratio.as_ref())?;
    let (a, b, places) = pair(call, &x, &y, phases)?;
    let places = places.with_option("number of bins", bins.as_ref());
    let bins = few_bins(call, bins)?;
    let found = signals::synchronisation_index(&a, &b, n, m, bins);
    let found = places.check(call, found)?;
    let number = found.distribution.len();
    let width = 2.0 * std::f64::consts::PI / number as f64;
    let middles: Vec<f64> = (0..number)
        .map(|bin| (bin as f64 + 0.5) * width - std::f64::consts::PI)
        .collect();
    let axis = ArrayAxis::quantity("difference", middles);
    Ok(Record::new("synchronisation index")
        .described(&format!("{n}:{m}, {number} bins"))
        .with("value", found.value)
        .with("distribution", over(&axis, found.distribution, "share"))
        .drawn(pictures::distribution))
}

/// A number of bins for which there is room.
fn few_bins(call: &Call<'_>, bins: Option<Spanned<usize>>) -> Result<Option<usize>> {
    match bins {
        Some(bins) if bins.value > 4096 => {
            let message = format!("{} bins are too many; at most 4096", bins.value);
            Err(Box::new((*call.error(&codes::E0403_TOO_LARGE, message)).at(bins.span)))
        }
        bins => Ok(bins.map(|it| it.value)),
    }
}

/// The mutual information of the phases of two signals, in nats.
///
/// Σ p(a, b) ln(p(a, b)/(p(a) p(b))) from a histogram of N by N bins (Paluš 1997), biased upwards by about
/// (N - 1)²/(2 M) for M samples. The record has `value`, `normalised` (divided by ln N) and `bins`.
///
/// ```holor
/// phase_information([0, 1, 2, 3], [0, 1, 2, 3], phases = true, bins = 2).normalised    # => 0.0
/// abs(phase_information([-1, 1], [1, -1], phases = true, bins = 2).value - log(2.0)) < 1e-12    # => true
/// ```
#[builtin(topic = "coherence", latex = none, since = "0.1", see("synchronisation_index", "plv"))]
fn phase_information(
    call: &Call<'_>,
    /// The first signal.
    x: Oscillation,
    /// The second signal.
    y: Oscillation,
    /// The number of bins for each phase; as for `synchronisation_index` if left out.
    #[named]
    bins: Option<Spanned<usize>>,
    /// Whether the values are phases in radians; where left out, an array of angles says so itself.
    #[named]
    phases: Option<bool>,
) -> Result<Record> {
    let (a, b, places) = pair(call, &x, &y, phases)?;
    let places = places.with_option("number of bins", bins.as_ref());
    let bins = few_bins(call, bins)?;
    let found = places.check(call, signals::phase_information(&a, &b, bins))?;
    Ok(Record::new("phase information")
        .with("value", found.value)
        .with("normalised", found.normalised)
        .with("bins", count(found.bins)))
}
