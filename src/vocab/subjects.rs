//! Ratings and warnings among the subjects of a book, where an archive put them without saying which is which. Taken are the
//! archive's own terms, letter for letter: a subject "Violence" may be what the book is about.

use crate::model::warning::WarningState;

use super::{ao3_ratings, ao3_warnings};

/// What the subjects of a book say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OfSubjects {
    pub rating: Option<String>,
    /// `None` when no subject is on the matter.
    pub state: Option<WarningState>,
    pub warnings: Vec<String>,
}

/// In front of a warning, as bindery and others write it among the subjects.
const MARKED: &str = "content warning:";

/// Reads the subjects of a book.
pub fn of_subjects(subjects: &[String]) -> OfSubjects {
    let mut found = OfSubjects::default();
    for subject in subjects.iter().map(|subject| subject.trim()) {
        let is = |label: &str| subject.eq_ignore_ascii_case(label);
        if subject.get(..MARKED.len()).is_some_and(|start| start.eq_ignore_ascii_case(MARKED)) {
            found.warnings.push(subject[MARKED.len()..].trim().to_owned());
        } else if let Some(term) = ao3_warnings::VOCABULARY.terms.iter().find(|term| is(term.label)) {
            found.warnings.push(term.label.to_owned());
        } else if is("Creator Chose Not To Use Archive Warnings") || is("Choose Not To Use Archive Warnings") {
            found.state = Some(WarningState::Withheld);
        } else if is("No Archive Warnings Apply") {
            found.state = Some(WarningState::NoneApply);
        } else if let Some(term) = ao3_ratings::VOCABULARY.terms.iter().find(|term| is(term.label)) {
            found.rating.get_or_insert_with(|| term.label.to_owned());
        }
    }
    if !found.warnings.is_empty() && found.state.is_none() {
        found.state = Some(WarningState::Stated);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_archives_terms_are_found_and_topics_are_not() {
        let read = |subjects: &[&str]| of_subjects(&subjects.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>());
        let found = read(&["Fanworks", "Mature", "Graphic Depictions Of Violence", "F/F", "Violence", "Angst"]);
        assert_eq!(found.rating.as_deref(), Some("Mature"));
        assert_eq!(found.state, Some(WarningState::Stated));
        assert_eq!(found.warnings, ["Graphic Depictions Of Violence"]);
        assert_eq!(read(&["No Archive Warnings Apply"]).state, Some(WarningState::NoneApply));
        assert_eq!(read(&["Creator Chose Not To Use Archive Warnings"]).state, Some(WarningState::Withheld));
        assert_eq!(read(&["content warning: Drowning"]).warnings, ["Drowning"]);
        assert_eq!(read(&["War", "Death", "General", "Violence"]), OfSubjects::default());
    }
}
