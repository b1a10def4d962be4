//! The arithmetic of one cell as a graph: nodes are shared, constants folded.

mod modulus;

use std::collections::HashMap;

/// A node of a [`Graph`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(pub u32);

/// A number, hashable by its bits; −0 and 0 differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Bits(u64);

impl Bits {
    /// The bits of a number.
    pub fn new(value: f64) -> Self {
        Self(value.to_bits())
    }

    /// The number.
    pub fn value(self) -> f64 {
        f64::from_bits(self.0)
    }
}

/// One operation. Operands come before the node in the graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    /// A constant.
    Constant(Bits),
    /// A number that is the same for all cells and may change between actions: time, step, a mean.
    /// The place counts the plan's scalars.
    Scalar(u32),
    /// The value of an array at a cell this far away, in the dimensions of the layout.
    /// In a program the number counts its array slots.
    Load {
        /// Which array.
        array: u32,
        /// How far, in cells.
        offset: [i16; 3],
    },
    /// The entry of a table along one dimension at this cell (the place of the interior cell plus `offset`).
    Table {
        /// Which table of the plan.
        table: u32,
        /// Distance along the table's dimension.
        offset: i16,
    },
    /// A function of one value.
    Unary(Unary, NodeId),
    /// A function of two values.
    Binary(Binary, NodeId, NodeId),
    /// `a*b + c`, rounded once on every backend.
    MultiplyAdd(NodeId, NodeId, NodeId),
    /// The second where the first is not 0, else the third.
    Select(NodeId, NodeId, NodeId),
}

/// Functions of one value. Those after `Mantissa` are expanded into the ones before it by
/// [`crate::elementary`] before a backend sees them; the interpreter knows them all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unary {
    /// −x.
    Negate,
    /// |x|.
    Absolute,
    /// The square root, rounded correctly; NaN below 0.
    SquareRoot,
    /// The greatest integer not above.
    Floor,
    /// The nearest integer, ties to even.
    Round,
    /// 2ⁿ for an integer n from −1022 to 1023 (−126 to 127 in single precision).
    PowerOfTwo,
    /// ⌊log₂|x|⌋ of a normal number.
    Exponent,
    /// x/2^Exponent(x) of a normal number: its absolute value is in [1, 2).
    Mantissa,
    /// Sine.
    Sine,
    /// Cosine.
    Cosine,
    /// Tangent.
    Tangent,
    /// eˣ.
    Exponential,
    /// Natural logarithm; NaN below 0, −∞ at 0.
    Logarithm,
    /// Hyperbolic sine.
    HyperbolicSine,
    /// Hyperbolic cosine.
    HyperbolicCosine,
    /// Hyperbolic tangent.
    HyperbolicTangent,
    /// Inverse sine.
    InverseSine,
    /// Inverse cosine.
    InverseCosine,
    /// Inverse tangent.
    InverseTangent,
    /// −1, 0 or 1.
    Sign,
    /// Error function.
    ErrorFunction,
}

/// Functions of two values. Comparisons give 1 or 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Binary {
    /// a + b.
    Add,
    /// a − b.
    Subtract,
    /// a b.
    Multiply,
    /// a/b.
    Divide,
    /// The smaller; the second where either is NaN.
    Minimum,
    /// The larger; the second where either is NaN.
    Maximum,
    /// a < b.
    Less,
    /// a ≤ b.
    LessEqual,
    /// a = b.
    Equal,
    /// aᵇ for real a and b as `f64::powf` (expanded for backends).
    Power,
    /// The angle of the point (b, a) in (−π, π] (expanded for backends).
    Angle,
}

/// A graph of operations without repeats: the same operation on the same operands is the same node.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    ops: Vec<Op>,
    known: HashMap<Op, NodeId>,
}

impl Graph {
    /// An empty graph.
    pub fn new() -> Self {
        Self::default()
    }

    /// The operations, operands first.
    pub fn ops(&self) -> &[Op] {
        &self.ops
    }

    /// The operation of a node.
    pub fn op(&self, node: NodeId) -> Op {
        self.ops
            .get(node.0 as usize)
            .copied()
            .unwrap_or(Op::Constant(Bits::new(f64::NAN)))
    }

    /// The value of a constant node.
    pub fn constant_value(&self, node: NodeId) -> Option<f64> {
        match self.op(node) {
            Op::Constant(bits) => Some(bits.value()),
            _ => None,
        }
    }

