//! Long results made readable: lines broken at signs, the middle left out, and said so.

/// Characters of text or LaTeX shown before the middle is left out.
pub const LIMIT: usize = 4_000;
/// Width of a line in characters of normal size, about what a notebook shows.
const LINE: f32 = 95.0;
/// Digits of a number before its middle is left out, where something must be.
const DIGITS: usize = 60;

/// A text, and whether something was left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Shortened {
    pub(crate) text: String,
    pub(crate) elided: bool,
}

/// Plain text within the limit. What is left out is named between `⟨ ⟩`, which no input contains.
pub(crate) fn plain(text: &str, limit: usize) -> Shortened {
    let length = text.chars().count();
    if length <= limit {
        return Shortened { text: text.to_owned(), elided: false };
    }
    let text =
        shorten_numbers(text, |count| format!("…⟨{} more digits⟩…", grouped(count)));
    let length = text.chars().count();
    if length <= limit {
        return Shortened { text, elided: true };
    }
    let (head, tail) = (limit * 3 / 4, limit / 6);
    let start: String = text.chars().take(head).collect();
    let end: String = text.chars().skip(length - tail).collect();
    // Whole terms on both sides, where there are any.
    let cut =
        start.rfind([' ', ',']).filter(|cut| *cut > head / 2).unwrap_or(start.len());
    let resume = end.find([' ', ',']).filter(|at| *at < tail / 2).map_or(0, |at| at);
    let (start, end) = (&start[..cut], &end[resume..]);
    let missing = length - start.chars().count() - end.chars().count();
    let text =
        format!("{start} …⟨{} more characters⟩… {}", grouped(missing), end.trim_start());
    Shortened { text, elided: true }
}

/// LaTeX within the limit, broken into lines where it is wide.
pub(crate) fn latex(source: &str, limit: usize) -> Shortened {
    let mut elided = false;
    let mut text = source.to_owned();
    if text.chars().count() > limit {
        text = shorten_numbers(&text, |count| {
            format!(r"\,\underset{{\text{{{} more digits}}}}{{\cdots}}\,", grouped(count))
        });
        elided = text != source;
    }
    if text.chars().count() > limit {
        text = leave_out(&text, limit);
        elided = true;
    }
    Shortened { text: break_lines(&text), elided }
}

/// An integer with commas between thousands.
pub(crate) fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

fn shorten_numbers(text: &str, note: impl Fn(usize) -> String) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let (before, number) = rest.split_at(start);
        let end = number.find(|c: char| !c.is_ascii_digit()).unwrap_or(number.len());
        let (digits, after) = number.split_at(end);
        out.push_str(before);
        if digits.len() > DIGITS {
            out.push_str(&digits[..DIGITS / 2]);
            out.push_str(&note(digits.len() - DIGITS));
            out.push_str(&digits[digits.len() - DIGITS / 2..]);
        } else {
            out.push_str(digits);
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// A place in LaTeX outside all groups: where a term begins (`+`, `-`), a relation stands, or an item of a
/// list begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Break {
    Term,
    Relation,
    Item,
}

/// The breaks of a piece of LaTeX in order, with their byte positions, and the widest group that is
/// nested in it.
fn breaks(source: &str) -> Vec<(usize, Break)> {
    let mut found = Vec::new();
    let mut depth = 0_usize;
    let mut position = 0;
    // Whether a sign here has something to its left.
    let mut operand = false;
    while let Some(token) = next_token(source, position) {
        let text = &source[position..position + token];
        let outside = depth == 0;
        match text {
            "{" | r"\left" | r"\begin" | "(" | "[" => depth += 1,
            "}" | r"\right" | r"\end" | ")" | "]" => depth = depth.saturating_sub(1),
            "+" | "-" if outside && operand => found.push((position, Break::Term)),
            "=" | "<" | ">" | r"\le" | r"\ge" | r"\leq" | r"\geq" | r"\ne" | r"\neq"
                if outside =>
            {
                found.push((position, Break::Relation));
            }
            "," if outside => found.push((position + token, Break::Item)),
            _ => {}
        }
        if !text.trim().is_empty() {
            operand =
                !matches!(text, "+" | "-" | "=" | "," | "{" | "(" | r"\cdot" | "^" | "_");
        }
        // The delimiter after \left and \right belongs to it.
        let mut end = position + token;
        if matches!(text, r"\left" | r"\right") {
            end += next_token(source, end).unwrap_or(0);
        }
        position = end;
    }
    found
}

