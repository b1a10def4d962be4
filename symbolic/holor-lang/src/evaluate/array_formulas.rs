//! Formulas beside arrays: `run.u[-1] - sin(x)` at the array's own places, and `run.u(t = 1)`, an array at one of them.

use holor_algebra::{Expr, Function, Node, Symbol};

use super::failure::At;
use super::{Evaluator, Scope};
use crate::array::{
    ArrayAxis, ArrayValues, AxisKind, Chosen, Complex64, NumericArray, complex_number,
    real_number, rounded,
};
use crate::ast::Argument;
use crate::field::Simulation;
use crate::value::Closure;
use crate::{Diagnostic, Result, Span, Value, codes};

/// A place that is asked for may differ by this part of the axis.
const SAME_PLACE: f64 = 1e-9;

impl Evaluator<'_> {
    /// What stands beside an array as an array: numbers and lists as they are, a field's start, a formula or function of the names
    /// of its axes at their coordinates.
    pub(super) fn beside_array(
        &self,
        value: &Value,
        array: &NumericArray,
        span: Span,
    ) -> Result<NumericArray> {
        match value {
            Value::Simulation(Simulation::Field(field)) if field.start.len() == 1 => {
                field.array(0).map_or_else(|| self.array_operand(value, span), Ok)
            }
            Value::Closure(function) => self.function_beside(function, array, span),
            Value::Expr(formula) if complex_number(&self.engine(), formula).is_none() => {
                self.formula_beside(formula, array, span)
            }
            _ => self.array_operand(value, span),
        }
    }

    /// `x -> sin(x)`: its parameters are the axes in their order, or those that are not time.
    fn function_beside(
        &self,
        function: &Closure,
        array: &NumericArray,
        span: Span,
    ) -> Result<NumericArray> {
        let places: Vec<&ArrayAxis> =
            array.axes().iter().filter(|axis| axis.kind() != AxisKind::Time).collect();
        let count = function.parameters.len();
        let axes = if count == array.rank() {
            array.axes().iter().collect()
        } else if count == places.len() {
            places
        } else {
            let message = format!(
                "a function beside {} has {} parameters, found {count}",
                array.describe(),
                array.rank()
            );
            return Diagnostic::error(&codes::E0202_WRONG_ARGUMENTS, message)
                .at(span)
                .into();
        };
        let symbols: Vec<Symbol> =
            (0..count).map(|place| Symbol::new(&format!("place {place}"))).collect();
        let arguments =
            symbols.iter().map(|it| Value::Expr(Expr::symbol(it.name()))).collect();
        // Conditions on the places are decided at each of them.
        let applied = self
            .with_open_choices(true, || self.apply_closure(function, arguments, span));
        match applied? {
            Value::Expr(formula) => {
                let named = symbols.into_iter().zip(axes.into_iter().cloned()).collect();
                self.sampled(&formula, named, &[], span)
            }
            other => {
                let message = format!(
                    "a function beside an array gives numbers, found {}",
                    other.describe()
                );
                Diagnostic::error(&codes::E0201_WRONG_TYPE, message).at(span).into()
            }
        }
    }

    fn formula_beside(
        &self,
        formula: &Expr,
        array: &NumericArray,
        span: Span,
    ) -> Result<NumericArray> {
        let (formula, starts) = self.with_starts(formula);
        let formula = &formula;
        let mut named = Vec::new();
        let mut around = array.axes().to_vec();
        if let Some((_, start)) = starts.first() {
            around = start.axes().to_vec();
            if starts.iter().any(|(_, other)| other.shape() != start.shape()) {
                let message =
                    format!("the fields in `{formula}` live on different boxes");
                return Diagnostic::error(&codes::E0203_WRONG_SHAPE, message)
                    .at(span)
                    .into();
            }
            named.extend(
                start.axes().iter().map(|axis| (Symbol::new(axis.name()), axis.clone())),
            );
        }
        for symbol in formula.free_symbols() {
            let known = named.iter().any(|(own, _)| *own == symbol)
                || starts.iter().any(|(own, _)| *own == symbol);
            if known {
                continue;
            }
            let axis =
                array.axis_named(symbol.name()).and_then(|it| array.axes().get(it));
            let Some(axis) = axis else {
                return Err(not_at_places(formula, &symbol, array, span));
            };
            named.push((symbol, axis.clone()));
        }
        // In the order of the axes, so that the result lies as the array does.
        named.sort_by_key(|(symbol, _)| {
            around.iter().position(|axis| axis.name() == symbol.name())
        });
        self.sampled(formula, named, &starts, span)
    }

    /// A formula with fields replaced by symbols, and their values at the start. Derivatives of fields are left as they are.
    fn with_starts(&self, formula: &Expr) -> (Expr, Vec<(Symbol, NumericArray)>) {
        let known = self.known_fields();
        let mut starts: Vec<(Symbol, NumericArray)> = Vec::new();
        let of_more = |part: &Expr| match part.node() {
            Node::Call(Function::Derivative, _) => true,
            Node::Apply(name, _) => !known.contains_key(name.name()),
            _ => false,
        };
        if formula.any(&mut |part| of_more(part)) {
            return (formula.clone(), starts);
        }
        let replaced = formula.transform(&mut |part| {
            let Node::Apply(name, _) = part.node() else { return part };
            let Some((field, component)) = known.get(name.name()) else { return part };
            let Some(start) = field.array(*component) else { return part };
            let symbol = Symbol::new(&format!("start of {name}"));
            let expr = Expr::symbol(symbol.name());
            if starts.iter().all(|(own, _)| *own != symbol) {
                starts.push((symbol, start));
            }
            expr
        });
        (replaced, starts)
    }

    /// The values of a formula at all places of these axes.
    fn sampled(
        &self,
        formula: &Expr,
        named: Vec<(Symbol, ArrayAxis)>,
        starts: &[(Symbol, NumericArray)],
        span: Span,
    ) -> Result<NumericArray> {
        let (mut variables, axes): (Vec<Symbol>, Vec<ArrayAxis>) =
            named.into_iter().unzip();
        variables.extend(starts.iter().map(|(symbol, _)| symbol.clone()));
        if let Some(unknown) = without_value(formula) {
            let mut error = Diagnostic::error(
                &codes::E0201_WRONG_TYPE,
                format!("`{unknown}` has no value at the places of an array"),
            )
            .at(span);
            if let Node::Apply(name, arguments) = unknown.node()
                && name.name() == crate::field::names::INTEGRAL
                && let Some(body) = arguments.first()
            {
                let variable = body.free_symbols().into_iter().next();
                let variable = variable.unwrap_or_else(|| Symbol::new("x"));
                error = error.hint(format!(
                    "integrate({body}, {variable} = a..b): `integral` is of a field over its box, or of an array"
                ));
            }
            return error.into();
        }
        let compiled = self.engine().compile(formula, &variables).at(span)?;
        let coordinates: Vec<Vec<f64>> =
            axes.iter().map(|axis| axis.coordinates().into_owned()).collect();
        let count: usize = axes.iter().map(ArrayAxis::len).product();
        let mut values = Vec::with_capacity(count);
        let mut point = vec![0.0; variables.len()];
        let mut registers = Vec::new();
        for place in 0..count {
            if place % 65_536 == 0 {
                self.poll(span)?;
            }
            let mut rest = place;
            for (slot, own) in point.iter_mut().zip(&coordinates).take(axes.len()).rev() {
                *slot = own.get(rest % own.len().max(1)).copied().unwrap_or(f64::NAN);
                rest /= own.len().max(1);
            }
            let mut imaginary = false;
            for (slot, (_, start)) in point.iter_mut().skip(axes.len()).zip(starts) {
                let value = start.at(place).unwrap_or_default();
                *slot = value.re;
                imaginary |= value.im != 0.0;
            }
            let real = match imaginary {
                true => f64::NAN,
                false => compiled.evaluate_with(&point, &mut registers),
            };
            values.push(if real.is_nan() {
                let mut point: Vec<(f64, f64)> =
                    point.iter().map(|x| (*x, 0.0)).collect();
                for (slot, (_, start)) in point.iter_mut().skip(axes.len()).zip(starts) {
                    *slot = start.at(place).map_or((f64::NAN, 0.0), |it| (it.re, it.im));
                }
                let (re, im) = compiled.evaluate_complex(&point);
                Complex64::new(re, im)
            } else {
                Complex64::new(real, 0.0)
            });
        }
        let values: ArrayValues = if values.iter().all(|value| value.im == 0.0) {
            values.iter().map(|value| value.re).collect::<Vec<f64>>().into()
        } else {
            values.into()
        };
        match NumericArray::new(values, axes) {
            Some(array) => array.check_finite(&format!("`{formula}`")).at(span),
            None => Diagnostic::error(
                &codes::E0203_WRONG_SHAPE,
                format!("`{formula}` has no values at the places of the array"),
            )
            .at(span)
            .into(),
        }
    }

    /// `A(t = 1)`, `A(t = 1, x = 0)`: the array at places that it has.
    pub(super) fn array_at(
        &self,
        (array, owner): (&NumericArray, Span),
        arguments: &[Argument],
        scope: &mut Scope,
    ) -> Result<Value> {
        let text = self.sources.brief(owner);
        let mut chosen: Vec<Chosen> = array
            .axes()
            .iter()
            .map(|axis| Chosen::Several((0..axis.len()).collect()))
            .collect();
        for argument in arguments {
            let at = argument.value.span;
            let value = self.formula(&argument.value, scope)?;
            let Some(point) = real_number(&self.engine(), &value) else {
                let message = format!("`{value}` is not a number");
                return Diagnostic::error(&codes::E0202_WRONG_ARGUMENTS, message)
                    .at(at)
                    .into();
            };
            let named = argument.name.as_ref().and_then(|name| {
                let place = array.axis_named(&name.symbol);
                place.or_else(|| array.axis_named(&name.text))
            });
            let axis = named.and_then(|place| array.axes().get(place));
            let (Some(place), Some(axis)) = (named, axis) else {
                let axes: Vec<String> = array
                    .axes()
                    .iter()
                    .filter(|axis| !axis.name().is_empty())
                    .map(|axis| format!("{text}({} = {point})", axis.name()))
                    .collect();
                let mut error = Diagnostic::error(
                    &codes::E0202_WRONG_ARGUMENTS,
                    format!("{} is taken at a place by its name", array.describe()),
                )
                .at(at);
                for hint in axes {
                    error = error.hint(hint);
                }
                return error.hint(format!("{text}[1]")).into();
            };
            let coordinates = axis.coordinates();
            let nearest = coordinates
                .iter()
                .enumerate()
                .min_by(|a, b| (a.1 - point).abs().total_cmp(&(b.1 - point).abs()));
            let Some((own, found)) = nearest else { continue };
            let first = coordinates.first().copied().unwrap_or(0.0);
            let last = coordinates.last().copied().unwrap_or(0.0);
            let size = (last - first).abs().max(found.abs());
            if (found - point).abs() > SAME_PLACE * size {
                let short = rounded(*found);
                let nearest = match short.parse::<f64>() {
                    Ok(same) if same == *found => {
                        format!("{text}({} = {short})", axis.name())
                    }
                    _ if place == 0 => format!("{text}[{}]", own + 1),
                    _ => format!("{text}({} = {found})", axis.name()),
                };
                let name = axis.name();
                let kind = match axis.kind() {
                    AxisKind::Time => "saved times",
                    _ => "places",
                };
                let error = Diagnostic::error(
                    &codes::E0204_OUT_OF_RANGE,
                    format!(
                        "{name} = {} is none of the {kind}; the nearest is {name} = {}",
                        rounded(point),
                        rounded(*found)
                    ),
                )
                .at(at);
                let (low, high) = (first.min(last), first.max(last));
                let periodic = axis.kind() == AxisKind::Space { periodic: true };
                return match (low..=high).contains(&point) || periodic {
                    true => error.hint(format!(
                        "interpolate({text}, {name} = {point}, method = cubic)"
                    )),
                    // Beyond the ends there is nothing between.
                    false if axis.kind() == AxisKind::Time && point > high => error
                        .hint(format!("continue({}, {name} = {point})", run_of(&text)))
                        .hint(nearest),
                    false => error.hint(nearest),
                }
                .into();
            }
            if let Some(slot) = chosen.get_mut(place) {
                *slot = Chosen::One(own);
            }
        }
        Ok(whole_axes(array, &chosen).into_value())
    }
}

