//! Markdown cells as HTML, formulas as MathML.

use std::fs;
use std::path::Path;

use pulldown_cmark::{CodeBlockKind, CowStr, Event, Options, Parser, Tag, TagEnd, html};

use super::{code, escape};
use crate::notebook::Notebook;

/// The HTML of a text. `image` gives the data address of a picture that can be taken along.
pub(super) fn render(text: &str, image: &dyn Fn(&str) -> Option<String>) -> String {
    let options = Options::ENABLE_MATH
        | Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS;
    let mut events = Vec::new();
    // The text of a fenced block of holor, while one is open.
    let mut fence: Option<String> = None;
    // A picture that would have to be loaded is shown as its description.
    let mut dropped = 0;
    for event in Parser::new_ext(text, options) {
        match event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(language)))
                if language.split([' ', ',']).next() == Some("holor") =>
            {
                fence = Some(String::new());
            }
            Event::Text(text) if fence.is_some() => {
                if let Some(fence) = &mut fence {
                    fence.push_str(&text);
                }
            }
            Event::End(TagEnd::CodeBlock) if fence.is_some() => {
                let source = fence.take().unwrap_or_default();
                let block = format!("<pre><code>{}</code></pre>\n", code(&source));
                events.push(Event::Html(block.into()));
            }
            Event::InlineMath(latex) => events.push(math(&latex, false)),
            Event::DisplayMath(latex) => events.push(math(&latex, true)),
            Event::Start(Tag::Image { link_type, dest_url, title, id }) => {
                match image(&dest_url) {
                    Some(data) => events.push(Event::Start(Tag::Image {
                        link_type,
                        dest_url: CowStr::from(data),
                        title,
                        id,
                    })),
                    None => {
                        dropped += 1;
                        events.push(Event::Html("<em>".into()));
                    }
                }
            }
            Event::End(TagEnd::Image) if dropped > 0 => {
                dropped -= 1;
                events.push(Event::Html("</em>".into()));
            }
            other => events.push(other),
        }
    }
    let mut output = String::with_capacity(text.len() * 2);
    html::push_html(&mut output, events.into_iter());
    output
}

fn math<'a>(latex: &str, display: bool) -> Event<'a> {
    let formula = crate::show::mathml(latex, display)
        .unwrap_or_else(|| format!("<code class=\"latex\">{}</code>", escape(latex)));
    Event::InlineHtml(formula.into())
}

/// The data address of a picture: attached to the cell, or a file under the notebook's folder.
pub(super) fn image(
    notebook: &Notebook,
    cell: usize,
    folder: &Path,
    address: &str,
) -> Option<String> {
    if address.starts_with("data:") {
        return Some(address.to_owned());
    }
    if let Some(name) = address.strip_prefix("attachment:") {
        let (mime, content) = notebook.attachment(cell, name)?;
        let content: String = content.split_whitespace().collect();
        return Some(format!("data:{mime};base64,{content}"));
    }
    let mime =
        match Path::new(address).extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "png" => "image/png",
            "jpg" | "jpeg" => "image/jpeg",
            "gif" => "image/gif",
            "webp" => "image/webp",
            "svg" => "image/svg+xml",
            _ => return None,
        };
    let path = crate::world::inside(folder, address).ok()?;
    Some(format!("data:{mime};base64,{}", base64(&fs::read(path).ok()?)))
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] =
        b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let byte = |index: usize| u32::from(chunk.get(index).copied().unwrap_or(0));
        let group = byte(0) << 16 | byte(1) << 8 | byte(2);
        for place in 0..4 {
            if place <= chunk.len() {
                let letter = LETTERS[(group >> (18 - 6 * place) & 63) as usize];
                text.push(char::from(letter));
            } else {
                text.push('=');
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_from_elsewhere_become_words() {
        let html = render("![a *dog*](http://x.y/z.png) and ![c](c.png)", &|address| {
            address.ends_with("c.png").then(|| "data:image/png;base64,AA==".to_owned())
        });
        assert!(html.contains("<em>a <em>dog</em></em>"), "{html}");
        assert!(html.contains("src=\"data:image/png;base64,AA==\""), "{html}");
        assert!(!html.contains("http"), "{html}");
    }

    #[test]
    fn base64_pads() {
        for (bytes, text) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v")] {
            assert_eq!(base64(bytes.as_bytes()), text);
        }
    }
}
