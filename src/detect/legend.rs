//! The story's own legend: lines that say what its marks mean, such as `<> indicates thoughts`.
//!
//! The same mark means different things in different stories, so only what a legend states is obeyed.

use super::survey::Survey;
use super::{Detector, Finding, Meaning};
use crate::model::text::Style;

pub const DETECTOR: Detector = Detector { name: "legend", detect };

/// One line of a legend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Legend {
    /// What stands before the marked words: `<`, `//`, `*`.
    pub open: String,
    pub close: String,
    pub meaning: MarkMeaning,
}

/// What a mark means, as far as the book sets it apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MarkMeaning {
    Styled(Style),
    /// Speech, parts, or something that is printed as it is typed.
    AsTyped,
}

#[rustfmt::skip]
const MEANINGS: &[(&[&str], MarkMeaning)] = &[
    (&["thought", "thoughts", "thinking", "telepathy", "telepathic", "mental", "mind", "mindspeak", "mindspeech", "gedanken", "pensées", "pensamientos", "inner", "internal"], MarkMeaning::Styled(Style::Thought)),
    (&["emphasis", "emphasized", "emphasised", "stress", "stressed", "italics", "italic", "italicized", "betonung", "emphase", "énfasis", "sounds", "sound", "actions", "action"], MarkMeaning::Styled(Style::Emphasis)),
    (&["bold", "strong"], MarkMeaning::Styled(Style::Strong)),
    (&["flashback", "flashbacks", "lyrics", "song", "songs", "dream", "dreams", "memory", "memories", "foreign", "language", "writing", "written", "text", "texts", "letter", "parseltongue", "english", "japanese", "spanish", "french", "latin", "phone", "radio", "tv", "rückblende"], MarkMeaning::Styled(Style::Emphasis)),
    (&["speech", "dialogue", "talking", "speaking", "spoken", "part", "parts", "scene", "scenes", "change", "break", "notes", "author's"], MarkMeaning::AsTyped),
];

const VERBS: &[&str] = &[
    "indicates",
    "indicate",
    "means",
    "mean",
    "denotes",
    "denote",
    "=",
    "is",
    "are",
    "-",
    "–",
    "—",
    ":",
    "for",
    "signifies",
    "signify",
    "shows",
    "equals",
    "bedeutet",
    "signifie",
    "significa",
    "represents",
    "represent",
    "->",
    "=>",
];

/// The most words of a line of a legend.
const LONGEST: u32 = 14;

fn detect(survey: &Survey) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (index, sight) in survey.sights.iter().enumerate() {
        if !sight.is_text() || sight.text.len() > 160 || sight.words == 0 {
            continue;
        }
        // "A/N: <> means telepathy."
        // Spaces part no fewer words than that.
        let whole = || if sight.words > LONGEST { None } else { read(&sight.text) };
        let after_label = || super::note::label(&sight.text).and_then(|label| sight.text.get(label.text_from..));
        if let Some(legend) = whole().or_else(|| read(after_label()?)) {
            let evidence = format!("`{}` says what the mark means", sight.text.trim());
            findings.push(Finding::new(Meaning::Legend(legend), index..index + 1, 0.85, evidence));
        }
    }
    findings
}

/// Reads one line of a legend: mark, verb, meaning, or meaning, verb, mark.
pub fn read(text: &str) -> Option<Legend> {
    // A sample of a mark begins a word, and hardly any line has such a word.
    let begins = |(at, byte): (usize, &u8)| {
        let starts = at == 0 || !text.as_bytes()[at - 1].is_ascii_graphic();
        starts && (is_mark(char::from(*byte)) || *byte == 0xc2)
    };
    if !text.as_bytes().iter().enumerate().any(begins) {
        return None;
    }
    let tokens: Vec<&str> = text.split_whitespace().collect();
    if tokens.len() < 2 || tokens.len() > LONGEST as usize {
        return None;
    }
    // A line without a sample of a mark is no legend, and hardly any line has one.
    if !tokens.iter().any(|token| token.starts_with(is_mark) && (bare_marks(token) || marks(token).is_some())) {
        return None;
    }
    let lower: Vec<String> = tokens.iter().map(|token| token.to_lowercase()).collect();
    // `< >` and `* *` are typed with a space in between.
    let (open, close, used) = match tokens.as_slice() {
        [first, second, ..] if bare_marks(first) && bare_marks(second) && !VERBS.contains(second) => {
            ((*first).to_owned(), (*second).to_owned(), 2)
        }
        _ => match marks(tokens[0]) {
            Some((open, close)) => (open, close, 1),
            None => return read_reversed(&tokens, &lower),
        },
    };
    let verb = lower[used..].iter().position(|token| VERBS.contains(&token.as_str()))?;
    // "<> indicates thoughts"; a word or two may stand between ("<text> in brackets is").
    if verb > 3 {
        return None;
    }
    let meaning = meaning_of(&lower[used + verb + 1..]).or_else(|| {
        (marks(tokens[0]).is_some() && tokens[0].contains(char::is_alphabetic))
            .then(|| meaning_of(&lower[..1]))
            .flatten()
    })?;
    Some(Legend { open, close, meaning })
}

