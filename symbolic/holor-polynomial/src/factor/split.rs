//! Splitting square-free polynomials into irreducible ones.

use num_bigint::BigInt;
use num_traits::{Signed, Zero};

use super::integers::{self, subset_sums};
use super::modular::DistinctDegrees;
use super::parts::content_in;
use super::prime_field::{LARGE_PRIME, PrimeField, Randomness, prime_below};
use super::reduction::{deflate, inflate, reduce};
use super::search::Search;
use super::square_root::square_root;
use super::table::Table;
use super::{MOST_DEGREE, positive, primitive, specialise};
use crate::{Polynomial, Var};

/// A factor.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    pub(super) polynomial: Polynomial,
    /// Whether it is proven irreducible.
    pub(super) irreducible: bool,
}

impl Piece {
    /// A factor that is proven irreducible.
    pub(super) fn proven(polynomial: Polynomial) -> Self {
        Self { polynomial, irreducible: true }
    }

    /// A factor that may split further.
    pub(super) fn open(polynomial: Polynomial) -> Self {
        Self { polynomial, irreducible: false }
    }
}

/// The irreducible factors, up to sign, of a primitive square-free polynomial that no variable divides.
pub(super) fn split(polynomial: &Polynomial, search: &mut Search) -> Vec<Piece> {
    if polynomial.variables().is_empty() {
        return Vec::new();
    }
    if !search.spend(polynomial.term_count() as u64) {
        return vec![Piece::open(polynomial.clone())];
    }
    if let Some(pieces) = split_linear(polynomial, search) {
        return pieces;
    }
    let reduced = reduce(polynomial);
    let deflated = deflate(&reduced.polynomial);
    let mut pieces = if deflated.exponents.is_empty() {
        split_core(&reduced.polynomial, search)
    } else {
        split(&deflated.polynomial, search)
    };
    for (var, exponent) in &deflated.exponents {
        for prime in prime_factors(*exponent) {
            pieces = pieces
                .iter()
                .flat_map(|piece| inflate_piece(piece, *var, prime, search))
                .collect();
        }
    }
    if !reduced.is_trivial() {
        for piece in &mut pieces {
            piece.polynomial = reduced.restore(&piece.polynomial);
        }
    }
    pieces
}

/// The factors of what remains of a polynomial when a power of a variable is put for the variable.
fn inflate_piece(piece: &Piece, var: Var, prime: u32, search: &mut Search) -> Vec<Piece> {
    if piece.polynomial.degree(var) == 0 {
        return vec![piece.clone()];
    }
    let inflated = inflate(&piece.polynomial, var, prime);
    if piece.irreducible && stays_irreducible(&piece.polynomial, var, prime, search) {
        return vec![Piece::proven(inflated)];
    }
    if let Some(pieces) = split_linear(&inflated, search) {
        return pieces;
    }
    let reduced = reduce(&inflated);
    let mut pieces = split_core(&reduced.polynomial, search);
    for piece in &mut pieces {
        piece.polynomial = reduced.restore(&piece.polynomial);
    }
    pieces
}

/// Whether h(v^q) is proven irreducible for an irreducible h and a prime q.
///
/// With a root θ of h, h(v^q) is reducible only if v^q − θ is, that is, if θ is a q-th power in the field
/// of θ; then its norm ±h(0)/lc(h) is a q-th power too, and so are all its values modulo all primes.
fn stays_irreducible(
    polynomial: &Polynomial,
    var: Var,
    prime: u32,
    search: &mut Search,
) -> bool {
    let coefficients = polynomial.coefficients_in(var);
    let (Some((0, constant)), Some((degree, lead))) =
        (coefficients.first(), coefficients.last())
    else {
        return false;
    };
    if let (Some(constant), Some(lead)) = (constant.as_integer(), lead.as_integer()) {
        let norm = constant * lead.pow(prime - 1);
        let norm = if degree % 2 == 1 { -norm } else { norm };
        return prime == 2 && norm.is_negative()
            || norm.nth_root(prime).pow(prime) != norm;
    }
    let order = u64::from(prime);
    let modulus = if prime == 2 { LARGE_PRIME } else { prime_below(LARGE_PRIME, order) };
    let field = PrimeField::new(modulus);
    (0..10).any(|_| {
        let point = RandomPoint::new(&field, search);
        let power = field.pow(point.value(lead), order - 1);
        let norm = field.mul(point.value(constant), power);
        field.is_no_power(if degree % 2 == 1 { field.neg(norm) } else { norm }, order)
    })
}

