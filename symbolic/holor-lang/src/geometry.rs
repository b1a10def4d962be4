//! Geometric values: charts, holors, metrics, connections, frames, and what index notation gives.

mod bundle;
mod holor;
mod latex;
mod orbit;
mod plain;
mod table;

use std::sync::Arc;

use holor_algebra::{Expr, Symbol, latex_symbol};
use holor_geometry::indices::{AbstractExpression, TensorSymbol};
use holor_geometry::{
    Chart, Connection, GaugeAlgebra, GaugeForm, GaugePotential, Metric, Tetrad,
};

pub(crate) use bundle::{one_forms, vectors};
pub use holor::HolorValue;
pub(crate) use holor::{holor_kind, is_form, is_symmetric, mark, symmetry_text};
pub use orbit::OrbitValue;
pub(crate) use plain::chart_plain;
pub use table::ComponentTable;
pub(crate) use table::component_text;

use crate::Value;

/// The first coordinate that is called as curvilinear ones are, a radius or an angle: without a metric it is not taken for a Cartesian one.
pub(crate) fn curvilinear(coordinates: &[Symbol]) -> Option<&Symbol> {
    let named =
        |symbol: &&Symbol| matches!(symbol.name(), "r" | "ρ" | "θ" | "φ" | "ϑ" | "ϕ");
    coordinates.iter().find(named)
}

/// A geometric value. Cloning is cheap.
#[derive(Clone, Debug)]
pub enum Geometry {
    /// Named coordinates.
    Chart(ChartValue),
    /// Components with the law by which they transform.
    Holor(HolorValue),
    /// A metric.
    Metric(Metric),
    /// A connection.
    Connection(Connection),
    /// A holor with index letters: the value of `T[^a, _b]`.
    Indexed(Indexed),
    /// `∇[_a]` or `∂[_a]` before what it acts on.
    Operator(Arc<Operator>),
    /// The components of a holor as a table.
    Components(ComponentTable),
    /// An orthonormal frame.
    Tetrad(Tetrad),
    /// The Lie algebra of a gauge group.
    Algebra(GaugeAlgebra),
    /// A gauge potential.
    Gauge(Arc<GaugePotential>),
    /// A form with values in a Lie algebra, such as a field strength.
    GaugeForm(Arc<GaugeForm>),
    /// A geodesic in numbers.
    Orbit(Arc<OrbitValue>),
    /// A tensor without components.
    AbstractTensor(Arc<TensorSymbol>),
    /// A sum of products of tensors without components.
    AbstractExpression(Arc<AbstractExpression>),
}

/// A chart with the conditions it was made under.
#[derive(Clone, Debug)]
pub struct ChartValue {
    /// The chart.
    pub chart: Chart,
    /// What `where` said about the coordinates.
    pub conditions: Arc<[Expr]>,
}

/// A holor whose slots have index letters, all different; repeated letters are summed over already.
#[derive(Clone, Debug)]
pub struct Indexed {
    /// The holor.
    pub value: HolorValue,
    /// The letter of each slot.
    pub letters: Vec<Arc<str>>,
    /// Letters that were summed over: a further factor may not use them again.
    pub spent: Vec<Arc<str>>,
}

/// Derivatives that wait for what they act on.
#[derive(Clone, Debug)]
pub struct Operator {
    /// What stands before them.
    pub prefactor: Option<Value>,
    /// The derivatives, outermost first.
    pub derivatives: Vec<Derivative>,
}

/// `∇[_a]`, `∂[_a]`.
#[derive(Clone, Debug)]
pub struct Derivative {
    /// `∇` and not `∂`.
    pub covariant: bool,
    /// Whether the index is up.
    pub up: bool,
    /// Its letter, or the coordinate it selects, counted from 0.
    pub index: DerivativeIndex,
}

/// The index of a derivative.
#[derive(Clone, Debug)]
pub enum DerivativeIndex {
    /// A letter or a coordinate's name; which one is known when the chart is.
    Name(Arc<str>),
    /// A coordinate, counted from 0.
    Place(usize),
}

