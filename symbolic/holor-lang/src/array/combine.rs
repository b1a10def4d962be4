//! Arithmetic of arrays: value by value, a lower one along the axes that it shares with the other.

use holor_algebra::complex;

use super::{ArrayAxis, ArrayValues, AxisKind, Complex64, NumericArray};
use crate::{Diagnostic, Result, codes};

/// Coordinates that differ by less than this part of a step are the same point.
const SAME_POINT: f64 = 1e-9;

/// What is done with each pair of values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pairwise {
    Add,
    Subtract,
    Multiply,
    Divide,
    Power,
    Atan2,
    Modulo,
    Minimum,
    Maximum,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
}

impl Pairwise {
    /// The result in words, for errors: `the quotient`.
    fn noun(self) -> &'static str {
        match self {
            Pairwise::Add => "the sum",
            Pairwise::Subtract => "the difference",
            Pairwise::Multiply => "the product",
            Pairwise::Divide => "the quotient",
            Pairwise::Power => "the power",
            Pairwise::Atan2 => "the angle",
            Pairwise::Modulo => "the remainder",
            Pairwise::Minimum => "the minimum",
            Pairwise::Maximum => "the maximum",
            _ => "the comparison",
        }
    }

    fn real(self, a: f64, b: f64) -> f64 {
        let truth = |holds: bool| if holds { 1.0 } else { 0.0 };
        match self {
            Pairwise::Add => a + b,
            Pairwise::Subtract => a - b,
            Pairwise::Multiply => a * b,
            Pairwise::Divide => a / b,
            // A square is one product, exactly rounded.
            Pairwise::Power if b == 2.0 => a * a,
            Pairwise::Power => a.powf(b),
            Pairwise::Atan2 => a.atan2(b),
            // The sign of the divisor, as `mod` of exact numbers.
            Pairwise::Modulo => {
                let rest = a % b;
                if rest != 0.0 && (rest < 0.0) != (b < 0.0) { rest + b } else { rest }
            }
            Pairwise::Minimum => a.min(b),
            Pairwise::Maximum => a.max(b),
            Pairwise::Less => truth(a < b),
            Pairwise::LessEqual => truth(a <= b),
            Pairwise::Greater => truth(a > b),
            Pairwise::GreaterEqual => truth(a >= b),
        }
    }

    /// `None` where complex numbers have no such operation.
    fn complex(self) -> Option<fn(Complex64, Complex64) -> Complex64> {
        Some(match self {
            Pairwise::Add => |a, b| a + b,
            Pairwise::Subtract => |a, b| a - b,
            Pairwise::Multiply => |a, b| a * b,
            Pairwise::Divide => complex::quotient,
            Pairwise::Power => power,
            _ => return None,
        })
    }
}

/// The principal power.
fn power(base: Complex64, exponent: Complex64) -> Complex64 {
    if exponent.im == 0.0 {
        if exponent.re == exponent.re.trunc() && exponent.re.abs() < 1024.0 {
            return complex::whole_power(base, exponent.re as i32);
        }
        if exponent.re == 0.5 {
            return complex::sqrt(base);
        }
        if base.re == 0.0 && base.im == 0.0 {
            return if exponent.re > 0.0 { base } else { Complex64::new(f64::NAN, 0.0) };
        }
        return complex::exp(exponent.re * complex::log(base));
    }
    if base.re == 0.0 && base.im == 0.0 {
        let zero = exponent.re > 0.0;
        return if zero { base } else { Complex64::new(f64::NAN, 0.0) };
    }
    complex::exp(exponent * complex::log(base))
}

impl NumericArray {
    /// A single number: an array without axes.
    pub(crate) fn scalar(value: Complex64) -> Self {
        let values = if value.im == 0.0 {
            ArrayValues::from(vec![value.re])
        } else {
            ArrayValues::from(vec![value])
        };
        Self { values, axes: [].into(), name: "".into(), angle: false, moment: None }
    }

