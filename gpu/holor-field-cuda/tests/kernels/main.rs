//! Kernels beside the interpreter: on this processor, and on a graphics card where there is one.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![allow(clippy::print_stderr, reason = "skipped tests are counted")]
#![allow(unsafe_code, reason = "compiled kernels are called")]

mod agreement;
mod behaviour;
mod emulation;
mod equations;
mod golden;
mod listings;
#[path = "../../../holor-field-cpu/tests/random/mod.rs"]
mod random;
