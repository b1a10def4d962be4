//! How axes, curves and colours of arrays are labelled.

use holor_algebra::latex_symbol;

use crate::array::{NumericArray, rounded};

/// Label of an axis as LaTeX and as text.
pub(super) fn axis_label(name: &str) -> (String, String) {
    let component = name
        .strip_suffix(']')
        .and_then(|name| name.split_once('['))
        .filter(|(base, _)| crate::symbol_name(base).is_some());
    let latex = if crate::symbol_name(name).is_some() {
        latex_symbol(name)
    } else if let Some((base, index)) = component {
        format!("{{{}}}_{{{index}}}", latex_symbol(base))
    } else if name.is_empty() {
        String::new()
    } else {
        format!(r"\text{{{}}}", name.replace('_', r"\_"))
    };
    (latex, name.to_string())
}

/// Label of values: `|A|`, `arg(A)`, a name.
pub(super) fn value_label(name: &str) -> (String, String) {
    let inside = |open: &str, close: &str| {
        name.strip_prefix(open).and_then(|rest| rest.strip_suffix(close))
    };
    let latex = match (inside("|", "|"), inside("arg(", ")")) {
        (Some(inner), _) => format!(r"\left|{}\right|", axis_label(inner).0),
        (_, Some(inner)) => format!(r"\arg {}", axis_label(inner).0),
        _ => axis_label(name).0,
    };
    (latex, name.to_string())
}

/// `t = 2.5` as LaTeX.
pub(in crate::builtins) fn moment_title((name, time): (&str, f64)) -> String {
    format!("{} = {}", axis_label(name).0, rounded(time))
}

/// How the curves of frames are told apart: `u`, `v`, or `t = 0`, `t = 1` of one quantity, or both.
pub(super) fn curve_label(array: &NumericArray, told: Told) -> (String, String) {
    let (latex, text) = value_label(array.name());
    let Some((name, time)) = array.moment().filter(|_| told != Told::ByName) else {
        return (latex, text);
    };
    let when = (moment_title((name, time)), format!("{name} = {}", rounded(time)));
    match told {
        Told::Both if !text.is_empty() => {
            (format!(r"{latex}\;({})", when.0), format!("{text} ({})", when.1))
        }
        _ => when,
    }
}

/// What tells several curves apart.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Told {
    /// The name.
    ByName,
    /// The time.
    ByTime,
    /// Name and time.
    Both,
}

impl Told {
    /// What tells these apart.
    pub(super) fn of(arrays: &[&NumericArray]) -> Self {
        let differ = |same: &dyn Fn(&NumericArray, &NumericArray) -> bool| {
            arrays.windows(2).any(|pair| matches!(pair, [a, b] if !same(a, b)))
        };
        let names = differ(&|a, b| a.name() == b.name());
        let times = differ(&|a, b| a.moment() == b.moment());
        match (names, times) {
            (_, false) => Told::ByName,
            (false, true) => Told::ByTime,
            (true, true) => Told::Both,
        }
    }
}
