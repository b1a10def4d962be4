//! Builds plans in spectra: arrays, tables, programs, transforms, and coefficients for every mode.

use std::sync::Arc;

use super::SpectralForm;
use super::complex::Value;
use super::symbol::{Monomial, Symbol, modes, sign_of, wave_number, wave_power};
use crate::equation::{Complex64, System};
use crate::graph::{Binary, Graph, NodeId};
use crate::layout::{Layout, Region, dimension};
use crate::plan::{
    Action, Array, ArrayId, Plan, Program, Reduction, ReductionKind, Scalar, ScalarId,
    Store, Table, Transform,
};
use crate::stepper::builder::within;
use crate::stepper::{EARLIEST, LATEST};

/// The arrays of a real or complex quantity at the cells.
pub(super) type Planes = (ArrayId, Option<ArrayId>);
/// The real and imaginary part of a spectrum.
pub(super) type Spectrum = [ArrayId; 2];
/// A spectrum for each component; none where it is 0.
pub(super) type Spectra = Vec<Option<Spectrum>>;

/// What a table holds.
#[derive(Clone, Copy, Debug, PartialEq)]
enum TableKey {
    Power { axis: usize, power: u32, half: bool, without_highest: bool },
    Phase { axis: usize, by: i32, sine: bool, half: bool },
    Keep { axis: usize, half: bool },
    Coordinate { axis: usize },
}

impl TableKey {
    /// The power of a wave number, at all modes.
    fn power(axis: usize, power: u32, half: bool) -> Self {
        Self::Power { axis, power, half, without_highest: false }
    }
}

/// A program in the making: arrays are bound to slots in the order in which they are met.
#[derive(Debug, Default)]
pub(super) struct Writer {
    pub(super) graph: Graph,
    arrays: Vec<ArrayId>,
    stores: Vec<Store>,
    reductions: Vec<Reduction>,
}

impl Writer {
    fn slot(&mut self, array: ArrayId) -> u32 {
        let place = self.arrays.iter().position(|known| *known == array);
        place.unwrap_or_else(|| {
            self.arrays.push(array);
            self.arrays.len() - 1
        }) as u32
    }

    pub(super) fn load(&mut self, array: ArrayId) -> NodeId {
        let slot = self.slot(array);
        self.graph.load(slot, [0; 3])
    }

    pub(super) fn load_planes(&mut self, planes: Planes) -> Value {
        let re = self.load(planes.0);
        Value { re, im: planes.1.map(|im| self.load(im)) }
    }

    pub(super) fn load_spectrum(&mut self, spectrum: Spectrum) -> Value {
        self.load_planes((spectrum[0], Some(spectrum[1])))
    }

    pub(super) fn store(&mut self, array: ArrayId, value: NodeId) {
        let slot = self.slot(array);
        self.stores.push(Store { slot, value });
    }

    pub(super) fn store_planes(&mut self, planes: Planes, value: Value) {
        self.store(planes.0, value.re);
        if let Some(im) = planes.1 {
            let value = value.imaginary(&mut self.graph);
            self.store(im, value);
        }
    }

    pub(super) fn store_spectrum(&mut self, spectrum: Spectrum, value: Value) {
        self.store_planes((spectrum[0], Some(spectrum[1])), value);
    }

    pub(super) fn largest(&mut self, value: NodeId, scalar: ScalarId) {
        self.reductions.push(Reduction { kind: ReductionKind::Maximum, value, scalar });
    }

    pub(super) fn sum(&mut self, value: NodeId, scalar: ScalarId) {
        self.reductions.push(Reduction { kind: ReductionKind::Sum, value, scalar });
    }
}

/// Coefficients between components for every mode; entries that are 0 are left out.
#[derive(Clone, Debug, Default)]
pub(super) struct Coefficients {
    /// (row, column, real and imaginary part).
    pub(super) entries: Vec<(usize, usize, Planes)>,
}

