//! `bindery info`: what a book says of itself, in five lines: title and author, series, rating, warnings, notes; and the stories
//! of an anthology.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use serde::Serialize;

use crate::diagnostic::{Diagnostic, Severity};
use crate::model::book::BookNotes;
use crate::model::record::{BookRecord, RecordedWarnings};
use crate::model::warning::{WarnedBy, WarningState};
use crate::pipeline;

use super::args::InfoArguments;
use super::gather::unreadable;
use super::guard::guarded;
use super::terminal::{Voice, harmless};
use super::{Exit, report};

/// Bytes of the largest book that is read: a shelf of novels with their pictures.
const LARGEST: u64 = 512 << 20;

/// Stories of an anthology that are listed.
const MOST_STORIES: usize = 50;

/// What `--json` prints.
#[derive(Serialize)]
struct Books {
    /// The version of the tool.
    bindery: &'static str,
    books: Vec<Book>,
    diagnostics: Vec<Diagnostic>,
}

#[derive(Serialize)]
struct Book {
    file: String,
    #[serde(flatten)]
    record: BookRecord,
}

pub fn info(arguments: &InfoArguments) -> Exit {
    let voice = Voice::new(Severity::Warning);
    let mut whole = Books { bindery: env!("CARGO_PKG_VERSION"), books: Vec::new(), diagnostics: Vec::new() };
    let mut exit = Exit::Done;
    for path in &arguments.books {
        let name = path.display().to_string();
        match guarded(|| read_book(path).and_then(|bytes| pipeline::record(&bytes))) {
            Ok(Ok(record)) => whole.books.push(Book { file: name, record }),
            Ok(Err(fault)) => {
                exit = exit.max(Exit::Failed);
                whole.diagnostics.push(fault.in_file(name));
            }
            Err(fault) => {
                exit = Exit::Internal;
                whole.diagnostics.push(fault.in_file(name));
            }
        }
    }
    whole.diagnostics.iter().for_each(|diagnostic| voice.say(diagnostic));
    if arguments.json {
        return exit.max(report::print_json(&whole));
    }
    let pages: Vec<String> = whole.books.iter().map(|book| lines(&book.record)).collect();
    if pages.is_empty() { exit } else { exit.max(report::print(&pages.join("\n"))) }
}

/// The bytes of a book on disk, up to what a book may have.
///
/// # Errors
/// When it is a folder, cannot be read, or is too large.
pub fn read_book(path: &Path) -> Result<Vec<u8>, Diagnostic> {
    if path.is_dir() {
        return Err(Diagnostic::error("no-book", "this is a folder").hint("name the books in it: `FOLDER/*.epub`"));
    }
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(LARGEST + 1).read_to_end(&mut bytes))
        .map_err(|error| unreadable(path, &error))?;
    if bytes.len() as u64 > LARGEST {
        return Err(Diagnostic::error("too-large", format!("larger than {} MB", LARGEST >> 20))
            .hint("this is no ordinary e-book; open it with the program that made it"));
    }
    Ok(bytes)
}

/// Five lines about a book.
fn lines(record: &BookRecord) -> String {
    let title = record.title.as_deref().unwrap_or("A book without a title");
    let by = if record.authors.is_empty() { String::new() } else { format!(", by {}", record.authors.join(", ")) };
    let series = record.series.iter().map(|part| match &part.index {
        Some(index) => format!("{}, {index}", part.name),
        None => part.name.clone(),
    });
    let said = [
        format!("{title}{by}"),
        format!("Series: {}", or_none(series.collect(), "none stated")),
        format!("Rating: {}", record.rating.as_deref().unwrap_or("none stated")),
        format!("Warnings: {}", warnings(&record.warnings)),
        format!("Notes: {}", notes(record.notes.as_deref())),
    ];
    let stories = record.works.iter().map(|work| {
        let title = work.title.as_deref().unwrap_or("a story without a title");
        let by = if work.authors.is_empty() { String::new() } else { format!(", by {}", work.authors.join(", ")) };
        format!("  {title}{by}")
    });
    let count = record.works.len();
    let heading = (count > 0).then(|| format!("Stories: {count}"));
    let more = (count > MOST_STORIES).then(|| format!("  and {} more; `--json` tells of all", count - MOST_STORIES));
    let said = said.into_iter().chain(heading).chain(stories.take(MOST_STORIES)).chain(more);
    said.map(|line| harmless(&line).into_owned() + "\n").collect()
}

fn or_none(list: Vec<String>, none: &str) -> String {
    if list.is_empty() { none.to_owned() } else { list.join("; ") }
}

fn warnings(warnings: &RecordedWarnings) -> String {
    let listed = warnings.list.iter().map(|warning| {
        let by = if warning.by == WarnedBy::Editor { ", says the editor" } else { "" };
        match &warning.chapters[..] {
            [] => format!("{} (the whole work{by})", warning.label),
            chapters => format!("{} ({}{by})", warning.label, chapters.join(", ")),
        }
    });
    let listed: Vec<String> = listed.collect();
    let state = warnings.state.map_or("none stated", WarningState::in_words);
    match (warnings.state, listed.is_empty()) {
        (Some(WarningState::NoneApply | WarningState::Withheld), false) => format!("{state}; {}", listed.join("; ")),
        _ => or_none(listed, state),
    }
}

fn notes(notes: Option<&[BookNotes]>) -> String {
    match notes {
        None => "the book does not say".to_owned(),
        Some(notes) => or_none(notes.iter().map(BookNotes::in_words).collect(), "none"),
    }
}
