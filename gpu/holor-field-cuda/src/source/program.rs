//! The kernels of a plan's programs.

use std::collections::BTreeMap;
use std::fmt::Write;

use holor_field::graph::{NodeId, Op};
use holor_field::layout::{DIMENSIONS, Layout, Region};
use holor_field::plan::{Plan, Program, ReductionKind, Store};
use holor_field::{FieldResult, Precision};

use super::text::{Statements, comment, load_name, shift};
use super::{Kernel, Type};

/// How the cells of a region are given to threads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// A thread for each place across the slowest dimension, along which it marches. Values to be reduced are stored.
    Cells,
    /// Sixteen threads for each piece of a row, each with every sixteenth cell: the partial results of the piece.
    Pieces,
}

/// How a program's slots lie in memory, and what is done to what it stores.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Binding {
    /// Slots whose arrays the program never writes.
    pub(crate) pure: Vec<bool>,
    /// Slots whose arrays are parts of complex numbers.
    pub(crate) parts: Vec<Option<Complex>>,
    /// Factors of the stores.
    pub(crate) scales: Vec<Option<f64>>,
}

/// A slot whose array is a part of complex numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Complex {
    /// The first slot with one of the parts: it has the pointer to both.
    pub(crate) owner: u32,
    /// Whether the slot has the imaginary parts.
    pub(crate) imaginary: bool,
    /// Complex numbers from one plane, and one row, to the next.
    pub(crate) strides: [usize; 2],
}

impl Complex {
    /// The part of a number.
    fn part(&self) -> &'static str {
        if self.imaginary { "im" } else { "re" }
    }
}

/// What a kernel is specialised for.
pub(crate) struct Shape<'a> {
    pub(crate) layout: &'a Layout,
    /// The dimension along which threads march; 2 for none.
    pub(crate) march: usize,
    pub(crate) binding: &'a Binding,
    pub(crate) form: Form,
    pub(crate) number: usize,
}

/// The slowest dimension with more than one place, along which threads march; 2, where none does, in a single row.
pub(crate) fn marching(layout: &Layout, region: &Region) -> usize {
    let wide = |d: &usize| {
        layout.points[*d] + 2 * layout.ghosts[*d] > 1
            || region.end[*d] - region.start[*d] > 1
            || region.start[*d] != 0
    };
    (0..2).find(wide).unwrap_or(2)
}

/// Loads along the marching dimension that are kept in variables: from the least to the greatest distance.
struct Queue {
    slot: u32,
    /// The other distances; 0 along the march.
    offset: [i16; DIMENSIONS],
    least: i16,
    greatest: i16,
}

impl Queue {
    fn name(&self, distance: i16, march: usize) -> String {
        let mut offset = self.offset;
        offset[march] = distance;
        load_name(self.slot, offset)
    }
}

pub(super) const INDEX: [&str; DIMENSIONS] = ["i", "j", "k"];

/// The kernel of a program.
pub(super) fn write(
    plan: &Plan,
    precision: Precision,
    place: usize,
    shape: &Shape<'_>,
) -> FieldResult<Kernel> {
    let program = &plan.programs[place];
    let roots = program.roots();
    let statements = Statements::new(plan, &program.graph, &roots, precision);
    let mut places: Vec<[usize; 2]> =
        shape.binding.parts.iter().flatten().map(|complex| complex.strides).collect();
    places.sort_unstable();
    places.dedup();
    let planar = places.is_empty() || shape.binding.parts.iter().any(Option::is_none);
    let text = String::new();
    let writer = Body { plan, shape, statements, text, roots, planar, places };
    let body = writer.write(place)?;
    let parameters = parameters(plan, program, shape);
    let form = match shape.form {
        Form::Cells => "cells",
        Form::Pieces => "pieces",
    };
    let note = format!("{}: {form}", comment(&program.name));
    let name = format!("{form}_{}", shape.number);
    Ok(Kernel::new(name, &note, parameters, Some(place), &body))
}

