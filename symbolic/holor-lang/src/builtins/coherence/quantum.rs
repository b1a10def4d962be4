//! Coherence, entanglement and distance of quantum states.

pub(crate) mod entanglement;
pub(super) mod exact;
mod symbolic;

use holor_algebra::{Expr, Function, Matrix, Node};
use holor_coherence::quantum::{self, DensityMatrix};
use holor_macros::builtin;

use self::exact::{Base, GivenMatrix};
use self::symbolic::AnyState;
use super::data::integer;
use super::light::{dense, matrix_array};
use super::refusal::OrRefuse as _;
use crate::array::{Complex64, NumericArray, complex_number};
use crate::builtin::{ArrayArgument, Expected, FromValue, Given};
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
    &BLOCH_VECTOR,
];

/// A quantum state: a density matrix, or a ket as a list, whose density matrix |ψ⟩⟨ψ| is meant.
#[derive(Clone, Debug)]
pub(crate) struct State {
    /// The state in numbers, checked.
    pub(super) density: DensityMatrix,
    /// The same exactly, where it was given so.
    pub(super) exact: Option<Matrix>,
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
        agreed(call, number, self.exact.as_ref().and_then(formula))
    }

    /// The state in another basis, the columns of a unitary matrix.
    fn in_basis(mut self, call: &Call<'_>, basis: Option<&GivenMatrix>) -> Result<Self> {
        if let Some(basis) = basis {
            let numbers = &basis.numbers;
            self.density =
                self.density.in_basis(&dense(numbers)).or_refuse(numbers.span)?;
            let both = self.exact.as_ref().zip(basis.exact.as_ref());
            self.exact = both
                .and_then(|(state, basis)| exact::in_basis(&call.engine(), state, basis));
        }
        Ok(self)
    }

    /// The exact entropy of the state, for one whose eigenvalues are rational.
    fn exact_entropy(&self, call: &Call<'_>, base: &Base) -> Option<Expr> {
        let matrix = self.exact.as_ref()?;
        let spectrum = exact::spectrum(&call.engine(), matrix, &self.density)?;
        exact::entropy(&spectrum, base)
    }

    /// One of its parts, counted from 1.
    pub(super) fn mode(
        &self,
        call: &Call<'_>,
        mode: usize,
        dimensions: &Vec<usize>,
    ) -> Result<Self> {
        let dimensions = self.dimensions(Some(dimensions))?;
        let keep = parts(call, &[mode], dimensions.len())?;
        self.reduced(&dimensions, &keep)
    }

    /// Some of its parts, exactly where it is exact.
    fn reduced(&self, dimensions: &[usize], keep: &[usize]) -> Result<Self> {
        let density =
            self.density.partial_trace(dimensions, keep).or_refuse(self.span)?;
        let exact = self
            .exact
            .as_ref()
            .and_then(|it| entanglement::reduced_exactly(it, dimensions, keep));
        Ok(Self { density, exact, span: self.span })
    }

    /// Itself and another, where both are exact.
    fn exact_with<'a>(
        &'a self,
        other: &'a Self,
    ) -> Option<(exact::Pair<'a>, exact::Pair<'a>)> {
        let (a, b) = (self.exact.as_ref()?, other.exact.as_ref()?);
        (a.rows() == b.rows()).then_some(((a, &self.density), (b, &other.density)))
    }

    /// The dimensions of its parts: as given, else qubits.
    pub(super) fn dimensions(&self, given: Option<&Vec<usize>>) -> Result<Vec<usize>> {
        dimensions_of(self.density.dimension(), given, self.span)
    }
}

