//! When what depends on the time alone jumps: conditions, signs and whole parts, each time found to rounding.
//!
//! Where a condition compares the time, or an affine function of it, with numbers, its times follow from a formula. Between those, and for
//! all others (`sign(sin(t))`), it is looked at at many times at no regular distances, and where two of them differ, the distance is halved
//! until it is rounding.

use super::time_scales::{LEVELS, Part, SAMPLES, between, in_time};
use crate::equation::{Boundary, Complex64, Function, System, Term};

/// Jumps nearer to each other than so many roundings are one: `heaviside(t)` has a value of its own at 0.
const NEAR: f64 = 64.0;
/// So many roundings before a jump and after it all has its value there, however conditions are computed.
const BESIDE: f64 = 4.0;
/// Where more than this share of the distances between samples holds a jump, there may be others that nothing shows.
const SHARE: usize = 8;
/// Samples of a stretch at most, as a power of two.
const FINEST: u32 = 16;
/// The most jumps of one function that a formula gives in a stretch.
const MOST: f64 = 1e4;

/// A time at which something jumps.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Jump {
    /// A time just before it.
    pub before: f64,
    /// When.
    pub at: f64,
    /// A time just after it.
    pub after: f64,
}

/// All in a system that depends on the time alone and jumps.
#[derive(Debug)]
pub struct Switches {
    parts: Vec<Part>,
    /// Where the argument a t + b of a function jumps: at 0, or at every whole number.
    affine: Vec<(f64, f64, bool)>,
    levels: u32,
}

impl Switches {
    /// Those of a system over a range of times with saves so far apart; `None` where nothing jumps.
    pub fn of(system: &System, times: (f64, f64), save: f64) -> Option<Self> {
        let found = switches(system);
        let affine = found.iter().filter_map(root).collect();
        let parts = found.into_iter().map(|term| in_time(&term, &|_| 0.0));
        let parts: Vec<Part> = parts.filter_map(Part::of).collect();
        let stretches = ((times.1 - times.0) / save).max(1.0);
        let levels = (SAMPLES / stretches).log2().ceil() as u32;
        let levels = levels.clamp(LEVELS.0, LEVELS.1);
        (!parts.is_empty()).then_some(Self { parts, affine, levels })
    }

    /// The jumps from a time to another, both included, in order; `None` where there are too many to be told apart.
    pub fn between(&self, from: f64, to: f64) -> Option<Vec<Jump>> {
        let rounding = f64::EPSILON * from.abs().max(to.abs()).max(to - from);
        let (low, high) = (from - 8.0 * rounding, to + 8.0 * rounding);
        let mut roots = Vec::new();
        for (a, b, whole) in &self.affine {
            let (first, last) = (a * low + b, a * high + b);
            let (first, last) = (first.min(last).floor(), first.max(last).ceil());
            if *whole && last - first > MOST {
                return None;
            }
            let steps = if *whole { (last - first) as u64 } else { 0 };
            let start = if *whole { first } else { 0.0 };
            for k in 0..=steps {
                let time = (start + k as f64 - b) / a;
                if low < time && time < high {
                    roots.push(time);
                }
            }
        }
        let mut levels = self.levels;
        loop {
            let mut places = vec![low, high];
            for _ in 0..levels {
                let mut more = Vec::with_capacity(2 * places.len());
                for pair in places.windows(2) {
                    more.extend([pair[0], between(pair[0], pair[1])]);
                }
                more.push(high);
                places = more;
            }
            // What a formula gives is looked at on both sides.
            let sides = |root: &f64| [root - 4.0 * rounding, root + 4.0 * rounding];
            places.extend(roots.iter().flat_map(sides));
            places.sort_by(f64::total_cmp);
            places.dedup();
            let values: Vec<Vec<f64>> =
                places.iter().map(|time| self.at(*time)).collect();
            let pairs = || places.windows(2).zip(values.windows(2));
            let crossed = pairs().filter(|(ends, own)| {
                own[0] != own[1] && ends[1] - ends[0] > 16.0 * rounding
            });
            if crossed.count() * SHARE <= 1 << levels {
                let mut jumps = Vec::new();
                for (ends, own) in pairs() {
                    let (low, high) = ((ends[0], &*own[0]), (ends[1], &*own[1]));
                    self.bisect(low, high, rounding, &mut jumps);
                }
                return Some(self.joined(jumps, &roots, rounding));
            }
            if levels >= FINEST {
                return None;
            }
            levels = (levels + 2).min(FINEST);
        }
    }

