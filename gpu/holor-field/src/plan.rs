//! What a backend executes: arrays, tables, scalars, programs, and procedures made of actions.

use crate::graph::{Graph, NodeId};
use crate::layout::{Layout, Region};

/// Counts the arrays of a plan.
pub type ArrayId = usize;
/// Counts the scalars of a plan.
pub type ScalarId = usize;
/// Counts the procedures of a plan.
pub type ProcedureId = usize;

/// Everything that a backend needs to carry fields through time.
///
/// Arrays hold one real number per cell in the plan's precision; complex fields are two arrays. Scalars are double precision always.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// The arrays.
    pub arrays: Vec<Array>,
    /// Arrays that hold nothing from one action to another but what a procedure puts there itself before it reads it: nobody else reads or
    /// writes them, so that a backend need not keep them.
    pub temporary: Vec<ArrayId>,
    /// Tables along one dimension: coordinates, metric coefficients.
    pub tables: Vec<Table>,
    /// The scalars.
    pub scalars: Vec<Scalar>,
    /// The programs.
    pub programs: Vec<Program>,
    /// Fourier transforms between arrays.
    pub transforms: Vec<Transform>,
    /// Matrices acting on arrays of one dimension, or on lines of others.
    pub matrices: Vec<SparseMatrix>,
    /// Groups of cells that are summed each on its own.
    pub groupings: Vec<Grouping>,
    /// The procedures, found by [`Plan::procedure`].
    pub procedures: Vec<Procedure>,
}

/// An array.
#[derive(Clone, Debug)]
pub struct Array {
    /// For printing and for finding it.
    pub name: String,
    /// Where its cells lie.
    pub layout: Layout,
    /// Values at the start, 0 where left out: of the interior, row-major, or, where there are as many as the layout is long, of
    /// all places with ghosts (static coefficients that are loaded there).
    pub values: Option<std::sync::Arc<[f64]>>,
}

/// Values along one dimension of the interior, with entries for ghosts: entry `first + i` belongs to the cell `i`.
#[derive(Clone, Debug)]
pub struct Table {
    /// For printing.
    pub name: String,
    /// The dimension of the layout, 0 to 2.
    pub dimension: usize,
    /// The place of the first interior cell in `values`.
    pub first: usize,
    /// The entries: ghosts before, interior, ghosts behind.
    pub values: std::sync::Arc<[f64]>,
}

/// A number the same for all cells.
#[derive(Clone, Debug)]
pub struct Scalar {
    /// For printing and for finding it.
    pub name: String,
    /// Its value at the start.
    pub value: f64,
}

/// Arithmetic done in every cell of a region: all loads of a cell happen before its stores. A cell's stores may go to an array that
/// the program loads, but only where every load of that array has offset 0 or reaches no cell of the region (ghosts filled from
/// the interior); otherwise a store must go to another array.
#[derive(Clone, Debug)]
pub struct Program {
    /// For printing: what it computes.
    pub name: String,
    /// The graph. `Load` and `stores` count the slots `0..slots`, which an action binds to arrays of equal strides;
    /// `Scalar` and `Table` count those of the plan.
    pub graph: Graph,
    /// How many arrays are bound.
    pub slots: usize,
    /// What is stored where.
    pub stores: Vec<Store>,
    /// What is summed over the region into scalars.
    pub reductions: Vec<Reduction>,
}

/// A value stored in the cell.
#[derive(Clone, Copy, Debug)]
pub struct Store {
    /// The slot.
    pub slot: u32,
    /// The value.
    pub value: NodeId,
}

/// A value gathered over all cells of the region, in double precision, in an order that depends on nothing but the region:
/// its rows are cut into pieces of 1024 cells, the last one shorter. Each piece has 16 partial results (its cell i goes to number
/// i mod 16), which are joined pairwise ((0+8, 1+9, …), then +4, +2, +1); the results of all pieces in order are joined by
/// recursively halving the list, the first half the larger.
#[derive(Clone, Copy, Debug)]
pub struct Reduction {
    /// How values are joined.
    pub kind: ReductionKind,
    /// The value.
    pub value: NodeId,
    /// Where the result goes.
    pub scalar: ScalarId,
}

