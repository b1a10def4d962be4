//! `cargo dev docs`: the reference pages, written from the records that the language itself reads.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use crate::run::{announce, run, say};
use crate::workspace::{Workspace, cargo};

const PAGES: &str = "docs/reference";

/// Writes `docs/reference`, or with `--check` says whether it is what would be written.
pub(crate) fn write(workspace: &Workspace, arguments: &[&str]) -> Result<(), String> {
    match arguments {
        [] => {
            announce("writing docs/reference from the sources");
            generate(&workspace.path(PAGES))
        }
        ["--check"] => check(workspace),
        _ => Err("usage: cargo dev docs [--check]".to_string()),
    }
}

/// An error when the committed pages are not those that the sources give.
pub(crate) fn check(workspace: &Workspace) -> Result<(), String> {
    let fresh = workspace.target.join("reference");
    generate(&fresh)?;
    let (fresh, kept) = (pages(&fresh)?, pages(&workspace.path(PAGES))?);
    let names = fresh.keys().chain(kept.keys().filter(|name| !fresh.contains_key(*name)));
    let differing: Vec<&str> = names
        .filter(|name| fresh.get(*name) != kept.get(*name))
        .map(String::as_str)
        .collect();
    if differing.is_empty() {
        say(&format!("{} pages are up to date", kept.len()));
        return Ok(());
    }
    Err(format!(
        "{PAGES} is not up to date: {}; run `cargo dev docs` and commit what it writes",
        differing.join(", ")
    ))
}

/// Runs the page writer, an example of this package: it links the language, which `cargo dev` itself must not.
fn generate(folder: &Path) -> Result<(), String> {
    if folder.is_dir() {
        fs::remove_dir_all(folder)
            .map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    let mut command = Command::new(cargo());
    command.args([
        "run",
        "--quiet",
        "--package",
        "holor-dev",
        "--example",
        "reference",
        "--",
    ]);
    run(command.arg(folder))
}

fn pages(folder: &Path) -> Result<BTreeMap<String, String>, String> {
    let mut pages = BTreeMap::new();
    let Ok(entries) = fs::read_dir(folder) else { return Ok(pages) };
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let text = fs::read_to_string(entry.path())
            .map_err(|error| format!("{name}: {error}"))?;
        pages.insert(name, text);
    }
    Ok(pages)
}
