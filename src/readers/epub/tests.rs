use std::io::{Cursor, Write};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::*;
use crate::diagnostic::Severity;
use crate::model::block::plain_blocks;

/// A zipped file with these members, the first of them stored as an e-book's `mimetype` is.
fn zipped(members: &[(&str, &str)]) -> Vec<u8> {
    let mut out = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    out.start_file("mimetype", stored).unwrap();
    out.write_all(b"application/epub+zip").unwrap();
    for (name, text) in members {
        out.start_file(*name, SimpleFileOptions::default()).unwrap();
        out.write_all(text.as_bytes()).unwrap();
    }
    out.finish().unwrap().into_inner()
}

const CONTAINER: &str = r#"<?xml version="1.0"?><container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles><rootfile full-path="OEBPS/content.opf" media-type="application/oebps-package+xml"/></rootfiles></container>"#;

const PACKAGE: &str = r#"<?xml version="1.0"?><package version="2.0" xmlns="http://www.idpf.org/2007/opf" unique-identifier="id">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:opf="http://www.idpf.org/2007/opf">
<dc:identifier id="id">urn:x</dc:identifier><dc:title>The Lamp Room</dc:title><dc:language>en</dc:language>
<dc:creator opf:role="aut">Ottilie Crane</dc:creator><dc:creator opf:role="trl">Pim Vos</dc:creator>
<dc:description>&lt;p&gt;A keeper counts.&lt;/p&gt;&lt;p&gt;Nobody answers.&lt;/p&gt;</dc:description>
<dc:subject>Lighthouses</dc:subject><dc:date>2011-03-04</dc:date>
<meta name="calibre:series" content="Harbour Lights"/><meta name="calibre:series_index" content="2.0"/></metadata>
<manifest><item id="ncx" href="toc.ncx" media-type="application/x-dtbncx+xml"/>
<item id="t" href="title.xhtml" media-type="application/xhtml+xml"/>
<item id="a" href="a.xhtml" media-type="application/xhtml+xml"/>
<item id="b" href="b.xhtml" media-type="application/xhtml+xml"/></manifest>
<spine toc="ncx"><itemref idref="t"/><itemref idref="a"/><itemref idref="b"/></spine></package>"#;

const CONTENTS: &str = r#"<?xml version="1.0"?><ncx xmlns="http://www.daisy.org/z3986/2005/ncx/" version="2005-1"><head/>
<docTitle><text>The Lamp Room</text></docTitle><navMap>
<navPoint id="1" playOrder="1"><navLabel><text>Title Page</text></navLabel><content src="title.xhtml"/></navPoint>
<navPoint id="2" playOrder="2"><navLabel><text>1. Oil</text></navLabel><content src="a.xhtml"/></navPoint>
<navPoint id="3" playOrder="3"><navLabel><text>Wick</text></navLabel><content src="b.xhtml#wick"/></navPoint>
</navMap></ncx>"#;

fn book(package: &str, contents: &str) -> Vec<u8> {
    let page = |body: &str| {
        format!("<html xmlns=\"http://www.w3.org/1999/xhtml\"><head><title/></head><body>{body}</body></html>")
    };
    zipped(&[
        ("META-INF/container.xml", CONTAINER),
        ("OEBPS/content.opf", package),
        ("OEBPS/toc.ncx", contents),
        ("OEBPS/title.xhtml", &page("<h1>The Lamp Room</h1><p>by Ottilie Crane</p>")),
        ("OEBPS/a.xhtml", &page("<div><h2>1</h2><h3>Oil</h3><p>She counted the tins.</p></div>")),
        (
            "OEBPS/b.xhtml",
            &page("<p>There were nine.</p><div><h2><a id=\"wick\"/>Wick</h2><p>It would not catch.</p></div>"),
        ),
    ])
}

fn read_bytes(bytes: &[u8]) -> Result<Diagnosed<Manuscript>, Diagnostic> {
    read(&Given { bytes, file: 0, decoding: DecodeOptions::default() })
}

fn shown(manuscript: &Manuscript) -> Vec<String> {
    let one = |passage: &Passage| {
        let text = passage.inlines().map(|inlines| plain(inlines)).unwrap_or_default();
        match passage.kind {
            PassageKind::ChapterStart { level, .. } => format!("{level}# {text}"),
            PassageKind::PageBreak => "---".to_owned(),
            _ => text,
        }
    };
    manuscript.passages.iter().map(one).collect()
}

#[test]
fn the_table_of_contents_says_where_chapters_begin() {
    let bytes = book(PACKAGE, CONTENTS);
    assert!(claims(&bytes));
    let manuscript = read_bytes(&bytes).unwrap().value;
    let expected = [
        "The Lamp Room",
        "by Ottilie Crane",
        "1# 1: Oil",
        "She counted the tins.",
        "There were nine.",
        "1# Wick",
        "It would not catch.",
    ];
    assert_eq!(shown(&manuscript), expected);
}

#[test]
fn the_package_says_what_the_book_is() {
    let facts = read_bytes(&book(PACKAGE, CONTENTS)).unwrap().value.declared;
    assert_eq!(facts.title.as_deref(), Some("The Lamp Room"));
    assert_eq!((facts.authors, facts.translators), (vec!["Ottilie Crane".to_owned()], vec!["Pim Vos".to_owned()]));
    assert_eq!(facts.summary, ["A keeper counts.", "Nobody answers."]);
    let series: Vec<_> = facts.series.iter().map(|part| (part.name.as_str(), part.index.as_deref())).collect();
    assert_eq!(series, [("Harbour Lights", Some("2"))]);
    assert_eq!(facts.tags, ["Lighthouses"]);
}

