//! What went wrong, where, and what to type instead.

use std::sync::Arc;

use crate::codes::Code;

/// In a hint: the text that the message is about, where it is short.
pub(crate) const IT: char = '\u{fffc}';

/// A result whose error is a [`Diagnostic`].
pub type Result<T> = std::result::Result<T, Box<Diagnostic>>;

/// Identifies a [`Source`] in its session.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SourceId(pub u32);

/// A text that spans point into: a cell, a file, the prelude.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Its id.
    pub id: SourceId,
    /// How a person calls it: `cell 3`, `orbit.holor`.
    pub name: Arc<str>,
    /// Its text.
    pub text: Arc<str>,
}

/// A range of bytes in a [`Source`]; both ends on character boundaries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Span {
    /// The text.
    pub source: SourceId,
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// From the start of this span to the end of the other.
    pub fn to(self, other: Span) -> Span {
        Span {
            source: self.source,
            start: self.start.min(other.start),
            end: self.end.max(other.end),
        }
    }
}

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The result stands; the person should look.
    Warning,
    /// There is no result.
    Error,
}

/// A message tied to a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// What this part is.
    pub text: String,
}

/// A call on the way to the error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// The function called.
    pub name: String,
    /// Where it was called.
    pub span: Span,
}

/// An error or a warning.
///
/// The message is lower case, has no full stop and is understandable alone on one line; hints are things
/// to type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Its code, with its page in `docs/errors/`.
    pub code: &'static Code,
    /// How bad.
    pub severity: Severity,
    /// One line.
    pub message: String,
    /// The place it is about.
    pub span: Option<Span>,
    /// Other places that matter.
    pub labels: Vec<Label>,
    /// Things to type.
    pub hints: Vec<String>,
    /// The calls that led here, innermost first.
    pub trace: Vec<Frame>,
    /// What was assumed, or could not be proven.
    pub assumptions: Vec<String>,
}

impl Diagnostic {
    /// An error with a message.
    pub fn error(code: &'static Code, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Error,
            message: message.into(),
            span: None,
            labels: Vec::new(),
            hints: Vec::new(),
            trace: Vec::new(),
            assumptions: Vec::new(),
        }
    }

    /// A warning with a message.
    pub fn warning(code: &'static Code, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, message) }
    }

    /// The same at a place, unless it has one already.
    #[must_use]
    pub fn at(mut self, span: Span) -> Self {
        self.span.get_or_insert(span);
        self
    }

    /// The same with something to type.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// The same with this text in hints where the text stands that the message is about.
    #[must_use]
    pub(crate) fn about(mut self, text: &str) -> Self {
        for hint in &mut self.hints {
            if hint.contains(IT) {
                *hint = hint.replace(IT, text);
            }
        }
        self
    }

    /// The same with a further place.
    #[must_use]
    pub fn label(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label { span, text: text.into() });
        self
    }
}

impl std::fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "[{}] {}", self.code.name, self.message)
    }
}

impl std::error::Error for Diagnostic {}

impl<T> From<Diagnostic> for Result<T> {
    fn from(diagnostic: Diagnostic) -> Self {
        Err(Box::new(diagnostic))
    }
}