impl Geometry {
    /// Its kind in a word or two.
    pub fn kind(&self) -> &'static str {
        match self {
            Geometry::Chart(_) => "chart",
            Geometry::Holor(value) => holor_kind(&value.holor),
            Geometry::Metric(_) => "metric",
            Geometry::Connection(_) => "connection",
            Geometry::Indexed(_) => "indexed tensor",
            Geometry::Operator(_) => "derivative operator",
            Geometry::Components(_) => "components",
            Geometry::Tetrad(_) => "tetrad",
            Geometry::Algebra(_) => "Lie algebra",
            Geometry::Gauge(_) => "gauge potential",
            Geometry::GaugeForm(_) => "gauge form",
            Geometry::AbstractTensor(_) => "abstract tensor",
            Geometry::AbstractExpression(_) => "expression of abstract tensors",
            Geometry::Orbit(_) => "orbit",
        }
    }

    /// What it is, for error messages and lists of variables.
    pub fn describe(&self) -> String {
        match self {
            Geometry::Chart(value) => format!("the {}", value.chart),
            Geometry::Holor(value) => value.describe(),
            Geometry::Metric(metric) => {
                format!("a metric on {}", metric.chart())
            }
            Geometry::Connection(connection) => {
                format!("a connection on {}", connection.coefficients().chart())
            }
            Geometry::Indexed(indexed) => format!(
                "{} with the indices {}",
                indexed.value.describe(),
                indexed.index_text()
            ),
            Geometry::Operator(_) => "a derivative without anything to act on".into(),
            Geometry::Components(table) => {
                format!("the components of {}", table.value.describe())
            }
            Geometry::Tetrad(tetrad) => format!("a tetrad on {}", tetrad.chart()),
            Geometry::AbstractTensor(tensor) => format!(
                "the tensor `{}` of {} without components",
                tensor.name(),
                match tensor.rank() {
                    1 => "1 index".to_string(),
                    rank => format!("{rank} indices"),
                }
            ),
            Geometry::AbstractExpression(expression) => {
                format!(
                    "an expression of {} terms in abstract tensors",
                    expression.terms().len()
                )
            }
            Geometry::Algebra(algebra) => {
                format!("the Lie algebra of {}", algebra.name())
            }
            Geometry::Gauge(potential) => format!(
                "a gauge potential of {} on {}",
                potential.form().algebra().name(),
                potential.form().chart()
            ),
            Geometry::GaugeForm(form) => format!(
                "a {}-form with values in the Lie algebra of {} on {}",
                form.degree(),
                form.algebra().name(),
                form.chart()
            ),
            Geometry::Orbit(orbit) => orbit.describe(),
        }
    }

    /// A short text for messages and lists of variables.
    pub fn brief(&self) -> String {
        if let Geometry::AbstractTensor(tensor) = self {
            return tensor.name().to_string();
        }
        self.describe()
    }

    /// Plain text that reads back as the same value (tables of components aside).
    pub fn plain(&self) -> String {
        match self {
            Geometry::Chart(value) => chart_plain(value),
            Geometry::Holor(value) => plain::holor_plain(&value.holor),
            Geometry::Metric(metric) => {
                format!("metric({})", plain::holor_plain(metric.lower()))
            }
            Geometry::Connection(connection) => plain::connection_plain(connection),
            Geometry::Indexed(indexed) => {
                format!(
                    "({}){}",
                    plain::holor_plain(&indexed.value.holor),
                    indexed.index_text()
                )
            }
            Geometry::Operator(operator) => operator.plain(),
            Geometry::Components(table) => table.plain(),
            Geometry::Tetrad(tetrad) => bundle::tetrad_plain(tetrad),
            Geometry::Algebra(algebra) => bundle::algebra_plain(algebra),
            Geometry::Gauge(potential) => bundle::potential_plain(potential),
            Geometry::GaugeForm(form) => bundle::gauge_form_plain(form),
            Geometry::AbstractTensor(tensor) => tensor.name().to_string(),
            Geometry::AbstractExpression(expression) => expression.plain(),
            Geometry::Orbit(orbit) => orbit.describe(),
        }
    }

    /// LaTeX.
    pub fn latex(&self) -> Option<String> {
        match self {
            Geometry::Chart(value) => Some(latex::chart_latex(value)),
            Geometry::Holor(value) => {
                Some(latex::holor_latex(&value.holor, value.name.as_deref(), None))
            }
            Geometry::Metric(metric) => Some(latex::metric_latex(metric)),
            Geometry::Connection(connection) => {
                Some(latex::holor_latex(connection.coefficients(), Some("Γ"), None))
            }
            Geometry::Indexed(indexed) => Some(latex::holor_latex(
                &indexed.value.holor,
                indexed.value.name.as_deref(),
                Some(&indexed.letters),
            )),
            Geometry::Operator(_) | Geometry::Orbit(_) => None,
            Geometry::Components(table) => Some(table.latex()),
            Geometry::Tetrad(tetrad) => Some(bundle::tetrad_latex(tetrad)),
            Geometry::Algebra(algebra) => Some(bundle::algebra_latex(algebra)),
            Geometry::Gauge(potential) => {
                Some(bundle::gauge_form_latex(potential.form(), "A"))
            }
            Geometry::GaugeForm(form) => Some(bundle::gauge_form_latex(form, "F")),
            Geometry::AbstractTensor(tensor) => Some(latex_symbol(tensor.name())),
            Geometry::AbstractExpression(expression) => Some(expression.latex()),
        }
    }

    /// Whether two are the same: the same kind, and equal components.
    pub fn same(&self, other: &Geometry) -> bool {
        match (self, other) {
            (Geometry::Chart(a), Geometry::Chart(b)) => {
                a.chart.is_same(&b.chart) && a.conditions == b.conditions
            }
            (Geometry::Holor(a), Geometry::Holor(b)) => a.is_same(b),
            (Geometry::Metric(a), Geometry::Metric(b)) => {
                a.chart().is_same(b.chart())
                    && a.lower().is_equal(b.lower()).unwrap_or(false)
            }
            (Geometry::Connection(a), Geometry::Connection(b)) => {
                let (a, b) = (a.coefficients(), b.coefficients());
                a.chart().is_same(b.chart()) && a.is_equal(b).unwrap_or(false)
            }
            (Geometry::Indexed(a), Geometry::Indexed(b)) => {
                a.letters == b.letters && a.value.is_same(&b.value)
            }
            (Geometry::Components(a), Geometry::Components(b)) => {
                a.value.is_same(&b.value)
            }
            (Geometry::Operator(a), Geometry::Operator(b)) => Arc::ptr_eq(a, b),
            (Geometry::Tetrad(a), Geometry::Tetrad(b)) => {
                a.signs() == b.signs()
                    && a.chart().is_same(b.chart())
                    && a.coframe().is_equal(b.coframe()).unwrap_or(false)
            }
            (Geometry::Algebra(a), Geometry::Algebra(b)) => a.is_same(b),
            (Geometry::Gauge(a), Geometry::Gauge(b)) => {
                let chart = a.form().chart();
                let coupling = chart.adopt(b.coupling(), b.form().chart());
                chart.is_same(b.form().chart())
                    && coupling.is_ok_and(|coupling| coupling == *a.coupling())
                    && same_forms(a.form(), b.form())
            }
            (Geometry::GaugeForm(a), Geometry::GaugeForm(b)) => same_forms(a, b),
            (Geometry::AbstractTensor(a), Geometry::AbstractTensor(b)) => a == b,
            (Geometry::AbstractExpression(a), Geometry::AbstractExpression(b)) => a == b,
            (Geometry::Orbit(a), Geometry::Orbit(b)) => a == b,
            (
                Geometry::Chart(_)
                | Geometry::Holor(_)
                | Geometry::Metric(_)
                | Geometry::Connection(_)
                | Geometry::Indexed(_)
                | Geometry::Operator(_)
                | Geometry::Components(_)
                | Geometry::Tetrad(_)
                | Geometry::Algebra(_)
                | Geometry::Gauge(_)
                | Geometry::GaugeForm(_)
                | Geometry::AbstractTensor(_)
                | Geometry::AbstractExpression(_)
                | Geometry::Orbit(_),
                _,
            ) => false,
        }
    }
}

