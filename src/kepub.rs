//! An e-book of any program made over for Kobo's own readers: what is in the file stays, and its documents get the spans and
//! wrappers of [`writers::kepub`].
//!
//! Nothing in the book is believed about its own size, nothing outside it is touched, and what a shop has locked stays locked.

use std::collections::BTreeSet;

use crate::diagnostic::Diagnostic;
use crate::readers::archive::{Archive, LARGEST_TEXT, resolve};
use crate::readers::epub::markup::as_html;
use crate::readers::html::dom::{NodeId, Page};
use crate::readers::html::mended::mended;
use crate::readers::xml::{Id, Tree};
use crate::source::{self, DecodeOptions};
use crate::writers::Compression;
use crate::writers::epub::{Container, Packed};
use crate::writers::kepub::{Changes, Unfit, document, first_page, package};

const CONTAINER: &str = "META-INF/container.xml";

/// Bytes of the list of what a book consists of.
const LARGEST_PACKAGE: u64 = 8 << 20;

/// The longest path of a member that is carried over; longer ones fit no file system either.
const LONGEST_PATH: usize = 1024;

/// An e-book with Kobo's spans: the bytes of a `.kepub.epub`. The same book gives the same bytes.
///
/// # Errors
/// When it is no e-book, a damaged or an encrypted one, or one made to do harm. The diagnostic says what to do.
pub fn convert(bytes: &[u8]) -> Result<Vec<u8>, Diagnostic> {
    let mut archive = Archive::open(bytes)?;
    let container = archive.read(CONTAINER, 1 << 16)?.ok_or_else(no_book)?;
    let rootfile = xml(&container)?;
    let rootfile =
        rootfile.descendants(Tree::ROOT).find_map(|id| rootfile.attribute(id, "full-path").map(str::to_owned));
    let package_path = rootfile.ok_or_else(no_book)?;
    let package_text = text(&archive.read(&package_path, LARGEST_PACKAGE)?.ok_or_else(no_book)?)?;
    let book = Listed::of(&package_text, &package_path);
    refuse_encrypted(&mut archive, &book)?;

    let cover = book.unnamed_cover().map(str::to_owned);
    let page = if begins_with_text(&mut archive, &book)? { Some(book.first_page(&archive)) } else { None };
    let changes = Changes {
        cover: cover.as_deref(),
        first_page: page.as_ref().map(|page| (page.id.as_str(), page.href.as_str())),
    };
    let package_text = package(&package_text, &changes).map_err(|_| damaged("its package document is no XML"))?;

    let mut out = Filling(Container::with_rootfiles(Vec::new(), &container, Compression::Default).expect(MEMORY));
    out.add(&package_path, package_text.as_bytes());
    if let Some(page) = &page {
        out.add(&page.path, with_spans(&page.xhtml, &page.path)?.as_bytes());
    }
    let names: Vec<String> = archive.names().map(str::to_owned).collect();
    for name in names {
        if ["mimetype", CONTAINER, &package_path].contains(&name.as_str()) || book.is_noise(&name) {
            continue;
        }
        if name.len() > LONGEST_PATH {
            return Err(damaged("a name in it is longer than any file's"));
        }
        let Some(member) = archive.read(&name, LARGEST_TEXT)? else { continue };
        if book.documents.contains(&name) {
            let dressed = with_spans(&text(&member)?, &name)?;
            drop(member);
            out.add(&name, dressed.as_bytes());
        } else if is_packed(&member) {
            out.store(name, member);
        } else {
            out.add(&name, &member);
        }
    }
    Ok(out.0.finish().expect(MEMORY))
}

/// A book being written into memory.
struct Filling(Container<Vec<u8>>);

const MEMORY: &str = "memory takes every byte";

impl Filling {
    fn add(&mut self, path: &str, bytes: &[u8]) {
        self.0.add(path, bytes).expect(MEMORY);
    }

    fn store(&mut self, path: String, bytes: Vec<u8>) {
        self.0.add_packed(&Packed::stored(path, bytes)).expect(MEMORY);
    }
}

