//! States of light and condensates: photon statistics, the Wigner function, off-diagonal order.

use holor_algebra::{Expr, Function};
use holor_coherence::quantum::{self, PhotonState, PhotonStatistics};
use holor_macros::builtin;

use super::data::{Samples, real_if_possible};
use super::light::{dense, matrix_array, rows};
use super::pictures;
use super::quantum::exact::{self, Base};
use super::quantum::{State, agreed};
use super::refusal::OrRefuse as _;
use crate::array::{ArrayAxis, NumericArray};
use crate::builtin::{ComplexMatrix, Signal, word};
use crate::evaluate::Call;
use crate::{Builtin, Record, Result, Value, codes};

/// The records of this file.
pub(crate) static BUILTINS: &[&Builtin] = &[
    &PHOTON_STATISTICS,
    &PHOTON_NUMBER_STATISTICS,
    &PHOTON_DISTRIBUTION,
    &PHOTON_G2,
    &WIGNER,
    &ONE_BODY_DENSITY_MATRIX,
    &PENROSE_ONSAGER,
];

fn statistics(found: PhotonStatistics) -> Record {
    Record::new("photon statistics")
        .described("of one mode of light")
        .with("mean", found.mean)
        .with("variance", found.variance)
        .with("g2", found.g2)
        .with("mandel_q", found.mandel_q)
        .with("last", found.last)
}

/// The photon statistics of a state of one mode: mean, variance, g2(0) = ⟨a†²a²⟩/⟨a†a⟩² and Mandel's Q.
///
/// The state is written in the number basis |0⟩, |1⟩, …; `last` is the probability of the highest number: the space is large
/// enough where that is small. Loudon, The Quantum Theory of Light (2000), section 6.6.
///
/// ```holor
/// photon_statistics([0, 0, 1]).g2              # => 1/2
/// photon_statistics([0.6, 0, 0.8]).mean        # => 1.2800000000000002
/// photon_statistics([0, 1]).mandel_q           # => -1
/// photon_statistics([1, 0])                    # error: [E0301]
/// ```
#[builtin(
    topic = "coherence",
    latex = none,
    since = "0.1",
    see("photon_number_statistics", "photon_distribution", "g2", "wigner")
)]
fn photon_statistics(
    call: &Call<'_>,
    /// The state.
    state: State,
) -> Result<Record> {
    let found = quantum::photon_statistics_of(&state.density).or_refuse(state.span)?;
    let formulas = state.exact.as_ref().and_then(exact::photons);
    let Some([mean, variance, g2, mandel, last]) = formulas else {
        return Ok(statistics(found));
    };
    Ok(Record::new("photon statistics")
        .described("of one mode of light")
        .with("mean", agreed(call, found.mean, Some(mean)))
        .with("variance", agreed(call, found.variance, Some(variance)))
        .with("g2", agreed(call, found.g2, Some(g2)))
        .with("mandel_q", agreed(call, found.mandel_q, Some(mandel)))
        .with("last", agreed(call, found.last, Some(last))))
}

/// The photon statistics of the probabilities P(0), P(1), … of photon numbers.
///
/// ```holor
/// photon_number_statistics([1/2, 1/2]).mean    # => 0.5
/// photon_number_statistics([1/2, 1/4])         # error: [E0307]
/// ```
#[builtin(topic = "coherence", latex = none, since = "0.1", see("photon_statistics", "photon_distribution"))]
fn photon_number_statistics(
    /// The probabilities, which add to 1.
    probabilities: Signal,
) -> Result<Record> {
    quantum::photon_statistics(&probabilities.values)
        .or_refuse(probabilities.span)
        .map(statistics)
}

word! {
    /// A state of light.
    pub(crate) LightWord {
        /// A number state.
        Fock = "fock",
        /// A coherent state.
        Coherent = "coherent",
        /// A thermal state.
        Thermal = "thermal",
        /// Squeezed vacuum.
        Squeezed = "squeezed",
    }
}

fn light(call: &Call<'_>, kind: LightWord, parameter: f64) -> Result<PhotonState> {
    Ok(match kind {
        LightWord::Fock => {
            if parameter < 0.0 || parameter.fract() != 0.0 || parameter > 1e7 {
                let message =
                    format!("a number state has 0, 1, 2, … photons, not {parameter}");
                return Err(call.error(&codes::E0204_OUT_OF_RANGE, message));
            }
            PhotonState::Fock { photons: parameter as usize }
        }
        LightWord::Coherent => PhotonState::Coherent { mean: parameter },
        LightWord::Thermal => PhotonState::Thermal { mean: parameter },
        LightWord::Squeezed => PhotonState::SqueezedVacuum { squeezing: parameter },
    })
}

