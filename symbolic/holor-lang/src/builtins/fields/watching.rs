//! What is watched while a run goes on: formulas of the fields' arrays, and of their derivatives.
//!
//! Measures such as `mean(|A|^2)` or `structure_factor(A)` are computed where the fields are, see [`measured`](crate::builtins::coherence::measured);
//! the rest is computed from the frames. In what is watched a field is the array of its values, coordinates are arrays and the time a number. What is no function of the
//! values at a point, such as `diff(u, x)` or `laplacian(u)`, is read once as a formula of fields and then evaluated at every frame
//! as [`observe`](super::observe) does.

mod trees;

use std::sync::Arc;

use holor_field::FieldResult;
use holor_field::backend::Backend;

use super::evolve::failed;
use super::volume::Volume;
use crate::array::{ArrayValues, Complex64};
use crate::ast::{Ast, AstKind, Name};
use crate::builtin::Deferred;
use crate::builtins::coherence::measured::Measured;
use crate::builtins::coherence::starts_taken;
use crate::builtins::plots::{moment_title, picture};
use crate::evaluate::Call;
use crate::field::{Continuation, Observer, Place, Seen, Series, frame_of, is_whole};
use crate::geometry::Geometry;
use crate::syntax::replace;
use crate::value::Closure;
use crate::{Diagnostic, NumericArray, Result, Value, codes};
use trees::{
    functions_of, has_map, is_of_vectors, measured_on_frames, mixes_places, names_frame,
    of_user, wants_formula, wants_formulas,
};

/// What is watched, ready to be evaluated at frames.
pub(super) struct Watching {
    parts: Vec<Part>,
    until: Option<Part>,
    live: Option<Part>,
    pace: Pace,
    /// The time that the run is to reach.
    to: f64,
    /// The coordinates that occur, as arrays over the box.
    coordinates: Vec<(Arc<str>, Value)>,
    /// What the run's device measures.
    measured: Measured,
}

/// When pictures of a running computation are drawn: a few times a second, and so that they take a small part of its time.
#[derive(Clone, Copy, Debug, Default)]
struct Pace {
    /// When the last one was begun, and how many seconds it took.
    last: Option<(f64, f64)>,
    began: f64,
}

impl Pace {
    /// Seconds from picture to picture at least, and in times of what one takes.
    const LEAST: f64 = 0.1;
    const SHARE: f64 = 5.0;

    /// Whether it is time for one; for the last frame it is always. Where no clock may be read, each frame is drawn.
    fn is_due(&mut self, now: f64, last: bool) -> bool {
        let stands_still = |then: f64| now.total_cmp(&then).is_eq();
        let due = self.last.is_none_or(|(then, took)| {
            last || stands_still(then)
                || now - then >= Self::LEAST.max(Self::SHARE * took)
        });
        if due {
            self.began = now;
        }
        due
    }

    fn drawn(&mut self, now: f64) {
        self.last = Some((now, now - self.began));
    }
}

/// An expression in which derivatives, starts and measures are names.
struct Part {
    body: Arc<Closure>,
    /// As it was written.
    text: Arc<str>,
    formulas: Vec<(Arc<str>, Formula)>,
    /// The starts of fields that occur.
    starts: Vec<(Arc<str>, Value)>,
    /// Whether it looks at the frame besides.
    looks: bool,
    /// What is measured: the numbers of its readings.
    readings: Vec<(Arc<str>, usize)>,
    /// The same without measures, for frames whose measures say nothing.
    otherwise: Option<Box<Part>>,
    /// Whether it was undefined at some time, which was said.
    undefined: bool,
    /// Whether it had a value at an earlier time.
    valued: bool,
}

/// A formula of fields, or a list of them.
enum Formula {
    /// What is the same at all frames, such as `∇·(∇×V)`.
    Number(Value),
    One {
        observer: Box<Observer>,
        whole: bool,
    },
    List(Vec<Formula>),
}

/// What is watched at a frame.
struct Frame<'a> {
    time: f64,
    series: &'a [Series],
    /// What was measured.
    row: &'a [f64],
    locals: Vec<(Arc<str>, Value)>,
    backend: Arc<dyn Backend>,
}

