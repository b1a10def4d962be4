//! Linear relations with constant coefficients between values.

use std::collections::BTreeMap;

use holor_polynomial::{BigInt, Polynomial, Var};

use super::{Element, Field, derivation};
use crate::Symbol;

/// A product of powers of generators.
type Monomial = Vec<(Var, u32)>;

impl Field {
    /// The conditions on constants `c₁, c₂, …` for `Σ cₖ·aₖ = 0`, a constant being what depends on none of the
    /// `variables`: each row r says `Σ rₖ·cₖ = 0`, its entries constants themselves, and all rows together are equivalent
    /// to the relation.
    ///
    /// Over one denominator the sum is a polynomial in generators that vary, with constants as coefficients; it vanishes
    /// where each coefficient does.
    pub fn constant_relations(
        &self,
        elements: &[Element],
        variables: &[Symbol],
    ) -> Vec<Vec<Element>> {
        let Some(first) = elements.first() else { return Vec::new() };
        let mut common = first.denominator().clone();
        for element in elements {
            common = common.common(element.denominator());
        }
        let mut varying: BTreeMap<Var, bool> = BTreeMap::new();
        let mut rows: BTreeMap<Monomial, Vec<Vec<(Monomial, BigInt)>>> = BTreeMap::new();
        for (place, element) in elements.iter().enumerate() {
            let cofactor = common.cofactor(element.denominator());
            let numerator = self.reduced_product(element.numerator(), &cofactor);
            if holor_polynomial::stop::is_raised() {
                return Vec::new();
            }
            for (monomial, coefficient) in numerator.terms() {
                let (moving, constant): (Monomial, Monomial) =
                    monomial.into_iter().partition(|(var, _)| {
                        *varying.entry(*var).or_insert_with(|| {
                            variables.iter().any(|symbol| {
                                !derivation::of_generator(self, *var, symbol).is_zero()
                            })
                        })
                    });
                let row = rows
                    .entry(moving)
                    .or_insert_with(|| vec![Vec::new(); elements.len()]);
                if let Some(entry) = row.get_mut(place) {
                    entry.push((constant, coefficient));
                }
            }
        }
        rows.into_values()
            .map(|row| {
                row.into_iter()
                    .map(|terms| Element::from_polynomial(Polynomial::from_terms(terms)))
                    .collect()
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use crate::exact::Field;
    use crate::{Assumptions, Expr, Function, Symbol};

    #[test]
    fn conditions_on_constants() {
        let field = Field::new(Assumptions::new());
        let (x, m) = (Expr::symbol("x"), Expr::symbol("m"));
        let sine = Expr::call(Function::Sin, vec![x.clone()]);
        let cosine = Expr::call(Function::Cos, vec![x.clone()]);
        // a sin² + b cos² + c + d m/x vanishes for a = b = −c and d m = 0.
        let values = [sine.powi(2), cosine.powi(2), Expr::one(), &m / &x]
            .map(|value| field.read(&value).unwrap());
        let mut rows = field.constant_relations(&values, &[Symbol::new("x")]);
        rows.sort_by_key(|row| row.iter().filter(|entry| entry.is_zero()).count());
        let [zero, one] = [field.zero(), field.one()];
        let m = field.read(&m).unwrap();
        assert_eq!(rows.len(), 3);
        assert!(rows.contains(&vec![
            one.clone(),
            zero.clone(),
            one.clone(),
            zero.clone()
        ]));
        assert!(rows.contains(&vec![zero.clone(), zero.clone(), zero.clone(), m]));
        let difference = vec![field.integer(-1), one, zero.clone(), zero];
        let opposite: Vec<_> =
            difference.iter().map(|entry| field.negate(entry)).collect();
        assert!(rows.contains(&difference) || rows.contains(&opposite));
    }
}
