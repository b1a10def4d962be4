//! Tables of numbers in files.

use std::sync::Arc;

use holor_macros::builtin;

use super::plots::draw_curves;
use crate::array::{ArrayAxis, NumericArray};
use crate::builtin::word;
use crate::evaluate::Call;
use crate::record::Record;
use crate::syntax::is_name;
use crate::{Builtin, Diagnostic, Plot, Result, Value, codes};

/// The records of this topic.
pub(crate) static BUILTINS: &[&Builtin] = &[&READ_CSV, &WRITE_CSV];

word! {
    /// What is done with rows in which a number is missing.
    pub(crate) Missing {
        /// They are an error.
        Refuse = "refuse",
        /// They are left out.
        Skip = "skip",
    }
}

/// Reads a table of numbers from a file: a record with an array for each column.
///
/// Columns are separated by commas, semicolons or tabs, whichever the first line has; a first line that is not all
/// numbers names the columns, otherwise they are `c1`, `c2`, … Names become names of the language: `Time (s)` becomes
/// `Time_s`. A first column of rising numbers called `t`, `time` or `Time_s` gives the others an axis of times; where it
/// does not rise in each row, a warning says so and there is no such axis.
///
/// ```holor
/// write_csv("data.csv", array([1, 4, 9], t = [0, 1, 2])); r = read_csv("data.csv"); r.t    # => array([0.0, 1.0, 2.0], t = [0.0, 1.0, 2.0])
/// read_csv("nothing there.csv")                # error: [E0601]
/// ```
#[builtin(topic = "tables", latex = none, since = "0.1", see("write_csv", "array"))]
pub(crate) fn read_csv(
    call: &Call<'_>,
    /// The name of the file.
    file: Arc<str>,
    /// The character between columns; found out if left out.
    #[named]
    separator: Option<Arc<str>>,
    /// The decimal mark, `"."` or `","`; a comma only where columns are separated by something else.
    #[named]
    decimal: Option<Arc<str>>,
    /// Whether the first line names the columns; found out if left out.
    #[named]
    header: Option<bool>,
    /// `refuse` (an error) or `skip`: what happens to rows in which a number is missing.
    #[named]
    missing: Option<Missing>,
) -> Result<Record> {
    let text = call
        .world()
        .read_file(&file)
        .map_err(|reason| call.error(&codes::E0601_FILE, reason))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let one = |option: &Option<Arc<str>>, what: &str| -> Result<Option<char>> {
        let Some(option) = option else { return Ok(None) };
        let mut characters = option.chars();
        match (characters.next(), characters.next()) {
            (Some(only), None) => Ok(Some(only)),
            _ => {
                let message = format!("the {what} is one character, found \"{option}\"");
                Err(call.error(&codes::E0202_WRONG_ARGUMENTS, message))
            }
        }
    };
    let first = text.lines().find(|line| !is_remark(line)).unwrap_or_default();
    let separator =
        one(&separator, "separator")?.unwrap_or_else(|| guess_separator(first));
    let decimal = one(&decimal, "decimal mark")?.unwrap_or('.');
    if decimal == separator {
        let message = "the decimal mark and the separator are the same character";
        return Err(call.error(&codes::E0202_WRONG_ARGUMENTS, message));
    }
    let problem = |line: usize, message: String| {
        let message = format!("{file}, line {line}: {message}");
        call.error(&codes::E0601_FILE, message)
    };
    let mut names: Vec<String> = Vec::new();
    let mut columns: Vec<Vec<f64>> = Vec::new();
    let mut lines: Vec<usize> = Vec::new();
    let mut skipped = 0_usize;
    for (line, cells) in rows(text, separator) {
        call.poll()?;
        let numbers: Vec<Option<f64>> =
            cells.iter().map(|cell| parse_number(cell, decimal)).collect();
        if columns.is_empty() {
            columns = vec![Vec::new(); cells.len()];
            let named = header.unwrap_or_else(|| {
                numbers
                    .iter()
                    .zip(&cells)
                    .any(|(number, cell)| number.is_none() && !is_missing(cell))
            });
            if named {
                names = unique_names(&cells);
                continue;
            }
            names = (1..=cells.len()).map(|place| format!("c{place}")).collect();
        }
        if cells.len() != columns.len() {
            let message =
                format!("{} columns where there were {}", cells.len(), columns.len());
            return Err(problem(line, message));
        }
        if let Some(place) = numbers.iter().position(Option::is_none) {
            let cell = cells.get(place).map_or("", |cell| cell.trim());
            let name = names.get(place).map_or("", |name| name.as_str());
            if !is_missing(cell) {
                let comma = cell.contains(',') && decimal == '.';
                let error =
                    problem(line, format!("`{cell}` in column {name} is no number"));
                let hint =
                    format!("read_csv(\"{file}\", separator = \";\", decimal = \",\")");
                return Err(if comma { Box::new((*error).hint(hint)) } else { error });
            }
            if missing != Some(Missing::Skip) {
                let error =
                    problem(line, format!("a number is missing in column {name}"));
                let hint = format!("read_csv(\"{file}\", missing = skip)");
                return Err(Box::new((*error).hint(hint)));
            }
            skipped += 1;
            continue;
        }
        lines.push(line);
        for (column, number) in columns.iter_mut().zip(numbers) {
            column.extend(number);
        }
    }
    let count = columns.first().map_or(0, Vec::len);
    if count == 0 {
        let message = format!("{file} has no rows of numbers");
        return Err(call.error(&codes::E0601_FILE, message));
    }
    let time = columns.first().zip(names.first()).filter(|(_, name)| is_time(name));
    let falls = time.and_then(|(times, name)| {
        let place = times.windows(2).position(|pair| !matches!(pair, [a, b] if a < b))?;
        Some((lines.get(place + 1)?, times.get(place + 1)?, name))
    });
    if let Some((line, value, name)) = falls {
        let message = format!(
            "{file}, line {line}: {name} does not rise, it is {value} after one as large or larger; the columns have no times, and measures of them count rows"
        );
        let step =
            |name: &str| format!("{name}(…, rate = 250), if the rows are evenly spaced");
        call.warn(
            Diagnostic::warning(&codes::E0601_FILE, message).hint(step("coherence")),
        );
    }
    let axis = match time {
        Some((times, _)) if falls.is_none() => ArrayAxis::time(times.clone()),
        _ => ArrayAxis::index(count),
    };
    let rows = if count == 1 { "1 row".to_string() } else { format!("{count} rows") };
    let summary = match skipped {
        0 => format!("{rows} of {file}"),
        1 => format!("{rows} of {file}, 1 with missing numbers left out"),
        n => format!("{rows} of {file}, {n} with missing numbers left out"),
    };
    let mut record = Record::new("table").described(&summary).drawn(draw);
    for (name, column) in names.iter().zip(columns) {
        let array = NumericArray::along(column, axis.clone());
        if let Some(array) = array {
            record = record.with(name, array.named(name));
        }
    }
    Ok(record)
}

