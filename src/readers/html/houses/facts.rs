//! Facts that a page states under a label, each entered as what it means and in the page's own words.

use crate::declared::{Field, parse_date, parse_language, parse_series};
use crate::model::manuscript::Lines;
use crate::model::metadata::{Fact, Metadata};
use crate::model::warning::Rating;

/// What a page states under one label.
pub struct Stated<'a> {
    pub label: &'a str,
    /// What it means; `None` for what has no field of its own and is kept in the page's words alone.
    pub field: Option<Field>,
    /// Each value by itself, never empty.
    pub values: Vec<String>,
    pub line: u32,
}

impl Stated<'_> {
    /// Enters it. A field that holds one value keeps the first that was entered; lists keep each value once.
    pub fn enter(self, metadata: &mut Metadata) {
        let Stated { label, field, values, line } = self;
        if values.is_empty() {
            return;
        }
        let value = values.join(", ");
        if let Some(field) = field {
            take(metadata, field, &values);
        }
        let line = line.max(1);
        metadata.facts.push(Fact { label: Some(label.to_owned()), value, lines: Lines::new(0, line..line + 1) });
    }
}

fn take(metadata: &mut Metadata, field: Field, values: &[String]) {
    let first = values.first().map(String::as_str).unwrap_or_default();
    let list = match field {
        Field::Authors => &mut metadata.authors,
        Field::Fandoms => &mut metadata.fandoms,
        Field::Relationships => &mut metadata.relationships,
        Field::Characters => &mut metadata.characters,
        Field::Categories => &mut metadata.categories,
        Field::Genres => &mut metadata.genres,
        Field::Tags => &mut metadata.tags,
        Field::Warnings => &mut metadata.warnings,
        Field::Translators => &mut metadata.translators,
        Field::Editors => &mut metadata.editors,
        _ => return take_one(metadata, field, first, values),
    };
    for value in values {
        if !list.contains(value) {
            list.push(value.clone());
        }
    }
}

fn take_one(metadata: &mut Metadata, field: Field, first: &str, values: &[String]) {
    let text = || Some(first.to_owned());
    match field {
        Field::Title => metadata.title = metadata.title.take().or_else(text),
        Field::Language => metadata.language = metadata.language.take().or_else(|| parse_language(first)),
        Field::Rating => {
            let rating = || Some(Rating { wording: values.join(", "), term: None });
            metadata.rating = metadata.rating.take().or_else(rating);
        }
        Field::Summary if metadata.summary.is_empty() => metadata.summary = values.to_vec(),
        Field::Series => metadata.series.extend(values.iter().filter_map(|value| parse_series(value))),
        Field::Date | Field::Published => metadata.published = metadata.published.or_else(|| parse_date(first)),
        Field::Updated => metadata.updated = metadata.updated.or_else(|| parse_date(first)),
        Field::Complete => {
            // "Completed: 2020-01-16" says when, "Completed: Yes" only that.
            let date = parse_date(first);
            metadata.updated = metadata.updated.or(date);
            let complete = if date.is_some() { Some(true) } else { truth(first) };
            set_complete(metadata, complete);
        }
        Field::Status => match truth(first) {
            None => metadata.status = metadata.status.take().or_else(text),
            known => set_complete(metadata, known),
        },
        Field::Chapters => set_complete(metadata, all_there(first)),
        Field::Source => metadata.source = metadata.source.take().or_else(text),
        Field::Publisher => metadata.publisher = metadata.publisher.take().or_else(text),
        Field::Rights => metadata.rights = metadata.rights.take().or_else(text),
        _ => {}
    }
}

fn set_complete(metadata: &mut Metadata, complete: Option<bool>) {
    if let (None, Some(complete)) = (&metadata.status, complete) {
        metadata.status = Some(if complete { "Complete" } else { "In progress" }.to_owned());
    }
}

/// Whether a story is complete, in the words of archives.
fn truth(text: &str) -> Option<bool> {
    match text.trim().trim_end_matches('.').to_lowercase().replace(['-', '_'], " ").as_str() {
        "yes" | "true" | "complete" | "completed" | "finished" | "done" => Some(true),
        "no" | "false" | "in progress" | "inprogress" | "wip" | "work in progress" | "ongoing" | "incomplete"
        | "updating" | "unfinished" => Some(false),
        _ => None,
    }
}

/// Whether all chapters are there, as `3/5`, `3/?` and `5/5` say; `None` when only one number stands there.
fn all_there(text: &str) -> Option<bool> {
    let (there, of) = text.split_once('/')?;
    let there: u32 = there.trim().parse().ok()?;
    match of.trim() {
        "?" => Some(false),
        of => of.parse::<u32>().ok().map(|of| there >= of),
    }
}

/// What stands as `Published: 2019-03-08 Words: 14,776 Chapters: 3/8` in one line: labels that end in a colon, each with the
/// words up to the next. `None` for words before the first label.
pub fn run_on(text: &str) -> Vec<(Option<String>, String)> {
    let mut out: Vec<(Option<String>, String)> = Vec::new();
    for word in text.split_whitespace() {
        match word.strip_suffix(':').filter(|label| label.starts_with(char::is_alphabetic)) {
            Some(label) => out.push((Some(label.to_owned()), String::new())),
            None => {
                if out.is_empty() {
                    out.push((None, String::new()));
                }
                if let Some((_, value)) = out.last_mut() {
                    if !value.is_empty() {
                        value.push(' ');
                    }
                    value.push_str(word);
                }
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stated(label: &str, field: Field, values: &[&str]) -> Metadata {
        let mut metadata = Metadata::default();
        let values = values.iter().map(|value| (*value).to_owned()).collect();
        Stated { label, field: Some(field), values, line: 3 }.enter(&mut metadata);
        metadata
    }

    #[test]
    fn facts_are_entered_as_what_they_mean_and_in_their_words() {
        let metadata = stated("Fandoms", Field::Fandoms, &["Tidewater", "Low, Water", "Tidewater"]);
        assert_eq!(metadata.fandoms, ["Tidewater", "Low, Water"]);
        assert_eq!(metadata.facts[0].value, "Tidewater, Low, Water, Tidewater");
        assert_eq!(stated("Series", Field::Series, &["Part 2 of The Tide"]).series[0].index.as_deref(), Some("2"));
    }

    #[test]
    fn what_is_complete_is_told_by_words_dates_and_counts() {
        for (field, value, status) in [
            (Field::Complete, "2020-01-16", Some("Complete")),
            (Field::Complete, "No", Some("In progress")),
            (Field::Status, "In-Progress", Some("In progress")),
            (Field::Status, "Abandoned", Some("Abandoned")),
            (Field::Chapters, "3/?", Some("In progress")),
            (Field::Chapters, "3/5", Some("In progress")),
            (Field::Chapters, "5/5", Some("Complete")),
            (Field::Chapters, "5", None),
        ] {
            assert_eq!(stated("x", field, &[value]).status.as_deref(), status, "{value}");
        }
    }

    #[test]
    fn a_line_of_labels_is_taken_apart() {
        let parts = run_on("Published: 2019-03-08 Words: 14,776\n Chapters: 3/8");
        let parts: Vec<_> =
            parts.iter().map(|(label, value)| (label.as_deref().unwrap_or(""), value.as_str())).collect();
        assert_eq!(parts, [("Published", "2019-03-08"), ("Words", "14,776"), ("Chapters", "3/8")]);
        assert_eq!(run_on("none"), [(None, "none".to_owned())]);
    }
}
