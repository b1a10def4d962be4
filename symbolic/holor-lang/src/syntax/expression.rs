//! Expressions: functions, operators by precedence, signs and powers.

use std::sync::Arc;

use super::names::symbol_name;
use super::parser::Parser;
use super::slips;
use super::token::Kind;
use crate::ast::{
    Argument, Ast, AstKind, BinaryOperator, ComparisonOperator, Name, Statement,
    StatementKind, UnaryOperator,
};
use crate::{Diagnostic, codes};

/// Precedence, from loose to tight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Or,
    And,
    Not,
    Comparison,
    Range,
    Sum,
    /// `∧` and `⊗`: bilinear, so that `f dx ∧ g dy` needs no parentheses.
    Wedge,
    Product,
}

/// What stands between two operands.
#[derive(Clone, Copy, Debug)]
enum Infix {
    Operator(BinaryOperator),
    Comparison(ComparisonOperator),
    Range,
}

impl Parser<'_> {
    /// Reads any expression but a `where`.
    pub(super) fn expression(&mut self) -> Ast {
        self.deeper(|it| match it.lambda_parameters() {
            true => it.lambda(),
            false => it.binary(Level::Or),
        })
    }

    /// Whether `u ->` or `(u, v) ->` comes next.
    fn lambda_parameters(&self) -> bool {
        if self.at(Kind::Name) {
            return self.second().kind == Kind::Arrow;
        }
        if !self.at(Kind::OpenParen) {
            return false;
        }
        let mut distance = 1;
        loop {
            match self.nth(distance).kind {
                Kind::Name | Kind::Comma | Kind::Newline => distance += 1,
                Kind::CloseParen => return self.nth(distance + 1).kind == Kind::Arrow,
                _ => return false,
            }
        }
    }

    fn lambda(&mut self) -> Ast {
        let start = self.peek().start;
        let mut parameters: Vec<Name> = Vec::new();
        while !self.at(Kind::Arrow) && !self.at(Kind::End) {
            let token = self.bump();
            if token.kind == Kind::Name {
                let name = self.name(token);
                self.check_parameter(&parameters, &name);
                parameters.push(name);
            }
        }
        self.bump();
        self.skip_lines();
        let body = Arc::new(self.expression());
        Ast { kind: AstKind::Lambda { parameters, body }, span: self.span_from(start) }
    }

    pub(super) fn check_parameter(&mut self, before: &[Name], name: &Name) {
        if before.iter().any(|it| it.symbol == name.symbol) {
            self.fail(
                &codes::E0001_UNEXPECTED,
                format!("the parameter `{}` stands twice", name.text),
                name.span,
                &["give each parameter a name of its own"],
            );
        }
    }

    fn infix(&self) -> Option<(Infix, Level)> {
        use BinaryOperator as Op;
        use ComparisonOperator as Compare;
        let operator = |it, level| Some((Infix::Operator(it), level));
        let compare = |it| Some((Infix::Comparison(it), Level::Comparison));
        match self.kind() {
            Kind::Or => operator(Op::Or, Level::Or),
            Kind::And => operator(Op::And, Level::And),
            Kind::Equal => compare(Compare::Equal),
            Kind::NotEqual => compare(Compare::NotEqual),
            Kind::Less => compare(Compare::Less),
            Kind::LessEqual => compare(Compare::LessEqual),
            Kind::Greater => compare(Compare::Greater),
            Kind::GreaterEqual => compare(Compare::GreaterEqual),
            Kind::DotDot => Some((Infix::Range, Level::Range)),
            Kind::Plus => operator(Op::Add, Level::Sum),
            Kind::Minus => operator(Op::Subtract, Level::Sum),
            Kind::Star => operator(Op::Multiply, Level::Product),
            Kind::Times => operator(Op::Cross, Level::Product),
            Kind::Middle => operator(Op::Dot, Level::Product),
            Kind::Slash => operator(Op::Divide, Level::Product),
            Kind::DotStar => operator(Op::ElementMultiply, Level::Product),
            Kind::DotSlash => operator(Op::ElementDivide, Level::Product),
            Kind::Wedge => operator(Op::Wedge, Level::Wedge),
            Kind::Tensor => operator(Op::Tensor, Level::Wedge),
            _ if self.juxtaposed() => operator(Op::Juxtapose, Level::Product),
            _ => None,
        }
    }

    /// Whether an operand follows an operand directly.
    fn juxtaposed(&self) -> bool {
        let starts = match self.kind() {
            Kind::Name
            | Kind::Previous
            | Kind::Underscore
            | Kind::OpenParen
            | Kind::OpenBracket
            | Kind::Root => true,
            Kind::Bar => self.bars == 0,
            _ => false,
        };
        starts && !self.on_new_line()
    }

    fn binary(&mut self, min: Level) -> Ast {
        let mut left = self.unary();
        loop {
            self.join_continuation();
            let Some((infix, level)) = self.infix() else { return left };
            if level < min {
                return left;
            }
            left = match infix {
                Infix::Operator(_) => self.chain(left, level),
                Infix::Comparison(_) => self.comparison(left),
                Infix::Range => self.range(left),
            };
        }
    }

    /// Operators of one precedence after their first operand.
    fn chain(&mut self, first: Ast, level: Level) -> Ast {
        let start = first.span.start;
        let mut rest: Vec<(BinaryOperator, Ast)> = Vec::new();
        loop {
            self.join_continuation();
            let Some((Infix::Operator(operator), found)) = self.infix() else { break };
            if found != level {
                break;
            }
            if operator != BinaryOperator::Juxtapose {
                self.bump();
                self.skip_lines();
            }
            let tight = self.tight;
            self.tight |= operator == BinaryOperator::Divide;
            let right = match level {
                Level::Or => self.binary(Level::And),
                Level::And => self.binary(Level::Not),
                Level::Sum => self.binary(Level::Wedge),
                Level::Wedge => self.binary(Level::Product),
                Level::Not | Level::Comparison | Level::Range | Level::Product => {
                    self.unary()
                }
            };
            self.tight = tight;
            if operator == BinaryOperator::Juxtapose {
                let left = rest.last().map_or(&first, |(_, it)| it);
                let slip = slips::missing_parentheses(self, left, &right);
                if let Some(diagnostic) = slip {
                    self.report(diagnostic);
                }
            }
            rest.push((operator, right));
        }
        if level == Level::Product {
            self.warn_of_ambiguity(&first, &rest);
        }
        let span = self.span_from(start);
        Ast { kind: AstKind::Chain(Box::new(first), rest), span }
    }

    /// Warns of `a/b c`, unless `b` is a number that stands apart from `c`, or `c` a one-form such as `dr`, by which
    /// nobody divides.
    fn warn_of_ambiguity(&mut self, first: &Ast, rest: &[(BinaryOperator, Ast)]) {
        let operand = |at: usize| {
            if at == 0 { Some(first) } else { rest.get(at - 1).map(|it| &it.1) }
        };
        for (at, (operator, below)) in rest.iter().enumerate() {
            if *operator != BinaryOperator::Divide {
                continue;
            }
            let next = rest.get(at + 1).filter(|it| it.0 == BinaryOperator::Juxtapose);
            let (bottom, factor) = match (&below.kind, next) {
                (AstKind::Number(_), Some((_, it))) if it.span.start > below.span.end => {
                    continue;
                }
                (_, Some((_, factor))) if is_form(factor) => continue,
                // `a/b Δψ`, `1/r ∂_r(r ∂_r u)`: nobody divides by a derivative.
                (_, Some((_, factor))) if acts(factor, rest.get(at + 2)) => continue,
                // `∂u/∂x v`, `∂u/∂x (1 - u)`.
                _ if is_partial(below) => continue,
                (_, Some((_, factor))) => (below.span, factor.span),
                (AstKind::Call { callee, arguments, spaced: true }, None)
                    if !below.is_enclosed()
                        && !slips::is_elementary(self.quote(callee.span).as_str()) =>
                {
                    let [Argument { value, .. }] = arguments.as_slice() else { continue };
                    (callee.span, value.span)
                }
                _ => continue,
            };
            let Some(above) = operand(at) else { continue };
            let top = self.quote(self.span(first.span.start, above.span.end));
            let (below, factor) = (self.quote(bottom), self.quote(factor));
            let (taken, other) = match next {
                Some(_) => (
                    format!("({top}/{below})*{factor}"),
                    format!("{top}/({below}*{factor})"),
                ),
                None => (
                    format!("{top}/{below}{factor}"),
                    format!("({top}/{below})*{factor}"),
                ),
            };
            let whole = self.span(first.span.start, bottom.end);
            let written = self.quote(self.span(whole.start, bottom.end));
            self.report(
                Diagnostic::warning(
                    &codes::E0006_AMBIGUOUS_PRODUCT,
                    format!(
                        "`{written} {factor}` is read as `{taken}`, not as `{other}`"
                    ),
                )
                .at(whole)
                .hint(taken)
                .hint(other),
            );
        }
    }

    fn comparison(&mut self, first: Ast) -> Ast {
        let start = first.span.start;
        let mut operands = vec![first];
        let mut operators = Vec::new();
        loop {
            self.join_continuation();
            let Some((Infix::Comparison(operator), _)) = self.infix() else { break };
            self.bump();
            self.skip_lines();
            operators.push(operator);
            operands.push(self.binary(Level::Range));
        }
        let span = self.span_from(start);
        Ast { kind: AstKind::Comparison(operands, operators), span }
    }

    fn range(&mut self, first: Ast) -> Ast {
        let from = first.span.start;
        self.bump();
        self.skip_lines();
        let end = Box::new(self.binary(Level::Sum));
        self.join_continuation();
        let step = self.eat(Kind::Step).then(|| {
            self.skip_lines();
            Box::new(self.binary(Level::Sum))
        });
        if self.at(Kind::DotDot) {
            let span = self.span_of(self.peek());
            self.fail(
                &codes::E0001_UNEXPECTED,
                "a range has one `..`",
                span,
                &["give the step after the end: `0..10 step 2`"],
            );
        }
        let span = self.span_from(from);
        Ast { kind: AstKind::Range { start: Box::new(first), end, step }, span }
    }

    /// A sign, `not` or `√` and what it applies to, or a power.
    fn unary(&mut self) -> Ast {
        let operator = match self.kind() {
            Kind::Minus => UnaryOperator::Minus,
            Kind::Plus => UnaryOperator::Plus,
            Kind::Not => UnaryOperator::Not,
            Kind::Root => return self.deeper(Self::root),
            _ => return self.power(),
        };
        let start = self.bump().start;
        self.skip_lines();
        let value = Box::new(self.deeper(|it| match operator {
            UnaryOperator::Not => it.binary(Level::Not),
            UnaryOperator::Minus | UnaryOperator::Plus => it.unary(),
        }));
        Ast { kind: AstKind::Unary(operator, value), span: self.span_from(start) }
    }

    /// `√x`, as a call of `sqrt`; `√x^2` is the square of it.
    fn root(&mut self) -> Ast {
        let token = self.bump();
        let start = token.start;
        let name = Name {
            text: Arc::from("sqrt"),
            symbol: Arc::from("sqrt"),
            span: self.span_of(token),
        };
        let value = match self.kind() {
            Kind::Root => self.deeper(Self::root),
            _ => self.postfix(),
        };
        let callee = Box::new(Ast { span: name.span, kind: AstKind::Name(name) });
        let arguments = vec![Argument { name: None, value }];
        let kind = AstKind::Call { callee, arguments, spaced: false };
        let root = Ast { kind, span: self.span_from(start) };
        self.exponent_of(root)
    }

    fn power(&mut self) -> Ast {
        let base = self.postfix();
        self.exponent_of(base)
    }

    fn exponent_of(&mut self, base: Ast) -> Ast {
        self.join_continuation();
        let operator = match self.kind() {
            Kind::Caret => BinaryOperator::Power,
            Kind::DotCaret => BinaryOperator::ElementPower,
            _ => return base,
        };
        let start = base.span.start;
        if let Some(diagnostic) = slips::power_of_function(self, &base) {
            self.report(diagnostic);
        }
        self.bump();
        self.skip_lines();
        let tight = std::mem::replace(&mut self.tight, true);
        let exponent = Box::new(unbraced(self.deeper(Self::unary)));
        self.tight = tight;
        let kind = AstKind::Binary(operator, Box::new(base), exponent);
        Ast { kind, span: self.span_from(start) }
    }
}

