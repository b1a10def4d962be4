//! Cellular sheaves on graphs: coboundary, Laplacian, cohomology, consistency and diffusion.

use nalgebra::{DMatrix, DVector};

use crate::error::{require_equal_length, require_length};
use crate::quantum::linear::{
    Scalar, hermitian_eigen, require_dense, require_finite_matrix, singular,
};
use crate::{CoherenceError, Result};

/// An edge of a sheaf: the stalks of both its ends are mapped into the stalk of the edge.
#[derive(Debug, Clone, PartialEq)]
pub struct SheafEdge<T: Scalar> {
    /// The vertex that the edge leaves.
    pub tail: usize,
    /// The vertex that the edge enters.
    pub head: usize,
    /// Restriction map from the tail: dimension of the edge by dimension of the vertex.
    pub tail_map: DMatrix<T>,
    /// Restriction map from the head.
    pub head_map: DMatrix<T>,
}

/// A cellular sheaf on a graph, with real or complex stalks of any dimension (Hansen & Ghrist 2019).
///
/// Edges may join the same vertices twice, and an edge with both ends at one vertex is allowed. An assignment lists the
/// entries of the vertex stalks one vertex after the other, edge values those of the edge stalks in the order of the edges.
#[derive(Debug, Clone, PartialEq)]
pub struct Sheaf<T: Scalar> {
    stalks: Vec<usize>,
    edges: Vec<SheafEdge<T>>,
    starts: Vec<usize>,
    edge_starts: Vec<usize>,
}

impl<T: Scalar> Sheaf<T> {
    /// A sheaf from the dimensions of the vertex stalks and the edges.
    ///
    /// # Errors
    /// Without vertices, for an edge that names no vertex, for maps whose shapes do not fit or whose entries are not finite,
    /// and for stalks of more than 20 000 dimensions together.
    pub fn new(stalks: &[usize], edges: Vec<SheafEdge<T>>) -> Result<Self> {
        require_length("the list of stalks", stalks.len(), 1)?;
        for (place, edge) in edges.iter().enumerate() {
            let rows = edge.tail_map.nrows();
            for (vertex, map) in
                [(edge.tail, &edge.tail_map), (edge.head, &edge.head_map)]
            {
                let Some(&dimension) = stalks.get(vertex) else {
                    return Err(CoherenceError::invalid(
                        "the edge",
                        format!(
                            "{place} names vertex {vertex}; they are 0 to {}",
                            stalks.len() - 1
                        ),
                    ));
                };
                if map.shape() != (rows, dimension) {
                    return Err(CoherenceError::invalid(
                        "the restriction map",
                        format!(
                            "of edge {place} at vertex {vertex} is {} by {}; it must be {rows} by {dimension}",
                            map.nrows(),
                            map.ncols()
                        ),
                    ));
                }
                require_finite_matrix("the restriction map", map)?;
            }
        }
        let total = stalks.iter().try_fold(0usize, |sum, &n| sum.checked_add(n));
        require_dense("the sheaf", total)?;
        let mut rows = edges.iter().map(|e| e.tail_map.nrows());
        require_dense("the sheaf", rows.try_fold(0usize, usize::checked_add))?;
        let starts = offsets(stalks.iter().copied());
        let edge_starts = offsets(edges.iter().map(|e| e.tail_map.nrows()));
        Ok(Self { stalks: stalks.to_vec(), edges, starts, edge_starts })
    }

    /// Dimensions of the vertex stalks.
    pub fn stalks(&self) -> &[usize] {
        &self.stalks
    }

    /// The edges.
    pub fn edges(&self) -> &[SheafEdge<T>] {
        &self.edges
    }

    /// Dimension of C⁰, all vertex stalks together.
    pub fn vertex_dimension(&self) -> usize {
        self.starts[self.stalks.len()]
    }

    /// Dimension of C¹, all edge stalks together.
    pub fn edge_dimension(&self) -> usize {
        self.edge_starts[self.edges.len()]
    }

