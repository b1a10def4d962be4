//! The language's own syntax; what is written reads back as the same expression.

use num_traits::{One, Signed, Zero};

use super::layout::{
    Fraction, Level, Task, derivative_parts, display_order, text, without_minus, write,
};
use crate::{Constant, Expr, Function, Node, Relation};

/// Writes an expression in the language's own syntax.
///
/// ```
/// use holor_algebra::{Expr, plain};
/// let (m, r) = (Expr::symbol("m"), Expr::symbol("r"));
/// let f = 1 - 2 * m / r;
/// assert_eq!(plain(&f), "1 - 2*m/r");
/// assert_eq!(plain(&f.reciprocal().sqrt()), "sqrt(1/(1 - 2*m/r))");
/// ```
pub fn plain(expr: &Expr) -> String {
    write(expr, |expr, place, _, out| expand(expr, place, out))
}

fn show(expr: &Expr, level: Level) -> Task {
    Task::Show(expr.clone(), level, false)
}

fn expand(expr: &Expr, place: Level, out: &mut Vec<Task>) {
    let parentheses = level(expr) < place;
    if parentheses {
        out.push(text("("));
    }
    match expr.node() {
        Node::Number(value) => out.push(text(value.to_string())),
        Node::Decimal(value) => out.push(text(value.to_string())),
        Node::Symbol(symbol) => out.push(text(symbol.name().to_owned())),
        Node::Constant(constant) => out.push(text(constant_name(*constant))),
        Node::Truth(value) => out.push(text(if *value { "true" } else { "false" })),
        Node::Add(terms) => sum(terms, out),
        Node::Mul(_) => fraction(&Fraction::of(expr), out),
        Node::Power(base, exponent) => power(expr, base, exponent, out),
        Node::Call(function, arguments) => call(*function, arguments, out),
        Node::Apply(name, arguments) => {
            out.push(text(name.name().to_owned()));
            list("(", arguments, ")", out);
        }
        Node::Relation(relation, left, right) => {
            out.push(show(left, Level::Sum));
            out.push(text(relation_text(*relation)));
            out.push(show(right, Level::Sum));
        }
        Node::And(items) => join(items, " and ", Level::Not, out),
        Node::Or(items) => join(items, " or ", Level::And, out),
        Node::Not(inner) => {
            out.push(text("not "));
            out.push(show(inner, Level::Atom));
        }
        Node::Piecewise(cases) => {
            out.push(text("piecewise("));
            for (index, (value, condition)) in cases.iter().enumerate() {
                out.push(text(if index == 0 { "[" } else { ", [" }));
                out.push(show(value, Level::Or));
                out.push(text(", "));
                out.push(show(condition, Level::Or));
                out.push(text("]"));
            }
            out.push(text(")"));
        }
    }
    if parentheses {
        out.push(text(")"));
    }
}

fn level(expr: &Expr) -> Level {
    match expr.node() {
        Node::Number(value) if value.is_negative() || !value.is_integer() => {
            Level::Product
        }
        Node::Decimal(value) if value.is_negative() => Level::Product,
        Node::Add(_) => Level::Sum,
        Node::Mul(_) => Level::Product,
        Node::Power(base, exponent) => power_level(base, exponent),
        Node::Relation(..) => Level::Relation,
        Node::And(_) => Level::And,
        Node::Or(_) => Level::Or,
        Node::Not(_) => Level::Not,
        _ => Level::Atom,
    }
}

fn power_level(base: &Expr, exponent: &Expr) -> Level {
    if is_e(base) {
        return Level::Atom;
    }
    match exponent.as_number() {
        Some(number) if number.is_negative() => Level::Product,
        Some(number) if is_half(number) => Level::Atom,
        _ => Level::Power,
    }
}

fn is_e(expr: &Expr) -> bool {
    matches!(expr.node(), Node::Constant(Constant::E))
}

fn is_half(number: &crate::BigRational) -> bool {
    number.numer().is_one() && *number.denom() == 2.into()
}

fn sum(terms: &[Expr], out: &mut Vec<Task>) {
    for (index, term) in display_order(terms).into_iter().enumerate() {
        if index == 0 {
            out.push(show(term, Level::Product));
        } else if term.has_leading_minus() {
            out.push(text(" - "));
            out.push(show(&without_minus(term), Level::Product));
        } else {
            out.push(text(" + "));
            out.push(show(term, Level::Product));
        }
    }
}

