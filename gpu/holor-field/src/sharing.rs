//! Costly functions of shifted values are computed once for each cell and kept in arrays.
//!
//! In sin(θ(x + h) − θ(x)) + sin(θ(x − h) − θ(x)) every sine occurs twice, seen from two cells. And a step that gathers the mean of sin θ
//! needs sin θ again for its rates. For machines where a sine costs more than a number written to the caches and read again, [`share`] finds
//! such values: it puts a program that stores them before the one that needs them, or lets the earlier of two programs store what
//! both compute.

use crate::backend::Precision;
use crate::graph::{Binary, Graph, NodeId, Op, Unary};
use crate::layout::{DIMENSIONS, Region};
use crate::plan::{Action, Array, ArrayId, Plan, Program, ScalarId, Store};

/// Formulas longer than this are not compared.
const LONGEST: usize = 400;

/// Rewrites a plan so that costly functions are shared between cells and programs, wherever all arrays of the program together with the new ones
/// take at most so many bytes (the size of a cache). The plan's arrays, scalars and procedures keep their places.
pub fn share(plan: &Plan, precision: Precision, bytes: u64) -> Plan {
    let mut uses = vec![0_u32; plan.programs.len()];
    for procedure in &plan.procedures {
        for action in &procedure.actions {
            if let Action::Run { program, .. } = action
                && let Some(count) = uses.get_mut(*program)
            {
                *count += 1;
            }
        }
    }
    let mut sharing = Sharing { plan: plan.clone(), uses, precision, bytes };
    for (place, procedure) in plan.procedures.iter().enumerate() {
        sharing.plan.procedures[place].actions = sharing.procedure(&procedure.actions);
    }
    sharing.plan
}

struct Sharing {
    plan: Plan,
    /// How many actions run each program.
    uses: Vec<u32>,
    precision: Precision,
    bytes: u64,
}

/// A costly value in a program.
#[derive(Clone)]
struct Costly {
    node: NodeId,
    /// Its formula with offsets from the anchor.
    formula: Vec<i64>,
    /// The first of the offsets of its loads.
    anchor: [i16; DIMENSIONS],
    /// Whether the value is minus the formula's.
    negated: bool,
}

/// A value that a program of this procedure has computed from numbers that are still the same.
struct Known {
    formula: Vec<i64>,
    anchor: [i16; DIMENSIONS],
    negated: bool,
    region: Region,
    node: NodeId,
    /// The action that computed it.
    action: usize,
    /// Where it is kept, once somebody wants it.
    array: Option<ArrayId>,
    arrays: Vec<ArrayId>,
    scalars: Vec<ScalarId>,
}

/// Where a value is read instead of computed: array, offset, sign.
#[derive(Clone, Copy)]
struct Read {
    array: ArrayId,
    offset: [i16; DIMENSIONS],
    negated: bool,
}

/// Whether a function costs more than an access to a cache.
fn is_costly(op: Op) -> bool {
    match op {
        Op::Unary(function, _) => matches!(
            function,
            Unary::Sine
                | Unary::Cosine
                | Unary::Tangent
                | Unary::Exponential
                | Unary::Logarithm
                | Unary::HyperbolicSine
                | Unary::HyperbolicCosine
                | Unary::HyperbolicTangent
                | Unary::InverseSine
                | Unary::InverseCosine
                | Unary::InverseTangent
                | Unary::ErrorFunction
        ),
        Op::Binary(function, ..) => matches!(function, Binary::Power | Binary::Angle),
        _ => false,
    }
}

fn minus(a: [i16; DIMENSIONS], b: [i16; DIMENSIONS]) -> [i16; DIMENSIONS] {
    std::array::from_fn(|d| a[d].saturating_sub(b[d]))
}

impl Sharing {
    fn procedure(&mut self, actions: &[Action]) -> Vec<Action> {
        let mut done: Vec<Action> = Vec::new();
        let mut known: Vec<Known> = Vec::new();
        for action in actions {
            let (arrays, scalars) = self.written(action);
            match action {
                Action::Run { program, arrays, region } => {
                    self.run(*program, arrays, *region, &mut done, &mut known);
                }
                other => done.push(other.clone()),
            }
            let Some(arrays) = arrays else {
                known.clear();
                continue;
            };
            known.retain(|value| {
                !value.arrays.iter().any(|array| arrays.contains(array))
                    && !value.scalars.iter().any(|scalar| scalars.contains(scalar))
            });
        }
        done
    }

