//! The expansion of each function.

use super::coefficients::{Coefficients, DOUBLE, SINGLE};
use crate::backend::Precision;
use crate::graph::{Binary, Graph, NodeId, Unary};

/// Adds arithmetic to a graph.
pub(super) struct Builder<'a> {
    graph: &'a mut Graph,
    given: &'static Coefficients,
}

impl<'a> Builder<'a> {
    /// For this precision.
    pub(super) fn new(graph: &'a mut Graph, precision: Precision) -> Self {
        let given = match precision {
            Precision::Double => &DOUBLE,
            Precision::Single => &SINGLE,
        };
        Self { graph, given }
    }

    fn constant(&mut self, value: f64) -> NodeId {
        self.graph.constant(value)
    }

    fn add(&mut self, a: NodeId, b: NodeId) -> NodeId {
        self.graph.add(a, b)
    }

    fn subtract(&mut self, a: NodeId, b: NodeId) -> NodeId {
        self.graph.subtract(a, b)
    }

    fn multiply(&mut self, a: NodeId, b: NodeId) -> NodeId {
        self.graph.multiply(a, b)
    }

    fn divide(&mut self, a: NodeId, b: NodeId) -> NodeId {
        self.graph.divide(a, b)
    }

    fn negate(&mut self, a: NodeId) -> NodeId {
        self.graph.negate(a)
    }

    fn absolute(&mut self, a: NodeId) -> NodeId {
        self.graph.unary(Unary::Absolute, a)
    }

    fn multiply_add(&mut self, a: NodeId, b: NodeId, c: NodeId) -> NodeId {
        self.graph.multiply_add(a, b, c)
    }

    /// a times a constant.
    fn scaled(&mut self, a: NodeId, factor: f64) -> NodeId {
        let factor = self.constant(factor);
        self.multiply(a, factor)
    }

    /// a plus a constant.
    fn shifted(&mut self, a: NodeId, term: f64) -> NodeId {
        let term = self.constant(term);
        self.add(a, term)
    }

    /// a times a constant plus another, rounded once.
    fn linear(&mut self, a: NodeId, factor: f64, term: f64) -> NodeId {
        let factor = self.constant(factor);
        let term = self.constant(term);
        self.multiply_add(a, factor, term)
    }

    /// a times a constant plus c, rounded once.
    fn linear_node(&mut self, a: NodeId, factor: f64, c: NodeId) -> NodeId {
        let factor = self.constant(factor);
        self.multiply_add(a, factor, c)
    }

    fn less(&mut self, a: NodeId, b: NodeId) -> NodeId {
        self.graph.binary(Binary::Less, a, b)
    }

    fn below(&mut self, a: NodeId, bound: f64) -> NodeId {
        let bound = self.constant(bound);
        self.less(a, bound)
    }

    fn equals(&mut self, a: NodeId, value: f64) -> NodeId {
        let value = self.constant(value);
        self.graph.binary(Binary::Equal, a, value)
    }

    fn select(&mut self, condition: NodeId, then: NodeId, otherwise: NodeId) -> NodeId {
        self.graph.select(condition, then, otherwise)
    }

    /// `value` with its sign changed where x < 0.
    fn signed(&mut self, value: NodeId, x: NodeId) -> NodeId {
        let negative = self.below(x, 0.0);
        let minus = self.negate(value);
        self.select(negative, minus, value)
    }

    /// Between two bounds; NaN stays.
    fn clamped(&mut self, x: NodeId, least: f64, most: f64) -> NodeId {
        let most = self.constant(most);
        let least = self.constant(least);
        let x = self.graph.binary(Binary::Minimum, most, x);
        self.graph.binary(Binary::Maximum, least, x)
    }

    fn polynomial(&mut self, x: NodeId, coefficients: &[f64]) -> NodeId {
        let mut highest_first = coefficients.iter().rev();
        let mut sum = self.constant(highest_first.next().copied().unwrap_or(0.0));
        for coefficient in highest_first {
            let term = self.constant(*coefficient);
            sum = self.multiply_add(sum, x, term);
        }
        sum
    }

