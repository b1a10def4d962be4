//! Evolution: `evolve`, `continue`, `explain`, and what a scheme looks like.

use std::sync::Arc;

use holor_algebra::{Expr, Node, Symbol};
use holor_field::FieldError;
use holor_field::backend::Precision as Numbers;
use holor_field::discretise::Limiter;
use holor_field::stepper::Interpretation;
use holor_macros::builtin;

use super::devices::DeviceWord;
use super::doubts;
use super::going::{self, go_on};
use super::resolved::Derivatives;
use super::room::{self, bytes_text};
use super::words::{
    FramesWord, GridWord, LimiterWord, NoiseWord, PrecisionWord, SpaceWord,
};
use crate::array::rounded;
use crate::builtin::{
    Deferred, Either, Equations, Expected, Form, FromValue, Given, RangeBinding, Spanned,
};
use crate::diagnostic::IT;
use crate::evaluate::Call;
use crate::field::{
    Choices, Continuation, EvolutionSystem, RunValue, Space, Written, make, method_names,
    system,
};
use crate::{Builtin, Diagnostic, Result, Value, codes};

/// The records of this file.
pub(crate) static BUILTINS: &[&Builtin] = &[&EVOLVE, &CONTINUE, &EXPLAIN, &SCHEME, &SHOW];

/// Runs keep at most so many numbers, and those of at most this part of the free memory.
const MOST_NUMBERS: f64 = 1e9;
const MOST_OF_FREE: f64 = 0.6;

/// What methods are called elsewhere.
static METHODS_ELSEWHERE: &[(&str, &str)] = &[
    ("adaptive", "dopri5"),
    ("cn", "crank_nicolson"),
    ("etd", "etdrk4"),
    ("explicit", "rk4"),
    ("forward_euler", "euler"),
    ("imex", "ars232"),
    ("implicit", "crank_nicolson"),
    ("milstein", "heun"),
    ("rk45", "dopri5"),
    ("runge_kutta", "rk4"),
    ("split", "split_step"),
    ("strang", "split_step"),
    ("symplectic", "leapfrog"),
    ("tsit5", "dopri5"),
    ("verlet", "leapfrog"),
];

