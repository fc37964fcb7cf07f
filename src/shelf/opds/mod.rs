//! OPDS: the library as feeds, for reading programs. One catalogue in two formats, 1.2 below `/opds/v1` and 2.0 below `/opds/v2`;
//! at `/opds` a program gets the one that it asks for.

mod atom;
pub mod authentication;
mod feed;
mod json;

use std::sync::Arc;
use std::time::SystemTime;

use axum::Router;
use axum::extract::{Path, Query as Asked, State};
use axum::http::header::{self, HeaderMap, HeaderValue};
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use httpdate::fmt_http_date;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::catalogue::Hides;
use crate::diagnostic::Diagnostic;

use super::library::{BookId, Facet, LengthBand, Query, Sort};
use super::{Shelf, Visit, download, guard};
use feed::{BOOKS_A_PAGE, Content, Door, FacetGroup, FacetWay, Feed, NAMES_A_PAGE, Stretch};

/// The facets by which the root leads to books, and what they are called.
const DOORS: [(Facet, &str, &str); 7] = [
    (Facet::Author, "Authors", "Books by who wrote them"),
    (Facet::Fandom, "Fandoms", "Books by the world they are set in"),
    (Facet::Series, "Series", "Series, each in its order"),
    (Facet::Rating, "Ratings", "Books by their rating"),
    (Facet::Warning, "Warnings", "Books by what they warn of"),
    (Facet::Tag, "Tags", "Books by their tags"),
    (Facet::Language, "Languages", "Books by their language"),
];

/// The facets by which a feed of books can be narrowed down, and how many of their values are offered.
const NARROWER: [(Facet, &str); 5] = [
    (Facet::Rating, "Rating"),
    (Facet::Length, "Length"),
    (Facet::Language, "Language"),
    (Facet::Fandom, "Fandom"),
    (Facet::Warning, "Warning"),
];
const WAYS: usize = 12;

const ORDERS: [(Sort, &str); 6] = [
    (Sort::Relevance, "Best match"),
    (Sort::Newest, "Newest"),
    (Sort::Title, "Title"),
    (Sort::Author, "Author"),
    (Sort::Series, "Series"),
    (Sort::Words, "Length"),
];

/// A format of feeds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Version {
    One,
    Two,
}

pub fn router() -> Router<Arc<Shelf>> {
    Router::new()
        .route("/opds", get(negotiated))
        .route("/opds/", get(negotiated))
        .route("/opds/authentication", get(document))
        .route(atom::SEARCH, get(description))
        .route("/opds/{version}", get(root))
        .route("/opds/{version}/by/{facet}", get(names))
        .route("/opds/{version}/books", get(books))
        .route("/opds/{version}/book/{id}", get(book))
}

/// Why there is no feed.
enum Refused {
    /// There is nothing of the kind.
    Nothing,
    Fault(Diagnostic),
}

impl From<Diagnostic> for Refused {
    fn from(fault: Diagnostic) -> Self {
        Refused::Fault(fault)
    }
}

/// What a feed is of.
enum What {
    Root,
    /// The values of a facet, a page of them.
    Names((Facet, &'static str, &'static str), usize),
    /// Books, a page of them.
    Books(Choice, usize),
}

/// One request for a feed.
struct Request<'a> {
    shelf: &'a Shelf,
    visit: Visit,
    headers: HeaderMap,
    uri: Uri,
    version: Version,
}

async fn negotiated(State(shelf): State<Arc<Shelf>>, visit: Visit, headers: HeaderMap, uri: Uri) -> Response {
    let version = wanted(&headers);
    let request = Request { shelf: &shelf, visit, headers, uri, version };
    let mut response = request.answer(What::Root).await;
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("Accept"));
    response
}

