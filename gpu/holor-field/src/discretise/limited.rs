//! Fluxes that may jump: ∂ₐF(u) by values between cells that are reconstructed from the side that they come from.
//!
//! Of a rate ∂ₜuₖ = … − ∂ₐFₖ(u) the flux between two cells is that of Lax, Friedrichs and Rusanov with reconstructed parts: with α at least the fastest
//! speed in the two cells, (F + α u)/2 moves to the right and (F − α u)/2 to the left alone, and each is reconstructed at the face by a
//! limiter from the cells on its side (C.-W. Shu and S. Osher, J. Comput. Phys. 83 (1989) 32). The sum of u over the box changes by what flows through its
//! ends, to rounding.
//!
//! α is a bound of the spectral radius of the Jacobian A of the fluxes along an axis, for the fields that they couple. Of one or two real
//! eigenvalues it is exact; of n, with the mean m = tr A/n and B = A − m, it is |m| + (tr B⁴)^(1/4), at most n^(1/4) too large. It is the same in
//! whatever units the fields are.

use std::collections::HashMap;

use super::Limiter;
use super::complex::Equations;
use super::formula::{Formula, Formulas, Id, Source, Variable};
use super::parts::any;
use super::reconstruction::reconstructed;
use crate::error::{FieldError, FieldResult};
use crate::graph::{Binary, Unary};

/// Values between two cells at which the speed of a single field is looked at besides, as a flux that is not convex may be faster there.
const BETWEEN: [f64; 3] = [0.25, 0.5, 0.75];

/// α of weighted cells over the fastest speed: a part of the flux that stands still would have an extreme in every cell, where its weights lose two orders.
const MORE: f64 = 1.1;

/// A part of a rate: factor · ∂ₐ body, the body without derivatives.
#[derive(Clone, Copy, Debug)]
struct Flux {
    axis: usize,
    factor: Id,
    body: Id,
}

/// Puts fluxes that are reconstructed in the place of derivatives of fluxes, in all rates of first order in time.
///
/// # Errors
/// Where there is no such derivative, where one stands with a factor that depends on the fields, so that nothing is conserved, and where a flux has no
/// slope.
pub(super) fn limit(equations: &mut Equations<'_>, limiter: Limiter) -> FieldResult<()> {
    let system = equations.system;
    if system.grid.mask.is_some() {
        return Err(FieldError::invalid(
            "a limiter needs the whole box, and the domain ends inside",
            "a box without mask",
        ));
    }
    if !system.noises.is_empty() {
        return Err(FieldError::invalid(
            "a limiter takes away what noise gives to short waves, so that the variance would be too small",
            "leave limiter out",
        ));
    }
    // What is of first order in time is carried; what others give, and what oscillates, is not.
    let carried: Vec<bool> = equations
        .planes
        .iter()
        .map(|of| system.fields.get(of.field).is_some_and(|field| field.order == 1))
        .collect();
    let given = given_by_others(equations);
    let mut rates: Vec<Rate> = Vec::new();
    for (plane, terms) in equations.terms.iter().enumerate() {
        let mut rate = Rate::default();
        let carries = carried.get(plane).copied().unwrap_or(false);
        for (text, term) in terms {
            let term = match carries {
                true => with_given(&mut equations.formulas, &given, *term),
                false => *term,
            };
            let own = (text.clone(), term);
            rate.take(&mut equations.formulas, &carried, own, carries)?;
        }
        rates.push(rate);
    }
    if rates.iter().all(|rate| rate.fluxes.is_empty()) {
        return Err(FieldError::invalid(
            "there is no flux to limit: a limiter is for derivatives of functions of the fields, as in ∂_t u + ∂_x(u^2/2) == 0",
            "leave limiter out",
        ));
    }
    let fluxes: Vec<Vec<Flux>> = rates.iter().map(|rate| rate.fluxes.clone()).collect();
    for (axis, of) in system.grid.axes.iter().enumerate() {
        let mut along =
            Along { equations: &mut *equations, limiter, axis, fluxes: &fluxes };
        for (plane, change) in along.changes(of.spacing())? {
            if let Some(rate) = rates.get_mut(plane) {
                rate.left.push((change, 1.0));
            }
        }
    }
    let old = equations.rates.iter_mut().zip(&mut equations.terms);
    for ((rate, terms), mut new) in old.zip(rates) {
        if new.names.is_empty() {
            continue;
        }
        let sum = equations.formulas.sum(&new.left);
        new.kept.push((new.names.join(" + "), sum));
        let all: Vec<(Id, f64)> = new.kept.iter().map(|term| (term.1, 1.0)).collect();
        *rate = equations.formulas.sum(&all);
        *terms = new.kept;
    }
    Ok(())
}

