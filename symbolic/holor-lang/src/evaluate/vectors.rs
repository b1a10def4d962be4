//! Products of vectors: `V·W` and `V × W` of fields, tensors and lists of components.
//!
//! A vector is a tensor with one index, or a list of components in Cartesian coordinates. `·` contracts the last index of what stands before it
//! with the first of what stands behind, by the metric where both are on one level: `V·∇W` is `V^a ∇_a W^b`. With the permutation symbol
//! `ε_abc = √|g| [abc]` in the order of the coordinates, `(V × W)_a = ε_abc V^b W^c`; in two dimensions `V × W` is the scalar
//! `ε_ab V^a W^b`, and with a scalar `s`, a vector that stands upright, `(s × V)^a = -ε^a_b s V^b`, in Cartesian coordinates `[-s V_y, s V_x]`.

use holor_algebra::{Expr, Function, Node};
use holor_geometry::{Chart, Holor, Law, Metric, Slot, Symmetry, Variance};

use super::Evaluator;
use super::failure::At;
use crate::ast::BinaryOperator;
use crate::builtins::calculus::volume;
use crate::geometry::{Geometry, HolorValue};
use crate::{Diagnostic, Result, Span, Value, codes};

/// What stands in a product of vectors.
enum Factor {
    /// A tensor with one index or more.
    Tensor(HolorValue),
    /// Components in Cartesian coordinates.
    Parts(Vec<Value>),
    /// A formula.
    Scalar(Expr),
}

/// Which product.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Product {
    /// `·`
    Dot,
    /// `×`
    Cross,
}

impl Product {
    /// The product that an operator stands for between vectors.
    pub(super) fn of(operator: BinaryOperator) -> Option<Self> {
        match operator {
            BinaryOperator::Dot => Some(Product::Dot),
            BinaryOperator::Cross => Some(Product::Cross),
            _ => None,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Product::Dot => "scalar",
            Product::Cross => "cross",
        }
    }
}

