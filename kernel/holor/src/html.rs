//! A notebook as one page: formulas as MathML, plots inline, nothing loaded from anywhere.

mod ansi;
mod markdown;

use std::fmt::Write;
use std::path::Path;

use holor_lang::TokenKind;
use serde_json::Value as Json;

use crate::notebook::{Kind, Notebook, joined};

const STYLE: &str = include_str!("html/page.css");

/// The page of a notebook. Images are taken from its folder into the page.
pub fn page(notebook: &Notebook, name: &str, folder: &Path) -> String {
    let title = notebook.title().map(str::to_owned).or_else(|| first_heading(notebook));
    let title = escape(title.as_deref().unwrap_or(name));
    let mut body = String::new();
    for cell in 0..notebook.len() {
        match notebook.kind(cell) {
            Kind::Markdown => {
                let prose = markdown::render(&notebook.source(cell), &|address| {
                    markdown::image(notebook, cell, folder, address)
                });
                let _ = write!(body, "<section class=\"prose\">\n{prose}</section>\n");
            }
            Kind::Code => code_cell(notebook, cell, &mut body),
            Kind::Raw => {}
        }
    }
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; \
         img-src data:; style-src 'unsafe-inline'\">\n\
         <meta name=\"generator\" content=\"holor {version}\">\n\
         <title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n{body}\
         </main>\n</body>\n</html>\n",
        version = env!("CARGO_PKG_VERSION"),
    )
}

/// Code in colours.
pub(crate) fn code(source: &str) -> String {
    let tokens = holor_lang::tokens(source);
    let mut html = String::with_capacity(source.len() * 2);
    for (index, token) in tokens.iter().enumerate() {
        let Some(text) = source.get(token.start..token.end) else { continue };
        let class = match token.kind {
            TokenKind::Comment => "c",
            TokenKind::Number => "n",
            TokenKind::Text => "s",
            TokenKind::Keyword => "k",
            TokenKind::Operator => "o",
            TokenKind::Magic => "m",
            TokenKind::Name if called(source, tokens.get(index + 1)) => "f",
            _ => "",
        };
        match class {
            "" => html.push_str(&escape(text)),
            _ => {
                let _ = write!(html, "<span class=\"{class}\">{}</span>", escape(text));
            }
        }
    }
    html
}

fn called(source: &str, next: Option<&holor_lang::Token>) -> bool {
    next.and_then(|next| source.get(next.start..next.end)).is_some_and(|text| text == "(")
}

fn code_cell(notebook: &Notebook, cell: usize, body: &mut String) {
    let source = notebook.source(cell);
    if source.trim().is_empty() {
        return;
    }
    let count =
        notebook.execution_count(cell).map_or(" ".to_owned(), |count| count.to_string());
    body.push_str("<section class=\"cell\">\n");
    if !notebook.has_tag(cell, "hide-input") {
        let _ = writeln!(
            body,
            "<div class=\"label\">{count}</div><pre class=\"input\"><code>{}</code></pre>",
            code(&source)
        );
    }
    for output in notebook.outputs(cell) {
        let (class, html) = output_html(output);
        let _ = writeln!(body, "<div class=\"output {class}\">{html}</div>");
    }
    body.push_str("</section>\n");
}

/// The class and the content of an output.
fn output_html(output: &Json) -> (&'static str, String) {
    let text = |key: &str| output.get(key).map(joined).unwrap_or_default();
    match output.get("output_type").and_then(Json::as_str) {
        Some("stream") => {
            let class = if text("name") == "stderr" { "stderr" } else { "stdout" };
            (class, format!("<pre>{}</pre>", ansi::to_html(&text("text"))))
        }
        Some("error") => {
            let lines: Vec<&str> = output
                .get("traceback")
                .and_then(Json::as_array)
                .map(|lines| lines.iter().filter_map(Json::as_str).collect())
                .unwrap_or_default();
            ("error", format!("<pre>{}</pre>", ansi::to_html(&lines.join("\n"))))
        }
        _ => output.get("data").map_or(("value", String::new()), bundle_html),
    }
}

/// The best form that a page without scripts can show.
fn bundle_html(data: &Json) -> (&'static str, String) {
    let form = |mime: &str| data.get(mime).map(joined).filter(|text| !text.is_empty());
    if let Some(svg) = form("image/svg+xml") {
        // Inside a page an XML prologue means nothing.
        let start = svg.find("<svg").unwrap_or(0);
        return ("plot", svg[start..].to_owned());
    }
    for mime in ["image/png", "image/jpeg"] {
        if let Some(image) = form(mime) {
            let image: String = image.split_whitespace().collect();
            return (
                "plot",
                format!("<img alt=\"\" src=\"data:{mime};base64,{image}\">"),
            );
        }
    }
    if let Some(latex) = form("text/latex")
        && let Some(formula) = formula(&latex)
    {
        return ("value", formula);
    }
    if let Some(html) = form("text/html") {
        return ("value", html);
    }
    if let Some(text) = form("text/markdown") {
        return ("value prose", markdown::render(&text, &|_| None));
    }
    let plain = form("text/plain").unwrap_or_default();
    ("value", format!("<pre>{}</pre>", ansi::to_html(&plain)))
}

/// A LaTeX output, between its dollars and with the remark that may follow, as MathML.
fn formula(latex: &str) -> Option<String> {
    let (inner, remark) = match latex.trim().trim_start_matches('$').rsplit_once('$') {
        Some((inner, remark)) => (inner.trim_end_matches('$'), remark.trim()),
        None => (latex, ""),
    };
    let inner = inner.trim();
    let inner = inner.strip_prefix(r"\displaystyle").unwrap_or(inner);
    let mut html = crate::show::mathml(inner, true)?;
    if !remark.is_empty() {
        let _ = write!(html, "<p class=\"remark\">{}</p>", escape(remark));
    }
    Some(html)
}

fn first_heading(notebook: &Notebook) -> Option<String> {
    (0..notebook.len()).filter(|&cell| notebook.kind(cell) == Kind::Markdown).find_map(
        |cell| {
            let source = notebook.source(cell);
            let heading = source.lines().find_map(|line| line.strip_prefix("# "))?;
            Some(heading.trim().to_owned())
        },
    )
}

/// Text as it must stand in HTML, also inside quotes.
pub(crate) fn escape(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            _ => html.push(letter),
        }
    }
    html
}
