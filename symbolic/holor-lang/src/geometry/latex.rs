//! Geometric values as a relativist writes them, in LaTeX that KaTeX reads.

use std::sync::Arc;

use holor_algebra::{Expr, Node, latex, latex_symbol};
use holor_geometry::{Chart, Holor, Law, Metric, Slot, Space, Symmetry, Variance};

use super::ChartValue;
use super::holor::{is_form, is_symmetric};
use super::plain::arrangements;

/// More independent components than these are counted instead of shown.
const MOST_COMPONENTS: usize = 30;
/// More terms in all components than these are counted instead of shown.
const MOST_TERMS: usize = 1500;

/// `(t, r, θ, φ)` and the conditions.
pub(super) fn chart_latex(value: &ChartValue) -> String {
    let names: Vec<String> = value
        .chart
        .coordinates()
        .iter()
        .map(|symbol| latex_symbol(symbol.name()))
        .collect();
    let mut text = format!(r"\left({}\right)", names.join(", "));
    if !value.conditions.is_empty() {
        let conditions: Vec<String> = value.conditions.iter().map(latex).collect();
        text.push_str(&format!(r"\quad {}", conditions.join(r",\ ")));
    }
    text
}

/// The line element.
pub(super) fn metric_latex(metric: &Metric) -> String {
    let holor = metric.lower();
    match summary(holor, "g", None) {
        Some(text) => text,
        None => format!(r"\mathrm{{d}}s^{{2}} = {}", in_basis(holor)),
    }
}

/// A holor: forms, vectors and symmetric products in the basis, all else by components.
pub(super) fn holor_latex(
    holor: &Holor,
    name: Option<&str>,
    letters: Option<&[Arc<str>]>,
) -> String {
    if let Some(value) = holor.value() {
        let value = latex(&holor.chart().field().write(&value));
        return name
            .map_or(value.clone(), |name| format!("{} = {value}", latex_symbol(name)));
    }
    let symbol = latex_symbol(name.unwrap_or("T"));
    if holor.is_zero() {
        return match (name, letters) {
            (None, None) => "0".into(),
            _ => format!("{} = 0", general(holor, &symbol, letters)),
        };
    }
    if let Some(text) = summary(holor, &symbol, letters) {
        return text;
    }
    let by_basis = letters.is_none()
        && holor.law() == Law::TENSOR
        && holor.slots().iter().all(|slot| slot.space == Space::Coordinate)
        && (holor.rank() == 1
            || is_form(holor)
            || (is_symmetric(holor) && name.is_none()));
    if by_basis {
        let body = in_basis(holor);
        return name.map_or(body.clone(), |_| format!("{symbol} = {body}"));
    }
    if name.is_none()
        && letters.is_none()
        && holor.law() == Law::TENSOR
        && let Some(text) = in_products(holor)
    {
        return text;
    }
    by_components(holor, &symbol, MOST_COMPONENTS)
}

/// A form without a name.
pub(super) fn form_latex(form: &Holor) -> String {
    holor_latex(form, None, None)
}

/// A vector without a name.
pub(super) fn vector_latex(vector: &Holor) -> String {
    holor_latex(vector, None, None)
}

/// A count of the components, where there are too many to read.
fn summary(holor: &Holor, symbol: &str, letters: Option<&[Arc<str>]>) -> Option<String> {
    let count = holor.components().len();
    let terms: usize = holor.components().map(|(_, value)| value.term_count()).sum();
    if count <= MOST_COMPONENTS && terms <= MOST_TERMS {
        return None;
    }
    let all = holor.symmetry().representatives(holor.chart().dimension()).len();
    Some(format!(
        r"{}\colon\ \text{{{count} of {all} independent components are not 0; components(…) lists them}}",
        general(holor, symbol, letters)
    ))
}

/// The holor with general indices: `R_{a b}`.
fn general(holor: &Holor, symbol: &str, letters: Option<&[Arc<str>]>) -> String {
    let own: Vec<String> = match letters {
        Some(letters) => letters.iter().map(|letter| latex_symbol(letter)).collect(),
        None => holor
            .slots()
            .iter()
            .zip('a'..='z')
            .map(|(slot, letter)| match slot.space {
                Space::Coordinate => letter.to_string(),
                Space::Frame => format!(r"\hat{{{letter}}}"),
            })
            .collect(),
    };
    with_indices(symbol, holor.slots(), &own)
}

/// `R^{a}{}_{b c}`: the indices in their order, each at its height.
pub(super) fn with_indices(symbol: &str, slots: &[Slot], indices: &[String]) -> String {
    let mut text = symbol.to_string();
    let mut open: Option<Variance> = None;
    for (slot, index) in slots.iter().zip(indices) {
        match open {
            Some(variance) if variance == slot.variance => text.push(' '),
            _ => {
                if open.is_some() {
                    text.push_str("}{}");
                }
                text.push_str(match slot.variance {
                    Variance::Up => "^{",
                    Variance::Down => "_{",
                });
                open = Some(slot.variance);
            }
        }
        text.push_str(index);
    }
    if open.is_some() {
        text.push('}');
    }
    text
}

/// The names of indices in a chart; frame indices are numbers under a hat.
fn index_names(chart: &Chart, slots: &[Slot], indices: &[u8]) -> Vec<String> {
    slots
        .iter()
        .zip(indices)
        .map(|(slot, index)| match slot.space {
            Space::Coordinate => {
                let symbol = chart.coordinates().get(usize::from(*index));
                symbol.map_or_else(String::new, |symbol| latex_symbol(symbol.name()))
            }
            Space::Frame => format!(r"\hat{{{}}}", index + 1),
        })
        .collect()
}

