//! Boxes, and fields on them.

use std::sync::Arc;

use holor_algebra::{Expr, Symbol};
use holor_field::equation::{Axis, Complex64, Grid};
use holor_macros::builtin;

use super::room;
use crate::ast::AstKind;
use crate::builtin::{Deferred, Many, RangeBinding, Spanned, word};
use crate::evaluate::{Call, nearest};
use crate::field::{
    BoundaryKind, BoxValue, FieldShape, FieldValue, Sampler, Sides, Simulation,
    has_noise, read_boundaries,
};
use crate::{Builtin, Diagnostic, NumericArray, Result, Span, Value, codes};

/// The records of this file.
pub(crate) static BUILTINS: &[&Builtin] = &[&BOX, &FIELD];

/// A start with conditions is evaluated at so many cells at most, one by one.
const MOST_IN_TURN: usize = 1 << 18;

/// A box has at most so many cells.
const MOST_CELLS: usize = 1 << 31;

word! {
    /// What holds at the edge of a mask.
    pub(crate) Edge {
        /// Nothing flows through it.
        Neumann = "neumann",
        /// Values outside stay as they are at the start.
        Dirichlet = "dirichlet",
    }
}

/// A box in one to three coordinates, with points, and with what fields do at its sides.
///
/// `boundary` is one condition for all sides or a list with an entry for each coordinate, an entry being a condition or a list
/// of two for the lower and the upper end: `periodic`, `antiperiodic`, `dirichlet(v)`, `neumann(v)`, `robin(a, b, v)`,
/// `absorbing(c)`, `clamped(v, s)`, `free`, `outflow`, `centre`. Values may depend on the other coordinates and on time. A field may have its own:
/// `field(B, …, boundary = neumann)`. Components of a vector have values of their own in `dirichlet([1, 0])`, and conditions of their own in
/// `by_component(dirichlet(0), neumann)`, `by_direction(dirichlet(0), neumann)` and `free_slip`.
///
/// Points of a periodic coordinate begin at its lower end and end one step before the upper one. Any other has cells with the
/// points in their middle: the sides lie half a step beyond the first and the last point.
///
/// `mask` is a condition that holds where the domain is. Outside values stay as they are; nothing flows through its edge, unless
/// `edge = dirichlet`.
///
/// ```holor
/// box(x = 0..2pi; points = 64, boundary = periodic).x[2]                # => 0.09817477042468103
/// B = box(x = 0..1, y = 0..2; points = [2, 4], boundary = neumann); B.y    # => array([0.25, 0.75, 1.25, 1.75], y = [0.25, 0.75, 1.25, 1.75])
/// box(x = 0..1; points = 1)                                             # error: [E0204]
/// ```
#[builtin(topic = "fields", latex = none, since = "0.1", returns = "box", see("field", "evolve"))]
fn r#box(
    call: &Call<'_>,
    /// The coordinates with their ranges.
    #[variadic]
    coordinates: Vec<RangeBinding>,
    /// How many points, for all coordinates or for each; 128 if left out, 64 in three dimensions.
    #[named]
    points: Option<Spanned<Many<usize>>>,
    /// What fields do at the sides; periodic if left out.
    #[named]
    boundary: Option<Spanned<Value>>,
    /// A condition that holds inside of the domain.
    #[named]
    mask: Option<Deferred>,
    /// What holds at the edge of the mask; `neumann` if left out.
    #[named]
    edge: Option<Edge>,
) -> Result<Value> {
    let rank = coordinates.len();
    if !(1..=3).contains(&rank) {
        let message = "a box has one to three coordinates";
        return Err(call.error(&codes::E0202_WRONG_ARGUMENTS, message));
    }
    let points = match points {
        None => vec![if rank == 3 { 64 } else { 128 }; rank],
        Some(points) => match points.value.items.as_slice() {
            [all] if !points.value.list || rank == 1 => vec![*all; rank],
            each if each.len() == rank => each.to_vec(),
            each => {
                return Diagnostic::error(
                    &codes::E0203_WRONG_SHAPE,
                    format!("{} numbers of points for {rank} coordinates", each.len()),
                )
                .at(points.span)
                .into();
            }
        },
    };
    let cells = points.iter().try_fold(1_usize, |all, own| all.checked_mul(*own));
    if points.iter().any(|own| *own < 2) || cells.is_none_or(|cells| cells > MOST_CELLS) {
        let message = "a coordinate has at least 2 points, and a box at most 2^31 cells";
        return Err(call.error(&codes::E0204_OUT_OF_RANGE, message));
    }
    let boundary_span = boundary.as_ref().map(|boundary| boundary.span);
    let sides = match boundary {
        None => vec![Sides::both(BoundaryKind::Periodic); rank],
        Some(boundary) => read_boundaries(&boundary.value, rank, boundary.span)?,
    };
    let mut axes = Vec::with_capacity(rank);
    for ((coordinate, points), sides) in coordinates.iter().zip(&points).zip(&sides) {
        let (low, high) = (
            call.real_number(&coordinate.range.start, coordinate.span)?,
            call.real_number(&coordinate.range.end, coordinate.span)?,
        );
        if low >= high || coordinate.range.step.is_some() {
            let message =
                format!("`{}` runs from a lower to a higher number", coordinate.symbol);
            return Diagnostic::error(&codes::E0204_OUT_OF_RANGE, message)
                .at(coordinate.span)
                .hint(format!("{} = 0..1", coordinate.symbol))
                .into();
        }
        if axes.iter().any(|axis: &Axis| axis.name == coordinate.symbol.name()) {
            let message = format!("the coordinate `{}` stands twice", coordinate.symbol);
            return Err(call.error(&codes::E0202_WRONG_ARGUMENTS, message));
        }
        axes.push(Axis {
            name: coordinate.symbol.name().to_owned(),
            low,
            high,
            points: *points,
            closed: sides.low.is_closed(),
        });
    }
    let symbols: Vec<Symbol> = coordinates.iter().map(|own| own.symbol.clone()).collect();
    if let Some(boundary) = boundary_span
        && let Some(other) = other_coordinate(&sides, &symbols)
    {
        let names: Vec<&str> = symbols.iter().map(Symbol::name).collect();
        let message = format!(
            "a side depends on `{other}`, which is no coordinate of this box in {}",
            names.join(", ")
        );
        let error = Diagnostic::error(&codes::E0202_WRONG_ARGUMENTS, message);
        let meant = names.into_iter().find(|_| rank > 1).unwrap_or("t");
        return error.at(boundary).hint(format!("dirichlet(sin({meant}))")).into();
    }
    let mut value = BoxValue {
        coordinates: symbols.into(),
        grid: Grid { axes, mask: None },
        sides,
        mask: None,
        mask_fixed: edge == Some(Edge::Dirichlet),
    };
    if mask.is_none() && edge.is_some() {
        let message = "`edge` says what holds at the edge of a mask, and there is none";
        return Err(hinted(
            call,
            message.into(),
            "mask = x^2 + y^2 < 1, edge = dirichlet",
        ));
    }
    if let Some(mask) = mask {
        let condition = formula(call, &mask, &value)?;
        let inside =
            Sampler::new(&value, &call.engine()).values(&condition, call.span())?;
        let (yes, no) = (Complex64::new(1.0, 0.0), Complex64::new(0.0, 0.0));
        if let Some(other) = inside.iter().find(|value| **value != yes && **value != no) {
            let message = format!(
                "a mask is a condition, or 1 inside and 0 outside; `{condition}` is {} at a point",
                crate::array::number(*other).plain()
            );
            return Err(hinted(call, message, &format!("mask = {condition} > 0")));
        }
        let inside: Vec<bool> = inside.iter().map(|value| *value == yes).collect();
        if !inside.contains(&true) {
            let message = format!("`{condition}` holds at no point of the box");
            return Err(call.error(&codes::E0204_OUT_OF_RANGE, message));
        }
        value.grid.mask = Some(inside.into());
        value.mask = Some(condition);
    }
    Ok(Value::Simulation(Simulation::Box(Arc::new(value))))
}