    /// Adds an operation as it is, or finds it.
    pub fn push(&mut self, op: Op) -> NodeId {
        if let Some(node) = self.known.get(&op) {
            return *node;
        }
        let node = NodeId(u32::try_from(self.ops.len()).unwrap_or(u32::MAX));
        self.ops.push(op);
        self.known.insert(op, node);
        node
    }

    /// A constant.
    pub fn constant(&mut self, value: f64) -> NodeId {
        // One zero: −0 only matters in divisions by it, which are refused elsewhere.
        self.push(Op::Constant(Bits::new(if value == 0.0 { 0.0 } else { value })))
    }

    /// A scalar of the plan.
    pub fn scalar(&mut self, place: u32) -> NodeId {
        self.push(Op::Scalar(place))
    }

    /// A value of an array.
    pub fn load(&mut self, array: u32, offset: [i16; 3]) -> NodeId {
        self.push(Op::Load { array, offset })
    }

    /// An entry of a table.
    pub fn table(&mut self, table: u32, offset: i16) -> NodeId {
        self.push(Op::Table { table, offset })
    }

    /// a + b, without zeros.
    pub fn add(&mut self, a: NodeId, b: NodeId) -> NodeId {
        match (self.constant_value(a), self.constant_value(b)) {
            (Some(x), Some(y)) => self.constant(x + y),
            (Some(0.0), None) => b,
            (None, Some(0.0)) => a,
            _ => match (self.op(a), self.op(b)) {
                (_, Op::Unary(Unary::Negate, b)) => self.subtract(a, b),
                (Op::Unary(Unary::Negate, a), _) => self.subtract(b, a),
                _ => {
                    let (a, b) = (a.min(b), a.max(b));
                    self.push(Op::Binary(Binary::Add, a, b))
                }
            },
        }
    }

    /// a − b.
    pub fn subtract(&mut self, a: NodeId, b: NodeId) -> NodeId {
        match (self.constant_value(a), self.constant_value(b)) {
            (Some(x), Some(y)) => self.constant(x - y),
            (Some(0.0), None) => self.negate(b),
            (None, Some(0.0)) => a,
            _ if a == b => self.constant(0.0),
            _ => match self.op(b) {
                Op::Unary(Unary::Negate, b) => self.add(a, b),
                _ => self.push(Op::Binary(Binary::Subtract, a, b)),
            },
        }
    }

    /// −a.
    pub fn negate(&mut self, a: NodeId) -> NodeId {
        match self.op(a) {
            Op::Constant(bits) => self.constant(-bits.value()),
            Op::Unary(Unary::Negate, inner) => inner,
            Op::Binary(Binary::Subtract, x, y) => {
                self.push(Op::Binary(Binary::Subtract, y, x))
            }
            _ => self.push(Op::Unary(Unary::Negate, a)),
        }
    }

    /// a b.
    pub fn multiply(&mut self, a: NodeId, b: NodeId) -> NodeId {
        let (a, b) = (a.min(b), a.max(b));
        match (self.constant_value(a), self.constant_value(b)) {
            (Some(x), Some(y)) => self.constant(x * y),
            (Some(0.0), None) | (None, Some(0.0)) => self.constant(0.0),
            (Some(1.0), None) => b,
            (None, Some(1.0)) => a,
            (Some(-1.0), None) => self.negate(b),
            (None, Some(-1.0)) => self.negate(a),
            _ => match (self.op(a), self.op(b)) {
                (Op::Unary(Unary::Negate, x), Op::Unary(Unary::Negate, y)) => {
                    self.multiply(x, y)
                }
                (Op::Unary(Unary::Negate, x), _) => {
                    let product = self.multiply(x, b);
                    self.negate(product)
                }
                (_, Op::Unary(Unary::Negate, y)) => {
                    let product = self.multiply(a, y);
                    self.negate(product)
                }
                _ => self.push(Op::Binary(Binary::Multiply, a, b)),
            },
        }
    }

    /// a/b.
    pub fn divide(&mut self, a: NodeId, b: NodeId) -> NodeId {
        match (self.constant_value(a), self.constant_value(b)) {
            (Some(x), Some(y)) => self.constant(x / y),
            (_, Some(1.0)) => a,
            (Some(0.0), None) => self.constant(0.0),
            // Exact for powers of two, within one rounding otherwise.
            (None, Some(y)) if y != 0.0 && (1.0 / y).is_finite() => {
                let factor = self.constant(1.0 / y);
                self.multiply(a, factor)
            }
            _ => self.push(Op::Binary(Binary::Divide, a, b)),
        }
    }

