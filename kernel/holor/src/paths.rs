//! Where things lie on this machine.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// The folder for what holor keeps: history, the private Python environment.
pub fn data() -> Option<PathBuf> {
    folder("HOLOR_DATA_DIR").or_else(|| {
        let base = if cfg!(windows) {
            folder("LOCALAPPDATA")
        } else if cfg!(target_os = "macos") {
            home().map(|home| home.join("Library/Application Support"))
        } else {
            folder("XDG_DATA_HOME")
                .or_else(|| home().map(|home| home.join(".local/share")))
        };
        base.map(|base| base.join("holor"))
    })
}

/// The person's own Jupyter folder, by Jupyter's rules.
pub fn jupyter_data() -> Option<PathBuf> {
    folder("JUPYTER_DATA_DIR").or_else(|| {
        if cfg!(windows) {
            folder("APPDATA").map(|base| base.join("jupyter"))
        } else if cfg!(target_os = "macos") {
            home().map(|home| home.join("Library/Jupyter"))
        } else {
            folder("XDG_DATA_HOME")
                .or_else(|| home().map(|home| home.join(".local/share")))
                .map(|base| base.join("jupyter"))
        }
    })
}

/// The Python environment that is active, if its shell says so.
pub fn active_environment() -> Option<PathBuf> {
    folder("VIRTUAL_ENV").or_else(|| folder("CONDA_PREFIX"))
}

/// Every folder in which Jupyter looks for kernels, as far as it can be known without Python.
pub fn kernel_folders() -> Vec<PathBuf> {
    let mut bases: Vec<PathBuf> = Vec::new();
    if let Some(list) = env::var_os("JUPYTER_PATH") {
        bases.extend(env::split_paths(&list).filter(|path| !path.as_os_str().is_empty()));
    }
    bases.extend(jupyter_data());
    bases.extend(active_environment().map(|prefix| prefix.join("share/jupyter")));
    if cfg!(windows) {
        bases.extend(folder("PROGRAMDATA").map(|base| base.join("jupyter")));
    } else {
        bases.push("/usr/local/share/jupyter".into());
        bases.push("/usr/share/jupyter".into());
    }
    bases.into_iter().map(|base| base.join("kernels")).collect()
}

/// The first program of this name on the search path.
pub fn program(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path)
        .flat_map(|folder| candidates(&folder, name))
        .find(|path| runs(path))
}

/// A program of a Python environment.
pub fn environment_program(environment: &Path, name: &str) -> PathBuf {
    if cfg!(windows) {
        environment.join("Scripts").join(format!("{name}.exe"))
    } else {
        environment.join("bin").join(name)
    }
}

/// The person's home folder.
pub fn home() -> Option<PathBuf> {
    folder("HOME").or_else(|| folder("USERPROFILE"))
}

fn candidates(folder: &Path, name: &str) -> Vec<PathBuf> {
    if cfg!(windows) {
        [".exe", ".bat", ".cmd"].map(|end| folder.join(format!("{name}{end}"))).into()
    } else {
        vec![folder.join(name)]
    }
}

#[cfg(unix)]
fn runs(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata()
        .is_ok_and(|data| data.is_file() && data.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn runs(path: &Path) -> bool {
    path.is_file()
}

fn folder(variable: &str) -> Option<PathBuf> {
    env::var_os(variable).filter(|value: &OsString| !value.is_empty()).map(PathBuf::from)
}
