//! Geodesics of exact metrics and connections as ensembles of ordinary differential equations.
//!
//! Of a metric in Hamilton's form: with `H = ½ gᵃᵇ p_a p_b`, `ẋᵃ = ∂H/∂p_a` and `ṗ_a = −∂H/∂xᵃ` (C. W. Misner, K. S. Thorne and
//! J. A. Wheeler, *Gravitation*, exercise 25.2). The momenta of coordinates that the metric does not depend on are constants of each
//! geodesic and need no equation. Of another connection `ẍᵃ = −Γᵃ_bc ẋᵇ ẋᶜ`.

use holor_algebra::exact::Element;
use holor_algebra::{Engine, Expr, Node, Symbol};
use holor_field::ensemble::{Domain, Equations};
use holor_field::gradient::gradient;
use holor_field::{Binary, NodeId, Unary};
use holor_geometry::orbit::{Root, Time, is_watched};
use holor_geometry::{Chart, Connection, GeometryError, GeometryResult, Holor, Metric};

use super::Formulas;

/// Which numbers a geodesic starts with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Given {
    /// `ẋᵃ`
    Velocity,
    /// `p_a`
    Momentum,
}

/// How geodesics start.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Launch {
    /// Which numbers are given.
    pub(crate) given: Given,
    /// The component that is left out.
    pub(crate) missing: Option<usize>,
    /// `g_ab ẋᵃ ẋᵇ` and the word for it, where it is said.
    pub(crate) norm: Option<(f64, &'static str)>,
    /// Which of the two values the left-out component takes.
    pub(crate) root: Root,
    /// What the metric's signs say about time.
    pub(crate) time: Option<Time>,
}

/// What makes the unknowns' second half and the constants of what is given: the coordinates and the given components, in their order, are its
/// variables.
pub(crate) struct Starts<'a> {
    /// The formulas.
    pub(crate) formulas: Formulas<'a>,
    /// The momenta, or the velocities, of all coordinates; NaN where no real value of what is left out has the norm.
    pub(crate) motion: Vec<NodeId>,
    /// What the components given say of the norm, where one is asked for. Of a full motion its norm and the sum of the sizes of its terms; where a
    /// component is left out the norm nearest to the wanted one, and its square's coefficient.
    pub(crate) norm: Option<[NodeId; 2]>,
    /// The sum of the sizes of the terms of the norm, where there is a metric.
    pub(crate) size: Option<NodeId>,
}

/// The condition that ends geodesics.
#[derive(Clone, Debug)]
pub(crate) struct Until {
    /// An inequality.
    pub(crate) condition: Expr,
    /// The names of the derivatives of the coordinates in it.
    pub(crate) velocities: Vec<Symbol>,
    /// The name of the parameter in it.
    pub(crate) parameter: Symbol,
}

impl Until {
    /// Whether the parameter occurs.
    fn has_parameter(&self) -> bool {
        self.condition.contains_symbol(&self.parameter)
    }
}

/// The geodesics of a metric or connection, ready to be integrated together.
pub(crate) struct Bundle {
    /// The equations. Unknowns: the coordinates, then the momenta that change, or the velocities. Constants: the other momenta.
    pub(crate) equations: Equations,
    /// Whether momenta, not velocities, are integrated.
    pub(crate) hamiltonian: bool,
    /// Coordinates that the metric does not depend on.
    pub(crate) cyclic: Vec<usize>,
    /// The chart.
    pub(crate) chart: Chart,
    /// Whether the parameter is the last unknown.
    pub(crate) clock: bool,
    metric: Option<Metric>,
}

impl Bundle {
    /// The metric, where it is a metric's.
    pub(crate) fn metric(&self) -> Option<&Metric> {
        self.metric.as_ref()
    }

