//! Permutations, with and without sign, and the groups that they generate (Schreier–Sims).

use holor_algebra::BigInt;

use crate::{GeometryError, GeometryResult};

/// A permutation of the points 0, 1, …, n − 1.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Permutation(Box<[u16]>);

impl Permutation {
    /// Leaves n points where they are.
    pub fn identity(points: usize) -> Self {
        Self((0..points).map(|point| point as u16).collect())
    }

    /// Takes the point i to `images[i]`; an error where the images are not 0 … n − 1, each once.
    pub fn new(images: &[usize]) -> GeometryResult<Self> {
        let mut seen = vec![false; images.len()];
        for &image in images {
            match seen.get_mut(image) {
                Some(met) if !*met => *met = true,
                _ => {
                    return Err(GeometryError::Invalid {
                        operation: "permutation",
                        reason: format!(
                            "{images:?} does not hold each of 0 … {} once",
                            images.len() - 1
                        ),
                    });
                }
            }
        }
        if images.len() > usize::from(u16::MAX) {
            return Err(GeometryError::Invalid {
                operation: "permutation",
                reason: "there are more than 65535 points".into(),
            });
        }
        Ok(Self(images.iter().map(|&image| image as u16).collect()))
    }

    /// Exchanges two of n points.
    pub fn transposition(points: usize, first: usize, second: usize) -> Self {
        let mut result = Self::identity(points);
        result.0.swap(first, second);
        result
    }

    /// How many points there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are no points.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Where a point goes.
    pub fn apply(&self, point: usize) -> usize {
        usize::from(self.0[point])
    }

    /// First this, then the other.
    #[must_use]
    pub fn then(&self, other: &Self) -> Self {
        Self(self.0.iter().map(|&point| other.0[usize::from(point)]).collect())
    }

    /// The way back.
    #[must_use]
    pub fn inverse(&self) -> Self {
        let mut images = self.0.clone();
        for (point, &image) in self.0.iter().enumerate() {
            images[usize::from(image)] = point as u16;
        }
        Self(images)
    }

    /// Whether no point moves.
    pub fn is_identity(&self) -> bool {
        self.0.iter().enumerate().all(|(point, &image)| point == usize::from(image))
    }

    /// Whether it is a product of an odd number of transpositions.
    pub fn is_odd(&self) -> bool {
        is_odd(&self.0)
    }
}

/// Whether it takes an odd number of exchanges to sort these values, which are all different.
pub(super) fn is_odd<T: PartialOrd>(values: &[T]) -> bool {
    let mut odd = false;
    for (place, value) in values.iter().enumerate() {
        odd ^= values[place + 1..].iter().filter(|later| *later < value).count() % 2 == 1;
    }
    odd
}

/// A permutation with a sign: the element of a slot symmetry
/// `T[i₀ i₁ …] = ± T[i_p(0) i_p(1) …]`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SignedPermutation {
    /// The permutation p.
    pub permutation: Permutation,
    /// Whether the sign is −1.
    pub negative: bool,
}

impl SignedPermutation {
    /// With the sign +1.
    pub fn positive(permutation: Permutation) -> Self {
        Self { permutation, negative: false }
    }

    /// With the sign −1.
    pub fn negative(permutation: Permutation) -> Self {
        Self { permutation, negative: true }
    }

    /// The sign as the exchange of two points more, so that groups of these are groups of permutations.
    fn extended(&self) -> Permutation {
        let points = self.permutation.len() as u16;
        let sign =
            if self.negative { [points + 1, points] } else { [points, points + 1] };
        Permutation(self.permutation.0.iter().copied().chain(sign).collect())
    }
}

/// A group of signed permutations, given by a base and a strong generating set.
///
/// Membership and order take polynomial time. The sets are made by the deterministic Schreier–Sims algorithm
/// (D. F. Holt, B. Eick, E. A. O'Brien, *Handbook of Computational Group Theory*, 2005, §4.4.2).
#[derive(Clone, Debug)]
pub struct PermutationGroup {
    points: usize,
    levels: Vec<Level>,
}

/// One stabiliser of the chain: it fixes the base points of the levels above.
#[derive(Clone, Debug)]
struct Level {
    base: usize,
    generators: Vec<Permutation>,
    /// For each point of the base point's orbit an element that takes the base point there.
    transversal: Vec<Option<Permutation>>,
}

impl PermutationGroup {
    /// The group that these generate, on so many points; an error where their sizes differ from that.
    pub fn new(points: usize, generators: &[SignedPermutation]) -> GeometryResult<Self> {
        let mut group = Self { points, levels: Vec::new() };
        for generator in generators {
            if generator.permutation.len() != points {
                return Err(GeometryError::Invalid {
                    operation: "symmetry",
                    reason: format!(
                        "a generator permutes {} slots and not {points}",
                        generator.permutation.len()
                    ),
                });
            }
            group.extend(0, generator.extended());
        }
        Ok(group)
    }

    /// How many elements it has.
    pub fn order(&self) -> BigInt {
        self.levels
            .iter()
            .map(|level| BigInt::from(level.transversal.iter().flatten().count()))
            .product()
    }

    /// The points whose pointwise stabiliser is trivial; a sign counts as an exchange of the points n and n + 1.
    pub fn base(&self) -> Vec<usize> {
        self.levels.iter().map(|level| level.base).collect()
    }

    /// How many strong generators there are.
    pub fn strong_generator_count(&self) -> usize {
        self.levels.iter().map(|level| level.generators.len()).sum()
    }

    /// Whether an element belongs to it.
    pub fn contains(&self, element: &SignedPermutation) -> bool {
        element.permutation.len() == self.points
            && self.sift(0, element.extended()).is_identity()
    }

    /// What is left of an element after division by transversal elements from a level on.
    fn sift(&self, from: usize, mut element: Permutation) -> Permutation {
        for level in &self.levels[from..] {
            match &level.transversal[element.apply(level.base)] {
                Some(representative) => element = element.then(&representative.inverse()),
                None => return element,
            }
        }
        element
    }

    /// Adds an element that fixes the base points before `at`, and all that it generates with the others.
    fn extend(&mut self, at: usize, element: Permutation) {
        if self.sift(at.min(self.levels.len()), element.clone()).is_identity() {
            return;
        }
        if at == self.levels.len() {
            let moved = (0..element.len()).find(|&point| element.apply(point) != point);
            let Some(base) = moved else { return };
            let mut transversal = vec![None; element.len()];
            transversal[base] = Some(Permutation::identity(element.len()));
            self.levels.push(Level { base, generators: Vec::new(), transversal });
        }
        let level = &mut self.levels[at];
        level.generators.push(element);
        let mut orbit: Vec<usize> = (0..level.transversal.len())
            .filter(|&point| level.transversal[point].is_some())
            .collect();
        let mut next = 0;
        while next < orbit.len() {
            let point = orbit[next];
            next += 1;
            for generator in &level.generators {
                let image = generator.apply(point);
                if level.transversal[image].is_none() {
                    level.transversal[image] =
                        level.transversal[point].as_ref().map(|way| way.then(generator));
                    orbit.push(image);
                }
            }
        }
        let level = self.levels[at].clone();
        for &point in &orbit {
            for generator in &level.generators {
                let image = generator.apply(point);
                if let (Some(to), Some(back)) =
                    (&level.transversal[point], &level.transversal[image])
                {
                    self.extend(at + 1, to.then(generator).then(&back.inverse()));
                }
            }
        }
    }
}
