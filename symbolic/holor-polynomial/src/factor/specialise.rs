//! Factors by integer values for all variables but one, and back.
//!
//! The factors of the image over ℤ are lifted (`lift`) with their leading coefficients known: those are
//! products of the factors of the leading coefficient, and numbers tell which (P. Wang, An improved
//! multivariate polynomial factoring algorithm, Math. Comp. 32, 1978). A product of as many factors as
//! the image has irreducible ones is the complete factorisation; where lifting fails the image had more,
//! and other values are taken: for most values it has not (Hilbert).

use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::{One, Signed, Zero};

use super::integers::{self, Integers};
use super::lift::Task;
use super::modular::Modular;
use super::parts::content_in;
use super::prime_field::{LARGE_PRIME, PrimeField, prime_below};
use super::search::Search;
use super::sparse::Sparse;
use super::split::Piece;
use super::table::Table;
use super::{factor_within, primitive};
use crate::{Polynomial, Var};

/// How many sets of values are tried.
const MOST_ATTEMPTS: u64 = 30;

/// After so many values that do not tell the leading coefficients apart every factor gets the whole of it.
const MOST_DISTRIBUTIONS: usize = 4;

/// The largest list of coefficients of an image in two variables.
const MOST_COEFFICIENTS: usize = 1 << 20;

/// The leading coefficients that lifting starts from.
struct Leads {
    each: Vec<Polynomial>,
    /// Their product is the leading coefficient times this to the number of factors less one.
    surplus: Polynomial,
}

/// The irreducible factors of a polynomial without content in `main`, of degree ≥ 3 there.
pub(super) fn split(
    polynomial: &Polynomial,
    main: Var,
    search: &mut Search,
) -> Vec<Piece> {
    let open = vec![Piece::open(polynomial.clone())];
    let mut others: Vec<Var> =
        polynomial.variables().iter().copied().filter(|v| *v != main).collect();
    // High degrees first, while there are few monomials to interpolate.
    others.sort_by_key(|var| std::cmp::Reverse(polynomial.degree(*var)));
    let columns: Vec<Var> = std::iter::once(main).chain(others.iter().copied()).collect();
    let table = Table::new(polynomial, &columns);
    // Images in one and in two variables are lists of all coefficients.
    let degree = polynomial.degree(main) as usize;
    let highest = others.first().map_or(0, |var| polynomial.degree(*var) as usize);
    if (degree + 1).saturating_mul(highest + 1) > MOST_COEFFICIENTS {
        return open;
    }
    let Some((_, lead)) = polynomial.coefficients_in(main).pop() else { return open };
    let lead_factors = factor_within(&lead, search);
    let field = PrimeField::new(LARGE_PRIME);
    let mut fewest = usize::MAX;
    let mut undistributed = 0;
    for attempt in 0..MOST_ATTEMPTS {
        if !search.spend(polynomial.term_count() as u64 * 16) {
            return open;
        }
        let points = choose_points(others.len(), attempt, search);
        let values: Vec<i64> = std::iter::once(0).chain(points.iter().copied()).collect();
        let image = table.integer_image(0, &values);
        if image.len() != degree + 1 {
            continue;
        }
        let (content, image) = integers::primitive(&image);
        let residues: Modular = image.iter().map(|c| field.enter_integer(c)).collect();
        if residues.last() == Some(&0) || !field.is_square_free(&residues) {
            continue;
        }
        let (factors, complete) = integers::factor_square_free(&image, search);
        if !complete {
            continue;
        }
        if factors.len() == 1 {
            return vec![Piece::proven(polynomial.clone())];
        }
        if factors.len() > fewest {
            continue;
        }
        fewest = factors.len();
        let leads =
            if lead_factors.factors.is_empty() || undistributed < MOST_DISTRIBUTIONS {
                distribute(&lead_factors, &content, &others, &points, &factors)
            } else {
                let each = vec![lead.clone(); factors.len()];
                Some(Leads { each, surplus: lead.clone() })
            };
        let Some(leads) = leads else {
            undistributed += 1;
            continue;
        };
        let lifting =
            Lifting { polynomial, table: &table, points: &points, leads: &leads };
        if let Some(found) = lifting.run(&factors, search) {
            return found.into_iter().map(Piece::proven).collect();
        }
    }
    open
}

