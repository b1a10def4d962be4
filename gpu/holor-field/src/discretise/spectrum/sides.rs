//! Whether the sides prescribe as much as flows in through them.
//!
//! Of transport ∂ₜu = A ∂ₓu + … (x one axis, the others do not matter) the combinations of fields along the eigenvectors of −A move with
//! its eigenvalues. A side determines a solution where its conditions fix all that flow in, and leaves one where the values prescribed can be
//! met by those alone (H.-O. Kreiss, Comm. Pure Appl. Math. 23, 277 (1970); Gustafsson, Kreiss and Oliger, Time Dependent Problems and
//! Difference Methods, 2013, ch. 7). A derivative ∂u/∂n prescribed may follow from the equations, as that of the magnetic field beside a
//! conductor, and does not count against the latter. For the former it counts of nonlinear equations alone, whose flow may turn: the
//! value that flows in then is that of the start at the side, and errors grow with the number of cells. Diffusion and waves need one condition at each side, transport by
//! third derivatives three in all, which two sides that prescribe one each do not give.
//!
//! Only what is certain is said: what holds at every cell beside the side, with some room where coefficients depend on the fields.

use std::collections::BTreeSet;

use super::{Row, Spectrum};
use crate::discretise::weights::weights;
use crate::equation::{Boundary, System};
use crate::layout::{DIMENSIONS, dimension};

/// Cells beside a side at which speeds are looked at.
const BESIDE: usize = 24;
/// Cells from which a value at a face is extrapolated.
const DEEP: usize = 3;
/// The share of the fastest speed below which one counts as none, where coefficients are known and where they depend on the fields.
const STILL: (f64, f64) = (1e-3, 0.05);

type Matrix = Vec<Vec<f64>>;

/// What is wrong, and what to type.
pub(crate) type Fault = (String, String);

/// What a side does not do.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Fine,
    /// So many flow in, and so many of them are determined.
    Few(usize, usize),
    /// So many of the values prescribed can be met, and so many are prescribed.
    Many(usize, usize),
}

