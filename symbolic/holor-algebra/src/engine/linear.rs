//! Linear algebra on matrices of expressions.

use num_traits::ToPrimitive;
use symplex::matrix::Matrix as ArenaMatrix;
use symplex::prelude::Ex;

use super::convert::Session;
use super::failure::{failure, invalid};
use super::{Approximate, Engine};
use crate::{AlgebraError, AlgebraResult, Expr, Matrix, Symbol};

impl Approximate for Matrix {
    fn approximate(self, engine: &Engine, digits: u32) -> AlgebraResult<Self> {
        let entries = self.entries().to_vec().approximate(engine, digits)?;
        from_entries(self.rows(), self.columns(), entries)
    }
}

impl Engine {
    /// The determinant of a square matrix.
    pub fn determinant(&self, matrix: &Matrix) -> AlgebraResult<Expr> {
        square("det", matrix)?;
        self.on_matrix("det", matrix, |session, matrix| {
            let value = matrix.det().map_err(|error| failure("det", &error))?;
            session.export(&tidy(&value))
        })
    }

    /// The inverse of a square matrix.
    pub fn inverse(&self, matrix: &Matrix) -> AlgebraResult<Matrix> {
        square("inverse", matrix)?;
        self.on_matrix("inverse", matrix, |session, matrix| {
            if matrix.det().is_ok_and(|det| tidy(&det).is_zero() == Some(true)) {
                return Err(invalid(
                    "inverse",
                    "the matrix is singular: its determinant is 0",
                ));
            }
            let value = matrix.inv().map_err(|error| failure("inverse", &error))?;
            export(session, &value.map(tidy))
        })
    }

    /// The number of independent rows.
    pub fn rank(&self, matrix: &Matrix) -> AlgebraResult<usize> {
        nonempty("rank", matrix)?;
        let matrix = matrix.clone();
        self.compute(move |session| Ok(import(session, &matrix)?.map(tidy).rank()))
    }

    /// A basis of the vectors that the matrix sends to 0, as columns.
    pub fn nullspace(&self, matrix: &Matrix) -> AlgebraResult<Vec<Matrix>> {
        self.on_matrix("nullspace", matrix, |session, matrix| {
            matrix
                .nullspace()
                .iter()
                .map(|vector| export(session, &vector.map(tidy)))
                .collect()
        })
    }

    /// The eigenvalues with their multiplicities.
    pub fn eigenvalues(&self, matrix: &Matrix) -> AlgebraResult<Vec<(Expr, usize)>> {
        square("eigenvalues", matrix)?;
        self.on_matrix("eigenvalues", matrix, |session, matrix| {
            let values = matrix
                .eigenvals_with_multiplicity()
                .map_err(|error| failure("eigenvalues", &error))?;
            values
                .iter()
                .map(|(value, multiplicity)| {
                    Ok((session.export(&tidy(value))?, *multiplicity))
                })
                .collect()
        })
    }

    /// The eigenvalues with their multiplicities and independent eigenvectors, as columns.
    pub fn eigenvectors(
        &self,
        matrix: &Matrix,
    ) -> AlgebraResult<Vec<(Expr, usize, Vec<Matrix>)>> {
        square("eigenvectors", matrix)?;
        self.on_matrix("eigenvectors", matrix, |session, matrix| {
            let spaces =
                matrix.eigenvects().map_err(|error| failure("eigenvectors", &error))?;
            spaces
                .iter()
                .map(|(value, multiplicity, vectors)| {
                    let vectors = vectors
                        .iter()
                        .map(|vector| export(session, &vector.map(tidy)))
                        .collect::<AlgebraResult<Vec<_>>>()?;
                    Ok((session.export(&tidy(value))?, *multiplicity, vectors))
                })
                .collect()
        })
    }

    /// The matrix product.
    pub fn matrix_multiply(
        &self,
        left: &Matrix,
        right: &Matrix,
    ) -> AlgebraResult<Matrix> {
        if left.columns() != right.rows() {
            return Err(invalid(
                "matrix product",
                format!(
                    "a {}×{} and a {}×{} matrix cannot be multiplied",
                    left.rows(),
                    left.columns(),
                    right.rows(),
                    right.columns()
                ),
            ));
        }
        let entry = |row, column| {
            Expr::add((0..left.columns()).filter_map(|middle| {
                Some(left.get(row, middle)?.clone() * right.get(middle, column)?.clone())
            }))
        };
        let entries = (0..left.rows())
            .flat_map(|row| (0..right.columns()).map(move |column| (row, column)))
            .map(|(row, column)| entry(row, column))
            .collect();
        from_entries(left.rows(), right.columns(), entries)
    }

