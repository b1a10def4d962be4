//! Fields that an equation in space gives, as ∇²ψ = ζ does, on boxes with sides.
//!
//! Beside sides with a value or a slope the solution is continued by its mirror image, odd or even. Central differences of second order of
//! derivative are then diagonal in sines and cosines at the cells' middles, along each axis for itself, so that the equation of the run's own
//! differences is solved by a product with an orthogonal matrix along each axis, a division, and the products back (R. E. Lynch, J. R. Rice and
//! D. H. Thomas, Numer. Math. 6 (1964) 185). Of order 2 that is the equation with the run's ghosts. Of order 4 the mirror image has a kink in ∂²ψ
//! where the right side f does not vanish at a wall with a value, and in ∂³ψ where it has a slope at one with a slope: the equation itself says how
//! large, ∂ₙ²ψ = f − …, and what the kink adds to differences beside the wall is taken from the right side.

use std::f64::consts::PI;
use std::sync::Arc;

use super::assemble::Lowered;
use super::complex::{Equations, Pair};
use super::differences::Lowering;
use super::formula::{Id, Variable};
use super::parts::separate_noise;
use super::resonance::Resonance;
use super::weights::{central, weights};
use super::{noise, text};
use crate::equation::{Axis, Boundary, Complex64, Field, Operator, Term};
use crate::error::{FieldError, FieldResult};
use crate::graph::{Binary, NodeId, Unary};
use crate::layout::{DIMENSIONS, Region, dimension};
use crate::plan::{SparseMatrix, Table};
use crate::scheme::{Modes, Second, SideTerm, Solve};

/// Points along an axis at most: a matrix of so many rows takes 200 MB.
const MOST: usize = 4096;
/// An operator is 0 for a wave where it is this part of the largest value that it has.
pub(super) const NOTHING: f64 = 1e-10;

/// What is asked for a field.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    /// The field.
    pub(super) field: usize,
    /// The operator: factors of derivatives of second order, and of the field itself.
    pub(super) operator: Operator,
    /// What second differences are.
    pub(super) second: Second,
    /// Whether it may be 0 for what is the same everywhere, which is then left out.
    pub(super) without_mean: bool,
    /// Of a potential the components of the vector, each with its axis.
    pub(super) components: Vec<(usize, Pair)>,
}

/// A component of a vector whose divergence is the right side of a plane.
#[derive(Clone, Copy, Debug)]
pub(super) struct Component<R> {
    /// The plane that is solved for.
    pub(super) plane: usize,
    /// The axis.
    pub(super) axis: usize,
    /// The component itself.
    pub(super) value: R,
}

fn refused(message: String, hint: &str) -> FieldError {
    FieldError::invalid(message, hint)
}

fn resonant(operator: &str, name: &str) -> FieldError {
    refused(
        format!(
            "the operator {operator} of {name} is 0 for a wave of the box: what it gives is not one field"
        ),
        "another operator, other sides, or another box",
    )
}

