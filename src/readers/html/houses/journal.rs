//! Entries of journals: LiveJournal in each of its generations, Dreamwidth and other sites that run its program, and blogs that
//! mark their entries as microformats do (`entry-title`, `entry-content`).
//!
//! A page with the text of one entry is claimed; lists of entries are not. The entry's title and its poster are title and author,
//! unless the entry begins with a header of its own that says them. What the program prints around the entry (mood, music, tags,
//! links, what visitors said) is left out and listed; tags are facts.

use std::collections::HashSet;

use super::House;
use super::facts::Stated;
use super::rest::rest;
use crate::declared::{Field, field, parse_date};
use crate::model::date::PartialDate;
use crate::model::story::DropReason;
use crate::readers::html::dom::{NodeId, Page, is_unseen};
use crate::readers::html::{ChapterPart, Parts};

pub const HOUSE: House = House { read };

/// What the text of an entry is called, by class or `id`. The first are of LiveJournal and its kin alone.
const TEXTS: &[&str] = &[
    "b-singlepost-body",
    "aentry-post__text",
    "j-e-text",
    "entrytext",
    "entry-content",
    "e-content",
    "entry-text",
    "entry_text",
    "asset-body",
    "post-body",
    "post-content",
    "entry-body",
];

const TITLES: &[&str] = &[
    "b-singlepost-title",
    "aentry-post__title",
    "j-e-title",
    "entry-title",
    "p-name",
    "asset-name",
    "asset-header",
    "post-title",
    "entry-header",
    "subject",
];

/// Parts of an entry that its program prints within its text.
const AROUND: &[&str] = &[
    "ljtags",
    "metadata",
    "currents",
    "lj-currents",
    "entry-metadata",
    "b-singlepost-tags",
    "aentry-post__tags",
    "lj-like",
    "b-adv",
    "sharedaddy",
    "jp-relatedposts",
    "post-footer",
    "entry-footer",
    "userpic",
];

/// Links to what a cut hides, which stand in lists of entries and stay behind in pages that a browser opened up.
const CUTS: &[&str] = &["cut-wrapper", "cut-open", "cut-text", "cut-close", "ljcut-link", "ljcut-pseudolink"];

/// Characters of the shortest entry that is a story.
const SHORTEST: usize = 400;

/// Bytes of the longest title, and of the longest name, tag or date.
const LONGEST_TITLE: usize = 400;
const LONGEST_NAME: usize = 200;

/// Lines of an entry in which its own header is looked for.
const HEADER: usize = 40;

fn read(page: &Page) -> Option<Parts> {
    let texts = outermost(page, TEXTS);
    let texts: Vec<NodeId> = texts.into_iter().filter(|id| !in_comment(page, *id)).collect();
    let [text] = texts.as_slice() else { return None };
    let text = *text;
    let of_journal = is_journal(page);
    let title = title(page, text);
    if (title.is_none() && !of_journal) || page.plain(text).len() < SHORTEST {
        return None;
    }
    let mut parts = Parts::default();
    let mut taken = vec![text];
    let header = header(page, text);
    if let Some(node) = title {
        taken.push(node);
        let words = page.plain(node);
        let name = cleaned(&words);
        if header.contains(&Field::Title) || name.is_empty() {
            parts.left_out.push((DropReason::HeadingRepeated, words, node));
        } else {
            let line = page.line(node);
            Stated { label: "Title", field: Some(Field::Title), values: vec![name.to_owned()], line }
                .enter(&mut parts.declared);
            if name != words {
                parts.left_out.push((DropReason::PageFurniture, words, node));
            }
        }
    }
    let poster = poster(page, text);
    if let Some((node, name)) = poster.filter(|_| !header.contains(&Field::Authors)) {
        let line = page.line(node);
        Stated { label: "Author", field: Some(Field::Authors), values: vec![name], line }.enter(&mut parts.declared);
    }
    parts.declared.published = date(page, text);
    let tags: Vec<String> = page
        .descendants(Page::ROOT)
        .filter(|id| page.name(*id) == "a" && is_tag(page, *id))
        .filter_map(|id| page.brief(id, LONGEST_NAME))
        .collect();
    Stated { label: "Tags", field: Some(Field::Tags), values: tags, line: page.line(text) }.enter(&mut parts.declared);
    let around = |id: &NodeId| named(page, *id, AROUND) || named(page, *id, CUTS);
    let mut gone: Vec<NodeId> = Vec::new();
    let mut inside = HashSet::new();
    for id in page.descendants(text).skip(1).filter(|id| page.is_element(*id)) {
        if page.parent(id).is_some_and(|parent| inside.contains(&parent)) {
            inside.insert(id);
        } else if around(&id) {
            inside.insert(id);
            gone.push(id);
        }
    }
    for id in &gone {
        let words = page.plain(*id);
        if !words.is_empty() {
            parts.left_out.push((DropReason::PageFurniture, words, *id));
        }
    }
    parts.skipped = gone.into_iter().collect();
    parts.chapters.push(ChapterPart { content: vec![text], ..ChapterPart::default() });
    parts.left_out.extend(rest(page, &taken, DropReason::PageFurniture));
    Some(parts)
}

