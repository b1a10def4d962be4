//! Matrices of expressions.

use std::fmt;
use std::sync::Arc;

use crate::Expr;

/// A matrix of expressions, row by row; immutable, cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Matrix {
    rows: usize,
    columns: usize,
    entries: Arc<[Expr]>,
}

impl Matrix {
    /// A matrix from its entries row by row; `None` when their number is not `rows * columns`.
    pub fn new(
        rows: usize,
        columns: usize,
        entries: impl Into<Arc<[Expr]>>,
    ) -> Option<Self> {
        let entries = entries.into();
        (entries.len() == rows.checked_mul(columns)?).then_some(Self {
            rows,
            columns,
            entries,
        })
    }

    /// A matrix from its rows; `None` when they differ in length.
    pub fn from_rows(rows: Vec<Vec<Expr>>) -> Option<Self> {
        let columns = rows.first().map_or(0, Vec::len);
        let count = rows.len();
        if rows.iter().any(|row| row.len() != columns) {
            return None;
        }
        Self::new(count, columns, rows.into_iter().flatten().collect::<Vec<_>>())
    }

    /// The square matrix with 1 on the diagonal and 0 elsewhere.
    pub fn identity(size: usize) -> Self {
        let entries = (0..size)
            .flat_map(|row| {
                (0..size).map(move |column| Expr::from(i64::from(row == column)))
            })
            .collect();
        Self { rows: size, columns: size, entries }
    }

    /// Whether it has as many rows as columns.
    pub fn is_square(&self) -> bool {
        self.rows == self.columns
    }

    /// The entries of one row, counted from 0; empty when there is no such row.
    pub fn row(&self, row: usize) -> &[Expr] {
        let start = row.saturating_mul(self.columns);
        self.entries.get(start..start.saturating_add(self.columns)).unwrap_or_default()
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Number of columns.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// All entries, row by row.
    pub fn entries(&self) -> &[Expr] {
        &self.entries
    }

    /// The entry in this row and column, counted from 0.
    pub fn get(&self, row: usize, column: usize) -> Option<&Expr> {
        (row < self.rows && column < self.columns)
            .then(|| self.entries.get(row * self.columns + column))
            .flatten()
    }

    /// The same matrix with every entry replaced.
    pub fn map(&self, f: impl FnMut(&Expr) -> Expr) -> Self {
        Self {
            rows: self.rows,
            columns: self.columns,
            entries: self.entries.iter().map(f).collect(),
        }
    }

    /// Rows and columns exchanged (no conjugation).
    pub fn transpose(&self) -> Self {
        let entries = (0..self.columns)
            .flat_map(|column| {
                (0..self.rows).filter_map(move |row| self.get(row, column))
            })
            .cloned()
            .collect();
        Self { rows: self.columns, columns: self.rows, entries }
    }
}

impl fmt::Display for Matrix {
    /// As the language writes it: `[[a, b], [c, d]]`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[")?;
        for row in 0..self.rows {
            f.write_str(if row == 0 { "[" } else { ", [" })?;
            for (column, entry) in self.row(row).iter().enumerate() {
                f.write_str(if column == 0 { "" } else { ", " })?;
                write!(f, "{entry}")?;
            }
            f.write_str("]")?;
        }
        f.write_str("]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_and_columns() {
        let x = Expr::symbol("x");
        let rows = vec![vec![x.clone(), Expr::one()], vec![Expr::zero(), x]];
        let matrix = Matrix::from_rows(rows).unwrap();
        assert_eq!(matrix.to_string(), "[[x, 1], [0, x]]");
        assert_eq!(matrix.transpose().to_string(), "[[x, 0], [1, x]]");
        assert_eq!(Matrix::identity(2).to_string(), "[[1, 0], [0, 1]]");
        assert!(Matrix::from_rows(vec![vec![Expr::one()], vec![]]).is_none());
        assert!(matrix.row(2).is_empty());
    }
}
