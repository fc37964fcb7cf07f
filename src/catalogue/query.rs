//! What can be asked of the catalogue.

use crate::model::warning::RatingLevel;
use crate::pipeline::{rating, rating_level};

/// Which books, in which order, and which stretch of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Query {
    /// Words as a person types them, in title, authors, series, fandoms, relationships, characters, tags, warnings and summary.
    /// All must be found; the last one may be unfinished. A text without a word asks for nothing.
    pub text: String,
    /// All must hold. See [`Facet`] for what a value may be.
    pub filters: Vec<(Facet, String)>,
    pub hides: Hides,
    pub sort: Sort,
    /// The other way round.
    pub reverse: bool,
    pub offset: usize,
    pub limit: usize,
}

impl Default for Query {
    /// The first fifty of all books.
    fn default() -> Self {
        Query {
            text: String::new(),
            filters: Vec::new(),
            hides: Hides::default(),
            sort: Sort::default(),
            reverse: false,
            offset: 0,
            limit: 50,
        }
    }
}

impl Query {
    pub fn with(mut self, facet: Facet, value: impl Into<String>) -> Self {
        self.filters.push((facet, value.into()));
        self
    }
}

/// What a reader does not want to meet. A hidden book is nowhere: in no page, no search, no count.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Hides {
    /// Warnings in anybody's words (`gore`, `MCD`), or a whole domain of them (`violence`): see [`knows_warning`](super::knows_warning) for
    /// what can be relied on.
    pub warnings: Vec<String>,
    /// Books rated above this, and books without a rating, since nobody knows.
    pub above: Option<RatingLevel>,
    /// Books that say nothing of warnings, or whose authors chose not to warn.
    pub unwarned: bool,
}

impl Hides {
    pub fn is_empty(&self) -> bool {
        *self == Hides::default()
    }
}

/// What books have in common. A value is known in any case, with or without diacritics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Facet {
    Fandom,
    Author,
    Series,
    Relationship,
    Character,
    /// An archive's, such as `F/F`.
    Category,
    Genre,
    Tag,
    /// A label, or whatever words mean the same.
    Warning,
    /// What a warning is grouped under: `mental-health` or `Mental health`.
    Domain,
    /// `general`, `teen`, `mature`, `explicit`, `unrated`, or a rating of any scheme.
    Rating,
    /// `en` is every English.
    Language,
    Status,
    /// See [`LengthBand`].
    Length,
    /// Of publication, else of the last update.
    Year,
}

impl Facet {
    pub const ALL: [Facet; 15] = [
        Facet::Fandom,
        Facet::Author,
        Facet::Series,
        Facet::Relationship,
        Facet::Character,
        Facet::Category,
        Facet::Genre,
        Facet::Tag,
        Facet::Warning,
        Facet::Domain,
        Facet::Rating,
        Facet::Language,
        Facet::Status,
        Facet::Length,
        Facet::Year,
    ];

    /// The name in addresses and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Facet::Fandom => "fandom",
            Facet::Author => "author",
            Facet::Series => "series",
            Facet::Relationship => "relationship",
            Facet::Character => "character",
            Facet::Category => "category",
            Facet::Genre => "genre",
            Facet::Tag => "tag",
            Facet::Warning => "warning",
            Facet::Domain => "domain",
            Facet::Rating => "rating",
            Facet::Language => "language",
            Facet::Status => "status",
            Facet::Length => "length",
            Facet::Year => "year",
        }
    }

    pub fn named(name: &str) -> Option<Facet> {
        Facet::ALL.into_iter().find(|facet| facet.name() == name)
    }
}

/// The order of books. Where two are equal: by title, then as they came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sort {
    /// The best match first; without a text, by title.
    #[default]
    Relevance,
    /// As titles are filed.
    Title,
    /// By the first author.
    Author,
    /// What came into the folder last, first.
    Newest,
    /// What was updated last, first; where no update is stated, the publication counts.
    Updated,
    /// The longest first.
    Words,
    /// By series, and in each as its parts follow: in the series of the first filter by series, where there is one.
    Series,
}

impl Sort {
    pub const ALL: [Sort; 7] =
        [Sort::Relevance, Sort::Title, Sort::Author, Sort::Newest, Sort::Updated, Sort::Words, Sort::Series];

    /// The name in addresses and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Sort::Relevance => "relevance",
            Sort::Title => "title",
            Sort::Author => "author",
            Sort::Newest => "newest",
            Sort::Updated => "updated",
            Sort::Words => "words",
            Sort::Series => "series",
        }
    }

    pub fn named(name: &str) -> Option<Sort> {
        Sort::ALL.into_iter().find(|sort| sort.name() == name)
    }
}

/// How long a story is. The borders between short story, novelette, novella and novel are those of the Nebula and Hugo awards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LengthBand {
    Flash,
    Short,
    Novelette,
    Novella,
    Novel,
    Epic,
}

impl LengthBand {
    pub const ALL: [LengthBand; 6] = [
        LengthBand::Flash,
        LengthBand::Short,
        LengthBand::Novelette,
        LengthBand::Novella,
        LengthBand::Novel,
        LengthBand::Epic,
    ];

    pub fn of(words: usize) -> LengthBand {
        LengthBand::ALL.into_iter().rev().find(|band| words >= band.least()).unwrap_or(LengthBand::Flash)
    }

    /// The fewest words of it.
    pub fn least(self) -> usize {
        match self {
            LengthBand::Flash => 0,
            LengthBand::Short => 1_000,
            LengthBand::Novelette => 7_500,
            LengthBand::Novella => 17_500,
            LengthBand::Novel => 40_000,
            LengthBand::Epic => 120_000,
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            LengthBand::Flash => "flash",
            LengthBand::Short => "short",
            LengthBand::Novelette => "novelette",
            LengthBand::Novella => "novella",
            LengthBand::Novel => "novel",
            LengthBand::Epic => "epic",
        }
    }
}

/// The name of a level as a value of [`Facet::Rating`].
pub fn level_name(level: RatingLevel) -> &'static str {
    match level {
        RatingLevel::NotRated => "unrated",
        RatingLevel::General => "general",
        RatingLevel::Teen => "teen",
        RatingLevel::Mature => "mature",
        RatingLevel::Explicit => "explicit",
    }
}

/// The highest level that is left when one is hidden: `teen`, or a rating of any scheme, such as `PG-13`. Books without a rating are
/// hidden with it, since nobody knows. `None` when no such level is known, or nothing would be left.
pub fn level_below(name: &str) -> Option<RatingLevel> {
    match rating(name).map(rating_level)? {
        RatingLevel::NotRated | RatingLevel::General => None,
        RatingLevel::Teen => Some(RatingLevel::General),
        RatingLevel::Mature => Some(RatingLevel::Teen),
        RatingLevel::Explicit => Some(RatingLevel::Mature),
    }
}

/// A value that books have, and how many of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count {
    /// As most books write it.
    pub value: String,
    pub books: usize,
}

/// The values of a facet that most books have.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Top {
    /// How many values there are, not only here.
    pub values: usize,
    pub counts: Vec<Count>,
}
