//! `cargo dev`: the one command of holor's developers. It sets up what it needs, says what it does, and runs
//! exactly what continuous integration runs.

mod bench;
mod docs;
mod house;
mod lab;
mod layers;
mod licences;
mod pure;
mod python;
mod run;
mod steps;
mod tidy;
mod tools;
mod workspace;

use std::process::ExitCode;

use crate::workspace::Workspace;

const USAGE: &str = "\
cargo dev lab [NOTEBOOK]    build holor, set up JupyterLab, open a notebook (default: the tour)
cargo dev ci [STEP…]        set up and run all tests, or only the steps named; `ci --list` names them
cargo dev test [ARGS…]      run the Rust tests only; ARGS go to `cargo test`
cargo dev docs [--check]    write docs/reference from the sources, or say whether it is up to date
cargo dev bench kernel      measure the kernel beside ipykernel
cargo dev bench geometry [--write]
                            measure tensor calculus beside Maxima and SymPy; --write draws docs/performance
cargo dev bench fields [--quick] [--write]
                            measure fields beside C, py-pde and NumPy; --write writes docs/performance
cargo dev bench cuda [--pack FOLDER] [--results FOLDER] [--seconds N] [--write]
                            measure fields on a graphics card beside JAX, CuPy and PyTorch; --pack puts all that
                            another machine needs for that into a folder, --results takes what was found there";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = Workspace::find().and_then(|workspace| match words.as_slice() {
        ["lab", rest @ ..] => lab::open(&workspace, rest),
        ["ci", rest @ ..] => steps::run(&workspace, rest),
        ["test", rest @ ..] => steps::rust_tests(&workspace, rest),
        ["docs", rest @ ..] => docs::write(&workspace, rest),
        ["bench", "kernel", rest @ ..] => bench::kernel(&workspace, rest),
        ["bench", "geometry", rest @ ..] => bench::geometry(&workspace, rest),
        ["bench", "fields", rest @ ..] => bench::fields(&workspace, rest),
        ["bench", "cuda", rest @ ..] => bench::cuda(&workspace, rest),
        _ => Err(format!("usage:\n{USAGE}")),
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            run::complain(&message);
            ExitCode::FAILURE
        }
    }
}
