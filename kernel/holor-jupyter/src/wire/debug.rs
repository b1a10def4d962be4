//! `debug_request`: the part of the debug adapter protocol that shows variables.
//!
//! Stepping is deliberately absent; the variable panel needs none.
//! <https://jupyter-client.readthedocs.io/en/stable/messaging.html#debug-request>

use serde::Deserialize;
use serde_json::{Value, json};

use super::or_default;
use crate::language::{MimeBundle, Variable};

/// One request of the debug adapter protocol.
#[derive(Debug, Deserialize)]
pub(crate) struct DebugRequest {
    #[serde(default, deserialize_with = "or_default")]
    pub(crate) seq: i64,
    pub(crate) command: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(crate) arguments: Value,
}

impl DebugRequest {
    /// The answer; `Err` holds the reason for a refusal.
    pub(crate) fn reply(&self, outcome: Result<Value, String>) -> Value {
        let mut reply = json!({
            "seq": self.seq, "type": "response", "request_seq": self.seq,
            "success": outcome.is_ok(), "command": self.command,
        });
        match outcome {
            Ok(body) => reply["body"] = body,
            Err(message) => reply["message"] = Value::from(message),
        }
        reply
    }
}

/// What the debugger is and whether it runs.
pub(crate) fn debug_info(started: bool) -> Value {
    json!({
        "isStarted": started, "hashMethod": "Murmur2", "hashSeed": 0,
        "tmpFilePrefix": "", "tmpFileSuffix": "", "breakpoints": [],
        "stoppedThreads": [], "richRendering": true, "exceptionPaths": [],
        "copyToGlobals": false,
    })
}

/// The list for the variable panel.
pub(crate) fn variables(variables: &[Variable]) -> Value {
    let list: Vec<Value> = variables
        .iter()
        .map(|variable| {
            json!({
                "name": variable.name, "value": variable.value, "type": variable.kind,
                "evaluateName": variable.name, "variablesReference": 0,
            })
        })
        .collect();
    json!({ "variables": list })
}

/// One variable, shown as fully as the language can.
pub(crate) fn rich_variable(bundle: MimeBundle) -> Value {
    json!({ "data": bundle.data, "metadata": bundle.metadata })
}
