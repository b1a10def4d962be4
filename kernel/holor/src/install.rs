//! The kernelspec: the little folder by which Jupyter knows holor.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::json;

use crate::cli::Place;
use crate::paths;

/// The name of the kernel, and of its folder.
pub const KERNEL: &str = "holor";

const LOGOS: [(&str, &[u8]); 3] = [
    ("logo-svg.svg", include_bytes!("../logo/logo-svg.svg")),
    ("logo-32x32.png", include_bytes!("../logo/logo-32x32.png")),
    ("logo-64x64.png", include_bytes!("../logo/logo-64x64.png")),
];

/// Writes the kernelspec and says where.
///
/// # Errors
/// What could not be found or written.
pub fn install(place: &Place, out: &mut dyn Write) -> Result<(), String> {
    let folder = kernels(place)?.join(KERNEL);
    write(&folder)?;
    let told = writeln!(
        out,
        "installed: {}\nstart it with `jupyter lab`, or with `holor lab` if you have no Jupyter",
        folder.display()
    );
    told.map_err(|error| error.to_string())
}

/// Removes the kernelspec.
///
/// # Errors
/// Where it was not, and where else there is one.
pub fn uninstall(place: &Place, out: &mut dyn Write) -> Result<(), String> {
    let folder = kernels(place)?.join(KERNEL);
    if !folder.join("kernel.json").is_file() {
        let others: Vec<String> = paths::kernel_folders()
            .into_iter()
            .map(|folder| folder.join(KERNEL))
            .filter(|other| *other != folder && other.join("kernel.json").is_file())
            .map(|other| format!("\nthere is one in {}", other.display()))
            .collect();
        return Err(format!(
            "holor is not installed in {}{}",
            folder.display(),
            others.concat()
        ));
    }
    fs::remove_dir_all(&folder)
        .map_err(|error| format!("{} cannot be removed: {error}", folder.display()))?;
    writeln!(out, "removed: {}", folder.display()).map_err(|error| error.to_string())
}

/// Writes the kernelspec of this binary into a folder.
///
/// # Errors
/// What could not be written.
pub fn write(folder: &Path) -> Result<(), String> {
    let binary = std::env::current_exe()
        .map_err(|error| format!("holor cannot find its own file: {error}"))?;
    let spec = json!({
        "argv": [binary.to_string_lossy(), "kernel", "-f", "{connection_file}"],
        "display_name": "holor",
        "language": "holor",
        "interrupt_mode": "message",
        "metadata": { "debugger": true },
    });
    let refused = |error: std::io::Error| {
        format!("{} cannot be written: {error}", folder.display())
    };
    fs::create_dir_all(folder).map_err(refused)?;
    for (name, content) in LOGOS {
        fs::write(folder.join(name), content).map_err(refused)?;
    }
    // The specification last: a folder without it is no kernel, so a failure leaves none behind.
    fs::write(folder.join("kernel.json"), format!("{spec:#}\n")).map_err(refused)
}

/// The program that an installed kernelspec starts.
pub fn target(folder: &Path) -> Option<PathBuf> {
    let text = fs::read_to_string(folder.join("kernel.json")).ok()?;
    let spec: serde_json::Value = serde_json::from_str(&text).ok()?;
    spec.get("argv")?.get(0)?.as_str().map(PathBuf::from)
}

fn kernels(place: &Place) -> Result<PathBuf, String> {
    match place {
        Place::User => paths::jupyter_data()
            .map(|base| base.join("kernels"))
            .ok_or_else(|| "there is no home folder; use `--prefix FOLDER`".into()),
        Place::Prefix(prefix) => std::path::absolute(prefix)
            .map(|prefix| prefix.join("share/jupyter/kernels"))
            .map_err(|error| format!("{}: {error}", prefix.display())),
        Place::SysPrefix => {
            sys_prefix().map(|prefix| prefix.join("share/jupyter/kernels"))
        }
    }
}

fn sys_prefix() -> Result<PathBuf, String> {
    if let Some(prefix) = paths::active_environment() {
        return Ok(prefix);
    }
    let python = ["python3", "python"].into_iter().find_map(paths::program).ok_or(
        "there is no Python environment: activate one, or use `--user` or `--prefix FOLDER`",
    )?;
    let output = Command::new(&python)
        .args(["-c", "import sys; print(sys.prefix)"])
        .output()
        .map_err(|error| format!("{}: {error}", python.display()))?;
    let prefix = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    if prefix.is_empty() {
        return Err(format!("{} does not say where it lives", python.display()));
    }
    Ok(PathBuf::from(prefix))
}
