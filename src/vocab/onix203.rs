//! ONIX code list 203, content ratings of the book trade. Nobody writes these in a story; they are what the wordings
//! of other vocabularies are mapped to.

use crate::model::warning::{Term, Vocabulary};

const AUTHORITY: &str = "https://ns.editeur.org/onix/en/203";

pub const VOCABULARY: Vocabulary = Vocabulary {
    name: "onix-203",
    authority: AUTHORITY,
    source: "EDItEUR, ONIX code lists, list 203 (ONIX adult audience rating)",
    terms: TERMS,
};

const TERMS: &[Term] = &[
    term("00", "Unrated", &[], &[]),
    term("01", "Any adult audience", &[], &[]),
    term("02", "Content warning", &[], &[]),
    term("03", "Content warning (sex)", &[], &[]),
    term("04", "Content warning (violence)", &[], &[]),
    term("05", "Content warning (drug-taking)", &[], &[]),
    term("06", "Content warning (language)", &[], &[]),
    term("07", "Content warning (intolerance)", &[], &[]),
    term("08", "Content warning (abuse)", &[], &[]),
    term("09", "Content warning (self-harm)", &[], &[]),
];

const fn term(
    id: &'static str,
    label: &'static str,
    also: &'static [&'static str],
    alone: &'static [&'static str],
) -> Term {
    Term { id, label, authority: AUTHORITY, also, alone, domain: None }
}
