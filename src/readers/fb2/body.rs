//! The text of a FictionBook, section by section.

use std::collections::{HashMap, HashSet};

use crate::diagnostic::Diagnostic;
use crate::model::block::{Align, Block, Image, Paragraph, Stanza, VerseLine};
use crate::model::manuscript::{ImageData, Lines, Manuscript, StatedNote};
use crate::model::note::{Footnote, FootnoteOrigin, Note, NoteKind, NotePlace};
use crate::model::story::{DropReason, Dropped};
use crate::model::text::{Inline, Inlines, Style};
use crate::readers::markdown::links;
use crate::readers::office::line::{Line, Setting};
use crate::readers::office::{self, Para, Part, Row, Shape};
use crate::readers::transfer;
use crate::readers::xml::{Id, Tree};

use super::{child, local, words};

/// Names of bodies that hold notes and no story.
const NOTES: &[&str] = &["notes", "comments", "footnotes", "endnotes"];

/// Reads the bodies into a manuscript whose metadata is known.
pub(super) fn read(tree: &Tree, book: Id, file: u32, manuscript: &mut Manuscript) -> Vec<Diagnostic> {
    let mut reader = Reader {
        tree,
        file,
        number: 0,
        binaries: HashMap::new(),
        notes: HashMap::new(),
        called: HashSet::new(),
        titled: false,
        parts: Vec::new(),
        stated: Vec::new(),
        within_note: false,
        pictures_lost: 0,
        manuscript,
    };
    let mut bodies = Vec::new();
    for id in tree.children(book) {
        match local(tree, id) {
            "binary" => {
                if let Some(key) = tree.attribute(id, "id") {
                    reader.binaries.insert(key, id);
                }
            }
            "body" if tree.attribute(id, "name").is_some_and(|name| NOTES.contains(&name.to_lowercase().as_str())) => {
                for section in tree.descendants(id).filter(|id| local(tree, *id) == "section") {
                    if let Some(key) = tree.attribute(section, "id") {
                        reader.notes.insert(key, section);
                    }
                }
            }
            "body" => bodies.push(id),
            _ => {}
        }
    }
    reader.titled = bodies
        .iter()
        .flat_map(|body| tree.descendants(*body))
        .any(|id| local(tree, id) == "section" && child(tree, id, "title").is_some());
    let several = bodies.len() > 1;
    for body in bodies {
        reader.body(body, several);
    }
    reader.finish()
}

struct Reader<'t, 'm> {
    tree: &'t Tree,
    file: u32,
    /// Of the paragraph that is being read.
    number: u32,
    binaries: HashMap<&'t str, Id>,
    notes: HashMap<&'t str, Id>,
    called: HashSet<String>,
    /// Sections have titles, so that they are the chapters.
    titled: bool,
    parts: Vec<Part>,
    /// Notes, and the number of the paragraph that begins the chapter that they are of.
    stated: Vec<(Option<u32>, Note)>,
    within_note: bool,
    pictures_lost: u32,
    manuscript: &'m mut Manuscript,
}

