//! Rewriting: evaluate, simplify, expand, factor and their kin.

use symplex::prelude::Ex;

use super::convert::Session;
use super::failure::not_found;
use super::special::{oriented, special_values};
use super::{Engine, SMALL, guard, is_condition, radicals};
use crate::{AlgebraError, AlgebraResult, Expr, Function, Node, Symbol};

/// Integers with more bits than this are not small work.
const SMALL_BITS: u64 = 64;

/// Larger expressions are not tried in trigonometric form.
const TRIG_LIMIT: usize = 300;

/// Larger expressions are not factored as fractions or with functions as unknowns.
const FACTOR_LIMIT: u64 = 400;
/// Larger expressions are not simplified in further ways.
const ATTEMPT_LIMIT: u64 = 120;

impl Engine {
    /// Values of functions at constants, radicals in lowest terms, and what the assumptions decide:
    /// `sin(pi/6)` is `1/2`, `sqrt(8)` is `2 sqrt(2)`, `sqrt(x^2)` is `x` for a positive `x`.
    /// Nothing is expanded or rearranged; unevaluated operations stay.
    pub fn evaluate(&self, expr: &Expr) -> AlgebraResult<Expr> {
        if is_settled(expr) {
            return Ok(expr.clone());
        }
        let target = expr.clone();
        let work = move |session: &Session| evaluate_in(session, &target);
        self.exactly(&[expr], || {
            if is_small(expr) { self.compute_here(work) } else { self.compute(work) }
        })
    }

    /// The simplest equal form that is found.
    pub fn simplify(&self, expr: &Expr) -> AlgebraResult<Expr> {
        let first = self.rewrite_by("simplify", expr, |_, value| {
            let value = value.eval();
            let mut best = value.simplify();
            // Sums of imaginary exponentials are often one sine or cosine.
            if best.count_ops() < TRIG_LIMIT && best.contains(&best.context().i_unit()) {
                let other = best.rewrite_as_trig().simplify();
                if other.count_ops() < best.count_ops() {
                    best = other;
                }
            }
            Ok(best)
        })?;
        let first = self.with_common_roots(expr, first)?;
        if is_condition(&first) || first.count_nodes() > ATTEMPT_LIMIT {
            return Ok(first);
        }
        let attempts: [fn(&Session, &Expr) -> AlgebraResult<Ex>; 5] = [
            |session, expr| Ok(session.value(expr)?.ratsimp()),
            |session, expr| Ok(session.value(expr)?.simplify_combinatorial()),
            |session, expr| Ok(session.value(expr)?.expand_trig().simplify()),
            |session, expr| {
                Ok(session.value(&with_factored_roots(session, expr)?)?.eval())
            },
            |session, expr| Ok(session.value(&rectangular(expr))?.expand().simplify()),
        ];
        let mut best = first.clone();
        for attempt in attempts {
            if best.as_number().is_some() || best.as_symbol().is_some() {
                break;
            }
            let source = first.clone();
            let other = self.rewrite_by("simplify", &first, move |session, _| {
                attempt(session, &source)
            });
            match other {
                Ok(other) if other.count_nodes() < best.count_nodes() => best = other,
                Err(AlgebraError::Interrupted) => return Err(AlgebraError::Interrupted),
                _ => {}
            }
        }
        Ok(best)
    }

    /// The form with the roots of each base over a common denominator, where it is shorter than what is known.
    fn with_common_roots(&self, expr: &Expr, known: Expr) -> AlgebraResult<Expr> {
        let mut best = known.clone();
        for source in [&known, expr] {
            if is_condition(source) || !radicals::has_roots(source) {
                continue;
            }
            let target = source.clone();
            let other = self.rewrite_by("simplify", source, move |session, value| {
                let forms = radicals::forms(session, &target);
                match forms.into_iter().min_by_key(Expr::count_nodes) {
                    Some(form) => Ok(session.value(&form)?.eval()),
                    None => Ok(value),
                }
            });
            match other {
                Ok(other) if other.count_nodes() < best.count_nodes() => best = other,
                Err(AlgebraError::Interrupted) => return Err(AlgebraError::Interrupted),
                _ => {}
            }
        }
        Ok(best)
    }

    /// Products and integer powers of sums multiplied out.
    pub fn expand(&self, expr: &Expr) -> AlgebraResult<Expr> {
        let result = self.rewrite_by("expand", expr, |_, value| Ok(value.expand()))?;
        if is_unexpanded(&result) {
            return Err(AlgebraError::TooLarge {
                operation: "expand",
                reason: "the product has too many terms to be written out".into(),
            });
        }
        Ok(result)
    }

