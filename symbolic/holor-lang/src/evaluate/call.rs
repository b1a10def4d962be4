//! A call of a built-in, as the built-in sees it.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use holor_algebra::exact::Element;
use holor_algebra::{Assumptions, BigInt, Engine, Expr, Symbol};
use holor_geometry::{Chart, Holor, Metric};

use super::At;
use super::{Change, Evaluator, Scope, Unknown, as_holor};
use crate::array::NumericArray;
use crate::ast::{BinaryOperator, Name};
use crate::builtin::{
    Builtin, Callable, Deferred, Expected, FromValue, Given, has_value, mismatch,
};
use crate::codes::{self, Code};
use crate::field::FieldValue;
use crate::geometry::{ChartValue, HolorValue};
use crate::{Diagnostic, Result, Span, Value, World};

/// A call of a built-in: its arguments, and what it may reach.
pub struct Call<'a> {
    evaluator: &'a Evaluator<'a>,
    builtin: &'static Builtin,
    span: Span,
    positional: Vec<Given>,
    options: Vec<(&'static str, Given)>,
}

impl std::fmt::Debug for Call<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Call({}, {:?})", self.builtin.name, self.positional)
    }
}

impl<'a> Call<'a> {
    pub(super) fn new(
        evaluator: &'a Evaluator<'a>,
        builtin: &'static Builtin,
        span: Span,
        positional: Vec<Given>,
        options: Vec<(&'static str, Given)>,
    ) -> Self {
        Self { evaluator, builtin, span, positional, options }
    }

    /// What evaluates it.
    pub(super) fn evaluator(&self) -> &'a Evaluator<'a> {
        self.evaluator
    }

    /// The record of the built-in.
    pub(crate) fn record(&self) -> &'static Builtin {
        self.builtin
    }

