//! What an operator of an equation in space makes of the waves of a box, by its differences and by its derivatives.

use super::solves::NOTHING;
use crate::scheme::Solve;

/// Rounding of numbers such as π² that are typed and computed, as a part of what cancels.
const SAME: f64 = 1e-9;
/// Differences that are off by this part of what an operator makes of a wave do not show how near it is to 0.
const OFF: f64 = 0.25;
/// What parts of an operator leave of each other's sizes where they count as cancelling.
const LEFT: f64 = 0.5;

/// An operator that is 0 for a wave of the box, or too near for the points.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Resonance {
    /// It is 0.
    Exact,
    /// It is not, and its differences are something else.
    Unresolved {
        /// What its derivatives make of the wave.
        exact: f64,
        /// What its differences make of it.
        differences: f64,
    },
}

/// Visits all choices of one value of each list, with the sum of `own` and what was chosen.
fn sums(own: f64, lists: &[Vec<f64>], mut visit: impl FnMut(&[usize], f64)) {
    let mut places = vec![0; lists.len()];
    loop {
        let chosen = lists.iter().zip(&places).map(|(list, place)| list[*place]);
        visit(&places, own + chosen.sum::<f64>());
        let next = (0..lists.len()).find(|axis| places[*axis] + 1 < lists[*axis].len());
        let Some(next) = next else { break };
        places[..next].fill(0);
        places[next] += 1;
    }
}

impl Solve {
    /// What differences make of the waves along each axis.
    fn of_waves(&self) -> Vec<Vec<f64>> {
        let along = self.modes.iter().zip(&self.factors);
        along
            .map(|(modes, factor)| {
                modes.values.values.iter().map(|value| factor * value).collect()
            })
            .collect()
    }

    /// What differences make of the waves of the box: the least but for 0, and whether it is 0 for some.
    pub(super) fn least(&self) -> (f64, bool) {
        let mut parts = self.of_waves();
        let largest =
            |own: &Vec<f64>| own.iter().fold(0.0_f64, |most, v| most.max(v.abs()));
        let size = self.own.abs() + parts.iter().map(largest).sum::<f64>();
        for own in &mut parts {
            own.sort_by(f64::total_cmp);
            own.dedup();
        }
        let last = parts.pop().unwrap_or_else(|| vec![0.0]);
        let mut least = f64::INFINITY;
        let mut vanishes = false;
        // Of all sums along the other axes those with what comes next to their opposite along the last.
        sums(self.own, &parts, |_, sum| {
            let (below, above) =
                last.split_at(last.partition_point(|value| *value < -sum));
            let mut nearest = |values: &mut dyn Iterator<Item = &f64>| {
                for value in values.map(|value| (sum + value).abs()) {
                    if value > NOTHING * size {
                        least = least.min(value);
                        break;
                    }
                    vanishes = true;
                }
            };
            nearest(&mut above.iter());
            nearest(&mut below.iter().rev());
        });
        (if least.is_finite() { least } else { 0.0 }, vanishes)
    }

    /// The wave, of those with these squares of wave numbers along each axis, for which the operator is 0, or so near to it that differences do not tell;
    /// the wave that is the same everywhere is left out where the operator may be 0 for it.
    pub(super) fn resonance(
        &self,
        squares: &[Vec<f64>],
        without_mean: bool,
    ) -> Option<Resonance> {
        // By derivatives and by differences, in the order of the former.
        let (mut exact, mut differences) = (Vec::new(), Vec::new());
        for ((squares, values), factor) in
            squares.iter().zip(self.of_waves()).zip(&self.factors)
        {
            let mut both: Vec<(f64, f64)> =
                squares.iter().map(|square| -factor * square).zip(values).collect();
            both.sort_by(|a, b| a.0.total_cmp(&b.0));
            both.dedup_by_key(|pair| pair.0);
            exact.push(both.iter().map(|pair| pair.0).collect::<Vec<f64>>());
            differences.push(both.iter().map(|pair| pair.1).collect::<Vec<f64>>());
        }
        let (last, last_differences) = (exact.pop()?, differences.pop()?);
        let mut found = None;
        let mut worst = OFF;
        sums(self.own, &exact, |places, sum| {
            if found == Some(Resonance::Exact) {
                return;
            }
            let chosen = |lists: &[Vec<f64>]| -> Vec<f64> {
                lists.iter().zip(places).map(|(list, place)| list[*place]).collect()
            };
            let (along, rough) = (chosen(&exact), chosen(&differences));
            let next = last.partition_point(|value| *value < -sum);
            for place in [next.checked_sub(1), Some(next)].into_iter().flatten() {
                let Some(value) = last.get(place) else { continue };
                let size = self.own.abs()
                    + along.iter().map(|value| value.abs()).sum::<f64>()
                    + value.abs();
                if size == 0.0 && without_mean {
                    continue;
                }
                let exact = sum + value;
                if exact.abs() <= SAME * size {
                    found = Some(Resonance::Exact);
                    return;
                }
                let differences =
                    self.own + rough.iter().sum::<f64>() + last_differences[place];
                let off = (differences - exact).abs() / exact.abs();
                if exact.abs() < LEFT * size && off > worst {
                    worst = off;
                    found = Some(Resonance::Unresolved { exact, differences });
                }
            }
        });
        found
    }
}
