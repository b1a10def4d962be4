//! The connection file: where to listen and with which key.
//!
//! A port of 0 means any free one. The file is then written again with the ports that were
//! found, or they are announced to a `registration_port` (JEP 66).

use std::path::Path;
use std::{fs, io};

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::wire::or_default;

/// What the connection file says.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Connection {
    #[serde(default = "tcp")]
    pub(crate) transport: String,
    pub(crate) ip: String,
    #[serde(default)]
    pub(crate) key: String,
    #[serde(default = "hmac_sha256")]
    pub(crate) signature_scheme: String,
    #[serde(flatten)]
    pub(crate) ports: Ports,
    /// Where to announce the ports instead of writing them into the file.
    #[serde(default, deserialize_with = "or_default")]
    pub(crate) registration_port: Option<u16>,
}

/// One port for each channel.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
pub(crate) struct Ports {
    #[serde(default)]
    pub(crate) shell_port: u16,
    #[serde(default)]
    pub(crate) iopub_port: u16,
    #[serde(default)]
    pub(crate) stdin_port: u16,
    #[serde(default)]
    pub(crate) control_port: u16,
    #[serde(default)]
    pub(crate) hb_port: u16,
}

fn tcp() -> String {
    "tcp".to_owned()
}

fn hmac_sha256() -> String {
    "hmac-sha256".to_owned()
}

impl Connection {
    pub(crate) fn read(path: &Path) -> io::Result<Self> {
        Ok(serde_json::from_slice(&fs::read(path)?)?)
    }

    /// The address of a channel as libzmq writes it.
    pub(crate) fn endpoint(&self, port: u16) -> String {
        match (self.transport.as_str(), port) {
            ("ipc", _) => format!("ipc://{}-{port}", self.ip),
            (transport, 0) => format!("{transport}://{}:*", self.ip),
            (transport, _) => format!("{transport}://{}:{port}", self.ip),
        }
    }

    /// Writes the ports into the file, leaving the rest of it as it is.
    pub(crate) fn write(path: &Path, ports: &Ports) -> io::Result<()> {
        let mut file: Map<String, Value> = serde_json::from_slice(&fs::read(path)?)?;
        for (name, port) in ports.named() {
            file.insert(name.to_owned(), Value::from(port));
        }
        // In one step: whoever waits for the ports never reads half a file. The permissions
        // are those of the old file, which holds the key.
        let newer = path.with_added_extension("new");
        fs::copy(path, &newer)?;
        fs::write(&newer, serde_json::to_vec_pretty(&file)?)?;
        fs::rename(newer, path)
    }
}

impl Ports {
    /// The ports with the names that the protocol gives them.
    pub(crate) fn named(&self) -> [(&'static str, u16); 5] {
        [
            ("shell_port", self.shell_port),
            ("iopub_port", self.iopub_port),
            ("stdin_port", self.stdin_port),
            ("control_port", self.control_port),
            ("hb_port", self.hb_port),
        ]
    }

    /// The content of `connect_reply`.
    pub(crate) fn reply(&self) -> Value {
        let mut reply = json!({ "status": "ok" });
        for (name, port) in self.named() {
            reply[name] = Value::from(port);
        }
        reply
    }
}
