//! Stories that FanFicFare saved as one page: a table of facts, a list of chapters, and chapters behind anchors.

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

fn read(page: &Page) -> Option<Parts> {
    let anchors: Vec<NodeId> = page.attributed().filter(|id| is_section(page, *id)).collect();
    let first = *anchors.first()?;
    let heading = page.find(Page::ROOT, |id| page.name(id) == "h1")?;
    let table = page.find(Page::ROOT, |id| page.name(id) == "table" && page.has_class(id, "full"))?;
    let mut parts = Parts { chapters_are_stated: true, ..Parts::default() };
    let mut taken = vec![heading, table];
    title(page, heading, &mut parts);
    facts(page, table, &mut parts);
    if let Some(list) = page.attributed().find(|id| page.attribute(*id, "name") == Some("TOCTOP")) {
        let place = page.parent(list).filter(|parent| page.name(*parent) == "p").unwrap_or(list);
        let names = page.next_sibling(place).into_iter().chain(siblings(page, place)).find(|id| page.name(*id) == "p");
        for node in [Some(list), names].into_iter().flatten() {
            parts.left_out.push((DropReason::ContentsList, page.plain(node), node));
            taken.push(node);
        }
    }
    let mut at = Some(first);
    while let Some(node) = at {
        taken.push(node);
        if is_section(page, node) {
            let heading = page.plain(node);
            let heading = if heading.is_empty() { Vec::new() } else { vec![Inline::text(heading)] };
            parts.chapters.push(ChapterPart { level: 1, heading, ..ChapterPart::default() });
        } else if let Some(chapter) = parts.chapters.last_mut() {
            content(page, node, chapter, &mut parts.left_out);
        }
        at = page.next_sibling(node);
    }
    parts.left_out.extend(rest(page, &taken, DropReason::PageFurniture));
    Some(parts)
}

/// The anchor before a chapter, with the chapter's heading in it.
fn is_section(page: &Page, id: NodeId) -> bool {
    let number = page.attribute(id, "name").and_then(|name| name.strip_prefix("section"));
    page.name(id) == "a"
        && number.is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
}

fn siblings(page: &Page, node: NodeId) -> impl Iterator<Item = NodeId> + '_ {
    std::iter::successors(page.next_sibling(node), |id| page.next_sibling(*id))
}

/// "Title by Author, Author", the title as a link to where the story was found.
fn title(page: &Page, heading: NodeId, parts: &mut Parts) {
    let mut links = page.descendants(heading).filter(|id| page.name(*id) == "a");
    let line = page.line(heading);
    if let Some(link) = links.next() {
        let address = page.attribute(link, "href").filter(|address| address.starts_with("http"));
        parts.declared.source = address.map(str::to_owned);
        Stated { label: "Title", field: Some(Field::Title), values: vec![page.plain(link)], line }
            .enter(&mut parts.declared);
    }
    let mut names: Vec<String> = links.map(|link| page.plain(link)).filter(|name| !name.is_empty()).collect();
    let whole = page.plain(heading);
    let behind = parts.declared.title.as_deref().and_then(|title| whole.strip_prefix(title));
    if names.is_empty()
        && let Some(name) = behind.and_then(|rest| rest.trim().strip_prefix("by "))
    {
        names.push(name.to_owned());
    }
    Stated { label: "Author", field: Some(Field::Authors), values: names, line }.enter(&mut parts.declared);
}

/// The table: a label in bold and its value in each row.
fn facts(page: &Page, table: NodeId, parts: &mut Parts) {
    for row in page.descendants(table).filter(|id| page.name(*id) == "tr") {
        let cells: Vec<NodeId> = page.children(row).filter(|id| matches!(page.name(*id), "td" | "th")).collect();
        let [label, value] = cells[..] else {
            let text = page.plain(row);
            if !text.is_empty() {
                parts.left_out.push((DropReason::ArchiveFrame, text, row));
            }
            continue;
        };
        let label = page.plain(label).trim_end_matches(':').to_owned();
        let text = page.plain(value);
        let meaning = match label.to_lowercase().as_str() {
            // What other archives call a category is the fandom here.
            "category" | "categories" => Some(Field::Fandoms),
            "packaged" => None,
            _ => field(&label),
        };
        let values = match meaning {
            Some(Field::Summary) => {
                let content = vec![value];
                let (kind, place) = (NoteKind::Summary, NotePlace::Before);
                parts.notes.push(NotePart { kind, place, label: None, content });
                parts.declared.summary = vec![text];
                parts.left_out.push((DropReason::ArchiveFrame, label, row));
                continue;
            }
            Some(Field::Series) => vec![text.trim_end_matches(']').replacen(" [", " #", 1)],
            Some(
                Field::Fandoms
                | Field::Genres
                | Field::Characters
                | Field::Relationships
                | Field::Tags
                | Field::Warnings
                | Field::Categories,
            ) => text.split(", ").map(|value| value.trim().to_owned()).collect(),
            _ => vec![text],
        };
        let values = values.into_iter().filter(|value| !value.is_empty()).collect();
        Stated { label: &label, field: meaning, values, line: page.line(row) }.enter(&mut parts.declared);
    }
}

/// A piece of a chapter, its notes taken out where they are marked.
fn content(page: &Page, node: NodeId, chapter: &mut ChapterPart, left_out: &mut Vec<(DropReason, String, NodeId)>) {
    let notes = |id: NodeId| page.has_class(id, "fff_chapter_notes");
    if notes(node) {
        note(page, node, chapter, left_out);
    } else if page.name(node) == "div" && page.children(node).any(notes) {
        for child in page.children(node) {
            if notes(child) {
                note(page, child, chapter, left_out);
            } else {
                chapter.content.push(child);
            }
        }
    } else {
        chapter.content.push(node);
    }
}

/// A note with its label in bold: "Summary:", "Notes:".
fn note(page: &Page, node: NodeId, chapter: &mut ChapterPart, left_out: &mut Vec<(DropReason, String, NodeId)>) {
    let place = if page.has_class(node, "fff_foot_notes") { NotePlace::After } else { NotePlace::Before };
    let mut open: Option<NotePart> = None;
    for child in page.children(node) {
        let label = (page.name(child) == "b").then(|| page.plain(child));
        let kind = match label.as_deref().map(|label| label.trim_end_matches(':').to_lowercase()).as_deref() {
            Some("summary" | "chapter summary") => Some(NoteKind::Summary),
            Some("notes" | "chapter notes" | "end notes" | "note" | "chapter end notes") => Some(NoteKind::Author),
            _ => None,
        };
        match (kind, label) {
            (Some(kind), Some(label)) => {
                chapter.notes.extend(open.take());
                left_out.push((DropReason::ArchiveFrame, label, child));
                open = Some(NotePart { kind, place, label: None, content: Vec::new() });
            }
            _ => {
                let start = || NotePart { kind: NoteKind::Author, place, label: None, content: Vec::new() };
                let quoted = page.name(child) == "blockquote";
                let note = open.get_or_insert_with(start);
                if quoted { note.content.extend(page.children(child)) } else { note.content.push(child) }
            }
        }
    }
    let is_said = |note: &NotePart| note.content.iter().any(|node| !page.plain(*node).is_empty());
    chapter.notes.extend(open.filter(is_said));
}
