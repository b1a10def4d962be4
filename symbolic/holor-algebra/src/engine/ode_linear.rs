//! Linear differential equations that need more than elementary functions, and pairs of equations.

use symplex::prelude::Ex;

use super::convert::Session;
use super::failure::not_found;
use super::ode::Unknown;
use super::{guard, tidy};
use crate::{AlgebraResult, Expr, Function, Node, Symbol};

/// `d^order y/dx^order` of an applied function.
pub(super) fn derivative(applied: &Expr, variable: &Symbol, order: i64) -> Expr {
    let items =
        vec![applied.clone(), Expr::symbol(variable.name()), Expr::integer(order)];
    Expr::call(Function::Derivative, items)
}

fn zero(value: &Ex) -> bool {
    value.is_zero() == Some(true)
}

/// Orders of derivatives up to this are looked for.
const ORDERS: i64 = 6;

/// A symbol for `y(x)` and each of its derivatives, the highest first, and the equation with them.
pub(super) fn with_symbols(
    session: &Session,
    unknown: &Unknown,
    equation: &Expr,
) -> Option<(Expr, Vec<(Expr, Expr)>)> {
    let mut rules = Vec::new();
    let mut plain = equation.clone();
    for order in (0..=ORDERS).rev() {
        let symbol = session.export(&session.fresh(&format!("y{order}"))).ok()?;
        let part = match order {
            0 => unknown.applied.clone(),
            _ => derivative(&unknown.applied, &unknown.variable, order),
        };
        plain = plain.substitute(&[(part.clone(), symbol.clone())]);
        rules.push((symbol, part));
    }
    let left = plain.any(&mut |part| match part.node() {
        Node::Apply(name, _) => *name == unknown.name,
        _ => false,
    });
    (!left && !super::contains_call(&plain, Function::Derivative))
        .then_some((plain, rules))
}

/// An equation that is linear in the highest derivative, divided by its factor and multiplied by the denominators:
/// `x² y'' + 2x y' − 2y` for `y'' + 2y'/x − 2y/x²`.
pub(super) fn without_quotients(
    session: &Session,
    unknown: &Unknown,
    equation: &Expr,
) -> Option<Expr> {
    let (plain, rules) = with_symbols(session, unknown, equation)?;
    let highest = rules.iter().map(|(symbol, _)| symbol).find(|symbol| {
        symbol.as_symbol().is_some_and(|symbol| plain.contains_symbol(symbol))
    })?;
    let body = session.value(&plain).ok()?;
    let leading = body.diff(&session.value(highest).ok()?).eval().simplify();
    let exported = session.export(&leading).ok()?;
    let depends = rules.iter().any(|(symbol, _)| exported.contains(symbol));
    if depends || zero(&leading) {
        return None;
    }
    let (numerator, _) = (body / leading).ratsimp().as_numer_denom();
    let numerator = session.export(&numerator.expand().eval()).ok()?;
    Some(numerator.substitute(&rules))
}

