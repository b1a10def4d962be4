//! From elements to the form that a person would write.
//!
//! Numerator and denominator are factored; `(1 − c)(1 + c)` is sin², and each factor takes the shorter of its
//! forms in sin² and cos². A root goes where it leaves the fewest other factors, signs where the fewest
//! minuses show. Ties are decided by the written form, never by the order in which generators were made.

use holor_polynomial::{Polynomial, Var};
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Signed};

use super::registry::Kind;
use super::signs::{self, Sign};
use super::{Element, Field, locked, write};
use crate::{Expr, Function, Node};

/// Larger numerators are not factored.
const FACTORED: usize = 1_200;
/// Larger factors are not tried in other forms.
const RESHAPED: usize = 120;
/// Sums in more variables are not collected by one of them.
const COLLECTED: usize = 12;

/// A factor with its exponent.
#[derive(Clone, Debug)]
struct Piece {
    base: Polynomial,
    exponent: i32,
}

/// A factor as written, with what its other sign would cost.
struct Written {
    expr: Expr,
    opposite: Expr,
    exponent: i32,
}

pub(super) fn write(field: &Field, element: &Element) -> Expr {
    if let Some(number) = element.as_rational() {
        return Expr::rational(number);
    }
    let (numerator, below) = field.unrationalised(element);
    let (mut pieces, integer) = taken_apart(&numerator);
    let mut content = BigRational::new(integer, element.denominator().content.clone());
    for (base, exponent) in below {
        // A divisor such as 2√x brings its number along.
        let number = base.content();
        content /= BigRational::from_integer(number.pow(exponent));
        let base = base.divide_content(&number);
        pieces.push(Piece { base, exponent: -signed(exponent) });
    }
    let mut extra = Vec::new();
    squares_of_sines(field, &mut pieces, &mut content);
    absolute_values(field, &mut pieces, &mut extra);
    roots_in_place(field, &mut pieces, &mut content, &mut extra);
    assemble(field, pieces, content, extra, true)
}

/// A polynomial by its factors, where it is not too large, and its integer factor.
fn taken_apart(polynomial: &Polynomial) -> (Vec<Piece>, BigInt) {
    if polynomial.term_count() > FACTORED {
        let integer = polynomial.content();
        let base = polynomial.divide_content(&integer);
        return (vec![Piece { base, exponent: 1 }], integer);
    }
    let factors = polynomial.factor();
    let pieces = factors
        .factors
        .into_iter()
        .map(|(base, exponent)| Piece { base, exponent: signed(exponent) })
        .collect();
    (pieces, factors.content)
}

/// A polynomial as a product, its factors as plain sums.
fn product(field: &Field, polynomial: &Polynomial, stand_ins: &[Expr]) -> Expr {
    if let Some(integer) = polynomial.as_integer() {
        return Expr::integer(integer);
    }
    if polynomial.variables().iter().any(|&var| var >= STAND_IN) {
        return terms(field, polynomial, stand_ins);
    }
    let (mut pieces, integer) = taken_apart(polynomial);
    let mut content = BigRational::from_integer(integer);
    squares_of_sines(field, &mut pieces, &mut content);
    assemble(field, pieces, content, Vec::new(), false)
}

/// Joins factors such as `(r + a c)(r − a c)` whose product has no more terms than either.
fn joined(pieces: Vec<Piece>) -> Vec<Piece> {
    let mut result: Vec<Piece> = Vec::new();
    for piece in pieces {
        let count = piece.base.term_count();
        let partner = (2..=3).contains(&count).then(|| {
            result.iter().position(|other| {
                other.exponent == piece.exponent
                    && other.base.term_count() == count
                    && other.base.variables() == piece.base.variables()
                    && other.base.multiply(&piece.base).term_count() <= count
            })
        });
        match partner.flatten().and_then(|place| result.get_mut(place)) {
            Some(other) => other.base = other.base.multiply(&piece.base),
            None => result.push(piece),
        }
    }
    result
}

fn signed(exponent: u32) -> i32 {
    i32::try_from(exponent).unwrap_or(i32::MAX)
}

/// The exponent of one polynomial among the pieces.
fn exponent(pieces: &[Piece], base: &Polynomial) -> i32 {
    pieces.iter().find(|piece| piece.base == *base).map_or(0, |piece| piece.exponent)
}