    /// A function of two values, folded where both are constants.
    pub fn binary(&mut self, function: Binary, a: NodeId, b: NodeId) -> NodeId {
        match function {
            Binary::Add => self.add(a, b),
            Binary::Subtract => self.subtract(a, b),
            Binary::Multiply => self.multiply(a, b),
            Binary::Divide => self.divide(a, b),
            _ => match (self.constant_value(a), self.constant_value(b)) {
                (Some(x), Some(y)) => self.constant(function.apply(x, y)),
                _ => self.push(Op::Binary(function, a, b)),
            },
        }
    }

    /// A function of one value, folded where it is a constant.
    pub fn unary(&mut self, function: Unary, a: NodeId) -> NodeId {
        match (function, self.constant_value(a)) {
            (Unary::Negate, _) => self.negate(a),
            (_, Some(x)) => self.constant(function.apply(x)),
            _ => self.push(Op::Unary(function, a)),
        }
    }

    /// a b + c in one rounding.
    pub fn multiply_add(&mut self, a: NodeId, b: NodeId, c: NodeId) -> NodeId {
        match (self.constant_value(a), self.constant_value(b), self.constant_value(c)) {
            (Some(x), Some(y), Some(z)) => self.constant(x.mul_add(y, z)),
            _ => self.push(Op::MultiplyAdd(a.min(b), a.max(b), c)),
        }
    }

    /// `then` where the condition is not 0, else `otherwise`.
    pub fn select(
        &mut self,
        condition: NodeId,
        then: NodeId,
        otherwise: NodeId,
    ) -> NodeId {
        match self.constant_value(condition) {
            Some(0.0) => otherwise,
            Some(_) => then,
            None if then == otherwise => then,
            None => self.push(Op::Select(condition, then, otherwise)),
        }
    }

    /// A whole power by repeated squaring; a negative one by its reciprocal.
    pub fn power(&mut self, base: NodeId, exponent: i32) -> NodeId {
        let mut result = self.constant(1.0);
        let mut square = base;
        let mut left = exponent.unsigned_abs();
        while left > 0 {
            if left & 1 == 1 {
                result = self.multiply(result, square);
            }
            left >>= 1;
            if left > 0 {
                square = self.multiply(square, square);
            }
        }
        if exponent < 0 {
            let one = self.constant(1.0);
            result = self.divide(one, result);
        }
        result
    }

    /// The operands of a node.
    pub fn operands(&self, node: NodeId) -> Vec<NodeId> {
        self.op(node).operands()
    }

    /// Which nodes the given ones need, themselves included, by place.
    pub fn needed(&self, roots: &[NodeId]) -> Vec<bool> {
        let mut needed = vec![false; self.ops.len()];
        let mut pending = roots.to_vec();
        while let Some(node) = pending.pop() {
            let place = node.0 as usize;
            if place < needed.len() && !needed[place] {
                needed[place] = true;
                pending.extend(self.operands(node));
            }
        }
        needed
    }

    /// Copies what the roots need into another graph with its operations changed by `change` (which sees the operation with
    /// operands already in the new graph, and adds it there), and gives the new roots.
    pub fn copy_into(
        &self,
        target: &mut Graph,
        roots: &[NodeId],
        mut change: impl FnMut(&mut Graph, Op) -> NodeId,
    ) -> Vec<NodeId> {
        let needed = self.needed(roots);
        let mut places = vec![NodeId(0); self.ops.len()];
        for (place, op) in self.ops.iter().enumerate() {
            if needed[place] {
                let moved = op.with_operands(|node| places[node.0 as usize]);
                places[place] = change(target, moved);
            }
        }
        roots.iter().map(|root| places[root.0 as usize]).collect()
    }

    /// Adds an operation with folding, whatever it is.
    pub fn rebuild(&mut self, op: Op) -> NodeId {
        match op {
            Op::Unary(function, a) => self.unary(function, a),
            Op::Binary(function, a, b) => self.binary(function, a, b),
            Op::MultiplyAdd(a, b, c) => self.multiply_add(a, b, c),
            Op::Select(condition, then, otherwise) => {
                self.select(condition, then, otherwise)
            }
            other => self.push(other),
        }
    }
}