impl Watching {
    /// Reads what a run watches.
    pub(super) fn new(call: &Call<'_>, rest: &Continuation) -> Result<Self> {
        let mut measured = Measured::new(call, rest);
        let mut part =
            |closure: &Arc<Closure>| Part::measuring(call, rest, closure, &mut measured);
        let closures = parts_of(call, rest);
        let all = || closures.iter().chain(&rest.until).chain(&rest.live);
        let functions: Vec<Arc<Closure>> =
            all().flat_map(|closure| functions_of(call, closure)).collect();
        let system = &rest.system;
        if let Some(volume) =
            Volume::of(call, &system.grid.coordinates, &system.equations)
        {
            volume.check_watched(
                call,
                closures.iter().chain(&rest.until).chain(&functions),
            );
        }
        Ok(Self {
            coordinates: coordinates_in(
                rest,
                all().chain(&functions).map(|closure| &*closure.body).collect(),
            ),
            parts: closures.iter().map(&mut part).collect::<Result<_>>()?,
            until: rest.until.as_ref().map(&mut part).transpose()?,
            live: rest.live.as_ref().map(&mut part).transpose()?,
            pace: Pace::default(),
            to: rest.choices.times.1,
            measured,
        })
    }

    /// For a run to this time, as one that is continued.
    pub(super) fn reaching(mut self, to: f64) -> Self {
        self.to = to;
        self
    }

    /// Whether it looks at frames, and not only at what is measured.
    pub(super) fn looks(&self) -> bool {
        self.parts.iter().chain(&self.until).chain(&self.live).any(|part| part.looks)
    }

    /// What is watched where, for `explain`.
    pub(super) fn places(&self) -> Vec<String> {
        let list = |looks: bool| {
            let own = self.parts.iter().filter(|part| part.looks == looks);
            own.map(|part| format!("`{}`", part.text)).collect::<Vec<_>>().join(", ")
        };
        let lines = [
            ("measured where the fields are: ", list(false)),
            ("computed from the frames: ", list(true)),
        ];
        let lines = lines.into_iter().filter(|(_, list)| !list.is_empty());
        lines.map(|(what, list)| format!("{what}{list}")).collect()
    }

    /// Computes something that is watched from a frame alone, where nothing is kept of it.
    pub(super) fn again(
        &mut self,
        call: &Call<'_>,
        rest: &Continuation,
        (time, series): (f64, &[Series]),
        place: usize,
    ) -> Result<Value> {
        let frame = self.frame(call, rest, (time, series, &[]))?;
        let Some(part) = self.parts.get_mut(place) else { return Ok(f64::NAN.into()) };
        let part = match &mut part.otherwise {
            Some(otherwise) => otherwise,
            None => part,
        };
        part.watched(call, rest, &frame, &self.measured).map(curve_of)
    }

    /// Whether the condition that ends the run holds at a frame.
    pub(super) fn holds(
        &self,
        call: &Call<'_>,
        rest: &Continuation,
        (time, series): (f64, &[Series]),
    ) -> Result<bool> {
        let Some(until) = &self.until else { return Ok(false) };
        let frame = self.frame(call, rest, (time, series, &[]))?;
        let until = until.otherwise.as_deref().unwrap_or(until);
        call.truth(&until.value(call, rest, &frame, &self.measured)?)
    }

