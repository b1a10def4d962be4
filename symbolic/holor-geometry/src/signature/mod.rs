//! The SpiralOS signature of a holor (Φ, Γ, g): awareness potential, chirality torsion, field curvature.
//!
//! Φ is a vector field, T_χ a scalar of the connection's torsion (which one is chosen by [`TorsionScalar`]), R_e the
//! curvature scalar `g^bd R^a_bad` of the full connection. They are tied by the signature equation
//! `∇_μ Φ^μ + T_χ − R_e = 0`, the divergence taken with the full connection: `∂_μ Φ^μ + Γ^μ_μν Φ^ν`.

#[cfg(test)]
mod tests;

use holor_algebra::exact::Element;
use holor_algebra::{Engine, Expr, Function, Node};

use crate::forms::as_vector;
use crate::witness::{Witness, find_witness};
use crate::{
    Connection, GeometryError, GeometryResult, Holor, Law, Metric, Slot, Symmetry,
};

/// Which scalar of the torsion `T^a_bc = Γ^a_bc − Γ^a_cb` is meant. Indices are moved with the metric; the trace is
/// `T_b = T^a_ba`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum TorsionScalar {
    /// `¼ T_abc T^abc + ½ T_abc T^cba − T_a T^a`, the scalar of teleparallel gravity: defined in every dimension, and
    /// 0 without torsion. The default.
    #[default]
    Quadratic,
    /// The square `T_abc T^abc`.
    Square,
    /// The square of the trace, `T_a T^a`.
    TraceSquare,
    /// The divergence of the trace `∇°_a T^a`, with the Levi-Civita connection of the metric.
    TraceDivergence,
    /// The square of the totally antisymmetric part, `T_[abc] T^[abc]`; in four dimensions of Lorentzian signature −6 times
    /// that of the axial vector `A^d = (1/6) ε^abcd T_abc`. Defined in every dimension.
    AxialSquare,
    /// `½ ε^{abc} T_abc`, linear in the torsion: it changes sign with the orientation, the chirality proper. Three dimensions
    /// only.
    Chiral,
}

impl TorsionScalar {
    /// Every choice, the default first.
    pub const ALL: [TorsionScalar; 6] = [
        TorsionScalar::Quadratic,
        TorsionScalar::Square,
        TorsionScalar::TraceSquare,
        TorsionScalar::TraceDivergence,
        TorsionScalar::AxialSquare,
        TorsionScalar::Chiral,
    ];

    /// Its name in the language.
    pub fn name(self) -> &'static str {
        match self {
            Self::Quadratic => "quadratic",
            Self::Square => "square",
            Self::TraceSquare => "trace_square",
            Self::TraceDivergence => "trace_divergence",
            Self::AxialSquare => "axial_square",
            Self::Chiral => "chiral",
        }
    }

    /// The choice with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|choice| choice.name() == name)
    }

    /// Its definition, in words and indices.
    pub fn definition(self) -> &'static str {
        match self {
            Self::Quadratic => {
                "¼ T_abc T^abc + ½ T_abc T^cba − T_a T^a, with T_b = T^a_ba"
            }
            Self::Square => "T_abc T^abc",
            Self::TraceSquare => "T_a T^a, with T_b = T^a_ba",
            Self::TraceDivergence => {
                "∇_a T^a of the Levi-Civita connection, with T_b = T^a_ba"
            }
            Self::AxialSquare => "T_[abc] T^[abc]",
            Self::Chiral => "½ ε^abc T_abc, in three dimensions",
        }
    }

    /// The scalar of a connection's torsion.
    ///
    /// # Errors
    /// [`TorsionScalar::Chiral`] in another dimension than 3; different charts; an interrupt.
    pub fn evaluate(
        self,
        connection: &Connection,
        metric: &Metric,
    ) -> GeometryResult<Holor> {
        let torsion = connection.torsion()?.on_chart(metric.chart())?;
        let field = metric.chart().field();
        let lower = || metric.lower_index(&torsion, 0);
        let square = |tensor: &Holor| {
            let raised = metric.raise_all(tensor, &[0, 1, 2])?;
            tensor.multiply_and_contract(&raised, &[(0, 0), (1, 1), (2, 2)])
        };
        let trace = || torsion.contract(0, 2);
        let trace_square = || {
            let trace = trace()?;
            trace.multiply_and_contract(&metric.raise(&trace, 0)?, &[(0, 0)])
        };
        match self {
            Self::Quadratic => {
                let lower = lower()?;
                let raised = metric.raise_all(&lower, &[0, 1, 2])?;
                let straight =
                    lower.multiply_and_contract(&raised, &[(0, 0), (1, 1), (2, 2)])?;
                let crossed =
                    lower.multiply_and_contract(&raised, &[(0, 2), (1, 1), (2, 0)])?;
                let terms = [
                    field.scale(&value_of(&straight), 1, 4),
                    field.scale(&value_of(&crossed), 1, 2),
                    field.negate(&value_of(&trace_square()?)),
                ];
                Ok(Holor::scalar(metric.chart(), field.sum(&terms)))
            }
            Self::Square => square(&lower()?),
            Self::TraceSquare => trace_square(),
            Self::TraceDivergence => metric.divergence(&trace()?, 0),
            Self::AxialSquare => square(&lower()?.antisymmetrize(&[0, 1, 2])?),
            Self::Chiral => {
                if metric.dimension() != 3 {
                    return Err(GeometryError::Invalid {
                        operation: "torsion scalar",
                        reason: format!(
                            "ε^abc T_abc needs three dimensions, the chart has {}; choose another scalar",
                            metric.dimension()
                        ),
                    });
                }
                let volume = metric.raise_all(&metric.volume_form()?, &[0, 1, 2])?;
                let sum =
                    volume.multiply_and_contract(&lower()?, &[(0, 0), (1, 1), (2, 2)])?;
                sum.map(sum.law(), |value| field.scale(value, 1, 2))
            }
        }
    }
}

