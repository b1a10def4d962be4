//! Sums and powers of derivatives in brackets: `(1 + ∂_x^2)^2 u`, `(∂_t - Δ) u`.
//!
//! The bracket acts on the factor behind it where that contains a field: each of its terms is applied to the factor, the derivatives in
//! it from the right, a power as often as it says.

use super::Operator::Gradient;
use super::{Evaluator, Scope, call_of, power, unsigned};
use crate::ast::{Ast, AstKind, BinaryOperator, UnaryOperator};

/// Powers of a bracket are at most this: each repeats all of its terms.
const HIGHEST: u32 = 4;

impl Evaluator<'_> {
    /// What a bracket of derivatives makes of the factor behind it; `None` where it is none.
    pub(in crate::evaluate) fn bracket_applied(
        &self,
        bracket: &Ast,
        factor: &Ast,
        scope: &Scope,
    ) -> Option<Ast> {
        let is = is_bracket(bracket) && !is_bracket(factor);
        (is && self.mentions_field(factor, scope))
            .then(|| self.applied(bracket, factor, scope))
            .flatten()
    }

    /// An operator, or a factor, before a formula.
    fn applied(&self, operator: &Ast, formula: &Ast, scope: &Scope) -> Option<Ast> {
        let span = operator.span.to(formula.span);
        let before = |factor: &Ast| {
            let rest = vec![(BinaryOperator::Multiply, formula.clone())];
            Ast { kind: AstKind::Chain(Box::new(factor.clone()), rest), span }
        };
        if !acts(operator) {
            return Some(before(operator));
        }
        if let Some(own) = self.operator(operator, scope) {
            let scalar = !matches!(own, Gradient);
            return scalar.then(|| call_of(&own, formula, operator));
        }
        match &operator.kind {
            AstKind::Unary(UnaryOperator::Minus, inner) => {
                let inner = self.applied(inner, formula, scope)?;
                let kind = AstKind::Unary(UnaryOperator::Minus, Box::new(inner));
                Some(Ast { kind, span })
            }
            AstKind::Binary(BinaryOperator::Power, ..) => {
                let (base, times) = power(operator)?;
                (times <= HIGHEST).then_some(())?;
                (0..times).try_fold(formula.clone(), |formula, _| {
                    self.applied(base, &formula, scope)
                })
            }
            AstKind::Chain(first, rest) if is_sum(rest) => {
                let first = self.applied(first, formula, scope)?;
                let rest: Option<Vec<(BinaryOperator, Ast)>> = rest
                    .iter()
                    .map(|(sign, term)| {
                        Some((*sign, self.applied(term, formula, scope)?))
                    })
                    .collect();
                Some(Ast { kind: AstKind::Chain(Box::new(first), rest?), span })
            }
            // `(V·∇) u` is `V·∇u`.
            AstKind::Chain(first, rest)
                if is_product(rest)
                    && let Some(((BinaryOperator::Dot, last), before)) =
                        rest.split_last()
                    && matches!(self.operator(last, scope), Some(Gradient)) =>
            {
                let mut rest = before.to_vec();
                rest.push((BinaryOperator::Dot, call_of(&Gradient, formula, last)));
                Some(Ast { kind: AstKind::Chain(first.clone(), rest), span })
            }
            AstKind::Chain(first, rest) if is_product(rest) => {
                let last = rest.iter().rev().map(|(_, factor)| factor);
                last.chain([&**first]).try_fold(formula.clone(), |formula, factor| {
                    self.applied(factor, &formula, scope)
                })
            }
            _ => None,
        }
    }
}

/// Whether it is a sum, product or power with a derivative that has nothing behind it.
pub(super) fn is_bracket(ast: &Ast) -> bool {
    let ast = unsigned(ast).1;
    let inner = match &ast.kind {
        AstKind::Binary(BinaryOperator::Power, base, _) => base,
        _ => ast,
    };
    matches!(inner.kind, AstKind::Chain(..)) && acts(inner)
}

/// Whether a derivative in it has nothing behind it.
fn acts(ast: &Ast) -> bool {
    match &ast.kind {
        AstKind::Name(name) => {
            (name.symbol.starts_with("∂_") && name.text.starts_with("∂"))
                || matches!(&*name.text, "Δ" | "Delta" | "∇")
        }
        AstKind::Unary(UnaryOperator::Minus, inner) => acts(inner),
        AstKind::Binary(BinaryOperator::Power, base, _) => acts(base),
        AstKind::Chain(first, rest) if is_sum(rest) => {
            acts(first) || rest.iter().any(|(_, term)| acts(term))
        }
        AstKind::Chain(_, rest) if is_product(rest) => {
            rest.last().is_some_and(|(_, factor)| acts(factor))
        }
        _ => false,
    }
}

fn is_sum(rest: &[(BinaryOperator, Ast)]) -> bool {
    rest.iter()
        .all(|(sign, _)| matches!(sign, BinaryOperator::Add | BinaryOperator::Subtract))
}

fn is_product(rest: &[(BinaryOperator, Ast)]) -> bool {
    rest.iter().all(|(sign, _)| {
        matches!(
            sign,
            BinaryOperator::Multiply | BinaryOperator::Juxtapose | BinaryOperator::Dot
        )
    })
}
