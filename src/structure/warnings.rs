//! Content warnings and rating, from the author's labelled lines, notes and tags, as known terms beside the author's words;
//! what an editor added; and the passages that an author marked for readers who want to pass over them.

use std::collections::BTreeSet;

use super::skips;
use crate::detect::Survey;
use crate::model::block::plain_blocks;
use crate::model::note::{Note, NoteKind};
use crate::model::story::{Role, Story};
use crate::model::warning::{Scope, Vocabulary, WarnedBy, Warning, WarningState};
use crate::vocab::{self, About, FoundWarning, Words};

/// Fills a story's warnings and their state from what its author says, and from what an editor added.
pub(super) fn read(story: &mut Story, survey: &Survey, own: Option<&Vocabulary>) {
    let own = own.map(Words::of);
    let mut reading = Reading {
        words: own.as_ref().unwrap_or(Words::known()),
        chapters: Chapters::of(story),
        warnings: Vec::new(),
        state: WarningState::Unknown,
    };
    for wording in &story.metadata.warnings {
        reading.labelled(wording, Scope::Work, WarnedBy::Author);
    }
    for note in &story.notes {
        match note.kind {
            // What the header's facts say already is not read a second time.
            NoteKind::Warning if !story.metadata.warnings.is_empty() && !reading.says_chapter(note) => {}
            NoteKind::Warning => {
                let scope = if reading.says_chapter(note) { reading.chapters.first() } else { Scope::Work };
                reading.labelled(&plain_blocks(&note.blocks), scope, WarnedBy::Author);
            }
            NoteKind::Author | NoteKind::Summary | NoteKind::Editor | NoteKind::Translator => {
                reading.in_prose(&plain_blocks(&note.blocks), Scope::Work)
            }
            _ => {}
        }
    }
    for (index, chapter) in story.chapters.iter().enumerate() {
        for note in &chapter.notes {
            match note.kind {
                NoteKind::Warning => {
                    reading.labelled(&plain_blocks(&note.blocks), Scope::Chapter(index), WarnedBy::Author)
                }
                NoteKind::Author | NoteKind::Summary => {
                    reading.in_prose(&plain_blocks(&note.blocks), Scope::Chapter(index))
                }
                _ => {}
            }
        }
    }
    if !reading.warnings.is_empty() && reading.state != WarningState::Withheld {
        reading.state = WarningState::Stated;
    }
    // What an editor adds says nothing about what the author stated.
    let state = reading.state;
    for wording in &story.metadata.editor_warnings {
        reading.labelled(wording, Scope::Work, WarnedBy::Editor);
    }
    let warnings = reading.settled();
    if let Some(rating) = &mut story.metadata.rating
        && rating.term.is_none()
    {
        rating.term = vocab::rating(&rating.wording);
    }
    story.warnings = warnings;
    story.warning_state = state;
    story.passages = skips::passages(story, survey);
}

/// The chapters of a story as its author counts them.
struct Chapters {
    /// Index and number of each.
    numbered: Vec<(usize, u32)>,
    several: bool,
}

impl Chapters {
    fn of(story: &Story) -> Self {
        let is_text = |role: Role| !matches!(role, Role::Part);
        let texts: Vec<usize> =
            story.chapters.iter().enumerate().filter(|(_, chapter)| is_text(chapter.role)).map(|(at, _)| at).collect();
        let ordinal = |at: usize| {
            story.chapters[at].heading.as_ref().and_then(|heading| heading.ordinal).filter(|ordinal| *ordinal > 0)
        };
        let stated = texts.iter().any(|at| ordinal(*at).is_some());
        let mut count = 0;
        let numbered = texts
            .iter()
            .filter_map(|at| {
                count += u32::from(story.chapters[*at].role == Role::Chapter);
                if stated { ordinal(*at).map(|number| (*at, number)) } else { Some((*at, count)) }
            })
            .collect();
        Chapters { numbered, several: texts.len() > 1 }
    }

