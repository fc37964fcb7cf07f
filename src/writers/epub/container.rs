//! The ZIP file around a book, as OCF wants it and the same on every machine: fixed time, order, rights and system.

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, System, ZipWriter};

use crate::writers::Compression;

/// A container being filled. Entries stand in the order in which they are added.
pub struct Container {
    zip: ZipWriter<Cursor<Vec<u8>>>,
    level: i64,
}

impl Container {
    /// A container with the two entries that every EPUB begins with; `package` is the path of its package document.
    pub fn new(package: &str, compression: Compression) -> Self {
        let level = match compression {
            Compression::Fast => 1,
            Compression::Default => 6,
            Compression::Best => 9,
        };
        let mut container = Container { zip: ZipWriter::new(Cursor::new(Vec::new())), level };
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
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .compression_level(Some(self.level));
        self.write(path, bytes, options);
    }

    /// Adds what is compressed already, as it is.
    pub fn add_stored(&mut self, path: &str, bytes: &[u8]) {
        self.write(path, bytes, SimpleFileOptions::default().compression_method(CompressionMethod::Stored));
    }

    /// # Panics
    /// When the same path is added twice. Paths are made by this room, none of them by the book.
    fn write(&mut self, path: &str, bytes: &[u8], options: SimpleFileOptions) {
        let options = options
            // 1980-01-01, the first moment that a ZIP file can tell.
            .last_modified_time(DateTime::default())
            .unix_permissions(0o644)
            .system(System::Unix)
            .large_file(bytes.len() >= u32::MAX as usize);
        self.zip
            .start_file(path, options)
            .and_then(|()| Ok(self.zip.write_all(bytes)?))
            .expect("memory takes every byte and paths are unique");
    }

    /// The bytes of the file.
    pub fn finish(self) -> Vec<u8> {
        self.zip.finish().expect("memory takes every byte").into_inner()
    }
}
