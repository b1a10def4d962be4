//! Geodesics as numbers.
//!
//! `ẍᵃ = −Γᵃ_bc ẋᵇ ẋᶜ` with an affine parameter, for any connection: its geodesics where it is the Levi-Civita
//! connection, its autoparallels otherwise. With a metric, `g_ab ẋᵃ ẋᵇ` and the momentum of every coordinate that the
//! metric does not depend on are conserved; they are computed along the way and not enforced, so their drift measures
//! the error (C. W. Misner, K. S. Thorne and J. A. Wheeler, *Gravitation*, section 25.2).

use holor_algebra::exact::Element;
use holor_algebra::{CompiledFunction, Engine};

use super::dormand_prince::{End, Tolerance, integrate};
use crate::{Chart, Connection, GeometryError, GeometryResult, Holor, Metric};

/// A component function and where it stands.
type Place<const RANK: usize> = ([usize; RANK], CompiledFunction);

/// Asked after each step, with the parameter, the coordinates and their derivatives, whether to go on.
pub type Watch<'a> = dyn FnMut(f64, &[f64], &[f64]) -> bool + 'a;

/// A geodesic equation ready to be integrated.
#[derive(Debug)]
pub struct GeodesicFlow {
    chart: Chart,
    /// `Γᵃ_bc` where b = c, `Γᵃ_bc + Γᵃ_cb` where b < c.
    coefficients: Vec<Place<3>>,
    metric: Option<Quadratic>,
    inverse: Option<Quadratic>,
    /// Coordinates that the metric does not depend on.
    cyclic: Vec<usize>,
}

/// A symmetric form `Q(x)`: entries a ≤ b.
#[derive(Debug)]
struct Quadratic(Vec<Place<2>>);

/// Where a geodesic starts and how.
#[derive(Clone, Debug, PartialEq)]
pub struct Launch {
    /// The coordinates at the start.
    pub position: Vec<f64>,
    /// How it moves.
    pub motion: Motion,
    /// `g_ab ẋᵃ ẋᵇ`: −1 for a massive particle by its proper time, 0 for light, 1 for a spacelike geodesic by
    /// its length. Needed where one component of the motion is left out.
    pub norm: Option<f64>,
    /// Which of the two values the left-out component takes.
    pub larger_root: bool,
}

/// The motion at the start; at most one component is left out, to be found from the norm.
#[derive(Clone, Debug, PartialEq)]
pub enum Motion {
    /// `ẋᵃ`
    Velocity(Vec<Option<f64>>),
    /// `p_a = g_ab ẋᵇ`
    Momentum(Vec<Option<f64>>),
}

/// A geodesic, sampled.
#[derive(Clone, Debug, PartialEq)]
pub struct Orbit {
    /// The affine parameter at each sample.
    pub parameter: Vec<f64>,
    /// For each coordinate, its value at each sample.
    pub positions: Vec<Vec<f64>>,
    /// For each coordinate, its derivative at each sample.
    pub velocities: Vec<Vec<f64>>,
    /// The conserved quantities.
    pub conserved: Vec<Conserved>,
    /// Why it ended.
    pub end: End,
    /// How many steps were taken.
    pub steps: usize,
}

/// A quantity that an exact geodesic would keep.
#[derive(Clone, Debug, PartialEq)]
pub struct Conserved {
    /// `None` for `g_ab ẋᵃ ẋᵇ`, otherwise the coordinate whose momentum it is.
    pub momentum: Option<usize>,
    /// Its value at each sample.
    pub values: Vec<f64>,
    /// The largest difference from its first value at any accepted step.
    pub drift: f64,
}

