//! Means, integrals and convolutions: values that depend on all cells.

use super::complex::{Convolved, Equations, Gathered, Pair};
use super::formula::{Formula, Id, Source};
use super::text;
use crate::equation::{Boundary, Term};
use crate::error::{FieldError, FieldResult};
use crate::scheme::scalar;

impl Equations<'_> {
    pub(super) fn gather(&mut self, body: &Term, integral: bool) -> FieldResult<Pair> {
        let pair = self.pair(body)?;
        let mut of = |id: Id| -> FieldResult<Id> {
            let facts = self.formulas.facts(id);
            if facts.noise {
                return Err(FieldError::invalid(
                    "the mean of a noise is asked for",
                    "use a uniform noise: it is the same for all cells",
                ));
            }
            if self.depends_on_convolution(id) {
                return Err(FieldError::invalid(
                    format!(
                        "the mean of a convolution is asked for: {}",
                        text::of_term(self.system, body)
                    ),
                    "the mean of a convolution is the integral of the kernel times the mean of what is convolved",
                ));
            }
            let known = self
                .gathered
                .iter()
                .find(|known| known.value == id && known.integral == integral);
            let scalar = match known {
                Some(known) => known.scalar,
                None => {
                    let scalar = scalar::FREE + self.gathered.len() as u32;
                    self.formulas.planes_in_scalars.insert(scalar, facts.planes);
                    self.gathered.push(Gathered { value: id, integral, scalar });
                    scalar
                }
            };
            Ok(self.formulas.uniform(scalar))
        };
        let re = of(pair.re)?;
        let im = pair.im.map(of).transpose()?;
        Ok(self.make(re, im))
    }

    pub(super) fn depends_on_convolution(&self, id: Id) -> bool {
        let mut pending = vec![id];
        while let Some(id) = pending.pop() {
            let formula = self.formulas.get(id);
            if matches!(formula, Formula::Array(Source::Convolved(_))) {
                return true;
            }
            pending.extend(self.formulas.operands(formula));
        }
        false
    }

    pub(super) fn convolution(
        &mut self,
        kernel: &Term,
        body: &Term,
    ) -> FieldResult<Pair> {
        let system = self.system;
        if let Some(axis) = system.grid.axes.iter().find(|axis| !axis.closed) {
            return Err(FieldError::invalid(
                format!(
                    "a convolution needs a box that is periodic, and {} is not",
                    axis.name
                ),
                format!("make {} periodic", axis.name),
            ));
        }
        let antiperiodic = system.fields.iter().find(|field| {
            field
                .boundaries
                .iter()
                .flatten()
                .any(|side| matches!(side, Boundary::Antiperiodic))
        });
        if let Some(field) = antiperiodic {
            return Err(FieldError::invalid(
                format!(
                    "a convolution needs periodic fields, and {} is antiperiodic",
                    field.name
                ),
                format!("make {} periodic", field.name),
            ));
        }
        if system.grid.mask.is_some() {
            return Err(FieldError::invalid(
                "a convolution over a part of the box is asked for",
                "leave the domain out, or multiply what is convolved by 0 outside",
            ));
        }
        let written = text::of_term(system, kernel);
        let kernel = self.pair(kernel)?;
        let known = [Some(kernel.re), kernel.im]
            .into_iter()
            .flatten()
            .all(|id| self.formulas.facts(id).known());
        if !known {
            return Err(FieldError::invalid(
                format!(
                    "the kernel {written} is not a function of the coordinates alone"
                ),
                "write a kernel of the coordinates, without time and fields",
            ));
        }
        let body = self.pair(body)?;
        let noisy = [Some(body.re), body.im]
            .into_iter()
            .flatten()
            .any(|id| self.formulas.facts(id).noise);
        if noisy {
            return Err(FieldError::invalid(
                "the convolution of a noise is asked for",
                "let the noise drive a field of its own, and use that field",
            ));
        }
        Ok(self.convolve(kernel, body))
    }

    pub(super) fn convolve(&mut self, kernel: Pair, body: Pair) -> Pair {
        let found = self
            .convolved
            .iter()
            .find(|known| known.kernel == kernel && known.body == body)
            .map(|known| known.into);
        let into = found.unwrap_or_else(|| {
            let complex = kernel.im.is_some() || body.im.is_some();
            let first = self.convolved_arrays;
            let into = (first, complex.then_some(first + 1));
            self.convolved_arrays += if complex { 2 } else { 1 };
            let planes = [Some(body.re), body.im]
                .into_iter()
                .flatten()
                .any(|id| self.formulas.facts(id).planes);
            for part in [Some(into.0), into.1].into_iter().flatten() {
                self.formulas.planes_in_convolutions.insert(part, planes);
            }
            self.convolved.push(Convolved { body, kernel, into });
            into
        });
        self.arrays(into, Source::Convolved)
    }
}
