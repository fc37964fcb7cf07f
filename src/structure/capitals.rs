//! Titles and names typed wholly in capitals, set as a printer sets them.
//!
//! Only what was shouted by the whole line: a capital inside a title of mixed letters is the author's own.

use crate::detect::survey::in_capitals;
use crate::ordinal;

/// Words that stay small within an English title.
const SMALL: &[&str] = &[
    "a", "an", "and", "as", "at", "but", "by", "for", "from", "in", "into", "nor", "of", "off", "on", "or", "the",
    "to", "with",
];

/// A title in capitals with the capitals of an English title; any other title as it is.
///
/// Short titles of one word (`NCIS`), of other alphabets or languages, and words with figures or stops keep their capitals.
pub(super) fn title(text: &str) -> String {
    let words: Vec<&str> = text.split(' ').collect();
    let foreign = matches!(
        words[0].to_uppercase().as_str(),
        "LE" | "LA" | "LES" | "DER" | "DIE" | "DAS" | "EL" | "LOS" | "IL" | "UN" | "UNE" | "EIN" | "EINE"
    );
    let acronym = words.len() < 2 && text.chars().count() < 6;
    if !in_capitals(text)
        || acronym
        || foreign
        || !text.is_ascii() && text.chars().any(|character| character.is_alphabetic() && !character.is_ascii())
    {
        return text.to_owned();
    }
    let last = words.len() - 1;
    words
        .iter()
        .enumerate()
        .map(|(index, word)| {
            let lower = word.to_lowercase();
            let opens = index == 0 || words[index - 1].ends_with([':', '.', '!', '?', '-', '—']);
            if SMALL.contains(&lower.as_str()) && !opens && index != last { lower } else { settle(word) }
        })
        .collect::<Vec<_>>()
        .join(" ")
}

/// A name in capitals: "P. G. WODEHOUSE" is "P. G. Wodehouse"; a pen name of one word stays.
pub(super) fn name(text: &str) -> String {
    let words: Vec<&str> = text.split(' ').collect();
    if !in_capitals(text) || words.len() < 2 {
        return text.to_owned();
    }
    words.iter().map(|word| settle(word)).collect::<Vec<_>>().join(" ")
}

fn settle(word: &str) -> String {
    let letters: String = word.chars().filter(|character| character.is_alphabetic()).collect();
    let numeral =
        letters.len() > 1 && ordinal::roman(&letters).is_some() && !matches!(letters.as_str(), "MIX" | "DIM" | "LID");
    let kept = letters.chars().count() < 2
        || numeral
        || word.contains(|character: char| character.is_ascii_digit())
        || word.trim_end_matches('.').contains('.');
    if kept {
        return word.to_owned();
    }
    let mut out = String::with_capacity(word.len());
    let mut large = true;
    let mut before = 0;
    for (at, character) in word.char_indices() {
        if character.is_alphabetic() {
            if large {
                out.push(character)
            } else {
                out.extend(character.to_lowercase())
            }
            before += 1;
            // McKay.
            large = before == 2 && out.ends_with("Mc");
        } else {
            out.push(character);
            let after = word[at + character.len_utf8()..].chars().take_while(|next| next.is_alphabetic()).count();
            // O'Brien and d'Artagnan, but I'm, he'd and man's.
            large = character == '-' || matches!(character, '\'' | '’') && before == 1 && after >= 3;
            large |= before == 0;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shouted_lines_are_set_as_printers_set_them() {
        for (typed, set) in [
            ("THE VALLEY OF FEAR", "The Valley of Fear"),
            ("MY MAN JEEVES", "My Man Jeeves"),
            ("KIRKE'S DRAGOONS", "Kirke's Dragoons"),
            ("HENRY IV, PART II", "Henry IV, Part II"),
            ("A WELL-MADE PLAN", "A Well-Made Plan"),
            ("NCIS", "NCIS"),
            ("OVERDUE", "Overdue"),
            ("The FBI at home", "The FBI at home"),
            ("LE COMTE DE MONTE-CRISTO", "LE COMTE DE MONTE-CRISTO"),
            ("MADE IN THE U.S.A.", "Made in the U.S.A."),
            ("NO MAN'S LAND", "No Man's Land"),
            ("A MAN’S WORD", "A Man’s Word"),
            ("\"I'LL BE THERE\"", "\"I'll Be There\""),
            ("WE'RE AT O'BRIEN'S", "We're at O'Brien's"),
        ] {
            assert_eq!(title(typed), set);
        }
        assert_eq!(name("P. G. WODEHOUSE"), "P. G. Wodehouse");
        assert_eq!(name("RODNEY MCKAY"), "Rodney McKay");
        assert_eq!(name("XOXO"), "XOXO");
    }
}
