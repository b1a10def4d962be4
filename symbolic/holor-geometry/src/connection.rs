//! Linear connections: with torsion and non-metricity or without, their parts, and the covariant derivative.
//!
//! Index order: `∇_b Vᵃ = ∂_b Vᵃ + Γᵃ_bc Vᶜ`, the direction first of the lower two. Torsion
//! `Tᵃ_bc = Γᵃ_bc − Γᵃ_cb`, non-metricity `Q_abc = ∇_a g_bc`. Every connection splits, with respect to a metric, into
//! `Γᵃ_bc = {a bc} + Kᵃ_bc + Lᵃ_bc`: Levi-Civita, contorsion
//! `K_abc = ½(T_abc − T_bca − T_cba)` and disformation `L_abc = ½(Q_abc − Q_bca − Q_cab)`; K + L is the distortion.
//! F. W. Hehl, J. D. McCrea, E. W. Mielke, Y. Ne'eman, "Metric-affine gauge theory of gravity", Phys. Rep. 258
//! (1995) 1, whose Q has the opposite sign; J. A. Schouten, *Ricci-Calculus*, chapter III.

use std::sync::Arc;

use holor_algebra::exact::{Element, Field};

use crate::cache::Cache;
use crate::tensor::{CONNECTION_SLOTS, dimension_of, sign};
use crate::{
    Chart, GeometryError, GeometryResult, Holor, Law, Metric, Slot, Space, Symmetry,
    Variance,
};

/// A linear connection on a chart. Cloning shares it and all that was computed from it.
#[derive(Clone, Debug)]
pub struct Connection(Arc<Data>);

#[derive(Debug)]
struct Data {
    coefficients: Holor,
    /// The metric whose Levi-Civita connection this is.
    metric: Option<Metric>,
    torsion: Cache<Holor>,
    curvature: Cache<Holor>,
    ricci: Cache<Holor>,
}

impl Connection {
    fn new(coefficients: Holor, metric: Option<Metric>) -> Self {
        Self(Arc::new(Data {
            coefficients,
            metric,
            torsion: Cache::default(),
            curvature: Cache::default(),
            ricci: Cache::default(),
        }))
    }

    /// The connection of a metric without torsion:
    /// `Γᵃ_bc = ½ gᵃᵈ (∂_b g_dc + ∂_c g_db − ∂_d g_bc)`.
    ///
    /// # Errors
    /// An interrupt.
    pub fn levi_civita(metric: &Metric) -> GeometryResult<Self> {
        Ok(Self::new(metric.christoffel_symbols()?, Some(metric.clone())))
    }

    /// The connection with these coefficients `Γᵃ_bc`, indices up, down, down. A holor without a law is taken to be
    /// what it is here said to be.
    ///
    /// # Errors
    /// Other index positions; a tensor, which transforms otherwise.
    pub fn from_coefficients(coefficients: &Holor) -> GeometryResult<Self> {
        if let Law::Tensor { .. } = coefficients.law() {
            return Err(GeometryError::Law {
                operation: "connection",
                reason: "a tensor does not transform as a connection does; add it to a connection instead".into(),
            });
        }
        Ok(Self::new(
            coefficients.with_law(Law::Connection)?.with_symmetry_detected()?,
            None,
        ))
    }

    /// The flat connection whose coefficients vanish in this chart.
    ///
    /// # Errors
    /// An interrupt.
    pub fn flat(chart: &Chart) -> GeometryResult<Self> {
        let symmetry = Symmetry::symmetric(3, &[1, 2]);
        let zero =
            Holor::build(chart, Law::Connection, &CONNECTION_SLOTS, symmetry, |_| {
                Ok(chart.field().zero())
            })?;
        Ok(Self::new(zero, None))
    }

    /// The only connection with this torsion `Tᵃ_bc` and this non-metricity `Q_abc`, each 0 where it is `None`.
    ///
    /// # Errors
    /// A torsion that is not a tensor antisymmetric in its lower indices; a non-metricity that is not a tensor
    /// symmetric in its last two indices.
    pub fn with_torsion_and_nonmetricity(
        metric: &Metric,
        torsion: Option<&Holor>,
        nonmetricity: Option<&Holor>,
    ) -> GeometryResult<Self> {
        let mut coefficients = metric.christoffel_symbols()?;
        if let Some(torsion) = torsion {
            coefficients = coefficients.add(&contorsion_of(metric, torsion)?)?;
        }
        if let Some(nonmetricity) = nonmetricity {
            coefficients = coefficients.add(&disformation_of(metric, nonmetricity)?)?;
        }
        Ok(Self::new(coefficients.with_symmetry_detected()?, None))
    }

