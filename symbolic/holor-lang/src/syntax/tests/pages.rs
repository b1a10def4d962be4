//! The pages of the error codes: their form, and what their cells read as.

use super::parse_text;
use crate::CODES;

/// The cells of a page: the failing and the repaired one, and whether they can be run.
fn cells(page: &str) -> (Vec<&str>, bool) {
    let blocks: Vec<&str> = page.split("```").skip(1).step_by(2).collect();
    let runs = blocks.iter().all(|it| it.starts_with("holor\n"));
    let no_run = blocks.iter().all(|it| it.starts_with("holor no-run\n"));
    assert!(runs || no_run, "{page}");
    (blocks.iter().filter_map(|it| it.split_once('\n')).map(|it| it.1).collect(), runs)
}

#[test]
fn pages_have_one_form() {
    for code in CODES {
        let page = code.page;
        assert!(
            page.starts_with(&format!("# {}: {}\n\n", code.name, code.title)),
            "{page}"
        );
        let headings: Vec<_> = page.lines().filter(|it| it.starts_with("## ")).collect();
        let kind = match code.name {
            "E0006" | "E0008" => "warns",
            _ => "fails",
        };
        assert_eq!(
            headings,
            [&format!("## A cell that {kind}"), "## The repaired cell"],
            "{}",
            code.name
        );
        assert_eq!(cells(page).0.len(), 2, "{page}");
    }
}

#[test]
fn codes_are_in_order() {
    assert!(CODES.is_sorted_by(|a, b| a.name < b.name));
}

#[test]
fn cells_read_as_their_page_says() {
    for code in CODES {
        let (cells, _) = cells(code.page);
        let found: Vec<_> =
            parse_text(cells[0]).diagnostics.iter().map(|it| it.code.name).collect();
        let wanted: &[&str] =
            if code.name.starts_with("E00") { &[code.name] } else { &[] };
        assert_eq!(found, wanted, "{}", code.name);
        let repaired = parse_text(cells[1]).diagnostics;
        assert_eq!(repaired, [], "{}", code.name);
    }
}
