//! From equations between formulas to a system of evolution equations.

use std::collections::BTreeMap;
use std::sync::Arc;

use holor_algebra::{Constant, Engine, Expr, Function, Matrix, Node, Relation, Symbol};
use holor_field::equation::{Boundary, Complex64, Edge, Field, Noise, System, Term};

use super::inverses::{self, Placeholder, Refusal};
use super::projection;
use super::read::Unknown;
use super::resolution::any;
use super::slips;
use super::{BoundaryKind, BoxValue, FieldValue, Reader, Sides};
use crate::{Diagnostic, Result, Span, codes};

/// A system ready for the field engine, and what its parts are called.
#[derive(Clone, Debug)]
pub(crate) struct EvolutionSystem {
    /// The system.
    pub(crate) system: System,
    /// The box.
    pub(crate) grid: Arc<BoxValue>,
    /// The fields that evolve: field and component of each unknown, in the system's order.
    pub(crate) unknowns: Vec<(Arc<FieldValue>, usize)>,
    /// The equations, solved for the derivatives in time.
    pub(crate) equations: Vec<Expr>,
    /// The labels of the noises.
    pub(crate) noises: Vec<Expr>,
    /// Terms that a staggered grid has no place for, and what they are there: sentences.
    pub(crate) yielding: Vec<String>,
}

/// Where fields are found by the names of their components.
pub(crate) type Fields = BTreeMap<String, (Arc<FieldValue>, usize)>;

/// Solves equations for the highest derivatives in time of the fields in them.
pub(crate) fn system(
    equations: &[Expr],
    time: &Symbol,
    fields: &Fields,
    engine: &Engine,
    span: Span,
) -> Result<EvolutionSystem> {
    let mut orders: BTreeMap<String, usize> = BTreeMap::new();
    for equation in equations {
        equation.any(&mut |part| {
            if let Node::Apply(name, arguments) = part.node()
                && arguments.first().and_then(Expr::as_symbol) == Some(time)
            {
                orders.entry(name.name().to_owned()).or_insert(0);
            }
            if let Some((name, order)) = time_derivative(part, time) {
                let known = orders.entry(name).or_insert(0);
                *known = order.max(*known);
            }
            false
        });
    }
    let refuse =
        |message: String| Diagnostic::error(&codes::E0310_EVOLUTION, message).at(span);
    let mut grid: Option<Arc<BoxValue>> = None;
    for name in orders.keys() {
        let Some((field, _)) = fields.get(name) else {
            return refuse(format!("`{name}` has no values to start from"))
                .hint(format!("{name} = field(B, …)"))
                .into();
        };
        match &grid {
            Some(grid)
                if !Arc::ptr_eq(grid, &field.grid)
                    && grid.plain() != field.grid.plain() =>
            {
                let refused =
                    refuse("the fields of the equations live on different boxes".into());
                let alike = grid.grid.axes == field.grid.grid.axes
                    && grid.mask == field.grid.mask;
                let sides: Vec<String> =
                    field.grid.sides.iter().map(Sides::plain).collect();
                return match alike {
                    // Only their sides differ.
                    true => refused
                        .hint(format!(
                            "one box, and {name} = field(B, …, boundary = [{}])",
                            sides.join(", ")
                        ))
                        .into(),
                    false => refused.into(),
                };
            }
            Some(_) => {}
            None => grid = Some(field.grid.clone()),
        }
    }
    let Some(grid) = grid else {
        if let Some((symbol, meant)) = slips::subscripted(equations, time, fields) {
            return refuse(format!(
                "`{symbol}` is a symbol, not the derivative of a field, and there is no field in the equations"
            ))
            .hint(meant)
            .into();
        }
        return refuse("there is no field in the equations".into())
            .hint("u = field(B, exp(-x^2)); evolve(diff(u, t) == laplacian(u), t = 0..1)")
            .into();
    };
    if let Some((name, order)) = orders.iter().find(|(_, order)| **order > 2) {
        return refuse(format!(
            "the derivative of order {order} in {time} of `{name}` is not evolved"
        ))
        .hint(format!("name its lower derivatives: v == diff({name}, {time})"))
        .into();
    }
    let rates = solve(equations, time, &orders, (&grid, fields), engine, span)?;
    let mut unknowns = BTreeMap::new();
    let mut evolving = Vec::new();
    for (name, (field, component)) in
        fields.iter().filter(|(name, _)| orders.contains_key(*name))
    {
        let order = orders.get(name).copied().unwrap_or(0);
        let unknown = if rates.iter().any(|(own, _)| own == name) {
            let field = as_complex(field, fields, &rates);
            evolving.push((name.clone(), field, *component));
            Unknown::Evolving { place: evolving.len() - 1, order }
        } else {
            Unknown::Fixed(field.clone(), *component)
        };
        unknowns.insert(name.clone(), unknown);
    }
    let mut reader = Reader {
        grid: &grid,
        time,
        unknowns: &unknowns,
        engine,
        span,
        given: Vec::new(),
        noises: Vec::new(),
    };
    let mut system_fields = Vec::with_capacity(evolving.len());
    let mut solved = Vec::with_capacity(evolving.len());
    for (name, field, component) in &evolving {
        let Some((_, rate)) = rates.iter().find(|(own, _)| own == name) else { continue };
        let order = orders.get(name).copied().unwrap_or(0);
        solved.push(shown(name, field, order, time, rate));
        let sides = field.sides.as_ref().unwrap_or(&grid.sides);
        let boundaries = sides
            .iter()
            .enumerate()
            .map(|(axis, sides)| boundary(&mut reader, axis, sides, field, *component))
            .collect::<Result<Vec<_>>>()?;
        if order < 2 && !field.velocity.is_empty() {
            return refuse(format!(
                "`{name}` starts with a velocity, and the equation has no second derivative of it in {time}: its rate follows from the equation"
            ))
            .hint(format!("{name} = field(B, …), without velocity"))
            .into();
        }
        let start = |values: &Arc<[Arc<[Complex64]>]>| {
            values.get(*component).map_or_else(Vec::new, |values| values.to_vec())
        };
        system_fields.push(Field {
            name: name.clone(),
            complex: field.complex,
            order,
            rate: reader.term(rate)?,
            boundaries,
            start: start(&field.start),
            start_velocity: start(&field.velocity),
            edge: if grid.mask_fixed { Edge::Held } else { Edge::Closed },
            shift: [false; 3],
        });
    }
    let noises = (0..reader.noises.len())
        .map(|place| {
            let is_it = |part: &Term| matches!(part, Term::Noise(own) if *own == place);
            let driven = || system_fields.iter().filter(|own| any(&own.rate, &is_it));
            // What also drives a real field is real.
            let complex = driven().all(|own| own.complex) && driven().next().is_some();
            Noise { name: format!("ξ{}", place + 1), complex, uniform: false }
        })
        .collect();
    let (given, labels) = (reader.given, reader.noises);
    Ok(EvolutionSystem {
        system: System { grid: grid.grid.clone(), fields: system_fields, given, noises },
        unknowns: evolving
            .into_iter()
            .map(|(_, field, component)| (field, component))
            .collect(),
        equations: solved,
        noises: labels,
        yielding: Vec::new(),
        grid,
    })
}

