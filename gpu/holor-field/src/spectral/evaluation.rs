//! Evaluates the rest of the rates: what derivatives need is transformed back, products are taken at the cells, and the results
//! are transformed.

use super::analysis::Reader;
use super::builder::{Builder, Planes, Spectra, Spectrum, Writer};
use super::complex::{Leaves, Value, add, multiply, scale, value};
use super::term::{self, contains, is_real};
use super::{Atom, Form, Symbol};
use crate::equation::{Complex64, Term};
use crate::graph::Graph;
use crate::layout::Layout;
use crate::plan::{Action, ScalarId};
use crate::{FieldError, FieldResult};

/// Where fields are found.
#[derive(Clone, Debug, Default)]
pub(super) struct Input {
    /// Spectra of the components.
    pub(super) spectra: Option<Spectra>,
    /// Values of the components at the cells; else transformed from spectra.
    pub(super) planes: Option<Vec<Planes>>,
    /// Whether modes that take no part in products are left out.
    pub(super) filtered: bool,
}

/// What evaluations share: arrays for what is needed, static values, gathered numbers.
#[derive(Debug, Default)]
pub(super) struct Evaluator {
    input: Input,
    needs: Vec<(Form, bool, Planes)>,
    done_needs: Vec<bool>,
    gathers: Vec<(Term, [ScalarId; 2], bool)>,
    done_gathers: Vec<bool>,
    statics: Vec<(Term, Planes)>,
    givens: Vec<(usize, Planes)>,
    bodies: Vec<(String, Planes, Spectrum)>,
    noises: Vec<(usize, NoiseSource)>,
    done_noises: Vec<bool>,
    /// Keys the noise.
    pub(super) seed: u64,
}

/// Where a noise's normal numbers are: in planes, or the same for all cells in scalars.
#[derive(Clone, Copy, Debug)]
enum NoiseSource {
    Planes(Planes),
    Scalars(Planes, [ScalarId; 2]),
}

/// A component whose rate is joined from spectra: whether its own holds a part already, and the others with their symbols.
type Join = (usize, bool, Vec<(Spectrum, Symbol)>);

/// A program at the cells in the making.
struct Cell<'a, 's> {
    evaluator: &'a mut Evaluator,
    builder: &'a mut Builder<'s>,
    writer: Writer,
}

impl Evaluator {
    /// From here on, fields are found there, and nothing is known of them.
    pub(super) fn begin(&mut self, input: Input) {
        self.input = input;
        self.done_needs.fill(false);
        self.done_gathers.fill(false);
        self.done_noises.fill(false);
    }

    /// Values of terms at the cells, stored.
    pub(super) fn store(
        &mut self,
        builder: &mut Builder<'_>,
        name: &str,
        terms: &[(Term, Planes)],
    ) -> FieldResult<()> {
        let mut cell = Cell { evaluator: self, builder, writer: Writer::default() };
        for (term, planes) in terms {
            let result = value(&mut cell, term)?;
            if planes.1.is_none() && result.im.is_some() {
                return Err(FieldError::invalid(
                    format!("{name} is real, but what it is computed from is complex"),
                    "declare it complex, or take the real part",
                ));
            }
            cell.writer.store_planes(*planes, result);
        }
        let writer = cell.writer;
        let layout = builder.cells;
        builder.run(name, writer, &layout);
        Ok(())
    }

    /// Values of terms at the cells, for a program that goes on to use them.
    pub(super) fn with_values(
        &mut self,
        builder: &mut Builder<'_>,
        name: &str,
        terms: &[Term],
        use_them: impl FnOnce(&mut Writer, &[Value]) -> FieldResult<()>,
    ) -> FieldResult<()> {
        let mut cell = Cell { evaluator: self, builder, writer: Writer::default() };
        let mut values = Vec::new();
        for term in terms {
            values.push(value(&mut cell, term)?);
        }
        let mut writer = cell.writer;
        use_them(&mut writer, &values)?;
        let layout = builder.cells;
        builder.run(name, writer, &layout);
        Ok(())
    }

