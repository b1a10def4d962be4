//! Compiled kernels kept under keys.

use holor_field::checkpoint::Store;

/// The hash of Fowler, Noll and Vo, 64 bits: a name for a file, not a proof of sameness.
fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3)
    })
}

fn key(identity: &str) -> String {
    format!("kernels/{:016x}", hash(identity.as_bytes()))
}

/// The compiled kernels of a text with all it depends on, if they are there, whole, and of just this text.
pub(super) fn find(store: &dyn Store, identity: &str) -> Option<Vec<u8>> {
    let entry = store.get(&key(identity)).ok().flatten()?;
    let (sum, rest) = entry.split_at_checked(8)?;
    let (length, rest) = rest.split_at_checked(8)?;
    if u64::from_le_bytes(sum.try_into().ok()?) != hash(rest) {
        return None;
    }
    let length = usize::try_from(u64::from_le_bytes(length.try_into().ok()?)).ok()?;
    let (text, code) = rest.split_at_checked(length)?;
    (text == identity.as_bytes()).then(|| code.to_vec())
}

/// Keeps compiled kernels. Where that fails they are compiled again the next time.
pub(super) fn keep(store: &dyn Store, identity: &str, code: &[u8]) {
    let rest = [identity.as_bytes(), code].concat();
    let mut entry = hash(&rest).to_le_bytes().to_vec();
    entry.extend((identity.len() as u64).to_le_bytes());
    entry.extend(rest);
    let _ = store.set(&key(identity), &entry);
}

#[cfg(test)]
mod tests {
    use holor_field::checkpoint::{MemoryStore, Store};

    use super::{find, keep, key};

    #[test]
    fn only_whole_entries_of_the_same_text_are_found() {
        let store = MemoryStore::new();
        assert_eq!(find(&store, "text"), None);
        keep(&store, "text", &[1, 2, 3]);
        assert_eq!(find(&store, "text"), Some(vec![1, 2, 3]));
        assert_eq!(find(&store, "test"), None);
        let mut entry = store.get(&key("text")).unwrap().unwrap();
        // As if another text had the same hash.
        store.set(&key("other"), &entry).unwrap();
        assert_eq!(find(&store, "other"), None);
        *entry.last_mut().unwrap() ^= 1;
        store.set(&key("text"), &entry).unwrap();
        assert_eq!(find(&store, "text"), None);
        store.set(&key("text"), &[0; 5]).unwrap();
        assert_eq!(find(&store, "text"), None);
    }
}
