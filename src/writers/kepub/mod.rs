//! A book as Kobo's own readers want it: an EPUB whose sentences are numbered, so that bookmarks, highlights and statistics
//! work. The rules are those that kepubify (by Patrick Gaskin, under the MIT licence) found out from Kobo's books.
//!
//! It changes what stands around the words, never a word. [`document`](fn@document) is the whole change of one document; books of other
//! programs pass through it too.

mod document;
mod package;
mod sentences;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use crate::model::book::Book;
use crate::writers::epub::{EpubOptions, write_epub};
use crate::writers::{Compression, Writer};

pub use document::{Unfit, document};
pub use package::{Changes, package};

pub const WRITER: Writer = Writer {
    name: "kepub",
    // By these two endings Kobo opens it with the program that knows sentences.
    extension: "kepub.epub",
    write: write_kepub,
};

fn write_kepub(book: &Book, compression: Compression) -> Vec<u8> {
    write_epub(book, &EpubOptions { compression, for_kobo: true })
}

/// A document of our own with spans.
pub fn dressed(xhtml: &str) -> Cow<'_, str> {
    // What is written here is well-formed; were it not, a page without numbers is better than no page.
    document(xhtml).map_or(Cow::Borrowed(xhtml), Cow::Owned)
}

/// A page that says the title and who wrote it, for books that begin with their text: Kobo shows the first page without
/// margins, as if it were a cover.
pub fn first_page(title: &str, authors: &str, language: &str) -> String {
    let mut xml = crate::writers::epub::Xml::document();
    xml.markup("<!DOCTYPE html>\n");
    let language = [("xmlns", "http://www.w3.org/1999/xhtml"), ("lang", language), ("xml:lang", language)];
    let known = if language[1].1.is_empty() { &language[..1] } else { &language[..] };
    xml.element("html", known, |xml| {
        xml.element("head", &[], |xml| {
            xml.markup("<meta charset=\"utf-8\"/>");
            xml.element("title", &[], |xml| xml.text(title));
        });
        let line = [("style", "text-align: center; margin: 4em 10%")];
        xml.element("body", &[], |xml| {
            [title, authors].iter().filter(|said| !said.is_empty()).for_each(|said| {
                xml.element("p", &line, |xml| xml.text(said));
            });
        });
    });
    xml.into_string()
}
