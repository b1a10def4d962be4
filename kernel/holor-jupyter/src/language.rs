//! What a language gives the protocol: the trait [`Language`] and the types it speaks in.

use serde_json::{Map, Value};

use crate::io::CellIo;
use crate::wire::frames::Buffer;

/// A language that can be spoken to through Jupyter.
///
/// One value serves all threads. [`execute`](Self::execute), [`expression`](Self::expression)
/// and the comm methods run on an evaluator thread with a large stack, one per shell: the main
/// shell and each subshell, possibly at the same time. Everything else is called from channel
/// threads while a cell may be running, and must answer quickly without waiting for it.
///
/// A panic in any method is caught and becomes a [`Failure`] named `InternalError`.
pub trait Language: Send + Sync + 'static {
    /// Says what the language is. Called for every `kernel_info_request`.
    fn info(&self) -> LanguageInfo;

    /// Runs a cell. Outputs other than the value go through `io` while it runs.
    fn execute(&self, cell: &Cell<'_>, io: &CellIo) -> Result<Execution, Failure>;

    /// Asks what runs to stop. Returns at once.
    ///
    /// Called only while something runs, from the control thread, after the flag behind
    /// [`CellIo::interrupted`] has been set: a language whose loops read that flag needs no more.
    fn interrupt(&self) {}

    /// Says what could stand at `cursor`, a byte offset on a character boundary.
    fn complete(&self, code: &str, cursor: usize) -> Completion {
        let _ = code;
        Completion { start: cursor, end: cursor, matches: Vec::new() }
    }

    /// Describes what stands at `cursor`, a byte offset; more of it for `detail` 1.
    fn inspect(&self, code: &str, cursor: usize, detail: u8) -> Option<MimeBundle> {
        let _ = (code, cursor, detail);
        None
    }

    /// Says whether the code can run as it is.
    fn is_complete(&self, code: &str) -> Completeness {
        let _ = code;
        Completeness::Unknown
    }

    /// Evaluates one of the `user_expressions` that came with a cell, after the cell.
    fn expression(&self, code: &str, io: &CellIo) -> Result<MimeBundle, Failure> {
        let _ = (code, io);
        Err(Failure::new("NotSupported", "this language evaluates no user expressions"))
    }

    /// Lists what is defined, for the variable panel.
    fn variables(&self) -> Vec<Variable> {
        Vec::new()
    }

    /// Shows one variable in full.
    fn rich_variable(&self, name: &str) -> Option<MimeBundle> {
        let _ = name;
        None
    }

    /// A front end opens a comm. `false` means that nobody knows the target: it is closed.
    fn comm_open(&self, comm: &Comm<'_>, io: &CellIo) -> bool {
        let _ = (comm, io);
        false
    }

    /// A front end speaks through an open comm.
    fn comm_message(&self, comm: &Comm<'_>, io: &CellIo) {
        let _ = (comm, io);
    }

    /// A front end closes a comm.
    fn comm_close(&self, comm: &Comm<'_>, io: &CellIo) {
        let _ = (comm, io);
    }

    /// The kernel ends. The reply has been sent; running cells have been interrupted.
    fn shutdown(&self, restart: bool) {
        let _ = restart;
    }
}

/// How a language introduces itself in `kernel_info_reply`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LanguageInfo {
    /// The kernel's name.
    pub implementation: String,
    /// The kernel's version.
    pub implementation_version: String,
    /// What consoles show on start.
    pub banner: String,
    /// The language's name.
    pub name: String,
    /// The language's version.
    pub version: String,
    /// The media type of a source file.
    pub mimetype: String,
    /// The extension of a source file, with its dot.
    pub file_extension: String,
    /// The Pygments lexer that colours it in exports.
    pub pygments_lexer: String,
    /// The CodeMirror mode that colours it in editors.
    pub codemirror_mode: String,
    /// Text and address of pages for the help menu.
    pub help_links: Vec<(String, String)>,
}

/// A cell to run.
#[derive(Clone, Copy, Debug)]
pub struct Cell<'a> {
    /// The source text.
    pub code: &'a str,
    /// Whether it runs unheard: nothing is published, counted or remembered.
    pub silent: bool,
    /// Whether it enters the history and advances the counter.
    pub store_history: bool,
    /// The number of the cell: `In [n]`.
    pub execution_count: u32,
    /// Whether [`CellIo::input`] may ask the user.
    pub allow_stdin: bool,
    /// The front end's name for the cell, stable over repeated runs.
    pub cell_id: Option<&'a str>,
    /// The subshell that runs it; `None` on the main shell.
    pub subshell_id: Option<&'a str>,
}

