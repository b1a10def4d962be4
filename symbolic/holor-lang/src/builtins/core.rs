//! Output, input, text, time, and errors on purpose.

use std::sync::Arc;

use holor_algebra::{Decimal, Expr};
use holor_macros::builtin;

use crate::builtin::Many;
use crate::evaluate::Call;
use crate::{Builtin, Diagnostic, Result, Value, codes};

/// The records of this topic.
pub(crate) static BUILTINS: &[&Builtin] = &[
    &PRINT,
    &WARN,
    &DISPLAY,
    &INPUT,
    &TEXT,
    &LATEX,
    &KIND,
    &ERROR,
    &ASSERT,
    &CLEAR_OUTPUT,
    &SLEEP,
    &TIME,
    &PAGE,
    &HELP,
];

/// Prints values in one line.
///
/// Strings are printed without quotes, everything else as plain text that can be typed again.
///
/// ```holor
/// print("x is", x^2)          # =>
/// ```
#[builtin(topic = "core", latex = none, since = "0.1", see("display", "warn"))]
pub(crate) fn print(
    call: &Call<'_>,
    /// What to print, separated by spaces.
    #[variadic]
    values: Vec<Value>,
) {
    let parts: Vec<String> = values.iter().map(Value::text).collect();
    call.world().print(&format!("{}\n", parts.join(" ")));
}

/// Prints values in one line of the error stream.
///
/// ```holor
/// warn("this may take a while")    # =>
/// ```
#[builtin(topic = "core", latex = none, since = "0.1", aliases("eprint"), see("print", "error"))]
pub(crate) fn warn(
    call: &Call<'_>,
    /// What to print, separated by spaces.
    #[variadic]
    values: Vec<Value>,
) {
    let parts: Vec<String> = values.iter().map(Value::text).collect();
    call.world().print_error(&format!("{}\n", parts.join(" ")));
}

/// Shows a value now, typeset, before the cell ends.
///
/// With an `id`, a later `display` with the same `id` replaces what is shown.
///
/// ```holor
/// display(x^2/2)              # =>
/// display(1, id = "counter")  # =>
/// ```
#[builtin(topic = "core", latex = none, since = "0.1", see("print", "clear_output"))]
pub(crate) fn display(
    call: &Call<'_>,
    /// What to show.
    value: Value,
    /// A name by which the output can be replaced.
    #[named]
    id: Option<Arc<str>>,
    /// Whether to replace what was shown with the same `id`.
    #[named]
    #[default(false)]
    update: bool,
) {
    call.world().display(&value, id.as_deref(), update);
}

/// Asks for a line of text.
///
/// ```holor
/// input("your name: ")        # error: [E0602]
/// ```
#[builtin(topic = "core", latex = none, since = "0.1", see("print"))]
pub(crate) fn input(
    call: &Call<'_>,
    /// What to ask.
    #[default(Arc::from(""))]
    prompt: Arc<str>,
    /// Whether what is typed stays hidden, as for a password.
    #[named]
    #[default(false)]
    secret: bool,
) -> Result<String> {
    call.world().input(&prompt, secret).map_err(|reason| {
        call.error(&codes::E0602_NO_INPUT, format!("no input: {reason}"))
    })
}

/// The plain text of a value, as `print` writes it.
///
/// ```holor
/// string(x^2 + 1)             # => "x^2 + 1"
/// string("n = ", 3)           # => "n = 3"
/// ```
#[builtin(topic = "core", name = "string", latex = none, since = "0.1", see("latex", "print"))]
pub(crate) fn text(
    /// The values, joined without spaces.
    #[variadic]
    values: Vec<Value>,
) -> String {
    values.iter().map(Value::text).collect()
}

/// The LaTeX form of a value, as a string.
///
/// ```holor
/// latex(1/2)                  # => "\\frac{1}{2}"
/// latex("text")               # error: [E0201]
/// ```
#[builtin(topic = "core", latex = none, since = "0.1", see("string"))]
pub(crate) fn latex(
    call: &Call<'_>,
    /// A formula, matrix or list.
    value: Value,
) -> Result<String> {
    value.latex().ok_or_else(|| {
        let message = format!("{} has no LaTeX form", value.describe());
        call.error(&codes::E0201_WRONG_TYPE, message)
    })
}

