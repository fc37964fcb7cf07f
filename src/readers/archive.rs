//! Zipped formats: what may be in such a file, and how much of it is read.
//!
//! Everything stays in memory; nothing is ever unpacked to a disk. What an archive says of its own sizes is not believed: bytes are
//! counted as they come. An archive that lies (members that overlap, two of one name, a name that leads out of it, a bomb) is
//! refused whole, because no program that makes documents writes such a thing.

use std::collections::HashMap;
use std::io::{Cursor, Read};

use zip::ZipArchive;
use zip::read::ZipFile;

use crate::diagnostic::Diagnostic;

/// How large an archive may be.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    pub members: usize,
    /// Of all members together, as they are read.
    pub bytes: u64,
}

/// For archives whose contents become a story: a book of a thousand chapters and pictures has three thousand members.
pub const OF_A_STORY: Limits = Limits { members: 20_000, bytes: 192 << 20 };
/// For books that are only asked what they are: an anthology of ten thousand stories has seventy thousand members.
pub const OF_A_LIBRARY: Limits = Limits { members: 250_000, bytes: 2 << 30 };

/// How many times smaller than its contents a member may be; a page of blank paper comes to a hundred.
const STEEPEST: u64 = 200;
/// Bytes below which steepness does not matter.
const STEEP_FROM: u64 = 1 << 20;

const AGAIN: &str = "get the file once more, or open it in the program that made it and save it anew";

/// The most bytes of one member that is text: markup of the longest novels, several times over.
pub const LARGEST_TEXT: u64 = 64 << 20;
/// The most bytes of one member that is a picture.
pub const LARGEST_PICTURE: u64 = 32 << 20;

/// A zip archive whose list of members has been found to be sound.
pub struct Archive<'a> {
    zip: ZipArchive<Cursor<&'a [u8]>>,
    /// Names of files in the archive, in its order. Folders are no files.
    names: Vec<String>,
    /// Where in the archive each is.
    places: HashMap<String, usize>,
    /// Bytes that may still be read.
    left: u64,
}

impl<'a> Archive<'a> {
    /// Reads the list of members.
    ///
    /// # Errors
    /// When this is no whole zip archive, when it is encrypted, or when it is made to do harm: too many members, two of one
    /// name, members that share bytes, links, names that are absolute, lead out of the archive, or hold what no name does.
    pub fn open(bytes: &'a [u8]) -> Result<Self, Diagnostic> {
        Archive::open_within(bytes, OF_A_STORY)
    }

    /// As [`Archive::open`], with other limits.
    ///
    /// # Errors
    /// Those of [`Archive::open`].
    pub fn open_within(bytes: &'a [u8], limits: Limits) -> Result<Self, Diagnostic> {
        // The list must not be read before its length is known: it costs memory for each entry.
        let listed = memchr::memmem::find_iter(bytes, b"PK\x01\x02").take(limits.members + 1).count();
        if listed > limits.members {
            return Err(refused(format!("it holds more than {} files", limits.members)));
        }
        let mut zip = ZipArchive::new(Cursor::new(bytes)).map_err(|_| damaged("its list of files cannot be read"))?;
        if zip.len() < listed && zip.has_duplicate_names() {
            return Err(refused("two files in it have the same name".to_owned()));
        }
        if zip.has_overlapping_entries().map_err(|_| damaged("its list of files does not fit its contents"))? {
            return Err(refused("files in it overlap".to_owned()));
        }
        let mut names = Vec::with_capacity(zip.len());
        let mut places = HashMap::with_capacity(zip.len());
        for index in 0..zip.len() {
            let entry = zip.by_index_data(index).map_err(|_| damaged("its list of files cannot be read"))?;
            let name = entry.name().map_err(|_| refused("a name in it cannot be read".to_owned()))?.into_owned();
            if let Some(fault) = fault_of(&name) {
                return Err(refused(format!("a name in it {fault}: `{}`", shown(&name))));
            }
            if entry.is_symlink() {
                return Err(refused(format!("it holds a link: `{}`", shown(&name))));
            }
            if entry.encrypted() {
                return Err(Diagnostic::error("archive-encrypted", "the file is protected by a password")
                    .hint("open it in the program that made it and save it without one"));
            }
            if name.ends_with('/') {
                continue;
            }
            if places.insert(name.clone(), index).is_some() {
                return Err(refused(format!("two files in it have the same name: `{}`", shown(&name))));
            }
            names.push(name);
        }
        Ok(Archive { zip, names, places, left: limits.bytes })
    }

