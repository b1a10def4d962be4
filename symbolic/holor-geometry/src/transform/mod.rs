//! Changes of chart: every holor by its own law.
//!
//! With J = det(∂x/∂x̄), old coordinates x and new ones x̄: an upper index by ∂x̄/∂x, a lower one by ∂x/∂x̄, a
//! density of weight w times `|J|^w`, a pseudo-tensor times the sign of J, a connection as
//! `Γ̄^a_bc = (∂x̄^a/∂x^p)(Γ^p_qr ∂_b x^q ∂_c x^r + ∂_b ∂_c x^p)`. Frame indices are untouched. What has no law is
//! refused.

mod map;
mod solve;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use holor_algebra::exact::Element;
use holor_algebra::{Engine, Expr};

use crate::derivatives::connection_symmetry;
use crate::minors::{self, Rows};
use crate::reality::RealSigns;
use crate::tensor::CONNECTION_SLOTS;
use crate::{
    Chart, Connection, GeometryError, GeometryResult, Holor, Indices, Law, Metric, Slot,
    Symmetry, Weight,
};

pub use map::SmoothMap;

/// An invertible change from one chart to another of the same dimension.
#[derive(Clone, Debug)]
pub struct CoordinateChange {
    /// The old coordinates in terms of the new: domain the new chart, target the old.
    map: SmoothMap,
    /// `∂x̄^i/∂x^a` by i, then a, as functions of the new coordinates.
    inverse: Rows,
    /// det(∂x/∂x̄)
    determinant: Element,
}

impl CoordinateChange {
    /// The change given by the old coordinates as expressions in the new ones, in the order of the old chart: for
    /// Cartesian to polar `[r cos φ, r sin φ]`.
    ///
    /// # Errors
    /// Charts of different dimension; a map whose Jacobian determinant is 0 everywhere; expressions that do not fit.
    pub fn new(
        old: &Chart,
        new: &Chart,
        old_in_terms_of_new: Vec<Expr>,
    ) -> GeometryResult<Self> {
        if old.dimension() != new.dimension() {
            return Err(GeometryError::Map {
                reason: format!(
                    "{old} has {} coordinates and {new} has {}: only a map between charts of one dimension can be inverted",
                    old.dimension(),
                    new.dimension()
                ),
            });
        }
        let map = SmoothMap::new(new, old, old_in_terms_of_new)?;
        let Some((inverse, determinant)) = minors::inverse(new.field(), map.rows())?
        else {
            return Err(GeometryError::Map {
                reason: format!(
                    "the map from {new} to {old} cannot be inverted anywhere: its Jacobian determinant is 0"
                ),
            });
        };
        Ok(Self { map, inverse, determinant })
    }

    /// The change given the other way round, by the new coordinates as expressions in the old ones. The equations are
    /// solved for the old coordinates; the solution is verified.
    ///
    /// # Errors
    /// As [`CoordinateChange::new`]; no solution found, or several under the assumptions: then the message says which
    /// direction to give.
    pub fn from_inverse(
        old: &Chart,
        new: &Chart,
        new_in_terms_of_old: &[Expr],
        engine: &Engine,
    ) -> GeometryResult<Self> {
        // The inverse map says at once whether there is anything to solve.
        let inverse = Self::new(new, old, new_in_terms_of_old.to_vec())?;
        solve::invert(&inverse, engine)
    }

    /// The chart it starts from.
    pub fn old(&self) -> &Chart {
        self.map.target()
    }

    /// The chart it leads to.
    pub fn new_chart(&self) -> &Chart {
        self.map.domain()
    }

    /// The old coordinates in terms of the new.
    pub fn old_in_terms_of_new(&self) -> &[Expr] {
        self.map.images()
    }

    /// As a map from the new chart to the old.
    pub fn as_map(&self) -> &SmoothMap {
        &self.map
    }

    /// The Jacobian matrix `∂x^a/∂x̄^i`, by a, then i.
    pub fn jacobian(&self) -> &[Vec<Element>] {
        self.map.derivative()
    }

    /// The inverse Jacobian matrix `∂x̄^i/∂x^a`, by i, then a, in the new coordinates.
    pub fn inverse_jacobian(&self) -> &[Vec<Element>] {
        &self.inverse
    }

    /// J = det(∂x/∂x̄).
    pub fn determinant(&self) -> &Element {
        &self.determinant
    }

    /// This change, and then another from its new chart on.
    ///
    /// # Errors
    /// Charts that do not fit.
    pub fn then(&self, next: &CoordinateChange) -> GeometryResult<Self> {
        let map = next.map.then(&self.map)?;
        Self::new(self.old(), next.new_chart(), map.images().to_vec())
    }

    /// A holor in the new chart, by its law.
    ///
    /// # Errors
    /// A holor without a law; a pseudo-tensor or a density of odd weight when the sign of J is not decided; another
    /// chart than the old one.
    pub fn transform(&self, holor: &Holor) -> GeometryResult<Holor> {
        self.old().check_same(holor.chart())?;
        match holor.law() {
            Law::Tensor { weight, pseudo } => self.transform_tensor(holor, weight, pseudo),
            Law::Connection => self.transform_connection(holor),
            Law::None => Err(GeometryError::Law {
                operation: "transform",
                reason: "this holor has no law: how its components change with the chart is not known; \
                         give it one when it is made, as a tensor, a density or a connection"
                    .into(),
            }),
        }
    }

