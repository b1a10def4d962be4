//! Elementary and special functions: one row each, and the few that need more than a row.

use holor_algebra::{Expr, Function, Node};
use holor_macros::builtin;

use super::coherence::{start_of_formula, start_taken};
use super::statistics::reduced;
use crate::array::{NumericArray, Pairwise, Reduction};
use crate::builtin::{AxisChoice, Form, FromValue, Given, Many, Spanned, mismatch};
use crate::evaluate::Call;
use crate::{Builtin, Example, Parameter, Result, Value, codes};

/// Declares the functions of the algebra engine: record, function, name, other names, parameters with a line
/// each, LaTeX form, summary, example.
macro_rules! functions {
    ($($record:ident $function:ident $name:literal [$($alias:literal)*]
        ($($parameter:literal $about:literal),*) $latex:literal $summary:literal
        $source:literal => $expected:literal [$($see:literal)*];)*) => {
        /// The records of this topic.
        pub(crate) static BUILTINS: &[&Builtin] = &[
            &SQRT, &EXP, &LOG, &LOG10, &LOG2, &ROOT, &MIN, &MAX, &LAMBERTW, &ELLIPTIC_E, &ELLIPTIC_PI, &ORDER, &PIECEWISE,
            $(&$record,)*
        ];

        $(
            #[doc = $summary]
            pub(crate) static $record: Builtin = Builtin {
                name: $name,
                aliases: &[$($alias),*],
                topic: "functions",
                summary: $summary,
                docs: concat!($summary, ".\n\n```holor\n", $source, "    # => ", $expected, "\n```"),
                parameters: &[$(Parameter {
                    name: $parameter,
                    also: &[],
                    kind: <Expr as FromValue>::KIND,
                    docs: $about,
                    optional: false,
                    variadic: false,
                    named: false,
                    default: "",
                    form: Form::Value,
                    words: &[],
                }),*],
                returns: "expression",
                latex: Some($latex),
                examples: &[Example { source: $source, expected: $expected }],
                since: "0.1",
                see: &[$($see),*],
                elementwise: true,
                functions: false,
                file: file!(),
                line: line!(),
                call: |call| apply(call, Function::$function, [$($parameter),*].len()),
            };
        )*
    };
}

/// The function of so many arguments, evaluated.
fn apply(call: &Call<'_>, function: Function, count: usize) -> Result<Value> {
    let mut arguments = Vec::with_capacity(count);
    for index in 0..count {
        let argument: Spanned<Expr> = call.required(index)?;
        call.check_formula(&argument.value, argument.span)?;
        arguments.push(argument.value);
    }
    evaluated(call, function, arguments).map(Value::Expr)
}

fn evaluated(call: &Call<'_>, function: Function, arguments: Vec<Expr>) -> Result<Expr> {
    Ok(call.engine().evaluate(&Expr::call(function, arguments))?)
}

