//! What a shelf does not show: books rated so or higher, books that warn of this. The owner's word is a floor; a visitor may hide
//! more, never less.

use std::collections::BTreeSet;

use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::model::record::BookRecord;
use crate::model::warning::{RatingLevel, WarningState};
use crate::pipeline::{Words, domain, domain_by_name, rating, rating_level};

/// The most warnings that one visitor hides; more are the work of a program.
const MOST: usize = 32;

/// What is not shown. The default hides nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hidden {
    /// Books of this level and of those above it.
    pub from: Option<RatingLevel>,
    /// Books without a rating.
    pub unrated: bool,
    /// Books that say nothing about warnings, or whose authors chose not to warn.
    pub unwarned: bool,
    /// Ids of domains such as `violence`, or of single terms.
    pub warnings: BTreeSet<String>,
}

impl Hidden {
    pub fn is_empty(&self) -> bool {
        *self == Hidden::default()
    }

    /// Hides what either hides.
    pub fn and(&self, other: &Hidden) -> Hidden {
        Hidden {
            from: [self.from, other.from].into_iter().flatten().min(),
            unrated: self.unrated || other.unrated,
            unwarned: self.unwarned || other.unwarned,
            warnings: self.warnings.union(&other.warnings).cloned().collect(),
        }
    }

    /// Hides books of the level that a person names: `teen`, or a rating of any scheme, such as `PG-13`. `false` when no such
    /// level is known.
    pub fn hide_rating(&mut self, name: &str) -> bool {
        let level = rating(name).map(rating_level).filter(|level| *level != RatingLevel::NotRated);
        self.from = [self.from, level].into_iter().flatten().min();
        level.is_some()
    }

    /// Hides books that warn of what a person names: a domain, or a warning. `false` when nothing of that name is known.
    pub fn hide_warning(&mut self, name: &str) -> bool {
        if let Some(domain) = domain_by_name(name) {
            self.warnings.insert(domain.id.to_owned());
            return true;
        }
        let found = Words::known().warnings(name).found;
        self.warnings.extend(found.iter().map(|found| found.term.id.to_owned()));
        !found.is_empty()
    }

    /// Whether a book is not shown.
    pub fn hides(&self, record: &BookRecord) -> bool {
        if let Some(from) = self.from
            && record.rating.as_deref().and_then(rating).is_some_and(|term| rating_level(term) >= from)
        {
            return true;
        }
        let is_rated = || {
            let term = record.rating.as_deref().and_then(rating);
            term.is_some_and(|term| rating_level(term) != RatingLevel::NotRated)
        };
        let is_warned = || {
            !record.warnings.list.is_empty()
                || matches!(record.warnings.state, Some(WarningState::Stated | WarningState::NoneApply))
        };
        if (self.unrated && !is_rated()) || (self.unwarned && !is_warned()) {
            return true;
        }
        !self.warnings.is_empty()
            && record.warnings.list.iter().flat_map(|warning| Words::known().warnings(&warning.label).found).any(
                |found| {
                    let is_hidden = |id: &str| self.warnings.contains(id);
                    is_hidden(found.term.id) || domain(found.term).is_some_and(|domain| is_hidden(domain.id))
                },
            )
    }

    /// As it stands in an address or a cookie: `rating=explicit,warning=violence`; empty when nothing is hidden.
    pub fn to_text(&self) -> String {
        let level = self.from.and_then(|from| match from {
            RatingLevel::General => Some("general"),
            RatingLevel::Teen => Some("teen"),
            RatingLevel::Mature => Some("mature"),
            RatingLevel::Explicit => Some("explicit"),
            RatingLevel::NotRated => None,
        });
        let mut parts: Vec<String> = level.map(|level| format!("rating={level}")).into_iter().collect();
        parts.extend(self.unrated.then(|| "unrated".to_owned()));
        parts.extend(self.unwarned.then(|| "unwarned".to_owned()));
        let escaped = |id: &String| format!("warning={}", utf8_percent_encode(id, NON_ALPHANUMERIC));
        parts.extend(self.warnings.iter().map(escaped));
        parts.join(",")
    }

