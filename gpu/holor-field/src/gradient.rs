//! The derivatives of one value of a graph by several of its nodes, by going backwards.

use std::collections::HashMap;

use crate::graph::{Binary, Graph, NodeId, Op, Unary};

/// ∂root/∂n for each node n of `by`, as new nodes of the same graph: exact derivatives of the formula, in a few times as many operations as it
/// has itself, however many nodes there are (reverse accumulation: Griewank and Walther, *Evaluating Derivatives*, 2008, section 3.2).
///
/// Steps (floor, sign, comparisons) have the derivative 0, an extremum that of the argument it takes, a choice that of its branch.
pub fn gradient(graph: &mut Graph, root: NodeId, by: &[NodeId]) -> Vec<NodeId> {
    let depends = dependants(graph, root, by);
    let one = graph.constant(1.0);
    let mut slopes = Slopes { graph, known: HashMap::from([(root, one)]), depends };
    for place in (0..=root.0).rev() {
        let node = NodeId(place);
        if let Some(slope) = slopes.known.get(&node).copied()
            && slopes.depends[place as usize]
        {
            let op = slopes.graph.op(node);
            slopes.spread(node, op, slope);
        }
    }
    let Slopes { graph, known, .. } = slopes;
    let zero = graph.constant(0.0);
    by.iter().map(|node| known.get(node).copied().unwrap_or(zero)).collect()
}

/// Which nodes up to the root depend on one of the given ones, themselves included.
fn dependants(graph: &Graph, root: NodeId, by: &[NodeId]) -> Vec<bool> {
    let mut depends = vec![false; root.0 as usize + 1];
    for place in 0..depends.len() {
        let node = NodeId(u32::try_from(place).unwrap_or(u32::MAX));
        depends[place] = by.contains(&node)
            || graph.operands(node).iter().any(|operand| depends[operand.0 as usize]);
    }
    depends
}

/// The derivatives of the root by the nodes met so far.
struct Slopes<'a> {
    graph: &'a mut Graph,
    known: HashMap<NodeId, NodeId>,
    depends: Vec<bool>,
}