impl Spectrum<'_> {
    /// The first side whose conditions are certainly too few or too many; `None` where none is.
    pub(in crate::discretise) fn faulty_sides(
        &self,
        system: &System,
        linear: bool,
    ) -> Option<Fault> {
        if system.grid.mask.is_some() {
            return None;
        }
        let groups = self.groups();
        (0..self.axes.len()).filter(|axis| !self.axes[*axis].closed).find_map(|axis| {
            groups.iter().find_map(|group| self.faulty(system, group, axis, linear))
        })
    }

    /// The planes that the equations couple.
    fn groups(&self) -> Vec<Vec<usize>> {
        let count = self.planes.len();
        let mut group: Vec<usize> = (0..count).collect();
        for plane in 0..count {
            for other in self.coupled(plane) {
                let (from, to) = (group[plane], group[other]);
                for own in &mut group {
                    if *own == from {
                        *own = to;
                    }
                }
            }
        }
        let names: BTreeSet<usize> = group.iter().copied().collect();
        let of = |name: usize| (0..count).filter(|plane| group[*plane] == name).collect();
        names.into_iter().map(of).collect()
    }

    /// The planes in the rate of one.
    fn coupled(&self, plane: usize) -> Vec<usize> {
        let arrays = self.orders.get(plane).into_iter().flat_map(|rate| rate.keys());
        arrays.filter_map(|array| self.plane_of(*array)).collect()
    }

    /// The plane that an array holds, or the time derivative of.
    fn plane_of(&self, array: u32) -> Option<usize> {
        let own = (array as usize) < self.planes.len();
        let velocity = || self.planes.iter().position(|of| of.velocity == Some(array));
        if own { Some(array as usize) } else { velocity() }
    }

    fn faulty(
        &self,
        system: &System,
        group: &[usize],
        axis: usize,
        linear: bool,
    ) -> Option<Fault> {
        let orders: Vec<[u8; 3]> = group
            .iter()
            .filter_map(|plane| self.orders.get(*plane))
            .flat_map(|rate| rate.values())
            .flatten()
            .copied()
            .collect();
        let across = |orders: &[u8; 3]| (0..3).any(|k| k != axis && orders[k] > 0);
        let most = orders.iter().map(|orders| orders[axis]).max().unwrap_or(0);
        let mixed = orders.iter().any(|orders| orders[axis] > 0 && across(orders));
        let order = self.planes[*group.first()?].order;
        if mixed || group.iter().any(|plane| self.planes[*plane].order != order) {
            return None;
        }
        match (order, most) {
            (1, 1) => self.transport(system, group, axis, linear),
            (1 | 2, 2) => self.unprescribed(system, group, axis, order, linear),
            (1, 3) => self.third(system, group, axis, linear),
            _ => None,
        }
    }

    /// The condition of a plane at a side.
    fn condition<'s>(
        &self,
        system: &'s System,
        plane: usize,
        axis: usize,
        side: usize,
    ) -> Option<&'s Boundary> {
        let field = system.fields.get(self.planes.get(plane)?.field)?;
        field.boundaries.get(axis)?.get(side)
    }

    fn name<'s>(&self, system: &'s System, plane: usize) -> &'s str {
        let field = self.planes.get(plane).and_then(|of| system.fields.get(of.field));
        field.map_or("?", |field| field.name.as_str())
    }

    /// The names of fields, each once.
    fn names(&self, system: &System, group: &[usize]) -> String {
        let mut names: Vec<&str> =
            group.iter().map(|plane| self.name(system, *plane)).collect();
        names.dedup();
        names.join(", ")
    }

    /// `x = 0`.
    fn face(&self, axis: usize, side: usize) -> String {
        let of = &self.axes[axis];
        format!("{} = {}", of.name, if side == 0 { of.low } else { of.high })
    }

    /// The cells beside a side: for each place along it some inwards from the `first`.
    fn beside(
        &self,
        axis: usize,
        side: usize,
        first: usize,
    ) -> Vec<Vec<[isize; DIMENSIONS]>> {
        let along = dimension(axis, self.axes.len());
        let points = self.layout.points;
        let others: usize =
            (0..DIMENSIONS).filter(|k| *k != along).map(|k| points[k]).product();
        let count = others.min(BESIDE);
        let deep = points[along].saturating_sub(first).min(DEEP);
        let place = |sample: usize| {
            let mut left = (sample * others + others / 2) / count.max(1) % others.max(1);
            let mut cell = [0; DIMENSIONS];
            for k in (0..DIMENSIONS).rev().filter(|k| *k != along) {
                cell[k] = (left % points[k]) as isize;
                left /= points[k];
            }
            let at = |depth: usize| {
                let mut cell = cell;
                let inwards = if side == 0 { depth } else { points[along] - 1 - depth };
                cell[along] = inwards as isize;
                cell
            };
            (first..first + deep).map(at).collect()
        };
        (0..count).map(place).collect()
    }

    /// The factors of a derivative along an axis in the rates of a group, at a cell.
    fn factor(
        &self,
        group: &[usize],
        axis: usize,
        order: u8,
        cell: [isize; DIMENSIONS],
        scalars: &[f64],
    ) -> Option<Matrix> {
        let mut rows = vec![Row::new(); self.planes.len()];
        for plane in group {
            rows[*plane] = self.row(*self.rates.get(*plane)?, cell, scalars);
            if rows[*plane].values().any(|entry| !entry.is_finite()) {
                return None;
            }
        }
        let factors = self.factors(&rows);
        let mut wanted = [0; 3];
        wanted[axis] = order;
        let entry = |plane: usize, other: usize| {
            factors
                .get(plane)
                .and_then(|moments| moments.get(&(other as u32, wanted)))
                .copied()
                .unwrap_or(0.0)
        };
        let line = |plane: &usize| group.iter().map(|q| entry(*plane, *q)).collect();
        Some(group.iter().map(line).collect())
    }

    /// The factors at a face, for each place along it and each time; of nonlinear equations from cells whose neighbours are all in the
    /// box, and those of the outermost of these as well.
    fn at_face(
        &self,
        group: &[usize],
        axis: usize,
        side: usize,
        order: u8,
        linear: bool,
    ) -> Option<Vec<Matrix>> {
        let n = group.len();
        let reach = self.layout.ghosts[dimension(axis, self.axes.len())];
        let first = if linear { 0 } else { reach };
        let mut all = Vec::new();
        for time in &self.times {
            let scalars = self.scalars_at(*time);
            for cells in self.beside(axis, side, first) {
                let mut sum = vec![vec![0.0; n]; n];
                let distances: Vec<i32> =
                    (0..cells.len()).map(|k| 2 * (first + k) as i32 + 1).collect();
                let to_face = weights(&distances, 0);
                for (place, (cell, weight)) in cells.iter().zip(to_face).enumerate() {
                    let at = self.factor(group, axis, order, *cell, &scalars)?;
                    for (sum, line) in sum.iter_mut().zip(&at) {
                        for (sum, entry) in sum.iter_mut().zip(line) {
                            *sum += weight * entry;
                        }
                    }
                    if place == 0 && !linear {
                        all.push(at);
                    }
                }
                all.push(sum);
            }
        }
        (!all.is_empty()).then_some(all)
    }

    /// Sides of systems of first order.
    fn transport(
        &self,
        system: &System,
        group: &[usize],
        axis: usize,
        linear: bool,
    ) -> Option<Fault> {
        let faces = [0, 1].map(|side| self.at_face(group, axis, side, 1, linear));
        let size = |matrix: &Matrix| {
            matrix.iter().flatten().fold(0.0_f64, |most, entry| most.max(entry.abs()))
        };
        let fastest = faces.iter().flatten().flatten().map(size).fold(0.0_f64, f64::max);
        if fastest == 0.0 || !fastest.is_finite() {
            return None;
        }
        let still = fastest * if linear { STILL.0 } else { STILL.1 };
        let mut verdicts = [Verdict::Fine; 2];
        for (side, faces) in faces.iter().enumerate() {
            let Some(faces) = faces else { continue };
            let conditions: Option<Vec<&Boundary>> = group
                .iter()
                .map(|plane| self.condition(system, *plane, axis, side))
                .collect();
            let Some(conditions) = conditions else { continue };
            let mut all = faces.iter().map(|factor| {
                // What flows in has a positive speed at the lower side, a negative one at the upper.
                let sign = if side == 0 { -1.0 } else { 1.0 };
                let inwards = factor.iter().map(|line| {
                    line.iter().map(|entry| sign * entry).collect::<Vec<f64>>()
                });
                verdict(&inwards.collect(), &conditions, still, linear)
            });
            let first = all.next().unwrap_or(Verdict::Fine);
            if all.all(|other| other == first) {
                verdicts[side] = first;
            }
        }
        let side = verdicts.iter().position(|verdict| *verdict != Verdict::Fine)?;
        let face = self.face(axis, side);
        let names = self.names(system, group);
        let one = |faces: &Option<Vec<Matrix>>, sign: f64| {
            faces.as_ref().is_some_and(|all| all.iter().all(|of| sign * of[0][0] > still))
        };
        if group.len() == 1 {
            let (low, high) = (one(&faces[0], -1.0), one(&faces[1], 1.0));
            let word = |inwards: bool| if inwards { "dirichlet(…)" } else { "outflow" };
            let way = if matches!(verdicts[side], Verdict::Few(..)) {
                format!(
                    "{names} flows in through {face}, and its value is not prescribed there"
                )
            } else {
                format!(
                    "{names} flows out through {face}, and its value is prescribed there"
                )
            };
            let hint = if self.axes.len() == 1 {
                format!("boundary = [[{}, {}]]", word(low), word(high))
            } else {
                format!("[{}, {}] along {}", word(low), word(high), self.axes[axis].name)
            };
            return Some((way, hint));
        }
        let plural = |count: usize| if count == 1 { "" } else { "s" };
        Some(match verdicts[side] {
            Verdict::Few(inwards, fixed) => (
                format!(
                    "of {names}, {inwards} combination{} flow{} in through {face}, and the values prescribed there determine {fixed}",
                    plural(inwards),
                    if inwards == 1 { "s" } else { "" },
                ),
                format!("dirichlet(…) for what flows in at {face}, outflow for the rest"),
            ),
            Verdict::Many(room, asked) => {
                let prescribed: Vec<usize> = group
                    .iter()
                    .copied()
                    .filter(|plane| {
                        let of = self.condition(system, *plane, axis, side);
                        matches!(of, Some(Boundary::Dirichlet(_)))
                    })
                    .collect();
                (
                    format!(
                        "{asked} values of {} are prescribed at {face}, and what flows out through it leaves {room} of them free",
                        self.names(system, &prescribed)
                    ),
                    format!(
                        "dirichlet(…) for {room} of them at {face}, neumann or outflow for the others"
                    ),
                )
            }
            Verdict::Fine => return None,
        })
    }

    /// Diffusion and waves beside a side where nothing is prescribed and nothing flows out.
    fn unprescribed(
        &self,
        system: &System,
        group: &[usize],
        axis: usize,
        order: usize,
        linear: bool,
    ) -> Option<Fault> {
        let [plane] = group else { return None };
        let velocities = self
            .orders
            .get(*plane)
            .is_some_and(|rate| rate.keys().any(|array| *array != *plane as u32));
        if velocities && order == 2 {
            return None;
        }
        (0..2).find_map(|side| {
            let condition = self.condition(system, *plane, axis, side)?;
            if !matches!(condition, Boundary::Outflow) {
                return None;
            }
            let second = self.at_face(group, axis, side, 2, linear)?;
            let first = self.at_face(group, axis, side, 1, linear)?;
            let outwards = if side == 0 { 1.0 } else { -1.0 };
            // Rounding of the first derivative is no drift.
            let rounding = 1e-6 / self.axes[axis].spacing();
            let certain = second.iter().zip(&first).all(|(second, first)| {
                let still = outwards * first[0][0] <= rounding * second[0][0];
                second[0][0] > 0.0 && (order == 2 || still)
            });
            let name = self.name(system, *plane);
            let face = self.face(axis, side);
            let most = second.iter().map(|of| of[0][0]).fold(0.0, f64::max);
            certain.then(|| {
                if order == 2 {
                    (
                        format!("waves of {name} come in through {face}, and nothing is prescribed there"),
                        format!("absorbing({}) lets waves leave", most.sqrt()),
                    )
                } else {
                    (
                        format!("{name} diffuses through {face}, and nothing is prescribed there"),
                        format!("neumann at {face}: no flux; or dirichlet(…)"),
                    )
                }
            })
        })
    }

    /// Third derivatives lead between sides.
    fn third(
        &self,
        system: &System,
        group: &[usize],
        axis: usize,
        linear: bool,
    ) -> Option<Fault> {
        let open = |side: usize| {
            group.iter().all(|plane| {
                self.condition(system, *plane, axis, side).is_some_and(|of| {
                    !matches!(
                        of,
                        Boundary::Periodic
                            | Boundary::Antiperiodic
                            | Boundary::Centre { .. }
                    )
                })
            })
        };
        let leads = self
            .at_face(group, axis, 0, 3, linear)?
            .iter()
            .all(|factor| factor.iter().flatten().any(|entry| *entry != 0.0));
        (leads && open(0) && open(1)).then(|| {
            let along = &self.axes[axis].name;
            (
                format!(
                    "a third derivative of {} along {along} needs one condition at one end and two at the other, and sides prescribe as many at both",
                    self.names(system, group)
                ),
                format!("boundary = periodic along {along}, on a box so wide that nothing reaches its ends"),
            )
        })
    }
}

