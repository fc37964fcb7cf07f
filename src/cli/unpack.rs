//! Zip files of stories: unpacked into a folder of their own for as long as their stories are read.
//!
//! What may be in such a file, and how much, is [`crate::pipeline::Archive`]'s to say; nothing is put anywhere but into that
//! folder, and it is gone afterwards.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tempfile::TempDir;

use crate::diagnostic::Diagnostic;
use crate::pipeline::{self, Archive};

use super::gather::unreadable;
use super::load::read_bytes;
use super::write::cannot_write;

/// The most bytes of one file in a zip file.
const LARGEST: u64 = 64 << 20;

/// An unpacked zip file. The folder stays until the last story of it is dropped.
#[derive(Debug, Clone)]
pub struct Unpacked {
    folder: Arc<TempDir>,
    /// The zip file, as the person would type it.
    archive: PathBuf,
}

impl PartialEq for Unpacked {
    fn eq(&self, other: &Self) -> bool {
        self.archive == other.archive
    }
}

impl Eq for Unpacked {}

impl Unpacked {
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The zip file.
    pub fn archive(&self) -> &Path {
        &self.archive
    }

    /// The zip file's name without its ending.
    pub fn stem(&self) -> String {
        self.archive.file_stem().unwrap_or_default().to_string_lossy().into_owned()
    }

    /// A file of the folder as the person may call it: `stories.zip/moth.txt`.
    pub fn shown(&self, path: &Path) -> PathBuf {
        path.strip_prefix(self.folder()).map_or_else(|_| path.to_owned(), |inner| self.archive.join(inner))
    }
}

/// Whether a file is a zip file and not a document that is zipped, such as an e-book.
pub fn is_zip_of_files(path: &Path) -> bool {
    let is_named = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("zip"));
    is_named && fs::File::open(path).is_ok_and(|file| pipeline::is_zip(&first_bytes(file)))
}

fn first_bytes(file: fs::File) -> Vec<u8> {
    use std::io::Read;
    let mut bytes = Vec::new();
    // A file that cannot be read is said so when it is opened in earnest.
    let _ = file.take(4).read_to_end(&mut bytes);
    bytes
}

/// Unpacks a zip file.
///
/// # Errors
/// When it cannot be read, is damaged, encrypted or made to do harm, or there is no room for what is in it.
pub fn unpack(path: &Path) -> Result<Unpacked, Diagnostic> {
    let here = |fault: Diagnostic| fault.in_file(path.display().to_string());
    let (bytes, facts) = read_bytes(path)?;
    let mut archive = Archive::open(&bytes).map_err(here)?;
    let folder = TempDir::with_prefix("bindery-").map_err(|error| cannot_write(&std::env::temp_dir(), &error))?;
    let names: Vec<String> = archive.names().map(str::to_owned).collect();
    for name in names {
        let Some(bytes) = archive.read(&name, LARGEST).map_err(here)? else { continue };
        let target = folder.path().join(&name);
        let parent = target.parent().unwrap_or(folder.path());
        fs::create_dir_all(parent).map_err(|error| unreadable(path, &error))?;
        // A file of a zip file is as old as that: its own date has no time zone, and a book must not depend on when it was unpacked.
        let written = fs::File::create(&target).and_then(|mut file| {
            file.write_all(&bytes)?;
            facts.modified().map_or(Ok(()), |modified| file.set_modified(modified))
        });
        written.map_err(|error| cannot_write(folder.path(), &error))?;
    }
    Ok(Unpacked { folder: Arc::new(folder), archive: path.to_owned() })
}
