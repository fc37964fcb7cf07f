//! Keeping the catalogue true while the shelf is open: books that come, change and go, whoever puts them there.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use crate::catalogue::{Catalogue, Depth};
use crate::diagnostic::Diagnostic;

use super::Shelf;
use super::library::Library;

/// How often folders are asked whether something came or went in them.
const LOOK: Duration = Duration::from_secs(3);
/// How often every file is asked whether it was written anew in its place, which its folder does not tell.
const LOOK_CLOSELY: Duration = Duration::from_secs(300);
/// How much of the time may go into looking: one part of so many.
const SHARE: u32 = 20;

/// Brings the catalogue to what lies in the folder; how many books it put in or took out.
///
/// # Errors
/// When the folder cannot be read, or the catalogue not be written to.
pub fn refresh(catalogue: &Catalogue) -> Result<usize, Diagnostic> {
    Seen::default().look(catalogue, &AtomicBool::new(false))
}

/// Size and time of a file; `None` when it is not there.
type Stamp = Option<(u64, Option<SystemTime>)>;

/// What was seen when the folder was looked at last.
#[derive(Default)]
struct Seen {
    /// When each folder was changed.
    folders: Vec<(PathBuf, Option<SystemTime>)>,
    /// Files that are called books and are none, or not yet: they are not read again until they change.
    refused: BTreeMap<String, Stamp>,
}

impl Seen {
    fn look(&mut self, catalogue: &Catalogue, stop: &AtomicBool) -> Result<usize, Diagnostic> {
        let stamp = |path: &String| {
            fs::metadata(catalogue.folder().join(path)).ok().map(|facts| (facts.len(), facts.modified().ok()))
        };
        let mut changes = catalogue.changes(Depth::Times)?;
        self.refused.retain(|path, before| stamp(path) == *before);
        changes.new.retain(|path| !self.refused.contains_key(path));
        let read: Vec<(String, Stamp)> =
            changes.new.iter().chain(&changes.changed).map(|path| (path.clone(), stamp(path))).collect();
        let faults = catalogue.take_in(&changes, &|_| !stop.load(Ordering::Relaxed))?;
        let unread = faults.len() - changes.faults.len();
        let faults: HashSet<String> = faults.into_iter().map(|fault| fault.file).collect();
        let whole = |path: &String| catalogue.folder().join(path).display().to_string();
        self.refused.extend(read.into_iter().filter(|(path, _)| !faults.is_empty() && faults.contains(&whole(path))));
        self.folders = changes.folders;
        Ok(changes.new.len() + changes.changed.len() + changes.gone.len() - unread)
    }

    /// Whether nothing came to or went from any folder since, and no file that could not be read has changed.
    fn stands(&self, catalogue: &Catalogue) -> bool {
        let changed = |path: &PathBuf| fs::metadata(path).and_then(|facts| facts.modified()).ok();
        let stamp = |path: &String| {
            fs::metadata(catalogue.folder().join(path)).ok().map(|facts| (facts.len(), facts.modified().ok()))
        };
        self.folders.iter().all(|(folder, before)| changed(folder) == *before)
            && self.refused.iter().all(|(path, before)| stamp(path) == *before)
    }

    /// Whether a folder changed so lately that its time may be the same after the next change.
    fn is_fresh(&self) -> bool {
        let lately = |time: SystemTime| time.elapsed().is_ok_and(|since| since < Duration::from_secs(2));
        self.folders.iter().any(|(_, changed)| changed.is_none_or(lately))
    }
}

/// Looks again and again until it is dropped.
pub struct Watch {
    stop: Arc<AtomicBool>,
    thread: Option<thread::JoinHandle<()>>,
}

impl Watch {
    /// Looks at once, and then whenever something came or went. `looked` hears what each look came to.
    ///
    /// # Errors
    /// When the system has no thread to give.
    pub fn begin(shelf: Arc<Shelf>, looked: impl Fn(Result<usize, Diagnostic>) + Send + 'static) -> io::Result<Watch> {
        let stop = Arc::new(AtomicBool::new(false));
        let told = stop.clone();
        let watching = thread::Builder::new().name("bindery-watch".to_owned());
        let thread = watching.spawn(move || watch(&shelf.library, &told, &looked))?;
        Ok(Watch { stop, thread: Some(thread) })
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            thread.thread().unpark();
            let _ = thread.join();
        }
    }
}

fn watch(library: &Library, stop: &AtomicBool, looked: &dyn Fn(Result<usize, Diagnostic>)) {
    let mut seen = Seen::default();
    let mut is_known = false;
    let mut closely = Instant::now();
    while !stop.load(Ordering::Relaxed) {
        let begun = Instant::now();
        if closely.elapsed() >= LOOK_CLOSELY || !is_known || !seen.stands(&library.catalogue) {
            closely = Instant::now();
            let came_to = seen.look(&library.catalogue, stop);
            // A change within the same moment as the one before may leave no trace.
            is_known = came_to.is_ok() && !seen.is_fresh();
            looked(came_to);
        }
        thread::park_timeout(LOOK.max(begun.elapsed() * SHARE));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_read_is_read_again_when_it_changes_and_not_before() {
        let folder = tempfile::tempdir().unwrap();
        let catalogue = Catalogue::open(folder.path()).unwrap().value;
        let (mut seen, goes_on) = (Seen::default(), AtomicBool::new(false));
        fs::write(folder.path().join("half.epub"), "not yet").unwrap();
        assert_eq!(seen.look(&catalogue, &goes_on).unwrap(), 0);
        assert_eq!(seen.refused.keys().collect::<Vec<_>>(), ["half.epub"]);
        assert!(seen.stands(&catalogue));
        assert_eq!(seen.look(&catalogue, &goes_on).unwrap(), 0);
        // Written on in its place, of which its folder does not tell.
        fs::write(folder.path().join("half.epub"), "not yet, but more").unwrap();
        assert!(!seen.stands(&catalogue));
        fs::remove_file(folder.path().join("half.epub")).unwrap();
        assert!(!seen.stands(&catalogue));
        assert_eq!(seen.look(&catalogue, &goes_on).unwrap(), 0);
        assert!(seen.refused.is_empty());
    }
}
