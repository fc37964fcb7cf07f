//! One character of UTF-8 in the characters that its bytes were mistaken for.

use std::ops::Range;
use std::sync::LazyLock;

use super::super::encoding::Encoding;
use super::super::plausible::rarity;
use super::testimony::{Testimony, Trust, Witness};

/// What UTF-8 gets mistaken for. At equal gain the earlier wins.
pub(super) const MISTAKEN_FOR: [Encoding; CODECS] = [
    Encoding::WINDOWS_1252,
    Encoding::WINDOWS_1250,
    Encoding::WINDOWS_1251,
    Encoding::MACINTOSH,
    Encoding::IBM437,
    Encoding::IBM850,
    Encoding::IBM852,
    Encoding::IBM866,
    Encoding::KOI8_R,
    Encoding::WINDOWS_1253,
    Encoding::WINDOWS_1256,
    Encoding::WINDOWS_1257,
    Encoding::ISO_8859_2,
];
pub(super) const CODECS: usize = 13;
const WINDOWS_1252: usize = 0;
const IBM866: usize = 7;

/// One bit for each of [`MISTAKEN_FOR`].
pub(super) type CodecSet = u16;

/// Those that have the no-break space where Unicode has it, and so may lose it to a space: the Windows and ISO ones, but for
/// Arabic, where every other letter would be a byte before it.
const HAS_NO_BREAK_SPACE: CodecSet = 0b1_1010_0000_0111;

/// What one character can stand for: the encodings in which it is a byte of UTF-8, and of what kind.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Meaning {
    /// A byte that opens a character of two bytes.
    pub opens_two: CodecSet,
    /// One that opens a character of three or four.
    pub opens_more: CodecSet,
    /// One that follows.
    pub follows: CodecSet,
    /// The first byte of marks and signs (U+2000 to U+2FFF), the second of the dashes and quotes among them (U+2000 to
    /// U+203F), and the first of emoji.
    opens_marks: CodecSet,
    follows_in_quotes: CodecSet,
    opens_emoji: CodecSet,
}

struct Tables {
    meanings: Vec<Meaning>,
    /// The byte in each encoding, or 0.
    bytes: Vec<[u8; CODECS]>,
    /// See [`lost_bytes`].
    lost: [Vec<u8>; CODECS],
}

const LOW: Range<u32> = 0x80..0x800;
const HIGH: Range<u32> = 0x2000..0x2600;
/// Apple's logo and the two ligatures of Mac OS Roman.
const STRAY: [char; 3] = ['\u{f8ff}', 'ﬁ', 'ﬂ'];

fn slot(character: char) -> Option<usize> {
    let number = u32::from(character);
    if LOW.contains(&number) {
        Some((number - LOW.start) as usize)
    } else if HIGH.contains(&number) {
        Some((number - HIGH.start + (LOW.end - LOW.start)) as usize)
    } else {
        let first = (HIGH.end - HIGH.start + LOW.end - LOW.start) as usize;
        STRAY.iter().position(|stray| *stray == character).map(|index| first + index)
    }
}

static TABLES: LazyLock<Tables> = LazyLock::new(|| {
    let size = (HIGH.end - HIGH.start + LOW.end - LOW.start) as usize + STRAY.len();
    let mut meanings = vec![Meaning::default(); size];
    let mut bytes = vec![[0; CODECS]; size];
    let mut lost = [const { Vec::new() }; CODECS];
    let mut mean = |codec: usize, character: char, byte: u8| {
        let Some(slot) = slot(character) else { return };
        let meaning = &mut meanings[slot];
        let bit = 1 << codec;
        if bytes[slot][codec] != 0 {
            return;
        }
        match byte {
            0x80..=0xbf => meaning.follows |= bit,
            0xc2..=0xdf => meaning.opens_two |= bit,
            // In IBM866 these are the small letters of Russian; only one of them opens punctuation.
            0xe0.. if codec == IBM866 && byte != 0xe2 => return,
            // F1 and above open nothing that is in use.
            0xe0..=0xf0 => meaning.opens_more |= bit,
            _ => return,
        }
        bytes[slot][codec] = byte;
        match byte {
            0xe2 => meaning.opens_marks |= bit,
            0x80 => meaning.follows_in_quotes |= bit,
            0xf0 => meaning.opens_emoji |= bit,
            _ => {}
        }
    };
    for (codec, encoding) in MISTAKEN_FOR.iter().enumerate() {
        let upper_half = encoding.upper_half();
        for (byte, character) in (0x80..=0xff_u8).zip(upper_half) {
            if character == char::REPLACEMENT_CHARACTER || ('\u{80}'..='\u{9f}').contains(&character) {
                if byte < 0xc0 {
                    lost[codec].push(byte);
                }
            } else {
                mean(codec, character, byte);
            }
        }
        // Programs that call Windows encodings Latin-1 leave the bytes 80 to 9F as they are.
        if encoding.name().starts_with("windows-") || encoding.name().starts_with("ISO-") {
            for byte in 0x80..0xa0_u8 {
                mean(codec, char::from(byte), byte);
            }
        }
    }
    // Turkish windows-1254 is windows-1252 but for six letters.
    for (byte, character) in (0xc0..=0xff_u8).zip(Encoding::WINDOWS_1254.upper_half().into_iter().skip(0x40)) {
        mean(WINDOWS_1252, character, byte);
    }
    Tables { meanings, bytes, lost }
});