/// The dimensions of the parts of a state: as given, else qubits.
fn dimensions_of(
    total: usize,
    given: Option<&Vec<usize>>,
    span: Span,
) -> Result<Vec<usize>> {
    let error = |message: String| {
        Box::new(
            Diagnostic::error(&codes::E0203_WRONG_SHAPE, message)
                .at(span)
                .hint("dimensions = [2, 3]"),
        )
    };
    match given {
        Some(given) => {
            let product = given.iter().try_fold(1_usize, |all, &n| all.checked_mul(n));
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

/// An exact result where there is one, short and agreeing with the number; else the number.
pub(super) fn agreed(call: &Call<'_>, number: f64, formula: Option<Expr>) -> Value {
    let exact = || {
        let engine = call.engine();
        let formula = engine.evaluate(&formula?).ok()?;
        // Logarithms are in their last form: simplifying would put factors into them.
        let logarithms =
            formula.any(&mut |part| matches!(part.node(), Node::Call(Function::Log, _)));
        let value = if logarithms { formula } else { engine.simplify(&formula).ok()? };
        let check = complex_number(&engine, &value)?;
        let near = (check - number).norm() <= 1e-9 * (1.0 + number.abs());
        // A real number written with i is no simpler than its decimals.
        let plain = value.count_nodes() <= 60 && !value.contains(&Expr::i());
        (near && plain).then_some(value)
    };
    exact().map_or_else(|| number.into(), Value::Expr)
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
/// States with symbols in them must be normalised whatever their values are (declare real ones: `symbols θ real`);
/// `purity`, `linear_entropy`, `l1_coherence`, `bloch_vector` and `partial_trace` take them as well.
///
/// ```holor
/// density_matrix([1/sqrt(2), i/sqrt(2)])       # => [[1/2, -i/2], [i/2, 1/2]]
/// symbols θ real; purity(density_matrix([cos(θ), i sin(θ)]))    # => 1
/// density_matrix([1, 1])                       # error: [E0307]
/// density_matrix([[1/2, 1], [1, 1/2]])         # error: [E0307]
/// ```
#[builtin(
    topic = "coherence",
    latex = none,
    since = "0.1",
    returns = "matrix or array",
    see("purity", "l1_coherence", "partial_trace")
)]
fn density_matrix(
    /// The ket as a list, or a density matrix.
    state: AnyState,
) -> Value {
    match state {
        AnyState::Symbols(state) => Value::Matrix(state.matrix),
        AnyState::Numbers(state) => match state.exact {
            Some(matrix) => Value::Matrix(matrix),
            None => matrix_array(state.density.matrix()),
        },
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
    since = "0.1",
    returns = "number",
    see("linear_entropy", "entropy")
)]
fn purity(
    call: &Call<'_>,
    /// The state.
    state: AnyState,
) -> Result<Value> {
    let square = |matrix: &Matrix| exact::trace_of_product(matrix, matrix);
    state.measure(call, square, |state| {
        Ok(state.exact_or(call, state.density.purity(), square))
    })
}

/// The linear entropy 1 - Tr ρ² of a state, as `qutip.entropy_linear`.
///
/// ```holor
/// linear_entropy([[1/2, 0], [0, 1/2]])         # => 1/2
/// ```
#[builtin(topic = "coherence", latex = none, since = "0.1", returns = "number", see("purity", "entropy"))]
fn linear_entropy(
    call: &Call<'_>,
    /// The state.
    state: AnyState,
) -> Result<Value> {
    let mixed = |matrix: &Matrix| {
        let square = exact::trace_of_product(matrix, matrix)?;
        Some(Expr::add([Expr::integer(1), square.negate()]))
    };
    state.measure(call, mixed, |state| {
        Ok(state.exact_or(call, state.density.linear_entropy(), mixed))
    })
}

/// The entropy -Tr ρ log ρ of a state (von Neumann), in bits; `base = e` gives nats.
///
/// In qutip `entropy_vn(rho, base=2)`.
///
/// ```holor
/// entropy([[1/2, 0], [0, 1/2]])                # => 1
/// entropy([[1/2, 1/4], [1/4, 1/2]])            # => 2 - 3*log(3)/(4*log(2))
/// entropy([[1/2, 0], [0, 1/2]], base = e)      # => log(2)
/// ```
#[builtin(
    topic = "coherence",
    latex = none,
    since = "0.1",
    aliases("von_neumann_entropy"),
    see("relative_entropy_coherence", "purity", "quantum_mutual_information")
)]
fn entropy(
    call: &Call<'_>,
    /// The state.
    state: State,
    /// The base of the logarithm.
    #[named]
    #[default(Base::bits())]
    base: Base,
) -> Result<Value> {
    let number = state.density.entropy(base.number).or_refuse(state.span)?;
    Ok(agreed(call, number, state.exact_entropy(call, &base)))
}

