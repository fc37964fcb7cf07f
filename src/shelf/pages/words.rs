//! Figures and facts in words: how long a story takes, how large a file is, what a book says of warnings.

use crate::model::record::{BookRecord, RecordedWarning};
use crate::model::warning::WarningState;

/// Words that a reader of fiction reads in a minute.
const PACE: usize = 240;

/// "about 2 hours".
pub fn reading_time(words: usize) -> String {
    let minutes = words.div_ceil(PACE).max(1);
    match minutes {
        1 => "1 minute".to_owned(),
        2..=55 => format!("{minutes} minutes"),
        56..=80 => "about 1 hour".to_owned(),
        81..=600 => {
            let halves = (minutes + 15) / 30;
            let half = if halves % 2 == 1 { "½" } else { "" };
            format!("about {}{half} hours", halves / 2)
        }
        _ => format!("about {} hours", (minutes + 30) / 60),
    }
}

/// "412 KB".
pub fn size(bytes: u64) -> String {
    match bytes {
        0..1_000_000 => format!("{} KB", bytes.div_ceil(1000)),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
    }
}

/// "24,310".
pub fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// "1 book", "12 books".
pub fn counted(number: usize, one: &str, many: &str) -> String {
    format!("{} {}", grouped(number), if number == 1 { one } else { many })
}

/// What a book says of warnings as a whole, as one sentence.
pub fn warning_state(record: &BookRecord) -> &'static str {
    match (record.warnings.state, record.warnings.list.is_empty()) {
        (Some(WarningState::Stated), _) => "The author states warnings.",
        (Some(WarningState::NoneApply), _) => "The author states that no warnings apply.",
        (Some(WarningState::Withheld), _) => "The author chose not to warn.",
        (Some(WarningState::Unknown), _) => "The source says nothing about warnings. That is no promise.",
        (None, false) => "The book carries these warnings; it does not say whose they are.",
        (None, true) => "The book says nothing about warnings. That is no promise.",
    }
}

/// The same in a few words, for a card: what is warned of comes first.
pub fn warned(record: &BookRecord) -> String {
    let mut labels: Vec<&str> = Vec::new();
    for warning in &record.warnings.list {
        if !labels.contains(&warning.label.as_str()) {
            labels.push(&warning.label);
        }
    }
    match (&labels[..], record.warnings.state) {
        ([], Some(WarningState::NoneApply)) => "No warnings apply".to_owned(),
        ([], Some(WarningState::Withheld)) => "Author chose not to warn".to_owned(),
        ([], _) => String::new(),
        ([one], _) => format!("Warns of: {one}"),
        ([one, two], _) => format!("Warns of: {one}, {two}"),
        ([one, two, more @ ..], _) => format!("Warns of: {one}, {two} and {} more", more.len()),
    }
}

/// Which part of the work a warning is about.
pub fn concerns(warning: &RecordedWarning) -> String {
    match &warning.chapters[..] {
        [] => "the whole work".to_owned(),
        chapters => chapters.join(", "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::record::RecordedWarnings;
    use crate::model::warning::WarnedBy;

    #[test]
    fn figures_are_said_as_people_say_them() {
        for (words, said) in [
            (0, "1 minute"),
            (241, "2 minutes"),
            (14_400, "about 1 hour"),
            (21_600, "about 1½ hours"),
            (60_000, "about 4 hours"),
            (1_000_000, "about 69 hours"),
        ] {
            assert_eq!(reading_time(words), said, "{words}");
        }
        assert_eq!((size(411_200), size(1), size(12_340_000)), ("412 KB".into(), "1 KB".into(), "12.3 MB".into()));
        assert_eq!((grouped(7), grouped(1234), grouped(1_234_567)), ("7".into(), "1,234".into(), "1,234,567".into()));
    }

    #[test]
    fn silence_refusal_and_none_are_told_apart() {
        let book = |state, labels: &[&str]| {
            let warning = |label: &&str| RecordedWarning {
                label: (*label).to_owned(),
                chapters: Vec::new(),
                by: WarnedBy::Author,
            };
            let list = labels.iter().map(warning).collect();
            BookRecord { warnings: RecordedWarnings { state, list }, ..BookRecord::default() }
        };
        let all = [None, Some(WarningState::Unknown), Some(WarningState::NoneApply), Some(WarningState::Withheld)];
        let mut said: Vec<&str> = all.iter().map(|state| warning_state(&book(*state, &[]))).collect();
        said.sort_unstable();
        said.dedup();
        assert_eq!(said.len(), 4, "{said:?}");
        assert_eq!(warned(&book(Some(WarningState::Stated), &["Gore", "Gore", "Death"])), "Warns of: Gore, Death");
        assert_eq!(warned(&book(None, &["a", "b", "c", "d"])), "Warns of: a, b and 2 more");
        assert_eq!(warned(&book(Some(WarningState::Withheld), &[])), "Author chose not to warn");
    }
}
