//! Weighted undirected graphs and the spectra of their Laplacians.

use nalgebra::DMatrix;

use crate::error::{require_equal_length, require_finite, require_length};
use crate::quantum::linear::{hermitian_eigen, require_dense};
use crate::{CoherenceError, Result};

/// A guard against a number of vertices that is a mistake.
const MOST_VERTICES: usize = 100_000_000;

/// An undirected graph with positive weights, without loops and double edges.
#[derive(Debug, Clone, PartialEq)]
pub struct Graph {
    vertices: usize,
    edges: Vec<(usize, usize, f64)>,
}

impl Graph {
    /// A graph from its edges (u, v, weight); isolated vertices are allowed.
    ///
    /// # Errors
    /// Without vertices, and for an edge that names no vertex, is a loop, comes twice, or has a weight that is not
    /// positive and finite.
    pub fn new(vertices: usize, edges: &[(usize, usize, f64)]) -> Result<Self> {
        require_length("the graph", vertices, 1)?;
        if vertices > MOST_VERTICES {
            return Err(CoherenceError::invalid(
                "the graph",
                format!("has {vertices} vertices; at most {MOST_VERTICES} are handled"),
            ));
        }
        require_edges(vertices, edges.iter().map(|&(u, v, w)| (u, v, w)))?;
        Ok(Self { vertices, edges: edges.to_vec() })
    }

    /// A graph from its symmetric adjacency matrix of weights, 0 for no edge.
    ///
    /// # Errors
    /// Where the matrix is not square or not exactly symmetric, and as [`Graph::new`].
    pub fn from_adjacency(weights: &DMatrix<f64>) -> Result<Self> {
        let n = crate::quantum::linear::require_hermitian(
            "the adjacency matrix",
            weights,
            0.0,
        )?;
        let mut edges = Vec::new();
        for u in 0..n {
            for v in u..n {
                if weights[(u, v)] != 0.0 {
                    edges.push((u, v, weights[(u, v)]));
                }
            }
        }
        Self::new(n, &edges)
    }

    /// Number of vertices.
    pub fn vertices(&self) -> usize {
        self.vertices
    }

    /// The edges (u, v, weight).
    pub fn edges(&self) -> &[(usize, usize, f64)] {
        &self.edges
    }

    /// Sum of the weights at each vertex.
    pub fn degrees(&self) -> Vec<f64> {
        let mut degrees = vec![0.0; self.vertices];
        for &(u, v, w) in &self.edges {
            degrees[u] += w;
            degrees[v] += w;
        }
        degrees
    }

    /// The component of each vertex, numbered from 0 in the order of their first vertices.
    pub fn components(&self) -> Vec<usize> {
        let mut parent: Vec<usize> = (0..self.vertices).collect();
        fn root(parent: &mut [usize], mut v: usize) -> usize {
            while parent[v] != v {
                parent[v] = parent[parent[v]];
                v = parent[v];
            }
            v
        }
        for &(u, v, _) in &self.edges {
            let (a, b) = (root(&mut parent, u), root(&mut parent, v));
            parent[a.max(b)] = a.min(b);
        }
        let mut names = vec![usize::MAX; self.vertices];
        let mut next = 0;
        (0..self.vertices)
            .map(|v| {
                let r = root(&mut parent, v);
                if names[r] == usize::MAX {
                    names[r] = next;
                    next += 1;
                }
                names[r]
            })
            .collect()
    }

    /// Number of components.
    pub fn component_count(&self) -> usize {
        self.components().into_iter().max().map_or(0, |last| last + 1)
    }

    /// The combinatorial Laplacian L = D − A.
    pub fn laplacian(&self) -> DMatrix<f64> {
        let mut l = DMatrix::zeros(self.vertices, self.vertices);
        for &(u, v, w) in &self.edges {
            l[(u, u)] += w;
            l[(v, v)] += w;
            l[(u, v)] -= w;
            l[(v, u)] -= w;
        }
        l
    }

