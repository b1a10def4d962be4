//! What fields can be computed on.

use holor_macros::builtin;

use crate::evaluate::Call;
use crate::record::Record;
use crate::{Builtin, Result, Value, codes};

/// The built-ins of this file.
pub(crate) static BUILTINS: &[&Builtin] = &[&DEVICES];

/// The processor and the graphics cards that fields can be computed on, each with its name and its own memory in GiB.
///
/// `evolve(…, device = cuda)` computes on the first card; without the option runs stay on the processor.
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
