//! From what a built-in returns to a value.

use std::sync::Arc;

use holor_algebra::{BigInt, BigRational, Expr, Matrix, Symbol};

use crate::{Plot, Range, Value};

/// What a built-in may return.
pub(crate) trait IntoValue {
    /// In words.
    const KIND: &'static str;

    /// As a value.
    fn into_value(self) -> Value;
}

macro_rules! into_value {
    ($($name:ty, $kind:literal, $value:ident => $result:expr;)*) => {
        $(impl IntoValue for $name {
            const KIND: &'static str = $kind;

            fn into_value(self) -> Value {
                let $value = self;
                $result
            }
        })*
    };
}

into_value! {
    Value, "value", value => value;
    (), "nothing", _value => Value::Nothing;
    Expr, "expression", value => Value::Expr(value);
    Matrix, "matrix", value => Value::Matrix(value);
    Range, "range", value => Value::Range(value);
    Plot, "plot", value => Value::Plot(Arc::new(value));
    crate::Animation, "animation", value => Value::Animation(Arc::new(value));
    Symbol, "symbol", value => Value::Expr(Expr::symbol(value.name()));
    bool, "truth value", value => Value::Expr(Expr::truth(value));
    usize, "integer", value => Value::Expr(Expr::integer(value));
    u32, "integer", value => Value::Expr(Expr::integer(value));
    i64, "integer", value => Value::Expr(Expr::integer(value));
    BigInt, "integer", value => Value::Expr(Expr::integer(value));
    BigRational, "number", value => Value::Expr(Expr::rational(value));
    String, "string", value => Value::Text(value.into());
    &str, "string", value => Value::Text(value.into());
    Arc<str>, "string", value => Value::Text(value);
}

impl<T: IntoValue> IntoValue for Vec<T> {
    const KIND: &'static str = "list";

    fn into_value(self) -> Value {
        Value::list(self.into_iter().map(IntoValue::into_value).collect())
    }
}
