//! The account of words: every word of the source stands in the book, or among what was left out of it.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use crate::model::block::plain_blocks;
use crate::model::book::{Book, plain_page};
use crate::model::manuscript::{Manuscript, PassageKind};
use crate::model::story::Story;
use crate::model::text::plain;

/// Whether every word is accounted for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Account {
    /// Words of the source.
    pub words: usize,
    /// Words that are neither in the book nor among what was left out, each with how often it is missing, in the order
    /// of the source. Empty when all is well.
    pub lost: Vec<(String, usize)>,
}

/// Takes the account of a story: of its manuscript's words, against the book and what the story lists as left out.
///
/// A word is a run of letters and digits, in lower case; typography may change what stands between words, never a word.
pub fn account(manuscript: &Manuscript, story: &Story, book: &Book) -> Account {
    let mut balance = Balance::default();
    let mut account = Account::default();
    each_source_text(manuscript, &mut |text| {
        each_hash(text, &mut |word| {
            account.words += 1;
            *balance.entry(word).or_insert(0) -= 1;
        });
    });
    let mut credit = |text: &str| {
        each_hash(text, &mut |word| {
            if let Some(count) = balance.get_mut(&word) {
                *count += 1;
            }
        });
    };
    story.dropped.iter().for_each(|dropped| credit(&dropped.text));
    // A footnote's mark stands where it is called as well; a page says it once.
    story.footnotes.iter().for_each(|footnote| credit(&footnote.mark));
    book.pages.iter().for_each(|page| credit(&plain_page(page)));
    if balance.values().all(|count| *count >= 0) {
        return account;
    }
    settle_broken_words(manuscript, &mut balance);
    // Only now are names wanted.
    each_source_text(manuscript, &mut |text| {
        each_word(text, &mut |word| {
            if let Some(count) = balance.get_mut(&hash(word)).filter(|count| **count < 0) {
                account.lost.push((word.to_owned(), usize::try_from(-*count).unwrap_or(0)));
                *count = 0;
            }
        });
    });
    account
}

/// Two halves of a word that a line's end broke are accounted for by the whole word in the book.
fn settle_broken_words(manuscript: &Manuscript, balance: &mut Balance) {
    each_source_text(manuscript, &mut |text| {
        for (at, _) in text.match_indices("- ") {
            let left = text[..at].rsplit(|character: char| !character.is_alphanumeric()).next().unwrap_or_default();
            let right = text[at + 2..].split(|character: char| !character.is_alphanumeric()).next().unwrap_or_default();
            let halves = [hash(&left.to_lowercase()), hash(&right.to_lowercase())];
            let whole = hash(&[left, right].concat().to_lowercase());
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

/// FNV-1a, 64 bits: two different words of one story share a hash with a chance of about one in 10^10.
const FNV_START: u64 = 0xcbf2_9ce4_8422_2325;

fn step(hash: u64, byte: u8) -> u64 {
    (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
}

fn hash(word: &str) -> u64 {
    word.bytes().fold(FNV_START, step)
}

/// ASCII letters in lower case and digits as they are; 0 for every other byte.
const LOWER: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 128 {
        if (byte as u8).is_ascii_alphanumeric() {
            table[byte] = (byte as u8).to_ascii_lowercase();
        }
        byte += 1;
    }
    table
};

/// Calls `visit` with the hash of each word, without making a string of it.
fn each_hash(text: &str, visit: &mut dyn FnMut(u64)) {
    let mut word = FNV_START;
    let mut inside = false;
    let mut buffer = [0; 4];
    let mut at = 0;
    // By bytes, since nearly all text is ASCII and this looks at every word of it several times.
    while let Some(byte) = text.as_bytes().get(at) {
        let mut length = 1;
        let lower = LOWER[usize::from(*byte)];
        if lower != 0 {
            word = step(word, lower);
            inside = true;
            at += length;
            continue;
        }
        if !byte.is_ascii()
            && let Some(character) = text[at..].chars().next()
        {
            length = character.len_utf8();
            if character.is_alphanumeric() {
                for lower in character.to_lowercase() {
                    word = lower.encode_utf8(&mut buffer).bytes().fold(word, step);
                }
                inside = true;
                at += length;
                continue;
            }
        }
        at += length;
        if inside {
            visit(word);
            word = FNV_START;
            inside = false;
        }
    }
    if inside {
        visit(word);
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
            | PassageKind::ChapterStart { heading: inlines, .. } => visit(&plain(inlines)),
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
    fn hashes_and_words_are_the_same_words() {
        let text = "Don't—ÉCOLE, İstanbul's 3rd straße; x²!";
        let (mut words, mut hashes) = (Vec::new(), Vec::new());
        each_word(text, &mut |word| words.push(hash(word)));
        each_hash(text, &mut |word| hashes.push(word));
        assert_eq!(words, hashes);
    }
}
