//! Metrics: inverse, determinant, signature, and the raising and lowering of indices.
//!
//! What follows from a metric is computed when first asked for and kept: its Levi-Civita connection and curvature
//! are in [`crate::curvature`], scalars in [`crate::invariants`].

use std::sync::Arc;

use holor_algebra::exact::{Element, Field};

use crate::cache::Cache;
use crate::minors::{Minors, Rows, full};
use crate::reality::RealSigns;
use crate::tensor::{dimension_of, linear_combination, sign};
use crate::{Chart, GeometryError, GeometryResult, Holor, Law, Slot, Symmetry, Variance};

/// Up to this size a block is inverted by minors, beyond it by elimination.
const LARGEST_ADJUGATE: usize = 5;

/// A metric `g_ab` on a chart, non-degenerate and of any signature. Cloning shares it and all that was computed from it.
#[derive(Clone, Debug)]
pub struct Metric(Arc<Data>);

#[derive(Debug)]
struct Data {
    lower: Holor,
    inverse: Holor,
    determinant: Element,
    known: Known,
}

/// What has been computed from a metric.
#[derive(Debug, Default)]
pub(crate) struct Known {
    pub(crate) signs: Cache<RealSigns>,
    pub(crate) volume: Cache<Element>,
    pub(crate) christoffel_lower: Cache<Holor>,
    pub(crate) christoffel: Cache<Holor>,
    pub(crate) riemann: Cache<Holor>,
    pub(crate) riemann_mixed: Cache<Holor>,
    pub(crate) riemann_pairs: Cache<Holor>,
    pub(crate) ricci: Cache<Holor>,
    pub(crate) scalar: Cache<Element>,
    pub(crate) einstein: Cache<Holor>,
    pub(crate) schouten: Cache<Holor>,
    pub(crate) weyl: Cache<Holor>,
    pub(crate) cotton: Cache<Holor>,
    pub(crate) bach: Cache<Holor>,
    pub(crate) kretschmann: Cache<Element>,
    pub(crate) ricci_squared: Cache<Element>,
}

impl Metric {
    /// The metric with these components `g_ab`.
    ///
    /// # Errors
    /// A holor that is not a tensor with two lower coordinate indices, or not symmetric;
    /// [`GeometryError::DegenerateMetric`].
    pub fn new(lower: &Holor) -> GeometryResult<Self> {
        let invalid = |reason: &str| GeometryError::Invalid {
            operation: "metric",
            reason: reason.into(),
        };
        if lower.law() != Law::TENSOR || lower.slots() != [Slot::DOWN, Slot::DOWN] {
            return Err(invalid("a metric is a tensor with two lower indices"));
        }
        if lower.is_zero() {
            return Err(GeometryError::DegenerateMetric);
        }
        let symmetric = Symmetry::symmetric(2, &[0, 1]);
        let lower = if *lower.symmetry() == symmetric {
            lower.clone()
        } else {
            lower.with_symmetry_detected()?
        };
        if *lower.symmetry() != symmetric && lower.chart().dimension() > 1 {
            return Err(invalid(
                "the components are not symmetric: g_ab = g_ba does not hold",
            ));
        }
        let lower = Holor::build(
            lower.chart(),
            Law::TENSOR,
            &[Slot::DOWN, Slot::DOWN],
            symmetric,
            |indices| Ok(lower.component(indices)),
        )?;
        let (inverse, determinant) = invert(&lower)?;
        Ok(Self(Arc::new(Data { lower, inverse, determinant, known: Known::default() })))
    }

    /// The chart.
    pub fn chart(&self) -> &Chart {
        self.0.lower.chart()
    }

    /// The dimension n.
    pub fn dimension(&self) -> usize {
        self.chart().dimension()
    }

    /// `g_ab`
    pub fn lower(&self) -> &Holor {
        &self.0.lower
    }

    /// `gᵃᵇ`
    pub fn inverse(&self) -> &Holor {
        &self.0.inverse
    }

    /// `det g_ab` in this chart: a density of weight 2.
    pub fn determinant(&self) -> &Element {
        &self.0.determinant
    }

