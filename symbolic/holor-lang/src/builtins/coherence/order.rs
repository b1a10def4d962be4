//! Order of phases: Kuramoto and Daido parameters, local order, metastability, phase coherence.

use holor_coherence::fields::{
    self, OrderParameter, Window, local_order, local_order_on_graph,
};
use holor_coherence::lattice;
use holor_macros::builtin;

use super::data::{Layout, Samples, real_if_possible};
use super::graphs::GraphArgument;
use super::pictures;
use super::refusal::OrRefuse as _;
use crate::array::{Complex64, NumericArray};
use crate::builtin::{AxisChoice, Either, Expected, FromValue, Given, word};
use crate::evaluate::Call;
use crate::{Builtin, Diagnostic, Record, Result, Span, Value, codes};

/// The records of this file.
pub(crate) static BUILTINS: &[&Builtin] = &[
    &ORDER_PARAMETER,
    &DAIDO_ORDER,
    &COMPLEX_ORDER_PARAMETER,
    &MEAN_PHASE,
    &LOCAL_ORDER_PARAMETER,
    &METASTABILITY,
    &CHIMERA_INDEX,
    &PHASE_COHERENCE,
    &UNIFORM_FRACTION,
    &HELICITY_MODULUS,
    &NELSON_KOSTERLITZ,
    &WINDING_NUMBER,
    &SUPERFLUID_FRACTION,
];

/// The order parameter of one frame.
fn order_of(samples: &Samples, frame: &NumericArray, m: u32) -> Result<OrderParameter> {
    fields::daido_order(samples.real(frame)?, m).or_refuse(samples.span)
}

/// The Kuramoto order parameter R = |⟨e^{iθ}⟩| of phases: 1 where all are equal, 0 where they spread evenly.
///
/// Phases are in radians. The mean is over all values; of a field through time there is one R for each time. With m it is
/// the order parameter of Daido, |⟨e^{imθ}⟩|, which sees m clusters. `mean_phase` gives ψ of R e^{iψ}. Kuramoto (1984),
/// Strogatz, Physica D 143 (2000) 1; Daido, Prog. Theor. Phys. 88 (1992) 1213. In numpy `abs(mean(exp(1j*m*θ)))`.
///
/// ```holor
/// order_parameter([0.3, 0.3, 0.3])             # => 1.0
/// abs(order_parameter([0, pi/2]) - 0.707106781187) < 1e-12    # => true
/// order_parameter([0, pi, 0, pi], 2)           # => 1.0
/// A = array([[0, pi], [1, 1]], t = [0, 1]); round(order_parameter(A))    # => array([0.0, 1.0], t = [0.0, 1.0])
/// order_parameter([1i, 2])                     # error: [E0201]
/// ```
#[builtin(
    topic = "coherence",
    latex = r"\left|\left\langle e^{i {0}} \right\rangle\right|",
    since = "0.1",
    returns = "decimal or array",
    aliases("kuramoto_order", "kuramoto_order_parameter"),
    see("mean_phase", "local_order_parameter", "metastability", "phase_coherence")
)]
fn order_parameter(
    call: &Call<'_>,
    /// The phases: a list, an array such as `arg(run.A)`, or a field.
    phases: Samples,
    /// The order m.
    #[default(1)]
    m: u32,
) -> Result<Value> {
    phases.number_of_values(call, "R", |frame| Ok(order_of(&phases, frame, m)?.r))
}

/// The order parameter of Daido |⟨e^{imθ}⟩|, with m = 2 where it is left out: 1 for m clusters evenly apart.
///
/// The same as `order_parameter(θ, m)`. Daido, Prog. Theor. Phys. 88 (1992) 1213.
///
/// ```holor
/// daido_order([0, pi, 0, pi])                  # => 1.0
/// abs(daido_order([0, 2pi/3, 4pi/3], 3) - 1.0) < 1e-12    # => true
/// ```
#[builtin(
    topic = "coherence",
    latex = none,
    since = "0.1",
    returns = "decimal or array",
    aliases("daido", "daido_order_parameter"),
    see("order_parameter")
)]
fn daido_order(
    call: &Call<'_>,
    /// The phases.
    phases: Samples,
    /// The order m.
    #[default(2)]
    m: u32,
) -> Result<Value> {
    order_parameter(call, phases, m)
}

