//! What a procedure does to arrays and scalars, followed without numbers.

use std::collections::{BTreeMap, BTreeSet};

use crate::graph::{Graph, NodeId, Op};
use crate::layout::{DIMENSIONS, Layout, Region};
use crate::plan::{Action, ArrayId, Plan, Scalar, ScalarId};

/// The contents of an array at some moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Version {
    /// Those at the start.
    Start(ArrayId),
    /// A node of a program that was run.
    Made {
        /// Counts the runs.
        instance: usize,
        /// The value in its graph.
        node: NodeId,
    },
}

/// A program as it was run.
pub(super) struct Instance {
    pub(super) program: usize,
    /// What its slots held.
    pub(super) bound: Vec<Version>,
    /// Which of it the program loads.
    pub(super) loads: BTreeSet<Version>,
    /// The scalars that its scalars are in the new plan.
    pub(super) scalars: BTreeMap<ScalarId, ScalarId>,
}

/// An array now.
#[derive(Clone, Copy)]
struct Content {
    version: Version,
    /// The dimensions in which ghosts are those of a periodic box.
    wrapped: [bool; DIMENSIONS],
}

/// A procedure as it was followed.
pub(super) struct History<'a> {
    pub(super) plan: &'a Plan,
    /// The layout of all that is computed.
    pub(super) layout: Layout,
    contents: Vec<Content>,
    pub(super) instances: Vec<Instance>,
    /// What one repetition reads as it was at its start, or leaves in another array.
    pub(super) read: BTreeSet<ArrayId>,
    /// Arrays whose contents a repetition replaces.
    pub(super) changed: BTreeSet<ArrayId>,
    /// Wrapped by the procedure, by array.
    wraps: BTreeMap<ArrayId, [bool; DIMENSIONS]>,
    /// What is computed of scalars, and where each that was written stands.
    pub(super) arithmetic: Graph,
    pub(super) values: BTreeMap<ScalarId, NodeId>,
    /// Scalars that the procedure writes.
    written: BTreeSet<ScalarId>,
    /// Scalars of the new plan that hold values in between.
    pub(super) between: Vec<(ScalarId, NodeId)>,
    pub(super) scalars: Vec<Scalar>,
}

impl<'a> History<'a> {
    pub(super) fn new(plan: &'a Plan, actions: &[Action]) -> Option<Self> {
        let mut layout = None;
        let mut written = BTreeSet::new();
        let mut wraps: BTreeMap<ArrayId, [bool; DIMENSIONS]> = BTreeMap::new();
        for action in actions {
            match action {
                Action::Run { arrays, .. } => {
                    let own = plan.arrays.get(*arrays.first()?)?.layout;
                    if layout.is_some_and(|layout| layout != own) {
                        return None;
                    }
                    layout = Some(own);
                }
                Action::Scalars { stores, .. } => {
                    written.extend(stores.iter().map(|store| store.0));
                }
                Action::Wrap { array, dimension, sign } if *sign == 1.0 => {
                    wraps.entry(*array).or_default()[*dimension] = true;
                }
                Action::Exchange(..) => {}
                _ => return None,
            }
        }
        let content = |array| Content {
            version: Version::Start(array),
            wrapped: [false; DIMENSIONS],
        };
        Some(Self {
            plan,
            layout: layout?,
            contents: (0..plan.arrays.len()).map(content).collect(),
            instances: Vec::new(),
            read: BTreeSet::new(),
            changed: BTreeSet::new(),
            wraps,
            arithmetic: Graph::new(),
            values: BTreeMap::new(),
            written,
            between: Vec::new(),
            scalars: plan.scalars.clone(),
        })
    }

    /// Follows an action; `first` in the first repetition.
    pub(super) fn act(&mut self, action: &Action, first: bool) -> Option<()> {
        match action {
            Action::Wrap { array, dimension, .. } => {
                self.contents[*array].wrapped[*dimension] = true;
            }
            Action::Exchange(a, b) => {
                self.contents.swap(*a, *b);
                self.changed.extend([*a, *b]);
            }
            Action::Scalars { graph, stores } => self.compute(graph, stores),
            Action::Run { program, arrays, region } => {
                self.run(*program, arrays, region, first)?;
            }
            _ => return None,
        }
        Some(())
    }

    /// After a repetition: what it moved is still there, and what it moved and brought back is not for others.
    pub(super) fn repetition_ends(&mut self) {
        let contents = &self.contents;
        self.changed.retain(|array| contents[*array].version != Version::Start(*array));
        for (array, content) in self.contents.iter().enumerate() {
            match content.version {
                Version::Start(from) if from != array => {
                    self.read.insert(from);
                }
                _ => {}
            }
        }
    }

