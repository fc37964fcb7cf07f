//! Words of fixed lists, found by hashing instead of by reading the list through.

use std::borrow::Cow;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{BuildHasherDefault, Hasher};

use aho_corasick::{AhoCorasick, AhoCorasickKind, packed};

/// What each word of a list stands for. The words are in lower case.
pub struct Lookup<T> {
    /// By the hash of each word.
    words: HashMap<u64, (&'static str, T), BuildHasherDefault<AsIs>>,
    /// Bytes of the longest word.
    longest: usize,
}

impl<T: Copy> Lookup<T> {
    /// Where a word stands twice, the first row has it.
    pub fn of(rows: &[(T, &[&'static str])]) -> Self {
        Lookup::with(rows, |first, _| first)
    }

    /// Where a word stands in several rows, it has what all of them say together.
    pub fn joined(rows: &[(T, &[&'static str])]) -> Self
    where
        T: std::ops::BitOr<Output = T>,
    {
        Lookup::with(rows, |one, other| one | other)
    }

    fn with(rows: &[(T, &[&'static str])], both: fn(T, T) -> T) -> Self {
        let mut lookup = Lookup { words: HashMap::default(), longest: 0 };
        for (meaning, words) in rows {
            for word in *words {
                lookup.longest = lookup.longest.max(word.len());
                match lookup.words.entry(hash(word.bytes())) {
                    Entry::Vacant(free) => {
                        free.insert((word, *meaning));
                    }
                    Entry::Occupied(mut known) => {
                        // The lists are fixed: the first run of a test would tell.
                        assert_eq!(known.get().0, *word, "two words of a list have one hash");
                        known.get_mut().1 = both(known.get().1, *meaning);
                    }
                }
            }
        }
        lookup
    }

    /// What a word in lower case stands for.
    pub fn get(&self, word: &str) -> Option<T> {
        if word.len() > self.longest {
            return None;
        }
        self.words.get(&hash(word.bytes())).filter(|(known, _)| *known == word).map(|(_, meaning)| *meaning)
    }

    /// What a word in any case stands for.
    pub fn get_any_case(&self, word: &str) -> Option<T> {
        if !word.is_ascii() {
            // In lower case a letter takes a third of its bytes at the least (the Kelvin sign is a k).
            return if word.len() > self.longest * 3 { None } else { self.get(&lower(word)) };
        }
        if word.len() > self.longest {
            return None;
        }
        let found = self.words.get(&hash(word.bytes().map(|byte| byte.to_ascii_lowercase())));
        found.filter(|(known, _)| known.eq_ignore_ascii_case(word)).map(|(_, meaning)| *meaning)
    }
}

/// FNV-1a: for short words quicker than anything that resists an enemy, whom a fixed list does not have.
fn hash(bytes: impl Iterator<Item = u8>) -> u64 {
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// Hands on a key that is a hash already.
#[derive(Default)]
pub struct AsIs(u64);

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

/// A few phrases looked for in many texts, in any case of ASCII.
pub struct Phrases {
    /// Looks for all of them at once by the processor's wide instructions, where it has them.
    wide: Option<packed::Searcher>,
    otherwise: AhoCorasick,
}

impl Phrases {
    /// `phrases` are in lower case; at most 64 are looked for at once.
    pub fn of(phrases: &[&'static str]) -> Self {
        let wide = packed::Config::new().builder().extend(phrases).build();
        // Quick to build, since one story is bound more often than many are.
        let kind = Some(AhoCorasickKind::ContiguousNFA);
        let otherwise = AhoCorasick::builder().kind(kind).build(phrases).expect("the phrases are few and short");
        Phrases { wide, otherwise }
    }

    /// Whether any of them stands in a text.
    pub fn stand_in(&self, text: &str) -> bool {
        let lower = text.to_ascii_lowercase();
        match &self.wide {
            Some(wide) => wide.find(&lower).is_some(),
            None => self.otherwise.is_match(&lower),
        }
    }
}

/// Bytes of a text that is made small where it stands.
const SHORT: usize = 32;

/// What `ask` says of a text in lower case.
pub fn in_lower<R>(text: &str, ask: impl FnOnce(&str) -> R) -> R {
    // Nearly every word is short and of ASCII: it is made small without asking for memory.
    let mut small = [0; SHORT];
    if let Some(small) = small.get_mut(..text.len()).filter(|_| text.is_ascii()) {
        small.copy_from_slice(text.as_bytes());
        small.make_ascii_lowercase();
        if let Ok(small) = std::str::from_utf8(small) {
            return ask(small);
        }
    }
    ask(&lower(text))
}

/// A text in lower case; borrowed where it is so already.
pub fn lower(text: &str) -> Cow<'_, str> {
    let is_lower = text.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase());
    if is_lower { Cow::Borrowed(text) } else { Cow::Owned(text.to_lowercase()) }
}

/// The name that a typed one is most like, if it is like one; of several that are, the first.
///
/// Its letters count; their case and what parts them do not. One slip of the fingers is sure. Else the first letters count most, so
/// that `story` means `stories` and not `sort`.
pub fn nearest<'n>(typed: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let letters =
        |name: &str| name.chars().filter(|letter| letter.is_alphanumeric()).collect::<String>().to_lowercase();
    let typed = letters(typed);
    let mut near: Option<(f64, &str)> = None;
    for name in names {
        let plain = letters(name);
        if typed.len() > 2 && strsim::osa_distance(&typed, &plain) <= 1 {
            return Some(name);
        }
        let likeness = strsim::jaro_winkler(&typed, &plain);
        if likeness >= NEAR && near.is_none_or(|(nearest, _)| likeness > nearest) {
            near = Some((likeness, name));
        }
    }
    near.map(|(_, name)| name)
}

/// From here on two names are one that was mistyped: a letter or two of six are in another place or missing.
const NEAR: f64 = 0.85;

/// What a person can do who typed a name that is none of these.
pub fn instead_of(typed: &str, names: &[&str]) -> String {
    match nearest(typed, names.iter().copied()) {
        Some(name) => format!("write `{name}` if you mean that"),
        None => format!("write one of {}", names.join(", ")),
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
        let joined = Lookup::joined(&[(1, &["second", "day"][..]), (4, &["second"])]);
        assert_eq!((joined.get("second"), joined.get("day"), joined.get("night")), (Some(5), Some(1), None));
    }

    #[test]
    fn phrases_are_found_in_any_case_by_either_search() {
        let phrases = Phrases::of(&["page views", "copyright ©", "geocities"]);
        for (text, stands) in [
            ("Copyright © 1999", true),
            ("GeoCities", true),
            ("12 PAGE VIEWS since May, and a long line of other words behind it", true),
            ("page  views", false),
            ("", false),
        ] {
            assert_eq!(phrases.stand_in(text), stands, "{text}");
            assert_eq!(phrases.otherwise.is_match(&text.to_ascii_lowercase()), stands, "{text}");
        }
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
    fn a_slip_of_typing_is_known_for_what_it_was() {
        let names = ["title", "author", "author_note", "stories", "sort", "warnings", "words"];
        for (typed, meant) in [
            ("titel", Some("title")),
            ("Tilte", Some("title")),
            ("auther", Some("author")),
            ("autor-note", Some("author_note")),
            ("story", Some("stories")),
            ("warnigns", Some("warnings")),
            ("wrods", Some("words")),
            ("zebra", None),
            ("xy", None),
            ("", None),
        ] {
            assert_eq!(nearest(typed, names), meant, "{typed}");
        }
        assert_eq!(instead_of("sotr", &["sort", "where"]), "write `sort` if you mean that");
        assert_eq!(instead_of("zebra", &["sort", "where"]), "write one of sort, where");
    }

    #[test]
    fn lower_case_is_what_the_standard_library_makes_of_it() {
        for text in ["", "moth", "MOTH", "École", "ÉCOLE", "İ", "ΣΑΣ"] {
            assert_eq!(lower(text), text.to_lowercase(), "{text}");
        }
    }
}
