//! Operators between geometric values: sums, products and powers of holors, `∧`, `⊗`.

use holor_algebra::Expr;
use holor_algebra::exact::Element;
use holor_geometry::{Chart, Holor, Law, wedge};

use super::Evaluator;
use super::failure::At;
use crate::ast::BinaryOperator;
use crate::geometry::{Geometry, HolorValue, Indexed, Operator, is_symmetric};
use crate::{Diagnostic, Result, Span, Value, codes};

/// Powers of one-forms are taken at most so high.
const HIGHEST_POWER: u32 = 8;

/// A geometric value or scalar in a sum, product or comparison.
pub(super) enum Operand {
    Scalar(Expr),
    Holor(HolorValue),
    Indexed(Indexed),
    Operator(Operator),
}

/// Whether it takes part in the algebra of holors.
pub(super) fn is_geometric(value: &Value) -> bool {
    matches!(value, Value::Geometry(_))
}

/// A value as a holor: a metric by its lower components, a connection by its coefficients.
pub(crate) fn as_holor(value: &Value) -> Option<HolorValue> {
    let Value::Geometry(geometry) = value else { return None };
    match geometry {
        Geometry::Holor(value) => Some(value.clone()),
        Geometry::Metric(metric) => {
            Some(HolorValue::named(metric.lower().clone(), "g").with_metric(metric))
        }
        Geometry::Connection(connection) => {
            Some(HolorValue::named(connection.coefficients().clone(), "Γ"))
        }
        Geometry::Components(table) => Some(table.value.clone()),
        Geometry::Chart(_)
        | Geometry::Indexed(_)
        | Geometry::Operator(_)
        | Geometry::Tetrad(_)
        | Geometry::Algebra(_)
        | Geometry::Gauge(_)
        | Geometry::GaugeForm(_)
        | Geometry::AbstractTensor(_)
        | Geometry::AbstractExpression(_)
        | Geometry::Orbit(_) => None,
    }
}

pub(super) fn operand(value: &Value) -> Option<Operand> {
    match value {
        Value::Expr(scalar) => Some(Operand::Scalar(scalar.clone())),
        Value::Geometry(Geometry::Indexed(indexed)) => {
            Some(Operand::Indexed(indexed.clone()))
        }
        Value::Geometry(Geometry::Operator(operator)) => {
            Some(Operand::Operator((**operator).clone()))
        }
        other => as_holor(other).map(|value| match value.holor.value() {
            Some(scalar) if value.holor.law() == Law::TENSOR => {
                Operand::Scalar(value.holor.chart().field().write(&scalar))
            }
            _ => Operand::Holor(value),
        }),
    }
}