    /// r + r z P(z).
    fn odd(&mut self, r: NodeId, z: NodeId, coefficients: &[f64]) -> NodeId {
        let p = self.polynomial(z, coefficients);
        let cube = self.multiply(r, z);
        self.multiply_add(cube, p, r)
    }

    /// x − n (the sum of the parts).
    fn without(&mut self, x: NodeId, n: NodeId, parts: &[f64]) -> NodeId {
        let mut rest = x;
        for part in parts {
            let part = self.constant(-part);
            rest = self.multiply_add(n, part, rest);
        }
        rest
    }

    /// NaN where the argument of a circular function is too large.
    fn within_limit(&mut self, x: NodeId, value: NodeId) -> NodeId {
        let size = self.absolute(x);
        let limit = self.constant(self.given.angle_limit);
        let inside = self.graph.binary(Binary::LessEqual, size, limit);
        let nan = self.constant(f64::NAN);
        self.select(inside, value, nan)
    }

    /// n/2 without its whole part: 1/2 for odd n.
    fn half_if_odd(&mut self, n: NodeId) -> NodeId {
        let half = self.scaled(n, 0.5);
        let whole = self.graph.unary(Unary::Floor, half);
        self.subtract(half, whole)
    }

    /// A function of one value; `both` says that sine and cosine of it are needed.
    pub(super) fn unary(&mut self, function: Unary, x: NodeId, both: bool) -> NodeId {
        match function {
            Unary::Sine if both => self.sine_and_cosine(x).0,
            Unary::Cosine if both => self.sine_and_cosine(x).1,
            Unary::Sine => self.sine(x),
            Unary::Cosine => self.cosine(x),
            Unary::Tangent => self.tangent(x),
            Unary::Exponential => self.exponential(x),
            Unary::Logarithm => self.logarithm(x),
            Unary::HyperbolicSine => self.hyperbolic_sine(x),
            Unary::HyperbolicCosine => self.hyperbolic_cosine(x),
            Unary::HyperbolicTangent => self.hyperbolic_tangent(x),
            Unary::InverseSine => self.inverse_sine(x),
            Unary::InverseCosine => self.inverse_cosine(x),
            Unary::InverseTangent => self.inverse_tangent(x),
            Unary::Sign => {
                let positive = self.graph.unary(Unary::Negate, x);
                let positive = self.below(positive, 0.0);
                let negative = self.below(x, 0.0);
                let sign = self.subtract(positive, negative);
                let nan = self.graph.binary(Binary::Equal, x, x);
                self.select(nan, sign, x)
            }
            Unary::ErrorFunction => self.error_function(x),
            primitive => self.graph.unary(primitive, x),
        }
    }

    /// x = r + n π with |r| ≤ π/2: sin x = (−1)ⁿ sin r.
    fn sine(&mut self, x: NodeId) -> NodeId {
        let turns = self.scaled(x, self.given.inverse_pi);
        let n = self.graph.unary(Unary::Round, turns);
        let r = self.without(x, n, &self.given.pi);
        let odd = self.half_if_odd(n);
        let sign = self.linear(odd, -4.0, 1.0);
        let r = self.multiply(r, sign);
        let z = self.multiply(r, r);
        let sine = self.odd(r, z, self.given.sine_wide);
        self.within_limit(x, sine)
    }

    /// x = r + (n + 1/2) π with |r| ≤ π/2: cos x = −(−1)ⁿ sin r.
    fn cosine(&mut self, x: NodeId) -> NodeId {
        let turns = self.linear(x, self.given.inverse_pi, -0.5);
        let n = self.graph.unary(Unary::Round, turns);
        let between = self.shifted(n, 0.5);
        let r = self.without(x, between, &self.given.pi);
        let odd = self.half_if_odd(n);
        let sign = self.linear(odd, 4.0, -1.0);
        let r = self.multiply(r, sign);
        let z = self.multiply(r, r);
        let cosine = self.odd(r, z, self.given.sine_wide);
        self.within_limit(x, cosine)
    }

