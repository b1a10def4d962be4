//! Permutation groups and slot symmetries.

use std::collections::BTreeSet;

use holor_algebra::BigInt;

use super::*;

fn signed(images: &[usize], negative: bool) -> SignedPermutation {
    SignedPermutation { permutation: Permutation::new(images).unwrap(), negative }
}

/// All elements, by multiplying until nothing new comes.
fn closure(
    points: usize,
    generators: &[SignedPermutation],
) -> BTreeSet<SignedPermutation> {
    let start = SignedPermutation::positive(Permutation::identity(points));
    let mut known = BTreeSet::from([start.clone()]);
    let mut waiting = vec![start];
    while let Some(element) = waiting.pop() {
        for generator in generators {
            let next = SignedPermutation {
                permutation: element.permutation.then(&generator.permutation),
                negative: element.negative != generator.negative,
            };
            if known.insert(next.clone()) {
                waiting.push(next);
            }
        }
    }
    known
}

#[test]
fn permutations_multiply_and_invert() {
    let cycle = Permutation::new(&[1, 2, 0]).unwrap();
    assert!(cycle.then(&cycle).then(&cycle).is_identity());
    assert!(cycle.then(&cycle.inverse()).is_identity());
    assert!(!cycle.is_odd());
    assert!(Permutation::transposition(4, 1, 3).is_odd());
    assert!(Permutation::new(&[0, 0]).is_err());
    assert!(Permutation::new(&[0, 2]).is_err());
}

#[test]
fn orders_of_known_groups() {
    let order = |points: usize, generators: &[SignedPermutation]| {
        PermutationGroup::new(points, generators).unwrap().order()
    };
    let cycle: Vec<usize> = (0..10).map(|point| (point + 1) % 10).collect();
    let swap = [1, 0, 2, 3, 4, 5, 6, 7, 8, 9];
    let factorial: BigInt = (1..=10).map(BigInt::from).product();
    assert_eq!(order(10, &[signed(&cycle, false), signed(&swap, false)]), factorial);
    assert_eq!(order(10, &[signed(&cycle, true), signed(&swap, true)]), factorial);
    assert_eq!(order(10, &[signed(&cycle, false), signed(&swap, true)]), factorial * 2);
    let riemann: Vec<_> =
        RIEMANN.iter().map(|(images, negative)| signed(images, *negative)).collect();
    assert_eq!(order(4, &riemann), BigInt::from(8));
    // M₁₁ on 11 points
    let eleven = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 0];
    let quads = [0, 1, 6, 9, 5, 3, 10, 2, 8, 4, 7];
    assert_eq!(
        order(11, &[signed(&eleven, false), signed(&quads, false)]),
        BigInt::from(7920)
    );
}

#[test]
fn membership_agrees_with_enumeration() {
    let mut random = Random::new(7);
    for _ in 0..60 {
        let generators: Vec<SignedPermutation> = (0..1 + random.below(3))
            .map(|_| {
                let mut images: Vec<usize> = (0..5).collect();
                random.shuffle(&mut images);
                signed(&images, random.below(2) == 0)
            })
            .collect();
        let all = closure(5, &generators);
        let group = PermutationGroup::new(5, &generators).unwrap();
        assert_eq!(group.order(), BigInt::from(all.len()));
        for order in super::super::expression::permutations(5) {
            for negative in [false, true] {
                let element = signed(&order, negative);
                assert_eq!(group.contains(&element), all.contains(&element));
            }
        }
    }
}

#[test]
fn blocks_and_frames_are_the_whole_group() {
    let mut random = Random::new(8);
    let mut refused = 0;
    for _ in 0..150 {
        let rank = 2 + random.below(5);
        let generators: Vec<SignedPermutation> = (0..1 + random.below(2))
            .map(|_| {
                let mut images: Vec<usize> = (0..rank).collect();
                for _ in 0..1 + random.below(3) {
                    let (a, b) = (random.below(rank), random.below(rank));
                    images.swap(a, b);
                }
                signed(&images, random.below(2) == 0)
            })
            .collect();
        let all = closure(rank, &generators);
        let contradiction =
            all.contains(&SignedPermutation::negative(Permutation::identity(rank)));
        match SlotSymmetry::generated_by(rank, &generators) {
            Ok(symmetry) => {
                assert!(!contradiction);
                assert_eq!(closure(rank, &symmetry.generators()), all);
            }
            Err(_) => {
                assert!(contradiction);
                refused += 1;
            }
        }
    }
    assert!(refused > 10);
}

#[test]
fn riemann_by_generators_is_riemann() {
    let riemann: Vec<_> =
        RIEMANN.iter().map(|(images, negative)| signed(images, *negative)).collect();
    assert_eq!(SlotSymmetry::generated_by(4, &riemann).unwrap(), SlotSymmetry::riemann());
}

#[test]
fn a_symmetry_must_fit_its_slots() {
    let stock = Stock::with_pairing(Expr::integer(4), Pairing::None);
    let slots = vec![
        (Arc::clone(&stock.space), Variance::Up),
        (Arc::clone(&stock.space), Variance::Down),
    ];
    let error = TensorSymbol::new("T", slots, SlotSymmetry::symmetric(2)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "tensor: the symmetry of T exchanges upper and lower slots, and spacetime has no metric"
    );
}
