//! The picture on the front of a book.

use std::io::{Read, Seek};

use rbook::Epub;

use super::safety::Allowance;

/// The cover of a book whose archive has been found to be sound: the members that are asked for are read, and no other.
///
/// `None` when the book names none. What its bytes are has not been looked at.
pub fn cover(book: impl Read + Seek + 'static) -> Option<Vec<u8>> {
    let book = Epub::options().strict(false).skip_toc(true).skip_spine(true).read(book).ok()?;
    let item = book.manifest().cover_image()?;
    Allowance::default().read(&item).ok()?
}
