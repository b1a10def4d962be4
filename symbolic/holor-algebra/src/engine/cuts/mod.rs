//! Limits at branch cuts: from which side an argument comes, and what the function is there.
//!
//! A value may be put for a variable only where a function is continuous. Where an argument runs into a branch cut,
//! the sign of its imaginary part near the point, under the assumptions, tells the side; there the function is written in
//! terms of functions that are smooth at the point. Where the side cannot be told, nothing is answered.

mod parts;
mod table;

use symplex::prelude::Direction as ArenaDirection;

use super::convert::Session;
use super::failure::not_found;
use super::{Direction, USUAL_DIGITS};
use crate::{AlgebraResult, Assumptions, Expr, Node, Property, Relation, Symbol};
use parts::{is_zero, sign, sign_near, truth};
use table::{Branched, Cut, Form, Place};

/// Larger arguments are not multiplied out.
const LARGE: u64 = 400;
/// So many Taylor coefficients are looked at for the side of a cut.
const COEFFICIENTS: usize = 5;
/// Powers of the distance that may lead an argument, as numerator and denominator.
const LEADING: [(i64, i64); 10] =
    [(1, 1), (-1, 1), (2, 1), (-2, 1), (1, 2), (-1, 2), (3, 1), (-3, 1), (3, 2), (-3, 2)];

/// What is asked for: the limit of a body where a variable goes to a point.
pub(super) struct Question<'a> {
    pub(super) body: &'a Expr,
    pub(super) variable: &'a Symbol,
    pub(super) point: &'a Expr,
}

/// The body as seen from one side of the point: what it tends to as the distance falls to 0.
pub(super) struct Approach {
    pub(super) body: Expr,
    pub(super) distance: Symbol,
    pub(super) assumptions: Assumptions,
    /// Values on cuts that stand in the body as symbols.
    values: Vec<(Symbol, Expr)>,
}

impl Approach {
    /// The body at the point itself, where values on cuts stand in it.
    pub(super) fn at_point(&self) -> Option<Expr> {
        if self.values.is_empty() {
            return None;
        }
        Some(self.body.substitute_symbol(&self.distance, &Expr::zero()))
    }

    /// A result with the values on cuts in it.
    pub(super) fn with_values(&self, result: &Expr) -> Expr {
        self.values.iter().fold(result.clone(), |result, (symbol, value)| {
            result.substitute_symbol(symbol, value)
        })
    }
}

/// A session in which the distance from the point is a positive symbol.
struct Near<'a> {
    session: &'a Session,
    symbol: &'a Symbol,
}

impl Near<'_> {
    fn distance(&self) -> Expr {
        Expr::symbol(self.symbol.name())
    }

    fn moves(&self, expr: &Expr) -> bool {
        expr.contains_symbol(self.symbol)
    }

    /// What an expression tends to as the distance falls to 0.
    fn limit(&self, expr: &Expr) -> Option<Expr> {
        if !self.moves(expr) {
            return Some(expr.clone());
        }
        let session = self.session;
        let distance = session.symbol(self.symbol).ok()?;
        let zero = session.context.int(0);
        let body = session.value(expr).ok()?.eval();
        let value = body.try_limit_dir(&distance, &zero, ArenaDirection::Right).ok()?;
        if value.has_unevaluated() {
            return None;
        }
        let value = session.export(&value.eval()).ok()?;
        (!value.is_undefined() && value != Expr::complex_infinity()).then_some(value)
    }

    fn expanded(&self, expr: &Expr) -> Expr {
        if expr.count_nodes() > LARGE {
            return expr.clone();
        }
        let session = self.session;
        let expanded = session.value(expr).map(|value| value.expand().eval());
        expanded.and_then(|value| session.export(&value)).unwrap_or_else(|_| expr.clone())
    }
}

/// How a function behaves near the point.
enum Settled {
    /// It is continuous there, or the argument keeps to its side of the cut.
    Continuous,
    On(Form),
    /// Not known, with the reason.
    Undecided(String),
}

