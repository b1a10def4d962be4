//! Validation, products, rules, and writing.

use super::*;

fn stock() -> Stock {
    Stock::new(Expr::symbol("n"))
}

#[test]
fn errors_name_the_index() {
    let stock = stock();
    for (text, message) in [
        (
            "T[_a, _a]",
            "the index a occurs twice down: a summed index is once up and once down",
        ),
        (
            "T[^b, ^b]",
            "the index b occurs twice up: a summed index is once up and once down",
        ),
        ("T[_a, _b] V[^a] W[^a]", "the index a occurs 3 times in one product"),
        (
            "T[_a, _b] + V[_a] V[_c]",
            "the index b is free in one term of the sum and not in another",
        ),
        (
            "T[_a, _b] + T[^a, _b]",
            "the free index a is down in one term of the sum and up in another",
        ),
    ] {
        assert_eq!(stock.try_read(text).unwrap_err().to_string(), message);
    }
    let error = Factor::new(&stock.find("T", 2), vec![Index::up("a")]).unwrap_err();
    assert_eq!(error.to_string(), "T takes 2 indices, not 1");
    let bare = Stock::with_pairing(Expr::integer(3), Pairing::None);
    assert_eq!(
        bare.try_read("V[^a]").unwrap_err().to_string(),
        "the index a of V must be down: spacetime has no metric"
    );
    // Two metrics' indices that are both up are an error too.
    assert!(stock.try_read("R[_a, _b] R[_a, _b]").is_err());
}

#[test]
fn products_keep_dummies_apart() {
    let stock = stock();
    let square = stock.read("V[_a] W[^a]").power(3).unwrap();
    assert_eq!(
        square.canonicalize().unwrap().expression.plain(),
        "V[_a] V[_b] V[_c] W[^a] W[^b] W[^c]"
    );
    let contracted =
        stock.read("T[_a, _b] V[^b]").multiply(&stock.read("W[^a] V[_b] V[^b]"));
    assert_eq!(
        contracted.unwrap().canonicalize().unwrap().expression.plain(),
        "T[_a, _b] V[^b] V[_c] V[^c] W[^a]"
    );
    let derivative = stock
        .read("V[_a] W[^a]")
        .differentiate(&stock.nabla, &Index::down("a"))
        .unwrap()
        .canonicalize()
        .unwrap();
    assert_eq!(derivative.expression.plain(), "V[_b] ∇[_a] W[^b] + W[_b] ∇[_a] V[^b]");
}

#[test]
fn dummies_have_names_of_their_own() {
    let stock = stock();
    let text = "T[_b, _x] V[^x] T[_a, _y] V[^y]";
    assert_eq!(
        stock.read(text).canonicalize().unwrap().expression.plain(),
        "T[_a, _c] T[_b, _d] V[^c] V[^d]"
    );
    let short = IndexSpace::new(
        "internal",
        Expr::integer(3),
        Pairing::Symmetric { metric: "η".into(), determinant: Some(1) },
    )
    .with_alphabet(&["i", "j"]);
    let space = Arc::new(short);
    let field = Arc::new(TensorSymbol::covariant("A", &space, SlotSymmetry::none(3)));
    let indices = |names: [&str; 3], up: bool| {
        names.map(|name| if up { Index::up(name) } else { Index::down(name) }).to_vec()
    };
    let factors = vec![
        Factor::new(&field, indices(["x", "y", "z"], false)).unwrap(),
        Factor::new(&field, indices(["x", "y", "z"], true)).unwrap(),
    ];
    let product = AbstractExpression::product(Expr::one(), factors).unwrap();
    assert_eq!(
        product.canonicalize().unwrap().expression.plain(),
        "A[_i, _j, _i1] A[^i, ^j, ^i1]"
    );
}

