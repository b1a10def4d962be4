//! Prints how long polynomial arithmetic takes: the lines of the table in `docs/decisions/polynomials.md`.
//!
//! `cargo run --release -p holor-polynomial --example bench_polynomial [WORD]` runs the lines that contain
//! the word.
#![allow(clippy::print_stdout, reason = "a program that reports")]

use std::hint::black_box;
use std::time::Instant;

use holor_polynomial::{BigInt, Polynomial, Var};

/// A line of the table: the least time of several runs, and what came out.
fn line(name: &str, runs: u32, mut work: impl FnMut() -> String) {
    let chosen = std::env::args().nth(1);
    if chosen.is_some_and(|word| !name.contains(&word)) {
        return;
    }
    let mut least = f64::INFINITY;
    let mut outcome = String::new();
    for _ in 0..runs {
        let start = Instant::now();
        outcome = black_box(work());
        least = least.min(start.elapsed().as_secs_f64());
    }
    println!("{name:58} {:>12.1} µs   {outcome}", least * 1e6);
}

/// (1 + Σ variables)ⁿ
fn dense(count: Var, exponent: u32) -> Polynomial {
    let sum = |sum: Polynomial, v: Var| sum.add(&Polynomial::variable(v));
    (0..count).fold(Polynomial::one(), sum).power(exponent)
}

/// All monomials up to a total degree with small coefficients from a sequence.
fn full(count: Var, degree: u32, seed: &mut u64) -> Polynomial {
    let mut terms = Vec::new();
    let mut exponents = vec![0u32; count as usize];
    loop {
        if exponents.iter().sum::<u32>() <= degree {
            let powers = exponents
                .iter()
                .copied()
                .enumerate()
                .map(|(v, e)| (v as Var, e))
                .collect();
            let coefficient = next(seed) % 199;
            terms.push((powers, BigInt::from(coefficient as i64 - 99)));
        }
        let Some(place) = exponents.iter().position(|e| *e < degree) else {
            break;
        };
        exponents[..place].fill(0);
        exponents[place] += 1;
    }
    Polynomial::from_terms(terms)
}

/// Random terms.
fn sparse(
    count: Var,
    terms: usize,
    degree: u64,
    coefficient: u64,
    seed: &mut u64,
) -> Polynomial {
    Polynomial::from_terms((0..terms).map(|_| {
        let powers =
            (0..count).map(|v| (v, (next(seed) % (degree + 1)) as u32)).collect();
        let value = next(seed) % (2 * coefficient + 1);
        (powers, BigInt::from(value as i64 - coefficient as i64))
    }))
}

fn next(seed: &mut u64) -> u64 {
    *seed = seed
        .wrapping_mul(6_364_136_223_846_793_005)
        .wrapping_add(1_442_695_040_888_963_407);
    *seed >> 33
}

fn terms(p: &Polynomial) -> String {
    format!("{} terms", p.term_count())
}

fn main() {
    let seed = &mut 7u64;
    for n in [8, 10, 12, 14] {
        let f = dense(4, n);
        let g = f.add(&Polynomial::one());
        line(&format!("product f·(f+1), f = (x+y+z+w+1)^{n}"), 9, || {
            terms(&f.multiply(&g))
        });
        let h = f.multiply(&g);
        line(&format!("quotient f·(f+1) / f, f = (x+y+z+w+1)^{n}"), 9, || {
            h.divide_exactly(&f).map_or_else(|| "none".into(), |q| terms(&q))
        });
    }
    for degree in [4, 5, 6] {
        let [a, b, c] = [0, 1, 2].map(|_| full(4, degree, seed));
        let (p, q) = (a.multiply(&c), b.multiply(&c));
        line(
            &format!("gcd of two products, 4 variables, degree {}", 2 * degree),
            5,
            || terms(&p.gcd(&q)),
        );
    }
    let (p, q) = (full(4, 7, seed), full(4, 7, seed));
    line("gcd of coprime, 4 variables, degree 7", 9, || terms(&p.gcd(&q)));
    for (count, size, degree) in
        [(6, 10, 2), (6, 30, 2), (8, 30, 2), (8, 100, 3), (8, 300, 4)]
    {
        let [a, b, c] = [0, 1, 2].map(|_| sparse(count, size, degree, 9, seed));
        let (p, q) = (a.multiply(&c), b.multiply(&c));
        let name = format!("{count} variables, {size} terms, degree ≤ {degree} each");
        line(&format!("sum: {name}"), 99, || terms(&a.add(&b)));
        line(&format!("product: {name}"), 19, || terms(&a.multiply(&c)));
        line(&format!("quotient: {name}"), 19, || {
            p.divide_exactly(&c).map_or_else(|| "none".into(), |q| terms(&q))
        });
        line(&format!("no quotient: {name}"), 19, || {
            p.divide_exactly(&b).map_or_else(|| "none".into(), |q| terms(&q))
        });
        line(&format!("coprime gcd: {name}"), 19, || terms(&a.gcd(&b)));
        if size <= 100 {
            line(&format!("gcd of products: {name}"), 5, || terms(&p.gcd(&q)));
        }
    }
    let [a, b, c] = [0, 1, 2].map(|_| sparse(4, 60, 5, 1 << 40, seed));
    let (p, q) = (a.multiply(&c), b.multiply(&c));
    line("product: 4 variables, 60 terms, 40 bits", 19, || terms(&a.multiply(&c)));
    line("gcd of products: 4 variables, 60 terms, 40 bits", 3, || terms(&p.gcd(&q)));
    let large = |p: &Polynomial| p.scale(&(BigInt::from(1) << 90)).add(&a);
    let (u, v) = (large(&a), large(&b));
    line("product: 4 variables, 60 terms, 130 bits", 9, || terms(&u.multiply(&v)));
    let w = u.multiply(&v);
    line("quotient: 4 variables, 60 terms, 130 bits", 9, || {
        w.divide_exactly(&v).map_or_else(|| "none".into(), |q| terms(&q))
    });
    // The small work of geometry: r² + a²c², r² − 2mr + a² and their products.
    let [r, a, m, c] = [0, 1, 2, 3].map(Polynomial::variable);
    let rho = r.power(2).add(&a.multiply(&c).power(2));
    let delta = r.power(2).subtract(&m.multiply(&r).scale(&2.into())).add(&a.power(2));
    line("Kerr: ρ²·Δ", 999, || terms(&rho.multiply(&delta)));
    line("Kerr: ρ² + Δ", 999, || terms(&rho.add(&delta)));
    let (p, q) = (rho.power(3), rho.power(2).multiply(&delta));
    line("Kerr: gcd(ρ⁶, ρ⁴Δ)", 99, || terms(&p.gcd(&q)));
    line("Kerr: gcd(ρ², Δ)", 99, || terms(&rho.gcd(&delta)));
    line("Kerr: ρ⁴Δ by ρ²", 99, || {
        let (rest, times) = q.divide_out(&rho, 9);
        format!("{times} times, {} left", rest.term_count())
    });
    line("Kerr: ρ⁴Δ by ρ² + 1", 99, || {
        let (_, times) = q.divide_out(&rho.add(&Polynomial::one()), 9);
        format!("{times} times")
    });
}
