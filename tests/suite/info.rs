//! What books say of themselves, read back: every book of ours, books of others, and files that want to do harm.

use std::io::{Cursor, Write};

use bindery::diagnostic::Diagnostic;
use bindery::model::note::NotePlacement;
use bindery::model::record::BookRecord;
use bindery::model::warning::WarningState;
use bindery::pipeline::{Options, make, record};
use bindery::writers::epub::{EpubOptions, write_epub};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::same_bytes::samples;
use crate::{books, notes};

const CONTAINER: &str = "<?xml version=\"1.0\"?><container version=\"1.0\" \
    xmlns=\"urn:oasis:names:tc:opendocument:xmlns:container\"><rootfiles>\
    <rootfile full-path=\"p.opf\" media-type=\"application/oebps-package+xml\"/></rootfiles></container>";

/// An EPUB with these members behind its `mimetype`.
fn zipped(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    writer.start_file("mimetype", stored).unwrap();
    writer.write_all(b"application/epub+zip").unwrap();
    for (name, bytes) in members {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// A book of somebody else's with this in its metadata.
fn foreign(version: &str, metadata: &str) -> Result<BookRecord, Diagnostic> {
    let package = format!(
        "<?xml version=\"1.0\"?><package xmlns=\"http://www.idpf.org/2007/opf\" version=\"{version}\" unique-identifier=\"i\">\
         <metadata xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:opf=\"http://www.idpf.org/2007/opf\">{metadata}</metadata>\
         <manifest><item id=\"t\" href=\"t.xhtml\" media-type=\"application/xhtml+xml\"/></manifest>\
         <spine><itemref idref=\"t\"/></spine></package>"
    );
    let text =
        b"<html xmlns=\"http://www.w3.org/1999/xhtml\"><head><title>t</title></head><body><p>t</p></body></html>";
    record(&zipped(&[
        ("META-INF/container.xml", CONTAINER.as_bytes()),
        ("p.opf", package.as_bytes()),
        ("t.xhtml", text),
    ]))
}

#[test]
fn what_a_book_was_given_is_read_back() {
    for (name, book) in books::all() {
        // Its metadata is what no EPUB can hold.
        if name == "odd-metadata" {
            continue;
        }
        let read =
            record(&write_epub(&book, &EpubOptions::default())).unwrap_or_else(|fault| panic!("{name}: {fault}"));
        let given = &book.metadata;
        let title = if given.title.is_empty() { "Untitled" } else { &given.title };
        assert_eq!(read.title.as_deref(), Some(title), "{name}");
        assert_eq!(
            read.authors,
            given
                .creators
                .iter()
                .filter(|agent| agent.role == "aut")
                .map(|agent| agent.name.clone())
                .collect::<Vec<_>>(),
            "{name}"
        );
        let series: Vec<_> = read.series.iter().map(|part| (&part.name, &part.index)).collect();
        assert_eq!(series, given.series.iter().map(|part| (&part.name, &part.position)).collect::<Vec<_>>(), "{name}");
        assert_eq!(read.rating, given.rating, "{name}");
        assert_eq!(read.warnings.state, Some(given.warning_state), "{name}");
        let labels: Vec<_> = read.warnings.list.iter().map(|warning| &warning.label).collect();
        assert_eq!(labels, given.warnings.iter().map(|warning| &warning.label).collect::<Vec<_>>(), "{name}");
        let by: Vec<_> = read.warnings.list.iter().map(|warning| warning.by).collect();
        assert_eq!(by, given.warnings.iter().map(|warning| warning.by).collect::<Vec<_>>(), "{name}");
        assert_eq!(read.notes.as_ref(), Some(&given.notes), "{name}");
    }
    let lamp = record(&write_epub(&books::lamp(), &EpubOptions::default())).unwrap();
    let scopes: Vec<_> = lamp.warnings.list.iter().map(|warning| warning.chapters.join(", ")).collect();
    assert_eq!(scopes, ["", "Chapter Two"]);
    assert_eq!(lamp.maker.as_deref(), Some("bindery 0.1.0"));
    let placed = notes::all_at(NotePlacement::End);
    assert!(placed.metadata.notes.len() > 10, "a book with notes of many kinds");
}

/// A catalogue that is filled while books are bound says the same as one that is made again from the books.
#[test]
fn a_record_of_metadata_is_the_record_that_its_book_has() {
    for source in samples() {
        let made = make(&source, &Options::default()).unwrap();
        let read = record(&write_epub(&made.book, &EpubOptions::default())).unwrap();
        assert_eq!(read, BookRecord::of(&made.book.metadata), "{}", source.name);
        let kept = serde_json::to_string(&read).unwrap();
        assert_eq!(serde_json::from_str::<BookRecord>(&kept).unwrap(), read, "{}", source.name);
    }
}

#[test]
fn books_of_others_are_told_about_as_far_as_they_say() {
    // As the Archive of Our Own writes them, with calibre's help.
    let archive = foreign(
        "2.0",
        "<dc:title>The Weir</dc:title><dc:creator opf:role=\"aut\" opf:file-as=\"x\">demelza_p</dc:creator>\
         <dc:language>en</dc:language><dc:identifier id=\"i\">x</dc:identifier><dc:subject>Fanworks</dc:subject>\
         <dc:subject>Teen And Up Audiences</dc:subject><dc:subject>Major Character Death</dc:subject>\
         <dc:subject>Violence</dc:subject><meta name=\"calibre:series\" content=\"River Songs\"/>\
         <meta name=\"calibre:series_index\" content=\"3\"/>",
    )
    .unwrap();
    assert_eq!(archive.title.as_deref(), Some("The Weir"));
    assert_eq!(archive.authors, ["demelza_p"]);
    assert_eq!((archive.series[0].name.as_str(), archive.series[0].index.as_deref()), ("River Songs", Some("3")));
    assert_eq!(archive.rating.as_deref(), Some("Teen And Up Audiences"));
    assert_eq!(archive.warnings.state, Some(WarningState::Stated));
    assert_eq!(archive.warnings.list[0].label, "Major Character Death");
    assert_eq!(archive.notes, None);
    // A book that says next to nothing.
    let bare = foreign("3.0", "<dc:title> A\n  Title </dc:title>").unwrap();
    assert_eq!(bare, BookRecord { title: Some("A Title".into()), ..BookRecord::default() });
}

#[test]
fn what_a_later_version_writes_is_passed_over() {
    let metadata = "<dc:title>T</dc:title><meta property=\"bindery:warning-state\">stated</meta>\
        <meta property=\"bindery:notes\" id=\"a\">marginalia</meta><meta refines=\"#a\" property=\"bindery:stand\">back</meta>\
        <meta refines=\"#a\" property=\"bindery:count\">2</meta>\
        <meta property=\"bindery:notes\" id=\"b\">before</meta><meta refines=\"#b\" property=\"bindery:stand\">start</meta>\
        <meta refines=\"#b\" property=\"bindery:count\">2</meta><meta refines=\"#b\" property=\"bindery:chapters\">1-2</meta>\
        <meta property=\"bindery:notes\" id=\"c\">after</meta><meta refines=\"#c\" property=\"bindery:stand\">end</meta>\
        <meta refines=\"#c\" property=\"bindery:count\">x</meta>";
    let notes = foreign("3.0", metadata).unwrap().notes.unwrap();
    assert_eq!(notes.len(), 1);
    assert_eq!((notes[0].count, &notes[0].chapters[..]), (2, &[1, 2][..]));
}

#[test]
fn files_that_are_damaged_or_hostile_end_with_a_message() {
    let sound = write_epub(&books::lamp(), &EpubOptions::default());
    let refused = |bytes: &[u8], code: &str| {
        let fault = record(bytes).expect_err(code);
        // The archive is refused before the book in it is.
        assert!(fault.code.ends_with(code), "{fault}");
        assert!(fault.hint.is_some(), "{fault}");
    };
    refused(b"", "no-book");
    refused(b"Once upon a time", "no-book");
    refused(&sound[..sound.len() / 2], "-damaged");
    // Every length and every broken byte ends somehow, and never in a panic.
    for length in (0..sound.len()).step_by(sound.len() / 200) {
        _ = record(&sound[..length]);
    }
    for at in (0..sound.len()).step_by(sound.len() / 400) {
        let mut broken = sound.clone();
        broken[at] ^= 0xff;
        _ = record(&broken);
    }
    let container = ("META-INF/container.xml", CONTAINER.as_bytes());
    refused(&zipped(&[container]), "-damaged");
    refused(&zipped(&[container, ("p.opf", b"no xml")]), "-damaged");
    let bomb = vec![b' '; 9 << 20];
    refused(&zipped(&[container, ("p.opf", &bomb)]), "-refused");
    refused(&zipped(&[container, ("../p.opf", b"")]), "-refused");
    let deep = format!("<package><metadata>{}", "<meta>".repeat(300_000));
    _ = record(&zipped(&[container, ("p.opf", deep.as_bytes())]));
    let laughs = "<!DOCTYPE p [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">]><package><metadata>&b;</metadata></package>";
    _ = record(&zipped(&[container, ("p.opf", laughs.as_bytes())]));
    // A statement that refines itself.
    let circle = foreign("3.0", "<dc:title>T</dc:title><meta id=\"a\" refines=\"#a\" property=\"x\">y</meta>");
    assert_eq!(circle.expect_err("a circle").code, "book-damaged");
    // A list of chapters without end.
    let endless = foreign(
        "3.0",
        "<dc:title>T</dc:title><meta property=\"bindery:notes\" id=\"b\">before</meta><meta refines=\"#b\" property=\"bindery:stand\">start</meta>\
         <meta refines=\"#b\" property=\"bindery:count\">18446744073709551616</meta>\
         <meta refines=\"#b\" property=\"bindery:chapters\">1-18446744073709551615</meta>",
    );
    assert_eq!(endless.unwrap().notes, Some(Vec::new()));
}
