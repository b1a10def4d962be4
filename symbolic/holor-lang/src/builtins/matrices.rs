//! Linear algebra.

use std::sync::Arc;

use holor_algebra::{Expr, Matrix, Symbol};
use holor_geometry::Metric;
use holor_macros::builtin;

use super::sides::shaped;
use crate::array::NumericArray;
use crate::builtin::{ArrayArgument, Either, Expected, FromValue, Given, Spanned};
use crate::codes;
use crate::evaluate::{Call, Product};
use crate::geometry::HolorValue;
use crate::{Builtin, Diagnostic, Result, Value};

/// The built-ins of this file.
pub(crate) static BUILTINS: &[&Builtin] = &[
    &MATRIX,
    &IDENTITY,
    &DIAGONAL,
    &DET,
    &INVERSE,
    &EIGENVALUES,
    &EIGENVECTORS,
    &RANK,
    &NULLSPACE,
    &TRACE,
    &TRANSPOSE,
    &ADJOINT,
    &DOT,
    &CROSS,
    &NORM,
    &CHARACTERISTIC_POLYNOMIAL,
    &ROW_ECHELON,
    &MATRIX_EXP,
    &LINEAR_SOLVE,
    &SHAPE,
];

/// An array as it is, or a matrix.
enum MatrixOrArray {
    Array(Arc<NumericArray>),
    Matrix(Matrix),
}

/// What has a norm: besides, a vector at each point.
enum Normed {
    Length(Expr),
    Other(MatrixOrArray),
}

impl FromValue for Normed {
    const KIND: &'static str = MatrixOrArray::KIND;

    fn from_value(given: &Given, call: &Call<'_>) -> std::result::Result<Self, Expected> {
        match call.vector_length(&given.value, given.span)? {
            Some(length) => Ok(Self::Length(length)),
            None => MatrixOrArray::from_value(given, call).map(Self::Other),
        }
    }
}

impl FromValue for MatrixOrArray {
    const KIND: &'static str = "a vector, a matrix or an array";

    fn from_value(given: &Given, call: &Call<'_>) -> std::result::Result<Self, Expected> {
        match &given.value {
            Value::Array(array) => Ok(Self::Array(array.clone())),
            _ => Matrix::from_value(given, call).map(Self::Matrix),
        }
    }
}

/// A matrix from a function of row and column, or of the numbers of an array.
///
/// ```holor
/// matrix(2, 3, (r, c) -> 10r + c)        # => [[11, 12, 13], [21, 22, 23]]
/// matrix(array([[0, 2], [3, 0]]))        # => [[0.0, 2.0], [3.0, 0.0]]
/// ```
#[builtin(topic = "matrices", latex = none, since = "0.1", see("identity", "diagonal", "array"))]
fn matrix(
    call: &Call<'_>,
    /// The number of rows; or the array, or a list of rows.
    rows: Either<usize, MatrixOrArray>,
    /// The number of columns.
    columns: Option<usize>,
    /// The entry for a row and a column, counted from 1.
    entry: Option<crate::builtin::Callable>,
) -> Result<Matrix> {
    let (rows, columns, entry) = match (rows, columns, entry) {
        (Either::First(rows), Some(columns), Some(entry)) => (rows, columns, entry),
        (Either::Second(MatrixOrArray::Matrix(matrix)), None, None) => return Ok(matrix),
        (Either::Second(MatrixOrArray::Array(array)), None, None)
            if array.rank() == 2 =>
        {
            let shape = array.shape();
            let (Some(rows), Some(columns)) = (shape.first(), shape.get(1)) else {
                return shaped(call, 0, 0, Vec::new());
            };
            let numbers = array.to_complex();
            let entries = numbers
                .iter()
                .filter_map(|it| crate::array::number(*it).as_expr().cloned())
                .collect();
            return shaped(call, *rows, *columns, entries);
        }
        (Either::Second(MatrixOrArray::Array(array)), None, None) => {
            let message = format!("a matrix has two axes; found {}", array.describe());
            return Err(call.error(&codes::E0203_WRONG_SHAPE, message));
        }
        _ => {
            return Diagnostic::error(
                &codes::E0202_WRONG_ARGUMENTS,
                "`matrix` takes rows, columns and a function of them, or an array alone",
            )
            .at(call.span())
            .hint("matrix(2, 3, (r, c) -> r + c)")
            .hint("matrix(A)")
            .into();
        }
    };
    let mut entries = Vec::new();
    for row in 1..=rows {
        for column in 1..=columns {
            call.poll()?;
            let arguments =
                vec![Value::Expr(Expr::integer(row)), Value::Expr(Expr::integer(column))];
            match call.apply(&entry, arguments)? {
                Value::Expr(value) => entries.push(value),
                other => {
                    return Diagnostic::error(
                        &codes::E0201_WRONG_TYPE,
                        format!("a matrix holds expressions, found {}", other.describe()),
                    )
                    .at(call.span())
                    .into();
                }
            }
        }
    }
    shaped(call, rows, columns, entries)
}

