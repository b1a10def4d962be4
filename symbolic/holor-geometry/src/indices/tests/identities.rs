//! Known identities, one line each.

use super::*;

fn stock() -> Stock {
    Stock::new(Expr::symbol("n"))
}

fn canonical(stock: &Stock, text: &str) -> String {
    let result = stock.read(text).canonicalize().unwrap();
    assert!(result.left_out.is_empty());
    result.expression.plain()
}

#[track_caller]
fn all(stock: &Stock, cases: &[(&str, &str)]) {
    for (input, expected) in cases {
        assert_eq!(canonical(stock, input), *expected, "{input}");
    }
}

#[test]
fn slot_symmetries() {
    all(
        &stock(),
        &[
            (
                "R[_b, _a, _c, _d] R[^a, ^b, ^c, ^d]",
                "-R[_a, _b, _c, _d] R[^a, ^b, ^c, ^d]",
            ),
            ("R[_d, _c, _b, _a]", "R[_a, _b, _c, _d]"),
            (
                "R[_a, _a1, _c, _d] R[_e, _f, ^a1, ^a]",
                "-R[_c, _d, _a, _b] R[_e, _f, ^a, ^b]",
            ),
            ("S[_b, _a] F[^a, ^b]", "0"),
            ("S[_a, _b] V[^a] V[^b] - S[_x, _y] V[^y] V[^x]", "0"),
            ("F[_a, _b] V[^a] V[^b]", "0"),
            ("F[_a, _b] F[^b, ^a]", "-F[_a, _b] F[^a, ^b]"),
            ("F[_a, _b] F[^b, _c] F[^c, ^a]", "0"),
            ("T[_a, _b] - T[_b, _a]", "T[_a, _b] - T[_b, _a]"),
            ("V[_a] W[^a] - W[_b] V[^b]", "0"),
            ("ψ[_a] ψ[^a]", "0"),
            ("ψ[_a] ψ[_b] + ψ[_b] ψ[_a]", "0"),
            ("F[_a, _b] ψ[^a] ψ[^b]", "F[_a, _b] ψ[^a] ψ[^b]"),
            ("S[_a, _b] ψ[^a] ψ[^b]", "0"),
            ("R[_a, ^a, _b, _c]", "0"),
        ],
    );
}

#[test]
fn contractions() {
    all(
        &stock(),
        &[
            ("g[_a, _b] V[^b]", "V[_a]"),
            ("g[^a, ^b] g[_b, _c]", "δ[^a, _c]"),
            ("g[^a, ^b] g[_a, _b]", "n"),
            ("δ[^a, _a]", "n"),
            ("δ[^a, _b] δ[^b, _a]", "n"),
            ("δ[^a, _b] T[^b, _c]", "T[^a, _c]"),
            ("g[_a, _b] T[^a, ^b]", "T[_a, ^a]"),
            ("R[^a, _b, _a, _c]", "R[_b, _c]"),
            ("R[^a, _b, _c, _a]", "-R[_b, _c]"),
            ("R[_a, _b, _c, ^b]", "R[_a, _c]"),
            ("R[^a, _a]", "R"),
            ("g[^a, ^c] g[^b, ^d] R[_a, _b, _c, _d]", "R"),
            ("W[^a, _b, _a, _c]", "0"),
            ("∇[_a] g[_b, _c]", "0"),
            ("∇[_a] δ[^b, _c]", "0"),
            ("∂[_a] g[_b, _c]", "∂[_a] g[_b, _c]"),
            ("∂[_a] δ[^b, _c]", "0"),
            ("g[_b, _c] ∇[_a] V[^c]", "∇[_a] V[_b]"),
            ("g[_b, _c] ∂[_a] V[^c]", "g[_b, _c] ∂[_a] V[^c]"),
            ("g[^a, ^b] ∂[_a] V[_c]", "∂[^b] V[_c]"),
            ("δ[^b, _c] ∂[_a] V[^c]", "∂[_a] V[^b]"),
            ("∇[_a] R[^b, _c, _b, _d]", "∇[_a] R[_c, _d]"),
        ],
    );
}

#[test]
fn indices_keep_their_places_under_a_partial_derivative() {
    let stock = stock();
    let up = stock.read("∂[_a] V[^b] W[_b]");
    let down = stock.read("∂[_a] V[_b] W[^b]");
    assert_eq!(up.is_equal(&down).unwrap(), Some(false));
    assert_eq!(
        stock
            .read("∇[_a] V[^b] W[_b]")
            .is_equal(&stock.read("W[^c] ∇[_a] V[_c]"))
            .unwrap(),
        Some(true)
    );
    // Both ends under the same derivative may be exchanged.
    let trace = stock.read("∂[_c] T[_a, ^a]");
    assert_eq!(trace.is_equal(&stock.read("∂[_c] T[^a, _a]")).unwrap(), Some(true));
    // The index of a derivative and one under it may not.
    let divergence = stock.read("∂[^a] V[_a]");
    assert_eq!(divergence.is_equal(&stock.read("∂[_a] V[^a]")).unwrap(), Some(false));
    assert_eq!(
        stock
            .read("∂[_a] ∂[_b] V[_c]")
            .is_equal(&stock.read("∂[_b] ∂[_a] V[_c]"))
            .unwrap(),
        Some(true)
    );
    assert_eq!(
        stock
            .read("∇[_a] ∇[_b] V[_c]")
            .is_equal(&stock.read("∇[_b] ∇[_a] V[_c]"))
            .unwrap(),
        Some(false)
    );
    assert_eq!(
        stock.read("∇[_a] ∇[_b] φ").is_equal(&stock.read("∇[_b] ∇[_a] φ")).unwrap(),
        Some(true)
    );
}

