//! What a reader saw in a file, before anybody decided what it means.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::Serialize;

use super::block::{self, Align, Block, Paragraph};
use super::metadata::Metadata;
use super::note::{Footnote, Note};
use super::settings::Settings;
use super::story::{Dropped, Role};
use super::text::{self, Inlines};

/// A whole text as its reader saw it: passages in order and what the file says of itself. Nothing is concluded yet.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Manuscript {
    /// The files it was read from, in order; a [`Lines`] points into this list.
    pub files: Vec<FileFacts>,
    /// What the file states in a place made for it (front matter, package document); empty for plain text.
    pub declared: Metadata,
    /// How the file says it is to be read and set.
    pub settings: Settings,
    pub passages: Vec<Passage>,
    /// What the format itself says is a note, with the chapter that it belongs to. It is no passage, so no detector sees it.
    pub notes: Vec<StatedNote>,
    /// Footnotes that the format itself knows; those that are only typed are found by a detector.
    pub footnotes: Vec<Footnote>,
    /// Words in the files that are no text of the story: comments, addresses that a book cannot lead to. With passages,
    /// footnotes and what is declared it accounts for every word of the files that is not markup.
    pub left_out: Vec<Dropped>,
    /// Pictures by key; a passage names them by that key.
    pub images: BTreeMap<String, ImageData>,
    pub page: PageHabits,
}

impl Manuscript {
    /// Calls `change` with the key of every picture that the text shows.
    pub fn for_each_picture_mut(&mut self, change: &mut dyn FnMut(&mut String)) {
        for passage in &mut self.passages {
            match &mut passage.kind {
                PassageKind::Paragraph(inlines)
                | PassageKind::Heading { inlines, .. }
                | PassageKind::ChapterStart { heading: inlines, .. } => text::for_each_picture_mut(inlines, change),
                PassageKind::Closed(block) => block::for_each_picture_mut(std::slice::from_mut(block), change),
                PassageKind::Rule | PassageKind::PageBreak | PassageKind::FileStart { .. } => {}
            }
        }
        self.notes.iter_mut().for_each(|stated| block::for_each_picture_mut(&mut stated.note.blocks, change));
        self.footnotes.iter_mut().for_each(|footnote| block::for_each_picture_mut(&mut footnote.blocks, change));
    }

    /// Gives every footnote a new key, and every call of it the same. A reader of several documents keeps their notes apart so.
    pub fn rename_footnotes(&mut self, name: impl Fn(&str) -> String) {
        let mut change = |key: &mut String| *key = name(key);
        let mut in_inlines = |inlines: &mut Inlines| text::for_each_note_ref_mut(inlines, &mut change);
        for passage in &mut self.passages {
            match &mut passage.kind {
                PassageKind::Paragraph(inlines)
                | PassageKind::Heading { inlines, .. }
                | PassageKind::ChapterStart { heading: inlines, .. } => in_inlines(inlines),
                PassageKind::Closed(block) => {
                    block::for_each_inlines_mut(std::slice::from_mut(block), &mut in_inlines);
                }
                PassageKind::Rule | PassageKind::PageBreak | PassageKind::FileStart { .. } => {}
            }
        }
        self.notes.iter_mut().for_each(|stated| block::for_each_inlines_mut(&mut stated.note.blocks, &mut in_inlines));
        for footnote in &mut self.footnotes {
            block::for_each_inlines_mut(&mut footnote.blocks, &mut in_inlines);
            footnote.key = name(&footnote.key);
        }
    }

    /// Adds what a reader saw in the next file of the same story. The first file's habits and declarations come first.
    pub fn append(&mut self, next: Manuscript) {
        if self.passages.iter().all(|passage| matches!(passage.kind, PassageKind::FileStart { .. })) {
            self.page = next.page;
        }
        self.declared.fill_from(next.declared);
        self.settings.fill_from(next.settings);
        let before = self.passages.len();
        self.passages.extend(next.passages);
        self.notes.extend(next.notes.into_iter().map(|note| StatedNote { at: note.at.map(|at| at + before), ..note }));
        self.footnotes.extend(next.footnotes);
        self.left_out.extend(next.left_out);
        self.images.extend(next.images);
    }
}

/// A note that stands in a place made for notes, such as an archive's download has before and after each chapter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatedNote {
    /// Index of a passage of the chapter that it is about; `None` when it is about the whole work.
    pub at: Option<usize>,
    pub note: Note,
}

/// What is known of a file that a manuscript was read from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct FileFacts {
    /// The file's own name, without its folder.
    pub name: String,
    /// Which reader read it.
    pub format: &'static str,
    /// The WHATWG name of the encoding it was read in; empty where the format has its own, as zipped ones do.
    pub encoding: &'static str,
    /// Its last change, in seconds since 1970, where the file system tells.
    pub modified: Option<i64>,
}

/// A picture as it stood in or beside the source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageData {
    pub media_type: &'static str,
    pub bytes: Vec<u8>,
}

impl ImageData {
    /// Bytes that a reader found where a picture should be. What they are, if anything, `pictures` says.
    pub fn unexamined(bytes: Vec<u8>) -> Self {
        ImageData { media_type: "application/octet-stream", bytes }
    }
}

