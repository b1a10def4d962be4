//! What was typed before, in this session and in others; kept on disk as one line of JSON each.
//!
//! Several kernels may share the file: every access holds a lock file, every change is either
//! an append or a rename. A session gets its number, one above all before it, when its first
//! cell is saved or its first question comes. Nothing is read before that.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, BufRead, BufReader, Seek, SeekFrom, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::sleep;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::wire::history::HistoryRequest;

/// Beyond this size the file is cut to its newer half.
const LARGEST_FILE: u64 = 4 << 20;
/// Longest input and output that is kept.
const LONGEST_INPUT: usize = 64 << 10;
const LONGEST_OUTPUT: usize = 4 << 10;
/// Entries of the present session kept in memory.
const MOST_ENTRIES: usize = 10_000;

/// One cell. A line without input only reserves its session's number.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Entry {
    session: i64,
    line: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    input: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    output: Option<String>,
}

/// The history as one kernel sees it.
pub(crate) struct History(Mutex<State>);

struct State {
    path: Option<PathBuf>,
    /// The number of the present session, once it has one.
    session: Option<i64>,
    /// Entries of the present session; those from `unsaved` on are not on disk.
    own: Vec<Entry>,
    unsaved: usize,
    /// Entries of other sessions, read up to `offset`.
    others: Vec<Entry>,
    offset: u64,
}

impl History {
    /// Keeps the history in a file, or in memory only.
    pub(crate) fn new(path: Option<PathBuf>) -> Self {
        Self(Mutex::new(State {
            path,
            session: None,
            own: Vec::new(),
            unsaved: 0,
            others: Vec::new(),
            offset: 0,
        }))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Remembers a cell, in memory at first.
    pub(crate) fn record(&self, line: u32, input: &str, output: Option<&str>) {
        let mut state = self.lock();
        if state.own.len() >= MOST_ENTRIES {
            let half = MOST_ENTRIES / 2;
            state.own.drain(..half);
            state.unsaved = state.unsaved.saturating_sub(half);
        }
        state.own.push(Entry {
            session: 0,
            line: i64::from(line),
            input: Some(cut(input, LONGEST_INPUT)),
            output: output.map(|text| cut(text, LONGEST_OUTPUT)),
        });
    }

    /// Writes to disk what is not there yet. Without a disk the history lives on in memory.
    pub(crate) fn save(&self) {
        let mut state = self.lock();
        if state.unsaved < state.own.len() {
            // A full or read-only disk must not disturb the user's work; we try again later.
            if state.save().is_ok() {
                state.unsaved = state.own.len();
            }
        }
    }

    /// The content of `history_reply`.
    pub(crate) fn answer(&self, request: &HistoryRequest) -> Value {
        let mut state = self.lock();
        let session = state.refresh();
        let found = state.find(request, session);
        let history: Vec<Value> = found
            .into_iter()
            .map(|(session, entry)| match request.output {
                true => json!([session, entry.line, [entry.input, entry.output]]),
                false => json!([session, entry.line, entry.input]),
            })
            .collect();
        json!({ "status": "ok", "history": history })
    }
}

impl State {
    /// Reads what others have written meanwhile. Returns the number of the present session.
    fn refresh(&mut self) -> i64 {
        if let Some(path) = self.path.clone()
            && let Ok(_lock) = lock(&path)
        {
            // An unreadable file is an empty one.
            let _ = self.read(&path).and_then(|()| self.number(&path));
        }
        self.session.unwrap_or(1)
    }

    fn save(&mut self) -> io::Result<()> {
        let Some(path) = self.path.clone() else { return Ok(()) };
        let _lock = lock(&path)?;
        if self.session.is_none() {
            self.read(&path)?;
        }
        let session = self.number(&path)?;
        let mut text = Vec::new();
        for entry in &self.own[self.unsaved..] {
            let entry = Entry { session, ..entry.clone() };
            serde_json::to_writer(&mut text, &entry)?;
            text.push(b'\n');
        }
        append(&path, &text)?;
        shorten(&path)
    }

    /// The number of the present session; taken now if there is none yet.
    fn number(&mut self, path: &Path) -> io::Result<i64> {
        if let Some(session) = self.session {
            return Ok(session);
        }
        let last = self.others.iter().map(|entry| entry.session).max().unwrap_or(0);
        let session = last.saturating_add(1);
        let entry = Entry { session, line: 0, input: None, output: None };
        let mut text = serde_json::to_vec(&entry)?;
        text.push(b'\n');
        append(path, &text)?;
        self.session = Some(session);
        Ok(session)
    }

