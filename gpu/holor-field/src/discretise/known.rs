//! Exact derivatives of formulas by coordinates, the time and values in the cell, and the values of known functions.

use super::formula::{Formula, Formulas, Id, Source, Variable};
use super::parts::any;
use crate::graph::{Binary, Unary};

impl Formulas {
    /// The derivative of a formula, without values of cells where it is by a coordinate or the time; `None` where it jumps, or has no formula.
    /// By the value of a plane corners have the slope of one of their sides.
    pub(super) fn exact_derivative(&mut self, by: Variable, id: Id) -> Option<Id> {
        let facts = self.facts(id);
        let depends = match by {
            Variable::Axis(axis) => facts.axes & (1 << axis) != 0,
            Variable::Time => facts.time || facts.uniform || facts.arrays,
            Variable::Plane(plane) => {
                let own = Formula::Array(Source::Plane(plane));
                any(self, id, &|formula| *formula == own)
            }
        };
        let corners = matches!(by, Variable::Plane(_));
        if !corners && (facts.arrays || (by == Variable::Time && facts.uniform)) {
            return None;
        }
        if !depends {
            return Some(self.number(0.0));
        }
        match self.get(id).clone() {
            Formula::Number(_) => Some(self.number(0.0)),
            Formula::Coordinate(_) | Formula::Time => Some(self.number(1.0)),
            // It depends on the plane, so that it is the plane.
            Formula::Array(_) if corners => Some(self.number(1.0)),
            Formula::Select(condition, then, otherwise) if corners => {
                let then = self.exact_derivative(by, then)?;
                let otherwise = self.exact_derivative(by, otherwise)?;
                Some(self.select(condition, then, otherwise))
            }
            Formula::Uniform(_)
            | Formula::Array(_)
            | Formula::Select(..)
            | Formula::Derivative(..)
            | Formula::Shifted(..) => None,
            Formula::Sum(_, terms) => {
                let mut parts = Vec::new();
                for (id, factor) in terms {
                    parts.push((self.exact_derivative(by, id)?, factor.value()));
                }
                Some(self.sum(&parts))
            }
            // (x x′ + y y′)/|z|
            Formula::Modulus(x, y) => {
                let [dx, dy] = [x, y].map(|part| self.exact_derivative(by, part));
                let (first, second) = (self.multiply(x, dx?), self.multiply(y, dy?));
                let above = self.add(first, second);
                Some(self.divide(above, id))
            }
            // With a = x/|z|² and b = y/|z|²: (b² − a²) x′ − 2 a b y′
            Formula::Inverse(x, y) => {
                let [dx, dy] = [x, y].map(|part| self.exact_derivative(by, part));
                let (a, b) = (id, self.inverse(y, x));
                let squares = [self.power(b, 2), self.power(a, 2)];
                let slope = self.subtract(squares[0], squares[1]);
                let first = self.multiply(slope, dx?);
                let second = self.product(&[a, b, dy?]);
                Some(self.sum(&[(first, 1.0), (second, -2.0)]))
            }
            // √a √a √a by a is 3/2 √a, which is finite at 0.
            Formula::Product(_) | Formula::Power(..) if corners && self.has_roots(id) => {
                let factors = self.halves(id);
                let mut parts = Vec::new();
                for place in 0..factors.len() {
                    let (base, halves) = factors[place];
                    let slope = self.exact_derivative(by, base)?;
                    let mut product = vec![slope];
                    for (other, (base, halves)) in factors.iter().enumerate() {
                        let less = if other == place { 2 } else { 0 };
                        product.push(self.half_power(*base, halves - less));
                    }
                    parts.push((self.product(&product), f64::from(halves) / 2.0));
                }
                Some(self.sum(&parts))
            }
            Formula::Product(factors) => {
                let mut parts = Vec::new();
                for place in 0..factors.len() {
                    let mut factors = factors.clone();
                    factors[place] = self.exact_derivative(by, factors[place])?;
                    parts.push((self.product(&factors), 1.0));
                }
                Some(self.sum(&parts))
            }
            Formula::Power(a, exponent) => {
                let inner = self.exact_derivative(by, a)?;
                let power = self.power(a, exponent - 1);
                let product = self.multiply(power, inner);
                Some(self.scale(product, f64::from(exponent)))
            }
            Formula::Unary(function, a) => {
                let inner = self.exact_derivative(by, a)?;
                let outer = match function {
                    Unary::Absolute if corners => self.unary(Unary::Sign, a),
                    _ => self.outer_derivative(function, a)?,
                };
                Some(self.multiply(outer, inner))
            }
            Formula::Binary(function, a, b) => {
                let da = self.exact_derivative(by, a)?;
                let db = self.exact_derivative(by, b)?;
                match function {
                    Binary::Minimum | Binary::Maximum if corners => {
                        let first = match function {
                            Binary::Minimum => self.binary(Binary::Less, a, b),
                            _ => self.binary(Binary::Less, b, a),
                        };
                        Some(self.select(first, da, db))
                    }
                    // b aᵇ⁻¹ a′, which is finite at a = 0 for b > 1.
                    Binary::Power if self.value(db) == Some(0.0) => {
                        let one = self.number(1.0);
                        let less = self.subtract(b, one);
                        let power = self.binary(Binary::Power, a, less);
                        Some(self.product(&[b, power, da]))
                    }
                    // aᵇ (b′ ln a + b a′/a)
                    Binary::Power => {
                        let power = self.binary(Binary::Power, a, b);
                        let logarithm = self.unary(Unary::Logarithm, a);
                        let first = self.multiply(db, logarithm);
                        let ratio = self.divide(da, a);
                        let second = self.multiply(b, ratio);
                        let sum = self.add(first, second);
                        Some(self.multiply(power, sum))
                    }
                    // (a′ b − a b′)/(a² + b²) for the angle of (b, a)
                    Binary::Angle => {
                        let first = self.multiply(da, b);
                        let second = self.multiply(a, db);
                        let above = self.subtract(first, second);
                        let squares = [self.power(a, 2), self.power(b, 2)];
                        let below = self.add(squares[0], squares[1]);
                        Some(self.divide(above, below))
                    }
                    Binary::Add
                    | Binary::Subtract
                    | Binary::Multiply
                    | Binary::Divide
                    | Binary::Minimum
                    | Binary::Maximum
                    | Binary::Less
                    | Binary::LessEqual
                    | Binary::Equal => None,
                }
            }
        }
    }

