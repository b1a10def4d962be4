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
}

impl Ticks {
    /// Divides a range into about so many parts.
    pub(crate) fn new(range: (f64, f64), scale: Scale, parts: usize) -> Self {
        match scale {
            Scale::Log => logarithmic(range, parts),
            Scale::Linear => in_pi(range, parts).unwrap_or_else(|| linear(range, parts)),
        }
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
    Ticks { major, minor, power }
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
    Some(Ticks { major, minor: Vec::new(), power: 0 })
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