    /// The coboundary δ: C⁰ → C¹, (δx)_e = F_head x_head − F_tail x_tail.
    pub fn coboundary(&self) -> DMatrix<T> {
        let mut delta = DMatrix::zeros(self.edge_dimension(), self.vertex_dimension());
        for (place, edge) in self.edges.iter().enumerate() {
            let row = self.edge_starts[place];
            for (vertex, map, sign) in
                [(edge.head, &edge.head_map, 1.0), (edge.tail, &edge.tail_map, -1.0)]
            {
                let column = self.starts[vertex];
                let mut block = delta.view_mut((row, column), map.shape());
                block += map.scale(sign);
            }
        }
        delta
    }

    /// The sheaf Laplacian δ†δ (Hansen & Ghrist 2019).
    pub fn laplacian(&self) -> DMatrix<T> {
        let delta = self.coboundary();
        delta.adjoint() * delta
    }

    /// Dimensions of H⁰ and H¹ and an orthonormal basis of the global sections.
    ///
    /// The rank of δ counts singular values above `tolerance` times the largest; `None` takes that of
    /// `numpy.linalg.matrix_rank`, the larger side of δ times 2.2e-16.
    ///
    /// # Errors
    /// Where the tolerance is negative or not below 1, or the singular values do not converge.
    pub fn cohomology(&self, tolerance: Option<f64>) -> Result<Cohomology<T>> {
        let (m, n) = (self.edge_dimension(), self.vertex_dimension());
        let relative = tolerance.unwrap_or(m.max(n) as f64 * f64::EPSILON);
        if !(0.0..1.0).contains(&relative) {
            return Err(CoherenceError::out_of_range(
                "the tolerance",
                relative,
                "at least 0 and below 1",
            ));
        }
        let parts = singular(&self.coboundary())?;
        let limit = relative * parts.values.first().copied().unwrap_or(0.0);
        // At most m singular values of an m by n matrix are not 0.
        let rank = parts.values.iter().take(m).filter(|&&s| s > limit).count();
        Ok(Cohomology {
            h0: n - rank,
            h1: m - rank,
            rank,
            gap: (rank > 0).then(|| parts.values[rank - 1].powi(2)),
            largest_dropped: parts.values.get(rank).copied().unwrap_or(0.0),
            sections: parts.right.columns(rank, n - rank).into_owned(),
            singular_values: parts.values,
        })
    }

    /// δx edge by edge and its norms: how far an assignment is from being a global section.
    ///
    /// The radius is the largest distance between the two values that an edge gets from its ends. With values chosen
    /// freely on the edges the best choice is the middle, which halves it; that is the consistency radius of Robinson
    /// (2020) minimised over the edge values. For given edge values see [`Sheaf::consistency_with_edges`].
    ///
    /// # Errors
    /// Where the assignment has another length or is not finite, and for a sheaf without edges.
    pub fn consistency(&self, assignment: &[T]) -> Result<Consistency> {
        self.require_assignment(assignment)?;
        let distances: Vec<f64> =
            self.restrictions(assignment).iter().map(|(t, h)| (h - t).norm()).collect();
        let radius = largest(&distances)?;
        Ok(Consistency {
            radius: radius.1,
            half_radius: 0.5 * radius.1,
            worst_edge: radius.0,
            energy: distances.iter().map(|d| d * d).sum(),
            distances,
        })
    }

    /// Consistency radius of an assignment to vertices and edges (Robinson 2020, for a graph): the largest
    /// distance between an edge's value and what a restriction map brings there.
    ///
    /// # Errors
    /// As [`Sheaf::consistency`], and where the edge values have another length.
    pub fn consistency_with_edges(
        &self,
        assignment: &[T],
        edge_values: &[T],
    ) -> Result<f64> {
        self.require_assignment(assignment)?;
        require_equal_length(
            "the edge stalks",
            self.edge_dimension(),
            "the edge values",
            edge_values.len(),
        )?;
        let mut distances = Vec::new();
        for (place, (t, h)) in self.restrictions(assignment).iter().enumerate() {
            let range = self.edge_starts[place]..self.edge_starts[place + 1];
            let value = DVector::from_column_slice(&edge_values[range]);
            distances.push((t - &value).norm().max((h - &value).norm()));
        }
        if let Some(place) = distances.iter().position(|d| !d.is_finite()) {
            return Err(CoherenceError::invalid(
                "the edge values",
                format!("are not finite on edge {place}"),
            ));
        }
        Ok(largest(&distances)?.1)
    }