/// What a character can stand for; nothing, for most.
pub(super) fn meaning(character: char) -> Meaning {
    slot(character).map(|slot| TABLES.meanings[slot]).unwrap_or_default()
}

/// The byte of UTF-8 that a character is in an encoding.
fn byte(codec: usize, character: char) -> Option<u8> {
    Some(TABLES.bytes[slot(character)?][codec]).filter(|byte| *byte != 0)
}

/// Bytes from 80 to BF that an encoding does not have, and that are lost when text passes through it.
pub(super) fn lost_bytes(codec: usize) -> &'static [u8] {
    &TABLES.lost[codec]
}

impl Meaning {
    /// Encodings in which it opens a character of UTF-8.
    pub fn opens(self) -> CodecSet {
        self.opens_two | self.opens_more
    }

    /// In an encoding with a no-break space, may it be the byte before one?
    pub fn precedes_space(self) -> bool {
        (self.opens_two | self.follows | self.opens_marks) & HAS_NO_BREAK_SPACE != 0
    }
}

/// A character and where in the text it came from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Piece {
    pub character: char,
    pub start: usize,
    pub end: usize,
    /// How often it has been read back.
    pub layers: u8,
}

/// A part of a text in pieces.
pub(super) fn pieces(text: &str, range: Range<usize>) -> Vec<Piece> {
    let start = range.start;
    text[range]
        .char_indices()
        .map(|(at, character)| {
            let at = start + at;
            Piece { character, start: at, end: at + character.len_utf8(), layers: 0 }
        })
        .collect()
}

/// One of the controls 80 to 9F, for which nobody has a use: they are bytes that went astray.
pub(super) fn is_control(character: char) -> bool {
    ('\u{80}'..='\u{9f}').contains(&character)
}

/// What such a control is in windows-1252, where nearly all come from.
pub(super) fn windows_character(character: char) -> Option<char> {
    static UPPER_HALF: LazyLock<[char; 128]> = LazyLock::new(|| Encoding::WINDOWS_1252.upper_half());
    let meant = is_control(character).then(|| UPPER_HALF[(u32::from(character) - 0x80) as usize])?;
    (!is_control(meant)).then_some(meant)
}

/// Three characters in a row, to see whether the last may be a byte of UTF-8 with the others.
#[derive(Clone, Copy, Default)]
pub(super) struct Window {
    first: Meaning,
    second: Meaning,
    third: Meaning,
}

impl Window {
    pub fn moved_to(self, next: Meaning) -> Window {
        Window { first: self.second, second: self.third, third: next }
    }

    /// The last is the second byte of two, or the third of three or four, or the second of a mark whose third was lost.
    pub fn holds_sequence(&self) -> bool {
        let Window { first, second, third } = self;
        let pair = second.opens_two & third.follows | second.opens_marks & third.follows_in_quotes;
        pair | first.opens_more & second.follows & third.follows != 0
    }

    /// The last two are the bytes of a mark or a sign, and the third may have been a no-break space: `âš `.
    pub fn wants_space(&self) -> bool {
        self.second.opens_marks & self.third.follows & HAS_NO_BREAK_SPACE != 0
    }

    /// Three bytes of punctuation or an emoji, which may be damaged without looking odd: `âœ”`.
    pub fn holds_mark(&self) -> bool {
        let Window { first, second, third } = self;
        (first.opens_marks | first.opens_emoji) & second.follows & third.follows != 0
    }
}

/// One character of UTF-8 found in its bytes.
pub(super) struct Unit {
    pub character: char,
    /// Pieces that were its bytes.
    pub taken: usize,
    /// How much likelier than chance the sequence itself is, or how much less likely.
    pub bonus: i32,
}

