//! A reading program that follows every link from the root of both formats, with the headers that KOReader sends, and takes every book.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use quick_xml::XmlVersion;
use quick_xml::events::Event;
use serde_json::Value;

use super::house::{House, OpenShelf};
use super::{LAMP, MOTH, RED};

const ACCEPT: &str = "application/opds+json, application/atom+xml;profile=opds-catalog, */*";

const FACET: &str = "http://opds-spec.org/facet";

/// A link with what it says of itself.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Link {
    relation: String,
    address: String,
    media_type: String,
    length: Option<u64>,
}

/// What a feed says: its links, and of each of its books the id and the title.
#[derive(Debug, Default)]
struct Said {
    links: Vec<Link>,
    books: Vec<(String, String)>,
}

fn of_atom(text: &str) -> Said {
    let mut reader = quick_xml::Reader::from_str(text);
    let mut said = Said::default();
    let (mut path, mut entry, mut acquired) = (Vec::<String>::new(), (String::new(), String::new()), false);
    loop {
        let event = reader.read_event().expect("well-formed");
        let is_empty = matches!(event, Event::Empty(_));
        match event {
            Event::Start(element) | Event::Empty(element) => {
                let name = element.name().as_ref().to_owned();
                if name == "link" {
                    let attributes: BTreeMap<String, String> = element
                        .attributes()
                        .map(|attribute| {
                            let attribute = attribute.unwrap();
                            let value = attribute.normalized_value(XmlVersion::Implicit1_0).unwrap().into_owned();
                            (attribute.key.as_ref().to_owned(), value)
                        })
                        .collect();
                    let link = Link {
                        relation: attributes["rel"].clone(),
                        address: attributes["href"].clone(),
                        media_type: attributes["type"].clone(),
                        length: attributes.get("length").map(|length| length.parse().unwrap()),
                    };
                    acquired |= link.relation.starts_with("http://opds-spec.org/acquisition");
                    said.links.push(link);
                }
                if !is_empty {
                    path.push(name);
                }
            }
            Event::Text(text) => {
                let text = text.to_string();
                match path.iter().map(String::as_str).collect::<Vec<_>>()[..] {
                    [.., "entry", "id"] => entry.0 = text,
                    [.., "entry", "title"] => entry.1.push_str(&text),
                    _ => {}
                }
            }
            Event::GeneralRef(reference) if path.ends_with(&["entry".to_owned(), "title".to_owned()]) => {
                entry.1.push_str(match &*reference {
                    "amp" => "&",
                    "lt" => "<",
                    "gt" => ">",
                    other => panic!("&{other};"),
                });
            }
            Event::End(_) => {
                let ended = path.pop();
                let book = (ended.as_deref() == Some("entry")).then(|| std::mem::take(&mut entry));
                said.books.extend(book.filter(|_| std::mem::take(&mut acquired)));
            }
            Event::Eof => break,
            _ => {}
        }
    }
    assert!(path.is_empty());
    said
}

fn of_json(text: &str) -> Said {
    fn links(value: &Value, is_facet: bool, said: &mut Said) {
        match value {
            Value::Object(fields) => {
                if let Some(address) = fields.get("href").and_then(Value::as_str) {
                    let relation = fields.get("rel").and_then(Value::as_str).unwrap_or_default();
                    said.links.push(Link {
                        relation: if is_facet { FACET } else { relation }.to_owned(),
                        address: address.to_owned(),
                        media_type: fields["type"].as_str().unwrap().to_owned(),
                        length: fields.get("size").and_then(Value::as_u64),
                    });
                }
                fields.iter().for_each(|(name, value)| links(value, is_facet || name == "facets", said));
            }
            Value::Array(values) => values.iter().for_each(|value| links(value, is_facet, said)),
            _ => {}
        }
    }
    let feed: Value = serde_json::from_str(text).unwrap();
    let mut said = Said::default();
    links(&feed, false, &mut said);
    for book in feed["publications"].as_array().into_iter().flatten() {
        let field = |name: &str| book["metadata"][name].as_str().unwrap().to_owned();
        said.books.push((field("identifier"), field("title")));
    }
    said
}

