//! Signs and realness, decided by the assumptions or not at all.

mod rewritten;

use std::sync::Arc;

use holor_polynomial::{Polynomial, Var};
use num_bigint::BigInt;
use num_traits::{Signed, ToPrimitive};

use super::registry::Kind;
use super::{Element, Field, locked, sign_of};
use crate::{
    Assumptions, Constant, Engine, Expr, Function, Interrupt, Node, Property, Relation,
    Symbol,
};

/// What is known of a real value's sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sign {
    Positive,
    NonNegative,
    Zero,
    NonPositive,
    Negative,
}

impl Sign {
    fn of(value: &BigInt) -> Self {
        match sign_of(value) {
            1 => Self::Positive,
            0 => Self::Zero,
            _ => Self::Negative,
        }
    }

    fn opposite(self) -> Self {
        match self {
            Self::Positive => Self::Negative,
            Self::NonNegative => Self::NonPositive,
            Self::Zero => Self::Zero,
            Self::NonPositive => Self::NonNegative,
            Self::Negative => Self::Positive,
        }
    }

    fn times(self, other: Self) -> Self {
        match (self, other) {
            (Self::Zero, _) | (_, Self::Zero) => Self::Zero,
            (Self::Positive, other) => other,
            (Self::Negative, other) => other.opposite(),
            (other, Self::Positive) => other,
            (other, Self::Negative) => other.opposite(),
            (a, b) if a == b => Self::NonNegative,
            _ => Self::NonPositive,
        }
    }

    fn plus(self, other: Self) -> Option<Self> {
        Some(match (self, other) {
            (Self::Zero, other) | (other, Self::Zero) => other,
            (Self::Positive, Self::Positive | Self::NonNegative)
            | (Self::NonNegative, Self::Positive) => Self::Positive,
            (Self::NonNegative, Self::NonNegative) => Self::NonNegative,
            (Self::Negative, Self::Negative | Self::NonPositive)
            | (Self::NonPositive, Self::Negative) => Self::Negative,
            (Self::NonPositive, Self::NonPositive) => Self::NonPositive,
            _ => return None,
        })
    }
}

/// Where the values of a generator lie.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Range {
    pub(super) real: bool,
    pub(super) sign: Option<Sign>,
    /// Whole numbers below and above all values, and whether they are not reached.
    lower: Option<(i32, bool)>,
    upper: Option<(i32, bool)>,
}

impl Range {
    pub(super) fn unknown() -> Self {
        Self::default()
    }

    pub(super) fn real() -> Self {
        Self { real: true, ..Self::default() }
    }

    pub(super) fn positive() -> Self {
        Self { real: true, sign: Some(Sign::Positive), ..Self::default() }
    }

    pub(super) fn non_negative() -> Self {
        Self { real: true, sign: Some(Sign::NonNegative), ..Self::default() }
    }

    /// The range of twice the value.
    pub(super) fn widened(&self) -> Self {
        let double =
            |bound: Option<(i32, bool)>| bound.map(|(value, open)| (2 * value, open));
        Self { lower: double(self.lower), upper: double(self.upper), ..self.clone() }
    }

    /// The range of the value divided by one of this sign.
    pub(super) fn divided(&self, by: Option<Sign>, real: bool) -> Self {
        let sign = self.sign.zip(by).map(|(a, b)| a.times(b));
        Self { real: self.real && real, sign, lower: None, upper: None }
    }
}

/// What follows from properties such as "positive".
fn by_properties(properties: &[Property]) -> Range {
    use Property as P;
    let has = |wanted: P| properties.contains(&wanted);
    let sign =
        if has(P::Positive) || has(P::Prime) || has(P::NonNegative) && has(P::NonZero) {
            Some(Sign::Positive)
        } else if has(P::Negative) || has(P::NonPositive) && has(P::NonZero) {
            Some(Sign::Negative)
        } else if has(P::NonNegative) {
            Some(Sign::NonNegative)
        } else if has(P::NonPositive) {
            Some(Sign::NonPositive)
        } else {
            None
        };
    let real = sign.is_some()
        || properties
            .iter()
            .any(|p| matches!(p, P::Real | P::Rational | P::Integer | P::Even | P::Odd));
    Range { real, sign, lower: None, upper: None }
}

pub(super) fn of_symbol(assumptions: &Assumptions, symbol: &Symbol) -> Range {
    by_properties(&assumptions.implied(symbol))
}

