//! A program split by what its values depend on: on nothing that changes within an action, on the row, or on the cell.

use std::collections::HashMap;

use holor_field::graph::{Binary, Graph, NodeId, Op, Unary};
use holor_field::layout::Layout;
use holor_field::plan::{Program, Table};
use holor_field::{Precision, interpreter};

/// Counts the values of a body.
pub(crate) type Value = usize;

/// Where a value is read from memory: an entry of the pointers of a call, and a distance in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Place {
    pub(crate) pointer: usize,
    pub(crate) distance: i32,
    /// The part of the distance that lies along the row.
    pub(crate) along: i32,
}

impl Place {
    /// The cell itself.
    pub(crate) fn of(pointer: usize) -> Self {
        Self { pointer, distance: 0, along: 0 }
    }
}

/// How numbers are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Comparison {
    Less,
    LessEqual,
    Equal,
    /// Not equal, or not comparable: the truth of a number.
    NotEqual,
}

/// Functions of bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum BitFunction {
    And,
    Or,
    ExclusiveOr,
}

/// How a value comes about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Definition {
    /// Consecutive numbers at the cell.
    Load(Place),
    /// The same number for all cells of a row, at a place that does not move along the row.
    Broadcast(Place),
    /// An entry of the pool.
    Pool(usize),
    /// A square root or a rounding.
    Unary(Unary, Value),
    Binary(Binary, Value, Value),
    /// Bit by bit.
    Bits(BitFunction, Value, Value),
    /// The bits moved to the left by so many places, to the right where negative.
    Shift(i8, Value),
    /// ±a b ± c.
    MultiplyAdd {
        a: Value,
        b: Value,
        c: Value,
        minus_product: bool,
        minus_term: bool,
    },
    /// A truth.
    Compare(Comparison, Value, Value),
    /// By a truth.
    Select(Value, Value, Value),
    /// 1 or 0 by a truth.
    Number(Value),
    /// What a register holds since the vector before (`carry`).
    Carried,
    /// The numbers of two vectors that follow each other, from so many on.
    Cut {
        low: Value,
        high: Value,
        lanes: u8,
    },
}

impl Definition {
    pub(crate) fn operands(&self) -> ([Value; 3], usize) {
        match *self {
            Self::Load(_) | Self::Broadcast(_) | Self::Pool(_) | Self::Carried => {
                ([0; 3], 0)
            }
            Self::Unary(_, a) | Self::Number(a) | Self::Shift(_, a) => ([a, 0, 0], 1),
            Self::Binary(_, a, b) | Self::Compare(_, a, b) | Self::Bits(_, a, b) => {
                ([a, b, 0], 2)
            }
            Self::Cut { low, high, .. } => ([low, high, 0], 2),
            Self::MultiplyAdd { a, b, c, .. } => ([a, b, c], 3),
            Self::Select(a, b, c) => ([a, b, c], 3),
        }
    }

    /// Lets each operand be changed.
    pub(crate) fn each_operand(&mut self, mut change: impl FnMut(&mut Value)) {
        match self {
            Self::Load(_) | Self::Broadcast(_) | Self::Pool(_) | Self::Carried => {}
            Self::Unary(_, a) | Self::Number(a) | Self::Shift(_, a) => change(a),
            Self::Binary(_, a, b)
            | Self::Compare(_, a, b)
            | Self::Bits(_, a, b)
            | Self::Cut { low: a, high: b, .. } => [a, b].into_iter().for_each(change),
            Self::MultiplyAdd { a, b, c, .. } | Self::Select(a, b, c) => {
                [a, b, c].into_iter().for_each(change);
            }
        }
    }

    pub(crate) fn is_truth(&self) -> bool {
        matches!(self, Self::Compare(..))
    }

    /// Whether it lies in memory from the start.
    pub(crate) fn in_memory(&self) -> bool {
        matches!(self, Self::Load(_) | Self::Broadcast(_) | Self::Pool(_))
    }
}

/// What is done in order.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Step {
    /// Computes a value.
    Compute(Value),
    /// Stores a value.
    Store(Place, Value),
    /// Puts a value into the pool.
    Keep(usize, Value),
    /// Hands a value on to the next vector of cells as another.
    Carry(Value, Value),
}

