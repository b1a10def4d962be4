//! Data of fields as the measures take them: frames through time, on grids with their spacing.

use std::cell::Cell;
use std::sync::Arc;

use holor_algebra::{Expr, Node, Symbol};
use holor_coherence::fields::Grid;

use super::refusal::OrRefuse as _;
use crate::array::{ArrayAxis, ArrayValues, AxisKind, Complex64, NumericArray, short};
use crate::builtin::{ArrayArgument, Expected, FromValue, Given};
use crate::diagnostic::IT;
use crate::evaluate::Call;
use crate::field::{FieldValue, Simulation};
use crate::{Diagnostic, Result, Span, Value, codes};

/// Numbers along axes: an array, a list, a field (its start is meant), or a formula of fields at their start.
#[derive(Clone, Debug)]
pub(in crate::builtins) struct Samples {
    /// The numbers.
    pub(in crate::builtins) array: Arc<NumericArray>,
    /// Where they stand.
    pub(super) span: Span,
}

impl FromValue for Samples {
    const KIND: &'static str = "an array, a list of numbers or a field";

    fn from_value(given: &Given, call: &Call<'_>) -> std::result::Result<Self, Expected> {
        let span = given.span;
        let array = match &given.value {
            Value::Simulation(Simulation::Field(field)) => {
                start_taken();
                start_of(field, span)?
            }
            Value::Expr(formula) if formula.any(&mut |part| is_applied(part)) => {
                start_taken();
                start_of_formula(call, formula, span)?.ok_or(Expected::Kind)?
            }
            // What a run of oscillators keeps of its phases.
            Value::Record(record) if record.get("order").is_some() => {
                let Some(Value::Array(phases)) = record.get("θ") else {
                    let message = "the run keeps the order of its phases, not the phases themselves; ask it for them";
                    let error = Diagnostic::error(&codes::E0201_WRONG_TYPE, message);
                    return Err(error
                        .at(span)
                        .hint("kuramoto(…, watch = phases)")
                        .hint(format!("{IT}.order"))
                        .into());
                };
                return Ok(Self { array: phases.clone(), span });
            }
            Value::Simulation(Simulation::Run(_)) => {
                let message = "a run has several series; name one of them";
                let error = Diagnostic::error(&codes::E0201_WRONG_TYPE, message);
                return Err(error.at(span).hint(format!("{IT}.…")).into());
            }
            _ => {
                return Ok(Self {
                    array: ArrayArgument::from_value(given, call)?.array,
                    span,
                });
            }
        };
        Ok(Self { array: Arc::new(array), span })
    }
}

fn is_applied(part: &Expr) -> bool {
    matches!(part.node(), Node::Apply(..))
}

thread_local! {
    static TAKEN: Cell<u64> = const { Cell::new(0) };
}

/// How often, on this thread, a formula of fields stood for numbers that it has only at the start, or for itself where the largest of its values
/// was meant. What is evaluated to be followed in time must not have added to it.
pub(crate) fn starts_taken() -> u64 {
    TAKEN.get()
}

/// Counts one more of [`starts_taken`].
pub(crate) fn start_taken() {
    TAKEN.set(TAKEN.get() + 1);
}

/// The values of a field at its start.
fn start_of(field: &FieldValue, span: Span) -> Result<NumericArray> {
    match (field.start.len(), field.array(0)) {
        (1, Some(array)) => Ok(array),
        _ => {
            let message =
                format!("{} has several components; take one of them", field.describe());
            let name = field.name.as_deref().unwrap_or("u");
            Diagnostic::error(&codes::E0201_WRONG_TYPE, message)
                .at(span)
                .hint(format!("{name}.start[1]"))
                .into()
        }
    }
}

