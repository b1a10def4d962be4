//! Lattice gauge fields: covariant differences, plaquettes, energies, and the equations of flows down them.

use std::sync::Arc;

use holor_algebra::{Expr, Function, Symbol};
use holor_macros::builtin;

use super::higgs::{Link, LinkBinding, as_value, other_group};
use crate::array::real_number;
use crate::builtin::{Callable, Expected, FromValue, Given, Many, Spanned};
use crate::evaluate::{Call, as_holor};
use crate::field::{
    FieldShape, Lattice, Links, Matter, Quaternion, Simulation, field_of, number,
    rate_equation,
};
use crate::{Builtin, Diagnostic, Result, Span, Value, codes};

/// The records of this file.
pub(crate) static BUILTINS: &[&Builtin] = &[
    &COVARIANT_DIFFERENCE,
    &COVARIANT_LAPLACIAN,
    &PLAQUETTE,
    &ABELIAN_HIGGS,
    &ABELIAN_HIGGS_ENERGY,
    &WILSON_FLOW,
    &WILSON_ACTION,
];

impl FromValue for Links {
    const KIND: &'static str = "a list of links, one for each direction";

    fn from_value(given: &Given, call: &Call<'_>) -> std::result::Result<Self, Expected> {
        match &given.value {
            Value::Simulation(Simulation::Field(field)) => {
                let shape = field.shape;
                call.formula_of_field(field, given.span)?;
                let formulas = field.formulas();
                match shape {
                    FieldShape::Covector => Ok(Links::Angles(formulas)),
                    FieldShape::Links => Ok(Links::Quaternions(
                        formulas.chunks(4).filter_map(quaternion).collect(),
                    )),
                    FieldShape::Scalar | FieldShape::Vector | FieldShape::Tensor => {
                        Err(Expected::Kind)
                    }
                }
            }
            Value::Matrix(matrix) if matrix.columns() == 4 => {
                let rows =
                    (0..matrix.rows()).filter_map(|row| quaternion(matrix.row(row)));
                Ok(Links::Quaternions(rows.collect()))
            }
            Value::List(items) => {
                let angles: Option<Vec<Expr>> =
                    items.iter().map(|item| angle(item, call, given.span)).collect();
                angles.map(Links::Angles).ok_or(Expected::Kind)
            }
            other => {
                let holor = as_holor(other).ok_or(Expected::Kind)?.holor;
                if holor.slots() != [holor_geometry::Slot::DOWN] {
                    return Err(Expected::Kind);
                }
                let field = holor.chart().field();
                let rank = holor.chart().coordinates().len() as u8;
                let parts = (0..rank)
                    .map(|place| field.write(&holor.component(&[place])))
                    .collect();
                Ok(Links::Angles(parts))
            }
        }
    }
}

fn angle(item: &Value, call: &Call<'_>, span: Span) -> Option<Expr> {
    match item {
        Value::Expr(angle) => Some(angle.clone()),
        Value::Simulation(Simulation::Field(field)) => {
            match call.formula_of_field(field, span).ok()? {
                Value::Expr(angle) => Some(angle),
                _ => None,
            }
        }
        _ => None,
    }
}

fn quaternion(parts: &[Expr]) -> Option<Quaternion> {
    match parts {
        [a, b, c, d] => Some([a.clone(), b.clone(), c.clone(), d.clone()]),
        _ => None,
    }
}

/// The lattice of links, one for each direction of the box.
pub(super) fn lattice(
    call: &Call<'_>,
    links: &Spanned<Links>,
    more: &[&Expr],
) -> Result<Lattice> {
    let formulas = links.value.formulas();
    let all = formulas.into_iter().chain(more.iter().copied());
    let lattice = Lattice::of(&call.fields(), all, call.span())?;
    if links.value.count() != lattice.rank() {
        let message = format!(
            "{} links for the directions {}",
            links.value.count(),
            lattice.names()
        );
        return Diagnostic::error(&codes::E0203_WRONG_SHAPE, message)
            .at(links.span)
            .hint("[a_x, a_y]")
            .into();
    }
    Ok(lattice)
}

/// The angles of U(1) links.
fn angles<'a>(call: &Call<'_>, links: &'a Spanned<Links>) -> Result<&'a [Expr]> {
    match &links.value {
        Links::Angles(angles) => Ok(angles),
        Links::Quaternions(_) => Diagnostic::error(
            &codes::E0201_WRONG_TYPE,
            format!("`{}` takes links of U(1): an angle for each direction", call.name()),
        )
        .at(links.span)
        .hint("a = field(B, covector, [0, 0])")
        .into(),
    }
}

