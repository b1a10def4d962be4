//! From terms over complex numbers to formulas in real numbers: every complex value becomes its real and its imaginary part.

use std::collections::HashMap;

use super::formula::{Formula, Formulas, Id, Source};
use super::solves::Right;
use super::text;
use crate::equation::{Boundary, Complex64, System, Term};
use crate::error::{FieldError, FieldResult};

/// A value: its real part, and its imaginary part unless it is real.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pair {
    /// The real part.
    pub(super) re: Id,
    /// The imaginary part.
    pub(super) im: Option<Id>,
}

/// A plane: its field and whether it is the imaginary part.
#[derive(Clone, Copy, Debug)]
pub(super) struct PlaneOf {
    /// The field.
    pub(super) field: usize,
    /// Whether it is the imaginary part.
    pub(super) imaginary: bool,
}

/// A mean or an integral to be gathered.
#[derive(Clone, Copy, Debug)]
pub(super) struct Gathered {
    /// Of what.
    pub(super) value: Id,
    /// Whether it is the integral.
    pub(super) integral: bool,
    /// Where it goes.
    pub(super) scalar: u32,
}

/// A convolution to be done.
#[derive(Clone, Debug)]
pub(super) struct Convolved {
    /// Of what.
    pub(super) body: Pair,
    /// With what, a known formula in the displacement.
    pub(super) kernel: Pair,
    /// The numbers of its results among the convolved arrays.
    pub(super) into: (u32, Option<u32>),
}

/// The equations in real numbers.
#[derive(Debug)]
pub(super) struct Equations<'a> {
    /// Where they came from.
    pub(super) system: &'a System,
    /// The order of differences.
    pub(super) order: usize,
    /// All formulas.
    pub(super) formulas: Formulas,
    /// The planes.
    pub(super) planes: Vec<PlaneOf>,
    /// The planes of each field.
    pub(super) plane_of_field: Vec<(u32, Option<u32>)>,
    /// The real arrays of each given function.
    pub(super) given: Vec<(u32, Option<u32>)>,
    /// For each of those the given function, and whether it is the imaginary part.
    pub(super) given_parts: Vec<(usize, bool)>,
    /// The real noises of each noise.
    pub(super) noises: Vec<(u32, Option<u32>)>,
    /// The rate of each plane.
    pub(super) rates: Vec<Id>,
    /// Their terms with text.
    pub(super) terms: Vec<Vec<(String, Id)>>,
    /// Means and integrals, inner ones first.
    pub(super) gathered: Vec<Gathered>,
    /// Convolutions, inner ones first.
    pub(super) convolved: Vec<Convolved>,
    /// Equations in space that give fields, each field's after those that it needs.
    pub(super) solves: Vec<super::solves::Asked>,
    /// How many arrays they fill.
    pub(super) convolved_arrays: u32,
    /// Rates of fields of order 0 that stand in their place.
    substitutes: HashMap<usize, Option<Pair>>,
}

/// Splits a system into real and imaginary parts.
pub(super) fn split(system: &System, order: usize) -> FieldResult<Equations<'_>> {
    let mut equations = Equations {
        system,
        order,
        formulas: Formulas::default(),
        planes: Vec::new(),
        plane_of_field: Vec::new(),
        given: Vec::new(),
        given_parts: Vec::new(),
        noises: Vec::new(),
        rates: Vec::new(),
        terms: Vec::new(),
        gathered: Vec::new(),
        convolved: Vec::new(),
        solves: Vec::new(),
        convolved_arrays: 0,
        substitutes: HashMap::new(),
    };
    let part = |count: &mut u32, complex: bool| {
        let first = *count;
        *count += if complex { 2 } else { 1 };
        (first, complex.then_some(first + 1))
    };
    let mut count = 0;
    for (place, field) in system.fields.iter().enumerate() {
        equations.plane_of_field.push(part(&mut count, field.complex));
        equations.planes.push(PlaneOf { field: place, imaginary: false });
        if field.complex {
            equations.planes.push(PlaneOf { field: place, imaginary: true });
        }
    }
    count = 0;
    for (place, given) in system.given.iter().enumerate() {
        equations.given.push(part(&mut count, given.complex));
        equations.given_parts.push((place, false));
        if given.complex {
            equations.given_parts.push((place, true));
        }
    }
    count = 0;
    for noise in &system.noises {
        equations.noises.push(part(&mut count, noise.complex));
    }
    for place in 0..system.fields.len() {
        equations.field_rate(place)?;
    }
    Ok(equations)
}