/// The complex order parameter ⟨e^{imθ}⟩ = R e^{iψ} of phases.
///
/// ```holor
/// abs(complex_order_parameter([pi/2, pi/2]) - i) < 1e-12    # => true
/// ```
#[builtin(
    topic = "coherence",
    latex = r"\left\langle e^{i {0}} \right\rangle",
    since = "0.1",
    returns = "number or array",
    see("order_parameter", "mean_phase")
)]
fn complex_order_parameter(
    call: &Call<'_>,
    /// The phases.
    phases: Samples,
    /// The order m.
    #[default(1)]
    m: u32,
) -> Result<Value> {
    let found =
        phases.values_at_times(call, |frame| Ok(order_of(&phases, frame, m)?.z))?;
    Ok(match found.time {
        Some(time) => NumericArray::along(found.items, time)
            .map_or(Value::Nothing, NumericArray::into_value),
        None => found.items.first().map_or(Value::Nothing, |&z| crate::array::number(z)),
    })
}

/// The mean phase ψ of R e^{iψ} = ⟨e^{imθ}⟩, above -π and up to π: the circular mean where m is 1.
///
/// Where R is 0 there is no mean phase, and that is an error.
///
/// ```holor
/// abs(mean_phase([3, -3]) - pi) < 1e-12        # => true
/// mean_phase([0, pi])                          # error: [E0301]
/// ```
#[builtin(
    topic = "coherence",
    latex = none,
    since = "0.1",
    returns = "decimal or array",
    aliases("circular_mean"),
    see("order_parameter")
)]
fn mean_phase(
    call: &Call<'_>,
    /// The phases.
    phases: Samples,
    /// The order m.
    #[default(1)]
    m: u32,
) -> Result<Value> {
    let value = phases.number_of_values(call, "ψ", |frame| {
        order_of(&phases, frame, m)?.psi.ok_or_else(|| {
            let message =
                "the mean phase is undefined: the order parameter is 0 to round-off";
            Box::new(Diagnostic::error(&codes::E0301_UNDEFINED, message).at(phases.span))
        })
    })?;
    Ok(match value {
        Value::Array(array) => (*array).clone().with_angle(true).into_value(),
        other => other,
    })
}

word! {
    /// The neighbours that a local order parameter sees.
    pub(crate) WindowWord {
        /// A box.
        Box = "box",
        /// A ball.
        Ball = "ball",
    }
}

/// The local order parameter |⟨e^{iθ}⟩| over a window around each point, itself included.
///
/// The window is a box of 2 r + 1 points along each axis, or a ball of radius r; at the end of an axis that does not close
/// it sees the points that are there, as it does of those inside where the box has a mask (R is 0 outside). Of a ring of oscillators say `periodic = true`. With `graph` it is the mean over the neighbours of each vertex and the vertex.
/// Wolfrum and Omel'chenko, Phys. Rev. E 84 (2011) 015201.
///
/// ```holor
/// max(abs(local_order_parameter([0, 0, pi, pi], 1) - [1.0, 0.333333, 0.333333, 1.0])) < 1e-6    # => true
/// local_order_parameter([0, pi, 0], 1, periodic = true)[1] < 0.34    # => true
/// max(abs(local_order_parameter([0, 0, pi], graph = [[1, 2], [2, 3]]) - [1.0, 0.333333, 0.0])) < 1e-6    # => true
/// ```
#[builtin(
    topic = "coherence",
    latex = none,
    since = "0.1",
    aliases("local_order"),
    see("order_parameter", "chimera_index")
)]
fn local_order_parameter(
    call: &Call<'_>,
    /// The phases, on a grid of one to three axes, or one for each vertex of the graph.
    phases: Samples,
    /// The radius r of the window in points.
    #[default(1)]
    radius: usize,
    /// `box` or `ball`.
    #[named]
    window: Option<WindowWord>,
    /// The graph whose neighbours count, as `graph` takes it.
    #[named]
    graph: Option<GraphArgument>,
    /// Whether the axes close; as the array says if left out.
    #[named]
    periodic: Option<bool>,
) -> Result<NumericArray> {
    let window = match window {
        Some(WindowWord::Ball) => Window::Ball,
        Some(WindowWord::Box) | None => Window::Box,
    };
    let graph = graph.map(|graph| graph.numeric()).transpose()?;
    let found = phases.at_times(call, |frame| {
        let values = phases.real(frame)?;
        let order = match &graph {
            Some(graph) => {
                local_order_on_graph(values, graph, true).or_refuse(phases.span)?
            }
            None => {
                let layout = Layout::of(frame, periodic, phases.span)?;
                local_order(values, &layout.grid, radius, window)
                    .or_refuse(phases.span)?
            }
        };
        let local: Vec<f64> = order.iter().map(|order| order.r).collect();
        Ok(frame.with_values(local).map(|it| it.named("R")))
    })?;
    let parts: Vec<NumericArray> = found.items.into_iter().flatten().collect();
    let stacked = match found.time {
        Some(time) => NumericArray::stacked(time, &parts),
        None => parts.into_iter().next(),
    };
    Ok(stacked.unwrap_or_else(|| NumericArray::vector(Vec::<f64>::new())))
}

