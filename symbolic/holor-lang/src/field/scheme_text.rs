//! Schemes in words and formulas.

use holor_field::FieldResult;
use holor_field::discretise::{SpaceOptions, discretise};
use holor_field::equation::{System, Term};
use holor_field::spectral;

use super::resolution::any as holds;
use super::smooth;

/// The scheme of a system in words and formulas.
pub(crate) fn scheme_text(system: &System, order: Option<usize>) -> FieldResult<String> {
    let inverts = |term: &Term| {
        matches!(
            term,
            Term::Inverse { .. } | Term::InverseLaplacian(_) | Term::Potential(_)
        )
    };
    if order.is_none()
        && system.fields.iter().any(|field| holds(&field.rate, &inverts))
        && spectral::analyse(system).is_ok()
    {
        return Ok(fourier_text(system));
    }
    if order.is_none()
        && smooth::order_of(system) == smooth::SMOOTH
        && let Ok(scheme) = discretise(system, &SpaceOptions::of_order(smooth::SMOOTH))
    {
        return Ok(scheme.to_text());
    }
    let space = SpaceOptions::of_order(order.unwrap_or(smooth::ROUGH));
    Ok(discretise(system, &space)?.to_text())
}

/// What inverses of operators are in Fourier space, where no cell has a rate by its neighbours.
fn fourier_text(system: &System) -> String {
    let names = system.grid.axes.iter().map(|axis| axis.name.as_str());
    let derivatives: Vec<String> =
        names.clone().map(|x| format!("∂{x} multiplies by i k{x}")).collect();
    let squares: Vec<String> = names.map(|x| format!("k{x}^2")).collect();
    format!(
        "In Fourier space, for each wave exp(i k·x) of the box:\n  {}\n  inverse_laplacian divides by -({}), and gives 0 for k = 0\n  inverse(P, f) divides by P with these in the place of its derivatives\nProducts are taken at the points.",
        derivatives.join("\n  "),
        squares.join(" + ")
    )
}
