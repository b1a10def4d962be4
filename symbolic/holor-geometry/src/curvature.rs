//! Curvature: of the metric's own connection by the short way, and of any connection.
//!
//! `Rᵃ_bcd = ∂_c Γᵃ_db − ∂_d Γᵃ_cb + Γᵃ_ce Γᵉ_db − Γᵃ_de Γᵉ_cb`, Ricci `R_bd = Rᵃ_bad`, so that a sphere has positive
//! scalar curvature: C. W. Misner, K. S. Thorne, J. A. Wheeler, *Gravitation*, 1973; R. M. Wald, *General Relativity*, 1984.
//! For a metric the components with lower indices are computed from second derivatives of `g_ab`, and no
//! Christoffel symbol is ever differentiated.

use std::collections::BTreeMap;

use holor_algebra::exact::Element;

use crate::connection::Sum;
use crate::tensor::{CONNECTION_SLOTS, dimension_of, linear_combination, sign};
use crate::{
    Connection, GeometryError, GeometryResult, Holor, Law, Metric, Slot, Symmetry,
};

impl Metric {
    /// The Christoffel symbols of the first kind, `Γ_abc = ½(∂_b g_ac + ∂_c g_ab − ∂_a g_bc)`, a holor without a law.
    ///
    /// # Errors
    /// An interrupt.
    pub fn christoffel_first_kind(&self) -> GeometryResult<Holor> {
        self.known().christoffel_lower.get(self.field(), || {
            let derivative = self.lower().partial_derivative()?;
            let field = self.field();
            let symmetry = Symmetry::symmetric(3, &[1, 2]);
            Holor::build(self.chart(), Law::None, &[Slot::DOWN; 3], symmetry, |indices| {
                let &[a, b, c] = indices else { return Ok(field.zero()) };
                let mut terms = Vec::with_capacity(3);
                for (place, factor) in [([b, a, c], 1), ([c, a, b], 1), ([a, b, c], -1)] {
                    if let Some((value, _)) = derivative.stored(&place) {
                        terms.push((factor, value));
                    }
                }
                Ok(field.scale(&linear_combination(field, &terms), 1, 2))
            })
        })
    }

    /// The Christoffel symbols `Γᵃ_bc = gᵃᵈ Γ_dbc`, a holor with the law of a connection.
    ///
    /// # Errors
    /// An interrupt.
    pub fn christoffel_symbols(&self) -> GeometryResult<Holor> {
        self.known().christoffel.get(self.field(), || {
            let lowered = self.christoffel_first_kind()?;
            let field = self.field();
            let inverse = self.inverse();
            let symmetry = Symmetry::symmetric(3, &[1, 2]);
            Holor::build(
                self.chart(),
                Law::Connection,
                &CONNECTION_SLOTS,
                symmetry,
                |indices| {
                    let &[a, b, c] = indices else { return Ok(field.zero()) };
                    let terms: Vec<(i64, &Element, &Element)> =
                        (0..dimension_of(self.chart()))
                            .filter_map(|d| {
                                let (factor, _) = inverse.stored(&[a, d])?;
                                let (value, _) = lowered.stored(&[d, b, c])?;
                                Some((1, factor, value))
                            })
                            .collect();
                    Ok(field.sum_of_products(&terms))
                },
            )
        })
    }

