//! Random points that respect the assumptions, and comparisons at them.

use symplex::num_complex::Complex64;

use crate::engine::bounds;
use crate::engine::tape::Tape;
use crate::{Assumptions, Expr, Function, Node, Property, Relation, Symbol};

/// What a check found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Everything that was compared agreed, and it was enough to mean something.
    Confirmed,
    /// Nothing could be compared, or the numbers are no evidence.
    Undecided,
    /// Proven different, at this place.
    Refuted(String),
}

/// Points at which two sides are compared.
const TRIES: usize = 24;
/// Agreement at so many points is enough.
const ENOUGH: usize = 6;
/// Relative difference that counts as agreement.
const CLOSE: f64 = 1e-7;
/// Relative difference that rounding does not explain, when both sides are well conditioned there.
const FAR: f64 = 1e-5;

/// A deterministic source of points for some symbols.
pub(super) struct Points {
    domains: Vec<Domain>,
    /// The numbers that conditions keep each symbol between.
    ranges: Vec<Option<(f64, f64)>>,
    names: Vec<Symbol>,
    conditions: Vec<(Relation, Tape, Tape)>,
    state: u64,
}

/// So many points are drawn for one that fulfils the assumed conditions.
const DRAWS: usize = 60;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Domain {
    Complex,
    Real,
    Positive,
    Negative,
    Integer,
    PositiveInteger,
    Even,
    Odd,
    Prime,
}

impl Points {
    pub(super) fn new(assumptions: &Assumptions, symbols: &[Symbol]) -> Self {
        let domains =
            symbols.iter().map(|symbol| domain(&assumptions.implied(symbol))).collect();
        let conditions = compiled(assumptions.conditions(), symbols);
        let ranges =
            symbols.iter().map(|symbol| bounds::ends(assumptions, symbol)).collect();
        Self {
            domains,
            ranges,
            names: symbols.to_vec(),
            conditions,
            state: 0x9E37_79B9_7F4A_7C15,
        }
    }

    /// The same, with every unrestricted symbol on the real line.
    pub(super) fn on_reals(mut self) -> Self {
        for domain in &mut self.domains {
            if *domain == Domain::Complex {
                *domain = Domain::Real;
            }
        }
        self
    }

    fn uniform(&mut self) -> f64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^= mixed >> 31;
        #[expect(
            clippy::cast_precision_loss,
            reason = "53 random bits are what is wanted"
        )]
        let value = (mixed >> 11) as f64 / (1u64 << 53) as f64;
        value
    }

    /// The next point; the first ones of unrestricted symbols are real, of both signs.
    pub(super) fn next(&mut self, index: usize) -> Vec<Complex64> {
        let mut point = self.draw(index);
        for _ in 0..DRAWS {
            if self.is_allowed(&point) {
                break;
            }
            point = self.draw(index);
        }
        point
    }

    /// Whether the point fulfils the assumed conditions.
    pub(super) fn is_allowed(&self, point: &[Complex64]) -> bool {
        let mut registers = Vec::new();
        self.conditions.iter().all(|(relation, left, right)| {
            let left = left.run_complex(point, &mut registers);
            let right = right.run_complex(point, &mut registers);
            let ordered = left.im == 0.0 && right.im == 0.0;
            match relation {
                Relation::Equal => left == right,
                Relation::NotEqual => left != right,
                Relation::Less => ordered && left.re < right.re,
                Relation::LessEqual => ordered && left.re <= right.re,
                Relation::Greater => ordered && left.re > right.re,
                Relation::GreaterEqual => ordered && left.re >= right.re,
            }
        })
    }

    fn draw(&mut self, index: usize) -> Vec<Complex64> {
        let domains: Vec<_> =
            self.domains.iter().copied().zip(self.ranges.clone()).collect();
        domains
            .into_iter()
            .map(|(domain, range)| {
                let scale = 0.15 + 2.6 * self.uniform();
                let sign = if self.uniform() < 0.5 { -1.0 } else { 1.0 };
                let whole = (1.0 + 6.0 * self.uniform()).floor();
                let share = scale / 2.9;
                let within = match range {
                    Some((low, high)) if low.is_finite() && high.is_finite() => {
                        Some(low + (high - low) * share)
                    }
                    Some((low, _)) if low.is_finite() => Some(low + scale),
                    Some((_, high)) if high.is_finite() => Some(high - scale),
                    _ => None,
                };
                match domain {
                    Domain::Complex
                    | Domain::Real
                    | Domain::Positive
                    | Domain::Negative
                        if within.is_some() =>
                    {
                        within.unwrap_or(scale).into()
                    }
                    Domain::Complex if index % 3 == 2 => {
                        Complex64::new(sign * scale, 2.4 * (self.uniform() - 0.5))
                    }
                    Domain::Complex | Domain::Real => (sign * scale).into(),
                    Domain::Positive => scale.into(),
                    Domain::Negative => (-scale).into(),
                    Domain::Integer => (sign * whole).into(),
                    Domain::PositiveInteger => whole.into(),
                    Domain::Even => (2.0 * sign * whole).into(),
                    Domain::Odd => (sign * (2.0 * whole - 1.0)).into(),
                    Domain::Prime => [2.0, 3.0, 5.0, 7.0, 11.0, 13.0]
                        .into_iter()
                        .nth((scale * 2.0) as usize)
                        .unwrap_or(2.0)
                        .into(),
                }
            })
            .collect()
    }

    pub(super) fn show(&self, point: &[Complex64]) -> String {
        let parts: Vec<String> = self
            .names
            .iter()
            .zip(point)
            .map(|(name, value)| {
                if value.im == 0.0 {
                    format!("{name} = {:.4}", value.re)
                } else {
                    format!("{name} = {:.4}{:+.4}i", value.re, value.im)
                }
            })
            .collect();
        if parts.is_empty() { "its value".into() } else { parts.join(", ") }
    }

    /// Compares two programs: a refutation needs a difference that stays when the point moves a little,
    /// so that neither cancellation nor a branch cut through the point is mistaken for one.
    pub(super) fn compare(&mut self, left: &Tape, right: &Tape) -> Verdict {
        let (mut a, mut b) = (Vec::new(), Vec::new());
        let mut agreed = 0;
        let mut differing = Vec::new();
        for index in 0..TRIES {
            if agreed >= ENOUGH {
                break;
            }
            let point = self.next(index);
            let value = left.run_complex(&point, &mut a);
            let other = right.run_complex(&point, &mut b);
            match distance(value, other) {
                Some(distance) if distance < CLOSE => agreed += 1,
                Some(distance) if distance > FAR => {
                    let certain = is_stable(left, &point, value, &mut a)
                        && is_stable(right, &point, other, &mut b);
                    if certain {
                        differing.push(point);
                    }
                }
                _ => {}
            }
            if self.domains.is_empty() {
                break;
            }
            if differing.len() >= 2 {
                break;
            }
        }
        let needed = if self.domains.is_empty() { 1 } else { 2 };
        match differing.first() {
            Some(point) if differing.len() >= needed => {
                Verdict::Refuted(self.show(point))
            }
            _ if agreed >= needed => Verdict::Confirmed,
            _ => Verdict::Undecided,
        }
    }
}

