//! Phases of signals and their locking.

use std::sync::Arc;

use holor_coherence::CoherenceError;
use holor_coherence::signals::{self, SurrogateTest};
use holor_macros::builtin;

use super::channels::{Channels, read};
use super::pictures;
use super::trials::{Both, Trials};
use super::{
    Places, Rate, Sampling, confidence_of, over, require_even, require_same_times,
};
use crate::array::{ArrayAxis, AxisKind, Complex64, NumericArray};
use crate::builtin::{
    ArrayArgument, AxisChoice, Expected, FromValue, Given, Signal, Spanned,
};
use crate::evaluate::Call;
use crate::world::Progress;
use crate::{Builtin, Diagnostic, Record, Result, Span, Value, codes};

/// The records of this file.
pub(crate) static BUILTINS: &[&Builtin] = &[
    &HILBERT,
    &ENVELOPE,
    &INSTANTANEOUS_PHASE,
    &INSTANTANEOUS_FREQUENCY,
    &UNWRAP,
    &PLV,
    &PHASE_LOCKING,
    &SLIDING_PLV,
    &PLV_MATRIX,
    &PHASE_LOCKING_SURROGATES,
];

/// Bins of the distribution of a phase difference.
const BINS: usize = 36;

/// Something with a phase: a real signal, an analytic one, or phases as they are.
#[derive(Clone, Debug)]
pub(crate) struct Oscillation {
    array: Arc<NumericArray>,
    pub(super) span: Span,
}

impl FromValue for Oscillation {
    const KIND: &'static str = "a signal or phases: an array or list with one axis";

    fn from_value(given: &Given, call: &Call<'_>) -> std::result::Result<Self, Expected> {
        let ArrayArgument { array, span } = ArrayArgument::from_value(given, call)?;
        if array.rank() == 1 { Ok(Self { array, span }) } else { Err(Expected::Kind) }
    }
}

impl Oscillation {
    /// The phases: of an array of angles, or where `phases` says so, the values; of complex values their angles; else those
    /// of the analytic signal less its mean.
    fn phases(&self, call: &Call<'_>, phases: Option<bool>) -> Result<Vec<f64>> {
        let places = Places::default().with("x", self.span);
        let at_argument = |error: CoherenceError| {
            let error = *places.refuse(call, &error);
            Box::new(error.at(self.span))
        };
        let Some(values) = self.array.as_real() else {
            let values = self.array.to_complex();
            if phases == Some(true) {
                let message = "phases are real numbers, and these are complex";
                return Diagnostic::error(&codes::E0201_WRONG_TYPE, message)
                    .at(self.span)
                    .hint("arg(z)")
                    .hint(format!("{}(…), without `phases = true`", call.name()))
                    .into();
            }
            if let Some(place) = values.iter().position(|z| z.norm() == 0.0) {
                let message = format!(
                    "the phase is undefined: the signal is 0 at {}",
                    self.array.place_text(place)
                );
                return Diagnostic::error(&codes::E0301_UNDEFINED, message)
                    .at(self.span)
                    .into();
            }
            return Ok(values.iter().map(|z| z.arg()).collect());
        };
        if phases.unwrap_or(self.array.is_angle()) {
            return Ok(values.to_vec());
        }
        require_even(call, &self.axis(), self.span)?;
        self.require_swing(call, values)?;
        signals::hilbert_phase(values).map_err(at_argument)
    }

