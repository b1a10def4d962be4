//! Common divisors modulo a prime, by evaluation and interpolation.
//!
//! For `a`, `b` in a main variable x and y₁ … yₖ, and γ(y) a multiple of the leading coefficient (in x) of
//! their greatest common divisor g, the polynomial h = γ/lc(g) · g is found from its images at values of y:
//! the monic common divisor of the images of `a` and `b`, times the image of γ. Variables are interpolated
//! one by one (W. S. Brown 1971); once one image is known, its terms are taken to be the terms of all
//! others, whose coefficients then come from few values (R. Zippel 1979). The quotient of `a` by the common
//! divisor is found in the same way, which costs less where it is the smaller one. Bad luck gives a wrong h: whoever
//! calls must check it.

use num_traits::PrimInt;

use super::image::powers;
use super::univariate;
use crate::modular::{Modulus, Points};
use crate::stop;

/// Points of one variable that may fail before its level gives up.
const PATIENCE: usize = 12;

/// Where a variable's exponent lies in a key.
#[derive(Clone, Copy, Debug)]
pub(super) struct Field {
    /// How far it is shifted left.
    pub(super) shift: u32,
    /// Its bits.
    pub(super) bits: u32,
}

impl Field {
    /// The exponent in a key.
    pub(super) fn read<K: PrimInt>(self, key: K) -> usize {
        let above = (key >> self.shift as usize).to_u64();
        // A key of two words may not fit before the fields above are cut off.
        let low = above.unwrap_or_else(|| {
            let mask = (K::one() << self.bits as usize) - K::one();
            ((key >> self.shift as usize) & mask).to_u64().unwrap_or(0)
        });
        (low & ((1 << self.bits) - 1)) as usize
    }

    /// The key of this variable's power.
    pub(super) fn key<K: PrimInt>(self, exponent: usize) -> K {
        K::from(exponent).unwrap_or_else(K::zero) << self.shift as usize
    }
}

/// Terms in descending order of keys, with values modulo the prime.
#[derive(Clone, Debug)]
pub(super) struct Terms<K> {
    /// The packed exponents, x highest, then y₁ …
    pub(super) keys: Vec<K>,
    /// The coefficients.
    pub(super) values: Vec<u64>,
}

/// The two polynomials and γ.
#[derive(Clone, Debug)]
pub(super) struct Triple<K> {
    /// The two polynomials, then γ.
    pub(super) parts: [Terms<K>; 3],
}

/// Why there is no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// The point is of no use.
    Point,
    /// The degree in x is at most this: what was known before is of no use.
    Lower(usize),
    /// The flag is raised.
    Stopped,
}

/// The work modulo one prime.
#[derive(Debug)]
pub(super) struct Interpolation<'a> {
    /// The prime.
    pub(super) modulus: Modulus,
    /// The fields of x, y₁ … yₖ.
    pub(super) fields: &'a [Field],
    /// The degrees of `a` and `b` in x.
    pub(super) degrees: [usize; 2],
    /// The degree of h in x, as far as known.
    pub(super) degree: usize,
    /// Bounds for the degrees of h; that of x is not used.
    pub(super) bounds: &'a [usize],
    /// Whether h is a multiple of `a` by the common divisor instead of the latter.
    pub(super) cofactor: bool,
    /// Where to evaluate.
    pub(super) points: Points,
    /// How much has been done, in products modulo the prime.
    pub(super) work: usize,
}