    /// The Riemann tensor with lower indices,
    /// `R_abcd = ½(∂_b∂_c g_ad + ∂_a∂_d g_bc − ∂_a∂_c g_bd − ∂_b∂_d g_ac) + Γᵉ_bc Γ_ead − Γᵉ_bd Γ_eac`.
    ///
    /// # Errors
    /// An interrupt.
    pub fn riemann(&self) -> GeometryResult<Holor> {
        self.known().riemann.get(self.field(), || {
            let first = self.lower().partial_derivative()?;
            let second = self.second_derivatives(&first)?;
            let lowered = self.christoffel_first_kind()?;
            let gamma = self.christoffel_symbols()?;
            let field = self.field();
            let one = field.one();
            let dimension = dimension_of(self.chart());
            let compute = |a: u8, b: u8, c: u8, d: u8| {
                let mut terms = Vec::new();
                for (place, factor) in [
                    ([b, c, a, d], 1),
                    ([a, d, b, c], 1),
                    ([a, c, b, d], -1),
                    ([b, d, a, c], -1),
                ] {
                    if let Some((value, _)) = second.stored(&place) {
                        terms.push((factor, value, &one));
                    }
                }
                for e in 0..dimension {
                    for (left, right, factor) in
                        [([e, b, c], [e, a, d], 2), ([e, b, d], [e, a, c], -2)]
                    {
                        if let (Some((up, _)), Some((down, _))) =
                            (gamma.stored(&left), lowered.stored(&right))
                        {
                            terms.push((factor, up, down));
                        }
                    }
                }
                field.scale(&field.sum_of_products(&terms), 1, 2)
            };
            // Of three components with the same four different indices the last follows from R_a[bcd] = 0.
            let mut found: BTreeMap<[u8; 4], Element> = BTreeMap::new();
            Holor::build(
                self.chart(),
                Law::TENSOR,
                &[Slot::DOWN; 4],
                Symmetry::riemann(),
                |indices| {
                    let &[a, b, c, d] = indices else { return Ok(field.zero()) };
                    let known = if a < c && c < d && d < b {
                        // R_abcd = R_adcb − R_acdb, both of which come before in the order.
                        found.get(&[a, d, c, b]).zip(found.get(&[a, c, d, b]))
                    } else {
                        None
                    };
                    let value = match known {
                        Some((first, second)) => field.subtract(first, second),
                        None => compute(a, b, c, d),
                    };
                    if a != c && a != d && b != c && b != d {
                        found.insert([a, b, c, d], value.clone());
                    }
                    Ok(value)
                },
            )
        })
    }

    /// `∂_a∂_b g_cd` from `∂_b g_cd`.
    fn second_derivatives(&self, first: &Holor) -> GeometryResult<Holor> {
        let chart = self.chart();
        let symmetry = Symmetry::symmetric(4, &[0, 1]).with_block(&[2, 3], false);
        Holor::build(chart, Law::None, &[Slot::DOWN; 4], symmetry, |indices| {
            let value = indices.split_first().and_then(|(&a, rest)| {
                let (value, _) = first.stored(rest)?;
                Some(chart.derivative(value, usize::from(a)))
            });
            Ok(value.unwrap_or_else(|| chart.field().zero()))
        })
    }

    /// The Riemann tensor `Rᵃ_bcd`.
    ///
    /// # Errors
    /// An interrupt.
    pub fn riemann_mixed(&self) -> GeometryResult<Holor> {
        self.known().riemann_mixed.get(self.field(), || self.raise(&self.riemann()?, 0))
    }

    /// The Riemann tensor as a map of bivectors, `Rᵃᵇ_cd`.
    ///
    /// # Errors
    /// An interrupt.
    pub fn riemann_on_bivectors(&self) -> GeometryResult<Holor> {
        self.known().riemann_pairs.get(self.field(), || self.raise_pair(&self.riemann()?))
    }

    /// `Tᵃᵇ_cd = gᵃᵉ gᵇᶠ T_efcd` for T with the symmetry of the Riemann tensor, by the metric of bivectors
    /// `gᵃᵉ gᵇᶠ − gᵃᶠ gᵇᵉ`.
    pub(crate) fn raise_pair(&self, tensor: &Holor) -> GeometryResult<Holor> {
        let field = self.field();
        let dimension = dimension_of(self.chart());
        let inverse = self.inverse();
        let mut bivectors: BTreeMap<[u8; 2], Vec<([u8; 2], Element)>> = BTreeMap::new();
        for a in 0..dimension {
            for b in a + 1..dimension {
                field.poll()?;
                let mut row = Vec::new();
                for e in 0..dimension {
                    for f in e + 1..dimension {
                        let mut terms = Vec::with_capacity(2);
                        for (left, right, factor) in
                            [([a, e], [b, f], 1), ([a, f], [b, e], -1)]
                        {
                            if let (Some((x, _)), Some((y, _))) =
                                (inverse.stored(&left), inverse.stored(&right))
                            {
                                terms.push((factor, x, y));
                            }
                        }
                        let value = field.sum_of_products(&terms);
                        if !value.is_zero() {
                            row.push(([e, f], value));
                        }
                    }
                }
                bivectors.insert([a, b], row);
            }
        }
        let slots = [Slot::UP, Slot::UP, Slot::DOWN, Slot::DOWN];
        let symmetry = Symmetry::antisymmetric(4, &[0, 1]).with_block(&[2, 3], true);
        Holor::build(self.chart(), tensor.law(), &slots, symmetry, |indices| {
            let &[a, b, c, d] = indices else { return Ok(field.zero()) };
            let row = bivectors.get(&[a, b]).map_or(&[][..], Vec::as_slice);
            let terms: Vec<(i64, &Element, &Element)> = row
                .iter()
                .filter_map(|([e, f], factor)| {
                    let (value, negative) = tensor.stored(&[*e, *f, c, d])?;
                    Some((sign(negative), factor, value))
                })
                .collect();
            Ok(field.sum_of_products(&terms))
        })
    }

