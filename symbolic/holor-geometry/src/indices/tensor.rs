//! What the factors of a product are: index spaces, tensors with their symmetries, derivatives.

use std::sync::Arc;

use holor_algebra::Expr;

use super::symmetry::SlotSymmetry;
use crate::{GeometryError, GeometryResult, Variance};

/// What raises and lowers the indices of a space.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pairing {
    /// Nothing: upper and lower indices are different things.
    None,
    /// A symmetric metric.
    Symmetric {
        /// Its name.
        metric: String,
        /// The sign of its determinant, where it is known; products of two ε need it.
        determinant: Option<i8>,
    },
    /// An antisymmetric metric, as for spinors: `ψ_a χᵃ = −ψᵃ χ_a`.
    Antisymmetric,
}

/// What an index counts: the directions of a vector space with a dimension and perhaps a metric.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexSpace {
    /// Its name.
    pub name: String,
    /// How many values an index takes: a number or a symbol.
    pub dimension: Expr,
    /// What raises and lowers.
    pub pairing: Pairing,
    /// The name of the identity `δᵃ_b`.
    pub delta: String,
    /// Names for dummies, in the order of use; when they run out, numbers are appended.
    pub alphabet: Vec<Arc<str>>,
}

impl IndexSpace {
    /// A space with the metric `g`, the identity `δ` and dummies a, b, …, z.
    pub fn new(name: &str, dimension: Expr, pairing: Pairing) -> Self {
        let alphabet = ('a'..='z').map(|letter| Arc::from(letter.to_string())).collect();
        Self { name: name.into(), dimension, pairing, delta: "δ".into(), alphabet }
    }

    /// The same with these names for dummies.
    #[must_use]
    pub fn with_alphabet(mut self, names: &[&str]) -> Self {
        self.alphabet = names.iter().map(|name| Arc::from(*name)).collect();
        self
    }

    /// Whether a symmetric metric raises and lowers.
    pub fn is_metric(&self) -> bool {
        matches!(self.pairing, Pairing::Symmetric { .. })
    }
}

/// What is known about a tensor beyond its slot symmetry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TensorKind {
    /// Nothing.
    Plain,
    /// The metric of its space.
    Metric,
    /// The identity of its space.
    Delta,
    /// The volume form of the metric of its space, whose rank is the dimension.
    Epsilon,
    /// The curvature of the metric of its space, with the cyclic identity and both Bianchi identities;
    /// `R_bd = Rᵃ_bad`.
    Riemann {
        /// Its contraction.
        ricci: Arc<TensorSymbol>,
    },
    /// The contraction of the curvature of the metric.
    Ricci {
        /// Its trace.
        scalar: Arc<TensorSymbol>,
    },
    /// The trace-free part of the curvature of the metric, with the cyclic identity.
    Weyl,
}

/// Whether factors may be exchanged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Commutation {
    /// With everything.
    #[default]
    Commuting,
    /// With a change of sign for another anticommuting factor.
    Anticommuting,
    /// Not with another factor of this sort: their order stays.
    Noncommuting,
}

/// A tensor: name, slots, symmetry, and what else is known about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TensorSymbol {
    name: String,
    slots: Vec<(Arc<IndexSpace>, Variance)>,
    symmetry: SlotSymmetry,
    kind: TensorKind,
    traceless: bool,
    commutation: Commutation,
}

impl TensorSymbol {
    /// A tensor with these slots and this symmetry.
    ///
    /// # Errors
    /// The symmetry has another rank, exchanges slots of different spaces, or slots of different variance where no
    /// metric makes them comparable.
    pub fn new(
        name: &str,
        slots: Vec<(Arc<IndexSpace>, Variance)>,
        symmetry: SlotSymmetry,
    ) -> GeometryResult<Self> {
        if symmetry.rank() != slots.len() {
            return Err(invalid(format!(
                "{name} has {} slots, its symmetry {}",
                slots.len(),
                symmetry.rank()
            )));
        }
        for generator in symmetry.generators() {
            for (slot, (space, variance)) in slots.iter().enumerate() {
                let other = &slots[generator.permutation.apply(slot)];
                if *space != other.0 {
                    return Err(invalid(format!(
                        "the symmetry of {name} exchanges slots of {} and {}",
                        space.name, other.0.name
                    )));
                }
                if space.pairing == Pairing::None && *variance != other.1 {
                    return Err(invalid(format!(
                        "the symmetry of {name} exchanges upper and lower slots, and {} has no metric",
                        space.name
                    )));
                }
            }
        }
        Ok(Self {
            name: name.into(),
            slots,
            symmetry,
            kind: TensorKind::Plain,
            traceless: false,
            commutation: Commutation::Commuting,
        })
    }

    /// A tensor with lower indices of one space.
    pub fn covariant(
        name: &str,
        space: &Arc<IndexSpace>,
        symmetry: SlotSymmetry,
    ) -> Self {
        let slots = vec![(Arc::clone(space), Variance::Down); symmetry.rank()];
        let kind = TensorKind::Plain;
        let commutation = Commutation::Commuting;
        Self { name: name.into(), slots, symmetry, kind, traceless: false, commutation }
    }

