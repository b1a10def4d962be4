//! What the trees of watched expressions ask for: formulas of fields, frames, functions of the user.

use std::sync::Arc;

use holor_algebra::Symbol;

use crate::Value;
use crate::ast::{Ast, AstKind, BinaryOperator};
use crate::evaluate::Call;
use crate::field::Continuation;
use crate::value::Closure;

/// The functions that need more of a field than its values.
const OF_FORMULAS: &[&str] = &[
    "diff",
    "∂",
    "laplacian",
    "gradient",
    "grad",
    "divergence",
    "div",
    "curl",
    "inverse_laplacian",
    "convolve",
    "shift",
    "plaquette",
    "covariant_difference",
    "covariant_laplacian",
    "wilson_action",
    "abelian_higgs_energy",
    "su2_higgs_energy",
    "yang_mills_higgs_energy",
];

/// What is read as a formula in a call that measures a frame, so that on a staggered grid each term is taken where it stands: of a mean or an
/// integral the whole, of an extreme its argument; `None` of other trees.
pub(super) fn measured_on_frames(ast: &Ast) -> Option<&Ast> {
    let AstKind::Call { callee, arguments, .. } = &ast.kind else { return None };
    let AstKind::Name(name) = &callee.kind else { return None };
    let [argument] = arguments.as_slice() else { return None };
    match &*name.text {
        "mean" | "average" | "integral" => Some(ast),
        "max" | "min" => Some(&argument.value),
        _ => None,
    }
}

/// The functions that take arrays value by value, and formulas alike.
const OF_VALUES: &[&str] = &[
    "sin", "cos", "tan", "sinh", "cosh", "tanh", "exp", "log", "sqrt", "abs", "re", "im",
    "conj",
];

/// Whether it combines, value by value, what stands at different places of a staggered grid: arrays of such do not fit, a formula is
/// interpolated.
pub(super) fn mixes_places(
    call: &Call<'_>,
    rest: &Continuation,
    closure: &Closure,
    ast: &Ast,
) -> bool {
    let system = &rest.system;
    let (mut shifts, mut everywhere) = (Vec::new(), false);
    let mut trees = vec![ast];
    while let Some(ast) = trees.pop() {
        if wants_formula(call, closure, ast) {
            everywhere = true;
            continue;
        }
        match &ast.kind {
            AstKind::Number(_) => {}
            AstKind::Name(name) => {
                let text = &*name.symbol;
                let of = text.strip_suffix("_t").unwrap_or(text);
                let mut unknowns = system.unknowns.iter();
                if system.system.fields.iter().any(|it| it.name == text || it.name == of)
                {
                    shifts.push(system.shift_of(text));
                } else if system.grid.axis_of(&Symbol::new(text)).is_some() {
                    everywhere = true;
                } else if unknowns.any(|(field, _)| field.name.as_deref() == Some(text)) {
                    // Vectors have products of their own.
                    return false;
                }
            }
            AstKind::Unary(_, _)
            | AstKind::Binary(..)
            | AstKind::Chain(..)
            | AstKind::Absolute(_) => crate::syntax::children(ast, &mut trees),
            AstKind::Call { callee, arguments, .. } => match (&callee.kind, &**arguments)
            {
                (AstKind::Name(name), [argument])
                    if OF_VALUES.contains(&&*name.text) && argument.name.is_none() =>
                {
                    trees.push(&argument.value);
                }
                _ => return false,
            },
            _ => return false,
        }
    }
    let shifted = shifts.iter().any(|shift| *shift != [false; 3]);
    shifts.iter().any(|shift| Some(shift) != shifts.first()) || (shifted && everywhere)
}

/// Whether it is the length or a product of vector fields: of the arrays of their components nobody knows that they are vectors.
pub(super) fn is_of_vectors(rest: &Continuation, ast: &Ast) -> bool {
    let inner: Vec<&Ast> = match &ast.kind {
        AstKind::Absolute(inner) => vec![inner],
        AstKind::Call { callee, arguments, .. } => match &callee.kind {
            AstKind::Name(name) if matches!(&*name.text, "norm" | "dot" | "cross") => {
                arguments.iter().map(|argument| &argument.value).collect()
            }
            // Of all components together they would be no mean of the vector: as a formula it is refused.
            AstKind::Name(name)
                if matches!(&*name.text, "mean" | "average" | "integral") =>
            {
                let values = arguments.iter().map(|argument| &argument.value);
                values.filter(|value| matches!(value.kind, AstKind::Name(_))).collect()
            }
            _ => return false,
        },
        AstKind::Chain(first, factors)
            if factors.iter().any(|(operator, _)| {
                matches!(operator, BinaryOperator::Dot | BinaryOperator::Cross)
            }) =>
        {
            let factors = factors.iter().map(|(_, factor)| factor);
            std::iter::once(&**first).chain(factors).collect()
        }
        _ => return false,
    };
    let vector = |name: &str| {
        rest.system.unknowns.iter().any(|(field, _)| {
            field.name.as_deref() == Some(name) && field.component_names().len() > 1
        })
    };
    let mut trees = inner;
    while let Some(ast) = trees.pop() {
        match &ast.kind {
            AstKind::Name(name) if vector(&name.symbol) => return true,
            // Of a component there is the array.
            AstKind::Index { .. } => {}
            _ => crate::syntax::children(ast, &mut trees),
        }
    }
    false
}

