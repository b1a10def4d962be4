//! Roots: which are new generators, which are in the field already, and on which branch.
//!
//! A square root of an element without algebraic generators belongs to the square class of its factors; the
//! classes of the square roots so far (sines and i among them) are rows of a linear system over the field with
//! two elements. What is in their span is a product of known roots up to a sign, and the sign is decided or
//! becomes a generator of its own. Roots of elements with algebraic generators are tested by norms (`squares`).

use std::collections::{BTreeSet, HashMap};

use holor_polynomial::{Polynomial, Var};
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Signed, ToPrimitive, Zero};

use super::fraction::{Denominator, Factor};
use super::magnitude::absolute;
use super::registry::{Kind, Relation};
use super::signs::{self, Range, Sign};
use super::squares::{self, Squareness};
use super::{Element, Field, angles, kernels, locked};
use crate::{AlgebraResult, Expr};

/// A prime of the square classes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Prime {
    /// −1
    Minus,
    /// A prime number.
    Number(BigInt),
    /// An irreducible polynomial.
    Polynomial(Factor),
}

/// A square root generator over the elements without algebraic generators.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) class: BTreeSet<Prime>,
    pub(super) var: Var,
}

#[derive(Debug, Default)]
pub(super) struct Roots {
    pub(super) rows: Vec<Row>,
    /// Square roots of elements with algebraic generators, in the order of the tower.
    pub(super) nested: Vec<Var>,
    /// Roots of odd prime degree by radicand: the level and the generator.
    odd: HashMap<(Element, u32), (u32, Element)>,
    /// Principal roots that were asked for.
    known: HashMap<(Element, u32), Element>,
}

/// A value as `∏ outside² · class`.
pub(super) struct Split {
    pub(super) outside: Element,
    pub(super) class: BTreeSet<Prime>,
    /// Whether every prime is known to be one.
    pub(super) certain: bool,
}

/// Factors of integers are looked for up to here.
const LARGEST_DIVISOR: u32 = 20_000;

/// The prime factors of a positive integer; the last one may be composite if it is large (then `false`).
pub(super) fn prime_factors(value: &BigInt) -> (Vec<(BigInt, u32)>, bool) {
    let mut rest = value.clone();
    let mut found = Vec::new();
    if rest.is_zero() {
        return (found, false);
    }
    let mut divisor = 2_u32;
    while divisor < LARGEST_DIVISOR && !rest.is_one() {
        let big = BigInt::from(divisor);
        if &big * &big > rest {
            break;
        }
        let mut count = 0;
        while (&rest % &big).is_zero() {
            rest = &rest / &big;
            count += 1;
        }
        if count > 0 {
            found.push((big, count));
        }
        divisor += if divisor == 2 { 1 } else { 2 };
    }
    if rest.is_one() {
        return (found, true);
    }
    let limit = BigInt::from(LARGEST_DIVISOR);
    let certain = rest < &limit * &limit;
    let root = rest.sqrt();
    if &root * &root == rest {
        found.push((root, 2));
        return (found, certain);
    }
    found.push((rest, 1));
    (found, certain)
}

/// Takes the squares out of an element without algebraic generators.
pub(super) fn split(field: &Field, a: &Element) -> Split {
    let mut class = BTreeSet::new();
    let mut outside = field.one();
    let mut certain = true;
    let numerator = field.factored(a.numerator());
    if numerator.content.is_negative() {
        class.insert(Prime::Minus);
    }
    let toggle = |class: &mut BTreeSet<Prime>, prime: Prime| {
        if !class.remove(&prime) {
            class.insert(prime);
        }
    };
    for (integer, inverse) in
        [(numerator.content.abs(), false), (a.denominator().content.clone(), true)]
    {
        let (primes, sure) = prime_factors(&integer);
        certain &= sure;
        for (prime, exponent) in primes {
            let times = floor_half(exponent, inverse);
            let value = BigRational::from_integer(prime.clone());
            outside = field.scale_by(&outside, &num_traits::Pow::pow(value, times));
            if exponent % 2 == 1 {
                toggle(&mut class, Prime::Number(prime));
            }
        }
    }
    for (list, inverse) in [(&numerator.factors, false), (&a.denominator().factors, true)]
    {
        for (factor, exponent) in list {
            certain &= factor.is_irreducible();
            let times = floor_half(*exponent, inverse);
            outside = field.multiply(&outside, &factor_power(field, factor, times));
            if exponent % 2 == 1 {
                toggle(&mut class, Prime::Polynomial(factor.clone()));
            }
        }
    }
    Split { outside, class, certain }
}

