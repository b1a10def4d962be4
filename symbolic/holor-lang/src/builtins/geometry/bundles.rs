//! Bundles of geodesics: starts that are arrays, integrated together on any device.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use holor_algebra::{Node, Relation, Symbol};
use holor_field::ensemble::{Advance, Ended, Ends, Options};
use holor_field::run::Control;
use holor_geometry::Chart;
use holor_geometry::orbit::{
    Character, End, LOST, Orbit, SAME_NORM, is_watched, no_real_value, not_the_norm,
    time_at,
};

use super::at;
use crate::array::{ArrayAxis, NumericArray, short};
use crate::ast::{Ast, AstKind, ComparisonOperator};
use crate::builtin::{Curved, Deferred, Spanned};
use crate::builtins::fields::{DeviceWord, failed, no_device};
use crate::builtins::points::values_of;
use crate::evaluate::Call;
use crate::geometry::OrbitValue;
use crate::numeric::{
    Bundle, Formulas, Frames, Given, Launch, Points, Starts, Until, Way,
};
use crate::plot::{Layer, Plot};
use crate::value::Closure;
use crate::{Diagnostic, Record, Result, Span, Value, codes};

/// Bundles hold at most so many numbers.
const MOST_NUMBERS: f64 = 1e9;
/// How geodesics end that do not end as they should.
const FAILED: [Ended; 3] = [Ended::Left, Ended::Singular, Ended::Attempts];
/// A picture shows at most so many paths.
const MOST_PATHS: usize = 1000;

/// What equations `x == …` give each coordinate, where they do: one number, or one for each geodesic.
pub(super) struct Equations {
    /// For each coordinate.
    pub(super) values: Vec<Option<Vec<f64>>>,
    /// What may stand before a coordinate.
    prefix: &'static str,
    /// Where they stand.
    pub(super) span: Span,
}

