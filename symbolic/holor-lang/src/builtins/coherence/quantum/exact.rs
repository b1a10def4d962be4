//! Formulas of measures for exact states; each result is checked against the number before it is shown.

use std::collections::BTreeMap;

use holor_algebra::{BigInt, BigRational, Engine, Expr, Function, Matrix, Node};
use holor_coherence::quantum::DensityMatrix;

use crate::array::complex_number;
use crate::builtin::{ComplexMatrix, Expected, FromValue, Given};
use crate::evaluate::Call;

/// A state exactly and in numbers.
pub(super) type Pair<'a> = (&'a Matrix, &'a DensityMatrix);

/// A real number such as the base of a logarithm, in numbers and as it was written.
#[derive(Clone, Debug)]
pub(crate) struct Base {
    /// In numbers.
    pub(in super::super) number: f64,
    /// Exactly.
    pub(in super::super) exact: Expr,
}

impl FromValue for Base {
    const KIND: &'static str = f64::KIND;

    fn from_value(given: &Given, call: &Call<'_>) -> std::result::Result<Self, Expected> {
        let number = f64::from_value(given, call)?;
        Ok(Self { number, exact: Expr::from_value(given, call)? })
    }
}

impl Base {
    /// Bits.
    pub(super) fn bits() -> Self {
        Self { number: 2.0, exact: Expr::integer(2) }
    }
}

/// A matrix of numbers, and the same exactly where it was given so.
#[derive(Clone, Debug)]
pub(crate) struct GivenMatrix {
    /// In numbers.
    pub(super) numbers: ComplexMatrix,
    /// Exactly.
    pub(super) exact: Option<Matrix>,
}

impl FromValue for GivenMatrix {
    const KIND: &'static str = ComplexMatrix::KIND;

    fn from_value(given: &Given, call: &Call<'_>) -> std::result::Result<Self, Expected> {
        let numbers = ComplexMatrix::from_value(given, call)?;
        let exact = super::exact_entries(&given.value)
            .and_then(|entries| Matrix::new(numbers.rows, numbers.columns, entries));
        Ok(Self { numbers, exact })
    }
}

/// The product of two matrices, each entry simplified.
pub(in super::super) fn product(
    engine: &Engine,
    left: &Matrix,
    right: &Matrix,
) -> Option<Matrix> {
    let mut entries = Vec::with_capacity(left.rows() * right.columns());
    for j in 0..left.rows() {
        for k in 0..right.columns() {
            let terms: Option<Vec<Expr>> = (0..left.columns())
                .map(|l| {
                    Some(Expr::mul([left.get(j, l)?.clone(), right.get(l, k)?.clone()]))
                })
                .collect();
            entries.push(engine.simplify(&Expr::add(terms?)).ok()?);
        }
    }
    Matrix::new(left.rows(), right.columns(), entries)
}

/// U† ρ U: a state in the basis of the columns of U.
pub(super) fn in_basis(
    engine: &Engine,
    state: &Matrix,
    basis: &Matrix,
) -> Option<Matrix> {
    let turned: Vec<Expr> = basis
        .transpose()
        .entries()
        .iter()
        .map(|entry| engine.evaluate(&conjugate(entry)).ok())
        .collect::<Option<_>>()?;
    let turned = Matrix::new(basis.columns(), basis.rows(), turned)?;
    product(engine, &product(engine, &turned, state)?, basis)
}

pub(in super::super) fn conjugate(value: &Expr) -> Expr {
    Expr::call(Function::Conjugate, vec![value.clone()])
}

fn modulus(value: &Expr) -> Expr {
    Expr::call(Function::Abs, vec![value.clone()])
}

fn minus(left: &Expr, right: &Expr) -> Expr {
    Expr::add([left.clone(), right.negate()])
}

/// Tr AB = Σ a_jk b_kj.
pub(super) fn trace_of_product(a: &Matrix, b: &Matrix) -> Option<Expr> {
    let mut terms = Vec::new();
    for j in 0..a.rows() {
        for k in 0..a.columns() {
            terms.push(Expr::mul([a.get(j, k)?.clone(), b.get(k, j)?.clone()]));
        }
    }
    Some(Expr::add(terms))
}

