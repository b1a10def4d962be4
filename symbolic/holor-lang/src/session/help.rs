//! Help pages.

use std::fmt::Write as _;

use holor_algebra::{Symbol, latex_symbol};

use super::complete::enclosing_call;
use crate::evaluate::{CONSTANTS, State, property_name};
use crate::value::Closure;
use crate::{Builtin, CODES, TokenKind, Value, builtins, syntax};

/// A page of help.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Help {
    /// In Markdown, formulas in `$…$`.
    pub markdown: String,
    /// As plain text.
    pub plain: String,
}

impl Help {
    fn new(markdown: String) -> Self {
        let mut plain = String::with_capacity(markdown.len());
        for line in markdown.lines() {
            if !line.trim_start().starts_with("```") {
                plain.push_str(&line.replace("**", "").replace(['`', '$'], ""));
                plain.push('\n');
            }
        }
        Self { markdown, plain }
    }
}

/// Help on the name under the cursor, or on the function whose arguments it stands in.
pub(super) fn at(text: &str, cursor: usize, state: &State) -> Option<Help> {
    let tokens = syntax::tokens(text);
    let under =
        tokens.iter().filter(|token| token.start <= cursor && cursor <= token.end);
    for token in
        under.filter(|token| matches!(token.kind, TokenKind::Name | TokenKind::Keyword))
    {
        let name = text.get(token.start..token.end)?;
        let symbol = syntax::symbol_name(name).unwrap_or_else(|| name.to_string());
        let value = state.variables.get(symbol.as_str());
        if let Some(page) = name_help(name, &symbol, value, state) {
            return Some(Help::new(page));
        }
    }
    let before = text.get(..cursor.min(text.len()))?;
    let (builtin, _) = enclosing_call(before)?;
    Some(Help::new(builtin_help(builtin)))
}

/// Help on a name: variable, function, constant, symbol.
pub(crate) fn name_help(
    text: &str,
    symbol: &str,
    value: Option<&Value>,
    state: &State,
) -> Option<String> {
    match value {
        Some(Value::Closure(closure)) => return Some(closure_help(closure)),
        Some(Value::Builtin(builtin)) => return Some(builtin_help(builtin)),
        Some(value) => return Some(value_help(text, value)),
        None => {}
    }
    if let Some(builtin) = builtins::find(text) {
        return Some(builtin_help(builtin));
    }
    if let Some(page) = super::methods::page(text) {
        return Some(page);
    }
    if let Some(code) = CODES.iter().find(|code| code.name == text) {
        return Some(code.page.to_string());
    }
    if let Some((name, meaning)) = CONSTANTS.iter().find(|(name, _)| *name == text) {
        return Some(format!("**{name}**: {meaning}\n"));
    }
    let declared = state.symbols.contains(symbol);
    if state.functions.contains(symbol) {
        return Some(format!(
            "**{symbol}**: an unknown function, declared by `function {text}`\n"
        ));
    }
    (declared || syntax::symbol_name(text).is_some()).then(|| symbol_help(symbol, state))
}

fn value_help(name: &str, value: &Value) -> String {
    let mut page = format!("**{name}**: {}\n\n", value.kind());
    match value.latex() {
        Some(formula) if formula.len() < 2000 => {
            let _ = writeln!(page, "$${formula}$$");
        }
        _ => {
            let _ = writeln!(page, "```holor\n{}\n```", value.brief());
        }
    }
    page
}

fn symbol_help(symbol: &str, state: &State) -> String {
    let symbol = Symbol::new(symbol);
    let mut page = format!("**{symbol}**: a symbol");
    let properties: Vec<&str> = state
        .assumptions
        .of(&symbol)
        .iter()
        .map(|property| property_name(*property))
        .collect();
    if !properties.is_empty() {
        let _ = write!(page, ", assumed {}", properties.join(", "));
    }
    page.push('\n');
    let conditions = state.assumptions.conditions();
    for condition in
        conditions.iter().filter(|condition| condition.contains_symbol(&symbol))
    {
        let _ = writeln!(page, "- `{condition}`");
    }
    page
}

/// Help on a function written in the language.
pub(crate) fn closure_help(closure: &Closure) -> String {
    format!("```holor\n{}\n```\n", closure.text)
}

/// Help on a built-in.
pub(crate) fn builtin_help(builtin: &Builtin) -> String {
    let mut page = format!("```holor\n{}\n```\n\n", builtin.signature());
    if let Some(form) = builtin.latex {
        let _ = writeln!(page, "$${}$$\n", formula(builtin, form));
    }
    let _ = writeln!(page, "{}\n", builtin.docs);
    if !builtin.parameters.is_empty() {
        page.push_str("**Parameters**\n\n");
        for parameter in builtin.parameters {
            let _ = write!(page, "- `{}`", parameter.name);
            if !parameter.also.is_empty() {
                let _ = write!(page, " or {}", quoted(parameter.also));
            }
            let _ = write!(page, " ({}", parameter.kind);
            if !parameter.default.is_empty() {
                let _ = write!(page, ", default {}", parameter.default);
            } else if parameter.optional {
                page.push_str(", optional");
            }
            let _ = writeln!(page, "): {}", parameter.docs);
        }
        page.push('\n');
    }
    let _ = writeln!(page, "**Returns** {}\n", builtin.returns);
    if !builtin.aliases.is_empty() {
        let _ = writeln!(page, "**Also called** {}\n", quoted(builtin.aliases));
    }
    if !builtin.see.is_empty() {
        let _ = writeln!(page, "**See also** {}\n", quoted(builtin.see));
    }
    let _ = writeln!(page, "since {} · {}", builtin.since, builtin.topic);
    page
}

fn quoted(names: &[&str]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}

/// The LaTeX form with the parameters' names for its arguments.
fn formula(builtin: &Builtin, form: &str) -> String {
    let mut formula = form.to_string();
    for (index, parameter) in builtin.parameters.iter().enumerate() {
        let name = if parameter.name.chars().count() > 1 {
            format!(r"\mathrm{{{}}}", parameter.name.replace('_', r"\_"))
        } else {
            latex_symbol(parameter.name)
        };
        formula = formula.replace(&format!("{{{index}}}"), &format!("{{{name}}}"));
    }
    formula
}