/// The character of UTF-8 whose bytes, in an encoding, begin at a place.
pub(super) fn unit_at(codec: usize, pieces: &[Piece], at: usize, testimony: &Testimony) -> Option<Unit> {
    let byte_at = |offset: usize| pieces.get(at + offset).and_then(|piece| byte(codec, piece.character));
    let first = byte_at(0)?;
    let length = match first {
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0 => 4,
        _ => return None,
    };
    let witness = testimony.of[codec];
    if matches!(first, 0xc2 | 0xc3)
        && let Some(unit) = without_no_break_space(codec, first, pieces, at, witness)
    {
        return Some(unit);
    }
    if first == 0xe2
        && byte_at(1) == Some(0x80)
        && let Some(unit) = without_last_byte(codec, pieces, at, testimony)
    {
        return Some(unit);
    }
    // The first of these is a small letter of Russian, and so are many of those that may follow it.
    if codec == IBM866 && first == 0xe2 && byte_at(1) != Some(0x80) {
        return None;
    }
    let mut bytes = [first, 0, 0, 0];
    let (mut spaces, mut lost) = (0, 0);
    for (offset, slot) in bytes.iter_mut().enumerate().take(length).skip(1) {
        *slot = match (byte_at(offset), pieces.get(at + offset)?.character) {
            (Some(byte @ 0x80..0xc0), _) => byte,
            (None, ' ') if HAS_NO_BREAK_SPACE & 1 << codec != 0 => {
                spaces += 1;
                0xa0
            }
            (None, char::REPLACEMENT_CHARACTER) => {
                lost += 1;
                0
            }
            _ => return None,
        };
    }
    if spaces + lost > 0 && !may_be_restored(first, length, spaces + lost, witness) {
        return None;
    }
    if lost > 0 {
        return Some(Unit { character: char::REPLACEMENT_CHARACTER, taken: length, bonus: 0 });
    }
    let Some(character) = std::str::from_utf8(&bytes[..length]).ok().and_then(|text| text.chars().next()) else {
        let second_half = [byte_at(3)?, byte_at(4)?, byte_at(5)?];
        return surrogates([bytes[0], bytes[1], bytes[2]], second_half);
    };
    let taken = &pieces[at..at + length];
    let bonus = match character {
        // A control is no result, but may be a byte of the next layer.
        _ if is_control(character) => -2,
        // Chance does not make UTF-8 of UTF-8.
        _ if first == 0xe2 && taken.iter().all(|piece| piece.layers > 0) => 2,
        _ if rarity(character)? > 1 && spaces > 0 => return None,
        // By chance, three or four bytes follow one another less often than two; the letters of East Asia do not count,
        // because there is one for every `è…”`.
        _ if matches!(first, 0xe2 | 0xf0) => 1,
        _ => 0,
    };
    Some(Unit { character, taken: length, bonus })
}

/// May spaces have been no-break spaces, and lost characters any byte?
fn may_be_restored(first: u8, length: usize, missing: usize, witness: Witness) -> bool {
    match length {
        2 => witness.trust >= Trust::Tie,
        // All but the first byte are missing: nothing is left to go by.
        _ if missing + 1 >= length => false,
        _ => matches!(first, 0xe2 | 0xef..) || witness.found > 0,
    }
}

/// `Ã` and `Â` whose second half, a no-break space, became a space or vanished: `à`, and the no-break space itself.
fn without_no_break_space(codec: usize, first: u8, pieces: &[Piece], at: usize, witness: Witness) -> Option<Unit> {
    let next = |offset: usize| pieces.get(at + offset).map(|piece| piece.character);
    if !matches!(next(1), None | Some(' ')) {
        return None;
    }
    let before = at.checked_sub(1).map(|index| pieces[index].character);
    if before.is_some_and(|before| before.is_alphanumeric() && !before.is_lowercase()) {
        return None;
    }
    // In windows-1252 these are two letters in which hardly a word ends; in windows-1251 they are `В`, a word of Russian.
    let odd_here = before.is_some_and(|before| ends_without(first, before));
    let vouched_for = match codec {
        WINDOWS_1252 => odd_here || witness.found > 0,
        _ => witness.trust >= Trust::Tie,
    };
    if !vouched_for {
        return None;
    }
    // After a small letter, the capital is an anomaly of its own.
    let bonus = i32::from(!before.is_some_and(char::is_lowercase));
    if first == 0xc2 {
        return Some(Unit { character: '\u{a0}', taken: if next(1).is_some() { 2 } else { 1 }, bonus });
    }
    let following: String = pieces[at + 1..].iter().skip(1).take(5).map(|piece| piece.character).collect();
    // Portuguese `às` and `àquele`; French `s'` after `à` is a word of its own.
    let ends_word = |rest: &str| !rest.starts_with(|next: char| next.is_alphabetic() || matches!(next, '\'' | '’'));
    // A word ends before white space: after this space comes another.
    let runs_on = following.is_empty()
        || following.starts_with("quel")
        || following.starts_with("quil")
        || following.strip_prefix('s').is_some_and(ends_word);
    Some(Unit { character: 'à', taken: if runs_on && next(1).is_some() { 2 } else { 1 }, bonus })
}

