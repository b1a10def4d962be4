//! Weighted directed graphs in compressed rows, and the usual ones.
//!
//! P. Erdős and A. Rényi (1959), D. J. Watts and S. H. Strogatz (Nature 393, 1998), A.-L. Barabási and R. Albert (Science
//! 286, 1999). Random graphs depend on their seed alone.

use crate::error::{Result, refuse};
use crate::random::{Noise, Sequence};

/// The most edges of a graph.
const MOST_EDGES: usize = 200_000_000;

/// A weighted directed graph: row i lists the nodes j that act on i, with the weights A_ij.
#[derive(Clone, Debug, PartialEq)]
pub struct Graph {
    starts: Vec<usize>,
    sources: Vec<u32>,
    weights: Vec<f64>,
}

impl Graph {
    /// From edges (to, from, weight): `from` acts on `to`. Weights of repeated edges add up.
    ///
    /// # Errors
    /// Where a node does not exist or a weight is not finite.
    pub fn from_edges(nodes: usize, edges: &[(usize, usize, f64)]) -> Result<Self> {
        if nodes > u32::MAX as usize || edges.len() > MOST_EDGES {
            refuse!("a graph with {nodes} nodes and {} edges is too large", edges.len());
        }
        let mut sorted = edges.to_vec();
        for (to, from, weight) in &sorted {
            if *to >= nodes || *from >= nodes {
                refuse!(
                    "the edge {from} → {to} names a node that does not exist; there are {nodes}, counted from 0"
                );
            }
            if !weight.is_finite() {
                refuse!("the weight of the edge {from} → {to} is {weight}");
            }
        }
        sorted.sort_by_key(|(to, from, _)| (*to, *from));
        let mut starts = vec![0; nodes + 1];
        let (mut sources, mut weights) = (Vec::new(), Vec::<f64>::new());
        let mut last = None;
        for (to, from, weight) in sorted {
            if last == Some((to, from)) {
                if let Some(sum) = weights.last_mut() {
                    *sum += weight;
                }
                continue;
            }
            last = Some((to, from));
            sources.push(from as u32);
            weights.push(weight);
            starts[to + 1] = sources.len();
        }
        for node in 0..nodes {
            starts[node + 1] = starts[node + 1].max(starts[node]);
        }
        Ok(Self { starts, sources, weights })
    }

    /// From undirected edges of weight 1.
    ///
    /// # Errors
    /// Where a node does not exist.
    pub fn from_pairs(nodes: usize, pairs: &[(usize, usize)]) -> Result<Self> {
        let mut edges = Vec::with_capacity(2 * pairs.len());
        for (a, b) in pairs {
            edges.push((*a, *b, 1.0));
            if a != b {
                edges.push((*b, *a, 1.0));
            }
        }
        Self::from_edges(nodes, &edges)
    }

    /// How many nodes there are.
    pub fn nodes(&self) -> usize {
        self.starts.len() - 1
    }

    /// How many directed edges there are; an undirected one counts twice.
    pub fn edges(&self) -> usize {
        self.sources.len()
    }

    /// The nodes that act on a node, with their weights.
    pub fn row(&self, node: usize) -> (&[u32], &[f64]) {
        let range = self.starts[node]..self.starts[node + 1];
        (&self.sources[range.clone()], &self.weights[range])
    }

    /// How many nodes act on each node.
    pub fn degrees(&self) -> Vec<usize> {
        self.starts.windows(2).map(|pair| pair[1] - pair[0]).collect()
    }

    /// The sum of the weights of each row.
    pub fn strengths(&self) -> Vec<f64> {
        (0..self.nodes()).map(|node| self.row(node).1.iter().sum()).collect()
    }

    /// The same graph with each row divided by the sum of its weights; rows whose sum is zero stay.
    #[must_use]
    pub fn normalised(mut self) -> Self {
        for node in 0..self.nodes() {
            let range = self.starts[node]..self.starts[node + 1];
            let sum: f64 = self.weights[range.clone()].iter().sum();
            if sum != 0.0 {
                self.weights[range].iter_mut().for_each(|weight| *weight /= sum);
            }
        }
        self
    }