    /// The normalised Laplacian D^{−1/2} L D^{−1/2} (Chung 1997), as `networkx.normalized_laplacian_matrix`: the row of
    /// an isolated vertex is 0.
    pub fn normalized_laplacian(&self) -> DMatrix<f64> {
        let roots: Vec<f64> = self
            .degrees()
            .iter()
            .map(|&d| if d > 0.0 { 1.0 / d.sqrt() } else { 0.0 })
            .collect();
        let l = self.laplacian();
        DMatrix::from_fn(self.vertices, self.vertices, |u, v| {
            l[(u, v)] * roots[u] * roots[v]
        })
    }
}

/// Refuses edges that name no vertex, are loops, come twice, or have no positive weight.
pub(crate) fn require_edges(
    vertices: usize,
    edges: impl Iterator<Item = (usize, usize, f64)>,
) -> Result<()> {
    let mut seen = std::collections::BTreeSet::new();
    for (u, v, w) in edges {
        let reason = if u >= vertices || v >= vertices {
            format!("names a vertex that is not there; they are 0 to {}", vertices - 1)
        } else if u == v {
            "is a loop; leave it out".to_owned()
        } else if !(w > 0.0 && w.is_finite()) {
            format!("has weight {w}; it must be positive")
        } else if !seen.insert((u.min(v), u.max(v))) {
            "comes twice; add the weights and give it once".to_owned()
        } else {
            continue;
        };
        return Err(CoherenceError::invalid("the edge", format!("({u}, {v}) {reason}")));
    }
    Ok(())
}

/// Which Laplacian.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LaplacianKind {
    /// L = D − A.
    Combinatorial,
    /// D^{−1/2} L D^{−1/2}.
    Normalized,
}

/// Spectrum of a graph Laplacian.
#[derive(Debug, Clone)]
pub struct GraphSpectrum {
    /// Eigenvalues λ₁ = 0 ≤ λ₂ ≤ …, those that are 0 (one for each component) exactly 0.
    pub eigenvalues: Vec<f64>,
    /// Orthonormal eigenvectors, column k for `eigenvalues[k]`.
    pub eigenvectors: DMatrix<f64>,
    /// Number of components of the graph, found by search and not from the eigenvalues.
    pub components: usize,
}

/// Eigenvalues and eigenvectors of a Laplacian of the graph.
///
/// # Errors
/// For more than 20 000 vertices, and where the eigenvalue computation fails.
pub fn graph_spectrum(graph: &Graph, kind: LaplacianKind) -> Result<GraphSpectrum> {
    require_dense("the graph", Some(graph.vertices))?;
    let matrix = match kind {
        LaplacianKind::Combinatorial => graph.laplacian(),
        LaplacianKind::Normalized => graph.normalized_laplacian(),
    };
    let eigen = hermitian_eigen(&matrix)?;
    let components = graph.component_count();
    let mut eigenvalues = eigen.values;
    for (k, value) in eigenvalues.iter_mut().enumerate() {
        *value = if k < components { 0.0 } else { value.max(0.0) };
    }
    Ok(GraphSpectrum { eigenvalues, eigenvectors: eigen.vectors, components })
}

/// The second eigenvalue and its vector.
#[derive(Debug, Clone, PartialEq)]
pub struct Fiedler {
    /// Algebraic connectivity λ₂ (Fiedler 1973).
    pub connectivity: f64,
    /// The Fiedler vector, of norm 1, its first entry that is not 0 positive.
    pub vector: Vec<f64>,
    /// Eigenvalues equal to λ₂ to 1e-9 of the largest; above 1 the vector is one choice of many.
    pub multiplicity: usize,
}

