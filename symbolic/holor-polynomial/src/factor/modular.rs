//! Polynomials in one variable modulo a prime: arithmetic and factorisation.
//!
//! A polynomial is the list of its coefficients, ascending, the last one not 0; 0 is the empty list.
//! Factorisation goes by distinct degrees, then Cantor and Zassenhaus' random splitting; the p-th power
//! map is linear, so that it is one table per modulus (von zur Gathen and Gerhard, Modern Computer
//! Algebra, ch. 14).

use super::prime_field::{PrimeField, Randomness};

/// Coefficients, ascending.
pub(super) type Modular = Vec<u64>;

/// Lengths from which one step takes so long that the flag to stop is looked at.
const LONG: usize = 500;

/// Drops zeros at the high end.
pub(super) fn trim(coefficients: &mut Modular) {
    while coefficients.last() == Some(&0) {
        coefficients.pop();
    }
}

/// The degree; 0 for constants and for 0.
pub(super) fn degree(polynomial: &[u64]) -> usize {
    polynomial.len().saturating_sub(1)
}

impl PrimeField {
    /// The difference of polynomials.
    pub(super) fn subtract(&self, left: &[u64], right: &[u64]) -> Modular {
        let length = left.len().max(right.len());
        let at = |list: &[u64], i: usize| list.get(i).copied().unwrap_or(0);
        let mut difference: Modular =
            (0..length).map(|i| self.sub(at(left, i), at(right, i))).collect();
        trim(&mut difference);
        difference
    }

    /// The product of polynomials.
    pub(super) fn multiply(&self, left: &[u64], right: &[u64]) -> Modular {
        if left.is_empty() || right.is_empty() {
            return Vec::new();
        }
        let mut product = Vec::with_capacity(left.len() + right.len() - 1);
        for place in 0..left.len() + right.len() - 1 {
            let low = (place + 1).saturating_sub(right.len());
            let high = place.min(left.len() - 1);
            let sum = (low..=high)
                .fold(0, |sum, i| self.accumulate(sum, left[i], right[place - i]));
            product.push(self.finish(sum));
        }
        product
    }

    /// The polynomial times a number.
    pub(super) fn scale(&self, polynomial: &[u64], factor: u64) -> Modular {
        let mut scaled: Modular =
            polynomial.iter().map(|c| self.mul(*c, factor)).collect();
        trim(&mut scaled);
        scaled
    }

    /// The polynomial over its leading coefficient.
    pub(super) fn monic(&self, polynomial: &[u64]) -> Modular {
        match polynomial.last() {
            Some(lead) if *lead != self.one() => self.scale(polynomial, self.inv(*lead)),
            _ => polynomial.to_vec(),
        }
    }

    /// Quotient and remainder; the divisor is not 0.
    pub(super) fn divide(&self, dividend: &[u64], divisor: &[u64]) -> (Modular, Modular) {
        let (Some(lead), true) = (divisor.last(), dividend.len() >= divisor.len()) else {
            return (Vec::new(), dividend.to_vec());
        };
        let inverse = if *lead == self.one() { *lead } else { self.inv(*lead) };
        let low = divisor.len() - 1;
        let count = dividend.len() - low;
        let mut quotient = vec![0; count];
        for place in (0..count).rev() {
            let high = (place + low).min(count - 1);
            let known = (place + 1..=high).fold(0, |sum, i| {
                self.accumulate(sum, quotient[i], divisor[place + low - i])
            });
            let entry = self.sub(dividend[place + low], self.finish(known));
            quotient[place] = self.mul(entry, inverse);
        }
        let mut rest: Modular = (0..low)
            .map(|place| {
                let known = (0..=place.min(count - 1)).fold(0, |sum, i| {
                    self.accumulate(sum, quotient[i], divisor[place - i])
                });
                self.sub(dividend[place], self.finish(known))
            })
            .collect();
        trim(&mut rest);
        (quotient, rest)
    }

    /// The remainder; the divisor is not 0.
    pub(super) fn remainder(&self, dividend: &[u64], divisor: &[u64]) -> Modular {
        self.divide(dividend, divisor).1
    }

    /// The monic greatest common divisor.
    pub(super) fn gcd(&self, left: &[u64], right: &[u64]) -> Modular {
        let (mut a, mut b) = (left.to_vec(), right.to_vec());
        while !b.is_empty() {
            if b.len() > LONG && crate::stop::is_raised() {
                return vec![self.one()];
            }
            let rest = self.remainder(&a, &b);
            a = std::mem::replace(&mut b, rest);
        }
        self.monic(&a)
    }

    /// The inverse modulo a polynomial, if they have no common divisor.
    pub(super) fn inverse_modulo(
        &self,
        polynomial: &[u64],
        modulus: &[u64],
    ) -> Option<Modular> {
        let (mut a, mut b) = (modulus.to_vec(), self.remainder(polynomial, modulus));
        let (mut s, mut t) = (Vec::new(), vec![self.one()]);
        while !b.is_empty() {
            let (quotient, rest) = self.divide(&a, &b);
            let next = self.subtract(&s, &self.multiply(&quotient, &t));
            s = std::mem::replace(&mut t, next);
            a = std::mem::replace(&mut b, rest);
        }
        (a.len() == 1).then(|| self.remainder(&self.scale(&s, self.inv(a[0])), modulus))
    }

