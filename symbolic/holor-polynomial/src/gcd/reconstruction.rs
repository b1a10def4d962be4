//! Common divisors over the integers from their images modulo primes.

use num_bigint::BigInt;
use num_traits::{PrimInt, Zero};

use super::image::reduced;
use super::interpolation::{Failure, Field, Interpolation, Terms, Triple};
use super::{content_in, gcd, positive};
use crate::body::{Body, sorted};
use crate::coefficient::Coefficients;
use crate::layout;
use crate::modular::{Modulus, Points, Primes};
use crate::{Polynomial, Var, stop};

/// A common divisor of the highest possible degree in one variable.
pub(super) struct Found {
    /// The variable.
    pub(super) main: Var,
    /// The divisor.
    pub(super) divisor: Polynomial,
    /// Both polynomials by it.
    pub(super) quotients: [Polynomial; 2],
}

/// Coefficients of at most so many bits modulo the first prime are worth a trial division.
const PROMISING: u64 = 52;

/// How much larger a divisor is than a quotient that is sought in its place.
const MUCH: f64 = 8.0;

/// Degrees above need too much room modulo a prime.
const HIGHEST: u64 = 1 << 24;

/// What is known before the first prime.
struct Plan<'a> {
    /// The two polynomials, in the same variables.
    sides: [&'a Polynomial; 2],
    /// Whether h is a multiple of the first one by the common divisor instead of the latter.
    cofactor: bool,
    /// γ, a multiple of the leading coefficient of what is sought.
    gamma: Polynomial,
    /// The main variable, then the others, by index.
    order: Vec<usize>,
    /// The fields of the keys, in that order.
    fields: Vec<Field>,
    /// Bounds for the degrees of h.
    bounds: Vec<usize>,
    /// The degrees of both in the main variable.
    degrees: [usize; 2],
}

/// A common divisor that has the degree of the greatest one in some variable, given bounds for the degrees
/// of the greatest one; `None` when the keys do not fit, luck fails repeatedly or the flag is raised.
pub(super) fn common_divisor(
    a: &Polynomial,
    b: &Polynomial,
    bounds: &[u64],
) -> Option<Found> {
    let variables = a.variables();
    let degree = |p: &Polynomial, index: usize| u64::from(p.degree(variables[index]));
    let degrees =
        |p: &Polynomial| (0..variables.len()).map(|i| degree(p, i)).collect::<Vec<_>>();
    let (a_degrees, b_degrees) = (degrees(a), degrees(b));
    if a_degrees.iter().chain(&b_degrees).any(|degree| *degree > HIGHEST) {
        return None;
    }
    let main = main_variable(a, &a_degrees, b, &b_degrees, bounds);
    let lead = |p: &Polynomial| {
        p.coefficients_in(variables[main]).pop().map(|(_, lead)| lead).unwrap_or_default()
    };
    let leads = [lead(a), lead(b)];
    let gamma = gcd(&leads[0], &leads[1]);
    let plan = |side: Option<usize>| {
        let (gamma, sides) = match side {
            // A divisor of γ may do where it is not the leading coefficient itself: luck decides.
            Some(side) => (leads[side].divide_exactly(&gamma)?, [[a, b], [b, a]][side]),
            None => (gamma.clone(), [a, b]),
        };
        let own = |i: usize| u64::from(gamma.degree(variables[i]));
        let bound = |i: usize| match side {
            Some(0) => a_degrees[i] - bounds[i],
            Some(_) => b_degrees[i] - bounds[i],
            None => bounds[i] + own(i),
        };
        let mut order: Vec<usize> = (0..variables.len()).filter(|i| *i != main).collect();
        order.sort_by_key(|i| std::cmp::Reverse(bound(*i)));
        order.insert(0, main);
        let bits =
            |i: usize| 64 - (a_degrees[i].max(b_degrees[i]) + own(i)).leading_zeros();
        let total: u32 = (0..variables.len()).map(bits).sum();
        let width = if total <= 64 { 64 } else { 128 };
        let mut shift = width;
        let mut fields = Vec::with_capacity(order.len());
        for i in &order {
            shift = u32::checked_sub(shift, bits(*i))?;
            fields.push(Field { shift, bits: bits(*i) });
        }
        let degrees = sides.map(|p| p.degree(variables[main]) as usize);
        let bounds: Vec<usize> = order.iter().map(|i| bound(*i) as usize).collect();
        let cofactor = side.is_some();
        let plan = Plan { sides, cofactor, gamma, order, fields, bounds, degrees };
        Some((plan, width))
    };
    let search = |(plan, width): (Plan<'_>, u32)| {
        let degree = bounds[main] as usize;
        if width == 64 { plan.search::<u64>(degree) } else { plan.search::<u128>(degree) }
    };
    // The number of terms is guessed from the degrees.
    let size = |degree: &dyn Fn(usize) -> u64| {
        (0..bounds.len()).map(|i| (degree(i) + 1) as f64).product::<f64>()
    };
    let a_size = size(&|i| a_degrees[i] - bounds[i]);
    let b_size = size(&|i| b_degrees[i] - bounds[i]);
    if a_size.min(b_size) * MUCH < size(&|i| bounds[i])
        && let Some(found) = plan(Some(usize::from(b_size < a_size))).and_then(search)
    {
        return Some(found);
    }
    plan(None).and_then(search)
}

