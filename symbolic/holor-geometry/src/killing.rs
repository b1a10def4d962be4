//! Symmetries of a metric: Killing, homothetic and conformal Killing vectors, and how many there are.
//!
//! `£_ξ g_ab = ∇_a ξ_b + ∇_b ξ_a = ξᶜ ∂_c g_ab + g_cb ∂_a ξᶜ + g_ac ∂_b ξᶜ`; R. M. Wald, *General Relativity*, appendix C.

use holor_algebra::exact::Element;
use holor_algebra::{Expr, Symbol};

use crate::elimination::Equations;
use crate::tensor::{dimension_of, sign};
use crate::{Chart, GeometryError, GeometryResult, Holor, Law, Metric, Slot, Symmetry};

/// What a vector field does to the metric.
#[derive(Clone, Debug, PartialEq)]
pub enum Isometry {
    /// `£_ξ g = 0`
    Killing,
    /// `£_ξ g = c g` with this constant c ≠ 0.
    Homothetic(Element),
    /// `£_ξ g = ψ g` with this function ψ.
    Conformal(Element),
    /// None of these.
    None,
}

impl Metric {
    /// `£_ξ g_ab = ∇_a ξ_b + ∇_b ξ_a` for a vector field `ξᵃ`.
    ///
    /// # Errors
    /// A ξ that is not a vector field; different charts.
    pub fn deformation(&self, vector: &Holor) -> GeometryResult<Holor> {
        let vector = vector.on_chart(self.chart())?;
        if vector.slots() != [Slot::UP] || vector.law() != Law::TENSOR {
            return Err(invalid("it is asked of a vector field".into()));
        }
        let derivative = vector.partial_derivative()?;
        let gradient = self.lower().partial_derivative()?;
        let field = self.field();
        let dimension = dimension_of(self.chart());
        self.symmetric_pair(|a, b| {
            let mut terms = Vec::new();
            for c in 0..dimension {
                let parts = [
                    (vector.stored(&[c]), gradient.stored(&[c, a, b])),
                    (self.lower().stored(&[c, b]), derivative.stored(&[a, c])),
                    (self.lower().stored(&[a, c]), derivative.stored(&[b, c])),
                ];
                for part in parts {
                    if let (Some((x, first)), Some((y, second))) = part {
                        terms.push((sign(first != second), x, y));
                    }
                }
            }
            Ok(field.sum_of_products(&terms))
        })
    }

    /// What a vector field does to the metric: `£_ξ g = 0`, `c g`, `ψ g`, or none of these.
    ///
    /// # Errors
    /// As [`Metric::deformation`].
    pub fn isometry(&self, vector: &Holor) -> GeometryResult<Isometry> {
        let deformation = self.deformation(vector)?;
        if deformation.is_zero() {
            return Ok(Isometry::Killing);
        }
        let factor = self.field().scale(&self.trace(&deformation), 1, self.size());
        if !self.lower().scale(&factor)?.is_equal(&deformation)? {
            return Ok(Isometry::None);
        }
        Ok(if is_constant(self.chart(), &factor) {
            Isometry::Homothetic(factor)
        } else {
            Isometry::Conformal(factor)
        })
    }

    /// The vector field with unknown components `ξᵃ(x⁰, x¹, …)`, called by these names, and the left sides of Killing's
    /// equations `ξᶜ ∂_c g_ab + g_cb ∂_a ξᶜ + g_ac ∂_b ξᶜ = 0` for it.
    ///
    /// # Errors
    /// Another number of names than of coordinates.
    pub fn killing_equations(&self, names: &[Symbol]) -> GeometryResult<(Holor, Holor)> {
        let chart = self.chart();
        if names.len() != chart.dimension() {
            return Err(invalid(format!(
                "{} names for the components of a vector in dimension {}",
                names.len(),
                chart.dimension()
            )));
        }
        let arguments: Vec<Expr> =
            chart.coordinates().iter().map(|name| Expr::symbol(name.name())).collect();
        let vector = Holor::build(
            chart,
            Law::TENSOR,
            &[Slot::UP],
            Symmetry::none(1),
            |indices| match indices.first().and_then(|&a| names.get(usize::from(a))) {
                Some(name) => chart.read(&Expr::apply(name.clone(), arguments.clone())),
                None => Ok(chart.field().zero()),
            },
        )?;
        let equations = self.deformation(&vector)?;
        Ok((vector, equations))
    }

