//! Means and other numbers of data.

use std::sync::Arc;

use holor_algebra::{Expr, Node, Symbol};
use holor_macros::builtin;

use crate::array::{ArrayValues, NumericArray, Reduction, real_number};
use crate::builtin::{ArrayArgument, AxisChoice, FromValue, Given, Spanned, mismatch};
use crate::evaluate::Call;
use crate::plot::{Axis, Layer, Plot, Scale};
use crate::{Builtin, Result, Value, codes};

/// The records of this topic.
pub(crate) static BUILTINS: &[&Builtin] =
    &[&MEAN, &VARIANCE, &DEVIATION, &MEDIAN, &CUMSUM, &HISTOGRAM];

/// The formulas of a list that is not all decimals: what is known exactly stays exact.
fn exact(value: &Value) -> Option<Vec<Expr>> {
    let Value::List(items) = value else { return None };
    let formulas: Option<Vec<Expr>> =
        items.iter().map(|item| item.as_expr().cloned()).collect();
    formulas.filter(|formulas| {
        !formulas.is_empty()
            && formulas.iter().any(|it| !matches!(it.node(), Node::Decimal(_)))
    })
}

/// A value as an array, or the error for the parameter `values`.
fn read(call: &Call<'_>, values: &Spanned<Value>) -> Result<Arc<NumericArray>> {
    let given = Given {
        name: None,
        value: values.value.clone(),
        span: values.span,
        written: None,
        local: false,
    };
    let read = ArrayArgument::from_value(&given, call);
    Ok(mismatch(read, &given, "values", ArrayArgument::KIND, call)?.array)
}

/// A number of all values of an array, or of those along an axis.
pub(super) fn reduced(
    array: &NumericArray,
    reduction: Reduction,
    axis: Option<&AxisChoice>,
) -> Result<Value> {
    let gone = match axis {
        Some(axis) => vec![axis.of(array)?],
        None => array.default_reduction(),
    };
    Ok(array.reduce(reduction, &gone)?.into_value())
}

/// The mean: the sum of the values by their number.
///
/// Of an array over time and space, the mean over space at each time; with `axis`, along that axis alone. Of a formula of fields, the
/// mean over their box: part of an equation.
///
/// ```holor
/// B = box(x = 0..1; points = 4); u = field(B, x); mean(u^2)    # => mean(u(t, x)^2)
/// mean([1, 2, 4])                              # => 7/3
/// mean(array([[1, 2], [3, 4]]))                # => 2.5
/// mean(array([[1, 2], [3, 4]]), axis = 1)      # => array([2.0, 3.0])
/// mean(array([[1, 2], [3, 5]], t = [0, 1]))    # => array([1.5, 4.0], t = [0.0, 1.0])
/// ```
#[builtin(
    topic = "statistics",
    latex = r"\left\langle {0} \right\rangle",
    since = "0.1",
    aliases("average"),
    see("std", "median", "sum")
)]
pub(crate) fn mean(
    call: &Call<'_>,
    /// An array or a list.
    values: Spanned<Value>,
    /// The axis that goes, by name or number.
    #[named]
    axis: Option<AxisChoice>,
) -> Result<Value> {
    if let (Value::Expr(formula), None) = (&values.value, &axis)
        && call.coordinates_of_fields(std::slice::from_ref(formula)).is_some()
    {
        let mean = Symbol::new(crate::field::names::MEAN);
        return Ok(Value::Expr(Expr::apply(mean, vec![formula.clone()])));
    }
    if let Some(items) = exact(&values.value) {
        return exact_mean(call, items).map(Value::Expr);
    }
    reduced(&*read(call, &values)?, Reduction::Mean, axis.as_ref())
}

fn exact_mean(call: &Call<'_>, items: Vec<Expr>) -> Result<Expr> {
    let count = Expr::integer(items.len()).reciprocal();
    for item in &items {
        call.check_formula(item, call.span())?;
    }
    Ok(call.engine().evaluate(&Expr::mul([count, Expr::add(items)]))?)
}