/// The gauge-covariant difference `D_k φ = (U_k(x) φ(x + k) - φ(x))/h_k` along a direction, for links of U(1) or SU(2).
///
/// Of U(1) `U_k = e^(-i θ_k)`, and `θ_k = e h_k A_k` is the angle of the link from the point to the next one, so that `D = ∂ - i e A`. Under a
/// gauge transformation `φ → e^(i α) φ`, `θ_k → θ_k + α(x + k) - α(x)` it turns like `φ`. Beyond a side that is not periodic it is 0.
///
/// Links of SU(2), `U = u₀ + i u·σ`, act on two complex components (a doublet) as that matrix, on three real ones (a triplet) as the
/// rotation `R_ab = ½ tr(σ_a U σ_b U⁻¹)`. The result is a list of the components.
///
/// ```holor
/// B = box(x = 0..4; points = 8); φ = field(B, complex, 1); a = field(B, 0); covariant_difference(φ, x = a)    # => -2*φ(t, x) + 2*exp(-i*a(t, x))*shift(φ(t, x), x, 1)
/// B = box(x = 0..4; points = 8); p = field(B, complex, x); q = field(B, complex, 1); U = field(B, links); observe(covariant_difference([p, q], x = U)[1])[1]    # => 1.0
/// ```
#[builtin(
    topic = "fields",
    latex = r"D {0}",
    since = "0.1",
    returns = "expression or list",
    see("covariant_laplacian", "shift", "abelian_higgs", "su2_higgs")
)]
fn covariant_difference(
    call: &Call<'_>,
    /// The matter field: one complex component, a list of two complex ones, or of three real ones.
    f: Matter,
    /// The direction and its link: an angle, a quaternion, or the field of all links.
    link: LinkBinding,
) -> Result<Value> {
    let formulas = f.components().iter().chain(link.formulas());
    let lattice = Lattice::of(&call.fields(), formulas, call.span())?;
    let (axis, own) = link.along(call, &lattice)?;
    match (&f, own) {
        (Matter::Single(field), Link::Angle(angle)) => {
            Ok(Value::Expr(lattice.difference(field, &angle, axis)))
        }
        (Matter::Doublet(_) | Matter::Triplet(_), Link::Quaternion(own)) => {
            Ok(as_value(lattice.matter_difference(&f, &own, axis)))
        }
        _ => Err(other_group(&f, link.span())),
    }
}

/// The error for a coordinate that the box has not.
pub(super) fn no_direction(
    call: &Call<'_>,
    lattice: &Lattice,
    symbol: &Symbol,
) -> Box<Diagnostic> {
    let message =
        format!("the box has no coordinate `{symbol}`; it has {}", lattice.names());
    call.error(&codes::E0202_WRONG_ARGUMENTS, message)
}

/// The gauge-covariant Laplacian `Σ_k (U_k φ(x + k) + U_k(x - k)⁻¹ φ(x - k) - 2 φ)/h_k²`, for links of U(1) or SU(2).
///
/// It is minus the square of `covariant_difference`: `-⟨φ, D² φ⟩ = Σ_k |D_k φ|²` summed over the box. Links that would leave a box
/// that is not periodic do not count. Of U(1) `U_k = e^(-i θ_k)`; links of SU(2) act on lists of two complex components or of three real ones, and
/// the result is such a list.
///
/// ```holor
/// B = box(x = 0..8; points = 8); φ = field(B, complex, 1); a = field(B, 0); covariant_laplacian(φ, [a])    # => -2*φ(t, x) + shift(exp(i*a(t, x))*φ(t, x), x, -1) + exp(-i*a(t, x))*shift(φ(t, x), x, 1)
/// B = box(x = 0..8; points = 8); p = field(B, x^2); U = field(B, links); observe(covariant_laplacian([p, 0, 0], U)[1])[3]    # => 2.0
/// ```
#[builtin(
    topic = "fields",
    latex = r"D^2 {0}",
    since = "0.1",
    returns = "expression or list",
    see("covariant_difference", "abelian_higgs", "su2_higgs", "laplacian")
)]
fn covariant_laplacian(
    call: &Call<'_>,
    /// The matter field: one complex component, a list of two complex ones, or of three real ones.
    f: Matter,
    /// The links, direction by direction, or a field of them.
    links: Spanned<Links>,
) -> Result<Value> {
    let parts: Vec<&Expr> = f.components().iter().collect();
    let lattice = lattice(call, &links, &parts)?;
    match (&f, &links.value) {
        (Matter::Single(field), Links::Angles(angles)) => {
            Ok(Value::Expr(lattice.laplacian(field, angles)))
        }
        (Matter::Doublet(_) | Matter::Triplet(_), Links::Quaternions(all)) => {
            Ok(as_value(lattice.matter_laplacian(&f, all)))
        }
        _ => Err(other_group(&f, links.span)),
    }
}