/// The conditions between these symbols, as programs.
fn compiled(conditions: &[Expr], symbols: &[Symbol]) -> Vec<(Relation, Tape, Tape)> {
    let mut programs = Vec::new();
    let mut stack: Vec<&Expr> = conditions.iter().collect();
    while let Some(condition) = stack.pop() {
        match condition.node() {
            Node::And(items) => stack.extend(items.iter()),
            Node::Relation(relation, left, right) => {
                if let (Ok(left), Ok(right)) =
                    (Tape::compile(left, symbols), Tape::compile(right, symbols))
                {
                    programs.push((*relation, left, right));
                }
            }
            _ => {}
        }
    }
    programs
}

/// Relative distance of two finite numbers.
pub(super) fn distance(a: Complex64, b: Complex64) -> Option<f64> {
    let finite = |z: Complex64| z.re.is_finite() && z.im.is_finite();
    if !finite(a) || !finite(b) {
        return None;
    }
    let scale = a.norm().max(b.norm()).max(1e-9);
    Some((a - b).norm() / scale)
}

/// Whether the value hardly changes when the point moves by rounding-sized steps.
fn is_stable(
    tape: &Tape,
    point: &[Complex64],
    value: Complex64,
    registers: &mut Vec<Complex64>,
) -> bool {
    let moved: Vec<Complex64> = point
        .iter()
        .map(|z| if z.im == 0.0 && z.re.fract() == 0.0 { *z } else { z * (1.0 + 1e-11) })
        .collect();
    let near = tape.run_complex(&moved, registers);
    distance(value, near).is_some_and(|distance| distance < 1e-7)
}

fn domain(properties: &[Property]) -> Domain {
    let has = |property| properties.contains(&property);
    let whole = has(Property::Integer);
    if has(Property::Prime) {
        Domain::Prime
    } else if has(Property::Even) {
        Domain::Even
    } else if has(Property::Odd) {
        Domain::Odd
    } else if whole && (has(Property::Positive) || has(Property::NonNegative)) {
        Domain::PositiveInteger
    } else if whole {
        Domain::Integer
    } else if has(Property::Positive) || has(Property::NonNegative) {
        Domain::Positive
    } else if has(Property::Negative) || has(Property::NonPositive) {
        Domain::Negative
    } else if has(Property::Real) || has(Property::Rational) {
        Domain::Real
    } else {
        Domain::Complex
    }
}

/// Whether an expression is 0 at random points, measured against the size of its terms.
pub(super) fn vanishing(mut points: Points, expr: &Expr) -> Verdict {
    let terms: Vec<Expr> = match expr.node() {
        Node::Add(terms) => terms.to_vec(),
        _ if expr.is_zero() => return Verdict::Confirmed,
        _ => vec![expr.clone(), Expr::one()],
    };
    let sizes = terms.into_iter().map(|term| Expr::call(Function::Abs, vec![term]));
    let symbols = points.names.clone();
    let (Ok(value), Ok(size)) =
        (Tape::compile(expr, &symbols), Tape::compile(&Expr::add(sizes), &symbols))
    else {
        return Verdict::Undecided;
    };
    let (mut registers, mut zeros, mut others) = (Vec::new(), 0, Vec::new());
    for index in 0..TRIES {
        if zeros >= ENOUGH || others.len() >= ENOUGH {
            break;
        }
        let point = points.next(index);
        let size = size.run_complex(&point, &mut registers);
        let result = value.run_complex(&point, &mut registers);
        let ratio = result.norm() / size.norm();
        if ratio.is_finite() && ratio < CLOSE {
            zeros += 1;
        } else if ratio.is_finite()
            && ratio > 1e-3
            && is_stable(&value, &point, result, &mut registers)
        {
            others.push(point);
        } else if size.norm() == 0.0 && result.norm() == 0.0 {
            zeros += 1;
        }
        if points.domains.is_empty() {
            break;
        }
    }
    let needed = if points.domains.is_empty() { 1 } else { 2 };
    match others.first() {
        // A solution may hold for some values of the parameters only, such as y ≥ 0 in √x = y.
        Some(point) if others.len() >= needed && zeros == 0 => {
            Verdict::Refuted(points.show(point))
        }
        _ if zeros >= needed => Verdict::Confirmed,
        _ => Verdict::Undecided,
    }
}
