//! The problem set of `tests/problems`, answered by the language; see its README for the checks.

mod support;

use holor_algebra::{Assumptions, Engine, Expr, Interrupt, Node, Symbol};
use holor_lang::{Session, Value};
use support::{Recorder, repository};

/// How a row came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Right,
    Wrong,
    Refused,
}

#[test]
fn no_problem_has_a_wrong_answer() {
    let mut files: Vec<_> = std::fs::read_dir(repository().join("tests/problems"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "txt"))
        .collect();
    files.sort();
    let mut rows = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(file).unwrap();
        for line in text.lines() {
            let parts: Vec<&str> = line.split(" ## ").collect();
            if let [source, expected, check] = parts.as_slice() {
                let expected = &expected.replace("EulerGamma", "euler_gamma");
                let (verdict, found) = judge(source, expected, check);
                rows.push((verdict, format!("{line}\n      {found}")));
            }
        }
    }
    let count = |verdict| rows.iter().filter(|(row, _)| *row == verdict).count();
    let (right, refused) = (count(Verdict::Right), count(Verdict::Refused));
    println!("right {right}, refused {refused}, wrong {}", count(Verdict::Wrong));
    let list = |verdict| {
        let lines: Vec<&str> = rows
            .iter()
            .filter(|(row, _)| *row == verdict)
            .map(|(_, line)| line.as_str())
            .collect();
        lines.join("\n")
    };
    println!("refused:\n{}", list(Verdict::Refused));
    assert!(rows.len() > 300, "only {} problems", rows.len());
    assert!(count(Verdict::Wrong) == 0, "wrong:\n{}", list(Verdict::Wrong));
}

/// The row's session, its answer, and what is expected, read in the same session.
struct Row {
    session: Session,
    engine: Engine,
}

impl Row {
    fn value(&self, text: &str) -> Result<Value, String> {
        let outcome = self.session.run(text, "cell", 1, &Recorder::default());
        match outcome.errors.first() {
            Some(error) => Err(format!("[{}] {}", error.code.name, error.message)),
            None => Ok(outcome.value.unwrap_or(Value::Nothing)),
        }
    }

    fn formulas(&self, text: &str) -> Vec<Expr> {
        formulas(&self.value(text).unwrap_or_else(|error| panic!("{text}: {error}")))
    }

    fn same(&self, found: &Expr, expected: &Expr) -> bool {
        found == expected
            || self.engine.equal(found, expected) == Some(true)
            || self.same_at_points(found, expected)
    }

    fn near(&self, found: &Expr, expected: &Expr) -> bool {
        let number = |expr: &Expr| {
            self.engine.compile(expr, &[]).map(|function| function.evaluate_complex(&[]))
        };
        match (number(found), number(expected)) {
            (Ok(a), Ok(b)) => {
                (a.0 - b.0).hypot(a.1 - b.1) < 1e-12 * (1.0 + b.0.hypot(b.1))
            }
            _ => false,
        }
    }

    fn same_at_points(&self, left: &Expr, right: &Expr) -> bool {
        let mut symbols = left.free_symbols();
        symbols.extend(right.free_symbols());
        let symbols: Vec<Symbol> = symbols.into_iter().collect();
        let compile = |expr: &Expr| self.engine.compile(expr, &symbols);
        let (Ok(left), Ok(right)) = (compile(left), compile(right)) else { return false };
        let mut agreed = 0;
        for step in 1..=9 {
            let point: Vec<(f64, f64)> = (0..symbols.len())
                .map(|index| (0.137 * f64::from(step) + 0.29 * index as f64 + 0.011, 0.0))
                .collect();
            let (a, b) = (left.evaluate_complex(&point), right.evaluate_complex(&point));
            let difference = (a.0 - b.0).hypot(a.1 - b.1);
            if difference.is_nan() {
                continue;
            }
            if difference > 1e-8 * (1.0 + b.0.hypot(b.1)) {
                return false;
            }
            agreed += 1;
        }
        agreed > 2 || (agreed > 0 && symbols.is_empty())
    }
}

/// The formulas of a value, lists opened.
fn formulas(value: &Value) -> Vec<Expr> {
    match value {
        Value::Expr(value) => vec![value.clone()],
        Value::List(items) => items.iter().flat_map(formulas).collect(),
        Value::Matrix(matrix) => matrix.entries().to_vec(),
        _ => Vec::new(),
    }
}

/// Whether an answer only repeats the question: an operation is left in it.
fn is_open(value: &Value) -> bool {
    use holor_algebra::Function as F;
    formulas(value).iter().any(|value| {
        let open = |value: &Expr| {
            matches!(
                value.node(),
                Node::Call(F::Integral | F::Sum | F::Product | F::Limit, _)
            )
        };
        let mut stack = vec![value];
        while let Some(next) = stack.pop() {
            if open(next) {
                return true;
            }
            stack.extend(next.children());
        }
        false
    })
}

