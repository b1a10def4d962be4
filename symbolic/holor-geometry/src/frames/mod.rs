//! Frames: orthonormal tetrads in any dimension and signature, and components in them.
//!
//! A tetrad is a co-frame of one-forms `e^A = e^A_μ dx^μ` with `g_μν = η_AB e^A_μ e^B_ν`, η diagonal with entries ±1,
//! and its dual frame of vectors `e_A = e_A^μ ∂_μ`. Frame indices are written with capitals; a change of chart does not touch
//! them.

mod decompose;
mod null;
mod roots;
mod structure;
#[cfg(test)]
mod tests;

pub use null::PetrovType;

use std::sync::Arc;

use holor_algebra::Matrix;
use holor_algebra::exact::Element;

use crate::metric::{contract_slot, matrix_of};
use crate::minors::{self, Rows};
use crate::tensor::{describe_slots, dimension_of};
use crate::{
    Chart, Connection, GeometryError, GeometryResult, Holor, Law, Metric, Slot, Space,
    Symmetry, Variance,
};

/// An orthonormal co-frame of a metric with its dual frame. Cloning shares it.
#[derive(Clone, Debug)]
pub struct Tetrad(Arc<Data>);

#[derive(Debug)]
struct Data {
    metric: Metric,
    /// The diagonal of η: 1 or −1.
    signs: Box<[i8]>,
    /// `e^A_μ`
    coframe: Holor,
    /// `e_A^μ`
    frame: Holor,
}

impl Tetrad {
    /// A tetrad of a metric, found by completing squares.
    ///
    /// For a diagonal metric `e^A = √|g_AA| dx^A`. Otherwise each block of coordinates is decomposed in the order that keeps
    /// the pivots short and their signs decided; a coordinate with `g_nn = 0` is paired with another one, which takes no
    /// root and no sign. The vector made from the square of `dx^A` bears the index A, hence η has its signs where
    /// the coordinates have theirs. Parameters and unknown functions are taken to be real, and a square to be
    /// positive.
    ///
    /// # Errors
    /// A pivot whose sign the assumptions do not decide: the message names it; assume its sign, or give a co-frame.
    pub fn new(metric: &Metric) -> GeometryResult<Self> {
        let (rows, signs) = decompose::orthonormal_rows(metric)?;
        Self::from_rows(metric.clone(), &rows, signs)
    }

    /// The tetrad with these one-forms `e^A` and this diagonal of η. They define the metric `g = η_AB e^A e^B`, or, where
    /// one is given, are checked against it.
    ///
    /// # Errors
    /// Another number of one-forms or signs than dimensions; signs other than ±1; dependent one-forms; a metric
    /// with another component, which the message names.
    pub fn from_coframe(
        forms: &[Holor],
        signs: &[i8],
        metric: Option<&Metric>,
    ) -> GeometryResult<Self> {
        const OPERATION: &str = "tetrad";
        let invalid =
            |reason: String| GeometryError::Invalid { operation: OPERATION, reason };
        let Some(first) = forms.first() else {
            return Err(invalid("no one-form is given".into()));
        };
        let chart = metric.map_or(first.chart(), Metric::chart);
        let dimension = chart.dimension();
        if forms.len() != dimension || signs.len() != dimension {
            return Err(invalid(format!(
                "{chart} needs {dimension} one-forms and as many signs, not {} and {}",
                forms.len(),
                signs.len()
            )));
        }
        if signs.iter().any(|sign| sign.abs() != 1) {
            return Err(invalid("the signs of η are 1 and -1".into()));
        }
        let mut rows = Vec::with_capacity(dimension);
        for form in forms {
            let form = crate::forms::as_form(OPERATION, form)?.on_chart(chart)?;
            if form.rank() != 1 {
                return Err(invalid(format!(
                    "a co-frame is made of one-forms, not of a form of degree {}",
                    form.rank()
                )));
            }
            rows.push(
                (0..dimension_of(chart)).map(|index| form.component(&[index])).collect(),
            );
        }
        let defined = metric_of(chart, &rows, signs)?;
        let metric = match metric {
            Some(metric) => {
                check_agreement(metric, &defined)?;
                metric.clone()
            }
            None => Metric::new(&defined)?,
        };
        Self::from_rows(metric, &rows, signs.into())
    }

