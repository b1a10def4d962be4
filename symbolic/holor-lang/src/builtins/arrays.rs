//! Arrays of numbers: how they are made, their shape, transforms, interpolation.

use holor_algebra::{Expr, Symbol};
use holor_macros::builtin;

use crate::array::{
    ArrayAxis, ArrayValues, AxisKind, Between, Complex64, NumericArray, frequencies,
};
use crate::builtin::{
    ArrayArgument, AxisChoice, Binding, Either, Expected, FromValue, Given, Spanned, word,
};
use crate::builtins::fields::at_start;
use crate::evaluate::Call;
use crate::{Builtin, Diagnostic, Result, Value, codes};

/// The records of this topic.
pub(crate) static BUILTINS: &[&Builtin] = &[
    &ARRAY,
    &LINSPACE,
    &ZEROS,
    &RANDOM_NORMAL,
    &FFT,
    &IFFT,
    &FFTFREQ,
    &FFTSHIFT,
    &INTERPOLATE,
];

/// The most numbers an array is made with.
const MOST_VALUES: usize = 1 << 28;

/// An array of numbers from a list, nested lists, a matrix or a formula, with coordinates along its axes.
///
/// Arrays hold machine numbers (`f64`, or pairs of them for complex numbers) and are worked with value by value: `A*B`,
/// `sin(A)`, `A > 0`. Indices count from 1 as in lists. The first named axis belongs to the first index, and so on; `t`
/// is an axis of times. Arrays with other axes than one another do not combine; one with fewer axes is repeated along
/// those it lacks. A formula is taken at the coordinates of the axes it names.
///
/// ```holor
/// array([1, 2, 3])/2                           # => array([0.5, 1.0, 1.5])
/// array([[1, 2], [3, 4]])[2, 1]                # => 3.0
/// array([0, 1, 4], t = [0, 1/2, 1])            # => array([0.0, 1.0, 4.0], t = [0.0, 0.5, 1.0])
/// array(t^2, t = 0..3)                         # => array([0.0, 1.0, 4.0, 9.0], t = [0.0, 1.0, 2.0, 3.0])
/// array([1, -4])^(1/2)                         # => array([1.0, 2.0*i])
/// array([1, 0])/array([1, 0])                  # error: [E0401]
/// array([[1, 2], [3]])                         # error: [E0203]
/// ```
#[builtin(topic = "arrays", latex = none, since = "0.1", returns = "array", see("linspace", "list"))]
pub(crate) fn array(
    call: &Call<'_>,
    /// Numbers in a list, lists in lists, or a matrix; an array; a formula of the axes; or a field, or a formula of fields, at the start.
    values: Either<ArrayArgument, Spanned<Expr>>,
    /// The coordinates along the axes, the first index first.
    #[variadic]
    axes: Vec<Binding>,
) -> Result<NumericArray> {
    let values = match values {
        Either::First(values) => values,
        Either::Second(formula) => return sampled(call, &formula, &axes),
    };
    let array = &values.array;
    if axes.len() > array.rank() {
        let message = format!("{} has no {} axes", array.describe(), axes.len());
        return Err(call.error(&codes::E0203_WRONG_SHAPE, message));
    }
    let mut own = array.axes().to_vec();
    for (slot, binding) in own.iter_mut().zip(&axes) {
        let coordinates = coordinates_of(call, binding)?;
        if coordinates.len() != slot.len() {
            let message = format!(
                "the axis {} has {} coordinates for {} values",
                binding.symbol,
                coordinates.len(),
                slot.len()
            );
            return Err(Box::new(
                Diagnostic::error(&codes::E0203_WRONG_SHAPE, message).at(binding.span),
            ));
        }
        let name = binding.symbol.name();
        *slot = ArrayAxis::new(name, kind_of(name), coordinates);
    }
    Ok(array.with_axes(own).unwrap_or_else(|| (**array).clone()))
}

