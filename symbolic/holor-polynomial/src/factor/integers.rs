//! Factorisation of polynomials in one variable over the integers: Zassenhaus' algorithm.
//!
//! Modulo a prime the factors are found quickly; Hensel lifting carries them to a modulus beyond the
//! coefficients of any true factor (Mignotte's bound), where the true factors are products of some of them.

use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::{One, Signed, Zero};

use super::hensel;
use super::modular::{DistinctDegrees, Modular};
use super::prime_field::{PrimeField, is_prime};
use super::search::Search;

/// Coefficients, ascending, the last one not 0.
pub(super) type Integers = Vec<BigInt>;

/// How many products of modular factors are tried before the factorisation is left incomplete.
const MOST_SUBSETS: u64 = 1 << 17;

/// The polynomial over the greatest common divisor of its coefficients, leading coefficient positive, and
/// that divisor with the sign.
pub(super) fn primitive(polynomial: &[BigInt]) -> (BigInt, Integers) {
    let mut content = BigInt::zero();
    for coefficient in polynomial.iter().rev() {
        content = content.gcd(coefficient);
        if content.is_one() {
            break;
        }
    }
    if polynomial.last().is_some_and(BigInt::is_negative) {
        content = -content;
    }
    if content.is_zero() || content.is_one() {
        return (content, polynomial.to_vec());
    }
    let part = polynomial.iter().map(|c| c / &content).collect();
    (content, part)
}

/// The quotient if it is exact.
fn divide_exactly(dividend: &[BigInt], divisor: &[BigInt]) -> Option<Integers> {
    let lead = divisor.last()?;
    let low = divisor.len() - 1;
    if dividend.len() <= low {
        return None;
    }
    let mut rest = dividend.to_vec();
    let mut quotient = vec![BigInt::zero(); rest.len() - low];
    for place in (0..quotient.len()).rev() {
        let (factor, remainder) = rest[place + low].div_rem(lead);
        if !remainder.is_zero() {
            return None;
        }
        if !factor.is_zero() {
            for (i, coefficient) in divisor[..low].iter().enumerate() {
                rest[place + i] -= &factor * coefficient;
            }
        }
        quotient[place] = factor;
    }
    rest[..low].iter().all(Zero::is_zero).then_some(quotient)
}

/// The irreducible factors of a primitive square-free polynomial of degree ≥ 1 with positive leading
/// coefficient, and whether all of them are proven irreducible.
pub(super) fn factor_square_free(
    polynomial: &[BigInt],
    search: &mut Search,
) -> (Vec<Integers>, bool) {
    match polynomial {
        [] | [_] => return (Vec::new(), true),
        [_, _] => return (vec![polynomial.to_vec()], true),
        [c, b, a] => {
            let discriminant: BigInt = b * b - a * c * 4;
            if discriminant.is_negative() {
                return (vec![polynomial.to_vec()], true);
            }
            let root = discriminant.sqrt();
            if &root * &root != discriminant {
                return (vec![polynomial.to_vec()], true);
            }
            let factors = [b - &root, b + &root].map(|low| primitive(&[low, a * 2]).1);
            return (factors.to_vec(), true);
        }
        _ => {}
    }
    let Some(choice) = choose_prime(polynomial, search) else {
        return (vec![polynomial.to_vec()], false);
    };
    if choice.irreducible {
        return (vec![polynomial.to_vec()], true);
    }
    let factors = choice.degrees.factors(&mut search.random);
    let half = (polynomial.len() - 1) as u64 / 2;
    let bits = half + norm_bits(polynomial) + 2;
    let work = (polynomial.len() * polynomial.len()) as u64 * bits / 16;
    if !search.spend(work) {
        return (vec![polynomial.to_vec()], false);
    }
    match hensel::lift(&choice.field, polynomial, &factors, bits) {
        Some(lifted) => recombine(polynomial, &lifted, &choice.possible, search),
        None => (vec![polynomial.to_vec()], false),
    }
}

/// An upper bound for the binary logarithm of the Euclidean norm.
fn norm_bits(polynomial: &[BigInt]) -> u64 {
    let sum: BigInt = polynomial.iter().map(|c| c * c).sum();
    sum.bits().div_ceil(2)
}

struct Choice {
    field: PrimeField,
    degrees: DistinctDegrees,
    /// Whether a factor may have the degree that is the index.
    possible: Vec<bool>,
    irreducible: bool,
}

