//! Books as EPUB files: what every one of them must hold, and what tools that others made say of them.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read};
use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

use bindery::model::anthology::Leaf;
use bindery::model::block::Block;
use bindery::model::book::{Book, Element as PageElement, NoteForm, Page, Wording, plain_page};
use bindery::model::warning::WarningState;
use bindery::writers::epub::{Closing, EpubOptions, EpubStream, Section, write_epub};
use bindery::writers::{Compression, WRITERS};
use zip::ZipArchive;

use crate::books;
use crate::markup::{self, Element};

/// A book that was written and read again.
struct Made {
    name: &'static str,
    book: Book,
    /// Paths in the order of the container.
    paths: Vec<String>,
    /// What is no picture.
    texts: BTreeMap<String, String>,
    package: Element,
}

impl Made {
    fn new(name: &'static str, book: Book) -> Self {
        let bytes = epub(&book);
        Self::read(name, book, bytes)
    }

    fn read(name: &'static str, book: Book, bytes: Vec<u8>) -> Self {
        let mut archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
        let mut paths = Vec::new();
        let mut texts = BTreeMap::new();
        for index in 0..archive.len() {
            let mut file = archive.by_index(index).unwrap();
            let path = file.name().unwrap().into_owned();
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes).unwrap();
            if let Ok(text) = String::from_utf8(bytes) {
                texts.insert(path.clone(), text);
            }
            paths.push(path);
        }
        let package = markup::parse(&texts["EPUB/package.opf"]);
        Made { name, book, paths, texts, package }
    }

    fn of(name: &str) -> &'static Self {
        all().iter().find(|made| made.name == name).expect("a book of that name")
    }

    fn document(&self, path: &str) -> Element {
        markup::parse(&self.texts[path])
    }

    fn text(&self, path: &str) -> &str {
        &self.texts[path]
    }

    /// Every XHTML file with its path.
    fn documents(&self) -> Vec<(&str, Element)> {
        let pages = self.texts.iter().filter(|(path, _)| path.ends_with(".xhtml"));
        pages.map(|(path, text)| (path.as_str(), markup::parse(text))).collect()
    }

    /// Paths of the spine, in order.
    fn spine(&self) -> Vec<String> {
        let items: BTreeMap<_, _> =
            self.package.named("item").into_iter().map(|item| (item.attribute("id"), item)).collect();
        let path =
            |reference: &Element| format!("EPUB/{}", items[&reference.attribute("idref")].attribute("href").unwrap());
        self.package.named("itemref").into_iter().map(path).collect()
    }

    /// The values of a property or Dublin Core element.
    fn values(&self, what: &str) -> Vec<String> {
        let is_meant = |element: &&Element| element.name == what || element.attribute("property") == Some(what);
        self.package.all().into_iter().filter(is_meant).map(Element::text).collect()
    }
}

fn epub(book: &Book) -> Vec<u8> {
    write_epub(book, &EpubOptions::default())
}

/// All books, made once for all tests.
fn all() -> &'static [Made] {
    static ALL: OnceLock<Vec<Made>> = OnceLock::new();
    ALL.get_or_init(|| books::all().into_iter().map(|(name, book)| Made::new(name, book)).collect())
}