/// The parameters of a kernel of a program: the arrays, tables and scalars that it uses, and the region.
pub(super) fn parameters(
    plan: &Plan,
    program: &Program,
    shape: &Shape<'_>,
) -> Vec<(Type, String)> {
    let mut parameters = Vec::new();
    let ops: Vec<Op> = {
        let needed = program.graph.needed(&program.roots());
        let ops = program.graph.ops().iter().zip(needed);
        ops.filter_map(|(op, needed)| needed.then_some(*op)).collect()
    };
    for slot in 0..program.slots {
        let stored = program.stores.iter().any(|store| store.slot as usize == slot);
        let loaded = ops
            .iter()
            .any(|op| matches!(op, Op::Load { array, .. } if *array as usize == slot));
        if let Some(complex) = shape.binding.parts[slot] {
            let used = |other: usize| {
                let own = |array: u32| array as usize == other;
                program.stores.iter().any(|store| own(store.slot))
                    || ops
                        .iter()
                        .any(|op| matches!(op, Op::Load { array, .. } if own(*array)))
            };
            let of_owner = |other: &Option<Complex>| {
                other.is_some_and(|other| other.owner as usize == slot)
            };
            let mut all = shape.binding.parts.iter().enumerate();
            if complex.owner as usize == slot
                && all.any(|(k, own)| of_owner(own) && used(k))
            {
                let kind = if shape.binding.pure[slot] {
                    Type::ConstantPairs
                } else {
                    Type::Pairs
                };
                parameters.push((kind, format!("a{slot}")));
            }
            continue;
        }
        let kind = match (stored, loaded, shape.binding.pure[slot]) {
            (true, _, _) => Type::Reals,
            (false, true, true) => Type::Constants,
            (false, true, false) => Type::Sources,
            (false, false, _) => continue,
        };
        parameters.push((kind, format!("a{slot}")));
    }
    for table in 0..plan.tables.len() {
        let used =
            |op: &Op| matches!(op, Op::Table { table: t, .. } if *t as usize == table);
        if ops.iter().any(used) {
            parameters.push((Type::Constants, format!("t{table}")));
        }
    }
    if ops.iter().any(|op| matches!(op, Op::Scalar(_))) {
        parameters.push((Type::ConstantDoubles, "scalars".to_owned()));
    }
    for name in ["i0", "j0", "k0", "ni", "nj", "nk"] {
        parameters.push((Type::Integer, name.to_owned()));
    }
    match shape.form {
        Form::Cells => {
            if shape.march < 2 {
                parameters.push((Type::Integer, "chunk".to_owned()));
            }
            if !program.reductions.is_empty() {
                parameters.push((Type::Reals, "values".to_owned()));
            }
        }
        Form::Pieces => parameters.push((Type::Doubles, "partial".to_owned())),
    }
    parameters
}

struct Body<'a> {
    plan: &'a Plan,
    shape: &'a Shape<'a>,
    statements: Statements<'a>,
    text: String,
    roots: Vec<NodeId>,
    /// Whether there are planar arrays.
    planar: bool,
    /// The strides of complex numbers, each with a place of its own.
    places: Vec<[usize; 2]>,
}

