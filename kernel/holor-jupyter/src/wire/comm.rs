//! Comms: conversations beside the cells, such as those of sliders.
//!
//! <https://jupyter-client.readthedocs.io/en/stable/messaging.html#custom-messages>

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::or_default;

/// `comm_open`, `comm_msg` and `comm_close` as they arrive.
#[derive(Debug, Deserialize)]
pub(crate) struct CommIn {
    pub(crate) comm_id: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(crate) target_name: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(crate) data: Value,
}

/// `comm_open`, `comm_msg` and `comm_close` as we send them.
#[derive(Debug, Serialize)]
pub(crate) struct CommOut<'a> {
    pub(crate) comm_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) target_name: Option<&'a str>,
    pub(crate) data: &'a Value,
}

/// Asks which comms are open, of one target or of all.
#[derive(Debug, Deserialize)]
pub(crate) struct CommInfoRequest {
    #[serde(default, deserialize_with = "or_default")]
    pub(crate) target_name: Option<String>,
}
