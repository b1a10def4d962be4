//! Coherence of light: g1 and g2, coherence time, visibility, mutual coherence, incoherent sources, polarisation.

mod lags;

use std::sync::Arc;

use holor_coherence::fields::{
    self, GaussianSchell, IncoherentSource, LagNormalization, LineShape, Stokes,
};
use holor_coherence::quantum::DMatrix;
use holor_macros::builtin;

use lags::{Intensity, along, between, interval, lag_axis, largest_lag, records};
pub(super) use lags::{NO_LIGHT, degree};

use super::data::{Samples, real_if_possible};
use super::pictures;
use super::refusal::OrRefuse as _;
use super::signals::{require_even, require_same_times};
use crate::array::{ArrayAxis, AxisKind, Complex64, NumericArray};
use crate::builtin::{ComplexMatrix, ComplexSignal, Either, Many, Signal, Spanned, word};
use crate::evaluate::Call;
use crate::{Builtin, Diagnostic, Record, Result, Value, codes};

/// The records of this file.
pub(crate) static BUILTINS: &[&Builtin] = &[
    &G1,
    &G2,
    &COUNT_STATISTICS,
    &COHERENCE_TIME,
    &LINE_G1,
    &LINE_COHERENCE_TIME,
    &VISIBILITY,
    &BEAM_VISIBILITY,
    &MUTUAL_COHERENCE,
    &MUTUAL_INTENSITY,
    &DEGREE_OF_COHERENCE,
    &COHERENT_MODES,
    &GAUSSIAN_SCHELL,
    &VAN_CITTERT_ZERNIKE,
    &COHERENCE_AREA,
    &STOKES_PARAMETERS,
];

word! {
    /// How lagged means are normalised.
    pub(crate) NormalizationWord {
        /// By the number of products.
        Unbiased = "unbiased",
        /// By the number of samples.
        Biased = "biased",
    }
}

fn normalization(word: Option<NormalizationWord>) -> LagNormalization {
    match word {
        Some(NormalizationWord::Biased) => LagNormalization::Biased,
        Some(NormalizationWord::Unbiased) | None => LagNormalization::Unbiased,
    }
}

/// The first-order coherence g1(τ) = ⟨E*(t) E(t + τ)⟩/⟨|E|²⟩ of a field, with its coherence time.
///
/// The mean of E is not taken off. Of a field through time and space it is averaged over space. Lagged means divide by the
/// number of products (`normalization = biased`: by the number of samples). `coherence_time` is ∫|g1|² dτ over both signs of
/// τ, cut off at the last lag, where |g1|² is `tail`. Loudon, The Quantum Theory of Light (2000), chapter 3; Mandel and Wolf
/// (1995), section 4.3.
///
/// With a second field in place of the lag it is the number ⟨E₁* E₂⟩/√(⟨|E₁|²⟩⟨|E₂|²⟩) over all places, one for each time of the second:
/// `g1(A.start, run.A)` is the coherence of a run with its start, also where a run is watched, as `watch = g1(A.start, A)`.
///
/// ```holor
/// E = array([1, i, -1, -i, 1], t = [0, 1, 2, 3, 4]); max(abs(g1(E, 2).g1 - [1, i, -1])) < 1e-12    # => true
/// g1([0, 0, 0])                                # error: [E0301]
/// abs(g1([1, i], [i, -1]) - i) < 1e-12         # => true
/// ```
#[builtin(
    topic = "coherence",
    latex = r"g^{{(1)}}",
    since = "0.1",
    returns = "g1 or number",
    aliases("first_order_coherence"),
    see("g2", "coherence_time", "mutual_coherence", "visibility")
)]
fn g1(
    call: &Call<'_>,
    /// The field E through time.
    field: Samples,
    /// The largest lag, in units of time, half of the record if left out; or another field.
    lag: Option<Spanned<Either<f64, Samples>>>,
    /// `unbiased` or `biased`.
    #[named]
    normalization: Option<NormalizationWord>,
) -> Result<Value> {
    let lag = match lag {
        None => None,
        Some(Spanned { value: Either::First(value), span }) => {
            Some(Spanned { value, span })
        }
        Some(Spanned { value: Either::Second(other), .. }) => {
            return between(call, &field, &other);
        }
    };
    let record = g1_over_lags(call, &field, lag, normalization)?;
    Ok(Value::Record(Arc::new(record)))
}

