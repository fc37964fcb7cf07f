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
        self.decisions.push(Decision {
            what,
            excerpt,
            lines: sight.passage.lines,
            confidence,
            evidence: evidence.into(),
            runner_up,
        });
    }
}
