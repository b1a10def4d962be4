//! The kernel side of the Jupyter protocol, for any language.
//!
//! A [`Language`] says what it is, runs cells and answers questions; [`serve`] does the rest:
//! sockets, signatures, queues, streams, history, comms, subshells, interrupts, shutdown.
//! Nothing here knows mathematics: `examples/echo.rs` is a whole kernel in one file.
//!
//! A cell reaches its reply in six hops: the shell thread reads and verifies it
//! (`wire::frames::decode`), queues it (`Shell::push`), the evaluator runs it
//! (`evaluator::execute`, [`Language::execute`]), outputs wait in the `Outbox` for the iopub
//! thread, and the reply goes back through the shell thread (`Replies`).
//!
//! Deliberately absent: stepping in the debugger, encryption of the sockets, Windows.

mod comms;
mod connection;
mod direct;
mod evaluator;
#[doc(hidden)]
pub mod fuzzing;
mod history;
mod io;
mod kernel;
mod language;
mod names;
mod serve;
mod socket;
mod wire;

pub use io::{CellIo, InputError, Output};
pub use language::{
    Cell, Comm, Completeness, Completion, Execution, Failure, Language, LanguageInfo,
    Match, MimeBundle, Payload, Variable,
};
pub use serve::{ExitReason, ServeError, ServeOptions, serve};
pub use wire::frames::Buffer;