/// A variable with simple leading coefficients, and among those one of high degree.
fn main_variable(
    a: &Polynomial,
    a_degrees: &[u64],
    b: &Polynomial,
    b_degrees: &[u64],
    bounds: &[u64],
) -> usize {
    let leading_terms = |p: &Polynomial, index: usize, degree: u64| {
        let body = &*p.0;
        let terms = body.exponents.chunks_exact(body.words());
        terms.filter(|term| layout::read(term, index, body.width) == degree).count()
    };
    let cost = |index: &usize| {
        let a_terms = leading_terms(a, *index, a_degrees[*index]);
        let b_terms = leading_terms(b, *index, b_degrees[*index]);
        (a_terms.min(b_terms), std::cmp::Reverse(bounds[*index]))
    };
    (0..bounds.len()).min_by_key(cost).unwrap_or(0)
}

impl Plan<'_> {
    /// The keys of a polynomial's terms, descending, each with its place in the polynomial.
    fn keys<K: PrimInt>(&self, p: &Polynomial) -> Vec<(K, usize)> {
        let body: &Body = &p.0;
        let all = self.sides[0].variables();
        let mut keys = vec![K::zero(); body.len()];
        for (index, field) in self.order.iter().zip(&self.fields) {
            let Ok(index) = body.variables.binary_search(&all[*index]) else {
                continue;
            };
            for (key, term) in
                keys.iter_mut().zip(body.exponents.chunks_exact(body.words()))
            {
                *key = *key | field.key(layout::read(term, index, body.width) as usize);
            }
        }
        let mut keys: Vec<(K, usize)> = keys.into_iter().zip(0..).collect();
        keys.sort_unstable_by_key(|(key, _)| std::cmp::Reverse(*key));
        keys
    }

    /// Goes through primes until a candidate divides both polynomials.
    fn search<K: PrimInt>(&self, mut degree: usize) -> Option<Found> {
        let [a, b] = self.sides;
        let parts = [a, b, &self.gamma].map(|p| (p, self.keys::<K>(p)));
        let level = self.fields.len() - 1;
        let mut lift = Lift::<K>::default();
        let (mut useless, mut refused) = (0, 0);
        let most = 40 + (self.size() / 15) as usize;
        for prime in Primes::new().take(most) {
            let modulus = Modulus::new(prime);
            let triple = Triple {
                parts: [0, 1, 2].map(|i| {
                    let (p, keys) = &parts[i];
                    let values = reduced(&p.0.coefficients, modulus);
                    let mut terms = Terms { keys: Vec::new(), values: Vec::new() };
                    for (key, index) in keys {
                        if values[*index] != 0 {
                            terms.keys.push(*key);
                            terms.values.push(values[*index]);
                        }
                    }
                    terms
                }),
            };
            let mut work = Interpolation {
                modulus,
                fields: &self.fields,
                degrees: self.degrees,
                degree,
                cofactor: self.cofactor,
                bounds: &self.bounds,
                points: Points::new(prime.rotate_left(17)),
                work: 0,
            };
            let mut image = Err(Failure::Point);
            if !lift.keys.is_empty() && level > 0 {
                image = work.sparse(level, &triple, &lift.keys);
                image = image.and_then(|image| work.confirmed(&triple, image));
            }
            if matches!(image, Err(Failure::Point)) {
                image = work.dense(level, &triple);
                image = image.and_then(|image| work.confirmed(&triple, image));
            }
            let image = match image {
                Ok(image) => image,
                Err(Failure::Stopped) => return None,
                Err(Failure::Lower(less)) => {
                    degree = less;
                    lift = Lift::default();
                    continue;
                }
                Err(Failure::Point) => {
                    useless += 1;
                    if useless > 4 || self.cofactor {
                        return None;
                    }
                    continue;
                }
            };
            let stable = lift.extend(&image, modulus);
            if stable || (lift.primes == 1 && lift.bits() <= PROMISING) {
                if let Some(found) = self.check(&lift) {
                    return Some(found);
                }
                if stable {
                    // The terms taken over from the first prime may be too few: start again.
                    lift = Lift::default();
                    refused += 1;
                    if refused > 2 || self.cofactor {
                        return None;
                    }
                }
            }
            if stop::is_raised() {
                return None;
            }
        }
        None
    }

    /// A measure of the size of the coefficients that may come up.
    fn size(&self) -> u64 {
        let bits = |p: &Polynomial| p.0.coefficients.bits().1;
        let degrees: usize = self.bounds.iter().sum();
        bits(self.sides[0]) + bits(self.sides[1]) + bits(&self.gamma) + 2 * degrees as u64
    }

    /// The candidate's primitive part, if it divides both polynomials.
    fn check<K: PrimInt>(&self, lift: &Lift<K>) -> Option<Found> {
        let all = self.sides[0].variables();
        let main = all[self.order[0]];
        let h = self.polynomial(lift);
        let mut found = h.divide_content(&h.content());
        let [a, b] = self.sides;
        if self.cofactor {
            let divisor = positive(a.divide_exactly(&found)?);
            let quotients = [found, b.divide_exactly(&divisor)?];
            return Some(Found { main, divisor, quotients });
        }
        if !self.gamma.variables().is_empty() {
            let content = content_in(&found, main);
            found = found.divide_exactly(&content)?;
        }
        let divisor = positive(found);
        let quotients = [a.divide_exactly(&divisor)?, b.divide_exactly(&divisor)?];
        Some(Found { main, divisor, quotients })
    }

    /// The lifted terms as a polynomial.
    fn polynomial<K: PrimInt>(&self, lift: &Lift<K>) -> Polynomial {
        let all = self.sides[0].variables();
        let highest = |field: &Field| lift.keys.iter().map(|key| field.read(*key)).max();
        let most = self.fields.iter().filter_map(highest).max().unwrap_or(0);
        let width = layout::width_for(most as u64);
        let words = layout::words(all.len(), width);
        let mut exponents = vec![0; lift.keys.len() * words];
        for (key, term) in lift.keys.iter().zip(exponents.chunks_exact_mut(words)) {
            for (index, field) in self.order.iter().zip(&self.fields) {
                layout::raise(term, *index, width, field.read(*key) as u64);
            }
        }
        let mut coefficients = Coefficients::with_capacity(lift.keys.len());
        lift.values.iter().for_each(|value| coefficients.push_large(value.clone()));
        sorted(all.into(), width, &exponents, &coefficients)
    }
}