impl<'a> Cell<'a> {
    /// A plain cell, as a script would run it.
    pub fn new(code: &'a str, execution_count: u32) -> Self {
        Self {
            code,
            silent: false,
            store_history: true,
            execution_count,
            allow_stdin: false,
            cell_id: None,
            subshell_id: None,
        }
    }
}

/// What a cell came to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Execution {
    /// Its value, shown as `Out [n]`.
    pub result: Option<MimeBundle>,
    /// Wishes to the front end.
    pub payload: Vec<Payload>,
}

/// A wish to the front end that comes with a reply.
#[derive(Clone, Debug, PartialEq)]
pub enum Payload {
    /// Shows text in the pager.
    Page {
        /// The text; `text/plain` should be among it.
        data: MimeBundle,
    },
    /// Puts text into the next input.
    SetNextInput {
        /// The text.
        text: String,
        /// Whether it replaces the present cell.
        replace: bool,
    },
}

/// Why a cell failed. Becomes `ename`, `evalue` and `traceback`.
///
/// JupyterLab shows only the traceback, so it should say everything; colours are ANSI escapes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Failure {
    /// The kind of error, one word.
    pub name: String,
    /// The message, one line.
    pub value: String,
    /// The lines to show.
    pub traceback: Vec<String>,
    /// The same in richer forms, for front ends that look: it travels as `error_data` in the
    /// metadata of the `error` message, since an error must be exactly one output.
    pub html: Option<Box<MimeBundle>>,
}

impl Failure {
    /// A failure whose traceback is the one line `name: value`.
    pub fn new(name: impl Into<String>, value: impl Into<String>) -> Self {
        let (name, value) = (name.into(), value.into());
        let traceback = vec![format!("{name}: {value}")];
        Self { name, value, traceback, html: None }
    }
}

/// One thing in several forms; the front end shows the best that it can.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MimeBundle {
    /// Media type to content: text as a string, JSON as it is, images in base 64.
    pub data: Map<String, Value>,
    /// Hints for each media type, such as width and height.
    pub metadata: Map<String, Value>,
}

impl MimeBundle {
    /// A bundle with `text/plain` only.
    pub fn plain(text: impl Into<String>) -> Self {
        Self::default().with("text/plain", text.into())
    }

    /// Adds another form.
    #[must_use]
    pub fn with(mut self, mime: &str, content: impl Into<Value>) -> Self {
        self.data.insert(mime.to_owned(), content.into());
        self
    }

    /// Adds metadata.
    #[must_use]
    pub fn with_metadata(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.metadata.insert(key.to_owned(), value.into());
        self
    }
}

/// What could stand at the cursor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Completion {
    /// The candidates, best first.
    pub matches: Vec<Match>,
    /// The byte offset where a candidate's text begins.
    pub start: usize,
    /// The byte offset of the end of what it replaces.
    pub end: usize,
}

/// One candidate for completion.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Match {
    /// The text that would stand there.
    pub text: String,
    /// What it is: `function`, `instance`, `keyword`, …
    pub kind: Option<String>,
    /// Its signature or summary.
    pub signature: Option<String>,
}

impl Match {
    /// A candidate without further description.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), kind: None, signature: None }
    }
}

/// Whether code can run as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Completeness {
    /// It can.
    Complete,
    /// Something is missing at its end.
    Incomplete {
        /// What the next line should begin with.
        indent: String,
    },
    /// It never will, whatever follows.
    Invalid,
    /// Nobody can tell.
    Unknown,
}

/// A name and what it stands for, for the variable panel.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Variable {
    /// The name.
    pub name: String,
    /// The value on one line.
    pub value: String,
    /// The type.
    pub kind: String,
}

/// A message that came through a comm.
#[derive(Clone, Copy, Debug)]
pub struct Comm<'a> {
    /// Which comm it is.
    pub id: &'a str,
    /// Who it is for: the name it was opened with.
    pub target: &'a str,
    /// What it says.
    pub data: &'a Value,
    /// Binary data beside it.
    pub buffers: &'a [Buffer],
}
