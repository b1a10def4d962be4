//! Statements: definitions, declarations, help, and the cell as a whole.

use holor_algebra::{Expr, Node, Property, Relation, Symbol};

use super::names::nearest;
use super::{Change, Evaluator, Scope};
use crate::ast::{Ast, AstKind, Cell, Name, Statement, StatementKind, SymbolDeclaration};
use crate::{Diagnostic, Result, Span, Value, builtins, codes, session};

/// Properties by their names in `symbols …`.
pub(crate) static PROPERTIES: &[(&str, Property)] = &[
    ("real", Property::Real),
    ("rational", Property::Rational),
    ("integer", Property::Integer),
    ("even", Property::Even),
    ("odd", Property::Odd),
    ("prime", Property::Prime),
    ("positive", Property::Positive),
    ("negative", Property::Negative),
    ("nonnegative", Property::NonNegative),
    ("nonpositive", Property::NonPositive),
    ("nonzero", Property::NonZero),
    ("complex", Property::Complex),
];

impl Evaluator<'_> {
    /// Runs a cell; gives the last statement's value and whether it is shown.
    pub(crate) fn cell(&self, cell: &Cell) -> Result<(Value, bool)> {
        let mut scope = Scope::top();
        let mut last = (Value::Nothing, false);
        for (index, statement) in cell.statements.iter().enumerate() {
            self.poll(statement.span)?;
            let is_last = index + 1 == cell.statements.len();
            if let StatementKind::Expression(ast) = &statement.kind
                && is_last
            {
                self.named.replace(Some((ast.span, "_".into())));
            }
            let value = self.statement(statement, &mut scope)?;
            let shows = !statement.silent && !matches!(value, Value::Nothing);
            if shows && !is_last && is_expression(&statement.kind) {
                self.world().display(&value, None, false);
            }
            last = (value, shows);
        }
        Ok(last)
    }

    /// Runs a statement.
    pub(super) fn statement(
        &self,
        statement: &Statement,
        scope: &mut Scope,
    ) -> Result<Value> {
        let span = statement.span;
        match &statement.kind {
            StatementKind::Expression(ast) => {
                let value = self.evaluate_data(ast, scope)?;
                self.settle(value, ast.span)
            }
            StatementKind::Assign { name, value } => {
                self.check_assignable(name)?;
                self.named.replace(Some((value.span, name.text.clone())));
                let result = self.evaluate_data(value, scope)?;
                let result = self.settle(result, value.span)?;
                if let Value::Nothing = result {
                    return Diagnostic::error(
                        &codes::E0201_WRONG_TYPE,
                        format!(
                            "`{}` would be nothing: the right side has no value",
                            name.text
                        ),
                    )
                    .at(value.span)
                    .into();
                }
                let result = result.called(&name.symbol);
                self.assign(name, result.clone(), scope);
                Ok(result)
            }
            StatementKind::Destructure { names, value } => {
                self.destructure(names, value, scope)
            }
            StatementKind::AssignIndexed { name, indices, value } => {
                self.assign_indexed(name, indices, value, scope)
            }
            StatementKind::Define { name, parameters, body } => {
                self.check_assignable(name)?;
                let closure = self.closure(Some(name), parameters, body, span, scope)?;
                self.assign(name, closure.clone(), scope);
                Ok(closure)
            }
            StatementKind::Symbols(declarations) => {
                for declaration in declarations {
                    self.declare(declaration, scope)?;
                }
                Ok(Value::Nothing)
            }
            StatementKind::Functions(names) => {
                for name in names {
                    self.check_assignable(name)?;
                    self.change(Change::DeclareFunction(name.symbol.clone()));
                }
                Ok(Value::Nothing)
            }
            StatementKind::Clear(names) => {
                if names.is_empty() {
                    self.change(Change::ForgetAll);
                }
                for name in names {
                    self.change(Change::Forget(name.symbol.clone()));
                }
                Ok(Value::Nothing)
            }
            StatementKind::Help(name) => self.help(name, scope),
            StatementKind::Magic { name, arguments, body, .. } => {
                self.magic(name, arguments, body.as_ref(), span, scope)
            }
        }
    }

    pub(super) fn assign(&self, name: &Name, value: Value, scope: &mut Scope) {
        if let Some(value) = scope.assign(&name.symbol, value) {
            self.change(Change::Assign(name.symbol.clone(), value));
        }
    }

    fn destructure(&self, names: &[Name], ast: &Ast, scope: &mut Scope) -> Result<Value> {
        for name in names {
            self.check_assignable(name)?;
        }
        let value = self.evaluate(ast, scope)?;
        let value = self.settle(value, ast.span)?;
        let Some(items) = self.items(&value, ast.span)? else {
            return Diagnostic::error(
                &codes::E0201_WRONG_TYPE,
                format!(
                    "expected a list of {} items, found {}",
                    names.len(),
                    value.describe()
                ),
            )
            .at(ast.span)
            .into();
        };
        if items.len() != names.len() {
            return Diagnostic::error(
                &codes::E0203_WRONG_SHAPE,
                format!("there are {} names for {}", names.len(), value.describe()),
            )
            .at(ast.span)
            .into();
        }
        let mut named = Vec::with_capacity(names.len());
        for (name, item) in names.iter().zip(items) {
            let item = item.called(&name.symbol);
            named.push(item.clone());
            self.assign(name, item, scope);
        }
        Ok(match value {
            Value::List(_) => Value::list(named),
            other => other,
        })
    }

    /// `symbols …`
    fn declare(&self, declaration: &SymbolDeclaration, scope: &mut Scope) -> Result<()> {
        for name in &declaration.names {
            self.check_assignable(name)?;
            self.change(Change::DeclareSymbol(name.symbol.clone()));
        }
        for word in &declaration.properties {
            let known = PROPERTIES.iter().find(|(known, _)| *known == &*word.text);
            let Some((_, property)) = known else {
                let mut error = Diagnostic::error(
                    &codes::E0101_UNKNOWN_NAME,
                    format!("there is no property `{}`", word.text),
                )
                .at(word.span);
                let names = || PROPERTIES.iter().map(|(name, _)| *name);
                if let Some(near) = nearest(&word.text, names()) {
                    error = error.hint(format!("did you mean `{near}`?"));
                }
                let all: Vec<&str> = names().collect();
                return error.hint(format!("one of {}", all.join(", "))).into();
            };
            for name in &declaration.names {
                self.assume_property(&Symbol::new(&name.symbol), *property, word.span)?;
            }
        }
        for condition in &declaration.conditions {
            self.declare_in_condition(condition);
            let value = self.evaluate(condition, scope)?;
            self.assume(&value, condition.span)?;
        }
        Ok(())
    }

    /// Declares the names in a condition such as `mass > 0`.
    fn declare_in_condition(&self, condition: &Ast) {
        let AstKind::Comparison(operands, _) = &condition.kind else { return };
        for operand in operands {
            if let AstKind::Name(name) = &operand.kind
                && super::names::constant(&name.text).is_none()
                && !self.state().variables.contains_key(&name.symbol)
            {
                self.change(Change::DeclareSymbol(name.symbol.clone()));
            }
        }
    }

    /// Assumes a property, unless it contradicts what is assumed.
    pub(crate) fn assume_property(
        &self,
        symbol: &Symbol,
        property: Property,
        span: Span,
    ) -> Result<()> {
        let other = {
            let state = self.state();
            let known = state.assumptions.of(symbol);
            known.iter().copied().find(|known| contradict(*known, property))
        };
        if let Some(other) = other {
            return Err(contradiction(
                &format!("`{symbol}` is already assumed {}", property_name(other)),
                symbol.name(),
                span,
            ));
        }
        if let Some(condition) = as_condition(symbol, property)
            && self.engine().decide(&condition) == Some(false)
        {
            let message = format!(
                "what is assumed rules out that `{symbol}` is {}",
                property_name(property)
            );
            return Err(contradiction(&message, symbol.name(), span));
        }
        self.change(Change::Assume(symbol.clone(), property));
        Ok(())
    }

    /// Assumes a condition, unless it contradicts what is assumed.
    pub(crate) fn assume(&self, condition: &Value, span: Span) -> Result<()> {
        let Value::Expr(condition) = condition else {
            let Value::List(items) = condition else {
                return Diagnostic::error(
                    &codes::E0201_WRONG_TYPE,
                    format!("expected a condition, found {}", condition.describe()),
                )
                .at(span)
                .into();
            };
            return items.iter().try_for_each(|item| self.assume(item, span));
        };
        match condition.node() {
            Node::And(parts) => parts
                .iter()
                .try_for_each(|part| self.assume(&Value::Expr(part.clone()), span)),
            Node::Truth(true) => Ok(()),
            Node::Relation(relation, left, right) => {
                let known = property_of(*relation, left, right);
                if let Some((symbol, property)) = known {
                    return self.assume_property(&symbol, property, span);
                }
                self.check_consistent(condition, span)?;
                for (side, other) in [(left, right), (right, left)] {
                    if let Some(symbol) = side.as_symbol()
                        && !matches!(relation, Relation::Equal | Relation::NotEqual)
                    {
                        let stronger = positive_by(*relation, side == left, other);
                        let property = stronger.unwrap_or(Property::Real);
                        self.assume_property(symbol, property, span)?;
                    }
                }
                self.change(Change::AssumeCondition(condition.clone()));
                Ok(())
            }
            Node::Or(_) | Node::Not(_) => {
                self.check_consistent(condition, span)?;
                self.change(Change::AssumeCondition(condition.clone()));
                Ok(())
            }
            _ => {
                let described = Value::Expr(condition.clone()).describe();
                let mut error = Diagnostic::error(
                    &codes::E0201_WRONG_TYPE,
                    format!("expected a condition that can hold, found {described}"),
                )
                .at(span);
                if let Node::Truth(false) = condition.node() {
                    error.code = &codes::E0306_CONTRADICTION;
                }
                error.into()
            }
        }
    }

    /// `value where conditions`: evaluated under further assumptions, which end with it.
    pub(super) fn given(
        &self,
        value: &Ast,
        conditions: &[Ast],
        scope: &mut Scope,
    ) -> Result<Value> {
        if self.makes_chart(value, scope) {
            return self.chart_where(value, conditions, scope);
        }
        let before = self.state().assumptions.clone();
        let logged = self.changes.borrow().clone();
        let mut result = Ok(Value::Nothing);
        for condition in conditions {
            result = self
                .evaluate(condition, scope)
                .and_then(|value| self.assume(&value, condition.span))
                .map(|()| Value::Nothing);
            if result.is_err() {
                break;
            }
        }
        *self.changes.borrow_mut() = logged;
        if result.is_ok() {
            let evaluated = self.evaluate(value, scope);
            result = evaluated.and_then(|result| self.settle(result, value.span));
        }
        self.restore_assumptions(before);
        result
    }

    fn check_consistent(&self, condition: &Expr, span: Span) -> Result<()> {
        if self.engine().decide(condition) != Some(false) {
            return Ok(());
        }
        let symbol = condition.free_symbols().into_iter().next();
        let name = symbol.map_or_else(String::new, |symbol| symbol.name().to_string());
        let brief = Value::Expr(condition.clone()).brief();
        Err(contradiction(&format!("`{brief}` contradicts what is assumed"), &name, span))
    }

    /// `?name`
    fn help(&self, name: &Name, scope: &Scope) -> Result<Value> {
        let value = self.variable(name, scope);
        let page =
            session::name_help(&name.text, &name.symbol, value.as_ref(), &self.state());
        match page {
            Some(page) => Ok(Value::Help(page.into())),
            None => {
                let mut error = self.unknown_function(name, scope);
                error.message = format!("there is no help on `{}`", name.text);
                error.hints.retain(|hint| hint.starts_with("did you mean"));
                if error.hints.is_empty() {
                    let count = builtins::all().count();
                    error
                        .hints
                        .push(format!("press Tab for a list of {count} functions"));
                }
                Err(error)
            }
        }
    }
}

