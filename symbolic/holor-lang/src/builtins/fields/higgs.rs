//! SU(2) gauge fields with matter: how matter is told, and the flow down the energy of Yang, Mills and Higgs.

use std::collections::BTreeSet;
use std::sync::Arc;

use holor_algebra::{Expr, Symbol};
use holor_macros::builtin;

use super::gauge::{Potential, check_coupling, lattice, no_direction};
use crate::builtin::{Callable, Expected, Form, FromValue, Given, PointBinding, Spanned};
use crate::evaluate::{Call, as_holor};
use crate::field::{
    FieldShape, FieldValue, Lattice, Links, Matter, Quaternion, Simulation, field_of,
    number, rate_equation,
};
use crate::{Builtin, Diagnostic, Result, Span, Value, codes};

/// The records of this file.
pub(crate) static BUILTINS: &[&Builtin] = &[&SU2_HIGGS, &SU2_HIGGS_ENERGY];

impl FromValue for Matter {
    const KIND: &'static str =
        "a matter field: a formula, or a list of two complex or three real ones";

    fn from_value(given: &Given, call: &Call<'_>) -> std::result::Result<Self, Expected> {
        let parts = match &given.value {
            Value::Expr(field) => return Ok(Matter::Single(field.clone())),
            Value::Simulation(Simulation::Field(field)) => {
                call.formula_of_field(field, given.span)?;
                field.formulas()
            }
            Value::List(items) => {
                let parts: Option<Vec<Expr>> =
                    items.iter().map(|item| component(item, call, given.span)).collect();
                parts.ok_or(Expected::Kind)?
            }
            other => {
                let holor = as_holor(other).ok_or(Expected::Kind)?.holor;
                if holor.slots() != [holor_geometry::Slot::UP] {
                    return Err(Expected::Kind);
                }
                let field = holor.chart().field();
                let rank = holor.chart().coordinates().len() as u8;
                (0..rank).map(|place| field.write(&holor.component(&[place]))).collect()
            }
        };
        let known = call.fields();
        let complex = |part: &Expr| {
            field_of(part, &known, given.span).ok().map(|(field, _)| field.complex)
        };
        let matter = match parts.as_slice() {
            [field] if !matches!(given.value, Value::List(_)) => {
                Matter::Single(field.clone())
            }
            [one, two] => Matter::Doublet([one.clone(), two.clone()]),
            [one, two, three] => {
                Matter::Triplet([one.clone(), two.clone(), three.clone()])
            }
            _ => {
                let message = format!(
                    "matter of SU(2) is a doublet of two complex fields or a triplet of three real ones, found {}",
                    parts.len()
                );
                return Err(Diagnostic::error(&codes::E0203_WRONG_SHAPE, message)
                    .at(given.span)
                    .hint("[φ1, φ2]")
                    .into());
            }
        };
        let wrong = |is: &str, should: &str, part: &Expr, hint: &str| {
            let message = format!("`{part}` is a {is} field; {should}");
            Diagnostic::error(&codes::E0310_EVOLUTION, message).at(given.span).hint(hint)
        };
        for part in matter.components() {
            match (&matter, complex(part)) {
                (Matter::Doublet(_), Some(false)) => {
                    let should = "the two components of a doublet are complex";
                    let hint = "φ1 = field(B, complex, 1)";
                    return Err(wrong("real", should, part, hint).into());
                }
                (Matter::Triplet(_), Some(true)) => {
                    let should = "the three components of a triplet are real";
                    return Err(wrong("complex", should, part, "φ1 = field(B, 1)").into());
                }
                _ => {}
            }
        }
        Ok(matter)
    }
}

fn component(item: &Value, call: &Call<'_>, span: Span) -> Option<Expr> {
    match item {
        Value::Expr(formula) => Some(formula.clone()),
        Value::Simulation(Simulation::Field(field)) => {
            match call.formula_of_field(field, span).ok()? {
                Value::Expr(formula) => Some(formula),
                _ => None,
            }
        }
        _ => None,
    }
}

