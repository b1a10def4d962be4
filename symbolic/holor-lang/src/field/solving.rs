//! Equations solved for the highest derivatives in time, and those without any for the fields that they give.

use std::collections::BTreeMap;

use holor_algebra::{Engine, Expr, Function, Matrix, Node, Relation, Symbol};

use super::BoxValue;
use super::equations::Fields;
use super::inverses::{self, Placeholder, Refusal};
use super::projection;
use super::slips;
use crate::{Diagnostic, Result, Span, codes};

/// The name and order of a derivative in time of an unknown function alone.
pub(super) fn time_derivative(expr: &Expr, time: &Symbol) -> Option<(String, usize)> {
    let Node::Call(Function::Derivative, arguments) = expr.node() else { return None };
    let [body, rest @ ..] = &**arguments else { return None };
    let Node::Apply(name, _) = body.node() else { return None };
    let order = rest.chunks(2).find_map(|pair| match pair {
        [variable, order] if variable.as_symbol() == Some(time) => {
            order.as_integer().and_then(|order| usize::try_from(order).ok())
        }
        _ => None,
    })?;
    Some((name.name().to_owned(), order))
}

/// The rate of each field that has an equation, by solving for the highest derivatives in time.
pub(super) fn solve(
    equations: &[Expr],
    time: &Symbol,
    orders: &BTreeMap<String, usize>,
    (grid, fields): (&BoxValue, &Fields),
    engine: &Engine,
    span: Span,
) -> Result<Vec<(String, Expr)>> {
    let refuse =
        |message: String| Diagnostic::error(&codes::E0310_EVOLUTION, message).at(span);
    let rates: Vec<(&String, Symbol)> = orders
        .iter()
        .filter(|(_, order)| **order > 0)
        .map(|(name, _)| (name, Symbol::new(&format!("rate of {name}"))))
        .collect();
    if rates.is_empty() {
        return refuse(format!(
            "no equation holds a derivative in {time}: nothing evolves"
        ))
        .hint(match slips::subscripted(equations, time, fields) {
            Some((_, meant)) => meant,
            None => format!("diff(u, {time}) == …"),
        })
        .into();
    }
    let mut solved: Vec<(String, Expr)> = Vec::new();
    // Residuals with placeholders for the rates, and what they are linear in.
    let mut rows: Vec<(Expr, Vec<Expr>)> = Vec::new();
    let mut held: Vec<(&Expr, Expr)> = Vec::new();
    // What equations without rates may give.
    let mut given: Vec<Vec<(String, Expr)>> = Vec::new();
    for equation in equations {
        let (left, right) = match equation.node() {
            Node::Relation(Relation::Equal, left, right) => (left.clone(), right.clone()),
            Node::Relation(..) => {
                return refuse(format!("`{equation}` is not an equation")).into();
            }
            _ => (equation.clone(), Expr::zero()),
        };
        let mut mixed = None;
        let mut behind: Vec<(String, Placeholder)> = Vec::new();
        let residual = (left.clone() - &right).transform(&mut |part| {
            let Some((name, order)) = time_derivative(&part, time) else { return part };
            if orders.get(&name) != Some(&order) {
                return part;
            }
            if let Node::Call(_, arguments) = part.node()
                && arguments.len() > 3
            {
                mixed.get_or_insert_with(|| part.clone());
                let Some(orders) = inverses::orders_along(&part, time, grid) else {
                    return part;
                };
                let text = format!("rate of {part}");
                let symbol = Symbol::new(&text);
                if behind.iter().all(|(_, known)| known.symbol != symbol) {
                    behind.push((name, Placeholder { symbol, orders }));
                }
                return Expr::symbol(&text);
            }
            rates
                .iter()
                .find(|(own, _)| **own == name)
                .map_or(part, |(_, symbol)| Expr::symbol(symbol.name()))
        });
        if let Some(mixed) = mixed {
            let rate = behind.first().and_then(|(name, _)| {
                rates.iter().find(|(own, _)| *own == name).cloned()
            });
            let alone = |(name, symbol): &(&String, Symbol)| {
                behind.iter().all(|(own, _)| own == *name)
                    && rates.iter().all(|(_, other)| {
                        other == symbol || !residual.contains_symbol(other)
                    })
            };
            let Some((name, symbol)) = rate.filter(alone) else {
                return refuse(format!(
                    "the equation holds `{mixed}`, the derivative in space of a rate, beside rates of other fields"
                ))
                .hint("one equation for each field with such derivatives")
                .into();
            };
            let mut placeholders: Vec<Placeholder> =
                behind.into_iter().map(|(_, one)| one).collect();
            if residual.contains_symbol(&symbol) {
                let orders = vec![0; grid.coordinates.len()];
                placeholders.insert(0, Placeholder { symbol, orders });
            }
            match inverses::solved(&residual, &placeholders, grid, engine) {
                Ok(_) if solved.iter().any(|(own, _)| own == name) => {
                    return refuse(twice(name)).into();
                }
                Ok(rate) => solved.push((name.clone(), rate)),
                Err(refusal) => return no_inverse(&mixed, &refusal, span).into(),
            }
            continue;
        }
        let mut coefficients = Vec::with_capacity(rates.len());
        for (name, symbol) in &rates {
            // Terms without the rate, often long, have no part in its coefficient.
            let with: Vec<Expr> = residual
                .terms()
                .iter()
                .filter(|term| term.contains_symbol(symbol))
                .cloned()
                .collect();
            let coefficient = if with.is_empty() {
                Expr::zero()
            } else {
                let with = Expr::add(with);
                engine.differentiate(&with, &Expr::symbol(symbol.name()), 1)?
            };
            if rates.iter().any(|(_, symbol)| coefficient.contains_symbol(symbol)) {
                return refuse(format!(
                    "the equation is not linear in the rate of `{name}`"
                ))
                .hint(format!("solve it for diff({name}, {time})"))
                .into();
            }
            coefficients.push(coefficient);
        }
        if coefficients.iter().all(Expr::is_zero) {
            let readings =
                readings((&left, &right), &residual, time, orders, grid, engine);
            match readings.is_empty() {
                true => held.push((equation, residual)),
                false => given.push(readings),
            }
            continue;
        }
        let zero: Vec<(Expr, Expr)> = rates
            .iter()
            .map(|(_, symbol)| (Expr::symbol(symbol.name()), Expr::zero()))
            .collect();
        rows.push((residual.substitute(&zero), coefficients));
    }
    match one_each(&given) {
        Ok(own) => solved.extend(own),
        Err(name) => return refuse(twice(&name)).hint(ONE_EACH).into(),
    }
    // Each equation with a rate of its own is solved by itself, so that its terms stay as written.
    let single = |row: &(Expr, Vec<Expr>)| {
        let mut places = row.1.iter().enumerate().filter(|(_, it)| !it.is_zero());
        match (places.next(), places.next()) {
            (Some((place, _)), None) => Some(place),
            _ => None,
        }
    };
    let places: Option<Vec<usize>> = rows.iter().map(single).collect();
    match places {
        Some(places) => {
            for (place, (rest, coefficients)) in places.iter().zip(&rows) {
                let (Some((name, _)), Some(coefficient)) =
                    (rates.get(*place), coefficients.get(*place))
                else {
                    continue;
                };
                if solved.iter().any(|(own, _)| own == *name) {
                    return refuse(twice(name)).into();
                }
                solved.push(((*name).clone(), over(&rest.negate(), coefficient)));
            }
        }
        None => {
            if rows.len() != rates.len() {
                return refuse(format!(
                    "there are {} equations for the rates of {} fields",
                    rows.len(),
                    rates.len()
                ))
                .into();
            }
            let entries: Vec<Expr> =
                rows.iter().flat_map(|(_, row)| row.iter().cloned()).collect();
            let right: Vec<Expr> = rows.iter().map(|(rest, _)| rest.negate()).collect();
            let (Some(matrix), Some(right)) = (
                Matrix::new(rows.len(), rates.len(), entries),
                Matrix::new(rows.len(), 1, right),
            ) else {
                return refuse("the equations do not give the rates".into()).into();
            };
            let solution = engine.solve_linear(&matrix, &right)?;
            for ((name, _), rate) in rates.iter().zip(solution.entries()) {
                if solved.iter().any(|(own, _)| own == *name) {
                    return refuse(twice(name)).into();
                }
                solved.push(((*name).clone(), rate.clone()));
            }
        }
    }
    for (name, _) in &rates {
        if !solved.iter().any(|(own, _)| own == *name) {
            return refuse(format!("there is no equation for the rate of `{name}`"))
                .into();
        }
    }
    for (equation, residual) in &held {
        let known: Vec<String> = solved.iter().map(|(name, _)| name.clone()).collect();
        let asked = projection::Constraint { equation, residual, rates: &solved, orders };
        let pressure = if grid.grid.axes.iter().all(|axis| axis.closed) {
            projection::poisson_of(&asked, (grid, time), fields, engine, span)?.and_then(
                |residual| {
                    let free = |name: &&String| {
                        orders.get(*name) == Some(&0) && !known.contains(*name)
                    };
                    orders
                        .keys()
                        .filter(free)
                        .find_map(|name| poisson(&residual, name, time, grid))
                },
            )
        } else {
            projection::potential_of(&asked, (grid, time), fields, engine, span)?
        };
        match pressure {
            Some((name, _)) if known.contains(&name) => {
                return refuse(twice(&name)).hint(ONE_EACH).into();
            }
            Some(pressure) => solved.push(pressure),
            None => {
                return refuse(format!("`{equation}` holds no derivative in {time}"))
                    .hint(format!("diff(u, {time}) == …"))
                    .hint("a field that others give: w == …, or laplacian(w) == …")
                    .into();
            }
        }
    }
    Ok(solved)
}