    /// Weyl's connection: no torsion and `∇_a g_bc = −2 φ_a g_bc`, hence
    /// `Γᵃ_bc = {a bc} + δᵃ_b φ_c + δᵃ_c φ_b − g_bc φᵃ`. For `φ = dσ` it is that of the metric `e^(2σ) g`.
    ///
    /// # Errors
    /// A φ that is not a one-form.
    pub fn weyl(metric: &Metric, form: &Holor) -> GeometryResult<Self> {
        let form = form.on_chart(metric.chart())?;
        if form.slots() != [Slot::DOWN] || form.law() != Law::TENSOR {
            return Err(invalid("weyl_connection", "it takes a one-form".into()));
        }
        let field = metric.field();
        let nonmetricity = form.multiply(metric.lower())?.scale(&field.integer(-2))?;
        Self::with_torsion_and_nonmetricity(metric, None, Some(&nonmetricity))
    }

    /// The connection plus a tensor of type (1, 2).
    ///
    /// # Errors
    /// What is not such a tensor.
    pub fn shifted(&self, tensor: &Holor) -> GeometryResult<Self> {
        Ok(Self::new(self.coefficients().add(tensor)?, None))
    }

    /// The chart.
    pub fn chart(&self) -> &Chart {
        self.0.coefficients.chart()
    }

    /// `Γᵃ_bc`, a holor with the law of a connection.
    pub fn coefficients(&self) -> &Holor {
        &self.0.coefficients
    }

    /// The metric whose Levi-Civita connection it was built as.
    pub fn metric(&self) -> Option<&Metric> {
        self.0.metric.as_ref()
    }

    pub(crate) fn field(&self) -> &Field {
        self.chart().field()
    }

    pub(crate) fn curvature_cache(&self) -> &Cache<Holor> {
        &self.0.curvature
    }

    pub(crate) fn ricci_cache(&self) -> &Cache<Holor> {
        &self.0.ricci
    }

    /// Torsion, `Tᵃ_bc = Γᵃ_bc − Γᵃ_cb`.
    ///
    /// # Errors
    /// An interrupt.
    pub fn torsion(&self) -> GeometryResult<Holor> {
        self.0.torsion.get(self.field(), || {
            let gamma = self.coefficients();
            let field = self.field();
            let symmetry = Symmetry::antisymmetric(3, &[1, 2]);
            let symmetric = *gamma.symmetry() == Symmetry::symmetric(3, &[1, 2]);
            Holor::build(
                self.chart(),
                Law::TENSOR,
                &CONNECTION_SLOTS,
                symmetry,
                |indices| {
                    let [a, b, c] = *indices else { return Ok(field.zero()) };
                    if symmetric {
                        return Ok(field.zero());
                    }
                    Ok(field.subtract(
                        &gamma.component(&[a, b, c]),
                        &gamma.component(&[a, c, b]),
                    ))
                },
            )
        })
    }

    /// The one-form `T_b = Tᵃ_ba`, the trace of torsion.
    ///
    /// # Errors
    /// An interrupt.
    pub fn torsion_trace(&self) -> GeometryResult<Holor> {
        self.torsion()?.contract(0, 2)
    }

    /// Non-metricity, `Q_abc = ∇_a g_bc`.
    ///
    /// # Errors
    /// Another chart.
    pub fn nonmetricity(&self, metric: &Metric) -> GeometryResult<Holor> {
        self.covariant_derivative(metric.lower())
    }

    /// Contorsion `Kᵃ_bc`, the part of Γ that torsion makes.
    ///
    /// # Errors
    /// Another chart.
    pub fn contorsion(&self, metric: &Metric) -> GeometryResult<Holor> {
        contorsion_of(metric, &self.torsion()?)
    }

