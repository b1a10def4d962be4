//! Tensors: constructors, laws, components, contraction, raising, symmetries.

use std::sync::Arc;

use holor_algebra::exact::Element;
use holor_algebra::{BigRational, Expr};
use holor_geometry::{
    Chart, Holor, Law, Metric, Slot, Space, Symmetry, Variance, Weight,
};
use holor_macros::builtin;

use super::at;
use crate::ast::BinaryOperator;
use crate::builtin::{Bare, Either, FieldValue, Spanned, word};
use crate::evaluate::{At, Call, abstract_value, as_holor};
use crate::geometry::{ComponentTable, Geometry, HolorValue, Indexed, symmetry_text};
use crate::{Builtin, Diagnostic, Result, Span, Value, codes};

/// The records of this file.
pub(crate) static BUILTINS: &[&Builtin] = &[
    &TENSOR,
    &VECTOR,
    &HOLOR,
    &DENSITY,
    &PSEUDO,
    &COMPONENTS,
    &LAW,
    &VALENCE_OF,
    &SYMMETRY,
    &CONTRACT,
    &RAISE,
    &LOWER,
    &TENSOR_PRODUCT,
    &WEDGE,
    &SYMMETRIZE,
    &ANTISYMMETRIZE,
];

/// The slots in a list such as `[up, down]`, whose words are names and not values.
fn slots(
    call: &Call<'_>,
    given: &Spanned<crate::builtin::Deferred>,
) -> Result<Vec<Slot>> {
    use crate::ast::AstKind;
    let body = &given.value.0.body;
    let wrong = |span: Span| {
        Diagnostic::error(
            &codes::E0202_WRONG_ARGUMENTS,
            format!("`{}` needs a list of `up` and `down`", call.name()),
        )
        .at(span)
        .hint(format!("{}(…, [up, down])", call.name()))
    };
    let AstKind::List(items) = &body.kind else { return wrong(body.span).into() };
    items
        .iter()
        .map(|item| match &item.kind {
            AstKind::Name(name) => match &*name.text {
                "up" => Ok(Slot::UP),
                "down" => Ok(Slot::DOWN),
                "frame_up" => Ok(Slot { space: Space::Frame, variance: Variance::Up }),
                "frame_down" => {
                    Ok(Slot { space: Space::Frame, variance: Variance::Down })
                }
                _ => wrong(item.span).into(),
            },
            _ => wrong(item.span).into(),
        })
        .collect()
}

/// Components from nested lists, one level for each index; 0 stands for all of them.
pub(super) fn from_nested(
    call: &Call<'_>,
    value: &Value,
    slots: &[Slot],
    chart: &Chart,
    span: Span,
) -> Result<Holor> {
    let mut components: Vec<Element> = Vec::new();
    if value.as_expr().is_some_and(Expr::is_zero) {
        let symmetry = Symmetry::none(slots.len());
        let zero = Holor::build(chart, Law::TENSOR, slots, symmetry, |_| {
            Ok(chart.field().zero())
        });
        return zero.at(span);
    }
    flatten(call, value, slots.len(), chart, span, &mut components)?;
    Holor::from_components(chart, Law::TENSOR, slots, components).at(span)
}

fn flatten(
    call: &Call<'_>,
    value: &Value,
    depth: usize,
    chart: &Chart,
    span: Span,
    out: &mut Vec<Element>,
) -> Result<()> {
    call.poll()?;
    if depth == 0 {
        let Value::Expr(entry) = value else {
            return Diagnostic::error(
                &codes::E0201_WRONG_TYPE,
                format!("a component is a formula, found {}", value.describe()),
            )
            .at(span)
            .into();
        };
        out.push(call.component(entry, chart, span)?);
        return Ok(());
    }
    let size = chart.dimension();
    match call.items(value, span)? {
        Some(items) if items.len() == size => {
            items.iter().try_for_each(|item| flatten(call, item, depth - 1, chart, span, out))
        }
        _ => Diagnostic::error(
            &codes::E0203_WRONG_SHAPE,
            format!(
                "components on {chart} come in lists of {size}, one level for each index; found {}",
                value.describe()
            ),
        )
        .at(span)
        .into(),
    }
}

