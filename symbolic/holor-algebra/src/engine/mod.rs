//! The one door to the computer-algebra crate.
//!
//! A question is answered in four steps: the expressions are imported into an arena of their own
//! (`convert`), the computation runs on a worker (`run`), an independent check tries to refute the answer
//! (`guard`), and what stands is exported. Each subject has its file: `algebra`, `calculus`, `solve`,
//! `ode`, `linear`, `numeric`; `compile` turns expressions into fast numeric functions.

mod algebra;
mod bounds;
mod branches;
mod calculus;
mod compile;
mod convert;
mod cuts;
mod decide;
mod definite;
mod domain;
mod elimination;
mod export;
mod failure;
mod functions;
mod guard;
mod inequality;
mod integers;
mod known;
mod limits;
mod linear;
mod newton;
mod numeric;
mod ode;
mod ode_forced;
mod ode_linear;
mod poles;
mod polynomial;
mod radicals;
mod run;
mod sequences;
mod solve;
mod special;
mod tape;
mod tidy;

use std::sync::Arc;

use crate::{AlgebraResult, Assumptions, Expr, Node, Property, Symbol};
use convert::Session;

pub use compile::CompiledFunction;
pub use run::Interrupt;

/// Where a limit comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Direction {
    /// From both sides, which must agree.
    #[default]
    Both,
    /// From below.
    Left,
    /// From above.
    Right,
}

/// A value for each unknown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Solution(pub Vec<(Symbol, Expr)>);

/// What is known about the solutions of equations.
#[derive(Clone, Debug, PartialEq)]
pub enum Solutions {
    /// It is proven that there is none.
    None {
        /// Why.
        reason: String,
    },
    /// All of them.
    Finite(Vec<Solution>),
    /// Infinitely many: each value of the parameters gives one.
    Family {
        /// The solutions, in terms of the parameters.
        solutions: Vec<Solution>,
        /// The parameters: a free unknown, or an integer such as the `n` of `x = 2πn`.
        parameters: Vec<(Symbol, Property)>,
    },
    /// Every value of the unknowns solves the equations.
    Everything,
    /// Each solution holds under its condition on the other symbols.
    Conditional(Vec<(Solution, Expr)>),
}

/// Answers mathematical questions about expressions under assumptions.
#[derive(Clone, Debug)]
pub struct Engine {
    assumptions: Arc<Assumptions>,
    interrupt: Interrupt,
}

/// Expressions up to this many nodes are evaluated on the caller's thread.
const SMALL: usize = 60;
/// Digits that an arena is prepared for when nothing asks for more.
const USUAL_DIGITS: u32 = 40;

impl Engine {
    /// An engine that works under these assumptions and stops when the flag is raised.
    pub fn new(assumptions: Assumptions, interrupt: Interrupt) -> Self {
        Self { assumptions: Arc::new(assumptions), interrupt }
    }

    /// What is assumed.
    pub fn assumptions(&self) -> &Assumptions {
        &self.assumptions
    }

    /// The flag that stops computations.
    pub fn interrupt(&self) -> &Interrupt {
        &self.interrupt
    }

    /// Runs in an arena on a worker.
    fn compute<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Session) -> AlgebraResult<T> + Send + 'static,
    ) -> AlgebraResult<T> {
        self.compute_with(USUAL_DIGITS, work)
    }

    /// Runs on a worker, in an arena prepared for so many digits.
    fn compute_with<T: Send + 'static>(
        &self,
        digits: u32,
        work: impl FnOnce(&Session) -> AlgebraResult<T> + Send + 'static,
    ) -> AlgebraResult<T> {
        let assumptions = Arc::clone(&self.assumptions);
        run::away(&self.interrupt, move || work(&Session::new(assumptions, digits)))
    }

    /// Runs on the caller's thread: for work that is known to be short.
    fn compute_here<T>(
        &self,
        work: impl FnOnce(&Session) -> AlgebraResult<T>,
    ) -> AlgebraResult<T> {
        run::here(|| work(&Session::new(Arc::clone(&self.assumptions), USUAL_DIGITS)))
    }

    /// Runs the work on exact input; where the input had decimals, the result has them again, with the
    /// smallest precision that occurred.
    fn exactly<T: Approximate>(
        &self,
        inputs: &[&Expr],
        work: impl FnOnce() -> AlgebraResult<T>,
    ) -> AlgebraResult<T> {
        let result = work()?;
        match numeric::smallest_precision(inputs) {
            Some(digits) => result.approximate(self, digits),
            None => Ok(result),
        }
    }
}

/// A result whose exact numbers can be made decimal.
trait Approximate: Sized {
    fn approximate(self, engine: &Engine, digits: u32) -> AlgebraResult<Self>;
}

impl Approximate for Expr {
    fn approximate(self, engine: &Engine, digits: u32) -> AlgebraResult<Self> {
        engine.numeric(&self, digits)
    }
}

impl<T: Approximate> Approximate for Vec<T> {
    fn approximate(self, engine: &Engine, digits: u32) -> AlgebraResult<Self> {
        self.into_iter().map(|item| item.approximate(engine, digits)).collect()
    }
}

impl<T: Approximate> Approximate for (T, usize) {
    fn approximate(self, engine: &Engine, digits: u32) -> AlgebraResult<Self> {
        Ok((self.0.approximate(engine, digits)?, self.1))
    }
}

impl Approximate for Solution {
    fn approximate(self, engine: &Engine, digits: u32) -> AlgebraResult<Self> {
        let values = self
            .0
            .into_iter()
            .map(|(symbol, value)| Ok((symbol, value.approximate(engine, digits)?)))
            .collect::<AlgebraResult<_>>()?;
        Ok(Self(values))
    }
}

impl Approximate for Solutions {
    fn approximate(self, engine: &Engine, digits: u32) -> AlgebraResult<Self> {
        Ok(match self {
            Self::Finite(solutions) => {
                Self::Finite(solutions.approximate(engine, digits)?)
            }
            Self::Family { solutions, parameters } => Self::Family {
                solutions: solutions.approximate(engine, digits)?,
                parameters,
            },
            Self::Conditional(cases) => Self::Conditional(
                cases
                    .into_iter()
                    .map(|(solution, condition)| {
                        Ok((solution.approximate(engine, digits)?, condition))
                    })
                    .collect::<AlgebraResult<_>>()?,
            ),
            other => other,
        })
    }
}

/// Whether this is a condition rather than a value.
fn is_condition(expr: &Expr) -> bool {
    matches!(
        expr.node(),
        Node::Relation(..) | Node::And(_) | Node::Or(_) | Node::Not(_) | Node::Truth(_)
    )
}

/// Whether a function is called anywhere in it.
fn contains_call(expr: &Expr, function: crate::Function) -> bool {
    let mut stack = vec![expr];
    let mut seen = std::collections::HashSet::new();
    while let Some(expr) = stack.pop() {
        if !seen.insert(std::ptr::from_ref(expr.node())) {
            continue;
        }
        if matches!(expr.node(), Node::Call(called, _) if *called == function) {
            return true;
        }
        stack.extend(expr.children());
    }
    false
}
