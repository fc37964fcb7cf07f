//! A closed book: pages, order and metadata are decided, so that a writer only writes.

use serde::{Deserialize, Serialize};

use super::block::{Block, write_plain_blocks};
use super::note::{NoteClass, NoteKind, NotePlace};
use super::story::{Heading, Role};
use super::text::{Inlines, write_plain};
use super::warning::{Intensity, WarnedBy, WarningState};

/// A book ready to be written in any format.
#[derive(Debug, Clone)]
pub struct Book {
    pub metadata: BookMetadata,
    pub cover: Option<Cover>,
    /// In reading order; never empty. The writer adds what its format needs (cover page, contents).
    pub pages: Vec<Page>,
    pub images: Vec<BookImage>,
}

/// What the package says of the book.
#[derive(Debug, Clone, Default, Serialize)]
pub struct BookMetadata {
    /// `urn:uuid:…`; stays the same when the story grows.
    pub identifier: String,
    pub title: String,
    /// The title as it is filed: "Hound of the Baskervilles, The".
    pub title_sort: String,
    /// Empty when no author is known.
    pub creators: Vec<Agent>,
    pub contributors: Vec<Agent>,
    /// BCP 47; `und` when unknown.
    pub language: String,
    pub right_to_left: bool,
    /// `YYYY-MM-DDThh:mm:ssZ`.
    pub modified: String,
    /// W3CDTF: a year, a month or a day.
    pub published: Option<String>,
    /// Plain text; its first line names rating and warnings when there are any.
    pub description: Option<String>,
    /// Genre first, content warnings last.
    pub subjects: Vec<Subject>,
    pub series: Vec<BookSeries>,
    pub rating: Option<String>,
    /// A range such as `17-`, where the rating's scheme states one.
    pub typical_age: Option<String>,
    /// What the story says of itself and no field of a package has a place for: the name of a field of front matter, a value.
    pub facts: Vec<(&'static str, String)>,
    pub warning_state: WarningState,
    /// Every warning that the warnings page names, in its order.
    pub warnings: Vec<BookWarning>,
    /// What is said beside the story and where it stands, in the order of classes and places.
    pub notes: Vec<BookNotes>,
    /// Chapters of the story; its parts do not count.
    pub chapters: usize,
    /// Words of the story's own text.
    pub words: usize,
    pub source: Option<String>,
    pub publisher: Option<String>,
    pub rights: Option<String>,
    /// True when a picture of the text carries meaning (the cover does not count).
    pub pictures_inform: bool,
    pub wording: Wording,
}

/// The few words that a writer adds by itself, in the language of the book. English unless somebody says otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Wording {
    /// Heads the table of contents.
    pub contents: String,
    /// Names the cover page, and the cover itself when it has no alternative text.
    pub cover: String,
    /// Names the place where the story begins, for readers who jump there.
    pub start: String,
    /// Follows the title of a page that had to be divided: "Chapter 4, continued".
    pub continued: String,
    /// The alternative text of a picture that nobody described.
    pub picture: String,
    /// Names the footnotes at the end of a page.
    pub footnotes: String,
    /// Leads from a note that stands elsewhere to where it stood.
    pub back: String,
    /// Stands where a title is missing.
    pub untitled: String,
}

impl Default for Wording {
    fn default() -> Self {
        Wording {
            contents: "Contents".into(),
            cover: "Cover".into(),
            start: "Start of the story".into(),
            continued: "continued".into(),
            picture: "Picture".into(),
            footnotes: "Footnotes".into(),
            back: "Back to the text".into(),
            untitled: "Untitled".into(),
        }
    }
}

/// A person or tool with a part in the book.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Agent {
    pub name: String,
    /// The name as it is filed: "Doyle, Arthur Conan".
    pub sort: String,
    /// MARC relator code: `aut`, `edt`, `trl`, `ill`, `com`, `bkp`.
    pub role: &'static str,
}

/// A subject; authority and term go together or are both absent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Subject {
    pub label: String,
    pub coded: Option<(String, String)>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BookSeries {
    pub name: String,
    /// A decimal number as EPUB's `group-position` wants it.
    pub position: Option<String>,
    /// `urn:uuid:…` of the series, the same in every book of it.
    pub identifier: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct BookWarning {
    /// The known term's label, or the wording.
    pub label: String,
    /// The label of the chapter that it concerns; `None` for the whole work.
    pub chapter: Option<String>,
    pub intensity: Option<Intensity>,
    pub by: WarnedBy,
    /// The id of the domain that it is grouped under.
    pub domain: Option<&'static str>,
    /// Addresses of the terms of standards' lists that it falls under.
    pub falls_under: Vec<String>,
}

/// Notes of one class that stand in places of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookNotes {
    pub class: NoteClass,
    pub stands: NoteStand,
    pub count: usize,
    /// The chapters that they belong to, counted from one in reading order, ascending; empty for notes about the whole.
    pub chapters: Vec<usize>,
}