    /// Reads the file from where the last reading ended; from the start if it was shortened.
    fn read(&mut self, path: &Path) -> io::Result<()> {
        let Ok(mut file) = File::open(path) else { return Ok(()) };
        if file.metadata()?.len() < self.offset {
            self.offset = 0;
            self.others.clear();
        }
        file.seek(SeekFrom::Start(self.offset))?;
        let mut reader = BufReader::new(file);
        let mut line = Vec::new();
        loop {
            line.clear();
            let length = reader.read_until(b'\n', &mut line)?;
            if length == 0 {
                return Ok(());
            }
            self.offset += length as u64;
            // Lines that are damaged, by a crash or by hand, are passed over.
            if let Ok(entry) = serde_json::from_slice::<Entry>(&line)
                && Some(entry.session) != self.session
            {
                self.others.push(entry);
            }
        }
    }

    /// Looks entries up; each comes with the number of its session, oldest first.
    fn find(&self, request: &HistoryRequest, present: i64) -> Vec<(i64, &Entry)> {
        let others = self.others.iter().map(|entry| (entry.session, entry));
        let own = self.own.iter().map(|entry| (present, entry));
        let mut all: Vec<(i64, &Entry)> =
            others.chain(own).filter(|(_, entry)| entry.input.is_some()).collect();
        all.sort_by_key(|(session, entry)| (*session, entry.line));
        match request.hist_access_type.as_str() {
            "range" => {
                let session = match request.session {
                    wanted if wanted <= 0 => present.saturating_add(wanted),
                    wanted => wanted,
                };
                all.retain(|(number, _)| *number == session);
                let last = all.last().map_or(0, |(_, entry)| entry.line);
                let end = last.saturating_add(1);
                let from_end = |line: i64| if line < 0 { end + line } else { line };
                let start = from_end(request.start);
                let stop = if request.stop == 0 { end } else { from_end(request.stop) };
                all.retain(|(_, entry)| (start..stop).contains(&entry.line));
                return all;
            }
            "search" => {
                let pattern = request.pattern.as_deref().unwrap_or("*");
                let pattern: Vec<char> = pattern.chars().collect();
                all.retain(|(_, entry)| {
                    entry.input.as_ref().is_some_and(|input| matches(&pattern, input))
                });
                if request.unique {
                    let mut seen = std::collections::HashSet::new();
                    let mut newest = Vec::new();
                    for found in all.into_iter().rev() {
                        if seen.insert(&found.1.input) {
                            newest.push(found);
                        }
                    }
                    newest.reverse();
                    all = newest;
                }
            }
            _ => {}
        }
        let surplus = request.n.map_or(0, |n| all.len().saturating_sub(n));
        all.split_off(surplus)
    }
}

/// Holds off other kernels until the file is dropped. Gives up soon: one that was stopped
/// while it held the lock must not stop us.
fn lock(path: &Path) -> io::Result<File> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let lock = path.with_added_extension("lock");
    let file = OpenOptions::new().create(true).truncate(false).write(true).open(lock)?;
    for _ in 0..20 {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) => sleep(Duration::from_millis(5)),
            Err(TryLockError::Error(error)) => return Err(error),
        }
    }
    Err(io::ErrorKind::TimedOut.into())
}

fn append(path: &Path, text: &[u8]) -> io::Result<()> {
    // What somebody typed is nobody else's business.
    OpenOptions::new().create(true).append(true).mode(0o600).open(path)?.write_all(text)
}

/// Cuts a file that has grown too large to its newer half, at a line's end.
fn shorten(path: &Path) -> io::Result<()> {
    if fs::metadata(path)?.len() <= LARGEST_FILE {
        return Ok(());
    }
    let text = fs::read(path)?;
    let half = text.len() / 2;
    let line = text[half..].iter().position(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    let newer = path.with_added_extension("new");
    fs::write(&newer, &text[half + line..])?;
    fs::set_permissions(&newer, fs::metadata(path)?.permissions())?;
    fs::rename(newer, path)
}

/// The beginning of a text, cut between characters.
fn cut(text: &str, longest: usize) -> String {
    text[..text.floor_char_boundary(longest)].to_owned()
}

/// Whether a pattern with `*`, `?` and `[a-z]` or `[^a-z]` covers a whole text.
///
/// Goes back to the latest star only, so the time is bounded by the product of the lengths.
fn matches(pattern: &[char], text: &str) -> bool {
    let text: Vec<char> = text.chars().collect();
    let (mut p, mut t) = (0, 0);
    let mut star = None;
    while t < text.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, t));
                p += 1;
                continue;
            }
            Some(_) => {
                if let Some(length) = matches_one(&pattern[p..], text[t]) {
                    p += length;
                    t += 1;
                    continue;
                }
            }
            None => {}
        }
        let Some((back, at)) = star else { return false };
        star = Some((back, at + 1));
        (p, t) = (back + 1, at + 1);
    }
    pattern[p..].iter().all(|letter| *letter == '*')
}