/// ⌊e/2⌋ of a signed exponent.
fn floor_half(exponent: u32, inverse: bool) -> i32 {
    let signed = i32::try_from(exponent).unwrap_or(i32::MAX);
    if inverse { (-signed).div_euclid(2) } else { signed / 2 }
}

/// factorⁿ
fn factor_power(field: &Field, factor: &Factor, exponent: i32) -> Element {
    let power = exponent.unsigned_abs();
    if exponent >= 0 {
        return Element::from_polynomial(factor.power(power));
    }
    let factors = vec![(factor.clone(), power)];
    let denominator = Denominator { content: BigInt::one(), factors };
    let one = field.one();
    Element::new(one.numerator().clone(), denominator)
}

/// The product of a square class as a polynomial.
pub(super) fn product(class: &BTreeSet<Prime>) -> Polynomial {
    let mut result = Polynomial::one();
    for prime in class {
        result = match prime {
            Prime::Minus => result.negate(),
            Prime::Number(number) => result.scale(number),
            Prime::Polynomial(factor) => result.multiply(factor.polynomial()),
        };
    }
    result
}

/// The square class of the radicand of a relation `u² = tail`, the tail without algebraic generators.
pub(super) fn class_of(
    field: &Field,
    tail: &Polynomial,
) -> AlgebraResult<BTreeSet<Prime>> {
    let class = split(field, &Element::from_polynomial(tail.clone())).class;
    field.poll()?;
    Ok(class)
}

/// Enters the generator of such a relation as a row.
pub(super) fn enter(field: &Field, class: BTreeSet<Prime>, var: Var) {
    locked(&field.0.roots).rows.push(Row { class, var });
}

/// The square root, up to sign, of the product of a class, if the rows generate it.
pub(super) fn in_span(
    field: &Field,
    class: &BTreeSet<Prime>,
    without: &[Var],
) -> Option<Element> {
    let rows: Vec<Row> = locked(&field.0.roots)
        .rows
        .iter()
        .filter(|row| !without.contains(&row.var))
        .cloned()
        .collect();
    let difference = |a: &BTreeSet<Prime>, b: &BTreeSet<Prime>| -> BTreeSet<Prime> {
        a.symmetric_difference(b).cloned().collect()
    };
    // Echelon form: (pivot, class, which rows it is made of).
    let mut echelon: Vec<(Prime, BTreeSet<Prime>, BTreeSet<usize>)> = Vec::new();
    for (index, row) in rows.iter().enumerate() {
        let mut current = row.class.clone();
        let mut made = BTreeSet::from([index]);
        for (pivot, other, other_made) in &echelon {
            if current.contains(pivot) {
                current = difference(&current, other);
                made = made.symmetric_difference(other_made).copied().collect();
            }
        }
        if let Some(pivot) = current.first().cloned() {
            echelon.push((pivot, current, made));
        }
    }
    let mut rest = class.clone();
    let mut made: BTreeSet<usize> = BTreeSet::new();
    for (pivot, other, other_made) in &echelon {
        if rest.contains(pivot) {
            rest = difference(&rest, other);
            made = made.symmetric_difference(other_made).copied().collect();
        }
    }
    if !rest.is_empty() {
        return None;
    }
    let chosen: Vec<&Row> = made.iter().filter_map(|index| rows.get(*index)).collect();
    let mut root = field.one();
    let mut all: BTreeSet<Prime> = class.clone();
    for row in &chosen {
        all.extend(row.class.iter().cloned());
    }
    // The relation of a row may hold squares beside its class.
    for row in &chosen {
        let relation = field.0.generators.relation(row.var)?;
        let tail = Element::from_polynomial(relation.tail.clone());
        let outside = split(field, &tail).outside;
        let quotient = field.divide(&field.generator(row.var), &outside).ok()?;
        root = field.multiply(&root, &quotient);
    }
    for prime in &all {
        let count = chosen.iter().filter(|row| row.class.contains(prime)).count();
        let wanted = usize::from(class.contains(prime));
        let times = i32::try_from(count.checked_sub(wanted)? / 2).ok()?;
        let power = match prime {
            Prime::Minus => continue,
            Prime::Number(number) => field.rational(&num_traits::Pow::pow(
                BigRational::from_integer(number.clone()),
                -times,
            )),
            Prime::Polynomial(factor) => factor_power(field, factor, -times),
        };
        root = field.multiply(&root, &power);
    }
    Some(root)
}

