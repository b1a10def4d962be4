//! The modulus and the inverse of a complex number without squares that are too large or too small.
//!
//! Numbers are multiplied by powers of 2, which is exact: where squares are numbers anyway, results have the same bits as without.

use super::{Binary, Graph, NodeId, Op, Unary};

impl Graph {
    /// √(x² + y²). The scale is 2^−k with k about half the exponent of the larger part, so that 2ᵏ too is a number in each precision.
    pub fn modulus(&mut self, x: NodeId, y: NodeId) -> NodeId {
        if let (Some(x), Some(y)) = (self.constant_value(x), self.constant_value(y)) {
            return self.constant(x.hypot(y));
        }
        let largest = self.largest(x, y);
        let exponent = self.unary(Unary::Exponent, largest);
        let (half, more) = (self.constant(0.5), self.constant(1.5));
        let halves = self.multiply_add(exponent, half, more);
        let powers = self.unary(Unary::Round, halves);
        let minus = self.negate(powers);
        let scale = self.unary(Unary::PowerOfTwo, minus);
        let back = self.unary(Unary::PowerOfTwo, powers);
        let (.., square) = self.scaled_square(x, y, scale);
        let root = self.unary(Unary::SquareRoot, square);
        self.multiply(root, back)
    }

    /// x/(x² + y²) and y/(x² + y²): the parts of the inverse of x − i y.
    pub fn over_square(&mut self, x: NodeId, y: NodeId) -> (NodeId, NodeId) {
        let largest = self.largest(x, y);
        // Of half the number, so that the largest ones have a scale.
        let half = self.constant(0.5);
        let half = self.multiply(largest, half);
        let exponent = self.unary(Unary::Exponent, half);
        let minus = self.negate(exponent);
        let scale = self.unary(Unary::PowerOfTwo, minus);
        let (x, y, square) = self.scaled_square(x, y, scale);
        let factor = self.divide(scale, square);
        (self.multiply(x, factor), self.multiply(y, factor))
    }

    /// The parts of what a node is the modulus of, as it is written by hand: the scale left out, 1 as none.
    pub(crate) fn as_modulus(&self, node: NodeId) -> Option<[Option<NodeId>; 2]> {
        let Op::Binary(Binary::Multiply, a, b) = self.op(node) else { return None };
        [a, b].into_iter().find_map(|root| match self.op(root) {
            Op::Unary(Unary::SquareRoot, square) => {
                Some(self.as_scaled_square(square)?.map(|part| part.0))
            }
            _ => None,
        })
    }

    /// The numerator of a quotient by |z|², and the parts of z.
    pub(crate) fn as_over_square(
        &self,
        node: NodeId,
    ) -> Option<(Option<NodeId>, [Option<NodeId>; 2])> {
        let Op::Binary(Binary::Multiply, a, b) = self.op(node) else { return None };
        [(a, b), (b, a)].into_iter().find_map(|(part, factor)| match self.op(factor) {
            Op::Binary(Binary::Divide, _, square) => {
                let parts = self.as_scaled_square(square)?;
                let own = parts.iter().find(|own| own.1 == part)?;
                Some((own.0, parts.map(|part| part.0)))
            }
            _ => None,
        })
    }

    /// Of the sum of the squares of two parts times a scale: each part without the scale, and with it.
    fn as_scaled_square(&self, square: NodeId) -> Option<[(Option<NodeId>, NodeId); 2]> {
        let Op::Binary(Binary::Add, first, second) = self.op(square) else { return None };
        let is_scale = |node| matches!(self.op(node), Op::Unary(Unary::PowerOfTwo, _));
        let part = |product| {
            let Op::Binary(Binary::Multiply, scaled, same) = self.op(product) else {
                return None;
            };
            if scaled != same {
                return None;
            }
            if is_scale(scaled) {
                return Some((None, scaled));
            }
            let Op::Binary(Binary::Multiply, a, b) = self.op(scaled) else { return None };
            let own = if is_scale(b) { a } else { b };
            (is_scale(a) || is_scale(b)).then_some((Some(own), scaled))
        };
        Some([part(first)?, part(second)?])
    }

    fn largest(&mut self, x: NodeId, y: NodeId) -> NodeId {
        // In one order, so that what is common is found.
        let (first, second) = (x.min(y), x.max(y));
        let first = self.unary(Unary::Absolute, first);
        let second = self.unary(Unary::Absolute, second);
        self.binary(Binary::Maximum, first, second)
    }

