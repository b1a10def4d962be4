//! Work in parts of fixed size, on as many threads as pay; what a part computes does not depend on their number.

use std::sync::OnceLock;

/// The oscillators of one part.
pub(crate) const PART: usize = 4096;

/// How many threads to use: one below a size at which starting threads costs more than it gains.
pub(crate) fn count(threads: usize, work: usize) -> usize {
    const WORTH: usize = 1 << 17;
    // Asking the system costs more than a small step.
    static AVAILABLE: OnceLock<usize> = OnceLock::new();
    if work < WORTH {
        return 1;
    }
    let available = match threads {
        0 => *AVAILABLE.get_or_init(|| {
            std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
        }),
        threads => threads,
    };
    available.min(work / (WORTH / 2)).max(1)
}

/// Does the work of each item, neighbours on the same thread.
pub(crate) fn each<T: Send>(threads: usize, mut items: Vec<T>, work: impl Fn(T) + Sync) {
    if threads <= 1 || items.len() <= 1 {
        items.into_iter().for_each(work);
        return;
    }
    let share = items.len().div_ceil(threads);
    std::thread::scope(|scope| {
        while items.len() > share {
            let part = items.split_off(items.len() - share);
            let work = &work;
            scope.spawn(move || part.into_iter().for_each(work));
        }
        items.into_iter().for_each(&work);
    });
}
