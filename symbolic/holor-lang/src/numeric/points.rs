//! Values of formulas at points: on a device where its arithmetic knows the formula, else here one by one.

use holor_algebra::{Engine, Expr, Symbol};
use holor_field::pointwise::{self, Input};
use holor_field::{Backend, FieldError, Graph, NodeId};

use super::Formulas;
use crate::array::Complex64;

/// Points evaluated here between two looks at the interrupt.
const LOOK: usize = 4096;

/// Where formulas are evaluated.
pub(crate) struct Points<'a> {
    /// The variables.
    pub(crate) variables: &'a [Symbol],
    /// Their values: one, or one for each point.
    pub(crate) values: &'a [Vec<f64>],
    /// How many points there are.
    pub(crate) count: usize,
    /// What evaluates.
    pub(crate) backend: &'a dyn Backend,
    /// Whether the person interrupted.
    pub(crate) interrupted: &'a (dyn Fn() -> bool + Sync),
}

/// The values of a formula.
#[derive(Debug)]
pub(crate) struct Sampled {
    /// The real parts.
    pub(crate) real: Vec<f64>,
    /// The imaginary parts; empty where all values are real.
    pub(crate) imaginary: Vec<f64>,
    /// Points at which there is no finite value.
    pub(crate) outside: Vec<usize>,
}

impl Points<'_> {
    /// The values of all formulas, in one pass for those that the device knows.
    ///
    /// # Errors
    /// [`FieldError::Interrupted`], what the device says, and formulas that cannot be evaluated at all.
    pub(crate) fn values(
        &self,
        formulas: &[Expr],
        engine: &Engine,
    ) -> Result<Vec<Sampled>, FieldError> {
        let mut graph = Formulas::new(self.variables, engine);
        let nodes: Vec<_> = formulas.iter().map(|formula| graph.value(formula)).collect();
        let roots: Vec<_> = nodes.iter().flatten().copied().collect();
        let mut found = self.roots(&graph.graph, &roots)?.into_iter();
        formulas
            .iter()
            .zip(nodes)
            .map(|(formula, node)| {
                let real = match node {
                    Some(_) => found.next().unwrap_or_default(),
                    None => vec![f64::NAN; self.count],
                };
                self.completed(formula, real, engine)
            })
            .collect()
    }

    /// The values of nodes of a graph whose loads count the variables.
    ///
    /// # Errors
    /// [`FieldError::Interrupted`], and what the device says.
    pub(crate) fn roots(
        &self,
        graph: &Graph,
        roots: &[NodeId],
    ) -> Result<Vec<Vec<f64>>, FieldError> {
        let inputs: Vec<Input<'_>> = self
            .values
            .iter()
            .map(|values| match values.as_slice() {
                [value] => Input::Same(*value),
                values => Input::Each(values),
            })
            .collect();
        pointwise::evaluate(
            graph,
            roots,
            &inputs,
            self.count,
            self.backend,
            self.interrupted,
        )
    }

    /// Real values with those filled in that are not real: a root of a negative number, a function that the device does not know.
    fn completed(
        &self,
        formula: &Expr,
        mut real: Vec<f64>,
        engine: &Engine,
    ) -> Result<Sampled, FieldError> {
        let mut imaginary = Vec::new();
        let mut outside = Vec::new();
        if real.iter().all(|value| value.is_finite()) {
            return Ok(Sampled { real, imaginary, outside });
        }
        let compiled = engine
            .compile(formula, self.variables)
            .map_err(|error| FieldError::invalid(error.to_string(), ""))?;
        let mut point = vec![0.0; self.variables.len()];
        let mut seen = 0_usize;
        for place in 0..real.len() {
            if real[place].is_finite() {
                continue;
            }
            seen += 1;
            if seen.is_multiple_of(LOOK) && (self.interrupted)() {
                return Err(FieldError::Interrupted);
            }
            for (slot, values) in point.iter_mut().zip(self.values) {
                *slot = match values.as_slice() {
                    [value] => *value,
                    values => values.get(place).copied().unwrap_or(f64::NAN),
                };
            }
            let value = compiled.evaluate(&point);
            let value = if value.is_nan() {
                let pairs: Vec<(f64, f64)> = point.iter().map(|x| (*x, 0.0)).collect();
                let (re, im) = compiled.evaluate_complex(&pairs);
                Complex64::new(re, im)
            } else {
                Complex64::new(value, 0.0)
            };
            real[place] = value.re;
            if value.im != 0.0 {
                imaginary.resize(real.len(), 0.0);
                imaginary[place] = value.im;
            }
            if !(value.re.is_finite() && value.im.is_finite()) {
                outside.push(place);
            }
        }
        Ok(Sampled { real, imaginary, outside })
    }
}
