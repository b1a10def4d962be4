//! Starts a kernel, keeps it running and ends it: [`serve`].

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use zmq::{Context, Socket, SocketType};

use crate::connection::{Connection, Ports};
use crate::history::History;
use crate::kernel::Kernel;
use crate::language::Language;
use crate::socket::control::{self, ParentProcess, Signals};
use crate::socket::{bind, heartbeat, iopub, shell, stdin};
use crate::wire::frames::{self, Outgoing};
use crate::wire::header::Parent;

/// How long a front end may take to note the ports that are announced to it.
const REGISTRATION: Duration = Duration::from_secs(10);
/// The stack of threads that call the language only for small questions.
const CHANNEL_STACK: usize = 16 << 20;

/// How a kernel behaves towards its surroundings.
#[derive(Clone, Debug)]
pub struct ServeOptions {
    /// Where the history is kept; `None` keeps it in memory.
    pub history: Option<PathBuf>,
    /// The stack of each evaluator thread. Only what is used takes memory.
    pub stack_size: usize,
    /// Whether the kernel ends when the process that started it has ended.
    pub watch_parent: bool,
}

impl Default for ServeOptions {
    fn default() -> Self {
        Self { history: None, stack_size: 256 << 20, watch_parent: true }
    }
}

/// Why a kernel ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExitReason {
    /// A front end asked for it.
    Shutdown {
        /// Whether it will start another one in its place.
        restart: bool,
    },
    /// The process that started it has ended.
    ParentGone,
    /// The sockets were closed from elsewhere.
    ContextEnded,
}

/// Why a kernel could not start.
#[derive(Debug)]
pub enum ServeError {
    /// The connection file cannot be read, or the ports cannot be written to it.
    ConnectionFile {
        /// The file.
        path: PathBuf,
        /// What went wrong.
        source: io::Error,
    },
    /// The connection file asks for a signature or transport other than the known ones.
    Unsupported(String),
    /// A channel cannot listen.
    Bind {
        /// The channel.
        channel: &'static str,
        /// Where it should listen.
        endpoint: String,
        /// What went wrong.
        source: zmq::Error,
    },
    /// The ports could not be announced.
    Registration(String),
    /// The system gives no thread, pipe or signal.
    System(io::Error),
}

impl fmt::Display for ServeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ConnectionFile { path, source } => {
                write!(f, "cannot use the connection file {}: {source}", path.display())
            }
            Self::Unsupported(what) => write!(f, "the connection file asks for {what}"),
            Self::Bind { channel, endpoint, source } => {
                write!(f, "the {channel} channel cannot listen at {endpoint}: {source}")
            }
            Self::Registration(why) => write!(f, "cannot announce the ports: {why}"),
            Self::System(source) => write!(f, "cannot start a kernel: {source}"),
        }
    }
}

impl std::error::Error for ServeError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::ConnectionFile { source, .. } | Self::System(source) => Some(source),
            Self::Bind { source, .. } => Some(source),
            Self::Unsupported(_) | Self::Registration(_) => None,
        }
    }
}

/// Runs a kernel until a front end shuts it down or its parent ends.
///
/// The calling thread becomes the control channel. While the kernel runs, SIGINT interrupts
/// the running cell instead of ending the process. A cell that does not heed the interrupt at
/// shutdown is left behind on its thread: the process should end when this returns.
pub fn serve(
    connection_file: &Path,
    language: impl Language,
    options: ServeOptions,
) -> Result<ExitReason, ServeError> {
    let parent = options.watch_parent.then(ParentProcess::now);
    // Before the sockets: from the moment a front end can connect, SIGINT must not kill.
    let signals = Signals::new().map_err(ServeError::System)?;
    let file_error =
        |source| ServeError::ConnectionFile { path: connection_file.to_owned(), source };
    let connection = Connection::read(connection_file).map_err(file_error)?;
    check(&connection)?;
    let mut context = Context::new();
    let (sockets, ports) = Sockets::bind(&context, &connection)?;
    let key = if connection.signature_scheme.is_empty() { "" } else { &connection.key };
    let history = History::new(options.history);
    let kernel = Kernel::new(Box::new(language), key, ports, history, options.stack_size)
        .map(Arc::new)
        .map_err(ServeError::System)?;

    let Sockets { shell, iopub, stdin, control, heartbeat } = sockets;
    kernel.start(&kernel.main.clone()).map_err(ServeError::System)?;
    let k = kernel.clone();
    let iopub = spawn("iopub", move || iopub::run(&k, &iopub))?;
    let k = kernel.clone();
    let shell = spawn("shell", move || shell::run(&k, &shell))?;
    let k = kernel.clone();
    let stdin = spawn("stdin", move || stdin::run(&k, &stdin))?;
    let heartbeat = spawn("heartbeat", move || heartbeat::run(&heartbeat))?;

    if let Some(port) = connection.registration_port {
        register(&context, &kernel, &connection.endpoint(port))?;
    } else if connection.ports.named().iter().any(|(_, port)| *port == 0) {
        Connection::write(connection_file, &ports).map_err(file_error)?;
    }
    let reason = control::run(&kernel, &control, &signals, parent.as_ref());

    // The reply is on its way; what follows must not lose it, nor wait for a stuck cell.
    kernel.interrupt();
    let restart = reason == ExitReason::Shutdown { restart: true };
    // A panic on the way out has nobody to tell.
    let _ = kernel.guarded(|language| language.shutdown(restart));
    kernel.history.save();
    kernel.close();
    drop(control);
    for thread in [shell, iopub, stdin] {
        // A thread that panicked has closed its socket too.
        let _ = thread.join();
    }
    // Ends the heartbeat and waits until all messages have left, within the linger time.
    let _ = context.destroy();
    let _ = heartbeat.join();
    Ok(reason)
}

