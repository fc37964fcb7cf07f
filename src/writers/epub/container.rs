//! The container around a book, as OCF wants it: the type of the file first, then where the package document is.

use std::io::{self, Write};
use std::sync::OnceLock;

use crate::writers::Compression;

use super::archive::{Archive, Packed};

pub(super) const STYLESHEET: &str = include_str!("style.css");

/// What was packed first at a place, for each compression.
type Known = [OnceLock<(Vec<u8>, Packed)>; 3];

static CONTAINER: Known = [const { OnceLock::new() }; 3];
static BOOK_CSS: Known = [const { OnceLock::new() }; 3];

/// A container being filled. Entries stand in the order in which they are added.
pub struct Container<W> {
    archive: Archive<W>,
    compression: Compression,
}

impl<W: Write> Container<W> {
    /// A container with the two entries that every EPUB begins with; `package` is the path of its package document.
    ///
    /// # Errors
    /// Those of `out`, here and below.
    pub fn new(out: W, package: &str, compression: Compression) -> io::Result<Self> {
        let rootfile = format!(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n\
             <container version=\"1.0\" xmlns=\"urn:oasis:names:tc:opendocument:xmlns:container\">\n\
             <rootfiles>\n\
             <rootfile full-path=\"{package}\" media-type=\"application/oebps-package+xml\"/>\n\
             </rootfiles>\n\
             </container>\n"
        );
        Container::with_rootfiles(out, rootfile.as_bytes(), compression)
    }

    /// A container whose `META-INF/container.xml` is there already.
    pub fn with_rootfiles(out: W, container_xml: &[u8], compression: Compression) -> io::Result<Self> {
        let mut container = Container { archive: Archive::new(out), compression };
        // Readers tell an EPUB by these bytes at this place: first, stored, without an extra field.
        container.add_packed(&Packed::stored("mimetype", b"application/epub+zip".to_vec()))?;
        container.add_known("META-INF/container.xml", container_xml, &CONTAINER)?;
        Ok(container)
    }

    /// Adds a text, compressed.
    pub fn add(&mut self, path: &str, bytes: &[u8]) -> io::Result<()> {
        self.archive.add(&Packed::deflated(path, bytes, self.compression))
    }

    /// Adds the stylesheet, which is the same in every book and is packed once.
    pub fn add_stylesheet(&mut self) -> io::Result<()> {
        self.add_known("EPUB/css/book.css", STYLESHEET.as_bytes(), &BOOK_CSS)
    }

    /// Adds a text that most books have alike; it is packed once.
    fn add_known(&mut self, path: &str, bytes: &[u8], known: &Known) -> io::Result<()> {
        let pack = || (bytes.to_vec(), Packed::deflated(path, bytes, self.compression));
        let (same, packed) = known[self.compression as usize].get_or_init(pack);
        if same == bytes { self.archive.add(packed) } else { self.add(path, bytes) }
    }

    /// Adds what is packed already.
    pub fn add_packed(&mut self, file: &Packed) -> io::Result<()> {
        self.archive.add(file)
    }

    /// Bytes that were written so far.
    pub fn written(&self) -> u64 {
        self.archive.written()
    }

    /// Completes the file and gives back what it was written to.
    pub fn finish(self) -> io::Result<W> {
        self.archive.finish()
    }
}