/// The identity matrix.
///
/// ```holor
/// identity(2)                            # => [[1, 0], [0, 1]]
/// ```
#[builtin(topic = "matrices", latex = none, since = "0.1", see("diagonal", "matrix"))]
fn identity(
    call: &Call<'_>,
    /// The number of rows and columns.
    size: usize,
) -> Result<Matrix> {
    diagonal_matrix(call, &vec![Expr::one(); size.min(MAXIMUM_SIZE + 1)])
}

/// More rows than this are refused.
const MAXIMUM_SIZE: usize = 2_000;

/// A diagonal matrix.
///
/// ```holor
/// diagonal([a, b])                       # => [[a, 0], [0, b]]
/// ```
#[builtin(topic = "matrices", latex = none, since = "0.1", see("identity", "matrix"))]
fn diagonal(
    call: &Call<'_>,
    /// The entries on the diagonal.
    entries: Vec<Expr>,
) -> Result<Matrix> {
    diagonal_matrix(call, &entries)
}

fn diagonal_matrix(call: &Call<'_>, entries: &[Expr]) -> Result<Matrix> {
    let size = entries.len();
    if size > MAXIMUM_SIZE {
        return Diagnostic::error(
            &codes::E0403_TOO_LARGE,
            format!(
                "a matrix of more than {MAXIMUM_SIZE} rows is too large for exact algebra"
            ),
        )
        .at(call.span())
        .into();
    }
    let all = entries
        .iter()
        .enumerate()
        .flat_map(|(row, entry)| {
            (0..size).map(
                move |column| if row == column { entry.clone() } else { Expr::zero() },
            )
        })
        .collect();
    shaped(call, size, size, all)
}

/// The determinant of a square matrix, or of a metric's components.
///
/// ```holor
/// det([[a, b], [c, d]])                  # => a*d - b*c
/// M = chart(r, φ); det(metric(dr^2 + r^2 dφ^2))    # => r^2
/// ```
#[builtin(
    topic = "matrices",
    latex = r"\det {0}",
    since = "0.1",
    see("inverse", "trace")
)]
fn det(
    call: &Call<'_>,
    /// A square matrix or a metric.
    matrix: Either<Matrix, Metric>,
) -> Result<Expr> {
    match matrix {
        Either::First(matrix) => Ok(call.engine().determinant(&matrix)?),
        Either::Second(metric) => Ok(metric.chart().field().write(metric.determinant())),
    }
}

