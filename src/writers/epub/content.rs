//! Pages as XHTML: which semantics a page has, how its elements look, where its footnotes go. A page that is too long for
//! small readers becomes several files. Pages are first planned, which tells the file of every note and of every place that
//! leads to one, and then written with their links.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::model::block::Block;
use crate::model::book::{
    Element, LinkedItem, LinkedPage, NoteForm, Page, PageFootnote, PageKind, PageNote, Way, WayTarget, Wording,
};
use crate::model::note::{NoteKind, NotePlace};
use crate::model::story::{Heading, Role};
use crate::model::text::Inline;

use super::blocks::has_content;
use super::divide;
use super::names::Names;
use super::pictures::Pictures;
use super::xhtml::Frame;
use super::xml::{Xml, tidy};

/// A file larger than this is divided. Readers of the Adobe line refuse more than 300 KB and slow down long before.
pub const LARGEST_FILE: usize = 260_000;

/// What pages need to know of the book around them.
pub struct Context<'a> {
    /// What the pages are part of: the book, or a story of it.
    pub name: &'a str,
    /// Stands behind the name of each page in the title of its file.
    pub title: &'a str,
    /// The names of those who made it; empty when nobody is known.
    pub authors: &'a str,
    pub language: &'a str,
    pub right_to_left: bool,
    pub wording: &'a Wording,
    /// The file stem of each page, by the page's own id.
    pub stems: &'a BTreeMap<&'a str, String>,
    /// Those of pages that were laid out apart from these.
    pub beyond: &'a BTreeMap<&'a str, &'a str>,
}

impl Context<'_> {
    /// The file stem of a page, by the page's own id.
    fn stem_of(&self, page: &str) -> Option<&str> {
        self.stems.get(page).map(String::as_str).or_else(|| self.beyond.get(page).copied())
    }
}

/// A page and its place in the book.
pub struct Entry<'b> {
    pub page: &'b Page,
    /// Of its first file.
    pub stem: String,
    /// Its title on one tidy line; never empty.
    pub name: String,
    /// The name of the page of level 1 that it stands under, when its own level is 2.
    pub part: Option<String>,
    /// `frontmatter`, `bodymatter` or `backmatter`.
    pub matter: &'static str,
}

/// One XHTML file of the book.
pub struct Document {
    /// Also its id in the manifest.
    pub stem: String,
    pub xhtml: String,
}

impl Document {
    /// Its path in the container.
    pub fn path(&self) -> String {
        format!("EPUB/text/{}.xhtml", self.stem)
    }
}

/// What a kind of page is called in the vocabularies of EPUB and DPUB-ARIA.
struct Semantics {
    epub_type: &'static str,
    /// `None` where DPUB-ARIA has no such role.
    role: Option<&'static str>,
}

fn semantics(kind: PageKind) -> Semantics {
    let (epub_type, role) = match kind {
        PageKind::TitlePage | PageKind::Opening => ("titlepage", None),
        PageKind::Introduction => ("introduction", Some("doc-introduction")),
        // The contents themselves are the `nav`; these pages are for the eye.
        PageKind::Contents => ("toc-brief", None),
        PageKind::Index => ("index", Some("doc-index")),
        PageKind::Contributors => ("contributors", None),
        // "warning" is deprecated in favour of "notice".
        PageKind::Warnings | PageKind::WarningDetails => ("notice", Some("doc-notice")),
        PageKind::Preface | PageKind::Story(Role::Preface) => ("preface", Some("doc-preface")),
        PageKind::Afterword | PageKind::Story(Role::Afterword) => ("afterword", Some("doc-afterword")),
        PageKind::Endnotes => ("endnotes", Some("doc-endnotes")),
        // What an author says beside a story supplements it; no term is nearer.
        PageKind::Notes => ("appendix", Some("doc-appendix")),
        PageKind::Colophon => ("colophon", Some("doc-colophon")),
        // The vocabulary has no interlude; it is a chapter by another name.
        PageKind::Story(Role::Chapter | Role::Interlude) => ("chapter", Some("doc-chapter")),
        PageKind::Story(Role::Part) => ("part", Some("doc-part")),
        PageKind::Story(Role::Prologue) => ("prologue", Some("doc-prologue")),
        PageKind::Story(Role::Epilogue) => ("epilogue", Some("doc-epilogue")),
        PageKind::Story(Role::Foreword) => ("foreword", Some("doc-foreword")),
        PageKind::Story(Role::Introduction) => ("introduction", Some("doc-introduction")),
        PageKind::Story(Role::Dedication) => ("dedication", Some("doc-dedication")),
        PageKind::Story(Role::Epigraph) => ("epigraph", Some("doc-epigraph")),
        PageKind::Story(Role::Appendix) => ("appendix", Some("doc-appendix")),
        PageKind::Story(Role::Acknowledgments) => ("acknowledgments", Some("doc-acknowledgments")),
    };
    Semantics { epub_type, role }
}

