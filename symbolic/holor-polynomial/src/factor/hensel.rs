//! Hensel lifting: from a factorisation modulo a prime p to one modulo a power of p.
//!
//! Quadratic, along a balanced tree of factors (von zur Gathen and Gerhard, Modern Computer Algebra,
//! §15.5); while the power of p fits into a word the computation stays in words.

use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::{One, ToPrimitive, Zero};

use super::modular::Modular;
use super::prime_field::PrimeField;

/// The integers modulo a number.
trait Residues {
    type Element: Clone;
    fn zero(&self) -> Self::Element;
    fn one(&self) -> Self::Element;
    fn sum(&self, a: &Self::Element, b: &Self::Element) -> Self::Element;
    fn difference(&self, a: &Self::Element, b: &Self::Element) -> Self::Element;
    /// `Σ left[i]·right[place − i]` for i from `low` to `high`.
    fn convolution(
        &self,
        left: &[Self::Element],
        right: &[Self::Element],
        place: usize,
        low: usize,
        high: usize,
    ) -> Self::Element;
}

impl Residues for PrimeField {
    type Element = u64;

    fn zero(&self) -> u64 {
        0
    }

    fn one(&self) -> u64 {
        PrimeField::one(self)
    }

    fn sum(&self, a: &u64, b: &u64) -> u64 {
        self.add(*a, *b)
    }

    fn difference(&self, a: &u64, b: &u64) -> u64 {
        self.sub(*a, *b)
    }

    fn convolution(
        &self,
        left: &[u64],
        right: &[u64],
        place: usize,
        low: usize,
        high: usize,
    ) -> u64 {
        let sum =
            (low..=high).fold(0, |s, i| self.accumulate(s, left[i], right[place - i]));
        self.finish(sum)
    }
}

/// Residues of more than a word, from 0 to the modulus − 1.
struct LongResidues(BigInt);

impl Residues for LongResidues {
    type Element = BigInt;

    fn zero(&self) -> BigInt {
        BigInt::zero()
    }

    fn one(&self) -> BigInt {
        BigInt::one()
    }

    fn sum(&self, a: &BigInt, b: &BigInt) -> BigInt {
        let sum = a + b;
        if sum >= self.0 { sum - &self.0 } else { sum }
    }

    fn difference(&self, a: &BigInt, b: &BigInt) -> BigInt {
        if a >= b { a - b } else { a + &self.0 - b }
    }

    fn convolution(
        &self,
        left: &[BigInt],
        right: &[BigInt],
        place: usize,
        low: usize,
        high: usize,
    ) -> BigInt {
        let mut sum = BigInt::zero();
        for i in low..=high {
            if !left[i].is_zero() && !right[place - i].is_zero() {
                sum += &left[i] * &right[place - i];
            }
        }
        sum % &self.0
    }
}

fn multiply<R: Residues>(
    ring: &R,
    a: &[R::Element],
    b: &[R::Element],
) -> Vec<R::Element> {
    if a.is_empty() || b.is_empty() {
        return Vec::new();
    }
    (0..a.len() + b.len() - 1)
        .map(|place| {
            let low = (place + 1).saturating_sub(b.len());
            ring.convolution(a, b, place, low, place.min(a.len() - 1))
        })
        .collect()
}

/// Quotient and remainder by a monic polynomial, each coefficient with one reduction.
fn divide<R: Residues>(
    ring: &R,
    dividend: &[R::Element],
    divisor: &[R::Element],
) -> (Vec<R::Element>, Vec<R::Element>) {
    let low = divisor.len() - 1;
    if dividend.len() <= low {
        return (Vec::new(), dividend.to_vec());
    }
    let count = dividend.len() - low;
    let mut quotient = vec![ring.zero(); count];
    for place in (0..count).rev() {
        let mut entry = dividend[place + low].clone();
        let high = (place + low).min(count - 1);
        if high > place {
            let known =
                ring.convolution(&quotient, divisor, place + low, place + 1, high);
            entry = ring.difference(&entry, &known);
        }
        quotient[place] = entry;
    }
    let rest = (0..low)
        .map(|place| {
            let high = place.min(count - 1);
            let known = ring.convolution(&quotient, divisor, place, 0, high);
            ring.difference(&dividend[place], &known)
        })
        .collect();
    (quotient, rest)
}

