//! Equations on a graphics card, timed, and their numbers beside those of the processor.
//!
//! `cargo run --release -p holor-field-cuda --example speed -- [WORD…] [cuda:all] [POINTS of a plane's side] [of a cube's] [of a line]`
//!
//! `marks`, or the name of one of its problems: boxes larger than a card's cache. Prints for each and both precisions: million cells a
//! second, microseconds a step (the median of nine bursts), the bytes that the scheme must move at least as a share of what a copy within the card's memory reaches, and
//! with transforms the library's time for these alone as a share of a step. `--smaller N`: N times fewer points along each axis.
//!
//! `first`: seconds from opening the card to an equation that is ready to step, in a new process, with an empty store of compiled kernels
//! and with a full one; then once more in the same process.
//!
//! `golden`: the golden equations, on boxes of the given sizes. Million cells a second, microseconds a step, gigabytes a second (of each
//! program's arrays, read or written once a step) and their share of what a copy reaches, milliseconds to compile.
//!
//! Without any of these words all three. The numbers after some steps from the start are compared with the processor's: `same bits`, or the
//! largest difference relative to the largest value; then comes what was chosen. `--seconds S` times each for so long. `--json FILE` keeps
//! everything in a file that is whole after each line.
#![allow(clippy::print_stdout, reason = "a program for people")]
#![allow(clippy::print_stderr, reason = "a program for people")]

mod first;
#[path = "../../tests/kernels/golden.rs"]
#[allow(dead_code, reason = "tests need more")]
mod golden;
mod problems;
mod timing;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use golden::PRECISIONS;
use holor_field::{Backend, FieldResult, Machine};
use holor_field_cuda::machine::Transforms;
use holor_field_cuda::{Cards, Compiler, Cuda, Options, report};
use problems::{PROBLEMS, Problem};
use serde_json::{Map, Value, json};
use timing::{
    Effort, Row, bare_transforms, begin, checksum, copy_bandwidth, measure, planes,
};

const PARTS: [&str; 3] = ["marks", "first", "golden"];
/// Cells of a copy at most: a GiB.
const COPIED: u64 = 1 << 27;
/// Points along the sides of planes and cubes that are compared with other programs, and after how many steps.
const CHECKED: ([usize; 2], u64) = ([96, 24], 10);

/// What the command line asks for.
struct Wanted {
    parts: Vec<String>,
    problems: Vec<String>,
    card: Option<String>,
    device: Option<Cards>,
    plane: usize,
    cube: usize,
    line: usize,
    seconds: f64,
    smaller: usize,
    json: Option<PathBuf>,
}

impl Wanted {
    fn read(words: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut own = Self {
            parts: Vec::new(),
            problems: Vec::new(),
            card: None,
            device: None,
            plane: 1024,
            cube: 192,
            line: 20_000,
            seconds: 1.0,
            smaller: 1,
            json: None,
        };
        let (mut words, mut sizes) = (words, Vec::new());
        while let Some(word) = words.next() {
            let wrong = || format!("what is `{word}`?");
            if word == "--json" {
                own.json = Some(words.next().ok_or("--json needs a file")?.into());
            } else if word == "--smaller" {
                let number = words.next().and_then(|number| number.parse().ok());
                let number = number.filter(|n| *n > 0);
                own.smaller = number.ok_or("--smaller needs a number")?;
            } else if word == "--seconds" {
                let number = words.next().and_then(|number| number.parse().ok());
                own.seconds = number.ok_or("--seconds needs a number")?;
            } else if word.starts_with("cuda") {
                let device = word.parse();
                own.device = Some(
                    device.map_err(|error: holor_field::FieldError| error.to_string())?,
                );
                own.card = Some(word);
            } else if PARTS.contains(&word.as_str()) {
                own.parts.push(word);
            } else if PROBLEMS.iter().any(|problem| problem.name == word) {
                own.problems.push(word);
            } else {
                sizes.push(word.parse::<usize>().map_err(|_| wrong())?);
            }
        }
        let size =
            |place: usize, otherwise| sizes.get(place).copied().unwrap_or(otherwise);
        own.plane = size(0, own.plane);
        own.cube = size(1, own.cube);
        own.line = size(2, own.line);
        Ok(own)
    }

    fn part(&self, part: &str) -> bool {
        match (self.parts.is_empty(), self.problems.is_empty()) {
            (true, true) => true,
            (true, false) => part == "marks",
            _ => self.parts.iter().any(|own| own == part),
        }
    }

    fn problems(&self) -> impl Iterator<Item = &'static Problem> {
        let wanted = |problem: &&Problem| {
            self.problems.is_empty()
                || self.problems.iter().any(|own| own == problem.name)
        };
        PROBLEMS.iter().filter(wanted)
    }

    fn effort(&self, compared: u64) -> Effort {
        Effort { seconds: self.seconds, compared }
    }
}

