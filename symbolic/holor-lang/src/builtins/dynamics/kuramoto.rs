//! Phase oscillators: `kuramoto`, `winfree`, and distributions of their frequencies.

use std::sync::OnceLock;

use holor_dynamics::oscillators::{Distribution, Harmonic, Inertia, Observable};
use holor_macros::builtin;

use super::graphs::GraphArgument;
use super::network::{Common, Running, start_phases, unit};
use super::phases::{Extra, PhaseProblem, Watched};
use crate::array::NumericArray;
use crate::ast::{Ast, AstKind};
use crate::builtin::{ArrayArgument, Deferred, Either, RangeBinding, Signal, Spanned};
use crate::evaluate::Call;
use crate::{Builtin, Diagnostic, Result, Span, Value, codes};

/// The records of this file.
pub(crate) static BUILTINS: &[&Builtin] =
    &[&KURAMOTO, &WINFREE, &LORENTZIAN, &GAUSSIAN, &UNIFORM];

/// The most numbers that a distribution gives.
const MOST: usize = 10_000_000;

/// Kuramoto's oscillators: `θᵢ' = ωᵢ + K Σⱼ Aᵢⱼ sin(θⱼ - θᵢ - lag)`.
///
/// Without a graph each acts on each with `Aᵢⱼ = 1/n`; with one `Aᵢⱼ` are its weights, not divided by anything. The result has
/// `r.t`, `r.order` (the size of the mean of `e^(iθ)`), the last phases `r.phases`, and the mean rates `r.frequencies` with the
/// part `r.locked` of oscillators whose rate is that of the median within `locking`; both from the start, or from `transient` on.
///
/// `watch` keeps more over time: `order`, `local_order` (over the neighbours of each in the graph, itself left out, which `local_order_parameter` counts in; the mean of all), `frequencies` (mean rates so far),
/// `locked`, `phases`: `r.order`, `r.local_order`, `r.frequency_series`, `r.locked_series`, `r.θ`. With `delay` the phases of others act that much later; before the start all turn at their own
/// frequencies. With `inertia`, one for all or one for each, the equation is `inertia θ'' + θ' = …`, a swing equation of a power grid
/// with the powers `ω`, from `speeds`; the last ones are `r.speeds`. `noise` is D in `sqrt(2 D)` times white noise, added to the right side; it
/// needs the step `dt`. All three go together. `harmonics = [1, 1/2]` are the amplitudes of `sin(x)`, `sin(2x)`, ….
///
/// Equations that are found stiff are solved by Radau's method while they are; `explain(r)` says so.
///
/// ```holor
/// r = kuramoto([0.5, -0.5], 2, t = 0..40, start = [0, 0]); abs(sin(r.phases[1] - r.phases[2]) - 0.5) < 1e-5    # => true
/// r = kuramoto(lorentzian(500, 1), 1, t = 0..10, seed = 1); len(r.order)    # => 201
/// kuramoto([1, 2, 3], 1, t = 0..1, graph = path_graph(4))    # error: [E0203]
/// ```
#[builtin(topic = "dynamics", latex = none, since = "0.1", returns = "run", see("lorentzian", "gaussian", "graph", "winfree", "odesolve", "continue", "explain"))]
#[expect(clippy::too_many_arguments, reason = "options given by name")]
fn kuramoto(
    call: &Call<'_>,
    /// The frequencies.
    frequencies: Signal,
    /// The strength of coupling.
    #[also("K", "coupling")]
    strength: f64,
    /// The time and its range.
    time: RangeBinding,
    /// Who acts on whom: a graph, or a matrix whose row i has the weights of those that act on i.
    #[named]
    #[also("adjacency")]
    graph: Option<GraphArgument>,
    /// The phase lag of Sakaguchi; of several harmonics one for each.
    #[named]
    #[also("alpha", "α")]
    lag: Option<Spanned<Value>>,
    /// The inertia of all oscillators, or a list with one for each.
    #[named]
    inertia: Option<Either<f64, Signal>>,
    /// The speeds at the start, with inertia; the frequencies if left out.
    #[named]
    speeds: Option<ArrayArgument>,
    /// After what time others act.
    #[named]
    #[also("tau", "τ")]
    delay: Option<f64>,
    /// The diffusion constant of noise.
    #[named]
    noise: Option<f64>,
    /// The amplitudes of the harmonics of the coupling.
    #[named]
    harmonics: Option<Vec<f64>>,
    /// The phases at the start; random if left out.
    #[named]
    start: Option<ArrayArgument>,
    /// Fixes random phases and noise.
    #[named]
    seed: Option<u64>,
    /// What is kept over time, a word or a list of them.
    #[named]
    watch: Option<Spanned<Deferred>>,
    /// When mean rates begin to count.
    #[named]
    transient: Option<f64>,
    /// The difference of rates that still counts as locked; 0.01 if left out.
    #[named]
    locking: Option<f64>,
    #[options] running: Running,
) -> Result<Value> {
    let common = Common::new(call, &time, &running)?;
    let count = frequencies.values.len();
    let seed = seed.unwrap_or_else(|| {
        if start.is_none() || noise.is_some() { call.seed() } else { 0 }
    });
    let phases = start_phases(call, start.as_ref(), count, seed)?;
    let inertia = match inertia {
        None => None,
        Some(Either::First(one)) => Some(vec![one]),
        Some(Either::Second(all)) => Some(all.values),
    };
    let inertia = match (inertia, &speeds) {
        (None, None) => None,
        (Some(inertia), speeds) => {
            let speeds = match speeds {
                Some(speeds) => start_phases(call, Some(speeds), count, seed)?,
                None => frequencies.values.clone(),
            };
            let inertia = Inertia::new(&inertia, count).map_err(|error| {
                call.error(&codes::E0310_EVOLUTION, error.message().to_string())
            })?;
            Some((inertia, speeds))
        }
        (None, Some(speeds)) => {
            let message = "`speeds` at the start go with `inertia`";
            return Diagnostic::error(&codes::E0202_WRONG_ARGUMENTS, message)
                .at(speeds.span)
                .hint("inertia = 1")
                .into();
        }
    };
    let extra = Extra { inertia, delay, noise: noise.map(|diffusion| (diffusion, seed)) };
    let coupling = unit(call, graph.as_ref(), count)?;
    let watched = Watched::new(
        match &watch {
            None => vec!["order".to_string()],
            Some(given) => words(given)?,
        },
        &coupling,
        locking_of(call, locking)?,
        watch.as_ref().map_or(call.span(), |given| given.span),
    )?;
    let problem = PhaseProblem {
        winfree: false,
        frequencies: frequencies.values,
        strength,
        coupling,
        harmonics: coupling_function(call, lag.as_ref(), harmonics)?,
        extra,
        watched,
        begin: (common.range.0, phases),
        saved: common.saved.clone(),
        transient,
        mark: OnceLock::new(),
    };
    problem.begin_run(call, common)
}

