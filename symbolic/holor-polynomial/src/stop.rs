//! Stopping long computations from outside.

use std::cell::RefCell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

thread_local! {
    static FLAG: RefCell<Option<Arc<AtomicBool>>> = const { RefCell::new(None) };
}

/// Runs `work` with `flag` as this thread's stop flag; `None` when the flag is raised at the end, because
/// what was computed may then be meaningless. Scopes nest; the inner flag counts.
pub fn scope<T>(flag: &Arc<AtomicBool>, work: impl FnOnce() -> T) -> Option<T> {
    /// Puts the outer flag back, also when `work` panics.
    struct Restore(Option<Arc<AtomicBool>>);
    impl Drop for Restore {
        fn drop(&mut self) {
            let outer = self.0.take();
            FLAG.with(|cell| *cell.borrow_mut() = outer);
        }
    }
    let restore = Restore(FLAG.with(|cell| cell.borrow_mut().replace(Arc::clone(flag))));
    let value = work();
    drop(restore);
    (!flag.load(Ordering::Relaxed)).then_some(value)
}

/// Whether the computation of this thread is asked to stop.
pub fn is_raised() -> bool {
    FLAG.with(|cell| {
        cell.borrow().as_ref().is_some_and(|flag| flag.load(Ordering::Relaxed))
    })
}