/// A summand of a linear combination: Σ (share · spectra), times coefficients where there are some.
pub(super) type Summand<'c> = (Option<&'c Coefficients>, Vec<(Share, &'c Spectra)>);

/// A number, or a number times the step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Share {
    /// The number itself.
    Plain(f64),
    /// Times Δt.
    Step(f64),
}

impl Share {
    pub(super) fn node(self, graph: &mut Graph, step: ScalarId) -> NodeId {
        match self {
            Share::Plain(number) => graph.constant(number),
            Share::Step(number) => {
                let step = graph.scalar(step as u32);
                let number = graph.constant(number);
                graph.multiply(step, number)
            }
        }
    }
}

/// A plan in the making.
#[derive(Debug)]
pub(super) struct Builder<'s> {
    pub(super) system: &'s System,
    pub(super) form: &'s SpectralForm,
    pub(super) plan: Plan,
    /// What the present procedure does.
    pub(super) actions: Vec<Action>,
    /// What computes coefficients from the step: before the start, and when the step changes.
    pub(super) setup: Vec<Action>,
    /// Without ghosts.
    pub(super) cells: Layout,
    half: Layout,
    /// The share of modes that take part in products.
    pub(super) keep: Option<f64>,
    tables: Vec<TableKey>,
    kernels: Vec<(usize, bool, Planes)>,
    transforms: Vec<(Planes, Spectrum)>,
    /// Spectra for passing use: of real fields and of complex ones.
    scratch: [Option<Spectrum>; 2],
    pub(super) time: ScalarId,
    pub(super) step_size: ScalarId,
    pub(super) count: ScalarId,
    /// The time at which rates are evaluated.
    pub(super) stage_time: ScalarId,
    /// Between which times that lies, of equations that jump in time.
    limits: Option<[ScalarId; 2]>,
}

impl<'s> Builder<'s> {
    pub(super) fn new(
        system: &'s System,
        form: &'s SpectralForm,
        options: &super::Options,
    ) -> Self {
        let points: Vec<usize> =
            system.grid.axes.iter().map(|axis| axis.points).collect();
        let cells = Layout::of_box(&points, 0);
        let mut half = points;
        if let Some(last) = half.last_mut() {
            *last = *last / 2 + 1;
        }
        let mut plan = Plan::default();
        for (name, value) in [
            ("time", options.time),
            ("step", options.step),
            ("count", 0.0),
            ("stage time", options.time),
        ] {
            plan.scalars.push(Scalar { name: name.to_owned(), value });
        }
        let limits = crate::discretise::jumps_in_time(system).then(|| {
            [(EARLIEST, f64::MIN), (LATEST, f64::MAX)].map(|(name, value)| {
                plan.scalars.push(Scalar { name: name.to_owned(), value });
                plan.scalars.len() - 1
            })
        });
        Self {
            system,
            form,
            plan,
            actions: Vec::new(),
            setup: Vec::new(),
            cells,
            half: Layout::of_box(&half, 0),
            keep: None,
            tables: Vec::new(),
            kernels: Vec::new(),
            transforms: Vec::new(),
            scratch: [None; 2],
            time: 0,
            step_size: 1,
            count: 2,
            stage_time: 3,
            limits,
        }
    }

    pub(super) fn layout(&self, complex: bool) -> Layout {
        if complex { self.cells } else { self.half }
    }

    pub(super) fn array(
        &mut self,
        name: &str,
        layout: Layout,
        values: Option<Vec<f64>>,
    ) -> ArrayId {
        self.plan.arrays.push(Array {
            name: name.to_owned(),
            layout,
            values: values.map(Arc::from),
        });
        self.plan.arrays.len() - 1
    }

    /// Arrays at the cells for what is used up where it was computed.
    pub(super) fn temporary(&mut self, name: &str, complex: bool) -> Planes {
        let planes = self.planes(name, complex);
        self.plan.temporary.push(planes.0);
        self.plan.temporary.extend(planes.1);
        planes
    }

    /// Arrays at the cells.
    pub(super) fn planes(&mut self, name: &str, complex: bool) -> Planes {
        let re = if complex { format!("{name}.re") } else { name.to_owned() };
        let re = self.array(&re, self.cells, None);
        let im = complex.then(|| self.array(&format!("{name}.im"), self.cells, None));
        (re, im)
    }

