//! The ratings of FanFiction.Net, which come from fictionratings.com.

use crate::model::warning::{RatingLevel, Term, Vocabulary};

use super::Grade;

const AUTHORITY: &str = "https://www.fictionratings.com/";

pub const VOCABULARY: Vocabulary = Vocabulary {
    name: "ffnet",
    authority: AUTHORITY,
    source: "FictionRatings.com, guide to the K, K+, T, M, MA ratings as FanFiction.Net uses them",
    terms: TERMS,
};

const TERMS: &[Term] = &[
    term("K", "K", &["rated k", "fiction k"], &["k"]),
    term("K+", "K+", &["rated k+", "fiction k+", "k plus"], &["k+"]),
    term("T", "T", &["rated t", "fiction t"], &["t"]),
    term("M", "M", &["rated m", "fiction m"], &["m"]),
    term("MA", "MA", &["rated ma", "fiction ma"], &["ma"]),
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
    Grade { id: "K", level: RatingLevel::General, age: Some("5-") },
    Grade { id: "K+", level: RatingLevel::General, age: Some("9-") },
    Grade { id: "T", level: RatingLevel::Teen, age: Some("13-") },
    Grade { id: "M", level: RatingLevel::Mature, age: Some("16-") },
    Grade { id: "MA", level: RatingLevel::Explicit, age: Some("18-") },
];