/// The l1 coherence Σ_{j≠k} |ρ_jk| of a state, in the basis in which it is written: from 0 to d - 1.
///
/// Baumgratz, Cramer and Plenio, Phys. Rev. Lett. 113 (2014) 140401. The columns of `basis` are another basis.
///
/// ```holor
/// l1_coherence([1/sqrt(2), 1/sqrt(2)])         # => 1
/// l1_coherence([[3/4, sqrt(3)/8], [sqrt(3)/8, 1/4]])    # => sqrt(3)/4
/// l1_coherence([[1/2, 0], [0, 1/2]])           # => 0
/// l1_coherence([1, 0], basis = [[1, 1], [1, -1]]/sqrt(2))    # => 1
/// symbols θ real; l1_coherence([cos(θ), sin(θ)])    # => 2*abs(cos(θ))*abs(sin(θ))
/// l1_coherence([[1, 0], [0, 1]])               # error: [E0307]
/// ```
#[builtin(
    topic = "coherence",
    latex = r"C_{{\ell_1}}\left({0}\right)",
    since = "0.1",
    returns = "number",
    see("relative_entropy_coherence", "robustness_of_coherence", "purity")
)]
fn l1_coherence(
    call: &Call<'_>,
    /// The state.
    state: AnyState,
    /// A unitary matrix whose columns are the basis.
    #[named]
    basis: Option<GivenMatrix>,
) -> Result<Value> {
    if let (AnyState::Symbols(state), Some(basis)) = (&state, &basis) {
        let turned = basis.exact.as_ref().filter(|it| it.rows() == state.matrix.rows());
        let turned = turned
            .and_then(|basis| exact::in_basis(&call.engine(), &state.matrix, basis))
            .and_then(|matrix| exact::off_diagonal(&matrix));
        return match turned {
            Some(formula) => Ok(Value::Expr(call.engine().simplify(&formula)?)),
            None => Err(call.error(
                &codes::E0203_WRONG_SHAPE,
                "a state with symbols needs an exact basis of its dimension",
            )),
        };
    }
    state.measure(call, exact::off_diagonal, |state| {
        let state = state.in_basis(call, basis.as_ref())?;
        let number = quantum::l1_coherence(&state.density);
        Ok(state.exact_or(call, number, exact::off_diagonal))
    })
}

/// The relative entropy of coherence S(diag ρ) - S(ρ) of a state, in bits; `base = e` gives nats.
///
/// Baumgratz, Cramer and Plenio, Phys. Rev. Lett. 113 (2014) 140401. The columns of `basis` are another basis.
///
/// ```holor
/// relative_entropy_coherence([1/sqrt(2), 1/sqrt(2)])    # => 1
/// relative_entropy_coherence([1/2, sqrt(3)/2])    # => 2 - 3*log(3)/(4*log(2))
/// ```
#[builtin(topic = "coherence", latex = none, since = "0.1", see("l1_coherence", "entropy"))]
fn relative_entropy_coherence(
    call: &Call<'_>,
    /// The state.
    state: State,
    /// The base of the logarithm.
    #[named]
    #[default(Base::bits())]
    base: Base,
    /// A unitary matrix whose columns are the basis.
    #[named]
    basis: Option<GivenMatrix>,
) -> Result<Value> {
    let state = state.in_basis(call, basis.as_ref())?;
    let number = quantum::relative_entropy_coherence(&state.density, base.number)
        .or_refuse(state.span)?;
    let formula = || {
        let matrix = state.exact.as_ref()?;
        let all = exact::of_diagonal(&call.engine(), matrix)?;
        let parts =
            [exact::entropy(&all, &base)?, state.exact_entropy(call, &base)?.negate()];
        Some(Expr::add(parts))
    };
    Ok(agreed(call, number, formula()))
}

