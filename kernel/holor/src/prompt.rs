//! `holor` alone: a prompt in the terminal.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use holor_lang::{Completeness, TokenKind};
use nu_ansi_term::{Color, Style};
use reedline::{
    Completer, DescriptionMode, EditCommand, Emacs, FileBackedHistory, Highlighter,
    IdeMenu, KeyCode, KeyModifiers, MenuBuilder, Reedline, ReedlineEvent, ReedlineMenu,
    Signal, Span, StyledText, Suggestion, ValidationResult, Validator,
    default_emacs_keybindings,
};

use crate::runner::Runner;
use crate::terminal::{Question, Terminal, catch_interrupts, colours, put, tell};
use crate::{paths, show};

const MENU: &str = "completions";
const HISTORY: usize = 10_000;

/// Reads cells and prints their results until Ctrl-D.
///
/// # Errors
/// Why the terminal cannot be used.
pub fn prompt() -> Result<(), String> {
    let folder = std::env::current_dir().unwrap_or_else(|_| PathBuf::from("."));
    let runner = Arc::new(Runner::new(folder));
    let colour = colours(&io::stdout());
    catch_interrupts(runner.session(), false)?;
    put(&format!(
        "holor {}   ?name for help, Tab completes, Ctrl-D ends\n",
        env!("CARGO_PKG_VERSION")
    ))?;
    // Asks the terminal what it can do, which takes two seconds where it does not answer.
    let mut editor = editor(&runner, colour);
    let mut number = 1;
    loop {
        let signal = editor
            .read_line(&Question(format!("[{number}] ")))
            .map_err(|error| format!("the terminal cannot be read: {error}"))?;
        match signal {
            Signal::Success(code) if code.trim().is_empty() => {}
            Signal::Success(code) => {
                // The history is on disk before the cell runs: nothing typed is ever lost.
                let _ = editor.sync_history();
                run(&runner, &code, number)?;
                number += 1;
            }
            Signal::CtrlD => return Ok(()),
            // Ctrl-C throws away what was typed.
            _ => {}
        }
    }
}

fn run(runner: &Runner, code: &str, number: u32) -> Result<(), String> {
    let report =
        runner.run(code, &format!("cell {number}"), number, &Terminal { may_ask: true });
    for error in &report.errors {
        let text = show::diagnostic(error, runner.session(), colours(&io::stderr()));
        tell(text.trim_end());
    }
    match report.value.as_ref().map(show::short) {
        Some(plain) if !plain.is_empty() => put(&format!("{plain}\n")),
        _ => Ok(()),
    }
}

fn editor(runner: &Arc<Runner>, colour: bool) -> Reedline {
    let mut keys = default_emacs_keybindings();
    keys.add_binding(
        KeyModifiers::NONE,
        KeyCode::Tab,
        ReedlineEvent::UntilFound(vec![
            ReedlineEvent::Menu(MENU.into()),
            ReedlineEvent::MenuNext,
        ]),
    );
    keys.add_binding(KeyModifiers::SHIFT, KeyCode::BackTab, ReedlineEvent::MenuPrevious);
    let newline = ReedlineEvent::Edit(vec![EditCommand::InsertNewline]);
    keys.add_binding(KeyModifiers::ALT, KeyCode::Enter, newline.clone());
    keys.add_binding(KeyModifiers::SHIFT, KeyCode::Enter, newline);
    let plain = |style: Style| if colour { style } else { Style::new() };
    let menu = IdeMenu::default()
        .with_name(MENU)
        .with_marker("")
        .with_max_completion_height(12)
        .with_description_mode(DescriptionMode::PreferRight)
        .with_max_description_width(70)
        .with_text_style(plain(Style::new().fg(Color::Default)))
        .with_selected_text_style(Style::new().reverse())
        .with_description_text_style(plain(Style::new().dimmed()))
        .with_correct_cursor_pos(true);
    let mut editor = Reedline::create()
        .with_edit_mode(Box::new(Emacs::new(keys)))
        .with_completer(Box::new(Words(runner.clone())))
        .with_menu(ReedlineMenu::EngineCompleter(Box::new(menu)))
        .with_quick_completions(true)
        .with_partial_completions(true)
        .with_validator(Box::new(WholeCells))
        .with_ansi_colors(colour)
        .use_bracketed_paste(true);
    if colour {
        editor = editor.with_highlighter(Box::new(Colours));
    }
    // Without a place for it, the history lives as long as the prompt.
    let file = paths::data().map(|data| data.join("prompt-history.txt"));
    match file.map(|file| FileBackedHistory::with_file(HISTORY, file)) {
        Some(Ok(history)) => editor.with_history(Box::new(history)),
        _ => editor,
    }
}

/// Enter runs a whole cell and continues any other.
struct WholeCells;

impl Validator for WholeCells {
    fn validate(&self, line: &str) -> ValidationResult {
        match holor_lang::completeness(line) {
            Completeness::Incomplete { .. } => ValidationResult::Incomplete,
            // A wrong cell runs too: its error says what is wrong.
            Completeness::Complete | Completeness::Invalid => ValidationResult::Complete,
        }
    }
}

/// Names, functions, and `\alpha` for α.
struct Words(Arc<Runner>);

impl Completer for Words {
    fn complete(&mut self, line: &str, pos: usize) -> Vec<Suggestion> {
        let found = self.0.session().complete(line, pos);
        let (start, end) = (found.start.min(found.end), found.end);
        let suggestion = |item: holor_lang::CompletionItem| {
            let description = match item.signature.is_empty() {
                true => item.summary,
                false if item.summary.is_empty() => item.signature,
                false => format!("{}\n{}", item.signature, item.summary),
            };
            Suggestion {
                value: item.text,
                description: Some(description).filter(|text| !text.is_empty()),
                span: Span { start, end },
                ..Suggestion::default()
            }
        };
        found.items.into_iter().map(suggestion).collect()
    }
}

/// The line in colours.
struct Colours;

impl Highlighter for Colours {
    fn highlight(&self, line: &str, _cursor: usize) -> StyledText {
        let mut styled = StyledText::new();
        for token in holor_lang::tokens(line) {
            let style = match token.kind {
                TokenKind::Comment => Style::new().dimmed().italic(),
                TokenKind::Number => Style::new().fg(Color::Cyan),
                TokenKind::Text => Style::new().fg(Color::Green),
                TokenKind::Keyword => Style::new().fg(Color::Magenta).bold(),
                TokenKind::Magic => Style::new().fg(Color::Yellow),
                TokenKind::Unknown => Style::new().fg(Color::Red),
                _ => Style::new(),
            };
            let text = line.get(token.start..token.end).unwrap_or_default();
            styled.push((style, text.to_owned()));
        }
        styled
    }
}