functions! {
    SIN Sin "sin" [] ("x" "angle in radians") r"\sin {0}"
        "Sine" "sin(pi/6)" => "1/2" ["cos" "asin"];
    COS Cos "cos" [] ("x" "angle in radians") r"\cos {0}"
        "Cosine" "cos(pi/3)" => "1/2" ["sin" "acos"];
    TAN Tan "tan" ["tg"] ("x" "angle in radians") r"\tan {0}"
        "Tangent" "tan(pi/4)" => "1" ["atan"];
    COT Cot "cot" [] ("x" "angle in radians") r"\cot {0}"
        "Cotangent" "cot(pi/4)" => "1" ["tan"];
    SEC Sec "sec" [] ("x" "angle in radians") r"\sec {0}"
        "Secant, the reciprocal of the cosine" "sec(0)" => "1" ["cos"];
    CSC Csc "csc" [] ("x" "angle in radians") r"\csc {0}"
        "Cosecant, the reciprocal of the sine" "csc(pi/2)" => "1" ["sin"];
    ASIN Asin "asin" ["arcsin"] ("x" "a number") r"\arcsin {0}"
        "Inverse sine, principal value" "asin(1)" => "π/2" ["sin"];
    ACOS Acos "acos" ["arccos"] ("x" "a number") r"\arccos {0}"
        "Inverse cosine, principal value" "acos(0)" => "π/2" ["cos"];
    ATAN Atan "atan" ["arctan"] ("x" "a number") r"\arctan {0}"
        "Inverse tangent, principal value" "atan(1)" => "π/4" ["atan2" "tan"];
    ATAN2 Atan2 "atan2" ["arctan2"] ("y" "ordinate", "x" "abscissa") r"\operatorname{atan2}({0}, {1})"
        "Angle of the point (x, y), above -π and up to π" "atan2(1, -1)" => "3*π/4" ["atan" "arg"];
    SINH Sinh "sinh" [] ("x" "a number") r"\sinh {0}"
        "Hyperbolic sine" "sinh(0)" => "0" ["asinh"];
    COSH Cosh "cosh" [] ("x" "a number") r"\cosh {0}"
        "Hyperbolic cosine" "cosh(0)" => "1" ["acosh"];
    TANH Tanh "tanh" [] ("x" "a number") r"\tanh {0}"
        "Hyperbolic tangent" "tanh(0)" => "0" ["atanh"];
    ASINH Asinh "asinh" ["arsinh" "arcsinh"] ("x" "a number") r"\operatorname{arsinh} {0}"
        "Inverse hyperbolic sine" "asinh(0)" => "0" ["sinh"];
    ACOSH Acosh "acosh" ["arcosh" "arccosh"] ("x" "a number") r"\operatorname{arcosh} {0}"
        "Inverse hyperbolic cosine, principal value" "acosh(1)" => "0" ["cosh"];
    ATANH Atanh "atanh" ["artanh" "arctanh"] ("x" "a number") r"\operatorname{artanh} {0}"
        "Inverse hyperbolic tangent, principal value" "atanh(0)" => "0" ["tanh"];
    ABS Abs "abs" [] ("z" "a number") r"\left|{0}\right|"
        "Absolute value or modulus; also written |z|" "abs(3 - 4i)" => "5" ["sign" "arg"];
    SIGN Sign "sign" ["sgn"] ("x" "a real number") r"\operatorname{sgn} {0}"
        "Sign of a number: -1, 0 or 1" "sign(-3)" => "-1" ["abs"];
    FLOOR Floor "floor" [] ("x" "a real number") r"\lfloor {0} \rfloor"
        "Greatest integer that is not above" "floor(7/2)" => "3" ["ceil"];
    CEIL Ceiling "ceil" ["ceiling"] ("x" "a real number") r"\lceil {0} \rceil"
        "Least integer that is not below" "ceil(7/2)" => "4" ["floor"];
    HEAVISIDE Heaviside "heaviside" ["step_function"] ("x" "a real number") r"\theta({0})"
        "Heaviside's step: 0 below 0, 1 above, 1/2 at 0" "heaviside(2)" => "1" ["dirac" "sign"];
    DIRAC DiracDelta "dirac" ["dirac_delta"] ("x" "a real number") r"\delta({0})"
        "Dirac's delta" "dirac(1)" => "0" ["heaviside"];
    KRONECKER KroneckerDelta "kronecker" ["kronecker_delta"] ("m" "an integer", "n" "an integer") r"\delta_{{0} {1}}"
        "Kronecker's delta: 1 for equal indices, otherwise 0" "kronecker(2, 2)" => "1" ["dirac"];
    RE Re "re" ["real_part"] ("z" "a number") r"\operatorname{Re} {0}"
        "Real part" "re(3 + 4i)" => "3" ["im" "abs"];
    IM Im "im" ["imaginary_part"] ("z" "a number") r"\operatorname{Im} {0}"
        "Imaginary part" "im(3 + 4i)" => "4" ["re" "arg"];
    CONJ Conjugate "conj" ["conjugate"] ("z" "a number") r"\overline{{0}}"
        "Complex conjugate" "conj(3 + 4i)" => "3 - 4*i" ["re" "im"];
    ARG Arg "arg" ["phase_angle" "phase"] ("z" "a number") r"\arg {0}"
        "Argument of a complex number, above -π and up to π" "arg(i)" => "π/2" ["abs" "atan2"];
    FACTORIAL Factorial "factorial" [] ("n" "a number") r"{0}!"
        "Factorial; also written n!" "factorial(5)" => "120" ["gamma" "binomial"];
    BINOMIAL Binomial "binomial" [] ("n" "a number", "k" "an integer") r"\binom{{0}}{{1}}"
        "Binomial coefficient, the number of ways to choose k of n" "binomial(5, 2)" => "10" ["factorial"];
    GAMMA Gamma "gamma" [] ("z" "a number") r"\Gamma({0})"
        "Euler's gamma function" "gamma(5)" => "24" ["factorial" "loggamma"];
    LOGGAMMA LogGamma "loggamma" ["lgamma"] ("z" "a number") r"\log\Gamma({0})"
        "Logarithm of the gamma function" "loggamma(1)" => "0" ["gamma"];
    DIGAMMA Digamma "digamma" [] ("z" "a number") r"\psi({0})"
        "Digamma function, the derivative of log Γ" "digamma(1)" => "-euler_gamma" ["polygamma"];
    POLYGAMMA Polygamma "polygamma" [] ("n" "order of the derivative", "z" "a number") r"\psi^{({0})}({1})"
        "Polygamma function, the n-th derivative of the digamma function" "polygamma(1, 1)" => "π^2/6" ["digamma"];
    BETA Beta "beta" [] ("a" "a number", "b" "a number") r"\mathrm{B}({0}, {1})"
        "Beta function" "beta(2, 3)" => "1/12" ["gamma"];
    ERF Erf "erf" [] ("x" "a number") r"\operatorname{erf} {0}"
        "Error function" "erf(0)" => "0" ["erfc" "erfi"];
    ERFC Erfc "erfc" [] ("x" "a number") r"\operatorname{erfc} {0}"
        "Complementary error function, 1 - erf" "erfc(0)" => "1" ["erf"];
    ERFI Erfi "erfi" [] ("x" "a number") r"\operatorname{erfi} {0}"
        "Imaginary error function, -i erf(i x)" "erfi(0)" => "0" ["erf"];
    SINE_INTEGRAL Si "Si" ["sine_integral"] ("x" "a number") r"\operatorname{Si}({0})"
        "Sine integral, of sin(t)/t from 0" "Si(0)" => "0" ["Ci"];
    COSINE_INTEGRAL Ci "Ci" ["cosine_integral"] ("x" "a number") r"\operatorname{Ci}({0})"
        "Cosine integral" "diff(Ci(x), x)" => "cos(x)/x" ["Si"];
    HYPERBOLIC_SINE_INTEGRAL Shi "Shi" [] ("x" "a number") r"\operatorname{Shi}({0})"
        "Hyperbolic sine integral, of sinh(t)/t from 0" "Shi(0)" => "0" ["Chi"];
    HYPERBOLIC_COSINE_INTEGRAL Chi "Chi" [] ("x" "a number") r"\operatorname{Chi}({0})"
        "Hyperbolic cosine integral" "diff(Chi(x), x)" => "cosh(x)/x" ["Shi"];
    EXPONENTIAL_INTEGRAL Ei "Ei" [] ("x" "a number") r"\operatorname{Ei}({0})"
        "Exponential integral" "diff(Ei(x), x)" => "exp(x)/x" ["expint" "li"];
    LOGARITHMIC_INTEGRAL Li "li" [] ("x" "a number") r"\operatorname{li}({0})"
        "Logarithmic integral" "diff(li(x), x)" => "1/log(x)" ["Ei"];
    FRESNEL_S FresnelS "fresnel_s" [] ("x" "a number") r"\operatorname{S}({0})"
        "Fresnel's sine integral, of sin(π t^2/2) from 0" "fresnel_s(0)" => "0" ["fresnel_c"];
    FRESNEL_C FresnelC "fresnel_c" [] ("x" "a number") r"\operatorname{C}({0})"
        "Fresnel's cosine integral, of cos(π t^2/2) from 0" "fresnel_c(0)" => "0" ["fresnel_s"];
    ZETA Zeta "zeta" [] ("s" "a number") r"\zeta({0})"
        "Riemann's zeta function" "zeta(2)" => "π^2/6" ["dirichlet_eta" "polylog"];
    DIRICHLET_ETA DirichletEta "dirichlet_eta" [] ("s" "a number") r"\eta({0})"
        "Dirichlet's eta function, the alternating zeta series" "dirichlet_eta(1)" => "log(2)" ["zeta"];
    POLYLOG Polylog "polylog" [] ("s" "order", "z" "a number") r"\operatorname{Li}_{{0}}({1})"
        "Polylogarithm, the sum of z^k/k^s" "polylog(2, 1)" => "π^2/6" ["zeta"];
    BESSELJ BesselJ "besselj" ["bessel_j"] ("n" "order", "x" "a number") r"J_{{0}}({1})"
        "Bessel function of the first kind" "besselj(0, 0)" => "1" ["bessely" "besseli"];
    BESSELY BesselY "bessely" ["bessel_y"] ("n" "order", "x" "a number") r"Y_{{0}}({1})"
        "Bessel function of the second kind" "bessely(0, x)" => "bessely(0, x)" ["besselj"];
    BESSELI BesselI "besseli" ["bessel_i"] ("n" "order", "x" "a number") r"I_{{0}}({1})"
        "Modified Bessel function of the first kind" "besseli(0, 0)" => "1" ["besselk" "besselj"];
    BESSELK BesselK "besselk" ["bessel_k"] ("n" "order", "x" "a number") r"K_{{0}}({1})"
        "Modified Bessel function of the second kind" "besselk(0, x)" => "besselk(0, x)" ["besseli"];
    AIRYAI AiryAi "airyai" ["airy_ai"] ("x" "a number") r"\operatorname{Ai}({0})"
        "Airy's function Ai" "diff(airyai(x), x)" => "airyaiprime(x)" ["airybi"];
    AIRYBI AiryBi "airybi" ["airy_bi"] ("x" "a number") r"\operatorname{Bi}({0})"
        "Airy's function Bi" "diff(airybi(x), x)" => "airybiprime(x)" ["airyai"];
    AIRYAIPRIME AiryAiPrime "airyaiprime" [] ("x" "a number") r"\operatorname{Ai}'({0})"
        "Derivative of Airy's function Ai" "diff(airyaiprime(x), x)" => "x*airyai(x)" ["airyai"];
    AIRYBIPRIME AiryBiPrime "airybiprime" [] ("x" "a number") r"\operatorname{Bi}'({0})"
        "Derivative of Airy's function Bi" "diff(airybiprime(x), x)" => "x*airybi(x)" ["airybi"];
    ELLIPTIC_K EllipticK "elliptic_k" [] ("m" "parameter, the modulus squared") r"K({0})"
        "Complete elliptic integral of the first kind" "elliptic_k(0)" => "π/2" ["elliptic_f" "elliptic_e"];
    ELLIPTIC_F EllipticF "elliptic_f" [] ("φ" "amplitude", "m" "parameter, the modulus squared") r"F({0} \mid {1})"
        "Incomplete elliptic integral of the first kind" "elliptic_f(0, m)" => "0" ["elliptic_k"];
    LEGENDRE Legendre "legendre" [] ("n" "degree", "x" "a number") r"P_{{0}}({1})"
        "Legendre polynomial" "legendre(2, x)" => "3*x^2/2 - 1/2" ["assoc_legendre"];
    ASSOC_LEGENDRE AssocLegendre "assoc_legendre" [] ("n" "degree", "m" "order", "x" "a number") r"P_{{0}}^{{1}}({2})"
        "Associated Legendre function, with the Condon-Shortley phase" "assoc_legendre(1, 0, x)" => "x" ["legendre"];
    CHEBYSHEVT ChebyshevT "chebyshevt" ["chebyshev_t"] ("n" "degree", "x" "a number") r"T_{{0}}({1})"
        "Chebyshev polynomial of the first kind" "chebyshevt(2, x)" => "2*x^2 - 1" ["chebyshevu"];
    CHEBYSHEVU ChebyshevU "chebyshevu" ["chebyshev_u"] ("n" "degree", "x" "a number") r"U_{{0}}({1})"
        "Chebyshev polynomial of the second kind" "chebyshevu(2, x)" => "4*x^2 - 1" ["chebyshevt"];
    HERMITE Hermite "hermite" [] ("n" "degree", "x" "a number") r"H_{{0}}({1})"
        "Hermite polynomial, as physicists define it" "hermite(2, x)" => "4*x^2 - 2" ["laguerre"];
    LAGUERRE Laguerre "laguerre" [] ("n" "degree", "x" "a number") r"L_{{0}}({1})"
        "Laguerre polynomial" "laguerre(1, x)" => "1 - x" ["assoc_laguerre" "hermite"];
    ASSOC_LAGUERRE AssocLaguerre "assoc_laguerre" [] ("n" "degree", "a" "order", "x" "a number") r"L_{{0}}^{({1})}({2})"
        "Associated Laguerre polynomial" "assoc_laguerre(0, a, x)" => "1" ["laguerre"];
    UPPERGAMMA UpperGamma "uppergamma" [] ("s" "a number", "x" "lower end of the integral") r"\Gamma({0}, {1})"
        "Upper incomplete gamma function" "uppergamma(1, x)" => "exp(-x)" ["lowergamma" "gamma"];
    LOWERGAMMA LowerGamma "lowergamma" [] ("s" "a number", "x" "upper end of the integral") r"\gamma({0}, {1})"
        "Lower incomplete gamma function" "lowergamma(2, 0)" => "0" ["uppergamma" "gamma"];
    EXPINT ExpIntegral "expint" [] ("n" "order", "x" "a number") r"E_{{0}}({1})"
        "Generalised exponential integral" "expint(0, x)" => "exp(-x)/x" ["Ei"];
    HARMONIC Harmonic "harmonic" [] ("n" "a number") r"H_{{0}}"
        "Harmonic number, 1 + 1/2 + … + 1/n" "harmonic(4)" => "25/12" ["digamma"];
    ROOTOF RootOf "rootof" [] ("p" "a polynomial", "x" "its variable", "k" "which root, from 0") r"\operatorname{RootOf}({0}, {2})"
        "One root of a polynomial that has no root in radicals" "rootof(x^5 - x - 1, x, 0)" => "rootof(x^5 - x - 1, x, 0)" ["solve"];
    ROOTSUM RootSum "rootsum" [] ("p" "a polynomial", "x" "its variable", "f" "what is summed, a formula in x") r"\sum_{{0} = 0} {2}"
        "The sum of an expression over all roots of a polynomial" "rootsum(x^2 - 2, x, x^2)" => "4" ["rootof"];
}