impl Evaluator<'_> {
    /// `left operator right` where one of them is geometric.
    pub(super) fn operate_geometry(
        &self,
        operator: BinaryOperator,
        left: &Value,
        right: &Value,
        span: Span,
    ) -> Result<Value> {
        for value in [left, right] {
            if let Value::Expr(formula) = value {
                self.check_formula(formula, span)?;
            }
        }
        if let Some(value) = self.operate_abstract(operator, left, right, span)? {
            return Ok(value);
        }
        if let Some(value) = self.operate_gauge(operator, left, right, span)? {
            return Ok(value);
        }
        let (Some(a), Some(b)) = (operand(left), operand(right)) else {
            return Err(no_meaning(operator, left, right, span));
        };
        match operator {
            BinaryOperator::Add => self.add_geometry(a, b, false, span),
            BinaryOperator::Subtract => self.add_geometry(a, b, true, span),
            BinaryOperator::Multiply
            | BinaryOperator::Juxtapose
            | BinaryOperator::Dot
            | BinaryOperator::Cross
            | BinaryOperator::ElementMultiply => self.multiply_geometry(a, b, span),
            BinaryOperator::Divide | BinaryOperator::ElementDivide => {
                self.divide_geometry(a, b, left, right, span)
            }
            BinaryOperator::Power | BinaryOperator::ElementPower => match (a, b) {
                (Operand::Indexed(base), Operand::Scalar(exponent)) => {
                    let base = self.scalar_of(&base, span)?;
                    self.power(Value::Expr(base), Value::Expr(exponent), span)
                }
                (Operand::Holor(base), Operand::Scalar(exponent)) => {
                    self.holor_power(base, &exponent, span)
                }
                _ => Err(no_meaning(operator, left, right, span)),
            },
            BinaryOperator::Wedge => match (a, b) {
                (Operand::Holor(a), Operand::Holor(b)) => {
                    let (first, second) = together(&a.holor, &b.holor, span)?;
                    Ok(HolorValue::new(wedge(&first, &second).at(span)?).into())
                }
                (Operand::Scalar(factor), Operand::Holor(holor))
                | (Operand::Holor(holor), Operand::Scalar(factor)) => {
                    self.scale(holor, &factor, span)
                }
                _ => Err(no_meaning(operator, left, right, span)),
            },
            BinaryOperator::Tensor => match (a, b) {
                (Operand::Holor(a), Operand::Holor(b)) => {
                    let (first, second) = together(&a.holor, &b.holor, span)?;
                    Ok(HolorValue::new(first.multiply(&second).at(span)?).into())
                }
                (Operand::Scalar(factor), Operand::Holor(holor))
                | (Operand::Holor(holor), Operand::Scalar(factor)) => {
                    self.scale(holor, &factor, span)
                }
                _ => Err(no_meaning(operator, left, right, span)),
            },
            BinaryOperator::And | BinaryOperator::Or => {
                Err(no_meaning(operator, left, right, span))
            }
        }
    }

    pub(super) fn add_geometry(
        &self,
        left: Operand,
        right: Operand,
        subtract: bool,
        span: Span,
    ) -> Result<Value> {
        match (left, right) {
            (Operand::Holor(a), Operand::Holor(b)) => {
                let sum = sum(&a.holor, &b.holor, subtract, span)?;
                let written = (a.is_written() || b.is_written()).then(|| {
                    let pairs = a.formulas().into_iter().zip(b.formulas());
                    pairs.map(|(a, b)| if subtract { a - &b } else { a + &b }).collect()
                });
                let metric = a.metric.or(b.metric);
                let value = HolorValue { metric, ..HolorValue::new(sum) };
                Ok(match written {
                    Some(formulas) => value.written_as(formulas).into(),
                    None => value.into(),
                })
            }
            (Operand::Indexed(a), Operand::Indexed(b)) => {
                self.add_indexed(a, b, subtract, span)
            }
            (Operand::Scalar(zero), Operand::Holor(holor)) if zero.is_zero() => {
                let value = Value::Geometry(Geometry::Holor(holor));
                if subtract { self.negate(value, span) } else { Ok(value) }
            }
            (Operand::Holor(holor), Operand::Scalar(zero)) if zero.is_zero() => {
                Ok(Value::Geometry(Geometry::Holor(holor)))
            }
            (Operand::Scalar(scalar), Operand::Indexed(indexed)) => {
                let a =
                    self.scalar_indexed(&scalar, indexed.value.holor.chart(), span)?;
                self.add_indexed(a, indexed, subtract, span)
            }
            (Operand::Indexed(indexed), Operand::Scalar(scalar)) => {
                let b =
                    self.scalar_indexed(&scalar, indexed.value.holor.chart(), span)?;
                self.add_indexed(indexed, b, subtract, span)
            }
            (Operand::Holor(value), Operand::Indexed(_))
            | (Operand::Indexed(_), Operand::Holor(value)) => {
                Err(needs_indices(&value, span))
            }
            (Operand::Scalar(_), Operand::Holor(value))
            | (Operand::Holor(value), Operand::Scalar(_)) => {
                let message =
                    format!("a scalar and {} cannot be added", value.describe());
                let error = Diagnostic::error(&codes::E0205_INDICES, message).at(span);
                match self.tensor_of_fields(&value) {
                    true => super::vectors::with_kinds(error).into(),
                    false => error.into(),
                }
            }
            (Operand::Scalar(a), Operand::Scalar(b)) => {
                Ok(Value::Expr(if subtract { &a - &b } else { &a + &b }))
            }
            (Operand::Operator(_), _) | (_, Operand::Operator(_)) => {
                Err(bare_operator(span))
            }
        }
    }

    fn multiply_geometry(
        &self,
        left: Operand,
        right: Operand,
        span: Span,
    ) -> Result<Value> {
        match (left, right) {
            (Operand::Operator(operator), right) => {
                let value = match right {
                    Operand::Operator(inner) => {
                        return operator.followed_by(inner, span);
                    }
                    Operand::Scalar(scalar) => {
                        let chart = self.chart_for(Some(&scalar), span)?;
                        self.scalar_indexed(&scalar, &chart, span)?
                    }
                    Operand::Indexed(indexed) => indexed,
                    Operand::Holor(value) => return Err(needs_indices(&value, span)),
                };
                self.apply_derivatives(&operator, value, span)
            }
            (left, Operand::Operator(operator)) => {
                let left = match left {
                    Operand::Scalar(scalar) => Value::Expr(scalar),
                    Operand::Indexed(indexed) => {
                        Value::Geometry(Geometry::Indexed(indexed))
                    }
                    Operand::Holor(value) => return Err(needs_indices(&value, span)),
                    Operand::Operator(_) => return Err(bare_operator(span)),
                };
                let prefactor = match operator.prefactor {
                    Some(own) => {
                        self.multiply(left, own, BinaryOperator::Multiply, span)?
                    }
                    None => left,
                };
                Ok(Operator { prefactor: Some(prefactor), ..operator }.into())
            }
            (Operand::Scalar(factor), Operand::Holor(holor))
            | (Operand::Holor(holor), Operand::Scalar(factor)) => {
                self.scale(holor, &factor, span)
            }
            (Operand::Scalar(factor), Operand::Indexed(indexed))
            | (Operand::Indexed(indexed), Operand::Scalar(factor)) => {
                let factor = self.read(&factor, indexed.value.holor.chart(), span)?;
                let holor = indexed.value.holor.scale(&factor).at(span)?;
                Ok(indexed.with_holor(holor).into())
            }
            (Operand::Indexed(a), Operand::Indexed(b)) => {
                self.multiply_indexed(a, b, span)
            }
            (Operand::Holor(a), Operand::Holor(b)) => symmetric_product(&a, &b, span),
            (Operand::Holor(value), Operand::Indexed(_))
            | (Operand::Indexed(_), Operand::Holor(value)) => {
                Err(needs_indices(&value, span))
            }
            (Operand::Scalar(a), Operand::Scalar(b)) => {
                Ok(Value::Expr(Expr::mul([a, b])))
            }
        }
    }

    fn divide_geometry(
        &self,
        left: Operand,
        right: Operand,
        left_value: &Value,
        right_value: &Value,
        span: Span,
    ) -> Result<Value> {
        let divisor = match right {
            Operand::Scalar(scalar) => scalar,
            Operand::Indexed(indexed) => self.scalar_of(&indexed, span)?,
            Operand::Holor(_) | Operand::Operator(_) => {
                return Err(no_meaning(
                    BinaryOperator::Divide,
                    left_value,
                    right_value,
                    span,
                ));
            }
        };
        if divisor.is_zero() {
            return Err(super::arithmetic::division_by_zero(span));
        }
        match left {
            Operand::Scalar(scalar) => Ok(Value::Expr(&scalar / &divisor)),
            Operand::Holor(holor) => self.scale(holor, &divisor.reciprocal(), span),
            Operand::Indexed(indexed) => {
                let factor =
                    self.read(&divisor.reciprocal(), indexed.value.holor.chart(), span)?;
                let holor = indexed.value.holor.scale(&factor).at(span)?;
                Ok(indexed.with_holor(holor).into())
            }
            Operand::Operator(_) => Err(bare_operator(span)),
        }
    }

    /// `dx^2`: symmetric products.
    fn holor_power(
        &self,
        base: HolorValue,
        exponent: &Expr,
        span: Span,
    ) -> Result<Value> {
        let exponent = self.engine().evaluate(exponent).at(span)?;
        let power = exponent.as_integer().and_then(|power| u32::try_from(power).ok());
        let Some(power) = power.filter(|power| (1..=HIGHEST_POWER).contains(power))
        else {
            return Diagnostic::error(
                &codes::E0205_INDICES,
                format!(
                    "{} has the powers 1 to {HIGHEST_POWER}, not {}",
                    base.describe(),
                    Value::Expr(exponent).brief()
                ),
            )
            .at(span)
            .into();
        };
        let mut product = Value::Geometry(Geometry::Holor(base.clone()));
        for _ in 1..power {
            let Some(left) = as_holor(&product) else { break };
            product = symmetric_product(&left, &base, span)?;
        }
        Ok(product)
    }

    /// `factor*holor`
    pub(crate) fn scale(
        &self,
        value: HolorValue,
        factor: &Expr,
        span: Span,
    ) -> Result<Value> {
        let read = self.read(factor, value.holor.chart(), span)?;
        let holor = value.holor.scale(&read).at(span)?;
        let written = value.is_written().then(|| {
            let times = |part| Expr::mul([factor.clone(), part]);
            value.formulas().into_iter().map(times).collect()
        });
        let value = HolorValue { name: None, holor, ..value };
        Ok(match written {
            Some(formulas) => value.written_as(formulas).into(),
            None => value.into(),
        })
    }

    /// Reads a formula as a component function.
    pub(crate) fn read(&self, expr: &Expr, chart: &Chart, span: Span) -> Result<Element> {
        let expr = match expr.node() {
            holor_algebra::Node::Number(_) | holor_algebra::Node::Symbol(_) => {
                expr.clone()
            }
            _ => self.engine().evaluate(expr).at(span)?,
        };
        chart.read(&expr).at(span)
    }

    /// A formula as a holor without indices.
    pub(super) fn scalar_indexed(
        &self,
        scalar: &Expr,
        chart: &Chart,
        span: Span,
    ) -> Result<Indexed> {
        let value = self.read(scalar, chart, span)?;
        let holor = Holor::scalar(chart, value);
        Ok(Indexed {
            value: HolorValue::new(holor),
            letters: Vec::new(),
            spent: Vec::new(),
        })
    }

    /// The value of an indexed holor without free indices.
    pub(super) fn scalar_of(&self, indexed: &Indexed, span: Span) -> Result<Expr> {
        let indexed = self.resolved(indexed.clone(), span)?;
        indexed.scalar().ok_or_else(|| {
            let message = format!(
                "a number or formula is needed, and {} is free",
                indexed.index_text()
            );
            Box::new(Diagnostic::error(&codes::E0205_INDICES, message).at(span))
        })
    }

    /// A scalar that index notation gave, as a formula.
    pub(super) fn settle_geometry(
        &self,
        geometry: Geometry,
        span: Span,
    ) -> Result<Value> {
        match geometry {
            Geometry::Indexed(indexed) => {
                let indexed = self.resolved(indexed, span)?;
                Ok(match indexed.scalar() {
                    Some(scalar) => Value::Expr(scalar),
                    None => indexed.into(),
                })
            }
            Geometry::Operator(_) => Err(bare_operator(span)),
            other => Ok(Value::Geometry(other)),
        }
    }

    /// `-value`
    pub(super) fn negate_geometry(
        &self,
        geometry: &Geometry,
        span: Span,
    ) -> Result<Value> {
        match geometry {
            Geometry::Indexed(indexed) => {
                let holor = indexed.value.holor.negate().at(span)?;
                Ok(indexed.clone().with_holor(holor).into())
            }
            Geometry::Operator(operator) => {
                let minus = Value::Expr(Expr::integer(-1));
                let prefactor = match &operator.prefactor {
                    Some(own) => self.negate(own.clone(), span)?,
                    None => minus,
                };
                let operator = (**operator).clone();
                Ok(Operator { prefactor: Some(prefactor), ..operator }.into())
            }
            Geometry::Gauge(_)
            | Geometry::GaugeForm(_)
            | Geometry::AbstractTensor(_)
            | Geometry::AbstractExpression(_) => self.multiply(
                Value::Expr(Expr::integer(-1)),
                Value::Geometry(geometry.clone()),
                BinaryOperator::Multiply,
                span,
            ),
            other => match as_holor(&Value::Geometry(other.clone())) {
                Some(value) => {
                    let holor = value.holor.negate().at(span)?;
                    let written = value.is_written().then(|| {
                        value.formulas().iter().map(Expr::negate).collect::<Vec<_>>()
                    });
                    let value = HolorValue { name: None, holor, ..value };
                    Ok(match written {
                        Some(formulas) => value.written_as(formulas).into(),
                        None => value.into(),
                    })
                }
                None => Diagnostic::error(
                    &codes::E0201_WRONG_TYPE,
                    format!("{} has no negative", other.describe()),
                )
                .at(span)
                .into(),
            },
        }
    }
}

