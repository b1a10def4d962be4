//! Between socket frames and messages.
//!
//! On the wire: routing frames, `<IDS|MSG>`, signature, header, parent header, metadata,
//! content, then any number of binary buffers.

use std::fmt;
use std::ops::Deref;

use zmq::{DONTWAIT, Message, SNDMORE, Socket};

use super::header::{Header, Headers, Parent};
use super::signature::{Rejection, Signer};
use super::{from_json, to_json};

pub(crate) const DELIMITER: &[u8] = b"<IDS|MSG>";
/// Frames beyond this number make a message malformed; they are read and forgotten.
const MOST_FRAMES: usize = 4_096;

/// Binary data that travels beside a message and is never copied: neither when it came from
/// the network, nor when it is made from a `Vec<u8>`.
pub struct Buffer(Message);

impl Deref for Buffer {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl From<Vec<u8>> for Buffer {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes.into())
    }
}

impl fmt::Debug for Buffer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Buffer({} bytes)", self.len())
    }
}

/// A request that carries a right signature and a readable header. Its content may be wrong.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) header: Header,
    pub(crate) parent: Parent,
    /// The parent header of the request itself: answers to `input_request` name it.
    pub(crate) answers: Message,
    pub(crate) metadata: Message,
    pub(crate) content: Message,
    pub(crate) buffers: Vec<Buffer>,
}

/// Why frames are no request. They are dropped without an answer: nobody trustworthy sent them.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Unreadable {
    /// No delimiter, or too few frames behind it, or too many altogether.
    Frames,
    Signature(Rejection),
    /// The header is no JSON object with a `msg_type`.
    Header,
}

/// Takes the next message off a socket if one is there.
pub(crate) fn receive(socket: &Socket) -> Option<Vec<Message>> {
    let mut frames = vec![socket.recv_msg(DONTWAIT).ok()?];
    while frames.last().is_some_and(Message::get_more) {
        let frame = socket.recv_msg(0).ok()?;
        if frames.len() > MOST_FRAMES {
            frames.pop();
        }
        frames.push(frame);
    }
    Some(frames)
}

/// Reads and verifies the frames of one message.
pub(crate) fn decode(
    frames: Vec<Message>,
    signer: &Signer,
) -> Result<Request, Unreadable> {
    if frames.len() > MOST_FRAMES {
        return Err(Unreadable::Frames);
    }
    let mut frames = frames.into_iter();
    let mut identities = Vec::new();
    loop {
        let frame = frames.next().ok_or(Unreadable::Frames)?;
        if &*frame == DELIMITER {
            break;
        }
        identities.push(Box::from(&*frame));
    }
    let mut next = || frames.next().ok_or(Unreadable::Frames);
    let (signature, header, answers) = (next()?, next()?, next()?);
    let (metadata, content) = (next()?, next()?);
    signer
        .verify(&signature, [&header, &answers, &metadata, &content])
        .map_err(Unreadable::Signature)?;
    let parent = Parent::new(&header, identities);
    let header = from_json(&header).map_err(|_| Unreadable::Header)?;
    let buffers = frames.map(Buffer).collect();
    Ok(Request { header, parent, answers, metadata, content, buffers })
}

/// A message ready for a socket, but for its header and signature.
#[derive(Debug)]
pub(crate) struct Outgoing {
    pub(crate) msg_type: String,
    pub(crate) parent: Parent,
    pub(crate) metadata: Vec<u8>,
    pub(crate) content: Vec<u8>,
    pub(crate) buffers: Vec<Buffer>,
}

impl Outgoing {
    pub(crate) fn new(
        msg_type: impl Into<String>,
        parent: &Parent,
        content: &impl serde::Serialize,
    ) -> Self {
        Self {
            msg_type: msg_type.into(),
            parent: parent.clone(),
            metadata: b"{}".to_vec(),
            content: to_json(content),
            buffers: Vec::new(),
        }
    }

    /// Bytes that the message holds in memory while it waits.
    pub(crate) fn size(&self) -> usize {
        let buffers: usize = self.buffers.iter().map(|buffer| buffer.len()).sum();
        self.content.len() + self.metadata.len() + buffers + 256
    }
}

/// Signs a message and sends it. Returns its identifier.
///
/// Sending never blocks: routers and publishers drop what nobody takes, beyond their marks.
pub(crate) fn send<'a>(
    socket: &Socket,
    signer: &Signer,
    headers: &Headers,
    route: impl IntoIterator<Item = &'a [u8]>,
    message: Outgoing,
) -> zmq::Result<String> {
    let (msg_id, header) = headers.make(&message.msg_type);
    let parent = message.parent.header();
    let signature = signer.sign([&header, parent, &message.metadata, &message.content]);
    for frame in route {
        socket.send(frame, SNDMORE)?;
    }
    socket.send(DELIMITER, SNDMORE)?;
    socket.send(signature, SNDMORE)?;
    socket.send(header, SNDMORE)?;
    socket.send(parent, SNDMORE)?;
    socket.send(message.metadata, SNDMORE)?;
    let mut last = Message::from(message.content);
    for buffer in message.buffers {
        socket.send(last, SNDMORE)?;
        last = buffer.0;
    }
    socket.send(last, 0)?;
    Ok(msg_id)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frames(parts: &[&[u8]]) -> Vec<Message> {
        parts.iter().map(|part| Message::from(*part)).collect()
    }

    #[test]
    fn too_few_frames_are_refused() {
        let signer = Signer::new("");
        let full: &[&[u8]] = &[
            b"peer",
            DELIMITER,
            b"",
            b"{\"msg_type\":\"x_request\"}",
            b"{}",
            b"{}",
            b"{}",
        ];
        for length in 0..full.len() {
            let refused = decode(frames(&full[..length]), &signer).unwrap_err();
            assert_eq!(refused, Unreadable::Frames);
        }
        assert!(decode(frames(full), &signer).is_ok());
    }

    #[test]
    fn headers_must_be_objects() {
        let signer = Signer::new("");
        for header in [&b"[\"x_request\"]"[..], b"{}", b"\xff", b"{\"msg_type\":1}", b""]
        {
            let parts = frames(&[DELIMITER, b"", header, b"{}", b"{}", b"{}"]);
            assert_eq!(decode(parts, &signer).unwrap_err(), Unreadable::Header);
        }
    }

    #[test]
    fn unknown_header_keys_survive() {
        let header =
            b"{\"msg_type\":\"x_request\",\"subshell_id\":\"s\",\"new_key\":[1]}";
        let parts =
            frames(&[b"a", b"b", DELIMITER, b"", header, b"{}", b"{}", b"{}", b"bin"]);
        let request = decode(parts, &Signer::new("")).unwrap();
        assert_eq!(request.parent.header(), header);
        assert_eq!(request.parent.identities().len(), 2);
        assert_eq!(request.header.subshell_id.as_deref(), Some("s"));
        assert_eq!(&*request.buffers[0], b"bin");
    }
}