    /// What an array holds now.
    pub(super) fn version(&self, array: ArrayId) -> Version {
        self.contents[array].version
    }

    fn run(
        &mut self,
        place: usize,
        arrays: &[ArrayId],
        region: &Region,
        first: bool,
    ) -> Option<()> {
        let program = self.plan.programs.get(place)?;
        if *region != Region::interior(&self.layout) || !program.reductions.is_empty() {
            return None;
        }
        let (mut scalars, mut loads) = (BTreeMap::new(), BTreeSet::new());
        let needed = program.graph.needed(&program.roots());
        let ops = program.graph.ops().iter().zip(needed);
        for (op, _) in ops.filter(|(_, needed)| *needed) {
            match *op {
                Op::Load { array, offset } => {
                    let array = *arrays.get(array as usize)?;
                    let content = self.contents.get(array)?;
                    if (0..DIMENSIONS).any(|d| offset[d] != 0 && !content.wrapped[d]) {
                        return None;
                    }
                    loads.insert(content.version);
                    if let (true, Version::Start(start)) = (first, content.version) {
                        self.read.insert(start);
                    }
                }
                Op::Scalar(scalar) => {
                    let scalar = scalar as ScalarId;
                    scalars.insert(scalar, self.scalar_now(scalar));
                }
                _ => {}
            }
        }
        let bound = arrays.iter().map(|array| self.contents[*array].version).collect();
        self.instances.push(Instance { program: place, bound, loads, scalars });
        for store in &program.stores {
            let array = *arrays.get(store.slot as usize)?;
            let instance = self.instances.len() - 1;
            let version = Version::Made { instance, node: store.value };
            self.contents[array] = Content { version, wrapped: [false; DIMENSIONS] };
            self.changed.insert(array);
        }
        Some(())
    }

    /// The scalar of the new plan that holds the present value of one of the old plan.
    fn scalar_now(&mut self, scalar: ScalarId) -> ScalarId {
        if !self.written.contains(&scalar) {
            return scalar;
        }
        let arithmetic = &mut self.arithmetic;
        let present = self.values.get(&scalar).copied();
        let node = present.unwrap_or_else(|| arithmetic.scalar(scalar as u32));
        if let Some((known, _)) = self.between.iter().find(|(_, other)| *other == node) {
            return *known;
        }
        let name = format!("{} meanwhile", self.plan.scalars[scalar].name);
        self.scalars.push(Scalar { name, value: 0.0 });
        self.between.push((self.scalars.len() - 1, node));
        self.scalars.len() - 1
    }

    fn compute(&mut self, graph: &Graph, stores: &[(ScalarId, NodeId)]) {
        let roots: Vec<NodeId> = stores.iter().map(|store| store.1).collect();
        let mut target = std::mem::take(&mut self.arithmetic);
        let values = graph.copy_into(&mut target, &roots, |target, op| match op {
            Op::Scalar(scalar) => {
                let present = self.values.get(&(scalar as ScalarId)).copied();
                present.unwrap_or_else(|| target.scalar(scalar))
            }
            other => target.push(other),
        });
        self.arithmetic = target;
        for ((scalar, _), value) in stores.iter().zip(values) {
            self.values.insert(*scalar, value);
        }
    }

    /// Whether ghosts of what an array held at the start may be made periodic in the dimensions of this reach: the procedure does so
    /// itself, or they mean nothing to anybody.
    pub(super) fn may_wrap(&self, array: ArrayId, reach: [usize; DIMENSIONS]) -> bool {
        let wrapped = self.wraps.get(&array).copied().unwrap_or_default();
        (0..DIMENSIONS).all(|d| wrapped[d] || reach[d] == 0)
            || !wrapped.contains(&true) && !self.has_ghosts(array)
    }

    /// Whether any program reads ghosts of an array, or they were given.
    fn has_ghosts(&self, array: ArrayId) -> bool {
        let own = &self.plan.arrays[array];
        let length = own.layout.length;
        let given = own.values.as_ref().is_some_and(|values| values.len() == length);
        let reads = |action: &Action| match action {
            Action::Run { program, arrays, .. } => {
                let program = &self.plan.programs[*program];
                program.graph.ops().iter().any(|op| match *op {
                    Op::Load { array: slot, offset } => {
                        arrays.get(slot as usize) == Some(&array)
                            && offset != [0; DIMENSIONS]
                    }
                    _ => false,
                })
            }
            _ => false,
        };
        let procedures = &self.plan.procedures;
        (given && length != own.layout.cells())
            || procedures.iter().flat_map(|procedure| &procedure.actions).any(reads)
    }
}