/// Carries fields through time by their equations.
///
/// The equations are linear in the highest derivatives in time, the first or second of each field; a field may also be given by
/// others at every time (`w == …`). Fields without an equation stand still. The result has its series by name: `run.t`, `run.A` over
/// time and the box, `run.x`, `run.steps`, `run.dt`, and `run.watch`; `plot(run.A)` and `animate(run.A)` show them.
///
/// The step follows from the equation's stability where `dt` is left out. What cannot be stable is refused before the run, and a value
/// that becomes infinite stops it and is named. Interrupting keeps what was computed: `continue(run, t = …)` goes on.
///
/// ```holor
/// B = box(x = 0..2pi; points = 32, boundary = periodic); u = field(B, sin(x)); run = evolve(diff(u, t) == diff(u, x, 2), t = 0..1, save = 1); abs(run.u[2, 9] - exp(-1)) < 0.001    # => true
/// B = box(x = 0..1; points = 16, boundary = periodic); u = field(B, sin(2 pi x)); evolve(diff(u, t) == -diff(u, x, 2), t = 0..1)    # error: [E0402]
/// B = box(x = 0..2pi; points = 16, boundary = periodic); E = field(B, sin(x)); H = field(B, 0); run = evolve([diff(E, t) == -diff(H, x), diff(H, t) == -diff(E, x)], t = 0..1, save = 1, grid = staggered); run.H.x[1]    # => 0.19634954084936207
/// ```
#[builtin(topic = "fields", latex = none, since = "0.1", returns = "run", see("box", "field", "continue", "explain"))]
#[expect(clippy::too_many_arguments, reason = "options given by name")]
fn evolve(
    call: &Call<'_>,
    /// An equation or a list of them.
    equations: Spanned<Equations>,
    /// The time and its range.
    time: RangeBinding,
    /// The time between saved frames; a hundredth of the range if left out, in whole steps where `dt` is given.
    #[named]
    save: Option<f64>,
    /// The step in time; from the stability of the method if left out.
    #[named]
    dt: Option<f64>,
    /// The method in time, such as `rk4`; chosen by the equation if left out.
    #[named]
    method: Option<Spanned<Deferred>>,
    /// `differences` or `spectral`; chosen by the equation if left out.
    #[named]
    space: Option<SpaceWord>,
    /// The order of differences in space: 2, 4, 6 or 8; if left out, 4 where the fields start smooth and `dt` is left out too, else 2.
    #[named]
    order: Option<usize>,
    /// `staggered` puts each component at the points or half a cell beyond, as its equation asks: Yee's grid for Maxwell's equations.
    /// If left out, `staggered` where a fluid sticks to walls, else `collocated`, all at the points.
    #[named]
    grid: Option<GridWord>,
    /// `van_leer`, `minmod` or `weno`, for equations of fluxes whose fields jump: how ∂_x(F(u)) is taken between cells. Central differences
    /// if left out.
    #[named]
    limiter: Option<LimiterWord>,
    /// What is computed at every save: a formula or list of formulas of the fields and the time. Means, order parameters, structure
    /// factors and other measures are computed where the fields are.
    #[named]
    watch: Option<Spanned<Deferred>>,
    /// `all` or `last`: which frames are kept; all if left out. With `last` and a `dt` no other frame leaves the device, but for what is
    /// watched and cannot be measured there.
    #[named]
    frames: Option<FramesWord>,
    /// A condition on the fields and the time that ends the run at a save.
    #[named]
    until: Option<Deferred>,
    /// `auto`, `cpu`, `cuda` or `interpreter`; `auto` begins on the processor and goes on with a card that is faster. Of several cards
    /// `"cuda:1"` is the second, `"cuda:all"` all, with a part of the box each.
    #[named]
    device: Option<DeviceWord>,
    /// `single`, `double` or `mixed`: single, but what steps add up is kept in two numbers; double if left out.
    #[named]
    precision: Option<PrecisionWord>,
    /// Fixes the numbers of noise.
    #[named]
    seed: Option<u64>,
    /// The relative error allowed in a step of adaptive methods; 1e-6 if left out.
    #[named]
    tolerance: Option<f64>,
    /// `ito` or `stratonovich`, where the amplitude of a noise depends on fields.
    #[named]
    noise: Option<NoiseWord>,
    /// Whether products are dealiased in Fourier space; true if left out.
    #[named]
    dealias: Option<bool>,
    /// Whether a run that cannot be stable is begun all the same; false if left out.
    #[named]
    r#unsafe: Option<bool>,
    /// Whether progress of long runs is shown; true if left out.
    #[named]
    progress: Option<bool>,
    /// What is drawn anew at every save: a plot or an array, such as `plot(|A|^2)`.
    #[named]
    live: Option<Deferred>,
    /// A folder for all frames and exact states (Zarr 3); the same cell run again goes on from there.
    #[named]
    checkpoint: Option<Arc<str>>,
) -> Result<Value> {
    let engine = call.engine();
    let (start, end) = (
        call.real_number(&time.range.start, time.span)?,
        call.real_number(&time.range.end, time.span)?,
    );
    if start >= end {
        let message = "time runs from a lower to a higher number";
        let (low, high) = if start > end { (end, start) } else { (start, start + 1.0) };
        return Diagnostic::error(&codes::E0204_OUT_OF_RANGE, message)
            .at(time.span)
            .hint(format!("{} = {low}..{high}", time.symbol))
            .into();
    }
    check_words(call, &equations.value.items, watch.as_ref(), live.as_ref())?;
    // The step of the range, as in `t = 0..1 step 0.1`, is that of the saves.
    let apart = time.range.step.as_ref().map(|step| call.real_number(step, time.span));
    let save = save.map_or(apart.transpose()?, Some);
    for (name, value) in [("dt", dt), ("save", save)] {
        if let Some(value) = value
            && !(value.is_finite() && value > 0.0)
        {
            let message = format!("`{name}` is {value}, not a positive number");
            let error = call.error(&codes::E0204_OUT_OF_RANGE, message);
            let other = match value.abs() {
                size if size.is_finite() && size > 0.0 => size,
                _ => (end - start) / if name == "dt" { 1000.0 } else { 100.0 },
            };
            return Err(Box::new((*error).hint(format!("{name} = {other}"))));
        }
    }
    let mut evolution = system(
        &equations.value.items,
        &time.symbol,
        &call.fields(),
        &engine,
        equations.span,
    )?;
    if GridWord::is_staggered(grid, limiter.is_some(), &evolution) {
        let (items, symbol) = (&equations.value.items, &time.symbol);
        let at = (symbol, equations.span);
        evolution.stagger(&engine, items, at, &|error| failed(call, error))?;
    }
    let method = match &method {
        None => "auto".to_owned(),
        Some(given) => method_name(call, given)?,
    };
    let known = going::left_out(call, checkpoint.as_ref())?;
    let choices = Choices {
        times: (start, end),
        method: method.into(),
        space: match space {
            None | Some(SpaceWord::Auto) => Space::Auto,
            Some(SpaceWord::Differences) => Space::Differences,
            Some(SpaceWord::Spectral | SpaceWord::Fourier) => Space::Spectral,
        },
        order,
        step: dt,
        save: save.or(known.1),
        precision: match precision {
            Some(PrecisionWord::Single | PrecisionWord::Mixed) => Numbers::Single,
            Some(PrecisionWord::Double) | None => Numbers::Double,
        },
        compensated: precision == Some(PrecisionWord::Mixed),
        seed: match seed {
            Some(seed) => seed,
            None if evolution.noises.is_empty() => 0,
            // The same cell run again goes on with the noise that it had.
            None => match known.0 {
                Some(seed) => seed,
                None => call.seed(),
            },
        },
        tolerance,
        interpretation: noise.map(|noise| match noise {
            NoiseWord::Ito => Interpretation::Ito,
            NoiseWord::Stratonovich => Interpretation::Stratonovich,
        }),
        unsafe_step: r#unsafe == Some(true),
        dealias,
        limiter: limiter.map(|limiter| match limiter {
            LimiterWord::Minmod => Limiter::Minmod,
            LimiterWord::VanLeer => Limiter::VanLeer,
            LimiterWord::Weno => Limiter::Weno,
        }),
    };
    check_choices(call, &choices, evolution.noises.is_empty(), seed.is_some())?;
    let last_only = frames == Some(FramesWord::Last);
    let streamed =
        last_only || check_size(call, &evolution, &choices, checkpoint.is_some())?;
    call.poll()?;
    let mut made =
        make(&evolution.system, &choices).map_err(|error| failed(call, error))?;
    made.why.extend(evolution.yielding.iter().cloned());
    call.poll()?;
    check_memory(call, made.stepping.plan.bytes(made.options.precision), &choices)?;
    if let (Some(order), None) = (choices.order, &made.scheme) {
        let message = format!(
            "`order = {order}` is that of differences, and this run is in Fourier space, where derivatives have none"
        );
        call.warn(
            Diagnostic::warning(&codes::E0202_WRONG_ARGUMENTS, message)
                .hint(format!("space = differences, order = {order}")),
        );
    }
    let unresolved = |line: &&String| line.starts_with(holor_field::spectral::UNRESOLVED);
    if let Some(line) = made.why.iter().find(unresolved) {
        let warning = Diagnostic::warning(&codes::E0406_UNRESOLVED, line);
        call.warn(warning.hint("more points, or a smaller box"));
    }
    if let Some((message, hint)) = made.endless(&evolution.system, &choices) {
        // At once, and not when it is over.
        let warning = Diagnostic::warning(&codes::E0402_UNSTABLE, message);
        call.world().warn(&warning.hint(hint).at(call.span()));
    }
    let written = (equations.value.items.as_slice(), &*call.text(equations.span));
    let starts = (&time.symbol, start);
    let doubted = doubts::warn(
        call,
        &evolution,
        written,
        starts,
        Derivatives::of(&made, &choices, &evolution.system),
    )?;
    let (watch, until) = (watch.map(|it| it.value.0), until.map(|it| it.0));
    let live = live.map(|it| it.0);
    let remembered = call.remember(
        watch.iter().chain(&until).chain(&live).map(|it| &**it),
        going::names_of(&evolution, &time.symbol),
    );
    let rest = Continuation {
        poisson: doubts::poisson_equations(&evolution, written.0).into(),
        system: evolution,
        choices,
        made,
        state: None,
        watch,
        until,
        device: DeviceWord::name(device.as_ref()).into(),
        time: time.symbol.clone(),
        progress: progress != Some(false),
        live,
        checkpoint,
        streamed,
        remembered,
        holds: false,
    };
    let written = Written::of(&equations.value.items, &time.symbol, equations.span);
    go_on(call, &Arc::new(rest), going::From::Start(&written, doubted), end)
}

