//! Kernels that take the lines of a box through transforms along one dimension, and through the programs before, between and behind them.

use std::fmt::Write;

use holor_field::graph::{Graph, NodeId, Op};
use holor_field::plan::{Plan, Program};
use holor_field::{FieldResult, Precision};

use super::fourier::Radices;
use super::program::INDEX;
use super::text::{Statements, comment};
use super::{Kernel, Type};

/// The most threads of a block: each has up to 16 complex numbers and what butterflies need in registers, of which there are 65536.
fn most_threads(precision: Precision) -> usize {
    match precision {
        Precision::Double => 512,
        Precision::Single => 1024,
    }
}

/// Threads of a block that are wanted where lines are short.
const WANTED: usize = 128;
/// Bytes that memory hands out at once: so many of neighbouring lines are read together.
const SECTOR: usize = 32;

/// Which threads have which numbers: a block has some lines, and for each of them as many threads as its radices say.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Shape {
    pub(crate) radices: Radices,
    /// Lines of a block; of real numbers so many pairs of lines.
    pub(crate) lines: usize,
    /// Bytes of shared memory of a block.
    pub(crate) shared: u64,
}

impl Shape {
    /// For lines of so many points, contiguous or not, of which there are so many; none where that is not possible with so much shared memory.
    pub(crate) fn of(
        points: usize,
        contiguous: bool,
        count: usize,
        precision: Precision,
        shared: u64,
    ) -> Option<Self> {
        let radices = Radices::of(points)?;
        let threads = radices.threads();
        let least =
            if contiguous { 1 } else { SECTOR / (2 * precision.bytes() as usize) };
        let wanted = (WANTED / threads).next_power_of_two().clamp(2 * least, 64);
        let lines = wanted.min(count.next_power_of_two()).max(least);
        let bytes = |lines: usize| (lines * padded(points)) as u64 * precision.bytes();
        let possible = |lines: &usize| {
            lines * threads <= most_threads(precision) && bytes(*lines) <= shared
        };
        let lines = [lines, lines / 2, least]
            .into_iter()
            .filter(|n| *n >= least)
            .find(possible)?;
        let shared = if radices.radices.len() > 1 { bytes(lines) } else { 0 };
        Some(Self { radices, lines, shared })
    }
}

/// Places of a line in shared memory.
fn padded(points: usize) -> usize {
    points + points / 16
}

/// An array of a kernel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Slot {
    /// From one plane, and one row, to the next.
    pub(crate) strides: [usize; 2],
    /// Whether it has complex numbers.
    pub(crate) pairs: bool,
    /// Whether the kernel writes it.
    pub(crate) written: bool,
}

/// Where a program's number comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum From {
    /// The number that the thread has: its real or its imaginary part. Of real lines the only one.
    Own { imaginary: bool },
    /// What an earlier program of the same step has stored there: which, and the number of the store.
    Earlier { part: usize, store: usize },
    /// Memory: the slot, and of complex numbers whether it is the imaginary part.
    Memory { slot: usize, imaginary: bool },
}

/// A program at each number.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Part {
    pub(crate) program: usize,
    /// For each slot of the program.
    pub(crate) from: Vec<From>,
    /// For each store: the slot of memory, where it is needed there.
    pub(crate) to: Vec<Option<(usize, bool)>>,
}

/// What is done with the numbers of a line.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Item {
    /// Reads the numbers.
    Load(usize),
    /// Writes the numbers.
    Store(usize),
    /// Reads the half spectra of two real lines, whose transform back is one of complex numbers.
    LoadHalves(usize),
    /// Writes the half spectra of two real lines, made of the spectrum of the complex numbers that have the one line as real, the other
    /// as imaginary parts.
    StoreHalves(usize),
    /// A transform.
    Transform { inverse: bool },
    /// Times a number.
    Scale(f64),
    /// Programs one after another, and what the thread has afterwards, where that changes.
    Points { parts: Vec<Part>, becomes: Option<[From; 2]> },
}