/// The formula of braces around nothing else, as in `x^{2}`.
fn unbraced(ast: Ast) -> Ast {
    let AstKind::Block(statements) = &ast.kind else { return ast };
    match statements.as_slice() {
        [Statement { kind: StatementKind::Expression(inner), silent: false, .. }] => {
            Ast { kind: inner.kind.clone(), span: ast.span }
        }
        _ => ast,
    }
}

/// Whether it stands below in a derivative: `∂x`, `∂x^2`.
fn is_partial(factor: &Ast) -> bool {
    match &factor.kind {
        AstKind::Binary(BinaryOperator::Power, base, _) => is_partial(base),
        AstKind::Call { callee, .. } => is_partial(callee),
        AstKind::Name(name) => name.text.starts_with('∂'),
        _ => false,
    }
}

/// Whether a factor is, or begins with, a derivative that acts on something; `Δ` alone may be a symbol.
fn acts(factor: &Ast, next: Option<&(BinaryOperator, Ast)>) -> bool {
    let behind = next.is_some_and(|it| it.0 == BinaryOperator::Juxtapose);
    let (base, applied) = match &factor.kind {
        AstKind::Binary(BinaryOperator::Power, base, _) => match &base.kind {
            AstKind::Call { callee, .. } => (&**callee, true),
            _ => (&**base, false),
        },
        AstKind::Call { callee, .. } => (&**callee, true),
        _ => (factor, false),
    };
    let AstKind::Name(name) = &base.kind else { return false };
    match &*name.text {
        "Δ" | "Delta" => applied || behind,
        "diff" | "laplacian" | "gradient" | "divergence" | "curl" => applied,
        text => text.starts_with(['∂', '∇', 'Δ']),
    }
}

/// Whether it is named as the differential of a symbol: `dr`, `dθ^2`, a basis vector: `∂_r`.
fn is_form(factor: &Ast) -> bool {
    match &factor.kind {
        AstKind::Binary(BinaryOperator::Power, base, _) => is_form(base),
        AstKind::Name(name) => name
            .text
            .strip_prefix('d')
            .or_else(|| name.text.strip_prefix('∂'))
            .map(|rest| rest.trim_start_matches('_'))
            .is_some_and(|rest| symbol_name(rest).is_some()),
        _ => false,
    }
}
