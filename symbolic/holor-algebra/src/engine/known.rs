//! Integrals that are known: of Bose and Fermi, of log sin, of Bessel, of Mellin.
//!
//! Each is matched up to a constant factor and a power of the variable, and holds under the condition on the
//! power that stands with it.

use num_rational::BigRational;
use num_traits::{Signed, Zero};

use super::bounds;
use super::convert::Session;
use super::definite::Problem;
use crate::{Expr, Function, Node};

/// The value of a known integral.
pub(super) fn integral(session: &Session, problem: &Problem) -> Option<Expr> {
    logarithm_of_sine(problem)
        .or_else(|| bessel(session, problem))
        .or_else(|| half_line(session, problem))
}

fn call(function: Function, argument: Expr) -> Expr {
    Expr::call(function, vec![argument])
}

fn pi() -> Expr {
    Expr::pi()
}

/// How many times π/2 this is.
fn quarters(expr: &Expr) -> Option<BigRational> {
    if expr.is_zero() {
        return Some(BigRational::zero());
    }
    let mut ratio = BigRational::from_integer(2.into());
    let mut pis = 0;
    for factor in expr.factors() {
        match factor.as_number() {
            Some(number) => ratio *= number,
            None if *factor == pi() => pis += 1,
            None => return None,
        }
    }
    (pis == 1 && ratio.is_integer()).then_some(ratio)
}

/// The logarithm of a product of sines, cosines and tangents of the variable, over quarters of the circle:
/// the mean of log|sin| is −log 2.
fn logarithm_of_sine(problem: &Problem) -> Option<Expr> {
    let (from, to) = (quarters(&problem.lower)?, quarters(&problem.upper)?);
    let Node::Call(Function::Log, items) = problem.integrand.node() else { return None };
    let [argument] = &**items else { return None };
    let argument = match argument.node() {
        Node::Call(Function::Abs, inner) => inner.first()?,
        _ => argument,
    };
    let mut mean = Expr::zero();
    let log = |value: Expr| call(Function::Log, value);
    for factor in argument.factors() {
        let (base, exponent) = match factor.node() {
            Node::Power(base, exponent) => (base, exponent.clone()),
            _ => (factor, Expr::one()),
        };
        exponent.as_number()?;
        let base = match base.node() {
            Node::Call(Function::Abs, inner) => inner.first()?,
            _ => base,
        };
        let half = match base.node() {
            Node::Number(number) if number.is_positive() => log(base.clone()),
            Node::Call(function, inner)
                if inner.first()?.as_symbol() == Some(&problem.variable) =>
            {
                match function {
                    Function::Sin | Function::Cos => log(Expr::integer(2)).negate(),
                    Function::Sec | Function::Csc => log(Expr::integer(2)),
                    Function::Tan | Function::Cot => Expr::zero(),
                    _ => return None,
                }
            }
            _ => return None,
        };
        mean = mean + exponent * half;
    }
    Some(mean * pi() * Expr::rational((to - from) / BigRational::from_integer(2.into())))
}

/// Bessel functions as integrals over half a circle or a whole one.
fn bessel(session: &Session, problem: &Problem) -> Option<Expr> {
    let length = quarters(&problem.upper)? - quarters(&problem.lower)?;
    let quarter = |count: i64| BigRational::from_integer(count.into());
    let whole = length == quarter(4);
    let half = length == quarter(2) && problem.lower.is_zero();
    if !whole && !half {
        return None;
    }
    let (argument, is_exp) = match problem.integrand.node() {
        Node::Power(base, exponent) if *base == Expr::e() => (exponent.clone(), true),
        Node::Call(Function::Cos, items) => (items.first()?.clone(), false),
        _ => return None,
    };
    let x = Expr::symbol(problem.variable.name());
    for function in [Function::Cos, Function::Sin] {
        let ratio = argument.clone() / call(function, x.clone());
        let z = session.value(&ratio).ok()?.eval().simplify();
        let z = session.export(&z).ok()?;
        if z.contains_symbol(&problem.variable)
            || (is_exp && half && function == Function::Sin)
        {
            continue;
        }
        let kind = if is_exp { Function::BesselI } else { Function::BesselJ };
        let value = Expr::call(kind, vec![Expr::zero(), z]);
        return Some(value * pi() * if whole { 2 } else { 1 });
    }
    None
}

/// A kernel, the power above which the integral converges at 0, the one below which it does at infinity,
/// and the value for x^p times the kernel.
struct Kernel {
    body: Expr,
    above: i64,
    below: Option<i64>,
    value: fn(&Expr) -> Expr,
}

fn gamma_of(p: &Expr) -> Expr {
    call(Function::Gamma, p + 1)
}

