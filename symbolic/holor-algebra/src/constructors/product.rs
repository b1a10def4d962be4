//! Canonical products.

use std::collections::HashMap;

use num_bigint::BigInt;
use num_integer::Integer;
use num_rational::BigRational;
use num_traits::{One, Signed, Zero};

use super::number::{Gaussian, Real};
use super::radical::{Radicals, radical};
use super::{certainly_finite_nonzero, certainly_positive, is_constant, is_minus_one};
use crate::order::canonical_order;
use crate::{Constant, Expr, Node};

pub(super) fn mul(mut factors: Vec<Expr>) -> Expr {
    factors.retain(|factor| !factor.is_one());
    match factors.len() {
        0 => return Expr::one(),
        1 => return factors.remove(0),
        _ => {}
    }
    if factors.iter().any(Expr::is_undefined) {
        return Expr::undefined();
    }
    let mut product = Product::new();
    let mut pending = factors;
    pending.reverse();
    while let Some(factor) = pending.pop() {
        match factor.node() {
            Node::Mul(items) => pending.extend(items.iter().rev().cloned()),
            _ => product.include(factor),
        }
    }
    product.finish()
}

/// `e^(iπ·turn)`, as a sign and at most one factor.
pub(super) fn phase(turn: &BigRational) -> (bool, Option<Expr>) {
    let two = BigRational::from_integer(2.into());
    let mut turn = turn - (turn / &two).floor() * &two;
    let negative = turn >= BigRational::one();
    if negative {
        turn -= BigRational::one();
    }
    if turn.is_zero() {
        (negative, None)
    } else if turn.is_integer() || turn != BigRational::new(1.into(), 2.into()) {
        (negative, Some(radical(-BigInt::one(), turn)))
    } else {
        (negative, Some(Expr::i()))
    }
}

/// The `turn` for which a factor is `e^(iπ·turn)`: 1/2 for `i`, f for `(-1)^f`.
pub(super) fn turn_of(factor: &Expr) -> Option<BigRational> {
    match factor.node() {
        Node::Constant(Constant::I) => Some(BigRational::new(1.into(), 2.into())),
        Node::Power(base, exponent) if is_minus_one(base) => {
            exponent.as_number().cloned()
        }
        _ => None,
    }
}

struct Product {
    number: Real,
    turn: BigRational,
    gaussian: Option<Gaussian>,
    radicals: Vec<(BigInt, BigRational)>,
    infinity: bool,
    complex_infinity: bool,
    /// By base, the exponents, and the factor itself while it is the only one.
    powers: Vec<(Expr, Vec<Expr>, Expr)>,
    places: HashMap<Expr, usize>,
    /// Numbers that left the range of decimals.
    apart: Vec<Expr>,
}

impl Product {
    fn new() -> Self {
        Self {
            number: Real::one(),
            turn: BigRational::zero(),
            gaussian: None,
            radicals: Vec::new(),
            infinity: false,
            complex_infinity: false,
            powers: Vec::new(),
            places: HashMap::new(),
            apart: Vec::new(),
        }
    }

    fn include(&mut self, factor: Expr) {
        if let Some(number) = Real::of(&factor) {
            match self.number.mul(&number) {
                Some(product) => self.number = product,
                None => self.apart.push(factor),
            }
            return;
        }
        if let Some(turn) = turn_of(&factor) {
            self.turn += turn;
            return;
        }
        if is_constant(&factor, Constant::Infinity) {
            self.infinity = true;
            return;
        }
        if is_constant(&factor, Constant::ComplexInfinity) {
            self.complex_infinity = true;
            return;
        }
        if let Some(gaussian) = Gaussian::of(&factor) {
            let product = match &self.gaussian {
                Some(before) => before.mul(&gaussian),
                None => Some(gaussian),
            };
            match product {
                Some(product) => self.gaussian = Some(product),
                None => self.apart.push(factor),
            }
            return;
        }
        let (base, exponent) = match factor.node() {
            Node::Power(base, exponent) => (base.clone(), exponent.clone()),
            _ => (factor.clone(), Expr::one()),
        };
        if let (Some(base), Some(exponent)) = (base.as_integer(), exponent.as_number())
            && base.is_positive()
            && !exponent.is_integer()
        {
            self.radicals.push((base.clone(), exponent.clone()));
            return;
        }
        if let Some(place) = self.places.get(&base)
            && let Some((_, exponents, _)) = self.powers.get_mut(*place)
        {
            exponents.push(exponent);
            return;
        }
        self.places.insert(base.clone(), self.powers.len());
        self.powers.push((base, vec![exponent], factor));
    }

