//! The unknowns of a run: vectors and matrices, read component by component, and names written without their time.
//!
//! What an unknown starts with says what it is: after `start = [x == [1, 0]]` the name `x` stands for a vector, and `x(t)`, wherever it
//! is met while the arguments are read, for the list of its components, whose names are `x[1]`, `x[2]`. All that lists and matrices can
//! do in the language they can do in equations then. An unknown that is differentiated by a prime alone, `x' == A x`, means its value
//! now wherever it stands alone.

use std::sync::Arc;

use holor_algebra::{Expr, Matrix, Symbol};

use super::functions::primed;
use super::{Evaluator, Scope, names};
use crate::ast::{Argument, Ast, AstKind, BinaryOperator, ComparisonOperator, Name};
use crate::builtin::Builtin;
use crate::syntax::{children, replace, symbol_name};
use crate::{Result, Span, Value};

/// Vectors have at most so many components; formulas for more take minutes.
const MOST_COMPONENTS: usize = 2000;

/// An unknown with components.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Unknown {
    /// Its name.
    pub(crate) name: Arc<str>,
    /// The length of a vector; rows and columns of a matrix.
    pub(crate) shape: Vec<usize>,
}

impl Unknown {
    /// How many components it has.
    pub(crate) fn count(&self) -> usize {
        self.shape.iter().product()
    }

    /// The name of a component, counted from 0 row by row: `x[2]`, `X[1, 2]`.
    pub(crate) fn component(&self, place: usize) -> String {
        match self.shape.as_slice() {
            [_, columns] => {
                let columns = (*columns).max(1);
                format!("{}[{}, {}]", self.name, place / columns + 1, place % columns + 1)
            }
            _ => format!("{}[{}]", self.name, place + 1),
        }
    }

    /// Components as a vector or a matrix.
    pub(crate) fn gathered(&self, components: Vec<Expr>) -> Value {
        match self.shape.as_slice() {
            [rows, columns] => Matrix::new(*rows, *columns, components)
                .map_or(Value::Nothing, Value::Matrix),
            _ => Value::List(components.into_iter().map(Value::Expr).collect()),
        }
    }
}

