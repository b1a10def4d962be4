//! Coherence, entanglement and distance of quantum states.

use holor_algebra::{Expr, Function, Matrix, Node};
use holor_coherence::quantum::{self, BITS, DensityMatrix};
use holor_macros::builtin;

use super::data::integer;
use super::light::{dense, matrix_array};
use super::refusal::OrRefuse as _;
use crate::array::{Complex64, NumericArray, complex_number};
use crate::builtin::{ArrayArgument, ComplexMatrix, Expected, FromValue, Given, Many};
use crate::evaluate::Call;
use crate::{Builtin, Diagnostic, Result, Span, Value, codes};

/// The records of this file.
pub(crate) static BUILTINS: &[&Builtin] = &[
    &DENSITY_MATRIX,
    &PURITY,
    &LINEAR_ENTROPY,
    &ENTROPY,
    &L1_COHERENCE,
    &RELATIVE_ENTROPY_COHERENCE,
    &ROBUSTNESS_OF_COHERENCE,
    &GEOMETRIC_COHERENCE,
    &COHERENCE_NUMBER,
    &DEPHASE,
    &FIDELITY,
    &TRACE_DISTANCE,
    &QUANTUM_FISHER_INFORMATION,
    &CONCURRENCE,
    &ENTANGLEMENT_OF_FORMATION,
    &NEGATIVITY,
    &LOGARITHMIC_NEGATIVITY,
    &QUANTUM_MUTUAL_INFORMATION,
    &PARTIAL_TRACE,
    &BLOCH_VECTOR,
];

/// A quantum state: a density matrix, or a ket as a list, whose density matrix |ψ⟩⟨ψ| is meant.
#[derive(Clone, Debug)]
pub(super) struct State {
    /// The state in numbers, checked.
    pub(super) density: DensityMatrix,
    /// The same exactly, where it was given so.
    exact: Option<Matrix>,
    /// Where it stands.
    pub(super) span: Span,
}

impl FromValue for State {
    const KIND: &'static str = "a state: a density matrix, or a ket as a list";

    fn from_value(given: &Given, call: &Call<'_>) -> std::result::Result<Self, Expected> {
        let span = given.span;
        if !matches!(given.value, Value::Array(_) | Value::List(_) | Value::Matrix(_)) {
            return Err(Expected::Kind);
        }
        let ArrayArgument { array, .. } = ArrayArgument::from_value(given, call)?;
        let values = array.to_complex().into_owned();
        let is_ket = match array.shape().as_slice() {
            [_] | [_, 1] | [1, _] => true,
            [rows, columns] if rows == columns => false,
            _ => {
                let message = format!(
                    "a state is a square matrix or a list of amplitudes, found {}",
                    given.value.describe()
                );
                let error = Diagnostic::error(&codes::E0203_WRONG_SHAPE, message);
                return Err(error.at(span).into());
            }
        };
        let exact = exact_entries(&given.value);
        let density = if is_ket {
            DensityMatrix::from_ket(&values)
        } else {
            DensityMatrix::from_rows(&values)
        };
        let density = density.or_refuse(span).map_err(|error| {
            let name = given.written.as_ref().map_or("ψ", |name| &*name.text);
            let text = error.message.clone();
            Box::new(if text.contains("divide it by its norm") {
                (*error).hint(format!("{name}/norm({name})"))
            } else if text.contains("divide it by its trace") {
                (*error).hint(format!("{name}/trace({name})"))
            } else {
                *error
            })
        })?;
        let exact = exact.and_then(|entries| match is_ket {
            true => outer(call, &entries),
            false => Matrix::new(density.dimension(), density.dimension(), entries),
        });
        Ok(Self { density, exact, span })
    }
}

/// The entries of a list or matrix where all are exact.
fn exact_entries(value: &Value) -> Option<Vec<Expr>> {
    let entries: Vec<Expr> = match value {
        Value::Matrix(matrix) => matrix.entries().to_vec(),
        Value::List(items) => {
            items.iter().map(|item| item.as_expr().cloned()).collect::<Option<_>>()?
        }
        _ => return None,
    };
    // Longer ones are worked with in numbers: exact arithmetic of many roots takes long.
    let small = entries.len() <= 64;
    let decimal =
        |entry: &Expr| entry.any(&mut |part| matches!(part.node(), Node::Decimal(_)));
    (small && !entries.iter().any(decimal)).then_some(entries)
}

