//! Errors and warnings in terminals, notebooks, pages and JSON.

use std::fmt::Write as _;

use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Renderer, Snippet};
use holor_lang::{Diagnostic, Severity, Source, SourceId, Span};
use serde_json::{Value, json};

use crate::draw::svg::escape;

/// Finds the texts that spans point into.
pub type Sources<'a> = &'a dyn Fn(SourceId) -> Option<Source>;

/// Coloured, with the text each error is about; also what a notebook shows as traceback.
pub fn render_terminal(diagnostics: &[Diagnostic], sources: Sources<'_>) -> String {
    render(diagnostics, sources, &Renderer::styled())
}

/// The same without colours.
pub fn render_plain(diagnostics: &[Diagnostic], sources: Sources<'_>) -> String {
    render(diagnostics, sources, &Renderer::plain())
}

fn render(
    diagnostics: &[Diagnostic],
    sources: Sources<'_>,
    renderer: &Renderer,
) -> String {
    let reports: Vec<String> = diagnostics
        .iter()
        .map(|diagnostic| {
            let texts = texts(diagnostic, sources);
            renderer.render(&[group(diagnostic, &texts)])
        })
        .collect();
    reports.join("\n\n")
}

/// The sources a diagnostic speaks of, the one with its own place first.
fn texts(diagnostic: &Diagnostic, sources: Sources<'_>) -> Vec<Source> {
    let mut found: Vec<Source> = Vec::new();
    let spans = diagnostic
        .span
        .into_iter()
        .chain(diagnostic.labels.iter().map(|label| label.span));
    for span in spans {
        if found.iter().all(|source| source.id != span.source)
            && let Some(source) = sources(span.source)
        {
            found.push(source);
        }
    }
    found
}

fn group<'a>(diagnostic: &'a Diagnostic, texts: &'a [Source]) -> Group<'a> {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level.primary_title(&diagnostic.message).id(diagnostic.code.name);
    let mut group = Group::with_title(title);
    for source in texts {
        group = group.element(snippet(diagnostic, source));
    }
    for frame in &diagnostic.trace {
        group =
            group.element(Level::NOTE.message(format!("in a call of `{}`", frame.name)));
    }
    for assumption in &diagnostic.assumptions {
        group = group.element(Level::NOTE.message(assumption));
    }
    for hint in &diagnostic.hints {
        group = group.element(Level::HELP.with_name("try").message(hint));
    }
    group.element(
        Level::NOTE.with_name("more").message(format!("?{}", diagnostic.code.name)),
    )
}

fn snippet<'a>(
    diagnostic: &'a Diagnostic,
    source: &'a Source,
) -> Snippet<'a, Annotation<'a>> {
    let mut snippet =
        Snippet::source(&*source.text).path(&*source.name).line_start(1).fold(true);
    if let Some(span) = diagnostic.span.filter(|span| span.source == source.id) {
        snippet =
            snippet.annotation(AnnotationKind::Primary.span(within(span, &source.text)));
    }
    for label in diagnostic.labels.iter().filter(|label| label.span.source == source.id) {
        let range = within(label.span, &source.text);
        snippet =
            snippet.annotation(AnnotationKind::Context.span(range).label(&label.text));
    }
    snippet
}

/// The span as a range that lies in the text and does not cut a character.
fn within(span: Span, text: &str) -> std::ops::Range<usize> {
    let boundary = |mut place: usize| {
        place = place.min(text.len());
        while !text.is_char_boundary(place) {
            place -= 1;
        }
        place
    };
    let start = boundary(span.start);
    start..boundary(span.end).max(start)
}

/// As HTML for exported notebooks: message, text, hints.
pub fn render_html(diagnostics: &[Diagnostic], sources: Sources<'_>) -> String {
    let mut out = String::new();
    for diagnostic in diagnostics {
        let kind = match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        let code = diagnostic.code.name;
        let _ = write!(
            out,
            "<div class=\"holor-diagnostic holor-{kind}\"><p><strong>{kind} {code}</strong>: {}</p>",
            escape(&diagnostic.message)
        );
        if let Some(span) = diagnostic.span
            && let Some(source) = sources(span.source)
        {
            write_excerpt(&mut out, &source, span);
        }
        if !diagnostic.hints.is_empty() {
            out.push_str("<p>try:</p><ul>");
            for hint in &diagnostic.hints {
                let _ = write!(out, "<li><code>{}</code></li>", escape(hint));
            }
            out.push_str("</ul>");
        }
        let _ = write!(
            out,
            "<p class=\"holor-more\">{}: <code>?{code}</code></p></div>",
            escape(diagnostic.code.title)
        );
    }
    out
}

