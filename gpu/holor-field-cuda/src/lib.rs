//! Stencil programs as CUDA kernels.
//!
//! The way of a plan: [`sequence::Sequence`] has its programs printed as CUDA C ([`source`]) and puts launches in order; [`machine`]
//! carries them out on a [`machine::Device`]. Results have the bits of the interpreter on the plan with costly functions shared
//! and all lowered, transforms excepted. The tests hold this without a device: they compile the same text for the processor and run the same order.
//!
//! On several devices each has a slab of the box ([`slabs`]), with the same bits.
//!
//! [`Cuda`] is the device itself. CUDA's libraries are opened at run time: programs build and start without them.
#![allow(unsafe_code, reason = "libraries in C are called")]

pub mod check;
pub mod contraction;
mod failure;
mod host;
mod lowered;
pub mod machine;
mod pairs;
pub mod sequence;
pub mod slabs;
pub mod source;
pub mod stream;
pub mod tuning;

pub use host::{
    Cards, Compiler, Cuda, DeviceInfo, Library, Options, devices, open_libraries, report,
};
