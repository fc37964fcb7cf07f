//! From passages to blocks: wrapped lines joined, verse and letters set, typed marks turned into what they mean.

use std::ops::Range;

use super::hyphens::Hyphens;
use super::marks::Marks;
use super::weighing::{Fate, Weighing};
use crate::detect::Meaning;
use crate::model::block::{Align, Block, List, Paragraph, VerseLine};
use crate::model::manuscript::{Lines, Located, PassageKind};
use crate::model::text::{Inline, Inlines};

/// The blocks of the passages that are still open or marked as scene breaks, in order.
pub(super) fn blocks(weighing: &mut Weighing, range: Range<usize>, marks: &Marks) -> Vec<Located<Block>> {
    let mut out: Vec<Located<Block>> = Vec::new();
    let mut at = range.start;
    let mut limit = range.start;
    while at < range.end {
        let breaks =
            weighing.fates[at] == Fate::SceneBreak || (weighing.is_open(at) && weighing.breaks_before.contains(&at));
        if breaks {
            out.push(Located::new(weighing.lines(at), Block::SceneBreak));
        }
        if !weighing.is_open(at) {
            at += 1;
            continue;
        }
        // Asked again only behind the last answer: a chapter may be one unbroken run of paragraphs.
        if limit <= at {
            limit = (at + 1..range.end)
                .find(|next| {
                    !weighing.is_open(*next)
                        || weighing.breaks_before.contains(next)
                        || weighing.skips.contains_key(next)
                        || weighing.subheadings.contains_key(next)
                })
                .unwrap_or(range.end);
        }
        let (group, end) = group(weighing, at, limit, range.end, marks);
        out.extend(group);
        at = end.max(at + 1);
    }
    out
}

