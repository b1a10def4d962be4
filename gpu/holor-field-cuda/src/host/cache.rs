//! Compiled kernels kept under keys, the ones used last, up to a limit.
//!
//! A key tells all that is needed to choose what goes: `kernels/HASH-TIME-BYTES`, in hexadecimal, with the seconds since 1970 when the
//! entry was last used. Several processes may use one store: each change is one that the store makes at once, and an entry that another
//! process has taken away or is still writing is not found.

use std::time::{SystemTime, UNIX_EPOCH};

use holor_field::checkpoint::Store;

/// Bytes of all entries together.
const LIMIT: u64 = 256 << 20;
/// Seconds after which a use is noted again.
const FRESH: u64 = 3600;
const FOLDER: &str = "kernels/";

/// The hash of Fowler, Noll and Vo, 64 bits: a name for a file, not a proof of sameness.
fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3)
    })
}

fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |duration| duration.as_secs())
}

/// What a key tells.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Name {
    hash: u64,
    used: u64,
    bytes: u64,
}

impl Name {
    fn key(self) -> String {
        format!("{FOLDER}{:016x}-{:x}-{:x}", self.hash, self.used, self.bytes)
    }

    fn parse(key: &str) -> Option<Self> {
        let mut parts = key.strip_prefix(FOLDER)?.split('-');
        let mut number = || u64::from_str_radix(parts.next()?, 16).ok();
        let name = Self { hash: number()?, used: number()?, bytes: number()? };
        (name.key() == key).then_some(name)
    }
}

/// The compiled kernels of a text with all it depends on, if they are there, whole, and of just this text.
pub(super) fn find(store: &dyn Store, identity: &str) -> Option<Vec<u8>> {
    find_at(store, identity, now())
}

fn find_at(store: &dyn Store, identity: &str, now: u64) -> Option<Vec<u8>> {
    let hash = hash(identity.as_bytes());
    let keys = store.list(&format!("{FOLDER}{hash:016x}-")).ok()?;
    let names = keys.iter().filter_map(|key| Name::parse(key));
    let name = names.max_by_key(|name| name.used)?;
    let entry = store.get(&name.key()).ok().flatten()?;
    let code = whole(&entry, identity)?;
    if now.abs_diff(name.used) > FRESH {
        // Where another process was first, there is nothing more to note.
        let _ = store.rename(&name.key(), &Name { used: now, ..name }.key());
    }
    Some(code)
}

/// The code of an entry that is whole, and of just this text.
fn whole(entry: &[u8], identity: &str) -> Option<Vec<u8>> {
    let (sum, rest) = entry.split_at_checked(8)?;
    let (length, rest) = rest.split_at_checked(8)?;
    if u64::from_le_bytes(sum.try_into().ok()?) != hash(rest) {
        return None;
    }
    let length = usize::try_from(u64::from_le_bytes(length.try_into().ok()?)).ok()?;
    let (text, code) = rest.split_at_checked(length)?;
    (text == identity.as_bytes()).then(|| code.to_vec())
}

/// Keeps compiled kernels, and lets go of those used longest ago where all together are too many. Where that fails they are compiled again
/// the next time.
pub(super) fn keep(store: &dyn Store, identity: &str, code: &[u8]) {
    keep_at(store, identity, code, now(), LIMIT);
}

