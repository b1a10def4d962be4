//! Orthonormal co-frames by completing squares.
//!
//! What is left of the metric after some coordinates are eliminated does not depend on the order in which they were, so
//! the best order is found over sets of coordinates instead of over orders.

use std::collections::BTreeMap;

use holor_algebra::exact::{Element, Field};
use holor_algebra::{BigRational, Constant, Expr, Function, Node};

use crate::metric::{blocks_of, matrix_of};
use crate::minors::{Mask, Rows, members};
use crate::reality::RealSigns;
use crate::{GeometryError, GeometryResult, Metric};

/// Blocks of more coordinates are decomposed in the first order that works.
const LARGEST_SEARCH: usize = 6;
/// What a pair of coordinates costs beside a square.
const PAIR_COST: usize = 8;

/// Which coordinates are eliminated in one step.
#[derive(Clone, Copy, Debug)]
enum Pivot {
    /// `p (dx^k + …)²` with the sign of p decided.
    Square(u8),
    /// `(dx^v + …)(A (dx^v + …) + 2h (dx^n + …))` where `g_nn = 0`.
    Pair(u8, u8),
}

/// The best way on from a set of eliminated coordinates.
type Plan = Option<(usize, Vec<Pivot>)>;

/// The rows `e^A_μ` and the diagonal of η.
pub(super) fn orthonormal_rows(metric: &Metric) -> GeometryResult<(Rows, Box<[i8]>)> {
    let field = metric.chart().field();
    let real = metric.signs()?;
    let matrix = matrix_of(metric.lower());
    let size = matrix.len();
    let mut rows = vec![vec![field.zero(); size]; size];
    let mut signs = vec![1i8; size];
    for block in blocks_of(&matrix) {
        let block = block.iter().fold(0, |mask: Mask, &k| mask | (1 << k));
        let mut search = Search {
            field,
            signs: &real,
            rest: BTreeMap::from([(0, matrix.clone())]),
            plans: BTreeMap::new(),
            undecided: Vec::new(),
            thorough: block.count_ones() as usize <= LARGEST_SEARCH,
        };
        let Some((_, plan)) = search.plan(block, 0)? else {
            return Err(undecided(field, &search.undecided));
        };
        let mut done = 0;
        for pivot in plan {
            let left = block & !done;
            let rest = search.rest_after(done)?;
            done |= place_forms(&real, &rest, left, pivot, &mut rows, &mut signs)?;
        }
    }
    Ok((rows, signs.into()))
}

/// The error that names pivots whose sign is not decided.
fn undecided(field: &Field, pivots: &[Element]) -> GeometryError {
    let mut names: Vec<String> =
        pivots.iter().map(|pivot| field.write(pivot).to_string()).collect();
    names.sort_by_key(|name| (name.len(), name.clone()));
    names.dedup();
    names.truncate(3);
    let reason = if names.is_empty() {
        "no order of completing squares leads to an orthonormal co-frame; give the one-forms".into()
    } else {
        format!(
            "the sign of {} is not decided by the assumptions; assume it positive or negative, or give the one-forms",
            names.join(", of ")
        )
    };
    GeometryError::Invalid { operation: "tetrad", reason }
}

struct Search<'a> {
    field: &'a Field,
    signs: &'a RealSigns,
    /// What is left of the metric, by the set of coordinates eliminated.
    rest: BTreeMap<Mask, Rows>,
    plans: BTreeMap<Mask, Plan>,
    undecided: Vec<Element>,
    thorough: bool,
}

