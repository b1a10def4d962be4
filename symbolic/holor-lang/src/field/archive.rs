//! Runs on disk: every frame as it is saved, and now and then the exact state, so that the same cell run again goes on.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use holor_field::backend::Precision;
use holor_field::checkpoint::{Archive, Description, Lock, Store, Watched};
use holor_field::run::{Row, Snapshot, State, Values};
use holor_field::{FieldError, FieldResult};

use super::driver::checks;
use super::driver::pace::StepHistory;
use super::evolution::{Choices, Made};
use super::run::{Series, SeriesValues};
use super::{EvolutionSystem, Seen, Space};
use crate::Value;
use crate::array::{ArrayAxis, ArrayValues, AxisKind, NumericArray};

/// Seconds between exact states.
const SECONDS: f64 = 5.0;

/// A run's archive, open for more.
#[derive(Debug)]
pub(crate) struct Keeper {
    archive: Archive,
    /// When the state was written last, by the clock that it is given.
    last: Option<f64>,
    /// How many things are watched.
    columns: usize,
    /// Frames at whole saves: a last time between saves is none of them.
    saves: usize,
    /// Why nothing more can be written: a frame that is missing must not be followed by others.
    failure: Option<FieldError>,
    /// Set with it: the run ends then as one that is interrupted.
    failed: Arc<AtomicBool>,
    /// Keeps other sessions from writing; none where this one may not write.
    _lock: Lock,
}

/// What an archive gives back.
#[derive(Debug)]
pub(crate) struct Kept {
    /// The times of all frames.
    pub(crate) times: Vec<f64>,
    /// At which of them the condition that ends the run holds; nothing where that is not known of this condition.
    pub(crate) holds: Option<Vec<bool>>,
    /// The steps that led to each.
    pub(crate) steps: Vec<f64>,
    /// The state to go on from, at the last of them.
    pub(crate) state: State,
    /// The step of its plan.
    pub(crate) step: f64,
    /// The time at which its plan began.
    pub(crate) start: f64,
    /// How many stretches were checked.
    pub(crate) stretches: u64,
    /// Steps of earlier plans.
    pub(crate) steps_before: u64,
    /// How often the step was shortened.
    pub(crate) trials: usize,
    /// The largest absolute value of each series in the frames.
    pub(crate) scales: Vec<f64>,
    /// How the slopes of its rates went.
    pub(crate) seen: Option<checks::SlopesSeen>,
    /// How its steps went.
    pub(crate) history: StepHistory,
    /// What is wrong with the last state, where this is the one before.
    pub(crate) damage: Option<String>,
}

/// What a run says of itself beside its system and choices.
#[derive(Debug)]
pub(crate) struct Kind<'a> {
    /// The time between saves.
    pub(crate) save: f64,
    /// The texts of what is watched.
    pub(crate) columns: &'a [Arc<str>],
    /// The values of names in it.
    pub(crate) constants: String,
    /// The condition that ends it, with the values of names in it; empty where there is none.
    pub(crate) until: String,
}

/// Numbers that are kept beside the state, by name.
const STEP: &str = "holor step of the plan";
const START: &str = "holor start of the plan";
const FRAMES: &str = "holor frames";
const STRETCHES: &str = "holor stretches";
const STEPS: &str = "holor steps of earlier plans";
const TRIALS: &str = "holor trials";
const SCALE: &str = "holor scale ";
/// The column with the steps n that led to a frame: −1 − n where the condition that ends the run holds. One for both, as each costs time at
/// every save.
const TAKEN: &str = "holor steps";
/// The attribute with that condition.
const UNTIL: &str = "until";
/// The attribute with the time between saves.
const SAVE: &str = "save";
/// The attribute with where fields of a staggered grid stand.
const PLACES: &str = "half a cell beyond the points";
/// The attribute with the seed.
const SEED: &str = "seed";

impl Keeper {
    /// The seed and the time between saves of the run in a store, where there is one.
    pub(crate) fn left_out(store: &Arc<dyn Store>) -> (Option<u64>, Option<f64>) {
        let Ok(archive) = Archive::open(Arc::clone(store)) else { return (None, None) };
        let text = |name: &str| attribute(archive.description(), name);
        (
            text(SEED).and_then(|text| text.parse().ok()),
            text(SAVE).and_then(|text| text.parse().ok()),
        )
    }