/// The plaquette of links: of U(1) its angle `θ_k + θ_l(x + k) - θ_k(x + l) - θ_l`, of SU(2) its quaternion.
///
/// The angle is `e h_k h_l F_kl`. It runs along the first coordinate, then the second, and back. In three dimensions the planes are
/// `[yz, zx, xy]`, like the components of the magnetic field, where no plane is named.
///
/// ```holor
/// B = box(x = 0..8, y = 0..8; points = 8); a = field(B, covector, [0, x]); observe(plaquette(a))[2, 2]    # => 1.0
/// ```
#[builtin(topic = "fields", latex = none, since = "0.1", returns = "expression or list", see("covariant_difference", "wilson_action", "observe"))]
fn plaquette(
    call: &Call<'_>,
    /// The links: angles or quaternions, direction by direction, or a field of them.
    links: Spanned<Links>,
    /// The two coordinates of the plane.
    #[variadic]
    plane: Vec<Symbol>,
) -> Result<Value> {
    let lattice = lattice(call, &links, &[])?;
    let of = |k: usize, l: usize| match &links.value {
        Links::Angles(angles) => Value::Expr(lattice.angle(angles, k, l)),
        Links::Quaternions(links) => {
            let parts = lattice.plaquette(links, k, l);
            Value::list(parts.into_iter().map(Value::Expr).collect())
        }
    };
    match (plane.as_slice(), lattice.rank()) {
        ([], 2) => Ok(of(0, 1)),
        ([], 3) => Ok(Value::list(vec![of(1, 2), of(2, 0), of(0, 1)])),
        ([first, second], _) if first != second => {
            let axis = |symbol: &Symbol| {
                lattice
                    .axis_of(symbol)
                    .ok_or_else(|| no_direction(call, &lattice, symbol))
            };
            Ok(of(axis(first)?, axis(second)?))
        }
        _ => {
            let message = "a plaquette lies in the plane of two different coordinates";
            Err(call.error(&codes::E0202_WRONG_ARGUMENTS, message))
        }
    }
}

/// What an Abelian Higgs model is made of.
struct Model {
    lattice: Lattice,
    field: Expr,
    angles: Vec<Expr>,
    coupling: Expr,
    /// W(|φ|²).
    potential: Expr,
    /// W′(|φ|²).
    slope: Expr,
    /// The components of the outer field: `[H]` in two dimensions.
    outer: Vec<Expr>,
}

