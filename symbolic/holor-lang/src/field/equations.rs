//! From equations between formulas to a system of evolution equations.

use std::collections::BTreeMap;
use std::sync::Arc;

use holor_algebra::{Constant, Engine, Expr, Function, Node, Symbol};
use holor_field::equation::{Boundary, Complex64, Edge, Field, Noise, System, Term};

use super::read::Unknown;
use super::resolution::any;
use super::slips;
use super::solving::{solve, time_derivative};
use super::{BoundaryKind, BoxValue, FieldValue, Reader, Sides};
use crate::{Diagnostic, Result, Span, codes};

/// A system ready for the field engine, and what its parts are called.
#[derive(Clone, Debug)]
pub(crate) struct EvolutionSystem {
    /// The system.
    pub(crate) system: System,
    /// The box.
    pub(crate) grid: Arc<BoxValue>,
    /// The fields that evolve: field and component of each unknown, in the system's order.
    pub(crate) unknowns: Vec<(Arc<FieldValue>, usize)>,
    /// The equations, solved for the derivatives in time.
    pub(crate) equations: Vec<Expr>,
    /// The labels of the noises.
    pub(crate) noises: Vec<Expr>,
    /// Terms that a staggered grid has no place for, and what they are there: sentences.
    pub(crate) yielding: Vec<String>,
}

/// Where fields are found by the names of their components.
pub(crate) type Fields = BTreeMap<String, (Arc<FieldValue>, usize)>;

