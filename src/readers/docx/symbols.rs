//! Characters of fonts that have pictures in the places of letters.

/// The Symbol font from 0x20 on: Greek letters and signs; a space where it has nothing that a text needs.
const SYMBOL: &str = " !∀#∃%&∋()∗+,−./0123456789:;<=>?≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_ αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}~";

/// The same from 0xa1 on.
const SYMBOL_ABOVE: &str = "ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…⏐⎯↵ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓◊〈®©™∑";

/// The character that is meant by a code in a font of signs.
///
/// A sign that no other font has becomes an ornament: between scenes that is what it was.
pub fn meaning(font: &str, code: u32) -> char {
    // Programs write such codes into a range of their own.
    let code = if (0xf000..=0xf0ff).contains(&code) { code - 0xf000 } else { code };
    let font = font.to_ascii_lowercase();
    if font == "symbol" {
        if let Some(character) = code.checked_sub(0x20).and_then(|at| SYMBOL.chars().nth(at as usize)) {
            return character;
        }
        return code.checked_sub(0xa1).and_then(|at| SYMBOL_ABOVE.chars().nth(at as usize)).unwrap_or('❖');
    }
    if font.contains("wingdings") || font.contains("webdings") || font.contains("dingbats") {
        return match (font.as_str(), code) {
            ("wingdings", 0x4a) => '☺',
            ("wingdings", 0x4c) => '☹',
            ("wingdings", 0xe0) => '→',
            ("wingdings", 0xdf) => '←',
            ("wingdings", 0xe8) => '➔',
            ("wingdings", 0xfc) => '✓',
            ("wingdings", 0x6c) => '●',
            ("wingdings", 0x6e | 0xa7) => '■',
            ("wingdings", 0xab) => '★',
            ("wingdings", 0x22) => '✂',
            ("webdings", 0x59) => '♥',
            _ => '❖',
        };
    }
    match char::from_u32(code) {
        Some(character) if !character.is_control() && !('\u{e000}'..='\u{f8ff}').contains(&character) => character,
        _ => '❖',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_are_told_by_their_font() {
        assert_eq!(meaning("Symbol", 0xf061), 'α');
        assert_eq!(meaning("Symbol", 0x7e), '~');
        assert_eq!((meaning("Symbol", 0xb7), meaning("Symbol", 0xe5)), ('•', '∑'));
        assert_eq!(meaning("Wingdings", 0xf04a), '☺');
        assert_eq!(meaning("Wingdings 2", 0xf0f5), '❖');
        assert_eq!(meaning("Times New Roman", 0x2014), '—');
        assert_eq!(meaning("Times New Roman", 0x7), '❖');
    }
}