impl Search<'_> {
    /// The cheapest way to eliminate what is left of a block.
    fn plan(&mut self, block: Mask, done: Mask) -> GeometryResult<Plan> {
        if done & block == block {
            return Ok(Some((0, Vec::new())));
        }
        if let Some(plan) = self.plans.get(&done) {
            return Ok(plan.clone());
        }
        let rest = self.rest_after(done)?;
        let mut best: Plan = None;
        for (cost, pivot) in self.pivots(&rest, block & !done) {
            if !self.thorough && best.is_some() {
                break;
            }
            let eliminated = match pivot {
                Pivot::Square(k) => 1 << k,
                Pivot::Pair(v, n) => (1 << v) | (1 << n),
            };
            self.eliminate(&rest, block & !done, done, pivot)?;
            let Some((further, steps)) = self.plan(block, done | eliminated)? else {
                continue;
            };
            let total = cost + further;
            if best.as_ref().is_none_or(|(least, _)| total < *least) {
                let mut all = vec![pivot];
                all.extend(steps);
                best = Some((total, all));
            }
        }
        self.plans.insert(done, best.clone());
        Ok(best)
    }

    fn rest_after(&self, done: Mask) -> GeometryResult<Rows> {
        self.field.poll()?;
        Ok(self.rest.get(&done).cloned().unwrap_or_default())
    }

    /// The pivots of decided sign, the cheapest first.
    fn pivots(&mut self, rest: &Rows, left: Mask) -> Vec<(usize, Pivot)> {
        let mut pivots = Vec::new();
        for k in members(left) {
            let Some(pivot) = entry(rest, k, k) else { continue };
            if pivot.is_zero() {
                for v in members(left) {
                    if let Some(h) = entry(rest, v, k).filter(|h| v != k && !h.is_zero())
                    {
                        let own = entry(rest, v, v).map_or(0, Element::term_count);
                        pivots
                            .push((PAIR_COST + h.term_count() + own, Pivot::Pair(v, k)));
                    }
                }
            } else if is_negative(self.field, self.signs, pivot).is_some() {
                let others: usize = members(left)
                    .filter(|&other| other != k)
                    .filter_map(|other| entry(rest, k, other))
                    .filter(|value| !value.is_zero())
                    .map(|value| value.term_count() + pivot.term_count())
                    .sum();
                pivots.push((pivot.term_count() + others, Pivot::Square(k)));
            } else {
                self.undecided.push(pivot.clone());
            }
        }
        pivots.sort_by_key(|(cost, _)| *cost);
        pivots
    }

    /// Notes what is left after one more pivot.
    fn eliminate(
        &mut self,
        rest: &Rows,
        left: Mask,
        done: Mask,
        pivot: Pivot,
    ) -> GeometryResult<()> {
        let field = self.field;
        let eliminated: Mask = match pivot {
            Pivot::Square(k) => 1 << k,
            Pivot::Pair(v, n) => (1 << v) | (1 << n),
        };
        if self.rest.contains_key(&(done | eliminated)) {
            return Ok(());
        }
        let mut next = rest.clone();
        let others = left & !eliminated;
        for (first, weights) in completed(field, rest, others, pivot)? {
            for b in members(others) {
                let Some(coupling) =
                    entry(rest, first, b).filter(|value| !value.is_zero())
                else {
                    continue;
                };
                for c in members(others) {
                    let Some(weight) = weights.get(&c) else { continue };
                    let correction = field.multiply(coupling, weight);
                    if let Some(value) = next
                        .get_mut(usize::from(b))
                        .and_then(|row| row.get_mut(usize::from(c)))
                    {
                        *value = field.subtract(value, &correction);
                    }
                }
            }
        }
        self.rest.insert(done | eliminated, next);
        Ok(())
    }
}

/// For each eliminated coordinate k the weights w of `θ^k = dx^k + Σ_b w_b dx^b`, that is `P⁻¹ C` for the pivot block P
/// and its couplings C to the other coordinates.
fn completed(
    field: &Field,
    rest: &Rows,
    others: Mask,
    pivot: Pivot,
) -> GeometryResult<Vec<(u8, BTreeMap<u8, Element>)>> {
    let coupling = |k: u8, b: u8| entry(rest, k, b).filter(|value| !value.is_zero());
    match pivot {
        Pivot::Square(k) => {
            let mut weights = BTreeMap::new();
            for b in members(others) {
                if let (Some(c), Some(p)) = (coupling(k, b), entry(rest, k, k)) {
                    weights.insert(b, field.divide(c, p)?);
                }
            }
            Ok(vec![(k, weights)])
        }
        Pivot::Pair(v, n) => {
            let (Some(own), Some(h)) = (entry(rest, v, v), entry(rest, v, n)) else {
                return Ok(Vec::new());
            };
            let (mut first, mut second) = (BTreeMap::new(), BTreeMap::new());
            for b in members(others) {
                let null = match coupling(n, b) {
                    Some(c) => field.divide(c, h)?,
                    None => field.zero(),
                };
                let mut value = match coupling(v, b) {
                    Some(c) => field.divide(c, h)?,
                    None => field.zero(),
                };
                if !null.is_zero() {
                    let shift = field.divide(&field.multiply(own, &null), h)?;
                    value = field.subtract(&value, &shift);
                    first.insert(b, null);
                }
                if !value.is_zero() {
                    second.insert(b, value);
                }
            }
            Ok(vec![(v, first), (n, second)])
        }
    }
}