/// Whether a symbol stands for an integer.
pub(super) fn is_integer(field: &Field, symbol: &Symbol) -> bool {
    use Property as P;
    let whole = |p: &Property| matches!(p, P::Integer | P::Even | P::Odd | P::Prime);
    field.assumptions().of(symbol).iter().any(whole)
}

/// Whether an integer is even, as far as it is declared.
pub(super) fn parity(field: &Field, symbol: &Symbol) -> Option<bool> {
    let properties = field.assumptions().of(symbol);
    if properties.contains(&Property::Even) {
        return Some(true);
    }
    properties.contains(&Property::Odd).then_some(false)
}

/// The range of an unknown function, whose name may carry assumptions.
pub(super) fn of_unknown(
    field: &Field,
    function: &Symbol,
    underived: bool,
    arguments: &[Element],
) -> Range {
    let range = of_symbol(field.assumptions(), function);
    if !range.real || !arguments.iter().all(|argument| is_real(field, argument)) {
        return Range::unknown();
    }
    if underived { range } else { Range::real() }
}

pub(super) fn of_call(field: &Field, function: Function, arguments: &[Element]) -> Range {
    use Function as F;
    let real = arguments.iter().all(|argument| is_real(field, argument));
    match function {
        F::Abs => Range::non_negative(),
        F::Re | F::Im | F::Arg => Range::real(),
        F::Atan
        | F::Asinh
        | F::Floor
        | F::Ceiling
        | F::Sign
        | F::Heaviside
        | F::Min
        | F::Max
        | F::Erf
        | F::Erfc
        | F::Erfi
        | F::Atan2
        | F::Si
        | F::Shi
        | F::AiryAi
        | F::AiryBi
        | F::Cos
        | F::Sin
            if real =>
        {
            Range::real()
        }
        _ => Range::unknown(),
    }
}

/// The ranges of cosine and sine of an angle.
pub(super) fn of_angle(field: &Field, argument: &Element, real: bool) -> (Range, Range) {
    if !real {
        return (Range::unknown(), Range::unknown());
    }
    let plain = Range {
        real: true,
        sign: None,
        lower: Some((-1, false)),
        upper: Some((1, false)),
    };
    let (mut cosine, mut sine) = (plain.clone(), plain);
    if let Some((low, high, open)) = turns(field, argument) {
        let inside = |shift: f64| {
            // Whether [low, high] lies in [n, n + 1] half turns, and which n.
            let start = (low + shift + 1e-12).floor();
            (high + shift <= start + 1.0 + 1e-12).then_some(start)
        };
        let sign = |start: f64| {
            let even = start.rem_euclid(2.0) < 0.5;
            match (even, open) {
                (true, true) => Sign::Positive,
                (true, false) => Sign::NonNegative,
                (false, true) => Sign::Negative,
                (false, false) => Sign::NonPositive,
            }
        };
        if let Some(start) = inside(0.0) {
            sine.sign = Some(sign(start));
            cosine.lower = Some((-1, open));
            cosine.upper = Some((1, open));
        }
        if let Some(start) = inside(0.5) {
            cosine.sign = Some(sign(start));
            sine.lower = Some((-1, open));
            sine.upper = Some((1, open));
        }
    }
    (cosine, sine)
}

/// The ranges of cosh and sinh.
pub(super) fn of_rapidity(
    field: &Field,
    argument: &Element,
    real: bool,
) -> (Range, Range) {
    if !real {
        return (Range::unknown(), Range::unknown());
    }
    let mut cosh = Range::positive();
    cosh.lower = Some((1, false));
    let sinh = Range { sign: sign(field, argument), ..Range::real() };
    (cosh, sinh)
}

/// Bounds of an angle in half turns, and whether they are not reached: for a multiple of one symbol plus a
/// multiple of π.
fn turns(field: &Field, argument: &Element) -> Option<(f64, f64, bool)> {
    if !argument.denominator().factors.is_empty() {
        return None;
    }
    let content = argument.denominator().content.to_f64()?;
    let mut offset = 0.0;
    let mut linear = None;
    for (monomial, coefficient) in argument.numerator().terms() {
        let coefficient = coefficient.to_f64()? / content;
        let [(var, 1)] = monomial.as_slice() else { return None };
        match &field.0.generators.get(*var)?.kind {
            Kind::Constant(Constant::Pi) => offset += coefficient,
            Kind::Symbol(symbol) if linear.is_none() => {
                linear = Some((symbol.clone(), coefficient));
            }
            _ => return None,
        }
    }
    let (symbol, coefficient) = linear?;
    let (low, high, open) = bounds(field.assumptions(), &symbol)?;
    let (a, b) = (low * coefficient + offset, high * coefficient + offset);
    Some((a.min(b), a.max(b), open))
}