/// A document with spans; a broken one is mended first, by the rules of browsers.
fn with_spans(text: &str, name: &str) -> Result<String, Diagnostic> {
    let made = match document(text) {
        Err(Unfit::IllFormed) => document(&mended(&as_html(text))),
        made => made,
    };
    made.map_err(|unfit| match unfit {
        Unfit::IllFormed => damaged(&format!("`{name}` is no page that can be understood")),
        Unfit::TooLarge => {
            Diagnostic::error("book-hostile", format!("`{name}` would be larger than a page of a book is"))
                .hint("this is no ordinary e-book; do not open it elsewhere either")
        }
    })
}

fn text(bytes: &[u8]) -> Result<String, Diagnostic> {
    if bytes.is_empty() {
        return Ok(String::new());
    }
    // References are notation, and what seems damaged may be meant: the book is not ours.
    let options = DecodeOptions { repair: false, encoding: None, keep_entities: true };
    let decoded = source::decode(bytes, &options).map_err(|_| damaged("a document in it is no text"))?;
    Ok(decoded.value.text)
}

fn xml(bytes: &[u8]) -> Result<Tree, Diagnostic> {
    Ok(Tree::parse(&text(bytes)?))
}

fn no_book() -> Diagnostic {
    Diagnostic::error("no-book", "this is no e-book: it names no package document")
        .hint("name an EPUB file; a story becomes one by `bindery build`")
}

fn damaged(why: &str) -> Diagnostic {
    Diagnostic::error("book-damaged", format!("the e-book cannot be made over: {why}"))
        .hint("download it again, or have calibre repair it")
}

/// What the package document lists.
#[derive(Default)]
struct Listed {
    /// Where the package document is.
    path: String,
    items: Vec<Item>,
    /// Paths of documents with text.
    documents: BTreeSet<String>,
    /// Index of the first item that is read, into `items`.
    first: Option<usize>,
    cover: Option<String>,
    title: String,
    authors: String,
    language: String,
}

struct Item {
    id: String,
    /// Within the archive; empty when the reference leads out of it.
    path: String,
    media_type: String,
    is_cover: bool,
}

impl Listed {
    fn of(text: &str, path: &str) -> Listed {
        let tree = Tree::parse(text);
        let local = |id: Id| tree.name(id).rsplit(':').next().unwrap_or_default();
        let value = |id: Id, name: &str| tree.attribute(id, name).unwrap_or_default().to_owned();
        let mut listed = Listed { path: path.to_owned(), ..Listed::default() };
        let mut authors = Vec::new();
        let mut spine = None;
        for id in tree.descendants(Tree::ROOT) {
            match local(id) {
                "item" => listed.items.push(Item {
                    id: value(id, "id"),
                    path: resolve(path, &value(id, "href")).unwrap_or_default(),
                    media_type: value(id, "media-type"),
                    is_cover: value(id, "properties").split_ascii_whitespace().any(|word| word == "cover-image"),
                }),
                "itemref" if spine.is_none() && value(id, "linear") != "no" => spine = Some(value(id, "idref")),
                "meta" if value(id, "name") == "cover" && listed.cover.is_none() => {
                    listed.cover = Some(value(id, "content"));
                }
                "title" if listed.title.is_empty() => listed.title = tidy(&tree.all_text(id)),
                "creator" => authors.push(tidy(&tree.all_text(id))),
                "language" if listed.language.is_empty() => listed.language = tidy(&tree.all_text(id)),
                _ => {}
            }
        }
        listed.authors = authors.join(", ");
        listed.first = spine.and_then(|idref| listed.items.iter().position(|item| item.id == idref));
        listed.documents =
            listed.items.iter().filter(|item| item.is_document()).map(|item| item.path.clone()).collect();
        listed
    }

    /// The id of the cover's picture, when it is named in the way of EPUB 2, which Kobo does not look for.
    fn unnamed_cover(&self) -> Option<&str> {
        let id = self.cover.as_deref().unwrap_or("cover");
        let none_named = self.items.iter().all(|item| !item.is_cover);
        let item = self.items.iter().find(|item| item.id == id && item.media_type.starts_with("image/"));
        item.filter(|_| none_named).map(|item| item.id.as_str())
    }