/// The inverse of a square matrix, or of a metric, with its indices up; a singular matrix is an error.
///
/// ```holor
/// M = chart(r, φ); inverse(metric(dr^2 + r^2 dφ^2))    # => ∂_r^2 + ∂_φ^2/r^2
/// inverse([[1, 2], [3, 4]])              # => [[-2, 1], [3/2, -1/2]]
/// inverse([[1, 2], [2, 4]])              # error: [E0307]
/// ```
#[builtin(
    topic = "matrices",
    latex = r"{0}^{-1}",
    since = "0.1",
    returns = "matrix or tensor",
    see("det", "linear_solve")
)]
fn inverse(
    call: &Call<'_>,
    /// A square matrix or a metric.
    matrix: Either<Matrix, Metric>,
) -> Result<Value> {
    match matrix {
        Either::First(matrix) => Ok(Value::Matrix(call.engine().inverse(&matrix)?)),
        Either::Second(metric) => {
            let inverse = HolorValue::named(metric.inverse().clone(), "g");
            Ok(inverse.with_metric(&metric).into())
        }
    }
}

/// The eigenvalues of a square matrix, each as often as its algebraic multiplicity.
///
/// ```holor
/// eigenvalues([[2, 1], [1, 2]])          # => [1, 3]
/// ```
#[builtin(topic = "matrices", latex = none, since = "0.1", see("eigenvectors", "characteristic_polynomial"))]
fn eigenvalues(
    call: &Call<'_>,
    /// A square matrix.
    matrix: Matrix,
) -> Result<Vec<Expr>> {
    let mut values = call.engine().eigenvalues(&matrix)?;
    ascending(&mut values, |(value, _)| value);
    Ok(values
        .into_iter()
        .flat_map(|(value, times)| std::iter::repeat_n(value, times))
        .collect())
}

/// The eigenvalues of a square matrix, each with a basis of its eigenvectors.
///
/// The result is a list of `[eigenvalue, multiplicity, [vector, …]]`.
///
/// ```holor
/// eigenvectors([[2, 0], [0, 3]])         # => [[2, 1, [[1, 0]]], [3, 1, [[0, 1]]]]
/// ```
#[builtin(topic = "matrices", latex = none, since = "0.1", see("eigenvalues", "nullspace"), returns = "list")]
fn eigenvectors(
    call: &Call<'_>,
    /// A square matrix.
    matrix: Matrix,
) -> Result<Value> {
    let mut spaces = call.engine().eigenvectors(&matrix)?;
    ascending(&mut spaces, |(value, ..)| value);
    Ok(Value::list(
        spaces
            .into_iter()
            .map(|(value, times, vectors)| {
                Value::list(vec![
                    Value::Expr(value),
                    Value::Expr(Expr::integer(times)),
                    Value::list(vectors.iter().map(vector).collect()),
                ])
            })
            .collect(),
    ))
}

/// Sorts by eigenvalue where all of them are rational numbers; otherwise the engine's order stays.
fn ascending<T>(items: &mut [T], value: impl Fn(&T) -> &Expr) {
    if items.iter().all(|item| value(item).as_number().is_some()) {
        items.sort_by(|a, b| value(a).as_number().cmp(&value(b).as_number()));
    }
}

/// The entries of a matrix with one column, as a list.
fn vector(matrix: &Matrix) -> Value {
    Value::list(matrix.entries().iter().cloned().map(Value::Expr).collect())
}

/// The rank of a matrix: how many of its rows are linearly independent.
///
/// ```holor
/// rank([[1, 2], [2, 4]])                 # => 1
/// ```
#[builtin(
    topic = "matrices",
    latex = r"\operatorname{rank} {0}",
    since = "0.1",
    see("nullspace", "row_echelon")
)]
fn rank(
    call: &Call<'_>,
    /// A matrix.
    matrix: Matrix,
) -> Result<usize> {
    Ok(call.engine().rank(&matrix)?)
}

