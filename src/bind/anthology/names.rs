//! What each story is called where many stand beside each other, and what names are filed under.

use std::collections::BTreeMap;

use crate::model::anthology::Contribution;

/// Equal for what a person holds for the same, and in the order of a library.
pub(super) fn filed(text: &str) -> String {
    let words = text.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect::<Vec<_>>().join(" ")
}

/// What each story is called in lists: by its title, with the authors where two have one title, and with a number where
/// that is still the same.
pub(super) fn names(contributions: &[Contribution], untitled: &str) -> Vec<String> {
    let title = |contribution: &Contribution| contribution.record.title.clone().unwrap_or_else(|| untitled.to_owned());
    let mut titles: BTreeMap<String, usize> = BTreeMap::new();
    for contribution in contributions {
        *titles.entry(filed(&title(contribution))).or_insert(0) += 1;
    }
    let mut given: BTreeMap<String, usize> = BTreeMap::new();
    contributions
        .iter()
        .map(|contribution| {
            let title = title(contribution);
            let authors = &contribution.record.authors;
            let name = match titles.get(&filed(&title)) {
                Some(2..) if !authors.is_empty() => format!("{title} ({})", authors.join(", ")),
                _ => title,
            };
            let count = given.entry(filed(&name)).or_insert(0);
            *count += 1;
            if *count == 1 { name } else { format!("{name} ({count})") }
        })
        .collect()
}