/// The body as seen from each side that counts, where a function runs into its branch cut; nothing where none does.
pub(super) fn approaches(
    session: &Session,
    question: &Question<'_>,
    direction: Direction,
) -> AlgebraResult<Option<Vec<Approach>>> {
    let Question { body, variable, point } = question;
    let binds = |part: &Expr| matches!(part.node(), Node::Call(function, _) if function.is_binder());
    if body.any(&mut |part| binds(part))
        || !body.any(&mut |part| {
            part.contains_symbol(variable) && table::branched(session, part).is_some()
        })
    {
        return Ok(None);
    }
    let distance = Symbol::new(&format!("{}'", variable.name()));
    let mut assumptions = session.assumptions().clone();
    assumptions.forget(&distance);
    assumptions.assume(distance.clone(), Property::Positive);
    // The point of a limit along the real line is a real number.
    for symbol in point.free_symbols() {
        if assumptions.implied(&symbol).is_empty() {
            assumptions.assume(symbol, Property::Real);
        }
    }
    let inner = Session::new(assumptions.clone().into(), USUAL_DIGITS);
    let near = Near { session: &inner, symbol: &distance };
    let symbols = body.free_symbols().len() > 1 || !point.free_symbols().is_empty();
    let sides: &[i64] = match direction {
        _ if point.has_infinity() => &[1],
        Direction::Right => &[1],
        Direction::Left => &[-1],
        Direction::Both => &[-1, 1],
    };
    let mut found = Vec::new();
    let mut any = false;
    for side in sides {
        let step = near.distance() * *side;
        let (place, back) = if point.has_infinity() {
            let sign = if **point == Expr::infinity() { 1 } else { -1 };
            let inverse = |of: &str| Expr::symbol(of).reciprocal() * sign;
            (inverse(distance.name()), inverse(variable.name()))
        } else {
            (*point + step, (Expr::symbol(variable.name()) - *point) * *side)
        };
        let seen = body.substitute_symbol(variable, &place);
        match rewritten(&near, &seen) {
            Ok((body, values)) => {
                any |= body != seen;
                let assumptions = assumptions.clone();
                let distance = distance.clone();
                found.push(Approach { body, distance, assumptions, values });
            }
            // The algebra crate knows the sides of numbers, and its answers are compared with values.
            Err(_) if !symbols => return Ok(None),
            Err(reason) => {
                let reason = reason.map(|part| part.substitute_symbol(&distance, &back));
                return Err(not_found("limit", reason.say()));
            }
        }
    }
    Ok(any.then_some(found))
}

/// Why the side of a cut is not known.
struct Reason {
    name: &'static str,
    argument: Expr,
    missing: String,
}

impl Reason {
    fn map(self, f: impl Fn(&Expr) -> Expr) -> Self {
        Self { argument: f(&self.argument), ..self }
    }

    fn say(&self) -> String {
        let Self { name, argument, missing } = self;
        format!("{argument} may come to the branch cut of {name}: {missing}")
    }
}

/// The body with the forms on their sides for all functions that run into cuts.
fn rewritten(
    near: &Near<'_>,
    body: &Expr,
) -> Result<(Expr, Vec<(Symbol, Expr)>), Reason> {
    let mut values = Vec::new();
    let mut reason = None;
    let result = body.transform(&mut |part| {
        if reason.is_some() || !near.moves(&part) {
            return part;
        }
        let Some(branched) = table::branched(near.session, &part) else { return part };
        match settle(near, &part, &branched) {
            Settled::Continuous => part,
            Settled::On(Form::Smooth(form)) => form,
            Settled::On(Form::Value(value)) => {
                let name = format!("{}'{}", near.symbol.name(), values.len());
                let symbol = Symbol::new(&name);
                values.push((symbol, value));
                Expr::symbol(&name)
            }
            Settled::Undecided(missing) => {
                let argument = match part.node() {
                    Node::Call(_, items) if items.len() == 1 => items.first().cloned(),
                    _ => None,
                };
                let argument = argument.unwrap_or(branched.coordinate);
                reason = Some(Reason { name: branched.name, argument, missing });
                part
            }
        }
    });
    if let Some(reason) = reason {
        return Err(reason);
    }
    // What does not move is written in the same terms.
    let result = if result == *body { result } else { still(near, &result) };
    Ok((result, values))
}

