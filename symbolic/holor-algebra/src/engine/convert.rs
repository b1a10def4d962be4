//! Expressions into the algebra crate's arena and back, completely.
//!
//! Both directions keep shared subtrees shared and use explicit stacks, so neither a large common
//! subexpression nor a deep tree costs more than its number of distinct nodes.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::sync::Arc;

use num_traits::ToPrimitive;
use symplex::config::EvalConfig;
use symplex::prelude::{Assumption, BoolEx, Context, Ex};
use symplex::tree::ExprTree;

use super::failure::{failure, invalid};
use super::functions::engine_name;
use crate::{
    AlgebraError, AlgebraResult, Assumptions, Constant, Expr, Function, Node, Property,
    Relation, Symbol,
};

/// Marks the name of an undefined function, so that a user's `W(x)` is never the library's.
pub(super) const FUNCTION_MARK: char = '\'';
/// Marks what the arena has no node for: an undefined function of the free symbols in it.
pub(super) const OPAQUE_MARK: &str = "'opaque";
/// Largest tree that is handed over where the arena takes a tree without sharing.
const UNSHARED_LIMIT: usize = 20_000;

/// One computation's arena, with what is needed to read its results back.
pub(super) struct Session {
    pub(super) context: Context,
    assumptions: Arc<Assumptions>,
    imported: RefCell<HashMap<usize, (Expr, Imported)>>,
    pub(super) symbols: RefCell<HashMap<Symbol, Ex>>,
    pub(super) opaque: RefCell<Vec<(Expr, Vec<Symbol>)>>,
    pub(super) reciprocals: Cell<Reciprocals>,
}

/// Which of the reciprocal functions the input used: results are written with them again.
#[derive(Clone, Copy, Default)]
pub(super) struct Reciprocals {
    pub(super) sec: bool,
    pub(super) csc: bool,
    pub(super) cot: bool,
}

/// An imported node: the arena keeps values and conditions apart.
#[derive(Clone)]
enum Imported {
    Value(Ex),
    Condition(BoolEx),
}

impl Session {
    /// An empty arena under these assumptions, able to compute `digits` significant digits.
    pub(super) fn new(assumptions: Arc<Assumptions>, digits: u32) -> Self {
        let config = EvalConfig {
            max_pow_exponent: 400_000,
            max_result_digits: 130_000,
            max_evalf_precision: digits.saturating_mul(8).saturating_add(10_000),
        };
        Self {
            context: Context::with_config(config),
            assumptions,
            imported: RefCell::default(),
            symbols: RefCell::default(),
            opaque: RefCell::default(),
            reciprocals: Cell::default(),
        }
    }

    /// What is assumed.
    pub(super) fn assumptions(&self) -> &Assumptions {
        &self.assumptions
    }

    /// The arena's symbol, declared with everything assumed about it.
    pub(super) fn symbol(&self, symbol: &Symbol) -> AlgebraResult<Ex> {
        if let Some(known) = self.symbols.borrow().get(symbol) {
            return Ok(known.clone());
        }
        let properties: Vec<Assumption> =
            self.assumptions.implied(symbol).into_iter().map(assumption).collect();
        let declared = if properties.is_empty() {
            self.context.try_symbol(symbol.name())
        } else {
            self.context.symbol_with(symbol.name(), &properties)
        };
        let declared = declared.map_err(|error| failure("assumptions", &error))?;
        self.symbols.borrow_mut().insert(symbol.clone(), declared.clone());
        Ok(declared)
    }

    /// A value.
    pub(super) fn value(&self, expr: &Expr) -> AlgebraResult<Ex> {
        match self.import(expr)? {
            Imported::Value(value) => Ok(value),
            Imported::Condition(_) => {
                Err(invalid("algebra", "a condition stands where a value is needed"))
            }
        }
    }

    /// A condition.
    pub(super) fn condition(&self, expr: &Expr) -> AlgebraResult<BoolEx> {
        match self.import(expr)? {
            Imported::Condition(condition) => Ok(condition),
            Imported::Value(_) => {
                Err(invalid("algebra", "a value stands where a condition is needed"))
            }
        }
    }

