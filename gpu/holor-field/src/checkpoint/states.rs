//! The exact states of a saved run: two places that are written in turn, so that one of them is whole at any moment.

use serde_json::{Map, Value, json};

use super::Archive;
use super::store::Store;
use super::zarr::{self, Shape, damaged};
use crate::backend::Precision;
use crate::error::{FieldError, FieldResult};
use crate::run::{State, Timeline};

/// The attribute of the root that says that there is a state.
const STATES: &str = "holor_states";

/// A state that was read, and what is wrong with the one after it.
#[derive(Clone, Debug, PartialEq)]
pub struct Recovered {
    /// The state.
    pub state: State,
    /// Why it is not the last one; nothing where it is.
    pub damage: Option<FieldError>,
}

impl Archive {
    /// Writes the exact state, beside the one before, and then makes it the valid one at once.
    ///
    /// # Errors
    /// Where the store fails; the state before is then still valid.
    pub fn write_state(&mut self, state: &State) -> FieldResult<()> {
        let slot = self.current.map_or(0, |current| 1 - current.min(1));
        let s = self.store.as_ref();
        let none = Map::new();
        let double = Precision::Double;
        let path = format!("state/{slot}");
        // What has no attributes is not whole.
        zarr::write_group(s, &path, &none)?;
        let shape = |count: usize| Shape {
            shape: vec![count],
            chunk: vec![count.max(1)],
            names: vec!["cell".to_owned()],
            precision: double,
        };
        for (place, (_, values)) in state.arrays.iter().enumerate() {
            let path = format!("{path}/{place}");
            zarr::write_chunk(s, &path, &[0], values, values.len().max(1), double)?;
            zarr::write_array(s, &path, &shape(values.len()), &none)?;
        }
        let scalars: Vec<f64> = state.scalars.iter().map(|scalar| scalar.1).collect();
        let scalar_path = format!("{path}/scalars");
        let count = scalars.len();
        zarr::write_chunk(s, &scalar_path, &[0], &scalars, count.max(1), double)?;
        zarr::write_array(s, &scalar_path, &shape(count), &none)?;
        let line = &state.timeline;
        let bits = |value: f64| json!(format!("{:016x}", value.to_bits()));
        let names = |list: &[(String, f64)]| -> Vec<String> {
            list.iter().map(|entry| entry.0.clone()).collect()
        };
        let attributes = json!({
            "current": slot,
            "method": state.method,
            "scalars": names(&state.scalars),
            "arrays": state.arrays.iter().map(|(name, values)| json!([name, values.len()])).collect::<Vec<_>>(),
            "counts": [line.saved, line.steps, line.done, line.count, line.rejected],
            "numbers": [
                bits(line.start), bits(line.save), bits(line.step),
                bits(line.next_step), bits(line.former_error),
            ],
        });
        let Value::Object(attributes) = attributes else {
            return Err(FieldError::Device("attributes are an object".to_owned()));
        };
        zarr::write_group(s, &path, &attributes)?;
        zarr::write_group(s, "state", &attributes)?;
        // From now on it is missed where it is lost.
        if self.current.replace(slot).is_none() {
            let root = zarr::read_attributes(s, "")?;
            let mut root = root.ok_or_else(|| damaged("zarr.json", "it is missing"))?;
            if root.insert(STATES.to_owned(), json!(true)).is_none() {
                zarr::write_group(s, "", &root)?;
            }
        }
        Ok(())
    }

    pub(super) fn state_attributes(&self) -> FieldResult<Option<Map<String, Value>>> {
        zarr::read_attributes(self.store.as_ref(), "state")
    }

    /// The exact state that was written last, if there is one.
    ///
    /// # Errors
    /// Where it is damaged.
    pub fn read_state(&self) -> FieldResult<Option<State>> {
        let Some(attributes) = self.state_attributes()? else {
            let s = self.store.as_ref();
            // A state that is being written for the first time is none yet; the second comes after a first.
            let root = zarr::read_attributes(s, "")?.unwrap_or_default();
            if root.contains_key(STATES) || !s.list("state/1/")?.is_empty() {
                return Err(damaged("state/zarr.json", "it is missing"));
            }
            return Ok(None);
        };
        state_of(self.store.as_ref(), &attributes, "state/zarr.json").map(Some)
    }