impl GeodesicFlow {
    /// Compiles the equation of a connection; with its metric where it has one, which adds the conserved quantities.
    ///
    /// # Errors
    /// Components that still hold parameters or unknown functions, which need values first.
    pub fn compile(
        connection: &Connection,
        metric: Option<&Metric>,
        engine: &Engine,
    ) -> GeometryResult<Self> {
        let chart = connection.coefficients().chart().clone();
        let n = chart.dimension();
        let field = chart.field();
        let mut coefficients = Vec::new();
        for a in 0..n {
            for b in 0..n {
                for c in b..n {
                    field.poll()?;
                    let one = component(connection.coefficients(), &[a, b, c]);
                    let value = if b == c {
                        one
                    } else {
                        field.add(&one, &component(connection.coefficients(), &[a, c, b]))
                    };
                    if !value.is_zero() {
                        coefficients.push(([a, b, c], compile(&chart, &value, engine)?));
                    }
                }
            }
        }
        let metric_form = metric
            .map(|metric| Quadratic::compile(metric.lower(), engine))
            .transpose()?;
        let inverse = metric
            .map(|metric| Quadratic::compile(metric.inverse(), engine))
            .transpose()?;
        let cyclic = metric.map_or_else(Vec::new, |metric| {
            let holor = metric.lower();
            (0..n)
                .filter(|&k| {
                    holor
                        .components()
                        .all(|(_, value)| chart.derivative(value, k).is_zero())
                })
                .collect()
        });
        Ok(Self { chart, coefficients, metric: metric_form, inverse, cyclic })
    }

    /// The chart.
    pub fn chart(&self) -> &Chart {
        &self.chart
    }

    /// The full velocity at the start: what is left out is found from the norm, momenta are raised.
    ///
    /// # Errors
    /// Too many components left out, no metric where one is needed, or no real value for the left-out one.
    pub fn velocity(&self, launch: &Launch) -> GeometryResult<Vec<f64>> {
        let (given, form, letter) = match &launch.motion {
            Motion::Velocity(given) => (given, &self.metric, ""),
            Motion::Momentum(given) => (given, &self.inverse, "p_"),
        };
        let n = self.chart.dimension();
        if given.len() != n || launch.position.len() != n {
            return Err(invalid(format!(
                "the chart has {n} coordinates, a start gives as many"
            )));
        }
        let name = |place: usize| {
            let coordinate =
                self.chart.coordinates().get(place).map_or("", |own| own.name());
            format!("{letter}{coordinate}")
        };
        let missing: Vec<usize> =
            (0..n).filter(|&place| given[place].is_none()).collect();
        let mut full: Vec<f64> = given.iter().map(|value| value.unwrap_or(0.0)).collect();
        match (missing.as_slice(), form) {
            ([], _) => {}
            ([place], Some(form)) => {
                let Some(norm) = launch.norm else {
                    return Err(invalid(format!(
                        "{} is not given; say timelike, null or spacelike to have it found",
                        name(*place)
                    )));
                };
                let matrix = form.matrix(n, &launch.position);
                full[*place] = left_out(&matrix, &full, *place, norm, launch.larger_root)
                    .ok_or_else(|| {
                        invalid(format!(
                            "no real {} has the norm {norm} at this start",
                            name(*place)
                        ))
                    })?;
            }
            ([_], None) => {
                return Err(invalid("a connection without a metric has no norm".into()));
            }
            (several, _) => {
                let names: Vec<String> =
                    several.iter().map(|&place| name(place)).collect();
                return Err(invalid(format!(
                    "{} are not given; one of them at most can be found",
                    names.join(", ")
                )));
            }
        }
        match (&launch.motion, &self.inverse) {
            (Motion::Velocity(_), _) => Ok(full),
            (Motion::Momentum(_), Some(inverse)) => {
                let matrix = inverse.matrix(n, &launch.position);
                Ok((0..n)
                    .map(|a| (0..n).map(|b| matrix[a * n + b] * full[b]).sum())
                    .collect())
            }
            (Motion::Momentum(_), None) => {
                Err(invalid("a connection without a metric has no momenta".into()))
            }
        }
    }