    /// The names of its files, in the archive's order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }

    pub fn contains(&self, name: &str) -> bool {
        self.places.contains_key(name)
    }

    /// The bytes of a file; `None` when there is none of that name.
    ///
    /// # Errors
    /// When there are more than `most` bytes, or more in all than an archive may hold; when they are packed as only bombs are;
    /// when they are damaged or packed in a way that nobody uses.
    pub fn read(&mut self, name: &str, most: u64) -> Result<Option<Vec<u8>>, Diagnostic> {
        let Some(index) = self.places.get(name) else { return Ok(None) };
        let most = most.min(self.left);
        let broken = || damaged(&format!("`{}` in it cannot be unpacked", shown(name)));
        let mut file = self.zip.by_index(*index).map_err(|_| broken())?;
        let bytes = unpack(&mut file, most, name)?.ok_or_else(broken)?;
        self.left -= bytes.len() as u64;
        Ok(Some(bytes))
    }
}

/// Unpacks a member piece by piece, so that a bomb is known before it goes off; `None` when it is damaged.
fn unpack(file: &mut ZipFile<'_, Cursor<&[u8]>>, most: u64, name: &str) -> Result<Option<Vec<u8>>, Diagnostic> {
    let steepest = file.compressed_size().saturating_mul(STEEPEST).max(STEEP_FROM);
    let mut bytes = Vec::new();
    loop {
        let before = bytes.len();
        if file.by_ref().take(1 << 16).read_to_end(&mut bytes).is_err() {
            return Ok(None);
        }
        let length = bytes.len() as u64;
        if length > most {
            return Err(refused(format!("`{}` in it is too large", shown(name))));
        }
        if length > steepest {
            return Err(refused(format!("`{}` in it is packed as only bombs are", shown(name))));
        }
        if bytes.len() == before {
            return Ok(Some(bytes));
        }
    }
}

/// Whether bytes begin as a zip archive does.
pub fn is_zip(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04")
}

/// The name of the first member and, when it is stored as it is, how it begins: enough to tell the kinds of documents apart, even
/// of an archive that is cut off.
pub fn first_member(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let header = bytes.get(..30).filter(|header| header.starts_with(b"PK\x03\x04"))?;
    let number = |at: usize| usize::from(u16::from_le_bytes([header[at], header[at + 1]]));
    let (name, extra) = (number(26), number(28));
    let stored = number(8) == 0;
    let rest = &bytes[30..];
    let contents = if stored { rest.get(name + extra..).unwrap_or_default() } else { &[] };
    Some((rest.get(..name)?, &contents[..contents.len().min(256)]))
}

/// Whether a central directory names a file, without reading the directory: `name` stands somewhere behind an entry's head.
pub fn lists(bytes: &[u8], name: &[u8]) -> bool {
    memchr::memmem::find_iter(bytes, b"PK\x01\x02")
        .take(OF_A_LIBRARY.members)
        .any(|at| bytes.get(at + 46..).is_some_and(|rest| rest.starts_with(name)))
}

/// The name within the archive to which a reference in one of its files leads; `None` when it leads out of the archive.
///
/// `from` is the name of the file with the reference. Percent signs are read once; what stands behind `#` or `?` names no file.
pub fn resolve(from: &str, reference: &str) -> Option<String> {
    let path = reference.split(['#', '?']).next().unwrap_or_default();
    let path = unescaped(path)?;
    if path.is_empty() || path.contains([':', '\\', '\0']) {
        return None;
    }
    let mut steps: Vec<&str> = match path.strip_prefix('/') {
        Some(_) => Vec::new(),
        None => from.rsplit_once('/').map(|(folder, _)| folder.split('/').collect()).unwrap_or_default(),
    };
    for step in path.split('/') {
        match step {
            "" | "." => {}
            ".." => {
                steps.pop()?;
            }
            step => steps.push(step),
        }
    }
    Some(steps.join("/"))
}

/// A reference with its `%20` read; `None` when that makes no text.
fn unescaped(text: &str) -> Option<String> {
    if !text.contains('%') {
        return Some(text.to_owned());
    }
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = (bytes[at] == b'%').then(|| text.get(at + 1..at + 3)).flatten();
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                out.push(byte);
                at += 3;
            }
            None => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8(out).ok()
}

