//! From expressions to elements.

use std::collections::HashSet;

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::ToPrimitive;

use super::angles::{self, Family};
use super::registry::Kind;
use super::signs::{self, Range, Sign};
use super::{Element, Field, kernels, locked, magnitude, roots, small_integer};
use crate::{AlgebraError, AlgebraResult, Constant, Expr, Function, Node, Symbol};

/// Deeper expressions are refused.
const DEEPEST: u32 = 256;
/// How many read expressions are remembered.
const MEMORY: usize = 8_192;
/// Roots of a higher degree stay unread.
const HIGHEST_ROOT: u32 = 64;
/// Powers with more terms than this are refused.
const LARGEST_POWER: f64 = 200_000.0;

/// How many sums are remembered as they were written, and how large they may be.
const FORMS: usize = 512;
const LARGEST_FORM: usize = 200;

const OPERATION: &str = "exact arithmetic";

pub(super) fn read(field: &Field, expr: &Expr) -> AlgebraResult<Element> {
    if let Some(known) = locked(&field.0.memory).get(expr) {
        return Ok(known.clone());
    }
    if expr.depth() > DEEPEST {
        return Err(AlgebraError::TooLarge {
            operation: OPERATION,
            reason: format!("the expression has more than {DEEPEST} levels"),
        });
    }
    let _growing = field.grow();
    field.poll()?;
    prepare(field, expr)?;
    let element = convert(field, expr)?;
    field.poll()?;
    remember(field, expr, &element);
    Ok(element)
}

fn remember(field: &Field, expr: &Expr, element: &Element) {
    let mut memory = locked(&field.0.memory);
    if memory.len() >= MEMORY {
        memory.clear();
    }
    memory.insert(expr.clone(), element.clone());
}

/// Keeps a sum as it was written, if it has fewer terms than the polynomial that it is.
fn remember_form(field: &Field, expr: &Expr, sum: &Element) {
    let polynomial = sum.numerator();
    if expr.terms().len() >= polynomial.term_count()
        || polynomial.term_count() > LARGEST_FORM
        || !sum.denominator().is_one()
        || field.poll().is_err()
    {
        return;
    }
    let mut forms = locked(&field.0.forms);
    if forms.len() < FORMS {
        forms.entry(polynomial.clone()).or_insert_with(|| expr.clone());
    }
}

/// Looks at all angles and exponents first, so that each family gets units of which all are multiples.
fn prepare(field: &Field, expr: &Expr) -> AlgebraResult<()> {
    let mut circular: Vec<&Expr> = Vec::new();
    let mut rates: Vec<&Expr> = Vec::new();
    let mut hyperbolic = true;
    let mut seen = HashSet::new();
    let mut pending = vec![expr];
    while let Some(part) = pending.pop() {
        if part.count_nodes() > 4 && !seen.insert(std::ptr::from_ref(part.node()).addr())
        {
            continue;
        }
        match part.node() {
            Node::Call(function, items) if items.len() == 1 => {
                let Some(argument) = items.first() else { continue };
                match function {
                    Function::Sin
                    | Function::Cos
                    | Function::Tan
                    | Function::Cot
                    | Function::Sec
                    | Function::Csc => circular.push(argument),
                    Function::Sinh | Function::Cosh | Function::Tanh => {
                        rates.push(argument);
                    }
                    // Their arguments are read by themselves.
                    _ => {}
                }
            }
            Node::Power(base, exponent)
                if matches!(base.node(), Node::Constant(Constant::E)) =>
            {
                rates.push(exponent);
                hyperbolic = false;
            }
            Node::Power(base, exponent) if exponent.as_number().is_some() => {
                pending.push(base);
            }
            Node::Add(items) | Node::Mul(items) => pending.extend(items.iter()),
            _ => {}
        }
    }
    if circular.len() + rates.len() < 2 {
        return Ok(());
    }
    let mut angles = Vec::new();
    let mut exponents = Vec::new();
    for argument in circular.iter().chain(&rates) {
        prepare(field, argument)?;
    }
    for argument in circular {
        let (real, imaginary) = angles::complex_parts(field, &convert(field, argument)?);
        angles.push(real);
        exponents.extend(imaginary);
    }
    for argument in rates {
        let (real, imaginary) = angles::complex_parts(field, &convert(field, argument)?);
        exponents.push(real);
        angles.extend(imaginary);
    }
    angles::prepare(field, angles, Family::Circular)?;
    let family = if hyperbolic { Family::Hyperbolic } else { Family::Exponential };
    angles::prepare(field, exponents, family)
}

