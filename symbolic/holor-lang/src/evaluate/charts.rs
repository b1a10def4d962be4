//! Charts: how one is made, what it brings into scope, and which metric and connection it has.

use std::collections::BTreeSet;
use std::sync::Arc;

use holor_algebra::{Constant, Expr, Node, Property, Symbol};
use holor_geometry::{
    Chart, Connection, GeometryResult, Holor, Law, Metric, Slot, Symmetry,
};

use super::failure::At;
use super::{Change, Evaluator, Scope};
use crate::ast::{Argument, Ast, AstKind, Name};
use crate::geometry::{ChartValue, Geometry, HolorValue};
use crate::syntax::spelled_out;
use crate::{Diagnostic, Result, Span, Value, builtins, codes};

/// A chart that the session knows, with the metric and the connection made on it last.
#[derive(Clone, Debug)]
pub(crate) struct ChartRecord {
    pub(crate) chart: ChartValue,
    pub(crate) metric: Option<Metric>,
    /// `None` where the Levi-Civita connection of the metric is meant.
    pub(crate) connection: Option<Connection>,
}

impl ChartRecord {
    /// A chart without a metric.
    pub(crate) fn new(chart: ChartValue) -> Self {
        Self { chart, metric: None, connection: None }
    }
}

/// The basis one-form or vector of a coordinate, counted from 0.
pub(crate) fn basis_element(
    chart: &Chart,
    slot: Slot,
    place: usize,
) -> GeometryResult<Holor> {
    let field = chart.field();
    Holor::build(chart, Law::TENSOR, &[slot], Symmetry::none(1), |indices| {
        let own = indices.first().is_some_and(|index| usize::from(*index) == place);
        Ok(if own { field.one() } else { field.zero() })
    })
}