fn zeta(s: Expr) -> Expr {
    call(Function::Zeta, s)
}

/// 2^p
fn two_to(p: Expr) -> Expr {
    Expr::power(Expr::integer(2), p)
}

/// Dirichlet's η(s) = (1 − 2^(1−s)) ζ(s), and log 2 for s = 1.
fn eta(s: &Expr) -> Expr {
    if s.is_one() {
        return call(Function::Log, Expr::integer(2));
    }
    (Expr::one() - two_to(Expr::one() - s)) * zeta(s.clone())
}

/// The kernels over (0, ∞) whose scale is `a`.
fn kernels(a: &Expr, x: &Expr) -> Vec<Kernel> {
    let u = a * x;
    let exp = u.exp();
    let kernel = |body, above, below, value| Kernel { body, above, below, value };
    let square = |expr: Expr| expr.powi(-2);
    vec![
        kernel((&exp - 1).reciprocal(), 0, None, |p| gamma_of(p) * zeta(p + 1)),
        kernel((&exp + 1).reciprocal(), -1, None, |p| gamma_of(p) * eta(&(p + 1))),
        kernel(&exp * square(&exp - 1), 1, None, |p| gamma_of(p) * zeta(p.clone())),
        kernel(&exp * square(&exp + 1), 0, None, |p| gamma_of(p) * eta(p)),
        kernel(call(Function::Sinh, u.clone()).reciprocal(), 0, None, |p| {
            let s = p + 1;
            (Expr::one() - two_to(s.negate())) * gamma_of(p) * zeta(s) * 2
        }),
        kernel(square(call(Function::Sinh, u.clone())), 1, None, |p| {
            gamma_of(p) * zeta(p.clone()) * two_to(Expr::one() - p)
        }),
        kernel(square(call(Function::Cosh, u)), 0, None, |p| {
            gamma_of(p) * eta(p) * two_to(Expr::one() - p)
        }),
    ]
}

/// The kernels over (0, ∞) without a scale.
fn algebraic_kernels(x: &Expr) -> Vec<Kernel> {
    let kernel = |body, above, below, value| Kernel { body, above, below, value };
    vec![
        kernel((x + 1).reciprocal(), -1, Some(0), |p| {
            pi() / call(Function::Sin, pi() * (p + 1))
        }),
        kernel((x.powi(2) + 1).reciprocal(), -1, Some(1), |p| {
            pi() / (call(Function::Cos, pi() * p / 2) * 2)
        }),
    ]
}

fn half_line(session: &Session, problem: &Problem) -> Option<Expr> {
    if !problem.has_ends(&Expr::zero(), &Expr::infinity()) {
        return None;
    }
    let x = Expr::symbol(problem.variable.name());
    if let Some(value) = frullani(session, problem) {
        return Some(value);
    }
    for scale in scales(session, problem) {
        if let Some(value) = two_decays(session, problem, &scale) {
            return Some(value);
        }
        for kernel in kernels(&scale, &x) {
            if let Some((power, rest)) = matched(session, problem, &kernel) {
                let size = Expr::power(scale, (&power + 1).negate());
                return Some(rest * size * (kernel.value)(&power));
            }
        }
        if let Some(value) = logarithmic(session, problem, &scale) {
            return Some(value);
        }
    }
    algebraic_kernels(&x).iter().find_map(|kernel| {
        let (power, rest) = matched(session, problem, kernel)?;
        Some(rest * (kernel.value)(&power))
    })
}

/// Frullani: the integral of Σ c exp(−a x)/x with Σ c = 0 is −Σ c log a.
fn frullani(session: &Session, problem: &Problem) -> Option<Expr> {
    let x = Expr::symbol(problem.variable.name());
    let body = session.value(&(&problem.integrand * &x)).ok()?.expand();
    let body = session.export(&body).ok()?;
    let (mut total, mut value) = (Expr::zero(), Expr::zero());
    for term in body.terms() {
        let mut rate = Expr::zero();
        let mut coefficient = Expr::one();
        for factor in term.factors() {
            match factor.node() {
                Node::Power(base, exponent) if *base == Expr::e() => {
                    rate = rate - exponent / &x;
                }
                _ => coefficient = coefficient * factor,
            }
        }
        let fits = !coefficient.contains_symbol(&problem.variable)
            && !rate.contains_symbol(&problem.variable)
            && is_positive(session, &rate);
        if !fits {
            return None;
        }
        total = total + &coefficient;
        value = value - coefficient * call(Function::Log, rate);
    }
    (body.terms().len() > 1 && total.is_zero()).then_some(value)
}

