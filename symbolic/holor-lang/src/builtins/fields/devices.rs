//! What fields can be computed on.

use std::sync::Arc;

use holor_macros::builtin;

use crate::builtin::{Expected, FromValue, Given};
use crate::evaluate::{Call, nearest};
use crate::record::Record;
use crate::{Builtin, Diagnostic, Result, Value, codes};

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

    fn from_value(given: &Given, call: &Call<'_>) -> std::result::Result<Self, Expected> {
        let Value::Text(text) = &given.value else { return Err(Expected::Kind) };
        // Which cards there are is for the device to say.
        let cards = text.strip_prefix("cuda:").map(str::trim);
        let number = |it: &str| it.trim().parse::<usize>().is_ok();
        match cards {
            None if Self::WORDS.contains(&&**text) => Ok(Self(text.clone())),
            Some(cards) if cards == "all" || cards.split(',').all(number) => {
                Ok(Self(text.clone()))
            }
            None => Err(Expected::Kind),
            Some(_) => Err(no_cards(given, text, call).into()),
        }
    }
}

/// The error where a device is not there, with what to type to do without it.
pub(crate) fn no_device(call: &Call<'_>, reason: &str) -> Box<Diagnostic> {
    let message = format!("{reason}; without `device` the processor computes");
    let error = call.error(&codes::E0501_NO_DEVICE, message);
    Box::new(error.hint("device = cpu"))
}

/// The error for cards that are none, with the forms of words for them, and what there is.
fn no_cards(given: &Given, text: &str, call: &Call<'_>) -> Diagnostic {
    let there = call.world().devices().unwrap_or_default();
    let there: Vec<String> =
        there.iter().map(|it| format!("{} ({})", it.word, it.name)).collect();
    let here = match there.is_empty() {
        true => String::new(),
        false => format!("; here there are {}", there.join(", ")),
    };
    let message = format!(
        "`{text}` names no card: cards are \"cuda:1\", the second, \"cuda:0,2\" or \"cuda:all\"{here}"
    );
    let error = Diagnostic::error(&codes::E0201_WRONG_TYPE, message).at(given.span);
    match nearest(text, ["cuda:all"].into_iter()) {
        Some(near) => error.hint(format!("device = \"{near}\"")),
        None => error.hint("device = cuda"),
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
#[builtin(topic = "fields", latex = none, since = "0.1", returns = "list of records", see("evolve", "explain"))]
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
