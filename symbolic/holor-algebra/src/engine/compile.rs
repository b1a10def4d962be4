//! Expressions as numeric functions for plots and simulations.

use std::cell::RefCell;
use std::sync::Arc;

use symplex::num_complex::Complex64;

use super::Engine;
use super::tape::Tape;
use crate::{AlgebraResult, Expr, Symbol};

/// A compiled numeric function of some variables.
#[derive(Clone, Debug)]
pub struct CompiledFunction {
    tape: Arc<Tape>,
}

/// How small an imaginary part may be, relative to the value, to count as rounding error.
const IMAGINARY_NOISE: f64 = 1e-13;

thread_local! {
    static REAL: RefCell<Vec<f64>> = const { RefCell::new(Vec::new()) };
    static COMPLEX: RefCell<Vec<Complex64>> = const { RefCell::new(Vec::new()) };
}

impl Engine {
    /// Compiles an expression of these variables to a numeric function.
    pub fn compile(
        &self,
        expr: &Expr,
        variables: &[Symbol],
    ) -> AlgebraResult<CompiledFunction> {
        let (expr, variables) = (expr.clone(), variables.to_vec());
        let tape = super::run::here(|| Tape::compile(&expr, &variables))?;
        Ok(CompiledFunction { tape: Arc::new(tape) })
    }
}

/// The complex value of an expression without symbols, in `f64`.
pub(super) fn constant_value(expr: &Expr) -> Option<(f64, f64)> {
    let tape = Tape::compile(expr, &[]).ok()?;
    let value = tape.run_complex(&[], &mut Vec::new());
    (value.re.is_finite() && value.im.is_finite()).then_some((value.re, value.im))
}

impl CompiledFunction {
    /// How many variables it takes.
    pub fn arity(&self) -> usize {
        self.tape.variables()
    }

    /// The value at a real point; NaN where it is not a real number. A condition gives 1 or 0.
    pub fn evaluate(&self, arguments: &[f64]) -> f64 {
        let value = REAL.with(|registers| match registers.try_borrow_mut() {
            Ok(mut registers) => self.tape.run_real(arguments, &mut registers),
            Err(_) => self.tape.run_real(arguments, &mut Vec::new()),
        });
        if !value.is_nan() {
            return value;
        }
        // A real value may be reached through complex ones, as in sqrt(x)^2 for x < 0.
        let arguments: Vec<(f64, f64)> =
            arguments.iter().map(|&value| (value, 0.0)).collect();
        let (re, im) = self.evaluate_complex(&arguments);
        if im.abs() <= IMAGINARY_NOISE * re.abs() { re } else { f64::NAN }
    }

    /// The value at a real point, with the caller's buffer for intermediate results.
    pub fn evaluate_with(&self, arguments: &[f64], buffer: &mut Vec<f64>) -> f64 {
        self.tape.run_real(arguments, buffer)
    }

    /// The value at a complex point, numbers as (real part, imaginary part); NaN where there is none.
    pub fn evaluate_complex(&self, arguments: &[(f64, f64)]) -> (f64, f64) {
        let arguments: Vec<Complex64> =
            arguments.iter().map(|&(re, im)| Complex64::new(re, im)).collect();
        let value = COMPLEX.with(|registers| match registers.try_borrow_mut() {
            Ok(mut registers) => self.tape.run_complex(&arguments, &mut registers),
            Err(_) => self.tape.run_complex(&arguments, &mut Vec::new()),
        });
        (value.re, value.im)
    }
}