    /// Disformation `Lᵃ_bc`, the part of Γ that non-metricity makes.
    ///
    /// # Errors
    /// Another chart.
    pub fn disformation(&self, metric: &Metric) -> GeometryResult<Holor> {
        disformation_of(metric, &self.nonmetricity(metric)?)
    }

    /// Distortion, `Γᵃ_bc − {a bc}`: contorsion and disformation together.
    ///
    /// # Errors
    /// Another chart.
    pub fn distortion(&self, metric: &Metric) -> GeometryResult<Holor> {
        self.coefficients().subtract(&metric.christoffel_symbols()?)
    }

    /// Weyl's one-form `φ_a = −(1/2n) Q_ab^b` of the non-metricity; for [`Connection::weyl`] the form it was built with.
    ///
    /// # Errors
    /// Another chart.
    pub fn weyl_form(&self, metric: &Metric) -> GeometryResult<Holor> {
        let n = i64::try_from(metric.dimension()).unwrap_or(1);
        let field = metric.field();
        let trace = metric.raise(&self.nonmetricity(metric)?, 2)?.contract(1, 2)?;
        trace.map(Law::TENSOR, |value| field.scale(value, -1, 2 * n))
    }

    /// ∇T of a tensor, density or pseudo-tensor of any rank, the new lower index first:
    /// `∇_c 𝔗ᵃ_b = ∂_c 𝔗ᵃ_b + Γᵃ_cd 𝔗ᵈ_b − Γᵈ_cb 𝔗ᵃ_d − w Γᵈ_cd 𝔗ᵃ_b` for weight w.
    ///
    /// # Errors
    /// A connection or a holor without a law; frame indices, which take a spin connection; another chart.
    pub fn covariant_derivative(&self, holor: &Holor) -> GeometryResult<Holor> {
        let differentiable = Differentiable::new(self, holor)?;
        let chart = self.chart();
        let slots: Vec<Slot> =
            std::iter::once(Slot::DOWN).chain(holor.slots().iter().copied()).collect();
        let symmetry = Symmetry::none(1).product(holor.symmetry());
        Holor::build(chart, holor.law(), &slots, symmetry, |indices| {
            let Some((&direction, rest)) = indices.split_first() else {
                return Ok(chart.field().zero());
            };
            let mut sum = Sum::default();
            differentiable.push(direction, rest, &mut sum);
            Ok(sum.value(chart.field()))
        })
    }

    /// `∇_a T^…a…`, the sum over the direction and an upper index.
    ///
    /// # Errors
    /// As [`Connection::covariant_derivative`]; a slot that is not an upper index.
    pub fn divergence(&self, holor: &Holor, slot: usize) -> GeometryResult<Holor> {
        if holor.slots().get(slot) != Some(&Slot::UP) {
            return Err(GeometryError::Indices {
                reason: format!("index {slot} is not an upper index: raise it first"),
            });
        }
        let differentiable = Differentiable::new(self, holor)?;
        let chart = self.chart();
        let mut slots = holor.slots().to_vec();
        slots.remove(slot);
        let symmetry = holor.symmetry().without(&[slot]);
        Holor::build(chart, holor.law(), &slots, symmetry, |indices| {
            let mut full = indices.to_vec();
            full.insert(slot, 0);
            let mut sum = Sum::default();
            for direction in 0..dimension_of(chart) {
                if let Some(index) = full.get_mut(slot) {
                    *index = direction;
                }
                differentiable.push(direction, &full, &mut sum);
            }
            Ok(sum.value(chart.field()))
        })
    }

    /// `Vᵃ ∇_a T`, the derivative along a vector field.
    ///
    /// # Errors
    /// As [`Connection::covariant_derivative`]; a V that is not a vector.
    pub fn directional_derivative(
        &self,
        vector: &Holor,
        holor: &Holor,
    ) -> GeometryResult<Holor> {
        if vector.slots() != [Slot::UP] {
            return Err(GeometryError::Indices {
                reason: "a direction is a vector field".into(),
            });
        }
        vector.multiply_and_contract(&self.covariant_derivative(holor)?, &[(0, 0)])
    }
}

impl Metric {
    /// The Levi-Civita connection.
    ///
    /// # Errors
    /// An interrupt.
    pub fn christoffel(&self) -> GeometryResult<Connection> {
        Connection::levi_civita(self)
    }