    fn at(&self, time: f64) -> Vec<f64> {
        self.parts.iter().map(|part| part.at(time)[0]).collect()
    }

    /// Times no further apart than rounding, between two others, that have different values.
    fn bisect(
        &self,
        low: (f64, &[f64]),
        high: (f64, &[f64]),
        rounding: f64,
        into: &mut Vec<(f64, f64)>,
    ) {
        if low.1 == high.1 {
            return;
        }
        let middle = low.0 + 0.5 * (high.0 - low.0);
        if high.0 - low.0 <= rounding || middle <= low.0 || high.0 <= middle {
            into.push((low.0, high.0));
            return;
        }
        let values = self.at(middle);
        self.bisect(low, (middle, &values), rounding, into);
        self.bisect((middle, &values), high, rounding, into);
    }

    /// Jumps, those that are nearer than rounding joined; a value at one time alone is none.
    fn joined(&self, found: Vec<(f64, f64)>, roots: &[f64], rounding: f64) -> Vec<Jump> {
        let mut groups: Vec<(f64, f64)> = Vec::new();
        for (before, after) in found {
            match groups.last_mut() {
                Some(last) if before - last.1 <= NEAR * rounding => last.1 = after,
                _ => groups.push((before, after)),
            }
        }
        let jumps = groups.into_iter().map(|(low, high)| {
            let (before, after) = (low - BESIDE * rounding, high + BESIDE * rounding);
            let near = roots.iter().find(|root| (before..=after).contains(*root));
            let at = near.copied().unwrap_or(low + 0.5 * (high - low));
            Jump { before, at, after }
        });
        jumps.filter(|jump| self.at(jump.before) != self.at(jump.after)).collect()
    }
}

/// Whether anything in a system jumps at times that depend on nothing else.
pub(crate) fn jumps_in_time(system: &System) -> bool {
    !switches(system).is_empty()
}

/// Whether something in a system jumps at other times in other places, as a front that moves: no step ends at all of them.
pub fn fronts_move(system: &System) -> bool {
    functions(system)
        .iter()
        .any(|term| has_time(term) && !of_time_alone(term) && of_time_and_places(term))
}

/// Every function of the time alone that jumps.
fn switches(system: &System) -> Vec<Term> {
    let mut found = functions(system);
    found.retain(|term| has_time(term) && of_time_alone(term));
    found
}

/// Every function that jumps, of known arguments.
fn functions(system: &System) -> Vec<Term> {
    let mut found = Vec::new();
    for field in &system.fields {
        collect(&field.rate, &mut found);
        for side in field.boundaries.iter().flatten() {
            match side {
                Boundary::Dirichlet(value) | Boundary::Neumann(value) => {
                    collect(value, &mut found);
                }
                Boundary::Robin { a, b, value } => {
                    [a, b, value].into_iter().for_each(|term| collect(term, &mut found));
                }
                Boundary::Clamped { value, slope } => {
                    [value, slope].into_iter().for_each(|term| collect(term, &mut found));
                }
                Boundary::Absorbing { speed } => collect(speed, &mut found),
                Boundary::Periodic
                | Boundary::Antiperiodic
                | Boundary::Outflow
                | Boundary::Free
                | Boundary::Centre { .. } => {}
            }
        }
    }
    found
}

