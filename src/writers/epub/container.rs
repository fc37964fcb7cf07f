//! The container around a book, as OCF wants it: the type of the file first, then where the package document is.

use crate::writers::Compression;

use super::archive::Archive;

/// A container being filled. Entries stand in the order in which they are added.
pub struct Container {
    archive: Archive,
    compression: Compression,
}

impl Container {
    /// A container with the two entries that every EPUB begins with; `package` is the path of its package document.
    pub fn new(package: &str, compression: Compression) -> Self {
        let mut container = Container { archive: Archive::default(), compression };
        // Readers tell an EPUB by these bytes at this place: first, stored, without an extra field.
        container.add_stored("mimetype", b"application/epub+zip");
        let rootfile = format!(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n\
             <container version=\"1.0\" xmlns=\"urn:oasis:names:tc:opendocument:xmlns:container\">\n\
             <rootfiles>\n\
             <rootfile full-path=\"{package}\" media-type=\"application/oebps-package+xml\"/>\n\
             </rootfiles>\n\
             </container>\n"
        );
        container.add("META-INF/container.xml", rootfile.as_bytes());
        container
    }

    /// Adds a text, compressed.
    pub fn add(&mut self, path: &str, bytes: &[u8]) {
        self.archive.deflate(path, bytes, self.compression);
    }

    /// Adds what is compressed already, as it is.
    pub fn add_stored(&mut self, path: &str, bytes: &[u8]) {
        self.archive.store(path, bytes);
    }

    /// The bytes of the file.
    pub fn finish(self) -> Vec<u8> {
        self.archive.finish()
    }
}
