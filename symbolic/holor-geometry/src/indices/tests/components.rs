//! Values: every rewriting is checked by components of random tensors with the same symmetries.

use std::collections::BTreeMap;

use num_rational::Ratio;

use super::*;

type Number = Ratio<i128>;

/// Lower components of tensors at one point, with a diagonal metric of signs.
struct Point {
    dimension: usize,
    signs: Vec<i128>,
    /// By name, rank and number of derivatives.
    tensors: BTreeMap<(String, usize, usize), Vec<i128>>,
}

/// All index tuples.
fn tuples(dimension: usize, length: usize) -> Vec<Vec<usize>> {
    (0..dimension.pow(length as u32))
        .map(|mut number| {
            let mut tuple = vec![0; length];
            for place in tuple.iter_mut().rev() {
                *place = number % dimension;
                number /= dimension;
            }
            tuple
        })
        .collect()
}

fn at(dimension: usize, tuple: &[usize]) -> usize {
    tuple.iter().fold(0, |number, index| number * dimension + index)
}

impl Point {
    fn new(stock: &Stock, random: &mut Random, dimension: usize) -> Self {
        let mut signs = vec![1; dimension];
        signs[0] = -1;
        let mut point = Self { dimension, signs, tensors: BTreeMap::new() };
        for entry in &stock.entries {
            let symbol = &entry.symbol;
            if *symbol.kind() != TensorKind::Plain {
                continue;
            }
            let generators: Vec<SignedPermutation> = entry
                .generators
                .iter()
                .map(|(images, negative)| SignedPermutation {
                    permutation: Permutation::new(images).unwrap(),
                    negative: *negative,
                })
                .collect();
            let group = elements(symbol.rank(), &generators);
            for outer in 0..3 {
                let rank = symbol.rank() + outer;
                if rank > 5 {
                    continue;
                }
                let seed: Vec<i128> = tuples(dimension, rank)
                    .iter()
                    .map(|_| random.below(7) as i128 - 3)
                    .collect();
                let values = tuples(dimension, rank)
                    .iter()
                    .map(|tuple| {
                        let parts = group.iter().map(|element| {
                            let mut image = tuple.clone();
                            for slot in 0..symbol.rank() {
                                image[outer + slot] =
                                    tuple[outer + element.permutation.apply(slot)];
                            }
                            let value = seed[at(dimension, &image)];
                            if element.negative { -value } else { value }
                        });
                        parts.sum()
                    })
                    .collect();
                point.set(symbol.name(), symbol.rank(), outer, values);
            }
        }
        point.set_curvature(random);
        point
    }

    fn set(&mut self, name: &str, rank: usize, outer: usize, values: Vec<i128>) {
        self.tensors.insert((name.into(), rank, outer), values);
    }

    /// Curvature as second derivatives of a metric perturbation h, and its derivative as third ones: all identities hold.
    fn set_curvature(&mut self, random: &mut Random) {
        let n = self.dimension;
        let mut jets: Vec<BTreeMap<Vec<usize>, i128>> = Vec::new();
        for order in 2..=3 {
            let mut jet = BTreeMap::new();
            for mut tuple in tuples(n, 2 + order) {
                tuple[..2].sort_unstable();
                tuple[2..].sort_unstable();
                jet.entry(tuple).or_insert_with(|| random.below(9) as i128 - 4);
            }
            jets.push(jet);
        }
        for (outer, jet) in jets.iter().enumerate() {
            let h = |a: usize, b: usize, rest: &[usize]| {
                let mut tuple = vec![a.min(b), a.max(b)];
                let mut rest = rest.to_vec();
                rest.sort_unstable();
                tuple.extend(rest);
                jet[&tuple]
            };
            let riemann: Vec<i128> = tuples(n, 4 + outer)
                .iter()
                .map(|tuple| {
                    let (front, own) = tuple.split_at(outer);
                    let [a, b, c, d] = [own[0], own[1], own[2], own[3]];
                    let with = |x: usize, y: usize| [front, &[x, y]].concat();
                    h(a, d, &with(b, c)) + h(b, c, &with(a, d))
                        - h(a, c, &with(b, d))
                        - h(b, d, &with(a, c))
                })
                .collect();
            let ricci: Vec<i128> = tuples(n, 2 + outer)
                .iter()
                .map(|tuple| {
                    let (front, own) = tuple.split_at(outer);
                    (0..n)
                        .map(|a| {
                            let full = [front, &[a, own[0], a, own[1]]].concat();
                            self.signs[a] * riemann[at(n, &full)]
                        })
                        .sum()
                })
                .collect();
            let scalar: Vec<i128> = tuples(n, outer)
                .iter()
                .map(|front| {
                    (0..n)
                        .map(|a| {
                            let full = [front.as_slice(), &[a, a]].concat();
                            self.signs[a] * ricci[at(n, &full)]
                        })
                        .sum()
                })
                .collect();
            let g = |a: usize, b: usize| if a == b { self.signs[a] } else { 0 };
            let m = n as i128;
            // Weyl's tensor times (n − 1)(n − 2)
            let weyl: Vec<i128> = tuples(n, 4 + outer)
                .iter()
                .map(|tuple| {
                    let (front, own) = tuple.split_at(outer);
                    let [a, b, c, d] = [own[0], own[1], own[2], own[3]];
                    let r = |x: usize, y: usize| ricci[at(n, &[front, &[x, y]].concat())];
                    let mixed = g(a, c) * r(b, d) + g(b, d) * r(a, c)
                        - g(a, d) * r(b, c)
                        - g(b, c) * r(a, d);
                    (m - 1) * (m - 2) * riemann[at(n, tuple)] - (m - 1) * mixed
                        + scalar[at(n, front)] * (g(a, c) * g(b, d) - g(a, d) * g(b, c))
                })
                .collect();
            self.set("R", 4, outer, riemann);
            self.set("R", 2, outer, ricci);
            self.set("R", 0, outer, scalar);
            self.set("W", 4, outer, weyl);
        }
    }

