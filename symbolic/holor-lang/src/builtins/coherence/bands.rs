//! Berry phases of loops of states, Zak phases, Wannier centres and Chern numbers of bands.

use holor_algebra::{CompiledFunction, Matrix, Symbol};
use holor_coherence::lattice::{self, lowest_bands};
use holor_coherence::quantum::DMatrix;
use holor_macros::builtin;

use super::data::integer;
use super::pictures;
use super::refusal::OrRefuse as _;
use crate::array::{ArrayAxis, Complex64, NumericArray, real_number};
use crate::builtin::{ComplexMatrix, FromValue, Given, RangeBinding, Spanned, mismatch};
use crate::evaluate::Call;
use crate::{Builtin, Diagnostic, Record, Result, Span, Value, codes};

/// The records of this file.
pub(crate) static BUILTINS: &[&Builtin] =
    &[&BERRY_PHASE, &ZAK_PHASE, &WANNIER_CENTERS, &CHERN_NUMBER, &BERRY_CURVATURE];

/// A matrix of formulas made ready to be evaluated at many points.
struct Family {
    rows: usize,
    columns: usize,
    entries: Vec<CompiledFunction>,
    span: Span,
}

/// A variable and its period, cut into equal steps.
struct Steps {
    name: String,
    low: f64,
    high: f64,
    points: Vec<f64>,
}

impl Steps {
    fn new(call: &Call<'_>, binding: &RangeBinding, count: usize) -> Result<Self> {
        let engine = call.engine();
        let ends = [&binding.range.start, &binding.range.end]
            .map(|end| real_number(&engine, end));
        let [Some(low), Some(high)] = ends else {
            let message = "the range needs two real numbers";
            return Diagnostic::error(&codes::E0204_OUT_OF_RANGE, message)
                .at(binding.span)
                .hint(format!("{} = 0..2pi", binding.symbol))
                .into();
        };
        if !(3..=2000).contains(&count) || low == high {
            let message = format!(
                "{count} points; a loop needs 3 to 2000 on a range that is no point"
            );
            return Err(call.error(&codes::E0204_OUT_OF_RANGE, message));
        }
        let points =
            (0..count).map(|j| low + (high - low) * j as f64 / count as f64).collect();
        Ok(Self { name: binding.symbol.name().to_string(), low, high, points })
    }
}

impl Family {
    fn new(
        call: &Call<'_>,
        matrix: &Spanned<Matrix>,
        variables: &[&RangeBinding],
    ) -> Result<Self> {
        let symbols: Vec<Symbol> = variables.iter().map(|it| it.symbol.clone()).collect();
        let engine = call.engine();
        let mut entries = Vec::new();
        for entry in matrix.value.entries() {
            if let Some(other) =
                entry.free_symbols().into_iter().find(|it| !symbols.contains(it))
            {
                let message = format!("`{other}` has no value here");
                return Diagnostic::error(&codes::E0401_NOT_A_NUMBER, message)
                    .at(matrix.span)
                    .hint(format!("{other} = 1"))
                    .into();
            }
            entries.push(engine.compile(entry, &symbols)?);
        }
        Ok(Self {
            rows: matrix.value.rows(),
            columns: matrix.value.columns(),
            entries,
            span: matrix.span,
        })
    }

    fn at(&self, point: &[f64]) -> Result<DMatrix<Complex64>> {
        let arguments: Vec<(f64, f64)> = point.iter().map(|&x| (x, 0.0)).collect();
        let mut values = Vec::with_capacity(self.entries.len());
        for entry in &self.entries {
            let (re, im) = entry.evaluate_complex(&arguments);
            if !(re.is_finite() && im.is_finite()) {
                let message = format!("the matrix has no finite value at {point:?}");
                return Diagnostic::error(&codes::E0401_NOT_A_NUMBER, message)
                    .at(self.span)
                    .into();
            }
            values.push(Complex64::new(re, im));
        }
        Ok(DMatrix::from_row_slice(self.rows, self.columns, &values))
    }

    /// An error where the matrix is another one a period later: the loop would not be closed.
    fn require_period(&self, axes: &[&Steps]) -> Result<()> {
        for (place, axis) in axes.iter().enumerate() {
            let mut start: Vec<f64> = axes
                .iter()
                .map(|it| it.points.get(1).copied().unwrap_or(it.low))
                .collect();
            let mut end = start.clone();
            if let (Some(a), Some(b)) = (start.get_mut(place), end.get_mut(place)) {
                (*a, *b) = (axis.low, axis.high);
            }
            let (a, b) = (self.at(&start)?, self.at(&end)?);
            let size = a.iter().map(|z| z.norm()).fold(0.0, f64::max);
            let gap = (&a - &b).iter().map(|z| z.norm()).fold(0.0, f64::max);
            if gap > 1e-8 * size.max(1e-300) {
                let message = format!(
                    "the matrix is not the same at {0} = {1} and {0} = {2}; the range must be a period",
                    axis.name, axis.low, axis.high
                );
                return Diagnostic::error(&codes::E0307_INVALID, message)
                    .at(self.span)
                    .into();
            }
        }
        Ok(())
    }

