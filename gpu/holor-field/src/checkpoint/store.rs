//! Where bytes are kept under keys.

use std::collections::BTreeMap;
use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use crate::error::{FieldError, FieldResult};

/// Bytes under keys like `fields/u/c/0/0`.
pub trait Store: Send + Sync + std::fmt::Debug {
    /// The bytes of a key, if it is there.
    ///
    /// # Errors
    /// Where the store fails.
    fn get(&self, key: &str) -> FieldResult<Option<Vec<u8>>>;
    /// Puts bytes under a key: afterwards, and after a crash at any moment, all of them are there or none.
    ///
    /// # Errors
    /// Where the store fails.
    fn set(&self, key: &str, bytes: &[u8]) -> FieldResult<()>;
    /// All keys that begin so, in order.
    ///
    /// # Errors
    /// Where the store fails.
    fn list(&self, prefix: &str) -> FieldResult<Vec<String>>;
    /// Gives the bytes of a key another key, replacing what was there, all at once.
    ///
    /// # Errors
    /// Where the key is not there or the store fails.
    fn rename(&self, from: &str, to: &str) -> FieldResult<()>;
    /// Forgets a key; nothing happens where it is not there.
    ///
    /// # Errors
    /// Where the store fails.
    fn remove(&self, key: &str) -> FieldResult<()>;
    /// Takes the right to write, for as long as the answer lives; a store that no one else reaches gives it always.
    ///
    /// # Errors
    /// Where someone else has it.
    fn lock(&self) -> FieldResult<Lock> {
        Ok(Lock::default())
    }
}

/// The right to write into a store; it ends with this value, and with the process that has it.
#[derive(Debug, Default)]
pub struct Lock {
    /// The file that is locked, which goes with it.
    held: Option<(fs::File, PathBuf)>,
}

impl Drop for Lock {
    fn drop(&mut self) {
        if let Some((file, path)) = self.held.take() {
            // Gone before it is open to others: who locked what was removed notices.
            let _ = fs::remove_file(path);
            let _ = file.unlock();
        }
    }
}

/// A store in memory, for tests.
#[derive(Debug, Default)]
pub struct MemoryStore {
    entries: Mutex<BTreeMap<String, Vec<u8>>>,
}

impl MemoryStore {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }

    fn with<T>(&self, act: impl FnOnce(&mut BTreeMap<String, Vec<u8>>) -> T) -> T {
        let mut entries = match self.entries.lock() {
            Ok(entries) => entries,
            Err(poisoned) => poisoned.into_inner(),
        };
        act(&mut entries)
    }
}

impl Store for MemoryStore {
    fn get(&self, key: &str) -> FieldResult<Option<Vec<u8>>> {
        Ok(self.with(|entries| entries.get(key).cloned()))
    }

    fn set(&self, key: &str, bytes: &[u8]) -> FieldResult<()> {
        self.with(|entries| entries.insert(key.to_owned(), bytes.to_vec()));
        Ok(())
    }

    fn list(&self, prefix: &str) -> FieldResult<Vec<String>> {
        Ok(self.with(|entries| {
            entries.keys().filter(|key| key.starts_with(prefix)).cloned().collect()
        }))
    }

    fn rename(&self, from: &str, to: &str) -> FieldResult<()> {
        self.with(|entries| match entries.remove(from) {
            Some(bytes) => {
                entries.insert(to.to_owned(), bytes);
                Ok(())
            }
            None => Err(FieldError::Device(format!("there is no {from} in the store"))),
        })
    }

    fn remove(&self, key: &str) -> FieldResult<()> {
        self.with(|entries| entries.remove(key));
        Ok(())
    }
}

/// A folder whose files are the keys. Files are written under another name, flushed to the disk, and renamed.
#[derive(Debug)]
pub struct DirectoryStore {
    root: PathBuf,
}

/// The file that whoever writes into a folder locks; the dot keeps it apart from keys.
const LOCK: &str = ".lock";

/// Ends the names of files that are being written.
const PARTIAL: &str = ".partial";

impl DirectoryStore {
    /// A store in a folder, which is made where it is not there.
    ///
    /// # Errors
    /// Where the folder cannot be made.
    pub fn new(root: impl Into<PathBuf>) -> FieldResult<Self> {
        let root = root.into();
        fs::create_dir_all(&root).map_err(|error| failure(&root, &error))?;
        Ok(Self { root })
    }

    /// A store in a folder, which is made when something is written into it.
    ///
    /// # Errors
    /// Where there is a file of that name.
    pub fn at(root: impl Into<PathBuf>) -> FieldResult<Self> {
        let root = root.into();
        if root.exists() && !root.is_dir() {
            let message =
                format!("{} is a file, not the folder of a run", root.display());
            return Err(FieldError::store(message, "the name of a folder"));
        }
        Ok(Self { root })
    }

