//! Staggered grids: where each field stands, at the points or half a cell beyond them along some axes.
//!
//! A rate with the linear term c ∂^α u asks for place(rate) = place(u) + α/2 cells: then each derivative of odd order is a difference of
//! neighbours, as on the grids of Yee (IEEE Trans. Antennas Propag. 14, 302 (1966)) for Maxwell's equations, Virieux (Geophysics 51, 889 (1986))
//! for elastic waves and Arakawa (grid C; Methods Comput. Phys. 17, 173 (1977)) for shallow water. Modulo whole cells these are linear
//! equations over GF(2), one for each term and axis: fields that they connect differ by known places, and one place of all is free. Terms
//! that ask for different places by derivatives of odd order are refused. What holds no such derivative, as the Coriolis force, and a
//! derivative of a field in its own rate yield: they are interpolated, or differences over two cells.
//!
//! Beside walls, points stand half a cell inside and what is shifted across the axis on the walls themselves: a field that is 0 there (the
//! electric field along a conductor, the velocity into a rigid wall) is held there exactly, and its partners need nothing but to be even
//! about the wall, which such equations make them.

use std::collections::{BTreeSet, VecDeque};

use super::complex::{Equations, split};
use super::differences::{Lowering, Place};
use super::formula::{Formula, Id, Source};
use super::linear_form::LinearForm;
use super::parts::Linear;
use super::spectrum::orders_of;
use crate::equation::{Boundary, Field, System, Term};
use crate::error::{FieldError, FieldResult};
use crate::graph::{Binary, NodeId};
use crate::scheme::Second;

/// Where the fields of a system stand, and what is said of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Staggered {
    /// For each field, along which axes it stands half a cell beyond the points.
    pub shifts: Vec<[bool; 3]>,
    /// Terms that are interpolated or wide differences, with their fields: sentences.
    pub yielding: Vec<String>,
}

/// Where a formula stands along an axis, modulo a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Parity {
    /// It is known everywhere.
    Anywhere,
    /// Between the points, or at them.
    At(bool),
    /// Its parts stand at different places.
    Mixed,
}

impl Parity {
    fn join(self, other: Self) -> Self {
        match (self, other) {
            (Parity::Anywhere, one) | (one, Parity::Anywhere) => one,
            (one, other) if one == other => one,
            _ => Parity::Mixed,
        }
    }

    /// Half a cell beside, or there.
    fn beside(self, half: bool) -> Self {
        match self {
            Parity::At(odd) => Parity::At(odd ^ half),
            other => other,
        }
    }
}

/// What stands beyond a wall.
pub(super) enum Beyond {
    /// 0: the wall itself.
    Zero,
    /// The value so many cells further, times a sign.
    Image(i16, f64),
}

/// A linear term in the rate of a field: that and the field in it must stand so apart.
struct Demand {
    rate: usize,
    of: usize,
    apart: [bool; 3],
    text: String,
}

/// Fields that are connected, and how far each stands from the others.
struct Places {
    group: Vec<usize>,
    shift: Vec<[bool; 3]>,
}

fn plus(a: [bool; 3], b: [bool; 3]) -> [bool; 3] {
    [a[0] ^ b[0], a[1] ^ b[1], a[2] ^ b[2]]
}

impl Places {
    /// Whether two fields stand so apart; those that were not connected do from now on.
    fn meet(&mut self, demand: &Demand) -> bool {
        let (from, to) = (self.group[demand.of], self.group[demand.rate]);
        let now = plus(self.shift[demand.of], self.shift[demand.rate]);
        let change = plus(now, demand.apart);
        if from == to {
            return change == [false; 3];
        }
        for (group, shift) in self.group.iter_mut().zip(&mut self.shift) {
            if *group == from {
                *group = to;
                *shift = plus(*shift, change);
            }
        }
        true
    }
}

