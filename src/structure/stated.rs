//! Chapters as a person states them: they win over every guess.

use super::chapters::Start;
use super::weighing::Weighing;
use crate::detect::{contents, heading};
use crate::diagnostic::Diagnostic;
use crate::model::settings::ChapterMark;
use crate::model::story::{DropReason, Dropped, Heading, Role};
use crate::model::text::Inline;

/// Whether a mark says where its chapter begins, rather than only what it is called.
pub(super) fn has_place(mark: &ChapterMark) -> bool {
    mark.line.is_some() || mark.starts.is_some() || mark.file.is_some()
}

/// The chapters after a person's corrections.
///
/// Marks that name a place are the whole list of chapters. Marks that only name a title rename the recognised chapters in
/// order.
pub(super) fn chapters(weighing: &mut Weighing, marks: &[ChapterMark], recognised: Vec<Start>) -> Vec<Start> {
    if marks.iter().any(has_place) {
        return placed(weighing, marks, &recognised);
    }
    let mut starts = recognised;
    for (start, mark) in starts.iter_mut().zip(marks) {
        if let Some(title) = &mark.title {
            overrule(weighing, start, title);
            start.heading = Some(named(title));
            start.evidence = "its title is stated".to_owned();
        }
    }
    starts
}

fn placed(weighing: &mut Weighing, marks: &[ChapterMark], recognised: &[Start]) -> Vec<Start> {
    let mut starts: Vec<Start> = Vec::new();
    for mark in marks.iter().filter(|mark| has_place(mark)) {
        let Some(at) = find(weighing, mark) else {
            let place = mark
                .starts
                .clone()
                .or_else(|| mark.line.map(|line| format!("line {line}")))
                .or_else(|| mark.file.clone())
                .unwrap_or_default();
            weighing.remarks.push(
                Diagnostic::warning("chapter-not-found", format!("a stated chapter is not in the text: `{place}`"))
                    .hint("see `bindery inspect` for the lines of the text"),
            );
            continue;
        };
        // A recognised heading at that place keeps its words unless a title is stated.
        let known = recognised.iter().find(|start| start.at == at || start.body == at);
        if let (Some(start), Some(title)) = (known, &mark.title) {
            overrule(weighing, start, title);
        }
        let heading = mark.title.as_deref().map(named).or_else(|| known.and_then(|start| start.heading.clone()));
        let (at, body, run_in) = known.map_or((at, at, None), |start| (start.at, start.body, start.run_in));
        let role = known.map_or(Role::Chapter, |start| start.role);
        if !starts.iter().any(|start| start.at == at) {
            starts.push(Start {
                at,
                body,
                run_in,
                heading,
                role,
                level: 1,
                confidence: 1.0,
                evidence: "stated by a person".to_owned(),
            });
        }
    }
    starts.sort_by_key(|start| start.at);
    starts
}

/// Keeps the words of a heading that a stated title stands in for.
fn overrule(weighing: &mut Weighing, start: &Start, title: &str) {
    let Some(heading) = &start.heading else { return };
    let text = heading.line();
    if contents::key(&text) != contents::key(title) {
        let lines = weighing.lines(start.at);
        weighing.dropped.push(Dropped { reason: DropReason::TitleOverruled, text, lines });
    }
}

fn find(weighing: &Weighing, mark: &ChapterMark) -> Option<usize> {
    let manuscript = weighing.survey.manuscript;
    let file = match &mark.file {
        Some(name) => Some(manuscript.files.iter().position(|file| file.name == *name)? as u32),
        None => None,
    };
    let wanted = mark.starts.as_deref().map(contents::key);
    (0..weighing.len()).find(|at| {
        let sight = &weighing.survey.sights[*at];
        let lines = sight.passage.lines;
        let in_file = file.is_none_or(|file| lines.file == file);
        let at_line = mark
            .line
            .is_none_or(|line| (lines.start..lines.end.max(lines.start + 1)).contains(&line) && sight.words > 0);
        let begins = wanted
            .as_ref()
            .is_none_or(|wanted| sight.words > 0 && contents::key(&sight.text).starts_with(wanted.as_str()));
        in_file && at_line && begins && sight.words > 0
    })
}

/// A stated title, with label and number apart where it has them.
fn named(title: &str) -> Heading {
    match heading::parse_text(title, title.split_whitespace().count() as u32).filter(|guess| guess.run_in.is_none()) {
        Some(guess) => Heading {
            label: guess.label,
            ordinal: guess.ordinal,
            title: if guess.title.is_empty() { Vec::new() } else { vec![Inline::text(guess.title)] },
        },
        None => Heading { label: None, ordinal: None, title: vec![Inline::text(title)] },
    }
}
