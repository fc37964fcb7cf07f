//! What a book can be found by, apart from its words: the facts of its record that other books share, and its keys in each order.

use crate::model::date::PartialDate;
use crate::model::record::BookRecord;
use crate::model::warning::WarningState;

use super::query::Facet;
use super::text::{key, sort_key};

/// The facts of a record that are kept beside it, so that whoever looks for a book needs to read no record.
pub struct Marks {
    pub title_key: String,
    pub author_key: String,
    /// `20000309`; 0 where unknown, also in its parts.
    pub published: u32,
    /// As above; the publication where no update is stated.
    pub updated: u32,
    pub words: Option<usize>,
    /// Nothing is said of warnings, or the author chose not to warn.
    pub unwarned: bool,
    /// What it shares with others, as written.
    pub shared: Vec<(Facet, String)>,
    /// For each of its series, in their order, its place in it.
    pub positions: Vec<f32>,
}

impl Marks {
    pub fn of(record: &BookRecord) -> Marks {
        let title = record.title_sort.as_deref().or(record.title.as_deref()).unwrap_or_default();
        let author = record.authors.first().map_or("", String::as_str);
        let published = record.published.map_or(0, number);
        let mut shared: Vec<(Facet, String)> = Vec::new();
        let lists = [
            (Facet::Fandom, &record.fandoms),
            (Facet::Author, &record.authors),
            (Facet::Relationship, &record.relationships),
            (Facet::Character, &record.characters),
            (Facet::Category, &record.categories),
            (Facet::Genre, &record.genres),
            (Facet::Tag, &record.tags),
        ];
        for (facet, list) in lists {
            shared.extend(list.iter().map(|value| (facet, value.clone())));
        }
        shared.extend(record.warnings.list.iter().map(|warning| (Facet::Warning, warning.label.clone())));
        let single =
            [(Facet::Rating, &record.rating), (Facet::Language, &record.language), (Facet::Status, &record.status)];
        for (facet, value) in single {
            shared.extend(value.iter().map(|value| (facet, value.clone())));
        }
        // What has no letters has no key; it is shown with its book, and nobody looks for it.
        shared.retain(|(_, value)| !key(value).is_empty());
        let mut positions = Vec::new();
        for part in record.series.iter().filter(|part| !key(&part.name).is_empty()) {
            shared.push((Facet::Series, part.name.clone()));
            positions.push(part.index.as_deref().and_then(position).unwrap_or(f32::INFINITY));
        }
        Marks {
            title_key: sort_key(title),
            author_key: sort_key(author),
            published,
            updated: record.updated.map_or(published, number),
            words: record.words,
            unwarned: matches!(record.warnings.state, None | Some(WarningState::Unknown | WarningState::Withheld)),
            shared,
            positions,
        }
    }
}

fn number(date: PartialDate) -> u32 {
    (u32::from(date.year()) * 100 + u32::from(date.month().unwrap_or(0))) * 100 + u32::from(date.day().unwrap_or(0))
}

/// The number that the place in a series begins with: `2`, `2.5`, `3 of 5`.
fn position(index: &str) -> Option<f32> {
    let index = index.trim();
    let end = index.find(|letter: char| !letter.is_ascii_digit() && letter != '.').unwrap_or(index.len());
    index[..end].trim_end_matches('.').parse().ok()
}