#[expect(clippy::too_many_arguments, reason = "the options of two built-ins")]
fn model(
    call: &Call<'_>,
    field: Expr,
    links: &Spanned<Links>,
    coupling: Option<Expr>,
    lambda: Option<Expr>,
    v: Option<Expr>,
    potential: Option<Spanned<Callable>>,
    outer: Option<Spanned<Many<Expr>>>,
) -> Result<Model> {
    let lattice = lattice(call, links, &[&field])?;
    let angles = angles(call, links)?.to_vec();
    let known = call.fields();
    let own: Vec<&Expr> = angles.iter().collect();
    lattice.check(&[&field], &own, &known, call.span())?;
    let (matter, _) = field_of(&field, &known, call.span())?;
    if !matter.complex {
        let message = format!("`{field}` is a real field; charged matter is complex");
        return Diagnostic::error(&codes::E0310_EVOLUTION, message)
            .at(call.span())
            .hint("φ = field(B, complex, 1)")
            .into();
    }
    for angle in &angles {
        if field_of(angle, &known, call.span())?.0.complex {
            let message = format!("`{angle}` is complex; the angle of a link is real");
            return Err(call.error(&codes::E0310_EVOLUTION, message));
        }
    }
    check_coupling(call, &lattice, coupling.as_ref())?;
    if lattice.rank() == 1 && outer.is_some() {
        let message = "there is no magnetic field in one dimension";
        return Err(call.error(&codes::E0202_WRONG_ARGUMENTS, message));
    }
    let potential = Potential::new(call, potential, lambda, v)?;
    let here = Expr::call(Function::Abs, vec![field.clone()]).powi(2);
    let outer = match outer {
        None => Vec::new(),
        Some(given) => {
            let wanted = if lattice.rank() == 3 { 3 } else { 1 };
            if given.value.items.len() != wanted {
                let message = format!(
                    "the outer field has {wanted} component{} here, found {}",
                    if wanted == 1 { "" } else { "s" },
                    given.value.items.len()
                );
                return Diagnostic::error(&codes::E0203_WRONG_SHAPE, message)
                    .at(given.span)
                    .hint(if wanted == 3 { "field = [0, 0, H]" } else { "field = H" })
                    .into();
            }
            given.value.items
        }
    };
    Ok(Model {
        lattice,
        field,
        angles,
        coupling: coupling.unwrap_or_else(Expr::one),
        potential: potential.value(&here),
        slope: potential.slope(&here),
        outer,
    })
}

/// Refuses a coupling of 0, and one that depends on the place: the flow would not be the gradient of the energy.
pub(super) fn check_coupling(
    call: &Call<'_>,
    lattice: &Lattice,
    coupling: Option<&Expr>,
) -> Result<()> {
    let placed = coupling.is_some_and(|it| {
        call.holds_fields(it)
            || it.any(&mut |part| {
                part.as_symbol().is_some_and(|own| lattice.axis_of(own).is_some())
            })
    });
    if placed {
        let message = "the coupling is the same at all points; what depends on the place is the potential";
        return Diagnostic::error(&codes::E0310_EVOLUTION, message)
            .at(call.span())
            .hint("coupling = 1")
            .hint("potential = ρ -> (1 + x^2) (1 - ρ)^2/8")
            .into();
    }
    let charge = coupling.map(|it| real_number(&call.engine(), it));
    if charge == Some(Some(0.0)) {
        let message = "with coupling = 0 the energy of the links, divided by its square, is infinite";
        return Diagnostic::error(&codes::E0204_OUT_OF_RANGE, message)
            .at(call.span())
            .hint("coupling = 1")
            .into();
    }
    Ok(())
}

/// A potential of matter, W(|φ|²).
pub(super) struct Potential {
    square: Symbol,
    general: Expr,
    slope: Expr,
}

impl Potential {
    /// The potential that was given as a function, or λ (v² − |φ|²)²/8.
    pub(super) fn new(
        call: &Call<'_>,
        potential: Option<Spanned<Callable>>,
        lambda: Option<Expr>,
        v: Option<Expr>,
    ) -> Result<Self> {
        let square = Symbol::new("square of the field");
        let density = Expr::symbol(square.name());
        let general = match potential {
            Some(potential) => {
                if lambda.is_some() || v.is_some() {
                    let message = "a potential of its own has no `lambda` and no `v`";
                    return Diagnostic::error(&codes::E0202_WRONG_ARGUMENTS, message)
                        .at(potential.span)
                        .into();
                }
                match call.apply(&potential.value, vec![Value::Expr(density.clone())])? {
                    Value::Expr(formula) => formula,
                    other => {
                        let message = format!(
                            "the potential gives {}, not a formula",
                            other.describe()
                        );
                        return Diagnostic::error(&codes::E0201_WRONG_TYPE, message)
                            .at(potential.span)
                            .hint("potential = ρ -> (1 - ρ)^2/8")
                            .into();
                    }
                }
            }
            None => {
                let strength = lambda.unwrap_or_else(Expr::one);
                let vacuum = v.unwrap_or_else(Expr::one).powi(2);
                Expr::mul([Expr::fraction(1, 8), strength, (vacuum - &density).powi(2)])
            }
        };
        check_bounded(call, &general, &square)?;
        let slope = call.engine().differentiate(&general, &density, 1)?;
        Ok(Self { square, general, slope })
    }

    /// W.
    pub(super) fn value(&self, square: &Expr) -> Expr {
        self.general.substitute_symbol(&self.square, square)
    }

