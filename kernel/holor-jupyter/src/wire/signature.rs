//! Signs messages and refuses those that are forged or replayed.
//!
//! The signature covers the four dictionaries, not the binary buffers. An empty key switches
//! signing off, as the protocol says.

use std::collections::{HashSet, VecDeque};
use std::sync::{Mutex, PoisonError};

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// Signatures remembered to recognise a replay: about 1.5 MiB when full.
const REMEMBERED: usize = 16_384;

/// Why a message was dropped.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Rejection {
    /// The signature does not belong to the frames, or is no signature.
    Forged,
    /// The same message came before.
    Replayed,
}

/// The key of one kernel, with the signatures already seen.
pub(crate) struct Signer {
    keyed: Option<Hmac<Sha256>>,
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    set: HashSet<[u8; 32]>,
    order: VecDeque<[u8; 32]>,
}

impl Signer {
    /// Takes the key of the connection file.
    pub(crate) fn new(key: &str) -> Self {
        let keyed = match key {
            "" => None,
            _ => Hmac::<Sha256>::new_from_slice(key.as_bytes()).ok(),
        };
        Self { keyed, seen: Mutex::default() }
    }

    /// The signature as lower-case hexadecimal; empty without a key.
    pub(crate) fn sign(&self, dictionaries: [&[u8]; 4]) -> Vec<u8> {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let Some(keyed) = &self.keyed else { return Vec::new() };
        let mut mac = keyed.clone();
        dictionaries.iter().for_each(|frame| mac.update(frame));
        let mut text = Vec::with_capacity(64);
        for byte in mac.finalize().into_bytes() {
            text.push(DIGITS[usize::from(byte >> 4)]);
            text.push(DIGITS[usize::from(byte & 15)]);
        }
        text
    }

    /// Accepts a message once, if its signature is right. Compares in constant time.
    pub(crate) fn verify(
        &self,
        signature: &[u8],
        dictionaries: [&[u8]; 4],
    ) -> Result<(), Rejection> {
        let Some(keyed) = &self.keyed else { return Ok(()) };
        let digest = from_hex(signature).ok_or(Rejection::Forged)?;
        let mut mac = keyed.clone();
        dictionaries.iter().for_each(|frame| mac.update(frame));
        mac.verify_slice(&digest).map_err(|_| Rejection::Forged)?;
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if !seen.set.insert(digest) {
            return Err(Rejection::Replayed);
        }
        seen.order.push_back(digest);
        if seen.order.len() > REMEMBERED
            && let Some(oldest) = seen.order.pop_front()
        {
            seen.set.remove(&oldest);
        }
        Ok(())
    }
}

/// Reads 64 hexadecimal digits.
fn from_hex(text: &[u8]) -> Option<[u8; 32]> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let mut digest = [0; 32];
    if text.len() != 64 {
        return None;
    }
    for (byte, pair) in digest.iter_mut().zip(text.chunks_exact(2)) {
        *byte = u8::try_from(digit(pair[0])? * 16 + digit(pair[1])?).ok()?;
    }
    Some(digest)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRAMES: [&[u8]; 4] = [b"{\"a\":1}", b"{}", b"{}", b"{\"code\":\"1\"}"];

    #[test]
    fn accepts_own_signature_once() {
        let signer = Signer::new("secret");
        let signature = signer.sign(FRAMES);
        assert_eq!(signature.len(), 64);
        assert_eq!(signer.verify(&signature, FRAMES), Ok(()));
        assert_eq!(signer.verify(&signature, FRAMES), Err(Rejection::Replayed));
    }

    #[test]
    fn refuses_other_frames_and_garbage() {
        let signer = Signer::new("secret");
        let signature = signer.sign(FRAMES);
        let mut other = FRAMES;
        other[3] = b"{\"code\":\"2\"}";
        assert_eq!(signer.verify(&signature, other), Err(Rejection::Forged));
        assert_eq!(signer.verify(b"", FRAMES), Err(Rejection::Forged));
        assert_eq!(signer.verify(&[b'z'; 64], FRAMES), Err(Rejection::Forged));
        assert_eq!(signer.verify(&signature[..63], FRAMES), Err(Rejection::Forged));
    }

    #[test]
    fn known_digest() {
        // RFC 4231, test case 2, its data cut in four.
        let parts: [&[u8]; 4] = [b"what do ya ", b"want ", b"for ", b"nothing?"];
        assert_eq!(
            Signer::new("Jefe").sign(parts),
            b"5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
    }

    #[test]
    fn empty_key_signs_nothing() {
        let signer = Signer::new("");
        assert!(signer.sign(FRAMES).is_empty());
        assert_eq!(signer.verify(b"anything", FRAMES), Ok(()));
    }

    #[test]
    fn memory_of_replays_is_bounded() {
        let signer = Signer::new("secret");
        for number in 0..REMEMBERED + 100 {
            let content = format!("{{\"n\":{number}}}");
            let frames = [b"{}", b"{}", b"{}", content.as_bytes()];
            assert_eq!(signer.verify(&signer.sign(frames), frames), Ok(()));
        }
        let seen = signer.seen.lock().unwrap();
        assert_eq!(seen.set.len(), REMEMBERED);
        assert_eq!(seen.order.len(), REMEMBERED);
    }
}