/// What is wrong with the name of a member, if anything is.
fn fault_of(name: &str) -> Option<&'static str> {
    let drive = name.as_bytes().get(1) == Some(&b':') && name.starts_with(|letter: char| letter.is_ascii_alphabetic());
    if name.is_empty() {
        Some("is empty")
    } else if name.starts_with('/') || drive {
        Some("is absolute")
    } else if name.contains('\\') {
        Some("has a backslash")
    } else if name.chars().any(char::is_control) {
        Some("has a control character")
    } else if name.split('/').any(|step| step == "..") {
        Some("leads out of it")
    } else {
        None
    }
}

/// A name as it can be printed.
fn shown(name: &str) -> String {
    name.chars().filter(|character| !character.is_control()).take(80).collect()
}

fn refused(why: String) -> Diagnostic {
    Diagnostic::error("archive-refused", format!("this archive is not made by a program for documents: {why}"))
        .hint("do not trust where it came from; if you made it yourself, save it anew")
}

fn damaged(why: &str) -> Diagnostic {
    Diagnostic::error("archive-damaged", format!("the file is damaged or cut off: {why}")).hint(AGAIN)
}

#[cfg(test)]
pub mod made {
    //! Archives for tests.

    use std::io::{Cursor, Write};

    use zip::write::SimpleFileOptions;

    /// An archive with these files.
    pub fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in files {
            zip.start_file(*name, SimpleFileOptions::default()).unwrap();
            zip.write_all(bytes).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }
}

#[cfg(test)]
mod tests {
    use super::made::archive;
    use super::*;

    fn fault(bytes: &[u8]) -> String {
        Archive::open(bytes).err().map(|fault| fault.message).unwrap_or_default()
    }

    #[test]
    fn files_are_read_by_name() {
        let bytes = archive(&[("a/b.txt", b"moth"), ("c.txt", b"rain")]);
        let mut opened = Archive::open(&bytes).unwrap();
        assert_eq!(opened.names().collect::<Vec<_>>(), ["a/b.txt", "c.txt"]);
        assert_eq!(opened.read("a/b.txt", 10).unwrap().as_deref(), Some(b"moth".as_slice()));
        assert_eq!(opened.read("b.txt", 10).unwrap(), None);
        assert!(opened.read("c.txt", 3).is_err_and(|fault| fault.message.contains("too large")));
    }

    #[test]
    fn names_that_lead_out_are_refused() {
        for name in ["../moth", "a/../../moth", "/moth", "a\\moth", "C:moth", "a\u{1}b"] {
            assert!(fault(&archive(&[("a", b"x"), (name, b"x")])).contains("name in it"), "{name}");
        }
        assert_eq!(fault(&archive(&[("a..b/c..", b"x")])), "");
    }

    #[test]
    fn bombs_are_stopped_by_what_comes_out() {
        let bytes = archive(&[("a", &vec![0; 3 << 20])]);
        let mut opened = Archive::open(&bytes).unwrap();
        assert!(opened.read("a", LARGEST_TEXT).is_err_and(|fault| fault.message.contains("bombs")));
    }

    #[test]
    fn two_of_one_name_and_shared_bytes_are_refused() {
        let once = archive(&[("a", b"x"), ("b", b"y")]);
        let twice: Vec<u8> = once.iter().map(|byte| if *byte == b'b' { b'a' } else { *byte }).collect();
        assert!(fault(&twice).contains("same name"));
        let central = memchr::memmem::find(&once, b"PK\x01\x02").unwrap();
        let second = central + 1 + memchr::memmem::find(&once[central + 1..], b"PK\x01\x02").unwrap();
        let mut shared = once.clone();
        // The second entry points to the bytes of the first.
        shared[second + 42..second + 46].copy_from_slice(&[0; 4]);
        assert!(!fault(&shared).is_empty());
    }

    #[test]
    fn what_is_cut_off_is_said_so() {
        let whole = archive(&[("a", b"x")]);
        let fault = Archive::open(&whole[..whole.len() / 2]).err().unwrap();
        assert_eq!(fault.code, "archive-damaged");
        assert_eq!(first_member(&whole[..40]).map(|(name, _)| name), Some(b"a".as_slice()));
    }

    #[test]
    fn references_stay_within() {
        assert_eq!(resolve("word/document.xml", "media/a%20b.png#x").as_deref(), Some("word/media/a b.png"));
        assert_eq!(resolve("word/document.xml", "../media/a.png").as_deref(), Some("media/a.png"));
        assert_eq!(resolve("word/document.xml", "/media/a.png").as_deref(), Some("media/a.png"));
        for outside in ["../../etc/passwd", "file:///etc/passwd", "http://example.org/a", "a\\b", ""] {
            assert_eq!(resolve("word/document.xml", outside), None, "{outside}");
        }
    }
}
