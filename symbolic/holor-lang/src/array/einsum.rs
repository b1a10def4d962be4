//! Sums over products of arrays with named indices, as `einsum` writes them.
//!
//! The operands are joined two by two, in the order that takes the fewest products (all orders are looked at for up to
//! [`FEW`] operands, else the next pair is the one that leaves the least behind). Each pair is brought into the form of many matrix products:
//! indices that both have and that are wanted later count the products, those that only one has its rows or columns, the others are
//! summed over, in the order in which they stand in the first of the two, the last one fastest.

use std::collections::BTreeMap;

use holor_field::FieldResult;
use holor_field::contraction::{Contraction, Shape};

use super::{ArrayAxis, ArrayValues, Complex64, NumericArray};

/// Of so many operands every order is looked at.
const FEW: usize = 8;

/// An index: a letter, or beyond all letters a place of an ellipsis counted from the right.
type Index = u32;

const ELLIPSIS: Index = 0x11_0000;

/// What `einsum` shall do, with the sizes of its indices.
#[derive(Clone, Debug)]
pub(crate) struct Einsum {
    operands: Vec<Vec<Index>>,
    output: Vec<Index>,
    sizes: BTreeMap<Index, usize>,
}

/// What is wrong with subscripts.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Trouble {
    /// The text itself, or how many operands there are.
    Text(String),
    /// An operand, counted from 0, does not fit.
    Operand(usize, String),
}

/// A pair that is joined: the places of both among the operands that are left, the result goes behind them.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Step {
    /// The first.
    pub(crate) first: usize,
    /// The second, which comes after it.
    pub(crate) second: usize,
    /// The indices of both and of the result, in words.
    pub(crate) text: String,
    /// How many products.
    pub(crate) products: f64,
    /// How many numbers result.
    pub(crate) numbers: f64,
}

/// The products that some pairs take in all, and the pairs; none where there is no such way.
type Way = (f64, Option<Vec<(usize, usize)>>);

/// An operand on its way.
#[derive(Clone, Debug)]
struct Part {
    indices: Vec<Index>,
    re: Vec<f64>,
    im: Option<Vec<f64>>,
}

/// An index in words.
fn letter(index: Index) -> String {
    match char::from_u32(index) {
        Some(letter) => letter.to_string(),
        None => format!("…{}", index.wrapping_sub(ELLIPSIS) + 1),
    }
}

fn letters(indices: &[Index]) -> String {
    if indices.is_empty() {
        "1".into()
    } else {
        indices.iter().map(|i| letter(*i)).collect()
    }
}