    /// The arrays and scalars that an action writes; none where it may be any.
    fn written(&self, action: &Action) -> (Option<Vec<ArrayId>>, Vec<ScalarId>) {
        let transform = |place: &usize| {
            let transform = self.plan.transforms.get(*place);
            transform.map_or(Vec::new(), |transform| {
                let mut all = vec![transform.real];
                all.extend(transform.imaginary);
                all.extend(transform.spectrum);
                all
            })
        };
        let mut scalars = Vec::new();
        let arrays = match action {
            Action::Run { program, arrays, .. } => {
                let program = &self.plan.programs[*program];
                scalars.extend(program.reductions.iter().map(|r| r.scalar));
                program.stores.iter().map(|store| arrays[store.slot as usize]).collect()
            }
            Action::Wrap { array, .. } | Action::Noise { array, .. } => vec![*array],
            Action::Exchange(a, b) => vec![*a, *b],
            Action::Copy { to, .. }
            | Action::Sparse { to, .. }
            | Action::Lines { to, .. }
            | Action::Group { to, .. } => vec![*to],
            Action::Forward(place) | Action::Inverse(place) => transform(place),
            Action::Filter { transform: place, .. } => transform(place),
            Action::Scalars { stores, .. } => {
                scalars.extend(stores.iter().map(|store| store.0));
                Vec::new()
            }
            Action::Repeat { .. } => return (None, scalars),
        };
        (Some(arrays), scalars)
    }

    fn run(
        &mut self,
        place: usize,
        arrays: &[ArrayId],
        region: Region,
        done: &mut Vec<Action>,
        known: &mut Vec<Known>,
    ) {
        let program = self.plan.programs[place].clone();
        let mut reads: Vec<Option<Read>> = vec![None; program.graph.ops().len()];
        // What an earlier program of the procedure has computed.
        for costly in self.costly(&program, arrays, &reads) {
            let same = |value: &&mut Known| {
                value.region == region
                    && value.anchor == costly.anchor
                    && value.formula == costly.formula
            };
            let Some(value) = known.iter_mut().find(same) else { continue };
            let Some(array) = self.keep(value, arrays, done) else { continue };
            let negated = value.negated != costly.negated;
            reads[costly.node.0 as usize] =
                Some(Read { array, offset: [0; DIMENSIONS], negated });
        }
        // What several cells need. The outermost first: it may be all that needs what is inside it.
        let mut before: Vec<(Region, Program, Vec<ArrayId>)> = Vec::new();
        while let Some(class) = self.shifted(&program, arrays, &reads) {
            let Some(array) = self.room(arrays, before.len() as u64) else { break };
            self.compute_before(&program, arrays, region, &class, array, &mut before);
            let first = class.first().is_some_and(|costly| costly.negated);
            for costly in &class {
                let negated = costly.negated != first;
                reads[costly.node.0 as usize] =
                    Some(Read { array, offset: costly.anchor, negated });
            }
        }
        for (region, program, arrays) in before {
            self.plan.programs.push(program);
            self.uses.push(1);
            let program = self.plan.programs.len() - 1;
            done.push(Action::Run { program, arrays, region });
        }
        let (place, arrays, moved) = if reads.iter().any(Option::is_some) {
            self.reading(place, &program, arrays, &reads)
        } else {
            let all = (0..program.graph.ops().len() as u32).map(NodeId).collect();
            (place, arrays.to_vec(), all)
        };
        // What is computed here may be wanted later.
        for costly in self.costly(&program, &arrays, &reads) {
            let needed = program.graph.needed(&[costly.node]);
            let ops = program.graph.ops().iter().zip(needed);
            let ops: Vec<Op> = ops.filter_map(|(op, n)| n.then_some(*op)).collect();
            let loaded = ops.iter().filter_map(|op| match op {
                Op::Load { array, .. } => Some(arrays[*array as usize]),
                _ => None,
            });
            let scalars = ops.iter().filter_map(|op| match op {
                Op::Scalar(scalar) => Some(*scalar as usize),
                _ => None,
            });
            known.push(Known {
                arrays: loaded.collect(),
                scalars: scalars.collect(),
                formula: costly.formula,
                anchor: costly.anchor,
                negated: costly.negated,
                region,
                node: moved[costly.node.0 as usize],
                action: done.len(),
                array: None,
            });
        }
        done.push(Action::Run { program: place, arrays, region });
    }

    /// A new array like those of a program, if all of them stay within the bytes.
    fn room(&mut self, arrays: &[ArrayId], more: u64) -> Option<ArrayId> {
        let layout = self.plan.arrays.get(*arrays.first()?)?.layout;
        let bytes = layout.length as u64 * self.precision.bytes();
        if (arrays.len() as u64 + more + 1) * bytes > self.bytes {
            return None;
        }
        let name = format!("shared {}", self.plan.arrays.len());
        self.plan.arrays.push(Array { name, layout, values: None });
        Some(self.plan.arrays.len() - 1)
    }

