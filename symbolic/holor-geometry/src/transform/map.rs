//! Smooth maps between charts and what they pull back.

use std::collections::BTreeMap;

use holor_algebra::exact::Element;
use holor_algebra::{Expr, Node};

use crate::forms::{alternating, as_form, form};
use crate::minors::{Minors, Rows, mask_of};
use crate::{
    Chart, GeometryError, GeometryResult, Holor, Indices, Law, Slot, Space, Symmetry,
    Variance, Weight,
};

/// A map from one chart to another, the coordinates of the target given as expressions in those of the domain.
///
/// The dimensions may differ: the embedding of a surface is such a map.
#[derive(Clone, Debug)]
pub struct SmoothMap {
    domain: Chart,
    target: Chart,
    images: Vec<Expr>,
    /// `∂x^a/∂y^i` by a, then i, on the domain.
    derivative: Rows,
}

impl SmoothMap {
    /// The map whose target coordinates are these expressions in the domain's coordinates, in order.
    ///
    /// # Errors
    /// Another number of expressions than the target has coordinates; an expression that mentions a coordinate of
    /// the target that is none of the domain, or that the field cannot read.
    pub fn new(
        domain: &Chart,
        target: &Chart,
        images: Vec<Expr>,
    ) -> GeometryResult<Self> {
        if images.len() != target.dimension() {
            return Err(GeometryError::Map {
                reason: format!(
                    "{target} has {} coordinates, but {} expressions are given",
                    target.dimension(),
                    images.len()
                ),
            });
        }
        let mut derivative = Vec::with_capacity(images.len());
        for (image, coordinate) in images.iter().zip(target.coordinates()) {
            for symbol in image.free_symbols() {
                if domain.place(&symbol).is_none() && target.place(&symbol).is_some() {
                    return Err(GeometryError::Map {
                        reason: format!(
                            "`{coordinate}` is to be given in the coordinates of {domain}, but `{symbol}` is one of {target}"
                        ),
                    });
                }
            }
            let image = domain.read(image)?;
            derivative.push(
                (0..domain.dimension())
                    .map(|place| domain.derivative(&image, place))
                    .collect(),
            );
        }
        domain.field().poll()?;
        Ok(Self { domain: domain.clone(), target: target.clone(), images, derivative })
    }

    /// The chart it starts from.
    pub fn domain(&self) -> &Chart {
        &self.domain
    }

    /// The chart it leads to.
    pub fn target(&self) -> &Chart {
        &self.target
    }

    /// The target's coordinates as expressions in the domain's.
    pub fn images(&self) -> &[Expr] {
        &self.images
    }

    /// The derivatives `∂x^a/∂y^i`, by a, then i.
    pub fn derivative(&self) -> &[Vec<Element>] {
        &self.derivative
    }

    pub(super) fn rows(&self) -> &Rows {
        &self.derivative
    }

    /// The map followed by another: `next` starts where this one ends.
    ///
    /// # Errors
    /// Charts that do not fit; what the field cannot read.
    pub fn then(&self, next: &SmoothMap) -> GeometryResult<SmoothMap> {
        if !self.target.is_same(&next.domain) {
            return Err(GeometryError::Charts {
                reason: format!(
                    "one map ends on {}, the next starts on {}",
                    self.target, next.domain
                ),
            });
        }
        let images = next
            .images
            .iter()
            .map(|image| self.substitute(image))
            .collect::<GeometryResult<_>>()?;
        SmoothMap::new(&self.domain, &next.target, images)
    }

    /// An expression in the target's coordinates, those replaced by their images.
    pub(super) fn substitute(&self, expr: &Expr) -> GeometryResult<Expr> {
        for symbol in expr.free_symbols() {
            if self.domain.place(&symbol).is_some()
                && self.target.place(&symbol).is_none()
            {
                return Err(GeometryError::Map {
                    reason: format!(
                        "`{symbol}` is a parameter on {} and a coordinate of {}: rename one of them",
                        self.target, self.domain
                    ),
                });
            }
        }
        let replacements: Vec<(Expr, Expr)> = self
            .target
            .coordinates()
            .iter()
            .map(|symbol| Expr::from_node(Node::Symbol(symbol.clone())))
            .zip(self.images.iter().cloned())
            .collect();
        Ok(expr.substitute(&replacements))
    }

