//! LaTeX of names.

use super::GREEK;

/// The LaTeX of a symbol's name: `r_s` is `r_{s}`, `ω0` is `\omega_{0}`, `mass` is `\mathrm{mass}`.
///
/// ```
/// use holor_algebra::latex_symbol;
/// assert_eq!(latex_symbol("x1"), "x_{1}");
/// assert_eq!(latex_symbol("θ_max"), r"\theta_{\mathrm{max}}");
/// ```
pub fn latex_symbol(name: &str) -> String {
    let mut parts = name.split('_');
    let head = parts.next().unwrap_or_default();
    let stem = head.trim_end_matches(|letter: char| letter.is_ascii_digit());
    let (stem, digits) =
        if stem.is_empty() { (head, "") } else { head.split_at(stem.len()) };
    let indices: Vec<String> = std::iter::once(digits)
        .chain(parts)
        .filter(|part| !part.is_empty())
        .map(index)
        .collect();
    let stem = if stem.is_empty() { r"\_".to_owned() } else { letters(stem) };
    if indices.is_empty() { stem } else { format!("{stem}_{{{}}}", indices.join(",")) }
}

/// A subscript: digits and single letters as they are, `x1` as letter and number side by side.
fn index(text: &str) -> String {
    if text.chars().all(|letter| letter.is_ascii_digit()) {
        return text.to_owned();
    }
    letters(text)
}

fn letters(text: &str) -> String {
    if let Some(command) = spelled_greek(text) {
        return command;
    }
    let mut all = text.chars();
    match (all.next(), all.next()) {
        (Some(letter), None) => single(letter),
        _ => {
            let whole: String = text.chars().map(inside_text).collect();
            format!(r"\mathrm{{{whole}}}")
        }
    }
}

/// The command of a Greek letter spelled out in ASCII.
fn spelled_greek(text: &str) -> Option<String> {
    let known = GREEK.iter().any(|(_, name)| *name == text);
    (known && text != "omicron").then(|| format!(r"\{text}"))
}

fn single(letter: char) -> String {
    match letter {
        'ο' => "o".to_owned(),
        'ħ' => r"\hbar".to_owned(),
        'ℓ' => r"\ell".to_owned(),
        '∂' => r"\partial".to_owned(),
        '∇' => r"\nabla".to_owned(),
        'ε' => r"\varepsilon".to_owned(),
        'φ' => r"\varphi".to_owned(),
        _ => match super::greek_name(letter) {
            Some(name) => format!(r"\{name}"),
            None if letter.is_ascii_alphanumeric() => letter.to_string(),
            None => format!(r"\mathrm{{{}}}", inside_text(letter)),
        },
    }
}

/// A letter inside `\mathrm`.
fn inside_text(letter: char) -> String {
    match letter {
        '#' | '$' | '%' | '&' | '_' | '{' | '}' => format!(r"\{letter}"),
        '\\' => r"\backslash ".to_owned(),
        '^' | '~' => format!(r"\text{{\char`\{letter}}}"),
        _ => match super::greek_name(letter) {
            Some("omicron") => "o".to_owned(),
            Some(name) => format!(r"\{name} "),
            None => letter.to_string(),
        },
    }
}
