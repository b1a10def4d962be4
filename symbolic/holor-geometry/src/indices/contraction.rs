//! Rules for metrics, identities δ, traces, divergences and volume forms.

use std::sync::Arc;

use holor_algebra::{AlgebraError, Expr, Interrupt};

use super::canonical::canonical_term;
use super::coefficient::expand;
use super::expression::permutations;
use super::permutation::is_odd;
use super::tensor::{DerivativeKind, Pairing, TensorKind, TensorSymbol};
use super::term::{AbstractTerm, Factor, Index, Place};
use crate::{GeometryError, GeometryResult, Variance};

/// How many index pairs of two volume forms may be written as a determinant.
const DETERMINANT_LIMIT: usize = 6;

/// What a rule makes of a term.
enum Step {
    /// No rule fits.
    Done,
    /// The term is the sum of these.
    Replaced(Vec<AbstractTerm>),
}

/// Applies all rules until none fits. What is left out is said in words.
pub(super) fn contract(
    term: &AbstractTerm,
    left_out: &mut Vec<String>,
    interrupt: Option<&Interrupt>,
) -> GeometryResult<Vec<AbstractTerm>> {
    let mut done = Vec::new();
    let mut term = term.clone();
    term.lower_partial_derivatives();
    let mut waiting = vec![term];
    while let Some(mut term) = waiting.pop() {
        if interrupt.is_some_and(Interrupt::is_raised) {
            return Err(GeometryError::Algebra(AlgebraError::Interrupted));
        }
        if !contract_metrics(&mut term) || term.coefficient.is_zero() {
            continue;
        }
        if volume_form_count(&term) > 2 {
            // Which two are multiplied first makes a difference that only identities of one dimension undo.
            left_out.push(
                "identities of one dimension in a product of three volume forms".into(),
            );
            match canonical_term(&term, interrupt)? {
                Some(sorted) => term = sorted,
                None => continue,
            }
        }
        match step(&term, left_out) {
            Step::Done => done.push(term),
            Step::Replaced(terms) => waiting.extend(terms),
        }
    }
    Ok(done)
}

fn step(term: &AbstractTerm, left_out: &mut Vec<String>) -> Step {
    for (position, factor) in term.factors.iter().enumerate() {
        if let Some(parts) = trace(factor).or_else(|| divergence(factor)) {
            let replaced = parts.into_iter().map(|(weight, part)| {
                let mut term = term.clone();
                term.coefficient = expand(&(&term.coefficient * &weight));
                term.factors[position] = part;
                term
            });
            return Step::Replaced(replaced.collect());
        }
    }
    volume_forms(term, left_out)
}

/// Removes metrics and identities that are contracted, traces of δ, and products that vanish because of a constant under
/// a derivative: `false` says that the term is 0.
fn contract_metrics(term: &mut AbstractTerm) -> bool {
    let is_constant = |factor: &Factor| {
        matches!(
            factor.tensor.kind(),
            TensorKind::Metric | TensorKind::Delta | TensorKind::Epsilon
        )
    };
    if !term.factors.iter().any(is_constant) {
        return true;
    }
    for factor in &mut term.factors {
        tell_metric_from_delta(factor);
        if vanishes_under_derivative(factor) {
            return false;
        }
    }
    let mut position = 0;
    while position < term.factors.len() {
        let factor = &term.factors[position];
        let kind = factor.tensor.kind();
        let metric = *kind == TensorKind::Metric;
        if !(metric || *kind == TensorKind::Delta) || !factor.derivatives.is_empty() {
            position += 1;
            continue;
        }
        let ends = [factor.indices[0].clone(), factor.indices[1].clone()];
        if ends[0].name == ends[1].name {
            let dimension = factor.space(0).dimension.clone();
            term.coefficient = expand(&(&term.coefficient * &dimension));
            term.factors.remove(position);
            continue;
        }
        let target = (0..2).find_map(|end| {
            let place = other_place(term, position, &ends[end])?;
            let factor = &term.factors[place.0];
            let raisable = !metric
                || (factor.is_raisable(place.1)
                    && !(ends[end].variance == Variance::Up
                        && factor.commutes_when_lower(place.1)));
            raisable.then_some((place, ends[1 - end].clone()))
        });
        match target {
            Some((place, index)) => {
                term.factors[place.0].indices[place.1] = index;
                tell_metric_from_delta(&mut term.factors[place.0]);
                if vanishes_under_derivative(&term.factors[place.0]) {
                    return false;
                }
                term.factors.remove(position);
                position = 0;
            }
            None => position += 1,
        }
    }
    true
}

