//! Linear parts of graphs.

use crate::graph::{Binary, Graph, NodeId, Op, Unary};

/// The part of a value that is proportional to the leaves that vary (loads, scalars): f(v) − f(0) of an affine f.
/// `None` where the value is not affine in them.
pub(crate) fn linear_part(
    graph: &mut Graph,
    root: NodeId,
    varies: impl Fn(Op) -> bool,
) -> Option<NodeId> {
    derivative(graph, root, |graph, op| varies(op).then(|| graph.push(op)))
}

/// The derivative of a value by a leaf, where the value is affine in it with a factor free of it; `None` otherwise.
pub(crate) fn slope(graph: &mut Graph, root: NodeId, leaf: Op) -> Option<NodeId> {
    derivative(graph, root, |graph, op| (op == leaf).then(|| graph.constant(1.0)))
}

/// Carries a linear map through a graph: leaves that vary go to what `image` says, values free of them to 0.
fn derivative(
    graph: &mut Graph,
    root: NodeId,
    image: impl Fn(&mut Graph, Op) -> Option<NodeId>,
) -> Option<NodeId> {
    let needed = graph.needed(&[root]);
    // None: free of the leaves.
    let mut parts: Vec<Option<NodeId>> = vec![None; needed.len()];
    for place in 0..needed.len() {
        if !needed[place] {
            continue;
        }
        let op = graph.op(NodeId(place as u32));
        let part = |node: NodeId| parts[node.0 as usize];
        parts[place] = match op {
            Op::Constant(_) | Op::Scalar(_) | Op::Load { .. } | Op::Table { .. } => {
                image(graph, op)
            }
            _ if op.operands().iter().all(|operand| part(*operand).is_none()) => None,
            Op::Unary(Unary::Negate, a) => part(a).map(|a| graph.negate(a)),
            Op::Binary(Binary::Add, a, b) => {
                let zero = graph.constant(0.0);
                Some(graph.add(part(a).unwrap_or(zero), part(b).unwrap_or(zero)))
            }
            Op::Binary(Binary::Subtract, a, b) => {
                let zero = graph.constant(0.0);
                Some(graph.subtract(part(a).unwrap_or(zero), part(b).unwrap_or(zero)))
            }
            Op::Binary(Binary::Multiply, a, b) => match (part(a), part(b)) {
                (Some(a), None) => Some(graph.multiply(a, b)),
                (None, Some(b)) => Some(graph.multiply(a, b)),
                _ => return None,
            },
            Op::Binary(Binary::Divide, a, b) => match (part(a), part(b)) {
                (Some(a), None) => Some(graph.divide(a, b)),
                _ => return None,
            },
            Op::MultiplyAdd(a, b, c) => {
                let product = match (part(a), part(b)) {
                    (Some(a), None) => Some((a, b)),
                    (None, Some(b)) => Some((a, b)),
                    (None, None) => None,
                    _ => return None,
                };
                match (product, part(c)) {
                    (Some((a, b)), Some(c)) => Some(graph.multiply_add(a, b, c)),
                    (Some((a, b)), None) => Some(graph.multiply(a, b)),
                    (None, c) => c,
                }
            }
            Op::Select(condition, then, otherwise) if part(condition).is_none() => {
                let zero = graph.constant(0.0);
                let (then, otherwise) =
                    (part(then).unwrap_or(zero), part(otherwise).unwrap_or(zero));
                Some(graph.select(condition, then, otherwise))
            }
            _ => return None,
        };
    }
    let zero = graph.constant(0.0);
    Some(parts.get(root.0 as usize).copied().flatten().unwrap_or(zero))
}
