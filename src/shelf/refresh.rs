//! Keeping the catalogue true while the shelf is open: books that come, change and go, whoever puts them there.

use std::collections::{HashMap, HashSet};
use std::fs::{self, File};
use std::io::{self, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use rayon::prelude::*;

use crate::catalogue::{Catalogue, Entry, FileState};
use crate::diagnostic::Diagnostic;
use crate::pipeline;

use super::Shelf;
use super::library::Library;

/// Books that are read before others may see them.
const BATCH: usize = 256;
/// Bytes of the largest book that is read: a shelf of novels with their pictures.
const LARGEST: u64 = 512 << 20;
/// How deep folders are looked into.
const DEEPEST: usize = 32;
/// How often folders are asked whether something came or went in them.
const LOOK: Duration = Duration::from_secs(3);
/// How often every file is asked whether it was written anew in its place, which its folder does not tell.
const LOOK_CLOSELY: Duration = Duration::from_secs(300);
/// How much of the time may go into looking: one part of so many.
const SHARE: u32 = 20;

/// What lies in the folder.
#[derive(Default)]
struct Found {
    /// Paths below the folder, with `/`, in order.
    books: Vec<(String, fs::Metadata)>,
    /// When each folder was changed last.
    folders: Vec<(PathBuf, Option<SystemTime>)>,
}

/// Files that are called books and are none, by path, size and time; they are not read again until they change.
type Refused = HashSet<(String, u64, Option<SystemTime>)>;

/// Brings the catalogue to what lies in the folder; how many books it put in or took out.
///
/// # Errors
/// When the folder cannot be read, or the catalogue not be written to.
pub fn refresh(root: &Path, catalogue: &Catalogue) -> Result<usize, Diagnostic> {
    bring(catalogue, root, &look(root)?, &mut Refused::new(), &AtomicBool::new(false))
}

fn bring(
    catalogue: &Catalogue,
    root: &Path,
    found: &Found,
    refused: &mut Refused,
    stop: &AtomicBool,
) -> Result<usize, Diagnostic> {
    let mut known: HashMap<String, FileState> = catalogue.files()?.into_iter().collect();
    let mut new = Vec::new();
    for (path, facts) in &found.books {
        let stands = known.remove(path).is_some_and(|state| state.is_still(facts));
        if !stands && !refused.contains(&named(path, facts)) {
            new.push((path, facts));
        }
    }
    let mut changed = 0;
    for batch in new.chunks(BATCH) {
        if stop.load(Ordering::Relaxed) {
            return Ok(changed);
        }
        let entries: Vec<Option<Entry>> = batch.par_iter().map(|(path, facts)| read(root, path, facts)).collect();
        let mut changes = catalogue.batch()?;
        for (entry, (path, facts)) in entries.iter().zip(batch) {
            match entry {
                Some(entry) => {
                    changes.put(entry)?;
                    changed += 1;
                }
                None => {
                    refused.insert(named(path, facts));
                }
            }
        }
        changes.commit()?;
    }
    // What is left is in the catalogue and not in the folder any more.
    let mut gone: Vec<&String> = known.keys().collect();
    gone.sort();
    if !gone.is_empty() {
        let mut changes = catalogue.batch()?;
        for path in &gone {
            changes.remove(path)?;
        }
        changes.commit()?;
    }
    Ok(changed + gone.len())
}

fn named(path: &str, facts: &fs::Metadata) -> (String, u64, Option<SystemTime>) {
    (path.to_owned(), facts.len(), facts.modified().ok())
}

/// A book as it lies there; `None` when it is none, or changes while it is read.
fn read(root: &Path, path: &str, facts: &fs::Metadata) -> Option<Entry> {
    let mut bytes = Vec::new();
    let file = File::open(root.join(path)).ok()?;
    (&file).take(LARGEST + 1).read_to_end(&mut bytes).ok()?;
    let after = file.metadata().ok()?;
    if bytes.len() as u64 != facts.len() || after.modified().ok() != facts.modified().ok() {
        return None;
    }
    // One book must not take the others with it.
    let record = catch_unwind(AssertUnwindSafe(|| pipeline::record(&bytes))).ok()?.ok()?;
    let added = facts.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok()).unwrap_or_default();
    let added = i64::try_from(added.as_secs()).unwrap_or(i64::MAX);
    Some(Entry { id: 0, path: path.to_owned(), record, file: FileState::of(facts, &bytes), added })
}

