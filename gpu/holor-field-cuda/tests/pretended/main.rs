//! The calls of CUDA's libraries, without a card: libraries that pretend to be the driver, NVRTC and cuFFT are compiled from the files beside
//! this one and do on the processor what their documentation says. They refuse what it forbids: memory out of bounds, waiting while
//! recording, downloads to memory that is not pinned, calls without a context. Work waits until it is waited for.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![allow(clippy::print_stderr, reason = "skipped tests are counted")]
#![allow(unsafe_code, reason = "compiled kernels are called")]

#[path = "../kernels/agreement.rs"]
mod agreement;
#[path = "../kernels/behaviour.rs"]
mod behaviour;
mod card;
#[path = "../kernels/contraction.rs"]
mod contraction;
#[path = "../kernels/emulation.rs"]
mod emulation;
#[path = "../kernels/equations.rs"]
mod equations;
#[path = "../kernels/golden.rs"]
mod golden;
#[path = "../kernels/pairs.rs"]
mod pairs;
#[path = "../../../holor-field-cpu/tests/random/mod.rs"]
mod random;
#[path = "../kernels/runs.rs"]
mod runs;
#[path = "../kernels/translation.rs"]
mod translation;
