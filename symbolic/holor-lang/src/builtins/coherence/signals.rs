//! Measured signals: how they are sampled, the options their spectra share, and what is refused.

pub(crate) mod causality;
mod channels;
pub(crate) mod coherence;
pub(crate) mod delays;
pub(crate) mod filters;
pub(crate) mod lags;
pub(crate) mod phase;
mod pictures;
pub(crate) mod spectra;
pub(crate) mod synchronisation;
mod trials;
pub(crate) mod wavelets;

use holor_coherence::CoherenceError;
use holor_coherence::signals::{Detrend, SegmentOptions, Segmentation, Window};

use holor_macros::Options;

use super::data::even_times;
use super::refusal::refused;
use crate::array::{ArrayAxis, ArrayValues, AxisKind, NumericArray};
use crate::builtin::{Either, Expected, FromValue, Given, Signal, Spanned, word};
use crate::diagnostic::IT;
use crate::evaluate::Call;
use crate::{Diagnostic, Result, Span, Value, codes};

/// Rates that differ by less than this part are the same.
const SAME: f64 = 1e-6;

word! {
    /// A window by name.
    pub(crate) WindowName {
        /// Hann.
        Hann = "hann" | "hanning",
        /// Hamming.
        Hamming = "hamming",
        /// Blackman.
        Blackman = "blackman",
        /// All weights 1.
        Boxcar = "boxcar" | "rectangular",
        /// Flat top.
        FlatTop = "flattop",
        /// Flat with cosine edges.
        Tukey = "tukey",
    }
}

/// What is taken away from a signal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trend {
    /// The mean.
    Constant,
    /// The least-squares line.
    Linear,
    /// Nothing.
    Nothing,
}

impl FromValue for Trend {
    const KIND: &'static str = "constant or linear or none";
    const WORDS: &'static [&'static str] = &["constant", "linear", "none"];

    fn from_value(given: &Given, call: &Call<'_>) -> std::result::Result<Self, Expected> {
        match &given.value {
            Value::Text(text) => match &**text {
                "constant" | "mean" => Ok(Self::Constant),
                "linear" => Ok(Self::Linear),
                "none" => Ok(Self::Nothing),
                _ => Err(Expected::Kind),
            },
            // As SciPy writes it.
            _ if bool::from_value(given, call).is_ok_and(|it| !it) => Ok(Self::Nothing),
            _ => Err(Expected::Kind),
        }
    }
}

impl Trend {
    fn kind(self) -> Detrend {
        match self {
            Self::Constant => Detrend::Constant,
            Self::Linear => Detrend::Linear,
            Self::Nothing => Detrend::None,
        }
    }
}

/// A window by name or by its weights.
type WindowArgument = Either<WindowName, Signal>;

/// How signals are sampled, as given.
#[derive(Clone, Debug, Default, Options)]
pub(crate) struct Rate {
    /// Samples per unit of time; that of the axis of times, else 1.
    #[also("fs", "sfreq", "sampling_rate")]
    rate: Option<Spanned<f64>>,
    /// Time between samples, 1/rate.
    dt: Option<Spanned<f64>>,
}

/// How signals are sampled.
#[derive(Clone, Copy, Debug)]
struct Sampling {
    /// Samples per unit of time.
    rate: f64,
    /// Whether nothing said so.
    assumed: bool,
}