/// The chart given, else the one made last.
fn chart_or_last(call: &Call<'_>, chart: Option<Chart>) -> Result<Chart> {
    match chart {
        Some(chart) => Ok(chart),
        None => call.chart_for(None, call.span()),
    }
}

/// A tensor from its components: nested lists, one level for each index; 0 for the zero tensor.
///
/// ```holor
/// M = chart(x, y); tensor([[0, x], [-x, 0]], [down, down])       # => x*dx ∧ dy
/// M = chart(x, y); tensor([[1, x], [0, 1]], [up, down])          # => ∂_x ⊗ dx + x*∂_x ⊗ dy + ∂_y ⊗ dy
/// M = chart(x, y); tensor(0, [up, down], M) == 0                 # => true
/// ```
#[builtin(topic = "geometry", latex = none, since = "0.1", see("vector", "holor", "components"))]
fn tensor(
    call: &Call<'_>,
    /// The components.
    components: Spanned<Value>,
    /// A list that says for each index whether it is `up` or `down`.
    indices: Spanned<crate::builtin::Deferred>,
    /// The chart or the list of its coordinates; the chart made last if left out.
    chart: Option<Chart>,
) -> Result<Value> {
    let slots = slots(call, &indices)?;
    let chart = chart_or_last(call, chart)?;
    let holor = from_nested(call, &components.value, &slots, &chart, components.span)?;
    Ok(Value::Geometry(Geometry::Holor(HolorValue::new(holor))))
}

/// A vector from its components.
///
/// ```holor
/// M = chart(x, y); vector([-y, x])          # => -y*∂_x + x*∂_y
/// ```
#[builtin(topic = "geometry", latex = none, since = "0.1", see("tensor", "basis"))]
fn vector(
    call: &Call<'_>,
    /// The components.
    components: Spanned<Value>,
    /// The chart or the list of its coordinates; the chart made last if left out.
    chart: Option<Chart>,
) -> Result<HolorValue> {
    let chart = chart_or_last(call, chart)?;
    let holor =
        from_nested(call, &components.value, &[Slot::UP], &chart, components.span)?;
    Ok(HolorValue::new(holor))
}

word! {
    /// The law of a holor.
    pub(crate) LawWord {
        /// A tensor.
        Tensor = "tensor",
        /// A connection.
        Connection = "connection",
        /// No law.
        Nothing = "none",
    }
}

/// The same components under another law: a tensor, a connection, or none at all.
///
/// A holor is an indexed set of components together with the law by which it transforms (P. Moon and D. E. Spencer,
/// *Theory of Holors*, 1986). What has no law cannot be carried to another chart, and is not added to what has one.
///
/// ```holor
/// M = chart(x, y); holor(x dx ⊗ dy, law = none)                  # => holor(x*dx ⊗ dy, law = none)
/// M = chart(x, y); law(holor(x dx ⊗ dy, law = none))             # => "none"
/// M = chart(x, y); holor(x dx ⊗ dy, law = none) + dx ⊗ dy        # error: [E0206]
/// ```
#[builtin(topic = "geometry", latex = none, since = "0.1", see("law", "density", "tensor"))]
fn holor(
    call: &Call<'_>,
    /// The components, as a tensor expression.
    components: FieldValue,
    /// The law; none if left out.
    law: Option<LawWord>,
) -> Result<Value> {
    let law = match law.unwrap_or(LawWord::Nothing) {
        LawWord::Tensor => Law::TENSOR,
        LawWord::Connection => Law::Connection,
        LawWord::Nothing => Law::None,
    };
    let holor = at(call, components.0.holor.with_law(law))?;
    Ok(Value::Geometry(Geometry::Holor(HolorValue { holor, ..components.0 })))
}

