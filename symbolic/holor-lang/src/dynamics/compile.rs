//! Formulas as functions of numbers: rates, Jacobians, events, noises.

use holor_algebra::{CompiledFunction, Constant, Expr, Function, Node, Relation, Symbol};
use holor_dynamics::ode::Direction;

use super::{Choices, Places, System};
use crate::evaluate::Call;
use crate::{Diagnostic, Result, codes};

/// Jacobians are derived from formulas up to so many states.
const MOST_DERIVED: usize = 40;

/// Several functions of the same variables. Of complex variables each number is a pair, real and imaginary part.
#[derive(Clone, Debug)]
pub(crate) struct Compiled {
    functions: Vec<CompiledFunction>,
    complex: bool,
}

impl Compiled {
    /// Compiles formulas of these variables.
    pub(crate) fn new(
        call: &Call<'_>,
        formulas: &[Expr],
        variables: &[Symbol],
        complex: bool,
    ) -> Result<Self> {
        let engine = call.engine();
        let functions = formulas
            .iter()
            .map(|formula| engine.compile(formula, variables))
            .collect::<std::result::Result<Vec<_>, _>>()?;
        Ok(Self { functions, complex })
    }

    /// How many functions there are.
    pub(crate) fn len(&self) -> usize {
        self.functions.len()
    }

    /// Fills the values at a time (where the first variable is the time) and further variables; NaN where there is none.
    pub(crate) fn fill(
        &self,
        room: &mut Room,
        time: Option<f64>,
        rest: &[&[f64]],
        out: &mut [f64],
    ) {
        if self.complex {
            room.complex.clear();
            room.complex.extend(time.map(|time| (time, 0.0)));
            for part in rest {
                room.complex.extend(part.chunks_exact(2).map(|pair| match pair {
                    [re, im] => (*re, *im),
                    _ => (f64::NAN, 0.0),
                }));
            }
            for (function, pair) in self.functions.iter().zip(out.chunks_exact_mut(2)) {
                if let [re, im] = pair {
                    (*re, *im) = function.evaluate_complex(&room.complex);
                }
            }
            return;
        }
        room.real.clear();
        room.real.extend(time);
        for part in rest {
            room.real.extend_from_slice(part);
        }
        for (function, value) in self.functions.iter().zip(out) {
            *value = function.evaluate(&room.real);
        }
    }

    /// The value of one function as a real number; NaN where it is not real.
    pub(crate) fn real(
        &self,
        room: &mut Room,
        place: usize,
        time: f64,
        y: &[f64],
    ) -> f64 {
        let Some(function) = self.functions.get(place) else { return f64::NAN };
        if self.complex {
            room.complex.clear();
            room.complex.push((time, 0.0));
            room.complex.extend(y.chunks_exact(2).map(|pair| match pair {
                [re, im] => (*re, *im),
                _ => (f64::NAN, 0.0),
            }));
            let (re, im) = function.evaluate_complex(&room.complex);
            return if im.abs() <= 1e-12 * re.abs().max(1e-290) { re } else { f64::NAN };
        }
        room.real.clear();
        room.real.push(time);
        room.real.extend_from_slice(y);
        function.evaluate(&room.real)
    }
}

/// Room for the arguments of functions.
#[derive(Debug, Default)]
pub(crate) struct Room {
    real: Vec<f64>,
    complex: Vec<(f64, f64)>,
}

/// Whether a formula holds the imaginary unit.
pub(crate) fn is_complex(expr: &Expr) -> bool {
    expr.any(&mut |part| matches!(part.node(), Node::Constant(Constant::I)))
}

/// The derivatives of the rates by the states that are not 0, as places `row * states + column`; `None` where formulas have
/// no derivative or there are too many. Choices of the rates may be read from their sides.
pub(crate) fn jacobian(
    call: &Call<'_>,
    system: &System,
    choices: Option<&Choices>,
) -> Option<(Vec<usize>, Compiled)> {
    if system.states.len() > MOST_DERIVED {
        return None;
    }
    match choices {
        Some(choices) => derivatives(call, system, &choices.rates, &choices.sides),
        None => derivatives(call, system, &system.rates, &[]),
    }
}

/// The derivatives of formulas by the states that are not 0, as places `row * states + column`; `None` where there are none as formulas.
/// The formulas may hold sides besides.
pub(crate) fn derivatives(
    call: &Call<'_>,
    system: &System,
    rates: &[Expr],
    sides: &[Symbol],
) -> Option<(Vec<usize>, Compiled)> {
    let size = system.states.len();
    let engine = call.engine();
    let mut variables = system.variables();
    variables.extend_from_slice(sides);
    let states = variables.get(1..=size)?;
    let (mut places, mut formulas) = (Vec::new(), Vec::new());
    for (row, rate) in rates.iter().enumerate() {
        for (column, symbol) in states.iter().enumerate() {
            if !rate.contains_symbol(symbol) {
                continue;
            }
            let derivative =
                engine.differentiate(rate, &Expr::symbol(symbol.name()), 1).ok()?;
            // Some functions, such as `max`, have no derivative as a formula.
            let unknown =
                |part: &Expr| matches!(part.node(), Node::Call(Function::Derivative, _));
            if derivative.any(&mut |part| unknown(part)) {
                return None;
            }
            if !derivative.is_zero() {
                places.push(row * size + column);
                formulas.push(derivative);
            }
        }
    }
    let compiled = Compiled::new(call, &formulas, &variables, false).ok()?;
    Some((places, compiled))
}

/// A function of the states whose zeros, or whose becoming positive, are events.
#[derive(Clone, Debug)]
pub(crate) struct Level {
    /// The function, as the only one.
    pub(crate) function: Compiled,
    /// In which direction.
    pub(crate) direction: Direction,
    /// As written.
    pub(crate) text: String,
}

/// What an event does to states.
#[derive(Clone, Debug)]
pub(crate) struct Jump {
    /// Which states change.
    pub(crate) states: Vec<usize>,
    /// To what, as functions of time and the states before.
    pub(crate) values: Compiled,
}

/// Reads conditions: an equation holds at zeros in either direction, an inequality when it becomes true.
pub(crate) fn levels(
    places: &Places<'_>,
    system: &System,
    conditions: &[Expr],
    complex: bool,
) -> Result<Vec<Level>> {
    conditions
        .iter()
        .map(|condition| {
            let (level, direction) = match condition.node() {
                Node::Relation(Relation::Equal, left, right) => {
                    (left.clone() - right, Direction::Any)
                }
                Node::Relation(Relation::Less | Relation::LessEqual, left, right) => {
                    (right.clone() - left, Direction::Rising)
                }
                Node::Relation(
                    Relation::Greater | Relation::GreaterEqual,
                    left,
                    right,
                ) => (left.clone() - right, Direction::Rising),
                _ => {
                    return Diagnostic::error(
                        &codes::E0202_WRONG_ARGUMENTS,
                        format!("`{condition}` is no equation or inequality"),
                    )
                    .at(places.span)
                    .hint(format!("x({}) == 0", system.time))
                    .into();
                }
            };
            let level = system.formula(places, &level)?;
            let variables = system.variables();
            let variables = variables.get(..=system.states.len()).unwrap_or(&variables);
            Ok(Level {
                function: Compiled::new(places.call, &[level], variables, complex)?,
                direction,
                text: condition.to_string(),
            })
        })
        .collect()
}