impl Sampling {
    /// The rate that is given or that the signals' axis of time has; 1 where there is neither.
    ///
    /// # Errors
    /// E0202 where `rate` and `dt`, or an option and the axis, contradict each other; E0203 for times that are not evenly
    /// spaced, or not the same for all signals; E0204 for a rate that is not positive.
    fn of(call: &Call<'_>, signals: &[&Signal], sampled: Rate) -> Result<Self> {
        let given = match (sampled.rate, sampled.dt) {
            (Some(_), Some(dt)) => {
                let message = "give `rate` or `dt`, which is 1/rate, not both";
                return Diagnostic::error(&codes::E0202_WRONG_ARGUMENTS, message)
                    .at(dt.span)
                    .into();
            }
            (Some(rate), None) => Some(positive(rate, "rate", "250")?),
            (None, Some(dt)) => {
                let span = dt.span;
                let step = positive(dt, "dt", "0.004")?;
                Some(Spanned { value: 1.0 / step.value, span })
            }
            (None, None) => None,
        };
        let mut known: Option<(&Signal, f64)> = None;
        for signal in signals {
            // Times rounded to half their distance still count the samples, where the rate is given.
            let roughly = |rate: &Spanned<f64>| {
                let step = signal.axis.nearly_even(0.5);
                let share = 1.0 / signal.values.len() as f64;
                step.is_some_and(|step| (step * rate.value - 1.0).abs() <= share)
            };
            if signal.axis.kind() == AxisKind::Time
                && signal.values.len() > 1
                && signal.rate.is_none()
                && !given.as_ref().is_some_and(roughly)
            {
                let message = format!(
                    "the times {} are not evenly spaced, which `{}` needs",
                    signal.axis.name(),
                    call.name()
                );
                return Diagnostic::error(&codes::E0203_WRONG_SHAPE, message)
                    .at(signal.span)
                    .hint("interpolate(x, t = linspace(0, 1, 251))")
                    .hint(format!("{}(…, rate = 250), if they are rounded", call.name()))
                    .into();
            }
            let Some(own) = signal.rate else { continue };
            if let Some((first, rate)) = known {
                let starts = [first, signal].map(|it| it.axis.coordinate(0));
                let shifted = match starts {
                    [Some(a), Some(b)] => (a - b).abs() > 1e-3 / rate,
                    _ => false,
                };
                if (own - rate).abs() > agreement(signal) * rate || shifted {
                    let message = if shifted {
                        "the signals begin at different times"
                    } else {
                        "the signals have different rates"
                    };
                    return Diagnostic::error(&codes::E0203_WRONG_SHAPE, message)
                        .at(signal.span)
                        .hint("interpolate(y, t = x.t)")
                        .into();
                }
            } else {
                known = Some((signal, own));
            }
        }
        if let (Some(given), Some((signal, own))) = (&given, known)
            && (given.value - own).abs() > agreement(signal) * own
        {
            let message = format!(
                "the times {} of the signal say that the rate is {}, not {}",
                signal.axis.name(),
                short(own),
                short(given.value)
            );
            return Diagnostic::error(&codes::E0202_WRONG_ARGUMENTS, message)
                .at(given.span)
                .label(signal.span, "has times")
                .hint(format!("{} without `rate`", call.name()))
                .into();
        }
        let rate = given.map(|it| it.value).or(known.map(|(_, own)| own));
        Ok(Self { rate: rate.unwrap_or(1.0), assumed: rate.is_none() })
    }

    /// What a record says of it.
    fn note(self) -> String {
        if self.assumed {
            "at the rate 1, for none was given".to_string()
        } else {
            format!("at the rate {}", short(self.rate))
        }
    }

    /// The times of the samples of a signal: its own, those of the rate, or a count.
    fn times(self, signal: &Signal) -> ArrayAxis {
        if self.assumed || signal.axis.kind() == AxisKind::Time {
            return signal.axis.clone();
        }
        let times: Vec<f64> =
            (0..signal.values.len()).map(|place| place as f64 / self.rate).collect();
        ArrayAxis::time(times)
    }

    /// The time of the first sample.
    fn start(signal: &Signal) -> f64 {
        match signal.axis.kind() {
            AxisKind::Time => signal.axis.coordinate(0).unwrap_or(0.0),
            _ => 0.0,
        }
    }
}

/// E0203 for samples whose places on their axis are not evenly spaced.
pub(super) fn require_even(call: &Call<'_>, axis: &ArrayAxis, span: Span) -> Result<()> {
    if axis.len() < 2 || axis.rounded_spacing().is_some() {
        return Ok(());
    }
    let (name, timed) = (axis.name(), axis.kind() == AxisKind::Time);
    let what = if timed { "times" } else { "coordinates" };
    let message =
        format!("the {what} {name} are not evenly spaced, which `{}` needs", call.name());
    let error = Diagnostic::error(&codes::E0203_WRONG_SHAPE, message).at(span);
    let error = if timed { error.hint(even_times(axis)) } else { error };
    error.hint(format!("list({IT}), if they are rounded")).into()
}

/// E0203 for two signals of one length whose times differ.
pub(super) fn require_same_times(
    (first, second): (&ArrayAxis, &ArrayAxis),
    span: Span,
) -> Result<()> {
    let timed = [first, second].iter().all(|axis| axis.kind() == AxisKind::Time);
    if !timed || first.len() != second.len() {
        return Ok(());
    }
    let (a, b) = (first.coordinates(), second.coordinates());
    let length = a.last().zip(a.first()).map_or(0.0, |(last, first)| last - first);
    // Times that were reckoned in different ways differ in their last digits.
    let near = 1e-3 * length.abs() / a.len().saturating_sub(1).max(1) as f64;
    if a.iter().zip(b.iter()).all(|(a, b)| a == b || (a - b).abs() <= near) {
        return Ok(());
    }
    Diagnostic::error(&codes::E0203_WRONG_SHAPE, "the signals stand at different times")
        .at(span)
        .hint("interpolate(y, t = x.t)")
        .hint("list(y), if the delay is meant")
        .into()
}