fn fraction(fraction: &Fraction, out: &mut Vec<Task>) {
    if fraction.negative {
        out.push(text("-"));
    }
    if fraction.numerator.is_empty() {
        out.push(text("1"));
    }
    join(&fraction.numerator, "*", Level::Power, out);
    match &*fraction.denominator {
        [] => {}
        [single] => {
            out.push(text("/"));
            out.push(show(single, Level::Power));
        }
        several => {
            out.push(text("/("));
            join(several, "*", Level::Power, out);
            out.push(text(")"));
        }
    }
}

fn power(expr: &Expr, base: &Expr, exponent: &Expr, out: &mut Vec<Task>) {
    if is_e(base) {
        out.push(text("exp("));
        out.push(show(exponent, Level::Or));
        out.push(text(")"));
        return;
    }
    match exponent.as_number() {
        Some(number) if number.is_negative() => fraction(&Fraction::of(expr), out),
        Some(number) if is_half(number) => {
            out.push(text("sqrt("));
            out.push(show(base, Level::Or));
            out.push(text(")"));
        }
        _ => {
            out.push(show(base, Level::Atom));
            out.push(text("^"));
            out.push(show(exponent, Level::Atom));
        }
    }
}

fn join(items: &[Expr], separator: &'static str, level: Level, out: &mut Vec<Task>) {
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push(text(separator));
        }
        out.push(show(item, level));
    }
}

fn list(open: &'static str, items: &[Expr], close: &'static str, out: &mut Vec<Task>) {
    out.push(text(open));
    join(items, ", ", Level::Or, out);
    out.push(text(close));
}

fn call(function: Function, arguments: &[Expr], out: &mut Vec<Task>) {
    out.push(text(function.name()));
    out.push(text("("));
    match (function, arguments) {
        (Function::Derivative, [body, ..]) => match derivative_parts(arguments) {
            Some(parts) => derivative(body, &parts, out),
            None => join(arguments, ", ", Level::Or, out),
        },
        (
            Function::Integral | Function::Sum | Function::Product,
            [body, variable, lower, upper],
        ) => {
            bound(body, variable, lower, out);
            out.push(text(".."));
            out.push(show(upper, Level::Product));
        }
        (Function::Limit | Function::Substitution, [body, variable, point]) => {
            bound(body, variable, point, out);
        }
        (Function::Limit, [body, variable, point, side])
            if side.as_number().is_some_and(|side| !side.is_zero()) =>
        {
            bound(body, variable, point, out);
            out.push(text(if side.has_leading_minus() { ", left" } else { ", right" }));
        }
        _ => join(arguments, ", ", Level::Or, out),
    }
    out.push(text(")"));
}

/// `body, variable = value`
fn bound(body: &Expr, variable: &Expr, value: &Expr, out: &mut Vec<Task>) {
    out.push(show(body, Level::Or));
    out.push(text(", "));
    out.push(show(variable, Level::Atom));
    out.push(text(" = "));
    out.push(show(value, Level::Product));
}

fn derivative(body: &Expr, parts: &[(&Expr, &Expr)], out: &mut Vec<Task>) {
    out.push(show(body, Level::Or));
    for (variable, order) in parts {
        out.push(text(", "));
        out.push(show(variable, Level::Or));
        if !order.is_one() {
            out.push(text(", "));
            out.push(show(order, Level::Or));
        }
    }
}

fn constant_name(constant: Constant) -> &'static str {
    match constant {
        Constant::Pi => "π",
        Constant::E => "e",
        Constant::I => "i",
        Constant::EulerGamma => "euler_gamma",
        Constant::Catalan => "catalan",
        Constant::GoldenRatio => "golden_ratio",
        Constant::Infinity => "∞",
        Constant::ComplexInfinity => "complex_infinity",
        Constant::Undefined => "undefined",
    }
}

fn relation_text(relation: Relation) -> &'static str {
    match relation {
        Relation::Equal => " == ",
        Relation::NotEqual => " != ",
        Relation::Less => " < ",
        Relation::LessEqual => " <= ",
        Relation::Greater => " > ",
        Relation::GreaterEqual => " >= ",
    }
}
