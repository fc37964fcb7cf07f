//! Divides a page that is too long for one file. It cuts between blocks; inside a block only when the block alone is too
//! long, and then at a line, a sentence or a word. No word is lost and none is moved.

use std::collections::BTreeMap;

use crate::model::block::{Block, List, Paragraph, Stanza, Table, VerseLine};
use crate::model::book::{Element, LinkedItem, LinkedPage, Page, PageFootnote, PageNote};
use crate::model::text::{Inline, Inlines};

/// What goes into one file.
#[derive(Debug)]
pub struct Part {
    pub elements: Vec<Element>,
    /// It begins in the middle of a paragraph.
    pub mid_paragraph: bool,
}

/// Cuts the elements of a page into parts, each at most `limit` bytes of XHTML where that can be done, all of about the
/// same size. `continued` is added to the label of a section that goes on in the next part.
pub fn parts(page: &Page, limit: usize, continued: &str) -> Vec<Part> {
    let mut divider = Divider {
        notes: page.footnotes.iter().map(|note| (note.key.as_str(), NoteWeight::of(note))).collect(),
        counted: Vec::new(),
        limit,
        room: limit,
        wrappers: 0,
        continued,
    };
    let total = divider.weigh(|divider| divider.elements_weight(&page.elements));
    // Blocks do not fill a part exactly; with a tenth more room the last part is no stub.
    let roomy = total + total / 10;
    divider.limit = limit.min(roomy / roomy.div_ceil(limit).max(1));
    divider.room = divider.limit;
    let mut parts = vec![Part { elements: Vec::new(), mid_paragraph: false }];
    for placed in divider.elements(&page.elements) {
        match (placed, parts.last_mut()) {
            (Placed::Here(element), Some(part)) => part.elements.push(element),
            (Placed::NextFile { mid_paragraph }, Some(part)) if part.elements.is_empty() => {
                part.mid_paragraph |= mid_paragraph;
            }
            (Placed::NextFile { mid_paragraph }, _) => parts.push(Part { elements: Vec::new(), mid_paragraph }),
            (Placed::Here(_), None) => {}
        }
    }
    parts
}

/// A thing in its order, or the end of a file between two things.
enum Placed<T> {
    Here(T),
    NextFile { mid_paragraph: bool },
}

/// Makes a whole of each run of things between two ends of a file.
fn wrapped<T, U>(stream: Vec<Placed<T>>, mut wrap: impl FnMut(Vec<T>) -> U) -> Vec<Placed<U>> {
    let mut out = Vec::new();
    let mut run = Vec::new();
    for placed in stream {
        match placed {
            Placed::Here(thing) => run.push(thing),
            Placed::NextFile { mid_paragraph } => {
                if !run.is_empty() {
                    out.push(Placed::Here(wrap(std::mem::take(&mut run))));
                }
                out.push(Placed::NextFile { mid_paragraph });
            }
        }
    }
    if !run.is_empty() {
        out.push(Placed::Here(wrap(run)));
    }
    out
}

/// Bytes of a pair of tags with a class and a line end.
const PAIR: usize = 48;
/// Bytes of a pair of short tags: a cell, a row, an item.
const SHORT_PAIR: usize = 24;
/// Bytes of what has an address, an id or a role beside its class: a picture, a note, a section, a link to a page.
const REFERENCE: usize = 220;

struct Divider<'a> {
    notes: BTreeMap<&'a str, NoteWeight>,
    /// The notes that the latest weighing counted.
    counted: Vec<String>,
    limit: usize,
    /// Bytes left in the part that is being filled.
    room: usize,
    /// Bytes that the elements take which are open around the present place and will be opened again in the next part.
    wrappers: usize,
    continued: &'a str,
}

/// A footnote is printed once, in the file that calls it first; later calls cost only their mark.
struct NoteWeight {
    mark: usize,
    bytes: usize,
    counted: bool,
    placed: bool,
}