#[test]
fn cyclic_identity() {
    all(
        &stock(),
        &[
            ("R[_a, _b, _c, _d] + R[_a, _c, _d, _b] + R[_a, _d, _b, _c]", "0"),
            ("W[_a, _b, _c, _d] + W[_a, _c, _d, _b] + W[_a, _d, _b, _c]", "0"),
            (
                "R[_a, _b, _c, _d] R[^a, ^c, ^b, ^d]",
                "1/2*R[_a, _b, _c, _d] R[^a, ^b, ^c, ^d]",
            ),
            (
                "W[_a, _b, _c, _d] W[^a, ^c, ^b, ^d]",
                "1/2*W[_a, _b, _c, _d] W[^a, ^b, ^c, ^d]",
            ),
            (
                "F[^a, ^b] F[^c, ^d] R[_a, _c, _b, _d] - 1/2*F[^a, ^b] F[^c, ^d] R[_a, _b, _c, _d]",
                "0",
            ),
            ("F[^a, ^b, ^c] R[_a, _b, _c, _d]", "0"),
            (
                "R[_a, _b, _c, _d] R[^a, ^c, ^b, ^d] R[_e, _f, _h, _k] R[^e, ^h, ^f, ^k]",
                "1/4*R[_a, _b, _c, _d] R[^a, ^b, ^c, ^d] R[_e, _f, _g, _h] R[^e, ^f, ^g, ^h]",
            ),
            ("F[^a, ^b, ^c, ^d] R[_a, _b, _c, _d]", "0"),
            (
                "R[_a, _b, _c, _d] R[^a, ^c, ^b, ^e] - 1/2*R[_a, _b, _c, _d] R[^a, ^b, ^c, ^e]",
                "0",
            ),
        ],
    );
}

#[test]
fn antisymmetrised_curvature_is_zero() {
    let stock = stock();
    for names in [["b", "c", "d"], ["a", "b", "c"]] {
        let part = stock.read("R[_a, _b, _c, _d]").antisymmetrize(&names).unwrap();
        assert!(part.canonicalize().unwrap().expression.is_zero());
    }
    let part =
        stock.read("∇[_e] R[_a, _b, _c, _d]").antisymmetrize(&["c", "d", "e"]).unwrap();
    assert!(part.canonicalize().unwrap().expression.is_zero());
    // Bianchi's second identity is not one of partial derivatives, nor of Weyl's tensor.
    for text in ["∂[_e] R[_a, _b, _c, _d]", "∇[_e] W[_a, _b, _c, _d]"] {
        let part = stock.read(text).antisymmetrize(&["c", "d", "e"]).unwrap();
        assert!(!part.canonicalize().unwrap().expression.is_zero());
    }
}

#[test]
fn bianchi_identity() {
    all(
        &stock(),
        &[
            (
                "∇[_e] R[_a, _b, _c, _d] + ∇[_c] R[_a, _b, _d, _e] + ∇[_d] R[_a, _b, _e, _c]",
                "0",
            ),
            ("∇[^a] R[_a, _b] - 1/2*∇[_b] R", "0"),
            ("∇[^a] R[_a, _b, _c, _d]", "∇[_c] R[_b, _d] - ∇[_d] R[_b, _c]"),
            (
                "∇[_e] R[_a, _b, _c, _d] ∇[^a] R[^e, ^b, ^c, ^d]",
                "1/2*(∇[_a] R[_b, _c, _d, _e]) ∇[^a] R[^b, ^c, ^d, ^e]",
            ),
            (
                "∇[_f] ∇[_e] R[_a, _b, _c, _d] + ∇[_f] ∇[_c] R[_a, _b, _d, _e] + ∇[_f] ∇[_d] R[_a, _b, _e, _c]",
                "0",
            ),
            ("∇[^a] ∇[^b] R[_a, _b] - 1/2*∇[^a] ∇[_a] R", "0"),
        ],
    );
}

