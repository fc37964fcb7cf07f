//! A book as EPUB 3.3, with everything that readers of EPUB 2 need beside it. One look for every device; no script, no
//! font, nothing from elsewhere. What a book says that EPUB cannot hold (control characters, addresses of other kinds,
//! unsound pictures) is left out or written as text, so that the file is valid whatever the book.

mod address;
mod archive;
mod blocks;
mod container;
mod content;
mod deflate;
mod divide;
mod names;
mod navigation;
mod ncx;
mod package;
mod pictures;
mod xhtml;
mod xml;

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::model::book::{Book, Element, Page, PageKind};
use crate::writers::{Compression, Writer};

use container::Container;
use content::{Anchors, Context, Document, Entry, Pages};
use names::Names;
use pictures::{PictureKind, Pictures};
use xhtml::Frame;
use xml::tidy;

pub const WRITER: Writer = Writer {
    name: "epub",
    extension: "epub",
    write: |book, compression| write_epub(book, &EpubOptions { compression }),
};

/// How an EPUB is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct EpubOptions {
    pub compression: Compression,
}

const STYLESHEET: &str = include_str!("style.css");

/// The bytes of a book as EPUB. Cannot fail; the same book gives the same bytes on every machine.
pub fn write_epub(book: &Book, options: &EpubOptions) -> Vec<u8> {
    let fallback;
    let source_pages = if book.pages.is_empty() {
        fallback = [title_page(book)];
        &fallback[..]
    } else {
        &book.pages
    };
    let layout = Layout::new(book, source_pages);
    let mut container = Container::new("EPUB/package.opf", options.compression);
    container.add("EPUB/package.opf", package::write(&layout).as_bytes());
    container.add("EPUB/nav.xhtml", navigation::write(&layout).as_bytes());
    container.add("EPUB/toc.ncx", ncx::write(&layout).as_bytes());
    container.add("EPUB/css/book.css", STYLESHEET.as_bytes());
    if let Some(cover) = &layout.cover {
        container.add_stored(&format!("EPUB/images/{}", cover.file_name()), cover.bytes);
    }
    for picture in layout.pictures.shown() {
        container.add_stored(&format!("EPUB/images/{}", picture.file_name()), picture.bytes);
    }
    if let Some(cover) = &layout.cover {
        container.add(&format!("EPUB/text/{}.xhtml", cover.page), cover.xhtml.as_bytes());
    }
    for document in layout.pages.iter().flat_map(|page| &page.documents) {
        container.add(&format!("EPUB/text/{}.xhtml", document.stem), document.xhtml.as_bytes());
    }
    container.finish()
}

/// What stands for a book without pages: its title.
fn title_page(book: &Book) -> Page {
    let title = book.metadata.title.clone();
    Page {
        id: "title-page".into(),
        kind: PageKind::TitlePage,
        title: title.clone(),
        toc_level: None,
        elements: vec![Element::TitleBlock { title, byline: String::new(), above: Vec::new(), below: Vec::new() }],
        footnotes: Vec::new(),
    }
}

/// A book laid out in files: what package document, contents and container have to agree on.
struct Layout<'b> {
    book: &'b Book,
    /// Never empty.
    title: Cow<'b, str>,
    /// Well-formed; `und` when unknown.
    language: String,
    contents_title: String,
    cover: Option<CoverFiles<'b>>,
    /// In reading order; the contents stand before `pages[contents_at]`.
    pages: Vec<LaidPage<'b>>,
    contents_at: usize,
    /// Where the story begins, as an index into `pages`.
    start: usize,
    toc: Vec<TocEntry>,
    pictures: Pictures<'b>,
}

struct LaidPage<'b> {
    entry: Entry<'b>,
    /// Never empty.
    documents: Vec<Document>,
}

impl LaidPage<'_> {
    /// The page's first file, relative to the package document.
    fn href(&self) -> String {
        format!("text/{}.xhtml", self.entry.stem)
    }
}

struct CoverFiles<'b> {
    kind: PictureKind,
    bytes: &'b [u8],
    /// The stem of the page that shows it.
    page: String,
    xhtml: String,
}

impl CoverFiles<'_> {
    fn file_name(&self) -> String {
        format!("cover.{}", self.kind.extension())
    }
}

/// An entry of the table of contents with those below it.
struct TocEntry {
    /// Index into [`Layout::pages`].
    page: usize,
    below: Vec<TocEntry>,
}

