//! The film ratings of the Motion Picture Association, which fandom took over and stretched (PG-15, NC-21).

use crate::model::warning::{RatingLevel, Term, Vocabulary};

use super::Grade;

const AUTHORITY: &str = "https://www.filmratings.com/";

pub const VOCABULARY: Vocabulary = Vocabulary {
    name: "mpaa",
    authority: AUTHORITY,
    source: "Motion Picture Association, Classification and Rating Rules; the stretched forms from headers of mailing-list fan fiction",
    terms: TERMS,
};

const TERMS: &[Term] = &[
    term("G", "G", &["rated g"], &["g"]),
    term("PG", "PG", &["rated pg", "parental guidance"], &["pg"]),
    term(
        "PG-13",
        "PG-13",
        &[
            "pg 13", "pg13", "pg 15", "pg15", "pg 14", "pg14", "pg 12", "pg12", "pg 16", "pg16", "nc 13", "nc13",
            "nc 15", "r 13",
        ],
        &[],
    ),
    term(
        "R",
        "R",
        &["rated r", "hard r", "soft r", "light r", "strong r", "mild r", "r rated", "r 17", "r 15", "r 16", "r 18"],
        &["r", "restricted"],
    ),
    term(
        "NC-17",
        "NC-17",
        &["nc 17", "nc17", "nc 18", "nc18", "nc 21", "nc21", "nc 16", "rated x", "rated nc"],
        &["x", "nc"],
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
    Grade { id: "G", level: RatingLevel::General, age: None },
    Grade { id: "PG", level: RatingLevel::General, age: None },
    Grade { id: "PG-13", level: RatingLevel::Teen, age: Some("13-") },
    Grade { id: "R", level: RatingLevel::Mature, age: Some("17-") },
    Grade { id: "NC-17", level: RatingLevel::Explicit, age: Some("18-") },
];
