//! Terminal colours as HTML.

use std::fmt::Write;

use super::escape;

/// Text with ANSI escapes as escaped HTML with spans; other escapes are dropped.
pub(super) fn to_html(text: &str) -> String {
    let mut html = String::with_capacity(text.len() + text.len() / 4);
    let mut style = Style::default();
    let mut rest = text;
    while let Some(at) = rest.find('\x1b') {
        style.write(&rest[..at], &mut html);
        rest = &rest[at + 1..];
        let Some(sequence) = rest.strip_prefix('[') else { continue };
        let end = sequence.find(|letter: char| ('@'..='~').contains(&letter));
        let Some(end) = end else {
            rest = "";
            break;
        };
        if sequence[end..].starts_with('m') {
            style.apply(&sequence[..end]);
        }
        rest = &sequence[end + 1..];
    }
    style.write(rest, &mut html);
    html
}

#[derive(Clone, Copy, Debug, Default)]
struct Style {
    bold: bool,
    dim: bool,
    underline: bool,
    /// 0 to 15.
    colour: Option<u8>,
}

impl Style {
    fn apply(&mut self, codes: &str) {
        let mut codes = codes.split(';').map(|code| code.parse::<u8>().unwrap_or(0));
        while let Some(code) = codes.next() {
            match code {
                0 => *self = Self::default(),
                1 => self.bold = true,
                2 => self.dim = true,
                4 => self.underline = true,
                22 => (self.bold, self.dim) = (false, false),
                24 => self.underline = false,
                30..=37 => self.colour = Some(code - 30),
                90..=97 => self.colour = Some(code - 90 + 8),
                39 => self.colour = None,
                38 | 48 => {
                    // `38;5;n`, `38;2;r;g;b`: the first sixteen of a palette are names.
                    let colour = match codes.next() {
                        Some(5) => codes.next().filter(|&colour| colour < 16),
                        Some(2) => codes.by_ref().take(3).last().and(None),
                        _ => None,
                    };
                    if code == 38 {
                        self.colour = colour;
                    }
                }
                _ => {}
            }
        }
    }

    fn write(self, text: &str, html: &mut String) {
        if text.is_empty() {
            return;
        }
        let mut classes = Vec::new();
        if self.bold {
            classes.push("b".to_owned());
        }
        if self.dim {
            classes.push("d".to_owned());
        }
        if self.underline {
            classes.push("u".to_owned());
        }
        if let Some(colour) = self.colour {
            classes.push(format!("a{}", colour % 8));
        }
        let text = escape(text);
        if classes.is_empty() {
            return html.push_str(&text);
        }
        let _ = write!(html, "<span class=\"{}\">{text}</span>", classes.join(" "));
    }
}

#[cfg(test)]
mod tests {
    use super::to_html;

    #[test]
    fn colours_become_classes() {
        assert_eq!(to_html("a<b"), "a&lt;b");
        assert_eq!(
            to_html("\x1b[1;31merror\x1b[0m: x"),
            "<span class=\"b a1\">error</span>: x"
        );
        assert_eq!(to_html("\x1b[38;5;9mx\x1b[0m"), "<span class=\"a1\">x</span>");
        assert_eq!(to_html("\x1b[38;2;1;2;3mx\x1b[K\x1b[3"), "x");
    }
}
