//! Formulas with derivatives: the differences that carry fields themselves, on boxes that close.

use super::{Installer, Uses};
use crate::discretise::{SpaceOptions, discretise};
use crate::equation::{Boundary, Complex64, Edge, Field, Term};
use crate::error::{FieldError, FieldResult};
use crate::graph::{Graph, NodeId, Op};
use crate::layout::{DIMENSIONS, Region};
use crate::plan::{ArrayId, ScalarId};
use crate::scheme::{Fill, Scheme, scalar};
use crate::stepper::builder::Kernel;

/// Real formulas as a graph of loads from the arrays of the plan.
pub(super) struct Derived {
    graph: Graph,
    roots: Vec<NodeId>,
    /// The array of the plan for each array of the graph, where it is one.
    arrays: Vec<Option<ArrayId>>,
    /// The table of the plan for each table of the graph.
    tables: Vec<u32>,
    /// Which neighbours are loaded.
    pub(super) uses: Uses,
}

/// Whether a term is differentiated anywhere.
pub(super) fn is_differentiated(term: &Term) -> bool {
    match term {
        Term::Derivative { .. } => true,
        Term::Shifted { body, .. } => is_differentiated(body),
        Term::Sum(parts) | Term::Product(parts) | Term::Function(_, parts) => {
            parts.iter().any(is_differentiated)
        }
        Term::Power(base, exponent) => {
            is_differentiated(base) || is_differentiated(exponent)
        }
        Term::Piecewise(cases, otherwise) => {
            let mut cases = cases.iter();
            is_differentiated(otherwise)
                || cases.any(|(a, b)| is_differentiated(a) || is_differentiated(b))
        }
        _ => false,
    }
}

impl Installer<'_, '_> {
    /// Terms by differences of this order, with the arrays and tables that they need.
    pub(super) fn derived(
        &mut self,
        terms: &[Term],
        order: usize,
    ) -> FieldResult<Derived> {
        let refused = |what: &str| {
            FieldError::invalid(format!("{what} is not measured on the device"), "")
        };
        self.closed()?;
        let scheme = self.scheme_of(terms, order)?;
        let own = scheme.planes.len() - terms.len();
        // The results are not stored: how they would be does not matter.
        let result = |array: u32| (own..scheme.planes.len()).contains(&(array as usize));
        let wraps = |fill: &Fill| match fill {
            Fill::Wrap { array, sign, .. } => result(*array) || *sign == 1.0,
            Fill::Formula { values, .. } => {
                values.iter().all(|(array, _)| result(*array))
            }
        };
        if !scheme.gathers.is_empty()
            || !scheme.convolutions.is_empty()
            || !scheme.noises.is_empty()
            || !scheme.fills.iter().all(wraps)
        {
            return Err(refused("a formula of the whole box"));
        }
        let roots: Vec<NodeId> =
            scheme.rates.get(own..).map(<[NodeId]>::to_vec).unwrap_or_default();
        // Arrays as schemes count them: planes, velocities, coefficients.
        let mut arrays: Vec<Option<ArrayId>> =
            (0..own).map(|plane| self.places.planes.get(plane).copied()).collect();
        arrays.resize(scheme.planes.len(), None);
        for (plane, of) in scheme.planes.iter().enumerate() {
            if of.velocity.is_some() {
                arrays.push(self.places.velocities.get(plane).copied().flatten());
            }
        }
        let number = self.builder.plan.arrays.len();
        for (place, coefficient) in scheme.coefficients.iter().enumerate() {
            let plain = coefficient.with_ghosts.is_empty();
            arrays.push(plain.then(|| {
                let name = format!("measured {number}.{place} {}", coefficient.name);
                self.static_array(&name, coefficient.values.to_vec())
            }));
        }
        let tables = scheme.tables.iter().map(|table| {
            self.builder.plan.tables.push(table.clone());
            (self.builder.plan.tables.len() - 1) as u32
        });
        let tables = tables.collect();
        let mut uses =
            Uses { fields: (0..self.system.fields.len()).collect(), ..Uses::default() };
        let needed = scheme.graph.needed(&roots);
        for (op, needed) in scheme.graph.ops().iter().zip(needed) {
            match op {
                _ if !needed => {}
                Op::Load { array, offset } => {
                    if arrays.get(*array as usize).copied().flatten().is_none() {
                        return Err(refused("this formula"));
                    }
                    for (shifts, by) in uses.shifts.iter_mut().zip(offset) {
                        let by = isize::from(*by);
                        if by != 0 && !shifts.contains(&by) {
                            shifts.push(by);
                        }
                    }
                }
                Op::Scalar(place) if *place != scalar::TIME => {
                    return Err(refused("this formula"));
                }
                _ => {}
            }
        }
        Ok(Derived { graph: scheme.graph, roots, arrays, tables, uses })
    }

    /// The run's fields at rest, with a field for each term that it gives.
    fn scheme_of(&self, terms: &[Term], order: usize) -> FieldResult<Scheme> {
        let cells = self.places.layout.cells();
        let mut system = self.system.clone();
        let zeros = vec![Complex64::default(); cells];
        for field in &mut system.fields {
            field.start = zeros.clone();
            field.start_velocity = Vec::new();
            if field.order > 0 {
                field.rate = Term::Number(Complex64::default());
            }
        }
        let sides: Vec<[Boundary; 2]> = system
            .grid
            .axes
            .iter()
            .map(|_| [Boundary::Periodic, Boundary::Periodic])
            .collect();
        for (place, term) in terms.iter().enumerate() {
            system.fields.push(Field {
                name: format!("measure {place}"),
                complex: false,
                order: 0,
                rate: term.clone(),
                boundaries: sides.clone(),
                start: zeros.clone(),
                start_velocity: Vec::new(),
                edge: Edge::Closed,
                shift: [false; 3],
            });
        }
        discretise(&system, &SpaceOptions::of_order(order))
    }
}

impl Derived {
    /// The formulas in a kernel for a region of the box.
    pub(super) fn values(
        &self,
        kernel: &mut Kernel,
        installer: &Installer<'_, '_>,
        region: &Region,
    ) -> FieldResult<Vec<NodeId>> {
        let points = installer.places.layout.points;
        let mut fits = true;
        let time: ScalarId = installer.places.time;
        let around = |offset: [i16; 3]| -> Option<[i16; 3]> {
            let mut result = [0; DIMENSIONS];
            for (d, result) in result.iter_mut().enumerate() {
                let (by, n) = (isize::from(offset[d]), points[d].max(1) as isize);
                let turns = (region.start[d] + by).div_euclid(n);
                *result = i16::try_from(by - turns * n).ok()?;
            }
            Some(result)
        };
        let nodes = kernel.copied(&self.graph, &self.roots, &mut |op| match op {
            Op::Load { array, offset } => {
                let array = self.arrays.get(array as usize).copied().flatten();
                let there = array.zip(around(offset));
                fits &= there.is_some();
                let (array, offset) = there.unwrap_or_default();
                Op::Load { array: array as u32, offset }
            }
            Op::Table { table, offset } => {
                let table = self.tables.get(table as usize).copied().unwrap_or_default();
                Op::Table { table, offset }
            }
            Op::Scalar(_) => Op::Scalar(time as u32),
            other => other,
        });
        match fits {
            true => Ok(nodes),
            false => Err(FieldError::invalid(
                "the box is too long for neighbours around it",
                "",
            )),
        }
    }
}
