//! The command line: reads the arguments, decides nothing.
//!
//! Scripts depend on these commands and options; they change only by addition.

use std::ffi::OsString;
use std::path::PathBuf;

use lexopt::{Arg, Parser, ValueExt};

/// What the person asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// The prompt in the terminal.
    Prompt,
    /// JupyterLab with the kernel in it.
    Lab {
        /// What to open; the current folder where it is left out.
        file: Option<PathBuf>,
        /// Further arguments for JupyterLab.
        arguments: Vec<OsString>,
    },
    /// Writes the kernelspec.
    Install(Place),
    /// Removes the kernelspec.
    Uninstall(Place),
    /// The kernel, as front ends start it.
    Kernel {
        /// The connection file.
        connection: PathBuf,
    },
    /// Executes a notebook or a script.
    Run {
        /// The notebook or script.
        input: PathBuf,
        /// The notebook or page to write.
        output: Option<PathBuf>,
    },
    /// Evaluates cells and prints their results.
    Eval {
        /// One JSON object per cell instead of plain text.
        json: bool,
        /// The file; standard input where it is left out.
        input: Option<PathBuf>,
    },
    /// Says what is there and what is missing.
    Doctor {
        /// As JSON.
        json: bool,
    },
    /// Help for a command, or for all.
    Help(Option<&'static str>),
    /// The version.
    Version,
}

/// Where the kernelspec lives.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Place {
    /// The person's own Jupyter folder.
    #[default]
    User,
    /// `share/jupyter` under a folder.
    Prefix(PathBuf),
    /// `share/jupyter` of the Python environment that is active.
    SysPrefix,
}

/// A command line that cannot be read. The text says what to type instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsageError(pub String);

impl std::fmt::Display for UsageError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for UsageError {}

impl From<lexopt::Error> for UsageError {
    fn from(error: lexopt::Error) -> Self {
        Self(error.to_string())
    }
}

/// Reads the arguments that follow the program's name.
///
/// # Errors
/// What is wrong with them, and what to type.
pub fn parse(
    arguments: impl IntoIterator<Item = OsString>,
) -> Result<Command, UsageError> {
    let mut parser = Parser::from_args(arguments);
    let Some(first) = parser.next()? else { return Ok(Command::Prompt) };
    let name = match first {
        Arg::Short('h') | Arg::Long("help") => return Ok(Command::Help(None)),
        Arg::Short('V') | Arg::Long("version") => return Ok(Command::Version),
        Arg::Value(name) => name.string()?,
        other => return Err(unexpected(&other, None)),
    };
    let Some(&(name, _)) = COMMANDS.iter().find(|(known, _)| *known == name) else {
        return Err(unknown_command(&name));
    };
    match name {
        "help" => help(&mut parser),
        "lab" => lab(&mut parser),
        "install" => place(&mut parser, name).map(|place| place_or_help(place, name)),
        "uninstall" => place(&mut parser, name).map(|place| place_or_help(place, name)),
        "kernel" => kernel(&mut parser),
        "run" => run(&mut parser),
        "eval" => eval(&mut parser),
        _ => doctor(&mut parser),
    }
}

fn help(parser: &mut Parser) -> Result<Command, UsageError> {
    let Some(argument) = parser.next()? else { return Ok(Command::Help(None)) };
    let Arg::Value(name) = argument else {
        return Err(unexpected(&argument, Some("help")));
    };
    let name = name.string()?;
    match COMMANDS.iter().find(|(known, _)| *known == name) {
        Some((known, _)) => Ok(Command::Help(Some(known))),
        None => Err(unknown_command(&name)),
    }
}

fn lab(parser: &mut Parser) -> Result<Command, UsageError> {
    let (mut file, mut arguments) = (None, Vec::new());
    loop {
        // Everything after `--` is JupyterLab's; lexopt alone would mix it with our FILE.
        if let Some(mut raw) = parser.try_raw_args()
            && raw.next_if(|next| next == "--").is_some()
        {
            arguments.extend(raw);
            break;
        }
        match parser.next()? {
            None => break,
            Some(Arg::Short('h') | Arg::Long("help")) => {
                return Ok(Command::Help(Some("lab")));
            }
            Some(Arg::Long("no-browser")) => arguments.push("--no-browser".into()),
            Some(Arg::Value(value)) if file.is_none() && !value.is_empty() => {
                file = Some(PathBuf::from(value));
            }
            Some(other) => return Err(unexpected(&other, Some("lab"))),
        }
    }
    Ok(Command::Lab { file, arguments })
}

fn place_or_help(place: Option<Place>, name: &'static str) -> Command {
    match place {
        None => Command::Help(Some(name)),
        Some(place) if name == "install" => Command::Install(place),
        Some(place) => Command::Uninstall(place),
    }
}

