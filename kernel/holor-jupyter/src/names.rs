//! Names that nobody else has: sessions, comms, subshells.

use std::hash::{BuildHasher, RandomState};

/// A new random name in the form of a UUID, from the hash keys that the system gives.
///
/// Unique rather than secret: nothing is protected by these names.
pub(crate) fn unique() -> String {
    let random = || RandomState::new().hash_one(std::process::id());
    let (high, low) = (random(), random());
    format!(
        "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
        high >> 32,
        (high >> 16) & 0xffff,
        high & 0xfff,
        0x8000 | (low >> 48) & 0x3fff,
        low & 0xffff_ffff_ffff
    )
}

#[cfg(test)]
mod tests {
    #[test]
    fn names_differ() {
        let (one, two) = (super::unique(), super::unique());
        assert_ne!(one, two);
        assert_eq!(one.len(), 36);
    }
}
