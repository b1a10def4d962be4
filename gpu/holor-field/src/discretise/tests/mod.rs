//! Schemes evaluated in the plainest way and compared with exact derivatives.

mod beams;
mod derivatives;
mod flows;
mod limited;
mod more;
mod print;
mod random;
mod sides;
mod solves;
mod spectrum;
mod staggered;
mod time_scales;

use std::collections::HashMap;
use std::sync::Arc;

use super::{SpaceOptions, discretise};
use crate::equation::{
    Axis, Boundary, Complex64, Edge, Field, Function, Grid, System, Term,
};
use crate::graph::{Graph, NodeId, Op};
use crate::layout::{DIMENSIONS, Region};
use crate::scheme::{Fill, Scheme, scalar};

pub(super) fn number(x: f64) -> Term {
    Term::Number(Complex64::new(x, 0.0))
}
pub(super) fn complex(re: f64, im: f64) -> Term {
    Term::Number(Complex64::new(re, im))
}
pub(super) fn sum(terms: &[Term]) -> Term {
    Term::Sum(terms.to_vec().into())
}
pub(super) fn product(terms: &[Term]) -> Term {
    Term::Product(terms.to_vec().into())
}
pub(super) fn power(base: Term, exponent: f64) -> Term {
    Term::Power(Arc::new(base), Arc::new(number(exponent)))
}
pub(super) fn call(function: Function, argument: Term) -> Term {
    Term::Function(function, Arc::new([argument]))
}
pub(super) fn d(axis: usize, body: Term) -> Term {
    Term::Derivative { axis, body: Arc::new(body) }
}
pub(super) fn laplacian(rank: usize, body: &Term) -> Term {
    sum(&(0..rank).map(|axis| d(axis, d(axis, body.clone()))).collect::<Vec<_>>())
}
pub(super) fn u() -> Term {
    Term::Field(0)
}
pub(super) fn x(axis: usize) -> Term {
    Term::Coordinate(axis)
}

pub(super) fn axis(name: &str, low: f64, high: f64, points: usize, closed: bool) -> Axis {
    Axis { name: name.into(), low, high, points, closed }
}

pub(super) fn periodic_grid(points: &[usize]) -> Grid {
    let names = ["x", "y", "z"];
    let axes = points
        .iter()
        .zip(names)
        .map(|(n, name)| axis(name, 0.0, std::f64::consts::TAU, *n, true))
        .collect();
    Grid { axes, mask: None }
}

/// The points of a grid, row-major.
pub(super) fn points(grid: &Grid) -> Vec<[f64; 3]> {
    let mut all = vec![[0.0; 3]];
    for (place, axis) in grid.axes.iter().enumerate() {
        all = all
            .into_iter()
            .flat_map(|point| {
                (0..axis.points).map(move |j| {
                    let mut point = point;
                    point[place] = axis.at(j as f64);
                    point
                })
            })
            .collect();
    }
    all
}

/// A field that starts with a function of the coordinates.
pub(super) fn field(grid: &Grid, rate: Term, start: impl Fn([f64; 3]) -> f64) -> Field {
    let sides = |axis: &Axis| {
        if axis.closed {
            [Boundary::Periodic, Boundary::Periodic]
        } else {
            [Boundary::Neumann(number(0.0)), Boundary::Neumann(number(0.0))]
        }
    };
    Field {
        name: "u".into(),
        complex: false,
        order: 1,
        rate,
        boundaries: grid.axes.iter().map(sides).collect(),
        start: points(grid).into_iter().map(|p| Complex64::new(start(p), 0.0)).collect(),
        start_velocity: Vec::new(),
        edge: Edge::Closed,
        shift: [false; 3],
    }
}

pub(super) fn system(grid: Grid, fields: Vec<Field>) -> System {
    System { grid, fields, given: Vec::new(), noises: Vec::new() }
}

/// A scheme with arrays, evaluated node by node.
pub(super) struct Plain {
    pub(super) scheme: Scheme,
    pub(super) arrays: Vec<Vec<f64>>,
    pub(super) scalars: Vec<f64>,
}

impl Plain {
    pub(super) fn new(system: &System, order: usize) -> Self {
        Self::of(discretise(system, &SpaceOptions::of_order(order)).unwrap())
    }