    /// Spectra for the rates of every component that has some.
    pub(super) fn targets(
        builder: &mut Builder<'_>,
        name: &str,
        forms: &[Form],
    ) -> Spectra {
        let form = builder.form;
        (0..form.components.len())
            .map(|place| {
                (!forms[place].is_empty()).then(|| {
                    let name = format!("{name}.{}", builder.component_name(place));
                    builder.spectrum(&name, form.components[place].complex)
                })
            })
            .collect()
    }

    fn body(
        &mut self,
        builder: &mut Builder<'_>,
        name: &str,
        complex: bool,
    ) -> (Planes, Spectrum) {
        if let Some((_, planes, spectrum)) =
            self.bodies.iter().find(|body| body.0 == name)
        {
            return (*planes, *spectrum);
        }
        let planes = builder.temporary(name, complex);
        let spectrum = builder.spectrum(name, complex);
        self.bodies.push((name.to_owned(), planes, spectrum));
        (planes, spectrum)
    }

    /// The rest of all rates, or their noise, into `targets`.
    pub(super) fn rates(
        &mut self,
        builder: &mut Builder<'_>,
        input: Input,
        forms: &[Form],
        targets: &Spectra,
    ) -> FieldResult<()> {
        let filtered = input.filtered && builder.keep.is_some();
        let label = if input.filtered { "rate" } else { "noise" };
        self.begin(input);
        if forms.iter().all(Vec::is_empty) {
            return Ok(());
        }
        let form = builder.form;
        let mut transforms: Vec<(Planes, Spectrum)> = Vec::new();
        let mut joins: Vec<Join> = Vec::new();
        let mut cell = Cell { evaluator: self, builder, writer: Writer::default() };
        for (place, component) in form.components.iter().enumerate() {
            let Some(target) = targets[place] else {
                continue;
            };
            let mut plain: Option<Value> = None;
            let mut others = Vec::new();
            for (number, (atom, symbol)) in forms[place].iter().enumerate() {
                let factor = symbol.constant();
                let part = match (atom, factor) {
                    (Atom::Pointwise(inner), Some(factor)) => {
                        let inner = value(&mut cell, inner)?;
                        let factor = Value::number(&mut cell.writer.graph, factor);
                        multiply(&mut cell.writer.graph, factor, inner)
                    }
                    (Atom::Component(_), _) => {
                        cell.nonlocal(vec![(atom.clone(), symbol.clone())])?
                    }
                    (Atom::Pointwise(inner), None) => {
                        let body = value(&mut cell, inner)?;
                        let name = format!("{label} {place}.{number}");
                        let (planes, spectrum) =
                            cell.evaluator.body(cell.builder, &name, component.complex);
                        cell.check_real(place, body)?;
                        cell.writer.store_planes(planes, body);
                        transforms.push((planes, spectrum));
                        others.push((spectrum, symbol.clone()));
                        continue;
                    }
                };
                let graph = &mut cell.writer.graph;
                plain = Some(match plain {
                    None => part,
                    Some(sum) => add(graph, sum, part),
                });
            }
            let has_plain = plain.is_some();
            if let Some(sum) = plain {
                cell.check_real(place, sum)?;
                let name = format!("{label} {place}");
                let planes = cell.evaluator.plane(cell.builder, &name, component.complex);
                cell.writer.store_planes(planes, sum);
                transforms.push((planes, target));
            }
            if !others.is_empty() || filtered {
                joins.push((place, has_plain, others));
            }
        }
        let writer = cell.writer;
        let layout = builder.cells;
        builder.run("rates at the cells", writer, &layout);
        for (planes, spectrum) in transforms {
            builder.forward(planes, spectrum);
        }
        for complex in [false, true] {
            let mut writer = Writer::default();
            let mut stores = Vec::new();
            for (place, has_plain, others) in &joins {
                let (Some(target), true) =
                    (targets[*place], form.components[*place].complex == complex)
                else {
                    continue;
                };
                let mut sum = Value::number(&mut writer.graph, Complex64::ZERO);
                if *has_plain {
                    sum = writer.load_spectrum(target);
                }
                for (spectrum, symbol) in others {
                    let factor = builder.symbol(&mut writer, symbol, complex);
                    let part = writer.load_spectrum(*spectrum);
                    let part = multiply(&mut writer.graph, factor, part);
                    sum = add(&mut writer.graph, sum, part);
                }
                if filtered && let Some(mask) = builder.kept(&mut writer, complex) {
                    sum = multiply(&mut writer.graph, Value::real(mask), sum);
                }
                stores.push((target, sum));
            }
            if stores.is_empty() {
                continue;
            }
            for (target, sum) in stores {
                writer.store_spectrum(target, sum);
            }
            let layout = builder.layout(complex);
            builder.run("rates of modes", writer, &layout);
        }
        Ok(())
    }