/// Σ_{j≠k} |ρ_jk| of a Hermitian matrix; where there are symbols, |ρ_jk| is √(ρ_jk ρ_kj), in which phases cancel.
pub(super) fn off_diagonal(matrix: &Matrix) -> Option<Expr> {
    let mut terms = Vec::new();
    for j in 0..matrix.rows() {
        for k in 0..j {
            let (entry, other) = (matrix.get(j, k)?, matrix.get(k, j)?);
            let size = if entry.free_symbols().is_empty() {
                modulus(entry)
            } else {
                Expr::mul([entry.clone(), other.clone()]).sqrt()
            };
            terms.push(Expr::mul([Expr::integer(2), size]));
        }
    }
    Some(Expr::add(terms))
}

pub(super) fn diagonal(matrix: &Matrix) -> Option<Vec<Expr>> {
    (0..matrix.rows()).map(|place| matrix.get(place, place).cloned()).collect()
}

fn is_diagonal(matrix: &Matrix) -> bool {
    (0..matrix.rows()).all(|j| {
        (0..matrix.columns())
            .all(|k| j == k || matrix.get(j, k).is_some_and(Expr::is_zero))
    })
}

/// Whether a state is pure, to rounding. What follows from it is checked again.
pub(super) fn is_pure(state: &DensityMatrix) -> bool {
    (state.purity() - 1.0).abs() < 1e-12
}

fn rational(engine: &Engine, value: &Expr) -> Option<BigRational> {
    engine.simplify(value).ok()?.as_number().cloned()
}

/// The entries of the diagonal, where all are rational, as if they were eigenvalues.
pub(super) fn of_diagonal(
    engine: &Engine,
    matrix: &Matrix,
) -> Option<Vec<(BigRational, usize)>> {
    diagonal(matrix)?.iter().map(|it| Some((rational(engine, it)?, 1))).collect()
}

/// The eigenvalues of a state with their multiplicities, where all are rational.
pub(super) fn spectrum(
    engine: &Engine,
    matrix: &Matrix,
    state: &DensityMatrix,
) -> Option<Vec<(BigRational, usize)>> {
    if is_diagonal(matrix) {
        return of_diagonal(engine, matrix);
    }
    if is_pure(state) {
        return Some(vec![(BigRational::from(BigInt::from(1)), 1)]);
    }
    let plain = |entry: &Expr| {
        !entry.any(&mut |part| matches!(part.node(), Node::Power(..) | Node::Call(..)))
    };
    // Roots of polynomials of higher degree are seldom rational, and slow.
    if matrix.rows() > 4 || (matrix.rows() > 2 && !matrix.entries().iter().all(plain)) {
        return None;
    }
    engine
        .eigenvalues(matrix)
        .ok()?
        .iter()
        .map(|(value, count)| Some((rational(engine, value)?, *count)))
        .collect()
}

/// -Σ λ log λ of rational λ, with the logarithms of primes only.
pub(super) fn entropy(spectrum: &[(BigRational, usize)], base: &Base) -> Option<Expr> {
    let mut shares: BTreeMap<u64, BigRational> = BTreeMap::new();
    for (value, count) in spectrum {
        let weight = -(value.clone() * BigRational::from(BigInt::from(*count)));
        if value.numer() <= &BigInt::from(0) {
            continue;
        }
        for (part, sign) in [(value.numer(), 1), (value.denom(), -1)] {
            for prime in primes(u64::try_from(part).ok()?)? {
                let share = weight.clone() * BigRational::from(BigInt::from(sign));
                *shares.entry(prime).or_insert_with(|| BigInt::from(0).into()) += share;
            }
        }
    }
    let terms = shares.into_iter().map(|(prime, share)| {
        let log = Expr::call(Function::Log, vec![Expr::integer(prime)]);
        Expr::mul([Expr::rational(share), log])
    });
    let log = Expr::call(Function::Log, vec![base.exact.clone()]);
    let per_base: Vec<Expr> =
        terms.map(|term| Expr::mul([term, log.reciprocal()])).collect();
    Some(Expr::add(per_base))
}