/// The format that a program prefers: the one that it names with more weight, of two alike the one that it names first; 1.2 when
/// it names neither, because every program reads that.
fn wanted(headers: &HeaderMap) -> Version {
    let mut best: Option<(Version, f32)> = None;
    let lines = headers.get_all(header::ACCEPT).iter().filter_map(|line| line.to_str().ok());
    for part in lines.flat_map(|line| line.split(',')) {
        let mut parts = part.split(';').map(str::trim);
        let version = match parts.next() {
            Some("application/opds+json") => Version::Two,
            Some("application/atom+xml") => Version::One,
            _ => continue,
        };
        let weight =
            parts.find_map(|part| part.strip_prefix("q=")).and_then(|weight| weight.parse().ok()).unwrap_or(1.0);
        if weight > 0.0 && best.is_none_or(|(_, known)| weight > known) {
            best = Some((version, weight));
        }
    }
    best.map_or(Version::One, |(version, _)| version)
}

async fn root(
    State(shelf): State<Arc<Shelf>>,
    visit: Visit,
    headers: HeaderMap,
    uri: Uri,
    Path(version): Path<String>,
) -> Response {
    match version_named(&version) {
        Some(version) => Request { shelf: &shelf, visit, headers, uri, version }.answer(What::Root).await,
        None => nothing(),
    }
}

async fn names(
    State(shelf): State<Arc<Shelf>>,
    visit: Visit,
    headers: HeaderMap,
    uri: Uri,
    Path((version, facet)): Path<(String, String)>,
    Asked(asked): Asked<Vec<(String, String)>>,
) -> Response {
    let facet = DOORS.into_iter().find(|(known, ..)| known.name() == facet);
    let (Some(version), Some(facet), Some(page)) = (version_named(&version), facet, page_of(&asked)) else {
        return nothing();
    };
    let request = Request { shelf: &shelf, visit, headers, uri, version };
    request.answer(What::Names(facet, page)).await
}

async fn books(
    State(shelf): State<Arc<Shelf>>,
    visit: Visit,
    headers: HeaderMap,
    uri: Uri,
    Path(version): Path<String>,
    Asked(asked): Asked<Vec<(String, String)>>,
) -> Response {
    let (Some(version), Some(page), Some(choice)) = (version_named(&version), page_of(&asked), Choice::of(&asked))
    else {
        return nothing();
    };
    let request = Request { shelf: &shelf, visit, headers, uri, version };
    request.answer(What::Books(choice, page)).await
}

async fn book(State(shelf): State<Arc<Shelf>>, visit: Visit, Path((version, id)): Path<(String, BookId)>) -> Response {
    let Some(version) = version_named(&version) else { return nothing() };
    match shelf.library.book(id, &visit.hides).await {
        Ok(Some(entry)) => match version {
            Version::One => typed(atom::ENTRY, atom::write_entry(&entry, &visit)),
            Version::Two => typed(json::PUBLICATION, json::write_publication(&entry, &visit)),
        },
        Ok(None) => nothing(),
        Err(fault) => shelf.unreadable(&fault),
    }
}

async fn description(State(shelf): State<Arc<Shelf>>, visit: Visit) -> Response {
    typed(atom::DESCRIPTION, atom::write_description(&shelf.settings.title, &visit))
}

async fn document(visit: Visit) -> Response {
    typed(authentication::TYPE, authentication::document(&visit.origin()))
}

fn nothing() -> Response {
    guard::refusal(StatusCode::NOT_FOUND, "there is no such feed on this shelf")
}

fn typed(media_type: &'static str, text: String) -> Response {
    ([(header::CONTENT_TYPE, media_type)], text).into_response()
}

fn version_named(name: &str) -> Option<Version> {
    match name {
        "v1" => Some(Version::One),
        "v2" => Some(Version::Two),
        _ => None,
    }
}

/// Which page is asked for; `None` when it is no number, or one that no catalogue has.
fn page_of(asked: &[(String, String)]) -> Option<usize> {
    let page = asked.iter().find(|(name, _)| name == "page");
    page.map_or(Some(1), |(_, page)| page.parse().ok()).filter(|page| (1..=1_000_000).contains(page))
}

/// Which books a feed is of, as its address says.
#[derive(Debug, Clone, Default, PartialEq)]
struct Choice {
    text: String,
    filters: Vec<(Facet, String)>,
    sort: Option<Sort>,
}

