//! What need not be done again: a story is passed over when everything that its book depends on is as it was, and the book too.
//!
//! As git does with its index, it is the disk that is asked, not the files: size, times and number of each. A file that was
//! changed at the very moment at which it was read may look the same afterwards, so what was young then is read again and
//! compared. What is kept between runs is a cache; without it everything is made again, and equal books are left alone.

use std::collections::BTreeSet;
use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use crate::catalogue::{Batch, Catalogue, Mark, Orphan, SourceId, SourceRow};
use crate::diagnostic::{Diagnostic, Severity};
use crate::pipeline::SourceFile;

use super::super::gather::Found;
use super::super::naming;
use super::super::report::{Facts, StoryReport};
use super::super::write::{OutputFolder, made_by_bindery};

/// How much younger than its last change a look at a file must be, in nanoseconds: some file systems count in steps of two
/// seconds.
const SETTLED: i128 = 2_000_000_000;

/// What is kept from run to run.
pub struct Kept {
    catalogue: Catalogue,
    settings: Mark,
    /// The settings of stories that were read for their words alone, and have no book.
    peeked: Mark,
    checksum: bool,
    /// After the catalogue failed once, the run goes on without it.
    failed: AtomicBool,
    fault: Mutex<Option<Diagnostic>>,
}

/// A story as it stands on the disk now, and what is known of it.
pub struct Sight {
    pub row: Option<SourceRow>,
    pub key: Mark,
    stamp: Mark,
    settled: bool,
    /// The picture that has the story's name.
    cover: Option<PathBuf>,
}

/// What was said of a story when it was read, for whoever asks again.
#[derive(Serialize, Deserialize)]
struct Words {
    input: String,
    bytes: Option<u64>,
    story: Option<Facts>,
    left_out: Vec<String>,
    diagnostics: Vec<Said>,
}

#[derive(Serialize, Deserialize)]
struct Said {
    code: String,
    severity: u8,
    file: String,
    lines: Option<(u32, u32)>,
    message: String,
    hint: Option<String>,
}

impl Kept {
    /// `settings` is everything else that a book depends on, in any words: options, what is stated, the version of the tool.
    pub fn new(catalogue: Catalogue, settings: &str, checksum: bool) -> Kept {
        let settings = mark(&[settings.as_bytes(), tool().as_bytes()]);
        let peeked = mark(&[&settings]);
        Kept { catalogue, settings, peeked, checksum, failed: AtomicBool::new(false), fault: Mutex::new(None) }
    }

    /// Looks at a story's files without reading them. `cover` is the picture that has its name.
    pub fn look(&self, found: &Found, cover: Option<PathBuf>) -> Sight {
        let key = mark(&[bytes_of(&found.true_path).as_slice()]);
        let row = self.asked(self.catalogue.source(&key)).flatten();
        let beside = row.as_ref().map(|row| paths_of(&row.beside)).unwrap_or_default();
        let (stamp, settled) = stamp(found, cover.as_deref(), &beside);
        Sight { row, key, stamp, settled, cover }
    }

    /// Whether the story and its book are as they were. The second value is a new stamp to note, where only the stamp is new.
    pub fn is_unchanged(&self, found: &Found, sight: &Sight, output: &OutputFolder) -> (bool, Option<(Mark, bool)>) {
        let Some(row) = &sight.row else { return (false, None) };
        let has_book = |name: &String| {
            let facts = fs::symlink_metadata(output.path_of(name));
            facts.is_ok_and(|facts| is_as_it_was(&facts, row.book_bytes, row.book_modified))
        };
        if row.settings != self.settings || !(row.unwanted || row.book.as_ref().is_some_and(has_book)) {
            return (false, None);
        }
        if row.stamp == sight.stamp && row.settled && !self.checksum {
            return (true, None);
        }
        let content = content(found, None, sight.cover.as_deref(), &paths_of(&row.beside));
        (content == Some(row.content), Some((sight.stamp, sight.settled)))
    }