fn place(parser: &mut Parser, name: &'static str) -> Result<Option<Place>, UsageError> {
    let mut place = None;
    while let Some(argument) = parser.next()? {
        let chosen = match argument {
            Arg::Short('h') | Arg::Long("help") => return Ok(None),
            Arg::Long("user") => Place::User,
            Arg::Long("sys-prefix") => Place::SysPrefix,
            Arg::Long("prefix") => Place::Prefix(parser.value()?.into()),
            other => return Err(unexpected(&other, Some(name))),
        };
        if place.replace(chosen).is_some() {
            return Err(UsageError(
                "choose one of --user, --prefix and --sys-prefix".into(),
            ));
        }
    }
    Ok(Some(place.unwrap_or_default()))
}

fn kernel(parser: &mut Parser) -> Result<Command, UsageError> {
    let mut connection = None;
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Short('h') | Arg::Long("help") => {
                return Ok(Command::Help(Some("kernel")));
            }
            Arg::Short('f') | Arg::Long("connection-file") => {
                connection = Some(PathBuf::from(parser.value()?));
            }
            other => return Err(unexpected(&other, Some("kernel"))),
        }
    }
    let connection = connection.ok_or_else(|| {
        UsageError(
            "holor kernel is started by front ends, with `-f CONNECTION`; \
             for a prompt type `holor`, for JupyterLab `holor lab`"
                .into(),
        )
    })?;
    Ok(Command::Kernel { connection })
}

fn run(parser: &mut Parser) -> Result<Command, UsageError> {
    let (mut input, mut output) = (None, None);
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Short('h') | Arg::Long("help") => return Ok(Command::Help(Some("run"))),
            Arg::Short('o') | Arg::Long("output") => {
                output = Some(PathBuf::from(parser.value()?));
            }
            Arg::Value(value) if input.is_none() => input = Some(PathBuf::from(value)),
            other => return Err(unexpected(&other, Some("run"))),
        }
    }
    let input = input.ok_or_else(|| {
        UsageError(
            "which file? `holor run NOTEBOOK.ipynb` or `holor run SCRIPT.holor`".into(),
        )
    })?;
    Ok(Command::Run { input, output })
}

fn eval(parser: &mut Parser) -> Result<Command, UsageError> {
    let (mut input, mut json) = (None, false);
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Short('h') | Arg::Long("help") => {
                return Ok(Command::Help(Some("eval")));
            }
            Arg::Long("json") => json = true,
            Arg::Value(value) if input.is_none() => input = Some(PathBuf::from(value)),
            other => return Err(unexpected(&other, Some("eval"))),
        }
    }
    Ok(Command::Eval { json, input: input.filter(|path| path.as_os_str() != "-") })
}

fn doctor(parser: &mut Parser) -> Result<Command, UsageError> {
    let mut json = false;
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Short('h') | Arg::Long("help") => {
                return Ok(Command::Help(Some("doctor")));
            }
            Arg::Long("json") => json = true,
            other => return Err(unexpected(&other, Some("doctor"))),
        }
    }
    Ok(Command::Doctor { json })
}

fn unexpected(argument: &Arg<'_>, command: Option<&str>) -> UsageError {
    let argument = match argument {
        Arg::Short(letter) => format!("-{letter}"),
        Arg::Long(name) => format!("--{name}"),
        Arg::Value(value) => value.to_string_lossy().into_owned(),
    };
    let help = command.map_or_else(String::new, |command| format!(" {command}"));
    UsageError(format!("unexpected argument `{argument}`; see `holor{help} --help`"))
}

fn unknown_command(name: &str) -> UsageError {
    let path = std::path::Path::new(name);
    if path.extension().is_some() && path.is_file() {
        return UsageError(format!("to execute a file, type `holor run {name}`"));
    }
    let near = COMMANDS
        .iter()
        .map(|(known, _)| (distance(name, known), *known))
        .min()
        .filter(|(distance, _)| *distance <= 2);
    UsageError(match near {
        Some((_, known)) => format!("unknown command `{name}`; did you mean `{known}`?"),
        None => format!("unknown command `{name}`; see `holor --help`"),
    })
}

/// How many letters must change to make one word the other.
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, letter) in left.chars().enumerate() {
        let mut diagonal = i;
        row[0] = i + 1;
        for (j, other) in right.iter().enumerate() {
            let above = row[j + 1];
            row[j + 1] =
                (diagonal + usize::from(letter != *other)).min(above + 1).min(row[j] + 1);
            diagonal = above;
        }
    }
    row[right.len()]
}

/// The help text of one command, or of all.
pub fn help_text(command: Option<&str>) -> &'static str {
    COMMANDS
        .iter()
        .find(|(name, _)| Some(*name) == command)
        .map_or(OVERVIEW, |(_, text)| *text)
}

const OVERVIEW: &str = "\
holor: mathematics in notebooks and in the terminal

Usage: holor [COMMAND]

  holor                   a prompt in the terminal
  holor lab [FILE]        JupyterLab with holor in it, in a private environment
  holor install           makes holor known to the Jupyter you have
  holor uninstall         takes it away again
  holor run FILE          executes a notebook or a script
  holor eval [FILE]       evaluates cells and prints their results
  holor doctor            what is there, what is missing, and how to add it
  holor kernel -f FILE    the kernel itself, as front ends start it

  holor COMMAND --help    more about a command
  holor --version

