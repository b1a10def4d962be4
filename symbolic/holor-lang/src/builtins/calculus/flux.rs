//! Derivatives of formulas of fields along their coordinates: kept as derivatives of fluxes.
//!
//! `diff(u^2, x)` of a field `u` is not written out by the chain rule: as the difference of a flux it keeps sums over the box, and
//! shocks move at the right speed (Lax and Wendroff, Comm. Pure Appl. Math. 13, 217 (1960)). Sums and factors that are the same
//! everywhere are taken out, and what is linear in one field is differentiated as usual.

use std::collections::BTreeMap;
use std::sync::Arc;

use holor_algebra::{Expr, Function, Node, Symbol};

use crate::evaluate::Call;
use crate::field::{FieldValue, names};
use crate::{Result, codes};

/// The derivative of a formula, `order` times by a symbol or an unknown function.
pub(super) fn differentiate(
    call: &Call<'_>,
    f: &Expr,
    x: &Expr,
    order: u32,
) -> Result<Expr> {
    let whole = || Ok(call.engine().differentiate(f, x, order)?);
    let Some(symbol) = x.as_symbol() else { return whole() };
    if order == 0 || !f.any(&mut |part| matches!(part.node(), Node::Apply(..))) {
        return whole();
    }
    let fields = call.fields();
    if let Node::Apply(name, _) = f.node()
        && let Some((field, _)) = fields.get(name.name())
        && field.grid.axis_of(symbol).is_none()
        && *symbol != field.time
    {
        let message = format!(
            "the field `{}` depends on {} and {} alone, not on `{symbol}`",
            name.name(),
            field.grid.names(),
            field.time
        );
        return Err(call.error(&codes::E0202_WRONG_ARGUMENTS, message));
    }
    let along = fields.values().any(|(field, _)| field.grid.axis_of(symbol).is_some());
    let mut concerned = false;
    f.any(&mut |part| {
        if let Node::Apply(name, _) = part.node() {
            concerned |= match fields.get(name.name()) {
                Some((field, _)) => field.grid.axis_of(symbol).is_some(),
                None => along && moving(name.name()),
            };
        }
        concerned
    });
    if !concerned {
        return whole();
    }
    Flux { call, fields, symbol, order }.derivative(f)
}

/// Whether a function of this name differs from place to place by what it is, not by its arguments.
fn moving(name: &str) -> bool {
    [names::NOISE, names::CONVOLVE, names::INVERSE_LAPLACIAN, names::SHIFT]
        .contains(&name)
}

struct Flux<'a> {
    call: &'a Call<'a>,
    fields: BTreeMap<String, (Arc<FieldValue>, usize)>,
    symbol: &'a Symbol,
    order: u32,
}

impl Flux<'_> {
    fn derivative(&self, f: &Expr) -> Result<Expr> {
        if !self.depends(f) {
            return Ok(Expr::zero());
        }
        match f.node() {
            Node::Add(items) => {
                let parts: Result<Vec<Expr>> =
                    items.iter().map(|item| self.derivative(item)).collect();
                Ok(Expr::add(parts?))
            }
            Node::Mul(items) => {
                let (moving, mut still): (Vec<Expr>, Vec<Expr>) =
                    items.iter().cloned().partition(|item| self.depends(item));
                if still.is_empty() && moving.len() > 1 {
                    return Ok(self.kept(f));
                }
                still.push(self.derivative(&Expr::mul(moving))?);
                Ok(Expr::mul(still))
            }
            // Coordinates are real.
            Node::Call(
                function @ (Function::Re | Function::Im | Function::Conjugate),
                arguments,
            ) => match &**arguments {
                [inner] => Ok(Expr::call(*function, vec![self.derivative(inner)?])),
                _ => Ok(self.kept(f)),
            },
            Node::Call(Function::Derivative, arguments) => match &**arguments {
                [body, ..] if !self.is_field(body) => Ok(self.appended(arguments)),
                _ => self.plain(f),
            },
            Node::Apply(..) if self.is_field(f) => self.plain(f),
            _ if !self.has_fields(f) => self.plain(f),
            _ => Ok(self.kept(f)),
        }
    }

    fn plain(&self, f: &Expr) -> Result<Expr> {
        let x = Expr::symbol(self.symbol.name());
        Ok(self.call.engine().differentiate(f, &x, self.order)?)
    }

    fn kept(&self, f: &Expr) -> Expr {
        let arguments =
            vec![f.clone(), Expr::symbol(self.symbol.name()), Expr::integer(self.order)];
        Expr::call(Function::Derivative, arguments)
    }

    /// One more derivative of what is kept as one: those by the same symbol are counted together.
    fn appended(&self, arguments: &[Expr]) -> Expr {
        let mut arguments = arguments.to_vec();
        let known = arguments
            .iter()
            .skip(1)
            .step_by(2)
            .position(|own| own.as_symbol() == Some(self.symbol));
        match known.and_then(|place| arguments.get_mut(2 * place + 2)) {
            Some(order) => *order = order.clone() + &Expr::integer(self.order),
            None => {
                arguments.push(Expr::symbol(self.symbol.name()));
                arguments.push(Expr::integer(self.order));
            }
        }
        Expr::call(Function::Derivative, arguments)
    }

    fn is_field(&self, f: &Expr) -> bool {
        matches!(f.node(), Node::Apply(name, _) if self.fields.contains_key(name.name()))
    }

    fn has_fields(&self, f: &Expr) -> bool {
        f.any(&mut |part| match part.node() {
            Node::Apply(name, _) => {
                self.fields.contains_key(name.name()) || moving(name.name())
            }
            _ => false,
        })
    }

    /// Whether a formula differs along the coordinate.
    fn depends(&self, f: &Expr) -> bool {
        match f.node() {
            Node::Symbol(own) => own == self.symbol,
            // One number for the whole box.
            Node::Apply(name, _)
                if [names::MEAN, names::INTEGRAL].contains(&name.name()) =>
            {
                false
            }
            Node::Apply(name, _) if moving(name.name()) => true,
            _ => f.children().into_iter().any(|child| self.depends(child)),
        }
    }
}
