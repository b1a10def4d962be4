//! Fields in formulas and by name.

use std::collections::BTreeMap;
use std::sync::Arc;

use holor_algebra::{Expr, Node, Symbol};
use holor_geometry::{Chart, Holor, Law, Slot, Symmetry};

use super::failure::At;
use super::{Evaluator, Scope};
use crate::ast::{AstKind, Index, IndexPosition, Name};
use crate::field::{FieldShape, FieldValue, Simulation};
use crate::geometry::{Geometry, HolorValue, curvilinear};
use crate::value::Closure;
use crate::{Result, Span, Value};

impl Evaluator<'_> {
    /// The formula that a field stands for: an unknown function, or a tensor of them.
    pub(super) fn field_formula(&self, field: &FieldValue, span: Span) -> Result<Value> {
        let formulas = field.formulas();
        let slots: &[Slot] = match field.shape {
            FieldShape::Scalar => {
                return Ok(formulas
                    .into_iter()
                    .next()
                    .map_or(Value::Nothing, Value::Expr));
            }
            FieldShape::Links => {
                let links = formulas.chunks(4).map(|link| {
                    Value::list(link.iter().cloned().map(Value::Expr).collect())
                });
                return Ok(Value::list(links.collect()));
            }
            FieldShape::Vector => &[Slot::UP],
            FieldShape::Covector => &[Slot::DOWN],
            FieldShape::Tensor => &[Slot::DOWN, Slot::DOWN],
        };
        let coordinates = &field.grid.coordinates;
        let chart = self.chart_of_box(coordinates, span)?;
        let elements = formulas
            .iter()
            .map(|formula| self.read(formula, &chart, span))
            .collect::<Result<Vec<_>>>()?;
        let rank = coordinates.len();
        let zero = chart.field().zero();
        let holor = Holor::build(
            &chart,
            Law::TENSOR,
            slots,
            Symmetry::none(slots.len()),
            |indices| {
                let place = indices
                    .iter()
                    .fold(0, |place, index| place * rank + usize::from(*index));
                Ok(elements.get(place).cloned().unwrap_or_else(|| zero.clone()))
            },
        )
        .at(span)?;
        let value = HolorValue::named(holor, field.name.as_deref().unwrap_or("u"))
            .written_as(formulas);
        Ok(Value::Geometry(Geometry::Holor(value)))
    }

    /// The chart of a box's coordinates, made where there is none.
    pub(crate) fn chart_of_box(
        &self,
        coordinates: &[Symbol],
        span: Span,
    ) -> Result<Chart> {
        let known = self
            .state()
            .charts
            .iter()
            .any(|record| record.chart.chart.coordinates() == coordinates);
        if !known {
            let names: Vec<Name> = coordinates
                .iter()
                .map(|symbol| Name {
                    text: symbol.name().into(),
                    symbol: symbol.name().into(),
                    span,
                })
                .collect();
            self.make_chart(&names, &[], span, &mut Scope::top())?;
        }
        self.chart_named(coordinates, span)
    }

    /// Whether a chart is that of the box of a field, in coordinates that can be Cartesian.
    pub(super) fn is_cartesian_box(&self, chart: &Chart) -> bool {
        let own = |field: &FieldValue| *field.grid.coordinates == *chart.coordinates();
        curvilinear(chart.coordinates()).is_none()
            && self.known_fields().values().any(|(field, _)| own(field))
    }

    /// A field with components as the tensor of its formulas, of which indices choose: `V[^x]`, `V[1]`; other values as they are.
    pub(super) fn components_of_field(&self, value: Value, span: Span) -> Result<Value> {
        match &value {
            Value::Simulation(Simulation::Field(field))
                if field.shape != FieldShape::Scalar =>
            {
                self.formula_of_field(value, span)
            }
            _ => Ok(value),
        }
    }

    /// `run.V[^x]`, and `V[^x]` where V is the arrays of a frame: the array that is named after this component of a field, where the index
    /// stands as the field has it or there is no metric. `None` for all else.
    pub(super) fn component_of_frames(
        &self,
        value: &Value,
        indices: &[Index],
    ) -> Option<Value> {
        let (Value::List(items), [index]) = (value, indices) else { return None };
        let AstKind::Name(name) = &index.value.kind else { return None };
        if index.position == IndexPosition::Plain {
            return None;
        }
        let known = self.known_fields();
        items.iter().find_map(|item| {
            let Value::Array(array) = item else { return None };
            let own = array.name();
            let (field, _) = known.get(own)?;
            let part = own.strip_prefix(field.name.as_deref()?)?.strip_prefix('_')?;
            if part != &*name.symbol {
                return None;
            }
            let up = index.position == IndexPosition::Up;
            let same = matches!(
                (field.shape, up),
                (FieldShape::Vector, true) | (FieldShape::Covector, false)
            );
            let coordinates = &field.grid.coordinates;
            let flat = curvilinear(coordinates).is_none()
                && !self.state().charts.iter().any(|record| {
                    record.metric.is_some()
                        && record.chart.chart.coordinates() == &**coordinates
                });
            (same || flat).then(|| item.clone())
        })
    }

    /// Whether a formula holds a field of the session or the cell.
    pub(crate) fn holds_fields(&self, formula: &Expr) -> bool {
        let fields = self.known_fields();
        formula.any(&mut |part| match part.node() {
            Node::Apply(name, _) => fields.contains_key(name.name()),
            _ => false,
        })
    }

    /// All fields that can be found by the names of their components: those met in formulas of this cell, then the session's.
    pub(crate) fn known_fields(&self) -> BTreeMap<String, (Arc<FieldValue>, usize)> {
        let mut known = BTreeMap::new();
        for value in self.state().variables.values() {
            if let Value::Simulation(Simulation::Field(field)) = value {
                for (component, name) in field.component_names().into_iter().enumerate() {
                    known.insert(name, (field.clone(), component));
                }
            }
        }
        known.extend(
            self.fields
                .borrow()
                .iter()
                .map(|(name, field)| (name.clone(), field.clone())),
        );
        known
    }

    /// Evaluates the body of a closure with local variables, where names stand for what is at a frame of a run, also in functions of the
    /// user.
    pub(crate) fn evaluate_at_frame(
        &self,
        closure: &Closure,
        locals: Vec<(Arc<str>, Value)>,
        frame: Vec<(Arc<str>, Value)>,
    ) -> Result<Value> {
        let before = self.frame.replace(frame);
        let value = self.evaluate_in(closure, locals);
        self.frame.replace(before);
        value
    }

    /// What a name stands for at the frame that is looked at.
    pub(super) fn of_frame(&self, name: &str) -> Option<Value> {
        let frame = self.frame.borrow();
        frame.iter().find(|(own, _)| **own == *name).map(|(_, value)| value.clone())
    }

    /// Evaluates the body of a closure with these local variables.
    pub(crate) fn evaluate_in(
        &self,
        closure: &Closure,
        locals: Vec<(Arc<str>, Value)>,
    ) -> Result<Value> {
        let mut scope = Scope::function(&closure.captured);
        for (name, value) in locals {
            scope.push(name, value);
        }
        self.evaluate_data(&closure.body, &mut scope)
    }
}