    /// E0301 for a series that passes its mean once at most, and is not one period that closes without a jump: it swings
    /// nowhere, and is likely made of phases.
    fn require_swing(&self, call: &Call<'_>, values: &[f64]) -> Result<()> {
        let mean = values.iter().sum::<f64>() / values.len().max(1) as f64;
        let above: Vec<bool> =
            values.iter().filter(|&&x| x != mean).map(|&x| x > mean).collect();
        let crossings = above.windows(2).filter(|two| two.first() != two.last()).count();
        let varies = above.windows(2).any(|two| two.first() != two.last());
        if crossings > 1 || !varies || values.len() < 3 {
            return Ok(());
        }
        let next = values.iter().cycle().skip(1);
        let step =
            values.iter().zip(next).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        let ends =
            values.iter().fold([f64::INFINITY, f64::NEG_INFINITY], |[low, high], &x| {
                [low.min(x), high.max(x)]
            });
        if 2.0 * step <= (ends[1] - ends[0]) * (1.0 + 1e-9) {
            return Ok(());
        }
        let message = "the phase is undefined: the series passes its mean once and swings nowhere; say so if it is made of phases";
        let takes_phases = call.record().parameters.iter().any(|it| it.name == "phases");
        Diagnostic::error(&codes::E0301_UNDEFINED, message)
            .at(self.span)
            .hint(match takes_phases {
                true => format!("{}(…, phases = true)", call.name()),
                false => "exp(i*x)".to_string(),
            })
            .hint("detrend(x)")
            .into()
    }

    /// As an analytic signal, means taken off real ones.
    pub(super) fn analytic(&self, call: &Call<'_>) -> Result<signals::AnalyticSignal> {
        let Some(values) = self.array.as_real() else {
            return Ok(signals::AnalyticSignal {
                values: self.array.to_complex().into_owned(),
            });
        };
        if self.array.is_angle() {
            let turned = values.iter().map(|phase| Complex64::from_polar(1.0, *phase));
            return Ok(signals::AnalyticSignal { values: turned.collect() });
        }
        require_even(call, &self.axis(), self.span)?;
        self.require_swing(call, values)?;
        analytic_of(call, values, self.span)
    }

    pub(super) fn axis(&self) -> ArrayAxis {
        self.array
            .axes()
            .first()
            .cloned()
            .unwrap_or_else(|| ArrayAxis::index(self.array.count()))
    }
}

/// The analytic signal of a signal less its mean.
fn analytic_of(
    call: &Call<'_>,
    values: &[f64],
    span: Span,
) -> Result<signals::AnalyticSignal> {
    let mean = values.iter().sum::<f64>() / values.len().max(1) as f64;
    let centred: Vec<f64> = values.iter().map(|value| value - mean).collect();
    Places::default().with("x", span).check(call, signals::analytic_signal(&centred))
}

/// The phases of two signals of the same times.
pub(super) fn pair(
    call: &Call<'_>,
    x: &Oscillation,
    y: &Oscillation,
    phases: Option<bool>,
) -> Result<(Vec<f64>, Vec<f64>, Places)> {
    require_same_times((&x.axis(), &y.axis()), y.span)?;
    let places = Places(vec![
        ("x", x.span),
        ("y", y.span),
        ("first phase", x.span),
        ("second phase", y.span),
    ]);
    if x.array.count() != y.array.count() {
        let error = CoherenceError::LengthMismatch {
            first: "x",
            first_length: x.array.count(),
            second: "y",
            second_length: y.array.count(),
        };
        return Err(places.refuse(call, &error));
    }
    Ok((x.phases(call, phases)?, y.phases(call, phases)?, places))
}

/// n and m of `ratio = [n, m]`.
pub(super) fn ratio_of(ratio: Option<&Spanned<Vec<u32>>>) -> Result<(u32, u32)> {
    let Some(ratio) = ratio else { return Ok((1, 1)) };
    match ratio.value.as_slice() {
        [n, m] if *n > 0 && *m > 0 => Ok((*n, *m)),
        _ => Diagnostic::error(
            &codes::E0204_OUT_OF_RANGE,
            "a ratio is two whole numbers [n, m] from 1 on",
        )
        .at(ratio.span)
        .hint("ratio = [1, 2]")
        .into(),
    }
}

