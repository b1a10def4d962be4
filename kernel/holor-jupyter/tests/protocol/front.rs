//! A front end that follows a script and accepts nothing else.

use std::collections::VecDeque;
use std::ops::Index;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use zmq::{Context, Socket, SocketType};

pub(crate) const CONNECTION: &str = "HOLOR_TEST_CONNECTION";
pub(crate) const HISTORY: &str = "HOLOR_TEST_HISTORY";
pub(crate) const KEY: &str = "a key for tests";
const PATIENCE: Duration = Duration::from_secs(20);

/// A message of the kernel, its signature verified.
#[derive(Debug)]
pub(crate) struct Message {
    pub(crate) header: Value,
    pub(crate) parent: Value,
    pub(crate) metadata: Value,
    pub(crate) content: Value,
    pub(crate) buffers: Vec<Vec<u8>>,
}

impl Message {
    pub(crate) fn kind(&self) -> &str {
        self.header["msg_type"].as_str().unwrap()
    }

    /// The identifier of the request that this answers.
    pub(crate) fn answers(&self) -> &str {
        self.parent["msg_id"].as_str().unwrap_or("")
    }

    fn is_status(&self, state: &str) -> bool {
        self.kind() == "status" && self["execution_state"] == state
    }
}

/// A field of the content.
impl Index<&str> for Message {
    type Output = Value;

    fn index(&self, field: &str) -> &Value {
        &self.content[field]
    }
}

/// The sockets of one client.
pub(crate) struct Client {
    pub(crate) shell: Socket,
    pub(crate) control: Socket,
    pub(crate) stdin: Socket,
    pub(crate) iopub: Socket,
    pub(crate) heartbeat: Socket,
}

/// A kernel process and its one client; others may [`connect`](Front::connect).
pub(crate) struct Front {
    pub(crate) context: Context,
    pub(crate) connection: Value,
    pub(crate) kernel: Child,
    pub(crate) client: Client,
    folder: PathBuf,
    /// Published messages that a test has not looked at.
    published: VecDeque<Message>,
    pub(crate) key: String,
}

static COUNT: AtomicU64 = AtomicU64::new(0);

