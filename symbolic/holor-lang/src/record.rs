//! Records: results of several named parts.

use std::any::Any;
use std::sync::Arc;

use crate::array::{NumericArray, rounded};
use crate::{Plot, Result, Value};

/// A result with named parts, such as the frequencies and values of a coherence.
#[derive(Clone)]
pub struct Record {
    kind: &'static str,
    summary: Arc<str>,
    fields: Arc<[(Arc<str>, Value)]>,
    picture: Option<fn(&Record) -> Result<Plot>>,
    carried: Option<Arc<dyn Any + Send + Sync>>,
}

impl Record {
    /// A record without parts. `kind` in a word or two, as `kind(…)` gives it: `coherence`.
    pub fn new(kind: &'static str) -> Self {
        Self {
            kind,
            summary: Arc::from(""),
            fields: Arc::from([]),
            picture: None,
            carried: None,
        }
    }

    /// The same record with one line that says what it is.
    #[must_use]
    pub fn described(mut self, summary: &str) -> Self {
        self.summary = Arc::from(summary);
        self
    }

    /// The same record with one more part, after the others.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        let mut fields = self.fields.to_vec();
        fields.push((Arc::from(name), value.into()));
        self.fields = fields.into();
        self
    }

    /// The same record that `plot(…)` draws like this.
    #[must_use]
    pub fn drawn(mut self, picture: fn(&Record) -> Result<Plot>) -> Self {
        self.picture = Some(picture);
        self
    }

    /// The same record with what a built-in needs to go on from it, which the language does not see.
    #[must_use]
    pub(crate) fn carrying(mut self, carried: Arc<dyn Any + Send + Sync>) -> Self {
        self.carried = Some(carried);
        self
    }

    /// What it carries, where it is of this type.
    pub(crate) fn carried<T: Any>(&self) -> Option<&T> {
        self.carried.as_ref()?.downcast_ref()
    }

    /// Its kind in a word or two.
    pub fn kind(&self) -> &'static str {
        self.kind
    }

    /// One line that says what it is; empty where there is none.
    pub fn summary(&self) -> &str {
        &self.summary
    }

    /// The names of its parts, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().map(|(name, _)| &**name)
    }

    /// Its parts, in order.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.fields.iter().map(|(name, value)| (&**name, value))
    }

    /// The part of this name.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.fields.iter().find(|(own, _)| &**own == name).map(|(_, value)| value)
    }

    /// The array of this name.
    pub fn array(&self, name: &str) -> Option<&NumericArray> {
        match self.get(name)? {
            Value::Array(array) => Some(array),
            _ => None,
        }
    }

    /// Its picture, where it has one.
    pub fn plot(&self) -> Option<Result<Plot>> {
        self.picture.map(|picture| picture(self))
    }

    /// What it is, for error messages.
    pub fn describe(&self) -> String {
        let names: Vec<&str> = self.names().collect();
        format!("a {} with the parts {}", self.kind, names.join(", "))
    }

    /// A line about it and one for each part.
    pub fn plain(&self) -> String {
        let width = self.names().map(|name| name.chars().count()).max().unwrap_or(0);
        let mut out = self.kind.to_string();
        if !self.summary.is_empty() {
            out.push_str(": ");
            out.push_str(&self.summary);
        }
        for (name, value) in self.fields() {
            let gap = " ".repeat(width - name.chars().count());
            out.push_str(&format!("\n  {name}{gap}  {}", brief(value)));
        }
        out
    }

    /// Whether kind, names and parts are the same.
    pub fn same(&self, other: &Record) -> bool {
        self.kind == other.kind
            && self.fields.len() == other.fields.len()
            && self
                .fields()
                .zip(other.fields())
                .all(|((a, x), (b, y))| a == b && x.same(y))
    }
}

impl std::fmt::Debug for Record {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Record")
            .field("kind", &self.kind)
            .field("fields", &self.fields)
            .finish_non_exhaustive()
    }
}

/// A text whose long decimals have six digits: the values themselves have all of theirs.
fn with_six_digits(text: &str) -> String {
    const LONG: usize = 10;
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let digits = |c: char| c.is_ascii_digit() || c == '.';
        let end = rest.find(|c| !digits(c)).unwrap_or(rest.len());
        let (number, after) = rest.split_at(end);
        match number.parse::<f64>() {
            Ok(value) if number.len() > LONG && number.contains('.') => {
                out.push_str(&rounded(value));
            }
            _ => out.push_str(number),
        }
        let end = after.find(digits).unwrap_or(after.len());
        let (between, next) = after.split_at(end);
        out.push_str(between);
        rest = next;
    }
    out
}

/// A part in one line.
fn brief(value: &Value) -> String {
    const LIMIT: usize = 100;
    let text = value.plain();
    let line = &with_six_digits(text.lines().next().unwrap_or_default());
    match line.char_indices().nth(LIMIT) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None if text.lines().nth(1).is_some() => format!("{line} …"),
        None => line.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::with_six_digits;

    #[test]
    fn lines_about_a_record_have_short_numbers() {
        for (text, short) in [
            ("249.89999999999998", "249.9"),
            ("[0.30000000000000004, -1.5]", "[0.3, -1.5]"),
            ("6.22259923913947e-9", "6.2226e-9"),
            ("0.0..124.875", "0.0..124.875"),
            ("123456789012", "123456789012"),
        ] {
            assert_eq!(with_six_digits(text), short);
        }
    }
}
