//! Measures the library on one metric, as `cargo dev bench geometry` asks for it: reads the metric from a file, calculates
//! everything, and prints how long each stage took, how many terms there are, and the Kretschmann scalar.
//!
//! The file's first line has the coordinates, the second the unknown functions, then comes one line per row of the
//! matrix; blanks separate entries. An empty file measures an empty start.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "it prints its measurements"
)]

use std::process::ExitCode;
use std::time::Instant;

use holor_algebra::exact::Element;
use holor_algebra::{Assumptions, Constant, Expr, Function, Symbol, plain};
use holor_geometry::{Chart, GeometryError, Holor, Law, Metric, Slot, Symmetry};

fn main() -> ExitCode {
    let Some(path) = std::env::args().nth(1) else {
        eprintln!("usage: measure_metric FILE");
        return ExitCode::FAILURE;
    };
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) => {
            eprintln!("{path}: {error}");
            return ExitCode::FAILURE;
        }
    };
    if text.trim().is_empty() {
        return ExitCode::SUCCESS;
    }
    match measure(&text) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

/// Calculates on fresh charts until the scheduler's coarse clock has seen enough of it, and prints the mean.
fn measure(text: &str) -> Result<(), String> {
    const ENOUGH: u64 = 300_000_000;
    let began = processor_time().unwrap_or(0);
    calculate(text, true)?;
    let (mut rounds, mut spent) = (1, processor_time().unwrap_or(ENOUGH) - began);
    while spent < ENOUGH {
        calculate(text, false)?;
        rounds += 1;
        spent = processor_time().unwrap_or(ENOUGH) - began;
    }
    println!("processor {} ns", spent / rounds);
    Ok(())
}

/// Everything about one metric; the time since the last stage is shown in the first round.
fn calculate(text: &str, shown: bool) -> Result<(), String> {
    let mut watch = Watch { last: Instant::now(), shown };
    let mut lines = text.lines();
    let mut words =
        || lines.next().unwrap_or_default().split_whitespace().collect::<Vec<_>>();
    let coordinates = words();
    let _functions = words();
    let symbols = coordinates.iter().map(|name| Symbol::new(name)).collect();
    let chart = Chart::new(symbols, Assumptions::new()).map_err(say)?;
    let mut rows = Vec::new();
    for _ in &coordinates {
        let row: Result<Vec<Element>, String> = words()
            .into_iter()
            .map(|entry| chart.read(&Reader::new(entry).whole()?).map_err(say))
            .collect();
        rows.push(row?);
    }
    let zero = chart.field().zero();
    let slots = [Slot::DOWN, Slot::DOWN];
    let lower = Holor::build(
        &chart,
        Law::TENSOR,
        &slots,
        Symmetry::symmetric(2, &[0, 1]),
        |at| {
            let entry = at.first().zip(at.get(1)).and_then(|(&a, &b)| {
                rows.get(usize::from(a)).and_then(|row| row.get(usize::from(b)))
            });
            Ok(entry.unwrap_or(&zero).clone())
        },
    );
    let metric = Metric::new(&lower.map_err(say)?).map_err(say)?;
    watch.stage("metric");
    metric.christoffel_symbols().map_err(say)?;
    watch.stage("christoffel");
    let riemann = metric.riemann().map_err(say)?;
    watch.stage("riemann");
    metric.ricci().map_err(say)?;
    watch.stage("ricci");
    metric.scalar_curvature().map_err(say)?;
    watch.stage("scalar");
    metric.einstein().map_err(say)?;
    watch.stage("einstein");
    let kretschmann = metric.kretschmann().map_err(say)?;
    watch.stage("kretschmann");
    metric.geodesics().and_then(|geodesics| geodesics.accelerations()).map_err(say)?;
    watch.stage("geodesics");
    let terms: usize =
        riemann.components().map(|(_, element)| element.term_count()).sum();
    let written = plain(&chart.field().write(&kretschmann));
    watch.stage("writing");
    if shown {
        println!("terms {terms} {}", kretschmann.term_count());
        println!("K {written}");
    }
    Ok(())
}