/// Aligned lines, one for each independent component that is not 0.
pub(super) fn by_components(holor: &Holor, symbol: &str, limit: usize) -> String {
    let chart = holor.chart();
    let mut lines = Vec::new();
    let mut hidden = false;
    for (indices, value) in holor.components().take(limit) {
        let name = |indices: &[u8]| {
            with_indices(
                symbol,
                holor.slots(),
                &index_names(chart, holor.slots(), indices),
            )
        };
        let mut left = name(indices);
        match partners(holor, indices).as_slice() {
            [] => {}
            [(other, negative)] => {
                let sign = if *negative { "-" } else { "" };
                left = format!("{left} = {sign}{}", name(other));
            }
            _ => hidden = true,
        }
        lines.push(format!("{left} &= {}", latex(&chart.field().write(value))));
    }
    if hidden {
        lines.push(r"&\text{and those that follow by symmetry}".into());
    }
    if let [line] = lines.as_slice() {
        return line.replacen("&=", "=", 1);
    }
    format!(r"\begin{{aligned}} {} \end{{aligned}}", lines.join(r" \\ "))
}

/// The other components that are equal or opposite to a stored one, as far as two slots are exchanged.
fn partners(holor: &Holor, indices: &[u8]) -> Vec<(Vec<u8>, bool)> {
    let Some(blocks) = holor.symmetry().blocks() else {
        return if holor.symmetry().is_none() {
            Vec::new()
        } else {
            vec![(Vec::new(), false); 2]
        };
    };
    let mut found = Vec::new();
    for (slots, antisymmetric) in blocks {
        let own: Vec<u8> =
            slots.iter().filter_map(|slot| indices.get(*slot).copied()).collect();
        if arrangements(&own) == 1 {
            continue;
        }
        let [first, second] = slots else {
            return vec![(Vec::new(), false); 2];
        };
        let mut other = indices.to_vec();
        other.swap(*first, *second);
        found.push((other, antisymmetric));
    }
    found
}

/// A sum over products of basis elements.
fn in_basis(holor: &Holor) -> String {
    let chart = holor.chart();
    let form = is_form(holor) && holor.rank() > 1;
    let terms: Vec<String> = holor
        .components()
        .map(|(indices, value)| {
            let multiplicity = if form { 1 } else { arrangements(indices) };
            let value = chart.field().scale(value, multiplicity, 1);
            let names = basis_names(holor, indices);
            let basis = if form { names.join(r" \wedge ") } else { powers(&names) };
            joined(&chart.field().write(&value), &basis)
        })
        .collect();
    summed(&terms)
}

/// A short sum over tensor products of basis elements; `None` for a long one, or one with frame indices.
fn in_products(holor: &Holor) -> Option<String> {
    const MOST: usize = 8;
    let chart = holor.chart();
    if holor.rank() > 4 || holor.slots().iter().any(|slot| slot.space == Space::Frame) {
        return None;
    }
    let mut terms = Vec::new();
    for indices in Symmetry::none(holor.rank()).representatives(chart.dimension()) {
        let value = holor.component(&indices);
        if value.is_zero() {
            continue;
        }
        let names: Vec<String> = basis_names(holor, &indices);
        terms.push(joined(&chart.field().write(&value), &names.join(r" \otimes ")));
        if terms.len() > MOST {
            return None;
        }
    }
    Some(summed(&terms))
}

/// Terms joined by their signs.
fn summed(terms: &[String]) -> String {
    let mut text = String::new();
    for term in terms {
        match term.strip_prefix('-') {
            _ if text.is_empty() => text.push_str(term),
            Some(opposite) => text.push_str(&format!(" - {}", opposite.trim_start())),
            None => text.push_str(&format!(" + {term}")),
        }
    }
    text
}

/// `\partial_{r}`, `\mathrm{d}r`
fn basis_names(holor: &Holor, indices: &[u8]) -> Vec<String> {
    holor
        .slots()
        .iter()
        .zip(index_names(holor.chart(), holor.slots(), indices))
        .map(|(slot, name)| match slot.variance {
            Variance::Up => format!(r"\partial_{{{name}}}"),
            Variance::Down => format!(r"\mathrm{{d}}{name}"),
        })
        .collect()
}

/// Equal neighbours as a power.
fn powers(names: &[String]) -> String {
    let mut parts: Vec<(&String, usize)> = Vec::new();
    for name in names {
        match parts.last_mut() {
            Some((last, power)) if *last == name => *power += 1,
            _ => parts.push((name, 1)),
        }
    }
    let parts: Vec<String> = parts
        .into_iter()
        .map(|(name, power)| match power {
            1 => name.clone(),
            _ => format!("{name}^{{{power}}}"),
        })
        .collect();
    parts.join(r"\,")
}

/// A coefficient before basis elements.
fn joined(coefficient: &Expr, basis: &str) -> String {
    let text = latex(coefficient);
    match coefficient.node() {
        Node::Add(_) => format!(r"\left({text}\right) {basis}"),
        _ => match text.as_str() {
            "1" => basis.to_string(),
            "-1" => format!("-{basis}"),
            _ => format!(r"{text}\,{basis}"),
        },
    }
}
