//! Where a system of equations starts.

use holor_algebra::{Expr, Symbol};

use super::odesolve::{assignment, value};
use super::problem::{Settings, near, refuse};
use super::run::OdeProblem;
use crate::array::short;
use crate::builtin::{Components, Spanned};
use crate::dynamics::{Places, Room, System, counted};
use crate::{Diagnostic, Result, codes};

/// Values at the start and conditions at both ends.
#[derive(Debug)]
pub(super) struct Initial {
    /// The value of each state, where one is given.
    pub(super) start: Vec<Option<(f64, f64)>>,
    /// The value of each unknown that the others give, where one is given besides.
    pub(super) given: Vec<Option<(f64, f64)>>,
    /// Conditions that are about the other end as well.
    pub(super) boundary: Vec<Expr>,
}

impl Initial {
    /// Reads values to start from, and separates conditions that are about both ends.
    pub(super) fn read(
        places: &Places<'_>,
        system: &System,
        range: (f64, f64),
        start: Option<&Spanned<Components>>,
    ) -> Result<Self> {
        let mut initial = Self {
            start: vec![None; system.states.len()],
            given: vec![None; system.given.len()],
            boundary: Vec::new(),
        };
        for condition in &system.conditions {
            let simple =
                assignment(places, condition)?.filter(|(name, order, point, right)| {
                    point.is_some_and(|point| near(point, range.0, range))
                        && (system.place(name, *order).is_some()
                            || *order == 0 && system.given(name).is_some())
                        && places.atoms(right).is_ok_and(|atoms| atoms.found.is_empty())
                });
            match simple {
                Some((name, order, _, right)) => {
                    initial.set(places, system, (&name, order), &right)?;
                }
                None => initial.boundary.push(condition.clone()),
            }
        }
        let Some(start) = start else { return Ok(initial) };
        let inner = Places { call: places.call, time: places.time, span: start.span };
        for (place, item) in start.value.items.iter().enumerate() {
            if !matches!(item.node(), holor_algebra::Node::Relation(..))
                && places.atoms(item).is_ok_and(|atoms| atoms.found.is_empty())
            {
                if place >= system.states.len() {
                    let message = format!(
                        "{} to start from for {}",
                        counted(start.value.items.len(), "value"),
                        counted(system.states.len(), "unknown")
                    );
                    return refuse(&inner, message).into();
                }
                let number = value(&inner, item)?;
                if let Some(slot) = initial.start.get_mut(place) {
                    *slot = Some(number);
                }
                continue;
            }
            let Some((name, order, point, right)) = assignment(&inner, item)? else {
                return refuse(&inner, format!("`{item}` gives no value to start from"))
                    .hint("start = [x == 1]")
                    .into();
            };
            if let Some(point) = point.filter(|point| !near(*point, range.0, range)) {
                return refuse(
                    &inner,
                    format!(
                        "the run starts at {} = {}, not at {point}",
                        system.time, range.0
                    ),
                )
                .into();
            }
            initial.set(&inner, system, (&name, order), &right)?;
        }
        Ok(initial)
    }

    fn set(
        &mut self,
        places: &Places<'_>,
        system: &System,
        (name, order): (&Symbol, usize),
        right: &Expr,
    ) -> Result<()> {
        let given = system.given.iter().position(|(own, _)| own == name && order == 0);
        if let Some(slot) = given.and_then(|given| self.given.get_mut(given)) {
            *slot = Some(value(places, right)?);
            return Ok(());
        }
        let Some(place) = system.place(name, order) else {
            let message = format!(
                "`{name}{}` is no unknown that starts with a value",
                "'".repeat(order)
            );
            let known: Vec<String> = (0..system.states.len())
                .map(|place| system.written(place, system.time.name()))
                .collect();
            return refuse(places, message).hint(known.join(", ")).into();
        };
        let number = value(places, right)?;
        match self.start.get_mut(place) {
            Some(Some(known)) if *known != number => {
                refuse(places, format!("there are two values to start from for `{name}`"))
                    .into()
            }
            Some(slot) => {
                *slot = Some(number);
                Ok(())
            }
            None => Ok(()),
        }
    }

    /// All values, or which one is missing.
    pub(super) fn complete(
        &self,
        places: &Places<'_>,
        system: &System,
        start: f64,
    ) -> Result<Vec<(f64, f64)>> {
        self.start
            .iter()
            .enumerate()
            .map(|(place, value)| {
                value.ok_or_else(|| {
                    let point = match start.fract() == 0.0 && start.abs() < 1e15 {
                        true => start.to_string(),
                        false => short(start),
                    };
                    Box::new(
                        refuse(
                            places,
                            format!(
                                "`{}` has no value to start from",
                                system.written(place, &point)
                            ),
                        )
                        .hint(format!(
                            "start = [{} == 1]",
                            system.written(place, &point)
                        )),
                    )
                })
            })
            .collect()
    }
}

/// Refuses values to start from that contradict the equations without derivatives.
pub(super) fn check_given(
    places: &Places<'_>,
    problem: &OdeProblem,
    initial: &Initial,
    settings: &Settings,
    start: &[f64],
) -> Result<()> {
    if initial.given.iter().all(Option::is_none) || !problem.system.delays.is_empty() {
        return Ok(());
    }
    let parts = if problem.complex { 2 } else { 1 };
    let mut values = vec![0.0; problem.given.len() * parts];
    let mut room = Room::default();
    problem.given.fill(&mut room, Some(settings.range.0), &[start], &mut values);
    for (place, value) in initial.given.iter().enumerate() {
        let Some((re, im)) = value else { continue };
        let at = |part: usize| values.get(place * parts + part).copied();
        let (own_re, own_im) = (
            at(0).unwrap_or(f64::NAN),
            if parts == 2 { at(1).unwrap_or(0.0) } else { 0.0 },
        );
        let away = (re - own_re).hypot(im - own_im);
        let allowed = settings.tolerance * (1e-2 + re.hypot(*im));
        if away.is_nan() || away > allowed.max(1e-10) {
            let name = problem.system.state_name(problem.system.states.len() + place);
            let message = format!(
                "`{name}` starts with {}, but its equation gives {}",
                crate::array::short(*re),
                crate::array::short(own_re)
            );
            return Diagnostic::error(&codes::E0310_EVOLUTION, message)
                .at(places.span)
                .hint("leave its start out")
                .into();
        }
    }
    Ok(())
}
