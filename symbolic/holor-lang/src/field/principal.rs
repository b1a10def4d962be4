//! Roots and logarithms of what may be negative, as formulas of arrays have them: the principal value, which is complex.
//!
//! In an equation of real fields such a root is an error of the run; in a formula that is looked at it is a complex number.

use std::f64::consts::PI;
use std::sync::Arc;

use holor_field::equation::{Complex64, Function, Term};

/// The term with principal values where real arguments may be beyond the domain; the same where that cannot be.
pub(crate) fn principal(term: &Term, is_real: &dyn Fn(&Term) -> bool) -> Term {
    if is_defined(term, is_real) {
        return term.clone();
    }
    let inner = |part: &Term| principal(part, is_real);
    let all = |parts: &[Term]| parts.iter().map(inner).collect::<Vec<Term>>();
    let own = |part: &Term| is_real(part) && !is_not_negative(part, is_real);
    match term {
        Term::Function(function, arguments) => match (function, &**arguments) {
            (Function::SquareRoot, [a]) if own(a) => power(&inner(a), 0.5),
            (Function::Logarithm, [a]) if own(a) => {
                let a = inner(a);
                let size = Term::Function(Function::Logarithm, [size_of(&a)].into());
                let angle = [Term::Number(Complex64::new(0.0, PI)), below(&a)];
                Term::Sum([size, Term::Product(angle.into())].into())
            }
            _ => Term::Function(*function, all(arguments).into()),
        },
        Term::Power(base, exponent) => match &**exponent {
            Term::Number(p) if p.im == 0.0 && p.re.fract() != 0.0 && own(base) => {
                power(&inner(base), p.re)
            }
            _ => Term::Power(Arc::new(inner(base)), Arc::new(inner(exponent))),
        },
        Term::Sum(parts) => Term::Sum(all(parts).into()),
        Term::Product(parts) => Term::Product(all(parts).into()),
        Term::Piecewise(cases, otherwise) => {
            let cases = cases.iter().map(|(a, b)| (inner(a), inner(b)));
            Term::Piecewise(cases.collect(), Arc::new(inner(otherwise)))
        }
        Term::Mean(body) => Term::Mean(Arc::new(inner(body))),
        Term::Integral(body) => Term::Integral(Arc::new(inner(body))),
        Term::Shifted { axis, by, body } => {
            Term::Shifted { axis: *axis, by: *by, body: Arc::new(inner(body)) }
        }
        Term::Derivative { axis, body } => {
            Term::Derivative { axis: *axis, body: Arc::new(inner(body)) }
        }
        other => other.clone(),
    }
}

fn size_of(a: &Term) -> Term {
    Term::Function(Function::Absolute, [a.clone()].into())
}

/// Whether a real value is below 0: 1 or 0.
fn below(a: &Term) -> Term {
    let zero = Term::Number(Complex64::new(0.0, 0.0));
    Term::Function(Function::Less, [a.clone(), zero].into())
}

/// a^p of a real value: |a|^p, turned by e^{iπp} where a is negative.
fn power(a: &Term, p: f64) -> Term {
    let exponent = Arc::new(Term::Number(Complex64::new(p, 0.0)));
    let size = Term::Power(Arc::new(size_of(a)), exponent);
    // The half turn of a root is exact.
    let turn = match p.rem_euclid(2.0) {
        0.5 => Complex64::I,
        1.5 => -Complex64::I,
        _ => Complex64::from_polar(1.0, PI * p),
    };
    let turned = Term::Product([Term::Number(turn), size.clone()].into());
    Term::Piecewise([(below(a), turned)].into(), Arc::new(size))
}

/// Whether roots, logarithms and the like are taken only of what is in their domain for certain: of real arguments beyond it the device has
/// no value, where formulas of arrays have a complex one.
pub(crate) fn is_defined(term: &Term, is_real: &dyn Fn(&Term) -> bool) -> bool {
    let defined = |part: &Term| !is_real(part) || is_not_negative(part, is_real);
    let own = match term {
        Term::Function(Function::SquareRoot | Function::Logarithm, arguments) => {
            arguments.first().is_some_and(defined)
        }
        Term::Function(Function::InverseSine | Function::InverseCosine, _) => false,
        Term::Power(base, exponent) => {
            let whole = matches!(&**exponent, Term::Number(p) if p.im == 0.0 && p.re.fract() == 0.0);
            whole || defined(base)
        }
        _ => true,
    };
    own && term.children().into_iter().all(|part| is_defined(part, is_real))
}

/// Whether a real term is 0 or more for certain.
fn is_not_negative(term: &Term, is_real: &dyn Fn(&Term) -> bool) -> bool {
    let all = |parts: &[Term]| parts.iter().all(|part| is_not_negative(part, is_real));
    match term {
        Term::Number(number) => number.im == 0.0 && number.re >= 0.0,
        Term::Function(Function::Absolute, _) => true,
        Term::Function(Function::Exponential | Function::SquareRoot, arguments) => {
            arguments.iter().all(is_real)
        }
        Term::Function(Function::Maximum, parts) => {
            parts.iter().any(|part| is_not_negative(part, is_real))
        }
        Term::Power(base, exponent) => {
            let even = matches!(&**exponent, Term::Number(p) if p.im == 0.0 && p.re.rem_euclid(2.0) == 0.0);
            is_real(base) && (even || is_not_negative(base, is_real))
        }
        Term::Sum(parts) => all(parts),
        Term::Product(parts) => {
            // A factor twice, or with its conjugate, is a square.
            let conjugates = |a: &Term, b: &Term| match b {
                Term::Function(Function::Conjugate, inner) => inner.first() == Some(a),
                _ => false,
            };
            let mut left: Vec<&Term> = parts
                .iter()
                .filter(|part| !is_real(part) || !is_not_negative(part, is_real))
                .collect();
            while let Some(factor) = left.pop() {
                let partner = left.iter().position(|other| {
                    (*other == factor && is_real(factor))
                        || conjugates(factor, other)
                        || conjugates(other, factor)
                });
                match partner {
                    Some(place) => left.remove(place),
                    None => return false,
                };
            }
            true
        }
        Term::Shifted { body, .. } => is_not_negative(body, is_real),
        _ => false,
    }
}
