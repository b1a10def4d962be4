//! The axes of an array.

use std::borrow::Cow;
use std::sync::Arc;

/// Neighbouring distances that differ by less than this part count as equal: decimal times such as 0.1, 0.2, 0.3 are
/// evenly spaced though their binary values are not exactly.
const EVEN: f64 = 1e-6;

/// What runs along an axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AxisKind {
    /// A count: 1, 2, 3, …
    Index,
    /// Positions; on a periodic axis the last point is a step before the first.
    Space {
        /// Whether the axis closes.
        periodic: bool,
    },
    /// Times.
    Time,
    /// Another quantity: frequency, lag, wave number.
    Quantity,
}

/// One axis of an array: its name, its kind and the coordinate of each place.
#[derive(Clone, Debug)]
pub struct ArrayAxis {
    name: Arc<str>,
    kind: AxisKind,
    length: usize,
    /// `None` for 1, 2, 3, …
    coordinates: Option<Arc<[f64]>>,
    /// Where it is a side of a box with a mask: the mask, and which of its places these are.
    mask: Option<Side>,
}

/// A side of a box with a mask.
#[derive(Clone, Debug)]
pub(crate) struct Side {
    /// Whether the cells of the box are inside of its domain, row by row.
    pub(crate) inside: Arc<[bool]>,
    /// The lengths of all sides of the mask.
    pub(crate) shape: Arc<[usize]>,
    /// Which of them this is.
    pub(crate) number: usize,
    /// The places along it, where they are not all.
    places: Option<Arc<[usize]>>,
}

impl Side {
    /// The sides of a mask over cells of this shape.
    pub(crate) fn all(inside: &Arc<[bool]>, shape: &[usize]) -> Vec<Self> {
        let shape: Arc<[usize]> = shape.into();
        let side = |number| Self {
            inside: Arc::clone(inside),
            shape: Arc::clone(&shape),
            number,
            places: None,
        };
        (0..shape.len()).map(side).collect()
    }

    /// Whether it belongs to the same mask.
    pub(crate) fn is_beside(&self, other: &Side) -> bool {
        self.shape == other.shape
            && (Arc::ptr_eq(&self.inside, &other.inside) || self.inside == other.inside)
    }

    /// The place along the side of a place along the axis.
    pub(crate) fn place(&self, place: usize) -> usize {
        match &self.places {
            None => place,
            Some(places) => places.get(place).copied().unwrap_or(usize::MAX),
        }
    }

    /// Some of its places.
    fn select(&self, places: &[usize]) -> Self {
        let places = places.iter().map(|&place| self.place(place)).collect();
        Self { places: Some(places), ..self.clone() }
    }

    /// Another mask and number with the same places.
    pub(crate) fn of(
        &self,
        inside: &Arc<[bool]>,
        shape: &Arc<[usize]>,
        number: usize,
    ) -> Self {
        Self {
            inside: Arc::clone(inside),
            shape: Arc::clone(shape),
            number,
            places: self.places.clone(),
        }
    }
}

impl ArrayAxis {
    /// The same axis as a side of a box with a mask, or of none.
    #[must_use]
    pub(crate) fn with_mask(self, mask: Option<Side>) -> Self {
        Self { mask, ..self }
    }

    /// The side of the box with a mask that it is.
    pub(crate) fn mask(&self) -> Option<&Side> {
        self.mask.as_ref()
    }

    /// An axis that only counts.
    pub fn index(length: usize) -> Self {
        Self {
            name: Arc::from(""),
            kind: AxisKind::Index,
            length,
            coordinates: None,
            mask: None,
        }
    }

    /// An axis of any kind with a coordinate for each place.
    pub fn new(name: &str, kind: AxisKind, coordinates: impl Into<Arc<[f64]>>) -> Self {
        let coordinates = coordinates.into();
        let length = coordinates.len();
        let (name, coordinates) = (Arc::from(name), Some(coordinates));
        Self { name, kind, length, coordinates, mask: None }
    }

    /// An axis of times, called `t`.
    pub fn time(coordinates: impl Into<Arc<[f64]>>) -> Self {
        Self::new("t", AxisKind::Time, coordinates)
    }

    /// An axis of positions.
    pub fn space(name: &str, coordinates: impl Into<Arc<[f64]>>, periodic: bool) -> Self {
        Self::new(name, AxisKind::Space { periodic }, coordinates)
    }

