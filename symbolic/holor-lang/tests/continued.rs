//! Runs in pieces: ended by a condition, continued, kept on disk and taken up again, always with the frames of a run in one piece.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod support;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use holor_field::checkpoint::{MemoryStore, Store};
use holor_field::{FieldError, FieldResult};
use holor_lang::{Diagnostic, Session, Value, World};

/// A world with stores by name, that keeps its warnings.
#[derive(Debug, Default)]
struct Stored {
    stores: Mutex<BTreeMap<String, Arc<Failing>>>,
    warnings: Mutex<Vec<String>>,
    /// Seconds that pass whenever the clock is read.
    pace: Mutex<f64>,
    clock: Mutex<f64>,
    /// Bytes of free memory, where that is known.
    free: Mutex<Option<u64>>,
    /// After so many looks at the clock the person interrupts.
    alarm: Mutex<Option<(u32, Arc<AtomicBool>)>>,
}

/// A store that fails after so many changes: what is in it then is what the end of the machine leaves behind.
#[derive(Debug)]
struct Failing {
    inner: MemoryStore,
    left: AtomicI64,
}

impl Default for Failing {
    fn default() -> Self {
        Self { inner: MemoryStore::new(), left: AtomicI64::new(i64::MAX) }
    }
}

impl Failing {
    fn changes(&self) -> Result<(), FieldError> {
        match self.left.fetch_sub(1, Ordering::Relaxed) {
            left if left > 0 => Ok(()),
            _ => Err(FieldError::Device("killed".into())),
        }
    }
}

impl Store for Failing {
    fn get(&self, key: &str) -> FieldResult<Option<Vec<u8>>> {
        self.inner.get(key)
    }
    fn set(&self, key: &str, bytes: &[u8]) -> FieldResult<()> {
        self.changes()?;
        self.inner.set(key, bytes)
    }
    fn list(&self, prefix: &str) -> FieldResult<Vec<String>> {
        self.inner.list(prefix)
    }
    fn rename(&self, from: &str, to: &str) -> FieldResult<()> {
        self.changes()?;
        self.inner.rename(from, to)
    }
    fn remove(&self, key: &str) -> FieldResult<()> {
        self.changes()?;
        self.inner.remove(key)
    }
}

impl World for Stored {
    support::nobody!();
    fn display(&self, _: &Value, _: Option<&str>, _: bool) {}
    fn warn(&self, warning: &Diagnostic) {
        self.warnings.lock().unwrap().push(warning.message.clone());
    }
    fn seconds(&self) -> f64 {
        let mut alarm = self.alarm.lock().unwrap();
        match &mut *alarm {
            Some((0, flag)) => {
                flag.store(true, Ordering::Relaxed);
                *alarm = None;
            }
            Some((left, _)) => *left -= 1,
            None => {}
        }
        let mut clock = self.clock.lock().unwrap();
        *clock += *self.pace.lock().unwrap();
        *clock
    }
    fn free_memory(&self) -> Option<u64> {
        *self.free.lock().unwrap()
    }
    fn store(&self, path: &str) -> Result<Arc<dyn Store>, String> {
        let mut stores = self.stores.lock().unwrap();
        let store = stores.entry(path.to_owned()).or_default();
        Ok(Arc::clone(store) as Arc<dyn Store>)
    }
}

/// A session in its world.
struct Desk {
    session: Session,
    world: Stored,
}

impl Desk {
    fn new(cell: &str) -> Self {
        let desk = Self { session: Session::new(), world: Stored::default() };
        desk.run(cell);
        desk
    }

    /// The value of a cell as text; an error as `error: …` with its hints.
    fn run(&self, cell: &str) -> String {
        let outcome = self.session.run(cell, "cell", 1, &self.world);
        self.world
            .warnings
            .lock()
            .unwrap()
            .extend(outcome.warnings.iter().map(|it| it.message.clone()));
        match outcome.errors.first() {
            Some(error) => {
                format!("error: {} | {}", error.message, error.hints.join(" | "))
            }
            None => outcome.value.as_ref().map_or_else(String::new, Value::plain),
        }
    }

    fn ok(&self, cell: &str) -> String {
        let text = self.run(cell);
        assert!(!text.starts_with("error"), "{cell}: {text}");
        text
    }
}

