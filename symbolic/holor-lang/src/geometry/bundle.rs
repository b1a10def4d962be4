//! Frames and gauge fields as text and LaTeX.

use holor_algebra::latex_symbol;
use holor_geometry::{GaugeAlgebra, GaugeForm, GaugePotential, Holor, Tetrad};

use super::latex::{form_latex, vector_latex};
use super::plain::holor_plain;

/// The one-forms `e^A` of a tetrad, in order.
pub(crate) fn one_forms(tetrad: &Tetrad) -> Vec<Holor> {
    (0..tetrad.chart().dimension()).filter_map(|place| tetrad.one_form(place)).collect()
}

/// The vectors `e_A` of a tetrad, in order.
pub(crate) fn vectors(tetrad: &Tetrad) -> Vec<Holor> {
    (0..tetrad.chart().dimension()).filter_map(|place| tetrad.vector(place)).collect()
}

fn list(forms: &[Holor]) -> String {
    let parts: Vec<String> = forms.iter().map(holor_plain).collect();
    format!("[{}]", parts.join(", "))
}

/// `tetrad([…], signs = [-1, 1])`
pub(super) fn tetrad_plain(tetrad: &Tetrad) -> String {
    let signs: Vec<String> = tetrad.signs().iter().map(ToString::to_string).collect();
    format!("tetrad({}, signs = [{}])", list(&one_forms(tetrad)), signs.join(", "))
}

/// The one-forms and the vectors, line by line.
pub(super) fn tetrad_latex(tetrad: &Tetrad) -> String {
    let mut lines = Vec::new();
    for (place, form) in one_forms(tetrad).iter().enumerate() {
        lines.push(format!(r"e^{{\hat{{{}}}}} &= {}", place + 1, form_latex(form)));
    }
    for (place, vector) in vectors(tetrad).iter().enumerate() {
        lines.push(format!(r"e_{{\hat{{{}}}}} &= {}", place + 1, vector_latex(vector)));
    }
    format!(r"\begin{{aligned}} {} \end{{aligned}}", lines.join(r" \\ "))
}

/// `SU(2)`, or its generators.
pub(super) fn algebra_plain(algebra: &GaugeAlgebra) -> String {
    let name = algebra.name();
    let is_group =
        ["U(", "SU(", "SO(", "GL("].iter().any(|group| name.starts_with(group));
    if is_group {
        return name.to_string();
    }
    let matrices: Vec<String> = algebra
        .generators()
        .iter()
        .map(|matrix| crate::Value::Matrix(matrix.clone()).plain())
        .collect();
    format!("matrix_algebra([{}])", matrices.join(", "))
}

/// `\mathfrak{su}(2)`
pub(super) fn algebra_latex(algebra: &GaugeAlgebra) -> String {
    match algebra.name().split_once('(') {
        Some((group, size)) => {
            format!(r"\mathfrak{{{}}}({size}", group.to_ascii_lowercase())
        }
        None => latex_symbol(algebra.name()),
    }
}

/// `gauge(SU(2), […])`
pub(super) fn potential_plain(potential: &GaugePotential) -> String {
    let form = potential.form();
    let coupling = match potential.coupling().is_one() {
        true => String::new(),
        false => {
            let value = form.chart().field().write(potential.coupling());
            format!(", coupling = {}", holor_algebra::plain(&value))
        }
    };
    format!(
        "gauge({}, {}{coupling})",
        algebra_plain(form.algebra()),
        list(form.components())
    )
}

/// `gauge_form(SU(2), […])`
pub(super) fn gauge_form_plain(form: &GaugeForm) -> String {
    if form.is_zero() {
        let positions = vec!["down"; form.degree()].join(", ");
        let names: Vec<&str> =
            form.chart().coordinates().iter().map(|symbol| symbol.name()).collect();
        let zero = format!("tensor(0, [{positions}], [{}])", names.join(", "));
        let all = vec![zero; form.components().len()];
        return format!(
            "gauge_form({}, [{}])",
            algebra_plain(form.algebra()),
            all.join(", ")
        );
    }
    format!("gauge_form({}, {})", algebra_plain(form.algebra()), list(form.components()))
}

/// The components for each generator that are not 0.
pub(super) fn gauge_form_latex(form: &GaugeForm, symbol: &str) -> String {
    let symbol = latex_symbol(symbol);
    if form.is_zero() {
        return format!("{symbol} = 0");
    }
    let mut lines = Vec::new();
    for (place, component) in form.components().iter().enumerate() {
        if !component.is_zero() {
            lines.push(format!(
                "{symbol}^{{{}}} &= {}",
                place + 1,
                form_latex(component)
            ));
        }
    }
    if let [line] = lines.as_slice() {
        return line.replacen("&=", "=", 1);
    }
    format!(r"\begin{{aligned}} {} \end{{aligned}}", lines.join(r" \\ "))
}