/// x^p exp(−a x − b/x): a modified Bessel function.
fn two_decays(session: &Session, problem: &Problem, scale: &Expr) -> Option<Expr> {
    let x = Expr::symbol(problem.variable.name());
    let mut inverse = None;
    problem.integrand.any(&mut |part| {
        if let Node::Power(base, exponent) = part.node()
            && *base == Expr::e()
        {
            for term in exponent.terms() {
                let factor = (term * &x).negate();
                if !factor.contains_symbol(&problem.variable)
                    && is_positive(session, &factor)
                {
                    inverse = Some(factor);
                }
            }
        }
        inverse.is_some()
    });
    let inverse = inverse?;
    let body = ((scale * &x).negate() - &inverse / &x).exp();
    // Any power converges: the exponentials win at both ends.
    let kernel = Kernel { body, above: -1_000_000, below: None, value: Expr::clone };
    let (power, rest) = matched(session, problem, &kernel)?;
    let s = power + 1;
    let ratio = Expr::power(&inverse / scale, &s / 2);
    let argument = (inverse * scale).sqrt() * 2;
    Some(rest * ratio * Expr::call(Function::BesselK, vec![s, argument]) * 2)
}

/// x^p log(x) exp(−a x) and x^p log(x) exp(−a x²): derivatives of the gamma function.
fn logarithmic(session: &Session, problem: &Problem, scale: &Expr) -> Option<Expr> {
    let x = Expr::symbol(problem.variable.name());
    if !super::contains_call(&problem.integrand, Function::Log) {
        return None;
    }
    for degree in [1i64, 2] {
        let decay = (scale * x.powi(degree)).negate().exp();
        let body = call(Function::Log, x.clone()) * decay;
        let kernel = Kernel { body, above: -1, below: None, value: Expr::clone };
        if let Some((power, rest)) = matched(session, problem, &kernel) {
            let s = (power + 1) / degree;
            let size = Expr::power(scale.clone(), s.negate());
            let slope =
                call(Function::Digamma, s.clone()) - call(Function::Log, scale.clone());
            let value = size * call(Function::Gamma, s) * slope;
            return Some(rest * value / (degree * degree));
        }
    }
    None
}

/// The exponent p and the constant c for which the integrand is c x^p times the kernel.
fn matched(
    session: &Session,
    problem: &Problem,
    kernel: &Kernel,
) -> Option<(Expr, Expr)> {
    let x = session.symbol(&problem.variable).ok()?;
    let quotient = problem.integrand.clone() / kernel.body.clone();
    let quotient = session.value(&quotient).ok()?.eval().simplify();
    let power = (&x * &quotient.diff(&x) / &quotient).eval().simplify();
    let power = session.export(&power).ok()?;
    if power.contains_symbol(&problem.variable) || power.is_undefined() {
        return None;
    }
    let symbol = Expr::symbol(problem.variable.name());
    let rest = session.export(&quotient).ok()? / Expr::power(symbol, power.clone());
    let rest = session.export(&session.value(&rest).ok()?.eval().simplify()).ok()?;
    let converges = is_positive(session, &(&power - kernel.above))
        && kernel
            .below
            .is_none_or(|bound| is_positive(session, &(Expr::integer(bound) - &power)));
    (converges && !rest.contains_symbol(&problem.variable)).then_some((power, rest))
}

/// The positive factors of the variable in exponentials and hyperbolic functions.
fn scales(session: &Session, problem: &Problem) -> Vec<Expr> {
    let mut scales: Vec<Expr> = Vec::new();
    let x = Expr::symbol(problem.variable.name());
    problem.integrand.any(&mut |part| {
        let argument = match part.node() {
            Node::Power(base, exponent) if *base == Expr::e() => Some(exponent),
            Node::Call(Function::Sinh | Function::Cosh, items) => items.first(),
            _ => None,
        };
        let Some(argument) = argument else { return false };
        for term in argument.terms() {
            for degree in [1i64, 2] {
                let factor = term / x.powi(degree);
                if factor.contains_symbol(&problem.variable) {
                    continue;
                }
                for candidate in [factor.clone(), factor.negate()] {
                    if is_positive(session, &candidate) && !scales.contains(&candidate) {
                        scales.push(candidate);
                    }
                }
            }
        }
        false
    });
    scales
}

/// Whether a value is positive, also by the bounds that are assumed of its symbols.
pub(super) fn is_positive(session: &Session, expr: &Expr) -> bool {
    if let Ok(value) = session.value(expr)
        && value.eval().is_positive() == Some(true)
    {
        return true;
    }
    bounds::sign(session.assumptions(), expr) == Some(bounds::Sign::Positive)
}
