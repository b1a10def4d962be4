//! How a geodesic starts: which norm a causal character asks for, which way time runs, and the component that is left out.

use crate::{Chart, GeometryError, GeometryResult};

/// Norms that differ by no more than this part of the sum of their terms' sizes are the same: given components are rounded.
pub const SAME_NORM: f64 = 1e-6;

/// Names of coordinates that say the time, where they are timelike.
const TIMES: [&str; 7] = ["t", "T", "τ", "η", "v", "u", "V"];

/// What the sign of `g_ab ẋᵃ ẋᵇ` is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Character {
    /// A massive particle, by its proper time: −1 where the metric has the signs −+++, 1 where it has +−−−.
    Timelike,
    /// Light: 0.
    Null,
    /// By its length: 1 where the metric has the signs −+++, −1 where it has +−−−.
    Spacelike,
}

impl Character {
    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Timelike => "timelike",
            Self::Null => "null",
            Self::Spacelike => "spacelike",
        }
    }
}

/// Which of the two values a left-out component takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Root {
    /// The one that leads into the future; the larger one where both do or neither, or where there is no time.
    #[default]
    Future,
    /// The larger one.
    Larger,
    /// The smaller one.
    Smaller,
}

/// What a metric's signs at a point say about time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Time {
    /// How many directions are positive and how many negative.
    pub signs: (usize, usize),
    /// How many directions there are; more than have a sign where the metric is degenerate or not finite.
    pub dimension: usize,
    /// The sign of `g_ab ẋᵃ ẋᵇ` of timelike directions, where one direction's sign is unlike all others.
    pub sign: Option<f64>,
    /// The coordinate that says which way is the future.
    pub coordinate: Option<usize>,
}

impl Time {
    /// Reads the signs of a metric at a point, given row by row; `is_positive(k)` says whether `g_kk` is positive everywhere
    /// where it is at the point.
    ///
    /// In two dimensions with one sign each, time has the sign −1 unless a coordinate with the name of a time has `g_kk > 0` everywhere; where
    /// that is not known, it may be the inside of a horizon, and nothing is said.
    pub fn of(
        chart: &Chart,
        matrix: &[f64],
        is_positive: &dyn Fn(usize) -> bool,
    ) -> Self {
        let n = chart.dimension();
        let names = chart.coordinates();
        let coordinate = TIMES
            .iter()
            .find_map(|time| names.iter().position(|own| own.name() == *time))
            .or(Some(0));
        let signs = signs(matrix, n);
        let sign = match signs {
            (1, 1) => {
                let named = TIMES
                    .iter()
                    .find_map(|time| names.iter().position(|own| own.name() == *time));
                match named {
                    Some(k) if matrix[k * n + k] > 0.0 && is_positive(k) => Some(1.0),
                    Some(k) if matrix[k * n + k] > 0.0 => None,
                    _ => Some(-1.0),
                }
            }
            (positive, 1) if positive + 1 == n => Some(-1.0),
            (1, negative) if negative + 1 == n => Some(1.0),
            _ => None,
        };
        Self { signs, dimension: n, sign, coordinate }
    }

    /// The norm of a causal character.
    ///
    /// # Errors
    /// Metrics without one direction of time.
    pub fn norm(&self, character: Character) -> GeometryResult<f64> {
        let word = character.name();
        if self.signs.0 + self.signs.1 < self.dimension {
            return Err(invalid(
                "the metric is degenerate or has no finite value at the start".into(),
            ));
        }
        match (character, self.sign, self.signs) {
            (Character::Spacelike, _, (_, 0)) => Ok(1.0),
            (Character::Spacelike, _, (0, _)) => Ok(-1.0),
            (_, _, (_, 0) | (0, _)) => Err(invalid(format!(
                "the metric is definite at the start, no direction is {word}; say spacelike"
            ))),
            (Character::Null, ..) => Ok(0.0),
            (Character::Timelike, Some(sign), _) => Ok(sign),
            (Character::Spacelike, Some(sign), _) => Ok(-sign),
            (_, None, (1, 1)) => Err(invalid(format!(
                "in two dimensions the signs do not say which direction is time; {word} needs a metric with the signs -+, or leave out `kind` and give all components"
            ))),
            (_, None, (positive, negative)) => Err(invalid(format!(
                "the metric has {positive} positive and {negative} negative directions at the start, {word} is not defined; leave out `kind` and give all components"
            ))),
        }
    }
}

