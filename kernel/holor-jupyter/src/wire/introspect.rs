//! Completion, inspection and completeness: questions about code that does not run.
//!
//! <https://jupyter-client.readthedocs.io/en/stable/messaging.html#introspection>

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::or_default;
use crate::language::{Completeness, Completion, MimeBundle};

/// Asks what could stand at the cursor.
#[derive(Debug, Deserialize)]
pub(crate) struct CompleteRequest {
    pub(crate) code: String,
    /// In code points; left out, the end of the code.
    #[serde(default)]
    pub(crate) cursor_pos: Option<u64>,
}

/// Asks what stands at the cursor.
#[derive(Debug, Deserialize)]
pub(crate) struct InspectRequest {
    pub(crate) code: String,
    #[serde(default)]
    pub(crate) cursor_pos: Option<u64>,
    #[serde(default, deserialize_with = "or_default")]
    pub(crate) detail_level: u8,
}

/// Asks whether a line can run as it is.
#[derive(Debug, Deserialize)]
pub(crate) struct IsCompleteRequest {
    pub(crate) code: String,
}

/// Answers a completion, its range in code points.
#[derive(Debug, Serialize)]
pub(crate) struct CompleteReply {
    status: &'static str,
    matches: Vec<String>,
    cursor_start: usize,
    cursor_end: usize,
    metadata: Value,
}

impl CompleteReply {
    pub(crate) fn new(code: &str, completion: Completion) -> Self {
        let start = code_points(code, completion.start);
        let end = code_points(code, completion.end);
        let types: Vec<Value> = completion
            .matches
            .iter()
            .filter(|candidate| candidate.kind.is_some() || candidate.signature.is_some())
            .map(|candidate| {
                json!({
                    "start": start, "end": end, "text": candidate.text,
                    "type": candidate.kind.as_deref().unwrap_or(""),
                    "signature": candidate.signature.as_deref().unwrap_or(""),
                })
            })
            .collect();
        // JupyterLab shows either the typed list or the plain one: typed only if it is whole.
        let metadata = if types.len() == completion.matches.len() && !types.is_empty() {
            json!({ "_jupyter_types_experimental": types })
        } else {
            json!({})
        };
        let matches =
            completion.matches.into_iter().map(|candidate| candidate.text).collect();
        Self { status: "ok", matches, cursor_start: start, cursor_end: end, metadata }
    }
}

/// Answers an inspection.
#[derive(Debug, Serialize)]
pub(crate) struct InspectReply {
    status: &'static str,
    found: bool,
    data: Map<String, Value>,
    metadata: Map<String, Value>,
}

impl InspectReply {
    pub(crate) fn new(found: Option<MimeBundle>) -> Self {
        let (found, bundle) = (found.is_some(), found.unwrap_or_default());
        Self { status: "ok", found, data: bundle.data, metadata: bundle.metadata }
    }
}

/// Answers a question for completeness.
pub(crate) fn is_complete_reply(completeness: Completeness) -> Value {
    match completeness {
        Completeness::Complete => json!({ "status": "complete" }),
        Completeness::Incomplete { indent } => {
            json!({ "status": "incomplete", "indent": indent })
        }
        Completeness::Invalid => json!({ "status": "invalid" }),
        Completeness::Unknown => json!({ "status": "unknown" }),
    }
}

/// The byte offset of a position in code points; the end where it lies beyond.
pub(crate) fn byte_offset(code: &str, position: Option<u64>) -> usize {
    let count = position.and_then(|count| usize::try_from(count).ok());
    count
        .and_then(|count| code.char_indices().nth(count))
        .map_or(code.len(), |(offset, _)| offset)
}

/// The position in code points of a byte offset; rounded down inside a character.
fn code_points(code: &str, offset: usize) -> usize {
    code.char_indices()
        .take_while(|(start, letter)| start + letter.len_utf8() <= offset)
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_count_code_points() {
        let code = "𝐚∇x"; // 4, 3 and 1 bytes; 2, 1 and 1 UTF-16 units.
        for (points, bytes) in [(0, 0), (1, 4), (2, 7), (3, 8)] {
            assert_eq!(byte_offset(code, Some(points)), bytes);
            assert_eq!(code_points(code, bytes) as u64, points);
        }
        assert_eq!(byte_offset(code, Some(99)), 8);
        assert_eq!(byte_offset(code, None), 8);
        assert_eq!(code_points(code, 2), 0);
        assert_eq!(code_points(code, 99), 3);
    }
}