impl Slopes<'_> {
    fn add(&mut self, to: NodeId, part: NodeId) {
        if !self.depends.get(to.0 as usize).copied().unwrap_or(false) {
            return;
        }
        let sum = match self.known.get(&to) {
            Some(sum) => self.graph.add(*sum, part),
            None => part,
        };
        self.known.insert(to, sum);
    }

    /// Adds `slope · factor` to the derivative by `to`.
    fn add_product(&mut self, to: NodeId, slope: NodeId, factor: NodeId) {
        let part = self.graph.multiply(slope, factor);
        self.add(to, part);
    }

    /// Passes the derivative by a node on to its operands.
    fn spread(&mut self, node: NodeId, op: Op, slope: NodeId) {
        match op {
            Op::Constant(_) | Op::Scalar(_) | Op::Load { .. } | Op::Table { .. } => {}
            Op::Unary(function, a) => self.unary(function, node, a, slope),
            Op::Binary(function, a, b) => self.binary(function, node, [a, b], slope),
            Op::MultiplyAdd(a, b, c) => {
                self.add_product(a, slope, b);
                self.add_product(b, slope, a);
                self.add(c, slope);
            }
            Op::Select(condition, then, otherwise) => {
                self.branches(condition, [then, otherwise], slope);
            }
        }
    }

    fn branches(
        &mut self,
        condition: NodeId,
        [then, otherwise]: [NodeId; 2],
        slope: NodeId,
    ) {
        let zero = self.graph.constant(0.0);
        let first = self.graph.select(condition, slope, zero);
        self.add(then, first);
        let second = self.graph.select(condition, zero, slope);
        self.add(otherwise, second);
    }

    fn binary(
        &mut self,
        function: Binary,
        node: NodeId,
        [a, b]: [NodeId; 2],
        slope: NodeId,
    ) {
        match function {
            Binary::Add => {
                self.add(a, slope);
                self.add(b, slope);
            }
            Binary::Subtract => {
                self.add(a, slope);
                let minus = self.graph.negate(slope);
                self.add(b, minus);
            }
            Binary::Multiply => {
                self.add_product(a, slope, b);
                self.add_product(b, slope, a);
            }
            // c/b: −c/b² without another division.
            Binary::Divide if self.graph.constant_value(a).is_some_and(|c| c != 0.0) => {
                let c = self.graph.constant_value(a).unwrap_or(1.0);
                let weight = self.graph.constant(-1.0 / c);
                let square = self.graph.multiply(node, node);
                let factor = self.graph.multiply(weight, square);
                self.add_product(b, slope, factor);
            }
            Binary::Divide => {
                let part = self.graph.divide(slope, b);
                self.add(a, part);
                let minus = self.graph.negate(part);
                self.add_product(b, minus, node);
            }
            Binary::Minimum => {
                let first = self.graph.binary(Binary::Less, a, b);
                self.branches(first, [a, b], slope);
            }
            Binary::Maximum => {
                let first = self.graph.binary(Binary::Less, b, a);
                self.branches(first, [a, b], slope);
            }
            Binary::Power => {
                let one = self.graph.constant(1.0);
                let less = self.graph.subtract(b, one);
                let power = self.graph.binary(Binary::Power, a, less);
                let factor = self.graph.multiply(b, power);
                self.add_product(a, slope, factor);
                let log = self.graph.unary(Unary::Logarithm, a);
                let factor = self.graph.multiply(node, log);
                self.add_product(b, slope, factor);
            }
            Binary::Angle => {
                let (aa, bb) = (self.graph.multiply(a, a), self.graph.multiply(b, b));
                let square = self.graph.add(aa, bb);
                let part = self.graph.divide(slope, square);
                self.add_product(a, part, b);
                let minus = self.graph.negate(part);
                self.add_product(b, minus, a);
            }
            Binary::Less | Binary::LessEqual | Binary::Equal => {}
        }
    }

    fn unary(&mut self, function: Unary, node: NodeId, a: NodeId, slope: NodeId) {
        let graph = &mut *self.graph;
        let one = graph.constant(1.0);
        let part = match function {
            Unary::Negate => graph.negate(slope),
            Unary::Absolute => {
                let sign = graph.unary(Unary::Sign, a);
                graph.multiply(slope, sign)
            }
            Unary::SquareRoot => {
                let twice = graph.add(node, node);
                graph.divide(slope, twice)
            }
            Unary::Sine => {
                let cosine = graph.unary(Unary::Cosine, a);
                graph.multiply(slope, cosine)
            }
            Unary::Cosine => {
                let sine = graph.unary(Unary::Sine, a);
                let minus = graph.negate(sine);
                graph.multiply(slope, minus)
            }
            Unary::Tangent => {
                let square = graph.multiply(node, node);
                let factor = graph.add(one, square);
                graph.multiply(slope, factor)
            }
            Unary::Exponential => graph.multiply(slope, node),
            Unary::Logarithm => graph.divide(slope, a),
            Unary::HyperbolicSine => {
                let factor = graph.unary(Unary::HyperbolicCosine, a);
                graph.multiply(slope, factor)
            }
            Unary::HyperbolicCosine => {
                let factor = graph.unary(Unary::HyperbolicSine, a);
                graph.multiply(slope, factor)
            }
            Unary::HyperbolicTangent => {
                let square = graph.multiply(node, node);
                let factor = graph.subtract(one, square);
                graph.multiply(slope, factor)
            }
            Unary::InverseSine | Unary::InverseCosine => {
                let square = graph.multiply(a, a);
                let rest = graph.subtract(one, square);
                let root = graph.unary(Unary::SquareRoot, rest);
                let part = graph.divide(slope, root);
                if function == Unary::InverseSine { part } else { graph.negate(part) }
            }
            Unary::InverseTangent => {
                let square = graph.multiply(a, a);
                let sum = graph.add(one, square);
                graph.divide(slope, sum)
            }
            Unary::ErrorFunction => {
                let square = graph.multiply(a, a);
                let minus = graph.negate(square);
                let bell = graph.unary(Unary::Exponential, minus);
                let factor = graph.constant(std::f64::consts::FRAC_2_SQRT_PI);
                let factor = graph.multiply(factor, bell);
                graph.multiply(slope, factor)
            }
            // Steps.
            Unary::Floor
            | Unary::Round
            | Unary::Sign
            | Unary::PowerOfTwo
            | Unary::Exponent
            | Unary::Mantissa => return,
        };
        self.add(a, part);
    }
}

