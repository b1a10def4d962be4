//! Measures of fields that a plan computes at every save: sums of formulas, power spectra and correlations over shells, local means.
//!
//! What comes back to the host are a few numbers: sums, and for shells an array of one number each. Formulas are computed from
//! the planes of the run, with values at neighbours where they are shifted; axes that close are followed around, whatever ghosts
//! the layout has. Derivatives are the differences that carry the fields themselves.

mod derived;

use std::sync::Arc;

use super::observe::Source;
use crate::equation::{Boundary, System, Term};
use crate::error::{FieldError, FieldResult};
use crate::graph::{Binary, Graph, NodeId, Unary};
use crate::layout::{DIMENSIONS, Layout, Region, dimension};
use crate::plan::{
    Action, Array, ArrayId, Grouping, ReductionKind, ScalarId, Table, Transform,
};
use crate::spectral::complex::{Leaves, Value, square_modulus, value};
use crate::stepper::Stepping;
use crate::stepper::builder::{Builder, Kernel};

/// What is computed. The terms count the fields of a system; they may contain [`Term::Shifted`], but no noises, convolutions, means or
/// integrals, and derivatives only where they are gathered.
#[derive(Clone, Debug)]
pub enum Measure {
    /// One number for each term, which must be real: its sum, greatest or smallest value over the cells.
    ///
    /// Shifted values beyond an axis that ends are no values: with `inside` only the cells are counted whose neighbours are there.
    Gathered {
        /// How values are joined.
        kind: ReductionKind,
        /// Of what.
        terms: Vec<Term>,
        /// Whether cells without all neighbours are left out.
        inside: bool,
        /// The order of the differences that derivatives are: 2, 4, 6 or 8; on a box whose axes all close.
        order: usize,
    },
    /// Sums over shells of |Σ_x a(x) e^{−ik·x}|²/N, N the number of cells, on a box whose axes all close.
    Power {
        /// a.
        of: Term,
        /// The modes of each shell, in the order of the transform of all axes; with a mode −k is in it as well.
        shells: Arc<Grouping>,
    },
    /// Sums over shells of displacements r of Re ⟨a*(x) a(x + r)⟩, the mean over the cells x, on a box whose axes all close.
    Correlation {
        /// a.
        of: Term,
        /// Whether the mean of a is taken off before.
        connected: bool,
        /// The displacements of each shell, in the order 0, 1, …, −2, −1 along each axis.
        shells: Arc<Grouping>,
    },
    /// The sum, greatest or smallest value over the cells of |w(x)|, w the mean of a, of absolute value 1, over the cells at most
    /// `radius` away along each axis, on a box whose axes all close.
    Local {
        /// a.
        of: Term,
        /// How many cells the window reaches.
        radius: usize,
        /// How values are joined.
        kind: ReductionKind,
    },
}

impl Measure {
    /// How many numbers come of it.
    pub fn width(&self) -> usize {
        match self {
            Measure::Gathered { terms, .. } => terms.len(),
            Measure::Power { shells, .. } | Measure::Correlation { shells, .. } => {
                shells.groups()
            }
            Measure::Local { .. } => 1,
        }
    }
}

/// Whether the values of a term are real for certain.
pub fn is_real(system: &System, term: &Term) -> bool {
    crate::spectral::is_real(system, term)
}

/// Adds measures to a plan.
pub(super) struct Installer<'a, 'b> {
    pub(super) system: &'a System,
    pub(super) builder: &'a mut Builder<'b>,
    pub(super) actions: &'a mut Vec<Action>,
    /// Where fields are.
    pub(super) places: &'a Places,
}

/// Where the values of fields are in a plan.
pub(super) struct Places {
    pub(super) planes: Vec<ArrayId>,
    pub(super) velocities: Vec<Option<ArrayId>>,
    pub(super) layout: Layout,
    pub(super) time: ScalarId,
}

