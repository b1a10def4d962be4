//! The built-in functions, one file per topic; each file lists its records in `BUILTINS`.

mod algebra;
mod arrays;
pub(crate) mod calculus;
pub(crate) mod coherence;
mod contractions;
mod core;
mod dynamics;
mod equations;
mod fields;
mod functions;
mod geometry;
mod lists;
mod matrices;
mod numbers;
mod plots;
mod points;
mod reciprocals;
mod session;
mod sides;
mod statistics;
mod tables;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::Builtin;

/// The topics, in the order of the reference.
static TOPICS: &[&[&Builtin]] = &[
    core::BUILTINS,
    algebra::BUILTINS,
    calculus::BUILTINS,
    calculus::VECTORS,
    equations::BUILTINS,
    matrices::BUILTINS,
    numbers::BUILTINS,
    functions::BUILTINS,
    reciprocals::BUILTINS,
    lists::BUILTINS,
    arrays::BUILTINS,
    points::BUILTINS,
    contractions::BUILTINS,
    statistics::BUILTINS,
    tables::BUILTINS,
    plots::BUILTINS,
    geometry::charts::BUILTINS,
    geometry::metrics::BUILTINS,
    geometry::connections::BUILTINS,
    geometry::curvature::BUILTINS,
    geometry::tensors::BUILTINS,
    geometry::forms::BUILTINS,
    geometry::motion::BUILTINS,
    geometry::orbits::BUILTINS,
    geometry::frames::BUILTINS,
    geometry::gauge::BUILTINS,
    geometry::transform::BUILTINS,
    geometry::signature::BUILTINS,
    geometry::indices::BUILTINS,
    fields::BOXES,
    fields::BOUNDARIES,
    fields::TERMS,
    fields::DEVICES,
    fields::EVOLUTION,
    fields::SAVED,
    fields::OBSERVED,
    fields::GAUGE,
    fields::HIGGS,
    fields::LINKS,
    dynamics::EQUATIONS,
    dynamics::PHASES,
    dynamics::CELLS,
    dynamics::NETWORKS,
    dynamics::GRAPHS,
    coherence::signals::spectra::BUILTINS,
    coherence::signals::coherence::BUILTINS,
    coherence::signals::phase::BUILTINS,
    coherence::signals::synchronisation::BUILTINS,
    coherence::signals::wavelets::BUILTINS,
    coherence::signals::delays::BUILTINS,
    coherence::signals::filters::BUILTINS,
    coherence::signals::lags::BUILTINS,
    coherence::signals::causality::BUILTINS,
    coherence::order::BUILTINS,
    coherence::structure::BUILTINS,
    coherence::defects::BUILTINS,
    coherence::light::BUILTINS,
    coherence::quantum::BUILTINS,
    coherence::quantum::entanglement::BUILTINS,
    coherence::photons::BUILTINS,
    coherence::graphs::BUILTINS,
    coherence::sheaves::BUILTINS,
    coherence::lattice::BUILTINS,
    coherence::bands::BUILTINS,
    session::BUILTINS,
];

/// Names and aliases to records.
static NAMES: LazyLock<BTreeMap<&'static str, &'static Builtin>> = LazyLock::new(|| {
    let mut names = BTreeMap::new();
    for builtin in all() {
        for alias in builtin.aliases {
            names.insert(*alias, builtin);
        }
    }
    for builtin in all() {
        names.insert(builtin.name, builtin);
    }
    names
});

/// Every built-in, topic by topic.
pub fn all() -> impl Iterator<Item = &'static Builtin> {
    TOPICS.iter().flat_map(|topic| topic.iter().copied())
}

/// The built-in with this name or alias.
pub fn find(name: &str) -> Option<&'static Builtin> {
    NAMES.get(name).copied()
}

/// Every name and alias, in alphabetical order.
pub(crate) fn names() -> impl Iterator<Item = (&'static str, &'static Builtin)> {
    NAMES.iter().map(|(name, builtin)| (*name, *builtin))
}