/// g1 over lags, with its coherence time.
fn g1_over_lags(
    call: &Call<'_>,
    field: &Samples,
    lag: Option<Spanned<f64>>,
    normalization: Option<NormalizationWord>,
) -> Result<Record> {
    let (records, step) = (records(field)?, interval(field)?);
    let length = records.first().map_or(0, Vec::len);
    let last = largest_lag(lag, step, length, call.span())?;
    let found = fields::g1(&records, step, last, self::normalization(normalization))
        .or_refuse(field.span)?;
    let axis = lag_axis(&found.lags);
    let time = (last > 0)
        .then(|| fields::coherence_time(&found.values, step))
        .transpose()
        .or_refuse(field.span)?;
    let mut record = Record::new("g1")
        .described("⟨E*(t) E(t + τ)⟩/⟨|E|²⟩")
        .with("lag", along(found.lags.clone(), &axis, "τ"))
        .with("g1", along(real_if_possible(found.values), &axis, "g1"));
    if let Some(time) = time {
        record = record.with("coherence_time", time.time).with("tail", time.tail);
    }
    Ok(record.drawn(|record| pictures::modulus(record, "g1", "|g1|")))
}

/// The second-order coherence g2(τ) = ⟨I(t) I(t + τ)⟩/⟨I⟩² of an intensity: 1 for steady light, 2 at τ = 0 for thermal.
///
/// At τ = 0 it holds the shot noise of a detector; of photon counts see `count_statistics`, of a quantum state
/// `photon_statistics`, of light in a state that has a name, `photon_g2`. Loudon, The Quantum Theory of Light (2000), section 3.7.
///
/// ```holor
/// g2([1, 3, 1, 3], 1).g2        # => array([1.25, 0.75], τ = [0.0, 1.0])
/// g2([i, 1])                                   # error: [E0201]
/// g2(fock, 2)                                  # error: [E0201]
/// ```
#[builtin(
    topic = "coherence",
    latex = r"g^{{(2)}}",
    since = "0.1",
    returns = "g2",
    aliases("second_order_coherence"),
    see("g1", "count_statistics", "photon_statistics", "photon_g2")
)]
fn g2(
    call: &Call<'_>,
    /// The intensity I through time; not negative.
    intensity: Intensity,
    /// The largest lag, in units of time; half of the record if left out.
    lag: Option<Spanned<f64>>,
    /// `unbiased` or `biased`.
    #[named]
    normalization: Option<NormalizationWord>,
) -> Result<Record> {
    let intensity = intensity.0;
    let array = &intensity.array;
    if array.is_complex() {
        let message = format!("an intensity is real, found {}", array.describe());
        return Diagnostic::error(&codes::E0201_WRONG_TYPE, message)
            .at(intensity.span)
            .hint("g2(abs(E)^2)")
            .into();
    }
    let [_] = array.axes() else {
        let message =
            format!("g2 is that of one record in time, found {}", array.describe());
        return Diagnostic::error(&codes::E0203_WRONG_SHAPE, message)
            .at(intensity.span)
            .hint("g2(mean(I))")
            .hint("g2(I[.., 5])")
            .into();
    };
    let values = intensity.real(array)?;
    let step = interval(&intensity)?;
    let last = largest_lag(lag, step, values.len(), call.span())?;
    let found = fields::g2(values, step, last, self::normalization(normalization))
        .or_refuse(intensity.span)?;
    let axis = lag_axis(&found.lags);
    Ok(Record::new("g2")
        .described("⟨I(t) I(t + τ)⟩/⟨I⟩²")
        .with("lag", along(found.lags.clone(), &axis, "τ"))
        .with("g2", along(found.values, &axis, "g2"))
        .drawn(|record| pictures::curve(record, "g2")))
}

