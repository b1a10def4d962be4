//! Random geometry: small polynomials of three coordinates as components.

use holor_algebra::Expr;
use holor_geometry::{Chart, Connection, Holor, Law, Metric, Slot, Symmetry};
use proptest::prelude::*;

use crate::catalogue::{chart, s, symmetric};

/// Integers from which components are made.
pub(crate) fn numbers(count: usize) -> impl Strategy<Value = Vec<i64>> {
    proptest::collection::vec(-2i64..=2, count)
}

/// A chart of three coordinates.
pub(crate) fn space() -> Chart {
    chart(&["x", "y", "z"], &[])
}

/// A polynomial of degree at most two, its coefficients taken from the front of `numbers`.
fn polynomial(numbers: &mut impl Iterator<Item = i64>) -> Expr {
    let (x, y, z) = (s("x"), s("y"), s("z"));
    let parts = [x.clone(), y.clone(), z.clone(), &x * &y, z.powi(2)];
    Expr::add(parts.into_iter().map(|part| numbers.next().unwrap_or(0) * part))
}

/// A tensor with random components.
pub(crate) fn tensor(
    chart: &Chart,
    slots: &[Slot],
    symmetry: Symmetry,
    numbers: &mut impl Iterator<Item = i64>,
) -> Holor {
    Holor::build(chart, Law::TENSOR, slots, symmetry, |_| {
        chart.read(&polynomial(numbers))
    })
    .unwrap()
}

/// A metric whose diagonal does not vanish at the origin; some entries off the diagonal.
pub(crate) fn metric(chart: &Chart, numbers: &mut impl Iterator<Item = i64>) -> Metric {
    let mut components = Vec::new();
    for a in 0..3u8 {
        for b in a..3 {
            let constant = if a != b {
                0
            } else if a == 0 {
                -1
            } else {
                1
            };
            // One off-diagonal entry is enough to leave no symmetry.
            let value = if a == b || (a, b) == (0, 1) {
                polynomial(numbers) + constant
            } else {
                Expr::zero()
            };
            components.push((a, b, value));
        }
    }
    Metric::new(&symmetric(chart, &components).unwrap()).unwrap()
}

/// A connection with random coefficients.
pub(crate) fn connection(
    chart: &Chart,
    numbers: &mut impl Iterator<Item = i64>,
) -> Connection {
    let slots = [Slot::UP, Slot::DOWN, Slot::DOWN];
    let coefficients = tensor(chart, &slots, Symmetry::none(3), numbers);
    Connection::from_coefficients(&coefficients.without_law().unwrap()).unwrap()
}
