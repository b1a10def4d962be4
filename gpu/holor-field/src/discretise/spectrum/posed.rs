//! Whether an equation is ill-posed: whether growth increases with the wave number for ever, far beyond what the grid resolves.

use std::collections::{BTreeMap, BTreeSet};

use super::{Row, Spectrum};
use crate::discretise::eigenvalues::eigenvalues;
use crate::discretise::weights::central;
use crate::equation::{Axis, Complex64};
use crate::layout::dimension;

/// Numbers by array and orders of derivatives.
type Moments = BTreeMap<(u32, [u8; 3]), f64>;

/// Whether only derivatives that lead are looked at.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Leading {
    Yes,
    No,
}

impl Spectrum<'_> {
    /// The factors of derivatives from the moments of differences, Σ weight · distanceⁿ/n!: what differences of lower derivatives
    /// add to those of higher ones, their error, is taken away.
    fn without_truncation(&self, mut moments: Moments) -> Moments {
        let keys: Vec<(u32, [u8; 3])> = moments.keys().copied().collect();
        for low in &keys {
            // Lower ones come first, so that this one is right already.
            let factor = moments.get(low).copied().unwrap_or(0.0);
            if factor == 0.0 {
                continue;
            }
            for high in keys.iter().filter(|high| high.0 == low.0 && high.1 != low.1) {
                let error: f64 = (0..self.axes.len())
                    .map(|axis| self.moment(axis, low.1[axis], high.1[axis]))
                    .product();
                if let Some(value) = moments.get_mut(high) {
                    *value -= factor * error;
                }
            }
        }
        moments
    }

    /// The moment of order `high` of the difference for the derivative of order `low` along an axis.
    fn moment(&self, axis: usize, low: u8, high: u8) -> f64 {
        if low == high {
            return 1.0;
        }
        if low == 0 || high < low || (high - low) % 2 == 1 {
            return 0.0;
        }
        let factorial: f64 = (1..=high).map(f64::from).product();
        let sum: f64 = central(usize::from(low), self.order, false)
            .into_iter()
            .map(|(place, weight)| weight * (f64::from(place) / 2.0).powi(high.into()))
            .sum();
        let spacing = self.axes.get(axis).map_or(1.0, Axis::spacing);
        sum / factorial * spacing.powi(i32::from(high) - i32::from(low))
    }

    /// The factors of the derivatives in each plane's rate.
    fn factors(&self, jacobian: &[Row]) -> Vec<Moments> {
        let rank = self.axes.len();
        let planes = 0..self.planes.len();
        let moments = planes.map(|plane| {
            let mut moments = Moments::new();
            let Some(orders) = self.orders.get(plane) else { return moments };
            // Only derivatives up to those that the equation has belong to it.
            let mut below: BTreeMap<u32, BTreeSet<[u8; 3]>> = BTreeMap::new();
            for (array, orders) in orders {
                let below = below.entry(*array).or_default();
                for most in orders {
                    for a in 0..=most[0] {
                        for b in 0..=most[1] {
                            below.extend((0..=most[2]).map(|c| [a, b, c]));
                        }
                    }
                }
            }
            for ((array, offset), entry) in jacobian.get(plane).into_iter().flatten() {
                for order in below.get(array).into_iter().flatten() {
                    let mut value = *entry;
                    for (axis, of) in self.axes.iter().enumerate() {
                        let distance =
                            f64::from(offset[dimension(axis, rank)]) * of.spacing();
                        for k in 1..=order[axis] {
                            value *= distance / f64::from(k);
                        }
                    }
                    *moments.entry((*array, *order)).or_default() += value;
                }
            }
            self.without_truncation(moments)
        });
        moments.collect()
    }

    /// The matrix of the differential equation for a wave number.
    fn at_wave_number(
        &self,
        factors: &[Moments],
        number: [f64; 3],
    ) -> Vec<Vec<Complex64>> {
        self.matrix(&|plane| {
            let mut row: BTreeMap<u32, Complex64> = BTreeMap::new();
            for ((array, order), factor) in factors.get(plane).into_iter().flatten() {
                let mut value = Complex64::new(*factor, 0.0);
                for (number, order) in number.iter().zip(order) {
                    for _ in 0..*order {
                        value *= Complex64::new(0.0, *number);
                    }
                }
                *row.entry(*array).or_default() += value;
            }
            row
        })
    }

    /// Whether growth increases with the wave number for ever.
    ///
    /// At each cell the derivatives that lead decide. Lower ones may turn growth on where the leading ones only oscillate: on a
    /// closed axis it is their mean that counts (Mizohata, On the Cauchy Problem, 1985, for Schrödinger's equation), so that
    /// `i (∂²u + ∂u/r)`, whose first derivative is that of a weight, is well-posed, and `i (∂²u + ∂u)` on a ring is not.
    pub(super) fn ill_posed(&self, jacobians: &[Vec<Row>], mean: &[Row]) -> bool {
        let rank = self.axes.len();
        let closed = |direction: &[f64; 3]| {
            (0..rank).all(|axis| {
                direction[axis].abs() < 1e-9
                    || self.axes.get(axis).is_some_and(|axis| axis.closed)
            })
        };
        let all = directions(rank);
        if self.constant {
            return jacobians
                .iter()
                .any(|jacobian| self.grows(jacobian, &all, Leading::No));
        }
        let round: Vec<[f64; 3]> = all.iter().copied().filter(closed).collect();
        jacobians.iter().any(|jacobian| self.grows(jacobian, &all, Leading::Yes))
            || self.grows(mean, &round, Leading::No)
    }

    /// Whether growth increases in some direction; with [`Leading::Yes`] where it does so in proportion to its mode's rate.
    fn grows(&self, jacobian: &[Row], directions: &[[f64; 3]], leading: Leading) -> bool {
        let finest = self.axes.iter().map(Axis::spacing).fold(f64::INFINITY, f64::min);
        let factors = self.factors(jacobian);
        directions.iter().any(|direction| {
            let at = |scale: i32| {
                let number = std::f64::consts::PI / finest * 8.0_f64.powi(scale);
                self.at_wave_number(&factors, direction.map(|d| d * number))
            };
            let furthest = at(3);
            if decays(&furthest) {
                return false;
            }
            let far = |matrix: Vec<Vec<Complex64>>| {
                let values = eigenvalues(matrix);
                let size = values.iter().map(|value| value.norm()).fold(0.0, f64::max);
                let fastest = values
                    .iter()
                    .copied()
                    .max_by(|a, b| a.re.total_cmp(&b.re))
                    .unwrap_or_default();
                (fastest.re, fastest.re / fastest.norm(), size)
            };
            let (near, near_share, _) = far(at(2));
            let (growth, share, size) = far(furthest);
            growth > 1e-6 * size
                && growth > 1.7 * near.max(0.0)
                && (leading == Leading::No || share > 0.3 * near_share)
        })
    }
}