impl Evaluator<'_> {
    /// Whether a call makes a chart, so that its `where` speaks of the new coordinates.
    pub(super) fn makes_chart(&self, value: &Ast, scope: &Scope) -> bool {
        let AstKind::Call { callee, .. } = &value.kind else { return false };
        let AstKind::Name(name) = &callee.kind else { return false };
        builtins::find(&name.text).is_some_and(|builtin| builtin.name == "chart")
            && !matches!(
                self.variable(name, scope),
                Some(Value::Closure(_) | Value::Builtin(_))
            )
    }

    /// `chart(t, r) where r > 0`: the conditions hold from here on.
    pub(super) fn chart_where(
        &self,
        value: &Ast,
        conditions: &[Ast],
        scope: &mut Scope,
    ) -> Result<Value> {
        let AstKind::Call { arguments, .. } = &value.kind else {
            return Ok(Value::Nothing);
        };
        let mut names = Vec::with_capacity(arguments.len());
        for argument in arguments {
            names.push(coordinate_name(argument)?);
        }
        self.make_chart(&names, conditions, value.span, scope)
    }

    /// Makes a chart: its coordinates become symbols, and `dr`, `∂_r` come into scope.
    pub(crate) fn make_chart(
        &self,
        names: &[Name],
        conditions: &[Ast],
        span: Span,
        scope: &mut Scope,
    ) -> Result<Value> {
        for name in names {
            self.check_assignable(name)?;
        }
        let symbols: Vec<Symbol> =
            names.iter().map(|name| Symbol::new(&name.symbol)).collect();
        let about_functions: Vec<Expr> = self
            .state()
            .assumptions
            .conditions()
            .iter()
            .filter(|condition| is_about_functions(condition, &symbols))
            .cloned()
            .collect();
        for name in names {
            self.change(Change::Forget(name.symbol.clone()));
            self.change(Change::DeclareSymbol(name.symbol.clone()));
        }
        for condition in about_functions {
            self.change(Change::AssumeCondition(condition));
        }
        for name in names {
            self.change(Change::Assume(Symbol::new(&name.symbol), Property::Real));
        }
        let mut kept = Vec::new();
        for condition in conditions {
            let value = self.evaluate(condition, scope)?;
            self.assume(&value, condition.span)?;
            collect_conditions(&value, &mut kept);
        }
        let assumptions = (*self.state().assumptions).clone();
        let chart = Chart::new(symbols, assumptions).at(span)?;
        let value = ChartValue { chart: chart.clone(), conditions: kept.into() };
        self.change(Change::Chart(value.clone()));
        self.bring_basis(&chart, false, span)?;
        Ok(Value::Geometry(Geometry::Chart(value)))
    }

    /// Defines `dr`, `∂_r`, … of a chart; where asked, only those that are defined as such already.
    fn bring_basis(&self, chart: &Chart, again: bool, span: Span) -> Result<()> {
        for (place, coordinate) in chart.coordinates().iter().enumerate() {
            let form = basis_element(chart, Slot::DOWN, place).at(span)?;
            let vector = basis_element(chart, Slot::UP, place).at(span)?;
            let mut names = vec![
                (format!("d{coordinate}"), form.clone()),
                (format!("∂_{coordinate}"), vector),
            ];
            if let Some(ascii) = spelled_out(coordinate.name()) {
                names.push((format!("d{ascii}"), form));
            }
            for (name, holor) in names {
                let value = Value::Geometry(Geometry::Holor(HolorValue::new(holor)));
                let name: Arc<str> = name.into();
                let known = self.state().variables.get(&name).cloned();
                if !again || known.is_some_and(|known| known.same(&value)) {
                    self.change(Change::Assign(name, value));
                }
            }
        }
        Ok(())
    }

    /// The holor on a chart that knows what is assumed now of the symbols in it, parameters and unknown functions of which
    /// nothing is said being real unless `i` occurs; the chart's record follows.
    pub(crate) fn with_assumptions(&self, holor: &Holor, span: Span) -> Result<Holor> {
        let chart = holor.chart();
        let mut symbols: BTreeSet<Symbol> = chart.coordinates().iter().cloned().collect();
        let mut is_complex = false;
        for (_, component) in holor.components() {
            let written = chart.field().write_plainly(component);
            symbols.extend(written.free_symbols());
            written.any(&mut |part| {
                if let Node::Apply(name, _) = part.node() {
                    symbols.insert(name.clone());
                }
                is_complex |= matches!(part.node(), Node::Constant(Constant::I));
                false
            });
        }
        let mut assumptions = (*self.state().assumptions).clone();
        for symbol in &symbols {
            if !is_complex && assumptions.implied(symbol).is_empty() {
                assumptions.assume(symbol.clone(), Property::Real);
            }
        }
        let current = Chart::new(chart.coordinates().to_vec(), assumptions).at(span)?;
        let about = |chart: &Chart| {
            let assumptions = chart.field().assumptions();
            let properties: Vec<_> =
                symbols.iter().map(|symbol| assumptions.of(symbol).to_vec()).collect();
            let conditions: Vec<Expr> = assumptions
                .conditions()
                .iter()
                .filter(|condition| {
                    symbols.iter().any(|it| condition.contains_symbol(it))
                })
                .cloned()
                .collect();
            (properties, conditions)
        };
        if about(chart) == about(&current) {
            return Ok(holor.clone());
        }
        let conditions = match self.chart_record(chart) {
            Some(record) => record.chart.conditions,
            None => Vec::new().into(),
        };
        self.change(Change::Chart(ChartValue { chart: current.clone(), conditions }));
        self.bring_basis(&current, true, span)?;
        holor.on_chart(&current).at(span)
    }

    /// The session's record of a chart.
    pub(crate) fn chart_record(&self, chart: &Chart) -> Option<ChartRecord> {
        self.state()
            .charts
            .iter()
            .find(|record| record.chart.chart.is_same(chart))
            .cloned()
    }

    /// The chart an expression belongs to: the latest that has one of its symbols as a coordinate, else the latest.
    pub(crate) fn chart_for(&self, expr: Option<&Expr>, span: Span) -> Result<Chart> {
        let state = self.state();
        let symbols = expr.map(Expr::free_symbols).unwrap_or_default();
        let own = state.charts.iter().rev().find(|record| {
            symbols.iter().any(|symbol| record.chart.chart.place(symbol).is_some())
        });
        match own.or(state.charts.last()) {
            Some(record) => Ok(record.chart.chart.clone()),
            None => Diagnostic::error(&codes::E0207_CHARTS, "there is no chart yet")
                .at(span)
                .hint("M = chart(t, x, y, z)")
                .into(),
        }
    }

    /// The chart with these coordinates.
    pub(crate) fn chart_named(&self, names: &[Symbol], span: Span) -> Result<Chart> {
        let state = self.state();
        let found = state
            .charts
            .iter()
            .rev()
            .find(|record| record.chart.chart.coordinates() == names);
        match found {
            Some(record) => Ok(record.chart.chart.clone()),
            None => {
                let names: Vec<&str> = names.iter().map(Symbol::name).collect();
                let text = names.join(", ");
                Diagnostic::error(
                    &codes::E0207_CHARTS,
                    format!("there is no chart with the coordinates {text}"),
                )
                .at(span)
                .hint(format!("chart({text})"))
                .into()
            }
        }
    }

    /// The metric that raises and lowers indices on a chart: the last one made.
    pub(crate) fn metric_on(&self, chart: &Chart, span: Span) -> Result<Metric> {
        match self.chart_record(chart).and_then(|record| record.metric) {
            Some(metric) => Ok(metric),
            None => Diagnostic::error(
                &codes::E0208_NO_METRIC,
                format!("{chart} has no metric yet"),
            )
            .at(span)
            .hint("g = metric(…)")
            .into(),
        }
    }

    /// The connection `∇` means on a chart: the last one made, or that of the last metric.
    pub(crate) fn connection_on(&self, chart: &Chart, span: Span) -> Result<Connection> {
        let record = self.chart_record(chart);
        if let Some(connection) =
            record.as_ref().and_then(|record| record.connection.clone())
        {
            return Ok(connection);
        }
        match record.and_then(|record| record.metric) {
            Some(metric) => metric.christoffel().at(span),
            None => Diagnostic::error(
                &codes::E0208_NO_METRIC,
                format!("{chart} has neither a connection nor a metric yet"),
            )
            .at(span)
            .hint("Γ = connection(metric(…))")
            .into(),
        }
    }
}