/// Metastability: the standard deviation over time of the Kuramoto order parameter, of the values themselves (ddof 0).
///
/// Shanahan (2010) takes the variance with ddof 1 over communities instead: see `chimera_index`. Of a run of oscillators it
/// is that of `r.order`; such a series R(t), as `order_parameter` gives, is taken as well.
///
/// ```holor
/// A = array([[0, pi], [1, 1]], t = [0, 1]);
/// abs(metastability(A) - 0.5) < 1e-12          # => true
/// metastability(order_parameter(A)) == metastability(A)    # => true
/// metastability([1, 2])                        # error: [E0203]
/// ```
#[builtin(
    topic = "coherence",
    latex = none,
    since = "0.1",
    see("order_parameter", "chimera_index")
)]
fn metastability(
    call: &Call<'_>,
    /// The phases through time: an array with an axis of times and others, or a list of lists, one for each time; or R(t).
    phases: Either<OrderSeries, Samples>,
) -> Result<f64> {
    let phases = match phases {
        Either::First(series) => return Ok(series.deviation()),
        Either::Second(phases) => phases,
    };
    let rows = in_time(call, &phases)?;
    Ok(fields::metastability(&rows).or_refuse(phases.span)?.metastability)
}

/// An order parameter over time: that of a run, or an array over times whose values are from 0 to 1.
#[derive(Clone, Debug)]
pub(crate) struct OrderSeries(Vec<f64>);

impl FromValue for OrderSeries {
    const KIND: &'static str = "phases through time, or their order over time";

    fn from_value(given: &Given, _: &Call<'_>) -> std::result::Result<Self, Expected> {
        let part = match &given.value {
            Value::Record(record) => record.get("order"),
            value => Some(value),
        };
        let Some(Value::Array(array)) = part else { return Err(Expected::Kind) };
        if array.rank() != 1 || array.time_axis().is_none() || array.is_angle() {
            return Err(Expected::Kind);
        }
        let values = array.as_real().ok_or(Expected::Kind)?;
        let order = |value: &f64| (0.0..=1.0 + 1e-12).contains(value);
        if values.is_empty() || !values.iter().all(order) {
            return Err(Expected::Kind);
        }
        Ok(Self(values.to_vec()))
    }
}

impl OrderSeries {
    /// The standard deviation, ddof 0.
    fn deviation(&self) -> f64 {
        let count = self.0.len() as f64;
        let mean = self.0.iter().sum::<f64>() / count;
        (self.0.iter().map(|r| (r - mean).powi(2)).sum::<f64>() / count).sqrt()
    }
}