    /// x = r + n π/2 with |r| ≤ π/4: n, sin r and cos r.
    fn quarters(&mut self, x: NodeId) -> (NodeId, NodeId, NodeId) {
        let turns = self.scaled(x, self.given.two_over_pi);
        let n = self.graph.unary(Unary::Round, turns);
        let r = self.without(x, n, &self.given.half_pi);
        let z = self.multiply(r, r);
        let sine = self.odd(r, z, self.given.sine);
        let p = self.polynomial(z, self.given.cosine);
        let square = self.multiply(z, z);
        let base = self.linear(z, -0.5, 1.0);
        let cosine = self.multiply_add(square, p, base);
        (n, sine, cosine)
    }

    fn sine_and_cosine(&mut self, x: NodeId) -> (NodeId, NodeId) {
        let (n, sine, cosine) = self.quarters(x);
        let quarter = self.scaled(n, 0.25);
        let whole = self.graph.unary(Unary::Floor, quarter);
        // 0, 1/4, 1/2 or 3/4 of a turn.
        let turn = self.subtract(quarter, whole);
        let from_half = self.shifted(turn, -0.5);
        let distance = self.absolute(from_half);
        let odd = self.equals(distance, 0.25);
        let first = self.select(odd, cosine, sine);
        let second = self.select(odd, sine, cosine);
        let minus = self.negate(first);
        let front = self.below(turn, 0.5);
        let sine = self.select(front, first, minus);
        let minus = self.negate(second);
        let from_middle = self.shifted(turn, -0.375);
        let distance = self.absolute(from_middle);
        let left = self.below(distance, 0.25);
        let cosine = self.select(left, minus, second);
        (self.within_limit(x, sine), self.within_limit(x, cosine))
    }

    /// As [`Self::quarters`], with what rounding took from r and from 1 − r²/2 put back: the quotient has three roundings more.
    fn tangent(&mut self, x: NodeId) -> NodeId {
        let turns = self.scaled(x, self.given.two_over_pi);
        let n = self.graph.unary(Unary::Round, turns);
        let [first, second, third] = self.given.half_pi;
        let exact = self.without(x, n, &[first]);
        let second = self.constant(-second);
        let (share, share_low) = self.two_product(n, second);
        let (r, lost) = self.two_sum(exact, share);
        let low = self.add(lost, share_low);
        let low = self.without(low, n, &[third]);
        let z = self.multiply(r, r);
        let p = self.polynomial(z, self.given.sine);
        let cube = self.multiply(r, z);
        let rest = self.multiply_add(cube, p, low);
        let sine = self.add(r, rest);
        let p = self.polynomial(z, self.given.cosine);
        let square = self.multiply(z, z);
        let half = self.scaled(z, 0.5);
        let one = self.constant(1.0);
        let base = self.subtract(one, half);
        let lost = self.subtract(one, base);
        let lost = self.subtract(lost, half);
        let rest = self.multiply_add(square, p, lost);
        let minus = self.negate(r);
        let rest = self.multiply_add(minus, low, rest);
        let cosine = self.add(base, rest);
        let odd = self.half_if_odd(n);
        let even = self.below(odd, 0.25);
        let minus = self.negate(sine);
        let over = self.select(even, sine, cosine);
        let under = self.select(even, cosine, minus);
        let tangent = self.divide(over, under);
        self.within_limit(x, tangent)
    }

    /// x = r + n ln 2: eʳ − 1 and n, for an argument within bounds.
    fn exponential_parts(&mut self, x: NodeId) -> (NodeId, NodeId) {
        let powers = self.scaled(x, self.given.log_two_e);
        let n = self.graph.unary(Unary::Round, powers);
        let r = self.without(x, n, &self.given.log_two);
        let p = self.polynomial(r, self.given.exponential);
        let square = self.multiply(r, r);
        (self.multiply_add(square, p, r), n)
    }

    /// (1 + p) 2ⁿ, in two steps since 2ⁿ itself may be too large.
    fn raised(&mut self, p: NodeId, n: NodeId) -> NodeId {
        let value = self.shifted(p, 1.0);
        let before = self.shifted(n, -1.0);
        let power = self.graph.unary(Unary::PowerOfTwo, before);
        let half = self.multiply(value, power);
        self.add(half, half)
    }

    fn exponential(&mut self, x: NodeId) -> NodeId {
        let x =
            self.clamped(x, self.given.exponential_least, self.given.exponential_most);
        let (p, n) = self.exponential_parts(x);
        self.raised(p, n)
    }

