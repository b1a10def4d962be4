//! Headers: what identifies a message, and what an answer says about its cause.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use serde::{Deserialize, Serialize};

use super::{PROTOCOL_VERSION, date, or_default, to_json};

/// What we read of an incoming header. Everything else stays in [`Parent`] as bytes.
#[derive(Debug, Deserialize)]
pub(crate) struct Header {
    /// The kind of message, such as `execute_request`.
    pub(crate) msg_type: String,
    /// The subshell that should answer (JEP 91).
    #[serde(default, deserialize_with = "or_default")]
    pub(crate) subshell_id: Option<String>,
}

/// The request that caused a message: its header byte for byte and the way back to its sender.
#[derive(Clone, Debug)]
pub(crate) struct Parent(Arc<Cause>);

#[derive(Debug)]
struct Cause {
    header: Box<[u8]>,
    identities: Vec<Box<[u8]>>,
}

impl Parent {
    pub(crate) fn new(header: &[u8], identities: Vec<Box<[u8]>>) -> Self {
        Self(Arc::new(Cause { header: header.into(), identities }))
    }

    /// The parent of messages that nobody asked for, such as `status: starting`.
    pub(crate) fn none() -> Self {
        Self::new(b"{}", Vec::new())
    }

    /// The header as it arrived.
    pub(crate) fn header(&self) -> &[u8] {
        &self.0.header
    }

    /// The routing frames that lead back to the sender.
    pub(crate) fn identities(&self) -> &[Box<[u8]>] {
        &self.0.identities
    }

    /// Whether both are the same request.
    pub(crate) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

/// Makes the headers of one kernel.
#[derive(Debug)]
pub(crate) struct Headers {
    session: String,
    process: u32,
    count: AtomicU64,
}

#[derive(Serialize)]
struct Outgoing<'a> {
    msg_id: &'a str,
    session: &'a str,
    username: &'a str,
    date: &'a str,
    msg_type: &'a str,
    version: &'a str,
}

impl Headers {
    pub(crate) fn new(session: String) -> Self {
        Self { session, process: std::process::id(), count: AtomicU64::new(0) }
    }

    /// The identifier of this run of the kernel.
    pub(crate) fn session(&self) -> &str {
        &self.session
    }

    /// A new header with the identifier that it bears.
    pub(crate) fn make(&self, msg_type: &str) -> (String, Vec<u8>) {
        let number = self.count.fetch_add(1, Ordering::Relaxed);
        let msg_id = format!("{}_{}_{number}", self.session, self.process);
        let header = to_json(&Outgoing {
            msg_id: &msg_id,
            session: &self.session,
            username: "kernel",
            date: &date::now(),
            msg_type,
            version: PROTOCOL_VERSION,
        });
        (msg_id, header)
    }
}
