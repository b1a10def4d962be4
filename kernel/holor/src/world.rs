//! The one way out of the evaluator: output, files, clock, chance.
//!
//! Every channel is counted here and nowhere else, and can be closed.

use std::fs;
use std::hash::{BuildHasher, RandomState};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use holor_field::Backend;
use holor_field::checkpoint::{DirectoryStore, Store};
use holor_field::contraction::Contraction;
use holor_lang::{DeviceDescription, Diagnostic, Progress, Session, Value, World};

use crate::devices;

/// Where the outputs of a cell go.
pub trait Output: Send + Sync {
    /// Printed text.
    fn print(&self, text: &str);
    /// Text printed to the error stream.
    fn print_error(&self, text: &str);
    /// A value shown before the cell ends; under an id it can be redrawn.
    fn show(&self, value: &Value, id: Option<&str>, update: bool);
    /// A warning; the session knows the text that it points into.
    fn warn(&self, warning: &Diagnostic, session: &Session);
    /// Outputs are cleared, at once or when the next one comes.
    fn clear(&self, wait: bool);
    /// Asks the person for a line.
    ///
    /// # Errors
    /// Why there is no answer.
    fn ask(&self, prompt: &str, secret: bool) -> Result<String, String>;
    /// A long text for a pager.
    fn page(&self, markdown: &str);
    /// How far a long computation is, in place of what was shown of it before.
    fn progress(&self, _: &Progress) {}
    /// What was shown of progress goes.
    fn progress_ended(&self) {}
}

/// A way in or out of the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channel {
    /// Printed text.
    Print,
    /// Values shown.
    Display,
    /// Questions to the person.
    Input,
    /// Files read.
    Read,
    /// Files written.
    Write,
    /// The clock read, and waiting.
    Clock,
    /// Random seeds drawn.
    Seed,
    /// Processors that carry out field computations.
    Device,
}

/// What each channel is called, in the order of [`Channel`].
const NAMES: [(&str, &str); 8] = [
    ("print", "text that cells print"),
    ("display", "values, warnings and help that cells show"),
    ("input", "questions to you"),
    ("read", "files read under the notebook's folder"),
    ("write", "files written under the notebook's folder"),
    ("clock", "the clock, and waiting"),
    ("seed", "random seeds"),
    ("device", "runs of fields on the processor and graphics cards"),
];

/// How often each channel was used, and which are closed.
#[derive(Debug, Default)]
pub struct Channels {
    used: [AtomicU64; NAMES.len()],
    closed: [AtomicBool; NAMES.len()],
}

impl Channels {
    /// Counts one use; refuses it where the channel is closed.
    fn open(&self, channel: Channel) -> Result<(), String> {
        let index = channel as usize;
        if self.closed[index].load(Ordering::Relaxed) {
            let name = NAMES[index].0;
            return Err(format!(
                "the channel `{name}` is closed; `%channels open {name}` opens it"
            ));
        }
        self.used[index].fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    /// How often a channel was used.
    pub fn count(&self, channel: Channel) -> u64 {
        self.used[channel as usize].load(Ordering::Relaxed)
    }

    /// Answers the magic `%channels [open|close NAME]`; `None` for any other cell.
    pub fn command(&self, code: &str) -> Option<Result<String, String>> {
        let mut words = code.trim().strip_prefix("%channels")?.split_whitespace();
        let close = match words.next() {
            None => return Some(Ok(self.table())),
            Some("close") => true,
            Some("open") => false,
            Some(_) => return Some(Err(USAGE.into())),
        };
        let name = words.next();
        let index = NAMES.iter().position(|(known, _)| Some(*known) == name);
        Some(match index {
            Some(index) => {
                self.closed[index].store(close, Ordering::Relaxed);
                Ok(self.table())
            }
            None => Err(USAGE.into()),
        })
    }

    fn table(&self) -> String {
        let row = |(index, (name, what)): (usize, &(&str, &str))| {
            let used = self.used[index].load(Ordering::Relaxed);
            let state = if self.closed[index].load(Ordering::Relaxed) {
                "closed"
            } else {
                "open"
            };
            format!("{name:<8} {state:<7} {used:>8}  {what}\n")
        };
        let rows: String = NAMES.iter().enumerate().map(row).collect();
        format!("{rows}network  never             no cell can reach it\n")
    }
}

const USAGE: &str = "`%channels` lists the channels; `%channels close write` and `%channels open write` change one";

/// The world of one running cell.
#[derive(Clone, Copy)]
pub struct CellWorld<'a> {
    /// Where its outputs go.
    pub output: &'a dyn Output,
    /// The session that runs it.
    pub session: &'a Session,
    /// The folder whose files it may use.
    pub folder: &'a Path,
    /// The counters.
    pub channels: &'a Channels,
    /// Set when the person interrupts.
    pub interrupted: &'a AtomicBool,
    /// When the process began.
    pub started: Instant,
}

