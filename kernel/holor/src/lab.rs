//! `holor lab`: JupyterLab in an environment of our own, with holor in it.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::{Value as Json, json};

use crate::notebook::{Notebook, write_file};
use crate::terminal::tell;
use crate::{install, paths, run};

/// What is put into the environment.
const PACKAGE: &str = "jupyterlab>=4.4,<5";

/// Opens a file or the current folder in JupyterLab. Returns JupyterLab's exit code.
///
/// # Errors
/// What is missing, and the line that adds it.
pub fn lab(file: Option<&Path>, arguments: &[OsString]) -> Result<u8, String> {
    let environment =
        environment().ok_or("there is no home folder; set HOLOR_DATA_DIR")?;
    prepare(&environment)?;
    let mut command =
        Command::new(paths::environment_program(&environment, "jupyter-lab"));
    command
        // The kernelspec beside this JupyterLab wins over one that an older holor left.
        .env("JUPYTER_PREFER_ENV_PATH", "1")
        .args(SETTINGS);
    if let Some(file) = file {
        let path = std::path::absolute(file)
            .map_err(|error| format!("{}: {error}", file.display()))?;
        if path.is_dir() {
            command.arg(option("--ServerApp.root_dir=", &path));
        } else {
            if !path.exists() {
                create(&path)?;
            }
            if let (Some(folder), Some(name)) = (path.parent(), path.file_name()) {
                command.arg(option("--ServerApp.root_dir=", folder));
                // Not as an argument: this way the address that is printed opens it, too.
                command.arg(format!("--LabApp.default_url=/lab/tree/{}", encoded(name)));
            }
        }
    }
    command.args(arguments);
    tell("starting JupyterLab (Ctrl-C twice ends it)");
    start(command)
}

/// The environment in which JupyterLab lives.
pub fn environment() -> Option<PathBuf> {
    paths::data().map(|data| data.join("lab-venv"))
}

/// Nothing phones home: no news, no question whether a newer version is out, no list of
/// extensions. New notebooks are for holor.
const SETTINGS: [&str; 4] = [
    "--MultiKernelManager.default_kernel_name=holor",
    "--LabApp.news_url=None",
    "--LabApp.check_for_updates_class=jupyterlab.handlers.announcements.NeverCheckForUpdate",
    "--LabApp.extension_manager=readonly",
];

fn option(name: &str, value: &Path) -> OsString {
    let mut option = OsString::from(name);
    option.push(value);
    option
}

/// A file's name as it stands in an address.
fn encoded(name: &OsStr) -> String {
    let mut address = String::new();
    for &byte in name.to_string_lossy().as_bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            address.push(char::from(byte));
        } else {
            address.push_str(&format!("%{byte:02X}"));
        }
    }
    address
}

/// Makes what is missing of the environment.
fn prepare(environment: &Path) -> Result<(), String> {
    let python = paths::environment_program(environment, "python");
    if !works(&python, "import jupyterlab") {
        if !works(&python, "import pip") {
            let base = find_python()?;
            tell(&format!(
                "making a Python environment in {} with {}",
                environment.display(),
                base.display()
            ));
            let mut make = Command::new(&base);
            make.args(["-m", "venv", "--clear"]).arg(environment);
            step(make, || {
                format!("{} cannot make environments\n{}", base.display(), ADD_VENV)
            })?;
        }
        tell(&format!("installing {PACKAGE} into it (about 40 MB, once)"));
        let mut pip = Command::new(&python);
        pip.args([
            "-m",
            "pip",
            "install",
            "--disable-pip-version-check",
            "--quiet",
            PACKAGE,
        ]);
        step(pip, || {
            "JupyterLab could not be installed: see the lines above. Without a network, install \
             JupyterLab by other means, run `holor install`, and start `jupyter lab`"
                .into()
        })?;
    }
    let settings = environment.join("share/jupyter/lab/settings");
    let refused = |error: std::io::Error| {
        format!("{} cannot be written: {error}", settings.display())
    };
    fs::create_dir_all(&settings).map_err(refused)?;
    let overrides = format!("{:#}\n", overrides());
    fs::write(settings.join("overrides.json"), overrides).map_err(refused)?;
    let folder = environment.join("share/jupyter/kernels").join(install::KERNEL);
    install::write(&folder)
}

/// The same wishes for the part that runs in the browser.
fn overrides() -> Json {
    json!({
        "@jupyterlab/apputils-extension:notification": {
            "checkForUpdates": false, "fetchNews": "false",
        },
        "@jupyterlab/extensionmanager-extension:plugin": { "enabled": false },
    })
}

/// An empty notebook, so that JupyterLab knows the kernel without asking.
fn create(path: &Path) -> Result<(), String> {
    if path.extension().is_none_or(|end| end != "ipynb") {
        return Err(format!("{} does not exist", path.display()));
    }
    let mut notebook = Notebook::of_cells([String::new()]);
    notebook.set_kernel(run::kernelspec(), run::language());
    write_file(path, notebook.to_text().as_bytes())?;
    tell(&format!("made the notebook {}", path.display()));
    Ok(())
}

/// A Python 3 that can be started.
fn find_python() -> Result<PathBuf, String> {
    if let Some(chosen) = std::env::var_os("HOLOR_PYTHON") {
        return Ok(PathBuf::from(chosen));
    }
    ["python3", "python", "py"]
        .into_iter()
        .filter_map(paths::program)
        .find(|python| works(python, "import sys; sys.exit(sys.version_info < (3, 9))"))
        .ok_or_else(|| format!("JupyterLab needs Python 3.9 or newer\n{ADD_PYTHON}"))
}

/// Whether a Python can do this.
pub fn works(python: &Path, program: &str) -> bool {
    Command::new(python)
        .args(["-c", program])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Runs a command whose own words go to standard error.
fn step(mut command: Command, otherwise: impl Fn() -> String) -> Result<(), String> {
    let status = command.stdin(Stdio::null()).stdout(std::io::stderr()).status();
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(_) => Err(otherwise()),
        Err(error) => Err(format!("{}\n{error}", otherwise())),
    }
}

/// Becomes JupyterLab: its terminal, its signals, its exit code.
#[cfg(unix)]
fn start(mut command: Command) -> Result<u8, String> {
    use std::os::unix::process::CommandExt;
    Err(format!("JupyterLab cannot be started: {}", command.exec()))
}

#[cfg(not(unix))]
fn start(mut command: Command) -> Result<u8, String> {
    let status = command
        .status()
        .map_err(|error| format!("JupyterLab cannot be started: {error}"))?;
    Ok(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1))
}

/// How Python comes onto this platform.
pub const ADD_PYTHON: &str = if cfg!(target_os = "macos") {
    "add it: brew install python"
} else if cfg!(windows) {
    "add it: winget install Python.Python.3.13"
} else {
    "add it: sudo apt install python3 python3-venv   (Debian, Ubuntu)\n\
     \x20   or: sudo dnf install python3                (Fedora)\n\
     \x20   or: sudo pacman -S python                   (Arch)"
};

/// How `venv` and `pip` come onto this platform, where they are packages of their own.
pub const ADD_VENV: &str = if cfg!(target_os = "linux") {
    "add what is missing: sudo apt install python3-venv   (Debian, Ubuntu)"
} else {
    "reinstall Python with `venv` and `pip`, or name another one in HOLOR_PYTHON"
};
