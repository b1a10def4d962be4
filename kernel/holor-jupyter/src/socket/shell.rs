//! The shell channel: queues cells and comm messages, answers everything else itself.

use std::os::fd::AsRawFd;
use std::sync::Arc;

use zmq::Socket;

use super::wait;
use crate::direct;
use crate::kernel::{Kernel, Reply};
use crate::language::Failure;
use crate::wire::frames::{self, Outgoing, Request};

/// Messages taken from the socket before replies get their turn.
const TURN: usize = 64;

/// The loop of the shell thread. Returns when the replies are closed and sent.
pub(crate) fn run(kernel: &Arc<Kernel>, socket: &Socket) {
    let channel = Channel { kernel, socket };
    while !kernel.replies.finished() {
        if wait(socket, &[kernel.replies.waker.as_raw_fd()], None).is_err() {
            return;
        }
        kernel.replies.waker.lower();
        // The descriptor tells of changes only, so both queues are emptied each time.
        loop {
            let mut busy = false;
            while let Some(reply) = kernel.replies.pop() {
                channel.forward(reply);
                busy = true;
            }
            busy |= channel.read(TURN) > 0;
            if !busy {
                break;
            }
        }
    }
}

struct Channel<'a> {
    kernel: &'a Arc<Kernel>,
    socket: &'a Socket,
}

impl Channel<'_> {
    /// Takes requests in, up to a number. Returns how many messages came.
    fn read(&self, most: usize) -> usize {
        let mut count = 0;
        while count < most
            && let Some(frames) = frames::receive(self.socket)
        {
            count += 1;
            if let Ok(request) = frames::decode(frames, &self.kernel.signer) {
                self.dispatch(request);
            }
        }
        count
    }

    /// Sends the reply of an evaluator. If it aborts cells, these are the ones that were sent
    /// before their sender could know of the failure: all that has arrived by now.
    fn forward(&self, reply: Reply) {
        if let Some(shell) = reply.aborts {
            while self.read(TURN) > 0 {}
            shell.abort_waiting();
        }
        self.send(reply.message);
    }

    fn dispatch(&self, request: Request) {
        match request.header.msg_type.as_str() {
            "execute_request" | "comm_open" | "comm_msg" | "comm_close" => {
                match self.kernel.shell(request.header.subshell_id.as_deref()) {
                    Some(shell) => shell.push(request),
                    None => self.answer(&request, |request| {
                        let reason = "there is no such subshell";
                        direct::finish(
                            request,
                            Err(Failure::new("SubshellNotFound", reason)),
                        )
                    }),
                }
            }
            _ => self.answer(&request, |request| direct::reply(self.kernel, request)),
        }
    }

    fn answer(&self, request: &Request, reply: impl Fn(&Request) -> Option<Outgoing>) {
        self.kernel.outbox.status("busy", &request.parent);
        if let Some(reply) = reply(request) {
            self.send(reply);
        }
        self.kernel.idle(&request.parent);
    }

    fn send(&self, message: Outgoing) {
        let Kernel { signer, headers, .. } = &**self.kernel;
        let parent = message.parent.clone();
        let route = parent.identities().iter().map(|frame| &**frame);
        // Fails only when the context has ended; the next wait sees that.
        let _ = frames::send(self.socket, signer, headers, route, message);
    }
}