impl Interpolation<'_> {
    /// h as a polynomial in x, y₁ … `y_level`, the other variables having values.
    pub(super) fn dense<K: PrimInt>(
        &mut self,
        level: usize,
        triple: &Triple<K>,
    ) -> Result<Terms<K>, Failure> {
        if stop::is_raised() {
            return Err(Failure::Stopped);
        }
        if level == 0 {
            return self.base(triple);
        }
        let field = self.fields[level];
        let mut newton = Newton::<K>::default();
        let (mut failures, mut one_image) = (0, 0);
        while newton.nodes.len() <= self.bounds[level] {
            let node = self.points.next(self.modulus);
            if newton.nodes.contains(&node) {
                continue;
            }
            let at_node = self.evaluated(triple, field, node);
            let image = if at_node.parts.iter().any(|part| part.keys.is_empty()) {
                Err(Failure::Point)
            } else if newton.nodes.is_empty()
                || level == 1
                || self.sparse_work(&at_node, &newton.keys) > one_image
            {
                let before = self.work;
                let image = self.dense(level - 1, &at_node);
                one_image = self.work - before;
                image
            } else {
                match self.sparse(level - 1, &at_node, &newton.keys) {
                    Err(Failure::Point) => self.dense(level - 1, &at_node),
                    other => other,
                }
            };
            match image {
                Ok(image) => {
                    if newton.extend(&image, node, self.modulus) {
                        break;
                    }
                }
                Err(Failure::Point) if failures < PATIENCE => failures += 1,
                Err(failure) => return Err(failure),
            }
        }
        Ok(newton.expanded(field, self.modulus))
    }

    /// A supposed h, if it agrees with the image at one more point.
    pub(super) fn confirmed<K: PrimInt>(
        &mut self,
        triple: &Triple<K>,
        found: Terms<K>,
    ) -> Result<Terms<K>, Failure> {
        let modulus = self.modulus;
        let [a, b, gamma] = &triple.parts;
        let fields = &self.fields[1..];
        let mut tables: Vec<Vec<u64>> = Vec::with_capacity(fields.len());
        for field in fields {
            let keys = [a, b, gamma, &found].map(|terms| terms.keys.iter());
            let degree = keys.into_iter().flatten().map(|key| field.read(*key)).max();
            let node = self.points.next(modulus);
            tables.push(powers(node, degree.unwrap_or(0) as u64, modulus));
        }
        let at_point = |terms: &Terms<K>| {
            let mut dense = vec![0; self.degrees[0].max(self.degrees[1]) + 1];
            for (key, value) in terms.keys.iter().zip(&terms.values) {
                let factors =
                    fields.iter().zip(&tables).map(|(f, table)| table[f.read(*key)]);
                let value =
                    factors.fold(*value, |value, factor| modulus.times(value, factor));
                let place = &mut dense[self.fields[0].read(*key)];
                *place = modulus.plus(*place, value);
            }
            dense
        };
        let [mut a, mut b, gamma, mut supposed] = [a, b, gamma, &found].map(at_point);
        a.truncate(self.degrees[0] + 1);
        b.truncate(self.degrees[1] + 1);
        univariate::trim(&mut supposed);
        let mut image = self.image(a, b, gamma[0])?;
        univariate::trim(&mut image);
        if image == supposed { Ok(found) } else { Err(Failure::Point) }
    }

    /// h when all variables but x have values.
    fn base<K: PrimInt>(&mut self, triple: &Triple<K>) -> Result<Terms<K>, Failure> {
        self.work += self.base_work();
        let [a, b, gamma] = &triple.parts;
        let spread = |terms: &Terms<K>, degree: usize| {
            let mut dense = vec![0; degree + 1];
            for (key, value) in terms.keys.iter().zip(&terms.values) {
                dense[self.fields[0].read(*key)] = *value;
            }
            dense
        };
        let gamma = gamma.values.first().copied().unwrap_or(0);
        let image =
            self.image(spread(a, self.degrees[0]), spread(b, self.degrees[1]), gamma)?;
        let mut terms = Terms { keys: Vec::new(), values: Vec::new() };
        for (exponent, value) in image.into_iter().enumerate().rev() {
            if value != 0 {
                terms.keys.push(self.fields[0].key(exponent));
                terms.values.push(value);
            }
        }
        Ok(terms)
    }

    /// The monic common divisor in one variable, times γ.
    fn image(&self, a: Vec<u64>, b: Vec<u64>, gamma: u64) -> Result<Vec<u64>, Failure> {
        let modulus = self.modulus;
        if a.last() == Some(&0) || b.last() == Some(&0) || gamma == 0 {
            return Err(Failure::Point);
        }
        let copy = if self.cofactor { a.clone() } else { Vec::new() };
        let mut image = univariate::gcd(a, b, modulus);
        let degree = image.len() - 1;
        if degree > self.degree {
            return Err(Failure::Point);
        }
        if degree < self.degree {
            return Err(Failure::Lower(degree));
        }
        if self.cofactor {
            image = univariate::quotient(copy, &image, modulus);
        }
        let lead = image.last().copied().unwrap_or(1);
        let factor = modulus.times(gamma, modulus.inverse(lead));
        for value in &mut image {
            *value = modulus.times(*value, factor);
        }
        Ok(image)
    }

    /// The polynomials with a value put for the last variable.
    fn evaluated<K: PrimInt>(
        &mut self,
        triple: &Triple<K>,
        field: Field,
        node: u64,
    ) -> Triple<K> {
        let highest = |terms: &Terms<K>| terms.keys.iter().map(|k| field.read(*k)).max();
        let degree = triple.parts.iter().filter_map(highest).max().unwrap_or(0);
        let powers = powers(node, degree as u64, self.modulus);
        self.work += triple.parts.iter().map(|part| part.keys.len()).sum::<usize>();
        let parts =
            [0, 1, 2].map(|i| evaluated(&triple.parts[i], field, &powers, self.modulus));
        Triple { parts }
    }

    /// What a common divisor in one variable costs, in products.
    fn base_work(&self) -> usize {
        let [a, b] = self.degrees;
        a.max(b) * (a + b).saturating_sub(2 * self.degree) * 2 + 300
    }

    /// What [`Interpolation::sparse`] costs, in products.
    fn sparse_work<K: PrimInt>(&self, triple: &Triple<K>, skeleton: &[K]) -> usize {
        let terms: usize = triple.parts.iter().map(|part| part.keys.len()).sum();
        let (mut most, mut solving) = (0, 0);
        for group in
            skeleton.chunk_by(|x, y| self.fields[0].read(*x) == self.fields[0].read(*y))
        {
            most = most.max(group.len());
            solving += group.len() * (group.len() * 3 + 120);
        }
        most * (self.base_work() + terms) + solving
    }

    /// h as a polynomial in x, y₁ … `y_level` with the given terms.
    pub(super) fn sparse<K: PrimInt>(
        &mut self,
        level: usize,
        triple: &Triple<K>,
        skeleton: &[K],
    ) -> Result<Terms<K>, Failure> {
        self.work += self.sparse_work(triple, skeleton);
        let modulus = self.modulus;
        let main = self.fields[0];
        let nodes: Vec<u64> = (0..level).map(|_| self.points.next(modulus)).collect();
        let fields = &self.fields[1..=level];
        let mut tables: Vec<Vec<u64>> = Vec::with_capacity(level);
        for (field, node) in fields.iter().zip(&nodes) {
            let highest =
                |keys: &[K]| keys.iter().map(|k| field.read(*k)).max().unwrap_or(0);
            let degree =
                triple.parts.iter().map(|part| highest(&part.keys)).max().unwrap_or(0);
            tables.push(powers(*node, degree.max(highest(skeleton)) as u64, modulus));
        }
        let ratio = |key: K| {
            let mut value = 1;
            for (field, table) in fields.iter().zip(&tables) {
                let exponent = field.read(key);
                if exponent != 0 {
                    value = modulus.times(value, table[exponent]);
                }
            }
            value
        };
        let mut geometric = [0, 1, 2].map(|i| {
            let part = &triple.parts[i];
            let ratios = part.keys.iter().map(|key| ratio(*key));
            let steps = part.values.iter().copied().zip(ratios).collect::<Vec<_>>();
            let groups = part.keys.chunk_by(|x, y| main.read(*x) == main.read(*y));
            let groups = groups
                .map(|group| (main.read(group[0]), group.len()))
                .collect::<Vec<_>>();
            (steps, groups)
        });
        let groups: Vec<&[K]> =
            skeleton.chunk_by(|x, y| main.read(*x) == main.read(*y)).collect();
        let most = groups.iter().map(|group| group.len()).max().unwrap_or(0);
        let mut samples: Vec<Vec<u64>> = vec![Vec::with_capacity(most); groups.len()];
        let mut expected = vec![false; self.degrees[0].max(self.degrees[1]) + 1];
        for group in &groups {
            if let Some(flag) = expected.get_mut(main.read(group[0])) {
                *flag = true;
            }
        }
        for _ in 0..most {
            if stop::is_raised() {
                return Err(Failure::Stopped);
            }
            let mut sides =
                [vec![0; self.degrees[0] + 1], vec![0; self.degrees[1] + 1], vec![0]];
            for ((steps, groups), side) in geometric.iter_mut().zip(&mut sides) {
                let mut steps = steps.iter_mut();
                for (exponent, count) in groups.iter() {
                    let mut sum = 0u128;
                    for (value, ratio) in steps.by_ref().take(*count) {
                        *value = modulus.times(*value, *ratio);
                        sum += u128::from(*value);
                    }
                    side[*exponent] = modulus.reduce_wide(sum);
                }
            }
            let [a, b, gamma] = sides;
            let image = self.image(a, b, gamma[0])?;
            if image
                .iter()
                .zip(&expected)
                .any(|(value, expected)| *value != 0 && !expected)
            {
                return Err(Failure::Point);
            }
            for (group, samples) in groups.iter().zip(&mut samples) {
                samples.push(image.get(main.read(group[0])).copied().unwrap_or(0));
            }
        }
        let mut terms = Terms { keys: Vec::new(), values: Vec::new() };
        for (group, samples) in groups.iter().zip(&samples) {
            let nodes: Vec<u64> = group.iter().map(|key| ratio(*key)).collect();
            let values = univariate::solve_power_sums(&nodes, samples, modulus);
            for (key, value) in group.iter().zip(values.ok_or(Failure::Point)?) {
                if value != 0 {
                    terms.keys.push(*key);
                    terms.values.push(value);
                }
            }
        }
        Ok(terms)
    }
}