/// The probabilities P(0) … P(n - 1) of photon numbers in a known state of light.
///
/// `fock` takes the photon number, `coherent` and `thermal` the mean number, `squeezed` the squeezing r of the vacuum. A
/// dimension that leaves out more than 10⁻⁹ is refused.
///
/// ```holor
/// photon_distribution(fock, 1, 3)              # => array([0.0, 1.0, 0.0])
/// abs(photon_number_statistics(photon_distribution(thermal, 1/2, 60)).g2 - 2.0) < 1e-9    # => true
/// photon_distribution(coherent, 4, 5)          # error: [E0307]
/// ```
#[builtin(topic = "coherence", latex = none, since = "0.1", see("photon_g2", "photon_number_statistics"))]
fn photon_distribution(
    call: &Call<'_>,
    /// `fock`, `coherent`, `thermal` or `squeezed`.
    kind: LightWord,
    /// The number, the mean number or the squeezing.
    parameter: f64,
    /// How many numbers are listed.
    dimension: usize,
) -> Result<NumericArray> {
    let state = light(call, kind, parameter)?;
    let values = state.distribution(dimension).or_refuse(call.span())?;
    Ok(NumericArray::vector(values).named("P"))
}

/// g2(0) of a known state of light: 1 - 1/n (number), 1 (coherent), 2 (thermal), 3 + 1/sinh² r (squeezed vacuum).
///
/// ```holor
/// photon_g2(fock, 4)                           # => 3/4
/// abs(photon_g2(squeezed, 0.5) - 3 - 1/sinh(1/2)^2) < 1e-12    # => true
/// photon_g2(thermal, 0)                        # error: [E0301]
/// ```
#[builtin(topic = "coherence", latex = none, since = "0.1", see("photon_distribution", "g2"))]
fn photon_g2(
    call: &Call<'_>,
    /// `fock`, `coherent`, `thermal` or `squeezed`.
    kind: LightWord,
    /// The number, the mean number or the squeezing.
    parameter: Base,
) -> Result<Value> {
    let number = light(call, kind, parameter.number)?.g2().or_refuse(call.span())?;
    let value = &parameter.exact;
    let formula = match kind {
        LightWord::Fock => Expr::add([Expr::integer(1), value.reciprocal().negate()]),
        LightWord::Coherent => Expr::integer(1),
        LightWord::Thermal => Expr::integer(2),
        LightWord::Squeezed => {
            let sinh = Expr::call(Function::Sinh, vec![value.clone()]);
            Expr::add([Expr::integer(3), sinh.powi(-2)])
        }
    };
    let exact = value.as_number().is_some().then_some(formula);
    Ok(agreed(call, number, exact))
}

/// So many products are summed at most for the negativity of a Wigner function: a second or so.
const MOST_SUMMED: usize = 40_000_000;

/// The Wigner function W(x, p) of a state of one mode, with x = (a + a†)/√2: the vacuum is exp(-x² - p²)/π.
///
/// Of a state of several modes it is that of one of them: `mode = 1, dimensions = [5, 5]`.
/// The convention of `qutip.wigner` with its default g = √2. `negativity` is ∫|W| - 1, from grids as fine as it takes for five digits (of
/// states of few numbers). A window that does not hold the state is
/// refused.
///
/// ```holor
/// w = wigner([0, 1]);
/// abs(w.negativity - (4/sqrt(e) - 2)) < 2e-5   # => true
/// abs(w.norm - 1) < 1e-6                       # => true
/// wigner([0, 1], extent = 1)                   # error: [E0307]
/// ```
#[builtin(
    topic = "coherence",
    latex = none,
    since = "0.1",
    returns = "Wigner function",
    aliases("wigner_function"),
    see("photon_statistics")
)]
fn wigner(
    call: &Call<'_>,
    /// The state in the number basis.
    state: State,
    /// Which mode of a state of several is meant, counted from 1; the others are traced out.
    #[named]
    mode: Option<usize>,
    /// How many numbers of photons each mode of a state of several has.
    #[named]
    #[also("dims")]
    dimensions: Option<Vec<usize>>,
    /// x and p run from -extent to extent; as the state needs if left out.
    #[named]
    extent: Option<f64>,
    /// How many points along x and p.
    #[named]
    #[default(121)]
    points: usize,
) -> Result<Record> {
    let state = match (mode, &dimensions) {
        (None, None) => state,
        (Some(mode), Some(dimensions)) => state.mode(call, mode, dimensions)?,
        _ => {
            let message = "the Wigner function of several modes is one of as many pairs x, p; name one mode";
            let error = call.error(&codes::E0202_WRONG_ARGUMENTS, message);
            return Err(Box::new(
                (*error).hint("wigner(ρ, mode = 1, dimensions = [5, 5])"),
            ));
        }
    };
    if !(2..=2000).contains(&points) {
        let message = format!("{points} points; between 2 and 2000 are possible");
        return Err(call.error(&codes::E0204_OUT_OF_RANGE, message));
    }
    // The classical turning point of the highest number in the state, and three widths of the vacuum.
    let highest = (0..state.density.dimension())
        .rev()
        .find(|&n| state.density.matrix()[(n, n)].re > 1e-10)
        .unwrap_or(0);
    let extent = extent.unwrap_or_else(|| (2.0 * highest as f64 + 1.0).sqrt() + 2.5);
    let step = 2.0 * extent / (points - 1) as f64;
    let grid: Vec<f64> = (0..points).map(|k| k as f64 * step - extent).collect();
    let found = quantum::wigner(&state.density, &grid, &grid).or_refuse(state.span)?;
    // |W| has kinks along lines, on which the sum over a grid gains little: finer grids say how much.
    let (mut negativity, mut finer) = (found.negativity, points);
    let size = state.density.dimension().pow(2);
    loop {
        call.poll()?;
        finer = 2 * finer - 1;
        if finer.pow(2).saturating_mul(size) > MOST_SUMMED {
            break;
        }
        let step = 2.0 * extent / (finer - 1) as f64;
        let grid: Vec<f64> = (0..finer).map(|k| k as f64 * step - extent).collect();
        let next = quantum::wigner(&state.density, &grid, &grid).or_refuse(state.span)?;
        let settled = (next.negativity - negativity).abs() < 2e-5;
        negativity = next.negativity;
        if settled {
            break;
        }
    }
    let axes =
        [ArrayAxis::space("x", grid.clone(), false), ArrayAxis::space("p", grid, false)];
    let w = NumericArray::new(found.values, axes).map(|it| it.named("W"));
    Ok(Record::new("Wigner function")
        .described("W over x and p")
        .with("W", w.map_or(Value::Nothing, NumericArray::into_value))
        .with("norm", found.norm)
        .with("negativity", negativity)
        .drawn(|record| pictures::signed_map(pictures::part(record, "W")?)))
}

