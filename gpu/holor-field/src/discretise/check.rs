//! What a system must satisfy before anything is made of it.

use super::SpaceOptions;
use crate::equation::{Axis, Boundary, Field, System};
use crate::error::{FieldError, FieldResult};

/// Checks the grid, the fields and their boundaries.
pub(super) fn check(system: &System, options: &SpaceOptions) -> FieldResult<()> {
    if !matches!(options.order, 2 | 4 | 6 | 8) {
        return Err(FieldError::invalid(
            format!("differences of order {} are not there", options.order),
            "order = 2, 4, 6 or 8",
        ));
    }
    let axes = &system.grid.axes;
    if !(1..=3).contains(&axes.len()) {
        return Err(FieldError::invalid(
            format!(
                "a box has one to three coordinates, and this one has {}",
                axes.len()
            ),
            "",
        ));
    }
    for axis in axes {
        check_axis(axis)?;
    }
    let cells: usize = axes.iter().map(|axis| axis.points).product();
    if let Some(mask) = &system.grid.mask {
        if mask.len() != cells {
            return Err(FieldError::invalid(
                format!("the domain has {} cells and the box {cells}", mask.len()),
                "",
            ));
        }
        if !mask.iter().any(|inside| *inside) {
            return Err(FieldError::invalid("the domain has no cells", ""));
        }
        if options.order != 2 {
            return Err(FieldError::invalid(
                format!(
                    "a domain inside the box with differences of order {}",
                    options.order
                ),
                "order = 2",
            ));
        }
    }
    for given in &system.given {
        if given.values.len() != cells {
            return Err(FieldError::invalid(
                format!(
                    "{} has {} values and the box {cells} cells",
                    given.name,
                    given.values.len()
                ),
                "",
            ));
        }
        let wrong = given.values.iter().find(|value| {
            !value.re.is_finite() || (given.complex && !value.im.is_finite())
        });
        if wrong.is_some() {
            return Err(FieldError::invalid(
                format!("{} is not finite everywhere", given.name),
                "",
            ));
        }
        if !given.complex && given.values.iter().any(|value| value.im != 0.0) {
            return Err(FieldError::invalid(
                format!("{} is called real but has complex values", given.name),
                "",
            ));
        }
    }
    let walls = axes.iter().any(|axis| !axis.closed);
    if options.order != 2
        && walls
        && !options.observes
        && system.is_staggered()
        && !super::placement::are_their_image(system)
    {
        return Err(FieldError::invalid(
            format!(
                "the equations are not their own mirror image about the walls, and differences of order {} of a staggered grid reach beyond them",
                options.order
            ),
            "order = 2",
        ));
    }
    if system.fields.is_empty() {
        return Err(FieldError::invalid("there is no field", ""));
    }
    for field in &system.fields {
        check_field(system, field, cells, options)?;
    }
    Ok(())
}

fn check_axis(axis: &Axis) -> FieldResult<()> {
    let name = &axis.name;
    if axis.points == 0 {
        return Err(FieldError::invalid(format!("{name} has no points"), ""));
    }
    if !(axis.low.is_finite() && axis.high.is_finite() && axis.low < axis.high) {
        return Err(FieldError::invalid(
            format!("{name} runs from {} to {}", axis.low, axis.high),
            format!("{name} = low..high with low < high, both finite"),
        ));
    }
    Ok(())
}

fn check_field(
    system: &System,
    field: &Field,
    cells: usize,
    options: &SpaceOptions,
) -> FieldResult<()> {
    let name = &field.name;
    if field.order > 2 {
        return Err(FieldError::invalid(
            format!(
                "the time derivative of order {} of {name} is asked for",
                field.order
            ),
            "write it as equations of first order, one for each lower derivative",
        ));
    }
    let starts = [
        ("", &field.start, field.order == 0),
        ("the time derivative of ", &field.start_velocity, true),
    ];
    for (what, values, may_be_empty) in starts {
        if values.len() != cells && !(may_be_empty && values.is_empty()) {
            return Err(FieldError::invalid(
                format!(
                    "{what}{name} has {} values at the start and the box {cells} cells",
                    values.len()
                ),
                "",
            ));
        }
        if values.iter().any(|value| !value.re.is_finite() || !value.im.is_finite()) {
            return Err(FieldError::invalid(
                format!("{what}{name} is not finite everywhere at the start"),
                "",
            ));
        }
        if !field.complex && values.iter().any(|value| value.im != 0.0) {
            return Err(FieldError::invalid(
                format!("{what}{name} is real but complex at the start"),
                format!("declare {name} complex, or start with real values"),
            ));
        }
    }
    if field.boundaries.len() != system.grid.axes.len() {
        return Err(FieldError::invalid(
            format!(
                "{name} has boundaries along {} axes and the box has {}",
                field.boundaries.len(),
                system.grid.axes.len()
            ),
            "",
        ));
    }
    for (place, (axis, sides)) in
        system.grid.axes.iter().zip(&field.boundaries).enumerate()
    {
        check_sides(system, field, place, axis, sides)?;
        let absorbing = |side: &Boundary| matches!(side, Boundary::Absorbing { .. });
        if sides.iter().any(absorbing) && field.order != 2 && !options.observes {
            return Err(FieldError::invalid(
                format!("{name} has an absorbing boundary but no second time derivative"),
                "use outflow, which lets a field of first order leave",
            ));
        }
    }
    Ok(())
}

