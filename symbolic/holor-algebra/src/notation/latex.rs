//! LaTeX as a physicist writes it, within what KaTeX knows.

use num_traits::{One, Signed};

use super::latex_calls::{call, call_level, derivative_is_tall};
use super::latex_symbol::latex_symbol;
use super::layout::{Fraction, Level, Task, display_order, text, without_minus, write};
use crate::{BigRational, Constant, Decimal, Expr, Function, Node, Relation};

/// Writes an expression as LaTeX.
///
/// ```
/// use holor_algebra::{Expr, latex};
/// let (m, r) = (Expr::symbol("m"), Expr::symbol("r_s"));
/// assert_eq!(latex(&(1 - 2 * m / r)), r"1 - \frac{2 m}{r_{s}}");
/// ```
pub fn latex(expr: &Expr) -> String {
    write(expr, expand)
}

pub(super) fn show(expr: &Expr, level: Level, script: bool) -> Task {
    Task::Show(expr.clone(), level, script)
}

fn expand(expr: &Expr, place: Level, script: bool, out: &mut Vec<Task>) {
    if level(expr, script) < place {
        parenthesised(expr, script, out);
        return;
    }
    match expr.node() {
        Node::Number(value) => number(value, script, out),
        Node::Decimal(value) => out.push(text(decimal(value))),
        Node::Symbol(symbol) => out.push(text(latex_symbol(symbol.name()))),
        Node::Constant(constant) => out.push(text(constant_name(*constant))),
        Node::Truth(value) => {
            out.push(text(if *value { r"\text{true}" } else { r"\text{false}" }));
        }
        Node::Add(terms) => sum(terms, script, out),
        Node::Mul(_) => fraction(&Fraction::of(expr), script, out),
        Node::Power(base, exponent) => power(expr, base, exponent, script, out),
        Node::Call(function, arguments) => call(*function, arguments, script, out),
        Node::Apply(name, arguments) => {
            out.push(text(latex_symbol(name.name())));
            arguments_in_parentheses(arguments, script, out);
        }
        Node::Relation(relation, left, right) => {
            out.push(show(left, Level::Sum, script));
            out.push(text(relation_text(*relation)));
            out.push(show(right, Level::Sum, script));
        }
        Node::And(items) => join(items, r" \land ", Level::Not, script, out),
        Node::Or(items) => join(items, r" \lor ", Level::And, script, out),
        Node::Not(inner) => {
            out.push(text(r"\neg "));
            out.push(show(inner, Level::Atom, script));
        }
        Node::Piecewise(cases) => piecewise(cases, out),
    }
}

/// How tightly the LaTeX of an expression binds.
pub(super) fn level(expr: &Expr, script: bool) -> Level {
    match expr.node() {
        Node::Number(value) if value.is_negative() => Level::Product,
        // Not even a positive fraction can take an exponent without parentheses.
        Node::Number(value) if !value.is_integer() => Level::Product,
        Node::Decimal(value) if value.is_negative() || decimal(value).contains(' ') => {
            Level::Product
        }
        Node::Add(_) => Level::Sum,
        Node::Mul(_) => Level::Product,
        Node::Power(base, exponent) => power_level(base, exponent, script),
        Node::Call(function, arguments) => call_level(*function, arguments),
        Node::Relation(..) => Level::Relation,
        Node::And(_) => Level::And,
        Node::Or(_) => Level::Or,
        Node::Not(_) => Level::Not,
        Node::Piecewise(_) => Level::Product,
        _ => Level::Atom,
    }
}

fn power_level(base: &Expr, exponent: &Expr, script: bool) -> Level {
    match exponent.as_number() {
        Some(number) if number.is_negative() && !is_e(base) => Level::Product,
        Some(number) if root_degree(base, number, script).is_some() => Level::Atom,
        _ => Level::Power,
    }
}

fn is_e(expr: &Expr) -> bool {
    matches!(expr.node(), Node::Constant(Constant::E))
}

/// The degree when the power is written with a root sign.
fn root_degree<'a>(
    base: &Expr,
    exponent: &'a BigRational,
    script: bool,
) -> Option<&'a crate::BigInt> {
    let square = *exponent.denom() == 2.into();
    let ambiguous = is_e(base) || !square && base.has_leading_minus();
    let root = exponent.numer().is_one() && !exponent.is_integer() && !ambiguous;
    (root && (square || !script)).then(|| exponent.denom())
}

fn number(value: &BigRational, script: bool, out: &mut Vec<Task>) {
    if value.is_integer() || script {
        out.push(text(value.to_string()));
        return;
    }
    let sign = if value.is_negative() { "-" } else { "" };
    out.push(text(format!(
        r"{sign}\frac{{{}}}{{{}}}",
        value.numer().abs(),
        value.denom()
    )));
}

