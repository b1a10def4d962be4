//! What texts read as, as s-expressions.

use super::read;

#[test]
fn formulas() {
    assert_eq!(read("f = x^2 - 5x + 6"), "(= f (chain (^ x 2) - (~ 5 x) + 6))");
    assert_eq!(read("1/3 + 1/6"), "(+ (/ 1 3) (/ 1 6))");
}