/// The statistics of photon counts in equal bins: mean, variance, Mandel's Q and g2, free of shot noise.
///
/// g2 is ⟨n(n - 1)⟩/⟨n⟩² at lag 0 and ⟨n(t) n(t + τ)⟩/⟨n⟩² beyond; Q = variance/mean - 1. Loudon (2000), section 6.6.
///
/// ```holor
/// c = count_statistics([0, 2, 0, 2]);
/// [c.mean, c.variance, c.mandel_q]             # => [1.0, 1.0, 0.0]
/// c.g2[1]                                      # => 1.0
/// count_statistics([0, 0])                     # error: [E0301]
/// ```
#[builtin(topic = "coherence", latex = none, since = "0.1", see("g2", "photon_statistics"))]
fn count_statistics(
    call: &Call<'_>,
    /// The counts: integers, not negative.
    counts: Signal,
    /// The largest lag in bins; half of the record if left out.
    lag: Option<usize>,
) -> Result<Record> {
    let integers: Option<Vec<u64>> = counts
        .values
        .iter()
        .map(|&n| ((0.0..=9e15).contains(&n) && n.fract() == 0.0).then_some(n as u64))
        .collect();
    let Some(integers) = integers else {
        let message =
            "counts are integers that are not negative; for an intensity there is g2";
        return Diagnostic::error(&codes::E0204_OUT_OF_RANGE, message)
            .at(counts.span)
            .hint("g2(I)")
            .into();
    };
    let _ = call;
    let last = lag.unwrap_or(integers.len().saturating_sub(1) / 2);
    let found = fields::g2_of_counts(&integers, last).or_refuse(counts.span)?;
    let lags: Vec<f64> = (0..found.g2.len()).map(|it| it as f64).collect();
    Ok(Record::new("count statistics")
        .described("of photon counts")
        .with("mean", found.mean)
        .with("variance", found.variance)
        .with("mandel_q", found.mandel_q)
        .with("g2", along(found.g2, &lag_axis(&lags), "g2"))
        .drawn(|record| pictures::curve(record, "g2")))
}

/// The coherence time τ_c = ∫|g1(τ)|² dτ of a field, over both signs of τ.
///
/// Of a record made by `g1` it is that record's. Where |g1|² is not small at the last lag the integral is cut off, and too
/// short: `g1(E).tail` says so. Mandel and Wolf (1995), section 4.3.3.
///
/// ```holor
/// coherence_time([1, 1, 1, 1, 1])              # => 4.0
/// ```
#[builtin(topic = "coherence", latex = none, since = "0.1", see("g1", "line_coherence_time"))]
fn coherence_time(
    call: &Call<'_>,
    /// The field through time, or a record made by `g1`.
    field: Either<Arc<Record>, Samples>,
    /// The largest lag, in units of time; half of the record if left out.
    lag: Option<Spanned<f64>>,
) -> Result<Value> {
    let record = match field {
        Either::First(record) => record,
        Either::Second(field) => Arc::new(g1_over_lags(call, &field, lag, None)?),
    };
    record.get("coherence_time").cloned().ok_or_else(|| {
        let message = format!(
            "a coherence time is that of a field or of its g1 with two lags at least, found {}",
            record.describe()
        );
        call.error(&codes::E0201_WRONG_TYPE, message)
    })
}

word! {
    /// The shape of a spectral line.
    pub(crate) LineWord {
        /// A Gaussian.
        Gaussian = "gaussian",
        /// A Lorentzian.
        Lorentzian = "lorentzian",
        /// A rectangle.
        Rectangular = "rectangular",
    }
}

fn line(shape: LineWord, width: f64) -> LineShape {
    match shape {
        LineWord::Gaussian => LineShape::Gaussian { width },
        LineWord::Lorentzian => LineShape::Lorentzian { width },
        LineWord::Rectangular => LineShape::Rectangular { width },
    }
}

/// A number, or an array of them.
type Numbers = Either<f64, Samples>;

/// A function of a number, or of each value of an array.
fn each(
    numbers: &Numbers,
    name: &str,
    of: impl Fn(f64) -> Result<Complex64>,
) -> Result<Value> {
    match numbers {
        Either::First(number) => Ok(crate::array::number(of(*number)?)),
        Either::Second(samples) => {
            let values = samples
                .real(&samples.array)?
                .iter()
                .map(|&x| of(x))
                .collect::<Result<Vec<Complex64>>>()?;
            Ok(samples
                .array
                .with_values(real_if_possible(values))
                .map_or(Value::Nothing, |array| array.named(name).into_value()))
        }
    }
}

