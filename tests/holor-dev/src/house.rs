//! The house rules: layers, purity, tidiness, licences. Cheap, so they run before anything is built.

use std::fs;
use std::path::Path;

use crate::run::{Tally, complain, say};
use crate::workspace::Workspace;
use crate::{layers, licences, pure, tidy};

/// A source file, by the name a reader of the repository knows.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) shown: String,
    pub(crate) text: String,
}

type Check = fn(&Workspace) -> Result<Vec<String>, String>;

const CHECKS: &[(&str, Check)] = &[
    ("dependencies point one way", layers::check),
    ("pure crates reach nothing outside", pure::check),
    ("every file says its purpose and is short", tidy::check),
    ("licences are allowed", licences::check),
];

/// Runs all the checks.
pub(crate) fn check(workspace: &Workspace) -> Result<Tally, String> {
    let mut tally = Tally::default();
    for (rule, check) in CHECKS {
        let wrong = check(workspace)?;
        let verdict = if wrong.is_empty() { "ok" } else { "BROKEN" };
        say(&format!("{rule}: {verdict}"));
        for complaint in &wrong {
            complain(&format!("     {complaint}"));
        }
        tally.passed += u64::from(wrong.is_empty());
        tally.failed += u64::from(!wrong.is_empty());
    }
    Ok(tally)
}

/// All files with an extension under a folder of the repository, in order of their names. No folder, no files.
pub(crate) fn sources(
    workspace: &Workspace,
    folder: &str,
    extension: &str,
) -> Result<Vec<Source>, String> {
    let mut paths = Vec::new();
    let folder = workspace.path(folder);
    if folder.is_dir() {
        walk(&folder, extension, &mut paths)
            .map_err(|error| format!("{}: {error}", workspace.shown(&folder)))?;
    }
    paths.sort();
    let read = |path: &std::path::PathBuf| {
        let shown = workspace.shown(path);
        let text =
            fs::read_to_string(path).map_err(|error| format!("{shown}: {error}"))?;
        Ok(Source { shown, text })
    };
    paths.iter().map(read).collect()
}

fn walk(
    folder: &Path,
    extension: &str,
    found: &mut Vec<std::path::PathBuf>,
) -> std::io::Result<()> {
    const PRODUCTS: &[&str] =
        &["target", "node_modules", "__pycache__", "corpus", "artifacts"];
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if path.is_dir() {
            if !PRODUCTS.contains(&name.as_ref()) && !name.starts_with('.') {
                walk(&path, extension, found)?;
            }
        } else if path.extension().is_some_and(|found| found == extension) {
            found.push(path);
        }
    }
    Ok(())
}
