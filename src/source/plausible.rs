//! How unlikely it is that somebody wrote a run of characters: the measure by which a repair, or one encoding rather than
//! another, must be better.
//!
//! It counts anomalies, small numbers that mean "people hardly ever write this": a capital with an accent after a small
//! letter, a currency sign between letters, two scripts in one word, a letter of a dead language. It looks only at
//! characters outside ASCII and at their nearest neighbours, and it knows no words, so that it is the same for every
//! language. It does not decide anything.

use unicode_normalization::char::is_public_assigned;

/// What kind of character stands at a place; the measure sees nothing else of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Space,
    Digit,
    Lower,
    Upper,
    /// A letter without small and capital: Hebrew, Arabic, Thai, Chinese.
    Caseless,
    /// What may stand inside a word: apostrophe, hyphen, middle dot.
    Joiner,
    /// A quotation mark that opens, in some language.
    Open,
    /// A quotation mark that closes, in some language.
    Close,
    /// `, ! ?`, which are followed by a space or a closing mark.
    Stop,
    Dash,
    /// `¿ ¡`
    Inverted,
    /// `™ © ® ° † ‡ • ‰`: after a word, hardly before one.
    Mark,
    /// `¬ ¦ ¨ ¯ ´ ¸ § ¶ ± ¤ ƒ`: next to no letter.
    Odd,
    Fraction,
    Superscript,
    Currency,
    /// `× ÷`
    Times,
    Math,
    /// Lines and blocks for drawing.
    Box,
    Control,
    /// U+FFFD.
    Lost,
    Combining,
    Other,
}

/// The writing a letter belongs to; letters of two of them do not share a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Script {
    Latin,
    Greek,
    Cyrillic,
    Hebrew,
    Arabic,
    /// Chinese, Japanese and Korean, which do mix, and stand beside Latin letters without a space.
    EastAsian,
    Other,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Seen {
    character: char,
    class: Class,
    script: Option<Script>,
}

impl Seen {
    fn new(character: char) -> Seen {
        let (class, script) = classify(character);
        Seen { character, class, script }
    }

    fn is_letter(self) -> bool {
        self.script.is_some()
    }

    fn is_ascii(self) -> bool {
        self.character.is_ascii()
    }
}

fn classify(character: char) -> (Class, Option<Script>) {
    use Class::*;
    if character.is_ascii() {
        return match character {
            'a'..='z' => (Lower, Some(Script::Latin)),
            'A'..='Z' => (Upper, Some(Script::Latin)),
            '0'..='9' => (Digit, None),
            '\'' | '-' => (Joiner, None),
            ',' | '!' | '?' => (Stop, None),
            ' ' | '\t' | '\n' | '\u{c}' => (Space, None),
            _ => (Other, None),
        };
    }
    let class = match character {
        '\u{80}'..='\u{9f}' => Control,
        '\u{a0}' => Space,
        '’' | '·' | '\u{ad}' | '‐' | '‑' => Joiner,
        '“' | '„' | '‘' | '‚' | '«' | '‹' => Open,
        '”' | '»' | '›' => Close,
        '–' | '—' | '…' => Dash,
        '¿' | '¡' => Inverted,
        '™' | '©' | '®' | '°' | '†' | '‡' | '•' | '‰' => Mark,
        '¬' | '¦' | '¨' | '¯' | '´' | '¸' | '§' | '¶' | '±' | '¤' | 'ƒ' | 'ˆ' | '˜' | 'ˇ' | '˘' | '˙' | '˛' | '˝' => {
            Odd
        }
        '¼' | '½' | '¾' => Fraction,
        'ª' | 'º' | '¹' | '²' | '³' => Superscript,
        '¢' | '£' | '¥' | '€' | '₧' => Currency,
        '×' | '÷' => Times,
        '\u{300}'..='\u{36f}' => Combining,
        '\u{2190}'..='\u{23ff}' | '\u{25ca}' | '\u{f8ff}' => Math,
        '\u{2500}'..='\u{25ff}' => Box,
        char::REPLACEMENT_CHARACTER => Lost,
        _ => {
            let Some(script) = script_of(character) else { return (Other, None) };
            let class = if character.is_lowercase() {
                Lower
            } else if character.is_uppercase() {
                Upper
            } else {
                Caseless
            };
            return (class, Some(script));
        }
    };
    (class, None)
}

fn script_of(character: char) -> Option<Script> {
    match u32::from(character) {
        0xc0..=0x24f | 0x1e00..=0x1eff | 0xfb00..=0xfb06 => Some(Script::Latin),
        0x370..=0x3ff | 0x1f00..=0x1fff => Some(Script::Greek),
        0x400..=0x52f => Some(Script::Cyrillic),
        0x590..=0x5ff => Some(Script::Hebrew),
        0x600..=0x6ff | 0x750..=0x77f => Some(Script::Arabic),
        0x1100..=0x11ff | 0x3040..=0x30ff | 0x3400..=0x4dbf | 0x4e00..=0x9fff | 0xac00..=0xd7a3 => {
            Some(Script::EastAsian)
        }
        _ if character.is_alphabetic() => Some(Script::Other),
        _ => None,
    }
}

