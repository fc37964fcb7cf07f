//! Words of fixed lists, found by hashing instead of by reading the list through.

use std::borrow::Cow;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// What each word of a list stands for. The words are in lower case.
pub struct Lookup<T> {
    words: HashMap<&'static str, T, BuildHasherDefault<Fnv>>,
    /// Bytes of the longest word.
    longest: usize,
}

impl<T: Copy> Lookup<T> {
    /// Where a word stands twice, the first row has it.
    pub fn of(rows: &[(T, &[&'static str])]) -> Self {
        let mut lookup = Lookup { words: HashMap::default(), longest: 0 };
        for (meaning, words) in rows {
            for word in *words {
                lookup.longest = lookup.longest.max(word.len());
                lookup.words.entry(word).or_insert(*meaning);
            }
        }
        lookup
    }

    /// What a word in lower case stands for.
    pub fn get(&self, word: &str) -> Option<T> {
        (word.len() <= self.longest).then(|| self.words.get(word).copied()).flatten()
    }

    /// What a word in any case stands for.
    pub fn get_any_case(&self, word: &str) -> Option<T> {
        // In lower case a letter takes a third of its bytes at the least (the Kelvin sign is a k).
        if word.len() > self.longest * 3 { None } else { self.get(&lower(word)) }
    }
}

/// The first three letters of the words of a list: enough to tell that a text begins with none of them.
pub struct Beginnings {
    /// For each first and second letter from a to z the third ones, a bit each, and [`ANY`].
    thirds: Box<[[u32; 26]; 26]>,
}

/// The bit that stands for every third character.
const ANY: u32 = 1 << 26;

impl Beginnings {
    /// `words` are in lower case.
    pub fn of<'a>(words: impl IntoIterator<Item = &'a str>) -> Self {
        let mut thirds = Box::new([[0; 26]; 26]);
        for word in words {
            // What begins otherwise is let through by `may_begin`.
            if let Some((first, second)) = pair(word) {
                thirds[first][second] |= word.as_bytes().get(2).and_then(number).map_or(ANY, |third| 1 << third);
            }
        }
        Beginnings { thirds }
    }

    /// Whether a text in any case may begin with a word of the list; `false` is certain.
    pub fn may_begin(&self, text: &str) -> bool {
        let Some((first, second)) = pair(text) else { return true };
        let third = text.as_bytes().get(2).and_then(number).map_or(0, |third| 1 << third);
        self.thirds[first][second] & (ANY | third) != 0
    }
}

/// The first two letters as numbers; nothing where they are none from a to z, in any case.
fn pair(text: &str) -> Option<(usize, usize)> {
    let [first, second] = text.as_bytes().first_chunk()?;
    Some((number(first)?, number(second)?))
}

fn number(letter: &u8) -> Option<usize> {
    letter.is_ascii_alphabetic().then(|| usize::from(letter.to_ascii_lowercase() - b'a'))
}

/// A text in lower case; borrowed where it is so already.
pub fn lower(text: &str) -> Cow<'_, str> {
    let is_lower = text.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase());
    if is_lower { Cow::Borrowed(text) } else { Cow::Owned(text.to_lowercase()) }
}

/// FNV-1a: for short words quicker than anything that resists an enemy, whom a fixed list does not have.
#[derive(Clone, Copy)]
struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Fnv(0xcbf2_9ce4_8422_2325)
    }
}

impl Hasher for Fnv {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_in_any_case_and_the_first_row_has_them() {
        let lookup = Lookup::of(&[(1, &["chapter", "kapitel"][..]), (2, &["глава", "chapter"])]);
        assert_eq!(lookup.get("chapter"), Some(1));
        assert_eq!(lookup.get("Chapter"), None);
        assert_eq!(lookup.get_any_case("ChapTER"), Some(1));
        assert_eq!(lookup.get_any_case("ГЛАВА"), Some(2));
        assert_eq!(lookup.get_any_case("\u{212a}apitel"), Some(1));
        assert_eq!(lookup.get_any_case(&"chapter".repeat(9)), None);
    }

    #[test]
    fn beginnings_let_every_word_of_the_list_through() {
        let beginnings = Beginnings::of(["note", "a/n", "мысль", "x", "ps", "pa"]);
        for text in ["note", "NOTES", "not", "A/N: x", "a-b", "мысль", "", "n", "pages", "PS"] {
            assert!(beginnings.may_begin(text), "{text}");
        }
        for text in ["never", "The end", "ax", "no", "no-one", "nobody"] {
            assert!(!beginnings.may_begin(text), "{text}");
        }
    }

    #[test]
    fn lower_case_is_what_the_standard_library_makes_of_it() {
        for text in ["", "moth", "MOTH", "École", "ÉCOLE", "İ", "ΣΑΣ"] {
            assert_eq!(lower(text), text.to_lowercase(), "{text}");
        }
    }
}
