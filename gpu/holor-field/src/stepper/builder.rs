//! Plans out of schemes: what every method needs before it adds its own arithmetic.
//!
//! A plan begins with the arrays, tables and scalars of the scheme, counted alike, so that the scheme's graph means the same in both.
//! A method adds arrays, and binds the scheme's planes to whichever of them hold the state of a stage.

use crate::error::{FieldError, FieldResult};
use crate::graph::{Binary, Graph, NodeId, Op};
use crate::layout::{Layout, Region};
use crate::plan::{
    Action, Array, ArrayId, Plan, Procedure, ProcedureId, Program, Reduction,
    ReductionKind, Scalar, ScalarId, Store,
};
use crate::scheme::{Scheme, scalar};

/// What a method carries from step to step: a plane, or the time derivative of one.
#[derive(Clone, Debug)]
pub(crate) struct Variable {
    /// Its place among the scheme's arrays, and its array in the plan.
    pub(crate) array: ArrayId,
    /// The plane that it belongs to.
    pub(crate) plane: usize,
    /// Whether it is the time derivative of the plane.
    pub(crate) velocity: bool,
    /// For printing.
    pub(crate) name: String,
    /// Its time derivative, in the builder's graph.
    pub(crate) rate: NodeId,
}

/// Where and when rates are evaluated.
#[derive(Clone, Debug)]
pub(crate) struct At {
    /// For each array of the scheme the array of the plan.
    pub(crate) binding: Vec<ArrayId>,
    /// The scalar with the time.
    pub(crate) time: ScalarId,
    /// Only what is proportional to the planes: sources and boundary values are 0.
    pub(crate) homogeneous: bool,
}

/// A plan in the making.
#[derive(Debug)]
pub(crate) struct Builder<'s> {
    /// The scheme.
    pub(crate) scheme: &'s Scheme,
    /// The plan.
    pub(crate) plan: Plan,
    /// The scheme's graph and what was added.
    pub(crate) graph: Graph,
    /// What evolves.
    pub(crate) variables: Vec<Variable>,
    /// Where each uniform noise is a scalar.
    pub(crate) uniform: Vec<Option<ScalarId>>,
    /// Transforms of convolutions already made: transform and multiplier.
    pub(crate) filters: Vec<Option<super::convolution::Filter>>,
    /// Done at the start of the step by the clock.
    clock: Clock,
}

/// Scalars that depend on the time and the step.
#[derive(Debug, Default)]
struct Clock {
    times: Vec<(f64, ScalarId)>,
    steps: Vec<(f64, bool, ScalarId)>,
    /// The two parts of some of `steps`.
    parts: Vec<(ScalarId, Parts)>,
}

/// A scalar as the sum of two that single precision holds: together 48 of its 53 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Parts {
    /// The scalar rounded to single precision.
    pub(crate) high: ScalarId,
    /// What that leaves.
    pub(crate) low: ScalarId,
}

/// The name of the scalar from which times are counted: t = origin + (count − first count) Δt.
pub const TIME_ORIGIN: &str = "time origin";
/// The name of the scalar with the count at which the time was the origin.
pub const COUNT_ORIGIN: &str = "count origin";
/// The name of the scalar with the first time at which rates may be evaluated, in plans of equations that jump in time: after a jump.
pub const EARLIEST: &str = "earliest time of rates";
/// The name of the scalar with the last such time: before the jump at which a step ends.
pub const LATEST: &str = "latest time of rates";
/// The name of the procedure that brings the state up to the present time, where `observe` does not.
pub const BACK: &str = "back";
/// The name of the scalar in which linear solvers count the systems that they failed to solve.
pub const FAILURES: &str = "unsolved systems";
/// The name of the scalar that counts iterations of linear solvers.
pub const ITERATIONS: &str = "iterations";
/// The name of the procedure that must run after Δt was changed between steps, where there is one; it finds the former
/// Δt in the scalar [`FORMER_STEP`].
pub const RESIZE: &str = "resize";
/// The name of the scalar with the Δt of the previous step.
pub const FORMER_STEP: &str = "former step";