/// A formula at the coordinates of the axes.
fn sampled(
    call: &Call<'_>,
    formula: &Spanned<Expr>,
    axes: &[Binding],
) -> Result<NumericArray> {
    let refuse = |message: String| {
        let error = Diagnostic::error(&codes::E0201_WRONG_TYPE, message);
        error.at(formula.span).hint("array(cos(t), t = linspace(0, 1, 50))")
    };
    if axes.is_empty()
        && let Value::Array(array) = at_start(call, Value::Expr(formula.value.clone()))?
    {
        return Ok((*array).clone());
    }
    let names: Vec<Symbol> = axes.iter().map(|axis| axis.symbol.clone()).collect();
    let free = formula.value.free_symbols();
    if let Some(other) = free.iter().find(|symbol| !names.contains(symbol)) {
        return refuse(format!("`{other}` has no value here, and no axis")).into();
    }
    if axes.is_empty() {
        return refuse("an array is made of a list of numbers".to_string()).into();
    }
    let mut own = Vec::with_capacity(axes.len());
    let mut count = 1_usize;
    for binding in axes {
        let coordinates = coordinates_of(call, binding)?;
        count = count.saturating_mul(coordinates.len());
        check_count(call, count)?;
        let name = binding.symbol.name();
        own.push(ArrayAxis::new(name, kind_of(name), coordinates));
    }
    let Ok(compiled) = call.engine().compile(&formula.value, &names) else {
        return refuse(format!("`{}` is no formula of numbers", formula.value)).into();
    };
    let points: Vec<Vec<f64>> =
        own.iter().map(|it| it.coordinates().into_owned()).collect();
    let mut arguments = vec![(0.0, 0.0); names.len()];
    let mut values = Vec::with_capacity(count);
    for place in 0..count {
        let mut rest = place;
        for (slot, points) in arguments.iter_mut().zip(&points).rev() {
            let length = points.len().max(1);
            *slot = (points.get(rest % length).copied().unwrap_or(f64::NAN), 0.0);
            rest /= length;
        }
        let (re, im) = compiled.evaluate_complex(&arguments);
        values.push(Complex64::new(re, im));
    }
    let real = values.iter().all(|value| value.im == 0.0);
    let values: ArrayValues = if real {
        values.iter().map(|value| value.re).collect::<Vec<f64>>().into()
    } else {
        values.into()
    };
    let array = NumericArray::new(values, own);
    let array = array.ok_or_else(|| Box::new(refuse("the axes do not fit".into())))?;
    array
        .check_finite(&format!("`{}`", formula.value))
        .map_err(|error| Box::new((*error).at(formula.span)))
}

/// What an axis of this name is.
fn kind_of(name: &str) -> AxisKind {
    match name {
        "t" | "τ" => AxisKind::Time,
        "f" | "ω" | "k" | "ν" => AxisKind::Quantity,
        _ => AxisKind::Space { periodic: false },
    }
}

/// The numbers of `x = [0, 0.1, 0.2]`.
fn coordinates_of(call: &Call<'_>, binding: &Binding) -> Result<Vec<f64>> {
    let value = binding.value.clone().unwrap_or(Value::Nothing);
    let given =
        Given { name: None, value, span: binding.span, written: None, local: false };
    let read = ArrayArgument::from_value(&given, call);
    let name = binding.symbol.name();
    let read = crate::builtin::mismatch(read, &given, name, ArrayArgument::KIND, call)?;
    match (read.array.as_real(), read.array.rank()) {
        (Some(values), 1) => Ok(values.to_vec()),
        _ => crate::builtin::mismatch(
            Err(Expected::Kind),
            &given,
            name,
            "a list of real coordinates",
            call,
        ),
    }
}

/// Evenly spaced numbers from the first to the last, both included.
///
/// ```holor
/// linspace(0, 1, 5)                            # => array([0.0, 0.25, 0.5, 0.75, 1.0])
/// sin(linspace(0, pi, 3))[2]                   # => 1.0
/// ```
#[builtin(topic = "arrays", latex = none, since = "0.1", see("array", "zeros"))]
pub(crate) fn linspace(
    call: &Call<'_>,
    /// The first number.
    first: f64,
    /// The last number.
    last: f64,
    /// How many.
    #[default(50)]
    count: usize,
) -> Result<NumericArray> {
    check_count(call, count)?;
    let steps = count.saturating_sub(1).max(1) as f64;
    let values: Vec<f64> = (0..count)
        .map(|place| {
            // Exact at both ends, and where the step is a whole number.
            if place as f64 == steps {
                last
            } else {
                first + (last - first) * place as f64 / steps
            }
        })
        .collect();
    NumericArray::vector(values).check_finite("`linspace`")
}

/// An array of zeros of a given shape; `zeros(n) + 1` is one of ones.
///
/// ```holor
/// zeros(3) + 1                                 # => array([1.0, 1.0, 1.0])
/// zeros(2, 2)                                  # => array([[0.0, 0.0], [0.0, 0.0]])
/// ```
#[builtin(topic = "arrays", latex = none, since = "0.1", see("array", "linspace"))]
pub(crate) fn zeros(
    call: &Call<'_>,
    /// The lengths of its axes.
    #[variadic]
    shape: Vec<usize>,
) -> Result<NumericArray> {
    if shape.is_empty() {
        let message = "`zeros` needs the length of at least one axis";
        return Err(call.error(&codes::E0202_WRONG_ARGUMENTS, message));
    }
    filled(call, &shape, |count| vec![0.0; count])
}