/// Whether no eigenvalue has a positive real part by Gershgorin's discs: cheap, and what holds for most equations.
fn decays(matrix: &[Vec<Complex64>]) -> bool {
    matrix.iter().enumerate().all(|(place, row)| {
        let others = row.iter().enumerate().filter(|(other, _)| *other != place);
        let radius: f64 = others.map(|(_, entry)| entry.re.abs() + entry.im.abs()).sum();
        row.get(place).is_some_and(|entry| entry.re + radius <= 0.0)
    })
}

/// Directions in which growth is looked for.
fn directions(rank: usize) -> Vec<[f64; 3]> {
    let angle = |k: usize, of: usize| std::f64::consts::PI * k as f64 / of as f64;
    match rank {
        1 => vec![[1.0, 0.0, 0.0]],
        2 => (0..16).map(|k| [angle(k, 16).cos(), angle(k, 16).sin(), 0.0]).collect(),
        _ => {
            let mut all = vec![[0.0, 0.0, 1.0]];
            for tilt in 1..8 {
                let (across, up) = (angle(tilt, 8).sin(), angle(tilt, 8).cos());
                all.extend((0..8).map(|k| {
                    [across * angle(k, 8).cos(), across * angle(k, 8).sin(), up]
                }));
            }
            all
        }
    }
}