/// Planes that others give by a formula of values in the cell, as a pressure, with the formula.
fn given_by_others(equations: &Equations<'_>) -> HashMap<u32, Id> {
    let solved = |field: usize| equations.solves.iter().any(|asked| asked.field == field);
    let planes = equations.planes.iter().zip(&equations.rates).zip(0..);
    let given = planes.filter(|((of, rate), _)| {
        let facts = equations.formulas.facts(**rate);
        equations.system.fields.get(of.field).is_some_and(|field| field.order == 0)
            && !solved(of.field)
            && !(facts.moved || facts.global || facts.noise)
    });
    given.map(|((_, rate), plane)| (plane, *rate)).collect()
}

/// A formula with what others give written out.
fn with_given(formulas: &mut Formulas, given: &HashMap<u32, Id>, id: Id) -> Id {
    let mut written = id;
    for _ in 0..given.len() {
        let next =
            formulas.replace(written, &mut HashMap::new(), &|_, formula| match formula {
                Formula::Array(Source::Plane(plane)) => given.get(plane).copied(),
                _ => None,
            });
        if next == written {
            break;
        }
        written = next;
    }
    written
}

/// A plane's rate, taken apart.
#[derive(Debug, Default)]
struct Rate {
    /// Terms without fluxes.
    kept: Vec<(String, Id)>,
    /// The texts of the others.
    names: Vec<String>,
    /// What those hold besides fluxes.
    left: Vec<(Id, f64)>,
    /// Fluxes.
    fluxes: Vec<Flux>,
}

impl Rate {
    fn take(
        &mut self,
        formulas: &mut Formulas,
        carried: &[bool],
        (text, term): (String, Id),
        carries: bool,
    ) -> FieldResult<()> {
        let before = self.fluxes.len();
        let mut rest = Vec::new();
        if carries {
            let one = formulas.number(1.0);
            let fluxes = &mut self.fluxes;
            let mut parts = Taken { formulas, carried, fluxes, rest: &mut rest };
            parts.take((one, 1.0), term).map_err(|()| not_conserved(&text))?;
        }
        if self.fluxes.len() == before {
            self.kept.push((text, term));
        } else {
            self.names.push(text);
            self.left.append(&mut rest);
        }
        Ok(())
    }
}

fn without_slope() -> FieldError {
    FieldError::invalid(
        "a flux has no derivative by a field, so that its speed is not known",
        "leave limiter out, or write the flux with functions that have one",
    )
}

fn not_conserved(term: &str) -> FieldError {
    FieldError::invalid(
        format!(
            "`{term}` is no derivative of a flux: what multiplies the derivative depends on the fields, and where they jump its value is not defined"
        ),
        "the equation as fluxes, ∂_t u + ∂_x(u^2/2) == 0 and not ∂_t u + u ∂_x u == 0",
    )
}

/// A rate that is taken apart.
struct Taken<'t> {
    formulas: &'t mut Formulas,
    /// Which planes are carried.
    carried: &'t [bool],
    fluxes: &'t mut Vec<Flux>,
    /// What is left.
    rest: &'t mut Vec<(Id, f64)>,
}

