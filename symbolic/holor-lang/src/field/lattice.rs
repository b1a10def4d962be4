//! Gauge fields on the points of a box as formulas: links, covariant differences, plaquettes, flows down their energies.
//!
//! Conventions. A link belongs to a point and a direction; it carries a value at the next point back to the point. Of U(1) it
//! is given by an angle θ_k, the link being U_k = e^(−iθ_k) with θ_k = e h_k A_k: D = ∂ − i e A. Of SU(2) it is a quaternion
//! U = u₀ + i (u₁σ₁ + u₂σ₂ + u₃σ₃) of norm 1. A gauge transformation is φ → g φ, U_k(x) → g(x) U_k(x) g(x + k)⁻¹; with
//! g = e^(iα) the angles become θ_k + α(x + k) − α(x). A plaquette runs along k, then l, then back:
//! U_k(x) U_l(x + k) U_k(x + l)⁻¹ U_l(x)⁻¹, its angle of U(1) being θ_k(x) + θ_l(x + k) − θ_k(x + l) − θ_l(x), which is e h_k h_l
//! times the field strength F_kl. Where a box is not periodic its sides are free: links that would leave it do not count.

use std::sync::Arc;

use holor_algebra::{Decimal, Expr, Function, Node, Symbol};

use super::equations::Fields;
use super::sample::SHIFT;
use super::{BoundaryKind, BoxValue, FieldValue};
use crate::{Diagnostic, Result, Span, codes};

/// A quaternion of formulas.
pub(crate) type Quaternion = [Expr; 4];

/// The links of a gauge field, direction by direction.
#[derive(Clone, Debug)]
pub(crate) enum Links {
    /// Angles of U(1).
    Angles(Vec<Expr>),
    /// Quaternions of SU(2).
    Quaternions(Vec<Quaternion>),
}

impl Links {
    /// How many directions there are.
    pub(crate) fn count(&self) -> usize {
        match self {
            Links::Angles(angles) => angles.len(),
            Links::Quaternions(links) => links.len(),
        }
    }

    /// All formulas in them.
    pub(crate) fn formulas(&self) -> Vec<&Expr> {
        match self {
            Links::Angles(angles) => angles.iter().collect(),
            Links::Quaternions(links) => links.iter().flatten().collect(),
        }
    }
}

/// A box as a lattice: its spacings, and where links leave it.
#[derive(Clone, Debug)]
pub(crate) struct Lattice {
    grid: Arc<BoxValue>,
}

