//! Linear equations over the field of component functions.

use holor_algebra::exact::{Element, Field};

use crate::GeometryResult;

/// Linear equations brought to echelon form as they come.
#[derive(Clone, Debug)]
pub(crate) struct Equations {
    columns: usize,
    /// Rows with 1 in their leading column, in which every later row is 0.
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
        mut row: Vec<Element>,
    ) -> GeometryResult<bool> {
        if self.rows.len() == self.columns {
            return Ok(false);
        }
        for (lead, known) in &self.rows {
            field.poll()?;
            subtract_multiple(field, &mut row, *lead, known);
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
        field.poll()?;
        self.rows.push((lead, row));
        Ok(true)
    }

    /// The rows with every leading column 0 in all other rows.
    fn reduced(&self, field: &Field) -> GeometryResult<Vec<(usize, Vec<Element>)>> {
        let mut rows = self.rows.clone();
        for last in (1..rows.len()).rev() {
            let (above, below) = rows.split_at_mut(last);
            let Some((lead, known)) = below.first() else { continue };
            for (_, row) in above {
                field.poll()?;
                subtract_multiple(field, row, *lead, known);
            }
        }
        Ok(rows)
    }

    /// A basis of the solutions: one for each free unknown, which is 1 there and 0 at the other free unknowns.
    pub(crate) fn kernel(&self, field: &Field) -> GeometryResult<Vec<Vec<Element>>> {
        let rows = self.reduced(field)?;
        let is_bound = |column: usize| rows.iter().any(|(lead, _)| *lead == column);
        let solutions = (0..self.columns).filter(|&free| !is_bound(free)).map(|free| {
            let mut solution = vec![field.zero(); self.columns];
            for (lead, row) in &rows {
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
        });
        Ok(solutions.collect())
    }
}

/// Makes the leading column of `known`, where that is 1, vanish in a row.
fn subtract_multiple(field: &Field, row: &mut [Element], lead: usize, known: &[Element]) {
    let Some(factor) = row.get(lead).filter(|factor| !factor.is_zero()).cloned() else {
        return;
    };
    let one = field.one();
    for (entry, value) in row.iter_mut().zip(known) {
        if !value.is_zero() {
            *entry = field.sum_of_products(&[(1, entry, &one), (-1, &factor, value)]);
        }
    }
}