impl GraphSpectrum {
    /// Algebraic connectivity λ₂ and the Fiedler vector. λ₂ is 0 for a graph of several components.
    ///
    /// # Errors
    /// For a graph of one vertex.
    pub fn fiedler(&self) -> Result<Fiedler> {
        require_length("the graph", self.eigenvalues.len(), 2)?;
        let connectivity = self.eigenvalues[1];
        let close = 1e-9 * self.largest();
        let multiplicity = self.eigenvalues[1..]
            .iter()
            .filter(|&&x| (x - connectivity).abs() <= close)
            .count();
        let mut vector: Vec<f64> = self.eigenvectors.column(1).iter().copied().collect();
        if vector.iter().find(|x| x.abs() > 1e-9).is_some_and(|&x| x < 0.0) {
            for x in &mut vector {
                *x = -*x;
            }
        }
        Ok(Fiedler { connectivity, vector, multiplicity })
    }

    /// Spectral gap: the smallest eigenvalue above 0, which is λ₂ for a connected graph; `None` without edges.
    pub fn gap(&self) -> Option<f64> {
        self.eigenvalues.get(self.components).copied()
    }

    /// Largest eigenvalue.
    pub fn largest(&self) -> f64 {
        self.eigenvalues[self.eigenvalues.len() - 1]
    }

    /// Synchronisability λ_N/λ₂ (Barahona & Pecora 2002): the smaller, the wider the range of couplings for which
    /// identical oscillators synchronise.
    ///
    /// # Errors
    /// For a graph that is not connected, which never synchronises, or is so by weak edges alone (λ_N/λ₂ above 1e10), and for
    /// one vertex.
    pub fn synchronizability(&self) -> Result<f64> {
        require_length("the graph", self.eigenvalues.len(), 2)?;
        if self.components > 1 {
            return Err(CoherenceError::undefined(
                "synchronisability",
                format!(
                    "the graph has {} components, so λ₂ is 0; measure each alone",
                    self.components
                ),
            ));
        }
        let ratio = self.largest() / self.eigenvalues[1];
        // λ₂ is known to round-off of λ_N, so that a larger ratio has no digits left.
        if ratio.is_nan() || ratio > 1e10 {
            return Err(CoherenceError::undefined(
                "synchronisability",
                format!(
                    "λ₂ is {:e} beside λ_N = {}: edges are too weak to tell the graph from a disconnected one",
                    self.eigenvalues[1],
                    self.largest()
                ),
            ));
        }
        Ok(ratio)
    }

    /// Share of a signal's energy in each eigenvector, |⟨v_k, x⟩|²/‖x‖² (graph Fourier spectrum, Shuman et al. 2013).
    ///
    /// Within equal eigenvalues only the sum of the shares is meaningful.
    ///
    /// # Errors
    /// Where the signal has another length, is not finite or is 0.
    pub fn alignment(&self, signal: &[f64]) -> Result<Vec<f64>> {
        let energy = signal_energy(self.eigenvalues.len(), signal)?;
        Ok((0..self.eigenvalues.len())
            .map(|k| {
                let dot: f64 = self
                    .eigenvectors
                    .column(k)
                    .iter()
                    .zip(signal)
                    .map(|(v, x)| v * x)
                    .sum();
                dot * dot / energy
            })
            .collect())
    }
}

fn signal_energy(vertices: usize, signal: &[f64]) -> Result<f64> {
    require_equal_length("the graph", vertices, "the signal", signal.len())?;
    require_finite("the signal", signal)?;
    let energy: f64 = signal.iter().map(|x| x * x).sum();
    if energy == 0.0 || !energy.is_finite() {
        return Err(CoherenceError::undefined(
            "the share of a graph signal",
            format!("the sum of the squares of the signal is {energy}"),
        ));
    }
    Ok(energy)
}

/// Smoothness of a signal on a graph.
#[derive(Debug, Clone, PartialEq)]
pub struct Smoothness {
    /// Dirichlet energy xᵀLx = Σ w (x_u − x_v)².
    pub energy: f64,
    /// xᵀLx/xᵀx, between 0 and the largest eigenvalue of L.
    pub rayleigh: f64,
    /// w (x_u − x_v)² of each edge, in the order of the edges.
    pub edges: Vec<f64>,
}