/// Numbers between which a symbol lies by the conditions, divided by π, and whether neither is reached.
fn bounds(assumptions: &Assumptions, symbol: &Symbol) -> Option<(f64, f64, bool)> {
    let properties = assumptions.of(symbol);
    let at_zero = |strict, weak| match properties {
        known if known.contains(&strict) => Some((0.0, true)),
        known if known.contains(&weak) => Some((0.0, false)),
        _ => None,
    };
    let mut low = at_zero(Property::Positive, Property::NonNegative);
    let mut high = at_zero(Property::Negative, Property::NonPositive);
    for (relation, left, right) in relations(assumptions) {
        let open = matches!(relation, Relation::Less | Relation::Greater);
        let upward = matches!(relation, Relation::Less | Relation::LessEqual);
        let (bound, from_above) = if left.as_symbol() == Some(symbol) {
            (in_half_turns(&right), upward)
        } else if right.as_symbol() == Some(symbol) {
            (in_half_turns(&left), !upward)
        } else {
            continue;
        };
        let Some(bound) = bound else { continue };
        if from_above {
            if high.is_none_or(|(known, _)| bound < known) {
                high = Some((bound, open));
            }
        } else if low.is_none_or(|(known, _)| bound > known) {
            low = Some((bound, open));
        }
    }
    let ((low, low_open), (high, high_open)) = (low?, high?);
    Some((low, high, low_open && high_open))
}

/// A number divided by π; exact for small rational multiples of π.
fn in_half_turns(expr: &Expr) -> Option<f64> {
    if expr.is_zero() {
        return Some(0.0);
    }
    if !expr.is_numeric_constant() {
        return None;
    }
    let (re, im) = constant_value(&(expr / Expr::pi()))?;
    (im == 0.0).then_some(re)
}

/// The order relations among the conditions.
fn relations(assumptions: &Assumptions) -> Vec<(Relation, Expr, Expr)> {
    let mut found = Vec::new();
    let mut pending: Vec<Expr> = assumptions.conditions().iter().rev().cloned().collect();
    while let Some(condition) = pending.pop() {
        match condition.node() {
            Node::And(items) => pending.extend(items.iter().rev().cloned()),
            Node::Relation(
                relation @ (Relation::Less
                | Relation::LessEqual
                | Relation::Greater
                | Relation::GreaterEqual),
                left,
                right,
            ) => found.push((*relation, left.clone(), right.clone())),
            _ => {}
        }
    }
    found
}

/// What the conditions say about polynomials in the generators.
#[derive(Debug, Default)]
pub(super) struct Facts {
    signs: Vec<(Polynomial, Sign)>,
    /// A generator and a bound: it is the bound plus or minus something positive.
    shifts: Vec<Shift>,
}

#[derive(Clone, Debug)]
struct Shift {
    var: Var,
    bound: Polynomial,
    upward: bool,
    sign: Sign,
}

/// The facts, read from the conditions once.
fn facts(field: &Field) -> Arc<Facts> {
    if let Some(facts) = locked(&field.0.facts).clone() {
        return facts;
    }
    let _growing = field.grow();
    if let Some(facts) = locked(&field.0.facts).clone() {
        return facts;
    }
    // Reading the conditions may ask for signs: those see no facts.
    *locked(&field.0.facts) = Some(Arc::default());
    let mut facts = Facts::default();
    for (relation, left, right) in relations(field.assumptions()) {
        let (Ok(left), Ok(right)) = (field.read(&left), field.read(&right)) else {
            continue;
        };
        let difference = match relation {
            Relation::Less | Relation::LessEqual => field.subtract(&right, &left),
            _ => field.subtract(&left, &right),
        };
        let strict = matches!(relation, Relation::Less | Relation::Greater);
        let sign = if strict { Sign::Positive } else { Sign::NonNegative };
        learn(field, &difference, sign, &mut facts);
    }
    let facts = Arc::new(facts);
    if field.poll().is_err() {
        *locked(&field.0.facts) = None;
        return facts;
    }
    *locked(&field.0.facts) = Some(Arc::clone(&facts));
    facts
}

/// The polynomials whose signs the conditions tell.
pub(super) fn known_signs(field: &Field) -> Vec<(Polynomial, Sign)> {
    facts(field).signs.clone()
}

