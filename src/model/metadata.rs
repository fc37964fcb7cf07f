//! Facts about a story. Absent means unknown; nothing is made up.

use serde::{Deserialize, Serialize};

use super::date::PartialDate;
use super::manuscript::Lines;
use super::warning::Rating;

/// What is known about a story.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Metadata {
    pub title: Option<String>,
    pub authors: Vec<String>,
    /// BCP 47.
    pub language: Option<String>,
    pub fandoms: Vec<String>,
    /// As written: `Willow/Spike`, `Holmes & Watson`.
    pub relationships: Vec<String>,
    pub characters: Vec<String>,
    /// Archive categories such as Gen or F/F.
    pub categories: Vec<String>,
    pub genres: Vec<String>,
    pub tags: Vec<String>,
    pub rating: Option<Rating>,
    /// The author's warnings as stated in a place made for them, one wording each; typed later.
    pub warnings: Vec<String>,
    /// Warnings that an editor added; typed later.
    pub editor_warnings: Vec<String>,
    /// Paragraphs of plain text.
    pub summary: Vec<String>,
    pub series: Vec<SeriesPart>,
    pub published: Option<PartialDate>,
    pub updated: Option<PartialDate>,
    /// `Complete`, `In progress` or the author's own word.
    pub status: Option<String>,
    /// Where the story was found: an address.
    pub source: Option<String>,
    pub publisher: Option<String>,
    pub rights: Option<String>,
    pub translators: Vec<String>,
    pub editors: Vec<String>,
    /// A cover that the file names, relative to it.
    pub cover: Option<String>,
    /// Every header line in the author's words and order, those above included.
    pub facts: Vec<Fact>,
}

/// A story's place in a series.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeriesPart {
    pub name: String,
    /// As written: `2`, `2.5`.
    pub index: Option<String>,
}

/// A header line as the author wrote it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fact {
    /// `None` for a bare line such as "Season 4".
    pub label: Option<String>,
    pub value: String,
    pub lines: Lines,
}

impl Metadata {
    /// Takes from `other` whatever is unknown here. Facts are appended.
    pub fn fill_from(&mut self, other: Metadata) {
        fn scalar<T>(mine: &mut Option<T>, theirs: Option<T>) {
            if mine.is_none() {
                *mine = theirs;
            }
        }
        fn list<T>(mine: &mut Vec<T>, theirs: Vec<T>) {
            if mine.is_empty() {
                *mine = theirs;
            }
        }
        scalar(&mut self.title, other.title);
        list(&mut self.authors, other.authors);
        scalar(&mut self.language, other.language);
        list(&mut self.fandoms, other.fandoms);
        list(&mut self.relationships, other.relationships);
        list(&mut self.characters, other.characters);
        list(&mut self.categories, other.categories);
        list(&mut self.genres, other.genres);
        list(&mut self.tags, other.tags);
        scalar(&mut self.rating, other.rating);
        list(&mut self.warnings, other.warnings);
        list(&mut self.editor_warnings, other.editor_warnings);
        list(&mut self.summary, other.summary);
        list(&mut self.series, other.series);
        scalar(&mut self.published, other.published);
        scalar(&mut self.updated, other.updated);
        scalar(&mut self.status, other.status);
        scalar(&mut self.source, other.source);
        scalar(&mut self.publisher, other.publisher);
        scalar(&mut self.rights, other.rights);
        list(&mut self.translators, other.translators);
        list(&mut self.editors, other.editors);
        scalar(&mut self.cover, other.cover);
        self.facts.extend(other.facts);
    }
}