    /// What "this chapter" means above the first one.
    fn first(&self) -> Scope {
        match self.numbered.first() {
            Some((at, _)) if self.several => Scope::Chapter(*at),
            _ => Scope::Work,
        }
    }

    /// What an item concerns that stands where `scope` is meant if nothing is said.
    fn scopes(&self, about: &About, scope: Scope) -> Vec<Scope> {
        match about {
            About::Chapters(numbers) if self.several => {
                let found = numbers.iter().filter_map(|number| self.numbered.iter().find(|(_, own)| own == number));
                let found: Vec<Scope> = found.map(|(at, _)| Scope::Chapter(*at)).collect();
                if found.is_empty() { vec![scope] } else { found }
            }
            About::ThisChapter if scope == Scope::Work => vec![self.first()],
            About::Whole => vec![Scope::Work],
            _ => vec![scope],
        }
    }
}

struct Reading<'w> {
    words: &'w Words,
    chapters: Chapters,
    warnings: Vec<Warning>,
    state: WarningState,
}

impl Reading<'_> {
    /// Whether the label of a note about the work says that it is about one chapter: "TW for this chapter".
    fn says_chapter(&self, note: &Note) -> bool {
        let label = note.label.as_deref().unwrap_or_default().to_lowercase();
        ["this chapter", "this part", "chapter warning"].iter().any(|words| label.contains(words))
    }

    /// A line or list that a label says is of warnings: known terms, and the author's words where no term is known.
    fn labelled(&mut self, wording: &str, scope: Scope, by: WarnedBy) {
        let reading = self.words.warnings(wording);
        let speaks = by == WarnedBy::Author;
        // "No warnings for this chapter" says nothing about the story.
        if speaks
            && (reading.state == WarningState::Withheld
                || reading.state == WarningState::NoneApply && scope == Scope::Work)
        {
            self.state = reading.state;
        }
        if reading.found.is_empty() && reading.state == WarningState::Unknown {
            let wording = wording.split_whitespace().collect::<Vec<_>>().join(" ");
            if !super::opening::is_nothing(&wording) {
                self.warnings.push(Warning { term: None, wording, scope, intensity: None, by });
            } else if speaks && scope == Scope::Work {
                self.state = WarningState::NoneApply;
            }
        }
        self.take(reading.found, scope, by);
    }

    fn in_prose(&mut self, text: &str, scope: Scope) {
        let reading = self.words.warnings_in_prose(text);
        if matches!(reading.state, WarningState::NoneApply | WarningState::Withheld)
            && self.state == WarningState::Unknown
            && scope == Scope::Work
        {
            self.state = reading.state;
        }
        self.take(reading.found, scope, WarnedBy::Author);
    }

    fn take(&mut self, found: Vec<FoundWarning>, scope: Scope, by: WarnedBy) {
        for FoundWarning { term, wording, intensity, about, .. } in found.into_iter().filter(|found| !found.negated) {
            for scope in self.chapters.scopes(&about, scope) {
                self.warnings.push(Warning { term: Some(term), wording: wording.clone(), scope, intensity, by });
            }
        }
    }

    /// Each warning once; the work's covers its chapters, and the author's what the editor says too.
    fn settled(self) -> Vec<Warning> {
        let key = |warning: &Warning| match warning.term {
            Some(term) => (term.authority, term.id.to_owned()),
            None => ("", warning.wording.clone()),
        };
        let index = |scope: Scope| match scope {
            Scope::Work => None,
            Scope::Chapter(index) => Some(index),
        };
        let of_work: BTreeSet<_> =
            self.warnings.iter().filter(|warning| warning.scope == Scope::Work).map(|it| (key(it), it.by)).collect();
        let mut seen = BTreeSet::new();
        let mut kept = self.warnings;
        kept.retain(|warning| {
            let covered = warning.scope != Scope::Work
                && (of_work.contains(&(key(warning), WarnedBy::Author))
                    || of_work.contains(&(key(warning), warning.by)));
            !covered && seen.insert((key(warning), index(warning.scope)))
        });
        kept
    }
}
