//! Everything that structure weighs: the survey, the findings by place, and what has been decided so far.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::hyphens::Hyphens;
use crate::detect::{Finding, Meaning, Survey};
use crate::diagnostic::Diagnostic;
use crate::model::manuscript::{Lines, PassageKind};
use crate::model::story::{Decision, DropReason, Dropped};

/// What has been decided about a passage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// Nothing yet; if it stays so it is text of the story.
    Open,
    /// Left out of the text, and listed.
    Dropped,
    /// In the header before the story: became metadata, a fact or a note.
    Opening,
    /// A heading of a chapter, or its title on a line of its own.
    Heading,
    /// A mark between scenes and nothing else.
    SceneBreak,
    /// Part of a note of a chapter or of the work.
    Note,
}

pub(super) struct Weighing<'a> {
    pub survey: &'a Survey<'a>,
    pub findings: &'a [Finding],
    by_passage: Vec<Vec<u32>>,
    pub fates: Vec<Fate>,
    /// A scene ends before these passages without a mark of its own.
    pub breaks_before: BTreeSet<usize>,
    /// Bytes of plain text at the start of a passage that are no text of the story: a heading or mark run into it.
    pub skips: BTreeMap<usize, usize>,
    /// Lines that head what follows them within a chapter, and the bytes of their words.
    pub subheadings: BTreeMap<usize, Range<usize>>,
    /// Passages that a page number cut off from the one before: the passage before, and the one that goes on.
    pub rejoined: BTreeMap<usize, usize>,
    /// Words that line ends broke.
    pub hyphens: Hyphens,
    pub dropped: Vec<Dropped>,
    pub decisions: Vec<Decision>,
    pub remarks: Vec<Diagnostic>,
}

impl<'a> Weighing<'a> {
    pub fn new(survey: &'a Survey<'a>, findings: &'a [Finding]) -> Self {
        let mut by_passage = vec![Vec::new(); survey.sights.len()];
        for (index, finding) in findings.iter().enumerate() {
            for at in finding.passages.clone() {
                by_passage[at].push(index as u32);
            }
        }
        let fates = vec![Fate::Open; survey.sights.len()];
        Weighing {
            survey,
            findings,
            by_passage,
            fates,
            breaks_before: BTreeSet::new(),
            skips: BTreeMap::new(),
            subheadings: BTreeMap::new(),
            rejoined: BTreeMap::new(),
            hyphens: Hyphens::of(survey),
            dropped: Vec::new(),
            decisions: Vec::new(),
            remarks: Vec::new(),
        }
    }

    /// The findings that concern a passage.
    pub fn at(&self, at: usize) -> impl Iterator<Item = &'a Finding> + '_ {
        self.by_passage.get(at).into_iter().flatten().map(|index| &self.findings[*index as usize])
    }

    /// Whether a finding that begins at this passage or covers it has such a meaning.
    pub fn means(&self, at: usize, test: impl Fn(&Meaning) -> bool) -> bool {
        self.at(at).any(|finding| test(&finding.meaning))
    }

    pub fn is_open(&self, at: usize) -> bool {
        self.fates.get(at) == Some(&Fate::Open)
    }

    pub fn text(&self, at: usize) -> &str {
        &self.survey.sights[at].text
    }

    pub fn lines(&self, at: usize) -> Lines {
        self.survey.sights[at].passage.lines
    }

    pub fn len(&self) -> usize {
        self.fates.len()
    }

    /// Leaves a passage out of the text and lists it.
    pub fn drop_passage(&mut self, at: usize, reason: DropReason) {
        if self.fates[at] == Fate::Dropped {
            return;
        }
        self.fates[at] = Fate::Dropped;
        let sight = &self.survey.sights[at];
        let text = match &sight.passage.kind {
            PassageKind::Closed(block) => crate::model::block::plain_blocks([block]).trim().to_owned(),
            _ => sight.text.split_whitespace().collect::<Vec<_>>().join(" "),
        };
        // Of a mark its words say enough; its characters are what the typography replaced.
        let text = if reason == DropReason::Mark {
            crate::detect::heading::strip_marks(&text).trim_matches('/').trim().to_owned()
        } else {
            text
        };
        if !text.is_empty() {
            self.dropped.push(Dropped { reason, text, lines: sight.passage.lines });
        }
    }