    /// `√|det g|`: a density of weight 1, and the component `ε_01…` of the volume form.
    ///
    /// # Errors
    /// Where the field cannot hold the root.
    pub fn sqrt_abs_determinant(&self) -> GeometryResult<Element> {
        let field = self.field();
        self.known().volume.get(field, || {
            let determinant = self.determinant();
            let signs = self.signs()?;
            let positive = signs
                .is_positive(determinant)
                .or_else(|| self.signature().map(|(_, negative)| negative % 2 == 0));
            match positive {
                Some(true) => signs.sqrt(determinant),
                Some(false) => signs.sqrt(&field.negate(determinant)),
                None => {
                    let square = field.multiply(determinant, determinant);
                    Ok(field.sqrt(&field.sqrt(&square)?)?)
                }
            }
        })
    }

    /// How many directions are positive and how many negative, `(p, q)` with `p + q = n`; `None` where the assumptions do
    /// not decide it.
    ///
    /// Signs are those of the pivots of a symmetric elimination (Sylvester's law of inertia); two pivots of undecided
    /// sign but of negative product count one each, as `−(1 − 2m/r)` and `1/(1 − 2m/r)` on both sides of the horizon.
    pub fn signature(&self) -> Option<(usize, usize)> {
        let field = self.field();
        let signs = self.signs().ok()?;
        let mut positive = 0;
        let mut undecided: Vec<Element> = Vec::new();
        for pivot in self.pivots()? {
            match signs.is_positive(&pivot) {
                Some(true) => positive += 1,
                Some(false) => {}
                None => {
                    let partner = undecided.iter().position(|other| {
                        signs.is_positive(&field.multiply(other, &pivot)) == Some(false)
                    });
                    match partner {
                        Some(place) => {
                            undecided.swap_remove(place);
                            positive += 1;
                        }
                        None => undecided.push(pivot),
                    }
                }
            }
        }
        undecided.is_empty().then(|| (positive, self.dimension() - positive))
    }

    /// The pivots of a symmetric elimination that takes those of decided sign first; `None` where the field gives up.
    ///
    /// Where only zeros are left on the diagonal, two directions with `g_ab ≠ 0` span a hyperbolic plane and
    /// give the pivots 1 and −1, as null coordinates do.
    fn pivots(&self) -> Option<Vec<Element>> {
        let field = self.field();
        let signs = self.signs().ok()?;
        let mut matrix = matrix_of(self.lower());
        let mut left: Vec<usize> = (0..self.dimension()).collect();
        let mut pivots = Vec::with_capacity(left.len());
        while !left.is_empty() {
            field.poll().ok()?;
            let usable = |k: usize| get(&matrix, k, k).filter(|pivot| !pivot.is_zero());
            let decided =
                |k: usize| usable(k).is_some_and(|p| signs.is_positive(p).is_some());
            let best = left.iter().copied().find(|&k| decided(k));
            let best =
                best.or_else(|| left.iter().copied().find(|&k| usable(k).is_some()));
            if let Some(k) = best {
                let pivot = usable(k)?.clone();
                eliminate(field, &mut matrix, &mut left, (k, k), &pivot)?;
                pivots.push(pivot);
            } else {
                let (a, b) = left.iter().enumerate().find_map(|(place, &a)| {
                    let nonzero =
                        |b: usize| get(&matrix, a, b).is_some_and(|g| !g.is_zero());
                    let b = left.iter().skip(place + 1).copied().find(|&b| nonzero(b))?;
                    Some((a, b))
                })?;
                let product = get(&matrix, a, b)?.clone();
                eliminate(field, &mut matrix, &mut left, (a, b), &product)?;
                pivots.extend([field.one(), field.integer(-1)]);
            }
        }
        Some(pivots)
    }

    /// The volume form `ε_ab…`, totally antisymmetric with `ε_01… = +√|det g|`: a pseudo-tensor.
    ///
    /// # Errors
    /// As [`Metric::sqrt_abs_determinant`].
    pub fn volume_form(&self) -> GeometryResult<Holor> {
        let n = self.dimension();
        let volume = self.sqrt_abs_determinant()?;
        let all: Vec<usize> = (0..n).collect();
        let law = Law::Tensor { weight: crate::Weight::from_integer(0), pseudo: true };
        let symmetry = Symmetry::antisymmetric(n, &all);
        Holor::build(self.chart(), law, &vec![Slot::DOWN; n], symmetry, |_| {
            Ok(volume.clone())
        })
    }

