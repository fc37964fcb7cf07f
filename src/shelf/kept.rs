//! What costs something to make and is asked for again: covers, small pictures, books for Kobo. It is kept in memory up to a number
//! of bytes, what was wanted longest ago goes first, and nothing is made twice at a time.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Bytes;
use tokio::sync::{Mutex as Turn, Semaphore};

/// Something that was made.
#[derive(Debug, Clone)]
pub struct Made {
    pub media_type: &'static str,
    pub bytes: Bytes,
}

/// What is kept, by name.
pub struct Kept {
    most_bytes: usize,
    /// Things that are made at a time.
    makers: Semaphore,
    shelf: Mutex<Shelf>,
}

#[derive(Default)]
struct Shelf {
    things: BTreeMap<String, Thing>,
    bytes: usize,
    clock: u64,
    /// Names that somebody makes right now; others wait for their turn and find it made.
    making: BTreeMap<String, Arc<Turn<()>>>,
}

struct Thing {
    /// `None` when it was tried and cannot be made.
    made: Option<Made>,
    wanted: u64,
}

impl Thing {
    /// What keeping it costs; a name counts too, so that things that cannot be made do not pile up.
    fn cost(&self) -> usize {
        self.made.as_ref().map_or(0, |made| made.bytes.len()) + 256
    }
}

impl Kept {
    pub fn new(most_bytes: usize, makers: usize) -> Kept {
        Kept { most_bytes, makers: Semaphore::new(makers), shelf: Mutex::default() }
    }

    /// The thing of this name, made now if it is not kept; `None` when it cannot be made.
    ///
    /// # Errors
    /// Those of `make`; then it is tried again the next time.
    pub async fn get<E>(
        &self,
        name: &str,
        make: impl AsyncFnOnce() -> Result<Option<Made>, E>,
    ) -> Result<Option<Made>, E> {
        if let Some(made) = self.find(name) {
            return Ok(made);
        }
        let turn = self.shelf().making.entry(name.to_owned()).or_default().clone();
        let _mine = turn.lock().await;
        if let Some(made) = self.find(name) {
            // It was made between the first look and the turn, which nobody else may have ended.
            self.shelf().end(name, &turn);
            return Ok(made);
        }
        // It is never closed, so there is always a permit in the end.
        let _permit = self.makers.acquire().await;
        let made = make().await;
        let mut shelf = self.shelf();
        shelf.end(name, &turn);
        let made = made?;
        shelf.put(name, made.clone(), self.most_bytes);
        Ok(made)
    }

    fn find(&self, name: &str) -> Option<Option<Made>> {
        let mut shelf = self.shelf();
        shelf.clock += 1;
        let clock = shelf.clock;
        let thing = shelf.things.get_mut(name)?;
        thing.wanted = clock;
        Some(thing.made.clone())
    }

    fn shelf(&self) -> std::sync::MutexGuard<'_, Shelf> {
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shelf {
    /// Ends a turn. Who still waits for it holds it too, and finds what was made.
    fn end(&mut self, name: &str, turn: &Arc<Turn<()>>) {
        if self.making.get(name).is_some_and(|making| Arc::ptr_eq(making, turn)) {
            self.making.remove(name);
        }
    }

    fn put(&mut self, name: &str, made: Option<Made>, most_bytes: usize) {
        self.clock += 1;
        let thing = Thing { made, wanted: self.clock };
        if thing.cost() > most_bytes {
            return;
        }
        self.bytes += thing.cost();
        if let Some(before) = self.things.insert(name.to_owned(), thing) {
            self.bytes -= before.cost();
        }
        while self.bytes > most_bytes {
            let oldest = self.things.iter().min_by_key(|(_, thing)| thing.wanted).map(|(name, _)| name.clone());
            let Some(gone) = oldest.and_then(|name| self.things.remove(&name)) else { break };
            self.bytes -= gone.cost();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    fn made(size: usize) -> Made {
        Made { media_type: "x", bytes: vec![0; size].into() }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_thing_is_made_once_however_many_want_it() {
        let kept = Arc::new(Kept::new(10_000, 4));
        let times = Arc::new(AtomicUsize::new(0));
        let wanting = (0..20).map(|_| {
            let (kept, times) = (kept.clone(), times.clone());
            tokio::spawn(async move {
                kept.get::<()>("a", async || {
                    times.fetch_add(1, Ordering::SeqCst);
                    tokio::task::yield_now().await;
                    Ok(Some(made(10)))
                })
                .await
                .unwrap()
                .unwrap()
                .bytes
                .len()
            })
        });
        for wanting in wanting.collect::<Vec<_>>() {
            assert_eq!(wanting.await.unwrap(), 10);
        }
        assert_eq!(times.load(Ordering::SeqCst), 1);
        assert!(kept.shelf().making.is_empty());
    }

    #[tokio::test]
    async fn what_was_wanted_longest_ago_goes_first() {
        let kept = Kept::new(3_000, 1);
        let want = async |name: &str, size| kept.get::<()>(name, async || Ok(Some(made(size)))).await.unwrap();
        want("a", 1_000).await;
        want("b", 1_000).await;
        want("a", 1_000).await;
        want("c", 1_000).await;
        want("huge", 5_000).await;
        assert_eq!(kept.shelf().things.keys().collect::<Vec<_>>(), ["a", "c"]);
        assert!(kept.get::<()>("none", async || Ok(None)).await.unwrap().is_none());
        assert_eq!(kept.get::<u8>("fault", async || Err(7)).await.unwrap_err(), 7);
        assert!(kept.shelf().bytes <= 3_000 && kept.shelf().making.is_empty());
    }
}
