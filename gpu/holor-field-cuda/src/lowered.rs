//! A plan as it is printed, and what else does the work of its steps: several programs at once, several steps in one go, transforms along lines.

use holor_field::elementary::lower;
use holor_field::fusing::fuse;
use holor_field::plan::{Plan, Procedure, ProcedureId};
use holor_field::sharing::share;
use holor_field::{FieldResult, Precision};

use crate::sequence::Sequence;
use crate::tuning::Mode;

/// Arrays that together take so many bytes are rather read again than computed again. The same number as on the processor: what is shared
/// decides which products are joined with sums, and so the last bits.
pub const CACHE: u64 = 16 << 20;
/// The procedure of which several programs may be done at once, and how many: of steps of one program three as well, which reach farther, compute more,
/// and move less.
const STEP: &str = "step";
pub(crate) const AT_ONCE: usize = 2;
pub(crate) const MORE_AT_ONCE: usize = 3;
/// Steps that are done in one go where transforms are done along lines: the last transform of one meets the first of the next.
const IN_ONE_GO: usize = 4;
/// Transforms along lines must move at most so much of what is moved with the library's: its own passes are the faster ones.
const GAIN: f64 = 0.8;

/// Who carries out Fourier transforms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Transforms {
    /// Kernels that join them with the programs around them, where that moves fewer bytes; else the library.
    #[default]
    Fewest,
    /// The library.
    Library,
    /// Kernels of ours wherever they can.
    Lines,
}

/// How a plan is carried out, where that is not left to measurements.
#[derive(Clone, Copy, Debug, Default)]
pub struct Choices {
    /// How kernels are started; measured where left out.
    pub mode: Option<Mode>,
    /// Who carries out Fourier transforms.
    pub transforms: Transforms,
}

/// A plan as it is printed: costly functions shared, all lowered.
#[derive(Clone, Debug)]
pub struct Lowered {
    /// The plan.
    pub plan: Plan,
    /// Procedures that do the work of another with several programs at once.
    pub joint: Vec<Joint>,
}

/// A procedure that does the work of another with several programs at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Joint {
    /// The other one.
    pub of: ProcedureId,
    /// The one that does so.
    pub procedure: ProcedureId,
    /// How many repetitions it is.
    pub repetitions: u64,
    /// How many programs are done at once, or how many steps in one go.
    pub at_once: usize,
}

impl Lowered {
    /// A plan's.
    pub fn new(plan: &Plan, precision: Precision) -> Self {
        Self { plan: lower(&share(plan, precision, CACHE), precision), joint: Vec::new() }
    }

    /// With procedures for several programs of its step at once, where that allows it.
    pub fn fused(&self) -> Option<Self> {
        let step = self.plan.procedure(STEP)?;
        let with = |own: &Self, at_once: usize| {
            let fused = fuse(&own.plan, step, at_once)?;
            let (procedure, repetitions) = (fused.procedure, fused.repetitions);
            let mut joint = own.joint.clone();
            joint.push(Joint { of: step, procedure, repetitions, at_once });
            Some(Self { plan: fused.plan, joint })
        };
        // The wider ghosts first.
        let more = with(self, MORE_AT_ONCE)
            .filter(|more| more.joint.iter().all(|own| own.repetitions > 1))
            .and_then(|more| with(&more, AT_ONCE));
        more.or_else(|| with(self, AT_ONCE))
    }

    /// With a procedure for several steps in one go. Nothing changes but that one ends where the next begins.
    pub fn in_one_go(&self) -> Self {
        let (mut plan, mut joint) = (self.plan.clone(), self.joint.clone());
        if let Some(step) = plan.procedure(STEP) {
            let actions = &plan.procedures[step].actions;
            let actions = std::iter::repeat_n(actions, IN_ONE_GO).flatten();
            let actions = actions.cloned().collect();
            let name = "steps in one go".to_owned();
            plan.procedures.push(Procedure { name, actions });
            joint.push(Joint {
                of: step,
                procedure: plan.procedures.len() - 1,
                repetitions: IN_ONE_GO as u64,
                at_once: IN_ONE_GO,
            });
        }
        Self { plan, joint }
    }
}

/// Whether the transforms of a plan are done along lines: where that is chosen and possible, or moves fewer bytes.
///
/// # Errors
/// Where something is too large for the kernels.
pub(crate) fn goes_along_lines(
    lowered: &Lowered,
    precision: Precision,
    transforms: Transforms,
    shared: u64,
) -> FieldResult<bool> {
    match transforms {
        Transforms::Library => return Ok(false),
        Transforms::Lines => {
            return Ok(Sequence::can_go_along_lines(&lowered.plan, precision, shared));
        }
        Transforms::Fewest => {}
    }
    let Some(own) = Sequence::along_lines(&lowered.plan, precision, shared)? else {
        return Ok(false);
    };
    let library = Sequence::new(&lowered.plan, precision)?;
    let all = |sequence: &Sequence| -> u64 {
        (0..lowered.plan.procedures.len()).map(|own| sequence.traffic(own)).sum()
    };
    let (moved, by_library) = match lowered.plan.procedure(STEP) {
        Some(step) => (own.traffic(step), library.traffic(step)),
        None => (all(&own), all(&library)),
    };
    Ok(moved as f64 <= GAIN * by_library as f64)
}