/// What to do about a field with two equations.
const ONE_EACH: &str = "one equation for each field, and for each rate";

fn twice(name: &str) -> String {
    format!("there are two equations for `{name}`")
}

/// A field for each equation without a rate, none twice: of the readings of each the first that leaves the others one.
///
/// # Errors
/// The name of a field that has more equations than one.
fn one_each(
    given: &[Vec<(String, Expr)>],
) -> std::result::Result<Vec<(String, Expr)>, String> {
    // For each equation the reading that it has.
    let mut taken: Vec<Option<usize>> = vec![None; given.len()];
    for equation in 0..given.len() {
        if !takes(given, equation, &mut taken, &mut Vec::new()) {
            let name = given.get(equation).and_then(|own| own.first());
            return Err(name.map_or_else(String::new, |(name, _)| name.clone()));
        }
    }
    let own = given.iter().zip(taken);
    Ok(own.filter_map(|(readings, taken)| readings.get(taken?).cloned()).collect())
}

/// Gives an equation a reading, where need be by giving others another (an augmenting path of bipartite matching).
fn takes(
    given: &[Vec<(String, Expr)>],
    equation: usize,
    taken: &mut [Option<usize>],
    asked: &mut Vec<String>,
) -> bool {
    let readings = given.get(equation).map_or(&[][..], Vec::as_slice);
    for (place, (name, _)) in readings.iter().enumerate() {
        if asked.contains(name) {
            continue;
        }
        asked.push(name.clone());
        let holder = given.iter().zip(&*taken).position(|(readings, taken)| {
            taken
                .and_then(|taken| readings.get(taken))
                .is_some_and(|(own, _)| own == name)
        });
        if holder.is_none_or(|holder| takes(given, holder, taken, asked)) {
            if let Some(slot) = taken.get_mut(equation) {
                *slot = Some(place);
            }
            return true;
        }
    }
    false
}

