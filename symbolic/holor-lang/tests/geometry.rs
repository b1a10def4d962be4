//! The geometry problems of `tests/problems/geometry`, answered by the language; the README there has the format. The
//! expected answers are verified by `reference.py` beside them, which shares no line with holor.

mod support;

use holor_algebra::exact::Field;
use holor_algebra::{Engine, Expr, Interrupt, Node};
use holor_geometry::Holor;
use holor_lang::{Geometry, Session, Value};
use support::{Recorder, repository};

/// How a row came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Right,
    Wrong,
    Refused,
}

#[test]
fn no_geometry_problem_has_a_wrong_answer() {
    let mut files: Vec<_> =
        std::fs::read_dir(repository().join("tests/problems/geometry"))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|extension| extension == "txt"))
            .collect();
    files.sort();
    let mut rows = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        let name = file.file_stem().unwrap().to_string_lossy().into_owned();
        for (number, block) in blocks(&text) {
            rows.extend(run(&name, number, &block));
        }
    }
    let list = |verdict| {
        let lines: Vec<&str> = rows
            .iter()
            .filter(|(row, _)| *row == verdict)
            .map(|(_, line)| line.as_str())
            .collect();
        lines.join("\n")
    };
    let count = |verdict| rows.iter().filter(|(row, _)| *row == verdict).count();
    let (right, refused, wrong) =
        (count(Verdict::Right), count(Verdict::Refused), count(Verdict::Wrong));
    println!("right {right}, refused {refused}, wrong {wrong}");
    assert!(rows.len() > 450, "only {} problems", rows.len());
    assert!(wrong == 0, "wrong:\n{}", list(Verdict::Wrong));
    assert!(refused == 0, "refused:\n{}", list(Verdict::Refused));
}

/// The blocks of a file with the number of their first line; comments are left out.
fn blocks(text: &str) -> Vec<(usize, Vec<&str>)> {
    let mut found = vec![(1, Vec::new())];
    for (index, line) in text.lines().enumerate() {
        match line {
            "" => found.push((index + 2, Vec::new())),
            _ if line.starts_with('#') => {}
            _ => found.last_mut().expect("there is one").1.push(line),
        }
    }
    found.retain(|(_, lines)| !lines.is_empty());
    found
}

/// A block as one session: definitions and rows in their order.
fn run(file: &str, number: usize, lines: &[&str]) -> Vec<(Verdict, String)> {
    let session = Session::new();
    let mut rows = Vec::new();
    for line in lines {
        let parts: Vec<&str> = line.split(" ## ").collect();
        let (verdict, found) = match parts.as_slice() {
            [definition] => match value(&session, definition) {
                Ok(_) => continue,
                Err(error) => (Verdict::Refused, error),
            },
            [source, expected, check] => judge(&session, source, expected, check),
            _ => (Verdict::Wrong, "a row has three parts".into()),
        };
        rows.push((
            verdict,
            format!("{file}, block at line {number}: {line}\n      {found}"),
        ));
    }
    rows
}

fn value(session: &Session, text: &str) -> Result<Value, String> {
    let outcome = session.run(text, "cell", 1, &Recorder::default());
    match outcome.errors.first() {
        Some(error) => Err(format!("[{}] {}", error.code.name, error.message)),
        None => Ok(outcome.value.unwrap_or(Value::Nothing)),
    }
}

fn judge(
    session: &Session,
    source: &str,
    expected: &str,
    check: &str,
) -> (Verdict, String) {
    let answer = value(session, source);
    if check == "error" {
        return match answer {
            Err(error) if error.starts_with(&format!("[{expected}]")) => {
                (Verdict::Right, error)
            }
            Err(error) => (Verdict::Refused, error),
            Ok(value) => (Verdict::Wrong, value.plain()),
        };
    }
    let found = match answer {
        Ok(found) => found,
        Err(error) => return (Verdict::Refused, error),
    };
    let Some(components) = leaves(&found) else {
        return (Verdict::Wrong, format!("no components: {}", found.plain()));
    };
    let holds = match check {
        // In the normal form 0 is 0, and nothing has to be simplified to see it.
        "zero" => components.iter().all(Expr::is_zero),
        _ => match value(session, expected) {
            Ok(wanted) => match leaves(&wanted) {
                Some(wanted) => same(session, &components, &wanted),
                None => false,
            },
            Err(error) => {
                return (Verdict::Wrong, format!("the expected answer: {error}"));
            }
        },
    };
    (if holds { Verdict::Right } else { Verdict::Wrong }, found.plain())
}

/// The formulas in a value, in the order of the indices.
fn leaves(value: &Value) -> Option<Vec<Expr>> {
    match value {
        Value::Expr(value) => Some(match value.node() {
            Node::Relation(_, left, right) => vec![left.clone(), right.clone()],
            _ => vec![value.clone()],
        }),
        Value::Matrix(matrix) => Some(matrix.entries().to_vec()),
        Value::List(items) => {
            let parts: Option<Vec<_>> = items.iter().map(leaves).collect();
            Some(parts?.concat())
        }
        Value::Geometry(geometry) => match geometry {
            Geometry::Holor(value) => Some(components(&value.holor)),
            Geometry::Indexed(indexed) => Some(components(&indexed.value.holor)),
            Geometry::Metric(metric) => Some(components(metric.lower())),
            Geometry::Connection(connection) => {
                Some(components(connection.coefficients()))
            }
            Geometry::Gauge(potential) => Some(all(potential.form().components())),
            Geometry::GaugeForm(form) => Some(all(form.components())),
            _ => None,
        },
        _ => None,
    }
}

fn all(holors: &[Holor]) -> Vec<Expr> {
    holors.iter().flat_map(components).collect()
}

/// Every component, the last index fastest.
fn components(holor: &Holor) -> Vec<Expr> {
    let size = holor.chart().dimension();
    let count = size.pow(u32::try_from(holor.rank()).expect("few indices"));
    (0..count)
        .map(|mut place| {
            let mut indices = vec![0_u8; holor.rank()];
            for index in indices.iter_mut().rev() {
                *index = u8::try_from(place % size).expect("few dimensions");
                place /= size;
            }
            holor.chart().field().write(&holor.component(&indices))
        })
        .collect()
}

fn same(session: &Session, found: &[Expr], wanted: &[Expr]) -> bool {
    let field = Field::new(session.assumptions());
    let engine = Engine::new(session.assumptions(), Interrupt::new());
    found.len() == wanted.len()
        && found.iter().zip(wanted).all(|(found, wanted)| {
            found == wanted
                || field
                    .read(&(found - wanted))
                    .is_ok_and(|difference| difference.is_zero())
                || engine.equal(found, wanted) == Some(true)
        })
}
