//! Writing files so that nobody ever sees half of one: under a temporary name, renamed when whole.
//!
//! It does not overwrite what bindery did not make unless it is told to.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use tempfile::{NamedTempFile, TempPath};

use crate::diagnostic::Diagnostic;

/// The end of every temporary name of ours: `.moth.a1B2c3.bindery-tmp`.
const TEMPORARY: &str = ".bindery-tmp";

/// The address of the vocabulary that the package document of each of our books declares, and of nobody else's.
const OUR_VOCABULARY: &[u8] = b"urn:uuid:f76b76a5-5c27-4dfe-8020-0f73bbe925da#";

/// A folder that books are written to.
#[derive(Debug)]
pub struct OutputFolder {
    path: PathBuf,
    dry: bool,
}

/// A whole book that has no name yet.
#[derive(Debug)]
pub enum Staged {
    OnDisk {
        /// Removes the file unless it is renamed.
        path: TempPath,
        /// Holds the lock that says that somebody still works on it.
        file: File,
        size: u64,
    },
    /// Of a run that writes nothing.
    InMemory(Vec<u8>),
    /// Of a run that writes nothing and makes books too large to be held.
    Counted(u64),
}

/// A book that is being written.
#[derive(Debug)]
pub struct Staging {
    /// `None` in a run that writes nothing.
    file: Option<NamedTempFile>,
    size: u64,
}

impl Write for Staging {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.as_mut().map_or(Ok(bytes.len()), |file| file.write(bytes))?;
        self.size += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.as_mut().map_or(Ok(()), |file| file.flush())
    }
}

impl Staging {
    /// The book, once it is whole.
    pub fn whole(mut self) -> io::Result<Staged> {
        self.flush()?;
        Ok(match self.file {
            Some(file) => {
                let (file, path) = file.into_parts();
                Staged::OnDisk { path, file, size: self.size }
            }
            None => Staged::Counted(self.size),
        })
    }
}

/// What became of a staged book.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Placed {
    New,
    Replaced,
    /// The same bytes were there.
    Unchanged,
}

impl OutputFolder {
    /// Makes the folder if need be and removes what runs that were killed left in it.
    ///
    /// # Errors
    /// When there is no such folder and none can be made, or nothing can be written to it.
    pub fn open(path: &Path, dry: bool) -> Result<OutputFolder, Diagnostic> {
        let folder = OutputFolder { path: path.to_owned(), dry };
        if dry {
            if path.exists() && !path.is_dir() {
                return Err(not_a_folder(path));
            }
            return Ok(folder);
        }
        fs::create_dir_all(path).map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists | io::ErrorKind::NotADirectory => not_a_folder(path),
            _ => cannot_write(path, &error),
        })?;
        folder.remove_leftovers();
        // Said once and before any work, not once for each story after it.
        temporary(path, "probe").map_err(|error| cannot_write(path, &error))?;
        Ok(folder)
    }

    /// The path of a book in this folder.
    pub fn path_of(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Writes a book under a temporary name.
    ///
    /// # Errors
    /// When it cannot be written whole; nothing of it stays then.
    pub fn stage(&self, stem: &str, bytes: Vec<u8>) -> Result<Staged, Diagnostic> {
        if self.dry {
            return Ok(Staged::InMemory(bytes));
        }
        let written = temporary(&self.path, stem).and_then(|mut file| file.write_all(&bytes).map(|()| file));
        let (file, path) = written.map_err(|error| cannot_write(&self.path, &error))?.into_parts();
        Ok(Staged::OnDisk { path, file, size: bytes.len() as u64 })
    }

    /// Begins a book that is written piece by piece, under a temporary name.
    pub fn begin(&self, stem: &str) -> io::Result<Staging> {
        let file = if self.dry { None } else { Some(temporary(&self.path, stem)?) };
        Ok(Staging { file, size: 0 })
    }

    /// Gives a staged book its name. What stands there stays when this fails.
    ///
    /// # Errors
    /// When something that bindery did not make has the name and `force` is not given, or the disk refuses.
    pub fn place(&self, staged: Staged, name: &str, force: bool) -> Result<Placed, Diagnostic> {
        let target = self.path_of(name);
        let shown = target.display().to_string();
        let placed = match fs::symlink_metadata(&target) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Placed::New,
            Err(error) => return Err(cannot_write(&target, &error)),
            Ok(facts) if facts.is_dir() => {
                return Err(Diagnostic::error("name-is-folder", "a folder has the name of this book")
                    .in_file(shown)
                    .hint("move the folder, or name the book otherwise with `--name`"));
            }
            Ok(_) if !force && staged.equals(&target) => return Ok(Placed::Unchanged),
            Ok(_) if !force && !made_by_bindery(&target) => {
                return Err(Diagnostic::error(
                    "not-ours",
                    "bindery did not make the file that has the name of this book",
                )
                .in_file(shown)
                .hint("move that file, or replace it with `--force`"));
            }
            Ok(_) => Placed::Replaced,
        };
        if let Staged::OnDisk { path, file, .. } = staged {
            if placed == Placed::Replaced {
                // After a power cut one of two books must be there. A new one can be made again, and waiting for the disk
                // for each of thousands of new books would take longer than making them.
                file.sync_data().map_err(|error| cannot_write(&target, &error))?;
            }
            path.persist(&target).map_err(|error| cannot_write(&target, &error.error))?;
        }
        Ok(placed)
    }

    /// Removes temporary files of runs that no longer live. Those of a run beside this one are locked, and stay.
    fn remove_leftovers(&self) {
        for entry in fs::read_dir(&self.path).into_iter().flatten().flatten() {
            let name = entry.file_name();
            let ours = name.to_str().is_some_and(|name| name.starts_with('.') && name.ends_with(TEMPORARY));
            if !ours || !entry.file_type().is_ok_and(|kind| kind.is_file()) {
                continue;
            }
            let in_use =
                File::open(entry.path()).is_ok_and(|file| matches!(file.try_lock(), Err(fs::TryLockError::WouldBlock)));
            if !in_use {
                // What cannot be removed does no harm.
                let _ = fs::remove_file(entry.path());
            }
        }
    }
}