    /// Static values at the cells.
    pub(super) fn given(&mut self, name: &str, values: &[Complex64]) -> Planes {
        let layout = self.cells;
        self.coefficient(name, layout, values)
    }

    fn coefficient(
        &mut self,
        name: &str,
        layout: Layout,
        values: &[Complex64],
    ) -> Planes {
        let re = values.iter().map(|value| value.re).collect();
        let re = self.array(&format!("{name}.re"), layout, Some(re));
        let im = values.iter().any(|value| value.im != 0.0).then(|| {
            let im = values.iter().map(|value| value.im).collect();
            self.array(&format!("{name}.im"), layout, Some(im))
        });
        (re, im)
    }

    pub(super) fn spectrum(&mut self, name: &str, complex: bool) -> Spectrum {
        let layout = self.layout(complex);
        [
            self.array(&format!("{name}^.re"), layout, None),
            self.array(&format!("{name}^.im"), layout, None),
        ]
    }

    /// A spectrum for each component.
    pub(super) fn spectra(&mut self, name: &str) -> Spectra {
        let form = self.form;
        (0..form.components.len())
            .map(|place| {
                let name = format!("{name}.{}", self.component_name(place));
                Some(self.spectrum(&name, form.components[place].complex))
            })
            .collect()
    }

    pub(super) fn component_name(&self, place: usize) -> String {
        let component = self.form.components[place];
        let name = &self.system.fields[component.field].name;
        if component.velocity { format!("{name}'") } else { name.clone() }
    }

    pub(super) fn scratch(&mut self, complex: bool) -> Spectrum {
        if let Some(known) = self.scratch[usize::from(complex)] {
            return known;
        }
        let spectrum =
            self.spectrum(if complex { "complex scratch" } else { "scratch" }, complex);
        self.scratch[usize::from(complex)] = Some(spectrum);
        spectrum
    }

    pub(super) fn scalar(&mut self, name: &str) -> ScalarId {
        self.plan.scalars.push(Scalar { name: name.to_owned(), value: 0.0 });
        self.plan.scalars.len() - 1
    }

    pub(super) fn transform(&mut self, planes: Planes, spectrum: Spectrum) -> usize {
        let key = (planes, spectrum);
        if let Some(place) = self.transforms.iter().position(|known| *known == key) {
            return place;
        }
        self.transforms.push(key);
        self.plan.transforms.push(Transform {
            real: planes.0,
            imaginary: planes.1,
            spectrum,
        });
        self.transforms.len() - 1
    }

    pub(super) fn forward(&mut self, planes: Planes, spectrum: Spectrum) {
        let transform = self.transform(planes, spectrum);
        self.actions.push(Action::Forward(transform));
    }

    /// The spectrum is lost.
    pub(super) fn inverse(&mut self, spectrum: Spectrum, planes: Planes) {
        let transform = self.transform(planes, spectrum);
        self.actions.push(Action::Inverse(transform));
    }

    /// Runs a program over a layout; an equal one known before is used again.
    pub(super) fn run(&mut self, name: &str, writer: Writer, layout: &Layout) {
        let same = |known: &Program| {
            known.graph.ops() == writer.graph.ops()
                && known.slots == writer.arrays.len()
                && known.stores.len() == writer.stores.len()
                && known.reductions.len() == writer.reductions.len()
                && known
                    .stores
                    .iter()
                    .zip(&writer.stores)
                    .all(|(a, b)| a.slot == b.slot && a.value == b.value)
                && known.reductions.iter().zip(&writer.reductions).all(|(a, b)| {
                    a.kind == b.kind && a.value == b.value && a.scalar == b.scalar
                })
        };
        let program = self.plan.programs.iter().position(same).unwrap_or_else(|| {
            self.plan.programs.push(Program {
                name: name.to_owned(),
                slots: writer.arrays.len(),
                graph: writer.graph,
                stores: writer.stores,
                reductions: writer.reductions,
            });
            self.plan.programs.len() - 1
        });
        self.actions.push(Action::Run {
            program,
            arrays: writer.arrays,
            region: Region::interior(layout),
        });
    }