const HEAT: &str = "B = box(x = 0..2pi; points = 16, boundary = periodic); \
     u = field(B, sin(x) + cos(2x)/3); eq = diff(u, t) == diff(u, x, 2) - u^3;";

/// How steps are chosen.
const STEPS: [&str; 4] =
    ["dt = 0.01, method = rk4", "method = rk4", "method = dopri5", "method = etdrk4"];

#[test]
fn a_run_ended_by_its_condition_goes_on_as_one_that_was_not() {
    for steps in STEPS {
        for frames in ["", ", frames = last"] {
            // At the start, between, at the end; and once more later.
            for condition in ["t >= 0", "t > 0.15", "max(u) < 1.05", "t > 0.55", "t > 9"]
            {
                let desk = Desk::new(HEAT);
                let options = format!(
                    "t = 0..0.6, save = 0.1, {steps}{frames}, watch = [max(u), t]"
                );
                desk.ok(&format!("whole = evolve(eq, {options});"));
                desk.ok(&format!("part = evolve(eq, {options}, until = {condition});"));
                let mut times = 0;
                loop {
                    let reached: f64 = desk.ok("part.t[-1]").parse().unwrap();
                    if reached >= 0.6 - 1e-9 {
                        break;
                    }
                    desk.ok("part = continue(part, t = 0.6);");
                    times += 1;
                    assert!(times < 3, "{options}, until = {condition}: at {reached}");
                }
                for what in ["t", "u", "watch"] {
                    assert_eq!(
                        desk.ok(&format!("part.{what}")),
                        desk.ok(&format!("whole.{what}")),
                        "{what}: {options}, until = {condition}"
                    );
                }
            }
        }
    }
}

#[test]
fn a_condition_ends_a_run_each_time_it_becomes_true() {
    let desk = Desk::new(
        "B = box(x = 0..2pi; points = 16, boundary = periodic); u = field(B, sin(x)); \
         eq = diff(u, t, 2) == diff(u, x, 2);",
    );
    // A standing wave cos(t) sin(x): the condition holds within 0.4 of multiples of π.
    desk.ok("r = evolve(eq, t = 0..8, save = 0.25, until = max(u) > 0.92);");
    assert_eq!(desk.ok("r.t[-1]"), "0.0");
    let warnings = desk.world.warnings.lock().unwrap().join("\n");
    assert!(warnings.contains("holds at the start"), "{warnings}");
    for (end, expected) in [(8, 2.75), (8, 6.0), (8, 8.0), (9, 9.0)] {
        desk.ok(&format!("r = continue(r, t = {end});"));
        assert_eq!(desk.ok("r.t[-1]").parse::<f64>().unwrap(), expected);
    }
    desk.ok("whole = evolve(eq, t = 0..9, save = 0.25, dt = r.dt, method = leapfrog);");
    assert_eq!(desk.ok("len(r.t)"), "37");
    assert!(desk.ok("max(abs(r.u[-1] - cos(9) sin(x)))").parse::<f64>().unwrap() < 0.01);
}

#[test]
fn a_time_between_saves_is_no_frame_of_what_goes_on() {
    for steps in STEPS {
        for frames in ["", ", frames = last"] {
            for kept in ["", ", checkpoint = \"run.zarr\""] {
                let desk = Desk::new(HEAT);
                let options = format!("save = 0.1, {steps}{frames}, watch = max(u)");
                // The accuracy of steps that nobody chose is meant over the whole range.
                let range = "t = 0..0.25";
                desk.ok(&format!("part = evolve(eq, {range}, {options}{kept});"));
                assert_eq!(desk.ok("part.t[-1]"), "0.25");
                desk.ok("part = continue(part, t = 0.37);");
                desk.ok("part = continue(part, 0.6);");
                desk.ok(&format!(
                    "whole = continue(evolve(eq, {range}, {options}), t = 0.6);"
                ));
                desk.ok(&format!(
                    "once = evolve(eq, t = 0..0.6, {options}{});",
                    if steps.contains("dt") { "" } else { ", tolerance = 1e-5" }
                ));
                for what in ["t", "u", "watch"] {
                    let own = desk.ok(&format!("part.{what}"));
                    assert_eq!(
                        own,
                        desk.ok(&format!("whole.{what}")),
                        "{what}: {options}{kept}"
                    );
                    if steps.contains("dt") || what == "t" {
                        assert_eq!(
                            own,
                            desk.ok(&format!("once.{what}")),
                            "{what}: {options}{kept}"
                        );
                    }
                }
            }
        }
    }
}