    /// The vector fields ∂/∂x of the cyclic coordinates, all Killing vectors.
    ///
    /// # Errors
    /// An interrupt.
    pub fn cyclic_killing_vectors(&self) -> GeometryResult<Vec<Holor>> {
        let chart = self.chart();
        let vectors = self.cyclic_coordinates().into_iter().map(|k| {
            Holor::build(chart, Law::TENSOR, &[Slot::UP], Symmetry::none(1), |indices| {
                let field = chart.field();
                let own = indices.first().is_some_and(|&a| usize::from(a) == k);
                Ok(if own { field.one() } else { field.zero() })
            })
        });
        vectors.collect()
    }

    /// A basis of the Killing vectors among the combinations of these vector fields with constant coefficients: all of
    /// them, and nothing else.
    ///
    /// Over one denominator `Σ c_k £_k g_ab` is a polynomial in functions that vary; its coefficients must vanish.
    ///
    /// # Errors
    /// Holors that are not vector fields; an interrupt.
    pub fn killing_vectors_among(
        &self,
        candidates: &[Holor],
    ) -> GeometryResult<Vec<Holor>> {
        let chart = self.chart();
        let field = self.field();
        let candidates = candidates
            .iter()
            .map(|one| one.on_chart(chart))
            .collect::<GeometryResult<Vec<_>>>()?;
        let deformations = candidates
            .iter()
            .map(|candidate| self.deformation(candidate))
            .collect::<GeometryResult<Vec<_>>>()?;
        let mut rows = Vec::new();
        for indices in Symmetry::symmetric(2, &[0, 1]).representatives(self.dimension()) {
            rows.push(deformations.iter().map(|one| one.component(&indices)).collect());
        }
        // Combinations that are the zero field are no symmetry: solve for coefficients modulo those.
        let mut basis = Vec::new();
        let mut independent: Vec<Holor> = Vec::new();
        for coefficients in constant_solutions(chart, candidates.len(), rows)? {
            let vector = Holor::build(
                chart,
                Law::TENSOR,
                &[Slot::UP],
                Symmetry::none(1),
                |indices| {
                    let components: Vec<Element> =
                        candidates.iter().map(|one| one.component(indices)).collect();
                    let terms: Vec<(i64, &Element, &Element)> = coefficients
                        .iter()
                        .zip(&components)
                        .map(|(factor, value)| (1, factor, value))
                        .collect();
                    Ok(field.sum_of_products(&terms))
                },
            )?;
            let mut all = independent.clone();
            all.push(vector.clone());
            let rows = (0..dimension_of(chart))
                .map(|a| all.iter().map(|one| one.component(&[a])).collect())
                .collect();
            if constant_solutions(chart, all.len(), rows)?.is_empty() {
                independent.push(vector.clone());
                basis.push(vector);
            }
        }
        Ok(basis)
    }