/// Independent random numbers of mean 0 and standard deviation 1; `seed(n)` before makes them come out the same.
///
/// ```holor
/// seed(1); A = random_normal(1000); abs(mean(A)) < 0.1    # => true
/// ```
#[builtin(topic = "arrays", latex = none, since = "0.1", see("random", "seed"))]
pub(crate) fn random_normal(
    call: &Call<'_>,
    /// The lengths of its axes.
    #[variadic]
    shape: Vec<usize>,
) -> Result<NumericArray> {
    filled(call, &shape, |count| {
        // Box and Muller (1958): two uniform numbers give two normal ones.
        let mut values = Vec::with_capacity(count + 1);
        while values.len() < count {
            let radius = (-2.0 * (1.0 - call.random()).ln()).sqrt();
            let angle = std::f64::consts::TAU * call.random();
            values.push(radius * angle.cos());
            values.push(radius * angle.sin());
        }
        values.truncate(count);
        values
    })
}

fn filled(
    call: &Call<'_>,
    shape: &[usize],
    values: impl Fn(usize) -> Vec<f64>,
) -> Result<NumericArray> {
    let count =
        shape.iter().try_fold(1_usize, |count, &length| count.checked_mul(length));
    let count = count.unwrap_or(usize::MAX);
    check_count(call, count)?;
    let axes: Vec<ArrayAxis> =
        shape.iter().map(|&length| ArrayAxis::index(length)).collect();
    let array = NumericArray::new(values(count), axes);
    Ok(array.unwrap_or_else(|| NumericArray::vector(Vec::<f64>::new())))
}

fn check_count(call: &Call<'_>, count: usize) -> Result<()> {
    if count > MOST_VALUES {
        let message = format!("an array is made with at most {MOST_VALUES} values");
        return Err(call.error(&codes::E0403_TOO_LARGE, message));
    }
    Ok(())
}

/// The axis a transform runs along: the one named, else the axis of time, else the only one.
fn transform_axis(
    call: &Call<'_>,
    array: &NumericArray,
    axis: Option<AxisChoice>,
) -> Result<usize> {
    if let Some(axis) = axis {
        return axis.of(array);
    }
    match (array.time_axis(), array.rank()) {
        (Some(place), _) => Ok(place),
        (None, 1) => Ok(0),
        _ => {
            let message = format!(
                "which axis? `{}` runs along one of {}",
                call.name(),
                array.describe()
            );
            let error = call.error(&codes::E0202_WRONG_ARGUMENTS, message);
            Err(Box::new((*error).hint(format!("{}(A, axis = 1)", call.name()))))
        }
    }
}

/// The discrete Fourier transform X_k = Σ x_n exp(-2πi k n/N), as `numpy.fft.fft`.
///
/// Along an axis of times `t` with even steps the result has the frequencies `f`, in periods per unit of time: 0, the
/// positive ones, then the negative ones. An axis `x` gives `f_x`.
///
/// ```holor
/// fft([1, 0, 0, 0])                            # => array([1.0, 1.0, 1.0, 1.0])
/// fft([0, 1, 0, 0])                            # => array([1.0, -1.0*i, -1.0, 1.0*i])
/// ```
#[builtin(topic = "arrays", latex = none, since = "0.1", see("ifft", "fftfreq", "fftshift"))]
pub(crate) fn fft(
    call: &Call<'_>,
    /// An array or a list of numbers.
    values: ArrayArgument,
    /// The axis, by name or number; time if left out.
    #[named]
    axis: Option<AxisChoice>,
) -> Result<NumericArray> {
    let place = transform_axis(call, &values.array, axis)?;
    Ok(plain_kind(values.array.fourier(place, false)?))
}

/// The inverse of `fft`: x_n = 1/N Σ X_k exp(2πi k n/N), as `numpy.fft.ifft`.
///
/// ```holor
/// ifft(fft([1, 2, 5, 4]))                      # => array([1.0, 2.0, 5.0, 4.0])
/// ```
#[builtin(topic = "arrays", latex = none, since = "0.1", see("fft"))]
pub(crate) fn ifft(
    call: &Call<'_>,
    /// An array or a list of numbers.
    values: ArrayArgument,
    /// The axis, by name or number; the only one, or that of the frequencies, if left out.
    #[named]
    axis: Option<AxisChoice>,
) -> Result<NumericArray> {
    let place = match (&axis, values.array.axis_named("f")) {
        (None, Some(place)) => place,
        _ => transform_axis(call, &values.array, axis)?,
    };
    Ok(plain_kind(values.array.fourier(place, true)?))
}

/// Complex values whose imaginary parts are all 0 as real ones.
fn plain_kind(array: NumericArray) -> NumericArray {
    let complex = array.to_complex();
    if complex.iter().any(|value| value.im != 0.0) {
        return array;
    }
    let real: Vec<f64> = complex.iter().map(|value| value.re).collect();
    array.with_values(real).unwrap_or_else(|| array.clone())
}