/// Where else an index of the factor at `position` stands, outside of this factor.
fn other_place(term: &AbstractTerm, position: usize, index: &Index) -> Option<Place> {
    term.factors.iter().enumerate().filter(|(other, _)| *other != position).find_map(
        |(other, factor)| {
            let place = factor.indices.iter().position(|one| one.name == index.name)?;
            Some((other, place))
        },
    )
}

/// A metric with one index up and one down is δ; δ with both up or both down is the metric.
fn tell_metric_from_delta(factor: &mut Factor) {
    let [.., first, second] = factor.indices.as_slice() else { return };
    let mixed = first.variance != second.variance;
    let Some((space, _)) = factor.tensor.slots().first() else { return };
    match factor.tensor.kind() {
        TensorKind::Metric if mixed => {
            factor.tensor = Arc::new(TensorSymbol::delta(space));
        }
        TensorKind::Delta if !mixed => {
            if let Some(metric) = TensorSymbol::metric(space) {
                factor.tensor = Arc::new(metric);
            }
        }
        _ => {}
    }
}

/// δ is constant for every derivative, the metric and the volume form for those that are compatible with the metric.
fn vanishes_under_derivative(factor: &Factor) -> bool {
    let Some(innermost) = factor.derivatives.last() else { return false };
    match factor.tensor.kind() {
        TensorKind::Delta => true,
        TensorKind::Metric | TensorKind::Epsilon => innermost.is_metric_compatible(),
        TensorKind::Plain
        | TensorKind::Riemann { .. }
        | TensorKind::Ricci { .. }
        | TensorKind::Weyl => false,
    }
}

/// What a factor that is contracted with itself is equal to.
fn trace(factor: &Factor) -> Option<Vec<(Expr, Factor)>> {
    let kind = factor.tensor.kind();
    let curvature = matches!(kind, TensorKind::Riemann { .. } | TensorKind::Ricci { .. });
    if !curvature && !factor.tensor.is_traceless() {
        return None;
    }
    let own = &factor.indices[factor.derivatives.len()..];
    let pair = (0..own.len()).find_map(|first| {
        let second =
            (first + 1..own.len()).find(|&second| own[second].name == own[first].name);
        second.map(|second| (first, second))
    })?;
    if factor.tensor.is_traceless() {
        return Some(Vec::new());
    }
    let (tensor, sign) = match kind {
        TensorKind::Ricci { scalar } => (scalar, 1),
        TensorKind::Riemann { ricci } => match pair {
            (0, 2) | (1, 3) => (ricci, 1),
            (0, 3) | (1, 2) => (ricci, -1),
            _ => return Some(Vec::new()),
        },
        TensorKind::Plain
        | TensorKind::Metric
        | TensorKind::Delta
        | TensorKind::Epsilon
        | TensorKind::Weyl => return None,
    };
    let left = own
        .iter()
        .enumerate()
        .filter(|(place, _)| *place != pair.0 && *place != pair.1)
        .map(|(_, index)| index.clone());
    let indices = factor.indices[..factor.derivatives.len()].iter().cloned().chain(left);
    let part = Factor {
        tensor: Arc::clone(tensor),
        derivatives: factor.derivatives.clone(),
        indices: indices.collect(),
    };
    Some(vec![(Expr::integer(sign), part)])
}

/// `∇ᵃR_abcd = ∇_c R_bd − ∇_d R_bc` and `∇ᵃR_ab = ½ ∇_b R`, which is Bianchi's identity contracted.
fn divergence(factor: &Factor) -> Option<Vec<(Expr, Factor)>> {
    let innermost = factor.derivatives.len().checked_sub(1)?;
    if factor.derivatives[innermost].kind != DerivativeKind::LeviCivita {
        return None;
    }
    let own = &factor.indices[innermost + 1..];
    let slot =
        own.iter().position(|index| index.name == factor.indices[innermost].name)?;
    let part = |tensor: &Arc<TensorSymbol>, places: &[usize]| Factor {
        tensor: Arc::clone(tensor),
        derivatives: factor.derivatives.clone(),
        indices: factor.indices[..innermost]
            .iter()
            .chain(places.iter().map(|&place| &own[place]))
            .cloned()
            .collect(),
    };
    match factor.tensor.kind() {
        TensorKind::Ricci { scalar } => {
            Some(vec![(Expr::fraction(1, 2), part(scalar, &[1 - slot]))])
        }
        TensorKind::Riemann { ricci } => {
            // R_abcd = −R_bacd = R_cdab = R_dcba brings the slot to the front.
            let ([b, c, d], sign) = match slot {
                0 => ([1, 2, 3], 1),
                1 => ([0, 2, 3], -1),
                2 => ([3, 0, 1], 1),
                _ => ([2, 1, 0], 1),
            };
            Some(vec![
                (Expr::integer(sign), part(ricci, &[c, b, d])),
                (Expr::integer(-sign), part(ricci, &[d, b, c])),
            ])
        }
        TensorKind::Plain
        | TensorKind::Metric
        | TensorKind::Delta
        | TensorKind::Epsilon
        | TensorKind::Weyl => None,
    }
}

