//! Lifting a factorisation of an image in one variable to all variables, modulo a large prime.
//!
//! One variable after the other comes back (T. Chen and M. Monagan, sparse Hensel lifting by bivariate
//! images). To bring back y_k, the variables before it are given the powers of a random point; each of
//! these bivariate images is lifted from y_k = α_k by Hensel's method with known leading coefficients,
//! and the coefficients follow by interpolation in the monomials that were there at y_k = α_k. That no
//! other monomials occur holds for almost all α; whoever uses the result multiplies it out.

use super::modular::{Modular, degree, trim};
use super::prime_field::{PrimeField, Randomness};
use super::search::Search;
use super::sparse::{Kept, Powers, Sparse, monomial, solve_vandermonde};
use super::table::Table;

/// What is to be lifted.
#[derive(Debug)]
pub(super) struct Task<'a> {
    /// The polynomial; the first column is the variable of the images, the others y_1, …, y_m.
    pub(super) table: &'a Table,
    /// The values α of y_1, …, y_m at which the images were taken.
    pub(super) points: &'a [i64],
    /// The leading coefficient of each factor, in y_1, …, y_m.
    pub(super) leads: &'a [Table],
    /// The product of `leads` is the leading coefficient of the polynomial times this to the power of the
    /// number of factors less one.
    pub(super) surplus: &'a Table,
}

impl Task<'_> {
    /// The factors modulo the prime of `field` that have the given leading coefficients and, at the
    /// points, are multiples of `images`; `None` if there are none, or by bad luck of the points.
    pub(super) fn lift(
        &self,
        field: &PrimeField,
        images: &[Modular],
        search: &mut Search,
    ) -> Option<Vec<Sparse>> {
        let count = self.points.len();
        let points: Vec<u64> =
            self.points.iter().map(|p| field.enter_signed(*p)).collect();
        let target = Stages::new(Sparse::new(self.table, field), 1, &points, field);
        let surplus = Stages::new(Sparse::new(self.surplus, field), 0, &points, field);
        let leads: Vec<Stages> = self
            .leads
            .iter()
            .map(|lead| Stages::new(Sparse::new(lead, field), 0, &points, field))
            .collect();
        let mut factors = Vec::new();
        for (image, lead) in images.iter().zip(&leads) {
            let bottom = &lead.list[0];
            if bottom.len() == 0 {
                return None;
            }
            let image = field.scale(&field.monic(image), bottom.coefficient(0));
            let mut factor = Sparse::empty(1);
            for (exponent, coefficient) in image.iter().enumerate() {
                if *coefficient != 0 {
                    factor.push([&[exponent as u32], &[], &[]], *coefficient);
                }
            }
            factors.push(factor);
        }
        for stage in 1..=count {
            let step = Step {
                field,
                stage,
                shift: points[stage - 1],
                target: &target.list[stage],
                surplus: &surplus.list[stage],
                leads: leads.iter().map(|lead| &lead.list[stage]).collect(),
            };
            factors = step.run(&factors, search)?;
        }
        Some(factors)
    }
}

/// A polynomial with its last variables put to their points, by the number of those that are left.
struct Stages {
    list: Vec<Sparse>,
}

impl Stages {
    /// `fixed` columns come before those of the points.
    fn new(sparse: Sparse, fixed: usize, points: &[u64], field: &PrimeField) -> Self {
        debug_assert!(sparse.len() == 0 || sparse.row(0).len() == fixed + points.len());
        let mut list = vec![sparse];
        for (place, point) in points.iter().rev().enumerate() {
            let next = list[place].substitute_last(field, *point);
            list.push(next);
        }
        list.reverse();
        Self { list }
    }
}

/// The return of one variable.
struct Step<'a> {
    field: &'a PrimeField,
    /// The number of the variable, from 1.
    stage: usize,
    /// Its point.
    shift: u64,
    target: &'a Sparse,
    surplus: &'a Sparse,
    leads: Vec<&'a Sparse>,
}