fn fresh() -> String {
    format!("{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed))
}

impl Front {
    pub(crate) fn start() -> Self {
        Self::start_with(json!({}))
    }

    /// Starts a kernel with other entries in its connection file.
    pub(crate) fn start_with(entries: Value) -> Self {
        let folder = std::env::temp_dir().join(format!("holor-jupyter-{}", fresh()));
        std::fs::create_dir_all(&folder).unwrap();
        Self::start_in(folder, entries)
    }

    /// Starts a kernel that shares its folder, and so its history, with others.
    pub(crate) fn start_in(folder: PathBuf, entries: Value) -> Self {
        let mut connection = json!({
            "transport": "tcp", "ip": "127.0.0.1", "key": KEY,
            "signature_scheme": "hmac-sha256", "kernel_name": "echo",
            "shell_port": 0, "iopub_port": 0, "stdin_port": 0, "control_port": 0, "hb_port": 0,
        });
        for (name, value) in entries.as_object().unwrap() {
            connection[name] = value.clone();
        }
        let file = folder.join(format!("connection-{}.json", fresh()));
        std::fs::write(&file, connection.to_string()).unwrap();
        let history = folder.join("history.jsonl");
        let kernel = kernel_process(&file).env(HISTORY, history).spawn().unwrap();
        let start = Instant::now();
        while connection["hb_port"] == 0 {
            assert!(start.elapsed() < PATIENCE, "the kernel writes no ports");
            sleep(Duration::from_millis(2));
            connection = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
        }
        assert_eq!(connection["kernel_name"], "echo", "unknown entries stay in the file");
        let context = Context::new();
        let key = connection["key"].as_str().unwrap().to_owned();
        let client = Client::new(&context, &connection, &fresh());
        let mut front = Self {
            context,
            connection,
            kernel,
            client,
            folder,
            published: VecDeque::new(),
            key,
        };
        let welcome = front.published("iopub_welcome");
        assert_eq!(welcome["subscription"], "");
        assert_eq!(welcome.parent, json!({}));
        let starting = front.published("status");
        assert!(starting.is_status("starting"), "{starting:?}");
        front
    }

    /// Another client of the same kernel, subscribed to everything.
    pub(crate) fn connect(&self, identity: &str) -> Client {
        Client::new(&self.context, &self.connection, identity)
    }

    pub(crate) fn folder(&self) -> PathBuf {
        self.folder.clone()
    }

    /// A signed message as frames, with its identifier.
    pub(crate) fn frames(
        &self,
        msg_type: &str,
        content: &Value,
        extra: &Value,
    ) -> (String, Vec<Vec<u8>>) {
        let id = fresh();
        let mut header = json!({
            "msg_id": id, "session": "front", "username": "test", "msg_type": msg_type,
            "date": "2026-01-01T00:00:00Z", "version": "5.5", "x-unknown": [1, {"a": null}],
        });
        if let Some(subshell) = extra.get("subshell_id") {
            header["subshell_id"] = subshell.clone();
        }
        let parent = extra.get("parent").cloned().unwrap_or(json!({}));
        let metadata = extra.get("metadata").cloned().unwrap_or(json!({}));
        let parts: Vec<Vec<u8>> = [&header, &parent, &metadata, content]
            .iter()
            .map(|part| part.to_string().into_bytes())
            .collect();
        let mut frames = vec![b"<IDS|MSG>".to_vec(), sign(&self.key, &parts)];
        frames.extend(parts);
        (id, frames)
    }

    pub(crate) fn send(&self, socket: &Socket, msg_type: &str, content: Value) -> String {
        let (id, frames) = self.frames(msg_type, &content, &json!({}));
        socket.send_multipart(frames, 0).unwrap();
        id
    }

    /// Sends a request through the shell channel.
    pub(crate) fn shell(&self, msg_type: &str, content: Value) -> String {
        self.send(&self.client.shell, msg_type, content)
    }

    /// Sends a request through the shell channel with metadata, subshell or parent.
    pub(crate) fn shell_with(
        &self,
        msg_type: &str,
        content: Value,
        extra: Value,
    ) -> String {
        let (id, frames) = self.frames(msg_type, &content, &extra);
        self.client.shell.send_multipart(frames, 0).unwrap();
        id
    }

    pub(crate) fn execute(&self, code: &str) -> String {
        self.shell("execute_request", json!({ "code": code }))
    }

    /// The next message of a socket.
    pub(crate) fn receive(&self, socket: &Socket) -> Message {
        self.receive_within(socket, PATIENCE).expect("a message within the time")
    }

    pub(crate) fn receive_within(
        &self,
        socket: &Socket,
        time: Duration,
    ) -> Option<Message> {
        let time = i64::try_from(time.as_millis()).unwrap();
        if socket.poll(zmq::POLLIN, time).unwrap() == 0 {
            return None;
        }
        let frames = socket.recv_multipart(0).unwrap();
        let at = frames.iter().position(|frame| frame == b"<IDS|MSG>").unwrap();
        assert_eq!(frames[at + 1], sign(&self.key, &frames[at + 2..at + 6]), "signature");
        let part =
            |n: usize| serde_json::from_slice::<Value>(&frames[at + 2 + n]).unwrap();
        let message = Message {
            header: part(0),
            parent: part(1),
            metadata: part(2),
            content: part(3),
            buffers: frames[at + 6..].to_vec(),
        };
        let mut keys: Vec<&str> =
            message.header.as_object().unwrap().keys().map(String::as_str).collect();
        keys.sort_unstable();
        assert_eq!(
            keys,
            ["date", "msg_id", "msg_type", "session", "username", "version"]
        );
        assert_eq!(message.header["version"], "5.5");
        if message.parent != json!({}) {
            assert_eq!(message.parent["x-unknown"], json!([1, {"a": null}]), "kept");
        }
        Some(message)
    }

    /// The reply to a request on the shell channel.
    pub(crate) fn reply(&self, id: &str, kind: &str) -> Message {
        self.reply_on(&self.client.shell, id, kind)
    }

    pub(crate) fn reply_on(&self, socket: &Socket, id: &str, kind: &str) -> Message {
        let reply = self.receive(socket);
        assert_eq!((reply.kind(), reply.answers()), (kind, id), "{reply:?}");
        reply
    }

    /// The next published message, which must be of this kind.
    pub(crate) fn published(&mut self, kind: &str) -> Message {
        let message = match self.published.pop_front() {
            Some(message) => message,
            None => self.receive(&self.client.iopub),
        };
        assert_eq!(message.kind(), kind, "{message:?}");
        message
    }

    /// What a request publishes between busy and idle. Messages of other requests stay for
    /// later; a `busy` said again for a running cell is passed over.
    pub(crate) fn outputs(&mut self, id: &str) -> Vec<Message> {
        let mut found = Vec::new();
        let mut others = VecDeque::new();
        loop {
            let message = match self.published.pop_front() {
                Some(message) => message,
                None => self.receive(&self.client.iopub),
            };
            if message.answers() != id {
                others.push_back(message);
                continue;
            }
            let idle = message.is_status("idle");
            let again = message.is_status("busy") && !found.is_empty();
            if !again {
                found.push(message);
            }
            if idle {
                break;
            }
        }
        others.append(&mut self.published);
        self.published = others;
        assert!(found.remove(0).is_status("busy"), "busy comes first");
        found.pop();
        found
    }

    /// Sends a request, checks its busy and idle, returns its reply.
    pub(crate) fn ask(&mut self, msg_type: &str, content: Value) -> Message {
        let id = self.shell(msg_type, content);
        let subject = msg_type.strip_suffix("_request").unwrap();
        let reply = self.reply(&id, &format!("{subject}_reply"));
        assert_kinds(&self.outputs(&id), &[]);
        reply
    }

    /// The same through the control channel.
    pub(crate) fn command(&mut self, msg_type: &str, content: Value) -> Message {
        let id = self.send(&self.client.control, msg_type, content);
        let subject = msg_type.strip_suffix("_request").unwrap();
        let reply = self.reply_on(&self.client.control, &id, &format!("{subject}_reply"));
        assert_kinds(&self.outputs(&id), &[]);
        reply
    }

    /// Runs a cell to its end and returns reply and outputs, without the input.
    pub(crate) fn run(&mut self, code: &str) -> (Message, Vec<Message>) {
        self.run_with(json!({ "code": code }))
    }

    pub(crate) fn run_with(&mut self, content: Value) -> (Message, Vec<Message>) {
        let id = self.shell("execute_request", content);
        let reply = self.reply(&id, "execute_reply");
        let mut outputs = self.outputs(&id);
        if outputs.first().is_some_and(|first| first.kind() == "execute_input") {
            outputs.remove(0);
        }
        (reply, outputs)
    }

    /// Checks that the kernel still does its work.
    pub(crate) fn alive(&mut self) {
        let (reply, outputs) = self.run("alive");
        assert_eq!(reply["status"], "ok");
        assert_eq!(outputs[0]["data"]["text/plain"], "alive");
    }

    /// Checks that nothing more has been said, shuts down, and waits for the end.
    pub(crate) fn finish(mut self) {
        let Client { shell, control, stdin, iopub, .. } = &self.client;
        for socket in [iopub, shell, control, stdin] {
            let more = self.receive_within(socket, Duration::from_millis(60));
            assert!(more.is_none(), "unexpected {more:?}");
        }
        self.published.retain(|message| !message.is_status("busy"));
        assert!(self.published.is_empty(), "unexpected {:?}", self.published);
        let id = self.send(&self.client.control, "shutdown_request", json!({}));
        let reply = self.reply_on(&self.client.control, &id, "shutdown_reply");
        assert_eq!(reply.content, json!({ "status": "ok", "restart": false }));
        let kinds: Vec<_> = self.outputs(&id);
        assert_kinds(&kinds, &["shutdown_reply"]);
        assert_eq!(self.wait(), Some(0));
        // Other kernels of the test may still use the folder.
        let _ = std::fs::remove_dir_all(&self.folder);
    }

    /// Waits for the end of the process.
    pub(crate) fn wait(&mut self) -> Option<i32> {
        let start = Instant::now();
        loop {
            if let Some(status) = self.kernel.try_wait().unwrap() {
                return status.code();
            }
            assert!(start.elapsed() < PATIENCE, "the kernel does not end");
            sleep(Duration::from_millis(1));
        }
    }
}

impl Drop for Front {
    fn drop(&mut self) {
        let _ = self.kernel.kill();
        let _ = self.kernel.wait();
    }
}

impl Client {
    pub(crate) fn new(context: &Context, connection: &Value, identity: &str) -> Self {
        let open = |kind, port: &str| {
            let socket = context.socket(kind).unwrap();
            socket.set_linger(0).unwrap();
            socket.set_rcvhwm(0).unwrap();
            match kind {
                SocketType::SUB => socket.set_subscribe(b"").unwrap(),
                _ => socket.set_identity(identity.as_bytes()).unwrap(),
            }
            let (transport, ip) = (&connection["transport"], &connection["ip"]);
            let (transport, ip) = (transport.as_str().unwrap(), ip.as_str().unwrap());
            let separator = if transport == "ipc" { '-' } else { ':' };
            let address = format!("{transport}://{ip}{separator}{}", connection[port]);
            socket.connect(&address).unwrap();
            socket
        };
        Self {
            iopub: open(SocketType::SUB, "iopub_port"),
            shell: open(SocketType::DEALER, "shell_port"),
            control: open(SocketType::DEALER, "control_port"),
            stdin: open(SocketType::DEALER, "stdin_port"),
            heartbeat: open(SocketType::REQ, "hb_port"),
        }
    }
}

/// A kernel in a process of its own: this same program, started again.
pub(crate) fn kernel_process(connection_file: &Path) -> Command {
    let mut kernel = Command::new(std::env::current_exe().unwrap());
    kernel.args(["--ignored", "--exact", "kernel_process", "--nocapture"]);
    kernel.env(CONNECTION, connection_file).stdout(Stdio::null()).stderr(Stdio::null());
    kernel
}

/// The signature of the four dictionaries, written without the crate's own code.
pub(crate) fn sign(key: &str, parts: &[Vec<u8>]) -> Vec<u8> {
    if key.is_empty() {
        return Vec::new();
    }
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).unwrap();
    parts.iter().for_each(|part| mac.update(part));
    let digest = mac.finalize().into_bytes();
    digest.iter().map(|byte| format!("{byte:02x}")).collect::<String>().into_bytes()
}

