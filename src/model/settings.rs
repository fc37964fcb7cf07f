//! What a person decides about how a story is read and set.

use super::note::NotePlacements;
use super::warning::{Vocabulary, WarningPages};

/// How a story is to be read and set; `None` leaves it to bindery.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    /// Chapter numbers may skip, repeat or run backwards without a remark.
    pub numbering_free: Option<bool>,
    /// Where chapters begin and what they are called, in order.
    pub chapters: Vec<ChapterMark>,
    /// What the files of a folder are to one another.
    pub kind: Option<Kind>,
    /// Names of detectors that must not look at this story.
    pub detectors_off: Vec<String>,
    /// Whether quotes, dashes and ellipses are set as printers do.
    pub typography: Option<bool>,
    /// Whether damaged characters are mended.
    pub repair: Option<bool>,
    /// The encoding of the file, in any name that the WHATWG knows.
    pub encoding: Option<String>,
    /// Where notes stand in the book.
    pub notes: NotePlacements,
    /// A person's own vocabulary of warnings, read before the known ones.
    pub vocabulary: Option<Vocabulary>,
    /// How much the book says of warnings, and where.
    pub warning_pages: Option<WarningPages>,
}

/// What the files of a folder are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Chapters of one story.
    Story,
    /// Stories of their own.
    Shelf,
}

/// A correction: a chapter begins here or is called so. Entries that name no place count chapters in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ChapterMark {
    pub title: Option<String>,
    /// The line of the file where it begins, one-based.
    pub line: Option<u32>,
    /// The words that it begins with.
    pub starts: Option<String>,
    /// The file of the folder that it stands in.
    pub file: Option<String>,
}

/// What a reader wants a thing called that a book names by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReaderWord {
    /// The primary subtag of the books that it is for; `None` for all.
    pub language: Option<String>,
    /// Which thing: `author_note`.
    pub label: String,
    pub text: String,
}

impl Settings {
    /// Takes from `weaker` whatever is not decided here.
    pub fn fill_from(&mut self, weaker: Settings) {
        self.numbering_free = self.numbering_free.or(weaker.numbering_free);
        self.kind = self.kind.or(weaker.kind);
        self.typography = self.typography.or(weaker.typography);
        self.repair = self.repair.or(weaker.repair);
        if self.chapters.is_empty() {
            self.chapters = weaker.chapters;
        }
        // Who switches one off does not switch another on.
        for name in weaker.detectors_off {
            if !self.detectors_off.contains(&name) {
                self.detectors_off.push(name);
            }
        }
        if self.encoding.is_none() {
            self.encoding = weaker.encoding;
        }
        self.notes.fill_from(weaker.notes);
        self.warning_pages = self.warning_pages.or(weaker.warning_pages);
        self.vocabulary = self.vocabulary.or(weaker.vocabulary);
    }
}