/// The analytic signal x + i H[x], H the Hilbert transform.
///
/// Negative frequencies removed, positive ones doubled (Marple 1999), as `scipy.signal.hilbert`. The signal counts as
/// periodic: near its ends phase and amplitude are less certain.
///
/// ```holor
/// s = linspace(0, 0.99, 100); x = cos(2pi*5 s); y = cos(2pi*5 s - 1); z = cos(2pi*10 s + 2);
/// max(abs(abs(hilbert(x)) - 1)) < 1e-12        # => true
/// max(abs(hilbert([1, 0, -1, 0]) - [1, i, -1, -i])) < 1e-15    # => true
/// ```
#[builtin(
    topic = "coherence",
    latex = none,
    since = "0.1",
    aliases("analytic_signal"),
    see("instantaneous_phase", "envelope", "plv")
)]
fn hilbert(
    call: &Call<'_>,
    /// The signal.
    x: ArrayArgument,
    /// The axis along which signals run; that of times, or the only one, if left out.
    #[named]
    axis: Option<AxisChoice>,
) -> Result<NumericArray> {
    Channels::of(call, &x, axis.as_ref())?.each(call, |x: Signal| {
        let places = Places::default().with("x", x.span);
        require_even(call, &x.axis, x.span)?;
        let found = places.check(call, signals::analytic_signal(&x.values))?;
        Ok(along(&x, found.values))
    })
}

/// An array along the axis of a signal.
pub(super) fn along(
    x: &Signal,
    values: impl Into<crate::array::ArrayValues>,
) -> NumericArray {
    let values = values.into();
    let plain = NumericArray::vector(values.clone());
    NumericArray::along(values, x.axis.clone()).unwrap_or(plain).named(&x.name)
}

/// The amplitude of a signal over time: |z| of the analytic signal z of x less its mean.
///
/// ```holor
/// s = linspace(0, 0.99, 100); x = cos(2pi*5 s); y = cos(2pi*5 s - 1); z = cos(2pi*10 s + 2);
/// max(abs(envelope(2 + 3 x) - 3)) < 1e-12      # => true
/// ```
#[builtin(topic = "coherence", latex = none, since = "0.1", see("hilbert", "instantaneous_phase"))]
fn envelope(
    call: &Call<'_>,
    /// The signal.
    x: ArrayArgument,
    /// The axis along which signals run; that of times, or the only one, if left out.
    #[named]
    axis: Option<AxisChoice>,
) -> Result<NumericArray> {
    Channels::of(call, &x, axis.as_ref())?.each(call, |x: Signal| {
        require_even(call, &x.axis, x.span)?;
        Ok(along(&x, analytic_of(call, &x.values, x.span)?.envelope()))
    })
}

/// The phase of a signal over time, in radians: that of the analytic signal of x less its mean.
///
/// A phase means something where the signal swings in one rhythm: filter it to a band before. Of complex values it is their
/// angle.
///
/// ```holor
/// s = linspace(0, 0.99, 100); x = cos(2pi*5 s); y = cos(2pi*5 s - 1); z = cos(2pi*10 s + 2);
/// abs(instantaneous_phase(x)[6] - pi/2) < 1e-9 # => true
/// instantaneous_phase([1, 1, 1])               # error: [E0301]
/// ```
#[builtin(
    topic = "coherence",
    latex = none,
    since = "0.1",
    see("instantaneous_frequency", "hilbert", "unwrap", "bandpass", "plv")
)]
fn instantaneous_phase(
    call: &Call<'_>,
    /// The signal.
    x: ArrayArgument,
    /// The axis along which signals run; that of times, or the only one, if left out.
    #[named]
    axis: Option<AxisChoice>,
) -> Result<NumericArray> {
    Channels::of(call, &x, axis.as_ref())?.each(call, |x: Oscillation| {
        let phases = x.phases(call, None)?;
        let array = x.array.with_values(phases);
        Ok(array.unwrap_or_else(|| (*x.array).clone()).named("phase").with_angle(true))
    })
}