impl Evaluator<'_> {
    /// The arguments of a run as they are to be read; what has components is known from then on, until the unknowns before are put back.
    pub(super) fn with_unknowns(
        &self,
        builtin: &Builtin,
        arguments: &[Argument],
        scope: &mut Scope,
    ) -> Result<(Vec<Argument>, Vec<Unknown>)> {
        let mut arguments = arguments.to_vec();
        let Some(time) = time_of(builtin, &arguments) else {
            return Ok((arguments, self.unknowns.replace(Vec::new())));
        };
        let primed: Vec<Arc<str>> = {
            let mut found = Vec::new();
            for argument in &arguments {
                self.primed_alone(&argument.value, scope, &mut found);
            }
            found
        };
        give_time(&mut arguments, &primed, &time);
        let vectors = self.vectors(builtin, &arguments, &time, scope)?;
        let names: Vec<Arc<str>> = vectors
            .iter()
            .map(|it| it.name.clone())
            .filter(|it| !primed.contains(it))
            .collect();
        give_time(&mut arguments, &names, &time);
        Ok((arguments, self.unknowns.replace(vectors)))
    }

    /// The components of an unknown at an argument; nothing for any other call.
    pub(super) fn components_at(
        &self,
        name: &Name,
        arguments: &[Argument],
        scope: &mut Scope,
    ) -> Result<Option<Value>> {
        let [Argument { name: None, value }] = arguments else { return Ok(None) };
        let found = {
            let unknowns = self.unknowns.borrow();
            unknowns.iter().find(|it| it.name == name.symbol).cloned()
        };
        let Some(unknown) = found else { return Ok(None) };
        if scope.get(&name.symbol).is_some() {
            return Ok(None);
        }
        let at = self.formula(value, scope)?;
        let components = (0..unknown.count())
            .map(|place| {
                let symbol = Symbol::new(&unknown.component(place));
                Expr::apply(symbol, vec![at.clone()])
            })
            .collect();
        Ok(Some(unknown.gathered(components)))
    }

    /// Adds the free names that stand with a prime and no argument, `x'`.
    fn primed_alone(&self, ast: &Ast, scope: &Scope, found: &mut Vec<Arc<str>>) {
        if let Some((name, _)) = primed(ast) {
            if self.is_free(name, scope) && !found.contains(&name.symbol) {
                found.push(name.symbol.clone());
            }
            return;
        }
        let mut parts = Vec::new();
        children(ast, &mut parts);
        let applied = match &ast.kind {
            AstKind::Call { callee, .. } if primed(callee).is_some() => 1,
            _ => 0,
        };
        for part in parts.into_iter().skip(applied) {
            self.primed_alone(part, scope, found);
        }
    }

    /// Whether a name has no value, so that it may be an unknown.
    fn is_free(&self, name: &Name, scope: &Scope) -> bool {
        self.variable(name, scope).is_none()
            && names::constant(&name.text).is_none()
            && symbol_name(&name.text).is_some()
    }

    /// The unknowns that start with a list or a matrix.
    fn vectors(
        &self,
        builtin: &Builtin,
        arguments: &[Argument],
        time: &Name,
        scope: &mut Scope,
    ) -> Result<Vec<Unknown>> {
        let mark = scope.mark();
        scope.push(time.symbol.clone(), Value::Expr(Expr::symbol(&time.symbol)));
        let outer = std::mem::replace(&mut scope.functions, true);
        let found = self.shapes(builtin, arguments, time, scope);
        scope.functions = outer;
        scope.truncate(mark);
        found
    }

    fn shapes(
        &self,
        builtin: &Builtin,
        arguments: &[Argument],
        time: &Name,
        scope: &mut Scope,
    ) -> Result<Vec<Unknown>> {
        let mut found: Vec<Unknown> = Vec::new();
        let mut place = 0;
        let mut equations = None;
        for argument in arguments {
            let option =
                argument.name.as_ref().and_then(|name| builtin.option(&name.text));
            let role = match (option, &argument.name) {
                (Some(option), _) => option.name,
                (None, None) if place == 0 => {
                    place += 1;
                    equations = Some(&argument.value);
                    "equations"
                }
                _ => continue,
            };
            let points = matches!(role, "equations" | "conditions");
            if !points && !matches!(role, "start" | "history" | "guess") {
                continue;
            }
            let items = match &argument.value.kind {
                AstKind::List(items) => items.as_slice(),
                _ => std::slice::from_ref(&argument.value),
            };
            for item in items {
                let AstKind::Comparison(sides, operators) = &item.kind else { continue };
                let ([left, right], [ComparisonOperator::Equal]) =
                    (sides.as_slice(), operators.as_slice())
                else {
                    continue;
                };
                let Some((name, at)) = head(left) else { continue };
                let moves = at.is_none_or(|at| holds(at, time));
                if points && moves
                    || !self.is_free(name, scope)
                    || found.iter().any(|it| it.name == name.symbol)
                {
                    continue;
                }
                let value = match self.evaluate(right, scope) {
                    Ok(value) => value,
                    // A condition may hold unknowns that are not known yet.
                    Err(_) if points => continue,
                    Err(error) => return Err(error),
                };
                let shape = shape(&value);
                found.extend(
                    shape.map(|shape| Unknown { name: name.symbol.clone(), shape }),
                );
            }
        }
        let start = arguments.iter().find(|argument| {
            argument
                .name
                .as_ref()
                .and_then(|name| builtin.option(&name.text))
                .is_some_and(|option| option.name == "start")
        });
        if let (Some(start), Some(equations)) = (start, equations)
            && !matches!(&start.value.kind, AstKind::List(items)
                if items.iter().any(|item| matches!(item.kind, AstKind::Comparison(..))))
            && let Ok(value) = self.evaluate(&start.value, scope)
        {
            let mut orders: Vec<(Arc<str>, usize)> = Vec::new();
            self.moving(equations, time, scope, &mut orders);
            for (name, shape) in self.placed(&value, &orders, start.value.span) {
                if !found.iter().any(|it| it.name == name) {
                    found.push(Unknown { name, shape });
                }
            }
        }
        Ok(found)
    }

    /// The unknowns of equations with their highest derivatives, in the order in which they are written.
    fn moving(
        &self,
        ast: &Ast,
        time: &Name,
        scope: &Scope,
        orders: &mut Vec<(Arc<str>, usize)>,
    ) {
        let mut add = |name: &Name, order: usize| match orders
            .iter_mut()
            .find(|(own, _)| *own == name.symbol)
        {
            Some((_, known)) => *known = order.max(*known),
            None if self.is_free(name, scope) => {
                orders.push((name.symbol.clone(), order));
            }
            None => {}
        };
        if let AstKind::Call { callee, arguments, .. } = &ast.kind {
            let values: Vec<&Ast> = arguments.iter().map(|it| &it.value).collect();
            match (primed(callee), &callee.kind, values.as_slice()) {
                (Some((name, order)), _, [at]) if holds(at, time) => {
                    add(name, order as usize);
                    return;
                }
                (None, AstKind::Name(name), [body, by, rest @ ..])
                    if matches!(&*name.text, "diff" | "∂") && holds(by, time) =>
                {
                    let order = match rest {
                        [Ast { kind: AstKind::Number(order), .. }] => {
                            order.parse().unwrap_or(1)
                        }
                        _ => 1 + rest.len(),
                    };
                    if let Some((name, Some(_))) = head(body) {
                        add(name, order);
                        return;
                    }
                }
                (None, AstKind::Name(name), [at]) if holds(at, time) => add(name, 0),
                _ => {}
            }
        }
        let mut parts = Vec::new();
        children(ast, &mut parts);
        for part in parts {
            self.moving(part, time, scope, orders);
        }
    }

    /// The shapes in a list of values in the order of the unknowns: values, then first derivatives, …; of a single unknown of first
    /// order the value itself.
    fn placed(
        &self,
        start: &Value,
        orders: &[(Arc<str>, usize)],
        span: Span,
    ) -> Vec<(Arc<str>, Vec<usize>)> {
        let highest = orders.iter().map(|(_, order)| *order).max().unwrap_or(0);
        let mut slots: Vec<&Arc<str>> = Vec::new();
        for level in 0..highest {
            slots.extend(
                orders.iter().filter(|(_, it)| level < *it).map(|(name, _)| name),
            );
        }
        slots.extend(orders.iter().filter(|(_, it)| *it == 0).map(|(name, _)| name));
        let Ok(Some(items)) = self.items(start, span) else { return Vec::new() };
        if items.len() == slots.len() {
            return slots
                .into_iter()
                .zip(&items)
                .filter_map(|(name, item)| Some((name.clone(), shape(item)?)))
                .collect();
        }
        match (slots.as_slice(), shape(start)) {
            ([only], Some(shape)) => vec![((*only).clone(), shape)],
            _ => Vec::new(),
        }
    }
}