    /// The nearest global section, by orthogonal projection on H⁰, and the distance to it.
    ///
    /// # Errors
    /// Where the assignment has another length or is not finite.
    pub fn nearest_section(&self, assignment: &[T]) -> Result<NearestSection<T>> {
        self.require_assignment(assignment)?;
        let sections = self.cohomology(None)?.sections;
        let x = DVector::from_column_slice(assignment);
        let section = &sections * (sections.adjoint() * &x);
        Ok(NearestSection {
            distance: (&x - &section).norm(),
            section: section.iter().copied().collect(),
        })
    }

    /// Heat flow x(t) = exp(−tL) x(0) at the given times (Hansen & Ghrist 2019), exact by eigenvectors.
    ///
    /// # Errors
    /// Where the assignment has another length or is not finite, or a time is negative.
    pub fn heat_flow(
        &self,
        assignment: &[T],
        times: &[f64],
    ) -> Result<Vec<HeatState<T>>> {
        self.require_assignment(assignment)?;
        crate::error::require_finite("the times", times)?;
        if let Some(t) = times.iter().find(|&&t| t < 0.0) {
            return Err(CoherenceError::out_of_range("a time", *t, "0 or more"));
        }
        let eigen = hermitian_eigen(&self.laplacian())?;
        let kernel = self.cohomology(None)?.h0;
        let x = DVector::from_column_slice(assignment);
        let start = eigen.vectors.adjoint() * x;
        Ok(times
            .iter()
            .map(|&t| {
                let mut energy = 0.0;
                let mut amplitudes = start.clone();
                for (k, a) in amplitudes.iter_mut().enumerate() {
                    // Exactly 0 on the kernel, so that nothing drifts at late times.
                    let rate = if k < kernel { 0.0 } else { eigen.values[k] };
                    *a = a.scale((-rate * t).exp());
                    energy += rate * a.modulus_squared();
                }
                let values = (&eigen.vectors * amplitudes).iter().copied().collect();
                HeatState { time: t, values, energy }
            })
            .collect())
    }

    fn require_assignment(&self, assignment: &[T]) -> Result<()> {
        require_equal_length(
            "the vertex stalks",
            self.vertex_dimension(),
            "the assignment",
            assignment.len(),
        )?;
        match assignment.iter().position(|x| !x.is_finite()) {
            Some(place) => Err(CoherenceError::invalid(
                "the assignment",
                format!("is not finite at [{place}]"),
            )),
            None => Ok(()),
        }
    }

    /// What each edge gets from its tail and from its head.
    fn restrictions(&self, assignment: &[T]) -> Vec<(DVector<T>, DVector<T>)> {
        let value = |vertex: usize| {
            let range = self.starts[vertex]..self.starts[vertex + 1];
            DVector::from_column_slice(&assignment[range])
        };
        self.edges
            .iter()
            .map(|e| (&e.tail_map * value(e.tail), &e.head_map * value(e.head)))
            .collect()
    }
}

fn offsets(sizes: impl Iterator<Item = usize>) -> Vec<usize> {
    let mut total = 0;
    let mut starts = vec![0];
    for size in sizes {
        total += size;
        starts.push(total);
    }
    starts
}

fn largest(distances: &[f64]) -> Result<(usize, f64)> {
    let mut worst: Option<(usize, f64)> = None;
    for (place, &d) in distances.iter().enumerate() {
        if worst.is_none_or(|(_, w)| d > w) {
            worst = Some((place, d));
        }
    }
    worst.ok_or_else(|| {
        CoherenceError::undefined("the consistency radius", "the sheaf has no edges")
    })
}

