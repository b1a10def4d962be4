//! Mistakes, what they are called and what to type instead.

use super::{parse_text, read};
use crate::Severity;

/// Asserts the message and a hint of the only error.
fn says(text: &str, message: &str, hint: &str) {
    let parsed = parse_text(text);
    let errors: Vec<_> =
        parsed.diagnostics.iter().filter(|it| it.severity == Severity::Error).collect();
    assert_eq!(errors.len(), 1, "{text}: {errors:?}");
    assert_eq!(errors[0].to_string(), message, "{text}");
    let found = hint.is_empty() || errors[0].hints.iter().any(|it| it.contains(hint));
    assert!(found, "{text}: {:?}", errors[0].hints);
}

#[test]
fn functions_without_parentheses() {
    says("sin x", "[E0007] the argument of `sin` stands in parentheses", "sin(x)");
    says("2 sin 2x", "[E0007] the argument of `sin` stands in parentheses", "sin(2x)");
    says(
        "sin^2(x)",
        "[E0007] the exponent of `sin` stands after its argument",
        "sin(x)^2",
    );
    says(
        "sin^2 x",
        "[E0007] the exponent of `sin` stands after its argument",
        "sin(x)^2",
    );
    says("cos²(x)", "[E0007] the exponent of `cos` stands after its argument", "cos(x)²");
    says(
        "sin⁻¹(x)",
        "[E0007] the exponent of `sin` stands after its argument",
        "asin(x)",
    );
    says(
        "sin^-1(x)",
        "[E0007] the exponent of `sin` stands after its argument",
        "asin(x)",
    );
    says("Sin[x]", "[E0007] the argument of `Sin` stands in round brackets", "sin(…)");
    says("cos[x]", "[E0007] the argument of `cos` stands in round brackets", "cos(…)");
}

#[test]
fn definitions() {
    says("3 = x", "[E0001] `3` is not a name that `=` can define", "3 == x");
    says("x + y = 3", "[E0001] `x + y` is not a name that `=` can define", "x + y == 3");
    says(
        "f(2) = 3",
        "[E0001] the parameters of `f` must be names, and `2` is not one",
        "f(x) = …",
    );
    says(
        "f(x^2) = 3",
        "[E0001] the parameters of `f` must be names, and `x^2` is not one",
        "",
    );
    says(
        "f(x = 1) = x",
        "[E0001] the parameter `x` cannot have a default value",
        "f(x) = …",
    );
    says("f(x, x) = x", "[E0001] the parameter `x` stands twice", "");
    says("x := 3", "[E0003] `:=` means nothing here", "x = 3");
    says("a = b = 3", "[E0001] a statement has one `=`", "==");
    says(
        "if x = 3 { 1 }",
        "[E0001] `=` defines a name, and cannot stand inside an expression",
        "==",
    );
    says(
        "solve(x + 1 = 3, x)",
        "[E0001] `=` defines a name, and cannot stand inside an expression",
        "==",
    );
    says(
        "[x = 3]",
        "[E0001] `=` defines a name, and cannot stand inside an expression",
        "==",
    );
    says("_3 = 2", "[E0001] `_3` is not a name that `=` can define", "");
}

#[test]
fn brackets() {
    says("{1, 2}", "[E0001] braces hold statements, and this is a list", "[1, 2]");
    says(
        "(1, 2)",
        "[E0001] parentheses hold one expression, and this is a list",
        "[a, b]",
    );
    says(
        "[1, 2; 3, 4]",
        "[E0001] the rows of a matrix are lists, not parted by `;`",
        "[[1, 2], [3, 4]]",
    );
    says("f(x", "[E0002] `(` is not closed", "add `)`");
    says("f(x]", "[E0002] `(` is not closed before `]` follows", "add `)`");
    says("x)", "[E0001] `)` closes nothing", "remove `)`");
    says("}", "[E0001] `}` closes nothing", "");
    says("|x", "[E0002] `|` is not closed", "add `|`");
    says("|x\ny", "[E0002] `|` is not closed before the line ends", "add `|`");
    says("()", "[E0001] nothing stands between `(` and `)`", "");
    says("A[]", "[E0001] an index is missing between the brackets", "");
    says("\"abc", "[E0002] the string is not closed", "");
}

