//! The framing of a ZIP file (APPNOTE 6.3) as far as a book needs it: sizes and checksums stand before the data and no
//! descriptor behind it, there are no extra fields but those of ZIP64, and those only where a number does not fit. Time,
//! rights and system are fixed, so that the same files give the same bytes everywhere.
//!
//! Own framing, because OCF asks for just this of the first file, and the crates that keep to it take no compressor but
//! their own.

use std::io::{self, Write};

use crate::writers::Compression;

use super::deflate;

/// 1980-01-01, the first day that a ZIP file can tell.
const DATE: u16 = 0x0021;
/// A regular file that its owner may change and everyone may read, as Unix writes it.
const RIGHTS: u32 = 0o100_644 << 16;
const UNIX: u16 = 3 << 8;
/// From this size on a file is told with 64 bits. Below it, compression that fails cannot push the packed size over 32 bits.
const LARGE: u64 = 1 << 31;
/// Instead of a number that stands in a field of 64 bits.
const ELSEWHERE_16: u16 = u16::MAX;
const ELSEWHERE_32: u32 = u32::MAX;
const WITH_ZIP64: u16 = 45;
/// The path is UTF-8. Not said of paths of ASCII, which are that anyway.
const UTF_8: u16 = 1 << 11;
const ZIP64: u16 = 1;

/// A file for an archive: packed by whoever has time for it, on any thread, and added later.
#[derive(Debug)]
pub struct Packed {
    path: String,
    method: Method,
    checksum: u32,
    size: u64,
    data: Vec<u8>,
}

impl Packed {
    /// A file as it is. Paths have fewer than 65,536 bytes, and none comes twice in an archive.
    pub fn stored(path: impl Into<String>, bytes: Vec<u8>) -> Self {
        let (checksum, size) = (libdeflater::crc32(&bytes), bytes.len() as u64);
        Packed { path: path.into(), method: Method::Stored, checksum, size, data: bytes }
    }

    /// A file, compressed.
    pub fn deflated(path: impl Into<String>, bytes: &[u8], compression: Compression) -> Self {
        let data = deflate::deflate(bytes, compression);
        let (checksum, size) = (libdeflater::crc32(bytes), bytes.len() as u64);
        Packed { path: path.into(), method: Method::Deflated, checksum, size, data }
    }

    pub fn path(&self) -> &str {
        &self.path
    }

    /// Bytes that it takes in an archive, its headers left aside.
    pub fn packed_size(&self) -> u64 {
        self.data.len() as u64
    }
}

/// A ZIP file being written, front to back: nothing that was written is touched again.
#[derive(Debug)]
pub struct Archive<W> {
    out: W,
    written: u64,
    header: Vec<u8>,
    directory: Vec<u8>,
    count: u64,
}

impl<W: Write> Archive<W> {
    pub fn new(out: W) -> Self {
        Archive { out, written: 0, header: Vec::new(), directory: Vec::new(), count: 0 }
    }

    /// Bytes that were written so far.
    pub fn written(&self) -> u64 {
        self.written
    }

    /// # Errors
    /// Those of `out`; the archive is broken then.
    pub fn add(&mut self, file: &Packed) -> io::Result<()> {
        let Packed { path, method, checksum, size, data } = file;
        let packed_size = data.len() as u64;
        let entry =
            Entry { path, method: *method, checksum: *checksum, size: *size, packed_size, offset: self.written };
        self.header.clear();
        entry.write_header(&mut self.header);
        entry.write_directory_header(&mut self.directory);
        self.out.write_all(&self.header)?;
        self.out.write_all(data)?;
        self.written += (self.header.len() + data.len()) as u64;
        self.count += 1;
        Ok(())
    }

    /// Writes the directory, without which the file is none, and gives back what it was written to.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn finish(self) -> io::Result<W> {
        let Archive { mut out, written, mut directory, count, .. } = self;
        let size = directory.len() as u64;
        write_end(&mut directory, count, size, written);
        out.write_all(&directory)?;
        Ok(out)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Method {
    Stored,
    Deflated,
}

struct Entry<'p> {
    path: &'p str,
    method: Method,
    checksum: u32,
    size: u64,
    packed_size: u64,
    /// Where its header stands.
    offset: u64,
}

