//! What visitors bring to be bound, until it is fetched or forgotten: so many drafts, so many bytes, so long, and no more.
//!
//! Reading and binding run on threads of their own, a few at a time, so that a story that takes long takes nobody's page.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde::Serialize;
use tempfile::{NamedTempFile, TempDir, TempPath};
use tokio::sync::{Semaphore, oneshot};

use crate::model::record::BookRecord;
use crate::shelf::token::Token;
use crate::shelf::workshop::Bench;

use super::review::Review;

/// Drafts that are kept at a time.
const MOST_DRAFTS: usize = 24;
/// Bytes that all of them take on the disk, with the books that were made of them.
const MOST_BYTES: u64 = 256 << 20;
/// How long a draft is kept that nobody looks at.
const KEPT: Duration = Duration::from_secs(2 * 60 * 60);
/// How long a draft is safe from those that come after it.
const SAFE: Duration = Duration::from_secs(10 * 60);
/// Stories that are read at a time.
const BENCHES: usize = 2;
/// How long a story waits for its turn.
const PATIENCE: Duration = Duration::from_secs(20);
/// Markup nests deeply, and so do those who read it. Only what is used of it costs memory.
const STACK: usize = 64 << 20;

/// Why something was not done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// Others are before this one, for now.
    Busy,
    /// The work broke down.
    Failed,
}

/// The drafts of all visitors.
pub struct Drafts {
    kept: Mutex<BTreeMap<String, Arc<Draft>>>,
    benches: Arc<Semaphore>,
}

impl Default for Drafts {
    fn default() -> Self {
        Drafts { kept: Mutex::default(), benches: Arc::new(Semaphore::new(BENCHES)) }
    }
}

/// What one visitor brought.
pub struct Draft {
    /// Nobody can guess it.
    pub id: String,
    pub bench: Box<dyn Bench>,
    /// Where its books are until they are fetched.
    books: TempDir,
    bytes: AtomicU64,
    used: Mutex<Instant>,
    stories: Vec<Mutex<OfStory>>,
}

/// What became of one of its stories.
#[derive(Default)]
pub struct OfStory {
    /// What was recognised before anybody said a word.
    pub recognised: Option<Arc<Review>>,
    /// The form as it was last sent.
    pub form: Vec<(String, String)>,
    /// What the corrections made of it; `None` when there are none.
    pub corrected: Option<Arc<Review>>,
    /// What a list of many says of it.
    pub line: Option<Line>,
    pub book: Option<Arc<BoundBook>>,
    /// Its path in the library, once it was put there.
    pub shelved: Option<String>,
}

/// A story among others: what was recognised in it, or why no book can be made of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Line {
    pub title: String,
    pub by: String,
    pub figures: String,
    pub warnings: &'static str,
    pub fault: Option<String>,
}

impl Line {
    pub fn refused(why: Vec<String>) -> Line {
        Line { fault: Some(why.join(" ")), ..Line::default() }
    }
}

/// A book that was bound here. It lies on the disk and goes with the last who holds it.
pub struct BoundBook {
    pub record: BookRecord,
    pub bytes: u64,
    /// BLAKE3 of its contents.
    pub hash: String,
    file: TempPath,
}

impl BoundBook {
    /// # Errors
    /// When the disk does not give back what it took.
    pub fn read(&self) -> io::Result<Vec<u8>> {
        std::fs::read(&self.file)
    }
}

impl Draft {
    /// What is known of one of its stories; `None` when it has no such story. Nobody holds it while a story is read.
    pub fn story(&self, story: usize) -> Option<MutexGuard<'_, OfStory>> {
        self.stories.get(story).map(|story| story.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Writes a book down until it is fetched.
    ///
    /// # Errors
    /// When the disk is full.
    pub fn write(&self, record: BookRecord, bytes: &[u8]) -> io::Result<BoundBook> {
        let mut file = NamedTempFile::new_in(&self.books)?;
        file.write_all(bytes)?;
        let hash = blake3::hash(bytes).to_hex().to_string();
        Ok(BoundBook { record, bytes: bytes.len() as u64, hash, file: file.into_temp_path() })
    }
}

impl Drafts {
    /// Keeps what was brought, and gives it a name.
    pub fn keep(&self, bench: Box<dyn Bench>) -> Result<Arc<Draft>, Refused> {
        let bytes = bench.bytes();
        let id = Token::make().map_err(|_| Refused::Failed)?.reveal().to_owned();
        let stories = (0..bench.stories().len()).map(|_| Mutex::default()).collect();
        let books = TempDir::with_prefix("bindery-draft-").map_err(|_| Refused::Failed)?;
        let (bytes_held, used) = (AtomicU64::new(bytes), Mutex::new(Instant::now()));
        let draft = Arc::new(Draft { id: id.clone(), bench, books, bytes: bytes_held, used, stories });
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        forget(&mut kept, bytes)?;
        kept.insert(id, draft.clone());
        Ok(draft)
    }

    /// Whether there is room, so that nobody sends for minutes to be refused then.
    pub fn has_room(&self) -> bool {
        forget(&mut self.kept.lock().unwrap_or_else(PoisonError::into_inner), 0).is_ok()
    }