    /// The number of linearly independent Killing vectors near a point in general position.
    ///
    /// A Killing vector is fixed by `ξ_a` and `F_ab = ∇_a ξ_b` at a point. The conditions `£_ξ ∇ᵏR = 0`, linear in these
    /// n(n + 1)/2 numbers, are taken for k = 0, 1, …; as soon as one order adds nothing, their common solutions
    /// are parallel under Killing transport and each is a Killing vector (S. Kobayashi, K. Nomizu, *Foundations of
    /// Differential Geometry* I, chapter VI; A. Nijenhuis 1953).
    ///
    /// # Errors
    /// An interrupt.
    pub fn count_killing_vectors(&self) -> GeometryResult<usize> {
        let n = self.dimension();
        let unknowns = n * (n + 1) / 2;
        let mut equations = Equations::new(unknowns);
        // Each cyclic coordinate is one symmetry: there cannot be fewer.
        let known = self.cyclic_coordinates().len();
        let connection = self.christoffel()?;
        let mut tensor = self.riemann()?;
        loop {
            let derivative = connection.covariant_derivative(&tensor)?;
            let before = equations.rank();
            let mut rows = tensor
                .symmetry()
                .representatives(n)
                .iter()
                .map(|indices| self.transport_row(&tensor, &derivative, indices))
                .collect::<GeometryResult<Vec<_>>>()?;
            rows.sort_by_key(|row| weight_of(row));
            for row in rows {
                equations.insert(self.field(), row)?;
                if equations.rank() + known == unknowns {
                    return Ok(known);
                }
            }
            if equations.rank() == before {
                return Ok(unknowns - before);
            }
            tensor = derivative;
        }
    }

    /// `ξᵉ ∇_e T_a… + Σ F_aᵉ T_…e…` as coefficients of the unknowns `ξᵉ` and `F_ab`, a < b.
    fn transport_row(
        &self,
        tensor: &Holor,
        derivative: &Holor,
        indices: &[u8],
    ) -> GeometryResult<Vec<Element>> {
        let field = self.field();
        let dimension = dimension_of(self.chart());
        let mut row = Vec::new();
        for e in 0..dimension {
            let full: Vec<u8> =
                std::iter::once(e).chain(indices.iter().copied()).collect();
            row.push(derivative.component(&full));
        }
        for a in 0..dimension {
            for b in a + 1..dimension {
                let mut terms = Vec::new();
                let mut inner = indices.to_vec();
                for (slot, &own) in indices.iter().enumerate() {
                    // F_aᵉ = g^ef F_af: the unknown F_ab occurs for own = a as +gᵉᵇ, for own = b as −gᵉᵃ.
                    let (other, factor) = if own == a {
                        (b, 1)
                    } else if own == b {
                        (a, -1)
                    } else {
                        continue;
                    };
                    for e in 0..dimension {
                        if let Some(index) = inner.get_mut(slot) {
                            *index = e;
                        }
                        if let (Some((g, _)), Some((value, negative))) =
                            (self.inverse().stored(&[e, other]), tensor.stored(&inner))
                        {
                            terms.push((factor * sign(negative), g, value));
                        }
                    }
                    if let Some(index) = inner.get_mut(slot) {
                        *index = own;
                    }
                }
                row.push(field.sum_of_products(&terms));
            }
        }
        field.poll()?;
        Ok(row)
    }
}

/// A basis of the constant solutions c of `Σ_k row_k c_k = 0` for all rows.
fn constant_solutions(
    chart: &Chart,
    unknowns: usize,
    rows: Vec<Vec<Element>>,
) -> GeometryResult<Vec<Vec<Element>>> {
    let field = chart.field();
    let mut equations = Equations::new(unknowns);
    for row in rows {
        let mut conditions = field.constant_relations(&row, chart.coordinates());
        conditions.sort_by_key(|condition| weight_of(condition));
        for condition in conditions {
            equations.insert(field, condition)?;
        }
        field.poll()?;
    }
    equations.kernel(field)
}

/// The number of terms of a row: simple equations first keep the others simple.
fn weight_of(row: &[Element]) -> usize {
    row.iter().filter(|entry| !entry.is_zero()).map(Element::term_count).sum()
}

/// Whether no coordinate occurs.
fn is_constant(chart: &Chart, element: &Element) -> bool {
    (0..chart.dimension()).all(|k| chart.derivative(element, k).is_zero())
}

fn invalid(reason: String) -> GeometryError {
    GeometryError::Invalid { operation: "killing", reason }
}