impl NoteWeight {
    /// Footnotes may call each other in a circle, so a call within a footnote counts without the note that it calls.
    fn of(note: &PageFootnote) -> Self {
        let (notes, counted) = (BTreeMap::new(), Vec::new());
        let mut weigher = Divider { notes, counted, limit: 0, room: 0, wrappers: 0, continued: "" };
        let mark = text_weight(&note.mark) + 2;
        let bytes = REFERENCE + mark + weigher.blocks_weight(&note.blocks);
        NoteWeight { mark, bytes, counted: false, placed: false }
    }
}

impl<'a> Divider<'a> {
    /// Runs a weighing, in which each footnote that is not yet placed counts once.
    fn weigh(&mut self, weigh: impl FnOnce(&mut Self) -> usize) -> usize {
        for key in std::mem::take(&mut self.counted) {
            if let Some(note) = self.notes.get_mut(key.as_str()) {
                note.counted = false;
            }
        }
        weigh(self)
    }

    /// Takes the room for the thing weighed last.
    fn place(&mut self, weight: usize) {
        self.room = self.room.saturating_sub(weight);
        for key in std::mem::take(&mut self.counted) {
            if let Some(note) = self.notes.get_mut(key.as_str()) {
                note.placed = true;
            }
        }
    }

    fn next_file<T>(&mut self, mid_paragraph: bool) -> Placed<T> {
        // Wrappers that leave no room would make a part of every character.
        self.room = self.limit.saturating_sub(self.wrappers).max(self.limit / 2);
        Placed::NextFile { mid_paragraph }
    }

    /// Places things one after the other: whole where there is room, whole in the next part when they are small, else in
    /// the pieces that `divide` makes of them.
    fn sequence<T: Clone>(
        &mut self,
        things: &[T],
        weigh: impl Fn(&mut Self, &T) -> usize,
        divide: impl Fn(&mut Self, &T, usize) -> Vec<Placed<T>>,
    ) -> Vec<Placed<T>> {
        let mut stream = Vec::with_capacity(things.len());
        for thing in things {
            let weight = self.weigh(|divider| weigh(divider, thing));
            if weight > self.room {
                let is_long = weight > self.limit / 2;
                if !is_long || self.room < self.limit / 4 {
                    stream.push(self.next_file(false));
                }
                if is_long && weight > self.room {
                    stream.extend(divide(self, thing, weight));
                    continue;
                }
            }
            self.place(weight);
            stream.push(Placed::Here(thing.clone()));
        }
        stream
    }

    /// Runs `inside` within an element that takes `bytes` by itself in every part.
    fn within<T>(&mut self, bytes: usize, inside: impl FnOnce(&mut Self) -> T) -> T {
        self.wrappers += bytes;
        self.room = self.room.saturating_sub(bytes);
        let value = inside(self);
        self.wrappers -= bytes;
        value
    }

    /// A thing that cannot be divided, whatever its size.
    fn whole<T: Clone>(&mut self, thing: &T, weight: usize) -> Vec<Placed<T>> {
        self.place(weight);
        vec![Placed::Here(thing.clone())]
    }

    fn elements(&mut self, elements: &[Element]) -> Vec<Placed<Element>> {
        self.sequence(elements, Self::element_weight, |divider, element, weight| match element {
            Element::Block(block) => divider
                .divide_block(block, weight)
                .into_iter()
                .map(|placed| match placed {
                    Placed::Here(block) => Placed::Here(Element::Block(block)),
                    Placed::NextFile { mid_paragraph } => Placed::NextFile { mid_paragraph },
                })
                .collect(),
            Element::Note(note) => {
                let stream = divider.within(note_weight(note), |divider| divider.blocks(&note.blocks));
                // What leads to the note leads to its beginning.
                let mut key = note.key.clone();
                wrapped(stream, |blocks| Element::Note(PageNote { blocks, key: key.take(), ..note.clone() }))
            }
            Element::Section { label, elements } if !elements.is_empty() => {
                let mut first = true;
                let continued = divider.continued;
                let stream = divider.within(labelled_weight(label), |divider| divider.elements(elements));
                wrapped(stream, |elements| {
                    let again = if std::mem::take(&mut first) { String::new() } else { format!(", {continued}") };
                    Element::Section { label: format!("{label}{again}"), elements }
                })
            }
            Element::Facts(facts) => {
                let stream = divider.sequence(facts, |_, fact| fact_weight(fact), Self::whole);
                wrapped(stream, Element::Facts)
            }
            Element::Items(items) => {
                let stream = divider.sequence(items, |_, item| item_weight(item), Self::whole);
                wrapped(stream, Element::Items)
            }
            Element::LinkedItems(items) => {
                let stream = divider.sequence(items, |_, item| linked_item_weight(item), Self::whole);
                wrapped(stream, Element::LinkedItems)
            }
            Element::Links(pages) => {
                let stream = divider.sequence(pages, |_, page| linked_page_weight(page), Self::whole);
                wrapped(stream, Element::Links)
            }
            other => divider.whole(other, weight),
        })
    }

