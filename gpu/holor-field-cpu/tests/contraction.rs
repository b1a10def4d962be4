//! Products of many matrices: the bits of the plain sums.

use holor_field::contraction::{Contraction, Plain, Shape};
use holor_field_cpu::Cpu;

fn numbers(count: usize, seed: f64) -> Vec<f64> {
    (0..count).map(|k| (seed + 1.3 * k as f64 * k as f64).sin()).collect()
}

#[test]
fn products_have_the_bits_of_plain_sums() {
    let shapes = [
        (1, 1, 1, 1),
        (3, 5, 4, 7),
        (1, 6, 300, 8),
        (1, 97, 257, 515),
        (2, 100, 30, 9),
        (7, 1, 50, 1),
        (1, 1, 600, 40),
        (1, 130, 1, 130),
        (2, 3, 0, 4),
        (0, 3, 2, 4),
    ];
    for (batch, rows, inner, columns) in shapes {
        let shape = Shape { batch, rows, inner, columns };
        let [first, second, _] = shape.lengths();
        let (a, b) = (numbers(first, 0.3), numbers(second, 0.7));
        let expected = Plain.multiply(shape, &a, &b).unwrap();
        for threads in [1, 2, 5] {
            let cpu = Cpu::new(Some(threads));
            assert_eq!(cpu.multiply(shape, &a, &b).unwrap(), expected, "{shape:?}");
        }
        if first > 0 {
            assert!(Cpu::new(Some(1)).multiply(shape, &a[1..], &b).is_err());
        }
    }
    // A sum in its order: 1e16 + 1 − 1e16 is 0, and 1 where the large ones come first.
    let shape = Shape { batch: 1, rows: 1, inner: 3, columns: 2 };
    let b = [1e16, 1e16, 1.0, -1e16, -1e16, 1.0];
    let found = Cpu::new(Some(1)).multiply(shape, &[1.0; 3], &b).unwrap();
    assert_eq!(found, [0.0, 1.0]);
}
