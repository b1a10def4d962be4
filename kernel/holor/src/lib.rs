//! The parts of the `holor` command: a library so that tests can use them.
//!
//! [`cli`] reads the arguments; each command has a module of its name. [`runner`] holds the one
//! session; [`world`] is the one way out of it; [`show`] turns values and errors into what front
//! ends understand. Mathematics is deliberately absent: it lives in `holor-lang`.

pub mod cli;
pub mod devices;
pub mod doctor;
pub mod eval;
pub mod html;
pub mod install;
pub mod kernel;
pub mod lab;
mod memory;
pub mod notebook;
pub mod paths;
pub mod prompt;
pub mod recorder;
pub mod run;
pub mod runner;
pub mod show;
pub mod terminal;
pub mod world;
