//! Null tetrads, Weyl scalars and Petrov types in four Lorentzian dimensions.
//!
//! From an orthonormal frame with time-like `e_0`: `l = (e_0 + e_3)/√2`, `n = (e_0 − e_3)/√2`, `m = (e_1 + i e_2)/√2`, so that
//! `l·n = −1`, `m·m̄ = 1` for signature −+++ (both opposite for +−−−).
//! H. Stephani, D. Kramer, M. MacCallum, C. Hoenselaers, E. Herlt, *Exact Solutions of Einstein's Field Equations*, 2nd ed.,
//! chapters 3, 4 and 9.

use holor_algebra::Expr;
use holor_algebra::exact::{Element, Field};

use super::Tetrad;
use crate::tensor::linear_combination;
use crate::{GeometryError, GeometryResult, Holor, Law, Slot, Symmetry};

/// How the principal null directions of the Weyl tensor coincide, at a generic point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PetrovType {
    /// Four different ones.
    I,
    /// Two coincide.
    II,
    /// Two pairs coincide.
    D,
    /// Three coincide.
    III,
    /// All coincide.
    N,
    /// The Weyl tensor vanishes.
    O,
}

impl PetrovType {
    /// Its letter.
    pub fn name(self) -> &'static str {
        match self {
            Self::I => "I",
            Self::II => "II",
            Self::D => "D",
            Self::III => "III",
            Self::N => "N",
            Self::O => "O",
        }
    }
}

/// A vector of the frame with Gaussian integers as components: frame leg, real part, imaginary part.
type Combination = [(u8, i64, i64); 2];

impl Tetrad {
    /// The null tetrad `(l, n, m, m̄)`: vector fields, the last two complex.
    ///
    /// # Errors
    /// Another dimension than four, or a signature that is not Lorentzian.
    pub fn null_tetrad(&self) -> GeometryResult<[Holor; 4]> {
        let chart = self.chart();
        let field = chart.field();
        let scale = chart.read(&Expr::integer(2).sqrt().reciprocal())?;
        let unit = chart.read(&Expr::i())?;
        let vector = |combination: &Combination| {
            Holor::build(chart, Law::TENSOR, &[Slot::UP], Symmetry::none(1), |indices| {
                let &[mu] = indices else { return Ok(field.zero()) };
                let mut terms = Vec::new();
                for (leg, re, im) in combination {
                    let entry = self.frame().component(&[*leg, mu]);
                    terms.push(field.scale(&entry, *re, 1));
                    terms.push(field.scale(&field.multiply(&unit, &entry), *im, 1));
                }
                Ok(field.multiply(&scale, &field.sum(&terms)))
            })
        };
        let [l, n, m, conjugate] = self.combinations()?;
        Ok([vector(&l)?, vector(&n)?, vector(&m)?, vector(&conjugate)?])
    }

    /// The Weyl scalars `Ψ₀ = C(l,m,l,m)`, `Ψ₁ = C(l,n,l,m)`, `Ψ₂ = C(l,m,m̄,n)`, `Ψ₃ = C(l,n,m̄,n)`, `Ψ₄ = C(m̄,n,m̄,n)` in the null tetrad;
    /// `Ψ₂ = −m/r³` for Schwarzschild.
    ///
    /// # Errors
    /// As [`Tetrad::null_tetrad`].
    pub fn weyl_scalars(&self) -> GeometryResult<[Element; 5]> {
        let [l, n, m, w] = self.combinations()?;
        let weyl = self.to_frame(&self.metric().weyl()?)?;
        let scalar = |vectors: [&Combination; 4]| self.contract_weyl(&weyl, vectors);
        Ok([
            scalar([&l, &m, &l, &m])?,
            scalar([&l, &n, &l, &m])?,
            scalar([&l, &m, &w, &n])?,
            scalar([&l, &n, &w, &n])?,
            scalar([&w, &n, &w, &n])?,
        ])
    }

    /// The Petrov type of the metric, at a generic point: where a scalar vanishes only on a surface, the type may be more
    /// special there.
    ///
    /// # Errors
    /// As [`Tetrad::null_tetrad`].
    pub fn petrov_type(&self) -> GeometryResult<PetrovType> {
        classify(self.chart().field(), self.weyl_scalars()?)
    }

