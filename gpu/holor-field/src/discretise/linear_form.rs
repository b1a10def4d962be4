//! Sums of values times numbers, joined so that each number is multiplied once.

use std::collections::HashMap;

use super::differences::Place;
use super::formula::Id;
use crate::graph::{Graph, NodeId};

/// A node, its factor, and of which formula at which place it is the value.
type LinearTerm = (NodeId, f64, Option<(Id, Place)>);

/// constant + Σ factor · node.
#[derive(Clone, Debug, Default)]
pub(super) struct LinearForm {
    /// The constant.
    pub(super) constant: f64,
    terms: Vec<LinearTerm>,
    places: HashMap<NodeId, usize>,
}

impl LinearForm {
    /// The terms.
    pub(super) fn terms(&self) -> &[LinearTerm] {
        &self.terms
    }

    /// Adds a node times a number.
    pub(super) fn add(&mut self, graph: &Graph, node: NodeId, factor: f64) {
        self.add_from(graph, node, factor, None);
    }

    /// The same, of the value of a formula at a place.
    pub(super) fn add_from(
        &mut self,
        graph: &Graph,
        node: NodeId,
        factor: f64,
        origin: Option<(Id, Place)>,
    ) {
        if let Some(value) = graph.constant_value(node) {
            self.constant += factor * value;
            return;
        }
        match self.places.get(&node) {
            Some(place) => self.terms[*place].1 += factor,
            None => {
                self.places.insert(node, self.terms.len());
                self.terms.push((node, factor, origin));
            }
        }
    }

    /// The sum as a number times a node. Nodes with the same number (up to sign) are added first, pairwise, so that mirror images
    /// give the same bits; an antisymmetric difference stays a difference.
    pub(super) fn join(mut self, graph: &mut Graph) -> (f64, NodeId) {
        self.terms.retain(|(_, factor, _)| *factor != 0.0);
        let mut groups: Vec<(f64, Vec<NodeId>, Vec<NodeId>)> = Vec::new();
        for (node, factor, _) in &self.terms {
            let size = factor.abs();
            let group = match groups.iter().position(|group| group.0 == size) {
                Some(place) => &mut groups[place],
                None => {
                    groups.push((size, Vec::new(), Vec::new()));
                    let last = groups.len() - 1;
                    &mut groups[last]
                }
            };
            if *factor > 0.0 { group.1.push(*node) } else { group.2.push(*node) }
        }
        let mut parts = Vec::new();
        for (size, plus, minus) in &groups {
            let (plus, minus) = (pairwise(graph, plus), pairwise(graph, minus));
            parts.push(match (plus, minus) {
                (Some(plus), Some(minus)) => (*size, graph.subtract(plus, minus)),
                (Some(plus), None) => (*size, plus),
                (None, Some(minus)) => (-size, minus),
                (None, None) => continue,
            });
        }
        match (parts.as_slice(), self.constant) {
            ([], constant) => (1.0, graph.constant(constant)),
            ([(factor, node)], 0.0) => (*factor, *node),
            (parts, constant) => {
                let mut sum = (constant != 0.0).then(|| graph.constant(constant));
                for (factor, node) in parts {
                    sum = Some(match (sum, *factor) {
                        (None, factor) => scaled(graph, factor, *node),
                        (Some(sum), 1.0) => graph.add(sum, *node),
                        (Some(sum), -1.0) => graph.subtract(sum, *node),
                        (Some(sum), factor) => {
                            let factor = graph.constant(factor);
                            graph.multiply_add(factor, *node, sum)
                        }
                    });
                }
                let zero = graph.constant(0.0);
                (1.0, sum.unwrap_or(zero))
            }
        }
    }
}

/// A node times a number.
pub(super) fn scaled(graph: &mut Graph, factor: f64, node: NodeId) -> NodeId {
    let factor = graph.constant(factor);
    graph.multiply(factor, node)
}

fn pairwise(graph: &mut Graph, nodes: &[NodeId]) -> Option<NodeId> {
    let mut level = nodes.to_vec();
    while level.len() > 1 {
        level = level
            .chunks(2)
            .map(|pair| match pair {
                [a, b] => graph.add(*a, *b),
                _ => pair[0],
            })
            .collect();
    }
    level.first().copied()
}
