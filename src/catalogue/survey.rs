//! From the folder to the catalogue: which books are there, which of them it does not know yet, and taking them in.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{self, Read};
use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};
use std::sync::atomic::{self, AtomicBool, AtomicUsize};
use std::time::SystemTime;

use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

use crate::diagnostic::Diagnostic;
use crate::pipeline;

use super::entry::{Entry, FileState};
use super::{Catalogue, cannot_use};

/// Bytes of the largest book that is read: a shelf of novels with their pictures.
const LARGEST: u64 = 512 << 20;

/// Folders within folders, beyond any that people make.
const DEEPEST: usize = 64;

/// Books that are read before what they say is written down: whatever stops the work, so much is lost at most.
const TOGETHER: usize = 512;

/// How closely books are looked at that the catalogue knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// Whether they are still there.
    Names,
    /// Whether their files have the size and time that they had.
    Times,
    /// Not at all: every book is read anew.
    All,
}

/// Where folder and catalogue differ. Paths are below the folder, with `/` between names, in order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Changes {
    pub new: Vec<String>,
    pub changed: Vec<String>,
    pub gone: Vec<String>,
    pub unchanged: usize,
    /// The folders that were looked into, and when each was changed last, as far as the system says.
    pub folders: Vec<(PathBuf, Option<SystemTime>)>,
    /// Folders and files that cannot be looked at.
    pub faults: Vec<Diagnostic>,
}

impl Changes {
    /// How many books are to be read.
    pub fn to_read(&self) -> usize {
        self.new.len() + self.changed.len()
    }

    pub fn is_empty(&self) -> bool {
        self.to_read() + self.gone.len() == 0
    }
}

impl Entry {
    /// Reads a book of a folder.
    ///
    /// # Errors
    /// When the file cannot be read, or is no EPUB.
    pub fn read(folder: &Path, path: &str) -> Result<Entry, Diagnostic> {
        let whole = folder.join(path);
        let shown = whole.display().to_string();
        let (facts, bytes) = read(&whole).map_err(|error| unreadable(&error).in_file(shown.clone()))?;
        if bytes.len() as u64 > LARGEST {
            let fault = Diagnostic::error("too-large", format!("larger than {} MB", LARGEST >> 20));
            return Err(fault.in_file(shown).hint("this is no ordinary e-book; open it with the program that made it"));
        }
        // One book must not take the others with it.
        let record = panic::catch_unwind(AssertUnwindSafe(|| pipeline::record(&bytes))).unwrap_or_else(|_| {
            let fault = Diagnostic::error("internal-error", "bindery failed on this book");
            Err(fault.hint("the other books are not concerned; report it, with the book if you may share it"))
        });
        let file = FileState::of(&facts, &bytes);
        let record = record.map_err(|fault| fault.in_file(shown))?;
        Ok(Entry { id: 0, path: path.to_owned(), record, file, added: file.modified_seconds() })
    }
}

fn read(path: &Path) -> io::Result<(fs::Metadata, Vec<u8>)> {
    let file = File::open(path)?;
    let facts = file.metadata()?;
    if !facts.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "this is no file"));
    }
    let mut bytes = Vec::with_capacity(facts.len().min(LARGEST) as usize);
    (&file).take(LARGEST + 1).read_to_end(&mut bytes)?;
    let after = file.metadata()?;
    if after.len() != facts.len() || after.modified().ok() != facts.modified().ok() {
        return Err(io::Error::other("it is being written just now"));
    }
    Ok((facts, bytes))
}

fn unreadable(error: &io::Error) -> Diagnostic {
    let text = error.to_string();
    let words = text.split(" (os error").next().unwrap_or_default().to_lowercase();
    Diagnostic::error("unreadable", format!("cannot be read: {words}"))
        .hint("see whether it is whole, and whether you may read it")
}

/// Whether there is any book in a folder or below.
pub fn holds_books(folder: &Path) -> bool {
    let mut found = false;
    let mut walk = Walk::new(|_| found = true);
    let walked = walk.folder(folder, "", 0);
    let faults = walk.faults.len();
    walked.is_ok() && (found || faults > 0)
}