/// The length of the token at a position: a command, or one character.
fn next_token(source: &str, position: usize) -> Option<usize> {
    let rest = source.get(position..)?;
    let first = rest.chars().next()?;
    if first != '\\' {
        return Some(first.len_utf8());
    }
    let letters = rest[1..].bytes().take_while(u8::is_ascii_alphabetic).count();
    if letters > 0 {
        return Some(1 + letters);
    }
    Some(1 + rest[1..].chars().next().map_or(0, char::len_utf8))
}

/// Leaves out terms in the middle of the longest sum, or says how much there is where nothing can be cut.
fn leave_out(source: &str, limit: usize) -> String {
    let (start, end) = widest(source, 0, source.len(), 0);
    let inner = &source[start..end];
    let places: Vec<usize> = breaks(inner).into_iter().map(|(place, _)| place).collect();
    let outside = source.len() - inner.len();
    let room = limit.saturating_sub(outside);
    let head = places.iter().rposition(|place| *place <= room * 3 / 4);
    let tail = places.iter().position(|place| inner.len() - place <= room / 6);
    let (Some(head), Some(tail)) = (head, tail) else { return too_large(source) };
    let kept = places.get(head).copied().zip(places.get(tail).copied());
    let Some((from, to)) = kept.filter(|(from, to)| from < to && *from > 0) else {
        return too_large(source);
    };
    let missing = grouped(tail - head);
    let (before, after) = (&source[..start + from], &source[start + to..]);
    let note = format!(r"\;\underset{{\text{{{missing} more terms}}}}{{\cdots}}\;");
    let text = format!("{before}{note}{after}");
    if text.len() > limit + 200 { too_large(source) } else { text }
}

fn too_large(source: &str) -> String {
    let size = grouped(source.chars().count());
    format!(r"\text{{a formula of {size} characters}}")
}

/// The part of the source, at most a few levels deep, that has the breaks which make it long.
fn widest(source: &str, start: usize, end: usize, level: usize) -> (usize, usize) {
    let inner = &source[start..end];
    let own = breaks(inner).len();
    if own >= 8 || level > 12 {
        return (start, end);
    }
    let mut best: Option<(usize, usize)> = None;
    for (from, to) in groups(inner) {
        if best.is_none_or(|(a, b)| to - from > b - a) {
            best = Some((from, to));
        }
    }
    match best {
        Some((from, to)) if to - from > inner.len() / 2 => {
            widest(source, start + from, start + to, level + 1)
        }
        _ => (start, end),
    }
}

/// The insides of the outermost groups.
fn groups(source: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    let mut position = 0;
    while let Some(token) = next_token(source, position) {
        let text = &source[position..position + token];
        let mut end = position + token;
        if matches!(text, r"\left" | r"\right") {
            end += next_token(source, end).unwrap_or(0);
        }
        match text {
            "{" | r"\left" => open.push(end),
            "}" | r"\right" => {
                if let Some(start) = open.pop()
                    && open.is_empty()
                {
                    found.push((start, position));
                }
            }
            _ => {}
        }
        position = end;
    }
    found
}

/// About how wide LaTeX is, in characters of normal size.
pub(crate) fn width(source: &str) -> f32 {
    measure(source, &mut 0, 1.0)
}