fn keep_at(store: &dyn Store, identity: &str, code: &[u8], now: u64, limit: u64) {
    let rest = [identity.as_bytes(), code].concat();
    let mut entry = hash(&rest).to_le_bytes().to_vec();
    entry.extend((identity.len() as u64).to_le_bytes());
    entry.extend(rest);
    let own =
        Name { hash: hash(identity.as_bytes()), used: now, bytes: entry.len() as u64 };
    if own.bytes <= limit {
        let _ = store.set(&own.key(), &entry);
    }
    let mut names = Vec::new();
    for key in store.list(FOLDER).unwrap_or_default() {
        match Name::parse(&key) {
            // What this one replaces: damaged, or of another text with the same hash.
            Some(name) if name.hash == own.hash && name != own => {
                let _ = store.remove(&key);
            }
            Some(name) => names.push(name),
            // Of earlier versions.
            None => {
                let _ = store.remove(&key);
            }
        }
    }
    names.sort_by_key(|name| name.used);
    let mut total: u64 = names.iter().map(|name| name.bytes).sum();
    for name in names {
        if total <= limit {
            break;
        }
        if store.remove(&name.key()).is_ok() {
            total -= name.bytes;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use holor_field::checkpoint::{DirectoryStore, MemoryStore, Store};

    use super::{FOLDER, FRESH, LIMIT, Name, find_at, hash, keep_at};

    fn keys(store: &dyn Store) -> Vec<String> {
        store.list(FOLDER).unwrap()
    }

    #[test]
    fn only_whole_entries_of_the_same_text_are_found() {
        let store = MemoryStore::new();
        let find = |text| find_at(&store, text, 1000);
        assert_eq!(find("text"), None);
        keep_at(&store, "text", &[1, 2, 3], 1000, LIMIT);
        assert_eq!(find("text"), Some(vec![1, 2, 3]));
        assert_eq!(find("test"), None);
        let key = keys(&store).pop().unwrap();
        let mut entry = store.get(&key).unwrap().unwrap();
        assert_eq!(Name::parse(&key).unwrap().bytes, entry.len() as u64);
        // As if another text had the same hash.
        let other = Name { hash: hash(b"other"), used: 1000, bytes: 5 }.key();
        store.set(&other, &entry).unwrap();
        assert_eq!(find("other"), None);
        *entry.last_mut().unwrap() ^= 1;
        store.set(&key, &entry).unwrap();
        assert_eq!(find("text"), None);
        store.set(&key, &entry[..5]).unwrap();
        assert_eq!(find("text"), None);
        // A damaged one is replaced, and one that another version wrote is gone.
        store.set("kernels/0123456789abcdef", &[0; 5]).unwrap();
        keep_at(&store, "text", &[4], 2000, LIMIT);
        assert_eq!(find("text"), Some(vec![4]));
        assert_eq!(keys(&store).len(), 2);
    }

    #[test]
    fn what_was_used_longest_ago_goes_first() {
        let store = MemoryStore::new();
        let code = [7; 1000];
        let keep =
            |text: &str, now| keep_at(&store, text, &code, now, 3 * (16 + 1 + 1000));
        keep("a", 10);
        keep("b", 20);
        keep("c", 30);
        // A use within the hour changes nothing; a later one counts.
        assert!(find_at(&store, "a", 10 + FRESH).is_some());
        assert!(find_at(&store, "a", 31 + FRESH).is_some());
        keep("d", 40 + FRESH);
        let found = ["a", "b", "c", "d"].map(|text| find_at(&store, text, 50).is_some());
        assert_eq!(found, [true, false, true, true]);
        // What is larger than all together is not kept, and takes nothing away.
        keep_at(&store, "e", &[0; 5000], 50 + FRESH, 3 * (16 + 1 + 1000));
        assert_eq!(find_at(&store, "e", 50), None);
        assert_eq!(keys(&store).len(), 3);
    }

    #[test]
    fn several_may_use_one_folder() {
        let name = format!("holor-kernels-{}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        let limit = 10 * 1100;
        let threads: Vec<_> = (0..4_u64)
            .map(|thread| {
                let store = Arc::new(DirectoryStore::new(&folder).unwrap());
                std::thread::spawn(move || {
                    for number in 0..40_u64 {
                        let text = format!("text {}", (number * (thread + 1)) % 23);
                        let code = [text.len() as u8; 1000];
                        let now = number * FRESH * 2 + thread;
                        match find_at(&*store, &text, now) {
                            Some(found) => assert_eq!(found, code),
                            None => keep_at(&*store, &text, &code, now, limit),
                        }
                    }
                })
            })
            .collect();
        for thread in threads {
            thread.join().unwrap();
        }
        let store = DirectoryStore::new(&folder).unwrap();
        keep_at(&store, "last", &[0; 1000], u64::MAX, limit);
        let names: Vec<Name> =
            keys(&store).iter().map(|key| Name::parse(key).unwrap()).collect();
        let total: u64 = names.iter().map(|name| name.bytes).sum();
        assert!(total <= limit && names.len() >= 2, "{names:?}");
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
