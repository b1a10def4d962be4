//! Kernels beside the interpreter: on this processor, and on a graphics card where there is one.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![allow(clippy::print_stderr, reason = "skipped tests are counted")]
#![allow(unsafe_code, reason = "compiled kernels are called")]

mod agreement;
mod behaviour;
mod contraction;
mod emulation;
mod ensemble;
mod equations;
mod golden;
mod lines;
mod listings;
mod measures;
mod pairs;
#[path = "../../../holor-field-cpu/tests/random/mod.rs"]
mod random;
#[path = "../../../holor-field-cpu/tests/rays/mod.rs"]
mod rays;
mod runs;
mod slabs;
mod stream;
mod translation;

/// The graphics card of this machine, and the processor in its place.
mod card {
    use holor_field::FieldResult;
    use holor_field_cuda::Options;

    pub(crate) const EMULATED: bool = true;
    /// All plans of long lists are tested.
    pub(crate) const EVERY: usize = 1;

    /// A real card has room for many.
    pub(crate) type Alone = ();

    pub(crate) fn options() -> FieldResult<(Options, Alone)> {
        Ok((Options::default(), ()))
    }
}
