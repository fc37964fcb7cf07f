//! What a build tells about its stories: a table for people, JSON for machines, a page on the whole. It is told one story
//! at a time and holds few of them, however many there are.

mod figures;
mod lines;
mod page;
mod stream;
mod table;
mod teller;

use serde::{Deserialize, Serialize};

use crate::diagnostic::{Diagnostic, Severity};
use crate::model::anthology::Contribution;
use crate::model::book::BookMetadata;
use crate::model::warning::WarningState;
use crate::pipeline::Made;

use super::gather::{FILE_SKIPPED, Found};
use super::terminal;
use super::{Exit, write};

pub use teller::Teller;

/// What a whole run did, in figures.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Summary {
    pub new: usize,
    pub replaced: usize,
    pub unchanged: usize,
    pub failed: usize,
    /// Stories that were not wanted.
    pub left_out: usize,
    /// Files that were not taken for stories.
    pub skipped: usize,
    /// Stories that are told by a richer one too.
    pub doubles: usize,
    /// Books that are there and whose stories are gone.
    pub without_story: usize,
    /// Such books that were removed.
    pub removed: usize,
    pub warnings: usize,
    pub remarks: usize,
}

/// What became of one story.
#[derive(Debug, Serialize)]
pub struct StoryReport {
    pub input: String,
    pub files: Vec<String>,
    pub status: Status,
    /// The path of the book; `None` when there is none.
    pub output: Option<String>,
    /// Its size.
    pub bytes: Option<u64>,
    /// Paths of the same book in further formats.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<String>,
    /// `None` when the story could not be read.
    #[serde(flatten)]
    pub story: Option<Facts>,
    /// Why it was not wanted; empty for every other status.
    pub left_out: Vec<String>,
    pub diagnostics: Vec<Diagnostic>,
    /// Warnings and remarks of a story that was passed over, where nobody asked what they are.
    #[serde(skip)]
    pub unsaid: (usize, usize),
}

/// A book of many stories.
#[derive(Debug, Serialize)]
pub struct BookReport {
    pub path: String,
    pub stories: usize,
    pub bytes: u64,
    pub status: Status,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    New,
    Replaced,
    Unchanged,
    Failed,
    /// Not wanted, by what the command line chooses.
    LeftOut,
}

impl Status {
    fn word(self) -> &'static str {
        match self {
            Status::New => "new",
            Status::Replaced => "replaced",
            Status::Unchanged => "unchanged",
            Status::Failed => "failed",
            Status::LeftOut => "left out",
        }
    }
}

/// A story in figures.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Facts {
    pub title: String,
    pub authors: Vec<String>,
    pub fandoms: Vec<String>,
    pub language: String,
    pub identifier: String,
    pub chapters: usize,
    /// Words of the story's own text.
    pub words: usize,
    pub rating: Option<String>,
    /// Content warnings, each once: the known term's label, or the wording.
    pub warnings: Vec<String>,
    /// What is known of the author's warnings: silence, refusal and "none" are not the same.
    pub warning_state: WarningState,
    pub notes: usize,
}

impl Facts {
    pub fn of(made: &Made) -> Facts {
        let metadata = &made.book.metadata;
        Facts {
            title: metadata.title.clone(),
            authors: metadata.creators.iter().map(|creator| creator.name.clone()).collect(),
            fandoms: made.story.metadata.fandoms.clone(),
            language: metadata.language.clone(),
            identifier: metadata.identifier.clone(),
            chapters: metadata.chapters,
            words: metadata.words,
            rating: metadata.rating.clone(),
            warnings: labels(metadata),
            warning_state: metadata.warning_state,
            notes: made.story.notes.len()
                + made.story.chapters.iter().map(|chapter| chapter.notes.len()).sum::<usize>(),
        }
    }
}

impl Facts {
    /// A story of an anthology.
    pub fn of_contribution(contribution: &Contribution) -> Facts {
        let record = &contribution.record;
        let mut warnings: Vec<String> = Vec::new();
        for carried in &contribution.warnings {
            if !warnings.contains(&carried.warning.label) {
                warnings.push(carried.warning.label.clone());
            }
        }
        Facts {
            title: record.title.clone().unwrap_or_default(),
            authors: record.authors.clone(),
            fandoms: record.fandoms.clone(),
            language: record.language.clone().unwrap_or_default(),
            identifier: record.identifier.clone().unwrap_or_default(),
            chapters: record.chapters.unwrap_or(0),
            words: record.words.unwrap_or(0),
            rating: record.rating.clone(),
            warnings,
            warning_state: record.warnings.state.unwrap_or_default(),
            notes: record.notes.iter().flatten().map(|notes| notes.count).sum(),
        }
    }
}

/// The set that the pages and the package name too, in their order.
fn labels(metadata: &BookMetadata) -> Vec<String> {
    let mut labels: Vec<String> = Vec::new();
    for warning in &metadata.warnings {
        if !labels.contains(&warning.label) {
            labels.push(warning.label.clone());
        }
    }
    labels
}

impl StoryReport {
    /// A story of which nothing became yet.
    pub fn of(found: &Found, diagnostics: Vec<Diagnostic>) -> StoryReport {
        StoryReport {
            input: found.name(),
            files: found.files.iter().map(|file| found.shown(file).display().to_string()).collect(),
            status: Status::Failed,
            output: None,
            bytes: None,
            also: Vec::new(),
            story: None,
            left_out: Vec::new(),
            diagnostics,
            unsaid: (0, 0),
        }
    }
}

impl Summary {
    /// Counts one story more.
    pub fn count(&mut self, story: &StoryReport) {
        *match story.status {
            Status::New => &mut self.new,
            Status::Replaced => &mut self.replaced,
            Status::Unchanged => &mut self.unchanged,
            Status::Failed => &mut self.failed,
            Status::LeftOut => &mut self.left_out,
        } += 1;
        story.diagnostics.iter().for_each(|diagnostic| self.count_said(diagnostic));
        self.warnings += story.unsaid.0;
        self.remarks += story.unsaid.1;
    }

    /// Counts something that was said.
    pub fn count_said(&mut self, diagnostic: &Diagnostic) {
        match diagnostic.severity {
            Severity::Remark => self.remarks += 1,
            Severity::Warning => self.warnings += 1,
            Severity::Error => {}
        }
        self.skipped += usize::from(diagnostic.code == FILE_SKIPPED);
    }

    /// All stories that were looked at.
    pub fn stories(&self) -> usize {
        self.new + self.replaced + self.unchanged + self.failed + self.left_out
    }
}

/// Prints a value as JSON on standard output.
pub fn print_json(value: &impl Serialize) -> Exit {
    match serde_json::to_string_pretty(value) {
        Ok(text) => print(&(text + "\n")),
        // Only maps with odd keys and failing writers can fail; we have neither.
        Err(_) => Exit::Internal,
    }
}

/// Prints on standard output.
pub fn print(text: &str) -> Exit {
    match terminal::print(text) {
        Ok(()) => Exit::Done,
        Err(error) => lost("standard output", &error),
    }
}

/// Says that a report cannot be written.
fn lost(place: &str, error: &std::io::Error) -> Exit {
    let fault = format!("cannot write: {}", write::plain_words(error));
    terminal::Voice::new(Severity::Error).say(
        &Diagnostic::error("report-lost", fault)
            .in_file(place)
            .hint("the books are written; only what is said about them is not"),
    );
    Exit::CannotWrite
}