    /// `∇ᵃ f = gᵃᵇ ∂_b f`
    ///
    /// # Errors
    /// A holor with indices; another chart.
    pub fn gradient(&self, scalar: &Holor) -> GeometryResult<Holor> {
        self.raise(&self.christoffel()?.covariant_derivative(scalar)?, 0)
    }

    /// `∇_a T^…a…` with the Levi-Civita connection; a lower index is raised first.
    ///
    /// # Errors
    /// As [`Connection::divergence`].
    pub fn divergence(&self, holor: &Holor, slot: usize) -> GeometryResult<Holor> {
        let connection = self.christoffel()?;
        if holor.slots().get(slot) == Some(&Slot::DOWN) {
            return connection.divergence(&self.raise(holor, slot)?, slot);
        }
        connection.divergence(holor, slot)
    }

    /// `□T = gᵃᵇ ∇_a ∇_b T` with the Levi-Civita connection: the Laplace–Beltrami operator on scalars, d'Alembert's
    /// where the signature is Lorentzian, and the connection Laplacian on tensors.
    ///
    /// # Errors
    /// As [`Connection::covariant_derivative`].
    pub fn box_operator(&self, holor: &Holor) -> GeometryResult<Holor> {
        let connection = self.christoffel()?;
        let derivative = self.raise(&connection.covariant_derivative(holor)?, 0)?;
        connection.divergence(&derivative, 0)
    }
}

/// A holor that a connection can differentiate, with what its derivative needs.
struct Differentiable<'a> {
    connection: &'a Connection,
    holor: Holor,
    /// `w Γᵈ_cd` for each direction c, where the weight is not 0.
    trace: Vec<Element>,
}

impl<'a> Differentiable<'a> {
    fn new(connection: &'a Connection, holor: &Holor) -> GeometryResult<Self> {
        let refuse = |reason: &str| {
            Err(GeometryError::Law {
                operation: "covariant derivative",
                reason: reason.into(),
            })
        };
        let weight = match holor.law() {
            Law::Tensor { weight, .. } => weight,
            Law::Connection => {
                return refuse(
                    "a connection is no tensor and has none; its derivative in a tensorial sense is its curvature",
                );
            }
            Law::None => {
                return refuse(
                    "a holor without a law has none: say first how it transforms, as a tensor or a density",
                );
            }
        };
        if holor.slots().iter().any(|slot| slot.space == Space::Frame) {
            return refuse(
                "frame indices are transported by a spin connection: use the derivative of the frame, or turn them into coordinate indices first",
            );
        }
        let holor = holor.on_chart(connection.chart())?;
        let mut trace = Vec::new();
        if weight != crate::Weight::from_integer(0) {
            let contracted = connection.coefficients().contract(0, 2)?;
            let field = connection.field();
            for c in 0..dimension_of(connection.chart()) {
                trace.push(field.scale(
                    &contracted.component(&[c]),
                    (*weight.numer()).into(),
                    (*weight.denom()).into(),
                ));
            }
        }
        Ok(Self { connection, holor, trace })
    }

    /// Adds the terms of `∇_direction T_indices`.
    fn push<'s>(&'s self, direction: u8, indices: &[u8], sum: &mut Sum<'s>) {
        let chart = self.connection.chart();
        let gamma = self.connection.coefficients();
        if let Some((value, negative)) = self.holor.stored(indices) {
            sum.derivatives
                .push((sign(negative), chart.derivative(value, usize::from(direction))));
            if let Some(trace) = self.trace.get(usize::from(direction)) {
                sum.products.push((-sign(negative), trace, value));
            }
        }
        let mut inner = indices.to_vec();
        for (slot, (position, &own)) in self.holor.slots().iter().zip(indices).enumerate()
        {
            for d in 0..dimension_of(chart) {
                let (coefficient, factor) = match position.variance {
                    Variance::Up => (gamma.stored(&[own, direction, d]), 1),
                    Variance::Down => (gamma.stored(&[d, direction, own]), -1),
                };
                let Some((coefficient, flipped)) = coefficient else { continue };
                if let Some(index) = inner.get_mut(slot) {
                    *index = d;
                }
                if let Some((value, negative)) = self.holor.stored(&inner) {
                    sum.products.push((
                        factor * sign(negative != flipped),
                        coefficient,
                        value,
                    ));
                }
            }
            if let Some(index) = inner.get_mut(slot) {
                *index = own;
            }
        }
    }
}

