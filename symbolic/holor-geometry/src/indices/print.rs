//! Sums of products of tensors as text and as LaTeX.

use holor_algebra::{Expr, Node, latex_symbol};

use super::expression::AbstractExpression;
use super::term::{AbstractTerm, Factor, Index};
use crate::Variance;

/// As text that is input again.
pub(super) fn plain(expression: &AbstractExpression) -> String {
    sum(expression, " - ", " + ", plain_term)
}

/// As LaTeX that KaTeX sets.
pub(super) fn latex(expression: &AbstractExpression) -> String {
    sum(expression, " - ", " + ", latex_term)
}

/// The terms with signs between them.
fn sum(
    expression: &AbstractExpression,
    minus: &str,
    plus: &str,
    write: fn(&Expr, &AbstractTerm) -> String,
) -> String {
    if expression.terms.is_empty() {
        return "0".into();
    }
    let mut text = String::new();
    for (place, term) in expression.terms.iter().enumerate() {
        let negative = term.coefficient.has_leading_minus();
        let size =
            if negative { term.coefficient.negate() } else { term.coefficient.clone() };
        text.push_str(match (place, negative) {
            (0, true) => "-",
            (0, false) => "",
            (_, true) => minus,
            (_, false) => plus,
        });
        text.push_str(&write(&size, term));
    }
    text
}

fn plain_term(size: &Expr, term: &AbstractTerm) -> String {
    let tensors: Vec<String> = term
        .factors
        .iter()
        .enumerate()
        .map(|(place, factor)| {
            let text = plain_factor(factor);
            let last = place + 1 == term.factors.len();
            if factor.derivatives.is_empty() || last { text } else { format!("({text})") }
        })
        .collect();
    let tensors = tensors.join(" ");
    let is_sum = matches!(size.node(), Node::Add(_));
    match (tensors.is_empty(), size.is_one()) {
        (true, _) if is_sum => format!("({size})"),
        (true, _) => size.to_string(),
        (false, true) => tensors,
        (false, false) if is_sum => format!("({size}) {tensors}"),
        (false, false) if size.as_integer().is_some() => format!("{size} {tensors}"),
        // A quotient before a space would take the tensors into its denominator.
        (false, false) => format!("{size}*{tensors}"),
    }
}

fn plain_factor(factor: &Factor) -> String {
    let mut text = String::new();
    let (derivatives, own) = factor.indices.split_at(factor.derivatives.len());
    for (derivative, index) in factor.derivatives.iter().zip(derivatives) {
        text.push_str(&format!("{}[{}] ", derivative.name, plain_index(index)));
    }
    text.push_str(factor.tensor.name());
    if !own.is_empty() {
        let own: Vec<String> = own.iter().map(plain_index).collect();
        text.push_str(&format!("[{}]", own.join(", ")));
    }
    text
}

fn plain_index(index: &Index) -> String {
    let place = match index.variance {
        Variance::Up => '^',
        Variance::Down => '_',
    };
    format!("{place}{}", index.name)
}

fn latex_term(size: &Expr, term: &AbstractTerm) -> String {
    let tensors: Vec<String> = term
        .factors
        .iter()
        .enumerate()
        .map(|(place, factor)| {
            let text = latex_factor(factor);
            let last = place + 1 == term.factors.len();
            if factor.derivatives.is_empty() || last {
                text
            } else {
                format!(r"\left({text}\right)")
            }
        })
        .collect();
    let tensors = tensors.join(" ");
    let is_sum = matches!(size.node(), Node::Add(_));
    let size_text = holor_algebra::latex(size);
    match (tensors.is_empty(), size.is_one()) {
        (true, _) if is_sum => format!(r"\left({size_text}\right)"),
        (true, _) => size_text,
        (false, true) => tensors,
        (false, false) if is_sum => format!(r"\left({size_text}\right) {tensors}"),
        (false, false) => format!("{size_text} {tensors}"),
    }
}

fn latex_factor(factor: &Factor) -> String {
    let mut text = String::new();
    let (derivatives, own) = factor.indices.split_at(factor.derivatives.len());
    for (derivative, index) in factor.derivatives.iter().zip(derivatives) {
        let name = match derivative.name.as_str() {
            "∇" => r"\nabla".to_owned(),
            "∂" => r"\partial".to_owned(),
            name => latex_symbol(name),
        };
        text.push_str(&format!("{name}{} ", latex_indices(std::slice::from_ref(index))));
    }
    let name = latex_symbol(factor.tensor.name());
    // A name with a subscript of its own is braced: two subscripts in a row are an error in TeX.
    let braced = name.contains('_') && !own.is_empty();
    text.push_str(&if braced { format!("{{{name}}}") } else { name });
    text.push_str(&latex_indices(own));
    text
}

/// Indices in groups up and down, each group after the one before it.
fn latex_indices(indices: &[Index]) -> String {
    let mut text = String::new();
    let groups = indices.chunk_by(|one, next| one.variance == next.variance);
    for (place, group) in groups.enumerate() {
        if place > 0 {
            text.push_str("{}");
        }
        let names: Vec<String> =
            group.iter().map(|index| latex_symbol(&index.name)).collect();
        let script = match group.first().map(|index| index.variance) {
            Some(Variance::Up) => '^',
            _ => '_',
        };
        text.push_str(&format!("{script}{{{}}}", names.join(" ")));
    }
    text
}
