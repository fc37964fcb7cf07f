//! Bytes that are written as text, so that they pass where only text does: base64, quoted-printable, signs of per cent.

/// The bytes that a text of base64 stands for; what does not belong in one is passed over, as line ends are.
pub fn base64(text: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut count) = (0u32, 0);
    for byte in text.bytes() {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            b'=' => break,
            _ => continue,
        };
        bits = (bits << 6) | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push((bits >> count) as u8);
        }
    }
    out
}

/// The bytes that a text of quoted-printable stands for. A line that ends in `=` goes on in the next; a sign that stands for
/// nothing is kept.
pub fn quoted_printable(text: &[u8]) -> Vec<u8> {
    let digit = |byte: Option<&u8>| byte.and_then(|byte| (*byte as char).to_digit(16));
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(found) = memchr::memchr(b'=', &text[at..]) {
        out.extend_from_slice(&text[at..at + found]);
        at += found + 1;
        match &text[at..] {
            [b'\r', b'\n', ..] => at += 2,
            [b'\n', ..] => at += 1,
            rest => match (digit(rest.first()), digit(rest.get(1))) {
                (Some(high), Some(low)) => {
                    out.push((high * 16 + low) as u8);
                    at += 2;
                }
                _ => out.push(b'='),
            },
        }
    }
    out.extend_from_slice(&text[at..]);
    out
}

/// `%3A` as the character that it stands for; as it is where that would be none.
pub fn percent_decoded(text: &str) -> String {
    String::from_utf8(percent_decoded_bytes(text)).unwrap_or_else(|_| text.to_owned())
}

/// The same, whatever the bytes are.
pub fn percent_decoded_bytes(text: &str) -> Vec<u8> {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let decoded = (bytes[at] == b'%')
            .then(|| text.get(at + 1..at + 3).and_then(|digits| u8::from_str_radix(digits, 16).ok()))
            .flatten();
        out.push(decoded.unwrap_or(bytes[at]));
        at += if decoded.is_some() { 3 } else { 1 };
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_read_over_line_ends() {
        assert_eq!(base64("TW90\n aA=="), b"Moth");
        assert_eq!(base64("TQ"), b"M");
    }

    #[test]
    fn lines_of_quoted_printable_go_on() {
        assert_eq!(quoted_printable(b"a=\r\nb=3D=\nc=zz="), b"ab=c=zz=");
    }

    #[test]
    fn signs_of_per_cent_are_read_where_they_make_text() {
        assert_eq!(percent_decoded("a%20b%C3%A9%"), "a bé%");
        assert_eq!(percent_decoded("100%ff"), "100%ff");
        assert_eq!(percent_decoded_bytes("%ff1"), [0xff, b'1']);
    }
}