    /// The Ricci tensor, `R_bd = Rᵃ_bad = gᵃᶜ R_abcd`.
    ///
    /// # Errors
    /// An interrupt.
    pub fn ricci(&self) -> GeometryResult<Holor> {
        self.known().ricci.get(self.field(), || {
            let riemann = self.riemann()?;
            let field = self.field();
            let dimension = dimension_of(self.chart());
            self.symmetric_pair(|b, d| {
                let mut terms = Vec::new();
                for a in 0..dimension {
                    for c in 0..dimension {
                        if let (Some((factor, _)), Some((value, negative))) = (
                            self.inverse().stored(&[a, c]),
                            riemann.stored(&[a, b, c, d]),
                        ) {
                            terms.push((sign(negative), factor, value));
                        }
                    }
                }
                Ok(field.sum_of_products(&terms))
            })
        })
    }

    /// The scalar curvature, `R = gᵃᵇ R_ab`.
    ///
    /// # Errors
    /// An interrupt.
    pub fn scalar_curvature(&self) -> GeometryResult<Element> {
        self.known().scalar.get(self.field(), || Ok(self.trace(&self.ricci()?)))
    }

    /// The Einstein tensor, `G_ab = R_ab − ½ R g_ab`.
    ///
    /// # Errors
    /// An interrupt.
    pub fn einstein(&self) -> GeometryResult<Holor> {
        self.known()
            .einstein
            .get(self.field(), || self.ricci_and_trace(&self.scalar_curvature()?, 1, 2))
    }

    /// The trace-free part of the Ricci tensor, `R_ab − (1/n) R g_ab`: zero for an Einstein space.
    ///
    /// # Errors
    /// An interrupt.
    pub fn ricci_trace_free(&self) -> GeometryResult<Holor> {
        self.ricci_and_trace(&self.scalar_curvature()?, 1, self.size())
    }

    /// The Schouten tensor, `P_ab = (R_ab − R g_ab / (2(n − 1))) / (n − 2)`.
    ///
    /// # Errors
    /// A dimension below 3.
    pub fn schouten(&self) -> GeometryResult<Holor> {
        let n = self.size();
        if n < 3 {
            return Err(dimension_error(
                "schouten",
                "the Schouten tensor",
                "3 or more",
                n,
            ));
        }
        self.known().schouten.get(self.field(), || {
            let field = self.field();
            let numerator =
                self.ricci_and_trace(&self.scalar_curvature()?, 1, 2 * (n - 1))?;
            numerator.map(Law::TENSOR, |value| field.scale(value, 1, n - 2))
        })
    }

    /// The Weyl tensor, the part of the Riemann tensor without traces,
    /// `W_abcd = R_abcd − (g_ac P_bd − g_ad P_bc − g_bc P_ad + g_bd P_ac)` with Schouten's P: 0 in dimension 3 and,
    /// by convention, below.
    ///
    /// # Errors
    /// An interrupt.
    pub fn weyl(&self) -> GeometryResult<Holor> {
        self.known().weyl.get(self.field(), || {
            let field = self.field();
            let build = |component: &mut dyn FnMut(&[u8]) -> GeometryResult<Element>| {
                Holor::build(
                    self.chart(),
                    Law::TENSOR,
                    &[Slot::DOWN; 4],
                    Symmetry::riemann(),
                    component,
                )
            };
            if self.size() < 4 {
                return build(&mut |_| Ok(field.zero()));
            }
            let riemann = self.riemann()?;
            let schouten = self.schouten()?;
            if schouten.is_zero() {
                return Ok(riemann);
            }
            let one = field.one();
            let metric = self.lower();
            build(&mut |indices| {
                let &[a, b, c, d] = indices else { return Ok(field.zero()) };
                let mut terms = Vec::new();
                if let Some((value, negative)) = riemann.stored(indices) {
                    terms.push((sign(negative), value, &one));
                }
                for (left, right, factor) in [
                    ([a, c], [b, d], -1),
                    ([a, d], [b, c], 1),
                    ([b, c], [a, d], 1),
                    ([b, d], [a, c], -1),
                ] {
                    if let (Some((g, _)), Some((p, _))) =
                        (metric.stored(&left), schouten.stored(&right))
                    {
                        terms.push((factor, g, p));
                    }
                }
                Ok(field.sum_of_products(&terms))
            })
        })
    }