impl Places {
    pub(super) fn of(stepping: &Stepping) -> FieldResult<Self> {
        let Some(first) = stepping.planes.first() else {
            return Err(FieldError::Device("there is no field".to_owned()));
        };
        Ok(Self {
            planes: stepping.planes.clone(),
            velocities: stepping.velocities.clone(),
            layout: stepping.plan.layout_of(*first)?.to_owned(),
            time: stepping.time,
        })
    }
}

/// A kernel that computes terms in a part of the box.
struct Cell<'k> {
    kernel: &'k mut Kernel,
    places: &'k Places,
    system: &'k System,
    tables: &'k [Option<u32>],
    given: &'k [(ArrayId, Option<ArrayId>)],
    region: Region,
    /// How far the values in question are.
    shift: [isize; DIMENSIONS],
}

impl Cell<'_> {
    fn array(&mut self, array: ArrayId) -> FieldResult<NodeId> {
        let mut offset = [0_i16; DIMENSIONS];
        for (d, offset) in offset.iter_mut().enumerate() {
            let points = self.places.layout.points[d] as isize;
            let there = self.region.start[d] + self.shift[d];
            let around = there.div_euclid(points.max(1)) * points;
            *offset = i16::try_from(self.shift[d] - around).map_err(|_| {
                FieldError::invalid("the box is too long for neighbours around it", "")
            })?;
        }
        Ok(self.kernel.load_at(array, offset))
    }

    fn pair(&mut self, (re, im): (ArrayId, Option<ArrayId>)) -> FieldResult<Value> {
        let re = self.array(re)?;
        let im = im.map(|im| self.array(im)).transpose()?;
        Ok(Value { re, im })
    }
}

impl Leaves for Cell<'_> {
    fn graph(&mut self) -> &mut Graph {
        &mut self.kernel.graph
    }

    fn leaf(&mut self, term: &Term) -> FieldResult<Option<Value>> {
        let refused = |what: &str| {
            Err(FieldError::invalid(format!("{what} is not measured on the device"), ""))
        };
        let plane = |field: usize| -> usize {
            let fields = self.system.fields.iter().take(field);
            fields.map(|field| if field.complex { 2 } else { 1 }).sum()
        };
        Ok(Some(match term {
            Term::Coordinate(axis) => {
                if self.shift != [0; DIMENSIONS] {
                    return refused("a shifted coordinate");
                }
                match self.tables.get(*axis).copied().flatten() {
                    Some(table) => Value::real(self.kernel.graph.table(table, 0)),
                    None => return refused("this coordinate"),
                }
            }
            Term::Time => Value::real(self.kernel.graph.scalar(self.places.time as u32)),
            Term::Field(field) => {
                let place = plane(*field);
                let Some(re) = self.places.planes.get(place).copied() else {
                    return refused("a field without values");
                };
                let complex = self.system.fields.get(*field).is_some_and(|it| it.complex);
                let im = complex.then(|| self.places.planes.get(place + 1).copied());
                self.pair((re, im.flatten()))?
            }
            Term::Velocity(field) => {
                let place = plane(*field);
                let at =
                    |place: usize| self.places.velocities.get(place).copied().flatten();
                let complex = self.system.fields.get(*field).is_some_and(|it| it.complex);
                match (at(place), complex) {
                    (Some(re), false) => self.pair((re, None))?,
                    (Some(re), true) => self.pair((re, at(place + 1)))?,
                    _ => return refused("this derivative in time"),
                }
            }
            Term::Given(place) => match self.given.get(*place).copied() {
                Some(arrays) => self.pair(arrays)?,
                None => return refused("this function"),
            },
            Term::Shifted { axis, by, body } => {
                let d = dimension(*axis, self.system.grid.axes.len());
                self.shift[d] += *by as isize;
                let result = value(self, body)?;
                self.shift[d] -= *by as isize;
                result
            }
            _ => return Ok(None),
        }))
    }
}

/// What occurs in terms.
#[derive(Default)]
struct Uses {
    /// The shifts along each dimension.
    shifts: [Vec<isize>; DIMENSIONS],
    coordinates: [bool; DIMENSIONS],
    given: bool,
    fields: Vec<usize>,
}