/// How seldom a character is written by anybody today: 0 for the letters and marks of living languages, 1 for what
/// scholars and decorators use, 4 for the rest. `None` for what no text holds: unassigned, private, invisible.
pub(super) fn rarity(character: char) -> Option<u32> {
    let number = u32::from(character);
    let level = match number {
        0..=0x7f => return Some(0),
        0x80..=0x9f => return None,
        // `ĸ`, `ŉ`, long s, eng, and letters of Sami and old Catalan.
        0x138 | 0x149 | 0x14a | 0x14b | 0x166 | 0x167 | 0x17f | 0x13f | 0x140 | 0x132 | 0x133 => return Some(4),
        0xad => return Some(1),
        0xa0..=0x17f => return Some(0),
        // Vietnamese, Romanian, and the florin sign.
        0x192 | 0x1a0 | 0x1a1 | 0x1af | 0x1b0 | 0x218..=0x21b => return Some(0),
        // Caron vowels of pinyin.
        0x1cd..=0x1dc => return Some(1),
        // Spacing accents of windows-1252 and windows-1250.
        0x2c6 | 0x2c7 | 0x2d8..=0x2dd => return Some(1),
        // The strokes that cross out words, and the accents of decomposed text.
        0x334..=0x338 => return Some(0),
        0x300..=0x304 | 0x306..=0x30c | 0x327 | 0x328 => return Some(1),
        0x384..=0x3ce => 0,
        0x401..=0x45f | 0x490 | 0x491 => return Some(0),
        0x531..=0x556 | 0x561..=0x587 => 1,
        0x5d0..=0x5ea => return Some(0),
        0x5b0..=0x5bc | 0x5c1 | 0x5c2 => return Some(1),
        0x60c | 0x61b | 0x61f | 0x621..=0x652 | 0x660..=0x669 | 0x6f0..=0x6f9 => return Some(0),
        // Persian and Urdu.
        0x679 | 0x67e | 0x686 | 0x688 | 0x691 | 0x698 | 0x6a9 | 0x6af | 0x6ba | 0x6be | 0x6c1 | 0x6cc | 0x6d2 => {
            return Some(0);
        }
        0x900..=0xdff => 1,
        0xe01..=0xe3a | 0xe40..=0xe4e | 0xe50..=0xe59 => return Some(0),
        0x10d0..=0x10ff => return Some(1),
        0x1e00..=0x1e9f => return Some(1),
        0x1ea0..=0x1ef9 => return Some(0),
        0x1f00..=0x1fff => 1,
        0x2010..=0x2027 | 0x2030..=0x203a | 0x20ac | 0x2116 | 0x2122 => return Some(0),
        // White space and marks without a shape, which real texts do hold, and which are dealt with after.
        0x2000..=0x200f | 0x2028..=0x202f | 0x205f..=0x2060 | 0xfeff => 1,
        0x2070..=0x218f => 1,
        0x2190..=0x23ff => 0,
        0x2460..=0x24ff | 0x2500..=0x25ff => return Some(1),
        0x2600..=0x27bf => return Some(0),
        0x2800..=0x28ff => return Some(1),
        0x4e00..=0x9fff | 0xac00..=0xd7a3 => return Some(0),
        0x3000..=0x318f | 0xff01..=0xffef => 0,
        0xfb01 | 0xfb02 => return Some(1),
        0xfe0e | 0xfe0f | 0xfffd => return Some(0),
        0xfff9..=0xfffc | 0xe0000.. => return None,
        0x1f000..=0x1faff => 0,
        _ => 4,
    };
    is_public_assigned(character).then_some(level)
}

/// A letter of Chinese, Japanese or Korean.
pub(super) fn is_east_asian(character: char) -> bool {
    script_of(character) == Some(Script::EastAsian)
}

/// The anomalies of a run of characters with their neighbours. Pure ASCII has none.
pub(super) fn anomalies(characters: impl IntoIterator<Item = char>) -> u32 {
    let mut total = 0;
    let mut earlier = Seen::new(' ');
    let mut left = Seen::new(' ');
    for character in characters {
        let right = Seen::new(character);
        if !right.is_ascii() {
            total += alone(right);
        }
        if !(left.is_ascii() && right.is_ascii()) {
            total += pair(left, right);
        }
        if !(earlier.is_ascii() && left.is_ascii() && right.is_ascii()) {
            total += triple(earlier, left, right);
        }
        earlier = left;
        left = right;
    }
    total
}

fn alone(seen: Seen) -> u32 {
    match seen.class {
        Class::Control => 1,
        _ => rarity(seen.character).unwrap_or(8),
    }
}

