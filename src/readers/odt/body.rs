//! The text of an OpenDocument text, paragraph by paragraph.

use std::collections::{BTreeMap, HashMap};

use crate::diagnostic::Diagnostic;
use crate::model::block::Align;
use crate::model::manuscript::{ImageData, Lines, Manuscript};
use crate::model::note::{Footnote, FootnoteOrigin};
use crate::model::story::{DropReason, Dropped};
use crate::model::text::Style as Mark;
use crate::readers::archive::{self, Archive, LARGEST_PICTURE};
use crate::readers::markdown::links;
use crate::readers::office::line::{Line, Look, Setting};
use crate::readers::office::purpose::Purpose;
use crate::readers::office::{self, Para, Part, Row, Shape};
use crate::readers::transfer;
use crate::readers::xml::{Id, Tree};

use super::styles::{RunProps, Style, Styles};

/// What is gathered while a document is read.
pub(super) struct State<'d, 'a> {
    tree: &'d Tree,
    styles: &'d Styles,
    archive: Option<&'d mut Archive<'a>>,
    file: u32,
    number: u32,
    /// Lists that have begun, so that each is told from the next.
    lists: u32,
    /// How far the lists of a style have been counted, for one that goes on.
    counted: HashMap<String, u64>,
    footnotes: Vec<Footnote>,
    images: BTreeMap<String, ImageData>,
    left_out: Vec<Dropped>,
    pictures_lost: u32,
    within_note: bool,
}

/// Where a paragraph stands among lists.
#[derive(Clone, Copy)]
enum Place {
    Free,
    /// The first paragraph of an item.
    Item {
        list: u32,
        level: u8,
        start: Option<u64>,
    },
    /// A further one.
    Within,
}

/// A paragraph while its characters are read.
struct Open {
    line: Line,
    style: Style,
    base: Look,
    after: Vec<Part>,
    /// The last character was white space, which several of make one.
    spaced: bool,
}

/// How the characters of a span are set.
#[derive(Clone, Default)]
struct Around {
    run: RunProps,
    code: bool,
    target: Option<String>,
}

impl<'d, 'a> State<'d, 'a> {
    pub(super) fn new(tree: &'d Tree, styles: &'d Styles, archive: Option<&'d mut Archive<'a>>, file: u32) -> Self {
        State {
            tree,
            styles,
            archive,
            file,
            number: 0,
            lists: 0,
            counted: HashMap::new(),
            footnotes: Vec::new(),
            images: BTreeMap::new(),
            left_out: Vec::new(),
            pictures_lost: 0,
            within_note: false,
        }
    }

    pub(super) fn body(&mut self) -> Vec<Part> {
        let mut parts = Vec::new();
        if let Some(body) = self.tree.find(Tree::ROOT, "office:text") {
            self.container(body, &mut parts);
        }
        parts
    }

    /// Hands over all but the parts; what there is to say of them is returned.
    pub(super) fn finish(self, manuscript: &mut Manuscript) -> Vec<Diagnostic> {
        manuscript.footnotes = self.footnotes;
        manuscript.images = self.images;
        manuscript.left_out = self.left_out;
        office::pictures_lost(self.pictures_lost).into_iter().collect()
    }

    fn drop_text(&mut self, reason: DropReason, text: &str) {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if !text.is_empty() {
            let lines = Lines::new(self.file, self.number..self.number + 1);
            self.left_out.push(Dropped { reason, text, lines });
        }
    }

    /// Leaves out every paragraph of an element, each for itself.
    fn drop_all(&mut self, reason: DropReason, id: Id) {
        let tree = self.tree;
        for paragraph in tree.descendants(id).filter(|id| matches!(tree.name(*id), "text:p" | "text:h")) {
            self.drop_text(reason, &tree.all_text(paragraph));
        }
    }

