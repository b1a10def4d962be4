//! Products with the results of another implementation: SymPy 1.14, `canon_bp`, on random products.

use super::*;

/// A product, and what SymPy makes of it.
#[rustfmt::skip]
const CASES: &[(&str, &str)] = &[
    ("R[^b, ^k2, _k2, _k4] R[^k4, _a, _k6, ^k6]",
     "0"),
    ("F[^k3, ^k5, _k3] R[_k7, ^k9] F[^a, ^k11] R[^k1, _k1, ^k7, _k11] R[_k9, _k5]",
     "0"),
    ("R[^k12, _k8, ^k8, ^k0] R[^k6, _k12, ^k10, ^k2] R[_k6, _k2, ^k4, _k4] R[^k14, _k14, _k10, _k0]",
     "0"),
    ("S[^k0, ^k14, ^k8] F[_k14, _k0] R[^k2, _k6, _k10, ^k6] S[^k4, _k8, _k4] R[^k10, ^k12, _k12, _k2]",
     "0"),
    ("R[^k6, ^k10, ^d, ^c] R[_k10, _k4, ^k4, ^b] R[^k8, _k8, _a, _k6]",
     "0"),
    ("V[_k8] R[^k0, _k4, _k2, ^k2] R[_k6, _k0, ^k8, ^k4] V[^k6]",
     "0"),
    ("F[_k0, _k6] F[^k0, _k4] R[^k10, _k8, ^k2, ^k4] V[^k6] S[^k8, _k10, _k2]",
     "0"),
    ("R[^k5, _k5, ^k7, _k3] V[^a] R[^k3, _k7, ^b, ^c]",
     "0"),
    ("F[^k2, _k2] S[_k6, _k0, ^k4] S[^k0, _k4, ^k6]",
     "0"),
    ("R[_k10, ^k0, _k0, ^k4] R[_k8, _k2, ^k2, ^k8] R[^k10, _k4, _k6, ^k6]",
     "0"),
    ("F[^k10, ^k0, _k0] R[^k8, ^k6, _k2, ^k12] R[_k8, _k6, _k12, ^k2] F[^k4, _k10, _k4]",
     "0"),
    ("R[^a, ^d, _k6, _k8] R[^c, ^k4, _k10, ^k10] R[_b, _k4, ^k6, ^k8]",
     "0"),
    ("F[_k6, _k4] R[_k8, ^k6] F[_a, _c, ^k4] F[^b, ^d, ^k8]",
     "-F[^d0, ^d1] F[_a, _c, _d0] F[^b, ^d, ^d2] R[_d1, _d2]"),
    ("R[_k2, ^k0, ^k4, ^k6] R[_k0, ^k2, _k6, _k4]",
     "R[^d0, ^d1, ^d2, ^d3] R[_d0, _d1, _d2, _d3]"),
    ("V[^b] R[^k3, ^k5] R[_c, _k5, _k3, _a]",
     "-R[_a, ^d0, _c, ^d1] R[_d0, _d1] V[^b]"),
    ("R[^k8, _k10, ^c, _k6] R[^k10, ^d, _k8, ^k4] R[_a, ^k6, _b, _k4]",
     "-R[_a, ^d0, _b, ^d1] R[^c, _d0, ^d2, ^d3] R[^d, _d2, _d1, _d3]"),
    ("R[_k0, _k2, _k6, ^k2] R[^k4, ^k6, ^k0, _k4]",
     "-R[^d0, ^d1, _d0, ^d2] R[_d1, ^d3, _d2, _d3]"),
    ("R[^k6, _k8, ^k10, _b] R[_k2, _k6, _k10, ^k8] R[^k4, ^k2, ^a, _k4]",
     "-R[^a, ^d0, _d0, ^d1] R[_b, ^d2, ^d3, ^d4] R[_d1, _d3, _d2, _d4]"),
    ("R[^k4, _k10, _k0, ^k2] R[^k12, _k8, ^k14, _k4] R[_k14, _k2, ^k10, _k6] R[^k8, _k12, ^k0, ^k6]",
     "-R[^d0, ^d1, ^d2, ^d3] R[_d0, _d1, ^d4, ^d5] R[_d2, ^d6, _d4, ^d7] R[_d3, _d7, _d5, _d6]"),
    ("S[_a, ^b, ^k8] S[^d, _k6, _k4] R[^k6, _k8] R[^k4, _c]",
     "R[_c, ^d0] R[^d1, ^d2] S[_a, ^b, _d1] S[^d, _d0, _d2]"),
    ("R[^k4, ^k6, ^k0, _k4] R[^k2, _k6, _k2, _k0]",
     "-R[^d0, ^d1, _d0, ^d2] R[_d1, ^d3, _d2, _d3]"),
    ("V[^k3] F[_b, _k3] R[_c, ^a]",
     "F[_b, ^d0] R[^a, _c] V[_d0]"),
    ("R[^k4, _k0, _k4, _k2] R[^k2, ^k6, _k6, ^k0]",
     "-R[^d0, ^d1, _d0, ^d2] R[_d1, ^d3, _d2, _d3]"),
    ("F[^b, ^k3] R[_a, _k3] V[^c]",
     "F[^b, ^d0] R[_a, _d0] V[^c]"),
    ("R[_b, _k10, _a, _k6] R[_k4, ^k10, ^k4, ^k8] R[^k6, _c, _k8, _d]",
     "R[_a, ^d0, _b, ^d1] R[_c, _d0, _d, ^d2] R[_d1, ^d3, _d2, _d3]"),
    ("R[_k4, _k2, ^k10, ^k6] R[^k4, _k10, ^k8, ^k2] R[_k6, ^k0, _k0, _k8]",
     "R[^d0, ^d1, _d0, ^d2] R[_d1, ^d3, ^d4, ^d5] R[_d2, _d4, _d3, _d5]"),
    ("S[_k1, ^k3, ^k9] V[^k7] F[_k7, _a, ^k1] R[_k3, ^k5] R[_k9, _k5]",
     "F[_a, ^d0, ^d1] R[^d2, ^d3] R[_d2, ^d4] S[_d0, _d3, _d4] V[_d1]"),
    ("R[_k1, ^k1] V[^a]",
     "R[^d0, _d0] V[^a]"),
    ("F[_k2, ^k6, _k4] R[^k4, _k0] V[^k2] F[_k6, ^k0]",
     "F[^d0, ^d1] F[_d0, ^d2, ^d3] R[_d1, _d2] V[_d3]"),
    ("R[_k2, _k4, _k0, ^k4] R[^k0, ^k6, _k6, ^k2]",
     "-R[^d0, ^d1, _d0, ^d2] R[_d1, ^d3, _d2, _d3]"),
    ("R[_k8, _k2, ^k2, _k6] V[_k4] R[^k8, ^a] F[^b, ^k4, ^k6]",
     "-F[^b, ^d0, ^d1] R[_d0, ^d2, _d2, ^d3] R[^a, _d3] V[_d1]"),
    ("R[_c, ^d, _a, ^b] R[^k4, ^k6, _k6, _k4]",
     "-R[_a, ^b, _c, ^d] R[^d0, ^d1, _d0, _d1]"),
    ("F[_k3, _c] S[_b, _k5, ^k3] R[^k5, ^a]",
     "-F[_c, ^d0] R[^a, ^d1] S[_b, _d0, _d1]"),
    ("V[^k8] R[_c, _a, _k6, ^d] R[^k4, _b, _k4, ^k6] R[^k12, _k10] S[^k10, _k8, _k12]",
     "R[_a, _c, ^d, ^d0] R[_b, ^d1, _d0, _d1] R[^d2, ^d3] S[_d2, _d3, ^d4] V[_d4]"),
    ("F[^k3, ^c, _a] R[_k3, ^b]",
     "-F[_a, ^c, ^d0] R[^b, _d0]"),
    ("R[^k2, _k4, _k2, ^k6] R[_a, _k6, ^b, ^k4]",
     "R[_a, ^d0, ^b, ^d1] R[_d0, ^d2, _d1, _d2]"),
    ("R[_c, ^b, _k3, _a] V[^k3]",
     "R[_a, ^d0, ^b, _c] V[_d0]"),
    ("R[^k6, ^k10, _k10, _k8] R[^b, _k4, _c, ^k4] R[_k6, _d, ^k8, _a]",
     "-R[_a, ^d0, _d, ^d1] R[^b, ^d2, _c, _d2] R[_d0, ^d3, _d1, _d3]"),
    ("R[^k6, ^k2, _k4, _k6] R[_b, _k2, ^k4, _a]",
     "R[_a, ^d0, _b, ^d1] R[_d0, ^d2, _d1, _d2]"),
    ("R[_k4, _k6, ^k6, ^c] R[^k4, ^d, ^b, _k8] V[^k8] V[_a]",
     "R[^b, ^d0, ^d, ^d1] R[^c, ^d2, _d1, _d2] V[_a] V[_d0]"),
    ("R[^c, ^d, ^k6, ^b] R[_k4, ^k8, _a, _k14] R[_k6, ^k12, _k12, _k10] R[^k14, ^k10, ^k4, _k8]",
     "R[_a, ^d0, ^d1, ^d2] R[^b, ^d3, ^c, ^d] R[_d0, ^d4, _d1, _d2] R[_d3, ^d5, _d4, _d5]"),
    ("F[_k6, ^k4] R[_k8, ^b] R[_a, _k10] S[^k8, ^k6, ^k10] F[_d, _c, _k4]",
     "F[^d0, ^d1] F[_c, _d, _d0] R[_a, ^d2] R[^b, ^d3] S[_d1, _d2, _d3]"),
    ("F[_a, _k5] R[_k3, ^c] F[^k3, ^k5] F[_k7, ^b] V[^k7]",
     "F[_a, ^d0] F[^b, ^d1] F[_d0, ^d2] R[^c, _d2] V[_d1]"),
    ("V[^a] R[_k1, ^k1]",
     "R[^d0, _d0] V[^a]"),
    ("R[_a, _k4, ^k4, ^k6] R[_c, _b, _k6, ^d]",
     "R[_a, ^d0, _d0, ^d1] R[_b, _c, ^d, _d1]"),
    ("R[^k4, _k2, ^k2, ^k0] R[_k6, _k4, ^k6, _k0]",
     "-R[^d0, ^d1, _d0, ^d2] R[_d1, ^d3, _d2, _d3]"),
    ("R[_a, _k4, ^b, _c] R[^d, ^k6, ^k4, _k6]",
     "R[_a, ^d0, ^b, _c] R[^d, ^d1, _d0, _d1]"),
    ("R[_k2, ^k4, ^k0, ^k2] R[^k6, _k4, _k6, _k0]",
     "-R[^d0, ^d1, _d0, ^d2] R[_d1, ^d3, _d2, _d3]"),
    ("V[_k1] V[^k3] S[^k5, _k3, _k5] R[^a, ^k1]",
     "R[^a, ^d0] S[^d1, _d1, ^d2] V[_d0] V[_d2]"),
    ("V[^b] S[^k3, ^c, _k7] S[_k3, ^k7, ^a] R[^k5, _k5]",
     "R[^d0, _d0] S[^a, ^d1, ^d2] S[^c, _d1, _d2] V[^b]"),
    ("R[^k6, ^k4, _k4, _k2] R[^k2, ^b, _k6, _a]",
     "-R[_a, ^d0, ^b, ^d1] R[_d0, ^d2, _d1, _d2]"),
];

#[test]
fn agrees_with_sympy() {
    let stock = Stock::new(Expr::symbol("n"));
    let canonical = |text: &str| {
        stock.read(text).canonicalize_with(Identities::MonoTerm, None).unwrap().expression
    };
    for (input, expected) in CASES {
        if *expected == "0" {
            assert!(canonical(input).is_zero(), "{input}");
        } else {
            assert!(!canonical(input).is_zero(), "{input}");
            assert_eq!(canonical(input), canonical(expected), "{input}");
        }
    }
    // What SymPy tells apart stays apart.
    let mut ours: Vec<String> = Vec::new();
    let mut theirs: Vec<&str> = Vec::new();
    for (input, expected) in CASES {
        if !theirs.contains(expected) {
            theirs.push(expected);
            let result = canonical(input).plain();
            assert!(!ours.contains(&result), "{input}");
            ours.push(result);
        }
    }
}