/// The same components as those of a tensor density of weight `w`.
///
/// Under a change of chart they are multiplied by `|J|^w`, `J` the determinant of the derivatives of the old coordinates by the
/// new: `sqrt(|det g|)` has weight 1.
///
/// ```holor
/// M = chart(x, y); density(x dx, 1)                 # => density(x*dx, 1)
/// M = chart(x, y); density(x dx, 1) + dx            # error: [E0206]
/// ```
#[builtin(topic = "geometry", latex = none, since = "0.1", see("pseudo", "holor", "law"))]
fn density(
    call: &Call<'_>,
    /// The components, as a tensor expression.
    components: FieldValue,
    /// The weight, a fraction; 1 if left out.
    weight: Option<BigRational>,
) -> Result<Value> {
    let weight = weight.unwrap_or_else(|| BigRational::from_integer(1.into()));
    let part = |number: &holor_algebra::BigInt| i32::try_from(number).ok();
    let (Some(numerator), Some(denominator)) =
        (part(weight.numer()), part(weight.denom()))
    else {
        let message = format!("the weight {weight} is too large");
        return Err(call.error(&codes::E0403_TOO_LARGE, message));
    };
    let weight = Weight::new(numerator, denominator);
    let pseudo = matches!(components.0.holor.law(), Law::Tensor { pseudo: true, .. });
    let holor = at(call, components.0.holor.with_law(Law::Tensor { weight, pseudo }))?;
    Ok(Value::Geometry(Geometry::Holor(HolorValue { holor, ..components.0 })))
}

/// The same components as those of a pseudotensor, which changes sign with the orientation.
///
/// ```holor
/// M = chart(x, y); law(pseudo(dx ∧ dy))             # => "pseudo-tensor"
/// M = chart(x, y); pseudo(pseudo(dx ∧ dy))          # => dx ∧ dy
/// ```
#[builtin(topic = "geometry", latex = none, since = "0.1", see("density", "holor", "law"))]
fn pseudo(
    call: &Call<'_>,
    /// The components, as a tensor expression.
    components: FieldValue,
) -> Result<Value> {
    let law = match components.0.holor.law() {
        Law::Tensor { weight, pseudo } => Law::Tensor { weight, pseudo: !pseudo },
        _ => Law::Tensor { weight: Weight::new(0, 1), pseudo: true },
    };
    let holor = at(call, components.0.holor.with_law(law))?;
    Ok(Value::Geometry(Geometry::Holor(HolorValue { holor, ..components.0 })))
}

/// The independent components that are not 0, as a table.
///
/// ```holor
/// M = chart(r, θ); g = metric(dr^2 + r^2 dθ^2); components(connection(g))[^r, _θ, _θ]      # => -r
/// ```
#[builtin(topic = "geometry", latex = none, since = "0.1", returns = "table", see("symmetry", "tensor"))]
fn components(
    /// A tensor, metric or connection.
    tensor: HolorValue,
) -> Value {
    Value::Geometry(Geometry::Components(ComponentTable { value: tensor }))
}

/// The law by which a holor transforms, in words.
///
/// ```holor
/// M = chart(x, y); law(dx)                                            # => "tensor"
/// M = chart(x, y); law(connection(metric(dx^2 + dy^2)))               # => "connection"
/// M = chart(x, y); law(density(dx, 1/2))                              # => "tensor density of weight 1/2"
/// ```
#[builtin(topic = "geometry", latex = none, since = "0.1", see("holor", "valence", "symmetry", "kind"))]
fn law(
    /// A holor.
    holor: FieldValue,
) -> String {
    match holor.0.holor.law() {
        Law::None => "none".into(),
        law => law.describe(),
    }
}

/// How many indices are up and how many down.
///
/// ```holor
/// M = chart(x, y); valence(∂_x ⊗ dx ⊗ dy)       # => [1, 2]
/// ```
#[builtin(topic = "geometry", name = "valence", latex = none, since = "0.1", see("symmetry", "law"))]
fn valence_of(
    /// A holor.
    holor: FieldValue,
) -> Vec<usize> {
    let holor = &holor.0.holor;
    let up = holor.slots().iter().filter(|slot| slot.variance == Variance::Up).count();
    vec![up, holor.rank() - up]
}

