//! A session: what cells define, and how a cell is run.

mod complete;
mod help;
mod methods;
mod unicode;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use holor_algebra::exact::with_interrupt;
use holor_algebra::{Assumptions, Interrupt};

pub use complete::{Completion, CompletionItem};
pub use help::Help;
pub(crate) use help::{builtin_help, closure_help, name_help};

use crate::evaluate::{Change, Evaluator, Stack, State};
use crate::{
    Diagnostic, Result, Severity, Source, SourceId, Span, Value, World, codes, syntax,
};

/// The sizes of stack tried for a cell, largest first; the memory is only used as it is needed.
const STACKS: &[usize] = &[1 << 30, 256 << 20, 32 << 20];

/// A session. Cells may run in several threads at once: each sees the session as it was when it began, and
/// when it succeeds adds what it defined.
#[derive(Debug, Default)]
pub struct Session {
    state: Mutex<State>,
    sources: Sources,
    interrupt: Interrupts,
    caller_stack: Option<usize>,
}

/// The interrupt flag and how many cells it would stop.
#[derive(Debug)]
struct Interrupts {
    interrupt: Interrupt,
    running: AtomicUsize,
}

impl Default for Interrupts {
    fn default() -> Self {
        Self { interrupt: Interrupt::new(), running: AtomicUsize::new(0) }
    }
}

/// What a cell gave.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// The last statement's value, unless it is hidden or there is none.
    pub value: Option<Value>,
    /// Warnings, in the order they arose.
    pub warnings: Vec<Diagnostic>,
    /// Errors; empty when the cell succeeded, several when several places cannot be read.
    pub errors: Vec<Diagnostic>,
}

/// A cell that fails after so many seconds has made something that is worth keeping.
const LONG: f64 = 2.0;

/// The names of the variables that are assigned, the last ones where there are many.
fn assigned(changes: &[Change]) -> String {
    const MOST: usize = 3;
    let names: Vec<&str> = changes
        .iter()
        .filter_map(|change| change.assigned().map(|name| &**name))
        .collect();
    let shown = names.get(names.len().saturating_sub(MOST)..).unwrap_or_default();
    let more = if names.len() > MOST { "…, " } else { "" };
    format!("{more}{}", shown.join(", "))
}

/// Hints repeat at most so many characters of the person's text.
const MOST_IN_A_HINT: usize = 40;

/// The texts that spans point into.
#[derive(Debug, Default)]
pub(crate) struct Sources(Mutex<Vec<Source>>);

impl Sources {
    fn lock(&self) -> MutexGuard<'_, Vec<Source>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a text.
    pub(crate) fn add(&self, name: &str, text: &str) -> Source {
        let mut sources = self.lock();
        let id = SourceId(u32::try_from(sources.len()).unwrap_or(u32::MAX));
        let source = Source { id, name: name.into(), text: text.into() };
        sources.push(source.clone());
        source
    }

    /// Adds a part of a text as a text of its own, such as what `%time` runs.
    pub(crate) fn add_part(&self, whole: SourceId, text: &str) -> Source {
        let name = self.get(whole).map_or_else(|| "cell".into(), |source| source.name);
        self.add(&name, text)
    }

    /// The text with this id.
    pub(crate) fn get(&self, id: SourceId) -> Option<Source> {
        self.lock().get(usize::try_from(id.0).ok()?).cloned()
    }

    /// The text in a span.
    pub(crate) fn text(&self, span: Span) -> Arc<str> {
        let source = self.get(span.source);
        let text =
            source.as_ref().and_then(|source| source.text.get(span.start..span.end));
        text.unwrap_or_default().into()
    }

    /// The text of a span for a hint: `…` where it is long.
    pub(crate) fn brief(&self, span: Span) -> Arc<str> {
        let text = self.text(span);
        let fits = (1..=MOST_IN_A_HINT).contains(&text.chars().count());
        if fits && !text.contains('\n') { text } else { "…".into() }
    }

    /// The diagnostic with the person's text in its hints.
    fn told(&self, diagnostic: Diagnostic) -> Diagnostic {
        let text = diagnostic.span.map_or_else(|| "…".into(), |span| self.brief(span));
        diagnostic.about(&text)
    }
}

impl Session {
    /// An empty session.
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty session whose cells run on the threads that call [`Session::run`], which all have a stack of
    /// at least so many bytes left. Otherwise each cell gets a thread of its own with a large stack.
    pub fn on_stacks_of(bytes: usize) -> Self {
        Self { caller_stack: Some(bytes), ..Self::default() }
    }