fn decimal(value: &Decimal) -> String {
    let plain = value.to_string();
    match plain.split_once('e') {
        Some((mantissa, exponent)) => format!(r"{mantissa} \times 10^{{{exponent}}}"),
        None => plain,
    }
}

fn sum(terms: &[Expr], script: bool, out: &mut Vec<Task>) {
    for (index, term) in positive_first(display_order(terms)).into_iter().enumerate() {
        if index == 0 {
            out.push(show(term, Level::Product, script));
        } else if term.has_leading_minus() {
            out.push(text(" - "));
            out.push(show(&without_minus(term), Level::Product, script));
        } else {
            out.push(text(" + "));
            out.push(show(term, Level::Product, script));
        }
    }
}

/// `r - 2m` rather than `-2m + r`: sums of several symbols begin without a minus sign where they can; polynomials in one
/// keep their order of powers.
fn positive_first(mut terms: Vec<&Expr>) -> Vec<&Expr> {
    if terms.first().is_some_and(|first| first.has_leading_minus())
        && let Some(place) = terms.iter().position(|term| !term.has_leading_minus())
    {
        let symbols = |term: &Expr| term.free_symbols();
        let mut occurring = terms.first().map(|first| symbols(first)).unwrap_or_default();
        occurring.extend(terms.get(place).map(|term| symbols(term)).unwrap_or_default());
        if occurring.len() > 1
            && let Some(beginning) = terms.get_mut(..=place)
        {
            beginning.rotate_right(1);
        }
    }
    terms
}

fn fraction(fraction: &Fraction, script: bool, out: &mut Vec<Task>) {
    if fraction.negative {
        out.push(text("-"));
    }
    if fraction.denominator.is_empty() {
        product(&fraction.numerator, script, out);
    } else if script {
        product(&fraction.numerator, script, out);
        out.push(text("/"));
        match &*fraction.denominator {
            [single] => out.push(show(single, Level::Power, script)),
            several => {
                out.push(text("("));
                product(several, script, out);
                out.push(text(")"));
            }
        }
    } else {
        out.push(text(r"\frac{"));
        alone(&fraction.numerator, out);
        out.push(text("}{"));
        alone(&fraction.denominator, out);
        out.push(text("}"));
    }
}

/// The factors above or below a fraction bar: a single sum needs no parentheses there.
fn alone(factors: &[Expr], out: &mut Vec<Task>) {
    match factors {
        [single] => out.push(show(single, Level::Sum, false)),
        several => product(several, false, out),
    }
}

/// Factors side by side, with a dot only before digits.
fn product(factors: &[Expr], script: bool, out: &mut Vec<Task>) {
    if factors.is_empty() {
        out.push(text("1"));
    }
    for (index, factor) in factors.iter().enumerate() {
        if index > 0 {
            out.push(text(if starts_with_digit(factor, script) {
                r" \cdot "
            } else {
                " "
            }));
        }
        // A lone factor after a minus sign still must not be a sum; only a leading decimal may keep
        // its `\times` bare.
        let leading = index == 0 && matches!(factor.node(), Node::Decimal(_));
        let place = if leading { Level::Product } else { Level::Power };
        out.push(show(factor, place, script));
    }
}

fn starts_with_digit(expr: &Expr, script: bool) -> bool {
    match expr.node() {
        Node::Number(value) => !value.is_negative() && value.is_integer(),
        Node::Decimal(value) => !value.is_negative(),
        Node::Power(base, exponent) => {
            let root = exponent
                .as_number()
                .is_some_and(|number| root_degree(base, number, script).is_some());
            !root && starts_with_digit(base, script)
        }
        Node::Call(Function::Factorial, arguments) => {
            arguments.first().is_some_and(|argument| starts_with_digit(argument, script))
        }
        _ => false,
    }
}

fn power(expr: &Expr, base: &Expr, exponent: &Expr, script: bool, out: &mut Vec<Task>) {
    if is_e(base) {
        exponential(exponent, script, out);
        return;
    }
    if let Some(number) = exponent.as_number() {
        if number.is_negative() {
            fraction(&Fraction::of(expr), script, out);
            return;
        }
        if let Some(degree) = root_degree(base, number, script) {
            if *degree == 2.into() {
                out.push(text(r"\sqrt{"));
            } else {
                out.push(text(format!(r"\sqrt[{degree}]{{")));
            }
            out.push(show(base, Level::Or, false));
            out.push(text("}"));
            return;
        }
        if number.is_integer()
            && let Node::Call(function, arguments) = base.node()
            && takes_power_on_name(*function)
            && arguments.len() == 1
        {
            out.push(text(format!("{}^{{{number}}}", function.latex())));
            arguments_in_parentheses(arguments, script, out);
            return;
        }
    }
    out.push(show(base, Level::Atom, script));
    out.push(text("^{"));
    out.push(show(exponent, Level::Or, true));
    out.push(text("}"));
}

