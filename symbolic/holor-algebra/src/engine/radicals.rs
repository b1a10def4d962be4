//! Sums with roots of the same base over a common denominator.
//!
//! `b^(p/q)` is `b^n·b^(r/q)` with a whole `n` and `0 ≤ r < q`, for every `b` where it has a value. With a variable for
//! `b^(1/q)` the sum is a rational function whose numerator is reduced by the variable's relation `root^q = b`.

use std::collections::BTreeMap;

use num_integer::Integer;
use num_traits::ToPrimitive;

use super::convert::Session;
use crate::{Constant, Expr, Node, Symbol};

/// Larger expressions are left alone.
const LARGE: u64 = 1500;
/// Roots of higher order are left alone.
const HIGHEST: i64 = 12;
/// So often the relations are used.
const ROUNDS: usize = 12;
/// Coefficients hold powers of a base up to this.
const ABSORBED: usize = 4;

/// The variable for one root, the whole-numbered root of its base.
struct Root {
    variable: Symbol,
    base: Expr,
    /// The base with the variables in it.
    plain: Option<Expr>,
    order: i64,
}

/// An expression with variables for its roots and for what is no rational function of the rest.
struct Rational<'a> {
    session: &'a Session,
    roots: Vec<Root>,
    kernels: Vec<(Expr, Expr)>,
}

/// The expression as one fraction in lowest terms, with factors; nothing where it has no roots.
pub(super) fn fraction(session: &Session, expr: &Expr) -> Option<Expr> {
    let reduced = Reduced::of(session, expr)?;
    if reduced.numerator.is_zero() {
        return Some(Expr::zero());
    }
    // One power of the roots alone is one fraction.
    if let Some(terms) = reduced.by_power()
        && !matches!(terms.node(), Node::Add(_))
    {
        return Some(terms);
    }
    let whole = reduced.factored(&(&reduced.numerator / &reduced.denominator))?;
    Some(reduced.written_back(&whole))
}

/// Whether a sum of it holds roots of other than numbers.
pub(super) fn has_roots(expr: &Expr) -> bool {
    expr.any(&mut |part| {
        matches!(part.node(), Node::Power(base, exponent) if order_of(base, exponent).is_some())
    })
}

/// Whether the expression is 0 by what its roots are; false where that is not found.
pub(super) fn vanishes(session: &Session, expr: &Expr) -> bool {
    has_roots(expr)
        && Reduced::of(session, expr).is_some_and(|reduced| reduced.numerator.is_zero())
}

/// The forms of an expression that have one denominator for each power of its roots.
pub(super) fn forms(session: &Session, expr: &Expr) -> Vec<Expr> {
    let Some(reduced) = Reduced::of(session, expr) else { return Vec::new() };
    if reduced.numerator.is_zero() {
        return vec![Expr::zero()];
    }
    let whole = reduced.factored(&(&reduced.numerator / &reduced.denominator));
    let whole = whole.map(|whole| reduced.written_back(&whole));
    [reduced.by_power(), reduced.by_kernel(), whole].into_iter().flatten().collect()
}

/// A fraction in which no power of a root is reducible.
struct Reduced<'a> {
    rational: Rational<'a>,
    numerator: Expr,
    denominator: Expr,
}

impl<'a> Reduced<'a> {
    fn of(session: &'a Session, expr: &Expr) -> Option<Self> {
        if expr.count_nodes() > LARGE {
            return None;
        }
        let mut rational = Rational { session, roots: Vec::new(), kernels: Vec::new() };
        rational.find_roots(expr);
        if rational.roots.is_empty() {
            return None;
        }
        let plain = rational.read(expr);
        let bases: Vec<Expr> =
            rational.roots.iter().map(|root| root.base.clone()).collect();
        for (index, base) in bases.iter().enumerate() {
            let plain = rational.read(base);
            if let Some(root) = rational.roots.get_mut(index) {
                root.plain = Some(plain);
            }
        }
        let (numerator, denominator) =
            session.value(&plain).ok()?.together().as_numer_denom();
        let numerator = rational.reduced(&session.export(&numerator).ok()?)?;
        let denominator = rational.reduced(&session.export(&denominator).ok()?)?;
        if denominator.is_zero() {
            return None;
        }
        Some(Self { rational, numerator, denominator })
    }

