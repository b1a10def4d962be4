//! Test equations whose numbers must be the interpreter's: what a card has to show before anything is computed on it.
//!
//! Together they use ghosts of periodic and of other sides, functions, noise, sums over few and over many rows, repetition until something is small,
//! recordings, both precisions; and, apart, Fourier transforms. The first difference is reported, never passed over.

use std::sync::Arc;

use holor_field::contraction::{Contraction, Plain, Shape};
use holor_field::discretise::{SpaceOptions, discretise};
use holor_field::elementary::lower;
use holor_field::equation::{
    Axis, Boundary, Complex64, Edge, Field, Function, Grid, Noise, System, Term,
};
use holor_field::interpreter::Interpreter;
use holor_field::sharing::share;
use holor_field::stepper::{self, Interpretation, Method, Stepping};
use holor_field::{Backend, FieldError, FieldResult, Machine, Plan, Precision, spectral};

use crate::machine::CACHE;

/// How far values may lie apart where there are transforms, relative to the largest of their kind: libraries round differently.
const TOLERANCE: f64 = 1e-11;

/// An equation with its method.
#[derive(Debug)]
pub struct Example {
    stepping: Stepping,
    step: f64,
    steps: u64,
    precision: Precision,
}

impl Example {
    /// Its plan.
    pub fn plan(&self) -> &Plan {
        &self.stepping.plan
    }

    /// The precision that it is computed in.
    pub fn precision(&self) -> Precision {
        self.precision
    }

    /// Carries it out and gives its fields, its state and its scalars at the end, which are not of the same size.
    ///
    /// # Errors
    /// Where the backend fails.
    fn run(&self, backend: &dyn Backend, plan: &Plan) -> FieldResult<[Vec<f64>; 3]> {
        let mut machine = backend.prepare(plan, self.precision)?;
        let machine: &mut dyn Machine = &mut *machine;
        let stepping = &self.stepping;
        machine.set_scalar(stepping.step_size, self.step);
        machine.execute(stepping.start, 1, &|| false)?;
        machine.execute(stepping.step, self.steps, &|| false)?;
        machine.execute(stepping.observe, 1, &|| false)?;
        let [fields, state] = [&stepping.planes, &stepping.state].map(|arrays| {
            let mut all = Vec::new();
            for array in arrays {
                let mut values = vec![0.0; plan.arrays[*array].layout.cells()];
                machine.read(*array, &mut values);
                all.extend(values);
            }
            all
        });
        let scalars = (0..stepping.plan.scalars.len()).map(|place| machine.scalar(place));
        Ok([fields, state, scalars.collect()])
    }

    /// Whether a backend gives the interpreter's numbers.
    ///
    /// # Errors
    /// Where it fails, and where it does not: [`FieldError::Device`] with the first number that differs.
    pub fn compare(&self, backend: &dyn Backend) -> FieldResult<()> {
        let lowered = lower(&share(self.plan(), self.precision, CACHE), self.precision);
        let expected = self.run(&Interpreter, &lowered)?;
        let found = self.run(backend, self.plan())?;
        let exact = self.plan().transforms.is_empty();
        found.iter().zip(&expected).try_for_each(|(found, expected)| {
            let size = expected.iter().fold(0.0_f64, |most, x| most.max(x.abs()));
            agree(found, expected, |found, expected| {
                found.to_bits() == expected.to_bits()
                    || !exact && (found - expected).abs() <= TOLERANCE * size
            })
        })
    }
}

/// Reports the first number that is not as it should be.
fn agree(
    found: &[f64],
    expected: &[f64],
    same: impl Fn(f64, f64) -> bool,
) -> FieldResult<()> {
    let mut pairs = found.iter().zip(expected);
    match pairs.find(|(found, expected)| !same(**found, **expected)) {
        None if found.len() == expected.len() => Ok(()),
        None => Err(wrong("results are missing")),
        Some((found, expected)) => {
            Err(wrong(&format!("{found:e} in place of {expected:e}")))
        }
    }
}

fn wrong(what: &str) -> FieldError {
    FieldError::Device(format!(
        "the graphics card gives other numbers than it should for a test ({what}); use device = cpu, and update the NVIDIA driver"
    ))
}

/// Those that need no transforms.
///
/// # Errors
/// Never, while the equations are what they are.
pub fn programs() -> FieldResult<[Example; 2]> {
    Ok([stochastic()?, implicit()?])
}

/// Those that need transforms: of complex numbers in a plane, of lines short and long, and of real ones in space.
///
/// # Errors
/// Never, while the equations are what they are.
pub fn transforms() -> FieldResult<[Example; 2]> {
    let a = Term::Field(0);
    let rate = |rank| {
        let spread = product([complex(1.0, 0.5), laplacian(rank, &a)]);
        sum([a.clone(), spread, damping(a.clone())])
    };
    let real = product([complex(-1.0, 0.0), a.clone(), a.clone(), a.clone()]);
    let real = sum([a.clone(), laplacian(3, &a), real]);
    Ok([
        fourier(&system(&[12, 256], "A", rate(2), true))?,
        fourier(&system(&[16, 10, 18], "u", real, false))?,
    ])
}

