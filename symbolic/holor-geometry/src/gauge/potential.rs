//! Gauge potentials: field strength, covariant derivative, field equations, duality, gauge transformations.

use holor_algebra::exact::Element;
use holor_algebra::{Expr, Matrix};

use super::GaugeForm;
use super::algebra::{Basis, inverse_matrix};
use super::form::{invalid, total};
use crate::forms::{as_form, exterior_derivative, oriented, wedge};
use crate::minors::{self, Rows};
use crate::{CoordinateChange, GeometryResult, Holor, Metric};

/// A gauge potential `A = A^a T_a` with its coupling g.
#[derive(Clone, Debug)]
pub struct GaugePotential {
    form: GaugeForm,
    coupling: Element,
}

/// How a field strength relates to its Hodge dual in the orientation of the chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Duality {
    /// F = ⋆F
    SelfDual,
    /// F = −⋆F
    AntiSelfDual,
    /// F = 0
    Flat,
    /// None of these.
    Neither,
}

impl GaugePotential {
    /// The potential with these components and this coupling, 1 where none is given.
    ///
    /// # Errors
    /// What is not a one-form; a pseudo-form; a coupling that is 0 or depends on the coordinates.
    pub fn new(form: GaugeForm, coupling: Option<&Expr>) -> GeometryResult<Self> {
        if form.degree() != 1 || form.is_pseudo() {
            return Err(invalid("a gauge potential is a one-form".into()));
        }
        let chart = form.chart();
        let coupling = match coupling {
            Some(coupling) => chart.read(coupling)?,
            None => chart.field().one(),
        };
        let is_constant = (0..chart.dimension())
            .all(|place| chart.derivative(&coupling, place).is_zero());
        if coupling.is_zero() || !is_constant {
            return Err(invalid("the coupling is a constant other than 0".into()));
        }
        Ok(Self { form, coupling })
    }

    /// The potential as a form.
    pub fn form(&self) -> &GaugeForm {
        &self.form
    }

    /// The coupling g.
    pub fn coupling(&self) -> &Element {
        &self.coupling
    }

    /// The field strength `F = dA + g A ∧ A = dA + (g/2) [A ∧ A]`.
    ///
    /// # Errors
    /// An interrupt.
    pub fn field_strength(&self) -> GeometryResult<GaugeForm> {
        let slope = self.form.exterior_derivative()?;
        if self.form.algebra().is_abelian() {
            return Ok(slope);
        }
        let half = self.form.chart().field().scale(&self.coupling, 1, 2);
        slope.add(&self.form.bracket(&self.form)?.scale(&half)?)
    }

    /// The covariant exterior derivative `Dω = dω + g [A ∧ ω]` of a form in the adjoint representation.
    ///
    /// # Errors
    /// Different algebras or charts.
    pub fn covariant_derivative(&self, form: &GaugeForm) -> GeometryResult<GaugeForm> {
        let bracket = self.form.bracket(form)?.scale(&self.coupling)?;
        form.exterior_derivative()?.add(&bracket)
    }

    /// The covariant exterior derivative `Dψ = dψ + g A ∧ ψ` of a column of forms, a field in the representation of the
    /// matrices themselves.
    ///
    /// # Errors
    /// A column of another size than the matrices; what is not a form; different charts.
    pub fn covariant_derivative_of_column(
        &self,
        column: &[Holor],
    ) -> GeometryResult<Vec<Holor>> {
        let algebra = self.form.algebra();
        if column.len() != algebra.matrix_size() {
            return Err(invalid(format!(
                "the matrices of {} have {} rows, the column has {}",
                algebra.name(),
                algebra.matrix_size(),
                column.len()
            )));
        }
        let chart = self.form.chart();
        let field = chart.field();
        let basis = Basis::new(field, algebra.generators())?;
        let column = column
            .iter()
            .map(|form| as_form("covariant derivative", form)?.on_chart(chart))
            .collect::<GeometryResult<Vec<_>>>()?;
        let mut derivatives = Vec::with_capacity(column.len());
        for (row, own) in column.iter().enumerate() {
            let mut terms = vec![(field.one(), exterior_derivative(own)?)];
            for (potential, generator) in
                self.form.components().iter().zip(&basis.generators)
            {
                for (entry, other) in
                    generator.get(row).into_iter().flatten().zip(&column)
                {
                    if !entry.is_zero() && !potential.is_zero() && !other.is_zero() {
                        let factor = field.multiply(&self.coupling, entry);
                        terms.push((factor, wedge(potential, other)?));
                    }
                }
            }
            let pseudo = own.law() != crate::Law::TENSOR;
            derivatives.push(total(chart, own.rank() + 1, pseudo, &terms)?);
        }
        Ok(derivatives)
    }

