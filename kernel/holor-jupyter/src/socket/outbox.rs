//! What waits to be published: merged, thinned out, bounded.
//!
//! Text is merged for [`MERGE`] and leaves before any other message of its cell. Frames of one
//! `display_id` leave at most every [`FRAME`], and the last one always. Whoever writes more than
//! fits waits for room, so that a flood costs time rather than memory or messages.

use std::collections::VecDeque;
use std::io;
use std::mem;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::waker::Waker;
use crate::wire::frames::Outgoing;
use crate::wire::header::Parent;
use crate::wire::iopub::{Status, Stream};

/// How long text waits for more of it.
const MERGE: Duration = Duration::from_millis(30);
/// The least time between two frames of one display.
const FRAME: Duration = Duration::from_millis(34);
/// Longest text of one message.
const LONGEST_TEXT: usize = 256 << 10;
/// Bytes and messages that may wait before writers have to.
const MOST_BYTES: usize = 8 << 20;
const MOST_MESSAGES: usize = 10_000;

/// The queue in front of the iopub socket. Any thread writes, one thread takes.
pub(crate) struct Outbox {
    state: Mutex<State>,
    room: Condvar,
    pub(crate) waker: Waker,
}

#[derive(Default)]
struct State {
    ready: VecDeque<Outgoing>,
    texts: Vec<Text>,
    displays: Vec<Display>,
    bytes: usize,
    closed: bool,
}

/// Text of one cell that has not left yet. A cell has at most one.
struct Text {
    parent: Parent,
    name: &'static str,
    text: String,
    due: Instant,
}

/// A display that is being redrawn.
struct Display {
    id: String,
    last: Instant,
    waiting: Option<Outgoing>,
}

/// What the iopub thread should do next.
pub(crate) enum Next {
    /// Send this, then ask again.
    Send(Outgoing),
    /// Sleep until something comes, or until then.
    Sleep(Option<Instant>),
    /// Everything has been sent and nothing will follow.
    Closed,
}

