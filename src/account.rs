//! The account of words: every word of the source stands in the book, or among what was left out of it.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use crate::model::block::plain_blocks;
use crate::model::book::{Page, write_plain_page};
use crate::model::manuscript::{Manuscript, PassageKind};
use crate::model::story::Story;
use crate::model::text::{Inline, plain};

/// Whether every word is accounted for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Account {
    /// Words of the source.
    pub words: usize,
    /// Words that are neither in the book nor among what was left out, each with how often it is missing, in the order
    /// of the source. Empty when all is well.
    pub lost: Vec<(String, usize)>,
}

/// Takes the account of a story: of its manuscript's words, against the pages of its book and what the story lists as left out.
///
/// A word is a run of letters and digits, in lower case; typography may change what stands between words, never a word.
pub fn account(manuscript: &Manuscript, story: &Story, pages: &[Page]) -> Account {
    let (mut source, mut told) = (Vec::new(), Vec::new());
    each_source_text(manuscript, &mut |text| each_hash(text, |word| source.push(word)));
    let mut account = Account { words: source.len(), lost: Vec::new() };
    let mut tell = |text: &str| each_hash(text, |word| told.push(word));
    let mut text = String::new();
    for page in pages {
        text.clear();
        write_plain_page(page, &mut text);
        tell(&text);
    }
    story.dropped.iter().for_each(|dropped| tell(&dropped.text));
    // A footnote's mark stands where it is called as well; a page says it once.
    story.footnotes.iter().for_each(|footnote| tell(&footnote.mark));
    if in_step(&source, &told) {
        return account;
    }
    let mut balance = Balance::default();
    source.iter().for_each(|word| *balance.entry(*word).or_insert(0) -= 1);
    for word in &told {
        if let Some(count) = balance.get_mut(word) {
            *count += 1;
        }
    }
    settle_broken_words(manuscript, &mut balance);
    // Only now are names wanted.
    each_source_text(manuscript, &mut |text| {
        each_word(text, &mut |word| {
            if let Some(count) = balance.get_mut(&hash(word.as_bytes(), 0)).filter(|count| **count < 0) {
                account.lost.push((word.to_owned(), usize::try_from(-*count).unwrap_or(0)));
                *count = 0;
            }
        });
    });
    account
}

/// How far one side is searched for the place where both go on alike, in words.
const SEARCH: usize = 48;

/// So many words alike are no chance.
const ALIKE: usize = 3;

/// Whether each word of `source` has one of its own in `told`.
///
/// Nearly all of them stand in the same order on both sides, so the two are walked side by side, and pairs go out of the
/// account; only what stands elsewhere is counted. Pairs that go out change no balance, so that the answer is exact whatever
/// is paired.
fn in_step(source: &[u64], told: &[u64]) -> bool {
    let mut missing = Balance::default();
    let mut elsewhere = Vec::new();
    let (mut at, mut beside) = (0, 0);
    while at < source.len() && beside < told.len() {
        if source[at] == told[beside] {
            (at, beside) = (at + 1, beside + 1);
            continue;
        }
        let skip = |from: &[u64], with: &[u64]| {
            let with = with.get(..ALIKE)?;
            from.windows(ALIKE).take(SEARCH).position(|words| words == with)
        };
        if let Some(words) = skip(&told[beside..], &source[at..]) {
            elsewhere.extend_from_slice(&told[beside..beside + words]);
            beside += words;
        } else if let Some(words) = skip(&source[at..], &told[beside..]) {
            source[at..at + words].iter().for_each(|word| *missing.entry(*word).or_insert(0) -= 1);
            at += words;
        } else {
            *missing.entry(source[at]).or_insert(0) -= 1;
            elsewhere.push(told[beside]);
            (at, beside) = (at + 1, beside + 1);
        }
    }
    source[at..].iter().for_each(|word| *missing.entry(*word).or_insert(0) -= 1);
    for word in elsewhere.iter().chain(&told[beside..]) {
        if let Some(count) = missing.get_mut(word) {
            *count += 1;
        }
    }
    missing.values().all(|count| *count >= 0)
}

/// Two halves of a word that a line's end broke are accounted for by the whole word in the book.
fn settle_broken_words(manuscript: &Manuscript, balance: &mut Balance) {
    each_source_text(manuscript, &mut |text| {
        for (at, _) in text.match_indices("- ") {
            let left = text[..at].rsplit(|character: char| !character.is_alphanumeric()).next().unwrap_or_default();
            let right = text[at + 2..].split(|character: char| !character.is_alphanumeric()).next().unwrap_or_default();
            let lower = |word: &str| hash(word.to_lowercase().as_bytes(), 0);
            let halves = [lower(left), lower(right)];
            let whole = lower(&[left, right].concat());
            let missing = halves.iter().all(|half| balance.get(half).is_some_and(|count| *count < 0));
            if missing && let Some(count) = balance.get_mut(&whole).filter(|count| **count > 0) {
                *count -= 1;
                halves.iter().for_each(|half| *balance.entry(*half).or_insert(0) += 1);
            }
        }
    });
}

type Balance = HashMap<u64, i64, BuildHasherDefault<AsIs>>;

/// Hands on a key that is a hash already.
#[derive(Default)]
struct AsIs(u64);

impl Hasher for AsIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = number;
    }
}