    /// An integer power of a square matrix; negative powers are those of the inverse.
    pub fn matrix_power(
        &self,
        matrix: &Matrix,
        exponent: &Expr,
    ) -> AlgebraResult<Matrix> {
        square("matrix power", matrix)?;
        let Some(power) = exponent.as_integer() else {
            let exponent = exponent.clone();
            return self.on_matrix("matrix power", matrix, move |session, matrix| {
                let value = matrix
                    .matrix_pow_symbolic(&session.value(&exponent)?)
                    .map_err(|error| failure("matrix power", &error))?;
                export(session, &value.map(tidy))
            });
        };
        let Some(power) = power.to_i32() else {
            return Err(AlgebraError::TooLarge {
                operation: "matrix power",
                reason: format!("the exponent {power} is out of range"),
            });
        };
        let base = if power < 0 { self.inverse(matrix)? } else { matrix.clone() };
        self.on_matrix("matrix power", &base, move |session, matrix| {
            let value = matrix
                .powi(power.unsigned_abs())
                .map_err(|error| failure("matrix power", &error))?;
            export(session, &value.map(tidy))
        })
    }

    /// The sum of the diagonal.
    pub fn trace(&self, matrix: &Matrix) -> AlgebraResult<Expr> {
        square("trace", matrix)?;
        let diagonal =
            (0..matrix.rows()).filter_map(|index| matrix.get(index, index).cloned());
        self.evaluate(&Expr::add(diagonal))
    }

    /// `(L, U, P)` with `P A = L U`.
    pub fn lu(&self, matrix: &Matrix) -> AlgebraResult<(Matrix, Matrix, Matrix)> {
        nonempty("lu", matrix)?;
        let source = matrix.clone();
        self.compute(move |session| {
            let parts =
                import(session, &source)?.lu().map_err(|error| failure("lu", &error))?;
            let size = parts.perm.len();
            let entries = parts
                .perm
                .iter()
                .flat_map(|&source| {
                    (0..size)
                        .map(move |column| Expr::integer(usize::from(column == source)))
                })
                .collect();
            Ok((
                export(session, &parts.l)?,
                export(session, &parts.u)?,
                from_entries(size, size, entries)?,
            ))
        })
    }

    /// `(Q, R)` with orthonormal columns of `Q` and `A = Q R`.
    pub fn qr(&self, matrix: &Matrix) -> AlgebraResult<(Matrix, Matrix)> {
        nonempty("qr", matrix)?;
        let source = matrix.clone();
        self.compute(move |session| {
            let parts =
                import(session, &source)?.qr().map_err(|error| failure("qr", &error))?;
            Ok((
                export(session, &parts.q.map(tidy))?,
                export(session, &parts.r.map(tidy))?,
            ))
        })
    }

    /// The lower triangular `L` with `A = L Lᴴ`, of a positive definite matrix.
    pub fn cholesky(&self, matrix: &Matrix) -> AlgebraResult<Matrix> {
        square("cholesky", matrix)?;
        self.on_matrix("cholesky", matrix, |session, matrix| {
            let value = matrix.cholesky().map_err(|error| failure("cholesky", &error))?;
            export(session, &value.map(tidy))
        })
    }

    /// The matrix exponential.
    pub fn matrix_exp(&self, matrix: &Matrix) -> AlgebraResult<Matrix> {
        square("exp", matrix)?;
        self.on_matrix("exp", matrix, |session, matrix| {
            let value = matrix.matrix_exp().map_err(|error| failure("exp", &error))?;
            export(session, &value.map(tidy))
        })
    }

    /// The characteristic polynomial `det(λ − A)` in this symbol.
    pub fn characteristic_polynomial(
        &self,
        matrix: &Matrix,
        variable: &Symbol,
    ) -> AlgebraResult<Expr> {
        square("charpoly", matrix)?;
        let variable = variable.clone();
        self.on_matrix("charpoly", matrix, move |session, matrix| {
            let polynomial = matrix
                .char_poly(&session.symbol(&variable)?)
                .map_err(|error| failure("charpoly", &error))?;
            session.export(&polynomial.expand().eval())
        })
    }

    /// The reduced row echelon form.
    pub fn rref(&self, matrix: &Matrix) -> AlgebraResult<Matrix> {
        self.on_matrix("rref", matrix, |session, matrix| {
            export(session, &matrix.rref().0.map(tidy))
        })
    }

