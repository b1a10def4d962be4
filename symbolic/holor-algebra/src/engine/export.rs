//! Results out of the arena, completely: a node without a counterpart is an error, never lost.

use std::collections::HashMap;

use symplex::__macro_support::ExprNode;
use symplex::prelude::{BoolEx, Ex};

use super::convert::{FUNCTION_MARK, OPAQUE_MARK, Session};
use super::functions::export_library;
use crate::{
    AlgebraError, AlgebraResult, Constant, Expr, Function, Node, Relation, Symbol,
};

impl Session {
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
                    ExprNode::Symbol(symbol) => {
                        self.export_symbol(arena.symbol_name(*symbol))
                    }
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
                    ExprNode::Mul(factors) => self.export_product(all!(factors)),
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

    /// A symbol of the input, or one that the computation made up and that gets a readable name.
    fn export_symbol(&self, name: &str) -> Expr {
        let made_up = name.starts_with('_')
            && !self.symbols.borrow().keys().any(|symbol| symbol.name() == name);
        if !made_up {
            return Expr::symbol(name);
        }
        let short = match name.trim_start_matches('_').split('_').next_back() {
            Some("xi") => "ξ",
            Some(letter) if letter.chars().next().is_some_and(char::is_alphabetic) => {
                letter
            }
            _ => "t",
        };
        let taken =
            |name: &str| self.symbols.borrow().keys().any(|symbol| symbol.name() == name);
        if !taken(short) {
            return Expr::symbol(short);
        }
        let free = (1..).map(|index| format!("{short}{index}")).find(|name| !taken(name));
        Expr::symbol(&free.unwrap_or_else(|| name.to_string()))
    }

    /// `cos(x)/sin(x)` is written `cot(x)` again where the input did.
    fn export_product(&self, mut factors: Vec<Expr>) -> Expr {
        if self.reciprocals.get().cot {
            let of_sine = |factor: &Expr| match factor.node() {
                Node::Power(base, exponent) if exponent.has_leading_minus() => {
                    match base.node() {
                        Node::Call(Function::Sin, items) => {
                            exponent.as_integer().map(|power| (items.clone(), -power))
                        }
                        _ => None,
                    }
                }
                Node::Call(Function::Csc, items) => Some((items.clone(), 1.into())),
                _ => None,
            };
            for position in 0..factors.len() {
                let Some((items, power)) = factors.get(position).and_then(of_sine) else {
                    continue;
                };
                let cosine = Expr::power(
                    Expr::call(Function::Cos, items.clone()),
                    Expr::integer(power.clone()),
                );
                let Some(other) = factors.iter().position(|factor| *factor == cosine)
                else {
                    continue;
                };
                let cotangent =
                    Expr::power(Expr::call(Function::Cot, items), Expr::integer(power));
                if let Some(slot) = factors.get_mut(position) {
                    *slot = cotangent;
                }
                if let Some(slot) = factors.get_mut(other) {
                    *slot = Expr::one();
                }
            }
        }
        Expr::mul(factors)
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

pub(super) fn no_counterpart(name: &str) -> AlgebraError {
    AlgebraError::NotFound {
        operation: "algebra",
        reason: format!("the answer needs `{name}`, which the language cannot write"),
    }
}

fn node_kind(debug: &str) -> &str {
    debug.split(['(', ' ', '{']).next().unwrap_or(debug)
}
