//! Functions of the linear part for every mode, computed within the plan from the step: a run may change Δt.
//!
//! The same algorithm as [`super::matrix`], as arithmetic of each mode: numbers by series or definition, matrices balanced on the
//! host, then scaled and doubled up, every mode as often as its size demands.

use super::builder::{Builder, Coefficients, Planes, Writer, blocks};
use super::complex::{self, Value};
use super::matrix::factorial;
use super::stability;
use super::symbol::modes;
use crate::equation::Complex64;
use crate::graph::{Binary, Graph, NodeId, Unary};
use crate::plan::{Action, ScalarId};
use crate::{FieldError, FieldResult};

/// Blocks of more components are not taken.
const LARGEST_BLOCK: usize = 8;
/// Matrices are scaled below this norm.
const SCALED: f64 = 0.125;
/// Terms of the series of φ₃ then.
const TERMS: u32 = 10;

/// A square matrix of values, row-major.
#[derive(Clone, Debug)]
pub(super) struct Block {
    pub(super) size: usize,
    pub(super) entries: Vec<Value>,
}

/// What coefficients are made from.
#[derive(Debug)]
pub(super) struct Ingredients {
    /// The linear part.
    pub(super) matrix: Block,
    /// φ₀ … φ₃ of h L; empty where not asked for.
    pub(super) phi: Vec<Block>,
    /// φ₀ … φ₃ of h L/2; empty where not asked for.
    pub(super) half: Vec<Block>,
    /// h.
    pub(super) step: NodeId,
}

impl Block {
    fn from(size: usize, entries: Vec<Value>) -> Self {
        Self { size, entries }
    }

    pub(super) fn identity(graph: &mut Graph, size: usize, number: f64) -> Self {
        let entries = (0..size * size)
            .map(|place| {
                let value = if place / size == place % size { number } else { 0.0 };
                Value::real(graph.constant(value))
            })
            .collect();
        Self { size, entries }
    }

    pub(super) fn scaled(&self, graph: &mut Graph, factor: NodeId) -> Self {
        let factor = Value::real(factor);
        let entries = self
            .entries
            .iter()
            .map(|entry| complex::multiply(graph, factor, *entry))
            .collect();
        Self { size: self.size, entries }
    }

    pub(super) fn by(&self, graph: &mut Graph, factor: f64) -> Self {
        let factor = graph.constant(factor);
        self.scaled(graph, factor)
    }

    /// self + factor · other.
    pub(super) fn plus(&self, graph: &mut Graph, factor: f64, other: &Self) -> Self {
        let other = other.by(graph, factor);
        let entries = self
            .entries
            .iter()
            .zip(&other.entries)
            .map(|(a, b)| complex::add(graph, *a, *b))
            .collect();
        Self { size: self.size, entries }
    }

    pub(super) fn times(&self, graph: &mut Graph, other: &Self) -> Self {
        let n = self.size;
        let mut entries = Vec::with_capacity(n * n);
        for i in 0..n {
            for j in 0..n {
                let mut sum = Value::number(graph, Complex64::ZERO);
                for k in 0..n {
                    let (a, b) = (self.entries[i * n + k], other.entries[k * n + j]);
                    let part = complex::multiply(graph, a, b);
                    sum = complex::add(graph, sum, part);
                }
                entries.push(sum);
            }
        }
        Self { size: n, entries }
    }