    /// Records a decision. Where no runner-up is told, the strongest reading of the place that it shuts out is one.
    pub fn decide(
        &mut self,
        what: &'static str,
        at: usize,
        confidence: f32,
        evidence: impl Into<String>,
        runner_up: Option<String>,
    ) {
        let sight = &self.survey.sights[at];
        let excerpt: String = sight.text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(70).collect();
        let runner_up = runner_up.or_else(|| self.runner_up(what, at, confidence)).or_else(|| {
            // A thin case has the plain text against it.
            (confidence < THIN).then(|| "a line of the text".to_owned())
        });
        self.decisions.push(Decision {
            what,
            excerpt,
            lines: sight.passage.lines,
            confidence,
            evidence: evidence.into(),
            runner_up,
        });
    }

    /// The surest finding at a passage that cannot be true together with what was decided, if it is nearly as sure.
    fn runner_up(&self, what: &str, at: usize, confidence: f32) -> Option<String> {
        self.at(at)
            .filter(|finding| finding.passages.start == at && excludes(what, &finding.meaning))
            .filter(|finding| finding.confidence + NEAR >= confidence)
            .max_by(|one, other| one.confidence.total_cmp(&other.confidence))
            .map(|finding| format!("{} ({:.0} %)", finding.meaning.name(), finding.confidence * 100.0))
    }
}

/// How much less sure a reading may be and still be told.
const NEAR: f32 = 0.15;

/// Below this confidence of a decision the text itself is the other reading.
const THIN: f32 = 0.5;

/// Whether a decision of this name and a place's meaning cannot both be right. A line may say title and author at once, and
/// several facts; what is said beside the story is one thing or another.
fn excludes(what: &str, meaning: &Meaning) -> bool {
    match meaning {
        Meaning::Heading(_) => !matches!(
            what,
            "page number"
                | "chapter"
                | "part"
                | "title"
                | "section heading"
                | "contents list"
                | "archive's frame"
                | "scene break with a heading"
                | "heading within a chapter"
        ),
        Meaning::Title(_) | Meaning::Byline(_) => {
            !matches!(what, "title" | "author" | "archive's frame" | "header line")
        }
        Meaning::Field(_) => !matches!(what, "title" | "author" | "archive's frame" | "header line" | "legend"),
        Meaning::Remark(_) => what == "chapter" || what == "part" || what == "title",
        Meaning::SceneMark { .. } => !matches!(what, "scene break" | "archive's frame" | "scene break with a heading"),
        Meaning::Subheading { .. } => {
            !matches!(what, "heading within a chapter" | "scene break with a heading" | "archive's frame")
        }
        Meaning::Note { .. } => matches!(what, "chapter" | "part" | "title" | "verse" | "letter" | "end mark"),
        Meaning::EndMark => !matches!(what, "end mark" | "archive's frame"),
        Meaning::Letter => !matches!(what, "letter" | "archive's frame"),
        Meaning::Verse => !matches!(what, "verse" | "archive's frame" | "header line" | "author" | "contents list"),
        Meaning::List | Meaning::Transcript => matches!(what, "letter" | "verse"),
        Meaning::PageNumber { .. } => matches!(what, "chapter" | "part" | "section heading" | "scene break"),
        Meaning::Epigraph | Meaning::Dedication => matches!(what, "chapter" | "part" | "title" | "verse" | "letter"),
        Meaning::Furniture => !matches!(what, "page furniture" | "archive's frame"),
        Meaning::FlashbackStart | Meaning::FlashbackEnd => !matches!(what, "flashback" | "archive's frame"),
        Meaning::Contents(_) => matches!(what, "chapter" | "part"),
        Meaning::Frame | Meaning::Legend(_) => false,
    }
}