    /// Ends the present procedure.
    pub(super) fn finish(&mut self, name: &str) -> usize {
        let actions = std::mem::take(&mut self.actions);
        self.plan
            .procedures
            .push(crate::plan::Procedure { name: name.to_owned(), actions });
        self.plan.procedures.len() - 1
    }

    fn table(&mut self, key: TableKey) -> u32 {
        if let Some(place) = self.tables.iter().position(|known| *known == key) {
            return place as u32;
        }
        let grid = &self.system.grid;
        let rank = grid.axes.len();
        let keep = self.keep.unwrap_or(2.0);
        let (axis, half) = match key {
            TableKey::Power { axis, half, .. }
            | TableKey::Phase { axis, half, .. }
            | TableKey::Keep { axis, half } => (axis, half),
            TableKey::Coordinate { axis } => (axis, false),
        };
        let data = &grid.axes[axis];
        let points = data.points;
        let count = if half && axis + 1 == rank { points / 2 + 1 } else { points };
        let values: Vec<f64> = (0..count)
            .map(|j| {
                let (k, nyquist) = wave_number(j, points, data.high - data.low);
                let signed =
                    if 2 * j <= points { j as f64 } else { points as f64 - j as f64 };
                match key {
                    TableKey::Power { without_highest: true, .. } if nyquist => 0.0,
                    TableKey::Power { power, .. } => wave_power(k, nyquist, power),
                    TableKey::Phase { by, sine, .. } => {
                        let angle = k * data.spacing() * f64::from(by);
                        // (−1)^by exactly.
                        match (nyquist, sine) {
                            (true, true) => 0.0,
                            (_, true) => angle.sin(),
                            (_, false) => angle.cos(),
                        }
                    }
                    TableKey::Keep { .. } => f64::from(u8::from(
                        points == 1 || signed < keep * points as f64 / 2.0,
                    )),
                    TableKey::Coordinate { .. } => data.at(j as f64),
                }
            })
            .collect();
        self.tables.push(key);
        self.plan.tables.push(Table {
            name: match key {
                TableKey::Power { power, without_highest, .. } => {
                    let but = if without_highest { " but the highest" } else { "" };
                    format!("k_{}^{power}{but}", data.name)
                }
                TableKey::Phase { by, sine, .. } => {
                    format!(
                        "{}(k_{} h {by})",
                        if sine { "sin" } else { "cos" },
                        data.name
                    )
                }
                TableKey::Keep { .. } => format!("kept k_{}", data.name),
                TableKey::Coordinate { .. } => data.name.clone(),
            },
            dimension: dimension(axis, rank),
            first: 0,
            values: values.into(),
        });
        (self.tables.len() - 1) as u32
    }

    pub(super) fn coordinate(&mut self, axis: usize) -> u32 {
        self.table(TableKey::Coordinate { axis })
    }

    /// 1 for modes that take part in products, else 0; none where all do.
    pub(super) fn kept(&mut self, writer: &mut Writer, complex: bool) -> Option<NodeId> {
        self.keep?;
        let mut mask = writer.graph.constant(1.0);
        for axis in 0..self.system.grid.axes.len() {
            let table = self.table(TableKey::Keep { axis, half: !complex });
            let factor = writer.graph.table(table, 0);
            mask = writer.graph.multiply(mask, factor);
        }
        Some(mask)
    }

    /// A symbol as arithmetic for each mode.
    pub(super) fn symbol(
        &mut self,
        writer: &mut Writer,
        symbol: &Symbol,
        complex: bool,
    ) -> Value {
        let mut sum = Value::number(&mut writer.graph, Complex64::ZERO);
        for monomial in &symbol.terms {
            let value = self.monomial(writer, monomial, complex);
            sum = super::complex::add(&mut writer.graph, sum, value);
        }
        sum
    }