/// Square root, principal branch; also written √x.
///
/// ```holor
/// sqrt(8)                # => 2*sqrt(2)
/// sqrt(-4)               # => 2*i
/// ```
#[builtin(
    topic = "functions",
    latex = r"\sqrt{{0}}",
    since = "0.1",
    elementwise,
    see("root")
)]
pub(crate) fn sqrt(
    call: &Call<'_>,
    /// A number.
    x: Spanned<Expr>,
) -> Result<Expr> {
    call.check_formula(&x.value, x.span)?;
    Ok(call.engine().evaluate(&x.value.sqrt())?)
}

/// Exponential function.
///
/// ```holor
/// exp(0)                 # => 1
/// exp(log(x))            # => x
/// ```
#[builtin(
    topic = "functions",
    latex = r"e^{{0}}",
    since = "0.1",
    elementwise,
    see("log")
)]
pub(crate) fn exp(
    call: &Call<'_>,
    /// A number.
    x: Spanned<Expr>,
) -> Result<Expr> {
    call.check_formula(&x.value, x.span)?;
    Ok(call.engine().evaluate(&x.value.exp())?)
}

/// Natural logarithm, principal branch, or the logarithm to another base.
///
/// ```holor
/// log(e)                 # => 1
/// log(8, 2)              # => 3
/// ```
#[builtin(
    topic = "functions",
    latex = r"\log {0}",
    since = "0.1",
    elementwise,
    aliases("ln"),
    see("exp", "log10")
)]
pub(crate) fn log(
    call: &Call<'_>,
    /// A number.
    x: Spanned<Expr>,
    /// The base; e if left out.
    base: Option<Expr>,
) -> Result<Expr> {
    call.check_formula(&x.value, x.span)?;
    match base {
        None => evaluated(call, Function::Log, vec![x.value]),
        Some(base) => logarithm(call, x.value, base),
    }
}

