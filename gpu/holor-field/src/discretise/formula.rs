//! The equations in real numbers: sums, products, functions and derivatives of planes, each formula kept once.

use std::collections::HashMap;

use crate::graph::{Binary, Bits, Unary};

/// A formula of [`Formulas`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Id(u32);

/// What has a value in every cell without being computed there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Source {
    /// A plane.
    Plane(u32),
    /// The time derivative of a plane.
    Velocity(u32),
    /// A given function.
    Given(u32),
    /// The result of a convolution.
    Convolved(u32),
    /// A noise.
    Noise(u32),
}

/// A real formula. Numbers that multiply are kept in sums alone: c·x is a sum of one term.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Formula {
    /// A number.
    Number(Bits),
    /// A coordinate.
    Coordinate(usize),
    /// The time.
    Time,
    /// A scalar of the scheme: the result of a gather.
    Uniform(u32),
    /// Values in cells.
    Array(Source),
    /// A number, and terms times numbers.
    Sum(Bits, Vec<(Id, Bits)>),
    /// A product of at least two, none of them a number, a product or a single scaled term.
    Product(Vec<Id>),
    /// A whole power, neither 0 nor 1.
    Power(Id, i32),
    /// A function.
    Unary(Unary, Id),
    /// A function of two: division, comparison, power, angle, extremum.
    Binary(Binary, Id, Id),
    /// √(x² + y²), also where the squares are too large or too small.
    Modulus(Id, Id),
    /// x/(x² + y²), likewise: a part of the inverse of a complex number.
    Inverse(Id, Id),
    /// The second where the first is not 0, else the third.
    Select(Id, Id, Id),
    /// ∂ so often along each axis.
    Derivative([u8; 3], Id),
    /// The value so many half steps further.
    Shifted([i32; 3], Id),
}

/// What a formula depends on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Facts {
    /// The time.
    pub(super) time: bool,
    /// Coordinates, a bit for each axis.
    pub(super) axes: u8,
    /// Values in cells.
    pub(super) arrays: bool,
    /// Planes or their time derivatives, also through gathers and convolutions.
    pub(super) planes: bool,
    /// Through a gather or convolution.
    pub(super) global: bool,
    /// A noise.
    pub(super) noise: bool,
    /// Scalars.
    pub(super) uniform: bool,
    /// Axes along which something inside is differentiated, a bit for each.
    pub(super) inner: u8,
    /// A shift or a derivative occurs.
    pub(super) moved: bool,
}

impl Facts {
    fn join(self, other: Self) -> Self {
        Self {
            time: self.time || other.time,
            axes: self.axes | other.axes,
            arrays: self.arrays || other.arrays,
            planes: self.planes || other.planes,
            global: self.global || other.global,
            noise: self.noise || other.noise,
            uniform: self.uniform || other.uniform,
            inner: self.inner | other.inner,
            moved: self.moved || other.moved,
        }
    }

    /// A function of the coordinates alone, that can be evaluated before the run.
    pub(super) fn known(self) -> bool {
        !self.time && !self.arrays && !self.uniform && !self.moved
    }

    /// The same in all cells.
    pub(super) fn same_everywhere(self) -> bool {
        !self.arrays && self.axes == 0
    }
}

/// What a formula is differentiated by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Variable {
    /// A coordinate.
    Axis(usize),
    /// The time.
    Time,
    /// A plane.
    Plane(u32),
}

/// All formulas of a system.
#[derive(Clone, Debug, Default)]
pub(super) struct Formulas {
    all: Vec<Formula>,
    facts: Vec<Facts>,
    known: HashMap<Formula, Id>,
    /// Scalars that depend on planes.
    pub(super) planes_in_scalars: HashMap<u32, bool>,
    /// Convolutions that depend on planes.
    pub(super) planes_in_convolutions: HashMap<u32, bool>,
}

impl Formulas {
    /// The formula of an identifier.
    pub(super) fn get(&self, id: Id) -> &Formula {
        static NOTHING: Formula = Formula::Time;
        self.all.get(id.0 as usize).unwrap_or(&NOTHING)
    }

    /// What it depends on.
    pub(super) fn facts(&self, id: Id) -> Facts {
        self.facts.get(id.0 as usize).copied().unwrap_or_default()
    }

