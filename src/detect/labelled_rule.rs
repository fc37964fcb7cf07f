//! Marks between scenes that hold a few words: `---The Next Day---`, `*** Later that night ***`, `~*~ Ruth's POV ~*~`.
//!
//! Long marks may hold any label that stands alone; short ones, which are also how writers stress a word, only a word of
//! time or a point of view. Silent on songs between marks line after line, on page numbers, on what machines print, and on
//! stressed sentences.

use std::ops::Range;

use super::dateline::{self, Strength};
use super::survey::Survey;
use super::{Detector, Finding, Meaning, end_mark, flashback, scene_mark};

pub const DETECTOR: Detector = Detector { name: "labelled-rule", detect };

/// The most words of a label.
const LONGEST: usize = 8;

fn detect(survey: &Survey) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (index, sight) in survey.sights.iter().enumerate() {
        if !sight.is_text() || sight.words == 0 || sight.words as usize > LONGEST || sight.text.len() > 160 {
            continue;
        }
        let Some(rule) = parse(&sight.text) else { continue };
        let label = &sight.text[rule.words.clone()];
        let neighbour = |other: Option<usize>| {
            other
                .and_then(|other| survey.sights.get(other))
                .is_some_and(|other| other.words > 0 && parse(&other.text).is_some())
        };
        let timed =
            dateline::reads_as_dateline(label.trim_end_matches('.')).filter(|strength| *strength > Strength::Place);
        // A song stands between marks line after line.
        if timed.is_none() && (neighbour(index.checked_sub(1)) || neighbour(Some(index + 1))) {
            continue;
        }
        findings.push(Finding::new(
            Meaning::Subheading { words: rule.words.clone(), rule: rule.marks >= 2 },
            index..index + 1,
            if timed.is_some() { 0.9 } else { 0.65 },
            format!("`{label}` stands within a mark between scenes"),
        ));
    }
    findings
}

struct Rule {
    words: Range<usize>,
    /// Signs on the shorter side.
    marks: usize,
}

/// Takes a labelled rule apart: like signs on both sides of a few words.
fn parse(text: &str) -> Option<Rule> {
    let is_sign = |character: char| {
        !character.is_alphanumeric()
            && !matches!(
                character,
                '"' | '“'
                    | '”'
                    | '„'
                    | '\''
                    | '’'
                    | '‘'
                    | '«'
                    | '»'
                    | ','
                    | '!'
                    | '?'
                    | '…'
                    | '&'
                    | '$'
                    | '%'
                    | '@'
                    | '¿'
                    | '¡'
                    | '`'
            )
    };
    let from = text.find(|character: char| !is_sign(character))?;
    let to = text
        .rfind(|character: char| !is_sign(character))
        .map(|at| at + text[at..].chars().next().map_or(1, char::len_utf8))?;
    let (before, label, after) = (&text[..from], &text[from..to], &text[to..]);
    let signs = |side: &str| -> Vec<char> { side.chars().filter(|character| !character.is_whitespace()).collect() };
    let (left, right) = (signs(before), signs(after));
    // A stop may end the label itself.
    let right: Vec<char> =
        if left.contains(&'.') { right } else { right.into_iter().filter(|sign| *sign != '.').collect() };
    let kinds = |side: &[char]| {
        let mut kinds: Vec<char> = side.iter().map(|sign| unmirrored(*sign)).collect();
        kinds.sort_unstable();
        kinds.dedup();
        kinds
    };
    let marks = left.len().min(right.len());
    if marks == 0
        || kinds(&left) != kinds(&right)
        || left.iter().all(|sign| matches!(sign, '.' | ':')) && marks < 2
        || left.len() > 60
    {
        return None;
    }
    let words = label.split_whitespace().count();
    if !(1..=LONGEST).contains(&words) || !label.contains(char::is_alphabetic) || end_mark::reads_as_end(text) {
        return None;
    }
    if scene_mark::reads_as_mark(text).is_some() || flashback::reads_as_flashback_mark(text).is_some() {
        return None;
    }
    let timed = dateline::reads_as_dateline(label.trim_end_matches('.')).filter(|strength| *strength > Strength::Place);
    if timed.is_some() {
        return Some(Rule { words: from..to, marks });
    }
    let spaced = before.ends_with(char::is_whitespace) && after.starts_with(char::is_whitespace);
    let stressing = left.iter().all(|sign| matches!(sign, '*' | '_'));
    let brackets = left.iter().all(|sign| matches!(sign, '[' | '(' | '<' | '{' | ':' | '/' | '|'));
    let large = label.starts_with(|first: char| first.is_uppercase() || first.is_ascii_digit());
    let letters = label.chars().filter(|character| character.is_alphabetic()).count();
    (marks >= 3
        && (spaced || !stressing)
        && !brackets
        && large
        && letters >= 3
        && !of_machines(label)
        && !label.contains(['"', '“', ':', '@', '?', '!', ';']))
    .then_some(Rule { words: from..to, marks })
}

