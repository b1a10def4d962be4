//! Events of a run, what they change, and what ends it.

use holor_dynamics::ode::Direction;

use super::odesolve::assignment;
use super::problem::{Settings, refuse};
use super::run::{Happening, OdeProblem};
use crate::Result;
use crate::dynamics::{Compiled, Jump, Places, Room, levels};

/// Events with what they change, then what stops the run.
pub(super) fn happenings(
    places: &Places<'_>,
    problem: &mut OdeProblem,
    settings: &Settings,
) -> Result<()> {
    let complex = problem.complex;
    let system = problem.system.clone();
    if !settings.jumps.is_empty() && settings.jumps.len() != settings.events.len() {
        return refuse(
            places,
            format!(
                "there are jumps for {} events, but {} events",
                settings.jumps.len(),
                settings.events.len()
            ),
        )
        .hint("jumps = [[v == -v(t)], []]")
        .into();
    }
    let variables = system.variables();
    let now = variables.get(..=system.states.len()).unwrap_or(&variables);
    for (place, level) in
        levels(places, &system, &settings.events, complex)?.into_iter().enumerate()
    {
        let jump = match settings.jumps.get(place) {
            None => None,
            Some(equations) if equations.is_empty() => None,
            Some(equations) => {
                let (mut states, mut values) = (Vec::new(), Vec::new());
                for equation in equations {
                    let found = assignment(places, equation)?
                        .filter(|(_, _, point, _)| point.is_none())
                        .and_then(|(name, order, _, right)| {
                            Some((system.place(&name, order)?, right))
                        });
                    let Some((state, right)) = found else {
                        return refuse(
                            places,
                            format!("`{equation}` changes no unknown"),
                        )
                        .hint("jumps = [v == -0.9 v(t)]")
                        .into();
                    };
                    if system.differential.get(state) == Some(&false) {
                        let name = system.state_name(state);
                        let message = format!(
                            "`{name}` is given by an equation without derivatives, which holds after a jump as well"
                        );
                        return refuse(places, message)
                            .hint("jumps of the unknowns that have derivatives")
                            .into();
                    }
                    states.push(state);
                    values.push(system.formula(places, &right)?);
                }
                let values = Compiled::new(places.call, &values, now, complex)?;
                Some(Jump { states, values })
            }
        };
        problem.happenings.push(Happening { level, terminal: false, jump });
    }
    problem.watched = problem.happenings.len();
    for level in levels(places, &system, &settings.until, complex)? {
        problem.happenings.push(Happening { level, terminal: true, jump: None });
    }
    Ok(())
}

/// Refuses a run whose end is met before it begins.
pub(super) fn check_started(
    places: &Places<'_>,
    problem: &OdeProblem,
    settings: &Settings,
    start: &[f64],
) -> Result<()> {
    let mut room = Room::default();
    for happening in problem.happenings.iter().filter(|it| it.terminal) {
        let level = &happening.level;
        let value = level.function.real(&mut room, 0, settings.range.0, start);
        if level.direction == Direction::Rising && value > 0.0 {
            return refuse(
                places,
                format!("`{}` holds at the start already", level.text),
            )
            .into();
        }
    }
    Ok(())
}
