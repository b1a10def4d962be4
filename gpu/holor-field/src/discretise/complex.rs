//! From terms over complex numbers to formulas in real numbers: every complex value becomes its real and its imaginary part.

use std::collections::HashMap;

use super::formula::{Formula, Formulas, Id, Source};
use super::text;
use crate::equation::{Boundary, Complex64, Function, System, Term};
use crate::error::{FieldError, FieldResult};
use crate::graph::{Binary, Unary};
use crate::scheme::scalar;

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
    /// How many arrays they fill.
    pub(super) convolved_arrays: u32,
    /// Rates of fields of order 0 that stand in their place.
    substitutes: HashMap<usize, Option<Pair>>,
}

/// Splits a system into real and imaginary parts.
pub(super) fn split(system: &System) -> FieldResult<Equations<'_>> {
    let mut equations = Equations {
        system,
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
        let rate = self.pair(&field.rate)?;
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
        let parts: Vec<Term> = match &field.rate {
            Term::Sum(terms) => terms.to_vec(),
            other => vec![other.clone()],
        };
        let mut terms = [Vec::new(), Vec::new()];
        for part in &parts {
            let pair = self.pair(part)?;
            let name = text::of_term(system, part);
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

    fn real(&self, re: Id) -> Pair {
        Pair { re, im: None }
    }

    fn number(&mut self, value: Complex64) -> Pair {
        let re = self.formulas.number(value.re);
        let im = self.formulas.number(value.im);
        self.make(re, Some(im))
    }

    fn constant(&self, pair: Pair) -> Option<Complex64> {
        let re = self.formulas.value(pair.re)?;
        let im = pair.im.map_or(Some(0.0), |im| self.formulas.value(im))?;
        Some(Complex64::new(re, im))
    }

    fn each(
        &mut self,
        pair: Pair,
        mut change: impl FnMut(&mut Formulas, Id) -> Id,
    ) -> Pair {
        let re = change(&mut self.formulas, pair.re);
        let im = pair.im.map(|im| change(&mut self.formulas, im));
        self.make(re, im)
    }

    fn arrays(&mut self, parts: (u32, Option<u32>), source: fn(u32) -> Source) -> Pair {
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
            Term::InverseLaplacian(_) => {
                return Err(FieldError::invalid(
                    format!(
                        "{} has no difference formula",
                        text::of_term(self.system, term)
                    ),
                    "use a spectral method on a periodic box",
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
        if field.order != 0 || !field.boundaries.iter().all(closes) {
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

    fn product(&mut self, factors: &[Term]) -> FieldResult<Pair> {
        let mut real = Vec::new();
        let mut complex: Vec<Pair> = Vec::new();
        for factor in factors {
            let pair = self.pair(factor)?;
            match pair.im {
                None => real.push(pair.re),
                Some(_) => complex.push(pair),
            }
        }
        let mut result: Option<Pair> = None;
        // z z* first: it is real.
        while let Some(first) = complex.pop() {
            let conjugate = self.conjugate(first);
            match complex.iter().position(|other| *other == conjugate) {
                Some(place) => {
                    complex.remove(place);
                    real.push(self.square(first));
                }
                None => {
                    result = Some(match result {
                        None => first,
                        Some(other) => self.multiply(first, other),
                    });
                }
            }
        }
        let real = self.formulas.product(&real);
        Ok(match result {
            None => self.real(real),
            Some(pair) => self.each(pair, |formulas, id| formulas.multiply(real, id)),
        })
    }

    pub(super) fn multiply(&mut self, a: Pair, b: Pair) -> Pair {
        match (a.im, b.im) {
            (None, _) => self.each(b, |formulas, id| formulas.multiply(a.re, id)),
            (_, None) => self.each(a, |formulas, id| formulas.multiply(b.re, id)),
            (Some(y), Some(v)) => {
                let f = &mut self.formulas;
                let parts = [
                    f.multiply(a.re, b.re),
                    f.multiply(y, v),
                    f.multiply(a.re, v),
                    f.multiply(y, b.re),
                ];
                let re = f.subtract(parts[0], parts[1]);
                let im = f.add(parts[2], parts[3]);
                self.make(re, Some(im))
            }
        }
    }

    fn conjugate(&mut self, a: Pair) -> Pair {
        let im = a.im.map(|im| self.formulas.scale(im, -1.0));
        Pair { re: a.re, im }
    }

    /// |z|².
    fn square(&mut self, a: Pair) -> Id {
        let x = self.formulas.power(a.re, 2);
        match a.im {
            None => x,
            Some(im) => {
                let y = self.formulas.power(im, 2);
                self.formulas.add(x, y)
            }
        }
    }

    fn absolute(&mut self, a: Pair) -> Id {
        match a.im {
            None => self.formulas.unary(Unary::Absolute, a.re),
            Some(_) => {
                let square = self.square(a);
                self.formulas.unary(Unary::SquareRoot, square)
            }
        }
    }

    fn angle(&mut self, a: Pair) -> Id {
        let zero = self.formulas.number(0.0);
        self.formulas.binary(Binary::Angle, a.im.unwrap_or(zero), a.re)
    }

    fn reciprocal(&mut self, a: Pair) -> Pair {
        match a.im {
            None => {
                let re = self.formulas.power(a.re, -1);
                self.real(re)
            }
            Some(_) => {
                let square = self.square(a);
                let conjugate = self.conjugate(a);
                self.each(conjugate, |formulas, id| formulas.divide(id, square))
            }
        }
    }

    fn whole_power(&mut self, base: Pair, exponent: i32) -> Pair {
        if base.im.is_none() {
            let re = self.formulas.power(base.re, exponent);
            return self.real(re);
        }
        let mut result: Option<Pair> = None;
        let mut square = base;
        let mut left = exponent.unsigned_abs();
        while left > 0 {
            if left & 1 == 1 {
                result =
                    Some(result.map_or(square, |result| self.multiply(result, square)));
            }
            left >>= 1;
            if left > 0 {
                square = self.multiply(square, square);
            }
        }
        let one = self.number(Complex64::new(1.0, 0.0));
        let result = result.unwrap_or(one);
        if exponent < 0 { self.reciprocal(result) } else { result }
    }

    fn power(&mut self, base: &Term, exponent: &Term) -> FieldResult<Pair> {
        let base = self.pair(base)?;
        let exponent = self.pair(exponent)?;
        let fixed = self.constant(exponent);
        if let (Some(x), Some(y)) = (self.constant(base), fixed) {
            if !(y.im == 0.0 && y.re.fract() == 0.0) {
                let value = if base.im.is_none() && exponent.im.is_none() && x.re >= 0.0 {
                    Complex64::new(x.re.powf(y.re), 0.0)
                } else {
                    x.powc(y)
                };
                return Ok(self.number(value));
            }
        }
        if let Some(number) = fixed.filter(|number| number.im == 0.0) {
            if number.re.fract() == 0.0 && number.re.abs() <= 64.0 {
                return Ok(self.whole_power(base, number.re as i32));
            }
            let twice = number.re * 2.0;
            if twice.fract() == 0.0 && twice.abs() <= 64.0 {
                let root = self.square_root(base);
                return Ok(self.whole_power(root, twice as i32));
            }
        }
        if base.im.is_none() && exponent.im.is_none() {
            let re = match self.formulas.value(base.re) {
                Some(number) if number > 0.0 => {
                    let scaled = self.formulas.scale(exponent.re, number.ln());
                    self.formulas.unary(Unary::Exponential, scaled)
                }
                _ => self.formulas.binary(Binary::Power, base.re, exponent.re),
            };
            return Ok(self.real(re));
        }
        // zʷ = exp(w ln z), principal branch.
        let logarithm = self.logarithm_of_any(base);
        let product = self.multiply(exponent, logarithm);
        Ok(self.exponential(product))
    }

    /// ln z; of a negative real number with the imaginary part π.
    fn logarithm_of_any(&mut self, a: Pair) -> Pair {
        let size = self.absolute(a);
        let re = self.formulas.unary(Unary::Logarithm, size);
        let im = self.angle(a);
        self.make(re, Some(im))
    }

    fn exponential(&mut self, a: Pair) -> Pair {
        let size = self.formulas.unary(Unary::Exponential, a.re);
        match a.im {
            None => self.real(size),
            Some(angle) => {
                let f = &mut self.formulas;
                let parts = [f.unary(Unary::Cosine, angle), f.unary(Unary::Sine, angle)];
                let re = f.multiply(size, parts[0]);
                let im = f.multiply(size, parts[1]);
                self.make(re, Some(im))
            }
        }
    }

    /// √z, principal branch. With t = √((|z| + |x|)/2) it is t + i y/(2t) for x ≥ 0, and |y|/(2t) ± i t otherwise: nothing cancels.
    fn square_root(&mut self, a: Pair) -> Pair {
        if let Some(value) = self.constant(a) {
            if a.im.is_some() || value.re < 0.0 {
                return self.number(value.sqrt());
            }
        }
        let Some(y) = a.im else {
            let re = self.formulas.unary(Unary::SquareRoot, a.re);
            return self.real(re);
        };
        let size = self.absolute(a);
        let f = &mut self.formulas;
        let zero = f.number(0.0);
        let one = f.number(1.0);
        let x = f.unary(Unary::Absolute, a.re);
        let sum = f.add(size, x);
        let half = f.scale(sum, 0.5);
        let t = f.unary(Unary::SquareRoot, half);
        let vanishes = f.binary(Binary::Equal, t, zero);
        let below = f.select(vanishes, one, t);
        let ratio = f.divide(y, below);
        let other = f.scale(ratio, 0.5);
        let left = f.binary(Binary::Less, a.re, zero);
        let under = f.binary(Binary::Less, y, zero);
        let minus = f.scale(t, -1.0);
        let signed = f.select(under, minus, t);
        let size_of_other = f.unary(Unary::Absolute, other);
        let re = f.select(left, size_of_other, t);
        let im = f.select(left, signed, other);
        self.make(re, Some(im))
    }

    fn real_part_of_real(&mut self, term: &Term, what: &str) -> FieldResult<Id> {
        let pair = self.pair(term)?;
        if pair.im.is_some() {
            return Err(FieldError::invalid(
                format!(
                    "{what} must be real, but {} is complex",
                    text::of_term(self.system, term)
                ),
                "take its real part or its absolute value",
            ));
        }
        Ok(pair.re)
    }

    fn function(
        &mut self,
        function: Function,
        arguments: &[Term],
        whole: &Term,
    ) -> FieldResult<Pair> {
        let count = match function {
            Function::Angle
            | Function::Minimum
            | Function::Maximum
            | Function::Less
            | Function::LessEqual
            | Function::Equal => 2..=2,
            Function::And | Function::Or => 1..=usize::MAX,
            _ => 1..=1,
        };
        if !count.contains(&arguments.len()) {
            return Err(FieldError::invalid(
                format!(
                    "{} has {} arguments",
                    text::of_term(self.system, whole),
                    arguments.len()
                ),
                "",
            ));
        }
        let mut pairs = Vec::new();
        for argument in arguments {
            pairs.push(self.pair(argument)?);
        }
        let (Some(a), b) = (pairs.first().copied(), pairs.last().copied()) else {
            return Ok(self.number(Complex64::new(f64::NAN, 0.0)));
        };
        let b = b.unwrap_or(a);
        if let Some(result) = self.analytic(function, a) {
            return Ok(result);
        }
        for (pair, argument) in pairs.iter().zip(arguments) {
            if pair.im.is_some() {
                return Err(FieldError::invalid(
                    format!(
                        "{} takes real values, but {} is complex",
                        text::of_function(function),
                        text::of_term(self.system, argument)
                    ),
                    "take its real part or its absolute value",
                ));
            }
        }
        let f = &mut self.formulas;
        let (zero, one) = (f.number(0.0), f.number(1.0));
        let re = match function {
            Function::InverseSine => f.unary(Unary::InverseSine, a.re),
            Function::InverseCosine => f.unary(Unary::InverseCosine, a.re),
            Function::InverseTangent => f.unary(Unary::InverseTangent, a.re),
            Function::Sign => f.unary(Unary::Sign, a.re),
            Function::Heaviside => {
                // (1 + sign x)/2
                let sign = f.unary(Unary::Sign, a.re);
                f.sum(&[(one, 0.5), (sign, 0.5)])
            }
            Function::Floor => f.unary(Unary::Floor, a.re),
            Function::ErrorFunction => f.unary(Unary::ErrorFunction, a.re),
            Function::Angle => f.binary(Binary::Angle, a.re, b.re),
            Function::Minimum => f.binary(Binary::Minimum, a.re, b.re),
            Function::Maximum => f.binary(Binary::Maximum, a.re, b.re),
            Function::Less => f.binary(Binary::Less, a.re, b.re),
            Function::LessEqual => f.binary(Binary::LessEqual, a.re, b.re),
            Function::Equal => f.binary(Binary::Equal, a.re, b.re),
            Function::And => {
                pairs.iter().fold(one, |all, pair| f.select(pair.re, all, zero))
            }
            Function::Or => {
                pairs.iter().fold(zero, |all, pair| f.select(pair.re, one, all))
            }
            _ => f.select(a.re, zero, one),
        };
        Ok(self.real(re))
    }

    /// The functions that take complex values.
    fn analytic(&mut self, function: Function, a: Pair) -> Option<Pair> {
        if let Function::RealPart = function {
            return Some(self.real(a.re));
        }
        let zero = self.formulas.number(0.0);
        let simple = match function {
            Function::Sine => Unary::Sine,
            Function::Cosine => Unary::Cosine,
            Function::Tangent => Unary::Tangent,
            Function::HyperbolicSine => Unary::HyperbolicSine,
            Function::HyperbolicCosine => Unary::HyperbolicCosine,
            Function::HyperbolicTangent => Unary::HyperbolicTangent,
            Function::Exponential => return Some(self.exponential(a)),
            Function::SquareRoot => return Some(self.square_root(a)),
            Function::Absolute => {
                let re = self.absolute(a);
                return Some(self.real(re));
            }
            Function::ImaginaryPart => return Some(self.real(a.im.unwrap_or(zero))),
            Function::Conjugate => return Some(self.conjugate(a)),
            Function::Argument => {
                let re = self.angle(a);
                return Some(self.real(re));
            }
            Function::Logarithm => {
                if a.im.is_some() || self.formulas.value(a.re).is_some_and(|x| x < 0.0) {
                    return Some(self.logarithm_of_any(a));
                }
                Unary::Logarithm
            }
            _ => return None,
        };
        let Some(y) = a.im else {
            let re = self.formulas.unary(simple, a.re);
            return Some(self.real(re));
        };
        let f = &mut self.formulas;
        let x = a.re;
        let doubled = (f.scale(x, 2.0), f.scale(y, 2.0));
        let mut of = |function, id| f.unary(function, id);
        // Abramowitz and Stegun 4.3.55–57, 4.5.49–51.
        let (above, below) = match simple {
            Unary::Sine => (
                [
                    of(Unary::Sine, x),
                    of(Unary::HyperbolicCosine, y),
                    of(Unary::Cosine, x),
                    of(Unary::HyperbolicSine, y),
                ],
                None,
            ),
            Unary::Cosine => {
                let sine = of(Unary::Sine, x);
                let minus = f.scale(sine, -1.0);
                let mut of = |function, id| f.unary(function, id);
                (
                    [
                        of(Unary::Cosine, x),
                        of(Unary::HyperbolicCosine, y),
                        minus,
                        of(Unary::HyperbolicSine, y),
                    ],
                    None,
                )
            }
            Unary::HyperbolicSine => (
                [
                    of(Unary::HyperbolicSine, x),
                    of(Unary::Cosine, y),
                    of(Unary::HyperbolicCosine, x),
                    of(Unary::Sine, y),
                ],
                None,
            ),
            Unary::HyperbolicCosine => (
                [
                    of(Unary::HyperbolicCosine, x),
                    of(Unary::Cosine, y),
                    of(Unary::HyperbolicSine, x),
                    of(Unary::Sine, y),
                ],
                None,
            ),
            _ => {
                let (grow, turn) = if simple == Unary::Tangent {
                    (doubled.1, doubled.0)
                } else {
                    doubled
                };
                let parts = (of(Unary::HyperbolicSine, grow), of(Unary::Sine, turn));
                let sum = (of(Unary::HyperbolicCosine, grow), of(Unary::Cosine, turn));
                let below = f.add(sum.0, sum.1);
                let one = f.number(1.0);
                let (re, im) =
                    if simple == Unary::Tangent { (parts.1, parts.0) } else { parts };
                ([re, one, im, one], Some(below))
            }
        };
        let mut re = f.multiply(above[0], above[1]);
        let mut im = f.multiply(above[2], above[3]);
        if let Some(below) = below {
            re = f.divide(re, below);
            im = f.divide(im, below);
        }
        Some(self.make(re, Some(im)))
    }

    fn gather(&mut self, body: &Term, integral: bool) -> FieldResult<Pair> {
        let pair = self.pair(body)?;
        let mut of = |id: Id| -> FieldResult<Id> {
            let facts = self.formulas.facts(id);
            if facts.noise {
                return Err(FieldError::invalid(
                    "the mean of a noise is asked for",
                    "use a uniform noise: it is the same for all cells",
                ));
            }
            if self.depends_on_convolution(id) {
                return Err(FieldError::invalid(
                    format!(
                        "the mean of a convolution is asked for: {}",
                        text::of_term(self.system, body)
                    ),
                    "the mean of a convolution is the integral of the kernel times the mean of what is convolved",
                ));
            }
            let known = self
                .gathered
                .iter()
                .find(|known| known.value == id && known.integral == integral);
            let scalar = match known {
                Some(known) => known.scalar,
                None => {
                    let scalar = scalar::FREE + self.gathered.len() as u32;
                    self.formulas.planes_in_scalars.insert(scalar, facts.planes);
                    self.gathered.push(Gathered { value: id, integral, scalar });
                    scalar
                }
            };
            Ok(self.formulas.uniform(scalar))
        };
        let re = of(pair.re)?;
        let im = pair.im.map(of).transpose()?;
        Ok(self.make(re, im))
    }

    fn depends_on_convolution(&self, id: Id) -> bool {
        let mut pending = vec![id];
        while let Some(id) = pending.pop() {
            let formula = self.formulas.get(id);
            if matches!(formula, Formula::Array(Source::Convolved(_))) {
                return true;
            }
            pending.extend(self.formulas.operands(formula));
        }
        false
    }

    fn convolution(&mut self, kernel: &Term, body: &Term) -> FieldResult<Pair> {
        let system = self.system;
        if let Some(axis) = system.grid.axes.iter().find(|axis| !axis.closed) {
            return Err(FieldError::invalid(
                format!(
                    "a convolution needs a box that is periodic, and {} is not",
                    axis.name
                ),
                format!("make {} periodic", axis.name),
            ));
        }
        let antiperiodic = system.fields.iter().find(|field| {
            field
                .boundaries
                .iter()
                .flatten()
                .any(|side| matches!(side, Boundary::Antiperiodic))
        });
        if let Some(field) = antiperiodic {
            return Err(FieldError::invalid(
                format!(
                    "a convolution needs periodic fields, and {} is antiperiodic",
                    field.name
                ),
                format!("make {} periodic", field.name),
            ));
        }
        if system.grid.mask.is_some() {
            return Err(FieldError::invalid(
                "a convolution over a part of the box is asked for",
                "leave the domain out, or multiply what is convolved by 0 outside",
            ));
        }
        let written = text::of_term(system, kernel);
        let kernel = self.pair(kernel)?;
        let known = [Some(kernel.re), kernel.im]
            .into_iter()
            .flatten()
            .all(|id| self.formulas.facts(id).known());
        if !known {
            return Err(FieldError::invalid(
                format!(
                    "the kernel {written} is not a function of the coordinates alone"
                ),
                "write a kernel of the coordinates, without time and fields",
            ));
        }
        let body = self.pair(body)?;
        let noisy = [Some(body.re), body.im]
            .into_iter()
            .flatten()
            .any(|id| self.formulas.facts(id).noise);
        if noisy {
            return Err(FieldError::invalid(
                "the convolution of a noise is asked for",
                "let the noise drive a field of its own, and use that field",
            ));
        }
        Ok(self.convolve(kernel, body))
    }

    fn convolve(&mut self, kernel: Pair, body: Pair) -> Pair {
        let found = self
            .convolved
            .iter()
            .find(|known| known.kernel == kernel && known.body == body)
            .map(|known| known.into);
        let into = found.unwrap_or_else(|| {
            let complex = kernel.im.is_some() || body.im.is_some();
            let first = self.convolved_arrays;
            let into = (first, complex.then_some(first + 1));
            self.convolved_arrays += if complex { 2 } else { 1 };
            let planes = [Some(body.re), body.im]
                .into_iter()
                .flatten()
                .any(|id| self.formulas.facts(id).planes);
            for part in [Some(into.0), into.1].into_iter().flatten() {
                self.formulas.planes_in_convolutions.insert(part, planes);
            }
            self.convolved.push(Convolved { body, kernel, into });
            into
        });
        self.arrays(into, Source::Convolved)
    }
}

fn unknown_field() -> FieldError {
    FieldError::invalid("an unknown field occurs", "")
}