fn measure(source: &str, position: &mut usize, scale: f32) -> f32 {
    let mut total = 0.0;
    while let Some(token) = next_token(source, *position) {
        let text = &source[*position..*position + token];
        *position += token;
        match text {
            "{" => total += measure(source, position, scale),
            "}" => return total,
            "^" | "_" => {
                if source.get(*position..).is_some_and(|rest| rest.starts_with('{')) {
                    *position += 1;
                    total += measure(source, position, 0.7 * scale);
                } else if let Some(next) = next_token(source, *position) {
                    *position += next;
                    total += 0.7 * scale;
                }
            }
            r"\frac" | r"\dfrac" | r"\binom" => {
                let mut parts = [0.0_f32; 2];
                for part in &mut parts {
                    if source.get(*position..).is_some_and(|rest| rest.starts_with('{')) {
                        *position += 1;
                        *part = measure(source, position, scale);
                    }
                }
                total += parts[0].max(parts[1]);
            }
            r"\begin" | r"\end" => {
                if let Some(close) =
                    source.get(*position..).and_then(|rest| rest.find('}'))
                {
                    *position += close + 1;
                }
            }
            r"\left" | r"\right" | r"\displaystyle" | r"\operatorname" | r"\mathrm"
            | r"\text" | " " | "&" => {}
            r"\sin" | r"\cos" | r"\tan" | r"\log" | r"\exp" => total += 3.2 * scale,
            r"\\" => {}
            "+" | "-" | "=" => total += 2.0 * scale,
            _ => total += scale,
        }
    }
    total
}

/// Breaks a wide formula at signs into aligned lines; one that cannot be broken stays as it is.
fn break_lines(source: &str) -> String {
    if width(source) <= LINE {
        return source.to_owned();
    }
    if source.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.' || byte == b'-') {
        return break_number(source);
    }
    let places = breaks(source);
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    let mut taken = 0.0;
    let ends = places.iter().map(|(place, _)| *place).chain([source.len()]);
    let mut start = 0;
    for end in ends {
        let piece = &source[start..end];
        let piece_width = width(piece);
        if taken > 0.0 && taken + piece_width > LINE {
            lines.push(std::mem::take(&mut line));
            taken = 0.0;
        }
        line.push_str(piece);
        taken += piece_width;
        start = end;
    }
    lines.push(line);
    if lines.len() == 1 {
        return source.to_owned();
    }
    let body: Vec<String> = lines
        .iter()
        .enumerate()
        .map(|(index, line)| {
            // An empty group keeps the sign at the start of a line binary.
            let lead = if index == 0 { "&" } else { r"&\qquad {}" };
            format!("{lead}{}", line.trim())
        })
        .collect();
    format!(r"\begin{{aligned}}{}\end{{aligned}}", body.join(r"\\ "))
}

/// A list in brackets, over several lines where it is wide.
pub(crate) fn list(items: &[String], limit: usize) -> Shortened {
    let joined = items.join(r",\; ");
    let text = format!(r"\left[{joined}\right]");
    if text.chars().count() > limit || width(&text) <= LINE {
        return latex(&text, limit);
    }
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    let mut taken = 0.0;
    for (index, item) in items.iter().enumerate() {
        let item_width = width(item) + 2.0;
        if taken > 0.0 && taken + item_width > LINE {
            lines.push(std::mem::take(&mut line));
            taken = 0.0;
        }
        line.push_str(item);
        if index + 1 < items.len() {
            line.push_str(r",\; ");
        }
        taken += item_width;
    }
    lines.push(line);
    let body: Vec<String> = lines.iter().map(|line| format!("&{line}")).collect();
    let body = body.join(r"\\ ");
    let text = format!(r"\left[\begin{{aligned}}{body}\end{{aligned}}\right]");
    Shortened { text, elided: false }
}

/// A large matrix by its corners.
pub(crate) fn matrix(
    rows: usize,
    columns: usize,
    entry: &dyn Fn(usize, usize) -> String,
) -> String {
    const EDGE: usize = 5;
    // `None` stands for what is left out.
    let places = |count: usize| -> Vec<Option<usize>> {
        if count <= 2 * EDGE {
            return (0..count).map(Some).collect();
        }
        let last = (count - 2..count).map(Some);
        (0..EDGE).map(Some).chain([None]).chain(last).collect()
    };
    let lines: Vec<String> = places(rows)
        .into_iter()
        .map(|row| {
            let cells = places(columns).into_iter().map(|column| match (row, column) {
                (Some(row), Some(column)) => entry(row, column),
                (Some(_), None) => r"\cdots".into(),
                (None, Some(_)) => r"\vdots".into(),
                (None, None) => r"\ddots".into(),
            });
            cells.collect::<Vec<String>>().join(" & ")
        })
        .collect();
    let body = lines.join(r" \\ ");
    let note = format!(r"\text{{{} × {}}}", grouped(rows), grouped(columns));
    format!(r"\underset{{{note}}}{{\begin{{pmatrix}}{body}\end{{pmatrix}}}}")
}

