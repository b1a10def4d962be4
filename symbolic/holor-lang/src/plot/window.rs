//! Which range of values shows data well, and round numbers to divide it by.

/// Smallest and largest finite value.
pub fn extent(values: &[f64]) -> Option<(f64, f64)> {
    let mut range: Option<(f64, f64)> = None;
    for &value in values.iter().filter(|value| value.is_finite()) {
        let (low, high) = range.unwrap_or((value, value));
        range = Some((low.min(value), high.max(value)));
    }
    range
}

/// The range of the bulk of the values: the middle four fifths, widened by three quarters on both sides,
/// but never beyond the values. Shows 1/x and tan x as a textbook does.
pub fn robust(values: &[f64]) -> Option<(f64, f64)> {
    let mut sorted: Vec<f64> =
        values.iter().copied().filter(|value| value.is_finite()).collect();
    sorted.sort_by(f64::total_cmp);
    let quantile = |fraction: f64| {
        let index = (fraction * (sorted.len().saturating_sub(1)) as f64).round() as usize;
        sorted.get(index).copied()
    };
    let (least, most) = (quantile(0.0)?, quantile(1.0)?);
    for tail in [0.1, 0.05, 0.02, 0.01] {
        let (low, high) = (quantile(tail)?, quantile(1.0 - tail)?);
        let margin = 0.75 * (high - low);
        if margin > 0.0 {
            return Some((least.max(low - margin), most.min(high + margin)));
        }
    }
    Some((least, most))
}

/// A round step (1, 2, 2.5 or 5 times a power of ten) that divides a length into about so many parts.
pub fn round_step(length: f64, parts: usize) -> f64 {
    let raw = length / parts.max(1) as f64;
    if !(raw.is_finite() && raw > 0.0) {
        return 1.0;
    }
    let power = 10f64.powf(raw.log10().floor());
    let candidates = [1.0, 2.0, 2.5, 5.0, 10.0];
    let nearest = candidates
        .into_iter()
        .min_by(|a, b| {
            let off = |candidate: &f64| (candidate * power / raw).ln().abs();
            off(a).total_cmp(&off(b))
        })
        .unwrap_or(1.0);
    nearest * power
}

/// Round numbers within a range, about so many.
pub fn round_values(range: (f64, f64), parts: usize) -> Vec<f64> {
    let (low, high) = range;
    let step = round_step(high - low, parts);
    if !(low.is_finite() && high.is_finite())
        || step <= f64::EPSILON * low.abs().max(high.abs())
    {
        return Vec::new();
    }
    let (first, last) = ((low / step - 1e-9).ceil(), (high / step + 1e-9).floor());
    let count = (last - first).clamp(-1.0, 200.0) as i64;
    (0..=count).map(|index| (first + index as f64) * step).collect()
}
