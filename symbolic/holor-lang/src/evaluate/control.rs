//! Conditions, loops, blocks, comparisons, logic.

use std::cmp::Ordering;

use holor_algebra::{Expr, Node, Relation};

use super::{Evaluator, Scope};
use crate::array::{ArrayAxis, ArrayValues, Complex64, NumericArray};
use crate::ast::{
    Ast, AstKind, BinaryOperator, ComparisonOperator, Name, Statement, StatementKind,
};
use crate::builtins::coherence::starts_taken;
use crate::geometry::Geometry;
use crate::{Diagnostic, Result, Span, Value, codes};

impl Evaluator<'_> {
    /// Whether a condition holds.
    pub(super) fn condition(&self, ast: &Ast, scope: &mut Scope) -> Result<bool> {
        let value = self.evaluate(ast, scope)?;
        self.truth(&value, ast.span)
    }

    /// Whether conditions that are not decided stay as they are.
    pub(crate) fn has_open_choices(&self) -> bool {
        self.open_choices.get()
    }

    /// Evaluates equations of a run, a start or what stands beside an array, in which choices may stay open.
    pub(crate) fn with_open_choices<T>(
        &self,
        open: bool,
        evaluate: impl FnOnce() -> T,
    ) -> T {
        let outer = self.open_choices.replace(open || self.open_choices.get());
        let result = evaluate();
        self.open_choices.set(outer);
        result
    }

    /// Where choices may stay open, one between two formulas by a condition that is not decided; nothing elsewhere.
    pub(super) fn open_choice(
        &self,
        condition: &Value,
        (then, otherwise): (&Ast, &Ast),
        scope: &mut Scope,
    ) -> Result<Option<Value>> {
        let Value::Expr(condition) = condition else { return Ok(None) };
        if !self.open_choices.get()
            || !is_condition(condition)
            || self.decide(condition).is_some()
            || !is_formula(then)
            || !is_formula(otherwise)
        {
            return Ok(None);
        }
        let branches = (self.evaluate(then, scope)?, self.evaluate(otherwise, scope)?);
        self.chosen(condition, branches.0, branches.1)
    }

    /// A choice between two formulas, or item by item between two lists of them; nothing of other values.
    fn chosen(
        &self,
        condition: &Expr,
        then: Value,
        otherwise: Value,
    ) -> Result<Option<Value>> {
        match (then, otherwise) {
            (Value::Expr(then), Value::Expr(otherwise)) => {
                if is_condition(&then) || is_condition(&otherwise) {
                    return Ok(None);
                }
                let cases = [(then, condition.clone()), (otherwise, Expr::truth(true))];
                let choice = Expr::from_node(Node::Piecewise(cases.into()));
                Ok(Some(Value::Expr(self.engine().evaluate(&choice)?)))
            }
            (Value::List(then), Value::List(otherwise))
                if then.len() == otherwise.len() =>
            {
                let items: Option<Vec<Value>> = then
                    .iter()
                    .zip(otherwise.iter())
                    .map(|(a, b)| self.chosen(condition, a.clone(), b.clone()))
                    .collect::<Result<_>>()?;
                Ok(items.map(Value::list))
            }
            _ => Ok(None),
        }
    }

    /// At a frame of a run, where coordinates are arrays, a choice at each place by a condition that is an array; nothing elsewhere.
    pub(super) fn choice_by_place(
        &self,
        condition: &Value,
        (then, otherwise): (&Ast, &Ast),
        scope: &mut Scope,
    ) -> Result<Option<Value>> {
        let Value::Array(condition) = condition else { return Ok(None) };
        if !self.at_frame() || !is_formula(then) || !is_formula(otherwise) {
            return Ok(None);
        }
        let mut branch = |ast: &Ast| {
            let value = self.evaluate_data(ast, scope)?;
            self.beside_array(&value, condition, ast.span)
        };
        let (then_values, other_values) = (branch(then)?, branch(otherwise)?);
        let fits = |values: &NumericArray| {
            values.rank() == 0 || ArrayAxis::all_same(values.axes(), condition.axes())
        };
        if !fits(&then_values) || !fits(&other_values) {
            return Ok(None);
        }
        let chosen: Vec<Complex64> = (0..condition.count())
            .map(|place| {
                let holds = condition.at(place).is_some_and(|value| value.re != 0.0);
                let values = if holds { &then_values } else { &other_values };
                let own = if values.rank() == 0 { 0 } else { place };
                values.at(own).unwrap_or(Complex64::new(f64::NAN, 0.0))
            })
            .collect();
        let values: ArrayValues = match chosen.iter().all(|value| value.im == 0.0) {
            true => chosen.iter().map(|value| value.re).collect::<Vec<f64>>().into(),
            false => chosen.into(),
        };
        Ok(NumericArray::new(values, condition.axes().to_vec()).map(Value::from))
    }

    /// Whether names stand for what is at a frame of a run.
    fn at_frame(&self) -> bool {
        !self.frame.borrow().is_empty()
    }

    /// Conditions that are arrays, joined place by place.
    fn joined_by_place(
        &self,
        and: bool,
        conditions: Vec<Value>,
        span: Span,
    ) -> Result<Value> {
        let mut whole = Value::Expr(Expr::one());
        for condition in conditions {
            // p or q: not (not p and not q).
            let part = if and { condition } else { self.not(&condition, span)? };
            whole = self.operate(BinaryOperator::Multiply, whole, part, span)?;
        }
        if and { Ok(whole) } else { self.not(&whole, span) }
    }

    /// An operand of an operator. A choice that is not decided stays open where another operand is an array, beside which it has its
    /// values at the array's places.
    pub(super) fn operand<'a>(
        &self,
        ast: &Ast,
        mut others: impl Iterator<Item = &'a Ast>,
        scope: &mut Scope,
    ) -> Result<Value> {
        match self.evaluate(ast, scope) {
            Err(error)
                if error.code == &codes::E0305_UNDECIDED && !self.open_choices.get() =>
            {
                let beside = others.any(|other| {
                    !std::ptr::eq(other, ast)
                        && matches!(self.evaluate(other, scope), Ok(Value::Array(_)))
                });
                match beside {
                    true => self.with_open_choices(true, || self.evaluate(ast, scope)),
                    false => Err(error),
                }
            }
            value => value,
        }
    }

    /// Whether a value holds as a condition.
    pub(crate) fn truth(&self, value: &Value, span: Span) -> Result<bool> {
        match value {
            Value::Expr(condition) => match condition.node() {
                Node::Truth(value) => Ok(*value),
                _ if is_condition(condition) => {
                    self.decide(condition).ok_or_else(|| undecided(value, span))
                }
                _ => Diagnostic::error(
                    &codes::E0201_WRONG_TYPE,
                    format!("expected a condition, found {}", value.describe()),
                )
                .at(span)
                .into(),
            },
            Value::List(items) => {
                for item in items.iter() {
                    if !self.truth(item, span)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            other => Diagnostic::error(
                &codes::E0201_WRONG_TYPE,
                format!("expected a condition, found {}", other.describe()),
            )
            .at(span)
            .into(),
        }
    }

    /// Whether a condition holds, where that is known.
    pub(super) fn decide(&self, condition: &Expr) -> Option<bool> {
        if let Node::Relation(relation, left, right) = condition.node()
            && let (Some(left), Some(right)) = (left.as_number(), right.as_number())
        {
            return Some(holds(*relation, left.cmp(right)));
        }
        self.engine().decide(condition)
    }

    /// `not value`.
    pub(super) fn not(&self, value: &Value, span: Span) -> Result<Value> {
        match value {
            Value::Expr(condition) => Ok(Value::Expr(match condition.node() {
                Node::Truth(value) => Expr::truth(!value),
                Node::Not(inner) => inner.clone(),
                Node::Relation(..) | Node::And(_) | Node::Or(_) => {
                    Expr::from_node(Node::Not(condition.clone()))
                }
                _ => return Ok(Value::Expr(Expr::truth(!self.truth(value, span)?))),
            })),
            Value::Array(_) if self.at_frame() => {
                let one = Value::Expr(Expr::one());
                self.operate(BinaryOperator::Subtract, one, value.clone(), span)
            }
            _ => Ok(Value::Expr(Expr::truth(!self.truth(value, span)?))),
        }
    }

    /// `a and b and c`, `a or b`: evaluated until one decides; what cannot be decided stays a condition.
    pub(super) fn logic(
        &self,
        first: &Ast,
        rest: &[(BinaryOperator, Ast)],
        scope: &mut Scope,
    ) -> Result<Value> {
        let and = matches!(rest.first(), Some((BinaryOperator::And, _)));
        let (mut open, mut by_place) = (Vec::new(), Vec::new());
        for ast in std::iter::once(first).chain(rest.iter().map(|(_, ast)| ast)) {
            let value = self.evaluate(ast, scope)?;
            let decided = match &value {
                Value::Array(_) if self.at_frame() => {
                    by_place.push(value);
                    continue;
                }
                Value::Expr(condition) if is_condition(condition) => {
                    self.decide(condition)
                }
                other => Some(self.truth(other, ast.span)?),
            };
            match (decided, value) {
                (Some(holds), _) if holds != and => {
                    return Ok(Value::Expr(Expr::truth(holds)));
                }
                (None, Value::Expr(condition)) => open.push(condition),
                _ => {}
            }
        }
        if !by_place.is_empty() {
            return match open.pop() {
                None => self.joined_by_place(and, by_place, first.span),
                Some(condition) => Err(undecided(&Value::Expr(condition), first.span)),
            };
        }
        Ok(Value::Expr(match open.len() {
            0 => Expr::truth(and),
            1 => open.swap_remove(0),
            _ => joined(and, open),
        }))
    }

    /// `a < b <= c`, `a == b`.
    pub(super) fn comparison(
        &self,
        operands: &[Ast],
        operators: &[ComparisonOperator],
        scope: &mut Scope,
    ) -> Result<Value> {
        let mut values = Vec::with_capacity(operands.len());
        let taken = starts_taken();
        for operand in operands {
            let value = self.operand(operand, operands.iter(), scope)?;
            values.push((value, operand.span));
        }
        let span = operands.iter().map(|it| it.span).reduce(|a, b| a.to(b));
        self.require_live(&values, operators, taken, span.unwrap_or_default())?;
        self.compared(&values, operators)
    }

    /// A chain of comparisons of values, each with its place.
    pub(super) fn compared(
        &self,
        values: &[(Value, Span)],
        operators: &[ComparisonOperator],
    ) -> Result<Value> {
        let mut parts = Vec::new();
        for (pair, operator) in values.windows(2).zip(operators) {
            let [(left, from), (right, to)] = pair else { continue };
            parts.push(self.compare(left, right, *operator, from.to(*to))?);
        }
        if parts.len() == 1
            && let Some(part) = parts.pop()
        {
            return Ok(part);
        }
        if self.at_frame() && parts.iter().all(|part| matches!(part, Value::Array(_))) {
            let span = values.first().map_or(Span::default(), |(_, first)| *first);
            return self.joined_by_place(true, parts, span);
        }
        let mut conditions = Vec::with_capacity(parts.len());
        for part in &parts {
            match part {
                Value::Expr(condition) => conditions.push(condition.clone()),
                other => {
                    let span =
                        values.first().map_or(Span::default(), |(_, first)| *first);
                    conditions.push(Expr::truth(self.truth(other, span)?));
                }
            }
        }
        if conditions
            .iter()
            .any(|condition| matches!(condition.node(), Node::Truth(false)))
        {
            return Ok(Value::Expr(Expr::truth(false)));
        }
        conditions.retain(|condition| !matches!(condition.node(), Node::Truth(true)));
        Ok(Value::Expr(match conditions.len() {
            0 => Expr::truth(true),
            1 => conditions.swap_remove(0),
            _ => joined(true, conditions),
        }))
    }

    fn compare(
        &self,
        left: &Value,
        right: &Value,
        operator: ComparisonOperator,
        span: Span,
    ) -> Result<Value> {
        let relation = match operator {
            ComparisonOperator::Equal => Relation::Equal,
            ComparisonOperator::NotEqual => Relation::NotEqual,
            ComparisonOperator::Less => Relation::Less,
            ComparisonOperator::LessEqual => Relation::LessEqual,
            ComparisonOperator::Greater => Relation::Greater,
            ComparisonOperator::GreaterEqual => Relation::GreaterEqual,
        };
        if let (Value::Expr(left), Value::Expr(right)) = (left, right) {
            return Ok(Value::Expr(Expr::relation(
                relation,
                left.clone(),
                right.clone(),
            )));
        }
        if relation == Relation::Equal
            && let Some(equations) = self.evolution_equations(left, right, span)?
        {
            return Ok(equations);
        }
        let order = !matches!(relation, Relation::Equal | Relation::NotEqual);
        if order && let (Some(left), Some(right)) = (scalar(left), scalar(right)) {
            return Ok(Value::Expr(Expr::relation(relation, left, right)));
        }
        if let (Value::Geometry(_), _) | (_, Value::Geometry(_)) = (left, right) {
            let compared = self.compare_geometry(left, right, relation, span)?;
            // Of tensors that hold fields it is an equation unless it holds everywhere.
            if relation == Relation::Equal
                && matches!(&compared, Value::Expr(it) if matches!(it.node(), Node::Truth(false)))
                && let Some(equations) = self.component_equations(left, right, span)?
            {
                return Ok(equations);
            }
            return Ok(compared);
        }
        if let (Value::Text(left), Value::Text(right)) = (left, right) {
            return Ok(Value::Expr(Expr::truth(holds(relation, left.cmp(right)))));
        }
        if let (Value::Array(_), _) | (_, Value::Array(_)) = (left, right) {
            return self.compare_arrays(left, right, relation, span);
        }
        let sequences = (self.items(left, span)?, self.items(right, span)?);
        match (relation, sequences) {
            (Relation::Equal, (Some(left), Some(right))) if left.len() == right.len() => {
                self.compare_items(&left, &right, span)
            }
            (Relation::Equal, _) => Ok(Value::Expr(Expr::truth(left.same(right)))),
            (Relation::NotEqual, _) => {
                let equal = self.compare(left, right, ComparisonOperator::Equal, span)?;
                Ok(Value::Expr(Expr::truth(!self.truth(&equal, span)?)))
            }
            _ => Diagnostic::error(
                &codes::E0201_WRONG_TYPE,
                format!("{} and {} have no order", left.describe(), right.describe()),
            )
            .at(span)
            .into(),
        }
    }

    /// Two sequences of equal length: `true` or `false` where every item is decided, else the equations
    /// between items that are not known to hold.
    fn compare_items(
        &self,
        left: &[Value],
        right: &[Value],
        span: Span,
    ) -> Result<Value> {
        let mut open = Vec::new();
        for (left, right) in left.iter().zip(right) {
            self.poll(span)?;
            if left.same(right) {
                continue;
            }
            match self.compare(left, right, ComparisonOperator::Equal, span)? {
                Value::List(inner) => open.extend(inner.iter().cloned()),
                Value::Expr(equation) => match self.decide(&equation) {
                    Some(true) => {}
                    Some(false) => return Ok(Value::Expr(Expr::truth(false))),
                    None => open.push(Value::Expr(equation)),
                },
                other => open.push(other),
            }
        }
        if open.is_empty() {
            return Ok(Value::Expr(Expr::truth(true)));
        }
        Ok(Value::List(open.into()))
    }

    /// `{ …; … }`: the value of the last statement.
    pub(super) fn block(
        &self,
        statements: &[Statement],
        scope: &mut Scope,
    ) -> Result<Value> {
        let mut last = Value::Nothing;
        for statement in statements {
            self.poll(statement.span)?;
            last = self.statement(statement, scope)?;
        }
        Ok(last)
    }

    /// `for variable in items body`.
    pub(super) fn for_loop(
        &self,
        variable: &Name,
        items: &Ast,
        body: &Ast,
        scope: &mut Scope,
    ) -> Result<Value> {
        self.check_assignable(variable)?;
        let value = self.evaluate(items, scope)?;
        let Some(iterator) = self.iterate(&value, items.span)? else {
            return Diagnostic::error(
                &codes::E0201_WRONG_TYPE,
                format!(
                    "expected a list or a range to go through, found {}",
                    value.describe()
                ),
            )
            .at(items.span)
            .into();
        };
        let mark = scope.mark();
        for item in iterator {
            self.poll(body.span)?;
            scope.push(variable.symbol.clone(), item);
            let result = self.evaluate(body, scope);
            scope.remove(mark);
            result?;
        }
        Ok(Value::Nothing)
    }

    /// `while condition body`.
    pub(super) fn while_loop(
        &self,
        condition: &Ast,
        body: &Ast,
        scope: &mut Scope,
    ) -> Result<Value> {
        while self.condition(condition, scope)? {
            self.poll(body.span)?;
            self.evaluate(body, scope)?;
        }
        Ok(Value::Nothing)
    }
}

/// Whether a relation holds between two sides that compare like this.
fn holds(relation: Relation, order: Ordering) -> bool {
    match relation {
        Relation::Equal => order.is_eq(),
        Relation::NotEqual => order.is_ne(),
        Relation::Less => order.is_lt(),
        Relation::LessEqual => order.is_le(),
        Relation::Greater => order.is_gt(),
        Relation::GreaterEqual => order.is_ge(),
    }
}

fn is_condition(value: &Expr) -> bool {
    matches!(value.node(), Node::Relation(..) | Node::And(_) | Node::Or(_) | Node::Not(_))
}

/// A conjunction or disjunction, flattened.
pub(super) fn joined(and: bool, conditions: Vec<Expr>) -> Expr {
    let mut flat: Vec<Expr> = Vec::with_capacity(conditions.len());
    for condition in conditions {
        match condition.node() {
            Node::And(parts) if and => flat.extend(parts.iter().cloned()),
            Node::Or(parts) if !and => flat.extend(parts.iter().cloned()),
            _ => flat.push(condition),
        }
    }
    Expr::from_node(if and { Node::And(flat.into()) } else { Node::Or(flat.into()) })
}

/// A formula, or the scalar that index notation gave.
fn scalar(value: &Value) -> Option<Expr> {
    match value {
        Value::Expr(value) => Some(value.clone()),
        Value::Geometry(Geometry::Indexed(indexed)) => indexed.scalar(),
        _ => None,
    }
}

/// Whether a branch changes nothing, so that it may be evaluated though the other one holds.
fn is_formula(branch: &Ast) -> bool {
    match &branch.kind {
        AstKind::Block(statements) => match statements.as_slice() {
            [only] => match &only.kind {
                StatementKind::Expression(formula) => is_formula(formula),
                _ => false,
            },
            _ => false,
        },
        AstKind::If { then, otherwise, .. } => {
            is_formula(then) && otherwise.as_deref().is_none_or(is_formula)
        }
        _ => true,
    }
}

fn undecided(condition: &Value, span: Span) -> Box<Diagnostic> {
    let mut error = Diagnostic::error(
        &codes::E0305_UNDECIDED,
        format!("whether `{}` holds cannot be decided", condition.brief()),
    )
    .at(span);
    let symbol = condition
        .as_expr()
        .and_then(|condition| condition.free_symbols().into_iter().next());
    if let Some(symbol) = symbol {
        error = error.hint(format!("{symbol} = 1")).hint(format!("symbols {symbol} > 0"));
    }
    Box::new(error)
}