/// Different numbers of moderate size, larger ones with each attempt: 0 and ±1 and equal ones make terms
/// vanish together too often.
fn choose_points(count: usize, attempt: u64, search: &mut Search) -> Vec<i64> {
    let range = 12 + 3 * count as u64 + 8 * attempt;
    let mut points: Vec<i64> = Vec::with_capacity(count);
    while points.len() < count {
        let size = 2 + search.random.below(range) as i64;
        if points.iter().any(|p| p.abs() == size) {
            continue;
        }
        let negative = search.random.below(2) == 0;
        points.push(if negative { -size } else { size });
    }
    points
}

/// Tells which factors of the leading coefficient belong to which factor of the image, by the part of the
/// value of each that is coprime to all the others.
fn distribute(
    lead_factors: &crate::Factors,
    content: &BigInt,
    others: &[Var],
    points: &[i64],
    factors: &[Integers],
) -> Option<Leads> {
    let values: Vec<BigInt> = lead_factors
        .factors
        .iter()
        .map(|(factor, _)| {
            let image = Table::new(factor, others).integer_value(points);
            image.abs()
        })
        .collect();
    let numbers = &lead_factors.content * content;
    let mut each = vec![Polynomial::one(); factors.len()];
    let mut each_value = vec![BigInt::one(); factors.len()];
    for (place, (factor, exponent)) in lead_factors.factors.iter().enumerate() {
        let mut own = values[place].clone();
        let rest = values.iter().enumerate().filter(|(i, _)| *i != place).map(|(_, v)| v);
        for other in rest.chain(std::iter::once(&numbers)) {
            loop {
                let common = own.gcd(other);
                if common.is_one() || own.is_zero() {
                    break;
                }
                own /= common;
            }
        }
        if own.is_one() || own.is_zero() {
            return None;
        }
        let mut total = 0;
        for ((image, lead), value) in factors.iter().zip(&mut each).zip(&mut each_value) {
            let mut number = image.last()?.clone();
            while number.is_multiple_of(&own) {
                number /= &own;
                *lead = lead.multiply(factor);
                *value *= &values[place];
                total += 1;
            }
        }
        if total != *exponent {
            return None;
        }
    }
    // Where the image has no content its leading coefficients are the values of those wanted.
    if content.abs().is_one() {
        let quotients: Option<Vec<BigInt>> = factors
            .iter()
            .zip(&each_value)
            .map(|(image, value)| {
                let (quotient, rest) = image.last()?.div_rem(value);
                rest.is_zero().then_some(quotient)
            })
            .collect();
        if let Some(quotients) = quotients {
            let product: BigInt = quotients.iter().product();
            if product == lead_factors.content.abs() {
                for (lead, quotient) in each.iter_mut().zip(&quotients) {
                    *lead = lead.scale(quotient);
                }
                if lead_factors.content.is_negative() {
                    each[0] = each[0].negate();
                }
                return Some(Leads { each, surplus: Polynomial::one() });
            }
        }
    }
    let each = each.iter().map(|lead| lead.scale(&lead_factors.content)).collect();
    Some(Leads { each, surplus: Polynomial::integer(lead_factors.content.clone()) })
}

/// Lifting at given values.
struct Lifting<'a> {
    polynomial: &'a Polynomial,
    table: &'a Table,
    points: &'a [i64],
    leads: &'a Leads,
}