impl Equations<'_> {
    /// Whether a field is given by an equation in space on a box that has sides.
    pub(super) fn is_solved(&self, place: usize) -> bool {
        self.system.fields.get(place).is_some_and(|field| {
            field.order == 0
                && matches!(
                    field.rate,
                    Term::Inverse { .. } | Term::InverseLaplacian(_) | Term::Potential(_)
                )
        }) && !self.all_periodic()
    }

    /// Whether all fields are periodic along all axes.
    pub(super) fn all_periodic(&self) -> bool {
        let mut sides =
            self.system.fields.iter().flat_map(|field| field.boundaries.iter().flatten());
        sides.all(|side| matches!(side, Boundary::Periodic))
    }

    /// The right side of the equation in space that gives a field, where there is one.
    pub(super) fn asked(&mut self, place: usize) -> FieldResult<Option<Right>> {
        if !self.is_solved(place) {
            return Ok(None);
        }
        let system = self.system;
        let Some(field) = system.fields.get(place) else { return Ok(None) };
        let rank = system.grid.axes.len();
        let second = |axis: usize| {
            let mut orders = [0; 3];
            orders[axis] = 2;
            (1.0, orders)
        };
        let (operator, body): (Operator, Right) = match &field.rate {
            Term::Inverse { operator, body } => {
                (operator.clone(), Right::Term((**body).clone()))
            }
            Term::InverseLaplacian(body) => {
                ((0..rank).map(second).collect(), Right::Term((**body).clone()))
            }
            Term::Potential(parts) => {
                let axes = parts.iter().map(|(axis, _)| *axis);
                (axes.map(second).collect(), Right::Pair(self.divergence(parts)?))
            }
            _ => return Ok(None),
        };
        let name = &field.name;
        if system.grid.mask.is_some() {
            return Err(refused(
                format!(
                    "{name} is given by an equation in space, which is not solved inside of a mask"
                ),
                "leave the mask out",
            ));
        }
        let simple = |orders: &[u32; 3]| {
            let found: Vec<u32> = orders.iter().copied().filter(|n| *n > 0).collect();
            found.is_empty() || found == [2]
        };
        if let Some((_, orders)) = operator.iter().find(|(_, orders)| !simple(orders)) {
            let text = text::of_operator(system, &[(1.0, *orders)]);
            let all = operator.iter().flat_map(|(_, orders)| orders);
            let hint = match all.clone().any(|order| order % 2 == 1) {
                true => {
                    "boundary = periodic, or coordinates along the axes of the operator, in which it has second derivatives along each alone"
                }
                false => {
                    "boundary = periodic, or a field in between: [w == laplacian(u), …]"
                }
            };
            return Err(refused(
                format!(
                    "beside sides an equation in space is solved for second derivatives along the axes, and that of {name} holds {text}"
                ),
                hint,
            ));
        }
        let along = system.grid.axes.iter().zip(&field.boundaries).enumerate();
        for (place, (axis, sides)) in along {
            let known = |side: &Boundary| {
                matches!(
                    side,
                    Boundary::Periodic
                        | Boundary::Antiperiodic
                        | Boundary::Dirichlet(_)
                        | Boundary::Neumann(_)
                )
            };
            if !sides.iter().all(known) {
                return Err(refused(
                    format!(
                        "{name} is given by an equation in space, which is solved for fields that have a value, a slope or a period at the sides, and {name} has something else at a side of {}",
                        axis.name
                    ),
                    "field(B, 0, boundary = dirichlet(0)), or neumann, or periodic",
                ));
            }
            let round = matches!(sides, [Boundary::Periodic | Boundary::Antiperiodic, _]);
            if field.shift[place] && !round {
                return Err(refused(
                    format!(
                        "{name} is given by an equation in space, which is solved at the middles of cells, and on this staggered grid {name} stands on the sides of {}",
                        axis.name
                    ),
                    "leave grid = staggered out",
                ));
            }
            if axis.points > MOST {
                return Err(refused(
                    format!(
                        "{name} is given by an equation in space, which is solved on at most {MOST} points along an axis, and {} has {}",
                        axis.name, axis.points
                    ),
                    "fewer points",
                ));
            }
        }
        let second = match field.rate {
            Term::Potential(_) if system.is_staggered() => Second::Between,
            Term::Potential(_) => Second::Twice,
            _ => Second::Plain,
        };
        let without_mean =
            second != Second::Plain || matches!(field.rate, Term::InverseLaplacian(_));
        let mut components = Vec::new();
        if let Term::Potential(parts) = &field.rate {
            for (axis, part) in parts.iter() {
                components.push((*axis, self.pair(part)?));
            }
        }
        self.solves.push(Asked {
            field: place,
            operator,
            second,
            without_mean,
            components,
        });
        Ok(Some(body))
    }

    /// Refuses reconstructed fluxes beside a constraint, whose potential is that of central ones.
    pub(super) fn check_limited(&self) -> FieldResult<()> {
        if self.solves.iter().any(|asked| asked.second == Second::Twice) {
            return Err(refused(
                "a constraint such as ∇·V == 0 is kept beside sides for central differences, and a limiter has others".to_owned(),
                "leave limiter out",
            ));
        }
        Ok(())
    }

    /// The components of all vectors whose divergences are right sides.
    ///
    /// # Errors
    /// Where noise in them is no sum of products with it.
    pub(super) fn components(&mut self) -> FieldResult<Vec<Component<Id>>> {
        let system = self.system;
        let mut found = Vec::new();
        for asked in self.solves.clone() {
            let (re, im) = self.plane_of_field[asked.field];
            for (axis, pair) in asked.components {
                let parts = [(Some(re), Some(pair.re)), (im, pair.im)];
                for (plane, value) in parts {
                    let (Some(plane), Some(value)) = (plane, value) else { continue };
                    // Noise moves no bound.
                    let (value, _) =
                        separate_noise(&mut self.formulas, value).map_err(|failure| {
                            noise::refused(system, asked.field, failure)
                        })?;
                    found.push(Component { plane: plane as usize, axis, value });
                }
            }
        }
        Ok(found)
    }

    /// The differences of a vector's components along their axes, each of the component as it is at the cells or, on a staggered grid, half a cell
    /// beside: there 0 on walls, through which nothing flows.
    fn divergence(&mut self, parts: &[(usize, Term)]) -> FieldResult<Pair> {
        let system = self.system;
        let staggered = system.is_staggered();
        let (mut re, mut im) = (Vec::new(), Vec::new());
        for (axis, part) in parts {
            let axis = *axis;
            let Some(along) = system.grid.axes.get(axis) else { continue };
            let whole = self.pair(part)?;
            let open = (staggered && !along.closed).then(|| self.off_walls(axis, along));
            let zero = self.formulas.number(0.0);
            let pair = self.each(whole, |formulas, id| match open {
                Some(open) => formulas.select(open, id, zero),
                None => id,
            });
            for (steps, weight) in central(1, self.order, staggered) {
                let weight = weight / along.spacing();
                let at = self.each(pair, |formulas, id| formulas.beside(axis, steps, id));
                re.push((at.re, weight));
                im.extend(at.im.map(|im| (im, weight)));
            }
        }
        let (re, im) = (self.formulas.sum(&re), self.formulas.sum(&im));
        Ok(self.make(re, Some(im)))
    }

    /// 1 where a place is on neither wall across an axis.
    fn off_walls(&mut self, axis: usize, along: &Axis) -> Id {
        let formulas = &mut self.formulas;
        let place = formulas.coordinate(axis);
        let near = formulas.number(along.spacing() / 4.0);
        let away = [along.low, along.high].map(|wall| {
            let wall = formulas.number(wall);
            let distance = formulas.sum(&[(place, 1.0), (wall, -1.0)]);
            let distance = formulas.unary(Unary::Absolute, distance);
            formulas.binary(Binary::Less, near, distance)
        });
        formulas.product(&away)
    }
}