/// g1(τ) of a spectral line: e^{-2πiν₀τ} times exp(-(πΔντ)²/(4 ln 2)), exp(-πΔν|τ|) or sin(πΔντ)/(πΔντ).
///
/// For lines that are Gaussian, Lorentzian or rectangular in the frequency ν. Saleh and Teich, Fundamentals of Photonics
/// (2007), section 11.1.
///
/// ```holor
/// abs(line_g1(lorentzian, 1, 1/pi) - 0.367879441171) < 1e-12    # => true
/// line_g1(rectangular, 2, 0)                   # => 1.0
/// ```
#[builtin(
    topic = "coherence",
    latex = none,
    since = "0.1",
    returns = "number or array",
    see("line_coherence_time", "g1")
)]
fn line_g1(
    call: &Call<'_>,
    /// `gaussian`, `lorentzian` or `rectangular`.
    shape: LineWord,
    /// The full width at half maximum Δν, in periods per unit of time.
    width: f64,
    /// The delay τ, or an array of them.
    delay: Either<f64, Samples>,
    /// The frequency ν₀ of the line.
    #[named]
    #[default(0.0)]
    center: f64,
) -> Result<Value> {
    each(&delay, "g1", |tau| line(shape, width).g1(center, tau).or_refuse(call.span()))
}

/// The coherence time ∫|g1|² dτ of a spectral line: 0.664/Δν (Gaussian), 1/(πΔν) (Lorentzian), 1/Δν (rectangular).
///
/// ```holor
/// line_coherence_time(rectangular, 4)          # => 0.25
/// abs(line_coherence_time(gaussian, 1) - 0.664282470) < 1e-8    # => true
/// line_coherence_time(gaussian, 0)             # error: [E0204]
/// ```
#[builtin(topic = "coherence", latex = none, since = "0.1", see("coherence_time", "line_g1"))]
fn line_coherence_time(
    call: &Call<'_>,
    /// `gaussian`, `lorentzian` or `rectangular`.
    shape: LineWord,
    /// The full width at half maximum Δν, in periods per unit of time.
    width: f64,
) -> Result<f64> {
    line(shape, width).coherence_time().or_refuse(call.span())
}

/// The visibility (I_max - I_min)/(I_max + I_min) of fringes.
///
/// Of an intensity through time and space there is one for each time. For two beams see `beam_visibility`.
///
/// ```holor
/// visibility([1, 3, 1])                        # => 0.5
/// visibility([0, 0])                           # error: [E0301]
/// ```
#[builtin(
    topic = "coherence",
    latex = none,
    since = "0.1",
    returns = "decimal or array",
    aliases("fringe_visibility"),
    see("beam_visibility", "g1")
)]
fn visibility(
    call: &Call<'_>,
    /// The intensities.
    intensities: Samples,
) -> Result<Value> {
    intensities.number_of_values(call, "visibility", |frame| {
        fields::visibility(intensities.real(frame)?).or_refuse(intensities.span)
    })
}

/// The visibility 2√(I₁I₂)/(I₁ + I₂) |γ| of the fringes of two beams with degree of coherence γ.
///
/// Born and Wolf, Principles of Optics (1999), section 10.3.
///
/// ```holor
/// beam_visibility(1, 4, 1/2)                   # => 0.4
/// ```
#[builtin(topic = "coherence", latex = none, since = "0.1", see("visibility", "mutual_coherence"))]
fn beam_visibility(
    call: &Call<'_>,
    /// The intensity I₁.
    first: f64,
    /// The intensity I₂.
    second: f64,
    /// |γ|, between 0 and 1.
    #[default(1.0)]
    degree: f64,
) -> Result<f64> {
    fields::beam_visibility(first, second, degree).or_refuse(call.span())
}