    fn blocks(&mut self, blocks: &[Block]) -> Vec<Placed<Block>> {
        self.sequence(blocks, Self::block_weight, Self::divide_block)
    }

    fn divide_block(&mut self, block: &Block, weight: usize) -> Vec<Placed<Block>> {
        match block {
            Block::Paragraph(paragraph) => {
                let stream = self.within(PAIR, |divider| divider.inlines(&paragraph.inlines));
                wrapped(stream, |inlines| Block::Paragraph(Paragraph { inlines, align: paragraph.align }))
            }
            Block::Quote(inner) => wrapped(self.within(PAIR, |divider| divider.blocks(inner)), Block::Quote),
            Block::Letter(inner) => wrapped(self.within(PAIR, |divider| divider.blocks(inner)), Block::Letter),
            Block::Flashback(inner) => wrapped(self.within(PAIR, |divider| divider.blocks(inner)), Block::Flashback),
            Block::Verse(stanzas) => {
                let stream = self.within(PAIR, |divider| {
                    divider.sequence(
                        stanzas,
                        |divider, stanza| divider.stanza_weight(stanza),
                        |divider, stanza, _| divider.divide_stanza(stanza),
                    )
                });
                wrapped(stream, Block::Verse)
            }
            Block::List(list) => {
                let stream = self.within(PAIR, |divider| {
                    divider.sequence(
                        &list.items,
                        |divider, item| SHORT_PAIR + divider.blocks_weight(item),
                        |divider, item, _| {
                            let stream = divider.within(SHORT_PAIR, |divider| divider.blocks(item));
                            wrapped(stream, |blocks| blocks)
                        },
                    )
                });
                let mut start = list.start;
                wrapped(stream, |items| {
                    let piece = List { start, items };
                    start = start.map(|start| start.saturating_add(piece.items.len() as u64));
                    Block::List(piece)
                })
            }
            Block::Table(table) if !table.rows.is_empty() => {
                let head = self.row_weight(&table.head);
                let stream = self.within(2 * PAIR + head, |divider| {
                    divider.sequence(&table.rows, |divider, row| divider.row_weight(row), Self::whole)
                });
                // Each piece has the head again, as a printed table has on each page.
                wrapped(stream, |rows| Block::Table(Table { head: table.head.clone(), rows }))
            }
            Block::Preformatted(text) => {
                let stream = self.within(PAIR, |divider| divider.text(text, |text| text.to_owned()));
                wrapped(stream, |pieces| Block::Preformatted(pieces.concat()))
            }
            Block::Subheading(_) | Block::SceneBreak | Block::Table(_) | Block::Image(_) | Block::EndMark(_) => {
                self.whole(block, weight)
            }
        }
    }

    fn divide_stanza(&mut self, stanza: &Stanza) -> Vec<Placed<Stanza>> {
        let lines = self.within(PAIR, |divider| {
            divider.sequence(stanza, Self::line_weight, |divider, line, _| {
                let stream = divider.within(PAIR, |divider| divider.inlines(&line.inlines));
                wrapped(stream, |inlines| VerseLine { indent: line.indent, inlines })
            })
        });
        wrapped(lines, |lines| lines)
    }

