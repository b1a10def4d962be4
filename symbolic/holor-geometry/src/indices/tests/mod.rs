//! Tests of abstract indices, and what they share: a stock of tensors and a reader for short sums of products.

mod components;
mod groups;
mod identities;
mod reference;
mod table;
mod writing;

use std::sync::Arc;

use holor_algebra::Expr;

use super::permutation::{Permutation, SignedPermutation};
use super::*;
use crate::Variance;

/// Pseudo-random numbers, the same in every run (xorshift).
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub(super) fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        ((self.0 >> 33) % bound as u64) as usize
    }

    pub(super) fn shuffle<T>(&mut self, items: &mut [T]) {
        for place in (1..items.len()).rev() {
            items.swap(place, self.below(place + 1));
        }
    }
}

/// A tensor together with generators of its symmetry, which do not come from [`SlotSymmetry`].
#[derive(Clone)]
pub(super) struct Entry {
    pub(super) symbol: Arc<TensorSymbol>,
    pub(super) generators: Vec<(Vec<usize>, bool)>,
}

/// A space and tensors on it.
#[derive(Clone)]
pub(super) struct Stock {
    pub(super) space: Arc<IndexSpace>,
    pub(super) entries: Vec<Entry>,
    pub(super) nabla: Arc<Derivative>,
    pub(super) partial: Arc<Derivative>,
}

pub(super) const RIEMANN: [(&[usize], bool); 3] =
    [(&[1, 0, 2, 3], true), (&[0, 1, 3, 2], true), (&[2, 3, 0, 1], false)];

impl Stock {
    pub(super) fn new(dimension: Expr) -> Self {
        Self::with_pairing(
            dimension,
            Pairing::Symmetric { metric: "g".into(), determinant: Some(-1) },
        )
    }

    pub(super) fn with_pairing(dimension: Expr, pairing: Pairing) -> Self {
        let space = Arc::new(IndexSpace::new("spacetime", dimension, pairing));
        let mut stock = Self {
            nabla: Arc::new(Derivative::levi_civita(&space)),
            partial: Arc::new(Derivative::partial(&space)),
            entries: Vec::new(),
            space: Arc::clone(&space),
        };
        let adjacent = |rank: usize| -> Vec<Vec<usize>> {
            (1..rank)
                .map(|place| {
                    let mut images: Vec<usize> = (0..rank).collect();
                    images.swap(place - 1, place);
                    images
                })
                .collect()
        };
        for (name, rank) in [("V", 1), ("W", 1), ("T", 2), ("U", 3), ("X", 4), ("φ", 0)]
        {
            stock.plain(name, rank, &[]);
        }
        for (name, rank, sign) in [
            ("S", 2, false),
            ("S", 3, false),
            ("S", 4, false),
            ("F", 2, true),
            ("F", 3, true),
            ("F", 4, true),
        ] {
            let generators: Vec<_> =
                adjacent(rank).into_iter().map(|images| (images, sign)).collect();
            stock.plain(name, rank, &generators);
        }
        stock.plain("C", 3, &[(vec![1, 2, 0], false)]);
        stock.plain("P", 4, &[(vec![2, 3, 0, 1], true)]);
        stock.plain("Q", 4, &[(vec![1, 0, 2, 3], false), (vec![2, 3, 0, 1], true)]);
        let odd = stock.find("V", 1).as_ref().clone();
        let odd =
            TensorSymbol::new("ψ", odd.slots().to_vec(), SlotSymmetry::none(1)).unwrap();
        stock.add(odd.with_commutation(Commutation::Anticommuting), &[]);
        let riemann = RIEMANN.map(|(images, sign)| (images.to_vec(), sign));
        if let Some(curvature) = TensorSymbol::riemann("R", &space) {
            let TensorKind::Riemann { ricci } = curvature.kind().clone() else {
                return stock;
            };
            let TensorKind::Ricci { scalar } = ricci.kind().clone() else { return stock };
            stock.add(curvature, &riemann);
            stock.add(ricci.as_ref().clone(), &[(vec![1, 0], false)]);
            stock.add(scalar.as_ref().clone(), &[]);
            stock.add(TensorSymbol::metric(&space).unwrap(), &[(vec![1, 0], false)]);
            stock.add(TensorSymbol::delta(&space), &[(vec![1, 0], false)]);
            stock.add(TensorSymbol::weyl("W", &space).unwrap(), &riemann);
            if let Some(epsilon) = TensorSymbol::epsilon("ε", &space) {
                let generators: Vec<_> = adjacent(epsilon.rank())
                    .into_iter()
                    .map(|images| (images, true))
                    .collect();
                stock.add(epsilon, &generators);
            }
        }
        stock
    }

    fn plain(&mut self, name: &str, rank: usize, generators: &[(Vec<usize>, bool)]) {
        let signed: Vec<SignedPermutation> = generators
            .iter()
            .map(|(images, negative)| SignedPermutation {
                permutation: Permutation::new(images).unwrap(),
                negative: *negative,
            })
            .collect();
        let symmetry = SlotSymmetry::generated_by(rank, &signed).unwrap();
        let slots = vec![(Arc::clone(&self.space), Variance::Down); rank];
        self.add(TensorSymbol::new(name, slots, symmetry).unwrap(), generators);
    }

    fn add(&mut self, symbol: TensorSymbol, generators: &[(Vec<usize>, bool)]) {
        let entry = Entry { symbol: Arc::new(symbol), generators: generators.to_vec() };
        self.entries.push(entry);
    }