/// A letter for a place in the conditions at the sides that is no coordinate: other symbols may be the time, or get a value later.
fn other_coordinate(sides: &[Sides], coordinates: &[Symbol]) -> Option<Symbol> {
    let values = sides.iter().flat_map(|sides| [&sides.low, &sides.high]);
    values.flat_map(BoundaryKind::values).flat_map(Expr::free_symbols).find(|symbol| {
        matches!(symbol.name(), "x" | "y" | "z" | "r") && !coordinates.contains(symbol)
    })
}

/// A field on a box, with its values at the start.
///
/// In formulas its name stands for an unknown function of time and the box's coordinates, so that `diff(A, t)`, `laplacian(A)`,
/// `|A|^2 A` are what they are on paper; where data is meant, as in `plot(A)`, it is the values at the start.
///
/// The start is a formula in the coordinates, an array with the box's points, or `noise(0.1, seed = 1)`; 0 if left out. Words before
/// it say more: `complex`, as a field is anyway whose start is or whose equation has i, unless it is `real`; `vector` (index up),
/// `covector` or `tensor` (two lower indices), whose start is a list of components, of a tensor also of its rows; `links` of SU(2), four components of a unit quaternion for each direction, without field if the start is left out.
///
/// ```holor
/// B = box(x = 0..1; points = 8); u = field(B, sin(2 pi x)); diff(u, x)      # => diff(u(t, x), x)
/// B = box(x = 0..1; points = 8); A = field(B, complex, noise(0.1, seed = 1)); A    # => a complex field A on 8 points over x
/// B = box(x = 0..1; points = 8); field(B, 1/(x - 1/2))                      # error: [E0401]
/// ```
#[builtin(topic = "fields", latex = none, since = "0.1", returns = "field", see("box", "evolve", "noise"))]
fn field(
    call: &Call<'_>,
    /// The box.
    r#box: Arc<BoxValue>,
    /// Words for its kind, and the values at the start.
    #[variadic]
    start: Vec<Deferred>,
    /// The derivative in time at the start, for equations of second order; 0 if left out.
    #[named]
    velocity: Option<Deferred>,
    /// What it does at the sides, where that differs from the box.
    #[named]
    boundary: Option<Spanned<Value>>,
    /// The symbol of time in its equations; `t` if left out.
    #[named]
    time: Option<Symbol>,
) -> Result<Value> {
    let grid = r#box;
    let (mut complex, mut real, mut shape) = (false, false, FieldShape::Scalar);
    let mut formulas = Vec::new();
    for given in &start {
        match &given.0.body.kind {
            AstKind::Name(name) if &*name.text == "complex" => complex = true,
            AstKind::Name(name) if &*name.text == "real" => real = true,
            AstKind::Name(name) if &*name.text == "vector" => shape = FieldShape::Vector,
            AstKind::Name(name) if &*name.text == "covector" => {
                shape = FieldShape::Covector;
            }
            AstKind::Name(name) if &*name.text == "tensor" => shape = FieldShape::Tensor,
            AstKind::Name(name) if &*name.text == "links" => shape = FieldShape::Links,
            _ => formulas.push(given),
        }
    }
    if complex && real {
        let message = "a field is real or complex";
        return Err(call.error(&codes::E0202_WRONG_ARGUMENTS, message));
    }
    if formulas.len() > 1 {
        if let Some(error) = no_kind(call, &formulas) {
            return Err(error);
        }
        let message = format!("a field has one start, found {}", formulas.len());
        return Err(hinted(call, message, "field(B, complex, exp(-x^2))"));
    }
    let rank = grid.coordinates.len();
    let components = match shape {
        FieldShape::Scalar => 1,
        FieldShape::Vector | FieldShape::Covector => rank,
        FieldShape::Tensor => rank * rank,
        FieldShape::Links => 4 * rank,
    };
    check_memory(call, &grid, components * if velocity.is_some() { 2 } else { 1 })?;
    let time = time.unwrap_or_else(|| Symbol::new("t"));
    if grid.axis_of(&time).is_some() {
        let message = format!("`{time}` is a coordinate of the box and the time");
        return Err(hinted(call, message, "field(B, …, time = τ)"));
    }
    let read = |given: Option<&Deferred>, salt: u64| -> Result<Started> {
        match given {
            None => {
                let values = (0..components).map(|place| {
                    // Links are 1 where nothing is said: no field.
                    let unit = shape == FieldShape::Links && place % 4 == 0 && salt == 0;
                    vec![Complex64::new(f64::from(u8::from(unit)), 0.0); grid.cells()]
                });
                Ok((values.collect(), Vec::new()))
            }
            Some(given) => components_of(call, given, &grid, components, complex, salt),
        }
    };
    let (values, start_formulas) = read(formulas.first().copied(), 0)?;
    if shape == FieldShape::Links
        && let Some(given) = formulas.first()
    {
        check_links(&grid, &values, given.0.body.span)?;
    }
    let (velocities, velocity_formulas) = match &velocity {
        None => (Vec::new(), Vec::new()),
        Some(velocity) => read(Some(velocity), 1)?,
    };
    let mut all = values.iter().chain(&velocities).flatten();
    if let Some(value) = all.find(|value| value.im != 0.0) {
        if real {
            let message =
                format!("a value at the start is {value}, and the field is real");
            return Err(hinted(call, message, "field(B, complex, …)"));
        }
        complex = true;
    }
    let sides = boundary
        .map(|given| {
            let sides = read_boundaries(&given.value, rank, given.span)?;
            let closed = |sides: &Sides| sides.low.is_closed();
            if sides.iter().map(closed).ne(grid.sides.iter().map(closed)) {
                let message =
                    "a field is periodic along the coordinates along which its box is";
                return Diagnostic::error(&codes::E0202_WRONG_ARGUMENTS, message)
                    .at(given.span)
                    .into();
            }
            Ok(sides)
        })
        .transpose()?;
    check_sides(call, sides.as_ref().unwrap_or(&grid.sides), shape, components)?;
    let shared = |all: Vec<Vec<Complex64>>| -> Arc<[Arc<[Complex64]>]> {
        all.into_iter().map(Arc::from).collect()
    };
    Ok(Value::Simulation(Simulation::Field(Arc::new(FieldValue {
        name: None,
        grid,
        shape,
        complex,
        declared_real: real,
        time,
        start: shared(values),
        start_formulas: start_formulas.into(),
        velocity: shared(velocities),
        velocity_formulas: velocity_formulas.into(),
        sides,
    }))))
}

