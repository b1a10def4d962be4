//! Fields on boxes: what they are, how they evolve, what a run has to say.

mod boundaries;
mod boxes;
mod devices;
mod doubts;
pub(crate) mod evolve;
mod gauge;
mod going;
mod higgs;
mod links;
mod observe;
mod resolved;
mod room;
mod saved;
mod terms;
mod volume;
mod watching;
mod words;

pub(crate) use boundaries::BUILTINS as BOUNDARIES;
pub(crate) use boxes::BUILTINS as BOXES;
pub(crate) use devices::BUILTINS as DEVICES;
pub(crate) use devices::{DeviceWord, no_device};
pub(crate) use evolve::BUILTINS as EVOLUTION;
pub(crate) use evolve::failed;
pub(crate) use gauge::BUILTINS as GAUGE;
pub(crate) use higgs::BUILTINS as HIGGS;
pub(crate) use links::BUILTINS as LINKS;
pub(crate) use observe::{BUILTINS as OBSERVED, at_start};
pub(crate) use saved::BUILTINS as SAVED;
pub(crate) use terms::BUILTINS as TERMS;