    fn container(&mut self, id: Id, parts: &mut Vec<Part>) {
        let tree = self.tree;
        for child in tree.children(id) {
            match tree.name(child) {
                "text:p" | "text:h" => self.paragraph(child, Place::Free, parts),
                "text:list" => self.list(child, 1, None, parts),
                "text:numbered-paragraph" => self.container(child, parts),
                "table:table" => self.table(child, parts),
                "text:table-of-content"
                | "text:alphabetical-index"
                | "text:illustration-index"
                | "text:table-index"
                | "text:object-index"
                | "text:user-index" => self.drop_all(DropReason::ContentsList, child),
                // Words that were deleted are kept there; they are no text any more.
                "text:tracked-changes"
                | "text:sequence-decls"
                | "text:variable-decls"
                | "text:user-field-decls"
                | "office:forms"
                | "text:index-title-template"
                | "text:note-citation" => {}
                "office:annotation" => self.drop_all(DropReason::Comment, child),
                "text:section" if tree.attribute(child, "text:display") == Some("none") => {
                    self.drop_all(DropReason::Comment, child);
                }
                name if name.starts_with("draw:") => {
                    // A picture or box that hangs on the page.
                    let mut open = self.open(None);
                    self.drawing(child, &mut open);
                    self.close(open, None, Place::Free, parts);
                }
                _ => self.container(child, parts),
            }
        }
    }

    fn list(&mut self, id: Id, level: u8, inherited: Option<&str>, parts: &mut Vec<Part>) {
        let tree = self.tree;
        let style = tree.attribute(id, "text:style-name").or(inherited).unwrap_or_default().to_owned();
        self.lists += 1;
        let list = self.lists;
        let goes_on = tree.attribute(id, "text:continue-numbering") == Some("true")
            || tree.attribute(id, "text:continue-list").is_some();
        let first = self.styles.first_number(&style, level);
        let key = format!("{level} {style}");
        let mut number = if goes_on { self.counted.get(&key).copied().or(first) } else { first };
        for item in tree.children(id) {
            if !matches!(tree.name(item), "text:list-item" | "text:list-header") {
                continue;
            }
            let is_header = tree.is(item, "text:list-header");
            if let Some(start) = tree.attribute(item, "text:start-value").and_then(|start| start.parse().ok()) {
                number = number.map(|_| start);
            }
            let depth = level - 1;
            let mut place = Place::Item { list, level: depth.min(8), start: number };
            let mut counts = false;
            for child in tree.children(item) {
                match tree.name(child) {
                    "text:p" | "text:h" => {
                        let heads = tree.is(child, "text:h");
                        self.paragraph(child, if heads { Place::Free } else { place }, parts);
                        place = Place::Within;
                        counts = true;
                    }
                    "text:list" if level < 10 => self.list(child, level + 1, Some(&style), parts),
                    _ => self.container(child, parts),
                }
            }
            if counts && !is_header {
                number = number.map(|number| number.saturating_add(1));
            }
        }
        if let Some(number) = number {
            self.counted.insert(key, number);
        }
    }

    fn open(&self, style: Option<&str>) -> Open {
        let style = self.styles.paragraph(style);
        let base = if style.purpose == Purpose::Text { self.styles.usual().run } else { style.run };
        Open { line: Line::default(), style, base: base.look(), after: Vec::new(), spaced: true }
    }

    fn paragraph(&mut self, id: Id, place: Place, parts: &mut Vec<Part>) {
        let tree = self.tree;
        self.number += 1;
        let name = tree.attribute(id, "text:style-name");
        let mut open = self.open(name);
        let around = Around { run: open.style.run, ..Around::default() };
        self.inlines(id, &around, &mut open);
        let heading = tree
            .is(id, "text:h")
            .then(|| tree.attribute(id, "text:outline-level").and_then(|level| level.parse::<u8>().ok()).unwrap_or(1));
        self.close(open, heading, place, parts);
    }

    fn close(&mut self, open: Open, heading: Option<u8>, place: Place, parts: &mut Vec<Part>) {
        let number = self.number;
        let Open { line, style, after, .. } = open;
        let empty = line.is_empty();
        if style.purpose == Purpose::Contents {
            return self.drop_text(DropReason::ContentsList, &line.plain());
        }
        if style.para.break_before == Some(true) {
            parts.push(Part::PageBreak(number));
        }
        let ruled = empty && (style.above || style.below || style.purpose == Purpose::Rule);
        if ruled || style.above {
            parts.push(Part::Rule(number));
        }
        let heading = match style.purpose {
            Purpose::Heading(level) => Some(heading.unwrap_or(level)),
            _ => heading,
        };
        let shape = match (heading, place) {
            // An empty heading is space.
            (Some(level), _) if !empty => Shape::Heading(level.clamp(1, 6)),
            (_, Place::Item { list, level, start }) => Shape::Item { list, level, start },
            (_, Place::Within) => Shape::Continued,
            _ => match style.purpose {
                Purpose::Title => Shape::Title,
                Purpose::Quote => Shape::Quote,
                Purpose::Typed => Shape::Preformatted,
                _ => Shape::Body,
            },
        };
        if !(ruled || empty && !after.is_empty()) {
            let align = style.para.align.unwrap_or(Align::Start);
            parts.push(Part::Paragraph(Para { number, line, align, left: style.para.left.unwrap_or(0), shape }));
        }
        if style.below && !empty {
            parts.push(Part::Rule(number));
        }
        parts.extend(after);
        if style.para.break_after == Some(true) {
            parts.push(Part::PageBreak(number));
        }
    }