/// How many directions of a symmetric form are positive and how many negative: the signs of the pivots of an elimination that takes the
/// largest entry left, with its mirror image where it is not on the diagonal (Sylvester's law of inertia; J. R. Bunch and B. N. Parlett,
/// SIAM J. Numer. Anal. 8 (1971) 639).
pub fn signs(matrix: &[f64], n: usize) -> (usize, usize) {
    if matrix.iter().any(|entry| !entry.is_finite()) {
        return (0, 0);
    }
    let mut rest = matrix.to_vec();
    let mut left: Vec<usize> = (0..n).collect();
    let (mut positive, mut negative) = (0, 0);
    while !left.is_empty() {
        let largest = |pairs: &mut dyn Iterator<Item = (usize, usize)>| {
            pairs.fold((0.0, (0, 0)), |best: (f64, (usize, usize)), (a, b)| {
                let size = rest[a * n + b].abs();
                if size > best.0 { (size, (a, b)) } else { best }
            })
        };
        let (on, (k, _)) = largest(&mut left.iter().map(|&k| (k, k)));
        let (off, (a, b)) =
            largest(&mut left.iter().flat_map(|&a| {
                left.iter().filter(move |&&b| a < b).map(move |&b| (a, b))
            }));
        if on == 0.0 && off == 0.0 {
            break;
        }
        // A pair off the diagonal that is larger than all on it is one direction of each sign.
        if on >= 0.64 * off {
            let pivot = rest[k * n + k];
            if pivot > 0.0 {
                positive += 1;
            } else {
                negative += 1;
            }
            left.retain(|&own| own != k);
            for &i in &left {
                for &j in &left {
                    rest[i * n + j] -= rest[i * n + k] * rest[k * n + j] / pivot;
                }
            }
        } else {
            positive += 1;
            negative += 1;
            let (aa, ab, bb) = (rest[a * n + a], rest[a * n + b], rest[b * n + b]);
            let determinant = aa * bb - ab * ab;
            left.retain(|&own| own != a && own != b);
            for &i in &left {
                for &j in &left {
                    let (ia, ib) = (rest[i * n + a], rest[i * n + b]);
                    let (aj, bj) = (rest[a * n + j], rest[b * n + j]);
                    let change = ia * (bb * aj - ab * bj) + ib * (aa * bj - ab * aj);
                    rest[i * n + j] -= change / determinant;
                }
            }
        }
    }
    (positive, negative)
}

/// A quadratic form's value and the sum of the sizes of its terms.
pub(super) fn norm_of(matrix: &[f64], vector: &[f64]) -> (f64, f64) {
    let n = vector.len();
    let (mut sum, mut size) = (0.0, 0.0);
    for a in 0..n {
        for b in 0..n {
            let term = matrix[a * n + b] * vector[a] * vector[b];
            sum += term;
            size += term.abs();
        }
    }
    (sum, size)
}

/// A form applied to a vector.
pub(super) fn applied(matrix: &[f64], vector: &[f64]) -> Vec<f64> {
    let row = |row: &[f64]| row.iter().zip(vector).map(|(a, b)| a * b).sum();
    matrix.chunks(vector.len().max(1)).map(row).collect()
}