/// Multiplies by a power.
fn shift(pieces: &mut Vec<Piece>, base: &Polynomial, by: i32) {
    if by == 0 {
        return;
    }
    match pieces.iter_mut().find(|piece| piece.base == *base) {
        Some(piece) => piece.exponent += by,
        None => pieces.push(Piece { base: base.clone(), exponent: by }),
    }
    pieces.retain(|piece| piece.exponent != 0);
}

/// A cosine, its sine, and ε in `sine² = ε(1 − cosine²)`.
struct Pair {
    cosine: Var,
    sine: Var,
    sign: i32,
}

/// The pairs of which one occurs.
fn pairs(field: &Field, variables: impl Iterator<Item = Var>) -> Vec<Pair> {
    let mut found: Vec<Pair> = Vec::new();
    for var in variables {
        let Some(generator) = field.0.generators.get(var) else { continue };
        let (sine, partner, sign) = match &generator.kind {
            Kind::Circular { sine, partner, .. } => (*sine, *partner, 1),
            Kind::Hyperbolic { sine, partner, .. } => (*sine, *partner, -1),
            _ => continue,
        };
        let (cosine, sine) = if sine { (partner, var) } else { (var, partner) };
        if !found.iter().any(|pair| pair.cosine == cosine) {
            found.push(Pair { cosine, sine, sign });
        }
    }
    found.sort_by_key(|pair| write::meaning(field, pair.cosine).to_string());
    found
}

fn all_variables(pieces: &[Piece]) -> impl Iterator<Item = Var> + '_ {
    pieces.iter().flat_map(|piece| piece.base.variables().iter().copied())
}

/// `(c − 1)(c + 1) = −s²`, and `+sinh²`.
fn squares_of_sines(field: &Field, pieces: &mut Vec<Piece>, content: &mut BigRational) {
    for pair in pairs(field, all_variables(pieces).collect::<Vec<_>>().into_iter()) {
        let cosine = Polynomial::variable(pair.cosine);
        let minus = cosine.subtract(&Polynomial::one());
        let plus = cosine.add(&Polynomial::one());
        let (a, b) = (exponent(pieces, &minus), exponent(pieces, &plus));
        if a.signum() * b.signum() <= 0 {
            continue;
        }
        let times = a.signum() * a.abs().min(b.abs());
        shift(pieces, &minus, -times);
        shift(pieces, &plus, -times);
        shift(pieces, &Polynomial::variable(pair.sine), 2 * times);
        if pair.sign == 1 && times % 2 != 0 {
            *content = -content.clone();
        }
    }
}

/// `sign(f)·f = |f|`, also to negative powers.
fn absolute_values(field: &Field, pieces: &mut Vec<Piece>, extra: &mut Vec<(Expr, i32)>) {
    for var in all_variables(pieces).collect::<Vec<_>>() {
        let Some(Kind::Sign(value)) = field.0.generators.get(var).map(|g| &g.kind) else {
            continue;
        };
        let sign = Polynomial::variable(var);
        let size = pieces.iter().position(|piece| {
            piece.exponent == 1 && piece.base.degree(var) > 0 && piece.base != sign
        });
        if let (Some(place), 1..) = (size, exponent(pieces, value.numerator())) {
            // f·(A + B sign(f)) is A f + B |f|.
            if let Some(piece) = pieces.get_mut(place) {
                piece.base = piece.base.multiply(value.numerator());
            }
            shift(pieces, value.numerator(), -1);
        }
        let power = exponent(pieces, value.numerator());
        if exponent(pieces, &sign) == 1 && power != 0 {
            // σ fⁿ is |f|ⁿ for odd n, and |f| f^(n − 1) or f^(n + 1)/|f| for even n.
            let of_size = if power % 2 == 0 { power.signum() } else { power };
            shift(pieces, &sign, -1);
            shift(pieces, value.numerator(), -of_size);
            let size = Expr::call(Function::Abs, [write(field, value)]);
            extra.push((size, of_size));
        }
    }
}