/// Whether the head of a pattern covers a letter; how many letters of the pattern it takes.
fn matches_one(pattern: &[char], letter: char) -> Option<usize> {
    match pattern {
        ['?', ..] => Some(1),
        ['[', rest @ ..] => {
            let negated = rest.first() == Some(&'^');
            let from = usize::from(negated);
            // A bracket right at the beginning belongs to the set.
            let close = rest.iter().skip(from + 1).position(|c| *c == ']');
            let Some(close) = close.map(|at| at + from + 1) else {
                return (letter == '[').then_some(1);
            };
            let mut set = &rest[from..close];
            let mut found = false;
            while let [first, tail @ ..] = set {
                (found, set) = match tail {
                    ['-', last, tail @ ..] => {
                        (found || (*first..=*last).contains(&letter), tail)
                    }
                    _ => (found || *first == letter, tail),
                };
            }
            (found != negated).then_some(close + 2)
        }
        [first, ..] => (*first == letter).then_some(1),
        [] => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn glob(pattern: &str, text: &str) -> bool {
        matches(&pattern.chars().collect::<Vec<_>>(), text)
    }

    fn ask(history: &History, request: Value) -> Value {
        let request: HistoryRequest = serde_json::from_value(request).unwrap();
        history.answer(&request)["history"].take()
    }

    fn file(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(crate::names::unique());
        folder.join(name)
    }

    #[test]
    fn patterns() {
        assert!(glob("*", ""));
        assert!(glob("a*c", "abcc") && !glob("a*c", "abcd"));
        assert!(glob("?∇", "x∇") && !glob("?", "xy"));
        assert!(glob("[a-c]1", "b1") && !glob("[^a-c]1", "b1") && glob("[]x]", "]"));
        assert!(glob("[ab", "[ab"), "an unclosed bracket stands for itself");
        let hard = format!("{}b", "*a".repeat(30));
        assert!(!glob(&hard, &"a".repeat(3_000)), "and quickly");
    }

    #[test]
    fn sessions_share_a_file() {
        let path = file("history.jsonl");
        let one = History::new(Some(path.clone()));
        one.record(1, "a", Some("A"));
        one.save();
        let two = History::new(Some(path.clone()));
        two.record(1, "b", None);
        two.save();
        one.record(2, "c", None);
        one.save();
        let tail = json!({ "hist_access_type": "tail", "output": true });
        let seen = json!([[1, 1, ["a", "A"]], [1, 2, ["c", null]], [2, 1, ["b", null]]]);
        assert_eq!(ask(&one, tail.clone()), seen);
        assert_eq!(ask(&two, tail.clone()), seen);
        assert_eq!(ask(&History::new(Some(path.clone())), tail), seen);
        let previous = json!({ "hist_access_type": "range", "session": -1 });
        assert_eq!(ask(&two, previous), json!([[1, 1, "a"], [1, 2, "c"]]));
        fs::remove_dir_all(path.parent().unwrap()).unwrap();
    }

    #[test]
    fn ranges_and_searches() {
        let history = History::new(None);
        for (line, input) in (1..).zip(["x = 1", "y", "x = 2", "y"]) {
            history.record(line, input, None);
        }
        let range = json!({ "hist_access_type": "range", "start": 2, "stop": 4 });
        assert_eq!(ask(&history, range), json!([[1, 2, "y"], [1, 3, "x = 2"]]));
        let search = json!({ "hist_access_type": "search", "pattern": "x*", "n": 1 });
        assert_eq!(ask(&history, search), json!([[1, 3, "x = 2"]]));
        let unique =
            json!({ "hist_access_type": "search", "pattern": "y", "unique": true });
        assert_eq!(ask(&history, unique), json!([[1, 4, "y"]]));
        let nulls = json!({ "hist_access_type": "tail", "n": null, "session": null });
        assert_eq!(ask(&history, nulls).as_array().unwrap().len(), 4);
    }

    #[test]
    fn damaged_lines_are_passed_over_and_the_file_stays_bounded() {
        let path = file("history.jsonl");
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, b"{\"session\":7,\"line\":1,\"input\":\"a\"}\n\xff{\n").unwrap();
        let history = History::new(Some(path.clone()));
        let long = "x".repeat(LONGEST_INPUT);
        for line in 1..100 {
            history.record(line, &long, None);
            history.save();
        }
        assert!(fs::metadata(&path).unwrap().len() <= LARGEST_FILE);
        let last = ask(&history, json!({ "hist_access_type": "tail", "n": 1 }));
        assert_eq!((&last[0][0], &last[0][1]), (&json!(8), &json!(99)));
        fs::remove_dir_all(path.parent().unwrap()).unwrap();
    }
}
