//! Whether a card computes as it should: shown once, and remembered with all that it depends on.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use holor_field::elementary::lower;
use holor_field::sharing::share;
use holor_field::{Backend, FieldResult, Machine, Plan, Precision};

use super::{Compiler, Cuda, cache, fourier};
use crate::check::{self, Example};
use crate::machine::CACHE;
use crate::sequence::Sequence;

/// What was shown by this process.
static SHOWN: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

/// The card before it is trusted.
#[derive(Debug)]
struct Unchecked<'a>(&'a Cuda);

impl Backend for Unchecked<'_> {
    fn name(&self) -> String {
        self.0.name()
    }

    fn prepare(
        &self,
        plan: &Plan,
        precision: Precision,
    ) -> FieldResult<Box<dyn Machine>> {
        self.0.machine(plan, precision)
    }
}

/// Has a card, or several together, compute the test equations, unless it has done so before with the same kernels, compiler and driver.
///
/// # Errors
/// Where it fails, or gives other numbers than it should.
pub(super) fn check(cuda: &Cuda, transforms: bool) -> FieldResult<()> {
    once(cuda, || Ok(check::programs()?.into()))?;
    if transforms { once(cuda, || Ok(vec![check::transforms()?])) } else { Ok(()) }
}

fn once(
    cuda: &Cuda,
    examples: impl FnOnce() -> FieldResult<Vec<Example>>,
) -> FieldResult<()> {
    let examples = examples()?;
    let identity = identity(cuda, &examples)?;
    // Others wait: they need the answer.
    let mut shown = SHOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if shown.contains(&identity) {
        return Ok(());
    }
    let store = cuda.cache.as_deref();
    if store.is_none_or(|store| cache::find(store, &identity).is_none()) {
        for example in &examples {
            example.compare(&Unchecked(cuda))?;
        }
        if let Some(store) = store {
            cache::keep(store, &identity, b"right");
        }
    }
    shown.insert(identity);
    Ok(())
}

/// Everything that the numbers depend on.
fn identity(cuda: &Cuda, examples: &[Example]) -> FieldResult<String> {
    let compiler = Compiler::open()?.version();
    let fourier =
        match examples.iter().any(|example| !example.plan().transforms.is_empty()) {
            true => fourier::version()?,
            false => 0,
        };
    let mut text =
        format!("shown by {:?}; NVRTC {compiler:?}; cuFFT {fourier}\n", cuda.cards);
    for example in examples {
        let (plan, precision) = (example.plan(), example.precision());
        let sequence =
            Sequence::new(&lower(&share(plan, precision, CACHE), precision), precision)?;
        text.push_str(&sequence.source.text);
    }
    Ok(text)
}
