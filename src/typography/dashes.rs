//! Hyphens that stand for dashes. In doubt a hyphen stays: words, options of commands, dates and telephone numbers have
//! theirs by right.

use super::Setting;
use super::line::{Edits, Line};

const EM: &str = "—";
const EN: &str = "–";

/// `--` and `---` become an em dash, closed up or spaced as typed; a spaced hyphen becomes the dash of the language; a
/// range of years or pages gets its en dash; speech broken off by a hyphen breaks off with a dash.
///
/// Longer runs are left: they stand for names that are not told.
pub fn hyphens(line: &Line, setting: &Setting, edits: &mut Edits) {
    let bytes = line.text().as_bytes();
    let mut done = 0;
    for at in memchr::memchr_iter(b'-', bytes) {
        if at < done {
            continue;
        }
        let end = bytes[at..].iter().position(|byte| *byte != b'-').map_or(bytes.len(), |length| at + length);
        done = end;
        let (before, behind) = (line.before(at), line.at(end));
        // Arrows, comments and the like.
        let part_of_a_drawing = |side: Option<char>| side.is_some_and(|side| r"<>=+|/\^#".contains(side));
        if line.text()[..at].ends_with("<!") || part_of_a_drawing(before) || part_of_a_drawing(behind) {
            continue;
        }
        let replacement = match end - at {
            1 => single(line, setting, at, before, behind),
            2 | 3 => double(line, setting, end, before, behind),
            _ => None,
        };
        if let Some(replacement) = replacement {
            edits.replace(at..end, replacement);
        }
    }
}

fn is_space(side: Option<char>) -> bool {
    side.is_none_or(|side| side.is_whitespace())
}

fn is_quote(character: char) -> bool {
    "\"”“„»«'’‘‚`´′″‹›".contains(character)
}

fn double(
    line: &Line,
    setting: &Setting,
    end: usize,
    before: Option<char>,
    behind: Option<char>,
) -> Option<&'static str> {
    let digit = |side: Option<char>| side.is_some_and(|side| side.is_ascii_digit());
    if digit(before) && digit(behind) {
        return Some(EN);
    }
    let text = line.text();
    if before.is_none_or(|before| before == '\n') {
        // A list or the foot of a letter may open with dashes as well as speech does; both are dashes.
        return behind
            .is_some_and(|behind| {
                behind.is_alphabetic() || behind == ' ' || is_quote(behind) || "¿¡…,".contains(behind)
            })
            .then(|| setting.locale.speech_dash.unwrap_or(EM));
    }
    if is_space(before) && behind.is_some_and(char::is_alphanumeric) {
        // "--verbose": an option of a command has further hyphens or an equals sign, or stands behind a command.
        let part = |next: char| next.is_alphanumeric() || "-_=".contains(next);
        let word_end = text[end..].find(|next| !part(next)).map_or(text.len(), |length| end + length);
        let word = text[end..word_end].split("--").next().unwrap_or_default();
        let word = word.trim_end_matches('-');
        if word.contains(['=', '_'])
            || word.contains('-') && !word.contains("--") && word.chars().all(|c| c.is_ascii_lowercase() || c == '-')
        {
            return None;
        }
    }
    Some(EM)
}

fn single(
    line: &Line,
    setting: &Setting,
    at: usize,
    before: Option<char>,
    behind: Option<char>,
) -> Option<&'static str> {
    let text = line.text();
    match (before, behind) {
        // Speech that opens with a dash.
        (None | Some('\n'), Some(' ')) => {
            let speaks = text[at + 2..]
                .starts_with(|next: char| next.is_alphabetic() || is_quote(next) || "¿¡…,".contains(next));
            setting.locale.speech_dash.filter(|_| speaks)
        }
        (Some(' '), Some(' ')) => {
            let left = text[..at - 1].chars().next_back()?;
            let right = text[at + 2..].chars().next()?;
            let sum = left.is_ascii_digit() && right.is_ascii_digit();
            let word = |side: char| side.is_alphabetic() || is_quote(side) || "…,.?!;)(*¿¡".contains(side);
            // Not where hyphens are drawn in a row, and not where both sides are single letters ("K - S").
            (!sum && (word(left) || left.is_ascii_digit()) && (word(right) || right.is_ascii_digit()))
                .then_some(setting.locale.spaced_dash)
                .flatten()
        }
        (Some(' '), Some(quote)) if is_quote(quote) && is_space(behind_quotes(text, at + 1)) => {
            setting.locale.spaced_dash
        }
        (Some(letter), Some(quote)) if letter.is_alphabetic() && is_quote(quote) => broken_off(text, at),
        (Some(digit), Some(next)) if digit.is_ascii_digit() && next.is_ascii_digit() => range(text, at),
        _ => None,
    }
}

