//! Whether a value is a square in the field: by norms down the tower of square roots.

use holor_polynomial::{Polynomial, Var};

use super::fraction::Denominator;
use super::roots;
use super::{Element, Field, locked};

/// The answer.
#[derive(Debug)]
pub(super) enum Squareness {
    /// It is the square of this.
    Square(Element),
    /// It is proven that it is no square.
    NotSquare,
    /// Generators that are no square roots are in the way.
    Unknown,
}

/// Towers higher than this are not searched.
const HIGHEST: usize = 6;

/// Looks for the square root of a value.
pub(super) fn square_root(field: &Field, a: &Element) -> Squareness {
    let (rows, nested) = {
        let roots = locked(&field.0.roots);
        let rows: Vec<Var> = roots.rows.iter().map(|row| row.var).collect();
        (rows, roots.nested.clone())
    };
    let known = |var: &Var| {
        !field.0.generators.is_algebraic(*var)
            || rows.contains(var)
            || nested.contains(var)
    };
    if !a.numerator().variables().iter().all(known) || nested.len() > HIGHEST {
        return Squareness::Unknown;
    }
    search(field, a, &nested, &rows, &mut Vec::new())
}

/// `nested` are the roots of the tower that may still occur, `removed` the rows that may not.
fn search(
    field: &Field,
    a: &Element,
    nested: &[Var],
    rows: &[Var],
    removed: &mut Vec<Var>,
) -> Squareness {
    if a.is_zero() || a.is_one() {
        return Squareness::Square(a.clone());
    }
    if field.poll().is_err() {
        return Squareness::Unknown;
    }
    if let Some((&top, rest)) = nested.split_last() {
        let below = |field: &Field, b: &Element, removed: &mut Vec<Var>| {
            search(field, b, rest, rows, removed)
        };
        let Some(relation) = field.0.generators.relation(top) else {
            return Squareness::Unknown;
        };
        let radicand = Element::from_polynomial(relation.tail.clone());
        if a.numerator().degree(top) > 0 {
            return denested(field, a, top, &radicand, removed, below);
        }
        let plain = below(field, a, removed);
        if !matches!(plain, Squareness::NotSquare) {
            return plain;
        }
        return match below(field, &field.multiply(a, &radicand), removed) {
            Squareness::Square(root) => {
                match field
                    .divide(&field.multiply(&root, &field.generator(top)), &radicand)
                {
                    Ok(root) => Squareness::Square(root),
                    Err(_) => Squareness::Unknown,
                }
            }
            other => other,
        };
    }
    let top =
        a.numerator().variables().iter().rev().copied().find(|var| rows.contains(var));
    let Some(top) = top else {
        let split = roots::split(field, a);
        return match roots::in_span(field, &split.class, removed) {
            Some(root) => Squareness::Square(field.multiply(&root, &split.outside)),
            None if split.certain => Squareness::NotSquare,
            None => Squareness::Unknown,
        };
    };
    let Some(relation) = field.0.generators.relation(top) else {
        return Squareness::Unknown;
    };
    let radicand = Element::from_polynomial(relation.tail.clone());
    removed.push(top);
    let outcome = denested(field, a, top, &radicand, removed, |field, b, removed| {
        search(field, b, &[], rows, removed)
    });
    removed.pop();
    outcome
}

/// `A + B u = (y + z u)²` with `y² = (A ± M)/2`, `M² = A² − B² P`, `z = B/(2y)`.
fn denested(
    field: &Field,
    a: &Element,
    var: Var,
    radicand: &Element,
    removed: &mut Vec<Var>,
    below: impl Fn(&Field, &Element, &mut Vec<Var>) -> Squareness,
) -> Squareness {
    let mut parts = [Polynomial::zero(), Polynomial::zero()];
    for (exponent, coefficient) in a.numerator().coefficients_in(var) {
        if let Some(part) = parts.get_mut(exponent as usize) {
            *part = coefficient;
        }
    }
    let [constant, linear] = parts.map(|part| {
        let denominator: Denominator = a.denominator().clone();
        field.in_lowest_terms(part, denominator, |_| true)
    });
    let linear_square = field.multiply(&linear, &linear);
    let norm = field.subtract(
        &field.multiply(&constant, &constant),
        &field.multiply(&linear_square, radicand),
    );
    let root = match below(field, &norm, removed) {
        Squareness::Square(root) => root,
        other => return other,
    };
    let mut certain = true;
    for root in [root.clone(), field.negate(&root)] {
        let half = field.scale(&field.add(&constant, &root), 1, 2);
        if half.is_zero() {
            continue;
        }
        match below(field, &half, removed) {
            Squareness::Square(y) => {
                let double = field.scale(&y, 2, 1);
                let Ok(z) = field.divide(&linear, &double) else {
                    return Squareness::Unknown;
                };
                let term = field.multiply(&z, &field.generator(var));
                return Squareness::Square(field.add(&y, &term));
            }
            Squareness::NotSquare => {}
            Squareness::Unknown => certain = false,
        }
    }
    if certain { Squareness::NotSquare } else { Squareness::Unknown }
}
