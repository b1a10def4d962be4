//! What the person wrote: a grid, fields on it, and how each changes in time.

use std::sync::Arc;

pub use rustfft::num_complex::Complex64;

/// A system of evolution equations on a grid, ∂ₜu = f or ∂ₜ²u = f for each field.
#[derive(Clone, Debug)]
pub struct System {
    /// Where.
    pub grid: Grid,
    /// What, in the order of [`Term::Field`].
    pub fields: Vec<Field>,
    /// Given functions without a formula: values at the cells, in the order of [`Term::Given`].
    pub given: Vec<Given>,
    /// White noises, in the order of [`Term::Noise`].
    pub noises: Vec<Noise>,
}

/// A box in one to three coordinates.
#[derive(Clone, Debug)]
pub struct Grid {
    /// Its axes; the last is contiguous in memory.
    pub axes: Vec<Axis>,
    /// Which cells belong to the domain, row-major; all if left out.
    pub mask: Option<Arc<[bool]>>,
}

/// An axis of a box.
///
/// A periodic axis has its points at low + j h, h = (high − low)/points, j = 0, 1, … (high is low again). Any other has cells with the
/// points in their middle, low + (j + 1/2) h, so that the boundaries lie half a step beyond the outermost points.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// The coordinate.
    pub name: String,
    /// Where it begins.
    pub low: f64,
    /// Where it ends.
    pub high: f64,
    /// How many points.
    pub points: usize,
    /// Whether the grid closes on itself (periodic or antiperiodic fields).
    pub closed: bool,
}

impl Axis {
    /// The distance between points.
    pub fn spacing(&self) -> f64 {
        (self.high - self.low) / self.points as f64
    }

    /// The coordinate of a point (counted from 0; may be beyond the ends or between points).
    pub fn at(&self, place: f64) -> f64 {
        let shift = if self.closed { 0.0 } else { 0.5 };
        self.low + (place + shift) * self.spacing()
    }
}

/// An unknown of the system.
#[derive(Clone, Debug)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// Whether its values are complex.
    pub complex: bool,
    /// 1 for ∂ₜu = rate, 2 for ∂ₜ²u = rate, 0 for a field that the rate gives at every time (u = rate).
    pub order: usize,
    /// The right-hand side.
    pub rate: Term,
    /// How the field continues beyond the box: for each axis the low and the high side.
    pub boundaries: Vec<[Boundary; 2]>,
    /// Its value and, for second order, its time derivative at the start, row-major.
    pub start: Vec<Complex64>,
    /// ∂ₜu at the start; 0 where empty.
    pub start_velocity: Vec<Complex64>,
    /// What holds at the edge of the domain inside the box, where the grid has a mask.
    pub edge: Edge,
    /// Along which axes its values stand half a cell beyond the points (staggered grids): at [`Axis::at`] of j + 1/2. Starts are the values
    /// there.
    pub shift: [bool; 3],
}

impl System {
    /// Whether some field stands beside the points.
    pub fn is_staggered(&self) -> bool {
        self.fields.iter().any(|field| field.shift.contains(&true))
    }
}

/// What holds where cells of the domain meet cells outside it (see [`Grid::mask`]). Cells outside keep the value they start with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Edge {
    /// Nothing flows through: ∂u/∂n = 0 on the faces between inside and outside.
    #[default]
    Closed,
    /// u has the values that the cells outside keep.
    Held,
}

/// Values at the cells.
#[derive(Clone, Debug)]
pub struct Given {
    /// Its name.
    pub name: String,
    /// Whether its values are complex.
    pub complex: bool,
    /// The values, row-major.
    pub values: Arc<[Complex64]>,
}

/// A white noise ξ(x, t) with ⟨ξ(x, t) ξ(x′, t′)⟩ = δ(x − x′) δ(t − t′): on the grid a standard normal number
/// over √(Δt ΔV), independent for each cell and step. A complex one has ⟨ξ ξ*⟩ = δδ, ⟨ξ ξ⟩ = 0.
#[derive(Clone, Debug)]
pub struct Noise {
    /// Its name.
    pub name: String,
    /// Whether it is complex.
    pub complex: bool,
    /// One number for the whole box instead of one for each cell: ⟨ξ(t) ξ(t′)⟩ = δ(t − t′).
    pub uniform: bool,
}