impl Taken<'_> {
    /// Whether a body is a flux: of values in the cell, some of them carried.
    fn is_flux(&self, body: Id) -> bool {
        let facts = self.formulas.facts(body);
        let carried = |formula: &Formula| match formula {
            Formula::Array(Source::Plane(plane)) => {
                self.carried.get(*plane as usize).copied().unwrap_or(false)
            }
            _ => false,
        };
        !facts.moved
            && !facts.global
            && !facts.noise
            && any(self.formulas, body, &carried)
    }

    /// Whether a factor is the derivative of a flux, or a sum with one.
    fn holds_flux(&self, id: Id) -> bool {
        match self.formulas.get(id) {
            Formula::Derivative(orders, body) => is_first(*orders) && self.is_flux(*body),
            Formula::Sum(_, terms) => terms.iter().any(|(id, _)| self.holds_flux(*id)),
            Formula::Product(factors) => factors.iter().any(|id| self.holds_flux(*id)),
            _ => false,
        }
    }

    fn keep(&mut self, (factor, number): (Id, f64), id: Id) {
        let whole = self.formulas.multiply(factor, id);
        self.rest.push((whole, number));
    }

    /// Takes (factor · number) times a formula apart; an error where what is carried is differentiated and multiplied by what is carried.
    fn take(&mut self, (factor, number): (Id, f64), id: Id) -> Result<(), ()> {
        match self.formulas.get(id).clone() {
            Formula::Sum(constant, terms) => {
                let constant = self.formulas.number(constant.value());
                self.keep((factor, number), constant);
                for (term, own) in terms {
                    self.take((factor, number * own.value()), term)?;
                }
            }
            Formula::Derivative(orders, body) if is_first(orders) => {
                let axis = orders.iter().position(|order| *order == 1).unwrap_or(0);
                let parts: Vec<(Id, f64)> = match self.formulas.get(body) {
                    Formula::Sum(_, terms) => {
                        terms.iter().map(|(id, factor)| (*id, factor.value())).collect()
                    }
                    _ => vec![(body, 1.0)],
                };
                // What holds derivatives itself spreads, and what others give is smooth.
                let (pure, others): (Vec<_>, Vec<_>) =
                    parts.into_iter().partition(|part| self.is_flux(part.0));
                if !pure.is_empty() {
                    let body = self.formulas.sum(&pure);
                    let (factor, across) = self.split(factor, axis);
                    let body = self.formulas.multiply(across, body);
                    let body = self.formulas.scale(body, number);
                    self.fluxes.push(Flux { axis, factor, body });
                }
                if !others.is_empty() {
                    let others = self.formulas.sum(&others);
                    let others = self.formulas.derivative(axis, others);
                    self.keep((factor, number), others);
                }
            }
            Formula::Product(factors) => {
                let Some(place) = factors.iter().position(|id| self.holds_flux(*id))
                else {
                    self.keep((factor, number), id);
                    return Ok(());
                };
                let mut others = factors;
                let flux = others.remove(place);
                let others = self.formulas.product(&others);
                // Of two derivatives, as in |∇u|², nothing is carried.
                if self.formulas.facts(others).moved {
                    self.keep((factor, number), id);
                    return Ok(());
                }
                let of_cell = |formula: &Formula| {
                    matches!(
                        formula,
                        Formula::Array(Source::Plane(_) | Source::Velocity(_))
                    )
                };
                if any(self.formulas, others, &of_cell) {
                    return Err(());
                }
                let factor = self.formulas.multiply(factor, others);
                self.take((factor, number), flux)?;
            }
            _ => self.keep((factor, number), id),
        }
        Ok(())
    }
}

impl Taken<'_> {
    /// A factor as what depends on the place along an axis and what does not, as cos(θ)/r along r: the latter belongs to the flux.
    fn split(&mut self, factor: Id, axis: usize) -> (Id, Id) {
        let (number, factor) = self.formulas.scaled_part(factor);
        let parts = match self.formulas.get(factor) {
            Formula::Product(parts) => parts.clone(),
            _ => vec![factor],
        };
        let depends = |id: &Id| self.formulas.facts(*id).axes & (1 << axis) != 0;
        let (along, across): (Vec<Id>, Vec<Id>) = parts.into_iter().partition(depends);
        let across = self.formulas.product(&across);
        (self.formulas.product(&along), self.formulas.scale(across, number))
    }
}

