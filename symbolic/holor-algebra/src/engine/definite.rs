//! Definite integrals that are not found at once: reduced to others, or known.
//!
//! A reduction replaces an integral by one with the same value: a simpler integrand, half of a symmetric
//! range, a positive parameter in place of a real one. What is found this way is measured by quadrature
//! before it is given.

use symplex::prelude::Ex;

use super::convert::Session;
use super::decide::decide_in;
use super::{USUAL_DIGITS, guard, known};
use crate::{Assumptions, Constant, Expr, Function, Node, Property, Relation, Symbol};

/// So many reductions may follow each other.
const DEPTH: usize = 4;
/// Larger integrands are not reduced.
const SIZE: u64 = 120;

/// An integral from one point to another.
#[derive(Clone)]
pub(super) struct Problem {
    pub(super) integrand: Expr,
    pub(super) variable: Symbol,
    pub(super) lower: Expr,
    pub(super) upper: Expr,
}

/// The value of an integral.
pub(super) struct Found {
    value: Expr,
    /// Whether only steps were taken that hold for every integral that exists; otherwise quadrature has
    /// to confirm the value.
    exact: bool,
}

impl Found {
    fn map(self, change: impl FnOnce(Expr) -> Expr) -> Self {
        Self { value: change(self.value), exact: self.exact }
    }

    fn unconfirmed(self) -> Self {
        Self { exact: false, ..self }
    }
}

impl Problem {
    fn symbol(&self) -> Expr {
        Expr::symbol(self.variable.name())
    }

    pub(super) fn has_ends(&self, lower: &Expr, upper: &Expr) -> bool {
        self.lower == *lower && self.upper == *upper
    }

    fn with(&self, integrand: Expr) -> Self {
        Self { integrand, ..self.clone() }
    }

    fn parameters(&self) -> Vec<Symbol> {
        let mut symbols = self.integrand.free_symbols();
        symbols.remove(&self.variable);
        symbols.extend(self.lower.free_symbols());
        symbols.extend(self.upper.free_symbols());
        symbols.into_iter().collect()
    }

    fn replaced(&self, parameter: &Symbol, value: &Expr) -> Self {
        Self {
            integrand: self.integrand.substitute_symbol(parameter, value),
            variable: self.variable.clone(),
            lower: self.lower.substitute_symbol(parameter, value),
            upper: self.upper.substitute_symbol(parameter, value),
        }
    }
}

/// The value of an integral that was not found at once, confirmed by quadrature where that is needed.
pub(super) fn by_reduction(session: &Session, problem: &Problem) -> Option<Expr> {
    if problem.integrand.count_nodes() > SIZE {
        return None;
    }
    let found = reduced(session, problem, DEPTH)?;
    let value = super::tidy::shortest(session, &found.value).ok()?;
    let Problem { integrand, variable, lower, upper } = problem;
    let holds = if found.exact {
        guard::definite_integral(session, integrand, variable, lower, upper, &value)
            .is_ok()
    } else {
        guard::definite_integral_holds(session, integrand, variable, lower, upper, &value)
    };
    holds.then_some(value)
}

fn solve(assumptions: &Assumptions, problem: &Problem, depth: usize) -> Option<Found> {
    let session = Session::new(assumptions.clone().into(), USUAL_DIGITS);
    if let Some(value) = at_once(&session, problem) {
        return Some(Found { value, exact: true });
    }
    if depth == 0 { None } else { reduced(&session, problem, depth) }
}

fn at_once(session: &Session, problem: &Problem) -> Option<Expr> {
    if problem.integrand.is_zero() {
        return Some(Expr::zero());
    }
    let x = session.symbol(&problem.variable).ok()?;
    let body = session.value(&problem.integrand).ok()?.eval();
    let lower = session.value(&problem.lower).ok()?;
    let upper = session.value(&problem.upper).ok()?;
    let value = body.try_integrate_definite(&x, &lower, &upper).ok()?.eval();
    if value.has_unevaluated() || value.is_finite() == Some(false) {
        return None;
    }
    let value = session.export(&value).ok()?;
    let valid = !value.has_infinity() && !value.is_undefined();
    valid.then_some(value)
}

/// One way to an integral, with how many further steps it may take.
type Method = fn(&Session, &Problem, usize) -> Option<Found>;