/// Lines of one file: one-based, end exclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize)]
pub struct Lines {
    /// Index into [`Manuscript::files`].
    pub file: u32,
    pub start: u32,
    pub end: u32,
}

impl Lines {
    pub fn new(file: u32, lines: Range<u32>) -> Self {
        Lines { file, start: lines.start, end: lines.end }
    }

    pub fn range(self) -> Range<u32> {
        self.start..self.end
    }

    /// From the start of `self` to the end of `last`; the first place alone when they stand in different files.
    pub fn to(self, last: Lines) -> Lines {
        if self.file == last.file { Lines { end: last.end.max(self.end), ..self } } else { self }
    }
}

/// Something and where it stands in the source. Provenance ends here: a book has none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Located<T> {
    pub lines: Lines,
    pub value: T,
}

impl<T> Located<T> {
    pub fn new(lines: Lines, value: T) -> Self {
        Located { lines, value }
    }
}

/// One thing on the page, as the reader saw it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passage {
    pub lines: Lines,
    /// Empty lines (or empty paragraphs) between the passage before and this one.
    pub gap: u16,
    /// Columns of white space before its first line, where the format shows them.
    pub indent: u16,
    pub align: Align,
    /// The format ends a line here and not a paragraph: this is the next line of the passage before. What claims no line of it
    /// leaves one paragraph of several lines.
    pub continues: bool,
    /// Set larger than most of the text, where the format shows sizes.
    pub large: bool,
    pub kind: PassageKind,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PassageKind {
    /// Running text; the line ends of the source are [`super::text::Inline::SoftBreak`] where their meaning is open.
    Paragraph(Inlines),
    /// What the format itself marks as a heading, 1 to 6.
    Heading { level: u8, inlines: Inlines },
    /// A rule drawn across the page.
    Rule,
    /// A page break that the format marks.
    PageBreak,
    /// Something closed that the format marks: a quote, a list, a table, a picture, preformatted text.
    Closed(Block),
    /// The format itself says that a chapter begins here: the entry of a table of contents, a section with a title. Where a
    /// manuscript has such places, they are its chapters, and no others are looked for.
    ChapterStart {
        /// Depth among the chapters, 1 for the outermost.
        level: u8,
        /// What the format says the chapter is, where it does.
        role: Option<Role>,
        /// The whole heading as it stands, label and title together; empty for a chapter without one.
        heading: Inlines,
    },
    /// A new file of the same story begins. `heading` is what the file says its title is, if it does.
    FileStart { heading: Option<String> },
}

impl Passage {
    pub fn paragraph(lines: Lines, inlines: Inlines) -> Self {
        Passage {
            lines,
            gap: 0,
            indent: 0,
            align: Align::Start,
            continues: false,
            large: false,
            kind: PassageKind::Paragraph(inlines),
        }
    }

    /// The place where a file of the story begins; `heading` is what the file's name calls the chapter, if it does.
    pub fn file_start(file: u32, heading: Option<String>) -> Self {
        Passage { kind: PassageKind::FileStart { heading }, ..Self::paragraph(Lines::new(file, 1..1), Vec::new()) }
    }

    /// As a block of something that holds passages, such as a note; `None` for a boundary, which is no block.
    pub fn into_block(self) -> Option<Block> {
        match self.kind {
            PassageKind::Paragraph(inlines) => Some(Block::Paragraph(Paragraph { inlines, align: self.align })),
            PassageKind::Heading { inlines, .. } => Some(Block::Subheading(inlines)),
            PassageKind::Rule => Some(Block::SceneBreak),
            PassageKind::Closed(block) => Some(block),
            PassageKind::PageBreak | PassageKind::FileStart { .. } | PassageKind::ChapterStart { .. } => None,
        }
    }

    /// The place where the format says that a chapter begins.
    pub fn chapter_start(lines: Lines, level: u8, role: Option<Role>, heading: Inlines) -> Self {
        Passage { kind: PassageKind::ChapterStart { level, role, heading }, ..Self::paragraph(lines, Vec::new()) }
    }

    /// Its running text, when it is a paragraph or a heading of any kind.
    pub fn inlines(&self) -> Option<&Inlines> {
        match &self.kind {
            PassageKind::Paragraph(inlines)
            | PassageKind::Heading { inlines, .. }
            | PassageKind::ChapterStart { heading: inlines, .. } => Some(inlines),
            _ => None,
        }
    }
}

/// Habits of a page of plain text, measured over the whole file by its reader.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct PageHabits {
    /// Whether its marks (`*word*`, `_word_`) are still characters to be interpreted: true for plain text.
    pub marks_are_typed: bool,
    /// The column at which lines were wrapped by hand; `None` when a paragraph is one line.
    pub wrapped_at: Option<u16>,
    pub paragraphs: ParagraphHabit,
    /// Empty lines between ordinary paragraphs, the most common number.
    pub usual_gap: u16,
}

/// How a page of plain text tells one paragraph from the next.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ParagraphHabit {
    /// An empty line stands between paragraphs.
    #[default]
    EmptyLine,
    /// The first line of a paragraph is indented.
    Indented,
    /// Every line is a paragraph.
    EveryLine,
}
