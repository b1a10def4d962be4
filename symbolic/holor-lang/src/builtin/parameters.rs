//! Types made for parameters of built-ins.

use std::sync::Arc;

use holor_algebra::{Expr, Symbol};

use super::from_value::has_value;
use super::{Builtin, Expected, Form, FromValue, Given};
use crate::evaluate::Call;
use crate::value::Closure;
use crate::{Diagnostic, Range, Span, Value};
use crate::{builtins, codes};

type Read<T> = std::result::Result<T, Expected>;

/// A value with the place of its argument.
#[derive(Clone, Debug)]
pub(crate) struct Spanned<T> {
    /// The value.
    pub(crate) value: T,
    /// Where it stands.
    pub(crate) span: Span,
}

impl<T: FromValue> FromValue for Spanned<T> {
    const KIND: &'static str = T::KIND;
    const FORM: Form = T::FORM;
    const WORDS: &'static [&'static str] = T::WORDS;

    fn from_value(given: &Given, call: &Call<'_>) -> Read<Self> {
        Ok(Self { value: T::from_value(given, call)?, span: given.span })
    }
}

/// A variable: `x`, `x = point` or `x = a..b`.
#[derive(Clone, Debug)]
pub(crate) struct Binding {
    /// The variable.
    pub(crate) symbol: Symbol,
    /// What stands after `=`, where there is one.
    pub(crate) value: Option<Value>,
    /// Where it stands.
    pub(crate) span: Span,
}

impl FromValue for Binding {
    const KIND: &'static str = "x or x = a..b";
    const FORM: Form = Form::Variable;

    fn from_value(given: &Given, call: &Call<'_>) -> Read<Self> {
        let (symbol, value) = match &given.name {
            Some(name) => (Symbol::new(&name.symbol), Some(given.value.clone())),
            None => (Symbol::from_value(given, call)?, None),
        };
        Ok(Self { symbol, value, span: given.span })
    }
}

/// A variable at a point: `x = p`.
#[derive(Clone, Debug)]
pub(crate) struct PointBinding {
    /// The variable.
    pub(crate) symbol: Symbol,
    /// The point.
    pub(crate) point: Expr,
}

impl FromValue for PointBinding {
    const KIND: &'static str = "x = p";
    const FORM: Form = Form::Variable;

    fn from_value(given: &Given, call: &Call<'_>) -> Read<Self> {
        match (&given.name, &given.value) {
            (Some(name), Value::Expr(_) | Value::Simulation(_)) => {
                let symbol = Symbol::new(&name.symbol);
                Ok(Self { symbol, point: Expr::from_value(given, call)? })
            }
            (None, value) => Err(needs_binding(given, value, "0")),
            _ => Err(Expected::Kind),
        }
    }
}

/// A variable over a range: `x = a..b`.
#[derive(Clone, Debug)]
pub(crate) struct RangeBinding {
    /// The variable.
    pub(crate) symbol: Symbol,
    /// The range.
    pub(crate) range: Range,
    /// Where it stands.
    pub(crate) span: Span,
}

impl FromValue for RangeBinding {
    const KIND: &'static str = "x = a..b";
    const FORM: Form = Form::Variable;

    fn from_value(given: &Given, _: &Call<'_>) -> Read<Self> {
        match (&given.name, &given.value) {
            (Some(name), Value::Range(range)) => {
                let symbol = Symbol::new(&name.symbol);
                Ok(Self { symbol, range: range.clone(), span: given.span })
            }
            (None, value) => Err(needs_binding(given, value, "0..1")),
            _ => Err(Expected::Kind),
        }
    }
}

/// The error for `x` where `x = …` is needed.
fn needs_binding(given: &Given, value: &Value, example: &str) -> Expected {
    if let Some(symbol) = value.as_expr().and_then(Expr::as_symbol) {
        let error = Diagnostic::error(
            &codes::E0202_WRONG_ARGUMENTS,
            format!("the variable `{symbol}` needs a value here"),
        );
        return error.at(given.span).hint(format!("{symbol} = {example}")).into();
    }
    has_value(given).map_or(Expected::Kind, Expected::from)
}

/// Something that can be called with values: `u -> u^2`, `sin`, a defined function.
#[derive(Clone, Debug)]
pub(crate) enum Callable {
    /// A function written in the language.
    Closure(Arc<Closure>),
    /// A built-in.
    Builtin(&'static Builtin),
    /// A declared function.
    Declared(Symbol),
}

impl Callable {
    /// The value's function, if it is one.
    pub(crate) fn from(value: &Value) -> Option<Callable> {
        match value {
            Value::Closure(closure) => Some(Callable::Closure(closure.clone())),
            Value::Builtin(builtin) => Some(Callable::Builtin(builtin)),
            Value::Expr(value) => value.as_symbol().cloned().map(Callable::Declared),
            _ => None,
        }
    }
}

impl FromValue for Callable {
    const KIND: &'static str = "a function";

    fn from_value(given: &Given, call: &Call<'_>) -> Read<Self> {
        match Callable::from(&given.value) {
            // `gamma` is a symbol, unless a function is asked for.
            Some(Callable::Declared(symbol)) if !call.is_function(&symbol) => given
                .written
                .as_ref()
                .and_then(|name| builtins::find(&name.text))
                .map(Callable::Builtin)
                .ok_or(Expected::Kind),
            Some(callable) => Ok(callable),
            None => Err(Expected::Kind),
        }
    }
}

/// An argument that the built-in evaluates itself, for values of its bound variables:
/// `call.evaluate_at(&body, &[value])`, the values in the order of the variables.
#[derive(Clone, Debug)]
pub(crate) struct Deferred(pub(crate) Arc<Closure>);

impl FromValue for Deferred {
    const KIND: &'static str = "an expression";
    const FORM: Form = Form::Deferred;