fn fourier(system: &System) -> FieldResult<Example> {
    let form = spectral::analyse(system)?;
    let step = 0.05;
    let options = spectral::Options::new(spectral::Method::EtdRk4, step);
    let stepping = spectral::stepping_of(system, &form, &options)?;
    Ok(Example { stepping, step, steps: 6, precision: Precision::Double })
}

/// Whether products of matrices have the bits of [`Plain`].
///
/// # Errors
/// Where the device fails, and where they do not: [`FieldError::Device`].
pub fn matrices(contraction: &dyn Contraction) -> FieldResult<()> {
    let shape = Shape { batch: 2, rows: 37, inner: 19, columns: 70 };
    let [first, second, _] = shape.lengths();
    let values = |count: usize| (0..count).map(|k| (0.7 * k as f64).sin());
    let (a, b): (Vec<f64>, Vec<f64>) =
        (values(first).collect(), values(second).collect());
    let expected = Plain.multiply(shape, &a, &b)?;
    let found = contraction.multiply(shape, &a, &b)?;
    agree(&found, &expected, |found, expected| found.to_bits() == expected.to_bits())
}

/// A complex field with noise, a mean and a function of the place, between sides.
fn stochastic() -> FieldResult<Example> {
    let a = Term::Field(0);
    let modulus = Term::Function(Function::Absolute, [a.clone()].into());
    let place = Term::Function(Function::Sine, [Term::Coordinate(1)].into());
    let rate = sum([
        product([complex(0.3, 0.1), laplacian(2, &a)]),
        damping(a.clone()),
        product([complex(0.0, 0.5), Term::Mean(Arc::new(modulus)), a]),
        product([complex(0.1, 0.0), place]),
        product([complex(0.2, 0.0), Term::Noise(0)]),
    ]);
    let mut system = system(&[9, 70], "A", rate, true);
    system.grid.axes[1].closed = false;
    system.fields[0].boundaries[1] =
        [Boundary::Dirichlet(complex(0.3, 0.0)), Boundary::Neumann(complex(0.1, -0.2))];
    let (name, complex, uniform) = ("ξ".to_owned(), false, false);
    system.noises.push(Noise { name, complex, uniform });
    differences(&system, Method::StochasticHeun, 0.05, 20, Precision::Double)
}

/// Diffusion by an implicit method on many short rows.
fn implicit() -> FieldResult<Example> {
    let rate = product([complex(0.1, 0.0), laplacian(3, &Term::Field(0))]);
    let system = system(&[13, 160, 5], "u", rate, false);
    differences(&system, Method::CrankNicolson, 2.0, 2, Precision::Single)
}

fn differences(
    system: &System,
    method: Method,
    step: f64,
    steps: u64,
    precision: Precision,
) -> FieldResult<Example> {
    let scheme = discretise(system, &SpaceOptions::default())?;
    let options = stepper::Options {
        method,
        step: Some(step),
        seed: 0x1234_5678_9abc_def0,
        solver_tolerance: Some(1e-4),
        interpretation: Some(Interpretation::Stratonovich),
        ..stepper::Options::default()
    };
    let stepping = stepper::build(&scheme, &options)?;
    Ok(Example { stepping, step, steps, precision })
}

/// A field with this rate in a periodic box of unit cells, waves at the start.
fn system(points: &[usize], name: &str, rate: Term, complex: bool) -> System {
    let axis = |(name, points): (&&str, &usize)| Axis {
        name: (*name).to_owned(),
        low: 0.0,
        high: *points as f64,
        points: *points,
        closed: true,
    };
    let cells: usize = points.iter().product();
    let row = points.last().copied().unwrap_or(1);
    let start = |cell: usize| {
        let (line, column) = ((cell / row) as f64, (cell % row) as f64);
        let height = 0.6 + 0.2 * (0.3 * line + 0.2).sin() + 0.1 * (0.7 * column).cos();
        match complex {
            true => Complex64::from_polar(height, 0.4 * line - 0.1 * column),
            false => height.into(),
        }
    };
    let field = Field {
        name: name.to_owned(),
        complex,
        order: 1,
        rate,
        boundaries: vec![[Boundary::Periodic, Boundary::Periodic]; points.len()],
        start: (0..cells).map(start).collect(),
        start_velocity: Vec::new(),
        edge: Edge::default(),
        shift: [false; 3],
    };
    let axes = ["x", "y", "z"].iter().zip(points).map(axis).collect();
    System {
        grid: Grid { axes, mask: None },
        fields: vec![field],
        given: Vec::new(),
        noises: Vec::new(),
    }
}

/// −(1 − 3i/2) |A|² A
fn damping(a: Term) -> Term {
    let modulus = Term::Function(Function::Absolute, [a.clone()].into());
    let square = Term::Power(Arc::new(modulus), Arc::new(complex(2.0, 0.0)));
    product([complex(-1.0, 1.5), square, a])
}

fn laplacian(rank: usize, body: &Term) -> Term {
    let slope = |axis, body| Term::Derivative { axis, body: Arc::new(body) };
    Term::Sum((0..rank).map(|axis| slope(axis, slope(axis, body.clone()))).collect())
}

fn complex(re: f64, im: f64) -> Term {
    Term::Number(Complex64::new(re, im))
}

fn sum<const N: usize>(terms: [Term; N]) -> Term {
    Term::Sum(terms.into())
}

fn product<const N: usize>(terms: [Term; N]) -> Term {
    Term::Product(terms.into())
}