/// The value of a scalar.
fn value_of(scalar: &Holor) -> Element {
    scalar.component(&[])
}

/// The parts of the signature equation.
#[derive(Clone, Debug)]
pub struct Signature {
    /// `∇_μ Φ^μ`
    pub divergence: Holor,
    /// T_χ
    pub torsion: Holor,
    /// R_e
    pub curvature: Holor,
    /// `∇_μ Φ^μ + T_χ − R_e`
    pub residual: Holor,
    /// Which torsion scalar T_χ is.
    pub scalar: TorsionScalar,
    /// Whether Φ, Γ or g hold signs: where they do not, those of the residual are derivatives of moduli, which exist
    /// where the sign is not 0 only.
    has_signs: bool,
}

/// The signature of (Φ, Γ, g).
///
/// A pseudo-scalar T_χ ([`TorsionScalar::Chiral`]) is taken in the orientation of the chart.
///
/// # Errors
/// Φ is no vector field; different charts; a torsion scalar that the dimension does not have.
pub fn signature(
    potential: &Holor,
    connection: &Connection,
    metric: &Metric,
    scalar: TorsionScalar,
) -> GeometryResult<Signature> {
    let chart = metric.chart();
    let field = chart.field();
    let potential = as_vector("signature", potential)?.on_chart(chart)?;
    let divergence = connection.divergence(&potential, 0)?.on_chart(chart)?;
    let torsion = scalar.evaluate(connection, metric)?.with_law(Law::TENSOR)?;
    let curvature = Holor::scalar(chart, connection.scalar_curvature(metric)?);
    let value = field.sum(&[
        value_of(&divergence),
        value_of(&torsion),
        field.negate(&value_of(&curvature)),
    ]);
    let residual = Holor::scalar(chart, value);
    let has_signs = [&potential, connection.coefficients(), metric.lower()]
        .into_iter()
        .flat_map(Holor::components)
        .any(|(_, value)| field.write(value).any(&mut is_sign));
    Ok(Signature { divergence, torsion, curvature, residual, scalar, has_signs })
}