/// A file that the catalogue knows, by its path, as it was when its book was read.
struct Known {
    path: Box<str>,
    bytes: u64,
    modified: i64,
}

impl Catalogue {
    /// Where the folder and the catalogue differ. Looked at is every EPUB in the folder and below, whoever made it, but nothing
    /// hidden, and no links, which may lead anywhere; of a book that lies beside its own form for Kobo (`NAME.kepub.epub`), the one for all readers.
    ///
    /// # Errors
    /// When the catalogue cannot be read, or the folder is none.
    pub fn changes(&self, depth: Depth) -> Result<Changes, Diagnostic> {
        let known: Vec<Known> = self.read(|transaction| {
            let mut statement = transaction.prepare("SELECT path, bytes, modified FROM books ORDER BY path")?;
            let known = |row: &rusqlite::Row| {
                let bytes = row.get::<_, i64>(1)?.unsigned_abs();
                Ok(Known { path: row.get_ref(0)?.as_str()?.into(), bytes, modified: row.get(2)? })
            };
            statement.query_map([], known)?.collect()
        })?;
        let (mut changes, mut known) = (Changes::default(), known.into_iter().peekable());
        let is_still = |known: &Known| match depth {
            Depth::Names => true,
            Depth::Times => {
                let was = FileState { bytes: known.bytes, modified: known.modified, hash: [0; 32] };
                fs::metadata(self.folder().join(&*known.path)).is_ok_and(|facts| was.is_still(&facts))
            }
            Depth::All => false,
        };
        // Both come in the order of their paths, so neither is held whole beside the other.
        let mut walk = Walk::new(|path: String| {
            while let Some(gone) = known.next_if(|known| *known.path < *path) {
                changes.gone.push(gone.path.into());
            }
            match known.next_if(|known| *known.path == *path).map(|known| is_still(&known)) {
                None => changes.new.push(path),
                Some(false) => changes.changed.push(path),
                Some(true) => changes.unchanged += 1,
            }
        });
        walk.folder(self.folder(), "", 0).map_err(|error| cannot_use(self.folder(), &error))?;
        let Walk { folders, faults, .. } = walk;
        changes.gone.extend(known.map(|gone| String::from(gone.path)));
        Ok(Changes { folders, faults, ..changes })
    }

    /// Of some entries of this catalogue, those whose books are gone or changed.
    pub fn changes_of<'e>(&self, entries: impl IntoIterator<Item = &'e Entry>) -> Changes {
        let mut changes = Changes::default();
        for entry in entries {
            match fs::metadata(self.path_of(entry)) {
                Ok(facts) if entry.file.is_still(&facts) => changes.unchanged += 1,
                Ok(facts) if facts.is_file() => changes.changed.push(entry.path.clone()),
                _ => changes.gone.push(entry.path.clone()),
            }
        }
        changes
    }

    /// Makes the catalogue agree with the folder where they differ: reads books, several at a time, and takes out those that are
    /// gone. `step` hears of every book that was read, and how many of all so far could not be, and says whether to go on.
    ///
    /// What is done is written down every few hundred books; the next call does the rest.
    ///
    /// Returned are the books that cannot be read, each with the reason, in order; the catalogue does not know them.
    ///
    /// # Errors
    /// When the catalogue cannot be written.
    pub fn take_in(
        &self,
        changes: &Changes,
        step: &(dyn Fn(usize) -> bool + Sync),
    ) -> Result<Vec<Diagnostic>, Diagnostic> {
        let (failed, goes_on) = (AtomicUsize::new(0), AtomicBool::new(true));
        let mut faults = changes.faults.clone();
        let paths: Vec<&String> = changes.new.iter().chain(&changes.changed).collect();
        for paths in paths.chunks(TOGETHER) {
            let read = |path: &&String| {
                if !goes_on.load(atomic::Ordering::Relaxed) {
                    return None;
                }
                let entry = Entry::read(self.folder(), path);
                let fault = usize::from(entry.is_err());
                if !step(failed.fetch_add(fault, atomic::Ordering::Relaxed) + fault) {
                    goes_on.store(false, atomic::Ordering::Relaxed);
                }
                Some(entry)
            };
            let entries: Vec<Option<Result<Entry, Diagnostic>>> = paths.par_iter().map(read).collect();
            let mut batch = self.batch()?;
            for (path, entry) in paths.iter().zip(entries) {
                match entry {
                    Some(Ok(entry)) => _ = batch.put(&entry)?,
                    Some(Err(fault)) => {
                        batch.remove(path)?;
                        faults.push(fault);
                    }
                    None => {}
                }
            }
            batch.commit()?;
            if !goes_on.load(atomic::Ordering::Relaxed) {
                return Ok(faults);
            }
        }
        if !changes.gone.is_empty() {
            let mut batch = self.batch()?;
            for path in &changes.gone {
                batch.remove(path)?;
            }
            batch.commit()?;
        }
        Ok(faults)
    }
}