/// log x / log base, and exactly an integer where x is a power of the base.
fn logarithm(call: &Call<'_>, x: Expr, base: Expr) -> Result<Expr> {
    if let (Some(value), Some(step)) = (x.as_integer(), base.as_integer())
        && *step > 1.into()
        && *value > 0.into()
    {
        let (mut rest, mut count) = (value.clone(), 0u32);
        while &rest % step == 0.into() {
            call.poll()?;
            rest /= step;
            count += 1;
        }
        if rest == 1.into() {
            return Ok(Expr::integer(count));
        }
    }
    let parts = [x, base].map(|part| Expr::call(Function::Log, vec![part]));
    let [numerator, denominator] = parts;
    Ok(call.engine().evaluate(&(numerator / denominator))?)
}

/// Logarithm to the base 10.
///
/// ```holor
/// log10(1000)            # => 3
/// ```
#[builtin(
    topic = "functions",
    latex = r"\log_{10} {0}",
    since = "0.1",
    elementwise,
    see("log")
)]
pub(crate) fn log10(
    call: &Call<'_>,
    /// A number.
    x: Expr,
) -> Result<Expr> {
    logarithm(call, x, Expr::integer(10))
}

/// Logarithm to the base 2.
///
/// ```holor
/// log2(1024)             # => 10
/// ```
#[builtin(
    topic = "functions",
    latex = r"\log_2 {0}",
    since = "0.1",
    elementwise,
    see("log")
)]
pub(crate) fn log2(
    call: &Call<'_>,
    /// A number.
    x: Expr,
) -> Result<Expr> {
    logarithm(call, x, Expr::integer(2))
}

