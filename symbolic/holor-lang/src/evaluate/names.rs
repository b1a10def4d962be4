//! What a name means.

use holor_algebra::{Constant, Expr};

use super::{Evaluator, Scope};
use crate::ast::Name;
use crate::builtins;
use crate::field::{FieldShape, Simulation};
use crate::syntax::symbol_name;
use crate::{Diagnostic, Result, Span, Value, codes};

/// The constants: name, meaning in words.
pub(crate) static CONSTANTS: &[(&str, &str)] = &[
    ("i", "the imaginary unit"),
    ("e", "the base of the natural logarithm"),
    ("pi", "the circle's circumference over its diameter"),
    ("π", "the circle's circumference over its diameter"),
    ("oo", "infinity"),
    ("∞", "infinity"),
    ("euler_gamma", "the constant of Euler and Mascheroni"),
    ("catalan", "Catalan's constant"),
    ("golden_ratio", "the golden ratio"),
    ("complex_infinity", "the one infinity of the complex sphere"),
    ("undefined", "an indeterminate result"),
    ("true", "the truth value"),
    ("false", "the truth value"),
];

/// Functions of other systems for which there is nothing here: no name of a person's own.
const ABSENT: &[&str] = &[
    "laplace_transform",
    "inverse_laplace_transform",
    "fourier_transform",
    "inverse_fourier_transform",
    "mellin_transform",
    "z_transform",
    "LaplaceTransform",
    "InverseLaplaceTransform",
    "FourierTransform",
    "InverseFourierTransform",
    "MellinTransform",
    "ZTransform",
];

/// What functions are called elsewhere.
static ELSEWHERE: &[(&str, &str)] = &[
    ("Lap", "laplacian"),
    ("conjugate", "conj"),
    ("derivative", "diff"),
    ("imag", "im"),
    ("imaginary", "im"),
    ("lap", "laplacian"),
    ("real", "re"),
];

/// Words that begin a line which makes functions known, in other languages.
static IMPORTING: &[&str] = &["from", "import", "include", "using"];

/// A chart with this coordinate among its own.
fn chart_with(coordinate: &str) -> String {
    match coordinate {
        "θ" | "φ" => "chart(θ, φ)".into(),
        "x" | "y" => "chart(x, y)".into(),
        "z" => "chart(x, y, z)".into(),
        "r" => "chart(r, θ)".into(),
        "t" => "chart(t, r)".into(),
        other => format!("chart({other}, …)"),
    }
}

/// The constant with this name.
pub(crate) fn constant(name: &str) -> Option<Expr> {
    Some(Expr::constant(match name {
        "i" => Constant::I,
        "e" => Constant::E,
        "pi" | "π" => Constant::Pi,
        "oo" | "∞" => Constant::Infinity,
        "euler_gamma" => Constant::EulerGamma,
        "catalan" => Constant::Catalan,
        "golden_ratio" => Constant::GoldenRatio,
        "complex_infinity" => Constant::ComplexInfinity,
        "undefined" => Constant::Undefined,
        "true" => return Some(Expr::truth(true)),
        "false" => return Some(Expr::truth(false)),
        _ => return None,
    }))
}