pub(super) fn is_free(field: &Field, a: &Element) -> bool {
    !a.numerator().variables().iter().any(|&var| field.0.generators.is_algebraic(var))
}

/// The element W with `W² = a` that is the value of `meaning`; `principal` says that this is the principal
/// root of `a`.
pub(super) fn adjoin(
    field: &Field,
    a: &Element,
    meaning: &Expr,
    range: &Range,
    principal: bool,
) -> AlgebraResult<Element> {
    field.poll()?;
    if a.is_zero() {
        return Ok(field.zero());
    }
    if is_free(field, a) {
        let split = split(field, a);
        if split.class.len() == 1 && split.class.contains(&Prime::Minus) {
            angles::imaginary_unit(field)?;
        }
        if let Some(root) = in_span(field, &split.class, &[]) {
            let root = field.multiply(&root, &split.outside);
            return on_branch(field, &root, meaning, range, principal);
        }
        // A root of something with roots inside may have made it a square, as √(x + y + 2√(x y)) does x.
        let uncertain = match squares::square_root(field, a) {
            Squareness::Square(root) => {
                return on_branch(field, &root, meaning, range, principal);
            }
            Squareness::NotSquare => !split.certain,
            Squareness::Unknown => true,
        };
        return new_root(
            field,
            &product(&split.class),
            &split.outside,
            (meaning, range),
            |v| (Row { class: split.class.clone(), var: v }, uncertain),
        );
    }
    match squares::square_root(field, a) {
        Squareness::Square(root) => on_branch(field, &root, meaning, range, principal),
        outcome => {
            // (W·D)² = N·D, and squares that all coefficients share come out.
            let integer = Polynomial::integer(a.numerator().content());
            let content = field.base_content(a.numerator()).multiply(&integer);
            let bare = a.numerator().divide_exactly(&content).unwrap_or_default();
            let mut simple = Element::from_polynomial(content);
            let below =
                Element::new(field.one().numerator().clone(), a.denominator().clone());
            simple = field.multiply(&simple, &below);
            let split = split(field, &simple);
            let tail = field.reduced_product(&bare, &product(&split.class));
            let certain = matches!(outcome, Squareness::NotSquare);
            let nested = locked(&field.0.roots).nested.clone();
            let same = nested.into_iter().find(|&var| {
                field.0.generators.relation(var).is_some_and(|known| known.tail == tail)
            });
            if let Some(var) = same {
                let root = field.multiply(&split.outside, &field.generator(var));
                return on_branch(field, &root, meaning, range, principal);
            }
            nested_root(field, &tail, &split.outside, (meaning, range), !certain)
        }
    }
}

/// A new generator v with `v² = tail` and `outside·v` the value of `meaning`.
fn new_root(
    field: &Field,
    tail: &Polynomial,
    outside: &Element,
    (meaning, range): (&Expr, &Range),
    row: impl FnOnce(Var) -> (Row, bool),
) -> AlgebraResult<Element> {
    let var = field.0.generators.len();
    let (row, opaque) = row(var);
    let var = add_root(field, tail, outside, (meaning, range), opaque)?;
    locked(&field.0.roots).rows.push(row);
    Ok(field.multiply(outside, &field.generator(var)))
}

fn nested_root(
    field: &Field,
    tail: &Polynomial,
    outside: &Element,
    (meaning, range): (&Expr, &Range),
    opaque: bool,
) -> AlgebraResult<Element> {
    let var = add_root(field, tail, outside, (meaning, range), opaque)?;
    locked(&field.0.roots).nested.push(var);
    Ok(field.multiply(outside, &field.generator(var)))
}

fn add_root(
    field: &Field,
    tail: &Polynomial,
    outside: &Element,
    (meaning, range): (&Expr, &Range),
    opaque: bool,
) -> AlgebraResult<Var> {
    let relation = Relation { degree: 2, tail: tail.clone(), pure: true };
    let (meaning, range) = if outside.is_one() {
        (meaning.clone(), range.clone())
    } else {
        let sign = signs::sign(field, outside);
        let range = range.divided(sign, signs::is_real(field, outside));
        (Expr::mul([meaning.clone(), field.write(outside).reciprocal()]), range)
    };
    kernels::add(field, Kind::Root, Some(relation), opaque, meaning, range)
}

