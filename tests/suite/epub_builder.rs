//! The same book written by `epub-builder`, which others wrote: both must agree on what is read in which order, what the
//! contents say, and the words. It cannot carry the rest of what a book says, which is why it does not write our books.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use bindery::model::book::{Book, plain_page};
use bindery::writers::epub::{EpubOptions, write_epub};
use epub_builder::{EpubBuilder, EpubContent, EpubVersion, ReferenceType, ZipLibrary};
use zip::ZipArchive;

use crate::books;

/// What both books are compared by.
#[derive(Debug, PartialEq)]
struct Outline {
    /// File stems in the order of the spine.
    spine: Vec<String>,
    /// Depth, label and file stem of each entry of the contents.
    contents: Vec<(usize, String, String)>,
    /// The words of each page, in order.
    words: BTreeMap<String, Vec<String>>,
}

fn with_epub_builder(book: &Book) -> Vec<u8> {
    let mut builder = EpubBuilder::new(ZipLibrary::new().unwrap()).unwrap();
    builder.epub_version(EpubVersion::V33);
    builder.metadata("title", &book.metadata.title).unwrap();
    for page in &book.pages {
        let text = plain_page(page).replace('&', "&amp;").replace('<', "&lt;");
        let xhtml = format!(
            "<html xmlns=\"http://www.w3.org/1999/xhtml\"><head><title/></head><body><p>{text}</p></body></html>"
        );
        let mut content =
            EpubContent::new(format!("{}.xhtml", page.id), Cursor::new(xhtml)).reftype(ReferenceType::Text);
        if let Some(level) = page.toc_level {
            content = content.title(&page.title).level(i32::from(level));
        }
        builder.add_content(content).unwrap();
    }
    let mut bytes = Vec::new();
    builder.generate(&mut bytes).unwrap();
    bytes
}

/// The value of an attribute in a tag, whatever stands around its `=`.
fn attribute<'t>(tag: &'t str, name: &str) -> Option<&'t str> {
    let after = tag.split_once(&format!(" {name}"))?.1.trim_start().strip_prefix('=')?.trim_start();
    after.strip_prefix('"')?.split_once('"').map(|(value, _)| value)
}

fn stem(href: &str) -> String {
    href.rsplit('/').next().unwrap().trim_end_matches(".xhtml").to_owned()
}

fn unescape(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}

/// Tags and the text behind each, without anything clever: two writers quote and space differently.
fn tags(document: &str) -> impl Iterator<Item = (&str, &str)> {
    document.split('<').skip(1).filter_map(|part| part.split_once('>'))
}

fn outline(bytes: Vec<u8>, pages: &[&str]) -> Outline {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut files = BTreeMap::new();
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).unwrap();
        let path = file.name().unwrap().into_owned();
        let mut text = String::new();
        if file.read_to_string(&mut text).is_ok() {
            files.insert(path, text);
        }
    }
    let package = files.iter().find(|(path, _)| path.ends_with(".opf")).unwrap().1;
    let items: BTreeMap<_, _> = tags(package)
        .filter(|(tag, _)| tag.starts_with("item "))
        .filter_map(|(tag, _)| Some((attribute(tag, "id")?, stem(attribute(tag, "href")?))))
        .collect();
    let spine = tags(package)
        .filter(|(tag, _)| tag.starts_with("itemref"))
        .filter_map(|(tag, _)| items.get(attribute(tag, "idref")?).cloned())
        .filter(|stem| pages.contains(&stem.as_str()))
        .collect();
    let nav = files.iter().find(|(path, _)| path.ends_with("nav.xhtml")).unwrap().1;
    let mut contents = Vec::new();
    let mut depth = 0;
    for (tag, text) in tags(nav.split("</nav>").next().unwrap()) {
        match tag.split_whitespace().next().unwrap_or_default() {
            "ol" => depth += 1,
            "/ol" => depth -= 1,
            "a" => contents.push((depth, unescape(text.trim()), stem(attribute(tag, "href").unwrap()))),
            _ => {}
        }
    }
    let words = pages.iter().map(|page| {
        let document = files.iter().find(|(path, _)| path.ends_with(&format!("/{page}.xhtml"))).unwrap().1;
        let body = document.split_once("<body").unwrap().1;
        let text: String = format!("<{body}")
            .split('<')
            .skip(1)
            .filter_map(|part| part.split_once('>'))
            .map(|(_, text)| text)
            .collect();
        let text = unescape(&text);
        let words = text.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty());
        ((*page).to_owned(), words.map(str::to_owned).collect())
    });
    Outline { spine, words: words.collect(), contents }
}

#[test]
fn both_writers_agree() {
    for (name, mut book) in books::all() {
        if !["lamp", "anthology", "many-pages", "right-to-left"].contains(&name) {
            continue;
        }
        // Footnotes stand where they are called in one book and are unknown to the other.
        book.pages.retain(|page| page.footnotes.is_empty());
        let pages: Vec<_> = book.pages.iter().map(|page| page.id.as_str()).collect();
        let ours = outline(write_epub(&book, &EpubOptions::default()), &pages);
        let theirs = outline(with_epub_builder(&book), &pages);
        assert_eq!(ours.spine.len(), pages.len(), "{name}");
        assert!(!ours.contents.is_empty(), "{name}");
        assert_eq!(ours.spine, theirs.spine, "{name}");
        assert_eq!(ours.contents, theirs.contents, "{name}");
        assert_eq!(without_own_headings(&book, ours.words), theirs.words, "{name}");
    }
}

/// A page that has no heading of its own is headed by its title, which its plain words do not hold.
fn without_own_headings(book: &Book, mut words: BTreeMap<String, Vec<String>>) -> BTreeMap<String, Vec<String>> {
    for page in &book.pages {
        let said = plain_page(page);
        let said = said.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty()).count();
        let printed = words.get_mut(&page.id).unwrap();
        printed.drain(..printed.len() - said);
    }
    words
}
