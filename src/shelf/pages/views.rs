//! What pages show: the library's facts made ready to be printed, with every link already made. Templates only set them.

use std::sync::Arc;

use serde::Serialize;

use crate::catalogue::level_below;
use crate::model::record::{BookRecord, RecordedWarning};
use crate::model::warning::{RatingLevel, WarnedBy};
use crate::pipeline::declared::language_name;
use crate::pipeline::domains;
use crate::shelf::library::{BookId, Count, Entry, Facet, Hides, LengthBand, Page, Sort, Top};

use super::words::{concerns, counted, grouped, reading_time, warned, warning_state};

/// Books on one page of the wall.
pub const ON_A_WALL: usize = 48;
/// Values on one page of a list of them.
pub const ON_A_LIST: usize = 300;
/// Values of a facet that stand beside the wall.
pub const BESIDE_THE_WALL: usize = 12;

/// By what books are browsed and narrowed down, in the order of the page.
pub const FACETS: [Facet; 8] = [
    Facet::Fandom,
    Facet::Author,
    Facet::Series,
    Facet::Rating,
    Facet::Length,
    Facet::Warning,
    Facet::Tag,
    Facet::Language,
];

/// The orders that a visitor chooses from.
const ORDERS: [Sort; 6] = [Sort::Newest, Sort::Updated, Sort::Title, Sort::Author, Sort::Series, Sort::Words];

/// Where things are: addresses of a server, or names of files.
pub trait Links {
    /// What stands before `assets/…`; ends with `/`, or is empty.
    fn root(&self) -> String;
    fn wall(&self, asked: &Asked) -> String;
    fn ways(&self) -> String;
    fn values(&self, facet: Facet, page: usize) -> String;
    fn story(&self, id: BookId) -> String;
    fn cover(&self, book: &Entry) -> Option<String>;
    fn thumbnail(&self, book: &Entry) -> Option<String>;
    fn downloads(&self, book: &Entry) -> Vec<Download>;
    fn read(&self, id: BookId) -> Option<String>;
    fn qr(&self, id: BookId) -> Option<String>;
    fn bind(&self) -> Option<String>;
    fn hiding(&self) -> Option<String>;
    fn feed(&self) -> Option<String>;
    /// A list of all books for a script that searches where no server does.
    fn index(&self) -> Option<String>;
}

/// What a visitor wants to see on the wall; pages count from 1.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asked {
    pub text: String,
    pub narrowed: Vec<(Facet, String)>,
    pub order: Option<Sort>,
    pub page: usize,
}

impl Asked {
    pub fn of(facet: Facet, value: &str) -> Asked {
        Asked { narrowed: vec![(facet, value.to_owned())], ..Asked::default() }
    }

    /// The order that holds when none was chosen: a series as it is read, the best match of a search, else
    /// what came last.
    pub fn order(&self) -> Sort {
        let in_series = self.narrowed.iter().any(|(facet, _)| *facet == Facet::Series);
        self.order.unwrap_or(match (in_series, &self.text[..]) {
            (true, _) => Sort::Series,
            (false, "") => Sort::Newest,
            (false, _) => Sort::Relevance,
        })
    }

    fn on_page(&self, page: usize) -> Asked {
        Asked { page, ..self.clone() }
    }

    /// The names and values of its address, the default ones left out.
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs: Vec<(&'static str, String)> = Vec::new();
        if !self.text.is_empty() {
            pairs.push(("q", self.text.clone()));
        }
        pairs.extend(self.narrowed.iter().map(|(facet, value)| (facet.name(), value.clone())));
        pairs.extend(self.order.map(|order| ("sort", order.name().to_owned())));
        if self.page > 1 {
            pairs.push(("page", self.page.to_string()));
        }
        pairs
    }

    /// Reads what [`Asked::pairs`] wrote. What is not known is passed over.
    pub fn parse(pairs: &[(String, String)]) -> Asked {
        let mut asked = Asked { page: 1, ..Asked::default() };
        for (name, value) in pairs {
            let value = value.trim();
            match name.as_str() {
                "q" => asked.text = value.chars().take(300).collect(),
                "sort" => asked.order = Sort::named(value),
                "page" => asked.page = value.parse().unwrap_or(1).clamp(1, 1_000_000),
                name => {
                    if let Some(facet) = Facet::named(name).filter(|_| !value.is_empty() && asked.narrowed.len() < 16) {
                        asked.narrowed.push((facet, value.to_owned()));
                    }
                }
            }
        }
        asked
    }
}