/// Looks at a few primes for the one with the fewest factors; the degrees of true factors are sums of
/// degrees of modular factors for every one of them.
fn choose_prime(polynomial: &[BigInt], search: &mut Search) -> Option<Choice> {
    let degree = polynomial.len() - 1;
    let mut best: Option<(usize, PrimeField, DistinctDegrees)> = None;
    let mut possible = vec![true; degree + 1];
    let mut seen = 0;
    let mut prime = 11;
    // A square-free polynomial stays so modulo all primes but those that divide its discriminant.
    while seen < 12 && prime < 1 << 20 {
        prime += 2;
        if !is_prime(prime) {
            continue;
        }
        if !search.spend((degree as u64).saturating_pow(3)) {
            break;
        }
        let field = PrimeField::new(prime);
        let image: Modular = polynomial.iter().map(|c| field.enter_integer(c)).collect();
        if image.last() == Some(&0) || !field.is_square_free(&image) {
            continue;
        }
        let degrees = DistinctDegrees::new(&field, &image);
        let sums = subset_sums(&degrees.degrees(), degree);
        for (place, sum) in possible.iter_mut().zip(&sums) {
            *place = *place && *sum;
        }
        seen += 1;
        let count = degrees.count();
        if best.as_ref().is_none_or(|(fewest, ..)| count < *fewest) {
            best = Some((count, field, degrees));
        }
        if possible[1..degree].iter().all(|p| !p) {
            break;
        }
        let fewest = best.as_ref().map_or(0, |(fewest, ..)| *fewest);
        // Few factors are combined faster than the next prime is tried.
        if seen >= 3 && fewest <= 7 + seen {
            break;
        }
    }
    let (_, field, degrees) = best?;
    let irreducible = possible[1..degree].iter().all(|p| !p);
    Some(Choice { field, degrees, possible, irreducible })
}

/// Which numbers up to `most` are sums of some of the numbers.
pub(super) fn subset_sums(numbers: &[usize], most: usize) -> Vec<bool> {
    let mut sums = vec![false; most + 1];
    sums[0] = true;
    for number in numbers {
        for place in (*number..=most).rev() {
            sums[place] = sums[place] || sums[place - number];
        }
    }
    sums
}

/// Tries products of few lifted factors before products of many.
fn recombine(
    polynomial: &[BigInt],
    lifted: &hensel::Lifted,
    possible: &[bool],
    search: &mut Search,
) -> (Vec<Integers>, bool) {
    let mut rest = polynomial.to_vec();
    let mut left: Vec<&Integers> = lifted.factors.iter().collect();
    let mut found = Vec::new();
    let mut tried = 0;
    let mut size = 1;
    while 2 * size <= left.len() {
        let mut subset: Vec<usize> = (0..size).collect();
        loop {
            tried += 1;
            if tried > MOST_SUBSETS || tried % 256 == 0 && !search.spend(10_000) {
                found.push(rest);
                return (found, false);
            }
            if let Some((factor, quotient)) =
                try_subset(&rest, &left, &subset, &lifted.modulus, possible)
            {
                found.push(factor);
                rest = quotient;
                let mut place = 0;
                left.retain(|_| {
                    place += 1;
                    !subset.contains(&(place - 1))
                });
                // Subsets that begin before this one were tried with a larger rest and failed.
                if 2 * size > left.len() {
                    break;
                }
                let first = subset[0];
                if first + size > left.len() {
                    break;
                }
                subset = (first..first + size).collect();
                continue;
            }
            // A subset of half of the factors and its complement are one split.
            let stop_at_half = 2 * size == left.len();
            if !next_subset(&mut subset, left.len()) || stop_at_half && subset[0] > 0 {
                break;
            }
        }
        size += 1;
    }
    if rest.len() > 1 {
        found.push(rest);
    }
    (found, true)
}

/// The lexicographically next subset of 0, …, count − 1 of the same size.
fn next_subset(subset: &mut [usize], count: usize) -> bool {
    let size = subset.len();
    for place in (0..size).rev() {
        if subset[place] < count - size + place {
            subset[place] += 1;
            for later in place + 1..size {
                subset[later] = subset[later - 1] + 1;
            }
            return true;
        }
    }
    false
}

