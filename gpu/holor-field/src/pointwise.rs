//! Formulas at many points at once, on any backend.

use crate::backend::{Backend, Precision};
use crate::error::{FieldError, FieldResult};
use crate::graph::{Graph, NodeId};
use crate::layout::{Layout, Region};
use crate::plan::{Action, Array, Plan, Procedure, Program, Scalar, Store};

/// Points computed at a time: enough for every core of a card, little memory.
const BATCH: usize = 1 << 18;
/// Points in a row of the arrays, at least and at most.
const ROW: (usize, usize) = (64, 1024);

/// The values of a variable.
#[derive(Clone, Copy, Debug)]
pub enum Input<'a> {
    /// One for each point.
    Each(&'a [f64]),
    /// The same at all points.
    Same(f64),
}

/// The layout of so many members: rows of equal length, the last one filled up. Rows are planes of one row, so that neither stride depends on
/// their number: cards need no other kernels for it.
pub(crate) fn layout_of(members: usize) -> Layout {
    let row = members.clamp(ROW.0, ROW.1).next_power_of_two();
    Layout::new([members.div_ceil(row).max(1), 1, row], [0; 3])
}

/// A plan that stores the roots of a graph, whose `Load`s count the inputs, at so many points: arrays of inputs, then of results; inputs that are
/// [`Input::Same`] are scalars, counted by themselves.
fn plan_of(
    graph: &Graph,
    roots: &[NodeId],
    inputs: &[Input<'_>],
    points: usize,
) -> FieldResult<(Plan, usize)> {
    let layout = layout_of(points);
    let mut plan = Plan::default();
    let array = |name: String| Array { name, layout, values: None };
    // Where each input is found.
    let mut places = Vec::with_capacity(inputs.len());
    for (number, input) in inputs.iter().enumerate() {
        places.push(match input {
            Input::Each(_) => {
                plan.arrays.push(array(format!("input {number}")));
                (true, plan.arrays.len() - 1)
            }
            Input::Same(value) => {
                let name = format!("input {number}");
                plan.scalars.push(Scalar { name, value: *value });
                (false, plan.scalars.len() - 1)
            }
        });
    }
    let first = plan.arrays.len();
    plan.arrays.extend((0..roots.len()).map(|number| array(format!("result {number}"))));
    let mut own = Graph::new();
    let values = place(graph, roots, &mut own, |own, number| {
        let (each, place) = *places.get(number)?;
        let place = u32::try_from(place).ok()?;
        Some(if each { own.load(place, [0; 3]) } else { own.scalar(place) })
    })?;
    let stores = values
        .into_iter()
        .enumerate()
        .map(|(number, value)| Store { slot: (first + number) as u32, value })
        .collect();
    let slots = plan.arrays.len();
    plan.programs.push(Program {
        name: "formulas at points".to_owned(),
        graph: own,
        slots,
        stores,
        reductions: Vec::new(),
    });
    let run = Action::Run {
        program: 0,
        arrays: (0..slots).collect(),
        region: Region::interior(&layout),
    };
    plan.procedures.push(Procedure { name: "evaluate".to_owned(), actions: vec![run] });
    Ok((plan, first))
}

/// Copies what roots need into another graph with each load replaced by what `source` gives for its array.
pub(crate) fn place(
    graph: &Graph,
    roots: &[NodeId],
    target: &mut Graph,
    source: impl Fn(&mut Graph, usize) -> Option<NodeId>,
) -> FieldResult<Vec<NodeId>> {
    use crate::graph::Op;
    let mut missing = false;
    let placed = graph.copy_into(target, roots, |target, op| match op {
        Op::Load { array, .. } => source(target, array as usize).unwrap_or_else(|| {
            missing = true;
            NodeId(0)
        }),
        other => target.rebuild(other),
    });
    if missing {
        return Err(FieldError::invalid("a formula has a variable without values", ""));
    }
    Ok(placed)
}

/// The values of a graph's roots at so many points, one list for each root: all in one pass, shared parts computed once.
/// The graph's `Load { array: k, .. }` stands for the k-th input. Where a formula has no real value the result is NaN or infinite.
///
/// # Errors
/// An input with another number of values, a load without an input, [`FieldError::Interrupted`], and what the device says.
pub fn evaluate(
    graph: &Graph,
    roots: &[NodeId],
    inputs: &[Input<'_>],
    points: usize,
    backend: &dyn Backend,
    interrupted: &(dyn Fn() -> bool + Sync),
) -> FieldResult<Vec<Vec<f64>>> {
    let wrong = inputs
        .iter()
        .any(|input| matches!(input, Input::Each(values) if values.len() != points));
    if wrong {
        return Err(FieldError::invalid("the variables have unequally many values", ""));
    }
    let mut results = vec![Vec::with_capacity(points); roots.len()];
    if points == 0 || roots.is_empty() {
        return Ok(results);
    }
    let batch = points.min(BATCH);
    let (plan, first) = plan_of(graph, roots, inputs, batch)?;
    let mut machine = backend.prepare(&plan, Precision::Double)?;
    let room = layout_of(batch).cells();
    let mut buffer = vec![0.0; room];
    let mut done = 0;
    while done < points {
        if interrupted() {
            return Err(FieldError::Interrupted);
        }
        let now = batch.min(points - done);
        let mut array = 0;
        for input in inputs {
            if let Input::Each(values) = input {
                let part = &values[done..done + now];
                buffer[..now].copy_from_slice(part);
                // Cells without a point repeat the last one.
                buffer[now..].fill(part.last().copied().unwrap_or(0.0));
                machine.write(array, &buffer);
                array += 1;
            }
        }
        machine.execute(0, 1, &|| false)?;
        for (number, result) in results.iter_mut().enumerate() {
            machine.read(first + number, &mut buffer);
            result.extend_from_slice(&buffer[..now]);
        }
        done += now;
    }
    Ok(results)
}

#[cfg(test)]
mod tests {
    use super::{BATCH, Input, evaluate};
    use crate::error::FieldError;
    use crate::graph::{Graph, Unary};
    use crate::interpreter::Interpreter;

    #[test]
    fn values_come_in_the_order_of_the_points() {
        let mut graph = Graph::new();
        let (x, y) = (graph.load(0, [0; 3]), graph.load(1, [0; 3]));
        let product = graph.multiply(x, y);
        let sine = graph.unary(Unary::Sine, product);
        // More than one batch, the last one not full.
        let points = BATCH + 1500;
        let xs: Vec<f64> = (0..points).map(|k| k as f64 * 1e-3).collect();
        let inputs = [Input::Each(&xs), Input::Same(2.0)];
        let roots = [sine, product];
        let found =
            evaluate(&graph, &roots, &inputs, points, &Interpreter, &|| false).unwrap();
        for k in [0, 1, 1023, 1024, BATCH - 1, BATCH, points - 1] {
            assert_eq!(found[0][k], (2.0 * xs[k]).sin());
            assert_eq!(found[1][k], 2.0 * xs[k]);
        }
        assert_eq!(found[0].len(), points);
    }

    #[test]
    fn what_cannot_be_evaluated_is_refused() {
        let mut graph = Graph::new();
        let x = graph.load(1, [0; 3]);
        let values = [1.0, 2.0];
        let inputs = [Input::Each(&values)];
        let no = |inputs: &[Input<'_>], points: usize| {
            evaluate(&graph, &[x], inputs, points, &Interpreter, &|| false).unwrap_err()
        };
        assert!(no(&inputs, 2).to_string().contains("without values"));
        assert!(no(&inputs, 3).to_string().contains("unequally"));
        let stopped =
            evaluate(&graph, &[x], &[inputs[0], inputs[0]], 2, &Interpreter, &|| true);
        assert_eq!(stopped, Err(FieldError::Interrupted));
    }
}
