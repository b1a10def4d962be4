//! Numbers gathered over the box on the device: observers, and whether all values are finite.

use std::sync::Arc;

use super::measure::{Installer, Measure, Places};
use crate::equation::System;
use crate::error::{FieldError, FieldResult};
use crate::graph::{Graph, NodeId, Unary};
use crate::layout::Region;
use crate::plan::{ArrayId, ProcedureId, ReductionKind, ScalarId};
use crate::scheme::{Scheme, scalar};
use crate::stepper::Stepping;
use crate::stepper::builder::{Builder, Kernel};

/// What is observed at every save: one number or several.
#[derive(Clone, Debug)]
pub struct Observer {
    /// The column's name.
    pub name: String,
    what: What,
}

#[derive(Clone, Debug)]
enum What {
    /// A number gathered over the box: the result of `kind` is multiplied by `scale`.
    Plane { plane: u32, kind: ReductionKind, scale: f64 },
    /// A measure of the fields of a system.
    Measure { system: Arc<System>, measure: Measure },
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
        Self { name: name.to_owned(), what: What::Plane { plane, kind, scale } }
    }

    /// A measure of the fields of a system: that of the run, which may have more given functions than the run's own.
    pub fn measure(name: &str, system: Arc<System>, measure: Measure) -> Self {
        Self { name: name.to_owned(), what: What::Measure { system, measure } }
    }

    /// How many numbers a row has of it.
    pub fn width(&self) -> usize {
        match &self.what {
            What::Plane { .. } => 1,
            What::Measure { measure, .. } => measure.width(),
        }
    }
}

/// Where a result is.
#[derive(Clone, Debug)]
pub(super) enum Source {
    /// These scalars joined.
    Scalars(ReductionKind, Vec<ScalarId>),
    /// The numbers of an array.
    Array(ArrayId),
}

/// What was added to a plan for observing.
#[derive(Clone, Debug)]
pub(super) struct Gauges {
    /// Gathers all observers' values, after `observe`.
    pub(super) measure: Option<ProcedureId>,
    /// Where each observer's result is.
    pub(super) results: Vec<Source>,
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
    let places = Places::of(stepping)?;
    let plan = std::mem::take(&mut stepping.plan);
    let mut builder = Builder::over(base, plan);
    let mut results = Vec::new();
    let mut actions = Vec::new();
    for (number, observer) in observers.iter().enumerate() {
        let (plane, kind, scale) = match &observer.what {
            What::Plane { plane, kind, scale } => (*plane as usize, *kind, *scale),
            What::Measure { system, measure } => {
                let name = format!("{number} {}", observer.name);
                let mut installer = Installer {
                    system,
                    builder: &mut builder,
                    actions: &mut actions,
                    places: &places,
                };
                results.extend(installer.install(&name, measure)?);
                continue;
            }
        };
        let Some(array) = stepping.planes.get(plane).copied() else {
            return Err(FieldError::Device(format!(
                "the observer {} looks at an array that is not there",
                observer.name
            )));
        };
        let result = builder.scalar(&format!("observed {number}"), 0.0);
        let mut kernel = Kernel::new(&observer.name);
        let value = kernel.load(array);
        kernel.reduce(kind, value, result);
        actions.push(kernel.finish_in(&mut builder, Region::interior(&places.layout)));
        if scale != 1.0 {
            actions.push(builder.scalars(|g| {
                let value = g.scalar(result as u32);
                let scale = g.constant(scale);
                vec![(result, g.multiply(value, scale))]
            }));
        }
        results.push(Source::Scalars(kind, vec![result]));
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
        noise_texts: Vec::new(),
        diffusions: Vec::new(),
        gathers: Vec::new(),
        convolutions: Vec::new(),
        solves: Vec::new(),
        fills: Vec::new(),
        split: None,
        stiffness: crate::scheme::Stiffness::default(),
        faulty_sides: None,
        structure: crate::scheme::Structure::default(),
    })
}