/// One block, or what a finding sets as one: verse, a letter, a flashback.
fn group(
    weighing: &mut Weighing,
    at: usize,
    limit: usize,
    chapter_end: usize,
    marks: &Marks,
) -> (Vec<Located<Block>>, usize) {
    let skip = weighing.skips.get(&at).copied().unwrap_or(0);
    if let Some(words) = weighing.subheadings.get(&at).cloned() {
        return (subheading(weighing, at, words, marks), at + 1);
    }
    let found =
        weighing.at(at).filter(|finding| finding.passages.start == at).find_map(|finding| match finding.meaning {
            Meaning::Letter | Meaning::Verse | Meaning::List | Meaning::Transcript
                if finding.passages.end <= limit
                    && skip == 0
                    && !(finding.meaning == Meaning::Verse
                        && letter_begins(weighing, finding.passages.clone(), limit)) =>
            {
                Some((finding.meaning.clone(), finding.passages.end, finding.confidence, finding.evidence.clone()))
            }
            Meaning::FlashbackStart => {
                Some((Meaning::FlashbackStart, at + 1, finding.confidence, finding.evidence.clone()))
            }
            Meaning::EndMark => Some((Meaning::EndMark, at + 1, finding.confidence, finding.evidence.clone())),
            _ => None,
        });
    let lines = weighing.lines(at);
    match found {
        Some((Meaning::Letter, end, confidence, evidence)) => {
            weighing.decide("letter", at, confidence, evidence, None);
            let mut inner: Vec<Block> =
                singles(weighing, at..end, marks).into_iter().map(|block| block.value).collect();
            // Address, place and date stand at the end of their lines, as letters have them.
            let dated = (at..end.min(at + 6))
                .rfind(|line| weighing.means(*line, |meaning| matches!(meaning, Meaning::Subheading { .. })));
            for block in inner.iter_mut().take(dated.map_or(0, |dated| dated + 1 - at)) {
                if let Block::Paragraph(paragraph) = block {
                    paragraph.align = Align::End;
                }
            }
            (vec![Located::new(lines.to(weighing.lines(end - 1)), Block::Letter(inner))], end)
        }
        Some((Meaning::List, end, confidence, evidence)) => {
            weighing.decide("list", at, confidence, evidence, Some("lines of talk".to_owned()));
            (vec![list(weighing, at..end, marks)], end)
        }
        Some((Meaning::Transcript, end, confidence, evidence)) => {
            weighing.decide("transcript", at, confidence, evidence, None);
            // Each line by itself, whatever it begins and ends with.
            ((at..end).flat_map(|line| one(weighing, line, 0, marks)).collect(), end)
        }
        Some((Meaning::Verse, end, confidence, evidence)) => {
            weighing.decide("verse", at, confidence, evidence, None);
            let (stanzas, end) = verse(weighing, at, end, limit, marks);
            (vec![Located::new(lines.to(weighing.lines(end - 1)), Block::Verse(stanzas))], end)
        }
        Some((Meaning::FlashbackStart, _, confidence, evidence)) => {
            let close = (at + 1..chapter_end.min(at + 200))
                .find(|other| weighing.means(*other, |meaning| matches!(meaning, Meaning::FlashbackEnd)));
            match close {
                Some(close) if close > at + 1 => {
                    weighing.decide("flashback", at, confidence, evidence, None);
                    weighing.drop_passage(at, crate::model::story::DropReason::Mark);
                    weighing.drop_passage(close, crate::model::story::DropReason::Mark);
                    let inner = blocks(weighing, at + 1..close, marks).into_iter().map(|block| block.value).collect();
                    (vec![Located::new(lines.to(weighing.lines(close)), Block::Flashback(inner))], close + 1)
                }
                None if let Some(end) = scene_end(weighing, at, chapter_end) => {
                    let evidence = format!("{evidence}; no mark ends it, so it ends with its scene");
                    weighing.decide("flashback", at, 0.5, evidence, Some("a line of the text".to_owned()));
                    weighing.drop_passage(at, crate::model::story::DropReason::Mark);
                    let inner = blocks(weighing, at + 1..end, marks).into_iter().map(|block| block.value).collect();
                    (vec![Located::new(lines.to(weighing.lines(end - 1)), Block::Flashback(inner))], end)
                }
                _ => (one(weighing, at, skip, marks), at + 1),
            }
        }
        Some((Meaning::EndMark, end, confidence, evidence)) => {
            weighing.decide("end mark", at, confidence, evidence, None);
            let inlines = weighing.survey.sights[at]
                .passage
                .inlines()
                .map(|inlines| joined(&weighing.hyphens, inlines))
                .unwrap_or_default();
            (vec![Located::new(lines, Block::EndMark(inlines))], end)
        }
        _ => {
            let limit = limit.min(next_group(weighing, at + 1, limit));
            let (paragraph, end) = rejoin(weighing, at, limit, chapter_end, skip, marks);
            (paragraph, end)
        }
    }
}

/// Short lines at the head of a letter are its address, and a telegram's are its own.
fn letter_begins(weighing: &Weighing, lines: Range<usize>, limit: usize) -> bool {
    lines.into_iter().any(|line| {
        weighing.at(line).any(|finding| {
            finding.meaning == Meaning::Letter && finding.passages.start == line && finding.passages.end <= limit
        })
    })
}

/// Where the scene ends that a flashback's mark begins, if a mark or a break ends it before the chapter does.
///
/// Only for a mark that is more than the word: `~Flashback~`.
fn scene_end(weighing: &Weighing, at: usize, chapter_end: usize) -> Option<usize> {
    if weighing.text(at).trim().chars().all(|character| character.is_alphabetic() || character == ' ') {
        return None;
    }
    (at + 1..chapter_end.min(at + 200))
        .find(|next| {
            weighing.fates[*next] == Fate::SceneBreak
                || weighing.breaks_before.contains(next)
                || weighing.means(*next, |meaning| matches!(meaning, Meaning::FlashbackStart))
        })
        .filter(|end| (at + 1..*end).any(|line| weighing.is_open(line) && weighing.survey.sights[line].words > 0))
}

