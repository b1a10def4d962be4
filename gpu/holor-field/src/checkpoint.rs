//! Saved runs: snapshots and the exact state in a store, in the format Zarr 3, so that other programs read them.
//!
//! The layout of a store:
//!
//! ```text
//! zarr.json                 the group, with the description as attributes
//! time, x, y, …             coordinates
//! fields/u, …               snapshots: time × the axes of the box
//! velocities/u, …           time derivatives of fields of second order
//! observed/mean, …          the observers' table along time
//! watched/S, …              what was watched and is no single real number: time × its own axes
//! state/0, state/1          the exact state, written in turn; the attribute `current` of state says which is whole
//! .lock                     the number of the process that writes, while it does
//! ```
//!
//! Snapshots are appended chunks first, then the shapes, the shape of `time` last: after a crash at any moment what `time` counts is complete.

mod states;
mod store;
mod watched;
mod zarr;

pub use watched::Watched;

pub use states::Recovered;
pub use store::{DirectoryStore, Lock, MemoryStore, Store};

use std::sync::Arc;

use serde_json::{Map, Value, json};

use crate::backend::Precision;
use crate::error::{FieldError, FieldResult};
use crate::run::{Row, Snapshot, Values};
use watched::Form;
use zarr::{Shape, damaged};

/// Times in a chunk of one-dimensional arrays.
const TIMES: usize = 256;

/// What a saved run says about itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Description {
    /// Texts for people and for resuming: the equation, the options, …, by name.
    pub attributes: Vec<(String, String)>,
    /// The axes: name and coordinates of the points.
    pub axes: Vec<(String, Vec<f64>)>,
    /// The planes' names.
    pub planes: Vec<String>,
    /// Which of them have time derivatives.
    pub velocities: Vec<bool>,
    /// The observers' names.
    pub columns: Vec<String>,
    /// The numbers that are stored.
    pub precision: Precision,
}

/// A saved run, open for more.
#[derive(Debug)]
pub struct Archive {
    store: Arc<dyn Store>,
    description: Description,
    /// Snapshots that are there.
    count: usize,
    /// Times in the last, incomplete chunk of `time`, and the same of each column.
    tails: Vec<Vec<f64>>,
    /// Of each column the form of what is no single real number, where there was something.
    forms: Vec<Option<Form>>,
    /// The place of the state that is whole.
    current: Option<u64>,
}

impl Archive {
    /// Begins a saved run in an empty store, or in one where just that had begun when the machine ended.
    ///
    /// # Errors
    /// Where there is something else in the store, or it fails.
    pub fn create(store: Arc<dyn Store>, description: &Description) -> FieldResult<Self> {
        if store.get("zarr.json")?.is_some() {
            return Err(FieldError::invalid(
                "there is a saved run already",
                "continue it, or choose another name",
            ));
        }
        let archive = Self {
            store,
            tails: vec![Vec::new(); description.columns.len() + 1],
            forms: vec![None; description.columns.len()],
            description: description.clone(),
            count: 0,
            current: None,
        };
        archive.check_empty()?;
        let s = archive.store.as_ref();
        let none = Map::new();
        for (name, values) in &description.axes {
            let shape = Shape {
                shape: vec![values.len()],
                chunk: vec![values.len().max(1)],
                names: vec![name.clone()],
                precision: Precision::Double,
            };
            let path = axis_path(name);
            zarr::write_chunk(s, &path, &[0], values, values.len(), Precision::Double)?;
            zarr::write_array(s, &path, &shape, &none)?;
        }
        for group in ["fields", "velocities", "observed", "watched"] {
            zarr::write_group(s, group, &none)?;
        }
        archive.write_shapes()?;
        // The root last: what it describes is there.
        let mut attributes = Map::new();
        for (name, text) in &description.attributes {
            attributes.insert(name.clone(), json!(text));
        }
        let axes: Vec<&String> = description.axes.iter().map(|axis| &axis.0).collect();
        attributes.insert("holor_axes".to_owned(), json!(axes));
        attributes.insert(
            "holor_points".to_owned(),
            json!(description.axes.iter().map(|axis| axis.1.len()).collect::<Vec<_>>()),
        );
        attributes.insert("holor_planes".to_owned(), json!(description.planes));
        attributes.insert("holor_velocities".to_owned(), json!(description.velocities));
        attributes.insert("holor_observed".to_owned(), json!(description.columns));
        attributes.insert(
            "holor_single".to_owned(),
            json!(description.precision == Precision::Single),
        );
        zarr::write_group(s, "", &attributes)?;
        Ok(archive)
    }

