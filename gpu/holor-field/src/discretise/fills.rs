//! In what order ghost cells are filled, and in which regions.

use super::differences::{Lowering, loaded};
use super::placement::Beyond;
use crate::equation::{Boundary, Term};
use crate::error::{FieldError, FieldResult};
use crate::graph::NodeId;
use crate::layout::{DIMENSIONS, Region, dimension};
use crate::scheme::Fill;

/// How many ghost cells an array needs in each dimension.
pub(super) type Reach = [usize; DIMENSIONS];

/// The arrays of one field that are filled alike: its planes, or their time derivatives.
#[derive(Clone, Copy, Debug)]
pub(super) struct Filled {
    /// The field.
    pub(super) field: usize,
    /// Real and imaginary part.
    pub(super) arrays: (u32, Option<u32>),
    /// Whether they are time derivatives.
    pub(super) velocity: bool,
    /// Ghosts needed.
    pub(super) reach: Reach,
}

impl Lowering<'_> {
    /// The ghosts that the nodes need of each array, arrays by number.
    pub(super) fn reaches(&self, roots: &[NodeId], arrays: usize) -> Vec<Reach> {
        let mut reaches = vec![[0; DIMENSIONS]; arrays];
        let needed = self.graph.needed(roots);
        for (op, needed) in self.graph.ops().iter().zip(needed) {
            let Some((array, offset)) = loaded(*op).filter(|_| needed) else { continue };
            if let Some(reach) = reaches.get_mut(array as usize) {
                for (most, along) in reach.iter_mut().zip(offset) {
                    *most = (*most).max(usize::from(along.unsigned_abs()));
                }
            }
        }
        reaches
    }

    /// Whether what is prescribed at some side depends on the time.
    pub(super) fn boundaries_depend_on_time(&mut self) -> bool {
        let system = self.equations.system;
        let terms: Vec<&Term> = system
            .fields
            .iter()
            .flat_map(|field| field.boundaries.iter().flatten())
            .flat_map(|side| match side {
                Boundary::Dirichlet(value) | Boundary::Neumann(value) => vec![value],
                Boundary::Robin { a, b, value } => vec![a, b, value],
                Boundary::Absorbing { speed } => vec![speed],
                Boundary::Clamped { value, slope } => vec![value, slope],
                Boundary::Periodic
                | Boundary::Antiperiodic
                | Boundary::Outflow
                | Boundary::Free
                | Boundary::Centre { .. } => Vec::new(),
            })
            .collect();
        terms.into_iter().any(|term| {
            self.equations.pair(term).is_ok_and(|pair| {
                [Some(pair.re), pair.im]
                    .into_iter()
                    .flatten()
                    .any(|id| self.equations.formulas.facts(id).time)
            })
        })
    }

    /// How the ghosts of all planes and velocities are filled that the nodes load. Planes of order 0 are computed in the interior, those
    /// they need first.
    pub(super) fn fills(
        &mut self,
        reaches: &[Reach],
        rates: &[NodeId],
    ) -> FieldResult<Vec<Fill>> {
        let system = self.equations.system;
        let evolving = |field: &usize| {
            system.fields.get(*field).is_some_and(|field| field.order != 0)
        };
        let fields = 0..system.fields.len();
        let (first, given): (Vec<usize>, Vec<usize>) = fields.partition(evolving);
        let mut fills = Vec::new();
        self.ghosts_of(&first, reaches, &mut fills)?;
        for field in self.in_order(given, rates)? {
            let Some((re, im)) = self.equations.plane_of_field.get(field).copied() else {
                continue;
            };
            let mut region = Region { start: [0; DIMENSIONS], end: [1; DIMENSIONS] };
            for (axis, of) in system.grid.axes.iter().enumerate() {
                region.end[dimension(axis, self.rank)] = of.points as isize;
            }
            let value = |plane: u32| rates.get(plane as usize).map(|node| (plane, *node));
            let values = [Some(re), im].into_iter().flatten().filter_map(value).collect();
            fills.push(Fill::Formula { region, values });
            self.ghosts_of(&[field], reaches, &mut fills)?;
        }
        Ok(fills)
    }

    /// Fields of order 0 that are loaded, each after those that it loads.
    fn in_order(&self, given: Vec<usize>, rates: &[NodeId]) -> FieldResult<Vec<usize>> {
        let planes = |field: usize| {
            let (re, im) =
                self.equations.plane_of_field.get(field).copied().unwrap_or((0, None));
            [Some(re), im].into_iter().flatten().collect::<Vec<u32>>()
        };
        let loads = |field: usize, other: usize| {
            let roots: Vec<NodeId> = planes(field)
                .into_iter()
                .filter_map(|plane| rates.get(plane as usize).copied())
                .collect();
            let needed = self.graph.needed(&roots);
            let wanted = planes(other);
            self.graph.ops().iter().zip(needed).any(|(op, needed)| {
                needed && loaded(*op).is_some_and(|(array, _)| wanted.contains(&array))
            })
        };
        let mut left = given;
        let mut done = Vec::new();
        while !left.is_empty() {
            let ready = left
                .iter()
                .position(|field| !left.iter().any(|other| loads(*field, *other)));
            let Some(ready) = ready else {
                let names: Vec<&str> = left
                    .iter()
                    .filter_map(|field| self.equations.system.fields.get(*field))
                    .map(|field| field.name.as_str())
                    .collect();
                return Err(FieldError::invalid(
                    format!(
                        "{} are given by equations that contain themselves",
                        names.join(", ")
                    ),
                    "solve the equations for them",
                ));
            };
            done.push(left.remove(ready));
        }
        Ok(done)
    }

    fn ghosts_of(
        &mut self,
        fields: &[usize],
        reaches: &[Reach],
        fills: &mut Vec<Fill>,
    ) -> FieldResult<()> {
        let mut all = Vec::new();
        for field in fields.iter().copied() {
            let Some((re, im)) = self.equations.plane_of_field.get(field).copied() else {
                continue;
            };
            let velocity =
                |plane: u32| self.velocity_arrays.get(plane as usize).copied().flatten();
            let mut sets = vec![((re, im), false)];
            if let Some(first) = velocity(re) {
                sets.push(((first, im.and_then(velocity)), true));
            }
            for (arrays, velocity) in sets {
                let of =
                    |array: u32| reaches.get(array as usize).copied().unwrap_or_default();
                let mut reach = of(arrays.0);
                for (most, other) in reach.iter_mut().zip(arrays.1.map_or([0; 3], of)) {
                    *most = (*most).max(other);
                }
                if reach != [0; DIMENSIONS] {
                    all.push(Filled { field, arrays, velocity, reach });
                }
            }
        }
        for axis in 0..self.rank {
            for filled in &all {
                self.formulas_along(*filled, axis, fills)?;
            }
        }
        for axis in 0..self.rank {
            for filled in &all {
                self.wraps_along(*filled, axis, fills);
            }
        }
        Ok(())
    }

    /// The sign of a field in its mirror image beyond a side, where that solves the equations. There must be as many cells as ghosts.
    pub(super) fn mirrored(&self, field: usize, axis: usize, side: usize) -> Option<f64> {
        let points = self.equations.system.grid.axes.get(axis)?.points;
        let signs = self.reflections.get(axis)?[side].as_ref()?;
        (points >= self.order).then(|| signs.get(field).copied())?
    }

    fn sides(&self, filled: Filled, axis: usize) -> Option<&[Boundary; 2]> {
        self.equations.system.fields.get(filled.field)?.boundaries.get(axis)
    }

    fn wraps_along(&self, filled: Filled, axis: usize, fills: &mut Vec<Fill>) {
        let sign = match self.sides(filled, axis) {
            Some([Boundary::Periodic, _]) => 1.0,
            Some([Boundary::Antiperiodic, _]) => -1.0,
            _ => return,
        };
        let dimension = dimension(axis, self.rank);
        if filled.reach[dimension] == 0 {
            return;
        }
        for array in [Some(filled.arrays.0), filled.arrays.1].into_iter().flatten() {
            fills.push(Fill::Wrap { array, dimension, sign });
        }
    }

    /// The ghosts at both ends of an axis, in a region extended into the ghosts filled before.
    fn formulas_along(
        &mut self,
        filled: Filled,
        axis: usize,
        fills: &mut Vec<Fill>,
    ) -> FieldResult<()> {
        let system = self.equations.system;
        let (Some(field), Some(along)) =
            (system.fields.get(filled.field), system.grid.axes.get(axis))
        else {
            return Ok(());
        };
        let Some(sides) = field.boundaries.get(axis) else { return Ok(()) };
        if along.closed {
            return Ok(());
        }
        let own = dimension(axis, self.rank);
        let points: Vec<isize> =
            system.grid.axes.iter().map(|axis| axis.points as isize).collect();
        let mut region = Region { start: [0; DIMENSIONS], end: [1; DIMENSIONS] };
        for (other, count) in points.iter().enumerate() {
            let place = dimension(other, self.rank);
            let before = other < axis
                && system.grid.axes.get(other).is_some_and(|axis| !axis.closed);
            let extra = if before { filled.reach[place] as isize } else { 0 };
            region.start[place] = -extra;
            region.end[place] = count + extra;
        }
        for (side, boundary) in sides.iter().enumerate() {
            for layer in 1..=filled.reach[own] {
                let mut slab = region;
                let cell = if side == 0 {
                    -(layer as isize)
                } else {
                    points[axis] - 1 + layer as isize
                };
                slab.start[own] = cell;
                slab.end[own] = cell + 1;
                if let Boundary::Centre { angle, mirrored, sign } = boundary {
                    let across = 2 * layer as i16 - 1;
                    let mut parts = vec![Part { region: slab, offset: [0; DIMENSIONS] }];
                    for part in &mut parts {
                        part.offset[own] = if side == 0 { across } else { -across };
                    }
                    if let Some(angle) = angle {
                        let turned = dimension(*angle, self.rank);
                        parts =
                            parts.into_iter().flat_map(|p| p.turned(turned)).collect();
                    }
                    if let Some(polar) = mirrored {
                        let polar = dimension(*polar, self.rank);
                        parts =
                            parts.into_iter().flat_map(|p| p.mirrored(polar)).collect();
                    }
                    self.across(filled, *sign, parts, fills);
                    continue;
                }
                match self.beyond_wall(filled.field, (axis, side), layer) {
                    Some(Beyond::Zero) => {
                        let zero = self.graph.constant(0.0);
                        let arrays = [Some(filled.arrays.0), filled.arrays.1];
                        let values = arrays.into_iter().flatten();
                        push(fills, slab, values.map(|array| (array, zero)).collect());
                        continue;
                    }
                    Some(Beyond::Image(across, sign)) => {
                        let mut part = Part { region: slab, offset: [0; DIMENSIONS] };
                        part.offset[own] = across;
                        self.across(filled, sign, vec![part], fills);
                        continue;
                    }
                    None => {}
                }
                if let Some(sign) = self.mirrored(filled.field, axis, side) {
                    let mut part = Part { region: slab, offset: [0; DIMENSIONS] };
                    let across = 2 * layer as i16 - 1;
                    part.offset[own] = if side == 0 { across } else { -across };
                    self.across(filled, sign, vec![part], fills);
                    continue;
                }
                let nodes = self.ghost(field, filled, axis, side, boundary, layer)?;
                let mut values = vec![(filled.arrays.0, nodes.0)];
                if let (Some(array), Some(node)) = (filled.arrays.1, nodes.1) {
                    values.push((array, node));
                }
                push(fills, slab, values);
            }
        }
        Ok(())
    }

    /// Beyond a centre: the cells on the other side.
    fn across(
        &mut self,
        filled: Filled,
        sign: f64,
        parts: Vec<Part>,
        fills: &mut Vec<Fill>,
    ) {
        for Part { region, offset } in parts {
            let values = [Some(filled.arrays.0), filled.arrays.1]
                .into_iter()
                .flatten()
                .map(|array| {
                    let value = self.graph.load(array, offset);
                    (array, if sign < 0.0 { self.graph.negate(value) } else { value })
                })
                .collect();
            push(fills, region, values);
        }
    }
}

