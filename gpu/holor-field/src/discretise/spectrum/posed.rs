//! Whether an equation is ill-posed: whether growth increases with the wave number for ever, far beyond what the grid resolves.

use std::collections::{BTreeMap, BTreeSet};

use super::{Row, Spectrum};
use crate::discretise::eigenvalues::{eigenvalues, uncertainty};
use crate::discretise::weights::central;
use crate::equation::{Axis, Complex64};
use crate::layout::{DIMENSIONS, dimension};
use crate::scheme::Plane;

/// Numbers by array and orders of derivatives.
pub(super) type Moments = BTreeMap<(u32, [u8; 3]), f64>;

/// The share of the largest eigenvalue from which a positive real part counts as growth.
const GROWTH: f64 = 1e-6;
/// The same of constant coefficients, where the eigenvalue is known so well, and the rounding of the matrix in units of the last place. Of others what
/// cancels from cell to cell is left in each by a part.
const LEAST_GROWTH: f64 = 1e-11;
const ROUNDINGS: f64 = 1e4;
/// How much is spent on the directions of all cells, in units of the cubes of the numbers of equations.
const WORK: usize = 300_000;

/// Cells that are looked at closely before growth is believed.
const NEARER: usize = 6;

/// Rates below this part of those in other directions are rounding.
const CANCELLED: f64 = 1e-12;
/// And below this part of them what leads vanishes in a direction.
const VANISHING: f64 = 1e-2;
/// Other cells at which it is looked whether it vanishes there as well.
const ELSEWHERE: usize = 24;

/// Up to this part of the largest factor two rates are the same but for a pressure.
const SAME: f64 = 1e-9;

/// Takes away what a matrix makes of waves that are gradients, g k for variables with these axes and factors: what is left is a matrix over waves with
/// Σ k v/g = 0.
fn project(
    matrix: &mut [Vec<Complex64>],
    constrained: &[(usize, usize, f64)],
    number: [f64; 3],
) {
    let square: f64 = constrained.iter().map(|(_, axis, _)| number[*axis].powi(2)).sum();
    if square == 0.0 {
        return;
    }
    for row in matrix {
        let along = |(place, axis, factor): &(usize, usize, f64)| {
            row.get(*place).copied().unwrap_or_default() * factor * number[*axis]
        };
        let gradient = constrained.iter().map(along).sum::<Complex64>() / square;
        for (place, axis, factor) in constrained {
            if let Some(entry) = row.get_mut(*place) {
                *entry -= gradient * number[*axis] / *factor;
            }
        }
    }
}

/// A direction in which growth increases with the wave number.
#[derive(Clone, Copy, Debug)]
pub(super) struct Growing {
    direction: [f64; 3],
    /// The growth far beyond the grid, and at an eighth of that wave number.
    growth: f64,
    near: f64,
    /// The fastest rate there, as a part of those in all directions.
    part: f64,
}

impl Growing {
    /// Whether what leads elsewhere next to vanishes in this direction.
    pub(super) fn is_slight(&self) -> bool {
        self.part <= VANISHING
    }

    /// Whether this is the growth found on larger cells, of which more is left than such a part.
    pub(super) fn stays(&self, before: &Self, share: f64) -> bool {
        self.direction == before.direction && self.part > share * before.part
    }
}

/// Which derivatives are looked at.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Leading {
    /// Those that lead.
    Yes,
    /// All.
    No,
    /// Those that follow: growth that is a smaller part of the rate for shorter waves.
    Never,
}

