//! Intervals that the assumptions confine real expressions to: `0 < θ < π` makes `sin(θ)` positive.

use crate::{Assumptions, Constant, Expr, Function, Node, Property, Relation, Symbol};

/// Larger expressions are not looked into.
const LIMIT: u64 = 200;
/// A bound that is not exactly 0 counts as positive or negative from here on.
const MARGIN: f64 = 1e-9;

/// The values between two ends, each of which belongs to them or not.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Interval {
    low: f64,
    high: f64,
    low_open: bool,
    high_open: bool,
}

/// What is known about the sign of a real expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sign {
    Positive,
    NonNegative,
    Negative,
    NonPositive,
}

/// The sign of an expression, as far as bounds on its symbols tell.
pub(super) fn sign(assumptions: &Assumptions, expr: &Expr) -> Option<Sign> {
    if expr.count_nodes() > LIMIT {
        return None;
    }
    let range = interval(assumptions, expr)?;
    if range.low > MARGIN || range.low == 0.0 && range.low_open {
        Some(Sign::Positive)
    } else if range.high < -MARGIN || range.high == 0.0 && range.high_open {
        Some(Sign::Negative)
    } else if range.low == 0.0 {
        Some(Sign::NonNegative)
    } else if range.high == 0.0 {
        Some(Sign::NonPositive)
    } else {
        None
    }
}

/// The truth of `expr relation 0`, as far as bounds tell.
pub(super) fn compare(
    assumptions: &Assumptions,
    relation: Relation,
    difference: &Expr,
) -> Option<bool> {
    let sign = sign(assumptions, difference)?;
    match (relation, sign) {
        (Relation::Greater | Relation::GreaterEqual, Sign::Positive)
        | (Relation::GreaterEqual, Sign::NonNegative)
        | (Relation::Less | Relation::LessEqual, Sign::Negative)
        | (Relation::LessEqual, Sign::NonPositive)
        | (Relation::NotEqual, Sign::Positive | Sign::Negative) => Some(true),
        (Relation::Less | Relation::LessEqual, Sign::Positive)
        | (Relation::Less, Sign::NonNegative)
        | (Relation::Greater | Relation::GreaterEqual, Sign::Negative)
        | (Relation::Greater, Sign::NonPositive)
        | (Relation::Equal, Sign::Positive | Sign::Negative) => Some(false),
        _ => None,
    }
}

/// Whether a real expression is known to be one.
pub(super) fn is_real(assumptions: &Assumptions, expr: &Expr) -> bool {
    expr.count_nodes() <= LIMIT && interval(assumptions, expr).is_some()
}

/// The numbers that the conditions on a symbol keep it between, where there are such conditions.
pub(super) fn ends(assumptions: &Assumptions, symbol: &Symbol) -> Option<(f64, f64)> {
    let range = of_symbol(assumptions, symbol)?;
    Some((range.low, range.high))
}

/// Whether a number fulfils every condition that bounds a symbol; `None` where that is not clear.
pub(super) fn admits(
    assumptions: &Assumptions,
    symbol: &Symbol,
    value: &Expr,
) -> Option<bool> {
    let (re, im) = super::compile::constant_value(value)?;
    let range = of_symbol(assumptions, symbol)?;
    let close = 1e-9 * (1.0 + re.abs());
    if im.abs() > close {
        return Some(false);
    }
    let below =
        if (re - range.low).abs() <= close { range.low_open } else { re < range.low };
    let above =
        if (re - range.high).abs() <= close { range.high_open } else { re > range.high };
    Some(!below && !above)
}

impl Interval {
    const ALL: Self = Self {
        low: f64::NEG_INFINITY,
        high: f64::INFINITY,
        low_open: true,
        high_open: true,
    };

    fn point(value: f64) -> Option<Self> {
        value.is_finite().then_some(Self {
            low: value,
            high: value,
            low_open: false,
            high_open: false,
        })
    }

    fn closed(low: f64, high: f64) -> Self {
        Self { low, high, low_open: false, high_open: false }
    }