/// The prime factors of a number, with their multiplicities; `None` where that takes long.
fn primes(mut number: u64) -> Option<Vec<u64>> {
    let mut found = Vec::new();
    let mut divisor = 2;
    while divisor * divisor <= number {
        if divisor > 1_000_000 {
            return None;
        }
        while number.is_multiple_of(divisor) {
            found.push(divisor);
            number /= divisor;
        }
        divisor += 1;
    }
    if number > 1 {
        found.push(number);
    }
    Some(found)
}

/// The fidelity of two states where one is pure, both are diagonal, or both are qubits.
pub(super) fn fidelity((a, first): Pair<'_>, (b, second): Pair<'_>) -> Option<Expr> {
    if is_pure(first) || is_pure(second) {
        return trace_of_product(a, b);
    }
    if is_diagonal(a) && is_diagonal(b) {
        let roots = diagonal(a)?
            .into_iter()
            .zip(diagonal(b)?)
            .map(|(p, q)| Expr::mul([p, q]).sqrt());
        return Some(Expr::add(roots).powi(2));
    }
    if a.rows() != 2 {
        return None;
    }
    let both = Expr::mul([determinant(a)?, determinant(b)?]).sqrt();
    Some(Expr::add([trace_of_product(a, b)?, Expr::mul([Expr::integer(2), both])]))
}

/// The determinant of a matrix of two rows.
fn determinant(matrix: &Matrix) -> Option<Expr> {
    let [a, b, c, d] = matrix.entries() else { return None };
    Some(minus(&Expr::mul([a.clone(), d.clone()]), &Expr::mul([b.clone(), c.clone()])))
}

/// The trace distance of two states where both are pure, both are diagonal, or both are qubits.
pub(super) fn trace_distance(
    (a, first): Pair<'_>,
    (b, second): Pair<'_>,
) -> Option<Expr> {
    if is_pure(first) && is_pure(second) {
        return Some(minus(&Expr::integer(1), &trace_of_product(a, b)?).sqrt());
    }
    if is_diagonal(a) && is_diagonal(b) {
        let sizes = diagonal(a)?
            .into_iter()
            .zip(diagonal(b)?)
            .map(|(p, q)| modulus(&minus(&p, &q)));
        return Some(Expr::mul([Expr::fraction(1, 2), Expr::add(sizes)]));
    }
    let ([a, b, _, _], [c, d, _, _]) = (a.entries(), b.entries()) else { return None };
    Some(Expr::add([minus(a, c).powi(2), modulus(&minus(b, d)).powi(2)]).sqrt())
}

/// The concurrence of a state of two qubits that is pure, or has entries on its two diagonals only.
pub(super) fn concurrence(
    engine: &Engine,
    matrix: &Matrix,
    state: &DensityMatrix,
) -> Option<Expr> {
    if matrix.rows() != 4 {
        return None;
    }
    if is_pure(state) {
        let reduced = super::entanglement::reduced_exactly(matrix, &[2, 2], &[0])?;
        let rest = minus(&Expr::integer(1), &trace_of_product(&reduced, &reduced)?);
        return Some(Expr::mul([Expr::integer(2), rest]).sqrt());
    }
    let crossed = (0..4).all(|j| {
        (0..4)
            .all(|k| j == k || j + k == 3 || matrix.get(j, k).is_some_and(Expr::is_zero))
    });
    if !crossed {
        return None;
    }
    let side = |j: usize, k: usize, l: usize, m: usize| -> Option<Expr> {
        let weights = Expr::mul([matrix.get(l, l)?.clone(), matrix.get(m, m)?.clone()]);
        let size = minus(&modulus(matrix.get(j, k)?), &weights.sqrt());
        engine.simplify(&Expr::mul([Expr::integer(2), size])).ok()
    };
    largest(engine, [side(0, 3, 1, 2)?, side(1, 2, 0, 3)?, Expr::zero()])
}

/// The largest of numbers.
fn largest<const N: usize>(engine: &Engine, values: [Expr; N]) -> Option<Expr> {
    let mut best: Option<(f64, Expr)> = None;
    for value in values {
        let number = complex_number(engine, &value)?.re;
        if best.as_ref().is_none_or(|(most, _)| number > *most + 1e-14) {
            best = Some((number, value));
        }
    }
    best.map(|(_, value)| value)
}

