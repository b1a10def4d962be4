//! Graphs whose edges turn what they carry: connection Laplacians, frustration and the holonomy of cycles.

use nalgebra::{DMatrix, DVector};

use super::graph::require_edges;
use crate::error::require_length;
use crate::quantum::linear::{
    Scalar, hermitian_eigen, require_dense, require_finite_matrix, require_square,
};
use crate::{CoherenceError, Complex64, Result};

/// An edge that carries the value of its tail to its head by an orthogonal or unitary map.
#[derive(Debug, Clone, PartialEq)]
pub struct ConnectionEdge<T: Scalar> {
    /// The vertex that the edge leaves.
    pub tail: usize,
    /// The vertex that the edge enters.
    pub head: usize,
    /// Weight, positive.
    pub weight: f64,
    /// The map O: a parallel assignment has x_head = O x_tail.
    pub map: DMatrix<T>,
}

/// A graph with an orthogonal (O(d), real entries) or unitary (U(1), U(d), complex entries) connection.
#[derive(Debug, Clone, PartialEq)]
pub struct Connection<T: Scalar> {
    vertices: usize,
    dimension: usize,
    edges: Vec<ConnectionEdge<T>>,
}

/// The lowest part of a connection Laplacian's spectrum.
#[derive(Debug, Clone, PartialEq)]
pub struct Frustration<T: Scalar> {
    /// Eigenvalues, ascending.
    pub eigenvalues: Vec<f64>,
    /// The smallest eigenvalue: 0 where a parallel assignment exists (all cycles have a common fixed direction), and
    /// otherwise how far the least frustrated assignment of norm 1 is from parallel.
    pub frustration: f64,
    /// That assignment: entries [vertex * dimension + component].
    pub mode: Vec<T>,
}

/// Holonomy of a closed walk.
#[derive(Debug, Clone, PartialEq)]
pub struct CycleHolonomy<T: Scalar> {
    /// The vertices in order; the walk returns to the first.
    pub cycle: Vec<usize>,
    /// Ordered product: what a value at the first vertex becomes after one turn.
    pub holonomy: DMatrix<T>,
}

impl Connection<Complex64> {
    /// A U(1) connection from edges (tail, head, weight, φ): a parallel assignment has x_head = e^{iφ} x_tail.
    ///
    /// # Errors
    /// As [`Connection::new`].
    pub fn from_angles(
        vertices: usize,
        edges: &[(usize, usize, f64, f64)],
    ) -> Result<Self> {
        let edges = edges
            .iter()
            .map(|&(tail, head, weight, angle)| ConnectionEdge {
                tail,
                head,
                weight,
                map: DMatrix::from_element(1, 1, Complex64::from_polar(1.0, angle)),
            })
            .collect();
        Self::new(vertices, 1, edges)
    }
}

impl<T: Scalar> Connection<T> {
    /// A connection with maps of one dimension.
    ///
    /// # Errors
    /// Without vertices or dimension, for more than 20 000 of both multiplied, for edges as `Graph::new`, and for maps that are not orthogonal (unitary) to 1e-9.
    pub fn new(
        vertices: usize,
        dimension: usize,
        edges: Vec<ConnectionEdge<T>>,
    ) -> Result<Self> {
        require_length("the graph", vertices, 1)?;
        require_length("the fibre", dimension, 1)?;
        require_dense("the connection", vertices.checked_mul(dimension))?;
        require_edges(vertices, edges.iter().map(|e| (e.tail, e.head, e.weight)))?;
        for edge in &edges {
            require_finite_matrix("the map of an edge", &edge.map)?;
            let size = require_square("the map of an edge", &edge.map)?;
            if size != dimension {
                return Err(CoherenceError::invalid(
                    "the map",
                    format!(
                        "from vertex {} to vertex {} has dimension {size}, not {dimension}",
                        edge.tail, edge.head
                    ),
                ));
            }
            let gram =
                edge.map.adjoint() * &edge.map - DMatrix::<T>::identity(size, size);
            let gap = gram.iter().map(|z| z.modulus()).fold(0.0, f64::max);
            if gap > 1e-9 {
                return Err(CoherenceError::invalid(
                    "the map",
                    format!(
                        "from vertex {} to vertex {} is not orthogonal: an inner product of its columns is wrong by {gap:e}",
                        edge.tail, edge.head
                    ),
                ));
            }
        }
        Ok(Self { vertices, dimension, edges })
    }

