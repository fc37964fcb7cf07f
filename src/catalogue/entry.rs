//! What the catalogue keeps of a book.

use crate::model::record::BookRecord;

/// The catalogue's own number of a book; never given twice, and the same as long as the book keeps its path.
pub type BookId = i64;

/// A book of the folder.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// 0 until the catalogue has given it one.
    pub id: BookId,
    /// Below the folder, with `/` between names on every system.
    pub path: String,
    pub record: BookRecord,
    pub file: FileState,
    /// Seconds since 1970 at which it came into the folder, as far as anybody knows. What the catalogue knows already stays.
    pub added: i64,
}

/// A file as it was when its book was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileState {
    pub bytes: u64,
    /// When it was written: nanoseconds since 1970.
    pub modified: i64,
    /// BLAKE3 of its bytes.
    pub hash: [u8; 32],
}

impl FileState {
    /// The state of a book with these bytes, as its file stands on disk.
    pub fn of(facts: &std::fs::Metadata, bytes: &[u8]) -> FileState {
        FileState { bytes: facts.len(), modified: modified(facts), hash: *blake3::hash(bytes).as_bytes() }
    }

    /// Whether a file looks as it did then. Costs no reading, and is as sure as the file's time is.
    pub fn is_still(&self, facts: &std::fs::Metadata) -> bool {
        facts.is_file() && facts.len() == self.bytes && modified(facts) == self.modified
    }

    /// Seconds since 1970 at which it was written.
    pub fn modified_seconds(&self) -> i64 {
        self.modified.div_euclid(1_000_000_000)
    }
}

/// Nanoseconds since 1970; 0 where the system does not say.
fn modified(facts: &std::fs::Metadata) -> i64 {
    let nanoseconds = |time: std::time::SystemTime| match time.duration_since(std::time::UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_nanos()).unwrap_or(i64::MAX),
        Err(before) => i64::try_from(before.duration().as_nanos()).map_or(i64::MIN, |nanoseconds| -nanoseconds),
    };
    facts.modified().map_or(0, nanoseconds)
}