/// What is around every page.
#[derive(Debug, Clone, Serialize)]
pub struct Shell {
    name: String,
    root: String,
    home: String,
    browse: String,
    bind: Option<String>,
    hiding: Option<String>,
    feed: Option<String>,
    index: Option<String>,
    section: &'static str,
    /// Of the assets.
    edition: &'static str,
    query: String,
    /// What a new search keeps of the old one.
    kept: Vec<(&'static str, String)>,
}

impl Shell {
    pub fn new(name: &str, links: &dyn Links, section: &'static str) -> Shell {
        Shell {
            name: if name.is_empty() { "Books".to_owned() } else { name.to_owned() },
            root: links.root(),
            home: links.wall(&Asked::default()),
            browse: links.ways(),
            bind: links.bind(),
            hiding: links.hiding(),
            feed: links.feed(),
            index: links.index(),
            section,
            edition: &super::EDITION,
            query: String::new(),
            kept: Vec::new(),
        }
    }

    pub fn searching(mut self, asked: &Asked) -> Shell {
        self.query.clone_from(&asked.text);
        self.kept = Asked { text: String::new(), page: 1, ..asked.clone() }.pairs();
        self
    }
}

#[derive(Debug, Clone, Serialize)]
pub struct Link {
    pub name: String,
    pub href: String,
}

/// A value with the number of books that have it.
#[derive(Debug, Clone, Serialize)]
pub struct Counted {
    name: String,
    href: String,
    count: String,
}

#[derive(Debug, Clone, Serialize)]
pub struct Download {
    pub name: &'static str,
    pub href: String,
    /// What the file is called on the reader's disk.
    pub file: String,
    /// In words; empty when it is not known yet.
    pub size: String,
}

#[derive(Debug, Clone, Serialize)]
pub struct Paging {
    at: usize,
    count: usize,
    previous: Option<String>,
    next: Option<String>,
}

impl Paging {
    fn new(at: usize, total: usize, on_one: usize, link: impl Fn(usize) -> String) -> Paging {
        let count = total.div_ceil(on_one);
        Paging {
            at,
            count,
            previous: (at > 1).then(|| link((at - 1).min(count.max(1)))),
            next: (at < count).then(|| link(at + 1)),
        }
    }
}

/// A book on the wall.
#[derive(Debug, Clone, Serialize)]
pub struct Card {
    href: String,
    cover: Option<String>,
    title: String,
    language: Option<String>,
    by: String,
    series: String,
    /// Rating and reading time.
    figures: String,
    warned: String,
}

impl Card {
    pub fn new(book: &Entry, links: &dyn Links) -> Card {
        let record = &book.record;
        let series = record.series.first().map(|part| match &part.index {
            Some(index) => format!("{}, {index}", part.name),
            None => part.name.clone(),
        });
        Card {
            href: links.story(book.id),
            cover: links.thumbnail(book),
            title: title_of(record),
            language: language_of(record),
            by: record.authors.join(", "),
            series: series.unwrap_or_default(),
            figures: record
                .rating
                .iter()
                .cloned()
                .chain(record.words.map(reading_time))
                .collect::<Vec<_>>()
                .join(" · "),
            warned: warned(record),
        }
    }
}

pub fn title_of(record: &BookRecord) -> String {
    record.title.clone().unwrap_or_else(|| "A book without a title".to_owned())
}

/// A tag that may stand in `lang`.
fn language_of(record: &BookRecord) -> Option<String> {
    record
        .language
        .clone()
        .filter(|tag| tag != "und" && tag.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'))
}

/// What a facet is called, one of it and many.
pub fn name_of(facet: Facet) -> (&'static str, &'static str) {
    match facet {
        Facet::Fandom => ("Fandom", "Fandoms"),
        Facet::Author => ("Author", "Authors"),
        Facet::Series => ("Series", "Series"),
        Facet::Relationship => ("Relationship", "Relationships"),
        Facet::Character => ("Character", "Characters"),
        Facet::Category => ("Category", "Categories"),
        Facet::Genre => ("Genre", "Genres"),
        Facet::Tag => ("Tag", "Tags"),
        Facet::Warning => ("Warning", "Warnings"),
        Facet::Domain => ("Kind of warning", "Kinds of warnings"),
        Facet::Rating => ("Rating", "Ratings"),
        Facet::Language => ("Language", "Languages"),
        Facet::Status => ("Status", "Statuses"),
        Facet::Length => ("Length", "Lengths"),
        Facet::Year => ("Year", "Years"),
    }
}

/// A value as people read it.
fn value_name(facet: Facet, value: &str) -> String {
    match facet {
        Facet::Language => language_name(value).unwrap_or_else(|| value.to_owned()),
        Facet::Rating => match value {
            "unrated" => "Not rated".to_owned(),
            "general" => "General".to_owned(),
            "teen" => "Teen".to_owned(),
            "mature" => "Mature".to_owned(),
            "explicit" => "Explicit".to_owned(),
            other => other.to_owned(),
        },
        Facet::Length => {
            LengthBand::ALL.into_iter().find(|band| band.name() == value).map_or(value.to_owned(), band_name)
        }
        _ => value.to_owned(),
    }
}

/// "Novella, from 17,500 words".
fn band_name(band: LengthBand) -> String {
    let name = match band {
        LengthBand::Flash => "Flash",
        LengthBand::Short => "Short story",
        LengthBand::Novelette => "Novelette",
        LengthBand::Novella => "Novella",
        LengthBand::Novel => "Novel",
        LengthBand::Epic => "Epic",
    };
    match band.least() {
        0 => format!("{name}, under {} words", grouped(LengthBand::Short.least())),
        least => format!("{name}, from {} words", grouped(least)),
    }
}

fn order_name(order: Sort) -> &'static str {
    match order {
        Sort::Relevance => "Best match",
        Sort::Title => "Title",
        Sort::Author => "Author",
        Sort::Newest => "Newest",
        Sort::Updated => "Last updated",
        Sort::Words => "Longest",
        Sort::Series => "Series",
    }
}

#[derive(Debug, Clone, Serialize)]
struct Chosen {
    facet: &'static str,
    value: String,
    without: String,
}

#[derive(Debug, Clone, Serialize)]
struct OrderLink {
    name: &'static str,
    href: String,
    on: bool,
}

#[derive(Debug, Clone, Serialize)]
struct FacetBox {
    name: &'static str,
    rows: Vec<Counted>,
    all: Option<String>,
    all_name: String,
}

#[derive(Debug, Clone, Serialize)]
pub struct Wall {
    heading: String,
    count: String,
    /// That something is hidden; `None` when nothing is.
    hidden: Option<&'static str>,
    chosen: Vec<Chosen>,
    orders: Vec<OrderLink>,
    facets: Vec<FacetBox>,
    cards: Vec<Card>,
    paging: Paging,
    empty: &'static str,
}

impl Wall {
    /// The books that were found, and the values that they have in common, in the order of [`FACETS`].
    pub fn new(asked: &Asked, found: &Page, facets: &[Arc<Top>], hides: bool, links: &dyn Links) -> Wall {
        let chosen = asked.narrowed.iter().enumerate().map(|(index, (facet, value))| {
            let mut without = asked.on_page(1);
            without.narrowed.remove(index);
            Chosen { facet: name_of(*facet).0, value: value_name(*facet, value), without: links.wall(&without) }
        });
        let order = asked.order();
        let orders = ORDERS.map(|one| OrderLink {
            name: order_name(one),
            href: links.wall(&Asked { order: Some(one), page: 1, ..asked.clone() }),
            on: one == order,
        });
        let boxes = FACETS.into_iter().zip(facets).filter_map(|(facet, top)| facet_box(asked, facet, top, links));
        let nothing_asked = asked.text.is_empty() && asked.narrowed.is_empty();
        Wall {
            heading: heading(asked),
            count: counted(found.total, "book", "books"),
            hidden: hides.then_some("Some books are hidden"),
            chosen: chosen.collect(),
            orders: if found.total > 1 { orders.to_vec() } else { Vec::new() },
            facets: boxes.collect(),
            cards: found.entries.iter().map(|book| Card::new(book, links)).collect(),
            paging: Paging::new(asked.page.max(1), found.total, ON_A_WALL, |page| links.wall(&asked.on_page(page))),
            empty: if nothing_asked {
                "There are no books on this shelf yet."
            } else {
                "No book is found. Try fewer words, or take something away."
            },
        }
    }
}

impl Wall {
    /// Without what only a server can do: narrow and sort.
    pub fn fixed(mut self) -> Wall {
        self.chosen.clear();
        self.orders.clear();
        self.facets.clear();
        self
    }
}

/// The values of a facet that most books have, to narrow the wall to.
fn facet_box(asked: &Asked, facet: Facet, top: &Top, links: &dyn Links) -> Option<FacetBox> {
    let is_chosen = |count: &&Count| asked.narrowed.contains(&(facet, count.value.clone()));
    let most = top.counts.iter().filter(|count| !is_chosen(count)).take(BESIDE_THE_WALL);
    let rows = most.map(|count| {
        let mut narrower = asked.on_page(1);
        narrower.narrowed.push((facet, count.value.clone()));
        Counted { name: value_name(facet, &count.value), href: links.wall(&narrower), count: grouped(count.books) }
    });
    let rows: Vec<Counted> = rows.collect();
    let (name, many) = name_of(facet);
    let all_name = format!("All {}", many.to_lowercase());
    let all = (top.values > BESIDE_THE_WALL).then(|| links.values(facet, 1));
    (!rows.is_empty()).then_some(FacetBox { name, rows, all, all_name })
}

fn heading(asked: &Asked) -> String {
    match (&asked.text[..], &asked.narrowed[..], asked.order()) {
        ("", [], Sort::Newest) => "Newest books".to_owned(),
        ("", [], Sort::Words) => "Longest books".to_owned(),
        ("", [], order) => format!("Books by {}", order_name(order).to_lowercase()),
        ("", [(facet, value)], _) => value_name(*facet, value),
        ("", ..) => "Books chosen".to_owned(),
        (text, ..) => format!("Books with “{text}”"),
    }
}

#[derive(Debug, Clone, Serialize)]
pub struct Browse {
    heading: &'static str,
    up: Option<String>,
    kinds: Vec<Counted>,
    rows: Vec<Counted>,
    paging: Paging,
}

impl Browse {
    /// Every facet with the number of its values, in the order of [`FACETS`].
    pub fn ways(facets: &[Arc<Top>], links: &dyn Links) -> Browse {
        let kinds = FACETS.into_iter().zip(facets).filter(|(_, top)| top.values > 0).map(|(facet, top)| Counted {
            name: format!("By {}", name_of(facet).0.to_lowercase()),
            href: links.values(facet, 1),
            count: grouped(top.values),
        });
        let kinds = kinds.collect();
        Browse { heading: "Browse", up: None, kinds, rows: Vec::new(), paging: Paging::new(1, 0, 1, |_| String::new()) }
    }

