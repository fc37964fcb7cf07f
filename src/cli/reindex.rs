//! `bindery reindex`: the catalogue of a folder, made from the books themselves.

use serde::Serialize;

use crate::catalogue::Depth;
use crate::diagnostic::{Diagnostic, Severity};

use super::args::ReindexArguments;
use super::library::Library;
use super::list::refuse_library;
use super::terminal::Voice;
use super::{Exit, report};

/// What `--json` prints.
#[derive(Serialize)]
struct Reindexed {
    /// The version of the tool.
    bindery: &'static str,
    folder: String,
    /// Books in the catalogue now.
    books: usize,
    new: usize,
    changed: usize,
    unchanged: usize,
    gone: usize,
    /// Books that cannot be read, each with the reason.
    diagnostics: Vec<Diagnostic>,
}

pub fn reindex(arguments: &ReindexArguments) -> Exit {
    let mut voice = Voice::new(Severity::Warning);
    let depth = if arguments.all { Depth::All } else { Depth::Times };
    let done = Library::reindex(&arguments.folder, depth, &mut voice)
        .and_then(|(library, changes)| Ok((library.catalogue.len()?, library, changes)));
    let (books, library, changes) = match done {
        Ok(done) => done,
        Err(fault) => return refuse_library(fault, &voice),
    };
    let reindexed = Reindexed {
        bindery: env!("CARGO_PKG_VERSION"),
        folder: arguments.folder.display().to_string(),
        books,
        new: changes.new.len(),
        changed: changes.changed.len(),
        unchanged: changes.unchanged,
        gone: changes.gone.len(),
        diagnostics: library.unreadable,
    };
    let exit = if reindexed.diagnostics.is_empty() { Exit::Done } else { Exit::Failed };
    if arguments.json {
        return exit.max(report::print_json(&reindexed));
    }
    reindexed.diagnostics.iter().for_each(|fault| voice.say(fault));
    exit.max(report::print(&reindexed.line()))
}

impl Reindexed {
    fn line(&self) -> String {
        let books = if self.books == 1 { "book" } else { "books" };
        let read = self.new + self.changed - self.diagnostics.len().min(self.new + self.changed);
        let parts = [
            (read, "read"),
            (self.unchanged, "unchanged"),
            (self.gone, "gone"),
            (self.diagnostics.len(), "cannot be read"),
        ];
        let parts = parts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}"));
        let parts: Vec<String> = parts.collect();
        let told = if parts.is_empty() { String::new() } else { format!(": {}", parts.join(", ")) };
        format!("{} {books} in the catalogue of `{}`{told}\n", self.books, self.folder)
    }
}