impl std::fmt::Debug for CellWorld<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CellWorld").field("folder", &self.folder).finish_non_exhaustive()
    }
}

impl World for CellWorld<'_> {
    fn print(&self, text: &str) {
        if self.channels.open(Channel::Print).is_ok() {
            self.output.print(text);
        }
    }

    fn print_error(&self, text: &str) {
        if self.channels.open(Channel::Print).is_ok() {
            self.output.print_error(text);
        }
    }

    fn display(&self, value: &Value, id: Option<&str>, update: bool) {
        if self.channels.open(Channel::Display).is_ok() {
            self.output.show(value, id, update);
        }
    }

    fn warn(&self, diagnostic: &Diagnostic) {
        if self.channels.open(Channel::Display).is_ok() {
            self.output.warn(diagnostic, self.session);
        }
    }

    fn clear_output(&self, wait: bool) {
        if self.channels.open(Channel::Display).is_ok() {
            self.output.clear(wait);
        }
    }

    fn input(&self, prompt: &str, secret: bool) -> Result<String, String> {
        self.channels.open(Channel::Input)?;
        self.output.ask(prompt, secret)
    }

    fn read_file(&self, path: &str) -> Result<String, String> {
        self.channels.open(Channel::Read)?;
        let path = inside(self.folder, path)?;
        fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))
    }

    fn write_file(&self, path: &str, content: &[u8]) -> Result<(), String> {
        self.channels.open(Channel::Write)?;
        let path = inside(self.folder, path)?;
        crate::notebook::write_file(&path, content)
    }

    fn free_memory(&self) -> Option<u64> {
        crate::memory::free()
    }

    fn seconds(&self) -> f64 {
        // A closed clock stands still.
        match self.channels.open(Channel::Clock) {
            Ok(()) => self.started.elapsed().as_secs_f64(),
            Err(_) => 0.0,
        }
    }

    fn sleep(&self, seconds: f64) {
        if self.channels.open(Channel::Clock).is_err() {
            return;
        }
        let end = Duration::try_from_secs_f64(seconds)
            .ok()
            .and_then(|time| Instant::now().checked_add(time));
        while !self.interrupted.load(Ordering::Relaxed) {
            let left = match end {
                Some(end) => end.saturating_duration_since(Instant::now()),
                None if seconds > 0.0 => Duration::MAX,
                None => Duration::ZERO,
            };
            if left.is_zero() {
                break;
            }
            thread::sleep(left.min(Duration::from_millis(5)));
        }
    }

    fn seed(&self) -> u64 {
        match self.channels.open(Channel::Seed) {
            Ok(()) => RandomState::new().hash_one(0_u8),
            Err(_) => 0,
        }
    }

    fn page(&self, markdown: &str) {
        if self.channels.open(Channel::Display).is_ok() {
            self.output.page(markdown);
        }
    }

    fn backend(&self, device: &str) -> Result<Arc<dyn Backend>, String> {
        self.channels.open(Channel::Device)?;
        devices::backend(device)
    }

    fn contraction(&self, device: &str) -> Result<Arc<dyn Contraction>, String> {
        self.channels.open(Channel::Device)?;
        devices::contraction(device)
    }

    fn devices(&self) -> Result<Vec<DeviceDescription>, String> {
        self.channels.open(Channel::Device)?;
        Ok(devices::list())
    }

    fn store(&self, path: &str) -> Result<Arc<dyn Store>, String> {
        self.channels.open(Channel::Write)?;
        let path = inside(self.folder, path)?;
        let store = DirectoryStore::at(path).map_err(|error| error.to_string())?;
        Ok(Arc::new(store))
    }

    fn progress(&self, progress: &Progress) {
        if self.channels.open(Channel::Display).is_ok() {
            self.output.progress(progress);
        }
    }

    fn progress_ended(&self) {
        self.output.progress_ended();
    }
}

