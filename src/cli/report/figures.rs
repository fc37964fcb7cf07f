//! What a run comes to in figures, for the page on the whole. It grows with the kinds of things that stories say, never with
//! the number of stories.

use std::collections::BTreeMap;

use crate::diagnostic::{Diagnostic, Severity};
use crate::model::warning::WarningState;

use super::StoryReport;

/// The most different names that a tally keeps apart.
const MOST_NAMES: usize = 20_000;

/// How many stories show what a remark is about.
const EXAMPLES: usize = 3;

/// The most failures that are listed.
const MOST_FAILURES: usize = 500;

/// How often each name was counted.
#[derive(Debug, Default)]
pub struct Tally {
    names: BTreeMap<String, usize>,
    /// What came after the tally was full.
    pub others: usize,
}

impl Tally {
    fn count(&mut self, name: &str) {
        if let Some(count) = self.names.get_mut(name) {
            *count += 1;
        } else if self.names.len() < MOST_NAMES {
            self.names.insert(name.to_owned(), 1);
        } else {
            self.others += 1;
        }
    }

    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// The most frequent names first, equal ones by the alphabet.
    pub fn most(&self, count: usize) -> Vec<(&str, usize)> {
        let mut all: Vec<(&str, usize)> = self.names.iter().map(|(name, count)| (name.as_str(), *count)).collect();
        all.sort_by(|(a, one), (b, other)| other.cmp(one).then_with(|| a.cmp(b)));
        all.truncate(count);
        all
    }
}

/// A kind of remark, warning or error, and where it was seen first.
#[derive(Debug)]
pub struct Said {
    pub severity: Severity,
    pub count: usize,
    pub examples: Vec<Example>,
}

#[derive(Debug)]
pub struct Example {
    pub place: String,
    pub message: String,
    pub hint: Option<String>,
}

#[derive(Debug, Default)]
pub struct Figures {
    pub words: u64,
    pub bytes: u64,
    pub fandoms: Tally,
    pub ratings: Tally,
    pub warnings: Tally,
    pub languages: Tally,
    pub said: BTreeMap<&'static str, Said>,
    /// The first stories that failed, each with its reason.
    pub failures: Vec<Example>,
    /// The first stories that are told by a richer one too.
    pub doubles: Vec<Example>,
}

impl Figures {
    pub fn count(&mut self, story: &StoryReport) {
        self.bytes += story.bytes.unwrap_or(0);
        story.diagnostics.iter().for_each(|diagnostic| self.count_said(diagnostic));
        let failed = story.diagnostics.iter().find(|said| said.severity == Severity::Error);
        if let (Some(fault), true) = (failed, self.failures.len() < MOST_FAILURES) {
            self.failures.push(example(&story.input, fault));
        }
        let Some(facts) = &story.story else { return };
        self.words += facts.words as u64;
        self.languages.count(&facts.language);
        self.ratings.count(facts.rating.as_deref().unwrap_or("not rated"));
        match facts.fandoms.is_empty() {
            true => self.fandoms.count("none stated"),
            false => facts.fandoms.iter().for_each(|fandom| self.fandoms.count(fandom)),
        }
        match (facts.warnings.is_empty(), facts.warning_state) {
            (false, _) => facts.warnings.iter().for_each(|warning| self.warnings.count(warning)),
            (_, WarningState::NoneApply) => self.warnings.count("none apply"),
            (_, WarningState::Withheld) => self.warnings.count("the author chose not to warn"),
            (_, _) => self.warnings.count("nothing said of warnings"),
        }
    }

    pub fn double(&mut self, diagnostic: &Diagnostic) {
        if self.doubles.len() < MOST_FAILURES {
            self.doubles.push(example(&diagnostic.file, diagnostic));
        }
    }

    pub fn count_said(&mut self, diagnostic: &Diagnostic) {
        let said = self.said.entry(diagnostic.code).or_insert_with(|| Said {
            severity: diagnostic.severity,
            count: 0,
            examples: Vec::new(),
        });
        said.count += 1;
        if said.examples.len() < EXAMPLES {
            said.examples.push(example(&diagnostic.file, diagnostic));
        }
    }
}

fn example(place: &str, diagnostic: &Diagnostic) -> Example {
    Example { place: place.to_owned(), message: diagnostic.message.clone(), hint: diagnostic.hint.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tally_is_bounded_and_forgets_no_one() {
        let mut tally = Tally::default();
        for number in 0..MOST_NAMES + 5 {
            tally.count(&number.to_string());
        }
        tally.count("7");
        assert_eq!((tally.len(), tally.others), (MOST_NAMES, 5));
        assert_eq!(tally.most(2), [("7", 2), ("0", 1)]);
    }
}