/// The mutual coherence Γ₁₂(τ) = ⟨E₁(t + τ) E₂*(t)⟩ of the fields at two points, and its degree γ₁₂ = Γ₁₂/√(I₁I₂).
///
/// Lagged means divide by the number of products. Born and Wolf, Principles of Optics (1999), section 10.3.1.
///
/// ```holor
/// max(abs(mutual_coherence([1, -1, 1, -1], [1, -1, 1, -1], 1).degree - [-1, 1, -1])) < 1e-12    # => true
/// ```
#[builtin(topic = "coherence", latex = none, since = "0.1", see("g1", "mutual_intensity", "beam_visibility"))]
fn mutual_coherence(
    call: &Call<'_>,
    /// The field E₁ through time.
    first: ComplexSignal,
    /// The field E₂ at the same times.
    second: ComplexSignal,
    /// The largest lag, in units of time; half of the record if left out.
    lag: Option<Spanned<f64>>,
) -> Result<Record> {
    require_even(call, &first.axis, first.span)?;
    require_even(call, &second.axis, second.span)?;
    require_same_times((&first.axis, &second.axis), second.span)?;
    let timed = [&first.axis, &second.axis].into_iter();
    let timed = timed.filter(|axis| axis.kind() == AxisKind::Time);
    let step = timed.filter_map(ArrayAxis::rounded_spacing).next().unwrap_or(1.0);
    let last = largest_lag(lag, step, first.values.len(), call.span())?;
    let found = fields::mutual_coherence(&first.values, &second.values, step, last)
        .or_refuse(first.span.to(second.span))?;
    let axis = lag_axis(&found.lags);
    let [one, two] = found.intensities;
    Ok(Record::new("mutual coherence")
        .described("⟨E₁(t + τ) E₂*(t)⟩ and its degree")
        .with("lag", along(found.lags.clone(), &axis, "τ"))
        .with("gamma", along(real_if_possible(found.gamma), &axis, "Γ"))
        .with("degree", along(real_if_possible(found.degree), &axis, "γ"))
        .with("intensities", NumericArray::vector(vec![one, two]))
        .drawn(|record| pictures::modulus(record, "degree", "|γ|")))
}

/// Samples of a field: the frames of an array with an axis of time, the rows of another; inside of a mask, where the box has one.
pub(super) fn rows(samples: &Samples) -> Result<Vec<Vec<Complex64>>> {
    let array = &samples.array;
    let time = array.time_axis().unwrap_or(0);
    let mut order = vec![time];
    order.extend((0..array.rank()).filter(|&axis| axis != time));
    let turned = array.permuted(&order);
    let array = turned.as_ref().unwrap_or(array);
    let count = array.axes().first().map_or(1, ArrayAxis::len).max(1);
    let size = (array.count() / count).max(1);
    let inside = array.inside().map_err(|error| Box::new((*error).at(samples.span)))?;
    let within = |place: usize| {
        inside.as_ref().is_none_or(|inside| inside.get(place) == Some(&true))
    };
    let values = array.to_complex();
    let rows = values.chunks(size).enumerate().map(|(row, values)| {
        let values = values.iter().enumerate();
        let kept = values.filter(|(place, _)| within(row * size + place));
        kept.map(|(_, value)| *value).collect()
    });
    Ok(rows.collect())
}

/// A matrix as an array with two axes.
pub(super) fn matrix_array(matrix: &DMatrix<Complex64>) -> Value {
    let entries: Vec<Complex64> = matrix
        .row_iter()
        .flat_map(|row| row.iter().copied().collect::<Vec<_>>())
        .collect();
    let axes = [ArrayAxis::index(matrix.nrows()), ArrayAxis::index(matrix.ncols())];
    NumericArray::new(real_if_possible(entries), axes)
        .map_or(Value::Nothing, NumericArray::into_value)
}

/// A matrix of numbers for the measures.
pub(super) fn dense(matrix: &ComplexMatrix) -> DMatrix<Complex64> {
    DMatrix::from_row_slice(matrix.rows, matrix.columns, &matrix.entries)
}

/// The mutual intensity J_jk = ⟨E_j E_k*⟩ of the points of a field, averaged over samples.
///
/// ```holor
/// mutual_intensity([[1, i], [1, -i]])          # => array([[1.0, 0.0], [0.0, 1.0]])
/// ```
#[builtin(
    topic = "coherence",
    latex = none,
    since = "0.1",
    returns = "array",
    aliases("cross_spectral_density"),
    see("degree_of_coherence", "coherent_modes", "one_body_density_matrix")
)]
fn mutual_intensity(
    /// The samples: an array over time (or first axis) and points.
    samples: Samples,
) -> Result<Value> {
    let j = fields::mutual_intensity(&rows(&samples)?).or_refuse(samples.span)?;
    Ok(matrix_array(&j))
}