/// What an equation without rates may give, the likeliest first: the field that is one of its sides, or the one that its operator acts on,
/// which comes first where that is the left side.
fn readings(
    (left, right): (&Expr, &Expr),
    residual: &Expr,
    time: &Symbol,
    orders: &BTreeMap<String, usize>,
    grid: &BoxValue,
    engine: &Engine,
) -> Vec<(String, Expr)> {
    let holds = |formula: &Expr, name: &str| {
        formula.any(
            &mut |part| matches!(part.node(), Node::Apply(own, _) if own.name() == name),
        )
    };
    let mut names: Vec<&String> =
        orders.iter().filter(|(_, order)| **order == 0).map(|(name, _)| name).collect();
    names.retain(|name| holds(residual, name));
    names.sort_by_key(|name| !holds(left, name));
    let named = |side: &Expr, other: &Expr| match side.node() {
        Node::Apply(name, arguments)
            if arguments.first().and_then(Expr::as_symbol) == Some(time)
                && orders.get(name.name()) == Some(&0) =>
        {
            Some((name.name().to_owned(), other.clone()))
        }
        _ => None,
    };
    let sides = [named(left, right), named(right, left)].into_iter().flatten();
    // `w == 2 w + u` is no formula for w yet.
    let (within, sides): (Vec<_>, Vec<_>) =
        sides.partition(|(name, formula)| holds(formula, name));
    let inverted = names.into_iter().filter_map(|name| {
        poisson(residual, name, time, grid)
            .or_else(|| helmholtz(residual, name, time, grid, engine))
    });
    let operator = left.any(&mut |part| {
        let Node::Call(Function::Derivative, arguments) = part.node() else {
            return false;
        };
        let of = arguments.first().map(Expr::node);
        matches!(of, Some(Node::Apply(name, _)) if orders.get(name.name()) == Some(&0))
    });
    match operator {
        true => inverted.chain(sides).chain(within).collect(),
        false => sides.into_iter().chain(inverted).chain(within).collect(),
    }
}