fn named(page: &Page, id: NodeId, names: &[&str]) -> bool {
    page.is_element(id)
        && (names.iter().any(|name| page.has_class(id, name))
            || page.attribute(id, "id").is_some_and(|own| names.iter().any(|name| own.eq_ignore_ascii_case(name))))
}

/// Elements that are so called, none within another.
fn outermost(page: &Page, names: &[&str]) -> Vec<NodeId> {
    let mut found: Vec<NodeId> = Vec::new();
    for id in page.attributed() {
        if found.last().is_none_or(|last| !page.holds(*last, id)) && named(page, id, names) {
            found.push(id);
        }
    }
    found
}

fn in_comment(page: &Page, id: NodeId) -> bool {
    std::iter::successors(page.parent(id), |above| page.parent(*above)).take(30).any(|above| {
        let class = page.attribute(above, "class").unwrap_or_default().to_ascii_lowercase();
        let own = page.attribute(above, "id").unwrap_or_default().to_ascii_lowercase();
        class.split_ascii_whitespace().chain([own.as_str()]).any(|word| word.starts_with("comment") || word == "b-tree")
    })
}

/// Whether the page comes from LiveJournal's program: it names its users as no other does.
fn is_journal(page: &Page) -> bool {
    page.attributed().any(|id| {
        page.has_class(id, "ljuser")
            || page.attribute(id, "lj:user").is_some()
            || named(page, id, &["b-singlepost", "aentry", "entry-wrapper"])
    })
}

/// The entry's title: the last thing so called before the text, in the text's own part of the page.
fn title(page: &Page, text: NodeId) -> Option<NodeId> {
    let titles: Vec<NodeId> = page
        .attributed()
        .take_while(|id| *id < text)
        .filter(|id| named(page, *id, TITLES) && page.brief(*id, LONGEST_TITLE).is_some())
        .collect();
    // Of one within another the inner is the title, and what is around it holds date and poster as well.
    titles.last().copied()
}

/// A title without what the trade puts around it: `FIC: The Moth (2/5)`.
fn cleaned(title: &str) -> &str {
    let mut title = title.trim();
    for kind in
        ["fic", "fanfic", "fan fiction", "fanfiction", "story", "drabble", "ficlet", "oneshot", "one-shot", "фик"]
    {
        let Some(start) = title.get(..kind.len()).filter(|start| start.eq_ignore_ascii_case(kind) || *start == kind)
        else {
            continue;
        };
        let rest = title[start.len()..].trim_start();
        if let Some(rest) = rest.strip_prefix([':', '-', '–', '—', '|']) {
            title = rest.trim_start();
            break;
        }
    }
    title
}