/// Solves equations for the highest derivatives in time of the fields in them.
pub(crate) fn system(
    equations: &[Expr],
    time: &Symbol,
    fields: &Fields,
    engine: &Engine,
    span: Span,
) -> Result<EvolutionSystem> {
    let mut orders: BTreeMap<String, usize> = BTreeMap::new();
    for equation in equations {
        equation.any(&mut |part| {
            if let Node::Apply(name, arguments) = part.node()
                && arguments.first().and_then(Expr::as_symbol) == Some(time)
            {
                orders.entry(name.name().to_owned()).or_insert(0);
            }
            if let Some((name, order)) = time_derivative(part, time) {
                let known = orders.entry(name).or_insert(0);
                *known = order.max(*known);
            }
            false
        });
    }
    let refuse =
        |message: String| Diagnostic::error(&codes::E0310_EVOLUTION, message).at(span);
    let mut grid: Option<Arc<BoxValue>> = None;
    for name in orders.keys() {
        let Some((field, _)) = fields.get(name) else {
            return refuse(format!("`{name}` has no values to start from"))
                .hint(format!("{name} = field(B, …)"))
                .into();
        };
        match &grid {
            Some(grid)
                if !Arc::ptr_eq(grid, &field.grid)
                    && grid.plain() != field.grid.plain() =>
            {
                let refused =
                    refuse("the fields of the equations live on different boxes".into());
                let alike = grid.grid.axes == field.grid.grid.axes
                    && grid.mask == field.grid.mask;
                let sides: Vec<String> =
                    field.grid.sides.iter().map(Sides::plain).collect();
                return match alike {
                    // Only their sides differ.
                    true => refused
                        .hint(format!(
                            "one box, and {name} = field(B, …, boundary = [{}])",
                            sides.join(", ")
                        ))
                        .into(),
                    false => refused.into(),
                };
            }
            Some(_) => {}
            None => grid = Some(field.grid.clone()),
        }
    }
    let Some(grid) = grid else {
        if let Some((symbol, meant)) = slips::subscripted(equations, time, fields) {
            return refuse(format!(
                "`{symbol}` is a symbol, not the derivative of a field, and there is no field in the equations"
            ))
            .hint(meant)
            .into();
        }
        return refuse("there is no field in the equations".into())
            .hint("u = field(B, exp(-x^2)); evolve(diff(u, t) == laplacian(u), t = 0..1)")
            .into();
    };
    if let Some((name, order)) = orders.iter().find(|(_, order)| **order > 2) {
        return refuse(format!(
            "the derivative of order {order} in {time} of `{name}` is not evolved"
        ))
        .hint(format!("name its lower derivatives: v == diff({name}, {time})"))
        .into();
    }
    let second = orders.iter().filter(|(_, order)| **order == 2);
    let velocity = |(name, _): (&String, &usize)| {
        let velocity = format!("{name}_t");
        orders.contains_key(&velocity).then_some((name.clone(), velocity))
    };
    if let Some((name, velocity)) = second.filter_map(velocity).next() {
        return refuse(format!(
            "`{velocity}` is what a run calls the derivative of `{name}` in {time}, and there is a field of that name"
        ))
        .hint("another name for the field")
        .into();
    }
    let rates = solve(equations, time, &orders, (&grid, fields), engine, span)?;
    let mut unknowns = BTreeMap::new();
    let mut evolving = Vec::new();
    for (name, (field, component)) in
        fields.iter().filter(|(name, _)| orders.contains_key(*name))
    {
        let order = orders.get(name).copied().unwrap_or(0);
        let unknown = if rates.iter().any(|(own, _)| own == name) {
            let field = as_complex(field, fields, &rates);
            evolving.push((name.clone(), field, *component));
            Unknown::Evolving { place: evolving.len() - 1, order }
        } else {
            Unknown::Fixed(field.clone(), *component)
        };
        unknowns.insert(name.clone(), unknown);
    }
    let mut reader = Reader {
        grid: &grid,
        time,
        unknowns: &unknowns,
        engine,
        span,
        given: Vec::new(),
        noises: Vec::new(),
    };
    let mut system_fields = Vec::with_capacity(evolving.len());
    let mut solved = Vec::with_capacity(evolving.len());
    for (name, field, component) in &evolving {
        let Some((_, rate)) = rates.iter().find(|(own, _)| own == name) else { continue };
        let order = orders.get(name).copied().unwrap_or(0);
        solved.push(shown(name, field, order, time, rate));
        let sides = field.sides.as_ref().unwrap_or(&grid.sides);
        let boundaries = sides
            .iter()
            .enumerate()
            .map(|(axis, sides)| boundary(&mut reader, axis, sides, field, *component))
            .collect::<Result<Vec<_>>>()?;
        if order < 2 && !field.velocity.is_empty() {
            return refuse(format!(
                "`{name}` starts with a velocity, and the equation has no second derivative of it in {time}: its rate follows from the equation"
            ))
            .hint(format!("{name} = field(B, …), without velocity"))
            .into();
        }
        let start = |values: &Arc<[Arc<[Complex64]>]>| {
            values.get(*component).map_or_else(Vec::new, |values| values.to_vec())
        };
        system_fields.push(Field {
            name: name.clone(),
            complex: field.complex,
            order,
            rate: reader.term(rate)?,
            boundaries,
            start: start(&field.start),
            start_velocity: start(&field.velocity),
            edge: if grid.mask_fixed { Edge::Held } else { Edge::Closed },
            shift: [false; 3],
        });
    }
    let noises = (0..reader.noises.len())
        .map(|place| {
            let is_it = |part: &Term| matches!(part, Term::Noise(own) if *own == place);
            let driven = || system_fields.iter().filter(|own| any(&own.rate, &is_it));
            // What also drives a real field is real.
            let complex = driven().all(|own| own.complex) && driven().next().is_some();
            Noise { name: format!("ξ{}", place + 1), complex, uniform: false }
        })
        .collect();
    let (given, labels) = (reader.given, reader.noises);
    Ok(EvolutionSystem {
        system: System { grid: grid.grid.clone(), fields: system_fields, given, noises },
        unknowns: evolving
            .into_iter()
            .map(|(_, field, component)| (field, component))
            .collect(),
        equations: solved,
        noises: labels,
        yielding: Vec::new(),
        grid,
    })
}

/// Whether a formula has i outside real parts, moduli and the like.
fn imaginary(formula: &Expr) -> bool {
    match formula.node() {
        Node::Constant(Constant::I) => true,
        Node::Call(Function::Re | Function::Im | Function::Abs | Function::Arg, _) => {
            false
        }
        _ => formula.children().into_iter().any(imaginary),
    }
}