impl<'s> Builder<'s> {
    /// Begins a plan with all of the scheme in it.
    pub(crate) fn new(scheme: &'s Scheme) -> FieldResult<Self> {
        let mut plan = Plan { tables: scheme.tables.clone(), ..Plan::default() };
        let mut graph = scheme.graph.clone();
        for name in &scheme.scalars {
            plan.scalars.push(Scalar { name: name.clone(), value: 0.0 });
        }
        while plan.scalars.len() < scalar::FREE as usize {
            plan.scalars.push(Scalar { name: String::new(), value: 0.0 });
        }
        for (place, name) in
            [(scalar::TIME, "time"), (scalar::STEP, "step"), (scalar::COUNT, "count")]
        {
            plan.scalars[place as usize].name = name.to_owned();
        }
        let mut variables = Vec::new();
        for (place, plane) in scheme.planes.iter().enumerate() {
            plan.arrays.push(Array {
                name: plane.name.clone(),
                layout: scheme.layout,
                values: Some(plane.start.clone().into()),
            });
            if plane.order == 1 {
                variables.push(Variable {
                    array: place,
                    plane: place,
                    velocity: false,
                    name: plane.name.clone(),
                    rate: scheme.rates[place],
                });
            }
        }
        for (place, plane) in scheme.planes.iter().enumerate() {
            let Some(velocity) = plane.velocity else { continue };
            if velocity as usize != plan.arrays.len() {
                return Err(FieldError::Device(format!(
                    "the velocity of {} has place {velocity}, not {}",
                    plane.name,
                    plan.arrays.len()
                )));
            }
            let name = format!("d{}/dt", plane.name);
            let rate = graph.load(velocity, [0; 3]);
            variables.push(Variable {
                array: place,
                plane: place,
                velocity: false,
                name: plane.name.clone(),
                rate,
            });
            variables.push(Variable {
                array: plan.arrays.len(),
                plane: place,
                velocity: true,
                name: name.clone(),
                rate: scheme.rates[place],
            });
            let values = &plane.start_velocity;
            plan.arrays.push(Array {
                name,
                layout: scheme.layout,
                values: (!values.is_empty()).then(|| values.clone().into()),
            });
        }
        for coefficient in &scheme.coefficients {
            let values = if coefficient.with_ghosts.is_empty() {
                &coefficient.values
            } else {
                &coefficient.with_ghosts
            };
            plan.arrays.push(Array {
                name: crate::printer::simple(&coefficient.name),
                layout: scheme.layout,
                values: (!values.is_empty()).then(|| values.clone()),
            });
        }
        let mut uniform = Vec::new();
        for noise in &scheme.noises {
            let layout =
                if noise.uniform { Layout::new([1; 3], [0; 3]) } else { scheme.layout };
            plan.arrays.push(Array { name: noise.name.clone(), layout, values: None });
            uniform.push(noise.uniform.then(|| {
                plan.scalars.push(Scalar { name: noise.name.clone(), value: 0.0 });
                plan.scalars.len() - 1
            }));
        }
        plan.scalars.push(Scalar { name: TIME_ORIGIN.to_owned(), value: 0.0 });
        plan.scalars.push(Scalar { name: COUNT_ORIGIN.to_owned(), value: 0.0 });
        Ok(Self {
            scheme,
            plan,
            graph,
            variables,
            uniform,
            filters: vec![None; scheme.convolutions.len()],
            clock: Clock::default(),
        })
    }

    /// Adds to a plan that was made of the scheme before.
    pub(crate) fn over(scheme: &'s Scheme, plan: Plan) -> Self {
        let uniform = scheme
            .noises
            .iter()
            .map(|noise| if noise.uniform { plan.scalar(&noise.name) } else { None });
        Self {
            scheme,
            graph: scheme.graph.clone(),
            variables: Vec::new(),
            uniform: uniform.collect(),
            filters: super::convolution::known(scheme, &plan),
            clock: Clock::default(),
            plan,
        }
    }

