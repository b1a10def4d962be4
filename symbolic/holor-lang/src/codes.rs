//! The table of error codes: one row each, with the page that explains it.
//!
//! Ranges: E00 syntax, E01 names, E02 shapes, types and indices, E03 mathematics, E04 numerics, E05 devices,
//! E06 the outside world, E09 defects of holor. A code is never given a second meaning.

/// A row of the table.
#[derive(Debug, PartialEq, Eq)]
pub struct Code {
    /// `E0101`
    pub name: &'static str,
    /// The kind of error in a few words.
    pub title: &'static str,
    /// The page, in Markdown: what, why, a failing cell and the repaired cell.
    pub page: &'static str,
}

/// Declares the codes: a constant each, and the table of all.
macro_rules! codes {
    ($($constant:ident, $name:literal, $title:literal;)*) => {
        $(
            #[doc = $title]
            pub(crate) static $constant: Code = Code {
                name: $name,
                title: $title,
                page: include_str!(concat!("../../../docs/errors/", $name, ".md")),
            };
        )*

        /// Every code, in order.
        pub static CODES: &[&Code] = &[$(&$constant,)*];
    };
}

codes! {
    E0001_UNEXPECTED, "E0001", "unexpected text";
    E0002_UNCLOSED, "E0002", "something is not closed";
    E0003_BAD_CHARACTER, "E0003", "a character that means nothing here";
    E0004_BAD_NUMBER, "E0004", "a number that cannot be read";
    E0005_TOO_DEEP, "E0005", "nested too deeply";
    E0006_AMBIGUOUS_PRODUCT, "E0006", "a product that can be read in two ways";
    E0007_NO_PARENTHESES, "E0007", "a function without parentheses";
    E0008_NOT_CONTINUED, "E0008", "a line that continues nothing";
    E0101_UNKNOWN_NAME, "E0101", "unknown name";
    E0102_UNKNOWN_FUNCTION, "E0102", "unknown function";
    E0103_RESERVED_NAME, "E0103", "a reserved name";
    E0104_NOT_A_FUNCTION, "E0104", "not a function";
    E0105_NO_PREVIOUS, "E0105", "no such earlier result";
    E0106_UNKNOWN_MAGIC, "E0106", "unknown magic";
    E0107_HAS_VALUE, "E0107", "a symbol that has a value";
    E0201_WRONG_TYPE, "E0201", "a value of the wrong kind";
    E0202_WRONG_ARGUMENTS, "E0202", "wrong arguments";
    E0203_WRONG_SHAPE, "E0203", "shapes that do not fit";
    E0204_OUT_OF_RANGE, "E0204", "an index out of range";
    E0205_INDICES, "E0205", "indices that do not fit";
    E0206_LAW, "E0206", "forbidden by the law of a holor";
    E0207_CHARTS, "E0207", "no chart, or different charts";
    E0208_NO_METRIC, "E0208", "no metric or connection";
    E0301_UNDEFINED, "E0301", "an undefined expression";
    E0302_DIVERGENT, "E0302", "no finite value";
    E0303_NO_LIMIT, "E0303", "no limit";
    E0304_NOT_FOUND, "E0304", "no answer found";
    E0305_UNDECIDED, "E0305", "a condition that cannot be decided";
    E0306_CONTRADICTION, "E0306", "contradictory assumptions";
    E0307_INVALID, "E0307", "an operation that does not apply";
    E0308_DEGENERATE, "E0308", "a degenerate metric";
    E0309_MAP, "E0309", "a map between charts that cannot be used";
    E0310_EVOLUTION, "E0310", "an equation that cannot be evolved";
    E0311_NOT_UNIQUE, "E0311", "a solution that is not the only one";
    E0401_NOT_A_NUMBER, "E0401", "no numeric value";
    E0402_UNSTABLE, "E0402", "a run that cannot be stable";
    E0403_TOO_LARGE, "E0403", "too large";
    E0404_RECURSION, "E0404", "recursion too deep";
    E0405_NOT_FINITE, "E0405", "a run that became infinite";
    E0406_UNRESOLVED, "E0406", "a run that its points do not resolve";
    E0501_NO_DEVICE, "E0501", "a device that is not there";
    E0601_FILE, "E0601", "a file that cannot be used";
    E0602_NO_INPUT, "E0602", "no input";
    E0603_NOT_AVAILABLE, "E0603", "not part of this build";
    E0701_INTERRUPTED, "E0701", "interrupted";
    E0901_INTERNAL, "E0901", "a defect of holor";
}