/// What a value is, in a word.
///
/// ```holor
/// kind(3)                     # => "integer"
/// kind([[1, 2], [3, 4]])      # => "matrix"
/// kind(x^2 == 4)              # => "equation"
/// ```
#[builtin(topic = "core", latex = none, since = "0.1", aliases("type", "typeof"), see("help"))]
pub(crate) fn kind(
    /// Any value.
    value: Value,
) -> &'static str {
    value.kind()
}

/// Stops the cell with an error of your own.
///
/// ```holor
/// error("no such orbit")      # error: [E0307]
/// ```
#[builtin(topic = "core", latex = none, since = "0.1", see("assert", "warn"))]
pub(crate) fn error(
    call: &Call<'_>,
    /// The message.
    #[variadic]
    message: Vec<Value>,
) -> Result<()> {
    let parts: Vec<String> = message.iter().map(Value::text).collect();
    Err(call.error(&codes::E0307_INVALID, parts.join(" ")))
}

/// Stops the cell unless a condition holds.
///
/// ```holor
/// assert(1 + 1 == 2)          # =>
/// assert(1 + 1 == 3)          # error: [E0307]
/// assert(x == 1)              # error: [E0305]
/// ```
#[builtin(topic = "core", latex = none, since = "0.1", see("error"))]
pub(crate) fn assert(
    call: &Call<'_>,
    /// What must hold.
    condition: Value,
    /// The message if it does not.
    message: Option<Arc<str>>,
) -> Result<()> {
    if call.truth(&condition)? {
        return Ok(());
    }
    let message = message.map_or_else(
        || format!("this does not hold: {}", condition.brief()),
        |message| message.to_string(),
    );
    Err(call.error(&codes::E0307_INVALID, message))
}

/// Removes the cell's output so far.
///
/// ```holor
/// clear_output()              # =>
/// ```
#[builtin(topic = "core", latex = none, since = "0.1", see("display"))]
pub(crate) fn clear_output(
    call: &Call<'_>,
    /// Whether to wait until the next output comes, which avoids flicker.
    #[default(false)]
    wait: bool,
) {
    call.world().clear_output(wait);
}

/// Waits.
///
/// ```holor
/// sleep(0.01)                 # =>
/// ```
#[builtin(topic = "core", latex = none, since = "0.1", see("time"))]
pub(crate) fn sleep(
    call: &Call<'_>,
    /// For how many seconds.
    seconds: f64,
) -> Result<()> {
    if !(0.0..=1e9).contains(&seconds) {
        let message =
            format!("`sleep` needs a time from 0 to 10^9 seconds, found {seconds}");
        return Err(call.error(&codes::E0201_WRONG_TYPE, message));
    }
    call.world().sleep(seconds);
    call.poll()
}

/// Seconds since some fixed moment, for measuring.
///
/// ```holor
/// start = time(); time() - start >= 0    # => true
/// ```
#[builtin(topic = "core", latex = none, since = "0.1", returns = "decimal", see("sleep"))]
pub(crate) fn time(call: &Call<'_>) -> Expr {
    Decimal::from_f64(call.world().seconds()).map_or_else(Expr::zero, Expr::decimal)
}

/// Opens a long text in the front end's pager.
///
/// ```holor
/// page("# Notes")             # =>
/// ```
#[builtin(topic = "core", latex = none, since = "0.1", see("help", "display"))]
pub(crate) fn page(
    call: &Call<'_>,
    /// The text, in Markdown.
    text: Arc<str>,
) {
    call.world().page(&text);
}

/// The help page of a function, as `?name` shows it.
///
/// ```holor
/// help("no_such_function")    # error: [E0102]
/// ```
#[builtin(topic = "core", latex = none, since = "0.1", returns = "page of help", see("kind"))]
pub(crate) fn help(
    call: &Call<'_>,
    /// A function, or its name as a string.
    function: Many<Value>,
) -> Result<Value> {
    let value = function.items.into_iter().next().unwrap_or(Value::Nothing);
    let name: Arc<str> = match &value {
        Value::Text(name) => name.clone(),
        other => other.plain().into(),
    };
    let page = match &value {
        Value::Closure(closure) => Some(crate::session::closure_help(closure)),
        _ => crate::builtins::find(&name).map(crate::session::builtin_help),
    };
    match page {
        Some(page) => Ok(Value::Help(page.into())),
        None => Err(Box::new(
            Diagnostic::error(
                &codes::E0102_UNKNOWN_FUNCTION,
                format!("there is no function `{name}`"),
            )
            .at(call.span()),
        )),
    }
}
