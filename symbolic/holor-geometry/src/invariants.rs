//! Scalars made of the curvature: quadratic, topological densities, cubic.
//!
//! `Rᵃᵇ_cd` is taken as a matrix on pairs `a < b`, `c < d`, so that each sum runs over a quarter of the components.
//! Names and normalisations: S. Weinberg, *Gravitation and Cosmology*, 1972; C. Cherubini, D. Bini, S. Capozziello,
//! R. Ruffini, "Second order scalar invariants of the Riemann tensor", Int. J. Mod. Phys. D 11 (2002) 827;
//! S. A. Fulling, R. C. King, B. G. Wybourne, C. J. Cummins, "Normal forms for tensor polynomials", Class. Quantum Grav. 9
//! (1992) 1151.

use holor_algebra::exact::{Element, Field};

use crate::metric::matrix_of;
use crate::minors::{Rows, product};
use crate::tensor::{dimension_of, sign};
use crate::{GeometryError, GeometryResult, Holor, Law, Metric, Symmetry, Weight};

impl Metric {
    /// Kretschmann's scalar, `K = R_abcd Rᵃᵇᶜᵈ = 4 Σ_(a<b, c<d) Rᵃᵇ_cd Rᶜᵈ_ab`.
    ///
    /// # Errors
    /// An interrupt.
    pub fn kretschmann(&self) -> GeometryResult<Element> {
        self.known().kretschmann.get(self.field(), || {
            let pairs = self.pair_matrix(&self.riemann_on_bivectors()?);
            Ok(self.field().scale(&trace_of_product(self.field(), &pairs, &pairs), 4, 1))
        })
    }

    /// `R_ab Rᵃᵇ`
    ///
    /// # Errors
    /// An interrupt.
    pub fn ricci_squared(&self) -> GeometryResult<Element> {
        self.known().ricci_squared.get(self.field(), || {
            let mixed = matrix_of(&self.raise(&self.ricci()?, 0)?);
            Ok(trace_of_product(self.field(), &mixed, &mixed))
        })
    }

    /// `R²`
    ///
    /// # Errors
    /// An interrupt.
    pub fn scalar_squared(&self) -> GeometryResult<Element> {
        let scalar = self.scalar_curvature()?;
        Ok(self.field().multiply(&scalar, &scalar))
    }

    /// `W_abcd Wᵃᵇᶜᵈ = K − 4 R_ab Rᵃᵇ/(n − 2) + 2 R²/((n − 1)(n − 2))` in dimension n ≥ 4, 0 below.
    ///
    /// # Errors
    /// An interrupt.
    pub fn weyl_squared(&self) -> GeometryResult<Element> {
        let n = self.size();
        let field = self.field();
        if n < 4 {
            return Ok(field.zero());
        }
        let ricci = field.scale(&self.ricci_squared()?, -4, n - 2);
        let scalar = field.scale(&self.scalar_squared()?, 2, (n - 1) * (n - 2));
        Ok(field.sum(&[self.kretschmann()?, ricci, scalar]))
    }

    /// The Gauss–Bonnet scalar, `R² − 4 R_ab Rᵃᵇ + R_abcd Rᵃᵇᶜᵈ`. In dimension 4 its integral with `√|det g|` over a
    /// closed Riemannian manifold is 32π² times the Euler number; below dimension 4 it is 0.
    ///
    /// # Errors
    /// An interrupt.
    pub fn gauss_bonnet(&self) -> GeometryResult<Element> {
        let field = self.field();
        if self.size() < 4 {
            return Ok(field.zero());
        }
        let ricci = field.scale(&self.ricci_squared()?, -4, 1);
        Ok(field.sum(&[self.scalar_squared()?, ricci, self.kretschmann()?]))
    }

    /// The Euler density in dimension 2 or 4, the integrand whose integral over a closed Riemannian manifold is
    /// its Euler number up to the constant: `√|det g| R/4π` or `√|det g| (R² − 4 R_ab Rᵃᵇ + R_abcd Rᵃᵇᶜᵈ)/32π²`, here
    /// without the factor `1/4π` or `1/32π²`. A density of weight 1.
    ///
    /// # Errors
    /// Another dimension; as [`Metric::sqrt_abs_determinant`].
    pub fn euler_density(&self) -> GeometryResult<Holor> {
        let scalar = match self.size() {
            2 => self.scalar_curvature()?,
            4 => self.gauss_bonnet()?,
            n => {
                return Err(GeometryError::Invalid {
                    operation: "euler_density",
                    reason: format!("it is given in dimension 2 and 4, not {n}"),
                });
            }
        };
        let value = self.field().multiply(&scalar, &self.sqrt_abs_determinant()?);
        let law = Law::Tensor { weight: Weight::from_integer(1), pseudo: false };
        Holor::build(self.chart(), law, &[], Symmetry::none(0), |_| Ok(value.clone()))
    }

