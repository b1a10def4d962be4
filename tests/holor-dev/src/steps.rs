//! `cargo dev ci`: all the tests there are, in order, with one closing count. Continuous integration runs this
//! and nothing else.

use std::process::Command;
use std::time::Instant;

use crate::python::Environment;
use crate::run::{
    Tally, announce, ask, complain, conclude, count, run as run_program, say,
};
use crate::tools::{self, on_ci};
use crate::workspace::{Workspace, cargo};
use crate::{docs, house};

/// One step of the run.
struct Step {
    name: &'static str,
    does: &'static str,
    run: fn(&Workspace) -> Result<Tally, String>,
}

const STEPS: &[Step] = &[
    Step {
        name: "tools",
        does: "find or install what the build and the tests need",
        run: tools,
    },
    Step { name: "house", does: "layers, purity, tidiness, licences", run: house::check },
    Step { name: "fmt", does: "formatting", run: fmt },
    Step { name: "deny", does: "cargo-deny, where it is installed", run: deny },
    Step { name: "test", does: "Rust tests, documentation tests included", run: rust },
    Step { name: "clippy", does: "lints, warnings refused", run: clippy },
    Step {
        name: "rustdoc",
        does: "the API documentation, broken links refused",
        run: rustdoc,
    },
    Step {
        name: "docs",
        does: "docs/reference is what the sources give",
        run: reference,
    },
    Step {
        name: "conformance",
        does: "the Jupyter protocol against the real kernel",
        run: conformance,
    },
    Step {
        name: "notebooks",
        does: "nbclient, papermill and nbconvert run the gallery",
        run: notebooks,
    },
    Step {
        name: "katex",
        does: "KaTeX reads every formula that holor writes",
        run: katex,
    },
    Step { name: "browser", does: "JupyterLab in headless Chromium", run: browser },
];

/// Runs all steps, or those named, and closes with the count of all their tests.
pub(crate) fn run(workspace: &Workspace, arguments: &[&str]) -> Result<(), String> {
    if arguments.contains(&"--list") {
        for step in STEPS {
            conclude(&format!("{:12} {}", step.name, step.does));
        }
        return Ok(());
    }
    if let Some(unknown) =
        arguments.iter().find(|name| STEPS.iter().all(|step| step.name != **name))
    {
        return Err(format!("no step {unknown:?}; `cargo dev ci --list` names them"));
    }
    let mut all = Tally::default();
    let mut lines = Vec::new();
    for step in
        STEPS.iter().filter(|step| arguments.is_empty() || arguments.contains(&step.name))
    {
        announce(&format!("{}: {}", step.name, step.does));
        let began = Instant::now();
        let tally = (step.run)(workspace).unwrap_or_else(|error| {
            complain(&format!("   {} FAILED: {error}", step.name));
            Tally { failed: 1, ..Tally::default() }
        });
        let seconds = began.elapsed().as_secs();
        let verdict = if tally.failed > 0 { "FAILED" } else { "ok" };
        let Tally { passed, failed, skipped } = tally;
        lines.push(format!(
            "{:12} {verdict:6} {passed:6} passed {failed:4} failed {skipped:4} skipped {seconds:5} s",
            step.name
        ));
        all.add(tally);
    }
    announce("summary");
    lines.iter().for_each(|line| say(line));
    conclude(&format!(
        "\n{} passed, {} failed, {} skipped",
        all.passed, all.failed, all.skipped
    ));
    if all.failed == 0 { Ok(()) } else { Err("not all tests passed".to_string()) }
}

/// Runs the Rust tests alone, with the caller's own words for `cargo test`.
pub(crate) fn rust_tests(
    workspace: &Workspace,
    arguments: &[&str],
) -> Result<(), String> {
    tools::COMPILER.provide()?;
    let mut command = cargo_in(workspace, &["test", "--workspace", "--no-fail-fast"]);
    run_program(command.args(arguments))
}

fn tools(_: &Workspace) -> Result<Tally, String> {
    tools::COMPILER.provide()?;
    tools::PYTHON.provide()?;
    Ok(Tally::ONE)
}

fn fmt(workspace: &Workspace) -> Result<Tally, String> {
    check(&mut cargo_in(workspace, &["fmt", "--all", "--check"]))
}

fn deny(workspace: &Workspace) -> Result<Tally, String> {
    if ask(cargo_in(workspace, &["deny", "--version"]).env_remove("RUSTFLAGS")).is_err() {
        say(
            "cargo-deny is not installed; the step `house` has checked licences and banned crates",
        );
        return Ok(Tally::default());
    }
    check(&mut cargo_in(workspace, &["deny", "check", "licenses", "bans"]))
}

