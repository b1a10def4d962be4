//! Inverting a change of chart by solving its equations.

use holor_algebra::{Engine, Expr, Node, Solutions, Symbol};

use super::CoordinateChange;
use crate::{Chart, GeometryError, GeometryResult};

/// The inverse of a change that gives the coordinates of `change.old()` in terms of those of `change.new_chart()`: the
/// latter are found in terms of the former.
pub(super) fn invert(
    change: &CoordinateChange,
    engine: &Engine,
) -> GeometryResult<CoordinateChange> {
    let (known, unknown) = (change.old(), change.new_chart());
    // Both charts may use one name; values of the known coordinates get names that nobody has.
    let values: Vec<Symbol> = known
        .coordinates()
        .iter()
        .map(|coordinate| Symbol::new(&format!("{coordinate}_value")))
        .collect();
    let mut found: Vec<Option<Expr>> = vec![None; unknown.dimension()];
    let mut equations = Vec::new();
    for (image, value) in change.old_in_terms_of_new().iter().zip(&values) {
        let place = image.as_symbol().and_then(|symbol| unknown.place(symbol));
        match place.and_then(|place| found.get_mut(place)) {
            Some(slot) if slot.is_none() => *slot = Some(symbol_of(value)),
            _ => equations.push(Expr::equation(symbol_of(value), image.clone())),
        }
    }
    let direct: Vec<(Expr, Expr)> = unknown
        .coordinates()
        .iter()
        .zip(&found)
        .filter_map(|(symbol, value)| Some((symbol_of(symbol), value.clone()?)))
        .collect();
    let open: Vec<Symbol> = unknown
        .coordinates()
        .iter()
        .zip(&found)
        .filter(|(_, value)| value.is_none())
        .map(|(symbol, _)| symbol.clone())
        .collect();
    let candidates = if open.is_empty() {
        vec![Vec::new()]
    } else {
        let equations: Vec<Expr> =
            equations.iter().map(|equation| equation.substitute(&direct)).collect();
        let solutions =
            engine.solve(&equations, &open).map_err(|_| not_invertible(known, unknown))?;
        solution_values(solutions)
    };
    let names: Vec<(Expr, Expr)> =
        values.iter().map(symbol_of).zip(known.coordinates().iter().map(symbol_of)).collect();
    let mut verified = Vec::new();
    for candidate in candidates {
        let images: Option<Vec<Expr>> = unknown
            .coordinates()
            .iter()
            .zip(&found)
            .map(|(symbol, direct)| {
                let solved = candidate.iter().find(|(own, _)| own == symbol);
                let value = direct.as_ref().or(solved.map(|(_, value)| value))?;
                Some(value.substitute(&names))
            })
            .collect();
        let Some(images) = images else { continue };
        let Ok(inverse) = CoordinateChange::new(unknown, known, images) else { continue };
        if is_inverse(change, &inverse) {
            verified.push(inverse);
        }
    }
    let mut verified = verified.into_iter();
    match (verified.next(), verified.next()) {
        (Some(only), None) => Ok(only),
        _ => Err(not_invertible(known, unknown)),
    }
}

/// Whether the change after its inverse is the identity.
fn is_inverse(change: &CoordinateChange, inverse: &CoordinateChange) -> bool {
    let chart = change.old();
    change.old_in_terms_of_new().iter().zip(chart.coordinates()).all(|(image, coordinate)| {
        let value = inverse
            .as_map()
            .substitute(image)
            .and_then(|expr| chart.read(&expr));
        value.is_ok_and(|value| value == chart.field().symbol(coordinate))
    })
}

/// The values of each finite solution.
fn solution_values(solutions: Solutions) -> Vec<Vec<(Symbol, Expr)>> {
    match solutions {
        Solutions::Finite(all) => all.into_iter().map(|solution| solution.0).collect(),
        Solutions::Conditional(all) => {
            all.into_iter().map(|(solution, _)| solution.0).collect()
        }
        Solutions::None { .. } | Solutions::Family { .. } | Solutions::Everything => {
            Vec::new()
        }
    }
}

fn symbol_of(symbol: &Symbol) -> Expr {
    Expr::from_node(Node::Symbol(symbol.clone()))
}

/// Which direction to give instead.
fn not_invertible(known: &Chart, unknown: &Chart) -> GeometryError {
    let names: Vec<&str> = unknown.coordinates().iter().map(Symbol::name).collect();
    GeometryError::Map {
        reason: format!(
            "the equations could not be solved uniquely for {}; give these old coordinates as expressions in those of {known}",
            names.join(", ")
        ),
    }
}