/// |ψ⟩⟨ψ| exactly.
fn outer(call: &Call<'_>, ket: &[Expr]) -> Option<Matrix> {
    let engine = call.engine();
    let mut entries = Vec::with_capacity(ket.len() * ket.len());
    for a in ket {
        for b in ket {
            let conjugate = Expr::call(Function::Conjugate, vec![b.clone()]);
            entries.push(engine.evaluate(&Expr::mul([a.clone(), conjugate])).ok()?);
        }
    }
    Matrix::new(ket.len(), ket.len(), entries)
}

impl State {
    /// An exact result, where the state is exact and the result agrees with the number.
    fn exact_or(
        &self,
        call: &Call<'_>,
        number: f64,
        formula: impl FnOnce(&Matrix) -> Option<Expr>,
    ) -> Value {
        let exact = || {
            let formula = formula(self.exact.as_ref()?)?;
            let engine = call.engine();
            let value = engine.simplify(&formula).ok()?;
            let check = complex_number(&engine, &value)?;
            let near = (check - number).norm() <= 1e-9 * (1.0 + number.abs());
            (near && value.count_nodes() <= 60).then_some(value)
        };
        exact().map_or_else(|| number.into(), Value::Expr)
    }

    /// The state in another basis, the columns of a unitary matrix.
    fn in_basis(mut self, basis: Option<&ComplexMatrix>) -> Result<Self> {
        if let Some(basis) = basis {
            self.density = self.density.in_basis(&dense(basis)).or_refuse(basis.span)?;
            self.exact = None;
        }
        Ok(self)
    }

    /// The dimensions of its parts: as given, else qubits.
    fn dimensions(&self, given: Option<&Vec<usize>>) -> Result<Vec<usize>> {
        let total = self.density.dimension();
        let error = |message: String| {
            Box::new(
                Diagnostic::error(&codes::E0203_WRONG_SHAPE, message)
                    .at(self.span)
                    .hint("dimensions = [2, 3]"),
            )
        };
        match given {
            Some(given) => {
                let product =
                    given.iter().try_fold(1_usize, |all, &n| all.checked_mul(n));
                if product == Some(total) && !given.is_empty() {
                    return Ok(given.clone());
                }
                Err(error(format!(
                    "the parts have the dimensions {given:?}; their product must be {total}, the dimension of the state"
                )))
            }
            None if total.is_power_of_two() && total >= 4 => {
                Ok(vec![2; total.trailing_zeros() as usize])
            }
            None => Err(error(format!(
                "a state of dimension {total} is none of qubits; say the dimensions of its parts"
            ))),
        }
    }
}

/// Parts counted from 1, as those of the measures counted from 0, in order.
fn parts(call: &Call<'_>, given: &[usize], count: usize) -> Result<Vec<usize>> {
    let mut parts = Vec::new();
    for &part in given {
        let Some(place) = part.checked_sub(1).filter(|&place| place < count) else {
            let message = format!("there is no part {part}; they are 1 to {count}");
            return Err(call.error(&codes::E0204_OUT_OF_RANGE, message));
        };
        if parts.contains(&place) {
            let message = format!("the part {part} is named twice");
            return Err(call.error(&codes::E0202_WRONG_ARGUMENTS, message));
        }
        parts.push(place);
    }
    if parts.is_empty() {
        let message = "at least one part is needed";
        return Err(call.error(&codes::E0202_WRONG_ARGUMENTS, message));
    }
    parts.sort_unstable();
    Ok(parts)
}

/// The density matrix |ψ⟩⟨ψ| of a ket; of a density matrix, itself. Anything that is no state is refused.
///
/// A state is Hermitian, of trace 1 and without negative eigenvalues, each to 10⁻⁹. All functions of states take kets, too.
///
/// ```holor
/// density_matrix([1/sqrt(2), i/sqrt(2)])       # => [[1/2, -i/2], [i/2, 1/2]]
/// density_matrix([1, 1])                       # error: [E0307]
/// density_matrix([[1/2, 1], [1, 1/2]])         # error: [E0307]
/// ```
#[builtin(
    topic = "coherence",
    latex = none,
    since = "0.3",
    returns = "matrix or array",
    see("purity", "l1_coherence", "partial_trace")
)]
fn density_matrix(
    /// The ket as a list, or a density matrix.
    state: State,
) -> Value {
    match state.exact {
        Some(matrix) => Value::Matrix(matrix),
        None => matrix_array(state.density.matrix()),
    }
}

