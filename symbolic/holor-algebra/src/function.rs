//! The functions an expression can hold, one row each.

use num_traits::{One, Signed, Zero};

use crate::Expr;

/// Declares [`Function`]: variant, the name the language uses, LaTeX operator.
macro_rules! functions {
    ($($(#[doc = $doc:literal])* $variant:ident, $name:literal, $latex:literal;)*) => {
        /// A known function or an unevaluated operation, by name.
        ///
        /// The operations bind a variable; their arguments are laid out as
        /// `Derivative[body, x, n, …]`, `Integral[body, x]` or `Integral[body, x, lower, upper]`,
        /// `Sum[body, k, lower, upper]`, `Product[body, k, lower, upper]`,
        /// `Limit[body, x, point]` or `Limit[body, x, point, ±1]` (+1 from the right),
        /// `RootOf[polynomial, x, index]`, `RootSum[polynomial, x, body]` (body in the same x),
        /// `Order[term]` (Landau's O of a truncated series), `Substitution[body, x, value]`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Function { $($(#[doc = $doc])* $variant,)* }

        impl Function {
            /// Every function, in the order of the table.
            pub const ALL: &'static [Function] = &[$(Function::$variant,)*];

            /// The name the language uses.
            pub fn name(self) -> &'static str {
                match self { $(Function::$variant => $name,)* }
            }

            /// The LaTeX operator, to which arguments are appended; special layouts are the printer's.
            pub fn latex(self) -> &'static str {
                match self { $(Function::$variant => $latex,)* }
            }

            /// The function with this name in the language.
            pub fn from_name(name: &str) -> Option<Function> {
                match name { $($name => Some(Function::$variant),)* _ => None }
            }
        }
    };
}