impl Evaluator<'_> {
    /// The scalar or cross product; `None` where the values are no vectors, so that `·` and `×` are products of numbers, matrices or the like.
    ///
    /// A `written` operator is a product of numbers as well: between a scalar and a vector `×` is refused where it could be meant as either.
    ///
    /// # Errors
    /// E0203 where the components do not fit, E0208 where coordinates such as r have no metric, E0201 where a field's scalar stands before `×`.
    pub(crate) fn vector_product(
        &self,
        product: Product,
        (left, right): (&Value, &Value),
        written: bool,
        span: Span,
    ) -> Result<Option<Value>> {
        let (Some(a), Some(b)) = (self.factor(left, span)?, self.factor(right, span)?)
        else {
            return Ok(None);
        };
        match (a, b) {
            (Factor::Scalar(_), Factor::Scalar(_)) => Ok(None),
            (Factor::Scalar(_), _) | (_, Factor::Scalar(_))
                if product == Product::Dot =>
            {
                Ok(None)
            }
            (Factor::Scalar(scalar), vector) => {
                self.turned(&scalar, vector, true, written, span)
            }
            (vector, Factor::Scalar(scalar)) => {
                self.turned(&scalar, vector, false, written, span)
            }
            (Factor::Parts(a), Factor::Parts(b)) => {
                self.product_of_parts(product, &a, &b, span).map(Some)
            }
            (Factor::Tensor(a), Factor::Parts(b)) => {
                let b = self.vector_on(&a, &b, span)?;
                self.product_of_tensors(product, &a, &b, written, span)
            }
            (Factor::Parts(a), Factor::Tensor(b)) => {
                let a = self.vector_on(&b, &a, span)?;
                self.product_of_tensors(product, &a, &b, written, span)
            }
            (Factor::Tensor(a), Factor::Tensor(b)) => {
                self.product_of_tensors(product, &a, &b, written, span)
            }
        }
    }

    fn factor(&self, value: &Value, span: Span) -> Result<Option<Factor>> {
        Ok(match value {
            Value::Expr(scalar) => Some(Factor::Scalar(scalar.clone())),
            Value::Geometry(Geometry::Holor(tensor)) => {
                let whole = tensor.holor.rank() > 0 && tensor.holor.law() == Law::TENSOR;
                whole.then(|| Factor::Tensor(tensor.clone()))
            }
            Value::List(_) | Value::Range(_) => {
                let items = self.items(value, span)?.unwrap_or_default();
                let flat = !items.is_empty()
                    && items
                        .iter()
                        .all(|item| matches!(item, Value::Expr(_) | Value::Array(_)));
                flat.then_some(Factor::Parts(items))
            }
            _ => None,
        })
    }

    /// Products of lists of components, which are Cartesian.
    fn product_of_parts(
        &self,
        product: Product,
        left: &[Value],
        right: &[Value],
        span: Span,
    ) -> Result<Value> {
        super::lengths::refuse_frames(&[left, right], product.name(), span)?;
        if left.len() != right.len() {
            return Err(no_product(product, left.len(), right.len(), span));
        }
        let times = |a: &Value, b: &Value| {
            self.operate(BinaryOperator::Multiply, a.clone(), b.clone(), span)
        };
        let turn = |a: &Value, b: &Value, c: &Value, d: &Value| {
            let (first, second) = (times(a, d)?, times(b, c)?);
            self.operate(BinaryOperator::Subtract, first, second, span)
        };
        match (product, left, right) {
            (Product::Dot, [first, left @ ..], [second, right @ ..]) => {
                let mut sum = times(first, second)?;
                for (a, b) in left.iter().zip(right) {
                    sum = self.operate(BinaryOperator::Add, sum, times(a, b)?, span)?;
                }
                Ok(sum)
            }
            (Product::Cross, [a, b], [x, y]) => turn(a, b, x, y),
            (Product::Cross, [a, b, c], [x, y, z]) => Ok(Value::list(vec![
                turn(b, c, y, z)?,
                turn(c, a, z, x)?,
                turn(a, b, x, y)?,
            ])),
            _ => Err(no_product(product, left.len(), right.len(), span)),
        }
    }

    fn product_of_tensors(
        &self,
        product: Product,
        left: &HolorValue,
        right: &HolorValue,
        written: bool,
        span: Span,
    ) -> Result<Option<Value>> {
        // `dx·dy` in a line element is the product of one-forms.
        let form = |value: &HolorValue| value.holor.slots() == [Slot::DOWN];
        if written
            && form(left)
            && form(right)
            && !self.tensor_of_fields(left)
            && !self.tensor_of_fields(right)
        {
            return Ok(None);
        }
        let (a, b) = super::geometry::together(&left.holor, &right.holor, span)?;
        let (parts, others) = (left.formulas(), right.formulas());
        let known = match (&left.metric, &right.metric) {
            (None, Some(metric)) => Some(metric.clone()),
            _ => self.metric_or_cartesian(
                left,
                &format!("the {} product of vectors", product.name()),
                span,
            )?,
        };
        let dimension = a.chart().coordinates().len();
        let ranks = (a.rank(), b.rank());
        match product {
            Product::Dot if ranks == (1, 1) => {
                let lowered = match &known {
                    Some(metric) if a.slots() == b.slots() => other_level(metric, right),
                    _ => others,
                };
                let terms =
                    parts.into_iter().zip(lowered).map(|(a, b)| Expr::mul([a, b]));
                Ok(Some(Value::Expr(Expr::add(terms.collect::<Vec<_>>()))))
            }
            Product::Dot => {
                // Of Cartesian components the sums as they are written.
                let written = known.is_none().then(|| {
                    let rest = others.len() / dimension.max(1);
                    let row = |row: &[Expr], place: usize| {
                        let terms = row.iter().enumerate().filter_map(|(at, part)| {
                            let other = others.get(at * rest + place)?;
                            Some(Expr::mul([part.clone(), other.clone()]))
                        });
                        Expr::add(terms.collect::<Vec<_>>())
                    };
                    parts
                        .chunks(dimension.max(1))
                        .flat_map(|chunk| (0..rest).map(move |place| row(chunk, place)))
                        .collect::<Vec<Expr>>()
                });
                let metric = match known {
                    Some(metric) => metric,
                    None => cartesian(a.chart(), span)?,
                };
                let last = a.rank() - 1;
                let b = match a.slots().get(last) == b.slots().first() {
                    true => first_on_other_level(&metric, &b).at(span)?,
                    false => b,
                };
                let result = a.multiply_and_contract(&b, &[(last, 0)]).at(span)?;
                let value = HolorValue::new(result);
                Ok(Some(match written {
                    Some(formulas) => value.written_as(formulas).into(),
                    None => value.with_metric(&metric).into(),
                }))
            }
            Product::Cross if ranks != (1, 1) => {
                let message = format!(
                    "the cross product is of vectors, found {} and {}",
                    left.describe(),
                    right.describe()
                );
                Diagnostic::error(&codes::E0201_WRONG_TYPE, message)
                    .at(span)
                    .hint("V × W, with V = field(B, vector, [0, 0, 1])")
                    .into()
            }
            Product::Cross if dimension == 2 || dimension == 3 => {
                let upper = |vector: &HolorValue| match &known {
                    Some(metric) if vector.holor.slots() == [Slot::DOWN] => {
                        other_level(metric, vector)
                    }
                    _ => vector.formulas(),
                };
                let (v, w) = (upper(left), upper(right));
                let root = match &known {
                    Some(metric) => volume(metric).at(span)?,
                    None => Expr::one(),
                };
                let turn = |a: &Expr, b: &Expr, c: &Expr, d: &Expr| {
                    Expr::mul([root.clone(), (a * d) - &(b * c)])
                };
                match (v.as_slice(), w.as_slice()) {
                    ([a, b], [x, y]) => Ok(Some(Value::Expr(turn(a, b, x, y)))),
                    ([a, b, c], [x, y, z]) => {
                        let parts =
                            [turn(b, c, y, z), turn(c, a, z, x), turn(a, b, x, y)];
                        let slot = if known.is_some() { Slot::DOWN } else { Slot::UP };
                        self.vector_from(left.holor.chart(), &parts, slot, known, span)
                            .map(Some)
                    }
                    _ => Ok(None),
                }
            }
            Product::Cross => Err(no_product(product, dimension, dimension, span)),
        }
    }

    /// `s × V` and `V × s` in two dimensions, where s stands for the vector of this length that stands upright.
    fn turned(
        &self,
        scalar: &Expr,
        vector: Factor,
        scalar_first: bool,
        written: bool,
        span: Span,
    ) -> Result<Option<Value>> {
        let of_fields = match &vector {
            Factor::Tensor(tensor) => {
                self.tensor_of_fields(tensor) || self.holds_fields(scalar)
            }
            Factor::Parts(parts) => self.holds_fields(scalar)
                || parts.iter().any(
                    |part| matches!(part, Value::Expr(part) if self.holds_fields(part)),
                ),
            Factor::Scalar(_) => false,
        };
        if written && (!of_fields || scalar.is_numeric_constant()) {
            return Ok(None);
        }
        let count = match &vector {
            Factor::Tensor(tensor) => tensor.holor.chart().coordinates().len(),
            Factor::Parts(parts) => parts.len(),
            Factor::Scalar(_) => 0,
        };
        let single = match &vector {
            Factor::Tensor(tensor) => tensor.holor.rank() == 1,
            Factor::Parts(_) | Factor::Scalar(_) => true,
        };
        if count != 2 || !single {
            let message = format!(
                "a scalar and a vector of {count} components have no cross product"
            );
            return Diagnostic::error(&codes::E0201_WRONG_TYPE, message)
                .at(span)
                .hint("u V, the vector V times the scalar u")
                .hint("cross([0, 0, u], V)")
                .into();
        }
        if written {
            let message = "`u × V` of a scalar and a vector of two components could be the product `u V` or the cross product with a vector that stands upright";
            return Diagnostic::error(&codes::E0201_WRONG_TYPE, message)
                .at(span)
                .hint("u V")
                .hint("cross(u, V), which is [-u V_y, u V_x]")
                .into();
        }
        // s × V = -V × s.
        let sign = Expr::integer(if scalar_first { 1 } else { -1 });
        let scalar = Expr::mul([sign, scalar.clone()]);
        match vector {
            Factor::Parts(parts) => {
                let [x, y] = parts.as_slice() else { return Ok(None) };
                let times = |factor: Expr, part: &Value| {
                    let factor = Value::Expr(factor);
                    self.operate(BinaryOperator::Multiply, factor, part.clone(), span)
                };
                Ok(Some(Value::list(vec![times(scalar.negate(), y)?, times(scalar, x)?])))
            }
            Factor::Tensor(tensor) => {
                let metric = self.metric_or_cartesian(
                    &tensor,
                    "the cross product with a vector",
                    span,
                )?;
                let chart = tensor.holor.chart();
                let Some(metric) = metric else {
                    let [x, y] = <[Expr; 2]>::try_from(tensor.formulas())
                        .unwrap_or_else(|_| [Expr::zero(), Expr::zero()]);
                    let parts = [Expr::mul([scalar.negate(), y]), Expr::mul([scalar, x])];
                    return self
                        .vector_from(chart, &parts, Slot::UP, None, span)
                        .map(Some);
                };
                // (s × V)^a = -ε^ab V_b s, with ε^xy = 1/√|g|.
                let lower = match tensor.holor.slots() == [Slot::UP] {
                    true => other_level(&metric, &tensor),
                    false => tensor.formulas(),
                };
                let factor = scalar / &volume(&metric).at(span)?;
                let [x, y] = <[Expr; 2]>::try_from(lower)
                    .unwrap_or_else(|_| [Expr::zero(), Expr::zero()]);
                let parts = [Expr::mul([factor.negate(), y]), Expr::mul([factor, x])];
                self.vector_from(chart, &parts, Slot::UP, Some(metric), span).map(Some)
            }
            Factor::Scalar(_) => Ok(None),
        }
    }

    /// The vector with these components, its index raised by the metric where it is down.
    pub(crate) fn vector_from(
        &self,
        chart: &Chart,
        parts: &[Expr],
        slot: Slot,
        metric: Option<Metric>,
        span: Span,
    ) -> Result<Value> {
        let parts = match (&metric, slot.variance) {
            (Some(metric), Variance::Down) => moved(metric, true, parts),
            _ => parts.to_vec(),
        };
        let elements = parts
            .iter()
            .map(|part| self.read(part, chart, span))
            .collect::<Result<Vec<_>>>()?;
        let holor =
            Holor::from_components(chart, Law::TENSOR, &[Slot::UP], elements).at(span)?;
        let value = HolorValue { metric, ..HolorValue::new(holor) };
        Ok(value.written_as(parts).into())
    }

    /// `∂_t V == …` of fields as the list of the equations of its components, that can be named and evolved as those of scalars; `None` of
    /// other comparisons, and of those that hold identically.
    ///
    /// # Errors
    /// E0205 where a scalar stands on the other side.
    pub(super) fn evolution_equations(
        &self,
        left: &Value,
        right: &Value,
        span: Span,
    ) -> Result<Option<Value>> {
        let tensor = |value: &Value| match value {
            Value::Geometry(Geometry::Holor(tensor)) => Some(tensor.clone()),
            _ => None,
        };
        let sides = [tensor(left), tensor(right)];
        if !sides.iter().flatten().any(|side| self.evolves(side)) {
            return Ok(None);
        }
        let vectors = self.as_vectors(left, right, span)?;
        let (left, right) = match &vectors {
            Some([left, right]) => (left, right),
            None => (left, right),
        };
        let (a, b) = (tensor(left), tensor(right));
        let pairs: Vec<(Expr, Expr)> = match (&a, &b) {
            (Some(a), Some(b)) => {
                let difference = super::geometry::sum(&a.holor, &b.holor, true, span)?;
                if difference.is_zero() {
                    return Ok(None);
                }
                a.formulas().into_iter().zip(b.formulas()).collect()
            }
            (Some(side), None) | (None, Some(side)) => {
                let other = if a.is_some() { right } else { left };
                let Value::Expr(scalar) = other else { return Ok(None) };
                if !scalar.is_zero() {
                    let message = format!(
                        "{} and the scalar `{scalar}` cannot be set equal",
                        side.describe()
                    );
                    let error =
                        Diagnostic::error(&codes::E0205_INDICES, message).at(span);
                    return with_kinds(error).into();
                }
                side.formulas().into_iter().map(|part| (part, Expr::zero())).collect()
            }
            (None, None) => return Ok(None),
        };
        let equations = pairs.into_iter().map(|(a, b)| Value::Expr(Expr::equation(a, b)));
        Ok(Some(Value::list(equations.collect())))
    }

    /// Whether a component has a derivative in time of a field.
    fn evolves(&self, tensor: &HolorValue) -> bool {
        let known = self.known_fields();
        !known.is_empty()
            && tensor.formulas().iter().any(|part| {
                part.any(&mut |part| {
                    let Node::Call(Function::Derivative, arguments) = part.node() else {
                        return false;
                    };
                    let Some(Node::Apply(name, _)) = arguments.first().map(Expr::node)
                    else {
                        return false;
                    };
                    known.get(name.name()).is_some_and(|(field, _)| {
                        let mut by = arguments.iter().skip(1).step_by(2);
                        by.any(|by| by.as_symbol() == Some(&field.time))
                    })
                })
            })
    }

    /// Refuses the sum of a scalar and a list of components where fields are in them: added to each component it would be another equation.
    pub(super) fn refuse_mixed(
        &self,
        left: &Value,
        right: &Value,
        span: Span,
    ) -> Result<()> {
        let (scalar, items) = match (left, right) {
            (Value::Expr(scalar), Value::List(items))
            | (Value::List(items), Value::Expr(scalar)) => (scalar, items),
            _ => return Ok(()),
        };
        let parts: Option<Vec<&Expr>> = items.iter().map(Value::as_expr).collect();
        let mixed = !scalar.is_zero()
            && parts.is_some_and(|parts| {
                parts.into_iter().chain([scalar]).any(|part| self.holds_fields(part))
            });
        if !mixed {
            return Ok(());
        }
        let message = format!(
            "a scalar and a vector of {} components cannot be added",
            items.len()
        );
        let error = Diagnostic::error(&codes::E0203_WRONG_SHAPE, message).at(span);
        with_kinds(error).into()
    }

    /// Whether a component holds a field of the session or the cell.
    pub(super) fn tensor_of_fields(&self, tensor: &HolorValue) -> bool {
        let known = self.known_fields();
        !known.is_empty()
            && tensor.formulas().iter().any(|part| {
                part.any(&mut |part| match part.node() {
                    Node::Apply(name, _) => known.contains_key(name.name()),
                    _ => false,
                })
            })
    }

    /// The transpose of a tensor with two indices, by the metric where they are on different levels; `None` of others.
    pub(super) fn transposed(
        &self,
        tensor: &HolorValue,
        span: Span,
    ) -> Result<Option<HolorValue>> {
        let holor = &tensor.holor;
        let [first, second] = holor.slots() else { return Ok(None) };
        let (down, level) =
            (first.variance == Variance::Down, first.variance == second.variance);
        let mut flat = true;
        let turned = if level {
            holor.permute(&[1, 0]).at(span)?
        } else {
            let what = "the transpose of a tensor of two levels";
            let known = self.metric_or_cartesian(tensor, what, span)?;
            flat = known.is_none();
            let metric = match known {
                Some(metric) => metric,
                None => cartesian(holor.chart(), span)?,
            };
            // Both on the level of the first, and back.
            let moved = |holor: &Holor, lower: bool| {
                if lower { metric.lower_index(holor, 1) } else { metric.raise(holor, 1) }
            };
            let both = moved(holor, down).at(span)?;
            moved(&both.permute(&[1, 0]).at(span)?, !down).at(span)?
        };
        let result =
            HolorValue { metric: tensor.metric.clone(), ..HolorValue::new(turned) };
        if !tensor.is_written() || !flat {
            return Ok(Some(result));
        }
        let parts = tensor.formulas();
        let n = holor.chart().coordinates().len();
        let written = (0..n * n).map(|k| parts[k % n * n + k / n].clone()).collect();
        Ok(Some(result.written_as(written)))
    }
}