    fn import(&self, root: &Expr) -> AlgebraResult<Imported> {
        let mut stack = vec![(root.clone(), false)];
        while let Some((expr, ready)) = stack.pop() {
            if self.imported.borrow().contains_key(&address(&expr)) {
                continue;
            }
            if !ready {
                stack.push((expr.clone(), true));
                stack.extend(
                    expr.children().into_iter().map(|child| (child.clone(), false)),
                );
                continue;
            }
            let imported = self.import_node(&expr)?;
            self.imported.borrow_mut().insert(address(&expr), (expr, imported));
        }
        self.known(root)
    }

    fn known(&self, expr: &Expr) -> AlgebraResult<Imported> {
        let imported =
            self.imported.borrow().get(&address(expr)).map(|(_, known)| known.clone());
        imported.ok_or_else(|| AlgebraError::Internal {
            reason: "a node was not imported".into(),
        })
    }

    fn known_value(&self, expr: &Expr) -> AlgebraResult<Ex> {
        match self.known(expr)? {
            Imported::Value(value) => Ok(value),
            Imported::Condition(_) => {
                Err(invalid("algebra", "a condition stands where a value is needed"))
            }
        }
    }

    fn known_condition(&self, expr: &Expr) -> AlgebraResult<BoolEx> {
        match self.known(expr)? {
            Imported::Condition(condition) => Ok(condition),
            Imported::Value(_) => {
                Err(invalid("algebra", "a value stands where a condition is needed"))
            }
        }
    }

    fn known_values(&self, items: &[Expr]) -> AlgebraResult<Vec<Ex>> {
        items.iter().map(|item| self.known_value(item)).collect()
    }

    fn import_node(&self, expr: &Expr) -> AlgebraResult<Imported> {
        let context = &self.context;
        let value = match expr.node() {
            Node::Number(number) => context.from_ratio(number.clone()),
            Node::Decimal(decimal) => context.from_ratio(decimal.to_rational()),
            Node::Symbol(symbol) => self.symbol(symbol)?,
            Node::Constant(constant) => self.import_constant(*constant),
            Node::Add(terms) => context.sum(self.known_values(terms)?),
            Node::Mul(factors) => context.product(self.known_values(factors)?),
            Node::Power(base, exponent) => {
                let exponent = self.known_value(exponent)?;
                match base.node() {
                    Node::Constant(Constant::E) => exponent.exp(),
                    _ => self.known_value(base)?.pow(&exponent),
                }
            }
            Node::Call(function, arguments) => {
                self.import_call(expr, *function, arguments)?
            }
            Node::Apply(function, arguments) => {
                let name = format!("{FUNCTION_MARK}{}", function.name());
                context
                    .apply(&name, &self.known_values(arguments)?)
                    .map_err(|error| failure("algebra", &error))?
            }
            Node::Piecewise(branches) => {
                let branches = branches
                    .iter()
                    .map(|(value, condition)| {
                        Ok((self.known_value(value)?, self.known_condition(condition)?))
                    })
                    .collect::<AlgebraResult<Vec<_>>>()?;
                let pairs: Vec<(&Ex, &BoolEx)> = branches
                    .iter()
                    .map(|(value, condition)| (value, condition))
                    .collect();
                Ex::piecewise(&pairs)
            }
            Node::Relation(relation, left, right) => {
                let (left, right) = (self.known_value(left)?, self.known_value(right)?);
                return Ok(Imported::Condition(match relation {
                    Relation::Equal => left.eq_expr(&right),
                    Relation::NotEqual => left.ne_expr(&right),
                    Relation::Less => left.lt(&right),
                    Relation::LessEqual => left.le(&right),
                    Relation::Greater => left.gt(&right),
                    Relation::GreaterEqual => left.ge(&right),
                }));
            }
            Node::And(items) => {
                let mut all = context.bool_true();
                for item in items {
                    all = all.and(&self.known_condition(item)?);
                }
                return Ok(Imported::Condition(all));
            }
            Node::Or(items) => {
                let mut any = context.bool_false();
                for item in items {
                    any = any.or(&self.known_condition(item)?);
                }
                return Ok(Imported::Condition(any));
            }
            Node::Not(inner) => {
                return Ok(Imported::Condition(self.known_condition(inner)?.not()));
            }
            Node::Truth(true) => return Ok(Imported::Condition(context.bool_true())),
            Node::Truth(false) => return Ok(Imported::Condition(context.bool_false())),
        };
        Ok(Imported::Value(value))
    }

