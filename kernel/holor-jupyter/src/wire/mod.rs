//! The messages of the Jupyter protocol as bytes and as types.
//!
//! Reading is lenient (missing, null and unknown fields are fine), writing is strict. A header
//! is kept as the bytes that arrived, so keys that we do not know return in `parent_header`.

pub(crate) mod comm;
pub(crate) mod date;
pub(crate) mod debug;
pub(crate) mod execute;
pub(crate) mod frames;
pub(crate) mod header;
pub(crate) mod history;
pub(crate) mod info;
pub(crate) mod introspect;
pub(crate) mod iopub;
pub(crate) mod signature;

use serde::{Deserialize, Deserializer, Serialize, de::DeserializeOwned};

/// The version announced in every header and in `kernel_info_reply`.
pub(crate) const PROTOCOL_VERSION: &str = "5.5";

/// Writes a value as JSON; falls back to an empty object, which no type of ours can reach.
pub(crate) fn to_json<T: Serialize>(value: &T) -> Vec<u8> {
    serde_json::to_vec(value).unwrap_or_else(|_| b"{}".to_vec())
}

/// Reads a JSON object. An array is refused although serde would take it for a struct.
pub(crate) fn from_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, String> {
    if bytes.iter().find(|byte| !byte.is_ascii_whitespace()) != Some(&b'{') {
        return Err("expected a JSON object".to_owned());
    }
    serde_json::from_slice(bytes).map_err(|error| error.to_string())
}

/// Reads a field where `null` means the same as leaving it out.
pub(crate) fn or_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Option::<T>::deserialize(deserializer).map(Option::unwrap_or_default)
}

/// The default of flags that are on unless switched off.
pub(crate) fn yes() -> bool {
    true
}