    fn inlines(&mut self, inlines: &[Inline]) -> Vec<Placed<Inline>> {
        let mut stream = Vec::new();
        for inline in inlines {
            let weight = self.weigh(|divider| divider.inline_weight(inline));
            if weight <= self.room {
                stream.extend(self.whole(inline, weight));
                continue;
            }
            match inline {
                Inline::Text(text) => stream.extend(self.text(text, |text| Inline::text(text))),
                Inline::Styled(style, inner) => {
                    let inner = self.within(PAIR, |divider| divider.inlines(inner));
                    stream.extend(wrapped(inner, |inner| Inline::Styled(*style, inner)));
                }
                Inline::Link { target, inlines } => {
                    let inner = self.within(PAIR + 5 * target.len(), |divider| divider.inlines(inlines));
                    stream.extend(wrapped(inner, |inlines| Inline::Link { target: target.clone(), inlines }));
                }
                Inline::Foreign { language, inlines } => {
                    let inner = self.within(PAIR + 2 * language.len(), |divider| divider.inlines(inlines));
                    stream.extend(wrapped(inner, |inlines| Inline::Foreign { language: language.clone(), inlines }));
                }
                Inline::Image { .. } | Inline::NoteRef(_) | Inline::LineBreak | Inline::SoftBreak => {
                    stream.push(self.next_file(true));
                    stream.extend(self.whole(inline, weight));
                }
            }
        }
        stream
    }

    /// Plain text in pieces that fill the parts.
    fn text<T>(&mut self, mut text: &str, make: impl Fn(&str) -> T) -> Vec<Placed<T>> {
        let mut stream = Vec::new();
        let mut weight = text_weight(text);
        while weight > self.room {
            let end = cut(text, self.room);
            stream.push(Placed::Here(make(&text[..end])));
            stream.push(self.next_file(true));
            weight -= text_weight(&text[..end]);
            text = &text[end..];
        }
        if !text.is_empty() {
            self.room -= weight;
            stream.push(Placed::Here(make(text)));
        }
        stream
    }

    fn elements_weight(&mut self, elements: &[Element]) -> usize {
        elements.iter().map(|element| self.element_weight(element)).sum()
    }

    fn element_weight(&mut self, element: &Element) -> usize {
        match element {
            Element::TitleBlock { title, byline, above, below } => {
                let lines = above.iter().chain(below).map(|line| PAIR + text_weight(line)).sum::<usize>();
                2 * PAIR + text_weight(title) + text_weight(byline) + lines
            }
            Element::Heading(heading) => {
                let label = heading.label.as_ref().map_or(0, |label| text_weight(label));
                3 * PAIR + label + self.inlines_weight(&heading.title)
            }
            Element::Subheading { text, .. } | Element::Small(text) => PAIR + text_weight(text),
            Element::Block(block) => self.block_weight(block),
            Element::Facts(facts) => facts.iter().map(fact_weight).sum(),
            Element::Note(note) => note_weight(note) + self.blocks_weight(&note.blocks),
            Element::NoteLink { text, .. } => REFERENCE + text_weight(text),
            Element::Section { label, elements } => labelled_weight(label) + self.elements_weight(elements),
            Element::Items(items) => PAIR + items.iter().map(item_weight).sum::<usize>(),
            Element::PageLink { text, .. } => REFERENCE + text_weight(text),
            Element::LinkedItems(items) => PAIR + items.iter().map(linked_item_weight).sum::<usize>(),
            Element::Links(pages) => PAIR + pages.iter().map(linked_page_weight).sum::<usize>(),
            Element::Alert { text, way } => {
                let way = way.as_ref().map(|way| text_weight(&way.text));
                PAIR + text_weight(text) + way.map_or(0, |weight| REFERENCE + weight)
            }
            Element::Landing { .. } => PAIR,
        }
    }

    fn blocks_weight(&mut self, blocks: &[Block]) -> usize {
        blocks.iter().map(|block| self.block_weight(block)).sum()
    }