    fn finish(mut self) -> Expr {
        let mut factors = Vec::with_capacity(self.powers.len() + 2);
        let mut again = false;
        for (base, mut exponents, factor) in std::mem::take(&mut self.powers) {
            if exponents.len() == 1 {
                factors.push(factor);
                continue;
            }
            exponents.sort_by(canonical_order);
            let power = Expr::power(base.clone(), Expr::add(exponents));
            // A power that came out as something else may meet other factors again.
            again |= match power.node() {
                Node::Power(new_base, _) => *new_base != base,
                _ => power != base,
            };
            factors.push(power);
        }
        self.fold_radicals(&mut factors);
        self.fold_complex();
        let (negative, unit) = phase(&self.turn);
        if negative {
            self.number = self.number.negate();
        }
        factors.extend(unit);
        factors.append(&mut self.apart);
        if let Some(gaussian) = self.gaussian.take() {
            again = true;
            let number = gaussian.into_expr();
            // Beside a power of itself it raises the exponent; apart, the two would meet here again without end.
            let power = factors.iter_mut().find_map(|factor| match factor.node() {
                Node::Power(base, exponent) if *base == number => {
                    let exponent = Expr::add([exponent.clone(), Expr::one()]);
                    Some((factor, exponent))
                }
                _ => None,
            });
            match power {
                Some((factor, exponent)) => *factor = Expr::power(number, exponent),
                None => factors.push(number),
            }
        }
        if again {
            let gaussian_left =
                factors.iter().filter(|f| Gaussian::of(f).is_some()).count();
            let settled = gaussian_left <= 1
                && factors.iter().all(|factor| {
                    Real::of(factor).is_none() && !matches!(factor.node(), Node::Mul(_))
                })
                && distinct_bases(&factors);
            if !settled {
                factors.extend(self.infinities());
                factors.push(self.number.into_expr());
                return mul(factors);
            }
        }
        if self.infinity || self.complex_infinity {
            return self.infinite(factors);
        }
        if self.number.is_zero() {
            return if factors.iter().any(Expr::has_infinity) {
                assemble(self.number, factors)
            } else {
                self.number.into_expr()
            };
        }
        assemble(self.number, factors)
    }

    fn infinities(&self) -> Vec<Expr> {
        let mut found = Vec::new();
        if self.infinity {
            found.push(Expr::infinity());
        }
        if self.complex_infinity {
            found.push(Expr::complex_infinity());
        }
        found
    }

    /// One radical is canonical already; several are brought together.
    fn fold_radicals(&mut self, factors: &mut Vec<Expr>) {
        let radicals = std::mem::take(&mut self.radicals);
        if let [(base, exponent)] = &*radicals {
            factors.push(radical(base.clone(), exponent.clone()));
            return;
        }
        let mut all = Radicals::default();
        for (base, exponent) in &radicals {
            let base = BigRational::from_integer(base.clone());
            if !all.include(&base, exponent) {
                factors.push(radical(base.to_integer(), exponent.clone()));
            }
        }
        if let Some((number, groups)) = all.finish()
            && let Some(product) = self.number.mul(&Real::Exact(number))
        {
            self.number = product;
            factors.extend(
                groups.into_iter().map(|(base, exponent)| radical(base, exponent)),
            );
        } else {
            factors.extend(
                radicals.into_iter().map(|(base, exponent)| radical(base, exponent)),
            );
        }
    }

    /// A number `a + b·i` takes in the real coefficient and powers of `i`, and may turn out real.
    fn fold_complex(&mut self) {
        let Some(gaussian) = self.gaussian.take() else { return };
        let Some(mut gaussian) = gaussian.scale(&self.number) else {
            self.gaussian = Some(gaussian);
            return;
        };
        self.number = Real::one();
        // The phase that is left beside such a number lies within the first right angle.
        let quarters = (&self.turn * BigInt::from(2)).floor();
        let quarter = quarters.to_integer().mod_floor(&4.into());
        gaussian = gaussian.turn(u8::try_from(&quarter).unwrap_or(0));
        self.turn -= quarters / BigInt::from(2);
        if gaussian.im.is_exact_zero() {
            self.number = gaussian.re;
        } else if gaussian.re.is_exact_zero() {
            self.number = gaussian.im;
            self.turn += BigRational::new(1.into(), 2.into());
        } else {
            self.gaussian = Some(gaussian);
        }
    }

    fn infinite(self, mut factors: Vec<Expr>) -> Expr {
        if self.number.is_zero() {
            return Expr::undefined();
        }
        if self.complex_infinity {
            factors.retain(|factor| !certainly_finite_nonzero(factor));
            factors.push(Expr::complex_infinity());
            return assemble(Real::one(), factors);
        }
        factors.retain(|factor| !certainly_positive(factor));
        factors.push(Expr::infinity());
        let sign = if self.number.is_negative() { -1 } else { 1 };
        assemble(Real::integer(sign), factors)
    }
}

fn distinct_bases(factors: &[Expr]) -> bool {
    let mut bases: Vec<&Expr> = factors
        .iter()
        .map(|factor| match factor.node() {
            Node::Power(base, exponent)
                if base.as_number().is_none() || exponent.as_number().is_none() =>
            {
                base
            }
            _ => factor,
        })
        .collect();
    bases.sort_unstable_by_key(|base| base.stored_hash());
    bases.windows(2).all(|pair| pair.first() != pair.last())
}

/// The product node of a coefficient and factors with different bases.
fn assemble(number: Real, mut factors: Vec<Expr>) -> Expr {
    if factors.is_empty() {
        return number.into_expr();
    }
    factors.sort_by(canonical_order);
    if number.is_exact_one() {
        if factors.len() == 1 {
            return factors.remove(0);
        }
        return Expr::from_node(Node::Mul(factors.into()));
    }
    let number = number.into_expr();
    // `-(a + b)` is written `-a - b`; other numbers stay in front of the sum.
    if let [sum] = &*factors
        && is_minus_one(&number)
        && matches!(sum.node(), Node::Add(_))
    {
        return Expr::add(sum.terms().iter().map(Expr::negate));
    }
    factors.insert(0, number);
    Expr::from_node(Node::Mul(factors.into()))
}