/// Refuses conditions for other numbers of components.
fn check_sides(
    call: &Call<'_>,
    sides: &[Sides],
    shape: FieldShape,
    components: usize,
) -> Result<()> {
    let mut all = sides.iter().flat_map(|sides| [&sides.low, &sides.high]);
    match all.find_map(|kind| kind.unfit(shape, components)) {
        Some((message, hint)) => Err(hinted(call, message, &hint)),
        None => Ok(()),
    }
}

/// Refuses links that are no unit quaternions; those of a run may be off by the error of its method in time.
fn check_links(grid: &BoxValue, values: &[Vec<Complex64>], span: Span) -> Result<()> {
    for (direction, parts) in values.chunks(4).enumerate() {
        for cell in 0..grid.cells() {
            let norm = parts
                .iter()
                .filter_map(|part| part.get(cell))
                .map(Complex64::norm_sqr)
                .sum::<f64>()
                .sqrt();
            if (norm - 1.0).abs() <= 1e-3 {
                continue;
            }
            let message = format!(
                "links of SU(2) are quaternions of norm 1; in direction {} there is one of norm {}",
                direction + 1,
                crate::array::short(norm)
            );
            return Diagnostic::error(&codes::E0204_OUT_OF_RANGE, message)
                .at(span)
                .hint("normalise_links(…)")
                .hint("field(B, links, [cos(a), 0, 0, sin(a), …])")
                .into();
        }
    }
    Ok(())
}