#[test]
fn spaces_are_kept_apart() {
    let stock = stock();
    let gauge = Arc::new(
        IndexSpace::new(
            "gauge",
            Expr::integer(8),
            Pairing::Symmetric { metric: "κ".into(), determinant: Some(1) },
        )
        .with_alphabet(&["p", "q", "r", "s"]),
    );
    let slots = vec![
        (Arc::clone(&gauge), Variance::Up),
        (Arc::clone(&stock.space), Variance::Down),
        (Arc::clone(&stock.space), Variance::Down),
    ];
    let generator = SignedPermutation::negative(Permutation::transposition(3, 1, 2));
    let symmetry = SlotSymmetry::generated_by(3, &[generator]).unwrap();
    let field = Arc::new(TensorSymbol::new("F", slots, symmetry).unwrap());
    let factor = |a, b, c| Factor::new(&field, vec![a, b, c]).unwrap();
    let product = AbstractExpression::product(
        Expr::one(),
        vec![
            factor(Index::up("q"), Index::up("n"), Index::up("m")),
            factor(Index::down("q"), Index::down("m"), Index::down("n")),
        ],
    )
    .unwrap();
    assert_eq!(
        product.canonicalize().unwrap().expression.plain(),
        "-F[_p, _a, _b] F[^p, ^a, ^b]"
    );
    let mixed = AbstractExpression::product(
        Expr::one(),
        vec![factor(Index::up("q"), Index::down("q"), Index::down("m"))],
    );
    assert_eq!(
        mixed.unwrap_err().to_string(),
        "the index q counts gauge in one place and spacetime in another"
    );
    let wrong =
        TensorSymbol::new("F", field.slots().to_vec(), SlotSymmetry::antisymmetric(3));
    assert_eq!(
        wrong.unwrap_err().to_string(),
        "tensor: the symmetry of F exchanges slots of gauge and spacetime"
    );
}

#[test]
fn noncommuting_factors_keep_their_order() {
    let stock = stock();
    let slots = vec![(Arc::clone(&stock.space), Variance::Down)];
    let gamma = Arc::new(
        TensorSymbol::new("γ", slots, SlotSymmetry::none(1))
            .unwrap()
            .with_commutation(Commutation::Noncommuting),
    );
    let factor = |index| Factor::new(&gamma, vec![index]).unwrap();
    let product = |factors| AbstractExpression::product(Expr::one(), factors).unwrap();
    let one = product(vec![factor(Index::down("a")), factor(Index::down("b"))]);
    let other = product(vec![factor(Index::down("b")), factor(Index::down("a"))]);
    assert_eq!(one.is_equal(&other).unwrap(), Some(false));
    let sandwich = product(vec![
        factor(Index::up("z")),
        factor(Index::down("b")),
        factor(Index::down("z")),
    ]);
    assert_eq!(sandwich.canonicalize().unwrap().expression.plain(), "γ[_a] γ[_b] γ[^a]");
}

#[test]
fn symmetric_and_antisymmetric_parts() {
    let stock = stock();
    let tensor = stock.read("T[_a, _b]");
    let sum = tensor
        .symmetrize(&["a", "b"])
        .unwrap()
        .add(&tensor.antisymmetrize(&["a", "b"]).unwrap())
        .unwrap();
    assert_eq!(sum.is_equal(&tensor).unwrap(), Some(true));
    assert_eq!(
        tensor.antisymmetrize(&["b", "a"]).unwrap().plain(),
        "1/2*T[_a, _b] - 1/2*T[_b, _a]"
    );
    assert_eq!(
        tensor.antisymmetrize(&["a", "c"]).unwrap_err().to_string(),
        "antisymmetrize: c is not a free index here"
    );
    assert_eq!(
        stock.read("T[_a, ^b]").symmetrize(&["a", "b"]).unwrap_err().to_string(),
        "symmetrize: a is down and b is up"
    );
    let field = stock.read("F[_a, _b, _c]");
    assert_eq!(
        field.antisymmetrize(&["a", "b", "c"]).unwrap().is_equal(&field).unwrap(),
        Some(true)
    );
}

