//! Symbols, constants, unknown functions, and kernels without relations.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::RwLock;

use holor_polynomial::{Polynomial, Var};
use num_traits::One;

use super::registry::{Generator, Kind, Relation};
use super::signs::{self, Range};
use super::{Element, Field, derivation, locked};
use crate::{
    AlgebraError, AlgebraResult, Constant, Engine, Expr, Function, Interrupt, Node,
    Symbol,
};

/// The generator of this kind, made by `make` if it is new. Call it while growing.
pub(super) fn generator(
    field: &Field,
    kind: Kind,
    make: impl FnOnce() -> AlgebraResult<(Option<Relation>, bool, Expr, Range)>,
) -> AlgebraResult<Var> {
    if let Some(var) = locked(&field.0.numbers).get(&kind) {
        return Ok(*var);
    }
    let (relation, opaque, meaning, range) = make()?;
    // Making it may have made it already.
    if let Some(var) = locked(&field.0.numbers).get(&kind) {
        return Ok(*var);
    }
    let var = add(field, kind.clone(), relation, opaque, meaning, range)?;
    locked(&field.0.numbers).insert(kind, var);
    Ok(var)
}

/// Adds a generator.
pub(super) fn add(
    field: &Field,
    kind: Kind,
    relation: Option<Relation>,
    opaque: bool,
    meaning: Expr,
    range: Range,
) -> AlgebraResult<Var> {
    field.poll()?;
    let generator = Generator {
        kind,
        relation,
        opaque,
        meaning,
        range,
        derivatives: RwLock::default(),
    };
    field.0.generators.push(generator).ok_or(AlgebraError::TooLarge {
        operation: "exact arithmetic",
        reason: "too many different functions".into(),
    })
}

pub(super) fn symbol(field: &Field, symbol: &Symbol) -> Option<Var> {
    let kind = Kind::Symbol(symbol.clone());
    if let Some(var) = locked(&field.0.numbers).get(&kind) {
        return Some(*var);
    }
    let _growing = field.grow();
    let meaning = Expr::from_node(Node::Symbol(symbol.clone()));
    let range = signs::of_symbol(field.assumptions(), symbol);
    // A symbol is entered even into a computation that is being stopped.
    if let Some(var) = locked(&field.0.numbers).get(&kind) {
        return Some(*var);
    }
    let var = field.0.generators.push(Generator {
        kind: kind.clone(),
        relation: None,
        opaque: false,
        meaning,
        range,
        derivatives: RwLock::default(),
    })?;
    locked(&field.0.numbers).insert(kind, var);
    Some(var)
}

pub(super) fn constant(field: &Field, constant: Constant) -> AlgebraResult<Var> {
    generator(field, Kind::Constant(constant), || {
        Ok((None, false, Expr::constant(constant), Range::positive()))
    })
}

/// An expression about which nothing is known but its derivatives.
pub(super) fn expression(field: &Field, expr: Expr) -> AlgebraResult<Element> {
    let var = generator(field, Kind::Expression(expr.clone()), || {
        Ok((None, true, expr, Range::unknown()))
    })?;
    Ok(field.generator(var))
}

/// A known function of values, without relations.
pub(super) fn call(
    field: &Field,
    function: Function,
    arguments: Vec<Element>,
) -> AlgebraResult<Element> {
    let kind = Kind::Call { function, arguments: arguments.clone() };
    let var = generator(field, kind, || {
        let written: Vec<Expr> =
            arguments.iter().map(|argument| field.write(argument)).collect();
        let range = signs::of_call(field, function, &arguments);
        Ok((None, true, Expr::call(function, written), range))
    })?;
    Ok(field.generator(var))
}

/// A partial derivative of an unknown function.
pub(super) fn jet(
    field: &Field,
    function: &Symbol,
    orders: Vec<u32>,
    arguments: Vec<Element>,
) -> AlgebraResult<Element> {
    let _growing = field.grow();
    let kind = Kind::Jet {
        function: function.clone(),
        orders: orders.clone(),
        arguments: arguments.clone(),
    };
    let var = generator(field, kind, || {
        let written: Vec<Expr> =
            arguments.iter().map(|argument| field.write(argument)).collect();
        let underived = orders.iter().all(|order| *order == 0);
        let range = signs::of_unknown(field, function, underived, &arguments);
        Ok((None, false, jet_expression(function, &orders, &written), range))
    })?;
    Ok(field.generator(var))
}