    /// √2 times the null vectors.
    fn combinations(&self) -> GeometryResult<[Combination; 4]> {
        let negative: Vec<u8> = (0u8..4).filter(|&leg| self.sign(leg) < 0).collect();
        let positive: Vec<u8> = (0u8..4).filter(|&leg| self.sign(leg) > 0).collect();
        let (time, space) = match (self.signs().len(), &*negative, &*positive) {
            (4, &[time], &[a, b, c]) | (4, &[a, b, c], &[time]) => (time, [a, b, c]),
            _ => {
                return Err(GeometryError::Invalid {
                    operation: "null tetrad",
                    reason: "four dimensions of signature −+++ or +−−− are needed".into(),
                });
            }
        };
        let [a, b, c] = space;
        Ok([
            [(time, 1, 0), (c, 1, 0)],
            [(time, 1, 0), (c, -1, 0)],
            [(a, 1, 0), (b, 0, 1)],
            [(a, 1, 0), (b, 0, -1)],
        ])
    }

    /// `¼ C(v₁, v₂, v₃, v₄)`
    fn contract_weyl(
        &self,
        weyl: &Holor,
        vectors: [&Combination; 4],
    ) -> GeometryResult<Element> {
        let field = self.chart().field();
        let mut real = Vec::new();
        let mut imaginary = Vec::new();
        for choice in 0u8..16 {
            let (mut re, mut im) = (1, 0);
            let mut indices = [0u8; 4];
            for (place, (vector, index)) in vectors.iter().zip(&mut indices).enumerate() {
                let [first, second] = vector;
                let (leg, a, b) = if choice & (1 << place) == 0 { first } else { second };
                *index = *leg;
                (re, im) = (re * a - im * b, re * b + im * a);
            }
            if let Some((value, negative)) = weyl.stored(&indices) {
                let sign = if negative { -1 } else { 1 };
                real.push((sign * re, value));
                imaginary.push((sign * im, value));
            }
        }
        let real = linear_combination(field, &real);
        let imaginary = linear_combination(field, &imaginary);
        let value = if imaginary.is_zero() {
            real
        } else {
            let unit = field.read(&Expr::i())?;
            field.add(&real, &field.multiply(&unit, &imaginary))
        };
        Ok(field.scale(&value, 1, 4))
    }
}

/// The type from the multiplicities of the roots of `Ψ₄x⁴ + 4Ψ₃x³ + 6Ψ₂x² + 4Ψ₁x + Ψ₀`.
/// R. A. d'Inverno and R. A. Russell-Clark, J. Math. Phys. 12 (1971) 1258.
fn classify(field: &Field, scalars: [Element; 5]) -> GeometryResult<PetrovType> {
    if scalars.iter().all(Element::is_zero) {
        return Ok(PetrovType::O);
    }
    // A null rotation makes Ψ₄ other than 0: it is a polynomial of degree up to 4 in the parameter.
    let mut turned = scalars.clone();
    for parameter in 1..=4 {
        let [_, _, _, _, last] = &turned;
        if !last.is_zero() {
            break;
        }
        turned = rotated(field, &scalars, parameter);
    }
    let [p0, p1, p2, p3, p4] = &turned;
    let times = |a: &Element, b: &Element| field.multiply(a, b);
    let combine = |terms: &[(i64, &Element)]| linear_combination(field, terms);
    // I = Ψ₀Ψ₄ − 4Ψ₁Ψ₃ + 3Ψ₂²
    let first =
        combine(&[(1, &times(p0, p4)), (-4, &times(p1, p3)), (3, &times(p2, p2))]);
    // J = Ψ₀Ψ₂Ψ₄ + 2Ψ₁Ψ₂Ψ₃ − Ψ₂³ − Ψ₀Ψ₃² − Ψ₁²Ψ₄
    let second = combine(&[
        (1, &times(&times(p0, p2), p4)),
        (2, &times(&times(p1, p2), p3)),
        (-1, &field.power(p2, 3)?),
        (-1, &times(p0, &times(p3, p3))),
        (-1, &times(&times(p1, p1), p4)),
    ]);
    // K = Ψ₁Ψ₄² − 3Ψ₂Ψ₃Ψ₄ + 2Ψ₃³, L = Ψ₂Ψ₄ − Ψ₃², N = 12L² − Ψ₄²I
    let square = times(p4, p4);
    let k = combine(&[
        (1, &times(p1, &square)),
        (-3, &times(&times(p2, p3), p4)),
        (2, &field.power(p3, 3)?),
    ]);
    let l = combine(&[(1, &times(p2, p4)), (-1, &times(p3, p3))]);
    if first.is_zero() && second.is_zero() {
        let all = k.is_zero() && l.is_zero();
        return Ok(if all { PetrovType::N } else { PetrovType::III });
    }
    let discriminant =
        combine(&[(1, &field.power(&first, 3)?), (-27, &times(&second, &second))]);
    if !discriminant.is_zero() {
        return Ok(PetrovType::I);
    }
    let n = combine(&[(12, &times(&l, &l)), (-1, &times(&square, &first))]);
    Ok(if k.is_zero() && n.is_zero() { PetrovType::D } else { PetrovType::II })
}