    /// A function on the target, as one on the domain.
    ///
    /// # Errors
    /// What the domain's field cannot read; a parameter with the name of a coordinate of the domain.
    pub fn pull_back_function(
        &self,
        function: &Element,
        chart: &Chart,
    ) -> GeometryResult<Element> {
        if let Some(number) = function.as_rational() {
            return Ok(self.domain.field().rational(&number));
        }
        let written = chart.field().write_plainly(function);
        self.domain.read(&self.substitute(&written)?)
    }

    /// The pull-back of a covariant tensor of weight 0, as of a form or of a metric:
    /// `(φ*T)_{i…} = ∂_i x^a … T_{a…}∘φ`. Frame indices are untouched.
    ///
    /// # Errors
    /// An upper coordinate index; a density, pseudo-tensor, connection or holor without a law; another chart than the
    /// target.
    pub fn pull_back(&self, holor: &Holor) -> GeometryResult<Holor> {
        const OPERATION: &str = "pull-back";
        self.target.check_same(holor.chart())?;
        if holor.law() != Law::TENSOR {
            return Err(GeometryError::Law {
                operation: OPERATION,
                reason: format!(
                    "only tensors can be pulled back along any map, not a {}",
                    holor.law().describe()
                ),
            });
        }
        let contravariant = Slot { space: Space::Coordinate, variance: Variance::Up };
        if holor.slots().contains(&contravariant) {
            return Err(GeometryError::Indices {
                reason: format!(
                    "{OPERATION}: upper indices cannot be pulled back; lower them first"
                ),
            });
        }
        if self.domain.dimension() != self.target.dimension()
            && holor.slots().iter().any(|slot| slot.space == Space::Frame)
        {
            return Err(GeometryError::Indices {
                reason: format!(
                    "{OPERATION}: frame indices of {} have no meaning on {}, whose dimension differs",
                    self.target, self.domain
                ),
            });
        }
        let functions = self.pull_back_components(holor)?;
        if is_stored_form(holor, Slot::DOWN) {
            return self.contract_minors(holor, &functions, &self.derivative, Slot::DOWN);
        }
        let all = self.transport(holor, &functions, &self.derivative, &Rows::new())?;
        Holor::build(
            &self.domain,
            Law::TENSOR,
            holor.slots(),
            holor.symmetry().clone(),
            |indices| {
                Ok(all
                    .get(indices)
                    .cloned()
                    .unwrap_or_else(|| self.domain.field().zero()))
            },
        )
    }

    /// The pull-back of a form, whatever symmetry is stored with it.
    ///
    /// # Errors
    /// As [`SmoothMap::pull_back`]; what is not a form.
    pub fn pull_back_form(&self, holor: &Holor) -> GeometryResult<Holor> {
        self.pull_back(&as_form("pull-back", holor)?)
    }

    /// The stored components as functions on the domain.
    pub(super) fn pull_back_components(
        &self,
        holor: &Holor,
    ) -> GeometryResult<BTreeMap<Indices, Element>> {
        let mut functions = BTreeMap::new();
        for (indices, component) in holor.components() {
            self.domain.field().poll()?;
            let value = self.pull_back_function(component, holor.chart())?;
            functions.insert(indices.into(), value);
        }
        Ok(functions)
    }