/// Finds books, each by its path below the folder, in the order of paths.
struct Walk<F> {
    found: F,
    folders: Vec<(PathBuf, Option<SystemTime>)>,
    faults: Vec<Diagnostic>,
}

impl<F: FnMut(String)> Walk<F> {
    fn new(found: F) -> Self {
        Walk { found, folders: Vec::new(), faults: Vec::new() }
    }

    fn folder(&mut self, folder: &Path, below: &str, depth: usize) -> io::Result<()> {
        if depth > DEEPEST {
            return Ok(());
        }
        // Before its names are read: what comes while they are is seen the next time.
        let changed = fs::metadata(folder).and_then(|facts| facts.modified()).ok();
        let (mut books, mut inner) = (Vec::new(), Vec::new());
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let name = entry.file_name();
            let is_book = name.to_string_lossy().to_lowercase().ends_with(".epub");
            let Some(name) = name.to_str() else {
                if is_book {
                    let fault = Diagnostic::error("name-not-unicode", "the name of this file is no text");
                    self.faults.push(fault.in_file(entry.path().display().to_string()).hint("rename it"));
                }
                continue;
            };
            if name.starts_with('.') {
                continue;
            }
            let Ok(kind) = entry.file_type() else { continue };
            if kind.is_dir() {
                // As its books' paths go on, so that all of them come in one order.
                inner.push(format!("{name}/"));
            } else if kind.is_file() && is_book {
                books.push(name.to_owned());
            }
        }
        self.folders.push((folder.to_owned(), changed));
        let names: HashSet<String> = books.iter().map(|name| name.to_lowercase()).collect();
        books.retain(|name| {
            let name = name.to_lowercase();
            name.strip_suffix(".kepub.epub").is_none_or(|stem| !names.contains(&format!("{stem}.epub")))
        });
        drop(names);
        books.extend(inner);
        books.sort_unstable();
        for name in books {
            let path = format!("{below}{name}");
            if !name.ends_with('/') {
                (self.found)(path);
                continue;
            }
            let whole = folder.join(name.trim_end_matches('/'));
            if let Err(error) = self.folder(&whole, &path, depth + 1) {
                self.faults.push(unreadable(&error).in_file(whole.display().to_string()));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The catalogue and the folder are gone through side by side, so both must be in one order, whatever the names are.
    #[test]
    fn books_come_in_the_order_of_their_paths() {
        let folder = tempfile::tempdir().unwrap();
        let paths = [
            "a b/x.epub",
            "a!.epub",
            "a-b.epub",
            "a.epub",
            "a/b.epub",
            "a/c/d.epub",
            "a/c.epub",
            "a0.epub",
            "Z.epub",
            "Moth.epub",
            "ä/é.epub",
            "ä.epub",
            "夜.epub",
        ];
        for path in paths.into_iter().chain(["Moth.kepub.epub", "letter.txt", ".half.epub", "a/.hidden/x.epub"]) {
            let whole = folder.path().join(path);
            fs::create_dir_all(whole.parent().unwrap()).unwrap();
            fs::write(whole, "").unwrap();
        }
        let mut found = Vec::new();
        let mut walk = Walk::new(|path| found.push(path));
        walk.folder(folder.path(), "", 0).unwrap();
        assert_eq!(walk.folders.len(), 5);
        let mut expected = paths.map(str::to_owned);
        expected.sort();
        assert_eq!(found, expected);
    }
}