/// How a field continues beyond a side of the box. Terms may depend on time and the other coordinates.
#[derive(Clone, Debug)]
pub enum Boundary {
    /// With the values of the other side.
    Periodic,
    /// With minus the values of the other side.
    Antiperiodic,
    /// u = value.
    Dirichlet(Term),
    /// ∂u/∂n = value, n pointing outwards, in units of the coordinate.
    Neumann(Term),
    /// a u + b ∂u/∂n = value.
    Robin {
        /// a.
        a: Term,
        /// b.
        b: Term,
        /// The right side.
        value: Term,
    },
    /// u = value and ∂u/∂n = slope: the end of a beam or the edge of a plate that is held, for equations of fourth order.
    Clamped {
        /// u.
        value: Term,
        /// ∂u/∂n, n pointing outwards.
        slope: Term,
    },
    /// ∂²u/∂n² = 0 and ∂³u/∂n³ = 0: the end of a beam on which neither a moment nor a force acts.
    Free,
    /// Smoothly, by the polynomial through the points inside: no condition (for the axis of polar coordinates' other end, outflow).
    Outflow,
    /// Regular at the centre of polar, cylindrical or spherical coordinates, or at a pole of the latter: the cells beyond r = 0,
    /// θ = 0 or θ = π are those on the other side, at the angle increased by π and with θ mirrored where r passes through 0,
    /// times `sign` (−1 for components that turn round).
    Centre {
        /// The axis of the angle that is shifted by half a turn; none where the field does not depend on it.
        angle: Option<usize>,
        /// The axis of the polar angle that becomes π minus itself.
        mirrored: Option<usize>,
        /// 1 or −1.
        sign: f64,
    },
    /// Waves leave: ∂ₜu + speed ∂u/∂n = 0 (Sommerfeld; Engquist and Majda 1977, first order).
    Absorbing {
        /// The speed of the waves at the side.
        speed: Term,
    },
}

/// A formula for a value at a point, over complex numbers; cheap to clone.
#[derive(Clone, Debug, PartialEq)]
pub enum Term {
    /// A number.
    Number(Complex64),
    /// A coordinate, by its axis.
    Coordinate(usize),
    /// The time.
    Time,
    /// An unknown.
    Field(usize),
    /// ∂ₜ of an unknown of second order.
    Velocity(usize),
    /// A given function.
    Given(usize),
    /// A white noise; occurs linearly, times anything without noise.
    Noise(usize),
    /// ∂ along an axis.
    Derivative {
        /// Along which axis.
        axis: usize,
        /// Of what.
        body: Arc<Term>,
    },
    /// The value so many points further along an axis (lattice models, links of gauge fields); beyond the box by the boundary
    /// conditions of the fields in it.
    Shifted {
        /// Along which axis.
        axis: usize,
        /// By how many points; may be negative.
        by: i32,
        /// Of what.
        body: Arc<Term>,
    },
    /// A sum.
    Sum(Arc<[Term]>),
    /// A product.
    Product(Arc<[Term]>),
    /// A power.
    Power(Arc<Term>, Arc<Term>),
    /// A function of its arguments.
    Function(Function, Arc<[Term]>),
    /// The value whose condition holds first (a condition is a term that is 1 or 0), else the last term.
    Piecewise(Arc<[(Term, Term)]>, Arc<Term>),
    /// The mean over the box, by equal weight of the cells (of those in the domain).
    Mean(Arc<Term>),
    /// The integral over the box in its coordinates: the mean times the volume.
    Integral(Arc<Term>),
    /// ∫ kernel(x − x′) body(x′) dx′ over a periodic box. The kernel is a term in the coordinates, taken at displacements
    /// from −L/2 to L/2.
    Convolution {
        /// The kernel.
        kernel: Arc<Term>,
        /// What is convolved.
        body: Arc<Term>,
    },
    /// The solution u of ∇²u = body with mean 0, on a periodic Cartesian box (∇² = Σ ∂²/∂x² over all axes); the mean of the body
    /// is left out.
    InverseLaplacian(Arc<Term>),
    /// The potential p whose gradient is that of a vector with components along these axes, Σ ∂² p = Σ ∂(component) over them, beside sides: ∂² is the
    /// difference of the run's order taken twice, so that differences find no divergence in what is left of the vector. A component that is 0 counts,
    /// an axis that is not named does not.
    Potential(Arc<[(usize, Term)]>),
    /// The solution u of Σ factor ∂^orders u = body on a periodic box, for operators that are 0 for no wave of the grid (u − ∂²u).
    Inverse {
        /// The operator.
        operator: Operator,
        /// The right side.
        body: Arc<Term>,
    },
}