    /// The equations of a metric's geodesics, until a condition holds.
    ///
    /// # Errors
    /// Parameters without numbers and functions that are no machine arithmetic, which are named; interrupts.
    pub(crate) fn of_metric(
        metric: &Metric,
        until: Option<&Until>,
        engine: &Engine,
    ) -> GeometryResult<Self> {
        let chart = metric.chart().clone();
        let n = chart.dimension();
        let cyclic = cyclic(metric);
        let changing: Vec<usize> = (0..n).filter(|a| !cyclic.contains(a)).collect();
        let mut formulas = Formulas::inverting(chart.coordinates(), engine);
        let clock = until.is_some_and(Until::has_parameter);
        // Where each momentum is: behind the coordinates those that change, then perhaps the parameter, then the constants.
        let places: Vec<usize> = {
            let order: Vec<usize> = changing.iter().chain(&cyclic).copied().collect();
            let behind = |a| {
                let place = order.iter().position(|own| *own == a).unwrap_or(0);
                n + place + usize::from(clock && place >= changing.len())
            };
            (0..n).map(behind).collect()
        };
        let momenta: Vec<NodeId> =
            places.iter().map(|place| formulas.variable(*place)).collect();
        let mut twice = formulas.graph.constant(0.0);
        let mut slopes = vec![twice; n];
        for (indices, value) in metric.inverse().components() {
            chart.field().poll()?;
            let [a, b] = indices else { continue };
            let (a, b) = (usize::from(*a), usize::from(*b));
            let product = formulas.graph.multiply(momenta[a], momenta[b]);
            let product = match a == b {
                true => product,
                false => formulas.graph.add(product, product),
            };
            let own = entry(&mut formulas, &chart, value)?;
            let term = formulas.graph.multiply(own, product);
            twice = formulas.graph.add(twice, term);
            // Exact derivatives: those of the formula's operations cancel far from the source.
            for place in &changing {
                let slope = chart.derivative(value, *place);
                if !slope.is_zero() {
                    let slope = entry(&mut formulas, &chart, &slope)?;
                    let term = formulas.graph.multiply(slope, product);
                    slopes[*place] = formulas.graph.add(slopes[*place], term);
                }
            }
        }
        let half = formulas.graph.constant(0.5);
        let energy = formulas.graph.multiply(half, twice);
        let velocities = gradient(&mut formulas.graph, energy, &momenta);
        let mut rates = velocities.clone();
        let minus_half = formulas.graph.constant(-0.5);
        for place in &changing {
            rates.push(formulas.graph.multiply(minus_half, slopes[*place]));
        }
        let stop = stop(&mut formulas, until, &velocities, &mut rates)?;
        let domain = domain(&mut formulas, &chart);
        Ok(Self {
            equations: Equations {
                constants: cyclic.len(),
                rates,
                stop,
                domain,
                conserved: vec![twice],
                outputs: velocities,
                graph: formulas.graph,
            },
            hamiltonian: true,
            cyclic,
            chart,
            clock,
            metric: Some(metric.clone()),
        })
    }

    /// The equations of the autoparallels of a connection that is no metric's: nothing is known to be conserved.
    ///
    /// # Errors
    /// As [`Bundle::of_metric`].
    pub(crate) fn of_connection(
        connection: &Connection,
        until: Option<&Until>,
        engine: &Engine,
    ) -> GeometryResult<Self> {
        let coefficients = connection.coefficients();
        let chart = coefficients.chart().clone();
        let n = chart.dimension();
        let mut formulas = Formulas::inverting(chart.coordinates(), engine);
        let velocities: Vec<NodeId> = (0..n).map(|a| formulas.variable(n + a)).collect();
        let mut rates = velocities.clone();
        for a in 0..n {
            let mut rate = formulas.graph.constant(0.0);
            for b in 0..n {
                for c in b..n {
                    chart.field().poll()?;
                    let mut value = component(coefficients, &[a, b, c]);
                    if b != c {
                        let other = component(coefficients, &[a, c, b]);
                        value = chart.field().add(&value, &other);
                    }
                    if value.is_zero() {
                        continue;
                    }
                    let value = entry(&mut formulas, &chart, &value)?;
                    let product = formulas.graph.multiply(velocities[b], velocities[c]);
                    let term = formulas.graph.multiply(value, product);
                    rate = formulas.graph.subtract(rate, term);
                }
            }
            rates.push(rate);
        }
        let stop = stop(&mut formulas, until, &velocities, &mut rates)?;
        let domain = domain(&mut formulas, &chart);
        Ok(Self {
            equations: Equations {
                rates,
                stop,
                domain,
                outputs: velocities,
                graph: formulas.graph,
                ..Equations::default()
            },
            hamiltonian: false,
            cyclic: Vec::new(),
            chart,
            clock: until.is_some_and(Until::has_parameter),
            metric: None,
        })
    }