/// The part by which the rate that the times of a signal say may differ from another: more where the times are rounded.
fn agreement(signal: &Signal) -> f64 {
    match signal.axis.spacing() {
        Some(_) => SAME,
        None => 1.0 / signal.values.len().max(1) as f64,
    }
}

fn positive(value: Spanned<f64>, name: &str, example: &str) -> Result<Spanned<f64>> {
    if value.value.is_finite() && value.value > 0.0 {
        return Ok(value);
    }
    let message = format!("{name} is {}; it must be positive", short(value.value));
    Diagnostic::error(&codes::E0204_OUT_OF_RANGE, message)
        .at(value.span)
        .hint(format!("{name} = {example}"))
        .into()
}

/// A number with at most six digits.
fn short(value: f64) -> String {
    let rounded: f64 = format!("{value:.5e}").parse().unwrap_or(value);
    if rounded == 0.0 || (1e-4..1e7).contains(&rounded.abs()) {
        rounded.to_string()
    } else {
        format!("{rounded:e}")
    }
}

/// The options of cutting signals into segments, as given.
#[derive(Clone, Debug, Default, Options)]
pub(crate) struct Cut {
    /// `hann` (the default), `hamming`, `blackman`, `boxcar`, `flattop`, `tukey` (half of it flat), or its weights.
    window: Option<WindowArgument>,
    /// Samples in a segment; 256 if left out.
    #[also("nperseg")]
    segment: Option<Spanned<usize>>,
    /// Samples that neighbours share, or below 1 the part of a segment; half a segment if left out.
    #[also("noverlap")]
    overlap: Option<Spanned<f64>>,
    /// Samples of each transform, with zeros after the segment.
    nfft: Option<Spanned<usize>>,
    /// What is taken off each segment: `constant` (its mean, the default), `linear` or `none`.
    detrend: Option<Trend>,
}

impl Cut {
    /// The options of the measure, with the places of what may be refused.
    fn options(
        self,
        sampling: Sampling,
        base: SegmentOptions,
    ) -> Result<(SegmentOptions, Places)> {
        let mut places = Places::default();
        let mut options = SegmentOptions { sampling_frequency: sampling.rate, ..base };
        match self.window {
            None => {}
            Some(Either::First(name)) => {
                options.window = match name {
                    WindowName::Hann => Window::Hann,
                    WindowName::Hamming => Window::Hamming,
                    WindowName::Blackman => Window::Blackman,
                    WindowName::Boxcar => Window::Boxcar,
                    WindowName::FlatTop => Window::FlatTop,
                    WindowName::Tukey => Window::Tukey { shape: 0.5 },
                }
            }
            Some(Either::Second(weights)) => {
                places.put("window", weights.span);
                options.window = Window::Samples(weights.values);
            }
        }
        if let Some(length) = &self.segment {
            places.put("segment", length.span);
            options.segment_length = Some(length.value);
        }
        if let Some(overlap) = self.overlap {
            places.put("overlap", overlap.span);
            let length = options.segment_length.unwrap_or(256);
            options.overlap = Some(shared(&overlap, length)?);
        }
        if let Some(length) = self.nfft {
            places.put("transform length", length.span);
            options.transform_length = Some(length.value);
        }
        if let Some(trend) = self.detrend {
            options.detrend = trend.kind();
        }
        Ok((options, places))
    }
}

/// Samples that neighbours share: a number, or below 1 a part of the segment.
fn shared(overlap: &Spanned<f64>, length: usize) -> Result<usize> {
    let value = overlap.value;
    if value > 0.0 && value < 1.0 {
        return Ok((value * length as f64).floor() as usize);
    }
    if value >= 0.0 && value.fract() == 0.0 && value < 1e15 {
        return Ok(value as usize);
    }
    let message = format!(
        "overlap is {}; it is a whole number of samples, or a part of the segment below 1",
        short(value)
    );
    Diagnostic::error(&codes::E0204_OUT_OF_RANGE, message)
        .at(overlap.span)
        .hint("overlap = 128")
        .hint("overlap = 0.5")
        .into()
}

