//! Terms as text, to name them to people.

use crate::equation::{Function, System, Term};

/// How tightly a piece of text holds together.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Tightness {
    Sum,
    Product,
    Power,
    Atom,
}

/// A term as a person writes it.
pub(super) fn of_term(system: &System, term: &Term) -> String {
    write(system, term).0
}

fn write(system: &System, term: &Term) -> (String, Tightness) {
    use Tightness::{Atom, Power, Product, Sum};
    let name = |names: Option<&String>| names.cloned().unwrap_or_else(|| "?".into());
    let axis_name = |axis: usize| name(system.grid.axes.get(axis).map(|axis| &axis.name));
    match term {
        Term::Number(value) => {
            let sign = if value.re == 0.0 { value.im } else { value.re };
            let one = sign >= 0.0 && (value.re == 0.0 || value.im == 0.0);
            (of_number(value.re, value.im), if one { Atom } else { Sum })
        }
        Term::Coordinate(axis) => (axis_name(*axis), Atom),
        Term::Time => ("t".into(), Atom),
        Term::Field(place) => (name(system.fields.get(*place).map(|f| &f.name)), Atom),
        Term::Velocity(place) => {
            (format!("∂t({})", name(system.fields.get(*place).map(|f| &f.name))), Atom)
        }
        Term::Given(place) => (name(system.given.get(*place).map(|g| &g.name)), Atom),
        Term::Noise(place) => (name(system.noises.get(*place).map(|n| &n.name)), Atom),
        Term::Derivative { axis, body } => {
            (format!("∂{}({})", axis_name(*axis), of_term(system, body)), Atom)
        }
        Term::Shifted { axis, by, body } => (
            format!("shift({}, {} = {by})", of_term(system, body), axis_name(*axis)),
            Atom,
        ),
        Term::Sum(terms) if terms.len() == 1 => write(system, &terms[0]),
        Term::Sum(terms) => {
            let mut text = String::new();
            for term in terms.iter() {
                let part = of_term(system, term);
                match (text.is_empty(), part.strip_prefix('-')) {
                    (true, _) => text.push_str(&part),
                    (false, Some(rest)) => text.push_str(&format!(" - {rest}")),
                    (false, None) => text.push_str(&format!(" + {part}")),
                }
            }
            (if text.is_empty() { "0".into() } else { text }, Sum)
        }
        Term::Product(factors) => {
            let mut sign = "";
            let mut parts = Vec::new();
            for factor in factors.iter() {
                match factor {
                    Term::Number(value)
                        if value.im == 0.0 && value.re == -1.0 && factors.len() > 1 =>
                    {
                        sign = if sign.is_empty() { "-" } else { "" };
                    }
                    Term::Number(value)
                        if value.im == 0.0 && value.re < 0.0 && parts.is_empty() =>
                    {
                        sign = if sign.is_empty() { "-" } else { "" };
                        parts.push(of_number(-value.re, 0.0));
                    }
                    other => parts.push(enclosed(write(system, other), Product)),
                }
            }
            (
                format!("{sign}{}", parts.join(" ")),
                if sign.is_empty() { Product } else { Sum },
            )
        }
        Term::Power(base, exponent) => (
            format!(
                "{}^{}",
                enclosed(write(system, base), Atom),
                enclosed(write(system, exponent), Atom)
            ),
            Power,
        ),
        Term::Function(function, arguments) => {
            let arguments: Vec<String> =
                arguments.iter().map(|argument| of_term(system, argument)).collect();
            match function {
                Function::Absolute => (format!("|{}|", arguments.join(", ")), Atom),
                _ => (
                    format!("{}({})", of_function(*function), arguments.join(", ")),
                    Atom,
                ),
            }
        }
        Term::Piecewise(cases, otherwise) => {
            let mut parts = Vec::new();
            for (condition, value) in cases.iter() {
                parts.push(of_term(system, condition));
                parts.push(of_term(system, value));
            }
            parts.push(of_term(system, otherwise));
            (format!("piecewise({})", parts.join(", ")), Atom)
        }
        Term::Mean(body) => (format!("mean({})", of_term(system, body)), Atom),
        Term::Integral(body) => (format!("integral({})", of_term(system, body)), Atom),
        Term::Convolution { kernel, body } => (
            format!(
                "convolution({}, {})",
                of_term(system, kernel),
                of_term(system, body)
            ),
            Atom,
        ),
        Term::Inverse { operator, body } => (
            format!(
                "inverse({}, {})",
                of_operator(system, operator),
                of_term(system, body)
            ),
            Atom,
        ),
        Term::Potential(parts) => {
            let name = |axis: usize| {
                system.grid.axes.get(axis).map_or("?", |axis| axis.name.as_str())
            };
            let parts: Vec<String> = parts
                .iter()
                .map(|(axis, part)| format!("{}, {}", name(*axis), of_term(system, part)))
                .collect();
            (format!("potential_of({})", parts.join(", ")), Atom)
        }
        Term::InverseLaplacian(body) => {
            (format!("inverse_laplacian({})", of_term(system, body)), Atom)
        }
    }
}

