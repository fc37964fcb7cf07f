//! The list of tags above a work, and bylines.

use crate::declared::{Field, field, parse_language};
use crate::model::metadata::{Metadata, SeriesPart};
use crate::readers::html::dom::{NodeId, Page};
use crate::readers::html::houses::facts::{Stated, run_on};

/// Whether a `dl` is the archive's list of tags.
pub fn is_list(page: &Page, list: NodeId) -> bool {
    let (mut own, mut known) = (false, 0);
    for (label, _) in entries(page, list) {
        match label_of(page, label).to_lowercase().as_str() {
            // No other archive, and no program that copies from this one, has these.
            "archive warning" | "archive warnings" | "stats" => own = true,
            "rating" | "category" | "categories" | "fandom" | "fandoms" | "relationship" | "relationships"
            | "character" | "characters" | "additional tags" | "additional tag" | "language" => known += 1,
            _ => {}
        }
    }
    own && known >= 1
}

/// Each `dt` of a list with the `dd` that follow it; those of lists within it are not among them.
pub fn entries(page: &Page, list: NodeId) -> Vec<(NodeId, Vec<NodeId>)> {
    let mut entries: Vec<(NodeId, Vec<NodeId>)> = Vec::new();
    let mut take = |id: NodeId| match page.name(id) {
        "dt" => entries.push((id, Vec::new())),
        "dd" => {
            if let Some((_, values)) = entries.last_mut() {
                values.push(id);
            }
        }
        _ => {}
    };
    for child in page.children(list) {
        // HTML allows a box around each pair.
        if page.name(child) == "div" {
            page.children(child).for_each(&mut take);
        } else {
            take(child);
        }
    }
    entries
}

fn label_of(page: &Page, label: NodeId) -> String {
    page.plain(label).trim().trim_end_matches(':').trim().to_owned()
}

/// Enters what a list of tags says. Returns the words that are the list's own and no facts, and counters of the site.
pub fn enter(page: &Page, list: NodeId, metadata: &mut Metadata) -> Vec<String> {
    let mut frame = Vec::new();
    for (dt, values) in entries(page, list) {
        let label = label_of(page, dt);
        let line = page.line(dt);
        let name = label.to_lowercase();
        if name == "stats" {
            frame.push(label);
            for value in values {
                stats(page, value, metadata, &mut frame);
            }
            continue;
        }
        let field = field(&label);
        let mut texts = Vec::new();
        for value in &values {
            match field {
                Some(Field::Series) => texts.extend(series(page, *value, metadata, &mut frame)),
                Some(Field::Language) => {
                    // The site says it a second time, for browsers.
                    let stated = page.attribute(*value, "lang").and_then(parse_language);
                    metadata.language = metadata.language.take().or(stated);
                    texts.push(page.plain(*value));
                }
                _ => texts.extend(values_of(page, *value)),
            }
        }
        texts.retain(|text| !text.is_empty());
        let field = field.filter(|field| *field != Field::Series);
        Stated { label: &label, field, values: texts, line }.enter(metadata);
    }
    frame
}

/// The values of a `dd`: what its links say. Without links it is one list with commas.
fn values_of(page: &Page, value: NodeId) -> Vec<String> {
    let links: Vec<String> =
        page.descendants(value).filter(|id| page.name(*id) == "a").map(|id| page.plain(id)).collect();
    if !links.is_empty() {
        return links;
    }
    let items: Vec<String> =
        page.descendants(value).filter(|id| page.name(*id) == "li").map(|id| page.plain(id)).collect();
    if !items.is_empty() {
        return items;
    }
    page.plain(value).split(", ").map(|text| text.trim().to_owned()).collect()
}