fn is_expression(kind: &StatementKind) -> bool {
    matches!(
        kind,
        StatementKind::Expression(_)
            | StatementKind::Help(_)
            | StatementKind::Magic { .. }
    )
}

/// The name of a property.
pub(crate) fn property_name(property: Property) -> &'static str {
    PROPERTIES
        .iter()
        .find(|(_, known)| *known == property)
        .map_or("complex", |(name, _)| name)
}

/// `x > 0` as a property of x.
fn property_of(
    relation: Relation,
    left: &Expr,
    right: &Expr,
) -> Option<(Symbol, Property)> {
    let (symbol, relation) = match (left.as_symbol(), right.as_symbol()) {
        (Some(symbol), _) if right.is_zero() => (symbol, relation),
        (_, Some(symbol)) if left.is_zero() => (symbol, mirrored(relation)),
        _ => return None,
    };
    let property = match relation {
        Relation::Greater => Property::Positive,
        Relation::GreaterEqual => Property::NonNegative,
        Relation::Less => Property::Negative,
        Relation::LessEqual => Property::NonPositive,
        Relation::NotEqual => Property::NonZero,
        Relation::Equal => return None,
    };
    Some((symbol.clone(), property))
}

fn mirrored(relation: Relation) -> Relation {
    match relation {
        Relation::Less => Relation::Greater,
        Relation::LessEqual => Relation::GreaterEqual,
        Relation::Greater => Relation::Less,
        Relation::GreaterEqual => Relation::LessEqual,
        same => same,
    }
}