    fn inlines(&mut self, id: Id, around: &Around, open: &mut Open) {
        let tree = self.tree;
        for child in tree.children(id) {
            if let Some(text) = tree.text(child) {
                self.text(text, around, open);
                continue;
            }
            match tree.name(child) {
                "text:span" => {
                    let style = self.styles.character(tree.attribute(child, "text:style-name"));
                    let run = style.run.or(around.run);
                    let code = around.code || style.purpose == Purpose::Code;
                    self.inlines(child, &Around { run, code, ..around.clone() }, open);
                }
                "text:a" => {
                    let address = tree.attribute(child, "xlink:href").unwrap_or_default();
                    let target = links::followed(address);
                    if target.is_none() && !address.starts_with('#') {
                        self.drop_text(DropReason::Address, address);
                    }
                    self.inlines(child, &Around { target, ..around.clone() }, open);
                }
                "text:s" => {
                    let count =
                        tree.attribute(child, "text:c").and_then(|count| count.parse::<usize>().ok()).unwrap_or(1);
                    open.line.push_text(&" ".repeat(count.min(100)), &Setting::default());
                }
                "text:tab" => open.line.push_text(" ", &Setting::default()),
                "text:line-break" => {
                    open.line.push_break();
                    open.spaced = true;
                }
                "text:note" => self.note(child, open),
                "office:annotation" => self.drop_all(DropReason::Comment, child),
                "text:page-number" | "text:page-count" => {
                    self.drop_text(DropReason::PageFurniture, &tree.all_text(child))
                }
                "text:hidden-text" | "text:hidden-paragraph" => {
                    let text =
                        tree.attribute(child, "text:string-value").map_or_else(|| tree.all_text(child), str::to_owned);
                    self.drop_text(DropReason::Comment, &text);
                }
                "text:ruby" => {
                    for inner in tree.children(child) {
                        if tree.is(inner, "text:ruby-text") {
                            self.text(&format!("({})", tree.all_text(inner)), around, open);
                        } else {
                            self.inlines(inner, around, open);
                        }
                    }
                }
                "text:tracked-changes" | "office:annotation-end" | "office:event-listeners" => {}
                "text:p" | "text:h" | "text:list" | "table:table" => {
                    let mut after = std::mem::take(&mut open.after);
                    self.container(id, &mut after);
                    open.after = after;
                    return;
                }
                name if name.starts_with("draw:") => self.drawing(child, open),
                _ => self.inlines(child, around, open),
            }
        }
    }

    /// Characters; several of white space are one, as XML has them.
    fn text(&mut self, text: &str, around: &Around, open: &mut Open) {
        let mut out = String::with_capacity(text.len());
        for character in text.chars() {
            let is_space = matches!(character, ' ' | '\n' | '\t' | '\r');
            if !(is_space && open.spaced) {
                out.push(if is_space { ' ' } else { character });
            }
            open.spaced = is_space;
        }
        if around.run.hidden == Some(true) {
            return self.drop_text(DropReason::Comment, &out);
        }
        let mut look = around.run.look().differing(open.base);
        if around.target.is_some() {
            look = look.with(Mark::Underline, false);
        }
        look = look.with(Mark::Code, around.code);
        open.line.push_text(&out, &Setting { look, target: around.target.clone(), size: around.run.size.unwrap_or(0) });
    }