impl Op {
    /// Its operands, in order.
    pub fn operands(&self) -> Vec<NodeId> {
        match *self {
            Op::Constant(_) | Op::Scalar(_) | Op::Load { .. } | Op::Table { .. } => {
                Vec::new()
            }
            Op::Unary(_, a) => vec![a],
            Op::Binary(_, a, b) => vec![a, b],
            Op::MultiplyAdd(a, b, c) | Op::Select(a, b, c) => vec![a, b, c],
        }
    }

    /// The same operation on other operands.
    #[must_use]
    pub fn with_operands(self, map: impl Fn(NodeId) -> NodeId) -> Op {
        match self {
            Op::Unary(function, a) => Op::Unary(function, map(a)),
            Op::Binary(function, a, b) => Op::Binary(function, map(a), map(b)),
            Op::MultiplyAdd(a, b, c) => Op::MultiplyAdd(map(a), map(b), map(c)),
            Op::Select(a, b, c) => Op::Select(map(a), map(b), map(c)),
            other => other,
        }
    }
}

impl Unary {
    /// Its value in double precision.
    pub fn apply(self, x: f64) -> f64 {
        match self {
            Unary::Negate => -x,
            Unary::Absolute => x.abs(),
            Unary::SquareRoot => x.sqrt(),
            Unary::Floor => x.floor(),
            Unary::Round => x.round_ties_even(),
            // n + 2⁵² + 1023 has n + 1023 in its last bits.
            Unary::PowerOfTwo => {
                f64::from_bits((x + 4_503_599_627_371_519.0).to_bits() << 52)
            }
            Unary::Exponent => {
                let biased = (x.to_bits() >> 52) & 0x7ff;
                biased as f64 - 1023.0
            }
            Unary::Mantissa => {
                f64::from_bits((x.to_bits() & 0x800f_ffff_ffff_ffff) | 1.0_f64.to_bits())
            }
            Unary::Sine => x.sin(),
            Unary::Cosine => x.cos(),
            Unary::Tangent => x.tan(),
            Unary::Exponential => x.exp(),
            Unary::Logarithm => x.ln(),
            Unary::HyperbolicSine => x.sinh(),
            Unary::HyperbolicCosine => x.cosh(),
            Unary::HyperbolicTangent => x.tanh(),
            Unary::InverseSine => x.asin(),
            Unary::InverseCosine => x.acos(),
            Unary::InverseTangent => x.atan(),
            Unary::Sign if x == 0.0 => 0.0,
            Unary::Sign => x.signum(),
            Unary::ErrorFunction => crate::elementary::error_function(x),
        }
    }

    /// Its value in single precision, rounded once.
    pub fn apply_single(self, x: f32) -> f32 {
        match self {
            // n + 2²³ + 127 has n + 127 in its last bits.
            Unary::PowerOfTwo => f32::from_bits((x + 8_388_735.0).to_bits() << 23),
            Unary::Exponent => ((x.to_bits() >> 23) & 0xff) as f32 - 127.0,
            Unary::Mantissa => {
                f32::from_bits((x.to_bits() & 0x807f_ffff) | 1.0_f32.to_bits())
            }
            // A double has more than twice the digits: rounding twice is rounding once.
            _ => self.apply(f64::from(x)) as f32,
        }
    }
}

impl Binary {
    /// Its value in double precision.
    pub fn apply(self, a: f64, b: f64) -> f64 {
        let truth = |holds: bool| f64::from(u8::from(holds));
        match self {
            Binary::Add => a + b,
            Binary::Subtract => a - b,
            Binary::Multiply => a * b,
            Binary::Divide => a / b,
            // As the machine's vectors do it: the second operand unless the first is strictly on its side.
            Binary::Minimum => {
                if a < b {
                    a
                } else {
                    b
                }
            }
            Binary::Maximum => {
                if a > b {
                    a
                } else {
                    b
                }
            }
            Binary::Less => truth(a < b),
            Binary::LessEqual => truth(a <= b),
            Binary::Equal => truth(a == b),
            Binary::Power => a.powf(b),
            Binary::Angle => a.atan2(b),
        }
    }

    /// Its value in single precision, rounded once: a double has more than twice the digits.
    pub fn apply_single(self, a: f32, b: f32) -> f32 {
        self.apply(f64::from(a), f64::from(b)) as f32
    }
}