    /// The edges.
    pub fn edges(&self) -> &[ConnectionEdge<T>] {
        &self.edges
    }

    /// The connection Laplacian: x†Lx = Σ w ‖x_head − O x_tail‖² (Singer & Wu 2012, unnormalised).
    pub fn laplacian(&self) -> DMatrix<T> {
        let d = self.dimension;
        let mut l = DMatrix::zeros(self.vertices * d, self.vertices * d);
        for edge in &self.edges {
            let (t, h) = (edge.tail * d, edge.head * d);
            let weight = T::from_real(edge.weight);
            for k in 0..d {
                l[(t + k, t + k)] += weight;
                l[(h + k, h + k)] += weight;
            }
            let forward = edge.map.scale(edge.weight);
            let mut block = l.view_mut((h, t), (d, d));
            block -= &forward;
            let mut block = l.view_mut((t, h), (d, d));
            block -= forward.adjoint();
        }
        l
    }

    /// D^{−1/2} L D^{−1/2}, with 0 rows for isolated vertices. Its eigenvalues are those of 1 − D^{−1}S of Singer & Wu
    /// (2012), from 0 to 2.
    pub fn normalized_laplacian(&self) -> DMatrix<T> {
        let mut degrees = vec![0.0f64; self.vertices];
        for edge in &self.edges {
            degrees[edge.tail] += edge.weight;
            degrees[edge.head] += edge.weight;
        }
        let roots: Vec<f64> =
            degrees.iter().map(|&w| if w > 0.0 { 1.0 / w.sqrt() } else { 0.0 }).collect();
        let l = self.laplacian();
        let d = self.dimension;
        DMatrix::from_fn(l.nrows(), l.ncols(), |r, c| {
            l[(r, c)].scale(roots[r / d] * roots[c / d])
        })
    }

    /// Spectrum of the connection Laplacian, its smallest eigenvalue and the least frustrated assignment. On a cycle of n
    /// vertices with U(1) holonomy φ, |φ| ≤ π, the frustration is 2 − 2 cos(φ/n).
    ///
    /// # Errors
    /// Where the eigenvalue computation fails.
    pub fn frustration(&self) -> Result<Frustration<T>> {
        let eigen = hermitian_eigen(&self.laplacian())?;
        let mode: DVector<T> = eigen.vectors.column(0).into_owned();
        Ok(Frustration {
            frustration: eigen.values[0].max(0.0),
            mode: mode.iter().copied().collect(),
            eigenvalues: eigen.values,
        })
    }

    /// Holonomy of a closed walk through the given vertices and back to the first: the product of the maps, the first
    /// edge acting first (rightmost); an edge walked backwards contributes its adjoint.
    ///
    /// # Errors
    /// For fewer than 2 vertices, and where two neighbours of the walk share no edge.
    pub fn holonomy(&self, walk: &[usize]) -> Result<DMatrix<T>> {
        require_length("the walk", walk.len(), 2)?;
        let mut product = DMatrix::identity(self.dimension, self.dimension);
        for (k, &from) in walk.iter().enumerate() {
            let to = walk[(k + 1) % walk.len()];
            let step = self.edges.iter().find_map(|e| {
                if (e.tail, e.head) == (from, to) {
                    Some(e.map.clone())
                } else if (e.head, e.tail) == (from, to) {
                    Some(e.map.adjoint())
                } else {
                    None
                }
            });
            let Some(step) = step else {
                return Err(CoherenceError::invalid(
                    "the walk",
                    format!("goes from {from} to {to}, which share no edge"),
                ));
            };
            product = step * product;
        }
        Ok(product)
    }