    /// A lower component of a factor.
    fn component(&self, factor: &Factor, tuple: &[usize]) -> i128 {
        let n = self.dimension;
        match factor.tensor().kind() {
            TensorKind::Metric | TensorKind::Delta => {
                if tuple[0] == tuple[1] {
                    self.signs[tuple[0]]
                } else {
                    0
                }
            }
            TensorKind::Epsilon => {
                let mut sorted = tuple.to_vec();
                sorted.sort_unstable();
                sorted.dedup();
                if sorted.len() < tuple.len() {
                    return 0;
                }
                if super::super::permutation::is_odd(tuple) { -1 } else { 1 }
            }
            _ => {
                let key = (
                    factor.tensor().name().to_owned(),
                    factor.tensor().rank(),
                    factor.derivatives().len(),
                );
                self.tensors[&key][at(n, tuple)]
            }
        }
    }

    /// A component of a factor under partial derivatives, which are no derivatives of anything here but numbers drawn by name
    /// and place: what stands under a partial derivative has different components up and down. Also the sign of the metric
    /// for indices that may be raised.
    fn partial_component(&self, factor: &Factor, tuple: &[usize]) -> i128 {
        let outer = factor.derivatives().len();
        let mut sign = 1;
        let mut code = format!("{}/{}:", factor.tensor().name(), factor.tensor().rank());
        let mut partial = false;
        let mut seen: Vec<(String, bool, usize)> = Vec::new();
        for (place, (index, &value)) in factor.indices().iter().zip(tuple).enumerate() {
            let up = index.variance == Variance::Up;
            if up && !partial {
                sign *= self.signs[value];
            }
            let kind = factor.derivatives().get(place).map(|one| one.name.clone());
            let kind = kind.unwrap_or_else(|| format!("slot{place}"));
            let fixed = up && partial;
            partial |= kind == "∂";
            seen.push((kind, fixed, value));
        }
        // Lower indices of neighbouring partial derivatives commute.
        let mut place = 0;
        while place < outer {
            let mut end = place + 1;
            while end < outer
                && seen[place].0 == "∂"
                && seen[end].0 == "∂"
                && !seen[end].1
            {
                end += 1;
            }
            if seen[place].0 == "∂" && !seen[place].1 {
                seen[place..end].sort();
            }
            place = end;
        }
        code.push_str(&format!("{seen:?}"));
        let mixed = code.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
        });
        sign * (i128::from(mixed >> 40) % 11 - 5)
    }

    /// The value of an expression for one choice of its free indices.
    fn value(
        &self,
        expression: &AbstractExpression,
        free: &BTreeMap<String, usize>,
    ) -> Number {
        expression
            .terms()
            .iter()
            .map(|term| {
                let mut names: Vec<&str> = Vec::new();
                for index in term.factors().iter().flat_map(|factor| factor.indices()) {
                    if !free.contains_key(index.name.as_ref())
                        && !names.contains(&index.name.as_ref())
                    {
                        names.push(&index.name);
                    }
                }
                let mut assignment: BTreeMap<&str, usize> =
                    free.iter().map(|(name, value)| (name.as_str(), *value)).collect();
                let sum = self.sum(term, &names, &mut assignment);
                let number = term.coefficient().as_number().unwrap().clone();
                let part = |text: String| text.parse::<i128>().unwrap();
                Number::new(
                    part(number.numer().to_string()),
                    part(number.denom().to_string()),
                ) * sum
            })
            .sum()
    }

    fn sum<'a>(
        &self,
        term: &'a AbstractTerm,
        names: &[&'a str],
        assignment: &mut BTreeMap<&'a str, usize>,
    ) -> i128 {
        if let Some((name, rest)) = names.split_first() {
            return (0..self.dimension)
                .map(|value| {
                    assignment.insert(name, value);
                    self.sum(term, rest, assignment)
                })
                .sum();
        }
        let mut product = 1;
        for factor in term.factors() {
            let tuple: Vec<usize> = factor
                .indices()
                .iter()
                .map(|index| assignment[index.name.as_ref()])
                .collect();
            if factor.derivatives().iter().any(|one| one.name == "∂") {
                product *= self.partial_component(factor, &tuple);
                continue;
            }
            product *= self.component(factor, &tuple);
            if product == 0 {
                return 0;
            }
            for (index, &value) in factor.indices().iter().zip(&tuple) {
                if index.variance == Variance::Up {
                    product *= self.signs[value];
                }
            }
        }
        product
    }
}

