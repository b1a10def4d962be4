//! What can go wrong, in words for the person who wrote the equation.

use std::fmt;

/// A request that cannot be done, or a run that cannot go on.
#[derive(Clone, Debug, PartialEq)]
pub enum FieldError {
    /// The request has no meaning or is not supported: what is wrong, and what to write instead (may be empty).
    Invalid {
        /// What is wrong.
        message: String,
        /// What to type instead; empty where nothing helps.
        hint: String,
    },
    /// Growth without bound is certain before the run begins: backward heat equation, a step above the stability bound.
    Unstable {
        /// What is wrong.
        message: String,
        /// What to type instead.
        hint: String,
    },
    /// A value became infinite or undefined while running.
    NotFinite {
        /// Step counted from 1.
        step: u64,
        /// Time of it.
        time: f64,
        /// The unknown.
        unknown: String,
        /// The cell, counted from 1 along each axis.
        cell: Vec<usize>,
        /// The term of the equation that failed first, as printed; empty where none is known.
        term: String,
        /// Whether that term was finite still, and the largest: where the fields grew beyond all numbers within a step.
        largest: bool,
    },
    /// The linear system of an implicit step was not solved: a shorter step is nearer to what it starts from.
    NotSolved {
        /// Where, and how well it was to be solved.
        message: String,
        /// What to type instead.
        hint: String,
    },
    /// The person interrupted.
    Interrupted,
    /// It does not fit into memory.
    Memory {
        /// Bytes needed.
        needed: u64,
        /// Bytes there are, where known.
        available: Option<u64>,
        /// Why it is not computed in parts, one after another, where that was tried.
        in_parts: Option<&'static str>,
    },
    /// The backend failed.
    Device(String),
    /// What is kept in a store is damaged or not what was asked for, or the store failed.
    Store {
        /// What is wrong.
        message: String,
        /// What to do; empty where nothing helps.
        hint: String,
    },
}

/// The result of this crate's functions.
pub type FieldResult<T> = Result<T, FieldError>;

impl FieldError {
    /// A request without meaning.
    pub fn invalid(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Invalid { message: message.into(), hint: hint.into() }
    }

    /// What is wrong with a store, or with what it holds.
    pub fn store(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Store { message: message.into(), hint: hint.into() }
    }
}

impl fmt::Display for FieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid { message, .. }
            | Self::Unstable { message, .. }
            | Self::NotSolved { message, .. }
            | Self::Store { message, .. } => f.write_str(message),
            Self::NotFinite { step, time, unknown, cell, term, largest } => {
                let cell: Vec<String> = cell.iter().map(usize::to_string).collect();
                // Six digits say when.
                let time: f64 = format!("{time:.5e}").parse().unwrap_or(*time);
                write!(
                    f,
                    "{unknown} is not finite in step {step} (t = {time}), cell [{}]",
                    cell.join(", ")
                )?;
                if term.is_empty() {
                    Ok(())
                } else if *largest {
                    write!(f, ", where the largest term was {term}")
                } else {
                    write!(f, ", first in the term {term}")
                }
            }
            Self::Interrupted => f.write_str("interrupted"),
            Self::Memory { needed, available, in_parts } => {
                write!(f, "{needed} bytes of memory are needed")?;
                if let Some(bytes) = available {
                    write!(f, ", {bytes} are there")?;
                }
                match in_parts {
                    Some(reason) => write!(f, "; it is not computed in parts: {reason}"),
                    None => Ok(()),
                }
            }
            Self::Device(message) => f.write_str(message),
        }
    }
}

impl std::error::Error for FieldError {}