fn reduced(session: &Session, problem: &Problem, depth: usize) -> Option<Found> {
    let methods: [Method; 10] = [
        known_value,
        simplified,
        factored,
        of_one_sign,
        shifted,
        scaled,
        symmetric,
        split,
        termwise,
        reflected,
    ];
    methods.iter().find_map(|method| method(session, problem, depth - 1))
}

fn known_value(session: &Session, problem: &Problem, _: usize) -> Option<Found> {
    known::integral(session, problem).map(|value| Found { value, exact: false })
}

/// The integrand in its simplest form, for a real variable.
fn simplified(session: &Session, problem: &Problem, depth: usize) -> Option<Found> {
    let mut assumptions = session.assumptions().clone();
    if assumptions.implied(&problem.variable).is_empty() {
        assumptions.assume(problem.variable.clone(), Property::Real);
    }
    let real = Session::new(assumptions.clone().into(), USUAL_DIGITS);
    let simple = real.value(&problem.integrand).ok()?.eval().simplify();
    let simple = real.export(&simple).ok()?;
    if simple == problem.integrand
        || simple.count_nodes() > problem.integrand.count_nodes()
    {
        return None;
    }
    solve(&assumptions, &problem.with(simple), depth)
}

/// Factors without the variable stand before the integral.
fn factored(session: &Session, problem: &Problem, depth: usize) -> Option<Found> {
    let (constant, rest): (Vec<Expr>, Vec<Expr>) = problem
        .integrand
        .factors()
        .iter()
        .cloned()
        .partition(|factor| !factor.contains_symbol(&problem.variable));
    if constant.is_empty() || rest.is_empty() {
        return None;
    }
    let found = solve(session.assumptions(), &problem.with(Expr::mul(rest)), depth)?;
    Some(found.map(|value| Expr::mul(constant) * value))
}

/// An integral that is even or odd in a real parameter, from the one for positive values.
fn of_one_sign(session: &Session, problem: &Problem, depth: usize) -> Option<Found> {
    let signs = [
        Property::Positive,
        Property::Negative,
        Property::NonNegative,
        Property::NonPositive,
        Property::Integer,
    ];
    for parameter in problem.parameters() {
        let known = session.assumptions().implied(&parameter);
        if !known.contains(&Property::Real)
            || signs.iter().any(|sign| known.contains(sign))
        {
            continue;
        }
        let symbol = Expr::symbol(parameter.name());
        let turned = problem.replaced(&parameter, &symbol.negate());
        let mut odd = if turned.has_ends(&problem.lower, &problem.upper) {
            false
        } else if turned.has_ends(&problem.upper, &problem.lower) {
            true
        } else {
            continue;
        };
        let body = session.value(&problem.integrand).ok()?;
        let other = session.value(&turned.integrand).ok()?;
        if other.equals(&-&body) == Some(true) {
            odd = !odd;
        } else if other.equals(&body) != Some(true) {
            continue;
        }
        let mut assumptions = session.assumptions().clone();
        assumptions.assume(parameter.clone(), Property::Positive);
        let Some(found) = solve(&assumptions, problem, depth) else { continue };
        // The value for 0 is no limit of the others by itself.
        let zero = at_once(session, &problem.replaced(&parameter, &Expr::zero()));
        let near = found.value.substitute_symbol(&parameter, &Expr::zero());
        let near = session.value(&near).ok()?.eval();
        let fits = match zero {
            Some(zero) if odd => zero.is_zero() && near.is_finite() == Some(true),
            Some(zero) => near.equals(&session.value(&zero).ok()?) == Some(true),
            None => near.is_finite() != Some(true),
        };
        if !fits {
            continue;
        }
        let size = Expr::call(Function::Abs, vec![symbol.clone()]);
        return Some(found.map(|value| {
            let value = value.substitute_symbol(&parameter, &size);
            if odd { Expr::call(Function::Sign, vec![symbol]) * value } else { value }
        }));
    }
    None
}