    pub(super) fn entry(&self, name: &str, rank: usize) -> &Entry {
        let found = self
            .entries
            .iter()
            .find(|entry| entry.symbol.name() == name && entry.symbol.rank() == rank);
        found.unwrap_or_else(|| panic!("no tensor {name} of rank {rank}"))
    }

    pub(super) fn find(&self, name: &str, rank: usize) -> Arc<TensorSymbol> {
        Arc::clone(&self.entry(name, rank).symbol)
    }

    /// Reads a sum such as `2 R[_a, _b] V[^a] - 1/2*∇[_b] φ`.
    pub(super) fn read(&self, text: &str) -> AbstractExpression {
        self.try_read(text).unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    pub(super) fn try_read(
        &self,
        text: &str,
    ) -> crate::GeometryResult<AbstractExpression> {
        let mut result = AbstractExpression::zero();
        let mut depth = 0;
        let mut start = 0;
        let mut cuts = Vec::new();
        for (place, letter) in text.char_indices() {
            match letter {
                '[' | '(' => depth += 1,
                ']' | ')' => depth -= 1,
                '+' | '-' if depth == 0 && place > start => {
                    cuts.push((start, place));
                    start = place;
                }
                _ => {}
            }
        }
        cuts.push((start, text.len()));
        for (from, to) in cuts {
            let term = text[from..to].trim();
            if !term.is_empty() && term != "+" {
                result = result.add(&self.read_term(term)?)?;
            }
        }
        Ok(result)
    }

    fn read_term(&self, text: &str) -> crate::GeometryResult<AbstractExpression> {
        let mut coefficient = Expr::one();
        let mut rest = text.trim();
        if let Some(after) = rest.strip_prefix('-') {
            coefficient = Expr::integer(-1);
            rest = after.trim();
        }
        rest = rest.strip_prefix('+').unwrap_or(rest).trim();
        let digits =
            rest.find(|c: char| !c.is_ascii_digit() && c != '/').unwrap_or(rest.len());
        if digits > 0 {
            let (over, under) =
                rest[..digits].split_once('/').unwrap_or((&rest[..digits], "1"));
            coefficient = coefficient
                * Expr::fraction(over.parse().unwrap(), under.parse().unwrap());
            rest = rest[digits..].trim().trim_start_matches('*').trim();
        }
        let mut factors = Vec::new();
        let mut derivatives: Vec<(Arc<Derivative>, Index)> = Vec::new();
        while !rest.is_empty() {
            let cut = rest.find(['[', ' ', ')']).unwrap_or(rest.len());
            let name = rest[..cut].trim_matches(['(', ')']);
            let mut indices = Vec::new();
            let mut next = cut;
            if rest[cut..].starts_with('[') {
                let end = cut + rest[cut..].find(']').unwrap();
                indices = rest[cut + 1..end]
                    .split(',')
                    .map(|index| {
                        let index = index.trim();
                        match index.strip_prefix('^') {
                            Some(name) => Index::up(name),
                            None => Index::down(index.trim_start_matches('_')),
                        }
                    })
                    .collect();
                next = end + 1;
            }
            let derivative = match name {
                "∇" => Some(&self.nabla),
                "∂" => Some(&self.partial),
                _ => None,
            };
            if let Some(derivative) = derivative {
                derivatives.push((Arc::clone(derivative), indices.remove(0)));
            } else if !name.is_empty() {
                let mut factor = Factor::new(&self.find(name, indices.len()), indices)?;
                for (derivative, index) in derivatives.drain(..).rev() {
                    factor = factor.differentiate(&derivative, index)?;
                }
                factors.push(factor);
            }
            rest = rest[next..].trim_start_matches([')', ' ']);
        }
        AbstractExpression::product(coefficient, factors)
    }
}

/// A random product of these tensors with about so many free indices; dummies have odd names.
pub(super) fn random_product(
    random: &mut Random,
    factors: &[(Arc<TensorSymbol>, Vec<Arc<Derivative>>)],
    free: usize,
) -> AbstractTerm {
    let count: usize = factors
        .iter()
        .map(|(symbol, derivatives)| symbol.rank() + derivatives.len())
        .sum();
    let mut places: Vec<usize> = (0..count).collect();
    random.shuffle(&mut places);
    let free = if free % 2 == count % 2 { free } else { free + 1 }.min(count);
    let mut indices = vec![Index::down("?"); count];
    let letters: Vec<String> = ('a'..='z').map(String::from).collect();
    for (number, &place) in places[..free].iter().enumerate() {
        let name = &letters[number];
        indices[place] =
            if random.below(2) == 0 { Index::up(name) } else { Index::down(name) };
    }
    for (number, pair) in places[free..].chunks(2).enumerate() {
        let name = format!("k{}", 100 - number);
        indices[pair[0]] = Index::up(&name);
        indices[pair[1]] = Index::down(&name);
    }
    let mut next = 0;
    let factors = factors
        .iter()
        .map(|(symbol, derivatives)| {
            let outer = derivatives.len();
            let own: Vec<Index> = indices[next..next + outer + symbol.rank()].to_vec();
            next += own.len();
            let mut factor = Factor::new(symbol, own[outer..].to_vec()).unwrap();
            for (derivative, index) in derivatives.iter().zip(&own[..outer]).rev() {
                factor = factor.differentiate(derivative, index.clone()).unwrap();
            }
            factor
        })
        .collect();
    AbstractTerm::new(Expr::one(), factors).unwrap()
}

/// The sum that has this one term.
pub(super) fn alone(term: &AbstractTerm) -> AbstractExpression {
    AbstractExpression::product(term.coefficient().clone(), term.factors().to_vec())
        .unwrap()
}
