//! Books for Kobo: the same words, each sentence with a number, nothing else changed; from our own books and from those of
//! other programs.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use bindery::bind::CoverChoice;
use bindery::model::book::Book;
use bindery::pipeline::{self, Options, Source, kepub};
use bindery::writers::epub::{EpubOptions, write_epub};
use bindery::writers::{Compression, WRITERS};
use zip::ZipArchive;
use zip::write::SimpleFileOptions;

use crate::markup::{self, Element, Node};
use crate::{books, same_bytes};

/// The members of a book, in no order.
fn members(bytes: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut members = BTreeMap::new();
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).unwrap();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        members.insert(file.name().unwrap().into_owned(), bytes);
    }
    members
}

fn kobo(book: &Book) -> Vec<u8> {
    let writer = WRITERS.iter().find(|writer| writer.name == "kepub").expect("a row in the table");
    (writer.write)(book, Compression::Fast)
}

/// Every book that the tests have: those made by hand, and the stories that come with bindery.
fn all_books() -> Vec<(String, Book)> {
    let mut options = Options::default();
    options.bind.cover = CoverChoice::None;
    let made = |source: Source| (source.name.clone(), pipeline::make(&source, &options).unwrap().book);
    let by_hand = books::all().into_iter().map(|(name, book)| (name.to_owned(), book));
    by_hand.chain(same_bytes::samples().into_iter().map(made)).collect()
}

/// A document without what Kobo's form adds; fails where something is not as it should be.
fn unwrapped(name: &str, mut document: Element) -> Element {
    let mut ids = BTreeSet::new();
    for element in document.all() {
        if let Some(id) = element.attribute("id") {
            assert!(ids.insert(id.to_owned()), "{name}: `{id}` twice");
        }
    }
    unwrap(&mut document);
    document
}

fn is_added(element: &Element) -> bool {
    element.attribute("class") == Some("koboSpan")
        || matches!(element.attribute("id"), Some("book-columns" | "book-inner"))
}

fn unwrap(element: &mut Element) {
    let mut children = Vec::new();
    for child in std::mem::take(&mut element.children) {
        match child {
            Node::Element(child) if child.attribute("class") == Some("kobostylehacks") => {}
            Node::Element(mut child) => {
                unwrap(&mut child);
                if is_added(&child) {
                    children.append(&mut child.children)
                } else {
                    children.push(Node::Element(child))
                }
            }
            text => children.push(text),
        }
    }
    // Texts that a span cut are one again.
    for child in children {
        match (child, element.children.last_mut()) {
            (Node::Text(more), Some(Node::Text(text))) => text.push_str(&more),
            (child, _) => element.children.push(child),
        }
    }
}

/// The document as a text to compare.
fn shown(element: &Element, out: &mut String) {
    out.push_str(&format!("<{} {:?}>", element.name, element.attributes));
    for child in &element.children {
        match child {
            Node::Element(child) => shown(child, out),
            Node::Text(text) => out.push_str(text),
        }
    }
    out.push_str("</>");
}

fn plain(element: &Element) -> String {
    let mut out = String::new();
    shown(element, &mut out);
    out
}

/// Every character of a paragraph or heading stands in a span.
fn all_text_is_numbered(name: &str, element: &Element) {
    for child in &element.children {
        match child {
            Node::Text(text) => assert!(text.trim().is_empty(), "{name}: `{text}` has no number"),
            Node::Element(child) if is_added(child) && child.name == "span" => {}
            Node::Element(child) if ["pre", "svg", "math"].contains(&child.name.as_str()) => {}
            Node::Element(child) => all_text_is_numbered(name, child),
        }
    }
}

#[track_caller]
fn same_but_for_spans(name: &str, before: &[u8], after: &[u8]) {
    let (before, mut after) = (members(before), members(after));
    for (path, bytes) in &before {
        let dressed = after.remove(path).unwrap_or_else(|| panic!("{name}: `{path}` is gone"));
        if !path.ends_with(".xhtml") {
            assert!(path.ends_with(".opf") || *bytes == dressed, "{name}: {path}");
            continue;
        }
        let document = |bytes: &[u8]| markup::parse(std::str::from_utf8(bytes).unwrap());
        let (before, dressed) = (document(bytes), document(&dressed));
        all_text_is_numbered(name, dressed.only("body"));
        let dressed = unwrapped(&format!("{name}: {path}"), dressed);
        assert_eq!(before.text(), dressed.text(), "{name}: {path}");
        assert!(plain(&before) == plain(&dressed), "{name}: {path}\n{}\n{}", plain(&before), plain(&dressed));
    }
    let added: Vec<_> = after.keys().collect();
    assert!(added.iter().all(|path| path.contains("kobo-first-page")), "{name}: {added:?}");
}

