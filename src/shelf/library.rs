//! The one seam between the shelf and its books: what is asked for by words and numbers, and answered with facts and open files.
//!
//! What is hidden does not exist here: it is in no list, no count and no facet, and its number leads nowhere. Whatever waits for
//! the disk does so on threads of its own, and few at a time.

use std::fs::File;
use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::sync::Semaphore;

use crate::catalogue::Catalogue;
pub use crate::catalogue::{BookId, Count, Entry, Facet, Hides, LengthBand, Page, Query, Sort, Top};
use crate::diagnostic::{Diagnosed, Diagnostic};
use crate::pipeline;

/// Questions to the catalogue at a time; more would only wait for one another.
const QUESTIONS: usize = 4;
/// Values of facets that are kept with their counts: a page of names is asked for again and again while somebody turns its pages.
const COUNTS_KEPT: usize = 100_000;

/// A book's file, open.
#[derive(Debug)]
pub struct OpenBook {
    pub entry: Entry,
    pub file: File,
    pub bytes: u64,
    pub modified: SystemTime,
    /// BLAKE3 of the contents: another content has another, the same has the same.
    pub hash: String,
}

/// The books below one folder.
pub struct Library {
    /// Absolute, without links.
    root: PathBuf,
    pub(super) catalogue: Arc<Catalogue>,
    questions: Semaphore,
    change: Mutex<Change>,
    counts: Mutex<Vec<Counted>>,
}

/// Values that were counted at one state of the library.
struct Counted {
    revision: i64,
    query: Query,
    facets: Vec<Facet>,
    most: Option<usize>,
    tops: Vec<Arc<Top>>,
}

impl Counted {
    /// What keeping it costs, in values; itself it is one as well.
    fn cost(&self) -> usize {
        1 + self.tops.iter().map(|top| top.counts.len()).sum::<usize>()
    }
}

/// Which state of the library is there, and since when.
#[derive(Debug, Clone, Copy)]
pub struct Change {
    /// Grows with every change.
    pub revision: i64,
    /// To the second, as HTTP tells times; it grows with the revision.
    pub since: SystemTime,
}

impl Library {
    /// The library in this folder, with what its catalogue knows by now.
    ///
    /// # Errors
    /// When there is no such folder, or its catalogue can neither be read nor made.
    pub fn open(folder: &Path) -> Result<Diagnosed<Library>, Diagnostic> {
        let root = folder.canonicalize().map_err(|error| {
            Diagnostic::error("library-unreadable", format!("the folder cannot be read: {error}"))
                .in_file(folder.display().to_string())
                .hint("look whether it is there, and whether you may read it")
        })?;
        let Diagnosed { value: catalogue, diagnostics } = match Catalogue::open(&root) {
            Ok(opened) => opened,
            // Where nobody may write, what is catalogued already can be shown.
            Err(fault) => match Catalogue::open_readonly(&root)? {
                Some(catalogue) => Diagnosed::with(catalogue, Vec::new()),
                None => return Err(fault),
            },
        };
        let revision = catalogue.revision()?;
        let written = Catalogue::file_of(&root).metadata().and_then(|facts| facts.modified());
        let change = Change { revision, since: whole_seconds(written.unwrap_or(UNIX_EPOCH)) };
        let library = Library {
            root,
            catalogue: Arc::new(catalogue),
            questions: Semaphore::new(QUESTIONS),
            change: Mutex::new(change),
            counts: Mutex::default(),
        };
        Ok(Diagnosed::with(library, diagnostics))
    }

    /// Looks which books have come and gone, and how many did. Whoever reads the catalogue sees them in batches, as they are read.
    ///
    /// # Errors
    /// When the folder cannot be read, or the catalogue not be written to.
    pub fn refresh(&self) -> Result<usize, Diagnostic> {
        super::refresh::refresh(&self.catalogue)
    }

    /// The folder of the books, absolute and without links.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The state of the library: what is made at one state is the same until the next.
    ///
    /// # Errors
    /// When the catalogue cannot be read.
    pub async fn change(&self) -> Result<Change, Diagnostic> {
        let revision = self.ask(|catalogue| catalogue.revision()).await?;
        let mut change = self.change.lock().unwrap_or_else(PoisonError::into_inner);
        if change.revision != revision {
            // Two changes within a second must not look like one.
            let since = whole_seconds(SystemTime::now()).max(change.since + Duration::from_secs(1));
            *change = Change { revision, since };
        }
        Ok(*change)
    }

