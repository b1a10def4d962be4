//! Runs other programs, shows what they print, and counts the tests they report.

use std::io::{BufRead, BufReader, Write as _};
use std::process::{Command, Stdio};
use std::time::Instant;

/// Tests, as their runners counted them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
    pub(crate) skipped: u64,
}

impl Tally {
    /// One check that held.
    pub(crate) const ONE: Self = Self { passed: 1, failed: 0, skipped: 0 };

    /// Adds another tally to this one.
    pub(crate) fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }

    /// Reads the closing line of a test runner: cargo test, pytest, or `N passed, N failed, N skipped`.
    pub(crate) fn of_line(line: &str) -> Option<Self> {
        let words: Vec<&str> = line
            .split(|c: char| c.is_whitespace() || ",;=()".contains(c))
            .filter(|word| !word.is_empty())
            .collect();
        let cargo = line.starts_with("test result: ");
        let pytest =
            line.starts_with('=') && line.ends_with('=') && line.contains(" in ");
        let plain = words.len() >= 4
            && words.iter().rev().take(4).all(|word| {
                word.parse::<u64>().is_ok()
                    || ["passed", "failed", "skipped"].contains(word)
            });
        if !(cargo || pytest || plain) {
            return None;
        }
        let mut tally = Self::default();
        let mut found = false;
        for pair in words.windows(2) {
            let [count, what] = pair else { continue };
            let Ok(count) = count.parse::<u64>() else { continue };
            match *what {
                "passed" | "xfailed" => tally.passed += count,
                "failed" | "error" | "errors" | "xpassed" => tally.failed += count,
                "ignored" | "skipped" => tally.skipped += count,
                _ => continue,
            }
            found = true;
        }
        found.then_some(tally)
    }
}

/// Says which step begins.
pub(crate) fn announce(text: &str) {
    line(&format!("\n── {text}"));
}

/// Says a line.
pub(crate) fn say(text: &str) {
    line(&format!("   {text}"));
}

/// Says a line as it is, for the closing summary.
pub(crate) fn conclude(text: &str) {
    line(text);
}

/// Says what went wrong.
pub(crate) fn complain(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// Runs a program, showing the command and all output; an error when it fails.
pub(crate) fn run(command: &mut Command) -> Result<(), String> {
    let tally = count(command)?;
    if tally.failed == 0 { Ok(()) } else { Err(format!("{} tests failed", tally.failed)) }
}

/// Runs a program that keeps the terminal to itself until it ends.
pub(crate) fn hand_over(command: &mut Command) -> Result<(), String> {
    say(&format!("$ {}", written(command)));
    let status = command.status().map_err(|error| cannot_start(command, &error))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("{} failed: {status}", name(command)))
    }
}

/// Runs a test runner and counts its tests. A run that fails without naming a test counts as one failure.
pub(crate) fn count(command: &mut Command) -> Result<Tally, String> {
    say(&format!("$ {}", written(command)));
    let began = Instant::now();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| cannot_start(command, &error))?;
    let mut tally = Tally::default();
    if let Some(stdout) = child.stdout.take() {
        for line in BufReader::new(stdout).split(b'\n') {
            let line = line.map_err(|error| format!("output is lost: {error}"))?;
            let line = String::from_utf8_lossy(&line);
            self::line(&line);
            if let Some(counted) = Tally::of_line(line.trim()) {
                tally.add(counted);
            }
        }
    }
    let status = child.wait().map_err(|error| format!("no exit status: {error}"))?;
    if !status.success() && tally.failed == 0 {
        tally.failed = 1;
        complain(&format!("{} failed: {status}", name(command)));
    }
    say(&format!("{:.0} s", began.elapsed().as_secs_f64()));
    Ok(tally)
}

/// Runs a program quietly; what it printed, or why it failed.
pub(crate) fn ask(command: &mut Command) -> Result<String, String> {
    let output = command.output().map_err(|error| cannot_start(command, &error))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_string())
    } else {
        let last = String::from_utf8_lossy(&output.stderr);
        Err(last.lines().last().unwrap_or("failed without a word").to_string())
    }
}

/// Prints a line; a reader that has gone away is no reason to stop.
fn line(text: &str) {
    let _ = writeln!(std::io::stdout(), "{text}");
}

fn cannot_start(command: &Command, error: &std::io::Error) -> String {
    format!("{} cannot start: {error}", name(command))
}

fn name(command: &Command) -> String {
    command.get_program().to_string_lossy().into_owned()
}

fn written(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::Tally;

    #[test]
    fn reads_the_closing_lines_of_the_runners() {
        let tally = |passed, failed, skipped| Some(Tally { passed, failed, skipped });
        assert_eq!(
            Tally::of_line(
                "test result: FAILED. 12 passed; 1 failed; 3 ignored; 0 measured"
            ),
            tally(12, 1, 3)
        );
        assert_eq!(
            Tally::of_line("==== 1 failed, 45 passed, 1 skipped in 3.21s ===="),
            tally(45, 1, 1)
        );
        assert_eq!(Tally::of_line("browser: 7 passed, 0 failed"), tally(7, 0, 0));
        assert_eq!(Tally::of_line("7 passed, 0 failed, 2 skipped"), tally(7, 0, 2));
        assert_eq!(Tally::of_line("all 3 passed the bridge"), None);
        assert_eq!(Tally::of_line("running 12 tests"), None);
    }
}