fn pair(left: Seen, right: Seen) -> u32 {
    use Class::*;
    if let (Some(one), Some(other)) = (left.script, right.script) {
        return letters(left, one, right, other);
    }
    match (left.class, right.class) {
        // No language writes these before a sign; they are the bytes that open nearly all letters of Latin and Cyrillic.
        (Upper, Odd | Mark | Fraction | Superscript | Currency) if matches!(left.character, 'Ã' | 'Â' | 'Ð' | 'Ñ') => {
            2
        }
        (Upper, Currency) if !left.is_ascii() => 2,
        // A root, an integral or a difference of what a Greek letter stands for.
        (Math, Lower | Upper) if right.script == Some(Script::Greek) => 0,
        (Lower | Upper | Caseless, Odd | Currency | Fraction | Inverted) => 1,
        // These two open, wherever they are used at all.
        (Lower | Upper | Caseless, Open) if matches!(right.character, '‚' | '„') => 1,
        (Mark, Upper) if left.character == '°' => 0,
        (Odd | Currency | Fraction | Superscript | Mark, Lower | Upper | Caseless) => 1,
        (Lower | Upper | Caseless, Box) | (Box, Lower | Upper | Caseless) => 2,
        (Lower | Upper | Caseless, Math) | (Math, Lower | Upper | Caseless) => 1,
        (Stop, Upper) => 1,
        (Times, Open | Mark) | (Close | Mark | Currency, Times) => 1,
        (Dash, Odd | Currency | Fraction | Superscript | Mark | Math) => 1,
        (Space, Combining) => 1,
        _ => 0,
    }
}

fn letters(left: Seen, one: Script, right: Seen, other: Script) -> u32 {
    use Class::*;
    if one != other {
        return match (one, other) {
            // A single Greek letter is a measure or a name in science.
            (Script::Latin, Script::Greek) | (Script::Greek, Script::Latin) if left.is_ascii() || right.is_ascii() => 0,
            (Script::EastAsian, _) | (_, Script::EastAsian) => 1,
            _ => 2,
        };
    }
    match (left.class, right.class) {
        (Lower, Upper) => 1,
        // In `NÃO` and `GRÂNDE` plain letters follow.
        (Upper, _) if matches!(left.character, 'Ã' | 'Â') && !right.is_ascii() => 1,
        _ => 0,
    }
}

fn triple(left: Seen, middle: Seen, right: Seen) -> u32 {
    use Class::*;
    // `Ã` with the no-break space that makes it `à`: in the middle of small letters, or as a word of its own.
    if matches!(middle.character, 'Ã' | 'Â') && right.character == '\u{a0}' && left.class != Upper {
        return 2;
    }
    if matches!(left.character, 'Ã' | 'Â') && middle.character == '\u{a0}' && right.class == Lower {
        return 1;
    }
    // `—ã—`: a letter alone between dashes.
    if left.class == Dash && middle.is_letter() && right.class == Dash {
        return 1;
    }
    if !(left.is_letter() && right.is_letter()) {
        // `.Ó`: a sentence that ends in a letter of its own, which is `”` on an old Macintosh.
        let ends = left.character == '.' && middle.class == Upper && !middle.is_ascii();
        return u32::from(ends);
    }
    match (left.class, middle.class, right.class) {
        (_, Open | Close | Mark | Inverted, _) => 2,
        // `ZURÃœCK`: a small letter alone among capitals.
        (Upper, Lower, Upper) => 2,
        // `ÒThat`: `“` on an old Macintosh.
        (Upper, Upper, Lower) if !left.is_ascii() && middle.is_ascii() && right.is_ascii() => 1,
        // `GROSSģ`: a small letter at the end of capitals.
        (Upper, Upper, Lower) if !right.is_ascii() && left.script == right.script => 2,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(text: &str) -> u32 {
        anomalies(text.chars())
    }

    #[test]
    fn what_people_write_has_no_anomalies() {
        for text in [
            "“Naïve,” she said—‘déjà vu’…",
            "«Où est-elle ?» «À l’hôtel.»",
            "Über den Hügeln: „Weißt du’s?“ ÄÖÜ",
            "¿Qué? ¡No! José, ÑANDÚ n.º 5",
            "L·l, 20 °C, m², © 2004, 50 £, 3×5, Ærø™",
            "Příšerně žluťoučký kůň, ŁÓDŹ, ştiinţă",
            "Он сказал: «Ёлка — это №1».",
            "Η Αθήνα είναι ωραία",
            "他說：「好」。シャツ",
            "שלום עליכם",
            "(-1/2)! = √π",
        ] {
            assert_eq!(count(text), 0, "{text}");
        }
    }

    #[test]
    fn what_nobody_writes_has() {
        for text in
            ["donâ€™t", "cafÃ©", "fa├žade", "Ð¿Ñ€", "caf‚ au lait", "donÕt", "ZURÃœCK", "RÄ«ga", "a\u{92}b", "лабоr"]
        {
            assert!(count(text) > 0, "{text}");
        }
    }

    #[test]
    fn what_is_no_character_has_no_rarity() {
        for character in ['\u{81}', '\u{e000}', '\u{378}', '\u{10ffff}', '\u{fffe}'] {
            assert_eq!(rarity(character), None, "{character:?}");
        }
        assert!(rarity('ſ') > rarity('s'));
    }
}
