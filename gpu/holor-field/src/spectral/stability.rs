//! Bounds on the linear part's spectrum, and whether growth is unbounded.

use super::SpectralForm;
use super::matrix::Matrix;
use super::symbol::{Mode, modes};
use crate::discretise::eigenvalues;
use crate::equation::{Complex64, System};

/// At most so many modes of coupled systems are looked at.
const SAMPLES: usize = 2048;
/// And of the highest ones along an axis.
const HIGHEST: usize = 256;
/// Between those modes others may grow, of which the highest is higher by this part of all.
const BETWEEN_SAMPLES: f64 = 0.05;

/// The matrix of the linear part over components at places `group`, for one mode.
pub(super) fn matrix(form: &SpectralForm, group: &[usize], mode: &Mode) -> Matrix {
    fill(form, group, |symbol| symbol.at(mode, &form.kernels))
}

fn fill(
    form: &SpectralForm,
    group: &[usize],
    value: impl Fn(&super::Symbol) -> Complex64,
) -> Matrix {
    let mut matrix = Matrix::zero(group.len());
    for (row, component) in group.iter().enumerate() {
        for (other, symbol) in &form.linear[*component] {
            if let Some(column) = group.iter().position(|known| known == other) {
                matrix.entries[row * group.len() + column] += value(symbol);
            }
        }
    }
    matrix
}

/// The fastest growth of a linear part, and what of it may be rounding.
fn growth(matrix: &Matrix) -> (f64, f64) {
    let values: Vec<Complex64> = if matrix.is_diagonal() {
        (0..matrix.size).map(|i| matrix.at(i, i)).collect()
    } else {
        let row = |i| (0..matrix.size).map(|j| matrix.at(i, j)).collect();
        eigenvalues((0..matrix.size).map(row).collect())
    };
    let growth = values.iter().map(|value| value.re).fold(f64::MIN, f64::max);
    let scale = values.iter().map(|value| value.norm()).fold(0.0, f64::max);
    let tolerance = if matrix.is_diagonal() { 1e-12 } else { 1e-4 };
    (growth, tolerance * scale)
}

/// Leaves derivatives of even order along an axis out at its highest mode, as those of odd order are, where the mode would grow without them and the equation
/// does not let it: for ∂ₜ²u + 4 ∂ₜ∂ₓu + 3 ∂ₓ²u = 0 the middle term is what keeps waves from growing.
fn leave_highest_out(system: &System, form: &mut SpectralForm) {
    let mut left_out = [false; 3];
    for complex in [false, true] {
        let group = form.group(complex);
        let terms = group.iter().flat_map(|own| &form.linear[*own]);
        let terms = terms.flat_map(|(_, symbol)| &symbol.terms);
        let mut known = [[false; 2]; 3];
        for term in terms {
            for (known, power) in known.iter_mut().zip(term.powers) {
                known[power as usize % 2] |= power > 0;
            }
        }
        let both = known.map(|known| known == [true; 2]);
        if !both.contains(&true) {
            continue;
        }
        let mut modes = modes(&system.grid, !complex);
        modes.retain(|mode| (0..3).any(|axis| both[axis] && mode.nyquist[axis]));
        let stride = modes.len().div_ceil(HIGHEST).max(1);
        for mode in modes.iter().step_by(stride) {
            if (0..3).any(|axis| mode.nyquist[axis] && left_out[axis]) {
                continue;
            }
            let (found, tolerance) = growth(&matrix(form, &group, mode));
            // As a wave of either direction.
            let highest: Vec<usize> = (0..3).filter(|axis| mode.nyquist[*axis]).collect();
            let waves = (0..1_usize << highest.len()).map(|signs| {
                let mut wave = Mode { nyquist: [false; 3], ..*mode };
                for (place, axis) in highest.iter().enumerate() {
                    if signs >> place & 1 == 1 {
                        wave.k[*axis] = -wave.k[*axis];
                    }
                }
                growth(&matrix(form, &group, &wave)).0
            });
            if found > waves.fold(0.0, f64::max) + tolerance {
                for axis in highest {
                    left_out[axis] |= both[axis];
                }
            }
        }
    }
    if left_out.contains(&true) {
        for (_, symbol) in form.linear.iter_mut().flatten() {
            *symbol = symbol.map(|term| {
                let along = left_out.into_iter().zip(term.powers);
                for (own, (left_out, power)) in term.without_highest.iter_mut().zip(along)
                {
                    *own |= left_out && power > 0;
                }
            });
        }
    }
}

