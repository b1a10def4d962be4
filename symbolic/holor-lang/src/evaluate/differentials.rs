//! Derivatives as they stand on paper: `∂_t u`, `∂²u/∂x²`, `Δ u`, `∇² u`.
//!
//! Each is rewritten, before it is evaluated, into a call of `diff`, `laplacian` or `gradient` with the factor behind it. `∂_x` is
//! also a basis vector, `Δ` a symbol, and what stands before a factor may be a product with either: they act only on what contains
//! a field, or where they have no other meaning.

mod brackets;
mod factors;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use holor_algebra::{Expr, Function, Node};

use super::{Evaluator, Scope};
use crate::Value;
use crate::ast::{Argument, Ast, AstKind, BinaryOperator, Name, UnaryOperator};
use crate::field::Simulation;
use crate::geometry::Geometry;
use crate::syntax::{children, symbol_name};

/// The functions that differentiate their first argument.
const DERIVATIVES: &[&str] = &["diff", "laplacian", "gradient", "grad"];
/// Derivatives are of this order at most.
const HIGHEST: u32 = 16;

/// What acts on the factor behind it.
#[derive(Clone, Debug)]
enum Operator {
    /// `∂_x`, `∂_x^2`, `∂_xy`: the coordinates in turn.
    Partial(Vec<(Arc<str>, u32)>),
    /// `Δ`, `∇²`, and their powers.
    Laplacian(u32),
    /// `∇`.
    Gradient,
    /// `∇·`.
    Divergence,
    /// `∇×`.
    Curl,
}

