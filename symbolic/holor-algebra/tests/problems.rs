//! The problem set of `tests/problems`, answered by the engine alone.
//!
//! Rows are `source ## expected ## check`. Rows that need the language itself (matrices in brackets,
//! systems of differential equations) are left to the language's own run of the same files.

mod common;

use std::path::Path;

use common::{engine, ex, sym};
use holor_algebra::{
    AlgebraError, AlgebraResult, Direction, Engine, Expr, Solution, Solutions,
};

/// What a row gives: a value, several, or the answer of `solve`.
#[derive(Debug)]
enum Answer {
    Value(Expr),
    Solved(Solutions),
}

#[test]
fn every_problem_has_its_answer() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/problems");
    let mut files: Vec<_> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "txt"));
    files.sort();
    let (mut run, mut skipped, mut failed) = (0, 0, Vec::new());
    for path in files {
        for line in std::fs::read_to_string(&path).unwrap().lines() {
            let parts: Vec<&str> = line.split(" ## ").collect();
            let [source, expected, check] = parts.as_slice() else { continue };
            match verdict(source, expected, check) {
                None => skipped += 1,
                Some(Ok(())) => run += 1,
                Some(Err(found)) => failed.push(format!("{line}\n      {found}")),
            }
        }
    }
    assert!(run > 300, "only {run} problems were run, {skipped} skipped");
    assert!(
        failed.is_empty(),
        "{} of {} failed:\n{}",
        failed.len(),
        run + failed.len(),
        failed.join("\n")
    );
}

fn verdict(source: &str, expected: &str, check: &str) -> Option<Result<(), String>> {
    let (assumed, call) = assumptions(source);
    if call.contains('[') && !call.starts_with("solve(") {
        return None;
    }
    let engine = engine(&assumed);
    let answer = answer(&engine, call)?;
    Some(judge(&engine, &answer, expected, check))
}

/// `symbols x, y > 0; …` as the text that the engine helper reads.
fn assumptions(source: &str) -> (String, &str) {
    let mut assumed = Vec::new();
    let mut rest = source;
    while let Some(after) = rest.strip_prefix("symbols ") {
        let (declared, next) = after.split_once(';').expect("a declaration ends with ;");
        rest = next.trim();
        let mut names: Vec<&str> = Vec::new();
        for part in declared.split(',').map(str::trim) {
            let (name, property) = part.split_once(' ').unwrap_or((part, ""));
            names.push(name);
            if !property.is_empty() {
                assumed.extend(names.drain(..).map(|name| format!("{name} {property}")));
            }
        }
    }
    (assumed.join(","), rest)
}

/// Splits at a separator outside brackets.
fn split<'a>(text: &'a str, separator: &str) -> Vec<&'a str> {
    let (mut parts, mut depth, mut start) = (Vec::new(), 0i32, 0);
    for (at, letter) in text.char_indices() {
        match letter {
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            _ => {}
        }
        if depth == 0 && at >= start && text[at..].starts_with(separator) {
            parts.push(text[start..at].trim());
            start = at + separator.len();
        }
    }
    parts.push(text[start..].trim());
    parts
}

fn list(text: &str) -> Vec<&str> {
    let inner = text.trim_start_matches('[').trim_end_matches(']');
    split(inner, ",").into_iter().filter(|part| !part.is_empty()).collect()
}