/// Where the fields of a system stand on a staggered grid. Of fields that the equations connect one place is free: the potential of a constraint
/// among them stands at the points, else the first scalar of `preferred`, else its first component half a cell along its own direction. Fields
/// without a derivative of odd order stand at the points, beside a potential where that does.
///
/// # Errors
/// Where the equations ask for no such grid, for contradictory places, or hold what has no place on one.
pub fn places(
    system: &System,
    preferred: &[(usize, Option<usize>)],
) -> FieldResult<Staggered> {
    refuse(system)?;
    let mut equations = split(system, 2)?;
    if !equations.convolved.is_empty() {
        return Err(without(
            "integrals over the box such as convolutions and inverse operators stand in the equations",
        ));
    }
    let potentials: Vec<usize> = equations
        .solves
        .iter()
        .filter(|asked| asked.second != Second::Plain)
        .map(|asked| asked.field)
        .collect();
    let mut others = equations.solves.iter().map(|asked| asked.field);
    if let Some(given) = others
        .find(|field| !potentials.contains(field))
        .and_then(|field| system.fields.get(field))
    {
        return Err(without(&format!(
            "{} is given by an equation in space, which is solved at the points",
            given.name
        )));
    }
    let demands = demands(&mut equations);
    let moved = moved(&equations);
    let count = system.fields.len();
    let mut places =
        Places { group: (0..count).collect(), shift: vec![[false; 3]; count] };
    let mut yielding = Vec::new();
    let is_odd = |demand: &&Demand| demand.apart != [false; 3];
    let name = |field: usize| system.fields.get(field).map_or("?", |it| it.name.as_str());
    let mut met: Vec<&Demand> = Vec::new();
    for demand in demands.iter().filter(is_odd) {
        if demand.rate == demand.of {
            yielding.push(format!(
                "`{}` in the rate of {} is a difference over two cells, as {} stands where its rate does",
                demand.text,
                name(demand.rate),
                name(demand.of)
            ));
        } else if places.meet(demand) {
            met.push(demand);
        } else {
            return Err(contradiction(system, demand, &met));
        }
    }
    if met.is_empty() {
        return Err(match demands.iter().find(is_odd) {
            Some(own) => without(&format!(
                "`{}` is a derivative of {} in its own rate, which would have to stand half a cell from itself",
                own.text,
                name(own.of)
            )),
            None => {
                without("no rate holds a linear derivative of odd order of another field")
            }
        });
    }
    let staggered: BTreeSet<usize> =
        met.iter().flat_map(|demand| [demand.rate, demand.of]).collect();
    // What a flow carries along stands where its pressure does.
    if let Some(of) = potentials.first().copied() {
        let scalars = preferred.iter().filter(|(_, direction)| direction.is_none());
        for (rate, _) in scalars.filter(|(field, _)| !staggered.contains(field)) {
            let (rate, apart, text) = (*rate, [false; 3], String::new());
            places.meet(&Demand { rate, of, apart, text });
        }
    }
    for demand in demands.iter().filter(|demand| !is_odd(demand)) {
        if !places.meet(demand) {
            yielding.push(format!(
                "`{}` in the rate of {} is interpolated",
                demand.text,
                name(demand.rate)
            ));
        }
    }
    let mut shifts = places.shift.clone();
    let groups: BTreeSet<usize> = places.group.iter().copied().collect();
    for group in groups {
        let members: Vec<usize> =
            (0..count).filter(|field| places.group[*field] == group).collect();
        if !members.iter().any(|field| staggered.contains(field)) {
            continue;
        }
        let mut own = preferred.iter().filter(|(field, _)| members.contains(field));
        let potential = potentials.iter().find(|field| members.contains(field));
        let scalar = own.clone().find(|(_, direction)| direction.is_none());
        let first = potential.map(|field| (*field, None));
        let preferred = first.or(scalar.copied()).or_else(|| own.next().copied());
        let Some((first, direction)) = preferred else {
            continue;
        };
        let mut wanted = [false; 3];
        if let Some(slot) = direction.and_then(|axis| wanted.get_mut(axis)) {
            *slot = true;
        }
        let change = plus(places.shift[first], wanted);
        for field in &members {
            shifts[*field] = plus(places.shift[*field], change);
        }
        for axis in 0..system.grid.axes.len() {
            beside_walls(system, &mut shifts, &members, axis, (&moved, &potentials))?;
        }
    }
    for (axis, along) in system.grid.axes.iter().enumerate() {
        let mut fields = system.fields.iter().enumerate();
        let misfit = |(field, _): &(usize, &Field)| {
            !along.closed
                && shifts[*field][axis]
                && !is_zero_on_walls(system, &shifts, *field, axis)
        };
        if let Some((_, field)) = fields.find(misfit) {
            return Err(FieldError::invalid(
                format!(
                    "a staggered grid would have {} on the walls of {}, where it is 0, and its equation does not say that it is",
                    field.name, along.name
                ),
                "boundary = dirichlet(0) for what is 0 at the walls, or leave grid = staggered out",
            ));
        }
    }
    yielding.dedup();
    Ok(Staggered { shifts, yielding })
}

