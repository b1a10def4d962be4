//! What executes plans.

mod compared;
mod faster;

use crate::FieldResult;
use crate::plan::{ArrayId, Plan, ProcedureId, ScalarId};

pub use faster::{Clock, Faster, Open};

/// The numbers that arrays hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Precision {
    /// Single precision.
    Single,
    /// Double precision.
    #[default]
    Double,
}

impl Precision {
    /// Bytes of a number.
    pub fn bytes(self) -> u64 {
        match self {
            Precision::Single => 4,
            Precision::Double => 8,
        }
    }
}

/// Makes machines for plans.
pub trait Backend: Send + Sync + std::fmt::Debug {
    /// Its name with what it runs on: `cpu, 8 threads, AVX-512`.
    fn name(&self) -> String;

    /// Compiles a plan and allocates its arrays, with their values at the start.
    ///
    /// # Errors
    /// Where the plan is malformed, or does not fit.
    fn prepare(&self, plan: &Plan, precision: Precision)
    -> FieldResult<Box<dyn Machine>>;
}

/// A plan with its arrays, ready to run.
pub trait Machine: Send {
    /// Writes the interior of an array, row-major; ghosts are left as they are.
    fn write(&mut self, array: ArrayId, values: &[f64]);
    /// Reads the interior of an array, row-major, into a buffer of as many numbers.
    fn read(&mut self, array: ArrayId, values: &mut [f64]);
    /// Sets a scalar.
    fn set_scalar(&mut self, scalar: ScalarId, value: f64);
    /// A scalar's value.
    fn scalar(&mut self, scalar: ScalarId) -> f64;
    /// Executes a procedure so many times and says how many were completed: fewer only where `interrupted` said true, which is
    /// asked between repetitions (and within long ones where that is cheap), never leaving a procedure half done.
    ///
    /// # Errors
    /// Where the device fails.
    fn execute(
        &mut self,
        procedure: ProcedureId,
        times: u64,
        interrupted: &(dyn Fn() -> bool + Sync),
    ) -> FieldResult<u64>;
    /// Seconds it took to compile the plan.
    fn compile_seconds(&self) -> f64 {
        0.0
    }
    /// What was chosen while running, for people: one sentence each.
    fn remarks(&self) -> Vec<String> {
        Vec::new()
    }
    /// What was generated, for people: the machine's listing of a program, or an empty text.
    fn listing(&self, _program: usize) -> String {
        String::new()
    }
}