/// The values at each time: the rows along the axis of time, or the first.
fn in_time(call: &Call<'_>, samples: &Samples) -> Result<Vec<Vec<f64>>> {
    if samples.array.rank() < 2 {
        let message = format!(
            "an array of phases through time has two axes or more, found {}",
            samples.array.describe()
        );
        return Diagnostic::error(&codes::E0203_WRONG_SHAPE, message)
            .at(samples.span)
            .into();
    }
    if samples.array.time_axis().is_some() {
        return Ok(samples
            .values_at_times(call, |frame| Ok(samples.real(frame)?.to_vec()))?
            .items);
    }
    let count = samples.array.shape().first().copied().unwrap_or(0);
    (0..count)
        .filter_map(|place| samples.array.item(place))
        .map(|row| Ok(samples.real(&row)?.to_vec()))
        .collect()
}

/// The chimera index χ and the metastability index λ of Shanahan, from the order parameters of communities through time.
///
/// χ is the variance of R over the communities, averaged over time; λ the variance over time, averaged over communities;
/// both with ddof 1. Shanahan, Chaos 20 (2010) 013108.
///
/// ```holor
/// c = chimera_index([[1, 1, 1], [0, 0, 0]]); [c.chimera, c.metastability]    # => [0.5, 0.0]
/// chimera_index([[0, 3], [1, 2]])              # error: [E0204]
/// ```
#[builtin(topic = "coherence", latex = none, since = "0.1", see("metastability", "order_parameter"))]
fn chimera_index(
    call: &Call<'_>,
    /// The order parameters: a list of series, one for each community, or an array over communities and times.
    order: Samples,
) -> Result<Record> {
    let rows = match (order.array.time_axis(), order.array.rank()) {
        (Some(0), 2) => {
            let times = in_time(call, &order)?;
            let communities = times.first().map_or(0, Vec::len);
            (0..communities)
                .map(|place| {
                    times.iter().filter_map(|row| row.get(place).copied()).collect()
                })
                .collect()
        }
        _ => {
            let count = order.array.shape().first().copied().unwrap_or(0);
            (0..count)
                .filter_map(|place| order.array.item(place))
                .map(|row| Ok(order.real(&row)?.to_vec()))
                .collect::<Result<Vec<Vec<f64>>>>()?
        }
    };
    let outside = |value: &&f64| !(0.0..=1.0 + 1e-12).contains(*value);
    if let Some(value) = rows.iter().flatten().find(outside) {
        let message = format!(
            "an order parameter is between 0 and 1, found {value}; these may be phases"
        );
        return Diagnostic::error(&codes::E0204_OUT_OF_RANGE, message)
            .at(order.span)
            .hint("chimera_index([order_parameter(θ), order_parameter(φ)])")
            .into();
    }
    let found = fields::chimera_index(&rows).or_refuse(order.span)?;
    Ok(Record::new("chimera index")
        .described("the variance of order over communities, and over time")
        .with("chimera", found.chimera)
        .with("metastability", found.metastability)
        .with("spread", NumericArray::vector(found.spread).named("variance"))
        .drawn(|record| pictures::curve(record, "spread")))
}

/// The phase coherence of a complex field, |⟨A⟩|/⟨|A|⟩: 1 for a constant phase.
///
/// With `weighted = false` all points count alike, |⟨A/|A|⟩|, but for those where A is 0.
///
/// ```holor
/// abs(phase_coherence([1, i]) - 0.707106781187) < 1e-12    # => true
/// phase_coherence([3, 1])                      # => 1.0
/// phase_coherence([3, -1], weighted = false)   # => 0.0
/// ```
#[builtin(
    topic = "coherence",
    latex = none,
    since = "0.1",
    returns = "decimal or array",
    see("order_parameter", "uniform_fraction")
)]
fn phase_coherence(
    call: &Call<'_>,
    /// The complex values; one coherence for each time.
    field: Samples,
    /// Whether points count by their amplitude.
    #[named]
    #[default(true)]
    weighted: bool,
) -> Result<Value> {
    field.number_of_values(call, "phase coherence", |frame| {
        let found = fields::phase_coherence(&frame.to_complex()).or_refuse(field.span)?;
        Ok(if weighted { found.weighted } else { found.phase_only })
    })
}

