//! What an e-book may cost: nothing within it is believed about its own size.

use std::io::{self, Cursor, Read as _, Write};

use rbook::Epub;
use rbook::epub::manifest::EpubManifestEntry;
use zip::ZipArchive;

use crate::diagnostic::Diagnostic;

/// Members that a book may have.
const MOST_MEMBERS: usize = 20_000;
/// Bytes that one member may unpack to.
const LARGEST_MEMBER: u64 = 64 << 20;
/// Bytes that all members together may unpack to.
const LARGEST_BOOK: u64 = 256 << 20;
/// Bytes of the files that the library reads by itself: the container, the package, the contents.
const LARGEST_PACKAGE: u64 = 8 << 20;

fn hostile(message: impl Into<String>) -> Diagnostic {
    Diagnostic::error("book-hostile", message).hint("this is no ordinary e-book; do not open it elsewhere either")
}

/// Refuses an archive that is broken, too large, or names members as no e-book does, before anything of it is used.
///
/// # Errors
/// With the fault.
pub fn screen(bytes: &[u8]) -> Result<(), Diagnostic> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| super::damaged(&error))?;
    if archive.len() > MOST_MEMBERS {
        return Err(hostile(format!("the e-book has {} members; {MOST_MEMBERS} is the most", archive.len())));
    }
    let mut total = 0;
    for index in 0..archive.len() {
        let member = archive.by_index_raw(index).map_err(|error| super::damaged(&error))?;
        let name = member.name().map_err(|error| super::damaged(&error))?.into_owned();
        if member.encrypted() {
            return Err(locked());
        }
        let climbs = name.split(['/', '\\']).any(|part| part == "..") || name.starts_with('/') || name.contains('\0');
        if climbs || member.is_symlink() {
            return Err(hostile(format!("a member of the e-book is to be put outside of it: `{name}`")));
        }
        drop(member);
        // The library reads these by itself, so they are measured first.
        let lower = name.to_lowercase();
        if lower.ends_with(".opf") || lower.ends_with(".ncx") || lower.ends_with(".xml") || lower.contains("nav") {
            let member = archive.by_index(index).map_err(|error| super::damaged(&error))?;
            let size = io::copy(&mut member.take(LARGEST_PACKAGE + 1), &mut io::sink()).unwrap_or(0);
            total += size;
            if size > LARGEST_PACKAGE || total > LARGEST_BOOK {
                return Err(hostile(format!("`{name}` unpacks to more than {} MB", LARGEST_PACKAGE >> 20)));
            }
        }
    }
    Ok(())
}

/// Refuses a book whose documents a shop has encrypted; fonts may be.
///
/// # Errors
/// With the way out.
pub fn refuse_encrypted(book: &Epub) -> Result<(), Diagnostic> {
    let Ok(list) = book.read_resource_str("/META-INF/encryption.xml") else { return Ok(()) };
    let is_encrypted = book.spine().iter().filter_map(|spine| spine.manifest_entry()).any(|item| {
        let path = item.href_raw().as_str().trim_start_matches('/').to_owned();
        !path.is_empty() && (list.contains(&format!("\"{path}\"")) || list.contains(&format!("/{path}\"")))
    });
    if is_encrypted { Err(locked()) } else { Ok(()) }
}

fn locked() -> Diagnostic {
    Diagnostic::error("book-encrypted", "the e-book is encrypted, so its text cannot be read")
        .hint("ask where you got it for a copy without a lock")
}

/// What may still be unpacked of a book.
pub struct Allowance {
    left: u64,
}

impl Default for Allowance {
    fn default() -> Self {
        Allowance { left: LARGEST_BOOK }
    }
}

impl Allowance {
    /// The bytes of a member; `None` when it is not there or does not unpack.
    ///
    /// # Errors
    /// When it unpacks to more than a member may, or all together to more than a book may.
    pub fn read(&mut self, item: &EpubManifestEntry) -> Result<Option<Vec<u8>>, Diagnostic> {
        let mut taken = Bounded { bytes: Vec::new(), most: self.left.min(LARGEST_MEMBER), full: false };
        let copied = item.copy_bytes(&mut taken);
        if taken.full {
            return Err(hostile(format!("`{}` unpacks to more than an e-book may hold", item.href().as_str())));
        }
        self.left -= taken.bytes.len() as u64;
        Ok(copied.ok().map(|_| taken.bytes))
    }
}

/// Takes bytes up to a limit.
struct Bounded {
    bytes: Vec<u8>,
    most: u64,
    full: bool,
}

impl Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.bytes.len() as u64 + bytes.len() as u64 > self.most {
            self.full = true;
            return Err(io::Error::other("too large"));
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
