//! Completion.

use super::unicode;
use crate::evaluate::{CONSTANTS, MAGICS, PROPERTIES, State};
use crate::{Builtin, TokenKind, Value, builtins, syntax};

/// What can stand at the cursor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Completion {
    /// First byte of what is replaced.
    pub start: usize,
    /// One past its last byte.
    pub end: usize,
    /// What can replace it, best first.
    pub items: Vec<CompletionItem>,
}

/// One possibility.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompletionItem {
    /// What is inserted.
    pub text: String,
    /// `function`, `variable`, `symbol`, `constant`, `keyword`, `unicode`, `magic` or `option`.
    pub kind: &'static str,
    /// How it is called, or its value in short.
    pub signature: String,
    /// One line about it.
    pub summary: String,
}

const KEYWORDS: &[(&str, &str)] = &[
    ("if", "if condition { … } else { … }"),
    ("else", "if condition { … } else { … }"),
    ("then", "if condition then a else b"),
    ("for", "for k in 1..10 { … }"),
    ("in", "for k in 1..10 { … }"),
    ("while", "while condition { … }"),
    ("and", "a and b"),
    ("or", "a or b"),
    ("not", "not a"),
    ("step", "a..b step h"),
    ("where", "f where x > 0"),
    ("symbols", "symbols a, b real"),
    ("function", "function f, g"),
    ("clear", "clear x"),
    ("true", "the truth value"),
    ("false", "the truth value"),
];

/// What can stand at the cursor, a byte offset (moved back onto a character boundary).
pub(super) fn complete(text: &str, cursor: usize, state: &State) -> Completion {
    let mut end = cursor.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let before = text.get(..end).unwrap_or_default();
    if let Some(completion) = backslash(before) {
        return completion;
    }
    if let Some(completion) = magic(before) {
        return completion;
    }
    let tokens = syntax::tokens(before);
    if let Some(last) = tokens.last()
        && matches!(last.kind, TokenKind::Text | TokenKind::Comment | TokenKind::Body)
    {
        return Completion { start: end, end, items: Vec::new() };
    }
    let start = word_start(before);
    let word = before.get(start..).unwrap_or_default();
    if let Some(items) = members(before.get(..start).unwrap_or_default(), word, state) {
        return Completion { start, end, items };
    }
    let mut items = Vec::new();
    if let Some((builtin, _)) = enclosing_call(before.get(..start).unwrap_or_default()) {
        options(builtin, word, &mut items);
    }
    if !word.is_empty() {
        names(word, state, &mut items);
        let line = before.rsplit('\n').next().unwrap_or_default().trim_start();
        if line.starts_with("symbols ") {
            for (name, _) in PROPERTIES.iter().filter(|(name, _)| name.starts_with(word))
            {
                items.push(item(name, "keyword", "", "a property of symbols"));
            }
        }
    }
    Completion { start, end, items }
}

fn item(
    text: &str,
    kind: &'static str,
    signature: &str,
    summary: &str,
) -> CompletionItem {
    CompletionItem {
        text: text.to_string(),
        kind,
        signature: signature.to_string(),
        summary: summary.to_string(),
    }
}

/// `\alp`
fn backslash(before: &str) -> Option<Completion> {
    let start = before.rfind('\\')?;
    let prefix = before.get(start + 1..)?;
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '^' | '-');
    if !prefix.chars().all(fits) {
        return None;
    }
    let items = unicode::candidates(prefix)
        .into_iter()
        .map(|(name, sign)| item(&sign, "unicode", &format!("\\{name}"), ""))
        .collect();
    Some(Completion { start, end: before.len(), items })
}

/// `%ti`, at the start of a line.
fn magic(before: &str) -> Option<Completion> {
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let line = before.get(line_start..)?;
    let word = line.trim_start_matches('%');
    let marks = line.len() - word.len();
    if !(1..=2).contains(&marks) || !word.chars().all(char::is_alphanumeric) {
        return None;
    }
    let items = MAGICS
        .iter()
        .filter(|magic| magic.name.starts_with(word))
        .map(|magic| {
            let text = format!("{}{}", "%".repeat(marks), magic.name);
            item(&text, "magic", "", magic.summary)
        })
        .collect();
    Some(Completion { start: line_start, end: before.len(), items })
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '_' | '∂')
}

