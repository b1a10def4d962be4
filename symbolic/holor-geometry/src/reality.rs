//! Signs and roots of what a metric or a change of chart is made of.
//!
//! Both are real: where the assumptions say nothing about a parameter or an unknown function in them, it is taken to be
//! real when a sign is asked for. Component functions themselves stay as they are.

use std::collections::BTreeSet;

use holor_algebra::exact::{Element, Field};
use holor_algebra::{Expr, Node, Property, Symbol};

use crate::{Chart, GeometryResult, Holor};

/// Decides signs on a chart with some symbols taken to be real.
#[derive(Clone, Debug)]
pub(crate) struct RealSigns {
    chart: Chart,
    /// A field with more assumptions, where any had to be added.
    wider: Option<Field>,
}

impl RealSigns {
    /// For what is made of the symbols in these components.
    pub(crate) fn of(components: &Holor) -> Self {
        Self::of_values(
            components.chart(),
            components.components().map(|(_, value)| value),
        )
    }

    /// For what is made of the symbols in these component functions of a chart.
    pub(crate) fn of_values<'a>(
        chart: &Chart,
        values: impl Iterator<Item = &'a Element>,
    ) -> Self {
        let field = chart.field();
        let mut names = BTreeSet::new();
        for value in values {
            let written = field.write_plainly(value);
            names.extend(written.free_symbols());
            names.extend(unknown_functions(&written));
        }
        let mut assumptions = field.assumptions().clone();
        let mut is_wider = false;
        for name in names {
            if assumptions.implied(&name).is_empty() {
                assumptions.assume(name, Property::Real);
                is_wider = true;
            }
        }
        Self { chart: chart.clone(), wider: is_wider.then(|| Field::new(assumptions)) }
    }

    /// The field of component functions.
    pub(crate) fn field(&self) -> &Field {
        self.chart.field()
    }

    /// Whether a value that is not 0 is positive (`Some(true)`), negative, or not decided.
    pub(crate) fn is_positive(&self, value: &Element) -> Option<bool> {
        let field = self.chart.field();
        if let Some(known) = field.is_positive_unless_zero(value) {
            return Some(known);
        }
        let wider = self.wider.as_ref()?;
        wider.is_positive_unless_zero(&wider.read(&field.write_plainly(value)).ok()?)
    }

    /// The root ≥ 0 of a value ≥ 0.
    ///
    /// # Errors
    /// A root that the field cannot hold.
    pub(crate) fn sqrt(&self, value: &Element) -> GeometryResult<Element> {
        match self.wider_root(value) {
            Some(root) => Ok(root),
            None => Ok(self.chart.field().sqrt(value)?),
        }
    }

    /// The root that more assumptions lead to.
    fn wider_root(&self, value: &Element) -> Option<Element> {
        let wider = self.wider.as_ref()?;
        let field = self.chart.field();
        let root = wider.sqrt(&wider.read(&field.write_plainly(value)).ok()?).ok()?;
        let root = field.read(&wider.write_plainly(&root)).ok()?;
        (field.multiply(&root, &root) == *value).then_some(root)
    }
}

/// The names of undefined functions.
fn unknown_functions(expr: &Expr) -> BTreeSet<Symbol> {
    let mut names = BTreeSet::new();
    expr.any(&mut |part| {
        if let Node::Apply(name, _) = part.node() {
            names.insert(name.clone());
        }
        false
    });
    names
}
