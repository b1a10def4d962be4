//! What a cell's expressions give.

use std::fmt::Write as _;
use std::sync::Arc;

use holor_algebra::{Expr, Matrix, Node, latex, plain};

use crate::array::NumericArray;
use crate::ast::{Ast, Name};
use crate::builtin::Builtin;
use crate::field::Simulation;
use crate::geometry::Geometry;
use crate::plot::{Animation, Plot};
use crate::record::Record;

/// A value of the language. Cloning is cheap.
#[derive(Clone, Debug)]
pub enum Value {
    /// A number, formula, equation, condition or truth value.
    Expr(Expr),
    /// A matrix of formulas.
    Matrix(Matrix),
    /// A list.
    List(Arc<[Value]>),
    /// `a..b step h`.
    Range(Range),
    /// A string.
    Text(Arc<str>),
    /// A function written in the language.
    Closure(Arc<Closure>),
    /// A built-in function.
    Builtin(&'static Builtin),
    /// A chart, tensor, metric, connection, …
    Geometry(Geometry),
    /// A box, a field on it, or a run through time.
    Simulation(Simulation),
    /// Numbers along axes.
    Array(Arc<NumericArray>),
    /// A result of several named parts.
    Record(Arc<Record>),
    /// A plot.
    Plot(Arc<Plot>),
    /// A plot that moves.
    Animation(Arc<Animation>),
    /// A page of help, in Markdown with `$…$` formulas.
    Help(Arc<str>),
    /// A result in words, in Markdown: how a run was computed, what a scheme looks like.
    Report(Arc<str>),
    /// No value: a declaration, a loop.
    Nothing,
}

/// A range of expressions; `step` is 1 where it was left out.
#[derive(Clone, Debug, PartialEq)]
pub struct Range {
    /// First value.
    pub start: Expr,
    /// Last value.
    pub end: Expr,
    /// Step.
    pub step: Option<Expr>,
}

/// A function written in the language.
#[derive(Debug)]
pub struct Closure {
    /// Its name, `None` for `u -> …`.
    pub name: Option<Name>,
    /// Its parameters.
    pub parameters: Vec<Name>,
    /// Its body.
    pub body: Arc<Ast>,
    /// Local variables it saw when it was made.
    pub captured: Vec<(Arc<str>, Value)>,
    /// Its definition as written.
    pub text: Arc<str>,
}

impl Value {
    /// A list; lists of equally many formulas each make a matrix, unless there are equations, conditions
    /// or truth values among them.
    pub fn list(items: Vec<Value>) -> Value {
        Self::matrix_of(&items).map_or_else(|| Value::List(items.into()), Value::Matrix)
    }

    fn matrix_of(items: &[Value]) -> Option<Matrix> {
        let Value::List(first) = items.first()? else { return None };
        let columns = first.len();
        if columns == 0 {
            return None;
        }
        let mut entries = Vec::with_capacity(items.len() * columns);
        for item in items {
            let Value::List(row) = item else { return None };
            if row.len() != columns {
                return None;
            }
            for entry in row.iter() {
                entries.push(entry.as_expr().filter(|entry| !is_logical(entry))?.clone());
            }
        }
        Matrix::new(items.len(), columns, entries)
    }

    /// A row of a matrix as a list, counted from 0.
    pub fn row(matrix: &Matrix, row: usize) -> Value {
        Value::List(
            (0..matrix.columns())
                .filter_map(|column| matrix.get(row, column).cloned().map(Value::Expr))
                .collect(),
        )
    }

    /// The formula, if it is one.
    pub fn as_expr(&self) -> Option<&Expr> {
        match self {
            Value::Expr(value) => Some(value),
            _ => None,
        }
    }

    /// Its kind in a word or two, as `kind(…)` and `%who` give it.
    pub fn kind(&self) -> &'static str {
        match self {
            Value::Expr(value) => match value.node() {
                Node::Number(number) if number.is_integer() => "integer",
                Node::Number(_) => "fraction",
                Node::Decimal(_) => "decimal",
                Node::Symbol(_) => "symbol",
                Node::Truth(_) => "truth value",
                Node::Relation(holor_algebra::Relation::Equal, ..) => "equation",
                Node::Relation(..) => "inequality",
                Node::And(_) | Node::Or(_) | Node::Not(_) => "condition",
                _ => "expression",
            },
            Value::Matrix(_) => "matrix",
            Value::List(_) => "list",
            Value::Range(_) => "range",
            Value::Text(_) => "string",
            Value::Closure(_) | Value::Builtin(_) => "function",
            Value::Geometry(geometry) => geometry.kind(),
            Value::Simulation(simulation) => simulation.kind(),
            Value::Array(_) => "array",
            Value::Record(record) => record.kind(),
            Value::Plot(_) => "plot",
            Value::Animation(_) => "animation",
            Value::Help(_) => "help",
            Value::Report(_) => "report",
            Value::Nothing => "nothing",
        }
    }