    fn push(&mut self, formula: Formula) -> Id {
        if let Some(id) = self.known.get(&formula) {
            return *id;
        }
        let facts = self.facts_of(&formula);
        let id = Id(u32::try_from(self.all.len()).unwrap_or(u32::MAX));
        self.all.push(formula.clone());
        self.facts.push(facts);
        self.known.insert(formula, id);
        id
    }

    fn facts_of(&self, formula: &Formula) -> Facts {
        let none = Facts::default();
        let mut facts = self
            .operands(formula)
            .into_iter()
            .fold(none, |facts, id| facts.join(self.facts(id)));
        match formula {
            Formula::Coordinate(axis) => facts.axes |= 1 << axis,
            Formula::Time => facts.time = true,
            Formula::Uniform(scalar) => {
                facts.uniform = true;
                facts.global = true;
                facts.planes = *self.planes_in_scalars.get(scalar).unwrap_or(&true);
            }
            Formula::Array(source) => {
                facts.arrays = true;
                match source {
                    Source::Plane(_) | Source::Velocity(_) => facts.planes = true,
                    Source::Given(_) => {}
                    Source::Convolved(place) => {
                        facts.global = true;
                        facts.planes =
                            *self.planes_in_convolutions.get(place).unwrap_or(&true);
                    }
                    Source::Noise(_) => facts.noise = true,
                }
            }
            Formula::Derivative(orders, _) => {
                facts.moved = true;
                for (axis, order) in orders.iter().enumerate() {
                    facts.inner |= u8::from(*order > 0) << axis;
                }
            }
            Formula::Shifted(..) => facts.moved = true,
            Formula::Number(_)
            | Formula::Sum(..)
            | Formula::Product(_)
            | Formula::Power(..)
            | Formula::Unary(..)
            | Formula::Binary(..)
            | Formula::Modulus(..)
            | Formula::Inverse(..)
            | Formula::Select(..) => {}
        }
        facts
    }

    /// The formulas directly inside.
    pub(super) fn operands(&self, formula: &Formula) -> Vec<Id> {
        match formula {
            Formula::Number(_)
            | Formula::Coordinate(_)
            | Formula::Time
            | Formula::Uniform(_)
            | Formula::Array(_) => Vec::new(),
            Formula::Sum(_, terms) => terms.iter().map(|(id, _)| *id).collect(),
            Formula::Product(factors) => factors.clone(),
            Formula::Power(a, _)
            | Formula::Unary(_, a)
            | Formula::Derivative(_, a)
            | Formula::Shifted(_, a) => vec![*a],
            Formula::Binary(_, a, b)
            | Formula::Modulus(a, b)
            | Formula::Inverse(a, b) => vec![*a, *b],
            Formula::Select(a, b, c) => vec![*a, *b, *c],
        }
    }

    /// A number.
    pub(super) fn number(&mut self, value: f64) -> Id {
        self.push(Formula::Number(Bits::new(if value == 0.0 { 0.0 } else { value })))
    }

    /// The number that a formula is, if it is one.
    pub(super) fn value(&self, id: Id) -> Option<f64> {
        match self.get(id) {
            Formula::Number(bits) => Some(bits.value()),
            _ => None,
        }
    }

    /// A coordinate.
    pub(super) fn coordinate(&mut self, axis: usize) -> Id {
        self.push(Formula::Coordinate(axis))
    }

    /// The time.
    pub(super) fn time(&mut self) -> Id {
        self.push(Formula::Time)
    }

    /// A scalar.
    pub(super) fn uniform(&mut self, scalar: u32) -> Id {
        self.push(Formula::Uniform(scalar))
    }

    /// Values in cells.
    pub(super) fn array(&mut self, source: Source) -> Id {
        self.push(Formula::Array(source))
    }

    /// A formula as a number times another.
    pub(super) fn scaled_part(&self, id: Id) -> (f64, Id) {
        match self.get(id) {
            Formula::Sum(constant, terms) if constant.value() == 0.0 => {
                match terms.as_slice() {
                    [(inner, factor)] => (factor.value(), *inner),
                    _ => (1.0, id),
                }
            }
            _ => (1.0, id),
        }
    }

