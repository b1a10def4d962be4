//! A kernel without mathematics: it echoes, and knows a few commands to try the protocol with.
//!
//! ```text
//! cargo run --example echo -- CONNECTION_FILE [HISTORY_FILE]
//! ```

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::thread::sleep;
use std::time::Duration;

use holor_jupyter::{
    Cell, CellIo, Comm, Completeness, Completion, Execution, Failure, InputError,
    Language, LanguageInfo, Match, MimeBundle, Payload, ServeOptions, Variable, serve,
};
use serde_json::{Map, Value, json};

const COMMANDS: [&str; 21] = [
    "print", "stderr", "error", "input", "password", "sleep", "display", "flood",
    "displays", "frames", "loop", "page", "next", "clear", "panic", "bytes", "open",
    "rich", "count", "quiet", "number",
];

/// The language: every cell is its own value.
#[derive(Debug)]
pub(crate) struct Echo;

fn main() -> ExitCode {
    let arguments: Vec<PathBuf> =
        std::env::args_os().skip(1).map(PathBuf::from).collect();
    let [connection, rest @ ..] = &arguments[..] else { return ExitCode::from(2) };
    let options =
        ServeOptions { history: rest.first().cloned(), ..ServeOptions::default() };
    match serve(Path::new(connection), Echo, options) {
        Ok(_) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

fn shown(text: impl Into<String>) -> Result<Execution, Failure> {
    Ok(Execution { result: Some(MimeBundle::plain(text)), ..Execution::default() })
}

fn interrupted() -> Failure {
    Failure::new("Interrupted", "the cell was interrupted")
}

fn number(text: &str) -> u64 {
    text.trim().parse().unwrap_or(1)
}

fn ask(io: &CellIo, prompt: &str, password: bool) -> Result<Execution, Failure> {
    match io.input(prompt, password) {
        Ok(answer) => shown(format!("you said {answer}")),
        Err(InputError::Interrupted) => Err(interrupted()),
        Err(error) => Err(Failure::new("InputError", error.to_string())),
    }
}

/// The word that ends at `cursor`, with its beginning.
fn word(code: &str, cursor: usize) -> (usize, &str) {
    let before = &code[..cursor];
    let start = before
        .rfind(|letter: char| !letter.is_alphanumeric())
        .map_or(0, |at| at + before[at..].chars().next().map_or(1, char::len_utf8));
    (start, &before[start..])
}

impl Language for Echo {
    fn info(&self) -> LanguageInfo {
        LanguageInfo {
            implementation: "echo".to_owned(),
            implementation_version: "0.1.0".to_owned(),
            banner: "says what you say".to_owned(),
            name: "echo".to_owned(),
            version: "1".to_owned(),
            mimetype: "text/plain".to_owned(),
            file_extension: ".echo".to_owned(),
            pygments_lexer: "text".to_owned(),
            codemirror_mode: "null".to_owned(),
            help_links: vec![("Jupyter".to_owned(), "https://jupyter.org".to_owned())],
        }
    }

    fn execute(&self, cell: &Cell<'_>, io: &CellIo) -> Result<Execution, Failure> {
        let (command, rest) = cell.code.split_once(' ').unwrap_or((cell.code, ""));
        match command {
            "print" => io.stdout(&format!("{rest}\n")),
            "stderr" => io.stderr(&format!("{rest}\n")),
            "error" => return Err(Failure::new("EchoError", rest)),
            "input" => return ask(io, rest, false),
            "password" => return ask(io, rest, true),
            "panic" => panic!("{rest}"),
            "display" => io.display(&MimeBundle::plain(rest), None),
            "clear" => io.clear_output(rest == "wait"),
            "number" => return shown(cell.execution_count.to_string()),
            "quiet" => {}
            "sleep" => {
                for _ in 0..number(rest) {
                    if io.interrupted() {
                        return Err(interrupted());
                    }
                    sleep(Duration::from_millis(1));
                }
            }
            "loop" => {
                io.stdout("looping\n");
                while !io.interrupted() {
                    std::hint::spin_loop();
                }
                return Err(interrupted());
            }
            "flood" => {
                (0..number(rest)).for_each(|line| io.stdout(&format!("line {line}\n")));
            }
            "bytes" => {
                let line = "0123456789abcdef".repeat(64);
                (0..number(rest) / 1024).for_each(|_| io.stdout(&line));
            }
            "displays" => (0..number(rest))
                .for_each(|at| io.display(&MimeBundle::plain(at.to_string()), None)),
            "frames" => {
                io.display(&MimeBundle::plain("first"), Some("film"));
                (0..number(rest)).for_each(|at| {
                    io.update_display(&MimeBundle::plain(at.to_string()), "film");
                    sleep(Duration::from_micros(500));
                });
            }
            "page" => {
                let payload = vec![Payload::Page { data: MimeBundle::plain(rest) }];
                return Ok(Execution { payload, ..Execution::default() });
            }
            "next" => {
                let text = rest.to_owned();
                let payload = vec![Payload::SetNextInput { text, replace: false }];
                return Ok(Execution { payload, ..Execution::default() });
            }
            "open" => {
                let id = io.comm_open(rest, &json!({ "hello": 1 }), &Map::new(), vec![]);
                return shown(id);
            }
            "rich" => {
                let bundle =
                    MimeBundle::plain(rest).with("text/html", format!("<b>{rest}</b>"));
                return Ok(Execution { result: Some(bundle), ..Execution::default() });
            }
            _ => return shown(cell.code),
        }
        Ok(Execution::default())
    }

    fn complete(&self, code: &str, cursor: usize) -> Completion {
        let (start, word) = word(code, cursor);
        let matches = COMMANDS.iter().filter(|command| command.starts_with(word));
        let describe = |command: &&str| Match {
            kind: Some("keyword".to_owned()),
            ..Match::new(*command)
        };
        Completion { matches: matches.map(describe).collect(), start, end: cursor }
    }

    fn inspect(&self, code: &str, cursor: usize, detail: u8) -> Option<MimeBundle> {
        let (_, word) = word(code, cursor);
        COMMANDS
            .contains(&word)
            .then(|| MimeBundle::plain(format!("the command {word}, detail {detail}")))
    }

    fn is_complete(&self, code: &str) -> Completeness {
        if code.contains("<<<") {
            Completeness::Invalid
        } else if code.ends_with('\\') {
            Completeness::Incomplete { indent: "  ".to_owned() }
        } else {
            Completeness::Complete
        }
    }

    fn expression(&self, code: &str, _io: &CellIo) -> Result<MimeBundle, Failure> {
        match code {
            "bad" => Err(Failure::new("EchoError", "bad")),
            "panic" => panic!("in an expression"),
            _ => Ok(MimeBundle::plain(code)),
        }
    }

    fn variables(&self) -> Vec<Variable> {
        vec![Variable {
            name: "x".to_owned(),
            value: "1".to_owned(),
            kind: "number".to_owned(),
        }]
    }

    fn rich_variable(&self, name: &str) -> Option<MimeBundle> {
        (name == "x").then(|| MimeBundle::plain("1").with("text/latex", "$1$"))
    }

    fn comm_open(&self, comm: &Comm<'_>, io: &CellIo) -> bool {
        let known = comm.target == "echo";
        if known {
            io.comm_send(comm.id, comm.data, vec![]);
        }
        known
    }

    fn comm_message(&self, comm: &Comm<'_>, io: &CellIo) {
        if comm.data == &Value::from("panic") {
            panic!("in a comm");
        }
        let buffers = comm.buffers.iter().map(|buffer| buffer.to_vec().into()).collect();
        io.comm_send(comm.id, comm.data, buffers);
    }
}