/// Logarithms and powers of negative numbers that do not move, in terms of positive ones.
fn still(near: &Near<'_>, body: &Expr) -> Expr {
    body.transform(&mut |part| {
        if near.moves(&part) || part.free_symbols().is_empty() {
            return part;
        }
        let Some(branched) = table::branched(near.session, &part) else { return part };
        if !branched.is_logarithmic
            || !parts::is_real(near, &branched.coordinate)
            || sign(near, &branched.coordinate) != Some(-1)
        {
            return part;
        }
        match table::on_side(near, &part, 1, 1, None, &|| None) {
            Some(Form::Smooth(form)) => form,
            _ => part,
        }
    })
}

fn settle(near: &Near<'_>, part: &Expr, branched: &Branched) -> Settled {
    let coordinate = &branched.coordinate;
    if !near.moves(coordinate) {
        return Settled::Continuous;
    }
    if branched.is_logarithmic && keeps_direction(near, coordinate) {
        return Settled::Continuous;
    }
    let mut coordinate = near.expanded(coordinate);
    if keeps_height(near, &coordinate) {
        return Settled::Continuous;
    }
    let mut start = near.limit(&coordinate);
    if branched.is_logarithmic {
        // A positive factor turns nothing: the leading power of the distance is taken out.
        let is_end = |value: &Expr| value.has_infinity() || is_zero(near, value);
        if start.as_ref().is_none_or(is_end) {
            start = None;
            for (numerator, denominator) in LEADING {
                let power =
                    Expr::power(near.distance(), Expr::fraction(-numerator, denominator));
                let scaled = near.expanded(&(&coordinate * power));
                let leading = near.limit(&scaled);
                if let Some(leading) = leading.filter(|leading| !is_end(leading)) {
                    (start, coordinate) = (Some(leading), scaled);
                    break;
                }
            }
            if keeps_height(near, &coordinate) {
                return Settled::Continuous;
            }
        }
    }
    let Some(start) = start else {
        return Settled::Undecided(format!(
            "what it tends to is not known{}",
            declare(near, &coordinate)
        ));
    };
    let place = match located(near, &start, &branched.cuts) {
        Location::Outside => return Settled::Continuous,
        other => other,
    };
    let Some(side) = side_of(near, &coordinate) else {
        if start.has_infinity() {
            return Settled::Continuous;
        }
        let declare = declare(near, &coordinate);
        return Settled::Undecided(format!("from which side is not known{declare}"));
    };
    if side == 0 {
        return Settled::Continuous;
    }
    let cuts = &branched.cuts;
    match place {
        Location::Outside => Settled::Continuous,
        Location::Inside(index) => {
            let Some(cut) = cuts.get(index) else { return Settled::Continuous };
            let place = stretch(near, branched, index, &start);
            let arguments = || at_point(near, part);
            let form = table::on_side(near, part, side, cut.own, place, &arguments);
            form.map_or_else(
                || Settled::Undecided("its values on the cut are not known".into()),
                Settled::On,
            )
        }
        Location::Unknown(possible)
            if possible
                .iter()
                .all(|index| cuts.get(*index).is_some_and(|cut| cut.own == side)) =>
        {
            Settled::Continuous
        }
        Location::Unknown(possible) => {
            let ends = possible.iter().filter_map(|index| cuts.get(*index));
            let asked: Vec<String> = ends
                .flat_map(|cut| [&cut.low, &cut.high])
                .filter(|end| !end.has_infinity())
                .map(|end| {
                    format!("`assume({start} < {end})` or `assume({start} > {end})`")
                })
                .collect();
            let declare = match parts::is_real(near, &start) {
                true => format!("; {} decides it", asked.join(", ")),
                false => declare(near, &start),
            };
            Settled::Undecided(format!(
                "whether {start} lies on it is not known{declare}"
            ))
        }
    }
}

/// Whether the argument of a number stays the same: factors that move are real and keep their sign.
fn keeps_direction(near: &Near<'_>, coordinate: &Expr) -> bool {
    coordinate.factors().iter().filter(|factor| near.moves(factor)).all(|factor| {
        let (base, odd) = match factor.node() {
            Node::Power(base, exponent) if parts::is_real(near, exponent) => {
                (base, false)
            }
            _ => (factor, true),
        };
        parts::is_real(near, base)
            && sign_near(near, base).is_some_and(|sign| sign > 0 || sign < 0 && odd)
    })
}