    /// The number of parts that hang together, the direction of edges ignored.
    pub fn components(&self) -> usize {
        let mut parent: Vec<usize> = (0..self.nodes()).collect();
        fn root(parent: &mut [usize], mut node: usize) -> usize {
            while parent[node] != node {
                parent[node] = parent[parent[node]];
                node = parent[node];
            }
            node
        }
        let mut count = self.nodes();
        for node in 0..self.nodes() {
            for place in self.starts[node]..self.starts[node + 1] {
                let a = root(&mut parent, node);
                let b = root(&mut parent, self.sources[place] as usize);
                if a != b {
                    parent[a.max(b)] = a.min(b);
                    count -= 1;
                }
            }
        }
        count
    }

    /// Whether the graph hangs together.
    pub fn is_connected(&self) -> bool {
        self.components() <= 1
    }

    /// Each node acts on each other.
    ///
    /// # Errors
    /// Where that would be too many edges; all-to-all coupling needs none.
    pub fn complete(nodes: usize) -> Result<Self> {
        if nodes.saturating_mul(nodes.saturating_sub(1)) > MOST_EDGES {
            refuse!(
                "a complete graph with {nodes} nodes is too large; use all-to-all coupling"
            );
        }
        let edges: Vec<_> = (0..nodes)
            .flat_map(|i| (0..nodes).filter(move |j| *j != i).map(move |j| (i, j, 1.0)))
            .collect();
        Self::from_edges(nodes, &edges)
    }

    /// Each node with its `reach` nearest on either side of a ring.
    ///
    /// # Errors
    /// Where the ring is too small for the reach.
    pub fn ring(nodes: usize, reach: usize) -> Result<Self> {
        if reach == 0 || nodes < 2 * reach + 1 {
            refuse!(
                "a ring in which each node has {reach} neighbours on each side needs at least {} nodes",
                (2 * reach + 1).max(3)
            );
        }
        let pairs: Vec<_> = (0..nodes)
            .flat_map(|i| (1..=reach).map(move |d| (i, (i + d) % nodes)))
            .collect();
        Self::from_pairs(nodes, &pairs)
    }

    /// One after the other.
    ///
    /// # Errors
    /// Where it is too large.
    pub fn path(nodes: usize) -> Result<Self> {
        let pairs: Vec<_> = (1..nodes).map(|i| (i - 1, i)).collect();
        Self::from_pairs(nodes, &pairs)
    }

    /// Node 0 with all others.
    ///
    /// # Errors
    /// Where it is too large.
    pub fn star(nodes: usize) -> Result<Self> {
        let pairs: Vec<_> = (1..nodes).map(|i| (0, i)).collect();
        Self::from_pairs(nodes, &pairs)
    }

    /// Nearest neighbours on a grid of any dimension, the last axis fastest; closed to a torus where `periodic`.
    ///
    /// # Errors
    /// Where an axis has no node, or a periodic one less than three.
    pub fn grid(shape: &[usize], periodic: bool) -> Result<Self> {
        let mut nodes = 1usize;
        for length in shape {
            if *length == 0 || (periodic && *length < 3) {
                refuse!("an axis with {length} nodes is too short for this grid");
            }
            nodes = nodes.saturating_mul(*length);
        }
        if nodes.saturating_mul(2 * shape.len()) > MOST_EDGES {
            refuse!("the grid is too large");
        }
        let mut pairs = Vec::new();
        let mut stride = 1;
        for length in shape.iter().rev() {
            for node in 0..nodes {
                let place = node / stride % length;
                if place + 1 < *length {
                    pairs.push((node, node + stride));
                } else if periodic {
                    pairs.push((node, node - place * stride));
                }
            }
            stride *= length;
        }
        Self::from_pairs(nodes, &pairs)
    }