/// A sum of derivatives and products, brought to one denominator once.
#[derive(Default)]
pub(crate) struct Sum<'a> {
    pub(crate) derivatives: Vec<(i64, Element)>,
    pub(crate) products: Vec<(i64, &'a Element, &'a Element)>,
}

impl Sum<'_> {
    pub(crate) fn value(&self, field: &Field) -> Element {
        let one = field.one();
        let mut terms = self.products.clone();
        for (factor, value) in &self.derivatives {
            if !value.is_zero() {
                terms.push((*factor, value, &one));
            }
        }
        match terms.as_slice() {
            [] => field.zero(),
            terms => field.sum_of_products(terms),
        }
    }
}

/// `Kᵃ_bc` with `K_abc = ½(T_abc − T_bca − T_cba)`
fn contorsion_of(metric: &Metric, torsion: &Holor) -> GeometryResult<Holor> {
    let torsion = torsion.on_chart(metric.chart())?;
    let is_torsion = torsion.law() == Law::TENSOR && torsion.slots() == CONNECTION_SLOTS;
    let antisymmetric = Symmetry::antisymmetric(3, &[1, 2]);
    if !is_torsion || !torsion.is_equal(&torsion.antisymmetrize(&[1, 2])?)? {
        return Err(invalid(
            "torsion",
            "it is a tensor T^a_bc, antisymmetric in its two lower indices".into(),
        ));
    }
    let lowered = metric.lower_index(&with_symmetry(&torsion, antisymmetric)?, 0)?;
    let field = metric.field();
    half_sum(metric, &lowered, |[a, b, c]| [[a, b, c], [b, c, a], [c, b, a]], field)
}

/// `Lᵃ_bc` with `L_abc = ½(Q_abc − Q_bca − Q_cab)`
fn disformation_of(metric: &Metric, nonmetricity: &Holor) -> GeometryResult<Holor> {
    let nonmetricity = nonmetricity.on_chart(metric.chart())?;
    let is_nonmetricity =
        nonmetricity.law() == Law::TENSOR && nonmetricity.slots() == [Slot::DOWN; 3];
    if !is_nonmetricity || !nonmetricity.is_equal(&nonmetricity.symmetrize(&[1, 2])?)? {
        return Err(invalid(
            "nonmetricity",
            "it is a tensor Q_abc with lower indices, symmetric in the last two".into(),
        ));
    }
    let field = metric.field();
    half_sum(metric, &nonmetricity, |[a, b, c]| [[a, b, c], [b, c, a], [c, a, b]], field)
}

/// The tensor with components `½(S_first − S_second − S_third)`, its first index raised.
fn half_sum(
    metric: &Metric,
    source: &Holor,
    places: impl Fn([u8; 3]) -> [[u8; 3]; 3],
    field: &Field,
) -> GeometryResult<Holor> {
    let one = field.one();
    let lowered = Holor::build(
        metric.chart(),
        Law::TENSOR,
        &[Slot::DOWN; 3],
        Symmetry::none(3),
        |indices| {
            let &[a, b, c] = indices else { return Ok(field.zero()) };
            let terms: Vec<(i64, &Element, &Element)> = places([a, b, c])
                .iter()
                .zip([1, -1, -1])
                .filter_map(|(place, factor)| {
                    let (value, negative) = source.stored(place)?;
                    Some((factor * sign(negative), value, &one))
                })
                .collect();
            Ok(field.scale(&field.sum_of_products(&terms), 1, 2))
        },
    )?;
    metric.raise(&lowered, 0)?.with_symmetry_detected()
}

/// The same components stored with a symmetry they are known to have.
fn with_symmetry(holor: &Holor, symmetry: Symmetry) -> GeometryResult<Holor> {
    Holor::build(holor.chart(), holor.law(), holor.slots(), symmetry, |indices| {
        Ok(holor.component(indices))
    })
}

fn invalid(operation: &'static str, reason: String) -> GeometryError {
    GeometryError::Invalid { operation, reason }
}
