//! Words broken at a line's end: which of them the text itself proves to be one word.
//!
//! A hyphen that ends a line may break a word (`some-` / `thing`) or be a compound's own (`well-` / `known`). Nothing but the
//! text is asked: where the joined word stands elsewhere and the hyphenated one does not, it is one word; otherwise the
//! hyphen stays. It refuses to guess, since a dictionary of every language would be needed to do better.

use std::collections::HashSet;

use crate::detect::Survey;
use crate::model::manuscript::PassageKind;
use crate::model::text::{Inline, Inlines};

/// The words of one story that line ends broke, joined and in lower case.
#[derive(Debug, Default)]
pub(super) struct Hyphens {
    proven: HashSet<String>,
}

impl Hyphens {
    /// Collects what line ends broke, then looks for both forms in the text: two passes, whatever the text holds.
    pub fn of(survey: &Survey) -> Self {
        let mut broken: HashSet<String> = HashSet::new();
        for sight in survey.sights.iter().filter(|sight| sight.text.contains("- ")) {
            if let PassageKind::Paragraph(inlines) = &sight.passage.kind {
                each_break(inlines, &mut |left, right| {
                    broken.insert(joined(left, right));
                });
            }
        }
        if broken.is_empty() {
            return Hyphens::default();
        }
        let (mut whole, mut parted) = (HashSet::new(), HashSet::new());
        let mut word = String::new();
        let mut pair = String::new();
        for sight in &survey.sights {
            // The part before a hyphen within a line; a hyphen at its end has no part behind it.
            pair.clear();
            let mut hyphen = false;
            for character in sight.text.chars().chain([' ']) {
                if character.is_alphabetic() {
                    word.extend(character.to_lowercase());
                    continue;
                }
                if !word.is_empty() {
                    if broken.contains(&word) {
                        whole.insert(word.clone());
                    }
                    if hyphen {
                        pair.push_str(&word);
                        if broken.contains(&pair) {
                            parted.insert(pair.clone());
                        }
                    }
                    std::mem::swap(&mut pair, &mut word);
                    word.clear();
                    hyphen = character == '-';
                } else {
                    hyphen = false;
                }
            }
        }
        Hyphens { proven: whole.difference(&parted).cloned().collect() }
    }

    /// Whether the hyphen between the end of one line and the start of the next only broke a word.
    pub fn join(&self, before: &str, behind: &str) -> bool {
        !self.proven.is_empty()
            && parts(before, behind).is_some_and(|(left, right)| self.proven.contains(&joined(left, right)))
    }
}

fn joined(left: &str, right: &str) -> String {
    [left, right].concat().to_lowercase()
}

/// The letters on both sides of a hyphen at a line's end.
fn parts<'a>(before: &'a str, behind: &'a str) -> Option<(&'a str, &'a str)> {
    let stem = before.strip_suffix('-')?;
    let from = stem.char_indices().rev().take_while(|(_, letter)| letter.is_alphabetic()).last()?.0;
    let to = behind.find(|letter: char| !letter.is_alphabetic()).unwrap_or(behind.len());
    let (left, right) = (&stem[from..], &behind[..to]);
    // "mid-" / "May" is a compound, and a figure before the letters is no word.
    let figure = stem[..from].ends_with(|before: char| before.is_ascii_digit());
    (right.starts_with(char::is_lowercase) && !figure).then_some((left, right))
}

fn each_break<'a>(inlines: &'a Inlines, visit: &mut dyn FnMut(&'a str, &'a str)) {
    for window in inlines.windows(3) {
        if let [Inline::Text(before), Inline::SoftBreak, Inline::Text(behind)] = window
            && let Some((left, right)) = parts(before, behind)
        {
            visit(left, right);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::readers::txt;

    fn joins(text: &str, before: &str, behind: &str) -> bool {
        let manuscript = txt::read(text, 0).value;
        Hyphens::of(&Survey::of(&manuscript)).join(before, behind)
    }

    #[test]
    fn only_the_text_itself_proves_a_broken_word() {
        let page = |elsewhere: &str| {
            format!(
                "The boats were in, the lamps were lit along the quay, and some-\nthing moved upon the mole before the watch had \
                 seen it, which was\nnothing new, since {elsewhere} moved there every single night of\nthe year and the watch \
                 was seldom looking in the right direction.\n"
            )
        };
        assert!(joins(&page("something"), "and some-", "thing moved"));
        assert!(joins(&page("Something"), "some-", "thing"));
        assert!(!joins(&page("nobody"), "some-", "thing"));
        assert!(!joins(&page("something or some-thing"), "some-", "thing"));
        assert!(!joins(&page("something"), "well-", "known"));
    }
}