/// `Derivative[f(…), x, n, …]`, with `Substitution` around it where a slot does not hold a symbol of its own.
fn jet_expression(function: &Symbol, orders: &[u32], arguments: &[Expr]) -> Expr {
    let mut slots = arguments.to_vec();
    let mut steps = Vec::new();
    let mut puts = Vec::new();
    let mut taken: BTreeSet<Symbol> =
        arguments.iter().flat_map(Expr::free_symbols).collect();
    for (index, (argument, order)) in arguments.iter().zip(orders).enumerate() {
        if *order == 0 {
            continue;
        }
        let own = argument.as_symbol().filter(|symbol| {
            arguments
                .iter()
                .enumerate()
                .all(|(other, expr)| other == index || !expr.contains_symbol(symbol))
        });
        let variable = match own {
            Some(_) => argument.clone(),
            None => {
                let fresh = fresh_symbol(&taken);
                taken.insert(fresh.clone());
                let fresh = Expr::from_node(Node::Symbol(fresh));
                if let Some(slot) = slots.get_mut(index) {
                    *slot = fresh.clone();
                }
                puts.push((fresh.clone(), argument.clone()));
                fresh
            }
        };
        steps.extend([variable, Expr::integer(*order)]);
    }
    let mut result = Expr::apply(function.clone(), slots);
    if !steps.is_empty() {
        steps.insert(0, result);
        result = Expr::call(Function::Derivative, steps);
    }
    for (variable, value) in puts {
        result = Expr::call(Function::Substitution, [result, variable, value]);
    }
    result
}

/// ξ, or ξ1, ξ2, … where that is taken.
fn fresh_symbol(taken: &BTreeSet<Symbol>) -> Symbol {
    let mut number = 0_u32;
    loop {
        let name = if number == 0 { "ξ".to_string() } else { format!("ξ{number}") };
        let symbol = Symbol::new(&name);
        if !taken.contains(&symbol) {
            return symbol;
        }
        number += 1;
    }
}

/// The chain rule.
pub(super) fn jet_derivative(
    field: &Field,
    function: &Symbol,
    orders: &[u32],
    arguments: &[Element],
    symbol: &Symbol,
) -> Element {
    let mut terms = Vec::new();
    for (index, argument) in arguments.iter().enumerate() {
        let slope = derivation::derivative(field, argument, symbol);
        if slope.is_zero() {
            continue;
        }
        let mut orders = orders.to_vec();
        if let Some(order) = orders.get_mut(index) {
            *order = order.saturating_add(1);
        }
        if let Ok(jet) = jet(field, function, orders, arguments.to_vec()) {
            terms.push(field.multiply(&jet, &slope));
        }
    }
    field.sum(&terms)
}

/// The derivative of a known function by the chain rule, with the engine's rule for each slot.
pub(super) fn call_derivative(
    field: &Field,
    generator: &Generator,
    symbol: &Symbol,
) -> Element {
    if !generator.meaning.contains_symbol(symbol) {
        return field.zero();
    }
    let _growing = field.grow();
    let by_rule = match &generator.kind {
        Kind::Call { function, arguments } => {
            slots(field, *function, arguments, &generator.meaning, symbol)
        }
        _ => engine_rule(field, &generator.meaning, symbol),
    };
    by_rule.unwrap_or_else(|| unevaluated(field, &generator.meaning, symbol))
}