/// The path of a file under a folder; links may not lead out of it either.
pub(crate) fn inside(folder: &Path, path: &str) -> Result<PathBuf, String> {
    let outside =
        || format!("`{path}` lies outside the notebook's folder {}", folder.display());
    let root = folder
        .canonicalize()
        .map_err(|error| format!("{}: {error}", folder.display()))?;
    let joined = root.join(path);
    // The part that exists is resolved; what follows may only go down.
    let mut existing = joined.clone();
    let mut rest = Vec::new();
    let resolved = loop {
        if let Ok(resolved) = existing.canonicalize() {
            break resolved;
        }
        // A link into nowhere would be followed when the file is made.
        if existing.is_symlink() {
            return Err(outside());
        }
        match existing.components().next_back() {
            Some(Component::Normal(name)) => rest.push(name.to_owned()),
            _ => return Err(outside()),
        }
        if !existing.pop() {
            return Err(outside());
        }
    };
    if !resolved.starts_with(&root) {
        return Err(outside());
    }
    Ok(rest.into_iter().rev().fold(resolved, |path, name| path.join(name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_stay_under_the_folder() {
        let base =
            std::env::temp_dir().join(format!("holor-world-{}", std::process::id()));
        let folder = base.join("notebooks");
        fs::create_dir_all(folder.join("data")).unwrap();
        fs::write(base.join("secret"), "s").unwrap();
        fs::write(folder.join("data/a.txt"), "a").unwrap();
        assert!(inside(&folder, "data/a.txt").is_ok());
        assert!(inside(&folder, "data/../new.txt").is_ok());
        assert!(inside(&folder, "new/deeper.txt").is_ok());
        assert!(inside(&folder, "../secret").is_err());
        assert!(inside(&folder, "new/../../secret").is_err());
        assert!(inside(&folder, "/etc/passwd").is_err());
        let absolute = folder.join("data/a.txt");
        assert!(inside(&folder, absolute.to_str().unwrap()).is_ok());
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(&base, folder.join("up")).unwrap();
            std::os::unix::fs::symlink(base.join("none"), folder.join("dangling"))
                .unwrap();
            assert!(inside(&folder, "up/secret").is_err());
            assert!(inside(&folder, "dangling").is_err());
        }
        fs::remove_dir_all(base).unwrap();
    }

    #[test]
    fn channels_are_counted_and_can_be_closed() {
        let channels = Channels::default();
        assert!(channels.command("1 + 1").is_none());
        channels.open(Channel::Read).unwrap();
        assert_eq!(channels.count(Channel::Read), 1);
        assert!(
            channels.command("%channels close read").unwrap().unwrap().contains("closed")
        );
        assert!(
            channels.open(Channel::Read).unwrap_err().contains("%channels open read")
        );
        assert!(channels.command("%channels shut").unwrap().is_err());
        assert_eq!(channels.count(Channel::Read), 1);
    }
}
