//! Signs that show when one square is written by another, as sin² by cos².

use holor_polynomial::Polynomial;

use super::{Question, STAND_IN, Sign};

impl Question<'_> {
    /// With `u² = a ± w²` and even powers of w alone, in u alone: `5 + 4 sin x - cos² x` is `(2 + sin x)²`.
    pub(super) fn by_other_square(
        &mut self,
        polynomial: &Polynomial,
        depth: u32,
    ) -> Option<Sign> {
        for &u in polynomial.variables() {
            if u >= STAND_IN {
                continue;
            }
            let Some(relation) = self.field.0.generators.relation(u) else { continue };
            let (2, true, &[w]) =
                (relation.degree, relation.pure, relation.tail.variables())
            else {
                continue;
            };
            let parts = relation.tail.coefficients_in(w);
            let Some((slope, constant)) = pure_square(&parts) else { continue };
            // w² = (u² - a)/b with b = ±1.
            let own = Polynomial::variable(u).power(2).subtract(&constant);
            let square = if slope.is_one() { own } else { own.negate() };
            let powers = polynomial.coefficients_in(w);
            if powers.iter().any(|(exponent, _)| exponent % 2 == 1)
                || powers.iter().all(|(exponent, _)| *exponent == 0)
            {
                continue;
            }
            let mut rewritten = Polynomial::zero();
            for (exponent, coefficient) in &powers {
                let power = square.power(exponent / 2);
                rewritten = rewritten.add(&coefficient.multiply(&power));
            }
            let factored = rewritten.factor();
            let mut total = Some(Sign::of(&factored.content));
            for (factor, exponent) in &factored.factors {
                let real = || factor.variables().iter().all(|&var| self.range(var).real);
                let even = exponent % 2 == 0 && real();
                let own = self.irreducible(factor, depth - 1);
                let own = match own {
                    Some(Sign::Positive | Sign::Negative) if even => Some(Sign::Positive),
                    _ if even => Some(Sign::NonNegative),
                    own => own,
                };
                total = total.zip(own).map(|(a, b)| a.times(b));
            }
            if total.is_some() {
                return total;
            }
        }
        None
    }
}

/// `a ± w²` from its coefficients: the factor of w² and a, which is a number.
fn pure_square(parts: &[(u32, Polynomial)]) -> Option<(Polynomial, Polynomial)> {
    let mut constant = Polynomial::zero();
    let mut slope = None;
    for (exponent, coefficient) in parts {
        match exponent {
            0 => constant = coefficient.clone(),
            2 if coefficient.is_one() || coefficient.negate().is_one() => {
                slope = Some(coefficient.clone());
            }
            _ => return None,
        }
    }
    constant.as_integer()?;
    Some((slope?, constant))
}