    /// The array of a value that an earlier action computes, which from now on stores it.
    fn keep(
        &mut self,
        value: &mut Known,
        arrays: &[ArrayId],
        done: &mut [Action],
    ) -> Option<ArrayId> {
        if value.array.is_some() {
            return value.array;
        }
        let array = self.room(arrays, 0)?;
        let Some(Action::Run { program, arrays, .. }) = done.get_mut(value.action) else {
            return None;
        };
        let mut changed = self.plan.programs[*program].clone();
        let slot = changed.slots as u32;
        changed.slots += 1;
        changed.stores.push(Store { slot, value: value.node });
        arrays.push(array);
        *program = self.replace(*program, changed);
        value.array = Some(array);
        value.array
    }

    /// A program in place of another, for one action; the place of it.
    fn replace(&mut self, place: usize, program: Program) -> usize {
        if self.uses[place] == 1 {
            self.plan.programs[place] = program;
            return place;
        }
        self.uses[place] -= 1;
        self.plan.programs.push(program);
        self.uses.push(1);
        self.plan.programs.len() - 1
    }

    /// All costly values that a program still computes.
    fn costly(
        &self,
        program: &Program,
        arrays: &[ArrayId],
        reads: &[Option<Read>],
    ) -> Vec<Costly> {
        let graph = &program.graph;
        let needed = still_needed(program, reads);
        let nodes = (0..graph.ops().len() as u32).map(NodeId);
        nodes
            .filter(|node| {
                let place = node.0 as usize;
                needed[place] && reads[place].is_none() && is_costly(graph.op(*node))
            })
            .filter_map(|node| self.formula(graph, arrays, node))
            .collect()
    }

    fn formula(&self, graph: &Graph, arrays: &[ArrayId], node: NodeId) -> Option<Costly> {
        let needed = graph.needed(&[node]);
        let loads = graph.ops().iter().zip(needed).filter_map(|(op, needed)| match op {
            Op::Load { offset, .. } if needed => Some(*offset),
            _ => None,
        });
        let anchor = loads.min()?;
        let mut writer = Writer {
            graph,
            arrays,
            anchor,
            dimensions: self.plan.tables.iter().map(|t| t.dimension).collect(),
            left: LONGEST,
        };
        // sin(b − a) = −sin(a − b), cos(b − a) = cos(a − b).
        if let Op::Unary(function @ (Unary::Sine | Unary::Cosine), argument) =
            graph.op(node)
            && let Op::Binary(Binary::Subtract, a, b) = graph.op(argument)
        {
            let (first, second) = (writer.write(a)?, writer.write(b)?);
            let negated = first > second && function == Unary::Sine;
            let (first, second) =
                if first > second { (second, first) } else { (first, second) };
            let mut formula = vec![DIFFERENCE, function as i64];
            formula.extend(first);
            formula.extend(second);
            return Some(Costly { node, formula, anchor, negated });
        }
        let formula = writer.write(node)?;
        Some(Costly { node, formula, anchor, negated: false })
    }

    /// The outermost values with one formula at several anchors.
    fn shifted(
        &self,
        program: &Program,
        arrays: &[ArrayId],
        reads: &[Option<Read>],
    ) -> Option<Vec<Costly>> {
        let all = self.costly(program, arrays, reads);
        all.iter().rev().find_map(|last| {
            let class: Vec<Costly> =
                all.iter().filter(|c| c.formula == last.formula).cloned().collect();
            let apart = class.iter().any(|costly| costly.anchor != last.anchor);
            apart.then_some(class)
        })
    }

    /// Lets a program before this one store the values of a class.
    fn compute_before(
        &self,
        program: &Program,
        arrays: &[ArrayId],
        mut region: Region,
        class: &[Costly],
        into: ArrayId,
        before: &mut Vec<(Region, Program, Vec<ArrayId>)>,
    ) {
        let Some(first) = class.first() else { return };
        for d in 0..DIMENSIONS {
            let offsets = || class.iter().map(|costly| isize::from(costly.anchor[d]));
            region.start[d] += offsets().min().unwrap_or(0);
            region.end[d] += offsets().max().unwrap_or(0);
        }
        let place = before.iter().position(|other| other.0 == region);
        let place = place.unwrap_or_else(|| {
            let program = Program {
                name: format!("{}: shared", program.name),
                graph: Graph::new(),
                slots: 0,
                stores: Vec::new(),
                reductions: Vec::new(),
            };
            before.push((region, program, Vec::new()));
            before.len() - 1
        });
        let (_, target, bound) = &mut before[place];
        let tables = &self.plan.tables;
        let value = program.graph.copy_into(
            &mut target.graph,
            &[first.node],
            |graph, op| match op {
                Op::Load { array, offset } => {
                    let slot = slot(bound, arrays[array as usize]);
                    graph.load(slot, minus(offset, first.anchor))
                }
                Op::Table { table, offset } => {
                    let d = tables[table as usize].dimension;
                    graph.table(table, offset.saturating_sub(first.anchor[d]))
                }
                other => graph.push(other),
            },
        )[0];
        let slot = slot(bound, into);
        target.stores.push(Store { slot, value });
        target.slots = bound.len();
    }