    fn monomial(
        &mut self,
        writer: &mut Writer,
        monomial: &Monomial,
        complex: bool,
    ) -> Value {
        let half = !complex;
        let rank = self.system.grid.axes.len();
        let mut real = writer.graph.constant(1.0);
        for axis in 0..rank {
            if monomial.powers[axis] > 0 {
                let table = self.table(TableKey::Power {
                    axis,
                    power: monomial.powers[axis],
                    half,
                    without_highest: monomial.without_highest[axis],
                });
                let factor = writer.graph.table(table, 0);
                real = writer.graph.multiply(real, factor);
            }
        }
        if monomial.inverse_laplacians > 0 || monomial.mean {
            let mut square = writer.graph.constant(0.0);
            for axis in 0..rank {
                let table = self.table(TableKey::power(axis, 2, half));
                let part = writer.graph.table(table, 0);
                square = writer.graph.add(square, part);
            }
            let graph = &mut writer.graph;
            let (zero, one) = (graph.constant(0.0), graph.constant(1.0));
            let at_zero = graph.binary(Binary::Equal, square, zero);
            if monomial.mean {
                let factor = graph.select(at_zero, one, zero);
                real = graph.multiply(real, factor);
            }
            if monomial.inverse_laplacians > 0 {
                let safe = graph.select(at_zero, one, square);
                let minus = graph.constant(-1.0);
                let inverse = graph.divide(minus, safe);
                let inverse = graph.select(at_zero, zero, inverse);
                let inverse = graph.power(inverse, monomial.inverse_laplacians as i32);
                real = graph.multiply(real, inverse);
            }
        }
        for operator in &monomial.inverses {
            let mut sum = writer.graph.constant(0.0);
            for (factor, orders) in operator.iter() {
                let mut part = writer.graph.constant(factor * sign_of(orders));
                for axis in (0..rank).filter(|axis| orders[*axis] > 0) {
                    let power = orders[axis];
                    let table = self.table(TableKey::power(axis, power, half));
                    let factor = writer.graph.table(table, 0);
                    part = writer.graph.multiply(part, factor);
                }
                sum = writer.graph.add(sum, part);
            }
            real = writer.graph.divide(real, sum);
        }
        let number = monomial.coefficient * monomial.phase();
        let mut value = Value::number(&mut writer.graph, number);
        value = super::complex::multiply(&mut writer.graph, value, Value::real(real));
        for axis in 0..rank {
            let by = monomial.shifts[axis];
            if by != 0 {
                let cosine = self.table(TableKey::Phase { axis, by, sine: false, half });
                let sine = self.table(TableKey::Phase { axis, by, sine: true, half });
                let factor = Value {
                    re: writer.graph.table(cosine, 0),
                    im: Some(writer.graph.table(sine, 0)),
                };
                value = super::complex::multiply(&mut writer.graph, value, factor);
            }
        }
        for kernel in &monomial.kernels {
            let planes = self.kernel(*kernel, complex);
            let factor = writer.load_planes(planes);
            value = super::complex::multiply(&mut writer.graph, value, factor);
        }
        value
    }

    fn kernel(&mut self, kernel: usize, complex: bool) -> Planes {
        let known =
            self.kernels.iter().find(|known| known.0 == kernel && known.1 == complex);
        if let Some((_, _, planes)) = known {
            return *planes;
        }
        let all = &self.form.kernels[kernel];
        let values: Vec<Complex64> = modes(&self.system.grid, !complex)
            .iter()
            .map(|mode| all[mode.place])
            .collect();
        // Symmetric kernels have real transforms but for rounding.
        let size = values.iter().map(|value| value.norm()).fold(0.0, f64::max);
        let real = values.iter().all(|value| value.im.abs() < 1e-15 * size);
        let values: Vec<Complex64> = if real {
            values.iter().map(|value| Complex64::new(value.re, 0.0)).collect()
        } else {
            values
        };
        let layout = self.layout(complex);
        let planes = self.coefficient(&format!("kernel {kernel}"), layout, &values);
        self.kernels.push((kernel, complex, planes));
        planes
    }

