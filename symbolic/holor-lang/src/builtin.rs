//! The one record of a built-in function, and how typed parameters are read from values.

mod arrays;
mod fields;
mod from_value;
mod geometry;
mod into_value;
mod parameters;

pub(crate) use arrays::{
    AnySignal, ArrayArgument, AxisChoice, ComplexMatrix, ComplexSignal, Signal,
};
pub(crate) use from_value::{Expected, FromValue, Given, has_value, mismatch};
pub(crate) use geometry::{
    Bare, Curved, FieldValue, GaugeValue, Unevaluated, VectorValue,
};
pub(crate) use into_value::IntoValue;
pub(crate) use parameters::{
    Binding, Callable, Changes, Components, Deferred, Either, Equations, Many,
    PointBinding, RangeBinding, Spanned, word,
};

use crate::evaluate::Call;
use crate::{Result, Value};

/// Everything there is to know about a built-in; written by `#[builtin]`, read by dispatch, completion,
/// help, reference pages and tests.
pub struct Builtin {
    /// Its name in the language.
    pub name: &'static str,
    /// Other names for it.
    pub aliases: &'static [&'static str],
    /// Its topic: `algebra`, `calculus`, `matrices`, `plots`, …
    pub topic: &'static str,
    /// One line.
    pub summary: &'static str,
    /// The whole documentation, in Markdown.
    pub docs: &'static str,
    /// Its parameters in order.
    pub parameters: &'static [Parameter],
    /// What it returns, in words or as a type.
    pub returns: &'static str,
    /// LaTeX form with `{0}`, `{1}` for arguments, where it has one.
    pub latex: Option<&'static str>,
    /// Examples with expected results.
    pub examples: &'static [Example],
    /// Version that brought it.
    pub since: &'static str,
    /// Related built-ins.
    pub see: &'static [&'static str],
    /// Whether a list or matrix as first argument gives a list or matrix of results.
    pub elementwise: bool,
    /// Whether unknown names applied as in `y(x)` are unknown functions inside its arguments.
    pub functions: bool,
    /// Source file.
    pub file: &'static str,
    /// Line in it.
    pub line: u32,
    /// The function.
    pub call: fn(&mut Call<'_>) -> Result<Value>,
}

impl Builtin {
    /// How it is called: `limit(f, x = p, side)`, optional parameters in `[]`.
    pub fn signature(&self) -> String {
        let parameters: Vec<String> =
            self.parameters.iter().map(|parameter| parameter.signature()).collect();
        format!("{}({})", self.name, parameters.join(", "))
    }

    /// The parameter an argument at this position belongs to, where those for which `by_name` holds are given by name.
    pub(crate) fn parameter_at(
        &self,
        position: usize,
        by_name: impl Fn(&Parameter) -> bool,
    ) -> Option<&'static Parameter> {
        let mut left = position;
        let by_place = |parameter: &&Parameter| !parameter.named && !by_name(parameter);
        for parameter in self.parameters.iter().filter(by_place) {
            if left == 0 || parameter.variadic {
                return Some(parameter);
            }
            left -= 1;
        }
        None
    }

    /// The parameter that `name = value` sets: one that may be left out, or one with another name.
    pub fn option(&self, name: &str) -> Option<&'static Parameter> {
        self.parameters.iter().find(|parameter| {
            let own = parameter.name == name
                && (parameter.named || parameter.optional || !parameter.also.is_empty());
            own || parameter.also.contains(&name)
        })
    }

    /// Whether it has a parameter that binds a variable.
    pub fn binds(&self) -> bool {
        self.parameters.iter().any(|parameter| parameter.form == Form::Variable)
    }
}

impl std::fmt::Debug for Builtin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Builtin({})", self.name)
    }
}

/// A parameter of a built-in.
#[derive(Clone, Copy, Debug)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// Other names for it, where it is given by name.
    pub also: &'static [&'static str],
    /// Its type in words: `expression`, `symbol`, `x = a..b`, …
    pub kind: &'static str,
    /// One sentence.
    pub docs: &'static str,
    /// Whether it may be left out.
    pub optional: bool,
    /// Whether it takes all remaining arguments.
    pub variadic: bool,
    /// Whether it is given as `name = value` only.
    pub named: bool,
    /// What it is when left out, as text; empty when that has no simple form.
    pub default: &'static str,
    /// How its argument is evaluated.
    pub form: Form,
    /// The words it accepts, such as `left` and `right`.
    pub words: &'static [&'static str],
}

/// How many parameters there are in all.
pub(crate) const fn total(parts: &[&[Parameter]]) -> usize {
    let (mut sum, mut part) = (0, 0);
    while part < parts.len() {
        sum += parts[part].len();
        part += 1;
    }
    sum
}

/// All parameters one after the other; N is their number.
pub(crate) const fn joined<const N: usize>(parts: &[&[Parameter]]) -> [Parameter; N] {
    let mut all = [Parameter::BLANK; N];
    let (mut part, mut place) = (0, 0);
    while part < parts.len() {
        let mut own = 0;
        while own < parts[part].len() {
            all[place] = parts[part][own];
            (own, place) = (own + 1, place + 1);
        }
        part += 1;
    }
    all
}

impl Parameter {
    const BLANK: Self = Self {
        name: "",
        also: &[],
        kind: "",
        docs: "",
        optional: true,
        variadic: false,
        named: true,
        default: "",
        form: Form::Value,
        words: &[],
    };

    /// As it stands in a signature.
    fn signature(&self) -> String {
        let mut text = match self.form {
            Form::Variable => self.kind.to_string(),
            _ => self.name.to_string(),
        };
        if !self.default.is_empty() {
            text = format!("{} = {}", self.name, self.default);
        } else if self.named {
            text = format!("{} = …", self.name);
        }
        if self.variadic {
            text.push('…');
        }
        if self.optional { format!("[{text}]") } else { text }
    }
}

/// How an argument is evaluated before the built-in sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// As any expression.
    Value,
    /// As a variable: `x`, `x = point`, `x = a..b`; `x` is a free symbol in the other arguments.
    Variable,
    /// As equations: a comparison of tensors stands for the equations of their components.
    Equations,
    /// Not at all: the built-in evaluates it, as often as it likes.
    Deferred,
}

/// An example that is a test.
#[derive(Clone, Copy, Debug)]
pub struct Example {
    /// Lines of holor; the last one is the example.
    pub source: &'static str,
    /// Its plain result, or `error: [E0302]`.
    pub expected: &'static str,
}