/// Smoothness of a signal with respect to the combinatorial Laplacian (Shuman et al. 2013).
///
/// # Errors
/// Where the signal has another length, is not finite or is 0.
pub fn smoothness(graph: &Graph, signal: &[f64]) -> Result<Smoothness> {
    let size = signal_energy(graph.vertices(), signal)?;
    let edges: Vec<f64> = graph
        .edges
        .iter()
        .map(|&(u, v, w)| w * (signal[u] - signal[v]).powi(2))
        .collect();
    let energy: f64 = edges.iter().sum();
    if !energy.is_finite() {
        return Err(CoherenceError::undefined(
            "smoothness",
            "the energy overflows; choose another unit",
        ));
    }
    Ok(Smoothness { energy, rayleigh: energy / size, edges })
}

/// Phase coherence along the edges of a graph.
#[derive(Debug, Clone, PartialEq)]
pub struct EdgePhaseCoherence {
    /// Σ w cos(θ_u − θ_v)/Σ w, from −1 to 1.
    pub coherence: f64,
    /// cos(θ_u − θ_v) of each edge, in the order of the edges.
    pub edges: Vec<f64>,
}

/// Weighted mean cosine of the phase differences over the edges (the normalised energy of the XY model on the graph).
///
/// # Errors
/// Where the phases have another length or are not finite, and for a graph without edges.
pub fn edge_phase_coherence(graph: &Graph, phases: &[f64]) -> Result<EdgePhaseCoherence> {
    require_equal_length("the graph", graph.vertices(), "the phases", phases.len())?;
    require_finite("the phases", phases)?;
    if graph.edges.is_empty() {
        return Err(CoherenceError::undefined(
            "edge phase coherence",
            "the graph has no edges",
        ));
    }
    let edges: Vec<f64> =
        graph.edges.iter().map(|&(u, v, _)| (phases[u] - phases[v]).cos()).collect();
    let total: f64 = graph.edges.iter().map(|e| e.2).sum();
    let sum: f64 = graph.edges.iter().zip(&edges).map(|(e, c)| e.2 * c).sum();
    Ok(EdgePhaseCoherence { coherence: sum / total, edges })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::PI;

    fn cycle(n: usize) -> Graph {
        let edges: Vec<_> = (0..n).map(|k| (k, (k + 1) % n, 1.0)).collect();
        Graph::new(n, &edges).unwrap()
    }

    fn path(n: usize) -> Graph {
        let edges: Vec<_> = (1..n).map(|k| (k - 1, k, 1.0)).collect();
        Graph::new(n, &edges).unwrap()
    }

    fn close(x: f64, y: f64) {
        assert!((x - y).abs() < 1e-12 * (1.0 + y.abs()), "{x} is not {y}");
    }

    #[test]
    fn cycles_paths_and_complete_graphs_have_their_known_spectra() {
        let n = 9;
        let s = graph_spectrum(&path(n), LaplacianKind::Combinatorial).unwrap();
        for (k, x) in s.eigenvalues.iter().enumerate() {
            close(*x, 2.0 - 2.0 * (PI * k as f64 / n as f64).cos());
        }
        let f = s.fiedler().unwrap();
        assert_eq!(f.multiplicity, 1);
        assert!(f.vector[0] > 0.0 && f.vector[n - 1] < 0.0);
        close(s.synchronizability().unwrap(), s.eigenvalues[8] / s.eigenvalues[1]);
        let s = graph_spectrum(&cycle(n), LaplacianKind::Normalized).unwrap();
        close(s.gap().unwrap(), 1.0 - (2.0 * PI / n as f64).cos());
        assert_eq!(s.fiedler().unwrap().multiplicity, 2);
        let mut edges = Vec::new();
        for u in 0..5 {
            for v in u + 1..5 {
                edges.push((u, v, 1.0));
            }
        }
        let s =
            graph_spectrum(&Graph::new(5, &edges).unwrap(), LaplacianKind::Combinatorial)
                .unwrap();
        close(s.fiedler().unwrap().connectivity, 5.0);
        close(s.synchronizability().unwrap(), 1.0);
    }

    #[test]
    fn separate_parts_are_counted_and_never_synchronise() {
        let g = Graph::new(5, &[(0, 1, 2.0), (3, 4, 1.0)]).unwrap();
        assert_eq!(g.components(), [0, 0, 1, 2, 2]);
        let s = graph_spectrum(&g, LaplacianKind::Combinatorial).unwrap();
        assert_eq!(s.eigenvalues[..3], [0.0; 3]);
        close(s.gap().unwrap(), 2.0);
        close(s.fiedler().unwrap().connectivity, 0.0);
        assert!(s.synchronizability().unwrap_err().to_string().contains("3 components"));
        let weak = Graph::new(3, &[(0, 1, 1.0), (1, 2, 1e-18)]).unwrap();
        let s = graph_spectrum(&weak, LaplacianKind::Combinatorial).unwrap();
        assert!(s.eigenvalues[1] >= 0.0 && s.synchronizability().is_err());
        let lone = Graph::new(1, &[]).unwrap();
        let s = graph_spectrum(&lone, LaplacianKind::Normalized).unwrap();
        assert_eq!(s.gap(), None);
        assert!(s.fiedler().is_err());
    }

    #[test]
    fn smoothness_is_the_quadratic_form() {
        let g = Graph::new(4, &[(0, 1, 1.5), (1, 2, 0.5), (0, 3, 2.0)]).unwrap();
        let x = [1.0, -0.5, 2.0, 0.25];
        let v = nalgebra::DVector::from_column_slice(&x);
        let s = smoothness(&g, &x).unwrap();
        close(s.energy, (v.transpose() * g.laplacian() * &v)[(0, 0)]);
        close(s.rayleigh, s.energy / v.norm_squared());
        let spectrum = graph_spectrum(&g, LaplacianKind::Combinatorial).unwrap();
        let shares = spectrum.alignment(&x).unwrap();
        close(shares.iter().sum(), 1.0);
        let again: f64 =
            shares.iter().zip(&spectrum.eigenvalues).map(|(s, l)| s * l).sum();
        close(again, s.rayleigh);
        assert!(smoothness(&g, &[0.0; 4]).is_err());
        assert!(smoothness(&g, &[1.0; 3]).is_err());
    }

    #[test]
    fn a_twisted_ring_has_the_cosine_of_its_step() {
        let n = 8;
        let phases: Vec<f64> = (0..n).map(|k| 2.0 * PI * k as f64 / n as f64).collect();
        let found = edge_phase_coherence(&cycle(n), &phases).unwrap();
        close(found.coherence, (2.0 * PI / n as f64).cos());
        assert!(edge_phase_coherence(&Graph::new(2, &[]).unwrap(), &[0.0; 2]).is_err());
    }

    #[test]
    fn edges_that_make_no_graph_are_refused() {
        let say = |e: &[(usize, usize, f64)]| Graph::new(3, e).unwrap_err().to_string();
        assert_eq!(
            say(&[(0, 3, 1.0)]),
            "the edge (0, 3) names a vertex that is not there; they are 0 to 2"
        );
        assert!(say(&[(1, 1, 1.0)]).contains("loop"));
        assert!(say(&[(0, 1, 1.0), (1, 0, 1.0)]).contains("twice"));
        assert!(say(&[(0, 1, -1.0)]).contains("positive"));
        assert!(say(&[(0, 1, f64::NAN)]).contains("positive"));
        assert!(Graph::new(0, &[]).is_err());
        let lopsided = DMatrix::from_row_slice(2, 2, &[0.0, 1.0, 2.0, 0.0]);
        assert!(Graph::from_adjacency(&lopsided).is_err());
        let even = DMatrix::from_row_slice(2, 2, &[0.0, 2.0, 2.0, 0.0]);
        assert_eq!(Graph::from_adjacency(&even).unwrap().edges(), [(0, 1, 2.0)]);
    }
}