/// How values are joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReductionKind {
    /// The sum.
    Sum,
    /// The largest; NaN where there is one.
    Maximum,
    /// The smallest; NaN where there is one.
    Minimum,
}

/// A Fourier transform over all dimensions with more than one point.
///
/// Forward: X_k = Σ_j x_j exp(−2πi k·j/n), unscaled. Inverse: with + in the exponent, scaled by 1/N, so that the inverse of
/// the forward transform is the identity. Spectra are stored in the order of the transform (k = 0, 1, …, −2, −1); of real
/// arrays only the last dimension's k = 0..=n/2 are stored. Spectra have no ghosts.
#[derive(Clone, Debug)]
pub struct Transform {
    /// The real parts of the cells' values.
    pub real: ArrayId,
    /// The imaginary parts; `None` for real arrays.
    pub imaginary: Option<ArrayId>,
    /// The spectrum's real and imaginary part.
    pub spectrum: [ArrayId; 2],
}

/// A sparse matrix by rows (CSR): acts on the interior of arrays with one dimension of more than one point, or on each line of an array.
#[derive(Clone, Debug)]
pub struct SparseMatrix {
    /// Row i has the entries `starts[i]..starts[i + 1]`.
    pub starts: std::sync::Arc<[usize]>,
    /// The column of each entry.
    pub columns: std::sync::Arc<[u32]>,
    /// The value of each entry.
    pub values: std::sync::Arc<[f64]>,
}

/// Groups of an array's interior cells, each summed to one number: shells of wave numbers, displacements along an axis.
///
/// The entries of a group are cut into pieces of 1024, the last one shorter. Each piece is summed in double precision as those of a
/// [`Reduction`] are, in 16 partial results joined pairwise; the results of pieces are added one after another. The sum of no cells is 0.
#[derive(Clone, Debug)]
pub struct Grouping {
    /// Group g has the entries `starts[g]..starts[g + 1]`.
    pub starts: std::sync::Arc<[usize]>,
    /// The cell of each entry, counted in row-major order over the interior.
    pub places: std::sync::Arc<[u32]>,
}

impl Grouping {
    /// From the cells of each group.
    pub fn new(groups: &[Vec<u32>]) -> Self {
        let mut starts = vec![0];
        let mut places = Vec::new();
        for group in groups {
            places.extend_from_slice(group);
            starts.push(places.len());
        }
        Self { starts: starts.into(), places: places.into() }
    }

