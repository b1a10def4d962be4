//! Rules that no compiler holds: every Rust file says what it is for and is short enough to be read.

use crate::house::{Source, sources};
use crate::workspace::Workspace;

const FOLDERS: &[&str] = &["symbolic", "kernel", "gateways", "gpu", "tests"];

/// A file above this is split by subject before the next feature.
const MOST_LINES: usize = 800;

/// Every file that breaks a rule.
pub(crate) fn check(workspace: &Workspace) -> Result<Vec<String>, String> {
    let mut wrong = Vec::new();
    for folder in FOLDERS {
        for source in sources(workspace, folder, "rs")? {
            wrong.extend(complaints(&source));
        }
        for source in sources(workspace, folder, "py")? {
            wrong.extend(too_long(&source));
        }
    }
    Ok(wrong)
}

fn complaints(source: &Source) -> Vec<String> {
    let first =
        source.text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let undocumented = !first.starts_with("//!");
    let complaint =
        format!("{}: begins without a `//!` line that says its purpose", source.shown);
    let mut wrong: Vec<String> = undocumented.then_some(complaint).into_iter().collect();
    wrong.extend(too_long(source));
    for (number, line) in source.text.lines().enumerate() {
        if line.ends_with([' ', '\t']) {
            wrong.push(format!(
                "{}:{}: white space at the end",
                source.shown,
                number + 1
            ));
        }
    }
    wrong
}

fn too_long(source: &Source) -> Option<String> {
    let lines = source.text.lines().count();
    (lines > MOST_LINES)
        .then(|| format!("{}: {lines} lines, at most {MOST_LINES}", source.shown))
}

#[cfg(test)]
mod tests {
    use super::{Source, check, complaints};
    use crate::workspace::Workspace;

    #[test]
    fn every_file_says_its_purpose_and_is_short() {
        let workspace = Workspace::find().unwrap();
        assert_eq!(check(&workspace).unwrap(), Vec::<String>::new());
    }

    #[test]
    fn complains_about_a_long_silent_file() {
        let text = "fn main() {}\n".repeat(900);
        let source = Source { shown: "long.rs".to_string(), text };
        assert_eq!(complaints(&source).len(), 2);
    }
}