    /// Raises a lower coordinate index: `T^…a… = gᵃᵇ T_…b…`, the place of the index kept.
    ///
    /// # Errors
    /// A slot that is not a lower coordinate index; a connection; different charts.
    pub fn raise(&self, holor: &Holor, slot: usize) -> GeometryResult<Holor> {
        self.move_indices(holor, &[slot], Variance::Up)
    }

    /// Raises several lower coordinate indices; symmetries among them are kept.
    ///
    /// # Errors
    /// As [`Metric::raise`].
    pub fn raise_all(&self, holor: &Holor, slots: &[usize]) -> GeometryResult<Holor> {
        self.move_indices(holor, slots, Variance::Up)
    }

    /// Lowers an upper coordinate index: `T_…a… = g_ab T^…b…`, the place of the index kept.
    ///
    /// # Errors
    /// A slot that is not an upper coordinate index; a connection; different charts.
    pub fn lower_index(&self, holor: &Holor, slot: usize) -> GeometryResult<Holor> {
        self.move_indices(holor, &[slot], Variance::Down)
    }

    /// Lowers several upper coordinate indices; symmetries among them are kept.
    ///
    /// # Errors
    /// As [`Metric::raise`].
    pub fn lower_all(&self, holor: &Holor, slots: &[usize]) -> GeometryResult<Holor> {
        self.move_indices(holor, slots, Variance::Down)
    }

    fn move_indices(
        &self,
        holor: &Holor,
        slots: &[usize],
        to: Variance,
    ) -> GeometryResult<Holor> {
        let operation = match to {
            Variance::Up => "raise",
            Variance::Down => "lower",
        };
        if holor.law() == Law::Connection {
            return Err(GeometryError::Law {
                operation,
                reason: "the coefficients of a connection are no tensor: Γ_abc would mean nothing in another chart; \
                         take the difference of two connections, the torsion or the contorsion"
                    .into(),
            });
        }
        let (from, target, matrix) = match to {
            Variance::Up => (Slot::DOWN, Slot::UP, self.inverse()),
            Variance::Down => (Slot::UP, Slot::DOWN, self.lower()),
        };
        let mut current = holor.on_chart(self.chart())?;
        for (place, &slot) in slots.iter().enumerate() {
            if current.slots().get(slot) != Some(&from) {
                let level = if to == Variance::Up { "lower" } else { "upper" };
                return Err(GeometryError::Indices {
                    reason: format!("index {slot} is not a {level} index of the chart"),
                });
            }
            let mut positions = current.slots().to_vec();
            if let Some(position) = positions.get_mut(slot) {
                *position = target;
            }
            let symmetry = holor.symmetry().keeping(slots.get(..=place).unwrap_or(slots));
            current = contract_slot(&current, matrix, slot, &positions, symmetry)?;
        }
        Ok(current)
    }

    /// The scalar product `g_ab Vᵃ Wᵇ` of two vectors.
    ///
    /// # Errors
    /// Holors that are not vectors; different charts.
    pub fn scalar_product(&self, first: &Holor, second: &Holor) -> GeometryResult<Holor> {
        let lowered = self.lower_index(first, 0)?;
        if lowered.rank() != 1 || second.rank() != 1 {
            return Err(GeometryError::Indices {
                reason: "a scalar product takes two vectors".into(),
            });
        }
        lowered.multiply_and_contract(second, &[(0, 0)])
    }

    /// The field of component functions.
    pub(crate) fn field(&self) -> &Field {
        self.chart().field()
    }

    /// Decides signs of what is made of the metric's components.
    pub(crate) fn signs(&self) -> GeometryResult<RealSigns> {
        self.known().signs.get(self.field(), || Ok(RealSigns::of(self.lower())))
    }

    /// What has been computed.
    pub(crate) fn known(&self) -> &Known {
        &self.0.known
    }