/// Which of the three matters of a book each page belongs to. Pages of the story that stand between chapters are part of
/// the body, whatever they are called: an anthology has a foreword in its middle.
pub fn matters(pages: &[Page]) -> Vec<&'static str> {
    let is_body = |kind: PageKind| {
        matches!(kind, PageKind::Story(Role::Chapter | Role::Interlude | Role::Part | Role::Prologue | Role::Epilogue))
    };
    let first = pages.iter().position(|page| is_body(page.kind));
    let last = pages.iter().rposition(|page| is_body(page.kind));
    let place = |index: usize, kind: PageKind| match (kind, first, last) {
        (
            PageKind::Afterword | PageKind::Endnotes | PageKind::Notes | PageKind::WarningDetails | PageKind::Colophon,
            ..,
        )
        | (PageKind::Index | PageKind::Contributors, ..) => "backmatter",
        (PageKind::TitlePage | PageKind::Warnings | PageKind::Preface, ..)
        | (PageKind::Introduction | PageKind::Contents, ..) => "frontmatter",
        (_, Some(first), _) if index < first => "frontmatter",
        (_, _, Some(last)) if index > last => "backmatter",
        _ => "bodymatter",
    };
    pages.iter().enumerate().map(|(index, page)| place(index, page.kind)).collect()
}

/// Writes the pages of a book one after the other.
pub struct Pages<'c, 'b> {
    pub context: Context<'c>,
    pub pictures: Pictures<'b>,
    /// File stems and ids of the whole package.
    pub stems: Names,
    /// The titles of all its files.
    pub titles: Names,
    pub anchors: Anchors,
}

/// Which file has each note that stands elsewhere than it is called, and which file calls it first.
#[derive(Default)]
pub struct Anchors {
    /// What is known of a key. Its number makes its ids: no two keys of a book share one.
    by_key: BTreeMap<String, Anchor>,
}

#[derive(Default)]
struct Anchor {
    number: usize,
    /// The file that has the note, and its mark where it has one.
    note: Option<(String, String)>,
    /// The file that has the first link to it.
    place: Option<String>,
}

impl Anchors {
    fn learn(&mut self, found: Found, stem: &str) {
        let next = |anchors: &BTreeMap<String, Anchor>| Anchor { number: anchors.len() + 1, ..Anchor::default() };
        for (key, mark) in found.notes {
            let new = next(&self.by_key);
            self.by_key.entry(key).or_insert(new).note.get_or_insert((stem.to_owned(), mark));
        }
        for key in found.places {
            let new = next(&self.by_key);
            self.by_key.entry(key).or_insert(new).place.get_or_insert(stem.to_owned());
        }
    }
}

impl Anchor {
    /// What leads to the note, from the file `from`; `None` when no page has it.
    fn to_note(&self, from: &str) -> Option<String> {
        self.note.as_ref().map(|(stem, _)| address(stem, from, "said", self.number))
    }

    /// What leads back to where the note stood; `None` when nothing leads to it.
    fn to_place(&self, from: &str) -> Option<String> {
        self.place.as_ref().map(|stem| address(stem, from, "place", self.number))
    }
}

fn address(stem: &str, from: &str, kind: &str, number: usize) -> String {
    if stem == from { format!("#{kind}-{number}") } else { format!("{stem}.xhtml#{kind}-{number}") }
}

/// Keys that a file was found to have.
#[derive(Default)]
struct Found {
    /// Of notes, with their marks.
    notes: Vec<(String, String)>,
    /// Of places that lead to notes.
    places: Vec<String>,
}

/// A page that was laid out in files.
pub struct Planned {
    files: Vec<PlannedFile>,
    /// As far as they can be written without knowing where other pages have their notes.
    documents: Vec<Document>,
    /// Something on the page leads elsewhere, or is led to.
    is_linked: bool,
}

struct PlannedFile {
    stem: String,
    title: String,
    /// `None` when the file has the whole page.
    part: Option<divide::Part>,
    /// The label of a file that the page does not begin with.
    continues: Option<String>,
}

impl PlannedFile {
    fn file<'f>(&'f self, page: &'f Page, is_last: bool) -> File<'f> {
        let (elements, mid_paragraph) =
            self.part.as_ref().map_or((&page.elements, false), |part| (&part.elements, part.mid_paragraph));
        let continues = self.continues.as_deref().map(|label| Continuation { label, mid_paragraph });
        File { stem: &self.stem, title: &self.title, elements, continues, is_last }
    }
}

impl Pages<'_, '_> {
    /// The title of a file: its own name, then the book's. Where two would be the same, the name of the part that a page
    /// belongs to stands between them.
    pub fn title(&mut self, name: &str, part: Option<&str>) -> String {
        let book = self.context.title;
        let plain =
            if name == self.context.name || name.is_empty() { book.to_owned() } else { format!("{name} — {book}") };
        match part {
            Some(part) if !self.titles.is_free(&plain) => self.titles.title(format!("{name} — {part} — {book}")),
            _ => self.titles.title(plain),
        }
    }