/// The function of the user that is called or named, in whose body the names of fields are those of the frame.
pub(super) fn of_user(
    call: &Call<'_>,
    closure: &Closure,
    ast: &Ast,
) -> Option<Arc<Closure>> {
    let name = match &ast.kind {
        AstKind::Name(name) => name,
        AstKind::Call { callee, .. } => match &callee.kind {
            AstKind::Name(name) => name,
            _ => return None,
        },
        _ => return None,
    };
    let captured = closure.captured.iter().find(|(own, _)| *own == name.text);
    let value = captured.map(|(_, value)| value.clone()).or_else(|| call.variable(name));
    match value {
        Some(Value::Closure(function)) => Some(function),
        _ => None,
    }
}

/// Whether any part must be read as a formula of fields.
pub(super) fn wants_formulas(
    call: &Call<'_>,
    rest: &Continuation,
    closure: &Closure,
    body: &Ast,
) -> bool {
    let mut trees = vec![body];
    while let Some(ast) = trees.pop() {
        let by_itself = !matches!(ast.kind, AstKind::Name(_));
        if by_itself && (wants_formula(call, closure, ast) || is_of_vectors(rest, ast)) {
            return true;
        }
        crate::syntax::children(ast, &mut trees);
    }
    false
}

/// The bodies of the functions of the user that are called or named, and of those that these name.
pub(super) fn functions_of(call: &Call<'_>, closure: &Closure) -> Vec<Arc<Closure>> {
    let mut all: Vec<Arc<Closure>> = Vec::new();
    let mut bodies = vec![closure.body.clone()];
    while let Some(body) = bodies.pop() {
        let mut trees = vec![&*body];
        while let Some(ast) = trees.pop() {
            if let Some(function) = of_user(call, closure, ast)
                && !all.iter().any(|own| Arc::ptr_eq(own, &function))
            {
                bodies.push(function.body.clone());
                all.push(function);
            }
            crate::syntax::children(ast, &mut trees);
        }
    }
    all
}

/// Whether it must be read as a formula of fields: a derivative, or a name that stands for a formula of them.
pub(super) fn wants_formula(call: &Call<'_>, closure: &Closure, ast: &Ast) -> bool {
    match &ast.kind {
        AstKind::Call { callee, .. } => match &callee.kind {
            AstKind::Name(name) => {
                OF_FORMULAS.contains(&&*name.text)
                    || name.text.starts_with(['∂', 'Δ', '∇'])
            }
            _ => false,
        },
        AstKind::Chain(first, rest) => call.has_derivatives(first, rest, closure),
        AstKind::Absolute(inner) => match &inner.kind {
            AstKind::Call { callee, .. } => matches!(&callee.kind,
                AstKind::Name(name)
                    if matches!(&*name.text, "grad" | "gradient" | "∇" | "curl")),
            AstKind::Chain(..) => wants_formula(call, closure, inner),
            _ => false,
        },
        AstKind::Name(name) => match call.variable(name) {
            Some(Value::Expr(formula)) => call.holds_fields(&formula),
            _ => false,
        },
        _ => false,
    }
}

/// Whether a field of the run or a coordinate is named.
pub(super) fn names_frame(rest: &Continuation, body: &Ast) -> bool {
    let fields = &rest.system.system.fields;
    let known = |name: &str| {
        let own = |it: &str| it == name || name.strip_suffix("_t") == Some(it);
        fields.iter().any(|field| own(&field.name))
            || rest.system.grid.axis_of(&Symbol::new(name)).is_some()
            || rest
                .system
                .unknowns
                .iter()
                .any(|(field, _)| field.name.as_deref().is_some_and(own))
    };
    let mut trees = vec![body];
    while let Some(ast) = trees.pop() {
        if matches!(&ast.kind, AstKind::Name(name) if known(&name.symbol)) {
            return true;
        }
        crate::syntax::children(ast, &mut trees);
    }
    false
}

/// Whether the map of a record is asked for.
pub(super) fn has_map(body: &Ast) -> bool {
    let mut trees = vec![body];
    while let Some(ast) = trees.pop() {
        if matches!(&ast.kind, AstKind::Member(_, name) if &*name.text == "map") {
            return true;
        }
        crate::syntax::children(ast, &mut trees);
    }
    false
}