/// Notes the sign of the only factor whose sign is not known otherwise.
fn learn(field: &Field, element: &Element, sign: Sign, facts: &mut Facts) {
    let factored = field.factored(element.numerator());
    let mut rest = sign.times(Sign::of(&factored.content));
    let mut unknown = Vec::new();
    let below = element.denominator().factors.iter();
    for (factor, exponent) in factored.factors.iter().chain(below) {
        match polynomial_sign(field, factor.polynomial(), facts) {
            Some(sign @ (Sign::Positive | Sign::Negative)) if exponent % 2 == 1 => {
                rest = rest.times(sign);
            }
            _ if exponent % 2 == 1 => unknown.push(factor.polynomial().clone()),
            _ => {}
        }
    }
    let [polynomial] = unknown.as_slice() else { return };
    facts.signs.push((polynomial.clone(), rest));
    // p = ±v + c with p of known sign bounds v.
    for &var in polynomial.variables() {
        let free = field.0.generators.get(var).is_some_and(|generator| {
            matches!(
                generator.kind,
                Kind::Symbol(_)
                    | Kind::Jet { .. }
                    | Kind::Call { .. }
                    | Kind::Expression(_)
            )
        });
        if !free || polynomial.degree(var) != 1 {
            continue;
        }
        let slope = polynomial.derivative(var).as_integer();
        let Some(slope) = slope.filter(|slope| slope.abs() == BigInt::from(1)) else {
            continue;
        };
        let term = Polynomial::monomial(slope.clone(), &[(var, 1)]);
        let constant = polynomial.subtract(&term);
        let bound = if slope.is_positive() { constant.negate() } else { constant };
        let signed = rest.times(Sign::of(&slope));
        let (upward, sign) = match signed {
            Sign::Positive | Sign::NonNegative => (true, signed),
            Sign::Negative | Sign::NonPositive => (false, signed.opposite()),
            Sign::Zero => continue,
        };
        facts.shifts.push(Shift { var, bound, upward, sign });
    }
}

/// Stand-ins for positive differences have numbers from here on.
const STAND_IN: Var = 0xF000_0000;
/// How many bounds are combined.
const DEPTH: u32 = 3;
/// Larger polynomials are not tried with bounds.
const LARGE: usize = 80;

/// A question about signs, with the stand-ins made so far.
struct Question<'a> {
    field: &'a Field,
    facts: &'a Facts,
    stand_ins: Vec<Sign>,
}