/// The right side of an equation in space.
pub(super) enum Right {
    /// As a term.
    Term(Term),
    /// As differences that are no derivatives of a term.
    Pair(Pair),
}

/// Two parts of a field as one formula each.
type Parts = [Option<Id>; 2];

impl Lowering<'_> {
    /// The equations in space, with what sides add to their right sides.
    pub(super) fn solves(&mut self) -> FieldResult<Vec<Solve>> {
        let mut result = Vec::new();
        for asked in self.equations.solves.clone() {
            let Some(field) = self.equations.system.fields.get(asked.field) else {
                continue;
            };
            let (re, im) = self.equations.plane_of_field[asked.field];
            let mut modes = Vec::new();
            let mut sides = Vec::new();
            for axis in 0..self.rank {
                modes.push(self.modes(field, axis, asked.second));
                let factor = second_of(&asked.operator, axis);
                if factor == 0.0 {
                    continue;
                }
                for side in 0..2 {
                    sides.extend(self.beside(&asked, field, axis, side)?);
                }
            }
            let of = |orders: [u32; 3]| {
                let all = asked.operator.iter().filter(|(_, own)| *own == orders);
                all.map(|(factor, _)| factor).sum::<f64>()
            };
            let mut solve = Solve {
                name: field.name.clone(),
                planes: [Some(re), im].into_iter().flatten().collect(),
                own: of([0; 3]),
                factors: (0..self.rank)
                    .map(|axis| second_of(&asked.operator, axis))
                    .collect(),
                modes,
                sides,
                order: self.order,
                second: asked.second,
                spacing: (0..self.rank).map(|axis| self.spacing[axis]).collect(),
                least: 0.0,
            };
            let (least, vanishes) = solve.least();
            solve.least = least;
            let squares: Vec<Vec<f64>> = (0..self.rank)
                .map(|axis| {
                    let n = self.equations.system.grid.axes[axis].points;
                    let h = self.spacing[axis];
                    let square = |wave: Wave| (wave.angle(n) / h).powi(2);
                    waves(&field.boundaries[axis], n).into_iter().map(square).collect()
                })
                .collect();
            let operator = text::of_operator(self.equations.system, &asked.operator);
            let resonance = match asked.second {
                Second::Plain => solve.resonance(&squares, asked.without_mean),
                Second::Twice | Second::Between => None,
            };
            match resonance {
                Some(Resonance::Exact) => {
                    return Err(resonant(&operator, &field.name));
                }
                None if !asked.without_mean && vanishes => {
                    return Err(resonant(&operator, &field.name));
                }
                Some(Resonance::Unresolved { exact, differences }) => {
                    return Err(refused(
                        format!(
                            "the box is near a resonance of the operator {operator} of {}, which for a wave is {exact:.3e} and with differences on these points {differences:.3e}: what it gives would be wrong by as much",
                            field.name
                        ),
                        "more points, order = 8, or another box",
                    ));
                }
                None => {}
            }
            result.push(solve);
        }
        Ok(result)
    }

    /// Sines and cosines along an axis.
    fn modes(&self, field: &Field, axis: usize, second: Second) -> Modes {
        let n = self.equations.system.grid.axes[axis].points;
        let sides = &field.boundaries[axis];
        let waves = waves(sides, n);
        let mut vectors = Vec::with_capacity(n * n);
        for wave in &waves {
            vectors.extend((0..n).map(|cell| wave.at(cell, n)));
        }
        let turned: Vec<f64> =
            (0..n * n).map(|place| vectors[place % n * n + place / n]).collect();
        let values: Vec<f64> = waves
            .iter()
            .map(|wave| {
                let (h, angle) = (self.spacing[axis], wave.angle(n));
                second_difference((self.order, second), h, angle)
            })
            .collect();
        let dimension = dimension(axis, self.rank);
        Modes {
            dimension,
            forward: full(n, vectors),
            backward: full(n, turned),
            values: Table {
                name: format!("∂² of {}, {} of waves", field.name, axis),
                dimension,
                first: 0,
                values: values.into(),
            },
        }
    }

    /// What one side adds to the right side of the cells next to it.
    fn beside(
        &mut self,
        asked: &Asked,
        field: &Field,
        axis: usize,
        side: usize,
    ) -> FieldResult<Vec<SideTerm>> {
        let boundary = &field.boundaries[axis][side];
        let (term, slope) = match boundary {
            Boundary::Dirichlet(value) => (value, false),
            Boundary::Neumann(value) => (value, true),
            _ => return Ok(Vec::new()),
        };
        let pair = self.boundary_term(field, axis, side, term)?;
        let (h, factor) = (self.spacing[axis], second_of(&asked.operator, axis));
        let mirrored = self.mirrored(asked.field, axis, side).is_some();
        let kinked = self.order > 2 && !mirrored;
        let staggered = self.equations.system.is_staggered();
        let name = &self.equations.system.grid.axes[axis].name;
        if asked.second == Second::Between {
            // Nothing flows through walls, on which the components stand: their part of the divergence is 0 there.
            let nothing = self.equations.constant(pair) == Some(Complex64::default());
            return match nothing && slope {
                true => Ok(Vec::new()),
                false => Err(refused(
                    format!(
                        "a constraint such as ∇·V == 0 is kept between walls through which nothing flows, where {} has no slope, and at a side of {name} it has something else",
                        field.name
                    ),
                    "boundary = neumann for the pressure",
                )),
            };
        }
        if asked.second == Second::Twice && !mirrored {
            return Err(refused(
                format!(
                    "with all fields at the same points a constraint such as ∇·V == 0 is kept beside sides where the mirror image there solves all equations, as for a fluid between walls along which it slides; at a side of {name} it does not"
                ),
                "grid = staggered; or boundary = free_slip for the velocity, neumann for the pressure and what the fluid carries along",
            ));
        }
        if kinked && self.order > 4 && staggered {
            return Err(refused(
                format!(
                    "{} is given by an equation in space, which is solved with differences of order 2 and 4 beside the sides of a staggered grid",
                    field.name
                ),
                "order = 4, or order = 2, or leave grid = staggered out",
            ));
        }
        if kinked && self.order > 4 {
            return Err(refused(
                format!(
                    "{} is given by an equation in space, which is solved with differences of order {} where the mirror image at the sides solves all equations, and here it does not",
                    field.name, self.order
                ),
                "order = 4, or order = 2",
            ));
        }
        let points = self.equations.system.grid.axes[axis].points;
        if points < self.order {
            return Err(refused(
                format!(
                    "{} has {points} points, too few for differences of order {}",
                    self.equations.system.grid.axes[axis].name, self.order
                ),
                "more points",
            ));
        }
        // The kink in ∂ₙ²ψ (in ∂ₙ³ψ): the right side (its slope) at the face, from the cells inside, less what the condition says of the rest.
        let mut at_face = weights(&[1, 3, 5], usize::from(slope));
        if slope {
            // Outwards.
            at_face.iter_mut().for_each(|weight| *weight /= -h);
        }
        let values: Parts = [Some(pair.re), pair.im];
        let rest: Parts =
            if kinked { self.rest(asked, axis, values, field)? } else { [None; 2] };
        let stencil = central(2, self.order, false);
        let reach = self.order / 2;
        let own = dimension(axis, self.rank);
        let mut result = Vec::new();
        for layer in 0..reach {
            // Σ over the ghosts that the cell sees: its weights times what the mirror image lacks there.
            let (mut jump, mut kink) = (0.0, 0.0);
            for ghost in 1..=reach - layer {
                let steps = 2 * (layer + ghost) as i32;
                let Some((_, weight)) = stencil.iter().find(|(place, _)| *place == steps)
                else {
                    continue;
                };
                let s = (ghost as f64 - 0.5) * h;
                let weight = weight / (h * h);
                jump += weight * if slope { 2.0 * s } else { 2.0 };
                kink += weight * if slope { s.powi(3) / 3.0 } else { s * s };
            }
            let mut nodes = Vec::new();
            for (value, rest) in values.into_iter().zip(rest) {
                let mut parts = Vec::new();
                parts.extend(value.map(|id| (id, -factor * jump)));
                parts.extend(rest.map(|id| (id, -kink)));
                let sum = self.equations.formulas.sum(&parts);
                nodes.push(match self.equations.formulas.value(sum) {
                    Some(0.0) => None,
                    _ => Some(self.here(sum)),
                });
            }
            let inward: Vec<f64> = match kinked {
                true => at_face.iter().map(|weight| -kink * weight).collect(),
                false => Vec::new(),
            };
            if inward.is_empty() && nodes.iter().all(Option::is_none) {
                continue;
            }
            let cell = if side == 0 { layer } else { points - 1 - layer } as isize;
            let mut region = Region { start: [0; DIMENSIONS], end: [1; DIMENSIONS] };
            for (other, of) in self.equations.system.grid.axes.iter().enumerate() {
                region.end[dimension(other, self.rank)] = of.points as isize;
            }
            (region.start[own], region.end[own]) = (cell, cell + 1);
            let weights = inward.into_iter().enumerate().map(|(place, weight)| {
                let steps = place as i16 - layer as i16;
                let mut offset = [0; DIMENSIONS];
                offset[own] = if side == 0 { steps } else { -steps };
                (offset, weight)
            });
            result.push(SideTerm { region, weights: weights.collect(), values: nodes });
        }
        Ok(result)
    }

    /// What the operator makes of the prescribed value (slope) but for the derivative along the normal, with the other sign: c v + Σ a ∂ₜ²v
    /// over the directions along the side is taken from the right side there.
    fn rest(
        &mut self,
        asked: &Asked,
        axis: usize,
        values: Parts,
        field: &Field,
    ) -> FieldResult<Parts> {
        let mut result = [None; 2];
        for (slot, value) in result.iter_mut().zip(values) {
            let Some(value) = value else { continue };
            let mut parts = Vec::new();
            for (factor, orders) in asked.operator.iter() {
                if orders[axis] > 0 {
                    continue;
                }
                let mut own = Some(value);
                if let Some(other) = orders.iter().position(|order| *order > 0) {
                    for _ in 0..2 {
                        own = own.and_then(|id| {
                            self.equations
                                .formulas
                                .exact_derivative(Variable::Axis(other), id)
                        });
                    }
                }
                let Some(own) = own else {
                    return Err(refused(
                        format!(
                            "the value of {} at a side has no second derivative along it",
                            field.name
                        ),
                        "order = 2",
                    ));
                };
                parts.push((own, -factor));
            }
            // The kink is the right side less this; it is taken from the right side with the same factor.
            *slot = Some(self.equations.formulas.sum(&parts));
        }
        Ok(result)
    }
}