    /// Integrates over a range of the affine parameter and gives so many samples, at equal distances.
    ///
    /// `goes_on(λ, x, ẋ)` is asked after each step and ends the orbit where it says `false`.
    ///
    /// # Errors
    /// What [`GeodesicFlow::velocity`] says, a start where the equation has no finite value, and interrupts.
    pub fn integrate(
        &self,
        launch: &Launch,
        (from, to): (f64, f64),
        samples: usize,
        tolerance: &Tolerance,
        goes_on: &mut Watch<'_>,
    ) -> GeometryResult<Orbit> {
        let n = self.chart.dimension();
        let mut start = launch.position.clone();
        start.extend(self.velocity(launch)?);
        let mut orbit = Orbit::new(n, self.conserved_names());
        let first = self.conserved(&start);
        if start.iter().chain(&first).any(|value| !value.is_finite()) {
            return Err(invalid("the metric has no finite value at the start".into()));
        }
        orbit.push(from, &start, &first);
        let field = self.chart.field();
        let spacing = (to - from) / samples.saturating_sub(1).max(1) as f64;
        let mut next = 1usize;
        let mut inside = Vec::with_capacity(2 * n);
        let mut buffer = Vec::new();
        let end = integrate(
            &mut |_, y, out| self.slope(y, out, &mut buffer),
            (from, to),
            &start,
            tolerance,
            &mut |step| {
                orbit.steps += 1;
                for (quantity, (value, first)) in orbit
                    .conserved
                    .iter_mut()
                    .zip(self.conserved(step.end).iter().zip(&first))
                {
                    quantity.drift = quantity.drift.max((value - first).abs());
                }
                while next < samples {
                    let parameter = if next + 1 == samples {
                        to
                    } else {
                        from + spacing * next as f64
                    };
                    if (parameter - step.to) * spacing.signum() > 0.0 {
                        break;
                    }
                    step.at(parameter, &mut inside);
                    let conserved = self.conserved(&inside);
                    orbit.push(parameter, &inside, &conserved);
                    next += 1;
                }
                let (x, velocity) = step.end.split_at(n);
                let more = goes_on(step.to, x, velocity) && field.poll().is_ok();
                if !more && orbit.parameter.last() != Some(&step.to) {
                    orbit.push(step.to, step.end, &self.conserved(step.end));
                }
                more
            },
        );
        field.poll()?;
        orbit.end = end;
        Ok(orbit)
    }

    fn slope(&self, y: &[f64], out: &mut [f64], buffer: &mut Vec<f64>) {
        let (x, velocity) = y.split_at(self.chart.dimension());
        let (dx, dv) = out.split_at_mut(x.len());
        dx.copy_from_slice(velocity);
        dv.fill(0.0);
        for ([a, b, c], value) in &self.coefficients {
            dv[*a] -= value.evaluate_with(x, buffer) * velocity[*b] * velocity[*c];
        }
    }

    fn conserved_names(&self) -> Vec<Option<usize>> {
        match &self.metric {
            None => Vec::new(),
            Some(_) => std::iter::once(None)
                .chain(self.cyclic.iter().copied().map(Some))
                .collect(),
        }
    }

    /// The norm and the conserved momenta at a state.
    fn conserved(&self, y: &[f64]) -> Vec<f64> {
        let Some(metric) = &self.metric else { return Vec::new() };
        let n = self.chart.dimension();
        let (x, velocity) = y.split_at(n);
        let matrix = metric.matrix(n, x);
        let momentum =
            |a: usize| -> f64 { (0..n).map(|b| matrix[a * n + b] * velocity[b]).sum() };
        let norm = (0..n).map(|a| velocity[a] * momentum(a)).sum();
        std::iter::once(norm).chain(self.cyclic.iter().map(|&k| momentum(k))).collect()
    }
}