    /// The place of the first noise among the arrays.
    pub(crate) fn first_noise(&self) -> usize {
        let velocities = self.scheme.planes.iter().filter(|p| p.velocity.is_some());
        self.scheme.planes.len() + velocities.count() + self.scheme.coefficients.len()
    }

    /// Every array of the scheme bound to its own array.
    pub(crate) fn own(&self) -> At {
        At {
            binding: (0..self.first_noise() + self.scheme.noises.len()).collect(),
            time: scalar::TIME as usize,
            homogeneous: false,
        }
    }

    /// The variables bound to other arrays, at a time.
    pub(crate) fn at(&self, arrays: &[ArrayId], time: ScalarId) -> At {
        let mut at = self.own();
        at.time = time;
        for (variable, array) in self.variables.iter().zip(arrays) {
            at.binding[variable.array] = *array;
        }
        at
    }

    /// The variables' own arrays.
    pub(crate) fn state(&self) -> Vec<ArrayId> {
        self.variables.iter().map(|variable| variable.array).collect()
    }

    /// A new array for each variable.
    pub(crate) fn arrays(&mut self, label: &str) -> Vec<ArrayId> {
        let names: Vec<String> =
            self.variables.iter().map(|v| format!("{} {label}", v.name)).collect();
        names.into_iter().map(|name| self.array(name)).collect()
    }

    /// A new array of the scheme's layout.
    pub(crate) fn array(&mut self, name: impl Into<String>) -> ArrayId {
        self.array_of(name, self.scheme.layout)
    }

    /// A new array.
    pub(crate) fn array_of(
        &mut self,
        name: impl Into<String>,
        layout: Layout,
    ) -> ArrayId {
        self.plan.arrays.push(Array { name: name.into(), layout, values: None });
        self.plan.arrays.len() - 1
    }

    /// A new scalar, or the one that has this name.
    pub(crate) fn scalar(&mut self, name: &str, value: f64) -> ScalarId {
        if let Some(place) = self.plan.scalar(name) {
            return place;
        }
        self.plan.scalars.push(Scalar { name: name.to_owned(), value });
        self.plan.scalars.len() - 1
    }

    /// A procedure.
    pub(crate) fn procedure(&mut self, name: &str, actions: Vec<Action>) -> ProcedureId {
        self.plan.procedures.push(Procedure { name: name.to_owned(), actions });
        self.plan.procedures.len() - 1
    }

    /// The scalar with the time t + fraction Δt of the step that [`Self::tick`] begins; `1.0` is exactly the next time.
    pub(crate) fn stage_time(&mut self, fraction: f64) -> ScalarId {
        if let Some((_, place)) =
            self.clock.times.iter().find(|(other, _)| *other == fraction)
        {
            return *place;
        }
        let place = self.scalar(&format!("time at {fraction} of the step"), 0.0);
        self.clock.times.push((fraction, place));
        place
    }

    /// The scalar with factor · Δt of the step that [`Self::tick`] begins.
    pub(crate) fn stage_step(&mut self, factor: f64) -> ScalarId {
        self.step_multiple(factor, false)
    }

    /// The scalar with factor · √Δt of the step that [`Self::tick`] begins.
    pub(crate) fn stage_root(&mut self, factor: f64) -> ScalarId {
        self.step_multiple(factor, true)
    }

    fn step_multiple(&mut self, factor: f64, root: bool) -> ScalarId {
        let known = |(other, of_root, _): &&(f64, bool, ScalarId)| {
            *other == factor && *of_root == root
        };
        if let Some((_, _, place)) = self.clock.steps.iter().find(known) {
            return *place;
        }
        let what = if root { "root of the step" } else { "step" };
        let place = self.scalar(&format!("{factor} {what}"), 0.0);
        self.clock.steps.push((factor, root, place));
        place
    }

