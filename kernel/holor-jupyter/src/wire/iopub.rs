//! What is published to every front end: outputs and states.
//!
//! <https://jupyter-client.readthedocs.io/en/stable/messaging.html#messages-on-the-iopub-pub-sub-channel>

use serde::Serialize;
use serde_json::{Map, Value};

/// `status`: `starting`, `busy` or `idle`.
#[derive(Debug, Serialize)]
pub(crate) struct Status {
    pub(crate) execution_state: &'static str,
}

/// `stream`: text for standard output or standard error.
#[derive(Debug, Serialize)]
pub(crate) struct Stream<'a> {
    pub(crate) name: &'static str,
    pub(crate) text: &'a str,
}

/// `execute_input`: the code of a cell, for those who did not send it.
#[derive(Debug, Serialize)]
pub(crate) struct ExecuteInput<'a> {
    pub(crate) code: &'a str,
    pub(crate) execution_count: u32,
}

/// `execute_result`: the value of a cell.
#[derive(Debug, Serialize)]
pub(crate) struct ExecuteResult<'a> {
    pub(crate) execution_count: u32,
    pub(crate) data: &'a Map<String, Value>,
    pub(crate) metadata: &'a Map<String, Value>,
}

/// `display_data` and `update_display_data`.
#[derive(Debug, Serialize)]
pub(crate) struct DisplayData<'a> {
    pub(crate) data: &'a Map<String, Value>,
    pub(crate) metadata: &'a Map<String, Value>,
    pub(crate) transient: Transient<'a>,
}

/// What front ends use and do not save.
#[derive(Debug, Serialize)]
pub(crate) struct Transient<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) display_id: Option<&'a str>,
}

/// `error`: a cell failed.
#[derive(Debug, Serialize)]
pub(crate) struct Error<'a> {
    pub(crate) ename: &'a str,
    pub(crate) evalue: &'a str,
    pub(crate) traceback: &'a [String],
}

/// `clear_output`: at once, or when the next output comes.
#[derive(Debug, Serialize)]
pub(crate) struct ClearOutput {
    pub(crate) wait: bool,
}

/// `iopub_welcome`: the subscription has been heard (JEP 65).
#[derive(Debug, Serialize)]
pub(crate) struct Welcome<'a> {
    pub(crate) subscription: &'a str,
}