/// All columns against the first.
fn draw(table: &Record) -> Result<Plot> {
    let arrays: Vec<&NumericArray> =
        table.fields().filter_map(|(name, _)| table.array(name)).collect();
    let (xs, ys) = match arrays.as_slice() {
        [only] => (None, vec![*only]),
        [first, rest @ ..] => (Some(*first), rest.to_vec()),
        [] => (None, Vec::new()),
    };
    draw_curves(xs, &ys)
}

fn is_remark(line: &str) -> bool {
    let line = line.trim();
    line.is_empty() || line.starts_with('#')
}

/// The commonest separator of the first line; the comma for a single column.
fn guess_separator(line: &str) -> char {
    let count = |separator: char| line.matches(separator).count();
    let best = ['\t', ';', ','].into_iter().max_by_key(|&separator| {
        // A semicolon or tab wins over commas, which may be decimal marks.
        (count(separator) > 0, if separator == ',' { 0 } else { 1 }, count(separator))
    });
    best.filter(|&separator| count(separator) > 0).unwrap_or(',')
}

/// The cells of each row with the number of its line; blank lines and remarks (`#`) are left out. Quoted cells may hold
/// separators, line breaks and doubled quotes (RFC 4180).
fn rows(text: &str, separator: char) -> Vec<(usize, Vec<String>)> {
    let mut rows = Vec::new();
    let (mut cells, mut cell) = (Vec::new(), String::new());
    let (mut quoted, mut was_quoted) = (false, false);
    let (mut line, mut start) = (1, 1);
    let mut characters = text.chars().peekable();
    let mut remark = false;
    while let Some(character) = characters.next() {
        if quoted {
            match character {
                '"' if characters.peek() == Some(&'"') => {
                    characters.next();
                    cell.push('"');
                }
                '"' => quoted = false,
                other => {
                    line += usize::from(other == '\n');
                    cell.push(other);
                }
            }
            continue;
        }
        match character {
            '\n' => {
                cells.push(std::mem::take(&mut cell));
                finish(&mut rows, start, &mut cells, remark || !was_quoted);
                line += 1;
                (start, was_quoted, remark) = (line, false, false);
            }
            '\r' => {}
            '#' if cells.is_empty() && cell.trim().is_empty() => {
                remark = true;
                cell.push('#');
            }
            '"' if cell.trim().is_empty() && !remark => {
                cell.clear();
                (quoted, was_quoted) = (true, true);
            }
            other if other == separator => cells.push(std::mem::take(&mut cell)),
            other => cell.push(other),
        }
    }
    if !cell.is_empty() || !cells.is_empty() {
        cells.push(cell);
        finish(&mut rows, start, &mut cells, remark || !was_quoted);
    }
    rows
}