impl Uses {
    fn of(terms: &[&Term], system: &System) -> Self {
        let mut uses = Self::default();
        for term in terms {
            uses.visit(term, [0; DIMENSIONS], system.grid.axes.len());
        }
        uses
    }

    fn visit(&mut self, term: &Term, shift: [isize; DIMENSIONS], rank: usize) {
        match term {
            Term::Coordinate(axis) => {
                if let Some(used) = self.coordinates.get_mut(*axis) {
                    *used = true;
                }
            }
            Term::Field(_) | Term::Velocity(_) | Term::Given(_) => {
                self.given |= matches!(term, Term::Given(_));
                if let Term::Field(field) | Term::Velocity(field) = term
                    && !self.fields.contains(field)
                {
                    self.fields.push(*field);
                }
                for (all, own) in self.shifts.iter_mut().zip(shift) {
                    if own != 0 && !all.contains(&own) {
                        all.push(own);
                    }
                }
            }
            Term::Shifted { axis, by, body } => {
                let mut shift = shift;
                shift[dimension(*axis, rank)] += *by as isize;
                self.visit(body, shift, rank);
            }
            Term::Sum(parts) | Term::Product(parts) | Term::Function(_, parts) => {
                parts.iter().for_each(|part| self.visit(part, shift, rank));
            }
            Term::Power(base, exponent) => {
                self.visit(base, shift, rank);
                self.visit(exponent, shift, rank);
            }
            Term::Piecewise(cases, otherwise) => {
                for (condition, then) in cases.iter() {
                    self.visit(condition, shift, rank);
                    self.visit(then, shift, rank);
                }
                self.visit(otherwise, shift, rank);
            }
            _ => {}
        }
    }
}

impl Installer<'_, '_> {
    /// Adds what computes a measure, and says where its numbers will be.
    pub(super) fn install(
        &mut self,
        name: &str,
        measure: &Measure,
    ) -> FieldResult<Vec<Source>> {
        if self.system.grid.mask.is_some() || self.system.is_staggered() {
            return Err(FieldError::invalid(
                "boxes with a mask and staggered grids are not measured on the device",
                "",
            ));
        }
        match measure {
            Measure::Gathered { kind, terms, inside, order } => {
                self.gathered(name, *kind, terms, (*inside, *order))
            }
            Measure::Power { of, shells } => self.power(name, of, shells),
            Measure::Correlation { of, connected, shells } => {
                self.correlation(name, of, *connected, shells)
            }
            Measure::Local { of, radius, kind } => self.local(name, of, *radius, *kind),
        }
    }

    fn rank(&self) -> usize {
        self.system.grid.axes.len()
    }

    fn closed(&self) -> FieldResult<()> {
        match self.system.grid.axes.iter().find(|axis| !axis.closed) {
            None => Ok(()),
            Some(axis) => Err(FieldError::invalid(
                format!("the axis {} does not close", axis.name),
                "",
            )),
        }
    }

    /// The whole box in parts, in each of which shifted values are the same way around.
    fn parts(&self, uses: &Uses, inside: bool) -> FieldResult<Vec<Region>> {
        let (layout, rank) = (&self.places.layout, self.rank());
        let mut regions = vec![Region::interior(layout)];
        for d in 0..DIMENSIONS {
            let shifts = &uses.shifts[d];
            if shifts.is_empty() {
                continue;
            }
            let axis = (d + rank).checked_sub(DIMENSIONS);
            let closed = axis
                .and_then(|axis| self.system.grid.axes.get(axis))
                .is_some_and(|axis| axis.closed);
            if !closed && !inside {
                return Err(FieldError::invalid("a neighbour lies beyond the box", ""));
            }
            let turned = uses.fields.iter().any(|field| {
                let sides = self.system.fields.get(*field).map(|it| &it.boundaries);
                let side = axis.zip(sides).and_then(|(axis, sides)| sides.get(axis));
                side.is_some_and(|side| {
                    side.iter().any(|it| matches!(it, Boundary::Antiperiodic))
                })
            });
            if turned {
                return Err(FieldError::invalid(
                    "a neighbour around an antiperiodic axis is not measured on the device",
                    "",
                ));
            }
            let n = layout.points[d] as isize;
            let mut cuts: Vec<isize> = vec![0, n];
            cuts.extend(shifts.iter().map(|s| (-s).rem_euclid(n.max(1))));
            cuts.sort_unstable();
            cuts.dedup();
            let mut next = Vec::new();
            for region in &regions {
                for ends in cuts.windows(2) {
                    let beyond = |s: &isize| !(0..n).contains(&(ends[0] + s));
                    if !closed && shifts.iter().any(beyond) {
                        continue;
                    }
                    let mut part = *region;
                    (part.start[d], part.end[d]) = (ends[0], ends[1]);
                    next.push(part);
                }
            }
            regions = next;
        }
        Ok(regions)
    }