    /// Files that programs and systems leave in books.
    fn is_noise(&self, path: &str) -> bool {
        let name = path.rsplit('/').next().unwrap_or_default().to_lowercase();
        let left = ["calibre_bookmarks.txt", "itunesmetadata.plist", "itunesartwork.plist", ".ds_store", "thumbs.db"];
        let is_left = left.contains(&name.as_str()) || path.starts_with("__MACOSX/");
        is_left && self.items.iter().all(|item| item.path != path)
    }

    fn first_page(&self, archive: &Archive) -> FirstPage {
        let mut id = "kobo-first-page".to_owned();
        let place = |id: &str| resolve(&self.path, &format!("{id}.xhtml")).unwrap_or_default();
        while archive.contains(&place(&id)) || self.items.iter().any(|item| item.id == id) {
            id.push('x');
        }
        let title = if self.title.is_empty() { "—" } else { &self.title };
        let xhtml = first_page(title, &self.authors, &self.language);
        FirstPage { path: place(&id), href: format!("{id}.xhtml"), id, xhtml }
    }
}

struct FirstPage {
    id: String,
    /// As the package document refers to it.
    href: String,
    path: String,
    xhtml: String,
}

impl Item {
    fn is_document(&self) -> bool {
        let ending = self.path.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default();
        let is_named = matches!(ending.as_str(), "html" | "htm" | "xhtml");
        !self.path.is_empty()
            && (matches!(self.media_type.as_str(), "application/xhtml+xml" | "text/html")
                || is_named && !self.media_type.starts_with("image/"))
    }
}

fn tidy(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Fonts may be scrambled; a document that is cannot get spans.
fn refuse_encrypted(archive: &mut Archive, book: &Listed) -> Result<(), Diagnostic> {
    let Some(list) = archive.read("META-INF/encryption.xml", 4 << 20)? else { return Ok(()) };
    let list = xml(&list)?;
    let is_locked = list
        .descendants(Tree::ROOT)
        .filter_map(|id| list.attribute(id, "URI"))
        .filter_map(|uri| resolve("", uri))
        .any(|path| book.documents.contains(&path));
    match is_locked {
        true => Err(Diagnostic::error("book-encrypted", "the e-book is encrypted, so its text cannot be read")
            .hint("ask where you got it for a copy without a lock")),
        false => Ok(()),
    }
}

/// Whether a book begins with its text, by what its first document is called and how much is in it: kepubify's rule.
fn begins_with_text(archive: &mut Archive, book: &Listed) -> Result<bool, Diagnostic> {
    let Some(item) = book.first.map(|at| &book.items[at]).filter(|item| item.is_document()) else { return Ok(false) };
    let name = item.path.rsplit('/').next().unwrap_or_default().to_lowercase();
    if name.contains("cover") || name.contains("title") {
        return Ok(false);
    }
    let Some(bytes) = archive.read(&item.path, LARGEST_TEXT)? else { return Ok(false) };
    Ok(is_text(&text(&bytes)?))
}

fn is_text(document: &str) -> bool {
    let page = Page::parse(&as_html(document));
    let Some(body) = page.find(Page::ROOT, |id| page.name(id) == "body") else { return false };
    let (mut words, mut paragraphs, mut pictures) = (0, 0, 0);
    let mut stack: Vec<NodeId> = vec![body];
    while let Some(id) = stack.pop() {
        if let Some(text) = page.text(id) {
            words += text.split_whitespace().filter(|word| word.len() > 3).count();
            continue;
        }
        let Some((name, _)) = page.tag(id) else { continue };
        match &*name.local {
            // Paragraphs are counted, and the words in them are not.
            "p" => paragraphs += 1,
            "img" | "svg" => pictures += 1,
            "script" | "style" | "pre" | "audio" | "video" | "math" => {}
            _ => stack.extend(page.children(id)),
        }
    }
    paragraphs > 4 || words > 20 || (pictures == 0 && words < 5) || pictures > 4
}

/// Whether bytes are compressed already, as pictures, fonts for the web, sound and films are.
fn is_packed(bytes: &[u8]) -> bool {
    let starts: [&[u8]; 9] =
        [b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"RIFF", b"wOFF", b"wOF2", b"ID3", b"OggS", b"\xff\xfb"];
    starts.iter().any(|start| bytes.starts_with(start)) || bytes.get(4..8) == Some(b"ftyp")
}
