//! Sums over products of arrays: `einsum`, and the order in which it joins its operands.

use std::sync::Arc;

use holor_macros::builtin;

use super::coherence::Samples;
use super::fields::{DeviceWord, no_device};
use crate::array::{ArrayAxis, Einsum, EinsumTrouble, NumericArray, complex_number};
use crate::builtin::{ArrayArgument, Expected, FromValue, Given, Spanned};
use crate::diagnostic::IT;
use crate::evaluate::Call;
use crate::geometry::HolorValue;
use crate::{Builtin, Diagnostic, Result, Span, Value, codes};

/// The records of this file.
pub(crate) static BUILTINS: &[&Builtin] = &[&EINSUM, &EINSUM_PATH];

/// The most numbers of a result.
const MOST_VALUES: f64 = (1_u64 << 28) as f64;

/// A sum over products of arrays, in the notation of `numpy.einsum`: indices that are not on the right are summed over.
///
/// Each operand has a letter for each of its axes; a letter twice in an operand takes the diagonal. Without `->` the result has the letters that
/// occur once, in alphabetic order. `...` stands for further axes. A number has no axes, and an axis of one entry is repeated along one that is longer. Operands are joined two by two in the order of fewest products, as
/// products of matrices on all cores; `einsum_path` shows it. Each sum of a pair runs over its indices in the order of the
/// first operand, the last one fastest, every product added in one rounding (fused), complex ones first by the real parts and then by the
/// imaginary: the same bits on every machine. Named axes are kept.
///
/// ```holor
/// A = array([[1, 2], [3, 4]]); einsum("ij,jk->ik", A, A)    # => array([[7.0, 10.0], [15.0, 22.0]])
/// einsum("ii", array([[1, 2], [3, 4]]))        # => 5.0
/// einsum("ij->ji", [[1, 2], [3, 4]])           # => array([[1.0, 3.0], [2.0, 4.0]])
/// einsum("i,j->ij", [1, 2], [1, i])            # => array([[1.0, 1.0*i], [2.0, 2.0*i]])
/// einsum(",i,i->", 10, [1, 2, 3], [2])         # => 120.0
/// einsum("ij,jk", [[1, 2]], [[1, 2], [3, 4], [5, 6]])    # error: [E0203]
/// einsum("ij->k", [[1, 2]])                    # error: [E0202]
/// ```
#[builtin(
    topic = "arrays",
    latex = none,
    since = "0.1",
    returns = "number or array",
    see("einsum_path", "array")
)]
fn einsum(
    call: &Call<'_>,
    /// The indices, such as `"ij,jk->ik"`.
    indices: Spanned<Arc<str>>,
    /// Arrays or lists of numbers, numbers, fields at their start; tensors whose components are numbers.
    #[variadic]
    operands: Vec<Spanned<Operand>>,
    /// `auto`, `cpu`, `cuda` or `interpreter`.
    #[named]
    device: Option<DeviceWord>,
) -> Result<Value> {
    let operands = arrays(call, operands)?;
    let sum = read(call, &indices, &operands)?;
    let largest =
        sum.steps().iter().fold(sum.numbers(), |most, step| most.max(step.numbers));
    if largest > MOST_VALUES {
        let message = format!(
            "`{}` makes {largest:.3e} numbers, more than is kept in memory",
            indices.value
        );
        return Diagnostic::error(&codes::E0403_TOO_LARGE, message)
            .at(indices.span)
            .hint("einsum_path(…)")
            .into();
    }
    let device = call
        .world()
        .contraction(DeviceWord::name(device.as_ref()))
        .map_err(|reason| no_device(call, &reason))?;
    let arrays: Vec<&NumericArray> = operands.iter().map(|it| &*it.array).collect();
    call.poll()?;
    let array = sum
        .value(&arrays, &*device)
        .map_err(|error| call.error(&codes::E0501_NO_DEVICE, error.to_string()))?;
    Ok(array.check_finite("the sum")?.into_value())
}