/// The n-th root, principal branch.
///
/// ```holor
/// root(27, 3)            # => 3
/// ```
#[builtin(
    topic = "functions",
    latex = r"\sqrt[{1}]{{0}}",
    since = "0.1",
    elementwise,
    see("sqrt")
)]
pub(crate) fn root(
    call: &Call<'_>,
    /// A number.
    x: Expr,
    /// Which root.
    n: Expr,
) -> Result<Expr> {
    if n.is_zero() {
        return Err(call.error(&codes::E0301_UNDEFINED, "there is no 0th root"));
    }
    Ok(call.engine().evaluate(&Expr::power(x, n.reciprocal()))?)
}

/// The formulas of the arguments, or of the one list among them.
fn numbers(call: &Call<'_>, values: Vec<Spanned<Value>>) -> Result<Vec<Expr>> {
    let mut numbers = Vec::new();
    for value in values {
        let given = Given {
            name: None,
            value: value.value,
            span: value.span,
            written: None,
            local: false,
        };
        let many =
            mismatch(Many::from_value(&given, call), &given, "values", Expr::KIND, call)?;
        numbers.extend(many.items);
    }
    if numbers.is_empty() {
        let message = format!("`{}` needs at least one number", call.name());
        return Err(call.error(&codes::E0202_WRONG_ARGUMENTS, message));
    }
    Ok(numbers)
}

