//! Products of many matrices by the kernel: the bits of the plain sums.

use holor_field::contraction::{Contraction, Plain, Shape};
use holor_field_cuda::contraction::multiply;

use crate::emulation::EmulatedDevice;

#[test]
fn products_have_the_bits_of_plain_sums() {
    let numbers = |count: usize, seed: f64| -> Vec<f64> {
        (0..count).map(|k| (seed + 1.3 * k as f64 * k as f64).sin()).collect()
    };
    let shapes =
        [(1, 1, 1, 1), (2, 65, 33, 70), (3, 4, 100, 130), (1, 128, 7, 64), (2, 3, 0, 4)];
    for (batch, rows, inner, columns) in shapes {
        let shape = Shape { batch, rows, inner, columns };
        let [first, second, _] = shape.lengths();
        let (a, b) = (numbers(first, 0.3), numbers(second, 0.7));
        let expected = Plain.multiply(shape, &a, &b).unwrap();
        let device = EmulatedDevice::default();
        assert_eq!(multiply(device, shape, &a, &b).unwrap(), expected, "{shape:?}");
    }
}