    fn block_weight(&mut self, block: &Block) -> usize {
        PAIR + match block {
            Block::Paragraph(paragraph) => self.inlines_weight(&paragraph.inlines),
            Block::Subheading(inlines) | Block::EndMark(inlines) => self.inlines_weight(inlines),
            Block::SceneBreak => 0,
            Block::Quote(inner) | Block::Letter(inner) | Block::Flashback(inner) => self.blocks_weight(inner),
            Block::Verse(stanzas) => stanzas.iter().map(|stanza| self.stanza_weight(stanza)).sum(),
            Block::List(list) => list.items.iter().map(|item| SHORT_PAIR + self.blocks_weight(item)).sum(),
            Block::Preformatted(text) => text_weight(text),
            Block::Table(table) => {
                let head = PAIR + self.row_weight(&table.head);
                head + table.rows.iter().map(|row| self.row_weight(row)).sum::<usize>()
            }
            Block::Image(image) => REFERENCE + 6 * image.alt.len() + self.inlines_weight(&image.caption),
        }
    }

    fn stanza_weight(&mut self, stanza: &[VerseLine]) -> usize {
        PAIR + stanza.iter().map(|line| self.line_weight(line)).sum::<usize>()
    }

    fn line_weight(&mut self, line: &VerseLine) -> usize {
        PAIR + self.inlines_weight(&line.inlines)
    }

    fn row_weight(&mut self, row: &[Inlines]) -> usize {
        SHORT_PAIR + row.iter().map(|cell| SHORT_PAIR + self.inlines_weight(cell)).sum::<usize>()
    }

    fn inlines_weight(&mut self, inlines: &[Inline]) -> usize {
        inlines.iter().map(|inline| self.inline_weight(inline)).sum()
    }

    /// At least as many bytes as the writer will use; a footnote counts where it is called, since it is printed there.
    fn inline_weight(&mut self, inline: &Inline) -> usize {
        match inline {
            Inline::Text(text) => text_weight(text),
            Inline::LineBreak | Inline::SoftBreak => 8,
            Inline::Styled(_, inner) => PAIR + self.inlines_weight(inner),
            // Encoded, a byte of an address takes three; escaped, five. Without words the address is printed as well.
            Inline::Link { target, inlines } => PAIR + 10 * target.len() + self.inlines_weight(inlines),
            Inline::Foreign { language, inlines } => PAIR + 2 * language.len() + self.inlines_weight(inlines),
            Inline::Image { alt, .. } => REFERENCE + 6 * alt.len(),
            Inline::NoteRef(key) => REFERENCE + self.note_weight(key),
        }
    }

    /// What a call takes: its mark, and the footnote itself unless another call has brought it already.
    fn note_weight(&mut self, key: &str) -> usize {
        let Some(note) = self.notes.get_mut(key) else { return 0 };
        if note.placed || note.counted {
            return note.mark;
        }
        note.counted = true;
        self.counted.push(key.to_owned());
        note.mark + note.bytes
    }
}

/// The label of an aside or section stands there twice: as text, and as an attribute, where a quotation mark takes six
/// bytes.
fn note_weight(note: &PageNote) -> usize {
    // Its own id, and the way back.
    let linked = if note.key.is_some() { 2 * REFERENCE } else { 0 };
    labelled_weight(&note.label) + text_weight(&note.name) + linked
}

fn labelled_weight(label: &str) -> usize {
    REFERENCE + 12 * label.len()
}

fn fact_weight((name, value): &(String, String)) -> usize {
    2 * PAIR + text_weight(name) + text_weight(value)
}

fn linked_page_weight(page: &LinkedPage) -> usize {
    REFERENCE + text_weight(&page.name) + page.detail.as_deref().map_or(0, |detail| PAIR + text_weight(detail))
}

fn linked_item_weight(item: &LinkedItem) -> usize {
    let pages = item.pages.iter().map(|(_, name)| REFERENCE + text_weight(name)).sum::<usize>();
    2 * PAIR + text_weight(&item.text) + item.detail.as_ref().map_or(0, |detail| text_weight(detail)) + pages
}

fn item_weight((item, detail): &(String, Option<String>)) -> usize {
    PAIR + text_weight(item) + detail.as_ref().map_or(0, |detail| text_weight(detail))
}

/// The bytes of a text once it is escaped.
fn text_weight(text: &str) -> usize {
    text.len() + memchr::memchr3_iter(b'&', b'<', b'>', text.as_bytes()).count() * 4
}