impl Einsum {
    /// Reads subscripts such as `ij,jk->ik` for operands of these shapes.
    ///
    /// # Errors
    /// Where they are none, or do not fit.
    pub(crate) fn read(text: &str, shapes: &[Vec<usize>]) -> Result<Self, Trouble> {
        let plain: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let (inputs, output) = match plain.split_once("->") {
            Some((inputs, output)) => (inputs, Some(output)),
            None => (&*plain, None),
        };
        let inputs: Vec<&str> = inputs.split(',').collect();
        if inputs.len() != shapes.len() {
            return Err(Trouble::Text(format!(
                "`{text}` has indices for {}, and there {}",
                counted(inputs.len(), "operand"),
                match shapes.len() {
                    1 => "is 1".to_owned(),
                    n => format!("are {n}"),
                }
            )));
        }
        let mut operands = Vec::new();
        let mut sizes: BTreeMap<Index, (usize, usize)> = BTreeMap::new();
        for (place, (own, shape)) in inputs.iter().zip(shapes).enumerate() {
            let (before, behind) = named(own, text)?;
            let count = before.len() + behind.as_ref().map_or(0, Vec::len);
            let fits = match &behind {
                None => count == shape.len(),
                Some(_) => count <= shape.len(),
            };
            if !fits {
                let message = format!(
                    "operand {} has {}, `{own}` names {count}",
                    place + 1,
                    counted(shape.len(), "axis")
                );
                return Err(Trouble::Operand(place, message));
            }
            let mut indices = before;
            if let Some(behind) = behind {
                let more = (shape.len() - count) as Index;
                indices.extend((0..more).rev().map(|from_right| ELLIPSIS + from_right));
                indices.extend(behind);
            }
            for (axis, (index, size)) in indices.iter().zip(shape).enumerate() {
                let own =
                    indices.iter().zip(shape).take(axis).find(|(it, _)| *it == index);
                if let Some((_, first)) = own
                    && first != size
                {
                    let message = format!(
                        "the index {} is {first} long and {size} long in operand {}",
                        letter(*index),
                        place + 1
                    );
                    return Err(Trouble::Operand(place, message));
                }
                match sizes.get_mut(index) {
                    None => {
                        sizes.insert(*index, (*size, place));
                    }
                    Some((known, _)) if known == size => {}
                    // Axes of one entry are repeated, as numpy does.
                    Some((known, at)) if *known == 1 => (*known, *at) = (*size, place),
                    Some(_) if *size == 1 => {}
                    Some((known, at)) => {
                        let message = format!(
                            "the index {} is {known} long in operand {} and {size} in operand {}",
                            letter(*index),
                            *at + 1,
                            place + 1
                        );
                        return Err(Trouble::Operand(place, message));
                    }
                }
            }
            operands.push(indices);
        }
        let mut dots: Vec<Index> =
            sizes.keys().copied().filter(|index| *index >= ELLIPSIS).collect();
        dots.reverse();
        let output = match output {
            None => {
                let all: Vec<Index> = operands.concat();
                let once =
                    |index: &Index| all.iter().filter(|it| *it == index).count() == 1;
                let mut own: Vec<Index> = sizes
                    .keys()
                    .copied()
                    .filter(|it| *it < ELLIPSIS && once(it))
                    .collect();
                own.sort_unstable();
                [dots, own].concat()
            }
            Some(output) => {
                let (before, behind) = named(output, text)?;
                match behind {
                    Some(behind) => [before, dots, behind].concat(),
                    None if dots.is_empty() => before,
                    None => {
                        return Err(Trouble::Text(format!(
                            "`{text}` has an ellipsis on the left, and none on the right"
                        )));
                    }
                }
            }
        };
        for (place, index) in output.iter().enumerate() {
            if !sizes.contains_key(index) {
                return Err(Trouble::Text(format!(
                    "the index {} of the result is that of no operand",
                    letter(*index)
                )));
            }
            if output.iter().take(place).any(|other| other == index) {
                return Err(Trouble::Text(format!(
                    "the result has the index {} twice",
                    letter(*index)
                )));
            }
        }
        let sizes = sizes.into_iter().map(|(index, (size, _))| (index, size)).collect();
        Ok(Self { operands, output, sizes })
    }

    fn size(&self, index: Index) -> usize {
        self.sizes.get(&index).copied().unwrap_or(1)
    }

    fn count(&self, indices: &[Index]) -> f64 {
        indices.iter().map(|index| self.size(*index) as f64).product()
    }

    /// How many numbers the result has.
    pub(crate) fn numbers(&self) -> f64 {
        self.count(&self.output)
    }

    /// The operands' indices once repeated ones are taken along the diagonal and those that occur nowhere else are summed.
    fn reduced(&self) -> Vec<Vec<Index>> {
        let mut all = Vec::new();
        for (place, indices) in self.operands.iter().enumerate() {
            let mut own: Vec<Index> = Vec::new();
            for index in indices {
                let elsewhere = self
                    .operands
                    .iter()
                    .enumerate()
                    .any(|(other, them)| other != place && them.contains(index));
                if !own.contains(index) && (elsewhere || self.output.contains(index)) {
                    own.push(*index);
                }
            }
            all.push(own);
        }
        all
    }

    /// What is left of two lists of indices once both are joined, beside others.
    fn joined(&self, a: &[Index], b: &[Index], others: &[&[Index]]) -> Vec<Index> {
        let wanted = |index: &Index| {
            self.output.contains(index) || others.iter().any(|own| own.contains(index))
        };
        let mut all: Vec<Index> =
            a.iter().filter(|it| b.contains(it) && wanted(it)).copied().collect();
        all.extend(a.iter().filter(|it| !b.contains(it)));
        all.extend(b.iter().filter(|it| !a.contains(it)));
        all
    }

    /// The products that joining two takes.
    fn products(&self, a: &[Index], b: &[Index]) -> f64 {
        let more: Vec<Index> = b.iter().filter(|it| !a.contains(it)).copied().collect();
        self.count(a) * self.count(&more)
    }

