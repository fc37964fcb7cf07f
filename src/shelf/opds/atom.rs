//! OPDS 1.2: feeds in Atom, as simple as they can be, since some reading programs have simple parsers: one default namespace, an
//! attribute for each fact, no mixed content, no sections of raw characters.

use std::fmt::Write;

use crate::catalogue::Entry;

use super::super::library::modified_of;
use super::super::{Visit, download};
use super::feed::{self, Content, Door, Feed};

pub const NAVIGATION: &str = "application/atom+xml;profile=opds-catalog;kind=navigation";
pub const ACQUISITION: &str = "application/atom+xml;profile=opds-catalog;kind=acquisition";
pub const ENTRY: &str = "application/atom+xml;type=entry;profile=opds-catalog";
pub const DESCRIPTION: &str = "application/opensearchdescription+xml";

/// Where its feeds are.
pub const ROOT: &str = "/opds/v1";
/// Where the search is described.
pub const SEARCH: &str = "/opds/v1/search.xml";

const NAMESPACES: &str = "xmlns=\"http://www.w3.org/2005/Atom\" xmlns:dc=\"http://purl.org/dc/terms/\" \
     xmlns:opds=\"http://opds-spec.org/2010/catalog\" xmlns:thr=\"http://purl.org/syndication/thread/1.0\" \
     xmlns:opensearch=\"http://a9.com/-/spec/opensearch/1.1/\"";

/// The vocabulary that our books declare; what a book is filed under is a list of it.
const VOCABULARY: &str = "urn:uuid:f76b76a5-5c27-4dfe-8020-0f73bbe925da#";

pub fn media_type(feed: &Feed) -> &'static str {
    match feed.content {
        Content::Doors(_) => NAVIGATION,
        Content::Books(_) => ACQUISITION,
    }
}

/// Writes a feed.
pub fn write(feed: &Feed, shelf_title: &str, visit: &Visit) -> String {
    let at = |path: &str| visit.link(&format!("{ROOT}{path}"));
    let own_type = media_type(feed);
    let mut out = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<feed {NAMESPACES}>\n");
    element(&mut out, "id", &feed::id_of_feed(&feed.path));
    element(&mut out, "title", &feed.title);
    element(&mut out, "updated", &feed::moment(feed.updated));
    let _ = writeln!(out, "<author><name>{}</name></author>", text(shelf_title));
    link(&mut out, "self", &at(&feed.path), own_type, &[]);
    link(&mut out, "start", &at(""), NAVIGATION, &[]);
    if let Some(up) = &feed.up {
        link(&mut out, "up", &at(up), NAVIGATION, &[]);
    }
    // The template itself is no address, and so no link: it stands in the description alone.
    link(&mut out, "search", &visit.link(SEARCH), DESCRIPTION, &[]);
    if let Some(stretch) = &feed.stretch {
        for (relation, path) in stretch.links() {
            link(&mut out, relation, &at(&path), own_type, &[]);
        }
        element(&mut out, "opensearch:totalResults", &stretch.total.to_string());
        element(&mut out, "opensearch:itemsPerPage", &stretch.size.to_string());
        element(&mut out, "opensearch:startIndex", &((stretch.page - 1) * stretch.size + 1).to_string());
    }
    for group in &feed.facets {
        for way in &group.ways {
            let mut more = vec![("title", way.title.clone()), ("opds:facetGroup", group.title.to_owned())];
            more.extend(way.active.then(|| ("opds:activeFacet", "true".to_owned())));
            more.extend(way.books.map(|books| ("thr:count", books.to_string())));
            link(&mut out, "http://opds-spec.org/facet", &at(&way.path), ACQUISITION, &more);
        }
    }
    match &feed.content {
        Content::Doors(doors) => doors.iter().for_each(|door| write_door(&mut out, door, feed, &at(&door.path))),
        Content::Books(books) => books.iter().for_each(|entry| write_book(&mut out, entry, visit, "<entry>\n")),
    }
    out.push_str("</feed>\n");
    out
}

/// Writes one book as a document of its own.
pub fn write_entry(entry: &Entry, visit: &Visit) -> String {
    let mut out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned();
    write_book(&mut out, entry, visit, &format!("<entry {NAMESPACES}>\n"));
    out
}

