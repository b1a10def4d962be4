//! Canonicalisation against a slow and obvious one, which walks through all ways to write a product.

use std::collections::{BTreeMap, BTreeSet};

use super::*;

/// How much is tried: 1 takes seconds without optimisation.
const ROUNDS: usize = 1;

/// A product as the reference sees it: factors with all their indices.
type State = Vec<(String, Vec<(String, Variance)>)>;

fn state(term: &AbstractTerm) -> State {
    let factors = term.factors().iter().map(|factor| {
        let derivatives: String =
            factor.derivatives().iter().map(|one| one.name.clone()).collect();
        let name = format!(
            "{}{}/{}",
            derivatives,
            factor.tensor().name(),
            factor.tensor().rank()
        );
        let indices = factor.indices().iter();
        (name, indices.map(|index| (index.name.to_string(), index.variance)).collect())
    });
    factors.collect()
}

/// Gives dummies numbers in the order in which they occur, the first end down where it may be raised. The sign is that of
/// reversed ends under an antisymmetric metric.
fn number_dummies(state: &mut State, raise: bool, twist: bool) -> bool {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for (name, _) in state.iter().flat_map(|(_, indices)| indices) {
        *counts.entry(name.clone()).or_default() += 1;
    }
    let mut numbers: BTreeMap<String, usize> = BTreeMap::new();
    let mut negative = false;
    for (name, variance) in state.iter_mut().flat_map(|(_, indices)| indices) {
        if counts[name.as_str()] == 1 {
            continue;
        }
        let next = numbers.len();
        let first = !numbers.contains_key(name.as_str());
        let number = *numbers.entry(name.clone()).or_insert(next);
        *name = format!("#{number:03}");
        if raise {
            let wanted = if first { Variance::Down } else { Variance::Up };
            negative ^= twist && first && *variance != wanted;
            *variance = wanted;
        }
    }
    negative
}

/// Sorts factors by name; says whether anticommuting ones were exchanged an odd number of times.
fn sort_factors(state: &mut State, odd: &BTreeSet<String>) -> bool {
    let before: Vec<String> = state.iter().map(|(name, _)| name.clone()).collect();
    let mut order: Vec<usize> = (0..state.len()).collect();
    order.sort_by_key(|&place| (&before[place], place));
    *state = order.iter().map(|&place| state[place].clone()).collect();
    let moved: Vec<usize> =
        order.into_iter().filter(|&place| odd.contains(&before[place])).collect();
    super::super::permutation::is_odd(&moved)
}

fn odd_names(term: &AbstractTerm) -> BTreeSet<String> {
    state(term)
        .into_iter()
        .zip(term.factors())
        .filter(|(_, factor)| factor.tensor().commutation() == Commutation::Anticommuting)
        .map(|((name, _), _)| name)
        .collect()
}

/// All products that are equal to a term up to sign, with the sign; `None` where one is equal to its opposite.
fn orbit(
    stock: &Stock,
    term: &AbstractTerm,
    raise: bool,
    twist: bool,
) -> Option<BTreeMap<State, bool>> {
    let generators: Vec<Vec<(Vec<usize>, bool)>> = term
        .factors()
        .iter()
        .map(|factor| {
            let entry = stock.entry(factor.tensor().name(), factor.tensor().rank());
            let shift = factor.derivatives().len();
            let mut all: Vec<(Vec<usize>, bool)> = entry
                .generators
                .iter()
                .map(|(images, negative)| {
                    let own = images.iter().map(|image| image + shift);
                    ((0..shift).chain(own).collect(), *negative)
                })
                .collect();
            for place in 1..shift {
                if factor.derivatives()[place].kind == DerivativeKind::Partial {
                    let mut images: Vec<usize> = (0..factor.indices().len()).collect();
                    images.swap(place - 1, place);
                    all.push((images, false));
                }
            }
            all
        })
        .collect();
    let by_name: BTreeMap<String, Vec<(Vec<usize>, bool)>> =
        state(term).into_iter().map(|(name, _)| name).zip(generators).collect();
    let odd = odd_names(term);
    let mut start = state(term);
    let negative =
        sort_factors(&mut start, &odd) ^ number_dummies(&mut start, raise, twist);
    let mut known = BTreeMap::from([(start.clone(), negative)]);
    let mut waiting = vec![(start, negative)];
    while let Some((from, sign)) = waiting.pop() {
        let mut next: Vec<(State, bool)> = Vec::new();
        for (place, (name, indices)) in from.iter().enumerate() {
            for (images, negative) in &by_name[name] {
                let mut to = from.clone();
                to[place].1 =
                    images.iter().map(|&image| indices[image].clone()).collect();
                next.push((to, sign ^ negative));
            }
            if place > 0 && from[place - 1].0 == *name {
                let mut to = from.clone();
                to.swap(place - 1, place);
                next.push((to, sign ^ odd.contains(name)));
            }
        }
        for (mut to, mut sign) in next {
            sign ^= number_dummies(&mut to, raise, twist);
            match known.get(&to) {
                Some(&before) if before != sign => return None,
                Some(_) => {}
                None => {
                    known.insert(to.clone(), sign);
                    waiting.push((to, sign));
                }
            }
        }
    }
    Some(known)
}