    /// A frame with all that is named in what is watched.
    fn frame<'a>(
        &self,
        call: &Call<'_>,
        rest: &Continuation,
        (time, series, row): (f64, &'a [Series], &'a [f64]),
    ) -> Result<Frame<'a>> {
        let mut locals = locals_of(rest, time, series);
        locals.extend(self.coordinates.iter().cloned());
        Ok(Frame { time, series, row, locals, backend: backend(call)? })
    }

    /// What the run shall observe for it.
    pub(super) fn observers(&self) -> &[holor_field::run::Observer] {
        self.measured.observers()
    }

    /// Computes what is watched, and whether the condition that ends the run holds. Where something fails nothing of it is kept.
    pub(super) fn look(
        &mut self,
        call: &Call<'_>,
        rest: &Continuation,
        (time, frame, row): (f64, &[Series], &[f64]),
        watched: &mut Vec<(Arc<str>, Vec<Value>)>,
        drawn: &mut Option<String>,
    ) -> Result<Seen> {
        let mut seen = Seen::default();
        if self.parts.is_empty() && self.until.is_none() && self.live.is_none() {
            return Ok(seen);
        }
        let frame = self.frame(call, rest, (time, frame, row))?;
        let measured = &self.measured;
        let mut values = Vec::with_capacity(self.parts.len());
        for part in &mut self.parts {
            let value = part.watched(call, rest, &frame, measured)?;
            refuse_formula(call, part, &value)?;
            // Of records over wave numbers or distances the curve is kept.
            values.push((part.text.clone(), curve_of(value)));
        }
        let evaluate = |part: &Part| part.value(call, rest, &frame, measured);
        if let Some(until) = &self.until {
            let value = evaluate(until)?;
            seen.holds = call.truth(&value)?;
        }
        let last = seen.holds || time >= self.to;
        if let Some(live) = &self.live
            && self.pace.is_due(call.world().seconds(), last)
        {
            let mut picture = match evaluate(live)? {
                Value::Array(array) => Value::Plot(Arc::new(picture(&array)?)),
                other => other,
            };
            if let Value::Plot(plot) = &mut picture
                && plot.title.is_empty()
            {
                Arc::make_mut(plot).title = moment_title((rest.time.name(), time));
            }
            let first = drawn.is_none();
            let id =
                drawn.get_or_insert_with(|| format!("holor-live-{}", call.next_label()));
            call.world().display(&picture, Some(id), !first);
            self.pace.drawn(call.world().seconds());
        }
        seen.row = values.iter().map(|(_, value)| value.clone()).collect();
        for (place, (text, value)) in values.into_iter().enumerate() {
            match watched.get_mut(place) {
                Some((_, values)) => values.push(value),
                None => watched.push((text, vec![value])),
            }
        }
        Ok(seen)
    }
}

impl Part {
    /// Its value as what is watched: undefined where it is, which is said once.
    fn watched(
        &mut self,
        call: &Call<'_>,
        rest: &Continuation,
        frame: &Frame<'_>,
        measured: &Measured,
    ) -> Result<Value> {
        let value = self.value(call, rest, frame, measured);
        let before = self.valued;
        self.valued |= value.is_ok();
        match value {
            // A field of zeros has no phase yet, nor a logarithm: that ends no run; nor does what had a value before and has none of the
            // field as it has become.
            Err(error)
                if [codes::E0301_UNDEFINED.name, codes::E0401_NOT_A_NUMBER.name]
                    .contains(&error.code.name)
                    || (before
                        && ![
                            codes::E0701_INTERRUPTED.name,
                            codes::E0901_INTERNAL.name,
                        ]
                        .contains(&error.code.name)) =>
            {
                if !std::mem::replace(&mut self.undefined, true) {
                    let message = format!(
                        "`{}` at {} = {}: {}",
                        self.text, rest.time, frame.time, error.message
                    );
                    let mut warning =
                        Diagnostic::warning(&codes::E0301_UNDEFINED, message)
                            .at(call.span());
                    for hint in &error.hints {
                        warning = warning.hint(hint.clone());
                    }
                    call.warn(warning);
                }
                Ok(f64::NAN.into())
            }
            // A function with derivatives in its body: the whole is read as a formula.
            Err(error) if error.code.name != codes::E0701_INTERRUPTED.name => {
                match self.formula_of_all(call, rest) {
                    Some(formula) => {
                        *self = formula;
                        self.value(call, rest, frame, measured)
                    }
                    None => Err(error),
                }
            }
            value => value,
        }
    }