fn is_volume_form(factor: &Factor) -> bool {
    *factor.tensor.kind() == TensorKind::Epsilon && factor.derivatives.is_empty()
}

fn volume_form_count(term: &AbstractTerm) -> usize {
    term.factors.iter().filter(|factor| is_volume_form(factor)).count()
}

/// `ε_i… εʲ… = sgn(det g) det(δ)`, with a factorial for indices that both have.
fn volume_forms(term: &AbstractTerm, left_out: &mut Vec<String>) -> Step {
    let forms: Vec<usize> = (0..term.factors.len())
        .filter(|&place| is_volume_form(&term.factors[place]))
        .collect();
    for (number, &first) in forms.iter().enumerate() {
        for &second in &forms[number + 1..] {
            let (one, other) = (&term.factors[first], &term.factors[second]);
            if one.tensor != other.tensor {
                continue;
            }
            match determinant(one, other, left_out) {
                Some(parts) => {
                    let mut rest = term.factors.clone();
                    rest.remove(second);
                    rest.remove(first);
                    let terms = parts.into_iter().map(|(weight, factors)| AbstractTerm {
                        coefficient: expand(&(&term.coefficient * &weight)),
                        factors: rest.iter().cloned().chain(factors).collect(),
                    });
                    return Step::Replaced(terms.collect());
                }
                None => continue,
            }
        }
    }
    Step::Done
}

/// The product of two volume forms as a sum of products of δ and g.
fn determinant(
    one: &Factor,
    other: &Factor,
    left_out: &mut Vec<String>,
) -> Option<Vec<(Expr, Vec<Factor>)>> {
    let space = one.tensor.slots().first().map(|(space, _)| Arc::clone(space))?;
    let Pairing::Symmetric { determinant, .. } = &space.pairing else { return None };
    let Some(sign) = determinant else {
        left_out.push(format!(
            "products of two {}: the sign of the metric's determinant is not known",
            one.tensor.name()
        ));
        return None;
    };
    let in_other =
        |index: &Index| other.indices.iter().position(|twin| twin.name == index.name);
    let rank = one.indices.len();
    let (mut first_order, mut second_order) = (Vec::new(), Vec::new());
    for (place, index) in one.indices.iter().enumerate() {
        if let Some(twin) = in_other(index) {
            first_order.push(place);
            second_order.push(twin);
        }
    }
    let common = first_order.len();
    let left = |order: &[usize]| -> Vec<usize> {
        (0..rank).filter(|place| !order.contains(place)).collect()
    };
    let (first_left, second_left) = (left(&first_order), left(&second_order));
    if first_left.len() > DETERMINANT_LIMIT {
        left_out.push(format!(
            "a product of two {} with {} indices not in common: its determinant has too many terms",
            one.tensor.name(),
            first_left.len()
        ));
        return None;
    }
    first_order.extend(&first_left);
    second_order.extend(&second_left);
    let negative = is_odd(&first_order) != is_odd(&second_order);
    let factorial: i64 = (1..=common as i64).product();
    let weight = factorial * i64::from(*sign) * if negative { -1 } else { 1 };
    let delta = Arc::new(TensorSymbol::delta(&space));
    let parts = permutations(first_left.len()).into_iter().map(|order| {
        let factors = first_left.iter().zip(&order).map(|(&place, &to)| {
            let mut factor = Factor {
                tensor: Arc::clone(&delta),
                derivatives: Vec::new(),
                indices: vec![
                    one.indices[place].clone(),
                    other.indices[second_left[to]].clone(),
                ],
            };
            tell_metric_from_delta(&mut factor);
            factor
        });
        let weight = if is_odd(&order) { -weight } else { weight };
        (Expr::integer(weight), factors.collect())
    });
    Some(parts.collect())
}