/// The robustness of coherence: how much of another state must be mixed in until no coherence is left.
///
/// It equals the l1 coherence for qubits and pure states, and is proven to 10⁻⁷ by two bounds. Napoli et al., Phys. Rev.
/// Lett. 116 (2016) 150502.
///
/// ```holor
/// robustness_of_coherence([1/sqrt(2), 1/sqrt(2)])    # => 1
/// ```
#[builtin(topic = "coherence", latex = none, since = "0.1", see("l1_coherence"))]
fn robustness_of_coherence(
    call: &Call<'_>,
    /// The state.
    state: State,
) -> Result<Value> {
    let number =
        quantum::robustness_of_coherence(&state.density).or_refuse(state.span)?.value;
    let simple = state.density.dimension() == 2 || exact::is_pure(&state.density);
    Ok(state.exact_or(call, number, |matrix| {
        if simple { exact::off_diagonal(matrix) } else { None }
    }))
}

/// The geometric coherence 1 - max F(ρ, δ) over states δ without coherence; of pure states and qubits.
///
/// Streltsov et al., Phys. Rev. Lett. 115 (2015) 020403.
///
/// ```holor
/// abs(geometric_coherence([0.6, 0, 0.8]) - 0.36) < 1e-12    # => true
/// ```
#[builtin(topic = "coherence", latex = none, since = "0.1", see("l1_coherence", "fidelity"))]
fn geometric_coherence(
    call: &Call<'_>,
    /// The state: pure, or a qubit.
    state: State,
) -> Result<Value> {
    let number = quantum::geometric_coherence(&state.density).or_refuse(state.span)?;
    Ok(state.exact_or(call, number, |matrix| {
        exact::geometric(&call.engine(), matrix, &state.density)
    }))
}