    fn written_back(&self, expr: &Expr) -> Expr {
        let mut result = expr.clone();
        // A base may hold roots that were found before it.
        for root in self.rational.roots.iter().rev() {
            let value = Expr::power(root.base.clone(), Expr::fraction(1, root.order));
            result = result.substitute_symbol(&root.variable, &value);
        }
        for (symbol, kernel) in self.rational.kernels.iter().rev() {
            if let Some(symbol) = symbol.as_symbol() {
                result = result.substitute_symbol(symbol, kernel);
            }
        }
        result
    }

    fn factored(&self, expr: &Expr) -> Option<Expr> {
        let session = self.rational.session;
        session.export(&session.value(expr).ok()?.ratsimp().factor_all()).ok()
    }

    /// A coefficient in lowest terms, with factors, for each product of powers of the variables that are gathered.
    fn gathered(&self, is_gathered: &dyn Fn(&Symbol) -> bool) -> Option<Expr> {
        let mut gathered: BTreeMap<Expr, Vec<Expr>> = BTreeMap::new();
        for term in self.numerator.terms() {
            let (powers, rest): (Vec<Expr>, Vec<Expr>) =
                term.factors().iter().cloned().partition(|factor| {
                    let base = match factor.node() {
                        Node::Power(base, _) => base,
                        _ => factor,
                    };
                    base.as_symbol().is_some_and(is_gathered)
                });
            gathered.entry(Expr::mul(powers)).or_default().push(Expr::mul(rest));
        }
        let terms = gathered
            .into_iter()
            .map(|(power, rest)| {
                let coefficient =
                    self.factored(&(Expr::add(rest) / &self.denominator))?;
                Some(self.absorbed(&power, coefficient))
            })
            .collect::<Option<Vec<Expr>>>()?;
        Some(Expr::add(terms))
    }

    /// A term with powers of the bases taken from the coefficient into the roots, as long as that makes it shorter.
    fn absorbed(&self, power: &Expr, coefficient: Expr) -> Expr {
        let mut best = self.written_back(&(power * &coefficient));
        for root in &self.rational.roots {
            if !power.contains_symbol(&root.variable) {
                continue;
            }
            let Some(base) = &root.plain else { continue };
            for step in [1, -1] {
                let (mut power, mut coefficient) = (power.clone(), coefficient.clone());
                for _ in 0..ABSORBED {
                    let turned = Expr::power(base.clone(), Expr::integer(step));
                    let Some(next) = self.factored(&(&coefficient * turned)) else {
                        break;
                    };
                    let variable = Expr::symbol(root.variable.name());
                    power =
                        power * Expr::power(variable, Expr::integer(-step * root.order));
                    coefficient = next;
                    let other =
                        self.written_back(&power) * self.written_back(&coefficient);
                    if other.count_nodes() < best.count_nodes() {
                        best = other;
                    }
                }
            }
        }
        best
    }

    fn by_power(&self) -> Option<Expr> {
        self.gathered(&|symbol| self.rational.is_root(symbol))
    }

    fn by_kernel(&self) -> Option<Expr> {
        if self.rational.kernels.is_empty() {
            return None;
        }
        self.gathered(&|symbol| {
            self.rational.is_root(symbol) || self.rational.is_kernel(symbol)
        })
    }
}

