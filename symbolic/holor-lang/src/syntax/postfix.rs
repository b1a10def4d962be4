//! What stands behind an operand: calls, indices, members, primes, factorials and raised digits.

use std::sync::Arc;

use super::names::symbol_name;
use super::parser::Parser;
use super::slips;
use super::token::Kind;
use crate::ast::{
    Argument, Ast, AstKind, BinaryOperator, Index, IndexPosition, UnaryOperator,
};
use crate::codes;

impl Parser<'_> {
    pub(super) fn postfix(&mut self) -> Ast {
        let mut value = self.operand();
        let start = value.span.start;
        let mut count = 0;
        loop {
            let adjacent = !self.spaced();
            let kind = match self.kind() {
                Kind::OpenParen if self.is_call(&value, adjacent) => {
                    let arguments = self.arguments();
                    let callee = Box::new(value);
                    AstKind::Call { callee, arguments, spaced: !adjacent }
                }
                Kind::OpenBracket if self.is_index(&value, adjacent) => {
                    if let Some(diagnostic) = slips::square_call(self, &value) {
                        self.report(diagnostic);
                    }
                    let indices = self.indices();
                    AstKind::Index { target: Box::new(value), indices }
                }
                Kind::Dot if adjacent && self.second().kind.is_word() => {
                    self.bump();
                    let token = self.bump();
                    AstKind::Member(Box::new(value), self.name(token))
                }
                Kind::Quote if adjacent => {
                    self.bump();
                    AstKind::Transpose(Box::new(value))
                }
                Kind::Bang if adjacent => {
                    self.factorial();
                    AstKind::Factorial(Box::new(value))
                }
                Kind::Superscript if adjacent => {
                    if let Some(diagnostic) = slips::power_of_function(self, &value) {
                        self.report(diagnostic);
                    }
                    let exponent = Box::new(self.superscript());
                    AstKind::Binary(BinaryOperator::Power, Box::new(value), exponent)
                }
                _ => return value,
            };
            value = Ast { kind, span: self.span_from(start) };
            count += 1;
            self.count_postfix(count, value.span);
        }
    }

    /// Whether a `(` behind this operand opens arguments; otherwise it is the next factor.
    fn is_call(&self, value: &Ast, adjacent: bool) -> bool {
        let enclosed =
            || self.text.get(value.span.start..).is_some_and(|it| it.starts_with('('));
        match &value.kind {
            AstKind::Name(name) => {
                let product = self.tight && symbol_name(&name.text).is_some();
                adjacent || (!self.on_new_line() && !product)
            }
            AstKind::Member(..) => adjacent,
            AstKind::Transpose(inner) => {
                let mut inner = inner;
                while let AstKind::Transpose(next) = &inner.kind {
                    inner = next;
                }
                adjacent && matches!(inner.kind, AstKind::Name(_))
            }
            AstKind::Lambda { .. } => adjacent && enclosed(),
            _ => false,
        }
    }

    fn is_index(&self, value: &Ast, adjacent: bool) -> bool {
        // A list of lists at a distance is a matrix, which is no index.
        if !adjacent && self.second().kind == Kind::OpenBracket {
            return false;
        }
        match &value.kind {
            AstKind::Number(_) | AstKind::Text(_) => false,
            AstKind::Name(_)
            | AstKind::Member(..)
            | AstKind::Call { .. }
            | AstKind::Index { .. } => !self.on_new_line(),
            _ => adjacent,
        }
    }

    /// Arguments in parentheses. A `;` may part options from the rest.
    fn arguments(&mut self) -> Vec<Argument> {
        let open = self.bump();
        let outer = self.enclose(true);
        let mut arguments = Vec::new();
        while !matches!(self.kind(), Kind::CloseParen | Kind::End) {
            let name = (self.kind().is_word() && self.second().kind == Kind::Assign)
                .then(|| {
                    let token = self.bump();
                    self.bump();
                    self.name(token)
                });
            let value = self.expression();
            if name.is_some() && self.at(Kind::Assign) {
                let span = self.span_of(self.peek());
                self.fail(
                    &codes::E0001_UNEXPECTED,
                    "an argument has one `=`",
                    span,
                    &["write `==` for an equation"],
                );
            }
            arguments.push(Argument { name, value });
            if !self.eat(Kind::Comma) && !self.eat(Kind::Semicolon) {
                break;
            }
        }
        self.close(open, Kind::CloseParen);
        self.leave(outer);
        arguments
    }

    pub(super) fn indices(&mut self) -> Vec<Index> {
        let open = self.bump();
        let outer = self.enclose(true);
        let mut indices = Vec::new();
        if self.at(Kind::CloseBracket) {
            let span = self.span(open.start, self.peek().end);
            self.fail(
                &codes::E0001_UNEXPECTED,
                "an index is missing between the brackets",
                span,
                &["`A[1]` is the first item, `A[1, 2]` a component of a matrix"],
            );
        }
        while !matches!(self.kind(), Kind::CloseBracket | Kind::End) {
            indices.push(self.index());
            if !self.eat(Kind::Comma) {
                break;
            }
        }
        self.close(open, Kind::CloseBracket);
        self.leave(outer);
        indices
    }

    fn index(&mut self) -> Index {
        match self.kind() {
            Kind::Caret => {
                self.bump();
                Index { position: IndexPosition::Up, value: self.expression() }
            }
            Kind::Underscore
                if !matches!(self.second().kind, Kind::Comma | Kind::CloseBracket) =>
            {
                self.bump();
                Index { position: IndexPosition::Down, value: self.expression() }
            }
            // `Γ[^1, _2]`: a component, not the second result.
            Kind::Previous => {
                let token = self.bump();
                let digits = self.written(token).trim_start_matches('_');
                let kind = AstKind::Number(Arc::from(digits));
                let value = Ast { kind, span: self.span(token.start + 1, token.end) };
                Index { position: IndexPosition::Down, value }
            }
            // `A[.., 1]`: all places, as `1..-1`.
            Kind::DotDot
                if matches!(self.second().kind, Kind::Comma | Kind::CloseBracket) =>
            {
                let token = self.bump();
                let span = self.span(token.start, token.end);
                let one = || Ast { kind: AstKind::Number(Arc::from("1")), span };
                let last = AstKind::Unary(UnaryOperator::Minus, Box::new(one()));
                let end = Box::new(Ast { kind: last, span });
                let all = AstKind::Range { start: Box::new(one()), end, step: None };
                Index { position: IndexPosition::Plain, value: Ast { kind: all, span } }
            }
            _ => Index { position: IndexPosition::Plain, value: self.expression() },
        }
    }

    fn factorial(&mut self) {
        let token = self.bump();
        if self.at(Kind::Bang) && !self.spaced() {
            let span = self.span(token.start, self.peek().end);
            self.fail(
                &codes::E0001_UNEXPECTED,
                "`!!` may mean a double factorial or a factorial twice",
                span,
                &["write `(n!)!` for the factorial of a factorial"],
            );
        }
    }

    /// `²` or `⁻¹` as an exponent.
    fn superscript(&mut self) -> Ast {
        let token = self.bump();
        let span = self.span_of(token);
        let mut digits = String::new();
        let mut sign = None;
        let mut letter = None;
        for it in self.written(token).chars() {
            match it {
                '⁺' => sign = Some(UnaryOperator::Plus),
                '⁻' => sign = Some(UnaryOperator::Minus),
                'ⁿ' => letter = Some("n"),
                'ⁱ' => letter = Some("i"),
                '¹' => digits.push('1'),
                '²' => digits.push('2'),
                '³' => digits.push('3'),
                _ => digits
                    .extend(char::from_digit((it as u32).wrapping_sub('⁰' as u32), 10)),
            }
        }
        let value = match (digits.as_str(), letter) {
            ("", Some(letter)) => {
                let text: Arc<str> = Arc::from(letter);
                let name = crate::ast::Name { symbol: text.clone(), text, span };
                Ast { kind: AstKind::Name(name), span }
            }
            ("", None) | (_, Some(_)) => self.fail(
                &codes::E0001_UNEXPECTED,
                format!("the exponent `{}` cannot be read", self.written(token)),
                span,
                &["write `x^(2n)`"],
            ),
            (digits, None) => Ast { kind: AstKind::Number(Arc::from(digits)), span },
        };
        match sign {
            Some(sign) => Ast { kind: AstKind::Unary(sign, Box::new(value)), span },
            None => value,
        }
    }
}