/// Writes `√T/p` as `…/√T` where that takes fewer factors.
fn roots_in_place(
    field: &Field,
    pieces: &mut Vec<Piece>,
    content: &mut BigRational,
    extra: &mut Vec<(Expr, i32)>,
) {
    let mut roots: Vec<Var> = all_variables(pieces).collect();
    roots.sort_unstable();
    roots.dedup();
    roots.retain(|&var| {
        exponent(pieces, &Polynomial::variable(var)) == 1
            && matches!(field.0.generators.get(var).map(|g| &g.kind), Some(Kind::Root))
            && field.0.generators.relation(var).is_some_and(|r| r.pure && r.degree == 2)
    });
    roots.sort_by_key(|&var| write::meaning(field, var).to_string());
    for var in roots {
        let Some(relation) = field.0.generators.relation(var) else { continue };
        let factored = field.factored(&relation.tail);
        let weight = |pieces: &[Piece]| -> i64 {
            pieces
                .iter()
                .map(|piece| {
                    let size = i64::try_from(piece.base.term_count()).unwrap_or(i64::MAX);
                    size.saturating_mul(i64::from(piece.exponent.abs()))
                })
                .sum()
        };
        let mut moved = pieces.clone();
        for (factor, exponent) in &factored.factors {
            shift(&mut moved, factor.polynomial(), signed(*exponent));
        }
        shift(&mut moved, &Polynomial::variable(var), -2);
        if weight(&moved) < weight(pieces) {
            *pieces = moved;
            *content *= BigRational::from_integer(factored.content.clone());
        }
        under_the_root(field, var, pieces, extra);
    }
}

/// Writes `√(r² − 2mr)/r` as `√(1 − 2m/r)` where r is positive and that is a short sum.
fn under_the_root(
    field: &Field,
    var: Var,
    pieces: &mut Vec<Piece>,
    extra: &mut Vec<(Expr, i32)>,
) {
    let root = Polynomial::variable(var);
    let side = exponent(pieces, &root);
    let Some(generator) = field.0.generators.get(var) else { return };
    let principal = matches!(generator.meaning.node(), Node::Power(_, exponent)
        if exponent.as_number().is_some_and(|n| *n == BigRational::new(1.into(), 2.into())));
    let (Some(relation), true) = (&generator.relation, principal && side.abs() == 1)
    else {
        return;
    };
    let mut inside = Element::from_polynomial(relation.tail.clone());
    let mut moved: Vec<Polynomial> = Vec::new();
    for piece in pieces.iter().filter(|piece| piece.exponent == -side) {
        let value = Element::from_polynomial(piece.base.clone());
        if piece.base.term_count() == 1
            && relation.tail.divide_exactly(&piece.base).is_some()
            && signs::is_positive(field, &value) == Some(true)
        {
            let square = field.multiply(&value, &value);
            inside = field.divide(&inside, &square).unwrap_or(inside);
            moved.push(piece.base.clone());
        }
    }
    let written = write(field, &inside);
    if moved.is_empty() || !matches!(written.node(), Node::Add(_)) {
        return;
    }
    for base in moved {
        shift(pieces, &base, side);
    }
    shift(pieces, &root, -side);
    extra.push((written.sqrt(), side));
}

fn assemble(
    field: &Field,
    pieces: Vec<Piece>,
    content: BigRational,
    extra: Vec<(Expr, i32)>,
    collect: bool,
) -> Expr {
    if let Some(expr) = divided_sum(field, &pieces, &content, &extra) {
        return expr;
    }
    let mut negative = content.is_negative();
    let mut written: Vec<Written> = Vec::new();
    for piece in joined(pieces) {
        let ((expr, opposite), flipped) = shortest(field, &piece.base, collect);
        negative ^= flipped && piece.exponent % 2 != 0;
        written.push(Written { expr, opposite, exponent: piece.exponent });
    }
    if negative {
        // A difference may take the minus sign in at no cost.
        let taker = written
            .iter_mut()
            .filter(|piece| {
                piece.exponent % 2 != 0
                    && minuses(&piece.opposite) <= minuses(&piece.expr)
            })
            .min_by_key(|piece| {
                (leads(&piece.opposite), piece.exponent != 1, piece.expr.to_string())
            });
        if let Some(taker) = taker
            && matches!(taker.expr.node(), Node::Add(_))
        {
            std::mem::swap(&mut taker.expr, &mut taker.opposite);
            negative = false;
        }
    }
    let number = if negative { -content.abs() } else { content.abs() };
    let mut factors = vec![Expr::rational(number)];
    factors.extend(
        written.into_iter().map(|piece| piece.expr.powi(i64::from(piece.exponent))),
    );
    factors
        .extend(extra.into_iter().map(|(expr, exponent)| expr.powi(i64::from(exponent))));
    Expr::mul(factors)
}