/// A kernel of lines.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Lines {
    /// Points of the box; of real lines those of their cells.
    pub(crate) points: [usize; 3],
    /// The dimension along which the lines go.
    pub(crate) dimension: usize,
    /// Whether threads have two lines of real numbers.
    pub(crate) real: bool,
    pub(crate) shape: Shape,
    pub(crate) slots: Vec<Slot>,
    pub(crate) items: Vec<Item>,
}

impl Lines {
    /// How many lines there are, two real ones counted as one.
    pub(crate) fn count(&self) -> usize {
        let all: usize =
            self.points.iter().product::<usize>() / self.points[self.dimension];
        if self.real { all.div_ceil(2) } else { all }
    }

    /// Whether the threads of a line are neighbours, or those of neighbouring lines.
    fn is_contiguous(&self) -> bool {
        self.dimension == 2
    }

    /// Threads of a block along x and y.
    pub(crate) fn block(&self) -> [u32; 3] {
        let [threads, lines] =
            [self.shape.radices.threads(), self.shape.lines].map(|n| n as u32);
        if self.is_contiguous() { [threads, lines, 1] } else { [lines, threads, 1] }
    }

    /// Numbers in the plan's precision that are read and written for each of the box: each item's once.
    pub(crate) fn moved(&self, plan: &Plan) -> usize {
        let of = |item: &Item| match item {
            Item::Load(slot) | Item::Store(slot) => {
                if self.slots[*slot].pairs {
                    2
                } else {
                    1
                }
            }
            // Half as many complex numbers.
            Item::LoadHalves(_) | Item::StoreHalves(_) => 1,
            Item::Points { parts, .. } => parts
                .iter()
                .map(|part| {
                    let graph = &plan.programs[part.program].graph;
                    let loads = loaded(graph, &plan.programs[part.program].roots());
                    let read = loads.iter().filter(|slot| {
                        matches!(part.from[**slot as usize], From::Memory { .. })
                    });
                    read.count() + part.to.iter().flatten().count()
                })
                .sum(),
            _ => 0,
        };
        self.items.iter().map(of).sum()
    }
}

/// The slots that a program reads.
pub(crate) fn loaded(graph: &Graph, roots: &[NodeId]) -> Vec<u32> {
    let needed = graph.needed(roots);
    let ops = graph.ops().iter().zip(needed);
    let mut all: Vec<u32> = ops
        .filter_map(|(op, needed)| match *op {
            Op::Load { array, .. } if needed => Some(array),
            _ => None,
        })
        .collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// The kernel.
pub(super) fn write(
    plan: &Plan,
    precision: Precision,
    lines: &Lines,
    number: usize,
) -> FieldResult<Kernel> {
    let mut places: Vec<[usize; 2]> =
        lines.slots.iter().map(|slot| slot.strides).collect();
    places.sort_unstable();
    places.dedup();
    let names = lines.items.iter().flat_map(|item| match item {
        Item::Points { parts, .. } => {
            parts.iter().map(|part| comment(&plan.programs[part.program].name)).collect()
        }
        Item::Transform { inverse: false } => vec!["transform".to_owned()],
        Item::Transform { inverse: true } => vec!["transform back".to_owned()],
        _ => Vec::new(),
    });
    let names: Vec<String> = names.collect();
    let note = format!("{}: lines of {}", names.join(", "), lines.shape.radices.points);
    let mut writer = Body { plan, precision, lines, places, text: String::new() };
    writer.start();
    for item in &lines.items {
        writer.item(item)?;
    }
    let body = writer.text;
    let mut kernel = Kernel::new(
        format!("lines_{number}"),
        &note,
        parameters(plan, lines),
        None,
        &body,
    );
    let [x, y, _] = lines.block();
    kernel.threads(x * y, lines.shape.shared);
    Ok(kernel)
}

/// The parameters: the arrays, the roots of unity forward and back, tables, scalars, and how many lines there are.
fn parameters(plan: &Plan, lines: &Lines) -> Vec<(Type, String)> {
    let mut parameters: Vec<(Type, String)> = lines
        .slots
        .iter()
        .enumerate()
        .map(|(number, slot)| {
            let kind = match (slot.pairs, slot.written) {
                (true, true) => Type::Pairs,
                (true, false) => Type::ConstantPairs,
                (false, true) => Type::Reals,
                (false, false) => Type::Constants,
            };
            (kind, format!("a{number}"))
        })
        .collect();
    for (name, back) in [("roots", false), ("back", true)] {
        let own = |item: &Item| *item == Item::Transform { inverse: back };
        if lines.items.iter().any(own) && lines.shape.radices.radices.len() > 1 {
            parameters.push((Type::ConstantPairs, name.to_owned()));
        }
    }
    let programs = lines.items.iter().flat_map(|item| match item {
        Item::Points { parts, .. } => parts.as_slice(),
        _ => &[],
    });
    let (mut tables, mut scalars) = (Vec::new(), false);
    for part in programs {
        let program = &plan.programs[part.program];
        let needed = program.graph.needed(&program.roots());
        for (op, _) in program.graph.ops().iter().zip(needed).filter(|own| own.1) {
            match op {
                Op::Table { table, .. } => tables.push(*table),
                Op::Scalar(_) => scalars = true,
                _ => {}
            }
        }
    }
    tables.sort_unstable();
    tables.dedup();
    parameters.extend(tables.iter().map(|table| (Type::Constants, format!("t{table}"))));
    if scalars {
        parameters.push((Type::ConstantDoubles, "scalars".to_owned()));
    }
    parameters.push((Type::Integer, "lines".to_owned()));
    parameters
}

struct Body<'a> {
    plan: &'a Plan,
    precision: Precision,
    lines: &'a Lines,
    /// The strides of arrays, each with a place of its own.
    places: Vec<[usize; 2]>,
    text: String,
}