    /// `Σ_ab gᵃᵇ T_ab` for symmetric or other T with two lower indices.
    pub(crate) fn trace(&self, tensor: &Holor) -> Element {
        let mut terms = Vec::new();
        for (indices, value) in self.inverse().components() {
            let [a, b] = *indices else { continue };
            for pair in [[a, b], [b, a]].iter().take(if a == b { 1 } else { 2 }) {
                if let Some((other, negative)) = tensor.stored(pair) {
                    terms.push((sign(negative), value, other));
                }
            }
        }
        self.field().sum_of_products(&terms)
    }
}

/// `Σ_b M[a, b] T[… b …]` in one slot.
pub(crate) fn contract_slot(
    holor: &Holor,
    matrix: &Holor,
    slot: usize,
    positions: &[Slot],
    symmetry: Symmetry,
) -> GeometryResult<Holor> {
    let chart = holor.chart();
    let field = chart.field();
    let dimension = dimension_of(chart);
    Holor::build(chart, holor.law(), positions, symmetry, |indices| {
        let mut inner = indices.to_vec();
        let mut terms = Vec::new();
        let row = indices.get(slot).copied().unwrap_or_default();
        for b in 0..dimension {
            let Some((factor, _)) = matrix.stored(&[row, b]) else { continue };
            if let Some(index) = inner.get_mut(slot) {
                *index = b;
            }
            if let Some((value, negative)) = holor.stored(&inner) {
                terms.push((sign(negative), factor, value));
            }
        }
        Ok(match terms.as_slice() {
            [] => field.zero(),
            [(1, a, b)] => field.multiply(a, b),
            terms => field.sum_of_products(terms),
        })
    })
}

/// All components of a holor with two indices.
pub(crate) fn matrix_of(holor: &Holor) -> Vec<Vec<Element>> {
    let dimension = dimension_of(holor.chart());
    (0..dimension)
        .map(|a| (0..dimension).map(|b| holor.component(&[a, b])).collect())
        .collect()
}

fn get(matrix: &[Vec<Element>], row: usize, column: usize) -> Option<&Element> {
    matrix.get(row).and_then(|row| row.get(column))
}

/// Takes the directions k, l out of a symmetric matrix: for `k = l` with `pivot = g_kk`, else with `pivot = g_kl` and
/// `g_kk = g_ll = 0`.
fn eliminate(
    field: &Field,
    matrix: &mut [Vec<Element>],
    left: &mut Vec<usize>,
    (k, l): (usize, usize),
    pivot: &Element,
) -> Option<()> {
    left.retain(|&other| other != k && other != l);
    for &a in left.iter() {
        for &b in left.iter() {
            let mut terms = vec![(1, get(matrix, a, k)?, get(matrix, l, b)?)];
            if k != l {
                terms.push((1, get(matrix, a, l)?, get(matrix, k, b)?));
            }
            let correction = field.divide(&field.sum_of_products(&terms), pivot).ok()?;
            let entry = matrix.get_mut(a)?.get_mut(b)?;
            *entry = field.subtract(entry, &correction);
        }
    }
    Some(())
}

/// The inverse and the determinant, block by block of coordinates that are not orthogonal to each other.
fn invert(lower: &Holor) -> GeometryResult<(Holor, Element)> {
    let chart = lower.chart();
    let field = chart.field();
    let matrix = matrix_of(lower);
    let mut inverse = vec![vec![field.zero(); matrix.len()]; matrix.len()];
    let mut determinant = field.one();
    for block in blocks_of(&matrix) {
        field.poll()?;
        let part: Rows = block
            .iter()
            .map(|&a| block.iter().filter_map(|&b| get(&matrix, a, b).cloned()).collect())
            .collect();
        let (part, factor) = if block.len() <= LARGEST_ADJUGATE {
            invert_by_minors(field, &part)?
        } else {
            invert_by_elimination(field, part)?
        };
        determinant = field.multiply(&determinant, &factor);
        for (&a, row) in block.iter().zip(part) {
            for (&b, value) in block.iter().zip(row) {
                if let Some(entry) = inverse.get_mut(a).and_then(|row| row.get_mut(b)) {
                    *entry = value;
                }
            }
        }
    }
    let symmetry = Symmetry::symmetric(2, &[0, 1]);
    let inverse =
        Holor::build(chart, Law::TENSOR, &[Slot::UP, Slot::UP], symmetry, |indices| {
            let [a, b] = *indices else { return Ok(field.zero()) };
            Ok(get(&inverse, a.into(), b.into()).cloned().unwrap_or_else(|| field.zero()))
        })?;
    Ok((inverse, determinant))
}

