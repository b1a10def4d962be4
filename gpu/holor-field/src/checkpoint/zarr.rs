//! Arrays in the format Zarr 3 (zarr-specs.readthedocs.io, core version 3.0): JSON metadata, and chunks of little-endian numbers in gzip.

use std::io::{Read, Write};

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use serde_json::{Map, Value, json};

use super::store::Store;
use crate::backend::Precision;
use crate::error::{FieldError, FieldResult};
use crate::run::Values;

/// What an array's metadata says.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Shape {
    /// Entries along each dimension.
    pub(super) shape: Vec<usize>,
    /// Entries of a chunk along each dimension.
    pub(super) chunk: Vec<usize>,
    /// The names of the dimensions.
    pub(super) names: Vec<String>,
    /// Single or double precision.
    pub(super) precision: Precision,
}

impl Shape {
    fn metadata(&self, attributes: &Map<String, Value>) -> Value {
        json!({
            "zarr_format": 3,
            "node_type": "array",
            "shape": self.shape,
            "data_type": match self.precision {
                Precision::Single => "float32",
                Precision::Double => "float64",
            },
            "chunk_grid": {
                "name": "regular",
                "configuration": {"chunk_shape": self.chunk},
            },
            "chunk_key_encoding": {
                "name": "default",
                "configuration": {"separator": "/"},
            },
            "fill_value": 0.0,
            "codecs": [
                {"name": "bytes", "configuration": {"endian": "little"}},
                {"name": "gzip", "configuration": {"level": 1}},
            ],
            "attributes": attributes,
            "dimension_names": self.names,
        })
    }
}

/// Writes a group's metadata.
pub(super) fn write_group(
    store: &dyn Store,
    path: &str,
    attributes: &Map<String, Value>,
) -> FieldResult<()> {
    let metadata = json!({
        "zarr_format": 3,
        "node_type": "group",
        "attributes": attributes,
    });
    write_json(store, path, &metadata)
}

/// Writes an array's metadata.
pub(super) fn write_array(
    store: &dyn Store,
    path: &str,
    shape: &Shape,
    attributes: &Map<String, Value>,
) -> FieldResult<()> {
    write_json(store, path, &shape.metadata(attributes))
}

fn write_json(store: &dyn Store, path: &str, metadata: &Value) -> FieldResult<()> {
    store.set(&metadata_key(path), format!("{metadata:#}").as_bytes())
}

fn metadata_key(path: &str) -> String {
    if path.is_empty() { "zarr.json".to_owned() } else { format!("{path}/zarr.json") }
}

/// The attributes of a group or an array, if it is there.
pub(super) fn read_attributes(
    store: &dyn Store,
    path: &str,
) -> FieldResult<Option<Map<String, Value>>> {
    let key = metadata_key(path);
    let Some(bytes) = store.get(&key)? else { return Ok(None) };
    let metadata: Value = serde_json::from_slice(&bytes)
        .map_err(|error| damaged(&key, &error.to_string()))?;
    match metadata.get("attributes") {
        Some(Value::Object(attributes)) => Ok(Some(attributes.clone())),
        _ => Ok(Some(Map::new())),
    }
}

/// Something in the store is not what was written.
pub(super) fn damaged(path: &str, what: &str) -> FieldError {
    FieldError::store(
        format!("the saved run is damaged at {path:?}: {what}"),
        "put a copy of this file back, or delete the folder to begin anew",
    )
}

/// Writes numbers as one chunk; missing ones up to the chunk's size are 0.
pub(super) fn write_chunk(
    store: &dyn Store,
    path: &str,
    place: &[usize],
    values: &[f64],
    size: usize,
    precision: Precision,
) -> FieldResult<()> {
    let padded = values.iter().copied().chain(std::iter::repeat(0.0)).take(size);
    let mut bytes = Vec::with_capacity(size * precision.bytes() as usize);
    for value in padded {
        match precision {
            Precision::Single => bytes.extend((value as f32).to_le_bytes()),
            Precision::Double => bytes.extend(value.to_le_bytes()),
        }
    }
    let mut encoder = GzEncoder::new(Vec::new(), Compression::new(1));
    let packed = encoder.write_all(&bytes).and_then(|()| encoder.finish());
    let packed = packed.map_err(|error| FieldError::Device(error.to_string()))?;
    store.set(&chunk_key(path, place), &packed)
}

/// Reads a chunk.
pub(super) fn read_chunk(
    store: &dyn Store,
    path: &str,
    place: &[usize],
    size: usize,
    precision: Precision,
) -> FieldResult<Vec<f64>> {
    let key = chunk_key(path, place);
    let Some(packed) = store.get(&key)? else {
        return Err(damaged(&key, "it is missing"));
    };
    let mut bytes = Vec::new();
    GzDecoder::new(packed.as_slice())
        .read_to_end(&mut bytes)
        .map_err(|error| damaged(&key, &error.to_string()))?;
    if bytes.len() != size * precision.bytes() as usize {
        return Err(damaged(&key, "it has another length"));
    }
    Ok(match precision {
        Precision::Single => bytes
            .as_chunks::<4>()
            .0
            .iter()
            .map(|bytes| f64::from(f32::from_le_bytes(*bytes)))
            .collect(),
        Precision::Double => bytes
            .as_chunks::<8>()
            .0
            .iter()
            .map(|bytes| f64::from_le_bytes(*bytes))
            .collect(),
    })
}

/// The key of a chunk.
pub(super) fn chunk_key(path: &str, place: &[usize]) -> String {
    let places: Vec<String> = place.iter().map(usize::to_string).collect();
    format!("{path}/c/{}", places.join("/"))
}

/// Numbers of a chunk of a field at most, unless one row is longer.
const CHUNK: usize = 1 << 20;

/// Rows (along the first axis of the box) of a chunk of a field.
pub(super) fn chunk_rows(points: &[usize]) -> usize {
    let first = points.first().copied().unwrap_or(1).max(1);
    let row: usize = points.iter().skip(1).product::<usize>().max(1);
    (CHUNK / row).clamp(1, first)
}

/// Writes a field at a time as chunks.
pub(super) fn write_field(
    store: &dyn Store,
    path: &str,
    index: usize,
    points: &[usize],
    values: &Values,
    precision: Precision,
) -> FieldResult<()> {
    let values = values.to_double();
    let rows = chunk_rows(points);
    let row: usize = points.iter().skip(1).product::<usize>().max(1);
    for (number, chunk) in values.chunks(rows * row).enumerate() {
        let mut place = vec![index, number];
        place.resize(points.len().max(1) + 1, 0);
        write_chunk(store, path, &place, chunk, rows * row, precision)?;
    }
    Ok(())
}

/// Reads a field at a time.
pub(super) fn read_field(
    store: &dyn Store,
    path: &str,
    index: usize,
    points: &[usize],
    precision: Precision,
) -> FieldResult<Vec<f64>> {
    let rows = chunk_rows(points);
    let row: usize = points.iter().skip(1).product::<usize>().max(1);
    let cells: usize = points.iter().product();
    let mut values = Vec::with_capacity(cells);
    for number in 0..cells.div_ceil(rows * row) {
        let mut place = vec![index, number];
        place.resize(points.len().max(1) + 1, 0);
        values.extend(read_chunk(store, path, &place, rows * row, precision)?);
    }
    values.truncate(cells);
    Ok(values)
}