    /// What is kept of a story that was read. Its name and book are put in where they are known.
    pub fn row(&self, found: &Found, sight: &Sight, files: &[SourceFile], beside: &[PathBuf]) -> SourceRow {
        let mut beside: Vec<&PathBuf> = beside.iter().collect();
        beside.sort();
        beside.dedup();
        // What lies in a zip file changes with it.
        beside.retain(|path| found.unpacked.as_ref().is_none_or(|unpacked| !path.starts_with(unpacked.folder())));
        let beside: Vec<PathBuf> = beside.into_iter().cloned().collect();
        let (stamp, settled) = if beside.is_empty() {
            (sight.stamp, sight.settled)
        } else {
            stamp(found, sight.cover.as_deref(), &beside)
        };
        SourceRow {
            key: sight.key,
            path: bytes_of(&found.true_path),
            stamp,
            // What looks otherwise already was changed while it was read.
            settled: settled && sight.settled,
            content: content(found, Some(files), sight.cover.as_deref(), &beside).unwrap_or_default(),
            settings: self.settings,
            beside: beside.iter().flat_map(|path| [bytes_of(path), vec![0]].concat()).collect(),
            ..SourceRow::default()
        }
    }

    /// A row of a story that was read for its words alone.
    pub fn peeked(&self, row: SourceRow) -> SourceRow {
        SourceRow { settings: self.peeked, ..row }
    }

    /// Whether a story's words are as they were when it was read last, with a book or without.
    pub fn knows_words(&self, row: &SourceRow, sight: &Sight) -> bool {
        let read = row.settings == self.settings || row.settings == self.peeked;
        read && row.stamp == sight.stamp && row.settled && !self.checksum
    }

    /// How many stories are known.
    pub fn count(&self) -> usize {
        self.asked(self.catalogue.count_sources()).unwrap_or(0)
    }

    pub fn each_likeness(&self, visit: impl FnMut(SourceId, &[u8])) {
        self.asked(self.catalogue.each_likeness(visit));
    }

    pub fn row_by_id(&self, id: SourceId) -> Option<SourceRow> {
        self.asked(self.catalogue.source_by_id(id)).flatten()
    }

    /// Whether a book of this name belongs to another story that is still there.
    pub fn is_owned(&self, name: &Mark, key: &Mark) -> bool {
        let owner = self.asked(self.catalogue.owner_of_book(name, key)).flatten();
        owner.is_some_and(|owner| !is_gone(&path_of(&owner)))
    }

    /// What was said of a story when it was read.
    pub fn report(&self, row: &SourceRow, report: &mut StoryReport) {
        let words = self.asked(self.catalogue.source_report(row.id)).flatten();
        let Some(words) = words.and_then(|words| serde_json::from_str::<Words>(&words).ok()) else { return };
        let before = words.input;
        let diagnostics = words.diagnostics.into_iter().map(|said| said.diagnostic(&before, &report.input));
        report.diagnostics = diagnostics.collect();
        report.bytes = words.bytes;
        report.story = words.story;
        report.left_out = words.left_out;
    }

    /// Changes what is kept. `None` when that is not possible any more.
    pub fn change<T>(&self, work: impl FnOnce(&mut Batch) -> Result<T, Diagnostic>) -> Option<T> {
        if self.failed.load(Ordering::Relaxed) {
            return None;
        }
        let changed = self.catalogue.batch().and_then(|mut batch| {
            let done = work(&mut batch)?;
            batch.commit()?;
            Ok(done)
        });
        self.asked(changed)
    }

    /// Why the run went on without what is kept, told once.
    pub fn fault(&self) -> Option<Diagnostic> {
        self.fault.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn asked<T>(&self, answer: Result<T, Diagnostic>) -> Option<T> {
        let fault = match answer {
            Ok(value) => return Some(value),
            Err(fault) => fault,
        };
        if !self.failed.swap(true, Ordering::Relaxed) {
            let fault = Diagnostic { severity: Severity::Warning, ..fault };
            *self.fault.lock().unwrap_or_else(PoisonError::into_inner) = Some(fault);
        }
        None
    }
}

/// What a report is written as beside the story's row.
pub fn words(report: &StoryReport) -> String {
    let words = Words {
        input: report.input.clone(),
        bytes: report.bytes,
        story: report.story.clone(),
        left_out: report.left_out.clone(),
        diagnostics: report.diagnostics.iter().map(Said::of).collect(),
    };
    // Only maps with odd keys and failing writers can fail; we have neither.
    serde_json::to_string(&words).unwrap_or_default()
}

impl Said {
    fn of(diagnostic: &Diagnostic) -> Said {
        Said {
            code: diagnostic.code.to_owned(),
            severity: match diagnostic.severity {
                Severity::Remark => 0,
                Severity::Warning => 1,
                Severity::Error => 2,
            },
            file: diagnostic.file.clone(),
            lines: diagnostic.lines.as_ref().map(|lines| (lines.start, lines.end)),
            message: diagnostic.message.clone(),
            hint: diagnostic.hint.clone(),
        }
    }