    fn valid(self) -> Option<Self> {
        (!self.low.is_nan() && !self.high.is_nan() && self.low <= self.high)
            .then_some(self)
    }

    /// An increasing function of it.
    fn increasing(self, function: impl Fn(f64) -> f64) -> Option<Self> {
        Self { low: function(self.low), high: function(self.high), ..self }.valid()
    }

    fn negated(self) -> Self {
        Self {
            low: -self.high,
            high: -self.low,
            low_open: self.high_open,
            high_open: self.low_open,
        }
    }

    fn plus(self, other: Self) -> Option<Self> {
        Self {
            low: self.low + other.low,
            high: self.high + other.high,
            low_open: self.low_open || other.low_open,
            high_open: self.high_open || other.high_open,
        }
        .valid()
    }

    fn times(self, other: Self) -> Option<Self> {
        let corner = |(a, a_open): (f64, bool), (b, b_open): (f64, bool)| {
            if a == 0.0 && !a_open || b == 0.0 && !b_open {
                (0.0, false)
            } else if a == 0.0 || b == 0.0 {
                (0.0, true)
            } else {
                (a * b, a_open || b_open)
            }
        };
        let (a, b) = (self.both(), other.both());
        let corners =
            [corner(a.0, b.0), corner(a.0, b.1), corner(a.1, b.0), corner(a.1, b.1)];
        let mut low = (f64::INFINITY, true);
        let mut high = (f64::NEG_INFINITY, true);
        for (value, open) in corners {
            if value.is_nan() {
                return None;
            }
            if value < low.0 || value == low.0 && !open {
                low = (value, open);
            }
            if value > high.0 || value == high.0 && !open {
                high = (value, open);
            }
        }
        Self { low: low.0, high: high.0, low_open: low.1, high_open: high.1 }.valid()
    }

    fn both(self) -> ((f64, bool), (f64, bool)) {
        ((self.low, self.low_open), (self.high, self.high_open))
    }

    fn is_positive(self) -> bool {
        self.low > 0.0 || self.low == 0.0 && self.low_open
    }

    fn reciprocal(self) -> Option<Self> {
        if self.negated().is_positive() {
            return self.negated().reciprocal().map(Self::negated);
        }
        if !self.is_positive() {
            return None;
        }
        Self {
            low: if self.high.is_infinite() { 0.0 } else { self.high.recip() },
            high: if self.low == 0.0 { f64::INFINITY } else { self.low.recip() },
            low_open: self.high_open,
            high_open: self.low_open,
        }
        .valid()
    }

    fn even_power(self, power: impl Fn(f64) -> f64) -> Option<Self> {
        if self.low >= 0.0 {
            self.increasing(power)
        } else if self.high <= 0.0 {
            self.negated().increasing(power)
        } else {
            let side = if -self.low > self.high { self.negated() } else { self };
            Self { low: 0.0, low_open: false, ..side.increasing_high(power) }.valid()
        }
    }

    fn increasing_high(self, function: impl Fn(f64) -> f64) -> Self {
        Self { high: function(self.high), ..self }
    }

    fn sine(self) -> Option<Self> {
        use std::f64::consts::{FRAC_PI_2, PI, TAU};
        if !self.low.is_finite() || !self.high.is_finite() || self.high - self.low >= TAU
        {
            return Some(Self::closed(-1.0, 1.0));
        }
        if self.low.abs().max(self.high.abs()) > 1e6 {
            return Some(Self::closed(-1.0, 1.0));
        }
        let exact = |x: f64| {
            let turns = (x / PI).round();
            if (x - turns * PI).abs() < 1e-12 { 0.0 } else { x.sin() }
        };
        let holds = |place: f64| {
            let next = place + TAU * ((self.low - place) / TAU - 1e-13).ceil();
            next <= self.high + 1e-12
        };
        let (first, last) =
            ((exact(self.low), self.low_open), (exact(self.high), self.high_open));
        let (mut low, mut high) =
            if first.0 < last.0 { (first, last) } else { (last, first) };
        if first.0 == last.0 {
            let open = first.1 && last.1;
            (low, high) = ((first.0, open), (first.0, open));
        }
        if holds(FRAC_PI_2) {
            high = (1.0, false);
        }
        if holds(-FRAC_PI_2) {
            low = (-1.0, false);
        }
        Self { low: low.0, high: high.0, low_open: low.1, high_open: high.1 }.valid()
    }
}