/// The frequencies that belong to the results of `fft`, as `numpy.fft.fftfreq`.
///
/// ```holor
/// fftfreq(4, 0.5)                              # => array([0.0, 0.5, -1.0, -0.5])
/// ```
#[builtin(topic = "arrays", latex = none, since = "0.1", see("fft"))]
pub(crate) fn fftfreq(
    call: &Call<'_>,
    /// How many values there are.
    count: usize,
    /// The step between them.
    step: Option<f64>,
) -> Result<NumericArray> {
    check_count(call, count)?;
    NumericArray::vector(frequencies(count, step.unwrap_or(1.0)))
        .check_finite("`fftfreq`")
}

/// The results of `fft` in the order of their frequencies, from the lowest negative one on.
///
/// ```holor
/// fftshift(fftfreq(4, 0.5))                    # => array([-1.0, -0.5, 0.0, 0.5])
/// ```
#[builtin(topic = "arrays", latex = none, since = "0.1", see("fft"))]
pub(crate) fn fftshift(
    call: &Call<'_>,
    /// The array.
    values: ArrayArgument,
    /// The axis, by name or number.
    #[named]
    axis: Option<AxisChoice>,
) -> Result<NumericArray> {
    let array = &values.array;
    let place = match (&axis, array.axis_named("f")) {
        (None, Some(place)) => place,
        _ => transform_axis(call, array, axis)?,
    };
    let count = array.axes().get(place).map_or(0, ArrayAxis::len);
    let shift = count.div_ceil(2);
    let places: Vec<usize> = (0..count).map(|it| (it + shift) % count.max(1)).collect();
    let mut chosen: Vec<crate::array::Chosen> = array
        .axes()
        .iter()
        .map(|axis| crate::array::Chosen::Several((0..axis.len()).collect()))
        .collect();
    if let Some(slot) = chosen.get_mut(place) {
        *slot = crate::array::Chosen::Several(places);
    }
    Ok(array.select(&chosen))
}

word! {
    /// How values between places are found.
    pub(crate) Method {
        /// On straight lines.
        Linear = "linear",
        /// On cubics.
        Cubic = "cubic",
    }
}

/// The values of an array at points between its own: on straight lines, or on cubics through four neighbours.
///
/// A periodic axis has no end; elsewhere a point outside is an error.
///
/// ```holor
/// A = array([0, 1, 4, 9], x = [0, 1, 2, 3])
/// interpolate(A, x = 1.5)                      # => 2.5
/// interpolate(A, x = 1.5, method = cubic)      # => 2.25
/// interpolate(A, x = [0, 1/2])                 # => array([0.0, 0.5], x = [0.0, 0.5])
/// interpolate(A, x = 4)                        # error: [E0204]
/// ```
#[builtin(topic = "arrays", latex = none, since = "0.1", returns = "number or array", see("array"))]
pub(crate) fn interpolate(
    call: &Call<'_>,
    /// The array.
    values: ArrayArgument,
    /// An axis and a point or a list of points on it; the axes that are not named stay.
    #[variadic]
    points: Vec<Binding>,
    /// `linear` or `cubic`.
    #[named]
    method: Option<Method>,
) -> Result<Value> {
    let between =
        if method == Some(Method::Cubic) { Between::Cubic } else { Between::Linear };
    let mut array: NumericArray = (*values.array).clone();
    if points.is_empty() {
        let message = "`interpolate` needs a point";
        let error = call.error(&codes::E0202_WRONG_ARGUMENTS, message);
        return Err(Box::new(
            (*error).hint(format!("interpolate({}, x = 0.3)", call.argument_text(0))),
        ));
    }
    for binding in &points {
        let place = match (array.axis_named(binding.symbol.name()), array.axes()) {
            (Some(place), _) => place,
            (None, [axis]) if axis.kind() == AxisKind::Index => 0,
            _ => return Err(no_axis(&array, &binding.symbol, binding)),
        };
        let single = binding
            .value
            .as_ref()
            .and_then(Value::as_expr)
            .and_then(|point| crate::array::real_number(&call.engine(), point));
        array = match single {
            Some(point) => array.interpolate(place, &[point], true, between)?,
            None => array.interpolate(
                place,
                &coordinates_of(call, binding)?,
                false,
                between,
            )?,
        };
    }
    Ok(array.into_value())
}

fn no_axis(array: &NumericArray, symbol: &Symbol, binding: &Binding) -> Box<Diagnostic> {
    let message = format!("{} has no axis {symbol}", array.describe());
    Box::new(Diagnostic::error(&codes::E0204_OUT_OF_RANGE, message).at(binding.span))
}