/// The purity Tr ρ² of a state: 1 for a pure one, 1/d for the fully mixed one.
///
/// ```holor
/// purity([[1/2, 0], [0, 1/2]])                 # => 1/2
/// purity([[3/4, sqrt(3)/8], [sqrt(3)/8, 1/4]]) # => 23/32
/// purity([[0.5, 0.25], [0.25, 0.5]])           # => 0.625
/// ```
#[builtin(
    topic = "coherence",
    latex = r"\operatorname{tr} {0}^2",
    since = "0.3",
    returns = "number",
    see("linear_entropy", "entropy")
)]
fn purity(
    call: &Call<'_>,
    /// The state.
    state: State,
) -> Value {
    state.exact_or(call, state.density.purity(), trace_of_square)
}

/// Σ ρ_jk ρ_kj.
fn trace_of_square(matrix: &Matrix) -> Option<Expr> {
    let mut terms = Vec::new();
    for j in 0..matrix.rows() {
        for k in 0..matrix.columns() {
            terms.push(Expr::mul([matrix.get(j, k)?.clone(), matrix.get(k, j)?.clone()]));
        }
    }
    Some(Expr::add(terms))
}

/// The linear entropy 1 - Tr ρ² of a state, as `qutip.entropy_linear`.
///
/// ```holor
/// linear_entropy([[1/2, 0], [0, 1/2]])         # => 1/2
/// ```
#[builtin(topic = "coherence", latex = none, since = "0.3", returns = "number", see("purity", "entropy"))]
fn linear_entropy(
    call: &Call<'_>,
    /// The state.
    state: State,
) -> Value {
    state.exact_or(call, state.density.linear_entropy(), |matrix| {
        Some(Expr::add([Expr::integer(1), trace_of_square(matrix)?.negate()]))
    })
}

/// The entropy -Tr ρ log ρ of a state (von Neumann), in bits; `base = e` gives nats.
///
/// In qutip `entropy_vn(rho, base=2)`.
///
/// ```holor
/// entropy([[1/2, 0], [0, 1/2]])                # => 1.0
/// abs(entropy([[1/2, 0], [0, 1/2]], base = e) - 0.69314718056) < 1e-12    # => true
/// ```
#[builtin(
    topic = "coherence",
    latex = none,
    since = "0.3",
    aliases("von_neumann_entropy"),
    see("relative_entropy_coherence", "purity", "quantum_mutual_information")
)]
fn entropy(
    /// The state.
    state: State,
    /// The base of the logarithm.
    #[named]
    #[default(BITS)]
    base: f64,
) -> Result<f64> {
    state.density.entropy(base).or_refuse(state.span)
}

/// The l1 coherence Σ_{j≠k} |ρ_jk| of a state, in the basis in which it is written: from 0 to d - 1.
///
/// Baumgratz, Cramer and Plenio, Phys. Rev. Lett. 113 (2014) 140401. The columns of `basis` are another basis.
///
/// ```holor
/// l1_coherence([1/sqrt(2), 1/sqrt(2)])         # => 1
/// l1_coherence([[3/4, sqrt(3)/8], [sqrt(3)/8, 1/4]])    # => sqrt(3)/4
/// l1_coherence([[1/2, 0], [0, 1/2]])           # => 0
/// abs(l1_coherence([1, 0], basis = [[1, 1], [1, -1]]/sqrt(2)) - 1.0) < 1e-12    # => true
/// l1_coherence([[1, 0], [0, 1]])               # error: [E0307]
/// ```
#[builtin(
    topic = "coherence",
    latex = r"C_{{\ell_1}}\left({0}\right)",
    since = "0.3",
    returns = "number",
    see("relative_entropy_coherence", "robustness_of_coherence", "purity")
)]
fn l1_coherence(
    call: &Call<'_>,
    /// The state.
    state: State,
    /// A unitary matrix whose columns are the basis.
    #[named]
    basis: Option<ComplexMatrix>,
) -> Result<Value> {
    let state = state.in_basis(basis.as_ref())?;
    let number = quantum::l1_coherence(&state.density);
    Ok(state.exact_or(call, number, |matrix| {
        let mut terms = Vec::new();
        for j in 0..matrix.rows() {
            for k in 0..matrix.columns() {
                if j != k {
                    let entry = matrix.get(j, k)?.clone();
                    terms.push(Expr::call(Function::Abs, vec![entry]));
                }
            }
        }
        Some(Expr::add(terms))
    }))
}

