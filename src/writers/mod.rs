//! Writers turn a closed [`Book`] into the bytes of a file. They see nothing but the book, decide nothing about the
//! story, and never fail: what a format cannot carry is written as the nearest thing that it can.

pub mod epub;
pub mod json;
pub mod kepub;

use crate::model::book::Book;

/// A kind of file that bindery can write.
pub struct Writer {
    /// As people call it: `epub`.
    pub name: &'static str,
    /// The file name ending, without the first dot.
    pub extension: &'static str,
    /// Writes the whole file. The same book gives the same bytes on every machine.
    pub write: fn(&Book, Compression) -> Vec<u8>,
}

/// Every writer. The first is the one used when nobody asks for another.
pub const WRITERS: &[Writer] = &[epub::WRITER, json::WRITER, kepub::WRITER];

/// How much time to spend on making the file small; writers of uncompressed formats pay no heed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Compression {
    /// Half the time for a few hundredths more bytes.
    Fast,
    #[default]
    Default,
    /// Seven times the time for a twentieth fewer bytes.
    Best,
}
