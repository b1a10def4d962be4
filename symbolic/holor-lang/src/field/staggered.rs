//! Fields of a run on a staggered grid: each component gets its place from the equations, and its start there.

use holor_algebra::{Engine, Expr, Symbol};
use holor_field::FieldError;
use holor_field::discretise::places;
use holor_field::equation::{Complex64, Field};

use super::sample::has_noise;
use super::{EvolutionSystem, FieldShape, FieldValue, Sampler};
use crate::array::ArrayAxis;
use crate::{Diagnostic, Result, Span, codes};

/// What a start may have on a wall, as a part of its largest value, and still be 0 but for rounding.
const ROUNDED: f64 = 1e-9;

impl EvolutionSystem {
    /// Along which axes the values of a series, a field or its derivative in time, stand half a cell beyond the points.
    pub(crate) fn shift_of(&self, series: &str) -> [bool; 3] {
        let fields = &self.system.fields;
        let own = |name: &str| fields.iter().find(|field| field.name == name);
        let rate = || series.strip_suffix("_t").and_then(own);
        own(series).or_else(rate).map_or([false; 3], |field| field.shift)
    }

    /// The axes of the arrays of a series.
    pub(crate) fn axes_of(&self, series: &str) -> Vec<ArrayAxis> {
        self.grid.axes_at(self.shift_of(series))
    }

    /// Gives each field its place on a staggered grid, and its start there. The first of the equations decides what the linear terms leave open.
    ///
    /// # Errors
    /// Where the equations ask for no such grid, a start is known at the points alone, or is not 0 at a wall that it stands on.
    pub(crate) fn stagger(
        &mut self,
        engine: &Engine,
        equations: &[Expr],
        (time, span): (&Symbol, Span),
        failed: &dyn Fn(FieldError) -> Box<Diagnostic>,
    ) -> Result<()> {
        let first = |name: &str| {
            let name = Symbol::new(name);
            let holds = |equation: &Expr| rate_in(equation, &name, time);
            equations.iter().position(holds).unwrap_or(equations.len())
        };
        let mut preferred: Vec<(usize, (usize, Option<usize>))> = self
            .unknowns
            .iter()
            .zip(&self.system.fields)
            .enumerate()
            .map(|(place, ((field, component), own))| {
                let direction = match field.shape {
                    FieldShape::Vector | FieldShape::Covector => Some(*component),
                    FieldShape::Scalar | FieldShape::Tensor | FieldShape::Links => None,
                };
                (first(&own.name), (place, direction))
            })
            .collect();
        preferred.sort_by_key(|(first, _)| *first);
        let preferred: Vec<_> = preferred.into_iter().map(|(_, own)| own).collect();
        let found = places(&self.system, &preferred).map_err(failed)?;
        self.yielding = found.yielding;
        let unknowns = self.unknowns.iter();
        for ((own, (field, component)), shift) in
            self.system.fields.iter_mut().zip(unknowns).zip(found.shifts)
        {
            own.shift = shift;
            if shift == [false; 3] {
                continue;
            }
            let formula = field.start_formulas.get(*component).and_then(Option::as_ref);
            own.start =
                there(field, &own.start, formula, (&own.name, shift), (engine, span))?;
            if !own.start_velocity.is_empty() {
                own.start_velocity = there(
                    field,
                    &own.start_velocity,
                    field.velocity_formulas.get(*component).and_then(Option::as_ref),
                    (&own.name, shift),
                    (engine, span),
                )?;
            }
            at_walls(field, own, formula, (engine, span))?;
        }
        Ok(())
    }
}

/// Whether an equation holds a derivative in time of a field.
fn rate_in(equation: &Expr, name: &Symbol, time: &Symbol) -> bool {
    use holor_algebra::{Function, Node};
    equation.any(&mut |part| match part.node() {
        Node::Call(Function::Derivative, arguments) => {
            let own = arguments.first().is_some_and(
                |body| matches!(body.node(), Node::Apply(own, _) if own == name),
            );
            own && arguments.iter().skip(1).any(|by| by.as_symbol() == Some(time))
        }
        _ => false,
    })
}

