//! Sides at which the solution continues as its own mirror image.
//!
//! Where every field has the value 0 or the slope 0 at a side, the field continued beyond it oddly or evenly solves the equations there too, if these
//! do not change under the reflection: heat between insulated walls, waves between fixed ends. Ghosts that mirror the cells inside are then exact for
//! differences of every order, Σ Δu over the cells is 0 to rounding between insulated walls, and the spectrum is that of plane waves.

use crate::equation::{Boundary, Function, System, Term};

/// What a reflection makes of a formula.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Parity {
    /// It is 0.
    Zero,
    /// The same.
    Even,
    /// The negative.
    Odd,
    /// Something else.
    Neither,
}

impl Parity {
    fn plus(self, other: Self) -> Self {
        match (self, other) {
            (Parity::Zero, same) | (same, Parity::Zero) => same,
            (a, b) if a == b => a,
            _ => Parity::Neither,
        }
    }

    fn times(self, other: Self) -> Self {
        match (self, other) {
            (Parity::Zero, _) | (_, Parity::Zero) => Parity::Zero,
            (Parity::Neither, _) | (_, Parity::Neither) => Parity::Neither,
            (a, b) if a == b => Parity::Even,
            _ => Parity::Odd,
        }
    }

    /// The same with even and odd exchanged.
    fn turned(self) -> Self {
        match self {
            Parity::Even => Parity::Odd,
            Parity::Odd => Parity::Even,
            other => other,
        }
    }
}

/// For each axis and side the sign that each field has in the mirror image there; none where the equations do not allow it.
pub(super) fn reflections(system: &System) -> Vec<[Option<Vec<f64>>; 2]> {
    let axes = 0..system.grid.axes.len();
    axes.map(|axis| [0, 1].map(|side| of_side(system, axis, side))).collect()
}

fn of_side(system: &System, axis: usize, side: usize) -> Option<Vec<f64>> {
    if system.grid.mask.is_some() || !system.noises.is_empty() {
        return None;
    }
    let zero = |term: &Term| matches!(term, Term::Number(value) if value.norm() == 0.0);
    let parities: Option<Vec<Parity>> = system
        .fields
        .iter()
        .map(|field| match &field.boundaries.get(axis)?[side] {
            Boundary::Neumann(value) if zero(value) => Some(Parity::Even),
            Boundary::Dirichlet(value) if zero(value) => Some(Parity::Odd),
            _ => None,
        })
        .collect();
    let parities = parities?;
    let fits = system.fields.iter().zip(&parities).all(|(field, own)| {
        let rate = parity(&field.rate, axis, &parities);
        rate == *own || rate == Parity::Zero
    });
    let sign = |parity: &Parity| if *parity == Parity::Odd { -1.0 } else { 1.0 };
    fits.then(|| parities.iter().map(sign).collect())
}

/// Whether fields that are odd about a plane across an axis, and others even, solve the equations.
pub(super) fn solves(system: &System, axis: usize, odd: &[bool]) -> bool {
    let of = |odd: &bool| if *odd { Parity::Odd } else { Parity::Even };
    let parities: Vec<Parity> = odd.iter().map(of).collect();
    system.fields.iter().zip(&parities).all(|(field, own)| {
        let rate = parity(&field.rate, axis, &parities);
        rate == *own || rate == Parity::Zero
    })
}

/// Whether a formula is 0 on a plane across an axis about which these fields are odd, and others even.
pub(super) fn vanishes(term: &Term, axis: usize, odd: &[bool]) -> bool {
    let of = |odd: &bool| if *odd { Parity::Odd } else { Parity::Even };
    is_zero_there(term, axis, &odd.iter().map(of).collect::<Vec<_>>())
}