    /// The derivative.
    pub(super) fn derive(&self, polynomial: &[u64]) -> Modular {
        let mut derivative: Modular = polynomial
            .iter()
            .enumerate()
            .skip(1)
            .map(|(i, c)| self.mul(*c, self.enter(i as u64)))
            .collect();
        trim(&mut derivative);
        derivative
    }

    /// Whether no factor occurs twice (the degree is below the prime).
    pub(super) fn is_square_free(&self, polynomial: &[u64]) -> bool {
        self.gcd(polynomial, &self.derive(polynomial)).len() == 1
    }

    /// The value at a point.
    pub(super) fn value(&self, polynomial: &[u64], point: u64) -> u64 {
        polynomial.iter().rev().fold(0, |value, c| self.add(self.mul(value, point), *c))
    }

    /// The coefficients of p(x + shift), in place.
    pub(super) fn shift(&self, polynomial: &mut [u64], shift: u64) {
        let length = polynomial.len();
        for start in 0..length {
            for i in (start..length.saturating_sub(1)).rev() {
                let carried = self.mul(shift, polynomial[i + 1]);
                polynomial[i] = self.add(polynomial[i], carried);
            }
        }
    }

    /// A power modulo a polynomial.
    fn power_modulo(&self, base: &[u64], exponent: u64, modulus: &[u64]) -> Modular {
        let mut power = vec![self.one()];
        for bit in (0..64 - exponent.leading_zeros()).rev() {
            power = self.remainder(&self.multiply(&power, &power), modulus);
            if exponent >> bit & 1 == 1 {
                power = self.remainder(&self.multiply(&power, base), modulus);
            }
        }
        power
    }
}

/// The map h ↦ hᵖ on polynomials modulo one polynomial, as the list of the powers of xᵖ.
struct Frobenius<'f> {
    field: &'f PrimeField,
    powers: Vec<Modular>,
}

impl<'f> Frobenius<'f> {
    fn new(field: &'f PrimeField, modulus: &[u64]) -> Self {
        if field.modulus() <= modulus.len() as u64 * 4 {
            return Self::by_steps(field, modulus);
        }
        let x = field.remainder(&[0, field.one()], modulus);
        let image = field.power_modulo(&x, field.modulus(), modulus);
        Self::from_image(field, image, modulus)
    }

    /// The map for a divisor of the modulus.
    fn restrict(&self, divisor: &[u64]) -> Self {
        if self.field.modulus() <= divisor.len() as u64 * 4 {
            return Self::by_steps(self.field, divisor);
        }
        let image = self.powers.get(1).map(|p| self.field.remainder(p, divisor));
        Self::from_image(self.field, image.unwrap_or_default(), divisor)
    }

    /// For a small prime: from one power of x to the next, p times between the entries of the table.
    fn by_steps(field: &'f PrimeField, modulus: &[u64]) -> Self {
        let modulus = field.monic(modulus);
        let size = degree(&modulus);
        let mut power = vec![0; size];
        if let Some(constant) = power.first_mut() {
            *constant = field.one();
        }
        let mut powers = Vec::with_capacity(size.max(2));
        for place in 0..size.max(2) {
            if place > 0 {
                for _ in 0..field.modulus() {
                    let Some(top) = power.pop() else { break };
                    power.insert(0, 0);
                    if top != 0 {
                        for (entry, coefficient) in power.iter_mut().zip(&modulus) {
                            *entry = field.sub(*entry, field.mul(top, *coefficient));
                        }
                    }
                }
            }
            let mut entry = power.clone();
            trim(&mut entry);
            powers.push(entry);
        }
        Self { field, powers }
    }

    fn from_image(field: &'f PrimeField, image: Modular, modulus: &[u64]) -> Self {
        let mut powers = vec![vec![field.one()], image];
        for i in 2..degree(modulus) {
            let next = field.multiply(&powers[i - 1], &powers[1]);
            powers.push(field.remainder(&next, modulus));
        }
        Self { field, powers }
    }

    fn apply(&self, polynomial: &[u64]) -> Modular {
        let mut sums = vec![0u128; self.powers.len()];
        for (coefficient, power) in polynomial.iter().zip(&self.powers) {
            for (sum, entry) in sums.iter_mut().zip(power) {
                *sum = self.field.accumulate(*sum, *coefficient, *entry);
            }
        }
        let mut image: Modular =
            sums.into_iter().map(|sum| self.field.finish(sum)).collect();
        trim(&mut image);
        image
    }
}

/// For a square-free polynomial: the products of its irreducible factors of one degree, with that degree.
#[derive(Debug)]
pub(super) struct DistinctDegrees {
    field: PrimeField,
    parts: Vec<(usize, Modular)>,
    image: Modular,
}

