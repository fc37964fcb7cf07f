//! Fan ratings (FRC, FRT, FRM, FRAO and the FR numbers), made when film ratings could not be used.

use crate::model::warning::{RatingLevel, Term, Vocabulary};

use super::Grade;

const AUTHORITY: &str = "https://fanlore.org/wiki/Ratings";

pub const VOCABULARY: Vocabulary = Vocabulary {
    name: "fan-council",
    authority: AUTHORITY,
    source: "Fanlore, page on ratings; Twisting the Hellmouth, page on FR ratings",
    terms: TERMS,
};

const TERMS: &[Term] = &[
    term("FRC", "FRC (all ages)", &["frc", "fr c", "fr7", "fr 7", "frk", "fan rated child", "fan rated children"], &[]),
    term(
        "FRT",
        "FRT (teens)",
        &["frt", "fr t", "fr13", "fr 13", "fr15", "fr 15", "fryt", "frmt", "fan rated teen", "fan rated teens"],
        &[],
    ),
    term("FRM", "FRM (mature)", &["frm", "fr m", "fr18", "fr 18", "fan rated mature"], &[]),
    term(
        "FRAO",
        "FRAO (adults only)",
        &["frao", "fr ao", "fra", "fr21", "fr 21", "fan rated adult", "fan rated adults only", "fan rated adult only"],
        &[],
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
    Grade { id: "FRC", level: RatingLevel::General, age: None },
    Grade { id: "FRT", level: RatingLevel::Teen, age: Some("13-") },
    Grade { id: "FRM", level: RatingLevel::Mature, age: Some("17-") },
    Grade { id: "FRAO", level: RatingLevel::Explicit, age: Some("18-") },
];