/// The sum of the sizes of negative eigenvalues of a state of at most four dimensions with a part transposed.
pub(super) fn negativity(
    engine: &Engine,
    (matrix, state): Pair<'_>,
    dimensions: &[usize],
    part: usize,
) -> Option<Expr> {
    let &[first, second] = dimensions else { return None };
    if first * second > 4 || matrix.rows() != first * second {
        return None;
    }
    if is_pure(state) && first == 2 && second == 2 {
        let concurrence = concurrence(engine, matrix, state)?;
        return Some(Expr::mul([Expr::fraction(1, 2), concurrence]));
    }
    // Of sines and exponentials eigenvalues take long.
    let called = |entry: &Expr| entry.any(&mut |it| matches!(it.node(), Node::Call(..)));
    if matrix.entries().iter().any(called) {
        return None;
    }
    let mut entries = Vec::with_capacity(16);
    for j in 0..matrix.rows() {
        for k in 0..matrix.columns() {
            let (a, b, c, d) = (j / second, j % second, k / second, k % second);
            let (row, column) = match part {
                0 => (c * second + b, a * second + d),
                _ => (a * second + d, c * second + b),
            };
            entries.push(matrix.get(row, column)?.clone());
        }
    }
    let turned = Matrix::new(matrix.rows(), matrix.columns(), entries)?;
    let mut sum = Vec::new();
    for (value, count) in engine.eigenvalues(&turned).ok()? {
        if complex_number(engine, &value)?.re < -1e-14 {
            sum.push(Expr::mul([Expr::integer(-(count as i64)), value]));
        }
    }
    Some(Expr::add(sum))
}

/// The geometric coherence: of a pure state 1 - max ρ_jj, of a qubit (1 - √(1 - 4|ρ_01|²))/2.
pub(super) fn geometric(
    engine: &Engine,
    matrix: &Matrix,
    state: &DensityMatrix,
) -> Option<Expr> {
    let one = Expr::integer(1);
    if is_pure(state) {
        let mut most: Option<Expr> = None;
        for value in diagonal(matrix)? {
            most = match most {
                None => Some(value),
                Some(other) => Some(largest(engine, [other, value])?),
            };
        }
        return Some(minus(&one, &most?));
    }
    if matrix.rows() != 2 {
        return None;
    }
    let square = modulus(matrix.get(0, 1)?).powi(2);
    let root = minus(&one, &Expr::mul([Expr::integer(4), square])).sqrt();
    Some(Expr::mul([Expr::fraction(1, 2), minus(&one, &root)]))
}

/// The quantum Fisher information 4(⟨H²⟩ - ⟨H⟩²) of a pure state.
pub(super) fn fisher(
    engine: &Engine,
    state: &Matrix,
    generator: &Matrix,
) -> Option<Expr> {
    let once = product(engine, state, generator)?;
    let mean = Expr::add(diagonal(&once)?);
    let square = trace_of_product(&once, generator)?;
    Some(Expr::mul([Expr::integer(4), minus(&square, &mean.powi(2))]))
}

/// [2 Re ρ_01, 2 Im ρ_10, ρ_00 - ρ_11] of a qubit.
pub(super) fn bloch(matrix: &Matrix) -> Option<[Expr; 3]> {
    let [a, b, c, d] = matrix.entries() else { return None };
    let i_minus = Expr::mul([Expr::i(), minus(b, c)]);
    Some([Expr::add([b.clone(), c.clone()]), i_minus, minus(a, d)])
}

/// Mean, variance, g2(0) and Mandel's Q of the photon number, and the probability of the highest, of a state of one mode.
pub(in super::super) fn photons(state: &Matrix) -> Option<[Expr; 5]> {
    let shares = diagonal(state)?;
    let moment = |of: fn(i64) -> i64| {
        let terms = shares.iter().zip(0_i64..);
        Expr::add(terms.map(|(p, n)| Expr::mul([Expr::integer(of(n)), p.clone()])))
    };
    let (mean, square) = (moment(|n| n), moment(|n| n * n));
    let pairs = moment(|n| n * (n - 1));
    let variance = minus(&square, &mean.powi(2));
    let mandel =
        minus(&Expr::mul([variance.clone(), mean.reciprocal()]), &Expr::integer(1));
    let g2 = Expr::mul([pairs, mean.powi(-2)]);
    Some([mean, variance, g2, mandel, shares.last()?.clone()])
}
