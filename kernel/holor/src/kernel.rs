//! The kernel: the session behind the Jupyter protocol.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use holor_jupyter as jupyter;
use holor_jupyter::{
    Cell, CellIo, Completeness, Completion, Execution, Failure, Language, LanguageInfo,
    Match, MimeBundle, Payload, Variable,
};
use holor_lang::{Diagnostic, Progress, Session, Value};

use crate::runner::{Report, Runner};
use crate::show::{self, Forms};
use crate::world::Output;

/// The stack of the threads that run cells; only touched pages cost memory.
const STACK: usize = 1 << 30;
/// What the protocol's own calls may take of it.
const PROTOCOL_STACK: usize = 1 << 20;

/// Serves front ends until one of them ends the kernel.
///
/// # Errors
/// Why the kernel cannot listen.
pub fn serve(connection: &Path) -> Result<(), String> {
    // Front ends start a kernel in the notebook's folder.
    let folder = std::env::current_dir().unwrap_or_else(|_| PathBuf::from("."));
    let options = jupyter::ServeOptions {
        history: crate::paths::data().map(|data| data.join("history.jsonl")),
        stack_size: STACK,
        ..jupyter::ServeOptions::default()
    };
    let runner = Runner::on_stacks_of(STACK - PROTOCOL_STACK, folder);
    jupyter::serve(connection, Holor { runner }, options)
        .map(drop)
        .map_err(|error| error.to_string())
}

/// How holor introduces itself; also what notebooks say about their language.
pub fn info() -> LanguageInfo {
    let version = env!("CARGO_PKG_VERSION");
    LanguageInfo {
        implementation: "holor".into(),
        implementation_version: version.into(),
        banner: format!("holor {version}: type ?name for help on a name"),
        name: "holor".into(),
        version: version.into(),
        mimetype: "text/x-holor".into(),
        file_extension: ".holor".into(),
        // Close enough for colours in tools that do not know holor.
        pygments_lexer: "julia".into(),
        codemirror_mode: "julia".into(),
        help_links: Vec::new(),
    }
}

/// The language as the protocol sees it.
#[derive(Debug)]
struct Holor {
    runner: Runner,
}

impl Language for Holor {
    fn info(&self) -> LanguageInfo {
        info()
    }

    fn execute(&self, cell: &Cell<'_>, io: &CellIo) -> Result<Execution, Failure> {
        let output = FrontEnd { io, pages: Mutex::default(), progress: Mutex::default() };
        let name = format!("cell {}", cell.execution_count);
        // What leaves no trace in the history is not `_` either.
        let kept = cell.store_history && !cell.silent;
        let number = if kept { cell.execution_count } else { 0 };
        let Report { value, errors } = self.runner.run(cell.code, &name, number, &output);
        if !errors.is_empty() {
            return Err(show::failure(&errors, self.runner.session()));
        }
        let mut pages = output.pages.into_inner().unwrap_or_else(PoisonError::into_inner);
        let result = match &value {
            // `?name` is a question to the pager and not a result.
            Some(Value::Help(markdown)) => {
                pages.push(show::page(markdown));
                None
            }
            Some(value) => show::result(value, Forms::Notebook),
            None => None,
        };
        let payload = pages.into_iter().map(|data| Payload::Page { data }).collect();
        Ok(Execution { result, payload })
    }

    fn interrupt(&self) {
        self.runner.session().interrupt();
    }

    fn complete(&self, code: &str, cursor: usize) -> Completion {
        let found = self.runner.session().complete(code, cursor);
        let candidate = |item: holor_lang::CompletionItem| {
            let signature = match (item.signature.is_empty(), item.summary.is_empty()) {
                (false, false) => format!("{}: {}", item.signature, item.summary),
                (false, true) => item.signature,
                (true, _) => item.summary,
            };
            Match {
                text: item.text,
                kind: Some(icon(item.kind).into()),
                signature: Some(signature),
            }
        };
        Completion {
            start: found.start,
            end: found.end,
            matches: found.items.into_iter().map(candidate).collect(),
        }
    }