impl Choice {
    /// `None` when an order is not known. What is no word of ours is not looked at: programs add words of their own.
    fn of(asked: &[(String, String)]) -> Option<Choice> {
        let mut choice = Choice::default();
        for (name, value) in asked {
            match name.as_str() {
                "query" => choice.text.clone_from(value),
                "sort" => choice.sort = Some(Sort::named(value)?),
                name => {
                    let filter = Facet::named(name).filter(|_| !value.is_empty());
                    choice.filters.extend(filter.map(|facet| (facet, value.clone())));
                }
            }
        }
        choice.filters.sort();
        choice.filters.dedup();
        Some(choice)
    }

    fn with(&self, facet: Facet, value: &str) -> Choice {
        let mut choice = self.without(facet);
        choice.filters.push((facet, value.to_owned()));
        choice.filters.sort();
        choice
    }

    fn without(&self, facet: Facet) -> Choice {
        let mut choice = self.clone();
        choice.filters.retain(|(known, _)| *known != facet);
        choice
    }

    fn sorted(&self, sort: Sort) -> Choice {
        Choice { sort: Some(sort), ..self.clone() }
    }

    /// The order of its books: what is stated, else what suits best.
    fn sort(&self) -> Sort {
        self.sort.unwrap_or(match () {
            () if !self.text.trim().is_empty() => Sort::Relevance,
            () if self.filters.iter().any(|(facet, _)| *facet == Facet::Series) => Sort::Series,
            () => Sort::Title,
        })
    }

    fn path(&self) -> String {
        let escaped = |value: &str| utf8_percent_encode(value, NON_ALPHANUMERIC).to_string();
        let mut parts: Vec<String> = Vec::new();
        if !self.text.is_empty() {
            parts.push(format!("query={}", escaped(&self.text)));
        }
        parts.extend(self.filters.iter().map(|(facet, value)| format!("{}={}", facet.name(), escaped(value))));
        parts.extend(self.sort.map(|sort| format!("sort={}", sort.name())));
        if parts.is_empty() { "/books".to_owned() } else { format!("/books?{}", parts.join("&")) }
    }

    fn title(&self) -> String {
        let filters = self.filters.iter().map(|(facet, value)| value_title(*facet, value));
        let mut parts: Vec<String> = filters.collect();
        if !self.text.trim().is_empty() {
            parts.insert(0, format!("“{}”", self.text.trim()));
        }
        match (parts.is_empty(), self.sort()) {
            (false, _) => parts.join(", "),
            (true, Sort::Newest) => "Newest".to_owned(),
            (true, _) => "All books".to_owned(),
        }
    }

    fn query(&self, hides: &Hides) -> Query {
        Query {
            text: self.text.clone(),
            filters: self.filters.clone(),
            hides: hides.clone(),
            sort: self.sort(),
            ..Query::default()
        }
    }
}