#[test]
fn rules_replace_tensors() {
    let stock = stock();
    let rule = |left: &str, right: &str| {
        let left = stock.read(left).terms()[0].factors()[0].clone();
        Rule::new(left, stock.read(right))
    };
    let product = rule("T[_a, _b]", "V[_a] W[_b] + V[_c] V[^c] S[_a, _b]").unwrap();
    let apply = |text: &str, rule: &Rule| {
        stock
            .read(text)
            .substitute(rule)
            .unwrap()
            .canonicalize()
            .unwrap()
            .expression
            .plain()
    };
    assert_eq!(
        apply("T[^a, _b] V[_a]", &product),
        "S[_b, _a] V[^a] V[_c] V[^c] + V[_a] V[^a] W[_b]"
    );
    assert_eq!(apply("T[_b, _a]", &product), "S[_a, _b] V[_c] V[^c] + V[_b] W[_a]");
    assert_eq!(
        apply("∇[_c] T[^c, _a]", &rule("T[_a, _b]", "V[_a] V[_b]").unwrap()),
        "V[_a] ∇[_b] V[^b] + V[_b] ∇[^b] V[_a]"
    );
    assert_eq!(
        apply("T[_a, _b]", &rule("T[_a, _b]", "S[_a, _b] - S[_b, _a]").unwrap()),
        "0"
    );
    // A metric appears where an index cannot be raised under a partial derivative.
    assert_eq!(
        apply("T[^a, _b]", &rule("T[_a, _b]", "∂[_b] V[_a]").unwrap()),
        "g[^a, ^c] ∂[_b] V[_c]"
    );
    assert_eq!(
        rule("T[_a, _b]", "V[_a] V[_c]").unwrap_err().to_string(),
        "the index b is free on one side of the rule only"
    );
    assert_eq!(
        rule("T[_a, ^a]", "φ").unwrap_err().to_string(),
        "rule: an index occurs twice on the left: give each slot its own"
    );
}

#[test]
fn text_can_be_read_again() {
    let stock = stock();
    for text in [
        "R[_a, _b, _c, _d] R[^a, ^b, ^c, ^d]",
        "1/2*R[_a, _b, _c, _d] R[^a, ^b, ^c, ^e]",
        "-2 (∇[_a] V[_b]) W[^b] + ∇[_a] φ",
        "∇[_a] ∂[^b] T[_c, ^d]",
        "V[_a] - W[_a]",
    ] {
        let expression = stock.read(text);
        assert_eq!(expression.plain(), text);
        assert_eq!(stock.read(&expression.plain()), expression);
    }
    let n = Expr::symbol("n");
    let scaled = stock.read("V[_a]").scale(&(&n - 1));
    assert_eq!(scaled.plain(), "(n - 1) V[_a]");
    assert_eq!(stock.read("V[_a]").scale(&n.reciprocal()).plain(), "1/n*V[_a]");
    assert_eq!(AbstractExpression::zero().plain(), "0");
}

#[test]
fn latex_staggers_indices() {
    let stock = stock();
    for (text, latex) in [
        ("R[_a, _b, _c, _d] R[^a, ^b, ^c, ^d]", "R_{a b c d} R^{a b c d}"),
        ("R[^a, _b, _c, _d]", "R^{a}{}_{b c d}"),
        ("T[_a, ^b]", "T_{a}{}^{b}"),
        ("∇[_a] V[^a]", r"\nabla_{a} V^{a}"),
        ("(∇[_a] V[_μ]) W[^a]", r"\left(\nabla_{a} V_{\mu}\right) W^{a}"),
        ("1/2*F[_a, _b] - ∂[_a] V[_b]", r"\frac{1}{2} F_{a b} - \partial_{a} V_{b}"),
        ("∇[_a] φ", r"\nabla_{a} \varphi"),
    ] {
        assert_eq!(stock.read(text).latex(), latex, "{text}");
    }
    let name = TensorSymbol::covariant("A_0", &stock.space, SlotSymmetry::none(1));
    let factor = Factor::new(&Arc::new(name), vec![Index::down("x1")]).unwrap();
    let expression = AbstractExpression::product(Expr::one(), vec![factor]).unwrap();
    assert_eq!(expression.latex(), "{A_{0}}_{x_{1}}");
}
