//! Forms with values in a Lie algebra.

use std::collections::BTreeMap;

use holor_algebra::exact::Element;

use super::GaugeAlgebra;
use super::algebra::{Basis, combine};
use crate::forms::{as_form, exterior_derivative, form, hodge_star, wedge};
use crate::minors::Rows;
use crate::{
    Chart, CoordinateChange, GeometryError, GeometryResult, Holor, Law, Metric, SmoothMap,
};

/// A p-form `ω = ω^a T_a` with values in a Lie algebra; a 0-form is a field in the adjoint representation.
#[derive(Clone, Debug)]
pub struct GaugeForm {
    algebra: GaugeAlgebra,
    chart: Chart,
    /// One form for each generator, all of one degree and parity on one chart.
    components: Vec<Holor>,
}

impl GaugeForm {
    /// The form with these components `ω^a`.
    ///
    /// # Errors
    /// Another number of them than generators; different charts, degrees or parities; what is not a form.
    pub fn new(algebra: &GaugeAlgebra, components: &[Holor]) -> GeometryResult<Self> {
        let (Some(first), true) =
            (components.first(), components.len() == algebra.dimension())
        else {
            return Err(invalid(format!(
                "{} has {} generators, but {} components are given",
                algebra.name(),
                algebra.dimension(),
                components.len()
            )));
        };
        let chart = first.chart();
        let mut forms = Vec::with_capacity(components.len());
        for component in components {
            let component = as_form("gauge form", component)?.on_chart(chart)?;
            if component.rank() != first.rank() || component.law() != first.law() {
                return Err(invalid("the components differ in degree or parity".into()));
            }
            forms.push(component);
        }
        Ok(Self { algebra: algebra.clone(), chart: chart.clone(), components: forms })
    }

    /// The form whose matrix at each ascending tuple of indices is `matrix(indices)`.
    ///
    /// # Errors
    /// A matrix that is not in the algebra; what `matrix` says.
    pub fn from_matrices(
        algebra: &GaugeAlgebra,
        chart: &Chart,
        degree: usize,
        pseudo: bool,
        mut matrix: impl FnMut(&[u8]) -> GeometryResult<Rows>,
    ) -> GeometryResult<Self> {
        let field = chart.field();
        let basis = Basis::new(field, algebra.generators())?;
        let mut parts: Vec<BTreeMap<Vec<u8>, Element>> =
            vec![BTreeMap::new(); algebra.dimension()];
        for indices in
            crate::forms::alternating(degree).representatives(chart.dimension())
        {
            field.poll()?;
            let Some(components) = basis.project(field, &matrix(&indices)?) else {
                return Err(invalid(format!(
                    "the matrix with indices {indices:?} is not in the algebra of {}",
                    algebra.name()
                )));
            };
            for (part, value) in parts.iter_mut().zip(components) {
                part.insert(indices.to_vec(), value);
            }
        }
        let components = parts
            .iter()
            .map(|part| {
                form(chart, degree, pseudo, |indices| {
                    Ok(part.get(indices).cloned().unwrap_or_else(|| field.zero()))
                })
            })
            .collect::<GeometryResult<Vec<_>>>()?;
        Self::new(algebra, &components)
    }

    /// The algebra.
    pub fn algebra(&self) -> &GaugeAlgebra {
        &self.algebra
    }

    /// The chart.
    pub fn chart(&self) -> &Chart {
        &self.chart
    }

    /// The degree p.
    pub fn degree(&self) -> usize {
        self.components.first().map_or(0, Holor::rank)
    }

    /// Whether it changes sign with the orientation.
    pub fn is_pseudo(&self) -> bool {
        matches!(
            self.components.first().map(Holor::law),
            Some(Law::Tensor { pseudo: true, .. })
        )
    }

    /// The components `ω^a`, one form for each generator.
    pub fn components(&self) -> &[Holor] {
        &self.components
    }

    /// The matrix `ω^a_{…} T_a` at some indices.
    ///
    /// # Errors
    /// A generator that the field cannot read.
    pub fn matrix(&self, indices: &[u8]) -> GeometryResult<Rows> {
        let field = self.chart().field();
        let basis = Basis::new(field, self.algebra.generators())?;
        let values: Vec<Element> =
            self.components.iter().map(|form| form.component(indices)).collect();
        Ok(combine(field, &basis.generators, &values))
    }

    /// Whether it vanishes.
    pub fn is_zero(&self) -> bool {
        self.components.iter().all(Holor::is_zero)
    }

    /// Each component changed.
    ///
    /// # Errors
    /// What `change` says.
    pub(super) fn map(
        &self,
        change: impl Fn(&Holor) -> GeometryResult<Holor>,
    ) -> GeometryResult<Self> {
        let components =
            self.components.iter().map(change).collect::<GeometryResult<Vec<_>>>()?;
        Self::new(&self.algebra, &components)
    }

    /// Components of both joined.
    fn zip(
        &self,
        other: &GaugeForm,
        join: impl Fn(&Holor, &Holor) -> GeometryResult<Holor>,
    ) -> GeometryResult<Self> {
        self.check_algebra(other)?;
        let components = self
            .components
            .iter()
            .zip(&other.components)
            .map(|(a, b)| join(a, b))
            .collect::<GeometryResult<Vec<_>>>()?;
        Self::new(&self.algebra, &components)
    }

    fn check_algebra(&self, other: &GaugeForm) -> GeometryResult<()> {
        if self.algebra.is_same(&other.algebra) {
            return Ok(());
        }
        Err(invalid(format!(
            "one form has values in the algebra of {}, the other in that of {}",
            self.algebra.name(),
            other.algebra.name()
        )))
    }

