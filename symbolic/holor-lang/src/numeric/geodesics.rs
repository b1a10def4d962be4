//! Geodesics of exact metrics and connections as ensembles of ordinary differential equations.
//!
//! Of a metric in Hamilton's form: with `H = ½ gᵃᵇ p_a p_b`, `ẋᵃ = ∂H/∂p_a` and `ṗ_a = −∂H/∂xᵃ` (C. W. Misner, K. S. Thorne and
//! J. A. Wheeler, *Gravitation*, exercise 25.2). The momenta of coordinates that the metric does not depend on are constants of each
//! geodesic and need no equation. Of another connection `ẍᵃ = −Γᵃ_bc ẋᵇ ẋᶜ`.

use holor_algebra::exact::Element;
use holor_algebra::{Engine, Expr, Node};
use holor_field::ensemble::Equations;
use holor_field::gradient::gradient;
use holor_field::{Binary, NodeId, Unary};
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
    /// `g_ab ẋᵃ ẋᵇ`, where it is said.
    pub(crate) norm: Option<f64>,
    /// Which of the two values the left-out component takes.
    pub(crate) larger_root: bool,
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
    metric: Option<Metric>,
}

impl Bundle {
    /// The equations of a metric's geodesics, until a condition holds.
    ///
    /// # Errors
    /// Parameters without numbers and functions that are no machine arithmetic, which are named; interrupts.
    pub(crate) fn of_metric(
        metric: &Metric,
        until: Option<&Expr>,
        engine: &Engine,
    ) -> GeometryResult<Self> {
        let chart = metric.chart().clone();
        let n = chart.dimension();
        let cyclic = cyclic(metric);
        let changing: Vec<usize> = (0..n).filter(|a| !cyclic.contains(a)).collect();
        let mut formulas = Formulas::inverting(chart.coordinates(), engine);
        // Where each momentum is: behind the coordinates those that change, then the constants.
        let places: Vec<usize> = {
            let order: Vec<usize> = changing.iter().chain(&cyclic).copied().collect();
            (0..n)
                .map(|a| n + order.iter().position(|own| *own == a).unwrap_or(0))
                .collect()
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
        let stop = stop(&mut formulas, until)?;
        Ok(Self {
            equations: Equations {
                constants: cyclic.len(),
                rates,
                stop,
                conserved: vec![twice],
                outputs: velocities,
                graph: formulas.graph,
            },
            hamiltonian: true,
            cyclic,
            chart,
            metric: Some(metric.clone()),
        })
    }

    /// The equations of the autoparallels of a connection that is no metric's: nothing is known to be conserved.
    ///
    /// # Errors
    /// As [`Bundle::of_metric`].
    pub(crate) fn of_connection(
        connection: &Connection,
        until: Option<&Expr>,
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
        let stop = stop(&mut formulas, until)?;
        Ok(Self {
            equations: Equations {
                rates,
                stop,
                outputs: velocities,
                graph: formulas.graph,
                ..Equations::default()
            },
            hamiltonian: false,
            cyclic: Vec::new(),
            chart,
            metric: None,
        })
    }

    /// The program that makes the unknowns' second half and the constants of what is given: its variables are the coordinates, then the
    /// given components in their order; its values the momenta, or the velocities, of all coordinates. Where no real value has the norm it is
    /// NaN.
    ///
    /// # Errors
    /// A component left out without a norm or metric to find it; momenta without a metric.
    pub(crate) fn starts<'a>(
        &self,
        launch: &Launch,
        engine: &'a Engine,
    ) -> GeometryResult<(Formulas<'a>, Vec<NodeId>)> {
        let n = self.chart.dimension();
        let mut formulas = Formulas::new(self.chart.coordinates(), engine);
        let mut full: Vec<NodeId> = (0..n).map(|a| formulas.variable(n + a)).collect();
        let form = |formulas: &mut Formulas<'a>, given: Given| match &self.metric {
            Some(metric) if given == Given::Velocity => matrix(formulas, metric.lower()),
            Some(metric) => matrix(formulas, metric.inverse()),
            None => Err(invalid(
                "a connection without a metric has no norm and no momenta".into(),
            )),
        };
        if let Some(place) = launch.missing {
            let letter = if launch.given == Given::Momentum { "p_" } else { "" };
            let Some(norm) = launch.norm else {
                return Err(invalid(format!(
                    "{letter}{} is not given; say timelike, null or spacelike to have it found",
                    self.chart.coordinates()[place]
                )));
            };
            let form = form(&mut formulas, launch.given)?;
            full[place] =
                left_out(&mut formulas, &form, &full, place, norm, launch.larger_root);
        }
        let wanted = if self.hamiltonian { Given::Momentum } else { Given::Velocity };
        if wanted != launch.given {
            let form = form(&mut formulas, launch.given)?;
            full = applied(&mut formulas, &form, &full);
        }
        Ok((formulas, full))
    }
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
        invalid(format!("`{expr}` holds functions that have no numbers on a device"))
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

/// The value of one component that gives a quadratic form a value, the other components known: the root that adds numbers of the same sign, the
/// other from the product of both. NaN where there is no real one.
fn left_out(
    formulas: &mut Formulas<'_>,
    form: &[NodeId],
    known: &[NodeId],
    place: usize,
    norm: f64,
    larger: bool,
) -> NodeId {
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
    let which = if larger { Binary::Maximum } else { Binary::Minimum };
    let chosen = graph.binary(which, first, second);
    let both_zero = graph.binary(Binary::Equal, far, zero);
    let chosen = graph.select(both_zero, zero, chosen);
    let nothing = graph.constant(f64::NAN);
    let chosen = graph.select(real, chosen, nothing);
    let no_square = graph.binary(Binary::Equal, square, zero);
    graph.select(no_square, single, chosen)
}

fn stop(
    formulas: &mut Formulas<'_>,
    until: Option<&Expr>,
) -> GeometryResult<Option<NodeId>> {
    let Some(until) = until else { return Ok(None) };
    match formulas.level(until) {
        Some(level) => Ok(Some(level)),
        None => Err(invalid(format!(
            "`{until}` must be an inequality of the coordinates, such as r < 2"
        ))),
    }
}

fn invalid(reason: String) -> GeometryError {
    GeometryError::Invalid { operation: "geodesic", reason }
}