    fn plane(&mut self, builder: &mut Builder<'_>, name: &str, complex: bool) -> Planes {
        // A plane without a spectrum of its own.
        if let Some((_, planes, _)) = self.bodies.iter().find(|body| body.0 == name) {
            return *planes;
        }
        let planes = builder.temporary(name, complex);
        self.bodies.push((name.to_owned(), planes, [0; 2]));
        planes
    }

    /// A form of one kind at the cells.
    fn need(
        &mut self,
        builder: &mut Builder<'_>,
        form: &Form,
        complex: bool,
    ) -> FieldResult<Planes> {
        let known =
            self.needs.iter().position(|need| need.0 == *form && need.1 == complex);
        let place = known.unwrap_or_else(|| {
            let name = format!("need {}", self.needs.len());
            let planes = builder.temporary(&name, complex);
            self.needs.push((form.clone(), complex, planes));
            self.done_needs.push(false);
            self.needs.len() - 1
        });
        let planes = self.needs[place].2;
        if self.done_needs[place] {
            return Ok(planes);
        }
        // Bodies first: they may have needs themselves.
        let mut sources = Vec::new();
        for (number, (atom, symbol)) in form.iter().enumerate() {
            let spectrum = match atom {
                Atom::Component(component) => {
                    let spectra = self.input.spectra.as_ref();
                    spectra.and_then(|spectra| spectra[*component]).ok_or_else(|| {
                        FieldError::invalid(
                            "a splitting met a derivative of a field in its pointwise part",
                            "use etdrk4",
                        )
                    })?
                }
                Atom::Pointwise(inner) => {
                    let name = format!("need {place}.{number}");
                    let (body, spectrum) = self.body(builder, &name, complex);
                    self.store(builder, &name, &[(inner.clone(), body)])?;
                    builder.forward(body, spectrum);
                    spectrum
                }
            };
            sources.push((spectrum, symbol));
        }
        let scratch = builder.scratch(complex);
        let mut writer = Writer::default();
        let mut sum = Value::number(&mut writer.graph, Complex64::ZERO);
        for (spectrum, symbol) in sources {
            let factor = builder.symbol(&mut writer, symbol, complex);
            let part = writer.load_spectrum(spectrum);
            let part = multiply(&mut writer.graph, factor, part);
            sum = add(&mut writer.graph, sum, part);
        }
        if self.input.filtered
            && let Some(mask) = builder.kept(&mut writer, complex)
        {
            sum = multiply(&mut writer.graph, Value::real(mask), sum);
        }
        writer.store_spectrum(scratch, sum);
        let layout = builder.layout(complex);
        builder.run("what products need", writer, &layout);
        builder.inverse(scratch, planes);
        self.done_needs[place] = true;
        Ok(planes)
    }

    /// The mean of a term over the cells times a factor, as scalars.
    fn gather(
        &mut self,
        builder: &mut Builder<'_>,
        term: &Term,
        body: &Term,
        factor: f64,
    ) -> FieldResult<([ScalarId; 2], bool)> {
        let known = self.gathers.iter().position(|gather| gather.0 == *term);
        if let Some(place) = known
            && self.done_gathers[place]
        {
            return Ok((self.gathers[place].1, self.gathers[place].2));
        }
        let mut cell = Cell { evaluator: self, builder, writer: Writer::default() };
        let sum = value(&mut cell, body)?;
        let mut writer = cell.writer;
        let place = known.unwrap_or_else(|| {
            let scalars = [builder.scalar("gathered"), builder.scalar("gathered i")];
            self.gathers.push((term.clone(), scalars, sum.im.is_some()));
            self.done_gathers.push(false);
            self.gathers.len() - 1
        });
        let (_, scalars, complex) = self.gathers[place].clone();
        writer.sum(sum.re, scalars[0]);
        if let Some(im) = sum.im {
            writer.sum(im, scalars[1]);
        }
        let layout = builder.cells;
        builder.run("mean", writer, &layout);
        let mut graph = Graph::new();
        let scale = graph.constant(factor / builder.cells.cells() as f64);
        let mut stores = Vec::new();
        for scalar in scalars.iter().take(if complex { 2 } else { 1 }) {
            let node = graph.scalar(*scalar as u32);
            stores.push((*scalar, graph.multiply(scale, node)));
        }
        builder.actions.push(Action::Scalars { graph, stores });
        self.done_gathers[place] = true;
        Ok((scalars, complex))
    }
}

