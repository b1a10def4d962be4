//! Kernels of which each thread computes several neighbouring cells of a row: sixteen bytes are read and written at once, and what neighbours
//! share is read and computed once.
//!
//! They do the same operations on the same numbers as the kernels of single cells.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use holor_field::graph::{Graph, NodeId, Op};
use holor_field::layout::{Layout, Region};
use holor_field::plan::{Plan, Program};
use holor_field::{FieldResult, Precision};

use super::Kernel;
use super::program::{Form, INDEX, Shape, parameters};
use super::text::{Statements, comment, load_name, shift};

/// Operations of the cells of a thread at most: with more, numbers would not find registers.
const MOST: usize = 320;
/// Operations of all such kernels of a plan at most: compiling takes about 0.2 ms for each.
pub(super) const BUDGET: usize = 600;
/// The parts of what is read at once.
const PARTS: [&str; 4] = ["x", "y", "z", "w"];
/// How far apart the first and the last of the rows are that are kept in registers, at most.
const LONGEST: i16 = 8;

/// The cells of a thread: as many as are read at once.
pub(crate) fn width(precision: Precision) -> usize {
    16 / precision.bytes() as usize
}

/// Threads across a region: each has a multiple of its cells before it.
pub(crate) fn threads(region: &Region, width: usize) -> usize {
    let width = width as isize;
    let (start, end) = (region.start[2], region.end[2]);
    ((end - start.div_euclid(width) * width).max(0) as usize).div_ceil(width as usize)
}

/// A slot, and how far a row of it is away.
type Row = (u32, [i16; 2]);
/// Places along a row, the thread's first cell at 0.
type Places = BTreeSet<i16>;

/// The cells of a thread as one program.
struct Wide {
    graph: Graph,
    /// What is stored, slot by slot: the numbers of a thread's cells.
    stores: Vec<(u32, Vec<NodeId>)>,
}

impl Wide {
    fn new(program: &Program, plan: &Plan, width: usize) -> Self {
        let mut graph = Graph::new();
        let roots = program.roots();
        let cells: Vec<Vec<NodeId>> = (0..width as i16)
            .map(|cell| {
                program.graph.copy_into(&mut graph, &roots, |graph, op| {
                    graph.push(match op {
                        Op::Load { array, offset: [i, j, k] } => {
                            Op::Load { array, offset: [i, j, k + cell] }
                        }
                        Op::Table { table, offset }
                            if plan.tables[table as usize].dimension == 2 =>
                        {
                            Op::Table { table, offset: offset + cell }
                        }
                        other => other,
                    })
                })
            })
            .collect();
        let stores = program.stores.iter().enumerate();
        let stores = stores
            .map(|(place, store)| {
                (store.slot, cells.iter().map(|values| values[place]).collect())
            })
            .collect();
        Self { graph, stores }
    }

    fn roots(&self) -> Vec<NodeId> {
        self.stores.iter().flat_map(|(_, values)| values.iter().copied()).collect()
    }

    /// The needed loads: by slot and the distance of the row, the places along it.
    fn loads(&self) -> BTreeMap<Row, Places> {
        let mut loads: BTreeMap<Row, Places> = BTreeMap::new();
        let needed = self.graph.needed(&self.roots());
        for (op, _) in self.graph.ops().iter().zip(needed).filter(|(_, needed)| *needed) {
            if let Op::Load { array, offset: [i, j, k] } = *op {
                loads.entry((array, [i, j])).or_default().insert(k);
            }
        }
        loads
    }
}

/// Whether all that threads read lies in the rows with their margins, so that none is out of bounds. What is read at once may lie beyond
/// the region, and beyond the cells of a row.
fn fits(wide: &Wide, layout: &Layout, region: &Region, width: usize) -> bool {
    let width = width as isize;
    let down = |place: isize| place.div_euclid(width) * width;
    let before = layout.origin % layout.strides[1].max(1);
    let behind = layout.strides[1] as isize - before as isize;
    let (first, last) = (down(region.start[2]), down(region.end[2] - 1));
    let mut places = wide.loads().into_values().flatten().map(isize::from);
    before.is_multiple_of(width as usize)
        && places.all(|place| {
            first + down(place) >= -(before as isize)
                && last + down(place) + width <= behind
        })
}

/// The kernel of a program with its operations, where several cells for each thread are possible and not too much: all arrays planar, nothing
/// reduced, and no more operations than are left.
pub(super) fn write(
    plan: &Plan,
    precision: Precision,
    place: usize,
    shape: &Shape<'_>,
    region: &Region,
    left: usize,
) -> FieldResult<Option<(Kernel, usize)>> {
    let program = &plan.programs[place];
    let planar = shape.binding.parts.iter().all(Option::is_none);
    if shape.form != Form::Cells || !planar || !program.reductions.is_empty() {
        return Ok(None);
    }
    let width = width(precision);
    let wide = Wide::new(program, plan, width);
    let roots = wide.roots();
    let many = wide.graph.needed(&roots).into_iter().filter(|needed| *needed).count();
    let strides = shape.layout.strides;
    let apart = strides[0].is_multiple_of(width) && strides[1].is_multiple_of(width);
    if many > MOST.min(left) || !apart || !fits(&wide, shape.layout, region, width) {
        return Ok(None);
    }
    let statements = Statements::new(plan, &wide.graph, &roots, precision);
    let text = String::new();
    let body = Body { plan, shape, wide: &wide, statements, width, text }.write()?;
    let note = format!("{}: {width} cells a thread", comment(&program.name));
    let name = format!("wide_{}", shape.number);
    let parameters = parameters(plan, program, shape);
    Ok(Some((Kernel::new(name, &note, parameters, Some(place), &body), many)))
}

