//! Geometric values as text that can be typed again.
//!
//! A holor is a sum over products of the basis one-forms `dr` and basis vectors `∂_r`: `∧` joins slots that are
//! antisymmetric, `*` slots that are symmetric, `⊗` all others.

use std::fmt::Write as _;

use holor_algebra::exact::Element;
use holor_algebra::{Expr, Node, plain};
use holor_geometry::{Chart, Connection, Holor, Law, Slot, Space, Symmetry, Variance};

use super::ChartValue;

/// Holors of more terms than these are written without looking for factors.
const MOST_FACTORED: usize = 20_000;

/// `chart(r, θ) where r > 0`
pub(crate) fn chart_plain(value: &ChartValue) -> String {
    let mut text = value.chart.to_string();
    for (index, condition) in value.conditions.iter().enumerate() {
        let before = if index == 0 { " where " } else { ", " };
        let _ = write!(text, "{before}{}", plain(condition));
    }
    text
}

/// A holor as an expression in the basis, with its law around it.
pub(super) fn holor_plain(holor: &Holor) -> String {
    let body = body(holor);
    match holor.law() {
        law if law == Law::TENSOR => body,
        Law::Tensor { weight, pseudo } => {
            let inner = if pseudo { format!("pseudo({body})") } else { body };
            if *weight.numer() == 0 {
                inner
            } else {
                format!("density({inner}, {weight})")
            }
        }
        Law::Connection => format!("holor({body}, law = connection)"),
        Law::None => format!("holor({body}, law = none)"),
    }
}

/// A connection by its coefficients.
pub(super) fn connection_plain(connection: &Connection) -> String {
    format!("connection(coefficients = {})", body(connection.coefficients()))
}

fn body(holor: &Holor) -> String {
    if let Some(value) = holor.value() {
        let value = plain(&holor.chart().field().write(&value));
        return format!("tensor({value}, [], {})", coordinates(holor.chart()));
    }
    if holor.slots().iter().any(|slot| slot.space == Space::Frame) {
        return frame_body(holor);
    }
    if holor.is_zero() {
        return zero_body(holor);
    }
    let mut text = String::new();
    let field = holor.chart().field();
    let size: usize = holor.components().map(|(_, value)| value.term_count()).sum();
    for (coefficient, basis) in terms(holor) {
        // Factors of so much are for nobody's eyes, and take long to find.
        let coefficient = match size > MOST_FACTORED {
            true => field.write_plainly(&coefficient),
            false => field.write(&coefficient),
        };
        let term = joined(&coefficient, &basis);
        match term.strip_prefix('-') {
            _ if text.is_empty() => text.push_str(&term),
            Some(opposite) => {
                let _ = write!(text, " - {opposite}");
            }
            None => {
                let _ = write!(text, " + {term}");
            }
        }
    }
    text
}

/// A coefficient before a product of basis elements.
fn joined(coefficient: &Expr, basis: &str) -> String {
    let text = plain(coefficient);
    match coefficient.node() {
        Node::Add(_) | Node::Relation(..) => format!("({text})*{basis}"),
        _ => match text.as_str() {
            "1" => basis.to_string(),
            "-1" => format!("-{basis}"),
            _ => match (text.strip_prefix("1/"), text.strip_prefix("-1/")) {
                (Some(denominator), _) => format!("{basis}/{denominator}"),
                (_, Some(denominator)) => format!("-{basis}/{denominator}"),
                _ => format!("{text}*{basis}"),
            },
        },
    }
}

/// Slots that stand together in a product of basis elements.
#[derive(Clone, Debug)]
pub(super) struct Segment {
    start: usize,
    length: usize,
    /// `Some(true)` antisymmetric, `Some(false)` symmetric.
    antisymmetric: Option<bool>,
}

/// The slots in segments, each a single slot or a whole block of adjacent slots.
fn segments(symmetry: &Symmetry, slots: &[Slot]) -> Vec<Segment> {
    let mut blocks: Vec<(Vec<usize>, bool)> = if symmetry.is_riemann() {
        vec![(vec![0, 1], true), (vec![2, 3], true)]
    } else {
        let known = symmetry.blocks().unwrap_or_default();
        known.into_iter().map(|(slots, sign)| (slots.to_vec(), sign)).collect()
    };
    blocks.retain(|(block, _)| {
        block.windows(2).all(|pair| matches!(pair, [a, b] if a + 1 == *b))
            && block.iter().all(|slot| {
                slots.get(*slot) == block.first().and_then(|first| slots.get(*first))
            })
    });
    let mut segments = Vec::new();
    let mut slot = 0;
    while slot < slots.len() {
        let block = blocks.iter().find(|(block, _)| block.first() == Some(&slot));
        let (length, antisymmetric) =
            block.map_or((1, None), |(block, sign)| (block.len(), Some(*sign)));
        segments.push(Segment { start: slot, length, antisymmetric });
        slot += length;
    }
    segments
}