/// The share of a field in its uniform mode, |⟨A⟩|²/⟨|A|²⟩ = S(0)/Σ_k S(k).
///
/// ```holor
/// uniform_fraction([1, 1, 1, -1])              # => 0.25
/// ```
#[builtin(
    topic = "coherence",
    latex = none,
    since = "0.1",
    returns = "decimal or array",
    see("phase_coherence", "structure_factor", "penrose_onsager")
)]
fn uniform_fraction(
    call: &Call<'_>,
    /// The values; one share for each time.
    field: Samples,
) -> Result<Value> {
    field.number_of_values(call, "uniform fraction", |frame| {
        fields::uniform_fraction(&frame.to_complex()).or_refuse(field.span)
    })
}

/// Refuses the cells of a box with a mask.
fn require_whole(call: &Call<'_>, frame: &NumericArray, span: Span) -> Result<()> {
    if !frame.is_masked() {
        return Ok(());
    }
    let message = format!(
        "`{}` follows phases along closed lines, and the box has a mask that cuts them",
        call.name()
    );
    Diagnostic::error(&codes::E0307_INVALID, message).at(span).hint("vortices(A)").into()
}

/// The helicity modulus Υ = (J/N)⟨Σ cos Δ⟩ - (J²/(T N))⟨(Σ sin Δ)²⟩ of planar spins, Δ the differences along an axis.
///
/// The lattice closes. An array over time is an ensemble of samples at temperature T (with k_B = 1), and the averages are
/// over it. In the plane Υ jumps from 2T/π to 0: see `nelson_kosterlitz`. Teitel and Jayaprakash, Phys. Rev. B 27 (1983) 598.
///
/// ```holor
/// helicity_modulus([[0, 0, 0], [0, 0, 0], [0, 0, 0]], 0.5).modulus    # => 1.0
/// ```
#[builtin(
    topic = "coherence",
    latex = none,
    since = "0.1",
    returns = "helicity modulus",
    aliases("spin_stiffness"),
    see("nelson_kosterlitz", "winding_number", "vortices")
)]
fn helicity_modulus(
    call: &Call<'_>,
    /// The angles of the spins on a lattice, or samples of them over time.
    phases: Samples,
    /// The temperature T.
    #[also("T")]
    temperature: f64,
    /// The coupling J.
    #[named]
    #[also("J")]
    #[default(1.0)]
    coupling: f64,
    /// The axis along which the lattice is twisted, by name or number; the first if left out.
    #[named]
    axis: Option<AxisChoice>,
) -> Result<Record> {
    if temperature.is_nan() || temperature <= 0.0 {
        let message = format!("the temperature is {temperature}; it must be positive");
        return Err(call.error(&codes::E0204_OUT_OF_RANGE, message));
    }
    let mut shape = Vec::new();
    let mut place = 0;
    let frames = phases.at_times(call, |frame| {
        require_whole(call, frame, phases.span)?;
        shape = frame.shape();
        place = axis.as_ref().map_or(Ok(0), |axis| axis.of(frame))?;
        Ok(phases.real(frame)?.to_vec())
    })?;
    let beta = 1.0 / temperature;
    let found = lattice::helicity_modulus(&frames.items, &shape, place, coupling, beta)
        .or_refuse(phases.span)?;
    Ok(Record::new("helicity modulus")
        .described("the stiffness of planar spins: bond term minus current term")
        .with("modulus", found.modulus)
        .with("bond", found.bond)
        .with("current", found.current))
}

/// The stiffness 2T/π at which order in the plane is lost, where the helicity modulus crosses it.
///
/// Nelson and Kosterlitz, Phys. Rev. Lett. 39 (1977) 1201.
///
/// ```holor
/// nelson_kosterlitz(pi/2)                      # => 1.0
/// ```
#[builtin(
    topic = "coherence",
    latex = none,
    since = "0.1",
    aliases("nelson_kosterlitz_stiffness"),
    see("helicity_modulus")
)]
fn nelson_kosterlitz(
    /// The temperature T.
    temperature: f64,
) -> f64 {
    lattice::nelson_kosterlitz_stiffness(temperature)
}

