//! Lengths of vectors: `|V|` of a vector or one-form field, by the metric where there is one.

use holor_algebra::{Expr, Function, Node};
use holor_geometry::{Holor, Law, Metric, Variance};

use super::Evaluator;
use super::failure::At;
use crate::geometry::{Geometry, HolorValue, curvilinear};
use crate::{Diagnostic, Result, Span, Value, codes};

impl Evaluator<'_> {
    /// `|V| = √(g_ab Vᵃ V̄ᵇ)` at each point, of a vector or one-form; `None` of other values.
    ///
    /// The metric is the one V was made with or that of its chart; where there is none, coordinates that can be Cartesian are.
    ///
    /// # Errors
    /// E0208 where coordinates such as r or θ have no metric; E0301 where the metric is not positive.
    pub(crate) fn vector_length(
        &self,
        value: &Value,
        span: Span,
    ) -> Result<Option<Expr>> {
        let Value::Geometry(geometry) = value else { return Ok(None) };
        let Geometry::Holor(vector) = geometry else { return Ok(None) };
        let tensor = matches!(vector.holor.law(), Law::Tensor { .. });
        if vector.holor.rank() != 1 || !tensor {
            return Ok(None);
        }
        let metric = self.metric_of_length(vector, span)?;
        let upper = vector.holor.slots().iter().all(|slot| slot.variance == Variance::Up);
        let field = vector.holor.chart().field();
        let count = u8::try_from(vector.holor.chart().coordinates().len()).unwrap_or(0);
        let component =
            |holor: &Holor, places: &[u8]| field.write(&holor.component(places));
        let modulus = |z: Expr| Expr::call(Function::Abs, vec![z]);
        let parts = vector.formulas();
        let own = |a: u8| parts.get(usize::from(a)).cloned().unwrap_or_else(Expr::zero);
        let mut terms = Vec::new();
        for a in 0..count {
            for b in a..count {
                let factor = match &metric {
                    None if a == b => Expr::one(),
                    None => continue,
                    Some(metric) => {
                        let form = if upper { metric.lower() } else { metric.inverse() };
                        component(form, &[a, b])
                    }
                };
                if factor.is_zero() {
                    continue;
                }
                terms.push(if a == b {
                    let square = Expr::power(modulus(own(a)), Expr::integer(2));
                    Expr::mul([factor, square])
                } else {
                    // V̄ᵃ Vᵇ with its conjugate.
                    let other = Expr::call(Function::Conjugate, vec![own(a)]);
                    let product = Expr::mul([other, own(b)]);
                    let real = Expr::call(Function::Re, vec![product]);
                    Expr::mul([Expr::integer(2), factor, real])
                });
            }
        }
        let square = self.engine().evaluate(&Expr::add(terms)).at(span)?;
        Ok(Some(square.sqrt()))
    }

    /// The metric that a vector was made with or that of its chart; `None` where there is none and the coordinates can be Cartesian.
    ///
    /// # Errors
    /// E0208 where coordinates such as r or θ have no metric.
    pub(super) fn metric_or_cartesian(
        &self,
        vector: &HolorValue,
        what: &str,
        span: Span,
    ) -> Result<Option<Metric>> {
        let chart = vector.holor.chart();
        let known = vector.metric.is_some()
            || self.chart_record(chart).is_some_and(|record| record.metric.is_some());
        if known {
            return self.metric_of(vector, span).map(Some);
        }
        let Some(curved) = curvilinear(chart.coordinates()) else { return Ok(None) };
        let message = format!("{what} in a coordinate such as `{curved}` needs a metric");
        Diagnostic::error(&codes::E0208_NO_METRIC, message)
            .at(span)
            .hint("M = chart(r, θ) where r > 0; g = metric(dr^2 + r^2 dθ^2)")
            .into()
    }

    /// The metric of a length; `None` in Cartesian coordinates.
    fn metric_of_length(
        &self,
        vector: &HolorValue,
        span: Span,
    ) -> Result<Option<Metric>> {
        let known = self.metric_or_cartesian(vector, "the length of a vector", span)?;
        let Some(metric) = known else { return Ok(None) };
        if metric.signature().is_some_and(|(_, negative)| negative > 0) {
            let message = "the metric is not positive: the square of a vector may be negative, and it has no length";
            return Diagnostic::error(&codes::E0301_UNDEFINED, message)
                .at(span)
                .hint("g[_a, _b] V[^a] V[^b]")
                .into();
        }
        Ok(Some(metric))
    }
}

impl Evaluator<'_> {
    /// Refuses `|x|` of a vector among the unknowns of a run, for the same reason.
    pub(super) fn refuse_vector(&self, value: &Value, span: Span) -> Result<()> {
        let Value::List(items) = value else { return Ok(()) };
        let is_component = |name: &str| {
            let known = self.unknowns.borrow();
            known
                .iter()
                .any(|it| (0..it.count()).any(|place| it.component(place) == name))
        };
        let holds = |item: &Value| {
            let found = |part: &Expr| matches!(part.node(), Node::Apply(name, _) if is_component(name.name()));
            item.as_expr().is_some_and(|item| item.any(&mut |part| found(part)))
        };
        if self.unknowns.borrow().is_empty() || !items.iter().any(holds) {
            return Ok(());
        }
        let message = "the absolute value of a vector could be its length or the sizes of its components";
        Diagnostic::error(&codes::E0201_WRONG_TYPE, message)
            .at(span)
            .hint("norm(x)")
            .hint("map(abs, x)")
            .into()
    }
}

/// Refuses `|v|` of a list of arrays, such as the components of a vector field through time: neither the length nor the list of the
/// components' sizes can be taken for granted.
pub(super) fn refuse_components(value: &Value, span: Span) -> Result<()> {
    let Value::List(items) = value else { return Ok(()) };
    if !are_frames(items) {
        return Ok(());
    }
    let message = "the absolute value of a list of arrays could be the length of a vector or the sizes of its components";
    Diagnostic::error(&codes::E0201_WRONG_TYPE, message)
        .at(span)
        .hint("sqrt(V[1]^2 + V[2]^2)")
        .hint("map(abs, V)")
        .hint("observe(|V|, run)")
        .into()
}

/// Refuses products of the components of vector fields through time: of the arrays alone nobody knows the metric.
pub(super) fn refuse_frames(
    vectors: &[&[Value]],
    product: &str,
    span: Span,
) -> Result<()> {
    if !vectors.iter().any(|items| are_frames(items)) {
        return Ok(());
    }
    let message = format!(
        "the {product} product of lists of arrays needs the coordinates and metric of their fields"
    );
    let operator = if product == "cross" { '×' } else { '·' };
    Diagnostic::error(&codes::E0201_WRONG_TYPE, message)
        .at(span)
        .hint(format!("observe(V {operator} W, run)"))
        .hint("V[1] W[1] + V[2] W[2]")
        .into()
}

/// Whether they are arrays over named axes, such as the components of a vector field through time.
fn are_frames(items: &[Value]) -> bool {
    let arrays: Vec<_> = items
        .iter()
        .filter_map(|item| match item {
            Value::Array(array) => Some(array),
            _ => None,
        })
        .collect();
    let beside = |pair: &[&std::sync::Arc<crate::NumericArray>]| match pair {
        [a, b] => crate::array::ArrayAxis::all_same(a.axes(), b.axes()),
        _ => true,
    };
    arrays.len() >= 2
        && arrays.len() == items.len()
        && arrays
            .iter()
            .any(|array| array.axes().iter().any(|axis| !axis.name().is_empty()))
        && arrays.windows(2).all(beside)
}
