//! Measures the canonicalisation of products with abstract indices: random full contractions of Riemann tensors, and inputs
//! with so much symmetry that enumeration would not end.
#![allow(clippy::print_stdout, reason = "a program for a terminal")]
#![allow(clippy::unwrap_used, reason = "a defect here should stop the program")]

use std::sync::Arc;
use std::time::Instant;

use holor_algebra::Expr;
use holor_geometry::indices::{
    AbstractExpression, Factor, Identities, Index, IndexSpace, Pairing, SlotSymmetry,
    TensorSymbol,
};

/// Pseudo-random numbers, the same in every run (xorshift).
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        ((self.0 >> 33) % bound as u64) as usize
    }
}

/// A product of these tensors, all indices contracted at random.
fn contraction(random: &mut Random, tensors: &[Arc<TensorSymbol>]) -> AbstractExpression {
    let count: usize = tensors.iter().map(|tensor| tensor.rank()).sum();
    let mut places: Vec<usize> = (0..count).collect();
    for place in (1..count).rev() {
        places.swap(place, random.below(place + 1));
    }
    let mut indices = vec![Index::down("?"); count];
    for (number, pair) in places.chunks(2).enumerate() {
        let name = format!("k{number}");
        indices[pair[0]] = Index::up(&name);
        indices[pair[1]] = Index::down(&name);
    }
    let mut rest = indices.into_iter();
    let factors = tensors.iter().map(|tensor| {
        Factor::new(tensor, rest.by_ref().take(tensor.rank()).collect()).unwrap()
    });
    AbstractExpression::product(Expr::one(), factors.collect()).unwrap()
}

/// Milliseconds: mean and worst.
fn measure(products: &[AbstractExpression], identities: Identities) -> (f64, f64) {
    let mut total = 0.0;
    let mut worst: f64 = 0.0;
    for product in products {
        let start = Instant::now();
        let result = product.canonicalize_with(identities, None).unwrap();
        let time = start.elapsed().as_secs_f64() * 1e3;
        std::hint::black_box(result);
        total += time;
        worst = worst.max(time);
    }
    (total / products.len() as f64, worst)
}