    /// A product of irreducible factors over the rationals.
    pub fn factor(&self, expr: &Expr) -> AlgebraResult<Expr> {
        let first = self.rewrite_by("factor", expr, |_, value| Ok(value.factor_all()))?;
        if !matches!(first.node(), Node::Add(_) | Node::Mul(_) | Node::Power(..))
            || first.count_nodes() > FACTOR_LIMIT
        {
            return Ok(first);
        }
        // Numerator and denominator each, with function calls as unknowns.
        let other = self.rewrite_by("factor", &first, |session, value| {
            let (numerator, denominator) = value.together().as_numer_denom();
            let numerator = super::solve::factor_with_calls(session, &numerator)?;
            let denominator = super::solve::factor_with_calls(session, &denominator)?;
            session.value(&(numerator / denominator))
        });
        let count = |expr: &Expr| expr.factors().len();
        match other {
            Ok(other) if count(&other) > count(&first) => Ok(other),
            Err(AlgebraError::Interrupted) => Err(AlgebraError::Interrupted),
            _ => Ok(first),
        }
    }

    /// One fraction.
    pub fn together(&self, expr: &Expr) -> AlgebraResult<Expr> {
        let source = expr.clone();
        self.rewrite_by("together", expr, move |session, value| {
            let plain = value.together();
            if !radicals::has_roots(&source) {
                return Ok(plain);
            }
            let Some(other) = radicals::fraction(session, &source) else {
                return Ok(plain);
            };
            let known = session.export(&plain)?;
            let is_sum = |expr: &Expr| matches!(expr.node(), Node::Add(_));
            let better = other.count_nodes() < known.count_nodes()
                || is_sum(&known) && !is_sum(&other);
            Ok(if better { session.value(&other)?.eval() } else { plain })
        })
    }

    /// One fraction in lowest terms, numerator and denominator multiplied out.
    pub fn ratsimp(&self, expr: &Expr) -> AlgebraResult<Expr> {
        self.rewrite_by("ratsimp", expr, |_, value| Ok(value.ratsimp()))
    }

    /// One fraction with common factors of numerator and denominator taken out.
    pub fn cancel(&self, expr: &Expr) -> AlgebraResult<Expr> {
        self.rewrite_by("cancel", expr, |_, value| Ok(value.ratsimp()))
    }

    /// Partial fractions in a variable, which may be left out when there is only one.
    pub fn apart(&self, expr: &Expr, variable: Option<&Symbol>) -> AlgebraResult<Expr> {
        let variable = self.variable("apart", expr, variable)?;
        self.rewrite_by("apart", expr, move |session, value| {
            Ok(value.partial_fractions(&session.symbol(&variable)?))
        })
    }

    /// Coefficients of the powers of these expressions, gathered.
    pub fn collect(&self, expr: &Expr, by: &[Expr]) -> AlgebraResult<Expr> {
        let by = by.to_vec();
        self.rewrite_by("collect", expr, move |session, value| {
            let mut result = value.expand();
            for target in &by {
                let target = session.value(target)?;
                if target.expr_type() == symplex::expr::ExprType::Symbol {
                    result = result.collect(&target);
                } else {
                    let stand_in = session.fresh("collected");
                    result = result.subs(&target, &stand_in).collect(&stand_in);
                    result = result.subs(&stand_in, &target);
                }
            }
            Ok(result)
        })
    }

    /// Functions of sums and multiples of angles as functions of the angles.
    pub fn expand_trig(&self, expr: &Expr) -> AlgebraResult<Expr> {
        self.rewrite_by("expand_trig", expr, |_, value| Ok(value.expand_trig()))
    }

    /// Products and powers of sines and cosines as sums of multiple angles.
    pub fn trig_reduce(&self, expr: &Expr) -> AlgebraResult<Expr> {
        let linear = self.rewrite_by("trig_reduce", expr, |_, value| {
            Ok(value.expand().trig_power_linearize().expand())
        })?;
        if !has_trig_product(&linear) {
            return Ok(linear);
        }
        // By Euler's formula: products of exponentials are exponentials of sums.
        let euler = self.expand(&self.rewrite_to_exponentials(&linear)?)?;
        let euler = self.expand(&self.evaluate(&self.rewrite_to_trig(&euler)?)?)?;
        let complex = |expr: &Expr| {
            expr.any(&mut |part| *part == Expr::constant(crate::Constant::I))
        };
        let simpler = !has_trig_product(&euler) && (complex(expr) || !complex(&euler));
        Ok(if simpler { euler } else { linear })
    }