impl Equations {
    /// Reads a list of equations. What stands right of `==` may be an array, whose shape is that of the bundle; left of it stands a
    /// coordinate, also behind a prefix, as in `dr` or `p_r`.
    pub(super) fn read(
        call: &Call<'_>,
        (coordinates, prefix): (&[Symbol], &'static str),
        given: &Spanned<Deferred>,
        grid: &mut Option<NumericArray>,
    ) -> Result<Self> {
        let span = given.span;
        let mut found = Self { values: vec![None; coordinates.len()], prefix, span };
        let closure = &given.value.0;
        let AstKind::List(items) = &closure.body.kind else {
            // A variable that holds the list, or a call that makes it.
            let value = call.evaluate_in(&given.value, Vec::new())?;
            let items = call.items(&value, span)?.unwrap_or_default();
            if items.is_empty() {
                return wrong(span, "expected equations such as [r == 6, φ == 0]".into());
            }
            if let Some(place) = items.iter().position(|item| {
                item.as_expr().is_some_and(|it| matches!(it.node(), Node::Truth(_)))
            }) {
                return Diagnostic::error(
                    &codes::E0202_WRONG_ARGUMENTS,
                    format!(
                        "item {} of the list is true or false: outside of this call `r == [1, 2]` compares a symbol with a list",
                        place + 1
                    ),
                )
                .at(span)
                .hint("the list in the call: start = [r == [1, 2], φ == 0]")
                .hint("values in the order of the coordinates: [[1, 2], 0]")
                .into();
            }
            if items.len() == coordinates.len() && !items.iter().any(is_equation) {
                for (coordinate, item) in coordinates.iter().zip(&items) {
                    found.set(call, coordinates, coordinate.name(), item, grid)?;
                }
                return Ok(found);
            }
            for item in items {
                let Some(equation) = item.as_expr() else {
                    return wrong(span, format!("{} is no equation", item.describe()));
                };
                let Node::Relation(Relation::Equal, left, right) = equation.node() else {
                    return wrong(
                        span,
                        format!("`{equation}` is not an equation such as r == 6"),
                    );
                };
                let right = Value::Expr(right.clone());
                found.set(call, coordinates, &left.to_string(), &right, grid)?;
            }
            return Ok(found);
        };
        let is_comparison = |item: &Ast| matches!(item.kind, AstKind::Comparison(..));
        let in_order =
            items.len() == coordinates.len() && !items.iter().any(is_comparison);
        if !in_order && !items.iter().any(is_comparison) {
            let message = format!(
                "{} values for {} coordinates; where one is left out they are named, [{} == …, …]",
                items.len(),
                coordinates.len(),
                coordinates.first().map_or("", Symbol::name)
            );
            return wrong(span, message);
        }
        for (place, item) in items.iter().enumerate() {
            let at = |body: &Ast| {
                let body = Closure {
                    name: None,
                    parameters: Vec::new(),
                    body: Arc::new(body.clone()),
                    captured: closure.captured.clone(),
                    text: call.text(body.span),
                };
                call.evaluate_in(&Deferred(Arc::new(body)), Vec::new())
            };
            if in_order && let Some(coordinate) = coordinates.get(place) {
                let value = at(item)?;
                if is_equation(&value) {
                    let message = format!(
                        "`{}` stands for an equation; write it here",
                        call.text(item.span)
                    );
                    return wrong(item.span, message);
                }
                found.span = item.span;
                found.set(call, coordinates, coordinate.name(), &value, grid)?;
                continue;
            }
            let sides = match &item.kind {
                AstKind::Comparison(sides, operators)
                    if **operators == [ComparisonOperator::Equal] =>
                {
                    sides.as_slice()
                }
                _ => &[],
            };
            let [left, right] = sides else {
                let text = call.text(item.span);
                return wrong(
                    item.span,
                    format!("`{text}` is not an equation such as r == 6"),
                );
            };
            let name = match &left.kind {
                AstKind::Name(name) => name.symbol.to_string(),
                _ => call.text(left.span).to_string(),
            };
            let value = at(right)?;
            found.span = item.span;
            found.set(call, coordinates, &name, &value, grid)?;
        }
        found.span = span;
        Ok(found)
    }

    fn set(
        &mut self,
        call: &Call<'_>,
        coordinates: &[Symbol],
        name: &str,
        value: &Value,
        grid: &mut Option<NumericArray>,
    ) -> Result<()> {
        let of = |name: &str| coordinates.iter().position(|own| own.name() == name);
        let behind = || crate::symbol_name(name.strip_prefix(self.prefix)?);
        let place = of(name).or_else(|| of(&behind()?));
        let Some(slot) = place.and_then(|place| self.values.get_mut(place)) else {
            return wrong(self.span, format!("`{name}` is no coordinate of the chart"));
        };
        let values = match value {
            Value::Expr(number) => vec![call.real_number(number, self.span)?],
            other => values_of(call, other, self.span, grid)?,
        };
        if values.is_empty() {
            let message = format!("the array of {name} is empty: there is no geodesic");
            return wrong(self.span, message);
        }
        if slot.replace(values).is_some() {
            return wrong(self.span, format!("{name} is given twice"));
        }
        Ok(())
    }

    /// The numbers, where there is no array.
    pub(super) fn numbers(&self) -> Vec<Option<f64>> {
        self.values
            .iter()
            .map(|own| own.as_ref().and_then(|own| own.first().copied()))
            .collect()
    }

    /// The numbers of one of several geodesics.
    pub(super) fn of_member(&self, member: usize) -> Vec<Option<f64>> {
        let of = |own: &Vec<f64>| own.get(member).or(own.first()).copied();
        self.values.iter().map(|own| own.as_ref().and_then(of)).collect()
    }
}

/// Whether a value is an equation, or something else that is true or false.
fn is_equation(value: &Value) -> bool {
    value.as_expr().is_some_and(|own| {
        matches!(own.node(), Node::Relation(..) | Node::And(_) | Node::Truth(_))
    })
}

fn wrong<T>(span: Span, message: String) -> Result<T> {
    Diagnostic::error(&codes::E0202_WRONG_ARGUMENTS, message).at(span).into()
}

/// What a bundle is asked for.
pub(super) struct Request<'a> {
    pub(super) metric: &'a Curved,
    pub(super) parameter: Symbol,
    pub(super) ends: (f64, f64),
    pub(super) start: Equations,
    pub(super) motion: Equations,
    pub(super) launch: Launch,
    /// What the norm is, where it is said.
    pub(super) character: Option<Character>,
    pub(super) until: Option<Until>,
    /// The relative error allowed in a step.
    pub(super) tolerance: f64,
    pub(super) device: Option<DeviceWord>,
    /// How many samples are kept; the last states if left out.
    pub(super) samples: Option<usize>,
    /// Whether progress is shown.
    pub(super) progress: bool,
    /// An array of the bundle's shape.
    pub(super) grid: NumericArray,
}