/// A polynomial with a value, given by its powers, put for the last variable.
fn evaluated<K: PrimInt>(
    terms: &Terms<K>,
    field: Field,
    powers: &[u64],
    modulus: Modulus,
) -> Terms<K> {
    let mut keys: Vec<K> = Vec::with_capacity(terms.keys.len());
    let mut values: Vec<u64> = Vec::with_capacity(terms.keys.len());
    let clear = (field.shift + field.bits) as usize;
    let others = if clear < K::zero().count_zeros() as usize {
        (K::max_value() >> clear) << clear
    } else {
        K::zero()
    };
    let (mut current, mut sum) = (None, 0u128);
    let mut finish = |key: Option<K>, sum: u128| {
        let value = modulus.reduce_wide(sum);
        if let Some(key) = key
            && value != 0
        {
            keys.push(key);
            values.push(value);
        }
    };
    for (key, value) in terms.keys.iter().zip(&terms.values) {
        let rest = *key & others;
        if current != Some(rest) {
            finish(current, sum);
            (current, sum) = (Some(rest), 0);
        }
        let product = u128::from(*value) * u128::from(powers[field.read(*key)]);
        sum = modulus.plus_wide(sum, product);
    }
    finish(current, sum);
    Terms { keys, values }
}

/// A polynomial in one more variable, in Newton's form: for every term Σ cᵢ ∏ⱼ﹤ᵢ (y − nodeⱼ).
#[derive(Debug)]
struct Newton<K> {
    /// The terms in the other variables, descending.
    keys: Vec<K>,
    /// For every term its cᵢ.
    rows: Vec<Vec<u64>>,
    /// The values of y so far.
    nodes: Vec<u64>,
}

