//! What fields do at the sides of a box: words for `boundary = …`.

use holor_algebra::{Expr, Symbol};
use holor_macros::builtin;

use crate::builtin::Spanned;
use crate::evaluate::Call;
use crate::field::{self, BoundaryKind};
use crate::{Builtin, Diagnostic, Result, Value, codes};

/// A field has at most so many components.
const MOST_COMPONENTS: usize = 12;

/// The records of this file.
pub(crate) static BUILTINS: &[&Builtin] = &[
    &PERIODIC,
    &ANTIPERIODIC,
    &DIRICHLET,
    &NEUMANN,
    &ROBIN,
    &ABSORBING,
    &CLAMPED,
    &FREE,
    &OUTFLOW,
    &CENTRE,
    &BY_COMPONENT,
    &BY_DIRECTION,
    &FREE_SLIP,
];

fn condition(name: &str, arguments: Vec<Expr>) -> Expr {
    Expr::apply(Symbol::new(name), arguments)
}

/// A condition whose values may be lists with an entry for each component: then it is that of each component.
fn of_components(
    call: &Call<'_>,
    name: &str,
    values: Vec<Option<Spanned<Value>>>,
    otherwise: &Expr,
) -> Result<Expr> {
    let mut components: Option<usize> = None;
    let mut all: Vec<Vec<Expr>> = Vec::new();
    for value in values {
        let Some(value) = value else {
            all.push(vec![otherwise.clone()]);
            continue;
        };
        let mut pending = vec![value.value.clone()];
        let mut own = Vec::new();
        let list = !matches!(value.value, Value::Expr(_));
        // The rows of a tensor stand one after the other.
        while let Some(next) = pending.pop() {
            match (next, own.len() + pending.len()) {
                (Value::Expr(formula), _) => own.push(formula),
                (other, many) => match call.items(&other, value.span)? {
                    Some(items) if many + items.len() <= MOST_COMPONENTS => {
                        pending.extend(items.into_iter().rev());
                    }
                    _ => {
                        let message = format!(
                            "the value of a side is a formula, or a list of one for each component, found {}",
                            other.describe()
                        );
                        return Diagnostic::error(&codes::E0201_WRONG_TYPE, message)
                            .at(value.span)
                            .hint(format!("{name}(0)"))
                            .hint(format!("{name}([1, 0])"))
                            .into();
                    }
                },
            }
        }
        if list {
            if own.is_empty() || components.is_some_and(|count| count != own.len()) {
                let message = match components {
                    Some(count) => format!(
                        "the lists of `{name}` have {count} and {} entries, one for each component",
                        own.len()
                    ),
                    None => "the list of values has no entries".to_owned(),
                };
                return Diagnostic::error(&codes::E0203_WRONG_SHAPE, message)
                    .at(value.span)
                    .into();
            }
            components = Some(own.len());
        }
        all.push(own);
    }
    let of = |component: usize| {
        let values = all.iter().map(|own| {
            own.get(component).or(own.first()).cloned().unwrap_or_else(Expr::zero)
        });
        condition(name, values.collect())
    };
    Ok(match components {
        None => of(0),
        Some(count) => condition(field::BY_COMPONENT, (0..count).map(of).collect()),
    })
}

/// A condition for one component as a formula.
fn single(given: &Spanned<Value>) -> Result<Expr> {
    let kind = BoundaryKind::read(&given.value);
    let formula = match (&given.value, &kind) {
        (Value::Builtin(builtin), Some(_)) if builtin.name != "free_slip" => {
            match builtin.name {
                "dirichlet" | "neumann" => condition(builtin.name, vec![Expr::zero()]),
                "clamped" => condition(builtin.name, vec![Expr::zero(), Expr::zero()]),
                "absorbing" => condition(builtin.name, vec![Expr::one()]),
                name => condition(name, Vec::new()),
            }
        }
        (Value::Expr(formula), Some(_)) => formula.clone(),
        _ => Expr::zero(),
    };
    let closes = matches!(
        kind,
        Some(BoundaryKind::Periodic | BoundaryKind::Antiperiodic | BoundaryKind::Centre)
    );
    if !closes
        && kind.is_some()
        && BoundaryKind::read(&Value::Expr(condition(
            field::BY_COMPONENT,
            vec![formula.clone()],
        )))
        .is_some()
    {
        return Ok(formula);
    }
    let message = if let (true, Some(kind)) = (closes, &kind) {
        format!("`{}` holds for all components alike", kind.plain())
    } else {
        format!(
            "the condition of a component is one like `dirichlet(0)`, found {}",
            given.value.describe()
        )
    };
    Diagnostic::error(&codes::E0202_WRONG_ARGUMENTS, message)
        .at(given.span)
        .hint("by_component(dirichlet(0), neumann)")
        .into()
}