/// Refuses a start that does not fit into memory, before it is made: with the numbers, and points that fit.
fn check_memory(call: &Call<'_>, grid: &BoxValue, components: usize) -> Result<()> {
    // One more while it is made.
    let cell = (components + 1) * size_of::<Complex64>();
    let needed = grid.cells().saturating_mul(cell) as u64;
    let axes = &grid.grid.axes;
    let points: Vec<String> = axes.iter().map(|axis| axis.points.to_string()).collect();
    let what = format!("a field on {} points takes", points.join("×"));
    let Some((error, free)) = room::beyond_free(call, &what, needed) else {
        return Ok(());
    };
    let share = (free as f64 / 2.0 / needed as f64).powf(1.0 / axes.len() as f64);
    let fewer = axes.iter().map(|axis| (axis.points as f64 * share / 2.0).floor() * 2.0);
    let fewer: Vec<String> = fewer.map(|points| points.max(2.0).to_string()).collect();
    error.hint(format!("points = [{}]", fewer.join(", "))).into()
}

/// The values of each component, and their formulas where they have any.
type Started = (Vec<Vec<Complex64>>, Vec<Option<Expr>>);

/// The values of each component that an argument gives.
fn components_of(
    call: &Call<'_>,
    given: &Deferred,
    grid: &BoxValue,
    components: usize,
    complex: bool,
    salt: u64,
) -> Result<Started> {
    let value = match evaluate(call, given, grid) {
        Err(error) if error.code == &codes::E0305_UNDECIDED => {
            return Ok((
                cell_by_cell(call, given, grid, components, *error)?,
                vec![None; components],
            ));
        }
        value => value?,
    };
    let value = match value {
        Value::Closure(function)
            if function.parameters.len() == grid.coordinates.len() =>
        {
            let body = Deferred(function.clone());
            let symbols = symbols_of(grid);
            match open_or_decided(call, || call.evaluate_at(&body, &symbols)) {
                Err(error) if error.code == &codes::E0305_UNDECIDED => {
                    return Ok((
                        cell_by_cell(call, &body, grid, components, *error)?,
                        vec![None; components],
                    ));
                }
                value => value?,
            }
        }
        other => other,
    };
    let parts = match call.items(&value, call.span())? {
        Some(items) if !matches!(value, Value::Array(_)) => items,
        // 0 is the vector of zeros as well.
        _ if components > 1 && !value.as_expr().is_some_and(Expr::is_zero) => Vec::new(),
        _ => vec![value; components],
    };
    let parts = in_one_list(call, parts, components)?;
    if parts.len() != components {
        if components == 1 && parts.len() == grid.cells() {
            let message = format!(
                "the start is a list of {} values; values at the points are an array",
                parts.len()
            );
            return Err(hinted(call, message, "field(B, array([…]))"));
        }
        let message = if components == 1 {
            format!("a field has one component, found {}", parts.len())
        } else {
            format!(
                "the start is a list of {components} components, found {}",
                parts.len()
            )
        };
        return Err(call.error(&codes::E0203_WRONG_SHAPE, message));
    }
    let engine = call.engine();
    let mut sampler = Sampler::new(grid, &engine);
    sampler.complex = complex;
    let formulas = parts.iter().map(|part| {
        let formula = part.as_expr()?;
        let own = call.coordinates_of_fields(std::slice::from_ref(formula));
        own.is_none().then(|| formula.clone())
    });
    let formulas = formulas.collect();
    let values: Result<_> = parts
        .iter()
        .enumerate()
        .map(|(place, part)| match part {
            Value::Expr(formula)
                if call
                    .coordinates_of_fields(std::slice::from_ref(formula))
                    .is_some() =>
            {
                from_fields(call, formula, grid)
            }
            Value::Expr(formula) => {
                if has_noise(formula) {
                    sampler.seed = call.seed().wrapping_add(2 * place as u64 + salt);
                }
                sampler.values(formula, call.span())
            }
            Value::Array(array) if array.count() == grid.cells() => {
                check_places(call, array, grid)?;
                Ok(array.to_complex().into_owned())
            }
            Value::Simulation(Simulation::Field(field))
                if field.grid.cells() == grid.cells() =>
            {
                Ok(field.start.first().map_or_else(Vec::new, |values| values.to_vec()))
            }
            other => {
                let message = format!(
                    "the start is a formula in {} or an array of {} values, found {}",
                    grid.names(),
                    grid.cells(),
                    other.describe()
                );
                Err(call.error(&codes::E0201_WRONG_TYPE, message))
            }
        })
        .collect();
    Ok((values?, formulas))
}