    /// The Cotton tensor, `C_abc = ∇_c P_ab − ∇_b P_ac` with Schouten's P, antisymmetric in b and c;
    /// `∇_a Wᵃ_bcd = (3 − n) C_bcd`. In dimension 3 it vanishes where the metric is conformally flat.
    ///
    /// # Errors
    /// A dimension below 3.
    pub fn cotton(&self) -> GeometryResult<Holor> {
        if self.size() < 3 {
            return Err(dimension_error(
                "cotton",
                "the Cotton tensor",
                "3 or more",
                self.size(),
            ));
        }
        self.known().cotton.get(self.field(), || {
            let field = self.field();
            let derivative =
                self.christoffel()?.covariant_derivative(&self.schouten()?)?;
            let symmetry = Symmetry::antisymmetric(3, &[1, 2]);
            Holor::build(
                self.chart(),
                Law::TENSOR,
                &[Slot::DOWN; 3],
                symmetry,
                |indices| {
                    let &[a, b, c] = indices else { return Ok(field.zero()) };
                    Ok(field.subtract(
                        &derivative.component(&[c, a, b]),
                        &derivative.component(&[b, a, c]),
                    ))
                },
            )
        })
    }

    /// The Bach tensor in dimension 4, `B_ab = ∇ᶜ C_bac + Pᶜᵈ W_acbd = ∇ᶜ∇ᵈ W_acbd + ½ Rᶜᵈ W_acbd`, with Cotton's C:
    /// symmetric, without trace and divergence, conformally of weight −2.
    ///
    /// # Errors
    /// Another dimension than 4.
    pub fn bach(&self) -> GeometryResult<Holor> {
        if self.size() != 4 {
            return Err(dimension_error("bach", "the Bach tensor", "4", self.size()));
        }
        self.known().bach.get(self.field(), || {
            let field = self.field();
            let cotton = self.raise(&self.cotton()?, 2)?;
            let divergence = self.christoffel()?.divergence(&cotton, 2)?;
            let schouten = self.raise_all(&self.schouten()?, &[0, 1])?;
            let weyl = self.weyl()?;
            let one = field.one();
            self.symmetric_pair(|a, b| {
                let mut terms = Vec::new();
                if let Some((value, negative)) = divergence.stored(&[b, a]) {
                    terms.push((sign(negative), value, &one));
                }
                for c in 0..4 {
                    for d in 0..4 {
                        if let (Some((p, _)), Some((w, negative))) =
                            (schouten.stored(&[c, d]), weyl.stored(&[a, c, b, d]))
                        {
                            terms.push((sign(negative), p, w));
                        }
                    }
                }
                Ok(field.sum_of_products(&terms))
            })
        })
    }

    /// `R_ab − (numerator/denominator) trace g_ab`
    fn ricci_and_trace(
        &self,
        trace: &Element,
        numerator: i64,
        denominator: i64,
    ) -> GeometryResult<Holor> {
        let ricci = self.ricci()?;
        if trace.is_zero() {
            return Ok(ricci);
        }
        let field = self.field();
        let factor = field.scale(trace, -numerator, denominator);
        let one = field.one();
        self.symmetric_pair(|a, b| {
            let mut terms = Vec::with_capacity(2);
            if let Some((value, _)) = ricci.stored(&[a, b]) {
                terms.push((1, value, &one));
            }
            if let Some((value, _)) = self.lower().stored(&[a, b]) {
                terms.push((1, value, &factor));
            }
            Ok(field.sum_of_products(&terms))
        })
    }