    /// Whether a product or a power has roots among its factors.
    fn has_roots(&self, id: Id) -> bool {
        let root = |id: &Id| match self.get(*id) {
            Formula::Unary(Unary::SquareRoot, _) | Formula::Modulus(..) => true,
            Formula::Power(base, _) => {
                matches!(
                    self.get(*base),
                    Formula::Unary(Unary::SquareRoot, _) | Formula::Modulus(..)
                )
            }
            _ => false,
        };
        match self.get(id) {
            Formula::Product(factors) => factors.iter().any(root),
            _ => root(&id),
        }
    }

    /// The factors of a product or a power: bases and twice their exponents, equal bases joined.
    fn halves(&mut self, id: Id) -> Vec<(Id, i32)> {
        let factors = match self.get(id) {
            Formula::Product(factors) => factors.clone(),
            _ => vec![id],
        };
        let mut all: Vec<(Id, i32)> = Vec::new();
        for factor in factors {
            let (base, exponent) = match self.get(factor) {
                Formula::Power(base, exponent) => (*base, *exponent),
                _ => (factor, 1),
            };
            let (base, halves) = match *self.get(base) {
                Formula::Unary(Unary::SquareRoot, inner) => (inner, exponent),
                Formula::Modulus(x, y) => (self.sum_of_squares(x, y), exponent),
                _ => (base, 2 * exponent),
            };
            match all.iter_mut().find(|known| known.0 == base) {
                Some(known) => known.1 += halves,
                None => all.push((base, halves)),
            }
        }
        all
    }

    /// A base to half a whole number.
    fn half_power(&mut self, base: Id, halves: i32) -> Id {
        let whole = self.power(base, halves.div_euclid(2));
        if halves.rem_euclid(2) == 0 {
            return whole;
        }
        // a^(−1/2) is 1/√a, and not √a/a.
        if halves == -1 {
            let root = self.unary(Unary::SquareRoot, base);
            return self.power(root, -1);
        }
        let root = self.unary(Unary::SquareRoot, base);
        self.multiply(whole, root)
    }