fn convert(field: &Field, expr: &Expr) -> AlgebraResult<Element> {
    match expr.node() {
        Node::Number(value) => return Ok(field.rational(value)),
        Node::Decimal(value) => return Ok(field.rational(&value.to_rational())),
        Node::Symbol(symbol) => return Ok(field.symbol(symbol)),
        _ => {}
    }
    if let Some(known) = locked(&field.0.memory).get(expr) {
        return Ok(known.clone());
    }
    field.poll()?;
    let element = match expr.node() {
        Node::Number(_) | Node::Decimal(_) | Node::Symbol(_) => field.zero(),
        Node::Constant(constant) => of_constant(field, *constant)?,
        Node::Add(items) => {
            let terms = items
                .iter()
                .map(|item| convert(field, item))
                .collect::<AlgebraResult<Vec<_>>>()?;
            let sum = field.sum(&terms);
            remember_form(field, expr, &sum);
            sum
        }
        Node::Mul(items) => {
            let mut product = field.one();
            for item in items {
                product = field.multiply(&product, &convert(field, item)?);
            }
            product
        }
        Node::Power(base, exponent) => power(field, base, exponent)?,
        Node::Call(function, items) => call(field, *function, items, expr)?,
        Node::Apply(name, items) => {
            let arguments = items
                .iter()
                .map(|item| convert(field, item))
                .collect::<AlgebraResult<Vec<_>>>()?;
            kernels::jet(field, name, vec![0; arguments.len()], arguments)?
        }
        Node::Piecewise(_) => kernels::expression(field, expr.clone())?,
        Node::Relation(..)
        | Node::And(_)
        | Node::Or(_)
        | Node::Not(_)
        | Node::Truth(_) => {
            return Err(AlgebraError::Invalid {
                operation: OPERATION,
                reason: format!("{expr} is a condition, not a value"),
            });
        }
    };
    field.poll()?;
    if expr.count_nodes() > 3 {
        remember(field, expr, &element);
    }
    Ok(element)
}

fn of_constant(field: &Field, constant: Constant) -> AlgebraResult<Element> {
    match constant {
        Constant::Pi | Constant::EulerGamma | Constant::Catalan => {
            Ok(field.generator(kernels::constant(field, constant)?))
        }
        Constant::E => angles::exponential(field, &field.one()),
        Constant::I => angles::imaginary_unit(field),
        Constant::GoldenRatio => {
            let root = roots::root(field, &field.integer(5), 2)?;
            Ok(field.scale(&field.add(&field.one(), &root), 1, 2))
        }
        Constant::Infinity | Constant::ComplexInfinity | Constant::Undefined => {
            Err(AlgebraError::Undefined {
                reason: "an infinity is no exact value".into(),
            })
        }
    }
}

fn power(field: &Field, base: &Expr, exponent: &Expr) -> AlgebraResult<Element> {
    if matches!(base.node(), Node::Constant(Constant::E)) {
        return angles::exponential(field, &convert(field, exponent)?);
    }
    let exact = match exponent.node() {
        Node::Number(value) => Some(value.clone()),
        Node::Decimal(value) => Some(value.to_rational()),
        _ => None,
    };
    let value = convert(field, base)?;
    if let Some(exponent) = exact {
        return rational_power(field, &value, &exponent);
    }
    let exponent = convert(field, exponent)?;
    if let Some(exponent) = exponent.as_rational() {
        return rational_power(field, &value, &exponent);
    }
    if value.is_zero() {
        return Err(AlgebraError::Undefined { reason: format!("0 to the power {base}") });
    }
    let logarithm = logarithm(field, &value)?;
    angles::exponential(field, &field.multiply(&exponent, &logarithm))
}

