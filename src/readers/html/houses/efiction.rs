//! Archives that run eFiction: the print view of a story, or a page of it. Labels stand in `span.label`, notes in boxes of
//! their own.

use std::collections::HashSet;

use super::House;
use super::facts::Stated;
use super::rest::rest;
use crate::declared::{Field, field};
use crate::model::note::{NoteKind, NotePlace};
use crate::model::story::DropReason;
use crate::model::text::Inline;
use crate::readers::html::dom::{NodeId, Page};
use crate::readers::html::{ChapterPart, NotePart, Parts};

pub const HOUSE: House = House { read };

/// How a box is called that means something; as its `id` or its class.
const BOXES: [&str; 9] =
    ["pagetitle", "infobox", "notes", "chaptertitle", "chapter", "story", "jsstory", "archivedat", "copyright"];

/// Labels that a box of facts has at least.
const FEWEST_LABELS: usize = 3;

/// Bytes of the longest title of a chapter.
const LONGEST_TITLE: usize = 400;

fn read(page: &Page) -> Option<Parts> {
    let title = page.by_id("pagetitle")?;
    let labels: Vec<NodeId> = page.attributed().filter(|id| is_label(page, *id)).collect();
    if labels.len() < 3 {
        return None;
    }
    let mut holding = HashSet::new();
    let means = |id: NodeId| BOXES.iter().any(|name| is_called(page, id, name)) || is_numbered_title(page, id);
    let meaning = page.attributed().filter(|id| means(*id));
    for id in meaning {
        let mut above = page.parent(id);
        while let Some(parent) = above.filter(|parent| holding.insert(*parent)) {
            above = page.parent(parent);
        }
    }
    let mut reading = Reading { page, holding, parts: Parts::default(), taken: Vec::new(), author: String::new() };
    reading.title(title);
    let body = page.find(Page::ROOT, |id| page.name(id) == "body").unwrap_or(Page::ROOT);
    reading.within(body);
    let Reading { mut parts, taken, .. } = reading;
    // Without a text this is some other page of such an archive.
    if parts.chapters.iter().all(|chapter| chapter.content.is_empty()) {
        return None;
    }
    parts.left_out.extend(rest(page, &taken, DropReason::PageFurniture));
    Some(parts)
}

fn is_label(page: &Page, id: NodeId) -> bool {
    page.name(id) == "span" && page.has_class(id, "label")
}

/// "2. Low Water by Ann", as skins without a mark for it have over each chapter.
fn is_numbered_title(page: &Page, id: NodeId) -> bool {
    let number =
        |text: &str| text.split_once(". ").is_some_and(|(number, _)| number.bytes().all(|byte| byte.is_ascii_digit()));
    is_called(page, id, "title") && page.brief(id, LONGEST_TITLE).is_some_and(|text| number(&text))
}

fn is_called(page: &Page, id: NodeId, name: &str) -> bool {
    page.is_element(id)
        && (page.has_class(id, name) || page.attribute(id, "id").is_some_and(|own| own.eq_ignore_ascii_case(name)))
}

struct Reading<'a> {
    page: &'a Page,
    /// Boxes with boxes in them that mean something.
    holding: HashSet<NodeId>,
    parts: Parts,
    taken: Vec<NodeId>,
    author: String,
}

