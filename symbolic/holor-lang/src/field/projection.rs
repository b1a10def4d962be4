//! Pressures: a field without an equation of its own that keeps a constraint such as ∂ₓu + ∂ᵧv == 0.
//!
//! The derivative in time of the constraint, with the rates of the fields in it put in, is Poisson's equation for the pressure. What holds
//! at the start then holds at all times: a start that does not satisfy the constraint is refused.

use std::collections::BTreeMap;

use holor_algebra::{Engine, Expr, Function, Node, Symbol};
use holor_field::equation::Complex64;

use super::equations::Fields;
use super::sample::has_noise;
use super::{BoundaryKind, BoxValue, FieldValue, Sampler};
use crate::{Diagnostic, Result, Span, codes};

/// A start satisfies a constraint where what is left is this part of its terms: differences of the start have an error of their own.
const SATISFIED: f64 = 1e-3;
/// Central differences of eighth order: the weights of the neighbours.
const WEIGHTS: [f64; 4] = [4.0 / 5.0, -1.0 / 5.0, 4.0 / 105.0, -1.0 / 280.0];

/// What a constraint is about.
pub(super) struct Constraint<'a> {
    /// As it was written.
    pub(super) equation: &'a Expr,
    /// Its left side less its right side.
    pub(super) residual: &'a Expr,
    /// The rates that are known.
    pub(super) rates: &'a [(String, Expr)],
    /// The order in time of each field.
    pub(super) orders: &'a BTreeMap<String, usize>,
}

/// A term of a constraint: a number times the derivative of a field along an axis.
struct Part {
    factor: Expr,
    name: String,
    axis: usize,
}

/// Poisson's equation, as the sum that shall be 0, for the one field that the rates contain and nothing gives; `None` where it is no
/// constraint of that kind.
///
/// # Errors
/// Where the start does not satisfy it.
pub(super) fn poisson_of(
    constraint: &Constraint<'_>,
    (grid, time): (&BoxValue, &Symbol),
    fields: &Fields,
    engine: &Engine,
    span: Span,
) -> Result<Option<Expr>> {
    let Some(parts) = parts_of(constraint, grid, time) else { return Ok(None) };
    let given = |name: &str| constraint.rates.iter().any(|(own, _)| own == name);
    let free: Vec<&String> = constraint
        .orders
        .iter()
        .filter(|(name, order)| **order == 0 && !given(name))
        .map(|(name, _)| name)
        .collect();
    let holds = |term: &Expr, name: &str| {
        term.any(
            &mut |part| matches!(part.node(), Node::Apply(own, _) if own.name() == name),
        )
    };
    let mut terms = Vec::new();
    for Part { factor, name, axis } in &parts {
        let (Some((_, rate)), Some(x)) = (
            constraint.rates.iter().find(|(own, _)| own == name),
            grid.coordinates.get(*axis),
        ) else {
            return Ok(None);
        };
        let x = Expr::symbol(x.name());
        for term in rate.terms() {
            let derivative = if free.iter().any(|name| holds(term, name)) {
                engine.differentiate(term, &x, 1)?
            } else {
                let arguments = vec![term.clone(), x.clone(), Expr::one()];
                Expr::call(Function::Derivative, arguments)
            };
            terms.push(Expr::mul(vec![factor.clone(), derivative]));
        }
    }
    let residual = Expr::add(terms);
    if !free.iter().any(|name| holds(&residual, name)) {
        return Ok(None);
    }
    check_start(constraint.equation, &parts, grid, fields, engine, span)?;
    Ok(Some(residual))
}