    /// A sum of formulas times numbers, like terms joined.
    pub(super) fn sum(&mut self, parts: &[(Id, f64)]) -> Id {
        let mut constant = 0.0;
        let mut terms: Vec<(Id, f64)> = Vec::new();
        let mut places: HashMap<Id, usize> = HashMap::new();
        let mut join = |id: Id, factor: f64| match places.get(&id) {
            Some(place) => terms[*place].1 += factor,
            None => {
                places.insert(id, terms.len());
                terms.push((id, factor));
            }
        };
        for (id, factor) in parts {
            match self.get(*id) {
                Formula::Number(bits) => constant += factor * bits.value(),
                Formula::Sum(inner, inside) => {
                    constant += factor * inner.value();
                    for (id, inner) in inside {
                        join(*id, factor * inner.value());
                    }
                }
                _ => join(*id, *factor),
            }
        }
        terms.retain(|(_, factor)| *factor != 0.0);
        match terms.as_slice() {
            [] => self.number(constant),
            [(id, factor)] if *factor == 1.0 && constant == 0.0 => *id,
            _ => self.push(Formula::Sum(
                Bits::new(if constant == 0.0 { 0.0 } else { constant }),
                terms.iter().map(|(id, factor)| (*id, Bits::new(*factor))).collect(),
            )),
        }
    }

    /// a + b.
    pub(super) fn add(&mut self, a: Id, b: Id) -> Id {
        self.sum(&[(a, 1.0), (b, 1.0)])
    }

    /// a − b.
    pub(super) fn subtract(&mut self, a: Id, b: Id) -> Id {
        self.sum(&[(a, 1.0), (b, -1.0)])
    }

    /// c a.
    pub(super) fn scale(&mut self, a: Id, factor: f64) -> Id {
        self.sum(&[(a, factor)])
    }

    /// A product, numbers in front, equal factors joined in powers.
    pub(super) fn product(&mut self, parts: &[Id]) -> Id {
        let mut number = 1.0;
        let mut factors: Vec<(Id, i32)> = Vec::new();
        let mut pending: Vec<Id> = parts.iter().rev().copied().collect();
        while let Some(id) = pending.pop() {
            let (scale, inner) = self.scaled_part(id);
            number *= scale;
            match self.get(inner) {
                Formula::Number(bits) => number *= bits.value(),
                Formula::Product(inside) => pending.extend(inside.iter().rev()),
                other => {
                    let (base, exponent) = match other {
                        Formula::Power(base, exponent) => (*base, *exponent),
                        _ => (inner, 1),
                    };
                    match factors.iter_mut().find(|(known, _)| *known == base) {
                        Some((_, sum)) => *sum += exponent,
                        None => factors.push((base, exponent)),
                    }
                }
            }
        }
        if number == 0.0 {
            return self.number(0.0);
        }
        let mut powers = Vec::new();
        for (base, exponent) in factors {
            if exponent != 0 {
                powers.push(self.power(base, exponent));
            }
        }
        let body = match powers.as_slice() {
            [] => return self.number(number),
            [one] => *one,
            _ if powers.iter().any(|id| {
                matches!(self.get(*id), Formula::Product(_) | Formula::Number(_))
                    || self.scaled_part(*id).0 != 1.0
            }) =>
            {
                self.product(&powers)
            }
            _ => self.push(Formula::Product(powers)),
        };
        self.scale(body, number)
    }

    /// a b.
    pub(super) fn multiply(&mut self, a: Id, b: Id) -> Id {
        self.product(&[a, b])
    }

    /// a/b.
    pub(super) fn divide(&mut self, a: Id, b: Id) -> Id {
        let reciprocal = self.power(b, -1);
        self.multiply(a, reciprocal)
    }

    /// A whole power.
    pub(super) fn power(&mut self, base: Id, exponent: i32) -> Id {
        if exponent == 0 {
            return self.number(1.0);
        }
        if exponent == 1 {
            return base;
        }
        let (scale, inner) = self.scaled_part(base);
        if scale != 1.0 {
            let power = self.power(inner, exponent);
            return self.scale(power, scale.powi(exponent));
        }
        match self.get(base).clone() {
            Formula::Number(bits) => self.number(bits.value().powi(exponent)),
            Formula::Power(inner, inside) => self.power(inner, inside * exponent),
            Formula::Product(factors) => {
                let powers: Vec<Id> =
                    factors.iter().map(|id| self.power(*id, exponent)).collect();
                self.product(&powers)
            }
            Formula::Unary(Unary::SquareRoot, inner) if exponent % 2 == 0 => {
                self.power(inner, exponent / 2)
            }
            Formula::Modulus(x, y) if exponent % 2 == 0 => {
                let square = self.sum_of_squares(x, y);
                self.power(square, exponent / 2)
            }
            Formula::Unary(Unary::Absolute, inner) if exponent % 2 == 0 => {
                self.power(inner, exponent)
            }
            _ => self.push(Formula::Power(base, exponent)),
        }
    }

