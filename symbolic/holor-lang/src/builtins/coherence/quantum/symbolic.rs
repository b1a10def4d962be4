//! States with symbols in them, and the measures that are formulas of their entries.

use holor_algebra::{Engine, Expr, Matrix};

use super::State;
use super::exact::conjugate;
use crate::array::nested_array;
use crate::builtin::{Expected, FromValue, Given};
use crate::evaluate::Call;
use crate::{Diagnostic, Result, Span, Value, codes};

/// A state of numbers, or one with symbols.
#[derive(Clone, Debug)]
pub(crate) enum AnyState {
    /// Of numbers.
    Numbers(Box<State>),
    /// With symbols.
    Symbols(SymbolicState),
}

/// A density matrix with symbols, Hermitian and of trace 1 whatever they are; whether it is positive is not known.
#[derive(Clone, Debug)]
pub(crate) struct SymbolicState {
    /// The density matrix.
    pub(super) matrix: Matrix,
    /// Where it stands.
    pub(super) span: Span,
}

impl FromValue for AnyState {
    const KIND: &'static str = State::KIND;

    fn from_value(given: &Given, call: &Call<'_>) -> std::result::Result<Self, Expected> {
        let entries = super::exact_entries(&given.value);
        let symbols = |entries: &[Expr]| {
            entries.iter().any(|entry| !entry.free_symbols().is_empty())
        };
        let Some(entries) = entries.filter(|entries| symbols(entries)) else {
            return State::from_value(given, call).map(|it| Self::Numbers(Box::new(it)));
        };
        // A symbol may stand for nothing: then numbers are left, or what is no formula.
        if nested_array(&call.engine(), &given.value).is_ok() {
            return State::from_value(given, call).map(|it| Self::Numbers(Box::new(it)));
        }
        let (rows, columns) = match &given.value {
            Value::Matrix(matrix) => (matrix.rows(), matrix.columns()),
            _ => (entries.len(), 1),
        };
        let engine = call.engine();
        let matrix = if rows == 1 || columns == 1 {
            checked_ket(&engine, call, &entries, given.span)?
        } else if rows == columns {
            let matrix = Matrix::new(rows, columns, entries).ok_or(Expected::Kind)?;
            checked_density(&engine, &matrix, given.span)?;
            matrix
        } else {
            return Err(Expected::Kind);
        };
        Ok(Self::Symbols(SymbolicState { matrix, span: given.span }))
    }
}

fn is_one(engine: &Engine, value: &Expr) -> (bool, Expr) {
    let value = engine.simplify(value).unwrap_or_else(|_| value.clone());
    (value.is_one(), value)
}

/// |ψ⟩⟨ψ| of a ket whose norm is 1 whatever its symbols are.
fn checked_ket(
    engine: &Engine,
    call: &Call<'_>,
    entries: &[Expr],
    span: Span,
) -> Result<Matrix> {
    let squares =
        entries.iter().map(|entry| Expr::mul([entry.clone(), conjugate(entry)]));
    let (normal, norm) = is_one(engine, &Expr::add(squares));
    if !normal {
        let message = format!(
            "the state vector has the norm² {norm}, which is not 1 for all values"
        );
        return Err(invalid(&message, entries, span));
    }
    super::outer(call, entries).ok_or_else(|| {
        Box::new(
            Diagnostic::error(&codes::E0401_NOT_A_NUMBER, "the ket has no product")
                .at(span),
        )
    })
}

fn checked_density(engine: &Engine, matrix: &Matrix, span: Span) -> Result<()> {
    let diagonal = super::exact::diagonal(matrix).unwrap_or_default();
    let (normal, trace) = is_one(engine, &Expr::add(diagonal));
    if !normal {
        let message = format!(
            "the density matrix has the trace {trace}, which is not 1 for all values"
        );
        return Err(invalid(&message, matrix.entries(), span));
    }
    for j in 0..matrix.rows() {
        for k in 0..=j {
            let (Some(a), Some(b)) = (matrix.get(j, k), matrix.get(k, j)) else {
                continue;
            };
            let difference = Expr::add([a.clone(), conjugate(b).negate()]);
            let same = engine.simplify(&difference).is_ok_and(|it| it.is_zero());
            if !same {
                let message = if j == k {
                    format!(
                        "the entry [{}, {}] of the density matrix is not real for all values",
                        j + 1,
                        j + 1
                    )
                } else {
                    format!(
                        "the density matrix is not Hermitian for all values: the entries [{}, {}] and [{}, {}] are no conjugates",
                        j + 1,
                        k + 1,
                        k + 1,
                        j + 1
                    )
                };
                return Err(invalid(&message, matrix.entries(), span));
            }
        }
    }
    Ok(())
}

/// The refusal, with the line that makes symbols real.
fn invalid(message: &str, entries: &[Expr], span: Span) -> Box<Diagnostic> {
    let names: std::collections::BTreeSet<String> = entries
        .iter()
        .flat_map(Expr::free_symbols)
        .map(|symbol| symbol.to_string())
        .collect();
    let names: Vec<String> = names.into_iter().collect();
    Box::new(
        Diagnostic::error(&codes::E0307_INVALID, message)
            .at(span)
            .hint(format!("symbols {} real", names.join(", "))),
    )
}

impl AnyState {
    /// A formula of a state with symbols, or what is measured of one of numbers.
    pub(super) fn measure(
        self,
        call: &Call<'_>,
        formula: impl FnOnce(&Matrix) -> Option<Expr>,
        measured: impl FnOnce(State) -> Result<Value>,
    ) -> Result<Value> {
        match self {
            Self::Numbers(state) => measured(*state),
            Self::Symbols(state) => {
                let formula = formula(&state.matrix).ok_or_else(|| {
                    call.error(&codes::E0203_WRONG_SHAPE, "a state is a square matrix")
                })?;
                Ok(Value::Expr(call.engine().simplify(&formula)?))
            }
        }
    }
}