/// Where to cut a text of which at most `room` bytes (escaped) have a place: behind a sentence near the end, else behind a
/// word, else between two characters. Always behind at least one character.
fn cut(text: &str, room: usize) -> usize {
    /// How far back a better place is looked for.
    const NEAR: usize = 4_000;
    let mut weight = 0;
    let mut end = 0;
    for (index, character) in text.char_indices() {
        weight += if matches!(character, '&' | '<' | '>') { 5 } else { character.len_utf8() };
        if weight > room && index > 0 {
            break;
        }
        end = index + character.len_utf8();
    }
    let fitting = &text[..end];
    let near = (0..=end.saturating_sub(NEAR)).rev().find(|&index| text.is_char_boundary(index)).unwrap_or(0);
    let mut word_end = None;
    for (index, character) in fitting[near..].char_indices().rev() {
        let index = near + index;
        if character.is_whitespace() {
            let behind = index + character.len_utf8();
            let before = fitting[..index].trim_end_matches(['"', '\'', '”', '’', '»', ')', ']']);
            if before.ends_with(['.', '!', '?', '…', '\n']) || character == '\n' {
                return behind;
            }
            word_end = word_end.or(Some(behind));
        } else if matches!(character, '。' | '！' | '？') {
            return index + character.len_utf8();
        }
    }
    word_end.unwrap_or(end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::block::plain_blocks;
    use crate::model::book::{PageKind, plain_page};
    use crate::model::story::Role;
    use crate::model::text::Style;

    fn page(elements: Vec<Element>, footnotes: Vec<PageFootnote>) -> Page {
        let (id, title) = ("page".to_owned(), "Page".to_owned());
        Page { id, kind: PageKind::Story(Role::Chapter), title, toc_level: None, elements, footnotes }
    }

    fn paragraph(words: &str) -> Block {
        Block::Paragraph(Paragraph::new(vec![Inline::text(words)]))
    }

    fn text(part: &Part) -> String {
        plain_page(&page(part.elements.clone(), Vec::new()))
    }

    #[test]
    fn parts_are_of_one_size_and_end_between_blocks() {
        let elements = (0..100).map(|_| Element::Block(paragraph(&"word ".repeat(20)))).collect();
        let parts = parts(&page(elements, Vec::new()), 5_000, "continued");
        let sizes: Vec<_> = parts.iter().map(|part| part.elements.len()).collect();
        assert_eq!(sizes.iter().sum::<usize>(), 100);
        assert!(sizes.iter().all(|&size| size > 15), "{sizes:?}");
        assert!(parts.iter().all(|part| !part.mid_paragraph));
    }

    #[test]
    fn marks_go_on_in_the_next_part() {
        let link = Inline::Link {
            target: "https://example.org/".into(),
            inlines: vec![Inline::styled(Style::Emphasis, vec![Inline::text("A word. ".repeat(1_000))])],
        };
        let page =
            page(vec![Element::Block(Block::Quote(vec![Block::Paragraph(Paragraph::new(vec![link]))]))], Vec::new());
        let parts = parts(&page, 3_000, "continued");
        assert!(parts.len() > 2);
        for part in &parts {
            let [Element::Block(Block::Quote(inner))] = &part.elements[..] else { panic!("{part:?}") };
            let [Block::Paragraph(paragraph)] = &inner[..] else { panic!("{part:?}") };
            let [Inline::Link { inlines, .. }] = &paragraph.inlines[..] else { panic!("{part:?}") };
            assert!(matches!(inlines[..], [Inline::Styled(Style::Emphasis, _)]), "{part:?}");
            assert!(text(part).trim_end().ends_with("word."), "cut behind a sentence");
        }
        assert!(parts[1..].iter().all(|part| part.mid_paragraph) && !parts[0].mid_paragraph);
    }

    #[test]
    fn lists_go_on_counting_and_tables_repeat_their_head() {
        let list = List { start: Some(5), items: (0..100).map(|_| vec![paragraph(&"item ".repeat(10))]).collect() };
        let head = vec![vec![Inline::text("Head")]];
        let table = Table {
            head: head.clone(),
            rows: (0..100).map(|_| vec![vec![Inline::text("cell ".repeat(10))]]).collect(),
        };
        let page = page(vec![Element::Block(Block::List(list)), Element::Block(Block::Table(table))], Vec::new());
        let mut next = 5;
        let mut rows = 0;
        for part in parts(&page, 2_000, "continued") {
            for element in part.elements {
                match element {
                    Element::Block(Block::List(list)) => {
                        assert_eq!(list.start, Some(next));
                        next += list.items.len() as u64;
                    }
                    Element::Block(Block::Table(table)) => {
                        assert_eq!(table.head, head);
                        rows += table.rows.len();
                    }
                    other => panic!("{other:?}"),
                }
            }
        }
        assert_eq!((next, rows), (105, 100));
    }

    #[test]
    fn a_section_says_that_it_goes_on() {
        let elements = (0..100).map(|_| Element::Block(paragraph("Some words."))).collect();
        let parts =
            parts(&page(vec![Element::Section { label: "Notes".into(), elements }], Vec::new()), 2_000, "continued");
        let labels: Vec<_> = parts
            .iter()
            .map(|part| match &part.elements[..] {
                [Element::Section { label, .. }] => label.as_str(),
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(labels[..2], ["Notes", "Notes, continued"]);
    }

    #[test]
    fn a_footnote_takes_room_where_it_is_first_called() {
        let calls = |count: usize| {
            (0..count)
                .map(|_| Element::Block(Block::Paragraph(Paragraph::new(vec![Inline::NoteRef("n".into())]))))
                .collect()
        };
        let note = PageFootnote { key: "n".into(), mark: "*".into(), blocks: vec![paragraph(&"long ".repeat(1_000))] };
        let with_note = parts(&page(calls(10), vec![note]), 9_000, "continued");
        assert_eq!(with_note.len(), 1, "once for all ten calls");
    }

    #[test]
    fn absurd_pages_come_to_an_end() {
        let target = format!("https://example.org/{}", "x".repeat(50_000));
        let link = Inline::Link { target, inlines: vec![Inline::text("word ".repeat(10_000))] };
        let parts_of_link =
            parts(&page(vec![Element::Block(Block::Paragraph(Paragraph::new(vec![link])))], Vec::new()), 5_000, "");
        assert!(parts_of_link.len() < 100, "{}", parts_of_link.len());
        let unbroken = "ß".repeat(20_000);
        let parts = parts(&page(vec![Element::Block(paragraph(&unbroken))], Vec::new()), 5_000, "");
        let together: String = parts.iter().map(|part| text(part).trim_end().to_owned()).collect();
        assert_eq!(together, unbroken);
    }

    #[test]
    fn every_block_survives_being_divided() {
        let verse = Block::Verse(vec![
            (0..50).map(|_| VerseLine { indent: 1, inlines: vec![Inline::text("a line")] }).collect(),
        ]);
        let verbatim = Block::Preformatted("a line\n".repeat(200));
        let nested = Block::Letter(vec![Block::Flashback(vec![paragraph("Some words."); 100])]);
        let blocks = vec![verse, verbatim, nested, Block::SceneBreak, Block::EndMark(vec![Inline::text("Fin")])];
        let elements = blocks.iter().cloned().map(Element::Block).collect();
        let parts = parts(&page(elements, Vec::new()), 1_000, "");
        let together: String = parts.iter().map(text).collect();
        assert_eq!(
            together.split_whitespace().collect::<Vec<_>>(),
            plain_blocks(&blocks).split_whitespace().collect::<Vec<_>>()
        );
        assert!(parts.len() > 5);
    }

    #[test]
    fn a_text_is_cut_behind_a_sentence_a_word_or_a_character() {
        assert_eq!(&"One. Two three"[..cut("One. Two three", 12)], "One. ");
        assert_eq!(&"“One!” Two three"[..cut("“One!” Two three", 16)], "“One!” ");
        assert_eq!(&"One two three"[..cut("One two three", 10)], "One two ");
        assert_eq!(&"日本。語語"[..cut("日本。語語", 13)], "日本。");
        assert_eq!(&"&&&&"[..cut("&&&&", 11)], "&&");
        assert_eq!(cut("éé", 0), 2);
    }
}
