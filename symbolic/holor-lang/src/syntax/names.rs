//! Names: which are free symbols, and Greek letters by name.

use std::borrow::Cow;

use unicode_ident::{is_xid_continue, is_xid_start};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Greek letters by name. `phi` is the letter keyboards and charts use; the `var` forms are the other shapes.
pub(super) const GREEK: &[(&str, char)] = &[
    ("alpha", 'α'),
    ("beta", 'β'),
    ("gamma", 'γ'),
    ("delta", 'δ'),
    ("epsilon", 'ε'),
    ("zeta", 'ζ'),
    ("eta", 'η'),
    ("theta", 'θ'),
    ("iota", 'ι'),
    ("kappa", 'κ'),
    ("lambda", 'λ'),
    ("mu", 'μ'),
    ("nu", 'ν'),
    ("xi", 'ξ'),
    ("omicron", 'ο'),
    ("pi", 'π'),
    ("rho", 'ρ'),
    ("sigma", 'σ'),
    ("tau", 'τ'),
    ("upsilon", 'υ'),
    ("phi", 'φ'),
    ("chi", 'χ'),
    ("psi", 'ψ'),
    ("omega", 'ω'),
    ("Alpha", 'Α'),
    ("Beta", 'Β'),
    ("Gamma", 'Γ'),
    ("Delta", 'Δ'),
    ("Epsilon", 'Ε'),
    ("Zeta", 'Ζ'),
    ("Eta", 'Η'),
    ("Theta", 'Θ'),
    ("Iota", 'Ι'),
    ("Kappa", 'Κ'),
    ("Lambda", 'Λ'),
    ("Mu", 'Μ'),
    ("Nu", 'Ν'),
    ("Xi", 'Ξ'),
    ("Omicron", 'Ο'),
    ("Pi", 'Π'),
    ("Rho", 'Ρ'),
    ("Sigma", 'Σ'),
    ("Tau", 'Τ'),
    ("Upsilon", 'Υ'),
    ("Phi", 'Φ'),
    ("Chi", 'Χ'),
    ("Psi", 'Ψ'),
    ("Omega", 'Ω'),
    ("varepsilon", 'ϵ'),
    ("vartheta", 'ϑ'),
    ("varkappa", 'ϰ'),
    ("varpi", 'ϖ'),
    ("varrho", 'ϱ'),
    ("varsigma", 'ς'),
    ("varphi", 'ϕ'),
    ("hbar", 'ħ'),
];

/// The free symbol a name stands for: a single letter or a Greek letter or its name, with digits or subscripts.
///
/// The result is the canonical form: `omega0` → `ω0`, `theta_1` → `θ_1`, `x₁` → `x1`; `None` for every other name.
pub fn symbol_name(text: &str) -> Option<String> {
    if !is_name(text) {
        return None;
    }
    let canonical = canonical(text);
    let mut parts = canonical.split('_');
    let mut head = parts.next()?.chars();
    let letter = head.next()?;
    let head = head.as_str().trim_start_matches(is_combining_mark);
    let is_symbol = letter.is_alphabetic()
        && head.bytes().all(|it| it.is_ascii_digit())
        && parts.all(|it| !it.is_empty());
    is_symbol.then_some(canonical)
}

/// A name with Greek names as letters, subscript digits as digits, and marks composed; `∂r` and `∂ᵣ` are `∂_r`.
pub(super) fn canonical(text: &str) -> String {
    if text == "oo" {
        return "∞".into();
    }
    let composed: String = text
        .nfc()
        .map(|it| match it {
            '₀'..='₉' => char::from_digit(it as u32 - '₀' as u32, 10).unwrap_or(it),
            // The micro sign is a letter of its own in Unicode, not in physics.
            '\u{b5}' => 'μ',
            // So is the Planck constant over two pi.
            'ℏ' => 'ħ',
            _ => it,
        })
        .collect();
    let (partial, composed) = match composed.strip_prefix('∂') {
        Some(rest) if !rest.is_empty() => {
            ("∂_", rest.trim_start_matches('_').chars().map(on_the_line).collect())
        }
        _ => ("", composed),
    };
    let parts: Vec<_> = composed.split('_').map(greek_part).collect();
    format!("{partial}{}", parts.join("_"))
}

/// The letter of `∂ₜ`, `∂ₓ`.
fn on_the_line(letter: char) -> char {
    let known = SUBSCRIPT_LETTERS.iter().find(|(below, _)| *below == letter);
    known.map_or(letter, |(_, plain)| *plain)
}

/// Letters that Unicode has as subscripts and coordinates are called by.
const SUBSCRIPT_LETTERS: &[(char, char)] =
    &[('ₜ', 't'), ('ₓ', 'x'), ('ᵣ', 'r'), ('ᵤ', 'u'), ('ᵥ', 'v')];

/// `ₜ` of `∂ₜ`.
pub(super) fn is_subscript_letter(it: char) -> bool {
    SUBSCRIPT_LETTERS.iter().any(|(below, _)| *below == it)
}

/// `omega0` → `ω0`; everything else as it is.
fn greek_part(part: &str) -> Cow<'_, str> {
    let word = part.trim_end_matches(|it: char| it.is_ascii_digit());
    match GREEK.iter().find(|(name, _)| *name == word) {
        Some((_, letter)) => {
            let digits = part.strip_prefix(word).unwrap_or_default();
            Cow::Owned(format!("{letter}{digits}"))
        }
        None => Cow::Borrowed(part),
    }
}

/// A name with every Greek letter spelled out: `θ_1` → `theta_1`; `None` for a name without Greek letters.
pub(crate) fn spelled_out(name: &str) -> Option<String> {
    let mut spelled = String::new();
    let mut greek = false;
    for letter in name.chars() {
        match GREEK.iter().find(|(_, greek)| *greek == letter) {
            Some((word, _)) => {
                greek = true;
                spelled.push_str(word);
            }
            None => spelled.push(letter),
        }
    }
    greek.then_some(spelled)
}

/// Whether a text is one name.
pub(crate) fn is_name(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(starts_name) && chars.all(continues_name)
}

pub(super) fn starts_name(it: char) -> bool {
    is_xid_start(it) && !is_superscript_letter(it)
}

pub(super) fn continues_name(it: char) -> bool {
    // The middle dots, which Unicode lets stand in Catalan words, are multiplication signs.
    (is_xid_continue(it)
        && !matches!(it, '\u{b7}' | '\u{387}')
        && !is_superscript_letter(it))
        || matches!(it, '₀'..='₉')
}

/// `ⁿ` is an exponent.
pub(super) fn is_superscript_letter(it: char) -> bool {
    matches!(it, 'ⁿ' | 'ⁱ')
}