/// A parameter with a bound, as the bound and a positive rest.
fn shifted(session: &Session, problem: &Problem, depth: usize) -> Option<Found> {
    let parameters = problem.parameters();
    for condition in session.assumptions().conditions() {
        let Node::Relation(relation, left, right) = condition.node() else { continue };
        let above = match relation {
            Relation::Greater => true,
            Relation::Less => false,
            _ => continue,
        };
        for (side, bound, above) in [(left, right, above), (right, left, !above)] {
            let Some(parameter) = side.as_symbol() else { continue };
            if bound.is_zero()
                || !parameters.contains(parameter)
                || bound.contains_symbol(parameter)
                || bound.has_infinity()
            {
                continue;
            }
            let rest = Symbol::new(&format!("{}_rest", parameter.name()));
            let rest_symbol = Expr::symbol(rest.name());
            let value = if above { bound + &rest_symbol } else { bound - &rest_symbol };
            let mut assumptions = session.assumptions().clone();
            assumptions.forget(parameter);
            assumptions.assume(rest.clone(), Property::Positive);
            let turned = problem.replaced(parameter, &value);
            let Some(found) = solve(&assumptions, &turned, depth) else { continue };
            let back = if above { side - bound } else { bound - side };
            return Some(found.map(|value| value.substitute_symbol(&rest, &back)));
        }
    }
    None
}

/// Lengths measured in units of a positive parameter.
fn scaled(session: &Session, problem: &Problem, depth: usize) -> Option<Found> {
    for parameter in problem.parameters() {
        if !session.assumptions().implied(&parameter).contains(&Property::Positive) {
            continue;
        }
        let unit = Expr::symbol(parameter.name());
        let evaluated = |expr: Expr| -> Option<Expr> {
            session.export(&session.value(&expr).ok()?.eval()).ok()
        };
        let lower = evaluated(&problem.lower / &unit)?;
        let upper = evaluated(&problem.upper / &unit)?;
        if lower.contains_symbol(&parameter) || upper.contains_symbol(&parameter) {
            continue;
        }
        let Some((factor, body)) =
            without_unit(session, &problem.integrand, &problem.variable, &parameter)
        else {
            continue;
        };
        let turned =
            Problem { integrand: body, variable: problem.variable.clone(), lower, upper };
        let found = solve(session.assumptions(), &turned, depth);
        if let Some(found) = found {
            return Some(found.map(|value| factor * unit * value).unconfirmed());
        }
    }
    None
}

/// `f(a u, a)` as a power of `a` times a function of `u` alone.
pub(super) fn without_unit(
    session: &Session,
    integrand: &Expr,
    variable: &Symbol,
    unit: &Symbol,
) -> Option<(Expr, Expr)> {
    let (x, a) = (Expr::symbol(variable.name()), Expr::symbol(unit.name()));
    if !integrand.contains_symbol(unit) {
        return None;
    }
    let body = integrand.substitute_symbol(variable, &(&a * &x));
    let plain = body.substitute_symbol(unit, &Expr::one());
    let valid = !plain.has_infinity() && !plain.is_undefined();
    let power = guard::homogeneity(session, &body, unit)?;
    valid.then(|| (Expr::power(a, power), plain))
}

/// A range that is symmetric about 0.
fn symmetric(session: &Session, problem: &Problem, depth: usize) -> Option<Found> {
    if problem.lower != problem.upper.negate() || problem.upper.is_zero() {
        return None;
    }
    let mut assumptions = session.assumptions().clone();
    if assumptions.implied(&problem.variable).is_empty() {
        assumptions.assume(problem.variable.clone(), Property::Real);
    }
    let real = Session::new(assumptions.clone().into(), USUAL_DIGITS);
    let turned = problem
        .integrand
        .substitute_symbol(&problem.variable, &problem.symbol().negate());
    let body = real.value(&problem.integrand).ok()?;
    let turned = real.value(&turned).ok()?;
    if turned.equals(&-&body) == Some(true) {
        return Some(Found { value: Expr::zero(), exact: false });
    }
    if turned.equals(&body) != Some(true) {
        return None;
    }
    let half = Problem { lower: Expr::zero(), ..problem.clone() };
    Some(solve(&assumptions, &half, depth)?.map(|value| value * 2))
}

