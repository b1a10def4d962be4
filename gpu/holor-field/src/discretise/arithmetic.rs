//! Products, powers and functions of complex values in real numbers.

use super::complex::{Equations, Pair};
use super::formula::Id;
use super::text;
use crate::equation::{Complex64, Function, Term};
use crate::error::{FieldError, FieldResult};
use crate::graph::{Binary, Unary};

impl Equations<'_> {
    pub(super) fn product(&mut self, factors: &[Term]) -> FieldResult<Pair> {
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

    pub(super) fn conjugate(&mut self, a: Pair) -> Pair {
        let im = a.im.map(|im| self.formulas.scale(im, -1.0));
        Pair { re: a.re, im }
    }

    /// |z|².
    pub(super) fn square(&mut self, a: Pair) -> Id {
        let x = self.formulas.power(a.re, 2);
        match a.im {
            None => x,
            Some(im) => {
                let y = self.formulas.power(im, 2);
                self.formulas.add(x, y)
            }
        }
    }

    pub(super) fn absolute(&mut self, a: Pair) -> Id {
        match a.im {
            None => self.formulas.unary(Unary::Absolute, a.re),
            Some(im) => self.formulas.modulus(a.re, im),
        }
    }

    pub(super) fn angle(&mut self, a: Pair) -> Id {
        let zero = self.formulas.number(0.0);
        self.formulas.binary(Binary::Angle, a.im.unwrap_or(zero), a.re)
    }

    pub(super) fn reciprocal(&mut self, a: Pair) -> Pair {
        match a.im {
            None => {
                let re = self.formulas.power(a.re, -1);
                self.real(re)
            }
            Some(im) => {
                let re = self.formulas.inverse(a.re, im);
                let im = self.formulas.inverse(im, a.re);
                let im = self.formulas.scale(im, -1.0);
                self.make(re, Some(im))
            }
        }
    }

    pub(super) fn whole_power(&mut self, base: Pair, exponent: i32) -> Pair {
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

    pub(super) fn power(&mut self, base: &Term, exponent: &Term) -> FieldResult<Pair> {
        let base = self.pair(base)?;
        let exponent = self.pair(exponent)?;
        let fixed = self.constant(exponent);
        if let (Some(x), Some(y)) = (self.constant(base), fixed)
            && !(y.im == 0.0 && y.re.fract() == 0.0)
        {
            let value = if base.im.is_none() && exponent.im.is_none() && x.re >= 0.0 {
                Complex64::new(x.re.powf(y.re), 0.0)
            } else {
                x.powc(y)
            };
            return Ok(self.number(value));
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
    pub(super) fn logarithm_of_any(&mut self, a: Pair) -> Pair {
        let size = self.absolute(a);
        let re = self.formulas.unary(Unary::Logarithm, size);
        let im = self.angle(a);
        self.make(re, Some(im))
    }

    pub(super) fn exponential(&mut self, a: Pair) -> Pair {
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
    pub(super) fn square_root(&mut self, a: Pair) -> Pair {
        if let Some(value) = self.constant(a)
            && (a.im.is_some() || value.re < 0.0)
        {
            return self.number(value.sqrt());
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

    pub(super) fn real_part_of_real(
        &mut self,
        term: &Term,
        what: &str,
    ) -> FieldResult<Id> {
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

    pub(super) fn function(
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
    pub(super) fn analytic(&mut self, function: Function, a: Pair) -> Option<Pair> {
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
                // tanh(a + i b) = (t + i s sin b cos b)/(t² + s cos² b), t = tanh a, s = 1/cosh² a: where cosh a is too large, t is ±1.
                let (grow, turn) = if simple == Unary::Tangent { (y, x) } else { (x, y) };
                let t = of(Unary::HyperbolicTangent, grow);
                let cosh = of(Unary::HyperbolicCosine, grow);
                let [sine, cosine] = [of(Unary::Sine, turn), of(Unary::Cosine, turn)];
                let s = f.power(cosh, -2);
                let squares = [f.power(t, 2), f.power(cosine, 2)];
                let rest = f.multiply(s, squares[1]);
                let below = f.add(squares[0], rest);
                let turned = f.multiply(sine, cosine);
                let one = f.number(1.0);
                let above = if simple == Unary::Tangent {
                    [s, turned, t, one]
                } else {
                    [t, one, s, turned]
                };
                (above, Some(below))
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
}