fn check_sides(
    system: &System,
    field: &Field,
    place: usize,
    axis: &Axis,
    sides: &[Boundary; 2],
) -> FieldResult<()> {
    let (name, along) = (&field.name, &axis.name);
    match sides {
        [Boundary::Periodic, Boundary::Periodic]
        | [Boundary::Antiperiodic, Boundary::Antiperiodic] => {
            if !axis.closed {
                return Err(FieldError::invalid(
                    format!("{name} is periodic along {along}, whose grid is not"),
                    format!("make {along} periodic for all fields"),
                ));
            }
            return Ok(());
        }
        _ => {}
    }
    let wraps =
        |side: &Boundary| matches!(side, Boundary::Periodic | Boundary::Antiperiodic);
    if sides.iter().any(wraps) {
        return Err(FieldError::invalid(
            format!("{name} is periodic at one end of {along} only, or in two ways"),
            format!("make both ends of {along} periodic, or none"),
        ));
    }
    if axis.closed {
        return Err(FieldError::invalid(
            format!("the grid of {along} is periodic, but {name} is not"),
            format!(
                "give {name} the boundary periodic along {along}, or make {along} not periodic"
            ),
        ));
    }
    for (side, end, pole) in
        [(&sides[0], axis.low, 0.0), (&sides[1], axis.high, std::f64::consts::PI)]
    {
        let Boundary::Centre { angle, mirrored, sign } = side else { continue };
        let upper = pole > 0.0;
        if (end - pole).abs() > 1e-12 * axis.high.abs() {
            let wanted = if upper {
                format!(
                    "let {along} end with pi, the other pole of spherical coordinates"
                )
            } else {
                format!("let {along} begin with 0")
            };
            return Err(FieldError::invalid(
                format!("the centre of {along} is asked for at {along} = {end}"),
                wanted,
            ));
        }
        if sign.abs() != 1.0 {
            return Err(FieldError::invalid(
                format!("{name} has the sign {sign} at the centre"),
                "1, or -1 for components that turn round",
            ));
        }
        if mirrored.is_some_and(|polar| {
            polar == place || system.grid.axes.get(polar).is_none_or(|axis| axis.closed)
        }) {
            return Err(FieldError::invalid(
                format!("the centre of {name} has no axis of the polar angle"),
                "",
            ));
        }
        if let Some(angle) = angle {
            check_angle(system, field, place, *angle)?;
        }
    }
    Ok(())
}

fn check_angle(
    system: &System,
    field: &Field,
    place: usize,
    angle: usize,
) -> FieldResult<()> {
    let name = &field.name;
    let Some(axis) = system.grid.axes.get(angle).filter(|_| angle != place) else {
        return Err(FieldError::invalid(
            format!("the centre of {name} has no axis of the angle"),
            "",
        ));
    };
    if !axis.closed || axis.points % 2 != 0 {
        return Err(FieldError::invalid(
            format!(
                "beyond the centre lies the cell half a turn on, but {} has {} points{}",
                axis.name,
                axis.points,
                if axis.closed { "" } else { " and is not periodic" }
            ),
            format!(
                "give {} an even number of points on a full turn, periodic",
                axis.name
            ),
        ));
    }
    let turn = axis.high - axis.low;
    if (turn - std::f64::consts::TAU).abs() > 1e-9 {
        return Err(FieldError::invalid(
            format!("{} runs over {turn}, not over a full turn of 2 pi", axis.name),
            format!("{} = 0..2 pi", axis.name),
        ));
    }
    if matches!(field.boundaries.get(angle), Some([Boundary::Antiperiodic, _])) {
        return Err(FieldError::invalid(
            format!("{name} is antiperiodic in the angle around a centre"),
            "",
        ));
    }
    Ok(())
}