/// How often a phase winds around each line of a lattice that closes: (1/2π) Σ Δθ, differences by the shortest way.
///
/// Of a ring there is one number; of more axes one for each line along `axis`. All are equal where there are no vortices.
///
/// ```holor
/// winding_number([0, pi/2, pi, 3pi/2])         # => 1
/// winding_number([[0, 2, 4], [0, -2, -4]], axis = 2)    # => [1, -1]
/// winding_number([0, pi])                      # error: [E0301]
/// ```
#[builtin(
    topic = "coherence",
    latex = none,
    since = "0.1",
    returns = "integer, list or array",
    aliases("winding", "winding_numbers"),
    see("vortices", "helicity_modulus", "superfluid_fraction")
)]
fn winding_number(
    call: &Call<'_>,
    /// The phases, or a complex field, whose phases are meant.
    phases: Samples,
    /// The axis along which the phase is followed, by name or number; the first if left out.
    #[named]
    axis: Option<AxisChoice>,
) -> Result<Value> {
    let found = phases.at_times(call, |frame| {
        require_whole(call, frame, phases.span)?;
        let place = axis.as_ref().map_or(Ok(0), |axis| axis.of(frame))?;
        let angles: Vec<f64> = match frame.as_real() {
            Some(values) => values.to_vec(),
            None => {
                let values = frame.to_complex();
                if values.contains(&Complex64::new(0.0, 0.0)) {
                    let message = "the winding number is undefined: the field is 0 somewhere and has no phase there";
                    return Diagnostic::error(&codes::E0301_UNDEFINED, message)
                        .at(phases.span)
                        .into();
                }
                values.iter().map(|z| z.arg()).collect()
            }
        };
        lattice::winding_numbers(&angles, &frame.shape(), place).or_refuse(phases.span)
    })?;
    let Some(time) = found.time else {
        let numbers = found.items.into_iter().next().unwrap_or_default();
        return Ok(match numbers.as_slice() {
            [one] => Value::Expr(holor_algebra::Expr::integer(*one)),
            several => crate::builtin::IntoValue::into_value(several.to_vec()),
        });
    };
    let rows: Vec<NumericArray> = found
        .items
        .iter()
        .map(|row| {
            let row = row.iter().map(|&n| Complex64::from(n as f64)).collect();
            NumericArray::vector(real_if_possible(row)).named("winding number")
        })
        .collect();
    let single = rows.iter().all(|row| row.count() == 1);
    let array = if single {
        let numbers: Vec<f64> =
            rows.iter().filter_map(|row| Some(row.at(0)?.re)).collect();
        NumericArray::along(numbers, time).map(|it| it.named("winding number"))
    } else {
        NumericArray::stacked(time, &rows)
    };
    Ok(array.map_or(Value::Nothing, NumericArray::into_value))
}

/// The superfluid fraction (m/ħ²) ⟨W²⟩ L²/(d β N) from the winding numbers W of a path-integral simulation.
///
/// Pollock and Ceperley, Phys. Rev. B 36 (1987) 8343, with ħ²/m = 1 unless `two_lambda` says otherwise.
///
/// ```holor
/// superfluid_fraction([[1, 0], [0, -1]], length = 2, particles = 4, beta = 1)    # => 0.5
/// ```
#[builtin(topic = "coherence", latex = none, since = "0.1", see("winding_number", "penrose_onsager"))]
fn superfluid_fraction(
    call: &Call<'_>,
    /// The winding vectors of the samples, in units of the box; of a ring, their winding numbers.
    windings: Either<Vec<Vec<i64>>, Vec<i64>>,
    /// The length of the box.
    #[named]
    length: Option<f64>,
    /// How many particles there are.
    #[named]
    particles: Option<usize>,
    /// The inverse temperature β.
    #[named]
    beta: Option<f64>,
    /// ħ²/m.
    #[named]
    #[default(1.0)]
    two_lambda: f64,
) -> Result<f64> {
    let (Some(length), Some(particles), Some(beta)) = (length, particles, beta) else {
        let message = "`superfluid_fraction` needs the length of the box, the number of particles and β";
        let error = call.error(&codes::E0202_WRONG_ARGUMENTS, message);
        return Err(Box::new((*error).hint(call.signature())));
    };
    let windings = match windings {
        Either::First(windings) => windings,
        Either::Second(numbers) => numbers.into_iter().map(|it| vec![it]).collect(),
    };
    lattice::superfluid_fraction(&windings, length, particles, beta, two_lambda)
        .or_refuse(call.span())
}
