//! Reading an author's words by the vocabularies: words, phrases, ratings, warnings.

mod abroad;
mod phrase;
pub(super) mod rating;
pub(super) mod suggestion;
pub(super) mod warning;
