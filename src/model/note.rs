//! What an author says beside the story, and footnotes.

use serde::Serialize;

use super::block::Block;
use super::manuscript::Lines;

/// Something said about the story and not in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Note {
    pub kind: NoteKind,
    pub place: NotePlace,
    /// The author's own label ("A/N", "Author's Note"), without its colon.
    pub label: Option<String>,
    pub blocks: Vec<Block>,
    pub lines: Lines,
    /// How often it stands in the source; it is kept once.
    pub times: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum NoteKind {
    Author,
    Editor,
    Translator,
    Summary,
    Warning,
    Disclaimer,
    Dedication,
    Thanks,
    /// Answers to readers' reviews.
    Reply,
    /// A plea for feedback, an address to write to, an archive line.
    Feedback,
    /// What the marks in the text mean.
    Legend,
    /// Explanations of words.
    Glossary,
    Epigraph,
}

/// Where a note belongs, seen from the text that it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum NotePlace {
    Before,
    After,
}

/// A footnote or endnote, called by an [`super::text::Inline::NoteRef`] of the same key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Footnote {
    /// Unique within the story.
    pub key: String,
    /// The mark as printed in the source: `1`, `*`.
    pub mark: String,
    pub blocks: Vec<Block>,
}