    /// With all that can be measured where the fields are.
    fn measuring(
        call: &Call<'_>,
        rest: &Continuation,
        closure: &Arc<Closure>,
        measured: &mut Measured,
    ) -> Result<Self> {
        let mut body = (*closure.body).clone();
        let mut readings: Vec<(Arc<str>, usize)> = Vec::new();
        // Maps over all wave vectors are not among what comes back.
        if !has_map(&body) {
            replace(&mut body, &mut |ast| {
                let Some(reading) = measured.reading_of(call, rest, closure, ast) else {
                    return Ok(None);
                };
                let name: Arc<str> = format!("measure {}", readings.len() + 1).into();
                readings.push((name.clone(), reading));
                Ok(Some(named(name, ast.span)))
            })?;
        }
        if readings.is_empty() {
            return Self::new(call, rest, closure);
        }
        // Where a derivative is taken of what was measured, the whole is read as a formula.
        let Ok(own) = Self::new(call, rest, &with_body(closure, body)) else {
            return Self::new(call, rest, closure);
        };
        let otherwise = Some(Box::new(Self::new(call, rest, closure)?));
        Ok(Self { readings, otherwise, ..own })
    }

    fn value(
        &self,
        call: &Call<'_>,
        rest: &Continuation,
        frame: &Frame<'_>,
        measured: &Measured,
    ) -> Result<Value> {
        let mut locals = frame.locals.clone();
        locals.extend(self.starts.iter().cloned());
        for (name, reading) in &self.readings {
            let value = match (measured.value(call, *reading, frame.row), &self.otherwise)
            {
                // Where a condition around it says so, it is not asked for.
                (Err(_), Some(other)) if !frame.series.is_empty() => {
                    return other.value(call, rest, frame, measured);
                }
                (value, _) => value?,
            };
            match (value, &self.otherwise) {
                (Some(value), _) => locals.push((name.clone(), value)),
                (None, Some(_)) if frame.series.is_empty() => {
                    let message =
                        format!("`{}` needs the frame at t = {}", self.text, frame.time);
                    let error = call.error(&codes::E0301_UNDEFINED, message);
                    return Err(Box::new((*error).hint("frames = all")));
                }
                (None, Some(other)) => return other.value(call, rest, frame, measured),
                (None, None) => {}
            }
        }
        for (name, formula) in &self.formulas {
            let value = formula
                .value(rest, frame.time, frame.series, &frame.backend)
                .map_err(|error| failed(call, error))?;
            locals.push((name.clone(), value));
        }
        call.evaluate_at_frame(&Deferred(self.body.clone()), locals, frame.locals.clone())
    }

    fn new(call: &Call<'_>, rest: &Continuation, closure: &Arc<Closure>) -> Result<Self> {
        let mut body = (*closure.body).clone();
        let mut formulas = Vec::new();
        let mut starts: Vec<(Arc<str>, Value)> = Vec::new();
        replace(&mut body, &mut |ast| {
            let Some(value) = start_of(rest, ast) else { return Ok(None) };
            let name: Arc<str> = format!("start {}", starts.len() + 1).into();
            starts.push((name.clone(), value));
            Ok(Some(named(name, ast.span)))
        })?;
        if rest.system.system.is_staggered() {
            replace(&mut body, &mut |ast| {
                let Some(inner) = measured_on_frames(ast) else { return Ok(None) };
                let own = with_body(closure, inner.clone());
                let before = starts_taken();
                let Ok(value) = call.evaluate_in(&Deferred(own), Vec::new()) else {
                    return Ok(None);
                };
                if starts_taken() != before {
                    return Ok(None);
                }
                let Some(formula) = Formula::of(call, rest, &value)? else {
                    return Ok(None);
                };
                let name: Arc<str> = format!("formula {}", formulas.len() + 1).into();
                formulas.push((name.clone(), formula));
                let mut measured = ast.clone();
                let new = named(name, inner.span);
                match (&mut measured.kind, std::ptr::eq(inner, ast)) {
                    (AstKind::Call { arguments, .. }, false) => {
                        if let [argument] = arguments.as_mut_slice() {
                            argument.value = new;
                        }
                    }
                    _ => measured = new,
                }
                Ok(Some(measured))
            })?;
        }
        replace(&mut body, &mut |ast| {
            let of_vector = is_of_vectors(rest, ast);
            let mixes = rest.system.system.is_staggered()
                && !matches!(ast.kind, AstKind::Name(_))
                && mixes_places(call, rest, closure, ast);
            let user = of_user(call, closure, ast).is_some_and(|function| {
                let inner = functions_of(call, &function);
                let mut all = inner.iter().chain([&function]);
                all.any(|own| wants_formulas(call, rest, closure, &own.body))
            });
            let wants = wants_formula(call, closure, ast);
            if !user && !of_vector && !mixes && !wants {
                return Ok(None);
            }
            let own = with_body(closure, ast.clone());
            let before = starts_taken();
            let value = match call.evaluate_in(&Deferred(own), Vec::new()) {
                // A function may want arrays, and so may what is combined.
                Err(_) if user || (mixes && !wants) => return Ok(None),
                value => value?,
            };
            // Numbers of the start are none of later frames.
            if starts_taken() != before {
                return Ok(None);
            }
            let formula = match Formula::of(call, rest, &value) {
                Err(_) if mixes && !wants => return Ok(None),
                formula => formula?,
            };
            let Some(formula) = formula else {
                return Ok(None);
            };
            let name: Arc<str> = format!("formula {}", formulas.len() + 1).into();
            formulas.push((name.clone(), formula));
            Ok(Some(named(name, ast.span)))
        })?;
        let body = match formulas.is_empty() && starts.is_empty() {
            true => closure.clone(),
            false => with_body(closure, body),
        };
        let looks = !formulas.is_empty()
            || names_frame(rest, &body.body)
            || !functions_of(call, closure).is_empty();
        let text = closure.text.clone();
        Ok(Self {
            body,
            text,
            formulas,
            starts,
            looks,
            readings: Vec::new(),
            otherwise: None,
            undefined: false,
            valued: false,
        })
    }
}