/// The values of a formula such as `arg(A)` with the fields at their start; `None` where there is no field in it.
pub(in crate::builtins) fn start_of_formula(
    call: &Call<'_>,
    formula: &Expr,
    span: Span,
) -> Result<Option<NumericArray>> {
    let known = call.fields();
    let mut used: Vec<(Expr, Arc<FieldValue>, usize)> = Vec::new();
    let replaced = formula.transform(&mut |part| {
        let Node::Apply(name, _) = part.node() else { return part };
        let Some((field, component)) = known.get(name.name()) else { return part };
        if field.formulas().get(*component) != Some(&part) {
            return part;
        }
        let place = used.iter().position(|(own, ..)| *own == part).unwrap_or_else(|| {
            used.push((part.clone(), field.clone(), *component));
            used.len() - 1
        });
        Expr::symbol(&format!("field {place}"))
    });
    let Some((_, first, _)) = used.first() else { return Ok(None) };
    let grid = first.grid.clone();
    let wrong = |message: String| {
        Box::new(Diagnostic::error(&codes::E0201_WRONG_TYPE, message).at(span))
    };
    if used.iter().any(|(_, field, _)| field.grid.plain() != grid.plain()) {
        return Err(wrong("the fields of a formula live on one box".into()));
    }
    let mut variables: Vec<Symbol> = grid.coordinates.to_vec();
    variables.extend((0..used.len()).map(|place| Symbol::new(&format!("field {place}"))));
    if let Some(other) =
        replaced.free_symbols().into_iter().find(|symbol| !variables.contains(symbol))
    {
        return Err(wrong(format!("`{other}` has no value here")));
    }
    let Ok(compiled) = call.engine().compile(&replaced, &variables) else {
        return Err(wrong(format!(
            "`{formula}` is no formula of the values of fields at their start"
        )));
    };
    let points: Vec<Vec<f64>> =
        (0..grid.coordinates.len()).map(|axis| grid.points(axis)).collect();
    let mut values = Vec::with_capacity(grid.cells());
    let mut arguments = vec![(0.0, 0.0); variables.len()];
    for cell in 0..grid.cells() {
        let mut rest = cell;
        for (axis, points) in points.iter().enumerate().rev() {
            let count = points.len().max(1);
            if let (Some(slot), Some(&x)) =
                (arguments.get_mut(axis), points.get(rest % count))
            {
                *slot = (x, 0.0);
            }
            rest /= count;
        }
        for (slot, (_, field, component)) in
            arguments.iter_mut().skip(points.len()).zip(&used)
        {
            let value = field.start.get(*component).and_then(|it| it.get(cell));
            *slot = value.map_or((f64::NAN, 0.0), |value| (value.re, value.im));
        }
        let (re, im) = compiled.evaluate_complex(&arguments);
        values.push(Complex64::new(re, im));
    }
    let array = NumericArray::new(real_if_possible(values), grid.array_axes());
    let text = call.text(span);
    let array = array.map(|it| it.named(&text).check_finite(&format!("`{text}`")));
    array.transpose().map_err(|error| Box::new((*error).at(span)))
}

/// Complex values whose imaginary parts are all 0 as real ones.
pub(super) fn real_if_possible(values: Vec<Complex64>) -> ArrayValues {
    if values.iter().all(|value| value.im == 0.0) {
        values.iter().map(|value| value.re).collect::<Vec<f64>>().into()
    } else {
        values.into()
    }
}

impl Samples {
    /// What comes of the values at each time, of those inside where the box has a mask: for measures to which it does not matter where
    /// values stand. Else as [`Samples::at_times`].
    pub(super) fn values_at_times<T>(
        &self,
        call: &Call<'_>,
        mut of: impl FnMut(&NumericArray) -> Result<T>,
    ) -> Result<AtTimes<T>> {
        self.at_times(call, |frame| {
            let domain = frame.domain();
            let domain = domain.map_err(|error| Box::new((*error).at(self.span)))?;
            of(domain.as_ref().unwrap_or(frame))
        })
    }

    /// What comes of the frame at each time, with the axis of time; of an array without time, or with no other axis, what
    /// comes of the whole.
    pub(super) fn at_times<T>(
        &self,
        call: &Call<'_>,
        mut of: impl FnMut(&NumericArray) -> Result<T>,
    ) -> Result<AtTimes<T>> {
        let time = self.array.time_axis().filter(|_| self.array.rank() > 1);
        let Some(time) = time else {
            return Ok(AtTimes { time: None, items: vec![of(&self.array)?] });
        };
        let mut order = vec![time];
        order.extend((0..self.array.rank()).filter(|&axis| axis != time));
        let turned = if time == 0 { None } else { self.array.permuted(&order) };
        let array = turned.as_ref().unwrap_or(&self.array);
        let mut items = Vec::new();
        let axis = array.axes().first().cloned();
        for place in 0..axis.as_ref().map_or(0, ArrayAxis::len) {
            call.poll()?;
            if let Some(frame) = array.item(place) {
                items.push(of(&frame)?);
            }
        }
        Ok(AtTimes { time: axis, items })
    }