/// `a ∇²f + rest == 0` for the field of this name, without derivatives in time, `a` a number and nothing else of `f` in the equation:
/// `f == inverse_laplacian(-rest/a)`.
fn poisson(
    residual: &Expr,
    name: &str,
    time: &Symbol,
    grid: &BoxValue,
) -> Option<(String, Expr)> {
    let second = |part: &Expr, name: &str| -> Option<usize> {
        let Node::Call(Function::Derivative, arguments) = part.node() else {
            return None;
        };
        let [body, variable, order] = &**arguments else { return None };
        let axis = grid.axis_of(variable.as_symbol()?)?;
        let two = order.as_integer() == Some(&2.into());
        let own = matches!(body.node(), Node::Apply(own, _) if own.name() == name);
        (two && own).then_some(axis)
    };
    let is = |part: &Expr, name: &str| match part.node() {
        Node::Apply(own, arguments) => {
            own.name() == name
                && arguments.first().and_then(Expr::as_symbol) == Some(time)
        }
        _ => false,
    };
    let mut factors = vec![Expr::zero(); grid.coordinates.len()];
    let mut rest = Vec::new();
    for term in residual.terms() {
        if !term.any(&mut |part| is(part, name)) {
            rest.push(term.clone());
            continue;
        }
        let (mut axis, mut factor) = (None, Vec::new());
        let parts = match term.node() {
            Node::Mul(parts) => parts.to_vec(),
            _ => vec![term.clone()],
        };
        for part in parts {
            match second(&part, name) {
                Some(found) if axis.is_none() => axis = Some(found),
                None if part.is_numeric_constant() => factor.push(part),
                _ => return None,
            }
        }
        let sum = factors.get_mut(axis?)?;
        *sum = sum.clone() + &Expr::mul(factor);
    }
    let first = factors.first()?;
    if first.is_zero() || factors.iter().any(|factor| factor != first) {
        return None;
    }
    let right = over(&Expr::add(rest).negate(), first);
    let inverse = Symbol::new(super::sample::INVERSE_LAPLACIAN);
    Some((name.to_owned(), Expr::apply(inverse, vec![right])))
}