impl<'t> Reader<'t, '_> {
    fn finish(mut self) -> Vec<Diagnostic> {
        if self.parts.is_empty() {
            // A book of epigraphs alone: they are its text.
            let quoted = |(_, note): (_, Note)| Part::Closed(note.lines.start, Block::Quote(note.blocks));
            self.parts.extend(std::mem::take(&mut self.stated).into_iter().map(quoted));
        }
        office::fill(self.manuscript, self.parts, self.file);
        // Every sign of the format is an element, so what is typed is text.
        self.manuscript.page.marks_are_typed = false;
        let mut starts = HashMap::new();
        for (at, passage) in self.manuscript.passages.iter().enumerate() {
            starts.entry(passage.lines.start).or_insert(at);
        }
        for (number, note) in self.stated {
            let at = number.and_then(|number| starts.get(&number).copied());
            self.manuscript.notes.push(StatedNote { at, note });
        }
        office::pictures_lost(self.pictures_lost).into_iter().collect()
    }

    fn body(&mut self, id: Id, is_one_of_several: bool) {
        let tree = self.tree;
        for inner in tree.children(id) {
            match local(tree, inner) {
                "title" if is_one_of_several => self.chapter(1, Some(inner)),
                "title" => self.title_of_book(inner),
                "epigraph" => self.note(inner, NoteKind::Epigraph, None),
                "section" => self.section(inner, if is_one_of_several { 2 } else { 1 }, true),
                _ => self.block(inner, 1),
            }
        }
    }

    /// The title before everything says again what the description says; what else it says is text.
    fn title_of_book(&mut self, id: Id) {
        let tree = self.tree;
        let known = |text: &str| {
            let declared = &self.manuscript.declared;
            let same = |other: &String| other.to_lowercase() == text.to_lowercase();
            declared.title.iter().any(same) || declared.authors.iter().any(same)
        };
        let mut rest = Vec::new();
        for line in tree.children(id).filter(|line| local(tree, *line) == "p") {
            let text = words(tree, line);
            if known(&text) {
                self.number += 1;
                let lines = Lines::new(self.file, self.number..self.number + 1);
                self.manuscript.left_out.push(Dropped { reason: DropReason::HeadingRepeated, text, lines });
            } else {
                rest.push(line);
            }
        }
        for line in rest {
            let para = self.paragraph(line);
            self.parts.push(Part::Paragraph(Para { align: Align::Center, shape: Shape::Title, ..para }));
        }
    }

    /// Begins a chapter, as its title says.
    fn chapter(&mut self, level: u8, title: Option<Id>) {
        let mut heading = Line::default();
        if let Some(title) = title {
            heading = self.heading(title);
        } else {
            self.number += 1;
        }
        self.parts.push(Part::Chapter { number: self.number, level, heading });
    }

    /// The lines of a title as one.
    fn heading(&mut self, title: Id) -> Line {
        let tree = self.tree;
        let mut whole = Line::default();
        let mut last = String::new();
        for line in tree.children(title).filter(|line| local(tree, *line) == "p") {
            let para = self.paragraph(line);
            let text = para.line.plain().trim().to_owned();
            if text.is_empty() && para.line.is_empty() {
                continue;
            }
            if !last.is_empty() {
                let gap = if last.ends_with(|end: char| end.is_alphanumeric()) { ": " } else { " " };
                whole.push_text(gap, &Setting::default());
            }
            whole.append(para.line);
            last = text;
        }
        if last.is_empty() {
            self.number += 1;
        }
        whole
    }

    fn section(&mut self, id: Id, level: u8, is_first_level: bool) {
        let tree = self.tree;
        let title = child(tree, id, "title");
        let nested = tree.children(id).any(|inner| local(tree, inner) == "section");
        if title.is_some() || (self.titled && is_first_level && !nested) {
            self.chapter(level, title);
        } else if !self.parts.is_empty() {
            // A part of a chapter without a name: a scene. Where nothing has a name, it may be a chapter.
            self.number += 1;
            self.parts.push(if is_first_level { Part::PageBreak(self.number) } else { Part::Rule(self.number) });
        }
        let start = title.is_some().then_some(self.number);
        let mut first_inner = true;
        for inner in tree.children(id) {
            match local(tree, inner) {
                "title" => {}
                "epigraph" => self.note(inner, NoteKind::Epigraph, start),
                "annotation" => self.note(inner, NoteKind::Summary, start),
                "section" => {
                    // The first scene needs no break before it.
                    let untitled = child(tree, inner, "title").is_none();
                    if untitled && first_inner && title.is_some() {
                        self.content(inner, level);
                    } else {
                        self.section(inner, level.saturating_add(1), false);
                    }
                    first_inner = false;
                }
                _ => self.block(inner, level),
            }
        }
    }

    fn content(&mut self, id: Id, level: u8) {
        let tree = self.tree;
        for inner in tree.children(id) {
            match local(tree, inner) {
                "section" => self.section(inner, level.saturating_add(1), false),
                _ => self.block(inner, level),
            }
        }
    }

    fn note(&mut self, id: Id, kind: NoteKind, start: Option<u32>) {
        let from = self.number + 1;
        let blocks = self.blocks(id);
        let lines = Lines::new(self.file, from..self.number.max(from) + 1);
        if !blocks.is_empty() {
            self.stated.push((start, Note { kind, place: NotePlace::Before, label: None, blocks, lines, times: 1 }));
        }
    }

    /// What an element holds, as blocks.
    fn blocks(&mut self, id: Id) -> Vec<Block> {
        let tree = self.tree;
        let before = std::mem::take(&mut self.parts);
        for inner in tree.children(id) {
            self.block(inner, 6);
        }
        let parts = std::mem::replace(&mut self.parts, before);
        office::blocks(parts, self.file)
    }

    fn block(&mut self, id: Id, level: u8) {
        let tree = self.tree;
        match local(tree, id) {
            "p" => {
                let para = self.paragraph(id);
                self.parts.push(Part::Paragraph(para));
            }
            "subtitle" => {
                let para = self.paragraph(id);
                // Stars in a subtitle's place part scenes.
                let named = para.line.plain().contains(char::is_alphanumeric);
                let shape = if named { Shape::Heading(level.saturating_add(1).clamp(2, 6)) } else { Shape::Body };
                self.parts.push(Part::Paragraph(Para { align: Align::Center, shape, ..para }));
            }
            "title" => {
                let heading = self.heading(id);
                let number = self.number;
                let shape = Shape::Heading(level.saturating_add(1).clamp(2, 6));
                self.parts.push(Part::Paragraph(Para { number, line: heading, shape, ..Para::default() }));
            }
            "empty-line" => {
                self.number += 1;
                self.parts.push(Part::Paragraph(Para { number: self.number, ..Para::default() }));
            }
            "text-author" | "date" => {
                let para = self.paragraph(id);
                self.parts.push(Part::Paragraph(Para { align: Align::End, ..para }));
            }
            "cite" | "epigraph" | "annotation" => {
                let number = self.number + 1;
                let blocks = self.blocks(id);
                if !blocks.is_empty() {
                    self.parts.push(Part::Closed(number, Block::Quote(blocks)));
                }
            }
            "poem" => self.poem(id),
            "image" => {
                self.number += 1;
                if let Some(image) = self.picture(id) {
                    self.parts.push(Part::Closed(self.number, Block::Image(image)));
                }
            }
            "table" => self.table(id),
            "section" => self.section(id, level, false),
            _ => {
                let text = words(tree, id);
                if !text.is_empty() {
                    let para = self.paragraph(id);
                    self.parts.push(Part::Paragraph(para));
                }
            }
        }
    }

    fn poem(&mut self, id: Id) {
        let tree = self.tree;
        let number = self.number + 1;
        let mut stanzas: Vec<Stanza> = Vec::new();
        for inner in tree.children(id) {
            match local(tree, inner) {
                "stanza" => {
                    let mut stanza = Vec::new();
                    for line in tree.children(inner) {
                        match local(tree, line) {
                            "v" => {
                                let inlines = self.paragraph(line).line.into_inlines();
                                stanza.push(VerseLine { indent: 0, inlines });
                            }
                            "title" | "subtitle" => {
                                self.end_poem(&mut stanzas, number);
                                self.block(line, 6);
                            }
                            _ => {}
                        }
                    }
                    if !stanza.is_empty() {
                        stanzas.push(stanza);
                    }
                }
                // Some put lines where stanzas belong.
                "v" => {
                    let inlines = self.paragraph(inner).line.into_inlines();
                    let line = VerseLine { indent: 0, inlines };
                    match stanzas.last_mut() {
                        Some(stanza) => stanza.push(line),
                        None => stanzas.push(vec![line]),
                    }
                }
                "" => {}
                _ => {
                    self.end_poem(&mut stanzas, number);
                    self.block(inner, 6);
                }
            }
        }
        self.end_poem(&mut stanzas, number);
    }

    fn end_poem(&mut self, stanzas: &mut Vec<Stanza>, number: u32) {
        if !stanzas.is_empty() {
            self.parts.push(Part::Closed(number, Block::Verse(std::mem::take(stanzas))));
        }
    }

    fn table(&mut self, id: Id) {
        let tree = self.tree;
        let number = self.number + 1;
        let mut rows: Vec<Row> = Vec::new();
        for row in tree.descendants(id).filter(|row| local(tree, *row) == "tr") {
            let mut heads = true;
            let mut cells = Vec::new();
            for cell in tree.children(row).filter(|cell| matches!(local(tree, *cell), "td" | "th")) {
                heads &= local(tree, cell) == "th";
                let para = self.paragraph(cell);
                cells.push(vec![Part::Paragraph(para)]);
            }
            rows.push((heads, cells));
        }
        self.parts.extend(office::table(rows, number, self.file));
    }

    fn paragraph(&mut self, id: Id) -> Para {
        self.number += 1;
        let number = self.number;
        let mut line = Line::default();
        self.inlines(id, &Setting::default(), &mut line);
        Para { number, line, ..Para::default() }
    }

    fn inlines(&mut self, id: Id, setting: &Setting, line: &mut Line) {
        let tree = self.tree;
        for inner in tree.children(id) {
            if let Some(text) = tree.text(inner) {
                // Line ends of the file are white space.
                let mut out = String::with_capacity(text.len());
                let mut spaced = false;
                for character in text.chars() {
                    let is_space = matches!(character, ' ' | '\n' | '\t' | '\r');
                    if !(is_space && spaced) {
                        out.push(if is_space { ' ' } else { character });
                    }
                    spaced = is_space;
                }
                line.push_text(&out, setting);
                continue;
            }
            let with = |style| Setting { look: setting.look.with(style, true), ..setting.clone() };
            match local(tree, inner) {
                "emphasis" => self.inlines(inner, &with(Style::Emphasis), line),
                "strong" => self.inlines(inner, &with(Style::Strong), line),
                "strikethrough" => self.inlines(inner, &with(Style::Strikethrough), line),
                "sup" => self.inlines(inner, &with(Style::Superscript), line),
                "sub" => self.inlines(inner, &with(Style::Subscript), line),
                "code" => self.inlines(inner, &with(Style::Code), line),
                "a" => self.link(inner, setting, line),
                "image" => {
                    if let Some(image) = self.picture(inner) {
                        line.push_image(image.key, image.alt);
                    }
                }
                _ => self.inlines(inner, setting, line),
            }
        }
    }

    /// A link: to a note, to the web, or to a place in the book, which is words only.
    fn link(&mut self, id: Id, setting: &Setting, line: &mut Line) {
        let tree = self.tree;
        let address = ["xlink:href", "l:href", ":href", "href"]
            .into_iter()
            .find_map(|name| tree.attribute(id, name))
            .unwrap_or_default();
        let place = address.strip_prefix('#');
        if let Some(note) = place.and_then(|place| self.notes.get(place).copied().map(|note| (place, note)))
            && !self.within_note
        {
            let mark = words(tree, id);
            return line.push_note(self.footnote(note.0, note.1, &mark));
        }
        let target = links::followed(address);
        if target.is_none() && place.is_none() && !address.is_empty() {
            let lines = Lines::new(self.file, self.number..self.number + 1);
            self.manuscript.left_out.push(Dropped { reason: DropReason::Address, text: address.to_owned(), lines });
        }
        self.inlines(id, &Setting { target, ..setting.clone() }, line);
    }

    /// The key of a note, which is read where it is first called.
    fn footnote(&mut self, place: &str, note: Id, mark: &str) -> String {
        let tree = self.tree;
        let key = format!("note-{}-{place}", self.file);
        if !self.called.insert(place.to_owned()) {
            return key;
        }
        self.within_note = true;
        let title = child(tree, note, "title");
        let before = std::mem::take(&mut self.parts);
        for inner in tree.children(note).filter(|inner| Some(*inner) != title) {
            self.block(inner, 6);
        }
        let parts = std::mem::replace(&mut self.parts, before);
        self.within_note = false;
        let mut blocks = office::blocks(parts, self.file);
        // A title that says more than the mark is part of the note.
        let said = title.map(|title| words(tree, title)).unwrap_or_default();
        let bare = |text: &str| text.chars().filter(|character| character.is_alphanumeric()).collect::<String>();
        if !said.is_empty() && bare(&said) != bare(mark) && bare(&said).parse::<u32>().is_err() {
            blocks.insert(0, Block::Paragraph(Paragraph::new(vec![Inline::text(said)])));
        }
        let mark = mark.trim_matches(['[', ']', '{', '}', '(', ')', ' ']);
        let mark = if mark.is_empty() { self.called.len().to_string() } else { mark.to_owned() };
        self.manuscript.footnotes.push(Footnote { key: key.clone(), mark, blocks, origin: FootnoteOrigin::Marked });
        key
    }

    /// A picture that the book holds; nothing for one that books cannot show.
    fn picture(&mut self, id: Id) -> Option<Image> {
        let tree = self.tree;
        let address =
            ["xlink:href", "l:href", ":href", "href"].into_iter().find_map(|name| tree.attribute(id, name))?;
        let alt = tree.attribute(id, "alt").or(tree.attribute(id, "title")).unwrap_or_default().to_owned();
        let place = address.strip_prefix('#').unwrap_or_default();
        let key = format!("{}-{place}", self.file);
        if !self.manuscript.images.contains_key(&key) {
            let bytes = self.binaries.get(place).map(|binary| transfer::base64(&tree.all_text(*binary)));
            let Some(image) = bytes.map(ImageData::unexamined) else {
                self.pictures_lost += 1;
                return None;
            };
            self.manuscript.images.insert(key.clone(), image);
        }
        Some(Image { key, alt, caption: Inlines::new() })
    }
}