impl Lattice {
    /// The box of the fields in formulas.
    ///
    /// # Errors
    /// Where there is no field, or where fields of different boxes occur.
    pub(crate) fn of<'a>(
        fields: &Fields,
        formulas: impl IntoIterator<Item = &'a Expr>,
        span: Span,
    ) -> Result<Self> {
        let mut grid: Option<Arc<BoxValue>> = None;
        let mut mixed = false;
        for formula in formulas {
            formula.any(&mut |part| {
                if let Node::Apply(name, _) = part.node()
                    && let Some((field, _)) = fields.get(name.name())
                {
                    match &grid {
                        Some(known) => {
                            mixed |= !Arc::ptr_eq(known, &field.grid)
                                && known.plain() != field.grid.plain();
                        }
                        None => grid = Some(field.grid.clone()),
                    }
                }
                false
            });
        }
        let refuse =
            |message: &str| Diagnostic::error(&codes::E0310_EVOLUTION, message).at(span);
        match grid {
            _ if mixed => refuse("the fields of the formulas live on different boxes").into(),
            Some(grid) => Ok(Self { grid }),
            None => refuse("there is no field in the formulas: the spacing of points is not known")
                .hint("B = box(x = 0..8, y = 0..8; points = 32); φ = field(B, complex, 1); a = field(B, covector, [0, 0])")
                .into(),
        }
    }

    /// The box.
    pub(crate) fn grid(&self) -> &Arc<BoxValue> {
        &self.grid
    }

    /// The number of directions.
    pub(crate) fn rank(&self) -> usize {
        self.grid.coordinates.len()
    }

    /// The direction of a coordinate.
    pub(crate) fn axis_of(&self, symbol: &Symbol) -> Option<usize> {
        self.grid.axis_of(symbol)
    }

    /// The coordinates in words.
    pub(crate) fn names(&self) -> String {
        self.grid.names()
    }

    /// The distance between points along a direction.
    pub(crate) fn spacing(&self, axis: usize) -> f64 {
        self.grid.grid.axes.get(axis).map_or(f64::NAN, |axis| axis.spacing())
    }

    /// A formula some points further along a direction.
    pub(crate) fn shift(&self, formula: &Expr, axis: usize, by: i64) -> Expr {
        let moves = formula.any(&mut |part| {
            matches!(part.node(), Node::Apply(..))
                || part.as_symbol().is_some_and(|own| self.axis_of(own).is_some())
        });
        match self.grid.coordinates.get(axis) {
            Some(x) if moves => Expr::apply(
                Symbol::new(SHIFT),
                vec![formula.clone(), Expr::symbol(x.name()), Expr::integer(by)],
            ),
            _ => formula.clone(),
        }
    }

    /// A factor: 1 where the link from a point along a direction stays inside, 0 where it leaves; none on a closed direction.
    pub(super) fn ahead(&self, axis: usize) -> Option<Expr> {
        let own = self.grid.grid.axes.get(axis)?;
        let end = number(own.high - own.spacing());
        (!own.closed).then(|| heaviside(end - Expr::symbol(&own.name)))
    }

    /// The same for the link that comes from the point before.
    pub(super) fn behind(&self, axis: usize) -> Option<Expr> {
        let own = self.grid.grid.axes.get(axis)?;
        let end = number(own.low + own.spacing());
        (!own.closed).then(|| heaviside(Expr::symbol(&own.name) - end))
    }

    /// D_k φ = (U_k(x) φ(x + k) − φ(x))/h_k with U_k = e^(−iθ_k); 0 where the link leaves the box.
    pub(crate) fn difference(&self, field: &Expr, angle: &Expr, axis: usize) -> Expr {
        let over = number(1.0 / self.spacing(axis));
        let ahead = Expr::mul([transport(angle), self.shift(field, axis, 1)]);
        product([Some(over), self.ahead(axis), Some(ahead - field)])
    }

    /// Σ_k (U_k(x) φ(x + k) + U_k(x − k)⁻¹ φ(x − k) − 2 φ)/h_k², without links that leave the box.
    pub(crate) fn laplacian(&self, field: &Expr, angles: &[Expr]) -> Expr {
        let mut terms = Vec::new();
        for (axis, angle) in angles.iter().enumerate() {
            let over = number(self.spacing(axis).powi(-2));
            let next = Expr::mul([transport(angle), self.shift(field, axis, 1)]);
            let last = Expr::mul([transport(&angle.negate()), field.clone()]);
            let last = self.shift(&last, axis, -1);
            match (self.ahead(axis), self.behind(axis)) {
                (Some(ahead), Some(behind)) => {
                    terms.push(Expr::mul([over.clone(), ahead, next - field]));
                    terms.push(Expr::mul([over, behind, last - field]));
                }
                _ => terms.push(Expr::mul([
                    over,
                    Expr::add([
                        next,
                        last,
                        Expr::mul([Expr::integer(-2), field.clone()]),
                    ]),
                ])),
            }
        }
        Expr::add(terms)
    }

    /// Im(φ* U_k φ(x + k)); 0 where the link leaves the box.
    pub(crate) fn current(&self, field: &Expr, angle: &Expr, axis: usize) -> Expr {
        let overlap = Expr::mul([
            Expr::call(Function::Conjugate, vec![field.clone()]),
            transport(angle),
            self.shift(field, axis, 1),
        ]);
        product([self.ahead(axis), Some(Expr::call(Function::Im, vec![overlap]))])
    }

    /// The angle of the plaquette of two directions: e h_k h_l F_kl.
    pub(crate) fn angle(&self, angles: &[Expr], k: usize, l: usize) -> Expr {
        let of = |axis: usize| angles.get(axis).cloned().unwrap_or_else(Expr::zero);
        let (first, second) = (of(k), of(l));
        Expr::add([
            first.clone(),
            self.shift(&second, k, 1),
            self.shift(&first, l, 1).negate(),
            second.negate(),
        ])
    }

    /// The quaternion of the plaquette of two directions.
    pub(crate) fn plaquette(
        &self,
        links: &[Quaternion],
        k: usize,
        l: usize,
    ) -> Quaternion {
        let of = |axis: usize| links.get(axis).cloned().unwrap_or_else(one);
        let (first, second) = (of(k), of(l));
        let way = multiply(&first, &self.shifted(&second, k, 1));
        let back = multiply(&conjugate(&self.shifted(&first, l, 1)), &conjugate(&second));
        multiply(&way, &back)
    }

    fn shifted(&self, quaternion: &Quaternion, axis: usize, by: i64) -> Quaternion {
        quaternion.each_ref().map(|part| self.shift(part, axis, by))
    }

    /// Every pair of directions k < l, with the factor that is 0 where the plaquette leaves the box.
    fn planes(&self) -> Vec<(usize, usize, Option<Expr>)> {
        let rank = self.rank();
        (0..rank)
            .flat_map(|k| (k + 1..rank).map(move |l| (k, l)))
            .map(|(k, l)| (k, l, joined(self.ahead(k), self.ahead(l))))
            .collect()
    }

    /// Σ_{k<l} w (1 − cos(P_kl − b_kl)), weight and outer angle b given by the plane.
    pub(crate) fn angle_action(
        &self,
        angles: &[Expr],
        outer: &dyn Fn(usize, usize) -> Expr,
        weight: &dyn Fn(usize, usize) -> Expr,
    ) -> Expr {
        Expr::add(self.planes().into_iter().map(|(k, l, inside)| {
            let turned = self.angle(angles, k, l) - outer(k, l);
            let cosine = Expr::call(Function::Cos, vec![turned]);
            product([Some(weight(k, l)), inside, Some(Expr::one() - cosine)])
        }))
    }

    /// Σ_{k<l} w (1 − ½ Re tr P_kl), the weight given by the plane.
    pub(crate) fn quaternion_action(
        &self,
        links: &[Quaternion],
        weight: &dyn Fn(usize, usize) -> Expr,
    ) -> Expr {
        Expr::add(self.planes().into_iter().map(|(k, l, inside)| {
            let [scalar, ..] = self.plaquette(links, k, l);
            product([Some(weight(k, l)), inside, Some(Expr::one() - scalar)])
        }))
    }

    /// −Σ_l (sin(P_kl − b_kl)(x) − sin(P_kl − b_kl)(x − l))/h_l²: what a plaquette action gives to the rate of an angle.
    pub(crate) fn angle_rate(
        &self,
        angles: &[Expr],
        outer: &dyn Fn(usize, usize) -> Expr,
        k: usize,
    ) -> Expr {
        let mut terms = Vec::new();
        for l in (0..self.rank()).filter(|l| *l != k) {
            // One orientation, so that both directions share the sine.
            let (first, second, sign) = if k < l { (k, l, -1) } else { (l, k, 1) };
            let turned = self.angle(angles, first, second) - outer(first, second);
            let sine = Expr::call(Function::Sin, vec![turned]);
            let over = number(f64::from(sign) * self.spacing(l).powi(-2));
            let before = self.shift(&sine, l, -1);
            match (self.ahead(l), self.behind(l)) {
                (Some(ahead), Some(behind)) => {
                    terms.push(Expr::mul([over.clone(), ahead, sine]));
                    terms.push(Expr::mul([over.negate(), behind, before]));
                }
                _ => terms.push(Expr::mul([over, sine - before])),
            }
        }
        product([self.ahead(k), Some(Expr::add(terms))])
    }

    /// Whether the distances between points are the same in all directions.
    pub(crate) fn is_even(&self) -> bool {
        let first = self.spacing(0);
        (1..self.rank()).all(|axis| (self.spacing(axis) / first - 1.0).abs() < 1e-9)
    }

    /// The rate of a link down an action of plaquettes: U̇ = (i w·σ − vector part of Σ plaquettes/h_l² that begin with U) U, l being their
    /// other direction and w what matter pushes with; and 2 (1 − |U|²) U/h_k².
    ///
    /// Lüscher, JHEP 08 (2010) 071, eq. (1.4), with V̇ = −g₀² (∂S) V: the traceless antihermitian part of a sum of plaquettes
    /// of SU(2) is i times its vector part. That rate is orthogonal to U, so that the norm is kept; a method in time keeps it to its order, and
    /// what adds up of that would outlast the action of a smooth field. The last term is 0 on the group and takes it away at the
    /// rate 4/h_k², which is no faster than differences.
    pub(crate) fn quaternion_rate(
        &self,
        links: &[Quaternion],
        k: usize,
        push: Option<[Expr; 3]>,
    ) -> Quaternion {
        let of = |axis: usize| links.get(axis).cloned().unwrap_or_else(one);
        let own = of(k);
        // Of equal spacings the weight is a factor of the whole.
        let even = self.is_even();
        let whole = if even { -self.spacing(k).powi(-2) } else { -1.0 };
        let mut staples: Vec<Quaternion> = Vec::new();
        for l in (0..self.rank()).filter(|l| *l != k) {
            let side = of(l);
            let far = self.shifted(&side, k, 1);
            let up = multiply(
                &multiply(&far, &conjugate(&self.shifted(&own, l, 1))),
                &conjugate(&side),
            );
            let down = multiply(&multiply(&conjugate(&far), &conjugate(&own)), &side);
            let down = self.shifted(&down, l, -1);
            for (inside, staple) in [(self.ahead(l), up), (self.behind(l), down)] {
                let over = (!even).then(|| number(self.spacing(l).powi(-2)));
                staples.push(weighed(joined(over, inside), staple));
            }
        }
        let staple: Quaternion = std::array::from_fn(|part| {
            Expr::add(staples.iter().filter_map(|staple| staple.get(part).cloned()))
        });
        let [_, x, y, z] = multiply(&own, &staple);
        let over = number(whole);
        let turn = [x, y, z].map(|part| Expr::mul([over.clone(), part]));
        let [x, y, z] = match push {
            None => turn,
            Some([a, b, c]) => {
                let [x, y, z] = turn;
                [a + x, b + y, c + z]
            }
        };
        let norm = Expr::add(own.each_ref().map(|part| part.powi(2)));
        let back = number(2.0 * self.spacing(k).powi(-2));
        multiply(&[Expr::mul([back, Expr::one() - norm]), x, y, z], &own)
            .map(|part| product([self.ahead(k), Some(part)]))
    }

    /// Refuses fields whose values beyond the sides are neither those of the other side nor without meaning.
    pub(crate) fn check(
        &self,
        formulas: &[&Expr],
        links: &[&Expr],
        fields: &Fields,
        span: Span,
    ) -> Result<()> {
        if self.grid.grid.mask.is_some() {
            return Diagnostic::error(
                &codes::E0310_EVOLUTION,
                "links know no mask: leave it out and let the potential depend on the place",
            )
            .at(span)
            .into();
        }
        for unknown in formulas.iter().chain(links) {
            let (field, _) = field_of(unknown, fields, span)?;
            let sides = field.sides.as_ref().unwrap_or(&self.grid.sides);
            let link = links.contains(unknown);
            let free = |kind: &BoundaryKind| match kind {
                BoundaryKind::Periodic => true,
                BoundaryKind::Antiperiodic => !link,
                BoundaryKind::Neumann(value) => value.is_zero(),
                BoundaryKind::Dirichlet(_)
                | BoundaryKind::Robin(..)
                | BoundaryKind::Outflow
                | BoundaryKind::Clamped(..)
                | BoundaryKind::Free
                | BoundaryKind::Absorbing(_)
                | BoundaryKind::ByComponent(_)
                | BoundaryKind::ByDirection(_)
                | BoundaryKind::Centre => false,
            };
            if let Some(side) =
                sides.iter().flat_map(|it| [&it.low, &it.high]).find(|kind| !free(kind))
            {
                return Diagnostic::error(
                    &codes::E0310_EVOLUTION,
                    format!(
                        "`{unknown}` has `{}` at a side; gauge fields are periodic or free there",
                        side.plain()
                    ),
                )
                .at(span)
                .hint("boundary = periodic")
                .hint("boundary = neumann")
                .into();
            }
        }
        Ok(())
    }
}