impl Body<'_> {
    fn line(&mut self, depth: usize, line: &str) {
        let _ = writeln!(self.text, "{:1$}{line}", "", 4 * depth);
    }

    /// The dimension of the innermost loop; none where there is none.
    fn loops(&self) -> Option<usize> {
        match self.shape.form {
            Form::Pieces => Some(2),
            Form::Cells if self.shape.march < 2 => Some(self.shape.march),
            Form::Cells => None,
        }
    }

    /// For each node whether it changes within the loop.
    fn changing(&self, place: usize) -> Vec<bool> {
        let graph = &self.plan.programs[place].graph;
        let mut changing = vec![false; graph.ops().len()];
        for (node, op) in graph.ops().iter().enumerate() {
            changing[node] = match *op {
                Op::Load { .. } => true,
                Op::Table { table, .. } => {
                    Some(self.plan.tables[table as usize].dimension) == self.loops()
                }
                _ => op.operands().iter().any(|operand| changing[operand.0 as usize]),
            };
        }
        changing
    }

    /// Which loads are kept from one step of the march to the next.
    fn queues(&self, place: usize) -> Vec<Queue> {
        let march = self.shape.march;
        if self.shape.form != Form::Cells || march == 2 {
            return Vec::new();
        }
        let graph = &self.plan.programs[place].graph;
        let mut groups: BTreeMap<(u32, [i16; DIMENSIONS]), (i16, i16)> = BTreeMap::new();
        for node in self.statements.nodes() {
            if let Op::Load { array, offset } = graph.op(node)
                && self.shape.binding.pure[array as usize]
                && self.shape.binding.parts[array as usize].is_none()
            {
                let distance = offset[march];
                let mut other = offset;
                other[march] = 0;
                let range = groups.entry((array, other)).or_insert((distance, distance));
                *range = (range.0.min(distance), range.1.max(distance));
            }
        }
        let queue = |((slot, offset), (least, greatest))| {
            // A long one takes more registers than it saves loads.
            let length: i16 = greatest - least;
            (1..=8).contains(&length).then_some(Queue { slot, offset, least, greatest })
        };
        groups.into_iter().filter_map(queue).collect()
    }

    /// The name of the place of complex numbers with these strides.
    fn place_of(&self, strides: [usize; 2]) -> String {
        match self.places.iter().position(|known| *known == strides) {
            Some(0) | None => "q".to_owned(),
            Some(number) => format!("q{number}"),
        }
    }

    /// A slot's number at a distance.
    fn value(&self, slot: u32, offset: [i16; DIMENSIONS]) -> String {
        match self.shape.binding.parts[slot as usize] {
            None => format!("a{slot}[{}]", self.place(offset)),
            Some(complex) => {
                format!("{}.{}", self.pair(&complex, offset), complex.part())
            }
        }
    }

    /// The complex number at a distance.
    fn pair(&self, complex: &Complex, offset: [i16; DIMENSIONS]) -> String {
        let [plane, row] = complex.strides;
        let distance = [plane, row, 1].into_iter().zip(offset);
        let distance =
            distance.map(|(stride, offset)| i64::from(offset) * stride as i64).sum();
        let place = self.place_of(complex.strides);
        format!("a{}[{place}{}]", complex.owner, shift(distance))
    }

    /// The name of a complex number that is loaded as a whole, because both parts are needed.
    fn whole(
        &self,
        slot: u32,
        offset: [i16; DIMENSIONS],
        loads: &[(u32, [i16; DIMENSIONS])],
    ) -> Option<(String, Complex)> {
        let complex = self.shape.binding.parts[slot as usize]?;
        let partner = |(other, at): &(u32, [i16; DIMENSIONS])| {
            let other = self.shape.binding.parts[*other as usize];
            let other = other.filter(|other| other.owner == complex.owner);
            *at == offset
                && other.is_some_and(|other| other.imaginary != complex.imaginary)
        };
        let name = load_name(complex.owner, offset).replacen('a', "z", 1);
        loads.iter().any(partner).then_some((name, complex))
    }

    /// The place of a cell at a distance.
    fn place(&self, offset: [i16; DIMENSIONS]) -> String {
        let strides = self.shape.layout.strides;
        let distance =
            (0..DIMENSIONS).map(|d| i64::from(offset[d]) * strides[d] as i64).sum();
        format!("p{}", shift(distance))
    }

    fn write(mut self, place: usize) -> FieldResult<String> {
        let program = &self.plan.programs[place];
        let changing = self.changing(place);
        let queues = self.queues(place);
        let march = self.shape.march;
        let nodes: Vec<NodeId> = self.statements.nodes().collect();
        let loops = self.loops().is_some();
        self.cells();
        for node in nodes.iter().filter(|node| loops && !changing[node.0 as usize]) {
            let line = self.statements.statement(*node, |_, _| String::new())?;
            self.line(1, &line);
        }
        if self.shape.form == Form::Pieces {
            for (number, reduction) in program.reductions.iter().enumerate() {
                let nothing = nothing(reduction.kind);
                self.line(1, &format!("double r{number} = {nothing};"));
            }
        }
        if !queues.is_empty() {
            self.line(1, "if (first >= last) return;");
            let index = INDEX[march];
            self.line(1, &format!("int {index} = first;"));
            self.position(1);
            for queue in &queues {
                for distance in queue.least..queue.greatest {
                    let mut offset = queue.offset;
                    offset[march] = distance;
                    let (name, at) = (queue.name(distance, march), self.place(offset));
                    self.line(1, &format!("real {name} = a{}[{at}];", queue.slot));
                }
            }
        }
        let depth = usize::from(loops) + 1;
        match self.loops() {
            Some(2) => {
                self.line(1, "for (int k = first + lane; k < last; k += 16) {");
                self.position(2);
            }
            Some(d) => {
                let index = INDEX[d];
                if queues.is_empty() {
                    self.line(
                        1,
                        &format!(
                            "for (int {index} = first; {index} < last; {index}++) {{"
                        ),
                    );
                    self.position(2);
                } else {
                    let stride = self.shape.layout.strides[d];
                    let mut steps = format!("{index}++, p += {stride}");
                    for strides in self.places.clone() {
                        let place = self.place_of(strides);
                        let _ = write!(steps, ", {place} += {}", strides[d]);
                    }
                    self.line(1, &format!("for (; {index} < last; {steps}) {{"));
                }
            }
            None => self.position(1),
        }
        // All loads of a cell come before its stores.
        for queue in &queues {
            let mut offset = queue.offset;
            offset[march] = queue.greatest;
            let (name, at) = (queue.name(queue.greatest, march), self.place(offset));
            self.line(depth, &format!("const real {name} = a{}[{at}];", queue.slot));
        }
        let graph = &program.graph;
        let is_load = |node: &NodeId| matches!(graph.op(*node), Op::Load { .. });
        let inside = |node: &NodeId| !loops || changing[node.0 as usize];
        // What a queue holds has its name already.
        let queued = |node: &NodeId| match graph.op(*node) {
            Op::Load { array, mut offset } => {
                offset[march] = 0;
                queues.iter().any(|q| q.slot == array && q.offset == offset)
            }
            _ => false,
        };
        let loads = nodes.iter().filter(|node| is_load(node) && !queued(node));
        let rest = nodes.iter().filter(|node| !is_load(node) && inside(node));
        let load = |node: &NodeId| match graph.op(*node) {
            Op::Load { array, offset } => Some((array, offset)),
            _ => None,
        };
        let all: Vec<(u32, [i16; DIMENSIONS])> = nodes.iter().filter_map(load).collect();
        let mut wholes: Vec<String> = Vec::new();
        for (slot, offset) in &all {
            if let Some((name, complex)) = self.whole(*slot, *offset, &all)
                && !wholes.contains(&name)
            {
                let line =
                    format!("const pair {name} = {};", self.pair(&complex, *offset));
                self.line(depth, &line);
                wholes.push(name);
            }
        }
        for node in loads.chain(rest) {
            let line = self.statements.statement(*node, |slot, offset| {
                match self.whole(slot, offset, &all) {
                    Some((name, complex)) => format!("{name}.{}", complex.part()),
                    None => self.value(slot, offset),
                }
            })?;
            self.line(depth, &line);
        }
        self.stores(&program.stores, depth);
        self.reduce(place, depth);
        for queue in &queues {
            for distance in queue.least..queue.greatest {
                let to = queue.name(distance, march);
                let from = queue.name(distance + 1, march);
                self.line(depth, &format!("{to} = {from};"));
            }
        }
        if loops {
            self.line(1, "}");
        }
        if self.shape.form == Form::Pieces {
            for number in 0..program.reductions.len() {
                let piece = match number {
                    0 => "piece * 16".to_owned(),
                    _ => format!("({number} * pieces + piece) * 16"),
                };
                self.line(1, &format!("partial[{piece} + lane] = r{number};"));
            }
        }
        Ok(self.text)
    }

    /// What is stored: both parts of complex numbers at once where there are both.
    fn stores(&mut self, stores: &[Store], depth: usize) {
        let parts = &self.shape.binding.parts;
        let value = |number: usize| {
            let value = self.statements.name(stores[number].value);
            match self.shape.binding.scales[number] {
                None => value.to_owned(),
                Some(scale) => format!("{value} * {}", self.statements.literal(scale)),
            }
        };
        let mut lines = Vec::new();
        let mut done = vec![false; stores.len()];
        for number in 0..stores.len() {
            let slot = stores[number].slot;
            let own = |other: &usize| {
                let complex = parts[slot as usize];
                let other = parts[stores[*other].slot as usize];
                complex.is_some() && complex.map(|c| c.owner) == other.map(|o| o.owner)
            };
            let all: Vec<usize> = (0..stores.len()).filter(own).collect();
            let sides = all.iter().map(|k| parts[stores[*k].slot as usize]);
            let sides: Vec<bool> = sides.flatten().map(|own| own.imaginary).collect();
            match (parts[slot as usize], all.as_slice()) {
                _ if done[number] => {}
                (Some(complex), &[a, b]) if sides[0] != sides[1] => {
                    let (re, im) = if sides[0] { (b, a) } else { (a, b) };
                    let place = self.pair(&complex, [0; DIMENSIONS]);
                    lines.push(format!(
                        "{place} = pair{{{}, {}}};",
                        value(re),
                        value(im)
                    ));
                    (done[a], done[b]) = (true, true);
                }
                _ => {
                    let place = self.value(slot, [0; DIMENSIONS]);
                    lines.push(format!("{place} = {};", value(number)));
                }
            }
        }
        for line in lines {
            self.line(depth, &line);
        }
    }

    /// Which cell, or row, is this thread's.
    fn cells(&mut self) {
        match (self.shape.form, self.shape.march) {
            (Form::Pieces, _) => {
                for line in [
                    "const long long thread = (long long)blockIdx.x * blockDim.x + threadIdx.x;",
                    "const int in_row = (nk + PIECE - 1) / PIECE, lane = (int)(thread % 16);",
                    "const long long pieces = (long long)ni * nj * in_row, piece = thread / 16;",
                    "if (piece >= pieces) return;",
                    "const int i = i0 + (int)(piece / in_row / nj), j = j0 + (int)(piece / in_row % nj);",
                    "const int first = k0 + (int)(piece % in_row) * PIECE, last = least(first + PIECE, k0 + nk);",
                ] {
                    self.line(1, line);
                }
            }
            (Form::Cells, 0) => {
                for line in [
                    "const int k = k0 + (int)(blockIdx.x * blockDim.x + threadIdx.x);",
                    "const int j = j0 + (int)(blockIdx.y * blockDim.y + threadIdx.y);",
                    "if (k >= k0 + nk || j >= j0 + nj) return;",
                    "const int first = i0 + (int)blockIdx.z * chunk, last = least(first + chunk, i0 + ni);",
                ] {
                    self.line(1, line);
                }
            }
            (Form::Cells, 1) => {
                for line in [
                    "const int k = k0 + (int)(blockIdx.x * blockDim.x + threadIdx.x), i = i0;",
                    "if (k >= k0 + nk) return;",
                    "const int first = j0 + (int)(blockIdx.y * blockDim.y + threadIdx.y) * chunk, last = least(first + chunk, j0 + nj);",
                ] {
                    self.line(1, line);
                }
            }
            (Form::Cells, _) => {
                for line in [
                    "const int k = k0 + (int)(blockIdx.x * blockDim.x + threadIdx.x), j = j0, i = i0;",
                    "if (k >= k0 + nk) return;",
                ] {
                    self.line(1, line);
                }
            }
        }
    }

    /// The place of the cell in all arrays.
    fn position(&mut self, depth: usize) {
        let [plane, row, _] = self.shape.layout.strides;
        if self.planar {
            let line = format!("place p = (place)i * {plane} + (place)j * {row} + k;");
            self.line(depth, &line);
        }
        for [plane, row] in self.places.clone() {
            let name = self.place_of([plane, row]);
            let line =
                format!("place {name} = (place)i * {plane} + (place)j * {row} + k;");
            self.line(depth, &line);
        }
    }

    /// The cell's part in what is gathered.
    fn reduce(&mut self, place: usize, depth: usize) {
        let program = &self.plan.programs[place];
        if program.reductions.is_empty() {
            return;
        }
        if self.shape.form == Form::Cells {
            self.line(depth, "const long long c = ((long long)(i - i0) * nj + (j - j0)) * nk + (k - k0);");
        }
        let values = self.roots[program.stores.len()..].to_vec();
        for (number, value) in values.iter().enumerate() {
            let value = self.statements.name(*value).to_owned();
            let line = match self.shape.form {
                Form::Cells if number == 0 => format!("values[c] = {value};"),
                Form::Cells => {
                    format!("values[{number}LL * ni * nj * nk + c] = {value};")
                }
                Form::Pieces => {
                    let function = match program.reductions[number].kind {
                        ReductionKind::Sum => "sum_of",
                        ReductionKind::Maximum => "greater_of",
                        ReductionKind::Minimum => "smaller_of",
                    };
                    format!("r{number} = {function}(r{number}, {value});")
                }
            };
            self.line(depth, &line);
        }
    }
}

/// What a reduction of no values is.
fn nothing(kind: ReductionKind) -> &'static str {
    match kind {
        ReductionKind::Sum => "0.0",
        ReductionKind::Maximum => "-INFINITE",
        ReductionKind::Minimum => "INFINITE",
    }
}