impl<'b> Layout<'b> {
    fn new(book: &'b Book, source_pages: &'b [Page]) -> Self {
        let metadata = &book.metadata;
        let wording = &metadata.wording;
        let title = first_of([&metadata.title, &wording.untitled], "Untitled");
        let language = address::language_tag(&metadata.language).unwrap_or_else(|| "und".into());

        let mut stems = Names::default();
        // What the package has beside pages and pictures.
        for taken in ["nav", "ncx", "css", "cover", "cover-image", "identifier", "title"] {
            stems.stem(taken);
        }
        let toc = table_of_contents(source_pages);
        let mut entries = entries(source_pages, &title, &mut stems);
        for entry in toc.iter().filter(|entry| !entry.below.is_empty()) {
            let part = entries[entry.page].name.clone();
            entry.below.iter().for_each(|below| entries[below.page].part = Some(part.clone()));
        }
        let mut by_id = BTreeMap::new();
        for entry in &entries {
            by_id.entry(entry.page.id.as_str()).or_insert_with(|| entry.stem.clone());
        }
        let authors: Vec<_> = metadata.creators.iter().map(|creator| tidy(&creator.name)).collect();
        let authors =
            authors.iter().filter(|name| !name.is_empty()).map(AsRef::as_ref).collect::<Vec<&str>>().join(", ");
        let context = Context {
            title: &title,
            authors: &authors,
            language: &language,
            right_to_left: metadata.right_to_left,
            wording,
            stems: &by_id,
        };
        let pictures = Pictures::new(&book.images, &mut stems);
        let mut writer = Pages { context, pictures, stems, titles: Names::default(), anchors: Anchors::default() };

        let cover = book.cover.as_ref().and_then(|cover| {
            let kind = PictureKind::of(&cover.bytes)?;
            let name = first_of([&wording.cover], "Cover");
            let title = writer.title(&name, None);
            let alt = first_of([&cover.alt, &wording.cover], "Cover");
            let xhtml =
                cover_page(&writer.context, &title, &name, &alt, &format!("../images/cover.{}", kind.extension()));
            Some(CoverFiles { kind, bytes: &cover.bytes, page: "cover".into(), xhtml })
        });
        let contents_title = writer.title(&first_of([&wording.contents], "Contents"), None);
        let planned: Vec<_> = entries.iter().map(|entry| writer.plan(entry)).collect();
        let pages: Vec<_> = entries
            .into_iter()
            .zip(planned)
            .map(|(entry, planned)| LaidPage { documents: writer.write(&entry, planned), entry })
            .collect();
        let pictures = writer.pictures;

        let contents_at = usize::from(source_pages[0].kind == PageKind::TitlePage);
        let in_body = |matter| pages.iter().position(|page| page.entry.matter == matter);
        let start = in_body("bodymatter").unwrap_or(contents_at.min(pages.len() - 1));
        Layout { book, title, language, contents_title, cover, pages, contents_at, start, toc, pictures }
    }
}

/// The first of `texts` that says anything.
fn first_of<'a, const N: usize>(texts: [&'a str; N], otherwise: &'a str) -> Cow<'a, str> {
    texts.into_iter().map(tidy).find(|text| !text.is_empty()).unwrap_or(Cow::Borrowed(otherwise))
}

fn entries<'b>(pages: &'b [Page], title: &str, stems: &mut Names) -> Vec<Entry<'b>> {
    let matters = content::matters(pages);
    let entry = |(page, matter): (&'b Page, _)| Entry {
        page,
        stem: stems.stem(&page.id),
        name: first_of([&page.title], title).into_owned(),
        part: None,
        matter,
    };
    pages.iter().zip(matters).map(entry).collect()
}

/// Two levels at most, whatever the pages say: Kindle and Kobo show no more. A page of level 2 without one of level 1
/// before it stands on level 1. A book in which no page wants to be listed lists the first of its story.
fn table_of_contents(pages: &[Page]) -> Vec<TocEntry> {
    let mut toc: Vec<TocEntry> = Vec::new();
    for (page, level) in pages.iter().enumerate().filter_map(|(index, page)| Some((index, page.toc_level?))) {
        let entry = TocEntry { page, below: Vec::new() };
        match toc.last_mut() {
            Some(part) if level >= 2 => part.below.push(entry),
            _ => toc.push(entry),
        }
    }
    if toc.is_empty() {
        let page = pages.iter().position(|page| matches!(page.kind, PageKind::Story(_))).unwrap_or(0);
        toc.push(TocEntry { page, below: Vec::new() });
    }
    toc
}

/// The cover as a page of its own: a plain picture, which is what Kobo shows well and what can be described in words.
fn cover_page(context: &Context, title: &str, name: &str, alt: &str, file: &str) -> String {
    let frame = Frame {
        title,
        language: context.language,
        right_to_left: context.right_to_left,
        stylesheet: "../css/book.css",
        matter: Some("frontmatter"),
    };
    frame.write(|xml| {
        xml.element("section", &[("class", "cover"), ("epub:type", "cover"), ("aria-label", name)], |xml| {
            xml.newline();
            xml.void("img", &[("src", file), ("alt", alt), ("role", "doc-cover")]);
            xml.newline();
        });
    })
}