/// Whether a function jumps where its arguments do not.
fn jumps(function: Function) -> bool {
    matches!(
        function,
        Function::Sign
            | Function::Heaviside
            | Function::Floor
            | Function::Less
            | Function::LessEqual
            | Function::Equal
    )
}

fn collect(term: &Term, into: &mut Vec<Term>) {
    if let Term::Function(function, parts) = term
        && jumps(*function)
        && parts.iter().all(of_time_and_places)
        && !into.contains(term)
    {
        into.push(term.clone());
    }
    term.children().into_iter().for_each(|part| collect(part, into));
}

/// Whether a term is made of the time, numbers and functions alone.
fn of_time_alone(term: &Term) -> bool {
    made_of(term, |leaf| matches!(leaf, Term::Number(_) | Term::Time))
}

/// Whether a term is made of the time, coordinates, numbers and functions.
fn of_time_and_places(term: &Term) -> bool {
    made_of(term, |leaf| {
        matches!(leaf, Term::Number(_) | Term::Time | Term::Coordinate(_))
    })
}

/// Whether a term is one of these, or sums, products, powers, cases and functions of them.
fn made_of(term: &Term, leaf: fn(&Term) -> bool) -> bool {
    match term {
        Term::Sum(_)
        | Term::Product(_)
        | Term::Function(..)
        | Term::Power(..)
        | Term::Piecewise(..) => {
            term.children().into_iter().all(|part| made_of(part, leaf))
        }
        other => leaf(other),
    }
}

fn has_time(term: &Term) -> bool {
    matches!(term, Term::Time) || term.children().into_iter().any(has_time)
}

/// Where a function of an affine argument jumps: the argument's slope and value at 0, and whether at all whole numbers.
fn root(term: &Term) -> Option<(f64, f64, bool)> {
    let Term::Function(function, parts) = term else { return None };
    let (slope, value) = match parts.iter().map(affine).collect::<Option<Vec<_>>>()?[..] {
        [only] => only,
        [first, second] => (first.0 - second.0, first.1 - second.1),
        _ => return None,
    };
    let whole = *function == Function::Floor;
    (slope != 0.0 && slope.is_finite() && value.is_finite())
        .then_some((slope, value, whole))
}