/// A basis of the vectors that a matrix maps to 0.
///
/// ```holor
/// nullspace([[1, 2], [2, 4]])            # => [[-2, 1]]
/// ```
#[builtin(topic = "matrices", latex = none, since = "0.1", see("rank", "eigenvectors"), returns = "list")]
fn nullspace(
    call: &Call<'_>,
    /// A matrix.
    matrix: Matrix,
) -> Result<Value> {
    let basis = call.engine().nullspace(&matrix)?;
    Ok(Value::list(basis.iter().map(vector).collect()))
}

/// The sum of the diagonal of a square matrix, or the trace of a tensor with two indices.
///
/// Two indices on the same level are contracted with the metric.
///
/// ```holor
/// trace([[a, b], [c, d]])                                    # => a + d
/// M = chart(x, y); trace(x ∂_x ⊗ dx + ∂_y ⊗ dy)              # => x + 1
/// M = chart(x, y); g = metric(dx^2 + dy^2); trace(g)         # => 2
/// ```
#[builtin(
    topic = "matrices",
    latex = r"\operatorname{tr} {0}",
    since = "0.1",
    returns = "expression",
    see("det", "contract")
)]
fn trace(
    call: &Call<'_>,
    /// A square matrix, or a tensor with two indices.
    matrix: Either<Matrix, HolorValue>,
    /// The metric for a tensor; that of the chart if left out.
    metric: Option<Metric>,
) -> Result<Value> {
    let matrix = match matrix {
        Either::First(matrix) => matrix,
        Either::Second(tensor) => {
            return super::geometry::tensors::trace(call, tensor, metric)
                .map(Value::from);
        }
    };
    if matrix.rows() != matrix.columns() {
        return Diagnostic::error(
            &codes::E0203_WRONG_SHAPE,
            format!(
                "`trace` needs a square matrix, found one of {} × {}",
                matrix.rows(),
                matrix.columns()
            ),
        )
        .at(call.span())
        .into();
    }
    Ok(Value::Expr(Expr::add(
        (0..matrix.rows()).filter_map(|index| matrix.get(index, index).cloned()),
    )))
}

/// Rows and columns exchanged, without conjugation.
///
/// ```holor
/// transpose([[1, 2], [3, 4]])            # => [[1, 3], [2, 4]]
/// transpose(array([[1, 2], [3, 4]]))     # => array([[1.0, 3.0], [2.0, 4.0]])
/// ```
#[builtin(
    topic = "matrices",
    latex = r"{0}^{\mathsf T}",
    since = "0.1",
    returns = "matrix or array",
    see("adjoint")
)]
fn transpose(
    /// A matrix or an array; a list is a column.
    matrix: MatrixOrArray,
) -> Value {
    match matrix {
        MatrixOrArray::Array(array) => {
            let order: Vec<usize> = (0..array.rank()).rev().collect();
            let turned = array.permuted(&order);
            turned.unwrap_or_else(|| (*array).clone()).into_value()
        }
        MatrixOrArray::Matrix(matrix) => Value::Matrix(matrix.transpose()),
    }
}

/// Rows and columns exchanged and every entry conjugated.
///
/// ```holor
/// adjoint([[1, i], [0, 2]])              # => [[1, 0], [-i, 2]]
/// ```
#[builtin(
    topic = "matrices",
    latex = r"{0}^{\dagger}",
    since = "0.1",
    see("transpose", "conj")
)]
fn adjoint(
    call: &Call<'_>,
    /// A matrix; a list is a column.
    matrix: Matrix,
) -> Result<Matrix> {
    let transposed = matrix.transpose();
    let entries: Result<Vec<Expr>> = transposed
        .entries()
        .iter()
        .map(|entry| {
            let conjugate =
                Expr::call(holor_algebra::Function::Conjugate, vec![entry.clone()]);
            Ok(call.engine().evaluate(&conjugate)?)
        })
        .collect();
    shaped(call, transposed.rows(), transposed.columns(), entries?)
}

