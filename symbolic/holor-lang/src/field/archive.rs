//! Runs on disk: every frame as it is saved, and now and then the exact state, so that the same cell run again goes on.

use std::sync::Arc;

use holor_field::backend::Precision;
use holor_field::checkpoint::{Archive, Description, Store};
use holor_field::run::{Row, Snapshot, State, Values};
use holor_field::{FieldError, FieldResult};

use super::EvolutionSystem;
use super::evolution::{Choices, Made};
use super::run::{Series, SeriesValues};

/// Seconds between exact states.
const SECONDS: f64 = 5.0;

/// A run's archive, open for more.
#[derive(Debug)]
pub(crate) struct Keeper {
    archive: Archive,
    /// When the state was written last, by the clock that it is given.
    last: Option<f64>,
    columns: usize,
}

/// What an archive gives back.
#[derive(Debug)]
pub(crate) struct Kept {
    /// The times of the frames.
    pub(crate) times: Vec<f64>,
    /// The frames.
    pub(crate) frames: Vec<Vec<Series>>,
    /// What was watched, column by column.
    pub(crate) watched: Vec<Vec<f64>>,
    /// The times at which it was watched.
    pub(crate) watched_times: Vec<f64>,
    /// The state to go on from.
    pub(crate) state: State,
    /// The step of its plan.
    pub(crate) step: f64,
    /// The time at which its plan began.
    pub(crate) start: f64,
    /// How many stretches were checked.
    pub(crate) stretches: u64,
    /// Steps of earlier plans.
    pub(crate) steps_before: u64,
}

/// Numbers that are kept beside the state, by name.
const STEP: &str = "holor step of the plan";
const START: &str = "holor start of the plan";
const FRAMES: &str = "holor frames";
const STRETCHES: &str = "holor stretches";
const STEPS: &str = "holor steps of earlier plans";

impl Keeper {
    /// Opens an archive: a new one, or one of the same run that was stopped, with what it holds.
    ///
    /// # Errors
    /// Where the store holds another run, or fails.
    pub(crate) fn open(
        store: Arc<dyn Store>,
        system: &EvolutionSystem,
        choices: &Choices,
        (save, last_only): (f64, bool),
        columns: &[Arc<str>],
    ) -> FieldResult<(Self, Option<Kept>)> {
        let description = describe(system, choices, save, columns);
        let columns = columns.len();
        if store.get("zarr.json")?.is_none() {
            let archive = Archive::create(store, &description)?;
            return Ok((Self { archive, last: None, columns }, None));
        }
        let mut archive = Archive::open(store)?;
        let other = archive
            .description()
            .attributes
            .iter()
            .filter(|(name, _)| !name.starts_with("holor_"))
            .find(|own| {
                description
                    .attributes
                    .iter()
                    .any(|mine| mine.0 == own.0 && mine.1 != own.1)
            });
        if let Some((name, text)) = other {
            return Err(FieldError::invalid(
                format!("the checkpoint holds another run: its {name} is `{text}`"),
                "choose another name, or delete it",
            ));
        }
        if *archive.description() != description {
            return Err(FieldError::invalid(
                "the checkpoint holds another run",
                "choose another name, or delete it",
            ));
        }
        let Some(mut state) = archive.read_state()? else {
            archive.truncate(0)?;
            return Ok((Self { archive, last: None, columns }, None));
        };
        let mut take = |name: &str| {
            let place = state.scalars.iter().position(|(own, _)| own == name)?;
            Some(state.scalars.remove(place).1)
        };
        let (Some(step), Some(start), Some(frames), Some(stretches), Some(steps)) =
            (take(STEP), take(START), take(FRAMES), take(STRETCHES), take(STEPS))
        else {
            return Err(FieldError::invalid("the checkpoint is damaged", "delete it"));
        };
        archive.truncate(frames as usize)?;
        let mut kept = Kept {
            times: archive.column("time")?,
            frames: Vec::new(),
            watched: Vec::new(),
            watched_times: Vec::new(),
            state,
            step,
            start,
            stretches: stretches as u64,
            steps_before: steps as u64,
        };
        kept.watched_times = kept.times.clone();
        let first = if last_only { kept.times.len().saturating_sub(1) } else { 0 };
        for index in first..kept.times.len() {
            kept.frames.push(frame(&archive, system, index)?);
        }
        kept.times.drain(..first);
        for name in &description.columns {
            kept.watched.push(archive.column(name)?);
        }
        Ok((Self { archive, last: None, columns }, Some(kept)))
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

    /// Keeps a frame.
    ///
    /// # Errors
    /// Where the store fails.
    pub(crate) fn append(
        &mut self,
        system: &EvolutionSystem,
        time: f64,
        values: &[Series],
        row: &[f64],
        precision: Precision,
    ) -> FieldResult<()> {
        let index = self.archive.len() as u64;
        let mut numbers = row.to_vec();
        numbers.resize(self.columns, f64::NAN);
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
        self.archive.append(&snapshot, &Row { index, time, values: numbers })
    }

    /// Keeps the exact state, where the last one is some seconds old or `now` is not given.
    ///
    /// # Errors
    /// Where the store fails.
    pub(crate) fn keep_state(
        &mut self,
        now: Option<f64>,
        made: &Made,
        state: impl FnOnce() -> FieldResult<State>,
    ) -> FieldResult<()> {
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
            (FRAMES.to_owned(), self.archive.len() as f64),
            (STRETCHES.to_owned(), made.stretches as f64),
            (STEPS.to_owned(), made.steps_before as f64),
        ]);
        self.archive.write_state(&state)
    }
}

fn describe(
    system: &EvolutionSystem,
    choices: &Choices,
    save: f64,
    columns: &[Arc<str>],
) -> Description {
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
    // The start decides as much as the equations do.
    let mut start: u64 = 0xcbf2_9ce4_8422_2325;
    for value in system.system.fields.iter().flat_map(|field| &field.start) {
        for bits in [value.re.to_bits(), value.im.to_bits()] {
            start = (start ^ bits).wrapping_mul(0x0100_0000_01b3);
        }
    }
    Description {
        attributes: vec![
            ("equations".to_owned(), equations.join("; ")),
            ("box".to_owned(), system.grid.plain()),
            ("start".to_owned(), format!("t = {}, values {start:016x}", choices.times.0)),
            ("method".to_owned(), choices.method.to_string()),
            ("dt".to_owned(), text(choices.step)),
            ("save".to_owned(), save.to_string()),
            ("seed".to_owned(), choices.seed.to_string()),
        ],
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
        columns: columns.iter().map(ToString::to_string).collect(),
        precision: choices.precision,
    }
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