impl Cell<'_, '_> {
    fn check_real(&self, component: usize, sum: Value) -> FieldResult<()> {
        let component = self.builder.form.components[component];
        if !component.complex && sum.im.is_some() {
            let name = &self.builder.system.fields[component.field].name;
            return Err(FieldError::invalid(
                format!("{name} is real, but its rate is complex"),
                format!("declare {name} complex, or take the real part of its rate"),
            ));
        }
        Ok(())
    }

    fn component(&mut self, place: usize) -> FieldResult<Value> {
        let planes = match &self.evaluator.input.planes {
            Some(planes) => planes[place],
            None => {
                let form = vec![(Atom::Component(place), Symbol::one())];
                let complex = self.builder.form.components[place].complex;
                self.evaluator.need(self.builder, &form, complex)?
            }
        };
        Ok(self.writer.load_planes(planes))
    }

    fn form(&self, term: &Term) -> FieldResult<Form> {
        let mut reader = Reader::new(self.builder.system, &self.builder.form.components);
        reader.kernels = self
            .builder
            .form
            .kernel_terms
            .iter()
            .map(|kernel| (kernel.clone(), Vec::new()))
            .collect();
        reader.form(term)
    }

    /// A form as a value at the cells.
    fn nonlocal(&mut self, form: Form) -> FieldResult<Value> {
        let system = self.builder.system;
        let mut total = Value::number(&mut self.writer.graph, Complex64::ZERO);
        // Of real atoms the real and the imaginary coefficients, and complex atoms.
        let (mut real, mut imaginary, mut complex) =
            (Form::new(), Form::new(), Form::new());
        for (atom, symbol) in form {
            if let Some(factor) = symbol.constant() {
                let part = match &atom {
                    Atom::Component(place) => self.component(*place)?,
                    Atom::Pointwise(inner) => value(self, inner)?,
                };
                let factor = Value::number(&mut self.writer.graph, factor);
                let part = multiply(&mut self.writer.graph, factor, part);
                total = add(&mut self.writer.graph, total, part);
                continue;
            }
            let is_real_atom = match &atom {
                Atom::Component(place) => !self.builder.form.components[*place].complex,
                Atom::Pointwise(inner) => is_real(system, inner),
            };
            let kernels = &self.builder.form.kernel_terms;
            let real_kernels = symbol
                .terms
                .iter()
                .flat_map(|term| &term.kernels)
                .all(|kernel| is_real(system, &kernels[*kernel]));
            match (&atom, is_real_atom, real_kernels) {
                (_, true, true) => {
                    let only = |im: bool| {
                        symbol.map(|term| {
                            let number = term.coefficient;
                            let part = if im { number.im } else { number.re };
                            term.coefficient = Complex64::new(part, 0.0);
                        })
                    };
                    let (re, im) = (only(false), only(true));
                    if !re.is_zero() {
                        real.push((atom.clone(), re));
                    }
                    if !im.is_zero() {
                        imaginary.push((atom, im));
                    }
                }
                // The spectrum of a real component is half a one.
                (Atom::Component(place), true, false) => {
                    let component = self.builder.form.components[*place];
                    let term = if component.velocity {
                        Term::Velocity(component.field)
                    } else {
                        Term::Field(component.field)
                    };
                    complex.push((Atom::Pointwise(term), symbol));
                }
                _ => complex.push((atom, symbol)),
            }
        }
        for (form, factor, is_complex) in [
            (real, Complex64::ONE, false),
            (imaginary, Complex64::I, false),
            (complex, Complex64::ONE, true),
        ] {
            if form.is_empty() {
                continue;
            }
            let planes = self.evaluator.need(self.builder, &form, is_complex)?;
            let part = self.writer.load_planes(planes);
            let factor = Value::number(&mut self.writer.graph, factor);
            let part = multiply(&mut self.writer.graph, factor, part);
            total = add(&mut self.writer.graph, total, part);
        }
        Ok(total)
    }
}