    /// Opens an archive: a new one, or one of the same run that was stopped, with what it holds.
    ///
    /// # Errors
    /// Where the store holds another run, or fails.
    pub(crate) fn open(
        store: Arc<dyn Store>,
        system: &EvolutionSystem,
        choices: &Choices,
        kind: &Kind<'_>,
    ) -> FieldResult<(Self, Option<Kept>)> {
        let description = describe(system, choices, kind);
        let columns = kind.columns.len();
        let keeper = |archive, lock, saves| Self {
            archive,
            last: None,
            columns,
            saves,
            failure: None,
            failed: Arc::default(),
            _lock: lock,
        };
        let lock = store.lock()?;
        if store.get("zarr.json")?.is_none() {
            let archive = Archive::create(store, &description)?;
            return Ok((keeper(archive, lock, 0), None));
        }
        let mut archive = Archive::open(store)?;
        check_same(archive.description(), &description)?;
        let stored_until = attribute(archive.description(), UNTIL).unwrap_or_default();
        let same_until = stored_until == kind.until;
        if !same_until {
            archive.set_attribute(UNTIL, "")?;
        }
        let Some(recovered) = archive.recover_state()? else {
            archive.truncate(0)?;
            archive.set_attribute(UNTIL, &kind.until)?;
            return Ok((keeper(archive, lock, 0), None));
        };
        let mut state = recovered.state;
        let seen = checks::SlopesSeen::take(&mut state.scalars);
        let history = StepHistory::take(&mut state.scalars);
        let mut take = |name: &str| {
            let place = state.scalars.iter().position(|(own, _)| own == name)?;
            Some(state.scalars.remove(place).1)
        };
        let (
            Some(step),
            Some(start),
            Some(frames),
            Some(stretches),
            Some(steps),
            Some(trials),
        ) = (
            take(STEP),
            take(START),
            take(FRAMES),
            take(STRETCHES),
            take(STEPS),
            take(TRIALS),
        )
        else {
            return Err(FieldError::store(
                "the checkpoint is damaged at \"state\": its description is incomplete",
                "a copy of the folder, or delete it: the run begins anew then",
            ));
        };
        let mut scales = Vec::new();
        while let Some(scale) = take(&format!("{SCALE}{}", scales.len())) {
            scales.push(scale);
        }
        let saves = frames as usize;
        if archive.len() != saves {
            archive.truncate(saves)?;
        }
        let column = archive.column(TAKEN)?;
        let holds = same_until.then(|| column.iter().map(|it| *it < 0.0).collect());
        let kept = Kept {
            times: archive.column("time")?,
            holds,
            steps: column.into_iter().map(steps_of).collect(),
            state,
            step,
            start,
            stretches: stretches as u64,
            steps_before: steps as u64,
            trials: trials as usize,
            scales,
            seen,
            history,
            damage: recovered.damage.map(|error| error.to_string()),
        };
        Ok((keeper(archive, lock, saves), Some(kept)))
    }

    /// Why nothing more could be written, if so.
    pub(crate) fn failure(&self) -> Option<&FieldError> {
        self.failure.as_ref()
    }

    /// What is set when nothing more can be written.
    pub(crate) fn failed(&self) -> Arc<AtomicBool> {
        self.failed.clone()
    }

    /// Remembers that nothing more can be written; what was computed is still there.
    fn note(&mut self, written: FieldResult<()>) {
        if let Err(error) = written {
            self.failure = Some(error);
            self.failed.store(true, Ordering::Relaxed);
        }
    }

    /// Says at which frames another condition holds.
    ///
    /// # Errors
    /// Where the store fails.
    pub(crate) fn set_holds(&mut self, until: &str, holds: &[bool]) -> FieldResult<()> {
        let steps = self.archive.column(TAKEN)?.into_iter().map(steps_of);
        let numbers: Vec<f64> =
            steps.zip(holds).map(|(steps, holds)| taken(steps, *holds)).collect();
        self.archive.replace_column(TAKEN, &numbers)?;
        self.archive.set_attribute(UNTIL, until)
    }

