//! What stands behind a derivative, factor by factor.
//!
//! A derivative acts on the one factor behind it. `∂_x u (1 - u)` looks like a call of `u` to the parser and is a product; `Δu` and
//! `iħ` are one name to it and stand for two factors where nothing else is called so. Where the factor holds no field and a later one
//! does, what is written and what is meant most likely differ, and both spellings are told.

use std::collections::BTreeSet;

use super::{Evaluator, Operator, Scope, is_derivative, power, unsigned};
use crate::ast::{Argument, Ast, AstKind, BinaryOperator, Name, UnaryOperator};
use crate::builtins;
use crate::field::Simulation;
use crate::syntax::symbol_name;
use crate::{Diagnostic, Span, Value, codes};

/// A factor and the operator before it.
type Factor = (BinaryOperator, Ast);

impl Evaluator<'_> {
    /// Takes glued names apart, and calls behind a derivative that are products; whether there were any.
    pub(super) fn take_apart(&self, factors: &mut Vec<Factor>, scope: &Scope) -> bool {
        let mut apart: Vec<Factor> = Vec::with_capacity(factors.len());
        for (operator, ast) in factors.iter() {
            let open = head(ast).is_some_and(|name| starts_at(ast, name.span));
            match open.then(|| self.unglued(ast, scope)).flatten() {
                Some(parts) => {
                    for (place, part) in parts.into_iter().enumerate() {
                        let first = (place == 0).then_some(*operator);
                        apart.push((first.unwrap_or(BinaryOperator::Juxtapose), part));
                    }
                }
                None => apart.push((*operator, ast.clone())),
            }
        }
        let mut changed = apart.len() > factors.len();
        *factors = Vec::with_capacity(apart.len());
        for place in 0..apart.len() {
            let Some((operator, ast)) = apart.get(place) else { continue };
            let before = place.checked_sub(1).and_then(|it| apart.get(it));
            let below = apart.get(place + 1);
            let behind = before.is_some_and(|(_, before)| acts_on_next(before, below));
            match behind.then(|| self.as_product(ast, scope)).flatten() {
                Some((left, right, tight)) => {
                    if let (true, Some((_, before))) = (tight, before)
                        && self.operator(unsigned(before).1, scope).is_some()
                    {
                        self.warn_of_tight(before, &left, &right);
                    }
                    factors.push((*operator, left));
                    factors.push((BinaryOperator::Juxtapose, right));
                    changed = true;
                }
                None => factors.push((*operator, ast.clone())),
            }
        }
        changed
    }

    /// The two factors of `u (1 - v)`, and of `u(1 - v)` where `u` is a field and no place is asked for: then it is `true` that they
    /// stand close.
    fn as_product(&self, ast: &Ast, scope: &Scope) -> Option<(Ast, Ast, bool)> {
        let (call, raised) = match &ast.kind {
            AstKind::Binary(operator, base, exponent) if !base.is_enclosed() => {
                (&**base, Some((*operator, exponent)))
            }
            _ => (ast, None),
        };
        if let AstKind::Call { callee, arguments, spaced: false } = &call.kind
            && let AstKind::Name(name) = &callee.kind
            && let [Argument { name: None, value: factor }] = arguments.as_slice()
            && matches!(
                self.variable(name, scope),
                Some(Value::Simulation(Simulation::Field(_)))
            )
            && self.is_of_fields(arguments, scope)
        {
            let kind = match raised {
                Some((operator, exponent)) => {
                    AstKind::Binary(operator, Box::new(factor.clone()), exponent.clone())
                }
                None => factor.kind.clone(),
            };
            let span = behind(callee.span, ast.span);
            return Some(((**callee).clone(), Ast { kind, span }, true));
        }
        if ast.is_enclosed() {
            return None;
        }
        let (callee, right) = ast.product_reading()?;
        let AstKind::Name(name) = &callee.kind else { return None };
        let product = !is_derivative(callee) && !self.names_function(name, scope);
        let span = behind(callee.span, ast.span);
        product.then(|| (callee.clone(), Ast { kind: right.kind, span }, false))
    }

    /// `∂_x u(1 - u)` can be meant in two ways.
    fn warn_of_tight(&self, operator: &Ast, left: &Ast, right: &Ast) {
        let operator = unsigned(operator).1;
        let span = operator.span.to(right.span);
        let [written, acting, left, right] =
            [span, operator.span, left.span, right.span].map(|it| self.written(it));
        let taken = format!("{right} {acting} {left}");
        let other = format!("{acting}({left} {right})");
        let message = format!("`{written}` is read as `{taken}`, not as `{other}`");
        self.warn(
            Diagnostic::warning(&codes::E0006_AMBIGUOUS_PRODUCT, message)
                .at(span)
                .hint(taken)
                .hint(other),
        );
    }

    /// Warns where the derivative at this place acts on a factor without fields, though fields stand behind that: `∂_x c u`.
    pub(super) fn warn_of_constant(
        &self,
        factors: &[Factor],
        place: usize,
        taken: usize,
        scope: &Scope,
    ) {
        let Some((_, operator)) = factors.get(place) else { return };
        let operator = unsigned(operator).1;
        let divided =
            |at: usize| factors.get(at).is_some_and(|it| it.0 == BinaryOperator::Divide);
        let vector = taken == 1 && self.is_vector(factors, place, scope);
        let taken = if vector { 2 } else { taken };
        if taken > 1 && divided(place + 1) != is_bare(operator) {
            return;
        }
        let (acting, factor, end) = match &operator.kind {
            // `∂_x (c) u` with a blank.
            AstKind::Call { callee, arguments, spaced: true } if taken == 1 => {
                let [Argument { name: None, value }] = arguments.as_slice() else {
                    return;
                };
                if !matches!(self.operator(callee, scope), Some(Operator::Partial(_)))
                    || !self.acts_on(callee, value, scope)
                {
                    return;
                }
                (callee.span, value, operator.span)
            }
            AstKind::Call { .. } => return,
            _ if taken < 2 => return,
            _ => {
                let Some((_, factor)) = factors.get(place + taken - 1) else { return };
                let last = factors.get(place + taken - 2);
                let Some((_, last)) = last else { return };
                (operator.span.to(unsigned(last).1.span), factor, factor.span)
            }
        };
        let rest = factors.get(place + taken..).unwrap_or_default();
        let Some(((_, next), (_, last))) = rest.first().zip(rest.last()) else { return };
        let fields = rest.iter().any(|(_, factor)| self.mentions_field(factor, scope));
        if !fields || self.mentions_field(factor, scope) {
            return;
        }
        let span = acting.to(last.span);
        let [written, acting, own, rest] =
            [span, acting, factor.span, next.span.to(last.span)]
                .map(|it| self.written(it));
        let tail = self.sources.text(behind(end, last.span));
        let tail = tail.trim_end();
        let own = without_brackets(&own);
        let factor = match own.contains(['+', '-', ' ']) {
            true => format!("({own})"),
            false => own.to_owned(),
        };
        let outside = match rest.contains([' ', '/', '*', '(']) {
            _ if divided(place + taken) => format!("{factor} {acting}(1/{rest})"),
            true => format!("{factor} {acting}({})", without_brackets(&rest)),
            false => format!("{factor} {acting} {rest}"),
        };
        let alone = format!("{acting}({own}){tail}");
        let message = match vector {
            true => format!(
                "`{written}` is a vector: `{acting}` is one of the chart's, and acts on the factor behind it where that contains a field"
            ),
            false => format!(
                "`{written}` is read as `{alone}`: a derivative acts on the factor behind it, and `{own}` contains no field"
            ),
        };
        let mut warning = Diagnostic::warning(&codes::E0006_AMBIGUOUS_PRODUCT, message)
            .at(span)
            .hint(format!("{acting}({factor}{tail})"))
            .hint(outside);
        if !vector {
            warning = warning.hint(alone);
        }
        self.warn(warning);
    }

    /// Whether the factor at this place is a basis vector that is written like a derivative of the next one: `∂_x c u`.
    fn is_vector(&self, factors: &[Factor], place: usize, scope: &Scope) -> bool {
        let Some((_, ast)) = factors.get(place) else { return false };
        let ast = unsigned(ast).1;
        let next = factors.get(place + 1);
        matches!(&ast.kind, AstKind::Name(_))
            && matches!(self.operator(ast, scope), Some(Operator::Partial(_)))
            && next.is_some_and(|(operator, factor)| {
                *operator == BinaryOperator::Juxtapose
                    && !is_derivative(factor)
                    && !self.acts_on(ast, factor, scope)
            })
    }

    /// What stands at a place, without the blanks around it.
    fn written(&self, span: Span) -> String {
        self.sources.text(span).trim().to_owned()
    }

    /// A sum in which `∂_x -u` is the derivative of `-u`; `None` where it has none. A derivative with nothing behind it has no other
    /// meaning there.
    pub(in crate::evaluate) fn with_signs(
        &self,
        first: &Ast,
        rest: &[Factor],
        scope: &Scope,
    ) -> Option<(Ast, Vec<Factor>)> {
        let place = (0..rest.len()).find(|place| {
            let Some((BinaryOperator::Subtract, term)) = rest.get(*place) else {
                return false;
            };
            let before = place.checked_sub(1).and_then(|it| rest.get(it));
            let before = before.map_or(first, |(_, before)| before);
            let last = match &before.kind {
                AstKind::Chain(_, factors) => factors.last().map(|(_, last)| last),
                _ => Some(before),
            };
            let waits = last.is_some_and(|last| self.waits(unsigned(last).1, scope));
            waits && self.is_sign(before, term) && self.mentions_field(term, scope)
        })?;
        let mut terms = vec![(BinaryOperator::Add, first.clone())];
        terms.extend(rest.iter().cloned());
        let (_, term) = terms.remove(place + 1);
        let (_, before) = terms.get_mut(place)?;
        let span = before.span.to(term.span);
        let split = |ast: Ast| match ast.kind {
            AstKind::Chain(first, rest) => (*first, rest),
            _ => (ast, Vec::new()),
        };
        let (head, mut factors) = split(before.clone());
        let (operand, more) = split(term);
        let start = operand.span.start.saturating_sub(self.minus(before, &operand));
        let sign = Ast {
            span: Span { start, ..operand.span },
            kind: AstKind::Unary(UnaryOperator::Minus, Box::new(operand)),
        };
        factors.push((BinaryOperator::Juxtapose, sign));
        factors.extend(more);
        *before = Ast { kind: AstKind::Chain(Box::new(head), factors), span };
        let (_, first) = terms.remove(0);
        Some((first, terms))
    }

    /// Whether a factor is a derivative, and no vector of a chart, that acts on what stands behind it.
    fn waits(&self, ast: &Ast, scope: &Scope) -> bool {
        let base = power(ast).map(|(base, _)| base);
        let Some(AstKind::Name(name)) = base.map(|base| &base.kind) else { return false };
        name.text.starts_with(['∂', '∇'])
            && self.variable(name, scope).is_none()
            && self.operator(ast, scope).is_some()
    }

    /// Whether a minus stands apart from what is before it, and close to what is behind it.
    fn is_sign(&self, before: &Ast, term: &Ast) -> bool {
        let between = self.between(before, term);
        between.starts_with(' ') && !between.ends_with(char::is_whitespace)
    }

    /// The bytes of the minus between two terms.
    fn minus(&self, before: &Ast, term: &Ast) -> usize {
        self.between(before, term).trim().len()
    }

    /// What stands between two terms.
    fn between(&self, before: &Ast, term: &Ast) -> String {
        let (start, end) = (before.span.end, term.span.start);
        let span = Span { start, end: end.max(start), ..before.span };
        self.sources.text(span).to_string()
    }

    /// The product that a glued name stands for, or a call or power of one: `Δu`, `κΔu^2`, `∂_xu`, `iħ`.
    pub(in crate::evaluate) fn unglued_product(
        &self,
        ast: &Ast,
        scope: &Scope,
    ) -> Option<Ast> {
        let mut parts = self.unglued(ast, scope)?.into_iter();
        let first = Box::new(parts.next()?);
        let rest = parts.map(|part| (BinaryOperator::Juxtapose, part)).collect();
        Some(Ast { kind: AstKind::Chain(first, rest), span: ast.span })
    }

    fn unglued(&self, ast: &Ast, scope: &Scope) -> Option<Vec<Ast>> {
        let open = |inner: &Ast| {
            head(inner).is_some_and(|name| starts_at(inner, name.span)).then_some(())
        };
        match &ast.kind {
            AstKind::Unary(UnaryOperator::Minus, inner) => {
                open(inner)?;
                let mut parts = self.unglued(inner, scope)?;
                let first = parts.first_mut()?;
                let kind = AstKind::Unary(UnaryOperator::Minus, Box::new(first.clone()));
                *first = Ast { kind, span: ast.span.to(first.span) };
                Some(parts)
            }
            AstKind::Name(name) => {
                let pieces = self.pieces(name, scope)?;
                let mut start = name.span.start;
                let parts = pieces.into_iter().map(|(text, length)| {
                    let span = Span { start, end: start + length, ..name.span };
                    start += length;
                    let symbol = symbol_name(&text).unwrap_or_else(|| text.clone());
                    let symbol = symbol.into();
                    let name = Name { text: text.into(), symbol, span };
                    Ast { kind: AstKind::Name(name), span }
                });
                Some(parts.collect())
            }
            AstKind::Binary(BinaryOperator::Power, base, exponent) => {
                open(base)?;
                let mut parts = self.unglued(base, scope)?;
                let last = parts.last_mut()?;
                let kind = AstKind::Binary(
                    BinaryOperator::Power,
                    Box::new(last.clone()),
                    exponent.clone(),
                );
                *last = Ast { kind, span: Span { end: ast.span.end, ..last.span } };
                Some(parts)
            }
            AstKind::Call { callee, arguments, spaced } => {
                open(callee)?;
                let mut parts = self.unglued(callee, scope)?;
                let last = parts.last_mut()?;
                let kind = AstKind::Call {
                    callee: Box::new(last.clone()),
                    arguments: arguments.clone(),
                    spaced: *spaced,
                };
                *last = Ast { kind, span: Span { end: ast.span.end, ..last.span } };
                Some(parts)
            }
            _ => None,
        }
    }

    /// The names that one without a meaning is made of, each with its length as written.
    fn pieces(&self, name: &Name, scope: &Scope) -> Option<Vec<(String, usize)>> {
        let text = &*name.text;
        let own = |part: &str| (part.to_owned(), part.len());
        if !may_be_glued(text)
            || self.variable(name, scope).is_some()
            || self.is_symbol(name)
            || builtins::find(text).is_some()
        {
            return None;
        }
        let named = |text: &str| {
            let symbol = symbol_name(text).unwrap_or_else(|| text.to_owned());
            Name { text: text.into(), symbol: symbol.into(), span: name.span }
        };
        let is_field = |text: &str| {
            let kind = AstKind::Name(named(text));
            !text.is_empty() && self.mentions_field(&Ast { kind, span: name.span }, scope)
        };
        if let Some(below) = text.strip_prefix('∂') {
            let letters = below.trim_start_matches('_');
            let known: BTreeSet<String> = self
                .known_fields()
                .values()
                .flat_map(|(field, _)| {
                    let all = field.grid.coordinates.iter().chain([&field.time]);
                    all.map(|it| it.name().to_owned()).collect::<Vec<_>>()
                })
                .collect();
            let all_known =
                |part: &str| part.chars().all(|it| known.contains(&it.to_string()));
            if all_known(letters) {
                return None;
            }
            let mut splits = letters.char_indices().skip(1);
            let (by, field) = splits.find_map(|(at, _)| {
                let (by, field) = letters.split_at_checked(at)?;
                (all_known(by) && is_field(field)).then_some((by, field))
            })?;
            let length = text.len() - field.len();
            return Some(vec![(format!("∂_{by}"), length), own(field)]);
        }
        if let Some((before, after)) = text.split_once('Δ') {
            if !is_field(after) {
                return None;
            }
            let mut pieces = Vec::new();
            if !before.is_empty() {
                let factor = named(before);
                if self.variable(&factor, scope).is_some()
                    || self.is_symbol(&factor)
                    || super::super::names::constant(before).is_some()
                {
                    pieces.push(own(before));
                } else {
                    pieces.extend(self.pieces(&factor, scope)?);
                }
            }
            pieces.extend([own("Δ"), own(after)]);
            return Some(pieces);
        }
        let letter = text.strip_prefix('i')?;
        symbol_name(letter)?;
        Some(vec![own("i"), own(letter)])
    }
}