Colours follow NO_COLOR. Files are read and written under the notebook's folder only;
nothing uses the network, except `holor lab` once, to fetch JupyterLab.
";

/// The commands and their help.
const COMMANDS: &[(&str, &str)] = &[
    (
        "lab",
        "\
Opens JupyterLab with the holor kernel.

Usage: holor lab [FILE] [--no-browser] [-- ARGUMENTS]

  FILE           the notebook or folder to open; the current folder by default
  --no-browser   starts the server and prints its address
  -- ARGUMENTS   go to JupyterLab as they are, such as `-- --port 9000`

The first time, a Python environment with JupyterLab is made in the data folder
(`lab-venv`); this downloads about 40 MB. HOLOR_PYTHON names the Python to use.
",
    ),
    (
        "install",
        "\
Makes holor known to the Jupyter you have, by writing a kernelspec.

Usage: holor install [--user | --prefix FOLDER | --sys-prefix]

  --user            for you, in every Jupyter you start (the default)
  --prefix FOLDER   into FOLDER/share/jupyter/kernels
  --sys-prefix      into the Python environment that is active
",
    ),
    (
        "uninstall",
        "\
Removes the kernelspec that `holor install` wrote.

Usage: holor uninstall [--user | --prefix FOLDER | --sys-prefix]

Give the option that it was installed with.
",
    ),
    (
        "run",
        "\
Executes a notebook or a script, without Jupyter.

Usage: holor run FILE [-o OUT]

  FILE             NOTEBOOK.ipynb, or SCRIPT.holor with cells separated by lines that
                   begin with `# %%`
  -o, --output OUT OUT.ipynb: the notebook with its outputs, as JupyterLab saves it
                   OUT.html: one self-contained page

Without -o nothing is written: a script's results are printed, a notebook is checked.
Stops at the first error with exit code 1; OUT then holds everything up to it.
",
    ),
    (
        "eval",
        "\
Evaluates cells and prints their results.

Usage: holor eval [--json] [FILE | -]

  FILE     cells separated by lines that begin with `# %%`; standard input by default
  --json   one line per cell, written as the cell ends:
           {\"cell\":1, \"status\":\"ok\"|\"error\", \"text\":…, \"data\":{…}, \"stdout\":…,
            \"stderr\":…, \"displays\":[{…}], \"error\":null|{\"code\",\"message\",\"hint\",\"span\"},
            \"seconds\":…}

Every cell is evaluated, also after one that failed; a failed cell leaves no trace in
the session. The exit code is 1 if any cell failed.
",
    ),
    (
        "doctor",
        "\
Says what is there and what is missing, each with the line that would add it.

Usage: holor doctor [--json]
",
    ),
    (
        "kernel",
        "\
The Jupyter kernel. Front ends start it; there is no need to.

Usage: holor kernel -f CONNECTION

  -f, --connection-file   the file that says where to listen
",
    ),
    ("help", OVERVIEW),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Command, UsageError> {
        parse(line.split_whitespace().map(OsString::from))
    }

    #[test]
    fn every_command_of_the_table() {
        assert_eq!(read(""), Ok(Command::Prompt));
        assert_eq!(
            read("lab a.ipynb --no-browser -- --port 9 x"),
            Ok(Command::Lab {
                file: Some("a.ipynb".into()),
                arguments: ["--no-browser", "--port", "9", "x"].map(Into::into).into(),
            })
        );
        assert_eq!(
            read("lab -- x"),
            Ok(Command::Lab { file: None, arguments: vec!["x".into()] })
        );
        assert_eq!(read("install"), Ok(Command::Install(Place::User)));
        assert_eq!(
            read("install --prefix /p"),
            Ok(Command::Install(Place::Prefix("/p".into())))
        );
        assert_eq!(
            read("uninstall --sys-prefix"),
            Ok(Command::Uninstall(Place::SysPrefix))
        );
        assert_eq!(
            read("kernel -f c.json"),
            Ok(Command::Kernel { connection: "c.json".into() })
        );
        assert_eq!(
            read("run a.ipynb -o b.html"),
            Ok(Command::Run { input: "a.ipynb".into(), output: Some("b.html".into()) })
        );
        assert_eq!(read("eval --json -"), Ok(Command::Eval { json: true, input: None }));
        assert_eq!(
            read("eval a"),
            Ok(Command::Eval { json: false, input: Some("a".into()) })
        );
        assert_eq!(read("doctor --json"), Ok(Command::Doctor { json: true }));
        assert_eq!(read("run --help"), Ok(Command::Help(Some("run"))));
        assert_eq!(read("--version"), Ok(Command::Version));
    }

    #[test]
    fn errors_say_what_to_type() {
        let message = |line: &str| read(line).unwrap_err().0;
        assert!(message("evl").contains("`eval`"));
        assert!(message("run").contains("holor run NOTEBOOK.ipynb"));
        assert!(message("run a b").contains("`b`"));
        assert!(message("kernel").contains("holor lab"));
        assert!(message("install --user --sys-prefix").contains("choose one"));
        assert!(message("doctor --loud").contains("--loud"));
    }
}
