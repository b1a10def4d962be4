//! Indices of phase lag and consistency, over the time of two signals or across trials.

use holor_coherence::signals::{self, WeightedPhaseLag};
use holor_macros::builtin;

use super::phase::{Oscillation, ratio_of};
use super::trials::{Both, Trials};
use super::{Places, require_same_times};
use crate::builtin::{AxisChoice, Spanned};
use crate::evaluate::Call;
use crate::{Builtin, Result, Value};

/// The records of this file.
pub(crate) static BUILTINS: &[&Builtin] = &[&PLI, &WPLI, &PPC];

/// The phase lag index |⟨sign sin(φ_x - φ_y)⟩| of two signals, from 0 to 1.
///
/// It is not raised by a common source without delay. Phases are taken as for `plv`; a difference of 0 or π counts as 0.
/// Stam, Nolte and Daffertshofer, Human Brain Mapping 28 (2007) 1178. Of trials × times: across trials, as for `plv`.
///
/// ```holor
/// pli([1, 2, 3], [0, 1, 2], phases = true)     # => 1.0
/// pli([1, 2], [1, 2], phases = true)           # => 0.0
/// ```
#[builtin(
    topic = "coherence",
    latex = none,
    since = "0.1",
    aliases("phase_lag_index"),
    see("wpli", "plv", "phase_lag_spectrum", "imaginary_coherency")
)]
fn pli(
    call: &Call<'_>,
    /// The first signal, or its trials.
    x: Trials,
    /// The second signal, or its trials.
    y: Trials,
    /// Whether the values are phases in radians; where left out, an array of angles says so itself.
    #[named]
    phases: Option<bool>,
    /// The axis along which the signals run, where there are trials; that of times if left out.
    #[named]
    axis: Option<AxisChoice>,
) -> Result<Value> {
    Both::of(call, &x, &y, axis.as_ref())?.of_phases(call, phases, |a, b, places| {
        Ok(places.check(call, signals::phase_lag_index(a, b))?.value)
    })
}

/// The weighted phase lag index |Σ Im S|/Σ |Im S| over time of two signals, S = x conj(y) of their analytic signals.
///
/// Real signals are taken less their means; complex ones are analytic already. Vinck et al., NeuroImage 55 (2011) 1548,
/// eq. 8; `debiased = true` gives their estimate of its square without bias, eq. 23. At each frequency, over segments: `phase_lag_spectrum`.
/// Of trials × times: across trials at each time, S of their analytic signals.
///
/// ```holor
/// s = linspace(0, 0.99, 100); x = cos(2pi*5 s); y = cos(2pi*5 s - 1); z = cos(2pi*10 s + 2);
/// abs(wpli(x, y) - 1) < 1e-12                  # => true
/// wpli(x, 2 x)                                 # => 0.0
/// ```
#[builtin(
    topic = "coherence",
    latex = none,
    since = "0.1",
    aliases("weighted_phase_lag_index"),
    see("pli", "phase_lag_spectrum", "imaginary_coherency")
)]
fn wpli(
    call: &Call<'_>,
    /// The first signal, or its trials.
    x: Trials,
    /// The second signal, or its trials.
    y: Trials,
    /// Whether the debiased estimate of its square is given, which may fall below 0; false if left out.
    #[named]
    #[default(false)]
    debiased: bool,
    /// The axis along which the signals run, where there are trials; that of times if left out.
    #[named]
    axis: Option<AxisChoice>,
) -> Result<Value> {
    let both = Both::of(call, &x, &y, axis.as_ref())?;
    let chosen = |found: WeightedPhaseLag| match debiased {
        true => found.debiased_square,
        false => found.value,
    };
    if both.is_of_trials() {
        let series = |x: &Oscillation, y: &Oscillation| {
            require_same_times((&x.axis(), &y.axis()), y.span)?;
            let places = Places(vec![("x", x.span), ("y", y.span)]);
            Ok((x.analytic(call)?.values, y.analytic(call)?.values, places))
        };
        return both.measured(call, series, |a, b, places| {
            let cross: Vec<_> = a.iter().zip(b).map(|(a, b)| a * b.conj()).collect();
            Ok(chosen(places.check(call, signals::weighted_phase_lag_index(&cross))?))
        });
    }
    both.over_time(|x, y| {
        require_same_times((&x.axis(), &y.axis()), y.span)?;
        let places = Places(vec![("x", x.span), ("y", y.span)]);
        let (a, b) = (x.analytic(call)?, y.analytic(call)?);
        let found = signals::weighted_phase_lag_over_time(&a, &b);
        Ok(chosen(places.check(call, found)?))
    })
}

/// The pairwise phase consistency of two signals: the mean of cos(Δ_j - Δ_k) over pairs of samples.
///
/// Δ is their phase difference. It is (N PLV² - 1)/(N - 1) for N samples, an estimate of PLV² without its bias, so that it may fall below 0. Phases are
/// taken as for `plv`. Vinck et al., NeuroImage 51 (2010) 112. At each frequency, over segments: `phase_lag_spectrum`. Of trials × times: across
/// trials, as for `plv`.
///
/// ```holor
/// ppc([0, 0, 0], [1, 1, 1], phases = true)     # => 1.0
/// ppc([0, 0], [0, pi], phases = true)          # => -1.0
/// ```
#[builtin(
    topic = "coherence",
    latex = none,
    since = "0.1",
    aliases("pairwise_phase_consistency"),
    see("plv", "pli", "phase_lag_spectrum")
)]
fn ppc(
    call: &Call<'_>,
    /// The first signal, or its trials.
    x: Trials,
    /// The second signal, or its trials.
    y: Trials,
    /// `[n, m]`; `[1, 1]` if left out.
    #[named]
    ratio: Option<Spanned<Vec<u32>>>,
    /// Whether the values are phases in radians; where left out, an array of angles says so itself.
    #[named]
    phases: Option<bool>,
    /// The axis along which the signals run, where there are trials; that of times if left out.
    #[named]
    axis: Option<AxisChoice>,
) -> Result<Value> {
    let (n, m) = ratio_of(ratio.as_ref())?;
    Both::of(call, &x, &y, axis.as_ref())?.of_phases(call, phases, |a, b, places| {
        places.check(call, signals::pairwise_phase_consistency(a, b, n, m))
    })
}
