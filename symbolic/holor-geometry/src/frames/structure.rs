//! Cartan's structure equations of a tetrad: anholonomy, spin connections, torsion and curvature two-forms, and the
//! teleparallel connection.
//!
//! `∇_μ e_B = ω^A_Bμ e_A`, that is `ω^A_Bμ = e^A_ν (∂_μ e_B^ν + Γ^ν_μλ e_B^λ)`; torsion `Θ^A = de^A + ω^A_B ∧ e^B`, with
//! components `e^A_a T^a_μν`; curvature `Ω^A_B = dω^A_B + ω^A_C ∧ ω^C_B`, with components `R^A_Bμν`.

use holor_algebra::exact::Element;

use super::Tetrad;
use crate::tensor::{dimension_of, sign};
use crate::{
    Connection, GeometryError, GeometryResult, Holor, Law, Slot, Symmetry, TorsionScalar,
};

/// The indices of a spin connection `ω^A_Bμ`.
const SPIN_SLOTS: [Slot; 3] = [Slot::FRAME_UP, Slot::FRAME_DOWN, Slot::DOWN];

impl Tetrad {
    /// The anholonomy coefficients `[e_A, e_B] = C^C_AB e_C`, equivalently `de^C = −½ C^C_AB e^A ∧ e^B`.
    ///
    /// # Errors
    /// An interrupt.
    pub fn anholonomy(&self) -> GeometryResult<Holor> {
        let chart = self.chart();
        let field = chart.field();
        let slots = [Slot::FRAME_UP, Slot::DOWN, Slot::DOWN];
        let symmetry = Symmetry::antisymmetric(3, &[1, 2]);
        let minus_slopes =
            Holor::build(chart, Law::TENSOR, &slots, symmetry, |indices| {
                let &[a, mu, nu] = indices else { return Ok(field.zero()) };
                Ok(field.subtract(
                    &self.coframe_slope(a, mu, nu),
                    &self.coframe_slope(a, nu, mu),
                ))
            })?;
        self.change_slots(&minus_slopes, &[1, 2])
    }

    /// `∂_ν e^A_μ`
    fn coframe_slope(&self, a: u8, mu: u8, nu: u8) -> Element {
        match self.coframe().stored(&[a, mu]) {
            Some((value, _)) => self.chart().derivative(value, usize::from(nu)),
            None => self.chart().field().zero(),
        }
    }

    /// The spin connection `ω^A_Bμ` of the Levi-Civita connection, from the anholonomy: no Christoffel symbol is formed.
    ///
    /// # Errors
    /// An interrupt.
    pub fn spin_connection(&self) -> GeometryResult<Holor> {
        let chart = self.chart();
        let field = chart.field();
        let anholonomy = self.anholonomy()?;
        // ω_CBA = ½ (C_CAB + C_BCA − C_ABC), the direction A last; antisymmetric in C and B.
        let slots = [Slot::FRAME_UP, Slot::FRAME_DOWN, Slot::FRAME_DOWN];
        let one = field.one();
        let in_frame =
            Holor::build(chart, Law::TENSOR, &slots, Symmetry::none(3), |indices| {
                let &[c, b, a] = indices else { return Ok(field.zero()) };
                let terms: Vec<_> = [([c, a, b], 1), ([b, c, a], 1), ([a, b, c], -1)]
                    .iter()
                    .filter_map(|(place, factor)| {
                        let (value, negative) = anholonomy.stored(place)?;
                        let lowered = self.sign(place[0]) * self.sign(c);
                        Some((factor * lowered * sign(negative), value, &one))
                    })
                    .collect();
                Ok(field.scale(&field.sum_of_products(&terms), 1, 2))
            })?;
        self.change_slots(&in_frame, &[2])
    }

    /// The spin connection `ω^A_Bμ = e^A_ν (∂_μ e_B^ν + Γ^ν_μλ e_B^λ)` of any connection.
    ///
    /// # Errors
    /// Another chart; an interrupt.
    pub fn spin_connection_of(&self, connection: &Connection) -> GeometryResult<Holor> {
        let chart = self.chart();
        let field = chart.field();
        let gamma = connection.coefficients().on_chart(chart)?;
        // ∇_μ e_B^ν with indices ν, B, μ.
        let slots = [Slot::UP, Slot::FRAME_DOWN, Slot::DOWN];
        let one = field.one();
        let slopes =
            Holor::build(chart, Law::TENSOR, &slots, Symmetry::none(3), |indices| {
                let &[nu, b, mu] = indices else { return Ok(field.zero()) };
                let mut terms = Vec::new();
                let slope = match self.frame().stored(&[b, nu]) {
                    Some((value, _)) => chart.derivative(value, usize::from(mu)),
                    None => field.zero(),
                };
                terms.push((1, &slope, &one));
                for lambda in 0..dimension_of(chart) {
                    if let Some((factor, negative)) = gamma.stored(&[nu, mu, lambda])
                        && let Some((value, _)) = self.frame().stored(&[b, lambda])
                    {
                        terms.push((sign(negative), factor, value));
                    }
                }
                Ok(field.sum_of_products(&terms))
            })?;
        self.change_slots(&slopes, &[0])
    }

    /// The connection `Γ^ν_μλ = e_A^ν (∂_μ e^A_λ + ω^A_Bμ e^B_λ)` of a spin connection.
    ///
    /// # Errors
    /// A holor that is no spin connection; another chart.
    pub fn connection_of(&self, spin: &Holor) -> GeometryResult<Connection> {
        let chart = self.chart();
        let field = chart.field();
        let spin = self.as_spin_connection(spin)?;
        self.connection_with(|a, mu, lambda, terms| {
            for b in 0..dimension_of(chart) {
                if let Some((factor, negative)) = spin.stored(&[a, b, mu])
                    && let Some((value, _)) = self.coframe().stored(&[b, lambda])
                {
                    let term = field.multiply(factor, value);
                    terms.push(if negative { field.negate(&term) } else { term });
                }
            }
        })
    }