fn unmirrored(sign: char) -> char {
    match sign {
        '>' => '<',
        ']' => '[',
        ')' => '(',
        '}' => '{',
        '\\' => '/',
        '—' | '–' | '―' => '-',
        sign => sign,
    }
}

/// What mail programs, chats, scanners and machines in stories print between marks, and what ends or frames a text.
fn of_machines(label: &str) -> bool {
    #[rustfmt::skip]
    const WORDS: &[&str] = &[
        "message", "messages", "begin", "begins", "beginning", "end", "ends", "ended", "start", "starts", "stop", "transmission", "error", "warning", "alert", "danger", "signal", "log", "logged", "file", "access", "connection",
        "connected", "disconnected", "has", "have", "is", "are", "was", "were", "system", "loading", "page", "pg", "seite", "forwarded", "original", "signature", "pgp", "key", "joined", "left", "quit", "recording", "static", "spoiler",
        "spoilers", "note", "notes", "continued", "chapter", "part", "ende", "fin", "not", "no", "i", "you", "he", "she", "they", "we",
    ];
    label.to_lowercase().split(|character: char| !character.is_alphanumeric()).any(|word| WORDS.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn label(text: &str) -> Option<&str> {
        parse(text).map(|rule| &text[rule.words])
    }

    #[test]
    fn labels_within_marks_are_known() {
        for (text, words) in [
            ("---The Next Day---", "The Next Day"),
            ("*** Later that night ***", "Later that night"),
            ("*** Later that night. ***", "Later that night"),
            ("~*~ Xander's POV ~*~", "Xander's POV"),
            ("~~Two weeks later~~", "Two weeks later"),
            ("**Later**", "Later"),
            ("*Elsewhere*", "Elsewhere"),
            ("[Three days earlier]", "Three days earlier"),
            ("--- The Harbour ---", "The Harbour"),
            ("===Step One===", "Step One"),
            (".:Meanwhile:.", "Meanwhile"),
            ("-x- ", ""),
        ] {
            assert_eq!(label(text).unwrap_or_default(), words, "{text}");
        }
    }

    #[test]
    fn stressed_words_and_machines_are_none() {
        for text in [
            "***Help me***",
            "**Ruth**",
            "*Ruth*",
            "~Ring, blue bell~",
            "-not-",
            "--- 2 ---",
            "- 2 -",
            "-----Original Message-----",
            "--- Page 12 ---",
            "*** ruth has joined #harbour ***",
            "*** THE END ***",
            "// Flashback //",
            "~ line break ~",
            "(Laughter)",
            "[Exit Tom]",
            "<g>",
            "*sighs*",
            "--oOo--",
            "***",
            "(1998)",
            "*** Run! ***",
        ] {
            assert_eq!(label(text), None, "{text}");
        }
    }
}