fn of_symbol(assumptions: &Assumptions, symbol: &Symbol) -> Option<Interval> {
    let mut range = None;
    let known = assumptions.implied(symbol);
    for property in &known {
        let entry = range.get_or_insert(Interval::ALL);
        match property {
            Property::Positive => (entry.low, entry.low_open) = (0.0, true),
            Property::Prime => (entry.low, entry.low_open) = (2.0, false),
            Property::NonNegative if entry.low < 0.0 => {
                (entry.low, entry.low_open) = (0.0, false);
            }
            Property::Negative => (entry.high, entry.high_open) = (0.0, true),
            Property::NonPositive if entry.high > 0.0 => {
                (entry.high, entry.high_open) = (0.0, false);
            }
            _ => {}
        }
    }
    if known.iter().all(|it| matches!(it, Property::Complex | Property::NonZero)) {
        range = None;
    }
    for condition in assumptions.conditions() {
        narrow(condition, symbol, &mut range);
    }
    range?.valid()
}

/// Takes what a condition says about a symbol into account.
fn narrow(condition: &Expr, symbol: &Symbol, range: &mut Option<Interval>) {
    if let Node::And(parts) = condition.node() {
        for part in parts.iter() {
            narrow(part, symbol, range);
        }
        return;
    }
    let Node::Relation(relation, left, right) = condition.node() else { return };
    let (other, from_below, open) = match (relation, left.as_symbol(), right.as_symbol())
    {
        (Relation::Greater, Some(name), _) if name == symbol => (right, true, true),
        (Relation::GreaterEqual, Some(name), _) if name == symbol => (right, true, false),
        (Relation::Less, Some(name), _) if name == symbol => (right, false, true),
        (Relation::LessEqual, Some(name), _) if name == symbol => (right, false, false),
        (Relation::Less, _, Some(name)) if name == symbol => (left, true, true),
        (Relation::LessEqual, _, Some(name)) if name == symbol => (left, true, false),
        (Relation::Greater, _, Some(name)) if name == symbol => (left, false, true),
        (Relation::GreaterEqual, _, Some(name)) if name == symbol => (left, false, false),
        _ => return,
    };
    let Some((value, im)) = super::compile::constant_value(other) else { return };
    if im != 0.0 {
        return;
    }
    let range = range.get_or_insert(Interval::ALL);
    if from_below && (value > range.low || value == range.low && open) {
        (range.low, range.low_open) = (value, open);
    } else if !from_below && (value < range.high || value == range.high && open) {
        (range.high, range.high_open) = (value, open);
    }
}

fn interval(assumptions: &Assumptions, expr: &Expr) -> Option<Interval> {
    match expr.node() {
        Node::Number(_) | Node::Decimal(_) => {
            Interval::point(super::compile::constant_value(expr)?.0)
        }
        Node::Constant(Constant::Pi) => Interval::point(std::f64::consts::PI),
        Node::Constant(Constant::E) => Interval::point(std::f64::consts::E),
        Node::Symbol(symbol) => of_symbol(assumptions, symbol),
        Node::Add(terms) => {
            terms.iter().try_fold(Interval::closed(0.0, 0.0), |sum, term| {
                sum.plus(interval(assumptions, term)?)
            })
        }
        Node::Mul(factors) => {
            factors.iter().try_fold(Interval::closed(1.0, 1.0), |product, factor| {
                product.times(interval(assumptions, factor)?)
            })
        }
        Node::Power(base, exponent) => of_power(assumptions, base, exponent),
        Node::Call(function, arguments) => {
            let [argument] = &**arguments else { return None };
            let range = interval(assumptions, argument)?;
            match function {
                Function::Sin => range.sine(),
                Function::Cos => {
                    let quarter = std::f64::consts::FRAC_PI_2;
                    range.plus(Interval::closed(quarter, quarter))?.sine()
                }
                Function::Sinh => range.increasing(f64::sinh),
                Function::Tanh => range.increasing(f64::tanh),
                Function::Atan => range.increasing(f64::atan),
                Function::Asinh => range.increasing(f64::asinh),
                Function::Cosh => {
                    let even = range.even_power(f64::cosh)?;
                    Some(if even.low == 0.0 {
                        Interval { low: 1.0, ..even }
                    } else {
                        even
                    })
                }
                Function::Abs => range.even_power(f64::abs),
                Function::Log if range.is_positive() => range.increasing(f64::ln),
                _ => None,
            }
        }
        _ => None,
    }
}