/// The values of a start at other places than the points.
fn there(
    field: &FieldValue,
    values: &[Complex64],
    formula: Option<&Expr>,
    (name, shift): (&str, [bool; 3]),
    (engine, span): (&Engine, Span),
) -> Result<Vec<Complex64>> {
    let same = values.iter().all(|value| Some(value) == values.first());
    let coordinates = &field.grid.coordinates;
    let depends = |formula: &Expr| coordinates.iter().any(|x| formula.contains_symbol(x));
    match formula {
        // What is random in each cell has no place.
        Some(formula) if has_noise(formula) && !depends(formula) => {
            return Ok(values.to_vec());
        }
        Some(formula) if !has_noise(formula) => {
            let mut sampler = Sampler::new(&field.grid, engine);
            sampler.shift = shift.map(|beyond| if beyond { 0.5 } else { 0.0 });
            return sampler.values(formula, span);
        }
        None if same => return Ok(values.to_vec()),
        _ => {}
    }
    let axes = coordinates.iter().zip(shift).filter(|(_, shift)| *shift);
    let axes: Vec<&str> = axes.map(|(axis, _)| axis.name()).collect();
    let message = format!(
        "`{name}` stands half a cell beyond the points along {}, and its start is known at the points alone",
        axes.join(" and ")
    );
    let x = coordinates.first().map_or("x", Symbol::name);
    Diagnostic::error(&codes::E0310_EVOLUTION, message)
        .at(span)
        .hint(format!("a start that is a formula in the coordinates, such as sin({x})"))
        .hint("leave grid = staggered out")
        .into()
}

/// Makes what stands on walls 0 there.
fn at_walls(
    field: &FieldValue,
    own: &mut Field,
    formula: Option<&Expr>,
    (engine, span): (&Engine, Span),
) -> Result<()> {
    let axes = &field.grid.grid.axes;
    let mut inner = 1;
    for (place, axis) in axes.iter().enumerate().rev() {
        let (step, count) = (inner, axis.points);
        inner *= count;
        if axis.closed || !own.shift[place] {
            continue;
        }
        let along = |cell: usize| cell / step % count;
        let most = own.start.iter().map(|value| value.norm()).fold(0.0, f64::max);
        let rounded = |value: &Complex64| value.norm() <= ROUNDED * most;
        // The points end with one wall, and begin one step beyond the other.
        let mut lower = Vec::new();
        if let Some(formula) = formula.filter(|formula| !has_noise(formula)) {
            let mut sampler = Sampler::new(&field.grid, engine);
            sampler.shift = own.shift.map(|beyond| if beyond { 0.5 } else { 0.0 });
            sampler.shift[place] = -0.5;
            lower = sampler.values(formula, span)?;
        }
        let first = lower.iter().enumerate().filter(|(cell, _)| along(*cell) == 0);
        let last =
            own.start.iter().enumerate().filter(|(cell, _)| along(*cell) + 1 == count);
        let wrong = first.map(|(_, value)| (axis.low, value));
        let mut wrong = wrong.chain(last.map(|(_, value)| (axis.high, value)));
        if let Some((wall, value)) = wrong.find(|(_, value)| !rounded(value)) {
            let (name, x) = (&own.name, &axis.name);
            let value = crate::array::number(*value);
            let message = format!(
                "`{name}` stands on the walls of {x} and is 0 there, but starts with {} at {x} = {wall}",
                value.plain()
            );
            return Diagnostic::error(&codes::E0310_EVOLUTION, message)
                .at(span)
                .hint(format!("a start that is 0 at both ends of {x}"))
                .hint("leave grid = staggered out")
                .into();
        }
        for values in [&mut own.start, &mut own.start_velocity] {
            for (cell, value) in values.iter_mut().enumerate() {
                if along(cell) + 1 == count {
                    *value = Complex64::default();
                }
            }
        }
    }
    Ok(())
}