    /// The program that makes the second half of the unknowns and the constants of what is given.
    ///
    /// # Errors
    /// A component left out without a norm or metric to find it; momenta without a metric.
    pub(crate) fn starts<'a>(
        &self,
        launch: &Launch,
        engine: &'a Engine,
    ) -> GeometryResult<Starts<'a>> {
        let n = self.chart.dimension();
        let mut formulas = Formulas::new(self.chart.coordinates(), engine);
        let mut motion: Vec<NodeId> = (0..n).map(|a| formulas.variable(n + a)).collect();
        let form = |formulas: &mut Formulas<'a>, given: Given| match &self.metric {
            Some(metric) if given == Given::Velocity => matrix(formulas, metric.lower()),
            Some(metric) => matrix(formulas, metric.inverse()),
            None => Err(invalid(
                "a connection without a metric has no norm and no momenta".into(),
            )),
        };
        let mut norm = None;
        match (launch.missing, launch.norm) {
            (Some(place), None) => {
                let letter = if launch.given == Given::Momentum { "p_" } else { "" };
                return Err(invalid(format!(
                    "{letter}{} is not given; say timelike, null or spacelike to have it found",
                    self.chart.coordinates()[place]
                )));
            }
            (Some(place), Some((wanted, _))) => {
                let own = form(&mut formulas, launch.given)?;
                let found = left_out(&mut formulas, &own, &motion, place, wanted);
                norm = Some([found.nearest, found.square]);
                motion[place] = match launch.root {
                    Root::Larger => found.larger,
                    Root::Smaller => found.smaller,
                    Root::Future => {
                        let lower = form(&mut formulas, Given::Velocity)?;
                        let upper = form(&mut formulas, Given::Momentum)?;
                        let mut future = |value: NodeId| {
                            let mut full = motion.clone();
                            full[place] = value;
                            leads_on(&mut formulas, launch, [&lower, &upper], &full)
                        };
                        let (first, second) =
                            (future(found.larger), future(found.smaller));
                        let graph = &mut formulas.graph;
                        let otherwise = graph.select(second, found.smaller, found.larger);
                        graph.select(first, found.larger, otherwise)
                    }
                };
            }
            (None, Some(_)) => {
                let own = form(&mut formulas, launch.given)?;
                norm = Some(norm_of(&mut formulas, &own, &motion));
            }
            (None, None) => {}
        }
        let wanted = if self.hamiltonian { Given::Momentum } else { Given::Velocity };
        if wanted != launch.given {
            let form = form(&mut formulas, launch.given)?;
            motion = applied(&mut formulas, &form, &motion);
        }
        let size = match self.metric {
            Some(_) => {
                let own = form(&mut formulas, wanted)?;
                Some(norm_of(&mut formulas, &own, &motion)[1])
            }
            None => None,
        };
        Ok(Starts { formulas, motion, norm, size })
    }
}

/// 1 where a motion leads into the future: where dt is timelike, by dt/dλ > 0; where only ∂_t is, by the sign of `p_t`.
fn leads_on(
    formulas: &mut Formulas<'_>,
    launch: &Launch,
    [lower, upper]: [&[NodeId]; 2],
    full: &[NodeId],
) -> NodeId {
    let zero = formulas.graph.constant(0.0);
    let Some(Time { sign: Some(sign), coordinate: Some(k), .. }) = launch.time else {
        return zero;
    };
    let n = full.len();
    let (velocity, momentum) = match launch.given {
        Given::Velocity => (full[k], applied(formulas, lower, full)[k]),
        Given::Momentum => (applied(formulas, upper, full)[k], full[k]),
    };
    let graph = &mut formulas.graph;
    let sign = graph.constant(sign);
    let slices = graph.multiply(sign, upper[k * n + k]);
    let slices = graph.binary(Binary::Less, zero, slices);
    let lines = graph.multiply(sign, lower[k * n + k]);
    let lines = graph.binary(Binary::Less, zero, lines);
    let forward = graph.binary(Binary::Less, zero, velocity);
    let energy = graph.multiply(sign, momentum);
    let energy = graph.binary(Binary::Less, zero, energy);
    let otherwise = graph.multiply(lines, energy);
    graph.select(slices, forward, otherwise)
}