fn answer(engine: &Engine, call: &str) -> Option<AlgebraResult<Answer>> {
    let value = |result: AlgebraResult<Expr>| Some(result.map(Answer::Value));
    let whole =
        call.ends_with(')') && split(call, "+").len() == 1 && split(call, "-").len() == 1;
    let (name, inner) = match call.split_once('(') {
        Some((name, inner))
            if whole && name.chars().all(|c| c.is_alphabetic() || c == '_') =>
        {
            (name, inner.strip_suffix(')')?)
        }
        _ => return value(engine.evaluate(&ex(call))),
    };
    let arguments = split(inner, ",");
    let first = || ex(arguments[0]);
    let bound = |text: &str| -> Option<(String, Vec<Expr>)> {
        let (name, range) = text.split_once(" = ")?;
        Some((name.trim().to_string(), split(range, "..").into_iter().map(ex).collect()))
    };
    let operation = match name {
        "integrate" | "sum" | "product" | "limit" | "series" => bound(arguments[1]),
        _ => None,
    };
    match (name, operation) {
        ("integrate", None) => value(engine.integrate(&first(), &sym(arguments[1]))),
        ("integrate", Some((x, ends))) => {
            value(engine.integrate_over(&first(), &sym(&x), &ends[0], &ends[1]))
        }
        ("sum", Some((k, ends))) => {
            value(engine.sum(&first(), &sym(&k), &ends[0], &ends[1]))
        }
        ("product", Some((k, ends))) => {
            value(engine.product(&first(), &sym(&k), &ends[0], &ends[1]))
        }
        ("limit", Some((x, at))) => {
            let side = match arguments.get(2) {
                Some(&"left") => Direction::Left,
                Some(&"right") => Direction::Right,
                _ => Direction::Both,
            };
            value(engine.limit(&first(), &sym(&x), &at[0], side))
        }
        ("series", Some((x, at))) => {
            let order = arguments[2].parse().ok()?;
            value(engine.series(&first(), &sym(&x), &at[0], order))
        }
        ("diff", _) if arguments[0].contains("integrate") => None,
        ("diff", _) => {
            let order =
                arguments.get(2).map_or(1, |order| order.parse().expect("an order"));
            value(engine.differentiate(&first(), &ex(arguments[1]), order))
        }
        ("solve", _) => {
            let equations: Vec<Expr> = match arguments[0].starts_with('[') {
                true => list(arguments[0]).into_iter().map(ex).collect(),
                false => vec![first()],
            };
            let unknowns: Vec<_> = list(arguments[1]).into_iter().map(sym).collect();
            Some(engine.solve(&equations, &unknowns).map(Answer::Solved))
        }
        ("nsolve", _) => {
            let (x, start) = bound(arguments[1])?;
            let root = engine.nsolve(&[first()], &[(sym(&x), start[0].clone())], 15);
            value(root.map(|mut root| root.remove(0)))
        }
        ("dsolve", _) => {
            let (equations, conditions): (Vec<&str>, Vec<&str>) =
                list(arguments[0]).into_iter().partition(|text| text.contains("diff"));
            let equations: Vec<Expr> = equations.into_iter().map(ex).collect();
            let conditions: Vec<Expr> = conditions.into_iter().map(ex).collect();
            let solved = engine.dsolve(&equations, &[ex("y(x)")], &conditions);
            value(solved.map(|mut solutions| solutions.remove(0)))
        }
        ("expand", _) => value(engine.expand(&first())),
        ("factor", _) => value(engine.factor(&first())),
        ("cancel", _) => value(engine.cancel(&first())),
        ("together", _) => value(engine.together(&first())),
        ("apart", _) => value(engine.apart(&first(), Some(&sym(arguments[1])))),
        ("collect", _) => value(engine.collect(&first(), &[ex(arguments[1])])),
        ("simplify", _) => value(engine.simplify(&first())),
        ("expand_trig", _) => value(engine.expand_trig(&first())),
        ("expand_log", _) => value(engine.expand_log(&first())),
        ("trig_reduce", _) => value(engine.trig_reduce(&first())),
        ("gcd", _) => value(engine.gcd(&first(), &ex(arguments[1]))),
        ("lcm", _) => value(engine.lcm(&first(), &ex(arguments[1]))),
        ("quotient", _) => {
            value(engine.quotient(&first(), &ex(arguments[1]), &sym(arguments[2])))
        }
        ("remainder", _) => {
            value(engine.remainder(&first(), &ex(arguments[1]), &sym(arguments[2])))
        }
        ("resultant", _) => {
            value(engine.resultant(&first(), &ex(arguments[1]), &sym(arguments[2])))
        }
        ("discriminant", _) => value(engine.discriminant(&first(), &sym(arguments[1]))),
        ("N", _) => {
            value(engine.numeric(&first(), arguments[1].parse().expect("digits")))
        }
        _ => value(engine.evaluate(&ex(call))),
    }
}