/// The lines of a span, the span marked.
fn write_excerpt(out: &mut String, source: &Source, span: Span) {
    let text = &*source.text;
    let range = within(span, text);
    let from = text[..range.start].rfind('\n').map_or(0, |newline| newline + 1);
    let to =
        text[range.end..].find('\n').map_or(text.len(), |newline| range.end + newline);
    let (line, column) = position(text, range.start);
    let _ = write!(
        out,
        "<p class=\"holor-place\">{}:{line}:{column}</p><pre>{}<mark>{}</mark>{}</pre>",
        escape(&source.name),
        escape(&text[from..range.start]),
        escape(&text[range.clone()]),
        escape(&text[range.end..to])
    );
}

/// Line and column of a byte, from 1; columns count characters.
fn position(text: &str, byte: usize) -> (usize, usize) {
    let before = text.get(..byte).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let start = before.rfind('\n').map_or(0, |newline| newline + 1);
    (line, before[start..].chars().count() + 1)
}

/// The first error as JSON: `code`, `message`, `hint`, `hints`, `severity`, `span` with `start` and `end` in
/// bytes, `line` and `column` (in characters) from 1.
pub fn render_json(diagnostic: &Diagnostic, sources: Sources<'_>) -> Value {
    let span = diagnostic.span.map(|span| {
        let place = sources(span.source).map(|source| {
            let (line, column) = position(&source.text, within(span, &source.text).start);
            (line, column, source.name.to_string())
        });
        let (line, column, source) = place.unwrap_or((1, 1, String::new()));
        json!({ "start": span.start, "end": span.end, "line": line, "column": column, "source": source })
    });
    json!({
        "code": diagnostic.code.name,
        "message": diagnostic.message,
        "hint": diagnostic.hints.first(),
        "hints": diagnostic.hints,
        "severity": match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        },
        "span": span,
    })
}

#[cfg(test)]
mod tests {
    use holor_lang::{CODES, Label};

    use super::*;

    fn at(text: &str, part: &str) -> Span {
        let start = text.find(part).unwrap();
        Span { source: SourceId(1), start, end: start + part.len() }
    }

    fn source(text: &str) -> impl Fn(SourceId) -> Option<Source> {
        let source = Source { id: SourceId(1), name: "cell 3".into(), text: text.into() };
        move |id| (id == source.id).then(|| source.clone())
    }

    #[test]
    fn carets_stand_under_the_text_also_after_greek_and_combining_marks() {
        for text in ["∇φ + omgea", "x̂ + θ̇ + omgea", "a = 1\nsin(θ) omgea"] {
            let error =
                Diagnostic::error(CODES[0], "unknown name `omgea`").at(at(text, "omgea"));
            let shown = render_plain(&[error], &source(text));
            let lines: Vec<&str> = shown.lines().collect();
            let line = lines
                .iter()
                .position(|line| line.contains("omgea") && line.contains("| "));
            let line = line.unwrap();
            // Combining marks take no column.
            let columns = |text: &str| {
                text.chars().filter(|c| !('\u{300}'..='\u{36f}').contains(c)).count()
            };
            let above = &lines[line][..lines[line].rfind("omgea").unwrap()];
            let below = &lines[line + 1][..lines[line + 1].find('^').unwrap()];
            assert_eq!(columns(above), columns(below), "\n{shown}");
            assert!(lines[line + 1].contains("^^^^^"));
        }
    }

    #[test]
    fn everything_is_said_in_every_form() {
        let text = "f = 2\ndiff(x^2, f)";
        let error = Diagnostic::error(CODES[3], "`f` has the value <2>")
            .at(at(text, "f)"))
            .label(at(text, "f = 2"), "defined here")
            .hint("clear f");
        assert_eq!(error.labels.len(), 1);
        let _: &Label = &error.labels[0];
        let sources = source(text);
        let plain = render_plain(std::slice::from_ref(&error), &sources);
        for part in
            ["cell 3:2:11", "defined here", "clear f", CODES[3].name, "has the value <2>"]
        {
            assert!(plain.contains(part), "{part} in\n{plain}");
        }
        assert!(
            render_terminal(std::slice::from_ref(&error), &sources).contains('\u{1b}')
        );
        let html = render_html(std::slice::from_ref(&error), &sources);
        assert!(html.contains("<mark>f)</mark>") && html.contains("&lt;2&gt;"), "{html}");
        let json = render_json(&error, &sources);
        assert_eq!(json["span"]["line"], 2);
        assert_eq!(json["span"]["column"], 11);
        assert_eq!(json["hint"], "clear f");
    }

    #[test]
    fn spans_outside_the_text_are_shown_without_harm() {
        let span = Span { source: SourceId(1), start: 1, end: 900 };
        let error = Diagnostic::error(CODES[0], "odd").at(span);
        let error = std::slice::from_ref(&error);
        assert!(render_plain(error, &source("θ")).contains("odd"));
        assert!(render_plain(error, &|_| None).contains("odd"));
        render_html(error, &source(""));
    }
}
