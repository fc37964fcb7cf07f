//! What an author writes to close a story or part: "The End", "Fin", "TBC", "To be continued".

use super::survey::Survey;
use super::{Detector, Finding, Meaning};

pub const DETECTOR: Detector = Detector { name: "end-mark", detect };

const MARKS: &[&str] = &[
    "the end",
    "end",
    "fin",
    "finis",
    "finite",
    "owari",
    "ende",
    "fine",
    "koniec",
    "конец",
    "tbc",
    "to be continued",
    "end of part",
    "end of teaser",
    "end of tag",
    "end part",
    "end chapter",
    "end of chapter",
    "the end for now",
    "end file",
    "à suivre",
    "fortsetzung folgt",
    "continuará",
    "fin de la première partie",
    "the beginning",
    "end of file",
    "end of story",
    "end story",
    "tbc?",
    "to be concluded",
    "el fin",
    "das ende",
    "fim",
    "完",
    "全文完",
    "全书完",
    "未完待续",
    "未完待續",
    "待续",
    "終わり",
    "おわり",
    "つづく",
    "続く",
    "끝",
];

fn detect(survey: &Survey) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (index, sight) in survey.sights.iter().enumerate() {
        if sight.is_text() && reads_as_end(&sight.text) {
            findings.push(Finding::new(
                Meaning::EndMark,
                index..index + 1,
                0.8,
                format!("`{}` closes a story or part", sight.text.trim()),
            ));
        }
    }
    findings
}

/// Whether a whole line is such a mark, dressed up or not: "~fin~", "-THE END-", "End Part 3", "TBC...".
pub fn reads_as_end(text: &str) -> bool {
    if text.len() > 60
        || text.contains(['"', '“', '”', ','])
        || (text.contains('?')
            && !text.to_lowercase().contains("tbc")
            && !text.contains("The End?")
            && text != "THE END?")
    {
        return false;
    }
    let lower = text.trim_matches(|character: char| !character.is_alphanumeric()).to_lowercase();
    if MARKS.contains(&lower.as_str()) {
        // "Fine." is an answer; "fine" as a mark is Italian and dressed up or alone.
        return !(lower == "fine" && text.ends_with('.'));
    }
    [
        "end of part ",
        "end part ",
        "end of chapter ",
        "end chapter ",
        "end of book ",
        "end of volume ",
        "end of act ",
        "the end of ",
        "fin du ",
        "fin de ",
        "ende von ",
        "ende des ",
    ]
    .iter()
    .find_map(|start| lower.strip_prefix(start).map(|rest| (*start, rest)))
    .is_some_and(|(start, rest)| {
        // "The End of the Affair" is a title; what ends here is a division, and those have names.
        let needs_division = !start.starts_with("end ");
        let named = rest
            .split(|character: char| !character.is_alphanumeric())
            .any(|word| super::heading::names_division(word) || matches!(word, "fic" | "fanfic" | "series"));
        lower.split_whitespace().count() <= 7 && (named || !needs_division)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn end_marks_are_known_in_any_dress() {
        for text in [
            "The End",
            "~fin~",
            "-THE END-",
            "TBC",
            "To be continued...",
            "End Part 3",
            "*Owari*",
            "FIN DU TOME PREMIER",
            "End of Chapter Two",
            "The End?",
        ] {
            assert!(reads_as_end(text), "{text}");
        }
    }

    #[test]
    fn sentences_are_no_end_marks() {
        for text in [
            "Fine.",
            "\"The end?\"",
            "The end?",
            "The end of the world was not what he had expected it to be",
            "In the end",
            "\"End,\" he said",
        ] {
            assert!(!reads_as_end(text), "{text}");
        }
    }
}
