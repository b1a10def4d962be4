//! Coefficients: polynomials in what occurs in them are multiplied out, so that those which cancel are 0.

use holor_algebra::{Expr, Node};

/// How many terms a product may have to be multiplied out.
const TERM_LIMIT: usize = 4096;

/// Products and powers of sums multiplied out, where that is not too long.
pub(super) fn expand(expr: &Expr) -> Expr {
    match expr.node() {
        Node::Add(terms) => Expr::add(terms.iter().map(expand)),
        Node::Mul(factors) => factors
            .iter()
            .map(expand)
            .fold(Expr::one(), |left, right| multiply(&left, &right)),
        Node::Power(base, exponent) if matches!(base.node(), Node::Add(_)) => {
            let exponent: Option<u32> =
                exponent.as_integer().and_then(|exponent| exponent.try_into().ok());
            match exponent {
                Some(exponent @ 2..=16) => {
                    let base = expand(base);
                    (1..exponent).fold(base.clone(), |power, _| multiply(&power, &base))
                }
                _ => expr.clone(),
            }
        }
        _ => expr.clone(),
    }
}

fn multiply(left: &Expr, right: &Expr) -> Expr {
    let (a, b) = (left.terms(), right.terms());
    if (a.len() == 1 && b.len() == 1) || a.len() * b.len() > TERM_LIMIT {
        return left * right;
    }
    Expr::add(a.iter().flat_map(|one| b.iter().map(move |other| one * other)))
}