    /// A symmetric tensor with two lower indices.
    pub(crate) fn symmetric_pair(
        &self,
        mut component: impl FnMut(u8, u8) -> GeometryResult<Element>,
    ) -> GeometryResult<Holor> {
        let symmetry = Symmetry::symmetric(2, &[0, 1]);
        Holor::build(self.chart(), Law::TENSOR, &[Slot::DOWN; 2], symmetry, |indices| {
            match *indices {
                [a, b] => component(a, b),
                _ => Ok(self.field().zero()),
            }
        })
    }

    /// The dimension as a number to calculate with.
    pub(crate) fn size(&self) -> i64 {
        i64::from(dimension_of(self.chart()))
    }
}

impl Connection {
    /// The curvature `Rᵃ_bcd = ∂_c Γᵃ_db − ∂_d Γᵃ_cb + Γᵃ_ce Γᵉ_db − Γᵃ_de Γᵉ_cb`, antisymmetric in c and d.
    ///
    /// # Errors
    /// An interrupt.
    pub fn curvature(&self) -> GeometryResult<Holor> {
        self.curvature_cache().get(self.field(), || {
            if let Some(metric) = self.metric() {
                return metric.riemann_mixed();
            }
            let chart = self.chart();
            let field = self.field();
            let gamma = self.coefficients();
            let slots = [Slot::UP, Slot::DOWN, Slot::DOWN, Slot::DOWN];
            let symmetry = Symmetry::antisymmetric(4, &[2, 3]);
            Holor::build(chart, Law::TENSOR, &slots, symmetry, |indices| {
                let &[a, b, c, d] = indices else { return Ok(field.zero()) };
                let mut sum = Sum::default();
                for (place, direction, factor) in [([a, d, b], c, 1), ([a, c, b], d, -1)]
                {
                    if let Some((value, negative)) = gamma.stored(&place) {
                        let value = chart.derivative(value, usize::from(direction));
                        sum.derivatives.push((factor * sign(negative), value));
                    }
                }
                for e in 0..dimension_of(chart) {
                    for (left, right, factor) in
                        [([a, c, e], [e, d, b], 1), ([a, d, e], [e, c, b], -1)]
                    {
                        if let (Some((x, first)), Some((y, second))) =
                            (gamma.stored(&left), gamma.stored(&right))
                        {
                            sum.products.push((factor * sign(first != second), x, y));
                        }
                    }
                }
                Ok(sum.value(field))
            })
        })
    }

    /// The Ricci tensor `R_bd = Rᵃ_bad`, in general not symmetric.
    ///
    /// # Errors
    /// An interrupt.
    pub fn ricci(&self) -> GeometryResult<Holor> {
        self.ricci_cache().get(self.field(), || match self.metric() {
            Some(metric) => metric.ricci(),
            None => self.curvature()?.contract(0, 2),
        })
    }

    /// The homothetic curvature `V_cd = Rᵃ_acd`, how volumes change around loops: 0 for a connection that preserves one.
    ///
    /// # Errors
    /// An interrupt.
    pub fn homothetic_curvature(&self) -> GeometryResult<Holor> {
        self.curvature()?.contract(0, 1)
    }

    /// The scalar `gᵇᵈ R_bd` of the connection's curvature with a metric.
    ///
    /// # Errors
    /// Different charts.
    pub fn scalar_curvature(&self, metric: &Metric) -> GeometryResult<Element> {
        let ricci = self.ricci()?.on_chart(metric.chart())?;
        Ok(metric.trace(&ricci))
    }

    /// The Einstein tensor `R_(ab) − ½ g_ab gᶜᵈ R_cd` of the connection with a metric, symmetric part only.
    ///
    /// # Errors
    /// Different charts.
    pub fn einstein(&self, metric: &Metric) -> GeometryResult<Holor> {
        let field = metric.field();
        let scalar = self.scalar_curvature(metric)?;
        let ricci = self.ricci()?.on_chart(metric.chart())?.symmetrize(&[0, 1])?;
        ricci.add(&metric.lower().scale(&field.scale(&scalar, -1, 2))?)
    }
}

fn dimension_error(
    operation: &'static str,
    what: &str,
    wanted: &str,
    found: i64,
) -> GeometryError {
    GeometryError::Invalid {
        operation,
        reason: format!("{what} is defined in dimension {wanted}, not {found}"),
    }
}
