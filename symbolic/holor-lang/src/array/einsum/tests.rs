//! Random sums beside the loop over all indices.

use std::collections::BTreeMap;

use holor_field::contraction::Plain;

use super::{Einsum, Trouble};
use crate::array::{ArrayAxis, Complex64, NumericArray};

/// Numbers of a linear congruence.
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695);
        (self.0 >> 33) as usize % n
    }

    fn number(&mut self) -> f64 {
        self.below(2001) as f64 / 1000.0 - 1.0
    }
}

/// The sum by its definition.
fn by_definition(
    inputs: &[Vec<char>],
    output: &[char],
    sizes: &BTreeMap<char, usize>,
    operands: &[NumericArray],
) -> Vec<Complex64> {
    let names: Vec<char> = sizes.keys().copied().collect();
    let place = |indices: &[char], at: &BTreeMap<char, usize>| {
        indices.iter().fold(0, |place, index| place * sizes[index] + at[index])
    };
    let count = output.iter().map(|index| sizes[index]).product();
    let mut result = vec![Complex64::default(); count];
    for mut rest in 0..sizes.values().product::<usize>() {
        let mut at = BTreeMap::new();
        for name in &names {
            at.insert(*name, rest % sizes[name]);
            rest /= sizes[name];
        }
        let factors = inputs.iter().zip(operands);
        let product: Complex64 = factors
            .map(|(indices, array)| array.to_complex()[place(indices, &at)])
            .product();
        result[place(output, &at)] += product;
    }
    result
}

#[test]
fn random_sums_are_those_of_the_definition() {
    let mut random = Random(7);
    for _ in 0..400 {
        let letters: Vec<char> = "abcde".chars().take(1 + random.below(5)).collect();
        let sizes: BTreeMap<char, usize> =
            letters.iter().map(|letter| (*letter, 1 + random.below(4))).collect();
        let inputs: Vec<Vec<char>> = (0..1 + random.below(4))
            .map(|_| {
                (0..random.below(4))
                    .map(|_| letters[random.below(letters.len())])
                    .collect()
            })
            .collect();
        let used: Vec<char> = letters
            .iter()
            .filter(|letter| inputs.iter().any(|own| own.contains(letter)))
            .copied()
            .collect();
        let mut output: Vec<char> =
            used.iter().filter(|_| random.below(2) == 0).copied().collect();
        if random.below(2) == 0 {
            output.reverse();
        }
        let sizes: BTreeMap<char, usize> =
            used.iter().map(|letter| (*letter, sizes[letter])).collect();
        let operands: Vec<NumericArray> = inputs
            .iter()
            .map(|indices| {
                let axes = indices.iter().map(|it| ArrayAxis::index(sizes[it]));
                let count: usize = indices.iter().map(|it| sizes[it]).product();
                if random.below(2) == 0 {
                    let values: Vec<f64> = (0..count).map(|_| random.number()).collect();
                    NumericArray::new(values, axes.collect::<Vec<_>>()).unwrap()
                } else {
                    let values: Vec<Complex64> = (0..count)
                        .map(|_| Complex64::new(random.number(), random.number()))
                        .collect();
                    NumericArray::new(values, axes.collect::<Vec<_>>()).unwrap()
                }
            })
            .collect();
        let text = inputs.iter().map(|own| own.iter().collect::<String>());
        let text = format!(
            "{}->{}",
            text.collect::<Vec<_>>().join(","),
            output.iter().collect::<String>()
        );
        let shapes: Vec<Vec<usize>> = operands.iter().map(NumericArray::shape).collect();
        let sum = Einsum::read(&text, &shapes).unwrap();
        let arrays: Vec<&NumericArray> = operands.iter().collect();
        let found = sum.value(&arrays, &Plain).unwrap();
        let expected = by_definition(&inputs, &output, &sizes, &operands);
        let values = found.to_complex();
        assert_eq!(values.len(), expected.len(), "{text}");
        for (f, e) in values.iter().zip(&expected) {
            assert!((f - e).norm() < 1e-11, "{text}: {f}, not {e}");
        }
    }
}

#[test]
fn the_cheapest_order_is_taken() {
    let shapes = [vec![2, 100], vec![100, 100], vec![100, 3]];
    let steps = Einsum::read("ij,jk,kl->il", &shapes).unwrap().steps();
    let texts: Vec<&str> = steps.iter().map(|step| step.text.as_str()).collect();
    assert_eq!(texts, ["ij,jk -> ik", "kl,ik -> li"]);
    assert_eq!(steps.iter().map(|step| step.products).sum::<f64>(), 20_600.0);
    // Many operands: a chain is joined pair by pair, never through a large intermediate.
    let letters: Vec<char> = ('a'..='m').collect();
    let text: Vec<String> = letters.windows(2).map(|w| w.iter().collect()).collect();
    let shapes = vec![vec![9, 9]; 12];
    let steps =
        Einsum::read(&format!("{}->am", text.join(",")), &shapes).unwrap().steps();
    assert!(steps.iter().all(|step| step.products <= 729.0), "{steps:?}");
}

#[test]
fn what_does_not_fit_is_named() {
    let wrong = |text: &str, shapes: &[Vec<usize>]| match Einsum::read(text, shapes) {
        Err(Trouble::Text(message) | Trouble::Operand(_, message)) => message,
        Ok(_) => "fine".to_owned(),
    };
    let two = [vec![2, 3], vec![4, 5]];
    let message = wrong("ij,jk->ik", &two);
    assert_eq!(message, "the index j is 3 long in operand 1 and 4 in operand 2");
    assert_eq!(wrong("ijk,jk", &two), "operand 1 has 2 axes, `ijk` names 3");
    assert_eq!(wrong("ij", &two), "`ij` has indices for 1 operand, and there are 2");
    assert_eq!(
        wrong("ij,kl->im", &two),
        "the index m of the result is that of no operand"
    );
    assert_eq!(wrong("...,...->...", &[vec![1, 3], vec![2, 3]]), "fine");
    assert_eq!(
        wrong("...ij,j", &[vec![2], vec![2]]),
        "operand 1 has 1 axis, `...ij` names 2"
    );
}
