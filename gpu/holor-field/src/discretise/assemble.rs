//! The stages between the equations and the scheme.

use super::SpaceOptions;
use super::complex::{Equations, Pair};
use super::differences::{CoefficientOf, Lowering, loaded};
use super::formula::{Formula, Id, Source};
use super::parts::{Linear, NoisyPart, any, has_velocity, separate_noise};
use super::solves::Component;
use super::spectrum::{self, Orders, Spectrum, orders_of};
use super::{FIRST_NOISE, noise, statics};
use crate::equation::Boundary;
use crate::error::FieldResult;
use crate::graph::{NodeId, Op};
use crate::layout::{DIMENSIONS, Layout, Region, dimension};
use crate::plan::{ReductionKind, Table};
use crate::scheme::{
    Coefficient, Convolution, Diffusion, Fill, Gather, NoisePlane, Plane, Scheme, Solve,
    Split, Stiffness, Structure, scalar,
};

/// The rates of the planes, taken apart.
#[derive(Debug)]
pub(super) struct Parts<'a> {
    equations: Equations<'a>,
    /// Without noise.
    rates: Vec<Id>,
    /// Their terms with text, without noise.
    terms: Vec<Vec<(String, Id)>>,
    /// For each plane the terms with noise, as text.
    noise_texts: Vec<String>,
    /// Noises.
    noises: Vec<Vec<NoisyPart>>,
    /// The linear part and the rest; time derivatives of fields are in the rest.
    split: Option<Vec<(Id, Id)>>,
    /// The highest derivative in space in that rest.
    rest_order: u32,
    /// What methods can use.
    structure: Structure,
    /// Which derivatives of which arrays occur in each rate.
    orders: Orders,
    /// Linear, with coefficients that are the same everywhere and always.
    constant: bool,
    /// Components of vectors whose divergences are right sides.
    components: Vec<Component<Id>>,
}