#[test]
fn without_contents_the_documents_follow_each_other() {
    let contents = CONTENTS.split("<navPoint").next().unwrap().to_owned() + "</navMap></ncx>";
    let manuscript = read_bytes(&book(PACKAGE, &contents)).unwrap().value;
    let shown = shown(&manuscript);
    assert_eq!(shown.iter().filter(|line| *line == "---").count(), 2);
    assert!(!shown.iter().any(|line| line.contains('#')), "{shown:?}");
}

#[test]
fn what_is_no_book_says_why() {
    let code = |bytes: &[u8]| read_bytes(bytes).map(|read| read.value.passages.len()).map_err(|fault| fault.code);
    assert_eq!(code(&zipped(&[("META-INF/container.xml", "<container/>")])), Err("book-damaged"));
    assert_eq!(code(b"PK\x03\x04 and nothing more"), Err("archive-damaged"));
    let mut cut = book(PACKAGE, CONTENTS);
    cut.truncate(cut.len() / 2);
    assert_eq!(code(&cut), Err("archive-damaged"));
    let climbing = zipped(&[("META-INF/container.xml", CONTAINER), ("../../outside.xhtml", "x")]);
    assert_eq!(code(&climbing), Err("archive-refused"));
    let large = " ".repeat(9 << 20);
    let bomb = zipped(&[("META-INF/container.xml", CONTAINER), ("OEBPS/content.opf", &large)]);
    assert_eq!(code(&bomb), Err("archive-refused"));
}

#[test]
fn documents_that_a_shop_locked_are_refused() {
    let list = r#"<encryption><CipherReference URI="OEBPS/a.xhtml"/></encryption>"#;
    let mut members: Vec<(&str, &str)> = vec![("META-INF/container.xml", CONTAINER), ("OEBPS/content.opf", PACKAGE)];
    members.push(("META-INF/encryption.xml", list));
    for name in ["OEBPS/title.xhtml", "OEBPS/a.xhtml", "OEBPS/b.xhtml"] {
        members.push((name, "<html><body><p>It would not catch.</p></body></html>"));
    }
    // The missing contents are the lesser fault.
    let fault = read_bytes(&zipped(&members)).unwrap_err();
    assert_eq!((fault.code, fault.severity), ("book-encrypted", Severity::Error));
    // Fonts may be scrambled.
    members[2].1 = r#"<encryption><CipherReference URI="OEBPS/font.otf"/></encryption>"#;
    let read = read_bytes(&zipped(&members)).unwrap();
    assert_eq!(read.diagnostics.iter().map(|remark| remark.code).collect::<Vec<_>>(), ["contents-unreadable"]);
}

#[test]
fn a_download_of_the_archive_is_read_by_its_preface() {
    let page = |body: &str| {
        format!("<html xmlns=\"http://www.w3.org/1999/xhtml\"><head><title/></head><body>{body}</body></html>")
    };
    let preface = page(
        "<div id=\"preface\"><h2 class=\"toc-heading\">Preface</h2><div class=\"meta\"><dl class=\"tags\">
        <dt class=\"calibre3\">Rating:</dt><dd><a href=\"http://archiveofourown.org/tags/T\">Teen And Up Audiences</a></dd>
        <dt>Archive Warning:</dt><dd><a href=\"x\">Major Character Death</a></dd>
        <dt>Fandom:</dt><dd><a href=\"x\">Harbour Lights (TV), Revived</a></dd>
        <dt>Language:</dt><dd>English</dd></dl><h1>The Lamp Room</h1>
        <div class=\"byline\">by <a rel=\"author\" href=\"x\">wickkeeper</a></div>
        <p>Summary</p><blockquote class=\"userstuff\"><p>She counts.</p></blockquote></div></div>",
    );
    let chapter = |number: u32, text: &str| {
        page(&format!(
            "<div class=\"meta group\"><h2 class=\"heading\">Chapter {number}</h2><p>Chapter Notes</p>\
             <blockquote class=\"userstuff2\"><p>Note {number}.</p></blockquote></div>\
             <div class=\"userstuff2\"><p>{text}</p></div>"
        ))
    };
    let bytes = zipped(&[
        ("META-INF/container.xml", CONTAINER),
        ("OEBPS/content.opf", &PACKAGE.replace("Lighthouses", "Harbour Lights, Teen And Up Audiences")),
        ("OEBPS/toc.ncx", CONTENTS),
        ("OEBPS/title.xhtml", &preface),
        ("OEBPS/a.xhtml", &chapter(1, "She counted the tins.")),
        ("OEBPS/b.xhtml", &chapter(2, "It would not catch.")),
    ]);
    let manuscript = read_bytes(&bytes).unwrap().value;
    let facts = &manuscript.declared;
    assert_eq!(facts.fandoms, ["Harbour Lights (TV), Revived"]);
    assert_eq!((facts.warnings.clone(), facts.tags.len()), (vec!["Major Character Death".to_owned()], 0));
    assert_eq!(facts.rating.as_ref().map(|rating| rating.wording.as_str()), Some("Teen And Up Audiences"));
    assert_eq!(facts.authors, ["wickkeeper"]);
    assert_eq!(shown(&manuscript), ["1# Chapter 1", "She counted the tins.", "1# Chapter 2", "It would not catch."]);
    let notes: Vec<_> = manuscript.notes.iter().map(|note| (note.at, plain_blocks(&note.note.blocks))).collect();
    assert!(notes.contains(&(Some(2), "Note 2.\n".to_owned())), "{notes:?}");
}
