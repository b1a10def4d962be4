//! Where an axis is divided and what is written there.

use holor_lang::Scale;
use holor_lang::plot::{round_step, round_values};

/// A mark on an axis.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Tick {
    pub(crate) value: f64,
    /// LaTeX; empty for a minor mark.
    pub(crate) label: String,
    /// Unicode.
    pub(crate) text: String,
}

/// The marks of an axis and the power of ten taken out of their labels.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Ticks {
    pub(crate) major: Vec<Tick>,
    pub(crate) minor: Vec<f64>,
    /// Labels are multiplied by ten to this power; 0 where they are plain.
    pub(crate) power: i32,
    /// What is added to labels, where values are nearly equal; empty where nothing is.
    pub(crate) offset: String,
}

impl Ticks {
    /// Divides a range into about so many parts.
    pub(crate) fn new(range: (f64, f64), scale: Scale, parts: usize) -> Self {
        match scale {
            Scale::Log => logarithmic(range, parts),
            Scale::Linear => in_pi(range, parts).unwrap_or_else(|| linear(range, parts)),
        }
    }

    /// What stands at the end of the axis, as LaTeX and as text: `× 10⁻⁵ + 124.025`; nothing where labels say all.
    pub(crate) fn note(&self) -> Option<(String, String)> {
        let (mut latex, mut text) = (String::new(), String::new());
        if self.power != 0 {
            latex = format!(r"\times\,10^{{{}}}", self.power);
            text = format!("×10{}", superscript(self.power));
        }
        if !self.offset.is_empty() {
            let sign = if self.offset.starts_with('-') { "" } else { "+" };
            latex.push_str(&format!("{sign}{}", self.offset));
            text.push_str(&format!("{sign}{}", self.offset.replace('-', "−")));
        }
        (!latex.is_empty()).then_some((latex, text))
    }

    /// Without multiples of π: for values of functions.
    pub(crate) fn plain(range: (f64, f64), scale: Scale, parts: usize) -> Self {
        match scale {
            Scale::Log => logarithmic(range, parts),
            Scale::Linear => linear(range, parts),
        }
    }
}

fn linear(range: (f64, f64), parts: usize) -> Ticks {
    let Some((offset, digits)) = offset(range, parts) else {
        return without_offset(range, parts);
    };
    let mut ticks = without_offset((range.0 - offset, range.1 - offset), parts);
    for tick in &mut ticks.major {
        tick.value += offset;
    }
    for value in &mut ticks.minor {
        *value += offset;
    }
    ticks.offset = format!("{offset:.digits$}");
    if ticks.offset.contains('.') {
        ticks.offset = ticks.offset.trim_end_matches('0').trim_end_matches('.').into();
    }
    ticks
}

/// What nearly equal values have in common, and its digits behind the point: where labels would need more than seven digits.
pub(crate) fn offset(range: (f64, f64), parts: usize) -> Option<(f64, usize)> {
    let (width, step) = (range.1 - range.0, round_step(range.1 - range.0, parts));
    let largest = range.0.abs().max(range.1.abs());
    if !(step > 0.0 && largest.is_finite() && largest / step > 1e6) {
        return None;
    }
    let power = width.log10().floor() as i32;
    let unit = 10f64.powi(power);
    let digits = usize::try_from(-power).unwrap_or(0);
    let middle = range.0 + width / 2.0;
    // As written, lest the last digits of what is subtracted differ from those shown.
    let offset = format!("{:.digits$}", (middle / unit).round() * unit).parse().ok()?;
    Some((offset, digits))
}

fn without_offset(range: (f64, f64), parts: usize) -> Ticks {
    let values = round_values(range, parts);
    let step = round_step(range.1 - range.0, parts);
    let largest = range.0.abs().max(range.1.abs());
    let exponent = if largest > 0.0 { largest.log10().floor() as i32 } else { 0 };
    let power = if (-3..5).contains(&exponent) { 0 } else { exponent };
    let unit = 10f64.powi(power);
    // As many digits as tell neighbours apart.
    let digits = (0..12)
        .find(|digits| {
            let scaled = step / unit * 10f64.powi(*digits);
            (scaled - scaled.round()).abs() < 1e-6 * scaled
        })
        .unwrap_or(12) as usize;
    let major = values
        .iter()
        .map(|&value| {
            let value = if value.abs() < 1e-9 * step { 0.0 } else { value };
            let label = format!("{:.digits$}", value / unit);
            Tick { value, text: label.replace('-', "−"), label }
        })
        .collect();
    let leading = step / 10f64.powf(step.log10().floor());
    let fine = if (leading - 2.0).abs() < 1e-6 { step / 4.0 } else { step / 5.0 };
    let fine_parts = ((range.1 - range.0) / fine).round().clamp(1.0, 200.0);
    let minor = (0..=fine_parts as i64 + 1)
        .map(|index| ((range.0 / fine).floor() + index as f64) * fine)
        .filter(|value| *value > range.0 && *value < range.1)
        .collect();
    Ticks { major, minor, power, offset: String::new() }
}