/// The variance: the mean squared distance from the mean.
///
/// It is that of the values themselves, divided by their number n, as in numpy; `ddof = 1` divides by n - 1, the estimate
/// from a sample.
///
/// ```holor
/// var([1, 2, 3, 4])                            # => 5/4
/// var([1, 2, 3, 4], ddof = 1)                  # => 5/3
/// ```
#[builtin(name = "var", topic = "statistics", latex = none, since = "0.1", aliases("variance"), see("std", "mean"))]
pub(crate) fn variance(
    call: &Call<'_>,
    /// An array or a list.
    values: Spanned<Value>,
    /// The axis that goes, by name or number.
    #[named]
    axis: Option<AxisChoice>,
    /// What is taken from the number of values in the denominator.
    #[named]
    ddof: Option<usize>,
) -> Result<Value> {
    let less = ddof.unwrap_or(0);
    if let Some(items) = exact(&values.value) {
        return exact_variance(call, items, less).map(Value::Expr);
    }
    reduced(&*read(call, &values)?, Reduction::Variance { less }, axis.as_ref())
}

fn exact_variance(call: &Call<'_>, items: Vec<Expr>, less: usize) -> Result<Expr> {
    let count = items.len();
    if count <= less {
        let message = format!("{} values are needed, found {count}", less + 1);
        return Err(call.error(&codes::E0301_UNDEFINED, message));
    }
    let mean = exact_mean(call, items.clone())?;
    let squares = items.into_iter().map(|item| {
        let distance = Expr::add([item, mean.negate()]);
        // |z - m|², which for real numbers is the square.
        let engine = call.engine();
        let size = Expr::call(holor_algebra::Function::Abs, vec![distance]);
        engine.evaluate(&Expr::power(size, Expr::integer(2)))
    });
    let squares = squares.collect::<std::result::Result<Vec<Expr>, _>>()?;
    let divisor = Expr::integer(count - less).reciprocal();
    Ok(call.engine().evaluate(&Expr::mul([divisor, Expr::add(squares)]))?)
}

/// The standard deviation: the root of the variance, of the values themselves as in numpy; `ddof = 1` estimates from a
/// sample.
///
/// ```holor
/// std([1, 2, 3, 4, 5])                         # => sqrt(2)
/// std(array([2, 4, 4, 4, 5, 5, 7, 9]))         # => 2.0
/// ```
#[builtin(name = "std", topic = "statistics", latex = none, since = "0.1", aliases("standard_deviation"), see("var", "mean"))]
pub(crate) fn deviation(
    call: &Call<'_>,
    /// An array or a list.
    values: Spanned<Value>,
    /// The axis that goes, by name or number.
    #[named]
    axis: Option<AxisChoice>,
    /// What is taken from the number of values in the denominator.
    #[named]
    ddof: Option<usize>,
) -> Result<Value> {
    let less = ddof.unwrap_or(0);
    if let Some(items) = exact(&values.value) {
        let variance = exact_variance(call, items, less)?;
        let root = Expr::power(variance, Expr::fraction(1, 2));
        return Ok(Value::Expr(call.engine().evaluate(&root)?));
    }
    reduced(&*read(call, &values)?, Reduction::Deviation { less }, axis.as_ref())
}

/// The median: the middle value in order, or the mean of the two middle ones.
///
/// ```holor
/// median([3, 1, sqrt(2)])                      # => sqrt(2)
/// median(array([4, 1, 2, 3]))                  # => 2.5
/// ```
#[builtin(topic = "statistics", latex = none, since = "0.1", see("mean", "sort"))]
pub(crate) fn median(
    call: &Call<'_>,
    /// An array or a list.
    values: Spanned<Value>,
    /// The axis that goes, by name or number.
    #[named]
    axis: Option<AxisChoice>,
) -> Result<Value> {
    if let Some(items) = exact(&values.value) {
        let engine = call.engine();
        let keyed: Option<Vec<(f64, Expr)>> = items
            .into_iter()
            .map(|item| Some((real_number(&engine, &item)?, item)))
            .collect();
        let Some(mut keyed) = keyed else {
            let message = "the median needs real numbers";
            return Err(call.error(&codes::E0201_WRONG_TYPE, message));
        };
        keyed.sort_by(|a, b| a.0.total_cmp(&b.0));
        let middle = keyed.len() / 2;
        let odd = keyed.len() % 2 == 1;
        let start = if odd { middle } else { middle.saturating_sub(1) };
        let chosen: Vec<Expr> = keyed
            .into_iter()
            .skip(start)
            .take(if odd { 1 } else { 2 })
            .map(|it| it.1)
            .collect();
        return exact_mean(call, chosen).map(Value::Expr);
    }
    reduced(&*read(call, &values)?, Reduction::Median, axis.as_ref())
}

