//! From nodes of a page to passages and blocks.

use crate::diagnostic::{Diagnosed, Diagnostic};
use crate::model::block::Block;
use crate::model::manuscript::{Lines, Manuscript, Passage};
use crate::model::text::Inline;

use super::dom::{NodeId, Page, is_inline, is_unseen};

/// Turns parts of one page into passages and blocks, and keeps what they share: footnotes, pictures, what was left out.
pub struct Converter<'a> {
    page: &'a Page,
    file: u32,
    diagnostics: Vec<Diagnostic>,
}

impl<'a> Converter<'a> {
    pub fn new(page: &'a Page, file: u32) -> Self {
        Converter { page, file, diagnostics: Vec::new() }
    }

    /// The lines that nodes stand on; those of their beginning, as the parser tells no more.
    pub fn lines(&self, nodes: &[NodeId]) -> Lines {
        let first = nodes.first().map_or(1, |node| self.page.line(*node).max(1));
        let last = nodes.last().map_or(first, |node| self.page.line(*node).max(first));
        Lines::new(self.file, first..last + 1)
    }

    /// The passages that nodes hold, in order.
    pub fn passages(&mut self, nodes: &[NodeId]) -> Vec<Passage> {
        let mut out = Vec::new();
        for node in nodes {
            let mut open = String::new();
            let mut line = self.page.line(*node).max(1);
            for id in self.page.descendants(*node) {
                if let Some(text) = self.page.text(id) {
                    let seen = self.page.parent(id).is_none_or(|parent| !is_unseen(self.page.name(parent)));
                    if seen {
                        open.push_str(text);
                    }
                } else if !is_inline(self.page.name(id)) {
                    self.close(&mut open, line, &mut out);
                    line = self.page.line(id).max(1);
                }
            }
            self.close(&mut open, line, &mut out);
        }
        out
    }

    fn close(&self, open: &mut String, line: u32, out: &mut Vec<Passage>) {
        let text = open.split_whitespace().collect::<Vec<_>>().join(" ");
        open.clear();
        if !text.is_empty() {
            out.push(Passage::paragraph(Lines::new(self.file, line..line + 1), vec![Inline::Text(text)]));
        }
    }

    /// The same as blocks, for notes.
    pub fn blocks(&mut self, nodes: &[NodeId]) -> Vec<Block> {
        self.passages(nodes).into_iter().filter_map(Passage::into_block).collect()
    }

    /// Hands over what all parts share.
    pub fn finish(self, manuscript: Manuscript) -> Diagnosed<Manuscript> {
        Diagnosed::with(manuscript, self.diagnostics)
    }
}