/// The order in which `einsum` joins its operands, with the products that each takes and the numbers that it leaves.
///
/// ```holor
/// kind(einsum_path("ij,jk,k->i", zeros(9, 9), zeros(9, 9), zeros(9)))    # => "report"
/// ```
#[builtin(topic = "arrays", latex = none, since = "0.1", returns = "text", see("einsum"))]
fn einsum_path(
    call: &Call<'_>,
    /// The indices, such as `"ij,jk->ik"`.
    indices: Spanned<Arc<str>>,
    /// Arrays or lists of numbers, numbers, fields at their start; tensors whose components are numbers.
    #[variadic]
    operands: Vec<Spanned<Operand>>,
) -> Result<Value> {
    let operands = arrays(call, operands)?;
    let sum = read(call, &indices, &operands)?;
    let mut lines = Vec::new();
    let mut products = 0.0;
    for step in sum.steps() {
        products += step.products;
        lines.push(format!(
            "- `{}`: {:.3e} products, {:.3e} numbers",
            step.text, step.products, step.numbers
        ));
    }
    lines.push(format!("- in all {products:.3e} products"));
    Ok(Value::Report(lines.join("\n").into()))
}

/// An array, a number, a field at its start, or a tensor whose components are numbers.
#[derive(Clone, Debug)]
enum Operand {
    Array(Arc<NumericArray>),
    Tensor(HolorValue),
}

impl FromValue for Operand {
    const KIND: &'static str =
        "an array or a list of numbers, a number, a field or a tensor of numbers";

    fn from_value(given: &Given, call: &Call<'_>) -> std::result::Result<Self, Expected> {
        if let Value::Expr(number) = &given.value
            && let Some(number) = complex_number(&call.engine(), number)
        {
            return Ok(Self::Array(Arc::new(NumericArray::scalar(number))));
        }
        match Samples::from_value(given, call) {
            Ok(samples) => Ok(Self::Array(samples.array)),
            Err(Expected::Kind) => HolorValue::from_value(given, call).map(Self::Tensor),
            Err(error) => Err(error),
        }
    }
}

fn arrays(
    call: &Call<'_>,
    operands: Vec<Spanned<Operand>>,
) -> Result<Vec<ArrayArgument>> {
    let array = |operand: Spanned<Operand>| {
        let array = match operand.value {
            Operand::Array(array) => array,
            Operand::Tensor(tensor) => Arc::new(components(call, &tensor, operand.span)?),
        };
        Ok(ArrayArgument { array, span: operand.span })
    };
    operands.into_iter().map(array).collect()
}

/// The components of a tensor, all of them numbers, in the order of its indices.
fn components(call: &Call<'_>, tensor: &HolorValue, span: Span) -> Result<NumericArray> {
    let holor = &tensor.holor;
    let (rank, count) = (holor.slots().len(), holor.chart().coordinates().len());
    let field = holor.chart().field();
    let mut values = Vec::new();
    for mut place in 0..count.pow(rank as u32) {
        let mut indices = vec![0_u8; rank];
        for index in indices.iter_mut().rev() {
            *index = (place % count) as u8;
            place /= count;
        }
        let component = field.write(&holor.component(&indices));
        values.push(complex_number(&call.engine(), &component).ok_or_else(|| {
            let message = format!(
                "the component {component} of {} is no number",
                tensor.describe()
            );
            let error = Diagnostic::error(&codes::E0201_WRONG_TYPE, message).at(span);
            Box::new(error.hint(format!("subs({IT}, x = 1)")))
        })?);
    }
    let axes = vec![ArrayAxis::index(count); rank];
    let values: crate::ArrayValues = match values.iter().all(|z| z.im == 0.0) {
        true => values.iter().map(|z| z.re).collect::<Vec<f64>>().into(),
        false => values.into(),
    };
    NumericArray::new(values, axes).ok_or_else(|| {
        call.error(&codes::E0203_WRONG_SHAPE, "the tensor has no components")
    })
}

fn read(
    call: &Call<'_>,
    indices: &Spanned<Arc<str>>,
    operands: &[ArrayArgument],
) -> Result<Einsum> {
    let shapes: Vec<Vec<usize>> = operands.iter().map(|it| it.array.shape()).collect();
    Einsum::read(&indices.value, &shapes).map_err(|trouble| match trouble {
        EinsumTrouble::Text(message) => {
            let error = Diagnostic::error(&codes::E0202_WRONG_ARGUMENTS, message);
            Box::new(error.at(indices.span).hint("einsum(\"ij,jk->ik\", A, B)"))
        }
        EinsumTrouble::Operand(place, message) => {
            let span = operands.get(place).map_or_else(|| call.span(), |it| it.span);
            Box::new(Diagnostic::error(&codes::E0203_WRONG_SHAPE, message).at(span))
        }
    })
}