fn look(root: &Path) -> Result<Found, Diagnostic> {
    let mut found = Found::default();
    walk(root, "", 0, &mut found).map_err(|error| {
        Diagnostic::error("library-unreadable", format!("the folder cannot be read: {error}"))
            .in_file(root.display().to_string())
            .hint("look whether you may read it")
    })?;
    Ok(found)
}

/// Links are not followed, and what begins with a dot is not looked at: it is unfinished, or not meant to be seen.
fn walk(folder: &Path, below: &str, depth: usize, found: &mut Found) -> io::Result<()> {
    let changed = fs::metadata(folder).and_then(|facts| facts.modified()).ok();
    found.folders.push((folder.to_owned(), changed));
    let mut entries: Vec<fs::DirEntry> = fs::read_dir(folder)?.flatten().collect();
    entries.sort_by_key(fs::DirEntry::file_name);
    let mut books = Vec::new();
    for entry in entries {
        let name = entry.file_name();
        let (Some(name), Ok(kind)) = (name.to_str(), entry.file_type()) else { continue };
        if name.starts_with('.') {
            continue;
        }
        let path = format!("{below}{name}");
        if kind.is_dir() && depth < DEEPEST {
            // A folder below that cannot be read keeps nobody from the others.
            let _ = walk(&entry.path(), &format!("{path}/"), depth + 1, found);
        } else if kind.is_file() && name.to_lowercase().ends_with(".epub") {
            books.extend(entry.metadata().ok().map(|facts| (path, facts)));
        }
    }
    keep_one_of_each(&mut books);
    found.books.extend(books);
    Ok(())
}

/// A kepub beside the book that it was made of is the same book once more; by itself it is a book.
fn keep_one_of_each(books: &mut Vec<(String, fs::Metadata)>) {
    let names: HashSet<String> = books.iter().map(|(path, _)| path.to_lowercase()).collect();
    books.retain(|(path, _)| {
        let path = path.to_lowercase();
        path.strip_suffix(".kepub.epub").is_none_or(|stem| !names.contains(&format!("{stem}.epub")))
    });
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
    let mut before: Option<Found> = None;
    let mut refused = Refused::new();
    let mut closely = Instant::now();
    while !stop.load(Ordering::Relaxed) {
        let begun = Instant::now();
        if closely.elapsed() >= LOOK_CLOSELY || !before.as_ref().is_some_and(stands) {
            closely = Instant::now();
            let found = look(library.root());
            let came_to = found.as_ref().map_err(Clone::clone);
            looked(came_to.and_then(|found| bring(&library.catalogue, library.root(), found, &mut refused, stop)));
            // A change within the same moment as the one before may leave no trace.
            before = found.ok().filter(|found| !is_fresh(found));
        }
        thread::park_timeout(LOOK.max(begun.elapsed() * SHARE));
    }
}

/// Whether nothing came to or went from any folder since.
fn stands(found: &Found) -> bool {
    let changed = |folder: &Path| fs::metadata(folder).and_then(|facts| facts.modified()).ok();
    found.folders.iter().all(|(folder, before)| changed(folder) == *before)
}

/// Whether a folder changed so lately that its time may be the same after the next change.
fn is_fresh(found: &Found) -> bool {
    let lately = |time: SystemTime| time.elapsed().is_ok_and(|since| since < Duration::from_secs(2));
    found.folders.iter().any(|(_, changed)| changed.is_none_or(lately))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kepub_is_a_book_unless_it_lies_beside_its_book() {
        let folder = tempfile::tempdir().unwrap();
        for name in [
            "Moth.epub",
            "Moth.kepub.epub",
            "Salt.kepub.epub",
            "LAMP.EPUB",
            "lamp.kepub.epub",
            "letter.txt",
            ".half.epub",
        ] {
            fs::write(folder.path().join(name), "").unwrap();
        }
        let found = look(folder.path()).unwrap().books;
        let names: Vec<&str> = found.iter().map(|(path, _)| path.as_str()).collect();
        assert_eq!(names, ["LAMP.EPUB", "Moth.epub", "Salt.kepub.epub"]);
    }
}