/// The general solution of Bessel's equation, of the modified one, and of Airy's.
pub(super) fn special(
    session: &Session,
    unknown: &Unknown,
    equation: &Expr,
) -> Option<Expr> {
    let x = session.symbol(&unknown.variable).ok()?;
    let parts: Vec<Ex> =
        (0..3).map(|index| session.fresh(&format!("y{index}"))).collect();
    let [y, slope, curvature] = parts.as_slice() else { return None };
    let rules = vec![
        (
            derivative(&unknown.applied, &unknown.variable, 2),
            session.export(curvature).ok()?,
        ),
        (derivative(&unknown.applied, &unknown.variable, 1), session.export(slope).ok()?),
        (unknown.applied.clone(), session.export(y).ok()?),
    ];
    let mut plain = equation.clone();
    for rule in rules {
        plain = plain.substitute(&[rule]);
    }
    if super::contains_call(&plain, Function::Derivative) {
        return None;
    }
    let body = session.value(&plain).ok()?.expand();
    let none = session.context.int(0);
    let rest = body.subs(y, &none).subs(slope, &none).subs(curvature, &none);
    let part = |by: &Ex| {
        let part = body.diff(by).eval().simplify();
        parts.iter().all(|symbol| !part.contains(symbol)).then_some(part)
    };
    let (p0, p1, p2) = (part(y)?, part(slope)?, part(curvature)?);
    if !zero(&rest.eval()) || zero(&p2) {
        return None;
    }
    let damping = (&p1 / &p2).eval().simplify();
    let force = (&p0 / &p2).eval().simplify();
    let constant = |name: &str, value: Expr| Expr::symbol(name) * value;
    let symbol = Expr::symbol(unknown.variable.name());
    let solution = if zero(&damping) {
        // y'' = k x y
        let factor = (-(&force / &x)).eval().simplify();
        if factor.contains(&x) {
            return None;
        }
        let turned = match (factor.is_positive(), factor.is_negative()) {
            (Some(true), _) => false,
            (_, Some(true)) => true,
            _ => return None,
        };
        let size = session.export(&if turned { -&factor } else { factor }).ok()?;
        let root = Expr::power(size, Expr::fraction(1, 3));
        let argument = if turned { (root * symbol).negate() } else { root * symbol };
        let airy = |function| Expr::call(function, vec![argument.clone()]);
        constant("C1", airy(Function::AiryAi)) + constant("C2", airy(Function::AiryBi))
    } else {
        // x² y'' + x y' + (λ² x² − ν²) y = 0
        if !zero(&(&damping * &x - &session.context.int(1)).eval().simplify()) {
            return None;
        }
        let term = (&force * &x * &x).expand().eval().simplify().expand();
        let scale = (term.diff(&x).diff(&x) / session.context.int(2)).eval().simplify();
        let order = (-term.subs(&x, &none)).eval().simplify();
        let rebuilt = &scale * &x * &x - &order;
        if scale.contains(&x) || !zero(&(rebuilt - term).expand().eval()) {
            return None;
        }
        let modified = match (scale.is_positive(), scale.is_negative()) {
            (Some(true), _) => false,
            (_, Some(true)) => true,
            _ => return None,
        };
        let scale = if modified { -&scale } else { scale };
        let scale = tidy::shortest(session, &session.export(&scale).ok()?.sqrt()).ok()?;
        let order = tidy::positive_root(session, &session.export(&order).ok()?)?;
        let of = |function| {
            Expr::call(function, vec![order.clone(), scale.clone() * symbol.clone()])
        };
        let (first, second) = if modified {
            (Function::BesselI, Function::BesselK)
        } else {
            (Function::BesselJ, Function::BesselY)
        };
        constant("C1", of(first)) + constant("C2", of(second))
    };
    guard::ode(session, equation, &unknown.applied, &unknown.variable, &solution).ok()?;
    Some(Expr::equation(unknown.applied.clone(), solution))
}

/// Two linear equations of first order for two functions: one function is eliminated.
pub(super) fn pair(
    session: &Session,
    equations: [&Expr; 2],
    unknowns: [&Unknown; 2],
    conditions: &[Expr],
) -> AlgebraResult<Vec<Expr>> {
    let refused = || {
        not_found(
            "dsolve",
            "of systems, two linear equations of first order are solved in closed form",
        )
    };
    let [first, second] = unknowns;
    let time = &first.variable;
    if second.variable != *time || first.name == second.name {
        return Err(refused());
    }
    let slopes = slopes(session, equations, unknowns).ok_or_else(refused)?;
    let [(a, b, f), (c, d, g)] =
        linear(session, &slopes, unknowns).ok_or_else(refused)?;
    let mut starts = [None, None];
    for condition in conditions {
        let (index, point, value) = unknowns
            .iter()
            .enumerate()
            .find_map(|(index, unknown)| match unknown.start(condition) {
                Some((0, point, value)) => Some((index, point, value)),
                _ => None,
            })
            .ok_or_else(refused)?;
        if let Some(slot) = starts.get_mut(index) {
            *slot = Some((point, value));
        }
    }
    let [start_x, start_y] = starts;
    match (&start_x, &start_y) {
        (Some((p, _)), Some((q, _))) if p == q && conditions.len() == 2 => {}
        (None, None) if conditions.is_empty() => {}
        _ => {
            return Err(not_found(
                "dsolve",
                "a pair of equations needs a condition for each function at the same point, or none",
            ));
        }
    }
    let (x, y) = (&first.applied, &second.applied);
    let at = |expr: &Expr, point: &Expr| expr.substitute_symbol(time, point);
    let equal = |left: Expr, right: Expr| Expr::equation(left, right);
    let solved = |unknown: &Unknown, equation: &Expr, conditions: &[Expr]| {
        let solutions = unknown.solve(session, equation, conditions)?;
        match solutions.as_slice() {
            [solution] => match solution.node() {
                Node::Relation(_, left, right) if *left == unknown.applied => {
                    Ok(right.clone())
                }
                _ => Err(refused()),
            },
            _ => Err(refused()),
        }
    };
    let slope = |expr: &Expr| -> AlgebraResult<Expr> {
        session.export(&session.value(expr)?.diff(&session.symbol(time)?).eval())
    };
    let (x_of_t, y_of_t) = if b.is_zero() {
        let equation = derivative(x, time, 1) - &a * x - &f;
        let own: Vec<Expr> = start_x
            .iter()
            .map(|(point, value)| equal(at(x, point), value.clone()))
            .collect();
        let solution = solved(first, &equation, &own)?;
        // The second function brings the constant C1 of its own.
        let solution =
            solution.substitute_symbol(&Symbol::new("C1"), &Expr::symbol("C2"));
        let equation = derivative(y, time, 1) - &d * y - &c * &solution - &g;
        let own: Vec<Expr> = start_y
            .iter()
            .map(|(point, value)| equal(at(y, point), value.clone()))
            .collect();
        let other = solved(second, &equation, &own)?;
        (solution, other)
    } else {
        // y = (x' − a x − f)/b in x'' = a' x + a x' + b' y + b y' + f'
        let other = (derivative(x, time, 1) - &a * x - &f) / &b;
        let bend = slope(&a)? * x
            + &a * derivative(x, time, 1)
            + slope(&b)? * &other
            + &b * (&c * x + &d * &other + &g)
            + slope(&f)?;
        let equation = derivative(x, time, 2) - bend;
        let mut own = Vec::new();
        if let (Some((point, x0)), Some((_, y0))) = (&start_x, &start_y) {
            let rate = at(&a, point) * x0 + at(&b, point) * y0 + at(&f, point);
            own.push(equal(at(x, point), x0.clone()));
            own.push(equal(first.slope_at(point), rate));
        }
        let solution = solved(first, &equation, &own)?;
        let other = (slope(&solution)? - &a * &solution - &f) / &b;
        (solution, tidy::shortest(session, &other)?)
    };
    for equation in equations {
        let residual = equation.substitute(&[
            (derivative(x, time, 1), slope(&x_of_t)?),
            (derivative(y, time, 1), slope(&y_of_t)?),
        ]);
        let residual = residual
            .substitute(&[(x.clone(), x_of_t.clone()), (y.clone(), y_of_t.clone())]);
        guard::vanishes(session, "dsolve", &residual)?;
    }
    Ok(vec![equal(x.clone(), x_of_t), equal(y.clone(), y_of_t)])
}

