//! Writes the reference pages into a folder: a page per topic of built-ins, and the list of errors. Run by
//! `cargo dev docs`; reads only the records that the language itself reads.

#![allow(clippy::print_stderr, reason = "this is a terminal tool")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::process::ExitCode;

use holor_lang::{Builtin, CODES, builtins};

fn main() -> ExitCode {
    let Some(folder) = std::env::args_os().nth(1) else {
        eprintln!("usage: reference FOLDER");
        return ExitCode::FAILURE;
    };
    match write_all(Path::new(&folder)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{}: {error}", Path::new(&folder).display());
            ExitCode::FAILURE
        }
    }
}

fn write_all(folder: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    let mut topics: BTreeMap<&str, Vec<&Builtin>> = BTreeMap::new();
    for builtin in builtins() {
        topics.entry(builtin.topic).or_default().push(builtin);
    }
    for (topic, builtins) in &mut topics {
        builtins.sort_by_key(|builtin| builtin.name);
        std::fs::write(folder.join(format!("{topic}.md")), topic_page(topic, builtins))?;
    }
    std::fs::write(folder.join("errors.md"), error_page())?;
    std::fs::write(folder.join("README.md"), index(&topics))
}

const NOTE: &str =
    "<!-- Written by `cargo dev docs` from the sources. Do not edit. -->\n";

fn index(topics: &BTreeMap<&str, Vec<&Builtin>>) -> String {
    let mut page = format!("{NOTE}\n# Reference\n");
    for (topic, builtins) in topics {
        let _ = write!(page, "\n## [{}]({topic}.md)\n\n", capitalised(topic));
        for builtin in builtins {
            let summary = builtin.summary.replace('|', "\\|");
            let _ = writeln!(page, "- [`{0}`]({topic}.md#{0}): {summary}", builtin.name);
        }
    }
    page.push_str("\n## [Errors](errors.md)\n");
    page
}

fn topic_page(topic: &str, builtins: &[&Builtin]) -> String {
    let mut page = format!("{NOTE}\n# {}\n", capitalised(topic));
    for builtin in builtins {
        write_builtin(&mut page, builtin);
    }
    page
}

fn write_builtin(page: &mut String, builtin: &Builtin) {
    let _ = write!(page, "\n## {}\n\n`{}`", builtin.name, signature(builtin));
    if !builtin.aliases.is_empty() {
        let _ = write!(page, " · also `{}`", builtin.aliases.join("`, `"));
    }
    let _ = write!(page, "\n\n{}\n", builtin.docs.trim());
    if !builtin.parameters.is_empty() {
        page.push_str("\n| parameter | kind | |\n| --- | --- | --- |\n");
    }
    for parameter in builtin.parameters {
        let optional = if parameter.optional { " (optional)" } else { "" };
        let docs = parameter.docs.trim().replace('\n', " ").replace('|', "\\|");
        let kind = parameter.kind.replace('|', "\\|");
        let also: String =
            parameter.also.iter().map(|name| format!(" or `{name}`")).collect();
        let _ =
            writeln!(page, "| `{}`{also}{optional} | {kind} | {docs} |", parameter.name);
    }
    // Examples are usually part of the documentation already.
    if !builtin.examples.is_empty() && !builtin.docs.contains("```holor") {
        page.push_str("\n```holor\n");
        for example in builtin.examples {
            let _ = writeln!(page, "{}  # => {}", example.source, example.expected);
        }
        page.push_str("```\n");
    }
    if !builtin.see.is_empty() {
        let _ = write!(page, "\nSee also `{}`.\n", builtin.see.join("`, `"));
    }
}

fn signature(builtin: &Builtin) -> String {
    let names = builtin.parameters.iter().map(|parameter| {
        let name = if parameter.variadic {
            format!("{}, …", parameter.name)
        } else {
            parameter.name.to_string()
        };
        if parameter.optional { format!("[{name}]") } else { name }
    });
    format!("{}({})", builtin.name, names.collect::<Vec<_>>().join(", "))
}

fn error_page() -> String {
    let mut page = format!("{NOTE}\n# Errors\n\n| code | |\n| --- | --- |\n");
    for code in CODES {
        let _ =
            writeln!(page, "| [{0}](../errors/{0}.md) | {1} |", code.name, code.title);
    }
    page
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().collect::<String>() + letters.as_str())
        .unwrap_or_default()
}