    /// The exact state that was written last, or where that is damaged the one before it; then that is the valid one from now on.
    ///
    /// # Errors
    /// Where both are damaged.
    pub fn recover_state(&mut self) -> FieldResult<Option<Recovered>> {
        let error = match self.read_state() {
            Ok(state) => {
                return Ok(state.map(|state| Recovered { state, damage: None }));
            }
            Err(error) => error,
        };
        let Some(current) = self.current.filter(|slot| *slot < 2) else {
            return Err(error);
        };
        let former = 1 - current;
        let path = format!("state/{former}");
        let s = self.store.as_ref();
        let attributes = match zarr::read_attributes(s, &path) {
            Ok(Some(attributes)) if attributes.contains_key("current") => attributes,
            _ => return Err(error),
        };
        let Ok(state) = state_of(s, &attributes, &format!("{path}/zarr.json")) else {
            return Err(error);
        };
        self.current = Some(former);
        Ok(Some(Recovered { state, damage: Some(error) }))
    }
}

/// The state that the attributes in a file describe.
fn state_of(
    store: &dyn Store,
    attributes: &Map<String, Value>,
    file: &str,
) -> FieldResult<State> {
    read_state(store, attributes)?
        .ok_or_else(|| damaged(file, "its description is incomplete"))
}

/// The state that the attributes describe; none where they are incomplete.
fn read_state(
    store: &dyn Store,
    attributes: &Map<String, Value>,
) -> FieldResult<Option<State>> {
    let described = || {
        let slot = attributes.get("current")?.as_u64()?;
        let method = attributes.get("method")?.as_str()?.to_owned();
        let scalars = attributes.get("scalars")?.as_array()?.iter();
        let scalars: Option<Vec<String>> =
            scalars.map(|name| Some(name.as_str()?.to_owned())).collect();
        let arrays = attributes.get("arrays")?.as_array()?.iter();
        let arrays: Option<Vec<(String, usize)>> = arrays
            .map(|entry| {
                Some((
                    entry.get(0)?.as_str()?.to_owned(),
                    entry.get(1)?.as_u64()? as usize,
                ))
            })
            .collect();
        let counts = attributes.get("counts")?.as_array()?.iter();
        let counts: Option<Vec<u64>> = counts.map(Value::as_u64).collect();
        let numbers = attributes.get("numbers")?.as_array()?.iter();
        let numbers: Option<Vec<f64>> = numbers
            .map(|bits| u64::from_str_radix(bits.as_str()?, 16).ok().map(f64::from_bits))
            .collect();
        let [saved, steps, done, count, rejected] = counts?.try_into().ok()?;
        let [start, save, step, next_step, former_error] = numbers?.try_into().ok()?;
        let timeline = Timeline {
            start,
            save,
            saved,
            steps,
            step,
            done,
            count,
            next_step,
            former_error,
            rejected,
        };
        Some((slot, method, scalars?, arrays?, timeline))
    };
    let Some((slot, method, names, arrays, timeline)) = described() else {
        return Ok(None);
    };
    let double = Precision::Double;
    let path = format!("state/{slot}/scalars");
    let count = names.len();
    let mut values = zarr::read_chunk(store, &path, &[0], count.max(1), double)?;
    values.truncate(count);
    let scalars = names.into_iter().zip(values).collect();
    let mut contents = Vec::new();
    for (place, (name, count)) in arrays.into_iter().enumerate() {
        let path = format!("state/{slot}/{place}");
        let mut values = zarr::read_chunk(store, &path, &[0], count.max(1), double)?;
        values.truncate(count);
        contents.push((name, values));
    }
    Ok(Some(State { method, scalars, arrays: contents, timeline }))
}
