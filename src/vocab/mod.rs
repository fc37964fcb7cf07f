//! What authors warn of and how they rate: lists that others keep, and the reading of an author's words by them.
//!
//! A vocabulary is one file and one row in [`VOCABULARIES`]. Nothing here reads a story to find what its author did
//! not say; the author's own wording is always what counts, and a term only stands beside it.

mod ao3_ratings;
mod ao3_warnings;
mod community;
mod fan_council;
mod ffnet;
mod iptc;
mod mapping;
mod mpaa;
mod neon;
mod onix203;
mod reading;
mod subjects;

pub use mapping::{domain, domain_by_name, domains, falls_under};
pub use reading::rating::{rating, rating_level, typical_age};
pub use reading::suggestion::{Suggestion, SuggestionPlace, suggestions};
pub use reading::warning::{About, FoundWarning, WarningReading, Words, warnings, warnings_in_prose};
pub use subjects::{OfSubjects, of_subjects};

use crate::model::warning::{RatingLevel, Term, Vocabulary};

/// Every vocabulary. Where two of them have a word for the same thing, the wordings stand in the one named first:
/// AO3's terms are the ones that readers of these stories know.
pub const VOCABULARIES: &[Vocabulary] = &[
    ao3_warnings::VOCABULARY,
    community::VOCABULARY,
    iptc::VOCABULARY,
    onix203::VOCABULARY,
    neon::VOCABULARY,
    ao3_ratings::VOCABULARY,
    mpaa::VOCABULARY,
    ffnet::VOCABULARY,
    fan_council::VOCABULARY,
];

/// The vocabularies whose terms warn.
const OF_WARNINGS: &[Vocabulary] =
    &[ao3_warnings::VOCABULARY, community::VOCABULARY, iptc::VOCABULARY, onix203::VOCABULARY];

/// A term that warns, by its id in any case; ids of different vocabularies are not the same.
pub fn term_by_id(id: &str) -> Option<&'static Term> {
    OF_WARNINGS.iter().flat_map(|vocabulary| vocabulary.terms).find(|term| term.id.eq_ignore_ascii_case(id))
}

/// The vocabularies whose terms rate, each with the grades of its terms. A bare "M" is FanFiction.Net's and a bare
/// "Mature" AO3's, because those are the sites that write them so.
const OF_RATINGS: &[(Vocabulary, &[Grade])] = &[
    (mpaa::VOCABULARY, mpaa::GRADES),
    (ffnet::VOCABULARY, ffnet::GRADES),
    (fan_council::VOCABULARY, fan_council::GRADES),
    (ao3_ratings::VOCABULARY, ao3_ratings::GRADES),
];

/// What a rating's term comes to.
struct Grade {
    /// The id of the term in its vocabulary.
    id: &'static str,
    level: RatingLevel,
    /// As schema.org's `typicalAgeRange` writes it, where the scheme states an age.
    age: Option<&'static str>,
}
