//! What stands between the brackets of `T[^a, _t]`: letters and components, how they are matched, and what is wrong with them.

use std::sync::Arc;

use holor_geometry::{Holor, Law, Slot, Symmetry, Variance};

use super::failure::At;
use crate::geometry::{Indexed, mark};
use crate::{Diagnostic, Result, Span, codes};

/// What stands in one place between the brackets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Entry {
    /// A component, counted from 0.
    Place(u8),
    /// An index letter.
    Letter(Arc<str>),
}

/// The components selected, if every index selects one.
pub(super) fn all_places(entries: &[Entry]) -> Option<Vec<u8>> {
    entries
        .iter()
        .map(|entry| match entry {
            Entry::Place(place) => Some(*place),
            Entry::Letter(_) => None,
        })
        .collect()
}

/// The holor with some indices fixed; what is left has no law, unless nothing is fixed.
pub(super) fn select(
    holor: &Holor,
    entries: &[Entry],
) -> holor_geometry::GeometryResult<Holor> {
    let free: Vec<usize> = entries
        .iter()
        .enumerate()
        .filter(|(_, entry)| matches!(entry, Entry::Letter(_)))
        .map(|(place, _)| place)
        .collect();
    if free.len() == holor.rank() {
        return Ok(holor.clone());
    }
    let slots: Vec<Slot> =
        free.iter().filter_map(|place| holor.slots().get(*place).copied()).collect();
    let mut full: Vec<u8> = entries
        .iter()
        .map(|entry| match entry {
            Entry::Place(place) => *place,
            Entry::Letter(_) => 0,
        })
        .collect();
    Holor::build(
        holor.chart(),
        Law::None,
        &slots,
        Symmetry::none(slots.len()),
        |indices| {
            for (place, index) in free.iter().zip(indices) {
                if let Some(slot) = full.get_mut(*place) {
                    *slot = *index;
                }
            }
            Ok(holor.component(&full))
        },
    )
}

/// A letter that no person can write, for a component that is taken later.
pub(super) fn fixed_letter(place: u8) -> Arc<str> {
    format!("={place}").into()
}

/// The component a letter stands for.
pub(super) fn fixed_place(letter: &str) -> Option<u8> {
    letter.strip_prefix('=')?.parse().ok()
}

/// The first two places with the same letter.
pub(super) fn repeated(letters: &[Arc<str>]) -> Option<(usize, usize)> {
    letters.iter().enumerate().find_map(|(first, letter)| {
        if fixed_place(letter).is_some() {
            return None;
        }
        let second = letters.iter().skip(first + 1).position(|other| other == letter)?;
        Some((first, first + 1 + second))
    })
}

/// The holor of `right` with its slots in the order of the letters of `left`.
pub(super) fn matched(left: &Indexed, right: &Indexed, span: Span) -> Result<Holor> {
    let mut order: Vec<usize> = Vec::with_capacity(left.letters.len());
    for letter in &left.letters {
        let free = |(place, other): &(usize, &Arc<str>)| {
            *other == letter && !order.contains(place)
        };
        order.extend(right.letters.iter().enumerate().find(free).map(|(place, _)| place));
    }
    if order.len() != left.letters.len() || order.len() != right.letters.len() {
        return Diagnostic::error(
            &codes::E0205_INDICES,
            format!(
                "the free indices differ: {} and {}",
                left.index_text(),
                right.index_text()
            ),
        )
        .at(span)
        .into();
    }
    for (slot, place) in left.value.holor.slots().iter().zip(&order) {
        let other = right.value.holor.slots().get(*place);
        if other != Some(slot) {
            return Diagnostic::error(
                &codes::E0205_INDICES,
                format!(
                    "an index is up in one term and down in the other: {} and {}",
                    left.index_text(),
                    right.index_text()
                ),
            )
            .at(span)
            .into();
        }
    }
    if order.iter().enumerate().all(|(slot, place)| slot == *place) {
        return Ok(right.value.holor.clone());
    }
    right.value.holor.permute(&order).at(span)
}

/// A holor with one component, and those equal or opposite to it by symmetry, set.
pub(super) fn with_component(
    holor: &Holor,
    slots: &[Slot],
    places: &[u8],
    component: holor_algebra::exact::Element,
    span: Span,
) -> Result<Holor> {
    if slots.len() != holor.rank()
        || slots.iter().zip(holor.slots()).any(|(a, b)| a.variance != b.variance)
    {
        let positions: Vec<String> = holor
            .slots()
            .iter()
            .zip('a'..='z')
            .map(|(s, l)| format!("{}{l}", mark(*s)))
            .collect();
        return Diagnostic::error(
            &codes::E0205_INDICES,
            format!("its components have the indices [{}]", positions.join(", ")),
        )
        .at(span)
        .into();
    }
    let field = holor.chart().field();
    let Some((stored, negative)) = holor.symmetry().canonical(places) else {
        if component.is_zero() {
            return Ok(holor.clone());
        }
        return Diagnostic::error(
            &codes::E0205_INDICES,
            "this component is 0 by symmetry and cannot be set",
        )
        .at(span)
        .into();
    };
    let component = if negative { field.negate(&component) } else { component };
    Holor::build(
        holor.chart(),
        holor.law(),
        holor.slots(),
        holor.symmetry().clone(),
        |indices| {
            Ok(if *indices == *stored {
                component.clone()
            } else {
                holor.component(indices)
            })
        },
    )
    .at(span)
}

/// `tensor(0, [up, down])`
pub(super) fn zero_text(slots: &[Slot]) -> String {
    let words: Vec<&str> = slots
        .iter()
        .map(|slot| match slot.variance {
            Variance::Up => "up",
            Variance::Down => "down",
        })
        .collect();
    format!("tensor(0, [{}])", words.join(", "))
}

pub(super) fn unmarked(span: Span) -> Box<Diagnostic> {
    Box::new(
        Diagnostic::error(
            &codes::E0205_INDICES,
            "a tensor index is marked `^` (up) or `_` (down)",
        )
        .at(span)
        .hint("T[^a, _b]"),
    )
}

pub(super) fn not_an_index(span: Span) -> Box<Diagnostic> {
    let message =
        "an index is a letter, the name of a coordinate or an integer from 1 on";
    Box::new(Diagnostic::error(&codes::E0205_INDICES, message).at(span))
}

pub(super) fn counts_from_one(span: Span) -> Box<Diagnostic> {
    Box::new(
        Diagnostic::error(
            &codes::E0204_OUT_OF_RANGE,
            "components are counted from 1; the name of the coordinate is clearer",
        )
        .at(span)
        .hint("g[_t, _t]"),
    )
}

pub(super) fn too_often(letter: &str, span: Span) -> Box<Diagnostic> {
    Box::new(
        Diagnostic::error(
            &codes::E0205_INDICES,
            format!("the index `{letter}` stands more than twice in a product"),
        )
        .at(span)
        .hint("use another letter for one of the sums"),
    )
}

pub(super) fn same_level(
    letter: &str,
    variance: Option<Variance>,
    span: Span,
) -> Box<Diagnostic> {
    let (level, other) = match variance {
        Some(Variance::Up) => ("up", format!("_{letter}")),
        _ => ("down", format!("^{letter}")),
    };
    Box::new(
        Diagnostic::error(
            &codes::E0205_INDICES,
            format!("the index `{letter}` stands twice {level}; a sum is over one up and one down"),
        )
        .at(span)
        .hint(format!("write one of them `{other}`")),
    )
}
