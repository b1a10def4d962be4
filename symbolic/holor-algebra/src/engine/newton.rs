//! Numeric solutions of equations, to any number of digits.

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::Zero;
use symplex::matrix::Matrix as ArenaMatrix;
use symplex::prelude::{Ex, solve_numeric_system};

use super::Engine;
use super::convert::Session;
use super::failure::{failure, invalid, not_found};
use super::numeric::{bounded, numeric_in};
use super::solve::zero_forms;
use crate::{AlgebraResult, Decimal, Expr, Symbol};

/// Refinements that double the digits.
const REFINEMENTS: usize = 40;
/// Steps of the iteration in `f64` from a complex start.
const COMPLEX_STEPS: usize = 200;

impl Engine {
    /// A numeric solution near a starting point, to so many digits.
    pub fn nsolve(
        &self,
        equations: &[Expr],
        start: &[(Symbol, Expr)],
        digits: u32,
    ) -> AlgebraResult<Vec<Expr>> {
        let digits = bounded(digits)?;
        let equations = zero_forms("nsolve", equations)?;
        if equations.len() != start.len() {
            return Err(invalid(
                "nsolve",
                format!("{} equations but {} unknowns", equations.len(), start.len()),
            ));
        }
        let start = start.to_vec();
        self.compute_with(digits, move |session| {
            let problem = Problem::new(session, &equations, &start)?;
            let first = problem.first(&start)?;
            problem.refine(first, digits)
        })
    }
}

/// Equations with the matrix of their derivatives.
struct Problem<'a> {
    session: &'a Session,
    bodies: Vec<Ex>,
    variables: Vec<Ex>,
    slopes: Vec<Vec<Ex>>,
}

impl<'a> Problem<'a> {
    fn new(
        session: &'a Session,
        equations: &[Expr],
        start: &[(Symbol, Expr)],
    ) -> AlgebraResult<Self> {
        let bodies: Vec<Ex> = equations
            .iter()
            .map(|equation| Ok(session.value(equation)?.eval()))
            .collect::<AlgebraResult<_>>()?;
        let variables: Vec<Ex> = start
            .iter()
            .map(|(symbol, _)| session.symbol(symbol))
            .collect::<AlgebraResult<_>>()?;
        let slopes = bodies
            .iter()
            .map(|body| variables.iter().map(|variable| body.diff(variable)).collect())
            .collect();
        Ok(Self { session, bodies, variables, slopes })
    }

    /// A solution in `f64`: on the real line from a real start, in the plane from a complex one.
    fn first(&self, start: &[(Symbol, Expr)]) -> AlgebraResult<Vec<Ex>> {
        let context = &self.session.context;
        let guesses: Vec<Ex> = start
            .iter()
            .map(|(_, value)| self.session.value(value))
            .collect::<AlgebraResult<_>>()?;
        let real: Option<Vec<f64>> =
            guesses.iter().map(|guess| guess.eval_f64().ok()).collect();
        if let Some(real) = real {
            let found = solve_numeric_system(&self.bodies, &self.variables, &real)
                .map_err(|error| failure("nsolve", &error))?;
            return found
                .into_iter()
                .map(|value| {
                    context.from_f64(value).map_err(|error| failure("nsolve", &error))
                })
                .collect();
        }
        let mut point = guesses;
        for _ in 0..COMPLEX_STEPS {
            let step = self.step(&point, 20)?;
            point = self.moved(&point, &step, 20)?;
            if magnitude(&step) < 1e-14 {
                return Ok(point);
            }
        }
        Err(not_found(
            "nsolve",
            "the iteration does not settle; try another starting point",
        ))
    }

    /// Newton's steps in decimals, until one no longer changes the digits asked for.
    fn refine(&self, mut point: Vec<Ex>, digits: u32) -> AlgebraResult<Vec<Expr>> {
        let working = digits + 12;
        let goal = 10f64.powi(-(i32::try_from(digits).unwrap_or(300).min(300)) - 1);
        let mut before = f64::INFINITY;
        for _ in 0..REFINEMENTS {
            let step = self.step(&point, working)?;
            point = self.moved(&point, &step, working)?;
            let size = magnitude(&step) / magnitude(&point).max(1e-300);
            let beyond_floats = digits > 290 && size == 0.0 && before == 0.0;
            if (digits <= 290 && size <= goal) || beyond_floats {
                return point
                    .iter()
                    .map(|value| {
                        numeric_in(self.session, &self.session.export(value)?, digits)
                    })
                    .collect();
            }
            before = size;
        }
        Err(not_found(
            "nsolve",
            "the iteration does not settle; the solution may be a multiple one, or not be there",
        ))
    }

    /// The solution of `J step = -F` at a point.
    fn step(&self, point: &[Ex], digits: u32) -> AlgebraResult<Vec<Ex>> {
        let pairs: Vec<(&Ex, &Ex)> = self.variables.iter().zip(point).collect();
        let at = |body: &Ex| self.rounded(&body.subs_map(&pairs), digits);
        let values = self.bodies.iter().map(at).collect::<AlgebraResult<Vec<_>>>()?;
        let rows = self
            .slopes
            .iter()
            .map(|row| row.iter().map(at).collect())
            .collect::<AlgebraResult<Vec<Vec<Ex>>>>()?;
        let negated: Vec<Ex> = values.iter().map(|value| -value).collect();
        if let ([row], [value]) = (rows.as_slice(), negated.as_slice())
            && let [slope] = row.as_slice()
        {
            if slope.is_zero_structural() {
                return Err(not_found("nsolve", "the derivative vanishes on the way"));
            }
            return Ok(vec![self.rounded(&(value / slope), digits)?]);
        }
        let solved = ArenaMatrix::new(rows)
            .and_then(|matrix| matrix.solve(&ArenaMatrix::col_vector(negated)?))
            .map_err(|error| failure("nsolve", &error))?;
        solved.iter().map(|value| self.rounded(value, digits)).collect()
    }

    fn moved(&self, point: &[Ex], step: &[Ex], digits: u32) -> AlgebraResult<Vec<Ex>> {
        point.iter().zip(step).map(|(x, dx)| self.rounded(&(x + dx), digits)).collect()
    }

    /// The value to so many digits, as an exact number again.
    fn rounded(&self, value: &Ex, digits: u32) -> AlgebraResult<Ex> {
        let value = value.eval();
        if value.is_zero_structural() {
            return Ok(value);
        }
        if let Some(number) = value.as_rational() {
            return Ok(self.session.context.from_ratio(shortened(&number, digits)));
        }
        let exact = self.session.export(&value)?;
        self.session.value(&numeric_in(self.session, &exact, digits)?)
    }
}

fn shortened(number: &BigRational, digits: u32) -> BigRational {
    if number.denom() == &BigInt::from(1) || number.is_zero() {
        return number.clone();
    }
    Decimal::from_rational(number, digits)
        .map_or_else(|| number.clone(), |value| value.to_rational())
}

fn magnitude(values: &[Ex]) -> f64 {
    values
        .iter()
        .map(|value| value.eval_complex64().map_or(f64::INFINITY, |value| value.norm()))
        .fold(0.0, f64::max)
}
