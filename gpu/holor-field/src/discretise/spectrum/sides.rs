//! Whether the sides prescribe as much as flows in through them.
//!
//! Of transport ∂ₜu = A ∂ₓu + … (x one axis, the others do not matter) the combinations of fields along the eigenvectors of −A move with
//! its eigenvalues. A side determines a solution where its conditions fix all that flow in, and leaves one where the values prescribed can be
//! met by those alone (H.-O. Kreiss, Comm. Pure Appl. Math. 23, 277 (1970); Gustafsson, Kreiss and Oliger, Time Dependent Problems and
//! Difference Methods, 2013, ch. 7). A derivative ∂u/∂n prescribed may follow from the equations, as that of the magnetic field beside a
//! conductor, and does not count against the latter. For the former it counts of nonlinear equations alone, whose flow may turn: the
//! value that flows in then is that of the start at the side, and errors grow with the number of cells. Diffusion and waves need one condition at each side, transport by
//! derivatives of the third order three in all, of the fifth five, which two sides that prescribe as many each do not give.
//!
//! Only what is certain is said: what holds at every cell beside the side and at every time looked at, with some room where coefficients depend
//! on the fields, and at the side itself, which is looked at closely (`near`) before anything is said.

use std::collections::BTreeSet;

use super::algebra::{Matrix, projector, rank};
use super::{Row, Spectrum};
use crate::discretise::weights::weights;
use crate::equation::{Boundary, System};
use crate::layout::{DIMENSIONS, dimension};

/// Cells beside a side at which speeds are looked at.
const BESIDE: usize = 24;
/// Cells from which a value at a face is extrapolated.
pub(super) const DEEP: usize = 3;
/// The share of the fastest speed below which one counts as none, where coefficients are known and where they depend on the fields.
const STILL: (f64, f64) = (1e-3, 0.05);

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

/// Fields that the equations couple, between the two sides of an axis.
#[derive(Clone, Copy)]
pub(super) struct Coupled<'s> {
    /// The linearisation.
    pub(super) spectrum: &'s Spectrum<'s>,
    /// The equations.
    pub(super) system: &'s System,
    /// Their planes.
    pub(super) planes: &'s [usize],
    /// The axis.
    pub(super) axis: usize,
    /// Whether the equations are linear.
    pub(super) linear: bool,
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
            groups.iter().find_map(|planes| {
                Coupled { spectrum: self, system, planes, axis, linear }.fault()
            })
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
}

