//! Sayings and dedications before the first sentence of a chapter or of the whole work.

use std::ops::Range;

use super::notes;
use super::weighing::{Fate, Weighing};
use crate::detect::Meaning;
use crate::model::block::{Align, Block, VerseLine};
use crate::model::note::{Note, NoteKind, NotePlace};

/// Takes the saying or dedication off the beginning of a chapter's open passages. `first` is true for the first chapter of
/// the story, where alone a dedication stands.
pub(super) fn of_chapter(weighing: &mut Weighing, range: Range<usize>, first: bool) -> Vec<Note> {
    let mut found = Vec::new();
    let mut from = range.start;
    // A dedication and a saying may follow each other, in either order.
    for _ in 0..3 {
        let text = |at: &usize| weighing.is_open(*at) && weighing.survey.sights[*at].words > 0;
        let Some(at) = (from..range.end).find(text) else { break };
        let Some((kind, passages)) = reading(weighing, at).filter(|(kind, _)| first || *kind == NoteKind::Epigraph)
        else {
            break;
        };
        // Something has to be the story.
        let follows =
            (passages.end..range.end).any(|later| weighing.is_open(later) && weighing.survey.sights[later].words >= 6);
        if passages.end > range.end || !follows {
            break;
        }
        from = passages.end;
        found.push(take(weighing, passages, kind));
    }
    found
}

/// What stands at a passage of the opening or of a chapter's beginning, if it is a saying or a dedication.
pub(super) fn reading(weighing: &Weighing, at: usize) -> Option<(NoteKind, Range<usize>)> {
    weighing.at(at).filter(|finding| finding.passages.start == at).find_map(|finding| match finding.meaning {
        Meaning::Epigraph => Some((NoteKind::Epigraph, finding.passages.clone())),
        Meaning::Dedication => Some((NoteKind::Dedication, finding.passages.clone())),
        _ => None,
    })
}

/// Makes the note and marks its passages.
pub(super) fn take(weighing: &mut Weighing, passages: Range<usize>, kind: NoteKind) -> Note {
    let evidence = weighing
        .at(passages.start)
        .find(|finding| matches!(finding.meaning, Meaning::Epigraph | Meaning::Dedication))
        .map(|finding| (finding.confidence, finding.evidence.clone()));
    let (confidence, evidence) = evidence.unwrap_or((0.6, "stands before the first sentence".to_owned()));
    let what = if kind == NoteKind::Epigraph { "epigraph" } else { "dedication" };
    let mut note = notes::compose(weighing, passages.clone(), kind, NotePlace::Before, None, 0);
    if kind == NoteKind::Epigraph {
        set_source(&mut note.blocks);
    }
    weighing.decide(what, passages.start, confidence, evidence, Some("the story's first lines".to_owned()));
    for at in passages {
        weighing.fates[at] = Fate::Note;
    }
    note
}

/// Several lines above a source are verse; the source stands at the end of its line.
fn set_source(blocks: &mut Vec<Block>) {
    if blocks.len() < 2 || !blocks.iter().all(|block| matches!(block, Block::Paragraph(_))) {
        return;
    }
    let Some(Block::Paragraph(mut source)) = blocks.pop() else { return };
    source.align = Align::End;
    if blocks.len() > 1 {
        let lines = blocks
            .drain(..)
            .filter_map(|block| match block {
                Block::Paragraph(line) => Some(VerseLine { indent: 0, inlines: line.inlines }),
                _ => None,
            })
            .collect();
        blocks.push(Block::Verse(vec![lines]));
    }
    blocks.push(Block::Paragraph(source));
}
