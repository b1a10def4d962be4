//! Pure crates reach nothing outside the process: no file, socket, process, environment or clock. What a
//! cell needs of these goes through the `World` that the program supplies.

use crate::house::{Source, sources};
use crate::workspace::Workspace;

/// Folders of crates whose sources are pure.
const PURE: &[&str] = &["symbolic", "kernel/holor-render"];

/// Modules of `std` that lead outside.
const OUTSIDE: &[&str] = &["fs", "net", "process", "env", "time"];

/// Every use of the outside in a pure crate.
pub(crate) fn check(workspace: &Workspace) -> Result<Vec<String>, String> {
    let mut wrong = Vec::new();
    for folder in PURE {
        for source in sources(workspace, folder, "rs")? {
            if source.shown.contains("/src/") {
                wrong.extend(uses(&source));
            }
        }
    }
    Ok(wrong)
}

fn uses(source: &Source) -> Vec<String> {
    let mut wrong = Vec::new();
    for (number, line) in source.text.lines().enumerate() {
        // Test modules close a file; they may read fixtures.
        if line.trim() == "#[cfg(test)]" {
            break;
        }
        let code = line.split("//").next().unwrap_or_default();
        // A span of time is a number; only a clock leads outside.
        let code = code.replace("std::time::Duration", "Duration");
        for module in names_of_std(&code) {
            if OUTSIDE.contains(&module) {
                let place = number + 1;
                wrong.push(format!(
                    "{}:{place}: std::{module} in a pure crate",
                    source.shown
                ));
            }
        }
    }
    wrong
}

/// The modules of `std` that a line names: `std::fs::read`, `use std::{env, fmt};`.
fn names_of_std(code: &str) -> Vec<&str> {
    let mut names = Vec::new();
    let ends = |c: char| !(c.is_alphanumeric() || c == '_');
    for (place, _) in code.match_indices("std::") {
        let rest = code.get(place + "std::".len()..).unwrap_or_default();
        if let Some(group) = rest.strip_prefix('{') {
            names.extend(
                group.split(',').map(|name| name.trim().split(ends).next().unwrap_or("")),
            );
        } else {
            names.extend(rest.split(ends).next());
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::{check, names_of_std};
    use crate::workspace::Workspace;

    #[test]
    fn pure_crates_reach_nothing_outside() {
        let workspace = Workspace::find().unwrap();
        assert_eq!(check(&workspace).unwrap(), Vec::<String>::new());
    }

    #[test]
    fn finds_single_and_grouped_names() {
        assert_eq!(names_of_std("let x = std::fs::read(p);"), ["fs"]);
        assert_eq!(names_of_std("use std::{env::var, fmt};"), ["env", "fmt"]);
    }
}