    /// Reads [`Hidden::to_text`], and what a person writes in its form. `None` when something in it is not known: a visitor who
    /// asks to hide what we do not know must not be shown it.
    pub fn parse(text: &str) -> Option<Hidden> {
        let mut hidden = Hidden::default();
        for (index, part) in text.split(',').filter(|part| !part.is_empty()).enumerate() {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            let value = percent_decode_str(value).decode_utf8().ok()?;
            let known = match name {
                "rating" => hidden.hide_rating(&value),
                "warning" => hidden.hide_id(&value) || hidden.hide_warning(&value),
                "unrated" | "unwarned" if !value.is_empty() => false,
                "unrated" => {
                    hidden.unrated = true;
                    true
                }
                "unwarned" => {
                    hidden.unwarned = true;
                    true
                }
                _ => false,
            };
            if !known || index >= MOST {
                return None;
            }
        }
        Some(hidden)
    }

    /// Hides the term of this id.
    fn hide_id(&mut self, id: &str) -> bool {
        let is_known = crate::pipeline::term_by_id(id).is_some();
        if is_known {
            self.warnings.insert(id.to_owned());
        }
        is_known
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::record::{RecordedWarning, RecordedWarnings};
    use crate::model::warning::WarnedBy;

    fn book(rating: &str, warnings: &[&str]) -> BookRecord {
        let warning =
            |label: &&str| RecordedWarning { label: (*label).to_owned(), chapters: Vec::new(), by: WarnedBy::Author };
        BookRecord {
            rating: Some(rating.to_owned()).filter(|rating| !rating.is_empty()),
            warnings: RecordedWarnings {
                state: (!warnings.is_empty()).then_some(WarningState::Stated),
                list: warnings.iter().map(warning).collect(),
            },
            ..BookRecord::default()
        }
    }

    #[test]
    fn a_rating_hides_itself_and_what_is_above_it() {
        let hidden = Hidden::parse("rating=mature").unwrap();
        assert!(hidden.hides(&book("Mature", &[])) && hidden.hides(&book("Explicit", &[])));
        assert!(!hidden.hides(&book("Teen And Up Audiences", &[])) && !hidden.hides(&book("", &[])));
        let hidden = Hidden::parse("rating=mature,unrated").unwrap();
        assert!(hidden.hides(&book("", &[])) && hidden.hides(&book("Not Rated", &[])));
    }

    #[test]
    fn a_domain_hides_every_warning_in_it() {
        let mut hidden = Hidden::default();
        assert!(hidden.hide_warning("violence") && !hidden.hide_warning("weather"));
        assert!(hidden.hides(&book("", &["Graphic Depictions Of Violence"])));
        assert!(!hidden.hides(&book("", &["Suicide"])) && !hidden.hides(&book("", &[])));
        let unwarned = Hidden::parse("unwarned").unwrap();
        assert!(unwarned.hides(&book("Teen", &[])) && !unwarned.hides(&book("Teen", &["Suicide"])));
    }

    #[test]
    fn a_visitor_hides_more_and_never_less() {
        let (floor, own) =
            (Hidden::parse("rating=explicit,warning=suicide").unwrap(), Hidden::parse("rating=teen").unwrap());
        let both = floor.and(&own);
        assert_eq!(both.from, Some(RatingLevel::Teen));
        assert_eq!(floor.and(&Hidden::parse("rating=explicit").unwrap()), floor);
        assert_eq!(Hidden::default().and(&floor), floor);
        assert!(!both.warnings.is_empty());
    }

    #[test]
    fn what_is_hidden_goes_through_an_address_and_back() {
        let hidden = Hidden::parse("unrated,rating=PG-13,warning=major%20character%20death,unwarned").unwrap();
        assert_eq!(Hidden::parse(&hidden.to_text()), Some(hidden.clone()));
        assert!(hidden.to_text().bytes().all(|byte| byte.is_ascii_graphic() && !b"/?#;\\".contains(&byte)));
        assert_eq!(Hidden::parse("").unwrap().to_text(), "");
        for unknown in ["rating=", "rating=purple", "warning=weather", "x", "unrated=1", "warning=%ff"] {
            assert_eq!(Hidden::parse(unknown), None, "{unknown}");
        }
    }
}
