//! Polynomials in one variable modulo a prime, coefficients ascending, no leading zeros.

use crate::modular::Modulus;
use crate::stop;

/// Drops leading zeros.
pub(crate) fn trim(a: &mut Vec<u64>) {
    while a.last() == Some(&0) {
        a.pop();
    }
}

/// A greatest common divisor, up to a factor. Modulus below 2⁶².
pub(crate) fn gcd(mut a: Vec<u64>, mut b: Vec<u64>, modulus: Modulus) -> Vec<u64> {
    loop {
        if a.len() < b.len() {
            std::mem::swap(&mut a, &mut b);
        }
        if b.is_empty() {
            return a;
        }
        if b.len() == 1 || stop::is_raised() {
            return vec![1];
        }
        reduce(&mut a, &b, modulus);
    }
}

/// Brings a multiple of the remainder of `a` by `b` into `a`, or part of the way; `a` is at least as long.
fn reduce(a: &mut Vec<u64>, b: &[u64], modulus: Modulus) {
    let (top, b_top) = (a.len() - 1, b.len() - 1);
    let (a_lead, b_lead) = (a[top], b[b_top]);
    let wide = |x: u64, y: u64| u128::from(x) * u128::from(y);
    match top - b_top {
        0 => {
            let down = modulus.negative(a_lead);
            for (x, y) in a.iter_mut().zip(b) {
                *x = modulus.reduce_wide(wide(*x, b_lead) + wide(*y, down));
            }
        }
        1 => {
            // lead(b)²·a − (q₁x + q₀)·b
            let first = modulus.negative(modulus.times(a_lead, b_lead));
            let second = modulus.minus(
                modulus.times(a_lead, b[b_top - 1]),
                modulus.times(b_lead, a[top - 1]),
            );
            let square = modulus.times(b_lead, b_lead);
            let mut before = 0;
            for (x, y) in a.iter_mut().zip(b) {
                *x = modulus.reduce_wide(
                    wide(*x, square) + wide(before, first) + wide(*y, second),
                );
                before = *y;
            }
            a.pop();
        }
        _ => {
            let inverse = modulus.inverse(b_lead);
            while a.len() > b.len() + 1 {
                if let Some(lead) = a.pop() {
                    let factor = modulus.negative(modulus.times(lead, inverse));
                    let start = a.len() - b_top;
                    for (x, y) in a[start..].iter_mut().zip(b) {
                        *x = modulus.plus(*x, modulus.times(*y, factor));
                    }
                }
                trim(a);
                if stop::is_raised() {
                    a.clear();
                }
            }
        }
    }
    trim(a);
}

/// The quotient by a polynomial that divides `a`.
pub(crate) fn quotient(mut a: Vec<u64>, by: &[u64], modulus: Modulus) -> Vec<u64> {
    let degree = by.len() - 1;
    let inverse = modulus.inverse(by[degree]);
    let mut quotient = vec![0; (a.len() - degree).max(1)];
    for (shift, place) in quotient.iter_mut().enumerate().rev() {
        *place = modulus.times(a[shift + degree], inverse);
        let factor = modulus.negative(*place);
        for (x, y) in a[shift..].iter_mut().zip(&by[..degree]) {
            *x = modulus.plus(*x, modulus.times(*y, factor));
        }
    }
    quotient
}

/// The remainder of `Σ value·xᵉ`, given as pairs (e, value) with e ascending, by a polynomial.
pub(crate) fn sparse_remainder(
    terms: &[(u64, u64)],
    by: &[u64],
    modulus: Modulus,
) -> Vec<u64> {
    let degree = by.len() - 1;
    let inverse = modulus.inverse(by[degree]);
    let monic: Vec<u64> = by.iter().map(|c| modulus.times(*c, inverse)).collect();
    let reduce = |mut a: Vec<u64>| {
        while a.len() > degree {
            if let Some(lead) = a.pop() {
                let factor = modulus.negative(lead);
                let start = a.len() - degree;
                for (x, y) in a[start..].iter_mut().zip(&monic) {
                    *x = modulus.plus(*x, modulus.times(*y, factor));
                }
            }
        }
        a
    };
    let times = |a: &[u64], b: &[u64]| {
        let mut product = vec![0; (a.len() + b.len()).saturating_sub(1)];
        for (i, x) in a.iter().enumerate() {
            for (place, y) in product[i..].iter_mut().zip(b) {
                *place = modulus.plus(*place, modulus.times(*x, *y));
            }
        }
        reduce(product)
    };
    let x_to = |exponent: u64| {
        let mut power = reduce(vec![1]);
        for bit in (0..64 - exponent.leading_zeros()).rev() {
            power = times(&power, &power);
            if exponent >> bit & 1 == 1 {
                power.insert(0, 0);
                power = reduce(power);
            }
        }
        power
    };
    // From x^e to the next exponent by the power of x between them.
    let mut rest = vec![0; degree];
    let (mut power, mut at) = (reduce(vec![1]), 0);
    for (exponent, value) in terms {
        if *exponent != at {
            power = times(&power, &x_to(exponent - at));
            at = *exponent;
        }
        for (sum, c) in rest.iter_mut().zip(&power) {
            *sum = modulus.plus(*sum, modulus.times(*c, *value));
        }
        if stop::is_raised() {
            break;
        }
    }
    rest
}

/// Solves `Σₜ cₜ·nodeₜˢ = valueₛ` for s = 1, 2, …, with distinct nodes ≠ 0; `None` when they are not.
pub(crate) fn solve_power_sums(
    nodes: &[u64],
    values: &[u64],
    modulus: Modulus,
) -> Option<Vec<u64>> {
    // ∏ (z − nodeₜ), coefficients ascending
    let mut master = vec![1];
    for node in nodes {
        master.push(1);
        let minus = modulus.negative(*node);
        for i in (1..master.len() - 1).rev() {
            master[i] = modulus.plus(master[i - 1], modulus.times(master[i], minus));
        }
        master[0] = modulus.times(master[0], minus);
    }
    let mut solution = Vec::with_capacity(nodes.len());
    for node in nodes {
        // The quotient by z − node has the coefficients q; it vanishes at the other nodes.
        let (mut q, mut at_node, mut sum) = (0, 0, 0);
        for s in (0..nodes.len()).rev() {
            q = modulus.plus(master[s + 1], modulus.times(q, *node));
            at_node = modulus.plus(modulus.times(at_node, *node), q);
            sum = modulus.plus(sum, modulus.times(q, values[s]));
        }
        let weight = modulus.times(at_node, *node);
        if weight == 0 {
            return None;
        }
        solution.push(modulus.times(sum, modulus.inverse(weight)));
    }
    Some(solution)
}