/// What a pointer of a call points to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Target {
    /// A slot's array at the first cell.
    Slot(usize),
    /// A table's entry for the first cell; moves along its dimension.
    Table(usize),
    /// A row that takes the values of a reduction.
    Reduction(usize),
}

/// A number of the pool.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Entry {
    /// Bits as they are (sign masks, constants), in the precision.
    Bits(u64),
    /// The result of a uniform operation, by its place among those.
    Uniform(usize),
    /// Computed for each row.
    Row,
}

/// A program ready for emission.
#[derive(Clone, Debug)]
pub(crate) struct Body {
    pub(crate) precision: Precision,
    pub(crate) definitions: Vec<Definition>,
    /// Once for each row.
    pub(crate) prelude: Vec<Step>,
    /// For each vector of cells.
    pub(crate) steps: Vec<Step>,
    pub(crate) pointers: Vec<Target>,
    /// Bytes that each pointer moves from row to row.
    pub(crate) row_strides: Vec<i32>,
    pub(crate) pool: Vec<Entry>,
    /// Operations on constants and scalars, operands first; places are those of this list.
    pub(crate) uniform: Vec<Op>,
    /// Whether an array that is read is written too.
    pub(crate) in_place: bool,
}

/// Why a program cannot be a body: its distances do not fit into 32 bits.
#[derive(Debug)]
pub(crate) struct TooFar;

struct Split<'a> {
    body: Body,
    graph: &'a Graph,
    level: Vec<u8>,
    layout: &'a Layout,
    tables: &'a [Table],
    known: HashMap<Definition, Value>,
    pool: HashMap<u64, usize>,
    uniform: Vec<Option<usize>>,
    values: Vec<Option<Value>>,
    /// The pool's entry of a value of the row, as cells see it.
    kept: Vec<Option<Value>>,
    /// What the cells compute and what the prelude does; both compute truths of scalars for themselves.
    scheduled: [Vec<bool>; 2],
    /// The level of what is being built.
    at: u8,
}

impl Body {
    /// Splits a lowered program for arrays of this layout. `late` says of each slot whether its store must come after all loads.
    pub(crate) fn new(
        program: &Program,
        layout: &Layout,
        tables: &[Table],
        precision: Precision,
        late: &[bool],
    ) -> Result<Self, TooFar> {
        let graph = &program.graph;
        let needed = graph.needed(&program.roots());
        let mut level = vec![0_u8; graph.ops().len()];
        for (place, op) in graph.ops().iter().enumerate() {
            level[place] = match op {
                Op::Constant(_) => 0,
                Op::Scalar(_) => 1,
                Op::Table { table, .. } if tables[*table as usize].dimension < 2 => 2,
                Op::Table { .. } | Op::Load { .. } => 3,
                _ => op.operands().iter().map(|n| level[n.0 as usize]).max().unwrap_or(0),
            };
        }
        let mut split = Split {
            body: Self {
                precision,
                definitions: Vec::new(),
                prelude: Vec::new(),
                steps: Vec::new(),
                pointers: Vec::new(),
                row_strides: Vec::new(),
                pool: Vec::new(),
                uniform: Vec::new(),
                in_place: late.contains(&true),
            },
            graph,
            level,
            layout,
            tables,
            known: HashMap::new(),
            pool: HashMap::new(),
            uniform: vec![None; graph.ops().len()],
            values: vec![None; graph.ops().len()],
            kept: vec![None; graph.ops().len()],
            scheduled: [Vec::new(), Vec::new()],
            at: 3,
        };
        // Every slot has a pointer, in order: also those only stored.
        for slot in 0..program.slots {
            split.pointer(Target::Slot(slot))?;
        }
        let weights = split.weights(&needed);
        let mut roots: Vec<(bool, u32, Target, NodeId)> = Vec::new();
        for store in &program.stores {
            let slot = store.slot as usize;
            let weight = weights[store.value.0 as usize];
            roots.push((late[slot], weight, Target::Slot(slot), store.value));
        }
        for (place, reduction) in program.reductions.iter().enumerate() {
            let weight = weights[reduction.value.0 as usize];
            roots.push((false, weight, Target::Reduction(place), reduction.value));
        }
        let mut last: Vec<(usize, Value)> = Vec::new();
        for (late, _, target, node) in roots {
            let pointer = split.pointer(target)?;
            split.compute(node, &weights)?;
            split.at = 3;
            let value = split.seen(node)?;
            if late {
                last.push((pointer, value));
            } else {
                split.body.steps.push(Step::Store(Place::of(pointer), value));
            }
        }
        split.store_late(last);
        Ok(split.body)
    }