/// Compares with the reference, and checks that scrambling changes nothing.
fn check(
    stock: &Stock,
    random: &mut Random,
    term: &AbstractTerm,
    raise: bool,
    twist: bool,
) -> bool {
    let orbit = orbit(stock, term, raise, twist);
    let canonical =
        alone(term).canonicalize_with(Identities::MonoTerm, None).unwrap().expression;
    let text = alone(term).plain();
    let Some(orbit) = orbit else {
        assert!(canonical.is_zero(), "{text} is 0, not {canonical}");
        return true;
    };
    assert_eq!(canonical.terms().len(), 1, "{text} is not 0");
    let result = &canonical.terms()[0];
    let mut found = state(result);
    let negative = sort_factors(&mut found, &odd_names(term))
        ^ number_dummies(&mut found, raise, twist)
        ^ (result.coefficient() == &Expr::integer(-1));
    assert_eq!(orbit.get(&found), Some(&negative), "{text} is not {canonical}");
    let again =
        canonical.canonicalize_with(Identities::MonoTerm, None).unwrap().expression;
    assert_eq!(again, canonical, "{text}: not idempotent");
    // Another way to write the same product.
    let ways: Vec<(&State, &bool)> = orbit.iter().collect();
    let (other, sign) = ways[random.below(ways.len())];
    let mut names: Vec<String> = (0..50).map(|number| format!("m{number}")).collect();
    random.shuffle(&mut names);
    let mut flips: Vec<bool> = (0..50).map(|_| raise && random.below(2) == 0).collect();
    if twist {
        flips.fill(false);
    }
    let factors = other
        .iter()
        .map(|(name, indices)| {
            let original = term
                .factors()
                .iter()
                .zip(state(term))
                .find(|(_, (other, _))| other == name)
                .unwrap()
                .0;
            let own: Vec<Index> = indices
                .iter()
                .map(|(name, variance)| match name.strip_prefix('#') {
                    None => Index { name: Arc::from(name.as_str()), variance: *variance },
                    Some(number) => {
                        let number: usize = number.parse().unwrap();
                        let up = (*variance == Variance::Up) != flips[number];
                        if up {
                            Index::up(&names[number])
                        } else {
                            Index::down(&names[number])
                        }
                    }
                })
                .collect();
            let outer = original.derivatives().len();
            let mut factor =
                Factor::new(original.tensor(), own[outer..].to_vec()).unwrap();
            for (derivative, index) in
                original.derivatives().iter().zip(&own[..outer]).rev()
            {
                factor = factor.differentiate(derivative, index.clone()).unwrap();
            }
            factor
        })
        .collect();
    let coefficient = Expr::integer(if *sign { -1 } else { 1 });
    let scrambled = AbstractExpression::product(coefficient, factors).unwrap();
    let scrambled_canonical =
        scrambled.canonicalize_with(Identities::MonoTerm, None).unwrap().expression;
    assert_eq!(scrambled_canonical, canonical, "{scrambled} is {text}");
    false
}

/// Draws factors from the stock until there are so many indices.
fn draw(
    random: &mut Random,
    entries: &[Entry],
    derivatives: &[Arc<Derivative>],
    limit: usize,
) -> Vec<(Arc<TensorSymbol>, Vec<Arc<Derivative>>)> {
    let mut factors = Vec::new();
    let mut count = 0;
    for _ in 0..6 {
        let symbol = Arc::clone(&entries[random.below(entries.len())].symbol);
        let outer: Vec<Arc<Derivative>> = match derivatives.len() {
            0 => Vec::new(),
            kinds => (0..random.below(3).saturating_sub(random.below(2)))
                .map(|_| Arc::clone(&derivatives[random.below(kinds)]))
                .collect(),
        };
        let size = symbol.rank() + outer.len();
        if count + size <= limit {
            count += size;
            factors.push((symbol.clone(), outer.clone()));
            if random.below(3) == 0 && count + size <= limit {
                count += size;
                factors.push((symbol, outer));
            }
        }
    }
    factors
}

#[test]
fn agrees_with_enumeration() {
    let stock = Stock::new(Expr::symbol("n"));
    let entries: Vec<Entry> = stock
        .entries
        .iter()
        .filter(|entry| !["φ"].contains(&entry.symbol.name()))
        .cloned()
        .collect();
    let mut random = Random::new(1);
    let mut zeros = 0;
    for _ in 0..300 * ROUNDS {
        let factors = draw(&mut random, &entries, &[], 7);
        let free = random.below(4);
        let term = random_product(&mut random, &factors, free);
        zeros += usize::from(check(&stock, &mut random, &term, true, false));
    }
    assert!(zeros > 20, "{zeros}");
}

