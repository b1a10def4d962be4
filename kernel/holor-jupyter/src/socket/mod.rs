//! The five channels, one thread each, and what they have in common.

pub(crate) mod control;
pub(crate) mod heartbeat;
pub(crate) mod iopub;
pub(crate) mod outbox;
pub(crate) mod shell;
pub(crate) mod stdin;
pub(crate) mod waker;

use std::os::fd::RawFd;
use std::time::Duration;

use zmq::{Context, POLLIN, PollItem, Socket, SocketType};

use crate::serve::ServeError;

/// Largest frame that is accepted; libzmq closes the connection of whoever announces more.
const LARGEST_FRAME: i64 = 1 << 30;
/// Messages kept for one peer that does not read. libzmq's 1,000 would lose output.
const HIGH_WATER: i32 = 100_000;
/// How long closing waits for the last messages to leave, in milliseconds.
const LINGER: i32 = 1_000;

/// Makes a socket of ours and binds it. Returns it with the port that it got.
pub(crate) fn bind(
    context: &Context,
    kind: SocketType,
    channel: &'static str,
    endpoint: &str,
) -> Result<(Socket, u16), ServeError> {
    let make = || -> zmq::Result<(Socket, u16)> {
        let socket = context.socket(kind)?;
        socket.set_linger(LINGER)?;
        socket.set_sndhwm(HIGH_WATER)?;
        socket.set_maxmsgsize(LARGEST_FRAME)?;
        match kind {
            SocketType::ROUTER => socket.set_router_handover(true)?,
            SocketType::XPUB => socket.set_xpub_verbose(true)?,
            _ => {}
        }
        socket.bind(endpoint)?;
        let bound = socket.get_last_endpoint()?.unwrap_or_default();
        let port = bound.rsplit(':').next().and_then(|port| port.parse().ok());
        Ok((socket, port.unwrap_or_default()))
    };
    make().map_err(|source| ServeError::Bind {
        channel,
        endpoint: endpoint.to_owned(),
        source,
    })
}

/// Waits until the socket or one of the descriptors can be read, or time is up.
///
/// Returns early, and with nothing readable, when a signal comes. `None` waits for ever.
/// An error means that the context has ended.
pub(crate) fn wait(
    socket: &Socket,
    descriptors: &[RawFd],
    timeout: Option<Duration>,
) -> zmq::Result<()> {
    let mut items = vec![socket.as_poll_item(POLLIN)];
    items.extend(descriptors.iter().map(|fd| PollItem::from_fd(*fd, POLLIN)));
    // Rounded up: a deadline half a millisecond away must not spin.
    let milliseconds = timeout.map_or(-1, |time| {
        i64::try_from(time.as_micros().div_ceil(1_000)).unwrap_or(i64::MAX)
    });
    match zmq::poll(&mut items, milliseconds) {
        Ok(_) | Err(zmq::Error::EINTR) => Ok(()),
        Err(error) => Err(error),
    }
}
