//! What a finished book says of itself: read back from its package, by whoever made it.

use serde::Serialize;

use super::book::BookNotes;
use super::metadata::SeriesPart;
use super::warning::WarningState;

/// The record of a book. What its package does not say is absent.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct BookRecord {
    pub identifier: Option<String>,
    pub title: Option<String>,
    pub authors: Vec<String>,
    pub language: Option<String>,
    pub series: Vec<SeriesPart>,
    pub rating: Option<String>,
    pub warnings: RecordedWarnings,
    /// `None` when the book was made by a program that records no notes.
    pub notes: Option<Vec<BookNotes>>,
    /// The program that made the book, as far as it says so.
    pub maker: Option<String>,
}

/// What a book says of warnings.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct RecordedWarnings {
    /// `None` when the package says nothing on the matter: that a book is silent is not that its author was.
    pub state: Option<WarningState>,
    pub list: Vec<RecordedWarning>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RecordedWarning {
    pub label: String,
    /// The chapters that it concerns, by name; empty when it is about the whole work.
    pub chapters: Vec<String>,
}