impl Evaluator<'_> {
    /// A product in which derivatives written as on paper are calls; `None` where it has none.
    pub(super) fn with_derivatives(
        &self,
        first: &Ast,
        rest: &[(BinaryOperator, Ast)],
        scope: &Scope,
    ) -> Option<(Ast, Vec<(BinaryOperator, Ast)>)> {
        let acts = |ast: &Ast| {
            is_derivative(unsigned(ast).1)
                || brackets::is_bracket(ast)
                || factors::head(ast).is_some_and(|it| factors::may_be_glued(&it.text))
        };
        if !acts(first) && !rest.iter().any(|(_, ast)| acts(ast)) {
            return None;
        }
        let mut factors: Vec<(BinaryOperator, Ast)> =
            vec![(BinaryOperator::Multiply, first.clone())];
        factors.extend(rest.iter().cloned());
        let mut changed = self.take_apart(&mut factors, scope);
        let places = (0..factors.len()).rev();
        // Quotients first, then from the right, so that `∂_x Δ u` finds its factor done.
        let passes = places.clone().map(|place| (true, place));
        for (quotients, place) in passes.chain(places.map(|place| (false, place))) {
            let read = match quotients {
                true => quotient(&factors, place),
                false => self.applied_to_next(&factors, place, scope),
            };
            let taken = read.as_ref().map_or(1, |(_, taken)| *taken);
            if read.is_some() || !quotients {
                self.warn_of_constant(&factors, place, taken, scope);
            }
            let Some((mut call, taken)) = read else { continue };
            let Some((operator, ast)) = factors.get(place) else { continue };
            if unsigned(ast).0 {
                let span = ast.span.to(call.span);
                let kind = AstKind::Unary(UnaryOperator::Minus, Box::new(call));
                call = Ast { kind, span };
            }
            let joined = (*operator, call);
            factors.splice(place..(place + taken).min(factors.len()), [joined]);
            changed = true;
        }
        if !changed || factors.is_empty() {
            return None;
        }
        let (_, first) = factors.remove(0);
        Some((first, factors))
    }

    /// `∂_x(u^2)`, `Δ (u - v)`: the call that such a form stands for.
    pub(super) fn derivative_call(
        &self,
        name: &Name,
        arguments: &[Argument],
        scope: &Scope,
    ) -> Option<Ast> {
        let [Argument { name: None, value }] = arguments else { return None };
        let callee = Ast { kind: AstKind::Name(name.clone()), span: name.span };
        let operator = self.operator(&callee, scope)?;
        self.acts_on(&callee, value, scope).then(|| call_of(&operator, value, &callee))
    }

    /// `|∇u|`, `|grad(u)|`, `|curl([u, v, w])|`: the length of a list of components, not the absolute values of its items.
    pub(super) fn length_of_gradient(
        &self,
        operand: &Ast,
        value: &Value,
    ) -> Option<Value> {
        let is_nabla = |name: &Name| {
            matches!(&*name.text, "grad" | "gradient" | "∇" | "curl" | "cross")
        };
        let is_gradient = match &operand.kind {
            AstKind::Call { callee, .. } => {
                matches!(&callee.kind, AstKind::Name(name) if is_nabla(name))
            }
            AstKind::Chain(first, rest) => {
                rest.len() == 1
                    && matches!(&first.kind, AstKind::Name(name) if is_nabla(name))
            }
            _ => false,
        };
        let (true, Value::List(items)) = (is_gradient, value) else { return None };
        let squares: Option<Vec<Expr>> = items
            .iter()
            .map(|item| {
                let modulus = Expr::call(Function::Abs, vec![item.as_expr()?.clone()]);
                Some(Expr::power(modulus, Expr::integer(2)))
            })
            .collect();
        Some(Value::Expr(Expr::add(squares?).sqrt()))
    }

    /// `∂_x u` at this place of a product, with the number of factors it takes.
    fn applied_to_next(
        &self,
        factors: &[(BinaryOperator, Ast)],
        place: usize,
        scope: &Scope,
    ) -> Option<(Ast, usize)> {
        let (_, ast) = factors.get(place)?;
        let (joint, factor) = factors.get(place + 1)?;
        let ast = unsigned(ast).1;
        let product = matches!(
            joint,
            BinaryOperator::Multiply | BinaryOperator::Juxtapose | BinaryOperator::Dot
        );
        if product
            && !is_derivative(factor)
            && let Some(call) = self.bracket_applied(ast, factor, scope)
        {
            return Some((call, 2));
        }
        let operator = self.operator(ast, scope)?;
        // `∇·(a ∇u)`, `∇ × E`.
        let joined = match joint {
            BinaryOperator::Dot => Some(Operator::Divergence),
            BinaryOperator::Cross => Some(Operator::Curl),
            _ => None,
        };
        if let (Some(joined), Operator::Gradient) = (joined, &operator) {
            let whole = !is_derivative(factor)
                || matches!(factor.kind, AstKind::Call { .. })
                    && self.calls(factor, scope);
            return (whole && self.acts_on(ast, factor, scope))
                .then(|| (call_of(&joined, factor, ast), 2));
        }
        if *joint != BinaryOperator::Juxtapose
            || is_derivative(factor)
            || !self.acts_on(ast, factor, scope)
        {
            return None;
        }
        Some((call_of(&operator, factor, ast), 2))
    }

    /// Whether it is a derivative of its argument, as in `∇(u v)`: not one that acts on what stands behind.
    fn calls(&self, ast: &Ast, scope: &Scope) -> bool {
        match &ast.kind {
            AstKind::Call { callee, arguments, .. } => match &callee.kind {
                AstKind::Name(name) => {
                    self.derivative_call(name, arguments, scope).is_some()
                }
                _ => false,
            },
            _ => false,
        }
    }

    /// What a factor does to the next; `None` for an ordinary factor.
    fn operator(&self, ast: &Ast, scope: &Scope) -> Option<Operator> {
        let (base, times) = power(ast)?;
        let AstKind::Name(name) = &base.kind else { return None };
        match &*name.text {
            "Δ" | "Delta" => {
                let free = self.variable(name, scope).is_none()
                    && !self.state().functions.contains(&name.symbol);
                free.then_some(Operator::Laplacian(times))
            }
            "∇" if times == 1 => Some(Operator::Gradient),
            "∇" if times % 2 == 0 => Some(Operator::Laplacian(times / 2)),
            _ => {
                let rest = name.symbol.strip_prefix("∂_")?;
                if symbol_name(rest).is_some() {
                    return Some(Operator::Partial(vec![(rest.into(), times)]));
                }
                // `∂_xx`, `∂_xy`.
                let letters: Vec<String> =
                    rest.chars().map(|letter| letter.to_string()).collect();
                let all = times == 1
                    && letters.iter().all(|letter| symbol_name(letter).is_some());
                all.then(|| {
                    Operator::Partial(
                        letters
                            .iter()
                            .map(|letter| (letter.as_str().into(), 1))
                            .collect(),
                    )
                })
            }
        }
    }

    /// Whether an operator acts on a factor, and is no vector or symbol that multiplies it.
    fn acts_on(&self, operator: &Ast, factor: &Ast, scope: &Scope) -> bool {
        let vector = match &operator.kind {
            AstKind::Name(name) => {
                matches!(self.variable(name, scope), Some(Value::Geometry(_)))
                    || &*name.symbol == "Δ"
                    || &*name.text == "∇"
            }
            _ => false,
        };
        !vector || self.mentions_field(factor, scope)
    }

    /// A name without a value that an equation of fields differentiates: the derivative of a symbol is 0, which nobody means there.
    pub(super) fn differentiated_symbol(&self, ast: &Ast, scope: &Scope) -> Option<Name> {
        let free = |name: &Name| {
            self.variable(name, scope).is_none()
                && !self.state().functions.contains(&name.symbol)
                && symbol_name(&name.text).is_some()
                && super::names::constant(&name.text).is_none()
        };
        let mut todo = vec![ast.clone()];
        while let Some(ast) = todo.pop() {
            if let AstKind::Chain(first, rest) = &ast.kind
                && let Some((first, rest)) = self.with_derivatives(first, rest, scope)
            {
                todo.push(first);
                todo.extend(rest.into_iter().map(|(_, ast)| ast));
                continue;
            }
            if let AstKind::Call { callee, arguments, .. } = &ast.kind
                && let AstKind::Name(function) = &callee.kind
                && (DERIVATIVES.contains(&&*function.text)
                    || function.text.starts_with(['∂', '∇', 'Δ']))
                && let Some(Argument { name: None, value }) = arguments.first()
                && let AstKind::Name(name) = &value.kind
                && free(name)
            {
                let by_itself = arguments.iter().skip(1).any(|by| {
                    matches!(&by.value.kind, AstKind::Name(by) if by.symbol == name.symbol)
                });
                if !by_itself {
                    return Some(name.clone());
                }
            }
            let mut parts = Vec::new();
            children(&ast, &mut parts);
            todo.extend(parts.into_iter().cloned());
        }
        None
    }

    /// Whether a single argument contains a field.
    pub(super) fn is_of_fields(&self, arguments: &[Argument], scope: &Scope) -> bool {
        match arguments {
            [Argument { name: None, value }] => self.mentions_field(value, scope),
            _ => false,
        }
    }

    /// Whether a name in a tree stands for a field, or for a formula of fields.
    fn mentions_field(&self, ast: &Ast, scope: &Scope) -> bool {
        let known = self.known_fields();
        let is_field = |expr: &Expr| {
            expr.any(&mut |part| match part.node() {
                Node::Apply(name, _) => known.contains_key(name.name()),
                _ => false,
            })
        };
        let mut todo = vec![ast];
        while let Some(ast) = todo.pop() {
            if let Some(product) = self.unglued_product(ast, scope) {
                let AstKind::Chain(_, rest) = &product.kind else { continue };
                if rest.last().is_some_and(|(_, it)| self.mentions_field(it, scope)) {
                    return true;
                }
            }
            if let AstKind::Name(name) = &ast.kind {
                let found = match self.variable(name, scope) {
                    Some(Value::Simulation(Simulation::Field(_))) => true,
                    Some(Value::Expr(value)) => is_field(&value),
                    Some(Value::List(items)) => {
                        items.iter().any(|item| item.as_expr().is_some_and(is_field))
                    }
                    Some(Value::Geometry(Geometry::Holor(tensor))) => {
                        self.tensor_of_fields(&tensor)
                    }
                    _ => false,
                };
                if found {
                    return true;
                }
            }
            children(ast, &mut todo);
        }
        false
    }
}