/// The scalar product of two vectors, without conjugation: `a·b`.
///
/// Of lists it is the sum of the products of their components. Of tensors and fields of vectors the last index of the first is contracted with the first
/// of the second, by the metric where there is one and in Cartesian coordinates elsewhere.
///
/// ```holor
/// dot([1, 2, 3], [x, y, z])              # => x + 2*y + 3*z
/// [1, 2, 3]·[x, y, z]                    # => x + 2*y + 3*z
/// M = chart(r, θ); g = metric(dr^2 + r^2 dθ^2); dot(∂_θ, ∂_r + ∂_θ)    # => r^2
/// ```
#[builtin(
    topic = "matrices",
    latex = r"{0}\cdot {1}",
    since = "0.1",
    returns = "expression or tensor",
    see("cross", "norm", "gradient")
)]
fn dot(
    call: &Call<'_>,
    /// A vector.
    left: Value,
    /// A vector with as many components.
    right: Value,
) -> Result<Value> {
    product(call, Product::Dot, &left, &right)
}

/// The cross product of two vectors in three dimensions, `a × b`; in two it is the scalar `a_x b_y - a_y b_x`.
///
/// Of vectors on a chart with a metric, `(a × b)_i = ε_ijk a^j b^k` with `ε_ijk = √|g| [ijk]` in the order of the coordinates. In two dimensions a scalar `s` stands for
/// the vector of this length that stands upright: `cross(s, V)` is `[-s V_y, s V_x]`, and `cross(V, s)` its negative.
///
/// ```holor
/// cross([1, 0, 0], [0, 1, 0])            # => [0, 0, 1]
/// [a, b] × [x, y]                        # => a*y - b*x
/// cross(s, [x, y])                       # => [-s*y, s*x]
/// ```
#[builtin(
    topic = "matrices",
    latex = r"{0}\times {1}",
    since = "0.1",
    returns = "vector, list or expression",
    see("dot", "curl")
)]
fn cross(
    call: &Call<'_>,
    /// A vector of three components, or of two; in two dimensions also a scalar.
    left: Value,
    /// A vector with as many components; in two dimensions also a scalar.
    right: Value,
) -> Result<Value> {
    product(call, Product::Cross, &left, &right)
}

fn product(
    call: &Call<'_>,
    product: Product,
    left: &Value,
    right: &Value,
) -> Result<Value> {
    // The numbers of an array without names are components.
    let parts = |value: &Value| -> Result<Value> {
        match value {
            Value::Array(_) => {
                let items = call.items(value, call.span())?;
                Ok(items.map_or_else(|| value.clone(), Value::list))
            }
            other => Ok(other.clone()),
        }
    };
    match call.vector_product(product, &parts(left)?, &parts(right)?)? {
        Some(value) => Ok(value),
        None => Diagnostic::error(
            &codes::E0201_WRONG_TYPE,
            format!(
                "`{}` is of two vectors, found {} and {}",
                call.name(),
                left.describe(),
                right.describe()
            ),
        )
        .at(call.span())
        .hint(call.signature())
        .into(),
    }
}

/// The Euclidean length of a vector; the Frobenius norm of a matrix, and in this way of any array.
///
/// Of a vector field or another vector on a chart it is the length at each point by the metric, as `|V|`.
///
/// ```holor
/// norm([3, 4])                           # => 5
/// norm(array([[1, 2], [2, 4i]]))         # => 5.0
/// ```
#[builtin(
    topic = "matrices",
    latex = r"\left\lVert {0}\right\rVert",
    since = "0.1",
    see("dot", "abs")
)]
fn norm(
    call: &Call<'_>,
    /// A vector, a matrix or an array.
    matrix: Normed,
) -> Result<Value> {
    let matrix = match matrix {
        Normed::Length(length) => return Ok(Value::Expr(length)),
        Normed::Other(other) => other,
    };
    let matrix = match matrix {
        MatrixOrArray::Array(array) => {
            let domain = array.domain()?;
            let array = domain.as_ref().unwrap_or(&array);
            // Scaled, so that no square overflows.
            let values = array.to_complex();
            let top = values.iter().map(|z| z.norm()).fold(0.0, f64::max);
            if top == 0.0 {
                return Ok(0.0.into());
            }
            let sum: f64 = values.iter().map(|z| (z / top).norm_sqr()).sum();
            return Ok((top * sum.sqrt()).into());
        }
        MatrixOrArray::Matrix(matrix) => matrix,
    };
    let two = Expr::integer(2);
    let squares = matrix.entries().iter().map(|entry| {
        let modulus = Expr::call(holor_algebra::Function::Abs, vec![entry.clone()]);
        Expr::power(modulus, two.clone())
    });
    Ok(Value::Expr(call.engine().evaluate(&Expr::add(squares).sqrt())?))
}