/// Whether a condition speaks of new coordinates only as arguments of unknown functions, as `a(t) > 0` does: it says
/// something about `a`, and a new meaning of `t` leaves it as it is.
fn is_about_functions(condition: &Expr, coordinates: &[Symbol]) -> bool {
    fn outside(expr: &Expr, coordinates: &[Symbol]) -> bool {
        match expr.node() {
            Node::Symbol(symbol) => coordinates.contains(symbol),
            Node::Apply(function, _) => coordinates.contains(function),
            _ => expr.children().into_iter().any(|child| outside(child, coordinates)),
        }
    }
    coordinates.iter().any(|symbol| condition.contains_symbol(symbol))
        && !outside(condition, coordinates)
}

/// The name that stands as a coordinate.
fn coordinate_name(argument: &Argument) -> Result<Name> {
    match (&argument.name, &argument.value.kind) {
        (None, AstKind::Name(name)) => Ok(name.clone()),
        _ => Err(not_a_coordinate(argument.value.span)),
    }
}

/// The error for a coordinate that is no name.
pub(crate) fn not_a_coordinate(span: Span) -> Box<Diagnostic> {
    Box::new(
        Diagnostic::error(&codes::E0202_WRONG_ARGUMENTS, "a coordinate is a name")
            .at(span)
            .hint("chart(t, r, θ, φ)"),
    )
}

fn collect_conditions(value: &Value, out: &mut Vec<Expr>) {
    match value {
        Value::Expr(condition) => match condition.node() {
            Node::Truth(_) => {}
            Node::And(parts) => out.extend(parts.iter().cloned()),
            _ => out.push(condition.clone()),
        },
        Value::List(items) => items.iter().for_each(|item| collect_conditions(item, out)),
        _ => {}
    }
}

/// Changes the record of a chart among all, or adds one; the record becomes the latest.
pub(crate) fn update_record(
    charts: &mut Arc<Vec<ChartRecord>>,
    chart: &Chart,
    change: impl FnOnce(&mut ChartRecord),
) {
    let charts = Arc::make_mut(charts);
    let place = charts.iter().position(|record| record.chart.chart.is_same(chart));
    let mut record = match place {
        Some(place) => charts.remove(place),
        None => ChartRecord::new(ChartValue {
            chart: chart.clone(),
            conditions: Arc::from(Vec::new()),
        }),
    };
    change(&mut record);
    charts.push(record);
}