/// Whether only a staggered grid keeps a constraint such as ∇·V == 0: beside walls where the mirror image does not solve the equations, as where a
/// fluid sticks to them.
pub fn needs_staggered(system: &System) -> bool {
    let walls = || {
        super::reflections::reflections(system)
            .into_iter()
            .zip(&system.grid.axes)
            .any(|(sides, axis)| !axis.closed && sides.iter().any(Option::is_none))
    };
    has_potential(system) && refuse(system).is_ok() && walls()
}

fn has_potential(system: &System) -> bool {
    system.fields.iter().any(|field| matches!(field.rate, Term::Potential(_)))
}

/// Refuses what has no place on a staggered grid.
fn refuse(system: &System) -> FieldResult<()> {
    if system.grid.mask.is_some() {
        return Err(without("the box has a mask"));
    }
    if !system.noises.is_empty() {
        return Err(without("there is noise in the equations"));
    }
    Ok(())
}

/// For each field the axes along which some rate differentiates it.
fn moved(equations: &Equations<'_>) -> Vec<[bool; 3]> {
    let array = |source: Source| match source {
        Source::Plane(plane) | Source::Velocity(plane) => Some(plane),
        Source::Given(_) | Source::Convolved(_) | Source::Noise(_) => None,
    };
    let mut known = std::collections::HashMap::new();
    let mut result = vec![[false; 3]; equations.system.fields.len()];
    for rate in &equations.rates {
        for (plane, orders) in orders_of(&equations.formulas, *rate, &array, &mut known) {
            let field = equations.planes.get(plane as usize).map(|plane| plane.field);
            let Some(own) = field.and_then(|field| result.get_mut(field)) else {
                continue;
            };
            for orders in orders {
                for (own, order) in own.iter_mut().zip(orders) {
                    *own |= order > 0;
                }
            }
        }
    }
    result
}

/// Whether a side says that a field is 0 there, or has no slope.
fn says_zero(side: &Boundary) -> bool {
    matches!(side, Boundary::Dirichlet(Term::Number(value)) if value.norm() == 0.0)
}

fn says_even(side: &Boundary) -> bool {
    matches!(side, Boundary::Neumann(Term::Number(value)) if value.norm() == 0.0)
}

/// Whether a field on the walls across an axis stays 0 there: its sides say so, or its rate is 0 where all that stands on the walls is.
fn is_zero_on_walls(
    system: &System,
    shifts: &[[bool; 3]],
    field: usize,
    axis: usize,
) -> bool {
    let Some(of) = system.fields.get(field) else { return true };
    let sides = of.boundaries.get(axis);
    let odd: Vec<bool> = shifts.iter().map(|shift| shift[axis]).collect();
    sides.is_some_and(|sides| sides.iter().all(says_zero))
        || super::reflections::vanishes(&of.rate, axis, &odd)
}

