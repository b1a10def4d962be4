//! A door to the private wire format for the fuzzer (`tests/fuzz`); no part of the interface.

use zmq::Message;

use crate::history::History;
use crate::language::Completion;
use crate::socket::stdin::{Answered, InputReply};
use crate::wire::comm::{CommIn, CommInfoRequest};
use crate::wire::debug::DebugRequest;
use crate::wire::execute::{CellMetadata, ExecuteRequest};
use crate::wire::frames::{self, DELIMITER, Request, Unreadable};
use crate::wire::history::HistoryRequest;
use crate::wire::info::{DeleteSubshellRequest, ShutdownRequest};
use crate::wire::introspect::{
    self, CompleteReply, CompleteRequest, InspectRequest, IsCompleteRequest,
};
use crate::wire::signature::{Rejection, Signer};
use crate::wire::{from_json, to_json};

/// Decodes frames as they are, wrongly signed and rightly signed; whether the last were a request.
///
/// # Panics
/// Where a wrong signature is accepted, or a message is accepted twice.
pub fn decode(frames: Vec<Vec<u8>>, key: &str) -> bool {
    if let Ok(request) = frames::decode(messages(&frames), &Signer::new(key)) {
        read(&request);
    }
    let mut frames = frames;
    let Some(delimiter) = frames.iter().position(|frame| frame == DELIMITER) else {
        return false;
    };
    let [_, signature, header, parent, metadata, content, ..] = &mut frames[delimiter..]
    else {
        return false;
    };
    let signer = Signer::new(key);
    *signature = signer.sign([header, parent, metadata, content]);
    let signed = messages(&frames);
    if let Some(digit) = frames[delimiter + 1].last_mut() {
        *digit = if *digit == b'0' { b'1' } else { b'0' };
        let refused = frames::decode(messages(&frames), &signer).err();
        let forged = Unreadable::Signature(Rejection::Forged);
        let expected = [forged, Unreadable::Frames];
        assert!(refused.is_some_and(|reason| expected.contains(&reason)), "forged");
    }
    let Ok(request) = frames::decode(signed, &signer) else { return false };
    read(&request);
    if !key.is_empty() {
        frames[delimiter + 1] = signer.sign([
            request.parent.header(),
            &request.answers,
            &request.metadata,
            &request.content,
        ]);
        let refused = frames::decode(messages(&frames), &signer).err();
        let replayed = Unreadable::Signature(Rejection::Replayed);
        assert_eq!(refused, Some(replayed), "replayed");
    }
    true
}

fn messages(frames: &[Vec<u8>]) -> Vec<Message> {
    frames.iter().map(|frame| Message::from(frame.as_slice())).collect()
}

/// Reads the content as every kind of message, whatever the header says it is.
fn read(request: &Request) {
    let content: &[u8] = &request.content;
    let _ = from_json::<CellMetadata>(&request.metadata);
    let _ = from_json::<Answered>(&request.answers);
    let _ = from_json::<InputReply>(content);
    let _ = from_json::<ExecuteRequest>(content);
    let _ = from_json::<CommIn>(content);
    let _ = from_json::<CommInfoRequest>(content);
    let _ = from_json::<ShutdownRequest>(content);
    let _ = from_json::<DeleteSubshellRequest>(content);
    let _ = from_json::<IsCompleteRequest>(content);
    if let Ok(asked) = from_json::<DebugRequest>(content) {
        to_json(&asked.reply(Ok(asked.arguments.clone())));
    }
    if let Ok(InspectRequest { code, cursor_pos, .. }) = from_json(content) {
        assert!(code.is_char_boundary(introspect::byte_offset(&code, cursor_pos)));
    }
    if let Ok(CompleteRequest { code, cursor_pos }) = from_json(content) {
        let end = introspect::byte_offset(&code, cursor_pos);
        let completion = Completion { start: end / 2, end, matches: Vec::new() };
        to_json(&CompleteReply::new(&code, completion));
    }
    if let Ok(asked) = from_json::<HistoryRequest>(content) {
        let history = History::new(None);
        for (line, input) in (1..).zip(["1 + 1", "f(x) = x^2\nf(3)", "[a*b]?"]) {
            history.record(line, input, Some("2"));
        }
        to_json(&history.answer(&asked));
    }
}