/// Which of ±root has this meaning.
fn on_branch(
    field: &Field,
    root: &Element,
    meaning: &Expr,
    range: &Range,
    principal: bool,
) -> AlgebraResult<Element> {
    let sign = signs::sign(field, root);
    if principal {
        match sign {
            Some(Sign::Positive | Sign::NonNegative | Sign::Zero) => {
                return Ok(root.clone());
            }
            Some(Sign::Negative | Sign::NonPositive) => return Ok(field.negate(root)),
            None => {}
        }
        if signs::is_real(field, root) {
            return absolute(field, root);
        }
        if let Some((re, im)) = signs::numeric(field, root) {
            let size = re.abs().max(im.abs());
            let against = if re.abs() > 1e-9 * size { re } else { im };
            return Ok(if against < 0.0 { field.negate(root) } else { root.clone() });
        }
    } else {
        let known = |sign: Option<Sign>| match sign {
            Some(Sign::Positive | Sign::NonNegative) => Some(true),
            Some(Sign::Negative | Sign::NonPositive) => Some(false),
            _ => None,
        };
        if let (Some(a), Some(b)) = (known(sign), known(range.sign)) {
            return Ok(if a == b { root.clone() } else { field.negate(root) });
        }
    }
    let ratio = Expr::mul([meaning.clone(), field.write(root).reciprocal()]);
    if let Some(number) = ratio.as_number() {
        return Ok(field.scale_by(root, number));
    }
    let relation = Relation { degree: 2, tail: Polynomial::one(), pure: true };
    let var = kernels::generator(field, Kind::Branch(ratio.clone()), || {
        Ok((Some(relation), true, ratio, Range::unknown()))
    })?;
    Ok(field.multiply(&field.generator(var), root))
}

/// The principal n-th root.
pub(super) fn root(field: &Field, a: &Element, n: u32) -> AlgebraResult<Element> {
    if n <= 1 || a.is_zero() || a.is_one() {
        return Ok(a.clone());
    }
    let key = (a.clone(), n);
    if let Some(known) = locked(&field.0.roots).known.get(&key) {
        return Ok(known.clone());
    }
    let result = new_principal_root(field, a, n)?;
    field.poll()?;
    locked(&field.0.roots).known.insert(key, result.clone());
    Ok(result)
}

fn new_principal_root(field: &Field, a: &Element, n: u32) -> AlgebraResult<Element> {
    let twos = n.trailing_zeros();
    let odd = n >> twos;
    if odd == 1 {
        let mut result = a.clone();
        for _ in 0..twos {
            result = square_root(field, &result)?;
        }
        return Ok(result);
    }
    // 1/n as a sum of fractions with prime powers below: powers of one base add up.
    let prime =
        (3..=odd).step_by(2).find(|divisor| odd.is_multiple_of(*divisor)).unwrap_or(odd);
    let mut power = prime;
    let mut levels = 1;
    while n.is_multiple_of(power.saturating_mul(prime)) {
        power *= prime;
        levels += 1;
    }
    if power == n {
        return prime_power_root(field, a, prime, levels);
    }
    let rest = n / power;
    // 1/n = x/power + y/rest with x·rest + y·power = 1.
    let x = (1..power).find(|x| x * rest % power == 1).unwrap_or(1);
    let y = (1 - i64::from(x) * i64::from(rest)) / i64::from(power);
    let first = field.raise(&prime_power_root(field, a, prime, levels)?, x);
    let second = root(field, a, rest)?;
    let exponent = i32::try_from(y).unwrap_or(0);
    Ok(field.multiply(&first, &field.power(&second, exponent)?))
}

/// A value as a product of powers of things of known sign and a rest.
pub(super) struct BySigns {
    /// Positive bases with exponents; the sign was taken out.
    pub(super) positive: Vec<(Element, i32)>,
    pub(super) negative: bool,
    pub(super) rest: Element,
}

