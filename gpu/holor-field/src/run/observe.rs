//! Numbers gathered over the box on the device: observers, and whether all values are finite.

use crate::error::{FieldError, FieldResult};
use crate::graph::{Graph, NodeId, Op, Unary};
use crate::layout::Region;
use crate::plan::{ProcedureId, ReductionKind, ScalarId};
use crate::scheme::{Scheme, scalar};
use crate::stepper::Stepping;
use crate::stepper::builder::{Builder, Kernel};

/// A number gathered over the box at every save.
#[derive(Clone, Debug)]
pub struct Observer {
    /// The column's name.
    pub name: String,
    /// How values are joined.
    pub kind: ReductionKind,
    /// The arithmetic; arrays, tables and scalars counted as in the scheme (or as planes, then velocities, without one).
    pub graph: Graph,
    /// What is gathered.
    pub value: NodeId,
    /// The result is multiplied by this: 1/cells for a mean, the volume of a cell for an integral.
    pub scale: f64,
}

impl Observer {
    /// The mean of a plane over all cells.
    pub fn mean(name: &str, plane: u32, cells: usize) -> Self {
        Self::of_plane(name, plane, ReductionKind::Sum, 1.0 / cells as f64)
    }

    /// The largest value of a plane.
    pub fn maximum(name: &str, plane: u32) -> Self {
        Self::of_plane(name, plane, ReductionKind::Maximum, 1.0)
    }

    /// The smallest value of a plane.
    pub fn minimum(name: &str, plane: u32) -> Self {
        Self::of_plane(name, plane, ReductionKind::Minimum, 1.0)
    }

    fn of_plane(name: &str, plane: u32, kind: ReductionKind, scale: f64) -> Self {
        let mut graph = Graph::new();
        let value = graph.load(plane, [0; 3]);
        Self { name: name.to_owned(), kind, graph, value, scale }
    }
}

/// What was added to a plan for observing.
#[derive(Clone, Debug)]
pub(super) struct Gauges {
    /// Gathers all observers' values, after `observe`.
    pub(super) measure: Option<ProcedureId>,
    /// Where each observer's result is.
    pub(super) results: Vec<ScalarId>,
    /// Finds the largest magnitude of the state.
    pub(super) watch: ProcedureId,
    /// Where it goes: one scalar for each layout.
    pub(super) magnitudes: Vec<ScalarId>,
}

/// Adds the observers' programs to a plan.
pub(super) fn install(
    stepping: &mut Stepping,
    scheme: Option<&Scheme>,
    observers: &[Observer],
) -> FieldResult<Gauges> {
    let empty;
    let base = match scheme {
        Some(scheme) => scheme,
        None => {
            empty = without_scheme(stepping)?;
            &empty
        }
    };
    let plan = std::mem::take(&mut stepping.plan);
    let mut builder = Builder::over(base, plan);
    let mut results = Vec::new();
    let mut actions = Vec::new();
    let own = match scheme {
        Some(_) => builder.own(),
        None => {
            let mut at = builder.own();
            let velocities = stepping.velocities.iter().flatten();
            at.binding = stepping.planes.iter().chain(velocities).copied().collect();
            at
        }
    };
    for observer in observers {
        let source = &observer.graph;
        let known = |op: &Op| match op {
            Op::Load { array, .. } => (*array as usize) < own.binding.len(),
            _ => true,
        };
        let needed = source.needed(&[observer.value]);
        if source.ops().iter().zip(needed).any(|(op, needed)| needed && !known(op)) {
            return Err(FieldError::Device(format!(
                "the observer {} looks at an array that is not there",
                observer.name
            )));
        }
        let mut graph = std::mem::take(&mut builder.graph);
        let node = source.copy_into(&mut graph, &[observer.value], Graph::rebuild)[0];
        builder.graph = graph;
        let result = builder.scalar(&format!("observed {}", results.len()), 0.0);
        let (before, mut kernel, nodes) =
            builder.values(&observer.name, &[node], &own)?;
        actions.extend(before);
        kernel.reduce(observer.kind, nodes[0], result);
        let region = match stepping.planes.first() {
            Some(plane) => Region::interior(&builder.plan.arrays[*plane].layout),
            None => Region::interior(&base.layout),
        };
        // A program with no array at all would not know its cells.
        if nodes.iter().all(|node| !loads(&kernel.graph, *node))
            && let Some(plane) = stepping.planes.first()
        {
            let node = kernel.load(*plane);
            let result = builder.scalar("nothing", 0.0);
            kernel.reduce(ReductionKind::Maximum, node, result);
        }
        actions.push(kernel.finish_in(&mut builder, region));
        if observer.scale != 1.0 {
            actions.push(builder.scalars(|g| {
                let value = g.scalar(result as u32);
                let scale = g.constant(observer.scale);
                vec![(result, g.multiply(value, scale))]
            }));
        }
        results.push(result);
    }
    let measure = (!actions.is_empty()).then(|| builder.procedure("measure", actions));
    let mut layouts = Vec::new();
    for array in &stepping.state {
        let layout = builder.plan.arrays[*array].layout;
        if !layouts.contains(&layout) {
            layouts.push(layout);
        }
    }
    let mut actions = Vec::new();
    let mut magnitudes = Vec::new();
    for (place, layout) in layouts.into_iter().enumerate() {
        let result = builder.scalar(&format!("largest magnitude {place}"), 0.0);
        let mut kernel = Kernel::new("largest magnitude");
        let mut total: Option<NodeId> = None;
        for array in &stepping.state {
            if builder.plan.arrays[*array].layout == layout {
                let value = kernel.load(*array);
                let value = kernel.graph.unary(Unary::Absolute, value);
                // Added, not compared: a sum is not finite where one of its parts is not.
                total = Some(match total {
                    Some(sum) => kernel.graph.add(sum, value),
                    None => value,
                });
            }
        }
        if let Some(total) = total {
            kernel.reduce(ReductionKind::Maximum, total, result);
            actions.push(kernel.finish_in(&mut builder, Region::interior(&layout)));
            magnitudes.push(result);
        }
    }
    let watch = builder.procedure("watch", actions);
    stepping.plan = builder.plan;
    Ok(Gauges { measure, results, watch, magnitudes })
}

fn loads(graph: &Graph, node: NodeId) -> bool {
    let needed = graph.needed(&[node]);
    let mut ops = graph.ops().iter().zip(needed);
    ops.any(|(op, needed)| needed && matches!(op, Op::Load { .. }))
}

/// A scheme that says no more than where the planes lie, for methods that have none.
pub(super) fn without_scheme(stepping: &Stepping) -> FieldResult<Scheme> {
    let first = stepping.planes.first().and_then(|p| stepping.plan.arrays.get(*p));
    let Some(first) = first else {
        return Err(FieldError::Device("there is no field".to_owned()));
    };
    Ok(Scheme {
        layout: first.layout,
        rank: first.layout.points.iter().filter(|n| **n > 1).count().max(1),
        planes: Vec::new(),
        coefficients: Vec::new(),
        noises: Vec::new(),
        tables: stepping.plan.tables.clone(),
        scalars: vec![String::new(); scalar::FREE as usize],
        graph: Graph::new(),
        rates: Vec::new(),
        terms: Vec::new(),
        diffusions: Vec::new(),
        gathers: Vec::new(),
        convolutions: Vec::new(),
        fills: Vec::new(),
        split: None,
        stiffness: crate::scheme::Stiffness::default(),
        structure: crate::scheme::Structure::default(),
    })
}