/// Goes on with a run to a later time: the same numbers as if it had not been stopped.
///
/// `continue(run, 2)` is the same as `continue(run, t = 2)`. A run goes on as it began, with the values that its constants had then. One
/// that was ended by its `until` goes on until the condition, once it was false, is true again.
///
/// ```holor
/// B = box(x = 0..2pi; points = 16, boundary = periodic); u = field(B, sin(x)); run = evolve(diff(u, t) == diff(u, x, 2), t = 0..1, save = 1/2); len(continue(run, t = 2).t)    # => 5
/// ```
#[builtin(topic = "fields", latex = none, since = "0.1", returns = "run", see("evolve"))]
fn r#continue(
    call: &Call<'_>,
    /// The run.
    run: Either<Arc<RunValue>, Arc<crate::Record>>,
    /// The time and how far it shall go: `t = 200`.
    time: Ahead,
) -> Result<Value> {
    let run = match run {
        Either::First(run) => run,
        Either::Second(record) => {
            return match super::saved::continued(call, &record, &time.point) {
                Some(error) => Err(error),
                None => crate::builtins::dynamics::continued(call, &record, &time),
            };
        }
    };
    time.check(call, &run.time)?;
    let to = match call.real_number(&time.point, time.span) {
        Ok(to) => to,
        Err(error) => return Err(Box::new((*error).hint(call.signature()))),
    };
    let saved = run.times.last().copied().unwrap_or(f64::NEG_INFINITY);
    // A run that was interrupted stands beyond its last frame.
    let stands = run.rest.state.as_ref().map(|state| state.timeline.time());
    let reached = stands.map_or(saved, |stands| saved.max(stands));
    if to <= reached {
        let (from, end) = run.rest.choices.times;
        let more = rounded(reached + (end - from).max(0.0));
        let reached = rounded(reached);
        let message = format!("the run is at {} = {reached} already", run.time);
        return Diagnostic::error(&codes::E0204_OUT_OF_RANGE, message)
            .at(time.span)
            .hint(format!("continue({}, {} = {more})", call.argument_text(0), run.time))
            .into();
    }
    call.with_remembered(&run.rest.remembered, || {
        go_on(call, &run.rest, going::From::Run(&run), to)
    })
}

