//! Parallel transport along a curve: exact where the potential commutes with itself, else a numeric ordered product.
//!
//! `dU/ds = −g A_μ(x(s)) (dx^μ/ds) U` with U = 1 at the start; round a closed curve U is the holonomy.

use holor_algebra::{Assumptions, Engine, Expr, Matrix, Property, Symbol};

use super::form::invalid;
use super::{GaugeAlgebra, GaugePotential};
use crate::{Chart, GeometryError, GeometryResult, SmoothMap};

/// A complex matrix, each entry (real part, imaginary part).
type ComplexMatrix = Vec<Vec<(f64, f64)>>;

/// The equation of parallel transport along a curve, `dU/ds = c^a(s) T_a U`.
#[derive(Clone, Debug)]
pub struct Transport {
    algebra: GaugeAlgebra,
    parameter: Symbol,
    /// `c^a(s)`
    coefficients: Vec<Expr>,
    commutes: bool,
}

/// The result of a numeric transport.
#[derive(Clone, Debug, PartialEq)]
pub struct NumericHolonomy {
    /// U, each entry (real part, imaginary part).
    pub matrix: ComplexMatrix,
    /// The sum of the estimated errors of all steps (maximum norm).
    pub error: f64,
    /// How many steps were taken.
    pub steps: usize,
}

impl GaugePotential {
    /// The equation of parallel transport along a curve given by the chart's coordinates as expressions in a parameter.
    ///
    /// # Errors
    /// Another number of expressions than coordinates; what the field cannot read.
    pub fn transport(
        &self,
        curve: &[Expr],
        parameter: &Symbol,
    ) -> GeometryResult<Transport> {
        let chart = self.form().chart();
        let mut assumptions: Assumptions = chart.field().assumptions().clone();
        if chart.place(parameter).is_none() {
            assumptions.assume(parameter.clone(), Property::Real);
        }
        let line = Chart::new(vec![parameter.clone()], assumptions)?;
        let map = SmoothMap::new(&line, chart, curve.to_vec())?;
        let along = self.form().pull_back(&map)?;
        let field = line.field();
        let coupling = map.pull_back_function(self.coupling(), chart)?;
        let speeds: Vec<_> = along
            .components()
            .iter()
            .map(|form| field.negate(&field.multiply(&coupling, &form.component(&[0]))))
            .collect();
        let algebra = self.form().algebra().clone();
        // Generators whose coefficients are constant multiples of one another count as one direction.
        let is_constant = |value: &_| line.derivative(value, 0).is_zero();
        let mut one_direction = true;
        let leading = speeds.iter().find(|speed| !speed.is_zero());
        for speed in &speeds {
            if let Some(leading) = leading {
                one_direction &= is_constant(&field.divide(speed, leading)?);
            }
        }
        let active = |a: usize| speeds.get(a).is_some_and(|speed| !speed.is_zero());
        let abelian = algebra
            .structure_constants()
            .iter()
            .all(|(a, b, _, _)| !(active(*a) && active(*b)));
        Ok(Transport {
            algebra,
            parameter: parameter.clone(),
            coefficients: speeds.iter().map(|speed| field.write(speed)).collect(),
            commutes: one_direction || abelian,
        })
    }
}

impl Transport {
    /// The algebra.
    pub fn algebra(&self) -> &GaugeAlgebra {
        &self.algebra
    }

    /// The parameter of the curve.
    pub fn parameter(&self) -> &Symbol {
        &self.parameter
    }

    /// The coefficients `c^a(s)` of `dU/ds = c^a T_a U`.
    pub fn coefficients(&self) -> &[Expr] {
        &self.coefficients
    }

    /// Whether the matrices at different points of the curve commute, so that `U = exp ∫ c^a T_a ds`.
    pub fn commutes(&self) -> bool {
        self.commutes
    }

    /// The exponents `∫ c^a ds` of `U = exp(θ^a T_a)`, where the matrices commute.
    ///
    /// # Errors
    /// Matrices that do not commute; an integral that the engine does not find.
    pub fn exponents(
        &self,
        engine: &Engine,
        from: &Expr,
        to: &Expr,
    ) -> GeometryResult<Vec<Expr>> {
        if !self.commutes {
            return Err(invalid(
                "the potential does not commute with itself along the curve: there is no exact holonomy; ask for a numeric one"
                    .into(),
            ));
        }
        self.coefficients
            .iter()
            .map(|speed| Ok(engine.integrate_over(speed, &self.parameter, from, to)?))
            .collect()
    }

