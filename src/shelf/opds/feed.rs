//! What stands in a feed, before it is written as Atom or as JSON.

use std::time::SystemTime;

use crate::catalogue::Entry;
use crate::model::warning::WarningState;

/// Books on one page of a feed, and names on one page of a list.
pub const BOOKS_A_PAGE: usize = 40;
pub const NAMES_A_PAGE: usize = 200;

/// A page of the catalogue as a reading program sees it. Its paths are those below `/opds/v1` or `/opds/v2`, with their queries.
#[derive(Debug, Clone)]
pub struct Feed {
    pub title: String,
    pub path: String,
    /// Where it is reached from; `None` for the root.
    pub up: Option<String>,
    pub updated: SystemTime,
    pub content: Content,
    pub stretch: Option<Stretch>,
    pub facets: Vec<FacetGroup>,
}

#[derive(Debug, Clone)]
pub enum Content {
    Doors(Vec<Door>),
    Books(Vec<Entry>),
}

/// A way to another feed.
#[derive(Debug, Clone)]
pub struct Door {
    pub title: String,
    pub path: String,
    /// What stands behind it, in a sentence.
    pub about: String,
    /// How many books are behind it, where that is known.
    pub books: Option<usize>,
    /// Whether books stand right behind it, or more doors.
    pub leads_to_books: bool,
    /// A relation that says more than that it is a part.
    pub relation: Option<&'static str>,
}

/// Which page of how many this is.
#[derive(Debug, Clone)]
pub struct Stretch {
    /// From 1.
    pub page: usize,
    pub size: usize,
    /// Of all pages.
    pub total: usize,
    /// The path of page 1; others add `page=` to it.
    pub first: String,
}

impl Stretch {
    pub fn last_page(&self) -> usize {
        self.total.div_ceil(self.size).max(1)
    }

    /// The path of a page.
    pub fn path_of(&self, page: usize) -> String {
        match page {
            0 | 1 => self.first.clone(),
            page => format!("{}{}page={page}", self.first, if self.first.contains('?') { '&' } else { '?' }),
        }
    }

    /// The other pages by their relation: `first`, `previous`, `next`, `last`.
    pub fn links(&self) -> Vec<(&'static str, String)> {
        let last = self.last_page();
        let mut links = Vec::new();
        if last > 1 {
            links.push(("first", self.path_of(1)));
        }
        if self.page > 1 {
            links.push(("previous", self.path_of(self.page - 1)));
        }
        if self.page < last {
            links.push(("next", self.path_of(self.page + 1)));
        }
        if last > 1 {
            links.push(("last", self.path_of(last)));
        }
        links
    }
}

/// Ways to narrow a feed down, or to order it otherwise.
#[derive(Debug, Clone)]
pub struct FacetGroup {
    pub title: &'static str,
    pub ways: Vec<FacetWay>,
}

#[derive(Debug, Clone)]
pub struct FacetWay {
    pub title: String,
    pub path: String,
    /// Whether the feed is narrowed or ordered so already.
    pub active: bool,
    pub books: Option<usize>,
}

/// What stays the same of a book as long as it is the same book in the same place, also when the catalogue is made anew.
pub fn id_of(entry: &Entry) -> String {
    let identifier = entry.record.identifier.as_deref().unwrap_or_default();
    id(&format!("book\n{identifier}\n{}", entry.path))
}

/// The same for a feed.
pub fn id_of_feed(path: &str) -> String {
    id(&format!("feed\n{path}"))
}

fn id(name: &str) -> String {
    const OURS: uuid::Uuid = uuid::Uuid::from_u128(0xf76b_76a5_5c27_4dfe_8020_0f73_bbe9_25da);
    uuid::Uuid::new_v5(&OURS, name.as_bytes()).urn().to_string()
}

pub fn title_of(entry: &Entry) -> &str {
    entry.record.title.as_deref().unwrap_or("Untitled")
}

