//! Geometric types as parameters and results of built-ins.

use std::sync::Arc;

use holor_algebra::{Expr, Symbol};
use holor_geometry::indices::{AbstractExpression, TensorSymbol};
use holor_geometry::{
    Chart, Connection, GaugeAlgebra, GaugeForm, GaugePotential, Law, Metric, Slot, Tetrad,
};

use super::{Deferred, Expected, Form, FromValue, Given, IntoValue};
use crate::ast::{AstKind, Name};
use crate::evaluate::{Call, as_abstract, as_gauge_form, as_holor, not_a_coordinate};
use crate::geometry::{ChartValue, Geometry, HolorValue, Indexed};
use crate::{Span, Value};

type Read<T> = std::result::Result<T, Expected>;

impl FromValue for HolorValue {
    const KIND: &'static str = "a tensor";

    fn from_value(given: &Given, _: &Call<'_>) -> Read<Self> {
        as_holor(&given.value).ok_or(Expected::Kind)
    }
}

/// A tensor, or a formula as a scalar field.
#[derive(Clone, Debug)]
pub(crate) struct FieldValue(pub(crate) HolorValue);

impl FromValue for FieldValue {
    const KIND: &'static str = "a tensor or a formula";

    fn from_value(given: &Given, call: &Call<'_>) -> Read<Self> {
        if let Value::Expr(scalar) = &given.value {
            let chart = call.chart_for(Some(scalar), given.span)?;
            return Ok(Self(call.scalar_field(scalar, &chart)?));
        }
        if let Value::Geometry(Geometry::Indexed(indexed)) = &given.value {
            return Ok(Self(indexed.value.clone()));
        }
        HolorValue::from_value(given, call).map(Self)
    }
}

/// A vector field.
#[derive(Clone, Debug)]
pub(crate) struct VectorValue(pub(crate) HolorValue);

impl FromValue for VectorValue {
    const KIND: &'static str = "a vector";

    fn from_value(given: &Given, _: &Call<'_>) -> Read<Self> {
        as_holor(&given.value)
            .filter(|value| {
                value.holor.slots() == [Slot::UP] && value.holor.law() == Law::TENSOR
            })
            .map(Self)
            .ok_or(Expected::Kind)
    }
}

impl FromValue for Metric {
    const KIND: &'static str = "a metric";

    fn from_value(given: &Given, _: &Call<'_>) -> Read<Self> {
        match &given.value {
            Value::Geometry(Geometry::Metric(metric)) => Ok(metric.clone()),
            _ => Err(Expected::Kind),
        }
    }
}

/// A connection, or a metric with its Levi-Civita connection.
#[derive(Clone, Debug)]
pub(crate) enum Curved {
    /// A metric.
    Metric(Metric),
    /// A connection.
    Connection(Connection),
}

impl FromValue for Curved {
    const KIND: &'static str = "a metric or a connection";

    fn from_value(given: &Given, _: &Call<'_>) -> Read<Self> {
        match &given.value {
            Value::Geometry(Geometry::Metric(metric)) => Ok(Self::Metric(metric.clone())),
            Value::Geometry(Geometry::Connection(connection)) => {
                Ok(Self::Connection(connection.clone()))
            }
            _ => Err(Expected::Kind),
        }
    }
}

impl Curved {
    /// The connection.
    pub(crate) fn connection(&self) -> holor_geometry::GeometryResult<Connection> {
        match self {
            Curved::Metric(metric) => metric.christoffel(),
            Curved::Connection(connection) => Ok(connection.clone()),
        }
    }

    /// The metric whose Levi-Civita connection it is.
    pub(crate) fn metric(&self) -> Option<&Metric> {
        match self {
            Curved::Metric(metric) => Some(metric),
            Curved::Connection(connection) => connection.metric(),
        }
    }
}

impl FromValue for Connection {
    const KIND: &'static str = "a connection";

    fn from_value(given: &Given, call: &Call<'_>) -> Read<Self> {
        let curved = Curved::from_value(given, call)?;
        curved.connection().map_err(|error| Expected::from(Box::from(error)))
    }
}

impl FromValue for Chart {
    const KIND: &'static str = "a chart";

    fn from_value(given: &Given, call: &Call<'_>) -> Read<Self> {
        match &given.value {
            Value::Geometry(Geometry::Chart(value)) => Ok(value.chart.clone()),
            Value::List(items) => {
                let names: Option<Vec<Symbol>> = items
                    .iter()
                    .map(|item| item.as_expr().and_then(Expr::as_symbol).cloned())
                    .collect();
                let names = names.ok_or(Expected::Kind)?;
                Ok(call.chart_named(&names, given.span)?)
            }
            other => as_holor(other)
                .map(|value| value.holor.chart().clone())
                .ok_or(Expected::Kind),
        }
    }
}

impl FromValue for Indexed {
    const KIND: &'static str = "a tensor with indices";