/// A point modulo a prime.
struct RandomPoint<'f> {
    field: &'f PrimeField,
    seed: u64,
}

impl<'f> RandomPoint<'f> {
    fn new(field: &'f PrimeField, search: &mut Search) -> Self {
        Self { field, seed: search.random.next() }
    }

    /// The value of a polynomial there.
    fn value(&self, polynomial: &Polynomial) -> u64 {
        let modulus = self.field.modulus();
        let coordinate =
            |var: Var| Randomness::new(self.seed ^ u64::from(var)).below(modulus);
        self.field.enter(polynomial.evaluate_modulo(modulus, &coordinate))
    }
}

fn prime_factors(mut number: u32) -> Vec<u32> {
    let mut factors = Vec::new();
    let mut divisor = 2;
    while divisor * divisor <= number {
        while number.is_multiple_of(divisor) {
            factors.push(divisor);
            number /= divisor;
        }
        divisor += 1;
    }
    if number > 1 {
        factors.push(number);
    }
    factors
}

/// The rule for a variable of degree 1: without the content in it the polynomial is irreducible.
fn split_linear(polynomial: &Polynomial, search: &mut Search) -> Option<Vec<Piece>> {
    let linear =
        polynomial.variables().iter().find(|var| polynomial.degree(**var) == 1)?;
    let content = content_in(polynomial, *linear);
    if content.is_one() {
        return Some(vec![Piece::proven(polynomial.clone())]);
    }
    let mut pieces = split(&content, search);
    pieces.push(Piece::proven(polynomial.divide_exactly(&content)?));
    Some(pieces)
}

/// The factors of a polynomial that monomial substitutions do not simplify.
fn split_core(polynomial: &Polynomial, search: &mut Search) -> Vec<Piece> {
    if polynomial.variables().iter().all(|var| polynomial.degree(*var) > MOST_DEGREE) {
        return vec![Piece::open(polynomial.clone())];
    }
    if let [var] = polynomial.variables() {
        return split_univariate(polynomial, *var, search);
    }
    if let Some(pieces) = split_linear(polynomial, search) {
        return pieces;
    }
    let Some(main) = main_variable(polynomial) else {
        return vec![Piece::open(polynomial.clone())];
    };
    let content = content_in(polynomial, main);
    if !content.is_one()
        && let Some(quotient) = polynomial.divide_exactly(&content)
    {
        let mut pieces = split(&content, search);
        pieces.extend(split(&quotient, search));
        return pieces;
    }
    if polynomial.degree(main) == 2 {
        return split_quadratic(polynomial, main, search);
    }
    if has_irreducible_image(polynomial, main, search) {
        return vec![Piece::proven(polynomial.clone())];
    }
    specialise::split(polynomial, main, search)
}

/// The variable that is left in images: degree 2 if there is one, else a low degree, and a leading
/// coefficient with few terms.
fn main_variable(polynomial: &Polynomial) -> Option<Var> {
    let cost = |var: Var| {
        let degree = polynomial.degree(var);
        let coefficients = polynomial.coefficients_in(var);
        let lead = coefficients.last().map_or(0, |(_, lead)| lead.term_count());
        let constant =
            coefficients.last().is_some_and(|(_, lead)| lead.as_integer().is_some());
        let extra = if degree == 2 || constant { 0 } else { 2 };
        (degree + extra, lead)
    };
    polynomial.variables().iter().copied().min_by_key(|var| cost(*var))
}

