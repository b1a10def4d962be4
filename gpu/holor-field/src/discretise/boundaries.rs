//! Ghost cells: for each side of the box the formula that continues a plane beyond it.

use super::complex::Pair;
use super::differences::Lowering;
use super::fills::Filled;
use super::formula::{Formula, Id, Variable};
use super::linear_form::LinearForm;
use super::text;
use super::weights::weights;
use crate::equation::{Boundary, Field, Term};
use crate::error::{FieldError, FieldResult};
use crate::graph::NodeId;
use crate::layout::{DIMENSIONS, dimension};

/// A value on the graph: real and imaginary part.
type Nodes = (NodeId, Option<NodeId>);

impl Lowering<'_> {
    /// The value of a ghost cell from the polynomial through the condition at the face and the points inside.
    pub(super) fn ghost(
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
        // Where values are only looked at, they continue smoothly beyond a side that says nothing of them there.
        let unsaid = match boundary {
            Boundary::Absorbing { .. } => self.observes,
            Boundary::Clamped { .. } | Boundary::Free => self.observes && self.order > 2,
            _ => false,
        };
        let boundary = if unsaid { &Boundary::Outflow } else { boundary };
        if matches!(boundary, Boundary::Clamped { .. } | Boundary::Free) {
            return self.two_conditions(field, filled, axis, side, boundary, layer);
        }
        let outflow = matches!(boundary, Boundary::Outflow);
        let inside = self.distances(filled, axis, layer, boundary);
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
        self.check_orders(field, axis)?;
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
        // What is prescribed is that where the field stands, on the face.
        let mut on_face = field.shift.map(i32::from);
        on_face[axis] = 0;
        let arrays = [Some(filled.arrays.0), filled.arrays.1];
        // The condition a u − b ∂u = value with u at the face: face = (value + b Σ slope)/(a − b slope_own).
        let mut faces: [Option<NodeId>; 2] = [None, None];
        match condition {
            Condition::Value(value) => {
                faces[0] = Some(self.node(value.re, on_face));
                faces[1] = match value.im {
                    Some(im) => Some(self.node(im, on_face)),
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
                        let (factor, node) = self.value(value, on_face);
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
                    let re = lowering.node(pair.re, on_face);
                    let im = pair.im.map(|im| lowering.node(im, on_face));
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

    /// The distances from the face of the cells that a ghost follows, in half steps inwards.
    ///
    /// Of second order the ghost mirrors one cell. Of higher orders it follows as many cells as give the order while the eigenvalues of the
    /// operator between two sides stay where they belong: of ∂² negative, for waves also real; with ∂ (transport, with and without
    /// diffusion) of real parts that do not grow. The numbers were found by computing eigenvalues for 16 to 64 cells; tests hold them.
    fn distances(
        &self,
        filled: Filled,
        axis: usize,
        layer: usize,
        boundary: &Boundary,
    ) -> Vec<i32> {
        let odd = self
            .orders
            .iter()
            .flat_map(|rate| rate.values())
            .flatten()
            .any(|orders| orders.get(axis).is_some_and(|order| order % 2 == 1));
        let fields = &self.equations.system.fields;
        let second = fields.get(filled.field).is_some_and(|field| field.order == 2);
        let value = matches!(boundary, Boundary::Dirichlet(_));
        let count = match (boundary, self.order) {
            (Boundary::Outflow, order) => order,
            (_, 2) => return vec![2 * layer as i32 - 1],
            (_, 4) => 4 - usize::from(value),
            (_, 6) if odd => 4,
            (_, 8) if odd => 4 - usize::from(value),
            (_, 8) if second => 6,
            (_, order) => order - usize::from(value),
        };
        (0..count as i32).map(|j| 2 * j + 1).collect()
    }

    /// Ghosts of a side with two conditions, of second order: u = v + s x + (u₁ − v − s) x² at a clamped one, x = 1 at the first cell inside, so that
    /// ghosts are right to O(h³), which is enough for errors of O(h²) where u and its slope are given; the line through two cells at a free one,
    /// which gives the symmetric matrix of free beams. Eigenvalues of ∂⁴ are real and within those of plane waves (tests hold them).
    fn two_conditions(
        &mut self,
        field: &Field,
        filled: Filled,
        axis: usize,
        side: usize,
        boundary: &Boundary,
        layer: usize,
    ) -> FieldResult<Nodes> {
        let most = self.highest_order(field, axis);
        let along = self.equations.system.grid.axes.get(axis);
        let name = along.map_or("?", |axis| axis.name.as_str());
        if most < 4 && !self.observes {
            return Err(FieldError::invalid(
                format!(
                    "a clamped or free side prescribes two things, but the highest derivative of {} along {name} is of order {most}",
                    field.name
                ),
                "dirichlet(v) or neumann(v), which prescribe one",
            ));
        }
        if self.order > 2 {
            return Err(FieldError::invalid(
                format!(
                    "clamped and free sides of {} have differences of order 2",
                    field.name
                ),
                "order = 2",
            ));
        }
        let points = along.map_or(0, |axis| axis.points);
        if points < 3 {
            return Err(FieldError::invalid(
                format!("{name} has {points} points, too few for a clamped or free side"),
                format!("at least 3 points along {name}"),
            ));
        }
        let at = -f64::from(2 * layer as i32 - 1);
        let (distances, weights): (&[i32], Vec<f64>) = match boundary {
            Boundary::Free if self.rank > 1 => {
                return Err(FieldError::invalid(
                    format!(
                        "the free edge of a plate depends on its Poisson ratio: {} has a free side in a box of {} dimensions",
                        field.name, self.rank
                    ),
                    "free along the only axis of a beam; clamped or dirichlet(0) at a plate's edges",
                ));
            }
            Boundary::Free => (&[1, 3], vec![(3.0 - at) / 2.0, (at - 1.0) / 2.0]),
            _ => (&[1], vec![at * at]),
        };
        let given = match self.two_given(field, filled, axis, side, boundary)? {
            None => Vec::new(),
            Some([value, slope]) => {
                let step = self.spacing[axis] / 2.0;
                vec![(value, 1.0 - at * at), (slope, (at * at - at) * step)]
            }
        };
        let mut nodes = Vec::new();
        for (part, array) in
            [Some(filled.arrays.0), filled.arrays.1].into_iter().enumerate()
        {
            let Some(array) = array else { continue };
            let mut form = LinearForm::default();
            self.inside(array, axis, side, layer, distances, &weights, &mut form);
            for (pair, weight) in &given {
                let Some(id) = (if part == 0 { Some(pair.re) } else { pair.im }) else {
                    continue;
                };
                let (factor, node) = self.value(id, [0; 3]);
                form.add(&self.graph, node, factor * weight);
            }
            nodes.push(join(self, form));
        }
        let zero = self.graph.constant(0.0);
        Ok((nodes.first().copied().unwrap_or(zero), nodes.get(1).copied()))
    }

    /// What a clamped side prescribes, or the time derivatives of that.
    fn two_given(
        &mut self,
        field: &Field,
        filled: Filled,
        axis: usize,
        side: usize,
        boundary: &Boundary,
    ) -> FieldResult<Option<[Pair; 2]>> {
        let Boundary::Clamped { value, slope } = boundary else { return Ok(None) };
        let mut given = Vec::new();
        for term in [value, slope] {
            let one = Boundary::Dirichlet(term.clone());
            if let Condition::Value(pair) =
                self.condition(field, filled, axis, side, &one)?
            {
                given.push(pair);
            }
        }
        Ok(<[Pair; 2]>::try_from(given).ok())
    }

    /// The highest derivative of a field along an axis.
    fn highest_order(&self, field: &Field, axis: usize) -> u8 {
        let place = self
            .equations
            .system
            .fields
            .iter()
            .position(|other| other.name == field.name);
        let planes =
            place.and_then(|place| self.equations.plane_of_field.get(place)).copied();
        let Some((re, im)) = planes else { return 0 };
        self.orders
            .iter()
            .flat_map(|rate| rate.iter())
            .filter(|(array, _)| **array == re || Some(**array) == im)
            .flat_map(|(_, orders)| orders)
            .filter_map(|orders| orders.get(axis).copied())
            .max()
            .unwrap_or(0)
    }

    /// Refuses a derivative that would need more than the one condition at a side.
    fn check_orders(&self, field: &Field, axis: usize) -> FieldResult<()> {
        let most = self.highest_order(field, axis);
        if self.order == 2 || most < 3 || self.observes {
            return Ok(());
        }
        let name = self
            .equations
            .system
            .grid
            .axes
            .get(axis)
            .map_or("?", |axis| axis.name.as_str());
        Err(FieldError::invalid(
            format!(
                "a derivative of order {most} of {} along {name} needs more than one condition at a side with differences of order {}",
                field.name, self.order
            ),
            "order = 2, or a field of its own for the inner derivative, with its own conditions",
        ))
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
            | Boundary::Clamped { .. }
            | Boundary::Free
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
    pub(super) fn boundary_term(
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