#[test]
fn a_cell_with_a_checkpoint_gives_what_it_says() {
    for steps in STEPS {
        for frames in ["", ", frames = last"] {
            let options = format!(
                "save = 0.1, {steps}{frames}, watch = [max(u), structure_factor(u), g1(u.start, u)], checkpoint = \"run.zarr\""
            );
            let desk = Desk::new(HEAT);
            let look =
                || ["t", "u", "watch", "steps"].map(|it| desk.ok(&format!("r.{it}")));
            desk.ok(&format!("r = evolve(eq, t = 0..0.4, {options});"));
            let short = look();
            desk.ok("r = continue(r, t = 0.8);");
            let long = look();
            // The cell again is the cell.
            desk.ok(&format!("r = evolve(eq, t = 0..0.4, {options});"));
            assert_eq!(look(), short, "{options}");
            desk.ok("r = continue(r, t = 0.8);");
            assert_eq!(look(), long, "{options}");
            // A time between two frames has no frame.
            let text = desk.run(&format!("evolve(eq, t = 0..0.45, {options})"));
            assert!(text.contains("t = 0..0.4 | t = 0..0.5"), "{text}");
        }
    }
}

#[test]
fn a_cell_with_a_checkpoint_and_a_condition_ends_where_it_ended() {
    for steps in STEPS {
        let options = format!("t = 0..0.8, save = 0.1, {steps}, watch = max(u)");
        let kept = "checkpoint = \"run.zarr\"";
        let desk = Desk::new(HEAT);
        let look = || ["t", "u", "watch", "steps"].map(|it| desk.ok(&format!("r.{it}")));
        let cell = format!("r = evolve(eq, {options}, until = max(u) < 0.9, {kept})");
        let text = desk.ok(&cell);
        assert!(text.contains("ended by its condition"), "{text}");
        let ended = look();
        assert_eq!(desk.ok(&cell), text);
        assert_eq!(look(), ended);
        desk.ok("r = continue(r, t = 0.8);");
        let whole = look();
        assert_eq!(desk.ok(&cell), text);
        assert_eq!(look(), ended);
        // Another condition is asked of the frames that are there; none goes to the end.
        desk.ok(&format!("r = evolve(eq, {options}, until = t > 0.55, {kept})"));
        assert_eq!(desk.ok("r.t[-1]").parse::<f64>().unwrap(), 0.6000000000000001);
        desk.ok(&format!("r = evolve(eq, {options}, {kept})"));
        assert_eq!(look(), whole);
        desk.ok(&cell);
        assert_eq!(look(), ended);
    }
}

#[test]
fn constants_keep_the_values_that_they_had() {
    let desk = Desk::new(HEAT);
    desk.ok("c = 2; k = 1/2; f(v) = c*max(v); E = c u^2; heat = diff(u, t) == k diff(u, x, 2);");
    let options = "save = 0.1, dt = 0.01, method = rk4, until = c t > 1.3, watch = [f(u), c*max(u), mean(E), mean(c u)]";
    desk.ok(&format!("whole = evolve(heat, t = 0..0.8, {options});"));
    desk.ok(&format!("part = evolve(heat, t = 0..0.4, {options});"));
    desk.ok("c = 3; k = 7; E = u; f(v) = 0; x = 5;");
    desk.ok("part = continue(part, t = 0.8);");
    assert_eq!(desk.ok("c"), "3");
    for what in ["t", "u", "watch"] {
        assert_eq!(
            desk.ok(&format!("part.{what}")),
            desk.ok(&format!("whole.{what}")),
            "{what}"
        );
    }
    assert_eq!(desk.ok("part.t[-1]").parse::<f64>().unwrap(), 0.7000000000000001);
}