/// The factor that a subset of the lifted factors belongs to and the quotient by it, if there is one.
fn try_subset(
    rest: &[BigInt],
    left: &[&Integers],
    subset: &[usize],
    modulus: &BigInt,
    possible: &[bool],
) -> Option<(Integers, Integers)> {
    let degree = rest.len() - 1;
    let subset_degree: usize = subset.iter().map(|i| left[*i].len() - 1).sum();
    if !possible[subset_degree] {
        return None;
    }
    // The coefficient bound is for the half of smaller degree.
    let complement = 2 * subset_degree > degree;
    let chosen: Vec<&Integers> = left
        .iter()
        .enumerate()
        .filter(|(i, _)| subset.contains(i) != complement)
        .map(|(_, factor)| *factor)
        .collect();
    let (lead, constant) = (rest.last()?, rest.first()?);
    let low = chosen.iter().fold(lead.clone(), |product, f| product * &f[0] % modulus);
    let low = symmetric(low, modulus);
    if low.is_zero() != constant.is_zero()
        || !low.is_zero() && !(lead * constant % &low).is_zero()
    {
        return None;
    }
    let mut product = vec![lead.clone()];
    for factor in chosen {
        product = multiply_modulo(&product, factor, modulus);
    }
    let candidate: Integers =
        product.into_iter().map(|c| symmetric(c, modulus)).collect();
    let candidate = primitive(&candidate).1;
    let quotient = divide_exactly(rest, &candidate)?;
    Some(if complement { (quotient, candidate) } else { (candidate, quotient) })
}

fn symmetric(residue: BigInt, modulus: &BigInt) -> BigInt {
    if &residue * 2 > *modulus { residue - modulus } else { residue }
}

fn multiply_modulo(left: &[BigInt], right: &[BigInt], modulus: &BigInt) -> Integers {
    let mut product = vec![BigInt::zero(); left.len() + right.len() - 1];
    for (i, a) in left.iter().enumerate() {
        for (j, b) in right.iter().enumerate() {
            product[i + j] += a * b;
        }
    }
    product.iter().map(|c| c % modulus).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn integers(coefficients: &[i64]) -> Integers {
        coefficients.iter().map(|c| BigInt::from(*c)).collect()
    }

    fn multiply(left: &[BigInt], right: &[BigInt]) -> Integers {
        let mut product = vec![BigInt::zero(); left.len() + right.len() - 1];
        for (i, a) in left.iter().enumerate() {
            for (j, b) in right.iter().enumerate() {
                product[i + j] += a * b;
            }
        }
        product
    }

    fn check(factors: &[&[i64]]) {
        let polynomial = factors
            .iter()
            .fold(integers(&[1]), |product, f| multiply(&product, &integers(f)));
        let (mut found, complete) = factor_square_free(&polynomial, &mut Search::new());
        assert!(complete);
        let mut expected: Vec<Integers> = factors.iter().map(|f| integers(f)).collect();
        found.sort();
        expected.sort();
        assert_eq!(found, expected);
    }

    #[test]
    fn known_factors_are_found() {
        check(&[&[-1, 1], &[1, 1], &[1, 1, 1], &[1, -1, 1]]);
        check(&[&[5, 0, 0, 0, 7], &[-3, 1, 3], &[11, 0, 13]]);
        check(&[&[1, 0, -10, 0, 1]]);
        check(&[&[-2, 0, 3], &[1, 1, 1, 1, 1]]);
        check(&[&[1_000_003, 0, 17], &[999_983, 1, 0, 12]]);
        check(&[&[1, -4, 1], &[1, 4, 1], &[-1, 1], &[1, 1]]);
    }

    #[test]
    fn swinnerton_dyer_polynomials_are_irreducible() {
        check(&[&[576, 0, -960, 0, 352, 0, -40, 0, 1]]);
        check(&[&[
            46225, 0, -5_596_840, 0, 13_950_764, 0, -7_453_176, 0, 1_513_334, 0,
            -141_912, 0, 6476, 0, -136, 0, 1,
        ]]);
    }

    #[test]
    fn subsets_come_once_each() {
        let mut subset = vec![0, 1, 2];
        let mut count = 1;
        while next_subset(&mut subset, 7) {
            count += 1;
        }
        assert_eq!(count, 35);
        assert_eq!(subset_sums(&[2, 3], 5), [true, false, true, true, false, true]);
    }
}
