//! Values of formulas at the cells of a box.

use holor_algebra::{Engine, Expr, Node, Symbol};
use holor_field::equation::Complex64;
use holor_field::noise;

use super::BoxValue;
use crate::array::complex_number;
use crate::{Diagnostic, Result, Span, codes};

/// The function that stands for a noise in formulas: `noise(label)`, or `noise(label, seed)`.
pub(crate) const NOISE: &str = "noise";
/// The function that stands for the mean over the box.
pub(crate) const MEAN: &str = "mean";
/// The function that stands for the integral over the box.
pub(crate) const INTEGRAL: &str = "integral";
/// The function that stands for the solution of Poisson's equation.
pub(crate) const INVERSE_LAPLACIAN: &str = "inverse_laplacian";
/// The function that stands for the potential of the part of a vector that is a gradient: coordinates, each with the component
/// along it.
pub(crate) const POTENTIAL: &str = "potential_of";
/// The function that stands for the inverse of an operator: `inverse(1 - ∂_x^2, f)`, the derivatives as symbols.
pub(crate) const INVERSE: &str = "inverse";
/// The function that stands for a value some points away: `shift(u, x, 1)`.
pub(crate) const SHIFT: &str = "shift";
/// The function that stands for a convolution over the box.
pub(crate) const CONVOLVE: &str = "convolve";

/// Whether a noise occurs in a formula.
pub(crate) fn has_noise(expr: &Expr) -> bool {
    expr.any(&mut |part| is_noise(part))
}

fn is_noise(expr: &Expr) -> bool {
    matches!(expr.node(), Node::Apply(name, _) if name.name() == NOISE)
}

/// Evaluates formulas in the coordinates of a box.
pub(crate) struct Sampler<'a> {
    grid: &'a BoxValue,
    engine: &'a Engine,
    /// The seed of noises that have none of their own.
    pub(crate) seed: u64,
    /// Whether noises have an imaginary part.
    pub(crate) complex: bool,
    /// How many cells beyond the points values are taken along each axis.
    pub(crate) shift: [f64; 3],
}

impl<'a> Sampler<'a> {
    /// On this box.
    pub(crate) fn new(grid: &'a BoxValue, engine: &'a Engine) -> Self {
        Self { grid, engine, seed: 0, complex: false, shift: [0.0; 3] }
    }

    /// The values at all cells, row-major. A noise is a standard normal number for each cell, independent of all others; on complex
    /// fields its real and imaginary parts have variance 1/2 each.
    ///
    /// # Errors
    /// Where a symbol has no value, or the formula has no finite value at some cell, which is named.
    pub(crate) fn values(&self, expr: &Expr, span: Span) -> Result<Vec<Complex64>> {
        let mut variables: Vec<Symbol> = self.grid.coordinates.to_vec();
        let mut noises = Vec::new();
        let formula = expr.transform(&mut |part| {
            if !is_noise(&part) {
                return part;
            }
            let place = noises.iter().position(|own| *own == part).unwrap_or_else(|| {
                noises.push(part.clone());
                noises.len() - 1
            });
            Expr::symbol(&format!("noise {place}"))
        });
        variables.extend(
            (0..noises.len()).map(|place| Symbol::new(&format!("noise {place}"))),
        );
        for symbol in formula.free_symbols() {
            if !variables.contains(&symbol) {
                return Diagnostic::error(
                    &codes::E0310_EVOLUTION,
                    format!(
                        "`{symbol}` has no value here; a field is a formula in {}",
                        self.grid.names()
                    ),
                )
                .at(span)
                .hint(format!("{symbol} = 1"))
                .into();
            }
        }
        let cells = self.grid.cells();
        let mut samples = Vec::new();
        for (place, noise) in noises.iter().enumerate() {
            samples.push(self.noise(noise, place, cells));
        }
        let compiled = self.engine.compile(&formula, &variables)?;
        let axes: Vec<Vec<f64>> = (0..variables.len() - noises.len())
            .map(|axis| self.grid.points_at(axis, self.shift[axis]))
            .collect();
        let real_noise = samples.iter().flatten().all(|value| value.im == 0.0);
        let mut result = Vec::with_capacity(cells);
        let mut real = vec![0.0; variables.len()];
        let mut registers = Vec::new();
        let mut place = vec![0_usize; axes.len()];
        for cell in 0..cells {
            for (slot, (points, index)) in real.iter_mut().zip(axes.iter().zip(&place)) {
                *slot = points.get(*index).copied().unwrap_or(f64::NAN);
            }
            for (slot, sample) in real.iter_mut().skip(axes.len()).zip(&samples) {
                *slot = sample.get(cell).map_or(f64::NAN, |value| value.re);
            }
            let mut value = f64::NAN;
            if real_noise {
                value = compiled.evaluate_with(&real, &mut registers);
            }
            let value = if value.is_nan() {
                let mut arguments: Vec<(f64, f64)> =
                    real.iter().map(|value| (*value, 0.0)).collect();
                for (slot, sample) in arguments.iter_mut().skip(axes.len()).zip(&samples)
                {
                    *slot = sample.get(cell).map_or((f64::NAN, 0.0), |it| (it.re, it.im));
                }
                let (re, im) = compiled.evaluate_complex(&arguments);
                Complex64::new(re, im)
            } else {
                Complex64::new(value, 0.0)
            };
            if !(value.re.is_finite() && value.im.is_finite()) {
                return Err(self.not_finite(expr, &real, span));
            }
            result.push(value);
            for (index, points) in place.iter_mut().zip(&axes).rev() {
                *index += 1;
                if *index < points.len() {
                    break;
                }
                *index = 0;
            }
        }
        Ok(result)
    }

    fn noise(&self, expr: &Expr, place: usize, cells: usize) -> Vec<Complex64> {
        let seed = match expr.node() {
            Node::Apply(_, arguments) => arguments
                .get(1)
                .and_then(|seed| complex_number(self.engine, seed))
                .map_or(self.seed, |seed| seed.re as u64),
            _ => self.seed,
        };
        let stream = 2 * place as u32;
        let real = noise::normals(seed, stream, 0, cells);
        if !self.complex {
            return real.into_iter().map(|value| Complex64::new(value, 0.0)).collect();
        }
        let imaginary = noise::normals(seed, stream + 1, 0, cells);
        let scale = std::f64::consts::FRAC_1_SQRT_2;
        real.into_iter()
            .zip(imaginary)
            .map(|(re, im)| Complex64::new(re, im) * scale)
            .collect()
    }

    fn not_finite(&self, expr: &Expr, point: &[f64], span: Span) -> Box<Diagnostic> {
        let place: Vec<String> = self
            .grid
            .coordinates
            .iter()
            .zip(point)
            .map(|(name, value)| format!("{name} = {value}"))
            .collect();
        Box::new(
            Diagnostic::error(
                &codes::E0401_NOT_A_NUMBER,
                format!("`{expr}` has no finite value at {}", place.join(", ")),
            )
            .at(span),
        )
    }
}
