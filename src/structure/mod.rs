//! From a manuscript and its findings to a story: the only place that decides.

use crate::diagnostic::Diagnosed;
use crate::model::block::{Block, Paragraph};
use crate::model::manuscript::{Lines, Located, Manuscript, PassageKind};
use crate::model::story::{Chapter, Role, Story};

/// Decides what each passage is.
pub fn structure(manuscript: Manuscript) -> Diagnosed<Story> {
    let mut blocks = Vec::new();
    let mut lines = Lines::default();
    for passage in manuscript.passages {
        lines = if blocks.is_empty() { passage.lines } else { lines.to(passage.lines) };
        let block = match passage.kind {
            PassageKind::Paragraph(inlines) => Block::Paragraph(Paragraph::new(inlines)),
            PassageKind::Heading { inlines, .. } => Block::Subheading(inlines),
            PassageKind::Rule => Block::SceneBreak,
            PassageKind::Closed(block) => block,
            PassageKind::PageBreak | PassageKind::FileStart { .. } => continue,
        };
        blocks.push(Located::new(passage.lines, block));
    }
    let chapter = Chapter { role: Role::Chapter, level: 1, heading: None, notes: Vec::new(), blocks, lines };
    Diagnosed::clean(Story {
        metadata: manuscript.declared,
        chapters: vec![chapter],
        footnotes: manuscript.footnotes,
        images: manuscript.images,
        files: manuscript.files,
        ..Story::default()
    })
}
