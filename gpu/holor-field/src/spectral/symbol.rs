//! Fourier symbols of linear operators with constant coefficients: polynomials in i k, kernels, inverses, means.

use crate::equation::{Complex64, Grid, Operator};
use crate::layout::dimension;

/// c · Π (i kₐ)^pₐ e^{i kₐ hₐ sₐ} · (−1/|k|²)^q / operators · kernels · (1 where k = 0, else 0, if `mean`).
#[derive(Clone, Debug, PartialEq)]
pub struct Monomial {
    /// The number in front.
    pub coefficient: Complex64,
    /// How often it differentiates along each axis.
    pub powers: [u32; 3],
    /// Whether along an axis it is 0 at the highest mode of an even number of points, as derivatives of odd order are by themselves.
    pub without_highest: [bool; 3],
    /// Displacements in points along each axis.
    pub shifts: [i32; 3],
    /// How often it solves Poisson's equation.
    pub inverse_laplacians: u32,
    /// Whether only the mean over the box is kept.
    pub mean: bool,
    /// Operators it is divided by.
    pub inverses: Vec<Operator>,
    /// Kernels it is convolved with, by their places in [`super::SpectralForm::kernels`], in order.
    pub kernels: Vec<usize>,
}

/// A sum of monomials without repeats.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Symbol {
    /// The monomials.
    pub terms: Vec<Monomial>,
}

impl Symbol {
    /// Multiplication by a number.
    pub fn number(coefficient: Complex64) -> Self {
        if coefficient == Complex64::ZERO {
            return Self::default();
        }
        Self {
            terms: vec![Monomial {
                coefficient,
                powers: [0; 3],
                without_highest: [false; 3],
                shifts: [0; 3],
                inverse_laplacians: 0,
                mean: false,
                inverses: Vec::new(),
                kernels: Vec::new(),
            }],
        }
    }

    /// The identity.
    pub fn one() -> Self {
        Self::number(Complex64::ONE)
    }

    /// Whether nothing is left.
    pub fn is_zero(&self) -> bool {
        self.terms.is_empty()
    }

    /// The number that it multiplies with, where it is nothing but that.
    pub fn constant(&self) -> Option<Complex64> {
        match self.terms.as_slice() {
            [] => Some(Complex64::ZERO),
            [only] if only.is_constant() => Some(only.coefficient),
            _ => None,
        }
    }

    /// The sum with another.
    pub fn add(&mut self, other: &Symbol) {
        for term in &other.terms {
            match self.terms.iter_mut().find(|known| known.same_kind(term)) {
                Some(known) => known.coefficient += term.coefficient,
                None => self.terms.push(term.clone()),
            }
        }
        self.terms.retain(|term| term.coefficient != Complex64::ZERO);
    }

    /// Every monomial changed.
    #[must_use]
    pub fn map(&self, change: impl Fn(&mut Monomial)) -> Symbol {
        let mut result = Symbol::default();
        for term in &self.terms {
            let mut term = term.clone();
            change(&mut term);
            result.add(&Symbol { terms: vec![term] });
        }
        result
    }

    /// Times a number.
    #[must_use]
    pub fn scaled(&self, factor: Complex64) -> Symbol {
        self.map(|term| term.coefficient *= factor)
    }

    /// Its value for a mode of the grid.
    pub fn at(&self, mode: &Mode, kernels: &[Vec<Complex64>]) -> Complex64 {
        self.terms.iter().map(|term| term.at(mode, kernels)).sum()
    }

    /// Its value for any wave vector, far beyond the grid: kernels have decayed there, and displacements turn phases only.
    pub fn beyond(&self, k: [f64; 3]) -> Complex64 {
        let mode = Mode { k, nyquist: [false; 3], place: 0, spacing: [0.0; 3] };
        self.terms
            .iter()
            .filter(|term| term.kernels.is_empty())
            .map(|term| term.at(&mode, &[]))
            .sum()
    }
}

impl Monomial {
    fn is_constant(&self) -> bool {
        self.powers == [0; 3]
            && self.shifts == [0; 3]
            && self.inverse_laplacians == 0
            && !self.mean
            && self.inverses.is_empty()
            && self.kernels.is_empty()
    }

    fn same_kind(&self, other: &Self) -> bool {
        self.powers == other.powers
            && self.without_highest == other.without_highest
            && self.shifts == other.shifts
            && self.inverse_laplacians == other.inverse_laplacians
            && self.mean == other.mean
            && self.inverses == other.inverses
            && self.kernels == other.kernels
    }

    /// i to the number of derivatives.
    pub fn phase(&self) -> Complex64 {
        match self.powers.iter().sum::<u32>() % 4 {
            0 => Complex64::ONE,
            1 => Complex64::I,
            2 => -Complex64::ONE,
            _ => -Complex64::I,
        }
    }

