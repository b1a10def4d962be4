//! Parts of quantum states: entanglement, mutual information, partial traces.

use holor_algebra::{Expr, Function, Matrix};
use holor_coherence::quantum;
use holor_macros::builtin;

use super::super::light::matrix_array;
use super::super::refusal::OrRefuse as _;
use super::exact::{self, Base};
use super::symbolic::AnyState;
use super::{State, agreed, dimensions_of, parts};
use crate::array::complex_number;
use crate::builtin::Many;
use crate::evaluate::Call;
use crate::{Builtin, Result, Value, codes};

/// The records of this file.
pub(crate) static BUILTINS: &[&Builtin] = &[
    &CONCURRENCE,
    &ENTANGLEMENT_OF_FORMATION,
    &NEGATIVITY,
    &LOGARITHMIC_NEGATIVITY,
    &QUANTUM_MUTUAL_INFORMATION,
    &PARTIAL_TRACE,
];

/// The concurrence of two qubits: 0 for separable states, 1 for Bell states.
///
/// Wootters, Phys. Rev. Lett. 80 (1998) 2245. As `qutip.concurrence`.
///
/// ```holor
/// abs(concurrence([1, 0, 0, 1]/sqrt(2)) - 1.0) < 1e-12    # => true
/// concurrence([1, 0])                          # error: [E0307]
/// ```
#[builtin(
    topic = "coherence",
    latex = none,
    since = "0.1",
    see("entanglement_of_formation", "negativity")
)]
fn concurrence(
    call: &Call<'_>,
    /// The state of two qubits.
    state: State,
) -> Result<Value> {
    let number = quantum::concurrence(&state.density).or_refuse(state.span)?;
    Ok(state.exact_or(call, number, |matrix| {
        exact::concurrence(&call.engine(), matrix, &state.density)
    }))
}

/// The entanglement of formation of two qubits, in bits.
///
/// Wootters, Phys. Rev. Lett. 80 (1998) 2245.
///
/// ```holor
/// abs(entanglement_of_formation([1, 0, 0, 1]/sqrt(2)) - 1.0) < 1e-12    # => true
/// ```
#[builtin(topic = "coherence", latex = none, since = "0.1", see("concurrence"))]
fn entanglement_of_formation(
    call: &Call<'_>,
    /// The state of two qubits.
    state: State,
) -> Result<Value> {
    let number =
        quantum::entanglement_of_formation(&state.density).or_refuse(state.span)?;
    let formula = if exact::is_pure(&state.density) {
        state.reduced(&[2, 2], &[0])?.exact_entropy(call, &Base::bits())
    } else {
        None
    };
    Ok(agreed(call, number, formula))
}

/// The negativity (‖ρ^T‖₁ - 1)/2 of a state, with the transpose of one part.
///
/// Vidal and Werner, Phys. Rev. A 65 (2002) 032314. As `qutip.negativity`. Parts are qubits unless `dimensions` says otherwise.
///
/// ```holor
/// abs(negativity([1, 0, 0, 1]/sqrt(2)) - 0.5) < 1e-12    # => true
/// negativity([1, 0, 0, 0, 0, 0])               # error: [E0203]
/// ```
#[builtin(topic = "coherence", latex = none, since = "0.1", see("logarithmic_negativity", "concurrence"))]
fn negativity(
    call: &Call<'_>,
    /// The state.
    state: State,
    /// The part that is transposed, counted from 1.
    #[default(1)]
    part: usize,
    /// The dimensions of the parts.
    #[named]
    #[also("dims")]
    dimensions: Option<Vec<usize>>,
) -> Result<Value> {
    let dimensions = state.dimensions(dimensions.as_ref())?;
    let part = parts(call, &[part], dimensions.len())?.first().copied().unwrap_or(0);
    let number =
        quantum::negativity(&state.density, &dimensions, part).or_refuse(state.span)?;
    Ok(state.exact_or(call, number, |matrix| {
        exact::negativity(&call.engine(), (matrix, &state.density), &dimensions, part)
    }))
}

/// The logarithmic negativity log₂ ‖ρ^T‖₁ of a state, with the transpose of one part.
///
/// Plenio, Phys. Rev. Lett. 95 (2005) 090503. Parts are qubits unless `dimensions` says otherwise.
///
/// ```holor
/// abs(logarithmic_negativity([1, 0, 0, 1]/sqrt(2)) - 1.0) < 1e-12    # => true
/// ```
#[builtin(topic = "coherence", latex = none, since = "0.1", see("negativity"))]
fn logarithmic_negativity(
    call: &Call<'_>,
    /// The state.
    state: State,
    /// The part that is transposed, counted from 1.
    #[default(1)]
    part: usize,
    /// The dimensions of the parts.
    #[named]
    #[also("dims")]
    dimensions: Option<Vec<usize>>,
) -> Result<Value> {
    let dimensions = state.dimensions(dimensions.as_ref())?;
    let part = parts(call, &[part], dimensions.len())?.first().copied().unwrap_or(0);
    let number = quantum::logarithmic_negativity(&state.density, &dimensions, part)
        .or_refuse(state.span)?;
    Ok(state.exact_or(call, number, |matrix| {
        let sum = exact::negativity(
            &call.engine(),
            (matrix, &state.density),
            &dimensions,
            part,
        )?;
        let norm = Expr::add([Expr::integer(1), Expr::mul([Expr::integer(2), sum])]);
        let log = |value: Expr| Expr::call(Function::Log, vec![value]);
        Some(Expr::mul([log(norm), log(Expr::integer(2)).reciprocal()]))
    }))
}