/// The one-body density matrix ⟨ψ_j* ψ_k⟩ of a field, averaged over samples.
///
/// ```holor
/// one_body_density_matrix([[1, i], [1, i]])    # => array([[1.0, 1.0*i], [-1.0*i, 1.0]])
/// ```
#[builtin(
    topic = "coherence",
    latex = none,
    since = "0.1",
    returns = "array",
    see("penrose_onsager", "mutual_intensity")
)]
fn one_body_density_matrix(
    /// The samples: an array over time (or first axis) and points.
    samples: Samples,
) -> Result<Value> {
    let matrix =
        quantum::one_body_density_matrix(&rows(&samples)?).or_refuse(samples.span)?;
    Ok(matrix_array(&matrix))
}

/// The condensate of a field by Penrose and Onsager: the largest share of its one-body density matrix, and its mode.
///
/// The average is over samples: frames in time, or the first axis. With `density = true` the one-body density matrix itself is
/// given. Penrose and Onsager, Phys. Rev. 104 (1956) 576.
///
/// ```holor
/// penrose_onsager([[1, 1], [1, 1]]).fraction   # => 1.0
/// penrose_onsager([[3, 0], [0, 1]], density = true).fraction    # => 0.75
/// ```
#[builtin(
    topic = "coherence",
    latex = none,
    since = "0.1",
    returns = "condensate",
    see("one_body_density_matrix", "superfluid_fraction", "uniform_fraction", "coherent_modes")
)]
fn penrose_onsager(
    call: &Call<'_>,
    /// The samples, or the density matrix.
    samples: Samples,
    /// Whether a density matrix is given.
    #[named]
    #[default(false)]
    density: bool,
) -> Result<Record> {
    let array = &samples.array;
    let found = if density {
        let [rows, columns] = array.axes() else {
            let message =
                format!("a density matrix has two axes, found {}", array.describe());
            return Err(call.error(&codes::E0203_WRONG_SHAPE, message));
        };
        let matrix = ComplexMatrix {
            rows: rows.len(),
            columns: columns.len(),
            entries: array.to_complex().into_owned(),
            span: samples.span,
        };
        quantum::penrose_onsager(&dense(&matrix)).or_refuse(samples.span)?
    } else {
        quantum::penrose_onsager_of_samples(&rows(&samples)?).or_refuse(samples.span)?
    };
    let time = array.time_axis().unwrap_or(0);
    let axes: Vec<ArrayAxis> = array
        .axes()
        .iter()
        .enumerate()
        .filter(|(place, _)| *place != time)
        .map(|(_, axis)| axis.clone())
        .collect();
    let mode = real_if_possible(found.mode);
    let mode = NumericArray::new(mode.clone(), axes)
        .unwrap_or_else(|| NumericArray::vector(mode))
        .named("φ");
    Ok(Record::new("condensate")
        .described("the most occupied mode of a field")
        .with("fraction", found.fraction)
        .with("occupations", NumericArray::vector(found.occupations))
        .with("mode", mode)
        .drawn(|record| {
            pictures::counted(record, "occupations", (r"\text{occupation}", "occupation"))
        }))
}
