//! The private Python environment of the tests, with every version pinned; made once and kept under the
//! target folder.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::run::{run, say};
use crate::tools;
use crate::workspace::Workspace;

const REQUIREMENTS: &str = "tests/conformance/requirements.txt";

/// What the measurement of geometry and the reference of its problems need.
const CALCULATING: &str = "tests/bench_geometry/requirements.txt";

/// What the measurement of fields needs.
const FIELDS: &str = "tests/bench_fields/requirements.txt";

/// A virtual environment that holds what `requirements.txt` asks for.
#[derive(Debug)]
pub(crate) struct Environment {
    folder: PathBuf,
}

impl Environment {
    /// Makes the environment of the conformance tests, or finds the one made for the same requirements.
    pub(crate) fn provide(workspace: &Workspace) -> Result<Self, String> {
        Self::of(workspace, "python", REQUIREMENTS, &tools::python())
    }

    /// The same for the environment with SymPy.
    pub(crate) fn calculating(workspace: &Workspace) -> Result<Self, String> {
        Self::of(workspace, "python-sympy", CALCULATING, &tools::python())
    }

    /// The same for the environment with py-pde, by the newest Python there is.
    pub(crate) fn of_fields(workspace: &Workspace) -> Result<Self, String> {
        Self::of(workspace, "python-fields", FIELDS, &tools::recent_python())
    }

    fn of(
        workspace: &Workspace,
        folder: &str,
        requirements: &str,
        python: &str,
    ) -> Result<Self, String> {
        tools::PYTHON.provide()?;
        let environment = Self { folder: workspace.target.join(folder) };
        let wanted = fs::read_to_string(workspace.path(requirements))
            .map_err(|error| format!("{requirements}: {error}"))?;
        let stamp = environment.folder.join("holor-requirements.txt");
        if fs::read_to_string(&stamp).is_ok_and(|made| made == wanted) {
            say(&format!("Python environment: {}", environment.folder.display()));
            return Ok(environment);
        }
        say(&format!("making a Python environment in {}", environment.folder.display()));
        let mut make = Command::new(python);
        run(make.args(["-m", "venv", "--clear"]).arg(&environment.folder))?;
        let mut pip = environment.command(&[]);
        pip.args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "-r",
        ]);
        run(pip.arg(workspace.path(requirements)))?;
        fs::write(&stamp, wanted)
            .map_err(|error| format!("{}: {error}", stamp.display()))?;
        Ok(environment)
    }

    /// A Python of the environment, whose programs find the others of it.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let all = std::iter::once(self.programs()).chain(std::env::split_paths(&path));
        let mut command = Command::new(self.programs().join("python"));
        if let Ok(joined) = std::env::join_paths(all) {
            command.env("PATH", joined);
        }
        command
            .args(arguments)
            .env("VIRTUAL_ENV", &self.folder)
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .env("JUPYTER_PREFER_ENV_PATH", "1");
        command
    }

    fn programs(&self) -> PathBuf {
        self.folder.join(if cfg!(windows) { "Scripts" } else { "bin" })
    }
}
