//! Small differences between the XHTML of e-books and HTML, and addresses within a book.

use std::borrow::Cow;

/// XHTML as a parser of HTML understands it: an element that closes itself (`<title/>`, `<a id="x"/>`) is closed by a tag of
/// its own, since HTML knows such an end only of elements that never hold anything.
pub fn as_html(text: &str) -> Cow<'_, str> {
    let mut out = String::new();
    let mut copied = 0;
    for end in memchr::memmem::find_iter(text.as_bytes(), b"/>") {
        let Some(start) = text[copied..end].rfind('<').map(|at| at + copied) else { continue };
        let name: &str = text[start + 1..end].split(|c: char| c.is_whitespace() || c == '/').next().unwrap_or_default();
        let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic())
            && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, ':' | '-' | '_'));
        if !is_name || is_void(name) {
            continue;
        }
        out.push_str(&text[copied..end]);
        out.push_str("></");
        out.push_str(name);
        out.push('>');
        copied = end + 2;
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(&text[copied..]);
    Cow::Owned(out)
}

fn is_void(name: &str) -> bool {
    matches!(
        name.to_ascii_lowercase().as_str(),
        "area"
            | "base"
            | "br"
            | "col"
            | "embed"
            | "hr"
            | "img"
            | "input"
            | "link"
            | "meta"
            | "param"
            | "source"
            | "track"
            | "wbr"
    )
}

/// The path within the book that an address in the document `from` leads to; `None` for one that leads out of the book.
pub fn resolve(from: &str, address: &str) -> Option<String> {
    let address = address.split(['#', '?']).next().unwrap_or_default();
    if address.is_empty() || address.contains(':') || address.starts_with("//") || address.contains('\\') {
        return None;
    }
    let decoded = percent_decoded(address);
    let mut parts: Vec<&str> = if decoded.starts_with('/') { Vec::new() } else { from.split('/').collect() };
    if !decoded.starts_with('/') {
        parts.pop();
    }
    for part in decoded.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.retain(|part| !part.is_empty());
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    parts.retain(|part| !part.is_empty());
    Some(format!("/{}", parts.join("/")))
}

/// `%20` and the like decoded once; what is no such sign stays.
pub fn percent_decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let hex = |index: usize| bytes.get(index).and_then(|byte| (*byte as char).to_digit(16));
        match (byte, hex(at + 1), hex(at + 2)) {
            (b'%', Some(high), Some(low)) => {
                out.push((high * 16 + low) as u8);
                at += 3;
            }
            _ => {
                out.push(*byte);
                at += 1;
            }
        }
    }
    String::from_utf8(out).unwrap_or_else(|_| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_that_close_themselves_are_closed() {
        assert_eq!(
            as_html("<title/><p>It <a id='x'/>rained.<br/>She left.</p>"),
            "<title></title><p>It <a id='x'></a>rained.<br/>She left.</p>"
        );
        assert_eq!(as_html("<p>3 /> 2 < 1 /></p>"), "<p>3 /> 2 < 1 /></p>");
    }

    #[test]
    fn addresses_stay_in_the_book() {
        assert_eq!(resolve("/OEBPS/text/one.xhtml", "../img/a%20b.png#x").as_deref(), Some("/OEBPS/img/a b.png"));
        assert_eq!(resolve("/one.xhtml", "two.png").as_deref(), Some("/two.png"));
        assert_eq!(resolve("/OEBPS/one.xhtml", "../../../etc/passwd"), None);
        assert_eq!(resolve("/one.xhtml", "https://example.org/x.png"), None);
    }
}
