//! Weights of differences: the derivative of the polynomial through values at points (Fornberg 1988), in exact integers.

/// The weights with which values at `points` give the derivative of this order at 0 of the polynomial through them. Points are in
/// units of half a step, the weights for a step of 1. The points must differ.
pub fn weights(points: &[i32], derivative: usize) -> Vec<f64> {
    let factorial: i128 = (1..=derivative as i128).product();
    points
        .iter()
        .map(|own| {
            // Π (x − x_j)/(x_own − x_j), coefficients from the constant upwards.
            let mut numerator: Vec<i128> = vec![1];
            let mut denominator: i128 = 1;
            for other in points.iter().filter(|other| *other != own) {
                let mut next = vec![0; numerator.len() + 1];
                for (power, coefficient) in numerator.iter().enumerate() {
                    next[power] -= coefficient * i128::from(*other);
                    next[power + 1] += coefficient;
                }
                numerator = next;
                denominator *= i128::from(own - other);
            }
            let above = numerator.get(derivative).copied().unwrap_or(0)
                * factorial
                * (1 << derivative);
            let divisor = greatest_common_divisor(above, denominator);
            (above / divisor) as f64 / (denominator / divisor) as f64
        })
        .collect()
}

fn greatest_common_divisor(a: i128, b: i128) -> i128 {
    let (mut a, mut b) = (a.abs(), b.abs());
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a.max(1)
}

/// A symmetric difference for a derivative: points in half steps, with weights for a step of 1. Those that are 0 are left out.
pub(super) fn central(
    derivative: usize,
    order: usize,
    staggered: bool,
) -> Vec<(i32, f64)> {
    let points: Vec<i32> = if staggered {
        let half = (derivative + order).div_ceil(2).max(1) as i32
            - i32::from((derivative + order) % 2 == 1);
        (-half..half).map(|k| 2 * k + 1).collect()
    } else if derivative == 0 {
        vec![0]
    } else {
        let half = derivative.div_ceil(2) as i32 - 1 + order as i32 / 2;
        (-half..=half).map(|k| 2 * k).collect()
    };
    let weights = weights(&points, derivative);
    points.into_iter().zip(weights).filter(|(_, weight)| *weight != 0.0).collect()
}

#[cfg(test)]
mod tests {
    use super::{central, weights};

    #[test]
    fn known_weights() {
        // Fornberg 1988, tables 1 and 2.
        let twelfths = |all: &[f64]| all.iter().map(|w| w / 12.0).collect::<Vec<_>>();
        let of =
            |n, p, s| central(n, p, s).into_iter().map(|(_, w)| w).collect::<Vec<_>>();
        assert_eq!(of(1, 2, false), [-0.5, 0.5]);
        assert_eq!(of(1, 4, false), twelfths(&[1.0, -8.0, 8.0, -1.0]));
        assert_eq!(of(2, 4, false), twelfths(&[-1.0, 16.0, -30.0, 16.0, -1.0]));
        assert_eq!(of(3, 2, false), [-0.5, 1.0, -1.0, 0.5]);
        assert_eq!(of(4, 2, false), [1.0, -4.0, 6.0, -4.0, 1.0]);
        assert_eq!(of(1, 2, true), [-1.0, 1.0]);
        assert_eq!(of(1, 4, true), [1.0 / 24.0, -27.0 / 24.0, 27.0 / 24.0, -1.0 / 24.0]);
        assert_eq!(of(0, 4, true), [-1.0 / 16.0, 9.0 / 16.0, 9.0 / 16.0, -1.0 / 16.0]);
        assert_eq!(of(2, 2, true), [0.5, -0.5, -0.5, 0.5]);
        assert_eq!(of(3, 2, true), [-1.0, 3.0, -3.0, 1.0]);
        let eighth = of(2, 8, false);
        assert_eq!(eighth[4], -205.0 / 72.0);
        assert_eq!(weights(&[1, 3], 0), [1.5, -0.5]);
    }

    #[test]
    fn every_difference_has_the_order_asked() {
        for (n, order, staggered) in
            (0..=6).flat_map(|n| [2, 4, 6, 8].map(|p| (n, p))).flat_map(|(n, p)| {
                [false, true]
                    .map(|s| (n, p, s))
                    .into_iter()
                    .filter(|(n, _, s)| *n > 0 || *s)
            })
        {
            // Exact on x^m for m < n + order, wrong for the first even-parity power beyond.
            for m in 0..n + order {
                let sum: f64 = central(n, order, staggered)
                    .iter()
                    .map(|(x, w)| w * (f64::from(*x) / 2.0).powi(m as i32))
                    .sum();
                let exact = if m == n { (1..=n).product::<usize>() as f64 } else { 0.0 };
                let size: f64 = central(n, order, staggered)
                    .iter()
                    .map(|(x, w)| (w * (f64::from(*x) / 2.0).powi(m as i32)).abs())
                    .sum();
                assert!((sum - exact).abs() <= 1e-12 * size.max(1.0), "{n} {order} {m}");
            }
        }
    }
}