/// How far a run shall go: `t = 200`, or the number alone.
#[derive(Clone, Debug)]
pub(crate) struct Ahead {
    /// The name of the time, where it is given.
    symbol: Option<Symbol>,
    /// The time.
    pub(crate) point: Expr,
    /// Where it stands.
    pub(crate) span: crate::Span,
}

impl Ahead {
    /// An error where the time is named, and has another name in the run.
    pub(crate) fn check(&self, call: &Call<'_>, time: &str) -> Result<()> {
        match &self.symbol {
            Some(symbol) if symbol.name() != time => {
                let message = format!("the time of this run is `{time}`");
                Diagnostic::error(&codes::E0202_WRONG_ARGUMENTS, message)
                    .at(self.span)
                    .hint(format!(
                        "{}({}, {time} = {})",
                        call.name(),
                        call.argument_text(0),
                        self.point
                    ))
                    .into()
            }
            _ => Ok(()),
        }
    }
}

impl FromValue for Ahead {
    const KIND: &'static str = "t = 200";
    const FORM: Form = Form::Variable;

    fn from_value(given: &Given, call: &Call<'_>) -> std::result::Result<Self, Expected> {
        if !matches!(given.value, Value::Expr(_)) {
            return Err(Expected::Kind);
        }
        let symbol = given.name.as_ref().map(|name| Symbol::new(&name.symbol));
        Ok(Self { symbol, point: Expr::from_value(given, call)?, span: given.span })
    }
}