    fn require_square(&self) -> Result<()> {
        if self.rows == self.columns {
            return Ok(());
        }
        let message = format!(
            "a Hamiltonian is square, found one of {} × {}",
            self.rows, self.columns
        );
        Diagnostic::error(&codes::E0203_WRONG_SHAPE, message).at(self.span).into()
    }

    /// The matrices along a loop.
    fn along(&self, steps: &Steps) -> Result<Vec<DMatrix<Complex64>>> {
        self.require_square()?;
        self.require_period(&[steps])?;
        steps.points.iter().map(|&x| self.at(&[x])).collect()
    }
}

/// A band counted from 1 as one counted from 0.
fn band_place(call: &Call<'_>, band: usize, count: usize) -> Result<usize> {
    band.checked_sub(1).filter(|&it| it < count).ok_or_else(|| {
        let message = format!("there is no band {band}; they are 1 to {count}");
        call.error(&codes::E0204_OUT_OF_RANGE, message)
    })
}

/// The Berry phase -Im ln ∏⟨u_j|u_{j+1}⟩ around a closed loop of states, above -π and up to π.
///
/// The states are a list of kets of norm 1, the last joined to the first; or a ket whose entries are formulas of a variable
/// over a period; or a Hamiltonian H(φ), whose `band` is followed. Of a spin ½ along a field it is minus half the solid angle
/// that the field goes around counterclockwise. Vanderbilt, Berry Phases in Electronic Structure Theory (2018), chapter 3.
///
/// ```holor
/// H = [[cos(1), sin(1) exp(-i φ)], [sin(1) exp(i φ), -cos(1)]];
/// abs(berry_phase(H, φ = 0..2pi, points = 400, band = 2) + pi (1 - cos(1))) < 0.0001    # => true
/// berry_phase([[1, 0], [0, 1]])                # error: [E0301]
/// ```
#[builtin(
    topic = "coherence",
    latex = none,
    since = "0.1",
    see("zak_phase", "chern_number", "wannier_centers", "wilson_loop")
)]
fn berry_phase(
    call: &Call<'_>,
    /// The states, a ket of formulas, or a Hamiltonian.
    states: Spanned<Value>,
    /// The variable and its period.
    loop_: Option<RangeBinding>,
    /// The band of a Hamiltonian, counted from 1 from below.
    #[named]
    #[default(1)]
    band: usize,
    /// How many points the loop has.
    #[named]
    #[default(200)]
    points: usize,
) -> Result<f64> {
    let given = Given {
        name: None,
        value: states.value.clone(),
        span: states.span,
        written: None,
        local: false,
    };
    let Some(binding) = loop_ else {
        let read = ComplexMatrix::from_value(&given, call);
        let kets = mismatch(read, &given, "states", "a list of kets", call)?.to_rows();
        return Ok(lattice::berry_phase(&kets).or_refuse(states.span)?.phase);
    };
    let read = Matrix::from_value(&given, call);
    let matrix = mismatch(read, &given, "states", "a ket or a Hamiltonian", call)?;
    let family =
        Family::new(call, &Spanned { value: matrix, span: states.span }, &[&binding])?;
    let steps = Steps::new(call, &binding, points)?;
    if family.columns == 1 || family.rows == 1 {
        let kets = steps
            .points
            .iter()
            .map(|&x| Ok(family.at(&[x])?.iter().copied().collect()))
            .collect::<Result<Vec<Vec<Complex64>>>>()?;
        let (first, last) = (family.at(&[steps.low])?, family.at(&[steps.high])?);
        if (first.dotc(&last).norm() - 1.0).abs() > 1e-8 {
            let message = format!(
                "the states at {0} = {1} and {0} = {2} are different ones; the range must be a period",
                steps.name, steps.low, steps.high
            );
            return Diagnostic::error(&codes::E0307_INVALID, message)
                .at(states.span)
                .into();
        }
        return Ok(lattice::berry_phase(&kets).or_refuse(states.span)?.phase);
    }
    let band = band_place(call, band, family.rows)?;
    let hamiltonians = family.along(&steps)?;
    Ok(lattice::zak_phase(&hamiltonians, band).or_refuse(states.span)?.phase)
}