functions! {
    /// Sine.
    Sin, "sin", r"\sin";
    /// Cosine.
    Cos, "cos", r"\cos";
    /// Tangent.
    Tan, "tan", r"\tan";
    /// Cotangent.
    Cot, "cot", r"\cot";
    /// Secant.
    Sec, "sec", r"\sec";
    /// Cosecant.
    Csc, "csc", r"\csc";
    /// Inverse sine, principal value.
    Asin, "asin", r"\arcsin";
    /// Inverse cosine, principal value.
    Acos, "acos", r"\arccos";
    /// Inverse tangent, principal value.
    Atan, "atan", r"\arctan";
    /// Angle of the point (x, y): `atan2(y, x)` in (−π, π].
    Atan2, "atan2", r"\operatorname{atan2}";
    /// Hyperbolic sine.
    Sinh, "sinh", r"\sinh";
    /// Hyperbolic cosine.
    Cosh, "cosh", r"\cosh";
    /// Hyperbolic tangent.
    Tanh, "tanh", r"\tanh";
    /// Inverse hyperbolic sine.
    Asinh, "asinh", r"\operatorname{arsinh}";
    /// Inverse hyperbolic cosine.
    Acosh, "acosh", r"\operatorname{arcosh}";
    /// Inverse hyperbolic tangent.
    Atanh, "atanh", r"\operatorname{artanh}";
    /// Natural logarithm, principal branch.
    Log, "log", r"\log";
    /// Absolute value or modulus.
    Abs, "abs", r"\left|\right|";
    /// Sign of a real number.
    Sign, "sign", r"\operatorname{sgn}";
    /// Greatest integer not above.
    Floor, "floor", r"\lfloor";
    /// Least integer not below.
    Ceiling, "ceil", r"\lceil";
    /// Smallest of its arguments.
    Min, "min", r"\min";
    /// Largest of its arguments.
    Max, "max", r"\max";
    /// Heaviside's step, 1/2 at 0.
    Heaviside, "heaviside", r"\theta";
    /// Dirac's delta.
    DiracDelta, "dirac", r"\delta";
    /// Kronecker's delta.
    KroneckerDelta, "kronecker", r"\delta";
    /// Real part.
    Re, "re", r"\operatorname{Re}";
    /// Imaginary part.
    Im, "im", r"\operatorname{Im}";
    /// Complex conjugate.
    Conjugate, "conj", r"\overline";
    /// Argument in (−π, π].
    Arg, "arg", r"\arg";
    /// n!
    Factorial, "factorial", r"!";
    /// Binomial coefficient.
    Binomial, "binomial", r"\binom";
    /// Euler's gamma function.
    Gamma, "gamma", r"\Gamma";
    /// log Γ.
    LogGamma, "loggamma", r"\log\Gamma";
    /// Digamma function.
    Digamma, "digamma", r"\psi";
    /// Polygamma function ψ⁽ⁿ⁾(x): `polygamma(n, x)`.
    Polygamma, "polygamma", r"\psi";
    /// Beta function.
    Beta, "beta", r"\mathrm{B}";
    /// Error function.
    Erf, "erf", r"\operatorname{erf}";
    /// Complementary error function.
    Erfc, "erfc", r"\operatorname{erfc}";
    /// Imaginary error function.
    Erfi, "erfi", r"\operatorname{erfi}";
    /// Sine integral.
    Si, "Si", r"\operatorname{Si}";
    /// Cosine integral.
    Ci, "Ci", r"\operatorname{Ci}";
    /// Hyperbolic sine integral.
    Shi, "Shi", r"\operatorname{Shi}";
    /// Hyperbolic cosine integral.
    Chi, "Chi", r"\operatorname{Chi}";
    /// Exponential integral.
    Ei, "Ei", r"\operatorname{Ei}";
    /// Logarithmic integral.
    Li, "li", r"\operatorname{li}";
    /// Fresnel's S integral (normalised with π/2).
    FresnelS, "fresnel_s", r"\operatorname{S}";
    /// Fresnel's C integral (normalised with π/2).
    FresnelC, "fresnel_c", r"\operatorname{C}";
    /// Lambert's W, principal branch; `lambertw(x, k)` is branch k.
    LambertW, "lambertw", r"W";
    /// Riemann's zeta function.
    Zeta, "zeta", r"\zeta";
    /// Dirichlet's eta function.
    DirichletEta, "dirichlet_eta", r"\eta";
    /// Polylogarithm Liₛ(z): `polylog(s, z)`.
    Polylog, "polylog", r"\operatorname{Li}";
    /// Bessel function of the first kind: `besselj(ν, x)`.
    BesselJ, "besselj", r"J";
    /// Bessel function of the second kind.
    BesselY, "bessely", r"Y";
    /// Modified Bessel function of the first kind.
    BesselI, "besseli", r"I";
    /// Modified Bessel function of the second kind.
    BesselK, "besselk", r"K";
    /// Airy's Ai.
    AiryAi, "airyai", r"\operatorname{Ai}";
    /// Airy's Bi.
    AiryBi, "airybi", r"\operatorname{Bi}";
    /// Derivative of Ai.
    AiryAiPrime, "airyaiprime", r"\operatorname{Ai}'";
    /// Derivative of Bi.
    AiryBiPrime, "airybiprime", r"\operatorname{Bi}'";
    /// Complete elliptic integral of the first kind, parameter m.
    EllipticK, "elliptic_k", r"K";
    /// Elliptic integral of the second kind, parameter m.
    EllipticE, "elliptic_e", r"E";
    /// Incomplete elliptic integral of the first kind: `elliptic_f(φ, m)`.
    EllipticF, "elliptic_f", r"F";
    /// Elliptic integral of the third kind.
    EllipticPi, "elliptic_pi", r"\Pi";
    /// Legendre polynomial: `legendre(n, x)`.
    Legendre, "legendre", r"P";
    /// Associated Legendre function: `assoc_legendre(n, m, x)`.
    AssocLegendre, "assoc_legendre", r"P";
    /// Chebyshev polynomial of the first kind.
    ChebyshevT, "chebyshevt", r"T";
    /// Chebyshev polynomial of the second kind.
    ChebyshevU, "chebyshevu", r"U";
    /// Hermite polynomial (physicists').
    Hermite, "hermite", r"H";
    /// Laguerre polynomial.
    Laguerre, "laguerre", r"L";
    /// Associated Laguerre polynomial.
    AssocLaguerre, "assoc_laguerre", r"L";
    /// Upper incomplete gamma function.
    UpperGamma, "uppergamma", r"\Gamma";
    /// Lower incomplete gamma function.
    LowerGamma, "lowergamma", r"\gamma";
    /// Generalised exponential integral Eₙ.
    ExpIntegral, "expint", r"E";
    /// n-th harmonic number.
    Harmonic, "harmonic", r"H";
    /// A derivative that stays unevaluated.
    Derivative, "diff", r"\frac{d}{d}";
    /// An integral that stays unevaluated.
    Integral, "integrate", r"\int";
    /// A sum that stays unevaluated.
    Sum, "sum", r"\sum";
    /// A product that stays unevaluated.
    Product, "product", r"\prod";
    /// A limit that stays unevaluated.
    Limit, "limit", r"\lim";
    /// One root of a polynomial.
    RootOf, "rootof", r"\operatorname{RootOf}";
    /// A sum over all roots of a polynomial.
    RootSum, "rootsum", r"\operatorname{RootSum}";
    /// The order of the terms left out of a series.
    Order, "O", r"\mathcal{O}";
    /// A value put for a variable in an unevaluated body.
    Substitution, "subs", r"\left.\right|";
}

impl Function {
    /// Whether its second argument is a variable that it binds.
    ///
    /// `diff` is no binder: the result of a derivative still depends on the variable.
    pub fn is_binder(self) -> bool {
        use Function as F;
        matches!(
            self,
            F::Integral
                | F::Sum
                | F::Product
                | F::Limit
                | F::RootOf
                | F::RootSum
                | F::Substitution
        )
    }

    /// Whether it certainly has a pole or a logarithmic singularity at these exact numbers.
    pub(crate) fn has_pole_at(self, arguments: &[Expr]) -> bool {
        use Function as F;
        let Some(x) = arguments.last().and_then(Expr::as_number) else { return false };
        let not_positive_integer = x.is_integer() && !x.is_positive();
        match self {
            F::Log
            | F::Cot
            | F::Csc
            | F::Ci
            | F::Chi
            | F::Ei
            | F::BesselY
            | F::BesselK => x.is_zero(),
            F::Li | F::Zeta | F::EllipticK => x.is_one(),
            F::Atanh => x.abs().is_one(),
            F::Gamma | F::LogGamma | F::Digamma | F::Polygamma => not_positive_integer,
            F::Factorial | F::Harmonic => x.is_integer() && x.is_negative(),
            _ => false,
        }
    }
}