#[test]
fn volume_forms() {
    let stock = Stock::new(Expr::integer(4));
    all(
        &stock,
        &[
            ("ε[_a, _b, _c, _d] ε[^a, ^b, ^c, ^d]", "-24"),
            ("ε[_a, _b, _c, _e] ε[^a, ^b, ^c, ^f]", "-6 δ[_e, ^f]"),
            (
                "ε[_a, _b, _e, _f] ε[^a, ^b, ^h, ^k]",
                "-2 δ[_e, ^h] δ[_f, ^k] + 2 δ[_e, ^k] δ[_f, ^h]",
            ),
            ("ε[_a, _b, _c, _d] V[^a] V[^b]", "0"),
            ("ε[_a, _b, _c, _d] R[^a, ^b, ^c, ^e]", "0"),
            ("∇[_e] ε[_a, _b, _c, _d]", "0"),
            (
                "ε[_a, _b, _c, _d] F[^a, ^b] F[^c, ^d] - ε[_a, _b, _c, _d] F[^a, ^d] F[^b, ^c]",
                "0",
            ),
        ],
    );
    let three = stock.read("ε[_a, _b, _c, _d] ε[_e, _f, _h, _k] ε[^a, ^b, ^h, ^k]");
    assert_eq!(
        three.canonicalize().unwrap().left_out,
        ["identities of one dimension in a product of three volume forms"]
    );
    let unknown = Stock::with_pairing(
        Expr::integer(4),
        Pairing::Symmetric { metric: "g".into(), determinant: None },
    );
    let result =
        unknown.read("ε[_a, _b, _c, _d] ε[^a, ^b, ^c, ^d]").canonicalize().unwrap();
    assert_eq!(
        result.left_out,
        ["products of two ε: the sign of the metric's determinant is not known"]
    );
}

#[test]
fn coefficients_cancel_as_polynomials() {
    let stock = stock();
    let n = Expr::symbol("n");
    let square = stock.read("δ[^a, _a] δ[^b, _b] V[_c]");
    let other =
        stock.read("V[_c]").scale(&(&n * (&n - 1))).add(&stock.read("δ[^a, _a] V[_c]"));
    assert_eq!(square.is_equal(&other.unwrap()).unwrap(), Some(true));
}

#[test]
fn numbers_of_invariants() {
    // How many scalars of k curvature tensors are independent (S. A. Fulling, R. C. King, B. G. Wybourne, C. J. Cummins,
    // Class. Quantum Grav. 9, 1992; J. M. Martín-García et al., Comput. Phys. Commun. 177, 2007).
    let stock = stock();
    for (count, tries, expected) in [(1, 20, 1), (2, 300, 3), (3, 1500, 8)] {
        assert_eq!(independent(&stock, &vec![0; count], tries), expected, "{count}");
    }
    // Of two ∇R.
    assert_eq!(independent(&stock, &[1, 1], 300), 4);
}

/// How many terms occur in normal forms of random scalars of curvature tensors under so many derivatives.
pub(super) fn independent(stock: &Stock, outer: &[usize], tries: usize) -> usize {
    let mut random = Random::new(21);
    let mut met: Vec<Vec<Factor>> = Vec::new();
    let factors: Vec<_> = outer
        .iter()
        .map(|&outer| (stock.find("R", 4), vec![Arc::clone(&stock.nabla); outer]))
        .collect();
    for _ in 0..tries {
        let term = random_product(&mut random, &factors, 0);
        for term in alone(&term).canonicalize().unwrap().expression.terms() {
            if !met.iter().any(|factors| factors == term.factors()) {
                met.push(term.factors().to_vec());
            }
        }
    }
    met.len()
}

#[test]
fn commuting_covariant_derivatives() {
    let stock = stock();
    let riemann = stock.find("R", 4);
    let commutator = |text: &str| {
        let before = stock.read(text);
        let after = before.commute_derivatives("a", "b", &riemann).unwrap();
        let exchanged =
            stock.read(&text.replace("_a", "_?").replace("_b", "_a").replace("_?", "_b"));
        after.subtract(&exchanged).unwrap().canonicalize().unwrap().expression.plain()
    };
    assert_eq!(commutator("∇[_a] ∇[_b] V[^c]"), "R[_a, _b, ^c, _d] V[^d]");
    assert_eq!(commutator("∇[_a] ∇[_b] V[_c]"), "R[_a, _b, _c, _d] V[^d]");
    assert_eq!(commutator("∇[_a] ∇[_b] φ"), "0");
    // ∇ᵃ∇ᵇF_ab = 0 for antisymmetric F
    let double = stock.read("∇[^a] ∇[^b] F[_a, _b]");
    let exchanged = double.commute_derivatives("a", "b", &riemann).unwrap();
    let sum = double.add(&exchanged).unwrap();
    assert!(sum.canonicalize().unwrap().expression.is_zero());
    let error =
        stock.read("∇[_a] V[_b]").commute_derivatives("a", "b", &riemann).unwrap_err();
    assert_eq!(
        error.to_string(),
        "commute derivatives: no two adjacent covariant derivatives have the indices a and b"
    );
}