/// Refuses an array of a run on a staggered grid whose values stand half a cell beyond the points.
fn check_places(call: &Call<'_>, array: &NumericArray, grid: &BoxValue) -> Result<()> {
    let beyond = grid.axes_at([true; 3]);
    let Some(axis) = array
        .axes()
        .iter()
        .find(|own| beyond.iter().any(|axis| axis.same(own)) && own.len() > 1)
    else {
        return Ok(());
    };
    let x = axis.name();
    let message = format!(
        "the values of `{}` stand half a cell beyond the points along {x}, where a field has its start",
        array.name()
    );
    Err(hinted(call, message, "continue(run, t = …), which goes on from its last frame"))
}

/// The rows of a tensor, one after the other: `[[a, b], [c, d]]` is `[a, b, c, d]`.
fn in_one_list(
    call: &Call<'_>,
    parts: Vec<Value>,
    components: usize,
) -> Result<Vec<Value>> {
    if parts.len() * parts.len() != components || components == 1 {
        return Ok(parts);
    }
    let mut all = Vec::with_capacity(components);
    for row in &parts {
        match call.items(row, call.span())? {
            Some(items)
                if items.len() == parts.len() && !matches!(row, Value::Array(_)) =>
            {
                all.extend(items);
            }
            _ => return Ok(parts),
        }
    }
    Ok(all)
}