/// `e^{x}`, or `\exp(x)` when the exponent is too large to be read as one.
fn exponential(exponent: &Expr, script: bool, out: &mut Vec<Task>) {
    const LARGE: u64 = 40;
    let operation = |expr: &Expr| {
        matches!(expr.node(), Node::Piecewise(_))
            || matches!(expr.node(), Node::Call(function, _) if function.is_binder())
    };
    if script || exponent.count_nodes() > LARGE || operation(exponent) {
        out.push(text(r"\exp"));
        arguments_in_parentheses(std::slice::from_ref(exponent), script, out);
    } else {
        out.push(text("e^{"));
        out.push(show(exponent, Level::Or, true));
        out.push(text("}"));
    }
}

fn takes_power_on_name(function: Function) -> bool {
    use Function as F;
    matches!(
        function,
        F::Sin
            | F::Cos
            | F::Tan
            | F::Cot
            | F::Sec
            | F::Csc
            | F::Sinh
            | F::Cosh
            | F::Tanh
            | F::Log
    )
}

fn join(
    items: &[Expr],
    separator: &'static str,
    level: Level,
    script: bool,
    out: &mut Vec<Task>,
) {
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push(text(separator));
        }
        out.push(show(item, level, script));
    }
}

fn parenthesised(expr: &Expr, script: bool, out: &mut Vec<Task>) {
    arguments_in_parentheses(std::slice::from_ref(expr), script, out);
}

/// `(a, b)`, with growing parentheses only around something tall.
pub(super) fn arguments_in_parentheses(
    items: &[Expr],
    script: bool,
    out: &mut Vec<Task>,
) {
    let tall = items.iter().any(|item| is_tall(item, script, 6));
    out.push(text(if tall { r"\left(" } else { "(" }));
    join(items, ", ", Level::Or, script, out);
    out.push(text(if tall { r"\right)" } else { ")" }));
}

/// Whether it is higher than a line; beyond a few levels it is taken to be.
fn is_tall(expr: &Expr, script: bool, look: u32) -> bool {
    if look == 0 {
        return true;
    }
    let below = |expr: &Expr| is_tall(expr, script, look - 1);
    match expr.node() {
        Node::Number(value) => !value.is_integer() && !script,
        Node::Decimal(_) | Node::Symbol(_) | Node::Constant(_) | Node::Truth(_) => false,
        Node::Power(base, exponent) => {
            let inverse =
                exponent.as_number().is_some_and(|n| n.is_negative() && !is_e(base));
            inverse && !script || below(base)
        }
        Node::Piecewise(_) => true,
        Node::Call(function, arguments) => match function {
            Function::Derivative => derivative_is_tall(arguments),
            Function::Binomial => true,
            function if function.is_binder() => true,
            _ => arguments.iter().any(below),
        },
        Node::Mul(factors) => factors.iter().any(below),
        node => {
            let mut found = false;
            node.for_each_child(|child| found = found || below(child));
            found
        }
    }
}

fn piecewise(cases: &[(Expr, Expr)], out: &mut Vec<Task>) {
    out.push(text(r"\begin{cases} "));
    for (index, (value, condition)) in cases.iter().enumerate() {
        if index > 0 {
            out.push(text(r" \\ "));
        }
        out.push(show(value, Level::Or, false));
        if matches!(condition.node(), Node::Truth(true)) {
            out.push(text(r" & \text{otherwise}"));
        } else {
            out.push(text(r" & \text{if } "));
            out.push(show(condition, Level::Or, false));
        }
    }
    out.push(text(r" \end{cases}"));
}

fn constant_name(constant: Constant) -> &'static str {
    match constant {
        Constant::Pi => r"\pi",
        Constant::E => "e",
        Constant::I => "i",
        Constant::EulerGamma => r"\gamma",
        Constant::Catalan => "G",
        Constant::GoldenRatio => r"\phi",
        Constant::Infinity => r"\infty",
        Constant::ComplexInfinity => r"\tilde{\infty}",
        Constant::Undefined => r"\text{undefined}",
    }
}

fn relation_text(relation: Relation) -> &'static str {
    match relation {
        Relation::Equal => " = ",
        Relation::NotEqual => r" \neq ",
        Relation::Less => " < ",
        Relation::LessEqual => r" \leq ",
        Relation::Greater => " > ",
        Relation::GreaterEqual => r" \geq ",
    }
}