/// The sign that `symbol relation bound` implies, for a bound that is a number.
fn positive_by(relation: Relation, symbol_left: bool, bound: &Expr) -> Option<Property> {
    let relation = if symbol_left { relation } else { mirrored(relation) };
    let negative = bound.has_leading_minus();
    bound.as_number()?;
    match relation {
        Relation::Greater | Relation::GreaterEqual if !negative => {
            Some(Property::Positive)
        }
        Relation::Less | Relation::LessEqual if negative => Some(Property::Negative),
        _ => None,
    }
}

fn as_condition(symbol: &Symbol, property: Property) -> Option<Expr> {
    let relation = match property {
        Property::Positive => Relation::Greater,
        Property::Negative => Relation::Less,
        Property::NonNegative => Relation::GreaterEqual,
        Property::NonPositive => Relation::LessEqual,
        Property::NonZero => Relation::NotEqual,
        _ => return None,
    };
    Some(Expr::relation(relation, Expr::symbol(symbol.name()), Expr::zero()))
}

/// Whether two properties exclude each other.
fn contradict(a: Property, b: Property) -> bool {
    use Property::{Even, Negative, NonNegative, NonPositive, Odd, Positive, Prime};
    let one_way = |a, b| {
        matches!(
            (a, b),
            (Positive, Negative | NonPositive)
                | (Negative, NonNegative | Prime)
                | (Prime, NonPositive)
                | (Even, Odd)
        )
    };
    one_way(a, b) || one_way(b, a)
}

fn contradiction(message: &str, name: &str, span: Span) -> Box<Diagnostic> {
    let mut error = Diagnostic::error(&codes::E0306_CONTRADICTION, message).at(span);
    if !name.is_empty() {
        error = error.hint(format!("clear {name}"));
    }
    Box::new(error)
}