/// Whether the imaginary part stays the same: terms that move are real.
fn keeps_height(near: &Near<'_>, coordinate: &Expr) -> bool {
    let moving = coordinate.terms().iter().filter(|term| near.moves(term));
    moving.into_iter().all(|term| parts::is_real(near, term))
}

/// Where the start of a path lies.
enum Location {
    /// On no cut.
    Outside,
    /// Within this cut.
    Inside(usize),
    /// Perhaps on these.
    Unknown(Vec<usize>),
}

fn located(near: &Near<'_>, start: &Expr, cuts: &[Cut]) -> Location {
    let Some((re, im)) = parts::parts(near, start) else {
        return Location::Unknown((0..cuts.len()).collect());
    };
    if !is_zero(near, &im) {
        let apart = sign(near, &im).is_some()
            || truth(near, Relation::NotEqual, &im) == Some(true);
        return match apart {
            true => Location::Outside,
            false => Location::Unknown((0..cuts.len()).collect()),
        };
    }
    let mut possible = Vec::new();
    for (index, cut) in cuts.iter().enumerate() {
        let above_low = beyond(near, &re, &cut.low);
        let below_high = beyond(near, &cut.high, &re);
        match (above_low, below_high) {
            (Some(1), Some(1)) => return Location::Inside(index),
            // An end of a cut is a branch point, which has no sides.
            (Some(0 | -1), _) | (_, Some(0 | -1)) => {}
            _ => possible.push(index),
        }
    }
    if possible.is_empty() { Location::Outside } else { Location::Unknown(possible) }
}

/// The sign of a difference, where it is known.
fn beyond(near: &Near<'_>, left: &Expr, right: &Expr) -> Option<i8> {
    if *left == Expr::infinity() || *right == Expr::negative_infinity() {
        return Some(1);
    }
    if *left == Expr::negative_infinity() || *right == Expr::infinity() {
        return Some(-1);
    }
    let difference = left - right;
    if is_zero(near, &difference) {
        return Some(0);
    }
    sign(near, &difference)
}

/// Which form serves a function that has two.
fn stretch(
    near: &Near<'_>,
    branched: &Branched,
    index: usize,
    start: &Expr,
) -> Option<Place> {
    if branched.cuts.len() == 2 {
        return Some(if index == 0 { Place::Left } else { Place::Right });
    }
    match beyond(near, start, &Expr::integer(-1))? {
        1 => Some(Place::Right),
        _ => Some(Place::Left),
    }
}

/// On which side of the real line a path runs near its start: 1 above, −1 below, 0 on it.
fn side_of(near: &Near<'_>, coordinate: &Expr) -> Option<i8> {
    if let Some((_, im)) = parts::parts(near, coordinate)
        && let Some(side) = sign_near(near, &near.expanded(&im))
    {
        return Some(side);
    }
    let session = near.session;
    let distance = session.symbol(near.symbol).ok()?;
    let zero = session.context.int(0);
    let mut derivative = session.value(coordinate).ok()?.eval();
    for _ in 0..COEFFICIENTS {
        let value = session.export(&derivative.subs(&distance, &zero).eval()).ok()?;
        if value.has_infinity() || value.is_undefined() {
            return None;
        }
        let (_, im) = parts::parts(near, &near.expanded(&value))?;
        if !is_zero(near, &im) {
            return sign(near, &im);
        }
        derivative = derivative.diff(&distance).eval();
    }
    None
}

/// The arguments of a call at the point.
fn at_point(near: &Near<'_>, part: &Expr) -> Option<Vec<Expr>> {
    let Node::Call(_, items) = part.node() else { return None };
    items
        .iter()
        .map(|item| near.limit(item).filter(|value| !value.has_infinity()))
        .collect()
}

/// What to type about the symbols of which nothing is known.
fn declare(near: &Near<'_>, expr: &Expr) -> String {
    let known = near.session.assumptions();
    let names: Vec<String> = expr
        .free_symbols()
        .into_iter()
        .filter(|symbol| known.implied(symbol).is_empty())
        .map(|symbol| symbol.name().to_string())
        .collect();
    match names.as_slice() {
        [] => "; say more about its parts with `assume`".into(),
        names => format!(
            "; `symbols {} real`, or signs in place of `real`, would tell",
            names.join(", ")
        ),
    }
}
