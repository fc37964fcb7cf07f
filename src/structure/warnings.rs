//! Content warnings and rating, from the author's labelled lines, notes and tags, as known terms beside the author's words.

use crate::model::block::plain_blocks;
use crate::model::note::NoteKind;
use crate::model::story::Story;
use crate::model::warning::{Scope, Vocabulary, Warning, WarningState};
use crate::vocab::{self, Words};

/// Fills a story's warnings and their state from what its author says.
pub(super) fn read(story: &mut Story, own: Option<&Vocabulary>) {
    let own = own.map(Words::of);
    let words = own.as_ref().unwrap_or(Words::known());
    let mut warnings: Vec<Warning> = Vec::new();
    let mut state = WarningState::Unknown;
    for wording in story.metadata.warnings.clone() {
        labelled(words, &wording, Scope::Work, &mut warnings, &mut state);
    }
    for note in &story.notes {
        let text = plain_blocks(&note.blocks);
        match note.kind {
            NoteKind::Warning if story.metadata.warnings.is_empty() => {
                labelled(words, &text, Scope::Work, &mut warnings, &mut state)
            }
            NoteKind::Author | NoteKind::Summary | NoteKind::Editor | NoteKind::Translator => {
                in_prose(words, &text, Scope::Work, &mut warnings, &mut state)
            }
            _ => {}
        }
    }
    for (index, chapter) in story.chapters.iter().enumerate() {
        for note in &chapter.notes {
            let text = plain_blocks(&note.blocks);
            match note.kind {
                NoteKind::Warning => labelled(words, &text, Scope::Chapter(index), &mut warnings, &mut state),
                NoteKind::Author | NoteKind::Summary => {
                    in_prose(words, &text, Scope::Chapter(index), &mut warnings, &mut state)
                }
                _ => {}
            }
        }
    }
    if let Some(rating) = &mut story.metadata.rating
        && rating.term.is_none()
    {
        rating.term = vocab::rating(&rating.wording);
    }
    if !warnings.is_empty() && state != WarningState::Withheld {
        state = WarningState::Stated;
    }
    story.warnings = warnings;
    story.warning_state = state;
}

/// A line or list that a label says is of warnings: known terms, and the author's words where no term is known.
fn labelled(words: &Words, wording: &str, scope: Scope, warnings: &mut Vec<Warning>, state: &mut WarningState) {
    let reading = words.warnings(wording);
    if matches!(reading.state, WarningState::NoneApply | WarningState::Withheld) {
        *state = reading.state;
    }
    let mut known = false;
    for found in reading.found.iter().filter(|found| !found.negated) {
        known = true;
        push(warnings, Warning { term: Some(found.term), wording: found.wording.clone(), scope });
    }
    if !known && reading.found.is_empty() && reading.state == WarningState::Unknown {
        let wording = wording.split_whitespace().collect::<Vec<_>>().join(" ");
        if !super::opening::is_nothing(&wording) {
            push(warnings, Warning { term: None, wording, scope });
        } else {
            *state = WarningState::NoneApply;
        }
    }
}

fn in_prose(words: &Words, text: &str, scope: Scope, warnings: &mut Vec<Warning>, state: &mut WarningState) {
    let reading = words.warnings_in_prose(text);
    if matches!(reading.state, WarningState::NoneApply | WarningState::Withheld) && *state == WarningState::Unknown {
        *state = reading.state;
    }
    for found in reading.found.into_iter().filter(|found| !found.negated) {
        push(warnings, Warning { term: Some(found.term), wording: found.wording, scope });
    }
}

fn push(warnings: &mut Vec<Warning>, warning: Warning) {
    let same = |other: &Warning| match (other.term, warning.term) {
        (Some(a), Some(b)) => a.id == b.id && a.authority == b.authority,
        (None, None) => other.wording == warning.wording,
        _ => false,
    };
    // The work's warning covers its chapters.
    if !warnings.iter().any(|other| same(other) && (other.scope == warning.scope || other.scope == Scope::Work)) {
        warnings.push(warning);
    }
}