    /// The order in which operands are joined.
    pub(crate) fn steps(&self) -> Vec<Step> {
        let mut left = self.reduced();
        let pairs = match left.len() <= FEW {
            true => self.cheapest(&left).1,
            false => None,
        };
        let mut planned = pairs.unwrap_or_default().into_iter();
        let mut steps = Vec::new();
        while left.len() > 1 {
            let (first, second) = planned.next().unwrap_or_else(|| self.least(&left));
            let (Some(a), Some(b)) =
                (left.get(first).cloned(), left.get(second).cloned())
            else {
                break;
            };
            left.remove(second);
            left.remove(first);
            let others: Vec<&[Index]> = left.iter().map(Vec::as_slice).collect();
            let result = self.joined(&a, &b, &others);
            steps.push(Step {
                first,
                second,
                text: format!("{},{} -> {}", letters(&a), letters(&b), letters(&result)),
                products: self.products(&a, &b),
                numbers: self.count(&result),
            });
            left.push(result);
        }
        steps
    }

    /// The pairs of least products in all, with their number.
    fn cheapest(&self, left: &[Vec<Index>]) -> Way {
        let mut known = BTreeMap::new();
        self.cheapest_of(left, f64::INFINITY, &mut known)
    }

    fn cheapest_of(
        &self,
        left: &[Vec<Index>],
        most: f64,
        known: &mut BTreeMap<Vec<Vec<Index>>, Way>,
    ) -> Way {
        if left.len() < 2 {
            return (0.0, Some(Vec::new()));
        }
        if let Some(found) = known.get(left) {
            return found.clone();
        }
        let mut best = (most, None);
        for first in 0..left.len() {
            for second in first + 1..left.len() {
                let (Some(a), Some(b)) = (left.get(first), left.get(second)) else {
                    continue;
                };
                let cost = self.products(a, b);
                if cost >= best.0 {
                    continue;
                }
                let mut rest = left.to_vec();
                let (b, a) = (rest.remove(second), rest.remove(first));
                let others: Vec<&[Index]> = rest.iter().map(Vec::as_slice).collect();
                let result = self.joined(&a, &b, &others);
                rest.push(result);
                let (more, pairs) = self.cheapest_of(&rest, f64::INFINITY, known);
                if let Some(pairs) = pairs
                    && cost + more < best.0
                {
                    best = (cost + more, Some([vec![(first, second)], pairs].concat()));
                }
            }
        }
        known.insert(left.to_vec(), best.clone());
        best
    }

    /// The pair that leaves the fewest numbers more than it had; of several the one of fewest products.
    fn least(&self, left: &[Vec<Index>]) -> (usize, usize) {
        let mut best = (f64::INFINITY, f64::INFINITY, (0, 1));
        for (second, b) in left.iter().enumerate() {
            for (first, a) in left.iter().enumerate().take(second) {
                let others: Vec<&[Index]> = left
                    .iter()
                    .enumerate()
                    .filter(|(place, _)| ![first, second].contains(place))
                    .map(|(_, own)| own.as_slice())
                    .collect();
                let result = self.joined(a, b, &others);
                let more = self.count(&result) - self.count(a) - self.count(b);
                let products = self.products(a, b);
                if (more, products) < (best.0, best.1) {
                    best = (more, products, (first, second));
                }
            }
        }
        best.2
    }

    /// The sum.
    ///
    /// # Errors
    /// Where the device fails.
    pub(crate) fn value(
        &self,
        operands: &[&NumericArray],
        device: &dyn Contraction,
    ) -> FieldResult<NumericArray> {
        let mut left = Vec::new();
        for ((indices, wanted), array) in
            self.operands.iter().zip(self.reduced()).zip(operands)
        {
            left.push(self.prepared(indices, wanted, array));
        }
        for step in self.steps() {
            let (b, a) = (left.remove(step.second), left.remove(step.first));
            let others: Vec<&[Index]> =
                left.iter().map(|part: &Part| part.indices.as_slice()).collect();
            let result = self.product(&a, &b, &others, device)?;
            left.push(result);
        }
        let Some(part) = left.pop() else {
            return Ok(NumericArray::vector(Vec::<f64>::new()));
        };
        let part = self.arranged(&part, &self.output);
        let axes = self.axes(operands);
        let values: ArrayValues = match part.im {
            None => part.re.into(),
            Some(im) => {
                let pairs = part.re.into_iter().zip(im);
                pairs.map(|(re, im)| Complex64::new(re, im)).collect::<Vec<_>>().into()
            }
        };
        let plain = || {
            self.output
                .iter()
                .map(|it| ArrayAxis::index(self.size(*it)))
                .collect::<Vec<_>>()
        };
        let array = NumericArray::new(values.clone(), axes);
        let array = array.or_else(|| NumericArray::new(values, plain()));
        Ok(array.unwrap_or_else(|| NumericArray::vector(Vec::<f64>::new())))
    }