impl Question<'_> {
    fn range(&self, var: Var) -> Range {
        if let Some(index) = var.checked_sub(STAND_IN) {
            let sign = self.stand_ins.get(index as usize).copied();
            return Range { real: true, sign, ..Range::default() };
        }
        self.field.0.generators.get(var).map_or_else(Range::default, |g| g.range.clone())
    }

    /// The sign if all terms agree.
    fn by_terms(&self, polynomial: &Polynomial) -> Option<Sign> {
        let mut total = Sign::Zero;
        for (monomial, coefficient) in polynomial.terms() {
            let mut sign = Sign::of(&coefficient);
            for (var, exponent) in monomial {
                let range = self.range(var);
                let own = range.sign;
                sign = sign.times(match (exponent % 2 == 0, own) {
                    (true, Some(Sign::Positive | Sign::Negative)) => Sign::Positive,
                    (true, _) if range.real => Sign::NonNegative,
                    (false, Some(own)) => own,
                    _ => return None,
                });
            }
            total = total.plus(sign)?;
        }
        Some(total)
    }

    fn irreducible(&mut self, polynomial: &Polynomial, depth: u32) -> Option<Sign> {
        if let Some(sign) = self.by_terms(polynomial) {
            return Some(sign);
        }
        let opposite = polynomial.negate();
        for (known, sign) in &self.facts.signs {
            if known == polynomial {
                return Some(*sign);
            }
            if *known == opposite {
                return Some(sign.opposite());
            }
        }
        if let Some(sign) = self.by_conjugate(polynomial, depth) {
            return Some(sign);
        }
        if depth == 0 || polynomial.term_count() > LARGE || self.field.poll().is_err() {
            return None;
        }
        if let Some(sign) = self.by_discriminant(polynomial, depth) {
            return Some(sign);
        }
        if let Some(sign) = self.by_other_square(polynomial, depth) {
            return Some(sign);
        }
        for &var in polynomial.variables() {
            let range = self.range(var);
            let mut shifts: Vec<Shift> = self
                .facts
                .shifts
                .iter()
                .filter(|shift| shift.var == var)
                .cloned()
                .collect();
            for (bound, upward) in [(range.lower, true), (range.upper, false)] {
                let Some((value, open)) = bound else { continue };
                let sign = if open { Sign::Positive } else { Sign::NonNegative };
                let bound = Polynomial::integer(value);
                shifts.push(Shift { var, bound, upward, sign });
            }
            for shift in shifts {
                let Ok(number) = Var::try_from(self.stand_ins.len()) else { return None };
                let rho = Polynomial::variable(STAND_IN.saturating_add(number));
                let value = if shift.upward {
                    shift.bound.add(&rho)
                } else {
                    shift.bound.subtract(&rho)
                };
                self.stand_ins.push(shift.sign);
                let shifted = polynomial.substitute(var, &value);
                let found = self.irreducible(&shifted, depth - 1);
                self.stand_ins.pop();
                if found.is_some() {
                    return found;
                }
            }
        }
        None
    }

    /// `A v² + B v + C` with real v is above 0 if A is and 4AC − B² too.
    fn by_discriminant(&mut self, polynomial: &Polynomial, depth: u32) -> Option<Sign> {
        for &var in polynomial.variables() {
            if polynomial.degree(var) != 2 || !self.range(var).real {
                continue;
            }
            let mut parts = [Polynomial::zero(), Polynomial::zero(), Polynomial::zero()];
            for (exponent, coefficient) in polynomial.coefficients_in(var) {
                *parts.get_mut(exponent as usize)? = coefficient;
            }
            let [c, b, a] = parts;
            let real = |p: &Polynomial| p.variables().iter().all(|&v| self.range(v).real);
            if !real(&a) || !real(&b) || !real(&c) {
                continue;
            }
            let four = BigInt::from(4);
            let difference = a.multiply(&c).scale(&four).subtract(&b.multiply(&b));
            let difference = self.field.reduce(&difference).unwrap_or(difference);
            let leading = self.product(&a, depth.saturating_sub(1));
            let leading =
                leading.filter(|sign| matches!(sign, Sign::Positive | Sign::Negative));
            let Some(leading) = leading else { continue };
            match self.product(&difference, depth.saturating_sub(1)) {
                Some(Sign::Positive) => return Some(leading),
                Some(Sign::NonNegative | Sign::Zero) => {
                    return Some(leading.times(Sign::NonNegative));
                }
                _ => {}
            }
        }
        None
    }

    /// `A + B u` with `u² = P` and signs of A and B u known: if they differ, that of `A² − B² P` decides.
    fn by_conjugate(&mut self, polynomial: &Polynomial, depth: u32) -> Option<Sign> {
        let field = self.field;
        let generators = &field.0.generators;
        let var = polynomial.variables().iter().rev().copied().find(|&var| {
            var < STAND_IN
                && generators.relation(var).is_some_and(|r| r.degree == 2 && r.pure)
        })?;
        let root = self.range(var).sign?;
        let mut parts = [Polynomial::zero(), Polynomial::zero()];
        for (exponent, coefficient) in polynomial.coefficients_in(var) {
            *parts.get_mut(exponent as usize)? = coefficient;
        }
        let [constant, linear] = parts;
        let first = self.product(&constant, depth.min(1))?;
        let second = self.product(&linear, depth.min(1))?.times(root);
        if let Some(sign) = first.plus(second) {
            return Some(sign);
        }
        let relation = generators.relation(var)?;
        let square = linear.multiply(&linear).multiply(&relation.tail);
        let difference = constant.multiply(&constant).subtract(&square);
        let difference = field.reduce(&difference).unwrap_or(difference);
        let larger = self.product(&difference, depth.min(1))?;
        Some(first.times(larger)).filter(|_| {
            matches!(first, Sign::Positive | Sign::Negative)
                && !matches!(larger, Sign::Zero)
        })
    }

    /// The sign of any polynomial, by its factors.
    fn product(&mut self, polynomial: &Polynomial, depth: u32) -> Option<Sign> {
        if let Some(sign) = self.by_terms(polynomial) {
            return Some(sign);
        }
        let factored = self.field.factored(polynomial);
        let mut total = Sign::of(&factored.content);
        for (factor, exponent) in &factored.factors {
            let mut sign = self.irreducible(factor.polynomial(), depth);
            if exponent % 2 == 0 {
                let real = factor
                    .polynomial()
                    .variables()
                    .iter()
                    .all(|&var| self.range(var).real);
                sign = match sign {
                    Some(Sign::Positive | Sign::Negative) => Some(Sign::Positive),
                    _ if real => Some(Sign::NonNegative),
                    _ => None,
                };
            }
            total = total.times(sign?);
        }
        Some(total)
    }
}