impl Entry<'_> {
    fn is_large(&self) -> bool {
        self.size >= LARGE
    }

    fn write_header(&self, out: &mut Vec<u8>) {
        let mut extra = Vec::new();
        if self.is_large() {
            put_64(&mut extra, [self.size, self.packed_size]);
        }
        out.extend_from_slice(b"PK\x03\x04");
        put_16(out, [self.needed(self.is_large())]);
        self.write_facts(out, &extra);
        out.extend_from_slice(self.path.as_bytes());
        write_zip64(out, &extra);
    }

    fn write_directory_header(&self, out: &mut Vec<u8>) {
        let mut extra = Vec::new();
        if self.is_large() {
            put_64(&mut extra, [self.size, self.packed_size]);
        }
        let offset = short(self.offset, &mut extra);
        out.extend_from_slice(b"PK\x01\x02");
        let needed = self.needed(!extra.is_empty());
        put_16(out, [UNIX | needed, needed]);
        self.write_facts(out, &extra);
        // No comment, on the first disk, no text.
        put_16(out, [0, 0, 0]);
        put_32(out, [RIGHTS, offset]);
        out.extend_from_slice(self.path.as_bytes());
        write_zip64(out, &extra);
    }

    /// The version of ZIP that is needed to read the entry.
    fn needed(&self, zip64: bool) -> u16 {
        match self.method {
            _ if zip64 => WITH_ZIP64,
            Method::Stored => 10,
            Method::Deflated => 20,
        }
    }

    /// What both headers say, in the same order.
    fn write_facts(&self, out: &mut Vec<u8>, extra: &[u8]) {
        let method = match self.method {
            Method::Stored => 0,
            Method::Deflated => 8,
        };
        put_16(out, [if self.path.is_ascii() { 0 } else { UTF_8 }, method, 0, DATE]);
        let sizes = if self.is_large() { [ELSEWHERE_32; 2] } else { [self.packed_size as u32, self.size as u32] };
        put_32(out, [self.checksum, sizes[0], sizes[1]]);
        let extra_length = if extra.is_empty() { 0 } else { extra.len() + 4 };
        put_16(out, [self.path.len() as u16, extra_length as u16]);
    }
}

/// The end of the central directory, which `count`, `size` and `start` are about; in the long form too where it takes that.
fn write_end(out: &mut Vec<u8>, count: u64, size: u64, start: u64) {
    let mut long = Vec::new();
    let places = [short(size, &mut long), short(start, &mut long)];
    let short_count = u16::try_from(count).ok().filter(|count| *count < ELSEWHERE_16);
    if !long.is_empty() || short_count.is_none() {
        let here = start + size;
        out.extend_from_slice(b"PK\x06\x06");
        // The length of what follows.
        put_64(out, [44]);
        put_16(out, [UNIX | WITH_ZIP64, WITH_ZIP64]);
        put_32(out, [0, 0]);
        put_64(out, [count, count, size, start]);
        out.extend_from_slice(b"PK\x06\x07");
        put_32(out, [0]);
        put_64(out, [here]);
        put_32(out, [1]);
    }
    out.extend_from_slice(b"PK\x05\x06");
    let count = short_count.unwrap_or(ELSEWHERE_16);
    put_16(out, [0, 0, count, count]);
    put_32(out, places);
    put_16(out, [0]);
}

/// The number for a field of 32 bits; one that does not fit goes into `extra`.
fn short(number: u64, extra: &mut Vec<u8>) -> u32 {
    match u32::try_from(number) {
        Ok(number) if number != ELSEWHERE_32 => number,
        _ => {
            put_64(extra, [number]);
            ELSEWHERE_32
        }
    }
}

fn write_zip64(out: &mut Vec<u8>, extra: &[u8]) {
    if !extra.is_empty() {
        put_16(out, [ZIP64, extra.len() as u16]);
        out.extend_from_slice(extra);
    }
}

fn put_16<const N: usize>(out: &mut Vec<u8>, numbers: [u16; N]) {
    numbers.iter().for_each(|number| out.extend_from_slice(&number.to_le_bytes()));
}

fn put_32<const N: usize>(out: &mut Vec<u8>, numbers: [u32; N]) {
    numbers.iter().for_each(|number| out.extend_from_slice(&number.to_le_bytes()));
}