fn split_univariate(
    polynomial: &Polynomial,
    var: Var,
    search: &mut Search,
) -> Vec<Piece> {
    let mut coefficients = vec![BigInt::zero(); polynomial.degree(var) as usize + 1];
    for (exponent, coefficient) in polynomial.coefficients_in(var) {
        coefficients[exponent as usize] = coefficient.as_integer().unwrap_or_default();
    }
    let (_, coefficients) = integers::primitive(&coefficients);
    let (factors, complete) = integers::factor_square_free(&coefficients, search);
    let back = |factor: Vec<BigInt>| {
        let terms = factor.into_iter().enumerate().filter(|(_, c)| !c.is_zero());
        Polynomial::from_terms(terms.map(|(e, c)| (vec![(var, e as u32)], c)))
    };
    let piece = |factor| Piece { polynomial: back(factor), irreducible: complete };
    factors.into_iter().map(piece).collect()
}

/// A v² + B v + C without content in v is reducible exactly if B² − 4AC is a square.
fn split_quadratic(polynomial: &Polynomial, var: Var, search: &mut Search) -> Vec<Piece> {
    let whole = vec![Piece::proven(polynomial.clone())];
    let mut parts = [Polynomial::zero(), Polynomial::zero(), Polynomial::zero()];
    for (exponent, coefficient) in polynomial.coefficients_in(var) {
        parts[exponent as usize] = coefficient;
    }
    let [c, b, a] = &parts;
    let field = PrimeField::new(LARGE_PRIME);
    let four = field.enter(4);
    for _ in 0..16 {
        let point = RandomPoint::new(&field, search);
        let (a, b, c) = (point.value(a), point.value(b), point.value(c));
        let discriminant = field.sub(field.mul(b, b), field.mul(four, field.mul(a, c)));
        if field.is_no_power(discriminant, 2) {
            return whole;
        }
    }
    let discriminant = b.multiply(b).subtract(&a.multiply(c).scale(&BigInt::from(4)));
    let Some(root) = square_root(&discriminant) else {
        let stopped = crate::stop::is_raised();
        return if stopped { vec![Piece::open(polynomial.clone())] } else { whole };
    };
    // 2A v + B + root, without its content, is one factor.
    let high = a.scale(&BigInt::from(2));
    let low = b.add(&root);
    let multiple = Polynomial::from_coefficients(var, &[(0, low), (1, high)]);
    let multiple = primitive(&multiple);
    let content = content_in(&multiple, var);
    let factors = multiple.divide_exactly(&content).and_then(|factor| {
        let other = polynomial.divide_exactly(&factor)?;
        Some(vec![Piece::proven(positive(&factor)), Piece::proven(positive(&other))])
    });
    factors.unwrap_or_else(|| vec![Piece::open(polynomial.clone())])
}

/// Whether images in one variable modulo a prime prove that a polynomial without content in that variable
/// is irreducible: the degrees of its factors are sums of degrees of factors of each image of the same
/// degree.
fn has_irreducible_image(polynomial: &Polynomial, var: Var, search: &mut Search) -> bool {
    let degree = polynomial.degree(var) as usize;
    let table = Table::new(polynomial, polynomial.variables());
    let Some(column) = table.variables.iter().position(|v| *v == var) else {
        return false;
    };
    let field = PrimeField::new(LARGE_PRIME);
    let coefficients = table.reduce(&field);
    let mut possible = vec![true; degree + 1];
    for _ in 0..4 {
        if !search.spend((64 * degree * degree + degree.pow(3)) as u64) {
            return false;
        }
        let values: Vec<u64> =
            (0..table.width()).map(|_| search.random.element(&field)).collect();
        let image = table.image(&field, &coefficients, column, &values);
        if image.len() != degree + 1 || !field.is_square_free(&image) {
            continue;
        }
        let degrees = DistinctDegrees::new(&field, &image).degrees();
        let sums = subset_sums(&degrees, degree);
        for (place, sum) in possible.iter_mut().zip(sums) {
            *place = *place && sum;
        }
        if possible[1..degree].iter().all(|p| !p) {
            return true;
        }
    }
    false
}
