//! Known formulas and static arrays as text.

use super::differences::{CoefficientOf, Lowering};
use super::formula::{Formula, Id, Source};
use crate::printer::{binary_name, unary_name};

impl Lowering<'_> {
    /// A formula as text.
    pub(super) fn show(&self, id: Id) -> String {
        let formulas = self.formulas();
        let within = |id: Id| {
            let text = self.show(id);
            match formulas.get(id) {
                Formula::Sum(..) | Formula::Product(_) => format!("({text})"),
                _ => text,
            }
        };
        match formulas.get(id) {
            Formula::Number(bits) => format!("{}", bits.value()),
            Formula::Coordinate(axis) => self.axis_name(*axis),
            Formula::Time => "t".into(),
            Formula::Uniform(scalar) => format!("scalar {scalar}"),
            Formula::Array(source) => self.source_name(*source),
            Formula::Sum(constant, terms) => {
                let mut parts = Vec::new();
                for (id, factor) in terms {
                    parts.push((factor.value(), Some(within(*id))));
                }
                if constant.value() != 0.0 {
                    parts.push((constant.value(), None));
                }
                let mut text = String::new();
                for (factor, body) in parts {
                    let sign = match (text.is_empty(), factor < 0.0) {
                        (true, false) => "",
                        (true, true) => "-",
                        (false, false) => " + ",
                        (false, true) => " - ",
                    };
                    text.push_str(sign);
                    let size = factor.abs();
                    match body {
                        None => text.push_str(&format!("{size}")),
                        Some(body) if size == 1.0 => text.push_str(&body),
                        Some(body) => text.push_str(&format!("{size} {body}")),
                    }
                }
                text
            }
            Formula::Product(factors) => {
                factors.iter().map(|id| within(*id)).collect::<Vec<_>>().join(" ")
            }
            Formula::Power(base, exponent) if *exponent < 0 => {
                let below = if *exponent == -1 {
                    within(*base)
                } else {
                    format!("{}^{}", within(*base), -exponent)
                };
                format!("1/{below}")
            }
            Formula::Power(base, exponent) => format!("{}^{exponent}", within(*base)),
            Formula::Unary(function, a) => {
                format!("{}({})", unary_name(*function), self.show(*a))
            }
            Formula::Binary(function, a, b) => {
                format!(
                    "{}({}, {})",
                    binary_name(*function),
                    self.show(*a),
                    self.show(*b)
                )
            }
            Formula::Modulus(x, y) => {
                format!("hypot({}, {})", self.show(*x), self.show(*y))
            }
            Formula::Inverse(x, y) => {
                let (top, x, y) = (within(*x), self.show(*x), self.show(*y));
                format!("{top}/hypot({x}, {y})^2")
            }
            Formula::Select(a, b, c) => {
                format!(
                    "piecewise({}, {}, {})",
                    self.show(*a),
                    self.show(*b),
                    self.show(*c)
                )
            }
            Formula::Derivative(orders, a) => {
                let mut text = String::new();
                for (axis, order) in orders.iter().enumerate() {
                    for _ in 0..*order {
                        text.push_str(&format!("∂{}", self.axis_name(axis)));
                    }
                }
                format!("{text}({})", self.show(*a))
            }
            Formula::Shifted(by, a) => format!("shift({}, {by:?})", self.show(*a)),
        }
    }

    fn axis_name(&self, axis: usize) -> String {
        self.equations
            .system
            .grid
            .axes
            .get(axis)
            .map_or_else(|| "?".into(), |axis| axis.name.clone())
    }

    fn source_name(&self, source: Source) -> String {
        let system = self.equations.system;
        match source {
            Source::Plane(plane) | Source::Velocity(plane) => self
                .equations
                .planes
                .get(plane as usize)
                .and_then(|plane| system.fields.get(plane.field))
                .map_or_else(|| "?".into(), |field| field.name.clone()),
            Source::Given(part) => self.coefficient_name(CoefficientOf::Given(part)),
            Source::Convolved(part) => {
                self.coefficient_name(CoefficientOf::Convolved(part))
            }
            Source::Noise(part) => format!("noise {}", part + 1),
        }
    }

    /// A name for a static array.
    pub(super) fn coefficient_name(&self, of: CoefficientOf) -> String {
        match of {
            CoefficientOf::Given(part) => {
                let part = self.equations.given_parts.get(part as usize).copied();
                let given = part.and_then(|(given, imaginary)| {
                    self.equations.system.given.get(given).map(|given| (given, imaginary))
                });
                match given {
                    Some((given, true)) => format!("{}.im", given.name),
                    Some((given, false)) if given.complex => format!("{}.re", given.name),
                    Some((given, false)) => given.name.clone(),
                    None => "?".into(),
                }
            }
            CoefficientOf::Convolved(part) => format!("convolution {}", part + 1),
            CoefficientOf::Domain => "domain".into(),
            CoefficientOf::Known(id, half) => {
                let mut text = self.show(id);
                for (axis, half) in half.iter().enumerate() {
                    if *half {
                        text.push_str(&format!(" at {} + 1/2", self.axis_name(axis)));
                    }
                }
                text
            }
        }
    }
}
