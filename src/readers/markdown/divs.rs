//! Marks that say what a stretch of a draft is, in pandoc's notation: `::: {.letter}` … `:::`, `# One {.chapter}`.
//!
//! An export writes them, and a person may. Only the names that `docs/story-format.md` lists mean anything; anything else in
//! such brackets is text.

use crate::model::block::{Align, Block};
use crate::model::manuscript::{Lines, Manuscript, Passage, PassageKind, StatedNote};
use crate::model::note::{Note, NoteKind, NotePlace};
use crate::model::story::Role;
use crate::model::text::{Inline, Inlines, plain};

/// What a div says of what stands in it.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Div {
    Letter,
    Flashback,
    Verse,
    Quote,
    EndMark,
    Aligned(Align),
    Note { kind: NoteKind, place: NotePlace, label: Option<String> },
}

/// A div that is not yet closed.
struct Open {
    div: Div,
    /// Where its line stood, to be put back when it is never closed.
    line: Passage,
    passages: Vec<Passage>,
}

/// Reads the divs and attributes of a manuscript.
pub(super) fn settle(manuscript: &mut Manuscript) {
    let passages = std::mem::take(&mut manuscript.passages);
    let mut done: Vec<Passage> = Vec::with_capacity(passages.len());
    let mut open: Vec<Open> = Vec::new();
    for passage in passages {
        if let Some(div) = opening(&passage) {
            open.push(Open { div, line: passage, passages: Vec::new() });
            continue;
        }
        if is_closing(&passage)
            && let Some(Open { div, line, passages }) = open.pop()
        {
            let lines = line.lines.to(passage.lines);
            let made = close(div, lines, line.gap, passages);
            match made {
                Made::Passages(made) => open.last_mut().map_or(&mut done, |open| &mut open.passages).extend(made),
                Made::Note(note) => {
                    let chapter =
                        done.iter().rposition(|passage| matches!(passage.kind, PassageKind::ChapterStart { .. }));
                    manuscript.notes.push(StatedNote { at: chapter, note });
                }
            }
            continue;
        }
        open.last_mut().map_or(&mut done, |open| &mut open.passages).push(passage);
    }
    for Open { line, passages, .. } in open {
        done.push(line);
        done.extend(passages);
    }
    manuscript.passages = done;
}

enum Made {
    Passages(Vec<Passage>),
    Note(Note),
}

fn close(div: Div, lines: Lines, gap: u16, passages: Vec<Passage>) -> Made {
    let closed = |block: Block| {
        let passage = Passage { gap, kind: PassageKind::Closed(block), ..Passage::paragraph(lines, Inlines::new()) };
        Made::Passages(vec![passage])
    };
    let blocks = |passages: Vec<Passage>| passages.into_iter().filter_map(Passage::into_block).collect::<Vec<_>>();
    match div {
        Div::Letter => closed(Block::Letter(blocks(passages))),
        Div::Flashback => closed(Block::Flashback(blocks(passages))),
        Div::Quote => closed(Block::Quote(blocks(passages))),
        Div::Verse => closed(verse(passages)),
        Div::EndMark => closed(Block::EndMark(
            passages.into_iter().find_map(|passage| passage.inlines().cloned()).unwrap_or_default(),
        )),
        Div::Aligned(align) => {
            Made::Passages(passages.into_iter().map(|passage| Passage { align, ..passage }).collect())
        }
        Div::Note { kind, place, label } => {
            Made::Note(Note { kind, place, label, blocks: blocks(passages), lines, times: 1 })
        }
    }
}

/// Paragraphs are stanzas; a line ends where the author ended it, and wide spaces before it are its indentation.
fn verse(passages: Vec<Passage>) -> Block {
    use crate::model::block::{Stanza, VerseLine};
    let mut stanzas: Vec<Stanza> = Vec::new();
    for passage in passages {
        let Some(inlines) = passage.inlines() else { continue };
        let mut lines: Stanza = Vec::new();
        for part in inlines.split(|inline| matches!(inline, Inline::LineBreak | Inline::SoftBreak)) {
            let mut part = part.to_vec();
            let mut indent = 0;
            if let Some(Inline::Text(first)) = part.first_mut() {
                let rest = first.trim_start_matches('\u{2003}');
                indent = (first.len() - rest.len()) / '\u{2003}'.len_utf8();
                *first = rest.to_owned();
            }
            part.retain(|inline| !matches!(inline, Inline::Text(text) if text.is_empty()));
            if !part.is_empty() {
                lines.push(VerseLine { indent: indent.min(8) as u8, inlines: part });
            }
        }
        match stanzas.last_mut().filter(|_| passage.gap == 0) {
            Some(stanza) => stanza.extend(lines),
            None if lines.is_empty() => {}
            None => stanzas.push(lines),
        }
    }
    Block::Verse(stanzas)
}

/// The div that a line opens: `::: {.note .author .before label="A/N"}` or `::: letter`.
fn opening(passage: &Passage) -> Option<Div> {
    let PassageKind::Paragraph(inlines) = &passage.kind else { return None };
    let [Inline::Text(first), ..] = inlines.as_slice() else { return None };
    if !first.starts_with(":::") {
        return None;
    }
    let text = plain(inlines);
    let said = text.trim_start_matches(':').trim();
    let attributes = said.strip_prefix('{').and_then(|said| said.strip_suffix('}'));
    let (classes, label) = match attributes {
        Some(attributes) => read_attributes(attributes),
        None => (vec![said], None),
    };
    let is = |class: &str| classes.contains(&class);
    let div = match *classes.first()? {
        "letter" => Div::Letter,
        "flashback" => Div::Flashback,
        "verse" => Div::Verse,
        "quote" => Div::Quote,
        "end-mark" => Div::EndMark,
        "center" => Div::Aligned(Align::Center),
        "right" => Div::Aligned(Align::End),
        "note" => Div::Note {
            kind: NoteKind::ALL.into_iter().find(|kind| is(kind.name())).unwrap_or(NoteKind::Author),
            place: if is("after") { NotePlace::After } else { NotePlace::Before },
            label,
        },
        _ => return None,
    };
    Some(div)
}

/// The classes of an attribute list without their dots, and the value of `label`.
fn read_attributes(attributes: &str) -> (Vec<&str>, Option<String>) {
    let (classes, label) = match attributes.split_once("label=\"") {
        Some((before, after)) => (before, after.rsplit_once('"').map(|(label, _)| label.to_owned())),
        None => (attributes, None),
    };
    (classes.split_whitespace().filter_map(|class| class.strip_prefix('.')).collect(), label)
}

fn is_closing(passage: &Passage) -> bool {
    let PassageKind::Paragraph(inlines) = &passage.kind else { return false };
    matches!(inlines.as_slice(), [Inline::Text(text)] if text.len() >= 3 && text.chars().all(|c| c == ':'))
}

/// What the attributes behind a heading say that it heads: `{.chapter}`, `{.prologue}`.
pub(super) fn role(attributes: &str) -> Option<Role> {
    let class = attributes.strip_prefix("{.")?.strip_suffix('}')?;
    Role::ALL.into_iter().find(|role| role.name() == class)
}
