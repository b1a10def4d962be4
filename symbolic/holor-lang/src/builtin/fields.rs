//! Boxes, fields and runs as parameters of built-ins.

use std::sync::Arc;

use super::{Expected, FromValue, Given};
use crate::Value;
use crate::evaluate::Call;
use crate::field::{BoxValue, FieldValue, RunValue, Simulation};

type Read<T> = std::result::Result<T, Expected>;

impl FromValue for Arc<BoxValue> {
    const KIND: &'static str = "a box";

    fn from_value(given: &Given, _: &Call<'_>) -> Read<Self> {
        match &given.value {
            Value::Simulation(Simulation::Box(value)) => Ok(value.clone()),
            _ => Err(Expected::Kind),
        }
    }
}

impl FromValue for Arc<FieldValue> {
    const KIND: &'static str = "a field";

    fn from_value(given: &Given, _: &Call<'_>) -> Read<Self> {
        match &given.value {
            Value::Simulation(Simulation::Field(value)) => Ok(value.clone()),
            _ => Err(Expected::Kind),
        }
    }
}

impl FromValue for Arc<RunValue> {
    const KIND: &'static str = "a run";

    fn from_value(given: &Given, _: &Call<'_>) -> Read<Self> {
        match &given.value {
            Value::Simulation(Simulation::Run(value)) => Ok(value.clone()),
            _ => Err(Expected::Kind),
        }
    }
}
