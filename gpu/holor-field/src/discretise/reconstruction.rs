//! Values between cells, from the cells of one side: limited slopes and weighted cells.

use super::Limiter;
use super::formula::{Formulas, Id};
use crate::graph::{Binary, Unary};

/// ε of the weights (R. Borges et al., J. Comput. Phys. 227 (2008) 3191), and the largest ratio of a smoothness indicator, so that squares are numbers in
/// single precision.
const WENO: (f64, f64) = (1e-30, 1e6);

/// Slopes below are as none: a number in single precision.
const LEAST: f64 = 1e-30;

/// The value at the face beyond the middle one of some cells in a row.
pub(super) fn reconstructed(
    formulas: &mut Formulas,
    limiter: Limiter,
    values: &[Id],
) -> Id {
    match (limiter, values) {
        (Limiter::Minmod | Limiter::VanLeer, [behind, own, ahead]) => {
            let a = formulas.subtract(*own, *behind);
            let b = formulas.subtract(*ahead, *own);
            let slope = match limiter {
                Limiter::Minmod => minmod(formulas, a, b),
                _ => van_leer(formulas, a, b),
            };
            formulas.sum(&[(*own, 1.0), (slope, 0.5)])
        }
        (Limiter::Weno, [a, b, c, d, e]) => weno(formulas, [*a, *b, *c, *d, *e]),
        // Not reached: `values` are as many as the limiter's reach says.
        _ => values
            .get(values.len() / 2)
            .copied()
            .unwrap_or_else(|| formulas.number(f64::NAN)),
    }
}

/// The smaller of two slopes of one sign; 0 where they differ in sign.
fn minmod(formulas: &mut Formulas, a: Id, b: Id) -> Id {
    let zero = formulas.number(0.0);
    let least = formulas.binary(Binary::Minimum, a, b);
    let rising = formulas.binary(Binary::Maximum, least, zero);
    let most = formulas.binary(Binary::Maximum, a, b);
    let falling = formulas.binary(Binary::Minimum, most, zero);
    formulas.add(rising, falling)
}

/// The harmonic mean of two slopes of one sign; 0 where they differ in sign (B. van Leer, J. Comput. Phys. 14 (1974) 361).
fn van_leer(formulas: &mut Formulas, a: Id, b: Id) -> Id {
    // (a |b| + |a| b)/(|a| + |b|): what is rounded differently in a, b and a + b cannot make it large.
    let sizes = [a, b].map(|slope| formulas.unary(Unary::Absolute, slope));
    let above = [formulas.multiply(a, sizes[1]), formulas.multiply(sizes[0], b)];
    let above = formulas.add(above[0], above[1]);
    let below = formulas.add(sizes[0], sizes[1]);
    let least = formulas.number(LEAST);
    let below = formulas.binary(Binary::Maximum, below, least);
    formulas.divide(above, below)
}

/// The fifth-order reconstruction from five cells, weighted so that it avoids jumps (WENO-Z: R. Borges, M. Carmona, B. Costa and W. S. Don,
/// J. Comput. Phys. 227 (2008) 3191, equations 9–12, 25 and 26 with the power 2).
fn weno(formulas: &mut Formulas, [a, b, c, d, e]: [Id; 5]) -> Id {
    let parts = [
        formulas.sum(&[(a, 1.0 / 3.0), (b, -7.0 / 6.0), (c, 11.0 / 6.0)]),
        formulas.sum(&[(b, -1.0 / 6.0), (c, 5.0 / 6.0), (d, 1.0 / 3.0)]),
        formulas.sum(&[(c, 1.0 / 3.0), (d, 5.0 / 6.0), (e, -1.0 / 6.0)]),
    ];
    let mut roughness = |bends: [(Id, f64); 3], slope: &[(Id, f64)]| {
        let bend = formulas.sum(&bends);
        let bend = formulas.power(bend, 2);
        let slope = formulas.sum(slope);
        let slope = formulas.power(slope, 2);
        formulas.sum(&[(bend, 13.0 / 12.0), (slope, 0.25)])
    };
    let rough = [
        roughness([(a, 1.0), (b, -2.0), (c, 1.0)], &[(a, 1.0), (b, -4.0), (c, 3.0)]),
        roughness([(b, 1.0), (c, -2.0), (d, 1.0)], &[(b, 1.0), (d, -1.0)]),
        roughness([(c, 1.0), (d, -2.0), (e, 1.0)], &[(c, 3.0), (d, -4.0), (e, 1.0)]),
    ];
    let (least, most) = (formulas.number(WENO.0), formulas.number(WENO.1));
    let whole = formulas.subtract(rough[0], rough[2]);
    let whole = formulas.unary(Unary::Absolute, whole);
    let mut above = Vec::new();
    let mut below = Vec::new();
    for ((part, rough), ideal) in parts.into_iter().zip(rough).zip([0.1, 0.6, 0.3]) {
        let rough = formulas.add(rough, least);
        let ratio = formulas.divide(whole, rough);
        let ratio = formulas.binary(Binary::Minimum, ratio, most);
        let one = formulas.number(1.0);
        let square = formulas.power(ratio, 2);
        let weight = formulas.add(one, square);
        above.push((formulas.multiply(weight, part), ideal));
        below.push((weight, ideal));
    }
    let (above, below) = (formulas.sum(&above), formulas.sum(&below));
    formulas.divide(above, below)
}