/// Multiples of π, where both ends of the range are such.
fn in_pi(range: (f64, f64), parts: usize) -> Option<Ticks> {
    use std::f64::consts::PI;
    let multiple = |value: f64| {
        let quarters = value / (PI / 4.0);
        ((quarters - quarters.round()).abs() < 1e-9).then(|| quarters.round())
    };
    let (low, high) = (multiple(range.0)?, multiple(range.1)?);
    if high <= low {
        return None;
    }
    let steps = [1, 2, 4, 8, 20, 40, 80, 200, 400];
    let step =
        steps.into_iter().find(|step| (high - low) / f64::from(*step) <= parts as f64)?;
    let mut major = Vec::new();
    let mut quarters = (low as i64).div_euclid(step.into()) * i64::from(step);
    while quarters <= high as i64 && major.len() < 100 {
        if quarters >= low as i64 {
            major.push(Tick {
                value: quarters as f64 * PI / 4.0,
                label: pi_label(quarters, r"\pi", "-"),
                text: pi_label(quarters, "π", "−"),
            });
        }
        quarters += i64::from(step);
    }
    Some(Ticks { major, ..Ticks::default() })
}

fn pi_label(quarters: i64, pi: &str, minus: &str) -> String {
    let divisor =
        [4, 2, 1].into_iter().find(|divisor| quarters % divisor == 0).unwrap_or(1);
    let (numerator, denominator) = ((quarters / divisor).abs(), 4 / divisor);
    if numerator == 0 {
        return "0".into();
    }
    let sign = if quarters < 0 { minus } else { "" };
    let count = if numerator == 1 { String::new() } else { numerator.to_string() };
    let part = if denominator == 1 { String::new() } else { format!("/{denominator}") };
    format!("{sign}{count}{pi}{part}")
}

fn logarithmic(range: (f64, f64), parts: usize) -> Ticks {
    let (low, high) = (range.0.log10(), range.1.log10());
    if !(low.is_finite() && high.is_finite()) || high - low > 600.0 {
        return Ticks::default();
    }
    if high - low < 1.2 {
        // Less than about one decade: powers of ten alone would leave it empty.
        return linear(range, parts);
    }
    let step = (((high - low) / parts as f64).ceil() as i32).max(1);
    let (first, last) = ((low - 1e-9).floor() as i32, (high + 1e-9).ceil() as i32);
    let mut ticks = Ticks::default();
    for exponent in first..=last {
        let value = 10f64.powi(exponent);
        let inside =
            |value: f64| value.log10() >= low - 1e-9 && value.log10() <= high + 1e-9;
        if exponent.rem_euclid(step) == 0 && inside(value) {
            ticks.major.push(Tick {
                value,
                label: format!("10^{{{exponent}}}"),
                text: format!("10{}", superscript(exponent)),
            });
        } else if inside(value) {
            ticks.minor.push(value);
        }
        if high - low < 12.0 {
            let between = (2..10).map(|digit| f64::from(digit) * value);
            ticks.minor.extend(between.filter(|value| inside(*value)));
        }
    }
    ticks
}

/// An integer in superscript digits.
pub(crate) fn superscript(number: i32) -> String {
    number
        .to_string()
        .chars()
        .map(|character| match character {
            '-' => '⁻',
            '1' => '¹',
            '2' => '²',
            '3' => '³',
            digit => digit
                .to_digit(10)
                .and_then(|digit| char::from_u32(0x2070 + digit))
                .unwrap_or(digit),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(ticks: &Ticks) -> Vec<&str> {
        ticks.major.iter().map(|tick| tick.label.as_str()).collect()
    }

    #[test]
    fn what_nearly_equal_values_share_stands_at_the_end_of_the_axis() {
        let ticks =
            Ticks::new((124.025_106_721_05, 124.025_106_721_95), Scale::Linear, 5);
        let note = ticks.note().map(|(_, text)| text);
        assert_eq!(note.as_deref(), Some("×10⁻¹⁰+124.0251067215"));
        assert_eq!(labels(&ticks), ["-4", "-2", "0", "2", "4"]);
        let last = ticks.major.last().map_or(0.0, |tick| tick.value);
        assert!((last - 124.025_106_721_9).abs() < 1e-12);
        let ticks = Ticks::new((-5.000_000_08, -5.0), Scale::Linear, 4);
        let note = ticks.note().map(|(_, text)| text);
        assert_eq!(note.as_deref(), Some("×10⁻⁸−5.00000004"));
    }

    #[test]
    fn values_that_differ_are_written_out() {
        let ticks = Ticks::new((1000.0, 1000.4), Scale::Linear, 4);
        assert_eq!(ticks.note(), None);
        assert_eq!(labels(&ticks), ["1000.0", "1000.1", "1000.2", "1000.3", "1000.4"]);
    }
}