/// Whether a formula has i outside real parts, moduli and the like.
fn imaginary(formula: &Expr) -> bool {
    match formula.node() {
        Node::Constant(Constant::I) => true,
        Node::Call(Function::Re | Function::Im | Function::Abs | Function::Arg, _) => {
            false
        }
        _ => formula.children().into_iter().any(imaginary),
    }
}

/// The field, made complex where the rate of one of its components has i in it and nobody said that it is real: `i ∂_t ψ == …` has
/// no real solutions.
fn as_complex(
    field: &Arc<FieldValue>,
    fields: &BTreeMap<String, (Arc<FieldValue>, usize)>,
    rates: &[(String, Expr)],
) -> Arc<FieldValue> {
    let own =
        |name: &str| fields.get(name).is_some_and(|(other, _)| Arc::ptr_eq(other, field));
    if field.complex
        || field.declared_real
        || !rates.iter().any(|(name, rate)| own(name) && imaginary(rate))
    {
        return field.clone();
    }
    Arc::new(FieldValue { complex: true, ..(**field).clone() })
}

/// The name and order of a derivative in time of an unknown function alone.
fn time_derivative(expr: &Expr, time: &Symbol) -> Option<(String, usize)> {
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

/// The equation that is evolved, for people.
fn shown(
    name: &str,
    field: &FieldValue,
    order: usize,
    time: &Symbol,
    rate: &Expr,
) -> Expr {
    let mut arguments = vec![Expr::symbol(time.name())];
    arguments.extend(field.grid.coordinates.iter().map(|x| Expr::symbol(x.name())));
    let unknown = Expr::apply(Symbol::new(name), arguments);
    let left = match order {
        0 => unknown,
        _ => Expr::call(
            Function::Derivative,
            vec![unknown, Expr::symbol(time.name()), Expr::integer(order)],
        ),
    };
    Expr::equation(left, rate.clone())
}

/// The rate of each field that has an equation, by solving for the highest derivatives in time.
fn solve(
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
                    return refuse(format!("there are two equations for `{name}`"))
                        .into();
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
            let given = constraint(&left, &right, time, orders)
                .or_else(|| poisson(&residual, time, orders, grid))
                .or_else(|| helmholtz(&residual, time, orders, grid, engine));
            match given {
                Some(given) => solved.push(given),
                None => held.push((equation, residual)),
            }
            continue;
        }
        let zero: Vec<(Expr, Expr)> = rates
            .iter()
            .map(|(_, symbol)| (Expr::symbol(symbol.name()), Expr::zero()))
            .collect();
        rows.push((residual.substitute(&zero), coefficients));
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
                    return refuse(format!("there are two equations for `{name}`"))
                        .into();
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
        let asked = projection::Constraint { equation, residual, rates: &solved, orders };
        let pressure = if grid.grid.axes.iter().all(|axis| axis.closed) {
            projection::poisson_of(&asked, (grid, time), fields, engine, span)?
                .and_then(|residual| poisson(&residual, time, orders, grid))
        } else {
            projection::potential_of(&asked, (grid, time), fields, engine, span)?
        };
        match pressure {
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

/// `f == formula` for a field without derivatives in time.
fn constraint(
    left: &Expr,
    right: &Expr,
    time: &Symbol,
    orders: &BTreeMap<String, usize>,
) -> Option<(String, Expr)> {
    let named = |side: &Expr| match side.node() {
        Node::Apply(name, arguments)
            if arguments.first().and_then(Expr::as_symbol) == Some(time)
                && orders.get(name.name()) == Some(&0) =>
        {
            Some(name.name().to_owned())
        }
        _ => None,
    };
    if let Some(name) = named(left) {
        return Some((name, right.clone()));
    }
    named(right).map(|name| (name, left.clone()))
}

/// `a ∇²f + rest == 0` for a field without derivatives in time, `a` a number and nothing else of `f` in the equation:
/// `f == inverse_laplacian(-rest/a)`.
fn poisson(
    residual: &Expr,
    time: &Symbol,
    orders: &BTreeMap<String, usize>,
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
    orders.iter().filter(|(_, order)| **order == 0).find_map(|(name, _)| {
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
        Some((name.clone(), Expr::apply(inverse, vec![right])))
    })
}

/// Σ factor ∂f + rest == 0 with constant factors for a field `f` without derivatives in time: `f == inverse(Σ factor ∂, -rest)`.
fn helmholtz(
    residual: &Expr,
    time: &Symbol,
    orders: &BTreeMap<String, usize>,
    grid: &BoxValue,
    engine: &Engine,
) -> Option<(String, Expr)> {
    orders.iter().filter(|(_, order)| **order == 0).find_map(|(name, _)| {
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
                    let Node::Call(Function::Derivative, arguments) = factor.node()
                    else {
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
            return (!factor.is_zero()).then(|| (name.clone(), over(right, factor)));
        }
        Some((name.clone(), solved))
    })
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

fn boundary(
    reader: &mut Reader<'_>,
    axis: usize,
    sides: &Sides,
    field: &FieldValue,
    component: usize,
) -> Result<[Boundary; 2]> {
    let own = reader.grid.grid.axes.get(axis).cloned();
    // Boxes are made before their fields, whose names are symbols there.
    let named: Vec<String> = reader.unknowns.keys().cloned().collect();
    let depends_on_field = |value: &Expr| {
        named.iter().find(|name| {
            value.any(&mut |part| match part.node() {
                Node::Symbol(symbol) => symbol.name() == name.as_str(),
                Node::Apply(own, _) => own.name() == name.as_str(),
                _ => false,
            })
        })
    };
    let mut read = |kind: &BoundaryKind, upper: bool| -> Result<Boundary> {
        // On a side its own coordinate is a number, so that any function of it is one.
        let mut term = |value: &Expr| {
            match depends_on_field(value) {
            Some(name) => Diagnostic::error(
                &codes::E0310_EVOLUTION,
                format!("the condition `{value}` depends on the field `{name}`: sides are functions of {} and the coordinates", reader.time),
            )
            .at(reader.span)
            .hint("robin(a, b, v) for a u + b ∂u/∂n = v, linear in the field")
            .hint("a flux that depends on the field, as a term in the equation beside a side with neumann(0)")
            .into(),
            None => match &own {
            Some(own) => {
                let end = super::number(if upper { own.high } else { own.low });
                reader.term(&value.substitute(&[(Expr::symbol(&own.name), end)]))
            }
            None => reader.term(value),
            },
        }
        };
        Ok(match kind {
            BoundaryKind::Periodic => Boundary::Periodic,
            BoundaryKind::Antiperiodic => Boundary::Antiperiodic,
            BoundaryKind::Dirichlet(value) => Boundary::Dirichlet(term(value)?),
            BoundaryKind::Neumann(value) => Boundary::Neumann(term(value)?),
            BoundaryKind::Robin(a, b, value) => {
                Boundary::Robin { a: term(a)?, b: term(b)?, value: term(value)? }
            }
            BoundaryKind::Clamped(value, slope) => {
                Boundary::Clamped { value: term(value)?, slope: term(slope)? }
            }
            BoundaryKind::Free => Boundary::Free,
            BoundaryKind::Outflow => Boundary::Outflow,
            BoundaryKind::Absorbing(speed) => Boundary::Absorbing { speed: term(speed)? },
            BoundaryKind::Centre => {
                let mirrored = polar_angle(field, axis);
                if mirrored.is_none() && turns_over(reader.grid, axis) {
                    let message = "beyond the centre of spherical coordinates lies the cell at π - θ and half a turn on, which is not known here";
                    return Diagnostic::error(&codes::E0310_EVOLUTION, message)
                        .at(reader.span)
                        .hint("an angle θ = 0..pi with `centre` at both ends, the poles")
                        .hint("let the radius begin above 0")
                        .hint("a field of the radius alone: box(r = 0..1; boundary = [centre, dirichlet(0)])")
                        .into();
                }
                let angle = half_turn(reader.grid, axis);
                let scalar = matches!(field.shape, super::FieldShape::Scalar);
                if !scalar && (angle.is_some() || mirrored.is_some()) {
                    let message = format!(
                        "{} has components along coordinates that turn around the centre: of a vector that is smooth there they are not (a constant one has -sin(φ)/r along φ)",
                        field.name.as_deref().unwrap_or("the field")
                    );
                    return Diagnostic::error(&codes::E0310_EVOLUTION, message)
                        .at(reader.span)
                        .hint("its Cartesian components as fields of their own, which are scalars: ∂_t V_x == laplacian(V_x)")
                        .hint("let the radius begin above 0")
                        .into();
                }
                let sign = centre_sign(field, component, axis, mirrored);
                Boundary::Centre { angle, mirrored, sign }
            }
            BoundaryKind::ByComponent(_) | BoundaryKind::ByDirection(_) => {
                let message = format!("`{}` is for vectors", kind.plain());
                return Diagnostic::error(&codes::E0310_EVOLUTION, message)
                    .at(reader.span)
                    .into();
            }
        })
    };
    let own = |kind: &BoundaryKind| kind.of(component, axis).clone();
    Ok([read(&own(&sides.low), false)?, read(&own(&sides.high), true)?])
}

/// Whether the centre of this axis is that of spherical coordinates: another axis is the angle from a pole.
fn turns_over(grid: &BoxValue, radius: usize) -> bool {
    grid.grid.axes.iter().enumerate().any(|(place, axis)| {
        let poles = grid.sides.get(place).is_some_and(|sides| {
            [&sides.low, &sides.high]
                .into_iter()
                .any(|side| matches!(side, BoundaryKind::Centre))
        });
        place != radius
            && !axis.closed
            && (poles || matches!(axis.name.as_str(), "θ" | "theta" | "ϑ"))
            // The poles of a sphere of fixed or free radius are no centre of it.
            && grid.grid.axes.get(radius).is_some_and(|own| {
                (own.high - std::f64::consts::PI).abs() > 1e-9
                    || !matches!(own.name.as_str(), "θ" | "theta" | "ϑ")
            })
    })
}

/// The axis of an angle that runs once round.
fn half_turn(grid: &BoxValue, radius: usize) -> Option<usize> {
    grid.grid.axes.iter().enumerate().position(|(place, axis)| {
        place != radius
            && axis.closed
            && ((axis.high - axis.low) / std::f64::consts::TAU - 1.0).abs() < 1e-9
    })
}

/// The axis of the polar angle of spherical coordinates, mirrored where the radius passes through 0: it has a centre at both ends.
fn polar_angle(field: &FieldValue, radius: usize) -> Option<usize> {
    let sides = field.sides.as_ref().unwrap_or(&field.grid.sides).iter().enumerate();
    let mut poles = sides.filter(|(place, sides)| {
        let centre = |kind: &BoundaryKind| matches!(kind, BoundaryKind::Centre);
        *place != radius && centre(&sides.low) && centre(&sides.high)
    });
    poles.next().map(|(place, _)| place)
}

/// The sign that a component takes across the centre: that of the radius, and of the polar angle where it is mirrored, turns round
/// with each of its indices, the others keep theirs.
fn centre_sign(
    field: &FieldValue,
    component: usize,
    radius: usize,
    mirrored: Option<usize>,
) -> f64 {
    use super::FieldShape;
    let rank = field.grid.coordinates.len();
    let turns = |place: usize| usize::from(place == radius || mirrored == Some(place));
    let radial = match field.shape {
        FieldShape::Scalar | FieldShape::Links => 0,
        FieldShape::Vector | FieldShape::Covector => turns(component),
        FieldShape::Tensor => turns(component / rank) + turns(component % rank),
    };
    if radial % 2 == 1 { -1.0 } else { 1.0 }
}
