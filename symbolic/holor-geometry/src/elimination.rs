//! Linear equations over the field of component functions.

use holor_algebra::exact::{Element, Field};

use crate::GeometryResult;

/// Linear equations brought to reduced row echelon form as they come.
#[derive(Clone, Debug)]
pub(crate) struct Equations {
    columns: usize,
    /// Rows with leading 1, every other row 0 in that column; sorted by leading column.
    rows: Vec<(usize, Vec<Element>)>,
}

impl Equations {
    /// No equation for this number of unknowns.
    pub(crate) fn new(columns: usize) -> Self {
        Self { columns, rows: Vec::new() }
    }

    /// The number of independent equations.
    pub(crate) fn rank(&self) -> usize {
        self.rows.len()
    }

    /// Takes one more equation; whether it was independent of those before.
    pub(crate) fn insert(
        &mut self,
        field: &Field,
        row: Vec<Element>,
    ) -> GeometryResult<bool> {
        field.poll()?;
        let mut row = row;
        for (lead, known) in &self.rows {
            let Some(factor) = row.get(*lead).filter(|factor| !factor.is_zero()).cloned()
            else {
                continue;
            };
            subtract_multiple(field, &mut row, &factor, known);
        }
        // The smallest entry as pivot keeps the others small.
        let lead = (0..self.columns)
            .filter(|&k| row.get(k).is_some_and(|entry| !entry.is_zero()))
            .min_by_key(|&k| row.get(k).map_or(0, Element::term_count));
        let Some(lead) = lead else { return Ok(false) };
        let Some(pivot) = row.get(lead).cloned() else { return Ok(false) };
        for entry in row.iter_mut().filter(|entry| !entry.is_zero()) {
            *entry = field.divide(entry, &pivot)?;
        }
        for (_, other) in &mut self.rows {
            let Some(factor) =
                other.get(lead).filter(|factor| !factor.is_zero()).cloned()
            else {
                continue;
            };
            subtract_multiple(field, other, &factor, &row);
        }
        self.rows.push((lead, row));
        Ok(true)
    }

    /// A basis of the solutions: one for each free unknown, which is 1 there and 0 at the other free unknowns.
    pub(crate) fn kernel(&self, field: &Field) -> Vec<Vec<Element>> {
        let is_bound = |column: usize| self.rows.iter().any(|(lead, _)| *lead == column);
        (0..self.columns)
            .filter(|&free| !is_bound(free))
            .map(|free| {
                let mut solution = vec![field.zero(); self.columns];
                for (lead, row) in &self.rows {
                    if let (Some(place), Some(value)) =
                        (solution.get_mut(*lead), row.get(free))
                    {
                        *place = field.negate(value);
                    }
                }
                if let Some(place) = solution.get_mut(free) {
                    *place = field.one();
                }
                solution
            })
            .collect()
    }
}

/// `row − factor·known`
fn subtract_multiple(
    field: &Field,
    row: &mut [Element],
    factor: &Element,
    known: &[Element],
) {
    let one = field.one();
    for (entry, value) in row.iter_mut().zip(known) {
        if !value.is_zero() {
            *entry = field.sum_of_products(&[(1, entry, &one), (-1, factor, value)]);
        }
    }
}
