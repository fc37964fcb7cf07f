//! Many stories in one book: what an editor plans, what a story brings to it, and in which order its pages are read.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::Serialize;

use super::block::Block;
use super::book::{BookImage, BookMetadata, BookWarning, Cover, Page, Wording};
use super::record::BookRecord;
use super::story::DropReason;
use super::warning::RatingLevel;

/// An editor's plan, as it is written: which stories, in which parts.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Plan {
    pub title: Option<String>,
    pub editors: Vec<String>,
    /// BCP 47.
    pub language: Option<String>,
    /// A file, or the text itself in Markdown.
    pub introduction: Option<Stated>,
    /// A picture.
    pub cover: Option<Stated>,
    /// Paths and patterns; in a plan with parts, what those choose from that name none.
    pub stories: Vec<String>,
    pub condition: Option<Stated>,
    pub sort: Option<Stated>,
    pub shown: Option<Shown>,
    pub parts: Vec<PlannedPart>,
}

#[derive(Debug, Clone, Default, PartialEq)]
pub struct PlannedPart {
    /// Never empty.
    pub title: String,
    pub introduction: Option<Stated>,
    pub stories: Vec<String>,
    pub condition: Option<Stated>,
    pub sort: Option<Stated>,
}

/// Words of a plan with their line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stated {
    pub text: String,
    pub line: u32,
}

/// What an editor decides about the whole.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Anthology {
    pub title: String,
    pub editors: Vec<String>,
    /// BCP 47; `None` leaves it to the stories: the language of most of them.
    pub language: Option<String>,
    /// What stands before the stories.
    pub introduction: Vec<Block>,
    /// In their order. An anthology that is not divided has none.
    pub parts: Vec<Part>,
    /// Which of several volumes it is, and of how many.
    pub volume: Option<(usize, usize)>,
}

/// Stories that stand together under a title.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Part {
    pub title: String,
    pub introduction: Vec<Block>,
}

/// What the opening page of a story tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// Names of rows: `fandom`, `rating`, `tags`.
    pub rows: Vec<&'static str>,
    pub summary: bool,
    /// A list of the chapters with links.
    pub chapters: bool,
}

impl Shown {
    /// Every row, in the order of the page.
    pub const ROWS: [&'static str; 12] = [
        "fandom",
        "rating",
        "category",
        "relationships",
        "characters",
        "genre",
        "tags",
        "status",
        "published",
        "updated",
        "translator",
        "source",
    ];
}

impl Default for Shown {
    fn default() -> Self {
        Shown { rows: Shown::ROWS.to_vec(), summary: true, chapters: true }
    }
}

/// A story as it stands in an anthology: its pages, and what the rest of the book says of it.
#[derive(Debug, Clone)]
pub struct Work {
    /// Opening page, chapters and what follows them; then those that stand at the back of the book.
    pub pages: Vec<Page>,
    pub images: Vec<BookImage>,
    pub language: String,
    pub right_to_left: bool,
    pub wording: Wording,
    pub contribution: Contribution,
}

/// What an anthology keeps in mind of a story whose pages are written.
#[derive(Debug, Clone)]
pub struct Contribution {
    /// Its place among the stories as they were found, from one.
    pub number: usize,
    /// Index into [`Anthology::parts`]; 0 in an anthology that is not divided.
    pub part: usize,
    pub record: BookRecord,
    pub warnings: Vec<CarriedWarning>,
    pub rating: RatingLevel,
    /// Where the scheme of its rating states an age.
    pub typical_age: Option<&'static str>,
    /// Chapters with their labels, in reading order; empty for a story of one.
    pub chapters: Vec<(String, String)>,
    /// How many of its pages stand in the body of the book; the others stand at the back.
    pub in_body: usize,
    /// Seconds since 1970.
    pub modified: i64,
    /// Words that were left out of its text, by reason.
    pub left_out: BTreeMap<DropReason, usize>,
    pub pictures_inform: bool,
}

/// A warning of a story, with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CarriedWarning {
    pub warning: BookWarning,
    /// Authority and id of the known term.
    pub coded: Option<(&'static str, &'static str)>,
    /// The page of the chapter that it concerns.
    pub page: Option<String>,
}

impl Contribution {
    /// What its pages' ids begin with in the book: `s00012-`.
    pub fn prefix(number: usize) -> String {
        format!("s{number:05}-")
    }

    /// The id, in the book, of one of its pages.
    pub fn page(&self, id: &str) -> String {
        format!("{}{id}", Contribution::prefix(self.number))
    }
}

/// The page that a story begins with, by its id within the story.
pub const OPENING: &str = "opening";

/// What closes an anthology: everything that speaks of the whole.
#[derive(Debug, Clone)]
pub struct Frame {
    pub metadata: BookMetadata,
    pub cover: Option<Cover>,
    pub pages: Vec<Page>,
    pub order: Vec<Leaf>,
    /// Before which of `order` the contents stand; `None` when they are for machines alone and pages of their own say the same.
    pub contents_at: Option<usize>,
    pub works: Vec<WorkRecord>,
}

/// A stretch of pages in the order of a book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Leaf {
    /// A page that speaks of the whole, by its index.
    Page(usize),
    /// Pages of a section that was laid out apart.
    Section {
        /// Its number among them.
        section: usize,
        pages: Range<usize>,
        /// What contents call the first of them, if not by its own name.
        name: Option<String>,
        /// The deepest level that contents list; 0 for none of them.
        depth: u8,
    },
}

/// The record of a story in the anthology that has it.
#[derive(Debug, Clone, Serialize)]
pub struct WorkRecord {
    /// The file that it opens with, relative to the package document.
    pub opens: String,
    #[serde(flatten)]
    pub record: BookRecord,
}