impl Equations<'_> {
    /// The rates of a field's planes, with their terms.
    fn field_rate(&mut self, place: usize) -> FieldResult<()> {
        let system = self.system;
        let Some(field) = system.fields.get(place) else { return Ok(()) };
        let asked = self.asked(place)?;
        let (right, rate): (Option<&Term>, Pair) = match &asked {
            None => (Some(&field.rate), self.pair(&field.rate)?),
            Some(Right::Term(right)) => (Some(right), self.pair(right)?),
            Some(Right::Pair(pair)) => (None, *pair),
        };
        if let (Some(_), false) = (rate.im, field.complex) {
            return Err(FieldError::invalid(
                format!(
                    "{} is a real field but its rate is complex: {}",
                    field.name,
                    text::of_term(system, &field.rate)
                ),
                format!(
                    "declare {} complex, or take the real part of its rate",
                    field.name
                ),
            ));
        }
        let mut parts = Vec::new();
        match right {
            Some(Term::Sum(terms)) => {
                for term in terms.iter() {
                    parts.push((text::of_term(system, term), self.pair(term)?));
                }
            }
            Some(other) => parts.push((text::of_term(system, other), rate)),
            None => parts.push((text::of_term(system, &field.rate), rate)),
        }
        let mut terms = [Vec::new(), Vec::new()];
        for (name, pair) in parts {
            if self.formulas.value(pair.re) != Some(0.0) {
                terms[0].push((name.clone(), pair.re));
            }
            if let Some(im) = pair.im {
                terms[1].push((name, im));
            }
        }
        let [re, im] = terms;
        self.rates.push(rate.re);
        self.terms.push(re);
        if field.complex {
            let zero = self.formulas.number(0.0);
            self.rates.push(rate.im.unwrap_or(zero));
            self.terms.push(im);
        }
        Ok(())
    }

    /// A value from its parts; an imaginary part of 0 is none.
    pub(super) fn make(&self, re: Id, im: Option<Id>) -> Pair {
        Pair { re, im: im.filter(|im| self.formulas.value(*im) != Some(0.0)) }
    }

    pub(super) fn real(&self, re: Id) -> Pair {
        Pair { re, im: None }
    }

    pub(super) fn number(&mut self, value: Complex64) -> Pair {
        let re = self.formulas.number(value.re);
        let im = self.formulas.number(value.im);
        self.make(re, Some(im))
    }

    pub(super) fn constant(&self, pair: Pair) -> Option<Complex64> {
        let re = self.formulas.value(pair.re)?;
        let im = pair.im.map_or(Some(0.0), |im| self.formulas.value(im))?;
        Some(Complex64::new(re, im))
    }

    pub(super) fn each(
        &mut self,
        pair: Pair,
        mut change: impl FnMut(&mut Formulas, Id) -> Id,
    ) -> Pair {
        let re = change(&mut self.formulas, pair.re);
        let im = pair.im.map(|im| change(&mut self.formulas, im));
        self.make(re, im)
    }

    pub(super) fn arrays(
        &mut self,
        parts: (u32, Option<u32>),
        source: fn(u32) -> Source,
    ) -> Pair {
        let re = self.formulas.array(source(parts.0));
        let im = parts.1.map(|part| self.formulas.array(source(part)));
        Pair { re, im }
    }

    /// The parts of a term.
    pub(super) fn pair(&mut self, term: &Term) -> FieldResult<Pair> {
        Ok(match term {
            Term::Number(value) => self.number(*value),
            Term::Coordinate(axis) => {
                self.axis(*axis)?;
                let id = self.formulas.coordinate(*axis);
                self.real(id)
            }
            Term::Time => {
                let id = self.formulas.time();
                self.real(id)
            }
            Term::Field(place) => self.field(*place)?,
            Term::Velocity(place) => {
                let field = self.system.fields.get(*place).ok_or_else(unknown_field)?;
                if field.order != 2 {
                    return Err(FieldError::invalid(
                        format!(
                            "the time derivative of {} stands on a right-hand side",
                            field.name
                        ),
                        format!(
                            "write the equation for {} with its second time derivative, or put in its rate",
                            field.name
                        ),
                    ));
                }
                let parts =
                    self.plane_of_field.get(*place).copied().ok_or_else(unknown_field)?;
                self.arrays(parts, Source::Velocity)
            }
            Term::Given(place) => {
                let parts = self.given.get(*place).copied().ok_or_else(|| {
                    FieldError::invalid("an unknown given function occurs", "")
                })?;
                self.arrays(parts, Source::Given)
            }
            Term::Noise(place) => {
                let parts =
                    self.noises.get(*place).copied().ok_or_else(|| {
                        FieldError::invalid("an unknown noise occurs", "")
                    })?;
                let pair = self.arrays(parts, Source::Noise);
                // ⟨ξ ξ*⟩ = 1 shared by two real numbers.
                let share =
                    if pair.im.is_some() { std::f64::consts::FRAC_1_SQRT_2 } else { 1.0 };
                self.each(pair, |formulas, id| formulas.scale(id, share))
            }
            Term::Derivative { axis, body } => {
                self.axis(*axis)?;
                let body = self.pair(body)?;
                self.moved(body, &|formulas, id| formulas.derivative(*axis, id))?
            }
            Term::Shifted { axis, by, body } => {
                self.axis(*axis)?;
                let body = self.pair(body)?;
                self.moved(body, &|formulas, id| formulas.shifted(*axis, *by, id))?
            }
            Term::Sum(terms) => {
                let mut re = Vec::new();
                let mut im = Vec::new();
                for term in terms.iter() {
                    let pair = self.pair(term)?;
                    re.push((pair.re, 1.0));
                    im.extend(pair.im.map(|im| (im, 1.0)));
                }
                let re = self.formulas.sum(&re);
                let im = self.formulas.sum(&im);
                self.make(re, Some(im))
            }
            Term::Product(factors) => self.product(factors)?,
            Term::Power(base, exponent) => self.power(base, exponent)?,
            Term::Function(function, arguments) => {
                self.function(*function, arguments, term)?
            }
            Term::Piecewise(cases, otherwise) => {
                let mut result = self.pair(otherwise)?;
                for (condition, value) in cases.iter().rev() {
                    let condition = self.real_part_of_real(condition, "a condition")?;
                    let value = self.pair(value)?;
                    let zero = self.formulas.number(0.0);
                    let re = self.formulas.select(condition, value.re, result.re);
                    let im = self.formulas.select(
                        condition,
                        value.im.unwrap_or(zero),
                        result.im.unwrap_or(zero),
                    );
                    result = self.make(re, Some(im));
                }
                result
            }
            Term::Mean(body) => self.gather(body, false)?,
            Term::Integral(body) => self.gather(body, true)?,
            Term::Convolution { kernel, body } => self.convolution(kernel, body)?,
            Term::InverseLaplacian(_) | Term::Inverse { .. } | Term::Potential(_) => {
                if !self.all_periodic() {
                    return Err(FieldError::invalid(
                        "an inverse of derivatives inside of a formula is known on periodic boxes alone: beside sides it is that of a field of its own, which says what holds there",
                        "ψ = field(B, 0, boundary = dirichlet(0)), and laplacian(ψ) == f among the equations; for ∂_t(u - ∂_x^2 u) == f a field r, [∂_t u == r, r - ∂_x^2 r == f]",
                    ));
                }
                // What stands in the way in Fourier space says more.
                if crate::spectral::is_ill_posed(self.system)? {
                    return Err(crate::stepper::ill_posed(0.0, 0.0));
                }
                return Err(FieldError::invalid(
                    "an inverse of derivatives, as in Poisson's equation `∇² p == f`, has no difference formula",
                    "space = spectral, and none of its derivatives in time in `watch`",
                ));
            }
        })
    }

    fn axis(&self, axis: usize) -> FieldResult<()> {
        if axis < self.system.grid.axes.len() {
            return Ok(());
        }
        Err(FieldError::invalid(
            format!("the equation has an axis number {} that the box has not", axis + 1),
            "",
        ))
    }

    /// A derivative or a shift, which go into convolutions: a convolution commutes with them on a periodic box.
    fn moved(
        &mut self,
        pair: Pair,
        change: &dyn Fn(&mut Formulas, Id) -> Id,
    ) -> FieldResult<Pair> {
        let convolved = |formulas: &Formulas, id: Id| match formulas.get(id) {
            Formula::Array(Source::Convolved(place)) => Some(*place),
            _ => None,
        };
        let inside = convolved(&self.formulas, pair.re)
            .map(|first| (first, pair.im.map(|im| convolved(&self.formulas, im))));
        if let Some((first, second)) = inside {
            let wanted = (first, second.flatten());
            let found = self.convolved.iter().find(|known| known.into == wanted).cloned();
            if let (Some(found), true) = (found, second.is_none_or(|im| im.is_some())) {
                let body = self.each(found.body, change);
                return Ok(self.convolve(found.kernel, body));
            }
        }
        Ok(self.each(pair, change))
    }

    /// A field, or the rate that stands in its place.
    fn field(&mut self, place: usize) -> FieldResult<Pair> {
        let system = self.system;
        let field = system.fields.get(place).ok_or_else(unknown_field)?;
        let parts = self.plane_of_field.get(place).copied().ok_or_else(unknown_field)?;
        let closes = |sides: &[Boundary; 2]| {
            sides.iter().all(|side| matches!(side, Boundary::Periodic))
        };
        if field.order != 0
            || !field.boundaries.iter().all(closes)
            || self.is_solved(place)
        {
            return Ok(self.arrays(parts, Source::Plane));
        }
        match self.substitutes.get(&place) {
            Some(Some(pair)) => return Ok(*pair),
            Some(None) => {
                return Err(FieldError::invalid(
                    format!(
                        "{} is given by an equation that contains {} itself",
                        field.name, field.name
                    ),
                    format!("solve the equation for {}", field.name),
                ));
            }
            None => {}
        }
        self.substitutes.insert(place, None);
        let pair = self.pair(&field.rate)?;
        self.substitutes.insert(place, Some(pair));
        Ok(pair)
    }
}

fn unknown_field() -> FieldError {
    FieldError::invalid("an unknown field occurs", "")
}