/// A value of a facet as people read it.
fn value_title(facet: Facet, value: &str) -> String {
    match facet {
        Facet::Length => match LengthBand::ALL.into_iter().find(|band| band.name() == value) {
            Some(band) => format!("{}: {} words or more", capital(value), band.least()),
            None => capital(value),
        },
        Facet::Rating | Facet::Status => capital(value),
        _ => value.to_owned(),
    }
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

impl Request<'_> {
    /// The feed, unless the program has it already.
    async fn answer(self, what: What) -> Response {
        let change = match self.shelf.library.change().await {
            Ok(change) => change,
            Err(fault) => return self.shelf.unreadable(&fault),
        };
        let tag = self.tag(change.revision);
        let (tag, modified) = match HeaderValue::from_str(&tag).ok().zip(http_date(change.since)) {
            Some(both) => both,
            None => return nothing(),
        };
        let mut response = if download::has_already(&self.headers, tag.to_str().unwrap_or_default(), change.since) {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            let made = match what {
                What::Root => self.root(change.since).await,
                What::Names(facet, page) => self.names(facet, page, change.since).await,
                What::Books(choice, page) => self.books(choice, page, change.since).await,
            };
            match made {
                Ok(feed) => self.written(&feed),
                Err(Refused::Nothing) => return nothing(),
                Err(Refused::Fault(fault)) => return self.shelf.unreadable(&fault),
            }
        };
        response.headers_mut().insert(header::ETAG, tag);
        response.headers_mut().insert(header::LAST_MODIFIED, modified);
        response
    }

    /// Names what this address shows at this state of the library.
    fn tag(&self, revision: i64) -> String {
        let hides = super::hidden::to_text(&self.visit.hides);
        let version = env!("CARGO_PKG_VERSION");
        let whole =
            format!("{version}\n{revision}\n{:?}\n{hides}\n{}\n{}", self.version, self.visit.address(""), self.uri);
        format!("\"{}\"", &blake3::hash(whole.as_bytes()).to_hex()[..32])
    }

    fn written(&self, feed: &Feed) -> Response {
        match self.version {
            Version::One => typed(atom::media_type(feed), atom::write(feed, &self.shelf.settings.title, &self.visit)),
            Version::Two => typed(json::FEED, json::write(feed, &self.visit)),
        }
    }

    fn all(&self) -> Query {
        Query { hides: self.visit.hides.clone(), ..Query::default() }
    }

    async fn root(&self, updated: SystemTime) -> Result<Feed, Refused> {
        let newest = Choice::default().sorted(Sort::Newest);
        let total = self.shelf.library.books(Query { limit: 0, ..self.all() }).await?.total;
        let mut doors = vec![
            Door {
                title: "Newest".to_owned(),
                path: newest.path(),
                about: "What came to the shelf last".to_owned(),
                books: None,
                leads_to_books: true,
                relation: Some("http://opds-spec.org/sort/new"),
            },
            Door {
                title: "All books".to_owned(),
                path: Choice::default().path(),
                about: format!("{total} books by title"),
                books: Some(total),
                leads_to_books: true,
                relation: None,
            },
        ];
        let counted = self.shelf.library.top(self.all(), &DOORS.map(|(facet, ..)| facet), 1).await?;
        for ((facet, title, about), counts) in DOORS.into_iter().zip(counted) {
            if counts.values == 0 {
                continue;
            }
            doors.push(Door {
                title: title.to_owned(),
                path: format!("/by/{}", facet.name()),
                about: about.to_owned(),
                books: None,
                leads_to_books: false,
                relation: None,
            });
        }
        Ok(Feed {
            title: self.shelf.settings.title.clone(),
            path: String::new(),
            up: None,
            updated,
            content: Content::Doors(doors),
            stretch: None,
            facets: Vec::new(),
        })
    }

    async fn names(
        &self,
        (facet, title, _): (Facet, &'static str, &'static str),
        page: usize,
        updated: SystemTime,
    ) -> Result<Feed, Refused> {
        let counts = self.shelf.library.facets(self.all(), facet).await?;
        let first = format!("/by/{}", facet.name());
        let stretch = Stretch { page, size: NAMES_A_PAGE, total: counts.values, first };
        if page > stretch.last_page() {
            return Err(Refused::Nothing);
        }
        let doors = counts.counts.iter().skip((page - 1) * NAMES_A_PAGE).take(NAMES_A_PAGE).map(|count| Door {
            title: value_title(facet, &count.value),
            path: Choice::default().with(facet, &count.value).path(),
            about: if count.books == 1 { "1 book".to_owned() } else { format!("{} books", count.books) },
            books: Some(count.books),
            leads_to_books: true,
            relation: None,
        });
        Ok(Feed {
            title: title.to_owned(),
            path: stretch.path_of(page),
            up: Some(String::new()),
            updated,
            content: Content::Doors(doors.collect()),
            stretch: Some(stretch),
            facets: Vec::new(),
        })
    }

    async fn books(&self, choice: Choice, page: usize, updated: SystemTime) -> Result<Feed, Refused> {
        let offset = (page - 1) * BOOKS_A_PAGE;
        let query = Query { offset, limit: BOOKS_A_PAGE, ..choice.query(&self.visit.hides) };
        let found = self.shelf.library.books(query).await?;
        let stretch = Stretch { page, size: BOOKS_A_PAGE, total: found.total, first: choice.path() };
        if page > stretch.last_page() {
            return Err(Refused::Nothing);
        }
        // The way up from the books of an author is the list of authors.
        let up = match &choice.filters[..] {
            [(facet, _)] if choice.text.is_empty() && DOORS.iter().any(|(known, ..)| known == facet) => {
                format!("/by/{}", facet.name())
            }
            _ => String::new(),
        };
        Ok(Feed {
            title: choice.title(),
            path: stretch.path_of(page),
            up: Some(up),
            updated,
            facets: if found.total > 1 || !choice.filters.is_empty() {
                self.facets(&choice).await?
            } else {
                Vec::new()
            },
            content: Content::Books(found.entries),
            stretch: Some(stretch),
        })
    }

    /// The ways on from a feed of books.
    async fn facets(&self, choice: &Choice) -> Result<Vec<FacetGroup>, Refused> {
        let orders = ORDERS.into_iter().filter(|(sort, _)| *sort != Sort::Relevance || !choice.text.trim().is_empty());
        let ways = orders.map(|(sort, title)| FacetWay {
            title: title.to_owned(),
            path: choice.sorted(sort).path(),
            active: choice.sort() == sort,
            books: None,
        });
        let mut groups = vec![FacetGroup { title: "Order", ways: ways.collect() }];
        let query = choice.query(&self.visit.hides);
        let counted = self.shelf.library.top(query, &NARROWER.map(|(facet, _)| facet), WAYS).await?;
        for ((facet, title), counts) in NARROWER.into_iter().zip(counted) {
            let chosen = choice.filters.iter().find(|(known, _)| *known == facet).map(|(_, value)| value);
            // The way out of a choice stands where the way in was.
            let mut ways: Vec<FacetWay> = chosen
                .map(|_| FacetWay {
                    title: "All".to_owned(),
                    path: choice.without(facet).path(),
                    active: false,
                    books: None,
                })
                .into_iter()
                .collect();
            ways.extend(counts.counts.iter().map(|count| FacetWay {
                title: value_title(facet, &count.value),
                path: choice.with(facet, &count.value).path(),
                active: chosen == Some(&count.value),
                books: Some(count.books),
            }));
            if ways.len() > 1 {
                groups.push(FacetGroup { title, ways });
            }
        }
        Ok(groups)
    }
}