    /// A scalar of [`Self::stage_step`] or [`Self::stage_root`] in two parts.
    pub(crate) fn parts(&mut self, whole: ScalarId) -> Parts {
        if let Some((_, parts)) = self.clock.parts.iter().find(|it| it.0 == whole) {
            return *parts;
        }
        let name = self.plan.scalars[whole].name.clone();
        let high = self.scalar(&format!("{name}, in single precision"), 0.0);
        let low = self.scalar(&format!("{name}, the rest"), 0.0);
        let parts = Parts { high, low };
        self.clock.parts.push((whole, parts));
        parts
    }

    /// Counts a step: all scalars asked for by [`Self::stage_time`] and [`Self::stage_step`] from the present time and step, and the
    /// new time and count. To be put before a step's arithmetic once all of it is built.
    pub(crate) fn tick(&mut self) -> Action {
        self.ticking(true)
    }

    /// As [`Self::tick`], but the step is only tried: time and count stay.
    pub(crate) fn try_tick(&mut self) -> Action {
        self.ticking(false)
    }

    fn ticking(&mut self, advance: bool) -> Action {
        let origin = self.scalar(TIME_ORIGIN, 0.0) as u32;
        let first = self.scalar(COUNT_ORIGIN, 0.0) as u32;
        let limits = self.limits();
        let mut g = Graph::new();
        let mut stores = Vec::new();
        let (time, step) = (g.scalar(scalar::TIME), g.scalar(scalar::STEP));
        let next = next_time(&mut g, origin, first);
        for (fraction, place) in &self.clock.times {
            let value = if *fraction == 1.0 {
                next
            } else {
                let fraction = g.constant(*fraction);
                let part = g.multiply(fraction, step);
                g.add(time, part)
            };
            stores.push((*place, within(&mut g, limits, value)));
        }
        for (factor, root, place) in &self.clock.steps {
            let base =
                if *root { g.unary(crate::graph::Unary::SquareRoot, step) } else { step };
            let factor = g.constant(*factor);
            let value = g.multiply(factor, base);
            stores.push((*place, value));
            if let Some((_, parts)) = self.clock.parts.iter().find(|it| it.0 == *place) {
                let [high, low] = split(&mut g, value);
                stores.extend([(parts.high, high), (parts.low, low)]);
            }
        }
        if advance {
            let count = g.scalar(scalar::COUNT);
            let one = g.constant(1.0);
            stores.push((scalar::COUNT as usize, g.add(count, one)));
            stores.push((scalar::TIME as usize, next));
        }
        Action::Scalars { graph: g, stores }
    }

    /// The scalars between which times of rates lie, of equations that jump in time.
    fn limits(&mut self) -> Option<[ScalarId; 2]> {
        self.scheme
            .structure
            .jumps_in_time
            .then(|| [self.scalar(EARLIEST, f64::MIN), self.scalar(LATEST, f64::MAX)])
    }

    /// Every array of the scheme bound to its own array, at the present time; of equations that jump then, on the side of the jump where steps
    /// are under way. What must be done before comes first.
    pub(crate) fn present(&mut self) -> (Vec<Action>, At) {
        let own = self.own();
        let limits = self.limits();
        if limits.is_none() {
            return (Vec::new(), own);
        }
        let place = self.scalar("present time of rates", 0.0);
        let find = self.scalars(|g| {
            let time = g.scalar(scalar::TIME);
            vec![(place, within(g, limits, time))]
        });
        (vec![find], At { time: place, ..own })
    }

    /// Counts a step that was tried.
    pub(crate) fn accept_tick(&mut self) -> Action {
        let origin = self.scalar(TIME_ORIGIN, 0.0) as u32;
        let first = self.scalar(COUNT_ORIGIN, 0.0) as u32;
        let mut g = Graph::new();
        let next = next_time(&mut g, origin, first);
        let count = g.scalar(scalar::COUNT);
        let one = g.constant(1.0);
        let count = g.add(count, one);
        let stores = vec![(scalar::COUNT as usize, count), (scalar::TIME as usize, next)];
        Action::Scalars { graph: g, stores }
    }