/// What a book is about, behind what it warns of: nobody should read the one without the other.
pub fn summary_of(entry: &Entry) -> String {
    let warnings = &entry.record.warnings;
    let mut lines = Vec::new();
    let mut labels: Vec<&str> = Vec::new();
    for warning in &warnings.list {
        if !labels.contains(&warning.label.as_str()) {
            labels.push(&warning.label);
        }
    }
    match warnings.state {
        _ if !labels.is_empty() => lines.push(format!("Warnings: {}", labels.join(", "))),
        Some(WarningState::NoneApply) => lines.push("Warnings: none apply".to_owned()),
        Some(WarningState::Withheld) => lines.push("Warnings: the author chose not to warn".to_owned()),
        _ => {}
    }
    lines.extend(entry.record.rating.iter().map(|rating| format!("Rating: {rating}")));
    let series = entry.record.series.iter().map(|part| match &part.index {
        Some(index) => format!("Series: {}, {index}", part.name),
        None => format!("Series: {}", part.name),
    });
    lines.extend(series);
    lines.extend(entry.record.words.map(|words| format!("Words: {words}")));
    lines.extend(entry.record.summary.iter().cloned());
    lines.join("\n")
}

/// The kinds of what a book is filed under, as names of schemes, with its values.
pub fn categories_of(entry: &Entry) -> Vec<(&'static str, &str)> {
    let record = &entry.record;
    let warnings = record.warnings.list.iter().map(|warning| ("warning", warning.label.as_str()));
    let mut categories: Vec<(&'static str, &str)> = warnings.collect();
    categories.extend(record.rating.iter().map(|rating| ("rating", rating.as_str())));
    for (kind, list) in [("fandom", &record.fandoms), ("genre", &record.genres), ("tag", &record.tags)] {
        categories.extend(list.iter().map(|value| (kind, value.as_str())));
    }
    let mut known = Vec::new();
    categories.retain(|category| {
        let is_new = !known.contains(category);
        known.push(*category);
        is_new
    });
    categories
}

/// A moment as feeds write it.
pub fn moment(time: SystemTime) -> String {
    let seconds = time.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let (days, second) = (seconds / 86_400, seconds % 86_400);
    // Years begin in March, so that the day that some of them have more is the last.
    let shifted = days + 719_468;
    let (era, day) = (shifted / 146_097, shifted % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let of_year = day - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let (month, of_month) = (if month < 10 { month + 3 } else { month - 9 }, of_year - (153 * month + 2) / 5 + 1);
    let year = era * 400 + year + u64::from(month <= 2);
    format!("{year:04}-{month:02}-{of_month:02}T{:02}:{:02}:{:02}Z", second / 3600, second / 60 % 60, second % 60)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, UNIX_EPOCH};

    #[test]
    fn moments_are_those_of_the_calendar() {
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (951_868_800, "2000-03-01T00:00:00Z"),
            (1_709_251_199, "2024-02-29T23:59:59Z"),
            (1_704_067_200, "2024-01-01T00:00:00Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
        ] {
            assert_eq!(moment(UNIX_EPOCH + Duration::from_secs(seconds)), text);
        }
    }

    #[test]
    fn pages_know_their_neighbours() {
        let stretch = |page, total| Stretch { page, size: 10, total, first: "/books?sort=title".to_owned() };
        let links = |stretch: Stretch| {
            let links = stretch.links();
            links.into_iter().map(|(relation, path)| format!("{relation} {path}")).collect::<Vec<_>>()
        };
        assert!(links(stretch(1, 10)).is_empty() && links(stretch(1, 0)).is_empty());
        let second = links(stretch(2, 21));
        assert_eq!(
            second,
            [
                "first /books?sort=title",
                "previous /books?sort=title",
                "next /books?sort=title&page=3",
                "last /books?sort=title&page=3",
            ]
        );
        assert_eq!(Stretch { first: "/by/author".to_owned(), ..stretch(1, 11) }.path_of(2), "/by/author?page=2");
    }
}
