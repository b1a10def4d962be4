//! The steps of a plan as people read them: what each of a method's stages computes from what.

use std::fmt::{self, Write as _};

use super::Stepping;
use crate::graph::{Graph, NodeId};
use crate::layout::{DIMENSIONS, Layout, Region};
use crate::plan::{Action, ArrayId, Plan, Program, ReductionKind};
use crate::printer::{
    Names, Printer, Text, Tightness, fixed, letter, number, range, simple,
};

/// The names of a plan, loads counting the arrays that a program's slots are bound to.
struct Bound<'a> {
    plan: &'a Plan,
    arrays: &'a [ArrayId],
}

impl Bound<'_> {
    fn name(&self, array: ArrayId) -> &str {
        self.plan.arrays.get(array).map_or("?", |array| array.name.as_str())
    }
}

impl Names for Bound<'_> {
    fn array(&self, slot: u32) -> String {
        self.arrays.get(slot as usize).map_or("?", |array| self.name(*array)).to_owned()
    }

    fn scalar(&self, scalar: u32) -> Text {
        scalar_text(self.plan, scalar as usize)
    }

    fn table(&self, table: u32) -> Option<(String, usize)> {
        let table = self.plan.tables.get(table as usize)?;
        Some((simple(&table.name), table.dimension))
    }
}

/// A scalar as it is written on paper. Those that the clock sets at the beginning of a step are parts of the step and times within it.
fn scalar_text(plan: &Plan, scalar: usize) -> Text {
    let name = plan.scalars.get(scalar).map_or("?", |scalar| scalar.name.as_str());
    match clock(name) {
        Some(text) => text,
        None if name.contains(' ') => (format!("({name})"), Tightness::Atom),
        None => (name.to_owned(), Tightness::Atom),
    }
}

/// `0.5 step` is `0.5 Δt`, and so on.
fn clock(name: &str) -> Option<Text> {
    let factor = |text: &str| text.parse::<f64>().ok();
    let times = |value: f64, unit: &str| {
        if value == 1.0 {
            (unit.to_owned(), Tightness::Atom)
        } else {
            (format!("{} {unit}", number(value)), Tightness::Product)
        }
    };
    match name {
        "time" => return Some(("t".to_owned(), Tightness::Atom)),
        "step" => return Some(("Δt".to_owned(), Tightness::Atom)),
        _ => {}
    }
    if let Some(value) = name.strip_suffix(" root of the step").and_then(factor) {
        return Some(times(value, "√Δt"));
    }
    if let Some(value) = name.strip_suffix(" step").and_then(factor) {
        return Some(times(value, "Δt"));
    }
    let within = name.strip_prefix("time at ")?.strip_suffix(" of the step")?;
    let value = factor(within)?;
    Some(if value == 0.0 {
        ("t".to_owned(), Tightness::Atom)
    } else {
        (format!("t + {}", times(value, "Δt").0), Tightness::Sum)
    })
}