    /// U, exactly, where the matrices commute.
    ///
    /// # Errors
    /// As [`Transport::exponents`]; an exponential that the engine does not find.
    pub fn exact(
        &self,
        engine: &Engine,
        from: &Expr,
        to: &Expr,
    ) -> GeometryResult<Matrix> {
        let angles = self.exponents(engine, from, to)?;
        let size = self.algebra.matrix_size();
        let entries: Vec<Expr> = (0..size * size)
            .map(|place| {
                let terms = self.algebra.generators().iter().zip(&angles);
                terms
                    .filter_map(|(generator, angle)| {
                        Some(generator.get(place / size, place % size)? * angle)
                    })
                    .sum()
            })
            .collect();
        if let [exponent] = entries.as_slice() {
            let value = engine.simplify(&exponent.exp())?;
            return Matrix::new(1, 1, vec![value])
                .ok_or_else(|| invalid("no matrix".into()));
        }
        let exponent = Matrix::new(size, size, entries)
            .ok_or_else(|| invalid("no matrix".into()))?;
        Ok(engine.matrix_exp(&exponent)?)
    }

    /// U as numbers, to a tolerance for the whole curve.
    ///
    /// # Errors
    /// A coefficient that is not a number for some value of the parameter; a tolerance that is not reached.
    pub fn numeric(
        &self,
        engine: &Engine,
        from: f64,
        to: f64,
        tolerance: f64,
    ) -> GeometryResult<NumericHolonomy> {
        let constant = |expr: &Expr| -> GeometryResult<(f64, f64)> {
            Ok(engine.compile(expr, &[])?.evaluate_complex(&[]))
        };
        let mut generators = Vec::with_capacity(self.algebra.dimension());
        for generator in self.algebra.generators() {
            let mut rows = Vec::with_capacity(generator.rows());
            for row in 0..generator.rows() {
                let entries = generator.row(row).iter().map(constant);
                rows.push(entries.collect::<GeometryResult<Vec<_>>>()?);
            }
            generators.push(rows);
        }
        let variables = std::slice::from_ref(&self.parameter);
        let mut compiled = Vec::with_capacity(self.coefficients.len());
        for speed in &self.coefficients {
            if let Some(open) =
                speed.free_symbols().into_iter().find(|symbol| *symbol != self.parameter)
            {
                return Err(invalid(format!(
                    "a numeric holonomy needs a value for `{open}`"
                )));
            }
            compiled.push(engine.compile(speed, variables)?);
        }
        let speed =
            |s: f64| compiled.iter().map(|function| function.evaluate(&[s])).collect();
        let stopped = || engine.interrupt().is_raised();
        transport_numerically(&generators, speed, (from, to), tolerance, stopped)
    }
}

/// How many steps are tried at most.
const STEP_LIMIT: usize = 1_000_000;

/// Solves `dU/ds = c^a(s) T_a U`, U = 1 at the start, by Magnus's expansion of fourth order with two Gauss points and steps
/// chosen by comparing one step with two halves.
/// S. Blanes, F. Casas, J. A. Oteo, J. Ros, "The Magnus expansion and some of its applications", Phys. Rep. 470 (2009).
///
/// # Errors
/// A coefficient that is not finite; a tolerance that is not positive or not reached; an interrupt.
pub fn transport_numerically(
    generators: &[ComplexMatrix],
    mut coefficients: impl FnMut(f64) -> Vec<f64>,
    (from, to): (f64, f64),
    tolerance: f64,
    stopped: impl Fn() -> bool,
) -> GeometryResult<NumericHolonomy> {
    let size = generators.first().map_or(0, Vec::len);
    if !(tolerance > 0.0 && from.is_finite() && to.is_finite()) {
        return Err(invalid(
            "the tolerance is positive and the ends of the curve are finite".into(),
        ));
    }
    let mut value = identity(size);
    let (mut error, mut steps, mut tries) = (0.0, 0, 0);
    let length = to - from;
    let mut position = from;
    let mut step = length / 16.0;
    while (to - position) * length.signum() > 0.0 {
        tries += 1;
        if stopped() {
            return Err(GeometryError::Algebra(holor_algebra::AlgebraError::Interrupted));
        }
        if tries > STEP_LIMIT || step.abs() < length.abs() * 1e-13 {
            return Err(invalid(format!(
                "the tolerance {tolerance:e} is not reached near parameter {position}"
            )));
        }
        if (position + step - to) * length.signum() > 0.0 {
            step = to - position;
        }
        let mut advance =
            |start: f64, width: f64| magnus(generators, &mut coefficients, start, width);
        let whole = advance(position, step)?;
        let first = advance(position, step / 2.0)?;
        let second = advance(position + step / 2.0, step / 2.0)?;
        let halves = multiply(&second, &first);
        // Two halves of a method of order 4 are 15 times better than the difference.
        let local = distance(&whole, &halves) / 15.0;
        let allowed = tolerance * (step / length).abs();
        if local <= allowed || local < 1e-15 {
            value = multiply(&halves, &value);
            error += local;
            steps += 1;
            position = if (to - position - step) * length.signum() <= 0.0 {
                to
            } else {
                position + step
            };
        }
        let factor = if local > 0.0 { 0.9 * (allowed / local).powf(0.2) } else { 4.0 };
        step *= factor.clamp(0.2, 4.0);
    }
    if error > tolerance {
        return Err(invalid(format!(
            "the tolerance {tolerance:e} is not reached: the estimated error is {error:e}"
        )));
    }
    Ok(NumericHolonomy { matrix: value, error, steps })
}

