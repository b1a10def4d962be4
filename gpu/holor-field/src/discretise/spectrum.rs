//! Bounds on how fast a scheme grows, decays and oscillates, from the symbols of its linearisation at the start.

mod algebra;
mod closer;
mod linearisation;
mod nearer;
mod posed;
mod sides;
mod slopes;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::eigenvalues::eigenvalues;
use super::formula::{Formula, Formulas, Id, Source};
use super::solves::Component;
use crate::equation::{Axis, Complex64, System};
use crate::graph::{Graph, NodeId, Op};
use crate::layout::{DIMENSIONS, Layout, dimension};
use crate::plan::Table;
use crate::scheme::{Coefficient, Gather, Plane, Solve, Stiffness};
use crate::stepper::slope;

pub use slopes::{Slopes, largest_term};

/// Cells at which the equations are linearised.
const CELLS: usize = 192;
/// Cells at which symmetry is looked for.
const SYMMETRY: usize = 1024;
/// Moments in time at which equations that depend on it are linearised, at fewer cells each.
pub(super) const MOMENTS: usize = 24;
/// Points of an axis over which means are taken, where so many divide it evenly.
const EVEN: usize = 16;
/// Cells that such a mean takes at most.
const MOST_PLACES: usize = 1 << 16;
/// Linearisations that are looked at closely, of up to two equations.
const CLOSE: usize = 12;
/// Eigenvalue problems solved for the bounds of one linearisation.
const WAVES: usize = 640;
/// Growth of differences below this part of their oscillation is none.
const GROWS: f64 = 1e-3;
/// The most equations of first order whose eigenvalues are computed.
const MOST: usize = 16;

/// ∂rate/∂(value in an array at an offset).
type Row = BTreeMap<(u32, [i16; DIMENSIONS]), f64>;
/// For each plane and array, the derivatives that occur.
pub(super) type Orders = Vec<BTreeMap<u32, BTreeSet<[u8; 3]>>>;

/// What is needed of a scheme.
#[derive(Debug)]
pub(super) struct Spectrum<'a> {
    /// The system, where cells may be looked at closely.
    pub(super) system: Option<&'a System>,
    /// The grid's axes.
    pub(super) axes: &'a [Axis],
    /// Memory.
    pub(super) layout: &'a Layout,
    /// The graph.
    pub(super) graph: &'a Graph,
    /// The rates of the planes and, behind them, components of vectors whose divergences are right sides.
    pub(super) rates: &'a [NodeId],
    /// What those components belong to.
    pub(super) components: &'a [Component<NodeId>],
    /// The planes.
    pub(super) planes: &'a [Plane],
    /// Static arrays, from the array `first_coefficient` on.
    pub(super) coefficients: &'a [Coefficient],
    /// The first of those.
    pub(super) first_coefficient: u32,
    /// Tables.
    pub(super) tables: &'a [Table],
    /// How many scalars.
    pub(super) scalars: usize,
    /// Means and integrals.
    pub(super) gathers: &'a [Gather],
    /// Equations in space.
    pub(super) solves: &'a [Solve],
    /// Which derivatives occur.
    pub(super) orders: &'a Orders,
    /// The accuracy order of differences.
    pub(super) order: usize,
    /// Whether the equations are linear with constant coefficients.
    pub(super) constant: bool,
    /// Whether the grid has a mask.
    pub(super) masked: bool,
    /// The times at which the equations are linearised.
    pub(super) times: Vec<f64>,
    /// Whether what holds at the sides keeps the spectrum within that of plane waves.
    pub(super) tame_sides: bool,
    /// Whether only values and slopes are prescribed at sides, whose closures have known eigenvalues for even derivatives.
    pub(super) reflecting_sides: bool,
    /// How far what holds at the sides stretches the spectrum of second derivatives beyond that of plane waves.
    pub(super) stretch: f64,
}