/// Chapters of the longest list that is read: a book of more has its notes elsewhere.
const MOST_CHAPTERS: usize = 20_000;

impl BookNotes {
    /// Its chapters as books carry them: `1-3, 5`.
    pub fn chapters_text(&self) -> String {
        let runs = self.chapters.chunk_by(|a, b| a + 1 == *b);
        let runs = runs.map(|run| match run {
            [one] => one.to_string(),
            run => format!("{}-{}", run[0], run[run.len() - 1]),
        });
        runs.collect::<Vec<_>>().join(", ")
    }

    /// For a person: "2 author's notes before chapters, at the start (chapters 1, 3)".
    pub fn in_words(&self) -> String {
        let (one, many) = match self.class {
            NoteClass::Preface => ("author's note before the story", "author's notes before the story"),
            NoteClass::Afterword => ("author's note after the story", "author's notes after the story"),
            NoteClass::Before => ("author's note before a chapter", "author's notes before chapters"),
            NoteClass::After => ("author's note after a chapter", "author's notes after chapters"),
            NoteClass::Inside => ("note within the text", "notes within the text"),
            NoteClass::Footnotes => ("footnote", "footnotes"),
            NoteClass::Summary => ("summary", "summaries"),
            NoteClass::Epigraph => ("epigraph", "epigraphs"),
            NoteClass::Editor => ("editor's note", "editor's notes"),
            NoteClass::Translator => ("translator's note", "translator's notes"),
            NoteClass::Dedication => ("dedication", "dedications"),
            NoteClass::Thanks => ("note of thanks", "notes of thanks"),
            NoteClass::Disclaimer => ("disclaimer", "disclaimers"),
            NoteClass::Replies => ("answer to readers", "answers to readers"),
            NoteClass::Feedback => ("plea for feedback", "pleas for feedback"),
            NoteClass::Legend => ("legend", "legends"),
            NoteClass::Glossary => ("glossary", "glossaries"),
        };
        let place = match self.stands {
            NoteStand::Preface => "on the page before it",
            NoteStand::Afterword => "on the page after it",
            NoteStand::Start => "at the start",
            NoteStand::End => "at the end",
            NoteStand::Text => "in the text",
            NoteStand::Footnote => "at the foot of the page",
            NoteStand::Back => "at the back",
            NoteStand::LeftOut => "left out",
        };
        let what = if self.count == 1 { one } else { many };
        match &self.chapters[..] {
            [] => format!("{} {what}, {place}", self.count),
            [_] => format!("{} {what}, {place} (chapter {})", self.count, self.chapters_text()),
            _ => format!("{} {what}, {place} (chapters {})", self.count, self.chapters_text()),
        }
    }

    /// Reads what [`BookNotes::chapters_text`] wrote; `None` when it cannot be that.
    pub fn chapters_from(text: &str) -> Option<Vec<usize>> {
        let mut chapters: Vec<usize> = Vec::new();
        for run in text.split(',').map(str::trim).filter(|run| !run.is_empty()) {
            let (first, last) = run.split_once('-').unwrap_or((run, run));
            let (first, last) = (first.trim().parse::<usize>().ok()?, last.trim().parse::<usize>().ok()?);
            if last > MOST_CHAPTERS || first > last || chapters.last().is_some_and(|before| *before >= first) {
                return None;
            }
            chapters.extend(first..=last);
        }
        Some(chapters)
    }
}

/// Where in a book a note stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NoteStand {
    /// On the page before the story.
    Preface,
    /// At the start of its chapter.
    Start,
    /// Where it stood, within the text.
    Text,
    /// A footnote at the end of the page that calls it.
    Footnote,
    /// At the end of its chapter.
    End,
    /// On the page after the story.
    Afterword,
    /// On a page at the back.
    Back,
    /// Left out, and listed in the colophon.
    LeftOut,
}

impl NoteStand {
    pub const ALL: [NoteStand; 8] = [
        NoteStand::Preface,
        NoteStand::Start,
        NoteStand::Text,
        NoteStand::Footnote,
        NoteStand::End,
        NoteStand::Afterword,
        NoteStand::Back,
        NoteStand::LeftOut,
    ];

