//! Factorisation into irreducible polynomials over the integers.
//!
//! Content and powers of variables come off first, then square-free parts (`parts`), then each part is
//! split (`split`): monomial substitutions for fewer variables and lower degrees (`reduction`), rules for
//! factors of degree 1 and 2 in some variable, images in one variable (`integers`, Zassenhaus) lifted
//! back to all variables (`specialise`, `lift`). Every split is verified by exact division, and what
//! comes out is multiplied out once more; a factor counts as irreducible only where the algorithm proves
//! it.

mod hensel;
mod integers;
mod lift;
mod modular;
mod parts;
mod prime_field;
mod reduction;
mod search;
mod sparse;
mod specialise;
mod split;
mod square_root;
mod table;

use num_bigint::BigInt;
use num_traits::Zero;

use crate::{Factors, Polynomial};
use parts::SquareFree;
use search::Search;

pub(crate) use square_root::square_root;

/// Polynomials of higher degree in each of their variables are not split: lists of coefficients would
/// become too long.
const MOST_DEGREE: u32 = 1 << 14;

/// Pairwise coprime square-free factors over ℤ; complete only where they are irreducible for a plain
/// reason.
pub(crate) fn square_free(polynomial: &Polynomial) -> Factors {
    let SquareFree { content, parts } = parts::square_free(polynomial);
    let complete = parts.iter().all(|part| part.irreducible);
    let factors =
        parts.into_iter().map(|part| (part.polynomial, part.exponent)).collect();
    finish(polynomial, content, factors, complete)
}

/// Irreducible factors over ℤ.
pub(crate) fn factor(polynomial: &Polynomial) -> Factors {
    factor_within(polynomial, &mut Search::new())
}

/// Irreducible factors, as far as the work that is left allows.
fn factor_within(polynomial: &Polynomial, search: &mut Search) -> Factors {
    let SquareFree { content, parts } = parts::square_free(polynomial);
    let mut complete = true;
    let mut factors = Vec::new();
    for part in parts {
        if part.irreducible {
            factors.push((part.polynomial, part.exponent));
            continue;
        }
        for piece in split::split(&part.polynomial, search) {
            complete &= piece.irreducible;
            factors.push((piece.polynomial, part.exponent));
        }
    }
    finish(polynomial, content, factors, complete)
}

/// Orders the factors, makes their leading coefficients positive and multiplies them out.
fn finish(
    polynomial: &Polynomial,
    content: BigInt,
    mut factors: Vec<(Polynomial, u32)>,
    complete: bool,
) -> Factors {
    if content.is_zero() {
        return Factors { content, factors: Vec::new(), complete: true };
    }
    for (factor, _) in &mut factors {
        *factor = positive(factor);
    }
    factors.sort_by_cached_key(|(factor, exponent)| {
        (factor.total_degree(), factor.clone(), *exponent)
    });
    let product =
        factors.iter().fold(Polynomial::integer(content.clone()), |product, factor| {
            product.multiply(&factor.0.power(factor.1))
        });
    if product == *polynomial {
        return Factors { content, factors, complete };
    }
    // Reached when the computation was told to stop: the polynomial itself is a right answer.
    let whole = polynomial.divide_content(&content);
    let factors = if whole.is_one() { Vec::new() } else { vec![(whole, 1)] };
    Factors { content, factors, complete: false }
}

/// The polynomial or its negative, whichever has the positive leading coefficient.
fn positive(polynomial: &Polynomial) -> Polynomial {
    if polynomial.is_negative() { polynomial.negate() } else { polynomial.clone() }
}

/// The primitive polynomial with positive leading coefficient that a polynomial other than 0 is a
/// multiple of.
fn primitive(polynomial: &Polynomial) -> Polynomial {
    positive(&polynomial.divide_content(&polynomial.content()))
}
