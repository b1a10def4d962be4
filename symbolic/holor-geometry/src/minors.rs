//! Minors, determinant and inverse of a matrix of component functions.
//!
//! Rows and columns are chosen by bit masks. A minor is expanded along its first row; every minor met on the way is
//! kept, hence zeros and repeated blocks cost nothing twice.

use std::collections::BTreeMap;

use holor_algebra::exact::{Element, Field};

use crate::{GeometryError, GeometryResult};

/// A set of rows, columns or coordinates: bit k stands for number k.
pub(crate) type Mask = u16;

/// A matrix by rows.
pub(crate) type Rows = Vec<Vec<Element>>;

/// The largest matrix that a [`Mask`] can address.
const LARGEST: usize = 16;

/// The minors of one matrix.
pub(crate) struct Minors<'a> {
    field: &'a Field,
    entries: &'a Rows,
    known: BTreeMap<(Mask, Mask), Element>,
}

impl<'a> Minors<'a> {
    /// The minors of a matrix of at most 16 rows.
    pub(crate) fn new(field: &'a Field, entries: &'a Rows) -> Self {
        Self { field, entries, known: BTreeMap::new() }
    }

    /// The determinant of the chosen rows and columns, which are equally many.
    pub(crate) fn minor(&mut self, rows: Mask, columns: Mask) -> GeometryResult<Element> {
        if rows == 0 {
            return Ok(self.field.one());
        }
        if let Some(known) = self.known.get(&(rows, columns)) {
            return Ok(known.clone());
        }
        self.field.poll()?;
        let first = rows.trailing_zeros() as usize;
        let entries = self.entries;
        let rest = rows & (rows - 1);
        let mut terms = Vec::new();
        for (place, column) in members(columns).enumerate() {
            let entry = entries.get(first).and_then(|row| row.get(usize::from(column)));
            let Some(entry) = entry.filter(|entry| !entry.is_zero()) else { continue };
            let below = self.minor(rest, columns & !(1 << column))?;
            if !below.is_zero() {
                terms.push((if place % 2 == 0 { 1 } else { -1 }, entry, below));
            }
        }
        let terms: Vec<_> = terms.iter().map(|(sign, a, b)| (*sign, *a, b)).collect();
        let value = self.field.sum_of_products(&terms);
        self.known.insert((rows, columns), value.clone());
        Ok(value)
    }
}

/// The members of a set, ascending.
pub(crate) fn members(mask: Mask) -> impl Iterator<Item = u8> {
    (0..LARGEST as u8).filter(move |&bit| mask & (1 << bit) != 0)
}

/// The set of some numbers.
pub(crate) fn mask_of(indices: &[u8]) -> Mask {
    indices.iter().fold(0, |mask, &index| mask | (1 << index))
}

/// The set of the first `count` numbers.
pub(crate) fn full(count: usize) -> Mask {
    if count >= LARGEST { Mask::MAX } else { (1 << count) - 1 }
}

/// Whether it takes an odd number of exchanges to sort the members of `first` followed by those of `second`.
pub(crate) fn is_odd_merge(first: Mask, second: Mask) -> bool {
    let exchanges: u32 = members(second).map(|bit| (first >> bit).count_ones()).sum();
    exchanges % 2 == 1
}

/// The inverse of a square matrix with its determinant; nothing where the determinant is 0.
pub(crate) fn inverse(
    field: &Field,
    entries: &Rows,
) -> GeometryResult<Option<(Rows, Element)>> {
    let size = check_size(entries)?;
    let all = full(size);
    let mut minors = Minors::new(field, entries);
    let determinant = minors.minor(all, all)?;
    if determinant.is_zero() {
        return Ok(None);
    }
    let mut rows = Vec::with_capacity(size);
    for i in 0..size {
        let mut row = Vec::with_capacity(size);
        for j in 0..size {
            let cofactor = minors.minor(all & !(1 << j), all & !(1 << i))?;
            let value = field.divide(&cofactor, &determinant)?;
            row.push(if (i + j) % 2 == 0 { value } else { field.negate(&value) });
        }
        rows.push(row);
    }
    Ok(Some((rows, determinant)))
}

/// The product of two matrices.
pub(crate) fn product(field: &Field, left: &Rows, right: &Rows) -> Rows {
    left.iter()
        .map(|row| {
            let columns = right.first().map_or(0, Vec::len);
            (0..columns)
                .map(|column| {
                    let terms: Vec<_> = row
                        .iter()
                        .zip(right)
                        .filter_map(|(a, other)| Some((1, a, other.get(column)?)))
                        .filter(|(_, a, b)| !a.is_zero() && !b.is_zero())
                        .collect();
                    field.sum_of_products(&terms)
                })
                .collect()
        })
        .collect()
}

/// The number of rows of a square matrix that masks can address.
fn check_size(entries: &Rows) -> GeometryResult<usize> {
    let size = entries.len();
    if size > LARGEST || entries.iter().any(|row| row.len() != size) {
        return Err(GeometryError::Invalid {
            operation: "determinant",
            reason: format!("a square matrix of at most {LARGEST} rows is needed"),
        });
    }
    Ok(size)
}