    /// The numbers of the pool as bits in the precision, from the scalars. Entries for rows are 0.
    pub(crate) fn fill_pool(
        &self,
        scalars: &[f64],
        scratch: &mut Vec<f64>,
        mut put: impl FnMut(usize, u64),
    ) {
        scratch.clear();
        for op in &self.uniform {
            let value = match (*op, self.precision) {
                (Op::Scalar(place), Precision::Double) => scalars[place as usize],
                (Op::Scalar(place), Precision::Single) => {
                    f64::from(scalars[place as usize] as f32)
                }
                (ref other, Precision::Double) => {
                    interpreter::evaluate(other, |n| scratch[n.0 as usize])
                        .unwrap_or(f64::NAN)
                }
                (ref other, Precision::Single) => {
                    interpreter::evaluate_single(other, |n| scratch[n.0 as usize] as f32)
                        .map_or(f64::NAN, f64::from)
                }
            };
            scratch.push(value);
        }
        for (place, entry) in self.pool.iter().enumerate() {
            match entry {
                Entry::Bits(bits) => put(place, *bits),
                Entry::Uniform(uniform) => put(place, self.bits(scratch[*uniform])),
                Entry::Row => put(place, 0),
            }
        }
    }

    fn bits(&self, value: f64) -> u64 {
        match self.precision {
            Precision::Double => value.to_bits(),
            Precision::Single => u64::from((value as f32).to_bits()),
        }
    }

    /// How many rows are read or written at a time, where some are read again with the next row.
    pub(crate) fn rows(&self) -> Option<usize> {
        let mut rows: Vec<(usize, i32)> = Vec::new();
        for definition in &self.definitions {
            if let Definition::Load(place) = definition {
                rows.push((place.pointer, place.distance - place.along));
            }
        }
        rows.sort_unstable();
        rows.dedup();
        let again = rows.windows(2).any(|pair| pair[0].0 == pair[1].0);
        let stored = self.steps.iter().filter(|step| matches!(step, Step::Store(..)));
        again.then(|| rows.len() + stored.count())
    }

    /// Whether the pool changes with scalars.
    pub(crate) fn has_uniforms(&self) -> bool {
        !self.uniform.is_empty()
    }
}