/// What is known of geodesics that have been integrated, besides where they ended.
pub(super) struct Made {
    pub(super) chart: Chart,
    /// Coordinates whose momenta are conserved.
    pub(super) cyclic: Vec<usize>,
    /// Their momenta.
    pub(super) momenta: Vec<Vec<f64>>,
    /// Whether there is a norm, whose change is measured.
    pub(super) has_norm: bool,
    /// How it was done.
    pub(super) explanation: Vec<String>,
}

impl Request<'_> {
    /// Integrates all geodesics and gives their last states by name.
    pub(super) fn integrate(&self, call: &Call<'_>) -> Result<Value> {
        let engine = call.engine();
        if self.device.is_none() && !self.is_computable(&engine) {
            return self.one_by_one(call);
        }
        let until = self.until.as_ref();
        let bundle = match self.metric {
            Curved::Metric(metric) => Bundle::of_metric(metric, until, &engine),
            Curved::Connection(connection) => match connection.metric() {
                // Its autoparallels are the geodesics.
                Some(metric) => Bundle::of_metric(metric, until, &engine),
                None => Bundle::of_connection(connection, until, &engine),
            },
        };
        let bundle = at(call, bundle)?;
        let members = self.grid.count();
        let (n, arrays) = (self.start.values.len(), bundle.equations.rates.len());
        let kept = self.samples.unwrap_or(1) as f64 * (2 * n + 1) as f64;
        let numbers = members as f64 * (kept + (2 * n + 2 * arrays) as f64);
        if numbers > MOST_NUMBERS {
            let what = match self.samples {
                Some(samples) => format!("{samples} samples"),
                None => "starts and ends".into(),
            };
            let message =
                format!("{what} of {members} geodesics are {:.1} GB", numbers * 8e-9);
            return Err(call.error(&codes::E0403_TOO_LARGE, message));
        }
        let backend = call
            .world()
            .backend(DeviceWord::name(self.device.as_ref()))
            .map_err(|reason| no_device(call, &reason))?;
        let flag = call.engine().interrupt().flag();
        let interrupted = || flag.load(Ordering::Relaxed);
        let spread = |own: &Vec<f64>| match own.as_slice() {
            [value] => vec![*value; members],
            values => values.to_vec(),
        };
        let position: Vec<Vec<f64>> =
            self.start.values.iter().flatten().map(spread).collect();

        // The motion at the start.
        let chart = bundle.chart.clone();
        let mut variables = chart.coordinates().to_vec();
        let mut given: Vec<Vec<f64>> =
            self.start.values.iter().flatten().cloned().collect();
        for (place, own) in self.motion.values.iter().enumerate() {
            variables.push(Symbol::new(&format!("start {place}")));
            given.push(own.clone().unwrap_or_else(|| vec![0.0]));
        }
        let points = Points {
            variables: &variables,
            values: &given,
            count: members,
            backend: backend.as_ref(),
            interrupted: &interrupted,
        };
        self.check_inside(call, &chart, &points)?;
        let mut launch = self.launch;
        if let (Some(character), Some(metric)) = (self.character, bundle.metric()) {
            let first: Vec<f64> =
                position.iter().filter_map(|own| own.first().copied()).collect();
            let time = at(call, time_at(metric, &first, &engine))?;
            launch.norm = Some((at(call, time.norm(character))?, character.name()));
            launch.time = Some(time);
        } else if self.character.is_some() && launch.missing.is_none() {
            return Err(call.error(
                &codes::E0307_INVALID,
                "geodesic: a connection without a metric has no norm",
            ));
        }
        let Starts { formulas, motion, norm, size } =
            at(call, bundle.starts(&launch, &engine))?;
        let roots: Vec<_> =
            motion.iter().chain(&size).chain(norm.iter().flatten()).copied().collect();
        let mut motion =
            points.roots(&formulas.graph, &roots).map_err(|error| failed(call, error))?;
        let norm = motion.split_off(chart.dimension() + usize::from(size.is_some()));
        let sizes = size.and_then(|_| motion.pop()).unwrap_or_default();
        let impossible = |place: &usize| {
            motion.iter().any(|own| !own.get(*place).is_some_and(|it| it.is_finite()))
        };
        let wrong_ones: Vec<usize> = (0..members).filter(impossible).collect();
        self.refuse(&chart, &launch, &wrong_ones, &norm)?;
        if let (None, Some((wanted, word)), [found, size]) =
            (launch.missing, launch.norm, norm.as_slice())
        {
            let unlike = |place: &usize| {
                let of = |own: &[f64]| own.get(*place).copied().unwrap_or(f64::NAN);
                let allowed = SAME_NORM * of(size).max(wanted.abs());
                let same = (of(found) - wanted).abs() <= allowed;
                !same
            };
            let wrong_ones: Vec<usize> = (0..members).filter(unlike).collect();
            if let Some(first) = wrong_ones.first() {
                let own = found.get(*first).copied().unwrap_or(f64::NAN);
                let reason = not_the_norm(own, wanted, word);
                return wrong(self.motion.span, self.told(&chart, &wrong_ones, reason));
            }
        }
        let (mut start, mut constants) = (position, Vec::new());
        for (place, values) in motion.into_iter().enumerate() {
            if bundle.hamiltonian && bundle.cyclic.contains(&place) {
                constants.push(values);
            } else {
                start.push(values);
            }
        }
        if bundle.clock {
            start.push(vec![self.ends.0; members]);
        }
        let options = Options {
            relative: self.tolerance,
            absolute: self.tolerance * 1e-2,
            ..Options::over(self.ends.0, self.ends.1)
        };
        let began = call.world().seconds();
        let mut shown = began;
        let mut watch = |advance: &Advance| {
            let now = call.world().seconds();
            if self.progress && now - began > 1.0 && now - shown > 0.25 {
                shown = now;
                let (spent, done) = (now - began, advance.fraction.max(1e-9));
                call.world().progress(&crate::world::Progress {
                    fraction: advance.fraction,
                    text: format!("{} of {} geodesics", advance.ended, advance.members),
                    seconds_left: spent * (1.0 - done) / done,
                });
            }
            Control::Continue
        };
        let way = Way {
            bundle: &bundle,
            options: &options,
            members,
            constants: &constants,
            backend: backend.as_ref(),
            interrupted: &interrupted,
        };
        let wrong = way.not_finite(&start).map_err(|error| failed(call, error))?;
        self.refuse(&chart, &launch, &wrong, &norm)?;
        let frames = way.frames(start, &self.parameters(), self.samples, &mut watch);
        call.world().progress_ended();
        let mut frames = frames.map_err(|error| failed(call, error))?;
        let lost = self.lost(&frames.ends, &sizes);
        self.warn(call, &frames.ends, &lost);
        for place in lost {
            if let Some(ended) = frames.ends.ended.get_mut(place) {
                *ended = Ended::Singular;
            }
        }
        let Ends { attempts, compile_seconds, .. } = frames.ends;
        let seconds = call.world().seconds() - began;
        let form = match bundle.hamiltonian {
            true => "Hamilton's equations",
            false => "the equations of autoparallels",
        };
        let explanation = vec![
            format!("device: {}", backend.name()),
            format!("{form} with {arrays} unknowns for each of {members} geodesics"),
            format!(
                "steps of Dormand and Prince's pair 5(4), each geodesic its own, relative error {}",
                short(self.tolerance)
            ),
            format!(
                "{attempts} steps tried in {seconds:.3} s, {compile_seconds:.3} s of them to compile"
            ),
        ];
        let made = Made {
            chart,
            cyclic: bundle.cyclic,
            momenta: constants,
            has_norm: bundle.hamiltonian,
            explanation,
        };
        Ok(self.record(made, frames).into())
    }

    /// The parameters of the samples; without samples the two ends.
    fn parameters(&self) -> Vec<f64> {
        let (from, to) = self.ends;
        let pieces = self.samples.unwrap_or(2) - 1;
        (0..=pieces)
            .map(|k| match k {
                k if k == pieces => to,
                k => from + (to - from) * k as f64 / pieces as f64,
            })
            .collect()
    }

    /// Refuses starts outside the chart.
    fn check_inside(
        &self,
        call: &Call<'_>,
        chart: &Chart,
        points: &Points<'_>,
    ) -> Result<()> {
        let engine = call.engine();
        let mut formulas = Formulas::new(chart.coordinates(), &engine);
        let (mut conditions, mut roots) = (Vec::new(), Vec::new());
        for condition in chart.conditions() {
            if is_watched(chart, &condition)
                && let Some(root) = formulas.value(&condition)
            {
                conditions.push(condition);
                roots.push(root);
            }
        }
        let values =
            points.roots(&formulas.graph, &roots).map_err(|error| failed(call, error))?;
        for (condition, values) in conditions.iter().zip(values) {
            let outside: Vec<usize> = values
                .iter()
                .enumerate()
                .filter(|(_, holds)| **holds != 1.0)
                .map(|(place, _)| place)
                .collect();
            if !outside.is_empty() {
                let reason = format!(
                    "the start lies outside the chart, `{condition}` does not hold"
                );
                let message = self.told(chart, &outside, reason);
                return Diagnostic::error(&codes::E0307_INVALID, message)
                    .at(self.start.span)
                    .into();
            }
        }
        Ok(())
    }

    /// A reason with the number of starts that it concerns, and the first of them.
    fn told(&self, chart: &Chart, wrong_ones: &[usize], reason: String) -> String {
        let first = wrong_ones.first().copied().unwrap_or(0);
        let names: Vec<String> = chart
            .coordinates()
            .iter()
            .zip(&self.start.values)
            .map(|(name, own)| {
                let value = own.as_ref().and_then(|own| own.get(first).or(own.first()));
                format!("{name} = {}", short(value.copied().unwrap_or(f64::NAN)))
            })
            .collect();
        format!(
            "at {} of {} starts, the first {} with {}: {reason}",
            wrong_ones.len(),
            self.grid.count(),
            self.grid.place_text(first),
            names.join(", ")
        )
    }

    /// Refuses starts that are impossible, with their number.
    fn refuse(
        &self,
        chart: &Chart,
        launch: &Launch,
        wrong_ones: &[usize],
        norm: &[Vec<f64>],
    ) -> Result<()> {
        let Some(first) = wrong_ones.first().copied() else { return Ok(()) };
        let found: Vec<f64> =
            norm.iter().filter_map(|own| own.get(first).copied()).collect();
        let letter = if launch.given == Given::Momentum { "p_" } else { "d" };
        let name = |place: usize| match chart.coordinates().get(place) {
            Some(coordinate) => format!("{letter}{coordinate}"),
            None => String::new(),
        };
        let reason = match (launch.missing, launch.norm, found.as_slice()) {
            (Some(place), Some((wanted, word)), [nearest, square])
                if nearest.is_finite() =>
            {
                let others: Vec<String> = (0..chart.dimension())
                    .filter(|other| *other != place)
                    .map(name)
                    .collect();
                no_real_value(
                    &name(place),
                    &others,
                    wanted,
                    word,
                    (*nearest, *square > 0.0),
                )
            }
            _ => "the metric has no finite value".into(),
        };
        wrong(self.motion.span, self.told(chart, wrong_ones, reason))
    }

    /// Geodesics whose norm has changed by more than is trusted.
    fn lost(&self, ends: &Ends, sizes: &[f64]) -> Vec<usize> {
        let part = (1e4 * self.tolerance).max(LOST);
        let pairs = ends.drift.iter().zip(sizes).enumerate();
        pairs
            .filter(|(_, (drift, size))| {
                let kept = **drift <= part * size.max(f64::MIN_POSITIVE);
                !kept
            })
            .map(|(place, _)| place)
            .collect()
    }

    /// Says how many geodesics did not end as they should.
    pub(super) fn warn(&self, call: &Call<'_>, ends: &Ends, lost: &[usize]) {
        if let Some(first) = lost.first() {
            let message = format!(
                "{} of {} geodesics did not keep their norm, as close to a singularity, and are not accurate; the first {} changed it by {}; a smaller tolerance may help, `failed` marks them",
                lost.len(),
                ends.ended.len(),
                self.grid.place_text(*first),
                short(ends.drift.get(*first).copied().unwrap_or(f64::NAN))
            );
            call.warn(
                Diagnostic::warning(&codes::E0401_NOT_A_NUMBER, message).at(call.span()),
            );
        }
        for (kind, reason) in [
            (Ended::Left, "where the conditions of the chart do"),
            (Ended::Singular, "at a singularity of the chart or of the geometry"),
            (Ended::Attempts, "after the most steps allowed"),
        ] {
            let many = ends.ended.iter().filter(|own| **own == kind).count();
            let Some(first) = ends.ended.iter().position(|own| *own == kind) else {
                continue;
            };
            let message = format!(
                "{many} of {} geodesics end {reason}, the first {} near {} = {:.6}; `failed` marks them",
                ends.ended.len(),
                self.grid.place_text(first),
                self.parameter,
                ends.parameter.get(first).copied().unwrap_or(f64::NAN)
            );
            call.warn(
                Diagnostic::warning(&codes::E0401_NOT_A_NUMBER, message).at(call.span()),
            );
        }
    }

    /// The last states, or the samples, by name.
    pub(super) fn record(&self, made: Made, frames: Frames) -> Record {
        let Frames { kept, ends } = frames;
        let count = |kind: Ended| ends.ended.iter().filter(|own| **own == kind).count();
        let failed = count(Ended::Singular) + count(Ended::Attempts);
        let left = count(Ended::Left);
        let mut summary = format!("{} geodesics", ends.ended.len());
        let reached = format!("reached {} = {}", self.parameter, short(self.ends.1));
        for (many, what) in [
            (count(Ended::Reached), reached.as_str()),
            (count(Ended::Stopped), "stopped by the condition"),
            (left, "at the end of the chart"),
            (failed, "failed"),
        ] {
            if many > 0 {
                summary.push_str(&format!(", {many} {what}"));
            }
        }
        let mark = |kinds: &[Ended]| -> Vec<f64> {
            ends.ended
                .iter()
                .map(|own| f64::from(u8::from(kinds.contains(own))))
                .collect()
        };
        let mut parts: Vec<(String, NumericArray)> = Vec::new();
        let mut add = |name: String, array: Option<NumericArray>| {
            parts.extend(array.map(|array| (name.clone(), array.named(&name))));
        };
        let names = made.chart.coordinates();
        // With samples their axis comes first.
        let mut axes = self.grid.axes().to_vec();
        if self.samples.is_some() {
            let name = self.parameter.name();
            axes.insert(0, ArrayAxis::quantity(name, self.parameters()));
        }
        let sampled = |values: Vec<f64>| NumericArray::new(values, axes.clone());
        let mut kept = kept.into_iter();
        add(self.parameter.to_string(), kept.next().and_then(sampled));
        for name in names {
            add(name.to_string(), kept.next().and_then(sampled));
        }
        for name in names {
            add(format!("d{name}"), kept.next().and_then(sampled));
        }
        if let Some(norm) = ends.conserved.first() {
            add("norm".into(), self.grid.with_values(norm.clone()));
        }
        for (place, values) in made.cyclic.iter().zip(made.momenta) {
            if let Some(name) = names.get(*place) {
                add(format!("p_{name}"), self.grid.with_values(values));
            }
        }
        let (stopped, failed) = (mark(&[Ended::Stopped]), mark(&FAILED));
        // Nothing is known to be conserved by a connection that is no metric's.
        if made.has_norm {
            add("drift".into(), self.grid.with_values(ends.drift));
        }
        add("stopped".into(), self.grid.with_values(stopped));
        add("failed".into(), self.grid.with_values(failed));
        let mut record = Record::new("bundle").described(&summary);
        record = record.carrying(Arc::new(Carried {
            chart: made.chart.clone(),
            parameter: self.parameter.clone(),
            explanation: made.explanation,
        }));
        if self.samples.is_some() {
            record = record.drawn(drawn);
        }
        parts.into_iter().fold(record, |record, (name, array)| record.with(&name, array))
    }
}