    /// The axes of the result: those of the first operand that names them, each name once.
    fn axes(&self, operands: &[&NumericArray]) -> Vec<ArrayAxis> {
        let mut axes: Vec<ArrayAxis> = Vec::new();
        for index in &self.output {
            let own = self.operands.iter().zip(operands).find_map(|(indices, array)| {
                let place = indices.iter().position(|it| it == index)?;
                let axis = array.axes().get(place)?;
                let free = axes.iter().all(|other| other.name() != axis.name());
                let whole = axis.len() == self.size(*index);
                (!axis.name().is_empty() && free && whole).then(|| axis.clone())
            });
            axes.push(own.unwrap_or_else(|| ArrayAxis::index(self.size(*index))));
        }
        axes
    }

    /// An operand with repeated indices taken along the diagonal, axes of one entry dropped that stand for longer ones, and the indices that
    /// are wanted nowhere else summed.
    fn prepared(
        &self,
        indices: &[Index],
        wanted: Vec<Index>,
        array: &NumericArray,
    ) -> Part {
        let shape = array.shape();
        let mut stride = 1;
        let mut strides: BTreeMap<Index, usize> = BTreeMap::new();
        for (index, size) in indices.iter().zip(&shape).rev() {
            // An axis of one entry is repeated without a stride.
            *strides.entry(*index).or_insert(0) += if *size == 1 { 0 } else { stride };
            stride *= size;
        }
        let summed: Vec<Index> =
            strides.keys().copied().filter(|index| !wanted.contains(index)).collect();
        let along = |list: &[Index]| -> Vec<(usize, usize)> {
            let own = |index: &Index| {
                (self.size(*index), strides.get(index).copied().unwrap_or(0))
            };
            list.iter().map(own).collect()
        };
        let (outer, inner) = (offsets(&along(&wanted)), offsets(&along(&summed)));
        let gather = |values: &[f64]| -> Vec<f64> {
            let at = |place: usize| values.get(place).copied().unwrap_or(f64::NAN);
            let sum = |start: &usize| match inner.as_slice() {
                [only] => at(start + only),
                all => all.iter().map(|more| at(start + more)).sum(),
            };
            outer.iter().map(sum).collect()
        };
        let (re, im) = match array.as_real() {
            Some(values) => (gather(values), None),
            None => {
                let values = array.to_complex();
                let part = |of: fn(&Complex64) -> f64| -> Vec<f64> {
                    gather(&values.iter().map(of).collect::<Vec<f64>>())
                };
                (part(|z| z.re), Some(part(|z| z.im)))
            }
        };
        Part { indices: wanted, re, im }
    }

    /// The same numbers with the indices in another order.
    fn arranged(&self, part: &Part, order: &[Index]) -> Part {
        if part.indices == order {
            return part.clone();
        }
        let mut stride = 1;
        let mut strides: BTreeMap<Index, usize> = BTreeMap::new();
        for index in part.indices.iter().rev() {
            strides.insert(*index, stride);
            stride *= self.size(*index);
        }
        let along: Vec<(usize, usize)> = order
            .iter()
            .map(|it| (self.size(*it), strides.get(it).copied().unwrap_or(0)))
            .collect();
        let places = offsets(&along);
        let gather = |values: &Vec<f64>| -> Vec<f64> {
            places
                .iter()
                .map(|place| values.get(*place).copied().unwrap_or(f64::NAN))
                .collect()
        };
        Part {
            indices: order.to_vec(),
            re: gather(&part.re),
            im: part.im.as_ref().map(gather),
        }
    }