impl Spectrum<'_> {
    /// The factors of derivatives from the moments of differences, Σ weight · distanceⁿ/n!: what differences of lower derivatives
    /// add to those of higher ones, their error, is taken away.
    fn without_truncation(&self, plane: usize, mut moments: Moments) -> Moments {
        let keys: Vec<(u32, [u8; 3])> = moments.keys().copied().collect();
        for low in &keys {
            // Lower ones come first, so that this one is right already.
            let factor = moments.get(low).copied().unwrap_or(0.0);
            if factor == 0.0 {
                continue;
            }
            for high in keys.iter().filter(|high| high.0 == low.0 && high.1 != low.1) {
                let error: f64 = (0..self.axes.len())
                    .map(|axis| {
                        let beside = self.halves(plane, low.0, axis) != 0;
                        self.moment(axis, low.1[axis], high.1[axis], beside)
                    })
                    .product();
                if let Some(value) = moments.get_mut(high) {
                    *value -= factor * error;
                }
            }
        }
        moments
    }

    /// By how many half steps an array stands further along an axis than a plane.
    fn halves(&self, plane: usize, array: u32, axis: usize) -> i32 {
        let of = |found: Option<&Plane>| {
            i32::from(found.is_some_and(|plane| plane.shift[axis]))
        };
        let velocity = || self.planes.iter().find(|own| own.velocity == Some(array));
        let behind = plane.checked_sub(self.planes.len());
        let own = match behind.and_then(|place| self.components.get(place)) {
            Some(component) => {
                let potential = of(self.planes.get(component.plane));
                let staggered = self.planes.iter().any(|own| own.shift != [false; 3]);
                match staggered && component.axis == axis {
                    true => 1 - potential,
                    false => potential,
                }
            }
            None => of(self.planes.get(plane)),
        };
        of(self.planes.get(array as usize).or_else(velocity)) - own
    }

    /// The moment of order `high` of the difference for the derivative of order `low` along an axis, of values at the cell's place or half a step
    /// beside it.
    fn moment(&self, axis: usize, low: u8, high: u8, beside: bool) -> f64 {
        if low == high {
            return 1.0;
        }
        if (low == 0 && !beside) || high < low || (high - low) % 2 == 1 {
            return 0.0;
        }
        let factorial: f64 = (1..=high).map(f64::from).product();
        let sum: f64 = central(usize::from(low), self.order, beside)
            .into_iter()
            .map(|(place, weight)| weight * (f64::from(place) / 2.0).powi(high.into()))
            .sum();
        let spacing = self.axes.get(axis).map_or(1.0, Axis::spacing);
        sum / factorial * spacing.powi(i32::from(high) - i32::from(low))
    }

    /// The factors of the derivatives in each plane's rate, and in each component of a vector behind them.
    pub(super) fn factors(&self, jacobian: &[Row]) -> Vec<Moments> {
        let rank = self.axes.len();
        let rows = 0..self.planes.len() + self.components.len();
        let moments = rows.map(|plane| {
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
                        let half = f64::from(self.halves(plane, *array, axis)) / 2.0;
                        let distance = (f64::from(offset[dimension(axis, rank)]) + half)
                            * of.spacing();
                        for k in 1..=order[axis] {
                            value *= distance / f64::from(k);
                        }
                    }
                    *moments.entry((*array, *order)).or_default() += value;
                }
            }
            self.without_truncation(plane, moments)
        });
        moments.collect()
    }

    /// The matrix of the differential equation for a wave number.
    pub(super) fn at_wave_number(
        &self,
        factors: &[Moments],
        number: [f64; 3],
    ) -> Vec<Vec<Complex64>> {
        let mut matrix = self.matrix(&|plane| {
            let mut row: BTreeMap<u32, Complex64> = BTreeMap::new();
            let mut add = |place: usize, scale: Complex64| {
                for ((array, order), factor) in factors.get(place).into_iter().flatten() {
                    let mut value = scale * *factor;
                    for (number, order) in number.iter().zip(order) {
                        for _ in 0..*order {
                            value *= Complex64::new(0.0, *number);
                        }
                    }
                    *row.entry(*array).or_default() += value;
                }
            };
            // A divergence from its components: what is left of the rates without the gradient is theirs to the last digit.
            let own = (self.planes.len()..).zip(self.components);
            let mut own =
                own.filter(|(_, component)| component.plane == plane).peekable();
            if own.peek().is_none() {
                add(plane, Complex64::new(1.0, 0.0));
            }
            for (place, component) in own {
                add(place, Complex64::new(0.0, number[component.axis]));
            }
            if let Some(solve) = self.solve_of(plane as u32) {
                super::divide(&mut row, solve.of_wave_number(number));
            }
            row
        });
        // A constraint leaves waves that satisfy it alone: for others, which a run does not have, growth says nothing.
        let planes = self.components.iter().map(|component| component.plane);
        for plane in planes.collect::<BTreeSet<usize>>() {
            if let Some(constrained) = self.constrained(factors, plane) {
                project(&mut matrix, &constrained, number);
            }
        }
        matrix
    }

    /// The variables that the gradient of a potential keeps free of divergence: which they are, the axis of each and the factor of the derivative along
    /// it; `None` where that is not clear.
    fn constrained(
        &self,
        factors: &[Moments],
        potential: usize,
    ) -> Option<Vec<(usize, usize, f64)>> {
        let finest = self.axes.iter().map(Axis::spacing).fold(f64::INFINITY, f64::min);
        let variables = self.variables();
        let array = potential as u32;
        // In the same units.
        let scaled = |moments: &Moments| -> Moments {
            let own = moments.iter().filter(|((of, _), _)| *of != array);
            own.map(|(key, value)| {
                let order: i32 = key.1.iter().map(|order| i32::from(*order)).sum();
                (*key, value / finest.powi(order))
            })
            .collect()
        };
        let rows = (self.planes.len()..).zip(self.components);
        let rows = rows.filter(|(_, component)| component.plane == potential);
        rows.map(|(row, component)| {
            let mut along = [0; 3];
            along[component.axis] = 1;
            let wanted = scaled(factors.get(row)?);
            let mut found = variables.iter().enumerate().filter_map(|(place, plane)| {
                let own = factors.get(*plane as usize)?;
                let gradient = *own.get(&(array, along))?;
                let own = scaled(own);
                let most =
                    own.values().fold(0.0_f64, |most, value| most.max(value.abs()));
                let keys: BTreeSet<_> = own.keys().chain(wanted.keys()).collect();
                let of = |moments: &Moments, key: &(u32, [u8; 3])| {
                    moments.get(key).copied().unwrap_or(0.0)
                };
                let same = |key: &(u32, [u8; 3])| {
                    let difference = of(&own, key) + gradient * of(&wanted, key);
                    difference.abs() <= SAME * most
                };
                (gradient != 0.0 && keys.into_iter().all(same)).then_some((
                    place,
                    component.axis,
                    gradient,
                ))
            });
            let first = found.next();
            first.filter(|_| found.next().is_none())
        })
        .collect()
    }

    /// Whether a field is of second order in time.
    pub(super) fn is_second(&self) -> bool {
        self.planes.iter().any(|plane| plane.order == 2)
    }

    /// Whether growth increases with the wave number for ever.
    ///
    /// At each cell the derivatives that lead decide. Lower ones may turn growth on where the leading ones only oscillate: on a
    /// closed axis it is their mean that counts (Mizohata, On the Cauchy Problem, 1985, for Schrödinger's equation), so that
    /// `i (∂²u + ∂u/r)`, whose first derivative is that of a weight, is well-posed, and `i (∂²u + ∂u)` on a ring is not.
    pub(super) fn ill_posed(
        &self,
        jacobians: &[Vec<Row>],
        mean: &[Row],
        time: f64,
    ) -> bool {
        // Without derivatives, as of lattice fields by shifts, nothing depends on the wave number.
        let mut orders = self.orders.iter().flat_map(BTreeMap::values).flatten();
        if self.solves.is_empty() && orders.all(|orders| *orders == [0; 3]) {
            return false;
        }
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
        // Of many equations, each cell looks in some of the directions, and its neighbours in the others.
        let work = jacobians.len() * all.len() * self.variables().len().pow(3);
        let every = work.div_ceil(WORK).clamp(1, all.len());
        let some = |first: usize| -> Vec<[f64; 3]> {
            all.iter().copied().skip(first % every).step_by(every).collect()
        };
        let grows = |(place, jacobian): (usize, &Vec<Row>)| {
            self.grows(jacobian, &some(place), Leading::Yes)
        };
        // The sampled cells do not lie evenly: a mean that ought to be 0 is looked at again.
        let on_the_whole = || {
            // What leads was looked at in each cell. Of different cells its mean means nothing: that of two matrices with real eigenvalues
            // may have others. Of second order in time what leads grows as a smaller part of the rates, too, which the cells do not tell apart.
            let leading = if self.is_second() { Leading::No } else { Leading::Never };
            self.grows(mean, &round, leading)
                && self.grows(&self.mean(time), &round, leading)
        };
        let growing = jacobians.iter().enumerate().filter(|own| grows(*own));
        let mut growing =
            growing.map(|(place, jacobian)| (some(place), jacobian)).peekable();
        if growing.peek().is_none() {
            return on_the_whole();
        }
        // Where they are; of those that are alike one.
        let cells = self.cells_of(growing.clone().map(|(_, jacobian)| jacobian), time);
        let mut near = growing.zip(cells).take(NEARER).map(|((directions, _), cell)| {
            cell.and_then(|cell| self.growing_nearer(cell, time, &directions))
        });
        let mut turning = None;
        let mut certain = |found: Option<Vec<Growing>>| {
            let Some(found) = found else { return true };
            found.iter().any(|growing| {
                // In proportion to the wave number, where what leads elsewhere has its square.
                let passing =
                    growing.part <= VANISHING && growing.growth <= 12.0 * growing.near;
                !passing
                    || !turning
                        .get_or_insert_with(|| self.turning(jacobians, &all))
                        .contains(&growing.direction)
            })
        };
        near.any(&mut certain) || on_the_whole()
    }

    /// Directions in which what leads only oscillates at some cell, as fast as in others. Where it happens to vanish in such a direction at another
    /// cell, as that of Hall's term across the field, growth by what follows belongs to that cell alone.
    fn turning(&self, jacobians: &[Vec<Row>], directions: &[[f64; 3]]) -> Vec<[f64; 3]> {
        let every = jacobians.len().div_ceil(ELSEWHERE).max(1);
        let mut found = Vec::new();
        for jacobian in jacobians.iter().step_by(every) {
            let factors = self.factors(jacobian);
            let far = |direction: &[f64; 3]| {
                eigenvalues(self.at_wave_number(&factors, self.far(direction, 3)))
            };
            let values: Vec<Vec<Complex64>> = directions.iter().map(far).collect();
            let size = |values: &Vec<Complex64>| {
                values.iter().map(|value| value.norm()).fold(0.0, f64::max)
            };
            let most = values.iter().map(size).fold(0.0, f64::max);
            for (direction, values) in directions.iter().zip(&values) {
                let own = size(values);
                let turns = values.iter().all(|value| value.re.abs() < VANISHING * own);
                if turns && own > VANISHING * most && !found.contains(direction) {
                    found.push(*direction);
                }
            }
        }
        found
    }

    /// The wave number in a direction that lies so many powers of 8 beyond those of the grid.
    fn far(&self, direction: &[f64; 3], scale: i32) -> [f64; 3] {
        let finest = self.axes.iter().map(Axis::spacing).fold(f64::INFINITY, f64::min);
        let number = std::f64::consts::PI / finest * 8.0_f64.powi(scale);
        direction.map(|d| d * number)
    }

    /// Cells that have these linearisations.
    fn cells_of<'b>(
        &self,
        wanted: impl Iterator<Item = &'b Vec<Row>>,
        time: f64,
    ) -> Vec<Option<[isize; DIMENSIONS]>> {
        let places = self.places();
        let mut rows: Vec<Vec<Row>> = vec![Vec::new(); places.len()];
        let mut count = 0;
        self.at_places(time, &places, &mut |_, row| {
            rows[count / self.rates.len().max(1)].push(row.clone());
            count += 1;
        });
        wanted
            .map(|jacobian| {
                let place = rows.iter().position(|rows| rows == jacobian);
                place.and_then(|place| places.get(place)).copied()
            })
            .collect()
    }

    /// Whether growth increases in some direction; with [`Leading::Yes`] where it does so in proportion to its mode's rate.
    fn grows(&self, jacobian: &[Row], directions: &[[f64; 3]], leading: Leading) -> bool {
        self.growing(jacobian, directions, leading).next().is_some()
    }

    /// The directions in which growth increases.
    pub(super) fn growing<'b>(
        &'b self,
        jacobian: &[Row],
        directions: &'b [[f64; 3]],
        leading: Leading,
    ) -> impl Iterator<Item = Growing> + 'b {
        let factors = self.factors(jacobian);
        let mut most = None;
        directions.iter().filter_map(move |direction| {
            let at = |direction: &[f64; 3], scale: i32| {
                self.at_wave_number(&factors, self.far(direction, scale))
            };
            let furthest = at(direction, 3);
            let least = if self.constant { LEAST_GROWTH } else { GROWTH };
            if decays(&furthest, least) {
                return None;
            }
            let far = |matrix: Vec<Vec<Complex64>>| {
                let values = eigenvalues(matrix);
                let size = values.iter().map(|value| value.norm()).fold(0.0, f64::max);
                let fastest = values
                    .iter()
                    .copied()
                    .max_by(|a, b| a.re.total_cmp(&b.re))
                    .unwrap_or_default();
                (fastest, size)
            };
            let (fastest, size) = far(furthest);
            let growth = fastest.re;
            // Of one field much slower than others, as far as rounding lets it be seen.
            let certain = || {
                growth
                    > ROUNDINGS * f64::EPSILON * uncertainty(&at(direction, 3), fastest)
            };
            if growth <= least * size || (growth <= GROWTH * size && !certain()) {
                return None;
            }
            let share = fastest.re / fastest.norm();
            let (nearer, _) = far(at(direction, 2));
            let near = nearer.re;
            let follows = share <= 0.3 * (nearer.re / nearer.norm());
            let wanted = match leading {
                Leading::Yes => !follows,
                Leading::No => true,
                Leading::Never => follows,
            };
            if growth <= 1.7 * near.max(0.0) || !wanted {
                return None;
            }
            // What is there in this direction may be rounding of what cancels.
            let all = || directions.iter().map(|other| far(at(other, 3)).1);
            let most = *most.get_or_insert_with(|| all().fold(size, f64::max));
            let part = size / most;
            let direction = *direction;
            // Rates of second order in time are roots of what is computed.
            let rounding = if self.is_second() { CANCELLED.sqrt() } else { CANCELLED };
            (part > rounding).then_some(Growing { direction, growth, near, part })
        })
    }
}