    /// All components after every coordinate index is carried over: lower ones by `∂x^a/∂y^i`, upper ones by
    /// `up[i][a]`. `functions` are the stored components.
    pub(super) fn transport(
        &self,
        holor: &Holor,
        functions: &BTreeMap<Indices, Element>,
        down: &Rows,
        up: &Rows,
    ) -> GeometryResult<BTreeMap<Indices, Element>> {
        let field = self.domain.field();
        let mut current = BTreeMap::new();
        let ranges = Symmetry::none(holor.rank());
        for indices in ranges.representatives(self.target.dimension()) {
            let Some((stored, negative)) = holor.symmetry().canonical(&indices) else {
                continue;
            };
            if let Some(value) = functions.get(&stored) {
                let value = if negative { field.negate(value) } else { value.clone() };
                current.insert(indices, value);
            }
        }
        for (place, slot) in holor.slots().iter().enumerate() {
            if slot.space == Space::Coordinate {
                current = match slot.variance {
                    Variance::Down => {
                        self.carry(&current, place, |i, a| down.get(a)?.get(i))?
                    }
                    Variance::Up => {
                        self.carry(&current, place, |i, a| up.get(i)?.get(a))?
                    }
                };
            }
        }
        Ok(current)
    }

    /// One index carried over: `Σ_a factor(i, a) T_{…a…}`.
    pub(super) fn carry<'a>(
        &self,
        components: &BTreeMap<Indices, Element>,
        place: usize,
        factor: impl Fn(usize, usize) -> Option<&'a Element>,
    ) -> GeometryResult<BTreeMap<Indices, Element>> {
        let field = self.domain.field();
        let mut terms: BTreeMap<Indices, Vec<(i64, &Element, &Element)>> =
            BTreeMap::new();
        for (indices, value) in components {
            let Some(&a) = indices.get(place) else { continue };
            for i in 0..self.domain.dimension() {
                let Some(factor) = factor(i, usize::from(a)) else { continue };
                if factor.is_zero() {
                    continue;
                }
                let mut target = indices.clone();
                if let (Some(index), Ok(i)) = (target.get_mut(place), u8::try_from(i)) {
                    *index = i;
                }
                terms.entry(target).or_default().push((1, factor, value));
            }
        }
        let mut carried = BTreeMap::new();
        for (indices, terms) in terms {
            field.poll()?;
            let value = field.sum_of_products(&terms);
            if !value.is_zero() {
                carried.insert(indices, value);
            }
        }
        Ok(carried)
    }

    /// An antisymmetric holor of one kind of index, by minors: `T'_{i…} = Σ_{a<…} det(∂x^{a…}/∂y^{i…}) T_{a…}`.
    pub(super) fn contract_minors(
        &self,
        holor: &Holor,
        functions: &BTreeMap<Indices, Element>,
        entries: &Rows,
        slot: Slot,
    ) -> GeometryResult<Holor> {
        let field = self.domain.field();
        let mut minors = Minors::new(field, entries);
        let degree = holor.rank();
        let component = |indices: &[u8]| {
            let target = mask_of(indices);
            let mut terms = Vec::new();
            for (source, value) in functions {
                let source = mask_of(source);
                let minor = match slot.variance {
                    Variance::Down => minors.minor(source, target)?,
                    Variance::Up => minors.minor(target, source)?,
                };
                if !minor.is_zero() {
                    terms.push((minor, value));
                }
            }
            let terms: Vec<_> =
                terms.iter().map(|(minor, value)| (1, minor, *value)).collect();
            Ok(field.sum_of_products(&terms))
        };
        if slot == Slot::DOWN {
            return form(&self.domain, degree, false, component);
        }
        let law = Law::Tensor { weight: Weight::new(0, 1), pseudo: false };
        Holor::build(
            &self.domain,
            law,
            &vec![slot; degree],
            alternating(degree),
            component,
        )
    }
}

/// Whether all slots are of this kind and stored as antisymmetric.
pub(super) fn is_stored_form(holor: &Holor, slot: Slot) -> bool {
    holor.rank() > 0
        && holor.slots().iter().all(|own| *own == slot)
        && *holor.symmetry() == alternating(holor.rank())
}
