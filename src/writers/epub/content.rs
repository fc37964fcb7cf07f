//! Pages as XHTML: which semantics a page has, how its elements look, where its footnotes go. A page that is too long for
//! small readers becomes several files.

use std::borrow::Cow;
use std::collections::{BTreeMap, VecDeque};

use crate::model::block::Block;
use crate::model::book::{Element, Page, PageFootnote, PageKind, Wording};
use crate::model::note::NoteKind;
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
    pub title: &'a str,
    /// The names of those who made the book; empty when nobody is known.
    pub authors: &'a str,
    pub language: &'a str,
    pub right_to_left: bool,
    pub wording: &'a Wording,
    /// The file stem of each page, by the page's own id.
    pub stems: &'a BTreeMap<&'a str, String>,
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

/// What a kind of page is called in the vocabularies of EPUB and DPUB-ARIA.
struct Semantics {
    epub_type: &'static str,
    /// `None` where DPUB-ARIA has no such role.
    role: Option<&'static str>,
}

fn semantics(kind: PageKind) -> Semantics {
    let (epub_type, role) = match kind {
        PageKind::TitlePage => ("titlepage", None),
        // "warning" is deprecated in favour of "notice".
        PageKind::Warnings => ("notice", Some("doc-notice")),
        PageKind::Preface | PageKind::Story(Role::Preface) => ("preface", Some("doc-preface")),
        PageKind::Afterword | PageKind::Story(Role::Afterword) => ("afterword", Some("doc-afterword")),
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
        (PageKind::Afterword | PageKind::Colophon, ..) => "backmatter",
        (PageKind::TitlePage | PageKind::Warnings | PageKind::Preface, ..) => "frontmatter",
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
}

impl Pages<'_, '_> {
    /// The title of a file: its own name, then the book's. Where two would be the same, the name of the part that a page
    /// belongs to stands between them.
    pub fn title(&mut self, name: &str, part: Option<&str>) -> String {
        let book = self.context.title;
        let plain = if name == book || name.is_empty() { book.to_owned() } else { format!("{name} — {book}") };
        match part {
            Some(part) if !self.titles.is_free(&plain) => self.titles.title(format!("{name} — {part} — {book}")),
            _ => self.titles.title(plain),
        }
    }

    /// Writes a page: one file, or several when it is long.
    pub fn write(&mut self, entry: &Entry) -> Vec<Document> {
        let page = entry.page;
        // The story of a single chapter has the book's title as well, and is better known by it alone.
        let title = if page.kind == PageKind::TitlePage && entry.name == self.context.title {
            self.title(self.context.authors, None)
        } else {
            self.title(&entry.name, entry.part.as_deref())
        };
        let mut notes = Notes::new(&page.footnotes);
        let file = File { stem: &entry.stem, title: &title, elements: &page.elements, continues: None, is_last: true };
        let whole = self.file(entry, &file, &mut notes);
        if whole.len() <= LARGEST_FILE {
            return vec![Document { stem: entry.stem.clone(), xhtml: whole }];
        }
        // What the frame of a file takes: its title once, its heading perhaps, escaped.
        let frame = 4_000 + 12 * title.len();
        let continued = tidy(&self.context.wording.continued).into_owned();
        let parts = divide::parts(page, LARGEST_FILE.saturating_sub(frame).max(LARGEST_FILE / 2), &continued);
        let count = parts.len();
        let mut notes = Notes::new(&page.footnotes);
        let mut documents = Vec::with_capacity(count);
        for (index, part) in parts.iter().enumerate() {
            let again = format!("{}, {continued}", entry.name);
            let (stem, title, continues) = if index == 0 {
                (entry.stem.clone(), title.clone(), None)
            } else {
                let stem = self.stems.stem(&format!("{}-{}", entry.stem, index + 1));
                let continues = Continuation { label: &again, mid_paragraph: part.mid_paragraph };
                (stem, self.title(&again, entry.part.as_deref()), Some(continues))
            };
            let is_last = index + 1 == count;
            let file = File { stem: &stem, title: &title, elements: &part.elements, continues, is_last };
            let xhtml = self.file(entry, &file, &mut notes);
            documents.push(Document { stem, xhtml });
        }
        documents
    }

    fn file(&mut self, entry: &Entry, file: &File, notes: &mut Notes) -> String {
        let mut sheet = Sheet {
            xml: Xml::fragment(),
            context: &self.context,
            pictures: &mut self.pictures,
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
        let body = sheet.xml;
        let frame = Frame {
            title: file.title,
            language: self.context.language,
            right_to_left: self.context.right_to_left,
            stylesheet: "../css/book.css",
            matter: Some(entry.matter),
        };
        frame.write(|xml| xml.piece(&body))
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
        let mut attributes = vec![("class", epub_type)];
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
                let title = if title.is_empty() { self.context.title } else { &title };
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
            Element::Aside { kind, label, blocks } => self.aside(*kind, label, blocks),
            Element::Section { label, elements } => self.section(label, elements),
            Element::Items(items) => self.items(items),
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

    /// A plain `aside`: the vocabularies have nothing that means a note of an author's, and what is near is deprecated.
    fn aside(&mut self, kind: NoteKind, label: &str, blocks: &[Block]) {
        let label = tidy(label);
        if blocks.is_empty() && label.is_empty() {
            return;
        }
        let class = match kind {
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
        let unique = self.unique_label(&label);
        let (name, attributes) = if kind == NoteKind::Epigraph {
            ("blockquote", vec![("class", class), ("epub:type", "epigraph"), ("role", "doc-epigraph")])
        } else if label.is_empty() {
            // Without a name it would be a landmark that nobody can tell from another.
            ("div", vec![("class", class)])
        } else {
            ("aside", vec![("class", class), ("aria-label", &unique)])
        };
        self.xml.open(name, &attributes);
        self.xml.newline();
        if !label.is_empty() {
            self.xml.line("p", &[("class", "note-label")], &label);
        }
        self.apart(|sheet| sheet.blocks(blocks));
        self.xml.close(name);
        self.xml.newline();
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
        self.sections += 1;
        let id = format!("section-{}", self.sections);
        let level = self.outline.unwrap_or(2);
        let unique = self.unique_label(&label);
        let name = if unique == label { ("aria-labelledby", id.as_str()) } else { ("aria-label", unique.as_str()) };
        self.xml.open("section", &[name]);
        self.xml.newline();
        let name = self.heading_name(level);
        self.xml.line(name, &[("id", &id)], &label);
        self.first = true;
        let outline = self.outline.replace((level + 1).min(6));
        self.elements(elements);
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

    fn page_link(&mut self, page: &str, text: &str) {
        let stem = self.context.stems.get(page);
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

    /// The place where a footnote is called. A footnote that the page does not have leaves nothing: it has no text here.
    pub fn note_reference(&mut self, key: &str) {
        let Some(&index) = self.notes.by_key.get(key) else { return };
        let mut mark = self.notes.mark(index);
        if mark.chars().all(char::is_alphanumeric) {
            // Without its raised setting, as in a search or read aloud, it would become one word with the word before.
            mark = format!("[{mark}]");
        }
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
            self.xml.open("aside", &attributes);
            self.xml.newline();
            self.apart(|sheet| {
                sheet.xml.markup("<p class=\"first\">");
                sheet.backlink(index);
                let blocks = footnotes[index].blocks.as_slice();
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
        self.xml.markup("</div>\n");
    }

    fn backlink(&mut self, index: usize) {
        let mark = self.notes.mark(index);
        if self.notes.linked[index] {
            let target = format!("#ref-{}", index + 1);
            let attributes = [("epub:type", "backlink"), ("role", "doc-backlink"), ("href", &target)];
            self.xml.element("a", &attributes, |xml| xml.text(&mark));
        } else {
            self.xml.text(&mark);
        }
    }
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