    /// `self + other`
    ///
    /// # Errors
    /// Different algebras, charts, degrees or parities.
    pub fn add(&self, other: &GaugeForm) -> GeometryResult<Self> {
        self.zip(other, Holor::add)
    }

    /// `self − other`
    ///
    /// # Errors
    /// As [`GaugeForm::add`].
    pub fn subtract(&self, other: &GaugeForm) -> GeometryResult<Self> {
        self.zip(other, Holor::subtract)
    }

    /// The form times a function.
    ///
    /// # Errors
    /// An interrupt.
    pub fn scale(&self, factor: &Element) -> GeometryResult<Self> {
        self.map(|form| form.scale(factor))
    }

    /// The exterior derivative of each component.
    ///
    /// # Errors
    /// An interrupt.
    pub fn exterior_derivative(&self) -> GeometryResult<Self> {
        self.map(exterior_derivative)
    }

    /// The Hodge dual of each component.
    ///
    /// # Errors
    /// As [`hodge_star`].
    pub fn hodge_star(&self, metric: &Metric) -> GeometryResult<Self> {
        self.map(|form| hodge_star(form, metric))
    }

    /// The graded commutator `[α ∧ β] = α ∧ β − (−1)^{pq} β ∧ α`, in components `f_ab^c α^a ∧ β^b`. For a one-form
    /// `A ∧ A = ½ [A ∧ A]`.
    ///
    /// # Errors
    /// Different algebras or charts.
    pub fn bracket(&self, other: &GaugeForm) -> GeometryResult<Self> {
        self.check_algebra(other)?;
        let chart = self.chart();
        let mut sums: Vec<Vec<(Element, Holor)>> =
            vec![Vec::new(); self.components.len()];
        let mut products: BTreeMap<(usize, usize), Holor> = BTreeMap::new();
        for (a, b, c, constant) in self.algebra.structure_constants() {
            let constant = chart.read(constant)?;
            for (first, second, negative) in [(*a, *b, false), (*b, *a, true)] {
                let (Some(alpha), Some(beta)) =
                    (self.components.get(first), other.components.get(second))
                else {
                    continue;
                };
                if alpha.is_zero() || beta.is_zero() {
                    continue;
                }
                let product = match products.get(&(first, second)) {
                    Some(known) => known.clone(),
                    None => {
                        let product = wedge(alpha, beta)?;
                        products.insert((first, second), product.clone());
                        product
                    }
                };
                let factor = if negative {
                    chart.field().negate(&constant)
                } else {
                    constant.clone()
                };
                if let Some(sum) = sums.get_mut(*c) {
                    sum.push((factor, product));
                }
            }
        }
        let degree = self.degree() + other.degree();
        let pseudo = self.is_pseudo() != other.is_pseudo();
        let components = sums
            .iter()
            .map(|terms| total(chart, degree, pseudo, terms))
            .collect::<GeometryResult<Vec<_>>>()?;
        Self::new(&self.algebra, &components)
    }

    /// The form `tr(α ∧ β) = tr(T_a T_b) α^a ∧ β^b`.
    ///
    /// # Errors
    /// Different algebras or charts.
    pub fn trace_wedge(&self, other: &GaugeForm) -> GeometryResult<Holor> {
        self.check_algebra(other)?;
        let chart = self.chart();
        let mut terms = Vec::new();
        for (a, b, trace) in self.algebra.traces() {
            if let (Some(alpha), Some(beta)) =
                (self.components.get(*a), other.components.get(*b))
            {
                terms.push((chart.read(trace)?, wedge(alpha, beta)?));
            }
        }
        let pseudo = self.is_pseudo() != other.is_pseudo();
        total(chart, self.degree() + other.degree(), pseudo, &terms)
    }

    /// The form in another chart.
    ///
    /// # Errors
    /// As [`CoordinateChange::transform`].
    pub fn transform(&self, change: &CoordinateChange) -> GeometryResult<Self> {
        self.map(|form| change.transform(form))
    }

    /// The pull-back along a map.
    ///
    /// # Errors
    /// As [`SmoothMap::pull_back`].
    pub fn pull_back(&self, map: &SmoothMap) -> GeometryResult<Self> {
        self.map(|form| map.pull_back(form))
    }

    /// The matrix `U ω U⁻¹` in components, for matrices in the field.
    pub(super) fn conjugate(
        &self,
        group: &Rows,
        inverse: &Rows,
        shift: impl Fn(&[u8]) -> GeometryResult<Option<Rows>>,
    ) -> GeometryResult<Self> {
        let field = self.chart().field();
        let basis = Basis::new(field, self.algebra.generators())?;
        Self::from_matrices(
            &self.algebra,
            self.chart(),
            self.degree(),
            self.is_pseudo(),
            |indices| {
                let values: Vec<Element> =
                    self.components.iter().map(|form| form.component(indices)).collect();
                let own = combine(field, &basis.generators, &values);
                let left = crate::minors::product(field, group, &own);
                let turned = crate::minors::product(field, &left, inverse);
                Ok(match shift(indices)? {
                    Some(shift) => super::algebra::subtract(field, &turned, &shift),
                    None => turned,
                })
            },
        )
    }
}

/// A sum of forms with coefficients.
pub(super) fn total(
    chart: &Chart,
    degree: usize,
    pseudo: bool,
    terms: &[(Element, Holor)],
) -> GeometryResult<Holor> {
    form(chart, degree, pseudo, |indices| {
        let terms: Vec<(i64, &Element, &Element)> = terms
            .iter()
            .filter_map(|(factor, form)| {
                let (value, negative) = form.stored(indices)?;
                Some((if negative { -1 } else { 1 }, factor, value))
            })
            .collect();
        Ok(chart.field().sum_of_products(&terms))
    })
}

pub(super) fn invalid(reason: String) -> GeometryError {
    GeometryError::Invalid { operation: "gauge form", reason }
}
