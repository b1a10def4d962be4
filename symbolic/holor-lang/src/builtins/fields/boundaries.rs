//! What fields do at the sides of a box: words for `boundary = …`.

use holor_algebra::{Expr, Symbol};
use holor_macros::builtin;

use crate::Builtin;

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
];

fn condition(name: &str, arguments: Vec<Expr>) -> Expr {
    Expr::apply(Symbol::new(name), arguments)
}

/// A side where a field continues with the values of the opposite side.
///
/// ```holor
/// box(x = 0..1; points = 4, boundary = periodic)    # => box(x = 0..1; points = [4], boundary = [periodic])
/// ```
#[builtin(topic = "fields", latex = none, since = "0.3", see("box", "antiperiodic"))]
fn periodic() -> Expr {
    condition("periodic", Vec::new())
}

/// A side where a field continues with minus the values of the opposite side.
///
/// ```holor
/// box(x = 0..1; points = 4, boundary = antiperiodic)    # => box(x = 0..1; points = [4], boundary = [antiperiodic])
/// ```
#[builtin(topic = "fields", latex = none, since = "0.3", see("box", "periodic"))]
fn antiperiodic() -> Expr {
    condition("antiperiodic", Vec::new())
}

/// A side where a field has a value, which may depend on time and the other coordinates; 0 if left out.
///
/// ```holor
/// box(x = 0..1; points = 4, boundary = [dirichlet(1), neumann])    # => box(x = 0..1; points = [4], boundary = [[dirichlet(1), neumann(0)]])
/// ```
#[builtin(topic = "fields", latex = none, since = "0.3", see("box", "neumann", "robin"))]
fn dirichlet(
    /// The value.
    value: Option<Expr>,
) -> Expr {
    condition("dirichlet", vec![value.unwrap_or_else(Expr::zero)])
}

/// A side where the outward derivative of a field has a value; 0, no flux, if left out.
///
/// ```holor
/// box(x = 0..1; points = 4, boundary = neumann)    # => box(x = 0..1; points = [4], boundary = [neumann(0)])
/// ```
#[builtin(topic = "fields", latex = none, since = "0.3", see("box", "dirichlet", "robin"))]
fn neumann(
    /// The derivative along the outward normal, in units of the coordinate.
    value: Option<Expr>,
) -> Expr {
    condition("neumann", vec![value.unwrap_or_else(Expr::zero)])
}

/// A side where `a u + b ∂u/∂n` has a value, `n` pointing outwards.
///
/// ```holor
/// box(x = 0..1; points = 4, boundary = robin(1, 2, 0))    # => box(x = 0..1; points = [4], boundary = [robin(1, 2, 0)])
/// ```
#[builtin(topic = "fields", latex = none, since = "0.3", see("box", "dirichlet", "neumann"))]
fn robin(
    /// The factor of the field.
    a: Expr,
    /// The factor of its outward derivative.
    b: Expr,
    /// The value.
    value: Expr,
) -> Expr {
    condition("robin", vec![a, b, value])
}

/// A side that lets waves of a speed leave: `∂_t u + c ∂u/∂n = 0` (Sommerfeld; Engquist and Majda's first order).
///
/// ```holor
/// box(x = 0..1; points = 4, boundary = absorbing(2))    # => box(x = 0..1; points = [4], boundary = [absorbing(2)])
/// ```
#[builtin(topic = "fields", latex = none, since = "0.3", see("box", "outflow"))]
fn absorbing(
    /// The speed of the waves; 1 if left out.
    speed: Option<Expr>,
) -> Expr {
    condition("absorbing", vec![speed.unwrap_or_else(Expr::one)])
}

/// A side where a field and its outward derivative have values: the end of a beam that is held.
///
/// For equations of fourth order, also at the edges of plates. Both are 0 if left out. A hinged end, u = 0 and ∂²u/∂n² = 0, is `dirichlet(0)`.
///
/// ```holor
/// box(x = 0..1; points = 4, boundary = [clamped, free])    # => box(x = 0..1; points = [4], boundary = [[clamped(0, 0), free]])
/// ```
#[builtin(topic = "fields", latex = none, since = "0.3", see("box", "free", "dirichlet"))]
fn clamped(
    /// The value.
    value: Option<Expr>,
    /// The derivative along the outward normal, in units of the coordinate.
    slope: Option<Expr>,
) -> Expr {
    let zero = |given: Option<Expr>| given.unwrap_or_else(Expr::zero);
    condition("clamped", vec![zero(value), zero(slope)])
}

/// A side where the second and third derivatives of a field are 0: the free end of a beam.
///
/// For equations of fourth order: neither a moment nor a force acts there.
///
/// ```holor
/// box(x = 0..1; points = 4, boundary = free)    # => box(x = 0..1; points = [4], boundary = [free])
/// ```
#[builtin(topic = "fields", latex = none, since = "0.3", see("box", "clamped", "outflow"))]
fn free() -> Expr {
    condition("free", Vec::new())
}

/// A side where a field continues smoothly and nothing is prescribed.
///
/// ```holor
/// box(x = 0..1; points = 4, boundary = [neumann, outflow])    # => box(x = 0..1; points = [4], boundary = [[neumann(0), outflow]])
/// ```
#[builtin(topic = "fields", latex = none, since = "0.3", see("box", "absorbing"))]
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
#[builtin(topic = "fields", latex = none, since = "0.3", aliases("center"), see("box", "periodic"))]
fn centre() -> Expr {
    condition("centre", Vec::new())
}