/// The frequency of a signal over time: the unwrapped phase differenced, times rate/(2π).
///
/// One value fewer than samples, each half way between two of them. Arrays of angles, such as the phases of a run, are taken
/// as phases.
///
/// ```holor
/// s = linspace(0, 0.99, 100); x = cos(2pi*5 s); y = cos(2pi*5 s - 1); z = cos(2pi*10 s + 2);
/// abs(instantaneous_frequency(x, rate = 100)[50] - 5) < 1e-9    # => true
/// ```
#[builtin(
    topic = "coherence",
    latex = none,
    since = "0.1",
    see("instantaneous_phase", "spectrogram")
)]
fn instantaneous_frequency(
    call: &Call<'_>,
    /// The signal.
    x: ArrayArgument,
    #[options] sampled: Rate,
    /// The axis along which signals run; that of times, or the only one, if left out.
    #[named]
    axis: Option<AxisChoice>,
) -> Result<NumericArray> {
    Channels::of(call, &x, axis.as_ref())?
        .each(call, |x: Oscillation| frequency_of(call, &x, sampled.clone()))
}

/// The frequency of one signal over time.
fn frequency_of(
    call: &Call<'_>,
    oscillation: &Oscillation,
    sampled: Rate,
) -> Result<NumericArray> {
    let (array, span) = (oscillation.array.clone(), oscillation.span);
    let x: Signal = read(call, &ArrayArgument { array, span })?;
    let sampling = Sampling::of(call, &[&x], sampled)?;
    let places = Places::default().with("x", span);
    let phase = if oscillation.array.is_angle() {
        x.values.clone()
    } else {
        places.check(call, signals::hilbert_phase(&x.values))?
    };
    // Phases beyond π, as runs have them, go on without jumps already.
    let wrapped = phase.iter().all(|it| it.abs() <= std::f64::consts::PI + 1e-9);
    let phase = match wrapped {
        true => places.check(call, signals::unwrap_phase(&phase))?,
        false => phase,
    };
    let factor = sampling.rate / (2.0 * std::f64::consts::PI);
    let pairs = phase.iter().zip(phase.iter().skip(1));
    let values: Vec<f64> = pairs.map(|(a, b)| (b - a) * factor).collect();
    let times = sampling.times(&x);
    let axis = if times.kind() == AxisKind::Time {
        let middles: Vec<f64> = times
            .coordinates()
            .windows(2)
            .map(|pair| pair.iter().sum::<f64>() / 2.0)
            .collect();
        ArrayAxis::new(times.name(), AxisKind::Time, middles)
    } else {
        ArrayAxis::index(values.len())
    };
    let plain = NumericArray::vector(values.clone());
    Ok(NumericArray::along(values, axis).unwrap_or(plain).named("frequency"))
}

/// Phases without jumps: where neighbours differ by π or more, 2π is added as often as needed, as `numpy.unwrap`.
///
/// ```holor
/// abs(unwrap([3, -3])[2] - (2pi - 3)) < 1e-15  # => true
/// unwrap([0, 1, 2])                            # => array([0.0, 1.0, 2.0])
/// ```
#[builtin(topic = "coherence", latex = none, since = "0.1", see("instantaneous_phase"))]
fn unwrap(
    call: &Call<'_>,
    /// Phases in radians.
    phases: ArrayArgument,
    /// The axis along which signals run; that of times, or the only one, if left out.
    #[named]
    axis: Option<AxisChoice>,
) -> Result<NumericArray> {
    Channels::of(call, &phases, axis.as_ref())?.each(call, |phases: Signal| {
        let places = Places::default().with("the phase", phases.span);
        let found = places.check(call, signals::unwrap_phase(&phases.values))?;
        Ok(along(&phases, found).with_angle(true))
    })
}

