//! Geodesics as numbers.
//!
//! `ẍᵃ = −Γᵃ_bc ẋᵇ ẋᶜ` with an affine parameter, for any connection: its geodesics where it is the Levi-Civita
//! connection, its autoparallels otherwise. With a metric, `g_ab ẋᵃ ẋᵇ` and the momentum of every coordinate that the
//! metric does not depend on are conserved; they are computed along the way and not enforced, so their drift measures
//! the error (C. W. Misner, K. S. Thorne and J. A. Wheeler, *Gravitation*, section 25.2).

use holor_algebra::exact::Element;
use holor_algebra::{CompiledFunction, Engine, Expr, Node, Relation};

use super::dormand_prince::{End, Step, Tolerance, integrate};
use super::start::{
    Character, Root, SAME_NORM, Time, applied, no_real_value, norm_of, roots,
};
use crate::{Chart, Connection, GeometryError, GeometryResult, Holor, Metric};

/// A component function and where it stands.
type Place<const RANK: usize> = ([usize; RANK], CompiledFunction);

/// What is conserved and changes by this part of the sizes of its terms at the start, or ten thousand times the tolerance where that is more, is lost.
pub const LOST: f64 = 1e-3;

/// Asked along the way, with the parameter, the coordinates and their derivatives, whether to go on.
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
    /// Coordinates k whose `g_kk` is the same everywhere, or known to be positive.
    positive: Vec<usize>,
    /// What holds everywhere on the chart.
    domain: Vec<(Expr, CompiledFunction)>,
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
    /// What `g_ab ẋᵃ ẋᵇ` is. Needed where one component of the motion is left out; checked where none is.
    pub character: Option<Character>,
    /// Which of the two values the left-out component takes.
    pub root: Root,
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
    /// The largest difference from its first value at any step up to the last sample.
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
        let positive =
            metric.map_or_else(Vec::new, |metric| positive_squares(metric, engine));
        let mut domain = Vec::new();
        for condition in chart.conditions() {
            if is_watched(&chart, &condition) {
                let compiled = engine.compile(&condition, chart.coordinates())?;
                domain.push((condition, compiled));
            }
        }
        Ok(Self {
            chart,
            coefficients,
            metric: metric_form,
            inverse,
            cyclic,
            positive,
            domain,
        })
    }

    /// The first condition of the chart that does not hold at a point.
    pub fn broken(&self, x: &[f64]) -> Option<&Expr> {
        let broken = |(_, own): &&(Expr, CompiledFunction)| own.evaluate(x) != 1.0;
        self.domain.iter().find(broken).map(|(condition, _)| condition)
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
        let matrix = form.as_ref().map(|form| form.matrix(n, &launch.position));
        let time = self.time(&launch.position);
        let norm = match (launch.character, &time) {
            (Some(character), Some(time)) => {
                Some((character.name(), time.norm(character)?))
            }
            _ => None,
        };
        match (missing.as_slice(), &matrix, launch.character, norm) {
            ([], Some(matrix), _, Some((word, norm))) => {
                let (found, size) = norm_of(matrix, &full);
                let same = (found - norm).abs() <= SAME_NORM * size.max(norm.abs());
                if !same {
                    return Err(invalid(not_the_norm(found, norm, word)));
                }
            }
            ([], ..) if launch.character.is_none() => {}
            ([place], Some(matrix), _, Some((word, norm))) => {
                let both = roots(matrix, &full, *place, norm).map_err(|nearest| {
                    let letter = if letter.is_empty() { "d" } else { letter };
                    let name = |place: usize| {
                        format!("{letter}{}", self.chart.coordinates()[place])
                    };
                    let others: Vec<String> =
                        (0..n).filter(|other| other != place).map(name).collect();
                    invalid(no_real_value(&name(*place), &others, norm, word, nearest))
                })?;
                let (large, small) = (both[0], both[1]);
                full[*place] = match launch.root {
                    Root::Larger => large,
                    Root::Smaller => small,
                    Root::Future => {
                        let mut future = |value: f64| {
                            full[*place] = value;
                            self.is_future(launch, &full, time.as_ref())
                        };
                        if !future(large) && future(small) { small } else { large }
                    }
                };
            }
            ([place], Some(_), None, _) => {
                return Err(invalid(format!(
                    "{} is not given; say timelike, null or spacelike to have it found",
                    name(*place)
                )));
            }
            ([] | [_], ..) => {
                return Err(invalid("a connection without a metric has no norm".into()));
            }
            (several, ..) => {
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
                Ok(applied(&inverse.matrix(n, &launch.position), &full))
            }
            (Motion::Momentum(_), None) => {
                Err(invalid("a connection without a metric has no momenta".into()))
            }
        }
    }

    /// What the metric says about time at a point.
    pub fn time(&self, x: &[f64]) -> Option<Time> {
        let matrix = self.metric.as_ref()?.matrix(self.chart.dimension(), x);
        Some(Time::of(&self.chart, &matrix, &|k| self.positive.contains(&k)))
    }

    /// Whether a motion leads into the future: where dt is timelike, by dt/dλ > 0; where only ∂_t is, by the sign of `p_t`.
    fn is_future(&self, launch: &Launch, full: &[f64], time: Option<&Time>) -> bool {
        let n = self.chart.dimension();
        let (Some(metric), Some(inverse)) = (&self.metric, &self.inverse) else {
            return false;
        };
        let Some(Time { sign: Some(sign), coordinate: Some(k), .. }) = time else {
            return false;
        };
        let lower = metric.matrix(n, &launch.position);
        let upper = inverse.matrix(n, &launch.position);
        let (velocity, momentum) = match launch.motion {
            Motion::Velocity(_) => (full.to_vec(), applied(&lower, full)),
            Motion::Momentum(_) => (applied(&upper, full), full.to_vec()),
        };
        if sign * upper[k * n + k] > 0.0 {
            velocity[*k] > 0.0
        } else {
            sign * lower[k * n + k] > 0.0 && sign * momentum[*k] > 0.0
        }
    }

    /// Integrates over a range of the affine parameter and gives so many samples, at equal distances.
    ///
    /// `goes_on(λ, x, ẋ)` is asked at the start and four times in each step; the orbit ends at the first place where it says `false`, found
    /// in the step's polynomial, and at the last place where the conditions of the chart hold.
    ///
    /// # Errors
    /// What [`GeodesicFlow::velocity`] says, a start outside the chart or where the equation has no finite value, and interrupts.
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
        if let Some(condition) = self.broken(&start) {
            return Err(invalid(outside(&self.chart, &start, condition)));
        }
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
        let mut judge = |parameter: f64, y: &[f64]| -> Option<End> {
            let (x, velocity) = y.split_at(n);
            if self.broken(x).is_some() {
                Some(End::LeftChart)
            } else {
                (!goes_on(parameter, x, velocity)).then_some(End::Stopped)
            }
        };
        if let Some(end) = judge(from, &start) {
            field.poll()?;
            orbit.end = end;
            return Ok(orbit);
        }
        // What is conserved and has changed by more than a thousandth of its terms is no longer that of the geodesic.
        let part = (1e4 * tolerance.relative).max(LOST);
        let allowed: Vec<f64> = self
            .sizes(&start)
            .into_iter()
            .map(|size| if size > 0.0 { part * size } else { f64::INFINITY })
            .collect();
        let mut event = None;
        let mut behind = vec![0.0; first.len()];
        let end = integrate(
            &mut |_, y, out| self.slope(y, out, &mut buffer),
            (from, to),
            &start,
            tolerance,
            &mut |step| {
                orbit.steps += 1;
                event = first_event(step, &mut judge);
                let last = match event {
                    // The last place inside, the first one where the condition holds.
                    Some((End::LeftChart, before, _)) => before,
                    Some((_, _, at)) => at,
                    None => step.to,
                };
                match event {
                    None => {
                        inside.clear();
                        inside.extend_from_slice(step.end);
                    }
                    Some(_) => step.at(last, &mut inside),
                }
                let mut last = last;
                let mut ended = inside.clone();
                let mut reached = self.conserved(&ended);
                let lost = |((now, then), allowed): ((&f64, &f64), &f64)| {
                    let kept = (now - then).abs() <= *allowed;
                    !kept
                };
                if reached.iter().zip(&first).zip(&allowed).any(lost) {
                    event = Some((End::Inaccurate, step.from, step.from));
                    last = step.from;
                    step.at(last, &mut ended);
                    reached = self.conserved(&ended);
                }
                // Steps behind the last sample count once another one is kept.
                for (own, (value, first)) in
                    behind.iter_mut().zip(reached.iter().zip(&first))
                {
                    *own = f64::max(*own, (value - first).abs());
                }
                while next < samples {
                    let parameter = if next + 1 == samples {
                        to
                    } else {
                        from + spacing * next as f64
                    };
                    if (parameter - last) * spacing.signum() > 0.0 {
                        break;
                    }
                    step.at(parameter, &mut inside);
                    let conserved = self.conserved(&inside);
                    orbit.push(parameter, &inside, &conserved);
                    orbit.drifted(&behind);
                    next += 1;
                }
                let more = event.is_none() && field.poll().is_ok();
                if !more && orbit.parameter.last() != Some(&last) {
                    orbit.push(last, &ended, &reached);
                }
                if !more {
                    orbit.drifted(&behind);
                }
                more
            },
        );
        field.poll()?;
        orbit.end = event.map_or(end, |(kind, ..)| kind);
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

