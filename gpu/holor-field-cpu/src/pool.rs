//! Threads that stay, a barrier that spins for a while and then sleeps, and work that is handed out between two of its rounds.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

/// Rounds of waiting before a thread sleeps: some tens of microseconds.
const SPINS: u32 = 20_000;
/// A thread looks at least so often before it sleeps.
const LEAST_SPINS: u32 = 50;

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing panics while it holds one of these locks; the data are plain.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How many pieces of a thread's share were taken since all threads waited: from the front in the lower half, from the back in the upper
/// one. It has lines of the cache for itself.
#[derive(Debug, Default)]
#[repr(align(128))]
struct Taken(AtomicU64);

impl Taken {
    const BACK: u32 = 32;

    /// The place of the next piece of a share of `length`, counted from its start.
    fn next(&self, length: usize, from_back: bool) -> Option<usize> {
        let mut seen = self.0.load(Ordering::Relaxed);
        loop {
            let front = (seen & u64::from(u32::MAX)) as usize;
            let back = (seen >> Self::BACK) as usize;
            if front + back >= length {
                return None;
            }
            let (one, place) =
                if from_back { (1 << Self::BACK, length - 1 - back) } else { (1, front) };
            // The numbers that pieces are about become visible to others by the barrier.
            let order = Ordering::Relaxed;
            match self.0.compare_exchange_weak(seen, seen + one, order, order) {
                Ok(_) => return Some(place),
                Err(now) => seen = now,
            }
        }
    }
}

/// A barrier for a fixed number of threads, used any number of times.
#[derive(Debug)]
pub(crate) struct Barrier {
    threads: usize,
    /// By thread.
    taken: Vec<Taken>,
    arrived: AtomicUsize,
    generation: AtomicUsize,
    sleepers: Mutex<usize>,
    wake: Condvar,
    broken: AtomicBool,
    /// How often a thread looks before it sleeps: less after sleep was needed, as on a busy machine where the others wait for a core.
    patience: AtomicU32,
    most_patience: u32,
}

impl Barrier {
    pub(crate) fn new(threads: usize) -> Self {
        // With more threads than cores, spinning keeps the others from arriving.
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            threads,
            taken: (0..threads).map(|_| Taken::default()).collect(),
            arrived: AtomicUsize::new(0),
            generation: AtomicUsize::new(0),
            sleepers: Mutex::new(0),
            wake: Condvar::new(),
            broken: AtomicBool::new(false),
            patience: AtomicU32::new(if threads > cores { LEAST_SPINS } else { SPINS }),
            most_patience: if threads > cores { LEAST_SPINS } else { SPINS },
        }
    }

    /// Makes it new for another round of work, which all threads have left.
    pub(crate) fn renew(&self) {
        self.arrived.store(0, Ordering::Relaxed);
        self.broken.store(false, Ordering::Relaxed);
        self.hand_out();
    }

    /// The next of so many pieces of work for a thread: of its own share, front to back, so that it meets the same numbers again in its cache; then of
    /// what others have left, from the back. All threads ask for the same number of pieces, once between two times that they wait, and take what
    /// there is.
    pub(crate) fn take(&self, number: usize, pieces: usize) -> Option<usize> {
        let start = |thread: usize| pieces * thread / self.threads;
        (0..self.threads).find_map(|others| {
            let owner = (number + others) % self.threads;
            let length = start(owner + 1) - start(owner);
            Some(start(owner) + self.taken[owner].next(length, others > 0)?)
        })
    }

    fn hand_out(&self) {
        for taken in &self.taken {
            taken.0.store(0, Ordering::Relaxed);
        }
    }

    /// Returns when all threads have called it. What they wrote before is seen by all afterwards.
    ///
    /// # Panics
    /// Where another thread panicked: no result of this round would be right.
    pub(crate) fn wait(&self) {
        if self.threads < 2 {
            return self.hand_out();
        }
        let generation = self.generation.load(Ordering::Acquire);
        self.check();
        if self.arrived.fetch_add(1, Ordering::AcqRel) + 1 == self.threads {
            self.arrived.store(0, Ordering::Relaxed);
            self.hand_out();
            self.release();
            return;
        }
        let patience = self.patience.load(Ordering::Relaxed);
        for _ in 0..patience {
            if self.generation.load(Ordering::Acquire) != generation {
                let more = (2 * patience).min(self.most_patience);
                self.patience.store(more, Ordering::Relaxed);
                return self.check();
            }
            std::hint::spin_loop();
        }
        self.patience.store((patience / 2).max(LEAST_SPINS), Ordering::Relaxed);
        let mut sleepers = lock(&self.sleepers);
        *sleepers += 1;
        while self.generation.load(Ordering::Acquire) == generation {
            sleepers = self.wake.wait(sleepers).unwrap_or_else(PoisonError::into_inner);
        }
        *sleepers -= 1;
        drop(sleepers);
        self.check();
    }

    fn release(&self) {
        // Under the lock, so that no thread falls asleep between its test and the change.
        let sleepers = lock(&self.sleepers);
        self.generation.fetch_add(1, Ordering::AcqRel);
        if *sleepers > 0 {
            self.wake.notify_all();
        }
    }

    fn check(&self) {
        assert!(!self.broken.load(Ordering::Acquire), "another thread failed");
    }

    /// Lets all threads go; they panic.
    fn break_up(&self) {
        self.broken.store(true, Ordering::Release);
        self.release();
    }
}

