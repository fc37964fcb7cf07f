//! Where one scene ends and the next begins: by marks, or by white space alone in a text that has no marks.

use std::ops::Range;

use super::weighing::{Fate, Weighing};
use crate::detect::Meaning;
use crate::model::story::DropReason;

/// Places of the marks between scenes within some passages.
pub(super) fn marks(weighing: &Weighing, range: Range<usize>) -> Vec<usize> {
    range
        .filter(|at| {
            weighing.is_open(*at) && weighing.means(*at, |meaning| matches!(meaning, Meaning::SceneMark { .. }))
        })
        .collect()
}

/// Marks the scene breaks of a chapter's text. `by_space` lets white space part scenes.
pub(super) fn settle(weighing: &mut Weighing, range: Range<usize>, by_space: bool) {
    let text = |weighing: &Weighing, at: usize| {
        weighing.is_open(at) && !weighing.means(at, |meaning| matches!(meaning, Meaning::SceneMark { text_from: 0 }))
    };
    let first = range.clone().find(|at| text(weighing, *at));
    let last = range
        .clone()
        .rev()
        .find(|at| text(weighing, *at) && !weighing.means(*at, |meaning| matches!(meaning, Meaning::EndMark)));
    let (Some(first), Some(last)) = (first, last) else { return };
    let mut broken = false;
    for at in range {
        if !weighing.is_open(at) {
            continue;
        }
        let mark = weighing.at(at).find_map(|finding| match finding.meaning {
            Meaning::SceneMark { text_from } => Some((text_from, finding.confidence, finding.evidence.clone())),
            _ => None,
        });
        if let Some((text_from, confidence, evidence)) = mark {
            // Before the first and after the last line of text there is nothing to part; of two marks one is enough.
            if (at < first || at > last || broken) && text_from == 0 {
                weighing.drop_passage(at, DropReason::Mark);
            } else if text_from == 0 {
                weighing.decide("scene break", at, confidence, evidence, None);
                // Marks such as oOo have letters, and letters are words to be accounted for.
                weighing.drop_passage(at, DropReason::Mark);
                weighing.fates[at] = Fate::SceneBreak;
            } else {
                weighing.decide("scene break", at, confidence, evidence, None);
                weighing.skips.insert(at, text_from);
                if at > first && !broken {
                    weighing.breaks_before.insert(at);
                }
            }
            broken = text_from == 0;
            continue;
        }
        if by_space && at > first && at <= last && !broken && parts_scenes(weighing, at) {
            let gap = weighing.survey.sights[at].gap_before;
            weighing.decide(
                "scene break",
                at,
                0.75,
                format!(
                    "{gap} empty lines where paragraphs have {}, and no marks in the whole text",
                    weighing.survey.usual_gap
                ),
                Some("a stray empty line".to_owned()),
            );
            weighing.breaks_before.insert(at);
        }
        broken = false;
    }
}

/// Whether the text uses white space for its scenes: no marks, and wide gaps more than once but not everywhere.
pub(super) fn uses_space(weighing: &Weighing, range: Range<usize>) -> bool {
    if weighing.survey.usual_gap == 0
        && weighing.survey.manuscript.page.wrapped_at.is_some()
        && weighing.survey.manuscript.page.paragraphs != crate::model::manuscript::ParagraphHabit::Indented
    {
        return false;
    }
    let places = range.clone().filter(|at| *at > range.start && parts_scenes(weighing, *at)).count();
    let passages = range.len().max(1);
    places >= 1 && places * 3 < passages
}

/// A gap wider than a paragraph's, with no dialogue going on over it.
fn parts_scenes(weighing: &Weighing, at: usize) -> bool {
    let (here, before) = (&weighing.survey.sights[at], &weighing.survey.sights[at - 1]);
    if !weighing.is_open(at)
        || !weighing.is_open(at - 1)
        || !weighing.survey.is_wide(here.gap_before)
        || here.words == 0
        || before.words == 0
    {
        return false;
    }
    // A signature or a short line in capitals is set off by space without ending a scene.
    let signature = |sight: &crate::detect::Sight| {
        sight.words <= 6 && (sight.in_capitals() || sight.text.trim_end().ends_with(','))
    };
    if signature(here) || signature(before) {
        return false;
    }
    let set = |at: usize| {
        weighing.means(at, |meaning| {
            matches!(
                meaning,
                Meaning::Verse | Meaning::Letter | Meaning::EndMark | Meaning::FlashbackStart | Meaning::FlashbackEnd
            )
        })
    };
    if set(at) || set(at - 1) {
        return false;
    }
    // Sites ate short lines: speech that answers speech goes on over a gap, and so does speech that nobody is named for.
    let answers = before.starts_with_speech() && before.words <= 12;
    let speaks_last = answers || before.text.trim_end().ends_with(['"', '”', '»', '“']);
    let spoke = speaks_last || before.text.contains(['"', '“', '»', '„']);
    !(here.starts_with_speech() && (speaks_last || (spoke && is_speech_alone(&here.text))))
}

/// A paragraph that is one speech from its first quotation mark to its last, without a word of who says it.
fn is_speech_alone(text: &str) -> bool {
    let text = text.trim();
    let marks = text.chars().filter(|character| matches!(character, '"' | '“' | '”' | '„' | '«' | '»')).count();
    marks == 2 && text.ends_with(['"', '”', '“', '»', '«'])
}