    /// A metric in the new chart.
    ///
    /// # Errors
    /// As [`CoordinateChange::transform`].
    pub fn transform_metric(&self, metric: &Metric) -> GeometryResult<Metric> {
        Metric::new(&self.transform(metric.lower())?)
    }

    /// A connection in the new chart.
    ///
    /// # Errors
    /// As [`CoordinateChange::transform`].
    pub fn transform_connection_of(
        &self,
        connection: &Connection,
    ) -> GeometryResult<Connection> {
        Connection::from_coefficients(&self.transform(connection.coefficients())?)
    }

    fn transform_tensor(
        &self,
        holor: &Holor,
        weight: Weight,
        pseudo: bool,
    ) -> GeometryResult<Holor> {
        let field = self.new_chart().field();
        let factor = self.density_factor(weight, pseudo)?;
        let functions = self.map.pull_back_components(holor)?;
        let carried = if map::is_stored_form(holor, Slot::DOWN) {
            self.map.contract_minors(holor, &functions, self.map.rows(), Slot::DOWN)?
        } else if map::is_stored_form(holor, Slot::UP) {
            self.map.contract_minors(holor, &functions, &self.inverse, Slot::UP)?
        } else {
            let all =
                self.map.transport(holor, &functions, self.map.rows(), &self.inverse)?;
            let symmetry = holor.symmetry().clone();
            self.collect(holor.law(), holor.slots(), symmetry, &all)?
        };
        let law = holor.law();
        match factor {
            Some(factor) => {
                carried.map(law, |component| field.multiply(&factor, component))
            }
            None if carried.law() == law => Ok(carried),
            None => carried.with_law(law),
        }
    }

    fn transform_connection(&self, holor: &Holor) -> GeometryResult<Holor> {
        let chart = self.new_chart();
        let field = chart.field();
        let functions = self.map.pull_back_components(holor)?;
        let lower_only = [Slot::FRAME_UP, Slot::DOWN, Slot::DOWN];
        // The upper index stays on the old chart until the second derivatives are added.
        let old = Holor::build(
            holor.chart(),
            Law::None,
            &lower_only,
            holor.symmetry().clone(),
            |indices| Ok(holor.component(indices)),
        )?;
        let mut sum =
            self.map.transport(&old, &functions, self.map.rows(), &Rows::new())?;
        for indices in Symmetry::none(3).representatives(chart.dimension()) {
            let &[p, b, c] = &*indices else { continue };
            let slope = self
                .jacobian()
                .get(usize::from(p))
                .and_then(|row| row.get(usize::from(b)));
            let Some(slope) = slope else { continue };
            let bend = chart.derivative(slope, usize::from(c));
            if !bend.is_zero() {
                let value = match sum.get(&indices) {
                    Some(own) => field.add(own, &bend),
                    None => bend,
                };
                sum.insert(indices, value);
            }
        }
        let all = self.map.carry(&sum, 0, |i, a| self.inverse.get(i)?.get(a))?;
        let symmetry = connection_symmetry(holor);
        self.collect(Law::Connection, &CONNECTION_SLOTS, symmetry, &all)
    }

    /// A holor on the new chart from its components.
    fn collect(
        &self,
        law: Law,
        slots: &[Slot],
        symmetry: Symmetry,
        components: &BTreeMap<Indices, Element>,
    ) -> GeometryResult<Holor> {
        let chart = self.new_chart();
        Holor::build(chart, law, slots, symmetry, |indices| {
            Ok(components.get(indices).cloned().unwrap_or_else(|| chart.field().zero()))
        })
    }

    /// `|J|^w`, times the sign of J for a pseudo-tensor; nothing where that is 1.
    fn density_factor(
        &self,
        weight: Weight,
        pseudo: bool,
    ) -> GeometryResult<Option<Element>> {
        let field = self.new_chart().field();
        let (numerator, denominator) = (*weight.numer(), *weight.denom());
        if numerator == 0 && !pseudo {
            return Ok(None);
        }
        let is_odd = denominator == 1 && numerator % 2 != 0;
        if denominator == 1 && is_odd == pseudo {
            // |J|^w sign(J) for odd w, and |J|^w for even w, are J^w.
            return Ok(Some(field.power(&self.determinant, numerator)?));
        }
        let signs =
            RealSigns::of_values(self.new_chart(), self.jacobian().iter().flatten());
        let Some(positive) = signs.is_positive(&self.determinant) else {
            return Err(GeometryError::Map {
                reason: format!(
                    "a {} changes with the sign of the Jacobian determinant {}, which the assumptions do not decide; assume what makes it positive or negative",
                    Law::Tensor { weight, pseudo }.describe(),
                    field.write(&self.determinant)
                ),
            });
        };
        let size = if positive {
            self.determinant.clone()
        } else {
            field.negate(&self.determinant)
        };
        let power = match denominator {
            1 => field.power(&size, numerator)?,
            2 => field.power(&signs.sqrt(&size)?, numerator)?,
            _ => {
                let exponent = Expr::fraction(numerator.into(), denominator.into());
                let base = field.write_plainly(&size);
                self.new_chart().read(&Expr::power(base, exponent))?
            }
        };
        Ok(Some(if pseudo && !positive { field.negate(&power) } else { power }))
    }
}