    /// `DF`, which Bianchi's identity says is 0.
    ///
    /// # Errors
    /// An interrupt.
    pub fn bianchi(&self) -> GeometryResult<GaugeForm> {
        self.covariant_derivative(&self.field_strength()?)
    }

    /// `D⋆F`: 0 for a solution of the Yang–Mills equations without sources.
    ///
    /// # Errors
    /// As [`GaugeForm::hodge_star`].
    pub fn yang_mills(&self, metric: &Metric) -> GeometryResult<GaugeForm> {
        self.covariant_derivative(&self.field_strength()?.hodge_star(metric)?)
    }

    /// `tr F ∧ F`, whose integral counts instantons.
    ///
    /// # Errors
    /// An interrupt.
    pub fn trace_squared(&self) -> GeometryResult<Holor> {
        let strength = self.field_strength()?;
        strength.trace_wedge(&strength)
    }

    /// `tr F ∧ ⋆F`, the Yang–Mills Lagrangian up to its factor.
    ///
    /// # Errors
    /// As [`GaugeForm::hodge_star`].
    pub fn lagrangian(&self, metric: &Metric) -> GeometryResult<Holor> {
        let strength = self.field_strength()?;
        strength.trace_wedge(&strength.hodge_star(metric)?)
    }

    /// Whether F is its own dual or its opposite; four dimensions.
    ///
    /// # Errors
    /// Another dimension; as [`GaugeForm::hodge_star`].
    pub fn duality(&self, metric: &Metric) -> GeometryResult<Duality> {
        if metric.dimension() != 4 {
            return Err(invalid(
                "a two-form can be dual to itself in four dimensions only".into(),
            ));
        }
        let strength = self.field_strength()?;
        if strength.is_zero() {
            return Ok(Duality::Flat);
        }
        let dual = strength.hodge_star(metric)?.map(oriented)?;
        Ok(if strength.subtract(&dual)?.is_zero() {
            Duality::SelfDual
        } else if strength.add(&dual)?.is_zero() {
            Duality::AntiSelfDual
        } else {
            Duality::Neither
        })
    }

    /// The potential after a gauge transformation, `U A U⁻¹ − (1/g) dU U⁻¹`.
    ///
    /// # Errors
    /// A matrix of another size, that cannot be inverted, or whose `dU U⁻¹` is not in the algebra.
    pub fn gauge_transform(&self, group: &Matrix) -> GeometryResult<GaugePotential> {
        let (group, inverse) = self.read_group(group)?;
        let chart = self.form.chart();
        let field = chart.field();
        let reciprocal = field.divide(&field.one(), &self.coupling)?;
        let form = self.form.conjugate(&group, &inverse, |indices| {
            let place = indices.first().map_or(0, |&index| usize::from(index));
            let slope: Rows = group
                .iter()
                .map(|row| {
                    row.iter()
                        .map(|entry| {
                            field.multiply(&reciprocal, &chart.derivative(entry, place))
                        })
                        .collect()
                })
                .collect();
            Ok(Some(minors::product(field, &slope, &inverse)))
        })?;
        Ok(Self { form, coupling: self.coupling.clone() })
    }

    /// A form in the adjoint representation after a gauge transformation, `U ω U⁻¹`, as a field strength changes.
    ///
    /// # Errors
    /// As [`GaugePotential::gauge_transform`].
    pub fn gauge_transform_adjoint(
        &self,
        form: &GaugeForm,
        group: &Matrix,
    ) -> GeometryResult<GaugeForm> {
        let (group, inverse) = self.read_group(group)?;
        form.conjugate(&group, &inverse, |_| Ok(None))
    }

    /// A group element and its inverse.
    fn read_group(&self, group: &Matrix) -> GeometryResult<(Rows, Rows)> {
        let chart = self.form.chart();
        let size = self.form.algebra().matrix_size();
        if !group.is_square() || group.rows() != size {
            return Err(invalid(format!(
                "a group element of {} is a matrix with {size} rows and columns",
                self.form.algebra().name()
            )));
        }
        let mut rows = Vec::with_capacity(size);
        for row in 0..size {
            let entries = group.row(row).iter().map(|entry| chart.read(entry));
            rows.push(entries.collect::<GeometryResult<Vec<_>>>()?);
        }
        let inverse = inverse_matrix(chart.field(), &rows)?;
        Ok((rows, inverse))
    }

    /// The potential in another chart.
    ///
    /// # Errors
    /// As [`GaugeForm::transform`].
    pub fn transform(&self, change: &CoordinateChange) -> GeometryResult<GaugePotential> {
        let form = self.form.transform(change)?;
        let coupling = form.chart().adopt(&self.coupling, self.form.chart())?;
        Ok(Self { form, coupling })
    }
}