impl Lowered<'_> {
    /// The places where what sides add to right sides is evaluated.
    pub(super) fn solved_places(&self) -> Vec<(NodeId, Region)> {
        let sides = self.solves.iter().flat_map(|solve| &solve.sides);
        sides
            .flat_map(|side| {
                side.values.iter().flatten().map(move |node| (*node, side.region))
            })
            .collect()
    }
}

/// The factor of the second derivative along an axis.
fn second_of(operator: &Operator, axis: usize) -> f64 {
    let all = operator.iter().filter(|(_, orders)| orders[axis] == 2);
    all.map(|(factor, _)| factor).sum()
}

/// A matrix with all of its entries.
fn full(n: usize, values: Vec<f64>) -> SparseMatrix {
    let starts: Vec<usize> = (0..=n).map(|row| row * n).collect();
    let columns: Vec<u32> = (0..n * n).map(|place| (place % n) as u32).collect();
    SparseMatrix {
        starts: starts.into(),
        columns: columns.into(),
        values: Arc::from(values),
    }
}

/// A wave along an axis: a sine or cosine of (place + shift) · angle, place counted in cells.
#[derive(Clone, Copy, Debug)]
struct Wave {
    sine: bool,
    /// Half turns over the axis, times 2.
    turns: usize,
    /// Whether places are the middles of cells.
    middle: bool,
}