    /// The values of one facet.
    pub fn values(facet: Facet, page: usize, counts: &[Count], links: &dyn Links) -> Browse {
        let here = counts.iter().skip((page - 1).saturating_mul(ON_A_LIST)).take(ON_A_LIST);
        let rows = here.map(|value| Counted {
            name: value_name(facet, &value.value),
            href: links.wall(&Asked::of(facet, &value.value)),
            count: grouped(value.books),
        });
        Browse {
            heading: name_of(facet).1,
            up: Some(links.ways()),
            kinds: Vec::new(),
            rows: rows.collect(),
            paging: Paging::new(page, counts.len(), ON_A_LIST, |page| links.values(facet, page)),
        }
    }
}

/// A value of a fact, and where it leads.
#[derive(Debug, Clone, Serialize)]
struct Said {
    name: String,
    href: Option<String>,
    /// Out of the house.
    outside: bool,
}

#[derive(Debug, Clone, Serialize)]
struct FactRow {
    name: &'static str,
    said: Vec<Said>,
}

#[derive(Debug, Clone, Serialize)]
struct Warned {
    name: String,
    href: String,
    #[serde(rename = "where")]
    concerns: String,
}

#[derive(Debug, Clone, Serialize)]
struct Warnings {
    state: &'static str,
    by_author: Vec<Warned>,
    by_editor: Vec<Warned>,
}

#[derive(Debug, Clone, Serialize)]
struct InSeries {
    name: String,
    index: Option<String>,
    href: String,
    previous: Option<Link>,
    next: Option<Link>,
}

/// The books before and after a book in one of its series.
#[derive(Debug, Clone, Default)]
pub struct Neighbours {
    pub previous: Option<Entry>,
    pub next: Option<Entry>,
}

#[derive(Debug, Clone, Serialize)]
pub struct Story {
    title: String,
    language_tag: Option<String>,
    cover: Option<String>,
    authors: Vec<Link>,
    series: Vec<InSeries>,
    read: Option<String>,
    downloads: Vec<Download>,
    summary: Vec<String>,
    rating: String,
    warnings: Warnings,
    facts: Vec<FactRow>,
    notes: Vec<String>,
    no_notes: &'static str,
    qr: Option<String>,
}

impl Story {
    /// `neighbours` has one entry for each series of the book.
    pub fn new(book: &Entry, neighbours: &[Neighbours], links: &dyn Links) -> Story {
        let record = &book.record;
        let to = |book: &Entry| Link { name: title_of(&book.record), href: links.story(book.id) };
        let series = record.series.iter().enumerate().map(|(index, part)| InSeries {
            name: part.name.clone(),
            index: part.index.clone(),
            href: links.wall(&Asked::of(Facet::Series, &part.name)),
            previous: neighbours.get(index).and_then(|beside| beside.previous.as_ref()).map(to),
            next: neighbours.get(index).and_then(|beside| beside.next.as_ref()).map(to),
        });
        let authors = record
            .authors
            .iter()
            .map(|name| Link { name: name.clone(), href: links.wall(&Asked::of(Facet::Author, name)) });
        let warned = |by: WarnedBy| -> Vec<Warned> {
            let of_them = |warning: &&RecordedWarning| warning.by == by;
            let line = |warning: &RecordedWarning| Warned {
                name: warning.label.clone(),
                href: links.wall(&Asked::of(Facet::Warning, &warning.label)),
                concerns: concerns(warning),
            };
            record.warnings.list.iter().filter(of_them).map(line).collect()
        };
        let notes = record.notes.as_deref().unwrap_or_default();
        Story {
            title: title_of(record),
            language_tag: language_of(record),
            cover: links.cover(book),
            authors: authors.collect(),
            series: series.collect(),
            read: links.read(book.id),
            downloads: links.downloads(book),
            summary: record.summary.clone(),
            rating: record.rating.clone().unwrap_or_else(|| "none stated".to_owned()),
            warnings: Warnings {
                state: warning_state(record),
                by_author: warned(WarnedBy::Author),
                by_editor: warned(WarnedBy::Editor),
            },
            facts: facts(record, links),
            notes: notes.iter().map(|notes| notes.in_words()).collect(),
            no_notes: match record.notes {
                Some(_) => "Nobody says anything beside this story.",
                None => "The book does not say where notes stand.",
            },
            qr: links.qr(book.id),
        }
    }
}

fn facts(record: &BookRecord, links: &dyn Links) -> Vec<FactRow> {
    let linked = |facet: Facet, values: &[String]| -> Vec<Said> {
        let said = |value: &String| Said {
            name: value_name(facet, value),
            href: Some(links.wall(&Asked::of(facet, value))),
            outside: false,
        };
        values.iter().map(said).collect()
    };
    let plain = |name: String| Said { name, href: None, outside: false };
    let many = |values: &[String]| -> Vec<Said> { values.iter().cloned().map(plain).collect() };
    let one = |value: Option<String>| -> Vec<Said> { value.map(plain).into_iter().collect() };
    let language: Vec<String> = record.language.clone().filter(|tag| tag != "und").into_iter().collect();
    let length =
        record.words.map(|words| format!("{}: {} of reading", counted(words, "word", "words"), reading_time(words)));
    // A link out of the house is followed by a person's hand alone, and only where the web is.
    let outside = |address: &String| {
        let is_web = address.starts_with("https://") || address.starts_with("http://");
        Said { name: address.clone(), href: is_web.then(|| address.clone()), outside: true }
    };
    let rows = [
        ("Fandom", linked(Facet::Fandom, &record.fandoms)),
        ("Relationships", many(&record.relationships)),
        ("Characters", many(&record.characters)),
        ("Category", many(&record.categories)),
        ("Genre", many(&record.genres)),
        ("Tags", linked(Facet::Tag, &record.tags)),
        ("Length", one(length)),
        ("Chapters", one(record.chapters.map(grouped))),
        ("Status", one(record.status.clone())),
        ("Language", linked(Facet::Language, &language)),
        ("Published", one(record.published.map(|date| date.to_string()))),
        ("Updated", one(record.updated.map(|date| date.to_string()))),
        ("Publisher", one(record.publisher.clone())),
        ("Found at", record.source.iter().map(outside).collect()),
    ];
    rows.into_iter().filter(|(_, said)| !said.is_empty()).map(|(name, said)| FactRow { name, said }).collect()
}

/// A choice of a form.
#[derive(Debug, Clone, Serialize)]
struct Choice {
    value: &'static str,
    name: &'static str,
    on: bool,
}

/// The form by which a visitor hides books.
#[derive(Debug, Clone, Serialize)]
pub struct Hiding {
    saved: bool,
    action: String,
    ratings: Vec<Choice>,
    warnings: Vec<Choice>,
    unwarned: bool,
    /// The address of the feeds for an app that is to hide the same.
    feed: Option<String>,
}

impl Hiding {
    pub fn new(chosen: &Hides, saved: bool, action: String, feed: Option<String>) -> Hiding {
        let rating = |(value, name, above): (&'static str, &'static str, Option<RatingLevel>)| Choice {
            value,
            name,
            on: chosen.above == above,
        };
        let ratings = [
            ("any", "Anything, and what is not rated", None),
            ("explicit", "Mature at most", Some(RatingLevel::Mature)),
            ("mature", "Teen at most", Some(RatingLevel::Teen)),
            ("teen", "General at most", Some(RatingLevel::General)),
        ];
        let domains = domains().iter().map(|domain| Choice {
            value: domain.id,
            name: domain.label,
            on: chosen.warnings.iter().any(|warning| warning == domain.id),
        });
        Hiding {
            saved,
            action,
            ratings: ratings.into_iter().map(rating).collect(),
            warnings: domains.collect(),
            unwarned: chosen.unwarned,
            feed,
        }
    }