/// Whether a summand is a number times something that needs neighbours.
fn is_nonlocal(term: &Term) -> bool {
    match term {
        Term::Derivative { .. }
        | Term::Shifted { .. }
        | Term::Convolution { .. }
        | Term::Inverse { .. }
        | Term::Potential(_)
        | Term::InverseLaplacian(_) => true,
        Term::Product(factors) => {
            let (_, rest) = term::flatten_product(factors);
            matches!(rest.as_slice(), [only] if is_nonlocal(only))
        }
        Term::Sum(parts) => parts.iter().all(is_nonlocal),
        _ => false,
    }
}

impl Leaves for Cell<'_, '_> {
    fn graph(&mut self) -> &mut Graph {
        &mut self.writer.graph
    }

    fn leaf(&mut self, term: &Term) -> FieldResult<Option<Value>> {
        let system = self.builder.system;
        let components = &self.builder.form.components;
        let component = |field: usize, velocity: bool| {
            components
                .iter()
                .position(|known| known.field == field && known.velocity == velocity)
        };
        Ok(Some(match term {
            Term::Number(number) => Value::number(&mut self.writer.graph, *number),
            Term::Coordinate(axis) => {
                let table = self.builder.coordinate(*axis);
                Value::real(self.writer.graph.table(table, 0))
            }
            Term::Time => {
                let scalar = self.builder.stage_time as u32;
                Value::real(self.writer.graph.scalar(scalar))
            }
            Term::Field(field) => match component(*field, false) {
                Some(place) => self.component(place)?,
                None => value(self, &system.fields[*field].rate)?,
            },
            Term::Velocity(field) => match component(*field, true) {
                Some(place) => self.component(place)?,
                None => return Ok(None),
            },
            Term::Given(place) => {
                let known = self.evaluator.givens.iter().find(|given| given.0 == *place);
                let planes = match known {
                    Some((_, planes)) => *planes,
                    None => {
                        let given = &system.given[*place];
                        let planes = self.builder.given(&given.name, &given.values);
                        self.evaluator.givens.push((*place, planes));
                        planes
                    }
                };
                self.writer.load_planes(planes)
            }
            Term::Noise(place) => self.noise(*place)?,
            Term::Mean(body) => self.gathered(term, body, 1.0)?,
            Term::Integral(body) => {
                let volume =
                    system.grid.axes.iter().map(|axis| axis.high - axis.low).product();
                self.gathered(term, body, volume)?
            }
            other if is_nonlocal(other) => {
                let form = self.form(other)?;
                self.nonlocal(form)?
            }
            Term::Sum(parts)
                if parts.iter().filter(|part| is_nonlocal(part)).count() > 1 =>
            {
                let (near, far): (Vec<Term>, Vec<Term>) =
                    parts.iter().cloned().partition(|part| !is_nonlocal(part));
                let form = self.form(&term::sum(far))?;
                let mut sum = self.nonlocal(form)?;
                for part in near {
                    let part = value(self, &part)?;
                    sum = add(&mut self.writer.graph, sum, part);
                }
                sum
            }
            other
                if matches!(
                    other,
                    Term::Function(..)
                        | Term::Piecewise(..)
                        | Term::Power(..)
                        | Term::Product(_)
                ) && term::is_expensive(other)
                    && term::number(other).is_none()
                    && self.is_static(other) =>
            {
                let known = self.evaluator.statics.iter().find(|known| known.0 == *other);
                let planes = match known {
                    Some((_, planes)) => *planes,
                    None => {
                        let values = term::at_cells(system, other)?;
                        let name = format!("static {}", self.evaluator.statics.len());
                        let planes = self.builder.given(&name, &values);
                        self.evaluator.statics.push((other.clone(), planes));
                        planes
                    }
                };
                self.writer.load_planes(planes)
            }
            _ => return Ok(None),
        }))
    }
}

