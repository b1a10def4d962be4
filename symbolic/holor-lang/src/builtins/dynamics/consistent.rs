//! Values at the start that follow from the others, by equations without derivatives.

use holor_algebra::{Expr, Symbol};

use super::initial::Initial;
use crate::array::{Complex64, complex_number, number};
use crate::dynamics::{Places, System, coefficient};
use crate::{Result, Value};

/// Fills the values of unknowns that equations without derivatives give: where such an equation is linear in the only unknown
/// without a value, `0 = r + c b`, it is `b = -r/c`. One may follow from another.
pub(super) fn complete_algebraic(
    places: &Places<'_>,
    system: &System,
    initial: &mut Initial,
    start: f64,
) -> Result<()> {
    let engine = places.call.engine();
    let symbols: Vec<Symbol> =
        system.variables().into_iter().skip(1).take(system.states.len()).collect();
    let constraints: Vec<&Expr> = system
        .rates
        .iter()
        .zip(&system.differential)
        .filter(|(_, differential)| !**differential)
        .map(|(rate, _)| rate)
        .collect();
    let formula = |value: (f64, f64)| match number(Complex64::new(value.0, value.1)) {
        Value::Expr(value) => Some(value),
        _ => None,
    };
    loop {
        let missing: Vec<usize> = (0..symbols.len())
            .filter(|place| initial.start.get(*place).is_some_and(Option::is_none))
            .collect();
        let mut rules = Vec::new();
        let time = formula((start, 0.0));
        rules.extend(time.map(|time| (Expr::symbol(system.time.name()), time)));
        for (symbol, value) in symbols.iter().zip(&initial.start) {
            let value = value.and_then(formula);
            rules.extend(value.map(|value| (Expr::symbol(symbol.name()), value)));
        }
        let mut found = None;
        for constraint in &constraints {
            let mut open = missing.iter().filter(|place| {
                symbols.get(**place).is_some_and(|it| constraint.contains_symbol(it))
            });
            let (Some(&place), None) = (open.next(), open.next()) else { continue };
            let Some(symbol) = symbols.get(place) else { continue };
            if system.differential.get(place) != Some(&false) {
                continue;
            }
            let one = std::slice::from_ref(symbol);
            let slope = coefficient(&engine, constraint, symbol, one)?;
            if slope.contains_symbol(symbol) {
                continue;
            }
            let rest = constraint.substitute_symbol(symbol, &Expr::zero());
            let at_start =
                |expr: &Expr| complex_number(&engine, &expr.substitute(&rules));
            if let (Some(slope), Some(rest)) = (at_start(&slope), at_start(&rest))
                && slope != Complex64::new(0.0, 0.0)
            {
                let value = -rest / slope;
                if value.re.is_finite() && value.im.is_finite() {
                    found = Some((place, (value.re, value.im)));
                    break;
                }
            }
        }
        match found.map(|(place, value)| (initial.start.get_mut(place), value)) {
            Some((Some(slot), value)) => *slot = Some(value),
            _ => return Ok(()),
        }
    }
}