    fn from_value(given: &Given, _: &Call<'_>) -> Read<Self> {
        match &given.value {
            Value::Closure(closure) => Ok(Self(closure.clone())),
            _ => Err(Expected::Kind),
        }
    }
}

/// One of two types; the first that fits.
#[derive(Clone, Debug)]
pub(crate) enum Either<A, B> {
    /// The first.
    First(A),
    /// The second.
    Second(B),
}

impl<A: FromValue, B: FromValue> FromValue for Either<A, B> {
    const KIND: &'static str = A::KIND;
    const FORM: Form = match (A::FORM, B::FORM) {
        (Form::Variable, _) | (_, Form::Variable) => Form::Variable,
        _ => Form::Value,
    };
    const WORDS: &'static [&'static str] =
        if A::WORDS.is_empty() { B::WORDS } else { A::WORDS };

    fn from_value(given: &Given, call: &Call<'_>) -> Read<Self> {
        match A::from_value(given, call) {
            Ok(first) => Ok(Self::First(first)),
            Err(Expected::Kind) => B::from_value(given, call).map(Self::Second),
            Err(error) => B::from_value(given, call).map(Self::Second).map_err(|_| error),
        }
    }
}

/// One item, or a list of them.
#[derive(Clone, Debug)]
pub(crate) struct Many<T> {
    /// The items.
    pub(crate) items: Vec<T>,
    /// Whether a list was given.
    pub(crate) list: bool,
}

impl<T: FromValue> FromValue for Many<T> {
    const KIND: &'static str = T::KIND;
    const FORM: Form = T::FORM;
    const WORDS: &'static [&'static str] = T::WORDS;

    fn from_value(given: &Given, call: &Call<'_>) -> Read<Self> {
        match &given.value {
            Value::List(_) | Value::Matrix(_)
                if given.name.is_none() || T::FORM != Form::Variable =>
            {
                Ok(Self { items: Vec::from_value(given, call)?, list: true })
            }
            _ => Ok(Self { items: vec![T::from_value(given, call)?], list: false }),
        }
    }
}

/// One equation or a list of them. A formula shall be 0; a tensor or form stands for its components, which shall be 0.
#[derive(Clone, Debug)]
pub(crate) struct Equations {
    /// The equations between formulas.
    pub(crate) items: Vec<Expr>,
}

impl FromValue for Equations {
    const KIND: &'static str = "an equation";
    const FORM: Form = Form::Equations;

    fn from_value(given: &Given, call: &Call<'_>) -> Read<Self> {
        if given.name.is_some() {
            return Err(Expected::Kind);
        }
        let items = call.equation_parts(&given.value, given.span)?;
        items.map(|items| Self { items }).ok_or(Expected::Kind)
    }
}

/// Equations and formulas of an option, those of vectors and matrices taken apart into their components.
#[derive(Clone, Debug)]
pub(crate) struct Components {
    /// One for each component.
    pub(crate) items: Vec<Expr>,
}

impl FromValue for Components {
    const KIND: &'static str = "equations or numbers";
    const FORM: Form = Form::Equations;

    fn from_value(given: &Given, call: &Call<'_>) -> Read<Self> {
        let items = call.equation_parts(&given.value, given.span)?;
        items.map(|items| Self { items }).ok_or(Expected::Kind)
    }
}

/// A value in which equations of vectors stand for those of their components.
#[derive(Clone, Debug)]
pub(crate) struct Changes(pub(crate) Value);

impl FromValue for Changes {
    const KIND: &'static str = "equations";
    const FORM: Form = Form::Equations;

    fn from_value(given: &Given, _: &Call<'_>) -> Read<Self> {
        Ok(Self(given.value.clone()))
    }
}

/// Declares an enum whose variants are written as words in an argument:
/// `word! { /// Doc. pub(crate) Side { /// Doc. Left = "left", … } }`; `Left = "left" | "l"` has another word for it.
macro_rules! word {
    ($(#[$meta:meta])* $visibility:vis $name:ident {
        $($(#[$variant_meta:meta])* $variant:ident = $word:literal $(| $other:literal)*),* $(,)?
    }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        $visibility enum $name { $($(#[$variant_meta])* $variant),* }

        impl $crate::builtin::FromValue for $name {
            const KIND: &'static str = $crate::builtin::word!(@kind $($word)*);
            const WORDS: &'static [&'static str] = &[$($word $(, $other)*),*];

            fn from_value(
                given: &$crate::builtin::Given,
                _: &$crate::evaluate::Call<'_>,
            ) -> std::result::Result<Self, $crate::builtin::Expected> {
                match &given.value {
                    $crate::Value::Text(text) => match &**text {
                        $($word $(| $other)* => Ok(Self::$variant),)*
                        _ => Err($crate::builtin::Expected::Kind),
                    },
                    _ => Err($crate::builtin::Expected::Kind),
                }
            }
        }
    };
    (@kind $first:literal $($rest:literal)*) => { concat!($first $(, " or ", $rest)*) };
}
pub(crate) use word;