fn next_group(weighing: &Weighing, from: usize, limit: usize) -> usize {
    (from..limit)
        .take(40)
        .find(|at| {
            weighing.at(*at).any(|finding| {
                finding.passages.start == *at
                    && matches!(
                        finding.meaning,
                        Meaning::Letter
                            | Meaning::Verse
                            | Meaning::List
                            | Meaning::Transcript
                            | Meaning::FlashbackStart
                            | Meaning::EndMark
                    )
            })
        })
        .unwrap_or(limit)
}

/// A paragraph, with the passages after it that are its next lines, or that only a ragged line end or the number of a page
/// cut off.
fn rejoin(
    weighing: &Weighing,
    at: usize,
    limit: usize,
    chapter_end: usize,
    skip: usize,
    marks: &Marks,
) -> (Vec<Located<Block>>, usize) {
    let wrapped = weighing.survey.manuscript.page.wrapped_at.is_some();
    let sights = &weighing.survey.sights;
    let goes_on = |last: usize| {
        let (before, next) = (&sights[last], &sights[last + 1]);
        next.is_text()
            && next.gap_before == 0
            && before.is_text()
            && !before.ends_sentence()
            && (next.text.starts_with(char::is_lowercase) || next.text.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let align = sights[at].passage.align;
    let is_next_line = |piece: usize| sights[piece].passage.continues && sights[piece].passage.align == align;
    let mut pieces = vec![at];
    let mut last = at;
    while sights[at].is_text() {
        let beyond =
            weighing.rejoined.get(&last).copied().filter(|next| {
                *next < chapter_end && weighing.is_open(*next) && !weighing.breaks_before.contains(next)
            });
        last = match beyond {
            Some(next) if pieces.len() < 50 => next,
            _ if last + 1 < limit && is_next_line(last + 1) => last + 1,
            _ if wrapped && pieces.len() < 50 && last + 1 < limit && goes_on(last) => last + 1,
            _ => break,
        };
        pieces.push(last);
    }
    if pieces.len() == 1 {
        return (one(weighing, at, skip, marks), at + 1);
    }
    let mut inlines = Inlines::new();
    for piece in &pieces {
        if !inlines.is_empty() {
            inlines.push(if is_next_line(*piece) { Inline::LineBreak } else { Inline::SoftBreak });
        }
        inlines.extend(sights[*piece].passage.inlines().into_iter().flatten().cloned());
    }
    let inlines = marks.apply(after(joined(&weighing.hyphens, &inlines), skip));
    let lines = weighing.lines(at).to(weighing.lines(last));
    let align = if is_next_line(pieces[1]) { align } else { Align::Start };
    (vec![Located::new(lines, Block::Paragraph(Paragraph { inlines, align }))], last + 1)
}

/// Passages as blocks, each by itself.
pub(super) fn singles(weighing: &Weighing, range: Range<usize>, marks: &Marks) -> Vec<Located<Block>> {
    let mut out = Vec::new();
    let mut at = range.start;
    while at < range.end {
        let (blocks, end) = rejoin(weighing, at, range.end, range.end, 0, marks);
        out.extend(blocks);
        at = end;
    }
    out
}

/// One passage as a block, without the first `skip` bytes of its plain text; none when nothing remains.
pub(super) fn one(weighing: &Weighing, at: usize, skip: usize, marks: &Marks) -> Vec<Located<Block>> {
    let passage = weighing.survey.sights[at].passage;
    let block = match &passage.kind {
        PassageKind::Paragraph(inlines) => {
            let inlines = marks.apply(after(joined(&weighing.hyphens, inlines), skip));
            if inlines.is_empty() {
                return Vec::new();
            }
            Block::Paragraph(Paragraph { inlines, align: passage.align })
        }
        PassageKind::Heading { inlines, .. } => Block::Subheading(marks.apply(joined(&weighing.hyphens, inlines))),
        PassageKind::Rule => Block::SceneBreak,
        PassageKind::Closed(block) => block.clone(),
        PassageKind::PageBreak | PassageKind::FileStart { .. } | PassageKind::ChapterStart { .. } => return Vec::new(),
    };
    vec![Located::new(passage.lines, block)]
}

/// Items without the signs before them.
fn list(weighing: &Weighing, range: Range<usize>, marks: &Marks) -> Located<Block> {
    let lines = lines_of(weighing, range.clone());
    let items = range
        .map(|at| {
            let skip = crate::detect::transcript::bullet(weighing.text(at)).map_or(0, |(_, words)| words);
            one(weighing, at, skip, marks).into_iter().map(|block| block.value).collect()
        })
        .collect();
    Located::new(lines, Block::List(List { start: None, items }))
}

/// A line that heads what follows it, by its words alone.
fn subheading(weighing: &Weighing, at: usize, words: Range<usize>, marks: &Marks) -> Vec<Located<Block>> {
    let passage = weighing.survey.sights[at].passage;
    let Some(inlines) = passage.inlines() else { return Vec::new() };
    let inlines = marks.apply(before(after(joined(&weighing.hyphens, inlines), words.start), words.end - words.start));
    vec![Located::new(passage.lines, Block::Subheading(inlines))]
}

/// Stanzas: runs of verse with nothing but one usual gap between them are one poem.
fn verse(
    weighing: &mut Weighing,
    start: usize,
    end: usize,
    limit: usize,
    marks: &Marks,
) -> (Vec<Vec<VerseLine>>, usize) {
    let mut stanzas = Vec::new();
    let (mut start, mut end) = (start, end);
    loop {
        let margin = (start..end).map(|at| weighing.survey.sights[at].passage.indent).min().unwrap_or(0);
        let stanza = (start..end)
            .map(|at| {
                let passage = weighing.survey.sights[at].passage;
                let indent = ((passage.indent - margin) / 2).min(8) as u8;
                VerseLine {
                    indent,
                    inlines: marks
                        .apply(passage.inlines().map(|inlines| joined(&weighing.hyphens, inlines)).unwrap_or_default()),
                }
            })
            .collect();
        stanzas.push(stanza);
        let next = end < limit && weighing.survey.sights[end].gap_before <= weighing.survey.usual_gap.max(1);
        let more = weighing
            .at(end)
            .find(|finding| {
                matches!(finding.meaning, Meaning::Verse)
                    && finding.passages.start == end
                    && finding.passages.end <= limit
            })
            .map(|finding| finding.passages.end);
        match more {
            Some(more) if next => (start, end) = (end, more),
            _ => return (stanzas, end),
        }
    }
}

/// Text whose source line ends are gone: a space, or nothing after a hyphen that the line end left. The hyphen goes too
/// where the text proves that it only broke a word.
pub(super) fn joined(hyphens: &Hyphens, inlines: &[Inline]) -> Inlines {
    if let [Inline::Text(_)] = inlines {
        return inlines.to_vec();
    }
    let mut out: Inlines = Vec::new();
    let mut pending = false;
    for (at, inline) in inlines.iter().enumerate() {
        match inline {
            Inline::SoftBreak => pending = true,
            Inline::Text(text) => match out.last_mut() {
                Some(Inline::Text(before)) => {
                    if pending && hyphens.join(before, text) {
                        before.pop();
                    } else if pending && !ends_in_hyphen(before) {
                        before.push(' ');
                    }
                    before.push_str(text);
                    pending = false;
                }
                _ => {
                    // Room for all lines of the paragraph: most hold nothing but text.
                    let lines = inlines[at..].iter().map_while(|line| match line {
                        Inline::Text(text) => Some(text.len()),
                        Inline::SoftBreak => Some(1),
                        _ => None,
                    });
                    let mut joined = String::with_capacity(1 + lines.sum::<usize>());
                    if pending && !out.is_empty() {
                        joined.push(' ');
                    }
                    joined.push_str(text);
                    out.push(Inline::Text(joined));
                    pending = false;
                }
            },
            Inline::Styled(style, inner) => {
                space(&mut out, &mut pending);
                out.push(Inline::Styled(*style, joined(hyphens, inner)));
            }
            Inline::Link { target, inlines } => {
                space(&mut out, &mut pending);
                out.push(Inline::Link { target: target.clone(), inlines: joined(hyphens, inlines) });
            }
            Inline::Foreign { language, inlines } => {
                space(&mut out, &mut pending);
                out.push(Inline::Foreign { language: language.clone(), inlines: joined(hyphens, inlines) });
            }
            other => {
                space(&mut out, &mut pending);
                out.push(other.clone());
            }
        }
    }
    out
}

fn space(out: &mut Inlines, pending: &mut bool) {
    if std::mem::take(pending) && !out.is_empty() {
        match out.last_mut() {
            Some(Inline::Text(before)) => before.push(' '),
            _ => out.push(Inline::text(" ")),
        }
    }
}

/// A word broken at the line's end, or a compound: its hyphen stays unless the text proves that it only broke a word.
fn ends_in_hyphen(text: &str) -> bool {
    let mut end = text.chars().rev();
    end.next() == Some('-') && end.next().is_some_and(char::is_alphanumeric)
}

/// Text without its first `skip` bytes, across its inlines.
pub(super) fn after(inlines: Inlines, skip: usize) -> Inlines {
    if skip == 0 {
        return inlines;
    }
    let mut left = skip;
    let mut out = Vec::new();
    for inline in inlines {
        if left == 0 {
            out.push(inline);
            continue;
        }
        match inline {
            Inline::Text(text) => {
                let cut = left.min(text.len());
                let cut = (cut..=text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len());
                left -= cut.min(left);
                if cut < text.len() {
                    out.push(Inline::Text(text[cut..].to_owned()));
                }
            }
            Inline::Styled(style, inner) => {
                let length = crate::model::text::plain(&inner).len();
                let rest = after(inner, left.min(length));
                left = left.saturating_sub(length);
                if !rest.is_empty() {
                    out.push(Inline::Styled(style, rest));
                }
            }
            other => {
                let length = crate::model::text::plain(std::slice::from_ref(&other)).len();
                if length > left || length == 0 {
                    out.push(other);
                }
                left = left.saturating_sub(length);
            }
        }
    }
    out
}

/// Text up to its first `keep` bytes, across its inlines.
fn before(inlines: Inlines, keep: usize) -> Inlines {
    let mut left = keep;
    let mut out = Vec::new();
    for inline in inlines {
        if left == 0 {
            break;
        }
        match inline {
            Inline::Text(mut text) => {
                let cut =
                    (left.min(text.len())..=text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len());
                left = left.saturating_sub(cut);
                text.truncate(cut);
                out.push(Inline::Text(text));
            }
            other => {
                left = left.saturating_sub(crate::model::text::plain(std::slice::from_ref(&other)).len());
                out.push(other);
            }
        }
    }
    out
}

/// How the passages of a range stand in the source: in the file of its first text, as far as they stand there.
pub(super) fn lines_of(weighing: &Weighing, range: Range<usize>) -> Lines {
    let sights = &weighing.survey.sights[range.start.min(weighing.len())..range.end.min(weighing.len())];
    // The start of a file is no line of it.
    let mut standing = sights
        .iter()
        .filter(|sight| !matches!(sight.passage.kind, PassageKind::FileStart { .. }))
        .map(|sight| sight.passage.lines);
    let first = standing.next().or_else(|| Some(weighing.survey.sights.get(range.start)?.passage.lines));
    first.map(|first| standing.fold(first, Lines::to)).unwrap_or_default()
}
