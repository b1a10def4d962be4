//! Everything that holor is linked with may be used by anybody for anything, for ever: this holds the list of
//! licences to that, without any tool but cargo. `deny.toml` says the same to cargo-deny.

use serde_json::Value;

use crate::workspace::Workspace;

/// Licences that ask nothing but their own text to be kept (MPL: and changes to its own files to be shown).
const ALLOWED: &[&str] = &[
    "MIT",
    "MIT-0",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "0BSD",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "ISC",
    "MPL-2.0",
    "Unicode-3.0",
    "Unicode-DFS-2016",
    "Unlicense",
    "Zlib",
];

/// Crates that need a word. zeromq-src declares its own licence; the libzmq 4.3 inside it is under the LGPL 3
/// with the exception for static linking, which leaves the linking program free.
const EXCEPTIONS: &[&str] = &["zeromq-src"];

/// Crates that must not come in, and why.
const BANNED: &[(&str, &str)] = &[(
    "symbolica",
    "its licence forbids use in developing computer algebra and asks every recipient for a runtime licence",
)];

/// Every package whose licence or name is not allowed.
pub(crate) fn check(workspace: &Workspace) -> Result<Vec<String>, String> {
    let metadata = workspace.packages()?;
    let packages = metadata["packages"].as_array().ok_or("no packages")?;
    Ok(packages.iter().filter_map(complaint).collect())
}

fn complaint(package: &Value) -> Option<String> {
    let name = package["name"].as_str().unwrap_or_default();
    if let Some((_, reason)) = BANNED.iter().find(|(banned, _)| *banned == name) {
        return Some(format!("{name}: banned: {reason}"));
    }
    let licence = package["license"].as_str().unwrap_or("no licence");
    let fine = EXCEPTIONS.contains(&name) || holds(licence);
    (!fine).then(|| {
        format!("{name}: licence {licence:?} is not in the list of allowed ones")
    })
}

/// Whether an SPDX expression can be met with allowed licences. `/` is the old way to write `OR`.
fn holds(expression: &str) -> bool {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let mut words: Vec<&str> = spaced.split_whitespace().rev().collect();
    either(&mut words) && words.is_empty()
}

fn either(words: &mut Vec<&str>) -> bool {
    let mut met = both(words);
    while words.last() == Some(&"OR") {
        words.pop();
        met |= both(words);
    }
    met
}

fn both(words: &mut Vec<&str>) -> bool {
    let mut met = one(words);
    while words.last() == Some(&"AND") {
        words.pop();
        met &= one(words);
    }
    met
}

fn one(words: &mut Vec<&str>) -> bool {
    let Some(word) = words.pop() else { return false };
    if word == "(" {
        let met = either(words);
        return words.pop() == Some(")") && met;
    }
    let mut licence = word.to_string();
    if words.last() == Some(&"WITH") {
        words.pop();
        licence = format!("{word} WITH {}", words.pop().unwrap_or_default());
    }
    ALLOWED.contains(&licence.as_str())
}

#[cfg(test)]
mod tests {
    use super::{check, holds};
    use crate::workspace::Workspace;

    #[test]
    fn all_licences_are_allowed() {
        let workspace = Workspace::find().unwrap();
        assert_eq!(check(&workspace).unwrap(), Vec::<String>::new());
    }

    #[test]
    fn reads_spdx_expressions() {
        assert!(holds("MIT OR Apache-2.0"));
        assert!(holds("MIT/GPL-3.0"));
        assert!(holds("(MIT OR Apache-2.0) AND Unicode-3.0"));
        assert!(holds("Apache-2.0 WITH LLVM-exception"));
        assert!(!holds("MIT AND GPL-3.0"));
        assert!(!holds("LGPL-3.0-only"));
        assert!(!holds("(MIT"));
        assert!(!holds(""));
    }
}