    /// `to` = Σ coefficients · Σ number · spectra, in one pass for real and one for complex components.
    pub(super) fn combine(
        &mut self,
        name: &str,
        to: &[&Spectra],
        recipes: &[Vec<Summand<'_>>],
    ) {
        for complex in [false, true] {
            let group = self.form.group(complex);
            if group.is_empty() {
                continue;
            }
            let mut writer = Writer::default();
            let mut results = Vec::new();
            for (target, recipe) in to.iter().zip(recipes) {
                for row in &group {
                    let Some(array) = target[*row] else {
                        continue;
                    };
                    let value = combination(&mut writer, *row, recipe, self.step_size);
                    results.push((array, value));
                }
            }
            if results.is_empty() {
                continue;
            }
            for (array, value) in results {
                writer.store_spectrum(array, value);
            }
            let layout = self.layout(complex);
            self.run(name, writer, &layout);
        }
    }

    /// Sets the time of rates to the present time plus so much of the step.
    pub(super) fn set_stage_time(&mut self, share: f64) {
        let mut graph = Graph::new();
        let time = graph.scalar(self.time as u32);
        let offset = Share::Step(share).node(&mut graph, self.step_size);
        let sum = graph.add(time, offset);
        let sum = within(&mut graph, self.limits, sum);
        let stores = vec![(self.stage_time, sum)];
        self.actions.push(Action::Scalars { graph, stores });
    }

    /// Advances time and count.
    pub(super) fn advance(&mut self) {
        let mut graph = Graph::new();
        let time = graph.scalar(self.time as u32);
        let count = graph.scalar(self.count as u32);
        let step = graph.scalar(self.step_size as u32);
        let one = graph.constant(1.0);
        let time = graph.add(time, step);
        let count = graph.add(count, one);
        let stores = vec![(self.time, time), (self.count, count)];
        self.actions.push(Action::Scalars { graph, stores });
    }
}

fn combination(
    writer: &mut Writer,
    row: usize,
    recipe: &[Summand<'_>],
    step: ScalarId,
) -> Value {
    use super::complex::{add, multiply};
    let mut total = Value::number(&mut writer.graph, Complex64::ZERO);
    let inner = |writer: &mut Writer, parts: &[(Share, &Spectra)], column: usize| {
        let mut sum = Value::number(&mut writer.graph, Complex64::ZERO);
        for (factor, spectra) in parts {
            if let Some(spectrum) = spectra[column] {
                let value = writer.load_spectrum(spectrum);
                let factor = factor.node(&mut writer.graph, step);
                let value = multiply(&mut writer.graph, Value::real(factor), value);
                sum = add(&mut writer.graph, sum, value);
            }
        }
        sum
    };
    for (coefficients, parts) in recipe {
        match coefficients {
            None => {
                let value = inner(writer, parts, row);
                total = add(&mut writer.graph, total, value);
            }
            Some(coefficients) => {
                for (_, column, planes) in
                    coefficients.entries.iter().filter(|entry| entry.0 == row)
                {
                    let value = inner(writer, parts, *column);
                    if writer.graph.constant_value(value.re) == Some(0.0)
                        && value.im.is_none()
                    {
                        continue;
                    }
                    let factor = writer.load_planes(*planes);
                    let value = multiply(&mut writer.graph, factor, value);
                    total = add(&mut writer.graph, total, value);
                }
            }
        }
    }
    total
}

/// Groups of components that are coupled to one another.
pub(super) fn blocks(form: &SpectralForm, group: &[usize]) -> Vec<Vec<usize>> {
    let mut blocks: Vec<Vec<usize>> = group.iter().map(|place| vec![*place]).collect();
    for place in group {
        for (other, _) in &form.linear[*place] {
            let find = |blocks: &[Vec<usize>], which: usize| {
                blocks.iter().position(|block| block.contains(&which))
            };
            if let (Some(a), Some(b)) = (find(&blocks, *place), find(&blocks, *other))
                && a != b
            {
                let (low, high) = (a.min(b), a.max(b));
                let moved = blocks.remove(high);
                blocks[low].extend(moved);
                blocks[low].sort_unstable();
            }
        }
    }
    blocks
}
