//! What texts read as, as s-expressions.

use super::{check, read};

#[test]
fn numbers() {
    check(&[
        ("1", "1"),
        ("1.5", "1.5"),
        (".5", ".5"),
        ("2.", "2."),
        ("1e-3", "1e-3"),
        ("2.5e10", "2.5e10"),
        ("2E3", "2E3"),
        ("2e", "(~ 2 e)"),
        ("2e + 1", "(+ (~ 2 e) 1)"),
        ("2e-x", "(- (~ 2 e) x)"),
        ("2e3x", "(~ 2e3 x)"),
        ("2exp(x)", "(~ 2 (call exp x))"),
        ("0..1", "(.. 0 1)"),
        ("0...5", "(.. 0 .5)"),
        ("2.*x", "(.* 2 x)"),
        ("1/3", "(/ 1 3)"),
        ("007", "007"),
        ("0x", "(~ 0 x)"),
        ("123456789012345678901234567890", "123456789012345678901234567890"),
    ]);
}

#[test]
fn names() {
    check(&[
        ("θ", "θ"),
        ("theta", "θ"),
        ("omega0", "ω0"),
        ("theta_1", "θ_1"),
        ("r_s", "r_s"),
        ("x₁", "x1"),
        ("alpha_beta", "α_β"),
        ("hbar", "ħ"),
        ("pi", "π"),
        ("oo", "∞"),
        ("∞", "∞"),
        ("phi varphi", "(~ φ ϕ)"),
        ("∇φ", "(~ ∇ φ)"),
        ("x\u{302} + e\u{301}", "(+ x\u{302} \u{e9})"),
        ("длина", "длина"),
        ("_ + _3", "(+ _ _3)"),
        ("true", "true"),
        ("symbols + function clear", "(+ symbols (~ function clear))"),
    ]);
}