    /// The tables of the coordinates that occur.
    fn tables(&mut self, uses: &Uses) -> Vec<Option<u32>> {
        let rank = self.rank();
        (0..rank)
            .map(|place| {
                let axis = self.system.grid.axes.get(place).filter(|_| {
                    uses.coordinates.get(place).copied().unwrap_or_default()
                })?;
                let values: Vec<f64> =
                    (0..axis.points).map(|j| axis.at(j as f64)).collect();
                Some(self.table(
                    &format!("measured {}", axis.name),
                    dimension(place, rank),
                    values,
                ))
            })
            .collect()
    }

    fn table(&mut self, name: &str, dimension: usize, values: Vec<f64>) -> u32 {
        let tables = &mut self.builder.plan.tables;
        if let Some(place) = tables.iter().position(|table| table.name == name) {
            return place as u32;
        }
        tables.push(Table {
            name: name.to_owned(),
            dimension,
            first: 0,
            values: values.into(),
        });
        (tables.len() - 1) as u32
    }

    /// Arrays with the given functions, where any occurs.
    fn given(&mut self, uses: &Uses) -> Vec<(ArrayId, Option<ArrayId>)> {
        if !uses.given {
            return Vec::new();
        }
        let system = self.system;
        let given = system.given.iter().enumerate().map(|(place, given)| {
            let mut part = |name: &str, values: Vec<f64>| {
                let name = format!("measured {place} {} {name}", given.name);
                self.static_array(&name, values)
            };
            let re = part("re", given.values.iter().map(|z| z.re).collect());
            let im = given
                .complex
                .then(|| part("im", given.values.iter().map(|z| z.im).collect()));
            (re, im)
        });
        given.collect()
    }

    fn static_array(&mut self, name: &str, values: Vec<f64>) -> ArrayId {
        let plan = &mut self.builder.plan;
        if let Some(known) = plan.array(name) {
            return known;
        }
        plan.arrays.push(Array {
            name: name.to_owned(),
            layout: self.places.layout,
            values: Some(values.into()),
        });
        plan.arrays.len() - 1
    }

    /// An array for passing use.
    fn scratch(&mut self, name: &str, layout: Layout) -> ArrayId {
        let name = format!("measure {name} {:?}", layout.points);
        let known = self.builder.plan.array(&name);
        known.unwrap_or_else(|| self.builder.array_of(name, layout))
    }