#[test]
fn a_checkpoint_of_other_constants_or_options_is_refused() {
    let desk = Desk::new(HEAT);
    desk.ok("c = 2; V = field(B, cos(x)); q = diff(u, t) == diff(u, x, 2) - V u;");
    let cell = |more: &str| {
        format!(
            "evolve(q, t = 0..0.2, save = 0.1, watch = c*max(u){more}, checkpoint = \"run.zarr\")"
        )
    };
    desk.ok(&cell(""));
    desk.ok(&cell(""));
    for (change, more, expected) in [
        ("c = 3;", "", "its constants: `c = 2`, not `c = 3`"),
        ("c = 2;", ", order = 2", "its options: nothing, not `order = 2`"),
        ("", ", tolerance = 1e-3", "its options: nothing"),
        ("", ", precision = single", "its precision is another one"),
        ("", ", dt = 0.001", "its dt: `auto`, not `0.001`"),
        ("V = field(B, 2cos(x));", "", "its fields start with other values"),
    ] {
        desk.run(change);
        let text = desk.run(&cell(more));
        assert!(text.contains(expected), "{change} {more}: {text}");
    }
}

#[test]
fn what_was_watched_is_read_back_whole() {
    let desk = Desk::new(HEAT);
    let watched = "[max(u), structure_factor(u), g1(u.start, i u), u^2, correlation_length(u), max(u) > 0.5]";
    desk.ok(&format!(
        "r = evolve(eq, t = 0..0.3, save = 0.1, dt = 0.01, method = rk4, watch = {watched}, checkpoint = \"run.zarr\");"
    ));
    desk.ok("s = read_run(\"run.zarr\");");
    for place in 1..=5 {
        assert_eq!(
            desk.ok(&format!("s.watch[{place}]")),
            desk.ok(&format!("r.watch[{place}]"))
        );
    }
    assert_eq!(desk.ok("s.watch[2].k"), desk.ok("r.watch[2].k"));
    assert!(!desk.ok("s").contains("holor"));
    desk.ok("p = read_run(\"run.zarr\", t = 0.05..0.25);");
    assert_eq!(desk.ok("p.watch[2][1]"), desk.ok("r.watch[2][2]"));
}

#[test]
fn noise_without_a_seed_goes_on_in_its_checkpoint() {
    let desk = Desk::new(HEAT);
    let cell = |end: &str| {
        format!(
            "evolve(diff(u, t) == diff(u, x, 2) + 0.1 noise(), t = 0..{end}, save = 0.1, dt = 0.01, checkpoint = \"run.zarr\")"
        )
    };
    desk.ok(&format!("a = {}; r = {};", cell("0.4"), cell("0.8")));
    assert_eq!(desk.ok("a.u[-1]"), desk.ok("r.u[5]"));
}

#[test]
fn continue_says_what_it_takes() {
    let desk = Desk::new(HEAT);
    desk.ok("r = evolve(eq, t = 0..0.2, save = 0.1, dt = 0.01, method = rk4);");
    assert_eq!(desk.ok("continue(r, 0.4).t"), desk.ok("continue(r, t = 0.4).t"));
    let text = desk.run("continue(r, t = 0.4, watch = max(u))");
    assert!(text.contains("`watch` is one of `evolve`"), "{text}");
    assert!(text.contains("evolve(…, watch = …)"), "{text}");
    let text = desk.run("continue(r, s = 0.4)");
    assert!(text.contains("the time of this run is `t` | continue(r, t = 0.4"), "{text}");
    let text = desk.run("continue(r, t = 0.1)");
    assert!(text.contains("is at t = 0.2 already | continue(r, t = 0.4)"), "{text}");
    let text = desk.run("continue(r)");
    assert!(text.contains("t = 200"), "{text}");
}

/// Systems, and what is watched of them.
const SYSTEMS: [(&str, &str); 4] = [
    (HEAT, "[max(u), structure_factor(u), g1(u.start, u), abs(u)]"),
    (
        "B = box(x = 0..2pi, y = 0..1; points = [12, 6], boundary = [periodic, neumann]); \
         u = field(B, sin(x) + y^2); v = field(B, complex, exp(i x)); \
         eq = [diff(u, t, 2) == laplacian(u) - re(v), diff(v, t) == i laplacian(v) + 0.1 u];",
        "[integral(u), v, mean(abs(laplacian(u)))]",
    ),
    (
        "B = box(x = 0..2pi; points = 16, boundary = periodic); u = field(B, sin(x)); \
         eq = diff(u, t) == diff(u, x, 2) + 0.1 noise();",
        "[max(u), mean_phase(u)]",
    ),
    (
        "B = box(x = 0..2pi; points = 16, boundary = periodic); u = field(B, 3sin(x)); \
         eq = diff(u, t) == diff(u, x, 2)/50 - u diff(u, x);",
        "max(u)",
    ),
];