impl GeodesicFlow {
    /// The sums of the sizes of the terms of what is conserved.
    fn sizes(&self, y: &[f64]) -> Vec<f64> {
        let Some(metric) = &self.metric else { return Vec::new() };
        let n = self.chart.dimension();
        let (x, velocity) = y.split_at(n);
        let matrix = metric.matrix(n, x);
        let momentum = |a: usize| -> f64 {
            (0..n).map(|b| (matrix[a * n + b] * velocity[b]).abs()).sum()
        };
        let norm = norm_of(&matrix, velocity).1;
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

impl Orbit {
    /// Takes changes of the conserved quantities into account.
    fn drifted(&mut self, changes: &[f64]) {
        for (quantity, change) in self.conserved.iter_mut().zip(changes) {
            quantity.drift = quantity.drift.max(*change);
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

/// The first place in a step where something ends the orbit: what, the last parameter before it and the first one where it does. The step is
/// looked at in quarters.
fn first_event(
    step: &Step<'_>,
    judge: &mut dyn FnMut(f64, &[f64]) -> Option<End>,
) -> Option<(End, f64, f64)> {
    let mut state = Vec::new();
    let mut low = step.from;
    for quarter in 1..=4 {
        let (mut high, found) = match quarter {
            4 => (step.to, judge(step.to, step.end)),
            _ => {
                let parameter =
                    step.from + (step.to - step.from) * 0.25 * f64::from(quarter);
                step.at(parameter, &mut state);
                // Close to a singularity the polynomial may not be finite where the steps are.
                if state.iter().any(|value| !value.is_finite()) {
                    continue;
                }
                (parameter, judge(parameter, &state))
            }
        };
        let Some(mut kind) = found else {
            low = high;
            continue;
        };
        loop {
            let middle = low + 0.5 * (high - low);
            if middle == low || middle == high {
                return Some((kind, low, high));
            }
            step.at(middle, &mut state);
            if state.iter().any(|value| !value.is_finite()) {
                return Some((kind, step.from, high));
            }
            match judge(middle, &state) {
                Some(earlier) => (kind, high) = (earlier, middle),
                None => low = middle,
            }
        }
    }
    None
}

/// What a metric says about time at a point.
///
/// # Errors
/// Components that still hold parameters or unknown functions.
pub fn time_at(metric: &Metric, x: &[f64], engine: &Engine) -> GeometryResult<Time> {
    let chart = metric.chart();
    let matrix = Quadratic::compile(metric.lower(), engine)?.matrix(chart.dimension(), x);
    let positive = positive_squares(metric, engine);
    Ok(Time::of(chart, &matrix, &|k| positive.contains(&k)))
}

/// The coordinates k whose `g_kk` is the same everywhere, or known to be positive.
fn positive_squares(metric: &Metric, engine: &Engine) -> Vec<usize> {
    let chart = metric.chart();
    let n = chart.dimension();
    let is_one = |k: &usize| {
        let own = component(metric.lower(), &[*k, *k]);
        let is_constant = (0..n).all(|by| chart.derivative(&own, by).is_zero());
        let written = chart.field().write(&own);
        let positive = Expr::relation(Relation::Greater, written, Expr::zero());
        is_constant || engine.decide(&positive) == Some(true)
    };
    (0..n).filter(is_one).collect()
}

/// Whether a condition of a chart can be asked of numbers: parameters and unknown functions have none.
pub fn is_watched(chart: &Chart, condition: &Expr) -> bool {
    condition.free_symbols().iter().all(|symbol| chart.place(symbol).is_some())
        && !condition.any(&mut |part| matches!(part.node(), Node::Apply(..)))
}

/// What to say of a start outside the chart.
pub fn outside(chart: &Chart, x: &[f64], condition: &Expr) -> String {
    let own = condition.free_symbols();
    let values: Vec<String> = chart
        .coordinates()
        .iter()
        .zip(x)
        .filter(|(name, _)| own.contains(name))
        .map(|(name, value)| format!("{name} = {value}"))
        .collect();
    format!(
        "the start lies outside the chart: {}, and `{condition}` does not hold",
        values.join(", ")
    )
}

/// What to say where given components have another norm.
pub fn not_the_norm(found: f64, norm: f64, word: &str) -> String {
    format!(
        "the components given have the norm {found}, {word} asks for {norm}; leave one of them out to have it found, or leave out `kind`"
    )
}

fn invalid(reason: String) -> GeometryError {
    GeometryError::Invalid { operation: "geodesic", reason }
}