    /// The story may be called otherwise now, from another folder.
    fn diagnostic(self, before: &str, now: &str) -> Diagnostic {
        let file = match self.file.strip_prefix(before) {
            Some(rest) => format!("{now}{rest}"),
            None => self.file,
        };
        let severity = match self.severity {
            0 => Severity::Remark,
            1 => Severity::Warning,
            _ => Severity::Error,
        };
        let lines = self.lines.map(|(start, end)| start..end);
        Diagnostic { code: known(self.code), severity, file, lines, message: self.message, hint: self.hint }
    }
}

/// The code as the diagnostics have it. There are a hundred of them, and each is kept once.
fn known(code: String) -> &'static str {
    static KNOWN: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    match known.get(code.as_str()) {
        Some(code) => code,
        // A damaged file must not fill the memory with codes.
        None if known.len() > 1000 => "",
        None => {
            let code: &'static str = Box::leak(code.into_boxed_str());
            known.insert(code);
            code
        }
    }
}

/// Stories that were seen, one bit for each.
#[derive(Default)]
pub struct Seen(Vec<u64>);

impl Seen {
    pub fn insert(&mut self, id: SourceId) {
        let Ok(id) = usize::try_from(id) else { return };
        if self.0.len() <= id / 64 {
            self.0.resize(id / 64 + 1, 0);
        }
        self.0[id / 64] |= 1 << (id % 64);
    }

    pub fn has(&self, id: SourceId) -> bool {
        let id = usize::try_from(id).unwrap_or(usize::MAX);
        self.0.get(id / 64).is_some_and(|bits| bits >> (id % 64) & 1 == 1)
    }

    fn len(&self) -> usize {
        self.0.iter().map(|bits| bits.count_ones() as usize).sum()
    }
}

/// What became of books that have no story any more.
#[derive(Debug, Default)]
pub struct Cleared {
    pub said: Vec<Diagnostic>,
    /// Books that stay.
    pub kept: usize,
    pub removed: usize,
}

/// How books without stories are treated.
#[derive(Debug, Clone, Copy)]
pub struct Clearing<'a> {
    /// Stories are missed below these only: another folder may not be connected at the moment.
    pub roots: &'a [PathBuf],
    pub output: &'a OutputFolder,
    pub prune: bool,
    pub dry: bool,
}

impl Kept {
    /// Looks for books whose story is gone, or that have another name now, and removes them if that is asked. A book that was
    /// changed since, or that bindery did not make, stays. `is_taken` knows the names that this run gave.
    pub fn clear(&self, seen: &Seen, clearing: Clearing, is_taken: impl Fn(&Mark) -> bool) -> Cleared {
        let mut cleared = Cleared::default();
        let mut gone: Vec<SourceRow> = Vec::new();
        if self.asked(self.catalogue.count_sources()).is_some_and(|all| all > seen.len()) {
            let looked = self.catalogue.each_source(|row| {
                let path = path_of(&row.path);
                let is_ours = || clearing.roots.iter().any(|root| path.starts_with(root));
                if !seen.has(row.id) && is_ours() && is_gone(&path) {
                    gone.push(row);
                }
            });
            self.asked(looked);
        }
        if clearing.dry {
            gone.iter().filter_map(orphan).for_each(|orphan| _ = cleared.one(&orphan, clearing, &is_taken));
        } else if !gone.is_empty() {
            self.change(|batch| {
                for row in &gone {
                    orphan(row).iter().try_for_each(|orphan| batch.put_orphan(orphan))?;
                    batch.remove_source(row.id)?;
                }
                Ok(())
            });
        }
        let mut after = String::new();
        loop {
            let orphans = self.asked(self.catalogue.orphans(&after, 1000)).unwrap_or_default();
            let Some(last) = orphans.last() else { break };
            after = last.book.clone();
            let over: Vec<&Orphan> = orphans.iter().filter(|orphan| cleared.one(orphan, clearing, &is_taken)).collect();
            if !clearing.dry && !over.is_empty() {
                self.change(|batch| {
                    over.iter().try_for_each(|orphan| {
                        batch.remove_orphan(&orphan.book)?;
                        if !is_taken(&orphan.book_key) {
                            batch.remove(&orphan.book)?;
                        }
                        Ok(())
                    })
                });
            }
        }
        cleared
    }
}

