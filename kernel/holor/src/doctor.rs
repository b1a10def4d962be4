//! `holor doctor`: what is there, what is missing, and the line that would add it.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value as Json, json};

use crate::{devices, install, lab, paths};

/// One thing looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// What it is.
    pub name: &'static str,
    /// What it is good for.
    pub purpose: &'static str,
    /// Whether it is there and can be used.
    pub found: bool,
    /// What was found, or what is missing.
    pub detail: String,
    /// The line that would add or repair it; empty where nothing needs to be done.
    pub add: String,
}

/// Looks, and tells. Never fails for what is missing: nothing here is necessary for mathematics.
///
/// # Errors
/// Why the output cannot be written.
pub fn doctor(as_json: bool, out: &mut dyn Write) -> Result<(), String> {
    let checks = [gpu(), wolfram(), rust(), python(), jupyterlab(), kernelspec()];
    let text = if as_json {
        let list: Vec<Json> = checks.iter().map(to_json).collect();
        format!("{}\n", json!({ "version": env!("CARGO_PKG_VERSION"), "checks": list }))
    } else {
        checks.iter().map(to_text).collect()
    };
    out.write_all(text.as_bytes()).map_err(|error| error.to_string())
}

fn to_json(check: &Check) -> Json {
    json!({
        "name": check.name, "purpose": check.purpose, "found": check.found,
        "detail": check.detail, "add": check.add,
    })
}

fn to_text(check: &Check) -> String {
    let mark = if check.found { "✓" } else { "–" };
    let mut text = format!("{mark} {:<15} {}\n", check.name, check.detail);
    if !check.add.is_empty() {
        if !check.found {
            text.push_str(&format!("{:18}for {}\n", "", check.purpose));
        }
        for line in check.add.lines() {
            text.push_str(&format!("{:18}{line}\n", ""));
        }
    }
    text
}

fn gpu() -> Check {
    let check = |found, detail: String, add: &str| Check {
        name: "GPU",
        purpose: "fields on the graphics card",
        found,
        detail,
        add: add.into(),
    };
    let library = driver_library();
    // A card alone computes nothing.
    let usable = |detail: String| match devices::missing().as_slice() {
        [] => check(true, detail, ""),
        missing => {
            let lines: Vec<String> =
                missing.iter().map(|line| format!("add it: {line}")).collect();
            check(
                false,
                format!("{detail}, without all of CUDA's libraries"),
                &lines.join("\n"),
            )
        }
    };
    if let Some(tool) = paths::program("nvidia-smi") {
        let query =
            ["--query-gpu=name,driver_version,memory.total", "--format=csv,noheader"];
        if let Some(answer) = answer(&tool, &query) {
            let cards = answer.lines().map(str::trim).collect::<Vec<_>>().join("; ");
            return match library {
                Some(_) => usable(cards),
                None => check(
                    false,
                    format!("{cards}, but libcuda is not to be found"),
                    DRIVER,
                ),
            };
        }
    }
    match (library, card_on_bus()) {
        (Some(library), true) => usable(format!("driver {}", library.display())),
        (Some(library), false) => {
            check(false, format!("a driver ({}) but no card", library.display()), "")
        }
        (None, true) => check(false, "an NVIDIA card without its driver".into(), DRIVER),
        (None, false) => {
            let detail =
                "neither an NVIDIA card nor its driver: fields run on the processor";
            check(false, detail.into(), "")
        }
    }
}

const DRIVER: &str = if cfg!(windows) {
    "add it: https://www.nvidia.com/drivers"
} else {
    "add it: sudo ubuntu-drivers install   (Ubuntu), or https://www.nvidia.com/drivers"
};

/// The driver's library, looked for and not loaded.
fn driver_library() -> Option<PathBuf> {
    let mut folders: Vec<PathBuf> = std::env::var_os("LD_LIBRARY_PATH")
        .map(|list| std::env::split_paths(&list).collect())
        .unwrap_or_default();
    let known = [
        "/usr/lib/x86_64-linux-gnu",
        "/usr/lib/aarch64-linux-gnu",
        "/usr/lib64",
        "/usr/lib",
        "/usr/lib/wsl/lib",
        "/usr/local/cuda/compat",
        "/run/opengl-driver/lib",
        "C:\\Windows\\System32",
    ];
    folders.extend(known.map(PathBuf::from));
    let name = if cfg!(windows) { "nvcuda.dll" } else { "libcuda.so.1" };
    folders.into_iter().map(|folder| folder.join(name)).find(|path| path.exists())
}

/// Whether the bus knows a card of NVIDIA's.
fn card_on_bus() -> bool {
    let Ok(devices) = fs::read_dir("/sys/bus/pci/devices") else {
        return Path::new("/dev/nvidia0").exists() || Path::new("/dev/dxg").exists();
    };
    let read = |path: PathBuf| fs::read_to_string(path).unwrap_or_default();
    devices.flatten().any(|device| {
        read(device.path().join("vendor")).trim() == "0x10de"
            && read(device.path().join("class")).starts_with("0x03")
    }) || Path::new("/dev/nvidia0").exists()
}

