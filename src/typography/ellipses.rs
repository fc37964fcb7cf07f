//! Dots in a row become an ellipsis. Two dots stay: nobody can say whether the third or the second is the mistake.

use super::Setting;
use super::line::{Edits, Line};

/// `...` and `. . .` become `…`; a fourth dot stays behind it. Longer runs are the author's way to say that it goes on,
/// and become one ellipsis; leaders, which fill a line up to a number, stay.
pub fn dots(line: &Line, _: &Setting, edits: &mut Edits) {
    let bytes = line.text().as_bytes();
    let mut done = 0;
    for at in memchr::memchr_iter(b'.', bytes) {
        if at < done {
            continue;
        }
        let mut end = at + 1;
        let mut count = 1;
        loop {
            if bytes.get(end) == Some(&b'.') {
                end += 1;
            } else if bytes[end..].starts_with(b" .") && !bytes.get(end + 2).is_some_and(u8::is_ascii_alphanumeric) {
                end += 2;
            } else {
                break;
            }
            count += 1;
        }
        done = end;
        if count < 3 {
            continue;
        }
        let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
        let number_behind = digit(end) || bytes.get(end) == Some(&b' ') && digit(end + 1);
        let apart = |byte: Option<&u8>| byte.is_none_or(|byte| matches!(byte, b' ' | b'\n'));
        let fills = apart(at.checked_sub(1).map(|before| &bytes[before])) && apart(bytes.get(end));
        if count > 4 && (number_behind || fills) {
            continue;
        }
        edits.replace(at..end, if count == 4 { "…." } else { "…" });
    }
}