/// `∂u/∂t`, `∂²u/∂x∂y`, `∂/∂x u` at this place of a product, with the number of factors it takes.
fn quotient(factors: &[(BinaryOperator, Ast)], place: usize) -> Option<(Ast, usize)> {
    let ast = unsigned(&factors.get(place)?.1).1;
    let juxtaposed = |at: usize| {
        let (operator, factor) = factors.get(at)?;
        (*operator == BinaryOperator::Juxtapose).then_some(factor)
    };
    let (base, order) = power(ast)?;
    // What is differentiated: the rest of the name `∂u`, an argument `∂(u v)`, or the next factor: `∂²u`.
    let mut next = place + 1;
    let mut operand = match &base.kind {
        AstKind::Name(name) if &*name.text == "∂" => match juxtaposed(next) {
            Some(factor) if !is_derivative(factor) => {
                next += 1;
                Some(factor.clone())
            }
            Some(_) => return None,
            None => None,
        },
        AstKind::Name(name) if order == 1 => {
            let rest = name.symbol.strip_prefix("∂_")?;
            let written = name.text.strip_prefix('∂')?.trim_start_matches('_');
            let name =
                Name { text: written.into(), symbol: rest.into(), span: name.span };
            Some(Ast { kind: AstKind::Name(name), span: ast.span })
        }
        AstKind::Call { callee, arguments, .. } if order == 1 => {
            match (&callee.kind, arguments.as_slice()) {
                (AstKind::Name(name), [Argument { name: None, value }])
                    if &*name.text == "∂" =>
                {
                    Some(value.clone())
                }
                _ => return None,
            }
        }
        _ => return None,
    };
    let mut variables: Vec<(Arc<str>, u32)> = Vec::new();
    let mut left = order;
    let mut behind = None;
    let mut end = ast.span;
    while left > 0 {
        let (operator, below) = factors.get(next)?;
        let expected = if variables.is_empty() {
            BinaryOperator::Divide
        } else {
            BinaryOperator::Juxtapose
        };
        if *operator != expected {
            return None;
        }
        // `∂u/∂x (1 - u)` reads as a call of `∂x`: the argument is the next factor.
        let below = match &below.kind {
            AstKind::Call { callee, arguments, .. } => {
                let [Argument { name: None, value }] = arguments.as_slice() else {
                    return None;
                };
                behind = Some(value.clone());
                callee
            }
            _ => below,
        };
        let (base, times) = power(below)?;
        let AstKind::Name(name) = &base.kind else { return None };
        let variable = name.symbol.strip_prefix("∂_")?;
        left = left.checked_sub(times)?;
        variables.push((variable.into(), times));
        end = below.span;
        next += 1;
        if behind.is_some() && left > 0 {
            return None;
        }
    }
    if operand.is_none() {
        operand = match behind.take() {
            Some(argument) => Some(argument),
            None => {
                let factor = juxtaposed(next).filter(|it| !is_derivative(it))?;
                next += 1;
                Some(factor.clone())
            }
        };
    }
    let mut call = call_of(&Operator::Partial(variables), &operand?, ast);
    call.span = ast.span.to(end);
    if let Some(factor) = behind {
        let span = call.span.to(factor.span);
        let rest = vec![(BinaryOperator::Juxtapose, factor)];
        call = Ast { kind: AstKind::Chain(Box::new(call), rest), span };
    }
    Some((call, next - place))
}

