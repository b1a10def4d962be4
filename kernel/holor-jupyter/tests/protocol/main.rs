//! The toy kernel in a process of its own, spoken to by a scripted front end over real sockets.
//!
//! A message that a test does not expect fails it; see [`front::Front::finish`].

#![allow(
    clippy::unwrap_used,
    reason = "a test fails by panicking, also in what it calls"
)]

mod comms;
#[path = "../../examples/echo.rs"]
#[expect(dead_code, reason = "its main is not ours")]
mod echo;
mod execute;
mod front;
mod history;
mod hostile;
mod interrupt;
mod introspect;
mod lifecycle;
mod output;
mod subshells;

/// The kernel process: this same program, started again by [`front::Front::start`].
#[test]
#[ignore = "only runs as the kernel of another test"]
fn kernel_process() {
    let Some(file) = std::env::var_os(front::CONNECTION) else { return };
    let options = holor_jupyter::ServeOptions {
        history: std::env::var_os(front::HISTORY).map(Into::into),
        ..Default::default()
    };
    let outcome = holor_jupyter::serve(file.as_ref(), echo::Echo, options);
    std::process::exit(i32::from(outcome.is_err()));
}