/// The degree of coherence μ_jk = J_jk/√(J_jj J_kk) of a mutual intensity.
///
/// ```holor
/// degree_of_coherence([[4, 1], [1, 1]])        # => array([[1.0, 0.5], [0.5, 1.0]])
/// degree_of_coherence([[0, 0], [0, 1]])        # error: [E0301]
/// ```
#[builtin(
    topic = "coherence",
    latex = none,
    since = "0.1",
    returns = "array",
    see("mutual_intensity", "coherent_modes")
)]
fn degree_of_coherence(
    /// The mutual intensity J, a Hermitian matrix.
    intensity: ComplexMatrix,
) -> Result<Value> {
    let mu = fields::degree_of_coherence(&dense(&intensity)).or_refuse(intensity.span)?;
    Ok(matrix_array(&mu))
}

/// The coherent modes of a mutual intensity J = Σ λ_n φ_n φ_n*: their powers, shapes and the degree of coherence.
///
/// `fraction` is the share of the strongest mode, `global_degree` Σλ²/(Σλ)². `modes[n]` has Σ|φ|² = 1 times the weight.
/// Wolf, J. Opt. Soc. Am. 72 (1982) 343.
///
/// ```holor
/// m = coherent_modes([[2, 0], [0, 1]]);
/// m.powers                                     # => array([2.0, 1.0])
/// abs(m.global_degree - 0.555555555556) < 1e-12    # => true
/// ```
#[builtin(
    topic = "coherence",
    latex = none,
    since = "0.1",
    see("mutual_intensity", "gaussian_schell", "penrose_onsager")
)]
fn coherent_modes(
    call: &Call<'_>,
    /// The mutual intensity J, a Hermitian matrix.
    intensity: ComplexMatrix,
    /// The spacing of the points, or the area of a pixel.
    #[named]
    #[default(1.0)]
    weight: f64,
) -> Result<Record> {
    let _ = call;
    let found =
        fields::coherent_modes(&dense(&intensity), weight).or_refuse(intensity.span)?;
    let size = found.modes.len();
    let modes = NumericArray::new(
        real_if_possible(found.modes.concat()),
        [ArrayAxis::index(size), ArrayAxis::index(size)],
    );
    Ok(Record::new("coherent modes")
        .described("powers and shapes of the modes of a mutual intensity")
        .with("powers", NumericArray::vector(found.powers).named("power"))
        .with("modes", modes.map_or(Value::Nothing, NumericArray::into_value))
        .with("fraction", found.coherent_fraction)
        .with("global_degree", found.global_degree)
        .drawn(|record| pictures::counted(record, "powers", (r"\text{power}", "power"))))
}

/// A Gaussian Schell-model source: intensity exp(-x²/2σ_S²) with degree of coherence exp(-(x₁ - x₂)²/2σ_g²).
///
/// `powers` are those of its modes, divided by their sum; `global_degree` is q/√(4 + q²) with q = σ_g/σ_S. Starikov and Wolf,
/// J. Opt. Soc. Am. 72 (1982) 923.
///
/// ```holor
/// s = gaussian_schell(1, 2); abs(s.global_degree - 0.707106781187) < 1e-12    # => true
/// ```
#[builtin(topic = "coherence", latex = none, since = "0.1", see("coherent_modes", "van_cittert_zernike"))]
fn gaussian_schell(
    call: &Call<'_>,
    /// The width σ_S of the intensity.
    width: f64,
    /// The width σ_g of the degree of coherence.
    coherence: f64,
    /// How many modes are listed.
    #[named]
    #[default(20)]
    modes: usize,
) -> Result<Record> {
    let source = GaussianSchell::new(width, coherence).or_refuse(call.span())?;
    let modes = modes.clamp(1, 10_000);
    let first = source.mode_power(0);
    // A geometric series: its sum is λ₀/(1 - λ₁/λ₀).
    let ratio = source.mode_power(1) / first;
    let powers: Vec<f64> =
        (0..modes).map(|n| (1.0 - ratio) * ratio.powf(n as f64)).collect();
    Ok(Record::new("Gaussian Schell-model source")
        .described("shares of its coherent modes, and its degree of coherence")
        .with("global_degree", source.global_degree())
        .with("ratio", ratio)
        .with("powers", NumericArray::vector(powers).named("power"))
        .drawn(|record| pictures::counted(record, "powers", (r"\text{share}", "share"))))
}