#[test]
fn characters() {
    says("“hi”", "[E0003] strings stand in straight double quotes", "\"hi\"");
    says(
        "\\alpha + 1",
        "[E0003] `\\alpha` is not completed",
        "press Tab after `\\alpha`",
    );
    says("a && b", "[E0003] `&&` means nothing here", "`and`");
    says("a % b", "[E0003] `%` means nothing here", "mod(a, b)");
    says("[1, …]", "[E0003] `…` means nothing here", "`..`");
    says("a\u{7}", "[E0003] `U+0007` means nothing here", "");
    says("'abc'", "[E0001] `'` needs something before it", "double quotes");
    says(r#""\frac""#, "[E0003] `\\f` means nothing in a string", r"\\f");
    says(
        r#""\u{110000}""#,
        "[E0003] `\\u` needs the number of a character in braces",
        "",
    );
}

#[test]
fn numbers() {
    says("1_000", "[E0004] `1_000` is not a number", "1000");
    says("1.2.3", "[E0004] `1.2.3` is not a number", "");
    says("0x1F", "[E0004] `0x1F` is not a number", "");
    says("_99999999999", "[E0004] no cell has a number this large", "");
    says("x 2", "[E0001] an operator is missing between `x` and `2`", "x*2");
}

#[test]
fn operators() {
    says("2 ^", "[E0001] `^` needs something after it", "");
    says("2 + * 3", "[E0001] an operand is missing between `+` and `*`", "");
    says("* 3", "[E0001] `*` needs something before it", "");
    says("f(,x)", "[E0001] nothing stands between `(` and `,`", "");
    says("n!!", "[E0001] `!!` may mean a double factorial or a factorial twice", "(n!)!");
    says("!a", "[E0001] `!` needs something before it", "not a");
    says("a === b", "[E0001] an operand is missing between `==` and `=`", "");
    says("1..2..3", "[E0001] a range has one `..`", "step");
    says("x 'a", "[E0001] a quote can only stand directly after a matrix", "");
    says(
        "x^2 -> x",
        "[E0001] only names in parentheses can stand before `->`",
        "u -> u^2",
    );
}

#[test]
fn words() {
    says("else 3", "[E0001] `else` without an `if` before it", "");
    says("if a b", "[E0001] expected a block after `if` before the end", "if a > 0 {");
    says(
        "for 3 in a {}",
        "[E0001] expected a variable after `for`, found `3`",
        "for k in",
    );
    says("for k a {}", "[E0001] expected `in` after the variable, found `a`", "for k in");
    says("x\n%%rust\ny", "[E0001] a cell magic must be the first line of its cell", "");
}

#[test]
fn several_errors_at_once() {
    let text = "a = (1 + ]\nb = 2\nc = sin x\nd = [1; 2]\ne1 = {\n  x = @\n  y = 2\n  z = 3 =\n}\nf = 3";
    assert_eq!(
        read(text),
        "(= a (+ 1 <error>))\n(= b 2)\n(= c (~ sin x))\n(= d (list 1))\n\
         (= e1 (block (= x <error>) (= y 2) (= z 3)))\n(= f 3)\n\
         [E0001] nothing stands between `+` and `]`\n\
         [E0007] the argument of `sin` stands in parentheses\n\
         [E0001] the rows of a matrix are lists, not parted by `;`\n\
         [E0003] `@` means nothing here\n\
         [E0001] a statement has one `=`"
    );
}

#[test]
fn an_unclosed_bracket_does_not_swallow_the_cell() {
    let text = "a = f(1 2\nb = @\nc = 3";
    assert_eq!(
        read(text),
        "(= a (call f 1))\n(= b <error>)\n(= c 3)\n\
         [E0001] an operator is missing between `1` and `2`\n[E0003] `@` means nothing here"
    );
}

#[test]
fn errors_are_at_most_twenty() {
    assert_eq!(parse_text(&"@\n".repeat(100)).diagnostics.len(), 20);
}

/// Lower case or code first, no full stop, one line.
#[test]
fn messages_have_one_form() {
    for text in
        ["sin x", "3 = x", "x 2", "(", "1_0", "a/b c", "if", "\"", "\\a", "f(x=1)=2"]
    {
        for it in parse_text(text).diagnostics {
            let first = it.message.chars().next().unwrap();
            assert!(!first.is_uppercase(), "{it}");
            assert!(!it.message.ends_with('.') && !it.message.contains('\n'), "{it}");
        }
    }
}