    /// The books that a query asks for.
    ///
    /// # Errors
    /// When the catalogue cannot be read.
    pub async fn books(&self, query: Query) -> Result<Page, Diagnostic> {
        self.ask(move |catalogue| catalogue.books(&query)).await
    }

    /// A book by its number, unless it is hidden or there is none.
    ///
    /// # Errors
    /// When the catalogue cannot be read.
    pub async fn book(&self, id: BookId, hides: &Hides) -> Result<Option<Entry>, Diagnostic> {
        let hides = hides.clone();
        self.ask(move |catalogue| catalogue.get_unless(id, &hides)).await
    }

    /// The values of a facet among the books of a query, with how many books have each: by the alphabet, except for what has an
    /// order of its own.
    ///
    /// # Errors
    /// When the catalogue cannot be read.
    pub async fn facets(&self, query: Query, facet: Facet) -> Result<Arc<Top>, Diagnostic> {
        Ok(self.counted(query, &[facet], None).await?.pop().unwrap_or_default())
    }

    /// Of each facet the values that most of the books of a query have, the most frequent first.
    ///
    /// # Errors
    /// When the catalogue cannot be read.
    pub async fn top(&self, query: Query, facets: &[Facet], most: usize) -> Result<Vec<Arc<Top>>, Diagnostic> {
        self.counted(query, facets, Some(most)).await
    }

    async fn counted(&self, query: Query, facets: &[Facet], most: Option<usize>) -> Result<Vec<Arc<Top>>, Diagnostic> {
        // Order and stretch make no difference to a count.
        let query = Query { sort: Sort::default(), reverse: false, offset: 0, limit: 0, ..query };
        let revision = self.change().await?.revision;
        let is_it = |known: &Counted| {
            (known.revision, known.most) == (revision, most) && known.facets == facets && known.query == query
        };
        {
            let mut kept = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(at) = kept.iter().position(is_it) {
                let known = kept.remove(at);
                let tops = known.tops.clone();
                kept.push(known);
                return Ok(tops);
            }
        }
        let (asked, wanted) = (query.clone(), facets.to_vec());
        let tops = self
            .ask(move |catalogue| {
                let mut tops = catalogue.top(&asked, &wanted, most.unwrap_or(usize::MAX))?;
                for (top, facet) in tops.iter_mut().zip(wanted) {
                    if most.is_none() && !matches!(facet, Facet::Rating | Facet::Length | Facet::Year) {
                        top.counts.sort_by_cached_key(|count| (count.value.to_lowercase(), count.value.clone()));
                    }
                }
                Ok(tops)
            })
            .await?;
        let tops: Vec<_> = tops.into_iter().map(Arc::new).collect();
        let mut kept = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|known| known.revision == revision && !is_it(known));
        kept.push(Counted { revision, facets: facets.to_vec(), most, tops: tops.clone(), query: query.clone() });
        let mut cost: usize = kept.iter().map(Counted::cost).sum();
        while cost > COUNTS_KEPT && kept.len() > 1 {
            cost -= kept.remove(0).cost();
        }
        drop(kept);
        Ok(tops)
    }

    /// Opens a book's file. What is not there any more is `None`, as is what has come to lie outside the folder.
    ///
    /// # Errors
    /// When the catalogue or the file cannot be read.
    pub async fn open_file(&self, id: BookId, hides: &Hides) -> Result<Option<OpenBook>, Diagnostic> {
        let Some(entry) = self.book(id, hides).await? else { return Ok(None) };
        let root = self.root.clone();
        blocking(move || match open_below(&root, &entry.path) {
            Ok(file) => opened(entry, file).map(Some).map_err(|error| unreadable(&error)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(unreadable(&error)),
        })
        .await
    }

    /// The bytes of the picture on the front of a book; `None` when it has none, or has changed since it was catalogued.
    ///
    /// # Errors
    /// When the catalogue cannot be read.
    pub async fn cover(&self, entry: &Entry) -> Result<Option<Vec<u8>>, Diagnostic> {
        let (entry, root) = (entry.clone(), self.root.clone());
        blocking(move || {
            let file = open_below(&root, &entry.path).ok();
            // What a book holds was found to be sound when it was catalogued; of another nobody knows that yet.
            let file = file.filter(|file| file.metadata().is_ok_and(|facts| entry.file.is_still(&facts)));
            Ok(file.and_then(pipeline::cover))
        })
        .await
    }

    /// Asks the catalogue, off the threads that answer requests, and a few at a time.
    async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Catalogue) -> Result<T, Diagnostic> + Send + 'static,
    ) -> Result<T, Diagnostic> {
        // It is never closed, so there is always a permit in the end.
        let _permit = self.questions.acquire().await;
        let catalogue = self.catalogue.clone();
        blocking(move || question(&catalogue)).await
    }
}