fn rust(workspace: &Workspace) -> Result<Tally, String> {
    count(&mut cargo_in(
        workspace,
        &["test", "--workspace", "--no-fail-fast", "--locked"],
    ))
}

fn clippy(workspace: &Workspace) -> Result<Tally, String> {
    let words = [
        "clippy",
        "--workspace",
        "--all-targets",
        "--keep-going",
        "--locked",
        "--",
        "-D",
        "warnings",
    ];
    check(&mut cargo_in(workspace, &words))
}

fn rustdoc(workspace: &Workspace) -> Result<Tally, String> {
    let words = ["doc", "--workspace", "--no-deps", "--locked", "--keep-going"];
    check(cargo_in(workspace, &words).env("RUSTDOCFLAGS", "-D warnings"))
}

fn reference(workspace: &Workspace) -> Result<Tally, String> {
    docs::check(workspace).map(|()| Tally::ONE)
}

fn conformance(workspace: &Workspace) -> Result<Tally, String> {
    let environment = with_kernel(workspace)?;
    count(&mut pytest(workspace, &environment, &["--ignore-glob=*notebooks.py"]))
}

fn notebooks(workspace: &Workspace) -> Result<Tally, String> {
    let environment = with_kernel(workspace)?;
    count(&mut pytest(workspace, &environment, &["test_notebooks.py"]))
}

fn katex(workspace: &Workspace) -> Result<Tally, String> {
    if let Some(skipped) = absent(&[tools::NODE])? {
        return Ok(skipped);
    }
    // The gallery writes every formula of its cells, and pictures for the eye.
    let gallery = workspace.target.join("gallery");
    let words =
        ["run", "--locked", "--package", "holor-render", "--example", "gallery", "--"];
    run_program(cargo_in(workspace, &words).arg(&gallery))?;
    let folder = workspace.path("tests/katex");
    run_program(npm().current_dir(&folder))?;
    let mut command = Command::new("node");
    command.arg("check.mjs").arg(gallery.join("formulas.json"));
    count(command.current_dir(&folder))
}

fn browser(workspace: &Workspace) -> Result<Tally, String> {
    if let Some(skipped) = absent(&[tools::NODE, tools::CHROMIUM])? {
        return Ok(skipped);
    }
    tools::PYTHON.provide()?;
    build(workspace)?;
    let folder = workspace.path("tests/browser");
    run_program(npm().current_dir(&folder))?;
    let mut command = Command::new("node");
    command
        .arg("run.mjs")
        .current_dir(&folder)
        .env("HOLOR", workspace.holor("debug"))
        .env("HOLOR_LAB", workspace.target.join("lab"))
        .env("HOLOR_OUT", workspace.target.join("browser"));
    if let Some(chromium) = tools::chromium() {
        command.env("CHROMIUM", chromium);
    }
    count(&mut command)
}

/// The test environment, and a kernel that has just been built.
fn with_kernel(workspace: &Workspace) -> Result<Environment, String> {
    let environment = Environment::provide(workspace)?;
    build(workspace)?;
    Ok(environment)
}

fn build(workspace: &Workspace) -> Result<(), String> {
    run_program(&mut cargo_in(workspace, &["build", "--locked", "--package", "holor"]))
}

fn pytest(
    workspace: &Workspace,
    environment: &Environment,
    arguments: &[&str],
) -> Command {
    let mut command = environment.command(&["-m", "pytest", "-p", "no:cacheprovider"]);
    command
        .args(["--durations=5", "-ra"])
        .args(arguments)
        .current_dir(workspace.path("tests/conformance"))
        .env("HOLOR", workspace.holor("debug"));
    command
}

/// `None` when the tools are there. Without them a developer's run goes on and counts a skip; a run on
/// continuous integration fails.
fn absent(needed: &[tools::Tool]) -> Result<Option<Tally>, String> {
    for tool in needed {
        if let Err(missing) = tool.provide() {
            if on_ci() {
                return Err(missing);
            }
            complain(&format!("   SKIPPED: {missing}"));
            return Ok(Some(Tally { skipped: 1, ..Tally::default() }));
        }
    }
    Ok(None)
}

fn cargo_in(workspace: &Workspace, arguments: &[&str]) -> Command {
    let mut command = Command::new(cargo());
    command.args(arguments).current_dir(&workspace.root);
    command
}

fn npm() -> Command {
    let mut command = Command::new("npm");
    command.args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]);
    command
}

/// A command whose success is one check.
fn check(command: &mut Command) -> Result<Tally, String> {
    run_program(command).map(|()| Tally::ONE)
}
