//! Measures at every save, beside the interpreter: the same bits where there is no transform.

use std::sync::Arc;

use holor_field::discretise::{SpaceOptions, discretise};
use holor_field::equation::{Complex64, Function, System, Term};
use holor_field::plan::{Grouping, ReductionKind};
use holor_field::run::{Measure, Observer, Row, Run};
use holor_field::stepper::{self, Method, Options};
use holor_field::{Backend, Precision, spectral};

use crate::emulation::backends;
use crate::golden::{ginzburg_landau, gross_pitaevskii};
use crate::runs::{Lowered, advance};

fn call(function: Function, argument: Term) -> Term {
    Term::Function(function, [argument].into())
}

fn times(terms: &[Term]) -> Term {
    Term::Product(terms.into())
}

/// Measures of a complex field on a plane that closes, and whether transforms are needed.
fn measures(points: [usize; 2]) -> Vec<(Measure, bool)> {
    let a = Term::Field(0);
    let shifted = |by| Term::Shifted { axis: 0, by, body: Arc::new(a.clone()) };
    let phase = call(Function::Argument, a.clone());
    let unit = times(&[Term::Number(Complex64::I), phase.clone()]);
    let unit = call(Function::Exponential, unit);
    let link = times(&[call(Function::Conjugate, a.clone()), shifted(1)]);
    let far = times(&[call(Function::Conjugate, shifted(-2)), shifted(1)]);
    let gathered = |kind, terms: Vec<Term>| {
        (Measure::Gathered { kind, terms, inside: false, order: 4 }, false)
    };
    let mut groups = vec![Vec::new(); 40];
    for cell in 0..points[0] * points[1] {
        let [x, y] = [cell / points[1], cell % points[1]];
        let [x, y] = [x.min(points[0] - x) as f64, y.min(points[1] - y) as f64];
        groups[(x.hypot(y) + 0.5) as usize].push(cell as u32);
    }
    let shells = Arc::new(Grouping::new(&groups[..6]));
    vec![
        gathered(
            ReductionKind::Sum,
            vec![call(Function::Cosine, phase.clone()), call(Function::Sine, phase)],
        ),
        gathered(ReductionKind::Maximum, vec![call(Function::Absolute, a.clone())]),
        gathered(
            ReductionKind::Sum,
            vec![
                call(Function::RealPart, link.clone()),
                call(Function::ImaginaryPart, link),
                call(Function::RealPart, far),
            ],
        ),
        (Measure::Power { of: a.clone(), shells: shells.clone() }, true),
        (
            Measure::Correlation {
                of: call(Function::RealPart, a.clone()),
                connected: true,
                shells: shells.clone(),
            },
            true,
        ),
        (Measure::Correlation { of: a, connected: false, shells }, true),
        (Measure::Local { of: unit, radius: 1, kind: ReductionKind::Sum }, true),
    ]
}

fn rows(
    system: &System,
    points: [usize; 2],
    (in_space, precision): (bool, Precision),
    backend: Arc<dyn Backend>,
) -> Vec<Row> {
    let whole = Arc::new(system.clone());
    let observers: Vec<Observer> = measures(points)
        .into_iter()
        .enumerate()
        .map(|(place, (measure, _))| {
            Observer::measure(&format!("it {place}"), Arc::clone(&whole), measure)
        })
        .collect();
    let options = Options {
        method: Method::RungeKutta4,
        step: Some(0.01),
        save: Some(0.05),
        precision,
        ..Options::default()
    };
    let (stepping, scheme) = if in_space {
        let scheme = discretise(system, &SpaceOptions::default()).unwrap();
        (stepper::build(&scheme, &options).unwrap(), Some(Arc::new(scheme)))
    } else {
        let plan = spectral::Options::new(spectral::Method::Strang, 0.01);
        (spectral::stepping(system, &plan).unwrap(), None)
    };
    let mut run = Run::start(stepping, scheme, &observers, &options, backend).unwrap();
    advance(&mut run, 0.1).unwrap();
    run.rows().to_vec()
}

#[test]
fn measures_are_those_of_the_interpreter() {
    let points = [12, 35];
    for (system, in_space) in
        [(ginzburg_landau(&points), true), (gross_pitaevskii(&points), false)]
    {
        for precision in [Precision::Double, Precision::Single] {
            let tolerance = if precision == Precision::Double { 1e-11 } else { 1e-3 };
            let choice = (in_space, precision);
            let expected = rows(&system, points, choice, Arc::new(Lowered));
            assert_eq!(expected.len(), 3);
            for tested in backends(2) {
                let found = rows(&system, points, choice, Arc::clone(&tested.backend));
                for (found, expected) in found.iter().zip(&expected) {
                    let mut place = 0;
                    for (measure, transforms) in measures(points) {
                        let range = place..place + measure.width();
                        place = range.end;
                        let (found, expected) =
                            (&found.values[range.clone()], &expected.values[range]);
                        if in_space && !transforms {
                            assert_eq!(found, expected, "{}", tested.name);
                        }
                        let size = expected.iter().fold(1.0, |m: f64, x| m.max(x.abs()));
                        for (f, e) in found.iter().zip(expected) {
                            assert!((f - e).abs() < tolerance * size, "{f}, not {e}");
                        }
                    }
                    assert_eq!(place, expected.values.len());
                }
            }
        }
    }
}