impl Cleared {
    /// Treats one book; whether nothing more is to be done about it.
    fn one(&mut self, orphan: &Orphan, clearing: Clearing, is_taken: &impl Fn(&Mark) -> bool) -> bool {
        let path = clearing.output.path_of(&orphan.book);
        if is_taken(&orphan.book_key) {
            return true;
        }
        let Ok(facts) = fs::symlink_metadata(&path) else { return true };
        let shown = path.display().to_string();
        let story = path_of(&orphan.path).display().to_string();
        let mut say = |code, message: String, hint: &str| {
            self.said.push(Diagnostic::remark(code, message).in_file(shown.clone()).hint(hint));
        };
        if !clearing.prune || clearing.dry {
            let message = format!("the story of this book is gone or has another book now: `{story}`");
            say("book-without-story", message, "`--prune` removes such books");
            self.kept += 1;
            return false;
        }
        if !is_as_it_was(&facts, orphan.book_bytes, orphan.book_modified) || !made_by_bindery(&path) {
            let message = format!("the story of this book is gone, but the book was changed since: `{story}`");
            say("book-changed", message, "remove it yourself if you do not want it");
            self.kept += 1;
            return false;
        }
        match fs::remove_file(&path) {
            Ok(()) => {
                // Its likeness in another format goes with it.
                for name in [naming::for_all(&orphan.book), naming::for_kobo(&orphan.book)] {
                    let other = clearing.output.path_of(&name);
                    if made_by_bindery(&other) {
                        _ = fs::remove_file(other);
                    }
                }
                say(
                    "book-removed",
                    format!("its story is gone: `{story}`"),
                    "put the story back to have the book again",
                );
                self.removed += 1;
                true
            }
            Err(_) => {
                self.kept += 1;
                false
            }
        }
    }
}

/// The book of a story that it has no more, or not under this name.
pub fn orphan(row: &SourceRow) -> Option<Orphan> {
    Some(Orphan {
        book: row.book.clone()?,
        book_key: row.book_key?,
        book_bytes: row.book_bytes,
        book_modified: row.book_modified,
        path: row.path.clone(),
    })
}

/// What the disk says of everything that a story's book depends on, and whether any later change would show in that.
fn stamp(found: &Found, cover: Option<&Path>, beside: &[PathBuf]) -> (Mark, bool) {
    let mut hash = blake3::Hasher::new();
    let mut newest = i128::MIN;
    // Taken before the disk is asked: what changes from here on is younger.
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_nanos() as i128);
    let mut add = |path: &Path| match fs::metadata(path) {
        Ok(facts) => newest = newest.max(add_facts(&mut hash, &facts)),
        Err(_) => _ = hash.update(b"none"),
    };
    match &found.unpacked {
        Some(unpacked) => add(unpacked.archive()),
        None => {
            found.files.iter().for_each(|file| add(file));
            add(&found.sidecar);
            if found.is_folder {
                // A picture that comes or goes changes its folder.
                add(&found.path);
            }
        }
    }
    cover.into_iter().for_each(&mut add);
    beside.iter().for_each(|path| add(path));
    for path in found.files.iter().map(PathBuf::as_path).filter(|_| found.unpacked.is_none()).chain(cover) {
        hash.update(path.file_name().unwrap_or_default().as_encoded_bytes()).update(b"/");
    }
    (first(&hash), newest.saturating_add(SETTLED) < now)
}