    /// Both parts times the scale, and the sum of their squares.
    fn scaled_square(
        &mut self,
        x: NodeId,
        y: NodeId,
        scale: NodeId,
    ) -> (NodeId, NodeId, NodeId) {
        let (x, y) = (self.multiply(x, scale), self.multiply(y, scale));
        let (first, second) = (self.multiply(x, x), self.multiply(y, y));
        (x, y, self.add(first, second))
    }
}

#[cfg(test)]
mod tests {
    use crate::graph::{Graph, NodeId, Op};
    use crate::interpreter::{evaluate, evaluate_single};

    /// √(x² + y²), x/(x² + y²) and y/(x² + y²).
    fn both() -> (Graph, [NodeId; 3]) {
        let mut graph = Graph::new();
        let (x, y) = (graph.load(0, [0; 3]), graph.load(1, [0; 3]));
        let modulus = graph.modulus(x, y);
        let (a, b) = graph.over_square(x, y);
        (graph, [modulus, a, b])
    }

    fn double((graph, roots): &(Graph, [NodeId; 3]), point: [f64; 2]) -> [f64; 3] {
        let mut values: Vec<f64> = Vec::new();
        for op in graph.ops() {
            values.push(match *op {
                Op::Load { array, .. } => point[array as usize],
                ref other => evaluate(other, |n| values[n.0 as usize]).unwrap(),
            });
        }
        roots.map(|root| values[root.0 as usize])
    }

    fn single((graph, roots): &(Graph, [NodeId; 3]), point: [f32; 2]) -> [f32; 3] {
        let mut values: Vec<f32> = Vec::new();
        for op in graph.ops() {
            values.push(match *op {
                Op::Load { array, .. } => point[array as usize],
                ref other => evaluate_single(other, |n| values[n.0 as usize]).unwrap(),
            });
        }
        roots.map(|root| values[root.0 as usize])
    }

    /// Parts of all sizes up to a power of 10, of both signs, with some that are 0.
    fn points(most: i32) -> impl Iterator<Item = (f64, f64)> {
        let parts = move || {
            let sizes = (-most..=most).flat_map(|n| {
                let size = 10.0_f64.powi(n);
                [1.3 * size, -2.7 * size]
            });
            sizes.chain([0.0])
        };
        parts().flat_map(move |x| parts().map(move |y| (x, y)))
    }

    #[test]
    fn ordinary_numbers_have_the_bits_of_the_plain_formulas() {
        let graph = both();
        for (x, y) in points(12).filter(|own| *own != (0.0, 0.0)) {
            let square = x * x + y * y;
            let [modulus, a, b] = double(&graph, [x, y]);
            assert_eq!(modulus, square.sqrt(), "{x} {y}");
            assert_eq!([a, b], [x * (1.0 / square), y * (1.0 / square)], "{x} {y}");
        }
    }

    #[test]
    fn numbers_of_all_sizes_have_a_modulus_and_an_inverse() {
        let graph = both();
        let close = |own: f64, right: f64, unit: f64, least: f64| {
            (own - right).abs() <= 4.0 * unit * right.abs() + least
        };
        for (x, y) in points(306).filter(|own| *own != (0.0, 0.0)) {
            let size = x.hypot(y);
            let right = [size, x / size / size, y / size / size];
            for (own, right) in double(&graph, [x, y]).into_iter().zip(right) {
                assert!(
                    close(own, right, f64::EPSILON, 1e-322),
                    "{x} {y}: {own} {right}"
                );
            }
        }
        for (x, y) in points(36).filter(|own| *own != (0.0, 0.0)) {
            let size = x.hypot(y);
            let right = [size, x / size / size, y / size / size];
            let found = single(&graph, [x as f32, y as f32]);
            for (own, right) in found.into_iter().map(f64::from).zip(right) {
                let unit = f64::from(f32::EPSILON);
                assert!(close(own, right, unit, 1e-43), "{x} {y}: {own} {right}");
            }
        }
        let [modulus, ..] = double(&graph, [0.0, 0.0]);
        assert_eq!(modulus, 0.0);
        assert_eq!(single(&graph, [0.0, 0.0])[0], 0.0);
    }
}