/// The range parted at the zero of what stands in absolute value.
fn split(session: &Session, problem: &Problem, depth: usize) -> Option<Found> {
    let inner = absolute_value(&problem.integrand, &problem.variable)?;
    let x = session.symbol(&problem.variable).ok()?;
    let body = session.value(&inner).ok()?;
    let slope = body.diff(&x).eval().simplify();
    let rising = match (slope.is_positive(), slope.is_negative()) {
        (Some(true), _) => true,
        (_, Some(true)) => false,
        _ => return None,
    };
    let slope = session.export(&slope).ok()?;
    if slope.contains_symbol(&problem.variable) {
        return None;
    }
    let start = inner.substitute_symbol(&problem.variable, &Expr::zero());
    let zero = session.value(&(start.negate() / slope)).ok()?.eval();
    let zero = session.export(&zero).ok()?;
    let below = |left: &Expr, right: &Expr| is_below(session, left, right);
    let size = Expr::call(Function::Abs, vec![inner.clone()]);
    let part = |lower: &Expr, upper: &Expr, positive: bool| {
        let value = if positive { inner.clone() } else { inner.negate() };
        let integrand = problem.integrand.substitute(&[(size.clone(), value)]);
        let part = Problem {
            integrand,
            variable: problem.variable.clone(),
            lower: lower.clone(),
            upper: upper.clone(),
        };
        solve(session.assumptions(), &part, depth)
    };
    let (lower, upper) = (&problem.lower, &problem.upper);
    if !below(lower, upper) {
        return None;
    }
    if below(lower, &zero) && below(&zero, upper) {
        let left = part(lower, &zero, !rising)?;
        let right = part(&zero, upper, rising)?;
        let exact = left.exact && right.exact;
        return Some(Found { value: left.value + right.value, exact });
    }
    if zero == *lower || below(&zero, lower) {
        return part(lower, upper, rising);
    }
    if zero == *upper || below(upper, &zero) {
        return part(lower, upper, !rising);
    }
    None
}

/// Whether one value is known to be below the other.
fn is_below(session: &Session, left: &Expr, right: &Expr) -> bool {
    if *right == Expr::infinity() {
        return *left != Expr::infinity();
    }
    if *left == Expr::negative_infinity() {
        return *right != Expr::negative_infinity();
    }
    let condition = Expr::relation(Relation::Less, left.clone(), right.clone());
    decide_in(session, &condition) == Ok(Some(true))
        || known::is_positive(session, &(right - left))
}

/// The argument of an absolute value that depends on the variable.
fn absolute_value(expr: &Expr, variable: &Symbol) -> Option<Expr> {
    let mut found = None;
    expr.any(&mut |part| {
        if let Node::Call(Function::Abs, items) = part.node()
            && let [inner] = &**items
            && inner.contains_symbol(variable)
        {
            found = Some(inner.clone());
        }
        found.is_some()
    });
    found
}

/// Term by term, where every term converges.
fn termwise(session: &Session, problem: &Problem, depth: usize) -> Option<Found> {
    let terms = match problem.integrand.node() {
        Node::Add(terms) => terms.to_vec(),
        _ => {
            let expanded = session.value(&problem.integrand).ok()?.expand();
            match session.export(&expanded).ok()?.node() {
                Node::Add(terms) if terms.len() <= 6 => terms.to_vec(),
                _ => return None,
            }
        }
    };
    let values: Option<Vec<Expr>> = terms
        .into_iter()
        .map(|term| {
            solve(session.assumptions(), &problem.with(term), depth.min(2))
                .map(|found| found.value)
        })
        .collect();
    Some(Found { value: Expr::add(values?), exact: false })
}

/// Half the sum of the integrand and its reflection at the middle of the range.
fn reflected(session: &Session, problem: &Problem, depth: usize) -> Option<Found> {
    let Problem { integrand, variable, lower, upper } = problem;
    if lower.has_infinity() || upper.has_infinity() {
        return None;
    }
    let mirror = lower + upper - problem.symbol();
    let image = session.value(&integrand.substitute_symbol(variable, &mirror)).ok()?;
    let image = image.expand_trig().eval();
    let sum: Ex = session.value(integrand).ok()? + image;
    let forms: [fn(&Ex) -> Ex; 3] =
        [Ex::simplify, |sum| sum.together().simplify(), |sum| sum.ratsimp().factor_all()];
    let sum = forms
        .iter()
        .filter_map(|form| session.export(&form(&sum.eval()).eval()).ok())
        .min_by_key(Expr::count_nodes)?;
    if sum.count_nodes() > integrand.count_nodes() + 2 || sum == *integrand {
        return None;
    }
    let found = solve(session.assumptions(), &problem.with(sum), depth)?;
    Some(found.map(|value| value / 2).unconfirmed())
}

/// Whether the expression contains the imaginary unit.
pub(super) fn is_complex(expr: &Expr) -> bool {
    expr.any(&mut |part| matches!(part.node(), Node::Constant(Constant::I)))
}