impl Rational<'_> {
    fn is_root(&self, symbol: &Symbol) -> bool {
        self.roots.iter().any(|root| root.variable == *symbol)
    }

    fn is_kernel(&self, symbol: &Symbol) -> bool {
        self.kernels.iter().any(|(kernel, _)| kernel.as_symbol() == Some(symbol))
    }

    /// Finds the bases of the roots that the expression is made of, with their common orders.
    fn find_roots(&mut self, expr: &Expr) {
        match expr.node() {
            Node::Add(items) | Node::Mul(items) => {
                for item in items {
                    self.find_roots(item);
                }
            }
            Node::Power(base, exponent) => {
                let Some(order) = order_of(base, exponent) else {
                    if exponent.as_integer().is_some() {
                        self.find_roots(base);
                    }
                    return;
                };
                self.find_roots(base);
                match self.roots.iter_mut().find(|root| root.base == *base) {
                    Some(root) => root.order = root.order.lcm(&order),
                    None => {
                        let name = format!("root'{}", self.roots.len());
                        self.roots.push(Root {
                            variable: Symbol::new(&name),
                            base: base.clone(),
                            plain: None,
                            order,
                        });
                    }
                }
            }
            _ => {}
        }
    }

    /// The expression with the variables in it.
    fn read(&mut self, expr: &Expr) -> Expr {
        match expr.node() {
            Node::Number(_) | Node::Symbol(_) => expr.clone(),
            Node::Add(items) => Expr::add(items.iter().map(|item| self.read(item))),
            Node::Mul(items) => Expr::mul(items.iter().map(|item| self.read(item))),
            Node::Power(base, exponent) if exponent.as_integer().is_some() => {
                Expr::power(self.read(base), exponent.clone())
            }
            Node::Power(base, exponent) => match self.power(base, exponent) {
                Some((variable, whole, rest)) => {
                    let base = self.read(base);
                    Expr::power(base, Expr::integer(whole))
                        * Expr::power(variable, Expr::integer(rest))
                }
                None => self.kernel(expr),
            },
            _ if expr.free_symbols().is_empty() => expr.clone(),
            _ => self.kernel(expr),
        }
    }

    /// A root as its variable, and the power of the base and of the variable.
    fn power(&self, base: &Expr, exponent: &Expr) -> Option<(Expr, i64, i64)> {
        order_of(base, exponent)?;
        let root = self.roots.iter().find(|root| root.base == *base)?;
        let power = exponent.as_number()? * num_bigint::BigInt::from(root.order);
        let (whole, rest) = power.to_integer().to_i64()?.div_mod_floor(&root.order);
        Some((Expr::symbol(root.variable.name()), whole, rest))
    }

    fn kernel(&mut self, expr: &Expr) -> Expr {
        if expr.free_symbols().is_empty() {
            return expr.clone();
        }
        if let Some((symbol, _)) = self.kernels.iter().find(|(_, kernel)| kernel == expr)
        {
            return symbol.clone();
        }
        let symbol = Expr::symbol(&format!("kernel'{}", self.kernels.len()));
        self.kernels.push((symbol.clone(), expr.clone()));
        symbol
    }

    /// A polynomial in the roots, multiplied out, with powers below their orders.
    fn reduced(&mut self, expr: &Expr) -> Option<Expr> {
        let session = self.session;
        let expanded =
            |expr: &Expr| session.export(&session.value(expr).ok()?.expand().eval()).ok();
        let mut result = expanded(expr)?;
        for _ in 0..ROUNDS {
            let mut changed = false;
            let terms: Vec<Expr> = result.terms().to_vec();
            let terms = terms
                .iter()
                .map(|term| {
                    Expr::mul(term.factors().iter().map(|factor| {
                        let lower = self.lower(factor);
                        changed |= lower.is_some();
                        lower.unwrap_or_else(|| factor.clone())
                    }))
                })
                .collect::<Vec<Expr>>();
            if !changed {
                return Some(result);
            }
            result = expanded(&Expr::add(terms))?;
            if result.count_nodes() > 20 * LARGE {
                return None;
            }
        }
        None
    }

    /// A power of a root's variable by the base, where it is not below the order.
    fn lower(&mut self, factor: &Expr) -> Option<Expr> {
        let Node::Power(variable, exponent) = factor.node() else { return None };
        let symbol = variable.as_symbol()?;
        let exponent = exponent.as_integer()?.to_i64()?;
        let root = self.roots.iter().find(|root| root.variable == *symbol)?;
        if (0..root.order).contains(&exponent) {
            return None;
        }
        let (whole, rest) = exponent.div_mod_floor(&root.order);
        let base = root.base.clone();
        let base = self.read(&base);
        Some(
            Expr::power(base, Expr::integer(whole))
                * Expr::power(variable.clone(), Expr::integer(rest)),
        )
    }
}

/// The order of the root that a power is of.
fn order_of(base: &Expr, exponent: &Expr) -> Option<i64> {
    let number = exponent.as_number().filter(|number| !number.is_integer())?;
    let order = number.denom().to_i64().filter(|order| *order <= HIGHEST)?;
    let exponential = matches!(base.node(), Node::Constant(Constant::E));
    (!exponential && !base.free_symbols().is_empty()).then_some(order)
}