    /// x = 2ᵉ (1 + f) with 1 + f from √½ to √2: e and f. Subnormal numbers too.
    fn logarithm_parts(&mut self, x: NodeId) -> (NodeId, NodeId) {
        let tiny = self.below(x, self.given.least_normal);
        let lifted = self.scaled(x, self.given.lift);
        let x = self.select(tiny, lifted, x);
        let exponent = self.graph.unary(Unary::Exponent, x);
        let mantissa = self.graph.unary(Unary::Mantissa, x);
        let root = self.constant(self.given.root_two);
        let large = self.less(root, mantissa);
        let half = self.scaled(mantissa, 0.5);
        let mantissa = self.select(large, half, mantissa);
        let lift = self.constant(-self.given.lift_exponent);
        let zero = self.constant(0.0);
        let correction = self.select(tiny, lift, zero);
        let exponent = self.add(exponent, correction);
        // The comparison is 1 or 0.
        let exponent = self.add(exponent, large);
        (exponent, self.shifted(mantissa, -1.0))
    }

    /// As in fdlibm's `e_log.c`: log(1 + f) = f − (f²/2 − s (f²/2 + R)), s = f/(2 + f).
    fn logarithm(&mut self, x: NodeId) -> NodeId {
        let (exponent, f) = self.logarithm_parts(x);
        let two = self.shifted(f, 2.0);
        let s = self.divide(f, two);
        let z = self.multiply(s, s);
        let p = self.polynomial(z, self.given.logarithm);
        let half = self.scaled(f, 0.5);
        let half_square = self.multiply(half, f);
        let inner = self.multiply_add(z, p, half_square);
        let [high, low] = self.given.log_two_short;
        let low = self.scaled(exponent, low);
        let correction = self.multiply_add(s, inner, low);
        let rest = self.subtract(half_square, correction);
        let rest = self.subtract(f, rest);
        let high = self.constant(high);
        let logarithm = self.multiply_add(exponent, high, rest);
        // Infinity and NaN are their own logarithms.
        let finite = self.below(x, f64::INFINITY);
        let logarithm = self.select(finite, logarithm, x);
        let zero = self.equals(x, 0.0);
        let infinite = self.constant(f64::NEG_INFINITY);
        let logarithm = self.select(zero, infinite, logarithm);
        let negative = self.below(x, 0.0);
        let nan = self.constant(f64::NAN);
        self.select(negative, nan, logarithm)
    }

    /// e^|x|/2.
    fn half_exponential(&mut self, size: NodeId) -> NodeId {
        let x = self.clamped(size, 0.0, self.given.exponential_most + 1.0);
        let (p, n) = self.exponential_parts(x);
        let n = self.shifted(n, -1.0);
        self.raised(p, n)
    }

    fn hyperbolic_sine(&mut self, x: NodeId) -> NodeId {
        let size = self.absolute(x);
        let z = self.multiply(x, x);
        let small = self.odd(x, z, self.given.hyperbolic_sine);
        let half = self.half_exponential(size);
        let quarter = self.constant(0.25);
        let inverse = self.divide(quarter, half);
        let large = self.subtract(half, inverse);
        let large = self.signed(large, x);
        let is_small = self.below(size, 1.0);
        self.select(is_small, small, large)
    }

    fn hyperbolic_cosine(&mut self, x: NodeId) -> NodeId {
        let size = self.absolute(x);
        let half = self.half_exponential(size);
        let quarter = self.constant(0.25);
        let inverse = self.divide(quarter, half);
        self.add(half, inverse)
    }

    fn hyperbolic_tangent(&mut self, x: NodeId) -> NodeId {
        let size = self.absolute(x);
        let z = self.multiply(x, x);
        let small = self.odd(x, z, self.given.hyperbolic_tangent);
        let double = self.add(size, size);
        let double = self.clamped(double, 0.0, 60.0);
        let (p, n) = self.exponential_parts(double);
        let power = self.raised(p, n);
        let under = self.shifted(power, 1.0);
        let two = self.constant(2.0);
        let part = self.divide(two, under);
        let one = self.constant(1.0);
        let large = self.subtract(one, part);
        let large = self.signed(large, x);
        let is_small = self.below(size, 0.55);
        self.select(is_small, small, large)
    }