/// The Zak phase of a band: its Berry phase over a period of k, above -π and up to π.
///
/// H(k) must have the period of the range, as where cells and not positions stand in the phases; that fixes the origin, on
/// which a Zak phase depends. Zak, Phys. Rev. Lett. 62 (1989) 2747.
///
/// ```holor
/// H(v, w) = [[0, v + w exp(-i k)], [v + w exp(i k), 0]];
/// abs(abs(zak_phase(H(1, 2), k = 0..2pi)) - pi) < 1e-9    # => true
/// abs(abs(zak_phase(H(2, 1), k = 0..2pi))) < 1e-9    # => true
/// zak_phase(H(1, 1), k = 0..2pi)               # error: [E0301]
/// zak_phase(H(1, 2), k = 0..pi)                # error: [E0307]
/// ```
#[builtin(topic = "coherence", latex = none, since = "0.1", see("berry_phase", "wannier_centers"))]
fn zak_phase(
    call: &Call<'_>,
    /// The Hamiltonian H(k), a Hermitian matrix.
    hamiltonian: Spanned<Matrix>,
    /// The wave number and its period.
    k: RangeBinding,
    /// The band, counted from 1 from below.
    #[named]
    #[default(1)]
    band: usize,
    /// How many points the loop has.
    #[named]
    #[default(200)]
    points: usize,
) -> Result<f64> {
    let family = Family::new(call, &hamiltonian, &[&k])?;
    let steps = Steps::new(call, &k, points)?;
    let hamiltonians = family.along(&steps)?;
    let band = band_place(call, band, family.rows)?;
    Ok(lattice::zak_phase(&hamiltonians, band).or_refuse(hamiltonian.span)?.phase)
}

/// The Wannier centres of the lowest bands: the eigenphases of their Wilson loop over a period of k, divided by 2π.
///
/// In ascending order, above -1/2 and up to 1/2 of a cell. Their sum is the Berry phase of all bands over 2π, but for
/// integers. Yu et al., Phys. Rev. B 84 (2011) 075119.
///
/// ```holor
/// H = [[0, 1 + 2 exp(-i k)], [1 + 2 exp(i k), 0]];
/// max(abs(abs(wannier_centers(H, k = 0..2pi)) - [0.5])) < 1e-9    # => true
/// ```
#[builtin(topic = "coherence", latex = none, since = "0.1", see("zak_phase", "chern_number"))]
fn wannier_centers(
    call: &Call<'_>,
    /// The Hamiltonian H(k), a Hermitian matrix.
    hamiltonian: Spanned<Matrix>,
    /// The wave number and its period.
    k: RangeBinding,
    /// How many of the lowest bands.
    #[named]
    #[default(1)]
    bands: usize,
    /// How many points the loop has.
    #[named]
    #[default(200)]
    points: usize,
) -> Result<NumericArray> {
    let family = Family::new(call, &hamiltonian, &[&k])?;
    let steps = Steps::new(call, &k, points)?;
    let hamiltonians = family.along(&steps)?;
    band_place(call, bands, family.rows)?;
    let frames = lowest_bands(&hamiltonians, bands).or_refuse(hamiltonian.span)?.frames;
    let phases = lattice::wilson_loop_phases(&frames).or_refuse(hamiltonian.span)?;
    let centers: Vec<f64> = phases.iter().map(|it| it / std::f64::consts::TAU).collect();
    Ok(NumericArray::vector(centers).named("centre"))
}

/// The lowest bands over a grid of two wave numbers.
fn zone(
    call: &Call<'_>,
    hamiltonian: &Spanned<Matrix>,
    [first, second]: [&RangeBinding; 2],
    bands: usize,
    points: usize,
) -> Result<(lattice::ChernNumber, f64, [Steps; 2])> {
    let family = Family::new(call, hamiltonian, &[first, second])?;
    family.require_square()?;
    if points > 400 {
        let message = format!("{points} points a side; at most 400 are possible");
        return Err(call.error(&codes::E0204_OUT_OF_RANGE, message));
    }
    let axes = [Steps::new(call, first, points)?, Steps::new(call, second, points)?];
    family.require_period(&[&axes[0], &axes[1]])?;
    band_place(call, bands, family.rows)?;
    let mut hamiltonians = Vec::with_capacity(points * points);
    for &x in &axes[0].points {
        call.poll()?;
        for &y in &axes[1].points {
            hamiltonians.push(family.at(&[x, y])?);
        }
    }
    let found = lowest_bands(&hamiltonians, bands).or_refuse(hamiltonian.span)?;
    let chern = lattice::chern_number(&found.frames, points, points)
        .or_refuse(hamiltonian.span)?;
    Ok((chern, found.gap, axes))
}