fn polynomial_sign(
    field: &Field,
    polynomial: &Polynomial,
    facts: &Facts,
) -> Option<Sign> {
    let mut question = Question { field, facts, stand_ins: Vec::new() };
    if let Some(sign) = question.by_terms(polynomial) {
        return Some(sign);
    }
    if let Some((re, im)) = numeric_polynomial(field, polynomial) {
        if im.abs() > 1e-12 * re.abs() {
            return None;
        }
        return Some(if re > 0.0 { Sign::Positive } else { Sign::Negative });
    }
    question.product(polynomial, DEPTH)
}

/// The sign of a value, as far as the assumptions decide it.
pub(super) fn sign(field: &Field, a: &Element) -> Option<Sign> {
    if a.is_zero() {
        return Some(Sign::Zero);
    }
    if let Some(number) = a.as_rational() {
        return Some(Sign::of(number.numer()));
    }
    let facts = facts(field);
    let mut sign = polynomial_sign(field, a.numerator(), &facts)?;
    for (factor, exponent) in &a.denominator().factors {
        let own = polynomial_sign(field, factor.polynomial(), &facts);
        let real = || {
            factor.polynomial().variables().iter().all(|&var| real_generator(field, var))
        };
        sign = match own {
            // What stands in a denominator is not 0.
            Some(own) if exponent % 2 == 1 => sign.times(match own {
                Sign::NonNegative => Sign::Positive,
                Sign::NonPositive => Sign::Negative,
                own => own,
            }),
            _ if exponent % 2 == 0 && real() => sign,
            _ => return None,
        };
    }
    Some(sign)
}

pub(super) fn is_positive(field: &Field, a: &Element) -> Option<bool> {
    match sign(field, a)? {
        Sign::Positive => Some(true),
        Sign::Negative => Some(false),
        Sign::NonNegative | Sign::NonPositive | Sign::Zero => None,
    }
}

pub(super) fn is_positive_unless_zero(field: &Field, a: &Element) -> Option<bool> {
    match sign(field, a)? {
        Sign::Positive | Sign::NonNegative => Some(true),
        Sign::Negative | Sign::NonPositive => Some(false),
        Sign::Zero => None,
    }
}

fn real_generator(field: &Field, var: Var) -> bool {
    field.0.generators.get(var).is_some_and(|generator| generator.range.real)
}

/// Whether it is certainly real.
pub(super) fn is_real(field: &Field, a: &Element) -> bool {
    a.variables().into_iter().all(|var| real_generator(field, var))
}

/// The value of a number, unless it is too close to 0 to tell.
pub(super) fn numeric(field: &Field, a: &Element) -> Option<(f64, f64)> {
    if !a.denominator().factors.is_empty() {
        return None;
    }
    let content = a.denominator().content.to_f64()?;
    let (re, im) = numeric_polynomial(field, a.numerator())?;
    Some((re / content, im / content))
}

fn numeric_polynomial(field: &Field, polynomial: &Polynomial) -> Option<(f64, f64)> {
    let mut values = Vec::new();
    for &var in polynomial.variables() {
        let generator = field.0.generators.get(var)?;
        if !generator.meaning.is_numeric_constant() {
            return None;
        }
        values.push((var, constant_value(&generator.meaning)?));
    }
    let (mut re, mut im, mut size) = (0.0, 0.0, 0.0);
    for (monomial, coefficient) in polynomial.terms() {
        let mut term = (coefficient.to_f64()?, 0.0);
        for (var, exponent) in monomial {
            let (_, (a, b)) = values.iter().find(|(found, _)| *found == var)?;
            for _ in 0..exponent {
                term = (term.0 * a - term.1 * b, term.0 * b + term.1 * a);
            }
        }
        re += term.0;
        im += term.1;
        size += term.0.hypot(term.1);
    }
    (re.hypot(im) > 1e-9 * size && size.is_finite()).then_some((re, im))
}

fn constant_value(expr: &Expr) -> Option<(f64, f64)> {
    let engine = Engine::new(Assumptions::new(), Interrupt::new());
    let (re, im) = engine.compile(expr, &[]).ok()?.evaluate_complex(&[]);
    (re.is_finite() && im.is_finite()).then_some((re, im))
}