    /// The names that stand after a point: the parts of a record, the axes of an array.
    pub fn members(&self) -> Vec<String> {
        match self {
            Value::Geometry(Geometry::Orbit(orbit)) => orbit.members(),
            Value::Record(record) => record.names().map(str::to_string).collect(),
            Value::Simulation(simulation) => simulation.members(),
            Value::Array(array) => array
                .axes()
                .iter()
                .map(|axis| axis.name().to_string())
                .filter(|name| !name.is_empty())
                .collect(),
            _ => Vec::new(),
        }
    }

    /// What it is, for error messages: `the number 3`, `a list of 3 items`.
    pub fn describe(&self) -> String {
        match self {
            Value::Expr(value) => match value.node() {
                Node::Number(_) | Node::Decimal(_) => {
                    format!("the number {}", self.brief())
                }
                Node::Symbol(_) => format!("the symbol `{}`", self.brief()),
                Node::Truth(_) => format!("`{}`", self.brief()),
                _ => format!("the {} `{}`", self.kind(), self.brief()),
            },
            Value::Matrix(matrix) => {
                format!("a {}×{} matrix", matrix.rows(), matrix.columns())
            }
            Value::List(items) => match items.len() {
                0 => "an empty list".into(),
                1 => "a list of 1 item".into(),
                n => format!("a list of {n} items"),
            },
            Value::Range(_) => format!("the range {}", self.brief()),
            Value::Text(_) => format!("the string {}", self.brief()),
            Value::Closure(_) | Value::Builtin(_) => {
                format!("the function `{}`", self.brief())
            }
            Value::Geometry(geometry) => geometry.describe(),
            Value::Simulation(simulation) => simulation.describe(),
            Value::Array(array) => array.describe(),
            Value::Record(record) => record.describe(),
            Value::Plot(_) => "a plot".into(),
            Value::Animation(_) => "an animation".into(),
            Value::Help(_) => "a page of help".into(),
            Value::Report(_) => "a report".into(),
            Value::Nothing => "nothing".into(),
        }
    }

    /// Its plain text, cut to fit in a message.
    pub fn brief(&self) -> String {
        const LIMIT: usize = 60;
        let text = match self {
            Value::Expr(value) if is_large(value) => return "…".into(),
            Value::Matrix(matrix) if matrix.entries().len() > LIMIT => {
                return self.describe();
            }
            Value::List(items) if items.len() > LIMIT => return self.describe(),
            Value::Geometry(geometry) => return geometry.brief(),
            Value::Record(_) => return self.describe(),
            other => other.plain(),
        };
        match text.char_indices().nth(LIMIT) {
            Some((end, _)) => format!("{}…", &text[..end]),
            None => text,
        }
    }

    /// Plain text that reads back as the same value (plots and help pages aside).
    pub fn plain(&self) -> String {
        let mut text = String::new();
        self.write_plain(&mut text);
        text
    }

    fn write_plain(&self, out: &mut String) {
        match self {
            Value::Expr(value) => out.push_str(&plain(value)),
            Value::Matrix(matrix) => {
                separated(out, ("[", ", ", "]"), 0..matrix.rows(), |out, row| {
                    separated(
                        out,
                        ("[", ", ", "]"),
                        0..matrix.columns(),
                        |out, column| {
                            out.push_str(
                                &matrix.get(row, column).map_or_else(String::new, plain),
                            );
                        },
                    );
                });
            }
            Value::List(items) => {
                separated(out, ("[", ", ", "]"), items.iter(), |out, item| {
                    item.write_plain(out);
                });
            }
            Value::Range(range) => {
                let parts = [&range.start, &range.end].map(range_end);
                out.push_str(&parts.join(".."));
                if let Some(step) = &range.step {
                    let _ = write!(out, " step {}", range_end(step));
                }
            }
            Value::Text(text) => {
                out.push('"');
                for character in text.chars() {
                    match character {
                        '"' => out.push_str("\\\""),
                        '\\' => out.push_str("\\\\"),
                        '\n' => out.push_str("\\n"),
                        '\t' => out.push_str("\\t"),
                        other => out.push(other),
                    }
                }
                out.push('"');
            }
            Value::Closure(closure) => out.push_str(&closure.text),
            Value::Builtin(builtin) => out.push_str(builtin.name),
            Value::Geometry(geometry) => out.push_str(&geometry.plain()),
            Value::Simulation(simulation) => out.push_str(&simulation.plain()),
            Value::Array(array) => out.push_str(&array.plain()),
            Value::Record(record) => out.push_str(&record.plain()),
            Value::Plot(plot) => out.push_str(&plot.describe()),
            Value::Animation(animation) => out.push_str(&animation.describe()),
            Value::Help(markdown) | Value::Report(markdown) => out.push_str(markdown),
            Value::Nothing => {}
        }
    }

