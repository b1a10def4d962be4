//! The linearisation of a scheme at cells: derivatives of the rates by what they load, backwards through the graph.

use super::{CELLS, EVEN, MOST_PLACES, Row, Spectrum};
use crate::graph::{Binary, NodeId, Op, Unary};
use crate::layout::DIMENSIONS;
use crate::scheme::{Solve, scalar};

impl Spectrum<'_> {
    /// The rows of all planes at some cells, one cell after another; how many cells.
    pub(super) fn at_cells(&self, time: f64, each: &mut dyn FnMut(usize, &Row)) -> usize {
        let places = self.places();
        self.at_places(time, &places, each);
        places.len()
    }

    /// Cells at which the equations are linearised.
    pub(super) fn places(&self) -> Vec<[isize; DIMENSIONS]> {
        let cells = self.layout.cells();
        let most = if self.times.len() > 1 { CELLS / 4 } else { CELLS };
        let count = if self.constant { 1 } else { cells.min(most) };
        let places = (0..count).map(|k| (k * cells + cells / 2) / count % cells);
        places.map(|place| self.cell(place)).collect()
    }

    /// The mean of the linearisations over equal distances along each axis: exact where they are periodic and smooth.
    pub(super) fn mean(&self, time: f64) -> Vec<Row> {
        let points = self.layout.points;
        // As few points of each axis as divide it evenly and are enough.
        let of = |along: usize| {
            let n = points[along];
            let counts = (1..=n).filter(|count| n.is_multiple_of(*count));
            counts.into_iter().find(|count| *count >= EVEN.min(n)).unwrap_or(n)
        };
        let mut counts = [of(0), of(1), of(2)];
        while counts.iter().product::<usize>() > MOST_PLACES {
            let longest = (0..DIMENSIONS).max_by_key(|along| counts[*along]).unwrap_or(0);
            counts[longest] /= 2;
        }
        let mut places = Vec::new();
        for i in 0..counts[0] {
            for j in 0..counts[1] {
                for k in 0..counts[2] {
                    let at =
                        |d: usize, place: usize| (place * points[d] / counts[d]) as isize;
                    places.push([at(0, i), at(1, j), at(2, k)]);
                }
            }
        }
        let mut mean: Vec<Row> = vec![Row::new(); self.rates.len()];
        self.at_places(time, &places, &mut |plane, row| {
            for (place, entry) in row {
                *mean[plane].entry(*place).or_default() += entry / places.len() as f64;
            }
        });
        mean
    }

    /// The rows of all planes at some cells.
    pub(super) fn at_places(
        &self,
        time: f64,
        places: &[[isize; DIMENSIONS]],
        each: &mut dyn FnMut(usize, &Row),
    ) {
        let scalars = self.scalars_with_gathers(time, places);
        for cell in places {
            for (plane, rate) in self.rates.iter().enumerate() {
                each(plane, &self.row(*rate, *cell, &scalars));
            }
        }
    }

    /// Scalars at a time, with means and integrals as some cells show them.
    pub(super) fn scalars_with_gathers(
        &self,
        time: f64,
        places: &[[isize; DIMENSIONS]],
    ) -> Vec<f64> {
        let cells = self.layout.cells();
        let mut scalars = self.scalars_at(time);
        for gather in self.gathers {
            let values =
                places.iter().map(|cell| self.value(gather.value, *cell, &scalars));
            let sum: f64 = values.sum();
            if let Some(scalar) = scalars.get_mut(gather.scalar as usize) {
                *scalar = sum * gather.scale * cells as f64 / places.len() as f64;
            }
        }
        scalars
    }

    /// The linearisations at some cells, each once, and their mean.
    pub(super) fn jacobians(&self, time: f64) -> (Vec<Vec<Row>>, Vec<Row>) {
        let mut result: Vec<Vec<Row>> = Vec::new();
        let mut mean: Vec<Row> = vec![Row::new(); self.rates.len()];
        let mut rows: Vec<Row> = Vec::new();
        let count = self.at_cells(time, &mut |plane, row| {
            for (place, entry) in row {
                *mean[plane].entry(*place).or_default() += entry;
            }
            rows.push(row.clone());
            if rows.len() == self.rates.len() {
                let rows = std::mem::take(&mut rows);
                if !result.contains(&rows) {
                    result.push(rows);
                }
            }
        });
        for entry in mean.iter_mut().flat_map(|row| row.values_mut()) {
            *entry /= count as f64;
        }
        (result, mean)
    }

    /// Scalars at a time, means and integrals left 0.
    pub(super) fn scalars_at(&self, time: f64) -> Vec<f64> {
        let mut scalars = vec![0.0; self.scalars];
        if let Some(scalar) = scalars.get_mut(scalar::TIME as usize) {
            *scalar = time;
        }
        if let Some(step) = scalars.get_mut(scalar::STEP as usize) {
            *step = 1.0;
        }
        scalars
    }

    pub(super) fn cell(&self, mut place: usize) -> [isize; DIMENSIONS] {
        let mut cell = [0; DIMENSIONS];
        for along in (0..DIMENSIONS).rev() {
            cell[along] = (place % self.layout.points[along]) as isize;
            place /= self.layout.points[along];
        }
        cell
    }

    /// The value of an array at the start; beyond the ends round or that of the last cell.
    pub(super) fn load(
        &self,
        array: u32,
        cell: [isize; DIMENSIONS],
        scalars: &[f64],
    ) -> f64 {
        let mut inside = [0; DIMENSIONS];
        for along in 0..DIMENSIONS {
            let count = self.layout.points[along] as isize;
            let axis = (along + self.axes.len())
                .checked_sub(DIMENSIONS)
                .and_then(|axis| self.axes.get(axis));
            inside[along] = match axis {
                Some(axis) if axis.closed => cell[along].rem_euclid(count),
                _ => cell[along].clamp(0, count - 1),
            };
        }
        let place = (inside[0] as usize * self.layout.points[1] + inside[1] as usize)
            * self.layout.points[2]
            + inside[2] as usize;
        let start = |values: &[f64]| {
            if values.is_empty() {
                0.0
            } else {
                values.get(place).copied().unwrap_or(f64::NAN)
            }
        };
        if let Some(plane) = self.planes.get(array as usize) {
            if plane.order == 0 && self.solve_of(array).is_none() {
                let rate = self.rates.get(array as usize).copied().unwrap_or(NodeId(0));
                return self.value(rate, inside, scalars);
            }
            return start(&plane.start);
        }
        if let Some(plane) =
            self.planes.iter().find(|plane| plane.velocity == Some(array))
        {
            return start(&plane.start_velocity);
        }
        let coefficient = array
            .checked_sub(self.first_coefficient)
            .and_then(|place| self.coefficients.get(place as usize));
        match coefficient {
            Some(coefficient) if !coefficient.with_ghosts.is_empty() => coefficient
                .with_ghosts
                .get(self.layout.place(cell))
                .copied()
                .unwrap_or(f64::NAN),
            Some(coefficient) => {
                coefficient.values.get(place).copied().unwrap_or(f64::NAN)
            }
            None => 0.0,
        }
    }

    /// The values of all nodes up to one.
    pub(super) fn forward(
        &self,
        node: NodeId,
        cell: [isize; DIMENSIONS],
        scalars: &[f64],
    ) -> (Vec<f64>, Vec<bool>) {
        let needed = self.graph.needed(&[node]);
        let mut values = vec![0.0; self.graph.ops().len()];
        for (place, op) in self.graph.ops().iter().enumerate() {
            if !needed[place] {
                continue;
            }
            let of = |id: NodeId| values[id.0 as usize];
            values[place] = match *op {
                Op::Constant(bits) => bits.value(),
                Op::Scalar(scalar) => {
                    scalars.get(scalar as usize).copied().unwrap_or(0.0)
                }
                Op::Load { array, offset } => {
                    let at = std::array::from_fn(|d| cell[d] + isize::from(offset[d]));
                    self.load(array, at, scalars)
                }
                Op::Table { table, offset } => self
                    .tables
                    .get(table as usize)
                    .and_then(|table| {
                        let along = cell[table.dimension] + isize::from(offset);
                        table.values.get((table.first as isize + along) as usize)
                    })
                    .copied()
                    .unwrap_or(f64::NAN),
                Op::Unary(function, a) => function.apply(of(a)),
                Op::Binary(function, a, b) => function.apply(of(a), of(b)),
                Op::MultiplyAdd(a, b, c) => of(a) * of(b) + of(c),
                Op::Select(a, b, c) => {
                    if of(a) == 0.0 {
                        of(c)
                    } else {
                        of(b)
                    }
                }
            };
        }
        (values, needed)
    }

    /// The values of a node at all cells at a time, row-major.
    pub(in crate::discretise) fn everywhere(&self, node: NodeId, time: f64) -> Vec<f64> {
        let scalars = self.scalars_with_gathers(time, &self.places());
        let cells = self.layout.cells();
        if let Op::Load { array, offset: [0, 0, 0] } = self.graph.op(node)
            && let Some(plane) = self.planes.get(array as usize)
            && (plane.order > 0 || self.solve_of(array).is_some())
            && plane.start.len() == cells
        {
            return plane.start.clone();
        }
        (0..cells).map(|place| self.value(node, self.cell(place), &scalars)).collect()
    }

    /// Adds to the right side of an equation in space what sides add to it at a time.
    pub(in crate::discretise) fn add_sides(
        &self,
        solve: &Solve,
        part: usize,
        time: f64,
        right: &mut [f64],
    ) {
        if solve.sides.is_empty() {
            return;
        }
        // Of all sides as it was before.
        let before = right.to_vec();
        let points = self.layout.points;
        let place = |cell: [isize; DIMENSIONS]| {
            let along = cell.iter().zip(points);
            along.fold(0, |sum, (at, count)| sum * count + *at as usize)
        };
        let scalars = self.scalars_with_gathers(time, &self.places());
        for side in &solve.sides {
            let node = side.values.get(part).copied().flatten();
            for number in 0..self.layout.cells() {
                let cell = self.cell(number);
                let bounds = side.region.start.iter().zip(side.region.end);
                if !bounds.zip(cell).all(|((from, to), at)| (*from..to).contains(&at)) {
                    continue;
                }
                let inward = side.weights.iter().map(|(offset, weight)| {
                    let at = std::array::from_fn(|d| cell[d] + isize::from(offset[d]));
                    weight * before.get(place(at)).copied().unwrap_or(0.0)
                });
                let value = node.map_or(0.0, |node| self.value(node, cell, &scalars));
                if let Some(sum) = right.get_mut(number) {
                    *sum += inward.sum::<f64>() + value;
                }
            }
        }
    }

    pub(super) fn value(
        &self,
        node: NodeId,
        cell: [isize; DIMENSIONS],
        scalars: &[f64],
    ) -> f64 {
        self.forward(node, cell, scalars)
            .0
            .get(node.0 as usize)
            .copied()
            .unwrap_or(f64::NAN)
    }

    /// The derivatives of a node by all values that it loads, backwards through the graph.
    pub(super) fn row(
        &self,
        node: NodeId,
        cell: [isize; DIMENSIONS],
        scalars: &[f64],
    ) -> Row {
        let (values, needed) = self.forward(node, cell, scalars);
        let mut slopes = vec![0.0; values.len()];
        if let Some(slope) = slopes.get_mut(node.0 as usize) {
            *slope = 1.0;
        }
        let mut row = Row::new();
        for (place, op) in self.graph.ops().iter().enumerate().rev() {
            let slope = slopes[place];
            if !needed[place] || slope == 0.0 {
                continue;
            }
            let of = |id: NodeId| values[id.0 as usize];
            let mut to = |id: NodeId, factor: f64| {
                // A value that does not count must not make NaN of an infinite slope.
                if factor != 0.0 {
                    slopes[id.0 as usize] += slope * factor;
                }
            };
            match *op {
                Op::Constant(_) | Op::Scalar(_) | Op::Table { .. } => {}
                Op::Load { array, offset } => {
                    if array < self.first_coefficient {
                        *row.entry((array, offset)).or_default() += slope;
                    }
                }
                Op::Unary(function, a) => to(a, unary_slope(function, of(a))),
                Op::Binary(function, a, b) => {
                    let (left, right) = binary_slopes(function, of(a), of(b));
                    to(a, left);
                    to(b, right);
                }
                Op::MultiplyAdd(a, b, c) => {
                    to(a, of(b));
                    to(b, of(a));
                    to(c, 1.0);
                }
                Op::Select(a, b, c) => to(if of(a) == 0.0 { c } else { b }, 1.0),
            }
        }
        row.retain(|_, entry| *entry != 0.0);
        row
    }
}

