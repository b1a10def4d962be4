//! Formulas and components of tensors in numbers at many points.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use holor_algebra::{Expr, Symbol};
use holor_geometry::conditions_of;
use holor_macros::builtin;

use crate::array::{ArrayAxis, ArrayValues, Complex64, NumericArray, nested_array};
use crate::builtin::{Binding, Deferred, Spanned};
use crate::builtins::fields::{DeviceWord, failed, no_device};
use crate::evaluate::{Call, as_holor};
use crate::field::Simulation;
use crate::geometry::Geometry;
use crate::numeric::{Formulas, Points, Sampled};
use crate::value::Closure;
use crate::{Builtin, Diagnostic, Result, Span, Value, codes};

/// The records of this file.
pub(crate) static BUILTINS: &[&Builtin] = &[&EVALUATE];

/// Results hold at most so many numbers.
const MOST_NUMBERS: f64 = 1e9;

/// The values of a formula, of a list of formulas, or of all components of a tensor at many points.
///
/// Variables take a number or an array (a list, a range); all arrays have the same shape, which is that of the result. The components of a tensor
/// come before: `evaluate(g, …)[1, 2]` is the array of g_12. Everything is computed in one pass, parts that formulas have in common once, on the
/// processor's cores or a graphics card. Where a formula has no real value the result is complex; points without a finite value are
/// counted in the error, and have the value `outside` where one is given.
///
/// ```holor
/// evaluate(x^2 + y, x = [1, 2, 3], y = 1/2)                            # => array([1.5, 4.5, 9.5])
/// evaluate([sin(x), cos(x)], x = [0])                                  # => [array([0.0]), array([1.0])]
/// M = chart(r, φ) where r > 0; g = metric(dr^2 + r^2 dφ^2); evaluate(g, r = [1, 2])[2, 2]    # => array([1.0, 4.0])
/// evaluate(sqrt(x), x = [4, -1])                                       # => array([2.0, 1.0*i])
/// evaluate(1/x, x = [0, 1, 2], outside = 0)                            # => array([0.0, 1.0, 0.5])
/// evaluate(x -> x^2, x = [1, 2])                                       # => array([1.0, 4.0])
/// evaluate(1/x, x = [0, 1, 2])                                         # error: [E0401]
/// symbols a > 0; evaluate(sqrt(a^2), a = [-2, 2])                      # error: [E0401]
/// evaluate(m x, x = [0, 1, 2])                                         # error: [E0202]
/// ```
#[builtin(topic = "arrays", latex = none, since = "0.1", returns = "array", see("array", "subs", "N", "geodesic"))]
fn evaluate(
    call: &Call<'_>,
    /// A formula, a list or matrix of formulas, or a tensor, metric or connection.
    what: Spanned<Value>,
    /// The variables and their values: `r = rs, θ = pi/2`.
    #[variadic]
    variables: Vec<Binding>,
    /// The value at points where there is none; an error that counts them if left out.
    #[named]
    outside: Option<f64>,
    /// `auto`, `cpu`, `cuda` or `interpreter`.
    #[named]
    device: Option<DeviceWord>,
) -> Result<Value> {
    let names: Vec<Symbol> =
        variables.iter().map(|binding| binding.symbol.clone()).collect();
    if let Some(twice) = names
        .iter()
        .enumerate()
        .find(|(place, name)| names.iter().take(*place).any(|other| other == *name))
    {
        let message = format!("`{}` is given twice", twice.1);
        return Err(call.error(&codes::E0202_WRONG_ARGUMENTS, message));
    }
    let mut grid: Option<NumericArray> = None;
    let mut values = Vec::with_capacity(names.len());
    for binding in &variables {
        let given = binding.value.as_ref().ok_or_else(|| needs_values(binding))?;
        values.push(values_of(call, given, binding.span, &mut grid)?);
    }
    let axes: Vec<ArrayAxis> =
        grid.as_ref().map_or_else(Vec::new, |array| array.axes().to_vec());
    let count = axes.iter().map(ArrayAxis::len).product();
    let at = At { call, names, values, axes, count, outside, device, span: what.span };
    at.evaluate(&what.value)
}

