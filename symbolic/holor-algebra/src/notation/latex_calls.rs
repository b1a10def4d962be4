//! LaTeX of functions and of unevaluated operations.

use num_traits::{Signed, ToPrimitive, Zero};

use super::latex::{arguments_in_parentheses, level, show};
use super::latex_symbol::latex_symbol;
use super::layout::{Level, Task, derivative_parts, text};
use crate::{Expr, Function, Node};

/// How tightly the LaTeX of a call binds.
pub(super) fn call_level(function: Function, arguments: &[Expr]) -> Level {
    use Function as F;
    match function {
        F::Factorial => Level::Power,
        F::Integral | F::Sum | F::Product | F::Limit => Level::Product,
        F::Derivative if primes(arguments).is_none() => Level::Product,
        // A superscript of its own leaves no room for an exponent.
        F::AssocLegendre | F::AssocLaguerre => Level::Atom,
        _ => Level::Atom,
    }
}

pub(super) fn call(
    function: Function,
    arguments: &[Expr],
    script: bool,
    out: &mut Vec<Task>,
) {
    if special(function, arguments, script, out)
        || indexed(function, arguments, script, out)
    {
        return;
    }
    out.push(text(function.latex()));
    arguments_in_parentheses(arguments, script, out);
}

fn between(
    open: &'static str,
    item: &Expr,
    close: &'static str,
    script: bool,
    out: &mut Vec<Task>,
) {
    out.push(text(open));
    out.push(show(item, Level::Or, script));
    out.push(text(close));
}

/// Layouts that are not a name with arguments; false when the arguments do not fit one.
fn special(
    function: Function,
    arguments: &[Expr],
    script: bool,
    out: &mut Vec<Task>,
) -> bool {
    use Function as F;
    match (function, arguments) {
        (F::Abs, [x]) => between(r"\left|", x, r"\right|", script, out),
        (F::Floor, [x]) => between(r"\left\lfloor ", x, r" \right\rfloor", script, out),
        (F::Ceiling, [x]) => between(r"\left\lceil ", x, r" \right\rceil", script, out),
        (F::Conjugate, [x]) => between(r"\overline{", x, "}", script, out),
        (F::Factorial, [x]) => {
            out.push(show(x, Level::Atom, script));
            out.push(text("!"));
        }
        (F::Binomial, [n, k]) => {
            between(r"\binom{", n, "}{", false, out);
            out.push(show(k, Level::Or, false));
            out.push(text("}"));
        }
        (F::KroneckerDelta, [i, j]) => {
            between(r"\delta_{", i, " ", true, out);
            out.push(show(j, Level::Power, true));
            out.push(text("}"));
        }
        (F::Derivative, _) => return derivative(arguments, script, out),
        (F::Integral, [body, variable, bounds @ ..]) => {
            return integral(body, variable, bounds, script, out);
        }
        (F::Sum | F::Product, [body, variable, lower, upper]) => {
            out.push(text(function.latex()));
            out.push(text("_{"));
            out.push(show(variable, Level::Atom, true));
            between(" = ", lower, "}^{", true, out);
            out.push(show(upper, Level::Or, true));
            out.push(text("} "));
            out.push(show(body, Level::Product, script));
        }
        (F::Limit, [body, variable, point, side @ ..]) => {
            limit(body, variable, point, side.first(), script, out);
        }
        (F::Substitution, [body, variable, value]) => {
            between(r"\left. ", body, r" \right|_{", script, out);
            out.push(show(variable, Level::Atom, true));
            between(" = ", value, "}", true, out);
        }
        _ => return false,
    }
    true
}