    /// Logarithms of products and powers taken apart, where the assumptions allow it.
    pub fn expand_log(&self, expr: &Expr) -> AlgebraResult<Expr> {
        self.rewrite_by("expand_log", expr, |_, value| Ok(value.expand_log()))
    }

    /// Sums of logarithms as one, where the assumptions allow it.
    pub fn combine_log(&self, expr: &Expr) -> AlgebraResult<Expr> {
        self.rewrite_by("combine_log", expr, |_, value| Ok(value.log_combine()))
    }

    /// Trigonometric and hyperbolic functions as exponentials.
    pub fn rewrite_to_exponentials(&self, expr: &Expr) -> AlgebraResult<Expr> {
        self.rewrite_by("rewrite", expr, |_, value| Ok(value.rewrite_as_exp()))
    }

    /// Exponentials of imaginary arguments as sines and cosines.
    pub fn rewrite_to_trig(&self, expr: &Expr) -> AlgebraResult<Expr> {
        self.rewrite_by("rewrite", expr, |_, value| Ok(value.rewrite_as_trig()))
    }

    /// No roots in denominators.
    pub fn rationalize(&self, expr: &Expr) -> AlgebraResult<Expr> {
        self.rewrite_by("rationalize", expr, |_, value| Ok(value.rationalize_denom()))
    }

    /// Quotients of factorials, gamma functions and binomials simplified.
    pub fn simplify_combinatorial(&self, expr: &Expr) -> AlgebraResult<Expr> {
        self.rewrite_by("simplify", expr, |_, value| Ok(value.simplify_combinatorial()))
    }

    /// `a + b i` with real `a` and `b`, where the assumptions decide.
    pub fn expand_complex(&self, expr: &Expr) -> AlgebraResult<Expr> {
        self.rewrite_by("expand_complex", expr, |_, value| Ok(value.expand_complex()))
    }

    /// Applies a rewriting to a value, or to both sides of every relation in a condition, and refuses
    /// a result that differs numerically from the input.
    fn rewrite_by(
        &self,
        operation: &'static str,
        expr: &Expr,
        rewrite: impl Fn(&Session, Ex) -> AlgebraResult<Ex> + Send + 'static,
    ) -> AlgebraResult<Expr> {
        let target = expr.clone();
        self.exactly(&[expr], || {
            self.compute(move |session| {
                rewrite_in(session, operation, &target, &|value| rewrite(session, value))
            })
        })
    }

    /// The variable that is named, or the only one there is.
    pub(super) fn variable(
        &self,
        operation: &'static str,
        expr: &Expr,
        named: Option<&Symbol>,
    ) -> AlgebraResult<Symbol> {
        if let Some(symbol) = named {
            return Ok(symbol.clone());
        }
        let mut symbols = expr.free_symbols().into_iter();
        match (symbols.next(), symbols.next()) {
            (Some(symbol), None) => Ok(symbol),
            (None, _) => {
                Err(super::failure::invalid(operation, "there is no variable in it"))
            }
            (Some(_), Some(_)) => Err(super::failure::invalid(
                operation,
                "there are several variables in it; name the one that is meant",
            )),
        }
    }
}

fn rewrite_in(
    session: &Session,
    operation: &'static str,
    expr: &Expr,
    rewrite: &dyn Fn(Ex) -> AlgebraResult<Ex>,
) -> AlgebraResult<Expr> {
    match expr.node() {
        Node::Relation(relation, left, right) => Ok(Expr::relation(
            *relation,
            rewrite_in(session, operation, left, rewrite)?,
            rewrite_in(session, operation, right, rewrite)?,
        )),
        _ if is_condition(expr) => {
            Ok(oriented(&session.export_condition(&session.condition(expr)?.simplify())?))
        }
        _ => {
            let result = session.export(&rewrite(session.value(expr)?)?)?;
            let result = special_values(session.assumptions(), &result);
            guard::same_value(session, operation, expr, &result)?;
            Ok(result)
        }
    }
}

fn evaluate_in(session: &Session, expr: &Expr) -> AlgebraResult<Expr> {
    match expr.node() {
        Node::Relation(relation, left, right) => Ok(Expr::relation(
            *relation,
            evaluate_in(session, left)?,
            evaluate_in(session, right)?,
        )),
        _ if is_condition(expr) => {
            Ok(oriented(&session.export_condition(&session.condition(expr)?.eval())?))
        }
        _ => {
            let value = session.export(&session.value(expr)?.eval())?;
            Ok(special_values(session.assumptions(), &value))
        }
    }
}