fn put_64<const N: usize>(out: &mut Vec<u8>, numbers: [u64; N]) {
    numbers.iter().for_each(|number| out.extend_from_slice(&number.to_le_bytes()));
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Read};

    use zip::ZipArchive;

    use super::*;

    #[test]
    fn what_goes_in_comes_out() {
        let noise: Vec<u8> = (0..50_000_u32).map(|number| (number.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
        let files: [(&str, &[u8]); 4] =
            [("empty", b""), ("ä/one", b"x"), ("text", &b"the lamp, ".repeat(9000)), ("noise", &noise)];
        for compression in [Compression::Fast, Compression::Default, Compression::Best] {
            let mut archive = Archive::new(Vec::new());
            archive.add(&Packed::stored("first", noise.clone())).unwrap();
            for (path, bytes) in files {
                archive.add(&Packed::deflated(path, bytes, compression)).unwrap();
            }
            let mut zip = ZipArchive::new(Cursor::new(archive.finish().unwrap())).unwrap();
            assert_eq!(zip.len(), 5);
            for (path, bytes) in [("first", &noise[..])].into_iter().chain(files) {
                let mut back = Vec::new();
                zip.by_name(path).unwrap().read_to_end(&mut back).unwrap();
                assert!(back == bytes, "{path} with {compression:?}");
            }
        }
    }

    #[test]
    fn more_files_than_16_bits_can_count_are_counted_in_64() {
        for count in [65_534, 65_535, 70_000] {
            let mut archive = Archive::new(Vec::new());
            for number in 0..count {
                archive.add(&Packed::stored(number.to_string(), Vec::new())).unwrap();
            }
            let bytes = archive.finish().unwrap();
            assert_eq!(bytes.windows(4).any(|four| four == b"PK\x06\x06"), count >= 65_535);
            let mut zip = ZipArchive::new(Cursor::new(bytes)).unwrap();
            assert_eq!(zip.len(), count);
            let last = zip.by_index(count - 1).unwrap();
            assert_eq!(last.name().unwrap(), (count - 1).to_string());
        }
    }

    /// Too large to be written in a test; what would stand in the headers can be looked at.
    #[test]
    fn numbers_over_32_bits_go_into_the_long_fields() {
        let mut entry = Entry {
            path: "p",
            method: Method::Deflated,
            checksum: 7,
            size: 5 << 32,
            packed_size: 3 << 32,
            offset: 1 << 33,
        };
        let mut header = Vec::new();
        entry.write_header(&mut header);
        assert_eq!(header[4..6], [45, 0]);
        assert_eq!(header[18..26], [0xff; 8]);
        assert_eq!(header[28..30], [20, 0]);
        assert_eq!(
            header[30..],
            [b"p\x01\0\x10\0", &(5_u64 << 32).to_le_bytes()[..], &(3_u64 << 32).to_le_bytes()].concat()
        );

        entry.size = 100;
        entry.packed_size = 60;
        header.clear();
        entry.write_header(&mut header);
        assert_eq!((header.len(), &header[4..6]), (31, &[20, 0][..]));
        header.clear();
        entry.write_directory_header(&mut header);
        assert_eq!(header[42..46], [0xff; 4]);
        assert_eq!(header[46..], [b"p\x01\0\x08\0", &(1_u64 << 33).to_le_bytes()[..]].concat());

        let mut end = Vec::new();
        write_end(&mut end, 3, 150, 1 << 33);
        assert_eq!(end.len(), 56 + 20 + 22);
        assert_eq!(end[48..56], (1_u64 << 33).to_le_bytes());
        assert_eq!(end[64..72], ((1_u64 << 33) + 150).to_le_bytes());
        assert_eq!(end[76 + 16..76 + 20], [0xff; 4]);
    }

    #[test]
    fn what_was_compressed_before_leaves_no_trace() {
        let made = |texts: &[&str]| {
            let mut archive = Archive::new(Vec::new());
            for text in texts {
                archive.add(&Packed::deflated("x", text.repeat(500).as_bytes(), Compression::Default)).unwrap();
            }
            archive.finish().unwrap()
        };
        let alone = made(&["salt and lamp "]);
        made(&["winter ", "salt and "]);
        assert_eq!(made(&["salt and lamp "]), alone);
    }
}
