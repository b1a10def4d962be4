//! Numbers: decimals of any length from exact expressions.

use symplex::definite::QuadRule;

use super::Engine;
use super::convert::Session;
use super::failure::{failure, invalid, not_found};
use crate::{
    AlgebraError, AlgebraResult, Constant, Decimal, Expr, Function, Node, Symbol,
};

/// Most digits that are computed.
const DIGITS_LIMIT: u32 = 100_000;

impl Engine {
    /// Every exact constant in the expression to so many significant digits; symbols stay, and so do
    /// exact exponents and function indices.
    pub fn numeric(&self, expr: &Expr, digits: u32) -> AlgebraResult<Expr> {
        let digits = bounded(digits)?;
        let target = self.with_quadratures(expr, digits)?;
        self.compute_with(digits, move |session| numeric_in(session, &target, digits))
    }

    /// The expression with every definite integral of a number replaced by its value, to a few digits more.
    fn with_quadratures(&self, expr: &Expr, digits: u32) -> AlgebraResult<Expr> {
        let mut failure = None;
        let replaced = expr.transform(&mut |part| {
            let Node::Call(Function::Integral, arguments) = part.node() else {
                return part;
            };
            let [integrand, variable, lower, upper] = &**arguments else { return part };
            let Some(symbol) = variable.as_symbol() else { return part };
            if failure.is_some() || !part.free_symbols().is_empty() {
                return part;
            }
            self.nintegrate(integrand, symbol, lower, upper, digits.saturating_add(3))
                .unwrap_or_else(|error| {
                    failure = Some(error);
                    part.clone()
                })
        });
        failure.map_or(Ok(replaced), Err)
    }

    /// The value of a definite integral, by quadrature.
    pub fn nintegrate(
        &self,
        integrand: &Expr,
        variable: &Symbol,
        lower: &Expr,
        upper: &Expr,
        digits: u32,
    ) -> AlgebraResult<Expr> {
        let digits = bounded(digits)?;
        let (integrand, variable) = (integrand.clone(), variable.clone());
        let (lower, upper) = (lower.clone(), upper.clone());
        self.compute_with(digits, move |session| {
            let x = session.symbol(&variable)?;
            let (lower, upper) = (session.value(&lower)?, session.value(&upper)?);
            let text = session
                .value(&integrand)?
                .integrate_numeric_decimal(
                    &x,
                    &[&lower, &upper],
                    digits,
                    QuadRule::default(),
                )
                .map_err(|error| failure("nintegrate", &error))?;
            parse_value(&text, digits).ok_or_else(|| {
                not_found("nintegrate", format!("unreadable value {text}"))
            })
        })
    }
}

pub(super) fn bounded(digits: u32) -> AlgebraResult<u32> {
    match digits {
        0 => Err(invalid("N", "at least one digit is needed")),
        1..=DIGITS_LIMIT => Ok(digits),
        _ => Err(AlgebraError::TooLarge {
            operation: "N",
            reason: format!("at most {DIGITS_LIMIT} digits are computed"),
        }),
    }
}

/// The smallest number of digits among the decimals in these expressions.
pub(super) fn smallest_precision(inputs: &[&Expr]) -> Option<u32> {
    let mut smallest = None;
    let mut stack: Vec<&Expr> =
        inputs.iter().copied().filter(|input| input.has_decimals()).collect();
    let mut seen = std::collections::HashSet::new();
    while let Some(expr) = stack.pop() {
        if !seen.insert(std::ptr::from_ref(expr.node())) {
            continue;
        }
        if let Node::Decimal(decimal) = expr.node() {
            let digits = decimal.digits();
            smallest = Some(smallest.map_or(digits, |known: u32| known.min(digits)));
        }
        stack.extend(expr.children());
    }
    smallest
}

/// Makes every constant part of an expression decimal.
pub(super) fn numeric_in(
    session: &Session,
    expr: &Expr,
    digits: u32,
) -> AlgebraResult<Expr> {
    if is_constant(expr) {
        return constant_value(session, expr, digits);
    }
    Ok(match expr.node() {
        Node::Power(base, exponent) if exponent.as_number().is_some() => {
            Expr::power(numeric_in(session, base, digits)?, exponent.clone())
        }
        // The exponential function, not a power of 2.718…, which would be less exact.
        Node::Power(base, exponent)
            if matches!(base.node(), Node::Constant(Constant::E)) =>
        {
            Expr::power(base.clone(), numeric_in(session, exponent, digits)?)
        }
        Node::Call(function, arguments) => {
            let kept = exact_arguments(*function);
            let arguments = arguments
                .iter()
                .enumerate()
                .map(|(position, argument)| {
                    if argument.as_number().is_some() && kept(position) {
                        Ok(argument.clone())
                    } else {
                        numeric_in(session, argument, digits)
                    }
                })
                .collect::<AlgebraResult<Vec<_>>>()?;
            Expr::call(*function, arguments)
        }
        _ => {
            let mut failed = None;
            let result = expr.map_children(&mut |child| {
                numeric_in(session, child, digits).unwrap_or_else(|error| {
                    failed.get_or_insert(error);
                    child.clone()
                })
            });
            match failed {
                Some(error) => return Err(error),
                None => result,
            }
        }
    })
}