/// Whether a derivative is the first along one axis.
fn is_first(orders: [u8; 3]) -> bool {
    orders.iter().map(|order| u32::from(*order)).sum::<u32>() == 1
}

/// The fluxes along an axis.
struct Along<'e, 'a, 'f> {
    equations: &'e mut Equations<'a>,
    limiter: Limiter,
    axis: usize,
    fluxes: &'f [Vec<Flux>],
}

/// Planes whose fluxes along an axis depend on each other.
#[derive(Debug, Default)]
struct Coupled {
    planes: Vec<usize>,
    /// Whether the fluxes of all of them have the same factor in front.
    alike: bool,
    /// Row, column, factor, slope of the flux.
    slopes: Vec<(usize, usize, Id, Id)>,
}

/// What stands in front of all fluxes of a plane and depends on the place, as 1/r² of a divergence. It stays in the cell, and what is conserved is u
/// over it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Outer {
    /// Its absolute value at the point of the cell.
    size: Id,
    /// The same for the whole cell, 1 over the mean of 1/size: of 1/r² the length of the cell over its volume.
    whole: Id,
    /// Whether it is below 0.
    negative: bool,
}

impl Outer {
    fn sign(self) -> f64 {
        if self.negative { -1.0 } else { 1.0 }
    }
}

/// The place of a value: the cell that is shifted to, seen from the face `base` + 1/2.
#[derive(Clone, Copy, Debug)]
struct Seen {
    axis: usize,
    spacing: f64,
    base: i32,
    by: i32,
}

impl Seen {
    /// A formula of the coordinates at the face, in the cell itself.
    fn at_face_of_cell(self, formulas: &mut Formulas, id: Id) -> Id {
        self.moved(formulas, id, f64::from(self.base) + 0.5)
    }

    /// A formula with the coordinate so many cells further.
    fn moved(self, formulas: &mut Formulas, id: Id, cells: f64) -> Id {
        let away = cells * self.spacing;
        formulas.replace(id, &mut HashMap::new(), &|formulas, formula| {
            (*formula == Formula::Coordinate(self.axis)).then(|| {
                let coordinate = formulas.coordinate(self.axis);
                let away = formulas.number(away);
                formulas.add(coordinate, away)
            })
        })
    }

    /// A formula of the values in that cell.
    fn there(self, formulas: &mut Formulas, id: Id) -> Id {
        formulas.shifted(self.axis, self.base + self.by, id)
    }

    /// A formula of the values in that cell, with the coordinates of the face.
    fn at_face(self, formulas: &mut Formulas, id: Id) -> Id {
        if formulas.facts(id).axes & (1 << self.axis) == 0 {
            return self.there(formulas, id);
        }
        let moved = self.moved(formulas, id, 0.5 - f64::from(self.by));
        self.there(formulas, moved)
    }
}