/// Moves fields that are connected by half a cell across an axis with walls where what they do there asks for it: those on the walls are 0, the
/// others have no slope; fields that nothing differentiates along the axis may have any sides, where they are 0 on walls that they stand on.
fn beside_walls(
    system: &System,
    shifts: &mut [[bool; 3]],
    members: &[usize],
    axis: usize,
    (moved, potentials): (&[[bool; 3]], &[usize]),
) -> FieldResult<()> {
    let Some(along) = system.grid.axes.get(axis).filter(|axis| !axis.closed) else {
        return Ok(());
    };
    let flows = members.iter().any(|field| potentials.contains(field));
    if flows {
        return between_walls(system, shifts, members, axis, potentials);
    }
    let misfit = |change: bool| {
        let mut there = shifts.to_vec();
        for field in members {
            there[*field][axis] ^= change;
        }
        members.iter().copied().find(|field| {
            let sides = system.fields.get(*field).and_then(|it| it.boundaries.get(axis));
            let on_wall = there[*field][axis];
            if !moved[*field][axis] {
                return on_wall && !is_zero_on_walls(system, &there, *field, axis);
            }
            let fits = if on_wall { says_zero } else { says_even };
            !sides.is_some_and(|sides| sides.iter().all(fits))
        })
    };
    let Some(field) = misfit(false) else { return Ok(()) };
    let Some(other) = misfit(true) else {
        for field in members {
            shifts[*field][axis] ^= true;
        }
        return Ok(());
    };
    let would = |field: usize, change: bool| {
        let name = system.fields.get(field).map_or("?", |it| it.name.as_str());
        match shifts[field][axis] ^ change {
            true => format!("{name} on them, which needs dirichlet(0)"),
            false => format!("{name} half a cell inside, which needs neumann(0)"),
        }
    };
    Err(FieldError::invalid(
        format!(
            "a staggered grid between walls along {} would have {}, or {}",
            along.name,
            would(field, false),
            would(other, true)
        ),
        "boundary = dirichlet(0) for the field that is 0 at the walls and boundary = neumann(0) for its partners, or leave grid = staggered out",
    ))
}

/// Refuses sides of a fluid through which it flows, and a pressure that has another slope there than none. What a fluid does along a wall, and the
/// sides of what it carries along, may be as they like.
fn between_walls(
    system: &System,
    shifts: &[[bool; 3]],
    members: &[usize],
    axis: usize,
    potentials: &[usize],
) -> FieldResult<()> {
    let Some(along) = system.grid.axes.get(axis) else { return Ok(()) };
    for field in members {
        let Some(of) = system.fields.get(*field) else { continue };
        let all = |fits: fn(&Boundary) -> bool| {
            of.boundaries.get(axis).is_some_and(|sides| sides.iter().all(fits))
        };
        if shifts[*field][axis] && !all(says_zero) {
            return Err(FieldError::invalid(
                format!(
                    "between walls a constraint such as ∇·V == 0 is kept where nothing flows through them, and {} is not said to be 0 at both ends of {}",
                    of.name, along.name
                ),
                "boundary = dirichlet(0) for the velocity at walls; boundary = periodic where the fluid flows through",
            ));
        }
        if potentials.contains(field) && !all(says_even) {
            return Err(FieldError::invalid(
                format!(
                    "between walls a constraint such as ∇·V == 0 is kept where {} has no slope at them, and it has something else at an end of {}",
                    of.name, along.name
                ),
                "boundary = neumann for the pressure",
            ));
        }
    }
    Ok(())
}

fn without(why: &str) -> FieldError {
    FieldError::invalid(
        format!("a staggered grid does not fit these equations: {why}"),
        "leave grid = staggered out",
    )
}

/// The linear terms of all rates, those of real and imaginary parts once.
fn demands(equations: &mut Equations<'_>) -> Vec<Demand> {
    let mut linear = Linear::default();
    let mut result: Vec<Demand> = Vec::new();
    let planes: Vec<usize> = equations.planes.iter().map(|plane| plane.field).collect();
    for (rate, terms) in planes.iter().zip(equations.terms.clone()) {
        // The rates of a vector say where its potential stands.
        if equations.solves.iter().any(|asked| asked.field == *rate) {
            continue;
        }
        for (text, term) in terms {
            let (part, _) = linear.separate(&mut equations.formulas, term);
            let array = |source: Source| match source {
                Source::Plane(plane) | Source::Velocity(plane) => Some(plane),
                Source::Given(_) | Source::Convolved(_) | Source::Noise(_) => None,
            };
            let mut known = std::collections::HashMap::new();
            let found = orders_of(&equations.formulas, part, &array, &mut known);
            for (plane, orders) in found {
                let Some(of) = planes.get(plane as usize).copied() else { continue };
                for orders in orders {
                    let apart = orders.map(|order| order % 2 == 1);
                    let is_known = result.iter().any(|own| {
                        own.rate == *rate
                            && own.of == of
                            && own.apart == apart
                            && own.text == text
                    });
                    if !is_known {
                        let text = text.clone();
                        result.push(Demand { rate: *rate, of, apart, text });
                    }
                }
            }
        }
    }
    result
}