/// What the entry's first lines say under a label.
fn header(page: &Page, text: NodeId) -> HashSet<Field> {
    let mut lines = vec![String::new()];
    for id in page.descendants(text) {
        if let Some(piece) = page.text(id) {
            if page.parent(id).is_some_and(|parent| is_unseen(page.name(parent))) {
                continue;
            }
            if let Some(line) = lines.last_mut().filter(|line| line.len() < 400) {
                line.push_str(piece);
            }
        } else if matches!(page.name(id), "br" | "p" | "div" | "tr" | "li" | "dt" | "h1" | "h2" | "h3") {
            lines.push(String::new());
            if lines.len() > HEADER {
                break;
            }
        }
    }
    let labelled = |line: &String| {
        let (label, value) = line.trim().split_once(':')?;
        let value = value.trim();
        (!value.is_empty() && value.len() < 200).then(|| field(label.trim()))?
    };
    lines.iter().filter_map(labelled).collect()
}

/// Who wrote the entry: the first user that the page names outside of the text and of what visitors said, or what it calls
/// its author.
fn poster(page: &Page, text: NodeId) -> Option<(NodeId, String)> {
    let mut first = None;
    for id in page.attributed().filter(|id| !page.holds(text, *id)) {
        if named(
            page,
            id,
            &["entry-poster", "poster", "username", "p-author", "b-singlepost-author-user", "byline", "fn"],
        ) || page.attribute(id, "rel") == Some("author")
            || page.has_class(id, "author") && page.name(id) != "body"
        {
            let user = page.find(id, |inner| page.has_class(inner, "ljuser")).unwrap_or(id);
            if let Some(name) = user_name(page, user).filter(|_| !in_comment(page, id)) {
                return Some((id, name));
            }
        }
        if first.is_none() && page.has_class(id, "ljuser") && !in_comment(page, id) {
            first = user_name(page, id).map(|name| (id, name));
        }
    }
    first
}

fn user_name(page: &Page, id: NodeId) -> Option<String> {
    let shown = page.brief(id, LONGEST_NAME).unwrap_or_default();
    let name = if shown.is_empty() { page.attribute(id, "lj:user").unwrap_or_default().to_owned() } else { shown };
    let name = name.trim_start_matches("by ").trim_start_matches("By ").trim().to_owned();
    (!name.is_empty() && name.split_whitespace().count() <= 4).then_some(name)
}

/// The day of the entry: of what the page calls its date, the nearest before the text.
fn date(page: &Page, text: NodeId) -> Option<PartialDate> {
    let dates = page.descendants(Page::ROOT).take_while(|id| *id != text).filter(|id| {
        page.name(*id) == "time"
            || named(
                page,
                *id,
                &["datetime", "entry-date", "published", "dt-published", "updated", "date", "post-date", "date-header"],
            )
    });
    let said = |id: NodeId| {
        let attributes = ["datetime", "title"].iter().filter_map(|name| page.attribute(id, name));
        attributes.map(str::to_owned).chain(page.brief(id, LONGEST_NAME)).find_map(|text| date_in(&text))
    };
    dates.filter_map(said).last()
}

/// `2011-03-08T21:14:00`, `March 8 2011, 21:14`, `Mar. 8th, 2011 09:14 pm`: a date with the hour behind it.
fn date_in(text: &str) -> Option<PartialDate> {
    let words: Vec<&str> = text.split(['T', ' ', ',']).filter(|word| !word.is_empty()).collect();
    let whole = parse_date(text);
    let day = || words.first().filter(|word| word.contains('-')).and_then(|word| parse_date(word));
    whole.or_else(day).or_else(|| parse_date(&words.get(..3)?.join(" ")))
}

/// Whether a link leads to what else bears a tag.
fn is_tag(page: &Page, id: NodeId) -> bool {
    page.attribute(id, "rel").is_some_and(|rel| rel.split_ascii_whitespace().any(|word| word == "tag"))
        || page
            .attribute(id, "href")
            .is_some_and(|href| href.contains("livejournal.com/tag/") || href.contains("dreamwidth.org/tag/"))
}