/// The first character from byte `at` on that is no quotation mark.
fn behind_quotes(text: &str, at: usize) -> Option<char> {
    text[at..].chars().find(|next| !is_quote(*next) && *next != '\u{202f}')
}

/// `"But I-"`: speech breaks off, unless the hyphen belongs to a prefix that is quoted (`"pre-" and "post-"`).
fn broken_off(text: &str, at: usize) -> Option<&'static str> {
    if behind_quotes(text, at + 1).is_some_and(char::is_alphanumeric) {
        return None;
    }
    let start = text[..at].char_indices().rev().find(|(_, letter)| !letter.is_alphabetic());
    let word = start.map_or(&text[..at], |(start, letter)| &text[start + letter.len_utf8()..at]);
    let quoted = start.is_some_and(|(_, letter)| is_quote(letter));
    const PREFIXES: &[&str] = &[
        "pre", "post", "anti", "non", "semi", "half", "ex", "un", "re", "self", "multi", "sub", "super", "inter",
        "intra", "over", "under", "pro", "dis", "mis", "hyper", "mega", "pseudo", "neo", "de", "co", "trans",
    ];
    (!(quoted && PREFIXES.contains(&word.to_lowercase().as_str()))).then_some(EM)
}

/// Years (`1914-18`, `1914-1918`) and numbers behind a word that counts (`pp. 12-15`).
fn range(text: &str, at: usize) -> Option<&'static str> {
    let bytes = text.as_bytes();
    let start = bytes[..at].iter().rposition(|byte| !byte.is_ascii_digit()).map_or(0, |before| before + 1);
    let end =
        bytes[at + 1..].iter().position(|byte| !byte.is_ascii_digit()).map_or(bytes.len(), |length| at + 1 + length);
    let (left, right) = (&text[start..at], &text[at + 1..end]);
    let loose = |byte: Option<&u8>| {
        byte.is_none_or(|byte| !byte.is_ascii_alphanumeric() && !b"-/.:#$%+".contains(byte) && *byte < 128)
    };
    let stop = |byte: Option<&u8>| {
        matches!(byte, Some(b'.' | b':')) && bytes.get(end + 1).is_none_or(|next| !next.is_ascii_alphanumeric())
    };
    if !(start == 0 || loose(bytes.get(start - 1)))
        || !(loose(bytes.get(end)) || stop(bytes.get(end)))
        || left.len() > 4
        || right.len() > 4
    {
        return None;
    }
    let (low, high): (u32, u32) = (left.parse().ok()?, right.parse().ok()?);
    let years = (1000..2100).contains(&low)
        && match right.len() {
            4 => high > low && high < 2100,
            // A number up to 12 may be a month.
            2 => high > 12 && high > low % 100,
            _ => false,
        };
    let word = text[..start].trim_end_matches(['.', ' ']).rsplit([' ', '(', '\n']).next().unwrap_or_default();
    const COUNTS: &[&str] = &[
        "pp",
        "pages",
        "chapters",
        "chaps",
        "verses",
        "lines",
        "parts",
        "episodes",
        "eps",
        "vols",
        "volumes",
        "ages",
        "grades",
        "years",
        "seiten",
        "kapitel",
        "págs",
        "páginas",
        "capítulos",
        "chapitres",
        "capitoli",
        "pagine",
    ];
    let counted = high > low && start > 0 && COUNTS.contains(&word.to_lowercase().as_str());
    (years || counted).then_some(EN)
}