    /// Computes scalars.
    pub(crate) fn scalars(
        &self,
        compute: impl FnOnce(&mut Graph) -> Vec<(ScalarId, NodeId)>,
    ) -> Action {
        let mut graph = Graph::new();
        let stores = compute(&mut graph);
        Action::Scalars { graph, stores }
    }

    /// Adds a program, or finds the same one.
    fn program(&mut self, program: Program) -> usize {
        let same = |other: &Program| {
            other.slots == program.slots
                && other.graph.ops() == program.graph.ops()
                && other.stores.len() == program.stores.len()
                && other
                    .stores
                    .iter()
                    .zip(&program.stores)
                    .all(|(a, b)| a.slot == b.slot && a.value == b.value)
                && other.reductions.len() == program.reductions.len()
                && other.reductions.iter().zip(&program.reductions).all(|(a, b)| {
                    a.kind == b.kind && a.value == b.value && a.scalar == b.scalar
                })
        };
        if let Some(place) = self.plan.programs.iter().position(same) {
            return place;
        }
        self.plan.programs.push(program);
        self.plan.programs.len() - 1
    }

    /// Fresh normal numbers for all noises of the step with the present count.
    pub(crate) fn noise(&mut self, seed: u64) -> Vec<Action> {
        let mut actions = Vec::new();
        let first = self.first_noise();
        for (place, noise) in self.scheme.noises.iter().enumerate() {
            if let Some(derived) = noise.derived {
                actions.extend(self.derived_noise(first + place, derived));
                continue;
            }
            actions.push(Action::Noise {
                array: first + place,
                stream: noise.stream,
                seed,
                step: scalar::COUNT as usize,
            });
            if let Some(scalar) = self.uniform[place] {
                let mut kernel = Kernel::new(format!("{} as a number", noise.name));
                let value = kernel.load(first + place);
                kernel.reduce(ReductionKind::Sum, value, scalar);
                let region = Region::interior(&Layout::new([1; 3], [0; 3]));
                actions.push(kernel.finish_in(self, region));
            }
        }
        actions
    }

    /// A noise computed from those drawn before it, whose ghosts are wrapped first.
    fn derived_noise(&mut self, array: ArrayId, value: NodeId) -> Vec<Action> {
        let first = self.first_noise();
        let needed = self.graph.needed(&[value]);
        let mut loaded: Vec<ArrayId> = Vec::new();
        for (op, needed) in self.graph.ops().iter().zip(needed) {
            if let Op::Load { array, offset } = *op
                && needed
                && offset != [0; 3]
                && array as usize >= first
                && !loaded.contains(&(array as usize))
                && !self.scheme.noises[array as usize - first].uniform
            {
                loaded.push(array as usize);
            }
        }
        let mut actions = Vec::new();
        for noise in loaded {
            for dimension in 0..crate::layout::DIMENSIONS {
                if self.scheme.layout.ghosts[dimension] > 0 {
                    actions.push(Action::Wrap { array: noise, dimension, sign: 1.0 });
                }
            }
        }
        let mut kernel = Kernel::new(self.plan.arrays[array].name.clone());
        let at = self.own();
        let value = kernel.import(self, &[value], &at)[0];
        kernel.store(array, value);
        actions.push(kernel.finish(self));
        actions
    }

    /// The planes given by their rates at the present time.
    pub(crate) fn observation(&mut self) -> FieldResult<Vec<Action>> {
        let given: Vec<usize> = (0..self.scheme.planes.len())
            .filter(|plane| self.scheme.planes[*plane].order == 0)
            .collect();
        let at = self.own();
        self.prepare(&[], &given, &at)
    }
}

/// A number of double precision rounded to single precision, and what that leaves: with c = (2²⁹ + 1) x the former is c − (c − x), of 24 bits
/// (Veltkamp 1968; Dekker 1971, A floating-point technique for extending the available precision, section 5).
pub(crate) fn split(g: &mut Graph, value: NodeId) -> [NodeId; 2] {
    let factor = g.constant(536_870_913.0);
    let large = g.multiply(factor, value);
    let less = g.subtract(large, value);
    let high = g.subtract(large, less);
    [high, g.subtract(value, high)]
}