fn rational_power(
    field: &Field,
    base: &Element,
    exponent: &BigRational,
) -> AlgebraResult<Element> {
    let too_large =
        |reason: String| AlgebraError::TooLarge { operation: OPERATION, reason };
    let numerator = exponent.numer().to_i32();
    let degree = exponent.denom().to_u32().filter(|degree| *degree <= HIGHEST_ROOT);
    let (Some(numerator), Some(degree)) = (numerator, degree) else {
        return Err(too_large(format!("the exponent {exponent}")));
    };
    if base.is_zero() && numerator < 0 {
        return Err(AlgebraError::Undefined { reason: "division by 0".into() });
    }
    let root = roots::root(field, base, degree)?;
    // The terms of a power: binomial(n + t − 1, t − 1).
    let (n, t) = (f64::from(numerator.unsigned_abs()), root.term_count().max(1));
    let mut count = 1.0_f64;
    for k in (1..t.min(12)).map(|k| k as f64) {
        count *= (n + k) / k;
    }
    let bits =
        root.as_rational().map_or(0.0, |q| (q.numer().bits() + q.denom().bits()) as f64);
    if t > 2 && count > LARGEST_POWER || n * bits > 1e6 || n > 1e6 {
        return Err(too_large(format!("the power {exponent} of a sum")));
    }
    field.power(&root, numerator)
}

/// The logarithm: split over positive factors.
fn logarithm(field: &Field, a: &Element) -> AlgebraResult<Element> {
    if a.is_zero() {
        return Err(AlgebraError::Undefined { reason: "log(0)".into() });
    }
    let parts = roots::by_signs(field, a);
    let mut terms = Vec::new();
    for (base, exponent) in &parts.positive {
        let term = log_generator(field, base, false)?;
        terms.push(field.scale(&term, i64::from(*exponent), 1));
    }
    if parts.rest.is_one() {
        if parts.negative {
            let pi = field.generator(kernels::constant(field, Constant::Pi)?);
            terms.push(field.multiply(&angles::imaginary_unit(field)?, &pi));
        }
    } else {
        let rest = if parts.negative { field.negate(&parts.rest) } else { parts.rest };
        terms.push(log_generator(field, &rest, true)?);
    }
    Ok(field.sum(&terms))
}

/// The logarithm of one value: of a power of e its exponent, where that is real.
fn log_generator(field: &Field, a: &Element, uncertain: bool) -> AlgebraResult<Element> {
    if a.is_one() {
        return Ok(field.zero());
    }
    if let [var] = a.numerator().variables()
        && a.denominator().is_one()
        && *a == field.generator(*var)
        && let Some(generator) = field.0.generators.get(*var)
    {
        let exponent = match (&generator.kind, generator.meaning.node()) {
            (Kind::Exponential { argument }, _) => Some(argument.clone()),
            (Kind::Root, Node::Power(base, exponent))
                if generator.range.sign == Some(Sign::Positive)
                    && !matches!(base.node(), Node::Constant(Constant::E)) =>
            {
                let base = convert(field, base)?;
                let inner = logarithm(field, &base)?;
                Some(field.multiply(&convert(field, exponent)?, &inner))
            }
            (Kind::Root, Node::Power(_, exponent)) => Some(convert(field, exponent)?),
            _ => None,
        };
        if let Some(exponent) = exponent
            && signs::is_real(field, &exponent)
            && generator.range.sign == Some(Sign::Positive)
        {
            return Ok(exponent);
        }
    }
    let var = kernels::generator(field, Kind::Logarithm { argument: a.clone() }, || {
        let meaning = Expr::call(Function::Log, [field.write(a)]);
        let real = signs::sign(field, a) == Some(Sign::Positive);
        let range = if real { Range::real() } else { Range::unknown() };
        let single = a.denominator().is_one() && {
            let factored = field.factored(a.numerator());
            factored.complete
                && factored.content == BigInt::from(1)
                && factored.factors.iter().map(|(_, e)| e).sum::<u32>() == 1
                && !a
                    .numerator()
                    .variables()
                    .iter()
                    .any(|&v| field.0.generators.is_algebraic(v))
        };
        let opaque = !single && (uncertain || a.as_rational().is_none());
        Ok((None, opaque, meaning, range))
    })?;
    Ok(field.generator(var))
}