    /// The identity `δᵃ_b` of a space.
    pub fn delta(space: &Arc<IndexSpace>) -> Self {
        let slots = [Variance::Up, Variance::Down]
            .map(|variance| (Arc::clone(space), variance))
            .to_vec();
        let symmetry = match space.pairing {
            Pairing::Symmetric { .. } => SlotSymmetry::symmetric(2),
            Pairing::None | Pairing::Antisymmetric => SlotSymmetry::none(2),
        };
        Self {
            name: space.delta.clone(),
            slots,
            symmetry,
            kind: TensorKind::Delta,
            traceless: false,
            commutation: Commutation::Commuting,
        }
    }

    /// The metric of a space, if it has a symmetric one.
    pub fn metric(space: &Arc<IndexSpace>) -> Option<Self> {
        let Pairing::Symmetric { metric, .. } = &space.pairing else { return None };
        let symbol = Self::covariant(metric, space, SlotSymmetry::symmetric(2));
        Some(Self { kind: TensorKind::Metric, ..symbol })
    }

    /// The volume form of a space with a metric and a dimension that is a number up to 20.
    pub fn epsilon(name: &str, space: &Arc<IndexSpace>) -> Option<Self> {
        let dimension: usize = space.dimension.as_integer()?.try_into().ok()?;
        if !space.is_metric() || dimension > 20 {
            return None;
        }
        let symbol = Self::covariant(name, space, SlotSymmetry::antisymmetric(dimension));
        Some(Self { kind: TensorKind::Epsilon, ..symbol })
    }

    /// The curvature of the metric of a space: Riemann's tensor; Ricci's tensor and the scalar, of the same name, hang
    /// on it. `None` without a symmetric metric.
    pub fn riemann(name: &str, space: &Arc<IndexSpace>) -> Option<Self> {
        if !space.is_metric() {
            return None;
        }
        let scalar = Arc::new(Self::covariant(name, space, SlotSymmetry::none(0)));
        let ricci = Self {
            kind: TensorKind::Ricci { scalar },
            ..Self::covariant(name, space, SlotSymmetry::symmetric(2))
        };
        let symbol = Self::covariant(name, space, SlotSymmetry::riemann());
        Some(Self { kind: TensorKind::Riemann { ricci: Arc::new(ricci) }, ..symbol })
    }

    /// Weyl's tensor of a space with a metric.
    pub fn weyl(name: &str, space: &Arc<IndexSpace>) -> Option<Self> {
        let symbol = Self::covariant(name, space, SlotSymmetry::riemann());
        space.is_metric().then_some(Self {
            kind: TensorKind::Weyl,
            traceless: true,
            ..symbol
        })
    }

    /// The same tensor, all of whose traces are 0.
    #[must_use]
    pub fn traceless(mut self) -> Self {
        self.traceless = true;
        self
    }

    /// The same tensor, exchanged with others by another rule. Only plain tensors change theirs.
    #[must_use]
    pub fn with_commutation(mut self, commutation: Commutation) -> Self {
        if self.kind == TensorKind::Plain {
            self.commutation = commutation;
        }
        self
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How many slots it has.
    pub fn rank(&self) -> usize {
        self.slots.len()
    }

    /// The space and usual variance of each slot.
    pub fn slots(&self) -> &[(Arc<IndexSpace>, Variance)] {
        &self.slots
    }

    /// Its slot symmetry.
    pub fn symmetry(&self) -> &SlotSymmetry {
        &self.symmetry
    }

    /// What it is.
    pub fn kind(&self) -> &TensorKind {
        &self.kind
    }

    /// Whether all its traces are 0.
    pub fn is_traceless(&self) -> bool {
        self.traceless
    }

    /// How it is exchanged with other factors.
    pub fn commutation(&self) -> Commutation {
        self.commutation
    }
}

/// What is known about a derivative.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DerivativeKind {
    /// The covariant derivative of the metric: no torsion, `∇g = 0`.
    LeviCivita,
    /// A covariant derivative with `∇g = 0`, perhaps with torsion.
    MetricCompatible,
    /// A covariant derivative about which nothing is known: indices are not raised under it.
    General,
    /// Partial derivatives: they commute, and indices are not raised under them.
    Partial,
    /// Partial derivatives in coordinates in which the metric is constant: they commute, and `∂g = 0`.
    Flat,
}

/// A derivative `∇_a` or `∂_a`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Derivative {
    /// Its sign: `∇`, `∂`, `D`.
    pub name: String,
    /// What its index counts.
    pub space: Arc<IndexSpace>,
    /// What is known about it.
    pub kind: DerivativeKind,
}

impl Derivative {
    /// The derivative `∇` of a metric.
    pub fn levi_civita(space: &Arc<IndexSpace>) -> Self {
        Self {
            name: "∇".into(),
            space: Arc::clone(space),
            kind: DerivativeKind::LeviCivita,
        }
    }

    /// The partial derivative `∂`.
    pub fn partial(space: &Arc<IndexSpace>) -> Self {
        Self {
            name: "∂".into(), space: Arc::clone(space), kind: DerivativeKind::Partial
        }
    }

    /// The partial derivative `∂` in coordinates in which the metric is constant.
    pub fn flat(space: &Arc<IndexSpace>) -> Self {
        Self { name: "∂".into(), space: Arc::clone(space), kind: DerivativeKind::Flat }
    }

    /// Whether indices may be raised and lowered under it.
    pub fn is_metric_compatible(&self) -> bool {
        matches!(
            self.kind,
            DerivativeKind::LeviCivita
                | DerivativeKind::MetricCompatible
                | DerivativeKind::Flat
        )
    }
}

fn invalid(reason: String) -> GeometryError {
    GeometryError::Invalid { operation: "tensor", reason }
}