fn judge(
    engine: &Engine,
    answer: &AlgebraResult<Answer>,
    expected: &str,
    check: &str,
) -> Result<(), String> {
    let good = match (check, answer) {
        ("error", Err(error)) => matches!(
            (expected, error),
            ("divergent", AlgebraError::Divergent { .. })
                | ("nonexistent", AlgebraError::DoesNotExist { .. })
                | ("invalid", AlgebraError::Invalid { .. })
        ),
        ("error or undefined", Ok(Answer::Value(found))) => *found == Expr::undefined(),
        ("error or undefined", Err(_)) => true,
        ("exact", Ok(Answer::Solved(Solutions::Everything))) => expected == "true",
        ("exact", Ok(Answer::Value(found))) => {
            *found == ex(expected) || found.to_string() == expected
        }
        ("equal" | "equation", Ok(Answer::Value(found))) => {
            same(engine, found, &ex(expected))
        }
        ("not equal", Ok(Answer::Value(found))) => *found != ex(expected),
        ("numeric", Ok(Answer::Value(found))) => near(engine, found, &ex(expected)),
        ("antiderivative", Ok(Answer::Value(found))) => {
            let slope = engine.differentiate(found, &ex("x"), 1);
            slope.is_ok_and(|slope| same_at_points(engine, &slope, &ex(expected)))
        }
        ("set" | "numeric set", Ok(Answer::Solved(Solutions::None { .. }))) => {
            expected == "[]"
        }
        ("set" | "numeric set", Ok(Answer::Solved(Solutions::Finite(found)))) => {
            let wanted: Vec<Expr> = list(expected).into_iter().map(ex).collect();
            let values: Vec<&Expr> = found
                .iter()
                .filter_map(|Solution(pairs)| pairs.first().map(|(_, v)| v))
                .collect();
            let close = |a: &Expr, b: &Expr| match check {
                "set" => same(engine, a, b),
                _ => near(engine, a, b),
            };
            values.len() == wanted.len()
                && wanted.iter().all(|want| values.iter().any(|value| close(value, want)))
        }
        ("system", Ok(Answer::Solved(Solutions::Finite(found)))) => {
            let wanted: Vec<Vec<(String, Expr)>> = expected
                .split(';')
                .map(|one| {
                    split(one, ",")
                        .into_iter()
                        .filter_map(|pair| pair.split_once('='))
                        .map(|(name, value)| (name.trim().to_string(), ex(value)))
                        .collect()
                })
                .collect();
            wanted.len() == found.len()
                && wanted.iter().all(|want| {
                    found.iter().any(|Solution(pairs)| {
                        want.iter().all(|(name, value)| {
                            pairs.iter().any(|(symbol, found)| {
                                symbol.name() == name && same(engine, found, value)
                            })
                        })
                    })
                })
        }
        (ode, Ok(Answer::Value(found))) if ode.starts_with("ode ") => {
            let order: usize = ode[4..].parse().expect("an order");
            let constants =
                (1..=order).all(|n| found.contains_symbol(&sym(&format!("C{n}"))));
            constants && satisfies(engine, found, expected)
        }
        _ => false,
    };
    if good { Ok(()) } else { Err(format!("{answer:?}")) }
}

fn same(engine: &Engine, found: &Expr, expected: &Expr) -> bool {
    found == expected
        || engine.equal(found, expected) == Some(true)
        || same_at_points(engine, found, expected)
}

fn near(engine: &Engine, found: &Expr, expected: &Expr) -> bool {
    let number = |expr: &Expr| engine.compile(expr, &[]).map(|f| f.evaluate_complex(&[]));
    match (number(found), number(expected)) {
        (Ok(a), Ok(b)) => (a.0 - b.0).hypot(a.1 - b.1) < 1e-12 * (1.0 + b.0.hypot(b.1)),
        _ => false,
    }
}

/// Equal at several real points in (0, 1), where the rows' functions are defined, or outside where not.
fn same_at_points(engine: &Engine, left: &Expr, right: &Expr) -> bool {
    let mut symbols = left.free_symbols();
    symbols.extend(right.free_symbols());
    let symbols: Vec<_> = symbols.into_iter().collect();
    let (Ok(left), Ok(right)) =
        (engine.compile(left, &symbols), engine.compile(right, &symbols))
    else {
        return false;
    };
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

/// Puts the right side of `y(x) == …` into the residual and looks whether it vanishes.
fn satisfies(engine: &Engine, solution: &Expr, residual: &str) -> bool {
    let children = solution.children();
    let [_, value] = children.as_slice() else { return false };
    let mut total = ex(residual);
    for order in (1..=4).rev() {
        let derivative = ex(&format!("diff(y(x),x,{order})"));
        let slope = engine.differentiate(value, &ex("x"), order).expect("a derivative");
        total = total.substitute(&[(derivative, slope)]);
    }
    let total = total.substitute(&[(ex("y(x)"), (*value).clone())]);
    same_at_points(engine, &total, &ex("0"))
}
