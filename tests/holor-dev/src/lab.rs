//! `cargo dev lab`: from a clean clone to the tour in JupyterLab.

use std::process::Command;

use crate::run::{announce, hand_over, say};
use crate::tools;
use crate::workspace::{Workspace, cargo};

const TOUR: &str = "notebooks/01-tour.ipynb";

/// Builds holor and hands over to `holor lab`, which sets up JupyterLab and opens the notebook. What follows `--`
/// goes to JupyterLab as it is.
pub(crate) fn open(workspace: &Workspace, arguments: &[&str]) -> Result<(), String> {
    announce("what building needs");
    tools::COMPILER.provide()?;
    tools::PYTHON.provide()?;
    announce(
        "building holor (five to ten minutes the first time) and opening JupyterLab",
    );
    let mut command = Command::new(cargo());
    command.args(["run", "--release", "--locked", "--package", "holor", "--", "lab"]);
    let ours = arguments.iter().take_while(|argument| **argument != "--");
    if ours.clone().all(|argument| argument.starts_with('-')) {
        command.arg(workspace.path(TOUR));
    }
    command.args(arguments);
    if tools::is_root() && !arguments.contains(&"--allow-root") {
        say("you are root, which JupyterLab allows only when told: adding --allow-root");
        command.args((ours.count() == arguments.len()).then_some("--"));
        command.arg("--allow-root");
    }
    hand_over(&mut command)
}