impl Staged {
    pub fn size(&self) -> u64 {
        match self {
            Staged::OnDisk { size, .. } => *size,
            Staged::InMemory(bytes) => bytes.len() as u64,
            Staged::Counted(size) => *size,
        }
    }

    fn equals(&self, target: &Path) -> bool {
        let same_size = fs::metadata(target).is_ok_and(|facts| facts.is_file() && facts.len() == self.size());
        let Some(there) = same_size.then(|| File::open(target).ok()).flatten() else { return false };
        match self {
            Staged::OnDisk { path, .. } => File::open(path).is_ok_and(|here| same(here, there)),
            Staged::InMemory(here) => same(here.as_slice(), there),
            Staged::Counted(_) => false,
        }
    }
}

/// Whether two hold the same bytes. A book may be larger than the memory.
fn same(mut one: impl Read, mut other: impl Read) -> bool {
    let (mut left, mut right) = (Vec::new(), Vec::new());
    loop {
        let fill = |from: &mut dyn Read, piece: &mut Vec<u8>| {
            piece.clear();
            from.take(PIECE).read_to_end(piece).is_ok()
        };
        if !fill(&mut one, &mut left) || !fill(&mut other, &mut right) || left != right {
            return false;
        }
        if left.is_empty() {
            return true;
        }
    }
}

/// Bytes that are compared at a time.
const PIECE: u64 = 1 << 20;

/// Writes a file of text whole or not at all.
///
/// # Errors
/// When there is such a file already and `force` is not given, or the disk refuses.
pub fn write_text(path: &Path, text: &str, force: bool) -> Result<(), Diagnostic> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let written = temporary(folder, &stem).and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        let file = file.into_temp_path();
        if force { file.persist(path) } else { file.persist_noclobber(path) }.map_err(|refused| refused.error)
    });
    written.map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => Diagnostic::error("already-there", "there is such a file already")
            .in_file(path.display().to_string())
            .hint("edit it, or replace it with `--force`"),
        _ => cannot_write(path, &error),
    })
}

/// A new file in a folder, which vanishes unless it is given a name.
///
/// # Errors
/// When the folder takes none.
pub fn temporary(folder: &Path, stem: &str) -> io::Result<NamedTempFile> {
    let start: String = stem.chars().filter(|character| character.is_alphanumeric()).take(16).collect();
    let prefix = format!(".{start}.");
    let mut builder = tempfile::Builder::new();
    builder.prefix(&prefix).suffix(TEMPORARY);
    // Temporary files are private by default; a book is as readable as any file that its owner makes.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let file = builder.tempfile_in(folder)?;
    // Where a file system knows no locks, two runs at a time into one folder are not safe; one is.
    let _ = file.as_file().try_lock();
    Ok(file)
}