/// The monomials of one coefficient of a factor, and its values at the powers of the point.
struct Skeleton {
    first: usize,
    weights: Vec<u64>,
    values: Vec<Modular>,
}

impl Step<'_> {
    fn run(&self, factors: &[Sparse], search: &mut Search) -> Option<Vec<Sparse>> {
        let field = self.field;
        let beta = self.random_point(&mut search.random);
        let mut skeletons: Vec<Vec<Skeleton>> =
            factors.iter().map(|factor| self.skeletons(factor, &beta)).collect();
        let most =
            skeletons.iter().flatten().map(|s| s.weights.len()).max().unwrap_or(1).max(1);
        let both = Kept { first: true, last: true };
        let last = Kept { first: false, last: true };
        let first = Kept { first: true, last: false };
        let mut target = Powers::new(self.target, field, &beta, both);
        let mut surplus = Powers::new(self.surplus, field, &beta, last);
        let powers = |sparse: &Sparse, kept| Powers::new(sparse, field, &beta, kept);
        let mut leads: Vec<Powers> = self.leads.iter().map(|l| powers(l, last)).collect();
        let mut starts: Vec<Powers> = factors.iter().map(|f| powers(f, first)).collect();
        let mut limit = None;
        for _ in 0..most {
            let surplus_image = self.shifted(surplus.next(field)).swap_remove(0);
            let lead_images: Vec<Modular> = leads
                .iter_mut()
                .map(|lead| self.shifted(lead.next(field)).swap_remove(0))
                .collect();
            let start_images: Vec<Modular> = starts
                .iter_mut()
                .map(|start| start.next(field).into_iter().map(|c| c[0]).collect())
                .collect();
            let mut image = self.shifted(target.next(field));
            for _ in 1..factors.len() {
                for coefficient in &mut image {
                    *coefficient = field.multiply(coefficient, &surplus_image);
                }
            }
            let image = transpose(&image);
            let size = image.iter().map(Vec::len).max().unwrap_or(0) as u64;
            let depth = limit.map_or(image.len(), |l| l + 1) as u64;
            let steps = self.target.len() as u64 + size * size * depth * depth;
            if !search.spend(steps * factors.len() as u64) {
                return None;
            }
            let series = lift_series(field, &image, &lead_images, &start_images, limit)?;
            limit = limit.max(series.iter().map(|s| s.len() - 1).max());
            for (skeletons, series) in skeletons.iter_mut().zip(&series) {
                record(skeletons, series)?;
            }
        }
        let entries = limit.unwrap_or(0) + 1;
        factors
            .iter()
            .zip(&skeletons)
            .zip(&self.leads)
            .map(|((factor, skeletons), lead)| {
                self.interpolate(factor, skeletons, lead, entries)
            })
            .collect()
    }

    fn random_point(&self, random: &mut Randomness) -> Vec<u64> {
        (1..self.stage).map(|_| random.element(self.field)).collect()
    }

    /// The coefficients of a factor below its leading one, by the exponent of the first variable.
    fn skeletons(&self, factor: &Sparse, beta: &[u64]) -> Vec<Skeleton> {
        let highest = (0..factor.len()).map(|term| factor.row(term)[0] as usize).max();
        let mut skeletons: Vec<Skeleton> = (0..highest.unwrap_or(0))
            .map(|_| Skeleton { first: 0, weights: Vec::new(), values: Vec::new() })
            .collect();
        if self.stage == 1 {
            // A zero at the points is none elsewhere: with no other variable there is nothing to guess.
            for skeleton in &mut skeletons {
                skeleton.weights.push(self.field.one());
            }
            return skeletons;
        }
        for term in 0..factor.len() {
            let row = factor.row(term);
            if let Some(skeleton) = skeletons.get_mut(row[0] as usize) {
                if skeleton.weights.is_empty() {
                    skeleton.first = term;
                }
                skeleton.weights.push(monomial(self.field, &row[1..], beta));
            }
        }
        skeletons
    }

    /// Each polynomial in the variable of the stage around its point.
    fn shifted(&self, mut image: Vec<Modular>) -> Vec<Modular> {
        for polynomial in &mut image {
            self.field.shift(polynomial, self.shift);
        }
        image
    }

    fn interpolate(
        &self,
        factor: &Sparse,
        skeletons: &[Skeleton],
        lead: &Sparse,
        entries: usize,
    ) -> Option<Sparse> {
        let field = self.field;
        let back = field.neg(self.shift);
        let mut result = Sparse::empty(self.stage + 1);
        for (exponent, skeleton) in skeletons.iter().enumerate() {
            let solution =
                solve_vandermonde(field, &skeleton.weights, &skeleton.values, entries)?;
            for (place, mut polynomial) in solution.into_iter().enumerate() {
                field.shift(&mut polynomial, back);
                let middle = if self.stage == 1 {
                    &[]
                } else {
                    &factor.row(skeleton.first + place)[1..]
                };
                for (last, coefficient) in polynomial.iter().enumerate() {
                    if *coefficient != 0 {
                        let parts = [&[exponent as u32][..], middle, &[last as u32]];
                        result.push(parts, *coefficient);
                    }
                }
            }
        }
        for term in 0..lead.len() {
            let parts = [&[skeletons.len() as u32], lead.row(term), &[]];
            result.push(parts, lead.coefficient(term));
        }
        Some(result)
    }
}