/// The error for a term that asks for another place than earlier ones, with one of those.
fn contradiction(system: &System, demand: &Demand, met: &[&Demand]) -> FieldError {
    let name = |field: usize| system.fields.get(field).map_or("?", |it| it.name.as_str());
    // A way from one field to the other over terms that were met: its first.
    let mut first: Vec<Option<usize>> = vec![None; system.fields.len()];
    let mut pending = VecDeque::from([demand.rate]);
    let mut seen = BTreeSet::from([demand.rate]);
    while let Some(field) = pending.pop_front() {
        for (place, own) in met.iter().enumerate() {
            let other = match field {
                _ if field == own.rate => own.of,
                _ if field == own.of => own.rate,
                _ => continue,
            };
            if seen.insert(other) {
                first[other] = first[field].or(Some(place));
                pending.push_back(other);
            }
        }
    }
    let earlier = first[demand.of].and_then(|place| met.get(place));
    let apart: Vec<&str> = system
        .grid
        .axes
        .iter()
        .zip(demand.apart)
        .filter(|(_, apart)| *apart)
        .map(|(axis, _)| axis.name.as_str())
        .collect();
    let other = match earlier {
        Some(own) => {
            format!("; `{}` in the rate of {} asks for another", own.text, name(own.rate))
        }
        None => String::new(),
    };
    without(&format!(
        "`{}` in the rate of {} asks for a place half a cell from {} along {}{other}",
        demand.text,
        name(demand.rate),
        name(demand.of),
        apart.join(" and ")
    ))
}

/// Whether the mirror image about each wall solves the equations, what is shifted across it odd and all else even: only then are differences of
/// more than two neighbours what they are elsewhere.
pub fn are_their_image(system: &System) -> bool {
    (0..system.grid.axes.len()).all(|axis| {
        let closed = system.grid.axes.get(axis).is_none_or(|axis| axis.closed);
        let odd: Vec<bool> = system.fields.iter().map(|it| it.shift[axis]).collect();
        let is_even = |field: &Field| {
            field.shift[axis]
                || field
                    .boundaries
                    .get(axis)
                    .is_some_and(|sides| sides.iter().all(says_even))
        };
        // Fluids stick to walls; of other equations what differs from its image there has no derivative across.
        let sticks = has_potential(system) && !system.fields.iter().all(is_even);
        closed || !sticks && super::reflections::solves(system, axis, &odd)
    })
}

/// Where fields stand, in words: `p at the points; V_x half a cell further along x`.
pub fn staggered(system: &System) -> String {
    let of = |shift: [bool; 3]| {
        let axes = system.grid.axes.iter().zip(shift).filter(|(_, shift)| *shift);
        let names: Vec<&str> = axes.map(|(axis, _)| axis.name.as_str()).collect();
        match names.is_empty() {
            true => "at the points".to_owned(),
            false => format!("half a cell further along {}", names.join(" and ")),
        }
    };
    let mut groups: Vec<(String, Vec<&str>)> = Vec::new();
    for field in &system.fields {
        let place = of(field.shift);
        match groups.iter_mut().find(|group| group.0 == place) {
            Some(group) => group.1.push(&field.name),
            None => groups.push((place, vec![&field.name])),
        }
    }
    let parts: Vec<String> = groups
        .into_iter()
        .map(|(place, names)| format!("{} {place}", names.join(", ")))
        .collect();
    parts.join("; ")
}

/// Where the rate of a field stands by what is in it, for fields that are only looked at: at the points along axes where its parts stand
/// at different places.
///
/// # Errors
/// Where the equations are inconsistent.
pub fn stands(system: &System, field: usize) -> FieldResult<[bool; 3]> {
    if !system.is_staggered() {
        return Ok([false; 3]);
    }
    let equations = split(system, 2)?;
    let homes = homes(&equations);
    let planes = equations.plane_of_field.get(field).copied();
    let rates: Vec<Id> = planes
        .into_iter()
        .flat_map(|(re, im)| [Some(re), im])
        .flatten()
        .filter_map(|plane| equations.rates.get(plane as usize).copied())
        .collect();
    Ok([0, 1, 2].map(|axis| {
        if rates.iter().any(|id| is_open(&equations, &homes, *id, axis)) {
            return false;
        }
        let mut known = std::collections::HashMap::new();
        let parities =
            rates.iter().map(|id| parity_of(&equations, &homes, *id, axis, &mut known));
        parities.fold(Parity::Anywhere, Parity::join) == Parity::At(true)
    }))
}

