//! Square-free parts.

use num_bigint::BigInt;

use super::prime_field::{LARGE_PRIME, PrimeField, Randomness};
use super::reduction::{deflate, inflate, reduce};
use super::table::Table;
use super::{MOST_DEGREE, positive, primitive};
use crate::{Polynomial, Var};

/// A polynomial by its square-free parts.
#[derive(Debug)]
pub(super) struct SquareFree {
    /// The integer factor, with the sign.
    pub(super) content: BigInt,
    /// Primitive, pairwise coprime.
    pub(super) parts: Vec<Part>,
}

/// A square-free part and how often it occurs.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) polynomial: Polynomial,
    pub(super) exponent: u32,
    /// Whether it is irreducible for a plain reason: degree 1 in a variable, coefficients coprime.
    pub(super) irreducible: bool,
}

/// Splits off the content, the powers of variables, and then by multiplicity.
pub(super) fn square_free(polynomial: &Polynomial) -> SquareFree {
    let mut content = polynomial.content();
    if polynomial.is_negative() {
        content = -content;
    }
    let mut parts = Vec::new();
    if polynomial.is_zero() {
        return SquareFree { content, parts };
    }
    let mut rest = polynomial.divide_content(&content);
    let table = Table::new(&rest, rest.variables());
    let mut least = table.degrees();
    for row in table.rows() {
        for (low, exponent) in least.iter_mut().zip(row) {
            *low = (*low).min(*exponent);
        }
    }
    if least.iter().any(|low| *low > 0) {
        rest = table.map(|row| {
            let lowered = row.iter().zip(&least).map(|(exponent, low)| exponent - low);
            table.variables.iter().copied().zip(lowered).filter(|(_, e)| *e > 0).collect()
        });
        for (var, exponent) in table.variables.iter().zip(least) {
            if exponent > 0 {
                let polynomial = Polynomial::variable(*var);
                parts.push(Part { polynomial, exponent, irreducible: true });
            }
        }
    }
    // Both substitutions map square-free parts to square-free parts, since no variable divides the rest.
    let reduced = reduce(&rest);
    let deflated = deflate(&reduced.polynomial);
    let mut found = Vec::new();
    collect(&deflated.polynomial, &mut found);
    for mut part in found {
        for (var, exponent) in &deflated.exponents {
            if part.polynomial.degree(*var) > 0 {
                part.irreducible = false;
            }
            part.polynomial = inflate(&part.polynomial, *var, *exponent);
        }
        part.polynomial = positive(&reduced.restore(&part.polynomial));
        parts.push(part);
    }
    SquareFree { content, parts }
}

/// The parts of a primitive polynomial: those that contain one variable, then those of the content in it.
/// Where all degrees are beyond reach the rest is one part, square-free or not.
fn collect(polynomial: &Polynomial, parts: &mut Vec<Part>) {
    let mut rest = polynomial.clone();
    while let Some(var) = lowest(&rest) {
        if crate::stop::is_raised() {
            return;
        }
        let content = content_in(&rest, var);
        let main = if content.is_one() {
            rest.clone()
        } else {
            rest.divide_exactly(&content).unwrap_or_else(Polynomial::one)
        };
        if main.degree(var) == 1 {
            parts.push(Part {
                polynomial: positive(&main),
                exponent: 1,
                irreducible: true,
            });
        } else if main.degree(var) > MOST_DEGREE || has_square_free_image(&main, var) {
            parts.push(Part {
                polynomial: positive(&main),
                exponent: 1,
                irreducible: false,
            });
        } else {
            by_derivative(&main, var, parts);
        }
        rest = content;
    }
}

/// The variable of the lowest degree.
fn lowest(polynomial: &Polynomial) -> Option<Var> {
    polynomial.variables().iter().copied().min_by_key(|var| polynomial.degree(*var))
}

/// The greatest common divisor of the coefficients as a polynomial in one variable, leading coefficient
/// positive.
pub(super) fn content_in(polynomial: &Polynomial, var: Var) -> Polynomial {
    let mut coefficients = polynomial.coefficients_in(var);
    // Small ones first: a constant ends the search.
    coefficients.sort_by_key(|(_, coefficient)| coefficient.term_count());
    let mut content = Polynomial::zero();
    for (_, coefficient) in &coefficients {
        content = content.gcd(coefficient);
        if content.as_integer().is_some() {
            // The whole is primitive as far as integers go only with all coefficients.
            return Polynomial::one();
        }
    }
    positive(&content)
}

/// Whether some image modulo a prime, of the same degree in the variable, is square-free; then a
/// polynomial without content in the variable is.
fn has_square_free_image(polynomial: &Polynomial, var: Var) -> bool {
    let field = PrimeField::new(LARGE_PRIME);
    let mut random = Randomness::new(0x5F);
    let table = Table::new(polynomial, polynomial.variables());
    let Some(column) = table.variables.iter().position(|v| *v == var) else {
        return false;
    };
    let coefficients = table.reduce(&field);
    let values: Vec<u64> = (0..table.width()).map(|_| random.element(&field)).collect();
    let image = table.image(&field, &coefficients, column, &values);
    image.len() == polynomial.degree(var) as usize + 1 && field.is_square_free(&image)
}

/// Yun's algorithm in one variable; the polynomial has no content in it.
fn by_derivative(polynomial: &Polynomial, var: Var, parts: &mut Vec<Part>) {
    let divide = |a: &Polynomial, b: &Polynomial| {
        if b.is_one() {
            a.clone()
        } else {
            a.divide_exactly(b).unwrap_or_else(Polynomial::zero)
        }
    };
    let derivative = polynomial.derivative(var);
    let common = primitive(&polynomial.gcd(&derivative));
    let mut whole = divide(polynomial, &common);
    let mut rest = divide(&derivative, &common).subtract(&whole.derivative(var));
    let mut exponent = 1;
    while whole.degree(var) > 0 && !crate::stop::is_raised() {
        let part =
            if rest.is_zero() { whole.clone() } else { primitive(&whole.gcd(&rest)) };
        if part.degree(var) > 0 {
            whole = divide(&whole, &part);
            rest = divide(&rest, &part);
            let irreducible = part.degree(var) == 1;
            parts.push(Part { polynomial: part, exponent, irreducible });
        }
        rest = rest.subtract(&whole.derivative(var));
        exponent += 1;
    }
}