word! {
    /// An incoherent source.
    pub(crate) SourceWord {
        /// A uniform disc.
        Disc = "disc" | "disk" | "circle",
        /// A disc with a hole.
        Annulus = "annulus",
        /// A thin ring.
        Ring = "ring",
        /// A slit.
        Slit = "slit",
        /// A rectangle.
        Rectangle = "rectangle",
        /// Two points.
        TwoPoints = "two_points",
        /// A round Gaussian.
        Gaussian = "gaussian",
    }
}

fn source(call: &Call<'_>, shape: SourceWord, sizes: &[f64]) -> Result<IncoherentSource> {
    Ok(match (shape, sizes) {
        (SourceWord::Disc, &[diameter]) => IncoherentSource::Disc { diameter },
        (SourceWord::Annulus, &[inner, outer]) => {
            IncoherentSource::Annulus { inner, outer }
        }
        (SourceWord::Ring, &[diameter]) => IncoherentSource::Ring { diameter },
        (SourceWord::Slit, &[width]) => IncoherentSource::Slit { width },
        (SourceWord::Rectangle, &[a, b]) => {
            IncoherentSource::Rectangle { widths: [a, b] }
        }
        (SourceWord::TwoPoints, &[separation]) => {
            IncoherentSource::TwoPoints { separation, ratio: 1.0 }
        }
        (SourceWord::TwoPoints, &[separation, ratio]) => {
            IncoherentSource::TwoPoints { separation, ratio }
        }
        (SourceWord::Gaussian, &[sigma]) => IncoherentSource::Gaussian { sigma },
        _ => {
            let needs = match shape {
                SourceWord::Disc | SourceWord::Ring => "its angular diameter",
                SourceWord::Annulus => "its inner and outer angular diameters `[a, b]`",
                SourceWord::Slit => "its angular width",
                SourceWord::Rectangle => "its two angular widths `[a, b]`",
                SourceWord::TwoPoints => {
                    "the angular separation, or `[separation, ratio of intensities]`"
                }
                SourceWord::Gaussian => "the standard deviation of its intensity",
            };
            let message =
                format!("this source has as size {needs}; found {} numbers", sizes.len());
            return Err(call.error(&codes::E0202_WRONG_ARGUMENTS, message));
        }
    })
}

/// The degree of coherence μ of light from a distant incoherent source, between points a baseline b apart.
///
/// By the theorem of van Cittert and Zernike μ = ∫I e^{-2πi b·θ/λ} dθ/∫I dθ. Sizes are full angles in radians: `disc` θ gives
/// 2J₁(x)/x with x = πθb/λ, `slit` sin(x)/x, `ring` J₀(x), `two_points` cos x, `gaussian` σ exp(-2π²σ²b²/λ²), and
/// `annulus` `[a, b]`, `rectangle` `[a, b]`. Baselines lie along the first axis. Born and Wolf (1999), section 10.4.2.
///
/// ```holor
/// abs(van_cittert_zernike(slit, 0.5, 1, 1) - 2/pi) < 1e-12    # => true
/// abs(van_cittert_zernike(disc, 1, 1.2196698912665045, 1)) < 1e-12    # => true
/// van_cittert_zernike(two_points, 0.5, [0, 2], 1)    # => array([1.0, -1.0])
/// ```
#[builtin(
    topic = "coherence",
    latex = none,
    since = "0.1",
    returns = "number or array",
    aliases("vcz"),
    see("coherence_area", "gaussian_schell", "visibility")
)]
fn van_cittert_zernike(
    call: &Call<'_>,
    /// `disc`, `annulus`, `ring`, `slit`, `rectangle`, `two_points` or `gaussian`.
    shape: SourceWord,
    /// Its angular size in radians, or a list where it has two.
    size: Many<f64>,
    /// The baseline b, or an array of them.
    baseline: Either<f64, Samples>,
    /// The wavelength λ, in the unit of the baseline.
    wavelength: f64,
) -> Result<Value> {
    let source = source(call, shape, &size.items)?;
    each(&baseline, "μ", |b| source.degree([b, 0.0], wavelength).or_refuse(call.span()))
}

