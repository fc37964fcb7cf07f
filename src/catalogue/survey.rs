//! From the folder to the catalogue: which books are there, which of them it does not know yet, and taking them in.

use std::collections::{BTreeMap, HashSet};
use std::fs::{self, File};
use std::io::{self, Read};
use std::panic::{self, AssertUnwindSafe};
use std::path::Path;

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
    file.take(LARGEST + 1).read_to_end(&mut bytes)?;
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
    let mut walk = Walk::default();
    walk.folder(folder, "", 0).is_ok() && !(walk.found.is_empty() && walk.faults.is_empty())
}

impl Catalogue {
    /// Where the folder and the catalogue differ. Looked at is every EPUB in the folder and below, whoever made it, but nothing
    /// hidden, and no links, which may lead anywhere; of a book that lies beside its own form for Kobo (`NAME.kepub.epub`), the one for all readers.
    ///
    /// # Errors
    /// When the catalogue cannot be read, or the folder is none.
    pub fn changes(&self, depth: Depth) -> Result<Changes, Diagnostic> {
        let mut known: BTreeMap<String, (u64, i64)> = self.read(|transaction| {
            let mut statement = transaction.prepare("SELECT path, bytes, modified FROM books")?;
            let rows = statement
                .query_map([], |row| Ok((row.get(0)?, (row.get::<_, i64>(1)?.unsigned_abs(), row.get(2)?))))?;
            rows.collect()
        })?;
        let mut walk = Walk::default();
        walk.folder(self.folder(), "", 0).map_err(|error| cannot_use(self.folder(), &error))?;
        walk.found.sort_unstable();
        let mut changes = Changes { faults: walk.faults, ..Changes::default() };
        for path in walk.found {
            let same = known.remove(&path).map(|(bytes, modified)| {
                let was = FileState { bytes, modified, hash: [0; 32] };
                match depth {
                    Depth::Names => true,
                    Depth::Times => fs::metadata(self.folder().join(&path)).is_ok_and(|facts| was.is_still(&facts)),
                    Depth::All => false,
                }
            });
            match same {
                None => changes.new.push(path),
                Some(false) => changes.changed.push(path),
                Some(true) => changes.unchanged += 1,
            }
        }
        changes.gone = known.into_keys().collect();
        Ok(changes)
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
    /// gone. `step` hears of every book that was read, and how many of all so far could not be.
    ///
    /// What is done is written down every few hundred books; the next call does the rest.
    ///
    /// Returned are the books that cannot be read, each with the reason, in order; the catalogue does not know them.
    ///
    /// # Errors
    /// When the catalogue cannot be written.
    pub fn take_in(&self, changes: &Changes, step: &(dyn Fn(usize) + Sync)) -> Result<Vec<Diagnostic>, Diagnostic> {
        let failed = std::sync::atomic::AtomicUsize::new(0);
        let mut faults = changes.faults.clone();
        let paths: Vec<&String> = changes.new.iter().chain(&changes.changed).collect();
        for paths in paths.chunks(TOGETHER) {
            let read = |path: &&String| {
                let entry = Entry::read(self.folder(), path);
                let fault = usize::from(entry.is_err());
                step(failed.fetch_add(fault, std::sync::atomic::Ordering::Relaxed) + fault);
                entry
            };
            let entries: Vec<Result<Entry, Diagnostic>> = paths.par_iter().map(read).collect();
            let mut batch = self.batch()?;
            for (path, entry) in paths.iter().zip(entries) {
                match entry {
                    Ok(entry) => _ = batch.put(&entry)?,
                    Err(fault) => {
                        batch.remove(path)?;
                        faults.push(fault);
                    }
                }
            }
            batch.commit()?;
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

#[derive(Default)]
struct Walk {
    found: Vec<String>,
    faults: Vec<Diagnostic>,
}

impl Walk {
    fn folder(&mut self, folder: &Path, below: &str, depth: usize) -> io::Result<()> {
        if depth > DEEPEST {
            return Ok(());
        }
        let mut books: Vec<String> = Vec::new();
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
                if let Err(error) = self.folder(&entry.path(), &format!("{below}{name}/"), depth + 1) {
                    self.faults.push(unreadable(&error).in_file(entry.path().display().to_string()));
                }
            } else if kind.is_file() && is_book {
                books.push(name.to_owned());
            }
        }
        let names: HashSet<String> = books.iter().map(|name| name.to_lowercase()).collect();
        books.retain(|name| {
            let name = name.to_lowercase();
            name.strip_suffix(".kepub.epub").is_none_or(|stem| !names.contains(&format!("{stem}.epub")))
        });
        self.found.extend(books.into_iter().map(|name| format!("{below}{name}")));
        Ok(())
    }
}