    /// Two arrays value by value; the lower one is repeated along the axes that it lacks.
    ///
    /// # Errors
    /// E0203 where axes do not fit, E0201 where complex numbers have no such operation, E0401 where a result is not
    /// finite.
    pub(crate) fn combine(
        &self,
        operation: Pairwise,
        other: &NumericArray,
    ) -> Result<NumericArray> {
        let axes = joined_axes(self, other)?;
        let steps = [steps(self, &axes), steps(other, &axes)];
        let values = match (&self.values, &other.values) {
            (ArrayValues::Real(a), ArrayValues::Real(b)) => {
                let values = zip(&axes, &steps, a, b, |a, b| operation.real(a, b));
                // The root of a negative number is complex, and then all of the array is.
                let undefined = operation == Pairwise::Power
                    && values.iter().any(|value| value.is_nan());
                if undefined {
                    let (a, b) = (self.to_complex(), other.to_complex());
                    zip(&axes, &steps, &a, &b, power).into()
                } else {
                    ArrayValues::from(values)
                }
            }
            _ => {
                let Some(function) = operation.complex() else {
                    return Diagnostic::error(
                        &codes::E0201_WRONG_TYPE,
                        "complex numbers have no order and no remainder",
                    )
                    .hint("abs(z)")
                    .hint("re(z)")
                    .into();
                };
                let (a, b) = (self.to_complex(), other.to_complex());
                zip(&axes, &steps, &a, &b, function).into()
            }
        };
        let moment = match (self.rank(), other.rank()) {
            (_, 0) => self.moment.clone(),
            (0, _) => other.moment.clone(),
            _ => self.moment.clone().filter(|_| self.moment == other.moment),
        };
        let (axes, name) = (axes.into(), "".into());
        let array = Self { values, axes, name, angle: false, moment };
        array.check_finite(operation.noun())
    }
}

/// The axes of a result: those of the higher array; a count gives way to an axis with a name.
fn joined_axes(a: &NumericArray, b: &NumericArray) -> Result<Vec<ArrayAxis>> {
    let (high, low) = if a.rank() >= b.rank() { (a, b) } else { (b, a) };
    let mut axes = high.axes().to_vec();
    for (place, axis) in places(low, high.axes()).into_iter().zip(low.axes()) {
        let Some(own) = place.and_then(|place| axes.get_mut(place)) else {
            return Err(misfit(
                a,
                b,
                &format!("there is no axis {} in both", axis.name()),
            ));
        };
        if own.len() != axis.len() {
            return Err(misfit(a, b, "their axes differ in length"));
        }
        match (own.kind(), axis.kind()) {
            (AxisKind::Index, AxisKind::Index) | (_, AxisKind::Index) => {}
            (AxisKind::Index, _) => *own = axis.clone(),
            _ if own.name() != axis.name() => {
                let reason =
                    format!("the axis {} is not the axis {}", own.name(), axis.name());
                return Err(misfit(a, b, &reason));
            }
            _ if !close(own, axis) => {
                let name = own.name();
                if !is_half_a_cell_from(own, axis) {
                    let reason = format!("their coordinates {name} differ");
                    return Err(misfit(a, b, &reason));
                }
                let reason = format!(
                    "they stand half a cell apart along {name}, as components on a staggered grid do"
                );
                let error = misfit(a, b, &reason);
                return Err(Box::new(error.hint(
                    "observe(u V_x, run) has formulas of fields at common places",
                )));
            }
            _ => {}
        }
        let Some(mask) = axis.mask() else { continue };
        match own.mask() {
            None => *own = own.clone().with_mask(Some(mask.clone())),
            Some(other) if other.is_beside(mask) => {}
            Some(_) => return Err(misfit(a, b, "the masks of their boxes differ")),
        }
    }
    Ok(axes)
}

