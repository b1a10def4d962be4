//! Keeps the outputs of cells as a notebook stores them.

use std::sync::{Mutex, MutexGuard, PoisonError};

use holor_jupyter::{Failure, MimeBundle};
use holor_lang::{Diagnostic, Session, Value};
use serde_json::{Value as Json, json};

use crate::show::{self, Forms};
use crate::world::Output;

/// Outputs of several cells, merged and redrawn as a front end would.
#[derive(Debug)]
pub struct Recorder {
    forms: Forms,
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    cells: Vec<Vec<Item>>,
    clear_next: bool,
}

#[derive(Debug)]
struct Item {
    output: Json,
    id: Option<String>,
}

impl Recorder {
    /// Keeps values in these forms.
    pub fn new(forms: Forms) -> Self {
        Self { forms, kept: Mutex::default() }
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins the outputs of the next cell.
    pub fn begin(&self) {
        let mut kept = self.lock();
        kept.clear_next = false;
        kept.cells.push(Vec::new());
    }

    /// Adds a cell's value.
    pub fn result(&self, bundle: MimeBundle, count: u32) {
        let output = json!({
            "output_type": "execute_result", "execution_count": count,
            "data": bundle.data, "metadata": bundle.metadata,
        });
        self.lock().push(output, None);
    }

    /// Adds the reason why a cell failed.
    pub fn failure(&self, failure: &Failure) {
        let output = json!({
            "output_type": "error", "ename": failure.name, "evalue": failure.value,
            "traceback": failure.traceback,
        });
        self.lock().push(output, None);
    }

    /// The outputs of every cell begun.
    pub fn into_outputs(self) -> Vec<Vec<Json>> {
        let kept = self.kept.into_inner().unwrap_or_else(PoisonError::into_inner);
        let cell = |items: Vec<Item>| items.into_iter().map(|item| item.output).collect();
        kept.cells.into_iter().map(cell).collect()
    }

    /// The printed text of the cell begun last.
    pub fn printed(&self, stream: &str) -> String {
        let kept = self.lock();
        let items = kept.cells.last().map_or(&[][..], Vec::as_slice);
        items
            .iter()
            .filter(|item| item.output.get("name").is_some_and(|name| name == stream))
            .filter_map(|item| item.output.get("text")?.as_str())
            .collect()
    }

    /// What the cell begun last has shown.
    pub fn shown(&self) -> Vec<Json> {
        let kept = self.lock();
        let items = kept.cells.last().map_or(&[][..], Vec::as_slice);
        items
            .iter()
            .filter(|item| item.output["output_type"] == "display_data")
            .filter_map(|item| item.output.get("data").cloned())
            .collect()
    }
}

impl Kept {
    fn push(&mut self, output: Json, id: Option<String>) {
        let Some(cell) = self.cells.last_mut() else { return };
        if std::mem::take(&mut self.clear_next) {
            cell.clear();
        }
        cell.push(Item { output, id });
    }

    /// Text joins what the same stream wrote last.
    fn stream(&mut self, name: &str, text: &str) {
        if !self.clear_next
            && let Some(last) = self.cells.last_mut().and_then(|cell| cell.last_mut())
            && last.output.get("name").is_some_and(|known| known == name)
            && let Some(Json::String(before)) = last.output.get_mut("text")
        {
            return before.push_str(text);
        }
        self.push(json!({ "output_type": "stream", "name": name, "text": text }), None);
    }
}

impl Output for Recorder {
    fn print(&self, text: &str) {
        self.lock().stream("stdout", text);
    }

    fn print_error(&self, text: &str) {
        self.lock().stream("stderr", text);
    }

    fn show(&self, value: &Value, id: Option<&str>, update: bool) {
        let bundle = show::bundle(value, self.forms);
        let output = json!({
            "output_type": "display_data", "data": bundle.data, "metadata": bundle.metadata,
        });
        let mut kept = self.lock();
        if let Some(id) = id {
            let mut known = false;
            for item in kept.cells.iter_mut().flatten() {
                if item.id.as_deref() == Some(id) {
                    item.output["data"] = output["data"].clone();
                    item.output["metadata"] = output["metadata"].clone();
                    known = true;
                }
            }
            if update && known {
                return;
            }
        }
        kept.push(output, id.map(str::to_owned));
    }

    fn warn(&self, warning: &Diagnostic, session: &Session) {
        self.print_error(&show::diagnostic(warning, session, self.forms != Forms::Whole));
    }

    fn clear(&self, wait: bool) {
        let mut kept = self.lock();
        kept.clear_next = wait;
        if !wait && let Some(cell) = kept.cells.last_mut() {
            cell.clear();
        }
    }

    fn ask(&self, _: &str, _: bool) -> Result<String, String> {
        Err("nobody can be asked while a file is executed".into())
    }

    fn page(&self, markdown: &str) {
        let bundle = show::page(markdown);
        let output = json!({
            "output_type": "display_data", "data": bundle.data, "metadata": bundle.metadata,
        });
        self.lock().push(output, None);
    }
}
