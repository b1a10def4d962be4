//! The algebraic type of the Weyl tensor of a spacetime, without a tetrad.
//!
//! The Weyl tensor maps bivectors to bivectors and commutes with the dual, `⋆⋆ = −1`: it is a complex 3 × 3 matrix Q without
//! trace, the dual standing for i. With `p = tr Q²`, `q = tr Q³` its eigenvalues solve `λ³ − p λ/2 − q/3 = 0`; two are equal
//! where `p³ = 6 q²`, namely to `μ = −q/p`. H. Stephani, D. Kramer, M. MacCallum, C. Hoenselaers, E. Herlt, *Exact
//! Solutions of Einstein's Field Equations*, 2nd ed., 2003, chapter 4.

use holor_algebra::exact::{Element, Field};

use crate::invariants::trace_of_product;
use crate::minors::{Rows, product};
use crate::{GeometryError, GeometryResult, Metric, PetrovType};

/// A complex number over the field.
struct Complex(Element, Element);

impl Complex {
    fn multiply(&self, other: &Self, field: &Field) -> Self {
        Self(
            field.sum_of_products(&[(1, &self.0, &other.0), (-1, &self.1, &other.1)]),
            field.sum_of_products(&[(1, &self.0, &other.1), (1, &self.1, &other.0)]),
        )
    }

    fn scale(&self, factor: i64, field: &Field) -> Self {
        Self(field.scale(&self.0, factor, 1), field.scale(&self.1, factor, 1))
    }

    fn is_zero(&self) -> bool {
        self.0.is_zero() && self.1.is_zero()
    }
}

impl Metric {
    /// The Petrov type of the Weyl tensor at points in general position; at special points it can be more special.
    /// No tetrad is needed, hence no roots but `√|det g|`.
    ///
    /// # Errors
    /// Another dimension than 4 or another signature than that of a spacetime.
    pub fn petrov_type(&self) -> GeometryResult<PetrovType> {
        let invalid = |reason: &str| {
            Err(GeometryError::Invalid { operation: "petrov", reason: reason.into() })
        };
        if self.dimension() != 4 {
            return invalid("the types of Petrov are defined in dimension 4");
        }
        if self.weyl()?.is_zero() {
            return Ok(PetrovType::O);
        }
        let field = self.field();
        let volume = self.sqrt_abs_determinant()?;
        if field.multiply(&volume, &volume) != field.negate(self.determinant()) {
            return invalid(
                "the types of Petrov are those of a Lorentzian metric, with det g < 0",
            );
        }
        let weyl = self.pair_matrix(&self.raise_pair(&self.weyl()?)?);
        let dual = self.pair_matrix(&self.raise_pair(&self.volume_form()?)?);
        let square = product(field, &weyl, &weyl);
        if square.iter().flatten().all(Element::is_zero) {
            return Ok(PetrovType::N);
        }
        // tr M = (tr_ℝ M − i tr_ℝ ⋆M)/2 for a map that commutes with ⋆.
        let dual_weyl = product(field, &dual, &weyl);
        let trace = |factor: &Rows| {
            Complex(
                field.scale(&trace_of_product(field, factor, &weyl), 1, 2),
                field.scale(&trace_of_product(field, factor, &dual_weyl), -1, 2),
            )
        };
        let (p, q) = (trace(&weyl), trace(&square));
        field.poll()?;
        if p.is_zero() && q.is_zero() {
            return Ok(PetrovType::III);
        }
        let p_squared = p.multiply(&p, field);
        let q_squared = q.multiply(&q, field);
        let cube = p_squared.multiply(&p, field);
        let six = q_squared.scale(6, field);
        if cube.0 != six.0 || cube.1 != six.1 {
            return Ok(PetrovType::I);
        }
        // Diagonalisable: (Q − μ)(Q + 2μ) = 0, that is p² Q² − p q Q − 2 q² = 0.
        let middle = p.multiply(&q, field).scale(-1, field);
        let last = q_squared.scale(-2, field);
        let dual_square = product(field, &dual, &square);
        for row in 0..weyl.len() {
            for column in 0..weyl.len() {
                field.poll()?;
                let diagonal = if row == column { field.one() } else { field.zero() };
                let parts = [
                    (&p_squared.0, &square),
                    (&p_squared.1, &dual_square),
                    (&middle.0, &weyl),
                    (&middle.1, &dual_weyl),
                    (&last.1, &dual),
                ];
                let mut terms: Vec<(i64, &Element, &Element)> = parts
                    .into_iter()
                    .filter_map(|(factor, matrix)| {
                        Some((1, factor, matrix.get(row)?.get(column)?))
                    })
                    .collect();
                terms.push((1, &last.0, &diagonal));
                if !field.sum_of_products(&terms).is_zero() {
                    return Ok(PetrovType::II);
                }
            }
        }
        field.poll()?;
        Ok(PetrovType::D)
    }
}