/// The field that keeps a constraint beside sides, and what it is: differences take the divergence of the rates as they are, so that they find none
/// in what its gradient leaves of them; `None` where it is no constraint of that kind.
///
/// # Errors
/// Where the start does not satisfy it.
pub(super) fn potential_of(
    constraint: &Constraint<'_>,
    (grid, time): (&BoxValue, &Symbol),
    fields: &Fields,
    engine: &Engine,
    span: Span,
) -> Result<Option<(String, Expr)>> {
    let Some(parts) = parts_of(constraint, grid, time) else { return Ok(None) };
    let given = |name: &str| constraint.rates.iter().any(|(own, _)| own == name);
    let free: Vec<&String> = constraint
        .orders
        .iter()
        .filter(|(name, order)| **order == 0 && !given(name))
        .map(|(name, _)| name)
        .collect();
    let [name] = free.as_slice() else { return Ok(None) };
    let is_it = |part: &Expr| matches!(part.node(), Node::Apply(own, _) if own.name() == name.as_str());
    // One for each axis along which a component is constrained, be it 0 or not.
    let mut bodies: Vec<Option<Expr>> = vec![None; grid.coordinates.len()];
    let mut common: Option<Expr> = None;
    for Part { factor, name: own, axis } in &parts {
        let (Some((_, rate)), Some(x), Some(body)) = (
            constraint.rates.iter().find(|(other, _)| other == own),
            grid.coordinates.get(*axis),
            bodies.get_mut(*axis),
        ) else {
            return Ok(None);
        };
        if body.is_some() {
            return Ok(None);
        }
        // The gradient, and all that is none of it.
        let (mut gradient, mut rest) = (Vec::new(), Vec::new());
        for term in rate.terms() {
            if !term.any(&mut |part| is_it(part)) {
                rest.push(term.clone());
                continue;
            }
            let factors = match term.node() {
                Node::Mul(factors) => factors.to_vec(),
                _ => vec![term.clone()],
            };
            let (numbers, others): (Vec<Expr>, Vec<Expr>) =
                factors.into_iter().partition(Expr::is_numeric_constant);
            let [derivative] = others.as_slice() else { return Ok(None) };
            let Node::Call(Function::Derivative, arguments) = derivative.node() else {
                return Ok(None);
            };
            let [of, by, order] = &**arguments else { return Ok(None) };
            let along =
                by.as_symbol() == Some(x) && order.as_integer() == Some(&1.into());
            if !along || !is_it(of) {
                return Ok(None);
            }
            gradient.push(Expr::mul(numbers));
        }
        let own = Expr::mul(vec![factor.clone(), Expr::add(gradient)]);
        if own.is_zero() || common.as_ref().is_some_and(|common| *common != own) {
            return Ok(None);
        }
        let scale = Expr::mul(vec![factor.clone(), own.reciprocal()]).negate();
        let terms = rest.into_iter().map(|term| Expr::mul(vec![scale.clone(), term]));
        *body = Some(Expr::add(terms.collect::<Vec<_>>()));
        common = Some(own);
    }
    check_start(constraint.equation, &parts, grid, fields, engine, span)?;
    let potential = Symbol::new(super::sample::POTENTIAL);
    let along = grid.coordinates.iter().zip(bodies);
    let pairs =
        along.filter_map(|(x, body)| Some([Expr::symbol(x.name()), body?])).flatten();
    Ok(Some(((*name).clone(), Expr::apply(potential, pairs.collect::<Vec<_>>()))))
}

/// The terms of a constraint on fields of first order; `None` where it is something else.
fn parts_of(
    constraint: &Constraint<'_>,
    grid: &BoxValue,
    time: &Symbol,
) -> Option<Vec<Part>> {
    constraint
        .residual
        .terms()
        .iter()
        .map(|term| {
            let factors = match term.node() {
                Node::Mul(factors) => factors.to_vec(),
                _ => vec![term.clone()],
            };
            let (derivatives, numbers): (Vec<Expr>, Vec<Expr>) =
                factors.into_iter().partition(|it| !it.is_numeric_constant());
            let [derivative] = derivatives.as_slice() else { return None };
            let Node::Call(Function::Derivative, arguments) = derivative.node() else {
                return None;
            };
            let [body, variable, order] = &**arguments else { return None };
            let Node::Apply(name, own) = body.node() else { return None };
            let first = order.as_integer() == Some(&1.into())
                && own.first().and_then(Expr::as_symbol) == Some(time)
                && constraint.orders.get(name.name()) == Some(&1);
            let axis = grid.axis_of(variable.as_symbol()?)?;
            first.then(|| Part {
                factor: Expr::mul(numbers),
                name: name.name().to_owned(),
                axis,
            })
        })
        .collect()
}