/// Two holors on one chart; of two handles of the same chart the first wins.
pub(super) fn together(
    left: &Holor,
    right: &Holor,
    span: Span,
) -> Result<(Holor, Holor)> {
    let right = right.on_chart(left.chart()).at(span)?;
    Ok((left.clone(), right))
}

/// The sum or difference of two holors.
pub(super) fn sum(
    left: &Holor,
    right: &Holor,
    subtract: bool,
    span: Span,
) -> Result<Holor> {
    let (left, right) = together(left, right, span)?;
    if left.rank() != right.rank() {
        let counted = |holor: &Holor| match holor.rank() {
            0 => "no index".to_string(),
            1 => "1 index".to_string(),
            rank => format!("{rank} indices"),
        };
        return Diagnostic::error(
            &codes::E0205_INDICES,
            format!(
                "the ranks differ: the first has {}, the second {}; only tensors of one kind can be added",
                counted(&left),
                counted(&right)
            ),
        )
        .at(span)
        .into();
    }
    if subtract { left.subtract(&right).at(span) } else { left.add(&right).at(span) }
}

/// `dx dy = ½(dx ⊗ dy + dy ⊗ dx)`, of holors symmetric in all their indices.
fn symmetric_product(left: &HolorValue, right: &HolorValue, span: Span) -> Result<Value> {
    let (a, b) = together(&left.holor, &right.holor, span)?;
    let same =
        a.slots().iter().chain(b.slots()).all(|slot| Some(slot) == a.slots().first());
    if !(a.rank() == 0 || b.rank() == 0 || (same && is_symmetric(&a) && is_symmetric(&b)))
    {
        return Diagnostic::error(
            &codes::E0205_INDICES,
            format!(
                "the symmetric product is for symmetric holors with indices of one kind, not {} and {}",
                left.describe(),
                right.describe()
            ),
        )
        .at(span)
        .hint("a ∧ b")
        .hint("a ⊗ b")
        .into();
    }
    let product = a.multiply(&b).at(span)?;
    let slots: Vec<usize> = (0..product.rank()).collect();
    let product =
        if slots.len() > 1 { product.symmetrize(&slots).at(span)? } else { product };
    Ok(HolorValue::new(product).into())
}