/// The extreme of numbers and formulas.
fn extreme(
    call: &Call<'_>,
    function: Function,
    values: Vec<Spanned<Value>>,
) -> Result<Value> {
    let numbers = numbers(call, values)?;
    evaluated(call, function, numbers).map(Value::Expr)
}

/// The extreme value of one array, or value by value of several; `None` where there is no array.
fn of_arrays(
    call: &Call<'_>,
    values: &[Spanned<Value>],
    axis: Option<&AxisChoice>,
    reduction: Reduction,
    pairwise: Pairwise,
) -> Result<Option<Value>> {
    if let [Spanned { value: Value::Array(array), .. }] = values {
        return reduced(array, reduction, axis).map(Some);
    }
    if !values.iter().any(|value| matches!(value.value, Value::Array(_))) {
        return Ok(None);
    }
    let mut extreme: Option<NumericArray> = None;
    for value in values {
        let next = call.array_operand(&value.value, value.span)?;
        extreme = Some(match extreme {
            Some(extreme) => extreme.combine(pairwise, &next)?,
            None => next,
        });
    }
    Ok(extreme.map(NumericArray::into_value))
}

/// The extreme value of a formula of fields at their start, which is not the formula; `None` where there is no field in it.
fn of_start(
    call: &Call<'_>,
    values: &[Spanned<Value>],
    axis: Option<&AxisChoice>,
    reduction: Reduction,
) -> Result<Option<Value>> {
    let [Spanned { value: Value::Expr(formula), span }] = values else { return Ok(None) };
    if !call.holds_fields(formula) {
        return Ok(None);
    }
    start_taken();
    match start_of_formula(call, formula, *span)? {
        Some(array) => reduced(&array, reduction, axis).map(Some),
        None => Ok(None),
    }
}