/// Checks the kinds of messages, in order.
pub(crate) fn assert_kinds(messages: &[Message], expected: &[&str]) {
    let kinds: Vec<&str> = messages.iter().map(Message::kind).collect();
    assert_eq!(kinds, expected, "{messages:?}");
}

impl Front {
    /// What a request publishes, while other clients connect and are welcomed.
    pub(crate) fn outputs_after_welcome(
        &mut self,
        id: &str,
        clients: usize,
    ) -> Vec<Message> {
        let outputs = self.outputs(id);
        for _ in 0..clients {
            let at = self.published.iter().position(|m| m.kind() == "iopub_welcome");
            match at {
                Some(at) => drop(self.published.remove(at)),
                None => {
                    self.published("iopub_welcome");
                }
            }
        }
        outputs
    }

    /// Passes over the welcomes of strangers.
    pub(crate) fn forget_welcomes(&mut self) {
        let time = Duration::from_millis(100);
        while let Some(message) = self.receive_within(&self.client.iopub, time) {
            self.published.push_back(message);
        }
        self.published.retain(|message| message.kind() != "iopub_welcome");
    }

    /// What a running cell publishes up to its idle, but for `busy` said again. Messages of
    /// other requests stay for later.
    pub(crate) fn rest(&mut self, id: &str) -> Vec<Message> {
        let mut found = Vec::new();
        let mut others = VecDeque::new();
        loop {
            let message = match self.published.pop_front() {
                Some(message) => message,
                None => self.receive(&self.client.iopub),
            };
            if message.answers() != id {
                others.push_back(message);
            } else if message.is_status("idle") {
                others.append(&mut self.published);
                self.published = others;
                return found;
            } else if !message.is_status("busy") {
                found.push(message);
            }
        }
    }
}