    /// Counts a book to what a draft holds, in place of another.
    ///
    /// # Errors
    /// When there is no room for it among all drafts.
    pub fn hold(&self, draft: &Draft, book: u64, before: u64) -> Result<(), Refused> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        forget_for(&mut kept, book.saturating_sub(before), 0)?;
        draft.bytes.fetch_add(book, Ordering::Relaxed);
        draft.bytes.fetch_sub(before, Ordering::Relaxed);
        Ok(())
    }

    pub fn get(&self, id: &str) -> Option<Arc<Draft>> {
        let draft = self.kept.lock().unwrap_or_else(PoisonError::into_inner).get(id).cloned()?;
        *draft.used.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
        Some(draft)
    }

    /// Does work on a bench, when one is free.
    ///
    /// # Errors
    /// When none becomes free in time, or the work breaks down.
    pub async fn at_bench<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Refused> {
        let bench = tokio::time::timeout(PATIENCE, self.benches.clone().acquire_owned()).await;
        let bench = bench.map_err(|_| Refused::Busy)?.map_err(|_| Refused::Failed)?;
        let (done, result) = oneshot::channel();
        let worker = std::thread::Builder::new().name("bench".to_owned()).stack_size(STACK).spawn(move || {
            // The bench is taken until the work ends, even when nobody waits for it any more.
            let _ = done.send(work());
            drop(bench);
        });
        worker.map_err(|_| Refused::Failed)?;
        result.await.map_err(|_| Refused::Failed)
    }
}

/// Makes room for another draft of so many bytes.
fn forget(kept: &mut BTreeMap<String, Arc<Draft>>, bytes: u64) -> Result<(), Refused> {
    forget_for(kept, bytes, 1)
}

/// Forgets what nobody needs, then what nobody has looked at for the longest, until there is room.
fn forget_for(kept: &mut BTreeMap<String, Arc<Draft>>, bytes: u64, drafts: usize) -> Result<(), Refused> {
    let idle = |draft: &Draft| draft.used.lock().unwrap_or_else(PoisonError::into_inner).elapsed();
    kept.retain(|_, draft| idle(draft) < KEPT);
    loop {
        let held: u64 = kept.values().map(|draft| draft.bytes.load(Ordering::Relaxed)).sum();
        if kept.len() + drafts <= MOST_DRAFTS && held + bytes <= MOST_BYTES {
            return Ok(());
        }
        let longest = kept.values().max_by_key(|draft| idle(draft)).filter(|draft| idle(draft) >= SAFE);
        let Some(id) = longest.map(|draft| draft.id.clone()) else { return Err(Refused::Busy) };
        kept.remove(&id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Diagnostic;
    use crate::pipeline::Made;
    use crate::pipeline::declared::Declared;

    struct Empty(u64);

    impl Bench for Empty {
        fn stories(&self) -> &[String] {
            &[]
        }

        fn bytes(&self) -> u64 {
            self.0
        }

        fn remarks(&self) -> &[Diagnostic] {
            &[]
        }

        fn make(&self, _: usize, _: &Declared) -> Result<Made, Vec<Diagnostic>> {
            Err(Vec::new())
        }
    }

    #[test]
    fn ten_thousand_drafts_cost_no_more_than_a_few() {
        let drafts = Drafts::default();
        let kept: Vec<Arc<Draft>> = (0..MOST_DRAFTS).map(|_| drafts.keep(Box::new(Empty(1))).unwrap()).collect();
        assert!(!drafts.has_room());
        for _ in 0..10_000 {
            assert_eq!(drafts.keep(Box::new(Empty(1))).err(), Some(Refused::Busy));
        }
        // Whoever was there first is still there; what nobody has looked at for long makes room.
        assert!(kept.iter().all(|draft| drafts.get(&draft.id).is_some()));
        *kept[3].used.lock().unwrap() = Instant::now().checked_sub(SAFE).unwrap();
        let new = drafts.keep(Box::new(Empty(1))).unwrap();
        assert!(drafts.get(&kept[3].id).is_none() && drafts.get(&new.id).is_some());
    }

    #[test]
    fn large_drafts_count_by_their_bytes() {
        let drafts = Drafts::default();
        assert!(drafts.keep(Box::new(Empty(MOST_BYTES))).is_ok());
        assert_eq!(drafts.keep(Box::new(Empty(1))).err(), Some(Refused::Busy));
    }

    #[test]
    fn books_count_as_well_and_go_with_their_draft() {
        let drafts = Drafts::default();
        let draft = drafts.keep(Box::new(Empty(1))).unwrap();
        let book = draft.write(BookRecord::default(), b"a book").unwrap();
        assert_eq!((book.read().unwrap(), book.bytes), (b"a book".to_vec(), 6));
        assert_eq!(drafts.hold(&draft, MOST_BYTES - 1, 0), Ok(()));
        assert_eq!(drafts.hold(&draft, 1, 0), Err(Refused::Busy));
        assert_eq!(drafts.hold(&draft, 7, MOST_BYTES - 1), Ok(()));
        assert_eq!(draft.bytes.load(Ordering::Relaxed), 8);
        let path = book.file.to_path_buf();
        drop(book);
        assert!(!path.exists() && draft.books.path().exists());
    }

    #[tokio::test]
    async fn work_that_breaks_down_frees_its_bench() {
        let drafts = Drafts::default();
        for _ in 0..BENCHES * 3 {
            let broken = drafts.at_bench(|| panic!("as a test wants it")).await;
            assert_eq!(broken, Err::<(), _>(Refused::Failed));
        }
        assert_eq!(drafts.at_bench(|| 7).await, Ok(7));
    }
}