/// The start as a formula of other fields on the box, such as a vorticity: by the best differences there are.
fn from_fields(
    call: &Call<'_>,
    formula: &Expr,
    grid: &BoxValue,
) -> Result<Vec<Complex64>> {
    let backend = call
        .world()
        .backend("auto")
        .map_err(|reason| call.error(&codes::E0501_NO_DEVICE, reason))?;
    let fewest = grid.grid.axes.iter().map(|axis| axis.points).min().unwrap_or(0);
    let observed = crate::field::observe(
        formula,
        None,
        &call.fields(),
        &call.engine(),
        &backend,
        (Some(crate::field::best_order(fewest)), call.span()),
        &|error| super::evolve::failed(call, error),
    )?;
    if observed.grid.plain() != grid.plain() {
        let message = format!("the fields in `{formula}` live on another box");
        return Err(call.error(&codes::E0203_WRONG_SHAPE, message));
    }
    Ok(observed.values)
}

/// The start where its conditions on the coordinates make no formula, as in a loop that ends where they hold: a value at each cell in turn.
fn cell_by_cell(
    call: &Call<'_>,
    given: &Deferred,
    grid: &BoxValue,
    components: usize,
    undecided: Diagnostic,
) -> Result<Vec<Vec<Complex64>>> {
    if grid.cells() > MOST_IN_TURN {
        return Err(Box::new(undecided.hint("heaviside(1 - x)")));
    }
    let engine = call.engine();
    let axes: Vec<Vec<f64>> =
        (0..grid.coordinates.len()).map(|axis| grid.points(axis)).collect();
    let mut values = vec![Vec::with_capacity(grid.cells()); components];
    for cell in 0..grid.cells() {
        call.poll()?;
        let mut rest = cell;
        let mut point = vec![0.0; axes.len()];
        for (slot, own) in point.iter_mut().zip(&axes).rev() {
            *slot = own.get(rest % own.len().max(1)).copied().unwrap_or(f64::NAN);
            rest /= own.len().max(1);
        }
        let value = if given.0.parameters.len() == axes.len() {
            let numbers: Vec<Value> = point.iter().map(|x| Value::from(*x)).collect();
            call.evaluate_at(given, &numbers)?
        } else {
            let names = grid.coordinates.iter().map(|own| own.name().into());
            call.evaluate_in(
                given,
                names.zip(point.iter().map(|x| (*x).into())).collect(),
            )?
        };
        let parts = match call.items(&value, call.span())? {
            Some(items) => in_one_list(call, items, components)?,
            None => vec![value],
        };
        for (place, slot) in values.iter_mut().enumerate() {
            let number = parts
                .get(place)
                .and_then(Value::as_expr)
                .and_then(|part| crate::array::complex_number(&engine, part))
                .filter(|number| number.is_finite());
            let Some(number) = number else {
                let place: Vec<String> = grid
                    .coordinates
                    .iter()
                    .zip(&point)
                    .map(|(name, value)| format!("{name} = {value}"))
                    .collect();
                let message =
                    format!("the start has no finite value at {}", place.join(", "));
                return Err(call.error(&codes::E0401_NOT_A_NUMBER, message));
            };
            slot.push(number);
        }
    }
    Ok(values)
}