impl Part {
    /// The same with the whole expression read as a formula; `None` where it is none, or has been read so already.
    fn formula_of_all(&self, call: &Call<'_>, rest: &Continuation) -> Option<Self> {
        if !self.formulas.is_empty() || !self.readings.is_empty() {
            return None;
        }
        let before = starts_taken();
        let value = call.evaluate_in(&Deferred(self.body.clone()), Vec::new()).ok()?;
        if starts_taken() != before {
            return None;
        }
        let formula = Formula::of(call, rest, &value).ok()??;
        // `max(u)` of a formula is the formula itself: only what is a number for sure is taken.
        if !formula.is_whole() {
            return None;
        }
        let name: Arc<str> = "formula 1".into();
        let body = with_body(&self.body, named(name.clone(), self.body.body.span));
        Some(Self {
            body,
            text: self.text.clone(),
            formulas: vec![(name, formula)],
            starts: Vec::new(),
            looks: true,
            readings: Vec::new(),
            otherwise: None,
            undefined: false,
            valued: false,
        })
    }
}

impl Formula {
    /// Whether it is the same at all cells.
    fn is_whole(&self) -> bool {
        match self {
            Formula::Number(_) => true,
            Formula::One { whole, .. } => *whole,
            Formula::List(parts) => parts.iter().all(Formula::is_whole),
        }
    }

    /// Of a value that is a formula of fields, or a list of such; `None` of others.
    fn of(call: &Call<'_>, rest: &Continuation, value: &Value) -> Result<Option<Self>> {
        match value {
            Value::Expr(number) if number.is_numeric_constant() => {
                Ok(Some(Formula::Number(value.clone())))
            }
            Value::Expr(formula) if call.holds_fields(formula) => {
                let place = Place {
                    grid: &rest.system.grid,
                    time: &rest.time,
                    unknowns: &rest.system.unknowns,
                    rates: &rest.system.equations,
                    order: Some(rest.observed_order()),
                    fields_of_run: &rest.system.system.fields,
                };
                let observer = Observer::new(
                    formula,
                    &place,
                    &call.fields(),
                    &call.engine(),
                    call.span(),
                )?;
                let whole = is_whole(formula, &rest.system.grid.coordinates);
                Ok(Some(Formula::One { observer: Box::new(observer), whole }))
            }
            Value::Geometry(Geometry::Holor(vector)) if vector.holor.rank() == 1 => {
                let parts: Option<Vec<Formula>> = vector
                    .formulas()
                    .into_iter()
                    .map(|part| Formula::of(call, rest, &Value::Expr(part)))
                    .collect::<Result<_>>()?;
                Ok(parts.map(Formula::List))
            }
            Value::List(items) => {
                let parts: Option<Vec<Formula>> = items
                    .iter()
                    .map(|item| Formula::of(call, rest, item))
                    .collect::<Result<_>>()?;
                Ok(parts.map(Formula::List))
            }
            _ => Ok(None),
        }
    }

