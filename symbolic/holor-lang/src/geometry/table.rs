//! The components of a holor as a table.

use holor_algebra::{latex_symbol, plain};
use holor_geometry::{Holor, Slot, Space};

use super::HolorValue;
use super::holor::mark;
use super::latex::by_components;

/// The independent components of a holor that are not 0, one on a line.
#[derive(Clone, Debug)]
pub struct ComponentTable {
    /// The holor.
    pub value: HolorValue,
}

/// So many components are typeset; plain text lists all.
const MOST_LINES: usize = 200;

impl ComponentTable {
    /// A line for each component, as it would be set.
    pub(crate) fn plain(&self) -> String {
        let holor = &self.value.holor;
        let name = self.value.name.as_deref().unwrap_or("T");
        let all = holor.symmetry().representatives(holor.chart().dimension()).len();
        if holor.is_zero() {
            return format!("# {name} is 0: all {all} independent components vanish");
        }
        let mut lines = vec![format!(
            "# {} of {all} independent components are not 0",
            holor.components().len()
        )];
        for (indices, value) in holor.components() {
            let value = plain(&holor.chart().field().write(value));
            lines.push(format!("{name}{} = {value}", component_text(holor, indices)));
        }
        lines.join("\n")
    }

    /// Aligned lines.
    pub(crate) fn latex(&self) -> String {
        let symbol = latex_symbol(self.value.name.as_deref().unwrap_or("T"));
        if self.value.holor.is_zero() {
            return format!("{symbol} = 0");
        }
        by_components(&self.value.holor, &symbol, MOST_LINES)
    }
}

/// `[^r, _t, _t]`
pub(crate) fn component_text(holor: &Holor, indices: &[u8]) -> String {
    let coordinates = holor.chart().coordinates();
    let name = |slot: &Slot, index: u8| match slot.space {
        Space::Coordinate => coordinates
            .get(usize::from(index))
            .map_or_else(String::new, |symbol| symbol.name().to_string()),
        Space::Frame => (index + 1).to_string(),
    };
    let parts: Vec<String> = holor
        .slots()
        .iter()
        .zip(indices)
        .map(|(slot, index)| format!("{}{}", mark(*slot), name(slot, *index)))
        .collect();
    format!("[{}]", parts.join(", "))
}