/// Where each plane stands, in half steps from the points; nothing where all stand at them.
pub(super) fn homes(equations: &Equations<'_>) -> Vec<Place> {
    if !equations.system.is_staggered() {
        return Vec::new();
    }
    let fields = &equations.system.fields;
    let of = |field: usize| fields.get(field).map_or([false; 3], |field| field.shift);
    equations.planes.iter().map(|plane| of(plane.field).map(i32::from)).collect()
}

/// Whether a formula may be something else than 0 on walls across an axis, where it stands on them: it holds a field half a cell inside that is not
/// even about the wall, such as the velocity along a wall to which a fluid sticks. On the walls there are no cells of their own to take it in.
fn is_open(equations: &Equations<'_>, homes: &[Place], id: Id, axis: usize) -> bool {
    let system = equations.system;
    if system.grid.axes.get(axis).is_none_or(|along| along.closed) {
        return false;
    }
    super::parts::any(&equations.formulas, id, &|formula| {
        let Formula::Array(source @ (Source::Plane(plane) | Source::Velocity(plane))) =
            formula
        else {
            return false;
        };
        let of = equations.planes.get(*plane as usize);
        let field = of.and_then(|plane| system.fields.get(plane.field));
        let sides = field.and_then(|field| field.boundaries.get(axis));
        home_of(homes, *source)[axis] == 0
            && sides.is_some_and(|sides| !sides.iter().all(says_even))
    })
}

/// What is known of formulas, by the axis.
type Known = std::collections::HashMap<(Id, usize), Parity>;

fn parity_of(
    equations: &Equations<'_>,
    homes: &[Place],
    id: Id,
    axis: usize,
    known: &mut Known,
) -> Parity {
    if let Some(parity) = known.get(&(id, axis)) {
        return *parity;
    }
    let formula = equations.formulas.get(id);
    let parity = match formula {
        Formula::Array(source) => Parity::At(home_of(homes, *source)[axis] % 2 != 0),
        Formula::Derivative(orders, body) => {
            parity_of(equations, homes, *body, axis, known).beside(orders[axis] % 2 == 1)
        }
        Formula::Shifted(by, body) => {
            parity_of(equations, homes, *body, axis, known).beside(by[axis] % 2 != 0)
        }
        _ => {
            let operands = equations.formulas.operands(formula).into_iter();
            operands
                .map(|inner| parity_of(equations, homes, inner, axis, known))
                .fold(Parity::Anywhere, Parity::join)
        }
    };
    known.insert((id, axis), parity);
    parity
}

/// Where the values of an array stand.
fn home_of(homes: &[Place], source: Source) -> Place {
    match source {
        Source::Plane(plane) | Source::Velocity(plane) => {
            homes.get(plane as usize).copied().unwrap_or_default()
        }
        Source::Given(_) | Source::Convolved(_) | Source::Noise(_) => [0; 3],
    }
}