    /// A program that reads what it need not compute, with its arrays, and where its nodes have gone.
    fn reading(
        &mut self,
        place: usize,
        program: &Program,
        arrays: &[ArrayId],
        reads: &[Option<Read>],
    ) -> (usize, Vec<ArrayId>, Vec<NodeId>) {
        let mut bound = arrays.to_vec();
        let needed = still_needed(program, reads);
        let mut graph = Graph::new();
        let mut moved = vec![NodeId(0); program.graph.ops().len()];
        for (node, op) in program.graph.ops().iter().enumerate() {
            if !needed[node] {
                continue;
            }
            moved[node] = match reads[node] {
                Some(read) => {
                    let value = graph.load(slot(&mut bound, read.array), read.offset);
                    if read.negated { graph.negate(value) } else { value }
                }
                None => graph.push(op.with_operands(|node| moved[node.0 as usize])),
            };
        }
        let at = |node: NodeId| moved[node.0 as usize];
        let stores = program.stores.iter().map(|s| Store { value: at(s.value), ..*s });
        let mut reductions = program.reductions.clone();
        for reduction in &mut reductions {
            reduction.value = at(reduction.value);
        }
        let changed = Program {
            name: program.name.clone(),
            slots: bound.len(),
            stores: stores.collect(),
            reductions,
            graph,
        };
        (self.replace(place, changed), bound, moved)
    }
}

/// Which nodes a program needs when some are read.
fn still_needed(program: &Program, reads: &[Option<Read>]) -> Vec<bool> {
    let mut needed = vec![false; program.graph.ops().len()];
    for root in program.roots() {
        needed[root.0 as usize] = true;
    }
    for place in (0..needed.len()).rev() {
        if needed[place] && reads[place].is_none() {
            for operand in program.graph.operands(NodeId(place as u32)) {
                needed[operand.0 as usize] = true;
            }
        }
    }
    needed
}

fn slot(bound: &mut Vec<ArrayId>, array: ArrayId) -> u32 {
    let known = bound.iter().position(|other| *other == array);
    known.unwrap_or_else(|| {
        bound.push(array);
        bound.len() - 1
    }) as u32
}

const DIFFERENCE: i64 = 0;

/// Writes formulas as numbers, the same for the same formula around another cell.
struct Writer<'a> {
    graph: &'a Graph,
    arrays: &'a [ArrayId],
    anchor: [i16; DIMENSIONS],
    /// Of each table.
    dimensions: Vec<usize>,
    left: usize,
}

impl Writer<'_> {
    fn write(&mut self, node: NodeId) -> Option<Vec<i64>> {
        self.left = self.left.checked_sub(1)?;
        let mut all = match self.graph.op(node) {
            Op::Constant(bits) => vec![1, bits.value().to_bits() as i64],
            Op::Scalar(scalar) => vec![2, i64::from(scalar)],
            Op::Load { array, offset } => {
                let [i, j, k] = minus(offset, self.anchor).map(i64::from);
                vec![3, *self.arrays.get(array as usize)? as i64, i, j, k]
            }
            Op::Table { table, offset } => {
                let d = *self.dimensions.get(table as usize)?;
                let relative = i64::from(offset) - i64::from(self.anchor[d]);
                vec![4, i64::from(table), relative]
            }
            Op::Unary(function, _) => vec![5, function as i64],
            Op::Binary(function, ..) => vec![6, function as i64],
            Op::MultiplyAdd(..) => vec![7],
            Op::Select(..) => vec![8],
        };
        let parts = self.graph.operands(node).into_iter();
        let mut parts: Vec<Vec<i64>> =
            parts.map(|part| self.write(part)).collect::<Option<_>>()?;
        // a + b and b + a are the same to the last bit, a b and b a as well.
        if let Op::Binary(Binary::Add | Binary::Multiply, ..) = self.graph.op(node) {
            parts.sort_unstable();
        }
        if let (Op::MultiplyAdd(..), [a, b, ..]) =
            (self.graph.op(node), parts.as_mut_slice())
            && a > b
        {
            std::mem::swap(a, b);
        }
        all.extend(parts.into_iter().flatten());
        Some(all)
    }
}

#[cfg(test)]
mod tests;