/// Says how a run was computed and why so: method, step, device, cost. Of a tensor: what is known of its components.
///
/// Components of tensors are kept in a normal form in which equal values are equal and 0 is 0. Where one contains functions about whose
/// relations nothing is known, such as an unevaluated integral, two forms of the same value may not be recognised as equal: those
/// components and functions are named.
///
/// ```holor
/// B = box(x = 0..2pi; points = 16, boundary = periodic); u = field(B, sin(x)); run = evolve(diff(u, t) == diff(u, x, 2), t = 0..1, method = rk4, dt = 1/100); kind(explain(run))    # => "report"
/// M = chart(x, y); explain(dx ∧ dy)      # => "a differential form, antisymmetric, on chart(x, y): 1 of 1 independent components is not 0; every comparison of its components is exact"
/// ```
#[builtin(topic = "fields", latex = none, since = "0.1", returns = "text", see("evolve", "scheme", "components"))]
fn explain(
    /// A run, or a bundle of geodesics; or a tensor, metric or connection.
    what: Either<Either<Arc<RunValue>, Arc<crate::Record>>, Explained>,
) -> Result<Value> {
    let lines = match what {
        Either::First(Either::First(run)) => run.explanation.to_vec(),
        Either::First(Either::Second(record)) => {
            let bundle = || crate::builtins::geometry::bundles::explained(&record);
            match super::saved::explained(&record).or_else(bundle) {
                Some(lines) => lines,
                None => crate::builtins::dynamics::explained(&record)?,
            }
        }
        Either::Second(Explained(tensor)) => {
            let text = crate::builtins::geometry::components::explain_tensor(&tensor);
            return Ok(Value::Text(text.into()));
        }
    };
    let lines: Vec<String> = lines.iter().map(|line| format!("- {line}")).collect();
    Ok(Value::Report(lines.join("\n").into()))
}

/// A tensor that is explained.
#[derive(Clone, Debug)]
pub(crate) struct Explained(crate::builtin::FieldValue);

impl FromValue for Explained {
    const KIND: &'static str = "a run, a tensor, a metric or a connection";

    fn from_value(given: &Given, call: &Call<'_>) -> std::result::Result<Self, Expected> {
        if let Value::Expr(formula) = &given.value {
            let equation = matches!(formula.node(), Node::Relation(..));
            if equation || call.chart_for(Some(formula), given.span).is_err() {
                let message = format!(
                    "`explain` takes a run, a bundle of geodesics, a tensor, a metric or a connection, found `{formula}`"
                );
                let error =
                    Diagnostic::error(&codes::E0201_WRONG_TYPE, message).at(given.span);
                let error = match equation {
                    true => error
                        .hint(format!("scheme({IT})"))
                        .hint(format!("explain(evolve({IT}, t = 0..1))")),
                    false => error.hint("explain(run)"),
                };
                return Err(Box::new(error).into());
            }
        }
        crate::builtin::FieldValue::from_value(given, call).map(Self)
    }
}

/// What `show` takes besides equations.
type Shown = Either<Arc<crate::Plot>, Arc<RunValue>>;

/// Shows plots together, the discretised scheme of equations, or what a run computes.
///
/// Of a run these are its equations, the scheme, and each stage of its steps in time as the processor or the card carries it out:
/// `x[i-1]` is the value in the cell before, `t` the time of the stage, `Δt` the step, `F` and `F⁻¹` are Fourier transforms.
///
/// ```holor
/// show(plot(sin(x), x = 0..3), points([[1, 1], [2, 0]]))   # => plot of sin(x) for x = 0..3
/// B = box(x = 0..8; points = 8, boundary = periodic); u = field(B, sin(x)); kind(show(diff(u, t) == diff(u, x, 2)))    # => "report"
/// B = box(x = 0..2pi; points = 16, boundary = periodic); u = field(B, sin(x)); kind(show(evolve(diff(u, t) == diff(u, x, 2), t = 0..1, method = rk4)))    # => "report"
/// show(3)                                                  # error: [E0201]
/// ```
#[builtin(topic = "fields", latex = none, since = "0.1", returns = "plot or text", see("overlay", "scheme"))]
fn show(
    call: &Call<'_>,
    /// Plots, or equations, or a run.
    #[variadic]
    what: Vec<Spanned<Either<Shown, Equations>>>,
) -> Result<Value> {
    if let [Spanned { value: Either::First(Either::Second(run)), .. }] = &*what {
        return Ok(Value::Report(page(&run.equations, &run.stages()).into()));
    }
    let mut equations = Vec::new();
    let mut drawn: Option<crate::Plot> = None;
    for part in what {
        match part.value {
            Either::First(Either::Second(_)) => {
                let message = "`show` takes one run, alone";
                return Diagnostic::error(&codes::E0202_WRONG_ARGUMENTS, message)
                    .at(part.span)
                    .hint("show(run)")
                    .into();
            }
            Either::First(Either::First(plot)) => {
                drawn = Some(match drawn {
                    Some(all) => all.overlay(&plot),
                    None => (*plot).clone(),
                });
            }
            Either::Second(more) => {
                let is_equation = |own: &Expr| matches!(own.node(), Node::Relation(..));
                if let Some(other) = more.items.iter().find(|own| !is_equation(own)) {
                    let message =
                        format!("`show` expected plots or equations, found `{other}`");
                    return Diagnostic::error(&codes::E0201_WRONG_TYPE, message)
                        .at(part.span)
                        .into();
                }
                equations.extend(more.items);
            }
        }
    }
    match drawn {
        Some(plot) if equations.is_empty() => Ok(Value::Plot(Arc::new(plot))),
        None if !equations.is_empty() => {
            scheme_text(call, &equations, (None, None), call.span())
        }
        _ => {
            let message = "`show` takes plots or equations of fields";
            Err(call.error(&codes::E0202_WRONG_ARGUMENTS, message))
        }
    }
}