    /// A number of each frame: an array over time, or the one number.
    pub(super) fn number_at_times(
        &self,
        call: &Call<'_>,
        name: &str,
        of: impl FnMut(&NumericArray) -> Result<f64>,
    ) -> Result<Value> {
        Self::numbers(self.at_times(call, of)?, name)
    }

    /// A number of the values of each frame as [`Samples::values_at_times`] takes them.
    pub(super) fn number_of_values(
        &self,
        call: &Call<'_>,
        name: &str,
        of: impl FnMut(&NumericArray) -> Result<f64>,
    ) -> Result<Value> {
        Self::numbers(self.values_at_times(call, of)?, name)
    }

    fn numbers(found: AtTimes<f64>, name: &str) -> Result<Value> {
        let AtTimes { time, items } = found;
        Ok(match time {
            Some(time) => NumericArray::along(items, time)
                .map_or(Value::Nothing, |array| array.named(name).into_value()),
            None => items.first().map_or(Value::Nothing, |&value| value.into()),
        })
    }

    /// A count for each frame: an array over time, or the one integer.
    pub(super) fn count_at_times(
        &self,
        call: &Call<'_>,
        name: &str,
        of: impl FnMut(&NumericArray) -> Result<i64>,
    ) -> Result<Value> {
        let AtTimes { time, items } = self.at_times(call, of)?;
        Ok(match time {
            Some(time) => {
                let counts: Vec<f64> = items.iter().map(|&count| count as f64).collect();
                NumericArray::along(counts, time)
                    .map_or(Value::Nothing, |array| array.named(name).into_value())
            }
            None => items.first().map_or(Value::Nothing, |&count| integer(count)),
        })
    }

    /// The values as phases or other real numbers.
    pub(super) fn real<'a>(&self, array: &'a NumericArray) -> Result<&'a [f64]> {
        array.as_real().ok_or_else(|| {
            let message = format!("real numbers are needed, found {}", array.describe());
            let name = if array.name().is_empty() { "A" } else { array.name() };
            Box::new(
                Diagnostic::error(&codes::E0201_WRONG_TYPE, message)
                    .at(self.span)
                    .hint(format!("arg({name})"))
                    .hint(format!("abs({name})")),
            )
        })
    }

    /// The rate of an axis of times, else 1.
    pub(super) fn interval(&self) -> Result<f64> {
        let axis = self.array.time_axis().or(Some(0));
        let Some(axis) = axis.and_then(|place| self.array.axes().get(place)) else {
            return Ok(1.0);
        };
        axis.spacing().ok_or_else(|| uneven(axis, self.span))
    }
}

/// What came of the frames.
pub(super) struct AtTimes<T> {
    /// The axis of time, where there are several frames.
    pub(super) time: Option<ArrayAxis>,
    /// One for each time, or the one.
    pub(super) items: Vec<T>,
}

/// The grid of a frame.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    /// Shape, and which axes close.
    pub(super) grid: Grid,
    /// The distances of its points.
    pub(super) spacing: Vec<f64>,
    /// Its axes.
    pub(super) axes: Vec<ArrayAxis>,
}

impl Layout {
    /// That of an array with one to three axes, with the mask of its box; `periodic` says that all axes close, or none, whatever the array says.
    ///
    /// # Errors
    /// E0203 for coordinates that are not evenly spaced, or more axes.
    pub(super) fn of(
        array: &NumericArray,
        periodic: Option<bool>,
        span: Span,
    ) -> Result<Self> {
        let layout =
            Self::of_axes(array.axes().to_vec(), periodic, &|| array.describe(), span)?;
        let inside = array.inside().map_err(|error| Box::new((*error).at(span)))?;
        let grid = match inside {
            Some(inside) => layout.grid.masked(inside).or_refuse(span)?,
            None => layout.grid,
        };
        Ok(Self { grid, ..layout })
    }