    /// Each pair is joined with this probability, independently.
    ///
    /// # Errors
    /// Where the probability is none.
    pub fn erdos_renyi(nodes: usize, probability: f64, seed: u64) -> Result<Self> {
        check_probability(probability)?;
        let expected = probability * (nodes as f64).powi(2);
        if expected > MOST_EDGES as f64 {
            refuse!("about {expected:.0} edges are too many");
        }
        let mut random = sequence(seed, 1);
        let mut pairs = Vec::new();
        if probability > 0.0 {
            // The gaps between edges are geometric (V. Batagelj and U. Brandes, 2005).
            let (mut i, mut j) = (1usize, -1i64);
            while i < nodes {
                let gap = if probability >= 1.0 {
                    0.0
                } else {
                    (random.uniform().ln() / (-probability).ln_1p()).floor()
                };
                if gap > 1e18 {
                    break;
                }
                j += 1 + gap as i64;
                while i < nodes && j >= i as i64 {
                    j -= i as i64;
                    i += 1;
                }
                if i < nodes {
                    pairs.push((i, j as usize));
                }
            }
        }
        Self::from_pairs(nodes, &pairs)
    }

    /// A ring in which each node has `neighbours` (even), and each edge moves one end with a probability.
    ///
    /// # Errors
    /// Where the neighbours are odd in number or too many.
    pub fn watts_strogatz(
        nodes: usize,
        neighbours: usize,
        probability: f64,
        seed: u64,
    ) -> Result<Self> {
        check_probability(probability)?;
        if neighbours == 0 || !neighbours.is_multiple_of(2) || neighbours >= nodes {
            refuse!(
                "each node needs an even number of neighbours below {nodes}, not {neighbours}"
            );
        }
        let mut random = sequence(seed, 2);
        let mut joined: Vec<Vec<usize>> = vec![Vec::new(); nodes];
        for i in 0..nodes {
            for d in 1..=neighbours / 2 {
                let j = (i + d) % nodes;
                joined[i].push(j);
                joined[j].push(i);
            }
        }
        for d in 1..=neighbours / 2 {
            for i in 0..nodes {
                if random.uniform() >= probability || joined[i].len() >= nodes - 1 {
                    continue;
                }
                let old = (i + d) % nodes;
                let new = loop {
                    let new = random.below(nodes as u64) as usize;
                    if new != i && !joined[i].contains(&new) {
                        break new;
                    }
                };
                joined[i].retain(|j| *j != old);
                joined[old].retain(|j| *j != i);
                joined[i].push(new);
                joined[new].push(i);
            }
        }
        let pairs: Vec<_> = joined
            .iter()
            .enumerate()
            .flat_map(|(i, row)| {
                row.iter().filter(move |j| **j > i).map(move |j| (i, *j))
            })
            .collect();
        Self::from_pairs(nodes, &pairs)
    }

    /// Grown from a star of `joins` + 1 nodes; each new node joins so many old ones, with probabilities in proportion to
    /// their degrees.
    ///
    /// # Errors
    /// Where a node cannot join so many.
    pub fn barabasi_albert(nodes: usize, joins: usize, seed: u64) -> Result<Self> {
        if joins == 0 || joins >= nodes {
            refuse!(
                "each new node must join between 1 and {} others, not {joins}",
                nodes.saturating_sub(1)
            );
        }
        let mut random = sequence(seed, 3);
        let mut pairs: Vec<(usize, usize)> = (1..=joins).map(|i| (0, i)).collect();
        // Each node stands here as often as its degree.
        let mut ends: Vec<usize> = pairs.iter().flat_map(|(a, b)| [*a, *b]).collect();
        for node in joins + 1..nodes {
            let mut chosen: Vec<usize> = Vec::with_capacity(joins);
            while chosen.len() < joins {
                let other = ends[random.below(ends.len() as u64) as usize];
                if !chosen.contains(&other) {
                    chosen.push(other);
                }
            }
            for other in chosen {
                pairs.push((other, node));
                ends.extend([other, node]);
            }
        }
        Self::from_pairs(nodes, &pairs)
    }
}

fn sequence(seed: u64, kind: u32) -> Sequence {
    Noise::new(seed, 0x6772_0000 | kind).sequence()
}

fn check_probability(probability: f64) -> Result<()> {
    if !(0.0..=1.0).contains(&probability) {
        refuse!("the probability is {probability}; it must be between 0 and 1");
    }
    Ok(())
}