impl Lifting<'_> {
    /// The factors that belong to those of the image, if their product is the polynomial.
    fn run(&self, images: &[Integers], search: &mut Search) -> Option<Vec<Polynomial>> {
        let others = &self.table.variables[1..];
        let leads: Vec<Table> =
            self.leads.each.iter().map(|l| Table::new(l, others)).collect();
        let surplus = Table::new(&self.leads.surplus, others);
        let task = Task {
            table: self.table,
            points: self.points,
            leads: &leads,
            surplus: &surplus,
        };
        let most = self.most_primes(images.len());
        let mut prime = LARGE_PRIME;
        let mut residues: Option<Vec<Residues>> = None;
        for count in 1..=most {
            let field = PrimeField::new(prime);
            let reduce = |image: &Integers| -> Option<Modular> {
                let residues: Modular =
                    image.iter().map(|c| field.enter_integer(c)).collect();
                (residues.last() != Some(&0)).then_some(residues)
            };
            let modular: Vec<Modular> =
                images.iter().map(reduce).collect::<Option<_>>()?;
            let lifted = task.lift(&field, &modular, search)?;
            let known = match residues.take() {
                None => lifted.iter().map(|f| Residues::new(f, &field)).collect(),
                Some(mut known) => {
                    for (known, factor) in known.iter_mut().zip(&lifted) {
                        known.join(factor, &field)?;
                    }
                    known
                }
            };
            // Numbers well below the modulus are the coefficients themselves.
            if count == most || known.iter().all(Residues::is_settled) {
                let candidates =
                    known.iter().map(|r| r.polynomial(&self.table.variables));
                if let Some(found) = self.verify(candidates) {
                    return Some(found);
                }
            }
            residues = Some(known);
            prime = prime_below(prime, 2);
        }
        None
    }

    /// How many primes surely have a product beyond twice the coefficients of the factors: the height of
    /// a factor is at most that of the product times 2 to the sum of the degrees (Gelfond).
    fn most_primes(&self, count: usize) -> u64 {
        let bits = |table: &Table| {
            table.coefficients.iter().map(BigInt::bits).max().unwrap_or(0)
        };
        let sum =
            |table: &Table| table.degrees().iter().map(|d| u64::from(*d)).sum::<u64>();
        let others = &self.table.variables[1..];
        let surplus = Table::new(&self.leads.surplus, others);
        let terms = 64 - (surplus.coefficients.len() as u64).leading_zeros() as u64;
        let more = count as u64 * (bits(&surplus) + sum(&surplus) + terms);
        (bits(self.table) + sum(self.table) + more + 2).div_ceil(60) + 1
    }

    /// Divides the polynomial by one factor after the other.
    fn verify(
        &self,
        candidates: impl Iterator<Item = Polynomial>,
    ) -> Option<Vec<Polynomial>> {
        let main = self.table.variables[0];
        let mut rest = self.polynomial.clone();
        let mut found = Vec::new();
        for candidate in candidates {
            let mut factor = primitive(&candidate);
            if self.leads.surplus.as_integer().is_none() {
                factor = factor.divide_exactly(&content_in(&factor, main))?;
            }
            rest = rest.divide_exactly(&factor)?;
            found.push(factor);
        }
        rest.as_integer().is_some_and(|unit| unit.abs().is_one()).then_some(found)
    }
}

/// A polynomial modulo a product of primes.
struct Residues {
    modulus: BigInt,
    /// Rows of exponents, ascending, with the coefficients nearest to 0.
    terms: Vec<(Vec<u32>, BigInt)>,
}

impl Residues {
    fn new(sparse: &Sparse, field: &PrimeField) -> Self {
        let term = |i| {
            let number = field.leave_signed(sparse.coefficient(i));
            (sparse.row(i).to_vec(), BigInt::from(number))
        };
        let terms = (0..sparse.len()).map(term).collect();
        Self { modulus: BigInt::from(field.modulus()), terms }
    }

    /// Whether the coefficients are so much smaller than the modulus that it is no accident.
    fn is_settled(&self) -> bool {
        let bits = self.terms.iter().map(|(_, c)| c.bits()).max().unwrap_or(0);
        bits + 6 < self.modulus.bits()
    }

    /// Takes the residues modulo a further prime in (Garner's formula); `None` if a term is new, which
    /// only bad luck explains.
    fn join(&mut self, sparse: &Sparse, field: &PrimeField) -> Option<()> {
        let inverse = field.inv(field.enter_integer(&self.modulus));
        let mut next = 0;
        let modulus = &self.modulus * field.modulus();
        for (row, number) in &mut self.terms {
            let mut residue = 0;
            if next < sparse.len() && sparse.row(next) == row.as_slice() {
                residue = sparse.coefficient(next);
                next += 1;
            }
            let difference = field.sub(residue, field.enter_integer(number));
            let digit = field.leave_signed(field.mul(difference, inverse));
            *number += &self.modulus * digit;
            if &number.abs() * 2 > modulus {
                *number += if number.is_negative() { modulus.clone() } else { -&modulus };
            }
        }
        self.modulus = modulus;
        (next == sparse.len()).then_some(())
    }

    fn polynomial(&self, variables: &[Var]) -> Polynomial {
        Polynomial::from_terms(self.terms.iter().map(|(row, coefficient)| {
            let powers = variables.iter().copied().zip(row.iter().copied());
            (powers.filter(|(_, e)| *e > 0).collect(), coefficient.clone())
        }))
    }
}