/// The phase locking value |⟨e^{i(nφ_x - mφ_y)}⟩| of two signals, from 0 to 1.
///
/// Of signals, the phases are those of their analytic signals less their means (the mean phase coherence, Mormann et al.
/// 2000): filter them to a band before. Arrays of angles, such as `arg(z)`, are taken as phases, complex ones by their
/// angles. Lachaux et al., Human Brain Mapping 8 (1999) 194; n:m by Tass et al., Phys. Rev. Lett. 81 (1998) 3291. It is
/// `abs(mean(exp(1j*(angle(hilbert(x)) - angle(hilbert(y))))))` in scipy. `phase_locking` adds the mean phase and a test.
/// Of arrays of trials × times it is the value across trials at each time, as Lachaux et al. have it.
///
/// ```holor
/// s = linspace(0, 0.99, 100); x = cos(2pi*5 s); y = cos(2pi*5 s - 1); z = cos(2pi*10 s + 2);
/// abs(plv(x, y) - 1) < 1e-12                   # => true
/// plv(x, z) < 1e-12                            # => true
/// abs(plv(x, z, ratio = [2, 1]) - 1) < 1e-12   # => true
/// plv(x, z, n = 2) == plv(x, z, ratio = [2, 1])    # => true
/// plv([0, 0], [0, pi], phases = true) < 1e-15  # => true
/// plv(x, [1, 2])                               # error: [E0203]
/// T = linspace(0, 2pi*63/64, 64); X = array(cos(2t + k), k = 1..4, t = T); Y = array(cos(2t + 1 - k), k = 1..4, t = T); max(abs(plv(X, Y) - abs(mean(exp(2i*[1, 2, 3, 4]))))) < 1e-12    # => true
/// ```
#[builtin(
    topic = "coherence",
    latex = none,
    since = "0.1",
    aliases("phase_locking_value"),
    see("phase_locking", "phase_locking_surrogates", "pli", "wpli", "coherence", "order_parameter")
)]
#[expect(clippy::too_many_arguments, reason = "options given by name")]
fn plv(
    call: &Call<'_>,
    /// The first signal, or its trials.
    x: Trials,
    /// The second signal, or its trials.
    y: Trials,
    /// `[n, m]`; `[1, 1]` if left out.
    #[named]
    ratio: Option<Spanned<Vec<u32>>>,
    /// n of n:m, instead of `ratio`.
    #[named]
    n: Option<Spanned<u32>>,
    /// m of n:m.
    #[named]
    m: Option<Spanned<u32>>,
    /// Whether the values are phases in radians; where left out, an array of angles says so itself.
    #[named]
    phases: Option<bool>,
    /// The axis along which the signals run, where there are trials; that of times if left out.
    #[named]
    axis: Option<AxisChoice>,
) -> Result<Value> {
    if let (Some(ratio), Some(other)) = (&ratio, n.as_ref().or(m.as_ref())) {
        let message = "give `ratio`, or n and m";
        return Diagnostic::error(&codes::E0202_WRONG_ARGUMENTS, message)
            .at(other.span)
            .label(ratio.span, "has both")
            .into();
    }
    let pair_of = n.as_ref().or(m.as_ref()).map(|given| Spanned {
        value: [&n, &m].map(|it| it.as_ref().map_or(1, |it| it.value)).to_vec(),
        span: given.span,
    });
    let (n, m) = ratio_of(ratio.or(pair_of).as_ref())?;
    Both::of(call, &x, &y, axis.as_ref())?.of_phases(call, phases, |a, b, places| {
        Ok(places.check(call, signals::phase_locking_value(a, b, n, m))?.value)
    })
}