/// Writes the one-forms of a pivot; gives the set of its coordinates.
fn place_forms(
    real: &RealSigns,
    rest: &Rows,
    left: Mask,
    pivot: Pivot,
    rows: &mut Rows,
    signs: &mut [i8],
) -> GeometryResult<Mask> {
    let field = real.field();
    let size = rows.len();
    let row_of = |k: u8, weights: &BTreeMap<u8, Element>| -> Vec<Element> {
        (0..size)
            .map(|place| match u8::try_from(place) {
                Ok(place) if place == k => field.one(),
                Ok(place) => weights.get(&place).cloned().unwrap_or_else(|| field.zero()),
                Err(_) => field.zero(),
            })
            .collect()
    };
    let mut put = |k: u8, row: Vec<Element>, negative: bool| {
        if let (Some(own), Some(sign)) =
            (rows.get_mut(usize::from(k)), signs.get_mut(usize::from(k)))
        {
            *own = row;
            *sign = if negative { -1 } else { 1 };
        }
    };
    match pivot {
        Pivot::Square(k) => {
            let forms = completed(field, rest, left & !(1 << k), pivot)?;
            let Some(value) = entry(rest, k, k) else { return Ok(1 << k) };
            let negative = is_negative(field, real, value).unwrap_or(false);
            let size = if negative { field.negate(value) } else { value.clone() };
            let root = signed_root(field, real, &size)?;
            for (k, weights) in forms {
                let row = row_of(k, &weights);
                put(k, row.iter().map(|w| field.multiply(&root, w)).collect(), negative);
            }
            Ok(1 << k)
        }
        Pivot::Pair(v, n) => {
            let both = (1 << v) | (1 << n);
            let forms = completed(field, rest, left & !both, pivot)?;
            let (Some(own), Some(h), [(_, first), (_, second)]) =
                (entry(rest, v, v), entry(rest, v, n), forms.as_slice())
            else {
                return Ok(both);
            };
            // α β = ((α + β)/2)² − ((α − β)/2)², β = A θ^v + 2h θ^n.
            let alpha = row_of(v, first);
            let beta: Vec<Element> = alpha
                .iter()
                .zip(row_of(n, second))
                .map(|(a, b)| field.sum_of_products(&[(1, own, a), (2, h, &b)]))
                .collect();
            let half = |sign: i64| -> Vec<Element> {
                let one = field.one();
                let sums = alpha.iter().zip(&beta);
                sums.map(|(a, b)| {
                    field.scale(
                        &field.sum_of_products(&[(1, a, &one), (sign, b, &one)]),
                        1,
                        2,
                    )
                })
                .collect()
            };
            put(v, half(-1), true);
            put(n, half(1), false);
            Ok(both)
        }
    }
}

fn entry(rows: &Rows, row: u8, column: u8) -> Option<&Element> {
    rows.get(usize::from(row))?.get(usize::from(column))
}

/// Whether a value is negative, decided by the assumptions or because it or its opposite is a square.
fn is_negative(field: &Field, real: &RealSigns, value: &Element) -> Option<bool> {
    if let Some(positive) = real.is_positive(value) {
        return Some(!positive);
    }
    if real_root(field, value).is_some() {
        return Some(false);
    }
    real_root(field, &field.negate(value)).map(|_| true)
}

/// A root of a positive value, either sign: without absolute values where it is a square.
fn signed_root(
    field: &Field,
    real: &RealSigns,
    value: &Element,
) -> GeometryResult<Element> {
    match real_root(field, value) {
        Some(root) => Ok(root),
        None => real.sqrt(value),
    }
}

/// A value without new roots whose square is this one, and which is real where its symbols and unknown functions are.
fn real_root(field: &Field, value: &Element) -> Option<Element> {
    let root = half_power(&field.write(value))?;
    if root.any(&mut |part| !is_real_step(part)) {
        return None;
    }
    let root = field.read(&root).ok()?;
    (field.multiply(&root, &root) == *value).then_some(root)
}

/// A square root read off the factors.
fn half_power(expr: &Expr) -> Option<Expr> {
    match expr.node() {
        Node::Number(number) if *number < BigRational::from_integer(0.into()) => None,
        Node::Number(number) => {
            let (top, bottom) = (number.numer().sqrt(), number.denom().sqrt());
            (&top * &top == *number.numer() && &bottom * &bottom == *number.denom())
                .then(|| Expr::rational(BigRational::new(top, bottom)))
        }
        Node::Mul(factors) => {
            let roots: Option<Vec<Expr>> = factors.iter().map(half_power).collect();
            Some(Expr::mul(roots?))
        }
        Node::Power(base, exponent) if *base == Expr::e() => {
            Some(Expr::power(base.clone(), exponent / 2))
        }
        Node::Power(base, exponent) => {
            let half = exponent / 2;
            half.as_integer()?;
            Some(Expr::power(base.clone(), half))
        }
        _ => None,
    }
}

/// Whether a node is real when what it is made of is.
fn is_real_step(part: &Expr) -> bool {
    match part.node() {
        Node::Number(_)
        | Node::Symbol(_)
        | Node::Add(_)
        | Node::Mul(_)
        | Node::Apply(..) => true,
        Node::Constant(constant) => matches!(constant, Constant::Pi | Constant::E),
        Node::Power(base, exponent) => {
            exponent.as_integer().is_some() || *base == Expr::e()
        }
        Node::Call(function, _) => matches!(
            function,
            Function::Sin
                | Function::Cos
                | Function::Tan
                | Function::Sinh
                | Function::Cosh
                | Function::Tanh
                | Function::Derivative
        ),
        _ => false,
    }
}