/// The run that a series such as `run.u` is part of; `…` where it is not written so.
fn run_of(series: &str) -> &str {
    series.rsplit_once('.').map_or("…", |(run, _)| run)
}

/// The choice, with axes that are kept whole as they are: a periodic one stays so.
fn whole_axes(array: &NumericArray, chosen: &[Chosen]) -> NumericArray {
    let selected = array.select(chosen);
    let kept: Vec<ArrayAxis> = array
        .axes()
        .iter()
        .zip(chosen)
        .filter(|(_, own)| matches!(own, Chosen::Several(_)))
        .map(|(axis, _)| axis.clone())
        .collect();
    let values = match selected.as_real() {
        Some(real) => ArrayValues::from(real.to_vec()),
        None => selected.to_complex().into_owned().into(),
    };
    match NumericArray::new(values, kept) {
        Some(whole) => {
            let whole = whole.named(array.name()).with_angle(array.is_angle());
            whole.at_moment(selected.moment())
        }
        None => selected,
    }
}

/// The error for a formula with a symbol that no axis is called by.
fn not_at_places(
    formula: &Expr,
    symbol: &Symbol,
    array: &NumericArray,
    span: Span,
) -> Box<Diagnostic> {
    let axes: Vec<&str> = array
        .axes()
        .iter()
        .map(ArrayAxis::name)
        .filter(|name| !name.is_empty())
        .collect();
    let message = match axes.as_slice() {
        [] => format!("an array of numbers and `{formula}` do not combine"),
        axes => format!(
            "`{symbol}` in `{formula}` has no value beside an array over {}",
            axes.join(", ")
        ),
    };
    let derivative = formula
        .any(&mut |part| matches!(part.node(), Node::Call(Function::Derivative, _)));
    let hint = match derivative {
        true => format!("observe({formula})"),
        false => format!("subs({formula}, {symbol} = 1)"),
    };
    let error = Diagnostic::error(&codes::E0201_WRONG_TYPE, message);
    Box::new(error.at(span).hint(hint))
}

/// A part of a formula that only a run knows, such as `integral(…)`, or an unknown function.
fn without_value(formula: &Expr) -> Option<Expr> {
    let mut found = None;
    formula.any(&mut |part| {
        let unknown = matches!(part.node(), Node::Apply(..));
        if unknown {
            found = Some(part.clone());
        }
        unknown
    });
    found
}
