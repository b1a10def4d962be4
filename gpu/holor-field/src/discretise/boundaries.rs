//! Ghost cells: for each side of the box the formula that continues a plane beyond it.

use super::complex::Pair;
use super::differences::{Lowering, loaded};
use super::formula::{Formula, Id, Variable};
use super::linear_form::LinearForm;
use super::text;
use super::weights::weights;
use crate::equation::{Boundary, Field, Term};
use crate::error::{FieldError, FieldResult};
use crate::graph::NodeId;
use crate::layout::{DIMENSIONS, Region, dimension};
use crate::scheme::Fill;

/// How many ghost cells an array needs in each dimension.
pub(super) type Reach = [usize; DIMENSIONS];

/// The arrays of one field that are filled alike: its planes, or their time derivatives.
#[derive(Clone, Copy, Debug)]
struct Filled {
    field: usize,
    /// Real and imaginary part.
    arrays: (u32, Option<u32>),
    /// Whether they are time derivatives.
    velocity: bool,
    /// Ghosts needed.
    reach: Reach,
}

/// A value on the graph: real and imaginary part.
type Nodes = (NodeId, Option<NodeId>);

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
                Boundary::Periodic
                | Boundary::Antiperiodic
                | Boundary::Outflow
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
                if let Boundary::Centre { angle, sign } = boundary {
                    self.centre(filled, own, *angle, *sign, layer, slab, fills);
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

    /// Beyond the centre: the cell on the other side, half a turn on.
    #[allow(
        clippy::too_many_arguments,
        reason = "one call, each argument a different thing"
    )]
    fn centre(
        &mut self,
        filled: Filled,
        own: usize,
        angle: Option<usize>,
        sign: f64,
        layer: usize,
        slab: Region,
        fills: &mut Vec<Fill>,
    ) {
        let through = 2 * layer as i16 - 1;
        let mut parts = vec![(slab, 0_isize)];
        let turned = angle.map(|angle| dimension(angle, self.rank));
        if let Some(turned) = turned {
            let half = (slab.end[turned] - slab.start[turned]) / 2;
            let (mut first, mut second) = (slab, slab);
            first.end[turned] = slab.start[turned] + half;
            second.start[turned] = slab.start[turned] + half;
            parts = vec![(first, half), (second, -half)];
        }
        for (region, shift) in parts {
            let mut offset = [0_i16; DIMENSIONS];
            offset[own] = through;
            if let Some(turned) = turned {
                offset[turned] = shift as i16;
            }
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

    /// The value of a ghost cell from the polynomial through the condition at the face and the points inside.
    fn ghost(
        &mut self,
        field: &Field,
        filled: Filled,
        axis: usize,
        side: usize,
        boundary: &Boundary,
        layer: usize,
    ) -> FieldResult<Nodes> {
        let count =
            self.equations.system.grid.axes.get(axis).map_or(0, |axis| axis.points);
        let outflow = matches!(boundary, Boundary::Outflow);
        // Distances from the face in half steps, inwards positive. Of second order the ghost mirrors one point: of a fourth derivative
        // this adds the condition that the second (first) derivative of what is prescribed vanishes.
        let inside: Vec<i32> = match (outflow, self.order) {
            (true, order) => (0..order as i32).map(|j| 2 * j + 1).collect(),
            (false, 2) => vec![2 * layer as i32 - 1],
            (false, order) => (0..order as i32 - 1).map(|j| 2 * j + 1).collect(),
        };
        let deepest =
            inside.iter().copied().max().map_or(0, |most| (most as usize).div_ceil(2));
        if deepest > count {
            let name = &self.equations.system.grid.axes[axis].name;
            return Err(FieldError::invalid(
                format!(
                    "{name} has {count} points, too few for differences of order {}",
                    self.order
                ),
                format!("at least {deepest} points along {name}, or a lower order"),
            ));
        }
        let at = -(2 * layer as i32 - 1);
        let from_ghost =
            |points: &[i32]| points.iter().map(|x| x - at).collect::<Vec<_>>();
        if outflow {
            let weights = weights(&from_ghost(&inside), 0);
            let parts = |lowering: &mut Self, array: u32| {
                let mut form = LinearForm::default();
                lowering.inside(array, axis, side, layer, &inside, &weights, &mut form);
                join(lowering, form)
            };
            let re = parts(self, filled.arrays.0);
            return Ok((re, filled.arrays.1.map(|array| parts(self, array))));
        }
        let mut with_face = vec![0];
        with_face.extend(&inside);
        // Ghost and inward derivative at the face from the value at the face and those inside.
        let value_weights = weights(&from_ghost(&with_face), 0);
        let slope_weights: Vec<f64> = weights(&with_face, 1)
            .iter()
            .map(|weight| weight / self.spacing[axis])
            .collect();
        let (own, rest) = (value_weights[0], &value_weights[1..]);
        let (slope_own, slope_rest) = (slope_weights[0], &slope_weights[1..]);
        let condition = self.condition(field, filled, axis, side, boundary)?;
        let arrays = [Some(filled.arrays.0), filled.arrays.1];
        // The condition a u − b ∂u = value with u at the face: face = (value + b Σ slope)/(a − b slope_own).
        let mut faces: [Option<NodeId>; 2] = [None, None];
        match condition {
            Condition::Value(value) => {
                faces[0] = Some(self.here(value.re));
                faces[1] = match value.im {
                    Some(im) => Some(self.here(im)),
                    None => Some(self.graph.constant(0.0)),
                };
            }
            Condition::Slope(values) => {
                for (place, array) in arrays.iter().enumerate() {
                    let Some(array) = array else { continue };
                    let mut form = LinearForm::default();
                    let inward: Vec<f64> = rest
                        .iter()
                        .zip(slope_rest)
                        .map(|(w, s)| w - own * s / slope_own)
                        .collect();
                    self.inside(*array, axis, side, layer, &inside, &inward, &mut form);
                    let value = match (place, values.im) {
                        (0, _) => Some(values.re),
                        (_, im) => im,
                    };
                    if let Some(value) = value {
                        let (factor, node) = self.value(value, [0; 3]);
                        form.add(&self.graph, node, -factor * own / slope_own);
                    }
                    faces[place] = Some(join(self, form));
                }
                let zero = self.graph.constant(0.0);
                return Ok((faces[0].unwrap_or(zero), arrays[1].and(faces[1])));
            }
            Condition::Damping(speed) => {
                // ∂u/∂n = −∂ₜu/speed, ∂ₜu at the face by interpolation from inside.
                return self.absorbing(
                    filled,
                    axis,
                    side,
                    layer,
                    &inside,
                    (own, rest),
                    (slope_own, slope_rest),
                    speed,
                );
            }
            Condition::Mixed { a, b, value } => {
                let of = |lowering: &mut Self, pair: Pair| {
                    let re = lowering.here(pair.re);
                    let im = pair.im.map(|im| lowering.here(im));
                    (re, im)
                };
                let (a, b, value) = (of(self, a), of(self, b), of(self, value));
                let mut slopes: Vec<Option<NodeId>> = Vec::new();
                for array in arrays {
                    slopes.push(array.map(|array| {
                        let mut form = LinearForm::default();
                        self.inside(
                            array, axis, side, layer, &inside, slope_rest, &mut form,
                        );
                        join(self, form)
                    }));
                }
                let zero = self.graph.constant(0.0);
                let slope = (slopes[0].unwrap_or(zero), slopes[1]);
                let flux = self.times(b, slope);
                let above = self.plus(value, flux);
                let minus = self.graph.constant(-slope_own);
                let share = self.times(b, (minus, None));
                let below = self.plus(a, share);
                if self.graph.constant_value(below.0) == Some(0.0)
                    && below.1.is_none_or(|im| self.graph.constant_value(im) == Some(0.0))
                {
                    return Err(FieldError::invalid(
                        format!(
                            "the condition at the boundary does not determine {} there on this grid",
                            field.name
                        ),
                        "change the number of points, or a and b",
                    ));
                }
                let face = self.over(above, below);
                faces = [Some(face.0), Some(face.1.unwrap_or(zero))];
            }
        }
        let mut nodes = Vec::new();
        for (array, face) in arrays.iter().zip(faces) {
            let Some(array) = array else { continue };
            let mut form = LinearForm::default();
            self.inside(*array, axis, side, layer, &inside, rest, &mut form);
            if let Some(face) = face {
                form.add(&self.graph, face, own);
            }
            nodes.push(join(self, form));
        }
        let zero = self.graph.constant(0.0);
        Ok((nodes.first().copied().unwrap_or(zero), nodes.get(1).copied()))
    }

    /// ∂u/∂n = −∂ₜu/speed.
    #[allow(
        clippy::too_many_arguments,
        reason = "one call, each argument a different thing"
    )]
    fn absorbing(
        &mut self,
        filled: Filled,
        axis: usize,
        side: usize,
        layer: usize,
        inside: &[i32],
        (own, rest): (f64, &[f64]),
        (slope_own, slope_rest): (f64, &[f64]),
        speed: Id,
    ) -> FieldResult<Nodes> {
        let nearest: &[i32] = if self.order == 2 { &[1, 3] } else { inside };
        let to_face = weights(nearest, 0);
        let (factor, speed) = self.value(speed, [0; 3]);
        let mut nodes = Vec::new();
        for array in [Some(filled.arrays.0), filled.arrays.1].into_iter().flatten() {
            let velocity = self
                .velocity_arrays
                .get(array as usize)
                .copied()
                .flatten()
                .unwrap_or(array);
            let mut form = LinearForm::default();
            self.inside(velocity, axis, side, layer, nearest, &to_face, &mut form);
            let rate = join(self, form);
            let slope = self.graph.divide(rate, speed);
            let mut form = LinearForm::default();
            let inward: Vec<f64> = rest
                .iter()
                .zip(slope_rest)
                .map(|(w, s)| w - own * s / slope_own)
                .collect();
            self.inside(array, axis, side, layer, inside, &inward, &mut form);
            form.add(&self.graph, slope, own / slope_own / factor);
            nodes.push(join(self, form));
        }
        let zero = self.graph.constant(0.0);
        Ok((nodes.first().copied().unwrap_or(zero), nodes.get(1).copied()))
    }

    /// Adds weights times the points inside, seen from a ghost, to a form.
    #[allow(clippy::too_many_arguments, reason = "a place has many coordinates")]
    fn inside(
        &mut self,
        array: u32,
        axis: usize,
        side: usize,
        layer: usize,
        distances: &[i32],
        weights: &[f64],
        form: &mut LinearForm,
    ) {
        let own = dimension(axis, self.rank);
        for (distance, weight) in distances.iter().zip(weights) {
            // A point at distance 2j + 1 half steps is the cell j; the ghost lies at layer beyond the first.
            let steps = (distance - 1) / 2 + layer as i32;
            let mut offset = [0_i16; DIMENSIONS];
            offset[own] = if side == 0 { steps as i16 } else { -steps as i16 };
            let node = self.graph.load(array, offset);
            form.add(&self.graph, node, *weight);
        }
    }

    /// What a boundary asks of a field, or of its time derivative.
    fn condition(
        &mut self,
        field: &Field,
        filled: Filled,
        axis: usize,
        side: usize,
        boundary: &Boundary,
    ) -> FieldResult<Condition> {
        let mut fixed = |term: &Term, constant: bool| -> FieldResult<Pair> {
            let pair = self.boundary_term(field, axis, side, term)?;
            if !filled.velocity {
                return Ok(pair);
            }
            let rates = [Some(pair.re), pair.im].map(|id| {
                id.map(|id| self.equations.formulas.exact_derivative(Variable::Time, id))
            });
            let refused = || {
                FieldError::invalid(
                    format!(
                        "the time derivative of {} is needed at the boundary, and {} has none there",
                        field.name,
                        text::of_term(self.equations.system, term)
                    ),
                    "prescribe a smooth function of the time",
                )
            };
            let re = rates[0].flatten().ok_or_else(refused)?;
            let im = match rates[1] {
                Some(im) => Some(im.ok_or_else(refused)?),
                None => None,
            };
            if constant {
                let zero = |id: Id| self.equations.formulas.value(id) == Some(0.0);
                if !(zero(re) && im.is_none_or(zero)) {
                    return Err(refused());
                }
                return Ok(pair);
            }
            Ok(self.equations.make(re, im))
        };
        let condition = match boundary {
            Boundary::Dirichlet(value) => Condition::Value(fixed(value, false)?),
            Boundary::Neumann(value) => Condition::Slope(fixed(value, false)?),
            Boundary::Robin { a, b, value } => Condition::Mixed {
                a: fixed(a, true)?,
                b: fixed(b, true)?,
                value: fixed(value, false)?,
            },
            Boundary::Absorbing { speed } => {
                if filled.velocity {
                    return Err(FieldError::invalid(
                        format!(
                            "a derivative of the time derivative of {} reaches over an absorbing boundary",
                            field.name
                        ),
                        "use outflow or a condition on the value there",
                    ));
                }
                let pair = fixed(speed, true)?;
                if pair.im.is_some() {
                    return Err(FieldError::invalid(
                        format!(
                            "the speed of the waves of {} at the boundary is complex",
                            field.name
                        ),
                        "give the real speed of the waves",
                    ));
                }
                if self
                    .equations
                    .formulas
                    .value(pair.re)
                    .is_some_and(|speed| speed <= 0.0)
                {
                    return Err(FieldError::invalid(
                        format!(
                            "the speed of the waves of {} at the boundary is not positive",
                            field.name
                        ),
                        "give the speed of the waves that leave",
                    ));
                }
                Condition::Damping(pair.re)
            }
            Boundary::Periodic
            | Boundary::Antiperiodic
            | Boundary::Outflow
            | Boundary::Centre { .. } => {
                return Err(FieldError::invalid("a boundary without a condition", ""));
            }
        };
        let values = match condition {
            Condition::Value(value) | Condition::Slope(value) => vec![value],
            Condition::Mixed { a, b, value } => vec![a, b, value],
            Condition::Damping(_) => Vec::new(),
        };
        if !field.complex && values.iter().any(|value| value.im.is_some()) {
            return Err(FieldError::invalid(
                format!("{} is a real field but its boundary is complex", field.name),
                format!("declare {} complex, or give a real boundary", field.name),
            ));
        }
        Ok(condition)
    }

    /// A term of a boundary: of the time and the other coordinates; the own one is that of the face.
    fn boundary_term(
        &mut self,
        field: &Field,
        axis: usize,
        side: usize,
        term: &Term,
    ) -> FieldResult<Pair> {
        let gathered = self.equations.gathered.len();
        let pair = self.equations.pair(term)?;
        for id in [Some(pair.re), pair.im].into_iter().flatten() {
            let facts = self.equations.formulas.facts(id);
            if facts.arrays || facts.uniform || self.equations.gathered.len() != gathered
            {
                return Err(FieldError::invalid(
                    format!(
                        "the boundary of {} depends on more than time and place: {}",
                        field.name,
                        text::of_term(self.equations.system, term)
                    ),
                    "prescribe a function of t and the coordinates",
                ));
            }
        }
        let along = &self.equations.system.grid.axes[axis];
        let face = if side == 0 { along.low } else { along.high };
        let mut known = std::collections::HashMap::new();
        let mut at_face = |id: Id| {
            self.equations.formulas.replace(id, &mut known, &|formulas, formula| {
                match formula {
                    Formula::Coordinate(own) if *own == axis => {
                        Some(formulas.number(face))
                    }
                    _ => None,
                }
            })
        };
        let re = at_face(pair.re);
        let im = pair.im.map(at_face);
        Ok(self.equations.make(re, im))
    }

    fn plus(&mut self, a: Nodes, b: Nodes) -> Nodes {
        let re = self.graph.add(a.0, b.0);
        let im = match (a.1, b.1) {
            (Some(a), Some(b)) => Some(self.graph.add(a, b)),
            (a, b) => a.or(b),
        };
        (re, im)
    }

    fn times(&mut self, a: Nodes, b: Nodes) -> Nodes {
        let g = &mut self.graph;
        let first = g.multiply(a.0, b.0);
        match (a.1, b.1) {
            (None, None) => (first, None),
            (Some(y), None) => (first, Some(g.multiply(y, b.0))),
            (None, Some(v)) => (first, Some(g.multiply(a.0, v))),
            (Some(y), Some(v)) => {
                let second = g.multiply(y, v);
                let re = g.subtract(first, second);
                let parts = (g.multiply(a.0, v), g.multiply(y, b.0));
                (re, Some(g.add(parts.0, parts.1)))
            }
        }
    }

    fn over(&mut self, a: Nodes, b: Nodes) -> Nodes {
        let Some(y) = b.1 else {
            let re = self.graph.divide(a.0, b.0);
            let im = a.1.map(|im| self.graph.divide(im, b.0));
            return (re, im);
        };
        let minus = self.graph.negate(y);
        let above = self.times(a, (b.0, Some(minus)));
        let squares = (self.graph.multiply(b.0, b.0), self.graph.multiply(y, y));
        let below = self.graph.add(squares.0, squares.1);
        self.over(above, (below, None))
    }
}

/// What holds at a face.
#[derive(Clone, Copy, Debug)]
enum Condition {
    /// u.
    Value(Pair),
    /// ∂u/∂n.
    Slope(Pair),
    /// a u + b ∂u/∂n = value.
    Mixed {
        /// a.
        a: Pair,
        /// b.
        b: Pair,
        /// value.
        value: Pair,
    },
    /// ∂u/∂n = −∂ₜu/speed.
    Damping(Id),
}

fn join(lowering: &mut Lowering<'_>, form: LinearForm) -> NodeId {
    let (factor, node) = form.join(&mut lowering.graph);
    super::linear_form::scaled(&mut lowering.graph, factor, node)
}

/// Adds to the last fill where the region is the same.
fn push(fills: &mut Vec<Fill>, region: Region, values: Vec<(u32, NodeId)>) {
    for fill in fills.iter_mut() {
        if let Fill::Formula { region: known, values: inside } = fill {
            if *known == region {
                inside.extend(values);
                return;
            }
        }
    }
    fills.push(Fill::Formula { region, values });
}
