//! The bench where a visitor's stories are bound: what the shelf asks of the room that finds, reads and writes stories.
//!
//! The shelf itself knows no file of a story and no name of a book; whoever opens the shelf gives it a workshop, or none.

use std::fmt;

use tempfile::TempDir;

use crate::diagnostic::Diagnostic;
use crate::model::record::BookRecord;
use crate::pipeline::Made;
use crate::pipeline::declared::{Declared, Kind};

/// Where stories are looked at and books are put into the library.
pub trait Workshop: Send + Sync {
    /// Looks which stories are in a folder that nobody else uses. The folder is the bench's, and goes with it.
    fn open(&self, folder: TempDir, kind: Option<Kind>) -> Box<dyn Bench>;

    /// Puts a book into the library under a name of its own, and says its path below the library's folder. A book with the same
    /// identifier is replaced; any other stays.
    ///
    /// # Errors
    /// What the disk refuses, with the way out.
    fn put(&self, book: Vec<u8>, record: &BookRecord) -> Result<String, Diagnostic>;
}

/// The stories that one visitor brought.
pub trait Bench: Send + Sync {
    /// The stories that were found, as the visitor may call them.
    fn stories(&self) -> &[String];

    /// Bytes that they take on the disk, those that were unpacked included.
    fn bytes(&self) -> u64;

    /// What was not taken for a story, and what is wrong with the rest.
    fn remarks(&self) -> &[Diagnostic];

    /// Reads and binds one of them. Takes as long as it takes; never panics.
    ///
    /// # Errors
    /// Why no book can be made of it.
    fn make(&self, story: usize, corrections: &Declared) -> Result<Made, Vec<Diagnostic>>;
}

impl fmt::Debug for dyn Bench {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_list().entries(self.stories()).finish()
    }
}