/// Whether two gauge forms have the same algebra and components.
fn same_forms(a: &GaugeForm, b: &GaugeForm) -> bool {
    a.algebra().is_same(b.algebra())
        && a.degree() == b.degree()
        && a.chart().is_same(b.chart())
        && a.subtract(b).is_ok_and(|difference| difference.is_zero())
}

impl Indexed {
    /// `[^a, _b]`
    pub fn index_text(&self) -> String {
        let parts: Vec<String> = self
            .value
            .holor
            .slots()
            .iter()
            .zip(&self.letters)
            .map(|(slot, letter)| format!("{}{letter}", holor::mark(*slot)))
            .collect();
        format!("[{}]", parts.join(", "))
    }

    /// Its value, if no index is left.
    pub fn scalar(&self) -> Option<Expr> {
        let holor = &self.value.holor;
        holor.value().map(|value| holor.chart().field().write(&value))
    }
}

impl Operator {
    fn plain(&self) -> String {
        let mut text = String::new();
        if let Some(prefactor) = &self.prefactor {
            text = format!("{} ", prefactor.plain());
        }
        for derivative in &self.derivatives {
            let sign = if derivative.covariant { '∇' } else { '∂' };
            let mark = if derivative.up { '^' } else { '_' };
            let index = match &derivative.index {
                DerivativeIndex::Name(name) => name.to_string(),
                DerivativeIndex::Place(place) => (place + 1).to_string(),
            };
            text.push_str(&format!("{sign}[{mark}{index}]"));
        }
        text
    }
}

impl From<HolorValue> for Value {
    fn from(value: HolorValue) -> Self {
        match value.holor.value() {
            Some(scalar) if value.holor.law() == holor_geometry::Law::TENSOR => {
                Value::Expr(value.holor.chart().field().write(&scalar))
            }
            _ => Value::Geometry(Geometry::Holor(value)),
        }
    }
}

impl Value {
    /// Whether it is a basis one-form or vector, as a chart brings into scope.
    pub(crate) fn is_basis_element(&self) -> bool {
        let Value::Geometry(Geometry::Holor(value)) = self else { return false };
        let mut components = value.holor.components();
        value.holor.rank() == 1
            && value.name.is_none()
            && components.len() == 1
            && components.next().is_some_and(|(_, component)| component.is_one())
    }

    /// A holor that has no name yet takes that of the variable it is assigned to.
    #[must_use]
    pub(crate) fn called(self, name: &str) -> Value {
        match self {
            Value::Geometry(Geometry::Holor(value))
                if value.name.is_none() && value.holor.rank() > 0 =>
            {
                let name = Some(Arc::from(name));
                Value::Geometry(Geometry::Holor(HolorValue { name, ..value }))
            }
            Value::Simulation(crate::field::Simulation::Field(field))
                if field.name.is_none() =>
            {
                let named =
                    crate::FieldValue { name: Some(Arc::from(name)), ..(*field).clone() };
                Value::Simulation(crate::field::Simulation::Field(Arc::new(named)))
            }
            other => other,
        }
    }
}