/// Σ factor ∂f + rest == 0 with constant factors for the field `f` of this name, without derivatives in time: `f == inverse(Σ factor ∂, -rest)`.
fn helmholtz(
    residual: &Expr,
    name: &str,
    time: &Symbol,
    grid: &BoxValue,
    engine: &Engine,
) -> Option<(String, Expr)> {
    let own = |part: &Expr| match part.node() {
        Node::Apply(own, arguments) => {
            own.name() == name
                && arguments.first().and_then(Expr::as_symbol) == Some(time)
        }
        _ => false,
    };
    let mut behind: Vec<Placeholder> = Vec::new();
    let mut stand_in = |part: &Expr, orders: Vec<u32>| {
        let text = format!("{part} at every time");
        let symbol = Symbol::new(&text);
        if behind.iter().all(|known| known.symbol != symbol) {
            behind.push(Placeholder { symbol, orders });
        }
        Expr::symbol(&text)
    };
    // Derivatives first: what they act on is no factor of its own.
    let terms: Vec<Expr> = residual
        .terms()
        .iter()
        .map(|term| {
            let factors = match term.node() {
                Node::Mul(factors) => factors.to_vec(),
                _ => vec![term.clone()],
            };
            let factors = factors.into_iter().map(|factor| {
                if own(&factor) {
                    return stand_in(&factor, vec![0; grid.coordinates.len()]);
                }
                let Node::Call(Function::Derivative, arguments) = factor.node() else {
                    return factor;
                };
                match inverses::orders_along(&factor, time, grid) {
                    Some(orders) if arguments.first().is_some_and(own) => {
                        stand_in(&factor, orders)
                    }
                    _ => factor,
                }
            });
            Expr::mul(factors.collect::<Vec<_>>())
        })
        .collect();
    let formula = Expr::add(terms);
    if behind.is_empty() || formula.any(&mut |part| own(part)) {
        return None;
    }
    let solved = inverses::solved(&formula, &behind, grid, engine).ok()?;
    // A number in front of the field needs no Fourier space.
    if let ([only], Node::Apply(_, parts)) = (behind.as_slice(), solved.node())
        && only.orders.iter().all(|order| *order == 0)
        && let [factor, right] = &**parts
    {
        return (!factor.is_zero()).then(|| (name.to_owned(), over(right, factor)));
    }
    Some((name.to_owned(), solved))
}

/// The error for an operator before a rate that cannot be inverted.
fn no_inverse(mixed: &Expr, refusal: &Refusal, span: Span) -> Diagnostic {
    let refuse =
        |message: String| Diagnostic::error(&codes::E0310_EVOLUTION, message).at(span);
    match refusal {
        Refusal::Varying(factor) => refuse(format!(
            "the equation holds `{mixed}`, and the factor `{factor}` of such a derivative of the rate is no real number"
        ))
        .hint("∂_t u - a ∂_t ∂_x^2 u == … with a number a, on a periodic box"),
        Refusal::Odd => refuse(format!(
            "the equation holds `{mixed}`: an operator with derivatives of odd order in front of the rate is not inverted"
        ))
        .hint("∂_t u - a ∂_t ∂_x^2 u == …, derivatives of even order"),
    }
}

/// A sum over a divisor, term by term where that is a number.
fn over(numerator: &Expr, divisor: &Expr) -> Expr {
    let factor = divisor.reciprocal();
    match numerator.node() {
        Node::Add(terms) if divisor.is_numeric_constant() => Expr::add(
            terms
                .iter()
                .map(|term| Expr::mul(vec![factor.clone(), term.clone()]))
                .collect::<Vec<_>>(),
        ),
        _ => Expr::mul(vec![numerator.clone(), factor]),
    }
}
