//! What a book says of itself: its title, its rating, what it warns of and where its notes stand. Books of bindery say all
//! of it in terms of their own; of others it is taken as far as the common terms go.

use std::io::Cursor;

use rbook::Epub;
use rbook::epub::metadata::EpubMetaEntry;

use crate::declared::dates;
use crate::diagnostic::Diagnostic;
use crate::model::book::{BookNotes, NoteStand};
use crate::model::metadata::SeriesPart;
use crate::model::note::NoteClass;
use crate::model::record::{BookRecord, RecordedWarning, RecordedWarnings, indexed};
use crate::model::warning::{WarnedBy, WarningState};

use super::super::archive::{Archive, LARGEST_TEXT, OF_A_LIBRARY};
use super::package::{metadata, series};
use super::{damaged, own, safety};

/// Where an anthology of ours has the records of its stories.
const WORKS: &str = "EPUB/works.json";

/// Characters of the longest value that is taken.
const LONGEST: usize = 10_000;

/// The record of a book, and its subjects, which may say more to whoever knows the vocabularies.
///
/// # Errors
/// When it is no EPUB that can be read, or breaks the limits of [`safety`].
pub fn record(bytes: &[u8]) -> Result<(BookRecord, Vec<String>), Diagnostic> {
    if !super::claims(bytes) {
        return Err(Diagnostic::error("no-book", "this is no EPUB").hint("name a file that ends in `.epub`"));
    }
    safety::screen(bytes, OF_A_LIBRARY)?;
    // Neither contents nor spine are asked for; a book that is damaged there still says what it is.
    let book = Epub::options()
        .strict(false)
        .skip_toc(true)
        .read(Cursor::new(bytes.to_vec()))
        .map_err(|error| damaged(&error))?;
    let package = book.metadata();
    let values = |property: &str| -> Vec<String> {
        package.by_property(property).map(|entry| tidy(entry.value())).filter(|value| !value.is_empty()).collect()
    };
    let first = |property: &str| values(property).into_iter().next();
    let is_author = |role: Option<String>| role.is_none_or(|role| role.eq_ignore_ascii_case("aut"));
    let authors = package
        .creators()
        .filter(|creator| is_author(creator.main_role().map(|role| role.code().to_owned())))
        .map(|creator| tidy(creator.value()))
        .filter(|name| !name.is_empty());
    let maker = package.contributors().find(|agent| agent.main_role().is_some_and(|role| role.code() == "bkp"));
    // What other programs say of a book stands in its subjects and its description.
    let (is_own, subjects, described) = (own::is_own(&book), values("dc:subject"), metadata(&book));
    let state = first("bindery:warning-state").and_then(|name| WarningState::named(&name));
    let date = |text: &str| dates::parse_date(text.get(..10).unwrap_or(text));
    let title_sort = package.title().and_then(|title| title.file_as().map(tidy));
    let record = BookRecord {
        identifier: package.identifier().map(|identifier| tidy(identifier.value())).filter(|text| !text.is_empty()),
        title: package.title().map(|title| tidy(title.value())).filter(|title| !title.is_empty()),
        authors: authors.collect(),
        language: package.language().map(|language| tidy(language.value())).filter(|tag| !tag.is_empty()),
        title_sort: title_sort.filter(|text| !text.is_empty()),
        fandoms: values("bindery:fandom"),
        relationships: values("bindery:relationship"),
        characters: values("bindery:character"),
        categories: values("bindery:category"),
        genres: values("bindery:genre"),
        tags: if is_own { values("bindery:tag") } else { subjects.clone() },
        summary: if is_own { values("bindery:summary") } else { described.summary },
        published: package.published_entry().and_then(|entry| date(entry.value())),
        updated: first("bindery:updated").and_then(|text| date(&text)),
        modified: first("dcterms:modified"),
        status: first("bindery:status"),
        source: first("dc:source"),
        publisher: first("dc:publisher"),
        chapters: first("bindery:chapters").and_then(|count| count.parse().ok()),
        words: first("bindery:words").and_then(|count| count.parse().ok()),
        series: indexed(
            series(&book).into_iter().map(|part| SeriesPart { name: tidy(&part.name), ..part }).collect(),
            &values("bindery:series-index"),
        ),
        rating: first("schema:contentRating"),
        warnings: RecordedWarnings { state, list: package.by_property("bindery:warning").map(warning).collect() },
        notes: first("bindery:notes").map(|_| package.by_property("bindery:notes").filter_map(notes).collect()),
        works: if first("bindery:works").is_some() { works(bytes) } else { Vec::new() },
        maker: maker.map(|agent| tidy(agent.value())).or_else(|| first("generator")),
    };
    Ok((record, subjects))
}

/// The records of the stories of an anthology. One that cannot be read is no reason to say nothing of the book.
fn works(bytes: &[u8]) -> Vec<BookRecord> {
    let read = Archive::open_within(bytes, OF_A_LIBRARY).and_then(|mut archive| archive.read(WORKS, LARGEST_TEXT));
    let works = read.ok().flatten().and_then(|text| serde_json::from_slice(&text).ok());
    works.unwrap_or_default()
}

fn tidy(text: &str) -> String {
    let text: String = text.chars().take(LONGEST).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The values of those statements about a statement that have the given property.
fn refined(entry: &EpubMetaEntry, property: &str) -> Vec<String> {
    entry.refinements().by_property(property).map(|entry| tidy(entry.value())).collect()
}

fn warning(entry: EpubMetaEntry) -> RecordedWarning {
    let by_editor = refined(&entry, "bindery:warned-by").iter().any(|by| by == "editor");
    RecordedWarning {
        label: tidy(entry.value()),
        chapters: refined(&entry, "bindery:chapter"),
        by: if by_editor { WarnedBy::Editor } else { WarnedBy::Author },
    }
}

/// Notes of a class that this version knows; a later version may write more.
fn notes(entry: EpubMetaEntry) -> Option<BookNotes> {
    let one = |property: &str| refined(&entry, property).into_iter().next();
    let class = NoteClass::ALL.into_iter().find(|class| class.name() == entry.value().trim())?;
    let stand = one("bindery:stand")?;
    Some(BookNotes {
        class,
        stands: NoteStand::ALL.into_iter().find(|known| known.name() == stand)?,
        count: one("bindery:count")?.parse().ok()?,
        chapters: BookNotes::chapters_from(&one("bindery:chapters").unwrap_or_default())?,
    })
}