/// The rate of Φ in the gradient flow of `E = ½ ∫ R² √g dx`, R the residual: `∂_t Φ^a = g^ab (∂_b R − K_b R)`.
///
/// A change δΦ changes E by `∫ R ∇_μ δΦ^μ √g dx`, and `∇_μ δΦ^μ` is the divergence of Levi-Civita plus `K_μ δΦ^μ` with
/// `K_b = Γ^μ_μb − Γ°^μ_μb` (0 without torsion trace and nonmetricity). By parts, with no flux through the sides, the gradient
/// of E in the inner product `∫ g_ab X^a Y^b √g dx` is `−g^ab (∂_b R − K_b R)`; the flow is its negative.
///
/// # Errors
/// As [`signature`]; a metric that is not positive definite, for which E need not fall.
pub fn signature_gradient(
    potential: &Holor,
    connection: &Connection,
    metric: &Metric,
    scalar: TorsionScalar,
) -> GeometryResult<Holor> {
    if metric.signature() != Some((metric.dimension(), 0)) {
        return Err(GeometryError::Invalid {
            operation: "signature flow",
            reason:
                "the energy falls along the flow where the metric is positive definite; \
                     this one is not, or that is not known"
                    .into(),
        });
    }
    let residual = signature(potential, connection, metric, scalar)?.residual;
    let (chart, field) = (metric.chart(), metric.chart().field());
    let value = value_of(&residual);
    let gradient = metric.gradient(&residual)?;
    let mut trace = Vec::new();
    for own in 0..metric.dimension() {
        let basis =
            Holor::build(chart, Law::TENSOR, &[Slot::UP], Symmetry::none(1), |index| {
                let here = index.first().is_some_and(|index| usize::from(*index) == own);
                Ok(if here { field.one() } else { field.zero() })
            })?;
        let full = connection.divergence(&basis, 0)?.on_chart(chart)?;
        let straight = metric.divergence(&basis, 0)?;
        let difference =
            field.sum(&[value_of(&full), field.negate(&value_of(&straight))]);
        trace.push(field.multiply(&difference, &value));
    }
    let lower =
        Holor::build(chart, Law::TENSOR, &[Slot::DOWN], Symmetry::none(1), |index| {
            let place = index.first().copied().map_or(0, usize::from);
            Ok(trace.get(place).cloned().unwrap_or_else(|| field.zero()))
        })?;
    let turned = metric.raise(&lower, 0)?;
    Holor::build(chart, Law::TENSOR, &[Slot::UP], Symmetry::none(1), |index| {
        let parts = [gradient.component(index), field.negate(&turned.component(index))];
        Ok(field.sum(&parts))
    })
}

/// Whether the signature equation holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Coherence {
    /// The residual is 0 identically: proven, for all values that the chart's assumptions allow.
    Holds,
    /// The residual is not 0 identically; the equation holds exactly where this one does.
    HoldsWhere {
        /// `numerator of the residual == 0`
        equation: Expr,
        /// A point where it fails, where one could be evaluated.
        witness: Option<Witness>,
    },
    /// The residual is nowhere 0: proven.
    Fails {
        /// The residual.
        residual: Expr,
        /// A point where it was evaluated, where that was possible.
        witness: Option<Witness>,
    },
    /// Not decided: nothing is known about how these parts of the residual are related, and no point showed it to be
    /// other than 0.
    Undecided {
        /// The residual.
        residual: Expr,
        /// The parts.
        about: Vec<Expr>,
    },
}

impl Signature {
    /// Whether the signature equation holds, with proof or with a point where it does not.
    ///
    /// # Errors
    /// An interrupt.
    pub fn coherence(&self, engine: &Engine) -> GeometryResult<Coherence> {
        let chart = self.residual.chart();
        let field = chart.field();
        let residual = value_of(&self.residual);
        if residual.is_zero() {
            return Ok(Coherence::Holds);
        }
        let written = field.write(&residual);
        let witness = find_witness(chart, &written, engine)?;
        if field.is_positive(&residual).is_some() || residual.as_rational().is_some() {
            return Ok(Coherence::Fails { residual: written, witness });
        }
        let numerator = numerator(&written, !self.has_signs);
        if numerator.as_number().is_some() {
            return Ok(Coherence::Fails { residual: written, witness });
        }
        let about = field.opaque_kernels(&residual);
        if witness.is_none() && !about.is_empty() {
            return Ok(Coherence::Undecided { residual: written, about });
        }
        Ok(Coherence::HoldsWhere {
            equation: Expr::equation(numerator, Expr::zero()),
            witness,
        })
    }
}

fn is_sign(expr: &Expr) -> bool {
    matches!(expr.node(), Node::Call(Function::Sign, _))
}

/// The factors that may be 0: those that are not in a denominator, and signs only where they are not `derived`.
fn numerator(expr: &Expr, derived: bool) -> Expr {
    let may_vanish = |factor: &&Expr| match factor.node() {
        Node::Power(_, exponent) => !exponent.has_leading_minus(),
        _ => factor.as_number().is_none() && !(derived && is_sign(factor)),
    };
    let factors = match expr.node() {
        Node::Mul(factors) => factors,
        _ => std::slice::from_ref(expr),
    };
    Expr::mul(factors.iter().filter(may_vanish).cloned())
}