/// Adds `summand` to the first coefficients and leaves the others: what would reach beyond is 0 to the
/// precision of the step.
fn add_below<R: Residues>(ring: &R, target: &mut [R::Element], summand: &[R::Element]) {
    for (entry, other) in target.iter_mut().zip(summand) {
        *entry = ring.sum(entry, other);
    }
}

fn subtract_below<R: Residues>(
    ring: &R,
    target: &mut [R::Element],
    other: &[R::Element],
) {
    for (entry, other) in target.iter_mut().zip(other) {
        *entry = ring.difference(entry, other);
    }
}

/// A tree of monic factors with the identities s·left + t·right = 1.
enum Tree<E> {
    Leaf,
    Branch(Box<Branch<E>>),
}

struct Branch<E> {
    left: Vec<E>,
    right: Vec<E>,
    s: Vec<E>,
    t: Vec<E>,
    left_tree: Tree<E>,
    right_tree: Tree<E>,
}

impl<E: Clone> Tree<E> {
    /// Doubles the precision, below a polynomial that is right to the new one; `last` leaves s and t
    /// behind.
    fn lift<R: Residues<Element = E>>(&mut self, ring: &R, target: &[E], last: bool) {
        let Tree::Branch(branch) = self else { return };
        let Branch { left, right, s, t, left_tree, right_tree } = branch.as_mut();
        let mut error = target.to_vec();
        subtract_below(ring, &mut error, &multiply(ring, left, right));
        error.truncate(target.len() - 1);
        let (quotient, rest) = divide(ring, &multiply(ring, s, &error), right);
        let high = left.len() - 1;
        let correction = multiply(ring, &quotient, left);
        add_below(ring, &mut left[..high], &multiply(ring, t, &error));
        add_below(ring, &mut left[..high], &correction);
        add_below(ring, right, &rest);
        if !last {
            let mut defect = multiply(ring, s, left);
            let other = multiply(ring, t, right);
            defect.resize(defect.len().max(other.len()), ring.zero());
            add_below(ring, &mut defect, &other);
            if let Some(constant) = defect.first_mut() {
                *constant = ring.difference(constant, &ring.one());
            }
            let (quotient, rest) = divide(ring, &multiply(ring, s, &defect), right);
            let correction = multiply(ring, t, &defect);
            subtract_below(ring, s, &rest);
            subtract_below(ring, t, &correction);
            subtract_below(ring, t, &multiply(ring, &quotient, left));
        }
        left_tree.lift(ring, left, last);
        right_tree.lift(ring, right, last);
    }

    fn map<F>(&self, change: &dyn Fn(&E) -> F) -> Tree<F> {
        let Tree::Branch(branch) = self else { return Tree::Leaf };
        let all = |list: &[E]| list.iter().map(change).collect();
        Tree::Branch(Box::new(Branch {
            left: all(&branch.left),
            right: all(&branch.right),
            s: all(&branch.s),
            t: all(&branch.t),
            left_tree: branch.left_tree.map(change),
            right_tree: branch.right_tree.map(change),
        }))
    }

    /// The factors at the leaves.
    fn collect(&self, whole: &[E], factors: &mut Vec<Vec<E>>) {
        match self {
            Tree::Leaf => factors.push(whole.to_vec()),
            Tree::Branch(branch) => {
                branch.left_tree.collect(&branch.left, factors);
                branch.right_tree.collect(&branch.right, factors);
            }
        }
    }
}

/// The tree over a prime field; `None` if the factors are not pairwise coprime.
fn plant(field: &PrimeField, factors: &[Modular]) -> Option<(Modular, Tree<u64>)> {
    if let [single] = factors {
        return Some((single.clone(), Tree::Leaf));
    }
    let (first, second) = factors.split_at(factors.len() / 2);
    let (left, left_tree) = plant(field, first)?;
    let (right, right_tree) = plant(field, second)?;
    let mut s = field.inverse_modulo(&left, &right)?;
    let rest = field.subtract(&[field.one()], &field.multiply(&s, &left));
    let mut t = field.divide(&rest, &right).0;
    s.resize(right.len() - 1, 0);
    t.resize(left.len() - 1, 0);
    let product = field.multiply(&left, &right);
    let branch = Branch { left, right, s, t, left_tree, right_tree };
    Some((product, Tree::Branch(Box::new(branch))))
}

/// A factorisation modulo a power of a prime.
#[derive(Debug)]
pub(super) struct Lifted {
    /// Monic factors, coefficients from 0 to the modulus − 1.
    pub(super) factors: Vec<Vec<BigInt>>,
    /// The power of the prime.
    pub(super) modulus: BigInt,
}