    /// W′.
    pub(super) fn slope(&self, square: &Expr) -> Expr {
        self.slope.substitute_symbol(&self.square, square)
    }
}

/// Refuses polynomials that fall without bound where the density of matter grows.
fn check_bounded(call: &Call<'_>, potential: &Expr, density: &Symbol) -> Result<()> {
    let engine = call.engine();
    let Ok(coefficients) = engine.coefficients(potential, density) else { return Ok(()) };
    let leading = coefficients.iter().skip(1).rfind(|it| !it.is_zero());
    let falls =
        leading.and_then(|it| real_number(&engine, it)).is_some_and(|it| it < 0.0);
    if falls {
        let shown = potential.substitute_symbol(density, &Expr::symbol("ρ"));
        let message = format!(
            "the potential `{shown}` of ρ = |φ|² falls without bound, and the energy with it"
        );
        return Diagnostic::error(&codes::E0204_OUT_OF_RANGE, message)
            .at(call.span())
            .hint("lambda = 1")
            .hint("potential = ρ -> (1 - ρ)^2/8")
            .into();
    }
    Ok(())
}

impl Model {
    /// b_kl = e h_k h_l H_kl.
    fn outer(&self, k: usize, l: usize) -> Expr {
        let component = match (self.outer.as_slice(), k, l) {
            ([field], 0, 1) | ([_, _, field], 0, 1) | ([field, _, _], 1, 2) => {
                field.clone()
            }
            ([_, field, _], 0, 2) => field.negate(),
            _ => return Expr::zero(),
        };
        let area = number(self.lattice.spacing(k) * self.lattice.spacing(l));
        Expr::mul([self.coupling.clone(), area, component])
    }

    fn energy(&self) -> Expr {
        let mut terms = Vec::new();
        for (axis, angle) in self.angles.iter().enumerate() {
            let difference = self.lattice.difference(&self.field, angle, axis);
            let square = Expr::call(Function::Abs, vec![difference]).powi(2);
            terms.push(Expr::mul([Expr::fraction(1, 2), square]));
        }
        let weight = |k: usize, l: usize| {
            let area = self.lattice.spacing(k) * self.lattice.spacing(l);
            Expr::mul([number(area.powi(-2)), self.coupling.powi(-2)])
        };
        let outer = |k: usize, l: usize| self.outer(k, l);
        terms.push(self.lattice.angle_action(&self.angles, &outer, &weight));
        terms.push(self.potential.clone());
        Expr::add(terms)
    }

    /// ∂_t φ = D² φ − 2 W′ φ.
    fn matter_rate(&self) -> Expr {
        self.lattice.laplacian(&self.field, &self.angles)
            + Expr::mul([Expr::integer(-2), self.slope.clone(), self.field.clone()])
    }

    /// ∂_t θ_k = e² Im(φ* U_k φ(x + k)) − Σ_l (sin(P_kl − b_kl)(x) − sin(P_kl − b_kl)(x − l))/h_l².
    fn link_rate(&self, k: usize, angle: &Expr) -> Expr {
        let current = Expr::mul([
            self.coupling.powi(2),
            self.lattice.current(&self.field, angle, k),
        ]);
        let outer = |k: usize, l: usize| self.outer(k, l);
        current + self.lattice.angle_rate(&self.angles, &outer, k)
    }
}