/// Takes a value apart by signs: `√(a b) = √a √b` holds where a ≥ 0.
pub(super) fn by_signs(field: &Field, a: &Element) -> BySigns {
    let mut result = BySigns { positive: Vec::new(), negative: false, rest: field.one() };
    let free = is_free(field, a);
    let separate =
        if free { a.numerator().clone() } else { field.base_content(a.numerator()) };
    let factored = field.factored(&separate);
    let mut integer = factored.content.clone();
    let mut bare = field.one();
    if !free {
        let quotient = a.numerator().divide_exactly(&separate).unwrap_or_default();
        let content = quotient.content();
        integer = &integer * &content;
        bare = Element::from_polynomial(quotient.divide_content(&content));
    }
    if integer.is_negative() {
        result.negative = true;
    }
    for (value, inverse) in [(integer.abs(), -1), (a.denominator().content.clone(), 1)] {
        for (prime, exponent) in prime_factors(&value).0 {
            let exponent = i32::try_from(exponent).unwrap_or(i32::MAX);
            result.positive.push((field.integer(prime), -inverse * exponent));
        }
    }
    let above = factored.factors.iter().map(|(factor, exponent)| (factor, *exponent, 1));
    let below =
        a.denominator().factors.iter().map(|(factor, exponent)| (factor, *exponent, -1));
    for (factor, exponent, side) in above.chain(below) {
        let signed = side * i32::try_from(exponent).unwrap_or(i32::MAX);
        let value = Element::from_polynomial(factor.polynomial().clone());
        match signs::sign(field, &value) {
            Some(Sign::Positive | Sign::NonNegative) => {
                result.positive.push((value, signed));
            }
            Some(Sign::Negative | Sign::NonPositive) => {
                result.positive.push((field.negate(&value), signed));
                result.negative ^= exponent % 2 == 1;
            }
            _ => {
                let power = factor_power(field, factor, signed);
                result.rest = field.multiply(&result.rest, &power);
            }
        }
    }
    if !bare.is_one() {
        match signs::sign(field, &bare) {
            Some(Sign::Positive | Sign::NonNegative) => result.positive.push((bare, 1)),
            Some(Sign::Negative | Sign::NonPositive) => {
                result.positive.push((field.negate(&bare), 1));
                result.negative = !result.negative;
            }
            _ => result.rest = field.multiply(&result.rest, &bare),
        }
    }
    result
}

/// The principal square root.
fn square_root(field: &Field, a: &Element) -> AlgebraResult<Element> {
    field.poll()?;
    if a.is_zero() || a.is_one() {
        return Ok(a.clone());
    }
    let signed = by_signs(field, a);
    let mut result = field.one();
    // What stays under one root: positive factors to odd powers and the rest.
    let mut inside = signed.rest.clone();
    let mut apart = field.one();
    let mut nested = Vec::new();
    for (base, exponent) in &signed.positive {
        let half = exponent.div_euclid(2);
        result = field.multiply(&result, &field.power(base, half)?);
        if exponent.rem_euclid(2) == 0 {
            continue;
        }
        if let Some(argument) = real_exponent(field, base) {
            let half = angles::exponential(field, &field.scale(&argument, 1, 2))?;
            result = field.multiply(&result, &half);
            continue;
        }
        if base.as_rational().is_some() {
            result = field.multiply(&result, &simple_root(field, base)?);
        } else if is_free(field, base) {
            apart = field.multiply(&apart, base);
        } else {
            nested.push(base.clone());
        }
    }
    if is_free(field, &inside) {
        inside = field.multiply(&inside, &apart);
    } else if !apart.is_one() {
        result = field.multiply(&result, &simple_root(field, &apart)?);
    }
    for base in nested {
        result = field.multiply(&result, &simple_root(field, &base)?);
    }
    let all_positive = signed.rest.is_one();
    if signed.negative {
        if all_positive {
            result = field.multiply(&result, &angles::imaginary_unit(field)?);
        } else {
            inside = field.negate(&inside);
        }
    }
    // Squares of real values of unknown sign come out as absolute values.
    if is_free(field, &inside) && !inside.is_one() {
        let split = split(field, &inside);
        if !split.outside.is_one() && signs::is_real(field, &split.outside) {
            let size = absolute(field, &split.outside)?;
            result = field.multiply(&result, &size);
            inside = Element::from_polynomial(product(&split.class));
        }
    }
    if inside.is_one() {
        return Ok(result);
    }
    Ok(field.multiply(&result, &simple_root(field, &inside)?))
}

/// The real number a of a generator `eᵃ`.
fn real_exponent(field: &Field, base: &Element) -> Option<Element> {
    let [var] = base.numerator().variables() else { return None };
    let generator = field.0.generators.get(*var)?;
    match &generator.kind {
        Kind::Exponential { argument }
            if generator.range.sign == Some(Sign::Positive)
                && *base == field.generator(*var) =>
        {
            Some(argument.clone())
        }
        _ => None,
    }
}

/// Enters a positive root of odd prime degree that was made elsewhere.
pub(super) fn enter_odd(field: &Field, base: &Element, prime: u32, root: &Element) {
    locked(&field.0.roots).odd.insert((base.clone(), prime), (1, root.clone()));
}