/// The coherence number: how many basis states a pure state has in it; of a mixed state where it follows from the matrix.
///
/// Killoran, Steinhoff and Plenio, Phys. Rev. Lett. 116 (2016) 080402.
///
/// ```holor
/// coherence_number([3/5, 0, 4/5])              # => 2
/// ```
#[builtin(topic = "coherence", latex = none, since = "0.1", returns = "integer", see("l1_coherence"))]
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
/// dephase([[1/2, 1/2], [1/2, 1/2]], 1/2)       # => [[1/2, 1/4], [1/4, 1/2]]
/// dephase([[1/2, 1/2], [1/2, 1/2]], 0.5)       # => array([[0.5, 0.25], [0.25, 0.5]])
/// dephase([[1/2, 1/2], [1/2, 1/2]], 2)         # error: [E0307]
/// ```
#[builtin(topic = "coherence", latex = none, since = "0.1", returns = "array", see("l1_coherence"))]
fn dephase(
    call: &Call<'_>,
    /// The state.
    state: State,
    /// The matrix D, or one factor for all.
    factors: crate::builtin::Either<Base, GivenMatrix>,
) -> Result<Value> {
    let n = state.density.dimension();
    let (numbers, exact) = match factors {
        crate::builtin::Either::First(factor) => {
            let numbers = quantum::DMatrix::from_fn(n, n, |j, k| {
                Complex64::from(if j == k { 1.0 } else { factor.number })
            });
            let entries = (0..n * n).map(|place| {
                if place % (n + 1) == 0 { Expr::integer(1) } else { factor.exact.clone() }
            });
            (numbers, Matrix::new(n, n, entries.collect::<Vec<_>>()))
        }
        crate::builtin::Either::Second(matrix) => (dense(&matrix.numbers), matrix.exact),
    };
    let found = quantum::dephase(&state.density, &numbers).or_refuse(call.span())?;
    let product = || {
        let (state, factors) = (state.exact.as_ref()?, exact.as_ref()?);
        let engine = call.engine();
        let entries: Option<Vec<Expr>> = state
            .entries()
            .iter()
            .zip(factors.entries())
            .map(|(a, b)| {
                let entry = engine.evaluate(&Expr::mul([a.clone(), b.clone()])).ok()?;
                (!entry.has_decimals()).then_some(entry)
            })
            .collect();
        Matrix::new(n, n, entries?)
    };
    Ok(product().map_or_else(|| matrix_array(found.matrix()), Value::Matrix))
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
#[builtin(topic = "coherence", latex = none, since = "0.1", see("trace_distance", "purity"))]
fn fidelity(
    call: &Call<'_>,
    /// A state.
    first: State,
    /// Another.
    second: State,
    /// Whether the root is meant.
    #[named]
    #[default(false)]
    root: bool,
) -> Result<Value> {
    let span = first.span.to(second.span);
    let number = if root {
        quantum::root_fidelity(&first.density, &second.density).or_refuse(span)?
    } else {
        quantum::fidelity(&first.density, &second.density).or_refuse(span)?
    };
    let formula = first.exact_with(&second).and_then(|(a, b)| exact::fidelity(a, b));
    let formula = formula.map(|square| if root { square.sqrt() } else { square });
    Ok(agreed(call, number, formula))
}

/// The trace distance ½‖ρ - σ‖₁ of two states, from 0 to 1.
///
/// ```holor
/// abs(trace_distance([1, 0], [3/5, 4/5]) - 0.8) < 1e-12    # => true
/// ```
#[builtin(topic = "coherence", latex = none, since = "0.1", see("fidelity"))]
fn trace_distance(
    call: &Call<'_>,
    /// A state.
    first: State,
    /// Another.
    second: State,
) -> Result<Value> {
    let number = quantum::trace_distance(&first.density, &second.density)
        .or_refuse(first.span.to(second.span))?;
    let formula =
        first.exact_with(&second).and_then(|(a, b)| exact::trace_distance(a, b));
    Ok(agreed(call, number, formula))
}

/// The quantum Fisher information of the states e^{-iHθ} ρ e^{iHθ}; 4 Var H of a pure state.
///
/// Braunstein and Caves, Phys. Rev. Lett. 72 (1994) 3439.
///
/// ```holor
/// abs(quantum_fisher_information([1/sqrt(2), 1/sqrt(2)], [[1/2, 0], [0, -1/2]]) - 1.0) < 1e-12    # => true
/// ```
#[builtin(topic = "coherence", latex = none, since = "0.1", see("fidelity"))]
fn quantum_fisher_information(
    call: &Call<'_>,
    /// The state.
    state: State,
    /// The generator H, a Hermitian matrix.
    generator: GivenMatrix,
) -> Result<Value> {
    let numbers = &generator.numbers;
    let number = quantum::quantum_fisher_information(&state.density, &dense(numbers))
        .or_refuse(numbers.span)?;
    Ok(state.exact_or(call, number, |matrix| {
        let generator = generator.exact.as_ref()?;
        if exact::is_pure(&state.density) {
            exact::fisher(&call.engine(), matrix, generator)
        } else {
            None
        }
    }))
}

/// The Bloch vector [x, y, z] of a qubit, ρ = (1 + xσ_x + yσ_y + zσ_z)/2.
///
/// ```holor
/// bloch_vector([[3/4, -i/4], [i/4, 1/4]])      # => [0, 1/2, 1/2]
/// ```
#[builtin(
    topic = "coherence",
    latex = none,
    since = "0.1",
    returns = "list or array",
    see("density_matrix")
)]
fn bloch_vector(
    call: &Call<'_>,
    /// The state of a qubit.
    state: AnyState,
) -> Result<Value> {
    let state = match state {
        AnyState::Numbers(state) => state,
        AnyState::Symbols(state) => {
            let Some(vector) = exact::bloch(&state.matrix) else {
                let message = "a Bloch vector is that of a qubit";
                return Err(call.error(&codes::E0203_WRONG_SHAPE, message));
            };
            let engine = call.engine();
            let parts: std::result::Result<Vec<Value>, _> = vector
                .iter()
                .map(|part| engine.simplify(part).map(Value::Expr))
                .collect();
            return Ok(Value::List(parts?.into()));
        }
    };
    let vector = quantum::bloch_vector(&state.density).or_refuse(state.span)?;
    // A negative zero is a zero.
    let numbers: Vec<f64> = vector.iter().map(|x| x + 0.0).collect();
    if let Some(formulas) = state.exact.as_ref().and_then(exact::bloch) {
        let parts: Vec<Value> = formulas
            .into_iter()
            .zip(&numbers)
            .map(|(formula, &number)| agreed(call, number, Some(formula)))
            .collect();
        return Ok(Value::List(parts.into()));
    }
    Ok(NumericArray::vector(numbers).into_value())
}