impl Reading<'_> {
    /// "Title by Author", each a link.
    fn title(&mut self, node: NodeId) {
        let page = self.page;
        let line = page.line(node);
        let links: Vec<String> =
            page.descendants(node).filter(|id| page.name(*id) == "a").map(|id| page.plain(id)).collect();
        let whole = page.plain(node);
        let (title, authors) = match (links.split_first(), whole.rsplit_once(" by ")) {
            (Some((title, authors)), _) if !authors.is_empty() => (title.clone(), authors.to_vec()),
            (_, Some((title, author))) => (title.to_owned(), vec![author.to_owned()]),
            _ => (whole.clone(), Vec::new()),
        };
        self.author = authors.join(", ");
        Stated { label: "Title", field: Some(Field::Title), values: vec![title], line }.enter(&mut self.parts.declared);
        Stated { label: "Author", field: Some(Field::Authors), values: authors, line }.enter(&mut self.parts.declared);
        self.taken.push(node);
    }

    /// What a box holds, as deep as boxes mean something.
    fn within(&mut self, top: NodeId) {
        let page = self.page;
        let row = |node| page.children(node).collect::<Vec<_>>().into_iter();
        // Each row of boxes, and whether it stands in the box of the text, where whatever is nothing else is text.
        let mut pending = vec![(row(top), false)];
        while let Some((row_now, in_text)) = pending.last_mut() {
            let in_text = *in_text;
            let Some(node) = row_now.next() else {
                pending.pop();
                continue;
            };
            let called = |name| is_called(page, node, name);
            if called("pagetitle") {
                continue;
            } else if called("notes") {
                self.note(node);
            } else if called("chaptertitle") || is_numbered_title(page, node) {
                self.chapter_title(node);
            } else if called("infobox") {
                self.facts(node);
            } else if called("archivedat") || called("copyright") {
                let text = page.plain(node);
                let source = page.find(node, |id| page.name(id) == "a").and_then(|id| page.attribute(id, "href"));
                if let (true, Some(address)) = (called("archivedat"), source.filter(|href| href.starts_with("http"))) {
                    self.parts.declared.source = Some(address.to_owned());
                }
                self.parts.left_out.push((DropReason::ArchiveFrame, text, node));
            } else if self.holding.contains(&node) {
                let is_text = in_text || called("chapter") || called("story") || called("jsstory");
                pending.push((row(node), is_text));
                continue;
            } else if in_text || called("chapter") || called("story") || called("jsstory") {
                self.chapter().content.push(node);
            } else if page.descendants(node).filter(|id| is_label(page, *id)).take(FEWEST_LABELS).count()
                == FEWEST_LABELS
            {
                // Skins that have no box for the facts put them into any.
                self.facts(node);
            } else {
                continue;
            }
            self.taken.push(node);
        }
    }

    fn chapter(&mut self) -> &mut ChapterPart {
        if self.parts.chapters.is_empty() {
            self.parts.chapters.push(ChapterPart { level: 1, ..ChapterPart::default() });
        }
        let last = self.parts.chapters.len() - 1;
        &mut self.parts.chapters[last]
    }

    /// "1. Oil by Ottilie Crane"
    fn chapter_title(&mut self, node: NodeId) {
        let text = self.page.plain(node);
        let named = text.rsplit_once(" by ").filter(|(_, name)| *name == self.author).map(|(title, _)| title);
        let heading = named.unwrap_or(&text).trim().to_owned();
        let heading = if heading.is_empty() { Vec::new() } else { vec![Inline::text(heading)] };
        self.parts.chapters_are_stated = true;
        self.parts.chapters.push(ChapterPart { level: 1, heading, ..ChapterPart::default() });
    }

    /// A box of notes: "Story Notes:", "Author's Notes:", "Chapter Notes:", "End Notes:".
    fn note(&mut self, node: NodeId) {
        let page = self.page;
        let label = page.find(node, |id| is_label(page, id) || page.has_class(id, "title"));
        let words = label.map(|id| page.plain(id)).unwrap_or_default();
        let name = words.trim_end_matches(':').trim().to_lowercase();
        let place = if name.contains("end") { NotePlace::After } else { NotePlace::Before };
        let content = match page.find(node, |id| page.has_class(id, "noteinfo")) {
            Some(inner) => vec![inner],
            None => page.children(node).filter(|id| Some(*id) != label).collect(),
        };
        if let Some(label) = label {
            self.parts.left_out.push((DropReason::ArchiveFrame, words, label));
        }
        let note = NotePart { kind: NoteKind::Author, place, label: None, content };
        let of_work = name.starts_with("story") || !self.parts.chapters_are_stated;
        let notes = if of_work { &mut self.parts.notes } else { &mut self.chapter().notes };
        notes.push(note);
    }

    /// Labels that run on in one box, each with the words up to the next.
    fn facts(&mut self, node: NodeId) {
        let page = self.page;
        let mut open: Option<(String, String, u32)> = None;
        for id in page.descendants(node) {
            if is_label(page, id) {
                self.fact(open.take());
                open = Some((page.plain(id), String::new(), page.line(id)));
            } else if let Some(text) = page.text(id) {
                let of_label = page.parent(id).is_some_and(|parent| is_label(page, parent));
                match &mut open {
                    Some((_, value, _)) if !of_label => value.push_str(text),
                    None if !text.trim().is_empty() => {
                        self.parts.left_out.push((DropReason::ArchiveFrame, text.trim().to_owned(), id));
                    }
                    _ => {}
                }
            }
        }
        self.fact(open);
    }

    fn fact(&mut self, stated: Option<(String, String, u32)>) {
        let Some((label, value, line)) = stated else { return };
        let label = label.trim().trim_end_matches(':').trim();
        let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
        if value.is_empty() {
            return;
        }
        let is_none = value.eq_ignore_ascii_case("none");
        let meaning = match label.to_lowercase().as_str() {
            _ if is_none => None,
            "categories" | "category" => Some(Field::Fandoms),
            "read" | "challenges" | "challenge" => None,
            _ => field(label),
        };
        let is_list = matches!(
            meaning,
            Some(
                Field::Fandoms
                    | Field::Genres
                    | Field::Characters
                    | Field::Relationships
                    | Field::Warnings
                    | Field::Tags
            )
        );
        let values = if is_list { value.split(", ").map(str::to_owned).collect() } else { vec![value] };
        Stated { label, field: meaning, values, line }.enter(&mut self.parts.declared);
    }
}