/// The principal square root of something without visible squares.
fn simple_root(field: &Field, a: &Element) -> AlgebraResult<Element> {
    let range = match signs::sign(field, a) {
        Some(Sign::Positive) => Range::positive(),
        Some(Sign::NonNegative) => Range::non_negative(),
        _ => Range::unknown(),
    };
    let meaning = field.write(a).sqrt();
    adjoin(field, a, &meaning, &range, true)
}

/// The principal root of degree `prime^levels`, the prime odd.
fn prime_power_root(
    field: &Field,
    a: &Element,
    prime: u32,
    levels: u32,
) -> AlgebraResult<Element> {
    let degree = prime.saturating_pow(levels);
    let signed = by_signs(field, a);
    let mut result = field.one();
    for (base, exponent) in &signed.positive {
        let n = i32::try_from(degree).unwrap_or(i32::MAX);
        let (whole, part) = (exponent.div_euclid(n), exponent.rem_euclid(n));
        result = field.multiply(&result, &field.power(base, whole)?);
        if part > 0 {
            let root = tower_root(field, base, prime, levels, true)?;
            result = field.multiply(&result, &field.raise(&root, part.unsigned_abs()));
        }
    }
    if signed.rest.is_one() {
        if signed.negative {
            let turn = BigRational::new(1.into(), degree.into());
            let pi = field.generator(kernels::constant(field, crate::Constant::Pi)?);
            let (cosine, sine) = angles::circular(field, &field.scale_by(&pi, &turn))?;
            let i = angles::imaginary_unit(field)?;
            let phase = field.add(&cosine, &field.multiply(&i, &sine));
            result = field.multiply(&result, &phase);
        }
        return Ok(result);
    }
    let rest = if signed.negative { field.negate(&signed.rest) } else { signed.rest };
    Ok(field.multiply(&result, &tower_root(field, &rest, prime, levels, false)?))
}

/// The root of degree `prime^levels` of one value, over coarser roots of it if there are any.
fn tower_root(
    field: &Field,
    base: &Element,
    prime: u32,
    levels: u32,
    positive: bool,
) -> AlgebraResult<Element> {
    if let Some(argument) = real_exponent(field, base) {
        let degree = i64::from(prime.saturating_pow(levels));
        return angles::exponential(field, &field.scale(&argument, 1, degree));
    }
    let key = (base.clone(), prime);
    let known = locked(&field.0.roots).odd.get(&key).cloned();
    if let Some((level, root)) = &known
        && *level >= levels
    {
        return Ok(field.raise(root, prime.saturating_pow(level - levels)));
    }
    let degree = prime.saturating_pow(levels);
    let exponent = Expr::rational(BigRational::new(1.into(), degree.into()));
    let meaning = Expr::power(field.write(base), exponent);
    let range = if positive { Range::positive() } else { Range::unknown() };
    let factored = is_free(field, base).then(|| field.factored(base.numerator()));
    let is_prime = base.denominator().is_one()
        && match base.as_rational() {
            Some(number) => number.to_i64().is_some(),
            None => factored.is_some_and(|factored| {
                factored.complete
                    && factored.factors.iter().map(|(_, e)| e).sum::<u32>() == 1
                    && factored.content.is_one()
            }),
        };
    let (tail, outside) = match known {
        Some((_, ref root)) => (root.numerator().clone(), field.one()),
        None => {
            // (D·a^(1/n))ⁿ = N·Dⁿ⁻¹
            let below = base.denominator().expanded();
            let tail = field.reduced_product(base.numerator(), &below.power(degree - 1));
            let outside = field.inverse(&Element::from_polynomial(below))?;
            (tail, outside)
        }
    };
    let over = known.as_ref().map_or(0, |(level, _)| *level);
    let relation =
        Relation { degree: prime.saturating_pow(levels - over), tail, pure: true };
    let (meaning, range) = if outside.is_one() {
        (meaning, range)
    } else {
        let below = field.write(&outside).reciprocal();
        (Expr::mul([meaning, below]), Range::unknown())
    };
    let var = kernels::add(field, Kind::Root, Some(relation), !is_prime, meaning, range)?;
    let generator = field.generator(var);
    if outside.is_one() {
        locked(&field.0.roots).odd.insert(key, (levels, generator.clone()));
        return Ok(generator);
    }
    Ok(field.multiply(&outside, &generator))
}