    fn import_constant(&self, constant: Constant) -> Ex {
        let context = &self.context;
        match constant {
            Constant::Pi => context.pi(),
            Constant::E => context.e(),
            Constant::I => context.i_unit(),
            Constant::EulerGamma => context.euler_gamma(),
            Constant::Catalan => context.catalan(),
            Constant::GoldenRatio => context.golden_ratio(),
            Constant::Infinity => context.infinity(),
            Constant::ComplexInfinity => context.complex_infinity(),
            Constant::Undefined => context.nan(),
        }
    }

    fn import_call(
        &self,
        expr: &Expr,
        function: Function,
        items: &[Expr],
    ) -> AlgebraResult<Ex> {
        let arguments = self.known_values(items)?;
        let built = match (function, arguments.as_slice()) {
            (Function::Sec, [x]) => {
                self.reciprocals.set(Reciprocals { sec: true, ..self.reciprocals.get() });
                Some(x.sec())
            }
            (Function::Csc, [x]) => {
                self.reciprocals.set(Reciprocals { csc: true, ..self.reciprocals.get() });
                Some(x.csc())
            }
            (Function::Cot, [x]) => {
                self.reciprocals.set(Reciprocals { cot: true, ..self.reciprocals.get() });
                Some(x.cot())
            }
            (Function::Min, [_, ..]) => {
                Some(Ex::min_of(&self.context, arguments.clone()))
            }
            (Function::Max, [_, ..]) => {
                Some(Ex::max_of(&self.context, arguments.clone()))
            }
            (Function::Re, [z]) => Some(z.re()),
            (Function::Im, [z]) => Some(z.im()),
            (Function::Conjugate, [z]) => Some(z.conjugate()),
            (Function::Arg, [z]) => Some(z.arg()),
            (Function::KroneckerDelta, [i, j]) => Some(i.kronecker_delta(j)),
            (Function::Polygamma, [n, x]) => Some(x.polygamma(n)),
            (Function::Derivative, [body, rest @ ..]) => derivative(body, rest, items),
            (Function::Integral, [body, x, lower, upper]) if x.is_variable() => {
                Some(body.definite_integral_node(x, lower, upper))
            }
            (Function::Integral, [body, x]) if x.is_variable() => {
                Some(self.read_tree(ExprTree::Integral {
                    body: Box::new(unshared(body)?),
                    var: Box::new(x.to_tree()),
                }))
            }
            (Function::Sum, [body, k, lower, upper]) if k.is_variable() => {
                Some(Ex::symbolic_sum(body, k, lower, upper))
            }
            (Function::Product, [body, k, lower, upper]) if k.is_variable() => {
                Some(Ex::symbolic_product(body, k, lower, upper))
            }
            (Function::Limit, [body, x, point]) if x.is_variable() => {
                Some(self.read_tree(ExprTree::Limit {
                    body: Box::new(unshared(body)?),
                    var: Box::new(x.to_tree()),
                    point: Box::new(unshared(point)?),
                }))
            }
            (Function::RootOf, [polynomial, x, index]) if x.is_variable() => {
                Some(self.read_tree(ExprTree::RootOf {
                    poly: Box::new(unshared(polynomial)?),
                    var: Some(Box::new(x.to_tree())),
                    index: Box::new(unshared(index)?),
                }))
            }
            (Function::RootSum, [polynomial, x, body]) if x.is_variable() => {
                Some(self.read_tree(ExprTree::RootSum {
                    poly: Box::new(unshared(polynomial)?),
                    body: Box::new(unshared(body)?),
                    sumvar: Box::new(x.to_tree()),
                }))
            }
            (Function::Substitution, [body, x, point]) if x.is_variable() => {
                Some(self.read_tree(ExprTree::Subs {
                    body: Box::new(unshared(body)?),
                    var: Box::new(x.to_tree()),
                    point: Box::new(unshared(point)?),
                }))
            }
            _ => match engine_name(function) {
                Some(name) => self.context.apply(name, &arguments).ok(),
                None => None,
            },
        };
        match built {
            Some(value) => Ok(value),
            None => self.opaque(expr),
        }
    }