/// Lifts monic, pairwise coprime factors of `polynomial` modulo the prime of `field` to the least power
/// of the prime with more than `bits` bits. The prime does not divide the leading coefficient.
pub(super) fn lift(
    field: &PrimeField,
    polynomial: &[BigInt],
    factors: &[Modular],
    bits: u64,
) -> Option<Lifted> {
    let prime = field.modulus();
    let mut needed = 1u32;
    let mut modulus = BigInt::from(prime);
    while modulus.bits() <= bits {
        modulus *= prime;
        needed += 1;
    }
    let mut word = prime;
    let mut reached = 1u32;
    while reached < needed && word.checked_mul(prime).is_some_and(|next| next < 1 << 62) {
        word *= prime;
        reached += 1;
    }
    let lead = polynomial.last()?;
    let monic: Vec<BigInt> = {
        let inverse = inverse_modulo(lead, &modulus)?;
        polynomial.iter().map(|c| (c * &inverse).mod_floor(&modulus)).collect()
    };
    let (_, tree) = plant(field, factors)?;
    let ring = PrimeField::new(word);
    let mut tree = tree.map(&|element| ring.enter(field.leave(*element)));
    let target: Vec<u64> = monic.iter().map(|c| ring.enter_integer(c)).collect();
    let mut exponent = 1;
    while exponent < reached {
        exponent *= 2;
        tree.lift(&ring, &target, exponent >= reached && reached == needed);
    }
    if reached == needed {
        let mut lifted = Vec::new();
        tree.collect(&target, &mut lifted);
        let leave =
            |list: Vec<u64>| list.into_iter().map(|c| ring.leave(c).into()).collect();
        return Some(Lifted {
            factors: lifted.into_iter().map(leave).collect(),
            modulus,
        });
    }
    let mut tree = tree.map(&|element| BigInt::from(ring.leave(*element)));
    // The precisions from the needed one down, each at most twice the one before it.
    let mut precisions = Vec::new();
    let mut precision = needed;
    while precision > reached {
        precisions.push(precision);
        precision = precision.div_ceil(2);
    }
    for precision in precisions.iter().rev() {
        let ring = LongResidues(BigInt::from(prime).pow(*precision));
        let target: Vec<BigInt> = monic.iter().map(|c| c % &ring.0).collect();
        tree.lift(&ring, &target, *precision == needed);
        if crate::stop::is_raised() {
            return None;
        }
    }
    let mut lifted = Vec::new();
    tree.collect(&monic, &mut lifted);
    Some(Lifted { factors: lifted, modulus })
}

/// 1/number modulo a number coprime to it.
fn inverse_modulo(number: &BigInt, modulus: &BigInt) -> Option<BigInt> {
    if number.is_one() {
        return Some(BigInt::one());
    }
    let extended = number.mod_floor(modulus).extended_gcd(modulus);
    (extended.gcd.to_u8() == Some(1)).then(|| extended.x.mod_floor(modulus))
}

#[cfg(test)]
mod tests {
    use super::super::modular::DistinctDegrees;
    use super::super::prime_field::Randomness;
    use super::*;

    #[test]
    fn lifted_factors_multiply_to_the_polynomial() {
        let coefficients = [7i64, -3, 11, 0, 5, 1, 9, -2, 3];
        let polynomial: Vec<BigInt> =
            coefficients.iter().map(|c| BigInt::from(*c)).collect();
        for prime in [13, 17, 65_521] {
            let field = PrimeField::new(prime);
            let image: Modular =
                polynomial.iter().map(|c| field.enter_integer(c)).collect();
            if !field.is_square_free(&image) {
                continue;
            }
            let degrees = DistinctDegrees::new(&field, &image);
            let factors = degrees.factors(&mut Randomness::new(3));
            for bits in [3, 20, 61, 70, 300, 1000] {
                let lifted = lift(&field, &polynomial, &factors, bits).unwrap();
                assert!(lifted.modulus.bits() > bits);
                let ring = LongResidues(lifted.modulus.clone());
                let product = lifted
                    .factors
                    .iter()
                    .fold(vec![BigInt::from(3)], |p, f| multiply(&ring, &p, f));
                let expected: Vec<BigInt> =
                    polynomial.iter().map(|c| c.mod_floor(&lifted.modulus)).collect();
                assert_eq!(product, expected);
            }
        }
    }
}