/// A hash of 64 bits: two different words of one story share theirs with a chance of about one in 10^10. `fold` is laid over
/// every byte first: [`FOLD`] makes ASCII letters small and leaves digits and small letters as they are.
fn hash(word: &[u8], fold: u64) -> u64 {
    fn mix(a: u64, b: u64) -> u64 {
        let product = u128::from(a ^ 0x9e37_79b9_7f4a_7c15) * u128::from(b ^ 0xe703_7ed1_a0b4_28db);
        product as u64 ^ (product >> 64) as u64
    }
    let long = |at: usize| word[at..].first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes) | fold);
    let short =
        |at: usize| word[at..].first_chunk().map_or(0, |bytes| u64::from(u32::from_le_bytes(*bytes) | fold as u32));
    let letter = |at: usize| u64::from(word[at] | fold as u8);
    let length = word.len();
    // Two loads that overlap say all of a word but the longest.
    let (a, b) = match length {
        0 => (0, 0),
        1..=3 => (letter(0) << 16 | letter(length / 2) << 8 | letter(length - 1), 0),
        4..=8 => (short(0), short(length - 4)),
        9..=16 => (long(0), long(length - 8)),
        _ => {
            let inner = (0..length - 16).step_by(8).fold(0, |state, at| mix(state ^ long(at), length as u64));
            (inner ^ long(length - 16), long(length - 8))
        }
    };
    mix(a ^ (length as u64) << 56, b)
}

/// Makes ASCII letters small.
const FOLD: u64 = 0x2020_2020_2020_2020;

/// The letters and digits of ASCII.
const IN_WORDS: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 128 {
        table[byte] = (byte as u8).is_ascii_alphanumeric();
        byte += 1;
    }
    table
};

/// Calls `visit` with the hash of each word, without making a string of any but those with letters beyond ASCII.
fn each_hash(text: &str, mut visit: impl FnMut(u64)) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        while at < bytes.len() && IN_WORDS[usize::from(bytes[at])] {
            at += 1;
        }
        if at == bytes.len() || bytes[at].is_ascii() {
            if at > start {
                visit(hash(&bytes[start..at], FOLD));
            }
            at += 1;
            continue;
        }
        let rest = &text[start..];
        let end = rest.find(|character: char| !character.is_alphanumeric()).unwrap_or(rest.len());
        if end > 0 {
            visit(hash(rest[..end].chars().flat_map(char::to_lowercase).collect::<String>().as_bytes(), 0));
        }
        at = start + end + rest[end..].chars().next().map_or(0, char::len_utf8);
    }
}

/// Calls `visit` with each word of a text in lower case.
pub(crate) fn each_word(text: &str, visit: &mut dyn FnMut(&str)) {
    let mut word = String::new();
    for character in text.chars() {
        if character.is_ascii_alphanumeric() {
            word.push(character.to_ascii_lowercase());
        } else if character.is_alphanumeric() {
            word.extend(character.to_lowercase());
        } else if !word.is_empty() {
            visit(&word);
            word.clear();
        }
    }
    if !word.is_empty() {
        visit(&word);
    }
}

fn each_source_text(manuscript: &Manuscript, visit: &mut dyn FnMut(&str)) {
    for passage in &manuscript.passages {
        match &passage.kind {
            PassageKind::Paragraph(inlines)
            | PassageKind::Heading { inlines, .. }
            | PassageKind::ChapterStart { heading: inlines, .. } => match inlines.as_slice() {
                [Inline::Text(text)] => visit(text),
                inlines => visit(&plain(inlines)),
            },
            PassageKind::Closed(block) => visit(&plain_blocks([block])),
            PassageKind::Rule | PassageKind::PageBreak | PassageKind::FileStart { .. } => {}
        }
    }
    // Front matter in the author's words.
    for fact in &manuscript.declared.facts {
        fact.label.iter().for_each(|label| visit(label));
        visit(&fact.value);
    }
    manuscript.footnotes.iter().for_each(|footnote| visit(&plain_blocks(&footnote.blocks)));
    manuscript.notes.iter().for_each(|stated| visit(&plain_blocks(&stated.note.blocks)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_in_another_order_are_all_there_and_a_missing_one_is_missed() {
        let words = |text: &str| {
            let mut hashes = Vec::new();
            each_hash(text, |word| hashes.push(word));
            hashes
        };
        let source = words("note first one two three four five six two");
        for told in [
            "title page one two three four five six two first note",
            "two six five four three two one first note and more",
            "note first one two label three four five six two",
        ] {
            assert!(in_step(&source, &words(told)), "{told}");
        }
        for told in
            ["", "title page one two three four five six first note", "note first one two three four five two", "note"]
        {
            assert!(!in_step(&source, &words(told)), "{told}");
        }
        assert!(in_step(&[], &words("one")));
    }

    #[test]
    fn hashes_and_words_are_the_same_words() {
        let text = "Don't—ÉCOLE, İstanbul's 3rd straße; x² A an THE four fiver sixteen-letterss \
            Donaudampfschifffahrtsgesellschaft Donaudampfschifffahrtsgesellschaften été!";
        let (mut words, mut hashes) = (Vec::new(), Vec::new());
        each_word(text, &mut |word| words.push(hash(word.as_bytes(), 0)));
        each_hash(text, |word| hashes.push(word));
        assert_eq!(words, hashes);
    }
}