/// Whether a factor may be a derivative: by its first letter alone.
fn is_derivative(ast: &Ast) -> bool {
    let base = match &ast.kind {
        AstKind::Binary(BinaryOperator::Power, base, _) => base,
        AstKind::Call { callee, .. } => callee,
        _ => ast,
    };
    matches!(&base.kind, AstKind::Name(name)
        if name.text.starts_with(['∂', '∇', 'Δ']) || &*name.text == "Delta")
}

/// An operand and whether it has a minus before it.
fn unsigned(ast: &Ast) -> (bool, &Ast) {
    match &ast.kind {
        AstKind::Unary(UnaryOperator::Minus, inner) => (true, inner),
        _ => (false, ast),
    }
}

/// A base and its exponent, a whole number from 1.
fn power(ast: &Ast) -> Option<(&Ast, u32)> {
    match &ast.kind {
        AstKind::Binary(BinaryOperator::Power, base, exponent) => {
            let AstKind::Number(text) = &exponent.kind else { return None };
            let times: u32 = text.parse().ok()?;
            (1..=HIGHEST).contains(&times).then_some((&**base, times))
        }
        _ => Some((ast, 1)),
    }
}

/// The call that an operator before a factor stands for.
fn call_of(operator: &Operator, factor: &Ast, written: &Ast) -> Ast {
    let span = written.span.to(factor.span);
    let named = |text: &str| Ast {
        kind: AstKind::Name(Name {
            text: text.into(),
            symbol: text.into(),
            span: written.span,
        }),
        span: written.span,
    };
    let plain = |value: Ast| Argument { name: None, value };
    let call = |function: &str, arguments: Vec<Argument>| {
        let callee = Box::new(named(function));
        Ast { kind: AstKind::Call { callee, arguments, spaced: false }, span }
    };
    match operator {
        Operator::Partial(variables) => {
            let mut arguments = vec![plain(factor.clone())];
            for (variable, times) in variables {
                arguments.push(plain(named(variable)));
                if *times > 1 {
                    let kind = AstKind::Number(times.to_string().into());
                    arguments.push(plain(Ast { kind, span: written.span }));
                }
            }
            call("diff", arguments)
        }
        Operator::Laplacian(times) => (0..*times)
            .fold(factor.clone(), |inner, _| call("laplacian", vec![plain(inner)])),
        Operator::Divergence => call("divergence", vec![plain(factor.clone())]),
        Operator::Curl => call("curl", vec![plain(factor.clone())]),
        Operator::Gradient => call("gradient", vec![plain(factor.clone())]),
    }
}