    /// Opens a saved run.
    ///
    /// # Errors
    /// Where there is none or it is damaged.
    pub fn open(store: Arc<dyn Store>) -> FieldResult<Self> {
        let Some(attributes) = zarr::read_attributes(store.as_ref(), "")? else {
            return Err(FieldError::invalid("there is no saved run", ""));
        };
        if !attributes.keys().any(|name| name.starts_with("holor_")) {
            return Err(FieldError::store(
                "the folder holds data in the format Zarr that is no run of holor",
                "the name of another folder",
            ));
        }
        let bad = |what: &str| damaged("zarr.json", what);
        let texts = |name: &str| -> FieldResult<Vec<String>> {
            let list = attributes.get(name).and_then(Value::as_array);
            let list = list.ok_or_else(|| bad(&format!("{name} is missing")))?;
            let text = |value: &Value| value.as_str().map(str::to_owned);
            list.iter().map(text).collect::<Option<_>>().ok_or_else(|| bad(name))
        };
        let points: Option<Vec<usize>> = attributes
            .get("holor_points")
            .and_then(Value::as_array)
            .and_then(|list| list.iter().map(|n| Some(n.as_u64()? as usize)).collect());
        let points = points.ok_or_else(|| bad("holor_points is missing"))?;
        let mut axes = Vec::new();
        for (name, count) in texts("holor_axes")?.into_iter().zip(points) {
            let path = axis_path(&name);
            let values =
                zarr::read_chunk(store.as_ref(), &path, &[0], count, Precision::Double)?;
            axes.push((name, values));
        }
        let velocities = attributes
            .get("holor_velocities")
            .and_then(Value::as_array)
            .and_then(|list| list.iter().map(Value::as_bool).collect::<Option<Vec<_>>>());
        let description = Description {
            attributes: attributes
                .iter()
                .filter(|(name, _)| !name.starts_with("holor_"))
                .filter_map(|(name, value)| {
                    Some((name.clone(), value.as_str()?.to_owned()))
                })
                .collect(),
            axes,
            planes: texts("holor_planes")?,
            velocities: velocities.ok_or_else(|| bad("holor_velocities is missing"))?,
            columns: texts("holor_observed")?,
            precision: match attributes.get("holor_single").and_then(Value::as_bool) {
                Some(true) => Precision::Single,
                Some(false) => Precision::Double,
                None => return Err(bad("holor_single is missing")),
            },
        };
        let count = shape_of(store.as_ref(), "time")?;
        let mut archive = Self {
            store,
            tails: vec![Vec::new(); description.columns.len() + 1],
            forms: Vec::new(),
            description,
            count: 0,
            current: None,
        };
        for name in &archive.description.columns {
            archive.forms.push(Form::read(archive.store.as_ref(), &watched_path(name))?);
        }
        archive.current = archive
            .state_attributes()?
            .and_then(|attributes| attributes.get("current")?.as_u64());
        archive.keep(count)?;
        Ok(archive)
    }

    /// An error where there is anything in the store that the beginning of this run does not write. Names with a dot before them are those
    /// of the system.
    fn check_empty(&self) -> FieldResult<()> {
        let mut own: Vec<String> =
            ["fields", "velocities", "observed", "watched"].map(str::to_owned).to_vec();
        let mut chunks = Vec::new();
        for (name, _) in &self.description.axes {
            chunks.push(zarr::chunk_key(&axis_path(name), &[0]));
            own.push(axis_path(name));
        }
        for name in &self.description.planes {
            own.push(format!("fields/{}", file_name(name)));
            own.push(format!("velocities/{}", file_name(name)));
        }
        own.extend(self.series());
        let own: Vec<String> =
            own.iter().map(|path| format!("{path}/zarr.json")).chain(chunks).collect();
        let keys = self.store.list("")?;
        let other = |key: &&String| !key.starts_with('.') && !own.contains(key);
        let Some(first) = keys.iter().find(other) else { return Ok(()) };
        let groups = ["fields/", "velocities/", "observed/", "state/", "time/"];
        if keys.iter().any(|key| groups.iter().any(|group| key.starts_with(group))) {
            return Err(damaged(
                "zarr.json",
                "it is missing, but frames or states are there",
            ));
        }
        Err(FieldError::store(
            format!("the folder has other files, such as {first}"),
            "the name of another folder",
        ))
    }

