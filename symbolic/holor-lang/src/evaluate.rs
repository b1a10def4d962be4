//! From the tree to values.
//!
//! An [`Evaluator`] runs one cell on a snapshot of the session. It walks the tree; a local variable lives in
//! a [`Scope`], a global one in the snapshot, and every change of the snapshot is also logged as a
//! [`Change`] for the session to commit when the cell has succeeded. Stack use, list sizes and call depth
//! are bounded, and every loop, call and built-in polls the interrupt flag.

mod arguments;
mod arithmetic;
mod array_formulas;
mod arrays;
mod call;
mod charts;
mod comparisons;
mod components;
mod control;
mod differentials;
mod equations;
mod failure;
mod fields;
mod functions;
mod gauge;
mod geometry;
mod index_entries;
mod indexing;
mod indices;
mod juxtaposed;
mod lengths;
mod lists;
mod magics;
mod matrices;
mod names;
mod remembered;
mod scope;
mod settling;
mod state;
mod statements;
mod symbolic_indices;
mod unknowns;
mod vectors;
mod words;

use std::cell::{Cell, Ref, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use holor_algebra::{Assumptions, Decimal, Engine, Expr, Interrupt};

pub(crate) use call::Call;
pub(crate) use charts::{basis_element, not_a_coordinate};
pub(crate) use failure::At;
pub(crate) use gauge::{as_gauge_form, gauge_value};
pub(crate) use geometry::as_holor;
pub(crate) use lists::too_long;
pub(crate) use magics::MAGICS;
pub(crate) use names::{CONSTANTS, nearest};
pub(crate) use remembered::Remembered;
pub(crate) use scope::Scope;
use state::Variables;
pub(crate) use state::{Change, Changes, State};
pub(crate) use statements::{PROPERTIES, property_name};
pub(crate) use symbolic_indices::{abstract_value, as_abstract};
pub(crate) use unknowns::Unknown;
pub(crate) use vectors::{Product, cartesian, other_level};

use crate::ast::{Ast, AstKind, BinaryOperator, UnaryOperator};
use crate::field::{FieldValue, Simulation};
use crate::session::Sources;
use crate::{Diagnostic, Range, Result, Span, Value, World, codes};

/// Lists and materialised ranges hold at most so many items.
pub(crate) const LONGEST_LIST: usize = 1_000_000;

/// Functions call each other at most so deep.
const DEEPEST_CALL: u32 = 10_000;

/// Runs one cell.
pub(crate) struct Evaluator<'w> {
    world: &'w dyn World,
    sources: &'w Sources,
    interrupt: Interrupt,
    state: RefCell<State>,
    changes: RefCell<Changes>,
    engine: RefCell<Rc<Engine>>,
    warnings: RefCell<Vec<Diagnostic>>,
    stack: Stack,
    depth: Cell<u32>,
    /// Whether what is evaluated stands behind a derivative: components are taken after it.
    under_derivative: Cell<bool>,
    /// Whether what is evaluated are equations of a run: a choice that the time or the unknowns decide stays a choice.
    open_choices: Cell<bool>,
    /// The expression whose value gets a name, and the name.
    named: RefCell<Option<(Span, Arc<str>)>>,
    /// Whether a run of this cell was interrupted.
    run_interrupted: Cell<bool>,
    /// What names stand for while a frame of a run is looked at, also in functions of the user: its fields, as arrays.
    frame: RefCell<Vec<(Arc<str>, Value)>>,
    /// The fields met in formulas, by the names of their components.
    fields: RefCell<BTreeMap<String, (Arc<FieldValue>, usize)>>,
    /// The vectors and matrices among the unknowns of the run whose arguments are read.
    unknowns: RefCell<Vec<Unknown>>,
}

/// The stack the evaluator runs on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stack {
    start: usize,
    size: usize,
}

impl Stack {
    /// A stack of this size that begins about here.
    pub(crate) fn here(size: usize) -> Self {
        Self { start: address(), size }
    }

    /// Whether three quarters are used.
    fn is_nearly_full(self) -> bool {
        self.start.abs_diff(address()) > self.size / 4 * 3
    }
}

/// The address of the top of the stack, more or less.
#[inline(never)]
fn address() -> usize {
    let here = 0u8;
    std::ptr::from_ref(&here).addr()
}

impl<'w> Evaluator<'w> {
    /// An evaluator on a snapshot.
    pub(crate) fn new(
        state: State,
        world: &'w dyn World,
        sources: &'w Sources,
        interrupt: Interrupt,
        stack: Stack,
    ) -> Self {
        let engine =
            Rc::new(Engine::new((*state.assumptions).clone(), interrupt.clone()));
        Self {
            world,
            sources,
            interrupt,
            state: RefCell::new(state),
            changes: RefCell::default(),
            engine: RefCell::new(engine),
            warnings: RefCell::default(),
            stack,
            depth: Cell::new(0),
            under_derivative: Cell::new(false),
            open_choices: Cell::new(false),
            named: RefCell::default(),
            run_interrupted: Cell::new(false),
            frame: RefCell::default(),
            fields: RefCell::default(),
            unknowns: RefCell::default(),
        }
    }

