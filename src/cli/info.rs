//! `bindery info`: what a book says of itself, in five lines: title and author, series, rating, warnings, notes; and the stories
//! of an anthology.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use serde::Serialize;

use crate::diagnostic::{Diagnostic, Severity};
use crate::model::book::{BookNotes, NoteStand};
use crate::model::note::NoteClass;
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
    let state = match warnings.state {
        Some(WarningState::NoneApply) => "the author states that none apply",
        Some(WarningState::Withheld) => "the author chose not to warn",
        Some(WarningState::Unknown) => "the source says nothing about them",
        Some(WarningState::Stated) | None => "none stated",
    };
    match (warnings.state, listed.is_empty()) {
        (Some(WarningState::NoneApply | WarningState::Withheld), false) => format!("{state}; {}", listed.join("; ")),
        _ => or_none(listed, state),
    }
}

fn notes(notes: Option<&[BookNotes]>) -> String {
    match notes {
        None => "the book does not say".to_owned(),
        Some(notes) => or_none(notes.iter().map(notes_in_words).collect(), "none"),
    }
}

/// "2 notes before a chapter, at its start (chapters 1, 3)".
fn notes_in_words(notes: &BookNotes) -> String {
    let (one, many) = match notes.class {
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
    let place = match notes.stands {
        NoteStand::Preface => "on the page before it",
        NoteStand::Afterword => "on the page after it",
        NoteStand::Start => "at the start",
        NoteStand::End => "at the end",
        NoteStand::Text => "in the text",
        NoteStand::Footnote => "at the foot of the page",
        NoteStand::Back => "at the back",
        NoteStand::LeftOut => "left out",
    };
    let what = if notes.count == 1 { one } else { many };
    match &notes.chapters[..] {
        [] => format!("{} {what}, {place}", notes.count),
        [_] => format!("{} {what}, {place} (chapter {})", notes.count, notes.chapters_text()),
        _ => format!("{} {what}, {place} (chapters {})", notes.count, notes.chapters_text()),
    }
}