    /// For |x| < 1/2 the inverse sine of |x|, else that of √((1 − |x|)/2): which, and r, z = r² and the
    /// inverse sine of r less r.
    fn inverse_sine_parts(&mut self, x: NodeId) -> (NodeId, NodeId, NodeId, NodeId) {
        let size = self.absolute(x);
        let small = self.below(size, 0.5);
        let square = self.multiply(x, x);
        let half = self.linear(size, -0.5, 0.5);
        let root = self.graph.unary(Unary::SquareRoot, half);
        let z = self.select(small, square, half);
        let r = self.select(small, size, root);
        let p = self.polynomial(z, self.given.inverse_sine);
        let cube = self.multiply(r, z);
        (small, r, z, self.multiply(cube, p))
    }

    /// For |x| ≥ 1/2: π/2 − 2 arcsin r with what rounding took from the root and the difference.
    fn inverse_sine(&mut self, x: NodeId) -> NodeId {
        let (small, r, z, rest) = self.inverse_sine_parts(x);
        let [high, low, _] = self.given.half_pi;
        let near = self.add(r, rest);
        let minus = self.negate(r);
        let lost = self.multiply_add(minus, r, z);
        let twice = self.add(r, r);
        let root_low = self.divide(lost, twice);
        let high = self.constant(high);
        let difference = self.subtract(high, twice);
        let lost = self.subtract(high, difference);
        let lost = self.subtract(lost, twice);
        let lost = self.shifted(lost, low);
        // The quotient is 0/0 where |x| = 1.
        let nothing = self.equals(r, 0.0);
        let root_low = self.select(nothing, r, root_low);
        let rest = self.add(rest, root_low);
        let rest = self.linear_node(rest, -2.0, lost);
        let far = self.add(difference, rest);
        let size = self.select(small, near, far);
        let sine = self.signed(size, x);
        // Keeps −0.
        let zero = self.equals(x, 0.0);
        self.select(zero, x, sine)
    }

    fn inverse_cosine(&mut self, x: NodeId) -> NodeId {
        let (small, r, _, rest) = self.inverse_sine_parts(x);
        let part = self.add(r, rest);
        let [high, low, _] = self.given.half_pi;
        let high = self.constant(high);
        let low = self.constant(low);
        let signed = self.signed(part, x);
        let rest = self.subtract(signed, low);
        let near = self.subtract(high, rest);
        let front = self.add(part, part);
        let rest = self.subtract(part, low);
        let back = self.subtract(high, rest);
        let back = self.add(back, back);
        let negative = self.below(x, 0.0);
        let far = self.select(negative, back, front);
        self.select(small, near, far)
    }

    /// The inverse tangent of a value from 0 to 1: of t, or above tan(1/2) π/4 and that of (t − 1)/(t + 1). Gives the part to be
    /// added to π/4 and whether it is.
    fn first_octant(&mut self, t: NodeId) -> (NodeId, NodeId) {
        let bound = self.constant(self.given.octant_split);
        let large = self.less(bound, t);
        let over = self.shifted(t, -1.0);
        let under = self.shifted(t, 1.0);
        let turned = self.divide(over, under);
        let u = self.select(large, turned, t);
        let z = self.multiply(u, u);
        (large, self.odd(u, z, self.given.inverse_tangent))
    }

    fn inverse_tangent(&mut self, x: NodeId) -> NodeId {
        let size = self.absolute(x);
        let one = self.constant(1.0);
        let steep = self.less(one, size);
        let inverse = self.divide(one, size);
        let t = self.select(steep, inverse, size);
        let angle = self.octant_angle(t, steep);
        let angle = self.signed(angle, x);
        let zero = self.equals(x, 0.0);
        self.select(zero, x, angle)
    }

