//! Tensors without components: declarations, normal forms, substitution.

use std::sync::Arc;

use holor_algebra::Expr;
use holor_geometry::indices::{
    AbstractExpression, Commutation, Identities, IndexSpace, Pairing, Rule, SlotSymmetry,
    TensorKind, TensorSymbol,
};
use holor_macros::builtin;

use super::at;
use crate::builtin::{Bare, word};
use crate::evaluate::{Call, Change, abstract_value};
use crate::geometry::Geometry;
use crate::{Builtin, Diagnostic, Result, Value, codes};

/// The records of this file.
pub(crate) static BUILTINS: &[&Builtin] =
    &[&ABSTRACT, &CANONICALIZE, &SUBSTITUTE, &COMMUTE_DERIVATIVES];

word! {
    /// What is known of a tensor without components.
    pub(crate) SymmetryWord {
        /// Nothing.
        None = "none",
        /// Symmetric in all indices.
        Symmetric = "symmetric",
        /// Antisymmetric in all indices.
        Antisymmetric = "antisymmetric",
        /// The curvature of the metric.
        Riemann = "riemann",
        /// Weyl's tensor.
        Weyl = "weyl",
        /// The metric.
        Metric = "metric",
        /// The identity.
        Delta = "delta",
        /// The volume form.
        Epsilon = "epsilon",
    }
}

word! {
    /// How factors are exchanged.
    pub(crate) ExchangeWord {
        /// Freely.
        Commuting = "commuting",
        /// With a change of sign.
        Anticommuting = "anticommuting",
        /// Not at all.
        Noncommuting = "noncommuting",
    }
}

word! {
    /// Which identities a normal form uses.
    pub(crate) IdentitiesWord {
        /// Symmetries, exchange of factors, names of dummies.
        Slots = "slots",
        /// Also metrics, deltas and traces.
        Contractions = "contractions",
        /// Also cyclic and Bianchi identities.
        All = "all",
    }
}

/// Declares a tensor without components, so that its name can be used with index letters.
///
/// `symmetry` is `none`, `symmetric`, `antisymmetric`, `riemann` (the curvature of the metric, with all its identities; with two
/// indices or none the same name is the Ricci tensor and the scalar), `weyl`, `metric`, `delta` or `epsilon`. A metric raises and
/// lowers: each index may stand up or down. The dimension is the symbol `n` unless a number is given; only tensors of the same
/// dimension share indices.
///
/// ```holor
/// abstract(R, 4, symmetry = riemann); R[_a, _b, _c, _d] + R[_b, _a, _c, _d] == 0                            # => true
/// abstract(R, 4, symmetry = riemann); R[_a, _b, _c, _d] + R[_a, _c, _d, _b] + R[_a, _d, _b, _c] == 0        # => true
/// abstract(R, 4, symmetry = riemann); canonicalize(R[^a, _b, _a, _c])                                       # => R[_b, _c]
/// ```
#[builtin(topic = "geometry", latex = none, since = "0.1", returns = "tensor without components", see("canonicalize", "substitute", "tensor"))]
fn r#abstract(
    call: &Call<'_>,
    /// The name.
    name: Bare,
    /// The number of indices.
    rank: usize,
    /// What is known of it; nothing if left out.
    #[named]
    symmetry: Option<SymmetryWord>,
    /// The dimension: a number or a symbol; `n` if left out.
    #[named]
    dimension: Option<Expr>,
    /// Whether all traces vanish.
    #[named]
    #[default(false)]
    traceless: bool,
    /// Whether factors with such tensors commute; they do if left out.
    #[named]
    exchange: Option<ExchangeWord>,
) -> Result<Value> {
    let symmetry = symmetry.unwrap_or(SymmetryWord::None);
    let dimension = dimension.unwrap_or_else(|| Expr::symbol("n"));
    let pairing = Pairing::Symmetric { metric: "g".into(), determinant: None };
    let space = Arc::new(IndexSpace::new("spacetime", dimension, pairing));
    let text = &*name.name.symbol;
    let fixed = match symmetry {
        SymmetryWord::Riemann => Some((4, TensorSymbol::riemann(text, &space))),
        SymmetryWord::Weyl => Some((4, TensorSymbol::weyl(text, &space))),
        SymmetryWord::Metric => Some((2, TensorSymbol::metric(&space))),
        SymmetryWord::Delta => Some((2, Some(TensorSymbol::delta(&space)))),
        SymmetryWord::Epsilon => Some((rank, TensorSymbol::epsilon(text, &space))),
        SymmetryWord::None | SymmetryWord::Symmetric | SymmetryWord::Antisymmetric => {
            None
        }
    };
    let symbol = match fixed {
        Some((needed, Some(symbol))) if needed == rank && symbol.rank() == rank => symbol,
        Some((_, symbol)) => {
            let message = match symbol {
                Some(symbol) => format!(
                    "a tensor of this kind has {} indices, not {rank}",
                    symbol.rank()
                ),
                None => "a volume form needs the dimension as a number".to_string(),
            };
            return Err(call.error(&codes::E0205_INDICES, message));
        }
        None => {
            let slots = match symmetry {
                SymmetryWord::Symmetric => SlotSymmetry::symmetric(rank),
                SymmetryWord::Antisymmetric => SlotSymmetry::antisymmetric(rank),
                _ => SlotSymmetry::none(rank),
            };
            TensorSymbol::covariant(text, &space, slots)
        }
    };
    if symbol.name() != text {
        let message = format!(
            "a tensor of this kind is called `{}` here, not `{text}`",
            symbol.name()
        );
        return Err(Box::new(
            Diagnostic::error(&codes::E0307_INVALID, message)
                .at(name.name.span)
                .hint(format!("abstract({}, {rank}, …)", symbol.name())),
        ));
    }
    let symbol = if traceless { symbol.traceless() } else { symbol };
    let symbol =
        symbol.with_commutation(match exchange.unwrap_or(ExchangeWord::Commuting) {
            ExchangeWord::Commuting => Commutation::Commuting,
            ExchangeWord::Anticommuting => Commutation::Anticommuting,
            ExchangeWord::Noncommuting => Commutation::Noncommuting,
        });
    let value = Value::Geometry(Geometry::AbstractTensor(Arc::new(symbol)));
    call.change(Change::Assign(name.name.symbol.clone(), value.clone()));
    Ok(value)
}

