//! The holor: components, slots, symmetry, and the law by which it transforms.

use std::collections::BTreeMap;
use std::sync::Arc;

use holor_algebra::exact::Element;
use num_rational::Ratio;

use crate::{Chart, GeometryError, GeometryResult, Indices, Symmetry};

/// The weight w of a density.
pub type Weight = Ratio<i32>;

/// Whether an index is up or down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Variance {
    /// Contravariant, `Vᵃ`.
    Up,
    /// Covariant, `V_a`.
    Down,
}

/// What an index counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Space {
    /// The coordinates of the chart.
    Coordinate,
    /// The vectors of a frame: such an index is untouched by a change of chart.
    Frame,
}

/// One index place of a holor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Slot {
    /// What it counts.
    pub space: Space,
    /// Up or down.
    pub variance: Variance,
}

impl Slot {
    /// A coordinate index, up.
    pub const UP: Slot = Slot { space: Space::Coordinate, variance: Variance::Up };
    /// A coordinate index, down.
    pub const DOWN: Slot = Slot { space: Space::Coordinate, variance: Variance::Down };
    /// A frame index, up.
    pub const FRAME_UP: Slot = Slot { space: Space::Frame, variance: Variance::Up };
    /// A frame index, down.
    pub const FRAME_DOWN: Slot = Slot { space: Space::Frame, variance: Variance::Down };
}

/// The law by which a holor's components transform when the chart changes from x to x̄, with J = det(∂x/∂x̄).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Law {
    /// Each index by its Jacobian, the whole times `|J|^weight`, and times the sign of J for a pseudo-tensor.
    ///
    /// With this sign of the weight √|det g| is a density of weight 1.
    Tensor {
        /// The weight; 0 for a tensor proper.
        weight: Weight,
        /// Whether it changes sign with the orientation.
        pseudo: bool,
    },
    /// The coefficients of a connection: as a tensor plus second derivatives of the map.
    Connection,
    /// None: an indexed set of functions that cannot be carried to another chart.
    None,
}

impl Law {
    /// A tensor proper.
    pub const TENSOR: Law = Law::Tensor { weight: Weight::new_raw(0, 1), pseudo: false };

    /// In a word or two.
    pub fn describe(self) -> String {
        match self {
            Law::Tensor { weight, pseudo } => {
                let pseudo = if pseudo { "pseudo-" } else { "" };
                if weight == Weight::new_raw(0, 1) {
                    format!("{pseudo}tensor")
                } else {
                    format!("{pseudo}tensor density of weight {weight}")
                }
            }
            Law::Connection => "connection".into(),
            Law::None => "holor without a law".into(),
        }
    }
}

/// An indexed set of components on a chart with the law by which they transform. Cloning shares them.
#[derive(Clone, Debug)]
pub struct Holor(Arc<Data>);

#[derive(Debug)]
struct Data {
    chart: Chart,
    law: Law,
    slots: Box<[Slot]>,
    symmetry: Symmetry,
    /// The stored representatives that are not 0.
    components: BTreeMap<Indices, Element>,
}

impl Holor {
    /// A holor whose component at each stored representative of the symmetry is `component(indices)`.
    ///
    /// # Errors
    /// What `component` says, an interrupt, or a symmetry of another rank.
    pub fn build(
        chart: &Chart,
        law: Law,
        slots: &[Slot],
        symmetry: Symmetry,
        mut component: impl FnMut(&[u8]) -> GeometryResult<Element>,
    ) -> GeometryResult<Self> {
        if symmetry.rank() != slots.len() {
            return Err(GeometryError::Indices {
                reason: format!(
                    "a symmetry of {} slots does not fit {} indices",
                    symmetry.rank(),
                    slots.len()
                ),
            });
        }
        let mut components = BTreeMap::new();
        for indices in symmetry.representatives(chart.dimension()) {
            chart.field().poll()?;
            let value = component(&indices)?;
            if !value.is_zero() {
                components.insert(indices, value);
            }
        }
        chart.field().poll()?;
        Ok(Self(Arc::new(Data {
            chart: chart.clone(),
            law,
            slots: slots.into(),
            symmetry,
            components,
        })))
    }

    /// A scalar.
    pub fn scalar(chart: &Chart, value: Element) -> Self {
        let components = if value.is_zero() {
            BTreeMap::new()
        } else {
            BTreeMap::from([(Indices::default(), value)])
        };
        Self(Arc::new(Data {
            chart: chart.clone(),
            law: Law::TENSOR,
            slots: Box::default(),
            symmetry: Symmetry::none(0),
            components,
        }))
    }

    /// The chart.
    pub fn chart(&self) -> &Chart {
        &self.0.chart
    }

    /// The law.
    pub fn law(&self) -> Law {
        self.0.law
    }

    /// The index places.
    pub fn slots(&self) -> &[Slot] {
        &self.0.slots
    }

    /// The number of indices.
    pub fn rank(&self) -> usize {
        self.0.slots.len()
    }

    /// The symmetry of the slots.
    pub fn symmetry(&self) -> &Symmetry {
        &self.0.symmetry
    }

    /// One component, indices counted from 0.
    pub fn component(&self, indices: &[u8]) -> Element {
        let field = self.chart().field();
        let Some((stored, negative)) = self.0.symmetry.canonical(indices) else {
            return field.zero();
        };
        match self.0.components.get(&stored) {
            Some(value) if negative => field.negate(value),
            Some(value) => value.clone(),
            None => field.zero(),
        }
    }

    /// The stored component equal or opposite to this one, and whether it is opposite; `None` where it is 0. No arithmetic.
    pub fn stored(&self, indices: &[u8]) -> Option<(&Element, bool)> {
        let (stored, negative) = self.0.symmetry.canonical(indices)?;
        self.0.components.get(&stored).map(|value| (value, negative))
    }

    /// The stored components that are not 0, in lexicographic order: one of each class of equal or opposite ones.
    pub fn components(&self) -> impl ExactSizeIterator<Item = (&[u8], &Element)> {
        self.0.components.iter().map(|(indices, value)| (&**indices, value))
    }

    /// Whether every component is 0.
    pub fn is_zero(&self) -> bool {
        self.0.components.is_empty()
    }

    /// The value of a holor without indices.
    pub fn value(&self) -> Option<Element> {
        (self.rank() == 0).then(|| self.component(&[]))
    }
}