    /// Holonomies of a cycle basis: for each edge outside a spanning forest (breadth first from the lowest vertex) the
    /// cycle that it closes, walked along that edge from tail to head. All are 1 exactly where a parallel frame exists.
    ///
    /// # Errors
    /// Never for a connection that was accepted; the result follows [`Connection::holonomy`].
    pub fn cycle_holonomies(&self) -> Result<Vec<CycleHolonomy<T>>> {
        let mut parent = vec![usize::MAX; self.vertices];
        let mut depth = vec![0usize; self.vertices];
        let mut in_tree = vec![false; self.edges.len()];
        for start in 0..self.vertices {
            if parent[start] != usize::MAX {
                continue;
            }
            parent[start] = start;
            let mut queue = std::collections::VecDeque::from([start]);
            while let Some(u) = queue.pop_front() {
                for (place, edge) in self.edges.iter().enumerate() {
                    let v = match (edge.tail == u, edge.head == u) {
                        (true, _) => edge.head,
                        (_, true) => edge.tail,
                        _ => continue,
                    };
                    if parent[v] == usize::MAX {
                        parent[v] = u;
                        depth[v] = depth[u] + 1;
                        in_tree[place] = true;
                        queue.push_back(v);
                    }
                }
            }
        }
        let mut found = Vec::new();
        for (place, edge) in self.edges.iter().enumerate() {
            if in_tree[place] {
                continue;
            }
            // From the head up to the common ancestor and down to the tail.
            let (mut up, mut down) = (vec![edge.head], vec![edge.tail]);
            let (mut a, mut b) = (edge.head, edge.tail);
            while a != b {
                if depth[a] >= depth[b] {
                    a = parent[a];
                    up.push(a);
                } else {
                    b = parent[b];
                    down.push(b);
                }
            }
            // Both lists now end at the common ancestor.
            down.pop();
            let mut cycle = vec![];
            cycle.extend(up);
            cycle.extend(down.into_iter().rev());
            if cycle.last() == Some(&edge.tail) {
                cycle.rotate_right(1);
            }
            let holonomy = self.holonomy(&cycle)?;
            found.push(CycleHolonomy { cycle, holonomy });
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::PI;

    fn ring(n: usize, flux: f64) -> Connection<Complex64> {
        let edges: Vec<_> =
            (0..n).map(|k| (k, (k + 1) % n, 1.0, flux / n as f64)).collect();
        Connection::from_angles(n, &edges).unwrap()
    }

    fn close(x: f64, y: f64) {
        assert!((x - y).abs() < 1e-12 * (1.0 + y.abs()), "{x} is not {y}");
    }

    #[test]
    fn a_ring_with_flux_has_the_closed_form_spectrum() {
        for flux in [0.0, 0.7, -2.0, PI] {
            let n = 7;
            let c = ring(n, flux);
            let f = c.frustration().unwrap();
            close(f.frustration, 2.0 - 2.0 * (flux / n as f64).cos());
            let mut expected: Vec<f64> = (0..n)
                .map(|k| 2.0 - 2.0 * ((2.0 * PI * k as f64 + flux) / n as f64).cos())
                .collect();
            expected.sort_by(f64::total_cmp);
            for (x, y) in f.eigenvalues.iter().zip(&expected) {
                assert!((x - y).abs() < 1e-12);
            }
            let half = hermitian_eigen(&c.normalized_laplacian()).unwrap();
            close(2.0 * half.values[3], f.eigenvalues[3]);
        }
    }

    #[test]
    fn the_holonomy_of_a_ring_is_its_flux_with_its_sign() {
        let c = ring(5, 1.3);
        let forth = c.holonomy(&[0, 1, 2, 3, 4]).unwrap()[(0, 0)];
        close(forth.arg(), 1.3);
        let back = c.holonomy(&[4, 3, 2, 1, 0]).unwrap()[(0, 0)];
        close(back.arg(), -1.3);
        let cycles = c.cycle_holonomies().unwrap();
        assert_eq!(cycles.len(), 1);
        close(cycles[0].holonomy[(0, 0)].arg(), 1.3);
        assert!(c.holonomy(&[0, 2]).is_err());
        assert!(c.holonomy(&[0]).is_err());
    }

    #[test]
    fn a_gauge_transformation_changes_neither_spectrum_nor_rotation_angles() {
        let turn = |a: f64| {
            DMatrix::from_row_slice(2, 2, &[a.cos(), -a.sin(), a.sin(), a.cos()])
        };
        let flip = DMatrix::from_row_slice(2, 2, &[1.0, 0.0, 0.0, -1.0]);
        let ends = [(0, 1), (1, 2), (2, 0), (2, 3), (3, 0)];
        let gauge: Vec<DMatrix<f64>> =
            (0..4).map(|k| turn(1.1 * k as f64) * &flip).collect();
        let build = |moved: bool| {
            let edges = ends
                .iter()
                .enumerate()
                .map(|(k, &(tail, head))| {
                    let map = turn(0.4 + 0.9 * k as f64);
                    let map = if moved {
                        &gauge[head] * map * gauge[tail].transpose()
                    } else {
                        map
                    };
                    ConnectionEdge { tail, head, weight: 1.0 + k as f64, map }
                })
                .collect();
            Connection::new(4, 2, edges).unwrap()
        };
        let (a, b) = (build(false), build(true));
        let (x, y) = (a.frustration().unwrap(), b.frustration().unwrap());
        for (s, t) in x.eigenvalues.iter().zip(&y.eigenvalues) {
            assert!((s - t).abs() < 1e-11);
        }
        let (x, y) = (a.cycle_holonomies().unwrap(), b.cycle_holonomies().unwrap());
        assert_eq!((x.len(), y.len()), (2, 2));
        for (s, t) in x.iter().zip(&y) {
            assert_eq!(s.cycle, t.cycle);
            close(s.holonomy.trace(), t.holonomy.trace());
        }
        // Angles add along a cycle of rotations: 0.4 + 1.3 + 2.2.
        let h = a.holonomy(&[0, 1, 2]).unwrap();
        close(h.trace(), 2.0 * 3.9f64.cos());
    }

    #[test]
    fn the_quadratic_form_is_the_sum_over_edges() {
        let c =
            Connection::from_angles(3, &[(0, 1, 2.0, 0.5), (2, 1, 1.0, -1.0)]).unwrap();
        let x = [
            Complex64::new(0.3, 1.0),
            Complex64::new(-1.0, 0.2),
            Complex64::new(0.5, 0.5),
        ];
        let v = DVector::from_column_slice(&x);
        let form = (v.adjoint() * c.laplacian() * &v)[(0, 0)];
        let e = |a: f64| Complex64::from_polar(1.0, a);
        let expected =
            2.0 * (x[1] - e(0.5) * x[0]).norm_sqr() + (x[1] - e(-1.0) * x[2]).norm_sqr();
        close(form.re, expected);
        // A tree has no cycles and is never frustrated.
        assert!(c.cycle_holonomies().unwrap().is_empty());
        assert!(c.frustration().unwrap().frustration < 1e-12);
    }

    #[test]
    fn a_map_that_is_not_orthogonal_is_refused() {
        let edge = ConnectionEdge {
            tail: 0,
            head: 1,
            weight: 1.0,
            map: DMatrix::from_element(1, 1, 2.0),
        };
        assert!(Connection::new(2, 1, vec![edge.clone()]).is_err());
        assert!(Connection::new(2, 2, vec![edge]).is_err());
        assert!(Connection::from_angles(2, &[(0, 1, 1.0, f64::NAN)]).is_err());
        assert!(Connection::from_angles(0, &[]).is_err());
    }
}
