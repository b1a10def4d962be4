//! Whether a card computes as it should: shown once, and remembered with all that it depends on.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use holor_field::contraction::{Contraction, Shape};
use holor_field::elementary::lower;
use holor_field::sharing::share;
use holor_field::{Backend, FieldResult, Machine, Plan, Precision};

use super::{Compiler, Cuda, cache, fourier};
use crate::check::{self, Example};
use crate::machine::{CACHE, Transforms};
use crate::sequence::Sequence;
use crate::source::matrices;

/// What was shown by this process.
static SHOWN: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

/// The card before it is trusted.
#[derive(Debug)]
struct Unchecked<'a>(&'a Cuda);

impl Backend for Unchecked<'_> {
    fn name(&self) -> String {
        Backend::name(self.0)
    }

    fn prepare(
        &self,
        plan: &Plan,
        precision: Precision,
    ) -> FieldResult<Box<dyn Machine>> {
        self.0.machine(plan, precision, self.0.transforms)
    }
}

impl Contraction for Unchecked<'_> {
    fn multiply(&self, shape: Shape, a: &[f64], b: &[f64]) -> FieldResult<Vec<f64>> {
        self.0.product(shape, a, b)
    }
}

/// Has a card, or several together, compute the test equations, unless it has done so before with the same kernels, compiler and driver.
///
/// # Errors
/// Where it fails, or gives other numbers than it should.
pub(super) fn check(cuda: &Cuda) -> FieldResult<()> {
    once(cuda, "programs", || shown_by(cuda, check::programs()?.into()))
}

/// The same with Fourier transforms, in the way that these are chosen for.
///
/// # Errors
/// As [`check`].
pub(super) fn check_transforms(cuda: &Cuda) -> FieldResult<()> {
    let what = format!("transforms by {:?}", cuda.transforms);
    once(cuda, &what, || shown_by(cuda, check::transforms()?.into()))
}

/// Has a card multiply two matrices, likewise.
///
/// # Errors
/// As [`check`].
pub(super) fn check_products(cuda: &Cuda) -> FieldResult<()> {
    once(cuda, "products", || {
        let identity = identity(cuda, 0, &matrices::source().text)?;
        remembered(cuda, &identity, || check::matrices(&Unchecked(cuda)))
    })
}

/// Once in a process: what the numbers depend on stays the same in it.
fn once(
    cuda: &Cuda,
    what: &str,
    show: impl FnOnce() -> FieldResult<()>,
) -> FieldResult<()> {
    // Others wait: they need the answer.
    let mut shown = SHOWN.lock().unwrap_or_else(PoisonError::into_inner);
    let key = format!("{what} by {:?}", cuda.cards);
    if !shown.contains(&key) {
        show()?;
        shown.insert(key);
    }
    Ok(())
}

fn shown_by(cuda: &Cuda, examples: Vec<Example>) -> FieldResult<()> {
    let (mut text, mut fourier) = (String::new(), 0);
    for example in &examples {
        let (plan, precision) = (example.plan(), example.precision());
        let library = cuda.transforms == Transforms::Library;
        if library && !plan.transforms.is_empty() {
            fourier = fourier::version()?;
        }
        let lowered = lower(&share(plan, precision, CACHE), precision);
        let own = match library {
            true => None,
            false => Sequence::along_lines(&lowered, precision, cuda.cards[0].shared)?,
        };
        let sequence = match own {
            Some(own) => own,
            None => Sequence::new(&lowered, precision)?,
        };
        text.push_str(&sequence.source.text);
    }
    remembered(cuda, &identity(cuda, fourier, &text)?, || {
        examples.iter().try_for_each(|example| example.compare(&Unchecked(cuda)))
    })
}

/// Compares, unless the store says that it was right before.
fn remembered(
    cuda: &Cuda,
    identity: &str,
    compare: impl FnOnce() -> FieldResult<()>,
) -> FieldResult<()> {
    let store = cuda.cache.as_deref();
    if store.is_some_and(|store| cache::find(store, identity).is_some()) {
        return Ok(());
    }
    compare()?;
    if let Some(store) = store {
        cache::keep(store, identity, b"right");
    }
    Ok(())
}

/// Everything that the numbers depend on.
fn identity(cuda: &Cuda, fourier: i32, text: &str) -> FieldResult<String> {
    let compiler = Compiler::open()?.version();
    Ok(format!("shown by {:?}; NVRTC {compiler:?}; cuFFT {fourier}\n{text}", cuda.cards))
}
