//! FanFiction.Net: pages saved from the site, each with one chapter, and the long line of facts in which language, genres and
//! characters bear no label.

use super::House;
use super::facts::Stated;
use super::rest::rest;
use crate::declared::{Field, field, parse_language};
use crate::model::date::PartialDate;
use crate::model::metadata::Metadata;
use crate::model::note::{NoteKind, NotePlace};
use crate::model::story::DropReason;
use crate::model::text::Inline;
use crate::readers::html::dom::{NodeId, Page};
use crate::readers::html::{ChapterPart, NotePart, Parts};

pub const HOUSE: House = House { read };

/// The site's genres, all of them.
const GENRES: [&str; 22] = [
    "Adventure",
    "Angst",
    "Crime",
    "Drama",
    "Family",
    "Fantasy",
    "Friendship",
    "General",
    "Horror",
    "Humor",
    "Hurt/Comfort",
    "Mystery",
    "Parody",
    "Poetry",
    "Romance",
    "Sci-Fi",
    "Spiritual",
    "Supernatural",
    "Suspense",
    "Tragedy",
    "Western",
    "None",
];

fn read(page: &Page) -> Option<Parts> {
    let (Some(text), Some(head)) = (page.by_id("storytext"), page.by_id("profile_top")) else { return mobile(page) };
    let mut parts = Parts::default();
    let mut taken = vec![text, head];
    header(page, head, &mut parts);
    if let Some(path) = page.by_id("pre_story_links") {
        let links = page.descendants(path).filter(|id| page.name(*id) == "a");
        let last = links.map(|id| page.plain(id)).filter(|name| !name.is_empty()).last();
        // A crossover's link is called after both.
        let last = last.map(|name| name.trim_end_matches(" Crossover").to_owned());
        let names = last.map(|name| name.split(" + ").map(str::to_owned).collect()).unwrap_or_default();
        let line = page.line(path);
        Stated { label: "Category", field: Some(Field::Fandoms), values: names, line }.enter(&mut parts.declared);
        parts.left_out.push((DropReason::PageFurniture, page.plain(path), path));
        taken.push(path);
    }
    let mut chapter = ChapterPart { level: 1, content: vec![text], ..ChapterPart::default() };
    let menu = page.find(Page::ROOT, |id| page.name(id) == "select" && is_menu(page, id));
    if let Some(menu) = menu {
        let options: Vec<NodeId> = page.descendants(menu).filter(|id| page.name(*id) == "option").collect();
        let chosen = options.iter().find(|id| page.attribute(**id, "selected").is_some());
        if let Some(chosen) = chosen.filter(|_| options.len() > 1) {
            chapter.heading = vec![Inline::text(heading(&page.plain(*chosen)))];
            parts.chapters_are_stated = true;
        }
    }
    if let Some(link) =
        page.find(Page::ROOT, |id| page.name(id) == "link" && page.attribute(id, "rel") == Some("canonical"))
    {
        let address = page.attribute(link, "href").unwrap_or_default();
        let address = if address.starts_with("//") { format!("https:{address}") } else { address.to_owned() };
        parts.declared.source = Some(address).filter(|address| address.starts_with("http"));
    }
    parts.chapters.push(chapter);
    parts.left_out.extend(rest(page, &taken, DropReason::PageFurniture));
    Some(parts)
}

/// A page of the site for telephones: the same story, with a head that has no marks but its order.
fn mobile(page: &Page) -> Option<Parts> {
    let text = page.by_id("storycontent")?;
    let head = page.by_id("content").filter(|head| !page.holds(*head, text))?;
    let within = |name: &'static str| page.descendants(head).filter(move |id| page.name(*id) == name);
    let links = |mark: &'static str| {
        within("a").filter(move |id| page.attribute(*id, "href").is_some_and(|href| href.contains(mark)))
    };
    let (title, author) = (within("b").next()?, links("/u/").next()?);
    let mut parts = Parts::default();
    for (label, field, node) in [("Title", Field::Title, title), ("Author", Field::Authors, author)] {
        let (values, line) = (vec![page.plain(node)], page.line(node));
        Stated { label, field: Some(field), values, line }.enter(&mut parts.declared);
    }
    let line = page.line(head);
    // The path to the story ends with its fandom.
    let path =
        within("a").take_while(|id| *id < author).map(|id| page.plain(id)).filter(|name| !name.is_empty()).last();
    Stated { label: "Category", field: Some(Field::Fandoms), values: path.into_iter().collect(), line }
        .enter(&mut parts.declared);
    let words = page.plain(head);
    let behind = |mark: &str| words.find(mark).map(|at| &words[at..]);
    let mut chapter = ChapterPart { level: 1, content: vec![text], ..ChapterPart::default() };
    let stated = behind("Rated:").unwrap_or_default();
    let (stated, named) = match stated.rsplit_once("Chapter ") {
        Some((stated, named)) if named.starts_with(|first: char| first.is_ascii_digit()) => (stated, Some(named)),
        _ => (stated, None),
    };
    if let Some(named) = named {
        chapter.heading = vec![Inline::text(format!("Chapter {}", named.trim()))];
        parts.chapters_are_stated = true;
    }
    facts_with_commas(stated, line, &mut parts.declared);
    parts.chapters.push(chapter);
    parts.left_out.push((DropReason::PageFurniture, words, head));
    parts.left_out.extend(rest(page, &[text, head], DropReason::PageFurniture));
    Some(parts)
}