#[test]
fn kobos_form_changes_no_word_and_no_mark() {
    for (name, book) in all_books() {
        let epub = write_epub(&book, &EpubOptions::default());
        let ours = kobo(&book);
        same_but_for_spans(&name, &epub, &ours);
        // The way of other programs' books gives the same documents.
        let converted = kepub::convert(&epub).unwrap_or_else(|fault| panic!("{name}: {fault}"));
        let (ours, converted) = (members(&ours), members(&converted));
        for (path, bytes) in ours.iter().filter(|(path, _)| path.ends_with(".xhtml") && !path.contains("first-page")) {
            assert!(converted.get(path) == Some(bytes), "{name}: {path}");
        }
        assert!(kobo(&book) == kobo(&book), "{name}: two runs, two books");
    }
}

#[test]
fn the_record_of_a_book_stays_what_it_was() {
    for (name, book) in books::all() {
        let epub = write_epub(&book, &EpubOptions::default());
        let record = pipeline::record(&epub).unwrap();
        assert!(pipeline::record(&kobo(&book)).unwrap() == record, "{name}");
        assert!(pipeline::record(&kepub::convert(&epub).unwrap()).unwrap() == record, "{name}");
    }
}

/// A book as other programs make them.
fn foreign(documents: &[(&str, &str)], opf: &str, more: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let mut put = |name: &str, bytes: &[u8]| {
        // Stored, so that no page looks like a bomb.
        let options = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
        zip.start_file(name, options).unwrap();
        zip.write_all(bytes).unwrap();
    };
    put("mimetype", b"application/epub+zip");
    put(
        "META-INF/container.xml",
        b"<container><rootfiles><rootfile full-path=\"OEBPS/b.opf\"/></rootfiles></container>",
    );
    put("OEBPS/b.opf", opf.as_bytes());
    documents.iter().for_each(|(name, text)| put(name, text.as_bytes()));
    more.iter().for_each(|(name, bytes)| put(name, bytes));
    zip.finish().unwrap().into_inner()
}

const OPF: &str = "<package><metadata><dc:title>The Moth &amp; Lamp</dc:title><dc:creator>A. Writer</dc:creator>\
    <dc:language>en</dc:language><meta name='cover' content='pic'/></metadata><manifest>\
    <item id='a' href='one%20two.html' media-type='application/xhtml+xml'/>\
    <item id='b' href='ä.xhtml' media-type='application/xhtml+xml'/>\
    <item id='pic' href='c.jpg' media-type='image/jpeg'/></manifest>\
    <spine><itemref idref='a'/><itemref idref='b'/></spine></package>";

fn body(text: &str) -> String {
    format!("<html><head><title>x</title></head><body>{text}</body></html>")
}

#[test]
fn books_of_other_programs_are_made_over() {
    let long = body("<p>One.</p>\n".repeat(6).as_str());
    let broken = "<html><head><title>x</title><body><p>One. <b>Two.<p>Three &amp; four & five.<a id=x/>";
    let book = foreign(
        &[("OEBPS/one two.html", &long), ("OEBPS/ä.xhtml", broken)],
        OPF,
        &[
            ("OEBPS/c.jpg", b"\xff\xd8\xffx"),
            ("iTunesMetadata.plist", b"x"),
            ("__MACOSX/a", b"x"),
            ("OEBPS/f.ttf", b"font"),
        ],
    );
    let made = members(&kepub::convert(&book).unwrap());
    let names: Vec<&str> = made.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "META-INF/container.xml",
            "OEBPS/b.opf",
            "OEBPS/c.jpg",
            "OEBPS/f.ttf",
            "OEBPS/kobo-first-page.xhtml",
            "OEBPS/one two.html",
            "OEBPS/ä.xhtml",
            "mimetype"
        ]
    );
    let text = |name: &str| String::from_utf8(made[name].clone()).unwrap();
    assert!(
        text("OEBPS/b.opf").contains("media-type=\"image/jpeg\" properties=\"cover-image\"/>"),
        "{}",
        text("OEBPS/b.opf")
    );
    assert!(text("OEBPS/b.opf").contains("<spine>\n<itemref idref=\"kobo-first-page\"/><itemref idref='a'/>"));
    assert!(text("OEBPS/kobo-first-page.xhtml").contains(">The Moth &amp; Lamp</span>"));
    assert!(text("OEBPS/one two.html").contains("<p><span class=\"koboSpan\" id=\"kobo.6.1\">One.</span></p>"));
    let mended = markup::parse(&text("OEBPS/ä.xhtml"));
    assert_eq!(mended.only("body").text().trim(), "One. Two.Three & four & five.");
    assert_eq!(mended.named("a").len(), 1);
}