    /// The Chern–Pontryagin scalar in dimension 4, `½ εᵃᵇᵉᶠ R_efcd R_abᶜᵈ` with `ε_0123 = +√|det g|`: a pseudo-scalar.
    ///
    /// # Errors
    /// Another dimension; as [`Metric::sqrt_abs_determinant`].
    pub fn chern_pontryagin(&self) -> GeometryResult<Holor> {
        if self.size() != 4 {
            return Err(GeometryError::Invalid {
                operation: "chern_pontryagin",
                reason: format!("it is defined in dimension 4, not {}", self.size()),
            });
        }
        let field = self.field();
        let lower = self.riemann()?;
        let mixed = self.riemann_on_bivectors()?;
        // ½·εᵃᵇᵉᶠ R_efcd Rᶜᵈ_ab = 4 Σ over a<b, e<f, c<d, where only {e, f} complementary to {a, b} counts.
        let duals: [([u8; 2], [u8; 2], i64); 6] = [
            ([0, 1], [2, 3], 1),
            ([0, 2], [1, 3], -1),
            ([0, 3], [1, 2], 1),
            ([1, 2], [0, 3], 1),
            ([1, 3], [0, 2], -1),
            ([2, 3], [0, 1], 1),
        ];
        let mut terms = Vec::new();
        for ([a, b], [e, f], parity) in duals {
            for ([c, d], ..) in duals {
                if let (Some((x, first)), Some((y, second))) =
                    (lower.stored(&[e, f, c, d]), mixed.stored(&[c, d, a, b]))
                {
                    terms.push((4 * parity * sign(first != second), x, y));
                }
            }
        }
        // ε⁰¹²³ = ε_0123 / det g
        let upper = field.divide(&self.sqrt_abs_determinant()?, self.determinant())?;
        let value = field.multiply(&field.sum_of_products(&terms), &upper);
        let law = Law::Tensor { weight: Weight::from_integer(0), pseudo: true };
        Holor::build(self.chart(), law, &[], Symmetry::none(0), |_| Ok(value.clone()))
    }

    /// The cubic invariant `R_abᶜᵈ R_cdᵉᶠ R_efᵃᵇ`.
    ///
    /// # Errors
    /// An interrupt.
    pub fn riemann_cubed(&self) -> GeometryResult<Element> {
        let pairs = self.pair_matrix(&self.riemann_on_bivectors()?);
        let square = product(self.field(), &pairs, &pairs);
        Ok(self.field().scale(&trace_of_product(self.field(), &square, &pairs), 8, 1))
    }

    /// The other cubic invariant, `R_aᶜ_bᵈ R_cᵉ_dᶠ R_eᵃ_fᵇ`.
    ///
    /// # Errors
    /// An interrupt.
    pub fn riemann_cubed_crossed(&self) -> GeometryResult<Element> {
        let raised = self.raise_all(&self.riemann()?, &[1, 3])?;
        let dimension = dimension_of(self.chart());
        let places: Vec<(u8, u8)> =
            (0..dimension).flat_map(|a| (0..dimension).map(move |b| (a, b))).collect();
        let matrix: Rows = places
            .iter()
            .map(|&(a, b)| {
                places.iter().map(|&(c, d)| raised.component(&[a, c, b, d])).collect()
            })
            .collect();
        let square = product(self.field(), &matrix, &matrix);
        Ok(trace_of_product(self.field(), &square, &matrix))
    }

    /// The cubic invariant `Rᵃ_b Rᵇ_c Rᶜ_a` of the Ricci tensor.
    ///
    /// # Errors
    /// An interrupt.
    pub fn ricci_cubed(&self) -> GeometryResult<Element> {
        let mixed = matrix_of(&self.raise(&self.ricci()?, 0)?);
        let square = product(self.field(), &mixed, &mixed);
        Ok(trace_of_product(self.field(), &square, &mixed))
    }

    /// The cubic invariant `Rᵃᶜ Rᵇᵈ R_abcd` of Ricci and Riemann tensor.
    ///
    /// # Errors
    /// An interrupt.
    pub fn ricci_ricci_riemann(&self) -> GeometryResult<Element> {
        let field = self.field();
        let ricci = self.raise_all(&self.ricci()?, &[0, 1])?;
        let riemann = self.riemann()?;
        let dimension = dimension_of(self.chart());
        let inner = self.symmetric_pair(|b, d| {
            let mut terms = Vec::new();
            for a in 0..dimension {
                for c in 0..dimension {
                    if let (Some((x, _)), Some((y, negative))) =
                        (ricci.stored(&[a, c]), riemann.stored(&[a, b, c, d]))
                    {
                        terms.push((sign(negative), x, y));
                    }
                }
            }
            Ok(field.sum_of_products(&terms))
        })?;
        Ok(trace_of_product(self.field(), &matrix_of(&inner), &matrix_of(&ricci)))
    }

    /// `Tᵃᵇ_cd` as a matrix, rows `a < b`, columns `c < d`.
    pub(crate) fn pair_matrix(&self, mixed: &Holor) -> Rows {
        let dimension = dimension_of(self.chart());
        let pairs: Vec<(u8, u8)> = (0..dimension)
            .flat_map(|a| (a + 1..dimension).map(move |b| (a, b)))
            .collect();
        pairs
            .iter()
            .map(|&(a, b)| {
                pairs.iter().map(|&(c, d)| mixed.component(&[a, b, c, d])).collect()
            })
            .collect()
    }
}

/// `Σ_ij A_ij B_ji`
pub(crate) fn trace_of_product(field: &Field, first: &Rows, second: &Rows) -> Element {
    let mut terms = Vec::new();
    for (i, row) in first.iter().enumerate() {
        for (j, value) in row.iter().enumerate() {
            if let Some(other) = second.get(j).and_then(|row| row.get(i))
                && !value.is_zero()
                && !other.is_zero()
            {
                terms.push((1, value, other));
            }
        }
    }
    field.sum_of_products(&terms)
}