fn elements(rank: usize, generators: &[SignedPermutation]) -> Vec<SignedPermutation> {
    let mut known = vec![SignedPermutation::positive(Permutation::identity(rank))];
    let mut next = 0;
    while next < known.len() {
        for generator in generators {
            let product = SignedPermutation {
                permutation: known[next].permutation.then(&generator.permutation),
                negative: known[next].negative != generator.negative,
            };
            if !known.contains(&product) {
                known.push(product);
            }
        }
        next += 1;
    }
    known
}

/// Compares values before and after, for a few choices of the free indices.
fn check(point: &Point, random: &mut Random, term: &AbstractTerm) {
    let before = alone(term);
    for identities in [Identities::MonoTerm, Identities::Contractions, Identities::All] {
        let after = before.canonicalize_with(identities, None).unwrap();
        let forms =
            term.factors().iter().filter(|factor| factor.tensor().name() == "ε").count();
        assert!(after.left_out.is_empty() || forms > 2);
        let again = after.expression.canonicalize_with(identities, None).unwrap();
        assert_eq!(again.expression, after.expression, "{before} is not stable");
        for _ in 0..3 {
            let free: BTreeMap<String, usize> = before
                .free_indices()
                .iter()
                .map(|free| (free.index.name.to_string(), random.below(point.dimension)))
                .collect();
            assert_eq!(
                point.value(&before, &free),
                point.value(&after.expression, &free),
                "{before} is not {}",
                after.expression
            );
        }
    }
}

fn draw(
    stock: &Stock,
    random: &mut Random,
    names: &[(&str, usize, usize)],
    limit: usize,
) -> Vec<(Arc<TensorSymbol>, Vec<Arc<Derivative>>)> {
    let mut factors = Vec::new();
    let mut count = 0;
    for _ in 0..5 {
        let (name, rank, most) = names[random.below(names.len())];
        let outer = random.below(most + 1);
        if count + rank + outer <= limit {
            count += rank + outer;
            factors.push((stock.find(name, rank), vec![Arc::clone(&stock.nabla); outer]));
        }
    }
    factors
}

#[test]
fn values_stay_in_three_dimensions() {
    let stock = Stock::new(Expr::integer(3));
    let mut random = Random::new(11);
    let point = Point::new(&stock, &mut random, 3);
    let names = [
        ("R", 4, 1),
        ("R", 4, 0),
        ("R", 2, 1),
        ("R", 0, 1),
        ("g", 2, 1),
        ("δ", 2, 0),
        ("ε", 3, 0),
        ("F", 2, 1),
        ("S", 2, 0),
        ("T", 2, 1),
        ("V", 1, 1),
        ("C", 3, 0),
        ("P", 4, 0),
        ("Q", 4, 0),
        ("F", 3, 0),
    ];
    for _ in 0..150 * ROUNDS {
        let factors = draw(&stock, &mut random, &names, 10);
        let free = random.below(4);
        // The identity is never written with both indices up or down by people, but it may be.
        let term = random_product(&mut random, &factors, free);
        let metric_under_derivative = term.factors().iter().any(|factor| {
            !factor.derivatives().is_empty()
                && matches!(
                    factor.tensor().kind(),
                    TensorKind::Metric | TensorKind::Delta
                )
        });
        if metric_under_derivative {
            let zero = alone(&term).canonicalize().unwrap();
            assert!(zero.expression.is_zero());
            continue;
        }
        check(&point, &mut random, &term);
    }
}