    pub(super) fn of(scheme: Scheme) -> Self {
        let layout = scheme.layout;
        let velocities =
            scheme.planes.iter().filter(|plane| plane.velocity.is_some()).count();
        let count = scheme.planes.len()
            + velocities
            + scheme.coefficients.len()
            + scheme.noises.len();
        let mut arrays = vec![vec![f64::NAN; layout.length]; count];
        let interior: Vec<usize> =
            cells(Region::interior(&layout)).map(|cell| layout.place(cell)).collect();
        let mut put = |array: usize, values: &[f64]| {
            for (place, value) in interior.iter().zip(values) {
                arrays[array][*place] = *value;
            }
        };
        for (place, plane) in scheme.planes.iter().enumerate() {
            put(place, &plane.start);
            if let Some(velocity) = plane.velocity {
                let zeros = vec![0.0; interior.len()];
                let start = if plane.start_velocity.is_empty() {
                    &zeros
                } else {
                    &plane.start_velocity
                };
                put(velocity as usize, start);
            }
        }
        let first = scheme.planes.len() + velocities;
        for (place, coefficient) in scheme.coefficients.iter().enumerate() {
            put(first + place, &coefficient.values);
        }
        for (place, coefficient) in scheme.coefficients.iter().enumerate() {
            if !coefficient.with_ghosts.is_empty() {
                arrays[first + place] = coefficient.with_ghosts.to_vec();
            }
        }
        let scalars = vec![0.0; scheme.scalars.len()];
        Self { scheme, arrays, scalars }
    }

    pub(super) fn set(&mut self, array: usize, values: &[f64]) {
        let layout = self.scheme.layout;
        for (cell, value) in cells(Region::interior(&layout)).zip(values) {
            self.arrays[array][layout.place(cell)] = *value;
        }
    }

    pub(super) fn node(&self, node: NodeId, cell: [isize; DIMENSIONS]) -> f64 {
        let graph = &self.scheme.graph;
        let needed = graph.needed(&[node]);
        self.nodes(graph, &needed, cell)[node.0 as usize]
    }

    fn nodes(
        &self,
        graph: &Graph,
        needed: &[bool],
        cell: [isize; DIMENSIONS],
    ) -> Vec<f64> {
        let layout = self.scheme.layout;
        let mut values = vec![f64::NAN; graph.ops().len()];
        for (place, op) in graph.ops().iter().enumerate() {
            if !needed[place] {
                continue;
            }
            let of = |id: NodeId| values[id.0 as usize];
            values[place] = match *op {
                Op::Constant(bits) => bits.value(),
                Op::Scalar(scalar) => self.scalars[scalar as usize],
                Op::Load { array, offset } => {
                    let at = std::array::from_fn(|d| cell[d] + isize::from(offset[d]));
                    self.arrays[array as usize][layout.place(at)]
                }
                Op::Table { table, offset } => {
                    let table = &self.scheme.tables[table as usize];
                    let at = table.first as isize
                        + cell[table.dimension]
                        + isize::from(offset);
                    table.values[at as usize]
                }
                Op::Unary(function, a) => function.apply(of(a)),
                Op::Binary(function, a, b) => function.apply(of(a), of(b)),
                Op::MultiplyAdd(a, b, c) => of(a).mul_add(of(b), of(c)),
                Op::Select(a, b, c) => {
                    if of(a) == 0.0 {
                        of(c)
                    } else {
                        of(b)
                    }
                }
            };
        }
        values
    }

    pub(super) fn over(&self, nodes: &[NodeId], region: Region) -> Vec<Vec<f64>> {
        let needed = self.scheme.graph.needed(nodes);
        let mut result = vec![Vec::new(); nodes.len()];
        for cell in cells(region) {
            let values = self.nodes(&self.scheme.graph, &needed, cell);
            for (list, node) in result.iter_mut().zip(nodes) {
                list.push(values[node.0 as usize]);
            }
        }
        result
    }

    /// Ghosts, gathers, convolutions, then the rates.
    pub(super) fn rates(&mut self, time: f64) -> Vec<Vec<f64>> {
        self.scalars[scalar::TIME as usize] = time;
        self.fill();
        let layout = self.scheme.layout;
        let interior = Region::interior(&layout);
        for gather in self.scheme.gathers.clone() {
            let values = self.over(&[gather.value], interior);
            self.scalars[gather.scalar as usize] =
                values[0].iter().sum::<f64>() * gather.scale;
        }
        for convolution in self.scheme.convolutions.clone() {
            self.convolve(&convolution);
        }
        self.over(&self.scheme.rates.clone(), interior)
    }

