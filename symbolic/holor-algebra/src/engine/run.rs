//! Where computations run: on worker threads with a deep stack, so that the caller can leave.
//!
//! A computation of the algebra crate cannot be cancelled. Each works in an arena of its own, hence a
//! caller that is interrupted abandons the worker and returns at once; the worker ends when its
//! computation does. How many may run on like this is bounded.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::{AlgebraError, AlgebraResult};

/// Stack of a worker; only touched pages cost memory.
const WORKER_STACK: usize = 512 << 20;
/// How often a waiting caller looks at its interrupt.
const POLL: Duration = Duration::from_millis(5);
/// How many abandoned computations may still be running.
const ABANDONED_LIMIT: usize = 16;
/// How many idle workers are kept.
const IDLE_LIMIT: usize = 4;

static IDLE: Mutex<Vec<Worker>> = Mutex::new(Vec::new());
static ABANDONED: AtomicUsize = AtomicUsize::new(0);

/// A flag that a person raises to stop the computations that hold it.
#[derive(Clone, Debug, Default)]
pub struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// A flag that is not raised.
    pub fn new() -> Self {
        Self::default()
    }

    /// The shared flag itself.
    pub fn flag(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.0)
    }

    /// Asks every computation that holds this flag to stop.
    pub fn raise(&self) {
        self.0.store(true, Ordering::SeqCst);
    }

    /// Takes the request back.
    pub fn clear(&self) {
        self.0.store(false, Ordering::SeqCst);
    }

    /// Whether a stop is asked for.
    pub fn is_raised(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

type Job = Box<dyn FnOnce() + Send>;

struct Worker {
    jobs: Sender<Job>,
}

impl Worker {
    fn spawn() -> AlgebraResult<Self> {
        let (jobs, inbox) = mpsc::channel::<Job>();
        std::thread::Builder::new()
            .name("holor-algebra".into())
            .stack_size(WORKER_STACK)
            .spawn(move || {
                for job in inbox {
                    job();
                }
            })
            .map_err(|error| AlgebraError::TooLarge {
                operation: "algebra",
                reason: format!("no thread for the computation: {error}"),
            })?;
        Ok(Self { jobs })
    }

    fn idle() -> AlgebraResult<Self> {
        let idle = IDLE.lock().unwrap_or_else(PoisonError::into_inner).pop();
        idle.map_or_else(Self::spawn, Ok)
    }

    fn rest(self) {
        let mut idle = IDLE.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < IDLE_LIMIT {
            idle.push(self);
        }
    }
}

/// Runs on the caller's own thread; panics become errors.
pub(super) fn here<T>(work: impl FnOnce() -> AlgebraResult<T>) -> AlgebraResult<T> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| {
        let reason = panic
            .downcast_ref::<String>()
            .map(String::as_str)
            .or_else(|| panic.downcast_ref::<&str>().copied())
            .unwrap_or("a panic without a message");
        Err(AlgebraError::Internal { reason: reason.to_string() })
    })
}

/// Runs on a worker and waits for it, or for the interrupt.
pub(super) fn away<T: Send + 'static>(
    interrupt: &Interrupt,
    work: impl FnOnce() -> AlgebraResult<T> + Send + 'static,
) -> AlgebraResult<T> {
    if interrupt.is_raised() {
        return Err(AlgebraError::Interrupted);
    }
    if ABANDONED.load(Ordering::SeqCst) >= ABANDONED_LIMIT {
        return Err(AlgebraError::TooLarge {
            operation: "algebra",
            reason: format!(
                "{ABANDONED_LIMIT} interrupted computations are still running; wait for them or restart"
            ),
        });
    }
    let abandoned = Arc::new(AtomicUsize::new(RUNNING));
    let state = Arc::clone(&abandoned);
    let (answer, inbox) = mpsc::channel();
    let job: Job = Box::new(move || {
        let result = here(work);
        if state.swap(DONE, Ordering::SeqCst) == LEFT {
            ABANDONED.fetch_sub(1, Ordering::SeqCst);
        }
        // The caller may have left: then nobody reads the answer.
        let _ = answer.send(result);
    });
    let mut worker = Worker::idle()?;
    if let Err(mpsc::SendError(job)) = worker.jobs.send(job) {
        worker = Worker::spawn()?;
        worker.jobs.send(job).map_err(|_| AlgebraError::Internal {
            reason: "a new worker thread ended at once".into(),
        })?;
    }
    loop {
        match inbox.recv_timeout(POLL) {
            Ok(result) => {
                worker.rest();
                return result;
            }
            Err(RecvTimeoutError::Timeout) if interrupt.is_raised() => {
                ABANDONED.fetch_add(1, Ordering::SeqCst);
                if abandoned.swap(LEFT, Ordering::SeqCst) == DONE {
                    ABANDONED.fetch_sub(1, Ordering::SeqCst);
                }
                return Err(AlgebraError::Interrupted);
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => {
                return Err(AlgebraError::Internal {
                    reason: "the worker ended without an answer".into(),
                });
            }
        }
    }
}

const RUNNING: usize = 0;
const LEFT: usize = 1;
const DONE: usize = 2;