/// What the derivatives are, solved from two equations.
fn slopes(
    session: &Session,
    equations: [&Expr; 2],
    unknowns: [&Unknown; 2],
) -> Option<[Ex; 2]> {
    let [first, second] = unknowns;
    let (p, q) = (session.fresh("p"), session.fresh("q"));
    let rules = [
        (derivative(&first.applied, &first.variable, 1), session.export(&p).ok()?),
        (derivative(&second.applied, &first.variable, 1), session.export(&q).ok()?),
    ];
    let none = session.context.int(0);
    let mut rows = Vec::new();
    for equation in equations {
        let plain = equation.substitute(&rules);
        if super::contains_call(&plain, Function::Derivative) {
            return None;
        }
        let body = session.value(&plain).ok()?;
        let (by_p, by_q) =
            (body.diff(&p).eval().simplify(), body.diff(&q).eval().simplify());
        for part in [&by_p, &by_q] {
            if part.contains(&p) || part.contains(&q) {
                return None;
            }
        }
        rows.push((by_p, by_q, body.subs(&p, &none).subs(&q, &none)));
    }
    let [(a, b, r), (c, d, s)] = rows.as_slice() else { return None };
    let determinant = (a * d - b * c).eval().simplify();
    if zero(&determinant) {
        return None;
    }
    Some([
        ((b * s - d * r) / &determinant).eval(),
        ((c * r - a * s) / &determinant).eval(),
    ])
}

type Row = (Expr, Expr, Expr);

/// The coefficients of both functions and the rest, for each derivative.
fn linear(
    session: &Session,
    slopes: &[Ex; 2],
    unknowns: [&Unknown; 2],
) -> Option<[Row; 2]> {
    let [first, second] = unknowns;
    let (x, y) = (session.fresh("x"), session.fresh("y"));
    let rules = [
        (first.applied.clone(), session.export(&x).ok()?),
        (second.applied.clone(), session.export(&y).ok()?),
    ];
    let none = session.context.int(0);
    let row = |slope: &Ex| -> Option<Row> {
        let plain = session.export(slope).ok()?.substitute(&rules);
        if plain.any(&mut |part| matches!(part.node(), Node::Apply(..))) {
            return None;
        }
        let body = session.value(&plain).ok()?;
        let (by_x, by_y) =
            (body.diff(&x).eval().simplify(), body.diff(&y).eval().simplify());
        for part in [&by_x, &by_y] {
            if part.contains(&x) || part.contains(&y) {
                return None;
            }
        }
        let rest = body.subs(&x, &none).subs(&y, &none).eval();
        Some((
            session.export(&by_x).ok()?,
            session.export(&by_y).ok()?,
            session.export(&rest).ok()?,
        ))
    };
    let [p, q] = slopes;
    Some([row(p)?, row(q)?])
}