/// The smallest of numbers, or of a list or array of numbers.
///
/// ```holor
/// min(3, 1, 2)           # => 1
/// min([pi, 3])           # => 3
/// ```
#[builtin(topic = "functions", latex = r"\min({0})", since = "0.1", see("max", "sort"))]
pub(crate) fn min(
    call: &Call<'_>,
    /// The numbers.
    #[variadic]
    values: Vec<Spanned<Value>>,
    /// The axis of an array that goes, by name or number.
    #[named]
    axis: Option<AxisChoice>,
) -> Result<Value> {
    if let Some(extreme) =
        of_arrays(call, &values, axis.as_ref(), Reduction::Minimum, Pairwise::Minimum)?
    {
        return Ok(extreme);
    }
    if let Some(extreme) = of_start(call, &values, axis.as_ref(), Reduction::Minimum)? {
        return Ok(extreme);
    }
    extreme(call, Function::Min, values)
}

/// The largest of numbers, or of a list or array of numbers.
///
/// ```holor
/// max(3, 1, 2)           # => 3
/// max([pi, 3])           # => π
/// ```
#[builtin(topic = "functions", latex = r"\max({0})", since = "0.1", see("min", "sort"))]
pub(crate) fn max(
    call: &Call<'_>,
    /// The numbers.
    #[variadic]
    values: Vec<Spanned<Value>>,
    /// The axis of an array that goes, by name or number.
    #[named]
    axis: Option<AxisChoice>,
) -> Result<Value> {
    if let Some(extreme) =
        of_arrays(call, &values, axis.as_ref(), Reduction::Maximum, Pairwise::Maximum)?
    {
        return Ok(extreme);
    }
    if let Some(extreme) = of_start(call, &values, axis.as_ref(), Reduction::Maximum)? {
        return Ok(extreme);
    }
    extreme(call, Function::Max, values)
}

/// Lambert's W, the inverse of w exp(w).
///
/// ```holor
/// lambertw(0)            # => 0
/// lambertw(e)            # => 1
/// ```
#[builtin(
    topic = "functions",
    latex = r"W({0})",
    since = "0.1",
    elementwise,
    see("exp", "log")
)]
pub(crate) fn lambertw(
    call: &Call<'_>,
    /// A number.
    x: Expr,
    /// The branch; the principal one if left out.
    branch: Option<Expr>,
) -> Result<Expr> {
    let arguments = std::iter::once(x).chain(branch.filter(|branch| !branch.is_zero()));
    evaluated(call, Function::LambertW, arguments.collect())
}

