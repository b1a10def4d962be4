//! `cargo dev bench`: measures the kernel beside ipykernel, geometry beside Maxima and SymPy, fields beside C, py-pde and
//! NumPy, and fields on a graphics card beside JAX, CuPy and PyTorch, in the same run.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::python::Environment;
use crate::run::{announce, ask, hand_over, run, say};
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

/// What is measured on a graphics card, and beside what: the files that a folder needs besides our programs.
const CARD: &[&str] = &["measure.sh", "bench.py", "peers.py", "reference.py"];

/// Puts all that is needed into a folder and measures from there, or leaves it at that with `--pack FOLDER`, for another machine.
/// `--seconds N` is the limit of all measurements, `--results FOLDER` takes those of another machine, `--write` writes them into
/// docs/performance.
pub(crate) fn cuda(workspace: &Workspace, arguments: &[&str]) -> Result<(), String> {
    let (mut pack, mut results, mut seconds, mut write) = (None, None, "480", false);
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        let mut next =
            || words.next().copied().ok_or_else(|| format!("{word} needs a word"));
        match *word {
            "--pack" => pack = Some(PathBuf::from(next()?)),
            "--results" => results = Some(PathBuf::from(next()?)),
            "--seconds" => seconds = next()?,
            "--write" => write = true,
            _ => return Err(format!("bench cuda knows no {word}")),
        }
    }
    let python = tools::recent_python();
    if pack.is_none() {
        ask(Command::new(&python).args(["-c", "import numpy"])).map_err(|error| {
            format!("{python}: {error}\n   Name a Python with NumPy, and the peers, by the variable PYTHON.")
        })?;
    }
    let measured = match results {
        Some(results) => results,
        None => {
            let own = workspace.target.join("bench-cuda");
            let folder = pack.as_deref().unwrap_or(&own);
            packed(workspace, folder)?;
            if pack.is_some() {
                say("on the machine with the card: sh measure.sh RESULTS [SECONDS]");
                return Ok(());
            }
            announce("measuring; another program on the card gives worse numbers");
            let results = own.join("results");
            let mut measure = Command::new("sh");
            measure.arg(own.join("measure.sh")).arg(&results).arg(seconds);
            hand_over(measure.env("PYTHON", &python))?;
            if !write {
                return Ok(());
            }
            results
        }
    };
    let mut table = Command::new(python);
    table.arg(workspace.path("tests/bench_cuda/bench.py")).arg(measured);
    if write {
        table.arg("--write").arg(workspace.path("docs/performance"));
    }
    hand_over(table.env("PYTHONDONTWRITEBYTECODE", "1"))
}

/// The release example `speed`, the tests of its crate, and the scripts, in one folder that needs nothing of this workspace.
fn packed(workspace: &Workspace, folder: &Path) -> Result<(), String> {
    announce("building the example speed and the tests of holor-field-cuda");
    const PACKAGE: &[&str] = &["--release", "--locked", "--package", "holor-field-cuda"];
    run(Command::new(cargo()).arg("build").args(PACKAGE).args(["--example", "speed"]))?;
    let mut programs = tests(Command::new(cargo()).arg("test").args(PACKAGE).args([
        "--lib",
        "--test",
        "kernels",
        "--no-run",
        "--message-format=json",
    ]))?;
    let suffix = std::env::consts::EXE_SUFFIX;
    let example = format!("release/examples/speed{suffix}");
    programs.push(("speed".to_owned(), workspace.target.join(example)));
    let failed = |path: &Path| {
        let shown = path.display().to_string();
        move |error: std::io::Error| format!("{shown}: {error}")
    };
    fs::create_dir_all(folder).map_err(failed(folder))?;
    let mut bytes = 0;
    for (name, program) in &programs {
        let to = folder.join(format!("{name}{suffix}"));
        let mut strip = Command::new("strip");
        if ask(strip.arg("-o").arg(&to).arg(program)).is_err() {
            fs::copy(program, &to).map_err(failed(&to))?;
        }
        bytes += fs::metadata(&to).map_err(failed(&to))?.len();
    }
    for name in CARD {
        let from = workspace.path("tests/bench_cuda").join(name);
        bytes += fs::copy(&from, folder.join(name)).map_err(failed(&from))?;
    }
    let megabytes = bytes as f64 / f64::from(1 << 20);
    say(&format!("{megabytes:.1} MiB in {}", folder.display()));
    Ok(())
}

/// Builds tests and gives their names and programs.
fn tests(command: &mut Command) -> Result<Vec<(String, PathBuf)>, String> {
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("cargo cannot start: {error}"))?;
    if !output.status.success() {
        return Err("the tests do not build".to_owned());
    }
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let messages = text.lines().filter_map(|line| serde_json::from_str(line).ok());
    let program = |message: Value| {
        let name = message["target"]["name"].as_str()?;
        let is_test = message["profile"]["test"].as_bool()?;
        let program = PathBuf::from(message["executable"].as_str()?);
        is_test.then(|| (name.to_owned(), program))
    };
    Ok(messages.filter_map(program).collect())
}