/// A row that is kept in registers along the march: from the least to the greatest distance.
struct Queue {
    slot: u32,
    /// The distance across; 0 along the march.
    other: [i16; 2],
    /// Its places along the row, at all distances.
    places: Places,
    least: i16,
    greatest: i16,
}

struct Body<'a> {
    plan: &'a Plan,
    shape: &'a Shape<'a>,
    wide: &'a Wide,
    statements: Statements<'a>,
    width: usize,
    text: String,
}

impl Body<'_> {
    fn line(&mut self, depth: usize, line: &str) {
        let _ = writeln!(self.text, "{:1$}{line}", "", 4 * depth);
    }

    fn queues(&self) -> Vec<Queue> {
        let march = self.shape.march;
        if march == 2 {
            return Vec::new();
        }
        let mut groups: BTreeMap<Row, (BTreeSet<i16>, Places)> = BTreeMap::new();
        for ((slot, row), places) in self.wide.loads() {
            if self.shape.binding.pure[slot as usize] {
                let mut other = row;
                other[march] = 0;
                let (distances, all) = groups.entry((slot, other)).or_default();
                distances.insert(row[march]);
                all.extend(places);
            }
        }
        let queue = |((slot, other), (distances, places)): (_, (BTreeSet<i16>, _))| {
            let (least, greatest) = (*distances.first()?, *distances.last()?);
            (1..=LONGEST).contains(&(greatest - least)).then_some(Queue {
                slot,
                other,
                places,
                least,
                greatest,
            })
        };
        groups.into_iter().filter_map(queue).collect()
    }

    /// The distance of a queue's row.
    fn row(&self, queue: &Queue, distance: i16) -> [i16; 2] {
        let mut row = queue.other;
        row[self.shape.march] = distance;
        row
    }

    /// Reads places of a row: at once those of which several lie together, or that are the thread's own.
    fn fetch(
        &mut self,
        depth: usize,
        kind: &str,
        slot: u32,
        row: [i16; 2],
        places: &Places,
    ) {
        let width = self.width as i16;
        let [i, j] = row;
        let [plane, line, _] = self.shape.layout.strides.map(|stride| stride as i64);
        let at =
            |k: i16| shift(i64::from(i) * plane + i64::from(j) * line + i64::from(k));
        let mut together: BTreeMap<i16, Vec<i16>> = BTreeMap::new();
        for place in places {
            together.entry(place.div_euclid(width)).or_default().push(*place);
        }
        for (part, places) in together {
            if part != 0 && places.len() == 1 {
                let k = places[0];
                let name = load_name(slot, [i, j, k]);
                self.line(depth, &format!("{kind} {name} = a{slot}[p{}];", at(k)));
                continue;
            }
            let first = part * width;
            let whole = load_name(slot, [i, j, first]).replacen('a', "w", 1);
            let from = format!("*(const wide *)(a{slot} + p{})", at(first));
            self.line(depth, &format!("const wide {whole} = {from};"));
            let values = places.iter().map(|k| {
                let name = load_name(slot, [i, j, *k]);
                format!("{name} = {whole}.{}", PARTS[(k - first) as usize])
            });
            let values: Vec<String> = values.collect();
            self.line(depth, &format!("{kind} {};", values.join(", ")));
        }
    }

    /// For each operation whether it changes along the march.
    fn changing(&self) -> Vec<bool> {
        let graph = &self.wide.graph;
        let mut changing = vec![false; graph.ops().len()];
        for (node, op) in graph.ops().iter().enumerate() {
            changing[node] = match *op {
                Op::Load { .. } => true,
                Op::Table { table, .. } => {
                    self.plan.tables[table as usize].dimension == self.shape.march
                }
                _ => op.operands().iter().any(|operand| changing[operand.0 as usize]),
            };
        }
        changing
    }

    fn write(mut self) -> FieldResult<String> {
        let march = self.shape.march;
        let loops = march < 2;
        let changing = self.changing();
        let queues = self.queues();
        self.cells();
        let nodes: Vec<NodeId> = self.statements.nodes().collect();
        let is_load =
            |node: &NodeId| matches!(self.wide.graph.op(*node), Op::Load { .. });
        let (inside, outside): (Vec<NodeId>, Vec<NodeId>) = nodes
            .into_iter()
            .filter(|node| !is_load(node))
            .partition(|node| !loops || changing[node.0 as usize]);
        for node in outside {
            let line = self.statements.statement(node, |_, _| String::new())?;
            self.line(1, &line);
        }
        let [plane, row, _] = self.shape.layout.strides;
        let position = format!("place p = (place)i * {plane} + (place)j * {row} + k;");
        if !queues.is_empty() {
            self.line(1, "if (first >= last) return;");
            self.line(1, &format!("int {} = first;", INDEX[march]));
            self.line(1, &position);
            for queue in &queues {
                for distance in queue.least..queue.greatest {
                    let row = self.row(queue, distance);
                    self.fetch(1, "real", queue.slot, row, &queue.places);
                }
            }
        }
        let depth = 1 + usize::from(loops);
        match (loops, queues.is_empty()) {
            (false, _) => self.line(1, &position),
            (true, empty) => {
                let index = INDEX[march];
                let (begin, step) = if empty {
                    (format!("int {index} = first"), String::new())
                } else {
                    let stride = self.shape.layout.strides[march];
                    (String::new(), format!(", p += {stride}"))
                };
                let ends = format!("{index} < last; {index}++{step}");
                self.line(1, &format!("for ({begin}; {ends}) {{"));
                if empty {
                    self.line(2, &position);
                }
            }
        }
        for queue in &queues {
            let row = self.row(queue, queue.greatest);
            self.fetch(depth, "const real", queue.slot, row, &queue.places);
        }
        let queued = |slot: u32, row: [i16; 2]| {
            queues.iter().any(|queue| {
                queue.slot == slot && self.row(queue, row[march.min(1)]) == row
            })
        };
        let loads = self.wide.loads().into_iter();
        let loads: Vec<_> =
            loads.filter(|((slot, row), _)| !loops || !queued(*slot, *row)).collect();
        for ((slot, row), places) in loads {
            self.fetch(depth, "const real", slot, row, &places);
        }
        for node in inside {
            let line = self.statements.statement(node, |_, _| String::new())?;
            self.line(depth, &line);
        }
        self.stores(depth);
        for queue in &queues {
            for distance in queue.least..queue.greatest {
                let name = |distance: i16, place: &i16| {
                    let [i, j] = self.row(queue, distance);
                    load_name(queue.slot, [i, j, *place])
                };
                let moves = queue.places.iter().map(|place| {
                    format!("{} = {};", name(distance, place), name(distance + 1, place))
                });
                let moves: Vec<String> = moves.collect();
                self.line(depth, &moves.join(" "));
            }
        }
        if loops {
            self.line(1, "}");
        }
        Ok(self.text)
    }

    /// The thread's numbers at once where all its cells are in the region.
    fn stores(&mut self, depth: usize) {
        let scales = &self.shape.binding.scales;
        let stores = self.wide.stores.iter().zip(scales);
        let stores: Vec<(u32, Vec<String>)> = stores
            .map(|((slot, values), scale)| {
                let values = values.iter().map(|value| {
                    let value = self.statements.name(*value);
                    match scale {
                        None => value.to_owned(),
                        Some(scale) => {
                            format!("{value} * {}", self.statements.literal(*scale))
                        }
                    }
                });
                (*slot, values.collect())
            })
            .collect();
        self.line(depth, "if (whole) {");
        for (slot, values) in &stores {
            let values = values.join(", ");
            self.line(depth + 1, &format!("*(wide *)(a{slot} + p) = wide{{{values}}};"));
        }
        self.line(depth, "} else {");
        for cell in 0..self.width {
            let place = shift(cell as i64);
            let inside = format!("k{place} >= k0 && k{place} < k0 + nk");
            let values = stores
                .iter()
                .map(|(slot, values)| format!("a{slot}[p{place}] = {};", values[cell]));
            let values: Vec<String> = values.collect();
            self.line(depth + 1, &format!("if ({inside}) {{ {} }}", values.join(" ")));
        }
        self.line(depth, "}");
    }

    /// Which cells are this thread's.
    fn cells(&mut self) {
        let width = self.width;
        let thread = "(int)(blockIdx.x * blockDim.x + threadIdx.x)";
        let first = format!("const int k = (k0 & -{width}) + {width} * {thread}");
        let last = "const int first = i0 + (int)blockIdx.z * chunk, last = least(first + chunk, i0 + ni);";
        match self.shape.march {
            0 => {
                self.line(1, &format!("{first};"));
                self.line(
                    1,
                    "const int j = j0 + (int)(blockIdx.y * blockDim.y + threadIdx.y);",
                );
                self.line(1, "if (k >= k0 + nk || j >= j0 + nj) return;");
                self.line(1, last);
            }
            1 => {
                self.line(1, &format!("{first}, i = i0;"));
                self.line(1, "if (k >= k0 + nk) return;");
                self.line(
                    1,
                    "const int first = j0 + (int)(blockIdx.y * blockDim.y + threadIdx.y) * chunk, last = least(first + chunk, j0 + nj);",
                );
            }
            _ => {
                self.line(1, &format!("{first}, j = j0, i = i0;"));
                self.line(1, "if (k >= k0 + nk) return;");
            }
        }
        self.line(1, &format!("const bool whole = k >= k0 && k + {width} <= k0 + nk;"));
    }
}
