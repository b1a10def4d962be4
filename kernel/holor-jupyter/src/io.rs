//! What a running cell can say and ask: [`CellIo`].

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Map, Value};

use crate::kernel::Kernel;
use crate::language::MimeBundle;
use crate::names;
use crate::wire::comm::CommOut;
use crate::wire::frames::{Buffer, Outgoing};
use crate::wire::header::Parent;
use crate::wire::iopub::{ClearOutput, DisplayData, Transient};
use crate::wire::to_json;

/// The way from a running cell to its front end.
///
/// It may be cloned, sent to other threads and kept: what comes after the end of the cell
/// still appears under the cell. Output never gets lost; who writes faster than it can be sent
/// waits.
#[derive(Clone)]
pub struct CellIo(Arc<Way>);

struct Way {
    to: To,
    interrupt: Arc<AtomicBool>,
    silent: bool,
    allow_stdin: bool,
}

enum To {
    Jupyter { kernel: Arc<Kernel>, parent: Parent },
    Sink(Box<dyn Fn(Output) + Send + Sync>),
}

/// An output as a sink receives it; see [`CellIo::to_sink`].
#[derive(Debug)]
pub enum Output {
    /// Text for standard output.
    Stdout(String),
    /// Text for standard error.
    Stderr(String),
    /// Something shown, with the name under which it can be redrawn.
    Display(MimeBundle, Option<String>),
    /// Something redrawn.
    Update(MimeBundle, String),
    /// Outputs are cleared: when the next one comes (`true`) or at once.
    Clear(bool),
}

/// Why there is no answer from the user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InputError {
    /// The front end that sent the cell cannot ask.
    NotAllowed,
    /// The cell has been interrupted.
    Interrupted,
    /// The kernel ends.
    Closed,
}

impl fmt::Display for InputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotAllowed => "this front end does not support asking for input",
            Self::Interrupted => "interrupted while waiting for input",
            Self::Closed => "the kernel is shutting down",
        })
    }
}

impl std::error::Error for InputError {}

impl fmt::Debug for CellIo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let to = match self.0.to {
            To::Jupyter { .. } => "Jupyter",
            To::Sink(_) => "Sink",
        };
        f.debug_struct("CellIo").field("to", &to).finish_non_exhaustive()
    }
}

impl CellIo {
    pub(crate) fn new(
        kernel: &Arc<Kernel>,
        parent: &Parent,
        interrupt: &Arc<AtomicBool>,
        silent: bool,
        allow_stdin: bool,
    ) -> Self {
        let to = To::Jupyter { kernel: kernel.clone(), parent: parent.clone() };
        Self(Arc::new(Way { to, interrupt: interrupt.clone(), silent, allow_stdin }))
    }

    /// A way that leads to a function instead of a front end: for scripts and tests.
    ///
    /// There is nobody to ask, and comms lead nowhere.
    pub fn to_sink(
        sink: impl Fn(Output) + Send + Sync + 'static,
        interrupt: Arc<AtomicBool>,
    ) -> Self {
        let to = To::Sink(Box::new(sink));
        Self(Arc::new(Way { to, interrupt, silent: false, allow_stdin: false }))
    }

    /// Prints to standard output.
    pub fn stdout(&self, text: &str) {
        self.stream("stdout", text, Output::Stdout);
    }

    /// Prints to standard error.
    pub fn stderr(&self, text: &str) {
        self.stream("stderr", text, Output::Stderr);
    }

    fn stream(&self, name: &'static str, text: &str, output: impl Fn(String) -> Output) {
        match &self.0.to {
            _ if self.0.silent => {}
            To::Jupyter { kernel, parent } => kernel.outbox.text(parent, name, text),
            To::Sink(sink) => sink(output(text.to_owned())),
        }
    }

    /// Shows something; under a `display_id` it can be redrawn.
    pub fn display(&self, bundle: &MimeBundle, display_id: Option<&str>) {
        match &self.0.to {
            _ if self.0.silent => {}
            To::Jupyter { kernel, parent } => {
                if let Some(id) = display_id {
                    kernel.outbox.supersede(id);
                }
                let content = display_data(bundle, display_id);
                kernel.outbox.push_output(Outgoing::new(
                    "display_data",
                    parent,
                    &content,
                ));
            }
            To::Sink(sink) => sink(Output::Display(bundle.clone(), owned(display_id))),
        }
    }