/// A time, or the nearest one between two others.
pub(crate) fn within(
    g: &mut Graph,
    limits: Option<[ScalarId; 2]>,
    time: NodeId,
) -> NodeId {
    let Some([earliest, latest]) = limits else { return time };
    let (earliest, latest) = (g.scalar(earliest as u32), g.scalar(latest as u32));
    let time = g.binary(Binary::Maximum, time, earliest);
    g.binary(Binary::Minimum, time, latest)
}

/// t = origin + (count + 1 − first count) Δt.
fn next_time(g: &mut Graph, origin: u32, first: u32) -> NodeId {
    let (origin, first) = (g.scalar(origin), g.scalar(first));
    let (count, step) = (g.scalar(scalar::COUNT), g.scalar(scalar::STEP));
    let one = g.constant(1.0);
    let counted = g.subtract(count, first);
    let counted = g.add(counted, one);
    let passed = g.multiply(counted, step);
    g.add(origin, passed)
}

/// A program in the making, with the arrays that it is bound to.
#[derive(Debug)]
pub(crate) struct Kernel {
    name: String,
    /// The arithmetic; loads count slots.
    pub(crate) graph: Graph,
    arrays: Vec<ArrayId>,
    stores: Vec<Store>,
    reductions: Vec<Reduction>,
}