/// Whether a mode grows, by more than eigenvalues are uncertain.
fn grows(matrix: &Matrix) -> bool {
    let (found, tolerance) = growth(matrix);
    found > if matrix.is_diagonal() { tolerance } else { 1e-3 * tolerance }
}

/// Fills in growth, decay, oscillation and ill-posedness.
pub(super) fn bounds(system: &System, form: &mut SpectralForm) {
    leave_highest_out(system, form);
    let (mut growth, mut decay, mut oscillation) = (f64::NEG_INFINITY, 0.0_f64, 0.0_f64);
    for complex in [false, true] {
        let group = form.group(complex);
        if group.is_empty() {
            continue;
        }
        let modes = modes(&system.grid, !complex);
        let stride = if form.is_diagonal() { 1 } else { modes.len().div_ceil(SAMPLES) };
        let between = if stride > 1 { BETWEEN_SAMPLES } else { 0.0 };
        for mode in modes.iter().step_by(stride) {
            let matrix = matrix(form, &group, mode);
            if !form.is_linear() && grows(&matrix) {
                form.growing = form.growing.max(mode.share() + between);
            }
            if matrix.is_diagonal() {
                for i in 0..group.len() {
                    let value = matrix.at(i, i);
                    growth = growth.max(value.re);
                    decay = decay.max(-value.re);
                    oscillation = oscillation.max(value.im.abs());
                }
                continue;
            }
            let turned = Matrix {
                size: matrix.size,
                entries: matrix
                    .entries
                    .iter()
                    .map(|entry| entry * Complex64::I)
                    .collect(),
            };
            // Rounding of the estimate, relative to the norm.
            let noise = 1e-5 * matrix.norm().sqrt();
            let clean = |value: f64| if value.abs() < noise { 0.0 } else { value };
            growth = growth.max(clean(matrix.abscissa()));
            decay = decay.max(clean(matrix.scaled(-1.0).abscissa()));
            oscillation = oscillation
                .max(turned.abscissa().abs())
                .max(turned.scaled(-1.0).abscissa().abs());
        }
    }
    form.growth = if growth.is_finite() { growth } else { 0.0 };
    form.decay = decay;
    form.oscillation = oscillation;
    form.ill_posed = is_ill_posed(system, form);
}

/// Whether growth increases without bound with the wave number.
pub(super) fn is_ill_posed(system: &System, form: &SpectralForm) -> bool {
    [false, true].into_iter().any(|complex| {
        let group = form.group(complex);
        !group.is_empty() && unbounded(system, form, &group)
    })
}

/// Whether the growth rate increases with the wave number far beyond the grid.
fn unbounded(system: &System, form: &SpectralForm, group: &[usize]) -> bool {
    let rank = system.grid.axes.len();
    let highest = system
        .grid
        .axes
        .iter()
        .map(|axis| std::f64::consts::PI / axis.spacing())
        .fold(0.0, f64::max);
    // Directions along axes and between them.
    let mut directions = Vec::new();
    for code in 1..3_usize.pow(rank as u32) {
        let mut direction = [0.0; 3];
        let mut left = code;
        for place in direction.iter_mut().take(rank) {
            *place = [0.0, 1.0, -1.0][left % 3];
            left /= 3;
        }
        directions.push(direction);
    }
    directions.iter().any(|direction| {
        let rate = |size: f64| {
            let k = direction.map(|part| part * size);
            let matrix = fill(form, group, |symbol| symbol.beyond(k));
            growth(&matrix)
        };
        let (near, _) = rate(64.0 * highest);
        let (far, tolerance) = rate(256.0 * highest);
        far > tolerance && far > 1.5 * near.max(0.0)
    })
}