/// Whether conditions suit speeds inwards (of ∂ₜu + S ∂u/∂(inwards) = 0).
fn verdict(
    inwards: &Matrix,
    conditions: &[&Boundary],
    still: f64,
    linear: bool,
) -> Verdict {
    let n = conditions.len();
    let known = |of: &&Boundary| {
        matches!(
            of,
            Boundary::Dirichlet(_)
                | Boundary::Neumann(_)
                | Boundary::Robin { .. }
                | Boundary::Outflow
        )
    };
    let (Some(entering), Some(not_leaving)) =
        (projector(inwards, -still), projector(inwards, still))
    else {
        return Verdict::Fine;
    };
    if !conditions.iter().all(known) {
        return Verdict::Fine;
    }
    let rows = |matrix: &Matrix, wanted: &dyn Fn(&Boundary) -> bool| -> Matrix {
        (0..n).filter(|k| wanted(conditions[*k])).map(|k| matrix[k].clone()).collect()
    };
    let flow = rank(entering.clone());
    let determines = |of: &Boundary| match of {
        Boundary::Outflow => false,
        Boundary::Neumann(_) => !linear,
        _ => true,
    };
    let fixed = rank(rows(&entering, &determines));
    if fixed < flow {
        return Verdict::Few(flow, fixed);
    }
    let values = rows(&not_leaving, &|of| matches!(of, Boundary::Dirichlet(_)));
    let asked = values.len();
    let room = rank(values);
    if room < asked { Verdict::Many(room, asked) } else { Verdict::Fine }
}