    /// Takes the right to write, for as long as the answer lives.
    ///
    /// # Errors
    /// Where someone else has it.
    pub fn lock(&self) -> FieldResult<Lock> {
        self.store.lock()
    }

    /// What it says about itself.
    pub fn description(&self) -> &Description {
        &self.description
    }

    /// Says something else in an attribute.
    ///
    /// # Errors
    /// Where the store fails.
    pub fn set_attribute(&mut self, name: &str, text: &str) -> FieldResult<()> {
        let s = self.store.as_ref();
        let Some(mut attributes) = zarr::read_attributes(s, "")? else {
            return Err(damaged("zarr.json", "it is missing"));
        };
        attributes.insert(name.to_owned(), json!(text));
        zarr::write_group(s, "", &attributes)?;
        self.description.attributes.retain(|(own, _)| own != name);
        self.description.attributes.push((name.to_owned(), text.to_owned()));
        Ok(())
    }

    /// How many snapshots there are.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether there is no snapshot.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    fn points(&self) -> Vec<usize> {
        self.description.axes.iter().map(|axis| axis.1.len()).collect()
    }

    /// The one-dimensional arrays along time: `time`, then the observers.
    fn series(&self) -> Vec<String> {
        let columns = &self.description.columns;
        std::iter::once("time".to_owned())
            .chain(columns.iter().map(|name| format!("observed/{}", file_name(name))))
            .collect()
    }

    /// Drops all snapshots but the first `count`, as a continuation from an earlier state does.
    ///
    /// # Errors
    /// Where there are fewer, or the store fails.
    pub fn truncate(&mut self, count: usize) -> FieldResult<()> {
        if count > self.count {
            return Err(damaged("time", &format!("only {} times are there", self.count)));
        }
        self.keep(count)?;
        // The times first: at any moment they are not more than the rest.
        zarr::write_array(self.store.as_ref(), "time", &self.line(), &Map::new())?;
        self.write_shapes()
    }

    /// The shape of arrays along time alone.
    fn line(&self) -> Shape {
        Shape {
            shape: vec![self.count],
            chunk: vec![TIMES],
            names: vec!["time".to_owned()],
            precision: Precision::Double,
        }
    }

    fn keep(&mut self, count: usize) -> FieldResult<()> {
        self.count = count;
        let (chunk, rest) = (count / TIMES, count % TIMES);
        for (place, path) in self.series().into_iter().enumerate() {
            self.tails[place] = Vec::new();
            if rest > 0 {
                let double = Precision::Double;
                let mut values = zarr::read_chunk(
                    self.store.as_ref(),
                    &path,
                    &[chunk],
                    TIMES,
                    double,
                )?;
                values.truncate(rest);
                self.tails[place] = values;
            }
        }
        Ok(())
    }

    /// Appends a snapshot with its row of the observers' table.
    ///
    /// # Errors
    /// Where they do not fit or the store fails.
    pub fn append(&mut self, snapshot: &Snapshot, row: &Row) -> FieldResult<()> {
        self.append_with(snapshot, row, &[])
    }

    /// Appends a snapshot with its row, and what was watched in each column besides, where it is no single real number. Of a column in which
    /// such values have different axes only those like the first are kept.
    ///
    /// # Errors
    /// Where they do not fit or the store fails.
    pub fn append_with(
        &mut self,
        snapshot: &Snapshot,
        row: &Row,
        watched: &[Option<Watched>],
    ) -> FieldResult<()> {
        let points = self.points();
        let cells: usize = points.iter().product();
        if snapshot.planes.len() != self.description.planes.len()
            || snapshot.planes.iter().any(|values| values.len() != cells)
            || row.values.len() != self.description.columns.len()
        {
            return Err(FieldError::Device(
                "a snapshot does not fit the saved run".to_owned(),
            ));
        }
        let precision = self.description.precision;
        let s = Arc::clone(&self.store);
        for (place, name) in self.description.planes.iter().enumerate() {
            let path = format!("fields/{}", file_name(name));
            let values = &snapshot.planes[place];
            zarr::write_field(s.as_ref(), &path, self.count, &points, values, precision)?;
            if let Some(Some(values)) = snapshot.velocities.get(place)
                && self.description.velocities[place]
            {
                let path = format!("velocities/{}", file_name(name));
                zarr::write_field(
                    s.as_ref(),
                    &path,
                    self.count,
                    &points,
                    values,
                    precision,
                )?;
            }
        }
        for ((name, form), value) in
            self.description.columns.iter().zip(&mut self.forms).zip(watched)
        {
            if let (None, Some(value)) = (&form, value) {
                *form = Some(Form::of(value));
            }
            if let Some(form) = form {
                let path = watched_path(name);
                form.set(s.as_ref(), &path, self.count, value.as_ref())?;
            }
        }
        let chunk = self.count / TIMES;
        let values = std::iter::once(snapshot.time).chain(row.values.iter().copied());
        for ((path, value), tail) in
            self.series().into_iter().zip(values).zip(&mut self.tails)
        {
            tail.push(value);
            zarr::write_chunk(
                s.as_ref(),
                &path,
                &[chunk],
                tail,
                TIMES,
                Precision::Double,
            )?;
            if tail.len() == TIMES {
                tail.clear();
            }
        }
        self.count += 1;
        self.write_shapes()
    }

    /// The shapes of all arrays along time, that of `time` last.
    fn write_shapes(&self) -> FieldResult<()> {
        let points = self.points();
        let s = self.store.as_ref();
        let none = Map::new();
        let mut shape = vec![self.count];
        shape.extend(&points);
        let mut chunk = vec![1, zarr::chunk_rows(&points)];
        chunk.extend(points.iter().skip(1));
        let mut names = vec!["time".to_owned()];
        names.extend(self.description.axes.iter().map(|axis| axis.0.clone()));
        let field = Shape { shape, chunk, names, precision: self.description.precision };
        for (name, velocity) in
            self.description.planes.iter().zip(&self.description.velocities)
        {
            let name = file_name(name);
            zarr::write_array(s, &format!("fields/{name}"), &field, &none)?;
            if *velocity {
                zarr::write_array(s, &format!("velocities/{name}"), &field, &none)?;
            }
        }
        for (name, form) in self.description.columns.iter().zip(&self.forms) {
            if let Some(form) = form {
                form.write(s, &watched_path(name), self.count)?;
            }
        }
        let line = self.line();
        for path in self.series().iter().rev() {
            zarr::write_array(s, path, &line, &none)?;
        }
        Ok(())
    }

    /// The times of all snapshots, or an observer's values at them.
    ///
    /// # Errors
    /// Where there is no such observer, or the store is damaged.
    pub fn column(&self, name: &str) -> FieldResult<Vec<f64>> {
        let columns = &self.description.columns;
        let path = if name == "time" {
            "time".to_owned()
        } else if columns.iter().any(|column| column == name) {
            format!("observed/{}", file_name(name))
        } else {
            return Err(FieldError::invalid(format!("{name} was not observed"), ""));
        };
        let mut values = Vec::new();
        for chunk in 0..self.count.div_ceil(TIMES) {
            let s = self.store.as_ref();
            values.extend(zarr::read_chunk(
                s,
                &path,
                &[chunk],
                TIMES,
                Precision::Double,
            )?);
        }
        values.truncate(self.count);
        Ok(values)
    }

    /// What was watched in a column at a snapshot, where it is no single real number.
    ///
    /// # Errors
    /// Where the store is damaged.
    pub fn watched(&self, column: usize, index: usize) -> FieldResult<Option<Watched>> {
        let form = self.forms.get(column).and_then(Option::as_ref);
        let name = self.description.columns.get(column);
        match (form, name) {
            (Some(form), Some(name)) if index < self.count => {
                form.get(self.store.as_ref(), &watched_path(name), index)
            }
            _ => Ok(None),
        }
    }

    /// Replaces the values of a column at all snapshots.
    ///
    /// # Errors
    /// Where there is no such column, they are not as many, or the store fails.
    pub fn replace_column(&mut self, name: &str, values: &[f64]) -> FieldResult<()> {
        let place = self.description.columns.iter().position(|own| own == name);
        let Some(place) = place.filter(|_| values.len() == self.count) else {
            return Err(FieldError::invalid(format!("{name} has no such values"), ""));
        };
        let path = format!("observed/{}", file_name(name));
        let s = self.store.as_ref();
        for (chunk, values) in values.chunks(TIMES).enumerate() {
            zarr::write_chunk(s, &path, &[chunk], values, TIMES, Precision::Double)?;
        }
        if let Some(tail) = self.tails.get_mut(place + 1) {
            *tail = values.chunks_exact(TIMES).remainder().to_vec();
        }
        Ok(())
    }

    /// A plane at a snapshot, row-major.
    ///
    /// # Errors
    /// Where there is none, or the store is damaged.
    pub fn plane(&self, plane: usize, index: usize) -> FieldResult<Values> {
        self.read("fields", plane, index)
    }

    /// A plane's time derivative at a snapshot, row-major.
    ///
    /// # Errors
    /// Where there is none, or the store is damaged.
    pub fn velocity(&self, plane: usize, index: usize) -> FieldResult<Values> {
        self.read("velocities", plane, index)
    }

    fn read(&self, group: &str, plane: usize, index: usize) -> FieldResult<Values> {
        let Some(name) = self.description.planes.get(plane) else {
            return Err(FieldError::invalid("there is no such field", ""));
        };
        if index >= self.count {
            return Err(FieldError::invalid(
                format!("there are {} snapshots", self.count),
                "",
            ));
        }
        let path = format!("{group}/{}", file_name(name));
        let precision = self.description.precision;
        let values = zarr::read_field(
            self.store.as_ref(),
            &path,
            index,
            &self.points(),
            precision,
        )?;
        Ok(match precision {
            Precision::Double => Values::Double(values),
            Precision::Single => {
                Values::Single(values.into_iter().map(|x| x as f32).collect())
            }
        })
    }
}