fn break_number(digits: &str) -> String {
    let bytes: Vec<char> = digits.chars().collect();
    let lines: Vec<String> = bytes
        .chunks(90)
        .map(|line| format!("&{}", line.iter().collect::<String>()))
        .collect();
    format!(r"\begin{{aligned}}{}\end{{aligned}}", lines.join(r"\\ "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn balanced(latex: &str) {
        let mut braces = 0;
        let mut position = 0;
        let (mut left, mut right) = (0, 0);
        while let Some(token) = next_token(latex, position) {
            match &latex[position..position + token] {
                "{" => braces += 1,
                "}" => braces -= 1,
                r"\left" => left += 1,
                r"\right" => right += 1,
                _ => {}
            }
            assert!(braces >= 0, "{latex}");
            position += token;
        }
        assert_eq!((braces, left), (0, right), "{latex}");
    }

    #[test]
    fn short_formulas_stay_as_they_are() {
        for source in [r"\frac{x}{2}", "x^{2} + 1", ""] {
            assert_eq!(
                latex(source, LIMIT),
                Shortened { text: source.into(), elided: false }
            );
        }
    }

    #[test]
    fn wide_sums_break_at_signs_outside_groups() {
        let term = r"\frac{a - b}{\left(c + d\right)^{2}} x^{12}";
        let source = vec![term; 30].join(" + ");
        let broken = latex(&source, LIMIT);
        assert!(!broken.elided);
        assert!(broken.text.starts_with(r"\begin{aligned}&"));
        assert_eq!(broken.text.matches(term).count(), 30);
        assert!(broken.text.matches(r"\\").count() >= 2);
        balanced(&broken.text);
    }

    #[test]
    fn long_sums_lose_their_middle_and_say_so() {
        for wrap in ["@", r"\frac{@}{y}", r"\left(@\right)^{2}", r"y = @"] {
            let terms: Vec<String> =
                (0..2000).map(|n| format!("{n} x^{{{n}}}")).collect();
            let source = wrap.replace('@', &terms.join(" - "));
            let short = latex(&source, LIMIT);
            assert!(short.elided && short.text.len() < 2 * LIMIT, "{wrap}");
            assert!(short.text.contains("more terms"), "{wrap}: {}", short.text);
            assert!(short.text.contains("1999 x"));
            balanced(&short.text);
        }
    }

    #[test]
    fn long_numbers_lose_their_middle_only_when_they_must() {
        let digits = "1234567890".repeat(100);
        let shown = latex(&digits, LIMIT);
        assert!(!shown.elided);
        assert_eq!(shown.text.matches(char::is_numeric).count(), 1000);
        let long = "1234567890".repeat(1000);
        let short = plain(&long, LIMIT);
        assert!(short.elided);
        assert!(short.text.contains("⟨9,940 more digits⟩"), "{}", short.text);
        balanced(&latex(&long, LIMIT).text);
    }

    #[test]
    fn plain_text_is_cut_between_terms() {
        let terms: Vec<String> = (0..2000).map(|n| format!("{n}*x^{n}")).collect();
        let short = plain(&terms.join(" + "), LIMIT);
        assert!(short.elided && short.text.chars().count() < LIMIT + 100);
        assert!(short.text.contains("more characters⟩"));
        assert!(short.text.ends_with("1999*x^1999"));
    }

    #[test]
    fn numbers_are_grouped() {
        assert_eq!(grouped(1_234_567), "1,234,567");
        assert_eq!(grouped(12), "12");
    }
}