    /// Lays a page out: in one file, or in several when it is long. After this the files of its notes are known.
    pub fn plan(&mut self, entry: &Entry) -> Planned {
        let page = entry.page;
        // The story of a single chapter has the book's title as well, and is better known by it alone.
        let is_title_page = matches!(page.kind, PageKind::TitlePage | PageKind::Opening);
        let title = if is_title_page && entry.name == self.context.name {
            self.title(self.context.authors, None)
        } else {
            self.title(&entry.name, entry.part.as_deref())
        };
        let whole = PlannedFile { stem: entry.stem.clone(), title, part: None, continues: None };
        let (document, found) = self.file(entry, &whole.file(page, true), &mut Notes::new(&page.footnotes));
        if document.xhtml.len() <= LARGEST_FILE {
            return self.planned(vec![whole], vec![(document, found)]);
        }
        // What the frame of a file takes: its title once, its heading perhaps, escaped.
        let frame = 4_000 + 12 * whole.title.len();
        let continued = tidy(&self.context.wording.continued).into_owned();
        let parts = divide::parts(page, LARGEST_FILE.saturating_sub(frame).max(LARGEST_FILE / 2), &continued);
        let count = parts.len();
        let mut first = Some(whole);
        let mut files = Vec::with_capacity(count);
        let mut written = Vec::with_capacity(count);
        let mut notes = Notes::new(&page.footnotes);
        for (index, part) in parts.into_iter().enumerate() {
            let file = match first.take() {
                Some(whole) => PlannedFile { part: Some(part), ..whole },
                None => {
                    let again = format!("{}, {continued}", entry.name);
                    let stem = self.stems.stem(&format!("{}-{}", entry.stem, index + 1));
                    let title = self.title(&again, entry.part.as_deref());
                    PlannedFile { stem, title, part: Some(part), continues: Some(again) }
                }
            };
            written.push(self.file(entry, &file.file(page, index + 1 == count), &mut notes));
            files.push(file);
        }
        self.planned(files, written)
    }

    fn planned(&mut self, files: Vec<PlannedFile>, written: Vec<(Document, Found)>) -> Planned {
        let mut is_linked = false;
        let mut documents = Vec::with_capacity(written.len());
        for (document, found) in written {
            is_linked |= !(found.notes.is_empty() && found.places.is_empty());
            self.anchors.learn(found, &document.stem);
            documents.push(document);
        }
        Planned { files, documents, is_linked }
    }

    /// Writes a page, once all are planned.
    pub fn write(&mut self, entry: &Entry, planned: Planned) -> Vec<Document> {
        if !planned.is_linked {
            return planned.documents;
        }
        let mut notes = Notes::new(&entry.page.footnotes);
        let count = planned.files.len();
        let mut written = |(index, file): (usize, &PlannedFile)| {
            self.file(entry, &file.file(entry.page, index + 1 == count), &mut notes).0
        };
        planned.files.iter().enumerate().map(&mut written).collect()
    }

    fn file(&mut self, entry: &Entry, file: &File, notes: &mut Notes) -> (Document, Found) {
        let mut sheet = Sheet {
            xml: Xml::fragment(),
            context: &self.context,
            pictures: &mut self.pictures,
            anchors: &self.anchors,
            found: Found::default(),
            marked: BTreeSet::new(),
            notes,
            stem: file.stem,
            first: true,
            depth: 0,
            outline: Some(2),
            headed: false,
            last_heading: 1,
            sections: 0,
            labels: BTreeMap::from([(file.continues.as_ref().map_or(&*entry.name, |it| it.label).to_owned(), 1)]),
            in_link: false,
        };
        sheet.page(entry, file);
        let (body, found) = (sheet.xml, sheet.found);
        let frame = Frame {
            title: file.title,
            language: self.context.language,
            right_to_left: self.context.right_to_left,
            stylesheet: "../css/book.css",
            matter: Some(entry.matter),
        };
        (Document { stem: file.stem.to_owned(), xhtml: frame.write(|xml| xml.piece(&body)) }, found)
    }
}

/// What goes into one file of a page.
struct File<'f> {
    stem: &'f str,
    title: &'f str,
    elements: &'f [Element],
    /// `None` for the file that the page begins with.
    continues: Option<Continuation<'f>>,
    is_last: bool,
}

struct Continuation<'f> {
    label: &'f str,
    mid_paragraph: bool,
}

/// The footnotes of a page, and which of its files prints each.
struct Notes<'p> {
    footnotes: &'p [PageFootnote],
    by_key: BTreeMap<&'p str, usize>,
    /// The file that prints a footnote, once one of them has called it.
    printed_in: Vec<Option<String>>,
    /// Whether a link leads to it, so that it can lead back.
    linked: Vec<bool>,
    /// Called in the present file and not yet printed.
    waiting: VecDeque<usize>,
}

impl<'p> Notes<'p> {
    fn new(footnotes: &'p [PageFootnote]) -> Self {
        let mut by_key = BTreeMap::new();
        for (index, footnote) in footnotes.iter().enumerate() {
            by_key.entry(footnote.key.as_str()).or_insert(index);
        }
        let count = footnotes.len();
        Notes { footnotes, by_key, printed_in: vec![None; count], linked: vec![false; count], waiting: VecDeque::new() }
    }

    /// The mark of a footnote; its number where it has none.
    fn mark(&self, index: usize) -> String {
        let mark = tidy(&self.footnotes[index].mark);
        if mark.is_empty() { (index + 1).to_string() } else { mark.into_owned() }
    }
}