/// The discretised scheme of equations: the rate of each cell by its neighbours; `show(eq)` with the order of differences.
///
/// ```holor
/// B = box(x = 0..8; points = 8, boundary = periodic); u = field(B, sin(x)); kind(scheme(diff(u, t) == diff(u, x, 2)))    # => "report"
/// ```
#[builtin(topic = "fields", latex = none, since = "0.1", returns = "text", see("evolve", "explain"))]
fn scheme(
    call: &Call<'_>,
    /// An equation or a list of them.
    equations: Spanned<Equations>,
    /// The order of differences in space; 4 where the fields start smooth, else 2, if left out.
    #[named]
    order: Option<usize>,
    /// `staggered` or `collocated`, as in `evolve`.
    #[named]
    grid: Option<GridWord>,
) -> Result<Value> {
    scheme_text(call, &equations.value.items, (order, grid), equations.span)
}

/// The scheme of equations between fields as text.
pub(crate) fn scheme_text(
    call: &Call<'_>,
    equations: &[Expr],
    (order, grid): (Option<usize>, Option<GridWord>),
    span: crate::Span,
) -> Result<Value> {
    let fields = call.fields();
    let time = fields
        .values()
        .next()
        .map_or_else(|| Symbol::new("t"), |(field, _)| field.time.clone());
    let mut evolution = system(equations, &time, &fields, &call.engine(), span)?;
    let mut places = String::new();
    if GridWord::is_staggered(grid, false, &evolution) {
        let refused = |error| failed(call, error);
        evolution.stagger(&call.engine(), equations, (&time, span), &refused)?;
        places = format!("{}\n\n", holor_field::discretise::staggered(&evolution.system));
        for yielding in &evolution.yielding {
            places.push_str(&format!("{yielding}\n\n"));
        }
    }
    let text = crate::field::scheme_text(&evolution.system, order)
        .map_err(|error| failed(call, error))?;
    let text = format!("{places}{text}");
    Ok(Value::Report(page(&evolution.equations, &text).into()))
}

/// Equations as they were solved, and what becomes of them.
fn page(equations: &[Expr], text: &str) -> String {
    let solved: Vec<String> = equations.iter().map(ToString::to_string).collect();
    format!("```\n{}\n\n{}\n```", solved.join("\n"), text.trim_end())
}