    fn value(
        &self,
        rest: &Continuation,
        time: f64,
        frame: &[Series],
        backend: &Arc<dyn Backend>,
    ) -> FieldResult<Value> {
        let grid = &rest.system.grid;
        let (observer, whole) = match self {
            Formula::Number(value) => return Ok(value.clone()),
            Formula::One { observer, whole } => (observer, *whole),
            Formula::List(parts) => {
                let values: FieldResult<Vec<Value>> = parts
                    .iter()
                    .map(|part| part.value(rest, time, frame, backend))
                    .collect();
                return Ok(Value::List(values?.into()));
            }
        };
        let read = |name: &str| {
            let series = frame.iter().find(|series| &*series.name == name)?;
            frame_of(series, grid.cells(), 0)
        };
        let values = observer.values(time, &read, backend)?;
        if whole {
            // The same at every cell of the domain; outside of a mask fields keep their start.
            let mask = grid.grid.mask.as_ref();
            let inside = mask.and_then(|mask| mask.iter().position(|inside| *inside));
            let value = values.get(inside.unwrap_or(0)).copied().unwrap_or_default();
            return Ok(crate::array::number(value));
        }
        let values: ArrayValues = if values.iter().all(|value| value.im == 0.0) {
            values.iter().map(|value: &Complex64| value.re).collect::<Vec<f64>>().into()
        } else {
            values.into()
        };
        let array = NumericArray::new(values, grid.axes_at(observer.shift));
        Ok(array.map_or(Value::Nothing, Value::from))
    }
}

/// A name.
fn named(name: Arc<str>, span: crate::Span) -> Ast {
    Ast { kind: AstKind::Name(Name { text: name.clone(), symbol: name, span }), span }
}

/// Where formulas of frames are evaluated.
fn backend(call: &Call<'_>) -> Result<Arc<dyn Backend>> {
    let backend = call.world().backend("auto");
    backend.map_err(|reason| call.error(&codes::E0501_NO_DEVICE, reason))
}

/// `A.start` of a field of the run.
fn start_of(rest: &Continuation, ast: &Ast) -> Option<Value> {
    let AstKind::Member(inner, member) = &ast.kind else { return None };
    let AstKind::Name(name) = &inner.kind else { return None };
    if &*member.text != "start" {
        return None;
    }
    let field = rest.system.system.fields.iter().find(|it| it.name == *name.symbol)?;
    let values: ArrayValues = match field.complex {
        true => field.start.clone().into(),
        false => field.start.iter().map(|value| value.re).collect::<Vec<f64>>().into(),
    };
    let array = NumericArray::new(values, rest.system.axes_of(&field.name))?;
    Some(array.named(&name.symbol).into())
}

/// Of a record over wave numbers or distances its curve, of anything else the value itself.
fn curve_of(value: Value) -> Value {
    let Value::Record(record) = &value else { return value };
    let curve = match record.kind() {
        "structure factor" => "S",
        "correlation function" | "phase correlation" => "C",
        _ => return value,
    };
    record.get(curve).cloned().unwrap_or(value)
}

/// The same closure with another body.
fn with_body(closure: &Closure, body: Ast) -> Arc<Closure> {
    Arc::new(Closure {
        name: closure.name.clone(),
        parameters: closure.parameters.clone(),
        body: Arc::new(body),
        captured: closure.captured.clone(),
        text: closure.text.clone(),
    })
}