/// The file that is being written.
pub struct Sheet<'s, 'b, 'p> {
    pub xml: Xml,
    pub context: &'s Context<'s>,
    pub pictures: &'s mut Pictures<'b>,
    anchors: &'s Anchors,
    found: Found,
    /// Numbers of the notes to which a place of this file leads; the first place of each has an id.
    marked: BTreeSet<usize>,
    notes: &'s mut Notes<'p>,
    stem: &'s str,
    /// The next paragraph begins a text: it has no indent.
    pub first: bool,
    /// How many elements are open around the present place.
    pub depth: usize,
    /// The level of a heading at the present place; `None` where headings have no part in the outline.
    pub outline: Option<u8>,
    /// Whether the heading of the file stands.
    headed: bool,
    /// The level of the heading before.
    last_heading: u8,
    sections: usize,
    /// How often each label was used, since no two landmarks of a file may have the same.
    labels: BTreeMap<String, usize>,
    pub in_link: bool,
}

impl Sheet<'_, '_, '_> {
    fn page(&mut self, entry: &Entry, file: &File) {
        let Semantics { epub_type, role } = semantics(entry.page.kind);
        let class = if entry.page.kind == PageKind::Opening { "titlepage opening" } else { epub_type };
        let mut attributes = vec![("class", class)];
        match &file.continues {
            Some(continuation) => {
                // The part or chapter itself began in another file and must not be announced again.
                self.headed = true;
                // A new paragraph is indented as it would be within the page; the rest of one is not.
                self.first = continuation.mid_paragraph;
                attributes.push(("aria-label", continuation.label));
            }
            None => {
                attributes.push(("epub:type", epub_type));
                attributes.extend(role.map(|role| ("role", role)));
                attributes.push(("aria-labelledby", heading_ids(file.elements)));
            }
        }
        self.xml.open("section", &attributes);
        self.xml.newline();
        if file.continues.is_none() && !file.elements.iter().any(heads) {
            self.headed = true;
            self.xml.line("h1", &[("id", "heading")], &entry.name);
        }
        self.elements(file.elements);
        if file.is_last {
            for index in 0..self.notes.footnotes.len() {
                self.print_here(index);
            }
        }
        self.footnotes();
        self.xml.close("section");
    }

    fn elements(&mut self, elements: &[Element]) {
        for element in elements {
            self.element(element);
        }
    }

    fn element(&mut self, element: &Element) {
        match element {
            Element::Block(block) => return self.block(block),
            Element::TitleBlock { title, byline, above, below } => {
                above.iter().for_each(|line| self.title_line("above", line));
                let title = tidy(title);
                let title = if title.is_empty() { self.context.name } else { &title };
                self.heading(&Heading { label: None, ordinal: None, title: vec![Inline::text(title)] });
                self.title_line("byline", byline);
                below.iter().for_each(|line| self.title_line("below", line));
            }
            Element::Heading(heading) => self.heading(heading),
            Element::Subheading { level, text } => {
                let text = tidy(text);
                if !text.is_empty() {
                    let name = self.heading_name(*level);
                    self.xml.line(name, &[("class", "subheading")], &text);
                }
            }
            Element::Facts(facts) => self.facts(facts),
            Element::Note(note) => self.note(note),
            Element::NoteLink { key, text } => self.note_link(key, text),
            Element::Section { label, elements } => self.section(label, elements),
            Element::Items(items) => self.items(items),
            Element::LinkedItems(items) => self.linked_items(items),
            Element::Alert { text, way } => self.alert(text, way.as_ref()),
            Element::Landing { key } => return self.landing(key),
            Element::Links(pages) => self.links(pages),
            Element::PageLink { page, text } => self.page_link(page, text),
            Element::Small(text) => {
                let text = tidy(text);
                if !text.is_empty() {
                    self.xml.line("p", &[("class", "small")], &text);
                }
            }
        }
        self.first = true;
    }

    fn title_line(&mut self, class: &str, line: &str) {
        let line = tidy(line);
        if !line.is_empty() {
            self.xml.line("p", &[("class", class)], &line);
        }
    }

    /// The first heading of a page is its own; any other is one within it.
    fn heading(&mut self, heading: &Heading) {
        let label = heading.label.as_deref().map(tidy).filter(|label| !label.is_empty());
        let has_title = has_content(&heading.title);
        let is_of_page = !self.headed && self.outline == Some(2);
        let name = if is_of_page { "h1" } else { self.heading_name(2) };
        let id: &[_] = if is_of_page { &[("id", "heading")] } else { &[] };
        let label_attributes = [("class", "label"), ("id", "heading-label")];
        match label {
            Some(label) if has_title => {
                self.xml.markup("<hgroup>\n");
                self.xml.line("p", if is_of_page { &label_attributes } else { &label_attributes[..1] }, &label);
                self.xml.open(name, id);
                self.inlines(&heading.title);
                self.xml.close(name);
                self.xml.markup("\n</hgroup>\n");
            }
            Some(label) => self.xml.line(name, id, &label),
            None if has_title => {
                self.xml.open(name, id);
                self.inlines(&heading.title);
                self.xml.close(name);
                self.xml.newline();
            }
            None => return,
        }
        self.headed |= is_of_page;
    }

    /// The element for a heading of `level`, which is 2 to 6 and at most one deeper than the heading before.
    pub fn heading_name(&mut self, level: u8) -> &'static str {
        let level = level.clamp(2, 6).min(self.last_heading + 1);
        self.last_heading = level;
        ["h2", "h3", "h4", "h5", "h6"][usize::from(level.clamp(2, 6)) - 2]
    }

    fn facts(&mut self, facts: &[(String, String)]) {
        let tidied = facts.iter().map(|(name, value)| (tidy(name), tidy(value)));
        let facts: Vec<_> = tidied.filter(|(name, value)| !(name.is_empty() && value.is_empty())).collect();
        // A value without a name, or a name without a value, is a line between two lists.
        for run in facts.chunk_by(|a, b| is_pair(a) == is_pair(b)) {
            if !is_pair(&run[0]) {
                run.iter()
                    .for_each(|(name, value)| self.xml.line("p", &[("class", "fact")], &format!("{name}{value}")));
                continue;
            }
            self.xml.markup("<dl class=\"facts\">\n");
            for (name, value) in run {
                self.xml.markup("<div class=\"fact\"><dt>");
                self.xml.text(name.trim_end_matches(':'));
                self.xml.markup(":</dt> <dd>");
                self.xml.text(value);
                self.xml.markup("</dd></div>\n");
            }
            self.xml.markup("</dl>\n");
        }
    }

    fn note(&mut self, note: &PageNote) {
        if note.blocks.is_empty() && tidy(&note.label).is_empty() {
            return;
        }
        let id = note.key.as_deref().and_then(|key| self.here(key, &tidy(&note.label)));
        match note.form {
            NoteForm::Aside => self.aside(note, id.as_deref()),
            NoteForm::Section => self.note_section(note, id.as_deref()),
            NoteForm::Endnote => self.endnote(note, id.as_deref()),
        }
    }

    /// A plain `aside`: the vocabularies have nothing that means a note of an author's, and what is near is deprecated.
    fn aside(&mut self, note: &PageNote, id: Option<&str>) {
        let origin = origin(note);
        let label = tidy(&note.label);
        let name = tidy(&note.name);
        let class = match note.kind {
            NoteKind::Author => "note author-note",
            NoteKind::Editor => "note editor-note",
            NoteKind::Translator => "note translator-note",
            NoteKind::Summary => "note summary",
            NoteKind::Warning => "note warning",
            NoteKind::Disclaimer => "note disclaimer",
            NoteKind::Dedication => "note dedication",
            NoteKind::Thanks => "note thanks",
            NoteKind::Reply => "note reply",
            NoteKind::Feedback => "note feedback",
            NoteKind::Legend => "note legend",
            NoteKind::Glossary => "note glossary",
            NoteKind::Epigraph => "epigraph",
        };
        let unique = self.unique_label(if name.is_empty() { &label } else { &name });
        let (element, mut attributes) = if note.kind == NoteKind::Epigraph {
            ("blockquote", vec![("class", class), ("epub:type", "epigraph"), ("role", "doc-epigraph")])
        } else if unique.is_empty() {
            // Without a name it would be a landmark that nobody can tell from another.
            ("div", vec![("class", class)])
        } else {
            ("aside", vec![("class", class), ("aria-label", &*unique)])
        };
        attributes.extend(id.map(|id| ("id", id)));
        attributes.extend(origin.as_deref().map(|origin| ("data-note", origin)));
        self.xml.open(element, &attributes);
        self.xml.newline();
        if !label.is_empty() {
            self.xml.line("p", &[("class", "note-label")], &label);
        }
        self.apart(|sheet| sheet.blocks(&note.blocks));
        self.way_back(note);
        self.xml.close(element);
        self.xml.newline();
    }

    /// A note that is a section of its page, with what the vocabularies call it where they have a word.
    fn note_section(&mut self, note: &PageNote, id: Option<&str>) {
        let semantics = match note.kind {
            NoteKind::Dedication => Some(("dedication", "doc-dedication")),
            NoteKind::Thanks => Some(("acknowledgments", "doc-acknowledgments")),
            NoteKind::Epigraph => Some(("epigraph", "doc-epigraph")),
            NoteKind::Summary => Some(("abstract", "doc-abstract")),
            _ => None,
        };
        let origin = origin(note);
        let mut attributes = Vec::new();
        if let Some((epub_type, role)) = semantics {
            attributes.extend([("epub:type", epub_type), ("role", role)]);
        }
        attributes.extend(id.map(|id| ("id", id)));
        attributes.extend(origin.as_deref().map(|origin| ("data-note", origin)));
        let label = tidy(&note.label);
        if label.is_empty() {
            self.xml.open("section", &attributes);
            self.xml.newline();
            self.apart(|sheet| sheet.blocks(&note.blocks));
            self.way_back(note);
            self.xml.close("section");
            return self.xml.newline();
        }
        self.labelled_section(&label, &tidy(&note.name), &attributes, |sheet| {
            note.blocks.iter().for_each(|block| sheet.block(block));
            sheet.way_back(note);
        });
    }

    /// A footnote that stands on another page than its call.
    fn endnote(&mut self, note: &PageNote, id: Option<&str>) {
        let mut attributes = vec![("class", "footnote"), ("epub:type", "footnote"), ("role", "doc-footnote")];
        attributes.extend(id.map(|id| ("id", id)));
        let anchor = note.key.as_deref().and_then(|key| self.anchors.by_key.get(key));
        let back = anchor.and_then(|anchor| anchor.to_place(self.stem));
        let number = anchor.map_or(0, |anchor| anchor.number).to_string();
        let mark = tidy(&note.label);
        self.footnote(&attributes, if mark.is_empty() { &number } else { &mark }, back.as_deref(), &note.blocks);
    }

    /// The id of a note to which something may lead; `None` when nothing does.
    fn here(&mut self, key: &str, mark: &str) -> Option<String> {
        self.found.notes.push((key.to_owned(), mark.to_owned()));
        let anchor = self.anchors.by_key.get(key)?;
        let is_here = anchor.note.as_ref().is_some_and(|(stem, _)| stem == self.stem) && anchor.place.is_some();
        is_here.then(|| format!("said-{}", anchor.number))
    }

    /// The id of a place that leads to a note, for the first such place of the book.
    fn place_id(&mut self, key: &str) -> Option<String> {
        self.found.places.push(key.to_owned());
        let anchor = self.anchors.by_key.get(key)?;
        let is_first = anchor.place.as_deref() == Some(self.stem) && self.marked.insert(anchor.number);
        is_first.then(|| format!("place-{}", anchor.number))
    }

    /// The last line of a note that stands elsewhere than it stood.
    fn way_back(&mut self, note: &PageNote) {
        let Some(target) = note.key.as_deref().and_then(|key| self.anchors.by_key.get(key)?.to_place(self.stem)) else {
            return;
        };
        let text = tidy(&self.context.wording.back);
        self.xml.markup("<p class=\"way-back\">");
        let attributes = [("epub:type", "backlink"), ("role", "doc-backlink"), ("href", &*target)];
        self.xml.element("a", &attributes, |xml| xml.text(&text));
        self.xml.markup("</p>\n");
    }

    /// Where a note stood that stands elsewhere: a footnote of this page, or a note of this page or another.
    fn note_link(&mut self, key: &str, text: &str) {
        let text = tidy(text);
        if text.is_empty() {
            return;
        }
        self.xml.markup("<p class=\"note-link\">");
        if self.notes.by_key.contains_key(key) {
            self.xml.text(&text);
            self.note_reference(key);
        } else {
            let id = self.place_id(key);
            match self.anchors.by_key.get(key).and_then(|anchor| anchor.to_note(self.stem)) {
                Some(target) => {
                    let mut attributes = vec![("href", &*target)];
                    attributes.extend(id.as_deref().map(|id| ("id", id)));
                    self.xml.element("a", &attributes, |xml| xml.text(&text));
                }
                None => self.xml.text(&text),
            }
        }
        self.xml.markup("</p>\n");
    }

    fn unique_label(&mut self, label: &str) -> String {
        let count = self.labels.entry(label.to_owned()).or_insert(0);
        *count += 1;
        if *count == 1 { label.to_owned() } else { format!("{label} ({count})") }
    }

    fn section(&mut self, label: &str, elements: &[Element]) {
        let label = tidy(label);
        if label.is_empty() {
            return self.elements(elements);
        }
        self.labelled_section(&label, "", &[], |sheet| sheet.elements(elements));
    }

    /// A section headed by its label; `name` is what a screen reader calls it, if not the same.
    fn labelled_section(
        &mut self,
        label: &str,
        name: &str,
        attributes: &[(&'static str, &str)],
        inside: impl FnOnce(&mut Self),
    ) {
        self.sections += 1;
        let id = format!("section-{}", self.sections);
        let level = self.outline.unwrap_or(2);
        let spoken = if name.is_empty() || label.starts_with(name) { label } else { name };
        let unique = self.unique_label(spoken);
        let mut attributes = attributes.to_vec();
        attributes.push(if unique == label { ("aria-labelledby", &id) } else { ("aria-label", &unique) });
        self.xml.open("section", &attributes);
        self.xml.newline();
        let heading = self.heading_name(level);
        self.xml.line(heading, &[("id", &id)], label);
        self.first = true;
        let outline = self.outline.replace((level + 1).min(6));
        inside(self);
        self.outline = outline;
        self.xml.close("section");
        self.xml.newline();
    }

    fn items(&mut self, items: &[(String, Option<String>)]) {
        let tidied = items.iter().map(|(item, detail)| (tidy(item), detail.as_deref().map(tidy).unwrap_or_default()));
        let items: Vec<_> = tidied.filter(|(item, detail)| !(item.is_empty() && detail.is_empty())).collect();
        if items.is_empty() {
            return;
        }
        self.xml.markup("<ul class=\"items\">\n");
        for (item, detail) in items {
            self.xml.markup("<li>");
            self.xml.text(&item);
            if !detail.is_empty() {
                self.xml.markup("<br/>\n");
                self.xml.element("span", &[("class", "detail")], |xml| xml.text(&detail));
            }
            self.xml.markup("</li>\n");
        }
        self.xml.markup("</ul>\n");
    }

    fn linked_items(&mut self, items: &[LinkedItem]) {
        let items: Vec<_> = items.iter().filter(|item| !tidy(&item.text).is_empty()).collect();
        if items.is_empty() {
            return;
        }
        self.xml.markup("<ul class=\"items\">\n");
        for LinkedItem { text, detail, pages } in items {
            self.xml.markup("<li>");
            self.xml.text(&tidy(text));
            let detail = detail.as_deref().map(tidy).unwrap_or_default();
            if !(detail.is_empty() && pages.is_empty()) {
                self.xml.markup("<br/>\n<span class=\"detail\">");
                self.xml.text(&detail);
                for (index, (page, name)) in pages.iter().enumerate() {
                    if index > 0 || !detail.is_empty() {
                        self.xml.markup(" · ");
                    }
                    self.link_to_page(page, &tidy(name));
                }
                self.xml.markup("</span>");
            }
            self.xml.markup("</li>\n");
        }
        self.xml.markup("</ul>\n");
    }

    fn links(&mut self, pages: &[LinkedPage]) {
        let pages: Vec<_> = pages.iter().filter(|page| !tidy(&page.name).is_empty()).collect();
        if pages.is_empty() {
            return;
        }
        self.xml.markup("<ul class=\"links\">\n");
        for LinkedPage { page, name, detail } in pages {
            self.xml.markup("<li>");
            self.link_to_page(page, &tidy(name));
            let detail = detail.as_deref().map(tidy).unwrap_or_default();
            if !detail.is_empty() {
                self.xml.markup("<br/>\n");
                self.xml.element("span", &[("class", "detail")], |xml| xml.text(&detail));
            }
            self.xml.markup("</li>\n");
        }
        self.xml.markup("</ul>\n");
    }

    /// A link to a page, or its name alone when the book has no such page.
    fn link_to_page(&mut self, page: &str, name: &str) {
        match self.context.stem_of(page) {
            Some(stem) => self.xml.element("a", &[("href", &format!("{stem}.xhtml"))], |xml| xml.text(name)),
            None => self.xml.text(name),
        }
    }

    /// What the chapter below warns of, on a line of its own, with the way past it.
    fn alert(&mut self, text: &str, way: Option<&Way>) {
        let text = tidy(text);
        if text.is_empty() {
            return;
        }
        self.xml.markup("<p class=\"alert\">");
        self.xml.text(&text);
        match way.map(|way| (&way.target, tidy(&way.text))) {
            Some((WayTarget::Place(key), text)) => {
                self.found.places.push(key.clone());
                self.xml.markup(" ");
                match self.anchors.by_key.get(key).and_then(|anchor| anchor.to_note(self.stem)) {
                    Some(target) => self.xml.element("a", &[("href", &target)], |xml| xml.text(&text)),
                    None => self.xml.text(&text),
                }
            }
            Some((WayTarget::Page(page), text)) => {
                self.xml.markup(" ");
                self.link_to_page(page, &text);
            }
            None => {}
        }
        self.xml.markup("</p>\n");
    }

    /// An empty place: a reader that opens links to short texts in a window has nothing to open here.
    fn landing(&mut self, key: &str) {
        if let Some(id) = self.here(key, "") {
            self.xml.element("div", &[("id", &id)], |_| {});
            self.xml.newline();
        }
    }

    fn page_link(&mut self, page: &str, text: &str) {
        let stem = self.context.stem_of(page);
        let text = tidy(text);
        if text.is_empty() {
            return;
        }
        match stem {
            Some(stem) => {
                let file = format!("{stem}.xhtml");
                self.xml.markup("<p class=\"page-link\">");
                self.xml.element("a", &[("href", &file)], |xml| xml.text(&text));
                self.xml.markup("</p>\n");
            }
            None => self.xml.line("p", &[("class", "page-link")], &text),
        }
    }

    /// Sees to it that a footnote is printed: at the end of this file, unless an earlier one has it.
    fn print_here(&mut self, index: usize) {
        if self.notes.printed_in[index].is_none() {
            self.notes.printed_in[index] = Some(self.stem.to_owned());
            self.notes.waiting.push_back(index);
        }
    }

    /// The place where a footnote is called. One that no page has leaves nothing: it has no text in the book.
    pub fn note_reference(&mut self, key: &str) {
        let Some(&index) = self.notes.by_key.get(key) else { return self.endnote_reference(key) };
        let mark = in_text(self.notes.mark(index));
        self.print_here(index);
        if self.in_link {
            // A link within a link is no link; the mark still tells which note is meant.
            return self.xml.element("sup", &[], |xml| xml.text(&mark));
        }
        let file = self.notes.printed_in[index].as_deref().filter(|&file| file != self.stem);
        let target = match file {
            Some(file) => format!("{file}.xhtml#note-{}", index + 1),
            None => format!("#note-{}", index + 1),
        };
        let id = format!("ref-{}", index + 1);
        let attributes =
            [("class", "noteref"), ("epub:type", "noteref"), ("role", "doc-noteref"), ("href", &target), ("id", &id)];
        // The way back leads to the first call, which alone has an id.
        let is_first_call = file.is_none() && !std::mem::replace(&mut self.notes.linked[index], true);
        let attributes = if is_first_call { &attributes[..] } else { &attributes[..4] };
        self.xml.element("a", attributes, |xml| xml.element("sup", &[], |xml| xml.text(&mark)));
    }

    /// The place where a footnote is called that stands on another page.
    fn endnote_reference(&mut self, key: &str) {
        let id = if self.in_link { None } else { self.place_id(key) };
        let Some(anchor) = self.anchors.by_key.get(key) else { return };
        let (Some(target), Some((_, mark))) = (anchor.to_note(self.stem), &anchor.note) else { return };
        let mark = in_text(if mark.is_empty() { anchor.number.to_string() } else { mark.clone() });
        if self.in_link {
            return self.xml.element("sup", &[], |xml| xml.text(&mark));
        }
        let mut attributes =
            vec![("class", "noteref"), ("epub:type", "noteref"), ("role", "doc-noteref"), ("href", &*target)];
        attributes.extend(id.as_deref().map(|id| ("id", id)));
        self.xml.element("a", &attributes, |xml| xml.element("sup", &[], |xml| xml.text(&mark)));
    }

    /// Prints the footnotes that the file has called, and those that they call.
    fn footnotes(&mut self) {
        if self.notes.waiting.is_empty() {
            return;
        }
        self.xml.markup("<div class=\"footnotes\">\n");
        while let Some(index) = self.notes.waiting.pop_front() {
            let footnotes = self.notes.footnotes;
            let id = format!("note-{}", index + 1);
            let attributes = [("class", "footnote"), ("epub:type", "footnote"), ("role", "doc-footnote"), ("id", &id)];
            let back = self.notes.linked[index].then(|| format!("#ref-{}", index + 1));
            let mark = self.notes.mark(index);
            self.footnote(&attributes, &mark, back.as_deref(), &footnotes[index].blocks);
        }
        self.xml.markup("</div>\n");
    }

    fn footnote(&mut self, attributes: &[(&'static str, &str)], mark: &str, back: Option<&str>, blocks: &[Block]) {
        self.xml.open("aside", attributes);
        self.xml.newline();
        self.apart(|sheet| {
            sheet.xml.markup("<p class=\"first\">");
            match back {
                Some(target) => {
                    let attributes = [("epub:type", "backlink"), ("role", "doc-backlink"), ("href", target)];
                    sheet.xml.element("a", &attributes, |xml| xml.text(mark));
                }
                None => sheet.xml.text(mark),
            }
            match blocks.split_first() {
                Some((Block::Paragraph(paragraph), rest)) => {
                    sheet.xml.markup(" ");
                    sheet.inlines(&paragraph.inlines);
                    sheet.xml.markup("</p>\n");
                    sheet.first = false;
                    sheet.blocks(rest);
                }
                _ => {
                    sheet.xml.markup("</p>\n");
                    sheet.blocks(blocks);
                }
            }
        });
        self.xml.close("aside");
        self.xml.newline();
    }
}

/// A mark as it stands in the text: without its raised setting, as in a search or read aloud, a number would become one
/// word with the word before.
fn in_text(mark: String) -> String {
    if mark.chars().all(char::is_alphanumeric) { format!("[{mark}]") } else { mark }
}

/// Whether an element is the heading of its page.
fn heads(element: &Element) -> bool {
    match element {
        Element::TitleBlock { .. } => true,
        Element::Heading(heading) => {
            has_content(&heading.title) || heading.label.as_deref().is_some_and(|label| !tidy(label).is_empty())
        }
        _ => false,
    }
}

/// The ids of the lines that name a page: those of its heading, which has two when it has a label and a title.
fn heading_ids(elements: &[Element]) -> &'static str {
    match elements.iter().find(|element| heads(element)) {
        Some(Element::Heading(Heading { label: Some(label), title, .. }))
            if !tidy(label).is_empty() && has_content(title) =>
        {
            "heading-label heading"
        }
        _ => "heading",
    }
}

fn is_pair((name, value): &(Cow<str>, Cow<str>)) -> bool {
    !name.is_empty() && !value.is_empty()
}
/// Where a note stood, for whoever reads the book back: kind, place, the number of its chapter or `work`, its number
/// there; `own` when its label
/// is the author's.
fn origin(note: &PageNote) -> Option<String> {
    let origin = note.origin?;
    let place = match origin.place {
        NotePlace::Before => "before",
        NotePlace::After => "after",
    };
    let chapter = origin.chapter.map_or_else(|| "work".to_owned(), |chapter| (chapter + 1).to_string());
    let own = if origin.is_labelled { " own" } else { "" };
    Some(format!("{} {place} {chapter} {}{own}", note.kind.name(), origin.position + 1))
}