    /// A frame that is kept.
    ///
    /// # Errors
    /// Where there is none, or the store fails.
    pub(crate) fn frame(
        &self,
        system: &EvolutionSystem,
        index: usize,
    ) -> FieldResult<Vec<Series>> {
        frame(&self.archive, system, index)
    }

    /// What was watched at the first frames, column by column; nothing where it was neither a number nor an array of them.
    ///
    /// # Errors
    /// Where the store fails.
    pub(crate) fn watched(&self, frames: usize) -> FieldResult<Vec<Vec<Option<Value>>>> {
        let names = self.archive.description().columns.iter().take(self.columns);
        names
            .enumerate()
            .map(|(place, name)| {
                let numbers = self.archive.column(name)?.into_iter().take(frames);
                numbers
                    .enumerate()
                    .map(|(index, number)| {
                        Ok(match self.archive.watched(place, index)? {
                            Some(whole) => watched_value(whole),
                            None if number.is_nan() => None,
                            None => Some(Value::from(number)),
                        })
                    })
                    .collect()
            })
            .collect()
    }

    /// Keeps a frame, at a save or at a last time between saves, with what was seen. A store that fails is no error of the run: see
    /// [`Self::failure`].
    pub(crate) fn append(
        &mut self,
        system: &EvolutionSystem,
        (time, steps, whole): (f64, u64, bool),
        values: &[Series],
        seen: &Seen,
        precision: Precision,
    ) -> FieldResult<()> {
        if self.failure.is_some() {
            return Ok(());
        }
        let index = self.archive.len() as u64;
        let mut numbers: Vec<f64> = seen.row.iter().map(real_number).collect();
        numbers.resize(self.columns, f64::NAN);
        numbers.push(taken(steps as f64, seen.holds));
        let watched: Vec<_> = seen.row.iter().map(whole_of).collect();
        let mut snapshot = Snapshot {
            index,
            time,
            count: 0,
            planes: Vec::new(),
            velocities: Vec::new(),
        };
        for (name, part) in system.system.fields.iter().flat_map(|field| {
            let parts = if field.complex { 2 } else { 1 };
            (0..parts).map(move |part| (field.name.as_str(), part))
        }) {
            let plane = |name: &str| {
                let series = values.iter().find(|series| &*series.name == name)?;
                Some(packed(part_of(series, part), precision))
            };
            snapshot
                .planes
                .push(plane(name).unwrap_or_else(|| Values::Double(Vec::new())));
            snapshot.velocities.push(plane(&format!("{name}_t")));
        }
        let row = Row { index, time, values: numbers };
        let written = self.archive.append_with(&snapshot, &row, &watched);
        self.note(written);
        if whole && self.failure.is_none() {
            self.saves = self.archive.len();
        }
        Ok(())
    }

    /// Keeps the exact state, where the last one is some seconds old or `now` is not given; a store that fails as in [`Self::append`].
    ///
    /// # Errors
    /// Where there is no state.
    pub(crate) fn keep_state(
        &mut self,
        now: Option<f64>,
        made: &Made,
        state: impl FnOnce() -> FieldResult<State>,
    ) -> FieldResult<()> {
        if self.failure.is_some() {
            return Ok(());
        }
        if let (Some(now), Some(last)) = (now, self.last)
            && now - last < SECONDS
        {
            return Ok(());
        }
        self.last = now.or(self.last);
        let mut state = state()?;
        state.scalars.extend([
            (STEP.to_owned(), made.step()),
            (START.to_owned(), made.options.start),
            (FRAMES.to_owned(), self.saves as f64),
            (STRETCHES.to_owned(), made.stretches as f64),
            (STEPS.to_owned(), made.steps_before as f64),
            (TRIALS.to_owned(), made.trials as f64),
        ]);
        let scales = made.scales.iter().enumerate();
        state
            .scalars
            .extend(scales.map(|(place, scale)| (format!("{SCALE}{place}"), *scale)));
        state.scalars.extend(made.history.to_numbers());
        if let Some(seen) = &made.seen {
            state.scalars.extend(seen.to_numbers());
        }
        let written = self.archive.write_state(&state);
        self.note(written);
        Ok(())
    }
}

/// What the column of steps says of a frame.
fn taken(steps: f64, holds: bool) -> f64 {
    if holds { -1.0 - steps } else { steps }
}