impl Term {
    /// The terms that this one is made of, in their order: for sums, products and functions their arguments, for a power base and exponent,
    /// for cases each condition with its value and then the last, else the body. The kernel of a convolution, which is a function of
    /// displacements, is not among them.
    pub fn children(&self) -> Vec<&Term> {
        match self {
            Term::Number(_)
            | Term::Coordinate(_)
            | Term::Time
            | Term::Field(_)
            | Term::Velocity(_)
            | Term::Given(_)
            | Term::Noise(_) => Vec::new(),
            Term::Derivative { body, .. }
            | Term::Shifted { body, .. }
            | Term::Mean(body)
            | Term::Integral(body)
            | Term::InverseLaplacian(body)
            | Term::Convolution { body, .. }
            | Term::Inverse { body, .. } => vec![body],
            Term::Sum(parts) | Term::Product(parts) | Term::Function(_, parts) => {
                parts.iter().collect()
            }
            Term::Potential(parts) => parts.iter().map(|(_, part)| part).collect(),
            Term::Power(base, exponent) => vec![base, exponent],
            Term::Piecewise(cases, otherwise) => cases
                .iter()
                .flat_map(|(condition, then)| [condition, then])
                .chain([otherwise.as_ref()])
                .collect(),
        }
    }
}

/// A sum of derivatives with constant real factors: each factor with its orders along the axes, whose sums are even, so that plane waves
/// are multiplied by real numbers.
pub type Operator = Arc<[(f64, [u32; 3])]>;

/// Functions in terms. Those marked real take real arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Function {
    /// Sine.
    Sine,
    /// Cosine.
    Cosine,
    /// Tangent.
    Tangent,
    /// eˣ.
    Exponential,
    /// Natural logarithm, principal branch.
    Logarithm,
    /// Square root, principal branch.
    SquareRoot,
    /// Hyperbolic sine.
    HyperbolicSine,
    /// Hyperbolic cosine.
    HyperbolicCosine,
    /// Hyperbolic tangent.
    HyperbolicTangent,
    /// Inverse sine (real).
    InverseSine,
    /// Inverse cosine (real).
    InverseCosine,
    /// Inverse tangent (real).
    InverseTangent,
    /// |z|.
    Absolute,
    /// Real part.
    RealPart,
    /// Imaginary part.
    ImaginaryPart,
    /// Complex conjugate.
    Conjugate,
    /// Argument in (−π, π].
    Argument,
    /// −1, 0, 1 (real).
    Sign,
    /// 0 below 0, 1/2 at 0, 1 above (real).
    Heaviside,
    /// Greatest integer not above (real).
    Floor,
    /// Error function (real).
    ErrorFunction,
    /// atan2(y, x) (real).
    Angle,
    /// The smaller of two (real).
    Minimum,
    /// The larger of two (real).
    Maximum,
    /// Whether a < b (real).
    Less,
    /// Whether a ≤ b (real).
    LessEqual,
    /// Whether a = b (real).
    Equal,
    /// Whether both hold.
    And,
    /// Whether one holds.
    Or,
    /// Whether it does not hold.
    Not,
}

impl Function {
    /// Whether it has kinks or jumps where its arguments have none.
    pub fn is_kinked(self) -> bool {
        matches!(
            self,
            Function::Sign
                | Function::Heaviside
                | Function::Floor
                | Function::Minimum
                | Function::Maximum
                | Function::Less
                | Function::LessEqual
                | Function::Equal
                | Function::And
                | Function::Or
                | Function::Not
        )
    }
}
