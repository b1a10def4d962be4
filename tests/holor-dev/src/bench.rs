//! `cargo dev bench`: measures the kernel beside ipykernel, geometry beside Maxima and SymPy, and fields beside C, py-pde and
//! NumPy, in the same run.

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

/// Builds the release program and the release example of the geometry crate, and prints a table of metrics, programs,
/// ratios and marks. `--write` draws it into docs/performance.
pub(crate) fn geometry(workspace: &Workspace, arguments: &[&str]) -> Result<(), String> {
    announce("what measuring needs");
    tools::COMPILER.provide()?;
    tools::MAXIMA.provide()?;
    let environment = Environment::calculating(workspace)?;
    announce("building holor and the example measure_metric");
    const BUILD: &[&str] = &["build", "--release", "--locked", "--package"];
    run(Command::new(cargo()).args(BUILD).arg("holor"))?;
    run(Command::new(cargo()).args(BUILD).args([
        "holor-geometry",
        "--example",
        "measure_metric",
    ]))?;
    announce(
        "measuring; a peer is given up after 120 processor seconds, `--limit` says otherwise",
    );
    let mut bench = environment.command(&[]);
    bench.arg(workspace.path("tests/bench_geometry/bench.py"));
    bench.arg("--holor").arg(workspace.holor("release"));
    let suffix = std::env::consts::EXE_SUFFIX;
    let example = format!("release/examples/measure_metric{suffix}");
    bench.arg("--example").arg(workspace.target.join(example));
    for argument in arguments {
        bench.arg(argument);
        if *argument == "--write" {
            bench.arg(workspace.path("docs/performance"));
        }
    }
    hand_over(&mut bench)
}

/// Builds the release example of the field engine and the C programs, and prints a table of problems, programs, ratios and
/// marks. `--write` writes it into docs/performance.
pub(crate) fn fields(workspace: &Workspace, arguments: &[&str]) -> Result<(), String> {
    announce("what measuring needs");
    tools::C.provide()?;
    tools::FFTW.provide()?;
    let environment = Environment::of_fields(workspace)?;
    announce("building the example bench_fields");
    run(Command::new(cargo()).args([
        "build",
        "--release",
        "--locked",
        "--package",
        "holor-field-cpu",
        "--example",
        "bench_fields",
    ]))?;
    announce(
        "measuring; a loaded machine gives worse numbers, `--quick` gives a first look",
    );
    let mut bench = environment.command(&[]);
    bench.arg(workspace.path("tests/bench_fields/bench.py"));
    let suffix = std::env::consts::EXE_SUFFIX;
    let example = format!("release/examples/bench_fields{suffix}");
    bench.arg("--example").arg(workspace.target.join(example));
    bench.arg("--build").arg(workspace.target.join("bench-fields"));
    for argument in arguments {
        bench.arg(argument);
        if *argument == "--write" {
            bench.arg(workspace.path("docs/performance"));
        }
    }
    hand_over(&mut bench)
}
