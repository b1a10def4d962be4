//! Statements: definitions, declarations, magics, help.

use std::sync::Arc;

use super::names::{canonical, continues_name};
use super::parser::Parser;
use super::slips;
use super::token::{Kind, Lexeme};
use crate::ast::{
    Argument, Ast, AstKind, Name, Statement, StatementKind, SymbolDeclaration,
};
use crate::{Diagnostic, codes};

/// Words that begin a declaration; elsewhere they are ordinary names.
const STATEMENT_WORDS: &[&str] = &["symbols", "function", "clear"];

pub(super) fn is_statement_word(word: &str) -> bool {
    STATEMENT_WORDS.contains(&word)
}

impl Parser<'_> {
    /// Reads statements up to the end of the text, or to the brace that closes a block.
    pub(super) fn statements(&mut self, block: Option<Lexeme>) -> Vec<Statement> {
        let mut statements = Vec::new();
        loop {
            while self.eat(Kind::Newline) || self.eat(Kind::Semicolon) {}
            match self.kind() {
                Kind::End => return statements,
                Kind::CloseBrace if block.is_some() => return statements,
                _ => {}
            }
            self.warn_of_sign(&statements);
            let start = self.peek();
            let position = self.position();
            let kind = self.statement();
            let span = self.span_from(start.start);
            self.end_statement(block);
            if self.failed {
                self.skip_statement(position);
                if self.position() <= position {
                    self.bump();
                }
            }
            let silent = self.at(Kind::Semicolon);
            statements.push(Statement { kind, span, silent });
        }
    }

    /// Warns of a line `+ b` below a line `a`: it is a statement of its own, and people mean `a + b`.
    fn warn_of_sign(&mut self, before: &[Statement]) {
        let sign = self.peek();
        let stands_apart = self.second().start > sign.end;
        if !matches!(sign.kind, Kind::Plus | Kind::Minus) || !stands_apart {
            return;
        }
        let Some(Statement { kind, silent: false, .. }) = before.last() else { return };
        if matches!(
            kind,
            StatementKind::Expression(_)
                | StatementKind::Assign { .. }
                | StatementKind::AssignIndexed { .. }
                | StatementKind::Define { .. }
        ) {
            let written = self.written(sign);
            let message = format!(
                "a line that begins with `{written}` does not continue the line before"
            );
            let diagnostic = Diagnostic::warning(&codes::E0008_NOT_CONTINUED, message)
                .at(self.span_of(sign))
                .hint(format!("end the line before with `{written}`"))
                .hint("put the whole in parentheses");
            self.report(diagnostic);
        }
    }

    /// Checks that nothing but the end of the statement follows.
    fn end_statement(&mut self, block: Option<Lexeme>) {
        match self.kind() {
            Kind::Newline | Kind::Semicolon | Kind::End => {}
            Kind::CloseBrace if block.is_some() => {}
            Kind::Comma if block.is_some() => {
                let span = block.map_or(self.span_of(self.peek()), |it| self.span_of(it));
                self.fail(
                    &codes::E0001_UNEXPECTED,
                    "braces hold statements, and this is a list",
                    span,
                    &["write lists in square brackets: `[1, 2]`"],
                );
            }
            _ => {
                slips::unexpected(self, "the end of the statement", "");
            }
        }
    }

    fn statement(&mut self) -> StatementKind {
        let token = self.peek();
        let second = self.second().kind;
        match token.kind {
            Kind::Magic | Kind::CellMagic => self.magic(),
            Kind::LateCellMagic => {
                let span = self.span_of(token);
                let value = self.fail(
                    &codes::E0001_UNEXPECTED,
                    "a cell magic must be the first line of its cell",
                    span,
                    &["put it and the lines below it in a cell of their own"],
                );
                StatementKind::Expression(value)
            }
            Kind::Question if second == Kind::Name => {
                self.bump();
                let name = self.bump();
                StatementKind::Help(self.name(name))
            }
            Kind::Name if second == Kind::Question => {
                self.bump();
                self.bump();
                StatementKind::Help(self.name(token))
            }
            Kind::Name => match (self.written(token), second) {
                ("symbols", Kind::Name | Kind::Number | Kind::Minus) => self.symbols(),
                ("function", Kind::Name) => {
                    self.bump();
                    StatementKind::Functions(self.name_list())
                }
                ("clear", Kind::Name) => {
                    self.bump();
                    StatementKind::Clear(self.name_list())
                }
                (
                    "clear",
                    Kind::Newline | Kind::Semicolon | Kind::End | Kind::CloseBrace,
                ) => {
                    self.bump();
                    StatementKind::Clear(Vec::new())
                }
                _ => self.expression_or_definition(),
            },
            _ => self.expression_or_definition(),
        }
    }

    fn magic(&mut self) -> StatementKind {
        let token = self.bump();
        let line = self.written(token);
        let name = line.trim_start_matches('%');
        let name_at = token.start + line.len() - name.len();
        let rest = name.trim_start_matches(continues_name);
        let text = name.get(..name.len() - rest.len()).unwrap_or_default();
        let trimmed = rest.trim();
        let blank = rest.len() - rest.trim_start().len();
        let arguments_at = token.end - rest.len() + blank;
        let name = Name {
            text: Arc::from(text),
            symbol: Arc::from(canonical(text)),
            span: self.span(name_at, name_at + text.len()),
        };
        let body = (token.kind == Kind::CellMagic).then(|| {
            let body = self.peek();
            if !self.eat(Kind::Body) {
                return (String::new(), self.span(token.end, token.end));
            }
            let text = self.written(body);
            let after = text
                .strip_prefix("\r\n")
                .or_else(|| text.strip_prefix(['\n', '\r']))
                .unwrap_or(text);
            (after.to_owned(), self.span(body.end - after.len(), body.end))
        });
        StatementKind::Magic {
            name,
            arguments: trimmed.to_owned(),
            arguments_span: self.span(arguments_at, arguments_at + trimmed.len()),
            body,
        }
    }

    fn name_list(&mut self) -> Vec<Name> {
        let mut names = Vec::new();
        loop {
            let token = self.peek();
            if !self.eat(Kind::Name) {
                slips::unexpected(self, "a name", "");
                return names;
            }
            names.push(self.name(token));
            if !self.eat(Kind::Comma) {
                return names;
            }
            self.skip_lines();
        }
    }

    /// `symbols a, b real, c > 0`: names wait until something is said of them.
    fn symbols(&mut self) -> StatementKind {
        self.bump();
        let mut declarations = Vec::new();
        let mut waiting: Vec<Name> = Vec::new();
        loop {
            self.skip_lines();
            let token = self.peek();
            let is_plain = token.kind == Kind::Name
                && matches!(
                    self.second().kind,
                    Kind::Name
                        | Kind::Comma
                        | Kind::Newline
                        | Kind::Semicolon
                        | Kind::End
                        | Kind::CloseBrace
                );
            if is_plain {
                self.bump();
                waiting.push(self.name(token));
                let properties = self.properties();
                if !properties.is_empty() {
                    let names = std::mem::take(&mut waiting);
                    declarations.push(SymbolDeclaration {
                        names,
                        properties,
                        conditions: Vec::new(),
                    });
                }
            } else {
                let condition = self.expression();
                let condition = self.bounded(condition);
                declarations
                    .push(self.condition(std::mem::take(&mut waiting), condition));
            }
            if !self.eat(Kind::Comma) {
                break;
            }
        }
        if !waiting.is_empty() {
            declarations.push(SymbolDeclaration {
                names: waiting,
                properties: Vec::new(),
                conditions: Vec::new(),
            });
        }
        StatementKind::Symbols(declarations)
    }

    fn properties(&mut self) -> Vec<Name> {
        let mut properties = Vec::new();
        while self.at(Kind::Name) {
            let token = self.bump();
            properties.push(self.name(token));
        }
        properties
    }

    /// A condition, said also of the names before it where it begins with a name: `symbols a, b > 0`.
    fn condition(&mut self, before: Vec<Name>, condition: Ast) -> SymbolDeclaration {
        let mut names = Vec::new();
        let mut conditions = Vec::new();
        let plain = match &condition.kind {
            AstKind::Comparison(operands, operators) => {
                names.extend(operands.iter().filter_map(|it| match &it.kind {
                    AstKind::Name(name) => Some(name.clone()),
                    _ => None,
                }));
                let first = operands.first().map(|it| &it.kind);
                matches!(first, Some(AstKind::Name(_)))
                    .then(|| (operands.clone(), operators.clone()))
            }
            _ => {
                let hint = "`symbols a > 0` or `symbols a real`";
                let message = "expected a name or a condition on a symbol";
                self.fail(&codes::E0001_UNEXPECTED, message, condition.span, &[hint]);
                None
            }
        };
        for name in before.iter().rev() {
            if let Some((mut operands, operators)) = plain.clone() {
                if let Some(first) = operands.first_mut() {
                    *first = Ast { kind: AstKind::Name(name.clone()), span: name.span };
                }
                let kind = AstKind::Comparison(operands, operators);
                conditions.insert(0, Ast { kind, span: condition.span });
            }
            names.insert(0, name.clone());
        }
        conditions.push(condition);
        names.retain(|it| !matches!(&*it.symbol, "π" | "e" | "i" | "∞"));
        SymbolDeclaration { names, properties: Vec::new(), conditions }
    }

    fn expression_or_definition(&mut self) -> StatementKind {
        let left = self.expression();
        let left = self.where_clause(left);
        if !self.at(Kind::Assign) {
            return StatementKind::Expression(self.bounded(left));
        }
        let left = self.bounded(left);
        let sign = self.bump();
        self.skip_lines();
        let value = self.expression();
        let value = self.where_clause(value);
        let value = self.bounded(value);
        if self.at(Kind::Assign) {
            let span = self.span_of(self.peek());
            self.fail(
                &codes::E0001_UNEXPECTED,
                "a statement has one `=`",
                span,
                &["write `==` for an equation, or define one name per line"],
            );
        }
        self.definition(left, sign, value)
    }

    fn definition(&mut self, left: Ast, sign: Lexeme, value: Ast) -> StatementKind {
        let whole = left.span.to(value.span);
        match left.kind {
            AstKind::Error => {
                return StatementKind::Expression(Ast {
                    kind: AstKind::Error,
                    span: whole,
                });
            }
            AstKind::Name(name) => return StatementKind::Assign { name, value },
            AstKind::List(ref items) => {
                if let Some(names) = items.iter().map(plain_name).collect() {
                    return StatementKind::Destructure { names, value };
                }
            }
            AstKind::Index { ref target, ref indices } => {
                if let AstKind::Name(name) = &target.kind {
                    let (name, indices) = (name.clone(), indices.clone());
                    return StatementKind::AssignIndexed { name, indices, value };
                }
            }
            AstKind::Call { ref callee, ref arguments, .. } => {
                if let AstKind::Name(name) = &callee.kind {
                    let name = name.clone();
                    let parameters = self.parameters(&name, arguments);
                    return StatementKind::Define {
                        name,
                        parameters,
                        body: Arc::new(value),
                    };
                }
            }
            _ => {}
        }
        let equation = format!("{} == {}", self.quote(left.span), self.quote(value.span));
        let message =
            format!("`{}` is not a name that `=` can define", self.quote(left.span));
        let hint = format!("write an equation with `==`: `{equation}`");
        let label = self.span_of(sign);
        let diagnostic = Diagnostic::error(&codes::E0001_UNEXPECTED, message)
            .at(left.span)
            .label(label, "`=` defines the name before it")
            .hint(hint);
        self.report(diagnostic);
        StatementKind::Expression(Ast { kind: AstKind::Error, span: whole })
    }

    fn parameters(&mut self, function: &Name, arguments: &[Argument]) -> Vec<Name> {
        let mut parameters = Vec::new();
        for Argument { name, value } in arguments {
            match (name, &value.kind) {
                (None, AstKind::Name(it)) => {
                    self.check_parameter(&parameters, it);
                    parameters.push(it.clone());
                }
                (Some(name), _) => {
                    self.fail(
                        &codes::E0001_UNEXPECTED,
                        format!(
                            "the parameter `{}` cannot have a default value",
                            name.text
                        ),
                        name.span.to(value.span),
                        &[&format!("write `{}({}) = …`", function.text, name.text)],
                    );
                }
                _ => {
                    let written = self.quote(value.span);
                    self.fail(
                        &codes::E0001_UNEXPECTED,
                        format!("the parameters of `{}` must be names, and `{written}` is not one", function.text),
                        value.span,
                        &[
                            &format!("define it for every argument: `{}(x) = …`", function.text),
                            "for single values use `if`: `f(n) = if n == 0 then 1 else n*f(n - 1)`",
                        ],
                    );
                }
            }
        }
        parameters
    }
}

fn plain_name(it: &Ast) -> Option<Name> {
    match &it.kind {
        AstKind::Name(name) => Some(name.clone()),
        _ => None,
    }
}