    fn from_rows(metric: Metric, rows: &Rows, signs: Box<[i8]>) -> GeometryResult<Self> {
        let chart = metric.chart();
        let field = chart.field();
        let Some((inverse, _)) = minors::inverse(field, rows)? else {
            return Err(GeometryError::Invalid {
                operation: "tetrad",
                reason: "the one-forms are linearly dependent".into(),
            });
        };
        let entry = |rows: &Rows, row: u8, column: u8| {
            let row = rows.get(usize::from(row));
            row.and_then(|row| row.get(usize::from(column)))
                .cloned()
                .unwrap_or_else(|| field.zero())
        };
        let coframe_slots = [Slot::FRAME_UP, Slot::DOWN];
        let coframe = Holor::build(
            chart,
            Law::TENSOR,
            &coframe_slots,
            Symmetry::none(2),
            |indices| {
                let &[a, mu] = indices else { return Ok(field.zero()) };
                Ok(entry(rows, a, mu))
            },
        )?;
        let frame_slots = [Slot::FRAME_DOWN, Slot::UP];
        let frame = Holor::build(
            chart,
            Law::TENSOR,
            &frame_slots,
            Symmetry::none(2),
            |indices| {
                let &[a, mu] = indices else { return Ok(field.zero()) };
                Ok(entry(&inverse, mu, a))
            },
        )?;
        Ok(Self(Arc::new(Data { metric, signs, coframe, frame })))
    }

    /// The chart.
    pub fn chart(&self) -> &Chart {
        self.0.metric.chart()
    }

    /// The metric.
    pub fn metric(&self) -> &Metric {
        &self.0.metric
    }

    /// The diagonal of η.
    pub fn signs(&self) -> &[i8] {
        &self.0.signs
    }

    /// The co-frame `e^A_μ`: a frame index up, a coordinate index down.
    pub fn coframe(&self) -> &Holor {
        &self.0.coframe
    }

    /// The frame `e_A^μ`: a frame index down, a coordinate index up.
    pub fn frame(&self) -> &Holor {
        &self.0.frame
    }

    /// One of the one-forms `e^A`, counted from 0; nothing where there is none.
    pub fn one_form(&self, place: usize) -> Option<Holor> {
        self.row(self.coframe(), Slot::DOWN, place)
    }

    /// One of the vectors `e_A`, counted from 0; nothing where there is none.
    pub fn vector(&self, place: usize) -> Option<Holor> {
        self.row(self.frame(), Slot::UP, place)
    }

    fn row(&self, matrix: &Holor, slot: Slot, place: usize) -> Option<Holor> {
        let place = u8::try_from(place).ok()?;
        if usize::from(place) >= self.chart().dimension() {
            return None;
        }
        Holor::build(self.chart(), Law::TENSOR, &[slot], Symmetry::none(1), |indices| {
            let &[index] = indices else { return Ok(self.chart().field().zero()) };
            Ok(matrix.component(&[place, index]))
        })
        .ok()
    }

    /// The tetrad `Λ^A_B e^B` turned by a matrix of functions that keeps η: a local Lorentz transformation or rotation.
    ///
    /// # Errors
    /// A matrix of another size; one that does not keep η.
    pub fn turned(&self, matrix: &Matrix) -> GeometryResult<Self> {
        let chart = self.chart();
        let dimension = chart.dimension();
        if matrix.rows() != dimension || !matrix.is_square() {
            return Err(GeometryError::Invalid {
                operation: "tetrad",
                reason: format!("a matrix with {dimension} rows and columns is needed"),
            });
        }
        let mut turn = Vec::with_capacity(dimension);
        for row in 0..dimension {
            let entries = matrix.row(row).iter().map(|entry| chart.read(entry));
            turn.push(entries.collect::<GeometryResult<Vec<_>>>()?);
        }
        let rows = minors::product(chart.field(), &turn, &matrix_of(self.coframe()));
        let defined = metric_of(chart, &rows, self.signs())?;
        check_agreement(self.metric(), &defined).map_err(|_| GeometryError::Invalid {
            operation: "tetrad",
            reason: "the matrix does not keep the frame metric η".into(),
        })?;
        Self::from_rows(self.metric().clone(), &rows, self.signs().into())
    }

    /// The covariant derivative of a tensor with frame and coordinate indices, the new lower coordinate index first:
    /// coordinate indices by the connection, frame indices by its spin connection in this frame.
    ///
    /// # Errors
    /// As [`Connection::covariant_derivative`]; different charts.
    pub fn covariant_derivative(
        &self,
        connection: &Connection,
        holor: &Holor,
    ) -> GeometryResult<Holor> {
        // ∇_μ (e^A_ν T^ν) = e^A_ν ∇_μ T^ν, for the spin connection makes the frame constant.
        let frame_slots: Vec<usize> = (0..holor.rank())
            .filter(|&slot| {
                holor.slots().get(slot).is_some_and(|own| own.space == Space::Frame)
            })
            .collect();
        let inside = self.change_slots(holor, &frame_slots)?;
        let derivative = connection.covariant_derivative(&inside)?;
        let moved: Vec<usize> = frame_slots.iter().map(|slot| slot + 1).collect();
        self.change_slots(&derivative, &moved)
    }

    /// The frame metric `η_AB`.
    ///
    /// # Errors
    /// An interrupt.
    pub fn frame_metric(&self) -> GeometryResult<Holor> {
        let field = self.chart().field();
        let slots = [Slot::FRAME_DOWN, Slot::FRAME_DOWN];
        let symmetry = Symmetry::symmetric(2, &[0, 1]);
        Holor::build(self.chart(), Law::TENSOR, &slots, symmetry, |indices| {
            let &[a, b] = indices else { return Ok(field.zero()) };
            Ok(if a == b { field.integer(self.sign(a)) } else { field.zero() })
        })
    }