impl Body<'_> {
    fn line(&mut self, depth: usize, line: &str) {
        let _ = writeln!(self.text, "{:1$}{line}", "", 4 * depth);
    }

    fn each(&self) -> usize {
        self.lines.shape.radices.each
    }

    /// The thread's line, and its coordinates.
    fn start(&mut self) {
        let (along, across) =
            if self.lines.is_contiguous() { ('x', 'y') } else { ('y', 'x') };
        if self.lines.shape.shared > 0 {
            self.line(1, "extern __shared__ real exchange[];");
        }
        self.line(
            1,
            &format!(
                "const int lane = (int)threadIdx.{along}, own = (int)threadIdx.{across};"
            ),
        );
        self.line(
            1,
            &format!(
                "const int line = (int)blockIdx.x * {} + own;",
                self.lines.shape.lines
            ),
        );
        if self.lines.real {
            // A line without a partner is its own.
            self.coordinates("0", "least(2 * line, lines - 1)");
            self.coordinates("1", "least(2 * line + 1, lines - 1)");
        } else {
            self.line(1, "const bool mine = line < lines;");
            self.coordinates("", "least(line, lines - 1)");
        }
        let each = self.each();
        self.line(1, &format!("pair x[{each}];"));
    }

    /// The coordinates of a line, but for that along it.
    fn coordinates(&mut self, name: &str, line: &str) {
        let [_, nj, nk] = self.lines.points;
        let coordinates = match self.lines.dimension {
            2 => format!("i{name} = at{name} / {nj}, j{name} = at{name} % {nj}"),
            1 => format!("i{name} = at{name} / {nk}, k{name} = at{name} % {nk}"),
            _ => format!("j{name} = at{name} / {nk}, k{name} = at{name} % {nk}"),
        };
        self.line(1, &format!("const int at{name} = {line}, {coordinates};"));
    }

    /// Begins a loop over the thread's numbers.
    fn numbers(&mut self) {
        let (each, threads) = (self.each(), self.lines.shape.radices.threads());
        let index = INDEX[self.lines.dimension];
        self.line(1, "#pragma unroll");
        self.line(1, &format!("for (int e = 0; e < {each}; e++) {{"));
        self.line(2, &format!("const int {index} = lane + {threads} * e;"));
    }

    /// The place of a number in arrays with these strides.
    fn place(&mut self, depth: usize, strides: [usize; 2]) {
        let number = self.places.iter().position(|known| *known == strides).unwrap_or(0);
        let [plane, row] = strides;
        let kind = self.kind();
        self.line(
            depth,
            &format!(
                "const {kind} q{number} = ({kind})i * {plane} + ({kind})j * {row} + k;"
            ),
        );
    }

    /// The type of places: short wherever it can be, for there are many.
    fn kind(&self) -> &'static str {
        let most =
            |[plane, _]: &[usize; 2]| i32::try_from(plane * self.lines.points[0]).is_ok();
        if self.places.iter().all(most) { "int" } else { "place" }
    }

    fn at(&self, slot: usize) -> String {
        let strides = self.lines.slots[slot].strides;
        let number = self.places.iter().position(|known| *known == strides).unwrap_or(0);
        format!("a{slot}[q{number}]")
    }

    /// Begins a loop over both real lines.
    fn halves(&mut self) {
        self.line(2, "#pragma unroll");
        self.line(2, "for (int half = 0; half < 2; half++) {");
        self.line(3, "const int i = half ? i1 : i0, j = half ? j1 : j0;");
        self.line(3, "const bool mine = 2 * line + half < lines;");
    }

    fn item(&mut self, item: &Item) -> FieldResult<()> {
        match item {
            Item::Load(slot) | Item::Store(slot) => {
                let (strides, loads) =
                    (self.lines.slots[*slot].strides, matches!(item, Item::Load(_)));
                self.numbers();
                let depth = if self.lines.real { 3 } else { 2 };
                if self.lines.real {
                    self.halves();
                }
                self.place(depth, strides);
                let at = self.at(*slot);
                let number =
                    if self.lines.real { "(half ? x[e].im : x[e].re)" } else { "x[e]" };
                let line = match (loads, self.lines.real) {
                    (true, false) => format!("x[e] = {at};"),
                    (true, true) => {
                        format!("if (half) x[e].im = {at}; else x[e].re = {at};")
                    }
                    (false, _) => format!("if (mine) {at} = {number};"),
                };
                self.line(depth, &line);
                if self.lines.real {
                    self.line(2, "}");
                }
                self.line(1, "}");
            }
            Item::LoadHalves(slot) => self.load_halves(*slot),
            Item::StoreHalves(slot) => self.store_halves(*slot),
            Item::Transform { inverse } => self.transform(*inverse),
            Item::Scale(scale) => {
                let scale = super::text::number(*scale, self.precision);
                self.line(1, "#pragma unroll");
                let line = format!(
                    "for (int e = 0; e < {}; e++) x[e] = pair{{x[e].re * {scale}, x[e].im * {scale}}};",
                    self.each()
                );
                self.line(1, &line);
            }
            Item::Points { parts, becomes } => self.points(parts, *becomes)?,
        }
        Ok(())
    }

    /// A whole transform: stages, and between them the numbers handed on.
    fn transform(&mut self, inverse: bool) {
        let Shape { radices, lines, .. } = self.lines.shape.clone();
        let Radices { points, each, radices } = radices;
        let (apart, gap) =
            if self.lines.is_contiguous() { (1, padded(points)) } else { (lines, 1) };
        let roots = match (radices.len(), inverse) {
            (1, _) => "0",
            (_, false) => "roots",
            (_, true) => "back",
        };
        let mut before = 1;
        for (number, radix) in radices.iter().enumerate() {
            self.line(1, &format!("stage<{points}, {each}, {radix}, {before}, {inverse}>(x, {roots}, lane);"));
            if number + 1 < radices.len() {
                self.line(1, &format!("hand_on<{points}, {each}, {radix}, {before}, {apart}, {gap}>(x, exchange, lane, own);"));
            }
            before *= radix;
        }
    }

    /// Of wave number k the number is A + iB, of n - k the conjugate of A and that of B in their place. Imaginary parts that a spectrum of
    /// real numbers has not are taken as 0.
    fn load_halves(&mut self, slot: usize) {
        let n = self.lines.points[2];
        let [plane, row] = self.lines.slots[slot].strides;
        let kind = self.kind();
        self.numbers();
        self.line(2, &format!("const int wave = k <= {} ? k : {n} - k;", n / 2));
        let alone = if n.is_multiple_of(2) {
            format!("k == 0 || 2 * k == {n}")
        } else {
            "k == 0".to_owned()
        };
        self.line(2, &format!("const bool alone = {alone}, back = k > {};", n / 2));
        for half in 0..2 {
            self.line(2, &format!("pair h{half} = a{slot}[({kind})i{half} * {plane} + ({kind})j{half} * {row} + wave];"));
            self.line(
                2,
                &format!(
                    "if (alone) h{half}.im = {};",
                    super::text::number(0.0, self.precision)
                ),
            );
            self.line(2, &format!("if (back) h{half}.im = -h{half}.im;"));
        }
        self.line(2, "x[e] = pair{h0.re - h1.im, h0.im + h1.re};");
        self.line(1, "}");
    }

    /// What [`Body::load_halves`] joins is taken apart: half the sum and half the difference of the number and the conjugate of that of n - k, which
    /// another thread has.
    fn store_halves(&mut self, slot: usize) {
        let n = self.lines.points[2];
        let Shape { radices, shared, .. } = self.lines.shape.clone();
        let [plane, row] = self.lines.slots[slot].strides;
        let (each, threads, gap) = (radices.each, radices.threads(), padded(n));
        let half = super::text::number(0.5, self.precision);
        let kind = self.kind();
        if shared > 0 {
            self.line(1, &format!("pair other[{each}];"));
            self.line(1, "#pragma unroll");
            self.line(1, "for (int part = 0; part < 2; part++) {");
            self.line(2, "__syncthreads();");
            self.line(2, "#pragma unroll");
            self.line(2, &format!("for (int e = 0; e < {each}; e++) exchange[spot<{n}, 1, {gap}>(lane, {threads} * e, own)] = part ? x[e].im : x[e].re;"));
            self.line(2, "__syncthreads();");
            self.line(2, "#pragma unroll");
            self.line(2, &format!("for (int e = 0; e < {each}; e++) {{"));
            self.line(3, &format!("const int k = lane + {threads} * e;"));
            self.line(3, &format!("const real value = exchange[spot<{n}, 1, {gap}>(k == 0 ? 0 : {n} - k, 0, own)];"));
            self.line(3, "if (part) other[e].im = value;");
            self.line(3, "else other[e].re = value;");
            self.line(2, "}");
            self.line(1, "}");
        }
        self.numbers();
        // A thread that has a whole line has the other number, too.
        let other = if shared > 0 {
            "other[e]".to_owned()
        } else {
            format!("x[e == 0 ? 0 : {n} - e]")
        };
        self.line(2, &format!("const pair z = x[e], w = {other};"));
        self.line(2, &format!("if (k <= {}) {{", n / 2));
        for (number, value) in [
            format!("pair{{{half} * (z.re + w.re), {half} * (z.im - w.im)}}"),
            format!("pair{{{half} * (z.im + w.im), {half} * (w.re - z.re)}}"),
        ]
        .into_iter()
        .enumerate()
        {
            self.line(3, &format!("if (2 * line + {number} < lines) a{slot}[({kind})i{number} * {plane} + ({kind})j{number} * {row} + k] = {value};"));
        }
        self.line(2, "}");
        self.line(1, "}");
    }

    /// Where a number comes from, as it is written.
    fn source(&self, from: From, part: usize) -> String {
        match from {
            From::Own { .. } if self.lines.real => {
                "(half ? x[e].im : x[e].re)".to_owned()
            }
            From::Own { imaginary: false } => "x[e].re".to_owned(),
            From::Own { imaginary: true } => "x[e].im".to_owned(),
            From::Earlier { part, store } => format!("w{part}_{store}"),
            From::Memory { slot, imaginary } => {
                match (self.lines.slots[slot].pairs, imaginary) {
                    (false, _) => self.at(slot),
                    (true, false) => format!("z{part}_{slot}.re"),
                    (true, true) => format!("z{part}_{slot}.im"),
                }
            }
        }
    }

    fn points(&mut self, parts: &[Part], becomes: Option<[From; 2]>) -> FieldResult<()> {
        self.numbers();
        let depth = if self.lines.real { 3 } else { 2 };
        if self.lines.real {
            self.halves();
        }
        for strides in self.places.clone() {
            let used = |slot: usize| self.lines.slots[slot].strides == strides;
            let any = parts.iter().any(|part| {
                let reads = part
                    .from
                    .iter()
                    .any(|from| matches!(from, From::Memory { slot, .. } if used(*slot)));
                reads || part.to.iter().flatten().any(|(slot, _)| used(*slot))
            });
            if any {
                self.place(depth, strides);
            }
        }
        for (number, part) in parts.iter().enumerate() {
            self.part(number, part, depth)?;
        }
        if let Some([re, im]) = becomes {
            let [re, im] = [re, im].map(|from| self.source(from, 0));
            let line = if self.lines.real {
                format!("if (half) x[e].im = {re}; else x[e].re = {re};")
            } else {
                format!("x[e] = pair{{{re}, {im}}};")
            };
            self.line(depth, &line);
        }
        if self.lines.real {
            self.line(2, "}");
        }
        self.line(1, "}");
        Ok(())
    }

    /// A program at a number, in a scope of its own; what it stores is known by a name behind it.
    fn part(&mut self, number: usize, part: &Part, depth: usize) -> FieldResult<()> {
        let plan = self.plan;
        let Program { graph, stores, .. } = &plan.programs[part.program];
        let roots = plan.programs[part.program].roots();
        let statements = Statements::new(plan, graph, &roots, self.precision);
        let names: Vec<String> =
            (0..stores.len()).map(|store| format!("w{number}_{store}")).collect();
        if !names.is_empty() {
            self.line(depth, &format!("real {};", names.join(", ")));
        }
        self.line(depth, "{");
        let mut pairs: Vec<usize> = loaded(graph, &roots)
            .into_iter()
            .filter_map(|slot| match part.from[slot as usize] {
                From::Memory { slot, .. } if self.lines.slots[slot].pairs => Some(slot),
                _ => None,
            })
            .collect();
        pairs.sort_unstable();
        pairs.dedup();
        for slot in pairs {
            let line = format!("const pair z{number}_{slot} = {};", self.at(slot));
            self.line(depth + 1, &line);
        }
        for node in statements.nodes() {
            let line = statements.statement(node, |slot, _| {
                self.source(part.from[slot as usize], number)
            })?;
            self.line(depth + 1, &line);
        }
        for (name, store) in names.iter().zip(stores) {
            let line = format!("{name} = {};", statements.name(store.value));
            self.line(depth + 1, &line);
        }
        self.line(depth, "}");
        self.writes(number, part, depth);
        Ok(())
    }

    /// What a program stores to memory: both parts of complex numbers at once where there are both.
    fn writes(&mut self, number: usize, part: &Part, depth: usize) {
        let mut done = vec![false; part.to.len()];
        for (store, to) in part.to.iter().enumerate() {
            let Some((slot, imaginary)) = *to else { continue };
            if done[store] {
                continue;
            }
            let at = self.at(slot);
            let value = |store: usize| format!("w{number}_{store}");
            let partner = (0..part.to.len())
                .find(|other| part.to[*other] == Some((slot, !imaginary)));
            let line = match (self.lines.slots[slot].pairs, partner) {
                (false, _) => format!("if (mine) {at} = {};", value(store)),
                (true, Some(other)) => {
                    done[other] = true;
                    let (re, im) =
                        if imaginary { (other, store) } else { (store, other) };
                    format!("if (mine) {at} = pair{{{}, {}}};", value(re), value(im))
                }
                (true, None) => {
                    let name = if imaginary { "im" } else { "re" };
                    format!("if (mine) {at}.{name} = {};", value(store))
                }
            };
            self.line(depth, &line);
        }
    }
}