fn http_date(time: SystemTime) -> Option<HeaderValue> {
    HeaderValue::from_str(&fmt_http_date(time)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_accept(accept: &str) -> Version {
        wanted(&HeaderMap::from_iter([(header::ACCEPT, HeaderValue::from_str(accept).unwrap())]))
    }

    #[test]
    fn a_program_gets_the_format_that_it_prefers() {
        let of_koreader = "application/opds+json, application/atom+xml;profile=opds-catalog, */*";
        assert_eq!(of_accept(of_koreader), Version::Two);
        assert_eq!(of_accept("application/atom+xml;profile=opds-catalog, application/opds+json"), Version::One);
        assert_eq!(of_accept("application/atom+xml;q=0.5, application/opds+json;q=0.9"), Version::Two);
        assert_eq!(of_accept("application/opds+json;q=0"), Version::One);
        for either in ["*/*", "text/html", "", "application/opds+json;q=none"] {
            let expected = if either.contains("opds") { Version::Two } else { Version::One };
            assert_eq!(of_accept(either), expected, "{either}");
        }
        assert_eq!(wanted(&HeaderMap::new()), Version::One);
    }

    #[test]
    fn an_address_says_which_books_and_comes_back() {
        let asked = |pairs: &[(&str, &str)]| {
            Choice::of(&pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect::<Vec<_>>())
        };
        let choice = asked(&[("author", "A & B"), ("query", "salt road"), ("page", "3"), ("utm", "x")]).unwrap();
        assert_eq!(choice.path(), "/books?query=salt%20road&author=A%20%26%20B");
        assert_eq!(choice.sort(), Sort::Relevance);
        assert_eq!(asked(&[("series", "S")]).unwrap().sort(), Sort::Series);
        assert_eq!(asked(&[("sort", "sideways")]), None);
        assert_eq!(choice.with(Facet::Author, "C").without(Facet::Author), choice.without(Facet::Author));
        for page in ["0", "-1", "x", "", "99999999999999999999", "1000001"] {
            assert_eq!(page_of(&[("page".to_owned(), page.to_owned())]), None, "{page}");
        }
    }
}
