//! `cargo dev lab`: from a clean clone to the tour in JupyterLab.

use std::process::Command;

use crate::run::{announce, hand_over};
use crate::tools;
use crate::workspace::{Workspace, cargo};

const TOUR: &str = "notebooks/01-tour.ipynb";

/// Builds holor and hands over to `holor lab`, which sets up JupyterLab and opens the notebook. Words that begin
/// with `-` go to `holor lab` as they are.
pub(crate) fn open(workspace: &Workspace, arguments: &[&str]) -> Result<(), String> {
    announce("what building needs");
    tools::COMPILER.provide()?;
    tools::PYTHON.provide()?;
    announce("building holor (about five minutes the first time) and opening JupyterLab");
    let mut command = Command::new(cargo());
    command.args(["run", "--release", "--locked", "--package", "holor", "--", "lab"]);
    if arguments.iter().all(|argument| argument.starts_with('-')) {
        command.arg(workspace.path(TOUR));
    }
    hand_over(command.args(arguments))
}
