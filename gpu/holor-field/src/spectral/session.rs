//! What all methods in spectra share: planes, the way into spectra and back, and the end result.

use super::builder::{Builder, Planes, Spectra, Writer};
use super::evaluation::{Evaluator, Input};
use super::{Dealiasing, Options, SpectralForm};
use crate::equation::{Complex64, System};
use crate::plan::{Action, ArrayId, ProcedureId};
use crate::stepper::{FORMER_STEP, RESIZE, Stepping};
use crate::{FieldError, FieldResult};

/// A method in the making.
#[derive(Debug)]
pub(super) struct Session<'s> {
    pub(super) builder: Builder<'s>,
    pub(super) evaluator: Evaluator,
    /// The values of each component at the cells, at the start and when observed.
    pub(super) planes: Vec<Planes>,
    /// The fields that are given at every time.
    given: Vec<(usize, Planes)>,
    pub(super) explanation: Vec<String>,
}

impl<'s> Session<'s> {
    pub(super) fn new(
        system: &'s System,
        form: &'s SpectralForm,
        options: &Options,
    ) -> FieldResult<Self> {
        let mut builder = Builder::new(system, form, options);
        let mut explanation = Vec::new();
        let uses_products = !matches!(
            options.method,
            super::Method::Strang | super::Method::Yoshida4 | super::Method::BlanesMoan4
        );
        if uses_products && form.rest.iter().any(|rest| !rest.is_empty()) {
            dealias(&mut builder, form, options.dealiasing, &mut explanation)?;
        }
        let mut planes = Vec::new();
        for component in &form.components {
            let field = &system.fields[component.field];
            let name = if component.velocity {
                format!("{}'", field.name)
            } else {
                field.name.clone()
            };
            let own = builder.planes(&name, field.complex);
            let values =
                if component.velocity { &field.start_velocity } else { &field.start };
            if !field.complex && values.iter().any(|value| value.im != 0.0) {
                return Err(FieldError::invalid(
                    format!("{} is real, but starts with complex values", field.name),
                    format!("declare {} complex", field.name),
                ));
            }
            if !values.is_empty() {
                if values.len() != builder.cells.cells() {
                    return Err(FieldError::invalid(
                        format!(
                            "{} has not one value at the start for each cell",
                            field.name
                        ),
                        "",
                    ));
                }
                let part =
                    |of: fn(&Complex64) -> f64| Some(values.iter().map(of).collect());
                builder.plan.arrays[own.0].values = part(|value| value.re);
                if let Some(im) = own.1 {
                    builder.plan.arrays[im].values = part(|value| value.im);
                }
            }
            planes.push(own);
        }
        let mut given = Vec::new();
        for (place, field) in system.fields.iter().enumerate() {
            if field.order == 0 {
                given.push((place, builder.planes(&field.name, field.complex)));
            }
        }
        let mut evaluator = Evaluator::default();
        evaluator.seed = options.seed;
        Ok(Self { builder, evaluator, planes, given, explanation })
    }

    /// Spectra of the planes.
    pub(super) fn enter(&mut self, state: &Spectra) {
        for (planes, spectrum) in self.planes.clone().into_iter().zip(state) {
            if let Some(spectrum) = spectrum {
                self.builder.forward(planes, *spectrum);
            }
        }
    }

    /// The procedure that brings planes up to date from spectra.
    pub(super) fn observe(&mut self, state: &Spectra) -> FieldResult<ProcedureId> {
        for (place, spectrum) in state.iter().enumerate() {
            let Some(spectrum) = spectrum else {
                continue;
            };
            let complex = self.builder.form.components[place].complex;
            let scratch = self.builder.scratch(complex);
            let mut writer = Writer::default();
            let value = writer.load_spectrum(*spectrum);
            writer.store_spectrum(scratch, value);
            let layout = self.builder.layout(complex);
            self.builder.run("copy", writer, &layout);
            self.builder.inverse(scratch, self.planes[place]);
        }
        let input = Input {
            spectra: Some(state.clone()),
            planes: Some(self.planes.clone()),
            filtered: false,
        };
        self.observe_given(input)
    }

    /// Fields that are given at every time, and the end of `observe`.
    pub(super) fn observe_given(&mut self, input: Input) -> FieldResult<ProcedureId> {
        if !self.given.is_empty() {
            self.builder.set_stage_time(0.0);
            self.evaluator.begin(input);
            for (place, planes) in self.given.clone() {
                let field = &self.builder.system.fields[place];
                let terms = [(field.rate.clone(), planes)];
                self.evaluator.store(&mut self.builder, &field.name, &terms)?;
            }
        }
        Ok(self.builder.finish("observe"))
    }

    /// The rest of the rates for these spectra, at the present time plus so much of the step.
    pub(super) fn rest(
        &mut self,
        state: &Spectra,
        share: f64,
        targets: &Spectra,
    ) -> FieldResult<()> {
        let form = self.builder.form;
        if form.rest.iter().all(Vec::is_empty) {
            return Ok(());
        }
        if form.time_dependent {
            self.builder.set_stage_time(share);
        }
        let input = Input { spectra: Some(state.clone()), planes: None, filtered: true };
        self.evaluator.rates(&mut self.builder, input, &form.rest, targets)
    }