    fn snapshot(&self) -> State {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs one cell. `number` is its execution count: `_3` is the result of cell 3; the result of a cell
    /// with number 0 is not kept. On an error the session is as before.
    pub fn run(&self, text: &str, name: &str, number: u32, world: &dyn World) -> Outcome {
        let source = self.sources.add(name, text);
        let parsed = syntax::parse(&source);
        let (errors, mut warnings): (Vec<_>, Vec<_>) = parsed
            .diagnostics
            .into_iter()
            .partition(|diagnostic| diagnostic.severity == Severity::Error);
        if !errors.is_empty() {
            return Outcome { value: None, warnings, errors };
        }
        if self.interrupt.running.fetch_add(1, Ordering::SeqCst) == 0 {
            self.interrupt.interrupt.clear();
        }
        let state = self.snapshot();
        let began = world.seconds();
        let run = |stack| {
            let interrupt = self.interrupt.interrupt.clone();
            let evaluator =
                Evaluator::new(state, world, &self.sources, interrupt.clone(), stack);
            let mut result = None;
            let stopped = with_interrupt(&interrupt, || {
                result = Some(evaluator.cell(&parsed.cell));
            });
            // A value that was being computed when the interrupt came may be anything.
            let result = match result {
                Some(Err(error)) => Err(error),
                Some(Ok(value)) if stopped.is_ok() => Ok(value),
                _ => Diagnostic::error(&codes::E0701_INTERRUPTED, "interrupted").into(),
            };
            let (_, changes, warnings) = evaluator.finish();
            let changes = if stopped.is_ok() { changes } else { Vec::new() };
            (result, changes, warnings)
        };
        let result = match self.caller_stack {
            Some(bytes) => catch_unwind(AssertUnwindSafe(|| run(Stack::here(bytes))))
                .map_err(|panic| defect(panic.as_ref())),
            None => on_large_stack(run),
        };
        self.interrupt.running.fetch_sub(1, Ordering::SeqCst);
        let (result, changes, further) = match result {
            Ok(result) => result,
            Err(defect) => (Err(defect), Vec::new(), Vec::new()),
        };
        warnings.extend(further.into_iter().map(|warning| self.sources.told(warning)));
        match result {
            Ok((value, shown)) => {
                self.commit(&changes, number, &value);
                Outcome { value: shown.then_some(value), warnings, errors: Vec::new() }
            }
            Err(error) => {
                let mut error = self.sources.told(*error);
                let names = assigned(&changes);
                if world.seconds() - began >= LONG && !names.is_empty() {
                    error = error.hint(format!(
                        "keep(), for what the cell had made before: {names}"
                    ));
                }
                if !changes.is_empty() {
                    self.lock().undone = changes.into();
                }
                let errors = vec![error];
                Outcome { value: None, warnings, errors }
            }
        }
    }

    fn commit(&self, changes: &[Change], number: u32, value: &Value) {
        let mut state = self.lock();
        if !changes.is_empty() {
            state.undone = Arc::default();
        }
        for change in changes {
            state.apply(change);
        }
        if number > 0 && !matches!(value, Value::Nothing | Value::Help(_)) {
            state.apply(&Change::Result(number, value.clone()));
        }
    }

    /// Stops all running cells; returns at once.
    pub fn interrupt(&self) {
        self.interrupt.interrupt.raise();
    }

    /// The flag that [`Session::interrupt`] raises, for signal handlers.
    pub fn interrupt_flag(&self) -> Arc<AtomicBool> {
        self.interrupt.interrupt.flag()
    }

    /// The text that a span of a diagnostic points into.
    pub fn source(&self, id: SourceId) -> Option<Source> {
        self.sources.get(id)
    }

    /// Every variable with its value, by name.
    pub fn variables(&self) -> Vec<(String, Value)> {
        let state = self.snapshot();
        state
            .variables
            .iter()
            .map(|(name, value)| (name.to_string(), value.clone()))
            .collect()
    }

    /// What is assumed.
    pub fn assumptions(&self) -> Assumptions {
        (*self.lock().assumptions).clone()
    }

    /// Forgets everything.
    pub fn clear(&self) {
        *self.lock() = State::default();
    }

    /// What can stand at the cursor, a byte offset.
    pub fn complete(&self, text: &str, cursor: usize) -> Completion {
        complete::complete(text, cursor, &self.snapshot())
    }

    /// Help on the name under the cursor, or on the function whose arguments it stands in.
    pub fn help(&self, text: &str, cursor: usize) -> Option<Help> {
        help::at(text, cursor, &self.snapshot())
    }
}

/// Runs on a thread of its own with a large stack; a defect that panics there becomes an error.
fn on_large_stack<T: Send>(run: impl FnOnce(Stack) -> T + Send) -> Result<T> {
    let run = Mutex::new(Some(run));
    let take = || run.lock().unwrap_or_else(PoisonError::into_inner).take();
    let work = |size: usize| {
        let run = take()?;
        Some(catch_unwind(AssertUnwindSafe(|| run(Stack::here(size)))))
    };
    std::thread::scope(|scope| {
        for size in STACKS {
            let thread =
                std::thread::Builder::new().name("cell".into()).stack_size(*size);
            let Ok(handle) = thread.spawn_scoped(scope, || work(*size)) else { continue };
            return match handle.join() {
                Ok(Some(Ok(result))) => Ok(result),
                Ok(Some(Err(panic))) | Err(panic) => Err(defect(panic.as_ref())),
                Ok(None) => Err(defect(&"the cell was started twice")),
            };
        }
        Err(Box::new(Diagnostic::error(
            &codes::E0403_TOO_LARGE,
            "there is not enough memory to start a cell",
        )))
    })
}

fn defect(panic: &(dyn std::any::Any + Send)) -> Box<Diagnostic> {
    let reason = panic
        .downcast_ref::<&str>()
        .map(|reason| (*reason).to_string())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "unknown".to_string());
    Box::new(Diagnostic::error(
        &codes::E0901_INTERNAL,
        format!("a defect of holor, please report it with this cell: {reason}"),
    ))
}