/// `Rated: T, English, Mystery & Drama, Ida L. & Joris, Words: 12k+, Published: Mar 13, 2011`.
fn facts_with_commas(text: &str, line: u32, metadata: &mut Metadata) {
    let mut pieces: Vec<String> = Vec::new();
    for piece in text.replace(" Updated:", ", Updated:").replace(" Published:", ", Published:").split(", ") {
        // A date may hold a comma.
        let is_year = piece.trim().len() == 4 && piece.trim().bytes().all(|byte| byte.is_ascii_digit());
        match pieces.last_mut().filter(|_| is_year) {
            Some(before) => before.push_str(&format!(", {}", piece.trim())),
            None => pieces.push(piece.trim().trim_end_matches(',').to_owned()),
        }
    }
    let dashed: Vec<String> = pieces
        .into_iter()
        .filter(|piece| !piece.is_empty())
        .map(|piece| {
            if genres(&piece.replace(" & ", "/")).is_some() {
                piece.replace(" & ", "/")
            } else {
                piece.replace(" & ", ", ")
            }
        })
        .collect();
    facts(&dashed.join(" - "), line, metadata);
}

/// Whether a menu is that of the chapters.
fn is_menu(page: &Page, id: NodeId) -> bool {
    page.attribute(id, "id") == Some("chap_select") || page.attribute(id, "name") == Some("chapter")
}

/// "1. Chapter 1" names a chapter "Chapter 1"; "2. The Weir" is number two.
fn heading(option: &str) -> String {
    match option.split_once(". ") {
        Some((number, name)) if name.trim().eq_ignore_ascii_case(&format!("chapter {number}")) => {
            name.trim().to_owned()
        }
        _ => option.to_owned(),
    }
}

/// Title, author, summary and the line of facts. Everything else in the box belongs to the site.
fn header(page: &Page, head: NodeId, parts: &mut Parts) {
    let mut frame = Vec::new();
    for node in page.children(head) {
        let text = page.plain(node);
        let line = page.line(node);
        match page.name(node) {
            _ if text.is_empty() => {}
            "b" if parts.declared.title.is_none() => {
                Stated { label: "Title", field: Some(Field::Title), values: vec![text], line }
                    .enter(&mut parts.declared);
            }
            "a" if parts.declared.authors.is_empty()
                && page.attribute(node, "href").is_some_and(|href| href.contains("/u/")) =>
            {
                Stated { label: "Author", field: Some(Field::Authors), values: vec![text], line }
                    .enter(&mut parts.declared);
            }
            "div" if parts.notes.is_empty() => {
                parts.declared.summary = vec![text];
                let (kind, place) = (NoteKind::Summary, NotePlace::Before);
                parts.notes.push(NotePart { kind, place, label: None, content: vec![node] });
            }
            "span" if text.starts_with("Rated:") => {
                let times = |id: &NodeId| page.attribute(*id, "data-xutime")?.parse::<i64>().ok();
                let dates: Vec<i64> = page.descendants(node).filter_map(|id| times(&id)).collect();
                // In seconds, beside dates in the reader's own order of day and month.
                let exact = |seconds: Option<&i64>| seconds.map(|seconds| PartialDate::of_seconds(*seconds));
                parts.declared.published = exact(dates.last());
                parts.declared.updated = exact(dates.first().filter(|_| dates.len() > 1));
                facts(&text, line, &mut parts.declared);
            }
            _ => frame.push((text, node)),
        }
    }
    if let Some((_, first)) = frame.first() {
        let first = *first;
        let words: Vec<String> = frame.into_iter().map(|(text, _)| text).collect();
        parts.left_out.push((DropReason::PageFurniture, words.join(" · "), first));
    }
}