/// The values of a variable: one, or one for each point, all arrays of one shape, which the first says.
pub(crate) fn values_of(
    call: &Call<'_>,
    value: &Value,
    span: Span,
    grid: &mut Option<NumericArray>,
) -> Result<Vec<f64>> {
    let array = match value {
        Value::Simulation(Simulation::Field(field)) if field.start.len() == 1 => {
            match field.array(0) {
                Some(array) => array,
                None => call.array_operand(value, span)?,
            }
        }
        Value::Matrix(_) => nested_array(&call.engine(), value)?,
        other => call.array_operand(other, span)?,
    };
    let Some(real) = array.as_real() else {
        let message = "the coordinates of points are real numbers";
        return Diagnostic::error(&codes::E0201_WRONG_TYPE, message)
            .at(span)
            .hint("re(z)")
            .into();
    };
    let values = real.to_vec();
    if array.rank() == 0 {
        return Ok(values);
    }
    match grid {
        None => *grid = Some(array),
        Some(first) if first.shape() != array.shape() => {
            let shape = |array: &NumericArray| {
                let lengths: Vec<String> =
                    array.shape().iter().map(ToString::to_string).collect();
                lengths.join(" × ")
            };
            let message = format!(
                "the arrays of coordinates have different shapes: {} and {}",
                shape(first),
                shape(&array)
            );
            return Diagnostic::error(&codes::E0203_WRONG_SHAPE, message).at(span).into();
        }
        Some(first) if !lie_alike(first, &array) => {
            let message = format!(
                "the arrays of coordinates lie over different places: {} and {}",
                first.describe(),
                array.describe()
            );
            return Diagnostic::error(&codes::E0203_WRONG_SHAPE, message).at(span).into();
        }
        // Axes with names say more than counts.
        Some(first) if first.axes().iter().all(|axis| axis.name().is_empty()) => {
            *grid = Some(array);
        }
        Some(_) => {}
    }
    Ok(values)
}

/// Whether axes that have names are the same in both, of those at the same place.
fn lie_alike(first: &NumericArray, other: &NumericArray) -> bool {
    first.axes().iter().zip(other.axes()).all(|(a, b)| {
        a.name().is_empty() || b.name().is_empty() || (a.name() == b.name() && a.same(b))
    })
}

fn needs_values(binding: &Binding) -> Box<Diagnostic> {
    let name = &binding.symbol;
    let message = format!("the variable `{name}` needs values here");
    Box::new(
        Diagnostic::error(&codes::E0202_WRONG_ARGUMENTS, message)
            .at(binding.span)
            .hint(format!("{name} = linspace(1, 2, 100)")),
    )
}

/// The points of one call.
struct At<'a, 'b> {
    call: &'a Call<'b>,
    names: Vec<Symbol>,
    values: Vec<Vec<f64>>,
    axes: Vec<ArrayAxis>,
    count: usize,
    outside: Option<f64>,
    device: Option<DeviceWord>,
    span: Span,
}

impl At<'_, '_> {
    fn evaluate(&self, what: &Value) -> Result<Value> {
        match what {
            Value::Expr(formula) => {
                let array = self.arrays(std::slice::from_ref(formula))?.pop();
                Ok(array.map_or(Value::Nothing, NumericArray::into_value))
            }
            Value::List(items) => {
                let formulas: Option<Vec<Expr>> =
                    items.iter().map(|item| item.as_expr().cloned()).collect();
                match formulas {
                    Some(formulas) => Ok(Value::List(
                        self.arrays(&formulas)?
                            .into_iter()
                            .map(NumericArray::into_value)
                            .collect(),
                    )),
                    // Tensors among them, each in its own pass.
                    None => Ok(Value::List(
                        items
                            .iter()
                            .map(|item| self.evaluate(item))
                            .collect::<Result<Vec<_>>>()?
                            .into(),
                    )),
                }
            }
            Value::Matrix(matrix) => {
                let shape = [matrix.rows(), matrix.columns()];
                let places = (0..matrix.entries().len()).map(|k| (k, Some((k, false))));
                self.components(matrix.entries(), &shape, places.collect(), &[])
            }
            Value::Geometry(Geometry::Indexed(indexed)) => {
                self.holor(&indexed.value.holor)
            }
            Value::Closure(function) => self.function(function),
            other => match as_holor(other) {
                Some(value) => self.holor(&value.holor),
                None => Diagnostic::error(
                    &codes::E0201_WRONG_TYPE,
                    format!(
                        "`evaluate` expected formulas or a tensor, found {}",
                        other.describe()
                    ),
                )
                .at(self.span)
                .into(),
            },
        }
    }

    /// The value of a function whose parameters are variables.
    fn function(&self, function: &Arc<Closure>) -> Result<Value> {
        let open = function.parameters.iter().find(|parameter| {
            !self.names.iter().any(|name| name.name() == &*parameter.symbol)
        });
        if let Some(open) = open {
            let message =
                format!("the parameter `{}` has no value at the points", open.symbol);
            return Diagnostic::error(&codes::E0202_WRONG_ARGUMENTS, message)
                .at(self.span)
                .hint(format!("evaluate(…, {} = 1)", open.symbol))
                .into();
        }
        let symbols: Vec<Value> = function
            .parameters
            .iter()
            .map(|parameter| Value::Expr(Expr::symbol(&parameter.symbol)))
            .collect();
        let value = self.call.with_open_choices(|| {
            self.call.evaluate_at(&Deferred(function.clone()), &symbols)
        })?;
        if let Value::Closure(_) = value {
            let message = "the function gives a function, not a formula";
            return Err(self.call.error(&codes::E0201_WRONG_TYPE, message));
        }
        self.evaluate(&value)
    }