#[cfg(test)]
mod tests {
    use super::gradient;
    use crate::graph::{Binary, Graph, NodeId, Op, Unary};

    fn value(graph: &Graph, node: NodeId, at: &[f64]) -> f64 {
        let mut values: Vec<f64> = Vec::new();
        for op in graph.ops() {
            let of = |node: NodeId| values[node.0 as usize];
            let value = match *op {
                Op::Load { array, .. } => at[array as usize],
                ref other => crate::interpreter::evaluate(other, of).unwrap(),
            };
            values.push(value);
        }
        values[node.0 as usize]
    }

    #[test]
    fn every_function_has_the_slope_of_its_differences() {
        let functions = [
            Unary::Negate,
            Unary::Absolute,
            Unary::SquareRoot,
            Unary::Sine,
            Unary::Cosine,
            Unary::Tangent,
            Unary::Exponential,
            Unary::Logarithm,
            Unary::HyperbolicSine,
            Unary::HyperbolicCosine,
            Unary::HyperbolicTangent,
            Unary::InverseSine,
            Unary::InverseCosine,
            Unary::InverseTangent,
            Unary::ErrorFunction,
        ];
        let pairs = [
            Binary::Add,
            Binary::Subtract,
            Binary::Multiply,
            Binary::Divide,
            Binary::Minimum,
            Binary::Maximum,
            Binary::Power,
            Binary::Angle,
        ];
        let mut graph = Graph::new();
        let (x, y) = (graph.load(0, [0; 3]), graph.load(1, [0; 3]));
        let mut roots = Vec::new();
        let three = graph.constant(3.0);
        roots.push(graph.divide(three, y));
        for function in functions {
            let inner = graph.multiply(x, y);
            let outer = graph.unary(function, inner);
            roots.push(graph.multiply_add(outer, y, x));
        }
        for function in pairs {
            let inner = graph.unary(Unary::Exponential, x);
            let outer = graph.binary(function, inner, y);
            let condition = graph.binary(Binary::Less, x, y);
            roots.push(graph.select(condition, outer, x));
        }
        let at = [0.7, 0.9];
        for (place, root) in roots.into_iter().enumerate() {
            let slopes = gradient(&mut graph, root, &[x, y]);
            for (own, slope) in slopes.into_iter().enumerate() {
                let h = 1e-5;
                let (mut up, mut down) = (at, at);
                up[own] += h;
                down[own] -= h;
                let expected =
                    (value(&graph, root, &up) - value(&graph, root, &down)) / (2.0 * h);
                let found = value(&graph, slope, &at);
                assert!(
                    (found - expected).abs() < 1e-7,
                    "{place} {own}: {found} {expected}"
                );
            }
        }
    }

    #[test]
    fn what_a_value_does_not_depend_on_has_the_slope_0() {
        let mut graph = Graph::new();
        let (x, y) = (graph.load(0, [0; 3]), graph.load(1, [0; 3]));
        let root = graph.unary(Unary::Sine, x);
        let slopes = gradient(&mut graph, root, &[x, y, root]);
        assert_eq!(graph.constant_value(slopes[1]), Some(0.0));
        assert_eq!(graph.constant_value(slopes[2]), Some(1.0));
    }
}