    /// An axis of another quantity, such as a frequency `f`.
    pub fn quantity(name: &str, coordinates: impl Into<Arc<[f64]>>) -> Self {
        Self::new(name, AxisKind::Quantity, coordinates)
    }

    /// Its name; empty for a count.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its kind.
    pub fn kind(&self) -> AxisKind {
        self.kind
    }

    /// How many places it has.
    pub fn len(&self) -> usize {
        self.length
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// Whether it closes.
    pub fn is_periodic(&self) -> bool {
        self.kind == AxisKind::Space { periodic: true }
    }

    /// The coordinates of its places; those of a count are 1, 2, 3, …
    pub fn coordinates(&self) -> Cow<'_, [f64]> {
        match &self.coordinates {
            Some(coordinates) => Cow::Borrowed(coordinates),
            None => Cow::Owned((1..=self.length).map(|place| place as f64).collect()),
        }
    }

    /// The coordinate of a place counted from 0.
    pub fn coordinate(&self, place: usize) -> Option<f64> {
        match &self.coordinates {
            Some(coordinates) => coordinates.get(place).copied(),
            None => (place < self.length).then(|| (place + 1) as f64),
        }
    }

    /// The distance of its places, where they are evenly spaced and rise.
    pub fn spacing(&self) -> Option<f64> {
        let Some(coordinates) = &self.coordinates else { return Some(1.0) };
        let (first, last) = (coordinates.first()?, coordinates.last()?);
        let steps = coordinates.len().checked_sub(1).filter(|&steps| steps > 0)?;
        let step = (last - first) / steps as f64;
        let even = |pair: &[f64]| match pair {
            [a, b] => ((b - a) - step).abs() <= EVEN * step,
            _ => true,
        };
        (step > 0.0 && step.is_finite() && coordinates.windows(2).all(even))
            .then_some(step)
    }

    /// The distance of places that are evenly spaced but for the rounding of written numbers: none is further than a
    /// hundredth of the distance from where it should be.
    pub fn rounded_spacing(&self) -> Option<f64> {
        self.spacing().or_else(|| self.nearly_even(0.01))
    }

    /// The mean distance of places that rise, none of which is further than this part of it from where it should be.
    pub(crate) fn nearly_even(&self, part: f64) -> Option<f64> {
        let coordinates = self.coordinates.as_deref()?;
        let (first, last) = (coordinates.first()?, coordinates.last()?);
        let steps = coordinates.len().checked_sub(1).filter(|&steps| steps > 0)?;
        let step = (last - first) / steps as f64;
        let near = |(place, value): (usize, &f64)| {
            (value - (first + place as f64 * step)).abs() <= part * step
        };
        let rise = coordinates.windows(2).all(|pair| pair.first() < pair.last());
        (step > 0.0 && rise && coordinates.iter().enumerate().all(near)).then_some(step)
    }

    /// The length of a periodic axis, one step more than from its first to its last place.
    pub fn period(&self) -> Option<f64> {
        let step = self.spacing().filter(|_| self.is_periodic())?;
        Some(step * self.length as f64)
    }

    /// The axis with some of its places, counted from 0. A part of a periodic axis does not close.
    #[must_use]
    pub fn select(&self, places: &[usize]) -> Self {
        let kind = match self.kind {
            AxisKind::Space { .. } => AxisKind::Space { periodic: false },
            other => other,
        };
        let mask = self.mask.as_ref().map(|mask| mask.select(places));
        match &self.coordinates {
            Some(coordinates) => {
                let chosen: Vec<f64> = places
                    .iter()
                    .filter_map(|&place| coordinates.get(place).copied())
                    .collect();
                Self {
                    name: self.name.clone(),
                    kind,
                    length: chosen.len(),
                    coordinates: Some(chosen.into()),
                    mask,
                }
            }
            None => Self { length: places.len(), mask, ..self.clone() },
        }
    }

    /// Whether two lists of axes are the same.
    pub(crate) fn all_same(first: &[Self], second: &[Self]) -> bool {
        first.len() == second.len() && first.iter().zip(second).all(|(a, b)| a.same(b))
    }

    /// Whether two axes have the same name and coordinates.
    pub fn same(&self, other: &ArrayAxis) -> bool {
        self.length == other.length
            && self.name == other.name
            && match (&self.coordinates, &other.coordinates) {
                (None, None) => true,
                (Some(a), Some(b)) => Arc::ptr_eq(a, b) || a == b,
                _ => self.coordinates() == other.coordinates(),
            }
    }
}
