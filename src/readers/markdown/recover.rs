//! What can be said only when the whole draft was read: which dashes open speech, and which words the parser passed over.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::model::block::{Block, List};
use crate::model::manuscript::{Lines, Passage, PassageKind};
use crate::model::story::DropReason;
use crate::model::text::{Inline, Inlines, plain};

use super::blocks::with_marker;
use super::events::{Reader, has_words};
use super::habits;
use super::notices::Notice;
use super::page;
use super::page::Page;

impl Reader<'_> {
    /// Makes paragraphs of lists whose dashes open speech.
    pub(super) fn unroll_speech(&mut self) {
        if !self.habit.opens_speech() {
            return;
        }
        let mut dashes = std::mem::take(&mut self.dashes).into_iter().peekable();
        let mut passages = Vec::with_capacity(self.passages.len());
        for (index, passage) in std::mem::take(&mut self.passages).into_iter().enumerate() {
            let Some((_, lines)) = dashes.next_if(|(list, _)| *list == index) else {
                passages.push(passage);
                continue;
            };
            let PassageKind::Closed(Block::List(List { items, .. })) = &passage.kind else {
                passages.push(passage);
                continue;
            };
            let speeches: Vec<&Inlines> = items
                .iter()
                .filter_map(|item| match &item[..] {
                    [Block::Paragraph(paragraph)] if habits::is_speech(&plain(&paragraph.inlines)) => {
                        Some(&paragraph.inlines)
                    }
                    _ => None,
                })
                .collect();
            if speeches.len() < items.len() || lines.len() != items.len() {
                passages.push(passage);
                continue;
            }
            let mut gap = passage.gap;
            for (inlines, lines) in speeches.into_iter().zip(lines) {
                self.notices.add(Notice::DashesAreSpeech, lines.start, &format!("- {}", plain(inlines)));
                let speech = with_marker("-", Passage::paragraph(lines, inlines.clone()));
                passages.push(Passage { gap, indent: self.page.indent(lines.start), ..speech });
                gap = usual_gap_between(self.page, lines.end);
            }
        }
        self.passages = passages;
    }

    /// Puts words back that the parser passed over, such as cells that a table has no column for.
    pub(super) fn recover(&mut self) {
        self.covered.sort_by_key(|range| (range.start, range.end));
        let mut gaps: Vec<Range<usize>> = Vec::new();
        let mut at = 0;
        for range in &self.covered {
            if range.start > at {
                gaps.push(at..range.start);
            }
            at = at.max(range.end);
        }
        gaps.push(at..self.page.text.len());
        let page = self.page;
        let mut recovered = Vec::new();
        for gap in gaps {
            let mut start = gap.start;
            for typed in page.text[gap].split_inclusive('\n') {
                let number = page.line(start);
                start += typed.len();
                let text = page.restored(typed);
                if !has_words(&text) {
                    continue;
                }
                if page::is_definition(&text) {
                    self.notices.add(Notice::DefinitionUnused, number, &text);
                    self.leave_out(DropReason::Address, text.trim().to_owned(), number);
                    continue;
                }
                self.notices.add(Notice::TextRecovered, number, &text);
                let words = text.trim_matches([' ', '\t', '\n', '|', '>']).to_owned();
                let lines = Lines::new(self.file, number..number + 1);
                recovered.push(Passage::paragraph(lines, vec![Inline::Text(words)]));
            }
        }
        if recovered.is_empty() {
            return;
        }
        let mut passages = Vec::with_capacity(self.passages.len() + recovered.len());
        let mut recovered = recovered.into_iter().peekable();
        for passage in std::mem::take(&mut self.passages) {
            while let Some(found) = recovered.next_if(|found| found.lines.start < passage.lines.start) {
                passages.push(found);
            }
            passages.push(passage);
        }
        passages.extend(recovered);
        self.passages = passages;
    }
}

fn usual_gap_between(page: &Page, after: u32) -> u16 {
    u16::from(page.source_line(after).trim().is_empty())
}

/// The most common number of empty lines between paragraphs, the smaller of two that are as common.
pub(super) fn usual_gap(passages: &[Passage]) -> u16 {
    let mut counts: BTreeMap<u16, usize> = BTreeMap::new();
    for pair in passages.windows(2) {
        if pair.iter().all(|passage| matches!(passage.kind, PassageKind::Paragraph(_))) {
            *counts.entry(pair[1].gap).or_default() += 1;
        }
    }
    counts.into_iter().rev().max_by_key(|(_, count)| *count).map_or(0, |(gap, _)| gap)
}