impl Evaluator<'_> {
    /// The value of a variable, local or global.
    pub(super) fn variable(&self, name: &Name, scope: &Scope) -> Option<Value> {
        let local = scope.get(&name.symbol).cloned();
        local
            .or_else(|| self.of_frame(&name.symbol))
            .or_else(|| self.state().variables.get(&name.symbol).cloned())
            .or_else(|| self.component(name))
    }

    /// The formula of a component of a field of vectors or tensors, `V_x`.
    fn component(&self, name: &Name) -> Option<Value> {
        let state = self.state();
        state.variables.iter().find_map(|(own, value)| {
            let Value::Simulation(Simulation::Field(field)) = value else { return None };
            let part = name.symbol.strip_prefix(&**own)?;
            if !part.starts_with('_') || field.shape == FieldShape::Scalar {
                return None;
            }
            let first = field.name.as_deref().unwrap_or("u");
            let names = field.component_names();
            let place =
                names.iter().position(|it| it.strip_prefix(first) == Some(part))?;
            field.formulas().into_iter().nth(place).map(Value::Expr)
        })
    }

    /// A name as an expression.
    pub(super) fn name(&self, name: &Name, scope: &Scope) -> Result<Value> {
        if let Some(value) = self.variable(name, scope) {
            return Ok(value);
        }
        if let Some(value) = constant(&name.text) {
            return Ok(Value::Expr(value));
        }
        if self.is_symbol(name) {
            return Ok(Value::Expr(Expr::symbol(&name.symbol)));
        }
        if let Some(builtin) = builtins::find(&name.text) {
            return Ok(Value::Builtin(builtin));
        }
        Err(self.unknown_name(name, scope))
    }

    /// Whether the name, which has no value, stands for a free symbol.
    pub(super) fn is_symbol(&self, name: &Name) -> bool {
        let state = self.state();
        state.symbols.contains(&name.symbol)
            || state.functions.contains(&name.symbol)
            || symbol_name(&name.text).is_some()
    }

    /// A reserved name cannot be defined, bound or declared.
    pub(super) fn check_assignable(&self, name: &Name) -> Result<()> {
        let Some((_, meaning)) =
            CONSTANTS.iter().find(|(constant, _)| *constant == &*name.text)
        else {
            return Ok(());
        };
        Diagnostic::error(
            &codes::E0103_RESERVED_NAME,
            format!("`{}` is {meaning} and cannot be redefined", name.text),
        )
        .at(name.span)
        .hint(match &*name.text {
            "i" => "use another name, such as `k`".to_string(),
            other => format!("use another name, such as `{other}1`"),
        })
        .into()
    }

    fn unknown_name(&self, name: &Name, scope: &Scope) -> Box<Diagnostic> {
        let mut error = Diagnostic::error(
            &codes::E0101_UNKNOWN_NAME,
            format!("there is nothing called `{}`", name.text),
        )
        .at(name.span);
        if let Some(near) = self.nearest_name(&name.text, scope) {
            error = error.hint(format!("did you mean `{near}`?"));
        }
        let fields = !self.known_fields().is_empty();
        if let Some(coordinate) = name.symbol.strip_prefix('d')
            && symbol_name(coordinate).is_some()
        {
            return Box::new(error.hint(format!("M = {}", chart_with(coordinate))));
        }
        if crate::field::method_names().contains(&&*name.text) {
            return Box::new(
                error.hint(format!(
                    "\"{}\": in a list, methods stand in quotes",
                    name.text
                )),
            );
        }
        if name.text.starts_with('∂') {
            if fields {
                error = error
                    .hint("∂_x^2 u + ∂_x^4 u: each derivative acts on the factor behind it")
                    .hint("(1 + ∂_x^2)^2 u: a bracket of derivatives acts on a field behind it, with a whole power: there are no fractional derivatives");
            }
            return Box::new(error.hint("M = chart(t, r)"));
        }
        if &*name.text == "∇" {
            return Box::new(
                error
                    .hint("∇u, ∇²u, ∇·V, ∇×V, (V·∇)W of fields")
                    .hint("gradient(f, [x, y]), divergence([f, g], [x, y])"),
            );
        }
        if fields && matches!(&*name.text, "Δ" | "Delta") {
            return Box::new(error.hint("laplacian(u)"));
        }
        if IMPORTING.contains(&&*name.text) {
            return Box::new(
                error.hint("nothing is imported: type sqrt(2), linspace(0, 1, 11), plot(sin(x), x = 0..1)"),
            );
        }
        Box::new(error.hint(format!("symbols {}", name.text)))
    }

    /// The error for a call of something unknown.
    pub(super) fn unknown_function(&self, name: &Name, scope: &Scope) -> Box<Diagnostic> {
        let mut error = Diagnostic::error(
            &codes::E0102_UNKNOWN_FUNCTION,
            format!("there is no function `{}`", name.text),
        )
        .at(name.span);
        if ABSENT.contains(&&*name.text) {
            error.message = format!("holor has no `{}`", name.text);
            return Box::new(error);
        }
        let elsewhere = ELSEWHERE.iter().find(|(other, _)| *other == &*name.text);
        let near = elsewhere.map(|(_, own)| (*own).to_owned());
        if let Some(near) = near.or_else(|| self.nearest_name(&name.text, scope)) {
            error = error.hint(format!("did you mean `{near}`?"));
        }
        if !error.hints.is_empty() {
            return Box::new(error);
        }
        Box::new(
            error
                .hint(format!("{}(x) = …, to define it", name.text))
                .hint(format!("function {}, where it is an unknown function", name.text)),
        )
    }

    fn nearest_name(&self, name: &str, scope: &Scope) -> Option<String> {
        let state = self.state();
        let locals = scope.names();
        let known = state
            .variables
            .keys()
            .chain(state.symbols.iter())
            .chain(state.functions.iter())
            .map(|name| &**name)
            .chain(locals)
            .chain(builtins::names().map(|(name, _)| name))
            .chain(CONSTANTS.iter().map(|(name, _)| *name));
        nearest(name, known).map(str::to_string)
    }

    /// `_` or `_3`.
    pub(super) fn previous(&self, number: Option<u32>, span: Span) -> Result<Value> {
        let state = self.state();
        let value = match number {
            None => state.last.clone(),
            Some(number) => state.results.get(&number).cloned(),
        };
        let Some(value) = value else {
            let message = match number {
                None => "there is no earlier result yet".to_string(),
                Some(number) => format!("cell {number} has no result"),
            };
            let mut error =
                Diagnostic::error(&codes::E0105_NO_PREVIOUS, message).at(span);
            if let (Some(_), Some(last)) = (number, state.results.keys().next_back()) {
                error = error.hint(format!("_{last}"));
            }
            return error.into();
        };
        Ok(value)
    }
}

/// The known name that a typo was most likely meant to be.
pub(crate) fn nearest<'a>(
    name: &str,
    known: impl Iterator<Item = &'a str>,
) -> Option<&'a str> {
    let allowed = match name.chars().count() {
        0..=2 => 0,
        3..=4 => 1,
        5..=7 => 2,
        _ => 3,
    };
    let lower = name.to_lowercase();
    known
        .filter(|candidate| *candidate != name && candidate.chars().count() > 1)
        .map(|candidate| {
            // Of equally near names, one that begins alike: slips are rare in the first letter.
            let begins_otherwise = candidate.chars().next() != name.chars().next();
            (distance(&lower, &candidate.to_lowercase()), begins_otherwise, candidate)
        })
        .filter(|(distance, ..)| *distance <= allowed)
        .min()
        .map(|(.., candidate)| candidate)
}

/// How many letters must be changed, added, removed or swapped with their neighbour.
fn distance(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.chars().collect();
    let b: Vec<char> = b.chars().collect();
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let at = |row: &[usize], index: usize| {
                row.get(index).copied().unwrap_or(usize::MAX / 2)
            };
            let replaced = at(&above, j) + usize::from(x != y);
            let mut best = replaced.min(at(&above, j + 1) + 1).min(at(&row, j) + 1);
            let swapped =
                i > 0 && j > 0 && Some(y) == a.get(i - 1) && Some(x) == b.get(j - 1);
            if swapped {
                best = best.min(at(&before, j - 1) + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut above, row);
    }
    above.last().copied().unwrap_or(a.len())
}