/// The coherence area ∫|μ|² d²b of light from a distant incoherent source: λ²/Ω for a uniform one of solid angle Ω.
///
/// Goodman, Statistical Optics (2015), section 5.7.
///
/// ```holor
/// coherence_area(rectangle, [0.5, 0.25], 1)    # => 8.0
/// coherence_area(slit, 0.5, 1)                 # error: [E0301]
/// ```
#[builtin(topic = "coherence", latex = none, since = "0.1", see("van_cittert_zernike"))]
fn coherence_area(
    call: &Call<'_>,
    /// `disc`, `annulus`, `rectangle` or `gaussian`.
    shape: SourceWord,
    /// Its angular size in radians, or a list where it has two.
    size: Many<f64>,
    /// The wavelength λ.
    wavelength: f64,
) -> Result<f64> {
    let area = source(call, shape, &size.items)?
        .coherence_area(wavelength)
        .or_refuse(call.span())?;
    area.ok_or_else(|| {
        let message = "the coherence area is infinite: the source has no area";
        call.error(&codes::E0301_UNDEFINED, message)
    })
}

/// The Stokes parameters s₀ … s₃ of a beam, with the degree of polarisation, its orientation and its ellipticity.
///
/// From the coherency matrix J = ⟨E E†⟩ or from the fields E_x and E_y through time, ∝ e^{-iωt}: s₂ = 2 Re J_xy,
/// s₃ = 2 Im J_xy with J_xy = ⟨E_x E_y*⟩; s₃ > 0 is right-handed as in Born and Wolf (1999), section 10.9.3.
///
/// ```holor
/// stokes_parameters([[1, 0], [0, 1]]).degree   # => 0.0
/// s = stokes_parameters([1, 1], [1, 1]);
/// s.parameters                                 # => array([2.0, 0.0, 2.0, 0.0])
/// abs(s.orientation - pi/4) < 1e-12            # => true
/// ```
#[builtin(
    topic = "coherence",
    latex = none,
    since = "0.1",
    returns = "Stokes parameters",
    aliases("stokes"),
    see("mutual_coherence")
)]
fn stokes_parameters(
    call: &Call<'_>,
    /// The coherency matrix J, a Jones vector [E_x, E_y], or the field E_x.
    first: Either<ComplexMatrix, ComplexSignal>,
    /// The field E_y, where E_x is given.
    second: Option<ComplexSignal>,
) -> Result<Record> {
    let found: Stokes = match (first, second) {
        (Either::First(matrix), None) => {
            fields::stokes(&dense(&matrix)).or_refuse(matrix.span)?
        }
        // A Jones vector.
        (Either::Second(x), None) if x.values.len() == 2 => {
            let (x, y) = x.values.split_at(1);
            fields::stokes_of_fields(x, y).or_refuse(call.span())?
        }
        (Either::Second(x), Some(y)) => {
            require_same_times((&x.axis, &y.axis), y.span)?;
            fields::stokes_of_fields(&x.values, &y.values).or_refuse(x.span.to(y.span))?
        }
        _ => {
            let message = "Stokes parameters are those of a coherency matrix, or of two fields E_x and E_y";
            let error = call.error(&codes::E0202_WRONG_ARGUMENTS, message);
            return Err(Box::new((*error).hint("stokes_parameters(Ex, Ey)")));
        }
    };
    let mut record = Record::new("Stokes parameters")
        .described("s₀, s₁, s₂, s₃ and the polarised part")
        .with("parameters", NumericArray::vector(found.parameters.to_vec()))
        .with("degree", found.degree);
    if let Some(angle) = found.orientation {
        record = record.with("orientation", angle);
    }
    if let Some(angle) = found.ellipticity {
        record = record.with("ellipticity", angle);
    }
    Ok(record)
}