fn is_zero_there(term: &Term, axis: usize, fields: &[Parity]) -> bool {
    let zero = |term: &Term| is_zero_there(term, axis, fields);
    match term {
        Term::Sum(terms) => terms.iter().all(zero),
        // Factors such as 1/ε(x) need no parity.
        Term::Product(terms) if terms.iter().any(zero) => true,
        Term::Derivative { axis: along, body } if *along != axis => zero(body),
        _ => matches!(parity(term, axis, fields), Parity::Odd | Parity::Zero),
    }
}

fn parity(term: &Term, axis: usize, fields: &[Parity]) -> Parity {
    let of = |term: &Term| parity(term, axis, fields);
    let all_even = |terms: &[Term]| {
        terms.iter().all(|term| matches!(of(term), Parity::Even | Parity::Zero))
    };
    match term {
        Term::Number(value) if value.norm() == 0.0 => Parity::Zero,
        // Numbers, and what is one number for the whole box.
        Term::Number(_) | Term::Time | Term::Mean(_) | Term::Integral(_) => Parity::Even,
        Term::Coordinate(along) if *along != axis => Parity::Even,
        Term::Field(place) | Term::Velocity(place) => {
            fields.get(*place).copied().unwrap_or(Parity::Neither)
        }
        Term::Derivative { axis: along, body } if *along == axis => of(body).turned(),
        Term::Derivative { body, .. } => of(body),
        Term::Shifted { axis: along, body, .. } if *along != axis => of(body),
        Term::Sum(terms) => terms.iter().map(of).fold(Parity::Zero, Parity::plus),
        Term::Product(terms) => terms.iter().map(of).fold(Parity::Even, Parity::times),
        Term::Power(base, exponent) => match (of(base), &**exponent) {
            (Parity::Even, _) if all_even(&[(**exponent).clone()]) => Parity::Even,
            (Parity::Odd, Term::Number(n)) if n.im == 0.0 && n.re.fract() == 0.0 => {
                if n.re.rem_euclid(2.0) == 0.0 { Parity::Even } else { Parity::Odd }
            }
            _ => Parity::Neither,
        },
        Term::Function(function, arguments) => of_function(*function, arguments, &of),
        Term::Piecewise(cases, otherwise) => {
            let conditions = cases.iter().all(|(_, condition)| {
                matches!(of(condition), Parity::Even | Parity::Zero)
            });
            let values = cases.iter().map(|(value, _)| of(value));
            let value = values.fold(of(otherwise), Parity::plus);
            if conditions { value } else { Parity::Neither }
        }
        Term::Coordinate(_)
        | Term::Given(_)
        | Term::Noise(_)
        | Term::Shifted { .. }
        | Term::Convolution { .. } => Parity::Neither,
        Term::Potential(parts) => {
            let along = |(place, part): &(usize, Term)| match *place == axis {
                true => of(part).turned(),
                false => of(part),
            };
            parts.iter().map(along).fold(Parity::Zero, Parity::plus)
        }
        // Operators of even order leave parities as they are, and so do their inverses between sides with these parities.
        Term::Inverse { body, .. } | Term::InverseLaplacian(body) => of(body),
    }
}

fn of_function(
    function: Function,
    arguments: &[Term],
    of: &dyn Fn(&Term) -> Parity,
) -> Parity {
    let first = arguments.first().map_or(Parity::Neither, of);
    match function {
        Function::Sine
        | Function::Tangent
        | Function::HyperbolicSine
        | Function::HyperbolicTangent
        | Function::InverseSine
        | Function::InverseTangent
        | Function::Sign
        | Function::ErrorFunction
        | Function::RealPart
        | Function::ImaginaryPart
        | Function::Conjugate => first,
        Function::Cosine | Function::HyperbolicCosine | Function::Absolute => match first
        {
            Parity::Neither => Parity::Neither,
            _ => Parity::Even,
        },
        _ => {
            let even = |term: &Term| matches!(of(term), Parity::Even | Parity::Zero);
            if arguments.iter().all(even) { Parity::Even } else { Parity::Neither }
        }
    }
}
