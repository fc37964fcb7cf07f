//! Which lines head a scene within a chapter: datelines, points of view, and the labels of rules.
//!
//! A line says so by its words; here its place is weighed. It stands alone, text follows it in the same chapter, and where
//! its words may mean anything else, a scene begins there or other lines of the kind stand in the story.

use std::ops::Range;

use super::weighing::{Fate, Weighing};
use crate::detect::{Finding, Meaning};
use crate::model::manuscript::ParagraphHabit;

/// Below this confidence a dateline needs company, or the beginning of a scene.
const SURE: f32 = 0.6;

/// Below this, both.
const DOUBTFUL: f32 = 0.4;

/// How many lines of the story read as datelines and stand alone: company for those that are not sure.
pub(super) fn company(weighing: &Weighing) -> usize {
    weighing
        .findings
        .iter()
        .filter(|finding| {
            matches!(finding.meaning, Meaning::Subheading { .. })
                && finding.confidence >= DOUBTFUL
                && stands_alone(weighing, finding.passages.start)
        })
        .count()
}

/// Marks the subheadings of a chapter's text, and the scene breaks that labelled rules are.
pub(super) fn settle(weighing: &mut Weighing, range: Range<usize>, company: usize) {
    let first = range.clone().find(|at| weighing.is_open(*at) && weighing.survey.sights[*at].words > 0);
    let mut accepted: Vec<(usize, Range<usize>, bool, f32, String)> = Vec::new();
    for at in range.clone() {
        let Some(finding) = candidate(weighing, at) else { continue };
        let Meaning::Subheading { words, rule } = finding.meaning.clone() else { continue };
        let begins = Some(at) == first || scene_begins(weighing, at);
        let leads = weighing.survey.sights[at].gap_after == 0
            && at + 1 < range.end
            && candidate(weighing, at + 1).is_some_and(|next| next.confidence >= SURE);
        let touches = leads || accepted.last().is_some_and(|(before, ..)| before + 1 == at);
        let alone = stands_alone(weighing, at) || touches && below(weighing, at) || stands_in_lines(weighing, at);
        let supported = match finding.confidence {
            sure if sure >= SURE => true,
            weak if weak >= DOUBTFUL => begins || company >= 2 || touches,
            _ => begins && company >= 1 || touches,
        };
        // What stands in a run of short lines is verse, a list or a form, unless every line of it is such a line.
        if alone && supported && text_follows(weighing, at, range.end) && !within_verse(weighing, at) {
            let breaks = rule && Some(at) != first;
            let confidence = if touches { finding.confidence.max(0.7) } else { finding.confidence };
            accepted.push((at, words, breaks, confidence, finding.evidence.clone()));
        }
    }
    for (at, words, breaks, confidence, evidence) in accepted {
        let what = if breaks { "scene break with a heading" } else { "heading within a chapter" };
        weighing.decide(what, at, confidence, evidence, Some("a line of the text".to_owned()));
        weighing.subheadings.insert(at, words);
        if breaks {
            weighing.breaks_before.insert(at);
        }
    }
}

/// The reading of an open passage as a subheading, the surer of two.
fn candidate<'a>(weighing: &Weighing<'a>, at: usize) -> Option<&'a Finding> {
    if !weighing.is_open(at) || weighing.skips.contains_key(&at) {
        return None;
    }
    let spoken_for = weighing.means(at, |meaning| {
        matches!(
            meaning,
            Meaning::Letter | Meaning::EndMark | Meaning::FlashbackStart | Meaning::FlashbackEnd | Meaning::Note { .. }
        )
    });
    if spoken_for {
        return None;
    }
    weighing
        .at(at)
        .filter(|finding| matches!(finding.meaning, Meaning::Subheading { .. }))
        .max_by(|a, b| a.confidence.total_cmp(&b.confidence))
}

/// Space before and after, or the edge of something that is no text.
fn stands_alone(weighing: &Weighing, at: usize) -> bool {
    let sights = &weighing.survey.sights;
    let sight = &sights[at];
    let before = at == 0 || sight.gap_before > 0 || !sights[at - 1].is_text() || weighing.fates[at - 1] != Fate::Open;
    before && (sight.gap_after > 0 || below(weighing, at))
}

/// A paragraph stands right below: its first line is long.
fn below(weighing: &Weighing, at: usize) -> bool {
    weighing.survey.sights[at].gap_after > 0
        || weighing
            .survey
            .sights
            .get(at + 1)
            .is_some_and(|next| next.words >= 14 || candidate(weighing, at + 1).is_some())
}

/// Where every line is a paragraph and none has space around it, a label in a rule still stands for itself.
fn stands_in_lines(weighing: &Weighing, at: usize) -> bool {
    weighing.survey.usual_gap == 0
        && weighing.survey.manuscript.page.paragraphs == ParagraphHabit::EveryLine
        && weighing.means(at, |meaning| matches!(meaning, Meaning::Subheading { rule: true, .. }))
}

/// A scene's mark, or wider space, stands before it.
fn scene_begins(weighing: &Weighing, at: usize) -> bool {
    weighing.breaks_before.contains(&at)
        || weighing.survey.is_wide(weighing.survey.sights[at].gap_before)
        || at > 0 && (weighing.fates[at - 1] == Fate::SceneBreak || weighing.fates[at - 1] == Fate::Heading)
}

/// A paragraph follows before anything ends the scene; other lines of the kind may stand between.
fn text_follows(weighing: &Weighing, at: usize, end: usize) -> bool {
    (at + 1..end).take(4).find(|next| candidate(weighing, *next).is_none()).is_some_and(|next| {
        let sight = &weighing.survey.sights[next];
        weighing.is_open(next)
            && (sight.words >= 4 || sight.starts_with_speech())
            && !weighing.means(next, |meaning| matches!(meaning, Meaning::EndMark))
    })
}

fn within_verse(weighing: &Weighing, at: usize) -> bool {
    weighing.at(at).any(|finding| {
        matches!(finding.meaning, Meaning::Verse)
            && finding.passages.clone().any(|line| candidate(weighing, line).is_none())
    })
}