/// Notes the coefficients of a lifted image; `None` if there is one where none was expected.
fn record(skeletons: &mut [Skeleton], series: &[Modular]) -> Option<()> {
    for (exponent, skeleton) in skeletons.iter_mut().enumerate() {
        let values: Modular =
            series.iter().map(|part| part.get(exponent).copied().unwrap_or(0)).collect();
        if skeleton.weights.is_empty() {
            if values.iter().any(|value| *value != 0) {
                return None;
            }
        } else if skeleton.values.len() < skeleton.weights.len() {
            skeleton.values.push(values);
        }
    }
    Some(())
}

/// The coefficients by the second exponent from those by the first.
fn transpose(image: &[Modular]) -> Vec<Modular> {
    let depth = image.iter().map(Vec::len).max().unwrap_or(0);
    let mut result: Vec<Modular> = (0..depth)
        .map(|j| image.iter().map(|row| row.get(j).copied().unwrap_or(0)).collect())
        .collect();
    for polynomial in &mut result {
        trim(polynomial);
    }
    while result.last().is_some_and(Vec::is_empty) {
        result.pop();
    }
    result
}

/// Hensel lifting in one further variable y, linear, for several factors at once.
///
/// `target` has the polynomials in x at 1, y, y² …; `leads` the leading coefficients in x, as polynomials
/// in y, whose product is that of the target; `starts` the factors at y = 0. The result has no power of y
/// beyond `limit`, if it is known. `None` if no factors with these degrees have the product.
fn lift_series(
    field: &PrimeField,
    target: &[Modular],
    leads: &[Modular],
    starts: &[Modular],
    limit: Option<usize>,
) -> Option<Vec<Vec<Modular>>> {
    let count = starts.len();
    let depth = target.len().checked_sub(1)?;
    let mut whole = vec![field.one()];
    for start in starts {
        whole = field.multiply(&whole, start);
    }
    if whole != target[0] {
        return None;
    }
    let mut inverses = Vec::with_capacity(count);
    for start in starts {
        if start.len() < 2 {
            return None;
        }
        let others = field.divide(&whole, start).0;
        inverses.push(field.inverse_modulo(&others, start)?);
    }
    // products[k] is the product of the factors 0, …, k, as far as they are known.
    let mut factors: Vec<Vec<Modular>> = starts.iter().map(|s| vec![s.clone()]).collect();
    let mut products: Vec<Vec<Modular>> = Vec::with_capacity(count);
    for (place, start) in starts.iter().enumerate() {
        let product = match place {
            0 => start.clone(),
            _ => field.multiply(&products[place - 1][0], start),
        };
        products.push(vec![product]);
    }
    let last = limit.map_or(depth, |limit| limit.min(depth));
    for power in 1..=last {
        for ((factor, lead), start) in factors.iter_mut().zip(leads).zip(starts) {
            let mut term = Vec::new();
            if let Some(coefficient) = lead.get(power).filter(|c| **c != 0) {
                term = vec![0; start.len()];
                term[degree(start)] = *coefficient;
            }
            factor.push(term);
        }
        for place in 0..count {
            let product = match place {
                0 => factors[0][power].clone(),
                _ => coefficient_of_product(
                    field,
                    &products[place - 1],
                    &factors[place],
                    power,
                ),
            };
            products[place].push(product);
        }
        let none = Vec::new();
        let wanted = target.get(power).unwrap_or(&none);
        let error = field.subtract(wanted, &products[count - 1][power]);
        if !error.is_empty() {
            if error.len() >= whole.len() {
                return None;
            }
            correct(field, &error, starts, &inverses, &mut factors, &mut products);
        }
        let reached: usize = factors.iter().map(|f| highest(f)).sum();
        if reached > depth {
            return None;
        }
    }
    for factor in &mut factors {
        factor.truncate(highest(factor) + 1);
    }
    Some(factors)
}