/// `1 - ∂x^2`.
pub(super) fn of_operator(system: &System, operator: &[(f64, [u32; 3])]) -> String {
    let mut text = String::new();
    for (factor, orders) in operator {
        let sign = match (text.is_empty(), *factor < 0.0) {
            (true, false) => "",
            (true, true) => "-",
            (false, false) => " + ",
            (false, true) => " - ",
        };
        let derivatives: Vec<String> = system
            .grid
            .axes
            .iter()
            .zip(orders)
            .filter(|(_, order)| **order > 0)
            .map(|(axis, order)| match order {
                1 => format!("∂{}", axis.name),
                _ => format!("∂{}^{order}", axis.name),
            })
            .collect();
        let size = factor.abs();
        let number = if size == 1.0 && !derivatives.is_empty() {
            String::new()
        } else if derivatives.is_empty() {
            size.to_string()
        } else {
            format!("{size} ")
        };
        text.push_str(sign);
        text.push_str(&number);
        text.push_str(&derivatives.join(" "));
    }
    text
}

fn enclosed(text: (String, Tightness), least: Tightness) -> String {
    if text.1 < least { format!("({})", text.0) } else { text.0 }
}

/// A complex number.
fn of_number(re: f64, im: f64) -> String {
    match (re, im) {
        (re, 0.0) => format!("{re}"),
        (0.0, 1.0) => "i".into(),
        (0.0, im) => format!("{im}i"),
        (re, im) if im < 0.0 => format!("{re} - {}i", -im),
        (re, im) => format!("{re} + {im}i"),
    }
}

/// The name of a function in the language.
pub(super) fn of_function(function: Function) -> &'static str {
    match function {
        Function::Sine => "sin",
        Function::Cosine => "cos",
        Function::Tangent => "tan",
        Function::Exponential => "exp",
        Function::Logarithm => "log",
        Function::SquareRoot => "sqrt",
        Function::HyperbolicSine => "sinh",
        Function::HyperbolicCosine => "cosh",
        Function::HyperbolicTangent => "tanh",
        Function::InverseSine => "asin",
        Function::InverseCosine => "acos",
        Function::InverseTangent => "atan",
        Function::Absolute => "abs",
        Function::RealPart => "re",
        Function::ImaginaryPart => "im",
        Function::Conjugate => "conj",
        Function::Argument => "arg",
        Function::Sign => "sign",
        Function::Heaviside => "heaviside",
        Function::Floor => "floor",
        Function::ErrorFunction => "erf",
        Function::Angle => "atan2",
        Function::Minimum => "min",
        Function::Maximum => "max",
        Function::Less => "less",
        Function::LessEqual => "less_equal",
        Function::Equal => "equal",
        Function::And => "and",
        Function::Or => "or",
        Function::Not => "not",
    }
}
