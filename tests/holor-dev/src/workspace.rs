//! Where the workspace lies, and what `cargo metadata` says about it.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

/// The repository and its packages.
#[derive(Debug)]
pub(crate) struct Workspace {
    /// The folder of the root `Cargo.toml`.
    pub(crate) root: PathBuf,
    /// Where cargo builds; also where virtual environments, screenshots and other products go.
    pub(crate) target: PathBuf,
}

impl Workspace {
    /// Finds the repository: where cargo runs this program from, or where it was built. Clones that share a
    /// target folder also share the program, so the first is asked first.
    pub(crate) fn find() -> Result<Self, String> {
        let run = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
        let here = run.unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")));
        let root =
            here.ancestors().nth(2).ok_or("holor-dev has no workspace above it")?;
        let metadata = metadata(root, &["--no-deps"])?;
        let target = metadata["target_directory"].as_str().ok_or("no target folder")?;
        Ok(Self { root: root.to_path_buf(), target: PathBuf::from(target) })
    }

    /// Packages of the workspace and all they depend on, as cargo describes them.
    pub(crate) fn packages(&self) -> Result<Value, String> {
        metadata(&self.root, &[])
    }

    /// The packages of the workspace itself.
    pub(crate) fn members(&self) -> Result<Vec<Value>, String> {
        match metadata(&self.root, &["--no-deps"])?["packages"].take() {
            Value::Array(packages) => Ok(packages),
            _ => Err("cargo metadata lists no packages".to_string()),
        }
    }

    /// A path from the root of the repository.
    pub(crate) fn path(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }

    /// The holor program of a profile: `debug` or `release`.
    pub(crate) fn holor(&self, profile: &str) -> PathBuf {
        self.target.join(profile).join(format!("holor{}", std::env::consts::EXE_SUFFIX))
    }

    /// A path as a reader of the repository knows it.
    pub(crate) fn shown(&self, path: &Path) -> String {
        path.strip_prefix(&self.root).unwrap_or(path).display().to_string()
    }
}

/// The cargo that runs us, so that toolchain overrides hold.
pub(crate) fn cargo() -> String {
    std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_string())
}

fn metadata(root: &Path, options: &[&str]) -> Result<Value, String> {
    let output = Command::new(cargo())
        .args(["metadata", "--format-version", "1"])
        .args(options)
        .current_dir(root)
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("cargo metadata cannot start: {error}"))?;
    if !output.status.success() {
        return Err("cargo metadata failed".to_string());
    }
    serde_json::from_slice(&output.stdout)
        .map_err(|error| format!("cargo metadata cannot be read: {error}"))
}