    /// f′(a).
    fn outer_derivative(&mut self, function: Unary, a: Id) -> Option<Id> {
        let one = self.number(1.0);
        Some(match function {
            Unary::SquareRoot => {
                let root = self.unary(Unary::SquareRoot, a);
                let reciprocal = self.power(root, -1);
                self.scale(reciprocal, 0.5)
            }
            Unary::Sine => self.unary(Unary::Cosine, a),
            Unary::Cosine => {
                let sine = self.unary(Unary::Sine, a);
                self.scale(sine, -1.0)
            }
            Unary::Tangent => {
                let tangent = self.unary(Unary::Tangent, a);
                let square = self.power(tangent, 2);
                self.add(one, square)
            }
            Unary::Exponential => self.unary(Unary::Exponential, a),
            Unary::Logarithm => self.power(a, -1),
            Unary::HyperbolicSine => self.unary(Unary::HyperbolicCosine, a),
            Unary::HyperbolicCosine => self.unary(Unary::HyperbolicSine, a),
            Unary::HyperbolicTangent => {
                let tangent = self.unary(Unary::HyperbolicTangent, a);
                let square = self.power(tangent, 2);
                self.subtract(one, square)
            }
            Unary::InverseSine | Unary::InverseCosine => {
                let square = self.power(a, 2);
                let below = self.subtract(one, square);
                let root = self.unary(Unary::SquareRoot, below);
                let reciprocal = self.power(root, -1);
                let sign = if function == Unary::InverseSine { 1.0 } else { -1.0 };
                self.scale(reciprocal, sign)
            }
            Unary::InverseTangent => {
                let square = self.power(a, 2);
                let below = self.add(one, square);
                self.power(below, -1)
            }
            // 2/√π e^(−a²)
            Unary::ErrorFunction => {
                let square = self.power(a, 2);
                let exponent = self.scale(square, -1.0);
                let bell = self.unary(Unary::Exponential, exponent);
                self.scale(bell, std::f64::consts::FRAC_2_SQRT_PI)
            }
            Unary::Negate
            | Unary::Absolute
            | Unary::Floor
            | Unary::Round
            | Unary::PowerOfTwo
            | Unary::Exponent
            | Unary::Mantissa
            | Unary::Sign => return None,
        })
    }

    /// The value of a known formula at a point.
    pub(super) fn at(&self, id: Id, point: [f64; 3]) -> f64 {
        match self.get(id) {
            Formula::Number(bits) => bits.value(),
            Formula::Coordinate(axis) => point.get(*axis).copied().unwrap_or(f64::NAN),
            Formula::Sum(constant, terms) => {
                terms.iter().fold(constant.value(), |sum, (id, factor)| {
                    sum + factor.value() * self.at(*id, point)
                })
            }
            Formula::Product(factors) => {
                factors.iter().fold(1.0, |product, id| product * self.at(*id, point))
            }
            Formula::Power(a, exponent) => self.at(*a, point).powi(*exponent),
            Formula::Unary(function, a) => function.apply(self.at(*a, point)),
            Formula::Binary(function, a, b) => {
                function.apply(self.at(*a, point), self.at(*b, point))
            }
            Formula::Modulus(x, y) => self.at(*x, point).hypot(self.at(*y, point)),
            Formula::Inverse(x, y) => {
                let (x, y) = (self.at(*x, point), self.at(*y, point));
                let size = x.hypot(y);
                x / size / size
            }
            Formula::Select(condition, then, otherwise) => {
                if self.at(*condition, point) == 0.0 {
                    self.at(*otherwise, point)
                } else {
                    self.at(*then, point)
                }
            }
            Formula::Time
            | Formula::Uniform(_)
            | Formula::Array(_)
            | Formula::Derivative(..)
            | Formula::Shifted(..) => f64::NAN,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::formula::{Formulas, Id, Variable};

    #[test]
    fn moduli_and_inverses_have_exact_derivatives() {
        let mut formulas = Formulas::default();
        let f = &mut formulas;
        let (x, one) = (f.coordinate(0), f.number(1.0));
        let square = f.power(x, 2);
        let y = f.subtract(square, one);
        let twice = f.scale(x, -1.0);
        let cubed = |f: &mut Formulas, id: Id| f.power(id, 3);
        let modulus = f.modulus(twice, y);
        let all = [
            modulus,
            cubed(f, modulus),
            f.power(modulus, 2),
            f.inverse(x, y),
            f.inverse(y, x),
            f.inverse(twice, y),
        ];
        for id in all {
            let slope = f.exact_derivative(Variable::Axis(0), id).unwrap();
            for at in [-1.3, 0.4, 2.1] {
                let value = |x: f64| f.at(id, [x, 0.0, 0.0]);
                let numeric = (value(at + 1e-6) - value(at - 1e-6)) / 2e-6;
                let exact = f.at(slope, [at, 0.0, 0.0]);
                assert!((exact - numeric).abs() < 1e-7, "{at}: {exact} {numeric}");
            }
        }
        // Numbers are what they are.
        let (three, four) = (f.number(3.0), f.number(-4.0));
        let [modulus, inverse] = [f.modulus(three, four), f.inverse(four, three)];
        assert_eq!(f.value(modulus), Some(5.0));
        assert_eq!(f.value(inverse), Some(-0.16));
    }
}