/// The variable of the run, `t = 0..1`.
fn time_of(builtin: &Builtin, arguments: &[Argument]) -> Option<Name> {
    arguments.iter().find_map(|argument| {
        let name = argument.name.as_ref()?;
        let is_time = builtin.option(&name.text).is_none()
            && matches!(argument.value.kind, AstKind::Range { .. });
        is_time.then(|| name.clone())
    })
}

/// The name and the argument of `x`, `x'`, `x(0)`, `x'(0)`.
fn head(ast: &Ast) -> Option<(&Name, Option<&Ast>)> {
    match &ast.kind {
        AstKind::Name(name) => Some((name, None)),
        AstKind::Transpose(_) => primed(ast).map(|(name, _)| (name, None)),
        AstKind::Call { callee, arguments, .. } => {
            let [Argument { name: None, value }] = arguments.as_slice() else {
                return None;
            };
            match &callee.kind {
                AstKind::Name(name) => Some((name, Some(value))),
                _ => primed(callee).map(|(name, _)| (name, Some(value))),
            }
        }
        _ => None,
    }
}

/// Whether a name stands in a tree.
fn holds(ast: &Ast, name: &Name) -> bool {
    if let AstKind::Name(own) = &ast.kind {
        return own.symbol == name.symbol;
    }
    let mut parts = Vec::new();
    children(ast, &mut parts);
    parts.into_iter().any(|part| holds(part, name))
}

