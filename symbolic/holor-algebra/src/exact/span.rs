//! Rational linear relations between values.

use std::collections::BTreeMap;

use holor_polynomial::Var;
use num_rational::BigRational;
use num_traits::{One, Zero};

use super::{Element, Field};

type Monomial = Vec<(Var, u32)>;

/// A vector over ℚ, by monomial.
type Vector = BTreeMap<Monomial, BigRational>;

/// The rational numbers `qⱼ` with `target = Σ qⱼ·basisⱼ`, where the basis is linearly independent.
pub(super) fn coordinates(
    field: &Field,
    target: &Element,
    basis: &[&Element],
) -> Option<Vec<BigRational>> {
    let mut common = target.denominator().clone();
    for element in basis {
        common = common.common(element.denominator());
    }
    let vector = |element: &Element| -> Vector {
        let cofactor = common.cofactor(element.denominator());
        field
            .reduced_product(element.numerator(), &cofactor)
            .terms()
            .map(|(monomial, c)| (monomial, BigRational::from_integer(c)))
            .collect()
    };
    // Each row: a pivot, a vector with 1 there, and how it is made of the basis.
    let mut rows: Vec<(Monomial, Vector, Vec<BigRational>)> = Vec::new();
    for (index, element) in basis.iter().enumerate() {
        let mut made = vec![BigRational::zero(); basis.len()];
        if let Some(place) = made.get_mut(index) {
            *place = BigRational::one();
        }
        let mut row = vector(element);
        for (pivot, other, other_made) in &rows {
            eliminate(&mut row, &mut made, pivot, other, other_made);
        }
        let Some((pivot, value)) = row.iter().next() else { continue };
        let (pivot, scale) = (pivot.clone(), value.recip());
        row.values_mut().for_each(|value| *value = &*value * &scale);
        made.iter_mut().for_each(|value| *value = &*value * &scale);
        rows.push((pivot, row, made));
    }
    let mut rest = vector(target);
    let mut made = vec![BigRational::zero(); basis.len()];
    for (pivot, other, other_made) in &rows {
        eliminate(&mut rest, &mut made, pivot, other, other_made);
    }
    rest.is_empty().then(|| made.into_iter().map(|value| -value).collect())
}

/// Subtracts the multiple of a row that removes its pivot.
fn eliminate(
    row: &mut Vector,
    made: &mut [BigRational],
    pivot: &Monomial,
    other: &Vector,
    other_made: &[BigRational],
) {
    let Some(scale) = row.get(pivot).cloned() else { return };
    for (monomial, value) in other {
        let entry = row.entry(monomial.clone()).or_insert_with(BigRational::zero);
        *entry -= &scale * value;
        if entry.is_zero() {
            row.remove(monomial);
        }
    }
    for (value, other) in made.iter_mut().zip(other_made) {
        *value -= &scale * other;
    }
}