fn say(error: impl Into<GeometryError>) -> String {
    error.into().to_string()
}

/// Nanoseconds that all threads have run, by the scheduler's own count; `None` where there is none to ask.
fn processor_time() -> Option<u64> {
    let mut total = 0;
    for task in std::fs::read_dir("/proc/self/task").ok()? {
        let text = std::fs::read_to_string(task.ok()?.path().join("schedstat")).ok()?;
        total += text.split_whitespace().next()?.parse::<u64>().ok()?;
    }
    Some(total)
}

/// Prints wall time by stage.
struct Watch {
    last: Instant,
    shown: bool,
}

impl Watch {
    fn stage(&mut self, name: &str) {
        if self.shown {
            println!("{name} {:.3} ms", 1e3 * self.last.elapsed().as_secs_f64());
        }
        self.last = Instant::now();
    }
}

/// Reads formulas such as `-2*m*r/(r^2+a^2*cos(theta)^2)`.
struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str) -> Self {
        Self { rest: text }
    }

    fn whole(mut self) -> Result<Expr, String> {
        let value = self.sum()?;
        if self.rest.is_empty() {
            Ok(value)
        } else {
            Err(format!("unexpected {}", self.rest))
        }
    }

    fn eat(&mut self, sign: char) -> bool {
        let rest = self.rest.strip_prefix(sign);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn sum(&mut self) -> Result<Expr, String> {
        let negative = self.eat('-');
        let first = self.product()?;
        let mut total = if negative { -first } else { first };
        loop {
            if self.eat('+') {
                total = total + self.product()?;
            } else if self.eat('-') {
                total = total - self.product()?;
            } else {
                return Ok(total);
            }
        }
    }

    fn product(&mut self) -> Result<Expr, String> {
        let mut value = self.power()?;
        loop {
            if self.eat('*') {
                value = value * self.power()?;
            } else if self.eat('/') {
                value = value / self.power()?;
            } else {
                return Ok(value);
            }
        }
    }

    fn power(&mut self) -> Result<Expr, String> {
        let base = self.operand()?;
        if self.eat('^') { Ok(Expr::power(base, self.operand()?)) } else { Ok(base) }
    }

    fn word(&mut self, belongs: impl Fn(char) -> bool) -> &'a str {
        let end = self.rest.find(|c: char| !belongs(c)).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        word
    }

    fn operand(&mut self) -> Result<Expr, String> {
        if self.eat('(') {
            let value = self.sum()?;
            return if self.eat(')') {
                Ok(value)
            } else {
                Err("a parenthesis is open".into())
            };
        }
        let digits = self.word(|c| c.is_ascii_digit());
        if !digits.is_empty() {
            let number: i64 =
                digits.parse().map_err(|_| format!("{digits} is too large"))?;
            return Ok(Expr::integer(number));
        }
        let name = self.word(char::is_alphanumeric);
        if name.is_empty() {
            return Err(format!("unexpected {:?}", self.rest.chars().next()));
        }
        if !self.eat('(') {
            return Ok(Expr::symbol(name));
        }
        let mut arguments = vec![self.sum()?];
        while self.eat(',') {
            arguments.push(self.sum()?);
        }
        if !self.eat(')') {
            return Err("a parenthesis is open".into());
        }
        let elementary = match name {
            "sin" => Some(Function::Sin),
            "cos" => Some(Function::Cos),
            "sinh" => Some(Function::Sinh),
            "cosh" => Some(Function::Cosh),
            _ => None,
        };
        Ok(match elementary {
            None if name == "exp" => {
                let exponent = arguments.into_iter().next().unwrap_or_else(Expr::zero);
                Expr::power(Expr::constant(Constant::E), exponent)
            }
            Some(function) => Expr::call(function, arguments),
            None => Expr::apply(Symbol::new(name), arguments),
        })
    }
}