/// A form's value, and the sum of the sizes of its terms.
fn norm_of(
    formulas: &mut Formulas<'_>,
    form: &[NodeId],
    vector: &[NodeId],
) -> [NodeId; 2] {
    let graph = &mut formulas.graph;
    let zero = graph.constant(0.0);
    let (mut sum, mut size) = (zero, zero);
    for (a, first) in vector.iter().enumerate() {
        for (b, second) in vector.iter().enumerate() {
            let product = graph.multiply(*first, *second);
            let term = graph.multiply(form[a * vector.len() + b], product);
            sum = graph.add(sum, term);
            let term = graph.unary(Unary::Absolute, term);
            size = graph.add(size, term);
        }
    }
    [sum, size]
}

/// Coordinates that a metric does not depend on.
fn cyclic(metric: &Metric) -> Vec<usize> {
    let chart = metric.chart();
    (0..chart.dimension())
        .filter(|&k| {
            metric
                .lower()
                .components()
                .all(|(_, value)| chart.derivative(value, k).is_zero())
        })
        .collect()
}

fn component(holor: &Holor, places: &[usize]) -> Element {
    let indices: Vec<u8> =
        places.iter().map(|&place| u8::try_from(place).unwrap_or(u8::MAX)).collect();
    holor.component(&indices)
}

/// Whether devices compute all components that have no parameters.
pub(crate) fn are_computable(holor: &Holor, engine: &Engine) -> bool {
    let chart = holor.chart();
    let mut formulas = Formulas::new(chart.coordinates(), engine);
    holor.components().all(|(_, value)| {
        let expr = chart.field().write(value);
        !is_watched(chart, &expr) || formulas.value(&expr).is_some()
    })
}

/// A component in the graph.
fn entry(
    formulas: &mut Formulas<'_>,
    chart: &Chart,
    value: &Element,
) -> GeometryResult<NodeId> {
    let expr = chart.field().write(value);
    let mut unknown: Vec<String> = expr
        .free_symbols()
        .iter()
        .filter(|symbol| chart.place(symbol).is_none())
        .map(ToString::to_string)
        .collect();
    expr.any(&mut |part| {
        if let Node::Apply(..) = part.node() {
            let text = part.to_string();
            if !unknown.contains(&text) {
                unknown.push(text);
            }
        }
        false
    });
    if !unknown.is_empty() {
        return Err(invalid(format!("{} must have a value", unknown.join(", "))));
    }
    formulas.value(&expr).ok_or_else(|| {
        invalid(format!(
            "`{expr}` holds functions that many geodesics at once cannot compute; integrate them one by one, each with numbers in its start"
        ))
    })
}

/// All entries of a symmetric form, row by row.
fn matrix(formulas: &mut Formulas<'_>, form: &Holor) -> GeometryResult<Vec<NodeId>> {
    let chart = form.chart();
    let n = chart.dimension();
    let zero = formulas.graph.constant(0.0);
    let mut all = vec![zero; n * n];
    for (indices, value) in form.components() {
        if let [a, b] = indices {
            let (a, b) = (usize::from(*a), usize::from(*b));
            let value = entry(formulas, chart, value)?;
            all[a * n + b] = value;
            all[b * n + a] = value;
        }
    }
    Ok(all)
}

/// A form applied to a vector.
fn applied(
    formulas: &mut Formulas<'_>,
    form: &[NodeId],
    vector: &[NodeId],
) -> Vec<NodeId> {
    form.chunks(vector.len().max(1))
        .map(|row| {
            let mut sum = formulas.graph.constant(0.0);
            for (entry, value) in row.iter().zip(vector) {
                let part = formulas.graph.multiply(*entry, *value);
                sum = formulas.graph.add(sum, part);
            }
            sum
        })
        .collect()
}

/// What is found of a component that is left out.
struct LeftOut {
    /// The values that have the norm, NaN where none has.
    larger: NodeId,
    smaller: NodeId,
    /// The norm nearest to it that any value has, where none has it.
    nearest: NodeId,
    /// The coefficient of the component's square.
    square: NodeId,
}