/// The symmetry of the slots of a holor, in words; empty where there is none.
///
/// ```holor
/// M = chart(x, y); symmetry(dx ∧ dy)                                  # => "antisymmetric"
/// M = chart(x, y); symmetry(riemann(metric(dx^2 + dy^2)))             # => "with the symmetry of the Riemann tensor"
/// ```
#[builtin(topic = "geometry", latex = none, since = "0.1", see("valence", "symmetrize"))]
fn symmetry(
    /// A holor.
    holor: HolorValue,
) -> String {
    symmetry_text(&holor.holor)
}

/// The sum over two indices of a tensor, one up and one down; where both are on one level, with the metric.
///
/// Indices are counted from 1. `T[^a, _a]` says the same.
///
/// ```holor
/// M = chart(x, y); contract(x ∂_x ⊗ dx + ∂_y ⊗ dy, 1, 2)                        # => x + 1
/// M = chart(r, θ); g = metric(dr^2 + r^2 dθ^2); contract(dr^2 + dθ^2, 1, 2)     # => 1 + 1/r^2
/// ```
#[builtin(topic = "geometry", latex = none, since = "0.1", see("raise", "trace", "tensor_product"))]
fn contract(
    call: &Call<'_>,
    /// The tensor.
    tensor: HolorValue,
    /// The first index, from 1.
    #[default(1)]
    first: usize,
    /// The second index, from 1.
    #[default(2)]
    second: usize,
    /// The metric; that of the tensor or its chart if left out.
    #[named]
    metric: Option<Metric>,
) -> Result<HolorValue> {
    let (first, second) = (place(call, &tensor, first)?, place(call, &tensor, second)?);
    let slot = |place: usize| tensor.holor.slots().get(place).copied();
    let mut holor = tensor.holor.clone();
    if let (Some(a), Some(b)) = (slot(first), slot(second))
        && a == b
        && first != second
    {
        let metric = match metric {
            Some(metric) => metric,
            None => call.metric_of(&tensor)?,
        };
        holor = at(call, holor.on_chart(metric.chart()))?;
        holor = match a.variance {
            Variance::Up => at(call, metric.lower_index(&holor, first))?,
            Variance::Down => at(call, metric.raise(&holor, first))?,
        };
    }
    let holor = at(call, holor.contract(first, second))?;
    Ok(HolorValue { holor, name: None, ..tensor })
}

/// The trace of a tensor with two indices.
pub(in crate::builtins) fn trace(
    call: &Call<'_>,
    tensor: HolorValue,
    metric: Option<Metric>,
) -> Result<HolorValue> {
    if tensor.holor.rank() != 2 {
        let message = format!("`trace` needs two indices, found {}", tensor.describe());
        return Err(call.error(&codes::E0205_INDICES, message));
    }
    contract(call, tensor, 1, 2, metric)
}

/// A place counted from 1 as one counted from 0.
fn place(call: &Call<'_>, tensor: &HolorValue, number: usize) -> Result<usize> {
    match number.checked_sub(1) {
        Some(place) if place < tensor.holor.rank() => Ok(place),
        _ => {
            let rank = tensor.holor.rank();
            let message = format!("there is no index {number}: they go from 1 to {rank}");
            Err(call.error(&codes::E0204_OUT_OF_RANGE, message))
        }
    }
}

/// Raises or lowers the indices named, else all of them.
fn move_indices(
    call: &Call<'_>,
    tensor: HolorValue,
    index: Option<usize>,
    metric: Option<Metric>,
    wanted: Variance,
) -> Result<HolorValue> {
    let metric = match metric {
        Some(metric) => metric,
        None => call.metric_of(&tensor)?,
    };
    let places: Vec<usize> = match index {
        Some(number) => vec![place(call, &tensor, number)?],
        None => (0..tensor.holor.rank()).collect(),
    };
    let places: Vec<usize> = places
        .into_iter()
        .filter(|place| {
            tensor.holor.slots().get(*place).is_some_and(|slot| slot.variance != wanted)
        })
        .collect();
    let holor = at(call, tensor.holor.on_chart(metric.chart()))?;
    let holor = match wanted {
        Variance::Up => metric.raise_all(&holor, &places),
        Variance::Down => metric.lower_all(&holor, &places),
    };
    Ok(HolorValue { holor: at(call, holor)?, metric: Some(metric), ..tensor })
}