fn judge(source: &str, expected: &str, check: &str) -> (Verdict, String) {
    let session = Session::new();
    let (declarations, call) = source.rsplit_once(';').unwrap_or(("", source));
    let declared = session.run(declarations, "cell", 1, &Recorder::default());
    assert!(declared.errors.is_empty(), "{source}: {:?}", declared.errors);
    let assumptions: Assumptions = session.assumptions();
    let row = Row { engine: Engine::new(assumptions, Interrupt::new()), session };
    let answer = row.value(call);
    let found = match &answer {
        Ok(value) => value.plain(),
        Err(error) => error.clone(),
    };
    let verdict = match (&answer, check) {
        (Err(error), "error") => {
            let codes: &[&str] = match expected {
                "divergent" => &["E0302"],
                "nonexistent" => &["E0303"],
                _ => &["E0307", "E0203", "E0201", "E0202"],
            };
            match codes.iter().any(|code| error.starts_with(&format!("[{code}]"))) {
                true => Verdict::Right,
                false => Verdict::Refused,
            }
        }
        (Err(error), "error or undefined") if !error.contains("E0901") => Verdict::Right,
        (Err(_), _) => Verdict::Refused,
        (Ok(value), _) if holds(&row, value, expected, check) => Verdict::Right,
        (Ok(value), _) if is_open(value) => Verdict::Refused,
        (Ok(_), _) => Verdict::Wrong,
    };
    (verdict, found)
}

fn holds(row: &Row, value: &Value, expected: &str, check: &str) -> bool {
    let found = formulas(value);
    let first = found.first();
    match check {
        "error" => false,
        "error or undefined" => first == Some(&Expr::undefined()),
        "exact" => {
            value.plain() == expected
                || row.formulas(&format!("function y; {expected}")) == found
        }
        "not equal" => row.formulas(expected) != found,
        "equal" | "equation" => {
            let wanted = row.formulas(&format!("function y; {expected}"));
            wanted.len() == found.len()
                && found.iter().zip(&wanted).all(|(a, b)| {
                    sides(a).iter().zip(sides(b)).all(|(a, b)| row.same(a, &b))
                })
        }
        "numeric" => {
            first.is_some_and(|first| row.near(first, &row.formulas(expected)[0]))
        }
        "antiderivative" => first.is_some_and(|first| {
            let slope = row.engine.differentiate(first, &Expr::symbol("x"), 1);
            slope
                .is_ok_and(|slope| row.same_at_points(&slope, &row.formulas(expected)[0]))
        }),
        "set" | "numeric set" => {
            let wanted = row.formulas(expected);
            let close = |a: &Expr, b: &Expr| match check {
                "set" => row.same(a, b),
                _ => row.near(a, b),
            };
            found.iter().all(|value| wanted.iter().any(|want| close(value, want)))
                && wanted.iter().all(|want| found.iter().any(|value| close(value, want)))
        }
        "system" => {
            let Value::List(solutions) = value else { return false };
            let wanted: Vec<&str> = expected.split(';').collect();
            solutions.len() == wanted.len()
                && wanted.iter().all(|want| {
                    let text = format!("[{}]", want.replace('=', "=="));
                    let want = row.formulas(&text);
                    solutions.iter().any(|solution| {
                        let solution = formulas(solution);
                        want.iter().all(|want| {
                            solution.iter().any(|one| equation(row, one, want))
                        })
                    })
                })
        }
        ode => {
            let order: usize = ode.trim_start_matches("ode ").parse().expect("an order");
            let Some(solution) = first else { return false };
            let constants = (1..=order)
                .all(|n| solution.contains_symbol(&Symbol::new(&format!("C{n}"))));
            constants && satisfies(row, solution, expected)
        }
    }
}

/// Both sides of an equation; anything else alone.
fn sides(value: &Expr) -> Vec<Expr> {
    match value.node() {
        Node::Relation(_, left, right) => vec![left.clone(), right.clone()],
        _ => vec![value.clone()],
    }
}

fn equation(row: &Row, found: &Expr, wanted: &Expr) -> bool {
    match (sides(found).as_slice(), sides(wanted).as_slice()) {
        ([a, b], [c, d]) => a == c && row.same(b, d),
        _ => false,
    }
}

/// Puts the right side of `y(x) == …` into the residual and looks whether it vanishes.
fn satisfies(row: &Row, solution: &Expr, residual: &str) -> bool {
    let [_, value] =
        sides(solution).try_into().unwrap_or_else(|_| [Expr::zero(), Expr::zero()]);
    let read = |text: &str| row.formulas(&format!("function y; {text}")).remove(0);
    let mut total = read(residual);
    for order in (1..=4).rev() {
        let derivative = read(&format!("diff(y(x), x, {order})"));
        let slope = row
            .engine
            .differentiate(&value, &Expr::symbol("x"), order)
            .expect("a derivative");
        total = total.substitute(&[(derivative, slope)]);
    }
    let total = total.substitute(&[(read("y(x)"), value)]);
    row.same_at_points(&total, &Expr::zero())
}