/// The projector on the space that belongs to eigenvalues above −shift, (1 + sign(S + shift))/2, by Newton's iteration for the sign
/// of a matrix (N. J. Higham, Functions of Matrices, 2008, ch. 5); `None` where it does not converge.
fn projector(matrix: &Matrix, shift: f64) -> Option<Matrix> {
    let n = matrix.len();
    let mut sign = matrix.clone();
    for (k, line) in sign.iter_mut().enumerate() {
        line[k] += shift;
    }
    for _ in 0..100 {
        let inverse = inverted(&sign)?;
        let mut change = 0.0_f64;
        let mut size = 0.0_f64;
        for (line, other) in sign.iter_mut().zip(&inverse) {
            for (entry, other) in line.iter_mut().zip(other) {
                let next = 0.5 * (*entry + other);
                change = change.max((next - *entry).abs());
                size = size.max(next.abs());
                *entry = next;
            }
        }
        if change <= 1e-11 * size {
            for (k, line) in sign.iter_mut().enumerate() {
                line[k] += 1.0;
                line.iter_mut().for_each(|entry| *entry *= 0.5);
            }
            return Some(sign);
        }
    }
    (n == 0).then(Vec::new)
}

/// The inverse of a matrix; `None` where it has none.
fn inverted(matrix: &Matrix) -> Option<Matrix> {
    let n = matrix.len();
    let unit = |k: usize| (0..n).map(move |j| f64::from(u8::from(j == k)));
    let lines = matrix.iter().enumerate();
    let mut work: Matrix =
        lines.map(|(k, line)| line.iter().copied().chain(unit(k)).collect()).collect();
    for k in 0..n {
        let pivot =
            (k..n).max_by(|i, j| work[*i][k].abs().total_cmp(&work[*j][k].abs()))?;
        work.swap(k, pivot);
        let scale = work[k][k].recip();
        if !scale.is_finite() {
            return None;
        }
        work[k].iter_mut().for_each(|entry| *entry *= scale);
        let own = work[k].clone();
        for (_, line) in work.iter_mut().enumerate().filter(|(i, _)| *i != k) {
            let factor = line[k];
            for (entry, own) in line.iter_mut().zip(&own) {
                *entry -= factor * own;
            }
        }
    }
    Some(work.into_iter().map(|line| line.get(n..).unwrap_or(&[]).to_vec()).collect())
}

/// The rank of a matrix, by elimination with complete pivots.
fn rank(mut matrix: Matrix) -> usize {
    let size = matrix.iter().flatten().fold(0.0_f64, |most, entry| most.max(entry.abs()));
    let mut found = 0;
    loop {
        let mut best = (1e-4 * size.max(0.1), None);
        for (i, line) in matrix.iter().enumerate().skip(found) {
            for (j, entry) in line.iter().enumerate() {
                if entry.abs() > best.0 {
                    best = (entry.abs(), Some((i, j)));
                }
            }
        }
        let Some((i, j)) = best.1 else { return found };
        matrix.swap(found, i);
        let own = matrix[found].clone();
        for line in matrix.iter_mut().skip(found + 1) {
            let factor = line[j] / own[j];
            for (entry, own) in line.iter_mut().zip(&own) {
                *entry -= factor * own;
            }
            line[j] = 0.0;
        }
        found += 1;
    }
}