/// The parts of a variable before a point: `r.fre`.
fn members(before: &str, word: &str, state: &State) -> Option<Vec<CompletionItem>> {
    let owner = before.strip_suffix('.')?;
    let name = owner.get(word_start(owner)..).filter(|name| !name.is_empty())?;
    let canonical = crate::symbol_name(name);
    let value = state.variables.get(canonical.as_deref().unwrap_or(name))?;
    let items = value
        .members()
        .into_iter()
        .filter(|member| member.starts_with(word))
        .map(|member| item(&member, "variable", "", &format!("a part of {name}")))
        .collect();
    Some(items)
}

/// Where the word that ends here starts.
pub(super) fn word_start(before: &str) -> usize {
    let word =
        before.char_indices().rev().take_while(|(_, character)| is_word(*character));
    let start = word.last().map_or(before.len(), |(start, _)| start);
    // A number before a name is a factor: in `2si`, the word is `si`.
    let rest = before.get(start..).unwrap_or_default();
    start + (rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len())
}

/// The built-in whose parentheses are open here, and how many commas stand in them.
pub(super) fn enclosing_call(before: &str) -> Option<(&'static Builtin, usize)> {
    let mut open: Vec<(Option<&'static Builtin>, usize)> = Vec::new();
    let mut previous = "";
    for token in syntax::tokens(before) {
        let word = before.get(token.start..token.end).unwrap_or_default();
        match word {
            "(" => open.push((builtins::find(previous), 0)),
            "[" | "{" => open.push((None, 0)),
            ")" | "]" | "}" => {
                open.pop();
            }
            "," => {
                if let Some((_, commas)) = open.last_mut() {
                    *commas += 1;
                }
            }
            _ => {}
        }
        previous = word;
    }
    open.into_iter()
        .rev()
        .find_map(|(builtin, commas)| builtin.map(|builtin| (builtin, commas)))
}

/// Options and words of the call the cursor is in.
fn options(builtin: &'static Builtin, word: &str, items: &mut Vec<CompletionItem>) {
    for parameter in builtin.parameters {
        if (parameter.named || parameter.optional) && parameter.name.starts_with(word) {
            let text = format!("{} = ", parameter.name);
            items.push(item(&text, "option", parameter.kind, parameter.docs));
        }
        for choice in parameter.words.iter().filter(|choice| choice.starts_with(word)) {
            items.push(item(choice, "option", parameter.name, parameter.docs));
        }
    }
}

fn names(word: &str, state: &State, items: &mut Vec<CompletionItem>) {
    for (name, value) in state.variables.iter().filter(|(name, _)| name.starts_with(word))
    {
        let kind = match value {
            Value::Closure(_) | Value::Builtin(_) => "function",
            _ => "variable",
        };
        items.push(item(name, kind, &value.brief(), value.kind()));
    }
    for name in state.symbols.iter().filter(|name| name.starts_with(word)) {
        items.push(item(name, "symbol", "", "symbol"));
    }
    for name in state.functions.iter().filter(|name| name.starts_with(word)) {
        items.push(item(name, "function", &format!("{name}(…)"), "unknown function"));
    }
    for (name, builtin) in builtins::names().filter(|(name, _)| name.starts_with(word)) {
        items.push(item(name, "function", &builtin.signature(), builtin.summary));
    }
    for (name, meaning) in CONSTANTS.iter().filter(|(name, _)| name.starts_with(word)) {
        if !matches!(*name, "true" | "false") {
            items.push(item(name, "constant", "", meaning));
        }
    }
    for (name, form) in KEYWORDS.iter().filter(|(name, _)| name.starts_with(word)) {
        items.push(item(name, "keyword", form, ""));
    }
    items.dedup_by(|a, b| a.text == b.text);
}