/// The times at which equations are linearised: both ends and, where they depend on time, others between at no regular distance, so that
/// coefficients that come and go are met.
pub(crate) fn moments(times: (f64, f64), depends: bool, count: usize) -> Vec<f64> {
    let (start, end) = times;
    let mut moments = vec![start];
    if depends && end > start {
        let golden = (5.0_f64.sqrt() - 1.0) / 2.0;
        moments.push(end);
        moments.extend((1..count.max(2) - 1).map(|k| {
            let part = (golden * k as f64).fract();
            start + (end - start) * part
        }));
        // The first of them that is ill-posed is the one that is named.
        moments.sort_by(f64::total_cmp);
    }
    moments
}

/// Which derivatives of which arrays occur in a formula.
pub(super) fn orders_of(
    formulas: &Formulas,
    id: Id,
    array: &dyn Fn(Source) -> Option<u32>,
    known: &mut HashMap<Id, BTreeMap<u32, BTreeSet<[u8; 3]>>>,
) -> BTreeMap<u32, BTreeSet<[u8; 3]>> {
    if let Some(done) = known.get(&id) {
        return done.clone();
    }
    let formula = formulas.get(id);
    let mut result: BTreeMap<u32, BTreeSet<[u8; 3]>> = BTreeMap::new();
    if let Formula::Array(source) = formula
        && let Some(array) = array(*source)
    {
        result.entry(array).or_default().insert([0; 3]);
    }
    for inner in formulas.operands(formula) {
        for (array, orders) in orders_of(formulas, inner, array, known) {
            for mut order in orders {
                if let Formula::Derivative(more, _) = formula {
                    for (sum, more) in order.iter_mut().zip(more) {
                        *sum = sum.saturating_add(*more);
                    }
                }
                result.entry(array).or_default().insert(order);
            }
        }
    }
    known.insert(id, result.clone());
    result
}

/// A linearisation with each offset once: for every plane array, place of the offset, derivative.
struct Symbol {
    rows: Vec<Vec<(u32, usize, f64)>>,
    offsets: Vec<[i16; DIMENSIONS]>,
}

/// A quantity of eigenvalues to be made largest.
type Measure<'a> = &'a dyn Fn(&[Complex64]) -> f64;
/// A bound, and the wave that reaches it.
type Reached = (f64, [f64; DIMENSIONS]);

/// What the inverse of an operator makes of a wave; nothing of one for which it is 0.
fn divide(row: &mut BTreeMap<u32, Complex64>, by: f64) {
    for value in row.values_mut() {
        *value =
            if by.abs() < f64::MIN_POSITIVE { Complex64::default() } else { *value / by };
    }
}