/// The terms of a holor: coefficient and product of basis elements.
fn terms(holor: &Holor) -> Vec<(Element, String)> {
    let chart = holor.chart();
    let field = chart.field();
    let segments = segments(holor.symmetry(), holor.slots());
    let mut blocks = Symmetry::none(holor.rank());
    for segment in &segments {
        let slots: Vec<usize> = (segment.start..segment.start + segment.length).collect();
        blocks = blocks.with_block(&slots, segment.antisymmetric == Some(true));
    }
    let mut terms = Vec::new();
    for indices in blocks.representatives(chart.dimension()) {
        let value = holor.component(&indices);
        if value.is_zero() {
            continue;
        }
        let mut multiplicity = 1;
        let mut parts = Vec::with_capacity(segments.len());
        for segment in &segments {
            let range = segment.start..segment.start + segment.length;
            let own = indices.get(range.clone()).unwrap_or_default();
            let slot = holor.slots().get(segment.start).copied().unwrap_or(Slot::DOWN);
            let names: Vec<String> =
                own.iter().map(|index| basis(chart, slot, *index)).collect();
            parts.push(match segment.antisymmetric {
                Some(true) => match segments.len() {
                    1 => names.join(" ∧ "),
                    _ => format!("({})", names.join(" ∧ ")),
                },
                Some(false) => {
                    multiplicity *= arrangements(own);
                    product(&names)
                }
                None => names.concat(),
            });
        }
        let value = field.scale(&value, multiplicity, 1);
        terms.push((value, parts.join(" ⊗ ")));
    }
    terms
}

/// In how many orders sorted indices can stand.
pub(super) fn arrangements(sorted: &[u8]) -> i64 {
    let mut count = 1;
    let mut run = 0;
    for (place, index) in sorted.iter().enumerate() {
        run = if place > 0 && sorted.get(place - 1) == Some(index) { run + 1 } else { 1 };
        count = count * (place as i64 + 1) / run;
    }
    count
}

/// `dt*dr`, `dt^2`
fn product(names: &[String]) -> String {
    let mut parts: Vec<(String, usize)> = Vec::new();
    for name in names {
        match parts.last_mut() {
            Some((last, power)) if last == name => *power += 1,
            _ => parts.push((name.clone(), 1)),
        }
    }
    let parts: Vec<String> = parts
        .into_iter()
        .map(|(name, power)| match power {
            1 => name,
            _ => format!("{name}^{power}"),
        })
        .collect();
    parts.join("*")
}

/// `dr` or `∂_r`
fn basis(chart: &Chart, slot: Slot, index: u8) -> String {
    let coordinate = chart.coordinates().get(usize::from(index));
    let name = coordinate.map_or("?", |symbol| symbol.name());
    match slot.variance {
        Variance::Up => format!("∂_{name}"),
        Variance::Down => format!("d{name}"),
    }
}

/// The chart as `tensor` reads it.
fn coordinates(chart: &Chart) -> String {
    let names: Vec<&str> =
        chart.coordinates().iter().map(|symbol| symbol.name()).collect();
    format!("[{}]", names.join(", "))
}

fn positions(slots: &[Slot]) -> String {
    let words: Vec<&str> = slots
        .iter()
        .map(|slot| match (slot.space, slot.variance) {
            (Space::Coordinate, Variance::Up) => "up",
            (Space::Coordinate, Variance::Down) => "down",
            (Space::Frame, Variance::Up) => "frame_up",
            (Space::Frame, Variance::Down) => "frame_down",
        })
        .map(|word| word.trim())
        .collect();
    format!("[{}]", words.join(", "))
}

fn zero_body(holor: &Holor) -> String {
    let chart = holor.chart();
    format!("tensor(0, {}, {})", positions(holor.slots()), coordinates(chart))
}

/// A holor with frame indices as nested lists.
fn frame_body(holor: &Holor) -> String {
    if holor.is_zero() {
        return zero_body(holor);
    }
    let mut text = String::from("tensor(");
    nested(holor, &mut Vec::new(), &mut text);
    let chart = holor.chart();
    let _ = write!(text, ", {}, {})", positions(holor.slots()), coordinates(chart));
    text
}

fn nested(holor: &Holor, indices: &mut Vec<u8>, out: &mut String) {
    if indices.len() == holor.rank() {
        let value = holor.component(indices);
        out.push_str(&plain(&holor.chart().field().write(&value)));
        return;
    }
    out.push('[');
    for index in 0..holor.chart().dimension() {
        if index > 0 {
            out.push_str(", ");
        }
        indices.push(u8::try_from(index).unwrap_or(u8::MAX));
        nested(holor, indices, out);
        indices.pop();
    }
    out.push(']');
}