fn words(text: &str) -> Vec<String> {
    let parts = text.split(|character: char| !character.is_alphanumeric());
    parts.filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

#[test]
fn the_container_is_as_ocf_wants_it() {
    for (name, book) in books::all() {
        let bytes = epub(&book);
        // Local header: no data descriptor, stored, 1980-01-01 00:00, 20 bytes, a name of eight bytes, no extra field.
        assert_eq!(&bytes[..8], b"PK\x03\x04\x0a\0\0\0", "{name}");
        assert_eq!(&bytes[8..14], b"\0\0\0\0\x21\0", "{name}");
        assert_eq!(&bytes[18..30], b"\x14\0\0\0\x14\0\0\0\x08\0\0\0", "{name}");
        assert_eq!(&bytes[30..58], b"mimetypeapplication/epub+zip", "{name}");
        let mut archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
        let mut names = BTreeSet::new();
        for index in 0..archive.len() {
            let file = archive.by_index_raw(index).unwrap();
            let path = file.name().unwrap().into_owned();
            assert!(path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-/".contains(&byte)), "{name}: {path}");
            assert!(names.insert(path.to_lowercase()), "{name}: {path} twice");
            assert_eq!(file.last_modified(), Some(zip::DateTime::default()), "{name}: {path}");
            assert_eq!(file.unix_mode(), Some(0o100_644), "{name}: {path}");
            let is_stored = path == "mimetype" || path.starts_with("EPUB/images/");
            let method = if is_stored { zip::CompressionMethod::Stored } else { zip::CompressionMethod::Deflated };
            assert_eq!(file.compression(), method, "{name}: {path}");
        }
    }
}

#[test]
fn files_stand_in_a_fixed_order() {
    let made = Made::of("lamp");
    assert_eq!(
        made.paths,
        [
            "mimetype",
            "META-INF/container.xml",
            "EPUB/package.opf",
            "EPUB/nav.xhtml",
            "EPUB/toc.ncx",
            "EPUB/css/book.css",
            "EPUB/images/cover.png",
            "EPUB/text/cover.xhtml",
            "EPUB/text/title-page.xhtml",
            "EPUB/text/warnings.xhtml",
            "EPUB/text/preface.xhtml",
            "EPUB/text/chapter-001.xhtml",
            "EPUB/text/chapter-002.xhtml",
            "EPUB/text/afterword.xhtml",
            "EPUB/text/colophon.xhtml",
        ]
    );
}

#[test]
fn the_same_book_gives_the_same_bytes() {
    for ((name, first), (_, second)) in books::all().into_iter().zip(books::all()) {
        assert!(epub(&first) == epub(&second), "{name}");
    }
}

#[test]
fn compression_changes_the_size_and_nothing_else() {
    let book = books::lamp();
    let sizes = [Compression::Fast, Compression::Default, Compression::Best]
        .map(|compression| write_epub(&book, &EpubOptions { compression, ..EpubOptions::default() }).len());
    assert!(sizes[0] > sizes[1] && sizes[1] >= sizes[2], "{sizes:?}");
}

#[test]
fn every_writer_has_its_row_and_works() {
    for writer in WRITERS {
        let bytes = (writer.write)(&books::lamp(), Compression::Fast);
        assert!(!bytes.is_empty(), "{}", writer.name);
    }
    assert_eq!(WRITERS.iter().map(|writer| writer.extension).collect::<Vec<_>>(), ["epub", "json", "kepub.epub"]);
}

#[test]
fn the_package_says_what_the_book_is() {
    let made = Made::of("lamp");
    assert_eq!(made.values("dc:title"), ["The Lamp on Hallow Rock"]);
    assert_eq!(made.values("dc:creator"), ["Ada Wren", "Bel Okoro"]);
    assert_eq!(made.values("dc:contributor"), ["bindery 0.1.0"]);
    assert_eq!(made.values("role"), ["aut", "edt", "bkp"]);
    assert_eq!(made.values("file-as"), ["Lamp on Hallow Rock, The", "Wren, Ada", "Okoro, Bel", "bindery 0.1.0"]);
    assert_eq!(made.values("dc:language"), ["en"]);
    assert_eq!(made.values("dcterms:modified"), ["2004-05-06T00:00:00Z"]);
    assert_eq!(made.values("dc:date"), ["2004-05-06"]);
    assert_eq!(made.values("dc:source"), ["https://example.org/lamp.txt?part=1&all"]);
    assert_eq!(made.values("dc:subject")[0], "Ghost story");
    assert_eq!(made.values("authority").len(), made.values("term").len());
    assert_eq!(made.values("term"), ["Major Character Death", "death"]);
    assert_eq!(made.values("belongs-to-collection"), ["Tales of the Outer Light", "Winter Exchange"]);
    assert_eq!(made.values("collection-type"), ["series", "series"]);
    assert_eq!(made.values("group-position"), ["2", "2.5"]);
    assert_eq!(made.values("schema:contentRating"), ["Teen And Up Audiences"]);
    assert_eq!(made.values("schema:typicalAgeRange"), ["13-"]);
    assert_eq!(made.values("bindery:warning-state"), ["stated"]);
    assert_eq!(made.values("bindery:warning"), ["Major Character Death", "Storm at sea, drowning"]);
    assert_eq!(made.values("bindery:scope"), ["work", "chapter"]);
    assert_eq!(made.values("bindery:chapter"), ["Chapter Two"]);
    assert!(made.values("dc:description")[0].starts_with("Teen And Up Audiences. Warnings: Major Character Death.\n"));
    let named: Vec<_> = made
        .package
        .named("meta")
        .into_iter()
        .filter_map(|meta| Some((meta.attribute("name")?, meta.attribute("content")?)))
        .collect();
    assert_eq!(
        named,
        [("calibre:series", "Tales of the Outer Light"), ("calibre:series_index", "2"), ("cover", "cover-image")]
    );
    assert_eq!(made.package.attribute("xml:lang"), Some("en"));
    let prefixes = made.package.attribute("prefix").unwrap();
    for prefix in ["dcterms", "marc", "schema", "bindery"] {
        assert!(prefixes.contains(&format!("{prefix}: ")), "{prefix}");
    }
}

#[test]
fn what_nobody_knows_is_not_stated() {
    let made = Made::of("bare");
    assert_eq!(made.values("dc:title"), ["Untitled"]);
    assert_eq!(made.values("dc:language"), ["und"]);
    assert!(made.values("dc:identifier")[0].starts_with("urn:uuid:"));
    assert_eq!(made.values("dcterms:modified"), ["1970-01-01T00:00:00Z"]);
    assert_eq!(made.values("bindery:warning-state"), ["unknown"]);
    for absent in [
        "dc:creator",
        "dc:contributor",
        "dc:date",
        "dc:publisher",
        "dc:source",
        "dc:rights",
        "dc:description",
        "dc:subject",
        "belongs-to-collection",
        "schema:contentRating",
        "schema:typicalAgeRange",
        "bindery:warning",
        "file-as",
    ] {
        assert!(made.values(absent).is_empty(), "{absent}");
    }
    assert!(!made.texts.contains_key("EPUB/text/cover.xhtml"));
    assert!(!made.text("EPUB/nav.xhtml").contains("cover"));
}

#[test]
fn silence_refusal_and_none_are_told_apart() {
    let states = [WarningState::Unknown, WarningState::Stated, WarningState::NoneApply, WarningState::Withheld];
    let said = states.map(|state| {
        let mut book = books::lamp();
        book.metadata.warning_state = state;
        Made::new("state", book).values("bindery:warning-state").remove(0)
    });
    assert_eq!(said, ["unknown", "stated", "none-apply", "withheld"]);
}

#[test]
fn unsound_metadata_is_left_out() {
    let made = Made::of("odd-metadata");
    assert!(made.values("dc:date").is_empty());
    assert!(made.values("group-position").is_empty());
    assert_eq!(made.values("dc:language"), ["en-US"]);
    assert_eq!(made.values("dc:creator").len(), 2);
    assert_eq!(made.values("role"), ["aut"]);
    assert_eq!(made.values("bindery:warning").len(), 1);
    assert_ne!(made.values("dc:identifier"), ["urn:uuid:not-a-uuid"]);
    assert_eq!(made.values("dc:title"), ["He said \"<b>No & never</b>\" — it's 'fine' ]]> --> &amp; 𝄞"]);
}

#[test]
fn manifest_container_and_spine_agree() {
    for made in all() {
        let listed: BTreeSet<_> =
            made.package.named("item").iter().map(|item| format!("EPUB/{}", item.attribute("href").unwrap())).collect();
        let held: BTreeSet<_> = made.paths.iter().skip(2).filter(|path| *path != "EPUB/package.opf").cloned().collect();
        assert_eq!(listed, held, "{}", made.name);
        let pages: BTreeSet<_> = held.iter().filter(|path| path.ends_with(".xhtml")).cloned().collect();
        let spine = made.spine();
        assert_eq!(spine.len(), pages.len(), "{}: each page once", made.name);
        assert_eq!(spine.into_iter().collect::<BTreeSet<_>>(), pages, "{}", made.name);
        assert!(made.package.all().iter().all(|element| element.attribute("linear").is_none()), "{}", made.name);
        let mut ids = BTreeSet::new();
        for id in made.package.all().iter().filter_map(|element| element.attribute("id")) {
            assert!(ids.insert(id), "{}: `{id}` twice", made.name);
        }
    }
}

/// Depth, label and target of each entry of the table of contents.
fn nav_entries(list: &Element, depth: usize, found: &mut Vec<(usize, String, String)>) {
    for item in list.children.iter().filter_map(element) {
        let link = item.children.iter().filter_map(element).next().unwrap();
        found.push((depth, link.text(), link.attribute("href").unwrap().to_owned()));
        item.children
            .iter()
            .filter_map(element)
            .filter(|child| child.name == "ol")
            .for_each(|list| nav_entries(list, depth + 1, found));
    }
}

fn ncx_entries(points: &Element, depth: usize, found: &mut Vec<(usize, String, String)>) {
    for point in points.children.iter().filter_map(element).filter(|child| child.name == "navPoint") {
        let label = point.children.iter().filter_map(element).find(|child| child.name == "navLabel").unwrap();
        let content = point.children.iter().filter_map(element).find(|child| child.name == "content").unwrap();
        found.push((depth, label.text(), content.attribute("src").unwrap().to_owned()));
        assert_eq!(point.attribute("playOrder"), Some(&*found.len().to_string()));
        ncx_entries(point, depth + 1, found);
    }
}

fn element(node: &markup::Node) -> Option<&Element> {
    match node {
        markup::Node::Element(element) => Some(element),
        markup::Node::Text(_) => None,
    }
}

fn toc(made: &Made) -> Vec<(usize, String, String)> {
    let nav = made.document("EPUB/nav.xhtml");
    let toc = nav.named("nav").into_iter().find(|nav| nav.attribute("epub:type") == Some("toc")).unwrap();
    let mut entries = Vec::new();
    nav_entries(toc.children.iter().filter_map(element).find(|child| child.name == "ol").unwrap(), 1, &mut entries);
    entries
}

#[test]
fn contents_are_in_order_and_the_ncx_mirrors_them() {
    for made in all() {
        let entries = toc(made);
        assert!(!entries.is_empty(), "{}", made.name);
        assert!(entries.iter().all(|(depth, label, _)| *depth <= 2 && !label.trim().is_empty()), "{}", made.name);
        let spine = made.spine();
        let places: Vec<_> = entries
            .iter()
            .map(|(_, _, href)| {
                spine.iter().position(|path| *path == format!("EPUB/{href}")).expect("a page of the spine")
            })
            .collect();
        assert!(places.is_sorted(), "{}", made.name);

        let ncx = made.document("EPUB/toc.ncx");
        let mut mirrored = Vec::new();
        ncx_entries(ncx.only("navMap"), 1, &mut mirrored);
        assert_eq!(entries, mirrored, "{}", made.name);
        let head = |name: &str| {
            let head = ncx.named("meta").into_iter().find(|meta| meta.attribute("name") == Some(name)).unwrap();
            head.attribute("content").unwrap().to_owned()
        };
        assert_eq!(head("dtb:depth"), entries.iter().map(|entry| entry.0).max().unwrap().to_string(), "{}", made.name);
        assert_eq!(vec![head("dtb:uid")], made.values("dc:identifier"), "{}", made.name);
    }
}

#[test]
fn contents_stand_behind_the_title_page_and_lead_where_they_say() {
    let made = Made::of("lamp");
    assert_eq!(
        made.spine()[..4],
        ["EPUB/text/cover.xhtml", "EPUB/text/title-page.xhtml", "EPUB/nav.xhtml", "EPUB/text/warnings.xhtml"]
    );
    let nav = made.document("EPUB/nav.xhtml");
    let landmarks = nav.named("nav").into_iter().find(|nav| nav.attribute("epub:type") == Some("landmarks")).unwrap();
    assert_eq!(landmarks.attribute("hidden"), Some("hidden"));
    let links: Vec<_> = landmarks
        .named("a")
        .into_iter()
        .map(|link| (link.attribute("epub:type").unwrap(), link.attribute("href").unwrap()))
        .collect();
    assert_eq!(
        links,
        [
            ("cover", "text/cover.xhtml"),
            ("toc", "#toc"),
            ("notice", "text/warnings.xhtml"),
            ("bodymatter", "text/chapter-001.xhtml")
        ]
    );
    let guide: Vec<_> = made
        .package
        .named("reference")
        .into_iter()
        .map(|reference| (reference.attribute("type").unwrap(), reference.attribute("href").unwrap()))
        .collect();
    assert_eq!(guide, [("cover", "text/cover.xhtml"), ("toc", "nav.xhtml"), ("text", "text/chapter-001.xhtml")]);
}

#[test]
fn unruly_levels_become_two() {
    let entries = toc(Made::of("unruly-contents"));
    assert_eq!(entries.iter().map(|entry| entry.0).collect::<Vec<_>>(), [1, 2, 2, 1, 2, 1, 2, 2, 2, 1]);
    let entries = toc(Made::of("anthology"));
    assert_eq!(
        entries.iter().filter(|entry| entry.0 == 1).map(|entry| entry.1.as_str()).collect::<Vec<_>>(),
        ["The Lamp", "The Stair", "The Cat", "About this book"]
    );
}

#[test]
fn every_page_is_whole_and_named() {
    for made in all() {
        let mut titles = BTreeSet::new();
        let language = made.values("dc:language").remove(0);
        let documents = made.documents();
        let ids: BTreeMap<&str, BTreeSet<&str>> = documents
            .iter()
            .map(|(path, document)| {
                (*path, document.all().into_iter().filter_map(|element| element.attribute("id")).collect())
            })
            .collect();
        for (path, document) in &documents {
            let place = format!("{}: {path}", made.name);
            assert_eq!(document.attribute("lang"), Some(&*language), "{place}");
            assert_eq!(document.attribute("xml:lang"), Some(&*language), "{place}");
            assert_eq!(document.only("meta").attribute("charset"), Some("utf-8"), "{place}");
            assert!(titles.insert(document.only("title").text()), "{place}: title twice");
            let elements = document.all();
            let with_id = elements.iter().filter(|element| element.attribute("id").is_some()).count();
            assert_eq!(with_id, ids[path].len(), "{place}: an id twice");
            for element in &elements {
                for named in element.attribute("aria-labelledby").unwrap_or_default().split_whitespace() {
                    assert!(ids[path].contains(named), "{place}: no {named}");
                }
                for attribute in element.attributes.keys() {
                    assert!(!attribute.starts_with("on") && attribute != "style", "{place}: {attribute}");
                }
                if element.name == "img" {
                    assert!(
                        element.attribute("alt").is_some_and(|alt| !alt.is_empty()),
                        "{place}: a picture without words"
                    );
                }
                if element.name == "a" {
                    assert!(!element.text().trim().is_empty(), "{place}: a link without a name");
                    check_target(made, path, element.attribute("href").unwrap(), &ids);
                }
                assert!(!["script", "iframe", "form", "center", "font"].contains(&&*element.name), "{place}");
            }
            check_outline(&place, document);
        }
    }
}

fn check_target(made: &Made, path: &str, href: &str, ids: &BTreeMap<&str, BTreeSet<&str>>) {
    if let Some((scheme, _)) = href.split_once(':') {
        assert!(["http", "https", "ftp", "mailto"].contains(&scheme), "{}: {href}", made.name);
        return;
    }
    let (file, fragment) = href.split_once('#').unwrap_or((href, ""));
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let target = if file.is_empty() { path.to_owned() } else { format!("{folder}/{file}") };
    let ids = ids.get(target.as_str()).unwrap_or_else(|| panic!("{}: {href} leads nowhere", made.name));
    assert!(fragment.is_empty() || ids.contains(fragment), "{}: {href} leads nowhere", made.name);
}

/// One heading of the first level in every file that begins something, none in others; no level skipped.
fn check_outline(place: &str, document: &Element) {
    let levels: Vec<u8> =
        document.all().iter().filter_map(|element| element.name.strip_prefix('h')?.parse().ok()).collect();
    let continues = document.named("section").first().is_some_and(|section| section.attribute("epub:type").is_none());
    let is_cover = place.ends_with("/cover.xhtml") && document.named("h1").is_empty();
    assert_eq!(levels.iter().filter(|&&level| level == 1).count(), usize::from(!continues && !is_cover), "{place}");
    let mut last = 1;
    for level in levels {
        assert!(level <= last + 1, "{place}: h{level} after h{last}");
        last = level;
    }
}

#[test]
fn titles_say_page_and_book() {
    let made = Made::of("lamp");
    let title = |path: &str| made.document(path).only("title").text();
    assert_eq!(title("EPUB/text/chapter-001.xhtml"), "Chapter One: What the Tide Brought In — The Lamp on Hallow Rock");
    assert_eq!(title("EPUB/nav.xhtml"), "Contents — The Lamp on Hallow Rock");
    let made = Made::of("anthology");
    let title = |path: &str| made.document(path).only("title").text();
    assert_eq!(title("EPUB/text/story-1-chapter-1.xhtml"), "Chapter 1 — Winter Light");
    assert_eq!(title("EPUB/text/story-2-chapter-1.xhtml"), "Chapter 1 — The Stair — Winter Light");
    let made = Made::of("single-chapter");
    let title = |path: &str| made.document(path).only("title").text();
    assert_eq!(title("EPUB/text/title-page.xhtml"), "Ada Wren — Moth");
    assert_eq!(title("EPUB/text/chapter-001.xhtml"), "Moth");
    assert_eq!(made.document("EPUB/text/chapter-001.xhtml").only("h1").text(), "Moth");
}

#[test]
fn pages_have_their_semantics() {
    let section = |made: &Made, path: &str| {
        let document = made.document(&format!("EPUB/text/{path}.xhtml"));
        let section = document.named("section")[0];
        let matter = document.only("body").attribute("epub:type").unwrap_or_default().to_owned();
        let attribute = |name: &str| section.attribute(name).unwrap_or_default().to_owned();
        [matter, attribute("epub:type"), attribute("role")].join(" ")
    };
    let lamp = Made::of("lamp");
    assert_eq!(section(lamp, "cover"), "frontmatter cover ");
    assert_eq!(section(lamp, "title-page"), "frontmatter titlepage ");
    assert_eq!(section(lamp, "warnings"), "frontmatter notice doc-notice");
    assert_eq!(section(lamp, "preface"), "frontmatter preface doc-preface");
    assert_eq!(section(lamp, "chapter-001"), "bodymatter chapter doc-chapter");
    assert_eq!(section(lamp, "afterword"), "backmatter afterword doc-afterword");
    assert_eq!(section(lamp, "colophon"), "backmatter colophon doc-colophon");
    let unruly = Made::of("unruly-contents");
    assert_eq!(section(unruly, "x"), "frontmatter dedication doc-dedication");
    assert_eq!(section(unruly, "x-7"), "bodymatter prologue doc-prologue");
    assert_eq!(section(unruly, "x-8"), "bodymatter part doc-part");
    assert_eq!(section(unruly, "x-10"), "bodymatter chapter doc-chapter");
    assert_eq!(section(unruly, "x-13"), "backmatter afterword doc-afterword");
    assert_eq!(section(Made::of("anthology"), "story-2-foreword"), "bodymatter foreword doc-foreword");
}

#[test]
fn a_chapter_looks_as_it_should() {
    let made = Made::of("lamp");
    let chapter = made.text("EPUB/text/chapter-001.xhtml");
    for expected in [
        "<section class=\"chapter\" epub:type=\"chapter\" role=\"doc-chapter\" aria-labelledby=\"heading-label heading\">\n<hgroup>\n\
         <p class=\"label\" id=\"heading-label\">Chapter One</p>\n<h1 id=\"heading\">What the Tide Brought In</h1>\n</hgroup>\n",
        "<aside class=\"note author-note\" aria-label=\"Author’s note\">\n<p class=\"note-label\">Author’s note</p>\n\
         <p class=\"first\">Sorry for the wait!",
        "</aside>\n<p class=\"first\">The boat came round the point",
        "</p>\n<p>“You’ll want the long hook,” said Ioan behind her. <i class=\"thought\">He has been dead a week,</i> she \
         thought, and reached for the hook <em>anyway</em>,",
        "<blockquote class=\"letter\">\n<p class=\"first\">My dear Tamsin,</p>\n<p>By the time",
        "<p class=\"end\">Your uncle, Ioan</p>\n</blockquote>\n<p>She folded it",
        "<hr class=\"scene\"/>\n<p class=\"first\">It took three matches.",
        "<div class=\"verse\">\n<div class=\"stanza\">\n<p class=\"line\">Light the lamp and mind the glass,</p>\n\
         <p class=\"line in-1\">let the long grey people pass,</p>\n",
        "<div class=\"flashback\">\n<p class=\"first\">She had been nine,",
        "<aside class=\"note author-note\" aria-label=\"Author’s note (2)\">",
    ] {
        assert!(chapter.contains(expected), "missing: {expected}\nin: {chapter}");
    }
    let chapter = made.text("EPUB/text/chapter-002.xhtml");
    for expected in [
        "aria-labelledby=\"heading\">\n<h1 id=\"heading\">Chapter Two</h1>\n<h2 class=\"subheading\">Hallow Rock, the ninth of \
         November</h2>\n<p class=\"first\">",
        "going down<a class=\"noteref\" epub:type=\"noteref\" role=\"doc-noteref\" href=\"#note-1\" id=\"ref-1\"><sup>[1]</sup></a>,",
        "<span class=\"small-caps\">no landing</span>",
        "<span lang=\"cy\" xml:lang=\"cy\">nos da</span>",
        "<p class=\"end-mark\">The End</p>\n<div class=\"footnotes\">\n<aside class=\"footnote\" epub:type=\"footnote\" \
         role=\"doc-footnote\" id=\"note-1\">\n<p class=\"first\"><a epub:type=\"backlink\" role=\"doc-backlink\" \
         href=\"#ref-1\">1</a> Low water was at six,",
    ] {
        assert!(chapter.contains(expected), "missing: {expected}\nin: {chapter}");
    }
}

#[test]
fn front_and_back_pages_look_as_they_should() {
    let made = Made::of("lamp");
    let page = |name: &str| made.text(&format!("EPUB/text/{name}.xhtml"));
    assert!(page("cover").contains(
        "<img src=\"../images/cover.png\" alt=\"The Lamp on Hallow Rock, by Ada Wren\" role=\"doc-cover\"/>"
    ));
    assert!(page("title-page").contains(
        "<p class=\"above\">Tales of the Outer Light, 2</p>\n<h1 id=\"heading\">The Lamp on Hallow Rock</h1>\n\
         <p class=\"byline\">by Ada Wren</p>\n<dl class=\"facts\">\n\
         <div class=\"fact\"><dt>Fandom:</dt> <dd>The Keeper’s Almanac</dd></div>\n"
    ));
    assert!(page("warnings").contains(
        "<ul class=\"items\">\n<li>Major Character Death</li>\n<li>Storm at sea, drowning<br/>\n<span class=\"detail\">Chapter 2</span></li>"
    ));
    assert!(
        page("warnings").contains("<p class=\"page-link\"><a href=\"chapter-001.xhtml\">Skip to the story</a></p>")
    );
    assert!(
        page("preface").contains(
            "<section aria-labelledby=\"section-1\">\n<h2 id=\"section-1\">Summary</h2>\n<p class=\"first\">"
        )
    );
    assert!(page("colophon").contains("<p class=\"small\">Bound with bindery 0.1.0.</p>"));
}

#[test]
fn nothing_that_a_page_says_is_lost() {
    for made in all() {
        let mut printed: BTreeMap<String, usize> = BTreeMap::new();
        let mut count = |text: &str| words(text).into_iter().for_each(|word| *printed.entry(word).or_default() += 1);
        for (_, document) in made.documents() {
            count(&document.text());
            document.named("img").iter().for_each(|image| count(image.attribute("alt").unwrap()));
        }
        let forbidden = |character: char| character.is_control() && !character.is_whitespace();
        let said: String = made.book.pages.iter().map(plain_page).collect::<Vec<_>>().join("\n").replace(forbidden, "");
        // A word longer than a file is cut, which another test looks at.
        for word in words(&said).into_iter().filter(|word| word.len() < 10_000) {
            let left = printed.entry(word.clone()).or_default();
            assert!(*left > 0, "{}: {word:?} is lost", made.name);
            *left -= 1;
        }
    }
}

#[test]
fn long_pages_are_divided_and_stay_whole() {
    for name in ["long", "one-paragraph"] {
        let made = Made::of(name);
        let mut divided = 0;
        for page in &made.book.pages {
            let is_of_page = |path: &&String| {
                let stem = path.strip_prefix("EPUB/text/").and_then(|path| path.strip_suffix(".xhtml"));
                let rest = stem.and_then(|stem| stem.strip_prefix(page.id.as_str()));
                rest.is_some_and(|rest| rest.chars().all(|character| character == '-' || character.is_ascii_digit()))
            };
            let files: Vec<_> = made.paths.iter().filter(is_of_page).collect();
            let mut text = String::new();
            for (index, path) in files.iter().enumerate() {
                assert!(made.text(path).len() <= 260_000, "{path}");
                let document = made.document(path);
                let section = document.named("section")[0];
                let label = section.attribute("aria-label");
                assert_eq!(label, (index > 0).then(|| format!("{}, continued", page.title)).as_deref(), "{path}");
                text += &section.text();
            }
            divided += usize::from(files.len() > 1);
            // Footnotes and the heads of tables and sections are repeated or moved; without them the order is the same.
            if page.footnotes.is_empty() && page.elements.iter().all(is_plain) {
                let said: String = words(&plain_page(page)).concat();
                let printed = words(&text).concat();
                assert!(printed == said || printed == words(&page.title).concat() + &said, "{name}: {}", page.id);
            }
        }
        assert!(divided >= 3, "{name}");
        assert_eq!(toc(made).len(), made.book.pages.len(), "{name}: only the first file is listed");
    }
    let made = Made::of("long");
    assert!(made.text("EPUB/text/lists-2.xhtml").contains("<ol start=\""), "numbers go on");
    let last = made.document("EPUB/text/noted-2.xhtml");
    assert!(last.named("a").iter().any(|link| link.attribute("href").unwrap().starts_with("noted.xhtml#note-")));
}

fn is_plain(element: &PageElement) -> bool {
    matches!(element, PageElement::Heading(_) | PageElement::Block(Block::Paragraph(_) | Block::Quote(_)))
}

#[test]
fn paragraphs_are_cut_behind_a_sentence() {
    let made = Made::of("one-paragraph");
    let text = made.document("EPUB/text/breath.xhtml").named("section")[0].text();
    assert!(text.trim_end().ends_with("counted it but she."), "{}", &text[text.len() - 80..]);
    let next = made.text("EPUB/text/breath-2.xhtml");
    assert!(next.contains("aria-label=\"Breath, continued\">\n<p class=\"first\">Wave"), "without an indent");
}

#[test]
fn footnotes_and_calls_find_each_other() {
    let made = Made::of("footnotes");
    let page = made.document("EPUB/text/chapter-001.xhtml");
    let notes: Vec<_> =
        page.named("aside").into_iter().filter(|aside| aside.attribute("role") == Some("doc-footnote")).collect();
    assert_eq!(notes.len(), 8, "each once, called or not");
    let back: Vec<_> =
        page.named("a").into_iter().filter(|link| link.attribute("role") == Some("doc-backlink")).collect();
    assert_eq!(back.len(), 4, "a, d, e and h are called by a link that is no link's part");
    assert!(notes.iter().all(|note| !note.text().trim().is_empty()));
}

#[test]
fn pictures_are_shown_when_sound_and_told_of_when_not() {
    let made = Made::of("pictures");
    assert!(made.paths.contains(&"EPUB/images/cover-2.png".to_owned()), "{:?}", made.paths);
    assert_eq!(made.paths.iter().filter(|path| path.starts_with("EPUB/images/")).count(), 3);
    let page = made.text("EPUB/text/cover-image-2.xhtml");
    assert!(page.contains("[A picture that was cut off]") && page.contains("[A drawing with a script in it]"));
    assert!(page.contains("alt=\"A map of the &quot;rock&quot; &amp; the sea\""));
    let features = made.values("schema:accessibilityFeature");
    assert!(!features.contains(&"alternativeText".to_owned()), "one picture has no description");
    assert_eq!(made.values("schema:accessMode"), ["textual", "visual"]);
    assert_eq!(made.values("schema:accessModeSufficient"), ["textual,visual"]);
    assert_eq!(made.values("schema:accessibilityHazard"), ["unknown"]);
}

#[test]
fn accessibility_is_stated_as_it_is() {
    let made = Made::of("lamp");
    assert_eq!(made.values("schema:accessMode"), ["textual"]);
    assert_eq!(made.values("schema:accessModeSufficient"), ["textual"]);
    assert_eq!(made.values("schema:accessibilityHazard"), ["none"]);
    assert_eq!(made.values("schema:accessibilitySummary").len(), 1);
    assert!(made.values("schema:accessibilityFeature").contains(&"alternativeText".to_owned()), "the cover has words");
    assert!(!Made::of("bare").values("schema:accessibilityFeature").contains(&"alternativeText".to_owned()));
    assert!(made.values("dcterms:conformsTo").is_empty(), "nobody has certified it");
}

#[test]
fn right_to_left_books_turn_everything() {
    let made = Made::of("right-to-left");
    assert_eq!(made.package.only("spine").attribute("page-progression-direction"), Some("rtl"));
    let page = made.document("EPUB/text/chapter-001.xhtml");
    assert_eq!(page.attribute("dir"), Some("rtl"));
    assert!(
        page.named("span")
            .iter()
            .any(|span| span.attribute("lang") == Some("en") && span.attribute("dir") == Some("ltr"))
    );
    assert!(made.text("EPUB/nav.xhtml").contains("<h1 id=\"heading\">תוכן העניינים</h1>"));
}

#[test]
fn only_addresses_that_hold_become_links() {
    let made = Made::of("links");
    let page = made.document("EPUB/text/chapter-001.xhtml");
    let targets: BTreeSet<_> = page.named("a").into_iter().map(|link| link.attribute("href").unwrap()).collect();
    assert_eq!(
        targets.into_iter().collect::<Vec<_>>(),
        [
            "ftp://example.org/pub/lamp.txt",
            "http://192.168.0.1:8080/",
            "http://[::1]/",
            "http://example.org:80/%25zz%20%5B1%5D%7C%7B2%7D%5C%5E%60",
            "https://example.org/",
            "https://example.org/a%20b?q=%22%3Cx%3E%22&y=%C3%A9#one%23two",
            "mailto:ada@example.org?subject=The%20Lamp%20&%20the%20cat",
        ]
    );
}

#[test]
fn the_stylesheet_leaves_the_text_to_the_reader() {
    let made = Made::of("bare");
    let mut sheet = String::new();
    for (index, part) in made.text("EPUB/css/book.css").split("/*").enumerate() {
        sheet += if index == 0 { part } else { part.split_once("*/").unwrap().1 };
    }
    assert_eq!(sheet.matches('{').count(), sheet.matches('}').count());
    for forbidden in [
        "color",
        "background",
        "position",
        "float",
        "unicode-bidi",
        "@import",
        "@font-face",
        "url(",
        "var(",
        "!important",
    ] {
        assert!(!sheet.contains(forbidden), "{forbidden}");
    }
    let declarations = sheet.split(['{', '}', ';']).filter_map(|part| part.trim().split_once(": "));
    for (property, value) in declarations {
        match property {
            "font-family" => assert_eq!(value, "monospace"),
            "text-indent" => assert!(["0", "1.2em", "-2em"].contains(&value), "{value}"),
            _ if property.starts_with("margin") || property.starts_with("padding") => {
                assert!(!value.contains('-'), "{value}")
            }
            "direction" => panic!("direction is for markup"),
            _ => {}
        }
        assert!(!value.contains("px") || property.starts_with("border"), "{property}: {value}");
    }
    // Rules for whole pages would set body text.
    assert!(
        sheet.split('}').all(|rule| !rule.trim_start().starts_with("body") && !rule.trim_start().starts_with("html {"))
    );
}

#[test]
fn deep_nesting_is_flattened() {
    let made = Made::of("everything");
    for (path, document) in made.documents() {
        assert!(depth(&document) < 64, "{path}");
    }
}

fn depth(root: &Element) -> usize {
    1 + root.children.iter().filter_map(element).map(depth).max().unwrap_or(0)
}

/// A page as it stands in the everything book, so that a new kind of element is not forgotten there.
#[test]
fn every_kind_of_element_is_written() {
    let made = Made::of("everything");
    let page: &Page = &made.book.pages[0];
    let mut kinds = BTreeSet::new();
    page.elements.iter().for_each(|element| {
        kinds.insert(match element {
            PageElement::TitleBlock { .. } => "<p class=\"byline\">",
            PageElement::Heading(_) => "<hgroup>",
            PageElement::Subheading { .. } => "class=\"subheading\">Level 3</h",
            PageElement::Facts(_) => "<dl class=\"facts\">",
            PageElement::Note(note) => match note.form {
                NoteForm::Aside => "<aside class=\"note glossary\" aria-label",
                NoteForm::Section => "<section epub:type=\"acknowledgments\" role=\"doc-acknowledgments\" aria-label",
                NoteForm::Endnote => "<aside class=\"footnote\" epub:type=\"footnote\"",
            },
            PageElement::NoteLink { .. } => "<p class=\"note-link\">A link to nothing</p>",
            PageElement::Section { .. } => "<section aria-label",
            PageElement::Items(_) => "<ul class=\"items\">",
            PageElement::LinkedItems(_) => "<span class=\"detail\">“a storm” · <a href=\"",
            PageElement::Links(_) => "<li>Nowhere</li>\n</ul>",
            PageElement::Alert { .. } => "<p class=\"alert\">Here: a storm. <a href=\"#said-",
            PageElement::Landing { .. } => "<div id=\"said-",
            PageElement::PageLink { .. } => "<p class=\"page-link\">",
            PageElement::Small(_) => "<p class=\"small\">",
            PageElement::Block(block) => match block {
                Block::Paragraph(_) => "<p class=\"center\">aligned</p>",
                Block::Subheading(_) => "<h2 class=\"subheading\">",
                Block::SceneBreak => "<hr class=\"scene\"/>",
                Block::Quote(_) => "<blockquote class=\"quote\">",
                Block::Letter(_) => "<blockquote class=\"letter\">",
                Block::Verse(_) => "<p class=\"line in-8\">two</p>",
                Block::Flashback(_) => "<div class=\"flashback\">",
                Block::List(_) => "<ol start=\"7\">",
                Block::Preformatted(_) => "<pre>\n  a\n\tb &lt; c\n</pre>",
                Block::Table(_) => "<thead>\n<tr>\n<th scope=\"col\">A</th>\n<td></td>\n</tr>\n</thead>",
                Block::Image(_) => {
                    "<figure class=\"picture\">\n<img src=\"../images/dot.gif\" alt=\"A dot\"/>\n<figcaption>Fig. 1"
                }
                Block::EndMark(_) => "<p class=\"end-mark\">Fin</p>",
            },
        });
    });
    kinds.extend([
        "<em>marked</em>",
        "<strong>marked</strong>",
        "<i class=\"thought\">marked</i>",
        "<span class=\"underline\">marked</span>",
        "<s>marked</s>",
        "<span class=\"small-caps\">marked</span>",
        "<sup>marked</sup>",
        "<sub>marked</sub>",
        "<code>marked</code>",
        "<br/>",
        "<span lang=\"ar\" xml:lang=\"ar\" dir=\"rtl\">سلام</span> nuqneH <img src=\"../images/dot.gif\" alt=\"a dot\"/> [a lost dot]",
        "<a href=\"https://example.org\">a link</a> no link",
        "<blockquote class=\"epigraph\" epub:type=\"epigraph\" role=\"doc-epigraph\">",
    ]);
    let text: String =
        made.texts.iter().filter(|(path, _)| path.contains("/text/")).map(|(_, text)| text.as_str()).collect();
    for expected in kinds {
        assert!(text.contains(expected), "missing: {expected}");
    }
}

/// Writes books to a folder and runs a tool on them; the tool says by itself when it is not there.
fn judge(tool: &str, books: Vec<(&'static str, Book)>) {
    let temporary = tempfile::tempdir().unwrap();
    let paths = books.iter().map(|(name, book)| {
        let path = temporary.path().join(name).with_extension("epub");
        std::fs::write(&path, epub(book)).unwrap();
        path
    });
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tools").join(tool);
    let output =
        Command::new("sh").arg(script).args(paths).stderr(std::process::Stdio::inherit()).output().expect("a shell");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

#[test]
fn epubcheck_has_nothing_to_say() {
    judge("epubcheck.sh", books::all());
}

#[test]
fn ace_finds_no_barrier() {
    // Each takes a browser some seconds, so the books that say nothing new to it are left out.
    let is_needed =
        |name: &str| !["long", "one-paragraph", "many-pages", "clashing-ids", "links", "no-pages"].contains(&name);
    judge("ace.sh", books::all().into_iter().filter(|(name, _)| is_needed(name)).collect());
}

/// Every book of the tests as two sections, one after the other, of one streamed book.
fn streamed(book: &Book) -> Made {
    let Wording { untitled, .. } = &book.metadata.wording;
    let name = if book.metadata.title.trim().is_empty() { untitled } else { &book.metadata.title };
    let title = format!("{name} — Twice");
    let mut stream = EpubStream::new(Vec::new(), EpubOptions::default()).unwrap();
    for prefix in ["a-", "b-"] {
        let section = Section {
            pages: &book.pages,
            images: &book.images,
            prefix,
            name,
            title: &title,
            authors: "",
            language: "en",
            right_to_left: false,
            wording: &book.metadata.wording,
            matter: Some("bodymatter"),
            apart: &[],
            beyond: BTreeMap::new(),
        };
        stream.add(section.lay_out().pack(&EpubOptions::default())).unwrap();
    }
    let all = 0..book.pages.len();
    let order = [0, 1].map(|section| Leaf::Section { section, pages: all.clone(), name: None, depth: 2 });
    let closing = Closing {
        metadata: &book.metadata,
        cover: None,
        pages: &[],
        order: &order,
        contents_at: Some(0),
        works: b"[]",
    };
    Made::read("streamed", book.clone(), stream.finish(&closing).unwrap())
}

#[test]
fn a_streamed_book_has_the_pages_of_a_whole_one() {
    for (name, book) in books::all().into_iter().filter(|(_, book)| !book.pages.is_empty()) {
        let (streamed, whole) = (streamed(&book), Made::of(name));
        assert_eq!(streamed.paths[..2], ["mimetype", "META-INF/container.xml"], "{name}");
        let texts = |made: &Made, prefix: &str| -> Vec<String> {
            let is_page = |path: &&String| path.starts_with(&format!("EPUB/text/{prefix}"));
            let spine = made.spine();
            let pages = spine.iter().filter(is_page).filter(|path| !path.ends_with("/cover.xhtml"));
            pages.map(|path| made.document(path).named("body")[0].text()).collect()
        };
        for prefix in ["a", "b"] {
            assert!(texts(&streamed, prefix) == texts(whole, ""), "{name}");
        }
        // A picture that both show is there once.
        let pictures = |made: &Made| {
            made.package
                .named("item")
                .into_iter()
                .filter(|item| {
                    item.attribute("media-type").unwrap().starts_with("image/")
                        && item.attribute("properties").is_none()
                })
                .count()
        };
        assert_eq!(pictures(&streamed), pictures(whole), "{name}");
    }
}