    fn inspect(&self, code: &str, cursor: usize, _detail: u8) -> Option<MimeBundle> {
        let help = self.runner.session().help(code, cursor)?;
        Some(show::page(&help.markdown).with("text/plain", help.plain))
    }

    fn is_complete(&self, code: &str) -> Completeness {
        match holor_lang::completeness(code) {
            holor_lang::Completeness::Complete => Completeness::Complete,
            holor_lang::Completeness::Incomplete { indent } => {
                Completeness::Incomplete { indent }
            }
            holor_lang::Completeness::Invalid => Completeness::Invalid,
        }
    }

    fn expression(&self, code: &str, io: &CellIo) -> Result<MimeBundle, Failure> {
        let output = FrontEnd { io, pages: Mutex::default(), progress: Mutex::default() };
        let Report { value, errors } =
            self.runner.run(code, "user expression", 0, &output);
        if !errors.is_empty() {
            return Err(show::failure(&errors, self.runner.session()));
        }
        let bundle =
            value.as_ref().and_then(|value| show::result(value, Forms::Notebook));
        Ok(bundle.unwrap_or_default())
    }

    fn variables(&self) -> Vec<Variable> {
        let variable = |(name, value): (String, Value)| Variable {
            name,
            value: value.brief(),
            kind: value.kind().into(),
        };
        self.runner.session().variables().into_iter().map(variable).collect()
    }

    fn rich_variable(&self, name: &str) -> Option<MimeBundle> {
        let session = self.runner.session();
        let (_, value) =
            session.variables().into_iter().find(|(known, _)| known == name)?;
        show::result(&value, Forms::Notebook)
    }

    fn shutdown(&self, _restart: bool) {
        self.runner.session().interrupt();
    }
}

/// The kind of a completion in the words for which JupyterLab has icons.
fn icon(kind: &str) -> &str {
    match kind {
        "variable" | "symbol" => "instance",
        "constant" | "unicode" => "statement",
        "option" => "param",
        other => other,
    }
}

/// A display that no other bar has.
fn fresh_id() -> String {
    static BARS: AtomicU64 = AtomicU64::new(0);
    let number = BARS.fetch_add(1, Ordering::Relaxed);
    format!("holor-progress-{}-{number}", std::process::id())
}

/// The outputs of a running cell on their way to its front end.
struct FrontEnd<'a> {
    io: &'a CellIo,
    pages: Mutex<Vec<MimeBundle>>,
    /// The display of the bar that shows progress.
    progress: Mutex<Option<String>>,
}

impl Output for FrontEnd<'_> {
    fn print(&self, text: &str) {
        self.io.stdout(text);
    }

    fn print_error(&self, text: &str) {
        self.io.stderr(text);
    }

    fn show(&self, value: &Value, id: Option<&str>, update: bool) {
        let bundle = show::bundle(value, Forms::Notebook);
        match id {
            Some(id) if update => self.io.update_display(&bundle, id),
            _ => self.io.display(&bundle, id),
        }
    }

    fn warn(&self, warning: &Diagnostic, session: &Session) {
        self.io.stderr(&show::diagnostic(warning, session, true));
    }

    fn clear(&self, wait: bool) {
        self.io.clear_output(wait);
    }

    fn ask(&self, prompt: &str, secret: bool) -> Result<String, String> {
        self.io.input(prompt, secret).map_err(|error| error.to_string())
    }

    fn progress(&self, progress: &Progress) {
        let mut shown = self.progress.lock().unwrap_or_else(PoisonError::into_inner);
        let bundle = show::progress(progress);
        if let Some(id) = &*shown {
            self.io.update_display(&bundle, id);
        } else {
            // One bar for a cell: a later run takes the place of an earlier one.
            let id = fresh_id();
            self.io.display(&bundle, Some(&id));
            *shown = Some(id);
        }
    }

    fn progress_ended(&self) {
        let shown = self.progress.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(id) = &*shown {
            self.io.update_display(&show::nothing(), id);
        }
    }

    fn page(&self, markdown: &str) {
        let mut pages = self.pages.lock().unwrap_or_else(PoisonError::into_inner);
        pages.push(show::page(markdown));
    }
}
