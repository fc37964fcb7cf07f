//! The program: what is typed, what is read from disk and written to it, what is said. The one room that touches disk,
//! clock, threads and terminal; it decides nothing about a story.

// The core may not touch these (see clippy.toml); this is the room that does.
#![allow(clippy::disallowed_methods, clippy::disallowed_types)]

mod anthology;
mod args;
mod build;
mod choice;
mod completions;
mod cover;
mod devices;
mod export;
mod gather;
mod guard;
mod info;
mod inspect;
mod library;
mod list;
mod load;
mod look;
mod naming;
mod order;
mod parts;
mod reindex;
mod report;
mod search;
mod send;
#[cfg(feature = "shelf")]
mod shelf;
mod sidecar;
mod table;
mod terminal;
mod unpack;
#[cfg(feature = "shelf")]
mod workshop;
mod write;

use std::process::ExitCode;

use clap::Parser;

use args::{Arguments, Command};

/// How a run ends, from best to worst; see `docs/exit-codes.md`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// Every story has its book.
    Done = 0,
    /// A story could not be bound, or a path not be read.
    Failed = 1,
    /// The command line or an environment variable makes no sense.
    Usage = 2,
    /// There was no story.
    NoStories = 3,
    /// The disk refused a book or a report.
    CannotWrite = 4,
    /// bindery itself is at fault.
    Internal = 5,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit as u8)
    }
}

/// Does what the command line says.
pub fn run() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(shown) => {
            // Help and version come this way too; a closed pipe is no fault of ours.
            let _ = shown.print();
            return ExitCode::from(u8::try_from(shown.exit_code()).unwrap_or(Exit::Usage as u8));
        }
    };
    guard::install();
    match arguments.command {
        None => build::build(&arguments.build),
        Some(Command::Build(build)) => build::build(&build),
        Some(Command::Anthology(book)) => anthology::anthology(&book),
        Some(Command::Inspect(inspect)) => inspect::inspect(&inspect),
        Some(Command::Export(export)) => export::export(&export),
        Some(Command::Info(books)) => info::info(&books),
        #[cfg(feature = "shelf")]
        Some(Command::Shelf(arguments)) => shelf::shelf(&arguments),
        Some(Command::Devices(arguments)) => devices::list(&arguments),
        Some(Command::Send(arguments)) => send::send(&arguments),
        Some(Command::List(list)) => list::list(&list),
        Some(Command::Search(search)) => search::search(&search),
        Some(Command::Reindex(folder)) => reindex::reindex(&folder),
        Some(Command::Completions { shell }) => completions::completions(shell),
    }
    .into()
}