/// Is what stands before `Ã` or `Â` something that neither would follow at the end of a word: a small letter, or, for the
/// no-break space between sentences, the end of one?
fn ends_without(first: u8, before: char) -> bool {
    before.is_lowercase() || first == 0xc2 && matches!(before, '.' | '!' | '?' | ',' | ':' | '"' | '”' | '“' | '’')
}

/// `â€` and `â€�`: windows-1252 has no 9D, the last byte of `”`, and windows-1250 and 1251 have no 98, that of `‘`.
fn without_last_byte(codec: usize, pieces: &[Piece], at: usize, testimony: &Testimony) -> Option<Unit> {
    let quote = [(0x9d, '”'), (0x98, '‘')].into_iter().find(|(byte, _)| lost_bytes(codec).contains(byte))?.1;
    let next = |offset: usize| pieces.get(at + offset).map(|piece| piece.character);
    let taken = match next(2) {
        None => 2,
        Some('?') if testimony.question_mark_is_lost_byte => 3,
        Some(next) if next.is_ascii() => 2,
        // Further layers may follow, in which this is a byte among others.
        Some(char::REPLACEMENT_CHARACTER) if next(3).is_none_or(|next| next.is_ascii()) => 3,
        // Lost in the second layer, where 9D is C2 9D.
        Some('Â') if next(3).is_none_or(|next| next.is_ascii()) => 3,
        _ => return None,
    };
    Some(Unit { character: quote, taken, bonus: 1 })
}

/// An emoji in two halves of UTF-16, each written as three bytes (CESU-8).
fn surrogates(high: [u8; 3], low: [u8; 3]) -> Option<Unit> {
    let half = |bytes: [u8; 3], kind: u8| {
        (bytes[0] == 0xed && bytes[1] & 0xf0 == kind && (0x80..0xc0).contains(&bytes[2]))
            .then_some(u32::from(bytes[1] & 0x0f) << 6 | u32::from(bytes[2] & 0x3f))
    };
    let character = char::from_u32(0x10000 + (half(high, 0xa0)? << 10) + half(low, 0xb0)?)?;
    rarity(character)?;
    Some(Unit { character, taken: 6, bonus: 1 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_break_spaces_are_where_they_are_said_to_be() {
        for (codec, encoding) in MISTAKEN_FOR.iter().enumerate() {
            let has_one = encoding.upper_half()[0x20] == '\u{a0}' && *encoding != Encoding::WINDOWS_1256;
            assert_eq!(HAS_NO_BREAK_SPACE & 1 << codec != 0, has_one, "{encoding}");
        }
        assert_eq!(MISTAKEN_FOR[WINDOWS_1252], Encoding::WINDOWS_1252);
        assert_eq!(MISTAKEN_FOR[IBM866], Encoding::IBM866);
    }

    #[test]
    fn every_character_of_utf_8_is_found_in_its_bytes() {
        for letter in ['é', 'ж', 'א', '—', '中', '😀'] {
            let damaged = Encoding::WINDOWS_1252.decode(letter.to_string().as_bytes()).text;
            let pieces = pieces(&damaged, 0..damaged.len());
            let unit = unit_at(WINDOWS_1252, &pieces, 0, &Testimony::default());
            assert_eq!(unit.map(|unit| (unit.character, unit.taken)), Some((letter, letter.len_utf8())));
        }
    }

    #[test]
    fn halves_of_an_emoji_join() {
        let pieces = |text: &str| pieces(text, 0..text.len());
        let unit =
            |text: &str| unit_at(WINDOWS_1252, &pieces(text), 0, &Testimony::default()).map(|unit| unit.character);
        assert_eq!(unit("í\u{a0}½í¸\u{80}"), Some('😀'));
        assert_eq!(unit("í\u{a0}½"), None);
        assert_eq!(unit("í¸\u{80}í\u{a0}½"), None);
    }
}