    /// The text `print` writes: strings without quotes, everything else as plain text.
    pub fn text(&self) -> String {
        match self {
            Value::Text(text) => text.to_string(),
            other => other.plain(),
        }
    }

    /// LaTeX, where the value is mathematical.
    pub fn latex(&self) -> Option<String> {
        match self {
            Value::Expr(value) => Some(latex(value)),
            Value::Matrix(matrix) => {
                let mut out = String::new();
                let frame = (r"\begin{pmatrix}", r" \\ ", r"\end{pmatrix}");
                separated(&mut out, frame, 0..matrix.rows(), |out, row| {
                    separated(
                        out,
                        ("", " & ", ""),
                        0..matrix.columns(),
                        |out, column| {
                            out.push_str(
                                &matrix.get(row, column).map_or_else(String::new, latex),
                            );
                        },
                    );
                });
                Some(out)
            }
            Value::List(items) => {
                let parts: Option<Vec<String>> = items.iter().map(Value::latex).collect();
                Some(format!(r"\left[{}\right]", parts?.join(", ")))
            }
            Value::Range(range) => {
                let ends =
                    format!(r"{} \ldots {}", latex(&range.start), latex(&range.end));
                Some(match &range.step {
                    None => ends,
                    Some(step) => format!(r"{ends} \ \text{{step}}\ {}", latex(step)),
                })
            }
            Value::Geometry(geometry) => geometry.latex(),
            Value::Text(_)
            | Value::Closure(_)
            | Value::Builtin(_)
            | Value::Simulation(_)
            | Value::Array(_)
            | Value::Record(_)
            | Value::Plot(_)
            | Value::Animation(_)
            | Value::Help(_)
            | Value::Report(_)
            | Value::Nothing => None,
        }
    }

    /// Whether two values are the same, structurally.
    pub fn same(&self, other: &Value) -> bool {
        match (self, other) {
            (Value::Expr(a), Value::Expr(b)) => a == b,
            (Value::Matrix(a), Value::Matrix(b)) => a == b,
            (Value::List(a), Value::List(b)) => {
                a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| a.same(b))
            }
            (Value::Range(a), Value::Range(b)) => a == b,
            (Value::Text(a), Value::Text(b))
            | (Value::Help(a), Value::Help(b))
            | (Value::Report(a), Value::Report(b)) => a == b,
            (Value::Closure(a), Value::Closure(b)) => Arc::ptr_eq(a, b),
            (Value::Builtin(a), Value::Builtin(b)) => std::ptr::eq(*a, *b),
            (Value::Geometry(a), Value::Geometry(b)) => a.same(b),
            (Value::Simulation(a), Value::Simulation(b)) => a.same(b),
            (Value::Array(a), Value::Array(b)) => a.same(b),
            (Value::Record(a), Value::Record(b)) => a.same(b),
            (Value::Plot(a), Value::Plot(b)) => a == b,
            (Value::Animation(a), Value::Animation(b)) => a == b,
            (Value::Nothing, Value::Nothing) => true,
            _ => false,
        }
    }
}

impl From<Expr> for Value {
    fn from(value: Expr) -> Self {
        Value::Expr(value)
    }
}

impl From<NumericArray> for Value {
    fn from(array: NumericArray) -> Self {
        array.into_value()
    }
}

impl From<f64> for Value {
    fn from(value: f64) -> Self {
        crate::array::number(value.into())
    }
}

impl From<Record> for Value {
    fn from(record: Record) -> Self {
        Value::Record(Arc::new(record))
    }
}

impl std::fmt::Display for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.plain())
    }
}

/// Whether it is an equation, an inequality, a condition or a truth value.
fn is_logical(value: &Expr) -> bool {
    matches!(
        value.node(),
        Node::Relation(..) | Node::And(_) | Node::Or(_) | Node::Not(_) | Node::Truth(_)
    )
}

/// Whether a formula's text is too long to be made for a message.
fn is_large(value: &Expr) -> bool {
    value
        .as_number()
        .is_some_and(|number| number.numer().bits() + number.denom().bits() > 4000)
        || value.count_nodes() > 1000
}

/// An end or the step of a range, in parentheses where it is a condition.
fn range_end(value: &Expr) -> String {
    match value.node() {
        Node::Relation(..) | Node::And(_) | Node::Or(_) | Node::Not(_) => {
            format!("({})", plain(value))
        }
        _ => plain(value),
    }
}

/// Writes items between an opening and a closing text, separated.
fn separated<T>(
    out: &mut String,
    (open, separator, close): (&str, &str, &str),
    items: impl Iterator<Item = T>,
    mut write: impl FnMut(&mut String, T),
) {
    out.push_str(open);
    for (index, item) in items.enumerate() {
        if index > 0 {
            out.push_str(separator);
        }
        write(out, item);
    }
    out.push_str(close);
}