    /// Redraws what was shown under a `display_id`, in every cell that shows it.
    ///
    /// At most 30 frames a second leave; of those in between only the newest is kept, and the
    /// last one always arrives.
    pub fn update_display(&self, bundle: &MimeBundle, display_id: &str) {
        match &self.0.to {
            _ if self.0.silent => {}
            To::Jupyter { kernel, parent } => {
                let content = display_data(bundle, Some(display_id));
                let message = Outgoing::new("update_display_data", parent, &content);
                kernel.outbox.frame(display_id, message);
            }
            To::Sink(sink) => sink(Output::Update(bundle.clone(), display_id.to_owned())),
        }
    }

    /// Clears the outputs of the cell, at once or (`wait`) when the next one comes.
    pub fn clear_output(&self, wait: bool) {
        match &self.0.to {
            _ if self.0.silent => {}
            To::Jupyter { .. } => self.publish("clear_output", &ClearOutput { wait }),
            To::Sink(sink) => sink(Output::Clear(wait)),
        }
    }

    /// Asks the user for a line; `password` hides it. An interrupt ends the waiting.
    pub fn input(&self, prompt: &str, password: bool) -> Result<String, InputError> {
        match &self.0.to {
            To::Jupyter { kernel, parent } if self.0.allow_stdin => {
                kernel.outbox.flush(parent);
                kernel.input.ask(parent, prompt, password, &self.0.interrupt)
            }
            _ => Err(InputError::NotAllowed),
        }
    }

    /// Whether the user wants the cell to stop. Long loops look here often.
    pub fn interrupted(&self) -> bool {
        self.0.interrupt.load(Ordering::Relaxed)
    }

    /// The flag behind [`interrupted`](Self::interrupted), for loops in other places. It is
    /// cleared when the next cell of the same shell begins.
    pub fn interrupt_flag(&self) -> Arc<AtomicBool> {
        self.0.interrupt.clone()
    }

    /// Opens a comm from the kernel's side and returns its name.
    pub fn comm_open(
        &self,
        target: &str,
        data: &Value,
        metadata: &Map<String, Value>,
        buffers: Vec<Buffer>,
    ) -> String {
        let id = names::unique();
        if let To::Jupyter { kernel, .. } = &self.0.to {
            kernel.comms.open(&id, target);
        }
        self.comm("comm_open", &id, Some(target), data, Some(metadata), buffers);
        id
    }

    /// Sends data through an open comm. The buffers are not copied.
    pub fn comm_send(&self, id: &str, data: &Value, buffers: Vec<Buffer>) {
        self.comm("comm_msg", id, None, data, None, buffers);
    }

    /// Closes a comm.
    pub fn comm_close(&self, id: &str, data: &Value, buffers: Vec<Buffer>) {
        if let To::Jupyter { kernel, .. } = &self.0.to {
            kernel.comms.close(id);
        }
        self.comm("comm_close", id, None, data, None, buffers);
    }

    fn comm(
        &self,
        msg_type: &str,
        comm_id: &str,
        target_name: Option<&str>,
        data: &Value,
        metadata: Option<&Map<String, Value>>,
        buffers: Vec<Buffer>,
    ) {
        if let To::Jupyter { kernel, parent } = &self.0.to {
            let content = CommOut { comm_id, target_name, data };
            let mut message = Outgoing::new(msg_type, parent, &content);
            message.metadata = metadata.map_or_else(|| b"{}".to_vec(), to_json);
            message.buffers = buffers;
            kernel.outbox.push_output(message);
        }
    }

    fn publish(&self, msg_type: &str, content: &impl serde::Serialize) {
        if let To::Jupyter { kernel, parent } = &self.0.to {
            kernel.outbox.push_output(Outgoing::new(msg_type, parent, content));
        }
    }
}

fn display_data<'a>(bundle: &'a MimeBundle, id: Option<&'a str>) -> DisplayData<'a> {
    let transient = Transient { display_id: id };
    DisplayData { data: &bundle.data, metadata: &bundle.metadata, transient }
}

fn owned(text: Option<&str>) -> Option<String> {
    text.map(str::to_owned)
}
