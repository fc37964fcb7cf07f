//! What an e-book may cost: nothing within it is believed about its own size.

use std::io::{self, Write};

use rbook::Epub;
use rbook::epub::manifest::EpubManifestEntry;

use crate::diagnostic::Diagnostic;

use super::super::archive::{Archive, LARGEST_TEXT, Limits};

/// Bytes that one member may unpack to.
const LARGEST_MEMBER: u64 = 64 << 20;
/// Bytes that all members together may unpack to.
const LARGEST_BOOK: u64 = 256 << 20;

fn hostile(message: impl Into<String>) -> Diagnostic {
    Diagnostic::error("book-hostile", message).hint("this is no ordinary e-book; do not open it elsewhere either")
}

/// Refuses an archive that is unsound, before anything of it is used.
///
/// Every member is measured: which of them are package and contents is the container's to say, and the library reads those
/// whole, however large they are.
///
/// # Errors
/// Those of [`Archive`].
pub fn screen(bytes: &[u8], limits: Limits) -> Result<(), Diagnostic> {
    let mut archive = Archive::open_within(bytes, limits)?;
    let names: Vec<String> = archive.names().map(str::to_owned).collect();
    for name in names {
        match archive.read(&name, LARGEST_TEXT) {
            // A picture that is cut off is no reason to refuse the story.
            Err(fault) if fault.code == "archive-damaged" => {}
            read => drop(read?),
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