/// The places of arguments, by the words with which measures speak of them.
#[derive(Clone, Debug, Default)]
struct Places(Vec<(&'static str, Span)>);

impl Places {
    fn put(&mut self, word: &'static str, span: Span) {
        self.0.push((word, span));
    }

    fn with(mut self, word: &'static str, span: Span) -> Self {
        self.put(word, span);
        self
    }

    fn with_option<T>(self, word: &'static str, option: Option<&Spanned<T>>) -> Self {
        match option {
            Some(option) => self.with(word, option.span),
            None => self,
        }
    }

    /// Those of two signals.
    fn of_pair(x: &Signal, y: &Signal) -> Self {
        Self(vec![
            ("x", x.span),
            ("y", y.span),
            ("first phase", x.span),
            ("second phase", y.span),
        ])
    }

    /// The result, or the measure's words at the argument they are about, with something to type.
    fn check<T>(&self, call: &Call<'_>, result: holor_coherence::Result<T>) -> Result<T> {
        result.map_err(|error| self.refuse(call, &error))
    }

    fn refuse(&self, call: &Call<'_>, error: &CoherenceError) -> Box<Diagnostic> {
        let subject = match error {
            CoherenceError::LengthMismatch { second, .. } => second,
            CoherenceError::TooShort { name, .. }
            | CoherenceError::NotFinite { name, .. }
            | CoherenceError::OutOfRange { name, .. }
            | CoherenceError::Invalid { name, .. } => name,
            CoherenceError::Undefined { reason, .. } => reason.as_str(),
            CoherenceError::NotConverged { measure, .. } => measure,
        };
        let about = |word: &str| {
            subject == word
                || subject.strip_prefix(word).is_some_and(|rest| rest.starts_with(' '))
                || (word.len() > 1 && subject.contains(&format!(" {word}")))
        };
        let place = self.0.iter().find(|(word, _)| about(word));
        let span = place.map_or(call.span(), |(_, span)| *span);
        let mut diagnostic = *refused(error, span);
        // Of signals only samples are counted, from 1; other numbers are values.
        diagnostic.message = from_one(&error.to_string());
        let most = subject.rsplit_once("choose a segment length of at most ");
        let hint = match (error, most) {
            (_, Some((_, most))) => Some(format!("segment = {most}")),
            (CoherenceError::LengthMismatch { first_length, second_length, .. }, _) => {
                let names = ["x", "y"].map(|name| {
                    let place = self.0.iter().find(|(word, _)| *word == name);
                    place.map(|(_, span)| call.text(*span))
                });
                let [x, y] = names;
                let (longer, shorter) = if first_length > second_length {
                    (x, *second_length)
                } else {
                    (y, *first_length)
                };
                longer
                    .filter(|name| crate::syntax::is_name(name) || name.len() < 12)
                    .map(|name| format!("{name}[1..{shorter}]"))
            }
            _ => HINTS
                .iter()
                .find(|(word, _)| about(word))
                .map(|(_, hint)| (*hint).to_string()),
        };
        Box::new(match hint {
            Some(hint) => diagnostic.hint(hint),
            None => diagnostic,
        })
    }
}

/// The message with samples counted from 1.
fn from_one(message: &str) -> String {
    let Some((before, after)) = message.split_once("at sample ") else {
        return message.to_string();
    };
    let end = after.find(|it: char| !it.is_ascii_digit()).unwrap_or(after.len());
    match after.split_at_checked(end) {
        Some((number, rest)) => {
            let place = number.parse::<u64>().map_or(0, |it| it + 1);
            format!("{before}at sample {place}{rest}")
        }
        None => message.to_string(),
    }
}

/// What to type for what was refused.
const HINTS: &[(&str, &str)] = &[
    ("confidence", "confidence = 0.95"),
    ("overlap", "overlap = 0.5"),
    ("transform length", "nfft = 1024"),
    ("segment", "segment = 256"),
    ("band", "bandpass(x, 8..12, rate = 250)"),
    ("sampling frequency", "rate = 250"),
    ("smaller of n and m", "ratio = [1, 2]"),
    ("number of bins", "bins = 16"),
    ("spacing of scales", "spacing = 1/12"),
    ("wavelet", "wavelet = morlet"),
    ("filter to a band", "bandpass(x, 8..12, rate = 250)"),
    ("the analytic signal", "bandpass(x, 8..12, rate = 250)"),
];

/// How signals were cut, in words.
fn cut_in_words(cut: &Segmentation) -> String {
    let plural = if cut.count == 1 { "" } else { "s" };
    let mut text = format!("{} segment{plural} of {} samples", cut.count, cut.length);
    if let Some(asked) = cut.shortened_from {
        text.push_str(&format!(" (the signal is shorter than {asked})"));
    }
    text
}

/// Values over frequencies, called `f`.
fn over(axis: &ArrayAxis, values: impl Into<ArrayValues>, name: &str) -> Value {
    NumericArray::along(values, axis.clone())
        .map_or(Value::Nothing, |array| array.named(name).into_value())
}

/// The coordinates of an axis as an array over itself.
fn coordinates(axis: &ArrayAxis) -> Value {
    over(axis, axis.coordinates().into_owned(), axis.name())
}

fn frequency_axis(frequencies: &[f64]) -> ArrayAxis {
    ArrayAxis::quantity("f", frequencies.to_vec())
}

fn confidence_of(confidence: Option<&Spanned<f64>>) -> f64 {
    confidence.map_or(0.95, |it| it.value)
}
