//! Shells: queues of requests that run in order, each on a thread with a large stack.
//!
//! The main shell and every subshell (JEP 91) are the same thing. A request is `busy` when it
//! leaves the queue and `idle` when all that it published lies in the outbox.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use serde_json::{Map, Value};

use crate::io::CellIo;
use crate::kernel::Kernel;
use crate::language::{Cell, Comm, Execution, Failure};
use crate::wire::comm::{CommIn, CommOut};
use crate::wire::execute::{self, CellMetadata, ErrorReply, ExecuteOk, ExecuteRequest};
use crate::wire::frames::{Outgoing, Request};
use crate::wire::header::Parent;
use crate::wire::iopub::{Error, ExecuteInput, ExecuteResult};
use crate::wire::{from_json, to_json};

/// A queue of requests and what runs of it.
pub(crate) struct Shell {
    /// The subshell's name; `None` for the main shell.
    pub(crate) id: Option<String>,
    state: Mutex<State>,
    changed: Condvar,
    interrupt: Arc<AtomicBool>,
}

#[derive(Default)]
struct State {
    jobs: VecDeque<Job>,
    running: Option<Parent>,
    /// A failed cell waits for its reply to be sent, which decides what it aborts.
    failed: bool,
    closed: bool,
}

struct Job {
    request: Request,
    aborted: bool,
}