impl DistinctDegrees {
    /// Splits a square-free polynomial of degree ≥ 1 by the degrees of its irreducible factors.
    pub(super) fn new(field: &PrimeField, polynomial: &[u64]) -> Self {
        let monic = field.monic(polynomial);
        let frobenius = Frobenius::new(field, &monic);
        let x = [0, field.one()];
        let mut rest = monic;
        let mut parts = Vec::new();
        let image = frobenius.powers.get(1).cloned().unwrap_or_default();
        let mut power = image.clone();
        for size in 1.. {
            if 2 * size > degree(&rest) || rest.len() > LONG && crate::stop::is_raised() {
                break;
            }
            if size > 1 {
                power = frobenius.apply(&power);
            }
            let part = field.gcd(&rest, &field.subtract(&power, &x));
            if part.len() > 1 {
                rest = field.divide(&rest, &part).0;
                parts.push((size, part));
            }
        }
        if rest.len() > 1 {
            parts.push((degree(&rest), rest));
        }
        Self { field: *field, parts, image }
    }

    /// How many irreducible factors there are.
    pub(super) fn count(&self) -> usize {
        self.parts.iter().map(|(size, part)| degree(part) / size).sum()
    }

    /// The degree of each irreducible factor.
    pub(super) fn degrees(&self) -> Vec<usize> {
        self.parts
            .iter()
            .flat_map(|(size, part)| std::iter::repeat_n(*size, degree(part) / size))
            .collect()
    }

    /// The irreducible factors, monic.
    pub(super) fn factors(&self, random: &mut Randomness) -> Vec<Modular> {
        let mut factors = Vec::new();
        for (size, part) in &self.parts {
            self.split(part, *size, random, &mut factors);
        }
        factors
    }

    /// Splits a product of irreducible factors of degree `size`: half of all elements of a field are
    /// squares, so that a^((p^size − 1)/2) is 1 modulo about half of the factors for a random a.
    fn split(
        &self,
        part: &[u64],
        size: usize,
        random: &mut Randomness,
        factors: &mut Vec<Modular>,
    ) {
        if degree(part) <= size {
            factors.push(part.to_vec());
            return;
        }
        let field = &self.field;
        let whole =
            Frobenius { field, powers: vec![vec![field.one()], self.image.clone()] };
        let frobenius = whole.restrict(part);
        loop {
            let mut guess: Modular =
                (0..degree(part)).map(|_| field.enter(random.next() >> 2)).collect();
            trim(&mut guess);
            let mut conjugate = guess.clone();
            let mut norm = guess;
            for _ in 1..size {
                conjugate = frobenius.apply(&conjugate);
                norm = field.remainder(&field.multiply(&norm, &conjugate), part);
            }
            let power = field.power_modulo(&norm, (field.modulus() - 1) / 2, part);
            let divisor = field.gcd(part, &field.subtract(&power, &[field.one()]));
            if divisor.len() > 1 && divisor.len() < part.len() {
                let other = field.divide(part, &divisor).0;
                self.split(&divisor, size, random, factors);
                self.split(&other, size, random, factors);
                return;
            }
            if crate::stop::is_raised() {
                factors.push(part.to_vec());
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn factors_multiply_to_the_polynomial() {
        let mut random = Randomness::new(7);
        for prime in [13, 101, 65_521, super::super::prime_field::LARGE_PRIME] {
            let field = PrimeField::new(prime);
            for length in 3..14 {
                let mut polynomial: Modular =
                    (0..length).map(|_| random.element(&field)).collect();
                polynomial.push(field.one());
                if !field.is_square_free(&polynomial) {
                    continue;
                }
                let degrees = DistinctDegrees::new(&field, &polynomial);
                let factors = degrees.factors(&mut random);
                assert_eq!(factors.len(), degrees.count());
                let product =
                    factors.iter().fold(vec![field.one()], |p, f| field.multiply(&p, f));
                assert_eq!(product, polynomial);
            }
        }
    }

    #[test]
    fn the_shift_is_the_substitution() {
        let field = PrimeField::new(10_007);
        let polynomial =
            vec![field.enter(5), field.enter(3), field.enter(7), field.enter(2)];
        let mut shifted = polynomial.clone();
        shifted_by(&field, &mut shifted, 4);
        for point in 0..20 {
            let at = field.value(&shifted, field.enter(point));
            assert_eq!(at, field.value(&polynomial, field.enter(point + 4)));
        }
    }

    fn shifted_by(field: &PrimeField, polynomial: &mut [u64], shift: u64) {
        field.shift(polynomial, field.enter(shift));
    }

    #[test]
    fn inverses_modulo_a_polynomial() {
        let field = PrimeField::new(10_007);
        let modulus =
            vec![field.enter(3), field.enter(1), field.enter(0), field.enter(1)];
        let polynomial = vec![field.enter(4), field.enter(9)];
        let inverse = field.inverse_modulo(&polynomial, &modulus).unwrap();
        let product = field.remainder(&field.multiply(&inverse, &polynomial), &modulus);
        assert_eq!(product, vec![field.one()]);
        assert!(field.inverse_modulo(&modulus, &modulus).is_none());
    }
}