/// The connected components of the graph whose edges are the entries that are not 0, each in increasing order.
pub(crate) fn blocks_of(matrix: &[Vec<Element>]) -> Vec<Vec<usize>> {
    let mut seen = vec![false; matrix.len()];
    let mut blocks = Vec::new();
    for start in 0..matrix.len() {
        let mut block = Vec::new();
        let mut waiting = vec![start];
        while let Some(a) = waiting.pop() {
            match seen.get_mut(a) {
                Some(flag) if !*flag => *flag = true,
                _ => continue,
            }
            block.push(a);
            for (b, entry) in matrix.get(a).into_iter().flatten().enumerate() {
                if !entry.is_zero() {
                    waiting.push(b);
                }
            }
        }
        if !block.is_empty() {
            block.sort_unstable();
            blocks.push(block);
        }
    }
    blocks
}

/// The inverse of a symmetric matrix as adjugate over determinant, and the determinant.
fn invert_by_minors(field: &Field, matrix: &Rows) -> GeometryResult<(Rows, Element)> {
    let size = matrix.len();
    let all = full(size);
    let mut minors = Minors::new(field, matrix);
    let determinant = minors.minor(all, all)?;
    field.poll()?;
    if determinant.is_zero() {
        return Err(GeometryError::DegenerateMetric);
    }
    let mut inverse = vec![vec![field.zero(); size]; size];
    for a in 0..size {
        for b in a..size {
            let minor = minors.minor(all & !(1 << a), all & !(1 << b))?;
            let mut value = field.divide(&minor, &determinant)?;
            if (a + b) % 2 == 1 {
                value = field.negate(&value);
            }
            for (row, column) in [(a, b), (b, a)] {
                if let Some(entry) =
                    inverse.get_mut(row).and_then(|row| row.get_mut(column))
                {
                    *entry = value.clone();
                }
            }
        }
    }
    Ok((inverse, determinant))
}

/// The inverse and the determinant by Gauss–Jordan elimination with the smallest pivots.
fn invert_by_elimination(
    field: &Field,
    mut matrix: Rows,
) -> GeometryResult<(Rows, Element)> {
    let size = matrix.len();
    for (place, row) in matrix.iter_mut().enumerate() {
        row.extend(
            (0..size).map(|k| if k == place { field.one() } else { field.zero() }),
        );
    }
    let mut determinant = field.one();
    for column in 0..size {
        field.poll()?;
        let pivot = (column..size)
            .filter(|&row| {
                get(&matrix, row, column).is_some_and(|entry| !entry.is_zero())
            })
            .min_by_key(|&row| get(&matrix, row, column).map_or(0, Element::term_count))
            .ok_or(GeometryError::DegenerateMetric)?;
        if pivot != column {
            matrix.swap(pivot, column);
            determinant = field.negate(&determinant);
        }
        let mut row = std::mem::take(&mut matrix[column]);
        let value = row[column].clone();
        determinant = field.multiply(&determinant, &value);
        for entry in row.iter_mut().skip(column).filter(|entry| !entry.is_zero()) {
            *entry = field.divide(entry, &value)?;
        }
        for other in &mut matrix {
            // The pivot row itself is out of the matrix for now, hence empty.
            let Some(factor) = other.get(column).cloned().filter(|f| !f.is_zero()) else {
                continue;
            };
            for (entry, above) in other.iter_mut().zip(&row).skip(column) {
                if !above.is_zero() {
                    *entry = linear_combination(
                        field,
                        &[(1, entry), (-1, &field.multiply(&factor, above))],
                    );
                }
            }
        }
        matrix[column] = row;
    }
    let inverse =
        matrix.into_iter().map(|row| row.into_iter().skip(size).collect()).collect();
    Ok((inverse, determinant))
}