/// The relative entropy of coherence S(diag ρ) - S(ρ) of a state, in bits; `base = e` gives nats.
///
/// Baumgratz, Cramer and Plenio, Phys. Rev. Lett. 113 (2014) 140401. The columns of `basis` are another basis.
///
/// ```holor
/// abs(relative_entropy_coherence([1/sqrt(2), 1/sqrt(2)]) - 1) < 1e-12    # => true
/// ```
#[builtin(topic = "coherence", latex = none, since = "0.3", see("l1_coherence", "entropy"))]
fn relative_entropy_coherence(
    /// The state.
    state: State,
    /// The base of the logarithm.
    #[named]
    #[default(BITS)]
    base: f64,
    /// A unitary matrix whose columns are the basis.
    #[named]
    basis: Option<ComplexMatrix>,
) -> Result<f64> {
    let state = state.in_basis(basis.as_ref())?;
    quantum::relative_entropy_coherence(&state.density, base).or_refuse(state.span)
}

/// The robustness of coherence: how much of another state must be mixed in until no coherence is left.
///
/// It equals the l1 coherence for qubits and pure states, and is proven to 10⁻⁷ by two bounds. Napoli et al., Phys. Rev.
/// Lett. 116 (2016) 150502.
///
/// ```holor
/// abs(robustness_of_coherence([1/sqrt(2), 1/sqrt(2)]) - 1.0) < 1e-6    # => true
/// ```
#[builtin(topic = "coherence", latex = none, since = "0.3", see("l1_coherence"))]
fn robustness_of_coherence(
    /// The state.
    state: State,
) -> Result<f64> {
    Ok(quantum::robustness_of_coherence(&state.density).or_refuse(state.span)?.value)
}

/// The geometric coherence 1 - max F(ρ, δ) over states δ without coherence; of pure states and qubits.
///
/// Streltsov et al., Phys. Rev. Lett. 115 (2015) 020403.
///
/// ```holor
/// abs(geometric_coherence([0.6, 0, 0.8]) - 0.36) < 1e-12    # => true
/// ```
#[builtin(topic = "coherence", latex = none, since = "0.3", see("l1_coherence", "fidelity"))]
fn geometric_coherence(
    /// The state: pure, or a qubit.
    state: State,
) -> Result<f64> {
    quantum::geometric_coherence(&state.density).or_refuse(state.span)
}

/// The coherence number: how many basis states a pure state has in it; of a mixed state where it follows from the matrix.
///
/// Killoran, Steinhoff and Plenio, Phys. Rev. Lett. 116 (2016) 080402.
///
/// ```holor
/// coherence_number([3/5, 0, 4/5])              # => 2
/// ```
#[builtin(topic = "coherence", latex = none, since = "0.3", returns = "integer", see("l1_coherence"))]
fn coherence_number(
    /// The state.
    state: State,
) -> Result<Value> {
    Ok(integer(quantum::coherence_number(&state.density).or_refuse(state.span)?))
}