/// The length of a list, rows and columns of a matrix; nothing for one number.
fn shape(value: &Value) -> Option<Vec<usize>> {
    let shape = match value {
        Value::List(items) if items.iter().all(|it| matches!(it, Value::Expr(_))) => {
            vec![items.len()]
        }
        Value::Matrix(matrix) => vec![matrix.rows(), matrix.columns()],
        Value::Array(array) if matches!(array.rank(), 1 | 2) => array.shape(),
        _ => return None,
    };
    (1..=MOST_COMPONENTS).contains(&shape.iter().product()).then_some(shape)
}

/// Writes the time behind names that stand alone.
fn give_time(arguments: &mut [Argument], names: &[Arc<str>], time: &Name) {
    if names.is_empty() {
        return;
    }
    for argument in arguments {
        at_time(&mut argument.value, names, time);
    }
}

fn at_time(ast: &mut Ast, names: &[Arc<str>], time: &Name) {
    let applied = |function: &Ast| {
        let at = Ast { kind: AstKind::Name(time.clone()), span: function.span };
        let arguments = vec![Argument { name: None, value: at }];
        let callee = Box::new(function.clone());
        Ast {
            kind: AstKind::Call { callee, arguments, spaced: false },
            span: function.span,
        }
    };
    let known = |name: &Name| names.contains(&name.symbol);
    // The function never fails.
    let _ = replace(ast, &mut |part| {
        // `x (1 - x)^2` is a product.
        if let Some((callee, mut factor)) = part.product_reading()
            && matches!(&callee.kind, AstKind::Name(name) if known(name))
        {
            at_time(&mut factor, names, time);
            let rest = vec![(BinaryOperator::Juxtapose, factor)];
            let kind = AstKind::Chain(Box::new(applied(callee)), rest);
            return Ok(Some(Ast { kind, span: part.span }));
        }
        Ok(match &part.kind {
            AstKind::Name(name) if known(name) => Some(applied(part)),
            AstKind::Transpose(_) => {
                primed(part).filter(|(name, _)| known(name)).map(|_| applied(part))
            }
            AstKind::Call { callee, arguments, spaced } if primed(callee).is_some() => {
                let mut arguments = arguments.clone();
                give_time(&mut arguments, names, time);
                let (callee, spaced) = (callee.clone(), *spaced);
                let kind = AstKind::Call { callee, arguments, spaced };
                Some(Ast { kind, span: part.span })
            }
            AstKind::Lambda { parameters, body } => {
                let inner: Vec<Arc<str>> = names
                    .iter()
                    .filter(|it| !parameters.iter().any(|own| own.symbol == **it))
                    .cloned()
                    .collect();
                let mut body = (**body).clone();
                at_time(&mut body, &inner, time);
                let (parameters, body) = (parameters.clone(), Arc::new(body));
                Some(Ast { kind: AstKind::Lambda { parameters, body }, span: part.span })
            }
            _ => None,
        })
    });
}
