//! `cargo dev bench kernel`: measures the kernel beside ipykernel in the same run.

use std::process::Command;

use crate::python::Environment;
use crate::run::{announce, hand_over, run};
use crate::tools;
use crate::workspace::{Workspace, cargo};

/// Builds the release kernel and prints a table of both kernels, their ratios and the marks.
pub(crate) fn kernel(workspace: &Workspace, arguments: &[&str]) -> Result<(), String> {
    announce("what measuring needs");
    tools::COMPILER.provide()?;
    let environment = Environment::provide(workspace)?;
    announce("building holor");
    run(Command::new(cargo()).args([
        "build",
        "--release",
        "--locked",
        "--package",
        "holor",
    ]))?;
    announce(
        "measuring; a loaded machine gives worse numbers, processor time is the steadier one",
    );
    let mut bench = environment.command(&[]);
    bench.arg(workspace.path("tests/conformance/bench_kernel.py"));
    hand_over(bench.arg("--holor").arg(workspace.holor("release")).args(arguments))
}