#[test]
fn what_the_end_of_the_machine_leaves_behind_is_gone_on_with_to_the_last_bit() {
    for (system, watched) in SYSTEMS {
        for steps in ["dt = 0.004", "tolerance = 1e-4", "tolerance = 1e-4, frames = last"]
        {
            // States now and then, or at every save.
            let often = steps.contains("last") || watched.len() < 20;
            for (pace, end) in [if often { (6.0, "0.5") } else { (1.0, "0.45") }] {
                let cell = format!(
                    "r = evolve(eq, t = 0..{end}, save = 0.1, seed = 3, {steps}, watch = {watched}, checkpoint = \"run.zarr\"); [r.t, r.watch, r.steps]"
                );
                let whole = Desk::new(system);
                let expected = whole.ok(&cell);
                let fields = ["u", "v"].map(|it| whole.run(&format!("r.{it}")));
                let again = whole.ok(&cell);
                assert_eq!(again, expected);
                let mut changes = 0;
                loop {
                    let desk = Desk::new(system);
                    *desk.world.pace.lock().unwrap() = pace;
                    let store = Arc::new(Failing::default());
                    store.left.store(changes, Ordering::Relaxed);
                    desk.world
                        .stores
                        .lock()
                        .unwrap()
                        .insert("run.zarr".into(), store.clone());
                    let first = desk.run(&cell);
                    let killed = |text: &str| text.contains("killed");
                    let done = !killed(&first) && !killed(&desk.warned());
                    assert!(killed(&first) || !first.starts_with("error"), "{first}");
                    // And again while it is taken up.
                    store.left.store(changes / 2, Ordering::Relaxed);
                    desk.run(&cell);
                    store.left.store(i64::MAX, Ordering::Relaxed);
                    assert_eq!(
                        desk.ok(&cell),
                        expected,
                        "{cell} after {changes} changes"
                    );
                    for (name, expected) in ["u", "v"].iter().zip(&fields) {
                        assert_eq!(desk.run(&format!("r.{name}")), *expected, "{cell}");
                    }
                    if done {
                        break;
                    }
                    changes += 43;
                }
            }
        }
    }
}

#[test]
fn an_interrupted_run_goes_on_to_the_last_bit() {
    for (system, watched) in SYSTEMS {
        for steps in ["dt = 0.004", "tolerance = 1e-4", "tolerance = 1e-4, frames = last"]
        {
            for kept in ["", ", checkpoint = \"run.zarr\""] {
                let cell = format!(
                    "r = evolve(eq, t = 0..0.45, save = 0.04, seed = 3, {steps}, watch = {watched}{kept});"
                );
                let whole = Desk::new(system);
                whole.ok(&cell);
                let look = |desk: &Desk| {
                    ["t", "watch", "u", "v"].map(|it| desk.run(&format!("r.{it}")))
                };
                let expected = look(&whole);
                let (mut looks, mut interrupted) = (0, 0);
                loop {
                    let desk = Desk::new(system);
                    let interrupt = |after: u32| {
                        let flag = desk.session.interrupt_flag();
                        *desk.world.alarm.lock().unwrap() = Some((after, flag));
                    };
                    interrupt(looks);
                    let first = desk.run(&cell);
                    let done = desk.world.alarm.lock().unwrap().take().is_some();
                    if first.starts_with("error") {
                        assert!(first.contains("interrupted"), "{first}");
                    } else {
                        let reached = |desk: &Desk| desk.ok("r.t[-1]") == "0.45";
                        if !reached(&desk) {
                            interrupted += 1;
                            interrupt(looks / 2);
                            desk.run("r = continue(r, t = 0.45);");
                            *desk.world.alarm.lock().unwrap() = None;
                        }
                        if !reached(&desk) {
                            desk.ok("r = continue(r, t = 0.45);");
                        }
                        assert_eq!(look(&desk), expected, "{cell} after {looks} looks");
                    }
                    if done {
                        break;
                    }
                    looks += if looks < 4 { 1 } else { 7 };
                }
                assert!(interrupted > 3, "{cell}");
            }
        }
    }
}