fn of_power(assumptions: &Assumptions, base: &Expr, exponent: &Expr) -> Option<Interval> {
    if matches!(base.node(), Node::Constant(Constant::E)) {
        let range = interval(assumptions, exponent)?;
        let grown = range.increasing(f64::exp)?;
        return Some(Interval { low_open: grown.low_open || grown.low == 0.0, ..grown });
    }
    let range = interval(assumptions, base)?;
    let number = exponent.as_number()?;
    let power: f64 = super::compile::constant_value(exponent)?.0;
    if power.abs() > 64.0 {
        return None;
    }
    if num_traits::Signed::is_negative(number) {
        return of_power(assumptions, base, &exponent.negate())?.reciprocal();
    }
    if number.is_integer() {
        if (number.numer() % 2u32) == 0u32.into() {
            return range.even_power(|x| x.abs().powf(power));
        }
        return range.increasing(|x| x.abs().powf(power).copysign(x));
    }
    (range.low >= 0.0).then(|| range.increasing(|x| x.powf(power)))?
}

#[cfg(test)]
mod tests {
    use super::*;

    fn between(low: Expr, high: Expr) -> Assumptions {
        let mut assumptions = Assumptions::new();
        let x = Expr::symbol("x");
        assumptions.assume_condition(Expr::relation(Relation::Less, low, x.clone()));
        assumptions.assume_condition(Expr::relation(Relation::Less, x, high));
        assumptions
    }

    #[test]
    fn bounds_give_signs() {
        let x = Expr::symbol("x");
        let sine = Expr::call(Function::Sin, vec![x.clone()]);
        let cosine = Expr::call(Function::Cos, vec![x.clone()]);
        let half = between(Expr::zero(), Expr::pi());
        assert_eq!(sign(&half, &sine), Some(Sign::Positive));
        assert_eq!(sign(&half, &cosine), None);
        let quarter = between(Expr::zero(), Expr::pi() / 2);
        assert_eq!(sign(&quarter, &cosine), Some(Sign::Positive));
        let above = between(Expr::integer(3), Expr::infinity());
        assert_eq!(sign(&above, &(&x - 2)), Some(Sign::Positive));
        assert_eq!(sign(&above, &(&x - 4)), None);
        assert_eq!(sign(&above, &(2 - &x)), Some(Sign::Negative));
        let unit = between(Expr::integer(-1), Expr::one());
        assert_eq!(sign(&unit, &(1 - x.powi(2))), Some(Sign::Positive));
        assert_eq!(sign(&unit, &x.powi(2)), Some(Sign::NonNegative));
        assert_eq!(sign(&unit, &x), None);
    }

    #[test]
    fn values_outside_the_bounds_are_not_admitted() {
        let unit = between(Expr::zero(), Expr::one());
        let x = Symbol::new("x");
        assert_eq!(admits(&unit, &x, &Expr::fraction(1, 2)), Some(true));
        assert_eq!(admits(&unit, &x, &Expr::one()), Some(false));
        assert_eq!(admits(&unit, &x, &Expr::integer(2)), Some(false));
        assert_eq!(admits(&unit, &x, &Expr::i()), Some(false));
    }
}
