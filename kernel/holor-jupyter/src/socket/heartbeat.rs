//! The heartbeat channel: whatever comes goes back as it is.

use zmq::{DONTWAIT, Message, SNDMORE, Socket};

use super::wait;

/// The loop of the heartbeat thread. Returns when the context ends.
pub(crate) fn run(socket: &Socket) {
    while wait(socket, &[], None).is_ok() {
        while let Ok(frame) = socket.recv_msg(DONTWAIT) {
            if echo(socket, frame).is_err() {
                return;
            }
        }
    }
}

/// Sends one message back frame by frame; the first names its sender.
fn echo(socket: &Socket, mut frame: Message) -> zmq::Result<()> {
    while frame.get_more() {
        socket.send(frame, SNDMORE)?;
        frame = socket.recv_msg(0)?;
    }
    socket.send(frame, 0)
}