/// The phase locking of two signals with their mean phase difference and Rayleigh's test.
///
/// The record has `plv` (see there), `mean_phase` of nφ_x - mφ_y, `probability` of such a value for independent uniform
/// phases (Zar 1999, eq. 27.4), and `samples`. Neighbouring samples of a filtered signal are not independent: then
/// `phase_locking_surrogates` tells more.
///
/// ```holor
/// P = phase_locking([0.5, 1, 1.5], [0, 0.5, 1], phases = true);
/// [P.plv, P.mean_phase, P.samples]             # => [1.0, 0.5, 3]
/// ```
#[builtin(
    topic = "coherence",
    latex = none,
    since = "0.1",
    see("plv", "phase_locking_surrogates")
)]
fn phase_locking(
    call: &Call<'_>,
    /// The first signal.
    x: Oscillation,
    /// The second signal.
    y: Oscillation,
    /// `[n, m]`; `[1, 1]` if left out.
    #[named]
    ratio: Option<Spanned<Vec<u32>>>,
    /// Whether the values are phases in radians; where left out, an array of angles says so itself.
    #[named]
    phases: Option<bool>,
) -> Result<Record> {
    let (n, m) = ratio_of(ratio.as_ref())?;
    let (a, b, places) = pair(call, &x, &y, phases)?;
    let found = places.check(call, signals::phase_locking_value(&a, &b, n, m))?;
    Ok(Record::new("phase locking")
        .described(&format!("{n}:{m}"))
        .with("plv", found.value)
        .with("mean_phase", found.mean_phase)
        .with("probability", found.rayleigh_probability)
        .with("samples", count(found.samples))
        .with("distribution", shares_of(&a, &b, (n, m)))
        .drawn(pictures::distribution))
}

/// The share of samples whose phase difference n a - m b is in each of 36 bins from -π to π.
fn shares_of(a: &[f64], b: &[f64], (n, m): (u32, u32)) -> Value {
    use std::f64::consts::{PI, TAU};
    let mut shares = vec![0.0; BINS];
    let width = TAU / BINS as f64;
    let each = 1.0 / a.len().max(1) as f64;
    for (a, b) in a.iter().zip(b) {
        let difference = (f64::from(n) * a - f64::from(m) * b + PI).rem_euclid(TAU);
        // A difference of a whole turn less rounding is in the last bin.
        let bin = ((difference / width) as usize).min(BINS - 1);
        if let Some(share) = shares.get_mut(bin) {
            *share += each;
        }
    }
    let middles: Vec<f64> =
        (0..BINS).map(|bin| (bin as f64 + 0.5) * width - PI).collect();
    over(&ArrayAxis::quantity("difference", middles), shares, "share")
}

pub(super) fn count(number: usize) -> Value {
    Value::Expr(holor_algebra::Expr::integer(number))
}

