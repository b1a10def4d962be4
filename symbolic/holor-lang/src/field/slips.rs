//! What is typed in equations of fields from habit, and what to type instead.

use std::collections::BTreeMap;
use std::sync::Arc;

use holor_algebra::{Expr, Symbol};

use super::FieldValue;

/// `u_t == u_xx` where `u` is a field: the first symbol, and the first equation with derivatives in their place.
pub(super) fn subscripted(
    equations: &[Expr],
    time: &Symbol,
    fields: &BTreeMap<String, (Arc<FieldValue>, usize)>,
) -> Option<(Symbol, String)> {
    let meant = |symbol: &Symbol| -> Option<String> {
        let (name, below) = symbol.name().split_once('_')?;
        let (field, _) = fields.get(name)?;
        let mut text = String::new();
        let mut letters = below.chars().peekable();
        while let Some(letter) = letters.next() {
            let by = Symbol::new(&letter.to_string());
            if by != *time && !field.grid.coordinates.contains(&by) {
                return None;
            }
            let mut times = 1;
            while letters.next_if_eq(&letter).is_some() {
                times += 1;
            }
            text += &match times {
                1 => format!("∂_{letter} "),
                times => format!("∂_{letter}^{times} "),
            };
        }
        (!text.is_empty()).then(|| text + name)
    };
    equations.iter().find_map(|equation| {
        let symbol =
            equation.free_symbols().into_iter().find(|it| meant(it).is_some())?;
        let typed =
            equation.transform(&mut |part| match part.as_symbol().and_then(meant) {
                Some(text) => Expr::symbol(&text),
                None => part,
            });
        Some((symbol, super::as_typed(&typed).to_string()))
    })
}
