//! `history_request`: three ways to look back, each with fields that may be left out.
//!
//! <https://jupyter-client.readthedocs.io/en/stable/messaging.html#history>

use serde::Deserialize;

use super::or_default;

/// Asks for earlier input.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct HistoryRequest {
    /// Whether outputs come along.
    #[serde(default, deserialize_with = "or_default")]
    pub(crate) output: bool,
    /// `tail`, `range` or `search`; anything else reads as `tail`.
    #[serde(default, deserialize_with = "or_default")]
    pub(crate) hist_access_type: String,
    /// For `range`: 0 or left out is the present session, negative counts back from it.
    #[serde(default, deserialize_with = "or_default")]
    pub(crate) session: i64,
    #[serde(default, deserialize_with = "or_default")]
    pub(crate) start: i64,
    /// For `range`: the first line left out; 0 or left out is the end.
    #[serde(default, deserialize_with = "or_default")]
    pub(crate) stop: i64,
    /// For `tail` and `search`: the most entries wanted.
    #[serde(default)]
    pub(crate) n: Option<usize>,
    /// For `search`: a pattern with `*`, `?` and `[…]` for the whole input.
    #[serde(default)]
    pub(crate) pattern: Option<String>,
    #[serde(default, deserialize_with = "or_default")]
    pub(crate) unique: bool,
}