impl Lowering<'_> {
    /// Where a plane stands.
    pub(super) fn home(&self, plane: usize) -> Place {
        self.homes.get(plane).copied().unwrap_or_default()
    }

    /// A node in the rate of a plane, and 0 where the plane is held on the walls.
    pub(super) fn held(&mut self, plane: usize, node: NodeId) -> NodeId {
        let home = self.home(plane);
        let system = self.equations.system;
        let field = self.equations.planes.get(plane);
        let Some(field) = field.and_then(|plane| system.fields.get(plane.field)) else {
            return node;
        };
        let mut node = node;
        for (axis, of) in system.grid.axes.iter().enumerate() {
            let held =
                field.boundaries.get(axis).is_some_and(|sides| says_zero(&sides[1]));
            if of.closed || home[axis] == 0 || !held {
                continue;
            }
            let formulas = &mut self.equations.formulas;
            let end = formulas.number(of.high - of.spacing() / 4.0);
            let place = formulas.coordinate(axis);
            let inside = formulas.binary(Binary::Less, place, end);
            let inside = self.node(inside, home);
            let zero = self.graph.constant(0.0);
            node = self.graph.select(inside, node, zero);
        }
        node
    }

    /// What stands beyond a side of what is shifted across it, as far as differences reach: minus the mirror image about the wall; `None` where the
    /// field continues in another way.
    pub(super) fn beyond_wall(
        &self,
        field: usize,
        (axis, side): (usize, usize),
        layer: usize,
    ) -> Option<Beyond> {
        let of = self.equations.system.fields.get(field)?;
        let boundary = of.boundaries.get(axis)?.get(side)?;
        let layer = i16::try_from(layer).ok()?;
        let outflow = matches!(boundary, Boundary::Outflow) && !of.shift[axis];
        if self.homes.is_empty() || outflow {
            return None;
        }
        Some(match (of.shift[axis], side) {
            (true, 0) if layer == 1 => Beyond::Zero,
            (true, 0) => Beyond::Image(2 * layer - 2, -1.0),
            (true, _) => Beyond::Image(-2 * layer, -1.0),
            (false, 0) if says_even(boundary) => Beyond::Image(2 * layer - 1, 1.0),
            (false, _) if says_even(boundary) => Beyond::Image(1 - 2 * layer, 1.0),
            (false, _) => return None,
        })
    }

    /// A place as seen from where the values of an array stand.
    pub(super) fn seen_from_home(&self, source: Source, place: Place) -> Place {
        let home = home_of(&self.homes, source);
        [place[0] - home[0], place[1] - home[1], place[2] - home[2]]
    }

    /// Whether an array has a value at a place.
    pub(super) fn is_at_home(&self, source: Source, place: Place) -> bool {
        self.seen_from_home(source, place).iter().all(|along| along % 2 == 0)
    }

    /// Where a formula stands along an axis.
    pub(super) fn parity(&mut self, id: Id, axis: usize) -> Parity {
        parity_of(&self.equations, &self.homes, id, axis, &mut self.parities)
    }

    /// The value of a formula in the cell, for sums over all of them: each term is taken where it stands, so that the energy of a staggered
    /// grid, a sum of squares at different places, is the one that it keeps.
    pub(super) fn anywhere(&mut self, id: Id) -> NodeId {
        if self.homes.is_empty() {
            return self.here(id);
        }
        let (mut form, mut terms) = (LinearForm::default(), Vec::new());
        form.constant = self.spread(id, 1.0, &mut terms);
        for (id, factor) in terms {
            let place = [0, 1, 2].map(|axis| {
                let open = is_open(&self.equations, &self.homes, id, axis);
                i32::from(!open && self.parity(id, axis) == Parity::At(true))
            });
            let (inner, node) = self.value(id, place);
            form.add(&self.graph, node, factor * inner);
        }
        let (factor, node) = form.join(&mut self.graph);
        super::linear_form::scaled(&mut self.graph, factor, node)
    }

    /// The terms of a formula with their factors, products of sums of different places multiplied out; the constant.
    fn spread(&mut self, id: Id, factor: f64, terms: &mut Vec<(Id, f64)>) -> f64 {
        let mixed = |lowering: &mut Self, id: Id| {
            (0..3).any(|axis| lowering.parity(id, axis) == Parity::Mixed)
        };
        match self.formulas().get(id).clone() {
            Formula::Number(bits) => factor * bits.value(),
            Formula::Sum(constant, inside) => {
                let mut sum = factor * constant.value();
                for (id, inner) in inside {
                    sum += self.spread(id, factor * inner.value(), terms);
                }
                sum
            }
            Formula::Product(factors) => {
                let sum = factors.iter().position(|inner| {
                    matches!(self.formulas().get(*inner), Formula::Sum(..))
                        && mixed(self, *inner)
                });
                let Some(place) = sum else {
                    terms.push((id, factor));
                    return 0.0;
                };
                let mut factors = factors.clone();
                let sum = factors.remove(place);
                let Formula::Sum(constant, inside) = self.formulas().get(sum).clone()
                else {
                    return 0.0;
                };
                let rest = self.equations.formulas.product(&factors);
                let mut total = self.spread(rest, factor * constant.value(), terms);
                for (id, inner) in inside {
                    let product = self.equations.formulas.multiply(rest, id);
                    total += self.spread(product, factor * inner.value(), terms);
                }
                total
            }
            _ => {
                terms.push((id, factor));
                0.0
            }
        }
    }
}
