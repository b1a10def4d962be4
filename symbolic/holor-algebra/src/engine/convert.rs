//! Expressions into the algebra crate's arena and back, completely.
//!
//! Both directions keep shared subtrees shared and use explicit stacks, so neither a large common
//! subexpression nor a deep tree costs more than its number of distinct nodes.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::sync::Arc;

use num_traits::ToPrimitive;
use symplex::__macro_support::ExprNode;
use symplex::base::libfn::LibFn;
use symplex::config::EvalConfig;
use symplex::prelude::{Assumption, BoolEx, Context, Ex};
use symplex::tree::ExprTree;

use super::failure::{failure, invalid};
use crate::{
    AlgebraError, AlgebraResult, Assumptions, Constant, Expr, Function, Node, Property,
    Relation, Symbol,
};

/// Marks the name of an undefined function, so that a user's `W(x)` is never the library's.
const FUNCTION_MARK: char = '\'';
/// Marks what the arena has no node for: an undefined function of the free symbols in it.
const OPAQUE_MARK: &str = "'opaque";
/// Largest tree that is handed over where the arena takes a tree without sharing.
const UNSHARED_LIMIT: usize = 20_000;

/// One computation's arena, with what is needed to read its results back.
pub(super) struct Session {
    pub(super) context: Context,
    assumptions: Arc<Assumptions>,
    imported: RefCell<HashMap<usize, (Expr, Imported)>>,
    symbols: RefCell<HashMap<Symbol, Ex>>,
    opaque: RefCell<Vec<(Expr, Vec<Symbol>)>>,
    reciprocals: Cell<Reciprocals>,
}