    /// Runs a kernel with the values of terms in a region.
    fn run<'t>(
        &mut self,
        name: &str,
        terms: impl IntoIterator<Item = &'t Term> + Clone,
        region: Region,
        with: impl FnOnce(&mut Kernel, &[Value]) -> FieldResult<()>,
    ) -> FieldResult<()> {
        let all: Vec<&Term> = terms.clone().into_iter().collect();
        let uses = Uses::of(&all, self.system);
        let (tables, given) = (self.tables(&uses), self.given(&uses));
        let mut kernel = Kernel::new(name);
        let mut values = Vec::new();
        for term in terms {
            let mut cell = Cell {
                kernel: &mut kernel,
                places: self.places,
                system: self.system,
                tables: &tables,
                given: &given,
                region,
                shift: [0; DIMENSIONS],
            };
            values.push(value(&mut cell, term)?);
        }
        with(&mut kernel, &values)?;
        self.act(kernel, region);
        Ok(())
    }

    fn act(&mut self, mut kernel: Kernel, region: Region) {
        // A program with no array at all would not know its cells.
        if !kernel.binds() {
            let plane = kernel.load(self.places.planes[0]);
            let nothing = self.builder.scalar("nothing", 0.0);
            kernel.reduce(ReductionKind::Maximum, plane, nothing);
        }
        let action = kernel.finish_in(self.builder, region);
        self.actions.push(action);
    }

    fn gathered(
        &mut self,
        name: &str,
        kind: ReductionKind,
        terms: &[Term],
        (inside, order): (bool, usize),
    ) -> FieldResult<Vec<Source>> {
        let all: Vec<&Term> = terms.iter().collect();
        let differentiated = terms.iter().any(derived::is_differentiated);
        let derived = differentiated.then(|| self.derived(terms, order)).transpose()?;
        let plain;
        let uses = match &derived {
            Some(derived) => &derived.uses,
            None => {
                plain = Uses::of(&all, self.system);
                &plain
            }
        };
        let parts = self.parts(uses, inside)?;
        let mut results: Vec<Vec<ScalarId>> = vec![Vec::new(); terms.len()];
        for (number, region) in parts.iter().enumerate() {
            let scalars: Vec<ScalarId> = (0..terms.len())
                .map(|term| {
                    self.builder.scalar(&format!("measured {name}: {term}.{number}"), 0.0)
                })
                .collect();
            for (all, own) in results.iter_mut().zip(&scalars) {
                all.push(*own);
            }
            if let Some(derived) = &derived {
                let mut kernel = Kernel::new(name);
                let values = derived.values(&mut kernel, self, region)?;
                for (value, scalar) in values.into_iter().zip(&scalars) {
                    kernel.reduce(kind, value, *scalar);
                }
                self.act(kernel, *region);
                continue;
            }
            self.run(name, terms, *region, |kernel, values| {
                for (value, scalar) in values.iter().zip(&scalars) {
                    if value.im.is_some() {
                        return Err(FieldError::invalid(
                            "a number that is gathered must be real",
                            "take its real part",
                        ));
                    }
                    kernel.reduce(kind, value.re, *scalar);
                }
                Ok(())
            })?;
        }
        Ok(results.into_iter().map(|parts| Source::Scalars(kind, parts)).collect())
    }

    /// Which transform goes from these cells to scratch spectra.
    fn transform(&mut self, cells: (ArrayId, Option<ArrayId>)) -> (usize, [ArrayId; 2]) {
        let mut points = self.places.layout.points;
        let complex = cells.1.is_some();
        if !complex {
            points[2] = points[2] / 2 + 1;
        }
        let layout = Layout::new(points, [0; DIMENSIONS]);
        let name = if complex { "spectrum" } else { "half spectrum" };
        let spectrum = ["re", "im"]
            .map(|part| self.scratch(&format!("{name} {part} of {complex}"), layout));
        let plan = &mut self.builder.plan;
        let known = plan.transforms.iter().position(|own| {
            (own.real, own.imaginary, own.spectrum) == (cells.0, cells.1, spectrum)
        });
        let place = known.unwrap_or_else(|| {
            plan.transforms.push(Transform {
                real: cells.0,
                imaginary: cells.1,
                spectrum,
            });
            plan.transforms.len() - 1
        });
        (place, spectrum)
    }

    /// Arrays of the run's layout with a term's values: the planes themselves where it is a field and they may stay.
    fn cells_of(
        &mut self,
        name: &str,
        of: &Term,
        own: bool,
        less: Option<[ScalarId; 2]>,
    ) -> FieldResult<(ArrayId, Option<ArrayId>)> {
        let layout = self.places.layout;
        if let (Term::Field(field), false) = (of, own) {
            let planes: usize = self
                .system
                .fields
                .iter()
                .take(*field)
                .map(|it| if it.complex { 2 } else { 1 })
                .sum();
            let complex = self.system.fields.get(*field).is_some_and(|it| it.complex);
            if let Some(re) = self.places.planes.get(planes) {
                let im = complex.then(|| self.places.planes.get(planes + 1)).flatten();
                return Ok((*re, im.copied()));
            }
        }
        let re = self.scratch("re", layout);
        let im = self.scratch("im", layout);
        let mut complex = false;
        let region = Region::interior(&layout);
        self.run(name, [of], region, |kernel, values| {
            for value in values {
                let mut part = |part: NodeId, place: usize| match less {
                    Some(less) => {
                        let mean = kernel.graph.scalar(less[place] as u32);
                        kernel.graph.subtract(part, mean)
                    }
                    None => part,
                };
                let parts = (part(value.re, 0), value.im.map(|im| part(im, 1)));
                kernel.store(re, parts.0);
                if let Some(part) = parts.1 {
                    complex = true;
                    kernel.store(im, part);
                }
            }
            Ok(())
        })?;
        Ok((re, complex.then_some(im)))
    }

    /// |spectrum|²/N in place of the real part, times 2 where a mode of a real field stands for two; the imaginary part becomes 0 where
    /// it is asked for.
    fn squared(
        &mut self,
        spectrum: [ArrayId; 2],
        (real, weighted, cleared): (bool, bool, bool),
    ) -> FieldResult<()> {
        let layout = *self.builder.plan.layout_of(spectrum[0])?;
        let cells = self.places.layout.cells() as f64;
        let n = self.places.layout.points[2];
        let weights = (real && weighted).then(|| {
            let weight = |k: usize| if k == 0 || 2 * k == n { 1.0 } else { 2.0 };
            let values = (0..=n / 2).map(weight).collect();
            self.table("measured modes of real fields", 2, values)
        });
        let mut kernel = Kernel::new("power of modes");
        let value =
            Value { re: kernel.load(spectrum[0]), im: Some(kernel.load(spectrum[1])) };
        let graph = &mut kernel.graph;
        let square = square_modulus(graph, value);
        let scale = graph.constant(1.0 / cells);
        let mut power = graph.multiply(square, scale);
        if let Some(weights) = weights {
            let weight = graph.table(weights, 0);
            power = graph.multiply(power, weight);
        }
        let zero = graph.constant(0.0);
        kernel.store(spectrum[0], power);
        if cleared {
            kernel.store(spectrum[1], zero);
        }
        let action = kernel.finish_in(self.builder, Region::interior(&layout));
        self.actions.push(action);
        Ok(())
    }

    /// Sums over shells of an array, which may hold only the first modes along the last axis.
    fn grouped(
        &mut self,
        name: &str,
        from: ArrayId,
        shells: &Grouping,
    ) -> FieldResult<Source> {
        let layout = *self.builder.plan.layout_of(from)?;
        let whole = self.places.layout.points[2];
        let kept = layout.points[2];
        let mut groups = Vec::with_capacity(shells.groups());
        for ends in shells.starts.windows(2) {
            let mut group = Vec::new();
            for place in shells.places.iter().skip(ends[0]).take(ends[1] - ends[0]) {
                let (row, k) = (*place as usize / whole, *place as usize % whole);
                if k < kept {
                    group.push((row * kept + k) as u32);
                }
            }
            groups.push(group);
        }
        let to = self.builder.array_of(
            format!("measured {name}"),
            Layout::new([1, 1, shells.groups().max(1)], [0; DIMENSIONS]),
        );
        self.builder.plan.groupings.push(Grouping::new(&groups));
        let grouping = self.builder.plan.groupings.len() - 1;
        self.actions.push(Action::Group { grouping, from, to });
        Ok(Source::Array(to))
    }

    fn power(
        &mut self,
        name: &str,
        of: &Term,
        shells: &Grouping,
    ) -> FieldResult<Vec<Source>> {
        self.closed()?;
        let cells = self.cells_of(name, of, false, None)?;
        let (transform, spectrum) = self.transform(cells);
        self.actions.push(Action::Forward(transform));
        let real = cells.1.is_none();
        self.squared(spectrum, (real, true, false))?;
        Ok(vec![self.grouped(name, spectrum[0], shells)?])
    }

    fn correlation(
        &mut self,
        name: &str,
        of: &Term,
        connected: bool,
        shells: &Grouping,
    ) -> FieldResult<Vec<Source>> {
        self.closed()?;
        let less = match connected {
            false => None,
            true => {
                let parts = ["re", "im"].map(|part| {
                    self.builder.scalar(&format!("mean of {name}: {part}"), 0.0)
                });
                let region = Region::interior(&self.places.layout);
                self.run(name, [of], region, |kernel, values| {
                    for value in values {
                        kernel.reduce(ReductionKind::Sum, value.re, parts[0]);
                        if let Some(im) = value.im {
                            kernel.reduce(ReductionKind::Sum, im, parts[1]);
                        }
                    }
                    Ok(())
                })?;
                let cells = self.places.layout.cells() as f64;
                self.actions.push(self.builder.scalars(|graph| {
                    let scale = graph.constant(1.0 / cells);
                    let scaled = parts.map(|part| {
                        let sum = graph.scalar(part as u32);
                        (part, graph.multiply(sum, scale))
                    });
                    scaled.into()
                }));
                Some(parts)
            }
        };
        let cells = self.cells_of(name, of, true, less)?;
        let (transform, spectrum) = self.transform(cells);
        self.actions.push(Action::Forward(transform));
        self.squared(spectrum, (cells.1.is_none(), false, true))?;
        self.actions.push(Action::Inverse(transform));
        Ok(vec![self.grouped(name, cells.0, shells)?])
    }

    fn local(
        &mut self,
        name: &str,
        of: &Term,
        radius: usize,
        kind: ReductionKind,
    ) -> FieldResult<Vec<Source>> {
        self.closed()?;
        let cells = self.cells_of(name, of, true, None)?;
        let (transform, spectrum) = self.transform(cells);
        self.actions.push(Action::Forward(transform));
        // The window's transform is a product of real factors, one for each axis.
        let layout = *self.builder.plan.layout_of(spectrum[0])?;
        let mut kernel = Kernel::new("means over windows");
        let parts = spectrum.map(|part| kernel.load(part));
        let mut factor = kernel.graph.constant(1.0);
        for d in 0..DIMENSIONS {
            let n = self.places.layout.points[d];
            if n < 2 {
                continue;
            }
            if 2 * radius + 1 > n {
                return Err(FieldError::invalid("the window is wider than the box", ""));
            }
            let values = (0..layout.points[d]).map(|k| {
                let turns = |s: usize| ((k * s) % n) as f64 / n as f64;
                let cosines =
                    (1..=radius).map(|s| (std::f64::consts::TAU * turns(s)).cos());
                (1.0 + 2.0 * cosines.sum::<f64>()) / (2 * radius + 1) as f64
            });
            let values = values.collect();
            let table = format!("window of {radius} along {d} of {}", layout.points[d]);
            let table = self.table(&table, d, values);
            let along = kernel.graph.table(table, 0);
            factor = kernel.graph.multiply(factor, along);
        }
        for (array, part) in spectrum.into_iter().zip(parts) {
            let product = kernel.graph.multiply(part, factor);
            kernel.store(array, product);
        }
        let action = kernel.finish_in(self.builder, Region::interior(&layout));
        self.actions.push(action);
        self.actions.push(Action::Inverse(transform));
        let result = self.builder.scalar(&format!("measured {name}"), 0.0);
        let mut kernel = Kernel::new(name);
        let re = kernel.load(cells.0);
        let im = cells.1.map(|im| kernel.load(im));
        let graph = &mut kernel.graph;
        let square = square_modulus(graph, Value { re, im });
        let root = graph.unary(Unary::SquareRoot, square);
        let one = graph.constant(1.0);
        let most = graph.binary(Binary::Minimum, root, one);
        kernel.reduce(kind, most, result);
        let region = Region::interior(&self.places.layout);
        let action = kernel.finish_in(self.builder, region);
        self.actions.push(action);
        Ok(vec![Source::Scalars(kind, vec![result])])
    }
}