    fn fill(&mut self) {
        let layout = self.scheme.layout;
        for fill in self.scheme.fills.clone() {
            match fill {
                Fill::Wrap { array, dimension, sign } => {
                    let count = layout.points[dimension] as isize;
                    let mut region = Region {
                        start: layout.ghosts.map(|g| -(g as isize)),
                        end: std::array::from_fn(|d| {
                            (layout.points[d] + layout.ghosts[d]) as isize
                        }),
                    };
                    let ghosts = layout.ghosts[dimension] as isize;
                    for (start, end, shift) in
                        [(-ghosts, 0, count), (count, count + ghosts, -count)]
                    {
                        region.start[dimension] = start;
                        region.end[dimension] = end;
                        for cell in cells(region) {
                            let mut from = cell;
                            from[dimension] += shift;
                            self.arrays[array as usize][layout.place(cell)] =
                                sign * self.arrays[array as usize][layout.place(from)];
                        }
                    }
                }
                Fill::Formula { region, values } => {
                    let nodes: Vec<NodeId> =
                        values.iter().map(|(_, node)| *node).collect();
                    let results = self.over(&nodes, region);
                    for ((array, _), list) in values.iter().zip(results) {
                        for (cell, value) in cells(region).zip(list) {
                            self.arrays[*array as usize][layout.place(cell)] = value;
                        }
                    }
                }
            }
        }
    }

    fn convolve(&mut self, convolution: &crate::scheme::Convolution) {
        let layout = self.scheme.layout;
        let interior = Region::interior(&layout);
        let (re, im) = convolution.body;
        let re = self.over(&[re], interior).remove(0);
        let im = im.map(|im| self.over(&[im], interior).remove(0));
        let all: Vec<[isize; DIMENSIONS]> = cells(interior).collect();
        let places: HashMap<[isize; DIMENSIONS], usize> =
            all.iter().enumerate().map(|(place, cell)| (*cell, place)).collect();
        let mut out = (Vec::new(), Vec::new());
        for cell in &all {
            let mut total = Complex64::new(0.0, 0.0);
            for (place, other) in all.iter().enumerate() {
                let apart: [isize; DIMENSIONS] = std::array::from_fn(|d| {
                    (cell[d] - other[d]).rem_euclid(layout.points[d] as isize)
                });
                let (a, b) = convolution.kernel[places[&apart]];
                let value =
                    Complex64::new(re[place], im.as_ref().map_or(0.0, |im| im[place]));
                total += Complex64::new(a, b) * value;
            }
            out.0.push(total.re);
            out.1.push(total.im);
        }
        self.set(convolution.into.0 as usize, &out.0);
        if let Some(im) = convolution.into.1 {
            self.set(im as usize, &out.1);
        }
    }
}

pub(super) fn cells(region: Region) -> impl Iterator<Item = [isize; DIMENSIONS]> {
    let range = move |along: usize| region.start[along]..region.end[along];
    range(0)
        .flat_map(move |a| range(1).flat_map(move |b| range(2).map(move |c| [a, b, c])))
}

/// The largest difference.
pub(super) fn distance(a: &[f64], b: &[f64]) -> f64 {
    assert_eq!(a.len(), b.len());
    a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, |most, x| {
        if x.is_nan() {
            f64::NAN
        } else if most.is_nan() {
            most
        } else {
            x.max(most)
        }
    })
}

/// The rate of the first plane of a one-field system on a periodic box.
pub(super) fn periodic_rate(
    points: &[usize],
    order: usize,
    rate: &Term,
    start: &dyn Fn([f64; 3]) -> f64,
) -> Vec<f64> {
    let grid = periodic_grid(points);
    let field = field(&grid, rate.clone(), start);
    Plain::new(&system(grid, vec![field]), order).rates(0.0).remove(0)
}

/// The message of a refusal.
pub(super) fn refusal(system: &System, order: usize) -> String {
    discretise(system, &SpaceOptions::of_order(order)).unwrap_err().to_string()
}
