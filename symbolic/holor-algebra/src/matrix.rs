//! Matrices of expressions.

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