impl Cell<'_, '_> {
    fn is_static(&self, term: &Term) -> bool {
        !contains(self.builder.system, term, &|part| match part {
            Term::Field(place) => self.builder.system.fields[*place].order > 0,
            Term::Velocity(_)
            | Term::Noise(_)
            | Term::Time
            | Term::Mean(_)
            | Term::Integral(_)
            | Term::Derivative { .. }
            | Term::Shifted { .. }
            | Term::Convolution { .. }
            | Term::Inverse { .. }
            | Term::Potential(_)
            | Term::InverseLaplacian(_) => true,
            _ => false,
        })
    }

    /// A noise over √ΔV: normal numbers drawn anew in every evaluation.
    fn noise(&mut self, place: usize) -> FieldResult<Value> {
        let Some(noise) = self.builder.system.noises.get(place) else {
            return Err(FieldError::invalid(
                "an equation names a noise that is not there",
                "",
            ));
        };
        let evaluator = &mut *self.evaluator;
        let known = evaluator.noises.iter().position(|known| known.0 == place);
        let which = known.unwrap_or_else(|| {
            let layout =
                if noise.uniform { Layout::of_box(&[1], 0) } else { self.builder.cells };
            let re = self.builder.array(&format!("{}.re", noise.name), layout, None);
            let im = noise
                .complex
                .then(|| self.builder.array(&format!("{}.im", noise.name), layout, None));
            let source = if noise.uniform {
                let scalars =
                    [self.builder.scalar(&noise.name), self.builder.scalar(&noise.name)];
                NoiseSource::Scalars((re, im), scalars)
            } else {
                NoiseSource::Planes((re, im))
            };
            evaluator.noises.push((place, source));
            evaluator.done_noises.push(false);
            evaluator.noises.len() - 1
        });
        let source = evaluator.noises[which].1;
        let (NoiseSource::Planes(planes) | NoiseSource::Scalars(planes, _)) = source;
        if !std::mem::replace(&mut evaluator.done_noises[which], true) {
            let stream = 2 * u32::try_from(place).unwrap_or(u32::MAX / 2);
            for (array, stream) in [(Some(planes.0), stream), (planes.1, stream + 1)] {
                if let Some(array) = array {
                    let (seed, step) = (evaluator.seed, self.builder.count);
                    self.builder.actions.push(Action::Noise {
                        array,
                        stream,
                        seed,
                        step,
                    });
                }
            }
            if let NoiseSource::Scalars(planes, scalars) = source {
                let mut writer = Writer::default();
                let value = writer.load_planes(planes);
                writer.sum(value.re, scalars[0]);
                if let Some(im) = value.im {
                    writer.sum(im, scalars[1]);
                }
                self.builder.run("noise", writer, &Layout::of_box(&[1], 0));
            }
        }
        let mut value = match source {
            NoiseSource::Planes(planes) => self.writer.load_planes(planes),
            NoiseSource::Scalars(planes, scalars) => Value {
                re: self.writer.graph.scalar(scalars[0] as u32),
                im: planes.1.map(|_| self.writer.graph.scalar(scalars[1] as u32)),
            },
        };
        let mut factor = if noise.complex { 0.5_f64.sqrt() } else { 1.0 };
        if !noise.uniform {
            let axes = &self.builder.system.grid.axes;
            let cell: f64 = axes.iter().map(crate::equation::Axis::spacing).product();
            factor /= cell.sqrt();
        }
        value = scale(&mut self.writer.graph, factor, value);
        Ok(value)
    }

    fn gathered(&mut self, term: &Term, body: &Term, factor: f64) -> FieldResult<Value> {
        let (scalars, complex) =
            self.evaluator.gather(self.builder, term, body, factor)?;
        let re = self.writer.graph.scalar(scalars[0] as u32);
        let im = complex.then(|| self.writer.graph.scalar(scalars[1] as u32));
        Ok(Value { re, im })
    }
}