/// Everything that was found, kept in a file.
struct Found {
    all: Map<String, Value>,
    file: Option<PathBuf>,
}

impl Found {
    fn set(&mut self, name: &str, value: Value) {
        self.all.insert(name.to_owned(), value);
        self.keep();
    }

    fn add(&mut self, list: &str, value: Value) {
        let list = self.all.entry(list).or_insert_with(|| json!([]));
        if let Some(list) = list.as_array_mut() {
            list.push(value);
        }
        self.keep();
    }

    /// By another name first, so that the file is whole whenever the program ends.
    fn keep(&self) {
        let Some(file) = &self.file else { return };
        let text = format!("{:#}\n", Value::Object(self.all.clone()));
        let other = file.with_extension("new");
        if let Err(error) =
            std::fs::write(&other, text).and_then(|()| std::fs::rename(&other, file))
        {
            eprintln!("{}: {error}", file.display());
        }
    }
}

/// `same bits`, or how far apart, and the remarks.
fn compared(row: &Row) -> String {
    let remarks = row["remarks"].as_array().into_iter().flatten();
    let remarks: Vec<&str> = remarks.filter_map(Value::as_str).collect();
    let apart = row["apart"].as_f64().unwrap_or(f64::INFINITY);
    let bits = match row["same_bits"] {
        Value::Bool(true) => "same bits".to_owned(),
        _ => format!("{apart:.1e} apart"),
    };
    format!("{bits}  {}", remarks.join("; "))
}

fn number(row: &Row, name: &str) -> f64 {
    row.get(name).and_then(Value::as_f64).unwrap_or(f64::NAN)
}

/// The checksum of a problem on a small box.
fn checked(cuda: &dyn Backend, problem: &Problem, double: bool) -> FieldResult<f64> {
    let ([plane, cube], steps) = CHECKED;
    let points = problem.points(1).len();
    let golden = problem.on(&vec![if points == 3 { cube } else { plane }; points])?;
    let mut machine: Box<dyn Machine> =
        cuda.prepare(&golden.stepping.plan, PRECISIONS[usize::from(!double)].1)?;
    begin(&golden, &mut *machine, steps)?;
    let values = planes(&golden, &mut *machine)?;
    Ok(checksum(&values, values.len() / golden.stepping.planes.len()))
}

/// One problem in both precisions; rows with what is compared with the marks.
fn mark(
    cuda: &Cuda,
    library: &Cuda,
    problem: &Problem,
    wanted: &Wanted,
    copy: f64,
    found: &mut Found,
) -> FieldResult<()> {
    let points = problem.points(wanted.smaller);
    let golden = problem.on(&points)?;
    for (name, precision) in PRECISIONS {
        let effort = wanted.effort(8);
        let mut row = measure(cuda, &golden, precision, effort)?;
        let rate = number(&row, "mcells_per_s") * 1e6;
        let mut share = String::new();
        if let Some(least) = problem.least {
            let bytes = f64::from(least) * precision.bytes() as f64;
            row.insert("least_numbers".to_owned(), json!(least));
            row.insert("share_of_copy".to_owned(), json!(rate * bytes / copy));
            share = format!("{:5.0} % of copy", 100.0 * rate * bytes / copy);
        } else {
            let bare = bare_transforms(library, &points, precision, effort)?;
            let of_step = bare / number(&row, "step_s");
            row.insert("bare_transforms_s".to_owned(), json!(bare));
            row.insert("transforms_of_step".to_owned(), json!(of_step));
            share = format!("{share}{:5.0} % of cuFFT", 100.0 * of_step);
        }
        row.insert("title".to_owned(), json!(problem.title));
        row.insert("points".to_owned(), json!(points));
        let sum = checked(cuda, problem, name == "double")?;
        row.insert("checksum".to_owned(), json!(sum));
        println!(
            "{:32} {:10.1} {:10.2} {share:16}  {}",
            format!("{} {name}", problem.name),
            number(&row, "mcells_per_s"),
            number(&row, "step_s") * 1e6,
            compared(&row)
        );
        found.add("marks", Value::Object(row));
    }
    Ok(())
}

fn marks(cuda: &Cuda, wanted: &Wanted, copy: f64, found: &mut Found) -> FieldResult<()> {
    println!("{:32} {:>10} {:>10} {:>16}", "problem", "Mcells/s", "us/step", "reached");
    let device = wanted.device.clone();
    let transforms = Transforms::Library;
    let library = Cuda::open(Options { device, transforms, ..Options::default() })?;
    for problem in wanted.problems() {
        if let Err(error) = mark(cuda, &library, problem, wanted, copy, found) {
            println!("{:32} {error}", problem.name);
            found.add("failures", json!(format!("{}: {error}", problem.name)));
        }
    }
    Ok(())
}

