//! Blocks that hold others: quotes, lists, notes, tables, and what only has their shape.

use std::ops::Range;

use crate::model::block::{Block, List, plain_blocks};
use crate::model::manuscript::{Lines, Passage, PassageKind};
use crate::model::note::{Footnote, FootnoteOrigin};
use crate::model::text::{Inline, plain};

use super::events::{DEEPEST, Frame, Item, Reader, has_words};
use super::habits;
use super::notices::Notice;

impl Reader<'_> {
    pub(super) fn depth(&self) -> usize {
        self.frames.len()
    }

    pub(super) fn push_frame(&mut self, frame: Frame) {
        self.end_text();
        let frame = if self.depth() < DEEPEST { frame } else { Frame::Flat };
        self.frames.push(frame);
    }

    /// The innermost frame that Markdown opened; quotes that tags opened within it end with it.
    pub(super) fn pop_frame(&mut self) -> Option<Frame> {
        self.end_text();
        while matches!(self.frames.last(), Some(Frame::TypedQuote(_))) {
            self.close_typed_quote();
        }
        self.frames.pop()
    }

    pub(super) fn close_typed_quote(&mut self) {
        if let Some(Frame::TypedQuote(passages)) = self.frames.pop()
            && let (Some(first), Some(last)) = (passages.first(), passages.last())
        {
            let lines = first.lines.to(last.lines);
            self.emit_closed(Block::Quote(blocks(passages)), lines);
        }
    }

    pub(super) fn emit_quote(&mut self, passages: Vec<Passage>, range: &Range<usize>) {
        let lines = self.lines(range);
        let blocks = blocks(passages);
        if blocks.is_empty() {
            return;
        }
        if !has_content(&blocks) && habits::is_ornament(&self.page.restored(&self.page.text[range.clone()])) {
            // `>>>@@<<<` stands between scenes.
            self.emit_typed(range);
        } else {
            self.emit_closed(Block::Quote(blocks), lines);
        }
    }

    /// Gives out marks that are no marks as they are typed, line by line.
    pub(super) fn emit_typed(&mut self, range: &Range<usize>) {
        let first = self.page.line(range.start);
        for (number, line) in (first..).zip(self.page.text[range.clone()].lines()) {
            let typed = self.page.restored(line.trim()).into_owned();
            if !typed.is_empty() {
                let lines = Lines::new(self.file, number..number + 1);
                self.emit(Passage::paragraph(lines, vec![Inline::Text(typed)]));
            }
        }
    }

    pub(super) fn end_list(&mut self, start: Option<u64>, mut items: Vec<Item>, range: Range<usize>) {
        let lines = self.lines(&range);
        if !items.iter().flat_map(|item| &item.passages).any(has_passage_content) {
            // `*`, `+ + +` or `1.` alone on a line mean something else than a list of nothing.
            self.emit_typed(&range);
            return;
        }
        if start.is_some() {
            let numbers: Vec<Option<u64>> =
                items.iter().map(|item| item.marker.get(..item.marker.len() - 1)?.parse().ok()).collect();
            if !habits::is_count(&numbers) {
                // `1986. A great year.`
                for item in items {
                    self.emit_typed_item(item);
                }
                return;
            }
        }
        let dashes = start.is_none() && self.frames.is_empty() && items.iter().all(|item| item.marker == "-");
        if dashes {
            self.weigh_dashes(&items);
        }
        let item_lines = items.iter().map(|item| Lines::new(self.file, item.lines.clone())).collect();
        let items = items.iter_mut().map(|item| blocks(std::mem::take(&mut item.passages))).collect();
        self.emit_closed(Block::List(List { start, items }), lines);
        if dashes {
            self.dashes.push((self.passages.len() - 1, item_lines));
        }
    }

    /// An item whose marker is part of what is said.
    pub(super) fn emit_typed_item(&mut self, item: Item) {
        let lines = Lines::new(self.file, item.lines.clone());
        let mut passages = item.passages.into_iter().peekable();
        let first = passages.next_if(|passage| matches!(passage.kind, PassageKind::Paragraph(_)));
        self.emit(with_marker(&item.marker, first.unwrap_or(Passage::paragraph(lines, Vec::new()))));
        for passage in passages {
            self.emit(passage);
        }
    }

    pub(super) fn weigh_dashes(&mut self, items: &[Item]) {
        let said = |item: &Item| match &item.passages[..] {
            [Passage { kind: PassageKind::Paragraph(inlines), .. }] => Some(plain(inlines)),
            _ => None,
        };
        let texts: Vec<Option<String>> = items.iter().map(said).collect();
        self.habit.lists += 1;
        if texts.iter().all(|text| text.as_deref().is_some_and(habits::is_speech)) {
            self.habit.speeches += 1;
            self.habit.single += usize::from(texts.len() == 1);
            self.habit.attributions += texts.iter().flatten().filter(|text| habits::has_attribution(text)).count();
        }
    }

    pub(super) fn note_key(&self, label: &str) -> String {
        let order = self.called.get(label).copied().unwrap_or(self.called.len());
        format!("note-{}-{}", self.file, order + 1)
    }

    pub(super) fn end_footnote(&mut self, label: String, passages: Vec<Passage>, range: &Range<usize>) {
        let is_first = self.defined.insert(label.clone());
        match self.called.get(&label) {
            Some(order) if is_first => {
                let key = self.note_key(&label);
                let mark = if self.numbers_are_marks { label } else { (order + 1).to_string() };
                let note = Footnote { key, mark, blocks: blocks(passages), origin: FootnoteOrigin::Marked };
                self.footnotes.push((*order, note));
            }
            _ => {
                let lines = self.lines(range);
                self.notices.add(Notice::FootnoteUncalled, lines.start, &format!("[^{label}]"));
                let mut passages = passages.into_iter().peekable();
                let first = passages.next_if(|passage| matches!(passage.kind, PassageKind::Paragraph(_)));
                let first = first.unwrap_or(Passage::paragraph(lines, Vec::new()));
                self.emit(with_marker(&format!("[^{label}]:"), first));
                for passage in passages {
                    self.emit(passage);
                }
            }
        }
    }
}

fn has_content(blocks: &[Block]) -> bool {
    blocks
        .iter()
        .any(|block| has_words(&plain_blocks([block])) || matches!(block, Block::Image(_) | Block::Preformatted(_)))
}

fn has_passage_content(passage: &Passage) -> bool {
    match &passage.kind {
        PassageKind::Paragraph(inlines) | PassageKind::Heading { inlines, .. } => {
            has_words(&plain(inlines)) || inlines.iter().any(|inline| !matches!(inline, Inline::Text(_)))
        }
        PassageKind::Closed(block) => has_content(std::slice::from_ref(block)),
        _ => false,
    }
}

/// A paragraph with what is typed before its first word.
pub(super) fn with_marker(marker: &str, mut passage: Passage) -> Passage {
    if let PassageKind::Paragraph(inlines) = &mut passage.kind {
        match inlines.first_mut() {
            Some(Inline::Text(text)) => text.insert_str(0, &format!("{marker} ")),
            Some(_) => inlines.insert(0, Inline::Text(format!("{marker} "))),
            None => inlines.push(Inline::text(marker)),
        }
    }
    passage
}

/// Passages as blocks of something that holds them.
fn blocks(passages: Vec<Passage>) -> Vec<Block> {
    passages.into_iter().filter_map(Passage::into_block).collect()
}
