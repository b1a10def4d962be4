//! The programs that holor's build and tests need beside cargo: finds them, installs them where it may, and
//! otherwise says exactly what is missing.

use std::path::Path;
use std::process::Command;

use crate::run::{ask, run, say};

/// A program, how to know that it is there, and the Debian packages that bring it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tool {
    name: &'static str,
    purpose: &'static str,
    found: fn() -> Option<String>,
    packages: &'static [&'static str],
}

pub(crate) const COMPILER: Tool = Tool {
    name: "a C++ compiler",
    purpose: "libzmq, which is built from source",
    found: || first(&["c++", "g++", "clang++"], "CXX", &["--version"]),
    packages: &["g++"],
};

pub(crate) const PYTHON: Tool = Tool {
    name: "Python 3.10 or newer with venv",
    purpose: "JupyterLab and the conformance tests",
    found: || {
        const TEST: &str = "import sys, venv, ensurepip
assert sys.version_info >= (3, 10), sys.version
print(sys.version.split()[0])";
        first(&["python3", "python"], "PYTHON", &["-c", TEST])
    },
    packages: &["python3", "python3-venv", "python3-pip"],
};

pub(crate) const NODE: Tool = Tool {
    name: "Node.js 18 or newer with npm",
    purpose: "the browser tests and KaTeX, which reads every formula in the tests",
    found: || {
        const TEST: &str = "if (+process.versions.node.split('.')[0] < 18) process.exit(1); console.log(process.version)";
        ask(Command::new("npm").arg("--version")).ok()?;
        first(&["node"], "NODE", &["-e", TEST])
    },
    packages: &["nodejs", "npm"],
};

pub(crate) const CHROMIUM: Tool = Tool {
    name: "Chromium",
    purpose: "the browser tests",
    found: chromium,
    packages: &["chromium"],
};

pub(crate) const MAXIMA: Tool = Tool {
    name: "Maxima",
    purpose: "the measurement of geometry, which runs it beside holor",
    found: || first(&["maxima"], "MAXIMA", &["--version"]),
    packages: &["maxima"],
};

pub(crate) const C: Tool = Tool {
    name: "a C compiler",
    purpose: "the measurement of fields, which runs C written by hand beside holor",
    found: || first(&["gcc", "cc"], "CC", &["--version"]),
    packages: &["gcc", "libc6-dev"],
};

pub(crate) const FFTW: Tool = Tool {
    name: "FFTW",
    purpose: "the measurement of Fourier methods, which runs C with FFTW beside holor",
    found: || {
        let headers = ["/usr/include/fftw3.h", "/usr/local/include/fftw3.h"];
        let found = headers.into_iter().find(|header| Path::new(header).exists());
        found.map(str::to_string)
    },
    packages: &["libfftw3-dev"],
};

/// Whether this is a continuous-integration run, where nothing may be skipped.
pub(crate) fn on_ci() -> bool {
    std::env::var("CI")
        .is_ok_and(|value| !value.is_empty() && value != "false" && value != "0")
}

/// The Python to make virtual environments with.
pub(crate) fn python() -> String {
    let named = std::env::var("PYTHON").ok();
    named
        .or_else(|| {
            ask(Command::new("python3").arg("--version")).ok().map(|_| "python3".into())
        })
        .unwrap_or_else(|| "python".to_string())
}

/// The newest Python that packages are built for, where there are several; py-pde's newest needs 3.12.
pub(crate) fn recent_python() -> String {
    if let Ok(named) = std::env::var("PYTHON") {
        return named;
    }
    let answers = |name: &&str| {
        ask(Command::new(name).args(["-c", "import venv, ensurepip"])).is_ok()
    };
    let recent = ["python3.13", "python3.12"].into_iter().find(answers);
    recent.map_or_else(python, str::to_string)
}

/// The browser for the tests.
pub(crate) fn chromium() -> Option<String> {
    const NAMES: &[&str] =
        &["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
    let named = std::env::var("CHROMIUM").ok();
    let names = named.as_deref().into_iter().chain(NAMES.iter().copied());
    names
        .filter(|name| ask(Command::new(name).arg("--version")).is_ok())
        .find_map(|name| ask(Command::new("which").arg(name)).ok())
}

impl Tool {
    /// Sees to it that the tool is there: says what was found, else installs it, else says what to type.
    pub(crate) fn provide(&self) -> Result<(), String> {
        if let Some(found) = (self.found)() {
            say(&format!("{}: {}", self.name, found.lines().next().unwrap_or_default()));
            return Ok(());
        }
        let packages = self.packages.join(" ");
        if may_install() {
            say(&format!("{}: missing; installing {packages}", self.name));
            install(self.packages)?;
            if (self.found)().is_some() {
                return Ok(());
            }
        }
        Err(format!(
            "missing: {}, needed for {}.\n   On Debian or Ubuntu: sudo apt-get install {packages}\n   \
             On other systems install it by the system's own means, then run this again.",
            self.name, self.purpose
        ))
    }
}

/// The first of some programs that answers, or the one that an environment variable names.
fn first(names: &[&str], variable: &str, arguments: &[&str]) -> Option<String> {
    let named = std::env::var(variable).ok();
    let mut names = named.as_deref().into_iter().chain(names.iter().copied());
    names.find_map(|name| ask(Command::new(name).args(arguments)).ok())
}

/// Whether the person at the keyboard is root.
pub(crate) fn is_root() -> bool {
    ask(Command::new("id").arg("-u")).is_ok_and(|id| id == "0")
}

fn may_install() -> bool {
    is_root() && ask(Command::new("apt-get").arg("--version")).is_ok()
}

fn install(packages: &[&str]) -> Result<(), String> {
    let apt = || {
        let mut command = Command::new("apt-get");
        command.env("DEBIAN_FRONTEND", "noninteractive").arg("-qq");
        command
    };
    // The lists may be old without harm, so a failed update alone is no reason to stop.
    run(apt().arg("update")).or_else(|error| {
        say(&format!("package lists not updated: {error}"));
        Ok::<(), String>(())
    })?;
    run(apt().args(["install", "--yes", "--no-install-recommends"]).args(packages))
}
