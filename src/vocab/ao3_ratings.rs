//! The ratings of the Archive of Our Own, and the plain words and slang that mean the same.

use crate::model::warning::{RatingLevel, Term, Vocabulary};

use super::Grade;

const AUTHORITY: &str = "https://archiveofourown.org/";

pub const VOCABULARY: Vocabulary = Vocabulary {
    name: "ao3-ratings",
    authority: AUTHORITY,
    source: "otwarchive, config/config.yml, and the archive's help page on ratings",
    terms: TERMS,
};

const TERMS: &[Term] = &[
    term(
        "Not Rated",
        "Not Rated",
        &["not rated", "unrated", "no rating", "not yet rated"],
        &["nr", "none", "not applicable"],
    ),
    term(
        "General Audiences",
        "General Audiences",
        &[
            "general audiences",
            "general audience",
            "all ages",
            "for everyone",
            "suitable for all",
            "family friendly",
            "for all ages",
            "all audiences",
        ],
        &["general", "gen audiences", "everyone", "everybody", "universal", "family", "all", "u", "gen"],
    ),
    term(
        "Teen And Up Audiences",
        "Teen And Up Audiences",
        &["teen and up audiences", "teen and up", "teen audiences", "young adult"],
        &["teen", "teens", "teenage", "teenager", "teenagers", "teen+", "t+", "12+", "13+", "14+", "15+", "12a"],
    ),
    term(
        "Mature",
        "Mature",
        &[
            "mature audiences",
            "mature readers",
            "mature content",
            "mature themes",
            "mature adult",
            "adult themes",
            "adult content",
            "adult situations",
        ],
        &["mature", "adult", "adults", "lime", "16+", "17+", "adults only"],
    ),
    term(
        "Explicit",
        "Explicit",
        &["sexually explicit", "adults only explicit", "explicit content", "explicit sex", "porn without plot"],
        &[
            "explicit", "e", "xxx", "x rated", "lemon", "lemons", "smut", "smutty", "pwp", "porn", "18+", "21+", "r18",
            "over 18", "hentai",
        ],
    ),
];

const fn term(
    id: &'static str,
    label: &'static str,
    also: &'static [&'static str],
    alone: &'static [&'static str],
) -> Term {
    Term { id, label, authority: AUTHORITY, also, alone, domain: None }
}

/// One row for each term, in the same order.
pub const GRADES: &[Grade] = &[
    Grade { id: "Not Rated", level: RatingLevel::NotRated, age: None },
    Grade { id: "General Audiences", level: RatingLevel::General, age: None },
    Grade { id: "Teen And Up Audiences", level: RatingLevel::Teen, age: Some("13-") },
    Grade { id: "Mature", level: RatingLevel::Mature, age: Some("17-") },
    Grade { id: "Explicit", level: RatingLevel::Explicit, age: Some("18-") },
];