#[test]
fn strings() {
    check(&[
        (r#""a b""#, r#""a b""#),
        (r#""a\n\t\"\\""#, r#""a\n\t\"\\""#),
        (r#""\u{3b8}""#, r#""θ""#),
        ("\"a\nb\"", r#""a\nb""#),
        (r##""# no comment" # comment"##, r##""# no comment""##),
    ]);
}

#[test]
fn precedence() {
    check(&[
        ("-x^2", "(- (^ x 2))"),
        ("x^-1", "(^ x (- 1))"),
        ("2^-x^2", "(^ 2 (- (^ x 2)))"),
        ("x^y^z", "(^ x (^ y z))"),
        ("2^3!", "(^ 2 (! 3))"),
        ("2**3", "(^ 2 3)"),
        ("A.^2 .* B ./ C", "(chain (.^ A 2) .* B ./ C)"),
        ("-x y", "(~ (- x) y)"),
        ("a*-b", "(* a (- b))"),
        ("a - -b", "(- a (- b))"),
        ("a − b", "(- a b)"),
        ("a/b/c*d", "(chain a / b / c * d)"),
        ("a + b - c*d", "(chain a + b - (* c d))"),
        ("a·b × c", "(chain a · b × c)"),
        ("0..2pi", "(.. 0 (~ 2 π))"),
        ("a+1..b-1 step 2h", "(.. (+ a 1) (- b 1) (~ 2 h))"),
        ("a < b <= c ≠ d", "(compare a < b <= c != d)"),
        ("f + 1 == x", "(compare (+ f 1) == x)"),
        ("not a == b and c or d", "(or (and (not (compare a == b)) c) d)"),
        ("a or b and c or d", "(chain a or (and b c) or d)"),
        ("d(A) + A ∧ A", "(+ (call d A) (∧ A A))"),
        ("x dx ∧ y dy", "(∧ (~ x dx) (~ y dy))"),
        ("a ⊗ b ∧ c", "(chain a ⊗ b ∧ c)"),
        ("-∂_t + f ∂r", "(+ (- ∂_t) (~ f ∂_r))"),
        ("u -> v -> u v", "(-> [u] (-> [v] (~ u v)))"),
        ("(u, v) -> u + v", "(-> [u v] (+ u v))"),
        ("() -> 3", "(-> [] 3)"),
        (
            "√x^2 √2 √(y z)",
            "(chain (^ (call sqrt x) 2) ~ (call sqrt 2) ~ (call sqrt (~ y z)))",
        ),
        ("x²y⁻¹", "(~ (^ x 2) (^ y (- 1)))"),
        ("2x²", "(~ 2 (^ x 2))"),
        ("xⁿ", "(^ x n)"),
        ("-x²", "(- (^ x 2))"),
        ("n! + 1", "(+ (! n) 1)"),
        ("n!=2", "(compare n != 2)"),
        ("n!==2", "(compare (! n) == 2)"),
    ]);
}

#[test]
fn implicit_products() {
    check(&[
        ("2x", "(~ 2 x)"),
        ("2 sin(x)", "(~ 2 (call sin x))"),
        ("3(x+1)", "(~ 3 (+ x 1))"),
        ("(x+1)(x-1)", "(~ (+ x 1) (- x 1))"),
        ("x y^2 z", "(chain x ~ (^ y 2) ~ z)"),
        ("2 [1, 2]", "(~ 2 (list 1 2))"),
        ("sin(x)(x+1)", "(~ (call sin x) (+ x 1))"),
        ("x (y+1)^2", "(^ (call? x (+ y 1)) 2)"),
        ("e^x (y+1)", "(~ (^ e x) (+ y 1))"),
        ("2^f(x)", "(^ 2 (call f x))"),
        ("2^sin (x)", "(^ 2 (call? sin x))"),
        ("2 -x", "(- 2 x)"),
        ("(a\n(b))", "a\n[E0001] expected `,` or `)`, found `(`"),
    ]);
}

#[test]
fn absolute_values() {
    check(&[
        ("|x|", "(abs x)"),
        ("||x| + 1|", "(abs (+ (abs x) 1))"),
        ("|a||b|", "(~ (abs a) (abs b))"),
        ("|a| b |c|", "(chain (abs a) ~ b ~ (abs c))"),
        ("a |z|", "(~ a (abs z))"),
        ("2|z|^2", "(~ 2 (^ (abs z) 2))"),
        ("|A|^2 A", "(~ (^ (abs A) 2) A)"),
        ("|x - |y||", "(abs (- x (abs y)))"),
        ("|f(|x|)|", "(abs (call f (abs x)))"),
        ("-|x|!", "(- (! (abs x)))"),
    ]);
}

#[test]
fn calls_and_indices() {
    check(&[
        ("f()", "(call f)"),
        ("f(x, y,)", "(call f x y)"),
        ("f (x)", "(call? f x)"),
        ("integrate(x, x = 0..1)", "(call integrate x x=(.. 0 1))"),
        ("subs(f, theta = 2)", "(call subs f θ=2)"),
        ("box(x = 0..2; points = [5])", "(call box x=(.. 0 2) points=(list 5))"),
        ("f(\n  x,\n  y\n)", "(call f x y)"),
        ("A[1, 2]", "(index A 1 2)"),
        ("T[^a, _b]", "(index T ^a _b)"),
        ("R[_b,_a,_1]", "(index R _b _a _1)"),
        ("Γ[^1, _2, _x]", "(index Γ ^1 _2 _x)"),
        ("A[_]", "(index A _)"),
        ("∇[_a] T[^a, _b]", "(~ (index ∇ _a) (index T ^a _b))"),
        ("solve(f, x)[1].a", "(. (index (call solve f x) 1) a)"),
        ("run.A", "(. run A)"),
        ("run.step", "(. run step)"),
        ("evolve(eq, step = 0.1)", "(call evolve eq step=0.1)"),
        ("run.f(x)", "(call (. run f) x)"),
        ("(u -> u^2)(3)", "(call (-> [u] (^ u 2)) 3)"),
        ("x' y", "(~ (' x) y)"),
        ("A'B'", "(~ (' A) (' B))"),
        ("y''(x)", "(call (' (' y)) x)"),
        ("[[1, 2], [3, 4]]", "(list (list 1 2) (list 3 4))"),
        ("[]", "(list)"),
    ]);
}

#[test]
fn statements() {
    check(&[
        ("x = 3; y = 4", "(= x 3);\n(= y 4)"),
        ("h(x, a) = a*x;", "(define h [x a] (* a x));"),
        ("h (x) = x", "(define h [x] x)"),
        ("[a, b] = [1, 2]", "(= [a b] (list 1 2))"),
        ("T[^a, _b] = 2", "(= (index T ^a _b) 2)"),
        ("f = x == 2", "(= f (compare x == 2))"),
        (
            "M = chart(r, θ) where r > 0, 0 < θ < π",
            "(= M (where (call chart r θ) (compare r > 0) (compare 0 < θ < π)))",
        ),
        ("f((a where b > 0), c)", "(call f (where a (compare b > 0)) c)"),
        (
            "symbols rs, omega0 real; symbols n integer",
            "(symbols ([rs ω0] real));\n(symbols ([n] integer))",
        ),
        ("symbols a > 0", "(symbols ([a] (compare a > 0)))"),
        ("symbols a, b > 0", "(symbols ([a b] (compare a > 0) (compare b > 0)))"),
        (
            "symbols 0 < θ < π, x real, y",
            "(symbols ([θ] (compare 0 < θ < π)) ([x] real) ([y]))",
        ),
        ("symbols x real positive", "(symbols ([x] real positive))"),
        ("function f, a", "(function f a)"),
        ("clear x, f", "(clear [x f])"),
        ("clear", "(clear [])"),
        ("clear = 3", "(= clear 3)"),
        ("?sin", "(help sin)"),
        ("sin?", "(help sin)"),
        ("%time  x^2 ", "(% time \"x^2\")"),
        ("x\n  %pylab", "x\n(% pylab \"\")"),
        ("# c\n\n%%wolfram a\nx[1]\n%y", "(%% wolfram \"a\" \"x[1]\\n%y\")"),
        ("%%rust", "(%% rust \"\" \"\")"),
        ("%%rust\r\nx", "(%% rust \"\" \"x\")"),
        ("", ""),
        (";;\n;", ""),
    ]);
}

#[test]
fn control() {
    check(&[
        ("if a then b else c", "(if a b c)"),
        ("if a { b } else if c { d }", "(if a (block b) (if c (block d)))"),
        ("if a\n{ b }\nelse\n{ d }", "(if a (block b) (block d))"),
        ("2 + if a then 1 else 2", "(+ 2 (if a 1 2))"),
        ("for k in 1..3 { s = s + k; k }", "(for k (.. 1 3) (block (= s (+ s k)); k))"),
        ("for k ∈ [1] {}", "(for k (list 1) (block))"),
        (
            "while a < 3 {\n  a = a + 1\n}",
            "(while (compare a < 3) (block (= a (+ a 1))))",
        ),
        ("f(x) = {\n  y = x\n\n  y^2\n}", "(define f [x] (block (= y x) (^ y 2)))"),
        ("map(u -> { v = u\n v }, l)", "(call map (-> [u] (block (= v u) v)) l)"),
    ]);
}

#[test]
fn lines() {
    check(&[
        ("a\nb", "a\nb"),
        ("a +\n b", "(+ a b)"),
        ("a\n  * b\n  ^ 2", "(* a (^ b 2))"),
        ("a\n\n  # why\n  == b", "(compare a == b)"),
        ("x =\n  3", "(= x 3)"),
        ("a\n-b", "a\n(- b)"),
        (
            "a\n- b",
            "a\n(- b)\n[E0008] a line that begins with `-` does not continue the line before",
        ),
        ("(a\n+ b)", "(+ a b)"),
        ("[1,\n 2\n]", "(list 1 2)"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("a\u{a0}+\u{3000}b", "(+ a b)"),
        (
            "M = f(x)\n  where x > 0,\n  y > 0",
            "(= M (where (call f x) (compare x > 0) (compare y > 0)))",
        ),
    ]);
}

#[test]
fn ambiguous_products() {
    let warned = |text: &str| read(text).contains("E0006");
    for text in
        ["a/b c", "1/2x", "a/b(c)(d)", "1/x (y)", "1/rs (y + 1)", "a/(b) (c)", "1/2pi"]
    {
        assert!(warned(text), "{text}");
    }
    for text in [
        "1/2 x",
        "a/(b c)",
        "(a/b) c",
        "a b/c",
        "1/sin (x)",
        "a/b(c)",
        "a/(b (c))",
        "a/b*c",
        "x/2 (y)",
        "a/b dr^2",
        "a/b ∂_θ",
    ] {
        assert!(!warned(text), "{text}");
    }
    let expected = "`a b/c d` is read as `(a b/c)*d`, not as `a b/(c*d)`";
    assert!(read("a b/c d").contains(expected), "{}", read("a b/c d"));
}