/// Winfree's oscillators: `θᵢ' = ωᵢ - K sin(θᵢ) Σⱼ Aᵢⱼ (1 + cos(θⱼ))`.
///
/// Without a graph each acts on each, itself included, with `Aᵢⱼ = 1/n`. The result is that of `kuramoto`.
///
/// ```holor
/// r = winfree([1, 1], 0, t = 0..1, start = [0, 1]); abs(r.phases[2] - 2) < 1e-9    # => true
/// ```
#[builtin(topic = "dynamics", latex = none, since = "0.1", returns = "run", see("kuramoto"))]
#[expect(clippy::too_many_arguments, reason = "options given by name")]
fn winfree(
    call: &Call<'_>,
    /// The frequencies.
    frequencies: Signal,
    /// The strength of coupling.
    #[also("K", "coupling")]
    strength: f64,
    /// The time and its range.
    time: RangeBinding,
    /// Who acts on whom.
    #[named]
    #[also("adjacency")]
    graph: Option<GraphArgument>,
    /// The phases at the start; random if left out.
    #[named]
    start: Option<ArrayArgument>,
    /// Fixes random phases.
    #[named]
    seed: Option<u64>,
    /// What is kept over time, a word or a list of them: `order`, `local_order`, `frequencies`, `locked`, `phases`.
    #[named]
    watch: Option<Spanned<Deferred>>,
    /// When mean rates begin to count.
    #[named]
    transient: Option<f64>,
    /// The difference of rates that still counts as locked; 0.01 if left out.
    #[named]
    locking: Option<f64>,
    #[options] running: Running,
) -> Result<Value> {
    let common = Common::new(call, &time, &running)?;
    let count = frequencies.values.len();
    let seed = seed.unwrap_or_else(|| if start.is_none() { call.seed() } else { 0 });
    let phases = start_phases(call, start.as_ref(), count, seed)?;
    let coupling = unit(call, graph.as_ref(), count)?;
    let watched = Watched::new(
        match &watch {
            None => vec!["order".to_string()],
            Some(given) => words(given)?,
        },
        &coupling,
        locking_of(call, locking)?,
        watch.as_ref().map_or(call.span(), |given| given.span),
    )?;
    let problem = PhaseProblem {
        winfree: true,
        frequencies: frequencies.values,
        strength,
        coupling,
        harmonics: Vec::new(),
        extra: Extra::default(),
        watched,
        begin: (common.range.0, phases),
        saved: common.saved.clone(),
        transient,
        mark: OnceLock::new(),
    };
    problem.begin_run(call, common)
}