    /// The result; `resize` is done after the coefficients are there when the step has changed.
    pub(super) fn end(
        mut self,
        options: &Options,
        [start, step, observe]: [ProcedureId; 3],
        state: Vec<ArrayId>,
        resize: Vec<Action>,
        stable_step: Option<f64>,
    ) -> Stepping {
        let builder = &mut self.builder;
        let setup = std::mem::take(&mut builder.setup);
        if !setup.is_empty() || !resize.is_empty() {
            let former = builder.plan.scalar(FORMER_STEP);
            if former.is_none() {
                builder.scalar(FORMER_STEP);
            }
            builder.actions = setup.iter().cloned().chain(resize).collect();
            builder.finish(RESIZE);
        }
        let entering = &mut builder.plan.procedures[start].actions;
        *entering = setup.into_iter().chain(std::mem::take(entering)).collect();
        let form = builder.form;
        let (mut planes, mut velocities) = (Vec::new(), Vec::new());
        for place in 0..builder.system.fields.len() {
            let find = |velocity: bool| {
                let same = |component: &super::Component| {
                    component.field == place && component.velocity == velocity
                };
                form.components
                    .iter()
                    .position(same)
                    .map(|component| self.planes[component])
            };
            let given = self.given.iter().find(|given| given.0 == place);
            let Some(own) = find(false).or(given.map(|given| given.1)) else {
                continue;
            };
            let velocity = find(true);
            planes.push(own.0);
            velocities.push(velocity.map(|velocity| velocity.0));
            if let Some(im) = own.1 {
                planes.push(im);
                velocities.push(velocity.and_then(|velocity| velocity.1));
            }
        }
        let has_products = form.degree != Some(0);
        let products =
            has_products.then(|| builder.keep.map_or(1.0, |keep| keep.min(1.0)));
        Stepping {
            method: options.method.name(),
            planes,
            rests: Vec::new(),
            state,
            start,
            step,
            observe,
            velocities,
            time: builder.time,
            step_size: builder.step_size,
            count: builder.count,
            adaptive: None,
            stable_step,
            explicit_step: None,
            products,
            explanation: self.explanation,
            plan: self.builder.plan,
        }
    }
}

/// The arrays of spectra.
pub(super) fn arrays(spectra: &[&Spectra]) -> Vec<ArrayId> {
    spectra
        .iter()
        .flat_map(|spectra| spectra.iter().flatten())
        .flatten()
        .copied()
        .collect()
}

/// Modes take part in products from so far above those that grow by themselves.
const MARGIN: f64 = 0.02;
/// How the explanation begins where products cannot be dealiased for waves that grow.
pub const UNRESOLVED: &str =
    "waves that grow by themselves are nearly as short as the points show";

fn dealias(
    builder: &mut Builder<'_>,
    form: &SpectralForm,
    dealiasing: Dealiasing,
    explanation: &mut Vec<String>,
) -> FieldResult<()> {
    match (dealiasing, form.degree) {
        (Dealiasing::Off, _) => {
            explanation.push("products are not dealiased, as asked".to_owned());
        }
        (Dealiasing::Keep(share), _) => {
            if !(share > 0.0 && share <= 1.0) {
                return Err(FieldError::invalid(
                    format!("dealiasing keeps a share of {share} of the modes"),
                    "give a number above 0 and up to 1, such as 2/3",
                ));
            }
            explanation.push(format!(
                "modes up to {share:.4} of the highest take part in products, as asked"
            ));
            if form.growing >= share {
                return Err(FieldError::invalid(
                    format!(
                        "modes up to {:.4} of the highest grow by the linear part, and those above {share} would take no part in the products that keep them from it",
                        form.growing
                    ),
                    "a larger share, or more points",
                ));
            }
            // Including the highest mode itself for 1.
            builder.keep = Some(if share == 1.0 { 2.0 } else { share });
        }
        (Dealiasing::Automatic, Some(degree))
            if degree > 1 && form.growing >= 1.0 && form.decay == 0.0 =>
        {
            explanation.push(
                "waves of all lengths grow by themselves: products are not dealiased"
                    .to_owned(),
            );
        }
        // What grows by itself must take part in what ends its growth.
        (Dealiasing::Automatic, Some(degree))
            if degree > 1 && form.growing >= 2.0 / f64::from(degree + 1) =>
        {
            let axes = builder.system.grid.axes.iter();
            let fewest = axes.map(|axis| axis.points).filter(|n| *n > 1).min();
            let share = form.growing + MARGIN.max(1.0 / fewest.unwrap_or(1) as f64);
            explanation.push(format!(
                "{UNRESOLVED}: modes up to {:.4} of the highest do so, more than the 2/{} which dealiasing of products of degree {degree} leaves; {}",
                form.growing,
                degree + 1,
                match share < 1.0 {
                    true => format!("modes up to {share:.4} take part in products"),
                    false => "products are not dealiased".to_owned(),
                }
            ));
            builder.keep = (share < 1.0).then_some(share);
        }
        (Dealiasing::Automatic, Some(degree)) if degree > 1 => {
            builder.keep = Some(2.0 / f64::from(degree + 1));
            explanation.push(format!(
                "products of degree {degree} are dealiased: modes up to 2/{} of the highest take part in them",
                degree + 1
            ));
        }
        (Dealiasing::Automatic, Some(_)) => {}
        (Dealiasing::Automatic, None) => explanation.push(
            "the nonlinear part is no polynomial: its products are not dealiased, so watch that the spectrum decays"
                .to_owned(),
        ),
    }
    Ok(())
}
