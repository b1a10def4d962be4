//! Random equations against the same terms evaluated with derivatives of trigonometric polynomials.

use super::*;

/// A sequence of numbers that looks random.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: u64) -> u64 {
        // Knuth's multiplier for 64 bits.
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }

    fn number(&mut self) -> f64 {
        self.below(2001) as f64 / 1000.0 - 1.0
    }
}

fn random_term(dice: &mut Dice, depth: usize) -> Term {
    let choice = if depth == 0 { dice.below(4) } else { 4 + dice.below(9) };
    let next = |dice: &mut Dice| random_term(dice, depth - 1);
    match choice {
        0 | 1 => u(),
        2 => complex(dice.number(), dice.number()),
        3 => call(Function::Cosine, sum(&[x(0), number(dice.number())])),
        4 | 5 => {
            let (a, b) = (next(dice), next(dice));
            sum(&[a, b])
        }
        6 | 7 => {
            let (a, b) = (next(dice), next(dice));
            product(&[a, b])
        }
        8 | 9 => d(0, next(dice)),
        10 => call(Function::Sine, product(&[number(0.3), next(dice)])),
        11 => call(Function::Conjugate, next(dice)),
        _ => power(sum(&[number(9.0), product(&[number(0.1), next(dice)])]), -1.0),
    }
}

/// The values of a term on a periodic grid, derivatives by Fourier sums.
fn values(term: &Term, start: &[Complex64]) -> Vec<Complex64> {
    let n = start.len();
    let point = |j: usize| std::f64::consts::TAU * j as f64 / n as f64;
    let all = |terms: &[Term]| terms.iter().map(|t| values(t, start)).collect::<Vec<_>>();
    let map = |t: &Term, f: &dyn Fn(Complex64) -> Complex64| {
        values(t, start).into_iter().map(f).collect::<Vec<_>>()
    };
    match term {
        Term::Number(value) => vec![*value; n],
        Term::Coordinate(_) => (0..n).map(|j| Complex64::new(point(j), 0.0)).collect(),
        Term::Field(_) => start.to_vec(),
        Term::Sum(terms) => {
            let parts = all(terms);
            (0..n).map(|j| parts.iter().map(|v| v[j]).sum()).collect()
        }
        Term::Product(terms) => {
            let factors = all(terms);
            (0..n).map(|j| factors.iter().map(|v| v[j]).product()).collect()
        }
        Term::Power(base, _) => map(base, &|z| 1.0 / z),
        Term::Function(Function::Sine, a) => map(&a[0], &|z| z.sin()),
        Term::Function(Function::Cosine, a) => map(&a[0], &|z| z.cos()),
        Term::Function(_, a) => map(&a[0], &|z| z.conj()),
        Term::Derivative { body, .. } => {
            let body = values(body, start);
            let half = n as i64 / 2;
            let mut result = vec![Complex64::new(0.0, 0.0); n];
            for k in 1 - half..half {
                let wave = |j: usize| Complex64::from_polar(1.0, k as f64 * point(j));
                let amplitude: Complex64 =
                    (0..n).map(|j| body[j] * wave(j).conj()).sum::<Complex64>()
                        / n as f64;
                for (j, value) in result.iter_mut().enumerate() {
                    *value += Complex64::new(0.0, k as f64) * amplitude * wave(j);
                }
            }
            result
        }
        other => panic!("not among the random terms: {other:?}"),
    }
}

#[test]
fn random_equations() {
    let mut dice = Dice(20261129);
    let start = |p: f64| Complex64::new(1.0 + 0.4 * p.sin(), 0.3 * (p + 0.5).cos());
    let mut compared = 0;
    for case in 0..150 {
        let term = random_term(&mut dice, 4);
        let error = |n: usize| {
            let grid = periodic_grid(&[n]);
            let mut f = field(&grid, term.clone(), |_| 0.0);
            f.complex = true;
            f.start = points(&grid).into_iter().map(|p| start(p[0])).collect();
            let wanted = values(&term, &f.start);
            let rates = Plain::new(&system(grid, vec![f]), 8).rates(0.0);
            let size = wanted.iter().map(|v| v.norm()).fold(1.0, f64::max);
            let far = wanted
                .iter()
                .enumerate()
                .map(|(j, v)| (v - Complex64::new(rates[0][j], rates[1][j])).norm())
                .fold(0.0, f64::max);
            far / size
        };
        let (coarse, fine) = (error(32), error(64));
        assert!(fine < 2e-5, "{case}: {fine} {term:?}");
        // Where differences matter more than the rounding of Fourier sums, the error falls as h⁸.
        if coarse > 1e-6 {
            compared += 1;
            assert!(coarse / fine > 120.0, "{case}: {coarse} {fine} {term:?}");
        }
    }
    assert!(compared >= 5, "{compared}");
}