/// The quantum mutual information S(A) + S(B) - S(AB), in bits, between some parts A of a state and the others B.
///
/// ```holor
/// abs(quantum_mutual_information([1, 0, 0, 1]/sqrt(2), 1) - 2.0) < 1e-12    # => true
/// ```
#[builtin(topic = "coherence", latex = none, since = "0.1", see("entropy", "partial_trace"))]
fn quantum_mutual_information(
    call: &Call<'_>,
    /// The state.
    state: State,
    /// The parts A, counted from 1.
    first: Many<usize>,
    /// The dimensions of the parts; qubits if left out.
    #[named]
    #[also("dims")]
    dimensions: Option<Vec<usize>>,
    /// The base of the logarithm.
    #[named]
    #[default(Base::bits())]
    base: Base,
) -> Result<Value> {
    let dimensions = state.dimensions(dimensions.as_ref())?;
    let first = parts(call, &first.items, dimensions.len())?;
    let number =
        quantum::mutual_information(&state.density, &dimensions, &first, base.number)
            .or_refuse(state.span)?;
    let others: Vec<usize> =
        (0..dimensions.len()).filter(|part| !first.contains(part)).collect();
    let formula = || {
        let parts = [&first, &others].map(|keep| {
            state.reduced(&dimensions, keep).ok()?.exact_entropy(call, &base)
        });
        let [a, b] = parts;
        Some(Expr::add([a?, b?, state.exact_entropy(call, &base)?.negate()]))
    };
    Ok(agreed(call, number, formula()))
}

/// The state of some parts of a state: all others are traced out.
///
/// Parts are qubits unless `dimensions` says otherwise, in the order of the tensor product. As `ptrace` of qutip, with parts
/// counted from 1.
///
/// ```holor
/// partial_trace([1, 0, 0, 1]/sqrt(2), 1)       # => [[1/2, 0], [0, 1/2]]
/// partial_trace([0, 1, 0, 0, 0, 0], 2, dimensions = [2, 3])    # => [[0, 0, 0], [0, 1, 0], [0, 0, 0]]
/// partial_trace([1, 0, 0, 0], 3)               # error: [E0204]
/// ```
#[builtin(
    topic = "coherence",
    latex = none,
    since = "0.1",
    returns = "matrix or array",
    aliases("ptrace", "reduced_state"),
    see("entropy", "quantum_mutual_information", "density_matrix")
)]
fn partial_trace(
    call: &Call<'_>,
    /// The state.
    state: AnyState,
    /// The parts that stay, counted from 1.
    keep: Many<usize>,
    /// The dimensions of the parts.
    #[named]
    #[also("dims")]
    dimensions: Option<Vec<usize>>,
) -> Result<Value> {
    let state = match state {
        AnyState::Numbers(state) => state,
        AnyState::Symbols(state) => {
            let total = state.matrix.rows();
            let dimensions = dimensions_of(total, dimensions.as_ref(), state.span)?;
            let keep = parts(call, &keep.items, dimensions.len())?;
            let engine = call.engine();
            let simple = |matrix: Matrix| {
                let entries: Option<Vec<Expr>> =
                    matrix.entries().iter().map(|it| engine.simplify(it).ok()).collect();
                Matrix::new(matrix.rows(), matrix.columns(), entries?)
            };
            let reduced = reduced_exactly(&state.matrix, &dimensions, &keep);
            return reduced.and_then(simple).map(Value::Matrix).ok_or_else(|| {
                call.error(&codes::E0203_WRONG_SHAPE, "the state has no such parts")
            });
        }
    };
    let dimensions = state.dimensions(dimensions.as_ref())?;
    let keep = parts(call, &keep.items, dimensions.len())?;
    let reduced =
        state.density.partial_trace(&dimensions, &keep).or_refuse(state.span)?;
    let exact = state.exact.as_ref().and_then(|it| {
        let matrix = reduced_exactly(it, &dimensions, &keep)?;
        let engine = call.engine();
        let entries: Option<Vec<Expr>> =
            matrix.entries().iter().map(|entry| engine.simplify(entry).ok()).collect();
        let matrix = Matrix::new(matrix.rows(), matrix.columns(), entries?)?;
        // Both ways must agree.
        let near = (0..matrix.rows()).all(|j| {
            (0..matrix.columns()).all(|k| {
                matrix
                    .get(j, k)
                    .and_then(|entry| complex_number(&engine, entry))
                    .is_some_and(|z| (z - reduced.matrix()[(j, k)]).norm() < 1e-9)
            })
        });
        near.then_some(matrix)
    });
    Ok(match exact {
        Some(matrix) => Value::Matrix(matrix),
        None => matrix_array(reduced.matrix()),
    })
}

/// The exact state of some parts, counted from 0.
pub(super) fn reduced_exactly(
    matrix: &Matrix,
    dimensions: &[usize],
    keep: &[usize],
) -> Option<Matrix> {
    let split = |index: usize| {
        let (mut kept, mut other) = (0, 0);
        let mut stride: usize = dimensions.iter().product();
        for (part, &size) in dimensions.iter().enumerate() {
            stride /= size;
            let digit = index / stride % size;
            if keep.contains(&part) {
                kept = kept * size + digit;
            } else {
                other = other * size + digit;
            }
        }
        (kept, other)
    };
    let size: usize = keep.iter().filter_map(|&part| dimensions.get(part)).product();
    let mut sums = vec![Vec::new(); size * size];
    for j in 0..matrix.rows() {
        for k in 0..matrix.columns() {
            let ((a, c), (b, d)) = (split(j), split(k));
            if c == d {
                sums.get_mut(a * size + b)?.push(matrix.get(j, k)?.clone());
            }
        }
    }
    Matrix::new(size, size, sums.into_iter().map(Expr::add).collect::<Vec<_>>())
}