/// The phase locking value in windows that move along two signals.
///
/// The record has `plv` and `mean_phase` over the middles of the windows.
///
/// ```holor
/// P = sliding_plv([0, 0, 0, 0], [1, 1, 2, 3], window = 2, phases = true);
/// [length(P.plv), P.mean_phase[1]]             # => [3, -1.0]
/// ```
#[builtin(
    topic = "coherence",
    latex = none,
    since = "0.1",
    aliases("sliding_phase_locking"),
    see("plv", "wavelet_coherence")
)]
fn sliding_plv(
    call: &Call<'_>,
    /// The first signal.
    x: Oscillation,
    /// The second signal.
    y: Oscillation,
    /// Samples in a window.
    #[named]
    window: Option<Spanned<usize>>,
    /// Samples from one window to the next; 1 if left out.
    #[named]
    step: Option<Spanned<usize>>,
    /// `[n, m]`; `[1, 1]` if left out.
    #[named]
    ratio: Option<Spanned<Vec<u32>>>,
    /// Whether the values are phases in radians; where left out, an array of angles says so itself.
    #[named]
    phases: Option<bool>,
) -> Result<Record> {
    let Some(window) = window else {
        let message = "`sliding_plv` needs the length of the window in samples";
        let error = call.error(&codes::E0202_WRONG_ARGUMENTS, message);
        return Err(Box::new((*error).hint("sliding_plv(x, y, window = 250)")));
    };
    let (n, m) = ratio_of(ratio.as_ref())?;
    let (a, b, places) = pair(call, &x, &y, phases)?;
    let places = places.with("window", window.span).with_option("step", step.as_ref());
    let step = step.map_or(1, |it| it.value);
    let found = signals::sliding_phase_locking(&a, &b, n, m, window.value, step);
    let found = places.check(call, found)?;
    let own = x.axis();
    let at = |centre: f64| match (own.kind(), own.spacing(), own.coordinate(0)) {
        (AxisKind::Time, Some(step), Some(first)) => first + centre * step,
        // The middle of a window is a sample or half way between two.
        (AxisKind::Time, None, _) => {
            let near = [centre.floor(), centre.ceil()];
            let times = near.map(|place| own.coordinate(place as usize));
            times.into_iter().flatten().sum::<f64>() / 2.0
        }
        _ => centre + 1.0,
    };
    let centres: Vec<f64> = found.centres.iter().map(|&centre| at(centre)).collect();
    let axis = if own.kind() == AxisKind::Time {
        ArrayAxis::new(own.name(), AxisKind::Time, centres)
    } else {
        ArrayAxis::quantity("sample", centres)
    };
    Ok(Record::new("sliding phase locking")
        .described(&format!("windows of {} samples, {} apart", found.window, found.step))
        .with("plv", over(&axis, found.values, "PLV"))
        .with(
            "mean_phase",
            super::coherence::angles(&axis, found.mean_phases, "mean phase"),
        )
        .drawn(pictures::sliding))
}

/// The phase locking values of all pairs of signals: a symmetric array with ones on its diagonal.
///
/// Phases are taken as for `plv`. The signals are given one after the other, or as one array with an axis of times.
///
/// ```holor
/// s = linspace(0, 0.99, 100); x = cos(2pi*5 s); y = cos(2pi*5 s - 1); z = cos(2pi*10 s + 2);
/// shape(plv_matrix(x, y, z))                   # => [3, 3]
/// shape(plv_matrix([x, y, z], axis = 2))       # => [3, 3]
/// abs(plv_matrix(x, y, z)[1, 2] - 1) < 1e-12   # => true
/// ```
#[builtin(
    topic = "coherence",
    latex = none,
    since = "0.1",
    aliases("phase_locking_matrix"),
    see("plv")
)]
fn plv_matrix(
    call: &Call<'_>,
    /// The signals.
    #[variadic]
    signals: Vec<ArrayArgument>,
    /// Whether the values are phases in radians; where left out, arrays of angles say so themselves.
    #[named]
    phases: Option<bool>,
    /// The axis along which signals run; that of times, or the only one, if left out.
    #[named]
    axis: Option<AxisChoice>,
) -> Result<NumericArray> {
    let mut oscillations: Vec<Oscillation> = Vec::new();
    for given in &signals {
        for line in Channels::of(call, given, axis.as_ref())?.signals() {
            oscillations.push(read(call, &line)?);
        }
    }
    let signals = oscillations;
    let mut channels = Vec::new();
    let mut places = Places::default();
    for signal in &signals {
        let first = signals.first().map(|it| it.array.count());
        if first.is_some_and(|count| count != signal.array.count()) {
            places.put("second phase", signal.span);
        }
        if let Some(first) = signals.first() {
            require_same_times((&first.axis(), &signal.axis()), signal.span)?;
        }
        channels.push(signal.phases(call, phases)?);
    }
    let parts: Vec<&[f64]> = channels.iter().map(Vec::as_slice).collect();
    let found =
        places.check(call, holor_coherence::signals::phase_locking_matrix(&parts))?;
    let axes = [ArrayAxis::index(found.rows), ArrayAxis::index(found.columns)];
    let array = NumericArray::new(found.values, axes);
    Ok(array.unwrap_or_else(|| NumericArray::vector(Vec::<f64>::new())).named("PLV"))
}

