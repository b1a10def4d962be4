//! Products of many matrices by the kernel: the bits of the plain sums.

use holor_field::contraction::{Contraction, Plain, Shape};
use holor_field_cuda::Cuda;
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

/// One product after another, the context kept between them.
#[test]
fn cards_give_the_same_products() {
    let card = crate::card::options();
    let (cuda, _alone) =
        match card.and_then(|(options, alone)| Ok((Cuda::open(options)?, alone))) {
            Ok(card) => card,
            Err(reason) => {
                eprintln!("1 product skipped on a graphics card: {reason}");
                return;
            }
        };
    let shape = Shape { batch: 2, rows: 5, inner: 70, columns: 3 };
    let [first, second, _] = shape.lengths();
    let numbers = |count: usize| -> Vec<f64> {
        (0..count).map(|k| (0.3 * k as f64).cos()).collect()
    };
    let (a, b) = (numbers(first), numbers(second));
    let expected = Plain.multiply(shape, &a, &b).unwrap();
    for _ in 0..2 {
        assert_eq!(cuda.multiply(shape, &a, &b).unwrap(), expected);
    }
}

/// Sums one number of which is off by its last bit.
#[derive(Debug)]
struct Off;

impl Contraction for Off {
    fn multiply(
        &self,
        shape: Shape,
        a: &[f64],
        b: &[f64],
    ) -> holor_field::FieldResult<Vec<f64>> {
        let mut all = Plain.multiply(shape, a, b)?;
        let last = all.last_mut().unwrap();
        *last = last.next_up();
        Ok(all)
    }
}

#[test]
fn a_wrong_product_is_noticed() {
    holor_field_cuda::check::matrices(&Plain).unwrap();
    let error = holor_field_cuda::check::matrices(&Off).unwrap_err().to_string();
    assert!(error.contains("in place of"), "{error}");
}