/// Cells that have their values from cells so far away.
#[derive(Clone, Copy)]
struct Part {
    region: Region,
    offset: [i16; DIMENSIONS],
}

impl Part {
    /// Half a turn on along a dimension, whose interior is in the region.
    fn turned(self, along: usize) -> [Self; 2] {
        let half = (self.region.end[along] - self.region.start[along]) / 2;
        let (mut first, mut second) = (self, self);
        first.region.end[along] = self.region.start[along] + half;
        second.region.start[along] = first.region.end[along];
        first.offset[along] += half as i16;
        second.offset[along] -= half as i16;
        [first, second]
    }

    /// From the mirrored cell along a dimension: its ghosts, which are filled as well, mirror each other.
    fn mirrored(self, along: usize) -> Vec<Self> {
        let (start, end) = (self.region.start[along], self.region.end[along]);
        (start..end)
            .map(|cell| {
                let mut part = self;
                (part.region.start[along], part.region.end[along]) = (cell, cell + 1);
                part.offset[along] += (start + end - 1 - 2 * cell) as i16;
                part
            })
            .collect()
    }
}

/// Adds to a fill of the same region, if there is one behind the last fill of a whole interior.
fn push(fills: &mut Vec<Fill>, region: Region, values: Vec<(u32, NodeId)>) {
    for fill in fills.iter_mut().rev() {
        match fill {
            Fill::Formula { region: known, values: inside } if *known == region => {
                inside.extend(values);
                return;
            }
            // Fields of order 0 are computed here: what comes later may need them.
            Fill::Formula { region: known, .. } if known.start == [0; DIMENSIONS] => {
                break;
            }
            Fill::Formula { .. } => {}
            Fill::Wrap { .. } => break,
        }
    }
    fills.push(Fill::Formula { region, values });
}
