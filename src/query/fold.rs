//! Text as it is compared: without case, accents, and the differences that typing on another keyboard makes.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Equal for texts that a person would call the same: `Café “Noir”` and `cafe "noir"`.
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut space = false;
    for character in text.nfkd().filter(|character| !is_combining_mark(*character)).flat_map(char::to_lowercase) {
        let plain = match character {
            character if character.is_whitespace() || character.is_control() => {
                space = true;
                continue;
            }
            // Nobody sees them.
            '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' => continue,
            '‘' | '’' | '‚' | '‛' | '′' | '`' | '´' | 'ʼ' => "'",
            '“' | '”' | '„' | '‟' | '″' | '«' | '»' => "\"",
            '‐' | '‑' | '‒' | '–' | '—' | '―' | '−' => "-",
            'ß' => "ss",
            'æ' => "ae",
            'œ' => "oe",
            'ø' => "o",
            'đ' | 'ð' => "d",
            'ł' => "l",
            'ı' => "i",
            'þ' => "th",
            'ς' => "σ",
            _ => "",
        };
        if std::mem::take(&mut space) && !out.is_empty() {
            out.push(' ');
        }
        // A mark that folding brings out ("İ") is none of the text either.
        match plain {
            "" if is_combining_mark(character) => {}
            "" => out.push(character),
            plain => out.push_str(plain),
        }
    }
    out
}

/// Whether folded `words` stand in folded `text` as whole words.
pub(super) fn has_words(text: &str, words: &str) -> bool {
    let ends_word = |left: Option<char>, right: Option<char>| match (left, right) {
        (Some(left), Some(right)) => {
            !(left.is_alphanumeric() && right.is_alphanumeric()) || is_unspaced(left) || is_unspaced(right)
        }
        _ => true,
    };
    let mut from = 0;
    while let Some(at) = text[from..].find(words).map(|at| at + from) {
        let end = at + words.len();
        if ends_word(text[..at].chars().next_back(), words.chars().next())
            && ends_word(words.chars().next_back(), text[end..].chars().next())
        {
            return true;
        }
        let Some(first) = text[at..].chars().next() else { return false };
        from = at + first.len_utf8();
    }
    false
}

/// Scripts that put no space between words.
fn is_unspaced(character: char) -> bool {
    matches!(character, '\u{0e00}'..='\u{0eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}'
        | '\u{2e80}'..='\u{312f}' | '\u{31a0}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keyboards_and_accents_make_no_difference() {
        for (left, right) in [
            ("Café  “Noir”", "cafe \"noir\""),
            ("STRASSE", "Straße"),
            ("Don’t — stop", "don't - stop"),
            ("Łódź", "lodz"),
            ("İstanbul", "istanbul"),
            ("soft\u{ad}ly", "softly"),
            ("Ａｂｃ", "abc"),
            ("Žena", "zena"),
            (" \n a \t", "a"),
        ] {
            assert_eq!(fold(left), fold(right));
        }
        assert_ne!(fold("moth"), fold("mothe"));
    }

    #[test]
    fn words_are_whole_where_a_script_has_spaces() {
        assert!(has_words("hurt/comfort", "hurt"));
        assert!(has_words("joanna and ann", "ann"));
        assert!(!has_words("joanna", "ann"));
        assert!(!has_words("anna", "ann"));
        assert!(has_words("ab b b", "b b"));
        assert!(has_words("夜の蛾の物語", "蛾"));
        assert!(has_words("s.p.q.r.", "s.p.q.r."));
    }
}