fn call(
    field: &Field,
    function: Function,
    items: &[Expr],
    expr: &Expr,
) -> AlgebraResult<Element> {
    use Function as F;
    match (function, items) {
        (F::Derivative, [body, steps @ ..]) => {
            return match derivative(field, body, steps)? {
                Some(element) => Ok(element),
                None => kernels::expression(field, expr.clone()),
            };
        }
        (F::Substitution, [body, variable, value]) => {
            if let Some(symbol) = variable.as_symbol() {
                let body = read(field, body)?;
                return kernels::substitute(
                    field,
                    &body,
                    &[(symbol.clone(), value.clone())],
                );
            }
        }
        _ => {}
    }
    if function.is_binder() || function == F::Order {
        return kernels::expression(field, expr.clone());
    }
    if let [inner] = items {
        if let Some(known) = of_inverse(field, function, inner)? {
            return Ok(known);
        }
        let a = read(field, inner)?;
        if let Some(known) = of_one(field, function, &a)? {
            return Ok(known);
        }
        return kernels::call(field, function, vec![a]);
    }
    let arguments =
        items.iter().map(|item| read(field, item)).collect::<AlgebraResult<Vec<_>>>()?;
    kernels::call(field, function, arguments)
}

/// Functions of one argument that have relations.
fn of_one(
    field: &Field,
    function: Function,
    a: &Element,
) -> AlgebraResult<Option<Element>> {
    use Function as F;
    let circular = || angles::circular(field, a);
    let hyperbolic = || angles::hyperbolic(field, a);
    Ok(Some(match function {
        F::Sin => circular()?.1,
        F::Cos => circular()?.0,
        F::Tan => {
            let (cosine, sine) = circular()?;
            field.divide(&sine, &cosine)?
        }
        F::Cot => {
            let (cosine, sine) = circular()?;
            field.divide(&cosine, &sine)?
        }
        F::Sec => field.inverse(&circular()?.0)?,
        F::Csc => field.inverse(&circular()?.1)?,
        F::Sinh => hyperbolic()?.1,
        F::Cosh => hyperbolic()?.0,
        F::Tanh => {
            let (cosh, sinh) = hyperbolic()?;
            field.divide(&sinh, &cosh)?
        }
        F::Log => logarithm(field, a)?,
        F::Abs => {
            if signs::is_real(field, a) {
                return magnitude::absolute(field, a).map(Some);
            }
            if let (re, Some(im)) = angles::complex_parts(field, a)
                && signs::is_real(field, &re)
                && signs::is_real(field, &im)
            {
                let squares = [(1, &re, &re), (1, &im, &im)];
                return roots::root(field, &field.sum_of_products(&squares), 2).map(Some);
            }
            return Ok(None);
        }
        F::Sign if signs::is_real(field, a) => magnitude::sign_element(field, a)?,
        F::Re | F::Im | F::Conjugate => {
            let (re, im) = angles::complex_parts(field, a);
            let im = im.unwrap_or_else(|| field.zero());
            if !signs::is_real(field, &re) || !signs::is_real(field, &im) {
                return Ok(None);
            }
            match function {
                F::Re => re,
                F::Im => im,
                _ => {
                    let i = angles::imaginary_unit(field)?;
                    field.subtract(&re, &field.multiply(&i, &im))
                }
            }
        }
        // What vanishes at 0 and is odd or not does not matter there.
        F::Atan | F::Asin | F::Asinh | F::Atanh | F::Erf if a.is_zero() => field.zero(),
        F::Factorial | F::Gamma => {
            let shift = i64::from(function == F::Gamma);
            let Some(n) = a.as_rational().and_then(|q| small_integer(&q)) else {
                return Ok(None);
            };
            let n = n - shift;
            if !(0..=500).contains(&n) {
                return Ok(None);
            }
            field.integer((1..=n).map(BigInt::from).product::<BigInt>())
        }
        _ => return Ok(None),
    }))
}

