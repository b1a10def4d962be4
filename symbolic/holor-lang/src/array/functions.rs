//! Functions of each value of an array.

use holor_algebra::complex;

use super::combine::Pairwise;
use super::{ArrayValues, Complex64, NumericArray};
use crate::Result;

/// A function of real numbers; NaN outside its real domain.
type Real = fn(f64) -> f64;
/// The same function of complex numbers.
type Complex = fn(Complex64) -> Complex64;

/// The functions that keep the kind of number: names of built-ins, on reals, on complex numbers.
const FUNCTIONS: &[(&str, Real, Option<Complex>)] = &[
    ("sin", f64::sin, Some(complex::sin)),
    ("cos", f64::cos, Some(complex::cos)),
    ("tan", f64::tan, Some(complex::tan)),
    ("cot", |x| x.tan().recip(), Some(|z| complex::reciprocal(complex::tan(z)))),
    ("sec", |x| x.cos().recip(), Some(|z| complex::reciprocal(complex::cos(z)))),
    ("csc", |x| x.sin().recip(), Some(|z| complex::reciprocal(complex::sin(z)))),
    ("asin", f64::asin, None),
    ("acos", f64::acos, None),
    ("atan", f64::atan, None),
    ("sinh", f64::sinh, Some(complex::sinh)),
    ("cosh", f64::cosh, Some(complex::cosh)),
    ("tanh", f64::tanh, Some(complex::tanh)),
    ("asinh", f64::asinh, None),
    ("acosh", f64::acosh, None),
    ("atanh", f64::atanh, None),
    ("exp", f64::exp, Some(complex::exp)),
    ("sqrt", f64::sqrt, Some(complex::sqrt)),
    ("log", f64::ln, Some(complex::log)),
    ("log10", f64::log10, Some(complex::log10)),
    ("log2", f64::log2, Some(complex::log2)),
    ("floor", f64::floor, None),
    ("ceil", f64::ceil, None),
    ("round", f64::round_ties_even, None),
    ("sign", sign, None),
    ("heaviside", |x| if x == 0.0 { 0.5 } else { f64::midpoint(sign(x), 1.0) }, None),
    ("conj", |x| x, Some(|z| z.conj())),
];

fn sign(x: f64) -> f64 {
    if x == 0.0 { 0.0 } else { x.signum() }
}

impl NumericArray {
    /// A function of each value, by the name of the built-in. Where a real value has a complex result (the root of a
    /// negative number), all results are complex. `None` for what is left to the algebra engine: other functions, and
    /// complex results of inverse functions, whose branches it knows.
    ///
    /// # Errors
    /// E0401 where there is no finite value.
    pub(crate) fn function(&self, name: &str) -> Option<Result<NumericArray>> {
        match name {
            "abs" => return Some(self.modulus()),
            "arg" => return Some(Ok(self.argument())),
            "re" => return Some(Ok(self.part(|z| z.re))),
            "im" => return Some(Ok(self.part(|z| z.im))),
            _ => {}
        }
        let (_, real, complex) = FUNCTIONS.iter().find(|(own, ..)| *own == name)?;
        let values: ArrayValues = match &self.values {
            ArrayValues::Real(values) => {
                let results: Vec<f64> = values.iter().map(|&x| real(x)).collect();
                if results.iter().any(|value| value.is_nan()) {
                    let complex = (*complex)?;
                    values.iter().map(|&x| complex(x.into())).collect::<Vec<_>>().into()
                } else {
                    results.into()
                }
            }
            ArrayValues::Complex(values) => {
                let complex = (*complex)?;
                values.iter().map(|&z| complex(z)).collect::<Vec<_>>().into()
            }
        };
        let result = Self { values, name: "".into(), angle: false, ..self.clone() };
        Some(result.check_finite(&format!("`{name}`")))
    }

    /// The logarithm to a base.
    pub(crate) fn logarithm(&self, base: &NumericArray) -> Result<NumericArray> {
        let logarithm =
            |of: &NumericArray| of.function("log").unwrap_or_else(|| Ok(of.clone()));
        logarithm(self)?.combine(Pairwise::Divide, &logarithm(base)?)
    }

    /// The absolute values.
    fn modulus(&self) -> Result<NumericArray> {
        self.part(Complex64::norm).named(&self.part_name("|", "|")).check_finite("`abs`")
    }

    /// The arguments, above -π and up to π, marked as angles.
    fn argument(&self) -> NumericArray {
        // The argument of -0.0 is not -π: a zero has no sign here.
        let argument = |z: Complex64| (z.im + 0.0).atan2(z.re + 0.0);
        self.part(argument).named(&self.part_name("arg(", ")")).with_angle(true)
    }

    fn part_name(&self, open: &str, close: &str) -> String {
        match self.name() {
            "" => String::new(),
            name => format!("{open}{name}{close}"),
        }
    }

    /// A real number of each value.
    fn part(&self, of: fn(Complex64) -> f64) -> NumericArray {
        let values: Vec<f64> = match &self.values {
            ArrayValues::Real(values) => values.iter().map(|&x| of(x.into())).collect(),
            ArrayValues::Complex(values) => values.iter().map(|&z| of(z)).collect(),
        };
        let values = values.into();
        Self { values, name: "".into(), angle: false, ..self.clone() }
    }

    /// The negatives.
    pub(crate) fn negated(&self) -> NumericArray {
        let values: ArrayValues = match &self.values {
            ArrayValues::Real(values) => {
                values.iter().map(|x| -x).collect::<Vec<_>>().into()
            }
            ArrayValues::Complex(values) => {
                values.iter().map(|z| -z).collect::<Vec<_>>().into()
            }
        };
        Self { values, name: "".into(), ..self.clone() }
    }
}
