//! Doc comments: summary, Markdown, examples.

use syn::{Attribute, Expr, ExprLit, Lit, Meta};

/// The text of the doc comments among the attributes, one leading space per line removed.
pub(crate) fn text(attributes: &[Attribute]) -> String {
    let mut lines = Vec::new();
    for attribute in
        attributes.iter().filter(|attribute| attribute.path().is_ident("doc"))
    {
        if let Meta::NameValue(pair) = &attribute.meta
            && let Expr::Lit(ExprLit { lit: Lit::Str(line), .. }) = ungrouped(&pair.value)
        {
            for part in line.value().split('\n') {
                lines.push(part.strip_prefix(' ').unwrap_or(part).trim_end().to_string());
            }
        }
    }
    lines.join("\n").trim().to_string()
}

/// The expression itself, where a macro has put it into an invisible group.
fn ungrouped(mut value: &Expr) -> &Expr {
    while let Expr::Group(group) = value {
        value = &group.expr;
    }
    value
}

/// The first line, without its full stop.
pub(crate) fn summary(docs: &str) -> &str {
    docs.lines().next().unwrap_or_default().trim_end_matches('.')
}

/// The examples in the ```` ```holor ```` blocks: `(source, expected)`.
///
/// A line with `# => …` or `# error: [E…]` is an example; lines without belong to all later examples of
/// their block.
pub(crate) fn examples(docs: &str) -> Vec<(String, String)> {
    let mut examples = Vec::new();
    let mut before: Option<Vec<&str>> = None;
    for line in docs.lines() {
        if line.trim_start().starts_with("```") {
            before = match before {
                None if line.trim() == "```holor" => Some(Vec::new()),
                _ => None,
            };
            continue;
        }
        let Some(before) = before.as_mut() else { continue };
        let expectation = line
            .split_once("# =>")
            .map(|(source, expected)| (source, expected.trim().to_string()))
            .or_else(|| {
                let (source, code) = line.split_once("# error:")?;
                Some((source, format!("error: {}", code.trim())))
            });
        match expectation {
            Some((source, expected)) => {
                let mut lines = before.clone();
                lines.push(source.trim_end());
                examples.push((lines.join("\n"), expected));
            }
            None if line.trim().is_empty() => {}
            None => before.push(line),
        }
    }
    examples
}