/// A state after dephasing: each entry ρ_jk multiplied by D_jk.
///
/// D is positive with ones on its diagonal; a number d stands for d off the diagonal, such as `exp(-t/T2)` of a qubit.
///
/// ```holor
/// dephase([[1/2, 1/2], [1/2, 1/2]], 0.5)       # => array([[0.5, 0.25], [0.25, 0.5]])
/// dephase([[1/2, 1/2], [1/2, 1/2]], 2)         # error: [E0307]
/// ```
#[builtin(topic = "coherence", latex = none, since = "0.3", returns = "array", see("l1_coherence"))]
fn dephase(
    call: &Call<'_>,
    /// The state.
    state: State,
    /// The matrix D, or one factor for all.
    factors: crate::builtin::Either<f64, ComplexMatrix>,
) -> Result<Value> {
    let n = state.density.dimension();
    let factors = match factors {
        crate::builtin::Either::First(factor) => {
            quantum::DMatrix::from_fn(n, n, |j, k| {
                Complex64::from(if j == k { 1.0 } else { factor })
            })
        }
        crate::builtin::Either::Second(matrix) => dense(&matrix),
    };
    let found = quantum::dephase(&state.density, &factors).or_refuse(call.span())?;
    Ok(matrix_array(found.matrix()))
}

/// The fidelity (Tr √(√ρ σ √ρ))² of two states: |⟨φ|ψ⟩|² of pure ones.
///
/// `qutip.fidelity` is its root, `root = true`. Jozsa, J. Mod. Opt. 41 (1994) 2315.
///
/// ```holor
/// abs(fidelity([1, 0], [3/5, 4/5]) - 0.36) < 1e-12    # => true
/// abs(fidelity([1, 0], [3/5, 4/5], root = true) - 0.6) < 1e-12    # => true
/// fidelity([1, 0], [1, 0, 0])                  # error: [E0203]
/// ```
#[builtin(topic = "coherence", latex = none, since = "0.3", see("trace_distance", "purity"))]
fn fidelity(
    /// A state.
    first: State,
    /// Another.
    second: State,
    /// Whether the root is meant.
    #[named]
    #[default(false)]
    root: bool,
) -> Result<f64> {
    let span = first.span.to(second.span);
    if root {
        quantum::root_fidelity(&first.density, &second.density).or_refuse(span)
    } else {
        quantum::fidelity(&first.density, &second.density).or_refuse(span)
    }
}

/// The trace distance ½‖ρ - σ‖₁ of two states, from 0 to 1.
///
/// ```holor
/// abs(trace_distance([1, 0], [3/5, 4/5]) - 0.8) < 1e-12    # => true
/// ```
#[builtin(topic = "coherence", latex = none, since = "0.3", see("fidelity"))]
fn trace_distance(
    /// A state.
    first: State,
    /// Another.
    second: State,
) -> Result<f64> {
    quantum::trace_distance(&first.density, &second.density)
        .or_refuse(first.span.to(second.span))
}

/// The quantum Fisher information of the states e^{-iHθ} ρ e^{iHθ}; 4 Var H of a pure state.
///
/// Braunstein and Caves, Phys. Rev. Lett. 72 (1994) 3439.
///
/// ```holor
/// abs(quantum_fisher_information([1/sqrt(2), 1/sqrt(2)], [[1/2, 0], [0, -1/2]]) - 1.0) < 1e-12    # => true
/// ```
#[builtin(topic = "coherence", latex = none, since = "0.3", see("fidelity"))]
fn quantum_fisher_information(
    /// The state.
    state: State,
    /// The generator H, a Hermitian matrix.
    generator: ComplexMatrix,
) -> Result<f64> {
    quantum::quantum_fisher_information(&state.density, &dense(&generator))
        .or_refuse(generator.span)
}

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
    since = "0.3",
    see("entanglement_of_formation", "negativity")
)]
fn concurrence(
    /// The state of two qubits.
    state: State,
) -> Result<f64> {
    quantum::concurrence(&state.density).or_refuse(state.span)
}

/// The entanglement of formation of two qubits, in bits.
///
/// Wootters, Phys. Rev. Lett. 80 (1998) 2245.
///
/// ```holor
/// abs(entanglement_of_formation([1, 0, 0, 1]/sqrt(2)) - 1.0) < 1e-12    # => true
/// ```
#[builtin(topic = "coherence", latex = none, since = "0.3", see("concurrence"))]
fn entanglement_of_formation(
    /// The state of two qubits.
    state: State,
) -> Result<f64> {
    quantum::entanglement_of_formation(&state.density).or_refuse(state.span)
}