/// A side where a field continues with the values of the opposite side.
///
/// ```holor
/// box(x = 0..1; points = 4, boundary = periodic)    # => box(x = 0..1; points = [4], boundary = [periodic])
/// ```
#[builtin(topic = "fields", latex = none, since = "0.1", see("box", "antiperiodic"))]
fn periodic() -> Expr {
    condition("periodic", Vec::new())
}

/// A side where a field continues with minus the values of the opposite side.
///
/// ```holor
/// box(x = 0..1; points = 4, boundary = antiperiodic)    # => box(x = 0..1; points = [4], boundary = [antiperiodic])
/// ```
#[builtin(topic = "fields", latex = none, since = "0.1", see("box", "periodic"))]
fn antiperiodic() -> Expr {
    condition("antiperiodic", Vec::new())
}

/// A side where a field has a value, which may depend on time and the other coordinates; 0 if left out.
///
/// The components of a vector have values of their own in a list: `dirichlet([1, 0])` is a wall that moves along the first coordinate.
///
/// ```holor
/// box(x = 0..1; points = 4, boundary = [dirichlet(1), neumann])    # => box(x = 0..1; points = [4], boundary = [[dirichlet(1), neumann(0)]])
/// ```
#[builtin(topic = "fields", latex = none, since = "0.1", see("box", "neumann", "robin"))]
fn dirichlet(
    call: &Call<'_>,
    /// The value, or a list with that of each component.
    value: Option<Spanned<Value>>,
) -> Result<Expr> {
    of_components(call, "dirichlet", vec![value], &Expr::zero())
}

/// A side where the outward derivative of a field has a value; 0, no flux, if left out.
///
/// ```holor
/// box(x = 0..1; points = 4, boundary = neumann)    # => box(x = 0..1; points = [4], boundary = [neumann(0)])
/// ```
#[builtin(topic = "fields", latex = none, since = "0.1", see("box", "dirichlet", "robin"))]
fn neumann(
    call: &Call<'_>,
    /// The derivative along the outward normal, in units of the coordinate, or a list with that of each component.
    value: Option<Spanned<Value>>,
) -> Result<Expr> {
    of_components(call, "neumann", vec![value], &Expr::zero())
}

/// A side where `a u + b ∂u/∂n` has a value, `n` pointing outwards.
///
/// ```holor
/// box(x = 0..1; points = 4, boundary = robin(1, 2, 0))    # => box(x = 0..1; points = [4], boundary = [robin(1, 2, 0)])
/// ```
#[builtin(topic = "fields", latex = none, since = "0.1", see("box", "dirichlet", "neumann"))]
fn robin(
    call: &Call<'_>,
    /// The factor of the field; this and the others may be lists with an entry for each component.
    a: Spanned<Value>,
    /// The factor of its outward derivative.
    b: Spanned<Value>,
    /// The value.
    value: Spanned<Value>,
) -> Result<Expr> {
    of_components(call, "robin", vec![Some(a), Some(b), Some(value)], &Expr::zero())
}

/// A side that lets waves of a speed leave: `∂_t u + c ∂u/∂n = 0` (Sommerfeld; Engquist and Majda's first order).
///
/// ```holor
/// box(x = 0..1; points = 4, boundary = absorbing(2))    # => box(x = 0..1; points = [4], boundary = [absorbing(2)])
/// ```
#[builtin(topic = "fields", latex = none, since = "0.1", see("box", "outflow"))]
fn absorbing(
    call: &Call<'_>,
    /// The speed of the waves, or a list with that of each component; 1 if left out.
    speed: Option<Spanned<Value>>,
) -> Result<Expr> {
    of_components(call, "absorbing", vec![speed], &Expr::one())
}

/// A side where a field and its outward derivative have values: the end of a beam that is held.
///
/// For equations of fourth order, also at the edges of plates. Both are 0 if left out. A hinged end, u = 0 and ∂²u/∂n² = 0, is `dirichlet(0)`.
///
/// ```holor
/// box(x = 0..1; points = 4, boundary = [clamped, free])    # => box(x = 0..1; points = [4], boundary = [[clamped(0, 0), free]])
/// ```
#[builtin(topic = "fields", latex = none, since = "0.1", see("box", "free", "dirichlet"))]
fn clamped(
    call: &Call<'_>,
    /// The value; this and the derivative may be lists with an entry for each component.
    value: Option<Spanned<Value>>,
    /// The derivative along the outward normal, in units of the coordinate.
    slope: Option<Spanned<Value>>,
) -> Result<Expr> {
    of_components(call, "clamped", vec![value, slope], &Expr::zero())
}

