//! Detectors guess what a manuscript means. They look and report; they change nothing and see no other detector's findings.
//!
//! Each detector is one file and one row of [`DETECTORS`]. It reads a [`Survey`] of the whole manuscript, since no line can
//! be judged alone, and reports [`Finding`]s with the evidence for them. [`crate::structure`] weighs and decides.

pub mod contents;
pub mod dateline;
pub mod end_mark;
pub mod epigraph;
pub mod flashback;
pub mod frame;
pub mod furniture;
pub mod header;
pub mod heading;
pub mod labelled_rule;
pub mod legend;
pub mod letter;
pub mod note;
pub mod page_number;
pub mod scene_mark;
pub mod survey;
pub mod title;
pub mod transcript;
pub mod verse;

use std::ops::Range;

pub use heading::HeadingGuess;
pub use survey::{Sight, Survey};

use crate::model::note::NoteKind;

/// What a detector says that a place may mean.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    pub meaning: Meaning,
    /// Indices of passages; never empty, never beyond the manuscript.
    pub passages: Range<usize>,
    /// 0 to 1: how often a reading like this one is right.
    pub confidence: f32,
    /// For a person: what speaks for it.
    pub evidence: String,
}

impl Finding {
    pub fn new(meaning: Meaning, passages: Range<usize>, confidence: f32, evidence: impl Into<String>) -> Self {
        Finding { meaning, passages, confidence, evidence: evidence.into() }
    }
}

/// What a place may mean.
#[derive(Debug, Clone, PartialEq)]
pub enum Meaning {
    /// The story's title stands here.
    Title(String),
    /// The names of its authors.
    Byline(Vec<String>),
    /// `Label: value`.
    Field(header::Field),
    /// A line about the story that bears no label.
    Remark(header::Remark),
    /// A chapter, part or other division may begin here.
    Heading(HeadingGuess),
    /// A list of the chapters; entries as printed, without page numbers.
    Contents(Vec<String>),
    /// Time passes or the view changes. `text_from` is where the paragraph begins that the mark was run into; 0 for a mark alone.
    SceneMark {
        text_from: usize,
    },
    /// A line that says when, where or through whose eyes, or what the next scene is called; `words` are its bytes within the
    /// passage's plain text. `rule`: it stands in a mark between scenes, as in `~*~ Ruth's POV ~*~`.
    Subheading {
        words: Range<usize>,
        rule: bool,
    },
    /// Something said about the story and not in it. `text_from` is where the words after its label begin in the first passage.
    Note {
        kind: NoteKind,
        label: Option<String>,
        text_from: usize,
    },
    /// What marks in the text stand for.
    Legend(legend::Legend),
    /// Belongs to the page that the text was taken from.
    Furniture,
    /// The number of a page, left between the lines; `cuts`: in the middle of a sentence.
    PageNumber {
        cuts: bool,
    },
    /// Belongs to the archive that the text came from; `title` and `authors` are what it says of the story.
    Frame,
    /// "The End", "TBC", "Fin".
    EndMark,
    /// A saying and its source: one before a story or chapter is an epigraph.
    Epigraph,
    /// Gives the story to somebody, where it stands before it.
    Dedication,
    FlashbackStart,
    FlashbackEnd,
    /// A letter within the story, with its greeting and signature.
    Letter,
    /// Items with a sign before each.
    List,
    /// What people typed to one another, a line each.
    Transcript,
    /// Lines that keep their ends. Each passage is a line; a gap parts stanzas.
    Verse,
}

impl Meaning {
    /// What a person calls such a place.
    pub fn name(&self) -> &'static str {
        match self {
            Meaning::Title(_) => "a title",
            Meaning::Byline(_) => "a byline",
            Meaning::Field(_) => "a header line",
            Meaning::Remark(_) => "a line about the story",
            Meaning::Heading(_) => "a heading",
            Meaning::Contents(_) => "a contents list",
            Meaning::SceneMark { .. } => "a scene break",
            Meaning::Subheading { .. } => "a heading within a chapter",
            Meaning::Note { kind, .. } => match kind {
                NoteKind::Summary => "a summary",
                NoteKind::Disclaimer => "a disclaimer",
                NoteKind::Warning => "a content warning",
                NoteKind::Epigraph => "an epigraph",
                NoteKind::Dedication => "a dedication",
                _ => "a note",
            },
            Meaning::Legend(_) => "a legend",
            Meaning::Furniture => "page furniture",
            Meaning::PageNumber { .. } => "a page's number",
            Meaning::Frame => "an archive's frame",
            Meaning::EndMark => "an end mark",
            Meaning::FlashbackStart | Meaning::FlashbackEnd => "a flashback's mark",
            Meaning::Epigraph => "an epigraph",
            Meaning::Dedication => "a dedication",
            Meaning::Letter => "a letter",
            Meaning::List => "a list",
            Meaning::Transcript => "lines of talk",
            Meaning::Verse => "verse",
        }
    }
}

/// Something that looks for one kind of thing.
pub struct Detector {
    /// As shown to people, and as they switch it off.
    pub name: &'static str,
    pub detect: fn(&Survey) -> Vec<Finding>,
}

/// Every detector, in the order in which their findings are listed.
pub const DETECTORS: &[Detector] = &[
    frame::DETECTOR,
    furniture::DETECTOR,
    page_number::DETECTOR,
    title::DETECTOR,
    header::DETECTOR,
    legend::DETECTOR,
    contents::DETECTOR,
    heading::DETECTOR,
    note::DETECTOR,
    scene_mark::DETECTOR,
    labelled_rule::DETECTOR,
    dateline::DETECTOR,
    verse::DETECTOR,
    transcript::DETECTOR,
    letter::DETECTOR,
    flashback::DETECTOR,
    epigraph::DETECTOR,
    end_mark::DETECTOR,
];

/// What every detector that is not switched off finds.
pub fn detect(survey: &Survey, switched_off: &[String]) -> Vec<Finding> {
    DETECTORS
        .iter()
        .filter(|detector| !switched_off.iter().any(|name| name == detector.name))
        .flat_map(|detector| (detector.detect)(survey))
        .collect()
}