    fn at(&self, mode: &Mode, kernels: &[Vec<Complex64>]) -> Complex64 {
        let square: f64 = mode.k.iter().map(|k| k * k).sum();
        if self.mean && square != 0.0 {
            return Complex64::ZERO;
        }
        let mut value = self.coefficient * self.phase();
        for axis in 0..3 {
            if mode.nyquist[axis] && self.without_highest[axis] {
                return Complex64::ZERO;
            }
            value *= wave_power(mode.k[axis], mode.nyquist[axis], self.powers[axis]);
            if self.shifts[axis] != 0 {
                let angle =
                    mode.k[axis] * mode.spacing[axis] * f64::from(self.shifts[axis]);
                value *= Complex64::cis(angle);
            }
        }
        for _ in 0..self.inverse_laplacians {
            value *= if square == 0.0 { 0.0 } else { -1.0 / square };
        }
        for operator in &self.inverses {
            value /= at_mode(operator, mode);
        }
        for kernel in &self.kernels {
            value *= kernels[*kernel][mode.place];
        }
        value
    }
}

/// What an operator multiplies a mode with.
pub(super) fn at_mode(operator: &[(f64, [u32; 3])], mode: &Mode) -> f64 {
    let part = |(factor, orders): &(f64, [u32; 3])| {
        let powers =
            (0..3).map(|axis| wave_power(mode.k[axis], mode.nyquist[axis], orders[axis]));
        factor * sign_of(orders) * powers.product::<f64>()
    };
    operator.iter().map(part).sum()
}

/// i to an even number of derivatives.
pub(super) fn sign_of(orders: &[u32; 3]) -> f64 {
    if orders.iter().sum::<u32>() % 4 == 2 { -1.0 } else { 1.0 }
}

/// k^p, but 0 for odd p at the highest mode of an even number of points, whose sign is undetermined.
pub(super) fn wave_power(k: f64, nyquist: bool, power: u32) -> f64 {
    if nyquist && power % 2 == 1 { 0.0 } else { k.powi(power as i32) }
}

/// A mode of a grid.
#[derive(Clone, Copy, Debug)]
pub struct Mode {
    /// The wave vector by axis; 0 for axes that are not there.
    pub k: [f64; 3],
    /// Whether it is the highest mode of an axis with an even number of points.
    pub nyquist: [bool; 3],
    /// The distance of points along each axis.
    pub spacing: [f64; 3],
    /// Its place in the spectrum of complex fields, row-major.
    pub place: usize,
}

impl Mode {
    /// Its wave number as a part of the highest, along the axis where that is largest.
    pub fn share(&self) -> f64 {
        let parts = self.k.iter().zip(self.spacing);
        parts.map(|(k, h)| k.abs() * h / std::f64::consts::PI).fold(0.0, f64::max)
    }
}

/// The wave number of place `j` of a transform of `points` points over a box of this length, and whether it is the highest one
/// of an even number of points.
pub fn wave_number(j: usize, points: usize, length: f64) -> (f64, bool) {
    let signed = if 2 * j <= points { j as f64 } else { j as f64 - points as f64 };
    (std::f64::consts::TAU * signed / length, points > 1 && 2 * j == points)
}

/// The modes of a grid in the order of the spectrum: of real fields (`half`) only k ≥ 0 along the last axis.
pub fn modes(grid: &Grid, half: bool) -> Vec<Mode> {
    let rank = grid.axes.len();
    let mut counts = [1; 3];
    let mut full = [1; 3];
    for (axis, data) in grid.axes.iter().enumerate() {
        full[dimension(axis, rank)] = data.points;
        counts[dimension(axis, rank)] = data.points;
    }
    if half {
        counts[2] = full[2] / 2 + 1;
    }
    let mut result = Vec::with_capacity(counts.iter().product());
    for a in 0..counts[0] {
        for b in 0..counts[1] {
            for c in 0..counts[2] {
                let index = [a, b, c];
                let mut mode = Mode {
                    k: [0.0; 3],
                    nyquist: [false; 3],
                    spacing: [0.0; 3],
                    place: (a * full[1] + b) * full[2] + c,
                };
                for (axis, data) in grid.axes.iter().enumerate() {
                    let place = index[dimension(axis, rank)];
                    let (k, nyquist) =
                        wave_number(place, data.points, data.high - data.low);
                    mode.k[axis] = k;
                    mode.nyquist[axis] = nyquist;
                    mode.spacing[axis] = data.spacing();
                }
                result.push(mode);
            }
        }
    }
    result
}