    fn read_tree(&self, tree: ExprTree) -> Ex {
        self.context.from_tree(&tree)
    }

    /// Something the arena has no node for, as an undefined function of its free symbols: correct
    /// under every rule that holds for all functions, and read back unchanged.
    pub(super) fn opaque(&self, expr: &Expr) -> AlgebraResult<Ex> {
        let symbols: Vec<Symbol> = expr.free_symbols().into_iter().collect();
        let arguments = symbols
            .iter()
            .map(|symbol| self.symbol(symbol))
            .collect::<AlgebraResult<Vec<_>>>()?;
        let index = self.opaque.borrow().len();
        self.opaque.borrow_mut().push((expr.clone(), symbols));
        self.context
            .apply(&format!("{OPAQUE_MARK}{index}"), &arguments)
            .map_err(|error| failure("algebra", &error))
    }

    /// A symbol no input uses.
    pub(super) fn fresh(&self, hint: &str) -> Ex {
        self.context.symbol(&format!("{hint}{FUNCTION_MARK}"))
    }
}

/// Whether an arena expression is a lone symbol.
trait Variable {
    fn is_variable(&self) -> bool;
}

impl Variable for Ex {
    fn is_variable(&self) -> bool {
        self.expr_type() == symplex::expr::ExprType::Symbol
    }
}

fn address(expr: &Expr) -> usize {
    std::ptr::from_ref::<Node>(expr.node()) as usize
}

/// `Derivative[body, x, n, …]`; nothing when it is not by plain symbols.
fn derivative(body: &Ex, rest: &[Ex], items: &[Expr]) -> Option<Ex> {
    let mut result = body.clone();
    let mut position = 0;
    while let Some(variable) = rest.get(position) {
        if !variable.is_variable() {
            return None;
        }
        let order = items.get(position + 2).and_then(Expr::as_integer);
        let times = match order {
            Some(order) => {
                position += 2;
                order.to_u32().filter(|order| *order <= 1000)?
            }
            None => {
                position += 1;
                1
            }
        };
        for _ in 0..times {
            result = result.formal_diff(variable);
        }
    }
    (!rest.is_empty()).then_some(result)
}

fn unshared(value: &Ex) -> AlgebraResult<ExprTree> {
    if value.count_ops() > UNSHARED_LIMIT {
        return Err(AlgebraError::TooLarge {
            operation: "algebra",
            reason: format!(
                "an unevaluated operation over more than {UNSHARED_LIMIT} nodes"
            ),
        });
    }
    Ok(value.to_tree())
}

fn assumption(property: Property) -> Assumption {
    match property {
        Property::Real => Assumption::Real,
        Property::Rational => Assumption::Rational,
        Property::Integer => Assumption::Integer,
        Property::Even => Assumption::Even,
        Property::Odd => Assumption::Odd,
        Property::Prime => Assumption::Prime,
        Property::Positive => Assumption::Positive,
        Property::Negative => Assumption::Negative,
        Property::NonNegative => Assumption::NonNegative,
        Property::NonPositive => Assumption::NonPositive,
        Property::NonZero => Assumption::NonZero,
        Property::Complex => Assumption::Complex,
    }
}