/// Takes rates apart.
pub(super) fn separate(mut equations: Equations<'_>) -> FieldResult<Parts<'_>> {
    let system = equations.system;
    let (mut rates, mut noises, mut terms) = (Vec::new(), Vec::new(), Vec::new());
    let mut noise_texts = Vec::new();
    for (plane, rate) in equations.rates.clone().into_iter().enumerate() {
        let field = equations.planes.get(plane).map_or(0, |plane| plane.field);
        let (quiet, parts) = separate_noise(&mut equations.formulas, rate)
            .map_err(|failure| noise::refused(system, field, failure))?;
        rates.push(quiet);
        noises.push(parts);
    }
    for (plane, named) in equations.terms.clone().into_iter().enumerate() {
        let field = equations.planes.get(plane).map_or(0, |plane| plane.field);
        let (mut quiet, mut random) = (Vec::new(), Vec::new());
        for (text, term) in named {
            let (term, parts) = separate_noise(&mut equations.formulas, term)
                .map_err(|failure| noise::refused(system, field, failure))?;
            if !parts.is_empty() {
                random.push(text.clone());
            }
            if equations.formulas.value(term) != Some(0.0) {
                quiet.push((text, term));
            }
        }
        terms.push(quiet);
        noise_texts.push(random.join(" + "));
    }
    let mut linear = Linear::default();
    let mut split = Vec::new();
    for rate in &rates {
        split.push(linear.separate(&mut equations.formulas, *rate));
    }
    let components = equations.components()?;
    let formulas = &equations.formulas;
    let in_time: Vec<usize> = system.fields.iter().map(|field| field.order).collect();
    let all: Vec<Id> =
        rates.iter().copied().chain(components.iter().map(|own| own.value)).collect();
    let orders = which_orders(&equations, &all);
    let structure = Structure {
        linear: split.iter().all(|(_, rest)| !formulas.facts(*rest).planes),
        separable: in_time.contains(&2)
            && in_time.iter().all(|order| *order != 1)
            && !rates.iter().any(|rate| has_velocity(formulas, *rate))
            && !system
                .fields
                .iter()
                .flat_map(|field| field.boundaries.iter().flatten())
                .any(|side| matches!(side, Boundary::Absorbing { .. })),
        derivatives: highest(&orders),
        limited: false,
        stochastic: noises.iter().any(|parts| !parts.is_empty()),
        multiplicative: noises
            .iter()
            .flatten()
            .any(|part| formulas.facts(part.amplitude).planes),
        jumps_in_time: super::jumps_in_time(system),
        time_dependent: rates.iter().any(|rate| formulas.facts(*rate).time)
            || noises.iter().flatten().any(|part| formulas.facts(part.amplitude).time),
    };
    let constant = structure.linear
        && system.grid.mask.is_none()
        && split.iter().all(|(linear, _)| {
            let facts = formulas.facts(*linear);
            facts.axes == 0
                && !facts.time
                && !facts.global
                && !any(formulas, *linear, &|formula| {
                    matches!(formula, Formula::Array(Source::Given(_)))
                })
        });
    let split = split_for_methods(&mut equations, &rates, split);
    let rest: Vec<Id> = split.iter().flatten().map(|(_, rest)| *rest).collect();
    let rest_order = highest(&which_orders(&equations, &rest));
    Ok(Parts {
        equations,
        rates,
        terms,
        noise_texts,
        noises,
        split,
        rest_order,
        structure,
        orders,
        constant,
        components,
    })
}

/// The most derivatives in space of anything.
fn highest(orders: &Orders) -> u32 {
    let all = orders.iter().flat_map(|of_rate| of_rate.values().flatten());
    all.map(|orders| orders.iter().map(|order| u32::from(*order)).sum())
        .max()
        .unwrap_or(0)
}

fn which_orders(equations: &Equations<'_>, rates: &[Id]) -> Orders {
    let planes = equations.planes.len() as u32;
    // As arrays are counted: planes, then time derivatives of those of second order.
    let second = |plane: u32| {
        let field = equations.planes.get(plane as usize).map(|plane| plane.field);
        field
            .and_then(|field| equations.system.fields.get(field))
            .is_some_and(|field| field.order == 2)
    };
    let array = |source: Source| match source {
        Source::Plane(plane) => Some(plane),
        Source::Velocity(plane) => {
            Some(planes + (0..plane).filter(|plane| second(*plane)).count() as u32)
        }
        Source::Given(_) | Source::Convolved(_) | Source::Noise(_) => None,
    };
    let mut known = std::collections::HashMap::new();
    rates
        .iter()
        .map(|rate| orders_of(&equations.formulas, *rate, &array, &mut known))
        .collect()
}

/// The split that methods use: without time derivatives of fields in the linear part, and none where nothing is linear or some field
/// is given by others.
fn split_for_methods(
    equations: &mut Equations<'_>,
    rates: &[Id],
    split: Vec<(Id, Id)>,
) -> Option<Vec<(Id, Id)>> {
    let stored = equations.planes.iter().enumerate().any(|(plane, of)| {
        let zeroth =
            equations.system.fields.get(of.field).is_some_and(|field| field.order == 0);
        let wanted =
            |formula: &Formula| *formula == Formula::Array(Source::Plane(plane as u32));
        zeroth && rates.iter().any(|rate| any(&equations.formulas, *rate, &wanted))
    });
    if stored {
        return None;
    }
    let mut useful = false;
    let mut result = Vec::new();
    for ((mut linear, mut rest), rate) in split.into_iter().zip(rates) {
        if has_velocity(&equations.formulas, linear) {
            let mut known = std::collections::HashMap::new();
            let still =
                equations.formulas.replace(linear, &mut known, &|formulas, formula| {
                    let velocity = matches!(formula, Formula::Array(Source::Velocity(_)));
                    velocity.then(|| formulas.number(0.0))
                });
            linear = still;
            rest = equations.formulas.subtract(*rate, linear);
        }
        useful |= equations.formulas.facts(linear).planes;
        result.push((linear, rest));
    }
    useful.then_some(result)
}

/// The graph with all its roots, before ghosts are known.
#[derive(Debug)]
pub(super) struct Lowered<'a> {
    pub(super) lowering: Lowering<'a>,
    pub(super) rates: Vec<NodeId>,
    terms: Vec<Vec<(String, NodeId)>>,
    noise_texts: Vec<String>,
    diffusions: Vec<Vec<Diffusion>>,
    noises: Vec<NoisePlane>,
    gathers: Vec<Gather>,
    convolutions: Vec<(NodeId, Option<NodeId>)>,
    /// Equations in space.
    pub(super) solves: Vec<Solve>,
    /// Components of vectors whose divergences are right sides.
    components: Vec<Component<NodeId>>,
    /// The rates and, behind them, those components.
    linearised: Vec<NodeId>,
    split: Option<Vec<(NodeId, NodeId)>>,
    split_depends_on_time: bool,
    split_couples: bool,
    rest_order: u32,
    structure: Structure,
    constant: bool,
    /// The first and the last time.
    pub(super) times: (f64, f64),
}

