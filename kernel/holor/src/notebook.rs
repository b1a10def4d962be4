//! Notebooks on disk: nbformat 4.5, read leniently, written exactly as JupyterLab writes them.

use std::fs;
use std::hash::{BuildHasher, RandomState};
use std::io::Write;
use std::path::Path;

use serde::Serialize;
use serde_json::{Map, Value, json};

/// A notebook. What it holds and we do not know is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Notebook {
    document: Map<String, Value>,
    cells: Vec<Map<String, Value>>,
}

/// What a cell is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Code to execute.
    Code,
    /// Markdown to read.
    Markdown,
    /// Text for other tools.
    Raw,
}

impl Notebook {
    /// Reads a notebook.
    ///
    /// # Errors
    /// Why the text is no notebook of format 4.
    pub fn read(text: &str) -> Result<Self, String> {
        let document: Value = serde_json::from_str(text)
            .map_err(|error| format!("this is not a notebook: {error}"))?;
        let Value::Object(mut document) = document else {
            return Err("this is not a notebook: a JSON object was expected".into());
        };
        let major = document.get("nbformat").and_then(Value::as_u64);
        if major != Some(4) {
            return Err(match major {
                Some(old) => format!(
                    "this notebook has format {old}, and 4 is needed: open and save it once \
                     in JupyterLab"
                ),
                None => "this is not a notebook: it has no `nbformat`".into(),
            });
        }
        let Some(Value::Array(list)) = document.remove("cells") else {
            return Err("this notebook has no list of cells".into());
        };
        let mut cells = Vec::with_capacity(list.len());
        for (index, cell) in list.into_iter().enumerate() {
            let Value::Object(cell) = cell else {
                return Err(format!(
                    "cell {} of this notebook is not an object",
                    index + 1
                ));
            };
            cells.push(cell);
        }
        let mut notebook = Self { document, cells };
        notebook.complete();
        Ok(notebook)
    }

    /// A notebook of code cells and, for text between them, nothing else.
    pub fn of_cells(sources: impl IntoIterator<Item = String>) -> Self {
        let cell = |source: String| {
            let mut cell = Map::new();
            cell.insert("cell_type".into(), "code".into());
            cell.insert("source".into(), source.into());
            cell
        };
        let mut notebook =
            Self { document: Map::new(), cells: sources.into_iter().map(cell).collect() };
        notebook.complete();
        notebook
    }

    /// Brings the notebook to format 4.5: every cell has an id and what its type demands.
    fn complete(&mut self) {
        let minor = self.document.get("nbformat_minor").and_then(Value::as_u64);
        self.document.insert("nbformat".into(), 4.into());
        self.document.insert("nbformat_minor".into(), minor.unwrap_or(5).max(5).into());
        self.document.entry("metadata").or_insert_with(|| json!({}));
        let mut seen = std::collections::HashSet::new();
        let random = RandomState::new();
        for (index, cell) in self.cells.iter_mut().enumerate() {
            let id =
                cell.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
            if id.is_empty() || !seen.insert(id) {
                let id = format!("{:08x}", random.hash_one(index) & 0xffff_ffff);
                seen.insert(id.clone());
                cell.insert("id".into(), id.into());
            }
            cell.entry("metadata").or_insert_with(|| json!({}));
            cell.entry("source").or_insert_with(|| "".into());
            if cell.get("cell_type").and_then(Value::as_str) == Some("code") {
                cell.entry("execution_count").or_insert(Value::Null);
                cell.entry("outputs").or_insert_with(|| json!([]));
            }
        }
    }

    /// How many cells there are.
    pub fn len(&self) -> usize {
        self.cells.len()
    }

    /// Whether there is no cell.
    pub fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    /// What a cell is.
    pub fn kind(&self, cell: usize) -> Kind {
        match self.field(cell, "cell_type").and_then(Value::as_str) {
            Some("code") => Kind::Code,
            Some("markdown") => Kind::Markdown,
            _ => Kind::Raw,
        }
    }

    /// The text of a cell.
    pub fn source(&self, cell: usize) -> String {
        self.field(cell, "source").map(joined).unwrap_or_default()
    }

    /// Whether a cell carries a tag, such as `raises-exception`.
    pub fn has_tag(&self, cell: usize, tag: &str) -> bool {
        self.field(cell, "metadata")
            .and_then(|metadata| metadata.get("tags")?.as_array())
            .is_some_and(|tags| tags.iter().any(|known| known == tag))
    }

