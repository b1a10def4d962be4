//! Outputs as text, on the standard streams.

use std::borrow::Cow;
use std::io::{self, IsTerminal, Write};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use holor_lang::{Diagnostic, Progress, Session, Value};
use reedline::{
    Prompt, PromptEditMode, PromptHistorySearch, PromptHistorySearchStatus, Reedline,
    Signal,
};

use crate::show;
use crate::world::Output;

/// Whether a stream takes colours: it is a terminal, and nobody has said no.
pub fn colours(stream: &impl IsTerminal) -> bool {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let dumb = std::env::var_os("TERM").is_some_and(|terminal| terminal == "dumb");
    stream.is_terminal() && !dumb && !set("NO_COLOR")
}

/// Writes a line to standard error. Where nobody listens, nothing is lost by silence.
pub fn tell(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// Writes to standard output at once.
///
/// # Errors
/// Why it cannot be written: a closed pipe, a full disk.
pub fn put(text: &str) -> Result<(), String> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .map_err(|error| format!("standard output cannot be written: {error}"))
}

/// Lets Ctrl-C stop the running cell. With `twice_ends`, a second one ends the process.
///
/// # Errors
/// The system refuses the signal.
pub fn catch_interrupts(session: &Session, twice_ends: bool) -> Result<(), String> {
    let flag: Arc<AtomicBool> = session.interrupt_flag();
    let interrupt = signal_hook::consts::SIGINT;
    let refused = |error: io::Error| format!("Ctrl-C cannot be caught: {error}");
    if twice_ends {
        // Registered first: it sees the flag as the signal before left it.
        signal_hook::flag::register_conditional_shutdown(interrupt, 130, flag.clone())
            .map_err(refused)?;
    }
    signal_hook::flag::register(interrupt, flag).map(drop).map_err(refused)
}

/// The terminal, or files and pipes in its place.
#[derive(Clone, Copy, Debug)]
pub struct Terminal {
    /// Whether standard input can be asked.
    pub may_ask: bool,
}

impl Output for Terminal {
    fn print(&self, text: &str) {
        // A cell cannot do anything about a closed pipe; the next result reports it.
        let _ = put(text);
    }

    fn print_error(&self, text: &str) {
        let _ = io::stderr().lock().write_all(text.as_bytes());
    }

    fn show(&self, value: &Value, _id: Option<&str>, _update: bool) {
        let _ = put(&format!("{}\n", show::plain(value)));
    }

    fn warn(&self, warning: &Diagnostic, session: &Session) {
        tell(show::diagnostic(warning, session, colours(&io::stderr())).trim_end());
    }

    fn clear(&self, _wait: bool) {}

    fn ask(&self, prompt: &str, secret: bool) -> Result<String, String> {
        if !self.may_ask || !io::stdin().is_terminal() {
            return Err("there is no terminal at which somebody could be asked".into());
        }
        if secret {
            put(prompt)?;
            return hidden_line();
        }
        match Reedline::create().read_line(&Question(prompt.to_owned())) {
            Ok(Signal::Success(line)) => Ok(line),
            Ok(Signal::CtrlD) => Err("the input has ended".into()),
            Ok(_) => Err(INTERRUPTED.into()),
            Err(error) => Err(error.to_string()),
        }
    }

    fn progress(&self, progress: &Progress) {
        let mut errors = io::stderr().lock();
        if errors.is_terminal() {
            // Back to the beginning of the line, and the rest of it cleared.
            let _ = write!(errors, "\r{}\x1b[K", show::progress_line(progress));
            let _ = errors.flush();
        }
    }

    fn progress_ended(&self) {
        let mut errors = io::stderr().lock();
        if errors.is_terminal() {
            let _ = write!(errors, "\r\x1b[K");
        }
    }

    fn page(&self, markdown: &str) {
        let _ = put(&format!("{}\n", show::plain_page(markdown)));
    }
}

const INTERRUPTED: &str = "interrupted while waiting for input";

/// What stands before a line that is typed.
pub(crate) struct Question(pub(crate) String);

impl Prompt for Question {
    fn render_prompt_left(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.0)
    }

    fn render_prompt_right(&self) -> Cow<'_, str> {
        Cow::Borrowed("")
    }

    fn render_prompt_indicator(&self, _: PromptEditMode) -> Cow<'_, str> {
        Cow::Borrowed("")
    }

    fn render_prompt_multiline_indicator(&self) -> Cow<'_, str> {
        Cow::Owned(" ".repeat(self.0.chars().count()))
    }

    fn render_prompt_history_search_indicator(
        &self,
        search: PromptHistorySearch,
    ) -> Cow<'_, str> {
        let failing = match search.status {
            PromptHistorySearchStatus::Passing => "",
            PromptHistorySearchStatus::Failing => "nothing with ",
        };
        Cow::Owned(format!("({failing}`{}`) ", search.term))
    }
}

/// Reads a line without showing it.
fn hidden_line() -> Result<String, String> {
    use crossterm::event::{Event, KeyCode, KeyEventKind, KeyModifiers, read};
    let failed = |error: io::Error| error.to_string();
    crossterm::terminal::enable_raw_mode().map_err(failed)?;
    let mut line = String::new();
    let answer = loop {
        let event = match read() {
            Ok(Event::Key(key)) if key.kind != KeyEventKind::Release => key,
            Ok(_) => continue,
            Err(error) => break Err(failed(error)),
        };
        match event.code {
            KeyCode::Enter => break Ok(line),
            KeyCode::Char('c' | 'd')
                if event.modifiers.contains(KeyModifiers::CONTROL) =>
            {
                break Err(INTERRUPTED.into());
            }
            KeyCode::Char(letter) => line.push(letter),
            KeyCode::Backspace => {
                line.pop();
            }
            _ => {}
        }
    };
    crossterm::terminal::disable_raw_mode().map_err(failed)?;
    put("\n")?;
    answer
}
