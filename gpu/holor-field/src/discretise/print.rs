//! A scheme as people read it: difference formulas, ghosts, scalars, and what a cell costs.

use std::fmt::{self, Write as _};

use crate::graph::{Binary, Op, Unary};
use crate::layout::DIMENSIONS;
use crate::plan::ReductionKind;
use crate::printer::{
    Names, Printer, Text, Tightness, enclosed, fixed, letter, number, range, simple,
};
use crate::scheme::{Fill, Scheme};

/// What one evaluation of all rates costs in each cell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cost {
    /// Nodes of the graph with arithmetic.
    pub operations: usize,
    /// Values of arrays read, neighbours counted apart.
    pub loads: usize,
    /// Additions, multiplications, divisions, roots and comparisons; `a*b + c` counts as two. Elementary functions are counted apart.
    pub flops: usize,
    /// Elementary functions (sine, exponential, …).
    pub functions: usize,
    /// Bytes moved to and from memory in double precision where neighbours come from caches: each array read once, each rate written once.
    pub bytes: usize,
}

impl Scheme {
    /// What one evaluation of all rates costs in each cell.
    pub fn cost(&self) -> Cost {
        let needed = self.graph.needed(&self.rates);
        let mut cost = Cost::default();
        let mut arrays = std::collections::BTreeSet::new();
        for (op, needed) in self.graph.ops().iter().zip(needed) {
            if !needed {
                continue;
            }
            match op {
                Op::Constant(_) | Op::Scalar(_) | Op::Table { .. } => continue,
                Op::Load { array, .. } => {
                    arrays.insert(*array);
                    cost.loads += 1;
                    continue;
                }
                Op::MultiplyAdd(..) => cost.flops += 2,
                Op::Unary(function, _) => match function {
                    Unary::Negate
                    | Unary::Absolute
                    | Unary::SquareRoot
                    | Unary::Floor
                    | Unary::Round
                    | Unary::PowerOfTwo
                    | Unary::Exponent
                    | Unary::Mantissa
                    | Unary::Sign => cost.flops += 1,
                    _ => cost.functions += 1,
                },
                Op::Binary(Binary::Power | Binary::Angle, ..) => cost.functions += 1,
                Op::Binary(..) | Op::Select(..) => cost.flops += 1,
            }
            cost.operations += 1;
        }
        cost.bytes = 8 * (arrays.len() + self.rates.len());
        cost
    }