fn slots(
    field: &Field,
    function: Function,
    arguments: &[Element],
    meaning: &Expr,
    symbol: &Symbol,
) -> Option<Element> {
    use Function as F;
    let Node::Call(_, written) = meaning.node() else { return None };
    // These are not holomorphic; the rules for real values are known elsewhere.
    if matches!(function, F::Abs | F::Sign | F::Re | F::Im | F::Conjugate | F::Arg) {
        return None;
    }
    let variables: Vec<Symbol> = (1..=arguments.len())
        .map(|index| Symbol::new(&format!("_slot{index}")))
        .collect();
    let holders: Vec<Expr> = variables
        .iter()
        .map(|symbol| Expr::from_node(Node::Symbol(symbol.clone())))
        .collect();
    let mut terms = Vec::new();
    for (index, argument) in arguments.iter().enumerate() {
        let slope = derivation::derivative(field, argument, symbol);
        if slope.is_zero() {
            continue;
        }
        let rule = match own_rule(function, holders.get(index)?) {
            Some(rule) => rule,
            None => {
                let body = Expr::call(function, holders.clone());
                differentiate(field, &body, holders.get(index)?)?
            }
        };
        let pairs: Vec<(Expr, Expr)> =
            holders.iter().cloned().zip(written.iter().cloned()).collect();
        let rate = field.read(&rule.substitute(&pairs)).ok()?;
        terms.push(field.multiply(&rate, &slope));
    }
    Some(field.sum(&terms))
}

/// Derivatives of common functions of one variable.
fn own_rule(function: Function, x: &Expr) -> Option<Expr> {
    let one = Expr::one;
    let square = x.powi(2);
    Some(match function {
        Function::Atan => (one() + square).reciprocal(),
        Function::Asin => (one() - square).sqrt().reciprocal(),
        Function::Acos => (one() - square).sqrt().reciprocal().negate(),
        Function::Asinh => (one() + square).sqrt().reciprocal(),
        Function::Acosh => ((x - 1).sqrt() * (x + 1).sqrt()).reciprocal(),
        Function::Atanh => (one() - square).reciprocal(),
        Function::Erf => 2 * square.negate().exp() / Expr::pi().sqrt(),
        Function::Erfc => -2 * square.negate().exp() / Expr::pi().sqrt(),
        Function::Erfi => 2 * square.exp() / Expr::pi().sqrt(),
        _ => return None,
    })
}

/// The engine's derivative, where it is one.
fn differentiate(field: &Field, expr: &Expr, by: &Expr) -> Option<Expr> {
    let engine = Engine::new(field.assumptions().clone(), Interrupt::new());
    let result = engine.differentiate(expr, by, 1).ok()?;
    let open = |part: &Expr| matches!(part.node(), Node::Call(Function::Derivative, _));
    (!result.any(&mut |part| open(part))).then_some(result)
}

fn engine_rule(field: &Field, meaning: &Expr, symbol: &Symbol) -> Option<Element> {
    let by = Expr::from_node(Node::Symbol(symbol.clone()));
    field.read(&differentiate(field, meaning, &by)?).ok()
}

/// A derivative that stays one.
pub(super) fn unevaluated(field: &Field, meaning: &Expr, symbol: &Symbol) -> Element {
    let _growing = field.grow();
    let by = Expr::from_node(Node::Symbol(symbol.clone()));
    let mut steps: Vec<(Expr, Expr)> = Vec::new();
    let mut body = meaning.clone();
    if let Node::Call(Function::Derivative, items) = meaning.node()
        && let Some((inner, rest)) = items.split_first()
    {
        body = inner.clone();
        for pair in rest.chunks_exact(2) {
            if let [variable, order] = pair {
                steps.push((variable.clone(), order.clone()));
            }
        }
    }
    match steps.iter_mut().find(|(variable, _)| *variable == by) {
        Some((_, order)) => *order = Expr::add([order.clone(), Expr::one()]),
        None => steps.push((by, Expr::one())),
    }
    steps.sort_by_key(|(variable, _)| variable.to_string());
    let mut items = vec![body];
    items.extend(steps.into_iter().flat_map(|(variable, order)| [variable, order]));
    // Only a full table refuses; the derivative is then meaningless together with everything after it.
    expression(field, Expr::call(Function::Derivative, items))
        .unwrap_or_else(|_| field.zero())
}

/// The elements inside a generator.
pub(super) fn inside(generator: &Generator) -> Vec<&Element> {
    match &generator.kind {
        Kind::Circular { argument, .. }
        | Kind::Hyperbolic { argument, .. }
        | Kind::Exponential { argument }
        | Kind::Logarithm { argument }
        | Kind::Part { argument, .. }
        | Kind::Sign(argument) => vec![argument],
        Kind::Jet { arguments, .. } | Kind::Call { arguments, .. } => {
            arguments.iter().collect()
        }
        _ => Vec::new(),
    }
}