/// A side where the second and third derivatives of a field are 0: the free end of a beam.
///
/// For equations of fourth order: neither a moment nor a force acts there.
///
/// ```holor
/// box(x = 0..1; points = 4, boundary = free)    # => box(x = 0..1; points = [4], boundary = [free])
/// ```
#[builtin(topic = "fields", latex = none, since = "0.1", see("box", "clamped", "outflow"))]
fn free() -> Expr {
    condition("free", Vec::new())
}

/// A side where a field continues smoothly and nothing is prescribed.
///
/// ```holor
/// box(x = 0..1; points = 4, boundary = [neumann, outflow])    # => box(x = 0..1; points = [4], boundary = [[neumann(0), outflow]])
/// ```
#[builtin(topic = "fields", latex = none, since = "0.1", see("box", "absorbing"))]
fn outflow() -> Expr {
    condition("outflow", Vec::new())
}

/// The centre of polar, cylindrical or spherical coordinates, or a pole of a sphere: a field is regular there.
///
/// A centre is at radius 0, a pole at the polar angle 0 or π. The cells beyond the centre are those on its other side, half a turn away;
/// with a polar angle between two poles also mirrored.
///
/// ```holor
/// box(r = 0..1; points = 4, boundary = [centre, neumann])    # => box(r = 0..1; points = [4], boundary = [[centre, neumann(0)]])
/// box(θ = 0..pi; points = 4, boundary = centre)              # => box(θ = 0..3.141592653589793; points = [4], boundary = [centre])
/// ```
#[builtin(topic = "fields", latex = none, since = "0.1", aliases("center"), see("box", "periodic"))]
fn centre() -> Expr {
    condition("centre", Vec::new())
}

/// A side where each component of a vector or tensor has a condition of its own, in the order of the components.
///
/// Values alone may also be a list, `dirichlet([1, 0])`.
///
/// ```holor
/// box(x = 0..1, y = 0..1; points = 4, boundary = [by_component(dirichlet(0), neumann), neumann])    # => box(x = 0..1, y = 0..1; points = [4, 4], boundary = [by_component(dirichlet(0), neumann(0)), neumann(0)])
/// dirichlet([1, 0])                         # => by_component(dirichlet(1), dirichlet(0))
/// B = box(x = 0..1; points = 8, boundary = dirichlet([0, 1])); field(B, sin(x))    # error: [E0202]
/// ```
#[builtin(topic = "fields", latex = none, since = "0.1", see("box", "by_direction", "free_slip", "dirichlet"))]
fn by_component(
    call: &Call<'_>,
    /// The condition of each component.
    #[variadic]
    conditions: Vec<Spanned<Value>>,
) -> Result<Expr> {
    if conditions.is_empty() {
        let message = "a condition for each component is asked for";
        return Err(call.error(&codes::E0202_WRONG_ARGUMENTS, message));
    }
    let all: Result<Vec<Expr>> = conditions.iter().map(single).collect();
    Ok(condition(field::BY_COMPONENT, all?))
}

/// A side where the component along the normal of a vector or one-form has one condition, and those along the side another.
///
/// At the sides of x the normal is along x, at those of y along y, so that one word holds for all sides. Beside a perfect conductor it is
/// `by_direction(neumann, dirichlet(0))` for E, and `by_direction(dirichlet(0), neumann)` for B.
///
/// ```holor
/// box(x = 0..1, y = 0..1; points = 4, boundary = by_direction(neumann, dirichlet(0)))    # => box(x = 0..1, y = 0..1; points = [4, 4], boundary = [by_direction(neumann(0), dirichlet(0)), by_direction(neumann(0), dirichlet(0))])
/// ```
#[builtin(topic = "fields", latex = none, since = "0.1", see("box", "by_component", "free_slip"))]
fn by_direction(
    /// The condition of the component along the normal.
    normal: Spanned<Value>,
    /// That of the components along the side.
    tangential: Spanned<Value>,
) -> Result<Expr> {
    let both = vec![single(&normal)?, single(&tangential)?];
    Ok(condition(field::BY_DIRECTION, both))
}

/// A wall along which a fluid slides: the velocity along its normal is 0, and so is the normal derivative of the others.
///
/// It is `by_direction(dirichlet(0), neumann(0))`. A wall that holds the fluid is `dirichlet(0)`, one that moves `dirichlet([1, 0])`.
///
/// ```holor
/// box(x = 0..1, y = 0..1; points = 4, boundary = [periodic, free_slip])    # => box(x = 0..1, y = 0..1; points = [4, 4], boundary = [periodic, by_direction(dirichlet(0), neumann(0))])
/// ```
#[builtin(topic = "fields", latex = none, since = "0.1", see("box", "by_direction", "dirichlet"))]
fn free_slip() -> Expr {
    let zero = || vec![Expr::zero()];
    let both = vec![condition("dirichlet", zero()), condition("neumann", zero())];
    condition(field::BY_DIRECTION, both)
}