/// `Rated: Fiction T - English - Adventure/Sci-Fi - Ada M., Rook - Chapters: 3 - Words: 4,114 - Status: Complete - id: 7`.
pub fn facts(text: &str, line: u32, metadata: &mut Metadata) {
    let mut unlabelled = 0;
    for piece in text.split(" - ").map(str::trim).filter(|piece| !piece.is_empty()) {
        let mut enter = |label: &str, field: Option<Field>, values: Vec<String>| {
            Stated { label, field, values, line }.enter(metadata);
        };
        let labelled = piece.split_once(':').filter(|(label, _)| label.chars().all(char::is_alphabetic));
        if let Some((label, value)) = labelled {
            let value = value.trim().to_owned();
            match label {
                "Rated" => enter(label, Some(Field::Rating), vec![value]),
                "Genre" | "Genres" => enter(label, Some(Field::Genres), genres(&value).unwrap_or_else(|| vec![value])),
                "Characters" => characters(&value, line, metadata),
                "Language" | "Status" | "Updated" | "Published" => enter(label, field(label), vec![value]),
                _ => enter(label, None, vec![value]),
            }
        } else if piece == "Complete" {
            enter("Status", Some(Field::Status), vec![piece.to_owned()]);
        } else if unlabelled == 0 && parse_language(piece).is_some() {
            unlabelled = 1;
            enter("Language", Some(Field::Language), vec![piece.to_owned()]);
        } else if let Some(genres) = genres(piece).filter(|_| unlabelled < 2) {
            unlabelled = 2;
            enter("Genre", Some(Field::Genres), genres);
        } else {
            unlabelled = 3;
            characters(piece, line, metadata);
        }
    }
    if metadata.status.is_none() && text.contains("Chapters:") && metadata.updated.is_some() {
        metadata.status = Some("In progress".to_owned());
    }
}

/// The genres of `Romance/Hurt/Comfort`; `None` when it is something else.
fn genres(text: &str) -> Option<Vec<String>> {
    let mut found = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let genre = GENRES
            .iter()
            .find(|genre| rest.strip_prefix(**genre).is_some_and(|after| after.is_empty() || after.starts_with('/')))?;
        found.push((*genre).to_owned());
        rest = rest[genre.len()..].trim_start_matches('/');
    }
    (!found.is_empty()).then_some(found)
}

/// Characters with commas between them; those in brackets are a couple.
fn characters(text: &str, line: u32, metadata: &mut Metadata) {
    let mut pairs = Vec::new();
    for group in text.split('[').skip(1) {
        if let Some((pair, _)) = group.split_once(']') {
            let names: Vec<&str> = pair.split(',').map(str::trim).collect();
            pairs.push(names.join("/"));
        }
    }
    let names = text.replace('[', "").replace(']', ",");
    let names = names.split(',').map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect();
    Stated { label: "Characters", field: Some(Field::Characters), values: names, line }.enter(metadata);
    metadata.relationships.extend(pairs);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_long_line_is_taken_apart() {
        let mut metadata = Metadata::default();
        let line = "Rated: Fiction T - English - Romance/Hurt/Comfort - [Ada M., Rook] Wren T. - Chapters: 3 - Words: 4,114 - \
                    Reviews: 5 - Updated: Mar 21, 2013 - Published: Feb 3, 2009 - Status: Complete - id: 77";
        facts(line, 1, &mut metadata);
        assert_eq!(metadata.rating.unwrap().wording, "Fiction T");
        assert_eq!(metadata.language.as_deref(), Some("en"));
        assert_eq!(metadata.genres, ["Romance", "Hurt/Comfort"]);
        assert_eq!(metadata.characters, ["Ada M.", "Rook", "Wren T."]);
        assert_eq!(metadata.relationships, ["Ada M./Rook"]);
        assert_eq!(metadata.status.as_deref(), Some("Complete"));
        assert_eq!(metadata.published.unwrap().to_string(), "2009-02-03");
        let words: Vec<_> = metadata.facts.iter().filter_map(|fact| fact.label.as_deref()).collect();
        assert!(words.contains(&"Words") && words.contains(&"id"));
    }

    #[test]
    fn the_line_of_the_mobile_site_has_commas() {
        let mut metadata = Metadata::default();
        let line = "Rated: T, English, Drama & Hurt/Comfort, Ada M. & Rook, Words: 12k+, Favs: 5, Published: Mar 13, 2011 Updated: 5/13/2014";
        facts_with_commas(line, 1, &mut metadata);
        assert_eq!(metadata.genres, ["Drama", "Hurt/Comfort"]);
        assert_eq!(metadata.characters, ["Ada M.", "Rook"]);
        assert_eq!(metadata.published.unwrap().to_string(), "2011-03-13");
        assert_eq!(metadata.rating.unwrap().wording, "T");
    }

    #[test]
    fn what_bears_no_label_may_be_missing() {
        let mut metadata = Metadata::default();
        facts("Rated: K+ - English - Ada M. - Words: 900 - Published: 1-2-09", 1, &mut metadata);
        assert_eq!((metadata.genres.len(), metadata.characters.as_slice()), (0, &["Ada M.".to_owned()][..]));
        facts("Genre: Drama - Characters: [Rook, Wren T.]", 1, &mut metadata);
        assert_eq!(metadata.characters, ["Ada M.", "Rook", "Wren T."]);
        assert_eq!(metadata.relationships, ["Rook/Wren T."]);
        assert_eq!(genres("Drama"), Some(vec!["Drama".to_owned()]));
        assert_eq!(genres("Dramatis Personae"), None);
    }
}