/// The tensor with an index raised by the metric; all of them if none is named.
///
/// ```holor
/// M = chart(r, θ); g = metric(dr^2 + r^2 dθ^2); raise(dθ)              # => ∂_θ/r^2
/// M = chart(r, θ); g = metric(dr^2 + r^2 dθ^2); raise(dr ⊗ dθ, 1)      # => ∂_r ⊗ dθ
/// ```
#[builtin(
    topic = "geometry",
    latex = r"{0}^{\sharp}",
    since = "0.1",
    aliases("sharp"),
    see("lower", "metric")
)]
fn raise(
    call: &Call<'_>,
    /// The tensor.
    tensor: HolorValue,
    /// Which index, from 1; all lower ones if left out.
    index: Option<usize>,
    /// The metric; that of the tensor or its chart if left out.
    #[named]
    metric: Option<Metric>,
) -> Result<HolorValue> {
    move_indices(call, tensor, index, metric, Variance::Up)
}

/// The tensor with an index lowered by the metric; all of them if none is named.
///
/// ```holor
/// M = chart(r, θ); g = metric(dr^2 + r^2 dθ^2); lower(∂_θ)             # => r^2*dθ
/// ```
#[builtin(
    topic = "geometry",
    latex = r"{0}^{\flat}",
    since = "0.1",
    aliases("flat"),
    see("raise", "metric")
)]
fn lower(
    call: &Call<'_>,
    /// The tensor.
    tensor: HolorValue,
    /// Which index, from 1; all upper ones if left out.
    index: Option<usize>,
    /// The metric; that of the tensor or its chart if left out.
    #[named]
    metric: Option<Metric>,
) -> Result<HolorValue> {
    move_indices(call, tensor, index, metric, Variance::Down)
}

/// The tensor product of tensors, also written `a ⊗ b`.
///
/// ```holor
/// M = chart(x, y); tensor_product(dx, dy) == dx ⊗ dy      # => true
/// ```
#[builtin(
    topic = "geometry",
    latex = r"{0} \otimes {1}",
    since = "0.1",
    see("contract", "wedge")
)]
fn tensor_product(
    call: &Call<'_>,
    /// The factors.
    #[variadic]
    factors: Vec<Value>,
) -> Result<Value> {
    fold(call, factors, BinaryOperator::Tensor)
}

/// The wedge product of differential forms, also written `a ∧ b`; of multivectors likewise.
///
/// ```holor
/// M = chart(x, y); wedge(dx, dy)                          # => dx ∧ dy
/// M = chart(x, y); (x*∂_x + ∂_y) ∧ ∂_y                    # => x*∂_x ∧ ∂_y
/// ```
#[builtin(
    topic = "geometry",
    latex = r"{0} \wedge {1}",
    since = "0.1",
    see("tensor_product", "d")
)]
fn wedge(
    call: &Call<'_>,
    /// The factors.
    #[variadic]
    factors: Vec<Value>,
) -> Result<Value> {
    fold(call, factors, BinaryOperator::Wedge)
}

fn fold(call: &Call<'_>, factors: Vec<Value>, operator: BinaryOperator) -> Result<Value> {
    let mut factors = factors.into_iter();
    let Some(first) = factors.next() else {
        let message = format!("`{}` needs factors", call.name());
        return Err(call.error(&codes::E0202_WRONG_ARGUMENTS, message));
    };
    factors.try_fold(first, |product, factor| call.operate(operator, product, factor))
}

/// The slots of the letters, all of one tensor if no letter is given.
fn letter_slots(
    call: &Call<'_>,
    letters: &[Arc<str>],
    names: &[Bare],
) -> Result<Vec<usize>> {
    names
        .iter()
        .map(|bare| {
            letters.iter().position(|letter| *letter == bare.name.symbol).ok_or_else(
                || {
                    Box::new(
                        Diagnostic::error(
                            &codes::E0205_INDICES,
                            format!("the tensor has no index `{}`", bare.name.text),
                        )
                        .at(bare.name.span)
                        .hint(call.signature()),
                    )
                },
            )
        })
        .collect()
}

