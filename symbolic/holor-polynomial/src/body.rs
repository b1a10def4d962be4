//! The stored form of a polynomial and the way to its canonical form.

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

use num_bigint::BigInt;

use crate::coefficient::Coefficients;
use crate::layout::{self, Shape};
use crate::{Polynomial, Var};

/// Terms in descending lexicographic order, without zeros; only variables that occur; fields as narrow as
/// the highest exponent allows. Equal polynomials have equal bodies.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Body {
    /// The variables that occur, ascending.
    pub(crate) variables: Arc<[Var]>,
    /// The bits of an exponent's field.
    pub(crate) width: u32,
    /// The packed exponents, a fixed number of words per term.
    pub(crate) exponents: Vec<u64>,
    /// One coefficient per term.
    pub(crate) coefficients: Coefficients,
}

impl Body {
    /// The variables and the width.
    pub(crate) fn shape(&self) -> Shape<'_> {
        Shape { variables: &self.variables, width: self.width }
    }

    /// The number of terms.
    pub(crate) fn len(&self) -> usize {
        self.coefficients.len()
    }

    /// The words per term.
    pub(crate) fn words(&self) -> usize {
        layout::words(self.variables.len(), self.width)
    }

    /// The packed exponents of one term.
    pub(crate) fn term(&self, index: usize) -> &[u64] {
        let words = self.words();
        &self.exponents[index * words..(index + 1) * words]
    }

    /// The exponents of one variable, term by term.
    pub(crate) fn exponents_of(&self, index: usize) -> impl Iterator<Item = u64> + '_ {
        let (word, shift) = layout::place(index, self.width);
        let mask = u64::MAX >> (64 - self.width);
        self.exponents
            .chunks_exact(self.words())
            .map(move |term| (term[word] >> shift) & mask)
    }

    /// The exponents in another shape that has all the variables.
    pub(crate) fn exponents_in(&self, shape: Shape<'_>) -> Cow<'_, [u64]> {
        if self.shape() == shape {
            Cow::Borrowed(&self.exponents)
        } else {
            Cow::Owned(layout::repack(&self.exponents, self.len(), self.shape(), shape))
        }
    }

    /// The highest exponents of all variables, packed.
    pub(crate) fn degrees(&self) -> Vec<u64> {
        layout::degrees(&self.exponents, self.shape())
    }

    /// The lowest exponents of all variables, packed.
    pub(crate) fn low_degrees(&self) -> Vec<u64> {
        layout::low_degrees(&self.exponents, self.shape())
    }

    /// The canonical form of terms that are sorted, distinct and without zero coefficients. A field may use
    /// its top bit.
    ///
    /// # Panics
    /// When an exponent reaches 2⁶³.
    pub(crate) fn finish(mut self) -> Polynomial {
        let count = self.len();
        if count == 0 {
            return Polynomial::zero();
        }
        let words = self.words();
        if words == 0 {
            return Polynomial(Arc::new(self));
        }
        let mut used = [0; 4];
        let mut many;
        let used: &mut [u64] = if words <= 4 {
            &mut used[..words]
        } else {
            many = vec![0; words];
            &mut many
        };
        for term in self.exponents.chunks_exact(words) {
            for (all, word) in used.iter_mut().zip(term) {
                *all |= word;
            }
        }
        let (mut highest, mut absent) = (0, 0);
        for index in 0..self.variables.len() {
            let exponents = layout::read(used, index, self.width);
            highest |= exponents;
            absent += usize::from(exponents == 0);
        }
        assert!(highest >> 63 == 0, "an exponent is out of range");
        let width = layout::width_for(highest);
        if absent == 0 && width == self.width {
            return Polynomial(Arc::new(self));
        }
        let variables: Arc<[Var]> = if absent == 0 {
            Arc::clone(&self.variables)
        } else if absent == self.variables.len() {
            no_variables()
        } else {
            let occurs = |(index, variable): (usize, &Var)| {
                (layout::read(used, index, self.width) != 0).then_some(*variable)
            };
            self.variables.iter().enumerate().filter_map(occurs).collect()
        };
        let shape = Shape { variables: &variables, width };
        let exponents = layout::repack(&self.exponents, count, self.shape(), shape);
        self = Self { exponents, width, variables, coefficients: self.coefficients };
        Polynomial(Arc::new(self))
    }
}

/// The empty list of variables.
pub(crate) fn no_variables() -> Arc<[Var]> {
    static NONE: OnceLock<Arc<[Var]>> = OnceLock::new();
    Arc::clone(NONE.get_or_init(|| Arc::from([])))
}

/// A constant.
pub(crate) fn constant(value: BigInt) -> Polynomial {
    let mut coefficients = Coefficients::with_capacity(1);
    if value != BigInt::ZERO {
        coefficients.push_large(value);
    }
    Polynomial(Arc::new(Body {
        variables: no_variables(),
        width: 8,
        exponents: Vec::new(),
        coefficients,
    }))
}

/// The variables and the width that hold both polynomials.
pub(crate) fn common(a: &Body, b: &Body) -> (Arc<[Var]>, u32) {
    let width = a.width.max(b.width);
    if Arc::ptr_eq(&a.variables, &b.variables) || a.variables == b.variables {
        return (Arc::clone(&a.variables), width);
    }
    if b.variables.is_empty() {
        return (Arc::clone(&a.variables), width);
    }
    let merged = layout::union(&a.variables, &b.variables);
    if merged.len() == a.variables.len() {
        (Arc::clone(&a.variables), width)
    } else if merged.len() == b.variables.len() {
        (Arc::clone(&b.variables), width)
    } else {
        (merged.into(), width)
    }
}

/// The canonical form of terms in any order, distinct and without zero coefficients.
pub(crate) fn sorted(
    variables: Arc<[Var]>,
    width: u32,
    exponents: &[u64],
    coefficients: &Coefficients,
) -> Polynomial {
    let words = layout::words(variables.len(), width);
    let term = |i: usize| &exponents[i * words..(i + 1) * words];
    let mut order: Vec<usize> = (0..coefficients.len()).collect();
    order.sort_unstable_by(|i, j| term(*j).cmp(term(*i)));
    let mut body = Body {
        variables,
        width,
        exponents: Vec::with_capacity(exponents.len()),
        coefficients: Coefficients::with_capacity(coefficients.len()),
    };
    for i in order {
        body.exponents.extend_from_slice(term(i));
        match coefficients {
            Coefficients::Small(list) => body.coefficients.push(list[i]),
            Coefficients::Large(list) => body.coefficients.push_large(list[i].clone()),
        }
    }
    body.finish()
}