/// What is known once all that is loaded is.
#[derive(Debug)]
pub(super) struct LaidOut {
    pub(super) layout: Layout,
    tables: Vec<Table>,
    coefficients: Vec<Coefficient>,
    convolutions: Vec<Convolution>,
    pub(super) planes: Vec<Plane>,
}

/// Lowers all formulas into one graph.
pub(super) fn lower<'a>(
    parts: Parts<'a>,
    options: &SpaceOptions,
) -> FieldResult<Lowered<'a>> {
    let Parts {
        equations,
        rates,
        terms,
        noise_texts,
        noises,
        split,
        rest_order,
        structure,
        orders,
        constant,
        components,
    } = parts;
    let any_linear = |holds: &dyn Fn(&super::formula::Facts) -> bool| {
        split.as_ref().is_some_and(|split| {
            split.iter().any(|(linear, _)| holds(&equations.formulas.facts(*linear)))
        })
    };
    let split_depends_on_time = any_linear(&|facts| facts.time);
    let split_couples = any_linear(&|facts| facts.inner != 0);
    let mut lowering = Lowering::new(equations, options, orders);
    let masked = lowering.equations.system.grid.mask.is_some();
    // Where the plane itself stands.
    let inside = |lowering: &mut Lowering<'_>, plane: usize, id: Id| {
        let place = lowering.home(plane);
        let node = lowering.node(id, place);
        let node = lowering.held(plane, node);
        if masked { within(lowering, node) } else { node }
    };
    let rate_nodes: Vec<NodeId> = rates
        .iter()
        .enumerate()
        .map(|(plane, id)| inside(&mut lowering, plane, *id))
        .collect();
    let components: Vec<Component<NodeId>> = components
        .into_iter()
        .map(|Component { plane, axis, value }| Component {
            plane,
            axis,
            value: match lowering.homes.is_empty() {
                true => inside(&mut lowering, plane, value),
                false => {
                    let mut place = lowering.home(plane);
                    place[axis] = 1 - place[axis];
                    lowering.node(value, place)
                }
            },
        })
        .collect();
    let linearised =
        rate_nodes.iter().copied().chain(components.iter().map(|own| own.value));
    let linearised = linearised.collect();
    let term_nodes = terms
        .into_iter()
        .enumerate()
        .map(|(plane, named)| {
            named
                .into_iter()
                .map(|(text, id)| (text, inside(&mut lowering, plane, id)))
                .collect()
        })
        .collect();
    let split = split.map(|split| {
        split
            .into_iter()
            .enumerate()
            .map(|(plane, (linear, rest))| {
                let linear = inside(&mut lowering, plane, linear);
                (linear, inside(&mut lowering, plane, rest))
            })
            .collect()
    });
    let mut planes = noise::planes(lowering.equations.system);
    let mut derived = Vec::new();
    let mut diffusions = Vec::new();
    for parts in &noises {
        let mut of_plane =
            noise::diffusions(&mut lowering, &mut planes, &mut derived, parts)?;
        if masked {
            for diffusion in &mut of_plane {
                diffusion.amplitude = within(&mut lowering, diffusion.amplitude);
            }
        }
        diffusions.push(of_plane);
    }
    let gathers = lower_gathers(&mut lowering);
    let convolutions = lowering
        .equations
        .convolved
        .clone()
        .into_iter()
        .map(|convolved| {
            let Pair { re, im } = convolved.body;
            (lowering.here(re), im.map(|im| lowering.here(im)))
        })
        .collect();
    Ok(Lowered {
        lowering,
        rates: rate_nodes,
        terms: term_nodes,
        noise_texts,
        diffusions,
        noises: planes,
        gathers,
        convolutions,
        solves: Vec::new(),
        components,
        linearised,
        split,
        split_depends_on_time,
        split_couples,
        rest_order,
        structure,
        constant,
        times: options.times,
    })
}