impl Orbit {
    fn new(n: usize, conserved: Vec<Option<usize>>) -> Self {
        let conserved = conserved
            .into_iter()
            .map(|momentum| Conserved { momentum, values: Vec::new(), drift: 0.0 })
            .collect();
        Self {
            parameter: Vec::new(),
            positions: vec![Vec::new(); n],
            velocities: vec![Vec::new(); n],
            conserved,
            end: End::Reached,
            steps: 0,
        }
    }

    fn push(&mut self, parameter: f64, state: &[f64], conserved: &[f64]) {
        self.parameter.push(parameter);
        for (list, value) in
            self.positions.iter_mut().chain(&mut self.velocities).zip(state)
        {
            list.push(*value);
        }
        for (quantity, value) in self.conserved.iter_mut().zip(conserved) {
            quantity.values.push(*value);
        }
    }
}

impl Quadratic {
    fn compile(form: &Holor, engine: &Engine) -> GeometryResult<Self> {
        let mut entries = Vec::new();
        for (indices, value) in form.components() {
            form.chart().field().poll()?;
            if let [a, b] = indices {
                let places = [usize::from(*a), usize::from(*b)];
                entries.push((places, compile(form.chart(), value, engine)?));
            }
        }
        Ok(Self(entries))
    }

    /// The full matrix at a point, row by row.
    fn matrix(&self, n: usize, x: &[f64]) -> Vec<f64> {
        let mut matrix = vec![0.0; n * n];
        for ([a, b], entry) in &self.0 {
            let value = entry.evaluate(x);
            matrix[a * n + b] = value;
            matrix[b * n + a] = value;
        }
        matrix
    }
}

/// The value of one component that gives a quadratic form a value, the other components known.
fn left_out(
    matrix: &[f64],
    known: &[f64],
    place: usize,
    norm: f64,
    larger: bool,
) -> Option<f64> {
    let n = known.len();
    let square = matrix[place * n + place];
    let linear: f64 =
        (0..n).filter(|&b| b != place).map(|b| matrix[place * n + b] * known[b]).sum();
    let (mut rest, mut size) = (-norm, norm.abs());
    for a in (0..n).filter(|&a| a != place) {
        for b in (0..n).filter(|&b| b != place) {
            let term = matrix[a * n + b] * known[a] * known[b];
            rest += term;
            size += term.abs();
        }
    }
    if square == 0.0 {
        return (linear != 0.0).then(|| -rest / (2.0 * linear));
    }
    let discriminant = linear * linear - square * rest;
    // Turning points: a discriminant that is 0 up to rounding.
    let rounding = 1e-13 * (linear * linear + square.abs() * size);
    if discriminant < -rounding || !discriminant.is_finite() {
        return None;
    }
    // The root that adds numbers of the same sign, the other from the product of both.
    let far = -(linear + linear.signum() * discriminant.max(0.0).sqrt());
    let roots = if far == 0.0 { [0.0, 0.0] } else { [far / square, rest / far] };
    Some(if larger { roots[0].max(roots[1]) } else { roots[0].min(roots[1]) })
}

fn component(holor: &Holor, places: &[usize]) -> Element {
    let indices: Vec<u8> =
        places.iter().map(|&place| u8::try_from(place).unwrap_or(u8::MAX)).collect();
    holor.component(&indices)
}

fn compile(
    chart: &Chart,
    value: &Element,
    engine: &Engine,
) -> GeometryResult<CompiledFunction> {
    let expr = chart.field().write(value);
    let unknown: Vec<String> = expr
        .free_symbols()
        .iter()
        .filter(|symbol| chart.place(symbol).is_none())
        .map(|symbol| symbol.to_string())
        .collect();
    if !unknown.is_empty() {
        return Err(invalid(format!("{} must have a value", unknown.join(", "))));
    }
    Ok(engine.compile(&expr, chart.coordinates())?)
}

fn invalid(reason: String) -> GeometryError {
    GeometryError::Invalid { operation: "geodesic", reason }
}