/// The characteristic polynomial `det(x*1 - A)` of a square matrix.
///
/// ```holor
/// characteristic_polynomial([[2, 1], [1, 2]], x)     # => x^2 - 4*x + 3
/// ```
#[builtin(topic = "matrices", latex = none, since = "0.1", see("eigenvalues", "det"))]
fn characteristic_polynomial(
    call: &Call<'_>,
    /// A square matrix.
    matrix: Matrix,
    /// The variable of the polynomial.
    x: Symbol,
) -> Result<Expr> {
    Ok(call.engine().characteristic_polynomial(&matrix, &x)?)
}

/// The reduced row echelon form of a matrix.
///
/// ```holor
/// row_echelon([[1, 2], [2, 4]])          # => [[1, 2], [0, 0]]
/// ```
#[builtin(topic = "matrices", latex = none, since = "0.1", see("rank", "linear_solve"))]
fn row_echelon(
    call: &Call<'_>,
    /// A matrix.
    matrix: Matrix,
) -> Result<Matrix> {
    Ok(call.engine().rref(&matrix)?)
}

/// The exponential of a square matrix.
///
/// ```holor
/// matrix_exp([[0, 1], [0, 0]])           # => [[1, 1], [0, 1]]
/// ```
#[builtin(topic = "matrices", latex = r"\exp {0}", since = "0.1", see("eigenvalues"))]
fn matrix_exp(
    call: &Call<'_>,
    /// A square matrix.
    matrix: Matrix,
) -> Result<Matrix> {
    Ok(call.engine().matrix_exp(&matrix)?)
}

/// The solution of the linear equations `A*x == b`.
///
/// ```holor
/// linear_solve([[2, 1], [1, 3]], [3, 5])     # => [4/5, 7/5]
/// ```
#[builtin(topic = "matrices", latex = none, since = "0.1", see("inverse", "solve"), returns = "list")]
fn linear_solve(
    call: &Call<'_>,
    /// A matrix.
    matrix: Matrix,
    /// The right side, a vector or a matrix.
    right: Either<Vec<Expr>, Spanned<Matrix>>,
) -> Result<Value> {
    match right {
        Either::First(right) => {
            let column = shaped(call, right.len(), 1, right)?;
            Ok(vector(&call.engine().solve_linear(&matrix, &column)?))
        }
        Either::Second(right) => {
            Ok(Value::Matrix(call.engine().solve_linear(&matrix, &right.value)?))
        }
    }
}

/// The number of rows and columns of a matrix, the lengths of the axes of an array.
///
/// ```holor
/// shape([[1, 2, 3], [4, 5, 6]])          # => [2, 3]
/// shape(array([1, 2, 3]))                # => [3]
/// ```
#[builtin(topic = "matrices", latex = none, since = "0.1", see("length"))]
fn shape(
    /// A matrix or an array; a list is a column.
    matrix: Either<Matrix, ArrayArgument>,
) -> Vec<usize> {
    match matrix {
        Either::First(matrix) => vec![matrix.rows(), matrix.columns()],
        Either::Second(array) => array.array.shape(),
    }
}