    /// The angle in the first quadrant from t ≤ 1; seen from the other axis where `steep`.
    fn octant_angle(&mut self, t: NodeId, steep: NodeId) -> NodeId {
        let (large, part) = self.first_octant(t);
        let [high, low, _] = self.given.half_pi;
        // The sum of ±part and a multiple of π/4: 0, 1, 2 or again 1 times, with what rounding left.
        let minus = self.negate(part);
        let part = self.select(steep, minus, part);
        let quarter = self.constant(high / 2.0);
        let half = self.constant(high);
        let zero = self.constant(0.0);
        let far = self.select(steep, half, zero);
        let base = self.select(large, quarter, far);
        let quarter = self.constant(low / 2.0);
        let half = self.constant(low);
        let far = self.select(steep, half, zero);
        let rest = self.select(large, quarter, far);
        let part = self.add(part, rest);
        self.add(base, part)
    }

    /// The angle of the point (x, y) in (−π, π].
    pub(super) fn angle(&mut self, y: NodeId, x: NodeId) -> NodeId {
        let up = self.absolute(y);
        let across = self.absolute(x);
        let steep = self.less(across, up);
        let over = self.select(steep, across, up);
        let under = self.select(steep, up, across);
        let quotient = self.divide(over, under);
        let equal = self.graph.binary(Binary::Equal, over, under);
        let one = self.constant(1.0);
        let t = self.select(equal, one, quotient);
        let nothing = self.equals(under, 0.0);
        let zero = self.constant(0.0);
        let t = self.select(nothing, zero, t);
        let angle = self.octant_angle(t, steep);
        let [high, low, _] = self.given.pi;
        let low = self.constant(low);
        let rest = self.subtract(angle, low);
        let high = self.constant(high);
        let behind = self.subtract(high, rest);
        let back = self.below(x, 0.0);
        let angle = self.select(back, behind, angle);
        let angle = self.signed(angle, y);
        // NaN in either: comparisons above let it pass as a size.
        let x_number = self.graph.binary(Binary::Equal, x, x);
        let y_number = self.graph.binary(Binary::Equal, y, y);
        let angle = self.select(y_number, angle, y);
        self.select(x_number, angle, x)
    }

    pub(super) fn error_function(&mut self, x: NodeId) -> NodeId {
        let size = self.absolute(x);
        let z = self.multiply(x, x);
        let p = self.polynomial(z, self.given.error_small);
        let p = self.multiply(x, p);
        let factor = self.constant(self.given.two_over_root_pi);
        let small = self.multiply_add(x, factor, p);
        let most = self.constant(self.given.error_most);
        let r = self.graph.binary(Binary::Minimum, most, size);
        let over = self.shifted(r, -2.0);
        let under = self.shifted(r, 2.0);
        let t = self.divide(over, under);
        let q = self.polynomial(t, self.given.error_large);
        let square = self.multiply(r, r);
        let square = self.negate(square);
        let (p, n) = self.exponential_parts(square);
        let power = self.raised(p, n);
        let rest = self.multiply(q, power);
        let one = self.constant(1.0);
        let large = self.subtract(one, rest);
        let large = self.signed(large, x);
        let is_small = self.below(size, 1.0);
        self.select(is_small, small, large)
    }

    /// a + b and what rounding lost, exactly (Knuth).
    fn two_sum(&mut self, a: NodeId, b: NodeId) -> (NodeId, NodeId) {
        let sum = self.add(a, b);
        let b_part = self.subtract(sum, a);
        let a_part = self.subtract(sum, b_part);
        let a_rest = self.subtract(a, a_part);
        let b_rest = self.subtract(b, b_part);
        (sum, self.add(a_rest, b_rest))
    }

    /// a b and what rounding lost, exactly.
    fn two_product(&mut self, a: NodeId, b: NodeId) -> (NodeId, NodeId) {
        let product = self.multiply(a, b);
        let minus = self.negate(product);
        (product, self.multiply_add(a, b, minus))
    }

