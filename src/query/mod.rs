//! Which stories a person wants, in what order, and which belong together: a small language of conditions over the record
//! of a book, for people who are no programmers.
//!
//! It looks at records alone, never at a text, a disk or a clock. What a story does not say meets no condition; nothing is
//! guessed for it.

mod field;
mod filter;
mod fold;
mod groups;
mod parse;
mod series;
mod sort;
#[cfg(test)]
mod tests;

pub use field::{FIELDS, Field, FieldRow, Kind};
pub use filter::{Filter, quoted};
pub use fold::fold;
pub use groups::{By, Group, groups};
pub use series::{SeriesState, part_of};
pub use sort::{Place, Sort, natural, shuffled};

use crate::model::record::BookRecord;

/// A story about which a filter is asked.
#[derive(Debug, Clone, Copy)]
pub struct Candidate<'a> {
    pub record: &'a BookRecord,
    /// Where the story or its book lies, as the person would type it; empty when that is not known.
    pub path: &'a str,
}

impl<'a> Candidate<'a> {
    pub fn new(record: &'a BookRecord, path: &'a str) -> Self {
        Candidate { record, path }
    }
}

/// The folders on the way to a path, outermost first, and last the whole way: `a`, `b`, `a/b` of `a/b/moth.txt`.
fn folders(path: &str) -> Vec<String> {
    let path = path.replace('\\', "/");
    let Some((way, _)) = path.rsplit_once('/') else { return Vec::new() };
    let mut folders: Vec<String> =
        way.split('/').filter(|name| !matches!(*name, "" | "." | "..")).map(str::to_owned).collect();
    if folders.len() > 1 {
        folders.push(folders.join("/"));
    }
    folders
}