/// "Thoughts are in <>", "words in *stars* are emphasis".
fn read_reversed(tokens: &[&str], lower: &[String]) -> Option<Legend> {
    let at = tokens.iter().rposition(|token| marks(token).is_some())?;
    let before = &lower[..at];
    if !before.iter().any(|token| {
        matches!(token.as_str(), "in" | "by" | "between" | "with" | "=" | "inside" | "within" | "-" | "are" | "is")
    }) {
        return None;
    }
    let meaning = meaning_of(&before[..before.len().min(4)])?;
    let (open, close) = marks(tokens[at])?;
    Some(Legend { open, close, meaning })
}

fn meaning_of(tokens: &[String]) -> Option<MarkMeaning> {
    let words: Vec<&str> = tokens
        .iter()
        .flat_map(|token| token.split(|character: char| !(character.is_alphanumeric() || character == '\'')))
        .filter(|word| !word.is_empty())
        .collect();
    MEANINGS.iter().find(|(names, _)| words.iter().any(|word| names.contains(word))).map(|(_, meaning)| *meaning)
}

fn is_mark(character: char) -> bool {
    matches!(
        character,
        '<' | '>'
            | '*'
            | '/'
            | ':'
            | '~'
            | '['
            | ']'
            | '_'
            | '{'
            | '}'
            | '\''
            | '"'
            | '#'
            | '^'
            | '|'
            | '+'
            | '='
            | '\\'
            | '«'
            | '»'
            | '%'
            | '@'
            | '&'
            | '-'
            | '('
            | ')'
    )
}

fn bare_marks(token: &str) -> bool {
    (1..=4).contains(&token.chars().count()) && token.chars().all(is_mark)
}

/// The two sides of a sample such as `<>`, `**`, `//...//`, `<thoughts>`, `::text::`.
fn marks(token: &str) -> Option<(String, String)> {
    let token = token.trim_end_matches([',', ';', '.']);
    let characters: Vec<char> = token.chars().collect();
    let leading = characters.iter().take_while(|character| is_mark(**character)).count();
    if leading == 0 {
        return None;
    }
    if leading == characters.len() {
        // Nothing between the sides: they are halves of the token.
        if leading < 2 || leading % 2 == 1 || leading > 8 {
            return None;
        }
        let (open, close) = characters.split_at(leading / 2);
        return mirrored(open, close).then(|| (open.iter().collect(), close.iter().collect()));
    }
    // `*He* is thinking` is a sentence; a sample says what it is a sample of, or nothing.
    let sample = token.trim_matches(is_mark).to_lowercase();
    let names_itself = MEANINGS.iter().any(|(names, _)| names.contains(&sample.as_str()))
        || matches!(
            sample.as_str(),
            "text" | "word" | "words" | "blah" | "this" | "abc" | "stuff" | "..." | "…" | "like"
        );
    if !names_itself && !sample.is_empty() {
        return None;
    }
    let trailing = characters.iter().rev().take_while(|character| is_mark(**character)).count();
    let (open, close) = (&characters[..leading], &characters[characters.len() - trailing..]);
    // `*text` alone proves no pair, and `"word"` in quotes is a word in quotes.
    (trailing == leading && leading <= 4 && mirrored(open, close))
        .then(|| (open.iter().collect(), close.iter().collect()))
}

fn mirrored(open: &[char], close: &[char]) -> bool {
    let other = |character: char| match character {
        '<' => '>',
        '[' => ']',
        '{' => '}',
        '(' => ')',
        '«' => '»',
        character => character,
    };
    open.iter().rev().map(|character| other(*character)).eq(close.iter().copied())
        || open.iter().map(|character| other(*character)).eq(close.iter().copied())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn legends_are_read_in_every_order() {
        let styled = |open: &str, close: &str, style| {
            Some(Legend { open: open.into(), close: close.into(), meaning: MarkMeaning::Styled(style) })
        };
        assert_eq!(read("<> indicates thoughts"), styled("<", ">", Style::Thought));
        assert_eq!(read("** indicates emphasis"), styled("*", "*", Style::Emphasis));
        assert_eq!(read("// // = flashback"), styled("//", "//", Style::Emphasis));
        assert_eq!(read("::...:: means telepathy"), styled("::", "::", Style::Thought));
        assert_eq!(read("Thoughts are in <>"), styled("<", ">", Style::Thought));
        assert_eq!(read("/words/ - thoughts"), styled("/", "/", Style::Thought));
        assert_eq!(read("<thoughts> = character thoughts"), styled("<", ">", Style::Thought));
        assert_eq!(read("\"...\" is speech").map(|legend| legend.meaning), Some(MarkMeaning::AsTyped));
    }

    #[test]
    fn sentences_with_marks_are_no_legend() {
        for text in [
            "\"Thinking is hard,\" he said.",
            "*He* is thinking of the song.",
            "<Wait, is that my thought?>",
            "- for emphasis",
            "It means nothing",
            "* * *",
        ] {
            assert_eq!(read(text).filter(|legend| legend.meaning != MarkMeaning::AsTyped), None, "{text}");
        }
    }
}
