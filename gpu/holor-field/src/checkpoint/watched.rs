//! What was watched and is no single real number, in a saved run: `watched/NAME`, time × its own axes, of complex numbers × 2.
//!
//! A time at which nothing of this shape was watched has no chunk.

use serde_json::{Map, Value, json};

use super::store::Store;
use super::zarr::{self, Shape, damaged};
use crate::backend::Precision;
use crate::error::FieldResult;

/// What was watched at a save: real or complex numbers along axes; along none it is one complex number.
#[derive(Clone, Debug, PartialEq)]
pub struct Watched {
    /// What it is, in words of whoever wrote it.
    pub kind: String,
    /// The names of its axes, and the coordinates of the places along them.
    pub axes: Vec<(String, Vec<f64>)>,
    /// Whether the numbers are complex.
    pub complex: bool,
    /// The numbers, row-major, of complex ones the real and the imaginary part one after another.
    pub values: Vec<f64>,
}

/// What all values of a column share.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Form {
    kind: String,
    axes: Vec<(String, Vec<f64>)>,
    complex: bool,
}

impl Form {
    /// Of a value.
    pub(super) fn of(value: &Watched) -> Self {
        let (kind, axes) = (value.kind.clone(), value.axes.clone());
        Self { kind, axes, complex: value.complex }
    }

    /// Whether a value has this form.
    pub(super) fn fits(&self, value: &Watched) -> bool {
        value.kind == self.kind
            && value.axes == self.axes
            && value.complex == self.complex
            && value.values.len() == self.numbers()
    }

    fn places(&self) -> Vec<usize> {
        let lengths = self.axes.iter().map(|axis| axis.1.len());
        lengths.chain(self.complex.then_some(2)).collect()
    }

    fn numbers(&self) -> usize {
        self.places().iter().product()
    }

    /// Reads it; none where the column has only had real numbers so far.
    pub(super) fn read(store: &dyn Store, path: &str) -> FieldResult<Option<Self>> {
        let Some(attributes) = zarr::read_attributes(store, path)? else {
            return Ok(None);
        };
        let described = || {
            let texts = attributes.get("axes")?.as_array()?.iter();
            let names: Option<Vec<&str>> = texts.map(Value::as_str).collect();
            let bits = |value: &Value| -> Option<f64> {
                Some(f64::from_bits(u64::from_str_radix(value.as_str()?, 16).ok()?))
            };
            let lists = attributes.get("holor_coordinates")?.as_array()?.iter();
            let points: Option<Vec<Vec<f64>>> =
                lists.map(|list| list.as_array()?.iter().map(bits).collect()).collect();
            Some(Self {
                kind: attributes.get("kind")?.as_str()?.to_owned(),
                axes: names?.into_iter().map(str::to_owned).zip(points?).collect(),
                complex: attributes.get("complex")?.as_bool()?,
            })
        };
        match described() {
            Some(form) => Ok(Some(form)),
            None => Err(damaged(path, "its description is incomplete")),
        }
    }

    /// Writes the shape of the array for so many times.
    pub(super) fn write(
        &self,
        store: &dyn Store,
        path: &str,
        count: usize,
    ) -> FieldResult<()> {
        let (mut shape, mut chunk) = (vec![count], vec![1]);
        shape.extend(self.places());
        chunk.extend(self.places());
        let mut names = vec!["time".to_owned()];
        names.extend(self.axes.iter().map(|axis| axis.0.clone()));
        names.extend(self.complex.then(|| "real, imaginary".to_owned()));
        let shape = Shape { shape, chunk, names, precision: Precision::Double };
        // Numbers in JSON may lose their last bit, so that they are there twice.
        let bits = |points: &Vec<f64>| -> Vec<String> {
            points.iter().map(|point| format!("{:016x}", point.to_bits())).collect()
        };
        let own: Map<String, Value> = [
            ("kind", json!(self.kind)),
            ("complex", json!(self.complex)),
            ("axes", json!(self.axes.iter().map(|axis| &axis.0).collect::<Vec<_>>())),
            (
                "coordinates",
                json!(self.axes.iter().map(|axis| &axis.1).collect::<Vec<_>>()),
            ),
            (
                "holor_coordinates",
                json!(self.axes.iter().map(|axis| bits(&axis.1)).collect::<Vec<_>>()),
            ),
        ]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
        zarr::write_array(store, path, &shape, &own)
    }

    fn place(&self, index: usize) -> Vec<usize> {
        let mut place = vec![index];
        place.resize(self.places().len() + 1, 0);
        place
    }

    /// Writes the value at a time, or that there is none of this form.
    pub(super) fn set(
        &self,
        store: &dyn Store,
        path: &str,
        index: usize,
        value: Option<&Watched>,
    ) -> FieldResult<()> {
        let place = self.place(index);
        match value.filter(|value| self.fits(value)) {
            Some(value) => {
                let numbers = self.numbers();
                let double = Precision::Double;
                zarr::write_chunk(store, path, &place, &value.values, numbers, double)
            }
            // A run that was taken up may have had one here.
            None => store.remove(&zarr::chunk_key(path, &place)),
        }
    }

    /// The value at a time.
    pub(super) fn get(
        &self,
        store: &dyn Store,
        path: &str,
        index: usize,
    ) -> FieldResult<Option<Watched>> {
        let place = self.place(index);
        if store.get(&zarr::chunk_key(path, &place))?.is_none() {
            return Ok(None);
        }
        let numbers = self.numbers();
        let values = zarr::read_chunk(store, path, &place, numbers, Precision::Double)?;
        Ok(Some(Watched {
            kind: self.kind.clone(),
            axes: self.axes.clone(),
            complex: self.complex,
            values,
        }))
    }
}
