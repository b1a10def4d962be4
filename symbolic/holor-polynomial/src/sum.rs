//! Sums and differences.

use std::cmp::Ordering;

use num_bigint::BigInt;

use crate::Polynomial;
use crate::body::{Body, common};
use crate::coefficient::Coefficients;
use crate::key::{Key, with_key};
use crate::layout::Shape;

/// `a + b`, or `a − b`.
pub(crate) fn sum(a: &Polynomial, b: &Polynomial, subtract: bool) -> Polynomial {
    if b.is_zero() {
        return a.clone();
    }
    if a.is_zero() {
        return if subtract { b.negate() } else { b.clone() };
    }
    let (a, b) = (&*a.0, &*b.0);
    let (variables, width) = common(a, b);
    let shape = Shape { variables: &variables, width };
    let words = shape.words();
    let (left, right) = (a.exponents_in(shape), b.exponents_in(shape));
    let left = (&*left, &a.coefficients);
    let right = (&*right, &b.coefficients);
    let (exponents, coefficients) =
        with_key!(words, merged(left, right, words, subtract));
    Body { variables, width, exponents, coefficients }.finish()
}

type Operand<'a> = (&'a [u64], &'a Coefficients);

fn merged<K: Key>(
    (left, a): Operand<'_>,
    (right, b): Operand<'_>,
    words: usize,
    subtract: bool,
) -> (Vec<u64>, Coefficients) {
    let mut exponents = Vec::with_capacity(left.len() + right.len());
    let mut coefficients = Coefficients::with_capacity(a.len() + b.len());
    let key =
        |list: &[u64], index: usize| K::load(&list[index * words..(index + 1) * words]);
    let (mut i, mut j) = (0, 0);
    while i < a.len() || j < b.len() {
        let order = if i == a.len() {
            Ordering::Less
        } else if j == b.len() {
            Ordering::Greater
        } else {
            key(left, i).cmp(&key(right, j))
        };
        let before = coefficients.len();
        match (order, a, b) {
            (Ordering::Greater, Coefficients::Small(a), _) => coefficients.push(a[i]),
            (Ordering::Greater, Coefficients::Large(a), _) => {
                coefficients.push_large(a[i].clone());
            }
            (Ordering::Less, _, Coefficients::Small(b)) if subtract => {
                coefficients.push_wide(-i128::from(b[j]));
            }
            (Ordering::Less, _, Coefficients::Small(b)) => coefficients.push(b[j]),
            (Ordering::Less, _, Coefficients::Large(b)) if subtract => {
                coefficients.push_large(-&b[j]);
            }
            (Ordering::Less, _, Coefficients::Large(b)) => {
                coefficients.push_large(b[j].clone());
            }
            (Ordering::Equal, Coefficients::Small(a), Coefficients::Small(b)) => {
                let right = if subtract { -i128::from(b[j]) } else { b[j].into() };
                let total = i128::from(a[i]) + right;
                if total != 0 {
                    coefficients.push_wide(total);
                }
            }
            (Ordering::Equal, _, _) => {
                let total =
                    if subtract { a.get(i) - b.get(j) } else { a.get(i) + b.get(j) };
                if total != BigInt::ZERO {
                    coefficients.push_large(total);
                }
            }
        }
        if coefficients.len() > before {
            let (list, index) =
                if order == Ordering::Less { (right, j) } else { (left, i) };
            exponents.extend_from_slice(&list[index * words..(index + 1) * words]);
        }
        i += usize::from(order != Ordering::Less);
        j += usize::from(order != Ordering::Greater);
    }
    (exponents, coefficients)
}