/// The scalars after the null rotation with a constant parameter that keeps l: Ψ₄ becomes `Ψ₄ + 4bΨ₃ + 6b²Ψ₂ + 4b³Ψ₁ + b⁴Ψ₀`.
fn rotated(field: &Field, scalars: &[Element; 5], b: i64) -> [Element; 5] {
    let [p0, p1, p2, p3, p4] = scalars;
    let combine = |terms: &[(i64, &Element)]| linear_combination(field, terms);
    [
        p0.clone(),
        combine(&[(1, p1), (b, p0)]),
        combine(&[(1, p2), (2 * b, p1), (b * b, p0)]),
        combine(&[(1, p3), (3 * b, p2), (3 * b * b, p1), (b.pow(3), p0)]),
        combine(&[
            (1, p4),
            (4 * b, p3),
            (6 * b * b, p2),
            (4 * b.pow(3), p1),
            (b.pow(4), p0),
        ]),
    ]
}

#[cfg(test)]
mod tests {
    use holor_algebra::Expr;

    use super::*;
    use crate::samples::*;
    use crate::{Chart, Metric};

    /// The type of a quartic with these roots and leading coefficient 1, as many as four; fewer leave roots at infinity.
    fn type_of_roots(roots: &[i64]) -> PetrovType {
        let mut coefficients = vec![1i64];
        for root in roots {
            let mut next = vec![0; coefficients.len() + 1];
            for (place, value) in coefficients.iter().enumerate() {
                next[place + 1] += value;
                next[place] -= root * value;
            }
            coefficients = next;
        }
        coefficients.resize(5, 0);
        let field = Field::new(holor_algebra::Assumptions::new());
        let scalar = |place: usize, weight: i64| {
            field.scale(&field.integer(coefficients[place]), 1, weight)
        };
        let scalars =
            [scalar(0, 1), scalar(1, 4), scalar(2, 6), scalar(3, 4), scalar(4, 1)];
        classify(&field, scalars).unwrap()
    }

    #[test]
    fn multiplicities_of_roots() {
        assert_eq!(type_of_roots(&[1, 2, 3, 5]), PetrovType::I);
        assert_eq!(type_of_roots(&[0, 1, 2]), PetrovType::I);
        assert_eq!(type_of_roots(&[1, 1, 3, 5]), PetrovType::II);
        assert_eq!(type_of_roots(&[2, -1]), PetrovType::II);
        assert_eq!(type_of_roots(&[1, 1, 3, 3]), PetrovType::D);
        assert_eq!(type_of_roots(&[7, 7]), PetrovType::D);
        assert_eq!(type_of_roots(&[0, 0]), PetrovType::D);
        assert_eq!(type_of_roots(&[4, 4, 4, 1]), PetrovType::III);
        assert_eq!(type_of_roots(&[0, 0, 0]), PetrovType::III);
        assert_eq!(type_of_roots(&[3]), PetrovType::III);
        assert_eq!(type_of_roots(&[1, 1, 1, 1]), PetrovType::N);
        assert_eq!(type_of_roots(&[]), PetrovType::N);
    }

    fn type_of(metric: &Metric) -> PetrovType {
        Tetrad::new(metric).unwrap().petrov_type().unwrap()
    }

