//! `bindery list`: the books of a folder, or how many there are of each kind.

use serde::Serialize;

use crate::catalogue::{Count, Depth, Entry, Facet};
use crate::diagnostic::{Diagnostic, Severity};
use crate::model::record::BookRecord;
use crate::model::warning::WarningState;

use super::args::ListArguments;
use super::library::{Library, Wanted};
use super::table::{self, Column};
use super::terminal::{self, Voice, colours_on};
use super::{Exit, report};

/// Rows of a table that nobody asked to be longer.
const MOST: usize = 200;

/// What `--json` prints.
#[derive(Serialize)]
pub struct Books<'a> {
    /// The version of the tool.
    bindery: &'static str,
    folder: String,
    /// All books that were asked for, also those beyond the limit.
    total: usize,
    books: Vec<Book<'a>>,
    /// What concerns no single book, and books that cannot be read.
    diagnostics: &'a [Diagnostic],
}

#[derive(Serialize)]
pub struct Book<'a> {
    file: String,
    bytes: u64,
    #[serde(flatten)]
    record: &'a BookRecord,
}

/// What `--json` prints with `--count`.
#[derive(Serialize)]
struct Counts {
    bindery: &'static str,
    folder: String,
    facet: &'static str,
    counts: Vec<Value>,
}

#[derive(Serialize)]
struct Value {
    value: String,
    books: usize,
}

pub fn list(arguments: &ListArguments) -> Exit {
    let mut voice = Voice::new(Severity::Warning);
    let wanted = match Wanted::of(&arguments.choosing) {
        Ok(wanted) => wanted,
        Err(faults) => return refuse(&faults, Exit::Usage, &voice),
    };
    wanted.remarks().for_each(|remark| voice.say(&remark));
    let mut library = match Library::open(&arguments.folder, Depth::Names, &mut voice) {
        Ok(library) => library,
        Err(fault) => return refuse_library(fault, &voice),
    };
    if let Some(facet) = arguments.count {
        return count(&library, &wanted, facet, arguments.choosing.json, &voice);
    }
    match shown(&mut library, wanted, &arguments.choosing.limit, arguments.choosing.json, &mut voice) {
        Ok((total, entries)) if arguments.choosing.json => print_json(&library, total, &entries),
        Ok((total, entries)) => {
            library.say_unreadable(&voice);
            print_table(total, &entries)
        }
        Err(fault) => refuse_library(fault, &voice),
    }
}

/// The books to be shown, and how many there are in all.
pub fn shown(
    library: &mut Library,
    mut wanted: Wanted,
    limit: &Option<usize>,
    json: bool,
    voice: &mut Voice,
) -> Result<(usize, Vec<Entry>), Diagnostic> {
    // Who asks for none asks for all.
    wanted.query.limit = match limit {
        Some(0) => usize::MAX,
        Some(limit) => *limit,
        None if json => usize::MAX,
        None => MOST,
    };
    let page = library.books(&wanted, voice)?;
    Ok((page.total, page.entries))
}

pub fn refuse(faults: &[Diagnostic], exit: Exit, voice: &Voice) -> Exit {
    faults.iter().for_each(|fault| voice.say(fault));
    exit
}

/// How a run ends that has no library to show.
pub fn refuse_library(fault: Diagnostic, voice: &Voice) -> Exit {
    let exit = match fault.code {
        "no-books" => Exit::NoStories,
        "not-found" => Exit::Failed,
        _ => Exit::CannotWrite,
    };
    refuse(&[fault], exit, voice)
}

pub fn print_json(library: &Library, total: usize, entries: &[Entry]) -> Exit {
    let file = |entry: &Entry| library.catalogue.path_of(entry).display().to_string();
    report::print_json(&Books {
        bindery: env!("CARGO_PKG_VERSION"),
        folder: library.catalogue.folder().display().to_string(),
        total,
        books: entries
            .iter()
            .map(|entry| Book { file: file(entry), bytes: entry.file.bytes, record: &entry.record })
            .collect(),
        diagnostics: &library.unreadable,
    })
}

/// `12 books`, or `200 of 5000 books; …` where some are not shown.
pub fn total_line(total: usize, shown: usize) -> String {
    let books = if total == 1 { "book" } else { "books" };
    match total {
        0 => "no book is like that".to_owned(),
        _ if shown < total => format!("{shown} of {total} {books}; `--limit 0` shows all"),
        _ => format!("{total} {books}"),
    }
}

fn print_table(total: usize, entries: &[Entry]) -> Exit {
    let records = || entries.iter().map(|entry| &entry.record);
    let columns = vec![
        Column::new("title", 16, records().map(|record| record.title.clone().unwrap_or_default())),
        Column::new("author", 10, records().map(|record| record.authors.join(", "))),
        Column::new("series", 10, records().map(series)),
        Column::new("fandom", 10, records().map(|record| record.fandoms.join(", "))),
        Column::new("rating", 8, records().map(|record| record.rating.clone().unwrap_or_default())),
        Column::new("warnings", 12, records().map(warnings)),
        Column::of_numbers(
            "words",
            6,
            records().map(|record| record.words.map_or_else(String::new, |words| words.to_string())),
        ),
        Column::new("book", 24, entries.iter().map(|entry| entry.path.clone())),
    ];
    let mut lines = table::lines(
        columns,
        &["book", "series", "warnings", "fandom", "rating", "words", "author"],
        terminal::width(),
    );
    if let Some(head) = lines.first_mut() {
        *head = console::Style::new().bold().force_styling(colours_on(&std::io::stdout())).apply_to(&head).to_string();
    }
    let table = if entries.is_empty() { String::new() } else { lines.join("\n") + "\n\n" };
    report::print(&format!("{table}{}\n", total_line(total, entries.len())))
}

fn series(record: &BookRecord) -> String {
    let parts = record.series.iter().map(|part| match &part.index {
        Some(index) => format!("{} {index}", part.name),
        None => part.name.clone(),
    });
    parts.collect::<Vec<_>>().join("; ")
}

/// The labels, each once; else what the author says of warnings.
pub fn warnings(record: &BookRecord) -> String {
    let mut labels: Vec<&str> = Vec::new();
    for warning in &record.warnings.list {
        if !labels.contains(&warning.label.as_str()) {
            labels.push(&warning.label);
        }
    }
    match (labels.is_empty(), record.warnings.state) {
        (false, _) => labels.join(", "),
        (true, Some(WarningState::NoneApply)) => "none apply".to_owned(),
        (true, Some(WarningState::Withheld)) => "not told".to_owned(),
        (true, _) => String::new(),
    }
}

fn count(library: &Library, wanted: &Wanted, facet: Facet, json: bool, voice: &Voice) -> Exit {
    let counts = match library.catalogue.facets(&wanted.query, facet) {
        Ok(counts) => counts,
        Err(fault) => return refuse_library(fault, voice),
    };
    if json {
        let counts = counts.into_iter().map(|Count { value, books }| Value { value, books }).collect();
        let folder = library.catalogue.folder().display().to_string();
        return report::print_json(&Counts { bindery: env!("CARGO_PKG_VERSION"), folder, facet: facet.name(), counts });
    }
    library.say_unreadable(voice);
    let columns = vec![
        Column::of_numbers("books", 5, counts.iter().map(|count| count.books.to_string())),
        Column::new(facet.name(), 10, counts.iter().map(|count| count.value.clone())),
    ];
    report::print(&(table::lines(columns, &[], terminal::width()).join("\n") + "\n"))
}