/// The values of one component that give a quadratic form a value, the other components known, the larger one first; or the value nearest
/// to it that the form can have, and whether that is its least.
pub(super) fn roots(
    matrix: &[f64],
    known: &[f64],
    place: usize,
    norm: f64,
) -> Result<[f64; 2], (f64, bool)> {
    let n = known.len();
    let square = matrix[place * n + place];
    let linear: f64 =
        (0..n).filter(|&b| b != place).map(|b| matrix[place * n + b] * known[b]).sum();
    let (mut rest, mut size) = (-norm, norm.abs());
    for a in (0..n).filter(|&a| a != place) {
        for b in (0..n).filter(|&b| b != place) {
            let term = matrix[a * n + b] * known[a] * known[b];
            rest += term;
            size += term.abs();
        }
    }
    if square == 0.0 {
        let single = -rest / (2.0 * linear);
        return match linear != 0.0 {
            true => Ok([single, single]),
            false => Err((rest + norm, false)),
        };
    }
    let discriminant = linear * linear - square * rest;
    // Turning points: a discriminant that is 0 up to rounding.
    let rounding = 1e-13 * (linear * linear + square.abs() * size);
    if discriminant < -rounding || !discriminant.is_finite() {
        return Err((rest + norm - linear * linear / square, square > 0.0));
    }
    // The root that adds numbers of the same sign, the other from the product of both.
    let far = -(linear + linear.signum() * discriminant.max(0.0).sqrt());
    let [a, b] = if far == 0.0 { [0.0, 0.0] } else { [far / square, rest / far] };
    Ok([a.max(b), a.min(b)])
}

/// What to say where no value of a component gives the norm.
pub fn no_real_value(
    name: &str,
    others: &[String],
    norm: f64,
    character: &str,
    (nearest, is_least): (f64, bool),
) -> String {
    let bound = if is_least { "at least" } else { "at most" };
    format!(
        "no real {name} gives the norm {norm} ({character}) at this start: with the given {}, the norm is {bound} {nearest:.6} whatever {name} is; change one of them, or `kind`",
        others.join(", ")
    )
}

fn invalid(reason: String) -> GeometryError {
    GeometryError::Invalid { operation: "geodesic", reason }
}

#[cfg(test)]
mod tests {
    use super::{roots, signs};

    #[test]
    fn signs_are_those_of_the_eigenvalues() {
        assert_eq!(signs(&[-1.0, 0.0, 0.0, 2.0], 2), (1, 1));
        assert_eq!(signs(&[0.0, 1.0, 1.0, 0.0], 2), (1, 1));
        // Eigenvalues 1 ± sqrt(3.25) and their like: numpy.linalg.eigvalsh gives −1.2912, 0.7137, 4.5775.
        let third = [1.0, 2.0, -1.0, 2.0, 0.0, 1.0, -1.0, 1.0, 3.0];
        assert_eq!(signs(&third, 3), (2, 1));
        // Eddington and Finkelstein's coordinates, inside and outside.
        for f in [0.8, 0.0, -3.0] {
            let mut matrix = vec![0.0; 16];
            (matrix[0], matrix[1], matrix[4]) = (-f, 1.0, 1.0);
            (matrix[10], matrix[15]) = (9.0, 4.0);
            assert_eq!(signs(&matrix, 4), (3, 1));
        }
        assert_eq!(signs(&[f64::NAN, 0.0, 0.0, 1.0], 2), (0, 0));
        assert_eq!(signs(&[2.0, 2.0, 2.0, 2.0], 2), (1, 0));
    }

    #[test]
    fn both_values_have_the_norm_and_else_the_nearest_one_is_said() {
        let matrix = [-0.5, 0.3, 0.3, 2.0];
        let [large, small] = roots(&matrix, &[0.0, 0.7], 0, -1.0).unwrap();
        for t in [large, small] {
            let norm = -0.5 * t * t + 0.6 * t * 0.7 + 2.0 * 0.49;
            assert!((norm + 1.0).abs() < 1e-14);
        }
        assert!(large > small);
        // 2 r² + 0.6 t r − 0.5 t² is least at r = −0.15 t: −0.545 t².
        let (nearest, is_least) = roots(&matrix, &[1.0, 0.0], 1, -1.0).unwrap_err();
        assert!((nearest + 0.545).abs() < 1e-14 && is_least);
    }
}