fn project(
    call: &Call<'_>,
    tensor: Value,
    names: &[Bare],
    antisymmetric: bool,
) -> Result<Value> {
    if let Value::Geometry(Geometry::AbstractExpression(expression)) = &tensor {
        let own: Vec<&str> = match names {
            [] => {
                let free = expression.free_indices().iter();
                free.map(|free| &*free.index.name).collect()
            }
            names => names.iter().map(|bare| &*bare.name.symbol).collect(),
        };
        let part = match antisymmetric {
            true => expression.antisymmetrize(&own),
            false => expression.symmetrize(&own),
        };
        return at(call, part).map(abstract_value);
    }
    let tensor = match &tensor {
        Value::Geometry(Geometry::Indexed(indexed)) => Either::First(indexed.clone()),
        other => match as_holor(other) {
            Some(value) => Either::Second(value),
            None => {
                let message = format!(
                    "`{}` expected a tensor, found {}",
                    call.name(),
                    other.describe()
                );
                return Err(call.error(&codes::E0201_WRONG_TYPE, message));
            }
        },
    };
    let part = |holor: &Holor, slots: &[usize]| {
        let part = if antisymmetric {
            holor.antisymmetrize(slots)
        } else {
            holor.symmetrize(slots)
        };
        at(call, part)
    };
    match tensor {
        Either::First(indexed) => {
            let mut slots = letter_slots(call, &indexed.letters, names)?;
            if slots.is_empty() {
                slots = (0..indexed.letters.len()).collect();
            }
            let holor = part(&indexed.value.holor, &slots)?;
            let value =
                HolorValue { metric: indexed.value.metric, ..HolorValue::new(holor) };
            Ok(Indexed { value, ..indexed }.into())
        }
        Either::Second(value) => {
            if let Some(bare) = names.first() {
                return Diagnostic::error(
                    &codes::E0205_INDICES,
                    format!(
                        "`{}` names an index of a tensor that stands without indices",
                        bare.name.text
                    ),
                )
                .at(bare.name.span)
                .hint(format!("{}(T[_a, _b], a, b)", call.name()))
                .into();
            }
            let slots: Vec<usize> = (0..value.holor.rank()).collect();
            let holor = part(&value.holor, &slots)?;
            Ok(HolorValue { holor, name: None, ..value }.into())
        }
    }
}

/// The symmetric part of a tensor in the indices named, all if none is: `T_(ab) = (T_ab + T_ba)/2`.
///
/// ```holor
/// M = chart(x, y); T = dx ⊗ dy; symmetrize(T)                          # => dx*dy
/// M = chart(x, y); T = dx ⊗ dy; symmetrize(T[_a, _b], a, b)            # => (dx*dy)[_a, _b]
/// ```
#[builtin(topic = "geometry", latex = none, since = "0.1", returns = "tensor", see("antisymmetrize", "symmetry"))]
fn symmetrize(
    call: &Call<'_>,
    /// The tensor, with or without indices.
    tensor: Value,
    /// The indices to exchange.
    #[variadic]
    indices: Vec<Bare>,
) -> Result<Value> {
    project(call, tensor, &indices, false)
}

/// The antisymmetric part of a tensor in the indices named, all if none is: `T_[ab] = (T_ab - T_ba)/2`.
///
/// ```holor
/// M = chart(x, y); T = dx ⊗ dy; antisymmetrize(T)                      # => dx ∧ dy/2
/// M = chart(x, y); T = dx ⊗ dy; antisymmetrize(T[_a, _b], a, b)        # => (dx ∧ dy/2)[_a, _b]
/// ```
#[builtin(topic = "geometry", latex = none, since = "0.1", returns = "tensor", see("symmetrize", "symmetry", "wedge"))]
fn antisymmetrize(
    call: &Call<'_>,
    /// The tensor, with or without indices.
    tensor: Value,
    /// The indices to exchange.
    #[variadic]
    indices: Vec<Bare>,
) -> Result<Value> {
    project(call, tensor, &indices, true)
}