/// Adds a row that is neither blank nor a remark.
fn finish(
    rows: &mut Vec<(usize, Vec<String>)>,
    line: usize,
    cells: &mut Vec<String>,
    plain: bool,
) {
    let cells = std::mem::take(cells);
    let blank = cells.len() == 1 && cells.iter().all(|cell| cell.trim().is_empty());
    let remark =
        plain && cells.first().is_some_and(|cell| cell.trim_start().starts_with('#'));
    if !blank && !remark {
        rows.push((line, cells));
    }
}

fn parse_number(cell: &str, decimal: char) -> Option<f64> {
    let cell = cell.trim();
    let numeric = |c: char| {
        c.is_ascii_digit() || matches!(c, '+' | '-' | 'e' | 'E') || c == decimal
    };
    // `inf`, `nan` and thousands separators are no numbers here.
    if cell.is_empty() || !cell.chars().all(numeric) {
        return None;
    }
    cell.replace(decimal, ".").parse().ok().filter(|value: &f64| value.is_finite())
}

fn is_missing(cell: &str) -> bool {
    let cell = cell.trim().to_ascii_lowercase();
    matches!(&*cell, "" | "na" | "n/a" | "nan" | "null" | "none" | "-" | "?")
}

fn is_time(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name == "t" || name == "time" || name.starts_with("t_") || name.starts_with("time_")
}

/// Column titles as names of the language, each once.
fn unique_names(cells: &[String]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for (place, cell) in cells.iter().enumerate() {
        let mut name = String::new();
        for character in cell.trim().chars() {
            if character.is_alphanumeric() {
                name.push(character);
            } else if !name.is_empty() && !name.ends_with('_') {
                name.push('_');
            }
        }
        let mut name = name.trim_end_matches('_').to_string();
        if name.is_empty() {
            name = format!("c{}", place + 1);
        } else if !is_name(&name) {
            name = format!("c_{name}");
        }
        let name = crate::symbol_name(&name).unwrap_or(name);
        let mut unique = name.clone();
        let mut number = 2;
        while names.contains(&unique) {
            unique = format!("{name}_{number}");
            number += 1;
        }
        names.push(unique);
    }
    names
}

