//! The iopub channel: publishes outputs and states, welcomes whoever subscribes.

use std::os::fd::AsRawFd;
use std::time::{Duration, Instant};

use zmq::{DONTWAIT, Socket};

use super::outbox::Next;
use super::wait;
use crate::kernel::Kernel;
use crate::wire::frames::{self, Outgoing};
use crate::wire::header::Parent;
use crate::wire::iopub::{Status, Welcome};

/// The loop of the iopub thread. Returns when the outbox has been closed and emptied.
pub(crate) fn run(kernel: &Kernel, socket: &Socket) {
    let mut publisher = Publisher { kernel, socket, started: false };
    let mut pace = Pace::new();
    loop {
        publisher.welcome();
        match pace.pause() {
            Some(pause) => std::thread::sleep(pause),
            None => match kernel.outbox.next() {
                Next::Send(message) => {
                    pace.count(&message);
                    publisher.publish(message);
                }
                Next::Sleep(until) => {
                    let time =
                        until.map(|at| at.saturating_duration_since(Instant::now()));
                    let waker = &kernel.outbox.waker;
                    if wait(socket, &[waker.as_raw_fd()], time).is_err() {
                        return;
                    }
                    waker.lower();
                }
                Next::Closed => return,
            },
        }
    }
}

struct Publisher<'a> {
    kernel: &'a Kernel,
    socket: &'a Socket,
    started: bool,
}

impl Publisher<'_> {
    /// Answers new subscriptions (JEP 65). `starting` follows the first, so that it is heard.
    fn welcome(&mut self) {
        while let Ok(event) = self.socket.recv_msg(DONTWAIT) {
            let Some((1, topic)) = event.split_first() else { continue };
            let subscription = String::from_utf8_lossy(topic);
            let content = Welcome { subscription: &subscription };
            let welcome = Outgoing::new("iopub_welcome", &Parent::none(), &content);
            self.send(topic, welcome);
            self.start();
        }
    }

    /// Says once that the kernel starts, before anything else is said.
    fn start(&mut self) {
        if !self.started {
            self.started = true;
            let content = Status { execution_state: "starting" };
            let message = Outgoing::new("status", &Parent::none(), &content);
            self.publish(message);
        }
    }

    fn publish(&mut self, message: Outgoing) {
        self.start();
        let topic =
            format!("kernel.{}.{}", self.kernel.headers.session(), message.msg_type);
        self.send(topic.as_bytes(), message);
    }

    fn send(&self, topic: &[u8], message: Outgoing) {
        let Kernel { signer, headers, .. } = self.kernel;
        // Fails only when the context has ended; the next wait sees that.
        let _ = frames::send(self.socket, signer, headers, [topic], message);
    }
}

/// Slows floods down to what a front end can read, since libzmq would hold or drop the rest.
///
/// A publisher learns nothing about its readers, so this is a fixed allowance: bursts are free,
/// lasting floods go at a rate above what Jupyter's own client reads (10,000 messages or
/// 100 MiB a second), and far above what Jupyter Server lets through.
struct Pace {
    messages: f64,
    bytes: f64,
    last: Instant,
}

impl Pace {
    const MESSAGES: (f64, f64) = (50_000.0, 10_000.0);
    const BYTES: (f64, f64) = ((24 << 20) as f64, (96 << 20) as f64);

    fn new() -> Self {
        Self { messages: Self::MESSAGES.0, bytes: Self::BYTES.0, last: Instant::now() }
    }

    /// Only text counts as bytes: pictures and fields are drawn one frame at a time.
    fn count(&mut self, message: &Outgoing) {
        self.messages -= 1.0;
        if message.msg_type == "stream" {
            self.bytes -= message.size() as f64;
        }
    }

    /// How long to wait before the next message, if at all.
    fn pause(&mut self) -> Option<Duration> {
        if self.messages > 0.0 && self.bytes > 0.0 {
            return None;
        }
        let elapsed = self.last.elapsed().as_secs_f64();
        self.last = Instant::now();
        self.messages =
            (self.messages + elapsed * Self::MESSAGES.1).min(Self::MESSAGES.0);
        self.bytes = (self.bytes + elapsed * Self::BYTES.1).min(Self::BYTES.0);
        (self.messages <= 0.0 || self.bytes <= 0.0).then_some(Duration::from_millis(1))
    }
}