    /// The outputs of a cell.
    pub fn outputs(&self, cell: usize) -> &[Value] {
        self.field(cell, "outputs").and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }

    /// The number in `In [n]`.
    pub fn execution_count(&self, cell: usize) -> Option<u64> {
        self.field(cell, "execution_count").and_then(Value::as_u64)
    }

    /// An image that a Markdown cell carries: media type and base 64.
    pub fn attachment(&self, cell: usize, name: &str) -> Option<(&str, String)> {
        let bundle = self.field(cell, "attachments")?.get(name)?.as_object()?;
        bundle.iter().next().map(|(mime, content)| (mime.as_str(), joined(content)))
    }

    /// Replaces the outputs of a cell.
    pub fn set_outputs(&mut self, cell: usize, count: Option<u32>, outputs: Vec<Value>) {
        let cell = &mut self.cells[cell];
        cell.insert("execution_count".into(), count.map_or(Value::Null, Value::from));
        cell.insert("outputs".into(), Value::Array(outputs));
    }

    /// Says which kernel and language the notebook is for.
    pub fn set_kernel(&mut self, kernelspec: Value, language: Value) {
        if let Some(metadata) =
            self.document.get_mut("metadata").and_then(Value::as_object_mut)
        {
            metadata.insert("kernelspec".into(), kernelspec);
            metadata.insert("language_info".into(), language);
        }
    }

    /// The title that the metadata give.
    pub fn title(&self) -> Option<&str> {
        self.document.get("metadata")?.get("title")?.as_str()
    }

    fn field(&self, cell: usize, key: &str) -> Option<&Value> {
        self.cells.get(cell)?.get(key)
    }

    /// The text of the file: keys in order, one space of indent, text as lists of lines.
    pub fn to_text(&self) -> String {
        let mut document = self.document.clone();
        let cells = self.cells.iter().map(|cell| Value::Object(split_cell(cell)));
        document.insert("cells".into(), Value::Array(cells.collect()));
        let document = sorted(Value::Object(document));
        let mut bytes = Vec::new();
        let style = serde_json::ser::PrettyFormatter::with_indent(b" ");
        let mut writer = serde_json::Serializer::with_formatter(&mut bytes, style);
        if document.serialize(&mut writer).is_err() {
            // A JSON value always serialises into memory.
            bytes.clear();
        }
        bytes.push(b'\n');
        String::from_utf8(bytes).unwrap_or_default()
    }
}

/// Writes a file completely or not at all.
///
/// # Errors
/// Why it cannot be written.
pub fn write_file(path: &Path, content: &[u8]) -> Result<(), String> {
    let refused =
        |error: std::io::Error| format!("{} cannot be written: {error}", path.display());
    let name =
        path.file_name().ok_or_else(|| format!("{} is no file", path.display()))?;
    let mut temporary = name.to_owned();
    temporary.push(format!(".{}.part", std::process::id()));
    let temporary = path.with_file_name(temporary);
    let written = fs::File::create(&temporary)
        .and_then(|mut file| file.write_all(content))
        .and_then(|()| fs::rename(&temporary, path));
    if written.is_err() {
        // The first error is the one to tell.
        let _ = fs::remove_file(&temporary);
    }
    written.map_err(refused)
}

/// Text that may be stored as one string or as a list of lines.
pub fn joined(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(lines) => lines.iter().filter_map(Value::as_str).collect(),
        _ => String::new(),
    }
}

/// The parts of a script: cells separated by lines that begin with `# %%`.
///
/// Empty parts are left out. The number is the line, counted from 0, on which the part begins.
pub fn script_cells(text: &str) -> Vec<(usize, String)> {
    let mut cells = vec![(0, String::new())];
    for (number, line) in text.split_inclusive('\n').enumerate() {
        if line.starts_with("# %%") {
            cells.push((number + 1, String::new()));
        } else if let Some((_, cell)) = cells.last_mut() {
            cell.push_str(line);
        }
    }
    cells.retain(|(_, cell)| !cell.trim().is_empty());
    cells
}

