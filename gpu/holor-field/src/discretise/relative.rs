//! Sums of neighbours as sums of their differences from the cell, for sums over time that lose no digits.
//!
//! u₋ − 2u + u₊ of numbers near 1 is a small difference of large sums, each rounded, and its weights are rounded: of a field that is the same
//! everywhere what comes out is not 0 but 10⁻⁷/h² or so, the same in every step. (u₋ − u) + (u₊ − u) is 0, and of a smooth field each
//! difference is exact (Sterbenz 1974): what is left is the rounding of the field's own values. The number by which the cell itself is multiplied, the
//! sum of all weights, is computed in double precision.

use super::differences::{Lowering, Place};
use super::formula::Id;
use super::linear_form::LinearForm;

/// Weights cancel where their sum is below this part of the sum of their sizes.
const CANCELLING: f64 = 0.25;
/// What double precision leaves of a sum of weights that is 0, as a part of their sizes.
const ROUNDED: f64 = 1e-14;

impl Lowering<'_> {
    /// A linear form in a cell with values at neighbours replaced by their differences from the value in the cell, where their weights cancel and
    /// they are not differences of neighbours already.
    pub(super) fn about_cell(&mut self, form: LinearForm, cell: Place) -> LinearForm {
        if !self.relative
            || !self.homes.is_empty()
            || cell.iter().any(|along| along % 2 != 0)
        {
            return form;
        }
        let mut ids: Vec<Id> = Vec::new();
        for (_, _, origin) in form.terms() {
            if let Some((id, _)) = origin
                && !ids.contains(id)
            {
                ids.push(*id);
            }
        }
        ids.into_iter().fold(form, |form, id| self.value_about_cell(form, id, cell))
    }

    fn value_about_cell(&mut self, form: LinearForm, id: Id, cell: Place) -> LinearForm {
        let mut weights: Vec<(Place, f64)> = Vec::new();
        for (_, factor, origin) in form.terms() {
            if let Some((own, at)) = origin
                && *own == id
            {
                weights.push((*at, *factor));
            }
        }
        let size: f64 = weights.iter().map(|(_, weight)| weight.abs()).sum();
        let sum: f64 = weights.iter().map(|(_, weight)| weight).sum();
        let neighbours = weights.iter().filter(|(at, _)| *at != cell).count();
        if neighbours < 2 || sum.abs() > CANCELLING * size {
            return form;
        }
        let (inner, here) = self.value(id, cell);
        let mut same = |at: Place| self.value(id, at).0 == inner;
        if !weights.iter().all(|(at, _)| same(*at)) {
            return form;
        }
        // Of weights with the same size as many of either sign are differences.
        let balance = |weight: f64| -> i32 {
            let others = weights.iter().filter(|(at, _)| *at != cell);
            let others = others.filter(|(_, other)| other.abs() == weight.abs());
            others.map(|(_, other)| if *other > 0.0 { 1 } else { -1 }).sum()
        };
        let mut result = LinearForm::default();
        result.constant = form.constant;
        let mut left = 0.0;
        for (node, factor, origin) in form.terms() {
            match origin {
                Some((own, at)) if *own == id && *at == cell => left += factor,
                Some((own, _)) if *own == id && balance(*factor) != 0 => {
                    let difference = self.graph.subtract(*node, here);
                    left += factor;
                    result.add(&self.graph, difference, *factor);
                }
                origin => result.add_from(&self.graph, *node, *factor, *origin),
            }
        }
        if left.abs() > ROUNDED * size {
            result.add_from(&self.graph, here, left, Some((id, cell)));
        }
        result
    }
}