    /// All components: those that are stored are computed, the others follow from them by symmetry.
    fn holor(&self, holor: &holor_geometry::Holor) -> Result<Value> {
        let chart = holor.chart();
        let n = chart.dimension();
        let mut formulas: Vec<Expr> = Vec::new();
        let mut known: Vec<Vec<u8>> = Vec::new();
        for (indices, value) in holor.components() {
            self.call.poll()?;
            if !value.is_zero() {
                known.push(indices.to_vec());
                formulas.push(chart.field().write(value));
            }
        }
        let elements: Vec<_> = known.iter().map(|own| holor.component(own)).collect();
        let rank = holor.rank();
        let total = n.pow(u32::try_from(rank).unwrap_or(u32::MAX));
        let mut places = Vec::with_capacity(total);
        for place in 0..total {
            let mut rest = place;
            let mut indices = vec![0_u8; rank];
            for index in indices.iter_mut().rev() {
                *index = u8::try_from(rest % n).unwrap_or(u8::MAX);
                rest /= n;
            }
            let found = holor.stored(&indices).and_then(|(value, negative)| {
                let own = elements.iter().position(|element| element == value)?;
                Some((own, negative))
            });
            places.push((place, found));
        }
        self.components(&formulas, &vec![n; rank], places, &chart.conditions())
    }

    /// An array with the axes of indices first: each place takes a formula's values, or minus them, or 0.
    fn components(
        &self,
        formulas: &[Expr],
        shape: &[usize],
        places: Vec<(usize, Option<(usize, bool)>)>,
        conditions: &[Expr],
    ) -> Result<Value> {
        let numbers = places.len() as f64 * self.count as f64;
        if numbers > MOST_NUMBERS {
            let message = format!(
                "{} components at {} points are {:.1} GB",
                places.len(),
                self.count,
                numbers * 8e-9
            );
            return Diagnostic::error(&codes::E0403_TOO_LARGE, message)
                .at(self.span)
                .hint("one component, such as R[^r, _t, _r, _t]")
                .into();
        }
        let sampled = self.sampled(formulas, conditions)?;
        let complex = sampled.iter().any(|own| !own.imaginary.is_empty());
        let mut axes: Vec<ArrayAxis> =
            shape.iter().map(|length| ArrayAxis::index(*length)).collect();
        axes.extend(self.axes.iter().cloned());
        let part = |own: &Sampled, point: usize, sign: f64| {
            let re = own.real.get(point).copied().unwrap_or(0.0);
            let im = own.imaginary.get(point).copied().unwrap_or(0.0);
            // No negative zeros.
            Complex64::new(sign * re + 0.0, sign * im + 0.0)
        };
        let mut all = Vec::new();
        let mut real = Vec::new();
        for (_, found) in places {
            let own = found.and_then(|(own, negative)| {
                Some((sampled.get(own)?, if negative { -1.0 } else { 1.0 }))
            });
            for point in 0..self.count {
                let value = own.map_or_else(Complex64::default, |(own, sign)| {
                    part(own, point, sign)
                });
                if complex { all.push(value) } else { real.push(value.re) }
            }
        }
        let values: ArrayValues = if complex { all.into() } else { real.into() };
        Ok(NumericArray::new(values, axes)
            .map_or(Value::Nothing, NumericArray::into_value))
    }

    /// An array for each formula.
    fn arrays(&self, formulas: &[Expr]) -> Result<Vec<NumericArray>> {
        let sampled = self.sampled(formulas, &[])?;
        Ok(sampled
            .into_iter()
            .filter_map(|own| {
                let values: ArrayValues = match own.imaginary.is_empty() {
                    true => own.real.into(),
                    false => own
                        .real
                        .into_iter()
                        .zip(own.imaginary)
                        .map(|(re, im)| Complex64::new(re, im))
                        .collect::<Vec<_>>()
                        .into(),
                };
                NumericArray::new(values, self.axes.clone())
            })
            .collect())
    }