/// Sheaf cohomology of a graph.
#[derive(Debug, Clone, PartialEq)]
pub struct Cohomology<T: Scalar> {
    /// Dimension of H⁰ = ker δ, the space of global sections.
    pub h0: usize,
    /// Dimension of H¹ = C¹/im δ.
    pub h1: usize,
    /// Rank of δ.
    pub rank: usize,
    /// Spectral gap: the smallest eigenvalue of δ†δ above 0; `None` where δ is 0.
    pub gap: Option<f64>,
    /// The largest singular value that counted as 0; a rank is safe where it is far below the root of the gap.
    pub largest_dropped: f64,
    /// Orthonormal basis of the global sections, one a column.
    pub sections: DMatrix<T>,
    /// Singular values of δ, descending, one for each dimension of C⁰.
    pub singular_values: Vec<f64>,
}

/// How consistent an assignment is.
#[derive(Debug, Clone, PartialEq)]
pub struct Consistency {
    /// Largest ‖F_head x_head − F_tail x_tail‖ over the edges.
    pub radius: f64,
    /// Half of it: the radius when each edge has the middle of its two values.
    pub half_radius: f64,
    /// The edge where the radius is attained, the first of several.
    pub worst_edge: usize,
    /// ‖δx‖² = x†Lx.
    pub energy: f64,
    /// ‖F_head x_head − F_tail x_tail‖ of each edge.
    pub distances: Vec<f64>,
}

/// The global section nearest to an assignment.
#[derive(Debug, Clone, PartialEq)]
pub struct NearestSection<T: Scalar> {
    /// The section.
    pub section: Vec<T>,
    /// Euclidean distance of the assignment from it.
    pub distance: f64,
}

/// A moment of the heat flow.
#[derive(Debug, Clone, PartialEq)]
pub struct HeatState<T: Scalar> {
    /// Time t.
    pub time: f64,
    /// x(t).
    pub values: Vec<T>,
    /// Diffusion energy x†Lx, which never grows.
    pub energy: f64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Complex64;
    use crate::graphs::{Graph, LaplacianKind, graph_spectrum};

    fn scalar(x: f64) -> DMatrix<f64> {
        DMatrix::from_element(1, 1, x)
    }

    fn constant(graph: &Graph) -> Sheaf<f64> {
        let edges = graph
            .edges()
            .iter()
            .map(|&(tail, head, w)| SheafEdge {
                tail,
                head,
                tail_map: scalar(w.sqrt()),
                head_map: scalar(w.sqrt()),
            })
            .collect();
        Sheaf::new(&vec![1; graph.vertices()], edges).unwrap()
    }

    fn close(x: f64, y: f64) {
        assert!((x - y).abs() < 1e-12 * (1.0 + y.abs()), "{x} is not {y}");
    }

    #[test]
    fn the_constant_sheaf_has_the_graph_laplacian_and_its_homology() {
        let g = Graph::new(
            6,
            &[(0, 1, 1.0), (1, 2, 2.0), (2, 0, 0.5), (3, 4, 1.0), (0, 3, 0.0 + 3.0)],
        )
        .unwrap();
        let sheaf = constant(&g);
        assert!((sheaf.laplacian() - g.laplacian()).norm() < 1e-14);
        let h = sheaf.cohomology(None).unwrap();
        // Two components (5 is alone) and one cycle.
        assert_eq!((h.h0, h.h1), (2, 1));
        let s = graph_spectrum(&g, LaplacianKind::Combinatorial).unwrap();
        close(h.gap.unwrap(), s.gap().unwrap());
        assert!((sheaf.coboundary() * &h.sections).norm() < 1e-13);
    }

    #[test]
    fn a_sign_flip_on_a_cycle_removes_the_global_section() {
        let mut edges = Vec::new();
        for k in 0..3 {
            let sign = if k == 0 { -1.0 } else { 1.0 };
            edges.push(SheafEdge {
                tail: k,
                head: (k + 1) % 3,
                tail_map: scalar(sign),
                head_map: scalar(1.0),
            });
        }
        let sheaf = Sheaf::new(&[1, 1, 1], edges).unwrap();
        let h = sheaf.cohomology(None).unwrap();
        assert_eq!((h.h0, h.h1, h.sections.ncols()), (0, 0, 0));
        // Holonomy π on C₃: 2 − 2 cos(π/3) = 1.
        close(h.gap.unwrap(), 1.0);
    }