/// A direction and its link: `x = a`, `x = U`.
#[derive(Clone, Debug)]
pub(super) struct LinkBinding {
    /// The coordinate.
    pub(super) symbol: Symbol,
    given: Bound,
    span: Span,
}

#[derive(Clone, Debug)]
enum Bound {
    Angle(Expr),
    Quaternion(Quaternion),
    /// The links of all directions.
    All(Links),
}

/// One link.
#[derive(Clone, Debug)]
pub(super) enum Link {
    /// The angle of U(1).
    Angle(Expr),
    /// The quaternion of SU(2).
    Quaternion(Quaternion),
}

impl FromValue for LinkBinding {
    const KIND: &'static str = "x = U";
    const FORM: Form = Form::Variable;

    fn from_value(given: &Given, call: &Call<'_>) -> std::result::Result<Self, Expected> {
        let own = |given: &Given, bound: Bound| {
            let name = given.name.as_ref().ok_or(Expected::Kind)?;
            Ok(Self { symbol: Symbol::new(&name.symbol), given: bound, span: given.span })
        };
        match &given.value {
            Value::Simulation(Simulation::Field(field))
                if matches!(field.shape, FieldShape::Links | FieldShape::Covector) =>
            {
                own(given, Bound::All(Links::from_value(given, call)?))
            }
            Value::List(items) => {
                let parts: Option<Vec<Expr>> =
                    items.iter().map(|item| component(item, call, given.span)).collect();
                let parts: [Expr; 4] = parts
                    .ok_or(Expected::Kind)?
                    .try_into()
                    .map_err(|_| Expected::Kind)?;
                own(given, Bound::Quaternion(parts))
            }
            _ => {
                let PointBinding { symbol, point } =
                    PointBinding::from_value(given, call)?;
                Ok(Self { symbol, given: Bound::Angle(point), span: given.span })
            }
        }
    }
}

impl LinkBinding {
    /// Its formulas.
    pub(super) fn formulas(&self) -> Vec<&Expr> {
        match &self.given {
            Bound::Angle(angle) => vec![angle],
            Bound::Quaternion(link) => link.iter().collect(),
            Bound::All(links) => links.formulas(),
        }
    }

    /// The link of a direction.
    pub(super) fn along(
        &self,
        call: &Call<'_>,
        lattice: &Lattice,
    ) -> Result<(usize, Link)> {
        let Some(axis) = lattice.axis_of(&self.symbol) else {
            return Err(no_direction(call, lattice, &self.symbol));
        };
        let link = match &self.given {
            Bound::Angle(angle) => Some(Link::Angle(angle.clone())),
            Bound::Quaternion(link) => Some(Link::Quaternion(link.clone())),
            Bound::All(Links::Angles(all)) => all.get(axis).cloned().map(Link::Angle),
            Bound::All(Links::Quaternions(all)) => {
                all.get(axis).cloned().map(Link::Quaternion)
            }
        };
        match link {
            Some(link) => Ok((axis, link)),
            None => Err(no_direction(call, lattice, &self.symbol)),
        }
    }

    /// Where it stands.
    pub(super) fn span(&self) -> Span {
        self.span
    }
}

/// The error for matter that links of this group do not act on.
pub(super) fn other_group(matter: &Matter, span: Span) -> Box<Diagnostic> {
    let (message, hint) = match matter {
        Matter::Single(_) => (
            "links of SU(2) act on a list of two complex fields (a doublet) or of three real ones (a triplet)",
            "[φ1, φ2]",
        ),
        Matter::Doublet(_) | Matter::Triplet(_) => (
            "a doublet or triplet takes links of SU(2); the angles of U(1) act on one complex field",
            "U = field(B, links)",
        ),
    };
    Box::new(Diagnostic::error(&codes::E0201_WRONG_TYPE, message).at(span).hint(hint))
}

/// Components as a list; one alone as itself.
pub(super) fn as_value(matter: Matter) -> Value {
    match matter {
        Matter::Single(field) => Value::Expr(field),
        Matter::Doublet(parts) => Value::list(parts.map(Value::Expr).into()),
        Matter::Triplet(parts) => Value::list(parts.map(Value::Expr).into()),
    }
}