    /// That of these axes of something that is described so.
    ///
    /// # Errors
    /// As [`Layout::of`].
    pub(super) fn of_axes(
        axes: Vec<ArrayAxis>,
        periodic: Option<bool>,
        described: &dyn Fn() -> String,
        span: Span,
    ) -> Result<Self> {
        let mut spacing = Vec::with_capacity(axes.len());
        for axis in &axes {
            spacing.push(match axis.len() {
                1 => 1.0,
                _ => axis.spacing().ok_or_else(|| uneven(axis, span))?,
            });
        }
        let closed: Vec<bool> =
            axes.iter().map(|axis| periodic.unwrap_or(axis.is_periodic())).collect();
        let shape: Vec<usize> = axes.iter().map(ArrayAxis::len).collect();
        let Ok(grid) = Grid::new(&shape, &closed) else {
            let message =
                format!("a grid has 1 to 3 axes, and time; found {}", described());
            let error = Diagnostic::error(&codes::E0203_WRONG_SHAPE, message).at(span);
            return error.hint("A[1]").into();
        };
        Ok(Self { grid, spacing, axes })
    }

    /// E0307 where an axis does not close, or a mask leaves cells out.
    pub(super) fn require_periodic(&self, call: &Call<'_>, span: Span) -> Result<()> {
        if self.grid.is_masked() {
            let message = format!(
                "`{}` needs all cells of a periodic grid: plane waves are no modes of a domain that a mask cuts out",
                call.name()
            );
            return Diagnostic::error(&codes::E0307_INVALID, message)
                .at(span)
                .hint(format!("correlation_function({})", call.text(span)))
                .hint(format!("correlation_length({})", call.text(span)))
                .into();
        }
        let open = (0..self.axes.len()).find(|&axis| !self.grid.is_periodic(axis));
        let Some(open) = open else { return Ok(()) };
        let name = match self.axes.get(open).map(ArrayAxis::name) {
            Some(name) if !name.is_empty() => name.to_string(),
            _ => (open + 1).to_string(),
        };
        let message = format!(
            "`{}` needs a periodic grid, and the axis {name} ends; a part of a periodic axis does not close",
            call.name()
        );
        Diagnostic::error(&codes::E0307_INVALID, message)
            .at(span)
            .hint(format!("{}({}, periodic = true)", call.name(), call.text(span)))
            .into()
    }

    /// The names of the axes, for axes made of them: `x`, or 1 where it has none.
    pub(super) fn name(&self, axis: usize) -> String {
        match self.axes.get(axis).map(ArrayAxis::name) {
            Some(name) if !name.is_empty() => name.to_string(),
            _ => (axis + 1).to_string(),
        }
    }

    /// The coordinate of a position in sites along an axis, inside a periodic one.
    pub(super) fn coordinate(&self, axis: usize, position: f64) -> f64 {
        let first = self.axes.get(axis).and_then(|it| it.coordinate(0)).unwrap_or(0.0);
        first + position * self.spacing.get(axis).copied().unwrap_or(1.0)
    }
}

/// What makes times even: `interpolate(x, t = linspace(0, 10, 201))`.
pub(super) fn even_times(axis: &ArrayAxis) -> String {
    let at = |place: usize| short(axis.coordinate(place).unwrap_or(0.0));
    let (first, last) = (at(0), at(axis.len().saturating_sub(1)));
    format!(
        "interpolate({IT}, {} = linspace({first}, {last}, {}))",
        axis.name(),
        axis.len()
    )
}

pub(super) fn uneven(axis: &ArrayAxis, span: Span) -> Box<Diagnostic> {
    let what = match (axis.len(), axis.name()) {
        (1, name) => format!("the axis {name} has one point and no spacing"),
        (_, name) => format!("evenly spaced coordinates are needed; {name} are not"),
    };
    let error = Diagnostic::error(&codes::E0203_WRONG_SHAPE, what).at(span);
    Box::new(if axis.kind() == AxisKind::Time {
        error.hint(even_times(axis))
    } else {
        error
    })
}

/// Values over an axis of another quantity, for each time where there are times.
pub(super) fn spread(
    time: Option<&ArrayAxis>,
    axis: ArrayAxis,
    rows: &[Vec<f64>],
    name: &str,
) -> Option<NumericArray> {
    let values: Vec<f64> = rows.concat();
    let axes = match time {
        Some(time) => vec![time.clone(), axis],
        None => vec![axis],
    };
    Some(NumericArray::new(values, axes)?.named(name))
}

/// An integer as a value.
pub(super) fn integer(value: impl Into<holor_algebra::BigInt>) -> Value {
    Value::Expr(Expr::integer(value))
}