impl Outbox {
    pub(crate) fn new() -> io::Result<Self> {
        Ok(Self { state: Mutex::default(), room: Condvar::new(), waker: Waker::new()? })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until there is room. Channel threads never come here.
    fn lock_with_room(&self) -> MutexGuard<'_, State> {
        self.room
            .wait_while(self.lock(), |state| {
                !state.closed
                    && (state.bytes > MOST_BYTES || state.ready.len() > MOST_MESSAGES)
            })
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Publishes a message without waiting, behind all that its cell has written.
    pub(crate) fn push(&self, message: Outgoing) {
        self.lock().push(message);
        self.waker.raise();
    }

    /// Publishes an output of a cell, when there is room.
    pub(crate) fn push_output(&self, message: Outgoing) {
        self.lock_with_room().push(message);
        self.waker.raise();
    }

    /// Publishes the state of the kernel on behalf of a request. Behind `idle` nothing follows
    /// that its cell has written before.
    pub(crate) fn status(&self, execution_state: &'static str, parent: &Parent) {
        let message = Outgoing::new("status", parent, &Status { execution_state });
        let mut state = self.lock();
        if execution_state == "idle" {
            state.finish_displays(parent);
        }
        state.push(message);
        drop(state);
        self.waker.raise();
    }

    /// Sends off all that a cell has written, including the last frame of its displays.
    pub(crate) fn flush(&self, parent: &Parent) {
        let mut state = self.lock();
        state.seal(parent);
        state.finish_displays(parent);
        drop(state);
        self.waker.raise();
    }

    /// Publishes text of a cell, when there is room, merged with what came shortly before.
    pub(crate) fn text(&self, parent: &Parent, name: &'static str, mut text: &str) {
        while !text.is_empty() {
            let cut = text.floor_char_boundary(LONGEST_TEXT.min(text.len()));
            let (piece, rest) = text.split_at(cut);
            let wake = self.lock_with_room().text(parent, name, piece);
            if wake {
                self.waker.raise();
            }
            text = rest;
        }
    }

    /// Redraws a display. Of frames that come too fast only the newest is kept.
    pub(crate) fn frame(&self, id: &str, message: Outgoing) {
        let now = Instant::now();
        let mut state = self.lock_with_room();
        state.displays.retain(|display| {
            display.waiting.is_some() || now.duration_since(display.last) < FRAME
        });
        match state.displays.iter_mut().find(|display| display.id == id) {
            Some(display) => {
                let old = display.waiting.as_ref().map_or(0, Outgoing::size);
                let new = message.size();
                display.waiting = Some(message);
                state.bytes = (state.bytes + new).saturating_sub(old);
            }
            None => {
                state.displays.push(Display {
                    id: id.to_owned(),
                    last: now,
                    waiting: None,
                });
                state.push(message);
            }
        }
        drop(state);
        self.waker.raise();
    }

    /// Forgets a frame that waits for its turn: a new output with its identifier replaces it.
    pub(crate) fn supersede(&self, id: &str) {
        let mut state = self.lock();
        if let Some(at) = state.displays.iter().position(|display| display.id == id) {
            let old = state.displays.swap_remove(at);
            state.bytes -= old.waiting.as_ref().map_or(0, Outgoing::size);
            self.room.notify_all();
        }
    }

    /// The last message has been pushed.
    pub(crate) fn close(&self) {
        self.lock().closed = true;
        self.room.notify_all();
        self.waker.raise();
    }

    /// The next thing to do for the thread that sends.
    pub(crate) fn next(&self) -> Next {
        let mut state = self.lock();
        let now = Instant::now();
        let state_now = &mut *state;
        if state_now.ready.is_empty() {
            state_now.promote(now);
        }
        if let Some(message) = state_now.ready.pop_front() {
            let full =
                state_now.bytes > MOST_BYTES || state_now.ready.len() >= MOST_MESSAGES;
            state_now.bytes -= message.size();
            drop(state);
            if full {
                self.room.notify_all();
            }
            return Next::Send(message);
        }
        if state_now.closed {
            return Next::Closed;
        }
        let texts = state_now.texts.iter().map(|text| text.due);
        let frames =
            state_now.displays.iter().filter(|display| display.waiting.is_some());
        Next::Sleep(texts.chain(frames.map(|display| display.last + FRAME)).min())
    }
}

impl State {
    fn push(&mut self, message: Outgoing) {
        self.seal(&message.parent);
        self.bytes += message.size();
        self.ready.push_back(message);
    }

    /// Takes text in. Returns whether the sender must hear of it.
    fn text(&mut self, parent: &Parent, name: &'static str, piece: &str) -> bool {
        self.bytes += piece.len();
        let found = self.texts.iter().position(|text| text.parent.is(parent));
        if let Some(at) = found {
            let text = &mut self.texts[at];
            if text.name == name && text.text.len() + piece.len() <= LONGEST_TEXT {
                text.text.push_str(piece);
                return false;
            }
            self.seal(parent);
        }
        self.texts.push(Text {
            parent: parent.clone(),
            name,
            text: piece.to_owned(),
            due: Instant::now() + MERGE,
        });
        true
    }

    /// Moves the text of one cell into the queue.
    fn seal(&mut self, parent: &Parent) {
        if let Some(at) = self.texts.iter().position(|text| text.parent.is(parent)) {
            let text = self.texts.remove(at);
            self.send_text(&text);
        }
    }

    fn send_text(&mut self, text: &Text) {
        let content = Stream { name: text.name, text: &text.text };
        let message = Outgoing::new("stream", &text.parent, &content);
        self.bytes = (self.bytes + message.size()).saturating_sub(text.text.len());
        self.ready.push_back(message);
    }

