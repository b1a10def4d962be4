//! The functions that both sides know, by name.

use symplex::base::libfn::LibFn;

use super::export::no_counterpart;
use crate::{AlgebraResult, Expr, Function};

/// The arena's name of a function whose arguments it takes in the same order.
pub(super) fn engine_name(function: Function) -> Option<&'static str> {
    Some(match function {
        Function::Sin => "sin",
        Function::Cos => "cos",
        Function::Tan => "tan",
        Function::Asin => "asin",
        Function::Acos => "acos",
        Function::Atan => "atan",
        Function::Atan2 => "atan2",
        Function::Sinh => "sinh",
        Function::Cosh => "cosh",
        Function::Tanh => "tanh",
        Function::Asinh => "asinh",
        Function::Acosh => "acosh",
        Function::Atanh => "atanh",
        Function::Log => "ln",
        Function::Abs => "abs",
        Function::Sign => "sign",
        Function::Floor => "floor",
        Function::Ceiling => "ceiling",
        Function::Heaviside => "heaviside",
        Function::DiracDelta => "DiracDelta",
        Function::Factorial => "factorial",
        Function::Binomial => "binomial",
        Function::Gamma => "gamma",
        Function::LogGamma => "loggamma",
        Function::Digamma => "digamma",
        Function::Beta => "beta",
        Function::Erf => "erf",
        Function::Erfc => "erfc",
        Function::Si => "Si",
        Function::Ci => "Ci",
        Function::Ei => "Ei",
        Function::Li => "li",
        Function::LambertW => "lambertw",
        Function::Zeta => "zeta",
        other => return library(other).map(LibFn::name),
    })
}

macro_rules! library_functions {
    ($($holor:ident <=> $library:ident),* $(,)?) => {
        fn library(function: Function) -> Option<LibFn> {
            match function {
                $(Function::$holor => Some(LibFn::$library),)*
                _ => None,
            }
        }

        /// A call of a library function, as ours.
        pub(super) fn export_library(function: LibFn, arguments: Vec<Expr>) -> AlgebraResult<Expr> {
            match function {
                $(LibFn::$library => Ok(Expr::call(Function::$holor, arguments)),)*
                LibFn::LambertW => Ok(Expr::call(Function::LambertW, arguments)),
                LibFn::RisingFactorial | LibFn::FallingFactorial => {
                    factorial_power(function, arguments)
                }
                other => Err(no_counterpart(other.name())),
            }
        }
    };
}

library_functions! {
    Harmonic <=> Harmonic,
    BesselJ <=> BesselJ,
    BesselY <=> BesselY,
    BesselI <=> BesselI,
    BesselK <=> BesselK,
    Legendre <=> Legendre,
    ChebyshevT <=> ChebyshevT,
    ChebyshevU <=> ChebyshevU,
    Hermite <=> Hermite,
    Laguerre <=> Laguerre,
    AssocLegendre <=> AssocLegendre,
    AssocLaguerre <=> AssocLaguerre,
    Erfi <=> Erfi,
    ExpIntegral <=> ExpInt,
    Shi <=> Shi,
    Chi <=> Chi,
    FresnelS <=> FresnelS,
    FresnelC <=> FresnelC,
    LowerGamma <=> LowerGamma,
    UpperGamma <=> UpperGamma,
    Polylog <=> PolyLog,
    DirichletEta <=> DirichletEta,
    AiryAi <=> AiryAi,
    AiryBi <=> AiryBi,
    AiryAiPrime <=> AiryAiPrime,
    AiryBiPrime <=> AiryBiPrime,
    EllipticK <=> EllipticK,
    EllipticE <=> EllipticE,
    EllipticF <=> EllipticF,
    EllipticPi <=> EllipticPi,
}

/// `(x)ₙ = Γ(x+n)/Γ(x)` and `x^(n) = Γ(x+1)/Γ(x−n+1)`.
fn factorial_power(function: LibFn, arguments: Vec<Expr>) -> AlgebraResult<Expr> {
    let [x, n] = arguments.as_slice() else {
        return Err(no_counterpart(function.name()));
    };
    let gamma = |x: Expr| Expr::call(Function::Gamma, vec![x]);
    let (numerator, denominator) = if function == LibFn::RisingFactorial {
        (Expr::add([x.clone(), n.clone()]), x.clone())
    } else {
        (
            Expr::add([x.clone(), Expr::one()]),
            Expr::add([x.clone(), n.negate(), Expr::one()]),
        )
    };
    Ok(Expr::mul([gamma(numerator), gamma(denominator).reciprocal()]))
}