/// What a bundle has besides its parts.
struct Carried {
    chart: Chart,
    parameter: Symbol,
    explanation: Vec<String>,
}

/// How a bundle was integrated, where the record is one.
pub(in crate::builtins) fn explained(record: &Record) -> Option<Vec<String>> {
    record.carried::<Carried>().map(|carried| carried.explanation.clone())
}

/// The paths of all geodesics in one picture, as `plot` draws one.
fn drawn(record: &Record) -> Result<Plot> {
    let refuse = |message: &str| -> Result<Plot> {
        Diagnostic::error(&codes::E0403_TOO_LARGE, message).into()
    };
    let Some(paths) = record.carried::<Carried>() else {
        return refuse("there are no paths");
    };
    let columns: Option<Vec<&[f64]>> = std::iter::once(&paths.parameter)
        .chain(paths.chart.coordinates())
        .map(|name| record.array(name.name()).and_then(NumericArray::as_real))
        .collect();
    let count = record.array("failed").map_or(0, NumericArray::count);
    let (Some(columns), true) = (columns, count > 0) else {
        return refuse("there are no paths");
    };
    if count > MOST_PATHS {
        return refuse(&format!(
            "a picture shows at most {MOST_PATHS} paths, not {count}"
        ));
    }
    let mut picture: Option<Plot> = None;
    for member in 0..count {
        let of = |column: &[f64]| -> Vec<f64> {
            column.iter().skip(member).step_by(count).copied().collect()
        };
        let mut lists = columns.iter().map(|column| of(column));
        let orbit = Orbit {
            parameter: lists.next().unwrap_or_default(),
            positions: lists.collect(),
            velocities: Vec::new(),
            conserved: Vec::new(),
            end: End::Reached,
            steps: 0,
        };
        let path = OrbitValue::new(&paths.chart, paths.parameter.clone(), orbit).plot();
        // One layer for all: one colour.
        match &mut picture {
            None => picture = Some(path),
            Some(all) => {
                for (own, other) in all.layers.iter_mut().zip(path.layers) {
                    if let (
                        Layer::Curve { pieces, .. },
                        Layer::Curve { pieces: more, .. },
                    ) = (own, other)
                    {
                        pieces.extend(more);
                    }
                }
            }
        }
    }
    picture.map_or_else(|| refuse("there are no paths"), Ok)
}

/// The first component that is left out of a motion.
pub(super) fn left_out(
    call: &Call<'_>,
    coordinates: &[Symbol],
    motion: &Equations,
    given: Given,
) -> Result<Option<usize>> {
    let missing: Vec<usize> = motion
        .values
        .iter()
        .enumerate()
        .filter(|(_, own)| own.is_none())
        .map(|(place, _)| place)
        .collect();
    match missing.as_slice() {
        [] => Ok(None),
        [one] => Ok(Some(*one)),
        several => {
            let letter = if given == Given::Momentum { "p_" } else { "" };
            let names: Vec<String> = several
                .iter()
                .filter_map(|place| coordinates.get(*place))
                .map(|name| format!("{letter}{name}"))
                .collect();
            let message = format!(
                "geodesic: {} are not given; one of them at most can be found",
                names.join(", ")
            );
            Err(call.error(&codes::E0307_INVALID, message))
        }
    }
}