/// The values of one component that give a quadratic form a value, the other components known: the root that adds numbers of the same sign, the
/// other from the product of both.
fn left_out(
    formulas: &mut Formulas<'_>,
    form: &[NodeId],
    known: &[NodeId],
    place: usize,
    norm: f64,
) -> LeftOut {
    let n = known.len();
    let graph = &mut formulas.graph;
    let zero = graph.constant(0.0);
    let square = form[place * n + place];
    let mut linear = zero;
    let mut rest = graph.constant(-norm);
    let mut size = graph.constant(norm.abs());
    for a in (0..n).filter(|&a| a != place) {
        let part = graph.multiply(form[place * n + a], known[a]);
        linear = graph.add(linear, part);
        for b in (0..n).filter(|&b| b != place) {
            let product = graph.multiply(known[a], known[b]);
            let term = graph.multiply(form[a * n + b], product);
            rest = graph.add(rest, term);
            let term = graph.unary(Unary::Absolute, term);
            size = graph.add(size, term);
        }
    }
    // Without a square: 2 linear x + rest = 0.
    let twice = graph.add(linear, linear);
    let single = graph.divide(rest, twice);
    let single = graph.negate(single);
    let (squared, product) =
        (graph.multiply(linear, linear), graph.multiply(square, rest));
    let discriminant = graph.subtract(squared, product);
    // Turning points: a discriminant that is 0 up to rounding.
    let weight = graph.unary(Unary::Absolute, square);
    let scale = graph.multiply_add(weight, size, squared);
    let part = graph.constant(-1e-13);
    let least = graph.multiply(part, scale);
    let real = graph.binary(Binary::LessEqual, least, discriminant);
    let bounded = graph.binary(Binary::Maximum, discriminant, zero);
    let root = graph.unary(Unary::SquareRoot, bounded);
    let negative = graph.binary(Binary::Less, linear, zero);
    let (minus, plus) = (graph.subtract(linear, root), graph.add(linear, root));
    let far = graph.select(negative, minus, plus);
    let far = graph.negate(far);
    let (first, second) = (graph.divide(far, square), graph.divide(rest, far));
    let both_zero = graph.binary(Binary::Equal, far, zero);
    let nothing = graph.constant(f64::NAN);
    let no_square = graph.binary(Binary::Equal, square, zero);
    let mut root = |which: Binary| {
        let chosen = graph.binary(which, first, second);
        let chosen = graph.select(both_zero, zero, chosen);
        let chosen = graph.select(real, chosen, nothing);
        graph.select(no_square, single, chosen)
    };
    let (larger, smaller) = (root(Binary::Maximum), root(Binary::Minimum));
    let wanted = graph.constant(norm);
    let part = graph.divide(squared, square);
    let least = graph.subtract(rest, part);
    let least = graph.select(no_square, rest, least);
    let nearest = graph.add(least, wanted);
    LeftOut { larger, smaller, nearest, square }
}

/// Where the conditions of a chart hold, those without parameters.
fn domain(formulas: &mut Formulas<'_>, chart: &Chart) -> Option<Domain> {
    let (mut inside, mut level) = (None, None);
    for condition in chart.conditions() {
        if !is_watched(chart, &condition) {
            continue;
        }
        // Of places that are left out, `r != 2`, none is on the way.
        let (Some(own), Some(holds)) =
            (formulas.level(&condition), formulas.value(&condition))
        else {
            continue;
        };
        let graph = &mut formulas.graph;
        level = Some(match level {
            Some(other) => graph.binary(Binary::Minimum, own, other),
            None => own,
        });
        inside = Some(match inside {
            Some(other) => graph.multiply(holds, other),
            None => holds,
        });
    }
    Some(Domain { inside: inside?, level: level? })
}

/// The level of the condition that ends geodesics. Where the parameter occurs in it, it becomes the last unknown.
fn stop(
    formulas: &mut Formulas<'_>,
    until: Option<&Until>,
    velocities: &[NodeId],
    rates: &mut Vec<NodeId>,
) -> GeometryResult<Option<NodeId>> {
    let Some(until) = until else { return Ok(None) };
    for (name, velocity) in until.velocities.iter().zip(velocities) {
        formulas.name(name.clone(), *velocity);
    }
    if until.has_parameter() {
        let clock = formulas.variable(rates.len());
        formulas.name(until.parameter.clone(), clock);
        rates.push(formulas.graph.constant(1.0));
    }
    match formulas.level(&until.condition) {
        Some(level) => Ok(Some(level)),
        None => Err(invalid(format!(
            "`{}` must be an inequality of the coordinates, their derivatives or {}, such as r < 2, dr > 0 or {} > 5",
            until.condition, until.parameter, until.parameter
        ))),
    }
}

fn invalid(reason: String) -> GeometryError {
    GeometryError::Invalid { operation: "geodesic", reason }
}
