//! Work done by many at once, handed on in the order in which it came. What runs ahead of a slow piece is bounded.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::sync::{Condvar, Mutex, PoisonError};

use rayon::iter::{ParallelBridge, ParallelIterator};

/// How far a worker may run ahead of the slowest piece, in pieces for each worker: what runs ahead waits on disk.
const AHEAD: usize = 16;

/// Room for texts that nest deeply; it costs nothing until it is used.
const STACK: usize = 64 << 20;

/// How many workers a run has: as many as were asked for, else one for each processor.
pub fn workers(asked: Option<NonZeroUsize>) -> usize {
    asked.or_else(|| std::thread::available_parallelism().ok()).map_or(1, NonZeroUsize::get)
}

/// Does `work` with so many workers to choose from.
pub fn with_workers<T: Send>(workers: usize, work: impl FnOnce() -> T + Send) -> T {
    match rayon::ThreadPoolBuilder::new().num_threads(workers).stack_size(STACK).build() {
        Ok(pool) => pool.install(work),
        // No threads are to be had; the caller's own will do.
        Err(_) => work(),
    }
}

struct Desk<D, T> {
    next: usize,
    early: BTreeMap<usize, D>,
    take: T,
}

/// Gives every piece to `work`, several at a time, and what comes of it to `take`, one at a time and in the order of the pieces.
pub fn in_order<P: Send, D: Send>(
    pieces: impl Iterator<Item = P> + Send,
    workers: usize,
    work: impl Fn(P) -> D + Sync,
    take: impl FnMut(D) + Send,
) {
    let desk = Mutex::new(Desk { next: 0, early: BTreeMap::new(), take });
    let moved_on = Condvar::new();
    let hand_in = |(index, piece): (usize, P)| {
        let done = work(piece);
        let mut desk = desk.lock().unwrap_or_else(PoisonError::into_inner);
        // The piece that is next never waits, so somebody always moves on.
        while index >= desk.next + workers * AHEAD {
            desk = moved_on.wait(desk).unwrap_or_else(PoisonError::into_inner);
        }
        desk.early.insert(index, done);
        let Desk { next, early, take } = &mut *desk;
        while let Some(done) = early.remove(next) {
            *next += 1;
            take(done);
        }
        moved_on.notify_all();
    };
    // The bridge hands out pieces in their order, so that the desk never waits long for the next one.
    with_workers(workers, || pieces.enumerate().par_bridge().for_each(hand_in));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_done_early_waits_for_its_turn() {
        let mut taken = Vec::new();
        let slow_first = |number: u64| {
            std::thread::sleep(std::time::Duration::from_millis(if number == 0 { 30 } else { 0 }));
            number
        };
        in_order(0..500, 3, slow_first, |number| taken.push(number));
        assert!(taken.into_iter().eq(0..500));
    }
}
