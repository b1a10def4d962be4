//! What fields can be computed on.

use std::sync::Arc;

use holor_macros::builtin;

use crate::builtin::{Expected, FromValue, Given};
use crate::evaluate::Call;
use crate::record::Record;
use crate::{Builtin, Result, Value, codes};

/// The built-ins of this file.
pub(crate) static BUILTINS: &[&Builtin] = &[&DEVICES];

/// Where something is computed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DeviceWord(Arc<str>);

impl DeviceWord {
    /// The word, `auto` where none is given.
    pub(crate) fn name(device: Option<&Self>) -> &str {
        device.map_or("auto", |word| &word.0)
    }
}

impl FromValue for DeviceWord {
    const KIND: &'static str =
        "auto, cpu, cuda, interpreter, or \"cuda:1\", \"cuda:all\"";
    const WORDS: &'static [&'static str] = &["auto", "cpu", "cuda", "interpreter"];

    fn from_value(given: &Given, _: &Call<'_>) -> std::result::Result<Self, Expected> {
        let Value::Text(text) = &given.value else { return Err(Expected::Kind) };
        // Which cards there are is for the device to say.
        match Self::WORDS.contains(&&**text) || text.starts_with("cuda:") {
            true => Ok(Self(text.clone())),
            false => Err(Expected::Kind),
        }
    }
}

/// The processor and the graphics cards that fields can be computed on, each with its name and its own memory in GiB.
///
/// `evolve(…, device = cuda)` computes on the first card, `device = "cuda:1"` on the second, `device = "cuda:all"` on all, with a part of the
/// box each. Without the option a run begins on the processor, and goes on with the first card where that is faster.
///
/// ```holor
/// length(devices()) >= 1    # => true
/// ```
#[builtin(topic = "fields", latex = none, since = "0.3", returns = "list of records", see("evolve", "explain"))]
fn devices(call: &Call<'_>) -> Result<Value> {
    let found = call
        .world()
        .devices()
        .map_err(|reason| call.error(&codes::E0501_NO_DEVICE, reason))?;
    let records = found.into_iter().map(|device| {
        let mut record = Record::new("device")
            .described(&device.name)
            .with("device", Value::Text(device.word.as_str().into()))
            .with("name", Value::Text(device.name.as_str().into()));
        if let Some(bytes) = device.memory {
            record = record.with("memory", bytes as f64 / f64::from(1 << 30));
        }
        Value::from(record)
    });
    Ok(Value::List(records.collect()))
}