impl Part {
    /// The term at the points, from the formula of the start: at walls the mirror image of a field need not be as smooth as the field.
    fn at_start(
        &self,
        grid: &BoxValue,
        fields: &Fields,
        engine: &Engine,
        span: Span,
    ) -> Option<Vec<Complex64>> {
        let (field, component) = fields.get(&self.name)?;
        let formula = field.start_formulas.get(*component)?.as_ref()?;
        if has_noise(formula) {
            return None;
        }
        let along = Expr::symbol(grid.coordinates.get(self.axis)?.name());
        let slope = engine.differentiate(formula, &along, 1).ok()?;
        let term = Expr::mul(vec![self.factor.clone(), slope]);
        Sampler::new(grid, engine).values(&term, span).ok()
    }
}

/// How a component goes on beyond the sides of an axis.
struct Mirror {
    /// Round the axis, or by its mirror image with these signs at both ends.
    signs: Option<[f64; 2]>,
}

impl Mirror {
    /// The cell inside that shows the value at a place, and with which sign.
    fn inside(&self, place: isize, points: usize) -> (usize, f64) {
        let n = points.max(1) as isize;
        let Some([low, high]) = self.signs else {
            return (place.rem_euclid(n) as usize, 1.0);
        };
        let (mut place, mut sign) = (place, 1.0);
        while !(0..n).contains(&place) {
            (place, sign) = match place < 0 {
                true => (-1 - place, sign * low),
                false => (2 * n - 1 - place, sign * high),
            };
        }
        (place as usize, sign)
    }
}

/// How a component goes on beyond the sides of an axis; `None` where its mirror image does not say.
fn mirror_of(field: &FieldValue, component: usize, axis: usize) -> Option<Mirror> {
    let sides = field.sides_of(component);
    let sides = sides.get(axis)?;
    let sign = |kind: &BoundaryKind| match kind {
        BoundaryKind::Dirichlet(value) if value.is_zero() => Some(-1.0),
        BoundaryKind::Neumann(value) if value.is_zero() => Some(1.0),
        _ => None,
    };
    match (&sides.low, &sides.high) {
        (BoundaryKind::Periodic, _) => Some(Mirror { signs: None }),
        (low, high) => Some(Mirror { signs: Some([sign(low)?, sign(high)?]) }),
    }
}

fn check_start(
    equation: &Expr,
    parts: &[Part],
    grid: &BoxValue,
    fields: &Fields,
    engine: &Engine,
    span: Span,
) -> Result<()> {
    let mut sum = vec![Complex64::default(); grid.cells()];
    let mut size = 0.0_f64;
    for part in parts {
        if let Some(terms) = part.at_start(grid, fields, engine, span) {
            for (slot, term) in sum.iter_mut().zip(terms) {
                size = size.max(term.norm());
                *slot += term;
            }
            continue;
        }
        let factor =
            crate::array::complex_number(engine, &part.factor).unwrap_or_default();
        let Some((field, component)) = fields.get(&part.name) else { continue };
        let (Some(values), Some(axis)) =
            (field.start.get(*component), grid.grid.axes.get(part.axis))
        else {
            continue;
        };
        let stride: usize =
            grid.grid.axes.iter().skip(part.axis + 1).map(|axis| axis.points).product();
        let points = axis.points;
        let Some(mirror) = mirror_of(field, *component, part.axis) else {
            return Ok(());
        };
        let spacing = axis.spacing();
        for (cell, slot) in sum.iter_mut().enumerate() {
            let own = cell / stride % points;
            let at = |place: isize| {
                let (inside, sign) = mirror.inside(place, points);
                let other = cell - own * stride + inside * stride;
                values.get(other).copied().unwrap_or_default() * sign
            };
            let mut slope = Complex64::default();
            for (reach, weight) in (1..).zip(WEIGHTS) {
                let own = own as isize;
                slope += (at(own + reach) - at(own - reach)) * weight;
            }
            let term = slope * factor / spacing;
            size = size.max(term.norm());
            *slot += term;
        }
    }
    let left = sum.iter().fold(0.0_f64, |most, value| most.max(value.norm()));
    if left > SATISFIED * size {
        let message = format!(
            "the fields do not satisfy `{equation}` at the start: {left:.2e} is left of terms up to {size:.2e}"
        );
        return Diagnostic::error(&codes::E0310_EVOLUTION, message)
            .at(span)
            .hint("start with fields that satisfy it")
            .into();
    }
    Ok(())
}