/// Whether a name may be several: by its letters alone.
pub(super) fn may_be_glued(text: &str) -> bool {
    text.starts_with('∂')
        || (text.contains('Δ') && text.len() > 'Δ'.len_utf8())
        || text.strip_prefix('i').is_some_and(|rest| {
            rest.chars().next().is_some_and(|it| !it.is_ascii() && it.is_alphabetic())
        })
}

/// The name that a power, a call or a negative begins with.
pub(super) fn head(ast: &Ast) -> Option<&Name> {
    match &ast.kind {
        AstKind::Name(name) => Some(name),
        AstKind::Unary(UnaryOperator::Minus, inner)
        | AstKind::Binary(BinaryOperator::Power, inner, _)
        | AstKind::Call { callee: inner, .. } => head(inner),
        _ => None,
    }
}

/// Whether no bracket stands around a form that begins with this name.
fn starts_at(ast: &Ast, name: Span) -> bool {
    match &ast.kind {
        AstKind::Unary(UnaryOperator::Minus, inner) => starts_at(inner, name),
        _ => ast.span.start == name.start,
    }
}

/// Whether it acts on the factor behind it; in `∂²u (1 + v)/∂x²` everything above the line is meant.
fn acts_on_next(ast: &Ast, below: Option<&Factor>) -> bool {
    let ast = unsigned(ast).1;
    if matches!(ast.kind, AstKind::Call { .. }) {
        return false;
    }
    let fraction =
        is_bare(ast) && below.is_some_and(|(it, _)| *it == BinaryOperator::Divide);
    (is_derivative(ast) && !fraction) || super::brackets::is_bracket(ast)
}

/// What stands behind a name, to the end of a form that begins with it.
fn behind(name: Span, whole: Span) -> Span {
    Span { start: name.end.min(whole.end), ..whole }
}

/// Whether it is `∂` or `∂²`, of which the coordinates stand elsewhere.
fn is_bare(ast: &Ast) -> bool {
    power(ast).is_some_and(
        |(base, _)| matches!(&base.kind, AstKind::Name(name) if &*name.text == "∂"),
    )
}

/// `c` of `(c)`.
fn without_brackets(factor: &str) -> &str {
    let inner = factor.strip_prefix('(').and_then(|it| it.strip_suffix(')'));
    inner.filter(|inner| !inner.contains(['(', ')'])).unwrap_or(factor)
}