fn basic(token: &str) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::from("Basic ");
    for three in format!("koreader:{token}").as_bytes().chunks(3) {
        let bits = three.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - three.len()));
        for place in 0..4 {
            let letter = LETTERS[(bits >> (18 - 6 * place) & 63) as usize];
            out.push(if place > three.len() { '=' } else { char::from(letter) });
        }
    }
    out
}

/// Walks from a root, and gives the bytes of every EPUB that it came by, with the titles of all books.
fn walk(shelf: &OpenShelf, root: &str, base: &str, headers: &[(&str, &str)]) -> (BTreeSet<Vec<u8>>, BTreeSet<String>) {
    let mut waiting = VecDeque::from([(root.to_owned(), String::new(), false)]);
    let mut seen: BTreeSet<String> = [root.to_owned()].into();
    let (mut epubs, mut titles, mut feeds) = (BTreeSet::new(), BTreeSet::new(), 0);
    while let Some((path, expected, by_facet)) = waiting.pop_front() {
        let answer = shelf.get(&path, headers);
        assert_eq!(answer.status, 200, "{path}\n{}", String::from_utf8_lossy(&answer.body));
        assert!(answer.find("content-encoding").is_none(), "as it is, since nothing else was asked for");
        let media_type = answer.header("content-type").to_owned();
        assert!(expected.is_empty() || expected == media_type, "{path}: said {expected}, is {media_type}");
        let head = shelf.ask("HEAD", &path, headers);
        assert_eq!((head.status, head.body.len()), (200, 0), "{path}");
        assert_eq!(head.header("content-type"), media_type);
        if media_type != "application/opensearchdescription+xml"
            && !media_type.contains("entry")
            && !media_type.contains("publication")
        {
            assert_eq!(head.header("last-modified"), answer.header("last-modified"), "{path}");
            assert_eq!(head.header("etag"), answer.header("etag"), "{path}");
        }
        let said = match media_type.as_str() {
            "application/epub+zip" | "application/kepub+zip" => {
                assert_eq!(head.header("content-length"), answer.body.len().to_string());
                assert_eq!(head.header("accept-ranges"), "bytes");
                let mut ranged = headers.to_vec();
                ranged.push(("Range", "bytes=2-5"));
                let part = shelf.get(&path, &ranged);
                assert_eq!((part.status, &part.body[..]), (206, &answer.body[2..6]), "{path}");
                if media_type == "application/epub+zip" {
                    epubs.insert(answer.body);
                }
                continue;
            }
            "image/jpeg" => {
                assert!(answer.body.starts_with(&[0xff, 0xd8, 0xff]), "{path}");
                continue;
            }
            "application/opensearchdescription+xml" => {
                let template = answer.text().split("template=\"").nth(1).unwrap().split('"').next().unwrap();
                let (_, template) = template.split_once(&shelf.host()).expect("an absolute address");
                let found = of_atom(shelf.get(&template.replace("{searchTerms}", "lamplight"), headers).text());
                assert_eq!(found.books.len(), 1, "{:?}", found.books);
                continue;
            }
            "application/atom+xml;profile=opds-catalog;kind=navigation" => {
                let said = of_atom(answer.text());
                assert!(said.books.is_empty(), "{path}: no books among doors");
                said
            }
            kind if kind.starts_with("application/atom+xml") => of_atom(answer.text()),
            "application/opds+json" | "application/opds-publication+json" => of_json(answer.text()),
            other => panic!("{path} is {other}"),
        };
        feeds += 1;
        let ids: BTreeSet<&String> = said.books.iter().map(|(id, _)| id).collect();
        assert_eq!(ids.len(), said.books.len(), "{path}: no book twice");
        titles.extend(said.books.into_iter().map(|(_, title)| title));
        for link in said.links {
            let templated = link.address.contains('{');
            assert!(link.address.starts_with(&format!("{base}/")), "{path}: {link:?}");
            if link.relation == "self"
                && !link.media_type.contains("publication")
                && link.address != path
                && path != root
            {
                assert!(seen.contains(&link.address), "{path} calls itself {}", link.address);
            }
            if templated {
                let words = link.address.replace("{searchTerms}", "lamplight").replace("{?query}", "?query=lamplight");
                let found = shelf.get(&words, headers);
                let found = if root.contains("v1") { of_atom(found.text()) } else { of_json(found.text()) };
                assert_eq!(found.books.len(), 1, "{words}");
                continue;
            }
            // Facets upon facets are as many as the combinations of all values; each is followed from where no other is chosen.
            let is_facet = link.relation == FACET;
            if !(is_facet && by_facet) && seen.insert(link.address.clone()) {
                waiting.push_back((link.address, link.media_type, is_facet || by_facet));
            }
        }
        assert!(feeds < 2_000, "links without end");
    }
    assert!(feeds > 10, "{feeds}");
    (epubs, titles)
}