    /// What a filled form asks for. Names that it does not have are passed over.
    pub fn chosen(pairs: &[(String, String)]) -> Hides {
        let mut hides = Hides::default();
        for (name, value) in pairs {
            match name.as_str() {
                "rating" => hides.above = level_below(value),
                "warning" if domains().iter().any(|domain| domain.id == value) => hides.warnings.push(value.clone()),
                "unwarned" => hides.unwarned = true,
                _ => {}
            }
        }
        hides
    }
}

/// Something to be said on a page of its own.
#[derive(Debug, Clone, Serialize)]
pub struct Message {
    pub heading: String,
    pub lines: Vec<String>,
    /// Where to go on, and what that is called; the wall when nothing is said.
    pub back: Option<Link>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_reads_back_from_its_address() {
        let pairs = |text: &[(&str, &str)]| -> Vec<(String, String)> {
            text.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
        };
        let asked = Asked::parse(&pairs(&[
            ("q", " moth "),
            ("fandom", "A & B"),
            ("tag", "x"),
            ("sort", "title"),
            ("page", "3"),
        ]));
        assert_eq!(asked.text, "moth");
        assert_eq!(asked.narrowed, [(Facet::Fandom, "A & B".to_owned()), (Facet::Tag, "x".to_owned())]);
        let written: Vec<(String, String)> =
            asked.pairs().into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        assert_eq!(Asked::parse(&written), asked);
        let odd = Asked::parse(&pairs(&[("page", "-1"), ("sort", "sideways"), ("colour", "red"), ("fandom", "")]));
        assert_eq!(odd, Asked { page: 1, ..Asked::default() });
        assert_eq!(Asked::parse(&pairs(&[("page", "0")])).page, 1);
        assert_eq!(Asked::of(Facet::Series, "x").order(), Sort::Series);
    }

    #[test]
    fn pages_lead_on_and_back() {
        let paging = |at, total| Paging::new(at, total, 10, |page| format!("p{page}"));
        let first = paging(1, 25);
        assert_eq!((first.count, first.previous, first.next.as_deref()), (3, None, Some("p2")));
        let last = paging(3, 25);
        assert_eq!((last.previous.as_deref(), last.next), (Some("p2"), None));
        // Who asks for a page that is not there is led back to one that is.
        assert_eq!(paging(9, 25).previous.as_deref(), Some("p3"));
        assert_eq!(paging(1, 0).next, None);
    }

    #[test]
    fn a_form_hides_what_it_says() {
        let form = [("rating", "mature"), ("warning", "violence"), ("unwarned", "hide"), ("warning", "no such thing")];
        let form: Vec<(String, String)> = form.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
        let hidden = Hiding::chosen(&form);
        assert_eq!(hidden.above, Some(RatingLevel::Teen));
        assert!(hidden.unwarned && hidden.warnings == ["violence"]);
        let page = Hiding::new(&hidden, false, String::new(), None);
        assert!(page.ratings.iter().any(|choice| choice.on && choice.value == "mature"));
        assert_eq!(page.warnings.iter().filter(|choice| choice.on).count(), 1);
    }
}