    /// The file of a key.
    fn path(&self, key: &str) -> FieldResult<PathBuf> {
        let sound = |part: &str| {
            !part.is_empty()
                && part != "."
                && part != ".."
                && !part.contains(['\\', ':', '\0'])
                && !part.ends_with(PARTIAL)
        };
        if !key.split('/').all(sound) {
            return Err(FieldError::Device(format!("{key:?} is no key of a store")));
        }
        Ok(self.root.join(key))
    }

    fn collect(&self, folder: &Path, keys: &mut Vec<String>) -> FieldResult<()> {
        let entries = match fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(failure(folder, &error)),
        };
        for entry in entries {
            let path = entry.map_err(|error| failure(folder, &error))?.path();
            if path.is_dir() {
                self.collect(&path, keys)?;
            } else if let Ok(key) = path.strip_prefix(&self.root) {
                let parts: Vec<_> =
                    key.iter().map(|part| part.to_string_lossy().into_owned()).collect();
                let key = parts.join("/");
                if !key.ends_with(PARTIAL) {
                    keys.push(key);
                }
            }
        }
        Ok(())
    }
}

fn failure(path: &Path, error: &std::io::Error) -> FieldError {
    let hint = match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
            "make space on the disk, and run the same cell again"
        }
        _ => "",
    };
    FieldError::store(format!("{}: {error}", path.display()), hint)
}

/// Flushes a folder's entries to the disk, where the system can.
fn flush_folder(path: &Path) {
    if let Some(folder) = path.parent()
        && let Ok(folder) = fs::File::open(folder)
    {
        // Not all file systems can; the data itself was flushed.
        let _ = folder.sync_all();
    }
}

impl Store for DirectoryStore {
    fn get(&self, key: &str) -> FieldResult<Option<Vec<u8>>> {
        let path = self.path(key)?;
        match fs::read(&path) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(failure(&path, &error)),
        }
    }

    fn set(&self, key: &str, bytes: &[u8]) -> FieldResult<()> {
        let path = self.path(key)?;
        let mut partial = path.clone().into_os_string();
        partial.push(PARTIAL);
        let partial = PathBuf::from(partial);
        let write = || {
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder)?;
            }
            let mut file = fs::File::create(&partial)?;
            file.write_all(bytes)?;
            file.sync_all()?;
            fs::rename(&partial, &path)
        };
        write().map_err(|error| {
            // Half a file takes space that may be what is missing.
            let _ = fs::remove_file(&partial);
            failure(&path, &error)
        })?;
        flush_folder(&path);
        Ok(())
    }

    fn list(&self, prefix: &str) -> FieldResult<Vec<String>> {
        let mut keys = Vec::new();
        self.collect(&self.root, &mut keys)?;
        keys.retain(|key| key.starts_with(prefix));
        keys.sort();
        Ok(keys)
    }

    fn rename(&self, from: &str, to: &str) -> FieldResult<()> {
        let (from, to) = (self.path(from)?, self.path(to)?);
        if let Some(folder) = to.parent() {
            fs::create_dir_all(folder).map_err(|error| failure(&to, &error))?;
        }
        fs::rename(&from, &to).map_err(|error| failure(&from, &error))?;
        flush_folder(&to);
        Ok(())
    }

    fn remove(&self, key: &str) -> FieldResult<()> {
        let path = self.path(key)?;
        match fs::remove_file(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                Err(failure(&path, &error))
            }
            _ => Ok(()),
        }
    }

    fn lock(&self) -> FieldResult<Lock> {
        let path = self.root.join(LOCK);
        // Another one may remove the file between our opening and locking it; then the next attempt makes a new one.
        for _ in 0..8 {
            let open = || {
                fs::create_dir_all(&self.root)?;
                fs::File::options().create(true).append(true).open(&path)
            };
            // What cannot be locked, as on a full disk or a file system without locks, is written without.
            let Ok(mut file) = open() else { return Ok(Lock::default()) };
            match file.try_lock() {
                Ok(()) => {}
                Err(fs::TryLockError::WouldBlock) => {
                    let who = fs::read_to_string(&path).unwrap_or_default();
                    let who = match who.split_whitespace().next() {
                        Some(number) => format!(", process {number},"),
                        None => String::new(),
                    };
                    return Err(FieldError::store(
                        format!(
                            "another session{who} writes to the folder {}",
                            self.root.display()
                        ),
                        "wait until it is done, or the name of another folder",
                    ));
                }
                Err(fs::TryLockError::Error(_)) => return Ok(Lock::default()),
            }
            let mark = format!("{} {:x}", std::process::id(), unique());
            let written = file.set_len(0).and_then(|()| file.write_all(mark.as_bytes()));
            let ours = match fs::read_to_string(&path) {
                Ok(text) => written.is_err() || text == mark,
                Err(error) => error.kind() != ErrorKind::NotFound,
            };
            if ours {
                return Ok(Lock { held: Some((file, path)) });
            }
        }
        Ok(Lock::default())
    }
}

/// A number that no other call of any process gives.
fn unique() -> u64 {
    use std::hash::{BuildHasher, RandomState};
    RandomState::new().hash_one(std::process::id())
}