#[test]
fn a_reading_program_finds_every_book_by_the_links_of_both_formats() {
    let house = House::with(&[MOTH, LAMP, RED]);
    let shelf = house.open(3, &["--lan"]);
    let token = shelf.token.clone().unwrap();
    let authorization = basic(&token);
    let files: BTreeSet<Vec<u8>> = house.files().into_values().collect();
    let titles: BTreeSet<String> = [MOTH.title, LAMP.title, RED.title].map(str::to_owned).into();
    let headers = [("Accept", ACCEPT), ("Accept-Encoding", "identity"), ("Authorization", &*authorization)];
    let by_path = [("Accept", ACCEPT), ("Accept-Encoding", "identity")];
    for version in ["v1", "v2"] {
        let (epubs, found) = walk(&shelf, &format!("/opds/{version}"), "", &headers);
        assert!(epubs == files, "{version}: every book byte for byte");
        assert_eq!(found, titles, "{version}");
        let base = shelf.base();
        let (epubs, _) = walk(&shelf, &format!("{base}/opds/{version}"), &base, &by_path);
        assert!(epubs == files, "{version} with the token in the path");
    }
    let of = |accept: &str| {
        let answer = shelf.get("/opds", &[("Accept", accept), ("Authorization", &authorization)]);
        assert_eq!(answer.header("vary"), "Accept");
        answer.header("content-type").to_owned()
    };
    assert_eq!(of(ACCEPT), "application/opds+json");
    assert_eq!(of("*/*"), "application/atom+xml;profile=opds-catalog;kind=navigation");
}

#[test]
fn a_feed_says_what_a_reader_must_know_first() {
    let house = House::with(&[MOTH, LAMP, RED]);
    let shelf = house.open(3, &[]);
    let series = shelf.get("/opds/v1/books?series=Lamps", &[]);
    let books = of_atom(series.text()).books;
    assert_eq!(
        books.iter().map(|(_, title)| title.as_str()).collect::<Vec<_>>(),
        ["Lamplight", "The Moth & the <Lamp>"]
    );
    let entry = series.text().split("<entry>").nth(2).unwrap();
    let summary = entry.split("<summary type=\"text\">").nth(1).unwrap();
    assert!(summary.starts_with("Warnings: "), "{summary}");
    assert!(entry.contains("#warning\" term="), "{entry}");
    let json: Value = serde_json::from_str(shelf.get("/opds/v2/books?series=Lamps", &[]).text()).unwrap();
    let moth = &json["publications"][1];
    assert_eq!(moth["metadata"]["belongsTo"]["series"][0]["position"], 2.0);
    assert!(moth["metadata"]["description"].as_str().unwrap().starts_with("Warnings: "));
    // One format knows no empty list of books, and one no template for an address.
    let none = shelf.get("/opds/v2/books?query=zzzz", &[]);
    let none: Value = serde_json::from_str(none.text()).unwrap();
    assert_eq!((none["metadata"]["numberOfItems"].as_u64(), none.get("publications")), (Some(0), None));
    assert_eq!(none["navigation"][0]["href"], "/opds/v2");
    let none = shelf.get("/opds/v1/books?query=zzzz", &[]);
    assert!(none.status == 200 && !none.text().contains("<entry>") && !none.text().contains('{'));
    // The same ids in another catalogue of the same folder.
    let ids = of_atom(series.text()).books;
    drop(shelf);
    std::fs::remove_dir_all(house.books().join(".bindery")).unwrap();
    let shelf = house.open(3, &[]);
    assert_eq!(of_atom(shelf.get("/opds/v1/books?series=Lamps", &[]).text()).books, ids);
}
