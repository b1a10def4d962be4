//! The control channel: interrupts, shutdown, subshells, variables; never behind a cell.
//!
//! Its thread also hears SIGINT and notices when the parent process has gone.

use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::net::UnixStream;
use std::os::unix::process::parent_id;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use signal_hook::SigId;
use signal_hook::consts::SIGINT;
use zmq::Socket;

use super::wait;
use crate::direct;
use crate::kernel::Kernel;
use crate::language::Failure;
use crate::serve::ExitReason;
use crate::wire::frames::{self, Request};
use crate::wire::info::DeleteSubshellRequest;

/// How often the parent process is looked for.
const WATCH: Duration = Duration::from_secs(1);

/// The loop of the control thread. Returns when the kernel should end.
pub(crate) fn run(
    kernel: &Arc<Kernel>,
    socket: &Socket,
    signals: &Signals,
    parent: Option<&ParentProcess>,
) -> ExitReason {
    loop {
        let timeout = parent.map(|_| WATCH);
        let wakers = [signals.reader.as_raw_fd(), kernel.ending.waker.as_raw_fd()];
        if wait(socket, &wakers, timeout).is_err() {
            return ExitReason::ContextEnded;
        }
        if signals.heard() {
            kernel.interrupt();
        }
        while let Some(frames) = frames::receive(socket) {
            if let Ok(request) = frames::decode(frames, &kernel.signer) {
                dispatch(kernel, socket, &request);
            }
        }
        if let Some(restart) = kernel.ending.asked() {
            return ExitReason::Shutdown { restart };
        }
        if parent.is_some_and(ParentProcess::gone) {
            return ExitReason::ParentGone;
        }
    }
}

/// Answers one request.
fn dispatch(kernel: &Arc<Kernel>, socket: &Socket, request: &Request) {
    kernel.outbox.status("busy", &request.parent);
    let reply = match request.header.msg_type.as_str() {
        "interrupt_request" => {
            kernel.interrupt();
            direct::finish(request, Ok(json!({ "status": "ok" })))
        }
        "create_subshell_request"
        | "delete_subshell_request"
        | "list_subshell_request" => direct::finish(request, subshell(kernel, request)),
        _ => direct::reply(kernel, request),
    };
    if let Some(reply) = reply {
        let parent = reply.parent.clone();
        let route = parent.identities().iter().map(|frame| &**frame);
        // Fails only when the context has ended; the next wait sees that.
        let _ = frames::send(socket, &kernel.signer, &kernel.headers, route, reply);
    }
    kernel.idle(&request.parent);
}

fn subshell(kernel: &Arc<Kernel>, request: &Request) -> Result<Value, Failure> {
    match request.header.msg_type.as_str() {
        "create_subshell_request" => match kernel.create_subshell() {
            Ok(id) => Ok(json!({ "status": "ok", "subshell_id": id })),
            Err(error) => Err(Failure::new("SubshellNotCreated", error.to_string())),
        },
        "delete_subshell_request" => {
            let DeleteSubshellRequest { subshell_id } = direct::content(request)?;
            match kernel.delete_subshell(&subshell_id) {
                true => Ok(json!({ "status": "ok" })),
                false => {
                    let reason = format!("there is no subshell {subshell_id:?}");
                    Err(Failure::new("SubshellNotFound", reason))
                }
            }
        }
        _ => Ok(json!({ "status": "ok", "subshell_id": kernel.list_subshells() })),
    }
}

/// SIGINT, as something to wait for. Without it the signal would end the process.
pub(crate) struct Signals {
    reader: UnixStream,
    registration: SigId,
}

impl Signals {
    pub(crate) fn new() -> io::Result<Self> {
        let (reader, writer) = UnixStream::pair()?;
        reader.set_nonblocking(true)?;
        let registration = signal_hook::low_level::pipe::register(SIGINT, writer)?;
        Ok(Self { reader, registration })
    }

    /// Whether the signal came since the last call.
    fn heard(&self) -> bool {
        let mut bytes = [0; 64];
        io::Read::read(&mut &self.reader, &mut bytes).is_ok_and(|count| count > 0)
    }
}

impl Drop for Signals {
    fn drop(&mut self) {
        signal_hook::low_level::unregister(self.registration);
    }
}

/// Who started the kernel.
#[derive(Debug)]
pub(crate) struct ParentProcess {
    parent: u32,
    /// The process that Jupyter names in `JPY_PARENT_PID`, if it can be seen from here.
    named: Option<PathBuf>,
}

impl ParentProcess {
    pub(crate) fn now() -> Self {
        let named =
            std::env::var("JPY_PARENT_PID").ok().and_then(|id| id.parse::<u32>().ok());
        let named =
            named.filter(|id| *id > 1).map(|id| PathBuf::from(format!("/proc/{id}")));
        Self { parent: parent_id(), named: named.filter(|folder| folder.exists()) }
    }

    /// Whether it has ended: an orphan gets another parent.
    fn gone(&self) -> bool {
        parent_id() != self.parent
            || self.named.as_ref().is_some_and(|named| !named.exists())
    }
}