/// The difference of rates that still counts as locked.
fn locking_of(call: &Call<'_>, locking: Option<f64>) -> Result<f64> {
    let locking = locking.unwrap_or(0.01);
    if locking.is_finite() && locking >= 0.0 {
        return Ok(locking);
    }
    let message =
        format!("`locking` is a difference of rates from 0 on, found {locking}");
    let error = call.error(&codes::E0204_OUT_OF_RANGE, message);
    Err(Box::new((*error).hint("locking = 0.01")))
}

/// The terms of the coupling function.
fn coupling_function(
    call: &Call<'_>,
    lag: Option<&Spanned<Value>>,
    harmonics: Option<Vec<f64>>,
) -> Result<Vec<Harmonic>> {
    let amplitudes = harmonics.unwrap_or_else(|| vec![1.0]);
    let lags: Vec<f64> = match lag {
        None => Vec::new(),
        Some(given) => {
            let wrong = |found: &Value| -> Box<Diagnostic> {
                let message = format!(
                    "`lag` is a number, or a list of one for each harmonic, found {}",
                    found.describe()
                );
                let error = Diagnostic::error(&codes::E0201_WRONG_TYPE, message);
                Box::new(error.at(given.span).hint("lag = 0.3"))
            };
            let one = |item: &Value| match item {
                Value::Expr(lag) => super::saving::number(call, lag, given.span),
                other => Err(wrong(other)),
            };
            match &given.value {
                Value::Expr(_) => vec![one(&given.value)?],
                other => {
                    let items = call.items(other, given.span)?;
                    let items = items.filter(|items| !items.is_empty());
                    let items = items.ok_or_else(|| wrong(other))?;
                    items.iter().map(one).collect::<Result<_>>()?
                }
            }
        }
    };
    if lags.len() > 1 && lags.len() != amplitudes.len() || amplitudes.is_empty() {
        let message = format!("{} lags for {} harmonics", lags.len(), amplitudes.len());
        return Err(call.error(&codes::E0203_WRONG_SHAPE, message));
    }
    Ok(amplitudes
        .iter()
        .enumerate()
        .map(|(place, amplitude)| Harmonic {
            order: u32::try_from(place + 1).unwrap_or(u32::MAX),
            amplitude: *amplitude,
            lag: match lags.as_slice() {
                [] => 0.0,
                [lag] => *lag,
                lags => lags.get(place).copied().unwrap_or(0.0),
            },
        })
        .collect())
}

/// The words of `watch = [order, locked]`, whatever values they have as variables.
fn words(given: &Spanned<Deferred>) -> Result<Vec<String>> {
    let word = |ast: &Ast| match &ast.kind {
        AstKind::Name(name) => Ok(match &*name.symbol {
            "θ" => "phases".to_string(),
            other => other.to_string(),
        }),
        _ => Err(unknown_word(given.span)),
    };
    match &given.value.0.body.kind {
        AstKind::List(items) => items.iter().map(word).collect(),
        _ => Ok(vec![word(&given.value.0.body)?]),
    }
}

/// The error for what is not watched.
pub(super) fn unknown_word(span: Span) -> Box<Diagnostic> {
    Box::new(
        Diagnostic::error(
            &codes::E0202_WRONG_ARGUMENTS,
            "what is watched is order, local_order, frequencies, locked or phases",
        )
        .at(span)
        .hint("watch = [order, locked]"),
    )
}