/// Elliptic integral of the second kind: complete of a parameter m, incomplete of an amplitude and m.
///
/// ```holor
/// elliptic_e(0)          # => π/2
/// ```
#[builtin(
    topic = "functions",
    latex = r"E({0})",
    since = "0.1",
    elementwise,
    see("elliptic_k", "elliptic_f")
)]
pub(crate) fn elliptic_e(
    call: &Call<'_>,
    /// The parameter m, or the amplitude if a parameter follows.
    first: Expr,
    /// The parameter m, the modulus squared.
    m: Option<Expr>,
) -> Result<Expr> {
    evaluated(call, Function::EllipticE, std::iter::once(first).chain(m).collect())
}

/// Elliptic integral of the third kind: complete of n and m, incomplete of n, an amplitude and m.
///
/// ```holor
/// elliptic_pi(0, 0)      # => π/2
/// ```
#[builtin(
    topic = "functions",
    latex = r"\Pi({0})",
    since = "0.1",
    elementwise,
    see("elliptic_k")
)]
pub(crate) fn elliptic_pi(
    call: &Call<'_>,
    /// The characteristic.
    n: Expr,
    /// The parameter m, or the amplitude if a parameter follows.
    second: Expr,
    /// The parameter m, the modulus squared.
    m: Option<Expr>,
) -> Result<Expr> {
    let arguments = [n, second].into_iter().chain(m);
    evaluated(call, Function::EllipticPi, arguments.collect())
}

/// The order of the terms that a truncated series leaves out.
///
/// ```holor
/// 1 + x + O(x^2)         # => 1 + x + O(x^2)
/// ```
#[builtin(
    topic = "functions",
    name = "O",
    latex = r"\mathcal{O}({0})",
    since = "0.1",
    see("series")
)]
pub(crate) fn order(
    /// The first power left out.
    term: Expr,
    /// The variable, where the term does not show it.
    variable: Option<Expr>,
    /// The point about which the series is.
    point: Option<Expr>,
) -> Expr {
    Expr::call(
        Function::Order,
        std::iter::once(term).chain(variable).chain(point).collect::<Vec<_>>(),
    )
}

/// The value of the first branch whose condition holds.
///
/// A branch is a list of a value and a condition; `true` as the last condition is "otherwise".
///
/// ```holor
/// piecewise([1, x > 0], [0, true])        # => piecewise([1, x > 0], [0, true])
/// subs(piecewise([1, x > 0], [0, true]), x = 2)    # => 1
/// ```
#[builtin(
    topic = "functions",
    latex = r"\begin{cases} {0} \end{cases}",
    since = "0.1",
    see("heaviside")
)]
pub(crate) fn piecewise(
    call: &Call<'_>,
    /// Lists `[value, condition]`.
    #[variadic]
    branches: Vec<Spanned<Vec<Expr>>>,
) -> Result<Expr> {
    let mut cases = Vec::with_capacity(branches.len());
    for branch in branches {
        match branch.value.as_slice() {
            [value, condition] if is_condition(condition) => {
                cases.push((value.clone(), condition.clone()));
            }
            _ => {
                let message = "a branch is a list of a value and a condition";
                let mut error = call.error(&codes::E0201_WRONG_TYPE, message);
                error.span = Some(branch.span);
                error.hints.push("piecewise([1, x > 0], [0, true])".into());
                return Err(error);
            }
        }
    }
    Ok(call.engine().evaluate(&Expr::from_node(Node::Piecewise(cases.into())))?)
}

fn is_condition(value: &Expr) -> bool {
    matches!(
        value.node(),
        Node::Relation(..) | Node::And(_) | Node::Or(_) | Node::Not(_) | Node::Truth(_)
    )
}