/// Tests the phase locking of two signals against surrogates, y turned round in time by random shifts.
///
/// A shift between a tenth and nine tenths of the length keeps the autocorrelation of both series and destroys their
/// relation (Lancaster et al., Phys. Rep. 748 (2018) 1, section 4.5). The record has `plv`, `significance` (the level
/// that the share `confidence` of surrogates stays below), `probability` = (1 + number at least as large)/(1 + count),
/// and `surrogates` in order.
///
/// ```holor
/// s = linspace(0, 0.995, 200); x = cos(40 s^3 + 30 s);
/// P = phase_locking_surrogates(x, x, count = 99);
/// [P.plv > 0.999999, P.probability, P.significance < 0.9]    # => [true, 0.01, true]
/// ```
#[builtin(
    topic = "coherence",
    latex = none,
    since = "0.1",
    see("plv", "phase_locking")
)]
#[expect(clippy::too_many_arguments, reason = "options given by name")]
fn phase_locking_surrogates(
    call: &Call<'_>,
    /// The first signal.
    x: Oscillation,
    /// The second signal.
    y: Oscillation,
    /// How many surrogates; 1000 if left out.
    #[named]
    count: Option<Spanned<usize>>,
    /// Decides the shifts.
    #[named]
    #[default(0)]
    seed: u64,
    /// Probability that a surrogate stays below the level; 0.95 if left out.
    #[named]
    confidence: Option<Spanned<f64>>,
    /// `[n, m]`; `[1, 1]` if left out.
    #[named]
    ratio: Option<Spanned<Vec<u32>>>,
    /// Whether the values are phases in radians; where left out, an array of angles says so itself.
    #[named]
    phases: Option<bool>,
) -> Result<Record> {
    let ratio = ratio_of(ratio.as_ref())?;
    let (a, b, places) = pair(call, &x, &y, phases)?;
    let places = places
        .with_option("confidence", confidence.as_ref())
        .with_option("surrogates", count.as_ref())
        .with("phases", x.span);
    let level = confidence_of(confidence.as_ref());
    let number = count.map_or(1000, |it| it.value);
    if number > 10_000_000 {
        let message = format!("{number} surrogates are too many; at most 10^7");
        return Err(call.error(&codes::E0403_TOO_LARGE, message));
    }
    let found = watched(call, "surrogates", |watch| {
        let settings = (number, seed, level);
        signals::phase_locking_surrogates_watched(&a, &b, ratio, settings, watch)
    });
    let found = places.check(call, found)?;
    let Some(found) = found else {
        call.poll()?;
        return Err(call.error(&codes::E0701_INTERRUPTED, "interrupted"));
    };
    let SurrogateTest { value, surrogates, significance, probability } = found;
    Ok(Record::new("phase locking")
        .described(&format!("{number} surrogates"))
        .with("plv", value)
        .with("significance", significance)
        .with("confidence", level)
        .with("probability", probability)
        .with(
            "surrogates",
            NumericArray::vector(surrogates).named("PLV of surrogates").into_value(),
        )
        .drawn(pictures::surrogates))
}

/// Runs something that can be stopped: shows how far it is once it takes more than a second, and stops where the person
/// interrupted.
pub(super) fn watched<T>(
    call: &Call<'_>,
    what: &str,
    run: impl FnOnce(&mut dyn FnMut(f64) -> bool) -> T,
) -> T {
    let began = call.world().seconds();
    let mut shown = began;
    let found = run(&mut |fraction| {
        if call.poll().is_err() {
            return false;
        }
        let now = call.world().seconds();
        if now - began > 1.0 && now - shown > 0.25 && fraction > 0.0 {
            shown = now;
            call.world().progress(&Progress {
                fraction,
                text: what.to_string(),
                seconds_left: (now - began) * (1.0 - fraction) / fraction,
            });
        }
        true
    });
    call.world().progress_ended();
    found
}
