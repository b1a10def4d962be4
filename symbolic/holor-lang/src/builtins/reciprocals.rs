//! Functions that are written by others: hyperbolic reciprocals and inverses of reciprocals.

use holor_algebra::{Expr, Function};
use holor_macros::builtin;

use crate::evaluate::Call;
use crate::{Builtin, Result};

/// The built-ins of this file.
pub(crate) static BUILTINS: &[&Builtin] =
    &[&COTH, &SECH, &CSCH, &ACOT, &ASEC, &ACSC, &ACOTH, &ASECH, &ACSCH];

/// Declares a function that is another one at, or under, a reciprocal.
macro_rules! reciprocals {
    ($($name:ident $latex:literal $docs:literal $see:literal |$x:ident| $result:expr;)*) => {
        $(
            #[doc = $docs]
            #[builtin(topic = "functions", latex = $latex, since = "0.1", see($see), elementwise)]
            fn $name(
                call: &Call<'_>,
                /// Argument.
                x: Expr,
            ) -> Result<Expr> {
                let $x = &x;
                Ok(call.engine().evaluate(&$result)?)
            }
        )*
    };
}

fn of(function: Function, x: &Expr) -> Expr {
    Expr::call(function, vec![x.clone()])
}

reciprocals! {
    coth r"\coth {0}" "Hyperbolic cotangent, as a reciprocal of `tanh`.\n\n```holor\ncoth(x)    # => 1/tanh(x)\n```"
        "tanh" |x| of(Function::Tanh, x).reciprocal();
    sech r"\operatorname{sech} {0}" "Hyperbolic secant, as a reciprocal of `cosh`.\n\n```holor\nsech(0)    # => 1\n```"
        "cosh" |x| of(Function::Cosh, x).reciprocal();
    csch r"\operatorname{csch} {0}" "Hyperbolic cosecant, as a reciprocal of `sinh`.\n\n```holor\ncsch(x)    # => 1/sinh(x)\n```"
        "sinh" |x| of(Function::Sinh, x).reciprocal();
    acot r"\operatorname{arccot} {0}" "Inverse cotangent, `atan(1/x)`, in (-π/2, π/2].\n\n```holor\nacot(1)    # => π/4\n```"
        "atan" |x| of(Function::Atan, &x.reciprocal());
    asec r"\operatorname{arcsec} {0}" "Inverse secant, `acos(1/x)`.\n\n```holor\nasec(2)    # => π/3\n```"
        "acos" |x| of(Function::Acos, &x.reciprocal());
    acsc r"\operatorname{arccsc} {0}" "Inverse cosecant, `asin(1/x)`.\n\n```holor\nacsc(2)    # => π/6\n```"
        "asin" |x| of(Function::Asin, &x.reciprocal());
    acoth r"\operatorname{arcoth} {0}" "Inverse hyperbolic cotangent, `atanh(1/x)`.\n\n```holor\nacoth(x)    # => atanh(1/x)\n```"
        "atanh" |x| of(Function::Atanh, &x.reciprocal());
    asech r"\operatorname{arsech} {0}" "Inverse hyperbolic secant, `acosh(1/x)`.\n\n```holor\nasech(1)    # => 0\n```"
        "acosh" |x| of(Function::Acosh, &x.reciprocal());
    acsch r"\operatorname{arcsch} {0}" "Inverse hyperbolic cosecant, `asinh(1/x)`.\n\n```holor\nacsch(x)    # => asinh(1/x)\n```"
        "asinh" |x| of(Function::Asinh, &x.reciprocal());
}