/// The steps that it says.
fn steps_of(taken: f64) -> f64 {
    if taken < 0.0 { -1.0 - taken } else { taken }
}

/// Whether a column of an archive is one that no person asked for.
pub(crate) fn is_own_column(name: &str) -> bool {
    name == TAKEN
}

fn attribute<'a>(description: &'a Description, name: &str) -> Option<&'a str> {
    let mut attributes = description.attributes.iter();
    attributes.find(|(own, _)| own == name).map(|(_, text)| &**text)
}

/// An error that says in what a kept run differs from the one at hand.
fn check_same(kept: &Description, own: &Description) -> FieldResult<()> {
    let other = "checkpoint = …, another name, or delete the folder";
    let hinted = |what: &str, hint: &str| {
        FieldError::invalid(format!("the checkpoint holds another run: {what}"), hint)
    };
    let differs = |what: &str| hinted(what, other);
    let words = |text: &str| match text {
        "" => "nothing".to_owned(),
        text => format!("`{text}`"),
    };
    for (name, mine) in own.attributes.iter().filter(|(name, _)| name != UNTIL) {
        match attribute(kept, name) {
            Some(text) if text == mine => {}
            Some(_) if name == "values" => {
                return Err(differs(
                    "its fields start with other values, or have other sides or factors",
                ));
            }
            Some(text) => {
                // What was left out then is left out now.
                let hint = match name.as_str() {
                    "dt" | SAVE | SEED | "method" if text != "auto" => {
                        format!("{name} = {text}")
                    }
                    _ => other.to_owned(),
                };
                let what = format!("its {name}: {}, not {}", words(text), words(mine));
                return Err(hinted(&what, &hint));
            }
            None => return Err(differs("an earlier version of holor wrote it")),
        }
    }
    if kept.columns != own.columns {
        let watched = |description: &Description| {
            let own = description.columns.iter().filter(|name| !is_own_column(name));
            own.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
        };
        return Err(match watched(kept).as_str() {
            "" => differs("it watches nothing"),
            list => differs(&format!("it watches {list}")),
        });
    }
    if kept.precision != own.precision {
        return Err(differs("its precision is another one"));
    }
    let same_axes = kept.axes == own.axes;
    if !same_axes || kept.planes != own.planes || kept.velocities != own.velocities {
        return Err(differs("it has other fields or another box"));
    }
    Ok(())
}

fn describe(system: &EvolutionSystem, choices: &Choices, kind: &Kind<'_>) -> Description {
    let equations: Vec<String> =
        system.equations.iter().map(ToString::to_string).collect();
    let text =
        |value: Option<f64>| value.map_or_else(|| "auto".to_owned(), |it| it.to_string());
    let mut planes = Vec::new();
    let mut velocities = Vec::new();
    for field in &system.system.fields {
        let names = match field.complex {
            true => vec![format!("{}.re", field.name), format!("{}.im", field.name)],
            false => vec![field.name.clone()],
        };
        velocities.extend(names.iter().map(|_| field.order == 2));
        planes.extend(names);
    }
    // The start, the sides and given factors decide as much as the equations do.
    let mut hash = Hash::new();
    for field in &system.system.fields {
        hash.numbers(&field.start);
        hash.numbers(&field.start_velocity);
        hash.text(&format!("{:?} {:?}", field.boundaries, field.edge));
    }
    for given in &system.system.given {
        hash.numbers(&given.values);
    }
    let options = [
        choices.order.map(|order| format!("order = {order}")),
        match choices.space {
            Space::Auto => None,
            Space::Differences => Some("space = differences".to_owned()),
            Space::Spectral => Some("space = spectral".to_owned()),
        },
        choices.tolerance.map(|tolerance| format!("tolerance = {tolerance}")),
        choices.interpretation.map(|it| format!("noise = {it:?}").to_lowercase()),
        choices.dealias.map(|dealias| format!("dealias = {dealias}")),
        choices.unsafe_step.then(|| "unsafe = true".to_owned()),
        choices.compensated.then(|| "precision = mixed".to_owned()),
        system.system.is_staggered().then(|| "grid = staggered".to_owned()),
        choices.limiter.map(|it| format!("limiter = {}", it.name())),
    ];
    let options: Vec<String> = options.into_iter().flatten().collect();
    let mut columns: Vec<String> = kind.columns.iter().map(ToString::to_string).collect();
    columns.push(TAKEN.to_owned());
    let attributes = [
        ("equations", renumbered(&equations.join("; "))),
        ("box", system.grid.plain()),
        ("start", format!("t = {}", choices.times.0)),
        ("values", format!("{:016x}", hash.0)),
        ("method", choices.method.to_string()),
        ("dt", text(choices.step)),
        (SAVE, kind.save.to_string()),
        (SEED, choices.seed.to_string()),
        ("options", options.join(", ")),
        ("constants", kind.constants.clone()),
        (UNTIL, kind.until.clone()),
    ]
    .map(|(name, text)| (name.to_owned(), text));
    let mut attributes = attributes.to_vec();
    if let Some(places) = places_text(system) {
        attributes.push((PLACES.to_owned(), places));
    }
    Description {
        attributes,
        axes: system
            .grid
            .grid
            .axes
            .iter()
            .enumerate()
            .map(|(place, axis)| (axis.name.clone(), system.grid.points(place)))
            .collect(),
        planes,
        velocities,
        columns,
        precision: choices.frame_precision(),
    }
}

