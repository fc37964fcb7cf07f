//! Lines that open and close a flashback: `// Flashback //`, `~*~ End flashback ~*~`, `*Start of flashback*`.

use super::survey::Survey;
use super::{Detector, Finding, Meaning};

pub const DETECTOR: Detector = Detector { name: "flashback", detect };

fn detect(survey: &Survey) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (index, sight) in survey.sights.iter().enumerate() {
        if let Some(starts) = reads_as_flashback_mark(&sight.text) {
            let meaning = if starts { Meaning::FlashbackStart } else { Meaning::FlashbackEnd };
            findings.push(Finding::new(
                meaning,
                index..index + 1,
                0.9,
                format!("`{}` stands alone", sight.text.trim()),
            ));
        }
    }
    findings
}

/// `Some(true)` where a flashback starts, `Some(false)` where one ends.
pub fn reads_as_flashback_mark(text: &str) -> Option<bool> {
    if text.len() > 60 {
        return None;
    }
    // Every such mark has a k, in "back" or "Rückblende" (the Kelvin sign is one).
    if !text.contains(['k', 'K', '\u{212a}']) {
        return None;
    }
    let lower = text.to_lowercase();
    let mentions = lower.contains("flashback") || lower.contains("flash back") || lower.contains("rückblende");
    if !mentions {
        return None;
    }
    let words: Vec<&str> =
        lower.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let known = [
        "flashback",
        "flashbacks",
        "flash",
        "back",
        "start",
        "begin",
        "beginning",
        "end",
        "ends",
        "of",
        "the",
        "starts",
        "begins",
        "rückblende",
        "anfang",
        "beginn",
        "der",
        "ende",
        "début",
        "fin",
        "du",
        "inicio",
        "del",
    ];
    if words.len() > 5 || !words.iter().all(|word| known.contains(word)) || text.contains(['"', '“', '?', ',']) {
        return None;
    }
    Some(!words.iter().any(|word| matches!(*word, "end" | "ends" | "ende" | "fin")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_marks_are_marks() {
        assert_eq!(reads_as_flashback_mark("// Flashback//"), Some(true));
        assert_eq!(reads_as_flashback_mark("~*~ End of Flashback ~*~"), Some(false));
        assert_eq!(reads_as_flashback_mark("// Ende der Rückblende //"), Some(false));
        assert_eq!(reads_as_flashback_mark("A flashback hit him."), None);
        assert_eq!(reads_as_flashback_mark("\"Flashback?\""), None);
    }
}