/// The Abelian Higgs model, or Ginzburg and Landau's: equations of the flow down its energy, for matter and links.
///
/// The energy is that of `abelian_higgs_energy`, `∫ |D φ|²/2 + (B - H)²/2 + λ (v² - |φ|²)²/8`, and the flow its exact negative gradient
/// on the lattice in the measure of `φ` and `A_k = θ_k/(e h_k)`:
///
/// `∂_t φ = D² φ + λ (v² - |φ|²) φ/2`, and `∂_t θ_k = e² Im(φ* e^(-i θ_k) φ(x + k)) - Σ_l (sin(P_kl - e h_k h_l H_kl) - the same at x - l)/h_l²`.
///
/// A vortex has the flux `2π/e`. With `λ = e²` vortices do not act on each other, and N of them have the energy `π v² N`; below
/// superconductivity is of the first kind, above of the second. Sides that are not periodic are free: no current leaves, and the field
/// outside is `H`. Start from links with a flux (`uniform_flux`) or in a field.
///
/// ```holor
/// B = box(x = 0..8, y = 0..8; points = 8); φ = field(B, complex, 1); a = field(B, covector, [0, 0]); len(abelian_higgs(φ, a, lambda = 2))    # => 3
/// B = box(x = 0..8, y = 0..8; points = 8); φ = field(B, 1); a = field(B, covector, [0, 0]); abelian_higgs(φ, a)    # error: [E0310]
/// ```
#[builtin(topic = "fields", latex = none, since = "0.1", returns = "list of equations", aliases("ginzburg_landau"), see("abelian_higgs_energy", "covariant_laplacian", "uniform_flux", "evolve"))]
#[expect(clippy::too_many_arguments, reason = "options given by name")]
fn abelian_higgs(
    call: &Call<'_>,
    /// The matter field, complex.
    f: Expr,
    /// The angles of the links, direction by direction, or a one-form field of them.
    links: Spanned<Links>,
    /// The charge `e`; 1 if left out.
    #[named]
    coupling: Option<Expr>,
    /// The strength `λ` of the potential; 1 if left out.
    #[named]
    lambda: Option<Expr>,
    /// The modulus of matter in the vacuum; 1 if left out.
    #[named]
    v: Option<Expr>,
    /// Another potential: a function of `|φ|²`.
    #[named]
    potential: Option<Spanned<Callable>>,
    /// The outer magnetic field `H`; in three dimensions its components; none if left out.
    #[named]
    field: Option<Spanned<Many<Expr>>>,
) -> Result<Vec<Expr>> {
    let model = model(call, f, &links, coupling, lambda, v, potential, field)?;
    let time = time_of(call, &model.field)?;
    let mut equations = vec![rate_equation(&model.field, &time, model.matter_rate())];
    for (k, angle) in model.angles.iter().enumerate() {
        equations.push(rate_equation(angle, &time, model.link_rate(k, angle)));
    }
    Ok(equations)
}

fn time_of(call: &Call<'_>, unknown: &Expr) -> Result<Symbol> {
    let known = call.fields();
    Ok(field_of(unknown, &known, call.span())?.0.time.clone())
}

/// The energy density of the Abelian Higgs model on the lattice: what `abelian_higgs` lowers.
///
/// `Σ_k |D_k φ|²/2 + Σ_(k<l) (1 - cos(P_kl - e h_k h_l H_kl))/(e h_k h_l)² + λ (v² - |φ|²)²/8`, with the plaquette angles `P_kl`; the
/// energy is its sum over the points times the volume of a cell.
///
/// ```holor
/// B = box(x = 0..8, y = 0..8; points = 8); φ = field(B, complex, 1/2); a = field(B, covector, [0, 0]); observe(abelian_higgs_energy(φ, a))[1, 1]    # => 0.0703125
/// ```
#[builtin(
    topic = "fields",
    latex = none,
    since = "0.1",
    see("abelian_higgs", "observe", "integral")
)]
#[expect(clippy::too_many_arguments, reason = "options given by name")]
fn abelian_higgs_energy(
    call: &Call<'_>,
    /// The matter field, complex.
    f: Expr,
    /// The angles of the links, direction by direction, or a one-form field of them.
    links: Spanned<Links>,
    /// The charge `e`; 1 if left out.
    #[named]
    coupling: Option<Expr>,
    /// The strength `λ` of the potential; 1 if left out.
    #[named]
    lambda: Option<Expr>,
    /// The modulus of matter in the vacuum; 1 if left out.
    #[named]
    v: Option<Expr>,
    /// Another potential: a function of `|φ|²`.
    #[named]
    potential: Option<Spanned<Callable>>,
    /// The outer magnetic field `H`; in three dimensions its components; none if left out.
    #[named]
    field: Option<Spanned<Many<Expr>>>,
) -> Result<Expr> {
    let model = model(call, f, &links, coupling, lambda, v, potential, field)?;
    Ok(model.energy())
}

