//! What is wrong with a problem as it was put, in words for its author.

/// A problem that cannot be solved as it was put: the message says what is wrong and what to do instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error(String);

impl Error {
    /// An error with a message in lower case, without a full stop.
    pub fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }

    /// The message.
    pub fn message(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for Error {}

/// A value, or what is wrong with the problem.
pub type Result<T> = std::result::Result<T, Error>;

/// Refuses with a formatted message.
macro_rules! refuse {
    ($($words:tt)*) => {
        return Err($crate::error::Error::new(format!($($words)*)))
    };
}
pub(crate) use refuse;
