//! OPDS 2.0: feeds in JSON.

use serde_json::{Map, Value, json};

use crate::catalogue::Entry;
use crate::model::date::PartialDate;

use super::super::library::modified_of;
use super::super::{Visit, download};
use super::feed::{self, Content, Feed};

pub const FEED: &str = "application/opds+json";
pub const PUBLICATION: &str = "application/opds-publication+json";

/// Where its feeds are.
pub const ROOT: &str = "/opds/v2";

/// Writes a feed.
pub fn write(feed: &Feed, visit: &Visit) -> String {
    let at = |path: &str| visit.link(&format!("{ROOT}{path}"));
    let mut metadata = Map::new();
    metadata.insert("title".to_owned(), json!(feed.title));
    metadata.insert("identifier".to_owned(), json!(feed::id_of_feed(&feed.path)));
    metadata.insert("modified".to_owned(), json!(feed::moment(feed.updated)));
    let mut links = vec![
        json!({ "rel": "self", "href": at(&feed.path), "type": FEED }),
        json!({ "rel": "start", "href": at(""), "type": FEED }),
        json!({ "rel": "search", "href": format!("{}{{?query}}", at("/books")), "type": FEED, "templated": true }),
    ];
    links.extend(feed.up.as_ref().map(|up| json!({ "rel": "up", "href": at(up), "type": FEED })));
    if let Some(stretch) = &feed.stretch {
        metadata.insert("numberOfItems".to_owned(), json!(stretch.total));
        metadata.insert("itemsPerPage".to_owned(), json!(stretch.size));
        metadata.insert("currentPage".to_owned(), json!(stretch.page));
        let pages = stretch.links().into_iter();
        links.extend(pages.map(|(relation, path)| json!({ "rel": relation, "href": at(&path), "type": FEED })));
    }
    let mut whole = Map::new();
    whole.insert("metadata".to_owned(), Value::Object(metadata));
    whole.insert("links".to_owned(), Value::Array(links));
    let counted = |link: &mut Map<String, Value>, books: Option<usize>| {
        if let Some(books) = books {
            link.insert("properties".to_owned(), json!({ "numberOfItems": books }));
        }
    };
    match &feed.content {
        Content::Doors(doors) => {
            let doors = doors.iter().map(|door| {
                let mut link = Map::new();
                link.insert("title".to_owned(), json!(door.title));
                link.insert("href".to_owned(), json!(at(&door.path)));
                link.insert("type".to_owned(), json!(FEED));
                link.insert("rel".to_owned(), json!(door.relation.unwrap_or("subsection")));
                counted(&mut link, door.books);
                Value::Object(link)
            });
            whole.insert("navigation".to_owned(), doors.collect());
        }
        // A list of books is never empty in this format; a feed without books has a way out instead.
        Content::Books(books) if books.is_empty() => {
            let start =
                json!({ "title": "No book is here; back to the start", "href": at(""), "type": FEED, "rel": "start" });
            whole.insert("navigation".to_owned(), Value::Array(vec![start]));
        }
        Content::Books(books) => {
            whole.insert("publications".to_owned(), books.iter().map(|entry| publication(entry, visit)).collect());
        }
    }
    let groups = feed.facets.iter().map(|group| {
        let ways = group.ways.iter().map(|way| {
            let mut link = Map::new();
            link.insert("title".to_owned(), json!(way.title));
            link.insert("href".to_owned(), json!(at(&way.path)));
            link.insert("type".to_owned(), json!(FEED));
            if way.active {
                link.insert("rel".to_owned(), json!("self"));
            }
            counted(&mut link, way.books);
            Value::Object(link)
        });
        json!({ "metadata": { "title": group.title }, "links": ways.collect::<Vec<_>>() })
    });
    let groups: Vec<Value> = groups.collect();
    if !groups.is_empty() {
        whole.insert("facets".to_owned(), Value::Array(groups));
    }
    Value::Object(whole).to_string()
}

/// Writes one book as a document of its own.
pub fn write_publication(entry: &Entry, visit: &Visit) -> String {
    publication(entry, visit).to_string()
}

fn publication(entry: &Entry, visit: &Visit) -> Value {
    let record = &entry.record;
    let mut metadata = Map::new();
    let mut put = |name: &str, value: Value| {
        metadata.insert(name.to_owned(), value);
    };
    put("@type", json!("http://schema.org/Book"));
    put("title", json!(feed::title_of(entry)));
    put("identifier", json!(identifier(entry)));
    put("modified", json!(feed::moment(modified_of(entry))));
    if let Some(sorted) = &record.title_sort {
        put("sortAs", json!(sorted));
    }
    if !record.authors.is_empty() {
        put("author", record.authors.iter().map(|name| json!({ "name": name })).collect());
    }
    if let Some(language) = record.language.as_deref().filter(|tag| is_tag(tag)) {
        put("language", json!(language));
    }
    if let Some(publisher) = &record.publisher {
        put("publisher", json!(publisher));
    }
    if let Some(date) = record.published.filter(|date| is_whole(*date)) {
        put("published", json!(date.to_string()));
    }
    put("description", json!(feed::summary_of(entry)));
    let subjects = feed::categories_of(entry).into_iter();
    let subjects: Vec<Value> = subjects
        .map(|(kind, name)| json!({ "name": name, "scheme": format!("urn:uuid:f76b76a5-5c27-4dfe-8020-0f73bbe925da#{kind}") }))
        .collect();
    if !subjects.is_empty() {
        put("subject", Value::Array(subjects));
    }
    let series = record.series.iter().map(|part| {
        let position = part.index.as_deref().and_then(|index| index.parse::<f64>().ok());
        match position.filter(|position| position.is_finite() && *position >= 0.0) {
            Some(position) => json!({ "name": part.name, "position": position }),
            None => json!({ "name": part.name }),
        }
    });
    let series: Vec<Value> = series.collect();
    if !series.is_empty() {
        put("belongsTo", json!({ "series": series }));
    }
    let own = visit.link(&format!("{ROOT}/book/{}", entry.id));
    let mut links = vec![json!({ "rel": "self", "href": own, "type": PUBLICATION })];
    for file in download::files(entry) {
        let mut link = json!({
            "rel": "http://opds-spec.org/acquisition/open-access",
            "href": visit.link(&file.path),
            "type": file.media_type,
        });
        if let (Some(bytes), Value::Object(link)) = (file.bytes, &mut link) {
            link.insert("size".to_owned(), json!(bytes));
        }
        links.push(link);
    }
    let image = |size| {
        let address = visit.link(&download::cover_path(entry, size));
        json!({ "href": address, "type": download::COVER })
    };
    let images = [image(download::Cover::Whole), image(download::Cover::Small)];
    json!({ "metadata": metadata, "links": links, "images": images })
}

/// The book's identifier where it is an address or a name, as this format wants it; else our own.
fn identifier(entry: &Entry) -> String {
    let is_uri = |text: &&str| {
        let scheme = text.split_once(':').map(|(scheme, _)| scheme);
        scheme.is_some_and(|scheme| scheme.len() > 1 && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric()))
            && text.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"<>\\^`{|}%".contains(&byte))
    };
    let own = entry.record.identifier.as_deref().filter(is_uri);
    own.map_or_else(|| feed::id_of(entry), str::to_owned)
}

/// Whether a text looks like a tag of a language, as this format wants it.
fn is_tag(text: &str) -> bool {
    let mut parts = text.split('-');
    let is_first = |part: &str| (2..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphabetic());
    parts.next().is_some_and(is_first)
        && parts.all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

fn is_whole(date: PartialDate) -> bool {
    date.month().is_some() && date.day().is_some()
}
