//! Derivatives of formulas of fields along their coordinates: kept as derivatives of fluxes.
//!
//! `diff(u^2, x)` of a field `u` is not written out by the chain rule: as the difference of a flux it keeps sums over the box, and
//! shocks move at the right speed (Lax and Wendroff, Comm. Pure Appl. Math. 13, 217 (1960)). Sums and factors that are the same
//! everywhere are taken out, and what is linear in one field is differentiated as usual. With a metric the divergence of a vector is
//! `∂_a(√|g| V^a)/√|g|`, so that the sum with the volumes of the cells is kept.

use std::collections::BTreeMap;
use std::sync::Arc;

use holor_algebra::{Expr, Function, Node, Symbol};
use holor_geometry::{GeometryResult, Metric};

use crate::evaluate::Call;
use crate::field::{FieldValue, names};
use crate::{Result, codes};

/// The derivative of a formula, `order` times by a symbol or an unknown function; of fields, derivatives by several coordinates are in the order of
/// their names, as they commute.
pub(super) fn differentiate(
    call: &Call<'_>,
    f: &Expr,
    x: &Expr,
    order: u32,
) -> Result<Expr> {
    let result = in_turn(call, f, x, order)?;
    if call.coordinates_of_fields(std::slice::from_ref(f)).is_none()
        || !result.any(&mut |part| mixed(part))
    {
        return Ok(result);
    }
    Ok(result.transform(&mut |part| match mixed(&part) {
        true => sorted(&part),
        false => part,
    }))
}

/// Whether it is a derivative by several symbols.
fn mixed(part: &Expr) -> bool {
    matches!(part.node(), Node::Call(Function::Derivative, arguments) if arguments.len() > 3)
}

/// A derivative by several symbols in the order of their names.
fn sorted(derivative: &Expr) -> Expr {
    let Node::Call(function, arguments) = derivative.node() else {
        return derivative.clone();
    };
    let Some((body, pairs)) = arguments.split_first() else { return derivative.clone() };
    let mut pairs: Vec<&[Expr]> = pairs.chunks(2).collect();
    let name = |pair: &&[Expr]| {
        pair.first().and_then(Expr::as_symbol).map(|symbol| symbol.name().to_owned())
    };
    if pairs.iter().any(|pair| name(pair).is_none()) {
        return derivative.clone();
    }
    pairs.sort_by_key(name);
    let mut sorted = vec![body.clone()];
    sorted.extend(pairs.into_iter().flatten().cloned());
    Expr::call(*function, sorted)
}