impl Spectrum<'_> {
    /// The bounds.
    pub(super) fn stiffness(&self) -> Stiffness {
        let equations = self.variables();
        let mut result = Stiffness {
            proven: self.constant
                && (self.tame_sides || (self.reflecting_sides && !self.has_odd())),
            ..Stiffness::default()
        };
        if equations.is_empty() {
            return result;
        }
        let mut jacobians: Vec<Vec<Row>> = Vec::new();
        for time in &self.times {
            let (found, mean) = self.jacobians(*time);
            let mut entries = found.iter().flatten().flat_map(|row| row.values());
            if entries.any(|entry| !entry.is_finite()) {
                // Not differentiable at the start: nothing is known.
                result.proven = false;
                return result;
            }
            if equations.len() <= MOST
                && !result.ill_posed
                && self.ill_posed(&self.whole(&found), &mean, *time)
            {
                result.ill_posed = true;
                result.ill_posed_at = *time;
            }
            jacobians.extend(found);
        }
        if equations.len() > MOST {
            return self.by_norms(&jacobians, result);
        }
        let size = |jacobian: &Vec<Row>| -> f64 {
            jacobian.iter().flat_map(|row| row.values()).map(|entry| entry.abs()).sum()
        };
        jacobians.sort_by(|a, b| size(b).total_cmp(&size(a)));
        // Fewer where each takes longer.
        jacobians.truncate((2 * CLOSE / equations.len()).clamp(3, CLOSE));
        self.bounds(&jacobians, &mut result);
        let curved = self
            .orders
            .iter()
            .flat_map(|rate| rate.values())
            .flatten()
            .any(|orders| orders.iter().any(|order| *order > 1));
        if curved {
            let first = self.planes.iter().any(|plane| plane.order == 1);
            result.decay *= self.stretch;
            result.oscillation *= if first { self.stretch } else { self.stretch.sqrt() };
        }
        if self.planes.iter().all(|plane| plane.order != 1) {
            result.frequency = result.oscillation;
            if self.has_explicit_friction() {
                result.friction = result.decay;
            }
        }
        result
    }

    /// Whether rates hold velocities otherwise than as a factor free of them times the own one, in the same cell.
    fn has_explicit_friction(&self) -> bool {
        let first = self.planes.len() as u32;
        let velocities = self.planes.iter().filter(|plane| plane.velocity.is_some());
        let range = first..first + velocities.count() as u32;
        let velocity =
            |op: &Op| matches!(op, Op::Load { array, .. } if range.contains(array));
        let loads = |graph: &Graph, root: NodeId| -> Vec<Op> {
            let needed = graph.needed(&[root]);
            let ops = graph.ops().iter().zip(needed);
            ops.filter(|(op, needed)| *needed && velocity(op))
                .map(|(op, _)| *op)
                .collect()
        };
        self.planes.iter().zip(self.rates).any(|(plane, rate)| {
            let Some(own) = plane.velocity else { return false };
            let found = loads(self.graph, *rate);
            let leaf = Op::Load { array: own, offset: [0; DIMENSIONS] };
            if found.is_empty() {
                return false;
            }
            if found.iter().any(|op| *op != leaf) {
                return true;
            }
            let mut graph = self.graph.clone();
            slope(&mut graph, *rate, leaf)
                .is_none_or(|slope| !loads(&graph, slope).is_empty())
        })
    }

    /// Of linearisations with a mask those whose differences reach all neighbours: beside cells outside, where a neighbour is replaced by the cell
    /// itself, drift looks like diffusion of either sign.
    fn whole<'b>(&self, jacobians: &'b [Vec<Row>]) -> Cow<'b, [Vec<Row>]> {
        if !self.masked {
            return Cow::Borrowed(jacobians);
        }
        let entries =
            |jacobian: &Vec<Row>| jacobian.iter().map(BTreeMap::len).sum::<usize>();
        let most = jacobians.iter().map(entries).max().unwrap_or(0);
        let whole = jacobians.iter().filter(|jacobian| entries(jacobian) == most);
        Cow::Owned(whole.cloned().collect())
    }

    /// Whether a derivative of odd order along an axis occurs.
    fn has_odd(&self) -> bool {
        self.orders
            .iter()
            .flat_map(|rate| rate.values())
            .flatten()
            .any(|orders| orders.iter().any(|order| order % 2 == 1))
    }

    /// The equation in space that gives a plane, where there is one.
    pub(super) fn solve_of(&self, plane: u32) -> Option<&Solve> {
        self.solves.iter().find(|solve| solve.planes.contains(&plane))
    }

    /// The arrays that evolve: planes and time derivatives, those of order 0 left out.
    fn variables(&self) -> Vec<u32> {
        let mut variables = Vec::new();
        for (place, plane) in self.planes.iter().enumerate() {
            if plane.order > 0 {
                variables.push(place as u32);
                variables.extend(plane.velocity);
            }
        }
        variables
    }

    /// The matrix over the variables from what a wave makes of each row's entries; planes of order 0 are eliminated.
    fn matrix(
        &self,
        symbol: &dyn Fn(usize) -> BTreeMap<u32, Complex64>,
    ) -> Vec<Vec<Complex64>> {
        let variables = self.variables();
        let zero = Complex64::new(0.0, 0.0);
        if self.planes.iter().all(|plane| plane.order == 1) {
            // No planes to eliminate, no time derivatives.
            let lines = (0..self.planes.len()).map(|plane| {
                let mut line = vec![zero; variables.len()];
                for (array, factor) in symbol(plane) {
                    if let Some(entry) = line.get_mut(array as usize) {
                        *entry += factor;
                    }
                }
                line
            });
            return lines.collect();
        }
        let mut rows: Vec<Option<BTreeMap<u32, Complex64>>> =
            vec![None; self.planes.len()];
        fn resolved(
            spectrum: &Spectrum<'_>,
            plane: usize,
            symbol: &dyn Fn(usize) -> BTreeMap<u32, Complex64>,
            rows: &mut Vec<Option<BTreeMap<u32, Complex64>>>,
            depth: usize,
        ) -> BTreeMap<u32, Complex64> {
            if let Some(row) = &rows[plane] {
                return row.clone();
            }
            let mut result: BTreeMap<u32, Complex64> = BTreeMap::new();
            for (array, factor) in symbol(plane) {
                let zeroth = spectrum
                    .planes
                    .get(array as usize)
                    .is_some_and(|plane| plane.order == 0);
                if zeroth && depth < 32 {
                    let inner =
                        resolved(spectrum, array as usize, symbol, rows, depth + 1);
                    for (array, value) in inner {
                        *result.entry(array).or_default() += factor * value;
                    }
                } else {
                    *result.entry(array).or_default() += factor;
                }
            }
            rows[plane] = Some(result.clone());
            result
        }
        let mut matrix = Vec::new();
        for (place, plane) in self.planes.iter().enumerate() {
            if plane.order == 0 {
                continue;
            }
            let row = resolved(self, place, symbol, &mut rows, 0);
            let entries: Vec<Complex64> = variables
                .iter()
                .map(|variable| row.get(variable).copied().unwrap_or(zero))
                .collect();
            if let Some(velocity) = plane.velocity {
                matrix.push(
                    variables
                        .iter()
                        .map(
                            |variable| {
                                if *variable == velocity { zero + 1.0 } else { zero }
                            },
                        )
                        .collect(),
                );
            }
            matrix.push(entries);
        }
        matrix
    }

    /// A linearisation, so that waves are put in quickly.
    fn symbol(&self, jacobian: &[Row]) -> Symbol {
        let mut offsets: Vec<[i16; DIMENSIONS]> = Vec::new();
        let rows = jacobian.iter().map(|row| {
            let entries = row.iter().map(|((array, offset), entry)| {
                let known = offsets.iter().position(|other| other == offset);
                let place = known.unwrap_or_else(|| {
                    offsets.push(*offset);
                    offsets.len() - 1
                });
                (*array, place, *entry)
            });
            entries.collect()
        });
        let rows: Vec<Vec<(u32, usize, f64)>> = rows.collect();
        Symbol { rows, offsets }
    }

    /// The eigenvalues for a wave that turns by these angles from cell to cell.
    fn at_wave(&self, symbol: &Symbol, wave: [f64; DIMENSIONS]) -> Vec<Complex64> {
        let factors = symbol.offsets.iter().map(|offset| {
            let angle: f64 =
                offset.iter().zip(wave).map(|(o, w)| f64::from(*o) * w).sum();
            Complex64::from_polar(1.0, angle)
        });
        let factors: Vec<Complex64> = factors.collect();
        let matrix = self.matrix(&|plane| {
            let mut row: BTreeMap<u32, Complex64> = BTreeMap::new();
            for (array, place, entry) in symbol.rows.get(plane).into_iter().flatten() {
                *row.entry(*array).or_default() += factors[*place] * entry;
            }
            if let Some(solve) = self.solve_of(plane as u32) {
                divide(&mut row, solve.of_wave(wave));
            }
            row
        });
        eigenvalues(matrix)
    }

    /// The bounds of all linearisations: each at a grid of waves, and from the best of those uphill.
    fn bounds(&self, jacobians: &[Vec<Row>], result: &mut Stiffness) {
        let wide: Vec<usize> =
            (0..DIMENSIONS).filter(|along| self.layout.points[*along] > 1).collect();
        let variables = self.variables().len();
        let budget = WAVES / variables.max(1);
        let many = match wide.len() {
            0 | 1 => 64.min(budget),
            2 => (budget as f64 / 2.0).sqrt() as usize,
            _ => (budget as f64 / 4.0).cbrt() as usize,
        }
        .max(4)
            & !1;
        let mut waves = vec![[0.0; DIMENSIONS]];
        for (number, along) in wide.iter().enumerate() {
            let first = if number == 0 { 0 } else { -(many as isize) + 1 };
            waves = waves
                .into_iter()
                .flat_map(|wave| {
                    (first..=many as isize).map(move |k| {
                        let mut wave = wave;
                        wave[*along] = std::f64::consts::PI * k as f64 / many as f64;
                        wave
                    })
                })
                .collect();
        }
        // Decay, oscillation, growth: each a quantity to be made largest.
        let measures: [Measure<'_>; 3] = [
            &|values| values.iter().map(|value| -value.re).fold(0.0, f64::max),
            &|values| values.iter().map(|value| value.im.abs()).fold(0.0, f64::max),
            &|values| values.iter().map(|value| value.re).fold(0.0, f64::max),
        ];
        let mut best: [Reached; 3] = [(0.0, [0.0; DIMENSIONS]); 3];
        let mut highest = [0; 3];
        for (number, jacobian) in jacobians.iter().enumerate() {
            let symbol = self.symbol(jacobian);
            for wave in &waves {
                let values = self.at_wave(&symbol, *wave);
                let high =
                    wave.iter().any(|angle| angle.abs() >= std::f64::consts::FRAC_PI_2);
                let size = values.iter().map(|value| value.norm()).fold(0.0, f64::max);
                for (place, measure) in measures.iter().enumerate() {
                    if place == 2 && !high {
                        continue;
                    }
                    let reached = measure(&values);
                    // Rounding of an eigenvalue is no growth.
                    if reached > best[place].0 && reached > 1e-9 * size {
                        best[place] = (reached, *wave);
                        highest[place] = number;
                    }
                }
            }
        }
        let step = std::f64::consts::PI / many as f64;
        for (place, measure) in measures.iter().enumerate() {
            if place < 2
                && best[place].0 > 0.0
                && let Some(jacobian) = jacobians.get(highest[place])
            {
                let symbol = self.symbol(jacobian);
                self.climb(&symbol, *measure, &wide, step, &mut best[place]);
            }
        }
        result.decay = result.decay.max(best[0].0);
        result.oscillation = result.oscillation.max(best[1].0);
        result.growth = result.growth.max(best[2].0);
        if self.is_carried()
            && best[2].0 > GROWS * result.oscillation
            && let Some(jacobian) = jacobians.get(highest[2])
        {
            let factors = self.factors(jacobian);
            let grown = waves.iter().map(|wave| self.growth_of(&factors, *wave));
            result.differences_grow |= best[2].0 > 2.0 * grown.fold(0.0, f64::max);
        }
    }

    /// Whether a rate of second order in time holds odd derivatives in space of velocities.
    fn is_carried(&self) -> bool {
        let velocity =
            |array: u32| self.planes.iter().any(|own| own.velocity == Some(array));
        let odd = |orders: &[u8; 3]| orders.iter().any(|order| order % 2 == 1);
        let entries = self.orders.iter().flatten();
        entries
            .into_iter()
            .any(|(array, orders)| velocity(*array) && orders.iter().any(odd))
    }

    /// How fast the differential equation lets a wave grow that turns by these angles from cell to cell.
    fn growth_of(&self, factors: &[posed::Moments], wave: [f64; DIMENSIONS]) -> f64 {
        let mut number = [0.0; 3];
        for (axis, of) in self.axes.iter().enumerate() {
            number[axis] = wave[dimension(axis, self.axes.len())] / of.spacing();
        }
        let matrix = self.at_wave_number(factors, number);
        eigenvalues(matrix).iter().map(|value| value.re).fold(0.0, f64::max)
    }

    /// Moves to neighbouring waves while a measure rises, with smaller and smaller steps.
    fn climb(
        &self,
        symbol: &Symbol,
        measure: Measure<'_>,
        wide: &[usize],
        mut step: f64,
        best: &mut Reached,
    ) {
        for _ in 0..24 {
            let mut risen = false;
            for along in wide {
                for sign in [-1.0, 1.0] {
                    let mut wave = best.1;
                    wave[*along] += sign * step;
                    let reached = measure(&self.at_wave(symbol, wave));
                    if reached > best.0 {
                        *best = (reached, wave);
                        risen = true;
                    }
                }
            }
            if !risen {
                step *= 0.4;
            }
        }
    }

    /// Whether a linear right-hand side is a symmetric matrix over all cells and planes, as far as sampled cells show.
    pub(super) fn symmetric(&self, linear: &[NodeId]) -> bool {
        let closed = self.axes.iter().all(|axis| axis.closed);
        if !(closed || self.tame_sides) {
            return false;
        }
        let cells = self.layout.cells();
        let count = if self.constant { 1 } else { cells.min(SYMMETRY) };
        let scalars = vec![0.0; self.scalars];
        let mut known: HashMap<(usize, [isize; DIMENSIONS]), Row> = HashMap::new();
        for sample in 0..count {
            let cell = self.cell((sample * cells + cells / 2) / count % cells);
            for (plane, node) in linear.iter().enumerate() {
                let row = self.row(*node, cell, &scalars);
                for ((array, offset), entry) in row {
                    let Some(other) = linear.get(array as usize) else { return false };
                    let reach: Vec<i16> =
                        offset.iter().copied().filter(|along| *along != 0).collect();
                    // Reflections at faces keep symmetry along one axis, and beyond the next cell only for constant coefficients.
                    let simple = reach.len() <= 1
                        && (self.constant || reach.iter().all(|along| along.abs() == 1));
                    if !(closed || simple) {
                        return false;
                    }
                    let Some(there) = self.beyond(cell, offset) else { continue };
                    let back = known
                        .entry((array as usize, there))
                        .or_insert_with(|| self.row(*other, there, &scalars))
                        .get(&(plane as u32, offset.map(|along| -along)))
                        .copied()
                        .unwrap_or(0.0);
                    if (back - entry).abs() > 1e-12 * entry.abs().max(back.abs()) {
                        return false;
                    }
                }
            }
        }
        true
    }

    /// The cell so far away, round on closed axes; none beyond the ends of others.
    fn beyond(
        &self,
        cell: [isize; DIMENSIONS],
        offset: [i16; DIMENSIONS],
    ) -> Option<[isize; DIMENSIONS]> {
        let mut result = cell;
        for (axis, of) in self.axes.iter().enumerate() {
            let along = dimension(axis, self.axes.len());
            let count = of.points as isize;
            let place = cell[along] + isize::from(offset[along]);
            if !of.closed && !(0..count).contains(&place) {
                return None;
            }
            result[along] = place.rem_euclid(count);
        }
        Some(result)
    }

    /// Bounds from sums of absolute values, for systems of many equations.
    fn by_norms(&self, jacobians: &[Vec<Row>], mut result: Stiffness) -> Stiffness {
        let most = jacobians
            .iter()
            .flatten()
            .map(|row| row.values().map(|entry| entry.abs()).sum::<f64>())
            .fold(0.0, f64::max);
        let second = self.planes.iter().any(|plane| plane.order == 2);
        let most = if second { most.max(most.sqrt()) } else { most };
        result.decay = most;
        result.oscillation = most;
        result.growth = most;
        result.proven = false;
        result
    }
}