/// a and b of a real a t + b.
fn affine(term: &Term) -> Option<(f64, f64)> {
    match term {
        Term::Number(Complex64 { re, im }) if *im == 0.0 => Some((0.0, *re)),
        Term::Time => Some((1.0, 0.0)),
        Term::Sum(parts) => parts.iter().try_fold((0.0, 0.0), |sum, part| {
            let own = affine(part)?;
            Some((sum.0 + own.0, sum.1 + own.1))
        }),
        Term::Product(parts) => {
            parts.iter().try_fold((0.0, 1.0), |product: (f64, f64), part| {
                let own = affine(part)?;
                let linear = product.0 == 0.0 || own.0 == 0.0;
                let sum = product.0 * own.1 + product.1 * own.0;
                linear.then_some((sum, product.1 * own.1))
            })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Jump, Switches};
    use crate::equation::{Axis, Complex64, Edge, Field, Function, Grid, System, Term};

    fn number(value: f64) -> Term {
        Term::Number(Complex64::new(value, 0.0))
    }

    fn of(function: Function, parts: Vec<Term>) -> Term {
        Term::Function(function, parts.into())
    }

    fn system(rate: Term) -> System {
        let axis =
            Axis { name: "x".into(), low: 0.0, high: 1.0, points: 4, closed: true };
        let field = Field {
            name: "u".into(),
            complex: false,
            order: 1,
            rate,
            boundaries: Vec::new(),
            start: Vec::new(),
            start_velocity: Vec::new(),
            edge: Edge::default(),
            shift: [false; 3],
        };
        System {
            grid: Grid { axes: vec![axis], mask: None },
            fields: vec![field],
            given: Vec::new(),
            noises: Vec::new(),
        }
    }

    fn jumps(rate: Term, to: f64) -> Vec<Jump> {
        let switches =
            Switches::of(&system(rate), (0.0, to), 1.0).expect("something jumps");
        switches.between(0.0, to).expect("few")
    }

    #[test]
    fn jumps_are_found_to_rounding() {
        let third = 1.0 / 3.0;
        let near = |found: &[Jump], at: f64| {
            let [jump] = found else { panic!("{found:?}") };
            assert_eq!(jump.at, at);
            assert!(jump.before < at && at - jump.before < 2e-15, "{jump:?}");
            assert!(jump.after > at && jump.after - at < 2e-15, "{jump:?}");
        };
        near(&jumps(of(Function::Less, vec![Term::Time, number(third)]), 1.0), third);
        // With a value of its own at the jump.
        let late = Term::Sum([Term::Time, number(-0.5)].into());
        near(&jumps(of(Function::Heaviside, vec![late]), 1.0), 0.5);
        // Short ones too.
        let open = of(Function::Less, vec![number(0.7), Term::Time]);
        let shut = of(Function::Less, vec![Term::Time, number(0.7 + 1e-9)]);
        let found = jumps(of(Function::And, vec![open, shut]), 1.0);
        assert_eq!(found.len(), 2);
        // At the ends.
        assert_eq!(
            jumps(of(Function::Less, vec![Term::Time, number(1.0)]), 1.0).len(),
            1
        );
        // At one time alone: none.
        assert!(
            jumps(of(Function::Equal, vec![Term::Time, number(0.5)]), 1.0).is_empty()
        );
    }

    #[test]
    fn periodic_jumps_are_found() {
        let sine = of(Function::Sine, vec![Term::Time]);
        let found = jumps(of(Function::Sign, vec![sine]), 10.0);
        let times: Vec<f64> = found.iter().map(|jump| jump.at).collect();
        let pi = std::f64::consts::PI;
        assert_eq!(times.len(), 4, "{times:?}");
        for (time, k) in times.iter().zip(0..) {
            assert!((time - f64::from(k) * pi).abs() < 1e-15 * 10.0, "{time}");
        }
        // mod(t, 2) < 1: t - 2 floor(t/2).
        let half = Term::Product([number(0.5), Term::Time].into());
        let whole = of(Function::Floor, vec![half]);
        let rest =
            Term::Sum([Term::Time, Term::Product([number(-2.0), whole].into())].into());
        let found = jumps(of(Function::Less, vec![rest, number(1.0)]), 7.5);
        assert_eq!(found.len(), 8, "{found:?}");
        for (jump, k) in found.iter().zip(0..) {
            assert!((jump.at - f64::from(k)).abs() < 1e-14, "{jump:?}");
        }
    }

    #[test]
    fn what_depends_on_places_is_no_jump_in_time() {
        let moving = of(Function::Less, vec![Term::Time, Term::Coordinate(0)]);
        let moving = system(moving);
        assert!(Switches::of(&moving, (0.0, 1.0), 0.1).is_none());
        assert!(super::fronts_move(&moving) && !super::jumps_in_time(&moving));
        let known = system(of(Function::Less, vec![Term::Time, number(0.5)]));
        assert!(!super::fronts_move(&known) && super::jumps_in_time(&known));
        let still = system(of(Function::Less, vec![Term::Coordinate(0), number(0.5)]));
        assert!(!super::fronts_move(&still) && !super::jumps_in_time(&still));
    }

    #[test]
    fn too_many_are_not_counted() {
        let fast = Term::Product([number(1e6), Term::Time].into());
        let sine = of(Function::Sine, vec![fast.clone()]);
        let many = of(Function::Sign, vec![sine]);
        let switches = Switches::of(&system(many), (0.0, 1.0), 1.0).expect("it jumps");
        assert_eq!(switches.between(0.0, 1.0), None);
        let switches =
            Switches::of(&system(of(Function::Floor, vec![fast])), (0.0, 1.0), 1.0);
        assert_eq!(switches.expect("it jumps").between(0.0, 1.0), None);
    }
}