/// The field that a formula is, if it is one alone.
pub(crate) fn field_of<'a>(
    formula: &Expr,
    fields: &'a Fields,
    span: Span,
) -> Result<(&'a Arc<FieldValue>, usize)> {
    if let Node::Apply(name, _) = formula.node()
        && let Some((field, component)) = fields.get(name.name())
    {
        return Ok((field, *component));
    }
    Diagnostic::error(
        &codes::E0310_EVOLUTION,
        format!("`{formula}` is no field by itself, so that it has no equation"),
    )
    .at(span)
    .hint("φ = field(B, complex, 1)")
    .into()
}

/// `∂_t u == rate`.
pub(crate) fn rate_equation(unknown: &Expr, time: &Symbol, rate: Expr) -> Expr {
    let arguments = vec![unknown.clone(), Expr::symbol(time.name()), Expr::one()];
    Expr::equation(Expr::call(Function::Derivative, arguments), rate)
}

/// A number, exact where it is a short binary fraction.
pub(crate) fn number(value: f64) -> Expr {
    const UNIT: f64 = 4096.0;
    let scaled = value * UNIT;
    if scaled.fract() == 0.0 && scaled.abs() < 1e15 {
        return Expr::fraction(scaled as i64, UNIT as i64);
    }
    Decimal::from_f64(value).map_or_else(Expr::undefined, Expr::decimal)
}