    /// |a|ᵇ = exp(b log|a|) with the logarithm in twice the digits, then signs and special values as in C.
    pub(super) fn power(&mut self, a: NodeId, b: NodeId) -> NodeId {
        let size = self.absolute(a);
        let (exponent, f) = self.logarithm_parts(size);
        // s = f/(2 + f) in two parts.
        let two = self.constant(2.0);
        let (under, under_low) = self.two_sum(two, f);
        let s = self.divide(f, under);
        let minus = self.negate(s);
        let rest = self.multiply_add(minus, under, f);
        let rest = self.multiply_add(minus, under_low, rest);
        let s_low = self.divide(rest, under);
        // z = s² in two parts.
        let (z, z_low) = self.two_product(s, s);
        let twice = self.add(s, s);
        let z_low = self.multiply_add(twice, s_low, z_low);
        // artanh(s)/s = 1 + z (1/3 + z T(z)).
        let tail = self.polynomial(z, self.given.logarithm_tail);
        let tail = self.multiply(z, tail);
        let [third, third_low] = self.given.third;
        let third = self.constant(third);
        let (c, c_low) = self.two_sum(third, tail);
        let c_low = self.shifted(c_low, third_low);
        // w = z c in two parts, then s w.
        let (w, w_low) = self.two_product(z, c);
        let w_low = self.multiply_add(z, c_low, w_low);
        let w_low = self.multiply_add(z_low, c, w_low);
        let (v, v_low) = self.two_product(s, w);
        let v_low = self.multiply_add(s, w_low, v_low);
        let v_low = self.multiply_add(s_low, w, v_low);
        let (sum, sum_low) = self.two_sum(s, v);
        let low = self.add(v_low, s_low);
        let low = self.add(sum_low, low);
        let high = self.add(sum, sum);
        let low = self.add(low, low);
        // Plus the exponent's share.
        let [two_high, two_low] = self.given.log_two_short;
        let share = self.scaled(exponent, two_high);
        let (log, log_low) = self.two_sum(share, high);
        let two_low = self.constant(two_low);
        let low = self.multiply_add(exponent, two_low, low);
        let low = self.add(log_low, low);
        let (log, log_low) = self.two_sum(log, low);
        // Times b.
        let bound = if self.given.error_most > 5.0 { 1e300 } else { 1e30 };
        let times = self.clamped(b, -bound, bound);
        let (y, y_low) = self.two_product(log, times);
        let y_low = self.multiply_add(log_low, times, y_low);
        let least = self.given.exponential_least;
        let most = self.given.exponential_most;
        let y = self.clamped(y, least, most);
        let y_low = self.clamped(y_low, -0.001, 0.001);
        let powers = self.scaled(y, self.given.log_two_e);
        let n = self.graph.unary(Unary::Round, powers);
        let r = self.without(y, n, &self.given.log_two);
        let r = self.add(r, y_low);
        let p = self.polynomial(r, self.given.exponential);
        let square = self.multiply(r, r);
        let p = self.multiply_add(square, p, r);
        let value = self.raised(p, n);
        self.power_cases(a, b, size, value)
    }

    fn power_cases(
        &mut self,
        a: NodeId,
        b: NodeId,
        size: NodeId,
        value: NodeId,
    ) -> NodeId {
        let zero = self.constant(0.0);
        let infinity = self.constant(f64::INFINITY);
        let rising = self.less(zero, b);
        // |a| = 0 or infinite, or not a number.
        let at_infinity = self.select(rising, infinity, zero);
        let at_zero = self.select(rising, zero, infinity);
        let finite = self.less(size, infinity);
        let number = self.graph.binary(Binary::Equal, a, a);
        let otherwise = self.select(number, at_infinity, a);
        let value = self.select(finite, value, otherwise);
        let nothing = self.equals(a, 0.0);
        let value = self.select(nothing, at_zero, value);
        let b_number = self.graph.binary(Binary::Equal, b, b);
        let value = self.select(b_number, value, b);
        // Negative bases: whole exponents only, odd ones give the sign.
        let whole = self.graph.unary(Unary::Floor, b);
        let is_whole = self.graph.binary(Binary::Equal, whole, b);
        let odd = self.half_if_odd(b);
        let is_odd = self.equals(odd, 0.5);
        let minus = self.negate(value);
        let signed = self.select(is_odd, minus, value);
        let nan = self.constant(f64::NAN);
        let broken = self.select(finite, nan, value);
        let signed = self.select(is_whole, signed, broken);
        let negative = self.below(a, 0.0);
        let value = self.select(negative, signed, value);
        // a⁰ = 1 and 1ᵇ = 1, also for NaN.
        let trivial = self.equals(b, 0.0);
        let one = self.constant(1.0);
        let value = self.select(trivial, one, value);
        let unit = self.equals(a, 1.0);
        self.select(unit, one, value)
    }
}
