//! The Lie derivative, of every holor that has a law, and the commutator of vector fields.

#[cfg(test)]
mod tests;

use holor_algebra::exact::Element;

use crate::forms::as_vector;
use crate::tensor::{CONNECTION_SLOTS, dimension_of};
use crate::{
    Chart, GeometryError, GeometryResult, Holor, Law, Space, Symmetry, Variance,
};

const OPERATION: &str = "Lie derivative";

/// The Lie derivative along a vector field X.
///
/// For a tensor density of weight w: `£_X T^a_b = X^c ∂_c T^a_b − T^c_b ∂_c X^a + T^a_c ∂_b X^c + w T^a_b ∂_c X^c`;
/// frame indices are untouched. For the coefficients of a connection `£_X Γ^a_bc` has the same terms and
/// `∂_b ∂_c X^a`, and is a tensor.
///
/// # Errors
/// X is no vector field; different charts; a holor without a law.
pub fn lie_derivative(vector: &Holor, holor: &Holor) -> GeometryResult<Holor> {
    let chart = holor.chart();
    let vector = as_vector(OPERATION, vector)?.on_chart(chart)?;
    let law = result_law(holor)?;
    let flow = Flow::new(&vector);
    let field = chart.field();
    let weight = match holor.law() {
        Law::Tensor { weight, .. } => weight,
        Law::Connection | Law::None => 0.into(),
    };
    let symmetry = match holor.law() {
        Law::Connection => connection_symmetry(holor),
        Law::Tensor { .. } | Law::None => holor.symmetry().clone(),
    };
    Holor::build(chart, law, holor.slots(), symmetry, |indices| {
        let mut terms = flow.transport(holor, indices);
        if *weight.numer() != 0
            && let Some((component, negative)) = holor.stored(indices)
        {
            let spread = field.multiply(component, &flow.spread);
            let numerator = if negative { -weight.numer() } else { *weight.numer() };
            let denominator = i64::from(*weight.denom());
            terms.push(field.scale(&spread, i64::from(numerator), denominator));
        }
        if holor.law() == Law::Connection
            && let [a, b, c] = *indices
            && let Some(slope) = flow.slope(a, b)
        {
            terms.push(chart.derivative(slope, usize::from(c)));
        }
        Ok(field.sum(&terms))
    })
}

/// The commutator `[X, Y]^a = X^b ∂_b Y^a − Y^b ∂_b X^a`.
///
/// # Errors
/// What is no vector field; different charts.
pub fn commutator(first: &Holor, second: &Holor) -> GeometryResult<Holor> {
    let second = as_vector("commutator", second)?;
    lie_derivative(&as_vector("commutator", first)?, &second)
}

/// The law of the derivative of a holor.
fn result_law(holor: &Holor) -> GeometryResult<Law> {
    match holor.law() {
        Law::Tensor { .. } => Ok(holor.law()),
        Law::Connection if holor.slots() == CONNECTION_SLOTS => Ok(Law::TENSOR),
        Law::Connection => Err(GeometryError::Law {
            operation: OPERATION,
            reason: "only a connection with coordinate indices Γ^a_bc has one".into(),
        }),
        Law::None => Err(GeometryError::Law {
            operation: OPERATION,
            reason:
                "a holor without a law has none: how it is carried along is not known"
                    .into(),
        }),
    }
}

/// The symmetry that a connection's coefficients keep when second derivatives are added to them.
pub(crate) fn connection_symmetry(coefficients: &Holor) -> Symmetry {
    let symmetric = Symmetry::symmetric(3, &[1, 2]);
    if *coefficients.symmetry() == symmetric { symmetric } else { Symmetry::none(3) }
}

/// A vector field with its first derivatives.
struct Flow<'a> {
    chart: &'a Chart,
    vector: Vec<Element>,
    /// `∂_b X^a` by a, then b.
    slopes: Vec<Vec<Element>>,
    /// `∂_c X^c`
    spread: Element,
}

impl<'a> Flow<'a> {
    fn new(vector: &'a Holor) -> Self {
        let chart = vector.chart();
        let dimension = dimension_of(chart);
        let components: Vec<Element> =
            (0..dimension).map(|index| vector.component(&[index])).collect();
        let slopes: Vec<Vec<Element>> = components
            .iter()
            .map(|value| {
                (0..chart.dimension())
                    .map(|place| chart.derivative(value, place))
                    .collect()
            })
            .collect();
        let diagonal: Vec<Element> = slopes
            .iter()
            .enumerate()
            .filter_map(|(place, row)| row.get(place).cloned())
            .collect();
        let spread = chart.field().sum(&diagonal);
        Self { chart, vector: components, slopes, spread }
    }

    /// `∂_b X^a`
    fn slope(&self, a: u8, b: u8) -> Option<&Element> {
        self.slopes.get(usize::from(a))?.get(usize::from(b))
    }

    /// `X^c ∂_c T` and the terms of the indices.
    fn transport(&self, holor: &Holor, indices: &[u8]) -> Vec<Element> {
        let field = self.chart.field();
        let mut terms = Vec::new();
        if let Some((component, negative)) = holor.stored(indices) {
            for (place, speed) in self.vector.iter().enumerate() {
                if !speed.is_zero() {
                    let slope = self.chart.derivative(component, place);
                    let term = field.multiply(speed, &slope);
                    terms.push(if negative { field.negate(&term) } else { term });
                }
            }
        }
        let mut products = Vec::new();
        let mut shifted = indices.to_vec();
        for (place, (slot, &own)) in holor.slots().iter().zip(indices).enumerate() {
            if slot.space == Space::Frame {
                continue;
            }
            for other in 0..dimension_of(self.chart) {
                if let Some(index) = shifted.get_mut(place) {
                    *index = other;
                }
                let Some((component, negative)) = holor.stored(&shifted) else {
                    continue;
                };
                let (slope, sign) = match slot.variance {
                    Variance::Up => (self.slope(own, other), -1),
                    Variance::Down => (self.slope(other, own), 1),
                };
                if let Some(slope) = slope.filter(|slope| !slope.is_zero()) {
                    products.push((
                        if negative { -sign } else { sign },
                        slope,
                        component,
                    ));
                }
            }
            if let Some(index) = shifted.get_mut(place) {
                *index = own;
            }
        }
        terms.push(field.sum_of_products(&products));
        terms
    }
}