    fn from_value(given: &Given, _: &Call<'_>) -> Read<Self> {
        match &given.value {
            Value::Geometry(Geometry::Indexed(indexed)) => Ok(indexed.clone()),
            _ => Err(Expected::Kind),
        }
    }
}

/// A coordinate by its name, or an expression that says what lives on a chart: neither is evaluated yet.
#[derive(Clone, Debug)]
pub(crate) struct Unevaluated {
    /// The name, if it is nothing else.
    pub(crate) name: Option<Name>,
    /// The argument.
    pub(crate) argument: Deferred,
    /// Where it stands.
    pub(crate) span: Span,
}

impl FromValue for Unevaluated {
    const KIND: &'static str = "a name";
    const FORM: Form = Form::Deferred;

    fn from_value(given: &Given, call: &Call<'_>) -> Read<Self> {
        let argument = Deferred::from_value(given, call)?;
        let name = match &argument.0.body.kind {
            AstKind::Name(name) => Some(name.clone()),
            _ => None,
        };
        Ok(Self { name, argument, span: given.span })
    }
}

/// A name that is not evaluated: an index letter.
#[derive(Clone, Debug)]
pub(crate) struct Bare {
    /// The name.
    pub(crate) name: Name,
}

impl FromValue for Bare {
    const KIND: &'static str = "a name";
    const FORM: Form = Form::Deferred;

    fn from_value(given: &Given, _: &Call<'_>) -> Read<Self> {
        let Value::Closure(argument) = &given.value else { return Err(Expected::Kind) };
        match &argument.body.kind {
            AstKind::Name(name) => Ok(Self { name: name.clone() }),
            _ => Err(not_a_coordinate(given.span).into()),
        }
    }
}

macro_rules! into_geometry {
    ($($name:ty, $kind:literal, $value:ident => $result:expr;)*) => {
        $(impl IntoValue for $name {
            const KIND: &'static str = $kind;

            fn into_value(self) -> Value {
                let $value = self;
                $result
            }
        })*
    };
}

into_geometry! {
    HolorValue, "tensor", value => value.into();
    Metric, "metric", value => Value::Geometry(Geometry::Metric(value));
    Connection, "connection", value => Value::Geometry(Geometry::Connection(value));
    ChartValue, "chart", value => Value::Geometry(Geometry::Chart(value));
    Indexed, "tensor with indices", value => value.into();
    Tetrad, "tetrad", value => Value::Geometry(Geometry::Tetrad(value));
}

impl FromValue for Tetrad {
    const KIND: &'static str = "a tetrad";

    fn from_value(given: &Given, _: &Call<'_>) -> Read<Self> {
        match &given.value {
            Value::Geometry(Geometry::Tetrad(tetrad)) => Ok(tetrad.clone()),
            _ => Err(Expected::Kind),
        }
    }
}

impl FromValue for GaugeAlgebra {
    const KIND: &'static str = "a gauge group such as SU(2)";

    fn from_value(given: &Given, _: &Call<'_>) -> Read<Self> {
        match &given.value {
            Value::Geometry(Geometry::Algebra(algebra)) => Ok(algebra.clone()),
            _ => Err(Expected::Kind),
        }
    }
}

impl FromValue for Arc<GaugePotential> {
    const KIND: &'static str = "a gauge potential";

    fn from_value(given: &Given, _: &Call<'_>) -> Read<Self> {
        match &given.value {
            Value::Geometry(Geometry::Gauge(potential)) => Ok(potential.clone()),
            _ => Err(Expected::Kind),
        }
    }
}

/// A form with values in a Lie algebra, and the potential it is, if it is one.
#[derive(Clone, Debug)]
pub(crate) struct GaugeValue(
    pub(crate) GaugeForm,
    pub(crate) Option<Arc<GaugePotential>>,
);

impl FromValue for GaugeValue {
    const KIND: &'static str = "a gauge potential or form";

    fn from_value(given: &Given, _: &Call<'_>) -> Read<Self> {
        let form = as_gauge_form(&given.value).ok_or(Expected::Kind)?;
        let potential = match &given.value {
            Value::Geometry(Geometry::Gauge(potential)) => Some(potential.clone()),
            _ => None,
        };
        Ok(Self(form, potential))
    }
}

impl FromValue for AbstractExpression {
    const KIND: &'static str = "an expression of tensors without components";

    fn from_value(given: &Given, _: &Call<'_>) -> Read<Self> {
        as_abstract(&given.value).ok_or(Expected::Kind)
    }
}

impl FromValue for Arc<TensorSymbol> {
    const KIND: &'static str = "a tensor without components";

    fn from_value(given: &Given, _: &Call<'_>) -> Read<Self> {
        match &given.value {
            Value::Geometry(Geometry::AbstractTensor(tensor)) => Ok(tensor.clone()),
            _ => Err(Expected::Kind),
        }
    }
}