/// The flow of links down the Wilson action, of U(1) or SU(2): Yang and Mills' gradient flow, a list of equations.
///
/// `∂_t V = -g² (∂S) V` (Lüscher 2010, eq. 1.4), in units of time of a length squared: `∂_t A_k = D_l F_lk` in the continuum. For
/// quaternions it is `∂_t U_k = -h⁻² (vector part of the sum of plaquettes that begin with U_k) U_k`, polynomials that keep the
/// norm; for angles `∂_t θ_k = -Σ_l (sin P_kl(x) - sin P_kl(x - l))/h_l²`. With equal spacings the action of `wilson_action` falls along it.
///
/// Quaternions also have the term `2 h⁻² (1 - |U_k|²) U_k`, 0 on the group: it takes away what methods in time leave of a drift.
///
/// ```holor
/// B = box(x = 0..4, y = 0..4; points = 4); a = field(B, covector, [0, 0]); len(wilson_flow(a))    # => 2
/// B = box(x = 0..4, y = 0..4; points = 4); U = field(B, links); len(wilson_flow(U))              # => 8
/// ```
#[builtin(topic = "fields", latex = none, since = "0.1", returns = "list of equations", aliases("gradient_flow"), see("wilson_action", "random_links", "link_drift", "evolve"))]
fn wilson_flow(
    call: &Call<'_>,
    /// The links: a field of `links` or angles, or lists.
    links: Spanned<Links>,
) -> Result<Vec<Expr>> {
    let (lattice, time) = pure(call, &links)?;
    let mut equations = Vec::new();
    match &links.value {
        Links::Angles(angles) => {
            let none = |_: usize, _: usize| Expr::zero();
            for (k, angle) in angles.iter().enumerate() {
                let rate = lattice.angle_rate(angles, &none, k);
                equations.push(rate_equation(angle, &time, rate));
            }
        }
        Links::Quaternions(all) => {
            even(call, &lattice)?;
            for (k, own) in all.iter().enumerate() {
                let rates = lattice.quaternion_rate(all, k, None);
                for (unknown, rate) in own.iter().zip(rates) {
                    equations.push(rate_equation(unknown, &time, rate));
                }
            }
        }
    }
    Ok(equations)
}

/// The lattice of links that are fields, and their time.
fn pure(call: &Call<'_>, links: &Spanned<Links>) -> Result<(Lattice, Symbol)> {
    let lattice = lattice(call, links, &[])?;
    if lattice.rank() < 2 {
        let message = "plaquettes need two dimensions";
        return Err(call.error(&codes::E0202_WRONG_ARGUMENTS, message));
    }
    let known = call.fields();
    let formulas = links.value.formulas();
    lattice.check(&[], &formulas, &known, call.span())?;
    let mut time = Symbol::new("t");
    for formula in formulas {
        let (field, _): (&Arc<_>, _) = field_of(formula, &known, call.span())?;
        if field.complex {
            let message = format!("`{formula}` is complex; links have real components");
            return Err(call.error(&codes::E0310_EVOLUTION, message));
        }
        time = field.time.clone();
    }
    Ok((lattice, time))
}

/// The weights of plaquettes are those of equal spacings.
fn even(call: &Call<'_>, lattice: &Lattice) -> Result<()> {
    if lattice.is_even() {
        return Ok(());
    }
    let message =
        "the Wilson action of SU(2) is that of equal spacings in all directions";
    Err(call.error(&codes::E0310_EVOLUTION, message))
}

/// The density of the Wilson action of links at each point.
///
/// `β Σ_(k<l) (1 - ½ Re tr U_kl)` of SU(2), `β Σ_(k<l) (1 - cos P_kl)` of U(1); the action is its sum over the points. In the continuum `β (1 - ½ Re tr U_kl)` is `β h⁴ F_kl^a F_kl^a/8`.
///
/// ```holor
/// B = box(x = 0..4, y = 0..4; points = 4); U = field(B, links); sum(observe(wilson_action(U)))    # => 0.0
/// ```
#[builtin(
    topic = "fields",
    latex = none,
    since = "0.1",
    see("wilson_flow", "plaquette", "observe")
)]
fn wilson_action(
    call: &Call<'_>,
    /// The links: a field of `links` or angles, or lists.
    links: Spanned<Links>,
    /// The factor `β`; 1 if left out.
    #[named]
    beta: Option<Expr>,
) -> Result<Expr> {
    let (lattice, _) = pure(call, &links)?;
    let beta = beta.unwrap_or_else(Expr::one);
    Ok(match &links.value {
        Links::Angles(angles) => {
            let none = |_: usize, _: usize| Expr::zero();
            lattice.angle_action(angles, &none, &|_, _| beta.clone())
        }
        Links::Quaternions(links) => {
            even(call, &lattice)?;
            lattice.quaternion_action(links, &|_, _| beta.clone())
        }
    })
}
