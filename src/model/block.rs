//! The blocks that a story's text is made of.

use std::collections::BTreeSet;

use serde::Serialize;

use super::text::{Inline, Inlines};

/// One block of a story. Says what it means, never what it looks like.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Block {
    Paragraph(Paragraph),
    /// A heading inside a chapter (a place and date, a labelled scene); it has no entry in the table of contents.
    Subheading(Inlines),
    /// Time passes or the view changes here.
    SceneBreak,
    Quote(Vec<Block>),
    /// A letter, e-mail or note that a character reads or writes.
    Letter(Vec<Block>),
    /// Lines that keep their ends: verse, song, inscription.
    Verse(Vec<Stanza>),
    /// A scene remembered, where the author marked one.
    Flashback(Vec<Block>),
    List(List),
    /// Text whose spaces and line ends matter.
    Preformatted(String),
    Table(Table),
    Image(Image),
    /// What the author wrote to close a story or part: "The End", "TBC", "Fin".
    EndMark(Inlines),
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Paragraph {
    pub inlines: Inlines,
    pub align: Align,
}

impl Paragraph {
    pub fn new(inlines: Inlines) -> Self {
        Paragraph { inlines, align: Align::Start }
    }
}

/// How a block stands between the margins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Align {
    #[default]
    Start,
    Center,
    End,
}

/// The lines of one stanza, in order; never empty.
pub type Stanza = Vec<VerseLine>;

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VerseLine {
    /// Steps of indentation beyond the stanza's own margin, 0 to 8.
    pub indent: u8,
    pub inlines: Inlines,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct List {
    /// The first number of a numbered list; `None` for a list with bullets.
    pub start: Option<u64>,
    pub items: Vec<Vec<Block>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Table {
    /// The first row, when it heads the columns; empty otherwise.
    pub head: Vec<Inlines>,
    pub rows: Vec<Vec<Inlines>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Image {
    /// The key of an image of the same manuscript.
    pub key: String,
    pub alt: String,
    pub caption: Inlines,
}

/// Calls `visit` with every run of inlines in `blocks`, in reading order.
pub fn for_each_inlines<'a>(blocks: impl IntoIterator<Item = &'a Block>, visit: &mut dyn FnMut(&'a Inlines)) {
    for block in blocks {
        match block {
            Block::Paragraph(paragraph) => visit(&paragraph.inlines),
            Block::Subheading(inlines) | Block::EndMark(inlines) => visit(inlines),
            Block::Quote(inner) | Block::Letter(inner) | Block::Flashback(inner) => for_each_inlines(inner, visit),
            Block::Verse(stanzas) => stanzas.iter().flatten().for_each(|line| visit(&line.inlines)),
            Block::List(list) => list.items.iter().for_each(|item| for_each_inlines(item, visit)),
            Block::Table(table) => {
                table.head.iter().for_each(&mut *visit);
                table.rows.iter().flatten().for_each(&mut *visit);
            }
            Block::Image(image) => visit(&image.caption),
            Block::SceneBreak | Block::Preformatted(_) => {}
        }
    }
}

/// Calls `change` with every run of inlines in `blocks`, in reading order, for passes that rewrite text in place.
pub fn for_each_inlines_mut(blocks: &mut [Block], change: &mut dyn FnMut(&mut Inlines)) {
    for block in blocks {
        match block {
            Block::Paragraph(paragraph) => change(&mut paragraph.inlines),
            Block::Subheading(inlines) | Block::EndMark(inlines) => change(inlines),
            Block::Quote(inner) | Block::Letter(inner) | Block::Flashback(inner) => for_each_inlines_mut(inner, change),
            Block::Verse(stanzas) => stanzas.iter_mut().flatten().for_each(|line| change(&mut line.inlines)),
            Block::List(list) => list.items.iter_mut().for_each(|item| for_each_inlines_mut(item, change)),
            Block::Table(table) => {
                table.head.iter_mut().for_each(&mut *change);
                table.rows.iter_mut().flatten().for_each(&mut *change);
            }
            Block::Image(image) => change(&mut image.caption),
            Block::SceneBreak | Block::Preformatted(_) => {}
        }
    }
}

/// The keys of the footnotes that blocks call, in the order of the calls, each once.
pub fn calls<'a>(blocks: impl IntoIterator<Item = &'a Block>) -> Vec<&'a str> {
    fn walk<'a>(inlines: &'a [Inline], keys: &mut Vec<&'a str>) {
        for inline in inlines {
            match inline {
                Inline::NoteRef(key) => keys.push(key),
                Inline::Styled(_, inner)
                | Inline::Link { inlines: inner, .. }
                | Inline::Foreign { inlines: inner, .. } => walk(inner, keys),
                _ => {}
            }
        }
    }
    let mut keys = Vec::new();
    for_each_inlines(blocks, &mut |inlines| walk(inlines, &mut keys));
    let mut seen = BTreeSet::new();
    keys.retain(|key| seen.insert(*key));
    keys
}

/// Calls `change` with the key of every picture in `blocks`, those within a line included.
pub fn for_each_picture_mut(blocks: &mut [Block], change: &mut dyn FnMut(&mut String)) {
    fn walk(blocks: &mut [Block], change: &mut dyn FnMut(&mut String)) {
        for block in blocks {
            match block {
                Block::Image(image) => change(&mut image.key),
                Block::Quote(inner) | Block::Letter(inner) | Block::Flashback(inner) => walk(inner, change),
                Block::List(list) => list.items.iter_mut().for_each(|item| walk(item, change)),
                _ => {}
            }
        }
    }
    walk(blocks, change);
    for_each_inlines_mut(blocks, &mut |inlines| super::text::for_each_picture_mut(inlines, change));
}

/// The text of blocks without marks; each block, verse line and table cell on a line of its own.
pub fn plain_blocks<'a>(blocks: impl IntoIterator<Item = &'a Block>) -> String {
    let mut out = String::new();
    write_plain_blocks(blocks, &mut out);
    out
}

/// Appends what [`plain_blocks`] gives.
pub fn write_plain_blocks<'a>(blocks: impl IntoIterator<Item = &'a Block>, out: &mut String) {
    fn walk(block: &Block, out: &mut String) {
        match block {
            Block::Preformatted(text) => {
                out.push_str(text);
                out.push('\n');
            }
            Block::Quote(inner) | Block::Letter(inner) | Block::Flashback(inner) => {
                inner.iter().for_each(|block| walk(block, out))
            }
            Block::List(list) => list.items.iter().flatten().for_each(|block| walk(block, out)),
            other => for_each_inlines([other], &mut |inlines| {
                super::text::write_plain(inlines, '\n', out);
                out.push('\n');
            }),
        }
        if let Block::Image(image) = block {
            out.push_str(&image.alt);
            out.push('\n');
        }
    }
    for block in blocks {
        walk(block, out);
    }
}