/// The last power of y with a coefficient.
fn highest(series: &[Modular]) -> usize {
    series.iter().rposition(|part| !part.is_empty()).unwrap_or(0)
}

/// Splits the error at the newest power of y among the factors.
fn correct(
    field: &PrimeField,
    error: &[u64],
    starts: &[Modular],
    inverses: &[Modular],
    factors: &mut [Vec<Modular>],
    products: &mut [Vec<Modular>],
) {
    let mut change: Modular = Vec::new();
    for place in 0..starts.len() {
        let start = &starts[place];
        let reduced = field.remainder(error, start);
        let product = field.multiply(&reduced, &inverses[place]);
        let correction = field.remainder(&product, start);
        if let Some(part) = factors[place].last_mut() {
            *part = add(field, part, &correction);
        }
        change = match place {
            0 => correction,
            _ => add(
                field,
                &field.multiply(&change, start),
                &field.multiply(&products[place - 1][0], &correction),
            ),
        };
        if let Some(part) = products[place].last_mut() {
            *part = add(field, part, &change);
        }
    }
}

fn add(field: &PrimeField, left: &[u64], right: &[u64]) -> Modular {
    let length = left.len().max(right.len());
    let at = |list: &[u64], i: usize| list.get(i).copied().unwrap_or(0);
    let mut sum: Modular =
        (0..length).map(|i| field.add(at(left, i), at(right, i))).collect();
    trim(&mut sum);
    sum
}

/// The coefficient of a power of y in a product of series.
fn coefficient_of_product(
    field: &PrimeField,
    left: &[Modular],
    right: &[Modular],
    power: usize,
) -> Modular {
    let mut sums: Vec<u128> = Vec::new();
    for i in 0..=power {
        let (Some(a), Some(b)) = (left.get(i), right.get(power - i)) else { continue };
        if a.is_empty() || b.is_empty() {
            continue;
        }
        if sums.len() < a.len() + b.len() - 1 {
            sums.resize(a.len() + b.len() - 1, 0);
        }
        for (place, x) in a.iter().enumerate().filter(|(_, x)| **x != 0) {
            for (sum, y) in sums[place..].iter_mut().zip(b) {
                *sum = field.accumulate(*sum, *x, *y);
            }
        }
    }
    let mut coefficients: Modular =
        sums.into_iter().map(|sum| field.finish(sum)).collect();
    trim(&mut coefficients);
    coefficients
}