    /// What the cell changed, and its warnings.
    pub(crate) fn finish(self) -> (State, Vec<Change>, Vec<Diagnostic>) {
        (
            self.state.into_inner(),
            self.changes.into_inner().into_vec(),
            self.warnings.into_inner(),
        )
    }

    /// What the last cell that failed had changed before.
    pub(crate) fn undone(&self) -> Arc<[Change]> {
        self.state.borrow().undone.clone()
    }

    pub(crate) fn world(&self) -> &'w dyn World {
        self.world
    }

    pub(crate) fn engine(&self) -> Rc<Engine> {
        self.engine.borrow().clone()
    }

    pub(crate) fn state(&self) -> Ref<'_, State> {
        self.state.borrow()
    }

    /// Changes the snapshot and logs it for the commit.
    pub(crate) fn change(&self, change: Change) {
        let assumptions = change.concerns_assumptions();
        self.state.borrow_mut().apply(&change);
        self.changes.borrow_mut().push(change);
        if assumptions {
            self.renew_engine();
        }
    }

    /// Changes what names mean for a while; gives what they meant.
    fn exchange_variables(&self, change: impl FnOnce(&mut Variables)) -> Arc<Variables> {
        let mut state = self.state.borrow_mut();
        let before = state.variables.clone();
        change(Arc::make_mut(&mut state.variables));
        before
    }

    /// Returns to what names meant.
    fn restore_variables(&self, variables: Arc<Variables>) {
        self.state.borrow_mut().variables = variables;
    }

    /// Returns to earlier assumptions.
    fn restore_assumptions(&self, assumptions: Arc<Assumptions>) {
        self.state.borrow_mut().assumptions = assumptions;
        self.renew_engine();
    }

    fn renew_engine(&self) {
        let current = (*self.state.borrow().assumptions).clone();
        *self.engine.borrow_mut() = Rc::new(Engine::new(current, self.interrupt.clone()));
    }

    /// The next random number in [0, 1): splitmix64, seeded by `seed(…)` or else by the world.
    pub(crate) fn random(&self) -> f64 {
        let state = self.state.borrow().random.unwrap_or_else(|| self.world.seed());
        let state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        self.change(Change::Random(state));
        let mut bits = state;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        bits ^= bits >> 31;
        (bits >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Adds a warning to the cell's outcome; the same warning at the same place counts once.
    pub(crate) fn warn(&self, warning: Diagnostic) {
        let mut warnings = self.warnings.borrow_mut();
        if !warnings.contains(&warning) {
            warnings.push(warning);
        }
    }

    /// Stops here when the person interrupted.
    pub(crate) fn poll(&self, span: Span) -> Result<()> {
        if self.interrupt.is_raised() {
            return Diagnostic::error(&codes::E0701_INTERRUPTED, "interrupted")
                .at(span)
                .into();
        }
        Ok(())
    }

    /// Evaluates an expression.
    pub(crate) fn evaluate(&self, ast: &Ast, scope: &mut Scope) -> Result<Value> {
        if self.stack.is_nearly_full() {
            return Diagnostic::error(
                &codes::E0404_RECURSION,
                "functions or expressions are nested too deeply here",
            )
            .at(ast.span)
            .into();
        }
        if let Some(product) = self.unglued_product(ast, scope) {
            return self.evaluate(&product, scope);
        }
        if let Some(product) = self.product_reading(ast, scope)? {
            return Ok(product);
        }
        match &ast.kind {
            AstKind::Number(text) => number(text, ast.span),
            AstKind::Text(text) => Ok(Value::Text(text.clone())),
            AstKind::Truth(value) => Ok(Value::Expr(Expr::truth(*value))),
            AstKind::Name(name) => {
                let value = self.name(name, scope)?;
                self.formula_of_field(value, ast.span)
            }
            AstKind::Previous(number) => self.previous(*number, ast.span),
            AstKind::Unary(operator, operand) => {
                let value = self.evaluate(operand, scope)?;
                match operator {
                    UnaryOperator::Minus => self.negate(value, operand.span),
                    UnaryOperator::Plus => self.check_arithmetic(value, operand.span),
                    UnaryOperator::Not => self.not(&value, operand.span),
                }
            }
            AstKind::Binary(operator, left, right) => {
                self.binary(*operator, left, right, ast.span, scope)
            }
            AstKind::Chain(first, rest) => self.chain(first, rest, scope),
            AstKind::Comparison(operands, operators) => {
                self.comparison(operands, operators, scope)
            }
            AstKind::Transpose(operand) => {
                let value = self.evaluate(operand, scope)?;
                self.transpose(&value, ast.span)
            }
            AstKind::Factorial(operand) => {
                let value = self.evaluate(operand, scope)?;
                self.apply_function("factorial", value, ast.span)
            }
            AstKind::Absolute(operand) => {
                let value = self.evaluate(operand, scope)?;
                if let Some(length) = self.length_of_gradient(operand, &value) {
                    return Ok(length);
                }
                self.absolute(value, ast.span)
            }
            AstKind::Call { callee, arguments, spaced } => {
                self.call(callee, arguments, *spaced, ast.span, scope)
            }
            AstKind::Index { target, indices } => {
                if let Some(operator) =
                    self.derivative_operator(target, indices, scope)?
                {
                    return Ok(operator);
                }
                let target = match self.only_column(target, scope)? {
                    true => indexing::whole_column(target),
                    false => target,
                };
                let target_value = self
                    .evaluate_data(target, scope)
                    .map_err(|error| indexing::no_tensor_yet(error, target, indices))?;
                let target_value = match self.component_of_frames(&target_value, indices)
                {
                    Some(series) => return Ok(series),
                    None => self.components_of_field(target_value, target.span)?,
                };
                self.index(&target_value, target.span, indices, ast.span, scope)
            }
            AstKind::Member(target, name) => {
                let value = self.evaluate_data(target, scope)?;
                self.member(&value, name)
            }
            AstKind::List(items) => {
                let mut values = Vec::with_capacity(items.len());
                for item in items {
                    values.push(self.evaluate(item, scope)?);
                }
                Ok(Value::list(values))
            }
            AstKind::Where { value, conditions } => self.given(value, conditions, scope),
            AstKind::Range { start, end, step } => {
                let start = self.formula(start, scope)?;
                let end = self.formula(end, scope)?;
                let step =
                    step.as_ref().map(|step| self.formula(step, scope)).transpose()?;
                Ok(Value::Range(Range { start, end, step }))
            }
            AstKind::Lambda { parameters, body } => {
                self.closure(None, parameters, body, ast.span, scope)
            }
            AstKind::Block(statements) => self.block(statements, scope),
            AstKind::If { condition, then, otherwise } => {
                let given = self.evaluate(condition, scope)?;
                if let Some(otherwise) = otherwise
                    && let Some(choice) =
                        self.open_choice(&given, (then, otherwise), scope)?
                {
                    return Ok(choice);
                }
                if let Some(otherwise) = otherwise
                    && let Some(choice) =
                        self.choice_by_place(&given, (then, otherwise), scope)?
                {
                    return Ok(choice);
                }
                if self.truth(&given, condition.span)? {
                    self.evaluate(then, scope)
                } else if let Some(otherwise) = otherwise {
                    self.evaluate(otherwise, scope)
                } else {
                    Ok(Value::Nothing)
                }
            }
            AstKind::For { variable, items, body } => {
                self.for_loop(variable, items, body, scope)
            }
            AstKind::While { condition, body } => self.while_loop(condition, body, scope),
            AstKind::Error => {
                Diagnostic::error(&codes::E0001_UNEXPECTED, "this cannot be read")
                    .at(ast.span)
                    .into()
            }
        }
    }

    /// Evaluates an expression where a field that stands by itself means its data, not its formula.
    pub(crate) fn evaluate_data(&self, ast: &Ast, scope: &mut Scope) -> Result<Value> {
        match &ast.kind {
            AstKind::Name(name) => match self.unglued_product(ast, scope) {
                Some(product) => self.evaluate(&product, scope),
                None => self.name(name, scope),
            },
            _ => self.evaluate(ast, scope),
        }
    }

    /// A field in a formula: unknown functions of time and place.
    pub(crate) fn formula_of_field(&self, value: Value, span: Span) -> Result<Value> {
        let Value::Simulation(Simulation::Field(field)) = value else { return Ok(value) };
        let mut known = self.fields.borrow_mut();
        for (component, name) in field.component_names().into_iter().enumerate() {
            known.insert(name, (field.clone(), component));
        }
        drop(known);
        self.field_formula(&field, span)
    }

    /// Evaluates an expression that must be a formula.
    pub(crate) fn formula(&self, ast: &Ast, scope: &mut Scope) -> Result<Expr> {
        match self.evaluate(ast, scope)? {
            Value::Expr(value) => Ok(value),
            other => Diagnostic::error(
                &codes::E0201_WRONG_TYPE,
                format!("expected a number or formula, found {}", other.describe()),
            )
            .at(ast.span)
            .into(),
        }
    }

    /// `base^exponent`, `base .^ exponent`.
    pub(crate) fn binary(
        &self,
        operator: BinaryOperator,
        left: &Ast,
        right: &Ast,
        span: Span,
        scope: &mut Scope,
    ) -> Result<Value> {
        let (first, second) = (left, right);
        let left = self.operand(first, std::iter::once(second), scope)?;
        let right = self.operand(second, std::iter::once(first), scope)?;
        self.operate(operator, left, right, span)
    }
}

/// A number as written.
fn number(text: &str, span: Span) -> Result<Value> {
    let digits: String = text.chars().filter(|character| *character != '_').collect();
    let value = if digits.bytes().all(|byte| byte.is_ascii_digit()) {
        digits.parse::<holor_algebra::BigInt>().ok().map(Expr::integer)
    } else {
        Decimal::parse(&digits).map(Expr::decimal)
    };
    match value {
        Some(value) => Ok(Value::Expr(value)),
        None => Diagnostic::error(
            &codes::E0004_BAD_NUMBER,
            format!("`{text}` cannot be read as a number"),
        )
        .at(span)
        .into(),
    }
}