/// Which fields of a staggered grid stand half a cell beyond the points, and along which axes: `E_x: x; B_z: x, y`.
fn places_text(system: &EvolutionSystem) -> Option<String> {
    let axes = &system.system.grid.axes;
    let fields = system.system.fields.iter().filter(|it| it.shift.contains(&true));
    let texts: Vec<String> = fields
        .map(|field| {
            let along = axes.iter().zip(field.shift).filter(|(_, shift)| *shift);
            let along: Vec<&str> = along.map(|(axis, _)| axis.name.as_str()).collect();
            format!("{}: {}", field.name, along.join(", "))
        })
        .collect();
    (!texts.is_empty()).then(|| texts.join("; "))
}

/// Along which axes the values of a field in an archive stand half a cell beyond the points.
pub(crate) fn stands_beyond(description: &Description, field: &str, axis: &str) -> bool {
    let places = attribute(description, PLACES).unwrap_or_default();
    places.split("; ").any(|place| {
        let own = place.split_once(": ").filter(|(name, _)| *name == field);
        own.is_some_and(|(_, axes)| axes.split(", ").any(|own| own == axis))
    })
}

/// Equations with their noises counted from 1: a session counts on, and the same cell has others when it is run again.
fn renumbered(text: &str) -> String {
    let name = format!("{}(", super::names::NOISE);
    let mut known: Vec<&str> = Vec::new();
    let mut parts = text.split(name.as_str());
    let mut result = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find(|c: char| !c.is_ascii_digit()).unwrap_or(part.len());
        let (label, rest) = part.split_at(end);
        result.push_str(&name);
        if !label.is_empty() {
            let place = known.iter().position(|own| *own == label).unwrap_or_else(|| {
                known.push(label);
                known.len() - 1
            });
            result.push_str(&(place + 1).to_string());
        }
        result.push_str(rest);
    }
    result
}

/// FNV-1a of the bits of numbers and of texts.
struct Hash(u64);

impl Hash {
    fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    fn add(&mut self, bits: u64) {
        self.0 = (self.0 ^ bits).wrapping_mul(0x0100_0000_01b3);
    }

    fn numbers(&mut self, values: &[crate::Complex64]) {
        self.add(values.len() as u64);
        for value in values {
            self.add(value.re.to_bits());
            self.add(value.im.to_bits());
        }
    }

    fn text(&mut self, text: &str) {
        for byte in text.bytes() {
            self.add(u64::from(byte));
        }
    }
}

/// What was watched as a real number; NaN where it is none.
fn real_number(value: &Value) -> f64 {
    let number = value.as_expr().and_then(crate::array::plain_number);
    number.filter(|it| it.im == 0.0).map_or(f64::NAN, |it| it.re)
}

/// The name of an axis' kind, as it is kept.
fn kind_word(kind: AxisKind) -> &'static str {
    match kind {
        AxisKind::Index => "index",
        AxisKind::Space { periodic: false } => "space",
        AxisKind::Space { periodic: true } => "circle",
        AxisKind::Time => "time",
        AxisKind::Quantity => "quantity",
    }
}

