//! Small schemes.

use crate::graph::{Graph, NodeId};
use crate::layout::Layout;
use crate::scheme::{
    Diffusion, Fill, NoisePlane, Plane, Scheme, Split, Stiffness, Structure, scalar,
};

/// A scheme under construction, one axis.
pub(crate) struct Sketch {
    pub(crate) scheme: Scheme,
}

impl Sketch {
    /// So many points along one axis.
    pub(crate) fn new(points: usize) -> Self {
        Self {
            scheme: Scheme {
                layout: Layout::of_box(&[points], 1),
                rank: 1,
                planes: Vec::new(),
                coefficients: Vec::new(),
                noises: Vec::new(),
                tables: Vec::new(),
                scalars: vec!["time".into(), "step".into(), "count".into()],
                graph: Graph::new(),
                rates: Vec::new(),
                terms: Vec::new(),
                noise_texts: Vec::new(),
                diffusions: Vec::new(),
                gathers: Vec::new(),
                convolutions: Vec::new(),
                solves: Vec::new(),
                fills: Vec::new(),
                split: None,
                stiffness: Stiffness { proven: true, ..Stiffness::default() },
                faulty_sides: None,
                structure: Structure::default(),
            },
        }
    }

    /// A plane of first order.
    pub(crate) fn plane(&mut self, name: &str, start: impl Fn(usize) -> f64) -> u32 {
        let points = self.scheme.layout.cells();
        self.scheme.planes.push(Plane {
            name: name.to_owned(),
            field: self.scheme.planes.len(),
            imaginary: false,
            velocity: None,
            order: 1,
            start: (0..points).map(start).collect(),
            start_velocity: Vec::new(),
            shift: [false; 3],
        });
        self.scheme.planes.len() as u32 - 1
    }

    /// Makes the planes ones of second order.
    pub(crate) fn second_order(&mut self, velocity: impl Fn(usize) -> f64) {
        let count = self.scheme.planes.len();
        let points = self.scheme.layout.cells();
        for (place, plane) in self.scheme.planes.iter_mut().enumerate() {
            plane.order = 2;
            plane.velocity = Some((count + place) as u32);
            plane.start_velocity = (0..points).map(&velocity).collect();
        }
        self.scheme.structure.separable = true;
    }

    pub(crate) fn rate(&mut self, node: NodeId) {
        self.scheme.rates.push(node);
        self.scheme.terms.push(vec![("rate".to_owned(), node)]);
        self.scheme.diffusions.push(Vec::new());
    }

    /// A noise for each cell, with its amplitude on the last plane.
    pub(crate) fn noise(&mut self, amplitude: NodeId, multiplicative: bool) {
        self.scheme.noises.push(NoisePlane {
            name: "noise".into(),
            stream: 0,
            uniform: false,
            derived: None,
        });
        let diffusion =
            Diffusion { amplitude, noise: self.scheme.noises.len() - 1, multiplicative };
        if let Some(last) = self.scheme.diffusions.last_mut() {
            last.push(diffusion);
        }
        self.scheme.structure.stochastic = true;
        self.scheme.structure.multiplicative |= multiplicative;
    }

    /// Periodic ghosts of an array.
    pub(crate) fn wrap(&mut self, array: u32) {
        self.scheme.fills.push(Fill::Wrap { array, dimension: 2, sign: 1.0 });
    }

    /// factor · (u(x + h) − 2u(x) + u(x − h)).
    pub(crate) fn laplacian(&mut self, array: u32, factor: f64) -> NodeId {
        let g = &mut self.scheme.graph;
        let (left, middle, right) = (
            g.load(array, [0, 0, -1]),
            g.load(array, [0, 0, 0]),
            g.load(array, [0, 0, 1]),
        );
        let two = g.constant(2.0);
        let twice = g.multiply(two, middle);
        let sum = g.add(left, right);
        let difference = g.subtract(sum, twice);
        let factor = g.constant(factor);
        g.multiply(factor, difference)
    }

    pub(crate) fn split(
        &mut self,
        linear: Vec<NodeId>,
        rest: Vec<NodeId>,
        symmetric: bool,
    ) {
        self.scheme.split = Some(Split {
            linear,
            rest,
            symmetric,
            time_dependent: false,
            couples: true,
            rest_order: 0,
            explicit: 0.0,
        });
    }
}

