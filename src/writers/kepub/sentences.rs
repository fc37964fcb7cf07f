//! Where Kobo ends a sentence, for places and highlights; no word of grammar in it.
//!
//! A sentence ends behind a full stop, exclamation or question mark, one closing mark at most, and white space of ASCII.
//! "Mr. Hollow" is two sentences and a page of Chinese one, as in the books that Kobo makes itself.

/// Cuts a text into sentences, each with the space behind it. Together they are the text.
pub fn sentences(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let (sentence, after) = rest.split_at(first_end(rest));
        rest = after;
        (!sentence.is_empty()).then_some(sentence)
    })
}

fn first_end(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(found) = memchr::memchr3(b'.', b'!', b'?', &bytes[at..]) {
        at += found + 1;
        at += closing_mark(&bytes[at..]);
        let space = bytes[at..].iter().take_while(|byte| is_space(**byte)).count();
        if space > 0 {
            return at + space;
        }
    }
    text.len()
}

/// The length of one mark that may stand between the stop and the space.
fn closing_mark(bytes: &[u8]) -> usize {
    match bytes {
        [b'\'' | b'"', ..] => 1,
        // ”, ’, “ and …
        [0xe2, 0x80, 0x9d | 0x99 | 0x9c | 0xa6, ..] => 3,
        _ => 0,
    }
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b'\t' | b'\n' | 0xc | b'\r' | b' ')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is between the bars is one sentence.
    const CASES: &[&str] = &[
        "One.",
        "One",
        "One. |Two. |Three.",
        "One! |Two? |Three.",
        "One.\n|Two.",
        "One.   |Two.",
        "One.\t|Two.\r\n|Three",
        "One. |Two. |Stray text\nAnother sentence.",
        "One.Two.Three.",
        // Abbreviations and numbers are not known; only space tells.
        "Mr. |Hollow paid 3.50 at 10:30 a.m. |sharp.",
        "e.g. |this, i.e. |that.",
        "The U.S.A. |won.",
        "J. |R. |R. |Tolkien",
        // Colons and semicolons end nothing.
        "All of it: every book; all.",
        // Quotes: one closing mark belongs to the sentence.
        "\"One.\" |\"Two.\"",
        "“One.” |“Two!” |he said. |“Three?”",
        "‘One.’ |Two.",
        "'One.' |'Two.'",
        "“He said ‘go.’” She went.",
        "He said «go.» She went.",
        "„Geh.“ |Sie ging.",
        "(He went.) She stayed.",
        "“One.”“Two.”",
        // Ellipses: three dots are three stops, the one sign is none, but may follow a stop.
        "Wait... |what?",
        "Wait... |what?... |Oh.",
        "Wait… what?",
        "Wait.… |What?",
        "Wait . |. |. |what",
        "Wait!!! |What?!? |Oh.",
        "Wait!?\" |she said.",
        "Wait.\"\" she said.",
        "Wait.”. |Go.",
        "...and then. |More.",
        "“...and then.” |More.",
        ". |. |.",
        "? |! |.",
        // Only space of ASCII counts.
        "One.\u{a0}Two.",
        "One.\u{2003}Two.",
        "One.\u{3000}Two.",
        // Marks of other scripts end nothing.
        "彼は言った。「行くぞ。」雨だった。",
        "他走了！她留下了？是的。",
        "彼は言った. |「行くぞ」",
        "वह गया। वह आया।",
        "ذهب؟ نعم. |لا.",
        "Он ушёл. |Она осталась!",
        "— Пойдём? |— спросил он.",
        "Cost: $5. |Tax…",
        "One. ",
        " One. |Two.",
        "\n  ",
    ];

    #[test]
    fn sentences_end_where_kobo_ends_them() {
        assert!(CASES.len() >= 40);
        for case in CASES {
            let expected: Vec<&str> = case.split('|').filter(|sentence| !sentence.is_empty()).collect();
            let text = case.replace('|', "");
            assert_eq!(sentences(&text).collect::<Vec<_>>(), expected, "{case}");
        }
    }

    #[test]
    fn nothing_is_lost_between_them() {
        for case in CASES {
            assert_eq!(sentences(case).collect::<String>(), *case);
        }
        assert_eq!(sentences("").count(), 0);
    }
}