#[test]
fn a_first_page_is_put_only_before_text() {
    let first_page = |name: &str, text: &str| {
        let opf = OPF.replace("one%20two.html", name);
        let book = foreign(&[(&format!("OEBPS/{name}"), &body(text)), ("OEBPS/ä.xhtml", &body("x"))], &opf, &[]);
        members(&kepub::convert(&book).unwrap()).contains_key("OEBPS/kobo-first-page.xhtml")
    };
    let words = "<div>Counting the boats which were never there before, twelve times over every single evening until \
                 winter came, before anybody asked whether counting boats would help, which nobody answered either.</div>";
    assert!(first_page("a.xhtml", words));
    assert!(!first_page("My-Cover.xhtml", words));
    assert!(!first_page("titlepage.xhtml", words));
    assert!(first_page("a.xhtml", &"<p>One.</p>".repeat(5)));
    assert!(first_page("a.xhtml", &"<img/><svg></svg>".repeat(4)));
    assert!(!first_page("a.xhtml", "<img src='c.jpg'/>"));
    assert!(!first_page("a.xhtml", "<h1>Some Long Title Upon Title Page</h1>"));
}

#[test]
fn what_cannot_be_made_over_says_why() {
    let fault = |bytes: &[u8]| {
        let Err(fault) = kepub::convert(bytes) else { panic!("no fault") };
        assert!(fault.hint.is_some(), "{fault}");
        fault.code
    };
    assert_eq!(fault(b"It rained."), "archive-damaged");
    let empty = zip::ZipWriter::new(Cursor::new(Vec::new())).finish().unwrap().into_inner();
    assert_eq!(fault(&empty), "no-book");
    let page = body("<p>x</p>");
    let documents = [("OEBPS/one two.html", page.as_str())];
    assert_eq!(fault(&foreign(&documents, "<package><manifest>", &[])), "book-damaged");
    let list = "<encryption><CipherReference URI='OEBPS/one%20two.html'/></encryption>";
    assert_eq!(fault(&foreign(&documents, OPF, &[("META-INF/encryption.xml", list.as_bytes())])), "book-encrypted");
    let fonts = "<encryption><CipherReference URI='OEBPS/f.ttf'/></encryption>";
    assert!(kepub::convert(&foreign(&documents, OPF, &[("META-INF/encryption.xml", fonts.as_bytes())])).is_ok());
    let growing = body(&format!("<p>{}</p>", ". a".repeat(800_000)));
    assert_eq!(fault(&foreign(&[("OEBPS/one two.html", &growing)], OPF, &[])), "book-hostile");
    let sound = write_epub(&books::lamp(), &EpubOptions::default());
    for cut in [10, sound.len() / 2, sound.len() - 30] {
        assert!(kepub::convert(&sound[..cut]).is_err());
    }
}

#[test]
fn epubcheck_has_nothing_to_say_of_them() {
    let folder = tempfile::tempdir().unwrap();
    let paths = books::all().into_iter().map(|(name, book)| {
        let path = folder.path().join(name).with_extension("kepub.epub");
        std::fs::write(&path, kobo(&book)).unwrap();
        path
    });
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tools/epubcheck.sh");
    let output = Command::new("sh").arg(script).args(paths).stderr(Stdio::inherit()).output().expect("a shell");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

/// `BINDERY_CORPUS=FOLDER cargo test --release kepub -- --ignored`: every book and every story below it.
#[test]
#[ignore = "needs texts that are not part of this repository"]
fn kobos_form_changes_no_word_of_a_corpus() {
    let folders = std::env::var_os("BINDERY_CORPUS").expect("BINDERY_CORPUS names folders");
    let mut books = 0;
    for source in std::env::split_paths(&folders).flat_map(|folder| crate::corpus::sources(&folder)) {
        let mut options = Options::default();
        options.bind.cover = CoverChoice::None;
        let Ok(made) = pipeline::make(&source, &options) else { continue };
        let epub = write_epub(&made.book, &EpubOptions::default());
        same_but_for_spans(&source.name, &epub, &kobo(&made.book));
        same_but_for_spans(&source.name, &epub, &kepub::convert(&epub).unwrap());
        books += 1;
    }
    assert!(books > 0, "no story in BINDERY_CORPUS");
    println!("{books} books");
}