    /// self⁻¹ · other by elimination without exchanges: self is 1 − h L c with L dissipative or nearly so.
    pub(super) fn solve(&self, graph: &mut Graph, other: &Self) -> Self {
        let n = self.size;
        let (mut a, mut b) = (self.entries.clone(), other.entries.clone());
        let minus = |graph: &mut Graph, from: Value, factor: Value, what: Value| {
            let part = complex::multiply(graph, factor, what);
            let part = complex::scale(graph, -1.0, part);
            complex::add(graph, from, part)
        };
        for column in 0..n {
            let one = Value::number(graph, Complex64::ONE);
            let inverse = complex::divide(graph, one, a[column * n + column]);
            for j in 0..n {
                a[column * n + j] = complex::multiply(graph, inverse, a[column * n + j]);
                b[column * n + j] = complex::multiply(graph, inverse, b[column * n + j]);
            }
            for row in (0..n).filter(|row| *row != column) {
                let factor = a[row * n + column];
                for j in 0..n {
                    a[row * n + j] =
                        minus(graph, a[row * n + j], factor, a[column * n + j]);
                    b[row * n + j] =
                        minus(graph, b[row * n + j], factor, b[column * n + j]);
                }
            }
        }
        Self { size: n, entries: b }
    }
}

/// φ₀ … φ₃ of a number.
pub(super) fn phi(graph: &mut Graph, z: Value) -> [Value; 4] {
    let exponential = complex::exponential(graph, z);
    let mut three = Value::number(graph, Complex64::ZERO);
    for order in (0..20).rev() {
        let product = complex::multiply(graph, three, z);
        let next = Value::number(graph, Complex64::new(1.0 / factorial(order + 3), 0.0));
        three = complex::add(graph, product, next);
    }
    let series = |graph: &mut Graph, next: Value, first: f64| {
        let product = complex::multiply(graph, next, z);
        let first = Value::number(graph, Complex64::new(first, 0.0));
        complex::add(graph, product, first)
    };
    let two = series(graph, three, 0.5);
    let one = series(graph, two, 1.0);
    let square = complex::square_modulus(graph, z);
    let limit = graph.constant(1.0);
    let small = graph.binary(Binary::Less, square, limit);
    // Where the series holds, the definition divides by 1 instead.
    let unit = Value::number(graph, Complex64::ONE);
    let safe = choose(graph, small, unit, z);
    let definition = |graph: &mut Graph, before: Value, first: f64| {
        let first = Value::number(graph, Complex64::new(-first, 0.0));
        let above = complex::add(graph, before, first);
        complex::divide(graph, above, safe)
    };
    let one_far = definition(graph, exponential, 1.0);
    let two_far = definition(graph, one_far, 1.0);
    let three_far = definition(graph, two_far, 0.5);
    [
        exponential,
        choose(graph, small, one, one_far),
        choose(graph, small, two, two_far),
        choose(graph, small, three, three_far),
    ]
}

fn choose(graph: &mut Graph, condition: NodeId, then: Value, otherwise: Value) -> Value {
    let re = graph.select(condition, then.re, otherwise.re);
    if then.im.is_none() && otherwise.im.is_none() {
        return Value::real(re);
    }
    let (a, b) = (then.imaginary(graph), otherwise.imaginary(graph));
    let im = graph.select(condition, a, b);
    Value::new(graph, re, im)
}

/// Arrays for φ₀ … φ₃ of the entries of a block.
type Powers = [Vec<Planes>; 4];