/// u' = −u² cos t · (1 + x) with u(0) = 1: u = 1/(1 + (1 + x) sin t), x = 0, 1/4, 1/2.
pub(crate) fn riccati() -> (Scheme, fn(usize, f64) -> f64) {
    let mut sketch = Sketch::new(3);
    let u = sketch.plane("u", |_| 1.0);
    let rates: Vec<f64> = (0..3).map(|i| 1.0 + i as f64 / 4.0).collect();
    sketch.scheme.tables.push(crate::plan::Table {
        name: "x".into(),
        dimension: 2,
        first: 1,
        values: vec![0.0, rates[0], rates[1], rates[2], 0.0].into(),
    });
    let g = &mut sketch.scheme.graph;
    let value = g.load(u, [0; 3]);
    let square = g.multiply(value, value);
    let time = g.scalar(scalar::TIME);
    let cosine = g.unary(crate::graph::Unary::Cosine, time);
    let x = g.table(0, 0);
    let product = g.multiply(square, cosine);
    let product = g.multiply(product, x);
    let rate = g.negate(product);
    sketch.rate(rate);
    sketch.scheme.structure.time_dependent = true;
    (sketch.scheme, |cell, t| 1.0 / (1.0 + (1.0 + cell as f64 / 4.0) * t.sin()))
}

/// u'' = −sin u, or with damping −c u'; a pendulum.
pub(crate) fn pendulum(damping: f64) -> Scheme {
    let mut sketch = Sketch::new(2);
    let u = sketch.plane("u", |i| 0.5 + i as f64);
    sketch.second_order(|i| 0.3 * i as f64);
    let g = &mut sketch.scheme.graph;
    let value = g.load(u, [0; 3]);
    let sine = g.unary(crate::graph::Unary::Sine, value);
    let mut rate = g.negate(sine);
    if damping != 0.0 {
        let v = g.load(1, [0; 3]);
        let c = g.constant(-damping);
        rate = g.multiply_add(c, v, rate);
        sketch.scheme.structure.separable = false;
    }
    sketch.rate(rate);
    sketch.scheme
}

/// Heat conduction u' = D u_xx on 0..1 with so many cells; ghosts by `left` and `right` as a + b u of the next cell, or periodic.
pub(crate) fn heat(
    points: usize,
    diffusivity: f64,
    ends: Option<[(f64, f64); 2]>,
    start: impl Fn(f64) -> f64,
) -> Scheme {
    let mut sketch = Sketch::new(points);
    let h = 1.0 / points as f64;
    let shift = if ends.is_some() { 0.5 } else { 0.0 };
    let u = sketch.plane("u", |i| start((i as f64 + shift) * h));
    match ends {
        None => sketch.wrap(u),
        Some(ends) => {
            let n = points as isize;
            for (place, (a, b)) in ends.into_iter().enumerate() {
                let (at, inside) = if place == 0 { (-1, 1) } else { (n, -1) };
                let g = &mut sketch.scheme.graph;
                let next = g.load(u, [0, 0, inside]);
                let (a, b) = (g.constant(a), g.constant(b));
                let value = g.multiply_add(b, next, a);
                sketch.scheme.fills.push(Fill::Formula {
                    region: crate::layout::Region {
                        start: [0, 0, at],
                        end: [1, 1, at + 1],
                    },
                    values: vec![(u, value)],
                });
            }
        }
    }
    let rate = sketch.laplacian(u, diffusivity / (h * h));
    sketch.rate(rate);
    let zero = sketch.scheme.graph.constant(0.0);
    sketch.split(vec![rate], vec![zero], true);
    sketch.scheme.stiffness.decay = 4.0 * diffusivity / (h * h);
    sketch.scheme.structure.linear = true;
    sketch.scheme
}

/// u' = D u_xx − c u_x + r u (1 − u), periodic; the linear part is that of D and c.
pub(crate) fn fronts(points: usize, diffusivity: f64, speed: f64) -> Scheme {
    let mut sketch = Sketch::new(points);
    let h = 1.0 / points as f64;
    let tau = std::f64::consts::TAU;
    let u = sketch.plane("u", |i| 0.5 + 0.3 * (tau * i as f64 * h).sin());
    sketch.wrap(u);
    let spread = sketch.laplacian(u, diffusivity / (h * h));
    let g = &mut sketch.scheme.graph;
    let (left, middle, right) =
        (g.load(u, [0, 0, -1]), g.load(u, [0, 0, 0]), g.load(u, [0, 0, 1]));
    let difference = g.subtract(left, right);
    let factor = g.constant(speed / (2.0 * h));
    let linear = g.multiply_add(factor, difference, spread);
    let linear = if speed == 0.0 { spread } else { linear };
    let one = g.constant(1.0);
    let room = g.subtract(one, middle);
    let time = g.scalar(scalar::TIME);
    let beat = g.unary(crate::graph::Unary::Cosine, time);
    let growth = g.multiply(beat, middle);
    let rest = g.multiply(growth, room);
    let rate = g.add(linear, rest);
    sketch.rate(rate);
    sketch.split(vec![linear], vec![rest], speed == 0.0);
    sketch.scheme.stiffness.decay = 4.0 * diffusivity / (h * h);
    sketch.scheme.stiffness.oscillation = speed / h;
    sketch.scheme
}