    #[test]
    fn schwarzschild_and_kerr_are_of_type_d() {
        let chart = outside();
        let tetrad = Tetrad::new(&schwarzschild(&chart)).unwrap();
        // The radial direction must be the third for Ψ₂ alone to be left.
        let legs = [0, 2, 3, 1].map(|leg| tetrad.one_form(leg).unwrap());
        let turned =
            Tetrad::from_coframe(&legs, &[-1, 1, 1, 1], Some(tetrad.metric())).unwrap();
        let scalars = turned.weyl_scalars().unwrap();
        assert_eq!(scalars[2], chart.read(&(-s("m") / s("r").powi(3))).unwrap());
        assert!([0, 1, 3, 4].iter().all(|&place| scalars[place].is_zero()));
        assert_eq!(tetrad.petrov_type().unwrap(), PetrovType::D);
        assert_eq!(type_of(&kerr().1), PetrovType::D);
    }

    fn null_chart() -> Chart {
        chart(&["u", "v", "x", "y"], &[less(Expr::zero(), s("x"))])
    }

    #[test]
    fn waves_and_expanding_spaces() {
        let wave = from_entries(&null_chart(), |i, j| match (i, j) {
            (0, 0) => s("x").powi(2) - s("y").powi(2),
            (0, 1) => Expr::one(),
            (2, 2) | (3, 3) => Expr::one(),
            _ => Expr::zero(),
        });
        assert_eq!(type_of(&wave), PetrovType::N);
        let flat = chart(&["t", "x", "y", "z"], &[]);
        let a = function("a", s("t")).powi(2);
        let space = diagonal(&flat, &[-Expr::one(), a.clone(), a.clone(), a]);
        assert_eq!(type_of(&space), PetrovType::O);
    }

    #[test]
    fn kasners_universes() {
        // −dt² + Σ t^{2p} dx² with Σp = Σp² = 1: p = (−2/7, 3/7, 6/7) in t = τ⁷, and p = (−1/3, 2/3, 2/3) in t = τ³.
        let chart = chart(&["τ", "x", "y", "z"], &[less(Expr::zero(), s("τ"))]);
        let universe = |lapse: i64, powers: [i64; 4]| {
            let entries: Vec<Expr> = powers.iter().map(|&p| s("τ").powi(p)).collect();
            let [time, x, y, z] = entries.try_into().unwrap();
            diagonal(&chart, &[-lapse * time, x, y, z])
        };
        for (metric, expected) in [
            (universe(49, [12, -4, 6, 12]), PetrovType::I),
            (universe(9, [4, -2, 4, 4]), PetrovType::D),
        ] {
            assert!(metric.ricci().unwrap().is_zero());
            assert_eq!(type_of(&metric), expected);
        }
    }

    #[test]
    fn petrovs_solution_of_type_three() {
        // r²/x³ (dx² + dy²) − 2 du dr + (3/2) x du², the vacuum of Robinson and Trautman with the most symmetry.
        let chart = chart(
            &["u", "r", "x", "y"],
            &[less(Expr::zero(), s("x")), less(Expr::zero(), s("r"))],
        );
        let side = s("r").powi(2) / s("x").powi(3);
        let metric = from_entries(&chart, |i, j| match (i, j) {
            (0, 0) => Expr::fraction(3, 2) * s("x"),
            (0, 1) => -Expr::one(),
            (2, 2) | (3, 3) => side.clone(),
            _ => Expr::zero(),
        });
        assert!(metric.ricci().unwrap().is_zero());
        assert_eq!(type_of(&metric), PetrovType::III);
    }

    #[test]
    fn null_vectors_are_null() {
        let chart = outside();
        let tetrad = Tetrad::new(&schwarzschild(&chart)).unwrap();
        let vectors = tetrad.null_tetrad().unwrap();
        let product = |a: usize, b: usize| {
            tetrad
                .metric()
                .scalar_product(&vectors[a], &vectors[b])
                .unwrap()
                .component(&[])
        };
        let field = chart.field();
        for (a, b, expected) in
            [(0, 0, 0), (1, 1, 0), (2, 2, 0), (0, 1, -1), (2, 3, 1), (0, 2, 0), (1, 3, 0)]
        {
            assert_eq!(product(a, b), field.integer(expected), "{a} {b}");
        }
        let plane = euclidean(2);
        let flat = diagonal(&plane, &[Expr::one(), Expr::one()]);
        assert!(Tetrad::new(&flat).unwrap().null_tetrad().is_err());
    }
}