/// Which of the reciprocal functions the input used: results are written with them again.
#[derive(Clone, Copy, Default)]
struct Reciprocals {
    sec: bool,
    csc: bool,
    cot: bool,
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
                Some(self.from_tree(ExprTree::Integral {
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
                Some(self.from_tree(ExprTree::Limit {
                    body: Box::new(unshared(body)?),
                    var: Box::new(x.to_tree()),
                    point: Box::new(unshared(point)?),
                }))
            }
            (Function::RootOf, [polynomial, x, index]) if x.is_variable() => {
                Some(self.from_tree(ExprTree::RootOf {
                    poly: Box::new(unshared(polynomial)?),
                    var: Some(Box::new(x.to_tree())),
                    index: Box::new(unshared(index)?),
                }))
            }
            (Function::RootSum, [polynomial, x, body]) if x.is_variable() => {
                Some(self.from_tree(ExprTree::RootSum {
                    poly: Box::new(unshared(polynomial)?),
                    body: Box::new(unshared(body)?),
                    sumvar: Box::new(x.to_tree()),
                }))
            }
            (Function::Substitution, [body, x, point]) if x.is_variable() => {
                Some(self.from_tree(ExprTree::Subs {
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

    fn from_tree(&self, tree: ExprTree) -> Ex {
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

    /// Reads a condition back.
    pub(super) fn export_condition(&self, condition: &BoolEx) -> AlgebraResult<Expr> {
        self.export(&condition.as_ex())
    }

    /// Reads several results back.
    pub(super) fn export_all<'a>(
        &self,
        results: impl IntoIterator<Item = &'a Ex>,
    ) -> AlgebraResult<Vec<Expr>> {
        results.into_iter().map(|result| self.export(result)).collect()
    }

    /// Reads a result back.
    pub(super) fn export(&self, result: &Ex) -> AlgebraResult<Expr> {
        let root = result.id();
        self.context.with_arena_mut(|arena| {
            let mut known = HashMap::new();
            let mut stack = vec![(root, false)];
            while let Some((id, ready)) = stack.pop() {
                if known.contains_key(&id) {
                    continue;
                }
                if !ready {
                    stack.push((id, true));
                    stack.extend(
                        arena.children(id).into_iter().map(|child| (child, false)),
                    );
                    continue;
                }
                let get = |id: &_| -> AlgebraResult<Expr> {
                    known.get(id).cloned().ok_or_else(|| AlgebraError::Internal {
                        reason: "a result node was visited before its parts".into(),
                    })
                };
                macro_rules! call {
                    ($function:ident, $($part:expr),+) => {
                        Expr::call(Function::$function, vec![$(get($part)?),+])
                    };
                }
                macro_rules! all {
                    ($ids:expr) => {
                        $ids.iter()
                            .map(|id| get(id))
                            .collect::<AlgebraResult<Vec<Expr>>>()?
                    };
                }
                let name = |id: &_| Symbol::new(arena.symbol_name(*id));
                let expr = match arena.node(id) {
                    ExprNode::Num(number) => Expr::rational(arena.num(*number).clone()),
                    ExprNode::Symbol(symbol) => Expr::symbol(arena.symbol_name(*symbol)),
                    ExprNode::Pi => Expr::constant(Constant::Pi),
                    ExprNode::E => Expr::constant(Constant::E),
                    ExprNode::ImaginaryUnit => Expr::constant(Constant::I),
                    ExprNode::EulerGamma => Expr::constant(Constant::EulerGamma),
                    ExprNode::Catalan => Expr::constant(Constant::Catalan),
                    ExprNode::GoldenRatio => Expr::constant(Constant::GoldenRatio),
                    ExprNode::Infinity => Expr::constant(Constant::Infinity),
                    ExprNode::NegInfinity => {
                        Expr::mul([Expr::integer(-1), Expr::constant(Constant::Infinity)])
                    }
                    ExprNode::ComplexInfinity => {
                        Expr::constant(Constant::ComplexInfinity)
                    }
                    ExprNode::NaN => Expr::constant(Constant::Undefined),
                    ExprNode::Add(terms) => Expr::add(all!(terms)),
                    ExprNode::Mul(factors) => Expr::mul(all!(factors)),
                    ExprNode::Neg(x) => Expr::mul([Expr::integer(-1), get(x)?]),
                    ExprNode::Pow(base, exponent) => {
                        self.export_power(get(base)?, get(exponent)?)
                    }
                    ExprNode::Exp(x) => Expr::power(Expr::constant(Constant::E), get(x)?),
                    ExprNode::Min(items) => Expr::call(Function::Min, all!(items)),
                    ExprNode::Max(items) => Expr::call(Function::Max, all!(items)),
                    ExprNode::Floor(x) => call!(Floor, x),
                    ExprNode::Ceiling(x) => call!(Ceiling, x),
                    ExprNode::Sin(x) => call!(Sin, x),
                    ExprNode::Cos(x) => call!(Cos, x),
                    ExprNode::Tan(x) => call!(Tan, x),
                    ExprNode::Ln(x) => call!(Log, x),
                    ExprNode::Abs(x) => call!(Abs, x),
                    ExprNode::Asin(x) => call!(Asin, x),
                    ExprNode::Acos(x) => call!(Acos, x),
                    ExprNode::Atan(x) => call!(Atan, x),
                    ExprNode::Atan2(y, x) => call!(Atan2, y, x),
                    ExprNode::Sinh(x) => call!(Sinh, x),
                    ExprNode::Cosh(x) => call!(Cosh, x),
                    ExprNode::Tanh(x) => call!(Tanh, x),
                    ExprNode::Asinh(x) => call!(Asinh, x),
                    ExprNode::Acosh(x) => call!(Acosh, x),
                    ExprNode::Atanh(x) => call!(Atanh, x),
                    ExprNode::Sign(x) => call!(Sign, x),
                    ExprNode::Heaviside(x) => call!(Heaviside, x),
                    ExprNode::DiracDelta(x) => call!(DiracDelta, x),
                    ExprNode::Re(x) => call!(Re, x),
                    ExprNode::Im(x) => call!(Im, x),
                    ExprNode::Conjugate(x) => call!(Conjugate, x),
                    ExprNode::Arg(x) => call!(Arg, x),
                    ExprNode::Gamma(x) => call!(Gamma, x),
                    ExprNode::LogGamma(x) => call!(LogGamma, x),
                    ExprNode::Digamma(x) => call!(Digamma, x),
                    ExprNode::Erf(x) => call!(Erf, x),
                    ExprNode::Erfc(x) => call!(Erfc, x),
                    ExprNode::LambertW(x) => call!(LambertW, x),
                    ExprNode::Beta(a, b) => call!(Beta, a, b),
                    ExprNode::Si(x) => call!(Si, x),
                    ExprNode::Ci(x) => call!(Ci, x),
                    ExprNode::Ei(x) => call!(Ei, x),
                    ExprNode::Li(x) => call!(Li, x),
                    ExprNode::Zeta(x) => call!(Zeta, x),
                    ExprNode::Polygamma(n, x) => call!(Polygamma, n, x),
                    ExprNode::KroneckerDelta(i, j) => call!(KroneckerDelta, i, j),
                    ExprNode::Factorial(n) => call!(Factorial, n),
                    ExprNode::Binomial(n, k) => call!(Binomial, n, k),
                    ExprNode::BoolTrue => Expr::truth(true),
                    ExprNode::BoolFalse => Expr::truth(false),
                    ExprNode::Gt(a, b) => {
                        Expr::relation(Relation::Greater, get(a)?, get(b)?)
                    }
                    ExprNode::Ge(a, b) => {
                        Expr::relation(Relation::GreaterEqual, get(a)?, get(b)?)
                    }
                    ExprNode::Eq_(a, b) => {
                        Expr::relation(Relation::Equal, get(a)?, get(b)?)
                    }
                    ExprNode::Ne(a, b) => {
                        Expr::relation(Relation::NotEqual, get(a)?, get(b)?)
                    }
                    ExprNode::And(items) => {
                        Expr::from_node(Node::And(all!(items).into()))
                    }
                    ExprNode::Or(items) => Expr::from_node(Node::Or(all!(items).into())),
                    ExprNode::Not(x) => Expr::from_node(Node::Not(get(x)?)),
                    ExprNode::Piecewise(branches) => {
                        let branches = branches
                            .iter()
                            .map(|(value, condition)| Ok((get(value)?, get(condition)?)))
                            .collect::<AlgebraResult<Vec<_>>>()?;
                        Expr::from_node(Node::Piecewise(branches.into()))
                    }
                    ExprNode::Apply(function, items) => {
                        self.export_apply(name(function), all!(items))?
                    }
                    ExprNode::Lib(function, items) => {
                        export_library(*function, all!(items))?
                    }
                    ExprNode::Derivative(body, x) => derivative_node(get(body)?, get(x)?),
                    ExprNode::Integral(body, x) => call!(Integral, body, x),
                    ExprNode::DefiniteIntegral(body, x, lower, upper) => {
                        call!(Integral, body, x, lower, upper)
                    }
                    ExprNode::Sum(body, k, lower, upper) => {
                        call!(Sum, body, k, lower, upper)
                    }
                    ExprNode::Product_(body, k, lower, upper) => {
                        call!(Product, body, k, lower, upper)
                    }
                    ExprNode::Limit(body, x, point) => call!(Limit, body, x, point),
                    ExprNode::RootOf(polynomial, x, index) => {
                        call!(RootOf, polynomial, x, index)
                    }
                    ExprNode::RootSum(polynomial, body, x) => {
                        call!(RootSum, polynomial, x, body)
                    }
                    ExprNode::Subs(body, x, point) => call!(Substitution, body, x, point),
                    ExprNode::PhysicalConstant(constant, _) => {
                        return Err(no_counterpart(arena.symbol_name(*constant)));
                    }
                    other => {
                        return Err(no_counterpart(node_kind(&format!("{other:?}"))));
                    }
                };
                known.insert(id, expr);
            }
            known.remove(&root).ok_or_else(|| AlgebraError::Internal {
                reason: "the result could not be read back".into(),
            })
        })
    }

    /// `1/cos(x)` is written `sec(x)` again where the input did.
    fn export_power(&self, base: Expr, exponent: Expr) -> Expr {
        let seen = self.reciprocals.get();
        let reciprocal = match base.node() {
            Node::Call(Function::Cos, _) if seen.sec => Some(Function::Sec),
            Node::Call(Function::Sin, _) if seen.csc => Some(Function::Csc),
            Node::Call(Function::Tan, _) if seen.cot => Some(Function::Cot),
            _ => None,
        };
        let negative = exponent.as_integer().is_some() && exponent.has_leading_minus();
        match (reciprocal, base.node()) {
            (Some(function), Node::Call(_, arguments)) if negative => {
                Expr::power(Expr::call(function, arguments.clone()), exponent.negate())
            }
            _ => Expr::power(base, exponent),
        }
    }

    fn export_apply(&self, name: Symbol, arguments: Vec<Expr>) -> AlgebraResult<Expr> {
        if let Some(index) = name.name().strip_prefix(OPAQUE_MARK) {
            let index: usize = index.parse().map_err(|_| no_counterpart(name.name()))?;
            let opaque = self.opaque.borrow();
            let (expr, symbols) =
                opaque.get(index).ok_or_else(|| no_counterpart(name.name()))?;
            let mut result = expr.clone();
            for (symbol, argument) in symbols.iter().zip(arguments) {
                if argument.as_symbol() != Some(symbol) {
                    let variable = Expr::symbol(symbol.name());
                    result = Expr::call(
                        Function::Substitution,
                        vec![result, variable, argument],
                    );
                }
            }
            return Ok(result);
        }
        match name.name().strip_prefix(FUNCTION_MARK) {
            Some(function) => Ok(Expr::apply(Symbol::new(function), arguments)),
            None => Err(no_counterpart(name.name())),
        }
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

/// `d/dx` of a body that may itself be a derivative: orders by the same variable are added up.
fn derivative_node(body: Expr, variable: Expr) -> Expr {
    if let Node::Call(Function::Derivative, items) = body.node()
        && let Some((inner, orders)) = items.split_first()
        && orders.len() % 2 == 0
    {
        let mut items = vec![inner.clone()];
        let mut counted = false;
        for pair in orders.chunks(2) {
            let [symbol, order] = pair else { continue };
            items.push(symbol.clone());
            if *symbol == variable && !counted {
                counted = true;
                items.push(Expr::add([order.clone(), Expr::one()]));
            } else {
                items.push(order.clone());
            }
        }
        if !counted {
            items.extend([variable, Expr::one()]);
        }
        return Expr::call(Function::Derivative, items);
    }
    Expr::call(Function::Derivative, vec![body, variable, Expr::one()])
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

fn no_counterpart(name: &str) -> AlgebraError {
    AlgebraError::NotFound {
        operation: "algebra",
        reason: format!("the answer needs `{name}`, which the language cannot write"),
    }
}

fn node_kind(debug: &str) -> &str {
    debug.split(['(', ' ', '{']).next().unwrap_or(debug)
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

/// The arena's name of a function whose arguments it takes in the same order.
fn engine_name(function: Function) -> Option<&'static str> {
    Some(match function {
        Function::Sin => "sin",
        Function::Cos => "cos",
        Function::Tan => "tan",
        Function::Asin => "asin",
        Function::Acos => "acos",
        Function::Atan => "atan",
        Function::Atan2 => "atan2",
        Function::Sinh => "sinh",
        Function::Cosh => "cosh",
        Function::Tanh => "tanh",
        Function::Asinh => "asinh",
        Function::Acosh => "acosh",
        Function::Atanh => "atanh",
        Function::Log => "ln",
        Function::Abs => "abs",
        Function::Sign => "sign",
        Function::Floor => "floor",
        Function::Ceiling => "ceiling",
        Function::Heaviside => "heaviside",
        Function::DiracDelta => "DiracDelta",
        Function::Factorial => "factorial",
        Function::Binomial => "binomial",
        Function::Gamma => "gamma",
        Function::LogGamma => "loggamma",
        Function::Digamma => "digamma",
        Function::Beta => "beta",
        Function::Erf => "erf",
        Function::Erfc => "erfc",
        Function::Si => "Si",
        Function::Ci => "Ci",
        Function::Ei => "Ei",
        Function::Li => "li",
        Function::LambertW => "lambertw",
        Function::Zeta => "zeta",
        other => return library(other).map(LibFn::name),
    })
}

macro_rules! library_functions {
    ($($holor:ident <=> $library:ident),* $(,)?) => {
        fn library(function: Function) -> Option<LibFn> {
            match function {
                $(Function::$holor => Some(LibFn::$library),)*
                _ => None,
            }
        }

        fn export_library(function: LibFn, arguments: Vec<Expr>) -> AlgebraResult<Expr> {
            match function {
                $(LibFn::$library => Ok(Expr::call(Function::$holor, arguments)),)*
                LibFn::LambertW => Ok(Expr::call(Function::LambertW, arguments)),
                LibFn::RisingFactorial | LibFn::FallingFactorial => {
                    factorial_power(function, arguments)
                }
                other => Err(no_counterpart(other.name())),
            }
        }
    };
}

library_functions! {
    Harmonic <=> Harmonic,
    BesselJ <=> BesselJ,
    BesselY <=> BesselY,
    BesselI <=> BesselI,
    BesselK <=> BesselK,
    Legendre <=> Legendre,
    ChebyshevT <=> ChebyshevT,
    ChebyshevU <=> ChebyshevU,
    Hermite <=> Hermite,
    Laguerre <=> Laguerre,
    AssocLegendre <=> AssocLegendre,
    AssocLaguerre <=> AssocLaguerre,
    Erfi <=> Erfi,
    ExpIntegral <=> ExpInt,
    Shi <=> Shi,
    Chi <=> Chi,
    FresnelS <=> FresnelS,
    FresnelC <=> FresnelC,
    LowerGamma <=> LowerGamma,
    UpperGamma <=> UpperGamma,
    Polylog <=> PolyLog,
    DirichletEta <=> DirichletEta,
    AiryAi <=> AiryAi,
    AiryBi <=> AiryBi,
    AiryAiPrime <=> AiryAiPrime,
    AiryBiPrime <=> AiryBiPrime,
    EllipticK <=> EllipticK,
    EllipticE <=> EllipticE,
    EllipticF <=> EllipticF,
    EllipticPi <=> EllipticPi,
}

/// `(x)ₙ = Γ(x+n)/Γ(x)` and `x^(n) = Γ(x+1)/Γ(x−n+1)`.
fn factorial_power(function: LibFn, arguments: Vec<Expr>) -> AlgebraResult<Expr> {
    let [x, n] = arguments.as_slice() else {
        return Err(no_counterpart(function.name()));
    };
    let gamma = |x: Expr| Expr::call(Function::Gamma, vec![x]);
    let (numerator, denominator) = if function == LibFn::RisingFactorial {
        (Expr::add([x.clone(), n.clone()]), x.clone())
    } else {
        (
            Expr::add([x.clone(), Expr::one()]),
            Expr::add([x.clone(), n.negate(), Expr::one()]),
        )
    };
    Ok(Expr::mul([gamma(numerator), gamma(denominator).reciprocal()]))
}