/// What one round of work does on each thread: the thread's number is given.
type Job<'a> = dyn Fn(usize) + Sync + 'a;

/// The job of a round, its lifetime erased.
#[derive(Clone, Copy)]
struct Task(*const Job<'static>);

// SAFETY: the pointer is to a `Sync` closure which `Threads::run` keeps alive until all threads are done with it.
unsafe impl Send for Task {}

struct Shared {
    state: Mutex<State>,
    start: Condvar,
    round: AtomicUsize,
    working: AtomicUsize,
    failed: AtomicBool,
}

struct State {
    task: Option<Task>,
    round: usize,
    stop: bool,
    sleeping: usize,
}

/// A number of threads, the caller's among them.
pub(crate) struct Threads {
    shared: Arc<Shared>,
    handles: Vec<JoinHandle<()>>,
    /// One round at a time.
    turn: Mutex<()>,
}

impl std::fmt::Debug for Threads {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Threads").field("count", &self.count()).finish()
    }
}

impl Threads {
    /// So many threads; fewer where the system gives no more.
    pub(crate) fn new(count: usize) -> Self {
        let shared = Arc::new(Shared {
            state: Mutex::new(State { task: None, round: 0, stop: false, sleeping: 0 }),
            start: Condvar::new(),
            round: AtomicUsize::new(0),
            working: AtomicUsize::new(0),
            failed: AtomicBool::new(false),
        });
        let mut handles = Vec::new();
        for number in 1..count {
            let shared = Arc::clone(&shared);
            let builder = std::thread::Builder::new().name(format!("field {number}"));
            match builder.spawn(move || work(&shared, number)) {
                Ok(handle) => handles.push(handle),
                Err(_) => break,
            }
        }
        Self { shared, handles, turn: Mutex::new(()) }
    }

    pub(crate) fn count(&self) -> usize {
        self.handles.len() + 1
    }