/// Functions whose first arguments are written as indices.
fn indexed(
    function: Function,
    arguments: &[Expr],
    script: bool,
    out: &mut Vec<Task>,
) -> bool {
    use Function as F;
    let index =
        |open: &'static str, item: &Expr, close: &'static str, out: &mut Vec<Task>| {
            between(open, item, close, true, out);
        };
    let rest = match (function, arguments) {
        (
            F::BesselJ
            | F::BesselY
            | F::BesselI
            | F::BesselK
            | F::Legendre
            | F::ChebyshevT
            | F::ChebyshevU
            | F::Hermite
            | F::Laguerre
            | F::Polylog
            | F::ExpIntegral,
            [order, rest @ ..],
        ) if !rest.is_empty() => {
            out.push(text(function.latex()));
            index("_{", order, "}", out);
            rest
        }
        (F::AssocLegendre, [degree, order, rest @ ..]) if !rest.is_empty() => {
            out.push(text(function.latex()));
            index("_{", degree, "}^{", out);
            index("", order, "}", out);
            rest
        }
        (F::AssocLaguerre, [degree, order, rest @ ..]) if !rest.is_empty() => {
            out.push(text(function.latex()));
            index("_{", degree, "}^{(", out);
            index("", order, ")}", out);
            rest
        }
        (F::Polygamma, [order, rest @ ..]) if !rest.is_empty() => {
            out.push(text(function.latex()));
            index("^{(", order, ")}", out);
            rest
        }
        (F::LambertW, [argument, branch]) => {
            out.push(text(function.latex()));
            index("_{", branch, "}", out);
            std::slice::from_ref(argument)
        }
        (F::Harmonic, [order]) => {
            out.push(text(function.latex()));
            index("_{", order, "}", out);
            return true;
        }
        (F::EllipticE | F::EllipticF, [angle, parameter]) => {
            out.push(text(function.latex()));
            between(r"\left(", angle, r" \mid ", script, out);
            out.push(show(parameter, Level::Or, script));
            out.push(text(r"\right)"));
            return true;
        }
        _ => return false,
    };
    arguments_in_parentheses(rest, script, out);
    true
}

fn integral(
    body: &Expr,
    variable: &Expr,
    bounds: &[Expr],
    script: bool,
    out: &mut Vec<Task>,
) -> bool {
    match bounds {
        [] => out.push(text(r"\int ")),
        [lower, upper] => {
            between(r"\int_{", lower, "}^{", true, out);
            out.push(show(upper, Level::Or, true));
            out.push(text("} "));
        }
        _ => return false,
    }
    out.push(show(body, Level::Product, script));
    out.push(text(r" \, d"));
    out.push(show(variable, Level::Atom, script));
    true
}

fn limit(
    body: &Expr,
    variable: &Expr,
    point: &Expr,
    side: Option<&Expr>,
    script: bool,
    out: &mut Vec<Task>,
) {
    out.push(text(r"\lim_{"));
    out.push(show(variable, Level::Atom, true));
    out.push(text(r" \to "));
    let side = side.and_then(Expr::as_number).filter(|side| !side.is_zero());
    match side {
        Some(side) => {
            // A sum before the sign needs parentheses, or the sign would seem to be its last term's.
            out.push(show(point, Level::Power, true));
            out.push(text(if side.is_negative() { "^{-}" } else { "^{+}" }));
        }
        None => out.push(show(point, Level::Or, true)),
    }
    out.push(text("} "));
    out.push(show(body, Level::Product, script));
}

/// The order, when a derivative is written with primes: `y(x)` by its one argument.
fn primes(arguments: &[Expr]) -> Option<u32> {
    let [body, variable, order] = arguments else { return None };
    let Node::Apply(_, inner) = body.node() else { return None };
    let [argument] = &**inner else { return None };
    let order = order.as_integer()?.to_u32().filter(|order| *order > 0)?;
    (argument == variable && variable.as_symbol().is_some()).then_some(order)
}

pub(super) fn derivative_is_tall(arguments: &[Expr]) -> bool {
    primes(arguments).is_none()
}

fn derivative(arguments: &[Expr], script: bool, out: &mut Vec<Task>) -> bool {
    let (Some(body), Some(parts)) = (arguments.first(), derivative_parts(arguments))
    else {
        return false;
    };
    if let (Some(order), Node::Apply(name, inner)) = (primes(arguments), body.node()) {
        let mark = if order <= 3 {
            "'".repeat(usize::try_from(order).unwrap_or(0))
        } else {
            format!("^{{({order})}}")
        };
        out.push(text(latex_symbol(name.name())));
        out.push(text(mark));
        arguments_in_parentheses(inner, script, out);
        return true;
    }
    let several = parts.len() > 1 || depends_on_several(body);
    let sign = if several { r"\partial" } else { "d" };
    let total = Expr::add(parts.iter().map(|(_, order)| (*order).clone()));
    out.push(text(format!(r"\frac{{{sign}")));
    if !total.is_one() {
        between("^{", &total, "}", true, out);
    }
    out.push(text("}{"));
    for (index, (variable, order)) in parts.iter().enumerate() {
        if index > 0 {
            out.push(text(r" \, "));
        }
        out.push(text(sign));
        out.push(text(" "));
        out.push(show(variable, Level::Atom, false));
        if !order.is_one() {
            between("^{", order, "}", true, out);
        }
    }
    out.push(text("} "));
    let body_level =
        if level(body, script) < Level::Power { Level::Atom } else { Level::Power };
    out.push(show(body, body_level, script));
    true
}

fn depends_on_several(body: &Expr) -> bool {
    body.free_symbols().len() > 1
}
