//! The `holor` command.

use std::io::{self, IsTerminal};
use std::process::ExitCode;

use holor::cli::{self, Command};
use holor::terminal::{put, tell};
use holor::{doctor, eval, install, kernel, lab, prompt, run};

fn main() -> ExitCode {
    let command = match cli::parse(std::env::args_os().skip(1)) {
        Ok(command) => command,
        Err(usage) => {
            tell(&format!("holor: {usage}"));
            return ExitCode::from(2);
        }
    };
    match execute(command) {
        Ok(code) => ExitCode::from(code),
        Err(reason) => {
            tell(&format!("holor: {reason}"));
            ExitCode::FAILURE
        }
    }
}

/// Does what was asked and returns the exit code.
fn execute(command: Command) -> Result<u8, String> {
    let mut out = io::stdout();
    let verdict = |passed: bool| u8::from(!passed);
    match command {
        Command::Prompt if io::stdin().is_terminal() && io::stdout().is_terminal() => {
            prompt::prompt().map(|()| 0)
        }
        // Fed from a file or a pipe, the prompt is `eval`.
        Command::Prompt => eval::eval(None, false).map(verdict),
        Command::Lab { file, arguments } => lab::lab(file.as_deref(), &arguments),
        Command::Install(place) => install::install(&place, &mut out).map(|()| 0),
        Command::Uninstall(place) => install::uninstall(&place, &mut out).map(|()| 0),
        Command::Kernel { connection } => kernel::serve(&connection).map(|()| 0),
        Command::Run { input, output } => {
            run::run(&input, output.as_deref()).map(verdict)
        }
        Command::Eval { json, input } => eval::eval(input.as_deref(), json).map(verdict),
        Command::Doctor { json } => doctor::doctor(json, &mut out).map(|()| 0),
        Command::Help(command) => put(cli::help_text(command)).map(|()| 0),
        Command::Version => {
            put(concat!("holor ", env!("CARGO_PKG_VERSION"), "\n")).map(|()| 0)
        }
    }
}
