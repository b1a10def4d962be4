//! Any text is read without a panic, with every place on a character boundary, and coloured without a gap.
#![no_main]

use holor_lang::{Source, SourceId, completeness, parse, tokens};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let source = Source { id: SourceId(0), name: "cell 1".into(), text: text.into() };
    let parsed = parse(&source);
    for diagnostic in &parsed.diagnostics {
        let places = diagnostic.labels.iter().map(|label| label.span);
        for span in diagnostic.span.into_iter().chain(places) {
            assert!(text.get(span.start..span.end).is_some(), "{span:?}");
        }
    }
    holor_lang::ast::dump(&parsed.cell);
    let end = tokens(text).iter().fold(0, |at, token| {
        assert!(token.start == at && token.end > at && text.is_char_boundary(token.end));
        token.end
    });
    assert_eq!(end, text.len());
    completeness(text);
});