/// What an SU(2) Higgs model is made of.
struct Model {
    lattice: Lattice,
    matter: Matter,
    links: Vec<Quaternion>,
    coupling: Expr,
    potential: Potential,
    time: Symbol,
}

fn model(
    call: &Call<'_>,
    matter: Spanned<Matter>,
    links: &Spanned<Links>,
    coupling: Option<Expr>,
    lambda: Option<Expr>,
    v: Option<Expr>,
    potential: Option<Spanned<Callable>>,
) -> Result<Model> {
    let Spanned { value: matter, span } = matter;
    if matches!(matter, Matter::Single(_)) {
        return Err(other_group(&matter, span));
    }
    let quaternions = match &links.value {
        Links::Quaternions(all) => all.clone(),
        Links::Angles(_) => return Err(other_group(&matter, links.span)),
    };
    let parts: Vec<&Expr> = matter.components().iter().collect();
    let lattice = lattice(call, links, &parts)?;
    let known = call.fields();
    let own = links.value.formulas();
    lattice.check(&parts, &own, &known, call.span())?;
    let mut time = Symbol::new("t");
    let mut met = BTreeSet::new();
    for unknown in own.iter().chain(&parts) {
        let (field, component): (&Arc<FieldValue>, usize) =
            field_of(unknown, &known, call.span())?;
        time = field.time.clone();
        if field.complex && own.contains(unknown) {
            let message = format!("`{unknown}` is complex; links have real components");
            return Err(call.error(&codes::E0310_EVOLUTION, message));
        }
        if !met.insert((Arc::as_ptr(field) as usize, component)) {
            let message =
                format!("`{unknown}` occurs twice: it would have two equations");
            return Err(call.error(&codes::E0310_EVOLUTION, message));
        }
    }
    check_coupling(call, &lattice, coupling.as_ref())?;
    let potential = Potential::new(call, potential, lambda, v)?;
    let coupling = coupling.unwrap_or_else(Expr::one);
    Ok(Model { lattice, matter, links: quaternions, coupling, potential, time })
}

impl Model {
    fn energy(&self) -> Expr {
        let mut terms = Vec::new();
        for (axis, link) in self.links.iter().enumerate() {
            let difference = self.lattice.matter_difference(&self.matter, link, axis);
            terms.push(Expr::mul([Expr::fraction(1, 2), difference.square()]));
        }
        let weight = |k: usize, l: usize| {
            let area = self.lattice.spacing(k) * self.lattice.spacing(l);
            Expr::mul([number(4.0 * area.powi(-2)), self.coupling.powi(-2)])
        };
        terms.push(self.lattice.quaternion_action(&self.links, &weight));
        terms.push(self.potential.value(&self.matter.square()));
        Expr::add(terms)
    }

    fn equations(&self) -> Vec<Expr> {
        let slope = self.potential.slope(&self.matter.square());
        let laplacian = self.lattice.matter_laplacian(&self.matter, &self.links);
        let mut equations = Vec::new();
        for (unknown, diffused) in
            self.matter.components().iter().zip(laplacian.components())
        {
            let falls = Expr::mul([Expr::integer(-2), slope.clone(), unknown.clone()]);
            equations.push(rate_equation(unknown, &self.time, diffused + &falls));
        }
        for (axis, link) in self.links.iter().enumerate() {
            let push = self.lattice.matter_push(&self.matter, link, axis, &self.coupling);
            let rates = self.lattice.quaternion_rate(&self.links, axis, Some(push));
            for (unknown, rate) in link.iter().zip(rates) {
                equations.push(rate_equation(unknown, &self.time, rate));
            }
        }
        equations
    }
}