/// Whether it begins with a minus sign when printed: `1 - x` does not.
fn leads(expr: &Expr) -> bool {
    match expr.terms() {
        [first, second] if second.is_numeric_constant() => {
            first.has_leading_minus() && second.has_leading_minus()
        }
        terms => terms.first().is_some_and(Expr::has_leading_minus),
    }
}

/// How many terms of a sum are negative.
fn minuses(expr: &Expr) -> usize {
    expr.terms().iter().filter(|term| term.has_leading_minus()).count()
}

/// `(r − 2m)/r` as `1 − 2m/r`: a short sum over one of its own terms.
fn divided_sum(
    field: &Field,
    pieces: &[Piece],
    content: &BigRational,
    extra: &[(Expr, i32)],
) -> Option<Expr> {
    if !extra.is_empty() {
        return None;
    }
    let mut above = pieces.iter().filter(|piece| piece.exponent > 0);
    let (Some(sum), None) = (above.next(), above.next()) else { return None };
    let count = sum.base.term_count();
    if sum.exponent != 1 || !(2..=3).contains(&count) {
        return None;
    }
    let mut monomial: Vec<(Var, u32)> = Vec::new();
    for piece in pieces.iter().filter(|piece| piece.exponent < 0) {
        let [var] = piece.base.variables() else { return None };
        if piece.base != Polynomial::variable(*var) {
            return None;
        }
        monomial.push((*var, piece.exponent.unsigned_abs()));
    }
    monomial.sort_unstable();
    if monomial.is_empty() || !sum.base.terms().any(|(powers, _)| powers == monomial) {
        return None;
    }
    let below = Expr::mul(
        monomial
            .iter()
            .map(|(var, power)| write::meaning(field, *var).powi(-i64::from(*power))),
    );
    let terms = sum.base.terms().map(|(powers, coefficient)| {
        let number = Expr::rational(content * BigRational::from_integer(coefficient));
        let factors = powers
            .iter()
            .map(|(var, power)| write::meaning(field, *var).powi(i64::from(*power)));
        Expr::mul(factors.chain([number, below.clone()]))
    });
    Some(Expr::add(terms))
}

/// The shortest way found to write a polynomial and its opposite, and whether the first of the two stands for
/// the opposite.
fn shortest(
    field: &Field,
    polynomial: &Polynomial,
    collect: bool,
) -> ((Expr, Expr), bool) {
    let mut best = polynomial.clone();
    let mut stand_ins = Vec::new();
    if polynomial.term_count() > 1 && polynomial.term_count() <= RESHAPED {
        for pair in pairs(field, polynomial.variables().iter().copied()) {
            let other = in_sines(&best, &pair);
            if cost(&other) < cost(&best) {
                best = other;
            }
        }
        best = with_absolute_values(field, &best, &mut stand_ins);
    }
    let opposite = best.negate();
    let written = |polynomial: &Polynomial| {
        if collect {
            sum(field, polynomial, &stand_ins)
        } else {
            terms(field, polynomial, &stand_ins)
        }
    };
    let (mut first, mut second) = (written(&best), written(&opposite));
    if polynomial.term_count() > 2
        && let Some((form, negated)) = as_read(field, polynomial)
        && form.count_nodes() < first.count_nodes()
    {
        (first, second) = (form, negated);
    }
    let swap = match minuses(&first).cmp(&minuses(&second)) {
        std::cmp::Ordering::Less => false,
        std::cmp::Ordering::Greater => true,
        std::cmp::Ordering::Equal => {
            let element = Element::from_polynomial(polynomial.clone());
            match signs::sign(field, &element) {
                Some(Sign::Positive | Sign::NonNegative) => false,
                Some(Sign::Negative | Sign::NonPositive) => true,
                _ => leads(&first),
            }
        }
    };
    if swap { ((second, first), true) } else { ((first, second), false) }
}

/// A polynomial and its opposite as one of them was read.
fn as_read(field: &Field, polynomial: &Polynomial) -> Option<(Expr, Expr)> {
    let negated = |form: &Expr| Expr::add(form.terms().iter().map(Expr::negate));
    let forms = locked(&field.0.forms);
    if let Some(form) = forms.get(polynomial) {
        return Some((form.clone(), negated(form)));
    }
    let form = forms.get(&polynomial.negate())?;
    Some((negated(form), form.clone()))
}