    /// A function.
    pub(super) fn unary(&mut self, function: Unary, a: Id) -> Id {
        match (function, self.value(a)) {
            (Unary::Negate, _) => self.scale(a, -1.0),
            (_, Some(x)) => self.number(function.apply(x)),
            _ => self.push(Formula::Unary(function, a)),
        }
    }

    /// A function of two.
    pub(super) fn binary(&mut self, function: Binary, a: Id, b: Id) -> Id {
        match (function, self.value(a), self.value(b)) {
            (Binary::Add, ..) => self.add(a, b),
            (Binary::Subtract, ..) => self.subtract(a, b),
            (Binary::Multiply, ..) => self.multiply(a, b),
            (Binary::Divide, ..) => self.divide(a, b),
            (_, Some(x), Some(y)) => self.number(function.apply(x, y)),
            _ => self.push(Formula::Binary(function, a, b)),
        }
    }

    /// x² + y².
    pub(super) fn sum_of_squares(&mut self, x: Id, y: Id) -> Id {
        let (x, y) = (self.power(x, 2), self.power(y, 2));
        self.add(x, y)
    }

    /// √(x² + y²).
    pub(super) fn modulus(&mut self, x: Id, y: Id) -> Id {
        let (x, y) = (self.without_sign(x).1, self.without_sign(y).1);
        match (self.value(x), self.value(y)) {
            (Some(x), Some(y)) => self.number(x.hypot(y)),
            (Some(0.0), None) => self.unary(Unary::Absolute, y),
            (None, Some(0.0)) => self.unary(Unary::Absolute, x),
            _ => self.push(Formula::Modulus(x, y)),
        }
    }

    /// x/(x² + y²).
    pub(super) fn inverse(&mut self, x: Id, y: Id) -> Id {
        let ((sign, x), y) = (self.without_sign(x), self.without_sign(y).1);
        match (self.value(x), self.value(y)) {
            (Some(0.0), _) => self.number(0.0),
            (Some(x), Some(y)) => {
                let size = x.hypot(y);
                self.number(sign * x / size / size)
            }
            (None, Some(0.0)) => {
                let inverse = self.power(x, -1);
                self.scale(inverse, sign)
            }
            _ => {
                let inverse = self.push(Formula::Inverse(x, y));
                self.scale(inverse, sign)
            }
        }
    }

    fn without_sign(&self, id: Id) -> (f64, Id) {
        match self.scaled_part(id) {
            (-1.0, inner) => (-1.0, inner),
            _ => (1.0, id),
        }
    }

    /// The second where the first is not 0, else the third.
    pub(super) fn select(&mut self, condition: Id, then: Id, otherwise: Id) -> Id {
        match self.value(condition) {
            Some(0.0) => otherwise,
            Some(_) => then,
            None if then == otherwise => then,
            None => self.push(Formula::Select(condition, then, otherwise)),
        }
    }

    /// ∂ along an axis: exact for known smooth functions, otherwise as deep inside as it may go while what is conserved stays so.
    pub(super) fn derivative(&mut self, axis: usize, body: Id) -> Id {
        let facts = self.facts(body);
        let depends = |facts: Facts| facts.arrays || facts.axes & (1 << axis) != 0;
        if !depends(facts) {
            return self.number(0.0);
        }
        if !facts.arrays
            && !facts.moved
            && let Some(exact) = self.exact_derivative(Variable::Axis(axis), body)
        {
            return exact;
        }
        match self.get(body).clone() {
            Formula::Sum(_, terms) => {
                let parts: Vec<(Id, f64)> = terms
                    .iter()
                    .map(|(id, factor)| (self.derivative(axis, *id), factor.value()))
                    .collect();
                self.sum(&parts)
            }
            Formula::Product(factors)
                if factors.iter().any(|id| !depends(self.facts(*id))) =>
            {
                let (inside, mut outside): (Vec<Id>, Vec<Id>) =
                    factors.iter().partition(|id| depends(self.facts(**id)));
                let inside = self.product(&inside);
                outside.push(self.derivative(axis, inside));
                self.product(&outside)
            }
            Formula::Derivative(mut orders, inner) => {
                orders[axis] += 1;
                self.push(Formula::Derivative(orders, inner))
            }
            Formula::Shifted(by, inner) => {
                let inner = self.derivative(axis, inner);
                self.shift(by, inner)
            }
            _ => {
                let mut orders = [0; 3];
                orders[axis] = 1;
                self.push(Formula::Derivative(orders, body))
            }
        }
    }

