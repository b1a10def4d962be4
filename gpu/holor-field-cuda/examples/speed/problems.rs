//! Problems that are measured beside other programs, on boxes larger than a card's cache. The same are in `tests/bench_cuda`: one must
//! not be changed without the other.

use holor_field::discretise::{SpaceOptions, discretise};
use holor_field::equation::{Complex64, System};
use holor_field::stepper::{self, Method};
use holor_field::{FieldResult, spectral};

use crate::golden::{self, Golden};

/// In time.
#[derive(Clone, Copy)]
enum Way {
    Differences(Method),
    /// Fourier modes, with Strang's splitting.
    Splitting,
}

/// A problem.
pub(crate) struct Problem {
    pub(crate) name: &'static str,
    pub(crate) title: &'static str,
    /// Of any size.
    equation: fn(&[usize]) -> System,
    dimensions: usize,
    /// Points along each axis.
    points: usize,
    /// Their distance.
    spacing: f64,
    way: Way,
    /// Δt.
    step: f64,
    /// The fewest numbers of a cell that a step must read and write where each evaluation of the right-hand side is one pass over memory; none
    /// with transforms.
    pub(crate) least: Option<u32>,
    /// Where the fields begin, from sin(0.1 i), cos(0.07 j) and sin(0.05 k) of a cell's place i, j, k.
    /// The second value is that of a second field.
    start: fn([f64; 3]) -> [Complex64; 2],
}

/// Those that marks are set for.
///
/// Runge and Kutta's classical method in the fewest numbers: with the places y₂, y₃, y₄ where it evaluates, the new value is
/// (y₂ + 2 y₃ + y₄ − u)/3 + Δt f(y₄)/6, so the four passes read u; u, y₂; u, y₃; u, y₂, y₃, y₄ and write one value each: 13 numbers, twice
/// for a complex field.
pub(crate) const PROBLEMS: [Problem; 5] = [
    Problem {
        name: "diffusion",
        title: "Diffusion, Euler",
        equation: golden::diffusion,
        dimensions: 2,
        points: 8192,
        spacing: 1.0,
        way: Way::Differences(Method::Euler),
        step: 1.0,
        least: Some(2),
        start: |[a, b, _]| [real(a + b), real(0.0)],
    },
    Problem {
        name: "gray_scott",
        title: "Gray–Scott, Euler",
        equation: golden::gray_scott,
        dimensions: 2,
        points: 4096,
        spacing: 1.0,
        way: Way::Differences(Method::Euler),
        step: 1.0,
        least: Some(4),
        start: |[a, b, _]| {
            let spots = a * a * b * b;
            [real(1.0 - 0.5 * spots), real(0.25 * spots + 0.01)]
        },
    },
    Problem {
        name: "ginzburg_landau",
        title: "Complex Ginzburg–Landau, RK4",
        equation: golden::ginzburg_landau,
        dimensions: 2,
        points: 4096,
        spacing: 1.0,
        way: Way::Differences(Method::RungeKutta4),
        step: 0.01,
        least: Some(26),
        start: |[a, b, _]| [Complex64::new(0.5 * a, 0.5 * b), real(0.0)],
    },
    Problem {
        name: "gross_pitaevskii",
        title: "Gross–Pitaevskii, split step",
        equation: golden::gross_pitaevskii,
        dimensions: 2,
        points: 4096,
        spacing: 0.5,
        way: Way::Splitting,
        step: 0.01,
        least: None,
        start: |[a, b, _]| [Complex64::new(1.0 + 0.2 * a, 0.5 * b), real(0.0)],
    },
    Problem {
        name: "wave",
        title: "Wave, leapfrog",
        equation: wave,
        dimensions: 3,
        points: 512,
        spacing: 1.0,
        way: Way::Differences(Method::Leapfrog),
        step: 1.0,
        least: Some(3),
        start: |[a, b, c]| [real(a + b + 0.5 * c), real(0.0)],
    },
];

fn real(x: f64) -> Complex64 {
    Complex64::new(x, 0.0)
}

/// ∂²u/∂t² = 0.1 ∇²u.
fn wave(points: &[usize]) -> System {
    let mut all = golden::diffusion(points);
    all.fields[0].order = 2;
    all
}

impl Problem {
    /// Points along each axis, so many times fewer.
    pub(crate) fn points(&self, smaller: usize) -> Vec<usize> {
        vec![(self.points / smaller).max(4); self.dimensions]
    }

    /// Ready to step on a box of so many points.
    ///
    /// # Errors
    /// As the stages from an equation to a plan.
    pub(crate) fn on(&self, points: &[usize]) -> FieldResult<Golden> {
        let mut system = (self.equation)(&vec![4; self.dimensions]);
        for (axis, n) in system.grid.axes.iter_mut().zip(points) {
            axis.points = *n;
            axis.high = axis.low + *n as f64 * self.spacing;
        }
        let fields = system.fields.len();
        for (place, values) in self.starts(points, fields).into_iter().enumerate() {
            system.fields[place].start = values;
        }
        let stepping = match self.way {
            Way::Differences(method) => {
                let scheme = discretise(&system, &SpaceOptions::default())?;
                let step = Some(self.step);
                let options =
                    stepper::Options { method, step, ..stepper::Options::default() };
                stepper::build(&scheme, &options)?
            }
            Way::Splitting => {
                let form = spectral::analyse(&system)?;
                let method = spectral::Method::Strang;
                let options = spectral::Options::new(method, self.step);
                spectral::stepping_of(&system, &form, &options)?
            }
        };
        let fourier = !stepping.plan.transforms.is_empty();
        Ok(Golden { name: self.name, stepping, step: self.step, fourier })
    }

    /// The values of the fields at all cells. Functions of one place are calculated once for each place.
    fn starts(&self, points: &[usize], fields: usize) -> Vec<Vec<Complex64>> {
        let table = |axis: usize, of: fn(f64) -> f64| -> Vec<f64> {
            let n = points.get(axis).copied().unwrap_or(1);
            (0..n).map(|place| of(place as f64)).collect()
        };
        let first = table(0, |i| (0.1 * i).sin());
        let second = table(1, |j| (0.07 * j).cos());
        let third = table(2, |k| (0.05 * k).sin());
        let cells = points.iter().product();
        let mut all = vec![Vec::with_capacity(cells); fields];
        for a in &first {
            for b in &second {
                for c in &third {
                    let values = (self.start)([*a, *b, *c]);
                    for (field, value) in all.iter_mut().zip(values) {
                        field.push(value);
                    }
                }
            }
        }
        all
    }
}