/// Published, updated, words, chapters, in one line or as a list within the list; and how often it was liked.
fn stats(page: &Page, value: NodeId, metadata: &mut Metadata, frame: &mut Vec<String>) {
    let line = page.line(value);
    let inner = page.find(value, |id| page.name(id) == "dl");
    let stated: Vec<(Option<String>, String)> = match inner {
        Some(list) => entries(page, list)
            .into_iter()
            .map(|(dt, values)| {
                let values: Vec<String> = values.into_iter().map(|value| page.plain(value)).collect();
                (Some(label_of(page, dt)), values.join(" "))
            })
            .collect(),
        None => run_on(&page.plain(value)),
    };
    for (label, value) in stated {
        let Some(label) = label else {
            frame.push(value);
            continue;
        };
        let name = label.to_lowercase();
        if matches!(name.as_str(), "comments" | "kudos" | "bookmarks" | "hits") {
            frame.push(format!("{label}: {value}"));
            continue;
        }
        let field = field(&label);
        if field == Some(Field::Updated) && metadata.status.is_none() {
            metadata.status = Some("In progress".to_owned());
        }
        let values = if value.is_empty() { Vec::new() } else { vec![value] };
        Stated { label: &label, field, values, line }.enter(metadata);
    }
}

/// "Part 2 of Name" for each series, with links to the works beside it left out.
fn series(page: &Page, value: NodeId, metadata: &mut Metadata, frame: &mut Vec<String>) -> Vec<String> {
    let mut found = Vec::new();
    let mut before = String::new();
    let mut linked = false;
    for id in page.descendants(value) {
        if let Some(text) = page.text(id) {
            let in_link = page.parent(id).is_some_and(|parent| page.name(parent) == "a");
            if !in_link {
                before.push_str(text);
            }
        }
        if page.name(id) != "a" {
            continue;
        }
        linked = true;
        let name = page.plain(id);
        if is_neighbour(page, id, &name) {
            frame.push(name);
            continue;
        }
        let words: Vec<&str> = before.split_whitespace().collect();
        let index = match words[..] {
            [.., part, index, of] if part.eq_ignore_ascii_case("part") && of.eq_ignore_ascii_case("of") => {
                Some(index.to_owned())
            }
            _ => None,
        };
        before.clear();
        found.push(match &index {
            Some(index) => format!("Part {index} of {name}"),
            None => name.clone(),
        });
        metadata.series.push(SeriesPart { name, index });
    }
    if !linked {
        let text = page.plain(value);
        // A name may hold a comma; the next series begins with its part.
        for text in text.replace(", Part ", "\nPart ").lines() {
            metadata.series.extend(crate::declared::parse_series(text));
            found.push(text.to_owned());
        }
    }
    found
}

/// Whether a link leads to the work before or after this one.
fn is_neighbour(page: &Page, link: NodeId, name: &str) -> bool {
    page.has_class(link, "previous") || page.has_class(link, "next") || name.starts_with('←') || name.ends_with('→')
}

/// The names of a byline: "by Ann, Bo", each name as its link says it. "Ann [archived by Bo]" names Ann.
pub fn names(page: &Page, byline: NodeId) -> (Vec<String>, Option<String>) {
    // A comma within a link is part of a name.
    let mut text = String::new();
    for id in page.descendants(byline) {
        let Some(words) = page.text(id) else { continue };
        let in_link = page.parent(id).is_some_and(|parent| page.name(parent) == "a");
        if in_link { text.extend(words.chars().map(|c| if c == ',' { HELD } else { c })) } else { text.push_str(words) }
    }
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let text = ["Chapter by ", "by "].into_iter().find_map(|lead| text.strip_prefix(lead)).unwrap_or(&text);
    let mut archived = None;
    let names = text
        .split(',')
        .filter_map(|name| {
            let (name, rest) = name.split_once(" [archived by ").unwrap_or((name, ""));
            if !rest.is_empty() {
                archived = Some(rest.trim_end_matches(']').replace(HELD, ","));
            }
            let name = name.trim().replace(HELD, ",");
            (!name.is_empty()).then_some(name)
        })
        .collect();
    (names, archived)
}

/// Stands for a comma that parts nothing; never in a page, since it is no character.
const HELD: char = '\u{fdd0}';
