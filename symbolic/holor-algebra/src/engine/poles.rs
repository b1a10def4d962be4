//! Where an integrand has the pole for which its integral diverges.

use super::Solutions;
use super::compile::constant_value;
use super::convert::Session;
use super::solve::solve_one;
use crate::{Expr, Node, Symbol};

/// How the algebra crate says where a pole is: the base of a power and an interval with rational ends that holds one zero of it.
const CELL: &str = " at the zero of ";

/// The reason with the pole itself in the place of an interval that holds it, where it is found.
pub(super) fn placed(
    session: &Session,
    integrand: &Expr,
    variable: &Symbol,
    reason: String,
) -> String {
    let pole = || {
        let (before, rest) = reason.split_once(CELL)?;
        let (cell, after) = rest.split_once(']')?;
        let (low, high) = cell.rsplit_once(" in (")?.1.split_once(',')?;
        let (low, high) = (rational(low)?, rational(high)?);
        let mut found: Option<Expr> = None;
        for root in roots(session, integrand, variable) {
            let Some((value, 0.0)) = constant_value(&root) else { continue };
            if !(low < value && value <= high) || found.as_ref() == Some(&root) {
                continue;
            }
            // Of two nobody knows which one is meant.
            if found.replace(root).is_some() {
                return None;
            }
        }
        Some(format!("{before} at {variable} = {}{after}", found?))
    };
    pole().unwrap_or(reason)
}

fn rational(text: &str) -> Option<f64> {
    let (above, below) = text.trim().split_once('/').unwrap_or((text.trim(), "1"));
    Some(above.parse::<f64>().ok()? / below.parse::<f64>().ok()?)
}

/// The zeros of what an integrand divides by.
fn roots(session: &Session, integrand: &Expr, variable: &Symbol) -> Vec<Expr> {
    let mut bases: Vec<Expr> = Vec::new();
    integrand.any(&mut |part| {
        if let Node::Power(base, exponent) = part.node()
            && base.contains_symbol(variable)
            && constant_value(exponent).is_some_and(|(power, _)| power < 0.0)
            && !bases.contains(base)
        {
            bases.push(base.clone());
        }
        false
    });
    let mut roots = Vec::new();
    for base in &bases {
        if let Ok(Solutions::Finite(solutions)) = solve_one(session, base, variable) {
            let values = solutions.into_iter().flat_map(|solution| solution.0);
            roots.extend(values.map(|(_, value)| value));
        }
    }
    roots
}