/// The components of a vector on the other level: `g_ab V^b`, `g^ab V_b`.
pub(crate) fn other_level(metric: &Metric, vector: &HolorValue) -> Vec<Expr> {
    let down = vector.holor.slots() == [Slot::DOWN];
    moved(metric, down, &vector.formulas())
}

fn moved(metric: &Metric, up: bool, parts: &[Expr]) -> Vec<Expr> {
    let form = if up { metric.inverse() } else { metric.lower() };
    let field = metric.chart().field();
    let count = u8::try_from(parts.len()).unwrap_or(0);
    (0..count)
        .map(|a| {
            let terms = (0..count).zip(parts).map(|(b, part)| {
                Expr::mul([field.write(&form.component(&[a, b])), part.clone()])
            });
            Expr::add(terms.collect::<Vec<_>>())
        })
        .collect()
}

/// The metric of Cartesian coordinates on a chart.
pub(crate) fn cartesian(chart: &Chart, span: Span) -> Result<Metric> {
    let flat =
        Holor::build(chart, Law::TENSOR, &[Slot::DOWN; 2], Symmetry::none(2), |places| {
            let same = places.first() == places.last();
            Ok(if same { chart.field().one() } else { chart.field().zero() })
        })
        .at(span)?;
    Metric::new(&flat).at(span)
}

