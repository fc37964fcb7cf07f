//! A wording cut into words, and a book of phrases to find in them. Only whole words match.

use std::collections::BTreeMap;
use std::ops::Range;

/// What stands between a word and the one before it; the later in this list, the more it parts them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Gap {
    /// White space, a hyphen, an underscore, a mark of emphasis, a quotation mark.
    Soft,
    Slash,
    Comma,
    /// A hyphen with spaces around it, or a dash.
    Dash,
    /// An opening bracket.
    Open,
    Colon,
    /// The end of a sentence, clause or line; a closing bracket.
    Hard,
}

/// A word of a wording: letters and digits, in lower case, without apostrophes.
#[derive(Debug)]
pub struct Word {
    pub text: String,
    /// Bytes of the wording.
    pub range: Range<usize>,
    /// What stands before it; `Hard` before the first.
    pub gap: Gap,
}

/// The words of `wording`. A `+` right behind a word belongs to it ("K+", "18+").
pub fn words(wording: &str) -> Vec<Word> {
    let mut found: Vec<Word> = Vec::new();
    let mut gap = Gap::Hard;
    let mut characters = wording.char_indices().peekable();
    let mut before = ' ';
    while let Some((start, character)) = characters.next() {
        if !character.is_alphanumeric() {
            let spaced = before.is_whitespace() && characters.peek().is_none_or(|(_, next)| next.is_whitespace());
            gap = gap.max(match character {
                '-' if spaced => Gap::Dash,
                '–' | '—' => Gap::Dash,
                '/' | '\\' | '|' | '／' => Gap::Slash,
                '&' | '+' => Gap::Comma,
                ',' | '、' | '，' => Gap::Comma,
                '(' | '[' | '{' | '（' => Gap::Open,
                ':' | '：' => Gap::Colon,
                '.' | '。' | ';' | '；' | '!' | '?' | '\n' | ')' | '）' | ']' | '}' | '•' | '…' | '=' => {
                    Gap::Hard
                }
                // Signs that people put between things: "⚠ blood ⚠ drugs".
                '\u{2190}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}' => Gap::Comma,
                _ => Gap::Soft,
            });
            before = character;
            continue;
        }
        let mut text: String = character.to_lowercase().collect();
        let mut end = start + character.len_utf8();
        while let Some(&(at, next)) = characters.peek() {
            let apostrophe = matches!(next, '\'' | '’');
            // "D'alcool" is two words in French and Italian.
            if apostrophe && matches!(text.as_str(), "d" | "l") {
                break;
            }
            let masked = matches!(next, '*' | '@' | '#') && wording[at + 1..].starts_with(char::is_alphabetic);
            if next.is_alphanumeric() {
                text.extend(next.to_lowercase());
            } else if masked {
                text.push('*');
            } else if !(apostrophe || next == '+' && !wording[at + 1..].starts_with(char::is_alphanumeric)) {
                break;
            } else if next == '+' {
                text.push('+');
            }
            // An apostrophe at the end of a word closes a quotation and is none of its bytes.
            if !apostrophe {
                end = at + next.len_utf8();
            }
            characters.next();
            if next == '+' {
                break;
            }
        }
        found.push(Word { text: unmasked(text), range: start..end, gap });
        gap = Gap::Soft;
        before = 'a';
    }
    found
}

/// Words that people mask so that no filter sees them: "r*pe", "su*cide".
const MASKED: &[&str] = &[
    "suicide", "suicidal", "rape", "raped", "harm", "abuse", "murder", "death", "sex", "incest", "drugs", "kill",
    "porn", "torture", "noncon", "gore", "blood", "violence", "nazi", "slut", "fuck",
];

/// The word that a masked one stands for, if it is known.
fn unmasked(text: String) -> String {
    if !text.contains('*') {
        return text;
    }
    let fits = |word: &&&str| {
        word.len() == text.len() && word.bytes().zip(text.bytes()).all(|(own, typed)| typed == b'*' || typed == own)
    };
    MASKED.iter().find(fits).map_or(text.clone(), |word| (*word).to_owned())
}

/// Phrases and what they mean.
pub struct Phrasebook<T> {
    /// By first word; the longest phrases first.
    phrases: BTreeMap<&'static str, Vec<(Vec<&'static str>, T)>>,
}

impl<T: Copy> Phrasebook<T> {
    /// Where a phrase is given twice the first one counts.
    pub fn new(entries: impl IntoIterator<Item = (&'static str, T)>) -> Self {
        let mut phrases: BTreeMap<&'static str, Vec<(Vec<&'static str>, T)>> = BTreeMap::new();
        for (phrase, meaning) in entries {
            let mut rest = phrase.split(' ');
            if let Some(first) = rest.next() {
                phrases.entry(first).or_default().push((rest.collect(), meaning));
            }
        }
        for group in phrases.values_mut() {
            // Stable, so that equal phrases keep their order.
            group.sort_by_key(|(rest, _)| std::cmp::Reverse(rest.len()));
        }
        Phrasebook { phrases }
    }

    /// The longest phrase that begins at `start`: how many words it has, and its meaning. The last word of a phrase
    /// may stand in the plural. Nothing stronger than a slash may stand within a phrase, but for a dash before a
    /// number ("PG - 13").
    pub fn at(&self, words: &[Word], start: usize) -> Option<(usize, T)> {
        let first = words[start].text.as_str();
        let one = singular(&words[start]).filter(|word| word.len() > 3);
        let matches = |group: &[(Vec<&'static str>, T)], plural: bool| {
            group.iter().find_map(|(rest, meaning)| {
                let behind = words.get(start + 1..start + 1 + rest.len())?;
                let last = rest.len().wrapping_sub(1);
                let fits = (rest.is_empty() || !plural)
                    && behind.iter().zip(rest).enumerate().all(|(index, (word, wanted))| {
                        (word.gap <= Gap::Slash || word.gap == Gap::Dash && is_number(wanted))
                            && (word.text == *wanted || index == last && singular(word) == Some(*wanted))
                    });
                fits.then_some((rest.len() + 1, *meaning))
            })
        };
        let exact = self.phrases.get(first).and_then(|group| matches(group, false));
        exact.or_else(|| matches(self.phrases.get(one?)?, true))
    }
}

/// The word without its plural s; `None` for a possessive.
fn singular(word: &Word) -> Option<&str> {
    word.text.strip_suffix('s').filter(|singular| singular.len() > 2 && word.text.len() == word.range.len())
}

fn is_number(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_cut_whole_and_know_what_parts_them() {
        let found: Vec<(String, Gap)> =
            words("Rape/Non-Con, K+ (don't) - 'x'").into_iter().map(|word| (word.text, word.gap)).collect();
        let expected = [
            ("rape", Gap::Hard),
            ("non", Gap::Slash),
            ("con", Gap::Soft),
            ("k+", Gap::Comma),
            ("dont", Gap::Open),
            ("x", Gap::Hard),
        ];
        assert_eq!(found, expected.map(|(text, gap)| (text.to_string(), gap)));
    }

    #[test]
    fn the_longest_phrase_wins_and_words_stay_whole() {
        let book = Phrasebook::new([("death", 1), ("death fic", 2)]);
        assert_eq!(book.at(&words("death fics"), 0), Some((2, 2)));
        assert_eq!(book.at(&words("deaths"), 0), Some((1, 1)));
        assert_eq!(book.at(&words("deathly"), 0), None);
        assert_eq!(book.at(&words("death. Fic"), 0), Some((1, 1)));
    }
}