/// How many times an array along time has.
fn shape_of(store: &dyn Store, path: &str) -> FieldResult<usize> {
    let key = format!("{path}/zarr.json");
    let Some(bytes) = store.get(&key)? else {
        return Err(damaged(&key, "it is missing"));
    };
    let metadata: Value = serde_json::from_slice(&bytes)
        .map_err(|error| damaged(&key, &error.to_string()))?;
    let count = metadata.get("shape").and_then(|shape| shape.get(0)?.as_u64());
    count.map(|count| count as usize).ok_or_else(|| damaged(&key, "it has no shape"))
}

/// Where an axis' coordinates are; not under the names of the groups.
fn axis_path(name: &str) -> String {
    let name = file_name(name);
    match name.as_str() {
        "time" | "fields" | "velocities" | "observed" | "state" => format!("axis_{name}"),
        _ => name,
    }
}

/// Where what was watched is, beside the numbers along time.
fn watched_path(column: &str) -> String {
    format!("watched/{}", file_name(column))
}

/// The longest name of a file, in bytes: file systems take 255, and something may be added.
const LONGEST: usize = 200;

/// A name as a part of a key: what file systems do not like is written by its code, and long names end with a number instead.
fn file_name(name: &str) -> String {
    let written = written(name);
    if written.len() <= LONGEST {
        return written;
    }
    // FNV-1a.
    let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let mut start = written;
    let mut end = LONGEST - 20;
    while !start.is_char_boundary(end) {
        end -= 1;
    }
    start.truncate(end);
    format!("{start}-{hash:016x}")
}

fn written(name: &str) -> String {
    let mut result = String::new();
    for (place, c) in name.chars().enumerate() {
        let plain = c.is_alphanumeric() || "_-+() ".contains(c) || c == '.' && place > 0;
        if plain {
            result.push(c);
        } else {
            result.push_str(&format!("%{:x}", u32::from(c)));
        }
    }
    if result.is_empty() { "_".to_owned() } else { result }
}

#[cfg(test)]
mod tests;