    /// Moves the frames of one cell that wait for their turn into the queue.
    fn finish_displays(&mut self, parent: &Parent) {
        for display in &mut self.displays {
            let waiting = display.waiting.take_if(|message| message.parent.is(parent));
            self.ready.extend(waiting);
        }
    }

    /// Moves everything that has waited long enough into the queue; on closing, everything.
    fn promote(&mut self, now: Instant) {
        let due = |at: Instant| self.closed || at <= now;
        let (leaving, staying) =
            mem::take(&mut self.texts).into_iter().partition(|text: &Text| due(text.due));
        let leaving: Vec<Text> = leaving;
        self.texts = staying;
        let closed = self.closed;
        for display in &mut self.displays {
            if closed || display.last + FRAME <= now {
                let waiting = display.waiting.take();
                if waiting.is_some() {
                    display.last = now;
                }
                self.ready.extend(waiting);
            }
        }
        leaving.iter().for_each(|text| self.send_text(text));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(outbox: &Outbox) -> Vec<(String, String)> {
        let mut taken = Vec::new();
        while let Next::Send(message) = outbox.next() {
            let content = String::from_utf8(message.content).unwrap();
            taken.push((message.msg_type, content));
        }
        taken
    }

    fn types(outbox: &Outbox) -> Vec<String> {
        taken(outbox).into_iter().map(|(kind, _)| kind).collect()
    }

    #[test]
    fn text_merges_and_leaves_before_other_messages_of_its_cell() {
        let outbox = Outbox::new().unwrap();
        let (one, two) = (Parent::none(), Parent::none());
        outbox.text(&one, "stdout", "a");
        outbox.text(&two, "stdout", "x");
        outbox.text(&one, "stdout", "b");
        outbox.text(&one, "stderr", "c");
        outbox.status("idle", &one);
        let first = taken(&outbox);
        assert_eq!(first[0].1, r#"{"name":"stdout","text":"ab"}"#);
        assert_eq!(first[1].1, r#"{"name":"stderr","text":"c"}"#);
        assert_eq!(first[2].0, "status");
        assert_eq!(first.len(), 3, "the other cell's text still waits");
        std::thread::sleep(MERGE);
        assert_eq!(types(&outbox), ["stream"]);
        assert_eq!(outbox.lock().bytes, 0);
    }

    #[test]
    fn frames_are_thinned_and_the_last_one_arrives() {
        let outbox = Outbox::new().unwrap();
        let parent = Parent::none();
        for number in 0..1_000 {
            outbox.frame("d", Outgoing::new("update_display_data", &parent, &number));
        }
        assert!(taken(&outbox).len() <= 2);
        outbox.frame("d", Outgoing::new("update_display_data", &parent, &"last"));
        outbox.status("idle", &parent);
        let rest = taken(&outbox);
        assert_eq!(rest[0].1, "\"last\"");
        assert_eq!(rest[1].0, "status");
        assert_eq!(outbox.lock().bytes, 0);
    }

    #[test]
    fn long_text_is_cut_between_characters() {
        let outbox = Outbox::new().unwrap();
        let parent = Parent::none();
        outbox.text(&parent, "stdout", &"∇".repeat(200_000));
        outbox.flush(&parent);
        let pieces = taken(&outbox);
        assert_eq!(pieces.len(), 3);
        let letters: usize =
            pieces.iter().map(|(_, text)| text.matches('∇').count()).sum();
        assert_eq!(letters, 200_000);
    }

    #[test]
    fn closing_sends_everything() {
        let outbox = Outbox::new().unwrap();
        let parent = Parent::none();
        outbox.text(&parent, "stdout", "a");
        outbox.frame("d", Outgoing::new("update_display_data", &parent, &1));
        outbox.frame("d", Outgoing::new("update_display_data", &parent, &2));
        outbox.close();
        assert_eq!(
            types(&outbox),
            ["stream", "update_display_data", "update_display_data"]
        );
        assert!(matches!(outbox.next(), Next::Closed));
    }
}