/// The error for a tensor without indices beside one with them.
pub(super) fn needs_indices(value: &HolorValue, span: Span) -> Box<Diagnostic> {
    let name = value.name.as_deref().unwrap_or("T");
    let indices: Vec<String> = value
        .holor
        .slots()
        .iter()
        .zip('a'..='z')
        .map(|(slot, letter)| format!("{}{letter}", crate::geometry::mark(*slot)))
        .collect();
    Box::new(
        Diagnostic::error(
            &codes::E0205_INDICES,
            format!(
                "{} stands without indices beside one with indices",
                value.describe()
            ),
        )
        .at(span)
        .hint(format!("{name}[{}]", indices.join(", "))),
    )
}

/// The error for `∇[_a]` before nothing.
pub(super) fn bare_operator(span: Span) -> Box<Diagnostic> {
    Box::new(
        Diagnostic::error(
            &codes::E0205_INDICES,
            "a derivative stands before what it acts on, and acts on the next factor",
        )
        .at(span)
        .hint("∇[_a] T[^a, _b]")
        .hint("∇[_a] (f V[^a])"),
    )
}

fn no_meaning(
    operator: BinaryOperator,
    left: &Value,
    right: &Value,
    span: Span,
) -> Box<Diagnostic> {
    let verb = match operator {
        BinaryOperator::Add | BinaryOperator::Subtract => "cannot be added",
        BinaryOperator::Divide | BinaryOperator::ElementDivide => "cannot be divided",
        BinaryOperator::Power | BinaryOperator::ElementPower => {
            "have no power of one another"
        }
        BinaryOperator::Wedge => "have no wedge product",
        BinaryOperator::Tensor => "have no tensor product",
        _ => "cannot be multiplied",
    };
    let error = Diagnostic::error(
        &codes::E0201_WRONG_TYPE,
        format!("{} and {} {verb}", left.describe(), right.describe()),
    )
    .at(span);
    Box::new(error)
}