/// The field, made complex where the rate of one of its components has i in it and nobody said that it is real: `i ∂_t ψ == …` has
/// no real solutions.
fn as_complex(
    field: &Arc<FieldValue>,
    fields: &BTreeMap<String, (Arc<FieldValue>, usize)>,
    rates: &[(String, Expr)],
) -> Arc<FieldValue> {
    let own =
        |name: &str| fields.get(name).is_some_and(|(other, _)| Arc::ptr_eq(other, field));
    if field.complex
        || field.declared_real
        || !rates.iter().any(|(name, rate)| own(name) && imaginary(rate))
    {
        return field.clone();
    }
    Arc::new(FieldValue { complex: true, ..(**field).clone() })
}

/// The equation that is evolved, for people.
fn shown(
    name: &str,
    field: &FieldValue,
    order: usize,
    time: &Symbol,
    rate: &Expr,
) -> Expr {
    let mut arguments = vec![Expr::symbol(time.name())];
    arguments.extend(field.grid.coordinates.iter().map(|x| Expr::symbol(x.name())));
    let unknown = Expr::apply(Symbol::new(name), arguments);
    let left = match order {
        0 => unknown,
        _ => Expr::call(
            Function::Derivative,
            vec![unknown, Expr::symbol(time.name()), Expr::integer(order)],
        ),
    };
    Expr::equation(left, rate.clone())
}

fn boundary(
    reader: &mut Reader<'_>,
    axis: usize,
    sides: &Sides,
    field: &FieldValue,
    component: usize,
) -> Result<[Boundary; 2]> {
    let own = reader.grid.grid.axes.get(axis).cloned();
    // Boxes are made before their fields, whose names are symbols there.
    let named: Vec<String> = reader.unknowns.keys().cloned().collect();
    let depends_on_field = |value: &Expr| {
        named.iter().find(|name| {
            value.any(&mut |part| match part.node() {
                Node::Symbol(symbol) => symbol.name() == name.as_str(),
                Node::Apply(own, _) => own.name() == name.as_str(),
                _ => false,
            })
        })
    };
    let mut read = |kind: &BoundaryKind, upper: bool| -> Result<Boundary> {
        // On a side its own coordinate is a number, so that any function of it is one.
        let mut term = |value: &Expr| {
            match depends_on_field(value) {
            Some(name) => Diagnostic::error(
                &codes::E0310_EVOLUTION,
                format!("the condition `{value}` depends on the field `{name}`: sides are functions of {} and the coordinates", reader.time),
            )
            .at(reader.span)
            .hint("robin(a, b, v) for a u + b ∂u/∂n = v, linear in the field")
            .hint("a flux that depends on the field, as a term in the equation beside a side with neumann(0)")
            .into(),
            None => match &own {
            Some(own) => {
                let end = super::number(if upper { own.high } else { own.low });
                reader.term(&value.substitute(&[(Expr::symbol(&own.name), end)]))
            }
            None => reader.term(value),
            },
        }
        };
        Ok(match kind {
            BoundaryKind::Periodic => Boundary::Periodic,
            BoundaryKind::Antiperiodic => Boundary::Antiperiodic,
            BoundaryKind::Dirichlet(value) => Boundary::Dirichlet(term(value)?),
            BoundaryKind::Neumann(value) => Boundary::Neumann(term(value)?),
            BoundaryKind::Robin(a, b, value) => {
                Boundary::Robin { a: term(a)?, b: term(b)?, value: term(value)? }
            }
            BoundaryKind::Clamped(value, slope) => {
                Boundary::Clamped { value: term(value)?, slope: term(slope)? }
            }
            BoundaryKind::Free => Boundary::Free,
            BoundaryKind::Outflow => Boundary::Outflow,
            BoundaryKind::Absorbing(speed) => Boundary::Absorbing { speed: term(speed)? },
            BoundaryKind::Centre => {
                let mirrored = polar_angle(field, axis);
                if mirrored.is_none() && turns_over(reader.grid, axis) {
                    let message = "beyond the centre of spherical coordinates lies the cell at π - θ and half a turn on, which is not known here";
                    return Diagnostic::error(&codes::E0310_EVOLUTION, message)
                        .at(reader.span)
                        .hint("an angle θ = 0..pi with `centre` at both ends, the poles")
                        .hint("let the radius begin above 0")
                        .hint("a field of the radius alone: box(r = 0..1; boundary = [centre, dirichlet(0)])")
                        .into();
                }
                let angle = half_turn(reader.grid, axis);
                let scalar = matches!(field.shape, super::FieldShape::Scalar);
                if !scalar && (angle.is_some() || mirrored.is_some()) {
                    let message = format!(
                        "{} has components along coordinates that turn around the centre: of a vector that is smooth there they are not (a constant one has -sin(φ)/r along φ)",
                        field.name.as_deref().unwrap_or("the field")
                    );
                    return Diagnostic::error(&codes::E0310_EVOLUTION, message)
                        .at(reader.span)
                        .hint("its Cartesian components as fields of their own, which are scalars: ∂_t V_x == laplacian(V_x)")
                        .hint("let the radius begin above 0")
                        .into();
                }
                let sign = centre_sign(field, component, axis, mirrored);
                Boundary::Centre { angle, mirrored, sign }
            }
            BoundaryKind::ByComponent(_) | BoundaryKind::ByDirection(_) => {
                let message = format!("`{}` is for vectors", kind.plain());
                return Diagnostic::error(&codes::E0310_EVOLUTION, message)
                    .at(reader.span)
                    .into();
            }
        })
    };
    let own = |kind: &BoundaryKind| kind.of(component, axis).clone();
    Ok([read(&own(&sides.low), false)?, read(&own(&sides.high), true)?])
}