    /// The values of formulas; points at which something does not hold that is assumed of the variables have none, for it may have been used.
    fn sampled(&self, formulas: &[Expr], conditions: &[Expr]) -> Result<Vec<Sampled>> {
        let call = self.call;
        for formula in formulas {
            let free = formula.free_symbols();
            let unknown: Vec<&Symbol> =
                free.iter().filter(|symbol| !self.names.contains(symbol)).collect();
            if let Some(first) = unknown.first() {
                let names: Vec<String> =
                    unknown.iter().map(|symbol| format!("`{symbol}`")).collect();
                let verb =
                    if names.len() == 1 { "has no value" } else { "have no values" };
                let message = format!("{} {verb} at the points", names.join(", "));
                return Diagnostic::error(&codes::E0202_WRONG_ARGUMENTS, message)
                    .at(self.span)
                    .hint(format!("evaluate(…, {first} = 1)"))
                    .into();
            }
        }
        let backend = call
            .world()
            .backend(DeviceWord::name(self.device.as_ref()))
            .map_err(|reason| no_device(call, &reason))?;
        let flag = call.engine().interrupt().flag();
        let interrupted = || flag.load(Ordering::Relaxed);
        let points = Points {
            variables: &self.names,
            values: &self.values,
            count: self.count,
            backend: Arc::as_ref(&backend),
            interrupted: &interrupted,
        };
        let mut sampled = points
            .values(formulas, &call.engine())
            .map_err(|error| failed(call, error))?;
        let broken = self.broken(&points, conditions)?;
        for (own, formula) in sampled.iter_mut().zip(formulas) {
            self.settle(own, formula)?;
            for place in &broken {
                if let Some(slot) = own.real.get_mut(*place) {
                    *slot = self.outside.unwrap_or(f64::NAN);
                }
                if let Some(slot) = own.imaginary.get_mut(*place) {
                    *slot = 0.0;
                }
            }
        }
        Ok(sampled)
    }

    /// Points at which something that is assumed of the variables does not hold: refused with their number unless they have a value.
    fn broken(&self, points: &Points<'_>, conditions: &[Expr]) -> Result<Vec<usize>> {
        let engine = self.call.engine();
        let mut known = conditions_of(engine.assumptions(), &self.names);
        known.extend(conditions.iter().cloned());
        let mut formulas = Formulas::new(&self.names, &engine);
        let (mut asked, mut roots) = (Vec::new(), Vec::new());
        for condition in known {
            let given =
                condition.free_symbols().iter().all(|own| self.names.contains(own));
            if given
                && !asked.contains(&condition)
                && let Some(root) = formulas.value(&condition)
            {
                asked.push(condition);
                roots.push(root);
            }
        }
        if roots.is_empty() {
            return Ok(Vec::new());
        }
        let values = points
            .roots(&formulas.graph, &roots)
            .map_err(|error| failed(self.call, error))?;
        let mut broken = Vec::new();
        for (condition, values) in asked.iter().zip(values) {
            let places = || values.iter().enumerate().filter(|(_, holds)| **holds != 1.0);
            if let (None, Some((first, _))) = (self.outside, places().next()) {
                let message = format!(
                    "`{condition}` is assumed and does not hold at {} of {} points, the first {}",
                    places().count(),
                    self.count,
                    self.place(first, condition)
                );
                return Diagnostic::error(&codes::E0401_NOT_A_NUMBER, message)
                    .at(self.span)
                    .hint("evaluate(…, outside = 0)")
                    .into();
            }
            broken.extend(places().map(|(place, _)| place));
        }
        Ok(broken)
    }

    /// The values of the variables of a formula at a point.
    fn place(&self, point: usize, formula: &Expr) -> String {
        let values: Vec<String> = self
            .names
            .iter()
            .zip(&self.values)
            .filter(|(name, _)| formula.contains_symbol(name))
            .map(|(name, values)| {
                let value = values.get(point).or(values.first());
                format!("{name} = {}", crate::array::short(value.copied().unwrap_or(0.0)))
            })
            .collect();
        values.join(", ")
    }

    /// Points without a value: refused with their number, or given one.
    fn settle(&self, own: &mut Sampled, formula: &Expr) -> Result<()> {
        let Some(first) = own.outside.first().copied() else { return Ok(()) };
        let Some(value) = self.outside else {
            let coordinates = self.place(first, formula);
            let many = own.outside.len();
            let message = match many {
                1 => format!(
                    "`{formula}` has no finite value at one point of {}: {}",
                    self.count, coordinates
                ),
                many => format!(
                    "`{formula}` has no finite value at {many} points of {}, the first {}",
                    self.count, coordinates
                ),
            };
            return Diagnostic::error(&codes::E0401_NOT_A_NUMBER, message)
                .at(self.span)
                .hint("evaluate(…, outside = 0)")
                .into();
        };
        for place in &own.outside {
            if let Some(slot) = own.real.get_mut(*place) {
                *slot = value;
            }
            if let Some(slot) = own.imaginary.get_mut(*place) {
                *slot = 0.0;
            }
        }
        Ok(())
    }
}