    /// The one `x` with `A x = b`.
    pub fn solve_linear(&self, matrix: &Matrix, right: &Matrix) -> AlgebraResult<Matrix> {
        square("solve", matrix)?;
        if matrix.rows() != right.rows() {
            return Err(invalid(
                "solve",
                format!(
                    "{} equations but {} right-hand sides",
                    matrix.rows(),
                    right.rows()
                ),
            ));
        }
        let right = right.clone();
        self.on_matrix("solve", matrix, move |session, matrix| {
            let right = import(session, &right)?;
            if matrix.det().is_ok_and(|det| tidy(&det).is_zero() == Some(true)) {
                let whole = ArenaMatrix::hstack(&[&matrix, &right])
                    .map_err(|error| failure("solve", &error))?;
                return Err(invalid(
                    "solve",
                    if whole.map(tidy).rank() > matrix.map(tidy).rank() {
                        "the matrix is singular, and the equations have no solution"
                    } else {
                        "the matrix is singular, and the equations have infinitely many solutions; `solve` gives them with names for the unknowns, `nullspace` what may be added to one"
                    },
                ));
            }
            let value = matrix.solve(&right).map_err(|error| failure("solve", &error))?;
            export(session, &value.map(tidy))
        })
    }

    /// `(P, D)` with diagonal `D` and `A = P D P⁻¹`.
    pub fn diagonalize(&self, matrix: &Matrix) -> AlgebraResult<(Matrix, Matrix)> {
        square("diagonalize", matrix)?;
        let source = matrix.clone();
        self.compute(move |session| {
            let parts = import(session, &source)?
                .diagonalize()
                .map_err(|error| failure("diagonalize", &error))?;
            Ok((
                export(session, &parts.p.map(tidy))?,
                export(session, &parts.d.map(tidy))?,
            ))
        })
    }

    /// `(P, J)` with `J` in Jordan form and `A = P J P⁻¹`.
    pub fn jordan(&self, matrix: &Matrix) -> AlgebraResult<(Matrix, Matrix)> {
        square("jordan", matrix)?;
        let source = matrix.clone();
        self.compute(move |session| {
            let parts = import(session, &source)?
                .jordan_form()
                .map_err(|error| failure("jordan", &error))?;
            Ok((
                export(session, &parts.p.map(tidy))?,
                export(session, &parts.j.map(tidy))?,
            ))
        })
    }

    fn on_matrix<T: Approximate + Send + 'static>(
        &self,
        operation: &'static str,
        matrix: &Matrix,
        work: impl FnOnce(&Session, ArenaMatrix) -> AlgebraResult<T> + Send + 'static,
    ) -> AlgebraResult<T> {
        nonempty(operation, matrix)?;
        let inputs: Vec<&Expr> = matrix.entries().iter().collect();
        let source = matrix.clone();
        self.exactly(&inputs, || {
            self.compute(move |session| work(session, import(session, &source)?))
        })
    }
}

impl Approximate for (Expr, usize, Vec<Matrix>) {
    fn approximate(self, engine: &Engine, digits: u32) -> AlgebraResult<Self> {
        Ok((
            self.0.approximate(engine, digits)?,
            self.1,
            self.2.approximate(engine, digits)?,
        ))
    }
}

/// An entry after elimination, without its swell.
fn tidy(value: &Ex) -> Ex {
    let value = value.eval();
    if value.count_ops() > 3 { value.simplify() } else { value }
}

fn nonempty(operation: &'static str, matrix: &Matrix) -> AlgebraResult<()> {
    if matrix.rows() == 0 || matrix.columns() == 0 {
        return Err(invalid(operation, "the matrix is empty"));
    }
    Ok(())
}

fn square(operation: &'static str, matrix: &Matrix) -> AlgebraResult<()> {
    nonempty(operation, matrix)?;
    if matrix.rows() != matrix.columns() {
        return Err(invalid(
            operation,
            format!("the matrix is {}×{}, not square", matrix.rows(), matrix.columns()),
        ));
    }
    Ok(())
}

fn import(session: &Session, matrix: &Matrix) -> AlgebraResult<ArenaMatrix> {
    let rows = matrix
        .entries()
        .chunks(matrix.columns().max(1))
        .map(|row| row.iter().map(|entry| session.value(entry)).collect())
        .collect::<AlgebraResult<Vec<Vec<Ex>>>>()?;
    ArenaMatrix::new(rows).map_err(|error| failure("matrix", &error))
}

fn export(session: &Session, matrix: &ArenaMatrix) -> AlgebraResult<Matrix> {
    let entries = session.export_all(matrix.iter())?;
    from_entries(matrix.nrows(), matrix.ncols(), entries)
}

fn from_entries(
    rows: usize,
    columns: usize,
    entries: Vec<Expr>,
) -> AlgebraResult<Matrix> {
    Matrix::new(rows, columns, entries).ok_or_else(|| AlgebraError::Internal {
        reason: format!("a {rows}×{columns} matrix with another number of entries"),
    })
}