fn first_uses(wanted: &Wanted, found: &mut Found) {
    println!(
        "{:32} {:>9} {:>9} {:>9} {:>9} {:>9}   seconds in a new process",
        "first use", "open", "prepare", "compile", "step", "again"
    );
    for problem in wanted.problems() {
        match first::measure(problem, wanted.card.as_deref()) {
            Ok(both) => {
                for (store, words) in
                    [("empty", "nothing kept"), ("full", "kernels kept")]
                {
                    let second =
                        |name: &str| both[store][name].as_f64().unwrap_or(f64::NAN);
                    println!(
                        "{:32} {:9.3} {:9.3} {:9.3} {:9.3} {:9.3}",
                        format!("{}, {words}", problem.name),
                        second("open_s"),
                        second("prepare_s"),
                        second("compile_s"),
                        second("first_step_s"),
                        second("again_s")
                    );
                }
                found.add("first", both);
            }
            Err(error) => {
                println!("{error}");
                found.add("failures", json!(error.to_string()));
            }
        }
    }
}

fn goldens(cuda: &Cuda, wanted: &Wanted, copy: f64, found: &mut Found) {
    println!(
        "{:32} {:>10} {:>10} {:>8} {:>7} {:>8}",
        "equation", "Mcells/s", "us/step", "GB/s", "of copy", "ms"
    );
    let (plane, cube) = (wanted.plane, wanted.cube);
    for golden in golden::kept_on(&[plane; 2], &[cube; 3], &[wanted.line]) {
        for (name, precision) in PRECISIONS {
            let title = format!("{} {name}", golden.name);
            match measure(cuda, &golden, precision, wanted.effort(20)) {
                Ok(row) => {
                    let rate = number(&row, "programs_bytes_per_s");
                    println!(
                        "{title:32} {:10.1} {:10.2} {:8.1} {:5.0} % {:8.0}  {}",
                        number(&row, "mcells_per_s"),
                        number(&row, "step_s") * 1e6,
                        rate / 1e9,
                        100.0 * rate / copy,
                        number(&row, "compile_s") * 1e3,
                        compared(&row)
                    );
                    found.add("golden", Value::Object(row));
                }
                Err(error) => {
                    println!("{title:32} {error}");
                    found.add("failures", json!(format!("{title}: {error}")));
                }
            }
        }
    }
}

fn all(wanted: &Wanted, found: &mut Found) -> FieldResult<()> {
    let lines = report();
    for line in &lines {
        println!("{line}");
    }
    found.set("report", json!(lines));
    let device = wanted.device.clone();
    let cuda = Cuda::open(Options { device, ..Options::default() })?;
    println!("{}", cuda.name());
    let card = &cuda.cards()[0];
    found.set("device", json!(cuda.name()));
    found.set("card", json!(card.name));
    found.set("memory", json!(card.memory));
    found.set("capability", json!([card.capability.0, card.capability.1]));
    found.set("driver_cuda", json!(format!("{}.{}", card.driver.0, card.driver.1)));
    let (major, minor) = Compiler::open()?.version();
    found.set("nvrtc", json!(format!("{major}.{minor}")));
    found.set("smaller", json!(wanted.smaller));
    if wanted.part("marks") || wanted.part("golden") {
        let copy = copy_bandwidth(&cuda, COPIED.min(card.memory / 64) as usize)?;
        println!("copy within memory: {:.1} GB/s", copy / 1e9);
        found.set("copy_bytes_per_s", json!(copy));
        if wanted.part("marks") {
            marks(&cuda, wanted, copy, found)?;
        }
        if wanted.part("golden") {
            goldens(&cuda, wanted, copy, found);
        }
    }
    if wanted.part("first") {
        first_uses(wanted, found);
    }
    Ok(())
}

/// What a new process does for `first`.
fn begun(words: &[String]) -> Result<(), String> {
    let problem = words.first().and_then(|name| PROBLEMS.iter().find(|p| p.name == name));
    let (Some(problem), Some(folder)) = (problem, words.get(1)) else {
        return Err("a problem and a folder are needed".to_owned());
    };
    let device = words.get(2).map(|word| word.parse()).transpose();
    let times = device
        .and_then(|device| first::begin(problem, Path::new(folder), device))
        .map_err(|error| error.to_string())?;
    println!("{times}");
    Ok(())
}

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if let Some((word, rest)) = words.split_first()
        && word == first::WORD
    {
        return match begun(rest) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("{error}");
                ExitCode::FAILURE
            }
        };
    }
    let wanted = match Wanted::read(words.into_iter()) {
        Ok(wanted) => wanted,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::FAILURE;
        }
    };
    let mut found = Found { all: Map::new(), file: wanted.json.clone() };
    if let Err(error) = all(&wanted, &mut found) {
        // That there is no card is an answer, too.
        println!("{error}");
        found.set("error", json!(error.to_string()));
    }
    ExitCode::SUCCESS
}