/// Whether a file is a book of ours, so that replacing it destroys nothing that cannot be made again.
pub fn made_by_bindery(path: &Path) -> bool {
    let Ok(file) = File::open(path) else { return false };
    if file.metadata().is_ok_and(|facts| facts.len() == 0) {
        return true;
    }
    let Ok(mut archive) = zip::ZipArchive::new(file) else { return false };
    let mut text = Vec::new();
    let Ok(entry) = archive.by_name("EPUB/package.opf") else { return false };
    entry.take(4 << 20).read_to_end(&mut text).is_ok() && memchr::memmem::find(&text, OUR_VOCABULARY).is_some()
}

fn not_a_folder(path: &Path) -> Diagnostic {
    Diagnostic::error("output-not-a-folder", "books go into a folder, and this is a file")
        .in_file(path.display().to_string())
        .hint("name another folder with `-o`")
}

/// What the disk's refusal means for a person.
pub fn cannot_write(path: &Path, error: &io::Error) -> Diagnostic {
    use io::ErrorKind::{FileTooLarge, PermissionDenied, QuotaExceeded, ReadOnlyFilesystem, StorageFull};
    let (code, fault, hint) = match error.kind() {
        StorageFull => ("disk-full", "the disk is full", "free some room, or name another folder with `-o`"),
        QuotaExceeded => ("quota-reached", "your quota is used up", "free some room, or name another folder with `-o`"),
        FileTooLarge => {
            ("file-too-large", "the system does not let a file grow so large", "raise the limit (`ulimit -f`)")
        }
        PermissionDenied => ("not-permitted", "writing is not permitted here", "name another folder with `-o`"),
        ReadOnlyFilesystem => ("read-only", "this disk is read-only", "name another folder with `-o`"),
        _ => {
            return Diagnostic::error("cannot-write", format!("cannot write: {}", plain_words(error)))
                .in_file(path.display().to_string())
                .hint("name another folder with `-o`");
        }
    };
    Diagnostic::error(code, fault).in_file(path.display().to_string()).hint(hint)
}

/// The system's words without its number, in the style of our messages.
pub fn plain_words(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_lowercase().chain(characters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_book_appears_whole_under_its_name_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let output = OutputFolder::open(folder.path(), false).unwrap();
        let staged = output.stage("moth", b"a book".to_vec()).unwrap();
        assert!(names(folder.path())[0].ends_with(TEMPORARY), "no book yet");
        assert_eq!(output.place(staged, "moth.epub", false).unwrap(), Placed::New);
        assert_eq!(names(folder.path()), ["moth.epub"]);
        let again = output.stage("moth", b"a book".to_vec()).unwrap();
        assert_eq!(output.place(again, "moth.epub", false).unwrap(), Placed::Unchanged);
        let never_placed = output.stage("moth", b"another".to_vec()).unwrap();
        drop(never_placed);
        assert_eq!(names(folder.path()), ["moth.epub"], "a dropped book leaves nothing");
    }

    #[test]
    fn what_bindery_did_not_make_stays_without_force() {
        let folder = tempfile::tempdir().unwrap();
        let output = OutputFolder::open(folder.path(), false).unwrap();
        fs::write(folder.path().join("moth.epub"), "somebody's own").unwrap();
        let staged = output.stage("moth", b"a book".to_vec()).unwrap();
        assert_eq!(output.place(staged, "moth.epub", false).unwrap_err().code, "not-ours");
        assert_eq!(fs::read(folder.path().join("moth.epub")).unwrap(), b"somebody's own");
        let staged = output.stage("moth", b"a book".to_vec()).unwrap();
        assert_eq!(output.place(staged, "moth.epub", true).unwrap(), Placed::Replaced);
        assert_eq!(names(folder.path()), ["moth.epub"]);
    }

    #[test]
    fn leftovers_of_a_killed_run_go_and_those_of_a_living_one_stay() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(".moth.x1y2z3.bindery-tmp"), "half a bo").unwrap();
        fs::write(folder.path().join("kept.bindery-tmp"), "not of our form").unwrap();
        let beside = OutputFolder::open(folder.path(), false).unwrap();
        let staged = beside.stage("lamp", b"a book".to_vec()).unwrap();
        OutputFolder::open(folder.path(), false).unwrap();
        let left = names(folder.path());
        assert_eq!(left.len(), 2, "{left:?}");
        assert!(left[0].starts_with(".lamp.") && left[1] == "kept.bindery-tmp", "{left:?}");
        assert_eq!(beside.place(staged, "lamp.epub", false).unwrap(), Placed::New);
    }

    #[test]
    fn a_full_disk_is_called_so() {
        let diagnostic = cannot_write(Path::new("output"), &io::ErrorKind::StorageFull.into());
        assert_eq!(diagnostic.code, "disk-full");
        assert!(diagnostic.to_string().starts_with("error[disk-full]: output: the disk is full\nhint: "));
    }
}