/// For each axis of the lower array its place among the axes: by name where all have one, else the last ones.
fn places(low: &NumericArray, axes: &[ArrayAxis]) -> Vec<Option<usize>> {
    let named = low.axes().iter().all(|axis| !axis.name().is_empty());
    let by_name: Vec<Option<usize>> = low
        .axes()
        .iter()
        .map(|axis| axes.iter().position(|own| own.name() == axis.name()))
        .collect();
    let unnamed = axes.iter().all(|axis| axis.name().is_empty());
    let shift = axes.len().saturating_sub(low.rank());
    if named && !unnamed && shift > 0 {
        return by_name;
    }
    (0..low.rank()).map(|place| Some(place + shift)).collect()
}

/// How far apart values that follow each other along an axis are, 0 along axes that the array lacks.
fn steps(array: &NumericArray, axes: &[ArrayAxis]) -> Vec<usize> {
    let mut steps = vec![0; axes.len()];
    let mut step = 1;
    for (place, axis) in places(array, axes).into_iter().zip(array.axes()).rev() {
        if let Some(slot) = place.and_then(|place| steps.get_mut(place)) {
            *slot = step;
        }
        step *= axis.len();
    }
    steps
}

/// Combines two arrays along common axes.
fn zip<A: Copy, R>(
    axes: &[ArrayAxis],
    [a_steps, b_steps]: &[Vec<usize>; 2],
    a: &[A],
    b: &[A],
    function: impl Fn(A, A) -> R,
) -> Vec<R> {
    let count = axes.iter().map(ArrayAxis::len).product();
    match (a, b) {
        (a, b) if a.len() == count && b.len() == count && a_steps == b_steps => {
            return a.iter().zip(b).map(|(&a, &b)| function(a, b)).collect();
        }
        (a, &[b]) if a.len() == count => {
            return a.iter().map(|&a| function(a, b)).collect();
        }
        (&[a], b) if b.len() == count => {
            return b.iter().map(|&b| function(a, b)).collect();
        }
        _ => {}
    }
    let mut results = Vec::with_capacity(count);
    let Some((last, outer)) = axes.split_last() else { return results };
    let ends = [a_steps, b_steps].map(|steps| steps.last().copied().unwrap_or(0));
    let mut index = vec![0; outer.len()];
    while results.len() < count {
        let start = |steps: &[usize]| -> usize {
            index.iter().zip(steps).map(|(index, step)| index * step).sum()
        };
        let (a_start, b_start) = (start(a_steps), start(b_steps));
        for place in 0..last.len() {
            if let (Some(&a), Some(&b)) =
                (a.get(a_start + place * ends[0]), b.get(b_start + place * ends[1]))
            {
                results.push(function(a, b));
            }
        }
        for (own, axis) in index.iter_mut().zip(outer).rev() {
            *own += 1;
            if *own < axis.len() {
                break;
            }
            *own = 0;
        }
    }
    results
}

/// Whether the points of one axis lie half way between those of the other.
fn is_half_a_cell_from(a: &ArrayAxis, b: &ArrayAxis) -> bool {
    let (a, b) = (a.coordinates(), b.coordinates());
    let (Some(first), Some(second)) = (a.first(), a.get(1)) else { return false };
    let half = (second - first) / 2.0;
    let apart = |(a, b): (&f64, &f64)| ((a - b).abs() - half).abs() <= 1e-6 * half.abs();
    a.iter().zip(b.iter()).all(apart)
}

/// Whether two axes have the same points, up to rounding.
fn close(a: &ArrayAxis, b: &ArrayAxis) -> bool {
    if a.same(b) {
        return true;
    }
    let (a, b) = (a.coordinates(), b.coordinates());
    let extent = match (a.first(), a.last()) {
        (Some(first), Some(last)) => (last - first).abs().max(first.abs()),
        _ => 0.0,
    };
    let step = extent / a.len().max(1) as f64;
    a.iter().zip(b.iter()).all(|(a, b)| (a - b).abs() <= SAME_POINT * step)
}

fn misfit(a: &NumericArray, b: &NumericArray, reason: &str) -> Box<Diagnostic> {
    let message = format!("{} does not fit {}: {reason}", a.describe(), b.describe());
    Box::new(Diagnostic::error(&codes::E0203_WRONG_SHAPE, message))
}
