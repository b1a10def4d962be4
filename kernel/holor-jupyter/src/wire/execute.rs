//! `execute_request` and its reply.
//!
//! <https://jupyter-client.readthedocs.io/en/stable/messaging.html#execute>

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{or_default, yes};
use crate::language::{Failure, MimeBundle, Payload};

/// Runs a cell.
#[derive(Debug, Deserialize)]
pub(crate) struct ExecuteRequest {
    pub(crate) code: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(crate) silent: bool,
    #[serde(default)]
    pub(crate) store_history: Option<bool>,
    #[serde(default, deserialize_with = "or_default")]
    pub(crate) user_expressions: Map<String, Value>,
    #[serde(default, deserialize_with = "or_default")]
    pub(crate) allow_stdin: bool,
    #[serde(default = "yes")]
    pub(crate) stop_on_error: bool,
}

/// What we read of a request's metadata.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct CellMetadata {
    #[serde(default, rename = "cellId", deserialize_with = "or_default")]
    pub(crate) cell_id: Option<String>,
}

/// The reply to a cell that ran to its end.
#[derive(Debug, Serialize)]
pub(crate) struct ExecuteOk {
    pub(crate) status: &'static str,
    pub(crate) execution_count: u32,
    pub(crate) payload: Vec<Value>,
    pub(crate) user_expressions: Map<String, Value>,
}

/// The reply to any request that failed; `execution_count` belongs to cells only.
#[derive(Debug, Serialize)]
pub(crate) struct ErrorReply<'a> {
    pub(crate) status: &'static str,
    pub(crate) ename: &'a str,
    pub(crate) evalue: &'a str,
    pub(crate) traceback: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) execution_count: Option<u32>,
}

impl<'a> ErrorReply<'a> {
    pub(crate) fn new(failure: &'a Failure, execution_count: Option<u32>) -> Self {
        Self {
            status: "error",
            ename: &failure.name,
            evalue: &failure.value,
            traceback: &failure.traceback,
            execution_count,
        }
    }
}

/// Writes one payload as front ends expect it.
pub(crate) fn payload(payload: &Payload) -> Value {
    match payload {
        Payload::Page { data } => {
            serde_json::json!({ "source": "page", "data": data.data, "start": 0 })
        }
        Payload::SetNextInput { text, replace } => serde_json::json!({
            "source": "set_next_input", "text": text, "replace": replace,
        }),
    }
}

/// Writes the outcome of one user expression.
pub(crate) fn expression(outcome: Result<MimeBundle, Failure>) -> Value {
    match outcome {
        Ok(bundle) => serde_json::json!({
            "status": "ok", "data": bundle.data, "metadata": bundle.metadata,
        }),
        Err(failure) => {
            serde_json::to_value(ErrorReply::new(&failure, None)).unwrap_or_default()
        }
    }
}
