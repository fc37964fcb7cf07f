//! What a finished book says of itself, without its text: what its package states and a catalogue keeps, whoever made it.

use serde::{Deserialize, Serialize};

use super::book::{BookMetadata, BookNotes};
use super::date::PartialDate;
use super::metadata::SeriesPart;
use super::warning::{WarnedBy, WarningState};

/// The record of a book. What its package does not say is absent.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct BookRecord {
    pub identifier: Option<String>,
    pub title: Option<String>,
    /// The title as it is filed.
    pub title_sort: Option<String>,
    pub authors: Vec<String>,
    /// BCP 47.
    pub language: Option<String>,
    pub fandoms: Vec<String>,
    pub relationships: Vec<String>,
    pub characters: Vec<String>,
    /// Archive categories such as Gen or F/F.
    pub categories: Vec<String>,
    pub genres: Vec<String>,
    pub tags: Vec<String>,
    /// Paragraphs of plain text.
    pub summary: Vec<String>,
    pub series: Vec<SeriesPart>,
    /// The label of a known rating, else the author's words.
    pub rating: Option<String>,
    pub warnings: RecordedWarnings,
    /// `None` when the book was made by a program that records no notes.
    pub notes: Option<Vec<BookNotes>>,
    pub published: Option<PartialDate>,
    pub updated: Option<PartialDate>,
    /// When the book last changed: `YYYY-MM-DDThh:mm:ssZ`.
    pub modified: Option<String>,
    /// `Complete`, `In progress` or the author's own word.
    pub status: Option<String>,
    /// Where the story was found: an address.
    pub source: Option<String>,
    pub publisher: Option<String>,
    /// Chapters of the story; its parts do not count.
    pub chapters: Option<usize>,
    /// Words of the story's own text.
    pub words: Option<usize>,
    /// The program that made the book, as far as it says so.
    pub maker: Option<String>,
    /// The stories of an anthology; empty for the book of one story.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub works: Vec<BookRecord>,
}

impl BookRecord {
    /// The record that a book with this metadata has when it is read back.
    pub fn of(metadata: &BookMetadata) -> BookRecord {
        let one = |text: &str| Some(tidy(text)).filter(|text| !text.is_empty());
        let all = |name: &str| -> Vec<String> {
            let facts = metadata.facts.iter().filter(|(fact, _)| *fact == name);
            facts.filter_map(|(_, value)| one(value)).collect()
        };
        let warnings = metadata.warnings.iter().filter_map(|warning| {
            let chapters = warning.chapter.as_deref().and_then(one).into_iter().collect();
            Some(RecordedWarning { label: one(&warning.label)?, chapters, by: warning.by })
        });
        let series = metadata.series.iter().filter_map(|series| {
            Some(SeriesPart { name: one(&series.name)?, index: series.position.as_deref().and_then(one) })
        });
        let maker = metadata.contributors.iter().find(|agent| agent.role == "bkp");
        BookRecord {
            identifier: one(&metadata.identifier),
            title: one(&metadata.title),
            title_sort: one(&metadata.title_sort),
            authors: metadata.creators.iter().filter_map(|creator| one(&creator.name)).collect(),
            language: one(&metadata.language),
            fandoms: all("fandom"),
            relationships: all("relationship"),
            characters: all("character"),
            categories: all("category"),
            genres: all("genre"),
            tags: all("tag"),
            summary: all("summary"),
            series: indexed(series.collect(), &all("series-index")),
            rating: metadata.rating.as_deref().and_then(one),
            warnings: RecordedWarnings { state: Some(metadata.warning_state), list: warnings.collect() },
            notes: Some(metadata.notes.clone()),
            published: metadata.published.as_deref().and_then(PartialDate::parse),
            updated: all("updated").first().and_then(|date| PartialDate::parse(date)),
            modified: one(&metadata.modified),
            status: all("status").into_iter().next(),
            source: metadata.source.as_deref().and_then(one),
            publisher: metadata.publisher.as_deref().and_then(one),
            chapters: Some(metadata.chapters),
            words: Some(metadata.words),
            maker: maker.and_then(|agent| one(&agent.name)),
            works: Vec::new(),
        }
    }
}

/// Series with their indices as they were written, where a book says so: `Night: 2 of 5`.
pub fn indexed(mut series: Vec<SeriesPart>, written: &[String]) -> Vec<SeriesPart> {
    for part in &mut series {
        let own = written.iter().find_map(|text| text.strip_prefix(part.name.as_str())?.strip_prefix(": "));
        part.index = own.map(str::to_owned).or(part.index.take());
    }
    series
}

/// One line, as packages carry values.
fn tidy(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What a book says of warnings.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RecordedWarnings {
    /// `None` when the package says nothing on the matter: that a book is silent is not that its author was.
    pub state: Option<WarningState>,
    pub list: Vec<RecordedWarning>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordedWarning {
    pub label: String,
    /// The chapters that it concerns, by name; empty when it is about the whole work.
    pub chapters: Vec<String>,
    /// The author, unless the book says otherwise.
    #[serde(default)]
    pub by: WarnedBy,
}
