//! Operands: numbers, strings, names, brackets, and the expressions that begin with a word.

use std::sync::Arc;

use super::parser::Parser;
use super::slips;
use super::token::{Kind, Lexeme};
use crate::ast::{Ast, AstKind, BinaryOperator, Name};
use crate::{Diagnostic, codes};

impl Parser<'_> {
    pub(super) fn operand(&mut self) -> Ast {
        let token = self.peek();
        let span = self.span_of(token);
        let kind = match token.kind {
            Kind::Number if let Some(kind) = self.fraction(token) => kind,
            Kind::Number => AstKind::Number(Arc::from(self.written(token))),
            Kind::Text => match slips::unescape(self, token) {
                Ok(text) => AstKind::Text(Arc::from(text)),
                Err(diagnostic) => {
                    self.report(*diagnostic);
                    AstKind::Error
                }
            },
            Kind::Name if let Some(ast) = self.raised_partial(token) => return ast,
            Kind::Name => AstKind::Name(self.name(token)),
            Kind::True => AstKind::Truth(true),
            Kind::False => AstKind::Truth(false),
            Kind::Underscore => AstKind::Previous(None),
            Kind::Previous => {
                match self.written(token).trim_start_matches('_').parse::<u32>() {
                    Ok(number) => AstKind::Previous(Some(number)),
                    Err(_) => {
                        return self.fail(
                            &codes::E0004_BAD_NUMBER,
                            "no cell has a number this large",
                            span,
                            &["`_` is the last result, `_3` the result of cell 3"],
                        );
                    }
                }
            }
            Kind::OpenParen => return self.parentheses(),
            Kind::OpenBracket => return self.list(),
            Kind::OpenBrace => return self.block(),
            Kind::Bar => return self.absolute(),
            Kind::If => return self.if_else(),
            Kind::For => return self.for_in(),
            Kind::While => return self.while_do(),
            _ => return slips::missing_operand(self),
        };
        self.bump();
        Ast { kind, span }
    }

    /// `½` as a quotient.
    fn fraction(&self, token: Lexeme) -> Option<AstKind> {
        let span = self.span_of(token);
        let letter = self.written(token).chars().next()?;
        let [above, below] = super::lexer::fraction(letter)?
            .map(|text| Ast { kind: AstKind::Number(text.into()), span });
        Some(AstKind::Chain(Box::new(above), vec![(BinaryOperator::Divide, below)]))
    }

    /// `∂^2_x`, `∂²_x`, `∂^{2}_{x}` as `∂_x^2`.
    fn raised_partial(&mut self, token: Lexeme) -> Option<Ast> {
        if self.written(token) != "∂" {
            return None;
        }
        let mut at = 1;
        let mut end = token.end;
        let mut next = |it: &Self, kind: Kind| {
            let token = it.nth(at);
            let found = token.kind == kind && token.start == end;
            if found {
                at += 1;
                end = token.end;
            }
            found.then_some(token)
        };
        let times: String = if let Some(raised) = next(self, Kind::Superscript) {
            let digit = |it| "⁰¹²³⁴⁵⁶⁷⁸⁹".chars().position(|own| own == it);
            let digits: Option<Vec<String>> = self
                .written(raised)
                .chars()
                .map(|it| digit(it).map(|digit| digit.to_string()))
                .collect();
            digits?.concat()
        } else {
            next(self, Kind::Caret)?;
            let braced = next(self, Kind::OpenBrace).is_some();
            let number = next(self, Kind::Number)?;
            if braced {
                next(self, Kind::CloseBrace)?;
            }
            self.written(number).to_owned()
        };
        next(self, Kind::Underscore)?;
        let braced = next(self, Kind::OpenBrace).is_some();
        let below = next(self, Kind::Name)?;
        if braced {
            next(self, Kind::CloseBrace)?;
        }
        let text = format!("∂_{}", self.written(below));
        let (from, span) = (self.span_of(token), self.span(token.start, end));
        let symbol = super::names::canonical(&text).into();
        let name = Name { text: text.into(), symbol, span: from };
        let base = Ast { kind: AstKind::Name(name), span: from };
        let exponent = Ast { kind: AstKind::Number(times.into()), span: from };
        for _ in 0..at {
            self.bump();
        }
        let kind =
            AstKind::Binary(BinaryOperator::Power, Box::new(base), Box::new(exponent));
        Some(Ast { kind, span })
    }

    fn parentheses(&mut self) -> Ast {
        let open = self.bump();
        let outer = self.enclose(true);
        let value = self.expression();
        let mut value = self.where_clause(value);
        if self.at(Kind::Comma) {
            let span = self.span_of(open);
            self.fail(
                &codes::E0001_UNEXPECTED,
                "parentheses hold one expression, and this is a list",
                span,
                &["write lists in square brackets: `[a, b]`"],
            );
        }
        self.close(open, Kind::CloseParen);
        self.leave(outer);
        value.span = self.span_from(open.start);
        value
    }

    fn list(&mut self) -> Ast {
        let open = self.bump();
        let outer = self.enclose(true);
        let mut items = Vec::new();
        while !matches!(self.kind(), Kind::CloseBracket | Kind::End) {
            items.push(self.expression());
            if self.at(Kind::Semicolon) {
                let span = self.span_of(self.peek());
                self.fail(
                    &codes::E0001_UNEXPECTED,
                    "the rows of a matrix are lists, not parted by `;`",
                    span,
                    &["write `[[1, 2], [3, 4]]`"],
                );
            }
            if !self.eat(Kind::Comma) {
                break;
            }
        }
        self.close(open, Kind::CloseBracket);
        self.leave(outer);
        Ast { kind: AstKind::List(items), span: self.span_from(open.start) }
    }

    pub(super) fn block(&mut self) -> Ast {
        let open = self.bump();
        let outer = self.enclose(false);
        let statements = self.statements(Some(open));
        self.close(open, Kind::CloseBrace);
        self.leave(outer);
        Ast { kind: AstKind::Block(statements), span: self.span_from(open.start) }
    }

    fn absolute(&mut self) -> Ast {
        let open = self.bump();
        let tight = std::mem::take(&mut self.tight);
        self.bars += 1;
        let value = Box::new(self.expression());
        self.bars = self.bars.saturating_sub(1);
        self.tight = tight;
        self.close(open, Kind::Bar);
        Ast { kind: AstKind::Absolute(value), span: self.span_from(open.start) }
    }

    fn if_else(&mut self) -> Ast {
        let start = self.bump().start;
        let condition = Box::new(self.expression());
        self.join_continuation();
        let then = if self.eat(Kind::Then) {
            self.skip_lines();
            Box::new(self.expression())
        } else {
            Box::new(self.body("if", "if a > 0 { … } else { … }"))
        };
        self.join_continuation();
        let otherwise = self.eat(Kind::Else).then(|| {
            self.skip_lines();
            Box::new(self.expression())
        });
        let kind = AstKind::If { condition, then, otherwise };
        Ast { kind, span: self.span_from(start) }
    }

    fn for_in(&mut self) -> Ast {
        let start = self.bump().start;
        let token = self.peek();
        let variable = self.name(token);
        if !self.eat(Kind::Name) {
            return slips::unexpected(
                self,
                "a variable after `for`",
                "for k in 1..10 { … }",
            );
        }
        if !self.eat(Kind::In) {
            return slips::unexpected(
                self,
                "`in` after the variable",
                "for k in 1..10 { … }",
            );
        }
        let items = Box::new(self.expression());
        let body = Box::new(self.body("for", "for k in 1..10 { … }"));
        Ast { kind: AstKind::For { variable, items, body }, span: self.span_from(start) }
    }

    fn while_do(&mut self) -> Ast {
        let start = self.bump().start;
        let condition = Box::new(self.expression());
        let body = Box::new(self.body("while", "while a < 10 { … }"));
        Ast { kind: AstKind::While { condition, body }, span: self.span_from(start) }
    }

    /// The block after a condition.
    fn body(&mut self, word: &str, form: &str) -> Ast {
        if self.at(Kind::Newline) && self.second().kind == Kind::OpenBrace {
            self.bump();
        }
        if !self.at(Kind::OpenBrace) {
            return slips::unexpected(self, &format!("a block after `{word}`"), form);
        }
        self.deeper(Self::block)
    }

    /// `… where a > 0, b != 0`, where it may stand.
    pub(super) fn where_clause(&mut self, value: Ast) -> Ast {
        self.join_continuation();
        if !self.eat(Kind::Where) {
            return value;
        }
        let start = value.span.start;
        let mut conditions = Vec::new();
        loop {
            self.skip_lines();
            conditions.push(self.expression());
            if !self.eat(Kind::Comma) {
                break;
            }
        }
        let kind = AstKind::Where { value: Box::new(value), conditions };
        Ast { kind, span: self.span_from(start) }
    }

    /// Takes what closes a bracket, or says what stands in its place.
    pub(super) fn close(&mut self, open: Lexeme, closer: Kind) {
        if self.eat(closer) || self.failed {
            return;
        }
        let opened = self.span_of(open);
        let opener = self.written(open).to_owned();
        let wanted = match closer {
            Kind::CloseParen => ")",
            Kind::CloseBracket => "]",
            Kind::CloseBrace => "}",
            _ => "|",
        };
        let token = self.peek();
        match token.kind {
            Kind::End => self.report_end(
                Diagnostic::error(
                    &codes::E0002_UNCLOSED,
                    format!("`{opener}` is not closed"),
                )
                .at(opened)
                .hint(format!("add `{wanted}`")),
            ),
            Kind::CloseParen | Kind::CloseBracket | Kind::CloseBrace | Kind::Newline => {
                let found = match token.kind {
                    Kind::Newline => "the line ends".to_owned(),
                    _ => format!("`{}` follows", self.written(token)),
                };
                let diagnostic = Diagnostic::error(
                    &codes::E0002_UNCLOSED,
                    format!("`{opener}` is not closed before {found}"),
                )
                .at(opened)
                .label(self.span_of(token), format!("`{wanted}` is missing before this"))
                .hint(format!("add `{wanted}`"));
                self.report(diagnostic);
            }
            _ => {
                let wanted = match closer {
                    Kind::Bar => "`|`".to_owned(),
                    Kind::CloseBrace => "a new line, `;` or `}`".to_owned(),
                    _ => format!("`,` or `{wanted}`"),
                };
                slips::unexpected(self, &wanted, "");
            }
        }
    }
}