/// Functions of their inverses, where these hold for principal values everywhere.
fn of_inverse(
    field: &Field,
    function: Function,
    inner: &Expr,
) -> AlgebraResult<Option<Element>> {
    use Function as F;
    let Node::Call(inverse, items) = inner.node() else { return Ok(None) };
    if let (F::Atan2, [y, x]) = (inverse, &**items) {
        return of_direction(field, function, y, x);
    }
    let [x] = &**items else { return Ok(None) };
    let same = matches!(
        (function, inverse),
        (F::Sin, F::Asin)
            | (F::Cos, F::Acos)
            | (F::Tan, F::Atan)
            | (F::Sinh, F::Asinh)
            | (F::Cosh, F::Acosh)
            | (F::Tanh, F::Atanh)
    );
    if same {
        return read(field, x).map(Some);
    }
    let square = || x.powi(2);
    let one = Expr::one;
    let value = match (function, inverse) {
        (F::Sin, F::Acos) | (F::Cos, F::Asin) => (one() - square()).sqrt(),
        (F::Cos, F::Atan) => (one() + square()).sqrt().reciprocal(),
        (F::Sin, F::Atan) => x / (one() + square()).sqrt(),
        (F::Cosh, F::Asinh) => (one() + square()).sqrt(),
        (F::Sinh, F::Acosh) => (x - 1).sqrt() * (x + 1).sqrt(),
        (F::Cosh, F::Atanh) => (one() - square()).sqrt().reciprocal(),
        (F::Sinh, F::Atanh) => x / (one() - square()).sqrt(),
        _ => return Ok(None),
    };
    read(field, &value).map(Some)
}

/// Functions of the direction of a real point, `atan2(y, x)`.
fn of_direction(
    field: &Field,
    function: Function,
    y: &Expr,
    x: &Expr,
) -> AlgebraResult<Option<Element>> {
    let (y, x) = (read(field, y)?, read(field, x)?);
    if !signs::is_real(field, &y) || !signs::is_real(field, &x) {
        return Ok(None);
    }
    let side = match function {
        Function::Sin => &y,
        Function::Cos => &x,
        Function::Tan => return field.divide(&y, &x).map(Some),
        _ => return Ok(None),
    };
    let distance = field.sqrt(&field.sum_of_products(&[(1, &x, &x), (1, &y, &y)]))?;
    field.divide(side, &distance).map(Some)
}

/// `Derivative[body, x, n, …]` by symbols; `None` for anything else.
fn derivative(
    field: &Field,
    body: &Expr,
    steps: &[Expr],
) -> AlgebraResult<Option<Element>> {
    let mut result = read(field, body)?;
    for pair in steps.chunks(2) {
        let [variable, order] = pair else { return Ok(None) };
        let symbol: Option<&Symbol> = variable.as_symbol();
        let order = order.as_integer().and_then(ToPrimitive::to_u32);
        let (Some(symbol), Some(order)) = (symbol, order.filter(|order| *order <= 64))
        else {
            return Ok(None);
        };
        for _ in 0..order {
            field.poll()?;
            result = field.derivative(&result, symbol);
        }
    }
    Ok(Some(result))
}