/// A run that has come to its end is done once more on twice the points; what interrupts that interrupts nothing else.
#[test]
fn a_run_is_whole_that_is_interrupted_while_it_is_compared() {
    let start =
        "B = box(x = 0..1; points = 32, boundary = neumann); u = field(B, sin(3x));";
    let cell = "r = evolve(∂_t u == ∂_x^2 u, t = 0..0.1, save = 0.05);";
    let desk = Desk::new(start);
    desk.ok(cell);
    let expected = desk.ok("r.u");
    let compared = |desk: &Desk| desk.ok("explain(r)").contains("twice the points");
    assert!(compared(&desk));
    let mut interrupted = 0;
    for looks in 0.. {
        let desk = Desk::new(start);
        let flag = desk.session.interrupt_flag();
        *desk.world.alarm.lock().unwrap() = Some((looks, flag));
        let first = desk.run(cell);
        if desk.world.alarm.lock().unwrap().take().is_some() {
            break;
        }
        if desk.warned().contains("done once more") {
            interrupted += u32::from(!compared(&desk));
            assert!(!first.contains("error"), "{first}");
            assert_eq!(desk.ok("r.u"), expected);
        }
    }
    assert!(interrupted > 0);
}

const SHORT: &str = "save = 0.1, dt = 0.01, method = rk4, checkpoint = \"run.zarr\"";

impl Desk {
    fn store(&self) -> Arc<Failing> {
        self.world.stores.lock().unwrap()["run.zarr"].clone()
    }

    fn warned(&self) -> String {
        std::mem::take(&mut *self.world.warnings.lock().unwrap()).join("\n")
    }
}

#[test]
fn a_saved_run_larger_than_the_memory_is_read_in_parts() {
    let desk = Desk::new(HEAT);
    desk.ok(&format!("r = evolve(eq, t = 0..2, {SHORT})"));
    let bytes: u64 = desk.ok("8 len(r.t) len(r.u[1])").parse().unwrap();
    let frame = bytes / 21;
    *desk.world.free.lock().unwrap() = Some(bytes);
    assert_eq!(desk.ok("len(read_run(\"run.zarr\").t)"), "21");
    *desk.world.free.lock().unwrap() = Some(7 * frame);
    let text = desk.run("read_run(\"run.zarr\")");
    assert!(text.contains("21 frames of `run.zarr` take"), "{text}");
    assert!(text.ends_with("| every = 3"), "{text}");
    assert_eq!(desk.ok("len(read_run(\"run.zarr\", every = 3).t)"), "7");
    assert_eq!(desk.ok("len(read_run(\"run.zarr\", t = 1..1.6).t)"), "7");
    *desk.world.free.lock().unwrap() = Some(frame / 2);
    let text = desk.run("read_run(\"run.zarr\", every = 100)");
    assert!(text.contains("1 frame of `run.zarr` takes"), "{text}");
}

#[test]
fn a_folder_that_lost_a_file_is_not_begun_anew() {
    for lost in ["zarr.json", "state/zarr.json"] {
        let desk = Desk::new(HEAT);
        desk.ok(&format!("evolve(eq, t = 0..0.4, {SHORT})"));
        let store = desk.store();
        let whole = store.get(lost).unwrap().unwrap();
        let keys = store.list("").unwrap().len();
        store.remove(lost).unwrap();
        let text = desk.run(&format!("evolve(eq, t = 0..0.2, {SHORT})"));
        let expected = format!("damaged at {lost:?}: it is missing");
        assert!(text.contains(&expected) && text.contains("delete the folder"), "{text}");
        assert_eq!(store.list("").unwrap().len(), keys - 1);
        store.set(lost, &whole).unwrap();
        assert_eq!(desk.ok(&format!("len(evolve(eq, t = 0..0.4, {SHORT}).t)")), "5");
    }
    let desk = Desk::new(HEAT);
    desk.world.store("run.zarr").unwrap();
    desk.store().set("notes.txt", b"mine").unwrap();
    let text = desk.run(&format!("evolve(eq, t = 0..0.4, {SHORT})"));
    assert!(text.contains("other files, such as notes.txt"), "{text}");
    assert_eq!(desk.store().list("").unwrap(), ["notes.txt"]);
}