fn main() {
    let pairing = Pairing::Symmetric { metric: "g".into(), determinant: Some(-1) };
    let space = Arc::new(IndexSpace::new("spacetime", Expr::symbol("n"), pairing));
    let riemann = Arc::new(TensorSymbol::riemann("R", &space).unwrap());
    let mut random = Random(0x2545_f491_4f6c_dd1d);
    println!("random full contractions of k Riemann tensors, milliseconds");
    println!("  k  indices   mono-term: mean   worst    all identities: mean   worst");
    for count in 1..=8 {
        let tensors = vec![Arc::clone(&riemann); count];
        let tries = 200;
        let products: Vec<_> =
            (0..tries).map(|_| contraction(&mut random, &tensors)).collect();
        let (mean, worst) = measure(&products, Identities::MonoTerm);
        let few = if count > 6 { &products[..40] } else { &products };
        let (all_mean, all_worst) = measure(few, Identities::All);
        println!(
            "  {count}  {:7}          {mean:8.4} {worst:8.4}              {all_mean:9.4} {all_worst:9.4}",
            4 * count
        );
    }
    let tensor = |name: &str, symmetry: SlotSymmetry| {
        Arc::new(TensorSymbol::covariant(name, &space, symmetry))
    };
    let vector = tensor("V", SlotSymmetry::none(1));
    let bare = tensor("X", SlotSymmetry::none(10));
    let symmetric = |rank| tensor("S", SlotSymmetry::symmetric(rank));
    let antisymmetric = |rank| tensor("F", SlotSymmetry::antisymmetric(rank));
    let repeat = |tensor: &Arc<TensorSymbol>, count| vec![Arc::clone(tensor); count];
    let cases: Vec<(&str, Vec<Arc<TensorSymbol>>)> = vec![
        ("10 equal vectors", repeat(&vector, 10)),
        ("20 equal vectors", repeat(&vector, 20)),
        ("2 symmetric, rank 10", repeat(&symmetric(10), 2)),
        ("2 antisymmetric, rank 10", repeat(&antisymmetric(10), 2)),
        ("4 antisymmetric, rank 10", repeat(&antisymmetric(10), 4)),
        (
            "symmetric, rank 10, and 10 vectors",
            [repeat(&symmetric(10), 1), repeat(&vector, 10)].concat(),
        ),
        (
            "antisymmetric and bare, rank 10",
            [repeat(&antisymmetric(10), 1), repeat(&bare, 1)].concat(),
        ),
        ("10 symmetric, rank 2", repeat(&symmetric(2), 10)),
        ("20 symmetric, rank 2", repeat(&symmetric(2), 20)),
        ("10 symmetric, rank 4", repeat(&symmetric(4), 10)),
        ("12 antisymmetric, rank 3", repeat(&antisymmetric(3), 12)),
        ("10 symmetric, rank 3", repeat(&symmetric(3), 10)),
        ("5 bare, rank 10", repeat(&bare, 5).split_off(1)),
    ];
    println!("\nhighly symmetric products, mono-term, milliseconds over 50");
    for (name, tensors) in cases {
        let products: Vec<_> =
            (0..50).map(|_| contraction(&mut random, &tensors)).collect();
        let (mean, worst) = measure(&products, Identities::MonoTerm);
        println!("  {name:36} {mean:9.4} {worst:9.4}");
    }
    println!("\nregular products, mono-term, milliseconds");
    for (name, product) in regular(&symmetric(3), &symmetric(4), &riemann) {
        let (mean, _) = measure(&[product], Identities::MonoTerm);
        println!("  {name:36} {mean:9.4}");
    }
}

/// Products whose factors look alike from everywhere.
fn regular(
    cubic: &Arc<TensorSymbol>,
    quartic: &Arc<TensorSymbol>,
    riemann: &Arc<TensorSymbol>,
) -> Vec<(&'static str, AbstractExpression)> {
    let graph = |tensor: &Arc<TensorSymbol>, count: usize, edges: &[(usize, usize)]| {
        let mut indices: Vec<Vec<Index>> = vec![Vec::new(); count];
        for (number, &(from, to)) in edges.iter().enumerate() {
            indices[from].push(Index::down(&format!("k{number}")));
            indices[to].push(Index::up(&format!("k{number}")));
        }
        let factors =
            indices.into_iter().map(|own| Factor::new(tensor, own).unwrap()).collect();
        AbstractExpression::product(Expr::one(), factors).unwrap()
    };
    let petersen: Vec<(usize, usize)> = (0..5)
        .flat_map(|point| {
            [
                (point, (point + 1) % 5),
                (point, point + 5),
                (point + 5, (point + 2) % 5 + 5),
            ]
        })
        .collect();
    let torus: Vec<(usize, usize)> = (0..16)
        .flat_map(|point| {
            let (row, column) = (point / 4, point % 4);
            [(point, row * 4 + (column + 1) % 4), (point, (row + 1) % 4 * 4 + column)]
        })
        .collect();
    let complete: Vec<(usize, usize)> =
        (0..5).flat_map(|one| (one + 1..5).map(move |other| (one, other))).collect();
    let ring: Vec<(usize, usize)> = (0..8)
        .flat_map(|point| [(point, (point + 1) % 8), (point, (point + 1) % 8)])
        .collect();
    vec![
        ("10 symmetric, rank 3: Petersen graph", graph(cubic, 10, &petersen)),
        ("16 symmetric, rank 4: torus", graph(quartic, 16, &torus)),
        ("5 Riemann: complete graph", graph(riemann, 5, &complete)),
        ("8 Riemann: ring", graph(riemann, 8, &ring)),
        ("16 Riemann: torus", graph(riemann, 16, &torus)),
    ]
}