/// Writes numbers into a file as a table with named columns: arrays, records of arrays, lists.
///
/// Arrays with one axis of coordinates get a column of these first. A complex column becomes two, `_re` and `_im`.
/// Numbers are written so that they read back exactly.
///
/// ```holor
/// write_csv("data.csv", [1, 2, 3], array([1, 4, 9]))
/// write_csv("data.csv", [1, 2, 3], [4, 5])     # error: [E0203]
/// ```
#[builtin(topic = "tables", latex = none, since = "0.1", see("read_csv"))]
pub(crate) fn write_csv(
    call: &Call<'_>,
    /// The name of the file.
    file: Arc<str>,
    /// Arrays, lists of numbers, or a record of them.
    #[variadic]
    columns: Vec<Value>,
) -> Result<()> {
    let mut table: Vec<(String, Vec<f64>)> = Vec::new();
    for value in &columns {
        match value {
            Value::Record(record) => {
                for (name, part) in record.fields() {
                    // Parts that are no columns, such as a single number, do not belong in a table.
                    if let Value::Array(array) = part {
                        add(call, &mut table, name, array)?;
                    }
                }
            }
            Value::Simulation(simulation) => {
                // Frames of more than one axis of space have no place in a table.
                let parts =
                    simulation.members().into_iter().filter_map(|name| match simulation
                        .member(&name)?
                    {
                        Value::Array(array) if array.rank() <= 2 => Some((name, array)),
                        _ => None,
                    });
                for (name, array) in parts {
                    add(call, &mut table, &name, &array)?;
                }
                if table.len() < 2 {
                    let message = format!(
                        "{} has no columns of numbers over time",
                        value.describe()
                    );
                    let error = call.error(&codes::E0203_WRONG_SHAPE, message);
                    return Err(Box::new(
                        (*error).hint("write_csv(\"means.csv\", mean(run.A))"),
                    ));
                }
            }
            other => {
                let given = call.given().first().map(|given| given.part(other.clone()));
                let Some(given) = given else { continue };
                let read = <crate::builtin::ArrayArgument as crate::builtin::FromValue>::from_value(
                    &given, call,
                );
                let kind = "arrays, lists of numbers or a record";
                let read = crate::builtin::mismatch(read, &given, "columns", kind, call)?;
                let name = read.array.name().to_string();
                add(call, &mut table, &name, &read.array)?;
            }
        }
    }
    let count = table.first().map_or(0, |(_, column)| column.len());
    if let Some((name, column)) = table.iter().find(|(_, column)| column.len() != count) {
        let message = format!(
            "the columns differ in length: {count}, and {} in {name}",
            column.len()
        );
        return Err(call.error(&codes::E0203_WRONG_SHAPE, message));
    }
    if table.is_empty() {
        let message = "there is nothing to write";
        return Err(call.error(&codes::E0202_WRONG_ARGUMENTS, message));
    }
    let names: Vec<&str> = table.iter().map(|(name, _)| name.as_str()).collect();
    let mut text = names.join(",");
    text.push('\n');
    for row in 0..count {
        for (place, (_, column)) in table.iter().enumerate() {
            if place > 0 {
                text.push(',');
            }
            text.push_str(
                &column.get(row).map_or_else(String::new, |&it| crate::array::short(it)),
            );
        }
        text.push('\n');
    }
    let written = call.world().write_file(&file, text.as_bytes());
    written.map_err(|reason| call.error(&codes::E0601_FILE, reason))
}

/// Adds the columns of an array: its coordinates where they are not there yet, its values.
fn add(
    call: &Call<'_>,
    table: &mut Vec<(String, Vec<f64>)>,
    name: &str,
    array: &NumericArray,
) -> Result<()> {
    let name = if name.is_empty() { "value" } else { name };
    if array.rank() > 2 {
        return Diagnostic::error(
            &codes::E0203_WRONG_SHAPE,
            format!("a table has rows and columns; {} has more axes", array.describe()),
        )
        .at(call.span())
        .hint("write_csv(\"frame.csv\", A[-1])")
        .into();
    }
    if let Some(axis) = array.axes().first().filter(|axis| !axis.name().is_empty()) {
        let known = axis.coordinates().into_owned();
        let there =
            table.iter().any(|(own, column)| own == axis.name() && *column == known);
        // The column of times itself is its own axis.
        let itself = array.as_real().is_some_and(|values| values == known);
        if !there && !itself {
            push(table, axis.name(), known);
        }
    }
    match array.axes() {
        [_, columns] => {
            let transposed = array.permuted(&[1, 0]);
            for place in 0..columns.len() {
                if let Some(column) =
                    transposed.as_ref().and_then(|array| array.item(place))
                {
                    push_values(table, &format!("{name}_{}", place + 1), &column);
                }
            }
        }
        _ => push_values(table, name, array),
    }
    Ok(())
}

fn push_values(table: &mut Vec<(String, Vec<f64>)>, name: &str, array: &NumericArray) {
    match array.as_real() {
        Some(values) => push(table, name, values.to_vec()),
        None => {
            let values = array.to_complex();
            push(table, &format!("{name}_re"), values.iter().map(|it| it.re).collect());
            push(table, &format!("{name}_im"), values.iter().map(|it| it.im).collect());
        }
    }
}

/// Adds a column under its name, or the name with a number.
fn push(table: &mut Vec<(String, Vec<f64>)>, name: &str, column: Vec<f64>) {
    let mut unique = name.to_string();
    let mut number = 2;
    while table.iter().any(|(own, _)| *own == unique) {
        unique = format!("{name}_{number}");
        number += 1;
    }
    table.push((unique, column));
}