impl<K> Default for Newton<K> {
    fn default() -> Self {
        Self { keys: Vec::new(), rows: Vec::new(), nodes: Vec::new() }
    }
}

impl<K: PrimInt> Newton<K> {
    /// Takes the image at a further node; true when it was foreseen.
    fn extend(&mut self, image: &Terms<K>, node: u64, modulus: Modulus) -> bool {
        if self.keys != image.keys {
            self.widen(&image.keys);
        }
        let steps: Vec<u64> =
            self.nodes.iter().map(|n| modulus.minus(node, *n)).collect();
        let product = steps.iter().fold(1, |product, step| modulus.times(product, *step));
        let inverse = modulus.inverse(product);
        let mut foreseen = !self.nodes.is_empty();
        let mut found = image.keys.iter().zip(&image.values).peekable();
        for (key, row) in self.keys.iter().zip(&mut self.rows) {
            let value = match found.peek() {
                Some((k, v)) if *k == key => {
                    let value = **v;
                    found.next();
                    value
                }
                _ => 0,
            };
            let guess =
                row.iter().zip(&steps).rev().fold(0, |sum, (c, step)| {
                    modulus.plus(modulus.times(sum, *step), *c)
                });
            let difference = modulus.times(modulus.minus(value, guess), inverse);
            foreseen &= difference == 0;
            row.push(difference);
        }
        self.nodes.push(node);
        foreseen
    }

    /// Makes room for further terms.
    fn widen(&mut self, more: &[K]) {
        let old_keys = std::mem::take(&mut self.keys);
        let mut old = old_keys.into_iter().zip(std::mem::take(&mut self.rows)).peekable();
        let mut more = more.iter().copied().peekable();
        loop {
            let old_key = old.peek().map(|(key, _)| *key);
            let new_key = more.peek().copied();
            match (old_key, new_key) {
                (None, None) => break,
                (_, Some(new)) if old_key.is_none_or(|key| key < new) => {
                    self.keys.push(new);
                    self.rows.push(vec![0; self.nodes.len()]);
                    more.next();
                }
                _ => {
                    if old_key == new_key {
                        more.next();
                    }
                    if let Some((key, row)) = old.next() {
                        self.keys.push(key);
                        self.rows.push(row);
                    }
                }
            }
        }
    }

    /// The polynomial by powers of the variable.
    fn expanded(self, field: Field, modulus: Modulus) -> Terms<K> {
        let mut terms = Terms { keys: Vec::new(), values: Vec::new() };
        let mut powers: Vec<u64> = Vec::with_capacity(self.nodes.len());
        for (key, row) in self.keys.into_iter().zip(self.rows) {
            // Horner's scheme: times (y − node), plus c.
            powers.clear();
            for (c, node) in row.iter().zip(&self.nodes).rev() {
                let minus = modulus.negative(*node);
                let mut before = *c;
                for power in &mut powers {
                    let next = *power;
                    *power = modulus.plus(modulus.times(next, minus), before);
                    before = next;
                }
                if before != 0 || !powers.is_empty() {
                    powers.push(before);
                }
            }
            for (exponent, value) in powers.iter().enumerate().rev() {
                if *value != 0 {
                    terms.keys.push(key | field.key(exponent));
                    terms.values.push(*value);
                }
            }
        }
        terms
    }
}