/// How long a polynomial is when written out.
fn cost(polynomial: &Polynomial) -> usize {
    polynomial
        .terms()
        .map(|(powers, coefficient)| {
            let number = usize::from(coefficient.abs() != BigInt::one());
            let exponents = powers.iter().filter(|(_, power)| *power > 1).count();
            4 + number + 2 * powers.len() + exponents
        })
        .sum()
}

/// cos² replaced by 1 − sin², cosh² by 1 + sinh².
fn in_sines(polynomial: &Polynomial, pair: &Pair) -> Polynomial {
    let square = Polynomial::from_terms([
        (Vec::new(), BigInt::one()),
        (vec![(pair.sine, 2)], BigInt::from(-pair.sign)),
    ]);
    let coefficients = polynomial.coefficients_in(pair.cosine);
    let weights: Vec<Polynomial> = coefficients
        .iter()
        .map(|(power, _)| {
            let odd = Polynomial::monomial(1, &[(pair.cosine, power % 2)]);
            square.power(power / 2).multiply(&odd)
        })
        .collect();
    let products: Vec<_> =
        coefficients.iter().map(|(_, c)| c).zip(weights.iter()).collect();
    Polynomial::sum_of_products(&products)
}

/// Variables from here on stand for expressions.
const STAND_IN: Var = 0xF000_0000;

/// `A + B·f·sign(f)` as `A + B·|f|`.
fn with_absolute_values(
    field: &Field,
    polynomial: &Polynomial,
    stand_ins: &mut Vec<Expr>,
) -> Polynomial {
    let mut result = polynomial.clone();
    for &var in polynomial.variables() {
        let Some(Kind::Sign(value)) = field.0.generators.get(var).map(|g| &g.kind) else {
            continue;
        };
        let Some(linear) = coefficient(&result, var, 1) else { continue };
        if let Some(rest) = linear.divide_exactly(value.numerator()) {
            let number = Var::try_from(stand_ins.len()).unwrap_or(0);
            let size = Polynomial::variable(STAND_IN.saturating_add(number));
            stand_ins.push(Expr::call(Function::Abs, [write(field, value)]));
            let constant = coefficient(&result, var, 0).unwrap_or_default();
            result = constant.add(&rest.multiply(&size));
        }
    }
    result
}

fn coefficient(polynomial: &Polynomial, var: Var, power: u32) -> Option<Polynomial> {
    let list = polynomial.coefficients_in(var);
    list.into_iter().find(|(found, _)| *found == power).map(|(_, c)| c)
}

/// A polynomial as a sum, collected where that is much shorter.
fn sum(field: &Field, polynomial: &Polynomial, stand_ins: &[Expr]) -> Expr {
    let expanded = terms(field, polynomial, stand_ins);
    let count = polynomial.term_count();
    if !(5..=RESHAPED).contains(&count) || polynomial.variables().len() > COLLECTED {
        return expanded;
    }
    let mut best = expanded.clone();
    let mut variables = polynomial.variables().to_vec();
    variables.sort_by_key(|&var| name(field, var, stand_ins).to_string());
    for var in variables {
        let coefficients = polynomial.coefficients_in(var);
        if coefficients.len() < 2 || coefficients.len() > 4 {
            continue;
        }
        let collected = Expr::add(coefficients.iter().map(|(power, coefficient)| {
            let variable = name(field, var, stand_ins).powi(i64::from(*power));
            Expr::mul([product(field, coefficient, stand_ins), variable])
        }));
        if collected.count_nodes() < best.count_nodes() {
            best = collected;
        }
    }
    if best.count_nodes() * 4 <= expanded.count_nodes() * 3 { best } else { expanded }
}

fn name(field: &Field, var: Var, stand_ins: &[Expr]) -> Expr {
    match var.checked_sub(STAND_IN) {
        Some(index) => {
            stand_ins.get(index as usize).cloned().unwrap_or_else(Expr::undefined)
        }
        None => write::meaning(field, var),
    }
}

fn terms(field: &Field, polynomial: &Polynomial, stand_ins: &[Expr]) -> Expr {
    Expr::add(polynomial.terms().map(|(powers, coefficient)| {
        let factors = powers
            .iter()
            .map(|(var, power)| name(field, *var, stand_ins).powi(i64::from(*power)));
        Expr::mul(std::iter::once(Expr::integer(coefficient)).chain(factors))
    }))
}