impl Along<'_, '_, '_> {
    fn own(&self, plane: usize) -> Vec<Flux> {
        let all = self.fluxes.get(plane).into_iter().flatten();
        all.filter(|flux| flux.axis == self.axis).copied().collect()
    }

    fn outer(&mut self, plane: usize, spacing: f64) -> Option<Outer> {
        let own = self.own(plane);
        let first = own.first()?.factor;
        let (axis, grid) = (self.axis, &self.equations.system.grid);
        let formulas = &mut self.equations.formulas;
        if own.iter().any(|flux| flux.factor != first) || formulas.facts(first).axes == 0
        {
            return None;
        }
        let at_points = values_of(formulas, first, grid, None)?;
        let negative = at_points.iter().all(|value| *value < 0.0);
        if at_points.contains(&0.0)
            || !(negative || at_points.iter().all(|value| *value > 0.0))
        {
            return None;
        }
        let size = formulas.unary(Unary::Absolute, first);
        // Simpson's rule, exact for r and r².
        let weight = formulas.power(first, -1);
        let bounded = values_of(formulas, weight, grid, Some(axis)).is_some();
        let whole = if bounded {
            let ends = [0, -1].map(|base| {
                let seen = Seen { axis, spacing, base, by: 0 };
                // From the cell itself, half a step ahead or behind.
                seen.at_face_of_cell(formulas, weight)
            });
            let sum = formulas.sum(&[
                (ends[0], 1.0 / 6.0),
                (weight, 4.0 / 6.0),
                (ends[1], 1.0 / 6.0),
            ]);
            let mean = formulas.power(sum, -1);
            formulas.unary(Unary::Absolute, mean)
        } else {
            size
        };
        Some(Outer { size, whole, negative })
    }

    /// The planes that fluxes couple, with the slopes of these.
    fn coupled(&mut self, outer: &[Option<Outer>]) -> FieldResult<Vec<Coupled>> {
        let count = self.fluxes.len();
        let mut slopes = Vec::new();
        let mut group: Vec<usize> = (0..count).collect();
        for plane in 0..count {
            for flux in self.own(plane) {
                for other in 0..count {
                    let formulas = &mut self.equations.formulas;
                    let by = Variable::Plane(other as u32);
                    let slope = formulas
                        .exact_derivative(by, flux.body)
                        .ok_or_else(without_slope)?;
                    if formulas.value(slope) == Some(0.0) {
                        continue;
                    }
                    slopes.push((plane, other, flux.factor, slope));
                    let (from, to) = (group[other], group[plane]);
                    for own in &mut group {
                        if *own == from {
                            *own = to;
                        }
                    }
                }
            }
        }
        let names: std::collections::BTreeSet<usize> = group.iter().copied().collect();
        let all = names.into_iter().map(|name| {
            let planes: Vec<usize> = (0..count).filter(|k| group[*k] == name).collect();
            let mut factors = planes.iter().map(|plane| outer[*plane]);
            let first = factors.next().flatten();
            Coupled {
                alike: first.is_some() && factors.all(|factor| factor == first),
                slopes: slopes
                    .iter()
                    .filter(|slope| planes.contains(&slope.0))
                    .copied()
                    .collect(),
                planes,
            }
        });
        Ok(all.collect())
    }

    /// A bound of the speeds of coupled planes in a cell, with the coordinates of a face.
    fn speed(&mut self, coupled: &Coupled, outer: &[Option<Outer>], seen: Seen) -> Id {
        let formulas = &mut self.equations.formulas;
        let n = coupled.planes.len();
        let mut matrix = vec![vec![formulas.number(0.0); n]; n];
        for (row, column, factor, slope) in &coupled.slopes {
            let entry = match outer[*row] {
                Some(outer) if coupled.alike => {
                    let slope = seen.at_face(formulas, *slope);
                    formulas.scale(slope, outer.sign())
                }
                Some(_) => {
                    let whole = formulas.multiply(*factor, *slope);
                    seen.at_face(formulas, whole)
                }
                None => {
                    let slope = seen.at_face(formulas, *slope);
                    formulas.multiply(*factor, slope)
                }
            };
            let place =
                |plane: usize| coupled.planes.iter().position(|own| *own == plane);
            if let (Some(row), Some(column)) = (place(*row), place(*column)) {
                matrix[row][column] = formulas.add(matrix[row][column], entry);
            }
        }
        spectral_radius(formulas, &matrix)
    }

    /// The speed of a single field at a value between those in the cells beside a face.
    fn between(
        &mut self,
        coupled: &Coupled,
        outer: &[Option<Outer>],
        (seen, plane, part): (Seen, usize, f64),
    ) -> Id {
        let own = self.speed(coupled, outer, Seen { base: 0, by: 0, ..seen });
        let formulas = &mut self.equations.formulas;
        let u = formulas.array(Source::Plane(plane as u32));
        let ahead = formulas.shifted(seen.axis, 1, u);
        let mean = formulas.sum(&[(u, 1.0 - part), (ahead, part)]);
        let value = Formula::Array(Source::Plane(plane as u32));
        let between = formulas.replace(own, &mut HashMap::new(), &|_, formula| {
            (*formula == value).then_some(mean)
        });
        formulas.shifted(seen.axis, seen.base, between)
    }

    /// What the fluxes through the two faces of a cell change in the planes.
    fn changes(&mut self, spacing: f64) -> FieldResult<Vec<(usize, Id)>> {
        let outer: Vec<Option<Outer>> =
            (0..self.fluxes.len()).map(|plane| self.outer(plane, spacing)).collect();
        let mut changes = Vec::new();
        for coupled in self.coupled(&outer)? {
            let moving: Vec<usize> = coupled
                .planes
                .iter()
                .copied()
                .filter(|plane| !self.own(*plane).is_empty())
                .collect();
            if moving.is_empty() {
                continue;
            }
            if coupled.slopes.is_empty() {
                return Err(without_slope());
            }
            let fastest = [0, -1].map(|base| {
                let axis = self.axis;
                let seen = |by: i32| Seen { axis, spacing, base, by };
                let mut speeds = vec![
                    self.speed(&coupled, &outer, seen(0)),
                    self.speed(&coupled, &outer, seen(1)),
                ];
                if let [only] = *coupled.planes {
                    for part in BETWEEN {
                        let at = (seen(0), only, part);
                        speeds.push(self.between(&coupled, &outer, at));
                    }
                }
                let formulas = &mut self.equations.formulas;
                let zero = formulas.number(0.0);
                let most = speeds.into_iter().fold(zero, |most, speed| {
                    formulas.binary(Binary::Maximum, most, speed)
                });
                match self.limiter {
                    Limiter::Weno => formulas.scale(most, MORE),
                    _ => most,
                }
            });
            for plane in moving {
                let change =
                    self.change(plane, outer[plane], coupled.alike, fastest, spacing);
                changes.push((plane, change));
            }
        }
        Ok(changes)
    }

    fn change(
        &mut self,
        plane: usize,
        outer: Option<Outer>,
        alike: bool,
        fastest: [Id; 2],
        spacing: f64,
    ) -> Id {
        let own = self.own(plane);
        let (axis, limiter) = (self.axis, self.limiter);
        let formulas = &mut self.equations.formulas;
        let u = formulas.array(Source::Plane(plane as u32));
        let faces = [0, -1].map(|base| {
            let seen = |by: i32| Seen { axis, spacing, base, by };
            let fastest = fastest[usize::from(base != 0)];
            let spread = match outer {
                Some(outer) if !alike => {
                    let weight = formulas.power(outer.size, -1);
                    let weight = seen(0).at_face(formulas, weight);
                    formulas.multiply(fastest, weight)
                }
                _ => fastest,
            };
            let moving = |formulas: &mut Formulas, by: i32, direction: f64| {
                let mut parts = Vec::new();
                for flux in &own {
                    // What depends on the place must make no extremes where slopes are cut, nor bends near the centre of curved coordinates.
                    let body = match (limiter, outer) {
                        (Limiter::Weno, None) => seen(by).there(formulas, flux.body),
                        _ => seen(by).at_face(formulas, flux.body),
                    };
                    parts.push(match outer {
                        Some(outer) => (body, -0.5 * outer.sign()),
                        None => (formulas.multiply(flux.factor, body), -0.5),
                    });
                }
                let u = seen(by).there(formulas, u);
                parts.push((formulas.multiply(spread, u), 0.5 * direction));
                formulas.sum(&parts)
            };
            let reach = limiter.reach();
            let side = |formulas: &mut Formulas, direction: f64| {
                // From behind to ahead, seen from where the part comes from.
                let places = (1 - reach)..reach;
                let values: Vec<Id> = places
                    .map(|k| {
                        let by = if direction > 0.0 { k } else { 1 - k };
                        moving(formulas, by, direction)
                    })
                    .collect();
                reconstructed(formulas, limiter, &values)
            };
            let right = side(formulas, 1.0);
            let left = side(formulas, -1.0);
            formulas.add(right, left)
        });
        let difference = formulas.sum(&[(faces[0], -1.0), (faces[1], 1.0)]);
        let change = formulas.scale(difference, spacing.recip());
        match outer {
            Some(outer) => formulas.multiply(outer.whole, change),
            None => change,
        }
    }
}