    /// Runs the job on all threads, its barrier among them, and says whether none panicked. Where the barrier is for one thread, only the
    /// caller has work: the others are not woken.
    pub(crate) fn run(&self, barrier: &Barrier, job: &Job<'_>) -> bool {
        let _turn = lock(&self.turn);
        let guarded = |number: usize| {
            if catch_unwind(AssertUnwindSafe(|| job(number))).is_err() {
                self.shared.failed.store(true, Ordering::Release);
                barrier.break_up();
            }
        };
        self.shared.failed.store(false, Ordering::Release);
        if self.handles.is_empty() || barrier.threads < 2 {
            guarded(0);
            return !self.shared.failed.load(Ordering::Acquire);
        }
        let job: &Job<'_> = &guarded;
        // SAFETY: only the lifetime changes; the reference is used no longer than this call, which waits for `working` to become 0.
        let erased: *const Job<'static> =
            unsafe { std::mem::transmute::<&Job<'_>, &'static Job<'static>>(job) };
        self.shared.working.store(self.handles.len(), Ordering::Release);
        {
            let mut state = lock(&self.shared.state);
            state.task = Some(Task(erased));
            state.round += 1;
            self.shared.round.store(state.round, Ordering::Release);
            if state.sleeping > 0 {
                self.shared.start.notify_all();
            }
        }
        job(0);
        let mut spins = 0_u32;
        while self.shared.working.load(Ordering::Acquire) > 0 {
            spins += 1;
            if spins < SPINS {
                std::hint::spin_loop();
            } else {
                std::thread::yield_now();
            }
        }
        !self.shared.failed.load(Ordering::Acquire)
    }
}

impl Drop for Threads {
    fn drop(&mut self) {
        {
            let mut state = lock(&self.shared.state);
            state.stop = true;
            state.round += 1;
            self.shared.round.store(state.round, Ordering::Release);
            self.shared.start.notify_all();
        }
        for handle in self.handles.drain(..) {
            // A thread that panicked has already been reported by its round.
            let _ = handle.join();
        }
    }
}

fn work(shared: &Shared, number: usize) {
    let mut seen = 0;
    loop {
        for _ in 0..SPINS {
            if shared.round.load(Ordering::Acquire) != seen {
                break;
            }
            std::hint::spin_loop();
        }
        let task = {
            let mut state = lock(&shared.state);
            state.sleeping += 1;
            while state.round == seen && !state.stop {
                state = shared.start.wait(state).unwrap_or_else(PoisonError::into_inner);
            }
            state.sleeping -= 1;
            if state.stop {
                return;
            }
            seen = state.round;
            state.task
        };
        if let Some(Task(job)) = task {
            // SAFETY: `Threads::run` keeps the closure alive until `working` is 0, which this thread makes it afterwards.
            let job = unsafe { &*job };
            job(number);
        }
        shared.working.fetch_sub(1, Ordering::AcqRel);
    }
}

#[cfg(test)]
mod tests {
    use super::{Barrier, Threads};
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[test]
    fn barriers_hold_all_threads_also_when_there_are_more_than_cores() {
        for count in [1, 2, 5] {
            let threads = Threads::new(count);
            let barrier = Barrier::new(threads.count());
            let counter = AtomicUsize::new(0);
            for _ in 0..3 {
                counter.store(0, Ordering::SeqCst);
                let fine = threads.run(&barrier, &|_| {
                    for round in 1..200 {
                        counter.fetch_add(1, Ordering::SeqCst);
                        barrier.wait();
                        assert_eq!(counter.load(Ordering::SeqCst), round * count);
                        barrier.wait();
                    }
                });
                assert!(fine);
            }
        }
    }

    #[test]
    fn each_piece_is_taken_once_also_of_those_who_are_slow() {
        for (count, pieces) in [(1, 5), (2, 7), (3, 2), (5, 1000)] {
            let threads = Threads::new(count);
            let barrier = Barrier::new(threads.count());
            let taken: Vec<AtomicUsize> =
                (0..pieces).map(|_| AtomicUsize::new(0)).collect();
            for round in 1..20 {
                barrier.renew();
                let fine = threads.run(&barrier, &|number| {
                    for turn in 0..3 {
                        let mut first = true;
                        while let Some(piece) = barrier.take(number, pieces) {
                            if number == 0 && first && count > 1 {
                                // The others do what is left of this thread's share.
                                std::thread::sleep(std::time::Duration::from_millis(1));
                            }
                            first = false;
                            taken[piece].fetch_add(1, Ordering::SeqCst);
                        }
                        barrier.wait();
                        for times in &taken {
                            let wanted = 3 * (round - 1) + turn + 1;
                            assert_eq!(times.load(Ordering::SeqCst), wanted);
                        }
                        barrier.wait();
                    }
                });
                assert!(fine);
            }
        }
    }

    #[test]
    fn a_barrier_can_be_used_again_after_a_panic() {
        let threads = Threads::new(2);
        let barrier = Barrier::new(threads.count());
        let fine = threads.run(&barrier, &|number| {
            barrier.take(number, 100);
            if number == 0 {
                std::panic::resume_unwind(Box::new(()));
            }
            barrier.wait();
        });
        assert!(!fine);
        barrier.renew();
        let sum = AtomicUsize::new(0);
        let fine = threads.run(&barrier, &|number| {
            while let Some(piece) = barrier.take(number, 100) {
                sum.fetch_add(piece, Ordering::SeqCst);
            }
            barrier.wait();
        });
        assert!(fine && sum.load(Ordering::SeqCst) == 99 * 50);
    }

    #[test]
    fn a_panic_ends_the_round_on_all_threads() {
        let threads = Threads::new(3);
        let barrier = Barrier::new(threads.count());
        let fine = threads.run(&barrier, &|number| {
            if number == 2 {
                std::panic::resume_unwind(Box::new(()));
            }
            barrier.wait();
        });
        assert!(!fine);
    }
}
