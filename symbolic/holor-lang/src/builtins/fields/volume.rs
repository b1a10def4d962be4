//! Integrals and means without the volume of the session's metric, though the equations were taken with it.
//!
//! `laplacian(u)` takes the session's metric in the box's coordinates, `integral(u)` and `mean(u)` are those of the coordinates: of a field on
//! a sphere what the equation keeps is `integral(u, g)`.

use std::sync::Arc;

use holor_algebra::{Expr, Node, Symbol};

use crate::ast::{Ast, AstKind};
use crate::evaluate::Call;
use crate::field::names;
use crate::value::Closure;
use crate::{Diagnostic, codes};

/// Volumes of the coordinates that are taken for others.
pub(super) struct Volume {
    /// √|g|.
    density: Expr,
    /// The coordinates that it depends on.
    coordinates: Vec<Symbol>,
}

impl Volume {
    /// The session's, where it varies with the coordinates and the equations vary with these as well.
    pub(super) fn of(
        call: &Call<'_>,
        coordinates: &[Symbol],
        rates: &[Expr],
    ) -> Option<Self> {
        let metric = call.known_metric(coordinates)?;
        let root = metric.sqrt_abs_determinant().ok()?;
        let density = metric.chart().field().write(&root);
        let varies: Vec<Symbol> = coordinates
            .iter()
            .filter(|own| density.contains_symbol(own))
            .cloned()
            .collect();
        let taken = rates.iter().any(|rate| {
            let Node::Relation(_, _, right) = rate.node() else { return false };
            varies.iter().any(|own| holds_beside_fields(right, own))
        });
        taken.then_some(Self { density, coordinates: varies })
    }

    /// Warns where a formula has an integral or mean that does not know of it.
    pub(super) fn check_formula(&self, call: &Call<'_>, formula: &Expr) {
        let mut plain = None;
        formula.any(&mut |part| {
            if let Node::Apply(name, arguments) = part.node()
                && [names::INTEGRAL, names::MEAN].contains(&name.name())
                && let [body] = &**arguments
                && !self.coordinates.iter().any(|own| holds_beside_fields(body, own))
            {
                plain = Some(name.name().to_owned());
            }
            plain.is_some()
        });
        if let Some(name) = plain {
            self.warn(call, &name, "u");
        }
    }

    /// Warns where what is watched has one.
    pub(super) fn check_watched<'a>(
        &self,
        call: &Call<'_>,
        closures: impl Iterator<Item = &'a Arc<Closure>>,
    ) {
        let mut trees: Vec<&Ast> = closures.map(|closure| &*closure.body).collect();
        while let Some(ast) = trees.pop() {
            if let AstKind::Call { callee, arguments, .. } = &ast.kind
                && let AstKind::Name(name) = &callee.kind
                && ["integral", "mean", "average"].contains(&&*name.text)
                && let [only] = arguments.as_slice()
                && only.name.is_none()
                && !self.named_in(&only.value)
            {
                self.warn(call, &name.text, &call.text(only.value.span));
                return;
            }
            crate::syntax::children(ast, &mut trees);
        }
    }

    fn named_in(&self, ast: &Ast) -> bool {
        let mut trees = vec![ast];
        while let Some(ast) = trees.pop() {
            if let AstKind::Name(name) = &ast.kind
                && self.coordinates.iter().any(|own| own.name() == &*name.symbol)
            {
                return true;
            }
            crate::syntax::children(ast, &mut trees);
        }
        false
    }

    fn warn(&self, call: &Call<'_>, name: &str, of: &str) {
        let message = format!(
            "`{name}({of})` is that of the coordinates, and the equation that of a metric with √|g| = {}: what it keeps has this factor",
            self.density
        );
        let whole = format!("integral({of}, g)");
        let hint = match name {
            "integral" => whole,
            _ => format!("{whole}, divided by the volume"),
        };
        call.warn(Diagnostic::warning(&codes::E0208_NO_METRIC, message).hint(hint));
    }
}

/// Whether a coordinate stands in a formula but as the place of a field or the variable of a derivative.
fn holds_beside_fields(formula: &Expr, coordinate: &Symbol) -> bool {
    match formula.node() {
        Node::Symbol(symbol) => symbol == coordinate,
        Node::Apply(name, arguments)
            if [names::INTEGRAL, names::MEAN].contains(&name.name()) =>
        {
            arguments.iter().any(|part| holds_beside_fields(part, coordinate))
        }
        Node::Apply(..) => false,
        Node::Call(holor_algebra::Function::Derivative, arguments) => {
            arguments.first().is_some_and(|body| holds_beside_fields(body, coordinate))
        }
        _ => formula
            .children()
            .into_iter()
            .any(|part| holds_beside_fields(part, coordinate)),
    }
}