/// The sums of the values up to each place.
///
/// ```holor
/// cumsum([1, 2, 3])                            # => [1, 3, 6]
/// cumsum(array([1, 2, 3]))                     # => array([1.0, 3.0, 6.0])
/// ```
#[builtin(topic = "statistics", latex = none, since = "0.1", see("sum"))]
pub(crate) fn cumsum(
    call: &Call<'_>,
    /// An array or a list.
    values: Spanned<Value>,
    /// The axis along which is summed, by name or number; time if left out, else the first.
    #[named]
    axis: Option<AxisChoice>,
) -> Result<Value> {
    if let Some(items) = exact(&values.value) {
        let mut sums = Vec::with_capacity(items.len());
        let mut total = Expr::zero();
        for item in items {
            call.check_formula(&item, values.span)?;
            call.poll()?;
            total = Expr::add([total, item]);
            sums.push(Value::Expr(total.clone()));
        }
        return Ok(Value::list(sums));
    }
    let array = read(call, &values)?;
    let place = match axis {
        Some(axis) => axis.of(&array)?,
        None => array.time_axis().unwrap_or(0),
    };
    Ok(array.cumulative_sum(place)?.into_value())
}

/// Draws how often values occur, in bins of equal width.
///
/// ```holor
/// histogram([1, 1, 2, 5], bins = 4)            # => plot of counts for values = 1..5
/// ```
#[builtin(topic = "plots", latex = none, since = "0.1", see("plot", "points"))]
pub(crate) fn histogram(
    call: &Call<'_>,
    /// An array or a list of real numbers.
    values: ArrayArgument,
    /// How many bins; by the rule of Freedman and Diaconis (1981) if left out.
    #[named]
    bins: Option<usize>,
) -> Result<Plot> {
    let domain = values.array.domain()?;
    let array = domain.as_ref().unwrap_or(&values.array);
    let ArrayValues::Real(values_) = array.values() else {
        let error = call.error(&codes::E0201_WRONG_TYPE, "complex numbers have no order");
        return Err(Box::new((*error).hint("histogram(abs(z))")));
    };
    let mut sorted = values_.to_vec();
    sorted.sort_by(f64::total_cmp);
    let (Some(&low), Some(&high)) = (sorted.first(), sorted.last()) else {
        return Err(call.error(&codes::E0301_UNDEFINED, "there are no values to count"));
    };
    let quantile = |part: f64| {
        let place = (part * (sorted.len() - 1) as f64).round() as usize;
        sorted.get(place).copied().unwrap_or(low)
    };
    let width = 2.0 * (quantile(0.75) - quantile(0.25)) / (sorted.len() as f64).cbrt();
    let automatic = if width > 0.0 { ((high - low) / width).ceil() } else { 10.0 };
    let count = bins.unwrap_or(automatic.clamp(1.0, 400.0) as usize).clamp(1, 10_000);
    let (low, high) = if high > low { (low, high) } else { (low - 0.5, high + 0.5) };
    let step = (high - low) / count as f64;
    let mut counts = vec![0_usize; count];
    for value in &sorted {
        // The last bin is closed.
        let bin = (((value - low) / step) as usize).min(count - 1);
        if let Some(slot) = counts.get_mut(bin) {
            *slot += 1;
        }
    }
    let mut line = vec![(low, 0.0)];
    for (bin, &number) in counts.iter().enumerate() {
        let (from, to) = (low + bin as f64 * step, low + (bin + 1) as f64 * step);
        line.extend([(from, number as f64), (to, number as f64), (to, 0.0)]);
    }
    let axis = |label: &str, text: &str, range| Axis {
        label: label.into(),
        label_text: text.into(),
        range: Some(range),
        scale: Scale::Linear,
    };
    let most = counts.iter().copied().max().unwrap_or(1) as f64;
    let name =
        if values.array.name().is_empty() { "values" } else { values.array.name() };
    Ok(Plot {
        title: String::new(),
        x: axis(&format!(r"\text{{{name}}}"), name, (low, high)),
        y: axis(r"\text{counts}", "counts", (0.0, 1.05 * most)),
        layers: vec![Layer::Curve {
            label: String::new(),
            label_text: "counts".into(),
            pieces: vec![line],
            poles: Vec::new(),
        }],
        equal_aspect: false,
        size: (600, 400),
    })
}
