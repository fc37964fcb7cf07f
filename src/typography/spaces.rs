//! White space: one space between words, none at the edges, and those spaces kept together that must not break.

use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::Setting;
use super::line::{Edits, Line};

/// No-break space.
const NO_BREAK: &str = "\u{a0}";
/// Narrow no-break space.
const NARROW: &str = "\u{202f}";

static TWO_SPACES: LazyLock<Finder> = LazyLock::new(|| Finder::new("  "));
static SPACED_ELLIPSIS: LazyLock<Finder> = LazyLock::new(|| Finder::new(" …"));

/// Runs of spaces and tabs become one space; spaces at the edges of a paragraph or beside a line break go.
///
/// Not in verse and tables, where the author may have lined something up.
pub fn runs(line: &Line, setting: &Setting, edits: &mut Edits) {
    if setting.keep_spaces {
        return;
    }
    let bytes = line.text().as_bytes();
    if bytes.iter().all(|byte| matches!(byte, b' ' | b'\t')) {
        return;
    }
    let at_edge = |byte: Option<&u8>| matches!(byte, Some(b' ' | b'\t'));
    let plain = memchr::memchr2(b'\t', b'\n', bytes).is_none() && TWO_SPACES.find(bytes).is_none();
    if plain && !at_edge(bytes.first()) && !at_edge(bytes.last()) {
        return;
    }
    let mut done = 0;
    for at in memchr::memchr2_iter(b' ', b'\t', bytes) {
        if at < done {
            continue;
        }
        let end =
            bytes[at..].iter().position(|byte| !matches!(byte, b' ' | b'\t')).map_or(bytes.len(), |length| at + length);
        done = end;
        let edge = at == 0 || end == bytes.len() || bytes[at - 1] == b'\n' || bytes[end] == b'\n';
        // One change for each character, because a run may reach from one mark into another.
        if edge {
            (at..end).for_each(|at| edits.replace(at..at + 1, ""));
        } else {
            if bytes[at] == b'\t' {
                edits.replace(at..at + 1, " ");
            }
            (at + 1..end).for_each(|at| edits.replace(at..at + 1, ""));
        }
    }
}

/// A space that the author set before an ellipsis does not break, unless the ellipsis opens what follows.
pub fn before_ellipses(line: &Line, _: &Setting, edits: &mut Edits) {
    for at in SPACED_ELLIPSIS.find_iter(line.text().as_bytes()) {
        let follows = line.before(at).is_some_and(|before| before.is_alphanumeric() || matches!(before, ',' | '’'));
        let opens = line.at(at + " …".len()).is_some_and(char::is_alphanumeric);
        if follows && !opens {
            edits.replace(at..at + 1, NO_BREAK);
        }
    }
}

/// French sets ; ! ? and the inside of guillemets apart by a narrow space, and the colon by a full one, none of them
/// breaking. Spaces that are there are made so; only inside of guillemets a missing one is added.
pub fn french(line: &Line, setting: &Setting, edits: &mut Edits) {
    if !setting.locale.french_spaces {
        return;
    }
    let text = line.text();
    let bytes = text.as_bytes();
    let is_space = |character: char| matches!(character, ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}');
    for (at, character) in text.char_indices() {
        match character {
            ';' | '!' | '?' | ':' if at > 0 && bytes[at - 1] == b' ' => {
                // ":-)" and ";)" are faces, and a lone mark is an ornament.
                let face =
                    matches!(character, ';' | ':') && bytes.get(at + 1).is_some_and(|next| !next.is_ascii_whitespace());
                let word =
                    line.before(at - 1).is_some_and(|before| before.is_alphanumeric() || "»)”’…!?".contains(before));
                if word && !face {
                    edits.replace(at - 1..at, if character == ':' { NO_BREAK } else { NARROW });
                }
            }
            '«' => {
                let behind = at + character.len_utf8();
                match line.at(behind) {
                    Some(' ') => edits.replace(behind..behind + 1, NARROW),
                    Some(next) if next.is_alphanumeric() || "…—–(’‘“¿¡".contains(next) => {
                        edits.replace(behind..behind, NARROW)
                    }
                    _ => {}
                }
            }
            '»' => match line.before(at) {
                Some(' ') => edits.replace(at - 1..at, NARROW),
                Some(before) if !is_space(before) && before != '\n' => edits.replace(at..at, NARROW),
                _ => {}
            },
            _ => {}
        }
    }
}