fn split_cell(cell: &Map<String, Value>) -> Map<String, Value> {
    let mut cell = cell.clone();
    if let Some(source) = cell.get_mut("source") {
        split(source);
    }
    let attachments = cell.get_mut("attachments").and_then(Value::as_object_mut);
    for (_, bundle) in attachments.into_iter().flatten() {
        split_bundle(bundle);
    }
    let outputs = cell.get_mut("outputs").and_then(Value::as_array_mut);
    for output in outputs.into_iter().flatten() {
        if let Some(text) = output.get_mut("text") {
            split(text);
        }
        if let Some(data) = output.get_mut("data") {
            split_bundle(data);
        }
    }
    cell
}

fn split_bundle(bundle: &mut Value) {
    for (mime, content) in bundle.as_object_mut().into_iter().flatten() {
        let other = ["application/javascript", "image/svg+xml"].contains(&mime.as_str());
        if mime.starts_with("text/") || other {
            split(content);
        }
    }
}

fn split(value: &mut Value) {
    if let Value::String(text) = value {
        *value = split_lines(text).into_iter().map(Value::from).collect();
    }
}

/// Lines with their ends, where Python sees a line end: Jupyter's own writer is Python.
fn split_lines(text: &str) -> Vec<&str> {
    let mut lines = Vec::new();
    let mut start = 0;
    let mut letters = text.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        let ends = match letter {
            '\r' => letters.next_if(|&(_, next)| next == '\n').map_or(1, |_| 2),
            '\n'
            | '\x0b'
            | '\x0c'
            | '\x1c'..='\x1e'
            | '\u{85}'
            | '\u{2028}'
            | '\u{2029}' => letter.len_utf8(),
            _ => continue,
        };
        lines.push(&text[start..at + ends]);
        start = at + ends;
    }
    if start < text.len() {
        lines.push(&text[start..]);
    }
    lines
}

fn sorted(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            let mut entries: Vec<(String, Value)> = map.into_iter().collect();
            entries.sort_by(|(left, _), (right, _)| left.cmp(right));
            entries.into_iter().map(|(key, value)| (key, sorted(value))).collect()
        }
        Value::Array(list) => list.into_iter().map(sorted).collect(),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn written_as_jupyterlab_writes() {
        let text = r##"{"nbformat":4,"nbformat_minor":4,"metadata":{"b":1,"a":{}},"cells":[
            {"cell_type":"code","metadata":{"tags":["x"]},"source":["a\n","b"],"outputs":[],"execution_count":null},
            {"cell_type":"markdown","id":"keep","metadata":{},"source":"# é ∇"}]}"##;
        let mut notebook = Notebook::read(text).unwrap();
        assert_eq!((notebook.len(), notebook.source(0).as_str()), (2, "a\nb"));
        assert!(notebook.has_tag(0, "x"));
        let data = json!({"text/plain": "1\n2", "application/json": "a\nb"});
        let output = json!({"output_type": "display_data", "data": data, "metadata": {}});
        notebook.set_outputs(0, Some(3), vec![output]);
        let written = notebook.to_text();
        let again = Notebook::read(&written).unwrap();
        assert_eq!(again.execution_count(0), Some(3));
        assert_eq!(joined(&again.outputs(0)[0]["data"]["text/plain"]), "1\n2");
        assert_eq!(again.to_text(), written);
        assert!(
            written.starts_with("{\n \"cells\": [\n  {\n   \"cell_type\": \"code\",\n")
        );
        assert!(written.contains("\"source\": [\n    \"# é ∇\"\n   ]"), "{written}");
        assert!(written.contains("\"application/json\": \"a\\nb\""));
        assert!(written.contains("\"id\": \"keep\""));
        assert!(written.ends_with("\"nbformat\": 4,\n \"nbformat_minor\": 5\n}\n"));
    }

    #[test]
    fn not_a_notebook() {
        for text in
            ["", "[]", "{}", r#"{"nbformat":3,"worksheets":[]}"#, r#"{"nbformat":4}"#]
        {
            assert!(Notebook::read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn lines_end_where_python_ends_them() {
        assert_eq!(split_lines("a\r\nb\u{2028}c\n"), ["a\r\n", "b\u{2028}", "c\n"]);
        assert!(split_lines("").is_empty());
    }

    #[test]
    fn scripts_have_cells() {
        let cells = script_cells("# %%\nx\n# %% two\n\n# %%\ny\nz");
        assert_eq!(cells, [(1, "x\n".to_owned()), (5, "y\nz".to_owned())]);
        assert_eq!(script_cells("x"), [(0, "x".to_owned())]);
    }
}