/// The observable of a word.
pub(super) fn observable(
    word: &str,
    coupling: &holor_dynamics::oscillators::Coupling,
    locking: f64,
    span: Span,
) -> Result<Observable> {
    use holor_dynamics::oscillators::Coupling;
    Ok(match word {
        "order" => Observable::Order,
        "local_order" => match coupling {
            Coupling::Graph(graph) => {
                if graph.degrees().iter().all(|degree| *degree == 0) {
                    let message = "the local order needs a graph with edges";
                    return Diagnostic::error(&codes::E0202_WRONG_ARGUMENTS, message)
                        .at(span)
                        .into();
                }
                Observable::LocalOrder(graph.clone())
            }
            Coupling::AllToAll => {
                let message = "the local order is that of neighbours in a graph";
                return Diagnostic::error(&codes::E0202_WRONG_ARGUMENTS, message)
                    .at(span)
                    .hint("graph = ring_graph(n, 2)")
                    .into();
            }
        },
        "frequencies" => Observable::Frequencies,
        "locked" => Observable::Locked(locking),
        "phases" => Observable::Phases,
        _ => return Err(unknown_word(span)),
    })
}

fn numbers(
    call: &Call<'_>,
    distribution: Distribution,
    count: usize,
    seed: Option<u64>,
) -> Result<NumericArray> {
    if count == 0 || count > MOST {
        let message = format!("{count} numbers are not possible here");
        return Err(call.error(&codes::E0204_OUT_OF_RANGE, message));
    }
    let values = match seed {
        None => distribution.quantiles(count),
        Some(seed) => distribution.draw(count, seed),
    };
    let values = values.map_err(|error| {
        call.error(&codes::E0204_OUT_OF_RANGE, error.message().to_string())
    })?;
    NumericArray::vector(values).check_finite("the distribution")
}

/// Frequencies with a Lorentzian distribution of half width γ: Kuramoto's critical coupling is 2 γ.
///
/// The quantiles of the distribution, the same each time; with `seed` independent random numbers.
///
/// ```holor
/// max(abs(lorentzian(2, 1) - [-1, 1])) < 1e-14         # => true
/// len(lorentzian(100, 1, centre = 5, seed = 1))        # => 100
/// ```
#[builtin(topic = "dynamics", latex = none, since = "0.1", returns = "array", see("gaussian", "uniform", "kuramoto"))]
fn lorentzian(
    call: &Call<'_>,
    /// How many.
    n: usize,
    /// The half width at half height.
    #[default(1.0)]
    width: f64,
    /// The centre; 0 if left out.
    #[named]
    centre: Option<f64>,
    /// Makes random numbers instead of quantiles.
    #[named]
    seed: Option<u64>,
) -> Result<NumericArray> {
    let distribution = Distribution::Lorentzian { centre: centre.unwrap_or(0.0), width };
    numbers(call, distribution, n, seed)
}

/// Frequencies with a normal distribution of deviation σ: Kuramoto's critical coupling is `σ sqrt(8/π)`.
///
/// The quantiles of the distribution, the same each time; with `seed` independent random numbers.
///
/// ```holor
/// abs(gaussian(2, 1)[2] - 0.6744897501960817) < 1e-12    # => true
/// ```
#[builtin(topic = "dynamics", latex = none, since = "0.1", returns = "array", see("lorentzian", "uniform", "kuramoto"))]
fn gaussian(
    call: &Call<'_>,
    /// How many.
    n: usize,
    /// The standard deviation.
    #[default(1.0)]
    deviation: f64,
    /// The mean; 0 if left out.
    #[named]
    centre: Option<f64>,
    /// Makes random numbers instead of quantiles.
    #[named]
    seed: Option<u64>,
) -> Result<NumericArray> {
    let distribution =
        Distribution::Gaussian { centre: centre.unwrap_or(0.0), deviation };
    numbers(call, distribution, n, seed)
}

/// Frequencies spread evenly from -h to h: Kuramoto's critical coupling is `4 h/π`.
///
/// The quantiles of the distribution, the same each time; with `seed` independent random numbers.
///
/// ```holor
/// uniform(2, 1)    # => array([-0.5, 0.5])
/// ```
#[builtin(topic = "dynamics", latex = none, since = "0.1", returns = "array", see("lorentzian", "gaussian", "kuramoto"))]
fn uniform(
    call: &Call<'_>,
    /// How many.
    n: usize,
    /// Half the width of the range.
    #[default(1.0)]
    half: f64,
    /// The centre; 0 if left out.
    #[named]
    centre: Option<f64>,
    /// Makes random numbers instead of quantiles.
    #[named]
    seed: Option<u64>,
) -> Result<NumericArray> {
    let distribution = Distribution::Uniform { centre: centre.unwrap_or(0.0), half };
    numbers(call, distribution, n, seed)
}
