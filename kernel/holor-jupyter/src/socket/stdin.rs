//! The stdin channel: asks the user of the front end that sent the running cell.

use std::collections::VecDeque;
use std::io;
use std::os::fd::AsRawFd;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use serde::Deserialize;
use serde_json::json;
use zmq::Socket;

use super::wait;
use super::waker::Waker;
use crate::io::InputError;
use crate::kernel::Kernel;
use crate::wire::frames::{self, Outgoing, Request};
use crate::wire::header::Parent;
use crate::wire::{from_json, or_default};

/// Questions to users: one at a time, over all shells.
pub(crate) struct Input {
    state: Mutex<State>,
    changed: Condvar,
    pub(crate) waker: Waker,
}

#[derive(Default)]
struct State {
    outgoing: VecDeque<Outgoing>,
    pending: Option<Pending>,
    closed: bool,
}

/// A question that has been asked.
struct Pending {
    /// Known once the question has been sent.
    msg_id: Option<String>,
    /// Who may answer.
    parent: Parent,
    answer: Option<String>,
}

/// An `input_reply`.
#[derive(Deserialize)]
pub(crate) struct InputReply {
    value: String,
}

/// The question that a reply says it answers; older clients leave it out.
#[derive(Default, Deserialize)]
pub(crate) struct Answered {
    #[serde(default, deserialize_with = "or_default")]
    msg_id: String,
}

impl Input {
    pub(crate) fn new() -> io::Result<Self> {
        Ok(Self {
            state: Mutex::default(),
            changed: Condvar::new(),
            waker: Waker::new()?,
        })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks and waits for the answer, for an interrupt or for the end of the kernel.
    pub(crate) fn ask(
        &self,
        parent: &Parent,
        prompt: &str,
        password: bool,
        interrupt: &AtomicBool,
    ) -> Result<String, InputError> {
        let interrupted = || interrupt.load(Ordering::SeqCst);
        let mut state = self
            .changed
            .wait_while(self.lock(), |state| {
                state.pending.is_some() && !state.closed && !interrupted()
            })
            .unwrap_or_else(PoisonError::into_inner);
        if state.pending.is_none() && !state.closed && !interrupted() {
            let content = json!({ "prompt": prompt, "password": password });
            let parent = parent.clone();
            state.outgoing.push_back(Outgoing::new("input_request", &parent, &content));
            state.pending = Some(Pending { msg_id: None, parent, answer: None });
            self.waker.raise();
            state = self
                .changed
                .wait_while(state, |state| {
                    let waiting =
                        state.pending.as_ref().is_some_and(|p| p.answer.is_none());
                    waiting && !state.closed && !interrupted()
                })
                .unwrap_or_else(PoisonError::into_inner);
            state.outgoing.clear();
            let answer = state.pending.take().and_then(|pending| pending.answer);
            self.changed.notify_all();
            if let Some(answer) = answer {
                return Ok(answer);
            }
        }
        if state.closed { Err(InputError::Closed) } else { Err(InputError::Interrupted) }
    }

    /// Lets whoever waits look at the interrupt flag again.
    pub(crate) fn interrupt(&self) {
        drop(self.lock());
        self.changed.notify_all();
    }

    /// No question will be answered any more.
    pub(crate) fn close(&self) {
        self.lock().closed = true;
        self.changed.notify_all();
        self.waker.raise();
    }

    /// Takes an answer in, if it answers the question that is open.
    fn accept(&self, request: &Request) {
        let Ok(InputReply { value }) = from_json(&request.content) else { return };
        let answered: Answered = from_json(&request.answers).unwrap_or_default();
        let mut state = self.lock();
        let Some(pending) = state.pending.as_mut() else { return };
        let asked = pending.msg_id.as_deref();
        let ours = answered.msg_id.is_empty() || asked == Some(answered.msg_id.as_str());
        let sender = request.parent.identities() == pending.parent.identities();
        if asked.is_some() && ours && sender {
            pending.answer = Some(value);
            self.changed.notify_all();
        }
    }
}

/// The loop of the stdin thread. Returns when the input is closed.
pub(crate) fn run(kernel: &Kernel, socket: &Socket) {
    let input = &kernel.input;
    while wait(socket, &[input.waker.as_raw_fd()], None).is_ok() {
        input.waker.lower();
        let mut state = input.lock();
        if state.closed {
            return;
        }
        while let Some(message) = state.outgoing.pop_front() {
            let parent = message.parent.clone();
            let route = parent.identities().iter().map(|frame| &**frame);
            let Kernel { signer, headers, .. } = kernel;
            let sent = frames::send(socket, signer, headers, route, message);
            if let Some(pending) = state.pending.as_mut() {
                pending.msg_id = sent.ok();
            }
        }
        drop(state);
        while let Some(frames) = frames::receive(socket) {
            match frames::decode(frames, &kernel.signer) {
                Ok(request) if request.header.msg_type == "input_reply" => {
                    input.accept(&request);
                }
                _ => {}
            }
        }
    }
}