/// Says how to search.
pub fn write_description(shelf_title: &str, visit: &Visit) -> String {
    let template = visit.address(&format!("{ROOT}/books?query={{searchTerms}}"));
    // At most sixteen letters are read as its name.
    let name: String = shelf_title.chars().take(16).collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <OpenSearchDescription xmlns=\"http://a9.com/-/spec/opensearch/1.1/\">\n\
         <ShortName>{}</ShortName>\n<Description>Search this shelf</Description>\n\
         <InputEncoding>UTF-8</InputEncoding>\n<OutputEncoding>UTF-8</OutputEncoding>\n\
         <Url type=\"{ACQUISITION}\" template=\"{}\"/>\n</OpenSearchDescription>\n",
        text(&name),
        text(&template)
    )
}

fn write_door(out: &mut String, door: &Door, feed: &Feed, address: &str) {
    out.push_str("<entry>\n");
    element(out, "title", &door.title);
    element(out, "id", &feed::id_of_feed(&door.path));
    element(out, "updated", &feed::moment(feed.updated));
    let _ = writeln!(out, "<content type=\"text\">{}</content>", text(&door.about));
    let (relation, kind) =
        (door.relation.unwrap_or("subsection"), if door.leads_to_books { ACQUISITION } else { NAVIGATION });
    let count: Vec<_> = door.books.map(|books| ("thr:count", books.to_string())).into_iter().collect();
    link(out, relation, address, kind, &count);
    out.push_str("</entry>\n");
}

fn write_book(out: &mut String, entry: &Entry, visit: &Visit, opening: &str) {
    let record = &entry.record;
    out.push_str(opening);
    element(out, "title", feed::title_of(entry));
    element(out, "id", &feed::id_of(entry));
    element(out, "updated", &feed::moment(modified_of(entry)));
    for author in &record.authors {
        let _ = writeln!(out, "<author><name>{}</name></author>", text(author));
    }
    let known = [
        ("dc:language", record.language.clone()),
        ("dc:identifier", record.identifier.clone()),
        ("dc:publisher", record.publisher.clone()),
        ("dc:issued", record.published.map(|date| date.to_string())),
    ];
    for (name, value) in known {
        if let Some(value) = value {
            element(out, name, &value);
        }
    }
    for (kind, value) in feed::categories_of(entry) {
        let value = text(value);
        let _ = writeln!(out, "<category scheme=\"{VOCABULARY}{kind}\" term=\"{value}\" label=\"{value}\"/>");
    }
    let _ = writeln!(out, "<summary type=\"text\">{}</summary>", text(&feed::summary_of(entry)));
    let covers = [
        ("http://opds-spec.org/image", download::Cover::Whole),
        ("http://opds-spec.org/image/thumbnail", download::Cover::Small),
    ];
    for (relation, size) in covers {
        link(out, relation, &visit.link(&download::cover_path(entry, size)), download::COVER, &[]);
    }
    let own = visit.link(&format!("{ROOT}/book/{}", entry.id));
    link(out, "alternate", &own, ENTRY, &[("title", feed::title_of(entry).to_owned())]);
    for file in download::files(entry) {
        let length: Vec<_> = file.bytes.map(|bytes| ("length", bytes.to_string())).into_iter().collect();
        link(out, "http://opds-spec.org/acquisition/open-access", &visit.link(&file.path), file.media_type, &length);
    }
    out.push_str("</entry>\n");
}

fn element(out: &mut String, name: &str, value: &str) {
    let _ = writeln!(out, "<{name}>{}</{name}>", text(value));
}

fn link(out: &mut String, relation: &str, address: &str, media_type: &str, more: &[(&str, String)]) {
    let _ = write!(out, "<link rel=\"{relation}\" href=\"{}\" type=\"{media_type}\"", text(address));
    for (name, value) in more {
        let _ = write!(out, " {name}=\"{}\"", text(value));
    }
    out.push_str("/>\n");
}

/// A text as it stands in XML, without what XML cannot hold.
fn text(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for letter in value.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' => out.push(letter),
            letter if letter.is_control() || matches!(letter, '\u{fffe}' | '\u{ffff}') => {}
            letter => out.push(letter),
        }
    }
    out
}