/// Refuses what is still a formula of fields where a number or an array was watched.
fn refuse_formula(call: &Call<'_>, part: &Part, value: &Value) -> Result<()> {
    let holds = match value {
        Value::Expr(formula) => call.holds_fields(formula),
        Value::List(items) => {
            return items.iter().try_for_each(|item| refuse_formula(call, part, item));
        }
        _ => false,
    };
    if !holds {
        let free = value.as_expr().and_then(|own| own.free_symbols().into_iter().next());
        let Some(symbol) = free else { return Ok(()) };
        let message = format!("`{}` is watched, and `{symbol}` has no value", part.text);
        let error = call.error(&codes::E0201_WRONG_TYPE, message);
        return Err(Box::new((*error).hint(format!("{symbol} = 1"))));
    }
    let message = format!(
        "`{}` has no value at a frame: the function's own words name a field, which is a formula there",
        part.text
    );
    Err(Box::new(
        (*call.error(&codes::E0201_WRONG_TYPE, message))
            .hint("g(u, k) = max(cos(k u)); evolve(…, watch = g(u, 2))"),
    ))
}

/// The fields of a frame as arrays, and the time, by name.
fn locals_of(rest: &Continuation, time: f64, frame: &[Series]) -> Vec<(Arc<str>, Value)> {
    let mut locals: Vec<(Arc<str>, Value)> = Vec::new();
    let axes_of = |series: &Series| rest.system.axes_of(&series.name);
    for series in frame {
        if let Some(array) = series.as_array(&axes_of(series)) {
            locals.push((series.name.clone(), array.into()));
        }
    }
    // A field of several components is the list of their arrays, as it is of a run.
    for (field, component) in &rest.system.unknowns {
        let names = field.component_names();
        let (Some(name), true, 0) = (&field.name, names.len() > 1, *component) else {
            continue;
        };
        let part = |own: &String| {
            let series = frame.iter().find(|series| *series.name == **own)?;
            series.as_array(&axes_of(series)).map(Value::from)
        };
        if let Some(parts) = names.iter().map(part).collect::<Option<Vec<Value>>>() {
            locals.push(((**name).into(), Value::List(parts.into())));
        }
    }
    locals.push((rest.time.name().into(), time.into()));
    locals
}

/// The coordinates that are named in these trees, as arrays over the box.
fn coordinates_in(rest: &Continuation, mut trees: Vec<&Ast>) -> Vec<(Arc<str>, Value)> {
    let axes = rest.system.grid.array_axes();
    let mut named = vec![false; axes.len()];
    while let Some(ast) = trees.pop() {
        if let AstKind::Name(name) = &ast.kind
            && let Some(place) = axes.iter().position(|axis| axis.name() == &*name.symbol)
            && let Some(slot) = named.get_mut(place)
        {
            *slot = true;
        }
        crate::syntax::children(ast, &mut trees);
    }
    let cells = rest.system.grid.cells();
    let mut stride = cells;
    let mut all = Vec::new();
    for ((place, axis), named) in axes.iter().enumerate().zip(named) {
        let points = rest.system.grid.points(place);
        stride /= points.len().max(1);
        if !named {
            continue;
        }
        let values: Vec<f64> = (0..cells)
            .map(|cell| {
                let own = cell / stride.max(1) % points.len().max(1);
                points.get(own).copied().unwrap_or(f64::NAN)
            })
            .collect();
        if let Some(array) = NumericArray::new(values, axes.clone()) {
            all.push((axis.name().into(), array.named(axis.name()).into()));
        }
    }
    all
}

/// What is watched, one by one.
fn parts_of(call: &Call<'_>, rest: &Continuation) -> Vec<Arc<Closure>> {
    let Some(watch) = &rest.watch else { return Vec::new() };
    match &watch.body.kind {
        AstKind::List(items) => items
            .iter()
            .map(|item| {
                Arc::new(Closure {
                    name: None,
                    parameters: Vec::new(),
                    body: Arc::new(item.clone()),
                    captured: watch.captured.clone(),
                    text: call.text(item.span),
                })
            })
            .collect(),
        _ => vec![watch.clone()],
    }
}

/// The texts of what is watched.
pub(super) fn columns_of(call: &Call<'_>, rest: &Continuation) -> Vec<Arc<str>> {
    parts_of(call, rest).iter().map(|part| part.text.clone()).collect()
}