/// A polynomial modulo a product of primes, coefficients of least absolute value.
struct Lift<K> {
    keys: Vec<K>,
    values: Vec<BigInt>,
    product: BigInt,
    primes: usize,
}

impl<K> Default for Lift<K> {
    fn default() -> Self {
        Self { keys: Vec::new(), values: Vec::new(), product: BigInt::from(1), primes: 0 }
    }
}

impl<K: PrimInt> Lift<K> {
    /// The bits of the largest coefficient.
    fn bits(&self) -> u64 {
        self.values.iter().map(BigInt::bits).max().unwrap_or(0)
    }

    /// Takes the image modulo a further prime; true when nothing changes.
    fn extend(&mut self, image: &Terms<K>, modulus: Modulus) -> bool {
        self.primes += 1;
        if self.primes == 1 {
            self.keys.clone_from(&image.keys);
            let lifted = |value: &u64| modulus.symmetric(*value).into();
            self.values = image.values.iter().map(lifted).collect();
            self.product = modulus.value().into();
            return false;
        }
        let inverse = modulus.inverse(modulus.of_large(&self.product));
        let mut keys = Vec::with_capacity(self.keys.len());
        let mut values = Vec::with_capacity(self.keys.len());
        let mut stable = true;
        let (mut i, mut j) = (0, 0);
        loop {
            let (old, new) = (self.keys.get(i), image.keys.get(j));
            let (key, mut value, residue) = match (old, new) {
                (None, None) => break,
                (Some(old), new) if new.is_none_or(|new| old >= new) => {
                    i += 1;
                    let residue = if new == Some(old) {
                        j += 1;
                        image.values[j - 1]
                    } else {
                        0
                    };
                    (*old, std::mem::take(&mut self.values[i - 1]), residue)
                }
                (_, Some(new)) => {
                    j += 1;
                    (*new, BigInt::zero(), image.values[j - 1])
                }
                (Some(_), None) => break,
            };
            let difference = modulus.minus(residue, modulus.of_large(&value));
            let step = modulus.symmetric(modulus.times(difference, inverse));
            if step != 0 {
                stable = false;
                value += &self.product * step;
            }
            if !value.is_zero() {
                keys.push(key);
                values.push(value);
            }
        }
        self.product *= modulus.value();
        (self.keys, self.values) = (keys, values);
        stable
    }
}