/// Whether the centre of this axis is that of spherical coordinates: another axis is the angle from a pole.
fn turns_over(grid: &BoxValue, radius: usize) -> bool {
    grid.grid.axes.iter().enumerate().any(|(place, axis)| {
        let poles = grid.sides.get(place).is_some_and(|sides| {
            [&sides.low, &sides.high]
                .into_iter()
                .any(|side| matches!(side, BoundaryKind::Centre))
        });
        place != radius
            && !axis.closed
            && (poles || matches!(axis.name.as_str(), "θ" | "theta" | "ϑ"))
            // The poles of a sphere of fixed or free radius are no centre of it.
            && grid.grid.axes.get(radius).is_some_and(|own| {
                (own.high - std::f64::consts::PI).abs() > 1e-9
                    || !matches!(own.name.as_str(), "θ" | "theta" | "ϑ")
            })
    })
}

/// The axis of an angle that runs once round.
fn half_turn(grid: &BoxValue, radius: usize) -> Option<usize> {
    grid.grid.axes.iter().enumerate().position(|(place, axis)| {
        place != radius
            && axis.closed
            && ((axis.high - axis.low) / std::f64::consts::TAU - 1.0).abs() < 1e-9
    })
}

/// The axis of the polar angle of spherical coordinates, mirrored where the radius passes through 0: it has a centre at both ends.
fn polar_angle(field: &FieldValue, radius: usize) -> Option<usize> {
    let sides = field.sides.as_ref().unwrap_or(&field.grid.sides).iter().enumerate();
    let mut poles = sides.filter(|(place, sides)| {
        let centre = |kind: &BoundaryKind| matches!(kind, BoundaryKind::Centre);
        *place != radius && centre(&sides.low) && centre(&sides.high)
    });
    poles.next().map(|(place, _)| place)
}

/// The sign that a component takes across the centre: that of the radius, and of the polar angle where it is mirrored, turns round
/// with each of its indices, the others keep theirs.
fn centre_sign(
    field: &FieldValue,
    component: usize,
    radius: usize,
    mirrored: Option<usize>,
) -> f64 {
    use super::FieldShape;
    let rank = field.grid.coordinates.len();
    let turns = |place: usize| usize::from(place == radius || mirrored == Some(place));
    let radial = match field.shape {
        FieldShape::Scalar | FieldShape::Links => 0,
        FieldShape::Vector | FieldShape::Covector => turns(component),
        FieldShape::Tensor => turns(component / rank) + turns(component % rank),
    };
    if radial % 2 == 1 { -1.0 } else { 1.0 }
}