    /// The name that books carry.
    pub fn name(self) -> &'static str {
        match self {
            NoteStand::Preface => "preface",
            NoteStand::Start => "start",
            NoteStand::Text => "text",
            NoteStand::Footnote => "footnote",
            NoteStand::End => "end",
            NoteStand::Afterword => "afterword",
            NoteStand::Back => "back",
            NoteStand::LeftOut => "left-out",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cover {
    pub media_type: &'static str,
    pub bytes: Vec<u8>,
    pub alt: String,
    pub width: u32,
    pub height: u32,
}

/// A picture of the text. `key` is what blocks call it by; `file_name` is safe and unique.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookImage {
    pub key: String,
    pub file_name: String,
    pub media_type: &'static str,
    pub bytes: Vec<u8>,
}

/// One page (one document) of the book.
#[derive(Debug, Clone)]
pub struct Page {
    /// A safe, unique file stem: `chapter-004`.
    pub id: String,
    pub kind: PageKind,
    /// What the page is called in the table of contents and in its `<title>`; never empty.
    pub title: String,
    /// Depth in the table of contents, 1 or 2; `None` keeps it out.
    pub toc_level: Option<u8>,
    /// A page without a [`Element::Heading`] or [`Element::TitleBlock`] is headed by its title.
    pub elements: Vec<Element>,
    pub footnotes: Vec<PageFootnote>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum PageKind {
    TitlePage,
    /// The page that a story of an anthology begins with.
    Opening,
    /// What an editor says before the stories.
    Introduction,
    /// Contents that are too long for one file.
    Contents,
    /// Names or terms with the stories that have them.
    Index,
    /// Who wrote the stories, and where they come from.
    Contributors,
    Warnings,
    /// Notes and summary before the story.
    Preface,
    /// A page of the story itself.
    Story(Role),
    /// Notes after the story.
    Afterword,
    /// Content warnings in detail, at the back.
    WarningDetails,
    /// Footnotes of the whole book.
    Endnotes,
    /// What else is said beside the story, at the back.
    Notes,
    Colophon,
}

/// What stands on a page, in order. A writer knows how each looks.
#[derive(Debug, Clone)]
pub enum Element {
    /// The title page's own heading.
    TitleBlock {
        title: String,
        byline: String,
        /// Small lines above or below, such as series or fandom.
        above: Vec<String>,
        below: Vec<String>,
    },
    /// The one heading of any other page.
    Heading(Heading),
    /// A heading within a page, level 2 or 3.
    Subheading { level: u8, text: String },
    /// Text of the story or of a note.
    Block(Block),
    /// Names and values: "Fandom", "Rating".
    Facts(Vec<(String, String)>),
    /// What somebody says beside the story, set apart and labelled.
    Note(PageNote),
    /// The place where a note stood that stands elsewhere: `text` leads to the [`PageNote`] or [`PageFootnote`] of this key.
    NoteLink { key: String, text: String },
    /// A labelled section of a preface, afterword or warnings page.
    Section { label: String, elements: Vec<Element> },
    /// Items of plain text, such as warnings, with an optional second line each.
    Items(Vec<(String, Option<String>)>),
    /// Items of plain text with pages that each concerns, by their ids and names.
    LinkedItems(Vec<LinkedItem>),
    /// A list of pages to go to.
    Links(Vec<LinkedPage>),
    /// A link to another page of the book, by its id.
    PageLink { page: String, text: String },
    /// What the chapter below warns of, and the way past it.
    Alert { text: String, way: Option<Way> },
    /// A place of the page that [`WayTarget::Place`] of this key leads to.
    Landing { key: String },
    /// Plain text set small, for the colophon.
    Small(String),
}

/// An item of a list, with a second line and the pages that it concerns.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LinkedItem {
    pub text: String,
    pub detail: Option<String>,
    /// The id of each page, and what it is called.
    pub pages: Vec<(String, String)>,
}

/// A page to go to, by its id, with what it is called and who wrote it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LinkedPage {
    pub page: String,
    pub name: String,
    pub detail: Option<String>,
}

/// A way past a passage: what it is called, and where it leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way {
    pub text: String,
    pub target: WayTarget,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WayTarget {
    /// The [`Element::Landing`] of this key, on the same page.
    Place(String),
    /// Another page, by its id.
    Page(String),
}

/// Where a note stood in its story.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoteOrigin {
    pub place: NotePlace,
    /// Index of its chapter; `None` for a note about the whole work.
    pub chapter: Option<usize>,
    /// Its place among the notes of the work or of that chapter.
    pub position: usize,
    /// Whether its label is the author's own.
    pub is_labelled: bool,
}

