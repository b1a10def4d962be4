//! The real command, as scripts and people start it.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};

/// A folder that is removed at the end of its test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path =
            std::env::temp_dir().join(format!("holor-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn file(&self, name: &str, content: &str) -> PathBuf {
        let path = self.0.join(name);
        fs::write(&path, content).unwrap();
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What cannot be removed is the system's to clean.
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn holor(arguments: &[&str], folder: &Path, input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_holor"))
        .args(arguments)
        .current_dir(folder)
        .env("HOLOR_DATA_DIR", folder.join("data"))
        .env("JUPYTER_DATA_DIR", folder.join("jupyter"))
        .env_remove("NO_COLOR")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that does not read its input closes the pipe.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn notebook(cells: &[(&str, &str)]) -> String {
    let cells: Vec<Value> = cells
        .iter()
        .enumerate()
        .map(|(index, (kind, source))| {
            let mut cell = json!({
                "cell_type": kind, "id": format!("cell{index}"), "metadata": {}, "source": source,
            });
            if *kind == "code" {
                cell["outputs"] = json!([]);
                cell["execution_count"] = Value::Null;
            }
            cell
        })
        .collect();
    json!({ "nbformat": 4, "nbformat_minor": 5, "metadata": { "kept": 1 }, "cells": cells })
        .to_string()
}

#[test]
fn eval_json_gives_a_line_per_cell() {
    let folder = Folder::new("eval-json");
    let cells = "1/3 + 1/6\n\
                 # %% shows a value before the last\n\
                 x^2\nprint(\"hi\")\nx + x\n\
                 # %% fails, and the others do not care\n\
                 1 +\nomgea\n\
                 # %%\n\
                 f = 3;\n\
                 # %%\n\
                 f + 1";
    let output = holor(&["eval", "--json"], &folder.0, cells);
    let lines: Vec<Value> =
        out(&output).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(output.status.code(), Some(1), "{}", err(&output));
    assert_eq!(lines.len(), 5);
    assert_eq!((&lines[0]["cell"], &lines[0]["status"]), (&json!(1), &json!("ok")));
    assert_eq!(lines[0]["text"], "1/2");
    assert_eq!(lines[0]["data"]["text/plain"], "1/2");
    assert!(lines[0]["data"]["text/latex"].as_str().unwrap().contains(r"\frac"));
    assert_eq!(lines[0]["error"], Value::Null);
    assert!(lines[0]["seconds"].as_f64().unwrap() >= 0.0);
    assert_eq!(lines[1]["text"], "2*x");
    assert_eq!(lines[1]["stdout"], "hi\n");
    assert_eq!(lines[1]["displays"][0]["text/plain"], "x^2");
    assert_eq!(lines[2]["status"], "error");
    assert_eq!(lines[2]["error"]["code"], "E0101", "{}", lines[2]);
    assert!(lines[2]["error"]["span"]["start"].is_u64());
    assert_eq!((&lines[3]["text"], &lines[4]["text"]), (&json!(""), &json!("4")));
}

#[test]
fn eval_prints_results_and_errors() {
    let folder = Folder::new("eval");
    let file = folder.file("cells.holor", "2 + 2\n\n# %%\n\nomgea\n# %%\n\"last\"\n");
    let output = holor(&["eval", file.to_str().unwrap()], &folder.0, "");
    assert_eq!(out(&output), "4\n\"last\"\n");
    let errors = err(&output);
    assert!(errors.contains("E0101") && errors.contains("omgea"), "{errors}");
    assert!(errors.contains("cells.holor:5:1"), "the line of the file:\n{errors}");
    assert!(!errors.contains('\x1b'), "no colours without a terminal");
    assert_eq!(output.status.code(), Some(1));
    let piped = holor(&[], &folder.0, "1 + 1");
    assert_eq!((out(&piped).as_str(), piped.status.code()), ("2\n", Some(0)));
}

#[test]
fn a_notebook_runs_to_a_notebook() {
    let folder = Folder::new("run");
    let cells = [
        ("markdown", "# Title"),
        ("code", "a = 3\nprint(\"one\")\nprint(\"two\")"),
        ("code", "a^2"),
        ("code", ""),
    ];
    let file = folder.file("n.ipynb", &notebook(&cells));
    let made = folder.0.join("out.ipynb");
    let output = holor(
        &["run", file.to_str().unwrap(), "-o", made.to_str().unwrap()],
        &folder.0,
        "",
    );
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    assert!(err(&output).contains("cell 2 of 2: ok"), "{}", err(&output));
    let text = fs::read_to_string(&made).unwrap();
    let result: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(result["cells"][0]["id"], "cell0");
    assert_eq!(result["metadata"]["kept"], 1);
    assert_eq!(result["metadata"]["kernelspec"]["name"], "holor");
    assert_eq!(result["metadata"]["language_info"]["file_extension"], ".holor");
    let stream = &result["cells"][1]["outputs"][0];
    assert_eq!(stream["text"], json!(["one\n", "two\n"]));
    let value = &result["cells"][2]["outputs"][0];
    assert_eq!(value["data"]["text/plain"], json!(["9"]));
    assert_eq!(
        (&value["execution_count"], &result["cells"][2]["execution_count"]),
        (&json!(2), &json!(2))
    );
    assert_eq!(result["cells"][3]["execution_count"], Value::Null);
    assert!(text.ends_with("}\n") && text.starts_with("{\n \"cells\": ["));
}

#[test]
fn a_notebook_runs_to_a_page_that_loads_nothing() {
    let folder = Folder::new("page");
    let cells = [
        (
            "markdown",
            "# Bow\n\nThe area is $\\int_0^1 x^2\\,dx$:\n\n$$\\frac{1}{3}$$\n\n![a](http://x.y/z.png)",
        ),
        ("code", "# note\n1/(1 + x^2)"),
        ("code", "\"a < b\""),
    ];
    let file = folder.file("n.ipynb", &notebook(&cells));
    let made = folder.0.join("out.html");
    let output = holor(
        &["run", file.to_str().unwrap(), "-o", made.to_str().unwrap()],
        &folder.0,
        "",
    );
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    let page = fs::read_to_string(&made).unwrap();
    assert!(page.matches("<math").count() >= 3, "{page}");
    assert!(page.contains("<mfrac"), "{page}");
    assert!(page.contains("<title>Bow</title>"));
    assert!(page.contains("<span class=\"c\"># note</span>"), "{page}");
    assert!(page.contains("a &lt; b"));
    for loads in ["src=\"http", "href=\"http", "url(", "<script", "@import", "<link"] {
        assert!(!page.contains(loads), "{loads}");
    }
}

#[test]
fn the_first_error_stops_a_run() {
    let folder = Folder::new("stop");
    let file = folder.file("s.holor", "1 + 1\n# %%\nomgea\n# %%\n3 + 3\n");
    let output = holor(&["run", file.to_str().unwrap()], &folder.0, "");
    assert_eq!((out(&output).as_str(), output.status.code()), ("2\n", Some(1)));
    assert!(err(&output).contains("E0101"));
    let made = folder.0.join("s.ipynb");
    let output = holor(
        &["run", file.to_str().unwrap(), "-o", made.to_str().unwrap()],
        &folder.0,
        "",
    );
    assert_eq!(output.status.code(), Some(1));
    let result: Value =
        serde_json::from_str(&fs::read_to_string(&made).unwrap()).unwrap();
    assert_eq!(result["cells"][1]["outputs"][0]["ename"], "E0101");
    assert_eq!(result["cells"][2]["outputs"], json!([]));
    let output = holor(&["run", "none.ipynb"], &folder.0, "");
    assert!(err(&output).contains("none.ipynb cannot be read"));
    let output = holor(&["run", file.to_str().unwrap(), "-o", "a.pdf"], &folder.0, "");
    assert!(err(&output).contains(".ipynb or .html"));
}

#[test]
fn the_kernelspec_comes_and_goes() {
    let folder = Folder::new("install");
    let prefix = folder.0.join("prefix");
    let arguments = ["install", "--prefix", prefix.to_str().unwrap()];
    assert!(holor(&arguments, &folder.0, "").status.success());
    let spec = prefix.join("share/jupyter/kernels/holor");
    let text = fs::read_to_string(spec.join("kernel.json")).unwrap();
    let kernel: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(kernel["argv"][0], env!("CARGO_BIN_EXE_holor"));
    assert_eq!(kernel["argv"][3], "{connection_file}");
    assert_eq!(kernel["interrupt_mode"], "message");
    assert_eq!(kernel["metadata"]["debugger"], true);
    for (name, size) in [("logo-32x32.png", 32), ("logo-64x64.png", 64)] {
        let image = fs::read(spec.join(name)).unwrap();
        assert_eq!(image[16..24], [0, 0, 0, size, 0, 0, 0, size], "{name}");
    }
    assert!(fs::read_to_string(spec.join("logo-svg.svg")).unwrap().starts_with("<svg"));
    let arguments = ["uninstall", "--prefix", prefix.to_str().unwrap()];
    assert!(holor(&arguments, &folder.0, "").status.success());
    assert!(!spec.exists());
    let again = holor(&arguments, &folder.0, "");
    assert!(!again.status.success() && err(&again).contains("is not installed"));

    assert!(holor(&["install"], &folder.0, "").status.success());
    assert!(folder.0.join("jupyter/kernels/holor/kernel.json").is_file());
}

#[test]
fn the_doctor_finds_what_was_installed() {
    let folder = Folder::new("doctor");
    let found = |folder: &Path| -> Value {
        let output = holor(&["doctor", "--json"], folder, "");
        assert!(output.status.success());
        let report: Value = serde_json::from_str(&out(&output)).unwrap();
        let checks = report["checks"].as_array().unwrap().clone();
        checks.into_iter().find(|check| check["name"] == "Jupyter kernel").unwrap()
    };
    let before = found(&folder.0);
    holor(&["install"], &folder.0, "");
    let after = found(&folder.0);
    assert_eq!(after["found"], true, "{after}");
    assert!(after["detail"].as_str().unwrap().contains("jupyter"));
    // A machine may have another one; without ours the doctor says how to add it.
    assert!(before["found"] == true || before["add"] == "add it: holor install");
    let words = holor(&["doctor"], &folder.0, "");
    for name in ["GPU", "Wolfram Engine", "Rust", "Python", "JupyterLab"] {
        assert!(out(&words).contains(name));
    }
}

#[test]
fn wrong_command_lines_say_what_to_type() {
    let folder = Folder::new("usage");
    let output = holor(&["evl"], &folder.0, "");
    assert_eq!(output.status.code(), Some(2));
    assert!(err(&output).contains("did you mean `eval`"));
    assert!(out(&holor(&["--version"], &folder.0, "")).starts_with("holor 0."));
    assert!(out(&holor(&["run", "--help"], &folder.0, "")).contains("Usage: holor run"));
    let output = holor(&["kernel", "-f", "none.json"], &folder.0, "");
    assert!(!output.status.success() && err(&output).contains("none.json"));
}

#[test]
fn cells_reach_only_the_files_of_their_folder() {
    let folder = Folder::new("channels");
    let output = holor(&["eval"], &folder.0, "%channels\n");
    let table = out(&output);
    for channel in ["read", "write", "clock", "seed", "network"] {
        assert!(table.contains(channel), "{table}");
    }
}

/// A run that keeps itself on disk is killed in the middle; the same cell run again goes on and gives the same bits.
#[cfg(unix)]
#[test]
fn a_killed_run_goes_on_from_its_checkpoint() {
    let folder = Folder::new("checkpoint");
    let cell = |end: &str, options: &str| {
        format!(
            "B = box(x = 0..20; points = 4096, boundary = periodic); u = field(B, sin(x)); \
             run = evolve(diff(u, t) == diff(u, x, 2) + u - u^3, t = 0..{end}, save = 1/2000, dt = 1/200000, method = rk4{options}); run.u[5, 17]"
        )
    };
    let kept = ", checkpoint = \"run.zarr\"";
    let script = folder.file("long.holor", &cell("1000", kept));
    let mut child = Command::new(env!("CARGO_BIN_EXE_holor"))
        .arg("eval")
        .arg(&script)
        .current_dir(&folder.0)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let first = folder.0.join("run.zarr/state/zarr.json");
    while !first.exists() {
        assert!(child.try_wait().unwrap().is_none(), "the run ended by itself");
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    // SIGKILL: nothing is tidied up.
    child.kill().unwrap();
    child.wait().unwrap();
    let again = holor(&["eval", "-"], &folder.0, &cell("1/400", kept));
    let whole = holor(&["eval", "-"], &folder.0, &cell("1/400", ""));
    assert!(err(&again).contains("goes on from"), "{}", err(&again));
    assert_eq!(out(&again), out(&whole));
}