    /// `η_AA`
    fn sign(&self, index: u8) -> i64 {
        self.signs().get(usize::from(index)).copied().map_or(1, i64::from)
    }

    /// All coordinate indices as frame indices: `T^A_B = e^A_μ e_B^ν T^μ_ν`.
    ///
    /// # Errors
    /// A connection (see [`Tetrad::spin_connection_of`]) or a holor without a law; different charts.
    pub fn to_frame(&self, holor: &Holor) -> GeometryResult<Holor> {
        self.change_indices(holor, Space::Frame)
    }

    /// All frame indices as coordinate indices: `T^μ_ν = e_A^μ e^B_ν T^A_B`.
    ///
    /// # Errors
    /// As [`Tetrad::to_frame`].
    pub fn from_frame(&self, holor: &Holor) -> GeometryResult<Holor> {
        self.change_indices(holor, Space::Coordinate)
    }

    fn change_indices(&self, holor: &Holor, to: Space) -> GeometryResult<Holor> {
        let slots: Vec<usize> = (0..holor.rank())
            .filter(|&slot| holor.slots().get(slot).is_some_and(|own| own.space != to))
            .collect();
        self.change_slots(holor, &slots)
    }

    /// Chosen coordinate indices as frame indices and frame indices as coordinate indices.
    ///
    /// # Errors
    /// As [`Tetrad::to_frame`]; a slot that does not exist.
    pub fn change_slots(&self, holor: &Holor, slots: &[usize]) -> GeometryResult<Holor> {
        const OPERATION: &str = "frame components";
        if !matches!(holor.law(), Law::Tensor { .. }) {
            return Err(GeometryError::Law {
                operation: OPERATION,
                reason: format!(
                    "only tensors have them, not a {}; the spin connection takes the place of a connection",
                    holor.law().describe()
                ),
            });
        }
        let mut current = holor.on_chart(self.chart())?;
        let coframe_back = self.coframe().permute(&[1, 0])?;
        let frame_back = self.frame().permute(&[1, 0])?;
        for (place, &slot) in slots.iter().enumerate() {
            let mut positions = current.slots().to_vec();
            let Some(position) = positions.get_mut(slot) else {
                return Err(GeometryError::Indices {
                    reason: format!(
                        "{OPERATION}: there is no index {slot} among ({})",
                        describe_slots(holor.slots())
                    ),
                });
            };
            let (space, matrix) = match (position.space, position.variance) {
                (Space::Coordinate, Variance::Up) => (Space::Frame, self.coframe()),
                (Space::Coordinate, Variance::Down) => (Space::Frame, self.frame()),
                (Space::Frame, Variance::Up) => (Space::Coordinate, &frame_back),
                (Space::Frame, Variance::Down) => (Space::Coordinate, &coframe_back),
            };
            position.space = space;
            let symmetry = holor.symmetry().keeping(slots.get(..=place).unwrap_or(slots));
            current = contract_slot(&current, matrix, slot, &positions, symmetry)?;
        }
        Ok(current)
    }
}

/// `η_AB e^A_μ e^B_ν`
fn metric_of(chart: &Chart, rows: &Rows, signs: &[i8]) -> GeometryResult<Holor> {
    let field = chart.field();
    let symmetry = Symmetry::symmetric(2, &[0, 1]);
    Holor::build(chart, Law::TENSOR, &[Slot::DOWN, Slot::DOWN], symmetry, |indices| {
        let &[mu, nu] = indices else { return Ok(field.zero()) };
        let terms: Vec<(i64, &Element, &Element)> = rows
            .iter()
            .zip(signs)
            .filter_map(|(row, &sign)| {
                let (a, b) = (row.get(usize::from(mu))?, row.get(usize::from(nu))?);
                (!a.is_zero() && !b.is_zero()).then_some((i64::from(sign), a, b))
            })
            .collect();
        Ok(field.sum_of_products(&terms))
    })
}

/// That a metric is the one a co-frame defines.
fn check_agreement(metric: &Metric, defined: &Holor) -> GeometryResult<()> {
    let field = metric.chart().field();
    let coordinates = metric.chart().coordinates();
    for (mu, row) in matrix_of(metric.lower()).iter().enumerate() {
        for (nu, entry) in row.iter().enumerate() {
            let (Ok(a), Ok(b)) = (u8::try_from(mu), u8::try_from(nu)) else { continue };
            let own = defined.component(&[a, b]);
            if own != *entry
                && let (Some(a), Some(b)) = (coordinates.get(mu), coordinates.get(nu))
            {
                return Err(GeometryError::Invalid {
                    operation: "tetrad",
                    reason: format!(
                        "the one-forms do not belong to the metric: they give g[_{a}, _{b}] = {}, the metric has {}",
                        field.write(&own),
                        field.write(entry)
                    ),
                });
            }
        }
    }
    Ok(())
}