    /// The name of the built-in.
    pub(crate) fn name(&self) -> &'static str {
        self.builtin.name
    }

    /// How the built-in is called.
    pub(crate) fn signature(&self) -> String {
        self.builtin.signature()
    }

    /// Where the call stands.
    pub(crate) fn span(&self) -> Span {
        self.span
    }

    /// The algebra engine under the session's assumptions. Its errors turn into diagnostics by `?`.
    pub(crate) fn engine(&self) -> Rc<Engine> {
        self.evaluator.engine()
    }

    /// Everything outside.
    pub(crate) fn world(&self) -> &'a dyn World {
        self.evaluator.world()
    }

    /// What the session assumes.
    pub(crate) fn assumptions(&self) -> Assumptions {
        (*self.evaluator.state().assumptions).clone()
    }

    /// Stops here when the person interrupted; long loops call this.
    pub(crate) fn poll(&self) -> Result<()> {
        self.evaluator.poll(self.span)
    }

    /// An error about this call.
    pub(crate) fn error(
        &self,
        code: &'static Code,
        message: impl Into<String>,
    ) -> Box<Diagnostic> {
        Box::new(Diagnostic::error(code, message).at(self.span))
    }

    /// Whether the symbol is declared as a function.
    pub(crate) fn is_function(&self, symbol: &Symbol) -> bool {
        self.evaluator.state().functions.contains(symbol.name())
    }

    /// Calls a function with values.
    pub(crate) fn apply(
        &self,
        function: &Callable,
        arguments: Vec<Value>,
    ) -> Result<Value> {
        self.evaluator.apply(function, arguments, self.span)
    }

    /// A number, list or array as an operand of an array.
    pub(crate) fn array_operand(
        &self,
        value: &Value,
        span: Span,
    ) -> Result<NumericArray> {
        self.evaluator.array_operand(value, span)
    }

    /// Results at the items of an array, as an array where they are numbers.
    pub(crate) fn gathered(&self, array: &NumericArray, results: Vec<Value>) -> Value {
        self.evaluator.gathered(array, results)
    }

    /// Evaluates a deferred argument for values of its variables, in their order.
    pub(crate) fn evaluate_at(&self, body: &Deferred, values: &[Value]) -> Result<Value> {
        self.evaluator.apply_closure(&body.0, values.to_vec(), self.span)
    }

    /// Whether the value is decided at each point, so that what is not known yet stays a formula.
    pub(crate) fn has_open_choices(&self) -> bool {
        self.evaluator.has_open_choices()
    }

    /// Evaluates with choices left open where their conditions are not decided: `if x < 1 then … else …` as a formula.
    pub(crate) fn with_open_choices<T>(&self, evaluate: impl FnOnce() -> T) -> T {
        self.evaluator.with_open_choices(true, evaluate)
    }

    /// Whether a product has derivatives as they stand on paper, `∂_x u`.
    pub(crate) fn has_derivatives(
        &self,
        first: &crate::ast::Ast,
        rest: &[(BinaryOperator, crate::ast::Ast)],
        closure: &crate::value::Closure,
    ) -> bool {
        let scope = Scope::function(&closure.captured);
        self.evaluator.with_derivatives(first, rest, &scope).is_some()
    }

    /// Evaluates a deferred argument with these local variables.
    pub(crate) fn evaluate_in(
        &self,
        body: &Deferred,
        locals: Vec<(Arc<str>, Value)>,
    ) -> Result<Value> {
        self.evaluator.evaluate_in(&body.0, locals)
    }

    /// The same at a frame of a run, whose fields these names stand for, also where functions of the user name them.
    pub(crate) fn evaluate_at_frame(
        &self,
        body: &Deferred,
        locals: Vec<(Arc<str>, Value)>,
        frame: Vec<(Arc<str>, Value)>,
    ) -> Result<Value> {
        self.evaluator.evaluate_at_frame(&body.0, locals, frame)
    }

    /// The value of a formula that stands for a real number, in floating point.
    pub(crate) fn real_number(&self, expr: &Expr, span: Span) -> Result<f64> {
        let value = self
            .engine()
            .compile(expr, &[])
            .map_or(f64::NAN, |value| value.evaluate(&[]));
        if value.is_finite() {
            return Ok(value);
        }
        let message = format!("`{expr}` is not a number");
        Diagnostic::error(&codes::E0202_WRONG_ARGUMENTS, message).at(span).into()
    }

    /// The text of a span.
    pub(crate) fn text(&self, span: Span) -> Arc<str> {
        self.evaluator.sources.text(span)
    }

    /// The text of an argument for a hint: `…` where it is long or there is none.
    pub(crate) fn argument_text(&self, place: usize) -> Arc<str> {
        let given = self.positional.get(place);
        given.map_or_else(|| "…".into(), |given| self.evaluator.sources.brief(given.span))
    }

    /// What the value of this call is called from the next cell on, for a hint: `…` where it has no name.
    pub(crate) fn result_name(&self) -> Arc<str> {
        match &*self.evaluator.named.borrow() {
            Some((span, name)) if *span == self.span => name.clone(),
            _ => "…".into(),
        }
    }

    /// A run that was interrupted is kept: the interrupt has done its work, once in a cell.
    pub(crate) fn interrupt_seen(&self) {
        self.evaluator.interrupt.clear();
        self.evaluator.run_interrupted.set(true);
    }

    /// The formula that a field stands for; from now on it is found by the names of its components.
    pub(crate) fn formula_of_field(
        &self,
        field: &Arc<FieldValue>,
        span: Span,
    ) -> Result<Value> {
        let value = Value::Simulation(crate::field::Simulation::Field(field.clone()));
        self.evaluator.formula_of_field(value, span)
    }

    /// Stops here where an earlier run of this cell was interrupted.
    pub(crate) fn refuse_after_interrupt(&self) -> Result<()> {
        if self.evaluator.run_interrupted.get() {
            let message = "interrupted: no further run begins, and a cell that is not finished keeps nothing";
            let error = self.error(&codes::E0701_INTERRUPTED, message);
            return Err(Box::new((*error).hint("checkpoint = \"run.zarr\"")));
        }
        self.poll()
    }

    /// A number for each noise that is made.
    pub(crate) fn next_label(&self) -> u64 {
        let label = self.evaluator.state().labels + 1;
        self.change(Change::Label);
        label
    }

    /// A seed for random numbers of a run: fixed by `seed(…)`, else fresh.
    pub(crate) fn seed(&self) -> u64 {
        (self.random() * (1_u64 << 53) as f64) as u64
    }

    /// The fields of the session, and those met in this cell, by the names of their components.
    pub(crate) fn fields(&self) -> BTreeMap<String, (Arc<FieldValue>, usize)> {
        self.evaluator.known_fields()
    }

    /// Whether a formula holds one of them.
    pub(crate) fn holds_fields(&self, formula: &Expr) -> bool {
        self.evaluator.holds_fields(formula)
    }

    /// The coordinates of the box of the fields in formulas; `None` where there are none.
    pub(crate) fn coordinates_of_fields(&self, formulas: &[Expr]) -> Option<Vec<Symbol>> {
        let fields = self.fields();
        let mut found = None;
        for formula in formulas {
            formula.any(&mut |part| {
                if let holor_algebra::Node::Apply(name, _) = part.node()
                    && let Some((field, _)) = fields.get(name.name())
                {
                    found = Some(field.grid.coordinates.to_vec());
                }
                found.is_some()
            });
        }
        found
    }

    /// The length of a vector or one-form at each point; `None` of other values.
    pub(crate) fn vector_length(
        &self,
        value: &Value,
        span: Span,
    ) -> Result<Option<Expr>> {
        self.evaluator.vector_length(value, span)
    }

    /// The vector with these components, index up.
    pub(crate) fn vector_from(
        &self,
        chart: &Chart,
        parts: &[Expr],
        metric: Option<Metric>,
    ) -> Result<Value> {
        let slot = holor_geometry::Slot::UP;
        self.evaluator.vector_from(chart, parts, slot, metric, self.span)
    }

    /// The tensor with these components, the last index fastest.
    pub(crate) fn tensor_from(
        &self,
        chart: &Chart,
        parts: &[Expr],
        slots: &[holor_geometry::Slot],
    ) -> Result<Value> {
        let elements = parts
            .iter()
            .map(|part| self.component(part, chart, self.span))
            .collect::<Result<Vec<_>>>()?;
        let law = holor_geometry::Law::TENSOR;
        let holor = Holor::from_components(chart, law, slots, elements).at(self.span)?;
        Ok(HolorValue::new(holor).written_as(parts.to_vec()).into())
    }

    /// The chart of a box's coordinates, made where there is none.
    pub(crate) fn chart_of_box(&self, coordinates: &[Symbol]) -> Result<Chart> {
        self.evaluator.chart_of_box(coordinates, self.span)
    }

    /// The scalar or cross product; `None` where the values are no vectors.
    pub(crate) fn vector_product(
        &self,
        product: super::Product,
        left: &Value,
        right: &Value,
    ) -> Result<Option<Value>> {
        self.evaluator.vector_product(product, (left, right), false, self.span)
    }

    /// The session's metric in these coordinates, where there is one.
    pub(crate) fn known_metric(&self, coordinates: &[Symbol]) -> Option<Metric> {
        let state = self.evaluator.state();
        let record = state
            .charts
            .iter()
            .rev()
            .find(|record| record.chart.chart.coordinates() == coordinates)?;
        record.metric.clone()
    }

    /// The formulas that an equation, a tensor that shall be 0, or a list of them stands for.
    pub(crate) fn equation_parts(
        &self,
        value: &Value,
        span: Span,
    ) -> Result<Option<Vec<Expr>>> {
        self.evaluator.equation_parts(value, span)
    }

    /// The latest chart that has a coordinate in the expression, else the latest.
    pub(crate) fn chart_for(&self, expr: Option<&Expr>, span: Span) -> Result<Chart> {
        self.evaluator.chart_for(expr, span)
    }

    /// The chart with these coordinates.
    pub(crate) fn chart_named(&self, names: &[Symbol], span: Span) -> Result<Chart> {
        self.evaluator.chart_named(names, span)
    }

    /// The session's metric on a chart.
    pub(crate) fn metric_on(&self, chart: &Chart) -> Result<Metric> {
        self.evaluator.metric_on(chart, self.span)
    }

    /// The metric a tensor was made with, else the session's on its chart.
    pub(crate) fn metric_of(&self, value: &HolorValue) -> Result<Metric> {
        self.evaluator.metric_of(value, self.span)
    }

    /// The holor on a chart that knows what is assumed now.
    pub(crate) fn with_assumptions(&self, holor: &Holor) -> Result<Holor> {
        self.evaluator.with_assumptions(holor, self.span)
    }

    /// Whether a tensor is 0: proven, refuted, or an error that names what keeps it open.
    pub(crate) fn vanishes(&self, holor: &Holor) -> Result<bool> {
        self.evaluator.vanishes(holor, self.span)
    }

    /// The session's value of a name.
    pub(crate) fn variable(&self, name: &Name) -> Option<Value> {
        self.evaluator.state().variables.get(&name.symbol).cloned()
    }

    /// Makes a chart of these coordinates.
    pub(crate) fn make_chart(&self, names: &[Name]) -> Result<Value> {
        self.evaluator.make_chart(names, &[], self.span, &mut Scope::top())
    }

    /// A chart with the conditions it was made under, where the session made it.
    pub(crate) fn chart_value(&self, chart: &Chart) -> ChartValue {
        match self.evaluator.chart_record(chart) {
            Some(record) => record.chart,
            None => ChartValue { chart: chart.clone(), conditions: Vec::new().into() },
        }
    }

    /// Reads a formula as a component function.
    pub(crate) fn component(
        &self,
        expr: &Expr,
        chart: &Chart,
        span: Span,
    ) -> Result<Element> {
        self.evaluator.read(expr, chart, span)
    }

    /// A formula as a scalar field.
    pub(crate) fn scalar_field(
        &self,
        scalar: &Expr,
        chart: &Chart,
    ) -> Result<HolorValue> {
        self.check_formula(scalar, self.span)?;
        let value = self.component(scalar, chart, self.span)?;
        Ok(HolorValue::new(Holor::scalar(chart, value)))
    }

    /// A tensor as it is, a formula as a scalar field on a chart.
    pub(crate) fn field_value_on(
        &self,
        value: &Value,
        chart: &Chart,
    ) -> Result<HolorValue> {
        if let Value::Expr(scalar) = value {
            return self.scalar_field(scalar, chart);
        }
        as_holor(value).ok_or_else(|| {
            let message = format!(
                "`{}` expected a tensor or a formula, found {}",
                self.name(),
                value.describe()
            );
            self.error(&codes::E0201_WRONG_TYPE, message)
        })
    }

    /// A tensor as it is, a formula as a scalar field on the chart it belongs to.
    pub(crate) fn field_value(&self, value: &Value) -> Result<HolorValue> {
        match value {
            Value::Expr(scalar) => {
                let chart = self.chart_for(Some(scalar), self.span)?;
                self.scalar_field(scalar, &chart)
            }
            other => match as_holor(other) {
                Some(value) => Ok(value),
                None => {
                    let message = format!(
                        "`{}` expected a tensor or a formula, found {}",
                        self.name(),
                        other.describe()
                    );
                    Err(self.error(&codes::E0201_WRONG_TYPE, message))
                }
            },
        }
    }

    /// Adds a warning to the cell's outcome.
    pub(crate) fn warn(&self, warning: Diagnostic) {
        self.evaluator.warn(warning.at(self.span));
    }

    /// `left operator right`.
    pub(crate) fn operate(
        &self,
        operator: BinaryOperator,
        left: Value,
        right: Value,
    ) -> Result<Value> {
        self.evaluator.operate(operator, left, right, self.span)
    }

    /// The vectors and matrices among the unknowns of this run.
    pub(crate) fn unknowns(&self) -> Vec<Unknown> {
        self.evaluator.unknowns.borrow().clone()
    }

    /// Changes the session, when the cell succeeds.
    pub(crate) fn change(&self, change: Change) {
        self.evaluator.change(change);
    }

    /// What the last cell that failed had changed before.
    pub(crate) fn undone(&self) -> Arc<[Change]> {
        self.evaluator.undone()
    }

    /// Adds conditions to what the session assumes.
    pub(crate) fn assume(&self, condition: &Value) -> Result<()> {
        self.evaluator.assume(condition, self.span)
    }

    /// The items of a list, matrix (its rows) or range; `None` for other values.
    pub(crate) fn items(&self, value: &Value, span: Span) -> Result<Option<Vec<Value>>> {
        self.evaluator.items(value, span)
    }

    /// The error for an argument at this place that is a variable with a value where a symbol is needed;
    /// `None` where it is anything else.
    pub(crate) fn has_value(&self, span: Span) -> Option<Box<Diagnostic>> {
        let given = self.positional.iter().find(|given| given.span == span)?;
        has_value(given).map(Box::new)
    }

    /// How many items a value has; `None` for values without items.
    pub(crate) fn length(&self, value: &Value, span: Span) -> Result<Option<BigInt>> {
        self.evaluator.length(value, span)
    }

    /// An error where an equation, condition or truth value stands for a formula.
    pub(crate) fn check_formula(&self, value: &Expr, span: Span) -> Result<()> {
        self.evaluator.check_formula(value, span)
    }

    /// The items of a value one by one, without holding them all; `None` for other values.
    pub(crate) fn iterate(
        &self,
        value: &Value,
        span: Span,
    ) -> Result<Option<Box<dyn Iterator<Item = Value> + 'a>>> {
        self.evaluator.iterate(value, span)
    }

    /// Whether a condition holds; an error where it cannot be decided.
    pub(crate) fn truth(&self, value: &Value) -> Result<bool> {
        self.evaluator.truth(value, self.span)
    }

    /// The next random number in [0, 1).
    pub(crate) fn random(&self) -> f64 {
        self.evaluator.random()
    }

    /// The arguments by position, as given.
    pub(crate) fn given(&self) -> &[Given] {
        &self.positional
    }

    /// Reads the required parameter at this place in the record.
    pub(crate) fn required<T: FromValue>(&self, index: usize) -> Result<T> {
        match self.optional(index)? {
            Some(value) => Ok(value),
            None => {
                let parameter = self.builtin.parameters.get(index).map_or("", |p| p.name);
                Err(self.missing(parameter, T::KIND))
            }
        }
    }

    /// Reads a parameter that may be left out.
    pub(crate) fn optional<T: FromValue>(&self, index: usize) -> Result<Option<T>> {
        let Some(parameter) = self.builtin.parameters.get(index) else { return Ok(None) };
        let given = self.options.iter().find(|(name, _)| *name == parameter.name);
        let given = match given {
            Some((_, given)) => Some(given),
            None if parameter.named => None,
            None => self.positional.get(self.position(index)),
        };
        given.map(|given| self.read(given, parameter.name, T::KIND)).transpose()
    }

    /// Reads all remaining arguments.
    pub(crate) fn remaining<T: FromValue>(&self, index: usize) -> Result<Vec<T>> {
        let name =
            self.builtin.parameters.get(index).map_or("", |parameter| parameter.name);
        self.positional
            .iter()
            .skip(self.position(index))
            .map(|given| self.read(given, name, T::KIND))
            .collect()
    }

    fn read<T: FromValue>(
        &self,
        given: &Given,
        parameter: &str,
        kind: &str,
    ) -> Result<T> {
        let mut result = T::from_value(given, self);
        if let (Some(name), Ok(_)) = (&given.name, &result)
            && T::FORM != crate::builtin::Form::Variable
            && !self.options.iter().any(|(option, _)| *option == parameter)
        {
            result = Err(Expected::from(
                Diagnostic::error(
                    &codes::E0202_WRONG_ARGUMENTS,
                    format!("`{}` has no option `{}`", self.builtin.name, name.text),
                )
                .at(name.span)
                .hint(self.signature()),
            ));
        }
        mismatch(result, given, parameter, kind, self)
    }

    /// The place of a parameter among those given by position.
    fn position(&self, index: usize) -> usize {
        self.builtin
            .parameters
            .iter()
            .take(index)
            .filter(|parameter| {
                !parameter.named
                    && !self.options.iter().any(|(name, _)| *name == parameter.name)
            })
            .count()
    }

    fn missing(&self, parameter: &str, kind: &str) -> Box<Diagnostic> {
        Box::new(
            Diagnostic::error(
                &codes::E0202_WRONG_ARGUMENTS,
                format!("`{}` needs {kind} for `{parameter}`", self.builtin.name),
            )
            .at(self.span)
            .hint(self.signature()),
        )
    }
}