/// The values of a known formula at all points, or at all faces along an axis; `None` where it is not known, or one is not finite.
fn values_of(
    formulas: &Formulas,
    id: Id,
    grid: &crate::equation::Grid,
    faces: Option<usize>,
) -> Option<Vec<f64>> {
    let facts = formulas.facts(id);
    if !facts.known() {
        return None;
    }
    // It is the same along the other axes.
    let along = |axis: usize, of: &crate::equation::Axis| match faces {
        _ if facts.axes & (1 << axis) == 0 => 1,
        Some(own) if own == axis => of.points + 1,
        _ => of.points,
    };
    let counts: Vec<usize> =
        grid.axes.iter().enumerate().map(|(axis, of)| along(axis, of)).collect();
    let mut values = Vec::new();
    for cell in 0..counts.iter().product() {
        let mut left: usize = cell;
        let mut point = [0.0; 3];
        for (axis, of) in grid.axes.iter().enumerate().rev() {
            let back = if faces == Some(axis) { 0.5 } else { 0.0 };
            point[axis] = of.at((left % counts[axis]) as f64 - back);
            left /= counts[axis];
        }
        let value = formulas.at(id, point);
        if !value.is_finite() {
            return None;
        }
        values.push(value);
    }
    Some(values)
}

/// A bound of the absolute values of the real eigenvalues of a matrix of formulas.
pub(super) fn spectral_radius(formulas: &mut Formulas, matrix: &[Vec<Id>]) -> Id {
    let n = matrix.len();
    let size = |formulas: &mut Formulas, id: Id| formulas.unary(Unary::Absolute, id);
    if let [only] = matrix {
        return size(formulas, only[0]);
    }
    let diagonal: Vec<(Id, f64)> =
        (0..n).map(|k| (matrix[k][k], 1.0 / n as f64)).collect();
    let mean = formulas.sum(&diagonal);
    let centred: Vec<Vec<Id>> = (0..n)
        .map(|k| {
            (0..n)
                .map(|j| match k == j {
                    true => formulas.subtract(matrix[k][j], mean),
                    false => matrix[k][j],
                })
                .collect()
        })
        .collect();
    let mut square = vec![vec![mean; n]; n];
    for (k, row) in square.iter_mut().enumerate() {
        for (j, entry) in row.iter_mut().enumerate() {
            let products: Vec<(Id, f64)> = (0..n)
                .map(|i| (formulas.multiply(centred[k][i], centred[i][j]), 1.0))
                .collect();
            *entry = formulas.sum(&products);
        }
    }
    let zero = formulas.number(0.0);
    let spread = if n == 2 {
        // λ² = −det B for both.
        let squared = formulas.binary(Binary::Maximum, square[0][0], zero);
        formulas.unary(Unary::SquareRoot, squared)
    } else {
        let products: Vec<(Id, f64)> = (0..n)
            .flat_map(|k| (0..n).map(move |j| (k, j)))
            .map(|(k, j)| (formulas.multiply(square[k][j], square[j][k]), 1.0))
            .collect();
        let fourth = formulas.sum(&products);
        let fourth = formulas.binary(Binary::Maximum, fourth, zero);
        let root = formulas.unary(Unary::SquareRoot, fourth);
        formulas.unary(Unary::SquareRoot, root)
    };
    let mean = size(formulas, mean);
    formulas.add(mean, spread)
}
