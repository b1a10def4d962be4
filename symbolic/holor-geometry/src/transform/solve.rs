//! Inverting a change of chart by solving its equations.

use holor_algebra::{Engine, Expr, Function, Node, Solutions, Symbol};

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
    let equations = change
        .old_in_terms_of_new()
        .iter()
        .zip(&values)
        .map(|(image, value)| (symbol_of(value), image.clone()))
        .collect();
    let mut system = System {
        chart: unknown,
        equations,
        open: unknown.coordinates().to_vec(),
        eliminated: Vec::new(),
    };
    while system.eliminate_linear()? || system.eliminate_angle()? {}
    let engine = engine_for(known, &values, engine);
    let candidates =
        system.solve_rest(&engine).ok_or_else(|| not_invertible(known, unknown))?;
    let names: Vec<(Expr, Expr)> = values
        .iter()
        .map(symbol_of)
        .zip(known.coordinates().iter().map(symbol_of))
        .collect();
    let mut verified = Vec::new();
    for candidate in candidates {
        let images: Option<Vec<Expr>> = unknown
            .coordinates()
            .iter()
            .map(|symbol| {
                let found = candidate.iter().find(|(own, _)| own == symbol);
                found.map(|(_, value)| value.substitute(&names))
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

/// Equations `value == image` for the coordinates of a chart.
struct System<'a> {
    chart: &'a Chart,
    equations: Vec<(Expr, Expr)>,
    /// The coordinates still to be found.
    open: Vec<Symbol>,
    /// Coordinates in terms of values and of those eliminated later or open.
    eliminated: Vec<(Symbol, Expr)>,
}

impl System<'_> {
    /// Eliminates a coordinate that occurs linearly in an equation, its coefficient free of open coordinates.
    fn eliminate_linear(&mut self) -> GeometryResult<bool> {
        let field = self.chart.field();
        for (place, (value, image)) in self.equations.iter().enumerate() {
            let element = field.read(image)?;
            for symbol in &self.open {
                let factor = field.derivative(&element, symbol);
                let is_free = self
                    .open
                    .iter()
                    .all(|other| field.derivative(&factor, other).is_zero());
                if factor.is_zero() || !is_free {
                    continue;
                }
                let own = field.multiply(&factor, &field.symbol(symbol));
                let rest = field.write_plainly(&field.subtract(&element, &own));
                let solved = (value - rest) / field.write_plainly(&factor);
                let symbol = symbol.clone();
                self.equations.remove(place);
                for (_, image) in &mut self.equations {
                    *image = image.substitute_symbol(&symbol, &solved);
                }
                self.open.retain(|other| *other != symbol);
                self.eliminated.push((symbol, solved));
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Eliminates an angle that occurs as `u == F cos φ`, `v == F sin φ` with `F > 0`: then `φ == atan2(v, u)` and
    /// `sqrt(u² + v²) == F`; or a rapidity as `u == F cosh η`, `v == F sinh η`: `η == atanh(v/u)` and `sqrt(u² − v²) == F`.
    fn eliminate_angle(&mut self) -> GeometryResult<bool> {
        use Function::{Atan2, Atanh, Cos, Cosh, Sin, Sinh};
        let field = self.chart.field().clone();
        for symbol in self.open.clone() {
            for (along, across, circular) in [(Cos, Sin, true), (Cosh, Sinh, false)] {
                let radius = |image: &Expr, function| -> GeometryResult<_> {
                    let kernel =
                        field.read(&Expr::call(function, [symbol_of(&symbol)]))?;
                    Ok(field.divide(&field.read(image)?, &kernel)?)
                };
                for (first, (u, image)) in self.equations.iter().enumerate() {
                    let size = radius(image, along)?;
                    if !field.derivative(&size, &symbol).is_zero()
                        || field.is_positive(&size) != Some(true)
                    {
                        continue;
                    }
                    for (second, (v, image)) in self.equations.iter().enumerate() {
                        if second == first || radius(image, across)? != size {
                            continue;
                        }
                        let sum = if circular {
                            u.powi(2) + v.powi(2)
                        } else {
                            u.powi(2) - v.powi(2)
                        };
                        let solved = match circular {
                            true => Expr::call(Atan2, [v.clone(), u.clone()]),
                            false => Expr::call(Atanh, [v / u]),
                        };
                        let equation = (sum.sqrt(), field.write_plainly(&size));
                        let mut place = 0;
                        self.equations.retain(|_| {
                            place += 1;
                            place - 1 != first && place - 1 != second
                        });
                        self.equations.push(equation);
                        for (_, image) in &mut self.equations {
                            *image = image.substitute_symbol(&symbol, &solved);
                        }
                        self.open.retain(|other| *other != symbol);
                        self.eliminated.push((symbol, solved));
                        return Ok(true);
                    }
                }
            }
        }
        Ok(false)
    }

    /// All solutions that the engine finds for what is left, with the eliminated coordinates.
    fn solve_rest(self, engine: &Engine) -> Option<Vec<Vec<(Symbol, Expr)>>> {
        let solutions = if self.open.is_empty() {
            vec![Vec::new()]
        } else {
            let equations: Vec<Expr> = self
                .equations
                .iter()
                .map(|(value, image)| Expr::equation(value.clone(), image.clone()))
                .collect();
            solution_values(engine.solve(&equations, &self.open).ok()?)
        };
        Some(
            solutions
                .into_iter()
                .map(|mut found| {
                    for (symbol, value) in self.eliminated.iter().rev() {
                        let rules: Vec<(Expr, Expr)> = found
                            .iter()
                            .map(|(own, value)| (symbol_of(own), value.clone()))
                            .collect();
                        found.push((symbol.clone(), value.substitute(&rules)));
                    }
                    found
                })
                .collect(),
        )
    }
}

/// An engine that knows of the values what the known chart assumes of its coordinates.
fn engine_for(known: &Chart, values: &[Symbol], engine: &Engine) -> Engine {
    let mut assumptions = engine.assumptions().clone();
    let of_known = known.field().assumptions();
    let names: Vec<(Expr, Expr)> = known
        .coordinates()
        .iter()
        .map(symbol_of)
        .zip(values.iter().map(symbol_of))
        .collect();
    for (coordinate, value) in known.coordinates().iter().zip(values) {
        for property in of_known.implied(coordinate) {
            assumptions.assume(value.clone(), property);
        }
    }
    for condition in of_known.conditions() {
        assumptions.assume_condition(condition.substitute(&names));
    }
    Engine::new(assumptions, engine.interrupt().clone())
}

/// Whether the change after its inverse is the identity.
fn is_inverse(change: &CoordinateChange, inverse: &CoordinateChange) -> bool {
    let chart = change.old();
    change.old_in_terms_of_new().iter().zip(chart.coordinates()).all(
        |(image, coordinate)| {
            let value =
                inverse.as_map().substitute(image).and_then(|expr| chart.read(&expr));
            value.is_ok_and(|value| value == chart.field().symbol(coordinate))
        },
    )
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