/// Which arguments of a function are indices rather than numbers.
fn exact_arguments(function: Function) -> fn(usize) -> bool {
    match function {
        Function::Polygamma
        | Function::BesselJ
        | Function::BesselY
        | Function::BesselI
        | Function::BesselK
        | Function::Legendre
        | Function::ChebyshevT
        | Function::ChebyshevU
        | Function::Hermite
        | Function::Laguerre
        | Function::Polylog
        | Function::ExpIntegral => |position| position == 0,
        Function::AssocLegendre | Function::AssocLaguerre => |position| position < 2,
        Function::Derivative
        | Function::Sum
        | Function::Product
        | Function::RootOf
        | Function::RootSum
        | Function::Order
        | Function::Limit => |_| true,
        Function::LambertW => |position| position == 1,
        _ => |_| false,
    }
}

fn is_constant(expr: &Expr) -> bool {
    !super::is_condition(expr)
        && expr.free_symbols().is_empty()
        && !contains_unknown(expr)
}

/// Whether something in it has no number: an undefined function, a remainder term.
fn contains_unknown(expr: &Expr) -> bool {
    let mut stack = vec![expr];
    while let Some(expr) = stack.pop() {
        match expr.node() {
            Node::Apply(..) | Node::Call(Function::Order, _) => return true,
            _ => stack.extend(expr.children()),
        }
    }
    false
}

fn constant_value(session: &Session, expr: &Expr, digits: u32) -> AlgebraResult<Expr> {
    match expr.node() {
        Node::Decimal(decimal) => {
            return Ok(Expr::decimal(decimal.with_digits(digits.min(decimal.digits()))));
        }
        Node::Constant(Constant::I | Constant::Infinity | Constant::ComplexInfinity) => {
            return Ok(expr.clone());
        }
        Node::Constant(Constant::Undefined) => {
            return Err(AlgebraError::Undefined {
                reason: "the expression has no value".into(),
            });
        }
        _ => {}
    }
    let digits = smallest_precision(&[expr]).map_or(digits, |own| own.min(digits));
    let value = session.value(expr)?.eval();
    let exact = session.export(&value)?;
    if let Some(infinite) = infinite_value(&exact)? {
        return Ok(infinite);
    }
    let text = value.eval_decimal(digits).map_err(|error| failure("N", &error))?;
    parse_value(&text, digits)
        .ok_or_else(|| not_found("N", format!("unreadable value {text}")))
}

/// ±∞ as it is; an undefined value is an error.
fn infinite_value(exact: &Expr) -> AlgebraResult<Option<Expr>> {
    match exact.node() {
        Node::Constant(Constant::Undefined) => {
            Err(AlgebraError::Undefined { reason: "the expression has no value".into() })
        }
        Node::Constant(Constant::Infinity | Constant::ComplexInfinity) => {
            Ok(Some(exact.clone()))
        }
        Node::Mul(factors)
            if factors.iter().any(|factor| {
                matches!(factor.node(), Node::Constant(Constant::Infinity))
            }) =>
        {
            Ok(Some(exact.clone()))
        }
        _ => Ok(None),
    }
}

/// Reads `a`, `b*i` or `a + b*i`, each part with so many significant digits.
pub(super) fn parse_value(text: &str, digits: u32) -> Option<Expr> {
    let text = text.trim();
    let (real, imaginary) = match text.rfind(" + ").or_else(|| text.rfind(" - ")) {
        Some(split) => {
            let (real, rest) = text.split_at(split);
            let sign = if rest.starts_with(" -") { "-" } else { "" };
            (Some(real), Some(format!("{sign}{}", rest.get(3..)?)))
        }
        None if text.ends_with('i') => (None, Some(text.to_string())),
        None => (Some(text), None),
    };
    let real = match real {
        Some(real) => Some(parse_decimal(real, digits)?),
        None => None,
    };
    let Some(imaginary) = imaginary else { return real };
    let coefficient = imaginary.strip_suffix('i')?.trim_end_matches('*');
    let coefficient = match coefficient {
        "" => "1",
        "-" => "-1",
        other => other,
    };
    let imaginary = Expr::mul([parse_decimal(coefficient, digits)?, Expr::i()]);
    Some(match real {
        Some(real) => Expr::add([real, imaginary]),
        None => imaginary,
    })
}

fn parse_decimal(text: &str, digits: u32) -> Option<Expr> {
    Decimal::parse(text).map(|value| Expr::decimal(value.with_digits(digits)))
}