    fn note(&mut self, id: Id, open: &mut Open) {
        let tree = self.tree;
        let Some(body) = tree.child(id, "text:note-body").filter(|_| !self.within_note) else { return };
        let number = self.footnotes.len() + 1;
        let key = format!("note-{}-{number}", self.file);
        let citation = tree.child(id, "text:note-citation");
        // A mark that the author chose; a number is the program's.
        let own = citation.and_then(|id| tree.attribute(id, "text:label")).map(str::to_owned);
        let mark = own.filter(|mark| !mark.trim().is_empty()).unwrap_or_else(|| number.to_string());
        let origin = FootnoteOrigin::Marked;
        self.footnotes.push(Footnote { key: key.clone(), mark, blocks: Vec::new(), origin });
        self.within_note = true;
        let mut parts = Vec::new();
        self.container(body, &mut parts);
        self.within_note = false;
        self.footnotes[number - 1].blocks = office::blocks(parts, self.file);
        open.line.push_note(key);
    }

    /// A frame or shape: a picture, text in a box.
    fn drawing(&mut self, id: Id, open: &mut Open) {
        let tree = self.tree;
        let described = |id: Id| {
            ["svg:desc", "svg:title"]
                .into_iter()
                .find_map(|name| tree.child(id, name))
                .map(|id| tree.all_text(id))
                .unwrap_or_default()
        };
        match tree.name(id) {
            "draw:frame" => {
                // The first that is understood of several ways to say the same.
                let known = tree.children(id).find(|child| matches!(tree.name(*child), "draw:image" | "draw:text-box"));
                match known {
                    Some(image) if tree.is(image, "draw:image") => {
                        let alt = described(id).split_whitespace().collect::<Vec<_>>().join(" ");
                        match self.picture(image) {
                            Some(key) => open.line.push_image(key, alt),
                            None => {
                                self.pictures_lost += 1;
                                open.line.push_text(&alt, &Setting::default());
                            }
                        }
                    }
                    Some(inner) => self.boxed(inner, open),
                    None => {
                        let math =
                            tree.child(id, "draw:object").map(|object| tree.all_text(object)).unwrap_or_default();
                        open.line.push_text(&math, &Setting::default());
                    }
                }
            }
            "draw:g" | "draw:a" => {
                for child in tree.children(id) {
                    self.drawing(child, open);
                }
            }
            _ => self.boxed(id, open),
        }
    }

    fn boxed(&mut self, id: Id, open: &mut Open) {
        let mut after = std::mem::take(&mut open.after);
        self.container(id, &mut after);
        open.after = after;
    }

    /// The key of a picture in the archive or in the file itself, when books can show it.
    fn picture(&mut self, id: Id) -> Option<String> {
        let tree = self.tree;
        if let Some(data) = tree.child(id, "office:binary-data") {
            let key = format!("{}-{}", self.file, self.images.len());
            self.images.insert(key.clone(), ImageData::unexamined(transfer::base64(&tree.all_text(data))));
            return Some(key);
        }
        let path = archive::resolve("", tree.attribute(id, "xlink:href")?)?;
        let key = format!("{}-{path}", self.file);
        if !self.images.contains_key(&key) {
            let bytes = self.archive.as_mut()?.read(&path, LARGEST_PICTURE).ok().flatten()?;
            self.images.insert(key.clone(), ImageData::unexamined(bytes));
        }
        Some(key)
    }

    fn table(&mut self, id: Id, parts: &mut Vec<Part>) {
        let number = self.number + 1;
        let mut rows = Vec::new();
        self.rows(id, false, &mut rows);
        parts.extend(office::table(rows, number, self.file));
    }

    fn rows(&mut self, id: Id, heads: bool, rows: &mut Vec<Row>) {
        let tree = self.tree;
        for child in tree.children(id) {
            match tree.name(child) {
                "table:table-header-rows" => self.rows(child, true, rows),
                "table:table-row" => {
                    let mut cells = Vec::new();
                    for cell in tree.children(child) {
                        if !matches!(tree.name(cell), "table:table-cell" | "table:covered-table-cell") {
                            continue;
                        }
                        let mut parts = Vec::new();
                        self.container(cell, &mut parts);
                        cells.push(parts);
                        // What is repeated is empty cells, at the ends of rows.
                        let again = tree
                            .attribute(cell, "table:number-columns-repeated")
                            .and_then(|count| count.parse::<usize>().ok());
                        for _ in 1..again.unwrap_or(1).min(50) {
                            cells.push(Vec::new());
                        }
                    }
                    rows.push((heads, cells));
                }
                "table:table-row-group" | "table:table-rows" => self.rows(child, heads, rows),
                _ => {}
            }
        }
    }
}
