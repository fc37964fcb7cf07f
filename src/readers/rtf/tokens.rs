//! The signs of RTF: groups, control words, characters, bytes.

/// A sign of the format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Token<'a> {
    Open,
    Close,
    /// `\par`, `\fs24`, `\b0`.
    Word(&'a str, Option<i32>),
    /// `\~`, `\*`: a sign that is no letter.
    Symbol(u8),
    /// A byte written as `\'e9`.
    Hex(u8),
    /// Characters as they stand, without line ends.
    Text(&'a [u8]),
    /// Bytes behind `\bin`.
    Binary(&'a [u8]),
}

/// Cuts bytes into signs. Any bytes are signs of some kind; it always ends.
pub struct Tokens<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Tokens<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Tokens { bytes, at: 0 }
    }

    fn word(&mut self) -> Option<Token<'a>> {
        let from = self.at;
        while self.bytes.get(self.at).is_some_and(u8::is_ascii_alphabetic) && self.at - from < 40 {
            self.at += 1;
        }
        let name = std::str::from_utf8(&self.bytes[from..self.at]).unwrap_or_default();
        let digits = self.at;
        if self.bytes.get(self.at) == Some(&b'-') && self.bytes.get(self.at + 1).is_some_and(u8::is_ascii_digit) {
            self.at += 1;
        }
        while self.bytes.get(self.at).is_some_and(u8::is_ascii_digit) && self.at - digits < 11 {
            self.at += 1;
        }
        let number =
            std::str::from_utf8(&self.bytes[digits..self.at]).ok().and_then(|digits| digits.parse::<i64>().ok());
        let number = number.map(|number| number.clamp(i64::from(i32::MIN), i64::from(i32::MAX)) as i32);
        if self.bytes.get(self.at) == Some(&b' ') {
            self.at += 1;
        }
        if name == "bin" {
            let length = number.and_then(|number| usize::try_from(number).ok()).unwrap_or(0);
            // A length beyond the end is a lie; what follows is read as it stands.
            if let Some(data) = self.bytes.get(self.at..self.at.saturating_add(length)) {
                self.at += length;
                return Some(Token::Binary(data));
            }
        }
        Some(Token::Word(name, number))
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        loop {
            let byte = *self.bytes.get(self.at)?;
            match byte {
                b'{' => {
                    self.at += 1;
                    return Some(Token::Open);
                }
                b'}' => {
                    self.at += 1;
                    return Some(Token::Close);
                }
                b'\r' | b'\n' | 0 => self.at += 1,
                b'\\' => {
                    self.at += 1;
                    let next = *self.bytes.get(self.at)?;
                    if next.is_ascii_alphabetic() {
                        return self.word();
                    }
                    self.at += 1;
                    if next != b'\'' {
                        return Some(Token::Symbol(next));
                    }
                    let hex = self.bytes.get(self.at..self.at + 2).and_then(|hex| std::str::from_utf8(hex).ok());
                    if let Some(value) = hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
                        self.at += 2;
                        return Some(Token::Hex(value));
                    }
                }
                _ => {
                    let rest = &self.bytes[self.at..];
                    let end = rest.iter().position(|byte| matches!(byte, b'{' | b'}' | b'\\' | b'\r' | b'\n' | 0));
                    let text = &rest[..end.unwrap_or(rest.len())];
                    self.at += text.len();
                    return Some(Token::Text(text));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_are_cut_apart() {
        let tokens: Vec<Token> = Tokens::new(b"{\\rtf1\\b0 x\\'e9\\~\r\n y\\u-3\\par}\\bin2 {}z").collect();
        let expected = [
            Token::Open,
            Token::Word("rtf", Some(1)),
            Token::Word("b", Some(0)),
            Token::Text(b"x"),
            Token::Hex(0xe9),
            Token::Symbol(b'~'),
            Token::Text(b" y"),
            Token::Word("u", Some(-3)),
            Token::Word("par", None),
            Token::Close,
            Token::Binary(b"{}"),
            Token::Text(b"z"),
        ];
        assert_eq!(tokens, expected);
    }

    #[test]
    fn a_length_that_lies_takes_nothing() {
        let tokens: Vec<Token> = Tokens::new(b"\\bin999999999 x}\\").collect();
        assert_eq!(tokens, [Token::Word("bin", Some(999_999_999)), Token::Text(b"x"), Token::Close]);
    }
}
