//! Orthonormal co-frames by completing squares.
//!
//! What is left of the metric after some coordinates are eliminated does not depend on the order in which they were, so
//! the best order is found over sets of coordinates instead of over orders.

use std::collections::BTreeMap;

use holor_algebra::exact::{Element, Field};

use super::roots::{is_negative, roots_of};
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
    let mut squares = Vec::new();
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
            done |= match pivot {
                Pivot::Square(k) => {
                    let size =
                        place_square(&real, &rest, left, k, &mut rows, &mut signs)?;
                    squares.push((usize::from(k), size));
                    1 << k
                }
                Pivot::Pair(v, n) => {
                    place_pair(field, &rest, left, (v, n), &mut rows, &mut signs)?;
                    (1 << v) | (1 << n)
                }
            };
        }
    }
    for (place, root) in roots_of(&real, squares)? {
        for entry in rows.get_mut(place).into_iter().flatten() {
            *entry = field.multiply(&root, entry);
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
            } else if is_negative(self.signs, pivot).is_some() {
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

/// The row of `dx^k + Σ_b w_b dx^b`.
fn row_of(
    field: &Field,
    size: usize,
    k: u8,
    weights: &BTreeMap<u8, Element>,
) -> Vec<Element> {
    let mut row = vec![field.zero(); size];
    for (place, value) in
        std::iter::once((k, &field.one())).chain(weights.iter().map(|(b, w)| (*b, w)))
    {
        if let Some(entry) = row.get_mut(usize::from(place)) {
            *entry = value.clone();
        }
    }
    row
}

/// Writes a row and its sign.
fn put(rows: &mut Rows, signs: &mut [i8], k: u8, row: Vec<Element>, negative: bool) {
    let place = usize::from(k);
    if let (Some(own), Some(sign)) = (rows.get_mut(place), signs.get_mut(place)) {
        *own = row;
        *sign = if negative { -1 } else { 1 };
    }
}

/// Writes the completed square of a pivot and gives the pivot's size, of which the root is still to be taken.
fn place_square(
    real: &RealSigns,
    rest: &Rows,
    left: Mask,
    k: u8,
    rows: &mut Rows,
    signs: &mut [i8],
) -> GeometryResult<Element> {
    let field = real.field();
    let size = rows.len();
    for (k, weights) in completed(field, rest, left & !(1 << k), Pivot::Square(k))? {
        put(rows, signs, k, row_of(field, size, k, &weights), false);
    }
    let Some(value) = entry(rest, k, k) else { return Ok(field.one()) };
    if is_negative(real, value) == Some(true) {
        if let Some(sign) = signs.get_mut(usize::from(k)) {
            *sign = -1;
        }
        return Ok(field.negate(value));
    }
    Ok(value.clone())
}

/// Writes the two one-forms of a pair: `α β = ((α + β)/2)² − ((α − β)/2)²`, `β = A θ^v + 2h θ^n`.
fn place_pair(
    field: &Field,
    rest: &Rows,
    left: Mask,
    (v, n): (u8, u8),
    rows: &mut Rows,
    signs: &mut [i8],
) -> GeometryResult<()> {
    let size = rows.len();
    let both = (1 << v) | (1 << n);
    let forms = completed(field, rest, left & !both, Pivot::Pair(v, n))?;
    let (Some(own), Some(h), [(_, first), (_, second)]) =
        (entry(rest, v, v), entry(rest, v, n), forms.as_slice())
    else {
        return Ok(());
    };
    let alpha = row_of(field, size, v, first);
    let beta: Vec<Element> = alpha
        .iter()
        .zip(row_of(field, size, n, second))
        .map(|(a, b)| field.sum_of_products(&[(1, own, a), (2, h, &b)]))
        .collect();
    let one = field.one();
    let half = |sign: i64| -> Vec<Element> {
        let sums = alpha.iter().zip(&beta);
        sums.map(|(a, b)| {
            field.scale(&field.sum_of_products(&[(1, a, &one), (sign, b, &one)]), 1, 2)
        })
        .collect()
    };
    put(rows, signs, v, half(-1), true);
    put(rows, signs, n, half(1), false);
    Ok(())
}

fn entry(rows: &Rows, row: u8, column: u8) -> Option<&Element> {
    rows.get(usize::from(row))?.get(usize::from(column))
}