    /// The scheme as people read it: each rate as a formula of values at neighbours (`u[i+1,j]`), what is shared, ghosts, gathered scalars
    /// and the cost of a cell.
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        // Writing into a string cannot fail.
        let _ = self.write_text(&mut text);
        text
    }

    fn write_text(&self, out: &mut String) -> fmt::Result {
        let mut roots = self.rates.clone();
        roots.extend(
            self.diffusions.iter().flatten().map(|diffusion| diffusion.amplitude),
        );
        let mut printer = Printer::new(&self.graph, &roots, self.rank, self);
        for (place, rate) in self.rates.iter().enumerate() {
            let Some(plane) = self.planes.get(place) else { continue };
            let indices = printer.indices(place as u32, [None; DIMENSIONS], [0; 3]);
            let solved =
                self.solves.iter().find(|own| own.planes.contains(&(place as u32)));
            let left = match plane.order {
                0 if solved.is_some() => solved.map_or_else(String::new, |solve| {
                    format!("({}) {}{indices}", solve.text(), plane.name)
                }),
                0 => format!("{}{indices}", plane.name),
                1 => format!("∂t {}{indices}", plane.name),
                _ => format!("∂t² {}{indices}", plane.name),
            };
            let mut right = printer.top(*rate, [None; DIMENSIONS]);
            for diffusion in self.diffusions.get(place).into_iter().flatten() {
                let amplitude = printer.text(diffusion.amplitude, [None; DIMENSIONS]);
                let noise =
                    self.noises.get(diffusion.noise).map_or("?", |n| n.name.as_str());
                let amplitude = enclosed(amplitude, Tightness::Product);
                let _ = write!(right, " + {amplitude} {noise}/√Δt");
            }
            writeln!(out, "{left} = {right}")?;
        }
        printer.write_shared([None; DIMENSIONS], "  ", out)?;
        for solve in &self.solves {
            writeln!(out, "{} is found by sums over waves along each axis", solve.name)?;
        }
        self.write_gathers(&mut printer, out)?;
        self.write_fills(&mut printer, out)?;
        let cost = self.cost();
        write!(
            out,
            "{} operations, {} loads, {} FLOP",
            cost.operations, cost.loads, cost.flops
        )?;
        if cost.functions > 0 {
            write!(out, ", {} elementary functions", cost.functions)?;
        }
        write!(out, ", {} bytes per cell", cost.bytes)
    }

    fn write_gathers(
        &self,
        printer: &mut Printer<'_, &Self>,
        out: &mut String,
    ) -> fmt::Result {
        for gather in &self.gathers {
            let name =
                self.scalars.get(gather.scalar as usize).map_or("?", String::as_str);
            let how = match gather.kind {
                ReductionKind::Sum => "sum",
                ReductionKind::Maximum => "maximum",
                ReductionKind::Minimum => "minimum",
            };
            let value = printer.top(gather.value, [None; DIMENSIONS]);
            writeln!(out, "{name} = {} {how}({value})", number(gather.scale))?;
        }
        for convolution in &self.convolutions {
            let name = self.array(convolution.into.0);
            let value = printer.top(convolution.body.0, [None; DIMENSIONS]);
            writeln!(out, "{name} = kernel * ({value})")?;
        }
        printer.write_shared([None; DIMENSIONS], "  ", out)
    }

    fn write_fills(
        &self,
        printer: &mut Printer<'_, &Self>,
        out: &mut String,
    ) -> fmt::Result {
        for fill in &self.fills {
            match fill {
                Fill::Wrap { array, dimension, sign } => {
                    let name = self.array(*array);
                    let index = letter(*dimension, self.rank);
                    let how = if *sign < 0.0 {
                        "minus the other side"
                    } else {
                        "the other side"
                    };
                    writeln!(out, "{name} beyond the ends of {index}: {how}")?;
                }
                Fill::Formula { region, values } => {
                    let at = fixed(*region, self.layout.points);
                    let range = range(*region, self.layout.points, self.rank);
                    for (array, value) in values {
                        let left = format!(
                            "{}{}",
                            self.array(*array),
                            printer.indices(*array, at, [0; 3])
                        );
                        let right = printer.whole(*value, at);
                        writeln!(out, "{left} = {right}{range}")?;
                    }
                }
            }
        }
        Ok(())
    }
}

impl fmt::Display for Scheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_text())
    }
}

impl Names for &Scheme {
    fn array(&self, array: u32) -> String {
        let place = array as usize;
        if let Some(plane) = self.planes.get(place) {
            return plane.name.clone();
        }
        if let Some(plane) =
            self.planes.iter().find(|plane| plane.velocity == Some(array))
        {
            return format!("∂t {}", plane.name);
        }
        let velocities =
            self.planes.iter().filter(|plane| plane.velocity.is_some()).count();
        let place = place - self.planes.len() - velocities;
        if let Some(coefficient) = self.coefficients.get(place) {
            return simple(&coefficient.name);
        }
        let noise = self.noises.get(place - self.coefficients.len());
        noise.map_or_else(|| "?".into(), |noise| noise.name.clone())
    }

    fn scalar(&self, scalar: u32) -> Text {
        let name = self.scalars.get(scalar as usize).map_or("?", String::as_str);
        let text = if name == "time" { "t".to_owned() } else { format!("({name})") };
        (text, Tightness::Atom)
    }

    fn table(&self, table: u32) -> Option<(String, usize)> {
        let table = self.tables.get(table as usize)?;
        Some((simple(&table.name), table.dimension))
    }

    fn is_beyond(&self, array: u32, axis: usize) -> bool {
        let velocity = || self.planes.iter().find(|plane| plane.velocity == Some(array));
        let plane = self.planes.get(array as usize).or_else(velocity);
        plane.is_some_and(|plane| plane.shift[axis])
    }
}