    /// How many groups there are.
    pub fn groups(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    /// The pieces, in order: the group of each, and its entries.
    pub fn pieces(&self) -> Vec<(usize, std::ops::Range<usize>)> {
        let mut pieces = Vec::new();
        for (group, ends) in self.starts.windows(2).enumerate() {
            for start in (ends[0]..ends[1]).step_by(crate::interpreter::PIECE) {
                let end = (start + crate::interpreter::PIECE).min(ends[1]);
                pieces.push((group, start..end));
            }
        }
        pieces
    }
}

/// A named list of actions.
#[derive(Clone, Debug)]
pub struct Procedure {
    /// Its name: `step`, `start`, …
    pub name: String,
    /// What is done, in order; each action sees all that came before.
    pub actions: Vec<Action>,
}

/// One thing done to all arrays concerned.
#[derive(Clone, Debug)]
pub enum Action {
    /// Runs a program in a region. `arrays` binds its slots, all with the layout that the region refers to.
    Run {
        /// Which program.
        program: usize,
        /// The array of each slot.
        arrays: Vec<ArrayId>,
        /// Where.
        region: Region,
    },
    /// Fills the ghosts on both sides of a dimension with the interior cells of the other side times `sign` (1 periodic,
    /// −1 antiperiodic), over the full extent, ghosts included, of the other dimensions.
    Wrap {
        /// The array.
        array: ArrayId,
        /// The dimension of the layout.
        dimension: usize,
        /// 1 or −1.
        sign: f64,
    },
    /// Exchanges the contents of two arrays of equal layout (by name, nothing is copied).
    Exchange(ArrayId, ArrayId),
    /// Copies an array, ghosts included.
    Copy {
        /// From.
        from: ArrayId,
        /// To.
        to: ArrayId,
    },
    /// Carries out a transform: cells to spectrum.
    Forward(usize),
    /// Spectrum to cells; the spectrum's contents are undefined afterwards.
    Inverse(usize),
    /// Cells to cells: the inverse transform of the multiplier times the forward transform, in one go. The multiplier has the
    /// layout of the spectrum: one array if real, two if complex. The transform's spectrum arrays are scratch.
    Filter {
        /// The transform.
        transform: usize,
        /// Real and imaginary part of the multiplier.
        multiplier: (ArrayId, Option<ArrayId>),
    },
    /// `to` = matrix times `from`, on interiors.
    Sparse {
        /// Which matrix.
        matrix: usize,
        /// From.
        from: ArrayId,
        /// To.
        to: ArrayId,
    },
    /// `to` = matrix times each line of `from` along a dimension of the layout, which both arrays have, on interiors. The matrix is square; each
    /// sum begins at 0 and adds its products in the order of the entries, each in one rounding.
    Lines {
        /// Which matrix.
        matrix: usize,
        /// Along which dimension.
        dimension: usize,
        /// From.
        from: ArrayId,
        /// To.
        to: ArrayId,
    },
    /// `to` = the sum over each group of the cells of `from`: one number for each of its cells, in one dimension.
    Group {
        /// Which grouping.
        grouping: usize,
        /// From.
        from: ArrayId,
        /// To.
        to: ArrayId,
    },
    /// Fills the interior with independent standard normal numbers: Philox4x32-10 keyed by the seed, counter (cell's place in
    /// row-major order, stream, value of the scalar `step` as an integer), Box and Muller. See [`crate::noise`].
    Noise {
        /// The array.
        array: ArrayId,
        /// Distinguishes noises of one run.
        stream: u32,
        /// The seed of the run.
        seed: u64,
        /// The scalar that counts steps.
        step: ScalarId,
    },
    /// Computes scalars from scalars, all values read before any is written. The graph has only constants, scalars
    /// and arithmetic.
    Scalars {
        /// The graph.
        graph: Graph,
        /// What is written.
        stores: Vec<(ScalarId, NodeId)>,
    },
    /// Repeats a procedure until a scalar is not 0 after it, at most so often.
    Repeat {
        /// What.
        procedure: ProcedureId,
        /// Until this is not 0.
        until: ScalarId,
        /// The most repetitions.
        at_most: u32,
    },
}

impl Program {
    /// Every value that is stored or summed: the stores' first.
    pub fn roots(&self) -> Vec<NodeId> {
        let stores = self.stores.iter().map(|store| store.value);
        stores.chain(self.reductions.iter().map(|reduction| reduction.value)).collect()
    }
}

impl Plan {
    /// The procedure with this name.
    pub fn procedure(&self, name: &str) -> Option<ProcedureId> {
        self.procedures.iter().position(|procedure| procedure.name == name)
    }

    /// The array with this name.
    pub fn array(&self, name: &str) -> Option<ArrayId> {
        self.arrays.iter().position(|array| array.name == name)
    }

    /// The scalar with this name.
    pub fn scalar(&self, name: &str) -> Option<ScalarId> {
        self.scalars.iter().position(|scalar| scalar.name == name)
    }

    /// Bytes that the arrays take in this precision.
    pub fn bytes(&self, precision: crate::Precision) -> u64 {
        self.arrays
            .iter()
            .map(|array| array.layout.length as u64 * precision.bytes())
            .sum()
    }
}
