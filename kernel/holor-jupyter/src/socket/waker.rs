//! Wakes a channel thread that waits on its socket.

use std::io::{self, Read, Write};
use std::os::fd::{AsRawFd, RawFd};
use std::os::unix::net::UnixStream;
use std::sync::atomic::{AtomicBool, Ordering};

/// A pipe that a channel thread waits on beside its socket; one byte at most lies in it.
#[derive(Debug)]
pub(crate) struct Waker {
    reader: UnixStream,
    writer: UnixStream,
    raised: AtomicBool,
}

impl Waker {
    pub(crate) fn new() -> io::Result<Self> {
        let (reader, writer) = UnixStream::pair()?;
        reader.set_nonblocking(true)?;
        writer.set_nonblocking(true)?;
        Ok(Self { reader, writer, raised: AtomicBool::new(false) })
    }

    /// Wakes the thread, after its work has been put into its queue.
    pub(crate) fn raise(&self) {
        if !self.raised.swap(true, Ordering::SeqCst) {
            // A full pipe wakes as well; a closed one has nobody to wake.
            let _ = (&self.writer).write(&[1]);
        }
    }

    /// Makes ready for the next call. The thread looks into its queue afterwards, never before.
    pub(crate) fn lower(&self) {
        let mut bytes = [0; 16];
        let _ = (&self.reader).read(&mut bytes);
        self.raised.store(false, Ordering::SeqCst);
    }
}

impl AsRawFd for Waker {
    fn as_raw_fd(&self) -> RawFd {
        self.reader.as_raw_fd()
    }
}