impl Kernel {
    /// An empty program.
    pub(crate) fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            graph: Graph::new(),
            arrays: Vec::new(),
            stores: Vec::new(),
            reductions: Vec::new(),
        }
    }

    fn slot(arrays: &mut Vec<ArrayId>, array: ArrayId) -> u32 {
        let known = arrays.iter().position(|other| *other == array);
        known.unwrap_or_else(|| {
            arrays.push(array);
            arrays.len() - 1
        }) as u32
    }

    /// The cell's value in an array.
    pub(crate) fn load(&mut self, array: ArrayId) -> NodeId {
        let slot = Self::slot(&mut self.arrays, array);
        self.graph.load(slot, [0; 3])
    }

    /// The value of an array so many cells further.
    pub(crate) fn load_at(&mut self, array: ArrayId, offset: [i16; 3]) -> NodeId {
        let slot = Self::slot(&mut self.arrays, array);
        self.graph.load(slot, offset)
    }

    /// Nodes of a graph, with what each operation without operands becomes; loads name arrays of the plan then.
    pub(crate) fn copied(
        &mut self,
        source: &Graph,
        roots: &[NodeId],
        change: &mut dyn FnMut(Op) -> Op,
    ) -> Vec<NodeId> {
        let arrays = &mut self.arrays;
        source.copy_into(&mut self.graph, roots, |graph, op| match op {
            Op::Load { .. } | Op::Table { .. } | Op::Scalar(_) => match change(op) {
                Op::Load { array, offset } => {
                    graph.load(Self::slot(arrays, array as ArrayId), offset)
                }
                other => graph.push(other),
            },
            other => graph.rebuild(other),
        })
    }

    /// Whether any array is bound.
    pub(crate) fn binds(&self) -> bool {
        !self.arrays.is_empty()
    }

    /// Stores the cell's value in an array.
    pub(crate) fn store(&mut self, array: ArrayId, value: NodeId) {
        let slot = Self::slot(&mut self.arrays, array);
        self.stores.push(Store { slot, value });
    }

    /// Gathers a value.
    pub(crate) fn reduce(
        &mut self,
        kind: ReductionKind,
        value: NodeId,
        scalar: ScalarId,
    ) {
        self.reductions.push(Reduction { kind, value, scalar });
    }

    /// Adds to a sum that goes to a scalar; `first` begins it.
    pub(crate) fn gather(&mut self, value: NodeId, scalar: ScalarId, first: bool) {
        let known = self.reductions.iter().position(|sum| sum.scalar == scalar);
        match known {
            Some(place) if !first => {
                let sum = self.graph.add(self.reductions[place].value, value);
                self.reductions[place].value = sum;
            }
            _ => self.reduce(ReductionKind::Sum, value, scalar),
        }
    }

    /// Nodes of the builder's graph, with arrays and time as bound.
    pub(crate) fn import(
        &mut self,
        builder: &Builder<'_>,
        roots: &[NodeId],
        at: &At,
    ) -> Vec<NodeId> {
        let first_noise = builder.first_noise();
        let arrays = &mut self.arrays;
        builder.graph.copy_into(&mut self.graph, roots, |graph, op| match op {
            Op::Load { array, offset } => {
                let noise = (array as usize).checked_sub(first_noise);
                if let Some(Some(scalar)) =
                    noise.and_then(|n| builder.uniform.get(n).copied())
                {
                    return graph.scalar(scalar as u32);
                }
                let bound = at.binding.get(array as usize).copied();
                let slot = Self::slot(arrays, bound.unwrap_or(array as usize));
                graph.load(slot, offset)
            }
            Op::Scalar(scalar::TIME) => graph.scalar(at.time as u32),
            other => graph.rebuild(other),
        })
    }

    /// a x + b, `a` a scalar of the plan, in one rounding.
    pub(crate) fn scaled(&mut self, a: ScalarId, x: NodeId, b: NodeId) -> NodeId {
        let a = self.graph.scalar(a as u32);
        if self.graph.constant_value(x) == Some(0.0) {
            return b;
        }
        self.graph.multiply_add(a, x, b)
    }

    /// The action that runs it on the interior.
    pub(crate) fn finish(self, builder: &mut Builder<'_>) -> Action {
        let region = Region::interior(&builder.scheme.layout);
        self.finish_in(builder, region)
    }

    /// The action that runs it in a region.
    pub(crate) fn finish_in(self, builder: &mut Builder<'_>, region: Region) -> Action {
        // Only what is needed: imported graphs may hold more.
        let mut graph = Graph::new();
        let stores = self.stores.iter().map(|store| store.value);
        let roots: Vec<NodeId> =
            stores.chain(self.reductions.iter().map(|r| r.value)).collect();
        let roots = self.graph.copy_into(&mut graph, &roots, Graph::push);
        let mut roots = roots.into_iter();
        let mut take = |old: NodeId| roots.next().unwrap_or(old);
        let stores: Vec<Store> = self
            .stores
            .into_iter()
            .map(|store| Store { value: take(store.value), ..store })
            .collect();
        let reductions = self
            .reductions
            .into_iter()
            .map(|reduction| Reduction { value: take(reduction.value), ..reduction })
            .collect();
        // Slots that nothing uses any more would bind arrays for nothing.
        let mut used = vec![false; self.arrays.len()];
        for op in graph.ops() {
            if let Op::Load { array, .. } = op {
                used[*array as usize] = true;
            }
        }
        for store in &stores {
            used[store.slot as usize] = true;
        }
        let mut places = vec![0u32; self.arrays.len()];
        let mut arrays = Vec::new();
        for (slot, array) in self.arrays.iter().enumerate() {
            if used[slot] {
                places[slot] = arrays.len() as u32;
                arrays.push(*array);
            }
        }
        let mut renamed = Graph::new();
        let all: Vec<NodeId> =
            (0..graph.ops().len()).map(|place| NodeId(place as u32)).collect();
        graph.copy_into(&mut renamed, &all, |graph, op| match op {
            Op::Load { array, offset } => graph.load(places[array as usize], offset),
            other => graph.push(other),
        });
        let stores = stores
            .into_iter()
            .map(|store| Store { slot: places[store.slot as usize], ..store })
            .collect();
        let program = builder.program(Program {
            name: self.name,
            graph: renamed,
            slots: arrays.len(),
            stores,
            reductions,
        });
        Action::Run { program, arrays, region }
    }
}