/// The tensor with its first index on the other level.
fn first_on_other_level(
    metric: &Metric,
    holor: &Holor,
) -> holor_geometry::GeometryResult<Holor> {
    match holor.slots().first().map(|slot| slot.variance) {
        Some(Variance::Down) => metric.raise(holor, 0),
        _ => metric.lower_index(holor, 0),
    }
}

/// What is a scalar and what a vector, for those who mixed them.
pub(super) fn with_kinds(error: Diagnostic) -> Diagnostic {
    error
        .hint("scalars: V·W, |V|^2, V·∇u, ∇·V")
        .hint("vectors: u V, ∇u, (V·∇)V, V × W, ∇×V; in two dimensions V × W and ∇×V are scalars")
}

fn no_product(
    product: Product,
    left: usize,
    right: usize,
    span: Span,
) -> Box<Diagnostic> {
    let message = match product {
        Product::Dot => {
            format!("vectors of {left} and {right} components have no dot product")
        }
        Product::Cross => format!(
            "the cross product is of two vectors of three components, or of two, found {left} and {right}"
        ),
    };
    let error = Diagnostic::error(&codes::E0203_WRONG_SHAPE, message).at(span);
    Box::new(match product {
        Product::Dot => error,
        Product::Cross => error.hint("a .* b, item by item"),
    })
}