/// One step of Magnus's expansion: `exp(h/2 (A₁ + A₂) + (√3 h²/12) [A₂, A₁])`.
fn magnus(
    generators: &[ComplexMatrix],
    coefficients: &mut impl FnMut(f64) -> Vec<f64>,
    start: f64,
    width: f64,
) -> GeometryResult<ComplexMatrix> {
    let offset = 3f64.sqrt() / 6.0;
    let mut at = |node: f64| -> GeometryResult<ComplexMatrix> {
        let parameter = start + width * node;
        let values = coefficients(parameter);
        if values.iter().any(|value| !value.is_finite()) {
            return Err(invalid(format!(
                "the potential along the curve is not a real number at parameter {parameter}"
            )));
        }
        let size = generators.first().map_or(0, Vec::len);
        let mut sum = vec![vec![(0.0, 0.0); size]; size];
        for (generator, value) in generators.iter().zip(values) {
            accumulate(&mut sum, generator, value);
        }
        Ok(sum)
    };
    let first = at(0.5 - offset)?;
    let second = at(0.5 + offset)?;
    let mut exponent = multiply(&second, &first);
    let other = multiply(&first, &second);
    accumulate(&mut exponent, &other, -1.0);
    scale(&mut exponent, 3f64.sqrt() * width * width / 12.0);
    accumulate(&mut exponent, &first, width / 2.0);
    accumulate(&mut exponent, &second, width / 2.0);
    Ok(exponential(exponent))
}

fn identity(size: usize) -> ComplexMatrix {
    (0..size)
        .map(|row| {
            (0..size).map(|column| (f64::from(u8::from(row == column)), 0.0)).collect()
        })
        .collect()
}

fn accumulate(sum: &mut ComplexMatrix, matrix: &ComplexMatrix, factor: f64) {
    for (own, other) in sum.iter_mut().flatten().zip(matrix.iter().flatten()) {
        own.0 += factor * other.0;
        own.1 += factor * other.1;
    }
}

fn scale(matrix: &mut ComplexMatrix, factor: f64) {
    for entry in matrix.iter_mut().flatten() {
        entry.0 *= factor;
        entry.1 *= factor;
    }
}

fn multiply(left: &ComplexMatrix, right: &ComplexMatrix) -> ComplexMatrix {
    let columns = right.first().map_or(0, Vec::len);
    left.iter()
        .map(|row| {
            let mut product = vec![(0.0, 0.0); columns];
            for (&(a, b), other) in row.iter().zip(right) {
                for (entry, &(c, d)) in product.iter_mut().zip(other) {
                    entry.0 += a * c - b * d;
                    entry.1 += a * d + b * c;
                }
            }
            product
        })
        .collect()
}

fn norm(matrix: &ComplexMatrix) -> f64 {
    matrix.iter().flatten().map(|&(re, im)| re.hypot(im)).fold(0.0, f64::max)
}

fn distance(left: &ComplexMatrix, right: &ComplexMatrix) -> f64 {
    let mut difference = left.clone();
    accumulate(&mut difference, right, -1.0);
    norm(&difference)
}

/// The exponential by Taylor's series after halving, and squaring back.
fn exponential(mut exponent: ComplexMatrix) -> ComplexMatrix {
    let size = exponent.len();
    let mut halvings = 0;
    let mut bound = norm(&exponent) * size as f64;
    while bound > 0.25 && halvings < 60 {
        bound /= 2.0;
        halvings += 1;
    }
    scale(&mut exponent, 0.5f64.powi(halvings));
    let mut sum = identity(size);
    let mut term = identity(size);
    for order in 1..=14 {
        term = multiply(&term, &exponent);
        scale(&mut term, 1.0 / f64::from(order));
        accumulate(&mut sum, &term, 1.0);
    }
    for _ in 0..halvings {
        sum = multiply(&sum, &sum);
    }
    sum
}