    #[test]
    fn stalks_of_different_dimensions_have_the_hand_counted_cohomology() {
        // R² → R ← R³ by the first coordinates: δ has rank 1, so H⁰ = 4 and H¹ = 0; δ = [−1 0 1 0 0].
        let edge = SheafEdge {
            tail: 0,
            head: 1,
            tail_map: DMatrix::from_row_slice(1, 2, &[1.0, 0.0]),
            head_map: DMatrix::from_row_slice(1, 3, &[1.0, 0.0, 0.0]),
        };
        let sheaf = Sheaf::new(&[2, 3], vec![edge.clone()]).unwrap();
        let h = sheaf.cohomology(None).unwrap();
        assert_eq!((h.h0, h.h1, h.rank), (4, 0, 1));
        close(h.gap.unwrap(), 2.0);
        let x = [5.0, 1.0, 1.0, 2.0, 3.0];
        let c = sheaf.consistency(&x).unwrap();
        close(c.radius, 4.0);
        close(c.half_radius, 2.0);
        close(c.energy, 16.0);
        close(sheaf.consistency_with_edges(&x, &[3.0]).unwrap(), 2.0);
        close(sheaf.consistency_with_edges(&x, &[5.0]).unwrap(), 4.0);
        let near = sheaf.nearest_section(&x).unwrap();
        for (a, b) in near.section.iter().zip([3.0, 1.0, 3.0, 2.0, 3.0]) {
            close(*a, b);
        }
        close(near.distance, 8f64.sqrt());
        assert!(Sheaf::new(&[2, 2], vec![edge.clone()]).is_err());
        assert!(Sheaf::new(&[2], vec![edge]).is_err());
    }

    #[test]
    fn heat_flows_to_the_nearest_section() {
        let g = Graph::new(3, &[(0, 1, 1.0), (1, 2, 1.0)]).unwrap();
        let sheaf = constant(&g);
        let x = [1.0, 0.0, 5.0];
        let flow = sheaf.heat_flow(&x, &[0.0, 0.3, 1e6]).unwrap();
        for (a, b) in flow[0].values.iter().zip(x) {
            close(*a, b);
        }
        // Path of 3: λ = 0, 1, 3 with (1, 0, −1)/√2 and (1, −2, 1)/√6.
        let (e1, e3) = ((-0.3f64).exp(), (-0.9f64).exp());
        let first = 2.0 + (1.0 - 5.0) / 2.0 * e1 + 6.0 / 6.0 * e3;
        close(flow[1].values[0], first);
        close(flow[1].energy, 8.0 * e1 * e1 + 3.0 * 6.0 * e3 * e3);
        for v in &flow[2].values {
            close(*v, 2.0);
        }
        close(flow[2].energy, 0.0);
        assert!(sheaf.heat_flow(&x, &[-1.0]).is_err());
    }

    #[test]
    fn complex_stalks_work_and_bad_input_is_refused() {
        let z = |re, im| DMatrix::from_element(1, 1, Complex64::new(re, im));
        let edge =
            SheafEdge { tail: 0, head: 1, tail_map: z(0.0, 1.0), head_map: z(1.0, 0.0) };
        let sheaf = Sheaf::new(&[1, 1], vec![edge]).unwrap();
        let h = sheaf.cohomology(None).unwrap();
        assert_eq!((h.h0, h.h1), (1, 0));
        let (a, b) = (h.sections[(0, 0)], h.sections[(1, 0)]);
        assert!((b - a * Complex64::new(0.0, 1.0)).norm() < 1e-14);
        assert!(sheaf.cohomology(Some(-1.0)).is_err());
        let bad = [Complex64::new(f64::NAN, 0.0), Complex64::new(0.0, 0.0)];
        assert!(sheaf.consistency(&bad).unwrap_err().to_string().contains("[0]"));
        assert!(sheaf.consistency(&bad[..1]).is_err());
        let lone = Sheaf::<f64>::new(&[2], vec![]).unwrap();
        assert_eq!(lone.cohomology(None).unwrap().h0, 2);
        assert!(lone.consistency(&[1.0, 2.0]).is_err());
        assert!(Sheaf::<f64>::new(&[], vec![]).is_err());
        assert!(Sheaf::<f64>::new(&[usize::MAX, 2], vec![]).is_err());
    }
}
