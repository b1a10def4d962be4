//! `\alpha` + Tab, as in Julia.

/// Names after a backslash and what they become; Greek letters come from their own names.
const SIGNS: &[(&str, &str)] = &[
    ("partial", "∂"),
    ("nabla", "∇"),
    ("del", "∇"),
    ("infty", "∞"),
    ("oo", "∞"),
    ("wedge", "∧"),
    ("sqrt", "√"),
    ("cdot", "·"),
    ("times", "×"),
    ("le", "≤"),
    ("leq", "≤"),
    ("ge", "≥"),
    ("geq", "≥"),
    ("ne", "≠"),
    ("neq", "≠"),
    ("in", "∈"),
    ("to", "→"),
    ("hbar", "ħ"),
    ("ell", "ℓ"),
    ("dagger", "†"),
    ("otimes", "⊗"),
    ("oplus", "⊕"),
    ("pm", "±"),
    ("sum", "∑"),
    ("prod", "∏"),
    ("int", "∫"),
    ("langle", "⟨"),
    ("rangle", "⟩"),
    ("prime", "′"),
    ("circ", "∘"),
    ("degree", "°"),
];

const GREEK: &[(&str, &str)] = &[
    ("alpha", "α"),
    ("beta", "β"),
    ("gamma", "γ"),
    ("delta", "δ"),
    ("epsilon", "ε"),
    ("zeta", "ζ"),
    ("eta", "η"),
    ("theta", "θ"),
    ("iota", "ι"),
    ("kappa", "κ"),
    ("lambda", "λ"),
    ("mu", "μ"),
    ("nu", "ν"),
    ("xi", "ξ"),
    ("omicron", "ο"),
    ("pi", "π"),
    ("rho", "ρ"),
    ("sigma", "σ"),
    ("tau", "τ"),
    ("upsilon", "υ"),
    ("phi", "φ"),
    ("chi", "χ"),
    ("psi", "ψ"),
    ("omega", "ω"),
    ("Gamma", "Γ"),
    ("Delta", "Δ"),
    ("Theta", "Θ"),
    ("Lambda", "Λ"),
    ("Xi", "Ξ"),
    ("Pi", "Π"),
    ("Sigma", "Σ"),
    ("Upsilon", "Υ"),
    ("Phi", "Φ"),
    ("Psi", "Ψ"),
    ("Omega", "Ω"),
    ("varepsilon", "ϵ"),
    ("vartheta", "ϑ"),
    ("varkappa", "ϰ"),
    ("varpi", "ϖ"),
    ("varrho", "ϱ"),
    ("varsigma", "ς"),
    ("varphi", "ϕ"),
];

const SUBSCRIPTS: &[(char, char)] = &[
    ('0', '₀'),
    ('1', '₁'),
    ('2', '₂'),
    ('3', '₃'),
    ('4', '₄'),
    ('5', '₅'),
    ('6', '₆'),
    ('7', '₇'),
    ('8', '₈'),
    ('9', '₉'),
];

const SUPERSCRIPTS: &[(char, char)] = &[
    ('0', '⁰'),
    ('1', '¹'),
    ('2', '²'),
    ('3', '³'),
    ('4', '⁴'),
    ('5', '⁵'),
    ('6', '⁶'),
    ('7', '⁷'),
    ('8', '⁸'),
    ('9', '⁹'),
    ('-', '⁻'),
    ('n', 'ⁿ'),
];

/// What the text after a backslash can become: `(name, sign)`.
pub(super) fn candidates(prefix: &str) -> Vec<(String, String)> {
    for (mark, table) in [('_', SUBSCRIPTS), ('^', SUPERSCRIPTS)] {
        if let Some(digits) = prefix.strip_prefix(mark) {
            let raised: Option<String> = digits
                .chars()
                .map(|digit| {
                    table.iter().find(|(from, _)| *from == digit).map(|(_, to)| *to)
                })
                .collect();
            return raised
                .filter(|raised| !raised.is_empty())
                .map(|raised| (prefix.to_string(), raised))
                .into_iter()
                .collect();
        }
    }
    let mut found: Vec<(String, String)> = GREEK
        .iter()
        .chain(SIGNS)
        .filter(|(name, _)| name.starts_with(prefix))
        .map(|(name, sign)| ((*name).to_string(), (*sign).to_string()))
        .collect();
    // An exact name comes first: `\eta` before `\eta…`.
    found.sort_by_key(|(name, _)| (name.len(), name.clone()));
    found
}