impl Builder<'_> {
    /// Functions of the linear part for every mode, computed by the actions collected in `setup`.
    ///
    /// # Errors
    /// Where more components are coupled than are taken.
    pub(super) fn coefficients<const COUNT: usize>(
        &mut self,
        names: [&str; COUNT],
        exponentials: bool,
        of: impl Fn(&mut Graph, &Ingredients) -> [Block; COUNT],
    ) -> FieldResult<[Coefficients; COUNT]> {
        let mut result: [Coefficients; COUNT] =
            [(); COUNT].map(|()| Coefficients::default());
        let before = std::mem::take(&mut self.actions);
        for complex in [false, true] {
            let group = self.form.group(complex);
            for block in blocks(self.form, &group) {
                if block.len() > LARGEST_BLOCK {
                    return Err(FieldError::invalid(
                        format!(
                            "{} components are coupled linearly; Fourier methods take {LARGEST_BLOCK}",
                            block.len()
                        ),
                        "use a finite-difference method",
                    ));
                }
                let powers = (exponentials && block.len() > 1)
                    .then(|| self.powers(&block, complex));
                let mut writer = Writer::default();
                let step = writer.graph.scalar(self.step_size as u32);
                let matrix = self.block(&mut writer, &block, complex);
                let (phi, half) = match (&powers, exponentials) {
                    (Some((phi, half)), _) => {
                        let mut load = |powers: &Powers| -> Vec<Block> {
                            powers
                                .iter()
                                .map(|planes| {
                                    let entries = planes
                                        .iter()
                                        .map(|own| writer.load_planes(*own))
                                        .collect();
                                    Block::from(block.len(), entries)
                                })
                                .collect()
                        };
                        (load(phi), load(half))
                    }
                    (None, true) => {
                        let graph = &mut writer.graph;
                        let z = matrix.scaled(graph, step).entries[0];
                        let half = complex::scale(graph, 0.5, z);
                        let wrap = |values: [Value; 4]| {
                            values.map(|value| Block::from(1, vec![value])).to_vec()
                        };
                        (wrap(phi(graph, z)), wrap(phi(graph, half)))
                    }
                    (None, false) => (Vec::new(), Vec::new()),
                };
                let ingredients = Ingredients { matrix, phi, half, step };
                let results = of(&mut writer.graph, &ingredients);
                let layout = self.layout(complex);
                for (place, matrix) in results.iter().enumerate() {
                    for (entry, value) in matrix.entries.iter().enumerate() {
                        let zero = writer.graph.constant_value(value.re) == Some(0.0)
                            && value.im.is_none();
                        if zero {
                            continue;
                        }
                        let (row, column) =
                            (block[entry / block.len()], block[entry % block.len()]);
                        let name = format!("{} {row} {column}", names[place]);
                        let re = self.array(&format!("{name}.re"), layout, None);
                        let im = value
                            .im
                            .map(|_| self.array(&format!("{name}.im"), layout, None));
                        writer.store_planes((re, im), *value);
                        result[place].entries.push((row, column, (re, im)));
                    }
                }
                self.run("coefficients", writer, &layout);
            }
        }
        let setup = std::mem::replace(&mut self.actions, before);
        self.setup.extend(setup);
        Ok(result)
    }

    /// The linear part of coupled components as arithmetic.
    fn block(&mut self, writer: &mut Writer, block: &[usize], complex: bool) -> Block {
        let form = self.form;
        let mut entries = Vec::with_capacity(block.len() * block.len());
        for row in block {
            for column in block {
                let mut sum = Value::number(&mut writer.graph, Complex64::ZERO);
                for (_, symbol) in
                    form.linear[*row].iter().filter(|(other, _)| other == column)
                {
                    let value = self.symbol(writer, symbol, complex);
                    sum = complex::add(&mut writer.graph, sum, value);
                }
                entries.push(sum);
            }
        }
        Block::from(block.len(), entries)
    }

    /// φ of h L and of h L/2 for coupled components.
    fn powers(&mut self, block: &[usize], complex: bool) -> (Powers, Powers) {
        let n = block.len();
        let layout = self.layout(complex);
        let tag = block.iter().map(usize::to_string).collect::<Vec<_>>().join(",");
        // The balance does not depend on the step.
        let mut ratios = vec![Vec::new(); n * n];
        for mode in modes(&self.system.grid, !complex) {
            let balance = stability::matrix(self.form, block, &mode).balance();
            for (place, ratio) in ratios.iter_mut().enumerate() {
                ratio.push(balance[place / n] / balance[place % n]);
            }
        }
        let ratios: Vec<Option<usize>> = ratios
            .into_iter()
            .enumerate()
            .map(|(place, ratio)| {
                let plain = ratio.iter().all(|ratio| *ratio == 1.0);
                (!plain).then(|| {
                    self.array(&format!("balance {tag} {place}"), layout, Some(ratio))
                })
            })
            .collect();
        let mut powers = |name: &str| -> Powers {
            [0, 1, 2, 3].map(|order| {
                (0..n * n)
                    .map(|place| {
                        let name = format!("{name}{order} {tag} {place}");
                        let re = self.array(&format!("{name}.re"), layout, None);
                        (re, Some(self.array(&format!("{name}.im"), layout, None)))
                    })
                    .collect()
            })
        };
        let (whole, half) = (powers("phi"), powers("half phi"));
        let doublings = self.array(&format!("doublings {tag}"), layout, None);
        let most = self.scalar("most doublings");
        let left = self.scalar("doublings left");
        let done = self.scalar("doublings done");
        self.scale_down(block, complex, &ratios, &half, doublings, most);
        let mut graph = Graph::new();
        let count = graph.scalar(most as u32);
        // A procedure is repeated once at least: then with 1, which no mode without doublings answers to.
        let one = graph.constant(1.0);
        let count = graph.binary(Binary::Maximum, count, one);
        self.actions.push(Action::Scalars { graph, stores: vec![(left, count)] });
        // Every mode joins in for its last so many doublings.
        let before = std::mem::take(&mut self.actions);
        self.double_up(n, &half, &half, Some((doublings, left)), layout);
        let mut graph = Graph::new();
        let count = graph.scalar(left as u32);
        let one = graph.constant(1.0);
        let fewer = graph.subtract(count, one);
        let zero = graph.constant(0.0);
        let none = graph.binary(Binary::LessEqual, fewer, zero);
        self.actions
            .push(Action::Scalars { graph, stores: vec![(left, fewer), (done, none)] });
        let procedure = self.finish(&format!("double {tag}"));
        self.actions = before;
        self.actions.push(Action::Repeat { procedure, until: done, at_most: 80 });
        // From h/2 to h.
        self.double_up(n, &half, &whole, None, layout);
        for powers in [&whole, &half] {
            self.unbalance(powers, &ratios, layout);
        }
        (whole, half)
    }

    /// φ of the balanced h L/2 scaled down by 2^doublings.
    fn scale_down(
        &mut self,
        block: &[usize],
        complex: bool,
        ratios: &[Option<usize>],
        to: &Powers,
        doublings: usize,
        most: ScalarId,
    ) {
        let n = block.len();
        let mut writer = Writer::default();
        let matrix = self.block(&mut writer, block, complex);
        let step = writer.graph.scalar(self.step_size as u32);
        let half = writer.graph.constant(0.5);
        let time = writer.graph.multiply(step, half);
        let mut small = matrix.scaled(&mut writer.graph, time);
        for (place, entry) in small.entries.iter_mut().enumerate() {
            // D⁻¹ A D: the transposed entry's ratio.
            if let Some(ratio) = ratios[place % n * n + place / n] {
                let ratio = Value::real(writer.load(ratio));
                *entry = complex::multiply(&mut writer.graph, ratio, *entry);
            }
        }
        let graph = &mut writer.graph;
        let mut norm = graph.constant(0.0);
        for row in small.entries.chunks(n) {
            let mut sum = graph.constant(0.0);
            for entry in row {
                let square = complex::square_modulus(graph, *entry);
                let size = graph.unary(Unary::SquareRoot, square);
                sum = graph.add(sum, size);
            }
            norm = graph.binary(Binary::Maximum, norm, sum);
        }
        // ⌈log₂(norm/limit)⌉ by the exponent of the number, one more than needed for powers of two.
        let limit = graph.constant(SCALED);
        let large = graph.binary(Binary::Maximum, norm, limit);
        let inverse = graph.constant(1.0 / SCALED);
        let relative = graph.multiply(large, inverse);
        let exponent = graph.unary(Unary::Exponent, relative);
        let one = graph.constant(1.0);
        let zero = graph.constant(0.0);
        let up = graph.add(exponent, one);
        let fits = graph.binary(Binary::LessEqual, norm, limit);
        let count = graph.select(fits, zero, up);
        let back = graph.negate(count);
        let scale = graph.unary(Unary::PowerOfTwo, back);
        let small = small.scaled(graph, scale);
        let mut three = Block::identity(graph, n, 0.0);
        for order in (0..TERMS).rev() {
            let product = small.times(graph, &three);
            three = Block::identity(graph, n, 1.0 / factorial(order + 3))
                .plus(graph, 1.0, &product);
        }
        let next = |graph: &mut Graph, after: &Block, first: f64| {
            let product = small.times(graph, after);
            Block::identity(graph, n, first).plus(graph, 1.0, &product)
        };
        let two = next(graph, &three, 0.5);
        let one = next(graph, &two, 1.0);
        let zero = next(graph, &one, 1.0);
        store(&mut writer, to, &[zero, one, two, three]);
        writer.store(doublings, count);
        writer.largest(count, most);
        let layout = self.layout(complex);
        self.run("scaled matrices", writer, &layout);
    }

    /// φ(2z) from φ(z), in modes with at least `left` doublings still to do.
    fn double_up(
        &mut self,
        n: usize,
        from: &Powers,
        to: &Powers,
        only: Option<(usize, ScalarId)>,
        layout: crate::Layout,
    ) {
        let mut writer = Writer::default();
        let phi: Vec<Block> = from
            .iter()
            .map(|planes| {
                Block::from(
                    n,
                    planes.iter().map(|own| writer.load_planes(*own)).collect(),
                )
            })
            .collect();
        let condition = only.map(|(doublings, left)| {
            let count = writer.load(doublings);
            let left = writer.graph.scalar(left as u32);
            writer.graph.binary(Binary::LessEqual, left, count)
        });
        let graph = &mut writer.graph;
        let [e, one, two, three] = [&phi[0], &phi[1], &phi[2], &phi[3]];
        let next_one = e.times(graph, one).plus(graph, 1.0, one).by(graph, 0.5);
        let next_two = e
            .times(graph, two)
            .plus(graph, 1.0, one)
            .plus(graph, 1.0, two)
            .by(graph, 0.25);
        let next_three = e
            .times(graph, three)
            .plus(graph, 0.5, one)
            .plus(graph, 1.0, two)
            .plus(graph, 1.0, three)
            .by(graph, 0.125);
        let mut next = [e.times(graph, e), next_one, next_two, next_three];
        if let Some(condition) = condition {
            for (matrix, old) in next.iter_mut().zip(&phi) {
                for (entry, old) in matrix.entries.iter_mut().zip(&old.entries) {
                    *entry = choose(graph, condition, *entry, *old);
                }
            }
        }
        store(&mut writer, to, &next);
        self.run("doubled matrices", writer, &layout);
    }

    fn unbalance(
        &mut self,
        powers: &Powers,
        ratios: &[Option<usize>],
        layout: crate::Layout,
    ) {
        let mut writer = Writer::default();
        let mut stores = Vec::new();
        for planes in powers {
            for (own, ratio) in planes.iter().zip(ratios) {
                if let Some(ratio) = ratio {
                    let ratio = Value::real(writer.load(*ratio));
                    let value = writer.load_planes(*own);
                    stores
                        .push((*own, complex::multiply(&mut writer.graph, ratio, value)));
                }
            }
        }
        if stores.is_empty() {
            return;
        }
        for (own, value) in stores {
            writer.store_planes(own, value);
        }
        self.run("matrices unbalanced", writer, &layout);
    }
}

fn store(writer: &mut Writer, to: &Powers, phi: &[Block; 4]) {
    for (planes, matrix) in to.iter().zip(phi) {
        for (own, value) in planes.iter().zip(&matrix.entries) {
            writer.store_planes(*own, *value);
        }
    }
}
