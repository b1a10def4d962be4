//! What a measure refuses, in words that a user can act on.

use std::fmt;

/// The result of a measure.
pub type Result<T> = std::result::Result<T, CoherenceError>;

/// Why a measure gives no number.
///
/// A measure never answers NaN: where its formula is 0/0, where the input is not finite or does not fit, it refuses.
/// The `Display` text is lower case, without a full stop, and says what to do instead where that is known.
#[derive(Debug, Clone, PartialEq)]
pub enum CoherenceError {
    /// Two inputs that belong together have different lengths.
    LengthMismatch {
        /// Name of the input that sets the length.
        first: &'static str,
        /// Its length.
        first_length: usize,
        /// Name of the input that differs.
        second: &'static str,
        /// The length of that input.
        second_length: usize,
    },
    /// An input has too few entries.
    TooShort {
        /// Name of the input.
        name: &'static str,
        /// Entries it has.
        length: usize,
        /// Fewest entries with which the measure is defined.
        least: usize,
    },
    /// An entry of an input is NaN or infinite.
    NotFinite {
        /// Name of the input.
        name: &'static str,
        /// Place of the first such entry, counted from 0.
        index: usize,
        /// The entry; for a complex number its offending part.
        value: f64,
    },
    /// A parameter lies outside the range in which it means something.
    OutOfRange {
        /// Name of the parameter.
        name: &'static str,
        /// The value that was given.
        value: f64,
        /// The range, in words, such as `between 0 and 1`.
        range: String,
    },
    /// The measure is 0/0 for this input, for example the coherence with a constant signal.
    Undefined {
        /// Name of the measure.
        measure: &'static str,
        /// Why, and what to do instead.
        reason: String,
    },
    /// The input is not of the kind the measure is for, for example a density matrix of trace 2.
    Invalid {
        /// Name of the input.
        name: &'static str,
        /// What is wrong with it, as a clause that follows the name.
        reason: String,
    },
    /// An iteration came to no result.
    NotConverged {
        /// Name of the measure.
        measure: &'static str,
        /// Iterations that were made.
        iterations: usize,
    },
}

impl fmt::Display for CoherenceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LengthMismatch { first, first_length, second, second_length } => {
                write!(
                    f,
                    "{first} has {first_length} entries and {second} has {second_length}; they must be equally many"
                )
            }
            Self::TooShort { name, length, least } => {
                let noun = if *length == 1 { "entry" } else { "entries" };
                write!(f, "{name} has {length} {noun}; at least {least} are needed")
            }
            Self::NotFinite { name, index, value } => write!(
                f,
                "{name}[{index}] is {value}; remove or replace entries that are not finite"
            ),
            Self::OutOfRange { name, value, range } => {
                write!(f, "{name} is {value}; it must be {range}")
            }
            Self::Undefined { measure, reason } => {
                write!(f, "{measure} is undefined: {reason}")
            }
            Self::Invalid { name, reason } => write!(f, "{name} {reason}"),
            Self::NotConverged { measure, iterations } => {
                write!(f, "{measure} did not converge in {iterations} iterations")
            }
        }
    }
}

impl std::error::Error for CoherenceError {}

impl CoherenceError {
    /// A parameter outside its range, said in few words at the place of the check.
    pub(crate) fn out_of_range(
        name: &'static str,
        value: f64,
        range: impl Into<String>,
    ) -> Self {
        Self::OutOfRange { name, value, range: range.into() }
    }

    /// A measure that is 0/0 for its input.
    pub(crate) fn undefined(measure: &'static str, reason: impl Into<String>) -> Self {
        Self::Undefined { measure, reason: reason.into() }
    }

    /// An input of the wrong kind.
    pub(crate) fn invalid(name: &'static str, reason: impl Into<String>) -> Self {
        Self::Invalid { name, reason: reason.into() }
    }
}

/// Refuses the first entry that is NaN or infinite.
///
/// # Errors
/// [`CoherenceError::NotFinite`] with the place of the entry.
pub(crate) fn require_finite(name: &'static str, values: &[f64]) -> Result<()> {
    match values.iter().position(|v| !v.is_finite()) {
        Some(index) => {
            Err(CoherenceError::NotFinite { name, index, value: values[index] })
        }
        None => Ok(()),
    }
}

/// Refuses inputs of different lengths.
///
/// # Errors
/// [`CoherenceError::LengthMismatch`].
pub(crate) fn require_equal_length(
    first: &'static str,
    first_length: usize,
    second: &'static str,
    second_length: usize,
) -> Result<()> {
    if first_length == second_length {
        Ok(())
    } else {
        Err(CoherenceError::LengthMismatch { first, first_length, second, second_length })
    }
}

/// Refuses an input with fewer than `least` entries.
///
/// # Errors
/// [`CoherenceError::TooShort`].
pub(crate) fn require_length(
    name: &'static str,
    length: usize,
    least: usize,
) -> Result<()> {
    if length < least {
        Err(CoherenceError::TooShort { name, length, least })
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_say_the_place_and_the_remedy() {
        let e = require_finite("x", &[1.0, f64::NAN]).unwrap_err();
        assert_eq!(
            e.to_string(),
            "x[1] is NaN; remove or replace entries that are not finite"
        );
        let e = require_equal_length("x", 3, "y", 4).unwrap_err();
        assert_eq!(
            e.to_string(),
            "x has 3 entries and y has 4; they must be equally many"
        );
        let e = require_length("x", 1, 2).unwrap_err();
        assert_eq!(e.to_string(), "x has 1 entry; at least 2 are needed");
        let e = CoherenceError::out_of_range("alpha", 2.0, "between 0 and 1");
        assert_eq!(e.to_string(), "alpha is 2; it must be between 0 and 1");
    }
}