#[test]
fn values_stay_with_curvature_in_four_dimensions() {
    let stock = Stock::new(Expr::integer(4));
    let mut random = Random::new(12);
    let point = Point::new(&stock, &mut random, 4);
    let names =
        [("R", 4, 1), ("R", 4, 0), ("W", 4, 0), ("S", 2, 0), ("F", 2, 0), ("X", 4, 0)];
    for _ in 0..40 * ROUNDS {
        let factors = draw(&stock, &mut random, &names, 10);
        let term = random_product(&mut random, &factors, 4);
        check(&point, &mut random, &term);
    }
}

#[test]
fn values_stay_under_partial_derivatives() {
    let stock = Stock::new(Expr::integer(3));
    let mut random = Random::new(15);
    let point = Point::new(&stock, &mut random, 3);
    let plain = [("φ", 0), ("V", 1), ("T", 2), ("φ", 0)];
    for _ in 0..150 * ROUNDS {
        let mut factors = Vec::new();
        for _ in 0..1 + random.below(3) {
            let (name, rank) = plain[random.below(plain.len())];
            let outer = (0..random.below(4))
                .map(|_| {
                    let partial = random.below(4) > 0;
                    Arc::clone(if partial { &stock.partial } else { &stock.nabla })
                })
                .collect();
            factors.push((stock.find(name, rank), outer));
        }
        for name in ["g", "δ", "W"] {
            if random.below(3) == 0 {
                let rank = if name == "W" { 1 } else { 2 };
                factors.push((stock.find(name, rank), Vec::new()));
            }
        }
        let free = random.below(5);
        let term = random_product(&mut random, &factors, free);
        // Traces under a partial derivative are equal both ways, which these numbers do not know; nor do they know that ∇∇φ
        // is symmetric.
        let unknown = |factor: &Factor| {
            let outer = factor.derivatives().len();
            let first = factor.derivatives().iter().position(|one| one.name == "∂");
            let under = &factor.indices()
                [first.map_or(factor.indices().len(), |first| first + 1)..];
            let trace = (1..under.len()).any(|place| {
                under[..place].iter().any(|other| other.name == under[place].name)
            });
            let covariant =
                factor.derivatives().iter().filter(|one| one.name == "∇").count();
            let too_many = covariant > 1 || (outer > 0 && covariant == outer);
            trace || too_many
        };
        let after =
            alone(&term).canonicalize_with(Identities::Contractions, None).unwrap();
        let unknown = term.factors().iter().any(unknown)
            || after
                .expression
                .terms()
                .iter()
                .any(|term| term.factors().iter().any(unknown));
        let dummies: usize =
            term.factors().iter().map(|factor| factor.indices().len()).sum();
        if unknown || dummies > 14 {
            continue;
        }
        check(&point, &mut random, &term);
    }
}

#[test]
fn values_stay_in_products_of_three_curvatures() {
    let stock = Stock::new(Expr::integer(3));
    let mut random = Random::new(13);
    let point = Point::new(&stock, &mut random, 3);
    for _ in 0..6 * ROUNDS {
        let factors = vec![(stock.find("R", 4), Vec::new()); 3];
        let term = random_product(&mut random, &factors, 0);
        check(&point, &mut random, &term);
    }
}

#[test]
fn volume_forms_in_four_dimensions() {
    let stock = Stock::new(Expr::integer(4));
    let mut random = Random::new(14);
    let point = Point::new(&stock, &mut random, 4);
    for _ in 0..4 * ROUNDS {
        let mut factors = vec![(stock.find("ε", 4), Vec::new()); 2];
        factors.extend(draw(&stock, &mut random, &[("T", 2, 0), ("V", 1, 0)], 4));
        let term = random_product(&mut random, &factors, 2);
        check(&point, &mut random, &term);
    }
}

/// How much is tried: 1 takes seconds without optimisation.
const ROUNDS: usize = 1;
