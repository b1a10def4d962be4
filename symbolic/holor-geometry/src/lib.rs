//! Holors.