impl Wave {
    /// How far it turns from cell to cell.
    fn angle(self, n: usize) -> f64 {
        PI * self.turns as f64 / (2 * n) as f64
    }

    /// Its value at a cell, normalised.
    fn at(self, cell: usize, n: usize) -> f64 {
        // Of an angle of π (2 cell + 1) turns/4n, full turns are left out, which keeps all digits.
        let place = 2 * cell + usize::from(self.middle);
        let angle = PI * ((place * self.turns) % (8 * n)) as f64 / (4 * n) as f64;
        let alone = match (self.sine, self.middle) {
            (false, _) if self.turns == 0 => true,
            // Alternates from cell to cell.
            _ => self.turns == 2 * n,
        };
        let norm = if alone { 1.0 } else { 2.0_f64 };
        let value = if self.sine { angle.sin() } else { angle.cos() };
        (norm / n as f64).sqrt() * value
    }
}

/// The waves that sides allow along an axis of so many cells.
fn waves(sides: &[Boundary; 2], n: usize) -> Vec<Wave> {
    let value = |side: &Boundary| matches!(side, Boundary::Dirichlet(_));
    match sides {
        [Boundary::Periodic | Boundary::Antiperiodic, _] => {
            let half = usize::from(matches!(sides[0], Boundary::Antiperiodic));
            let mut all = Vec::with_capacity(n);
            for k in 0..n {
                let turns = 4 * k + 2 * half;
                for sine in [false, true] {
                    // Sines of no turn or of one half from cell to cell are 0 at all cells.
                    let none = sine && (turns == 0 || turns == 2 * n);
                    if turns <= 2 * n && !none {
                        all.push(Wave { sine, turns, middle: false });
                    }
                }
            }
            all
        }
        [low, high] => (0..n)
            .map(|k| Wave {
                sine: value(low),
                turns: match (value(low), value(high)) {
                    (false, false) => 2 * k,
                    (true, true) => 2 * k + 2,
                    _ => 2 * k + 1,
                },
                middle: true,
            })
            .collect(),
    }
}