impl Coupled<'_> {
    fn fault(&self) -> Option<Fault> {
        let Self { spectrum, planes, axis, .. } = *self;
        let orders: Vec<[u8; 3]> = planes
            .iter()
            .filter_map(|plane| spectrum.orders.get(*plane))
            .flat_map(|rate| rate.values())
            .flatten()
            .copied()
            .collect();
        let across = |orders: &[u8; 3]| (0..3).any(|k| k != axis && orders[k] > 0);
        let most = orders.iter().map(|orders| orders[axis]).max().unwrap_or(0);
        let mixed = orders.iter().any(|orders| orders[axis] > 0 && across(orders));
        let order = spectrum.planes[*planes.first()?].order;
        if mixed || planes.iter().any(|plane| spectrum.planes[*plane].order != order) {
            return None;
        }
        match (order, most) {
            (1, 1) => self.transport(),
            (1 | 2, 2) => self.unprescribed(order),
            (1, 3 | 5 | 7) => self.odd(most),
            _ => None,
        }
    }

    /// The condition of a plane at a side.
    pub(super) fn condition(&self, plane: usize, side: usize) -> Option<&Boundary> {
        let field = self.system.fields.get(self.spectrum.planes.get(plane)?.field)?;
        field.boundaries.get(self.axis)?.get(side)
    }

    /// The names of fields, each once.
    fn names(&self, planes: &[usize]) -> String {
        let name = |plane: &usize| {
            let field = self
                .spectrum
                .planes
                .get(*plane)
                .map(|of| self.system.fields.get(of.field));
            field.flatten().map_or("?", |field| field.name.as_str())
        };
        let mut names: Vec<&str> = planes.iter().map(name).collect();
        names.dedup();
        names.join(", ")
    }

    /// `x = 0`.
    fn face(&self, side: usize) -> String {
        let of = &self.spectrum.axes[self.axis];
        format!("{} = {}", of.name, if side == 0 { of.low } else { of.high })
    }

    /// The share of the largest factor below which one counts as none.
    fn still(&self) -> f64 {
        if self.linear { STILL.0 } else { STILL.1 }
    }

    /// The cells beside a side: for each place along it some inwards from the `first`.
    fn beside(&self, side: usize, first: usize) -> Vec<Vec<[isize; DIMENSIONS]>> {
        let along = dimension(self.axis, self.spectrum.axes.len());
        let points = self.spectrum.layout.points;
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

    /// The factors of a derivative along the axis in the rates, at a cell.
    fn factor(
        &self,
        order: u8,
        cell: [isize; DIMENSIONS],
        scalars: &[f64],
    ) -> Option<Matrix> {
        let Self { spectrum, planes, axis, .. } = *self;
        let mut rows = vec![Row::new(); spectrum.planes.len()];
        for plane in planes {
            rows[*plane] = spectrum.row(*spectrum.rates.get(*plane)?, cell, scalars);
            if rows[*plane].values().any(|entry| !entry.is_finite()) {
                return None;
            }
        }
        let factors = spectrum.factors(&rows);
        let mut wanted = [0; 3];
        wanted[axis] = order;
        let entry = |plane: usize, other: usize| {
            factors
                .get(plane)
                .and_then(|moments| moments.get(&(other as u32, wanted)))
                .copied()
                .unwrap_or(0.0)
        };
        let line = |plane: &usize| planes.iter().map(|q| entry(*plane, *q)).collect();
        Some(planes.iter().map(line).collect())
    }

    /// The factors at a face, for each place along it and each time; of nonlinear equations from cells whose neighbours are all in the
    /// box, and those of the outermost of these as well.
    pub(super) fn at_face(&self, side: usize, order: u8) -> Option<Vec<Matrix>> {
        let n = self.planes.len();
        let spectrum = self.spectrum;
        let reach = spectrum.layout.ghosts[dimension(self.axis, spectrum.axes.len())];
        let first = if self.linear { 0 } else { reach };
        let mut all = Vec::new();
        for time in &spectrum.times {
            let scalars = spectrum.scalars_at(*time);
            for cells in self.beside(side, first) {
                let mut sum = vec![vec![0.0; n]; n];
                let distances: Vec<i32> =
                    (0..cells.len()).map(|k| 2 * (first + k) as i32 + 1).collect();
                let to_face = weights(&distances, 0);
                for (place, (cell, weight)) in cells.iter().zip(to_face).enumerate() {
                    let at = self.factor(order, *cell, &scalars)?;
                    for (sum, line) in sum.iter_mut().zip(&at) {
                        for (sum, entry) in sum.iter_mut().zip(line) {
                            *sum += weight * entry;
                        }
                    }
                    if place == 0 && !self.linear {
                        all.push(at);
                    }
                }
                all.push(sum);
            }
        }
        (!all.is_empty()).then_some(all)
    }

    /// Sides of systems of first order.
    fn transport(&self) -> Option<Fault> {
        let faces = [0, 1].map(|side| self.at_face(side, 1));
        let fastest = faces.iter().flatten().map(|all| largest(all)).fold(0.0, f64::max);
        if fastest == 0.0 || !fastest.is_finite() {
            return None;
        }
        let still = fastest * self.still();
        (0..2).find_map(|side| {
            let verdict = self.of_side(side, faces[side].as_ref()?, still);
            if verdict == Verdict::Fine
                || self.near(side, 1, still).iter().any(|near| match near {
                    None => true,
                    Some(near) => self.of_side(side, near, still) != verdict,
                })
            {
                return None;
            }
            Some(self.said(side, verdict, &faces, still))
        })
    }

    /// What all factors at a side say; `Fine` where they do not agree.
    fn of_side(&self, side: usize, factors: &[Matrix], still: f64) -> Verdict {
        let conditions: Option<Vec<&Boundary>> =
            self.planes.iter().map(|plane| self.condition(*plane, side)).collect();
        let Some(conditions) = conditions else { return Verdict::Fine };
        let mut all = factors.iter().map(|factor| {
            // What flows in has a positive speed at the lower side, a negative one at the upper.
            let sign = if side == 0 { -1.0 } else { 1.0 };
            let inwards = factor
                .iter()
                .map(|line| line.iter().map(|entry| sign * entry).collect::<Vec<f64>>());
            verdict(&inwards.collect(), &conditions, still, self.linear)
        });
        let first = all.next().unwrap_or(Verdict::Fine);
        if all.all(|other| other == first) { first } else { Verdict::Fine }
    }

    /// A verdict in words.
    fn said(
        &self,
        side: usize,
        verdict: Verdict,
        faces: &[Option<Vec<Matrix>>; 2],
        still: f64,
    ) -> Fault {
        let face = self.face(side);
        let names = self.names(self.planes);
        let one = |faces: &Option<Vec<Matrix>>, sign: f64| {
            faces.as_ref().is_some_and(|all| all.iter().all(|of| sign * of[0][0] > still))
        };
        let axes = &self.spectrum.axes;
        if self.planes.len() == 1 {
            let (low, high) = (one(&faces[0], -1.0), one(&faces[1], 1.0));
            let word = |inwards: bool| if inwards { "dirichlet(…)" } else { "outflow" };
            let way = if matches!(verdict, Verdict::Few(..)) {
                format!(
                    "{names} flows in through {face}, and its value is not prescribed there"
                )
            } else {
                format!(
                    "{names} flows out through {face}, and its value is prescribed there"
                )
            };
            let hint = if axes.len() == 1 {
                format!("boundary = [[{}, {}]]", word(low), word(high))
            } else {
                format!("[{}, {}] along {}", word(low), word(high), axes[self.axis].name)
            };
            return (way, hint);
        }
        let plural = |count: usize| if count == 1 { "" } else { "s" };
        let prescribed = |plane: &usize| {
            matches!(self.condition(*plane, side), Some(Boundary::Dirichlet(_)))
        };
        match verdict {
            Verdict::Many(room, asked) => {
                let prescribed: Vec<usize> =
                    self.planes.iter().copied().filter(prescribed).collect();
                (
                    format!(
                        "{asked} values of {} are prescribed at {face}, and what flows out through it leaves {room} of them free",
                        self.names(&prescribed)
                    ),
                    format!(
                        "dirichlet(…) for {room} of them at {face}, neumann or outflow for the others"
                    ),
                )
            }
            Verdict::Few(inwards, fixed) => (
                format!(
                    "of {names}, {inwards} combination{} flow{} in through {face}, and the values prescribed there determine {fixed}",
                    plural(inwards),
                    if inwards == 1 { "s" } else { "" },
                ),
                format!("dirichlet(…) for what flows in at {face}, outflow for the rest"),
            ),
            Verdict::Fine => (String::new(), String::new()),
        }
    }

    /// Diffusion and waves beside a side where nothing is prescribed and nothing flows out.
    fn unprescribed(&self, order: usize) -> Option<Fault> {
        let [plane] = self.planes else { return None };
        let orders = self.spectrum.orders.get(*plane);
        let velocities =
            orders.is_some_and(|rate| rate.keys().any(|array| *array != *plane as u32));
        if velocities && order == 2 {
            return None;
        }
        let seconds = [0, 1].map(|side| self.at_face(side, 2));
        let most = seconds.iter().flatten().map(|all| largest(all)).fold(0.0, f64::max);
        // Where diffusion comes to an end at the side (x ∂²u), nothing need be prescribed.
        let still = most * self.still();
        // Rounding of the first derivative is no drift.
        let rounding = 1e-6 / self.spectrum.axes[self.axis].spacing();
        (0..2).find_map(|side| {
            if !matches!(self.condition(*plane, side)?, Boundary::Outflow) {
                return None;
            }
            let outwards = if side == 0 { 1.0 } else { -1.0 };
            let certain = |second: &[Matrix], first: &[Matrix]| {
                second.iter().zip(first).all(|(second, first)| {
                    let drifts = outwards * first[0][0] > rounding * second[0][0];
                    second[0][0] > still && (order == 2 || !drifts)
                })
            };
            let second = seconds[side].as_ref()?;
            if !certain(second, &self.at_face(side, 1)?) {
                return None;
            }
            let near = self.near(side, 2, still).into_iter().zip(self.near(side, 1, rounding * most));
            if !near.into_iter().all(|both| match both {
                (Some(second), Some(first)) => certain(&second, &first),
                _ => false,
            }) {
                return None;
            }
            let (name, face) = (self.names(&[*plane]), self.face(side));
            Some(if order == 2 {
                (
                    format!("waves of {name} come in through {face}, and nothing is prescribed there"),
                    format!("absorbing({}) lets waves leave", largest(second).sqrt()),
                )
            } else {
                (
                    format!("{name} diffuses through {face}, and nothing is prescribed there"),
                    format!("neumann at {face}: no flux; or dirichlet(…)"),
                )
            })
        })
    }

    /// Derivatives of the third, fifth or seventh order lead between sides, of every combination of the fields: where they lead of some alone, as in
    /// Boussinesq's systems, what leads of the others may be even.
    fn odd(&self, order: u8) -> Option<Fault> {
        let open = |side: usize| {
            self.planes.iter().all(|plane| {
                self.condition(*plane, side).is_some_and(|of| {
                    !matches!(
                        of,
                        Boundary::Periodic
                            | Boundary::Antiperiodic
                            | Boundary::Centre { .. }
                    )
                })
            })
        };
        if !(open(0) && open(1)) {
            return None;
        }
        let leading = [self.at_face(0, order)?, self.at_face(1, order)?];
        let most = leading.iter().map(|all| largest(all)).fold(0.0, f64::max);
        let still = most * self.still();
        let leads = |all: &[Matrix]| {
            all.iter().all(|factor| {
                let scaled = factor
                    .iter()
                    .map(|line| line.iter().map(|entry| entry / most).collect());
                largest(std::slice::from_ref(factor)) > still
                    && rank(scaled.collect()) == self.planes.len()
            })
        };
        // Derivatives of the even order below that damp, and that this grid feels more, decide what it needs.
        let damps = if order % 4 == 3 { 1.0 } else { -1.0 };
        let spacing = self.spectrum.axes[self.axis].spacing();
        let spread = |side: usize| {
            self.at_face(side, order - 1).is_none_or(|all| {
                all.iter().all(|factor| {
                    (0..self.planes.len()).all(|k| damps * factor[k][k] * spacing >= most)
                })
            })
        };
        let near = |side: usize| {
            self.near(side, order, still)
                .iter()
                .all(|all| all.as_ref().is_some_and(|all| leads(all)))
        };
        if !(leading.iter().all(|all| leads(all)) && (0..2).all(near))
            || (spread(0) && spread(1))
        {
            return None;
        }
        let along = &self.spectrum.axes[self.axis].name;
        let (name, few, many) = match order {
            3 => ("third", "one condition", "two"),
            5 => ("fifth", "two conditions", "three"),
            _ => ("seventh", "three conditions", "four"),
        };
        Some((
            format!(
                "a {name} derivative of {} along {along} needs {few} at one end and {many} at the other, and sides prescribe as many at both",
                self.names(self.planes)
            ),
            format!(
                "boundary = periodic along {along}, on a box so wide that nothing reaches its ends"
            ),
        ))
    }
}

/// The largest entry of some matrices.
fn largest(all: &[Matrix]) -> f64 {
    all.iter().flatten().flatten().fold(0.0, |most, entry| most.max(entry.abs()))
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