/// What was watched, where it is a complex number or an array.
fn whole_of(value: &Value) -> Option<Watched> {
    if let Some(number) = value.as_expr().and_then(crate::array::plain_number) {
        let whole = Watched {
            kind: "number".to_owned(),
            axes: Vec::new(),
            complex: true,
            values: vec![number.re, number.im],
        };
        return (number.im != 0.0).then_some(whole);
    }
    let Value::Array(array) = value else { return None };
    let kinds: Vec<&str> =
        array.axes().iter().map(|axis| kind_word(axis.kind())).collect();
    let angle = if array.is_angle() { " of angles" } else { "" };
    let values = match array.as_real() {
        Some(values) => values.to_vec(),
        None => array.to_complex().iter().flat_map(|it| [it.re, it.im]).collect(),
    };
    Some(Watched {
        kind: format!("array{angle}: {}", kinds.join(", ")),
        axes: array
            .axes()
            .iter()
            .map(|axis| (axis.name().to_owned(), axis.coordinates().into_owned()))
            .collect(),
        complex: array.is_complex(),
        values,
    })
}

/// A value that was kept whole.
pub(crate) fn watched_value(whole: Watched) -> Option<Value> {
    let complex = || -> Vec<crate::Complex64> {
        let pairs = whole.values.as_chunks::<2>().0.iter();
        pairs.map(|[re, im]| crate::Complex64::new(*re, *im)).collect()
    };
    if whole.kind == "number" {
        return complex().first().map(|number| crate::array::number(*number));
    }
    let (what, kinds) = whole.kind.split_once(": ")?;
    let axes: Option<Vec<ArrayAxis>> = whole
        .axes
        .iter()
        .zip(kinds.split(", "))
        .map(|((name, points), kind)| {
            Some(match kind {
                "index" => ArrayAxis::index(points.len()),
                "space" => ArrayAxis::space(name, points.clone(), false),
                "circle" => ArrayAxis::space(name, points.clone(), true),
                "time" => ArrayAxis::new(name, AxisKind::Time, points.clone()),
                "quantity" => ArrayAxis::quantity(name, points.clone()),
                _ => return None,
            })
        })
        .collect();
    let values: ArrayValues = match whole.complex {
        true => complex().into(),
        false => whole.values.into(),
    };
    let array = NumericArray::new(values, axes?)?;
    Some(array.with_angle(what.ends_with("of angles")).into())
}

/// The values of the real or the imaginary part.
fn part_of(series: &Series, part: usize) -> Vec<f64> {
    match &series.values {
        SeriesValues::Real(values) => values.to_vec(),
        SeriesValues::Complex(values) if part == 0 => {
            values.iter().map(|it| it.re).collect()
        }
        SeriesValues::Complex(values) => values.iter().map(|it| it.im).collect(),
    }
}

fn packed(values: Vec<f64>, precision: Precision) -> Values {
    match precision {
        Precision::Double => Values::Double(values),
        Precision::Single => {
            Values::Single(values.into_iter().map(|it| it as f32).collect())
        }
    }
}

/// A frame of an archive.
fn frame(
    archive: &Archive,
    system: &EvolutionSystem,
    index: usize,
) -> FieldResult<Vec<Series>> {
    let mut all = Vec::new();
    let mut plane = 0;
    for field in &system.system.fields {
        let second = field.order == 2;
        let planes = if field.complex { 2 } else { 1 };
        let mut read = |name: String, rate: bool| -> FieldResult<()> {
            let part = |place: usize| match rate {
                false => archive.plane(place, index),
                true => archive.velocity(place, index),
            };
            let real = part(plane)?.to_double();
            let values = if field.complex {
                let imaginary = part(plane + 1)?.to_double();
                let pairs = real.into_iter().zip(imaginary);
                SeriesValues::Complex(Arc::new(
                    pairs.map(|(re, im)| crate::Complex64::new(re, im)).collect(),
                ))
            } else {
                SeriesValues::Real(Arc::new(real))
            };
            all.push(Series { name: name.into(), values });
            Ok(())
        };
        read(field.name.clone(), false)?;
        if second {
            read(format!("{}_t", field.name), true)?;
        }
        plane += planes;
    }
    Ok(all)
}