impl Split<'_> {
    fn size(&self) -> i64 {
        self.body.precision.bytes() as i64
    }

    /// Registers that a value needs at least (Sethi and Ullman 1970), as for trees.
    fn weights(&self, needed: &[bool]) -> Vec<u32> {
        let mut weights = vec![0_u32; self.graph.ops().len()];
        for (place, op) in self.graph.ops().iter().enumerate() {
            if !needed[place] || self.level[place] < 2 {
                continue;
            }
            let mut parts: Vec<u32> =
                op.operands().iter().map(|n| weights[n.0 as usize]).collect();
            parts.sort_unstable_by(|a, b| b.cmp(a));
            let held = parts.iter().enumerate().map(|(i, part)| part + i as u32);
            weights[place] = held.max().unwrap_or(0).max(1);
        }
        weights
    }

    fn pointer(&mut self, target: Target) -> Result<usize, TooFar> {
        if let Some(place) = self.body.pointers.iter().position(|known| *known == target)
        {
            return Ok(place);
        }
        let stride = match target {
            Target::Slot(_) => self.layout.strides[1] as i64 * self.size(),
            Target::Table(table) => {
                if self.tables[table].dimension == 1 {
                    self.size()
                } else {
                    0
                }
            }
            Target::Reduction(_) => 0,
        };
        self.body.pointers.push(target);
        self.body.row_strides.push(i32::try_from(stride).map_err(|_| TooFar)?);
        Ok(self.body.pointers.len() - 1)
    }

    fn add(&mut self, definition: Definition) -> Value {
        if let Some(value) = self.known.get(&definition) {
            return *value;
        }
        self.body.definitions.push(definition);
        let value = self.body.definitions.len() - 1;
        self.known.insert(definition, value);
        value
    }

    fn pool_bits(&mut self, bits: u64) -> Value {
        let next = self.body.pool.len();
        let place = *self.pool.entry(bits).or_insert(next);
        if place == next {
            self.body.pool.push(Entry::Bits(bits));
        }
        self.add(Definition::Pool(place))
    }

    /// The place of an operation on constants and scalars.
    fn uniform(&mut self, node: NodeId) -> usize {
        if let Some(place) = self.uniform[node.0 as usize] {
            return place;
        }
        // Operands first; graphs of uniforms are small, but deep ones exist: no recursion.
        let needed = self.graph.needed(&[node]);
        for (place, op) in self.graph.ops().iter().enumerate() {
            if needed[place] && self.uniform[place].is_none() {
                let moved = op.with_operands(|n| {
                    NodeId(self.uniform[n.0 as usize].unwrap_or(0) as u32)
                });
                self.uniform[place] = Some(self.body.uniform.len());
                self.body.uniform.push(moved);
            }
        }
        self.uniform[node.0 as usize].unwrap_or(0)
    }

    /// The value of a node whose operands are there, as seen by the cells.
    fn value(&mut self, node: NodeId) -> Result<Value, TooFar> {
        let place = node.0 as usize;
        if let Some(value) = self.values[place] {
            return Ok(value);
        }
        let value = match (self.graph.op(node), self.level[place]) {
            (Op::Constant(bits), _) => {
                let bits = self.body.bits(bits.value());
                self.pool_bits(bits)
            }
            (_, 0 | 1) => {
                let uniform = self.uniform(node);
                self.body.pool.push(Entry::Uniform(uniform));
                self.add(Definition::Pool(self.body.pool.len() - 1))
            }
            (Op::Load { array, offset }, _) => {
                let pointer = self.pointer(Target::Slot(array as usize))?;
                let cells: i64 = offset
                    .iter()
                    .zip(self.layout.strides)
                    .map(|(o, stride)| i64::from(*o) * stride as i64)
                    .sum();
                let distance = i32::try_from(cells * self.size()).map_err(|_| TooFar)?;
                let along = i32::from(offset[2]) * self.size() as i32;
                self.add(Definition::Load(Place { pointer, distance, along }))
            }
            (Op::Table { table, offset }, level) => {
                let pointer = self.pointer(Target::Table(table as usize))?;
                let distance =
                    i32::try_from(i64::from(offset) * self.size()).map_err(|_| TooFar)?;
                let place = Place { pointer, distance, along: 0 };
                self.add(if level == 2 {
                    Definition::Broadcast(place)
                } else {
                    Definition::Load(place)
                })
            }
            (op, _) => self.operation(op)?,
        };
        self.values[place] = Some(value);
        Ok(value)
    }

    /// The value of a node for what is being built: cells see values of the row in the pool.
    fn seen(&mut self, node: NodeId) -> Result<Value, TooFar> {
        let place = node.0 as usize;
        if self.level[place] != 2 || self.at == 2 {
            return self.value(node);
        }
        if let Some(kept) = self.kept[place] {
            return Ok(kept);
        }
        let value = self.value(node)?;
        self.body.pool.push(Entry::Row);
        let entry = self.body.pool.len() - 1;
        self.body.prelude.push(Step::Keep(entry, value));
        let kept = self.add(Definition::Pool(entry));
        self.kept[place] = Some(kept);
        Ok(kept)
    }

    fn truth(&mut self, condition: NodeId) -> Result<Value, TooFar> {
        let definition = match self.graph.op(condition) {
            Op::Binary(function, a, b) if self.comparison(condition).is_some() => {
                let comparison = match function {
                    Binary::Less => Comparison::Less,
                    Binary::LessEqual => Comparison::LessEqual,
                    _ => Comparison::Equal,
                };
                Definition::Compare(comparison, self.seen(a)?, self.seen(b)?)
            }
            _ => {
                let zero = self.pool_bits(0);
                Definition::Compare(Comparison::NotEqual, self.seen(condition)?, zero)
            }
        };
        Ok(self.add(definition))
    }

    /// Whether a node is a comparison made in the cells.
    fn comparison(&self, node: NodeId) -> Option<(NodeId, NodeId)> {
        match self.graph.op(node) {
            Op::Binary(Binary::Less | Binary::LessEqual | Binary::Equal, a, b)
                if self.level[node.0 as usize] >= 2 =>
            {
                Some((a, b))
            }
            _ => None,
        }
    }

    /// A node without its sign changes.
    fn unsigned(&self, node: NodeId) -> (NodeId, bool) {
        match self.graph.op(node) {
            Op::Unary(Unary::Negate, inner) if self.level[node.0 as usize] >= 2 => {
                (inner, true)
            }
            _ => (node, false),
        }
    }

    /// A constant without its sign, where `node` is one.
    fn positive(&mut self, node: NodeId) -> Result<(Value, bool), TooFar> {
        match self.graph.constant_value(node) {
            Some(x) if x < 0.0 => {
                let bits = self.body.bits(-x);
                Ok((self.pool_bits(bits), true))
            }
            _ => Ok((self.seen(node)?, false)),
        }
    }

    /// Signs, exponents and mantissas by their bits; see [`Unary::apply`].
    fn unary(&mut self, function: Unary, a: Value) -> Definition {
        use BitFunction::{And, ExclusiveOr, Or};
        let double = self.body.precision == Precision::Double;
        let sign: u64 = if double { 1 << 63 } else { 1 << 31 };
        let digits: i8 = if double { 52 } else { 23 };
        let bias: f64 = if double { 1023.0 } else { 127.0 };
        let ulp_one = f64::from(digits).exp2();
        match function {
            Unary::Negate => {
                let sign = self.pool_bits(sign);
                Definition::Bits(ExclusiveOr, a, sign)
            }
            Unary::Absolute => {
                let rest = self.pool_bits(sign - 1);
                Definition::Bits(And, a, rest)
            }
            Unary::PowerOfTwo => {
                let magic = self.body.bits(ulp_one + bias);
                let magic = self.pool_bits(magic);
                let sum = self.add(Definition::Binary(Binary::Add, a, magic));
                Definition::Shift(digits, sum)
            }
            Unary::Exponent => {
                let rest = self.pool_bits(sign - 1);
                let size = self.add(Definition::Bits(And, a, rest));
                let whole = self.add(Definition::Shift(-digits, size));
                let one = self.body.bits(ulp_one);
                let one = self.pool_bits(one);
                let biased = self.add(Definition::Bits(Or, whole, one));
                let magic = self.body.bits(ulp_one + bias);
                let magic = self.pool_bits(magic);
                Definition::Binary(Binary::Subtract, biased, magic)
            }
            Unary::Mantissa => {
                let kept = self.pool_bits(sign | ((1 << digits) - 1));
                let digits = self.add(Definition::Bits(And, a, kept));
                let one = self.body.bits(1.0);
                let one = self.pool_bits(one);
                Definition::Bits(Or, digits, one)
            }
            rounding => Definition::Unary(rounding, a),
        }
    }

    fn operation(&mut self, op: Op) -> Result<Value, TooFar> {
        let definition = match op {
            Op::Unary(function, a) => {
                let a = self.seen(a)?;
                self.unary(function, a)
            }
            Op::Binary(
                function @ (Binary::Less | Binary::LessEqual | Binary::Equal),
                a,
                b,
            ) => {
                let comparison = match function {
                    Binary::Less => Comparison::Less,
                    Binary::LessEqual => Comparison::LessEqual,
                    _ => Comparison::Equal,
                };
                let one = self.body.bits(1.0);
                self.pool_bits(one);
                let (a, b) = (self.seen(a)?, self.seen(b)?);
                Definition::Number(self.add(Definition::Compare(comparison, a, b)))
            }
            Op::Binary(function, a, b) => {
                Definition::Binary(function, self.seen(a)?, self.seen(b)?)
            }
            Op::MultiplyAdd(a, b, c) => {
                let (a, minus_a) = self.unsigned(a);
                let (b, minus_b) = self.unsigned(b);
                let (c, minus_c) = self.unsigned(c);
                let (a, negative_a) = self.positive(a)?;
                let (b, negative_b) = self.positive(b)?;
                let (c, negative_c) = self.positive(c)?;
                Definition::MultiplyAdd {
                    a,
                    b,
                    c,
                    minus_product: minus_a ^ minus_b ^ negative_a ^ negative_b,
                    minus_term: minus_c ^ negative_c,
                }
            }
            Op::Select(condition, then, otherwise) => {
                let truth = self.truth(condition)?;
                Definition::Select(truth, self.seen(then)?, self.seen(otherwise)?)
            }
            Op::Constant(_) | Op::Scalar(_) | Op::Load { .. } | Op::Table { .. } => {
                Definition::Pool(0)
            }
        };
        Ok(self.add(definition))
    }

    /// What has to be computed for a node, in terms of nodes: comparisons in conditions and sign changes in sums are part of their use.
    fn inputs(&self, node: NodeId) -> Vec<NodeId> {
        match self.graph.op(node) {
            Op::MultiplyAdd(a, b, c) => {
                [a, b, c].iter().map(|n| self.unsigned(*n).0).collect()
            }
            Op::Select(condition, then, otherwise) => match self.comparison(condition) {
                Some((a, b)) => vec![a, b, then, otherwise],
                None => vec![condition, then, otherwise],
            },
            op => op.operands(),
        }
    }

    /// Appends the steps that a node needs, those needing most registers first.
    fn compute(&mut self, root: NodeId, weights: &[u32]) -> Result<(), TooFar> {
        // Not recursive: sums can be thousands of terms deep.
        let mut pending = vec![(root, false)];
        let mut done: std::collections::HashSet<NodeId> =
            std::collections::HashSet::new();
        while let Some((node, ready)) = pending.pop() {
            let place = node.0 as usize;
            if self.level[place] < 2 || self.values[place].is_some() && !ready {
                continue;
            }
            let mut inputs = self.inputs(node);
            if !ready {
                if !done.insert(node) {
                    continue;
                }
                pending.push((node, true));
                // The last pushed is computed first.
                inputs.sort_by_key(|n| weights[n.0 as usize]);
                pending.extend(inputs.into_iter().map(|n| (n, false)));
                continue;
            }
            self.at = self.level[place];
            let value = self.value(node)?;
            self.schedule(value);
        }
        Ok(())
    }

    /// Appends the stores that come after all loads. A number that is stored as it was loaded would be read from memory only when it is
    /// stored, where a store before may have put another: such stores come first, and all but one of them store copies.
    fn store_late(&mut self, stores: Vec<(usize, Value)>) {
        let loaded = |body: &Body, value: Value| match body.definitions[value] {
            Definition::Load(place) => {
                matches!(body.pointers[place.pointer], Target::Slot(_))
            }
            _ => false,
        };
        let (moved, computed): (Vec<_>, Vec<_>) =
            stores.into_iter().partition(|(_, value)| loaded(&self.body, *value));
        let mut steps = Vec::new();
        self.at = 3;
        for (place, (pointer, mut value)) in moved.into_iter().enumerate() {
            if place > 0 {
                // The same bits, in a register or strip.
                value = self.add(Definition::Bits(BitFunction::Or, value, value));
                self.schedule(value);
            }
            steps.push(Step::Store(Place::of(pointer), value));
        }
        let stores = computed.into_iter();
        steps.extend(stores.map(|(p, value)| Step::Store(Place::of(p), value)));
        self.body.steps.extend(steps);
    }

    fn schedule(&mut self, value: Value) {
        let definition = self.body.definitions[value];
        let scheduled = &mut self.scheduled[usize::from(self.at == 2)];
        scheduled.resize(self.body.definitions.len(), false);
        if definition.in_memory() || std::mem::replace(&mut scheduled[value], true) {
            return;
        }
        let (operands, count) = definition.operands();
        for operand in &operands[..count] {
            self.schedule(*operand);
        }
        let steps =
            if self.at == 2 { &mut self.body.prelude } else { &mut self.body.steps };
        steps.push(Step::Compute(value));
    }
}