/// e^(−iθ).
fn transport(angle: &Expr) -> Expr {
    Expr::mul([Expr::integer(-1), Expr::i(), angle.clone()]).exp()
}

fn heaviside(argument: Expr) -> Expr {
    Expr::call(Function::Heaviside, vec![argument])
}

/// The product of those that are there.
pub(super) fn product<const N: usize>(factors: [Option<Expr>; N]) -> Expr {
    Expr::mul(factors.into_iter().flatten())
}

fn joined(a: Option<Expr>, b: Option<Expr>) -> Option<Expr> {
    match (a, b) {
        (Some(a), Some(b)) => Some(Expr::mul([a, b])),
        (a, b) => a.or(b),
    }
}

fn one() -> Quaternion {
    [Expr::one(), Expr::zero(), Expr::zero(), Expr::zero()]
}

/// U⁻¹ of a quaternion of norm 1.
pub(super) fn conjugate([a, b, c, d]: &Quaternion) -> Quaternion {
    [a.clone(), b.negate(), c.negate(), d.negate()]
}

fn weighed(weight: Option<Expr>, quaternion: Quaternion) -> Quaternion {
    quaternion.map(|part| product([weight.clone(), Some(part)]))
}

/// (a₀ + i a·σ)(b₀ + i b·σ) = a₀b₀ − a·b + i (a₀b + b₀a − a×b)·σ.
fn multiply(a: &Quaternion, b: &Quaternion) -> Quaternion {
    let term = |sign: i64, i: usize, j: usize| match (a.get(i), b.get(j)) {
        (Some(a), Some(b)) => Expr::mul([Expr::integer(sign), a.clone(), b.clone()]),
        _ => Expr::zero(),
    };
    [
        Expr::add([term(1, 0, 0), term(-1, 1, 1), term(-1, 2, 2), term(-1, 3, 3)]),
        Expr::add([term(1, 0, 1), term(1, 1, 0), term(-1, 2, 3), term(1, 3, 2)]),
        Expr::add([term(1, 0, 2), term(1, 2, 0), term(-1, 3, 1), term(1, 1, 3)]),
        Expr::add([term(1, 0, 3), term(1, 3, 0), term(-1, 1, 2), term(1, 2, 1)]),
    ]
}
