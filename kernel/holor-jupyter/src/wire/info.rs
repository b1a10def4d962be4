//! `kernel_info_reply`, `connect_reply`, shutdown and subshell messages.
//!
//! <https://jupyter-client.readthedocs.io/en/stable/messaging.html#kernel-info>

use serde::Deserialize;
use serde_json::{Value, json};

use super::{PROTOCOL_VERSION, or_default};
use crate::language::LanguageInfo;

/// What the kernel is and what it can do.
pub(crate) fn kernel_info(info: &LanguageInfo) -> Value {
    let links: Vec<Value> = info
        .help_links
        .iter()
        .map(|(text, url)| json!({ "text": text, "url": url }))
        .collect();
    json!({
        "status": "ok",
        "protocol_version": PROTOCOL_VERSION,
        "implementation": info.implementation,
        "implementation_version": info.implementation_version,
        "language_info": {
            "name": info.name,
            "version": info.version,
            "mimetype": info.mimetype,
            "file_extension": info.file_extension,
            "pygments_lexer": info.pygments_lexer,
            "codemirror_mode": info.codemirror_mode,
        },
        "banner": info.banner,
        "debugger": true,
        "help_links": links,
        "supported_features": ["kernel subshells", "debugger"],
    })
}

/// Ends the kernel.
#[derive(Debug, Deserialize)]
pub(crate) struct ShutdownRequest {
    #[serde(default, deserialize_with = "or_default")]
    pub(crate) restart: bool,
}

/// Names a subshell.
#[derive(Debug, Deserialize)]
pub(crate) struct DeleteSubshellRequest {
    pub(crate) subshell_id: String,
}
