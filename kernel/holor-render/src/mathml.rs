//! LaTeX to MathML, for pages that need no script.

use math_core::{LatexToMathML, MathCoreConfig, MathDisplay};

/// MathML Core of LaTeX in display style; `None` where the LaTeX cannot be read.
pub fn latex_to_mathml(latex: &str) -> Option<String> {
    let converter = LatexToMathML::new(MathCoreConfig::default()).ok()?;
    let result = converter.convert_with_local_state(latex, MathDisplay::Block).ok()?;
    Some(result.mathml)
}

#[cfg(test)]
mod tests {
    use super::latex_to_mathml;

    #[test]
    fn what_holor_prints_becomes_mathml() {
        let formulas = [
            r"\frac{x^{2}}{\sqrt{1 - v^{2}}}",
            r"\begin{pmatrix}1 & 2 \\ 3 & 4\end{pmatrix}",
            r"\begin{cases}x & \text{if}\; x > 0 \\ -x & \text{otherwise}\end{cases}",
            r"\int_{0}^{\infty} e^{-x^{2}}\, dx = \frac{\sqrt{\pi}}{2}",
            r"\begin{aligned}&a + b\\ &\qquad {}+ c\end{aligned}",
            r"\left[x = \operatorname{erf}\left(y\right),\; 2\right]",
            r"\underset{\text{12 more terms}}{\cdots}",
        ];
        for latex in formulas {
            let mathml = latex_to_mathml(latex).unwrap();
            assert!(mathml.starts_with("<math") && mathml.contains("block"), "{mathml}");
        }
    }
}