/// Refuses words of `evolve` that could mean nothing.
fn check_words(
    call: &Call<'_>,
    equations: &[Expr],
    watch: Option<&Spanned<Deferred>>,
    live: Option<&Deferred>,
) -> Result<()> {
    use crate::ast::AstKind;
    let refused = |message: String, span: crate::Span, hint: &str| {
        let error = Diagnostic::error(&codes::E0201_WRONG_TYPE, message);
        Err(Box::new(error.at(span).hint(hint)))
    };
    for equation in equations {
        if let Node::Relation(_, left, right) = equation.node()
            && [left, right].iter().any(|side| matches!(side.node(), Node::Truth(_)))
        {
            let message = format!("`{equation}`: a rate is a number, not true or false");
            return refused(message, call.span(), "diff(u, t) == 1");
        }
    }
    if let Some(watch) = watch {
        let body = &watch.value.0.body;
        let parts = match &body.kind {
            AstKind::List(items) => items.iter().collect(),
            _ => vec![&**body],
        };
        if let Some(text) = parts.iter().find(|it| matches!(it.kind, AstKind::Text(_))) {
            let message = "what is watched is a formula, not a text".to_owned();
            return refused(message, text.span, "watch = mean(u)");
        }
    }
    if let Some(live) = live
        && matches!(live.0.body.kind, AstKind::Text(_) | AstKind::Number(_))
    {
        let message =
            "`live` is a plot or an array that is drawn at every save".to_owned();
        return refused(message, live.0.body.span, "live = plot(u)");
    }
    Ok(())
}

/// Refuses options that cannot be met, and warns of those that do nothing.
fn check_choices(
    call: &Call<'_>,
    choices: &Choices,
    quiet: bool,
    seeded: bool,
) -> Result<()> {
    // Below the distance of two numbers no step is accurate enough.
    let smallest = match choices.precision {
        Numbers::Single => f64::from(f32::EPSILON),
        Numbers::Double => f64::EPSILON,
    };
    if let Some(tolerance) = choices.tolerance
        && tolerance > 0.0
        && tolerance < smallest
    {
        let message = format!(
            "`tolerance` is {tolerance:e}, less than the numbers of the run can hold, {smallest:.1e}"
        );
        let mut error = *call.error(&codes::E0204_OUT_OF_RANGE, message);
        if choices.precision == Numbers::Single && tolerance >= f64::EPSILON {
            error = error.hint("precision = double");
        }
        return Err(Box::new(error.hint(match choices.precision {
            Numbers::Single => "tolerance = 1e-6",
            Numbers::Double => "tolerance = 1e-12",
        })));
    }
    let fourier = !holor_field::stepper::Method::ALL
        .iter()
        .any(|method| method.name() == &*choices.method);
    if choices.space == Space::Differences && &*choices.method != "auto" && fourier {
        let message = format!(
            "`{}` is a method of Fourier space, and `space = differences` was asked for",
            choices.method
        );
        let error = call.error(&codes::E0202_WRONG_ARGUMENTS, message);
        return Err(Box::new((*error).hint("space = spectral").hint("method = auto")));
    }
    let idle = [
        (seeded, "seed"),
        (choices.interpretation == Some(Interpretation::Ito), "noise = ito"),
        (
            choices.interpretation == Some(Interpretation::Stratonovich),
            "noise = stratonovich",
        ),
    ];
    for (_, word) in idle.iter().filter(|(given, _)| quiet && *given) {
        let message =
            format!("`{word}` does nothing: there is no noise in the equations");
        call.warn(
            Diagnostic::warning(&codes::E0202_WRONG_ARGUMENTS, message)
                .hint("diff(u, t) == … + 0.1 noise()"),
        );
    }
    Ok(())
}

/// The word that names a method, or a text.
fn method_name(call: &Call<'_>, given: &Spanned<Deferred>) -> Result<String> {
    // `RK4` and `crank-nicolson` are said elsewhere.
    let known = |text: &str| {
        let plain = |text: &str| text.to_lowercase().replace(['-', '_', ' '], "");
        method_names().into_iter().find(|own| plain(own) == plain(text))
    };
    if let crate::ast::AstKind::Name(name) = &given.value.0.body.kind
        && let Some(own) = known(&name.text)
    {
        return Ok(own.to_owned());
    }
    let value = match &given.value.0.body.kind {
        // A variable that holds a text, or else the word itself.
        crate::ast::AstKind::Name(name) => {
            match call.evaluate_in(&given.value, Vec::new()) {
                Ok(Value::Text(text)) => Value::Text(text),
                _ => Value::Text(name.text.clone()),
            }
        }
        _ => call.evaluate_in(&given.value, Vec::new())?,
    };
    if let Value::Text(name) = &value
        && let Some(own) = known(name)
    {
        return Ok(own.to_owned());
    }
    let mut error = Diagnostic::error(
        &codes::E0202_WRONG_ARGUMENTS,
        match &value {
            Value::Text(name) => format!("`{name}` is no method in time"),
            other => format!("{} is no method in time", other.describe()),
        },
    )
    .at(given.span);
    if let Value::Text(name) = &value {
        let elsewhere = METHODS_ELSEWHERE.iter().find(|(other, _)| *other == &**name);
        let near = elsewhere
            .map(|(_, own)| *own)
            .or_else(|| crate::evaluate::nearest(name, method_names().into_iter()));
        if let Some(near) = near {
            error = error.hint(format!("method = {near}"));
        }
    }
    error.hint(format!("method = {}", method_names().join(", "))).into()
}