/// A value in the domain, 0 outside.
fn within(lowering: &mut Lowering<'_>, node: NodeId) -> NodeId {
    let domain = lowering.coefficient(CoefficientOf::Domain);
    let inside = lowering.graph.load(domain, [0; 3]);
    let zero = lowering.graph.constant(0.0);
    lowering.graph.select(inside, node, zero)
}

fn lower_gathers(lowering: &mut Lowering<'_>) -> Vec<Gather> {
    let system = lowering.equations.system;
    let axes = &system.grid.axes;
    let cells = match &system.grid.mask {
        Some(mask) => mask.iter().filter(|inside| **inside).count(),
        None => axes.iter().map(|axis| axis.points).product(),
    };
    let volume: f64 = axes.iter().map(|axis| axis.spacing()).product();
    let gathered = lowering.equations.gathered.clone();
    gathered
        .into_iter()
        .map(|gathered| {
            let mut value = lowering.anywhere(gathered.value);
            if system.grid.mask.is_some() {
                value = within(lowering, value);
            }
            let scale = if gathered.integral { volume } else { 1.0 / cells as f64 };
            Gather { kind: ReductionKind::Sum, value, scale, scalar: gathered.scalar }
        })
        .collect()
}

impl Lowered<'_> {
    fn roots(&self) -> Vec<NodeId> {
        let mut roots = self.rates.clone();
        roots.extend(self.terms.iter().flatten().map(|(_, node)| *node));
        roots.extend(
            self.diffusions.iter().flatten().map(|diffusion| diffusion.amplitude),
        );
        roots.extend(self.noises.iter().filter_map(|noise| noise.derived));
        roots.extend(self.gathers.iter().map(|gather| gather.value));
        for (re, im) in &self.convolutions {
            roots.push(*re);
            roots.extend(*im);
        }
        for (linear, rest) in self.split.iter().flatten() {
            roots.extend([*linear, *rest]);
        }
        roots
    }

    /// The fills of ghosts, in order; planes of order 0 that others use are computed between.
    pub(super) fn fill(&mut self) -> FieldResult<Vec<Fill>> {
        let arrays = self.lowering.first_coefficient as usize;
        let roots = self.roots();
        let reaches = self.lowering.reaches(&roots, arrays);
        self.structure.time_dependent |= self.lowering.boundaries_depend_on_time();
        let fills = self.lowering.fills(&reaches, &self.rates)?;
        self.solves = self.lowering.solves()?;
        Ok(fills)
    }

    /// Tables, arrays and the layout, as wide as what is loaded.
    fn lay_out(&mut self, fills: &[Fill]) -> FieldResult<LaidOut> {
        let mut places: Vec<(NodeId, Region)> = Vec::new();
        let system = self.lowering.equations.system;
        let rank = self.lowering.rank;
        let mut points = [1; DIMENSIONS];
        for (axis, of) in system.grid.axes.iter().enumerate() {
            points[dimension(axis, rank)] = of.points;
        }
        let interior =
            Region { start: [0; DIMENSIONS], end: points.map(|count| count as isize) };
        let seen = self.roots().into_iter().chain(self.linearised.iter().copied());
        places.extend(seen.map(|root| (root, interior)));
        for fill in fills {
            if let Fill::Formula { region, values } = fill {
                places.extend(values.iter().map(|(_, node)| (*node, *region)));
            }
        }
        places.extend(self.solved_places());
        let mut ghosts = [0; DIMENSIONS];
        let needed = self.lowering.graph.needed(&self.roots());
        for (op, needed) in self.lowering.graph.ops().iter().zip(needed) {
            let Some((_, offset)) = loaded(*op).filter(|_| needed) else { continue };
            for (most, along) in ghosts.iter_mut().zip(offset) {
                *most = (*most).max(usize::from(along.unsigned_abs()));
            }
        }
        for (axis, of) in system.grid.axes.iter().enumerate() {
            let wide = ghosts[dimension(axis, rank)];
            if wide > of.points {
                return Err(crate::FieldError::invalid(
                    format!(
                        "{} has {} points, and differences reach {wide} cells far",
                        of.name, of.points
                    ),
                    format!("at least {wide} points along {}, or a lower order", of.name),
                ));
            }
        }
        self.check_reach_in_domain()?;
        let layout = Layout::new(points, ghosts);
        let tables = statics::tables(&mut self.lowering, &places)?;
        let coefficients = statics::coefficients(&mut self.lowering, &layout, &places)?;
        let convolutions = self.convolutions(&layout)?;
        let first_noise = self.lowering.first_coefficient + coefficients.len() as u32;
        self.rename_noises(first_noise);
        let planes = self.planes();
        let mut laid = LaidOut { layout, tables, coefficients, convolutions, planes };
        self.solve_starts(&mut laid);
        Ok(laid)
    }

    /// What bounds of steps are found from.
    pub(super) fn spectrum<'b>(&'b self, laid: &'b LaidOut) -> Spectrum<'b> {
        let system = self.lowering.equations.system;
        Spectrum {
            system: Some(system),
            axes: &system.grid.axes,
            layout: &laid.layout,
            graph: &self.lowering.graph,
            rates: &self.linearised,
            components: &self.components,
            planes: &laid.planes,
            coefficients: &laid.coefficients,
            first_coefficient: self.lowering.first_coefficient,
            tables: &laid.tables,
            scalars: scalar::FREE as usize + self.lowering.equations.gathered.len(),
            gathers: &self.gathers,
            solves: &self.solves,
            orders: &self.lowering.orders,
            order: self.lowering.order,
            constant: self.constant,
            masked: system.grid.mask.is_some(),
            times: spectrum::moments(
                self.times,
                self.structure.time_dependent,
                spectrum::MOMENTS,
            ),
            tame_sides: self.tame_sides(),
            reflecting_sides: self.sides_within(true),
            stretch: self.stretch_of_sides(),
        }
    }

    /// What limits explicit steps, and whether the equations are well-posed.
    pub(super) fn bounds(mut self, fills: &[Fill]) -> FieldResult<Stiffness> {
        let laid = self.lay_out(fills)?;
        Ok(self.spectrum(&laid).stiffness())
    }

    /// What is seen of the linearisation at some times.
    pub(super) fn look<R>(
        mut self,
        fills: &[Fill],
        times: &[f64],
        look: impl FnOnce(&Spectrum<'_>) -> R,
    ) -> FieldResult<R> {
        let laid = self.lay_out(fills)?;
        let spectrum = Spectrum { times: times.to_vec(), ..self.spectrum(&laid) };
        Ok(look(&spectrum))
    }

    /// The scheme.
    pub(super) fn finish(mut self, fills: Vec<Fill>) -> FieldResult<Scheme> {
        let laid = self.lay_out(&fills)?;
        let spectrum = self.spectrum(&laid);
        let stiffness = spectrum.stiffness();
        // What means and integrals are is not looked at.
        let system = self.lowering.equations.system;
        let sides = if self.gathers.is_empty() && !system.is_staggered() {
            spectrum.faulty_sides(system, self.structure.linear)
        } else {
            None
        };
        let linear: Option<Vec<NodeId>> = self
            .split
            .as_ref()
            .map(|split| split.iter().map(|(linear, _)| *linear).collect());
        let symmetric = !self.split_depends_on_time
            && linear.is_some_and(|linear| spectrum.symmetric(&linear));
        let explicit = match &self.split {
            Some(split) if self.rest_order == 1 => {
                let rest: Vec<NodeId> = split.iter().map(|(_, rest)| *rest).collect();
                Spectrum { rates: &rest, ..self.spectrum(&laid) }.stiffness().oscillation
            }
            _ => 0.0,
        };
        Ok(self.scheme(laid, fills, (stiffness, sides, symmetric, explicit)))
    }

    /// The scheme of fluxes that are reconstructed, with what is known of the same equations by central differences: `speeds` is the sum over the axes of
    /// the fastest speed over the spacing.
    pub(super) fn with_limiter(
        mut self,
        fills: Vec<Fill>,
        central: &Scheme,
        speeds: f64,
    ) -> FieldResult<Scheme> {
        let laid = self.lay_out(&fills)?;
        let stiffness = Stiffness {
            decay: central.stiffness.decay + speeds,
            proven: false,
            speeds,
            ..central.stiffness
        };
        let symmetric = central.split.as_ref().is_some_and(|split| split.symmetric);
        let structure = Structure { limited: true, ..central.structure };
        let sides = central.faulty_sides.clone();
        // Half of what moves through a cell, see `stepper::stability`.
        let rest = central.split.as_ref().map_or(0.0, |split| split.explicit);
        let explicit = rest.max(2.0 * speeds);
        let mut scheme =
            self.scheme(laid, fills, (stiffness, sides, symmetric, explicit));
        scheme.structure = structure;
        Ok(scheme)
    }

    fn scheme(
        self,
        laid: LaidOut,
        fills: Vec<Fill>,
        (stiffness, sides, symmetric, explicit): (
            Stiffness,
            Option<(String, String)>,
            bool,
            f64,
        ),
    ) -> Scheme {
        let mut scalars = vec!["time".to_owned(), "step".into(), "count".into()];
        debug_assert_eq!(scalars.len(), scalar::FREE as usize);
        for gathered in &self.lowering.equations.gathered {
            let kind = if gathered.integral { "integral" } else { "mean" };
            scalars.push(format!("{kind} {}", gathered.scalar - scalar::FREE + 1));
        }
        let split = self.split.as_ref().map(|split| Split {
            linear: split.iter().map(|(linear, _)| *linear).collect(),
            rest: split.iter().map(|(_, rest)| *rest).collect(),
            symmetric,
            time_dependent: self.split_depends_on_time,
            couples: self.split_couples,
            rest_order: self.rest_order,
            explicit,
        });
        let LaidOut { layout, tables, coefficients, convolutions, planes } = laid;
        Scheme {
            layout,
            rank: self.lowering.rank,
            planes,
            coefficients,
            noises: self.noises,
            tables,
            scalars,
            graph: self.lowering.graph,
            rates: self.rates,
            terms: self.terms,
            noise_texts: self.noise_texts,
            diffusions: self.diffusions,
            gathers: self.gathers,
            convolutions,
            solves: self.solves,
            fills,
            split,
            stiffness,
            faulty_sides: sides,
            structure: self.structure,
        }
    }

    /// At the edge of a domain a cell outside is replaced by the one inside, which is right for neighbours alone.
    fn check_reach_in_domain(&self) -> FieldResult<()> {
        let system = self.lowering.equations.system;
        if system.grid.mask.is_none() {
            return Ok(());
        }
        for (plane, rate) in self.rates.iter().enumerate() {
            let needed = self.lowering.graph.needed(&[*rate]);
            let mut most = 0;
            for (op, needed) in self.lowering.graph.ops().iter().zip(needed) {
                let Some((array, offset)) = loaded(*op).filter(|_| needed) else {
                    continue;
                };
                let closed = self
                    .lowering
                    .equations
                    .planes
                    .get(array as usize)
                    .and_then(|of| system.fields.get(of.field))
                    .is_some_and(|field| field.edge == crate::equation::Edge::Closed);
                if closed {
                    let far = offset.iter().map(|along| along.unsigned_abs()).max();
                    most = most.max(far.unwrap_or(0));
                }
            }
            let of = self.lowering.equations.planes.get(plane).map_or(0, |of| of.field);
            if let (Some(field), true) = (system.fields.get(of), most > 1) {
                return Err(crate::FieldError::invalid(
                    format!(
                        "the rate of {} reaches {most} cells far, and its domain ends inside the box",
                        field.name
                    ),
                    "a field of its own for the inner derivative, or values held outside the domain",
                ));
            }
        }
        Ok(())
    }

    /// Whether the conditions at the sides keep the spectrum of the scheme within that of plane waves: reflections at a face do.
    fn tame_sides(&self) -> bool {
        self.sides_within(self.lowering.order == 2)
    }

    /// Whether all fields are periodic, or reflected where reflections at a side are allowed.
    fn sides_within(&self, reflected: bool) -> bool {
        let lowering = &self.lowering;
        let within = |field: usize, axis: usize, side: usize, of: &Boundary| match of {
            Boundary::Periodic | Boundary::Antiperiodic => true,
            Boundary::Dirichlet(_) | Boundary::Neumann(_) => {
                reflected || lowering.mirrored(field, axis, side).is_some()
            }
            Boundary::Clamped { .. } | Boundary::Free => reflected,
            Boundary::Robin { .. }
            | Boundary::Outflow
            | Boundary::Centre { .. }
            | Boundary::Absorbing { .. } => false,
        };
        self.sides().all(|(field, axis, side, of)| within(field, axis, side, of))
    }

    /// All sides of all fields: the field, the axis, the side and what holds there.
    fn sides(&self) -> impl Iterator<Item = (usize, usize, usize, &Boundary)> {
        let fields = self.lowering.equations.system.fields.iter().enumerate();
        fields.flat_map(|(field, of)| {
            of.boundaries.iter().enumerate().flat_map(move |(axis, sides)| {
                let sides = sides.iter().enumerate();
                sides.map(move |(side, of)| (field, axis, side, of))
            })
        })
    }

    /// The largest eigenvalue of ∂² between sides, as part of that of plane waves, where higher orders prescribe a value at a side: 1.1544,
    /// 1.1443 and 1.0562 of 16, 32 and 64 cells alike (computed from the closures of `boundaries::distances`).
    fn stretch_of_sides(&self) -> f64 {
        let valued = self.sides().any(|(field, axis, side, of)| {
            matches!(of, Boundary::Dirichlet(_) | Boundary::Robin { .. })
                && self.lowering.mirrored(field, axis, side).is_none()
        });
        match self.lowering.order {
            4 if valued => 1.155,
            6 if valued => 1.145,
            8 if valued => 1.057,
            _ => 1.0,
        }
    }

    fn convolutions(&self, layout: &Layout) -> FieldResult<Vec<Convolution>> {
        let first = self.lowering.first_coefficient;
        let array = |part: u32| {
            let wanted = CoefficientOf::Convolved(part);
            self.lowering
                .coefficients
                .iter()
                .position(|known| *known == wanted)
                .map(|place| first + place as u32)
        };
        let mut result = Vec::new();
        for (convolved, body) in
            self.lowering.equations.convolved.iter().zip(&self.convolutions)
        {
            // One that nothing loads any more is not done.
            let parts = (array(convolved.into.0), convolved.into.1.and_then(array));
            if parts.0.is_none() && parts.1.is_none() {
                continue;
            }
            let kernel = statics::kernel(&self.lowering, convolved.kernel, layout)?;
            let Some(re) = parts.0 else { continue };
            result.push(Convolution { body: *body, kernel, into: (re, parts.1) });
        }
        Ok(result)
    }

    /// Gives noises their final numbers.
    fn rename_noises(&mut self, first: u32) {
        let uses = self
            .lowering
            .graph
            .ops()
            .iter()
            .any(|op| loaded(*op).is_some_and(|(array, _)| array >= FIRST_NOISE));
        if !uses {
            return;
        }
        self.lowering.rename_loads(&|op| match op {
            Op::Load { array, offset } if array >= FIRST_NOISE => {
                Op::Load { array: array - FIRST_NOISE + first, offset }
            }
            other => other,
        });
    }

    fn planes(&self) -> Vec<Plane> {
        let equations = &self.lowering.equations;
        let mut planes = Vec::new();
        for (plane, of) in equations.planes.iter().enumerate() {
            let Some(field) = equations.system.fields.get(of.field) else { continue };
            let cells =
                equations.system.grid.axes.iter().map(|axis| axis.points).product();
            let part = |values: &[crate::equation::Complex64], length: usize| {
                if values.is_empty() {
                    return vec![0.0; length];
                }
                values.iter().map(|v| if of.imaginary { v.im } else { v.re }).collect()
            };
            let suffix = match (field.complex, of.imaginary) {
                (false, _) => "",
                (true, false) => ".re",
                (true, true) => ".im",
            };
            planes.push(Plane {
                name: format!("{}{suffix}", field.name),
                field: of.field,
                imaginary: of.imaginary,
                velocity: self.lowering.velocity_arrays.get(plane).copied().flatten(),
                order: field.order,
                shift: field.shift,
                start: part(&field.start, cells),
                start_velocity: if field.start_velocity.is_empty() {
                    Vec::new()
                } else {
                    part(&field.start_velocity, cells)
                },
            });
        }
        planes
    }
}