    /// Two operands joined.
    fn product(
        &self,
        a: &Part,
        b: &Part,
        others: &[&[Index]],
        device: &dyn Contraction,
    ) -> FieldResult<Part> {
        let wanted = |index: &Index| {
            self.output.contains(index) || others.iter().any(|own| own.contains(index))
        };
        let in_both = |keep: bool| -> Vec<Index> {
            let both = a.indices.iter().filter(|it| b.indices.contains(it));
            both.filter(|it| wanted(it) == keep).copied().collect()
        };
        let (batch, inner) = (in_both(true), in_both(false));
        let only = |own: &Part, other: &Part| -> Vec<Index> {
            own.indices.iter().filter(|it| !other.indices.contains(it)).copied().collect()
        };
        let (rows, columns) = (only(a, b), only(b, a));
        let size =
            |list: &[Index]| list.iter().map(|it| self.size(*it)).product::<usize>();
        let shape = Shape {
            batch: size(&batch),
            rows: size(&rows),
            inner: size(&inner),
            columns: size(&columns),
        };
        let first = self.arranged(a, &[&batch[..], &rows, &inner].concat());
        let second = self.arranged(b, &[&batch[..], &inner, &columns].concat());
        let multiply = |shape: Shape, a: &[f64], b: &[f64]| device.multiply(shape, a, b);
        let (re, im) = match (&first.im, &second.im) {
            (None, None) => (multiply(shape, &first.re, &second.re)?, None),
            (Some(im), None) => (
                multiply(shape, &first.re, &second.re)?,
                Some(multiply(shape, im, &second.re)?),
            ),
            (None, Some(im)) => (
                multiply(shape, &first.re, &second.re)?,
                Some(multiply(shape, &first.re, im)?),
            ),
            (Some(ai), Some(bi)) => {
                // Real products twice as deep: first those of real parts, then those of imaginary ones.
                let twice = Shape { inner: 2 * shape.inner, ..shape };
                let minus: Vec<f64> = ai.iter().map(|x| -x).collect();
                let (ar, br) = (&first.re, &second.re);
                let row = shape.inner;
                let block = shape.inner * shape.columns;
                (
                    multiply(twice, &beside(ar, &minus, row), &beside(br, bi, block))?,
                    Some(multiply(twice, &beside(ar, ai, row), &beside(bi, br, block))?),
                )
            }
        };
        Ok(Part { indices: [batch, rows, columns].concat(), re, im })
    }
}

/// Pieces of two lists in turn.
fn beside(a: &[f64], b: &[f64], piece: usize) -> Vec<f64> {
    let mut all = Vec::with_capacity(a.len() + b.len());
    for (a, b) in a.chunks(piece.max(1)).zip(b.chunks(piece.max(1))) {
        all.extend_from_slice(a);
        all.extend_from_slice(b);
    }
    all
}

/// The places of all combinations of indices with these sizes and strides, the last fastest.
fn offsets(along: &[(usize, usize)]) -> Vec<usize> {
    let mut all = vec![0];
    for (size, stride) in along {
        all = all
            .iter()
            .flat_map(|start| (0..*size).map(move |n| start + n * stride))
            .collect();
    }
    all
}

/// The letters before an ellipsis, and those behind it where there is one.
fn named(own: &str, text: &str) -> Result<(Vec<Index>, Option<Vec<Index>>), Trouble> {
    let list = |part: &str| -> Result<Vec<Index>, Trouble> {
        part.chars()
            .map(|c| match c.is_alphabetic() {
                true => Ok(u32::from(c)),
                false => Err(Trouble::Text(format!(
                    "`{c}` is no index in `{text}`: indices are single letters"
                ))),
            })
            .collect()
    };
    match own.split_once("...").or_else(|| own.split_once('…')) {
        None => Ok((list(own)?, None)),
        Some((before, behind)) => Ok((list(before)?, Some(list(behind)?))),
    }
}

fn counted(count: usize, what: &str) -> String {
    match (count, what) {
        (1, what) => format!("1 {what}"),
        (n, "axis") => format!("{n} axes"),
        (n, what) => format!("{n} {what}s"),
    }
}

#[cfg(test)]
mod tests;