    /// The Weitzenböck connection of the tetrad, `Γ^a_bc = e_A^a ∂_b e^A_c` (direction first): the frame is parallel, the
    /// curvature 0, the torsion `T^a_bc = e_A^a (∂_b e^A_c − ∂_c e^A_b)`.
    ///
    /// # Errors
    /// An interrupt.
    pub fn weitzenboeck_connection(&self) -> GeometryResult<Connection> {
        self.connection_with(|_, _, _, _| {})
    }

    /// `Γ^ν_μλ = e_A^ν (∂_μ e^A_λ + …)`
    fn connection_with(
        &self,
        more: impl Fn(u8, u8, u8, &mut Vec<Element>),
    ) -> GeometryResult<Connection> {
        let chart = self.chart();
        let field = chart.field();
        let slots = [Slot::FRAME_UP, Slot::DOWN, Slot::DOWN];
        let slopes =
            Holor::build(chart, Law::TENSOR, &slots, Symmetry::none(3), |indices| {
                let &[a, mu, lambda] = indices else { return Ok(field.zero()) };
                let mut terms = vec![self.coframe_slope(a, lambda, mu)];
                more(a, mu, lambda, &mut terms);
                Ok(field.sum(&terms))
            })?;
        let coefficients = self.change_slots(&slopes, &[0])?.without_law()?;
        Connection::from_coefficients(&coefficients)
    }

    /// The teleparallel torsion scalar `T = ¼ T_abc T^abc + ½ T_abc T^cba − T_a T^a` of the Weitzenböck connection; with
    /// signature −+++ it is `6 ȧ²/a²` for the diagonal tetrad of flat FLRW.
    ///
    /// # Errors
    /// An interrupt.
    pub fn teleparallel_scalar(&self) -> GeometryResult<Holor> {
        TorsionScalar::Quadratic.evaluate(&self.weitzenboeck_connection()?, self.metric())
    }

    /// The torsion two-form `Θ^A_μν` of `Θ^A = de^A + ω^A_B ∧ e^B`.
    ///
    /// # Errors
    /// A holor that is no spin connection; another chart.
    pub fn torsion_form(&self, spin: &Holor) -> GeometryResult<Holor> {
        let chart = self.chart();
        let field = chart.field();
        let spin = self.as_spin_connection(spin)?;
        let slots = [Slot::FRAME_UP, Slot::DOWN, Slot::DOWN];
        let symmetry = Symmetry::antisymmetric(3, &[1, 2]);
        let one = field.one();
        Holor::build(chart, Law::TENSOR, &slots, symmetry, |indices| {
            let &[a, mu, nu] = indices else { return Ok(field.zero()) };
            let first = self.coframe_slope(a, nu, mu);
            let second = self.coframe_slope(a, mu, nu);
            let mut terms = vec![(1, &first, &one), (-1, &second, &one)];
            for b in 0..dimension_of(chart) {
                for (factor, place, other) in [(1, mu, nu), (-1, nu, mu)] {
                    if let Some((omega, negative)) = spin.stored(&[a, b, place])
                        && let Some((value, _)) = self.coframe().stored(&[b, other])
                    {
                        terms.push((factor * sign(negative), omega, value));
                    }
                }
            }
            Ok(field.sum_of_products(&terms))
        })
    }

    /// The curvature two-form `Ω^A_Bμν` of `Ω^A_B = dω^A_B + ω^A_C ∧ ω^C_B`.
    ///
    /// # Errors
    /// A holor that is no spin connection; another chart.
    pub fn curvature_form(&self, spin: &Holor) -> GeometryResult<Holor> {
        let chart = self.chart();
        let field = chart.field();
        let spin = self.as_spin_connection(spin)?;
        let slots = [Slot::FRAME_UP, Slot::FRAME_DOWN, Slot::DOWN, Slot::DOWN];
        let symmetry = Symmetry::antisymmetric(4, &[2, 3]);
        let one = field.one();
        let slope =
            |a: u8, b: u8, form: u8, direction: u8| match spin.stored(&[a, b, form]) {
                Some((value, negative)) => {
                    let slope = chart.derivative(value, usize::from(direction));
                    if negative { field.negate(&slope) } else { slope }
                }
                None => field.zero(),
            };
        Holor::build(chart, Law::TENSOR, &slots, symmetry, |indices| {
            let &[a, b, mu, nu] = indices else { return Ok(field.zero()) };
            let (first, second) = (slope(a, b, nu, mu), slope(a, b, mu, nu));
            let mut terms = vec![(1, &first, &one), (-1, &second, &one)];
            for c in 0..dimension_of(chart) {
                for (factor, left, right) in [(1, mu, nu), (-1, nu, mu)] {
                    if let Some((x, x_negative)) = spin.stored(&[a, c, left])
                        && let Some((y, y_negative)) = spin.stored(&[c, b, right])
                    {
                        terms.push((factor * sign(x_negative != y_negative), x, y));
                    }
                }
            }
            Ok(field.sum_of_products(&terms))
        })
    }

    /// The holor if it has the indices of a spin connection.
    fn as_spin_connection(&self, spin: &Holor) -> GeometryResult<Holor> {
        if spin.slots() != SPIN_SLOTS {
            return Err(GeometryError::Indices {
                reason: "a spin connection has the indices ω[^A, _B, _μ]: frame up, frame down, coordinate down"
                    .into(),
            });
        }
        spin.on_chart(self.chart())
    }
}
