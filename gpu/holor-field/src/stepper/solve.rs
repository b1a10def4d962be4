//! Equations in space that give planes: waves along each axis, a division, and back.

use std::sync::Arc;

use super::builder::{At, Builder, Kernel};
use crate::error::FieldResult;
use crate::graph::Binary;
use crate::plan::{Action, ArrayId, SparseMatrix, Table};
use crate::scheme::Solve;

impl Builder<'_> {
    /// From the right side in a plane's interior to the solution there, where an equation in space gives the plane.
    pub(crate) fn solve(
        &mut self,
        plane: u32,
        at: &At,
        actions: &mut Vec<Action>,
    ) -> FieldResult<()> {
        let scheme = self.scheme;
        let found = scheme.solves.iter().find_map(|solve| {
            let place = solve.planes.iter().position(|own| *own == plane)?;
            Some((solve, place))
        });
        let Some((solve, part)) = found else { return Ok(()) };
        let array = at.binding[plane as usize];
        self.beside_sides(solve, part, array, at, actions)?;
        let mut pair = (array, self.scratch("waves of what is solved for"));
        for modes in &solve.modes {
            let matrix = self.matrix(&modes.forward);
            let (from, to) = pair;
            let dimension = modes.dimension;
            actions.push(Action::Lines { matrix, dimension, from, to });
            pair = (to, from);
        }
        actions.push(self.divided(solve, pair.0));
        for modes in &solve.modes {
            let matrix = self.matrix(&modes.backward);
            let (from, to) = pair;
            let dimension = modes.dimension;
            actions.push(Action::Lines { matrix, dimension, from, to });
            pair = (to, from);
        }
        Ok(())
    }

    /// Adds to the right side next to sides what the mirror image lacks.
    fn beside_sides(
        &mut self,
        solve: &Solve,
        part: usize,
        array: ArrayId,
        at: &At,
        actions: &mut Vec<Action>,
    ) -> FieldResult<()> {
        if solve.sides.is_empty() {
            return Ok(());
        }
        // Of all sides as it was before.
        let right = self.scratch("right side of what is solved for");
        actions.push(Action::Copy { from: array, to: right });
        for side in &solve.sides {
            let mut kernel = Kernel::new(format!("{} beside a side", solve.name));
            let mut sum = kernel.load(array);
            for (offset, weight) in &side.weights {
                let value = kernel.load_at(right, *offset);
                let weight = kernel.graph.constant(*weight);
                sum = kernel.graph.multiply_add(weight, value, sum);
            }
            if let Some(node) = side.values.get(part).copied().flatten() {
                let node = self.evaluated(node, at)?;
                let value = kernel.import(self, &[node], at)[0];
                sum = kernel.graph.add(sum, value);
            }
            kernel.store(array, sum);
            actions.push(kernel.finish_in(self, side.region));
        }
        Ok(())
    }

    /// Waves divided by what the operator makes of them; one of which it makes nothing is left out.
    fn divided(&mut self, solve: &Solve, array: ArrayId) -> Action {
        let mut kernel = Kernel::new(format!("waves of {}", solve.name));
        let mut below = kernel.graph.constant(solve.own);
        for (modes, factor) in solve.modes.iter().zip(&solve.factors) {
            if *factor == 0.0 {
                continue;
            }
            let table = self.table(&modes.values);
            let value = kernel.graph.table(table as u32, 0);
            let factor = kernel.graph.constant(*factor);
            let value = kernel.graph.multiply(factor, value);
            below = kernel.graph.add(below, value);
        }
        let value = kernel.load(array);
        let zero = kernel.graph.constant(0.0);
        let one = kernel.graph.constant(1.0);
        let nothing = kernel.graph.binary(Binary::Equal, below, zero);
        let divisor = kernel.graph.select(nothing, one, below);
        let quotient = kernel.graph.divide(value, divisor);
        let result = kernel.graph.select(nothing, zero, quotient);
        kernel.store(array, result);
        kernel.finish(self)
    }

    /// An array of the scheme's layout for all solutions.
    fn scratch(&mut self, name: &str) -> ArrayId {
        self.plan.array(name).unwrap_or_else(|| self.array(name))
    }

    fn matrix(&mut self, matrix: &SparseMatrix) -> usize {
        let same = |own: &SparseMatrix| Arc::ptr_eq(&own.values, &matrix.values);
        self.plan.matrices.iter().position(same).unwrap_or_else(|| {
            self.plan.matrices.push(matrix.clone());
            self.plan.matrices.len() - 1
        })
    }

    fn table(&mut self, table: &Table) -> usize {
        let same = |own: &Table| Arc::ptr_eq(&own.values, &table.values);
        self.plan.tables.iter().position(same).unwrap_or_else(|| {
            self.plan.tables.push(table.clone());
            self.plan.tables.len() - 1
        })
    }
}