    /// The value so many points further along an axis.
    pub(super) fn shifted(&mut self, axis: usize, by: i32, body: Id) -> Id {
        self.beside(axis, 2 * by, body)
    }

    /// The value so many half steps further along an axis.
    pub(super) fn beside(&mut self, axis: usize, by: i32, body: Id) -> Id {
        let mut all = [0; 3];
        all[axis] = by;
        self.shift(all, body)
    }

    fn shift(&mut self, by: [i32; 3], body: Id) -> Id {
        if by == [0; 3] || self.facts(body).same_everywhere() {
            return body;
        }
        match self.get(body).clone() {
            Formula::Shifted(inside, inner) => {
                let sum = [by[0] + inside[0], by[1] + inside[1], by[2] + inside[2]];
                self.shift(sum, inner)
            }
            Formula::Sum(constant, terms) => {
                let constant = self.number(constant.value());
                let mut parts = vec![(constant, 1.0)];
                for (id, factor) in terms {
                    parts.push((self.shift(by, id), factor.value()));
                }
                self.sum(&parts)
            }
            _ => self.push(Formula::Shifted(by, body)),
        }
    }

    /// The same formula with other formulas in place of some. What is replaced is not looked into again.
    pub(super) fn replace(
        &mut self,
        id: Id,
        known: &mut HashMap<Id, Id>,
        change: &impl Fn(&mut Self, &Formula) -> Option<Id>,
    ) -> Id {
        if let Some(done) = known.get(&id) {
            return *done;
        }
        let formula = self.get(id).clone();
        let result = match change(self, &formula) {
            Some(other) => other,
            None => match formula {
                Formula::Number(_)
                | Formula::Coordinate(_)
                | Formula::Time
                | Formula::Uniform(_)
                | Formula::Array(_) => id,
                Formula::Sum(constant, terms) => {
                    let constant = self.number(constant.value());
                    let mut parts = vec![(constant, 1.0)];
                    for (id, factor) in terms {
                        parts.push((self.replace(id, known, change), factor.value()));
                    }
                    self.sum(&parts)
                }
                Formula::Product(factors) => {
                    let factors: Vec<Id> = factors
                        .into_iter()
                        .map(|id| self.replace(id, known, change))
                        .collect();
                    self.product(&factors)
                }
                Formula::Power(a, exponent) => {
                    let a = self.replace(a, known, change);
                    self.power(a, exponent)
                }
                Formula::Unary(function, a) => {
                    let a = self.replace(a, known, change);
                    self.unary(function, a)
                }
                Formula::Binary(function, a, b) => {
                    let a = self.replace(a, known, change);
                    let b = self.replace(b, known, change);
                    self.binary(function, a, b)
                }
                Formula::Modulus(a, b) => {
                    let a = self.replace(a, known, change);
                    let b = self.replace(b, known, change);
                    self.modulus(a, b)
                }
                Formula::Inverse(a, b) => {
                    let a = self.replace(a, known, change);
                    let b = self.replace(b, known, change);
                    self.inverse(a, b)
                }
                Formula::Select(a, b, c) => {
                    let a = self.replace(a, known, change);
                    let b = self.replace(b, known, change);
                    let c = self.replace(c, known, change);
                    self.select(a, b, c)
                }
                Formula::Derivative(orders, a) => {
                    let mut a = self.replace(a, known, change);
                    for (axis, order) in orders.iter().enumerate() {
                        for _ in 0..*order {
                            a = self.derivative(axis, a);
                        }
                    }
                    a
                }
                Formula::Shifted(by, a) => {
                    let a = self.replace(a, known, change);
                    self.shift(by, a)
                }
            },
        };
        known.insert(id, result);
        result
    }
}