#[test]
fn the_state_before_a_damaged_one_goes_on() {
    let whole = Desk::new(HEAT);
    whole.ok(&format!("r = evolve(eq, t = 0..0.8, {SHORT});"));
    let desk = Desk::new(HEAT);
    // A state at each save.
    *desk.world.pace.lock().unwrap() = 10.0;
    desk.ok(&format!("evolve(eq, t = 0..0.4, {SHORT})"));
    *desk.world.pace.lock().unwrap() = 0.0;
    let store = desk.store();
    let metadata = String::from_utf8(store.get("state/zarr.json").unwrap().unwrap());
    let slot = if metadata.unwrap().contains("\"current\": 0") { 0 } else { 1 };
    let key = format!("state/{slot}/0/c/0");
    store.set(&key, b"not this").unwrap();
    desk.ok(&format!("r = evolve(eq, t = 0..0.8, {SHORT});"));
    let warned = desk.warned();
    assert!(warned.contains(&key) && warned.contains("goes on from the state before"));
    for what in ["t", "u"] {
        let what = format!("r.{what}");
        assert_eq!(desk.ok(&what), whole.ok(&what));
    }
    desk.ok(&format!("r = evolve(eq, t = 0..0.8, {SHORT});"));
    assert_eq!(desk.warned(), "");
    assert_eq!(desk.ok("r.u"), whole.ok("r.u"));
}

#[test]
fn a_full_disk_keeps_the_frames() {
    let whole = Desk::new(HEAT);
    whole.ok(&format!("r = evolve(eq, t = 0..0.8, {SHORT});"));
    for changes in [12, 30, 45, 60] {
        let desk = Desk::new(HEAT);
        desk.world.store("run.zarr").unwrap();
        let store = desk.store();
        store.left.store(changes, Ordering::Relaxed);
        desk.ok(&format!("r = evolve(eq, t = 0..0.8, {SHORT})"));
        let warned = desk.warned();
        assert!(warned.contains("`run.zarr` cannot be written: killed"), "{warned}");
        assert!(warned.contains("the same cell goes on"), "{warned}");
        let frames = desk.ok("len(r.t)");
        assert!(frames.parse::<usize>().unwrap() <= 9, "{frames}");
        let own = desk.ok("r.u[-1]");
        assert_eq!(own, whole.ok(&format!("r.u[{frames}]")));
        store.left.store(i64::MAX, Ordering::Relaxed);
        desk.ok(&format!("r = evolve(eq, t = 0..0.8, {SHORT});"));
        for what in ["r.t", "r.u"] {
            assert_eq!(desk.ok(what), whole.ok(what), "{changes}");
        }
    }
}

#[test]
fn read_run_takes_the_frames_that_it_is_asked_for() {
    let desk = Desk::new(HEAT);
    desk.ok(&format!("r = evolve(eq, t = 0..1, {SHORT});"));
    assert_eq!(desk.ok("len(read_run(\"run.zarr\", t = 0.3..0.6).t)"), "4");
    assert_eq!(desk.ok("len(read_run(\"run.zarr\", t = 0.3..0.6, every = 2).t)"), "2");
    for (options, expected) in [
        ("x = 0.3..0.6", "`x` is a coordinate"),
        ("s = 0.3..0.6", "the time of this run is `t`"),
        ("every = 0", "every = 1"),
        ("t = 0.6..0.3", "t = 0.3..0.6"),
        ("t = 5..6", "t = 0..1"),
        ("t = 0.32..0.38", "t = 0.30000000000000004..0.4"),
        ("t = 0..1 step 0.2", "every = 2"),
    ] {
        let text = desk.run(&format!("read_run(\"run.zarr\", {options})"));
        assert!(
            text.starts_with("error") && text.contains(expected),
            "{options}: {text}"
        );
    }
    let text = desk.ok("explain(read_run(\"run.zarr\"))");
    assert!(text.contains("equations: diff(u(t, x), t) =="), "{text}");
    let text = desk.run("continue(read_run(\"run.zarr\"), t = 3)");
    assert!(text.contains("evolve(…, t = 0..3, checkpoint = \"run.zarr\")"), "{text}");
}