/// The roots of polynomials that are powers written as such: `sqrt(x^2 - 2x + 1)` as `sqrt((x - 1)^2)`.
fn with_factored_roots(session: &Session, expr: &Expr) -> AlgebraResult<Expr> {
    let mut failed = None;
    let inner = expr.map_children(&mut |child| {
        with_factored_roots(session, child).unwrap_or_else(|error| {
            failed.get_or_insert(error);
            child.clone()
        })
    });
    if let Some(error) = failed {
        return Err(error);
    }
    if let Node::Power(base, exponent) = inner.node()
        && matches!(base.node(), Node::Add(_))
        && exponent.as_number().is_some_and(|number| !number.is_integer())
    {
        let base = session.export(&session.value(base)?.factor_all())?;
        return Ok(Expr::power(base, exponent.clone()));
    }
    Ok(inner)
}

/// Roots of -1 by their real and imaginary parts.
fn rectangular(expr: &Expr) -> Expr {
    let expr = expr.map_children(&mut rectangular);
    if let Node::Power(base, exponent) = expr.node()
        && exponent.as_number().is_some_and(|number| !number.is_integer())
        && *base == Expr::integer(-1)
    {
        let angle = Expr::mul([exponent.clone(), Expr::pi()]);
        let part = |function| Expr::call(function, vec![angle.clone()]);
        return part(Function::Cos) + Expr::i() * part(Function::Sin);
    }
    expr
}

/// Whether evaluation cannot change it: sums, products and whole powers of symbols and numbers.
fn is_settled(expr: &Expr) -> bool {
    let mut stack = vec![expr];
    let mut seen = 0usize;
    while let Some(expr) = stack.pop() {
        seen += 1;
        if seen > 20_000 {
            return false;
        }
        match expr.node() {
            Node::Number(_) | Node::Decimal(_) | Node::Symbol(_) | Node::Truth(_) => {}
            Node::Constant(_) => {}
            Node::Add(items) | Node::Mul(items) => {
                if items.iter().any(|item| matches!(item.node(), Node::Constant(_))) {
                    return false;
                }
                stack.extend(items.iter());
            }
            Node::Power(base, exponent) => {
                if exponent.as_integer().is_none() || base.as_number().is_some() {
                    return false;
                }
                if matches!(base.node(), Node::Constant(_)) {
                    return false;
                }
                stack.push(base);
            }
            _ => return false,
        }
    }
    true
}

/// Whether evaluating it is certainly quick.
fn is_small(expr: &Expr) -> bool {
    let mut stack = vec![expr];
    let mut seen = 0usize;
    while let Some(expr) = stack.pop() {
        seen += 1;
        if seen > SMALL {
            return false;
        }
        match expr.node() {
            Node::Number(number)
                if number.numer().bits().max(number.denom().bits()) > SMALL_BITS =>
            {
                return false;
            }
            Node::Power(_, exponent)
                if exponent.as_integer().is_some_and(|value| value.bits() > 8) =>
            {
                return false;
            }
            Node::Call(function, _) if !is_elementary(*function) => return false,
            Node::Piecewise(_) => return false,
            _ => {}
        }
        stack.extend(expr.children());
    }
    true
}

fn is_elementary(function: Function) -> bool {
    function <= Function::Log || matches!(function, Function::Abs | Function::Sign)
}

/// Whether a power of a sum was left, which happens when writing it out is refused.
fn is_unexpanded(expr: &Expr) -> bool {
    match expr.node() {
        Node::Power(base, exponent) => {
            matches!(base.node(), Node::Add(_))
                && exponent.as_integer().is_some_and(|power| *power > 1.into())
        }
        Node::Add(items) | Node::Mul(items) => items.iter().any(is_unexpanded),
        _ => false,
    }
}

/// Refuses an operation that left its own unevaluated form.
pub(super) fn evaluated(operation: &'static str, value: Ex) -> AlgebraResult<Ex> {
    if value.has_unevaluated() {
        return Err(not_found(operation, "no closed form was found"));
    }
    Ok(value)
}

/// Whether it holds a power or a product of sines and cosines.
fn has_trig_product(expr: &Expr) -> bool {
    let is_trig = |part: &Expr| {
        matches!(
            part.node(),
            Node::Call(Function::Sin | Function::Cos | Function::Tan, _)
        )
    };
    expr.any(&mut |part| match part.node() {
        Node::Power(base, exponent) => is_trig(base) && exponent.as_integer().is_some(),
        Node::Mul(factors) => factors.iter().filter(|factor| is_trig(factor)).count() > 1,
        _ => false,
    })
}