/// The Chern number of the lowest bands of H(kx, ky), an exact integer by the links of a grid of wave numbers.
///
/// Fukui, Hatsugai and Suzuki, J. Phys. Soc. Jpn. 74 (2005) 1674, with their sign: A = ⟨n|∂n⟩. With the curvature i∇×⟨n|∂n⟩ of
/// Vanderbilt or Xiao ∫Ω/2π is minus this number; exchanging the variables changes the sign, too. Bands that touch the next
/// one, and grids that are too coarse, are refused.
///
/// ```holor
/// H(m) = [[m + cos(p) + cos(q), sin(p) - i sin(q)], [sin(p) + i sin(q), -m - cos(p) - cos(q)]];
/// abs(chern_number(H(1), p = 0..2pi, q = 0..2pi))    # => 1
/// chern_number(H(3), p = 0..2pi, q = 0..2pi)   # => 0
/// chern_number(H(1), p = 0..2pi, q = 0..2pi) + chern_number(H(-1), p = 0..2pi, q = 0..2pi)    # => 0
/// chern_number(H(2), p = 0..2pi, q = 0..2pi)   # error: [E0301]
/// ```
#[builtin(
    topic = "coherence",
    latex = none,
    since = "0.1",
    returns = "integer",
    see("berry_curvature", "berry_phase", "topological_charge")
)]
fn chern_number(
    call: &Call<'_>,
    /// The Hamiltonian, a Hermitian matrix.
    hamiltonian: Spanned<Matrix>,
    /// The first wave number and its period.
    first: RangeBinding,
    /// The second wave number and its period.
    second: RangeBinding,
    /// How many of the lowest bands.
    #[named]
    #[default(1)]
    bands: usize,
    /// How many points along each wave number.
    #[named]
    #[default(24)]
    points: usize,
) -> Result<Value> {
    let (chern, ..) = zone(call, &hamiltonian, [&first, &second], bands, points)?;
    Ok(integer(chern.chern))
}

/// The Berry curvature of the lowest bands over a grid of two wave numbers: the flux through each cell over its area.
///
/// With the sign of `chern_number`, which is the sum of all fluxes over 2π. `gap` is the smallest distance to the next band.
///
/// ```holor
/// H = [[1 + cos(p) + cos(q), sin(p) - i sin(q)], [sin(p) + i sin(q), -1 - cos(p) - cos(q)]];
/// c = berry_curvature(H, p = 0..2pi, q = 0..2pi); abs(abs(sum(c.flux)/(2pi)) - 1.0) < 1e-9    # => true
/// ```
#[builtin(topic = "coherence", latex = none, since = "0.1", see("chern_number", "berry_phase"))]
fn berry_curvature(
    call: &Call<'_>,
    /// The Hamiltonian, a Hermitian matrix.
    hamiltonian: Spanned<Matrix>,
    /// The first wave number and its period.
    first: RangeBinding,
    /// The second wave number and its period.
    second: RangeBinding,
    /// How many of the lowest bands.
    #[named]
    #[default(1)]
    bands: usize,
    /// How many points along each wave number.
    #[named]
    #[default(48)]
    points: usize,
) -> Result<Record> {
    let (chern, gap, axes) = zone(call, &hamiltonian, [&first, &second], bands, points)?;
    let step = |axis: &Steps| (axis.high - axis.low) / points as f64;
    let area = step(&axes[0]) * step(&axes[1]);
    let own = axes.each_ref().map(|axis| {
        // The middles of the cells.
        let middles: Vec<f64> =
            axis.points.iter().map(|it| it + 0.5 * step(axis)).collect();
        ArrayAxis::space(&axis.name, middles, true)
    });
    let curvature: Vec<f64> = chern.field_strength.iter().map(|it| it / area).collect();
    let flux = NumericArray::new(chern.field_strength, own.clone());
    let curvature = NumericArray::new(curvature, own);
    let part = |array: Option<NumericArray>, name: &str| {
        array.map_or(Value::Nothing, |it| it.named(name).into_value())
    };
    let mut record = Record::new("Berry curvature")
        .described("of the lowest bands over the zone")
        .with("chern", integer(chern.chern))
        .with("curvature", part(curvature, "Ω"))
        .with("flux", part(flux, "F"));
    if gap.is_finite() {
        record = record.with("gap", gap);
    }
    Ok(record.drawn(|record| pictures::signed_map(pictures::part(record, "curvature")?)))
}