impl Stepping {
    /// What is done in a step, where fields are looked at, and at the start: each action of the plan a line or more, as formulas of values
    /// at neighbours (`u[i+1,j]`).
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        // Writing into a string cannot fail.
        let _ = self.write_text(&mut text);
        text
    }

    fn write_text(&self, out: &mut String) -> fmt::Result {
        let mut open = match self.adaptive {
            Some(adaptive) => vec![adaptive.attempt, adaptive.accept],
            None => vec![self.step],
        };
        open.extend([self.observe, self.start]);
        let mut place = 0;
        while let Some(own) = open.get(place).copied() {
            place += 1;
            let Some(procedure) = self.plan.procedures.get(own) else { continue };
            for action in &procedure.actions {
                if let Action::Repeat { procedure, .. } = action
                    && !open.contains(procedure)
                {
                    open.push(*procedure);
                }
            }
            let mut text = String::new();
            for action in &procedure.actions {
                self.write_action(action, &mut text)?;
            }
            if !text.is_empty() {
                let step = self.adaptive.map_or(self.step, |adaptive| adaptive.attempt);
                let way = if own == step { ", from t to t + Δt" } else { "" };
                writeln!(out, "{}{way}:\n{text}", procedure.name)?;
            }
        }
        Ok(())
    }

    fn write_action(&self, action: &Action, out: &mut String) -> fmt::Result {
        let plan = &self.plan;
        let bound = Bound { plan, arrays: &[] };
        let name = |array: &ArrayId| bound.name(*array);
        let cells = |transform: usize| {
            plan.transforms.get(transform).map_or((String::new(), String::new()), |of| {
                let real = name(&of.real);
                let cells = match of.imaginary {
                    Some(imaginary) => format!("{real} + i {}", name(&imaginary)),
                    None => real.to_owned(),
                };
                let [real, imaginary] = of.spectrum;
                (cells, format!("{} + i {}", name(&real), name(&imaginary)))
            })
        };
        match action {
            Action::Run { program, arrays, region } => {
                let Some(program) = plan.programs.get(*program) else { return Ok(()) };
                self.write_program(program, arrays, *region, out)
            }
            Action::Wrap { array, dimension, sign } => {
                let index = letter(*dimension, self.rank(*array));
                let minus = if *sign < 0.0 { "minus " } else { "" };
                let name = name(array);
                writeln!(
                    out,
                    "  {name} beyond the ends of {index}: {minus}the other side"
                )
            }
            Action::Exchange(one, other) => {
                writeln!(out, "  {} and {} change places", name(one), name(other))
            }
            Action::Copy { from, to } => writeln!(out, "  {} = {}", name(to), name(from)),
            Action::Forward(transform) => {
                let (cells, spectrum) = cells(*transform);
                writeln!(out, "  {spectrum} = F({cells})")
            }
            Action::Inverse(transform) => {
                let (cells, spectrum) = cells(*transform);
                writeln!(out, "  {cells} = F⁻¹({spectrum})")
            }
            Action::Filter { transform, multiplier } => {
                let (cells, _) = cells(*transform);
                let factor = match multiplier.1 {
                    Some(imaginary) => {
                        format!("({} + i {})", name(&multiplier.0), name(&imaginary))
                    }
                    None => name(&multiplier.0).to_owned(),
                };
                writeln!(out, "  {cells} = F⁻¹({factor} F({cells}))")
            }
            Action::Sparse { matrix, from, to } => {
                let entries = plan.matrices.get(*matrix).map_or(0, |it| it.values.len());
                let (to, from) = (name(to), name(from));
                writeln!(out, "  {to} = (sparse matrix of {entries} entries) {from}")
            }
            Action::Lines { matrix, dimension, from, to } => {
                let rows =
                    plan.matrices.get(*matrix).map_or(0, |it| it.starts.len().max(1) - 1);
                let along = letter(*dimension, self.rank(*from));
                let (to, from) = (name(to), name(from));
                writeln!(out, "  {to} = (matrix of {rows} rows) {from}, along {along}")
            }
            Action::Group { from, to, .. } => {
                writeln!(out, "  {} = sums over groups of {}", name(to), name(from))
            }
            Action::Noise { array, .. } => {
                writeln!(out, "  {} = standard normal numbers", name(array))
            }
            Action::Scalars { graph, stores } => self.write_scalars(graph, stores, out),
            Action::Repeat { procedure, until, at_most } => {
                let own = plan.procedures.get(*procedure).map_or("?", |it| &it.name);
                let until = scalar_text(plan, *until).0;
                writeln!(out, "  repeat {own} until {until}, at most {at_most} times")
            }
        }
    }

    fn rank(&self, array: ArrayId) -> usize {
        self.plan.arrays.get(array).map_or(1, |array| rank(&array.layout))
    }

    fn write_program(
        &self,
        program: &Program,
        arrays: &[ArrayId],
        region: Region,
        out: &mut String,
    ) -> fmt::Result {
        let layout = arrays
            .first()
            .and_then(|array| self.plan.arrays.get(*array))
            .map(|it| it.layout);
        let points = layout.map_or([1; DIMENSIONS], |layout| layout.points);
        let rank = layout.as_ref().map_or(1, rank);
        let names = Bound { plan: &self.plan, arrays };
        let mut printer = Printer::new(&program.graph, &program.roots(), rank, names);
        let (at, part) = (fixed(region, points), range(region, points, rank));
        for store in &program.stores {
            let left = printer.names.array(store.slot)
                + &printer.indices(store.slot, at, [0; 3]);
            let right = printer.top(store.value, at);
            writeln!(out, "  {left} = {right}{part}")?;
        }
        for reduction in &program.reductions {
            let how = match reduction.kind {
                ReductionKind::Sum => "sum",
                ReductionKind::Maximum => "maximum",
                ReductionKind::Minimum => "minimum",
            };
            let value = printer.top(reduction.value, at);
            let scalar = scalar_text(&self.plan, reduction.scalar).0;
            writeln!(out, "  {scalar} = {how}({value}){part}")?;
        }
        printer.write_shared(at, "    ", out)
    }

    fn write_scalars(
        &self,
        graph: &Graph,
        stores: &[(usize, NodeId)],
        out: &mut String,
    ) -> fmt::Result {
        let names = Bound { plan: &self.plan, arrays: &[] };
        let roots: Vec<NodeId> = stores.iter().map(|store| store.1).collect();
        let mut printer = Printer::new(graph, &roots, 1, names);
        for (scalar, value) in stores {
            let name = self.plan.scalars.get(*scalar).map_or("?", |it| it.name.as_str());
            // What the clock sets is written where it is used.
            if *scalar == self.count || clock(name).is_some() {
                continue;
            }
            let value = match graph.constant_value(*value) {
                Some(value) => number(value),
                None => printer.top(*value, [None; DIMENSIONS]),
            };
            let (name, _) = scalar_text(&self.plan, *scalar);
            writeln!(out, "  {name} = {value}")?;
        }
        printer.write_shared([None; DIMENSIONS], "    ", out)
    }
}

/// The number of axes that an array has.
fn rank(layout: &Layout) -> usize {
    let first = layout.points.iter().position(|points| *points > 1);
    DIMENSIONS - first.unwrap_or(DIMENSIONS - 1)
}
