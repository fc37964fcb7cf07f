//! The fourteen domains of the NEON typology of content warnings: what the terms of other vocabularies are grouped under.
//! Nobody writes these in a story.

use crate::model::warning::{Term, Vocabulary};

const AUTHORITY: &str = "https://doi.org/10.1371/journal.pone.0266722";

pub const VOCABULARY: Vocabulary = Vocabulary {
    name: "neon",
    authority: AUTHORITY,
    source: "Charles et al., Typology of content warnings and trigger warnings (NEON), PLoS ONE 17(5), 2022",
    terms: TERMS,
};

/// In the order in which a page of warnings lists them: what most readers ask for first.
pub const TERMS: &[Term] = &[
    domain("violence", "Violence"),
    domain("death", "Death"),
    domain("abuse", "Abuse"),
    domain("sex", "Sex"),
    domain("mental-health", "Mental health"),
    domain("risky-behaviours", "Risky behaviours"),
    domain("stigma", "Stigma"),
    domain("disturbing-content", "Disturbing content"),
    domain("crime", "Crime"),
    domain("socio-political", "Socio-political"),
    domain("language", "Language"),
    domain("parental-guidance", "Parental guidance"),
    domain("flashing-lights", "Flashing lights"),
    domain("objects", "Objects"),
];

const fn domain(id: &'static str, label: &'static str) -> Term {
    Term { id, label, authority: AUTHORITY, also: &[], alone: &[], domain: Some(id) }
}