/// The box's coordinates as symbols.
fn symbols_of(grid: &BoxValue) -> Vec<Value> {
    grid.coordinates.iter().map(|own| Value::Expr(Expr::symbol(own.name()))).collect()
}

/// An argument with the box's coordinates as symbols.
fn evaluate(call: &Call<'_>, given: &Deferred, grid: &BoxValue) -> Result<Value> {
    open_or_decided(call, || {
        call.evaluate_in(
            given,
            grid.coordinates
                .iter()
                .map(|own| (own.name().into(), Value::Expr(Expr::symbol(own.name()))))
                .collect(),
        )
    })
}

/// A value with conditions on the coordinates left open, so that it is one formula for all cells; where that fails, with each decided.
fn open_or_decided(
    call: &Call<'_>,
    evaluate: impl Fn() -> Result<Value>,
) -> Result<Value> {
    match call.with_open_choices(&evaluate) {
        Err(_) => evaluate(),
        value => value,
    }
}

fn formula(call: &Call<'_>, given: &Deferred, grid: &BoxValue) -> Result<Expr> {
    match evaluate(call, given, grid)? {
        Value::Expr(formula) => Ok(formula),
        other => {
            let message = format!("expected a condition, found {}", other.describe());
            Err(call.error(&codes::E0201_WRONG_TYPE, message))
        }
    }
}

/// The error for a word that is no kind of field, among the starts that were found.
fn no_kind(call: &Call<'_>, starts: &[&Deferred]) -> Option<Box<Diagnostic>> {
    const KINDS: [&str; 6] = ["complex", "real", "vector", "covector", "tensor", "links"];
    starts.iter().find_map(|start| {
        let AstKind::Name(name) = &start.0.body.kind else { return None };
        if name.text.chars().count() < 3 || call.variable(name).is_some() {
            return None;
        }
        let kinds = KINDS.join(", ");
        let message = format!("there is no kind of field `{}`, but {kinds}", name.text);
        let error =
            Diagnostic::error(&codes::E0202_WRONG_ARGUMENTS, message).at(name.span);
        Some(Box::new(match nearest(&name.text, KINDS.into_iter()) {
            Some(near) => error.hint(format!("field(B, {near}, …)")),
            None => error,
        }))
    })
}

fn hinted(call: &Call<'_>, message: String, hint: &str) -> Box<Diagnostic> {
    let error = Diagnostic::error(&codes::E0202_WRONG_ARGUMENTS, message);
    Box::new(error.at(call.span()).hint(hint))
}