/// SU(2) gauge fields with matter: equations of the flow down their energy, for a doublet or a triplet.
///
/// With a doublet it is the SU(2) Higgs model, with a triplet Georgi and Glashow's. Two complex fields are a doublet, carried by `U_k`, `D = ∂ - i g A^a σ_a/2`; three real ones a triplet, carried by
/// `R_ab = ½ tr(σ_a U_k σ_b U_k⁻¹)`, `(D φ)^a = ∂ φ^a + g ε^abc A^b φ^c`. The energy is that of `su2_higgs_energy`,
/// `∫ |D φ|²/2 + F_kl^a F_kl^a/4 + λ (v² - |φ|²)²/8`, and the flow its exact negative gradient on the lattice in the measure of `φ` and
/// `A_k^a`, `U_k = exp(-i g h_k A_k^a σ_a/2)`:
///
/// `∂_t φ = D² φ + λ (v² - |φ|²) φ/2`, and `∂_t U_k = (i w·σ - Σ_l vector part of the plaquettes that begin with U_k/h_l²) U_k` with
/// `w_a = -(g²/4) Im(φ† σ_a U_k φ(x + k))` of a doublet, `w = (g²/2) φ × R φ(x + k)` of a triplet. A term `2 (1 - |U_k|²) U_k/h_k²`, 0 on the
/// group, takes away what methods in time leave of a drift.
///
/// The masses are `g v/2` (doublet) or `g v` (triplet) of the vector bosons and `v √λ` of the Higgs field. Sides that are not periodic are
/// free. Source: I. Montvay and G. Münster, *Quantum Fields on a Lattice*, 1994, chapter 6; M. Lüscher, JHEP 08 (2010) 071.
///
/// ```holor
/// B = box(x = 0..4, y = 0..4; points = 4); φ1 = field(B, complex, 1); φ2 = field(B, complex, 0); U = field(B, links); len(su2_higgs([φ1, φ2], U, coupling = 1/2))    # => 10
/// B = box(x = 0..4, y = 0..4, z = 0..4; points = 4); φ = field(B, vector, [0, 0, 1]); U = field(B, links); len(su2_higgs(φ, U))    # => 15
/// B = box(x = 0..4, y = 0..4; points = 4); φ = field(B, complex, 1); U = field(B, links); su2_higgs(φ, U)    # error: [E0201]
/// ```
#[builtin(topic = "fields", latex = none, since = "0.1", returns = "list of equations", aliases("yang_mills_higgs"), see("su2_higgs_energy", "abelian_higgs", "wilson_flow", "covariant_laplacian", "random_links", "evolve"))]
fn su2_higgs(
    call: &Call<'_>,
    /// The matter: a list of two complex fields or three real ones, or a field of real vectors in three dimensions.
    f: Spanned<Matter>,
    /// The links of SU(2).
    links: Spanned<Links>,
    /// The coupling `g`; 1 if left out.
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
) -> Result<Vec<Expr>> {
    Ok(model(call, f, &links, coupling, lambda, v, potential)?.equations())
}

/// The energy density of SU(2) gauge fields with matter on the lattice: what `su2_higgs` lowers.
///
/// `Σ_k |D_k φ|²/2 + Σ_(k<l) 4 (1 - ½ tr U_kl)/(g h_k h_l)² + λ (v² - |φ|²)²/8`, with the plaquettes `U_kl`; the energy is its sum over the
/// points times the volume of a cell. In the continuum the middle term is `F_kl^a F_kl^a/4`, summed over all `k` and `l`; in lattice units of four
/// dimensions it is Wilson's action with `β = 4/g²`.
///
/// ```holor
/// B = box(x = 0..4, y = 0..4; points = 4); φ1 = field(B, complex, i/2); φ2 = field(B, complex, 0); U = field(B, links); observe(su2_higgs_energy([φ1, φ2], U))[1, 1]    # => 0.0703125
/// ```
#[builtin(topic = "fields", latex = none, since = "0.1", aliases("yang_mills_higgs_energy"), see("su2_higgs", "abelian_higgs_energy", "observe", "integral"))]
fn su2_higgs_energy(
    call: &Call<'_>,
    /// The matter: a list of two complex fields or three real ones, or a field of real vectors in three dimensions.
    f: Spanned<Matter>,
    /// The links of SU(2).
    links: Spanned<Links>,
    /// The coupling `g`; 1 if left out.
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
) -> Result<Expr> {
    Ok(model(call, f, &links, coupling, lambda, v, potential)?.energy())
}