/// Refuses what we would misunderstand.
fn check(connection: &Connection) -> Result<(), ServeError> {
    let Connection { signature_scheme, transport, key, .. } = connection;
    if !key.is_empty() && !["hmac-sha256", ""].contains(&signature_scheme.as_str()) {
        let what = format!(
            "the signature scheme {signature_scheme:?}; only hmac-sha256 is known"
        );
        return Err(ServeError::Unsupported(what));
    }
    if !["tcp", "ipc"].contains(&transport.as_str()) {
        let what = format!("the transport {transport:?}; only tcp and ipc are known");
        return Err(ServeError::Unsupported(what));
    }
    Ok(())
}

struct Sockets {
    shell: Socket,
    iopub: Socket,
    stdin: Socket,
    control: Socket,
    heartbeat: Socket,
}

impl Sockets {
    /// Binds all five, and says at which ports.
    fn bind(
        context: &Context,
        connection: &Connection,
    ) -> Result<(Self, Ports), ServeError> {
        let ports = ports_for(connection);
        let make = |kind, channel, port| {
            bind(context, kind, channel, &connection.endpoint(port)).map(
                |(socket, found)| {
                    (socket, if connection.transport == "ipc" { port } else { found })
                },
            )
        };
        let (shell, shell_port) = make(SocketType::ROUTER, "shell", ports.shell_port)?;
        let (iopub, iopub_port) = make(SocketType::XPUB, "iopub", ports.iopub_port)?;
        let (stdin, stdin_port) = make(SocketType::ROUTER, "stdin", ports.stdin_port)?;
        let (control, control_port) =
            make(SocketType::ROUTER, "control", ports.control_port)?;
        let (heartbeat, hb_port) = make(SocketType::ROUTER, "heartbeat", ports.hb_port)?;
        let ports = Ports { shell_port, iopub_port, stdin_port, control_port, hb_port };
        Ok((Self { shell, iopub, stdin, control, heartbeat }, ports))
    }
}

/// The ports as the file gives them; over ipc a free port is just another number.
fn ports_for(connection: &Connection) -> Ports {
    let given = connection.ports;
    if connection.transport != "ipc" {
        return given;
    }
    let pick = |port, free| if port == 0 { free } else { port };
    Ports {
        shell_port: pick(given.shell_port, 1),
        iopub_port: pick(given.iopub_port, 2),
        stdin_port: pick(given.stdin_port, 3),
        control_port: pick(given.control_port, 4),
        hb_port: pick(given.hb_port, 5),
    }
}

fn spawn(
    name: &'static str,
    run: impl FnOnce() + Send + 'static,
) -> Result<JoinHandle<()>, ServeError> {
    let builder = thread::Builder::new().name(name.to_owned()).stack_size(CHANNEL_STACK);
    builder.spawn(run).map_err(ServeError::System)
}

/// Tells whoever started the kernel at which ports it listens, and waits until that is noted.
fn register(
    context: &Context,
    kernel: &Kernel,
    endpoint: &str,
) -> Result<(), ServeError> {
    let failed = |error: zmq::Error| ServeError::Registration(error.to_string());
    let socket = context.socket(SocketType::DEALER).map_err(failed)?;
    socket.set_linger(0).map_err(failed)?;
    socket.connect(endpoint).map_err(failed)?;
    let mut ports = kernel.ports.reply();
    if let Some(fields) = ports.as_object_mut() {
        fields.remove("status");
    }
    let message = Outgoing::new("handshake_request", &Parent::none(), &ports);
    frames::send(&socket, &kernel.signer, &kernel.headers, [], message)
        .map_err(failed)?;
    let deadline = Instant::now() + REGISTRATION;
    while let Some(time) = deadline.checked_duration_since(Instant::now()) {
        crate::socket::wait(&socket, &[], Some(time)).map_err(failed)?;
        if let Some(frames) = frames::receive(&socket)
            && let Ok(reply) = frames::decode(frames, &kernel.signer)
            && reply.header.msg_type == "handshake_reply"
        {
            return Ok(());
        }
    }
    Err(ServeError::Registration("no answer".to_owned()))
}