fn wolfram() -> Check {
    let names = ["wolframscript", "WolframKernel", "wolfram", "math"];
    let installed = [
        "/Applications/Wolfram.app/Contents/MacOS/WolframKernel",
        "/Applications/Wolfram Engine.app/Contents/MacOS/WolframKernel",
        "/Applications/Mathematica.app/Contents/MacOS/WolframKernel",
    ];
    let found = names
        .into_iter()
        .find_map(paths::program)
        .or_else(|| installed.map(PathBuf::from).into_iter().find(|path| path.exists()));
    Check {
        name: "Wolfram Engine",
        purpose: "cells that begin with %%wolfram",
        found: found.is_some(),
        add: match found {
            Some(_) => String::new(),
            None => {
                "add it: https://www.wolfram.com/engine (free for development; its own \
                     licence), then `wolframscript -activate`"
                    .into()
            }
        },
        detail: found.map_or("not installed".into(), |path| path.display().to_string()),
    }
}

fn rust() -> Check {
    let home = paths::home().map(|home| home.join(".cargo/bin/cargo"));
    let cargo = paths::program("cargo").or(home.filter(|path| path.is_file()));
    let version = cargo.as_deref().and_then(|cargo| answer(cargo, &["--version"]));
    let found = version.is_some();
    Check {
        name: "Rust",
        purpose: "cells that begin with %%rust",
        found,
        detail: version.unwrap_or_else(|| "not installed".into()),
        add: match found {
            true => String::new(),
            false if cfg!(windows) => "add it: winget install Rustlang.Rustup".into(),
            false => {
                "add it: curl --proto '=https' -sSf https://sh.rustup.rs | sh".into()
            }
        },
    }
}

fn python() -> Check {
    let python = ["python3", "python"].into_iter().find_map(paths::program);
    let version = python.as_deref().and_then(|python| answer(python, &["--version"]));
    let has_venv = python
        .as_deref()
        .is_some_and(|python| lab::works(python, "import venv, ensurepip"));
    let (detail, add) = match (&version, has_venv) {
        (Some(version), true) => (version.clone(), String::new()),
        (Some(version), false) => {
            (format!("{version}, without venv"), lab::ADD_VENV.to_owned())
        }
        (None, _) => ("not installed".into(), lab::ADD_PYTHON.to_owned()),
    };
    Check {
        name: "Python",
        purpose: "JupyterLab",
        found: version.is_some() && has_venv,
        detail,
        add,
    }
}

fn jupyterlab() -> Check {
    let own = lab::environment()
        .map(|environment| paths::environment_program(&environment, "jupyter-lab"))
        .filter(|path| path.is_file());
    let found = paths::program("jupyter-lab").or(own);
    let version = found.as_deref().and_then(|lab| answer(lab, &["--version"]));
    let detail = match (&found, version) {
        (Some(path), Some(version)) => format!("{version} ({})", path.display()),
        (Some(path), None) => format!("{} does not start", path.display()),
        (None, _) => "not installed".into(),
    };
    Check {
        name: "JupyterLab",
        purpose: "notebooks in the browser",
        found: found.is_some(),
        detail,
        add: if found.is_some() { String::new() } else { "add it: holor lab".into() },
    }
}

fn kernelspec() -> Check {
    let mut folders = paths::kernel_folders();
    folders.extend(
        lab::environment().map(|environment| environment.join("share/jupyter/kernels")),
    );
    let same = |target: &Path| match (std::env::current_exe(), target.canonicalize()) {
        (Ok(own), Ok(target)) => own.canonicalize().is_ok_and(|own| own == target),
        _ => false,
    };
    let installed: Vec<(PathBuf, PathBuf)> = folders
        .into_iter()
        .map(|folder| folder.join(install::KERNEL))
        .filter_map(|folder| install::target(&folder).map(|target| (folder, target)))
        .collect();
    let ours = installed.iter().find(|(_, target)| same(target));
    let (found, detail) = match (ours, installed.first()) {
        (Some((folder, _)), _) => (true, folder.display().to_string()),
        (None, Some((folder, target))) => (
            false,
            format!("{} starts another file, {}", folder.display(), target.display()),
        ),
        (None, None) => (false, "Jupyter does not know holor yet".into()),
    };
    Check {
        name: "Jupyter kernel",
        purpose: "holor in the Jupyter you have",
        found,
        detail,
        add: if found { String::new() } else { "add it: holor install".into() },
    }
}

/// The first words of a program, if it says them within some seconds.
fn answer(program: &Path, arguments: &[&str]) -> Option<String> {
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let end = Instant::now() + Duration::from_secs(10);
    while child.try_wait().ok()?.is_none() {
        if Instant::now() > end {
            // It may have ended by itself in between.
            let _ = child.kill();
            let _ = child.wait();
            return None;
        }
        thread::sleep(Duration::from_millis(5));
    }
    let output = child.wait_with_output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    (output.status.success() && !text.is_empty()).then_some(text)
}