fn unary_slope(function: Unary, x: f64) -> f64 {
    match function {
        Unary::Negate => -1.0,
        Unary::Absolute => {
            if x == 0.0 {
                0.0
            } else {
                x.signum()
            }
        }
        Unary::SquareRoot => 0.5 / x.sqrt(),
        Unary::Sine => x.cos(),
        Unary::Cosine => -x.sin(),
        Unary::Tangent => 1.0 + x.tan().powi(2),
        Unary::Exponential => x.exp(),
        Unary::Logarithm => 1.0 / x,
        Unary::HyperbolicSine => x.cosh(),
        Unary::HyperbolicCosine => x.sinh(),
        Unary::HyperbolicTangent => 1.0 - x.tanh().powi(2),
        Unary::InverseSine => 1.0 / (1.0 - x * x).sqrt(),
        Unary::InverseCosine => -1.0 / (1.0 - x * x).sqrt(),
        Unary::InverseTangent => 1.0 / (1.0 + x * x),
        Unary::ErrorFunction => std::f64::consts::FRAC_2_SQRT_PI * (-x * x).exp(),
        Unary::Floor
        | Unary::Round
        | Unary::PowerOfTwo
        | Unary::Exponent
        | Unary::Mantissa
        | Unary::Sign => 0.0,
    }
}

fn binary_slopes(function: Binary, a: f64, b: f64) -> (f64, f64) {
    match function {
        Binary::Add => (1.0, 1.0),
        Binary::Subtract => (1.0, -1.0),
        Binary::Multiply => (b, a),
        Binary::Divide => (1.0 / b, -a / (b * b)),
        Binary::Minimum => {
            if a < b {
                (1.0, 0.0)
            } else {
                (0.0, 1.0)
            }
        }
        Binary::Maximum => {
            if a > b {
                (1.0, 0.0)
            } else {
                (0.0, 1.0)
            }
        }
        Binary::Less | Binary::LessEqual | Binary::Equal => (0.0, 0.0),
        Binary::Power => {
            let left = if b == 0.0 { 0.0 } else { b * a.powf(b - 1.0) };
            let right = if a > 0.0 { a.powf(b) * a.ln() } else { 0.0 };
            (left, right)
        }
        Binary::Angle => {
            let square = a * a + b * b;
            if square == 0.0 { (0.0, 0.0) } else { (b / square, -a / square) }
        }
    }
}
