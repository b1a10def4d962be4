//! A holor with its name and the metric that raises and lowers its indices.

use std::sync::Arc;

use holor_algebra::Expr;
use holor_geometry::{Holor, Law, Metric, Slot, Space, Variance};

/// A holor as a value of the language.
#[derive(Clone, Debug)]
pub struct HolorValue {
    /// The holor.
    pub holor: Holor,
    /// The letter it is shown by.
    pub name: Option<Arc<str>>,
    /// The metric it was made with; where there is none, the chart's own raises and lowers.
    pub metric: Option<Metric>,
    /// Its components as they were written, where that matters.
    pub(crate) written: Option<Written>,
}

/// Formulas of the components of a holor, in which derivatives of products of fields are the fluxes that they were written as.
///
/// The holor knows them only by their values, in which all derivatives are taken: as an equation of fields these are another scheme.
#[derive(Clone, Debug)]
pub(crate) struct Written {
    /// Whose components they are: what was made of it by other means has others.
    holor: Holor,
    /// All components, the last index fastest.
    formulas: Arc<[Expr]>,
}

impl HolorValue {
    /// A holor without a name.
    pub fn new(holor: Holor) -> Self {
        Self { holor, name: None, metric: None, written: None }
    }

    /// A holor with a name.
    pub fn named(holor: Holor, name: &str) -> Self {
        Self { holor, name: Some(name.into()), metric: None, written: None }
    }

    /// The same with the metric that raises and lowers its indices.
    #[must_use]
    pub fn with_metric(self, metric: &Metric) -> Self {
        Self { metric: Some(metric.clone()), ..self }
    }

    /// The same, with its components as they were written, the last index fastest.
    #[must_use]
    pub(crate) fn written_as(self, formulas: Vec<Expr>) -> Self {
        let written = Written { holor: self.holor.clone(), formulas: formulas.into() };
        Self { written: Some(written), ..self }
    }

    /// Whether its components are known as they were written.
    pub(crate) fn is_written(&self) -> bool {
        self.as_written().is_some()
    }

    fn as_written(&self) -> Option<&Written> {
        let written = self.written.as_ref()?;
        written.holor.is_equal(&self.holor).is_ok_and(|same| same).then_some(written)
    }

    /// All components as formulas, the last index fastest: as they were written where that is known.
    pub(crate) fn formulas(&self) -> Vec<Expr> {
        if let Some(written) = self.as_written() {
            return written.formulas.to_vec();
        }
        let (rank, dimension) = (self.holor.rank(), self.holor.chart().dimension());
        let field = self.holor.chart().field();
        let count = u32::try_from(rank).ok().and_then(|rank| dimension.checked_pow(rank));
        (0..count.unwrap_or(0))
            .map(|place| {
                let mut rest = place;
                let mut indices = vec![0_u8; rank];
                for index in indices.iter_mut().rev() {
                    *index = u8::try_from(rest % dimension).unwrap_or(0);
                    rest /= dimension;
                }
                field.write(&self.holor.component(&indices))
            })
            .collect()
    }

    /// What it is: kind, valence, symmetry, chart.
    pub fn describe(&self) -> String {
        let holor = &self.holor;
        let mut text = holor_kind(holor).to_string();
        if matches!(text.as_str(), "tensor" | "holor") {
            text = format!("{text} of valence {}", valence(holor));
        }
        if let Law::Tensor { .. } | Law::None = holor.law()
            && holor.law() != Law::TENSOR
        {
            text = match holor.law() {
                Law::None => text,
                law => format!("{} of valence {}", law.describe(), valence(holor)),
            };
        }
        let symmetry = symmetry_text(holor);
        if !symmetry.is_empty() {
            text = format!("{text}, {symmetry},");
        }
        let article = if text.starts_with(['a', 'e', 'i', 'o']) { "an" } else { "a" };
        format!("{article} {text} on {}", holor.chart())
    }

    /// Whether both have the same law, index positions and components.
    pub fn is_same(&self, other: &HolorValue) -> bool {
        self.holor.chart().is_same(other.holor.chart())
            && self.holor.is_equal(&other.holor).unwrap_or(false)
    }
}

/// `(1, 2)`: how many indices are up and down.
pub(crate) fn valence(holor: &Holor) -> String {
    let up = holor.slots().iter().filter(|slot| slot.variance == Variance::Up).count();
    format!("({up}, {})", holor.rank() - up)
}

/// The symmetry in words; empty where there is none.
pub(crate) fn symmetry_text(holor: &Holor) -> String {
    let symmetry = holor.symmetry();
    if holor.rank() < 2 || symmetry.is_none() {
        return String::new();
    }
    if symmetry.is_riemann() {
        return "with the symmetry of the Riemann tensor".into();
    }
    let Some(blocks) = symmetry.blocks() else {
        return "with a symmetry of its own".into();
    };
    let parts: Vec<String> = blocks
        .iter()
        .map(|(slots, antisymmetric)| {
            let kind = if *antisymmetric { "antisymmetric" } else { "symmetric" };
            if slots.len() == holor.rank() {
                return kind.to_string();
            }
            let places: Vec<String> =
                slots.iter().map(|slot| (slot + 1).to_string()).collect();
            format!("{kind} in the indices {}", places.join(" and "))
        })
        .collect();
    parts.join(" and ")
}

/// The kind of a holor in a word or two.
pub(crate) fn holor_kind(holor: &Holor) -> &'static str {
    let slots = holor.slots();
    let all = |variance| {
        slots
            .iter()
            .all(|slot| slot.variance == variance && slot.space == Space::Coordinate)
    };
    match holor.law() {
        Law::Connection => "connection coefficients",
        Law::None => "holor",
        law if law != Law::TENSOR => match law {
            Law::Tensor { pseudo: true, weight } if *weight.numer() == 0 => {
                "pseudotensor"
            }
            _ => "tensor density",
        },
        _ if slots.is_empty() => "scalar",
        _ if slots.len() == 1 && all(Variance::Up) => "vector",
        _ if all(Variance::Down) && is_form(holor) => "differential form",
        _ => "tensor",
    }
}

/// Whether it is antisymmetric in all its indices, which are down, or has one index.
pub(crate) fn is_form(holor: &Holor) -> bool {
    let rank = holor.rank();
    holor.slots().iter().all(|slot| *slot == Slot::DOWN)
        && (rank < 2
            || holor.symmetry().blocks().is_some_and(|blocks| {
                matches!(blocks.as_slice(), [(slots, true)] if slots.len() == rank)
            }))
}

/// Whether it is symmetric in all its indices, which are of one kind.
pub(crate) fn is_symmetric(holor: &Holor) -> bool {
    let rank = holor.rank();
    let first = holor.slots().first();
    holor.slots().iter().all(|slot| Some(slot) == first)
        && (rank < 2
            || holor.symmetry().blocks().is_some_and(|blocks| {
                matches!(blocks.as_slice(), [(slots, false)] if slots.len() == rank)
            }))
}

/// `^` or `_`.
pub(crate) fn mark(slot: Slot) -> char {
    match slot.variance {
        Variance::Up => '^',
        Variance::Down => '_',
    }
}
