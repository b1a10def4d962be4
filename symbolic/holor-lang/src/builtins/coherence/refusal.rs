//! What a measure refuses, as an error at its argument.

use holor_coherence::CoherenceError;

use crate::{Diagnostic, Result, Span, codes};

/// What a measure refuses, as an error at a place.
pub(super) trait OrRefuse<T> {
    /// The result, or the measure's own words at this place.
    fn or_refuse(self, span: Span) -> Result<T>;
}

impl<T> OrRefuse<T> for holor_coherence::Result<T> {
    fn or_refuse(self, span: Span) -> Result<T> {
        self.map_err(|error| refused(&error, span))
    }
}

/// The diagnostic of a refusal.
pub(super) fn refused(error: &CoherenceError, span: Span) -> Box<Diagnostic> {
    let code = match error {
        CoherenceError::LengthMismatch { .. } | CoherenceError::TooShort { .. } => {
            &codes::E0203_WRONG_SHAPE
        }
        CoherenceError::NotFinite { .. } => &codes::E0401_NOT_A_NUMBER,
        CoherenceError::OutOfRange { .. } => &codes::E0204_OUT_OF_RANGE,
        CoherenceError::Undefined { .. } => &codes::E0301_UNDEFINED,
        CoherenceError::Invalid { .. } => &codes::E0307_INVALID,
        CoherenceError::NotConverged { .. } => &codes::E0304_NOT_FOUND,
    };
    let mut message = from_one(&error.to_string());
    if let CoherenceError::TooShort { name, .. } = error
        && name.ends_with('s')
        && !name.ends_with("axis")
        && !name.starts_with("the list")
    {
        message = message.replacen("s has ", "s have ", 1);
    }
    Box::new(Diagnostic::error(code, message).at(span))
}

/// Words that are followed by a place counted from 0 in the measures' own messages.
const COUNTED: &[&str] = &[
    "axis ",
    "vertex ",
    "vertices ",
    "site ",
    "edge ",
    "point ",
    "state ",
    "states ",
    "part ",
    "[",
    "they are ",
    "parts from ",
];

/// The message with places counted from 1, as in the language: `axis 0` becomes `axis 1`.
fn from_one(message: &str) -> String {
    let mut out = String::with_capacity(message.len());
    let mut rest = message;
    'outer: while !rest.is_empty() {
        for word in COUNTED {
            let Some(after) = rest.strip_prefix(word) else { continue };
            let starts =
                *word == "[" || !out.chars().next_back().is_some_and(char::is_alphabetic);
            if *word == "edge " && (out.ends_with("lower ") || out.ends_with("upper ")) {
                continue;
            }
            let Some((number, tail)) = leading_integer(after) else { continue };
            // The place of an entry in a matrix.
            if *word == "["
                && let Some((column, tail)) =
                    tail.strip_prefix(", ").and_then(leading_integer)
                && tail.starts_with(']')
                && (out.ends_with("entries ") || out.ends_with("] and "))
            {
                out.push_str(&format!("[{}, {}", number + 1, column + 1));
                rest = tail;
                continue 'outer;
            }
            let fits = match *word {
                "[" => tail.starts_with(']') && !out.ends_with("is "),
                "they are " | "parts from " => tail.starts_with(" to "),
                _ => !tail.starts_with('.'),
            };
            if !(fits && starts) {
                continue;
            }
            out.push_str(word);
            out.push_str(&(number + 1).to_string());
            rest = tail;
            if matches!(*word, "they are " | "parts from ")
                && let Some((last, tail)) =
                    tail.strip_prefix(" to ").and_then(leading_integer)
            {
                out.push_str(&format!(" to {}", last + 1));
                rest = tail;
            }
            continue 'outer;
        }
        let mut characters = rest.chars();
        out.extend(characters.next());
        rest = characters.as_str();
    }
    out
}

fn leading_integer(text: &str) -> Option<(u64, &str)> {
    let end = text.find(|it: char| !it.is_ascii_digit()).unwrap_or(text.len());
    let (digits, tail) = text.split_at_checked(end)?;
    Some((digits.parse().ok()?, tail))
}

#[cfg(test)]
mod tests {
    use super::from_one;

    #[test]
    fn places_are_counted_from_one() {
        for (measure, language) in [
            ("the phases[0] is NaN; remove", "the phases[1] is NaN; remove"),
            (
                "the axis 3 is not there; they are 0 to 1",
                "the axis 4 is not there; they are 1 to 2",
            ),
            (
                "the grid is bounded along axis 0; this",
                "the grid is bounded along axis 1; this",
            ),
            ("the shape is [5]; give", "the shape is [5]; give"),
            ("the lower edge 12 is", "the lower edge 12 is"),
            (
                "the entries [0, 1] and [1, 0] differ",
                "the entries [1, 2] and [2, 1] differ",
            ),
            (
                "the list is [2, 2]; their product must be 3",
                "the list is [2, 2]; their product must be 3",
            ),
            (
                "the density matrix has trace 2, not 1",
                "the density matrix has trace 2, not 1",
            ),
            (
                "x has 3 entries; at least 4 are needed",
                "x has 3 entries; at least 4 are needed",
            ),
        ] {
            assert_eq!(from_one(measure), language);
        }
    }
}