/// Frames are kept in memory: far too many are refused with the numbers, unless they are kept on disk. Whether only the last stays in
/// memory.
fn check_size(
    call: &Call<'_>,
    evolution: &EvolutionSystem,
    choices: &Choices,
    on_disk: bool,
) -> Result<bool> {
    let way = choices.times.1 - choices.times.0;
    let frames =
        choices.save.map_or(101.0, |save| (way / save * (1.0 - 1e-12)).ceil() + 1.0);
    let fields: f64 = evolution
        .system
        .fields
        .iter()
        .map(|field| if field.complex { 2.0 } else { 1.0 })
        .sum();
    let numbers = frames * fields * evolution.grid.cells() as f64;
    // Where no time between them was given there are as many as fit (`save_of`).
    let free = call.world().free_memory();
    let most = free.map_or(MOST_NUMBERS, |free| {
        MOST_NUMBERS.min(free as f64 * MOST_OF_FREE / size_of::<f64>() as f64)
    });
    if numbers <= most {
        return Ok(false);
    }
    if on_disk {
        return Ok(true);
    }
    let free =
        free.map_or(String::new(), |free| format!(": {} are free", bytes_text(free)));
    let message = format!(
        "{frames} frames of {} cells are {}, more than is kept in memory{free}",
        evolution.grid.cells(),
        bytes_text((numbers * 8.0) as u64)
    );
    let fewer = most / (numbers / frames) - 1.0;
    let error = Diagnostic::error(&codes::E0403_TOO_LARGE, message).at(call.span());
    let error = if fewer >= 1.0 {
        let save = way / fewer.floor();
        error.hint(format!("save = {save:.2e}"))
    } else {
        error.hint("frames = last")
    };
    error.hint("checkpoint = \"run.zarr\" keeps them on disk").into()
}

/// Refuses a run whose own arrays do not fit into memory: the system would take its time, or the session.
fn check_memory(call: &Call<'_>, needed: u64, choices: &Choices) -> Result<()> {
    let what = "the arrays of this run take";
    let Some((error, _)) = room::beyond_free(call, what, needed) else {
        return Ok(());
    };
    match (choices.precision, choices.compensated) {
        (Numbers::Double, _) | (_, true) => error.hint("precision = single"),
        (Numbers::Single, false) => error,
    }
    .hint("box(…; points = …) with fewer points")
    .into()
}

/// The error of the field engine as the person sees it.
pub(crate) fn failed(call: &Call<'_>, error: FieldError) -> Box<Diagnostic> {
    let message = error.to_string();
    let (code, hints) = match error {
        FieldError::Invalid { hint, .. } | FieldError::NotSolved { hint, .. } => {
            (&codes::E0310_EVOLUTION, vec![hint])
        }
        FieldError::Unstable { hint, .. } => (&codes::E0402_UNSTABLE, vec![hint]),
        FieldError::NotFinite { .. } => (&codes::E0405_NOT_FINITE, Vec::new()),
        FieldError::Interrupted => (&codes::E0701_INTERRUPTED, Vec::new()),
        FieldError::Memory { .. } => {
            let hints = ["precision = single", "fewer points"].map(str::to_owned);
            (&codes::E0403_TOO_LARGE, hints.into())
        }
        FieldError::Device(_) => (&codes::E0501_NO_DEVICE, Vec::new()),
        FieldError::Store { hint, .. } => (&codes::E0601_FILE, vec![hint]),
    };
    let error = Diagnostic::error(code, message).at(call.span());
    let hints = hints.into_iter().filter(|hint| !hint.is_empty());
    Box::new(hints.fold(error, |error, hint| error.hint(hint)))
}