/// The negativity (‖ρ^T‖₁ - 1)/2 of a state, with the transpose of one part.
///
/// Vidal and Werner, Phys. Rev. A 65 (2002) 032314. As `qutip.negativity`. Parts are qubits unless `dimensions` says otherwise.
///
/// ```holor
/// abs(negativity([1, 0, 0, 1]/sqrt(2)) - 0.5) < 1e-12    # => true
/// negativity([1, 0, 0, 0, 0, 0])               # error: [E0203]
/// ```
#[builtin(topic = "coherence", latex = none, since = "0.3", see("logarithmic_negativity", "concurrence"))]
fn negativity(
    call: &Call<'_>,
    /// The state.
    state: State,
    /// The part that is transposed, counted from 1.
    #[default(1)]
    part: usize,
    /// The dimensions of the parts.
    #[named]
    dimensions: Option<Vec<usize>>,
) -> Result<f64> {
    let dimensions = state.dimensions(dimensions.as_ref())?;
    let part = parts(call, &[part], dimensions.len())?.first().copied().unwrap_or(0);
    quantum::negativity(&state.density, &dimensions, part).or_refuse(state.span)
}

/// The logarithmic negativity log₂ ‖ρ^T‖₁ of a state, with the transpose of one part.
///
/// Plenio, Phys. Rev. Lett. 95 (2005) 090503. Parts are qubits unless `dimensions` says otherwise.
///
/// ```holor
/// abs(logarithmic_negativity([1, 0, 0, 1]/sqrt(2)) - 1.0) < 1e-12    # => true
/// ```
#[builtin(topic = "coherence", latex = none, since = "0.3", see("negativity"))]
fn logarithmic_negativity(
    call: &Call<'_>,
    /// The state.
    state: State,
    /// The part that is transposed, counted from 1.
    #[default(1)]
    part: usize,
    /// The dimensions of the parts.
    #[named]
    dimensions: Option<Vec<usize>>,
) -> Result<f64> {
    let dimensions = state.dimensions(dimensions.as_ref())?;
    let part = parts(call, &[part], dimensions.len())?.first().copied().unwrap_or(0);
    quantum::logarithmic_negativity(&state.density, &dimensions, part)
        .or_refuse(state.span)
}

/// The quantum mutual information S(A) + S(B) - S(AB), in bits, between some parts A of a state and the others B.
///
/// ```holor
/// abs(quantum_mutual_information([1, 0, 0, 1]/sqrt(2), 1) - 2.0) < 1e-12    # => true
/// ```
#[builtin(topic = "coherence", latex = none, since = "0.3", see("entropy", "partial_trace"))]
fn quantum_mutual_information(
    call: &Call<'_>,
    /// The state.
    state: State,
    /// The parts A, counted from 1.
    first: Many<usize>,
    /// The dimensions of the parts; qubits if left out.
    #[named]
    dimensions: Option<Vec<usize>>,
    /// The base of the logarithm.
    #[named]
    #[default(BITS)]
    base: f64,
) -> Result<f64> {
    let dimensions = state.dimensions(dimensions.as_ref())?;
    let first = parts(call, &first.items, dimensions.len())?;
    quantum::mutual_information(&state.density, &dimensions, &first, base)
        .or_refuse(state.span)
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
    since = "0.3",
    returns = "matrix or array",
    aliases("ptrace", "reduced_state"),
    see("entropy", "quantum_mutual_information", "density_matrix")
)]
fn partial_trace(
    call: &Call<'_>,
    /// The state.
    state: State,
    /// The parts that stay, counted from 1.
    keep: Many<usize>,
    /// The dimensions of the parts.
    #[named]
    dimensions: Option<Vec<usize>>,
) -> Result<Value> {
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

fn reduced_exactly(
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

/// The Bloch vector [x, y, z] of a qubit, ρ = (1 + xσ_x + yσ_y + zσ_z)/2.
///
/// ```holor
/// bloch_vector([[3/4, -i/4], [i/4, 1/4]])      # => array([0.0, 0.5, 0.5])
/// ```
#[builtin(topic = "coherence", latex = none, since = "0.3", see("density_matrix"))]
fn bloch_vector(
    /// The state of a qubit.
    state: State,
) -> Result<NumericArray> {
    let vector = quantum::bloch_vector(&state.density).or_refuse(state.span)?;
    // A negative zero is a zero.
    Ok(NumericArray::vector(vector.iter().map(|x| x + 0.0).collect::<Vec<f64>>()))
}