impl Shell {
    pub(crate) fn new(id: Option<String>) -> Self {
        Self {
            id,
            state: Mutex::default(),
            changed: Condvar::new(),
            interrupt: Arc::default(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts a request at the end of the queue.
    pub(crate) fn push(&self, request: Request) {
        self.lock().jobs.push_back(Job { request, aborted: false });
        self.changed.notify_all();
    }

    /// Aborts the cells in the queue and lets the evaluator go on after a failure.
    pub(crate) fn abort_waiting(&self) {
        let mut state = self.lock();
        state.abort_cells();
        state.failed = false;
        self.changed.notify_all();
    }

    /// Interrupts what runs and aborts the cells behind it, also if the first of them has not
    /// begun yet. Returns whether something runs.
    pub(crate) fn interrupt(&self) -> bool {
        let mut state = self.lock();
        state.abort_cells();
        if state.running.is_some() {
            self.interrupt.store(true, Ordering::SeqCst);
        }
        state.running.is_some()
    }

    /// Ends the thread after what it runs now; cells in the queue are aborted.
    pub(crate) fn close(&self) {
        let mut state = self.lock();
        state.closed = true;
        state.failed = false;
        state.abort_cells();
        self.changed.notify_all();
    }

    /// Acts while no request can begin or end, told which one runs.
    pub(crate) fn while_still(&self, act: impl FnOnce(Option<&Parent>)) {
        act(self.lock().running.as_ref());
    }

    /// Waits for the next request and begins it. `None` when the shell is closed.
    fn begin(&self, kernel: &Kernel) -> Option<Job> {
        let mut state = self
            .changed
            .wait_while(self.lock(), |state| {
                (state.jobs.is_empty() || state.failed) && !state.closed
            })
            .unwrap_or_else(PoisonError::into_inner);
        let job = state.jobs.pop_front()?;
        self.interrupt.store(false, Ordering::SeqCst);
        state.running = Some(job.request.parent.clone());
        kernel.outbox.status("busy", &job.request.parent);
        Some(job)
    }

    /// Ends a request. Returns whether another one waits.
    fn end(&self, kernel: &Kernel, parent: &Parent) -> bool {
        if self.id.is_some() {
            kernel.idle(parent);
        }
        let mut state = self.lock();
        if self.id.is_none() {
            kernel.outbox.status("idle", parent);
        }
        state.running = None;
        !state.jobs.is_empty()
    }
}

impl State {
    fn abort_cells(&mut self) {
        for job in &mut self.jobs {
            job.aborted |= job.request.header.msg_type == "execute_request";
        }
    }
}

/// The loop of an evaluator thread. Returns when its shell is closed.
pub(crate) fn run(kernel: &Arc<Kernel>, shell: &Arc<Shell>) {
    while let Some(job) = shell.begin(kernel) {
        let request = &job.request;
        match request.header.msg_type.as_str() {
            "execute_request" if job.aborted => abort(kernel, request),
            "execute_request" => execute(kernel, shell, request),
            "comm_open" | "comm_msg" | "comm_close" => comm(kernel, shell, request),
            // The shell thread queues nothing else.
            _ => {}
        }
        if !shell.end(kernel, &request.parent) {
            kernel.history.save();
        }
    }
}

/// Answers a cell that does not run because one before it failed.
fn abort(kernel: &Kernel, request: &Request) {
    let mut failure = Failure::new("ExecutionAborted", "an earlier cell failed");
    failure.traceback.clear();
    let content = ErrorReply::new(&failure, Some(kernel.count()));
    let mut reply = Outgoing::new("execute_reply", &request.parent, &content);
    // The older form of the same: `aborted` is deprecated as a status since 5.1.
    reply.metadata = to_json(&serde_json::json!({ "status": "aborted" }));
    kernel.replies.push(reply, None);
}

/// Runs a cell: input, outputs, result, reply.
fn execute(kernel: &Arc<Kernel>, shell: &Arc<Shell>, request: &Request) {
    let parent = &request.parent;
    let asked: ExecuteRequest = match from_json(&request.content) {
        Ok(asked) => asked,
        Err(reason) => {
            let failure = Failure::new("MalformedRequest", reason);
            let content = ErrorReply::new(&failure, Some(kernel.count()));
            return kernel
                .replies
                .push(Outgoing::new("execute_reply", parent, &content), None);
        }
    };
    let silent = asked.silent;
    let store_history = asked.store_history.unwrap_or(true) && !silent;
    let execution_count = match store_history {
        true => kernel.execution_count.fetch_add(1, Ordering::SeqCst) + 1,
        false => kernel.count(),
    };
    let metadata: CellMetadata = from_json(&request.metadata).unwrap_or_default();
    let cell = Cell {
        code: &asked.code,
        silent,
        store_history,
        execution_count,
        allow_stdin: asked.allow_stdin,
        cell_id: metadata.cell_id.as_deref(),
        subshell_id: shell.id.as_deref(),
    };
    let publish = |message: Outgoing| {
        if !silent {
            kernel.outbox.push(message);
        }
    };
    let input = ExecuteInput { code: &asked.code, execution_count };
    publish(Outgoing::new("execute_input", parent, &input));

    let io = CellIo::new(kernel, parent, &shell.interrupt, silent, asked.allow_stdin);
    let outcome = kernel.guarded(|language| language.execute(&cell, &io)).flatten();
    let mut output = None;
    let mut failed = false;
    let reply = match &outcome {
        Ok(Execution { result, payload }) => {
            if let Some(bundle) = result {
                let (data, metadata) = (&bundle.data, &bundle.metadata);
                let content = ExecuteResult { execution_count, data, metadata };
                publish(Outgoing::new("execute_result", parent, &content));
                output = bundle.data.get("text/plain").and_then(Value::as_str);
            }
            let reply = ExecuteOk {
                status: "ok",
                execution_count,
                payload: payload.iter().map(execute::payload).collect(),
                user_expressions: expressions(kernel, &asked.user_expressions, &io),
            };
            Outgoing::new("execute_reply", parent, &reply)
        }
        Err(failure) => {
            failed = true;
            publish(error(parent, failure));
            let reply = ErrorReply::new(failure, Some(execution_count));
            Outgoing::new("execute_reply", parent, &reply)
        }
    };
    if store_history {
        kernel.history.record(execution_count, &asked.code, output);
    }
    // Front ends give up on outputs soon after the reply.
    kernel.outbox.flush(parent);
    let interrupted = shell.interrupt.load(Ordering::SeqCst);
    let aborts = interrupted || failed && asked.stop_on_error && !silent;
    if aborts {
        let mut state = shell.lock();
        state.failed = !state.closed;
    }
    kernel.replies.push(reply, aborts.then(|| shell.clone()));
}

/// The one output of a cell that failed.
fn error(parent: &Parent, failure: &Failure) -> Outgoing {
    let Failure { name, value, traceback, html } = failure;
    let content = Error { ename: name, evalue: value, traceback };
    let mut message = Outgoing::new("error", parent, &content);
    if let Some(bundle) = html {
        message.metadata = to_json(&serde_json::json!({ "error_data": bundle.data }));
    }
    message
}

/// Evaluates the expressions that came with a cell; each may fail for itself.
fn expressions(
    kernel: &Kernel,
    expressions: &Map<String, Value>,
    io: &CellIo,
) -> Map<String, Value> {
    let evaluate = |code: &Value| match code {
        Value::String(code) => {
            kernel.guarded(|language| language.expression(code, io)).flatten()
        }
        _ => Err(Failure::new("MalformedRequest", "an expression must be a string")),
    };
    expressions
        .iter()
        .map(|(name, code)| (name.clone(), execute::expression(evaluate(code))))
        .collect()
}

/// Hands a comm message to the language. Unknown targets are closed at once.
fn comm(kernel: &Arc<Kernel>, shell: &Shell, request: &Request) {
    let Ok(CommIn { comm_id: id, target_name, data }) = from_json(&request.content)
    else {
        return;
    };
    let kind = request.header.msg_type.as_str();
    let target = match kind {
        "comm_open" => Some(target_name),
        "comm_close" => kernel.comms.close(&id),
        _ => kernel.comms.target(&id),
    };
    let Some(target) = target else { return };
    let io = CellIo::new(kernel, &request.parent, &shell.interrupt, false, false);
    let comm = Comm { id: &id, target: &target, data: &data, buffers: &request.buffers };
    let outcome = match kind {
        "comm_open" => {
            kernel.comms.open(&id, &target);
            let outcome = kernel.guarded(|language| language.comm_open(&comm, &io));
            if !matches!(outcome, Ok(true)) && kernel.comms.close(&id).is_some() {
                let data = Value::Object(Map::new());
                let content = CommOut { comm_id: &id, target_name: None, data: &data };
                kernel.outbox.push(Outgoing::new(
                    "comm_close",
                    &request.parent,
                    &content,
                ));
            }
            outcome.map(drop)
        }
        "comm_close" => kernel.guarded(|language| language.comm_close(&comm, &io)),
        _ => kernel.guarded(|language| language.comm_message(&comm, &io)),
    };
    if let Err(failure) = outcome {
        // There is no reply to carry it, so whoever looks at the log may read it.
        kernel.outbox.text(&request.parent, "stderr", &failure.traceback.join("\n"));
    }
}