/// Adds what the disk says of a file; gives back its last change in nanoseconds since 1970.
fn add_facts(hash: &mut blake3::Hasher, facts: &Metadata) -> i128 {
    let modified = nanoseconds(facts);
    hash.update(&facts.len().to_le_bytes()).update(&modified.to_le_bytes());
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let changed = i128::from(facts.ctime()) * 1_000_000_000 + i128::from(facts.ctime_nsec());
        hash.update(&facts.ino().to_le_bytes()).update(&changed.to_le_bytes());
        i128::from(modified).max(changed)
    }
    #[cfg(not(unix))]
    i128::from(modified)
}

/// What stands in everything that a story's book depends on; `None` when a file of the story cannot be read. `files` are the
/// story's files where they were read already.
fn content(found: &Found, files: Option<&[SourceFile]>, cover: Option<&Path>, beside: &[PathBuf]) -> Option<Mark> {
    let mut hash = blake3::Hasher::new();
    let mut add = |bytes: &[u8], modified: i64| {
        hash.update(&(bytes.len() as u64).to_le_bytes()).update(&modified.to_le_bytes()).update(bytes);
    };
    match files {
        Some(files) => files.iter().for_each(|file| add(&file.bytes, file.modified.unwrap_or_default())),
        None => {
            for path in &found.files {
                // A book may carry the date of its file, in seconds.
                let facts = fs::metadata(path).ok()?;
                add(&fs::read(path).ok()?, nanoseconds(&facts).div_euclid(1_000_000_000));
            }
        }
    }
    for path in [found.sidecar.as_path()].into_iter().chain(cover).chain(beside.iter().map(PathBuf::as_path)) {
        match fs::read(path) {
            Ok(bytes) => add(&bytes, 0),
            Err(_) => add(b"", -1),
        }
    }
    Some(first(&hash))
}

fn is_as_it_was(facts: &Metadata, bytes: u64, modified: i64) -> bool {
    facts.is_file() && facts.len() == bytes && nanoseconds(facts) == modified
}

/// When a file was written, in nanoseconds since 1970; 0 where the system does not say.
pub fn nanoseconds(facts: &Metadata) -> i64 {
    facts.modified().map_or(0, |time| match time.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_nanos()).unwrap_or(i64::MAX),
        Err(before) => i64::try_from(before.duration().as_nanos()).map_or(i64::MIN, |nanoseconds| -nanoseconds),
    })
}

/// The version of the tool, and which build of it: who builds bindery from its source has many of one version.
fn tool() -> String {
    let own = std::env::current_exe().and_then(fs::metadata);
    let own = own.map(|facts| (facts.len(), nanoseconds(&facts))).unwrap_or_default();
    format!("{} {own:?}", env!("CARGO_PKG_VERSION"))
}

/// Whether there is nothing at a path, for sure: a file that cannot be asked about, or lies in a zip file, is not gone.
fn is_gone(path: &Path) -> bool {
    let Err(error) = fs::symlink_metadata(path) else { return false };
    match error.kind() {
        io::ErrorKind::NotFound => true,
        io::ErrorKind::NotADirectory => path.ancestors().skip(1).all(|above| !above.is_file()),
        _ => false,
    }
}

fn mark(parts: &[&[u8]]) -> Mark {
    let mut hash = blake3::Hasher::new();
    parts.iter().for_each(|part| _ = hash.update(&(part.len() as u64).to_le_bytes()).update(part));
    first(&hash)
}

fn first(hash: &blake3::Hasher) -> Mark {
    let mut mark = [0; 16];
    mark.copy_from_slice(&hash.finalize().as_bytes()[..16]);
    mark
}

fn bytes_of(path: &Path) -> Vec<u8> {
    path.as_os_str().as_encoded_bytes().to_vec()
}

pub fn path_of(bytes: &[u8]) -> PathBuf {
    #[cfg(unix)]
    return PathBuf::from(<std::ffi::OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(bytes));
    #[cfg(not(unix))]
    PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
}

fn paths_of(bytes: &[u8]) -> Vec<PathBuf> {
    let mut parts: Vec<&[u8]> = bytes.split(|byte| *byte == 0).collect();
    parts.pop();
    parts.into_iter().map(path_of).collect()
}