/// Whether no real part of an eigenvalue counts as growth, by the Hermitian part, whose largest eigenvalue bounds them all: it does
/// not reach the bound where the bound minus it has a Cholesky factor. Cheap, and what holds for most equations.
fn decays(matrix: &[Vec<Complex64>], part: f64) -> bool {
    let entry = |i: usize, j: usize| (matrix[i][j] + matrix[j][i].conj()) * 0.5;
    let n = matrix.len();
    // The largest eigenvalue is at least as large as their mean and the root of the mean of their squares.
    let trace: Complex64 = (0..n).map(|i| matrix[i][i]).sum();
    let squares: Complex64 = (0..n)
        .map(|i| (0..n).map(|j| matrix[i][j] * matrix[j][i]).sum::<Complex64>())
        .sum();
    let count = n as f64;
    let least = (trace.norm() / count).max((squares.norm() / count).sqrt());
    let bound = 0.5 * part * least;
    if !(bound > 0.0 && bound.is_finite()) {
        return false;
    }
    let mut factor: Vec<Vec<Complex64>> = Vec::with_capacity(n);
    for i in 0..n {
        let mut row: Vec<Complex64> = Vec::with_capacity(i + 1);
        for j in 0..i {
            let above = &factor[j];
            let sum: Complex64 = (0..j).map(|k| row[k] * above[k].conj()).sum();
            row.push((-entry(i, j) - sum) / above[j].re);
        }
        let sum: f64 = row.iter().map(Complex64::norm_sqr).sum();
        let pivot = bound - entry(i, i).re - sum;
        if pivot.is_nan() || pivot <= 0.0 {
            return false;
        }
        row.push(Complex64::new(pivot.sqrt(), 0.0));
        factor.push(row);
    }
    true
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