pub(super) fn opaque(field: &Field, element: &Element) -> Vec<Expr> {
    let mut found: Vec<Expr> = Vec::new();
    let mut seen = HashSet::new();
    let mut pending = element.variables();
    while let Some(var) = pending.pop() {
        if !seen.insert(var) {
            continue;
        }
        let Some(generator) = field.0.generators.get(var) else { continue };
        if generator.opaque && !found.contains(&generator.meaning) {
            found.push(generator.meaning.clone());
            continue;
        }
        for part in inside(generator) {
            pending.extend(part.variables());
        }
        if let Some(relation) = &generator.relation {
            pending
                .extend(relation.tail.variables().iter().filter(|&&other| other != var));
        }
    }
    found.sort_by_key(ToString::to_string);
    found
}

pub(super) fn symbols(field: &Field, element: &Element) -> BTreeSet<Symbol> {
    let mut found = BTreeSet::new();
    for var in element.variables() {
        if let Some(generator) = field.0.generators.get(var) {
            match &generator.kind {
                Kind::Symbol(symbol) => {
                    found.insert(symbol.clone());
                }
                _ => found.extend(generator.meaning.free_symbols()),
            }
        }
    }
    found
}

pub(super) fn substitute(
    field: &Field,
    a: &Element,
    replacements: &[(Symbol, Expr)],
) -> AlgebraResult<Element> {
    let _growing = field.grow();
    let rules: Vec<(Expr, Expr)> = replacements
        .iter()
        .map(|(symbol, expr)| {
            (Expr::from_node(Node::Symbol(symbol.clone())), expr.clone())
        })
        .collect();
    let mut images = HashMap::new();
    for var in a.variables() {
        let Some(generator) = field.0.generators.get(var) else { continue };
        let touched = replacements
            .iter()
            .any(|(symbol, _)| generator.meaning.contains_symbol(symbol));
        if !touched {
            continue;
        }
        let image = match &generator.kind {
            Kind::Jet { function, orders, arguments } => {
                let arguments = arguments
                    .iter()
                    .map(|argument| substitute(field, argument, replacements))
                    .collect::<AlgebraResult<Vec<_>>>()?;
                jet(field, function, orders.clone(), arguments)?
            }
            kind => {
                let expr = generator.meaning.substitute(&rules);
                let put = matches!(expr.node(), Node::Call(Function::Substitution, _));
                if put && matches!(kind, Kind::Expression(_)) {
                    // Read, it would be this substitution again.
                    expression(field, expr)?
                } else {
                    field.read(&expr)?
                }
            }
        };
        images.insert(var, image);
    }
    if images.is_empty() {
        return Ok(a.clone());
    }
    let mut result = evaluate(field, a.numerator(), &images)?;
    for (factor, exponent) in &a.denominator().factors {
        let value = evaluate(field, factor.polynomial(), &images)?;
        let power = i32::try_from(*exponent).unwrap_or(i32::MAX);
        result = field.multiply(&result, &field.power(&value, -power)?);
    }
    let content = num_rational::BigRational::new(
        num_bigint::BigInt::one(),
        a.denominator().content.clone(),
    );
    Ok(field.scale_by(&result, &content))
}

/// A polynomial with elements put for some of its variables.
fn evaluate(
    field: &Field,
    polynomial: &Polynomial,
    images: &HashMap<Var, Element>,
) -> AlgebraResult<Element> {
    field.poll()?;
    let next =
        polynomial.variables().iter().find_map(|var| Some((*var, images.get(var)?)));
    let Some((var, image)) = next else {
        return Ok(Element::from_polynomial(polynomial.clone()));
    };
    let mut rest = images.clone();
    rest.remove(&var);
    let mut terms = Vec::new();
    let mut power = field.one();
    let mut reached = 0;
    for (exponent, coefficient) in polynomial.coefficients_in(var) {
        power = field.multiply(&power, &field.raise(image, exponent - reached));
        reached = exponent;
        terms.push(field.multiply(&evaluate(field, &coefficient, &rest)?, &power));
    }
    Ok(field.sum(&terms))
}