/// What somebody says beside the story, as a page shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageNote {
    pub kind: NoteKind,
    /// What a screen reader calls it: "Author’s note". Never printed.
    pub name: String,
    /// What is printed above it, or in front of it when it is an [`NoteForm::Endnote`]; may be empty.
    pub label: String,
    pub blocks: Vec<Block>,
    pub form: NoteForm,
    /// Where it stood in the story, for whoever reads the book back; `None` for what is no note of the story.
    pub origin: Option<NoteOrigin>,
    /// When the place where it stood, or the marks that call it, lead here: the key of that [`Element::NoteLink`] or
    /// [`super::text::Inline::NoteRef`]. The note leads back.
    pub key: Option<String>,
}

/// How a note stands on its page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum NoteForm {
    /// Set apart from the text of a chapter.
    Aside,
    /// A section of a page that consists of such.
    Section,
    /// A footnote that does not stand on the page that calls it.
    Endnote,
}

/// A footnote, printed at the end of the page that calls it.
#[derive(Debug, Clone)]
pub struct PageFootnote {
    /// The key that a `NoteRef` on the same page has.
    pub key: String,
    pub mark: String,
    pub blocks: Vec<Block>,
}

/// Running text as one element, for callers that compose pages.
pub fn paragraph(inlines: Inlines) -> Element {
    Element::Block(Block::Paragraph(super::block::Paragraph::new(inlines)))
}

/// Everything that a page says in words, without its marks, each line, item and block on a line of its own.
pub fn plain_page(page: &Page) -> String {
    let mut out = String::new();
    write_plain_page(page, &mut out);
    // Between lines stands an end of line, and none after the last.
    out.pop();
    out
}

/// Appends what [`plain_page`] gives, and an end of line.
pub fn write_plain_page(page: &Page, out: &mut String) {
    fn line(out: &mut String, text: &str) {
        out.push_str(text);
        out.push('\n');
    }
    fn blocks(out: &mut String, blocks: &[Block]) {
        write_plain_blocks(blocks, out);
        out.push('\n');
    }
    fn walk(elements: &[Element], out: &mut String) {
        for element in elements {
            match element {
                Element::TitleBlock { title, byline, above, below } => {
                    above.iter().chain([title, byline]).chain(below).for_each(|text| line(out, text));
                }
                Element::Heading(heading) => {
                    heading.label.iter().for_each(|label| line(out, label));
                    write_plain(&heading.title, ' ', out);
                    out.push('\n');
                }
                Element::Subheading { text, .. }
                | Element::PageLink { text, .. }
                | Element::NoteLink { text, .. }
                | Element::Small(text) => line(out, text),
                Element::Block(block) => blocks(out, std::slice::from_ref(block)),
                Element::Facts(facts) => {
                    for (name, value) in facts {
                        out.push_str(name);
                        out.push(' ');
                        line(out, value);
                    }
                }
                Element::Note(note) => {
                    line(out, &note.label);
                    blocks(out, &note.blocks);
                }
                Element::Section { label, elements } => {
                    line(out, label);
                    walk(elements, out);
                }
                Element::LinkedItems(items) => {
                    for LinkedItem { text, detail, pages } in items {
                        line(out, text);
                        detail.iter().for_each(|detail| line(out, detail));
                        pages.iter().for_each(|(_, name)| line(out, name));
                    }
                }
                Element::Links(pages) => {
                    for LinkedPage { name, detail, .. } in pages {
                        line(out, name);
                        detail.iter().for_each(|detail| line(out, detail));
                    }
                }
                Element::Alert { text, way } => {
                    line(out, text);
                    way.iter().for_each(|way| line(out, &way.text));
                }
                Element::Landing { .. } => {}
                Element::Items(items) => {
                    for (item, detail) in items {
                        line(out, item);
                        detail.iter().for_each(|detail| line(out, detail));
                    }
                }
            }
        }
    }
    walk(&page.elements, out);
    for note in &page.footnotes {
        line(out, &note.mark);
        blocks(out, &note.blocks);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_chapters_are_read_as_they_are_written() {
        for (chapters, text) in [(&[][..], ""), (&[4], "4"), (&[1, 2, 3, 5, 7, 8], "1-3, 5, 7-8")] {
            let notes = BookNotes {
                class: NoteClass::Before,
                stands: NoteStand::Start,
                count: chapters.len(),
                chapters: chapters.to_vec(),
            };
            assert_eq!(notes.chapters_text(), text);
            assert_eq!(BookNotes::chapters_from(text).as_deref(), Some(chapters));
        }
        for text in ["1-99999999999", "3-1", "2, 2", "x", "1-20000, 1-20000", "-", "1-"] {
            assert_eq!(BookNotes::chapters_from(text), None, "{text}");
        }
    }
}