#[test]
fn agrees_with_enumeration_for_equal_factors() {
    let stock = Stock::new(Expr::symbol("n"));
    let mut random = Random::new(2);
    for (name, rank, count) in [
        ("V", 1, 6),
        ("ψ", 1, 6),
        ("S", 2, 4),
        ("F", 2, 4),
        ("T", 2, 4),
        ("C", 3, 2),
        ("S", 3, 2),
    ] {
        let factors = vec![(stock.find(name, rank), Vec::new()); count];
        for _ in 0..12 * ROUNDS {
            let free = random.below(4);
            let term = random_product(&mut random, &factors, free);
            check(&stock, &mut random, &term, true, false);
        }
    }
    for (name, rank) in [("R", 4), ("P", 4), ("Q", 4), ("F", 4), ("S", 4), ("X", 4)] {
        let factors = vec![(stock.find(name, rank), Vec::new()); 2];
        for _ in 0..12 * ROUNDS {
            let free = random.below(3);
            let term = random_product(&mut random, &factors, free);
            check(&stock, &mut random, &term, true, false);
        }
    }
}

#[test]
fn agrees_with_enumeration_under_derivatives() {
    let stock = Stock::new(Expr::symbol("n"));
    let entries: Vec<Entry> = stock
        .entries
        .iter()
        .filter(|entry| entry.symbol.rank() > 0 && entry.symbol.rank() < 4)
        .cloned()
        .collect();
    let mut random = Random::new(3);
    for _ in 0..100 * ROUNDS {
        let factors = draw(&mut random, &entries, &[Arc::clone(&stock.nabla)], 8);
        let free = random.below(3);
        let term = random_product(&mut random, &factors, free);
        check(&stock, &mut random, &term, true, false);
    }
}

#[test]
fn agrees_with_enumeration_without_a_metric() {
    // Slots that are up or down for good: two copies of the stock, one with upper indices.
    let mut stock = Stock::with_pairing(Expr::symbol("n"), Pairing::None);
    let upper: Vec<Entry> = stock
        .entries
        .iter()
        .map(|entry| {
            let symbol = &entry.symbol;
            let slots =
                symbol.slots().iter().map(|(space, _)| (Arc::clone(space), Variance::Up));
            let raised = TensorSymbol::new(
                &format!("{}̂", symbol.name()),
                slots.collect(),
                symbol.symmetry().clone(),
            );
            Entry {
                symbol: Arc::new(raised.unwrap().with_commutation(symbol.commutation())),
                generators: entry.generators.clone(),
            }
        })
        .collect();
    let lower = stock.entries.clone();
    stock.entries.extend(upper.clone());
    let mut random = Random::new(4);
    for _ in 0..100 * ROUNDS {
        let mut factors = draw(&mut random, &lower, &[], 4);
        factors.extend(draw(&mut random, &upper, &[], 4));
        let mut low: Vec<(usize, usize)> = Vec::new();
        let mut high: Vec<(usize, usize)> = Vec::new();
        for (position, (symbol, _)) in factors.iter().enumerate() {
            let up = symbol.name().ends_with('̂');
            for slot in 0..symbol.rank() {
                if up { high.push((position, slot)) } else { low.push((position, slot)) }
            }
        }
        random.shuffle(&mut low);
        let mut indices: Vec<Vec<Index>> = factors
            .iter()
            .map(|(symbol, _)| vec![Index::up("?"); symbol.rank()])
            .collect();
        for (number, at) in low.iter().enumerate() {
            indices[at.0][at.1] = Index::down(&format!("p{number}"));
        }
        for (number, at) in high.iter().enumerate() {
            indices[at.0][at.1] =
                Index::up(&format!("p{}", number + random.below(2) * 20));
        }
        let factors = factors
            .iter()
            .zip(indices)
            .map(|((symbol, _), indices)| Factor::new(symbol, indices).unwrap())
            .collect();
        let term = AbstractTerm::new(Expr::one(), factors).unwrap();
        check(&stock, &mut random, &term, false, false);
    }
}

#[test]
fn agrees_with_enumeration_with_an_antisymmetric_metric() {
    let stock = Stock::with_pairing(Expr::integer(2), Pairing::Antisymmetric);
    let entries: Vec<Entry> =
        stock.entries.iter().filter(|entry| entry.symbol.rank() > 0).cloned().collect();
    let mut random = Random::new(5);
    let mut zeros = 0;
    for _ in 0..100 * ROUNDS {
        let factors = draw(&mut random, &entries, &[], 7);
        let free = random.below(3);
        let term = random_product(&mut random, &factors, free);
        zeros += usize::from(check(&stock, &mut random, &term, true, true));
    }
    assert!(zeros > 5);
}