fn in_turn(call: &Call<'_>, f: &Expr, x: &Expr, order: u32) -> Result<Expr> {
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
        let mut error = call.error(&codes::E0202_WRONG_ARGUMENTS, message);
        let radial = |name: &str| matches!(name, "r" | "ρ" | "rho" | "R" | "s");
        if let [only] = &*field.grid.coordinates
            && radial(only.name())
        {
            let r = field.grid.names();
            error = Box::new(
                error
                    .hint(format!("of the radius alone, in spherical coordinates: diff({r}^2 diff({0}, {r}), {r})/{r}^2; in polar ones: diff({r} diff({0}, {r}), {r})/{r}", name.name()))
                    .hint(format!("a box with all coordinates: box({r} = …, {symbol} = …)")),
            );
        }
        return Err(error);
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

/// The Laplace-Beltrami operator on a formula of fields as `∂_a(√|g| g^ab ∂_b f)/√|g|`; `None` where it is not one, or the metric
/// has more coordinates than the fields' box that do not drop out.
pub(super) fn laplace_beltrami(
    call: &Call<'_>,
    f: &Expr,
    metric: &Metric,
) -> Result<Option<Expr>> {
    let Some(coordinates) = call.coordinates_of_fields(std::slice::from_ref(f)) else {
        return Ok(None);
    };
    let field = metric.chart().field();
    let Ok(root) = metric.sqrt_abs_determinant() else { return Ok(None) };
    let own = metric.chart().coordinates();
    let slopes: Result<Vec<Expr>> =
        own.iter().map(|x| differentiate(call, f, &Expr::symbol(x.name()), 1)).collect();
    let slopes = slopes?;
    let mut fluxes = Vec::new();
    for (a, x) in own.iter().enumerate() {
        let mut flux = Vec::new();
        for (b, (y, slope)) in own.iter().zip(&slopes).enumerate() {
            let raised = metric.inverse().component(&[a as u8, b as u8]);
            if slope.is_zero() || raised.is_zero() {
                continue;
            }
            if a != b && coordinates.contains(x) != coordinates.contains(y) {
                // The field's time and its places are not apart.
                return Ok(None);
            }
            let factor = without_sign(&field.write(&field.multiply(&root, &raised)));
            flux.push(Expr::mul(vec![factor, slope.clone()]));
        }
        fluxes.push(Expr::add(flux));
    }
    balance(call, metric, &coordinates, &fluxes)
}

/// The divergence `∂_a(√|g| V^a)/√|g|` of a vector of formulas of fields; `None` as for [`laplace_beltrami`].
pub(super) fn divergence(
    call: &Call<'_>,
    vector: &[Expr],
    metric: &Metric,
) -> Result<Option<Expr>> {
    let Some(coordinates) = call.coordinates_of_fields(vector) else { return Ok(None) };
    let Ok(volume) = volume(metric) else { return Ok(None) };
    let fluxes: Vec<Expr> = vector
        .iter()
        .map(|component| Expr::mul(vec![volume.clone(), component.clone()]))
        .collect();
    balance(call, metric, &coordinates, &fluxes)
}

/// `∂_a F^a/√|g|` of a vector density, where all coordinates but the box's and the time drop out.
fn balance(
    call: &Call<'_>,
    metric: &Metric,
    coordinates: &[Symbol],
    fluxes: &[Expr],
) -> Result<Option<Expr>> {
    let Ok(volume) = volume(metric) else { return Ok(None) };
    let own = metric.chart().coordinates();
    let terms: Result<Vec<Expr>> = fluxes
        .iter()
        .zip(own)
        .map(|(flux, x)| differentiate(call, flux, &Expr::symbol(x.name()), 1))
        .collect();
    let all: Vec<Expr> = terms?.into_iter().map(|term| term / &volume).collect();
    let result = Expr::add(all);
    let fields = call.fields();
    let known = |symbol: &Symbol| {
        coordinates.contains(symbol)
            || fields.values().any(|(field, _)| field.time == *symbol)
    };
    let strange = |symbol: &Symbol| own.contains(symbol) && !known(symbol);
    let left = result
        .any(&mut |part| matches!(part.node(), Node::Symbol(symbol) if strange(symbol)));
    Ok((!left).then_some(result))
}

/// `√|g|` of a metric, as [`without_sign`] says.
///
/// # Errors
/// Where the root cannot be written.
pub(crate) fn volume(metric: &Metric) -> GeometryResult<Expr> {
    let root = metric.sqrt_abs_determinant()?;
    Ok(without_sign(&metric.chart().field().write(&root)))
}

/// `√|g|` up to its sign, which drops out: as a smooth function beyond the places where it vanishes, such as a centre. Absolute values are left
/// where they are not whole factors: under a root the sign would not drop out.
fn without_sign(volume: &Expr) -> Expr {
    match volume.node() {
        Node::Call(Function::Abs, arguments) => match &**arguments {
            [inner] => inner.clone(),
            _ => volume.clone(),
        },
        Node::Mul(factors) => Expr::mul(factors.iter().map(without_sign)),
        Node::Power(base, exponent) if exponent.as_integer().is_some() => {
            Expr::power(without_sign(base), exponent.clone())
        }
        _ => volume.clone(),
    }
}

/// Whether a function of this name differs from place to place by what it is, not by its arguments.
fn moving(name: &str) -> bool {
    [
        names::NOISE,
        names::CONVOLVE,
        names::INVERSE_LAPLACIAN,
        names::INVERSE,
        names::POTENTIAL,
        names::SHIFT,
    ]
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