/// Waits for work that waits for the disk.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Diagnostic> + Send + 'static,
) -> Result<T, Diagnostic> {
    tokio::task::spawn_blocking(work).await.map_err(|error| unreadable(&io::Error::other(error)))?
}

fn unreadable(error: &io::Error) -> Diagnostic {
    Diagnostic::error("book-unreadable", format!("a book cannot be read: {error}")).hint("look at the disk")
}

fn whole_seconds(time: SystemTime) -> SystemTime {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    UNIX_EPOCH + Duration::from_secs(since.as_secs())
}

/// When the book of an entry was written, to the second.
pub fn modified_of(entry: &Entry) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(u64::try_from(entry.file.modified_seconds()).unwrap_or(0))
}

/// What of a file its reader is told. A file that is not the catalogued one any more is looked at anew.
fn opened(entry: Entry, file: File) -> io::Result<OpenBook> {
    let facts = file.metadata()?;
    let hash = match entry.file.is_still(&facts) {
        true => blake3::Hash::from_bytes(entry.file.hash),
        false => hash_of(&file)?,
    };
    let modified = whole_seconds(facts.modified().unwrap_or(UNIX_EPOCH));
    Ok(OpenBook { entry, file, bytes: facts.len(), modified, hash: hash.to_hex().to_string() })
}

fn hash_of(mut file: &File) -> io::Result<blake3::Hash> {
    let mut hasher = blake3::Hasher::new();
    let mut piece = vec![0; 64 << 10];
    loop {
        match io::Read::read(&mut file, &mut piece)? {
            0 => break,
            read => hasher.update(&piece[..read]),
        };
    }
    io::Seek::rewind(&mut file)?;
    Ok(hasher.finalize())
}

/// Opens a file by its path below a folder, and makes sure that it does lie there, whatever links say.
fn open_below(root: &Path, path: &str) -> io::Result<File> {
    let below = Path::new(path);
    let outside = || io::Error::from(io::ErrorKind::NotFound);
    if !below.components().all(|part| matches!(part, Component::Normal(_))) {
        return Err(outside());
    }
    let real = root.join(below).canonicalize()?;
    if !real.starts_with(root) {
        return Err(outside());
    }
    let file = File::open(&real)?;
    if file.metadata()?.is_file() { Ok(file) } else { Err(outside()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(unix)]
    fn no_path_leads_out_of_the_folder() {
        let home = tempfile::tempdir().unwrap();
        let root = home.path().canonicalize().unwrap().join("books");
        std::fs::create_dir_all(root.join("in")).unwrap();
        std::fs::write(home.path().join("secret"), "secret").unwrap();
        std::fs::write(root.join("in/a.epub"), "a").unwrap();
        std::os::unix::fs::symlink(home.path().join("secret"), root.join("link.epub")).unwrap();
        std::os::unix::fs::symlink(home.path(), root.join("up")).unwrap();
        std::os::unix::fs::symlink(root.join("in/a.epub"), root.join("within.epub")).unwrap();
        assert!(open_below(&root, "in/a.epub").is_ok() && open_below(&root, "within.epub").is_ok());
        for outside in ["link.epub", "up/secret", "../secret", "in/../../secret", "/etc/passwd", "in", "", ".", "none"]
        {
            let refused = open_below(&root, outside).unwrap_err();
            assert_eq!(refused.kind(), io::ErrorKind::NotFound, "{outside}");
        }
        assert!(open_below(&root, "in/a.epub\0").is_err());
    }
}