/// The normal form of an expression of tensors without components: equal expressions become identical.
///
/// Used are the symmetries of slots, the exchange of factors and of dummies, metrics and traces, the cyclic identity of curvature
/// tensors, and Bianchi's identities for their derivatives. Not used are identities of one dimension only, and the exchange of
/// covariant derivatives (`commute_derivatives`). A warning names identities that would have taken too long.
///
/// ```holor
/// abstract(R, 4, symmetry = riemann); canonicalize(R[_b, _a, _c, _d] R[^a, ^b, ^c, ^d])                                       # => -R[_a, _b, _c, _d] R[^a, ^b, ^c, ^d]
/// abstract(R, 4, symmetry = riemann); canonicalize(R[_a, _b, _c, _d] R[^a, ^c, ^b, ^d] - R[_a, _b, _c, _d] R[^a, ^b, ^c, ^d]/2)   # => 0
/// abstract(F, 2, symmetry = antisymmetric); canonicalize(F[^a, _a])                                                           # => 0
/// ```
#[builtin(topic = "geometry", latex = none, since = "0.1", returns = "expression of tensors", see("abstract", "substitute", "commute_derivatives"))]
fn canonicalize(
    call: &Call<'_>,
    /// The expression.
    expression: AbstractExpression,
    /// Which identities are used; all if left out.
    #[named]
    identities: Option<IdentitiesWord>,
) -> Result<Value> {
    let identities = match identities.unwrap_or(IdentitiesWord::All) {
        IdentitiesWord::Slots => Identities::MonoTerm,
        IdentitiesWord::Contractions => Identities::Contractions,
        IdentitiesWord::All => Identities::All,
    };
    let engine = call.engine();
    let normal = expression.canonicalize_with(identities, Some(engine.interrupt()));
    let normal = at(call, normal)?;
    if !normal.left_out.is_empty() {
        call.warn(Diagnostic::warning(
            &codes::E0304_NOT_FOUND,
            format!(
                "the normal form may not be complete; left out: {}",
                normal.left_out.join("; ")
            ),
        ));
    }
    Ok(abstract_value(normal.expression))
}

/// An expression with a tensor replaced by its definition, with any indices and under any derivatives.
///
/// ```holor
/// abstract(F, 2, symmetry = antisymmetric); abstract(A, 1); E = substitute(F[_a, _b] F[^a, ^b], F[_a, _b], ∇[_a] A[_b] - ∇[_b] A[_a]); canonicalize(E, identities = slots) == 2 ∇[_a] A[_b] ∇[^a] A[^b] - 2 ∇[_a] A[_b] ∇[^b] A[^a]      # => true
/// ```
#[builtin(topic = "geometry", latex = none, since = "0.1", returns = "expression of tensors", see("canonicalize", "abstract", "subs"))]
fn substitute(
    call: &Call<'_>,
    /// The expression.
    expression: AbstractExpression,
    /// The tensor with an index letter in each place.
    pattern: AbstractExpression,
    /// What is put for it, with the same free indices.
    replacement: AbstractExpression,
) -> Result<Value> {
    let factor = match pattern.terms() {
        [term] if term.coefficient().is_one() => match term.factors() {
            [factor] => factor.clone(),
            _ => return Err(not_a_pattern(call)),
        },
        _ => return Err(not_a_pattern(call)),
    };
    let rule = at(call, Rule::new(factor, replacement))?;
    at(call, expression.substitute(&rule)).map(abstract_value)
}

fn not_a_pattern(call: &Call<'_>) -> Box<Diagnostic> {
    Box::new(
        Diagnostic::error(
            &codes::E0205_INDICES,
            "what is replaced is one tensor with an index letter in each place",
        )
        .at(call.span())
        .hint("substitute(E, F[_a, _b], ∇[_a] A[_b] - ∇[_b] A[_a])"),
    )
}

/// Exchanges two covariant derivatives that stand side by side: `∇_a ∇_b V^c = ∇_b ∇_a V^c + R^c_dab V^d`.
///
/// ```holor
/// abstract(R, 4, symmetry = riemann); abstract(V, 1); E = ∇[_a] ∇[_b] V[^c]; commute_derivatives(E, a, b, R) - ∇[_b] ∇[_a] V[^c] == R[^c, _d, _a, _b] V[^d]      # => true
/// ```
#[builtin(topic = "geometry", latex = none, since = "0.1", returns = "expression of tensors", see("canonicalize", "abstract"))]
fn commute_derivatives(
    call: &Call<'_>,
    /// The expression.
    expression: AbstractExpression,
    /// The index of the first derivative.
    first: Bare,
    /// The index of the second derivative.
    second: Bare,
    /// The curvature tensor.
    curvature: Arc<TensorSymbol>,
) -> Result<Value> {
    if !matches!(curvature.kind(), TensorKind::Riemann { .. }) {
        let message = "the curvature tensor is declared with `symmetry = riemann`";
        return Err(call.error(&codes::E0307_INVALID, message));
    }
    let (first, second) = (&first.name.symbol, &second.name.symbol);
    at(call, expression.commute_derivatives(first, second, &curvature))
        .map(abstract_value)
}
