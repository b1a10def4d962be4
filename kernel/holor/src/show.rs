//! Values and errors as front ends understand them: the door to `holor-render`.

use holor_jupyter::{Failure, MimeBundle};
use holor_lang::{Diagnostic, Progress, Session, SourceId, Value};
use holor_render::{RenderOptions, render, render_json, render_plain, render_terminal};
use serde_json::Value as Json;

/// More characters than any result has; nothing is left out.
const ALL: usize = 1 << 40;

/// The forms in which values are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Forms {
    /// What a notebook keeps: text, LaTeX, Vega-Lite and a picture.
    Notebook,
    /// What a page without scripts can show: pictures as SVG.
    Page,
    /// The same as in a notebook, whole however long it is.
    Whole,
}

/// A value in every form a front end may choose from.
pub fn bundle(value: &Value, forms: Forms) -> MimeBundle {
    let options = match forms {
        Forms::Notebook => RenderOptions::default(),
        Forms::Page => RenderOptions {
            vega: false,
            png: false,
            svg: true,
            ..RenderOptions::default()
        },
        Forms::Whole => RenderOptions { limit: ALL, ..RenderOptions::default() },
    };
    let bundle = render(value, &options);
    MimeBundle { data: bundle.data, metadata: bundle.metadata }
}

/// A cell's value; `None` where there is nothing to show.
pub fn result(value: &Value, forms: Forms) -> Option<MimeBundle> {
    (!matches!(value, Value::Nothing)).then(|| bundle(value, forms))
}

/// A value as text that can be typed again.
pub fn plain(value: &Value) -> String {
    text(value, ALL)
}

/// A value as text for eyes: very long results are shortened and say so.
pub fn short(value: &Value) -> String {
    text(value, holor_render::LIMIT)
}

fn text(value: &Value, limit: usize) -> String {
    if let Value::Help(markdown) | Value::Report(markdown) = value {
        return plain_page(markdown);
    }
    let pixel_ratio = 1.0;
    let options =
        RenderOptions { limit, vega: false, png: false, svg: false, pixel_ratio };
    render(value, &options).plain().to_owned()
}

/// A page of Markdown with formulas.
pub fn page(markdown: &str) -> MimeBundle {
    MimeBundle::plain(plain_page(markdown)).with("text/markdown", markdown)
}

/// How far a long computation is: a bar in a notebook, a line elsewhere.
pub fn progress(progress: &Progress) -> MimeBundle {
    let line = progress_line(progress);
    let percent = (100.0 * progress.fraction).clamp(0.0, 100.0);
    let html = format!(
        "<div style=\"display:flex;gap:1em;align-items:center\"><progress max=\"100\" value=\"{percent:.1}\"></progress><span>{line}</span></div>"
    );
    MimeBundle::plain(line).with("text/html", html.as_str())
}

/// How far a long computation is, in one line.
pub fn progress_line(progress: &Progress) -> String {
    let left = progress.seconds_left;
    let left = match left {
        left if !left.is_finite() => String::new(),
        left if left < 90.0 => format!(", {left:.0} s left"),
        left if left < 5400.0 => format!(", {:.0} min left", left / 60.0),
        left => format!(", {:.1} h left", left / 3600.0),
    };
    format!("{:3.0} %  {}{left}", 100.0 * progress.fraction, progress.text)
}

/// Nothing to see, in place of what was shown before.
pub fn nothing() -> MimeBundle {
    MimeBundle::plain(String::new()).with("text/html", "")
}

/// A page for a terminal: the marks of Markdown that only disturb there are left out.
pub fn plain_page(markdown: &str) -> String {
    let mut inside = false;
    let mut text = String::with_capacity(markdown.len());
    for line in markdown.lines() {
        if line.trim_start().starts_with("```") {
            inside = !inside;
        } else if inside {
            text.push_str(&format!("    {line}\n"));
        } else {
            let line = line.trim_start_matches('#').trim_start();
            text.push_str(&line.replace("**", "").replace(['`', '$'], ""));
            text.push('\n');
        }
    }
    text.truncate(text.trim_end().len());
    text
}

/// Why a cell failed, with carets under the place.
pub fn failure(errors: &[Diagnostic], session: &Session) -> Failure {
    let Some(first) = errors.first() else { return Failure::default() };
    let text = render_terminal(errors, &|id| session.source(id));
    Failure {
        traceback: text.lines().map(str::to_owned).collect(),
        ..Failure::new(first.code.name, &first.message)
    }
}

/// An error or a warning for a terminal.
pub fn diagnostic(diagnostic: &Diagnostic, session: &Session, colour: bool) -> String {
    let sources = |id: SourceId| session.source(id);
    let list = std::slice::from_ref(diagnostic);
    let text = if colour {
        render_terminal(list, &sources)
    } else {
        render_plain(list, &sources)
    };
    format!("{}\n", text.trim_end())
}

/// An error for programs.
pub fn json(diagnostic: &Diagnostic, session: &Session) -> Json {
    render_json(diagnostic, &|id| session.source(id))
}

/// A formula for a page without scripts; `None` where its LaTeX cannot be read.
pub fn mathml(latex: &str, display: bool) -> Option<String> {
    let formula = holor_render::latex_to_mathml(latex)?;
    Some(match display {
        true => formula,
        false => formula.replacen("display=\"block\"", "display=\"inline\"", 1),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_lose_their_marks() {
        let page = "# Sine\n\n**sin**(`x`) is $x$\n```holor\nsin(x)  # $\n```\n";
        assert_eq!(plain_page(page), "Sine\n\nsin(x) is x\n    sin(x)  # $");
    }

    #[test]
    fn formulas_stand_in_lines_or_alone() {
        let alone = mathml(r"\frac{1}{2}", true).unwrap();
        assert!(alone.starts_with("<math") && alone.contains("block"), "{alone}");
        assert!(!mathml("x", false).unwrap().contains("block"));
        assert_eq!(mathml(r"\frac{", true), None);
    }
}
