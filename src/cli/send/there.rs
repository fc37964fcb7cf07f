//! What is on a device already: editions of the same book, by the identifier within them, and names that are taken.

use std::collections::{BTreeMap, HashSet};
use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use crate::pipeline::identity;

use super::super::devices::Format;

/// Files that are looked at, and folders within one another: devices hold some thousand books.
const MOST_FILES: usize = 50_000;
const DEEPEST: usize = 8;

const LARGEST_CONTAINER: u64 = 64 << 10;
const LARGEST_PACKAGE: u64 = 8 << 20;

/// The books of a device.
#[derive(Debug, Default)]
pub struct There {
    /// By identifier, in the order of their paths.
    editions: BTreeMap<String, Vec<PathBuf>>,
    /// Books of Kindles, whose identifier stands somewhere in their first record.
    headers: Vec<(PathBuf, Vec<u8>)>,
    /// Paths that this run has given away, as file systems of devices compare them.
    given: HashSet<String>,
}

impl There {
    /// Looks through a device. What cannot be read is no edition of anything.
    pub fn look(root: &Path, format: Format) -> There {
        let mut there = There::default();
        let mut books = Vec::new();
        walk(root, 0, &mut 0, &mut books);
        books.sort();
        for book in books {
            let name = book.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
            if name.ends_with(".epub") {
                if let Some(identifier) = identifier_of(&book) {
                    there.editions.entry(identifier).or_default().push(book);
                }
            } else if format == Format::Azw3
                && name.ends_with(".azw3")
                && let Some(header) = first_record(&book)
            {
                there.headers.push((book, header));
            }
        }
        there
    }

    /// The editions of a book that a device has, in a format.
    pub fn editions(&self, identifier: Option<&str>, format: Format) -> Vec<PathBuf> {
        let Some(identifier) = identifier else { return Vec::new() };
        if format != Format::Azw3 {
            return self.editions.get(identifier).cloned().unwrap_or_default();
        }
        let bare = identifier.rsplit(':').next().unwrap_or(identifier).as_bytes();
        let says = |header: &[u8]| memchr::memmem::find(header, bare).is_some();
        self.headers
            .iter()
            .filter(|(_, header)| bare.len() >= 8 && says(header))
            .map(|(path, _)| path.clone())
            .collect()
    }

    /// A path for a new book that neither the device nor this run has: numbered when it must be.
    pub fn free_path(&mut self, folder: &Path, stem: &str, ending: &str) -> PathBuf {
        let mut number = 1;
        loop {
            let name = if number == 1 { format!("{stem}{ending}") } else { format!("{stem} ({number}){ending}") };
            let path = folder.join(name);
            if self.give(&path) && path.symlink_metadata().is_err() {
                return path;
            }
            number += 1;
        }
    }

    /// Notes that a path is used; false when this run has used it already.
    pub fn give(&mut self, path: &Path) -> bool {
        self.given.insert(path.to_string_lossy().to_lowercase())
    }
}

/// Files that may be books; folders that a device keeps for itself are passed over, and links are not followed.
fn walk(folder: &Path, depth: usize, seen: &mut usize, books: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        *seen += 1;
        if *seen > MOST_FILES {
            return;
        }
        let (Ok(kind), name) = (entry.file_type(), entry.file_name()) else { continue };
        let name = name.to_string_lossy();
        let is_own = name.starts_with('.') || ["system", "Android", "$RECYCLE.BIN"].contains(&name.as_ref());
        if is_own {
            continue;
        }
        if kind.is_dir() && depth < DEEPEST {
            walk(&entry.path(), depth + 1, seen, books);
        } else if kind.is_file() {
            let name = name.to_lowercase();
            if name.ends_with(".epub") || name.ends_with(".azw3") {
                books.push(entry.path());
            }
        }
    }
}

/// The identifier of an EPUB on a disk, of which only two members are read.
pub fn identifier_of(path: &Path) -> Option<String> {
    identifier_within(File::open(path).ok()?)
}

/// The identifier of an EPUB.
pub fn identifier_within(book: impl Read + Seek) -> Option<String> {
    let mut archive = zip::ZipArchive::new(book).ok()?;
    let mut read = |name: &str, most: u64| {
        let mut bytes = Vec::new();
        archive.by_name(name).ok()?.take(most).read_to_end(&mut bytes).ok()?;
        Some(bytes)
    };
    let container = read("META-INF/container.xml", LARGEST_CONTAINER)?;
    let package = read(&identity::package_path(&container)?, LARGEST_PACKAGE)?;
    identity::identifier(&package)
}

/// The first record of a book in a Kindle's format, where it says what it is.
fn first_record(path: &Path) -> Option<Vec<u8>> {
    let mut file = File::open(path).ok()?;
    let mut head = [0; 94];
    file.read_exact(&mut head).ok()?;
    let number = |at: usize| u64::from(u32::from_be_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]));
    let (from, to) = (number(78), number(86));
    let length = to.checked_sub(from).filter(|length| head[60..68] == *b"BOOKMOBI" && *length < 1 << 20)?;
    file.seek(SeekFrom::Start(from)).ok()?;
    let mut record = Vec::new();
    file.take(length).read_to_end(&mut record).ok()?;
    Some(record)
}