/// What the central difference for the second derivative makes of a wave that turns by an angle from cell to cell.
fn second_difference((order, second): (usize, Second), spacing: f64, angle: f64) -> f64 {
    if second != Second::Plain {
        let between = second == Second::Between;
        // Waves of half a turn from cell to cell have no first difference.
        let blind = !between && (angle - PI).abs() < 1e-12;
        let angle = if blind { 0.0 } else { angle };
        let sum: f64 = central(1, order, between)
            .iter()
            .map(|(place, weight)| weight * (f64::from(*place) * angle / 2.0).sin())
            .sum();
        return -(sum / spacing).powi(2);
    }
    let stencil = central(2, order, false);
    // Σ w = 0: written with sines, what is nearly 0 has all digits.
    let sum: f64 = stencil
        .iter()
        .map(|(place, weight)| {
            -2.0 * weight * (f64::from(*place) * angle / 4.0).sin().powi(2)
        })
        .sum();
    sum / (spacing * spacing)
}

impl Solve {
    /// What the operator makes of a wave that turns by these angles from cell to cell, in the dimensions of the layout.
    pub(super) fn of_wave(&self, wave: [f64; DIMENSIONS]) -> f64 {
        let rank = self.factors.len();
        let along = |axis: usize| {
            let angle = wave[dimension(axis, rank)];
            self.factors[axis]
                * second_difference((self.order, self.second), self.spacing[axis], angle)
        };
        let value = self.own + (0..rank).map(along).sum::<f64>();
        let size = |axis: usize| (self.factors[axis] / self.spacing[axis].powi(2)).abs();
        let size = self.own.abs() + (0..rank).map(size).sum::<f64>();
        // Waves longer than the box are none of its waves.
        match value.abs() {
            nothing if nothing <= NOTHING * size => 0.0,
            little if little < self.least => self.least.copysign(value),
            _ => value,
        }
    }

    /// What the operator makes of a wave of this wave number.
    pub(super) fn of_wave_number(&self, number: [f64; 3]) -> f64 {
        let along = |(factor, k): (&f64, f64)| -factor * k * k;
        self.own + self.factors.iter().zip(number).map(along).sum::<f64>()
    }

    /// The operator: `1 - 2 ∂0²`, axes counted.
    pub(super) fn text(&self) -> String {
        let mut parts = Vec::new();
        if self.own != 0.0 {
            parts.push(format!("{}", self.own));
        }
        for (axis, factor) in self.factors.iter().enumerate() {
            let name = ['i', 'j', 'k'].get(axis + 3 - self.factors.len()).copied();
            let second = format!("∂{}²", name.unwrap_or('?'));
            if *factor != 0.0 {
                parts.push(match *factor {
                    1.0 => second,
                    factor => format!("{factor} {second}"),
                });
            }
        }
        parts.join(" + ").replace("+ -", "- ")
    }
}
